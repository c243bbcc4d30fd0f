//! What changed between two reports.

use std::{
    cmp::Ordering,
    collections::{HashMap, HashSet},
    fmt::{self, Write as _},
    hash::{BuildHasher, Hash, Hasher as _, RandomState},
    iter::FusedIterator,
    mem,
    path::Path,
    sync::{Arc, Weak},
};

use serde::Serialize;
use uuid::Uuid;

use crate::{
    Credentials, Error, ErrorKind, Event, Finding, FindingKey, Findings, Host, HostTrust, Plugin,
    Result, Severity, TrustReader, key::push_host, trust::POLICY,
};

/// What became of a finding between two reports.
///
/// In JSON it is one object: `change` with its details, and `finding`.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Difference {
    /// What became of it.
    #[serde(flatten)]
    pub change: Change,
    /// The finding as a whole: that of the new report, or, if it is [`Fixed`](Change::Fixed) or
    /// [`NotObserved`](Change::NotObserved), that of the old one.
    pub finding: Finding,
}

/// What became of a finding between two reports: see [`diff`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "change", rename_all = "snake_case")]
#[non_exhaustive]
pub enum Change {
    /// Only the new report has it.
    New,
    /// Both have it, and they differ.
    #[non_exhaustive]
    Changed {
        /// In what they differ.
        fields: Vec<ChangedField>,
        /// The severity in the old report.
        old_severity: Severity,
    },
    /// Both have it, and it is the same.
    Unchanged,
    /// Only the old report has it, and the new scan would have reported it, as far as a report
    /// tells.
    Fixed,
    /// Only the old report has it, and the new scan might not have seen it.
    #[non_exhaustive]
    NotObserved {
        /// Why not.
        reason: NotObserved,
    },
}

/// What two findings with the same key differ in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ChangedField {
    /// [`Finding::severity`].
    Severity,
    /// [`Finding::plugin_output`].
    Output,
    /// The scores of the plugin: CVSS with vectors, EPSS and VPR.
    Scores,
    /// What else the report says about the plugin: texts, references, dates.
    Plugin,
    /// [`Finding::compliance`].
    Compliance,
    /// [`Finding::service`] and [`Finding::other`].
    Other,
}

/// Why the new scan might not have seen a finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum NotObserved {
    /// The host is not in the new report, or without any finding; or fewer hosts with that key are.
    HostNotScanned,
    /// The scan of the host was not finished: it has no end time, though any host of either report
    /// has one; or no plugin 19506, though the host has it in the old report; or one of its items is
    /// invalid.
    ScanIncomplete,
    /// Items with the same key are in the new report, but fewer of them. Which ones are gone can't
    /// be told.
    StillReported,
    /// A compliance check. A check that ran is reported whatever its result, so this one did not
    /// run, or has another name now.
    CheckNotReported,
    /// The plugin is not `remote`, and the new scan's [credentials](Credentials) for the host were
    /// worse, or unclear.
    Credentials,
    /// The host was scanned with other settings, or, if the finding has a port, other ports: the
    /// lines `Scan type`, `Thorough tests`, `Experimental tests`, `Paranoia level`, `Safe checks`,
    /// `CGI scanning`, `Web application tests`, and `Port scanner(s)`, `Port range` of plugin 19506.
    Settings,
    /// The host has no plugin 19506 in the old report, so nothing says with which settings it was
    /// scanned then.
    SettingsUnknown,
    /// Nothing says that the plugin was part of the new scan: it reported nothing on any host, and
    /// the host was not scanned with the same named policy and a plugin set that is not older.
    PluginUnknown,
}

