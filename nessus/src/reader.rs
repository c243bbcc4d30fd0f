//! From the text of documents to events: where all readers come together.

use std::sync::Arc;

use crate::{
    Error, ErrorKind, Event, Finding, Host, Limits, Report, Result,
    budget::Budget,
    cache::Cache,
    cut::{Cut, Length},
    error::brief,
    input::Documents,
    item,
    outline::{Found, Outline, is_blank},
    properties,
    walk::each_attribute,
    window::Window,
};

/// The longest name of a policy, in bytes.
const POLICY_NAME: usize = 64 * 1024;

/// How a report is read.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Options {
    pub(crate) limits: Limits,
    pub(crate) lossy: bool,
    /// Items are counted, and not read.
    pub(crate) count_only: bool,
}

/// The root element of a report.
pub(crate) const ROOT: &str = "NessusClientData_v2";

/// Reads documents: it is given their bytes, and gives out events. It neither waits nor knows where
/// the bytes come from.
#[derive(Debug)]
pub(crate) struct Reader {
    window: Window,
    outline: Outline,
    cache: Cache,
    options: Options,
    /// The search for the end of the item, or of the properties, that the window begins with.
    cut: Cut,
    report: Arc<Report>,
    host: Arc<Host>,
    /// What the host's properties may still take.
    budget: Budget,
    counts: Counts,
    in_host: bool,
    /// Whether the host was given out.
    announced: bool,
    entry: String,
    /// An event that was found together with another.
    ready: Option<Event>,
}

#[derive(Clone, Copy, Debug, Default)]
struct Counts {
    /// Of all documents.
    hosts: u64,
    items: u64,
    /// Of the report, for paths.
    report_hosts: u64,
    /// Of the host: its items, and those that are findings.
    host_items: u64,
    host_findings: u64,
}

/// What comes next in a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    Item,
    Properties,
    PolicyName,
    Other,
    /// More of the document is needed to decide.
    Undecided,
}

/// What reading came to.
#[derive(Debug)]
pub(crate) enum Step {
    Event(Event),
    /// More of the document is needed.
    More,
    /// The document ended, and is whole.
    Finished,
}

impl Reader {
    pub(crate) fn new(options: Options) -> Self {
        Self {
            window: Window::new(options.lossy),
            outline: Outline::new(options.limits),
            cache: Cache::new(options.limits),
            options,
            cut: Cut::default(),
            report: Arc::default(),
            host: Arc::default(),
            budget: Budget::new(options.limits),
            counts: Counts::default(),
            in_host: false,
            announced: false,
            entry: String::new(),
            ready: None,
        }
    }

    /// Begins with another document.
    pub(crate) fn begin(&mut self, entry: String) {
        self.window.reset();
        self.outline = Outline::new(self.options.limits);
        (self.report, self.host) = Default::default();
        self.counts.report_hosts = 0;
        self.cut.reset();
        self.in_host = false;
        self.entry = entry;
    }

    /// Adds what `documents` has next of the document.
    fn fill(&mut self, documents: &mut impl Documents) -> Result<()> {
        let mut read = Ok(());
        let filled = self.window.fill(|buffer| read = documents.read(buffer));
        read?;
        filled.map_err(|error| self.located(error))
    }

    pub(crate) fn report(&self) -> &Arc<Report> {
        &self.report
    }

    pub(crate) fn hosts(&self) -> u64 {
        self.counts.hosts
    }

    pub(crate) fn items(&self) -> u64 {
        self.counts.items
    }

    pub(crate) fn position(&self) -> u64 {
        self.window.position()
    }

    pub(crate) fn replaced(&self) -> u64 {
        self.window.replaced()
    }

    /// Goes on to the next event.
    pub(crate) fn step(&mut self) -> Result<Step> {
        if let Some(event) = self.ready.take() {
            return Ok(Step::Event(event));
        }
        self.advance().map_err(|error| self.located(error))
    }

    fn advance(&mut self) -> Result<Step> {
        loop {
            let at = self.window.position();
            let step = match self.part() {
                Part::Item => self.item(),
                Part::Properties => self.properties(),
                Part::PolicyName => self.policy_name(),
                Part::Undecided => Ok(Some(Step::More)),
                Part::Other => self.outside(),
            };
            match step.map_err(|error| error.shifted(at))? {
                Some(Step::More) => {
                    self.check_window()?;
                    return Ok(Step::More);
                }
                Some(step) => return Ok(step),
                None => {}
            }
        }
    }

    /// Fails if the bytes behind the window are not UTF-8.
    fn check_window(&self) -> Result<()> {
        self.window.check().map_err(|error| {
            if self.outline.is_rooted() {
                return error;
            }
            let message = "it is neither XML in UTF-8 nor a zip archive";
            Error::new(ErrorKind::NotAReport, message).at(self.window.position())
        })
    }

