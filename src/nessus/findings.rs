//! A report as an iterator of findings.

use std::{fmt, fs::File, io::Read, iter::FusedIterator, path::Path, sync::Arc};

use super::{
    Finding, Limits, Report, ahead::Reading, input::Input, place::Place, walk::Walk,
    xml::unreadable,
};
use crate::{Error, ErrorKind, Result};

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
#[doc(alias = "NessusReportv2")]
pub struct Findings<R> {
    /// Until the first finding is asked for.
    fresh: Option<R>,
    limits: Limits,
    walk: Option<Walk<Input<Reading<R>>>>,
    /// What is said of the report before there is a walk.
    nothing: Arc<Report>,
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
        Self { fresh: Some(report), limits, walk: None, nothing: Arc::default() }
    }

    /// What the report says of itself, as far as it was read: its name is known from its first
    /// finding on, or after the last where it has none.
    #[must_use]
    pub fn report(&self) -> &Arc<Report> {
        self.walk.as_ref().map_or(&self.nothing, Walk::report)
    }

    /// How many hosts were met so far, those without findings too.
    #[must_use]
    pub fn hosts(&self) -> u64 {
        self.walk.as_ref().map_or(0, Walk::hosts)
    }

    /// How many bytes of the document were read: of an archive, those of the entry. 0 before the
    /// first finding and after the last.
    #[must_use]
    pub fn position(&self) -> u64 {
        self.walk.as_ref().map_or(0, Walk::position)
    }

    /// Goes past the next item. False where there was none.
    pub(super) fn skip_item(&mut self) -> Result<bool> {
        self.walk()?.map_or(Ok(false), Walk::skip_item)
    }

    /// The walk, begun where it was not. None where it could not be.
    fn walk(&mut self) -> Result<Option<&mut Walk<Input<Reading<R>>>>> {
        if let Some(source) = self.fresh.take() {
            let input = Input::new(Reading(source), self.limits)
                .map_err(|error| unreadable(&Place::default(), 0, &error))?;
            self.walk = Some(Walk::new(input, self.limits)?);
        }
        Ok(self.walk.as_mut())
    }
}

impl<R: Read> Iterator for Findings<R> {
    type Item = Result<Finding>;

    fn next(&mut self) -> Option<Result<Finding>> {
        match self.walk() {
            Ok(walk) => walk?.next_item(Finding::new),
            Err(error) => Some(Err(error)),
        }
    }
}

impl<R: Read> FusedIterator for Findings<R> {}

impl<R> fmt::Debug for Findings<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Findings").field("begun", &self.fresh.is_none()).finish_non_exhaustive()
    }
}