/// What changed between two reports: an iterator over each finding of both.
///
/// `old` and `new` open the reports; each is called twice, and must give the same both times.
/// [`diff_files`] does so for files.
///
/// First come the findings of the new report, in its order, as [`New`](Change::New),
/// [`Changed`](Change::Changed) and [`Unchanged`](Change::Unchanged); then those that only the old
/// report has, in its order, as [`Fixed`](Change::Fixed) and [`NotObserved`](Change::NotObserved).
/// Nothing is read before the first is asked for, which then reads each report once.
///
/// Findings are the same if their [keys](Finding::key) are. If several items share a key, those that
/// are equal in everything are paired first, and the rest in their order.
///
/// # Fixed, or not observed
/// A report does not list the plugins that ran. What it does not contain can be fixed, or was not
/// looked for. A finding is called fixed only if none of the reasons of [`NotObserved`] holds, which
/// are checked in their order:
///
/// | the new report | example of what it prevents |
/// | --- | --- |
/// | has the host, with findings | an unreachable host looks clean |
/// | finished the host | a scan that was stopped |
/// | has no item with the same key | one of several items is gone |
/// | and it is no compliance check | an audit file was changed |
/// | had as good credentials for the host, unless the plugin is `remote` | a changed password makes all missing patches disappear |
/// | used the same settings and ports for the host | a quick scan after a thorough one |
/// | says with which settings the host was scanned, and so does the old one | two scans that were stopped |
/// | has a finding of the plugin on any host; or names the same policy, and a plugin set at least as new, for the host | another policy |
///
/// What this can't see: plugins that were disabled in a policy whose name is the same, or that their
/// vendor withdrew (the policy's list of plugins is not read); a firewall that now hides a port from
/// the scanner; credentials that lost a privilege without any plugin saying so; another host that now
/// has the name or address of the old one. And a finding can be new because the old scan did not look
/// for it.
///
/// # Memory
/// 48 bytes for each finding of the old report, some for each host and plugin, and what reading takes:
/// 46 MiB for two reports of 2.4 GB. Findings are compared by digest: 122 bits of the key, 64 of the
/// output, and 32 of each other field, so that in one of 4 billion cases a change of such a field is
/// missed. Each report is read twice for that.
///
/// # Errors
/// Those of reading, once each. After an error that is not [recoverable](Error::is_recoverable) it has
/// ended; what is fixed comes last, so nothing is called fixed because a report is cut. It is an error
/// of kind [`Source`](ErrorKind::Source) if a report is not the same when it is read again.
///
/// ```
/// use scanops_nessus::{Change, Findings, diff};
///
/// let report = |item| format!(
///     "<NessusClientData_v2><Report name='r'><ReportHost name='10.0.0.7'>
///     <ReportItem pluginID='22'/>{item}</ReportHost></Report></NessusClientData_v2>"
/// );
/// let old = report("<ReportItem pluginID='57582' severity='2'/>");
/// let new = report("<ReportItem pluginID='57582' severity='3'/>");
/// let open = |report| move || Ok(Findings::new(str::as_bytes(report)).events());
///
/// for difference in diff(open(&old), open(&new)) {
///     let difference = difference?;
///     match difference.change {
///         Change::Changed { fields, old_severity, .. } => {
///             println!("{fields:?}, from {old_severity} to {}", difference.finding.severity);
/// #           assert_eq!(fields, [scanops_nessus::ChangedField::Severity]);
///         }
///         Change::New | Change::Fixed => println!("{}", difference.finding.plugin.id),
///         _ => {}
///     }
/// }
/// # Ok::<(), scanops_nessus::Error>(())
/// ```
pub fn diff<'a, O, N, I, J>(mut old: O, mut new: N) -> Diff<'a>
where
    O: FnMut() -> Result<I> + Send + 'a,
    N: FnMut() -> Result<J> + Send + 'a,
    I: IntoIterator<Item = Result<Event>>,
    J: IntoIterator<Item = Result<Event>>,
    I::IntoIter: Send + 'a,
    J::IntoIter: Send + 'a,
{
    Diff {
        old: Side::new(move || Ok(Box::new(old()?.into_iter()))),
        new: Side::new(move || Ok(Box::new(new()?.into_iter()))),
        state: State::Fresh,
        entries: Vec::new(),
        digests: Digests::default(),
    }
}

