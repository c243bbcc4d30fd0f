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

/// The time over which the throughput is measured if there is no stall timeout.
const WINDOW: Duration = Duration::from_secs(60);

/// Limits how long a download may wait for its next byte, and how slow it may be. Time counts from
/// when the consumer asks for bytes until it takes them: a slow consumer is not a stall.
#[derive(Debug)]
pub(super) struct StallTimer {
    limit: Option<Duration>,
    /// The minimum throughput in bytes per second.
    minimum: Option<u64>,
    /// Set while waiting for the network.
    wait: Option<Wait>,
    /// How long this has waited for the network since the throughput was last checked, and how many
    /// bytes arrived in that time.
    waited: Duration,
    received: u64,
}

#[derive(Debug)]
struct Wait {
    since: Instant,
    sleep: Option<Pin<Box<Sleep>>>,
}

impl StallTimer {
    pub(super) fn new(limit: Option<Duration>, minimum: Option<u64>) -> Self {
        Self { limit, minimum, wait: None, waited: Duration::ZERO, received: 0 }
    }

    /// Bytes arrived. An error if there were too few of them for too long.
    pub(super) fn received(&mut self, bytes: usize) -> Result<()> {
        let Some(wait) = self.wait.take() else {
            self.received += bytes as u64;
            return Ok(());
        };
        self.waited += wait.since.elapsed();
        self.received += bytes as u64;
        let window = self.limit.unwrap_or(WINDOW);
        let Some(minimum) = self.minimum.filter(|_| self.waited >= window) else { return Ok(()) };
        let (received, waited) = (self.received, self.waited);
        if u128::from(received) * 1000 < u128::from(minimum).saturating_mul(waited.as_millis()) {
            let message = format!(
                "the download is too slow: {received} bytes arrived in {waited:?}; the minimum is \
                 {minimum} bytes per second"
            );
            return Err(Error::new(ErrorKind::Timeout, message));
        }
        (self.waited, self.received) = (Duration::ZERO, 0);
        Ok(())
    }

    /// Called while waiting for the network. Ready with an error once nothing has arrived for the
    /// limit.
    pub(super) fn poll(&mut self, context: &mut Context<'_>) -> Poll<Error> {
        // Without a stall timeout, a server that sends nothing is too slow all the same.
        let limit = self.limit.or(self.minimum.map(|_| WINDOW));
        let start =
            || Wait { since: Instant::now(), sleep: limit.map(|limit| Box::pin(sleep(limit))) };
        let wait = self.wait.get_or_insert_with(start);
        let (Some(limit), Some(timer)) = (limit, &mut wait.sleep) else { return Poll::Pending };
        timer.as_mut().poll(context).map(|()| {
            let message = format!("the download stalled: no byte arrived for {limit:?}");
            Error::new(ErrorKind::Timeout, message)
        })
    }
}

/// The largest chunk that is handed to the network at once. What the network has accepted is known
/// only when it asks for the next chunk. With what hyper and the kernel buffer, that is every few
/// hundred KiB: a server that takes less than that within a stall timeout counts as stalled.
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
    first_chunk: Option<Instant>,
    last_chunk: Option<Instant>,
    sent: u64,
    on_sent: Option<OnSent>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Phase {
    /// The network has not asked for the first chunk yet.
    Connecting,
    /// The network was given a chunk, and has not asked for the next.
    Sending,
    /// The network asks, and the source has no chunk yet.
    WaitingForSource,
    /// The last chunk was given.
    Sent,
}

impl UploadBody {
    pub(crate) fn new(source: Source, on_sent: Option<OnSent>) -> (Self, UploadMonitor) {
        let upload = Upload {
            source: Some(source),
            chunk: Bytes::new(),
            phase: Phase::Connecting,
            first_chunk: None,
            last_chunk: None,
            sent: 0,
            on_sent,
        };
        let upload = Arc::new(Mutex::new(upload));
        (Self(Arc::clone(&upload)), UploadMonitor(upload))
    }
}

