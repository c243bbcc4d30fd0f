//! A clock for tests that need not wait an hour for something to expire.

use std::{
    pin::Pin,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

use crate::Clock;

/// A clock that only moves when it is [advanced](Self::advance), or slept on: a sleep advances it
/// and returns at once.
///
/// Clones share their time: pass one to the sandbox or a client, and keep another.
///
/// ```
/// use scanops::{Clock, sandbox::ManualClock};
/// use std::time::Duration;
///
/// let clock = ManualClock::new();
/// let before = clock.time_of_day();
/// clock.clone().advance(Duration::from_secs(3600));
/// assert_eq!(clock.time_of_day(), before + Duration::from_secs(3600));
/// ```
#[derive(Debug, Clone)]
pub struct ManualClock {
    start: Instant,
    start_of_day: SystemTime,
    passed: Arc<Mutex<Duration>>,
}

impl ManualClock {
    /// A clock at 2026-01-05T08:00:00Z. With it, a sandbox of the same version holds the same dates
    /// in every run.
    #[must_use]
    pub fn new() -> Self {
        Self::at(UNIX_EPOCH + Duration::from_secs(1_767_600_000))
    }

    /// A clock at the given time.
    #[must_use]
    pub fn at(start: SystemTime) -> Self {
        Self { start: Instant::now(), start_of_day: start, passed: Arc::default() }
    }

    /// Moves the clock forward.
    pub fn advance(&self, by: Duration) {
        let mut passed = self.passed.lock().unwrap_or_else(PoisonError::into_inner);
        *passed = passed.saturating_add(by);
    }

    fn passed(&self) -> Duration {
        *self.passed.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Default for ManualClock {
    fn default() -> Self {
        Self::new()
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Instant {
        self.start.checked_add(self.passed()).unwrap_or(self.start)
    }

    fn time_of_day(&self) -> SystemTime {
        self.start_of_day.checked_add(self.passed()).unwrap_or(self.start_of_day)
    }

    fn sleep(&self, duration: Duration) -> Pin<Box<dyn Future<Output = ()> + Send + '_>> {
        self.advance(duration);
        Box::pin(std::future::ready(()))
    }
}