/// What changed between two files, documents or archives, within the default limits: see [`diff`].
///
/// ```
/// # fn f() -> scanops_nessus::Result<()> {
/// use scanops_nessus::{Change, diff_files};
///
/// for difference in diff_files("120.zip", "121.zip") {
///     let difference = difference?;
///     if difference.change == Change::New {
///         println!("{} {}", difference.finding.host.name, difference.finding.plugin.name);
///     }
/// }
/// # Ok(()) }
/// ```
pub fn diff_files(old: impl AsRef<Path>, new: impl AsRef<Path>) -> Diff<'static> {
    let [old, new] = [old.as_ref().to_owned(), new.as_ref().to_owned()];
    diff(move || Ok(Findings::open(&old)?.events()), move || Ok(Findings::open(&new)?.events()))
}

/// The differences between two reports: see [`diff`].
pub struct Diff<'a> {
    old: Side<'a>,
    new: Side<'a>,
    state: State<'a>,
    /// The findings of the old report, by key once they are all there.
    entries: Vec<Entry>,
    digests: Digests,
}

type EventsOf<'a> = Box<dyn Iterator<Item = Result<Event>> + Send + 'a>;

/// Where it is. Each report is read twice.
enum State<'a> {
    Fresh,
    /// The old report: what it has.
    Collect(EventsOf<'a>),
    /// The new report: what is exactly the same.
    Match(EventsOf<'a>),
    /// The new report again.
    New(EventsOf<'a>),
    /// The old report again: what is left of it.
    Old(EventsOf<'a>),
    Ended,
}

/// A report, and what is known about its hosts and plugins.
struct Side<'a> {
    open: Box<dyn FnMut() -> Result<EventsOf<'a>> + Send + 'a>,
    trust: TrustReader,
    /// Of the host that is being read: its keys, and whether it has findings and invalid items.
    keys: Vec<Key>,
    found: bool,
    broken: bool,
    hosts: HashMap<Key, Scan>,
    /// Whether any host has an end time.
    has_ends: bool,
    plugins: HashSet<u32>,
}

/// How the hosts with a key were scanned. Digests are 64 bits.
struct Scan {
    names: HashSet<u64>,
    /// How often a host with that key is in the report, and of these, how often with findings,
    /// with an end time, with plugin 19506, and with an invalid item.
    hosts: u64,
    found: u64,
    ended: u64,
    informed: u64,
    broken: u64,
    credentials: Credentials,
    evidence: u64,
    settings: u64,
    ports: u64,
    policy: Option<u64>,
    plugin_set: Option<u64>,
}

/// A key as two numbers, which need no alignment of 16 bytes.
type Key = (u64, u64);

/// What is kept of a finding of the old report, and computed of those of the new one: 48 bytes.
#[derive(Clone, Copy)]
struct Entry {
    key: Key,
    /// Digests of its fields.
    output: u64,
    scores: u32,
    plugin: u32,
    compliance: u32,
    other: u32,
    /// The order in the report, as far as it can be counted.
    number: u32,
    severity: u8,
    flags: u8,
}

/// The new report has the same.
const SAME: u8 = 1;
/// It was paired with a finding of the new report.
const PAIRED: u8 = 1 << 1;
/// Another with its key was paired.
const STILL: u8 = 1 << 2;
/// It was read again.
const SEEN: u8 = 1 << 3;

impl Iterator for Diff<'_> {
    type Item = Result<Difference>;

    fn next(&mut self) -> Option<Result<Difference>> {
        let next = self.advance().transpose();
        if let Some(Err(error)) = &next
            && !error.is_recoverable()
        {
            self.state = State::Ended;
        }
        next
    }
}

impl FusedIterator for Diff<'_> {}

impl fmt::Debug for Diff<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Diff").field("old_findings", &self.entries.len()).finish_non_exhaustive()
    }
}

