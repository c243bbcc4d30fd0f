//! A report as an iterator of findings.

use std::{fmt, fs::File, io::Read, iter::FusedIterator, mem, path::Path, sync::Arc};

use super::{
    Finding, Host, Limits, Report,
    ahead::Ahead,
    input::Input,
    item,
    place::Place,
    xml::{Texts, Xml, brief, push, unreadable},
};
use crate::{Error, ErrorKind, Result};

type Document<R> = Xml<Ahead<Input<R>>>;

/// The findings of a report, read one at a time.
///
/// The source is a `.nessus` document or a zip archive of such, which its first bytes tell. It is
/// read once, from front to back, in the memory of one finding; a buffer of its own is not needed.
/// Of an archive each entry whose name ends in `.nessus` is read, in order, and each of its
/// checksums verified.
///
/// Where something is wrong, the findings before it come first, then one error, then nothing more.
/// An archive that lacks its end is such an error: without one, the report was whole.
///
/// # Errors
/// * [`ErrorKind::Report`]: the report is malformed, cut, encrypted, not in UTF-8, beyond the
///   [`Limits`], or has a DOCTYPE or an entity of its own (no entity is ever followed). The message
///   says at which byte of the document, and in which element: `at byte 5120 in
///   NessusClientData_v2/Report/ReportHost[2]/ReportItem[17]/plugin_output`.
/// * [`ErrorKind::Io`]: the source can't be read.
///
/// ```
/// use scanops::nessus::{Findings, Severity};
///
/// let report = br#"<?xml version="1.0"?>
///     <NessusClientData_v2><Report name="weekly"><ReportHost name="10.0.0.7">
///         <HostProperties><tag name="operating-system">Linux</tag></HostProperties>
///         <ReportItem pluginID="19506" severity="0"/>
///         <ReportItem pluginID="57582" severity="2" port="443"/>
///     </ReportHost></Report></NessusClientData_v2>"#;
///
/// for finding in Findings::new(&report[..]) {
///     let finding = finding?;
///     if finding.severity >= Severity::Medium {
///         assert_eq!((finding.plugin_id, finding.port), (57582, 443));
///         assert_eq!(finding.host.name, "10.0.0.7");
///         assert_eq!(finding.host.os.as_deref(), Some("Linux"));
///     }
/// }
/// # Ok::<(), scanops::Error>(())
/// ```
pub struct Findings<R> {
    state: State<R>,
    limits: Limits,
    report: Arc<Report>,
    host: Arc<Host>,
    hosts: u64,
}

enum State<R> {
    Fresh(R),
    Reading(Box<Document<R>>),
    Ended,
}

impl Findings<File> {
    /// The findings of a file, within the default limits.
    ///
    /// # Errors
    /// [`ErrorKind::Io`] where the file can't be opened.
    ///
    /// ```
    /// # fn f() -> scanops::Result<()> {
    /// use scanops::nessus::Findings;
    ///
    /// for finding in Findings::open("121.zip")? {
    ///     println!("{}", finding?.plugin_name);
    /// }
    /// # Ok(()) }
    /// ```
    pub fn open(path: impl AsRef<Path>) -> Result<Self> {
        let path = path.as_ref();
        let file = File::open(path).map_err(|error| {
            let message = format!("the report {} can't be opened", path.display());
            Error::new(ErrorKind::Io, message).with_source(error)
        })?;
        Ok(Self::new(file))
    }
}

impl<R: Read> Findings<R> {
    /// The findings of what `report` gives, within the default limits. It is not read before the
    /// first finding is asked for.
    pub fn new(report: R) -> Self {
        Self::with_limits(report, Limits::default())
    }

    /// The same, within other limits.
    pub fn with_limits(report: R, limits: Limits) -> Self {
        Self {
            state: State::Fresh(report),
            limits,
            report: Arc::default(),
            host: Arc::default(),
            hosts: 0,
        }
    }

    /// What the report says of itself, as far as it was read: its name is known from its first
    /// finding on, or after the last where it has none.
    #[must_use]
    pub fn report(&self) -> &Arc<Report> {
        &self.report
    }

    /// How many hosts were met so far, those without findings too.
    #[must_use]
    pub fn hosts(&self) -> u64 {
        self.hosts
    }

    /// How many bytes of the document were read: of an archive, those of the entry. 0 before the
    /// first finding and after the last.
    #[must_use]
    pub fn position(&self) -> u64 {
        match &self.state {
            State::Reading(document) => document.position(),
            State::Fresh(_) | State::Ended => 0,
        }
    }

