//! What is in a report, counted.

use std::io::Read;

use crate::{Events, Result};

/// What is in a report.
///
/// ```
/// use scanops_nessus::Summary;
///
/// let report = br#"<NessusClientData_v2><Report name="weekly"><ReportHost name="10.0.0.7">
///     <ReportItem pluginID="19506"/></ReportHost><ReportHost name="10.0.0.8"/></Report>
///     </NessusClientData_v2>"#;
/// let summary = Summary::read(&report[..])?;
/// assert_eq!((summary.report.as_deref(), summary.hosts, summary.items), (Some("weekly"), 2, 1));
/// # Ok::<(), scanops_nessus::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Summary {
    /// The name of the report. Of an archive with several, that of the last.
    pub report: Option<String>,
    /// The number of hosts.
    pub hosts: u64,
    /// The number of items (findings) of all hosts.
    pub items: u64,
}

impl Summary {
    /// Reads a whole report, a document or an archive, in constant memory.
    ///
    /// Checks that it is well-formed, but not that its items are valid, nor how large they are.
    ///
    /// # Errors
    /// Those of [`Findings`](crate::Findings), within the default limits, except
    /// [`ErrorKind::InvalidItem`](crate::ErrorKind::InvalidItem). Within items, too, the names of the open
    /// elements have at most 1 MiB together, an end tag and a reference 1 MiB each.
    pub fn read(report: impl Read) -> Result<Self> {
        let mut events = Events::counting(report);
        for event in events.by_ref() {
            event?;
        }
        let name = &events.report().name;
        let report = (!name.is_empty()).then(|| name.clone());
        let count = |of: fn(&crate::reader::Reader) -> u64| events.reader().map_or(0, of);
        Ok(Self {
            report,
            hosts: count(crate::reader::Reader::hosts),
            items: count(crate::reader::Reader::items),
        })
    }
}