impl Diff<'_> {
    fn advance(&mut self) -> Result<Option<Difference>> {
        loop {
            match &mut self.state {
                State::Fresh => self.state = State::Collect((self.old.open)()?),
                State::Collect(events) => {
                    for event in events {
                        if let Some(finding) = self.old.read(&self.digests, event)? {
                            let number = u32::try_from(self.entries.len()).unwrap_or(u32::MAX);
                            self.entries.push(Entry { number, ..self.digests.finding(&finding) });
                        }
                    }
                    self.sort_by_content();
                    self.state = State::Match((self.new.open)()?);
                }
                State::Match(events) => {
                    for event in events {
                        if let Some(finding) = self.new.read(&self.digests, event)? {
                            let new = self.digests.finding(&finding);
                            set_first_without(equal(&mut self.entries, &new), SAME);
                        }
                    }
                    // For the next pass: those that are the same by content, the others in order.
                    self.entries.sort_unstable_by_key(|entry| {
                        let same = entry.has(SAME);
                        let content = if same { entry.content() } else { Default::default() };
                        (entry.key, same, content, entry.number)
                    });
                    self.state = State::New((self.new.open)()?);
                }
                State::New(events) => {
                    for event in events {
                        if let Some(finding) = finding_again(event)? {
                            let change = self.change(&finding);
                            return Ok(Some(Difference { change, finding }));
                        }
                    }
                    self.settle()?;
                    self.sort_by_content();
                    self.state = State::Old((self.old.open)()?);
                }
                State::Old(events) => {
                    for event in events {
                        let Some(finding) = finding_again(event)? else { continue };
                        let old = self.digests.finding(&finding);
                        let entry = set_first_without(equal(&mut self.entries, &old), SEEN)
                            .ok_or_else(|| differs("old"))?;
                        if !entry.has(PAIRED) {
                            let still = entry.has(STILL);
                            let change = self.gone(&finding, still);
                            return Ok(Some(Difference { change, finding }));
                        }
                    }
                    self.state = State::Ended;
                }
                State::Ended => return Ok(None),
            }
        }
    }

    /// What became of a finding of the new report.
    fn change(&mut self, finding: &Finding) -> Change {
        let new = self.digests.finding(finding);
        let group = range(&mut self.entries, |entry| entry.key.cmp(&new.key));
        let others = group.partition_point(|entry| !entry.has(SAME));
        let (others, same) = group.split_at_mut(others);
        let same = range(same, |entry| entry.content().cmp(&new.content()));
        if set_first_without(same, PAIRED).is_some() {
            return Change::Unchanged;
        }
        set_first_without(others, PAIRED).map_or(Change::New, |old| Change::Changed {
            fields: old.differences(&new),
            old_severity: old.severity.into(),
        })
    }

    fn sort_by_content(&mut self) {
        self.entries.sort_unstable_by_key(|entry| (entry.key, entry.content(), entry.number));
    }

    /// Once all of the new report is paired: finds the keys that it has, and whether it was the same
    /// report both times.
    fn settle(&mut self) -> Result<()> {
        for group in self.entries.chunk_by_mut(|one, other| one.key == other.key) {
            if group.iter().any(|entry| entry.has(SAME) && !entry.has(PAIRED)) {
                return Err(differs("new"));
            }
            if group.iter().any(|entry| entry.has(PAIRED)) {
                for entry in group {
                    entry.flags |= STILL;
                }
            }
        }
        Ok(())
    }

    /// What became of a finding that only the old report has.
    fn gone(&self, finding: &Finding, still: bool) -> Change {
        let key = host_key(&finding.host);
        let scans = (self.old.hosts.get(&key), self.new.hosts.get(&key));
        let (Some(old), Some(new)) = scans else {
            return Change::NotObserved { reason: NotObserved::HostNotScanned };
        };
        let plugin = &finding.plugin;
        let remote =
            plugin.plugin_type.as_deref().is_some_and(|kind| kind.eq_ignore_ascii_case("remote"));
        let same_plugins = old.policy.is_some()
            && old.policy == new.policy
            && old.plugin_set.zip(new.plugin_set).is_some_and(|(old, new)| old <= new);
        let has_ends = self.old.has_ends || self.new.has_ends;
        let unfinished =
            has_ends && new.ended < new.hosts || old.informed > 0 && new.informed < new.hosts;
        let reason = if new.names.len() < old.names.len() || new.found < new.hosts {
            NotObserved::HostNotScanned
        } else if new.broken > 0 || unfinished {
            NotObserved::ScanIncomplete
        } else if still {
            NotObserved::StillReported
        } else if finding.compliance.is_some() {
            NotObserved::CheckNotReported
        } else if !remote && !new.sees_as_much_as(old) {
            NotObserved::Credentials
        } else if old.settings != new.settings || finding.port != 0 && old.ports != new.ports {
            NotObserved::Settings
        } else if old.informed < old.hosts || new.informed < new.hosts {
            NotObserved::SettingsUnknown
        } else if !same_plugins && !self.new.plugins.contains(&plugin.id) {
            NotObserved::PluginUnknown
        } else {
            return Change::Fixed;
        };
        Change::NotObserved { reason }
    }
}