    /// Goes into the next item. False at the end of the last document.
    fn open_item(&mut self) -> Result<bool> {
        loop {
            match mem::replace(&mut self.state, State::Ended) {
                State::Ended => return Ok(false),
                State::Fresh(source) => {
                    let input = Input::new(source, self.limits)
                        .map_err(|error| unreadable(&Place::default(), 0, &error))?;
                    self.begin(input)?;
                }
                State::Reading(mut document) => {
                    match self.open_item_of(&mut document) {
                        Ok(true) => {
                            self.state = State::Reading(document);
                            return Ok(true);
                        }
                        Ok(false) => {}
                        Err(error) => return Err(noted(error, document.get_ref().get_ref())),
                    }
                    let position = document.position();
                    let mut input = document.into_inner().into_inner();
                    let more = input
                        .next_document()
                        .map_err(|error| unreadable(&Place::default(), position, &error))?;
                    if more {
                        self.begin(input)?;
                    }
                }
            }
        }
    }

    /// Goes past the next item. False where there was none.
    pub(super) fn skip_item(&mut self) -> Result<bool> {
        let opened = self.open_item()?;
        if opened {
            self.leave_item(Xml::skip)?;
        }
        Ok(opened)
    }

    /// Leaves the item that was gone into by `read`.
    fn leave_item(&mut self, read: impl FnOnce(&mut Document<R>) -> Result<()>) -> Result<()> {
        let State::Reading(document) = &mut self.state else { return Ok(()) };
        let outcome = read(document).map_err(|error| noted(error, document.get_ref().get_ref()));
        if outcome.is_err() {
            self.state = State::Ended;
        }
        outcome
    }

    fn begin(&mut self, input: Input<R>) -> Result<()> {
        (self.report, self.host) = Default::default();
        let mut ahead = Ahead::new(input);
        let start = ahead.peek(4).map_err(|error| unreadable(&Place::default(), 0, &error))?;
        Document::<R>::detect_encoding(start)?;
        self.state = State::Reading(Box::new(Xml::new(ahead, self.limits)));
        Ok(())
    }

    /// Goes into the next item of a document. False at its end.
    fn open_item_of(&mut self, xml: &mut Document<R>) -> Result<bool> {
        loop {
            let depth = xml.depth();
            if !xml.open()? {
                if depth == 0 {
                    return Ok(false);
                }
                continue;
            }
            match (depth, xml.name()) {
                (0, "NessusClientData_v2") => {}
                (0, other) => {
                    let name = brief(other);
                    return Err(xml.error(&format!(
                        "it begins with <{name}>, not with <NessusClientData_v2>"
                    )));
                }
                (1, "Policy") => self.read_policy(xml)?,
                (1, "Report") => Arc::make_mut(&mut self.report).name = name_of(xml)?,
                (2, "ReportHost") => {
                    self.hosts += 1;
                    self.host = Arc::new(Host { name: name_of(xml)?, ..Host::default() });
                }
                (3, "HostProperties") => self.read_properties(xml)?,
                (3, "ReportItem") => return Ok(true),
                _ => xml.skip()?,
            }
        }
    }

    fn read_policy(&mut self, xml: &mut Document<R>) -> Result<()> {
        while xml.open()? {
            if xml.name() == "policyName" {
                xml.begin_part();
                let name = xml.text(&mut Texts::new())?.to_owned();
                Arc::make_mut(&mut self.report).policy = Some(name);
            } else {
                xml.skip()?;
            }
        }
        Ok(())
    }

    fn read_properties(&mut self, xml: &mut Document<R>) -> Result<()> {
        let mut properties = Texts::new();
        xml.begin_part();
        loop {
            let opened = xml.open()?;
            xml.keep_stray_text(&mut properties)?;
            if !opened {
                break;
            }
            let name = if xml.name() == "tag" { name_of(xml)? } else { xml.name().to_owned() };
            let text = xml.text(&mut properties)?.to_owned();
            push(&mut properties, name, text);
        }
        Arc::make_mut(&mut self.host).add(properties);
        Ok(())
    }
}

/// The attribute `name` of the element that was just opened. Empty where it has none.
fn name_of<R: Read>(xml: &Document<R>) -> Result<String> {
    for attribute in xml.attributes() {
        let (name, value) = attribute?;
        if name == "name" {
            return Ok(value.into_owned());
        }
    }
    Ok(String::new())
}

fn noted<R: Read>(error: Error, input: &Input<R>) -> Error {
    match input.entry() {
        Some(entry) if error.kind() == ErrorKind::Report => {
            error.with_note(format!("the document is the archive's entry {:?}", brief(entry)))
        }
        _ => error,
    }
}

impl<R: Read> Iterator for Findings<R> {
    type Item = Result<Finding>;

    fn next(&mut self) -> Option<Result<Finding>> {
        match self.open_item() {
            Ok(true) => {}
            Ok(false) => return None,
            Err(error) => return Some(Err(error)),
        }
        // A finding is large: it is filled where it lies.
        let mut finding = Finding::new(Arc::clone(&self.report), Arc::clone(&self.host));
        Some(self.leave_item(|xml| item::read(xml, &mut finding)).map(|()| finding))
    }
}

impl<R: Read> FusedIterator for Findings<R> {}

impl<R> fmt::Debug for Findings<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Findings")
            .field("report", &self.report)
            .field("host", &self.host.name)
            .finish_non_exhaustive()
    }
}
