//! Downloads: reports on their way here.

use std::{
    any::Any,
    fmt, io,
    pin::{Pin, pin},
    sync::Arc,
    task::{Context, Poll},
};

use bytes::Bytes;
use futures_core::Stream;
use futures_util::TryStreamExt as _;
use tokio::io::AsyncBufRead;
use tokio_util::io::StreamReader;

use super::{
    Findings, file_name,
    progress::{Meter, Progress, Tally},
};
use crate::{
    Error, Result,
    http::{BodyStream, BoxFuture, Failed, Response, RetryContext},
    nessus::Limits,
};

/// A report while it downloads: a [`Stream`] of chunks, of which one is in memory at a time.
///
/// Its first bytes are those of a zip archive or an XML document; if the server sends a JSON error or
/// a login page instead, there is an error and no `Download`. Whether the report is complete is
/// verified by [`save_to`](Self::save_to), [`write_to`](Self::write_to) and
/// [`findings`](Self::findings), and not if you read the chunks yourself.
///
/// After an error the stream has ended. Dropping it cancels the download.
///
/// ```
/// # async fn f(sc: scanops::tenable_sc::Client) -> Result<(), Box<dyn std::error::Error>> {
/// let mut report = sc.scan_results().download(121).await?;
/// println!("{:?}, {:?} bytes", report.file_name(), report.content_length());
/// while let Some(chunk) = report.next_chunk().await? {
///     println!("{} bytes more", chunk.len());
/// }
/// # Ok(()) }
/// ```
pub struct Download {
    pub(super) head: Response,
    body: BodyStream,
    length: Option<u64>,
    bytes_read: u64,
    meter: Option<Meter>,
    /// Shared by all attempts, those of a reopened download included.
    context: RetryContext,
    open: Open,
    /// The scan result of a pull.
    pub(super) scan_result: Option<u64>,
    pub(super) tally: Option<Arc<Tally>>,
    /// Dropped with the download.
    place: Option<Box<dyn Any + Send + Sync>>,
}

/// Opens a download: the first time, and after an interruption.
pub(crate) type Open = Box<
    dyn for<'a> Fn(&'a mut RetryContext) -> BoxFuture<'a, Result<(Response, BodyStream)>>
        + Send
        + Sync,
>;

impl Download {
    pub(crate) async fn open(mut context: RetryContext, open: Open) -> Result<Self> {
        let (head, body) = open(&mut context).await?;
        let length = content_length(&head);
        Ok(Self {
            head,
            body,
            length,
            bytes_read: 0,
            meter: None,
            context,
            open,
            scan_result: None,
            tally: None,
            place: None,
        })
    }

    /// Names this scan result in errors, counts bytes and findings in a tally, and keeps `place` until
    /// it is dropped.
    pub(crate) fn pulled(
        mut self,
        scan_result: u64,
        tally: Arc<Tally>,
        place: impl Any + Send + Sync,
    ) -> Self {
        self.scan_result = Some(scan_result);
        self.tally = Some(tally);
        self.place = Some(Box::new(place));
        self
    }

    /// Waits as the retry policy says and starts over from the first byte, or returns the error if it
    /// must not be retried.
    pub(super) async fn reopen(&mut self, error: Error) -> Result<()> {
        let stalled = self.body.stall_timeout().filter(|_| error.is_timeout());
        self.context.reopen(stalled.unwrap_or_default());
        self.context.wait_to_retry(error, Failed::Download).await?;
        (self.head, self.body) = (self.open)(&mut self.context).await?;
        self.length = content_length(&self.head);
        self.bytes_read = 0;
        Ok(())
    }

    /// The name that the server suggests for the file, reduced to one path component without
    /// special meaning on any system.
    #[must_use]
    pub fn file_name(&self) -> Option<String> {
        file_name::suggested(&self.head.headers)
    }