/// The entries for which a comparison says equal. They must be sorted by it.
fn range(entries: &mut [Entry], compare: impl Fn(&Entry) -> Ordering) -> &mut [Entry] {
    let start = entries.partition_point(|entry| compare(entry).is_lt());
    let rest = entries.get_mut(start..).unwrap_or_default();
    let length = rest.partition_point(|entry| compare(entry).is_eq());
    rest.get_mut(..length).unwrap_or_default()
}

/// The entries with the same key and content, where they are sorted by these.
fn equal<'e>(entries: &'e mut [Entry], like: &Entry) -> &'e mut [Entry] {
    range(entries, |entry| (entry.key, entry.content()).cmp(&(like.key, like.content())))
}

/// Sets a flag in the first entry that does not have it, where those that have it come first.
fn set_first_without(entries: &mut [Entry], flag: u8) -> Option<&Entry> {
    let at = entries.partition_point(|entry| entry.has(flag));
    let entry = entries.get_mut(at)?;
    entry.flags |= flag;
    Some(entry)
}

/// The finding of an event of a report that was read before. Its invalid items were told.
fn finding_again(event: Result<Event>) -> Result<Option<Finding>> {
    match event {
        Ok(Event::Finding(finding)) => Ok(Some(finding)),
        Ok(_) => Ok(None),
        Err(error) if error.is_recoverable() => Ok(None),
        Err(error) => Err(error),
    }
}

fn differs(report: &str) -> Error {
    let message = format!("the {report} report is not the same when it is read again");
    Error::new(ErrorKind::Source, message)
}

impl<'a> Side<'a> {
    fn new(open: impl FnMut() -> Result<EventsOf<'a>> + Send + 'a) -> Self {
        Self {
            open: Box::new(open),
            trust: TrustReader::new(),
            keys: Vec::new(),
            found: false,
            broken: false,
            hosts: HashMap::new(),
            has_ends: false,
            plugins: HashSet::new(),
        }
    }

    /// Reads how hosts were scanned, and passes findings on.
    fn read(&mut self, digests: &Digests, event: Result<Event>) -> Result<Option<Finding>> {
        let event = event.inspect_err(|_| self.broken = true)?;
        let trust = self.trust.read(&event);
        match event {
            Event::HostStart(host) => {
                self.keys = vec![host_key(&host)];
                (self.found, self.broken) = (false, false);
            }
            Event::Finding(finding) => {
                self.plugins.insert(finding.plugin.id);
                self.found = true;
                return Ok(Some(finding));
            }
            Event::HostEnd { host, .. } => {
                // Properties can come after the first findings.
                self.keys.push(host_key(&host));
                self.keys.dedup();
                self.has_ends |= host.end.is_some();
                for key in mem::take(&mut self.keys) {
                    if let Some(trust) = &trust {
                        let scan = digests.scan(trust, self.found, self.broken);
                        match self.hosts.get_mut(&key) {
                            Some(others) => others.merge(scan, digests),
                            None => drop(self.hosts.insert(key, scan)),
                        }
                    }
                }
            }
        }
        Ok(None)
    }
}

