//! A clock for tests that need not wait an hour for something to expire.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, SystemTime, UNIX_EPOCH},
};

/// What a server takes for the time of day.
#[derive(Debug, Clone)]
pub(crate) enum Clock {
    System,
    Manual(ManualClock),
}

impl Clock {
    pub(crate) fn time_of_day(&self) -> SystemTime {
        match self {
            Self::System => SystemTime::now(),
            Self::Manual(clock) => clock.time_of_day(),
        }
    }
}

/// A clock that only moves when it is [advanced](Self::advance).
///
/// Clones share their time: pass one to the sandbox, and keep another.
///
/// ```
/// use scanops_sandbox::ManualClock;
/// use std::time::Duration;
///
/// let clock = ManualClock::new();
/// let before = clock.time_of_day();
/// clock.clone().advance(Duration::from_secs(3600));
/// assert_eq!(clock.time_of_day(), before + Duration::from_secs(3600));
/// ```
#[derive(Debug, Clone)]
pub struct ManualClock {
    start: SystemTime,
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
        Self { start, passed: Arc::default() }
    }

    /// Moves the clock forward.
    pub fn advance(&self, by: Duration) {
        let mut passed = self.passed.lock().unwrap_or_else(PoisonError::into_inner);
        *passed = passed.saturating_add(by);
    }

    /// The time that the clock shows.
    #[must_use]
    pub fn time_of_day(&self) -> SystemTime {
        let passed = *self.passed.lock().unwrap_or_else(PoisonError::into_inner);
        self.start.checked_add(passed).unwrap_or(self.start)
    }
}

impl Default for ManualClock {
    fn default() -> Self {
        Self::new()
    }
}