    /// The findings of the report, while it downloads. Nothing is written to disk, and only a bounded
    /// part of the report is in memory.
    ///
    /// If the connection is lost or stalls, the report is opened again, as often as the retry policy
    /// allows: the findings that the program has received already are read once more and verified to
    /// be the same, and then the stream continues with the next.
    ///
    /// ```
    /// # async fn f(sc: scanops::tenable_sc::Client) -> scanops::Result<()> {
    /// let mut findings = sc.scan_results().download(121).await?.findings();
    /// while let Some(finding) = findings.next_finding().await? {
    ///     println!("{} {:?} {}", finding.host.name, finding.severity, finding.plugin.name);
    /// }
    /// # Ok(()) }
    /// ```
    pub fn findings(self) -> Findings {
        self.findings_with_limits(Limits::default())
    }

    /// The same, with other limits on the memory that one finding may take.
    pub fn findings_with_limits(self, limits: Limits) -> Findings {
        Findings::new(self, limits)
    }

    /// The bytes of the report as a reader. Its errors are [`scanops::Error`](crate::Error)s in
    /// an [`io::Error`].
    ///
    /// ```
    /// # async fn f(sc: scanops::tenable_sc::Client) -> Result<(), Box<dyn std::error::Error>> {
    /// let mut report = sc.scan_results().download(121).await?.into_async_read();
    /// tokio::io::copy_buf(&mut report, &mut tokio::io::sink()).await?;
    /// # Ok(()) }
    /// ```
    pub fn into_async_read(self) -> impl AsyncBufRead + Send + Unpin + 'static {
        StreamReader::new(self.map_err(io::Error::other))
    }

    /// Calls `callback` for each chunk that is read: for a progress bar.
    #[must_use]
    pub fn on_progress(mut self, callback: impl FnMut(Progress) + Send + 'static) -> Self {
        self.meter = Some(Meter::new(self.length, callback));
        self
    }

    /// The length of the report in bytes, if the server states it. Tenable.sc does not.
    #[must_use]
    pub fn content_length(&self) -> Option<u64> {
        self.length
    }

    /// How many bytes have been read.
    #[must_use]
    pub fn bytes_read(&self) -> u64 {
        self.bytes_read
    }

    /// The next chunk, or `None` at the end. Cancel safe: when the future is dropped, no byte is
    /// lost.
    ///
    /// # Errors
    /// [`ErrorKind::Disconnected`](crate::ErrorKind::Disconnected) if the connection is lost,
    /// [`ErrorKind::Timeout`](crate::ErrorKind::Timeout) if nothing arrives for the stall timeout.
    pub async fn next_chunk(&mut self) -> Result<Option<Bytes>> {
        std::future::poll_fn(|context| pin!(&mut *self).poll_next(context)).await.transpose()
    }

    /// Adds the call to an error, and how far the download had come.
    pub(super) fn describe(&self, error: Error) -> Error {
        error
            .with_call(&self.head.call)
            .with_scan_result(self.scan_result)
            .with_status(self.head.status)
            .with_attempts(self.head.attempts)
            .with_note(format!("{} bytes had arrived", self.bytes_read))
    }
}

impl Stream for Download {
    type Item = Result<Bytes>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = &mut *self;
        Pin::new(&mut this.body).poll_next(context).map(|next| {
            Some(match next? {
                Ok(chunk) => {
                    this.bytes_read += chunk.len() as u64;
                    if let Some(tally) = &this.tally {
                        tally.count_bytes(chunk.len());
                    }
                    if let Some(meter) = &mut this.meter {
                        meter.reached(this.bytes_read);
                    }
                    Ok(chunk)
                }
                Err(error) => Err(this.describe(error)),
            })
        })
    }
}

impl fmt::Debug for Download {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Download")
            .field("url", &self.head.call.url.as_str())
            .field("content_length", &self.length)
            .field("bytes_read", &self.bytes_read)
            .finish_non_exhaustive()
    }
}

fn content_length(head: &Response) -> Option<u64> {
    head.headers.get(reqwest::header::CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}