fn host_key(host: &Host) -> Key {
    let mut text = String::new();
    push_host(&mut text, host);
    Uuid::new_v5(&FindingKey::NAMESPACE, text.as_bytes()).as_u64_pair()
}

impl Scan {
    /// Adds another host with the same key, or the same host again.
    fn merge(&mut self, other: Self, digests: &Digests) {
        self.names.extend(other.names);
        for (count, more) in [
            (&mut self.hosts, other.hosts),
            (&mut self.found, other.found),
            (&mut self.ended, other.ended),
            (&mut self.informed, other.informed),
            (&mut self.broken, other.broken),
        ] {
            *count += more;
        }
        // Different ones are comparable to nothing.
        if self.credentials != other.credentials {
            self.credentials = Credentials::Unclear;
        }
        for (digest, other) in [
            (&mut self.evidence, other.evidence),
            (&mut self.settings, other.settings),
            (&mut self.ports, other.ports),
        ] {
            if *digest != other {
                *digest = digests.of(&(*digest, other));
            }
        }
        if self.policy != other.policy {
            self.policy = None;
        }
        if self.plugin_set != other.plugin_set {
            self.plugin_set = None;
        }
    }

    /// Whether local checks saw what those of the old scan saw.
    fn sees_as_much_as(&self, old: &Self) -> bool {
        use Credentials::{Absent, Failed, Limited, Unclear, Unknown, Working};
        match (self.credentials, old.credentials) {
            (Limited, Limited) => self.evidence == old.evidence,
            (Working, _) | (Unknown, Unknown) | (Limited | Absent | Failed, Absent | Failed) => {
                true
            }
            (Limited | Absent | Failed | Unclear | Unknown, _) => false,
        }
    }
}

impl Entry {
    fn has(&self, flag: u8) -> bool {
        self.flags & flag != 0
    }

    fn content(&self) -> (u64, [u32; 4], u8) {
        let halves = [self.scores, self.plugin, self.compliance, self.other];
        (self.output, halves, self.severity)
    }

    fn differences(&self, new: &Self) -> Vec<ChangedField> {
        let fields = [
            (self.severity != new.severity, ChangedField::Severity),
            (self.output != new.output, ChangedField::Output),
            (self.scores != new.scores, ChangedField::Scores),
            (self.plugin != new.plugin, ChangedField::Plugin),
            (self.compliance != new.compliance, ChangedField::Compliance),
            (self.other != new.other, ChangedField::Other),
        ];
        fields.into_iter().filter_map(|(differs, field)| differs.then_some(field)).collect()
    }
}

/// The settings that decide what a scan sees, by their lines in plugin 19506.
const SETTINGS: [&str; 7] = [
    "Scan type",
    "Thorough tests",
    "Experimental tests",
    "Paranoia level",
    "Safe checks",
    "CGI scanning",
    "Web application tests",
];
const PORTS: [&str; 2] = ["Port scanner(s)", "Port range"];

/// Makes digests, of secret seed: no report can be made to have equal ones.
#[derive(Default)]
struct Digests {
    hash: RandomState,
    /// Of plugins, scores and the rest: most findings share theirs. The address of a plugin stays
    /// its own as long as there is a reference, and a weak one does not keep its texts.
    plugins: HashMap<usize, (Weak<Plugin>, [u64; 2])>,
}

/// More plugins are not remembered.
const PLUGINS: usize = 2048;

