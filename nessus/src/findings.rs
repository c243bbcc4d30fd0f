//! A report as an iterator.

use std::{
    fmt,
    fs::File,
    io::Read,
    iter::FusedIterator,
    path::{Path, PathBuf},
    sync::Arc,
    thread,
};

use crate::{
    Error, ErrorKind, Finding, Host, Limits, Report, Result,
    input::{Inflated, Input},
    reader::{Options, Reader, Runner},
};

/// The findings of a report, read one at a time.
///
/// The source is a `.nessus` document or a zip archive of such, which its first bytes decide. It is
/// read once, from front to back, in a few MiB of memory; a `BufReader` around it is not needed. Of
/// an archive each entry whose name ends in `.nessus` is read, in order; its checksums, sizes and
/// directory are verified. Findings of the same report, host and plugin share their record.
///
/// # Errors
/// The findings before a problem come first, then one error. If
/// [`is_recoverable`](Error::is_recoverable), a single item is invalid and the iterator continues
/// with the next item. After any other error it has ended. An archive that lacks its end is an
/// error: if there is none, the report was complete.
///
/// * [`ErrorKind::NotAReport`]: something else than a report.
/// * [`ErrorKind::Malformed`]: not well-formed, cut, not UTF-8, with a DOCTYPE or an entity of its
///   own (no entity is ever followed).
/// * [`ErrorKind::Archive`]: a damaged, encrypted or otherwise unsupported archive.
/// * [`ErrorKind::Limit`]: beyond the [`Limits`].
/// * [`ErrorKind::InvalidItem`]: one item is invalid.
/// * [`ErrorKind::Io`]: the source can't be read.
///
/// ```
/// use scanops_nessus::{Findings, Severity};
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
///         assert_eq!((finding.plugin.id, finding.port), (57582, 443));
///         assert_eq!(finding.host.name, "10.0.0.7");
///         assert_eq!(finding.host.os.as_deref(), Some("Linux"));
///     }
/// }
/// # Ok::<(), scanops_nessus::Error>(())
/// ```
#[doc(alias = "NessusReportv2")]
pub struct Findings<R>(Events<R>);

/// A report as an iterator of hosts and findings, for programs that need hosts without findings
/// too: see [`Findings::events`].
pub struct Events<R> {
    state: State<R>,
    options: Options,
    path: Option<PathBuf>,
    /// Inflates in a thread of its own.
    inflate: Option<fn(Input<R>) -> Result<Inflated>>,
}

/// What happens in a report.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Event {
    /// A host begins. Its properties are there, if they come before its items, as scanners write
    /// them.
    HostStart(Arc<Host>),
    /// A finding of that host.
    Finding(Finding),
    /// The host ends.
    HostEnd {
        /// The host with all its properties.
        host: Arc<Host>,
        /// The number of its findings.
        findings: u64,
    },
}

enum State<R> {
    /// Nothing was read.
    Fresh(R),
    Inline(Box<Runner<Input<R>>>),
    Threads(Box<Runner<Inflated>>),
    /// It could not be begun.
    Ended,
}

impl Findings<File> {
    /// The findings of a file, within the default limits.
    ///
    /// An archive is inflated in a second thread if the system has a second core.
    ///
    /// # Errors
    /// [`ErrorKind::Io`] if the file can't be opened, [`ErrorKind::NotAReport`] if it is a
    /// directory. All errors name the file.
    ///
    /// ```
    /// # fn f() -> scanops_nessus::Result<()> {
    /// use scanops_nessus::Findings;
    ///
    /// for finding in Findings::open("121.zip")? {
    ///     println!("{}", finding?.plugin.name);
    /// }
    /// # Ok(()) }
    /// ```
    pub fn open(path: impl AsRef<Path>) -> Result<Self> {
        let path = path.as_ref();
        let opened = File::open(path).and_then(|file| Ok((file.metadata()?.is_dir(), file)));
        let (is_directory, file) =
            opened.map_err(|error| Error::io(error).because("it can't be opened").in_file(path))?;
        if is_directory {
            let error = Error::new(ErrorKind::NotAReport, "it is a directory");
            return Err(error.in_file(path));
        }
        let mut findings = Self::new(file);
        findings.0.path = Some(path.to_owned());
        if thread::available_parallelism().is_ok_and(|cores| cores.get() > 1) {
            findings.0.inflate = Some(Inflated::start);
        }
        Ok(findings)
    }
}

impl<R: Read> Findings<R> {
    /// The findings of what `report` gives, within the default limits. Nothing is read before the
    /// first finding is asked for.
    pub fn new(report: R) -> Self {
        Self::with_limits(report, Limits::default())
    }

    /// The same, within other limits.
    pub fn with_limits(report: R, limits: Limits) -> Self {
        let options = Options { limits, ..Options::default() };
        Self(Events { state: State::Fresh(report), options, path: None, inflate: None })
    }

    /// Other limits, for a report that was opened by its path. Set them before reading.
    #[must_use]
    pub fn limits(mut self, limits: Limits) -> Self {
        self.0.options.limits = limits;
        self
    }