    /// What comes next.
    fn part(&self) -> Part {
        let rest = self.window.rest();
        if !rest.starts_with('<') || !self.outline.is_between() || self.options.count_only {
            return Part::Other;
        }
        let parts: &[_] = match self.outline.depth() {
            3 if self.in_host => {
                &[("<ReportItem", Part::Item), ("<HostProperties", Part::Properties)]
            }
            2 if self.is_within(&[ROOT, "Policy"]) => &[("<policyName", Part::PolicyName)],
            _ => return Part::Other,
        };
        for (tag, part) in parts {
            match Begins::with(rest, tag) {
                Begins::Yes => return *part,
                Begins::Perhaps if !self.window.at_end() => return Part::Undecided,
                Begins::Perhaps | Begins::No => {}
            }
        }
        Part::Other
    }

    fn item(&mut self) -> Result<Option<Step>> {
        if !self.announced {
            self.announced = true;
            return Ok(Some(Step::Event(Event::HostStart(Arc::clone(&self.host)))));
        }
        if !self.cut.is_begun()
            && let Some((finding, length)) =
                self.cache.finding(self.window.rest(), &self.report, &self.host)
        {
            return Ok(Some(self.found(finding, length)));
        }
        let begun = self.cut.is_begun();
        let Some(length) = self.cut("an item")? else { return Ok(Some(Step::More)) };
        let text = self.window.rest().get(..length).unwrap_or_default();
        // It may not have been there as a whole before.
        let cached = if begun { self.cache.finding(text, &self.report, &self.host) } else { None };
        let read = match cached {
            Some((finding, _)) => Ok(finding),
            None => item::read(text, &self.report, &self.host, self.options.limits).map(|item| {
                self.cache.insert(text, &item);
                item.finding
            }),
        };
        match read {
            Ok(finding) => Ok(Some(self.found(finding, length))),
            Err(error) => {
                let place = format!("ReportItem[{}]", self.counts.host_items + 1);
                if error.is_recoverable() {
                    self.found_item(length);
                }
                Err(error.within(&place))
            }
        }
    }

    /// Counts an item, and goes behind it.
    fn found_item(&mut self, length: usize) {
        self.consume_cut(length);
        self.counts.items += 1;
        self.counts.host_items += 1;
    }

    fn found(&mut self, finding: Finding, length: usize) -> Step {
        self.found_item(length);
        self.counts.host_findings += 1;
        Step::Event(Event::Finding(finding))
    }

    fn properties(&mut self) -> Result<Option<Step>> {
        let Some(length) = self.cut("the properties of a host")? else {
            return Ok(Some(Step::More));
        };
        let text = self.window.rest().get(..length).unwrap_or_default();
        let host = Arc::make_mut(&mut self.host);
        properties::read(text, host, self.options.limits, &mut self.budget)
            .map_err(|error| error.within("HostProperties"))?;
        self.consume_cut(length);
        Ok(None)
    }

    /// The name of the policy.
    fn policy_name(&mut self) -> Result<Option<Step>> {
        let Some(length) = self.cut("the name of the policy")? else { return Ok(Some(Step::More)) };
        let text = self.window.rest().get(..length).unwrap_or_default();
        let name = properties::text(text, self.options.limits)
            .map_err(|error| error.within("policyName"))?;
        // Each report of the document has a copy of it.
        if name.len() > POLICY_NAME {
            let message = format!("the name of the policy is longer than {POLICY_NAME} bytes");
            return Err(Error::limit(message).within("policyName"));
        }
        Arc::make_mut(&mut self.report).policy = Some(name);
        self.consume_cut(length);
        Ok(None)
    }

    /// The length of the element that the window begins with. `None` if more of it is needed.
    fn cut(&mut self, what: &str) -> Result<Option<usize>> {
        let rest = self.window.rest();
        let limit = self.options.limits.item;
        let length = match self.cut.search(rest, self.options.limits.depth) {
            Length::Of(length) => length,
            // What is there is read, for what is wrong with it.
            Length::More if self.window.at_end() || rest.len() > limit => rest.len(),
            Length::More => return Ok(None),
        };
        if length > limit {
            return Err(Error::limit(format!("{what} is longer than {limit} bytes")));
        }
        Ok(Some(length))
    }

    fn consume_cut(&mut self, length: usize) {
        self.window.consume(length);
        self.cut.reset();
    }

