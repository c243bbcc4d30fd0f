//! How far a transfer is.

use std::{
    fmt,
    sync::atomic::{AtomicU64, Ordering},
    time::{Duration, Instant},
};

/// How far a transfer is, as a callback of [`Download::on_progress`] or [`Upload::on_progress`]
/// sees it.
///
/// [`Download::on_progress`]: super::Download::on_progress
/// [`Upload::on_progress`]: super::Upload::on_progress
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct Progress {
    /// How many bytes were transferred. It never decreases: when a download starts over, it stays
    /// until the new attempt has come as far.
    pub bytes: u64,
    /// How many bytes there are, where that is known.
    pub total: Option<u64>,
    /// Bytes per second, averaged over the last few seconds.
    pub rate: f64,
}

/// Calls the callback, and calculates the rate.
pub(super) struct Meter {
    callback: Box<dyn FnMut(Progress) + Send>,
    total: Option<u64>,
    bytes: u64,
    rate: f64,
    /// When the present interval began, and how many bytes had passed by then.
    since: Instant,
    before: u64,
}

/// The interval at which the average rate is updated.
const INTERVAL: Duration = Duration::from_millis(500);

impl Meter {
    pub(super) fn new(total: Option<u64>, callback: impl FnMut(Progress) + Send + 'static) -> Self {
        Self {
            callback: Box::new(callback),
            total,
            bytes: 0,
            rate: 0.0,
            since: Instant::now(),
            before: 0,
        }
    }

    /// This many bytes have passed. Those of an earlier attempt are not counted twice.
    pub(super) fn reached(&mut self, bytes: u64) {
        self.reached_at(bytes, Instant::now());
    }

    fn reached_at(&mut self, bytes: u64, time: Instant) {
        self.bytes = self.bytes.max(bytes);
        let elapsed = time.saturating_duration_since(self.since);
        if elapsed >= INTERVAL || self.rate == 0.0 {
            #[expect(clippy::cast_precision_loss, reason = "a rate is for people")]
            let now = (self.bytes - self.before) as f64 / elapsed.as_secs_f64().max(1e-6);
            self.rate = if self.rate == 0.0 { now } else { self.rate * 0.7 + now * 0.3 };
            if elapsed >= INTERVAL {
                (self.since, self.before) = (time, self.bytes);
            }
        }
        (self.callback)(Progress { bytes: self.bytes, total: self.total, rate: self.rate });
    }
}

impl fmt::Debug for Meter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Meter").field("bytes", &self.bytes).finish_non_exhaustive()
    }
}

/// What several downloads have brought so far.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    bytes: AtomicU64,
    findings: AtomicU64,
}

impl Tally {
    pub(crate) fn bytes(&self) -> u64 {
        self.bytes.load(Ordering::Relaxed)
    }

    pub(crate) fn findings(&self) -> u64 {
        self.findings.load(Ordering::Relaxed)
    }

    pub(super) fn count_bytes(&self, bytes: usize) {
        self.bytes.fetch_add(bytes as u64, Ordering::Relaxed);
    }

    pub(super) fn count_finding(&self) {
        self.findings.fetch_add(1, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use super::*;

    #[test]
    fn the_rate_follows_that_of_the_last_seconds() {
        let (seen, progress) = mpsc::channel();
        let mut meter = Meter::new(Some(10_000), move |progress| seen.send(progress).unwrap());
        let start = meter.since;
        for (milliseconds, bytes, rate) in [
            (1000, 1000, 1000.0),
            // Too soon for another rate.
            (1499, 1500, 1000.0),
            // Of the second, 2000 bytes.
            (2000, 3000, 0.7 * 1000.0 + 0.3 * 2000.0),
            // Of half a second, 4000 bytes in a second.
            (2500, 5000, 0.7 * 1300.0 + 0.3 * 4000.0),
            // A download that starts over.
            (2600, 10, 2110.0),
        ] {
            meter.reached_at(bytes, start + Duration::from_millis(milliseconds));
            let seen = progress.try_recv().unwrap();
            assert_eq!((seen.bytes, seen.total), (bytes.max(meter.bytes), Some(10_000)));
            assert!((seen.rate - rate).abs() < 1e-6, "{milliseconds} ms: {seen:?}");
        }
    }
}