/// Half of a digest.
#[allow(clippy::cast_possible_truncation, reason = "that is what it is for")]
fn half(digest: u64) -> u32 {
    digest as u32
}

impl Digests {
    fn of(&self, value: &impl Hash) -> u64 {
        self.hash.hash_one(value)
    }

    fn of_debug(&self, value: &impl fmt::Debug) -> u64 {
        struct Written<H>(H);

        impl<H: std::hash::Hasher> fmt::Write for Written<H> {
            fn write_str(&mut self, text: &str) -> fmt::Result {
                self.0.write(text.as_bytes());
                Ok(())
            }
        }

        let mut hasher = Written(self.hash.build_hasher());
        let _ = write!(hasher, "{value:?}");
        hasher.0.finish()
    }

    fn finding(&mut self, finding: &Finding) -> Entry {
        let [scores, plugin] = self.plugin(&finding.plugin);
        Entry {
            key: finding.key().uuid().as_u64_pair(),
            output: self.of(&finding.plugin_output),
            scores: half(scores),
            plugin: half(plugin),
            compliance: half(self.of(&finding.compliance)),
            other: half(self.of(&(&finding.service, &finding.other))),
            number: 0,
            severity: finding.severity.number(),
            flags: 0,
        }
    }

    fn plugin(&mut self, plugin: &Arc<Plugin>) -> [u64; 2] {
        let address = Arc::as_ptr(plugin).addr();
        if let Some((_, digests)) = self.plugins.get(&address) {
            return *digests;
        }
        let mut rest = Plugin::clone(plugin);
        let scores = (
            [&mut rest.cvss2, &mut rest.cvss3, &mut rest.cvss4].map(mem::take),
            (rest.epss_score.take(), rest.vpr_score.take()),
        );
        let digests = [self.of_debug(&scores), self.of_debug(&rest)];
        if self.plugins.len() >= PLUGINS {
            self.plugins.clear();
        }
        self.plugins.insert(address, (Arc::downgrade(plugin), digests));
        digests
    }

    fn scan(&self, trust: &HostTrust, found: bool, broken: bool) -> Scan {
        let lines = |names: &[&str]| {
            let value = |name| (trust.settings.get(name), trust.cut_settings.get(name));
            let values: Vec<_> = names.iter().map(|name| value(*name)).collect();
            self.of(&values)
        };
        let mut evidence: Vec<_> = trust.evidence.iter().map(|said| said.plugin).collect();
        evidence.sort_unstable();
        Scan {
            names: HashSet::from([self.of(&trust.host.name)]),
            hosts: 1,
            found: found.into(),
            ended: trust.host.end.is_some().into(),
            informed: (!trust.settings.is_empty()).into(),
            broken: broken.into(),
            credentials: trust.credentials,
            evidence: self.of(&evidence),
            settings: lines(&SETTINGS),
            ports: lines(&PORTS),
            policy: trust.policy.as_ref().map(|policy| {
                // A policy that was cut is that of plugin 19506.
                self.of(&(policy, trust.cut_settings.get(POLICY)))
            }),
            plugin_set: trust.plugin_set.as_ref().and_then(|set| set.parse().ok()),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use super::*;

    /// Each against all before would take minutes.
    #[test]
    fn many_hosts_with_one_key_are_merged_in_linear_time() {
        let (digests, mut reader, started) =
            (Digests::default(), TrustReader::new(), Instant::now());
        let mut scan: Option<Scan> = None;
        for number in 0..200_000 {
            let host = Host { name: number.to_string(), ..Host::default() };
            let end = Event::HostEnd { host: Arc::new(host), findings: 0 };
            let other = digests.scan(&reader.read(&end).unwrap(), true, false);
            match &mut scan {
                Some(scan) => scan.merge(other, &digests),
                None => scan = Some(other),
            }
            assert!(started.elapsed() < Duration::from_secs(30), "{number} hosts");
        }
        assert_eq!(scan.unwrap().names.len(), 200_000);
    }
}
