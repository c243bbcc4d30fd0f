//! The clock of a server, and times as the products write them: UTC, to the millisecond.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use jiff::{SignedDuration, Timestamp};

pub(crate) const MINUTE: Duration = Duration::from_secs(60);
pub(crate) const HOUR: Duration = Duration::from_secs(60 * 60);
pub(crate) const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// The time of day of a server: the system's, or that of a test.
#[derive(Debug, Clone, Default)]
pub(crate) struct Clock(pub(crate) Option<ManualClock>);

impl Clock {
    pub(crate) fn now(&self) -> Timestamp {
        let now = self.0.as_ref().map_or_else(SystemTime::now, ManualClock::time_of_day);
        timestamp(now)
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
pub struct ManualClock(Arc<Mutex<SystemTime>>);

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
        Self(Arc::new(Mutex::new(start)))
    }

    /// Moves the clock forward, unless that is past the last time that there is.
    pub fn advance(&self, by: Duration) {
        let mut time = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *time = time.checked_add(by).unwrap_or(*time);
    }

    /// The time that the clock shows.
    #[must_use]
    pub fn time_of_day(&self) -> SystemTime {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Default for ManualClock {
    fn default() -> Self {
        Self::new()
    }
}

/// A time of the system. One out of range becomes the first or last that can be written.
pub(crate) fn timestamp(time: SystemTime) -> Timestamp {
    let end = if time < UNIX_EPOCH { Timestamp::MIN } else { Timestamp::MAX };
    Timestamp::try_from(time).unwrap_or(end)
}

pub(crate) fn before(time: Timestamp, by: Duration) -> Timestamp {
    time.saturating_sub(by).unwrap_or(Timestamp::MIN)
}

pub(crate) fn after(time: Timestamp, by: Duration) -> Timestamp {
    time.saturating_add(by).unwrap_or(Timestamp::MAX)
}

/// How long it is from `start` to `end`, zero if `end` is earlier.
pub(crate) fn between(start: Timestamp, end: Timestamp) -> Duration {
    Duration::try_from(start.duration_until(end)).unwrap_or_default()
}

/// As `2026-01-05T08:00:00.000Z`.
pub(crate) fn iso(time: Timestamp) -> String {
    format!("{time:.3}")
}

/// As Java writes durations, without days and to the millisecond: `PT51.316S`, `PT26H4M`.
pub(crate) fn iso_duration(duration: SignedDuration) -> String {
    SignedDuration::from_millis(i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_and_durations_are_written_as_the_products_do() {
        for (millis, written) in [
            (0, "1970-01-01T00:00:00.000Z"),
            (-1, "1969-12-31T23:59:59.999Z"),
            (1_767_600_000_316, "2026-01-05T08:00:00.316Z"),
            (4_107_542_400_000, "2100-03-01T00:00:00.000Z"),
        ] {
            assert_eq!(iso(Timestamp::from_millisecond(millis).unwrap()), written);
        }
        for (millis, written) in [
            (0, "PT0S"),
            (51_316, "PT51.316S"),
            (60_000, "PT1M"),
            (3_600_500, "PT1H0.5S"),
            (93_840_000, "PT26H4M"),
        ] {
            assert_eq!(iso_duration(SignedDuration::from_millis(millis)), written);
        }
    }

    #[test]
    fn the_ends_of_time_do_not_overflow() {
        for end in [Timestamp::MIN, Timestamp::MAX] {
            assert!(before(end, Duration::MAX) <= end && end <= after(end, Duration::MAX));
        }
        let far = UNIX_EPOCH.checked_add(Duration::from_secs(u64::MAX / 4)).unwrap();
        assert_eq!(timestamp(far), Timestamp::MAX);
        let (three, five) = [3, 5].map(|it| Timestamp::from_second(it).unwrap()).into();
        assert_eq!(between(five, three), Duration::ZERO);
        assert_eq!(between(three, five), Duration::from_secs(2));
    }
}