    /// Goes on where nothing is cut out.
    fn outside(&mut self) -> Result<Option<Step>> {
        let depth = self.outline.depth();
        let at_end = self.window.at_end();
        let (length, found) = self.outline.next(self.window.rest(), at_end)?;
        let mut step = None;
        match found {
            Found::Start { name, attributes } => match (depth, name) {
                (0, ROOT) => {}
                (0, other) => {
                    let message = format!("it begins with <{}>, not with <{ROOT}>", brief(other));
                    return Err(Error::new(ErrorKind::NotAReport, message));
                }
                (1, "Report") => {
                    let name = name_of(attributes, self.options.limits)?;
                    Arc::make_mut(&mut self.report).name = name;
                    self.counts.report_hosts = 0;
                }
                (2, "ReportHost") if self.is_within(&[ROOT, "Report"]) => {
                    let name = name_of(attributes, self.options.limits)?;
                    self.host = Arc::new(Host { name, ..Host::default() });
                    self.budget = Budget::new(self.options.limits);
                    self.counts.hosts += 1;
                    self.counts.report_hosts += 1;
                    (self.counts.host_items, self.counts.host_findings) = (0, 0);
                    (self.in_host, self.announced) = (true, false);
                }
                (3, "ReportItem") if self.in_host => {
                    self.counts.items += 1;
                    self.counts.host_items += 1;
                }
                _ => {}
            },
            Found::End if depth == 3 && self.in_host => {
                self.in_host = false;
                let end = Event::HostEnd {
                    host: Arc::clone(&self.host),
                    findings: self.counts.host_findings,
                };
                step = Some(Step::Event(if self.announced {
                    end
                } else {
                    self.ready = Some(end);
                    Event::HostStart(Arc::clone(&self.host))
                }));
            }
            Found::End | Found::Other => {}
            Found::More => return Ok(Some(Step::More)),
            Found::Finished => return Ok(Some(Step::Finished)),
        }
        self.window.consume(length);
        Ok(step)
    }

    fn is_within(&self, path: &[&str]) -> bool {
        self.outline.names().take(path.len()).eq(path.iter().copied())
    }

    /// Says where an error is.
    fn located(&self, error: Error) -> Error {
        let error = error.at(self.window.position()).within(&self.path());
        if self.entry.is_empty() { error } else { error.in_entry(&self.entry) }
    }

    /// The path of the innermost element that is open.
    fn path(&self) -> String {
        let names: Vec<_> = self
            .outline
            .names()
            .enumerate()
            .map(|(depth, name)| match (depth, name) {
                (2, "ReportHost") => format!("{name}[{}]", self.counts.report_hosts),
                (3, "ReportItem") => format!("{name}[{}]", self.counts.host_items),
                _ => brief(name),
            })
            .collect();
        names.join("/")
    }
}

/// Whether a tag begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Begins {
    Yes,
    No,
    /// More of the document is needed to decide.
    Perhaps,
}

impl Begins {
    fn with(rest: &str, tag: &str) -> Self {
        match rest.strip_prefix(tag).map(|behind| behind.bytes().next()) {
            Some(Some(byte)) if is_blank(byte) || matches!(byte, b'>' | b'/') => Self::Yes,
            Some(None) => Self::Perhaps,
            None if tag.starts_with(rest) => Self::Perhaps,
            Some(Some(_)) | None => Self::No,
        }
    }
}

/// The attribute `name`. Empty if there is none.
fn name_of(attributes: &str, limits: Limits) -> Result<String> {
    let mut found = None;
    each_attribute(attributes, &mut Budget::new(limits), |name, value| {
        if name == "name" {
            found.get_or_insert_with(|| value.into_owned());
        }
        Ok(())
    })?;
    Ok(found.unwrap_or_default())
}

/// Reads the documents of a source.
#[derive(Debug)]
pub(crate) struct Runner<D> {
    documents: D,
    pub(crate) reader: Reader,
    state: State,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    BetweenDocuments,
    InDocument,
    Ended,
}

impl<D: Documents> Runner<D> {
    pub(crate) fn new(documents: D, options: Options) -> Self {
        let reader = Reader::new(options);
        Self { documents, reader, state: State::BetweenDocuments }
    }

    /// The next event. `waiting` is called before more of the source is read, which can take long.
    pub(crate) fn next(&mut self, mut waiting: impl FnMut()) -> Option<Result<Event>> {
        loop {
            let next = match self.state {
                State::Ended => return None,
                State::BetweenDocuments => {
                    waiting();
                    self.next_document()
                }
                State::InDocument => self.next_of_document(&mut waiting),
            };
            match next {
                Ok(Some(event)) => return Some(Ok(event)),
                Ok(None) => {}
                Err(error) => {
                    if !error.is_recoverable() {
                        self.state = State::Ended;
                    }
                    return Some(Err(error));
                }
            }
        }
    }

    fn next_document(&mut self) -> Result<Option<Event>> {
        self.state = match self.documents.next_document()? {
            Some(entry) => {
                self.reader.begin(entry);
                State::InDocument
            }
            None => State::Ended,
        };
        Ok(None)
    }

    fn next_of_document(&mut self, waiting: &mut impl FnMut()) -> Result<Option<Event>> {
        match self.reader.step()? {
            Step::Event(event) => return Ok(Some(event)),
            Step::More => {
                waiting();
                self.reader.fill(&mut self.documents)?;
            }
            Step::Finished => self.state = State::BetweenDocuments,
        }
        Ok(None)
    }
}
