//! Stall detection, in both directions: no byte was received, or accepted, for a while.

use std::{
    error::Error as StdError,
    fmt, io,
    pin::{Pin, pin},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    task::{Context, Poll},
    time::Duration,
};

use bytes::Bytes;
use futures_core::Stream;
use futures_util::future::{self, Either};
use tokio::time::{Instant, Sleep, sleep};

use crate::{Error, ErrorKind, Result};

/// Limits how long a download may wait for its next byte.
#[derive(Debug)]
pub(super) struct StallTimer {
    limit: Option<Duration>,
    /// Set while the network is waited for, and at no other time: a consumer may be slow.
    sleep: Option<Pin<Box<Sleep>>>,
}

impl StallTimer {
    pub(super) fn new(limit: Option<Duration>) -> Self {
        Self { limit, sleep: None }
    }

    /// Bytes arrived.
    pub(super) fn reset(&mut self) {
        self.sleep = None;
    }

    /// Ready with an error when nothing has arrived for the limit.
    pub(super) fn poll(&mut self, context: &mut Context<'_>) -> Poll<Error> {
        let Some(limit) = self.limit else { return Poll::Pending };
        let timer = self.sleep.get_or_insert_with(|| Box::pin(sleep(limit)));
        timer.as_mut().poll(context).map(|()| {
            let message = format!("the download stalled: no byte arrived for {limit:?}");
            Error::new(ErrorKind::Timeout, message)
        })
    }
}

/// The largest chunk that is handed to the network at once. What the network has accepted is known
/// only when it asks for the next chunk, so this is the resolution of an upload's stall timeout.
const CHUNK: usize = 16 * 1024;

type Source = Pin<Box<dyn Stream<Item = io::Result<Bytes>> + Send>>;
/// Called with the number of bytes sent so far.
pub(crate) type OnSent = Box<dyn FnMut(u64) + Send>;

/// The body of an upload, as given to reqwest. Its source is shared with an [`UploadMonitor`].
pub(crate) struct UploadBody(Arc<Mutex<Upload>>);

/// Watches an upload's body. When it is dropped, so is the body's source: the connection may keep
/// the body itself for as long as the kernel retries, and files must not stay open that long.
pub(crate) struct UploadMonitor(Arc<Mutex<Upload>>);

struct Upload {
    /// `None` after its end, and when the upload was dropped.
    source: Option<Source>,
    /// What the source gave and the network has not asked for yet.
    chunk: Bytes,
    phase: Phase,
    sent: u64,
    on_sent: Option<OnSent>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Phase {
    /// The network was given a chunk at this time, and has not asked for the next.
    Sending(Instant),
    /// The network asks, and the source has no chunk yet.
    WaitingForSource(Instant),
    /// The last chunk was given at this time.
    Sent(Instant),
}

impl UploadBody {
    pub(crate) fn new(source: Source, on_sent: Option<OnSent>) -> (Self, UploadMonitor) {
        let upload = Upload {
            source: Some(source),
            chunk: Bytes::new(),
            phase: Phase::Sending(Instant::now()),
            sent: 0,
            on_sent,
        };
        let upload = Arc::new(Mutex::new(upload));
        (Self(Arc::clone(&upload)), UploadMonitor(upload))
    }
}

fn lock(upload: &Mutex<Upload>) -> MutexGuard<'_, Upload> {
    upload.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Stream for UploadBody {
    type Item = Result<Bytes, SourceError>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let mut upload = lock(&self.0);
        let upload = &mut *upload;
        while upload.chunk.is_empty() {
            let Some(source) = &mut upload.source else {
                let ended = matches!(upload.phase, Phase::Sent(_));
                let dropped = || Err(SourceError(io::Error::other("the upload was dropped")));
                return Poll::Ready((!ended).then(dropped));
            };
            match source.as_mut().poll_next(context) {
                Poll::Ready(Some(Ok(chunk))) => upload.chunk = chunk,
                Poll::Ready(Some(Err(error))) => {
                    upload.source = None;
                    return Poll::Ready(Some(Err(SourceError(error))));
                }
                Poll::Ready(None) => {
                    upload.source = None;
                    upload.phase = Phase::Sent(Instant::now());
                    return Poll::Ready(None);
                }
                Poll::Pending => {
                    upload.phase = Phase::WaitingForSource(Instant::now());
                    return Poll::Pending;
                }
            }
        }
        upload.phase = Phase::Sending(Instant::now());
        let chunk = upload.chunk.split_to(upload.chunk.len().min(CHUNK));
        upload.sent += chunk.len() as u64;
        if let Some(on_sent) = &mut upload.on_sent {
            on_sent(upload.sent);
        }
        Poll::Ready(Some(Ok(chunk)))
    }
}

