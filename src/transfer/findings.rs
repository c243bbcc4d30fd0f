//! The findings of a report while it downloads.

use std::{
    fmt,
    hash::{DefaultHasher, Hash as _, Hasher as _},
    pin::{Pin, pin},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    task::{Context, Poll, ready},
};

use bytes::Bytes;
use futures_core::Stream;
use reqwest::StatusCode;

use super::{Download, progress::Tally};
use crate::{
    Error, ErrorKind, Result,
    error::Call,
    http::BoxFuture,
    nessus::{self, Event, Finding, Limits},
};

/// The findings of a report while it downloads: a [`Stream`].
///
/// It is a [`nessus::FindingStream`] whose errors are those of the call. Errors of the network come
/// as they are. After an error the stream has ended, except after an invalid item: then the next item
/// follows.
///
/// If the connection is lost or stalls, the report is opened again, as often as the retry policy
/// allows, as the server can't resume it. What the program has received already is read once more and
/// compared by a digest of hosts, plugins and output; then the stream continues where it was
/// interrupted. If the report that was opened again differs, that is an error of kind
/// [`Damaged`](ErrorKind::Damaged).
///
/// ```
/// # async fn f(sc: scanops::tenable_sc::Client) -> scanops::Result<()> {
/// let mut findings = sc.scan_results().download(121).await?.findings();
/// while let Some(finding) = findings.next_finding().await? {
///     println!("{} {:?} {}", finding.host.name, finding.severity, finding.plugin.name);
/// }
/// # Ok(()) }
/// ```
pub struct Findings(Events);

/// The hosts and findings of a report while it downloads: see [`Findings::events`].
pub struct Events {
    state: State,
    /// Shared with the stream of `state`, which reads it.
    download: Lent,
    limits: Limits,
    lossy: bool,
    replaced: u64,
    /// What was read since the report was opened.
    read: Digest,
    /// What was delivered before the report was opened again, until all of it was read once more.
    given: Option<Digest>,
    errors: CallErrors,
    tally: Option<Arc<Tally>>,
}

enum State {
    Reading(nessus::EventStream),
    Reopening(BoxFuture<'static, Result<Download>>),
    Ended,
}

/// A download that a stream reads, and that can be taken back when the stream has ended.
#[derive(Clone)]
struct Lent(Arc<Mutex<Option<Download>>>);

impl Lent {
    fn new(download: Download) -> Self {
        Self(Arc::new(Mutex::new(Some(download))))
    }

    fn lock(&self) -> MutexGuard<'_, Option<Download>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Stream for Lent {
    type Item = Result<Bytes>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        match &mut *self.lock() {
            Some(download) => Pin::new(download).poll_next(context),
            None => Poll::Ready(None),
        }
    }
}

/// What was read of a report: how many events, and a hash over them.
#[derive(Clone, Debug, Default)]
struct Digest {
    events: u64,
    hash: DefaultHasher,
}

impl Digest {
    fn add(&mut self, event: &nessus::Result<Event>) {
        self.events += 1;
        let hash = &mut self.hash;
        match event {
            Ok(Event::HostStart(host)) => host.hash(hash),
            Ok(Event::HostEnd { host, findings }) => (host, findings).hash(hash),
            Ok(Event::Finding(finding)) => {
                (&finding.report, &finding.host.name, finding.port, &finding.protocol).hash(hash);
                (&finding.service, finding.severity, &finding.plugin_output).hash(hash);
                (&finding.compliance, &finding.other).hash(hash);
                let plugin = &*finding.plugin;
                (plugin.id, &plugin.name, &plugin.family, &plugin.risk_factor).hash(hash);
                (&plugin.synopsis, &plugin.description, &plugin.solution, &plugin.cves).hash(hash);
                (plugin.modification_date, &plugin.script_version, &plugin.other).hash(hash);
            }
            Ok(_) => {}
            Err(error) => error.to_string().hash(hash),
        }
    }
}

/// Two digests are equal if the same was read.
impl PartialEq for Digest {
    fn eq(&self, other: &Self) -> bool {
        self.events == other.events && self.hash.finish() == other.hash.finish()
    }
}

/// Turns errors of the report into errors of the call.
#[derive(Clone)]
struct CallErrors {
    call: Arc<Call>,
    scan_result: Option<u64>,
    status: StatusCode,
    attempts: u32,
}

impl CallErrors {
    fn new(download: &Download) -> Self {
        Self {
            call: Arc::clone(&download.head.call),
            scan_result: download.scan_result,
            status: download.head.status,
            attempts: download.head.attempts,
        }
    }

    fn convert(&self, error: impl Into<Error>) -> Error {
        let error = error.into().with_scan_result(self.scan_result);
        // An error of the download has the rest.
        if error.url().is_some() {
            return error;
        }
        error.with_call(&self.call).with_status(self.status).with_attempts(self.attempts)
    }
}

impl Findings {
    pub(super) fn new(download: Download, limits: Limits) -> Self {
        let (errors, tally) = (CallErrors::new(&download), download.tally.clone());
        let download = Lent::new(download);
        Self(Events {
            state: State::Reading(open(&download, limits, false)),
            download,
            limits,
            lossy: false,
            replaced: 0,
            read: Digest::default(),
            given: None,
            errors,
            tally,
        })
    }

