//! The findings of a report while it downloads.

use std::{
    fmt,
    pin::{Pin, pin},
    sync::Arc,
    task::{Context, Poll},
};

use futures_core::Stream;
use reqwest::StatusCode;

use super::Download;
use crate::{
    Error, Result,
    error::Call,
    nessus::{self, Event, Finding, Limits},
};

/// The findings of a report while it downloads: a [`Stream`].
///
/// It is a [`nessus::FindingStream`] whose errors are those of the call. Errors of the network come
/// as they are. After an error the stream has ended, except after an invalid item: then it goes on
/// with the next.
///
/// ```
/// # async fn f(sc: scanops::tenable_sc::Client) -> scanops::Result<()> {
/// let mut findings = sc.scan_results().download(121).await?.findings();
/// while let Some(finding) = findings.next_finding().await? {
///     println!("{} {:?} {}", finding.host.name, finding.severity, finding.plugin.name);
/// }
/// # Ok(()) }
/// ```
pub struct Findings {
    stream: nessus::FindingStream,
    errors: CallErrors,
}

/// The hosts and findings of a report while it downloads: see [`Findings::events`].
pub struct Events {
    stream: nessus::EventStream,
    errors: CallErrors,
}

/// Makes errors of the call out of those of the report.
#[derive(Clone)]
struct CallErrors {
    call: Arc<Call>,
    status: StatusCode,
    attempts: u32,
}

impl CallErrors {
    fn convert(&self, error: nessus::Error) -> Error {
        let error = Error::from(error);
        // An error of the download knows all this.
        if error.url().is_some() {
            return error;
        }
        error.with_call(&self.call).with_status(self.status).with_attempts(self.attempts)
    }
}

impl Findings {
    pub(super) fn new(download: Download, limits: Limits) -> Self {
        let errors = CallErrors {
            call: Arc::clone(&download.head.call),
            status: download.head.status,
            attempts: download.head.attempts,
        };
        Self { stream: nessus::FindingStream::with_limits(download, limits), errors }
    }

    /// Whether bytes that are not UTF-8 are replaced. Default false: they are an error. Set it
    /// before the stream is polled.
    #[must_use]
    pub fn lossy(mut self, lossy: bool) -> Self {
        self.stream = self.stream.lossy(lossy);
        self
    }

    /// How many invalid sequences of bytes were replaced so far.
    #[must_use]
    pub fn replaced(&self) -> u64 {
        self.stream.replaced()
    }

    /// The report as hosts and findings: it also gives hosts that have no findings.
    #[must_use]
    pub fn events(self) -> Events {
        Events { stream: self.stream.events(), errors: self.errors }
    }

    /// The next finding, or `None` at the end. Cancel safe.
    ///
    /// # Errors
    /// Those of the download, and [`ErrorKind::Damaged`](crate::ErrorKind::Damaged) or
    /// [`ErrorKind::Report`](crate::ErrorKind::Report) for the report.
    pub async fn next_finding(&mut self) -> Result<Option<Finding>> {
        std::future::poll_fn(|context| pin!(&mut *self).poll_next(context)).await.transpose()
    }
}

impl Stream for Findings {
    type Item = Result<Finding>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let Self { stream, errors } = &mut *self;
        let next = Pin::new(stream).poll_next(context);
        next.map(|next| next.map(|finding| finding.map_err(|error| errors.convert(error))))
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
}

impl Stream for Events {
    type Item = Result<Event>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let Self { stream, errors } = &mut *self;
        let next = Pin::new(stream).poll_next(context);
        next.map(|next| next.map(|event| event.map_err(|error| errors.convert(error))))
    }
}

impl fmt::Debug for Findings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Findings")
            .field("url", &self.errors.call.url.as_str())
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
