//! What several test binaries share: a fake clock, and helpers to wait for other tasks.
#![allow(dead_code, unreachable_pub, reason = "each test uses its own part")]

pub mod log;

use std::{
    fs,
    path::Path,
    pin::{Pin, pin},
    sync::{Arc, Mutex},
    task::Poll,
    time::{Duration, Instant, SystemTime},
};

use scanops::{Clock, Random};
use tokio::{io::AsyncReadExt, runtime::Handle};

pub const fn ms(ms: u64) -> Duration {
    Duration::from_millis(ms)
}

pub const fn secs(secs: u64) -> Duration {
    Duration::from_secs(secs)
}

/// A clock that advances instead of waiting, and records the waits.
#[derive(Clone, Debug)]
pub struct FakeClock {
    start: Instant,
    date: SystemTime,
    waits: Arc<Mutex<Vec<Duration>>>,
    slowness: u32,
}

impl FakeClock {
    /// A clock that starts at this date (in the form of `Retry-After`).
    pub fn at(date: &str) -> Self {
        let date = httpdate::parse_http_date(date).unwrap();
        Self { start: Instant::now(), date, waits: Arc::default(), slowness: 1 }
    }

    pub fn new() -> Self {
        Self::at("Sun, 06 Nov 1994 08:49:37 GMT")
    }

    /// Each of its waits takes this many times as long as it should.
    pub fn slow(slowness: u32) -> Self {
        Self { slowness, ..Self::new() }
    }

    pub fn waits(&self) -> Vec<Duration> {
        self.waits.lock().unwrap().clone()
    }

    fn passed(&self) -> Duration {
        self.waits.lock().unwrap().iter().sum::<Duration>() * self.slowness
    }
}

impl Clock for FakeClock {
    fn now(&self) -> Instant {
        self.start + self.passed()
    }

    fn time_of_day(&self) -> SystemTime {
        self.date + self.passed()
    }

    fn sleep(&self, duration: Duration) -> Pin<Box<dyn Future<Output = ()> + Send + '_>> {
        self.waits.lock().unwrap().push(duration);
        Box::pin(std::future::ready(()))
    }
}

/// The same fraction each time.
#[derive(Clone, Copy, Debug)]
pub struct Always(pub f64);

impl Random for Always {
    fn fraction(&self) -> f64 {
        self.0
    }
}

/// Reads a request: its head, and its body as it came.
pub async fn read_request(socket: &mut (impl AsyncReadExt + Unpin)) -> Option<(String, String)> {
    let mut bytes = Vec::new();
    loop {
        if let Some(end) = bytes.windows(4).position(|window| window == b"\r\n\r\n") {
            let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
            let body = &bytes[end + 4..];
            let lower = head.to_lowercase();
            let length = lower
                .lines()
                .find_map(|line| line.strip_prefix("content-length: ")?.parse().ok())
                .unwrap_or(0);
            let chunked = lower.contains("transfer-encoding: chunked");
            if body.len() >= length && (!chunked || body.ends_with(b"0\r\n\r\n")) {
                return Some((head, String::from_utf8_lossy(body).into_owned()));
            }
        }
        if socket.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
    }
}

/// All that an error can show.
pub fn full_text(error: &scanops::Error) -> String {
    let causes = std::iter::successors(std::error::Error::source(error), |cause| cause.source());
    let causes: Vec<_> = causes.map(|cause| format!("{cause} {cause:?}")).collect();
    format!(
        "{error} {error:?} {error:#?} {:?} {:?} {}",
        error.excerpt(),
        error.server_message(),
        causes.join(" ")
    )
}

/// Polls a future this number of times and once more, and drops it if it is still pending.
pub async fn poll_at_most<F: Future>(polls: usize, future: F) -> Option<F::Output> {
    let (mut future, mut left) = (pin!(future), polls);
    std::future::poll_fn(|context| {
        if let Poll::Ready(output) = future.as_mut().poll(context) {
            return Poll::Ready(Some(output));
        }
        if left == 0 {
            return Poll::Ready(None);
        }
        left -= 1;
        Poll::Pending
    })
    .await
}

/// Waits until a condition holds that other threads or tasks bring about.
pub async fn wait_until(message: &str, condition: impl Fn() -> bool) {
    let wait = async {
        while !condition() {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    };
    assert!(tokio::time::timeout(Duration::from_secs(10), wait).await.is_ok(), "{message}");
}

/// Waits until at most this number of tasks is alive.
pub async fn wait_for_tasks(most: usize) {
    let alive = || Handle::current().metrics().num_alive_tasks();
    wait_until("a task is left", || alive() <= most).await;
}

/// The names of the files in a folder.
pub fn files(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    entries.map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned()).collect()
}

/// The names of the temporary files in a folder.
pub fn temporary_files(folder: &Path) -> Vec<String> {
    files(folder).into_iter().filter(|name| name.starts_with('.')).collect()
}