impl UploadMonitor {
    /// Whether the whole body was handed to the network.
    pub(super) fn is_sent(&self) -> bool {
        matches!(lock(&self.0).phase, Phase::Sent(_))
    }

    /// How many bytes were handed to the network.
    pub(super) fn bytes_sent(&self) -> u64 {
        lock(&self.0).sent
    }

    /// Runs `attempt` for as long as its body makes progress. It fails when the network accepts
    /// nothing for `stall`, when the response takes longer than `response` after the last chunk,
    /// and when there is no progress of any kind for what is `left` to the deadline.
    pub(super) async fn watch<T>(
        &self,
        stall: Option<Duration>,
        response: Duration,
        left: Option<Duration>,
        attempt: impl Future<Output = Result<T>>,
    ) -> Result<T> {
        let stalled = async {
            loop {
                let phase = lock(&self.0).phase;
                let (since, limit, what) = match phase {
                    Phase::Sending(since) => (since, stall, "the server accepted no byte"),
                    Phase::WaitingForSource(since) => (since, None, "its source gave no byte"),
                    Phase::Sent(since) => (since, Some(response), "no complete response came"),
                };
                let limit = match (limit, left) {
                    (Some(limit), Some(left)) => Some(limit.min(left)),
                    (limit, left) => limit.or(left),
                };
                // Without a limit the phase is polled: a wake-up for each chunk would cost more.
                let wait = match limit {
                    Some(limit) => limit.saturating_sub(since.elapsed()),
                    None => Duration::from_secs(1),
                };
                sleep(wait).await;
                if let Some(limit) = limit
                    && lock(&self.0).phase == phase
                {
                    let whose =
                        if left == Some(limit) { ", what was left to the deadline" } else { "" };
                    let message = format!("the upload stalled: {what} for {limit:?}{whose}");
                    return Error::new(ErrorKind::Timeout, message);
                }
            }
        };
        match future::select(pin!(attempt), pin!(stalled)).await {
            Either::Left((result, _)) => result,
            Either::Right((error, _)) => Err(error),
        }
    }
}

impl Drop for UploadMonitor {
    fn drop(&mut self) {
        let mut upload = lock(&self.0);
        upload.chunk = Bytes::new();
        // Dropped outside the lock: it is the caller's code.
        let source = upload.source.take();
        drop(upload);
        drop(source);
    }
}

impl fmt::Debug for UploadMonitor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UploadMonitor").finish_non_exhaustive()
    }
}

/// The source of an upload failed: a file, a reader, a stream. It marks the error, so that it is
/// not taken for one of the network.
#[derive(Debug)]
pub(crate) struct SourceError(pub(crate) io::Error);

