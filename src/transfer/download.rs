//! A report on its way here.

use std::{
    fmt, io,
    pin::{Pin, pin},
    task::{Context, Poll},
    time::Duration,
};

use bytes::Bytes;
use futures_core::Stream;
use tokio::{
    io::{AsyncRead, ReadBuf},
    time::Sleep,
};

use super::{
    file_name,
    progress::{Meter, Progress},
};
use crate::{
    Error, ErrorKind, Result,
    http::{Answer, Opened, Restarts, of_reqwest},
    nessus::FindingStream,
};

/// The bytes of a report while they arrive: a stream, in the memory of one part at a time.
///
/// What is streamed has begun as a report begins, a zip archive or an XML document: a JSON error
/// or a login page in its place was an error before the stream was there. That the report is whole
/// is verified by [`save_to`](Self::save_to) and [`write_to`](Self::write_to), and not where you
/// take its parts yourself.
///
/// It is a stream of parts and an [`AsyncRead`]. After an error it has ended. Dropping it ends the
/// download.
///
/// ```
/// # async fn f(sc: scanops::tenable_sc::Client) -> Result<(), Box<dyn std::error::Error>> {
/// let mut report = sc.scan_results().download(121).await?;
/// println!("{:?}, of {:?} bytes", report.file_name(), report.content_length());
/// while let Some(part) = report.next_part().await? {
///     println!("{} bytes more", part.len());
/// }
/// # Ok(()) }
/// ```
pub struct Download {
    head: Answer,
    start: Option<Bytes>,
    /// None after the end, or an error.
    rest: Option<Pin<Box<dyn Stream<Item = reqwest::Result<Bytes>> + Send>>>,
    length: Option<u64>,
    arrived: u64,
    stall: Option<Duration>,
    /// Runs while the network is waited for, and at no other time.
    patience: Option<Pin<Box<Sleep>>>,
    meter: Option<Meter>,
    /// What a reader has not taken yet of the last part.
    unread: Bytes,
    again: Again,
}

/// How a download begins once more.
pub(crate) struct Again {
    pub(crate) open: Box<dyn Fn() -> BoxFuture<Result<Opened>> + Send + Sync>,
    pub(crate) restarts: Box<dyn Fn() -> Restarts + Send + Sync>,
}

type BoxFuture<T> = Pin<Box<dyn Future<Output = T> + Send>>;

impl Download {
    pub(crate) fn new(opened: Opened, again: Again) -> Self {
        let Opened { mut head, rest, stall } = opened;
        let start = std::mem::take(&mut head.body);
        Self {
            length: content_length(&head),
            head,
            start: Some(start).filter(|start| !start.is_empty()),
            rest: Some(Box::pin(rest.bytes_stream())),
            arrived: 0,
            stall,
            patience: None,
            meter: None,
            unread: Bytes::new(),
            again,
        }
    }

    pub(super) fn restarts(&self) -> Restarts {
        (self.again.restarts)()
    }

    /// Begins from the first byte, in place of what was left of this.
    pub(super) async fn begin_again(&mut self) -> Result<()> {
        let Opened { mut head, rest, stall } = (self.again.open)().await?;
        let start = std::mem::take(&mut head.body);
        self.length = content_length(&head);
        self.head = head;
        self.start = Some(start).filter(|start| !start.is_empty());
        self.rest = Some(Box::pin(rest.bytes_stream()));
        self.arrived = 0;
        self.stall = stall;
        self.patience = None;
        self.unread = Bytes::new();
        Ok(())
    }

    /// The name that the server suggests for the file, reduced to one path component that no
    /// system treats specially.
    #[must_use]
    pub fn file_name(&self) -> Option<String> {
        file_name::suggested(&self.head.headers)
    }

    /// The findings of the report, while it downloads: nothing is put on a disk, and what waits
    /// to be looked at is bounded.
    ///
    /// ```
    /// # async fn f(sc: scanops::tenable_sc::Client) -> scanops::Result<()> {
    /// let mut findings = sc.scan_results().download(121).await?.findings();
    /// while let Some(finding) = findings.next_finding().await? {
    ///     println!("{} {:?} {}", finding.host.name, finding.severity, finding.plugin.name);
    /// }
    /// # Ok(()) }
    /// ```
    pub fn findings(self) -> FindingStream<Error> {
        FindingStream::new(self).errors_into()
    }