    /// Whether bytes that are not UTF-8 are replaced. Default false: they are an error. Set it
    /// before the stream is polled.
    #[must_use]
    pub fn lossy(mut self, lossy: bool) -> Self {
        self.0.lossy = lossy;
        self.0.state = State::Reading(open(&self.0.download, self.0.limits, lossy));
        self
    }

    /// How many invalid sequences of bytes were replaced so far.
    #[must_use]
    pub fn replaced(&self) -> u64 {
        self.0.replaced
    }

    /// The report as hosts and findings, with the hosts that have no findings.
    #[must_use]
    pub fn events(self) -> Events {
        self.0
    }

    /// The next finding, or `None` at the end. Cancel safe.
    ///
    /// # Errors
    /// Those of the download; [`ErrorKind::InvalidItem`] for one invalid item, after which the next
    /// call returns the next finding; [`ErrorKind::Damaged`] or [`ErrorKind::Report`] for the report
    /// as a whole.
    pub async fn next_finding(&mut self) -> Result<Option<Finding>> {
        std::future::poll_fn(|context| pin!(&mut *self).poll_next(context)).await.transpose()
    }
}

fn open(download: &Lent, limits: Limits, lossy: bool) -> nessus::EventStream {
    nessus::FindingStream::with_limits(download.clone(), limits).lossy(lossy).events()
}

impl Stream for Findings {
    type Item = Result<Finding>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        loop {
            return Poll::Ready(match ready!(Pin::new(&mut self.0).poll_next(context)) {
                Some(Ok(Event::Finding(finding))) => Some(Ok(finding)),
                Some(Ok(_)) => continue,
                Some(Err(error)) => Some(Err(error)),
                None => None,
            });
        }
    }
}

impl Events {
    /// The next event, or `None` at the end. Cancel safe.
    ///
    /// # Errors
    /// Those of [`Findings::next_finding`].
    pub async fn next_event(&mut self) -> Result<Option<Event>> {
        std::future::poll_fn(|context| pin!(&mut *self).poll_next(context)).await.transpose()
    }

    /// Opens the download again after an error, if the retry policy allows it.
    fn reopen(&mut self, error: Error) -> State {
        let Some(mut download) = self.download.lock().take() else { return State::Ended };
        State::Reopening(Box::pin(async move {
            download.reopen(error).await?;
            Ok(download)
        }))
    }

    /// Ends the stream and drops the download, as another download may wait for that.
    fn end(&mut self) {
        self.state = State::Ended;
        self.download.lock().take();
    }

    fn reopened(&mut self, download: Download) {
        let read = std::mem::take(&mut self.read);
        // It may have been interrupted again before all was read once more.
        if self.given.is_none() && read.events > 0 {
            self.given = Some(read);
        }
        self.errors = CallErrors::new(&download);
        self.download = Lent::new(download);
        self.state = State::Reading(open(&self.download, self.limits, self.lossy));
    }

    /// Records the next event, or the end. Returns whether it was delivered before the interruption.
    fn was_given(&mut self, event: Option<&nessus::Result<Event>>) -> Result<bool> {
        if let Some(event) = event {
            self.read.add(event);
        }
        let Some(given) = &self.given else { return Ok(false) };
        let ended = event.is_none() && self.read != *given;
        if ended || (self.read.events == given.events && self.read != *given) {
            let error = Error::new(
                ErrorKind::Damaged,
                "the connection was lost, and the report that was opened again differs",
            );
            let note = format!("{} hosts and findings had been delivered", given.events);
            return Err(self.errors.convert(error).with_note(note));
        }
        if self.read.events == given.events {
            self.given = None;
        }
        Ok(true)
    }
}

impl Stream for Events {
    type Item = Result<Event>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = &mut *self;
        loop {
            let event = match &mut this.state {
                State::Ended => return Poll::Ready(None),
                State::Reopening(download) => match ready!(download.as_mut().poll(context)) {
                    Ok(download) => {
                        this.reopened(download);
                        continue;
                    }
                    Err(error) => {
                        this.state = State::Ended;
                        return Poll::Ready(Some(Err(this.errors.convert(error))));
                    }
                },
                State::Reading(stream) => {
                    let event = ready!(Pin::new(&mut *stream).poll_next(context));
                    this.replaced = this.replaced.max(stream.replaced());
                    event
                }
            };
            if let Some(Err(error)) = &event
                && !error.is_recoverable()
            {
                let error = this.errors.convert(error.clone());
                this.state = this.reopen(error);
                continue;
            }
            let was_given = this.was_given(event.as_ref());
            match (event, was_given) {
                (_, Err(error)) => {
                    this.end();
                    return Poll::Ready(Some(Err(error)));
                }
                (None, Ok(_)) => {
                    this.end();
                    return Poll::Ready(None);
                }
                (Some(_), Ok(true)) => {}
                (Some(Err(error)), Ok(false)) => {
                    return Poll::Ready(Some(Err(this.errors.convert(error))));
                }
                (Some(Ok(event)), Ok(false)) => {
                    if let (Event::Finding(_), Some(tally)) = (&event, &this.tally) {
                        tally.count_finding();
                    }
                    return Poll::Ready(Some(Ok(event)));
                }
            }
        }
    }
}

impl fmt::Debug for Findings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Findings")
            .field("url", &self.0.errors.call.url.as_str())
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for Events {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Events")
            .field("url", &self.errors.call.url.as_str())
            .finish_non_exhaustive()
    }
}