impl fmt::Display for SourceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl StdError for SourceError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        Some(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use std::future::pending;

    use futures_util::{StreamExt as _, stream};

    use super::*;

    const STALL: Option<Duration> = Some(Duration::from_secs(60));
    const RESPONSE: Duration = Duration::from_secs(180);

    fn upload(chunks: usize, size: usize) -> (UploadBody, UploadMonitor) {
        let chunk = Bytes::from(vec![7; size]);
        let chunks = stream::repeat_with(move || Ok(chunk.clone())).take(chunks);
        UploadBody::new(Box::pin(chunks), None)
    }

    async fn failure(monitor: &UploadMonitor, work: impl Future<Output = ()>) -> (Error, Duration) {
        let start = Instant::now();
        let attempt = async {
            work.await;
            pending::<Result<()>>().await
        };
        let error = monitor.watch(STALL, RESPONSE, None, attempt).await.unwrap_err();
        assert!(error.is_timeout());
        (error, start.elapsed())
    }

    #[tokio::test(start_paused = true)]
    async fn a_large_chunk_that_moves_slowly_is_not_a_stall() {
        // One chunk of 40 MiB, of which a piece is accepted every 50 seconds.
        let (mut body, monitor) = upload(1, 40 << 20);
        let moving = async {
            for _ in 0..10 {
                sleep(Duration::from_secs(50)).await;
                assert!(body.next().await.unwrap().unwrap().len() <= CHUNK);
            }
        };
        let (error, after) = failure(&monitor, moving).await;
        assert!(error.to_string().contains("accepted no byte"), "{error}");
        assert_eq!(after, Duration::from_secs(10 * 50 + 60));
    }

    #[tokio::test(start_paused = true)]
    async fn a_slow_source_is_not_a_stall() {
        let (mut body, monitor) = UploadBody::new(Box::pin(stream::pending()), None);
        let attempt = async {
            tokio::select! {
                _ = body.next() => unreachable!("the source is pending"),
                () = sleep(Duration::from_secs(10_000)) => Ok(()),
            }
        };
        monitor.watch(STALL, RESPONSE, None, attempt).await.unwrap();
    }

    #[tokio::test(start_paused = true)]
    async fn a_response_may_take_as_long_as_that_of_any_call() {
        let (mut body, monitor) = upload(1, 10);
        let (error, after) =
            failure(&monitor, async { while body.next().await.is_some() {} }).await;
        assert!(monitor.is_sent() && monitor.bytes_sent() == 10);
        assert!(error.to_string().contains("response"), "{error}");
        assert_eq!(after, RESPONSE);
    }

    #[tokio::test(start_paused = true)]
    async fn without_a_stall_timeout_nothing_ends_it_but_the_deadline() {
        let (_body, monitor) = upload(1, 10);
        let slow = || async {
            sleep(Duration::from_secs(100_000)).await;
            Ok(())
        };
        monitor.watch(None, RESPONSE, None, slow()).await.unwrap();
        let left = Some(Duration::from_secs(30));
        let error = monitor.watch(None, RESPONSE, left, slow()).await.unwrap_err();
        assert!(error.to_string().contains("deadline"), "{error}");
    }

    #[tokio::test(start_paused = true)]
    async fn no_duration_panics() {
        let (_body, monitor) = upload(1, 10);
        let longest = Duration::MAX;
        let work = async {
            sleep(Duration::from_secs(1)).await;
            Ok(())
        };
        monitor.watch(Some(longest), longest, Some(longest), work).await.unwrap();
        let mut timer = StallTimer::new(Some(longest));
        std::future::poll_fn(|context| {
            assert!(timer.poll(context).is_pending());
            Poll::Ready(())
        })
        .await;
    }

    #[tokio::test]
    async fn a_dropped_upload_drops_its_source_at_once() {
        let source = Arc::new(());
        let held = Arc::clone(&source);
        let endless = stream::repeat_with(move || {
            let _ = &held;
            Ok(Bytes::from_static(b"x"))
        });
        let (mut body, monitor) = UploadBody::new(Box::pin(endless), None);
        body.next().await.unwrap().unwrap();
        drop(monitor);
        assert_eq!(Arc::strong_count(&source), 1);
        assert!(body.next().await.unwrap().is_err());
    }
}