    /// Calls back with each part that is given out: for a progress bar.
    #[must_use]
    pub fn on_progress(mut self, callback: impl FnMut(Progress) + Send + 'static) -> Self {
        self.meter = Some(Meter::new(self.length, callback));
        self
    }

    /// How long the whole is, in bytes, where the server says so. Tenable.sc does not.
    #[must_use]
    pub fn content_length(&self) -> Option<u64> {
        self.length
    }

    /// How many bytes have been given out.
    #[must_use]
    pub fn bytes_read(&self) -> u64 {
        self.arrived
    }

    /// The next part, or `None` at the end: the stream for those who don't have a stream's methods
    /// at hand. It can be dropped and called again without losing anything.
    ///
    /// # Errors
    /// [`ErrorKind::Disconnected`] where the connection is lost, [`ErrorKind::Timeout`] where
    /// nothing arrives for the stall timeout.
    pub async fn next_part(&mut self) -> Result<Option<Bytes>> {
        std::future::poll_fn(|context| pin!(&mut *self).poll_next(context)).await.transpose()
    }

    fn fail(&mut self, error: Error) -> Error {
        self.rest = None;
        self.describe(error)
    }

    /// Says of which call an error is, and how far it had come.
    pub(super) fn describe(&self, error: Error) -> Error {
        let error = error.with_call(&self.head.call).with_status(self.head.status);
        error
            .with_attempts(self.head.attempts)
            .with_note(format!("{} bytes had arrived", self.arrived))
    }

    fn give(&mut self, part: Bytes) -> Bytes {
        self.patience = None;
        self.arrived += part.len() as u64;
        if let Some(meter) = &mut self.meter {
            meter.reached(self.arrived);
        }
        part
    }

    fn poll_stalled(&mut self, context: &mut Context<'_>) -> Poll<Error> {
        let Some(stall) = self.stall else { return Poll::Pending };
        let patience = self.patience.get_or_insert_with(|| Box::pin(tokio::time::sleep(stall)));
        if patience.as_mut().poll(context).is_pending() {
            return Poll::Pending;
        }
        Poll::Ready(Error::new(
            ErrorKind::Timeout,
            format!("the download stalled: nothing arrived for {stall:?}"),
        ))
    }
}

impl Stream for Download {
    type Item = Result<Bytes>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = &mut *self;
        if let Some(start) = this.start.take() {
            return Poll::Ready(Some(Ok(this.give(start))));
        }
        let Some(rest) = &mut this.rest else { return Poll::Ready(None) };
        match rest.as_mut().poll_next(context) {
            Poll::Ready(Some(Ok(part))) => Poll::Ready(Some(Ok(this.give(part)))),
            Poll::Ready(Some(Err(error))) => Poll::Ready(Some(Err(this.fail(of_reqwest(error))))),
            Poll::Ready(None) => {
                this.rest = None;
                Poll::Ready(None)
            }
            Poll::Pending => match this.poll_stalled(context) {
                Poll::Ready(stalled) => Poll::Ready(Some(Err(this.fail(stalled)))),
                Poll::Pending => Poll::Pending,
            },
        }
    }
}

impl AsyncRead for Download {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        into: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        while self.unread.is_empty() {
            match self.as_mut().poll_next(context) {
                Poll::Ready(Some(Ok(part))) => self.unread = part,
                Poll::Ready(Some(Err(error))) => return Poll::Ready(Err(io::Error::other(error))),
                Poll::Ready(None) => return Poll::Ready(Ok(())),
                Poll::Pending => return Poll::Pending,
            }
        }
        let length = self.unread.len().min(into.remaining());
        into.put_slice(&self.unread.split_to(length));
        Poll::Ready(Ok(()))
    }
}

impl fmt::Debug for Download {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Download")
            .field("url", &self.head.call.url.as_str())
            .field("content_length", &self.length)
            .field("bytes_read", &self.arrived)
            .finish_non_exhaustive()
    }
}

fn content_length(head: &Answer) -> Option<u64> {
    head.headers.get(reqwest::header::CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}