impl Upload {
    /// For how long the body has made progress: from its first chunk to its last.
    fn progress(&self) -> Duration {
        match (self.first_chunk, self.last_chunk) {
            (Some(first), Some(last)) => last - first,
            _ => Duration::ZERO,
        }
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
                let ended = upload.phase == Phase::Sent;
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
                    upload.phase = Phase::Sent;
                    upload.last_chunk = Some(Instant::now());
                    return Poll::Ready(None);
                }
                Poll::Pending => {
                    upload.phase = Phase::WaitingForSource;
                    return Poll::Pending;
                }
            }
        }
        upload.phase = Phase::Sending;
        let now = Instant::now();
        upload.first_chunk.get_or_insert(now);
        upload.last_chunk = Some(now);
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
        lock(&self.0).phase == Phase::Sent
    }

    /// How many bytes were handed to the network.
    pub(super) fn bytes_sent(&self) -> u64 {
        lock(&self.0).sent
    }

    /// For how long the body made progress: a deadline does not run meanwhile.
    pub(super) fn progress(&self) -> Duration {
        lock(&self.0).progress()
    }

    /// Runs `attempt` for as long as its body makes progress. It fails when the network accepts
    /// nothing for `stall`, when connecting, or the response after the last chunk, takes longer than
    /// `attempt_timeout`, and when nothing is `left` of the deadline.
    pub(super) async fn watch<T>(
        &self,
        stall: Option<Duration>,
        attempt_timeout: Duration,
        left: Option<Duration>,
        attempt: impl Future<Output = Result<T>>,
    ) -> Result<T> {
        let start = Instant::now();
        let stalled = async {
            loop {
                let (phase, last_chunk, progress) = {
                    let upload = lock(&self.0);
                    (upload.phase, upload.last_chunk.unwrap_or(start), upload.progress())
                };
                let (limit, what) = match phase {
                    Phase::Connecting => (Some(attempt_timeout), "no connection was made"),
                    Phase::Sending => (stall, "the server accepted no byte"),
                    Phase::WaitingForSource => (None, "its source gave no byte"),
                    Phase::Sent => (Some(attempt_timeout), "no complete response came"),
                };
                // Time in which the body made progress does not count towards the deadline.
                let left =
                    left.map(|left| left.saturating_add(progress).saturating_sub(start.elapsed()));
                let until_limit = limit.map(|limit| limit.saturating_sub(last_chunk.elapsed()));
                let passed = if left.is_some_and(|left| left.is_zero()) {
                    Some("the time that was left to the deadline".to_owned())
                } else {
                    limit
                        .filter(|_| until_limit.is_some_and(|wait| wait.is_zero()))
                        .map(|limit| format!("{limit:?}"))
                };
                if let Some(passed) = passed {
                    let message = format!("the upload stalled: {what} for {passed}");
                    let error = Error::new(ErrorKind::Timeout, message);
                    let connecting = phase == Phase::Connecting;
                    return if connecting { error.with_never_sent() } else { error };
                }
                // Without a limit the phase is polled: a wake-up for each chunk would cost more.
                let waits = [until_limit, left, Some(Duration::from_secs(1))];
                sleep(waits.into_iter().flatten().min().unwrap_or_default()).await;
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
        // Dropped outside the lock: both are the caller's code.
        let dropped = (upload.source.take(), upload.on_sent.take());
        drop(upload);
        drop(dropped);
    }
}

impl fmt::Debug for UploadMonitor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UploadMonitor").finish_non_exhaustive()
    }
}

/// An error of an upload's source: a file, a reader, a stream. The type distinguishes it from an
/// error of the network.
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

    /// Polls the body once, as a connection does when it is made.
    async fn connect(body: &mut UploadBody) {
        assert!(body.next().await.unwrap().is_ok());
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
    async fn time_before_the_attempt_is_not_a_stall() {
        // For a login, or for the backoff before a retry.
        let (mut body, monitor) = upload(2, 10);
        sleep(Duration::from_secs(1000)).await;
        let attempt = async {
            sleep(Duration::from_secs(100)).await;
            connect(&mut body).await;
            sleep(Duration::from_secs(50)).await;
            Ok(())
        };
        let left = Some(Duration::from_secs(200));
        monitor.watch(STALL, RESPONSE, left, attempt).await.unwrap();
    }

    #[tokio::test(start_paused = true)]
    async fn progress_alone_stops_the_deadline() {
        let (mut body, monitor) = upload(1000, CHUNK);
        let left = Some(Duration::from_secs(30));
        let attempt = async {
            sleep(Duration::from_secs(20)).await;
            for _ in 0..100 {
                connect(&mut body).await;
                sleep(Duration::from_secs(5)).await;
            }
            pending::<Result<()>>().await
        };
        let start = Instant::now();
        let error = monitor.watch(STALL, RESPONSE, left, attempt).await.unwrap_err();
        assert!(error.to_string().contains("deadline"), "{error}");
        // 20 s to connect, 99 x 5 s of progress, and the 10 s that were left.
        assert_eq!(start.elapsed(), Duration::from_secs(20 + 99 * 5 + 10));
        assert_eq!(monitor.progress(), Duration::from_secs(99 * 5));
    }

    #[tokio::test(start_paused = true)]
    async fn without_a_stall_timeout_nothing_ends_it_but_the_deadline() {
        let (mut body, monitor) = upload(2, 10);
        connect(&mut body).await;
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
        let (mut body, monitor) = upload(2, 10);
        connect(&mut body).await;
        let longest = Duration::MAX;
        let work = async {
            sleep(Duration::from_secs(1)).await;
            Ok(())
        };
        monitor.watch(Some(longest), longest, Some(longest), work).await.unwrap();
        let mut timer = StallTimer::new(Some(longest), Some(u64::MAX));
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

    #[tokio::test(start_paused = true)]
    async fn a_download_below_the_minimum_throughput_fails_and_a_slow_consumer_does_not_count() {
        // A byte every 50 seconds, of which the network is waited for `waited`.
        async fn drip(minimum: Option<u64>, waited: Duration) -> (usize, Option<Error>) {
            let mut timer = StallTimer::new(STALL, minimum);
            for byte in 0..100 {
                sleep(Duration::from_secs(50).saturating_sub(waited)).await;
                if !waited.is_zero() {
                    let context = &mut Context::from_waker(std::task::Waker::noop());
                    assert!(timer.poll(context).is_pending());
                    sleep(waited).await;
                }
                if let Err(error) = timer.received(1) {
                    return (byte, Some(error));
                }
            }
            (100, None)
        }

        assert!(drip(None, Duration::from_secs(50)).await.1.is_none());
        assert!(drip(Some(1), Duration::ZERO).await.1.is_none());
        let (bytes, error) = drip(Some(1), Duration::from_secs(50)).await;
        let error = error.unwrap();
        assert!(bytes == 1 && error.is_timeout(), "{error}");
        assert!(error.to_string().contains("2 bytes arrived in 100s"), "{error}");
        // A server that sends nothing is too slow without a stall timeout, too.
        let mut timer = StallTimer::new(None, Some(1));
        let error = std::future::poll_fn(|context| timer.poll(context)).await;
        assert!(error.to_string().contains("no byte arrived for 60s"), "{error}");
        // Just enough: a byte for each second that was waited.
        assert!(drip(Some(1), Duration::from_secs(1)).await.1.is_none());
    }
}
