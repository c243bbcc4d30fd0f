//! What changed between two reports.

mod digest;
mod entries;
mod scan;

use std::{fmt, iter::FusedIterator, path::Path};

use serde::Serialize;

use self::{
    digest::{Digests, Total},
    entries::{Entries, Old},
    scan::{Side, not_observed},
};
use crate::{Error, ErrorKind, Event, Finding, Findings, Result, Severity};

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
    /// Both reports have it, with differences.
    #[non_exhaustive]
    Changed {
        /// What differs.
        fields: Vec<ChangedField>,
        /// The severity in the old report.
        old_severity: Severity,
    },
    /// Both reports have it, without a difference.
    Unchanged,
    /// Only the old report has it, and the new scan would probably have reported it: no reason of
    /// [`NotObserved`] holds.
    Fixed,
    /// Only the old report has it, and the new scan might not have seen it.
    #[non_exhaustive]
    NotObserved {
        /// Why not.
        reason: NotObserved,
    },
}

/// A difference between two findings with the same key.
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
    /// Other information about the plugin: texts, references, dates.
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
    /// The new report does not have the host, or has no finding of it; or it has fewer hosts with that
    /// key.
    HostNotScanned,
    /// The scan of the host was not finished: it has no end time, although some host of either report
    /// has one; or no plugin 19506, although the host has it in the old report; or one of its items is
    /// invalid.
    ScanIncomplete,
    /// The new report has items with the same key, but fewer of them. Which ones are missing is
    /// unknown.
    StillReported,
    /// A compliance check. A check that ran is reported whatever its result, so this one did not
    /// run, or has another name now.
    CheckNotReported,
    /// The plugin is not `remote`, and the new scan's [credentials](crate::Credentials) for the host were
    /// worse, or unclear.
    Credentials,
    /// The host was scanned with other settings, or, if the finding has a port, other ports: the
    /// lines `Scan type`, `Thorough tests`, `Experimental tests`, `Paranoia level`, `Safe checks`,
    /// `CGI scanning`, `Web application tests`, and `Port scanner(s)`, `Port range` of plugin 19506.
    Settings,
    /// The host has no plugin 19506 in the old report, so the settings of that scan are unknown.
    SettingsUnknown,
    /// The plugin may not have been part of the new scan: it reported nothing on any host, and the
    /// host was not scanned with the same policy, by name, and a plugin set that is at least as new.
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
/// A report does not list the plugins that ran. If it lacks a finding, the finding may be fixed, or the
/// scan did not look for it. A finding is reported as fixed only if none of the reasons of
/// [`NotObserved`] holds, which are checked in their order:
///
/// | the new report | example of what it prevents |
/// | --- | --- |
/// | has the host, with findings | an unreachable host looks clean |
/// | finished the host | a scan that was stopped |
/// | has no item with the same key | one of several items is gone |
/// | and it is not a compliance check | an audit file was changed |
/// | had as good credentials for the host, unless the plugin is `remote` | a changed password makes all missing patches disappear |
/// | used the same settings and ports for the host | a quick scan after a thorough one |
/// | has the settings of the host's scan, and so does the old one | two scans that were stopped |
/// | has a finding of the plugin on any host; or names the same policy, and a plugin set at least as new, for the host | another policy |
///
/// What this can't see: plugins that were disabled in a policy whose name is the same, or that their
/// vendor withdrew (the policy's list of plugins is not read); a rule that hides findings, or a report
/// that was filtered when it was exported; a firewall that now hides a port from the scanner;
/// credentials that lost a privilege without any plugin saying so; another host that now has the name
/// or address of the old one. And a finding can be new because the old scan did not look for it.
///
/// # Memory
/// 48 bytes for each finding of the old report, some for each host and plugin, and what reading takes:
/// 39 MiB for two reports of 2.4 GB. Findings are compared by digest: 122 bits of the key, 64 of the
/// output, and 32 of each other field, so that in one of 4 billion cases a change of such a field is
/// missed. Each report is read twice for that.
///
/// # Errors
/// Those of reading, once each. After an error that is not [recoverable](Error::is_recoverable) it has
/// ended; fixed findings come last, so none is reported because a report is cut. It is an error
/// of kind [`Source`](ErrorKind::Source) if a report does not have the same findings when it is read
/// again. That may be known only at the end of the report, after differences that were returned.
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
        entries: Entries::default(),
        matched: Total::default(),
        paired: Total::default(),
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
    entries: Entries,
    /// The findings of each reading of the new report.
    matched: Total,
    paired: Total,
    digests: Digests,
}

type EventsOf<'a> = Box<dyn Iterator<Item = Result<Event>> + Send + 'a>;

/// Each report is read twice, in turn.
enum State<'a> {
    Fresh,
    /// Reads the old report and collects its findings.
    Collect(EventsOf<'a>),
    /// Reads the new report and marks what is equal.
    Match(EventsOf<'a>),
    /// Reads the new report again and pairs its findings.
    New(EventsOf<'a>),
    /// Reads the old report again for the findings that were not paired.
    Old(EventsOf<'a>),
    Ended,
}

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
                            self.entries.add(self.digests.finding(&finding));
                        }
                    }
                    self.entries.sort_by_content();
                    self.state = State::Match((self.new.open)()?);
                }
                State::Match(events) => {
                    for event in events {
                        if let Some(finding) = self.new.read(&self.digests, event)? {
                            let entry = self.digests.finding(&finding);
                            self.matched.add(&self.digests, &entry);
                            self.entries.mark_same(&entry);
                        }
                    }
                    self.entries.sort_to_pair();
                    self.state = State::New((self.new.open)()?);
                }
                State::New(events) => {
                    for event in events {
                        if let Some(finding) = finding_again(event)? {
                            let entry = self.digests.finding(&finding);
                            self.paired.add(&self.digests, &entry);
                            let change = self.entries.pair(&entry);
                            return Ok(Some(Difference { change, finding }));
                        }
                    }
                    if !self.entries.settle() || self.matched != self.paired {
                        return Err(differs("new"));
                    }
                    self.entries.sort_by_content();
                    self.state = State::Old((self.old.open)()?);
                }
                State::Old(events) => {
                    for event in events {
                        let Some(finding) = finding_again(event)? else { continue };
                        let again = self.entries.find_again(&self.digests.finding(&finding));
                        let Old::Gone { still_reported } = again.ok_or_else(|| differs("old"))?
                        else {
                            continue;
                        };
                        let reason = not_observed(&self.old, &self.new, &finding, still_reported);
                        let change =
                            reason.map_or(Change::Fixed, |reason| Change::NotObserved { reason });
                        return Ok(Some(Difference { change, finding }));
                    }
                    if !self.entries.all_found_again() {
                        return Err(differs("old"));
                    }
                    self.state = State::Ended;
                }
                State::Ended => return Ok(None),
            }
        }
    }
}

/// The finding of an event of a report that was read before. Its invalid items were reported then.
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