    /// Whether bytes that are not UTF-8 are replaced by U+FFFD, instead of being an error. Default
    /// false. [`replaced`](Self::replaced) counts them. Set it before reading.
    #[must_use]
    pub fn lossy(mut self, lossy: bool) -> Self {
        self.0.options.lossy = lossy;
        self
    }

    /// The report as hosts and findings.
    ///
    /// ```
    /// use scanops_nessus::{Event, Findings};
    ///
    /// let report = br#"<NessusClientData_v2><Report name="weekly">
    ///     <ReportHost name="a"><ReportItem pluginID="1"/></ReportHost>
    ///     <ReportHost name="b"><HostProperties><tag name="host-ip">::1</tag></HostProperties></ReportHost>
    ///     </Report></NessusClientData_v2>"#;
    /// let mut silent = Vec::new();
    /// for event in Findings::new(&report[..]).events() {
    ///     if let Event::HostEnd { host, findings: 0 } = event? {
    ///         silent.push(host.ip.clone().unwrap());
    ///     }
    /// }
    /// assert_eq!(silent, ["::1"]);
    /// # Ok::<(), scanops_nessus::Error>(())
    /// ```
    #[must_use]
    pub fn events(self) -> Events<R> {
        self.0
    }

    /// What the report says about itself, as far as it was read: its name is known from its first
    /// finding on, or after the last if it has none.
    #[must_use]
    pub fn report(&self) -> &Arc<Report> {
        self.0.report()
    }

    /// How many hosts were met so far, including those without findings.
    #[must_use]
    pub fn hosts(&self) -> u64 {
        self.0.reader().map_or(0, Reader::hosts)
    }

    /// How many bytes of the document were read: in an archive, those of the current entry.
    #[must_use]
    pub fn position(&self) -> u64 {
        self.0.reader().map_or(0, Reader::position)
    }

    /// How many invalid sequences of bytes were replaced so far, in a
    /// [lossy](Self::lossy) reading.
    #[must_use]
    pub fn replaced(&self) -> u64 {
        self.0.reader().map_or(0, Reader::replaced)
    }
}

impl<R: Read> Events<R> {
    /// Events of items that are counted only, for a summary.
    pub(crate) fn counting(report: R) -> Self {
        let options = Options { count_only: true, ..Options::default() };
        Self { state: State::Fresh(report), options, path: None, inflate: None }
    }

    /// What the report says about itself, as far as it was read.
    #[must_use]
    pub fn report(&self) -> &Arc<Report> {
        static NONE: std::sync::LazyLock<Arc<Report>> = std::sync::LazyLock::new(Arc::default);
        self.reader().map_or(&NONE, Reader::report)
    }

    pub(crate) fn reader(&self) -> Option<&Reader> {
        match &self.state {
            State::Inline(runner) => Some(&runner.reader),
            State::Threads(runner) => Some(&runner.reader),
            State::Fresh(_) | State::Ended => None,
        }
    }

    fn begin(&mut self) -> Result<()> {
        let State::Fresh(report) = std::mem::replace(&mut self.state, State::Ended) else {
            return Ok(());
        };
        let mut input = Input::new(report, self.options.limits);
        self.state = match self.inflate {
            Some(inflate) if input.is_archive()? => {
                State::Threads(Box::new(Runner::new(inflate(input)?, self.options)))
            }
            _ => State::Inline(Box::new(Runner::new(input, self.options))),
        };
        Ok(())
    }

    fn next_event(&mut self) -> Option<Result<Event>> {
        if let State::Fresh(_) = self.state
            && let Err(error) = self.begin()
        {
            return Some(Err(error));
        }
        match &mut self.state {
            State::Inline(runner) => runner.next(|| {}),
            State::Threads(runner) => runner.next(|| {}),
            State::Fresh(_) | State::Ended => None,
        }
    }
}

impl<R: Read> Iterator for Events<R> {
    type Item = Result<Event>;

    fn next(&mut self) -> Option<Result<Event>> {
        let event = self.next_event()?;
        Some(event.map_err(|error| match &self.path {
            Some(path) => error.in_file(path),
            None => error,
        }))
    }
}

impl<R: Read> Iterator for Findings<R> {
    type Item = Result<Finding>;

    fn next(&mut self) -> Option<Result<Finding>> {
        loop {
            match self.0.next()? {
                Ok(Event::Finding(finding)) => return Some(Ok(finding)),
                Ok(_) => {}
                Err(error) => return Some(Err(error)),
            }
        }
    }
}

impl<R: Read> FusedIterator for Findings<R> {}

impl<R: Read> FusedIterator for Events<R> {}

impl<R> fmt::Debug for Findings<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Findings").field("path", &self.0.path).finish_non_exhaustive()
    }
}

impl<R> fmt::Debug for Events<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Events").field("path", &self.path).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::input::Inflated;

    #[test]
    fn an_archive_is_inflated_in_a_thread_of_its_own_and_a_document_is_not() {
        for (report, threads) in [(&b"PK\x03\x04"[..], true), (b"<NessusClientData_v2/>", false)] {
            let mut events = Findings::new(report).events();
            events.inflate = Some(Inflated::start);
            events.begin().unwrap();
            assert_eq!(matches!(events.state, State::Threads(_)), threads);
        }
    }
}
