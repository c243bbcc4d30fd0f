//! Dates and durations as the products write them: ISO 8601 or seconds since 1970, UTC.

use std::fmt;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde::{Serialize, Serializer};

/// A moment to the millisecond, which is as exact as the products are. Written as
/// `2026-01-05T08:00:00.000Z`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Moment(i64);

impl Moment {
    /// Milliseconds since 1970, negative before.
    pub(super) fn millis(self) -> i64 {
        self.0
    }

    /// Whole seconds since 1970, negative before: how Tenable.sc writes a date.
    pub(super) fn seconds(self) -> i64 {
        self.0.div_euclid(1000)
    }

    /// This moment, moved back.
    pub(super) fn before(self, by: Duration) -> Self {
        Self(self.0.saturating_sub(whole_millis(by)))
    }

    /// This moment, moved forward.
    pub(super) fn after(self, by: Duration) -> Self {
        Self(self.0.saturating_add(whole_millis(by)))
    }

    /// How long it is until `later`: nothing where that is past.
    pub(super) fn until(self, later: Self) -> Duration {
        let millis = later.0.saturating_sub(self.0);
        Duration::from_millis(u64::try_from(millis).unwrap_or(0))
    }
}

impl From<SystemTime> for Moment {
    fn from(time: SystemTime) -> Self {
        match time.duration_since(UNIX_EPOCH) {
            Ok(since) => Self(whole_millis(since)),
            Err(earlier) => Self(-whole_millis(earlier.duration())),
        }
    }
}

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const DAY: i64 = 24 * 60 * 60 * 1000;
        let (year, month, day) = civil(self.0.div_euclid(DAY));
        let millis = self.0.rem_euclid(DAY);
        let (seconds, millis) = (millis / 1000, millis % 1000);
        let (hour, minute, second) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
        write!(f, "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{millis:03}Z")
    }
}

impl Serialize for Moment {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// How long something took. Written as Java does, without days: `PT51.316S`, `PT26H4M`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Took(pub(super) Duration);

impl Took {
    /// Milliseconds.
    pub(super) fn millis(self) -> i64 {
        whole_millis(self.0)
    }
}

impl fmt::Display for Took {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = self.0.as_secs();
        let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
        let millis = self.0.subsec_millis();
        f.write_str("PT")?;
        if hours > 0 {
            write!(f, "{hours}H")?;
        }
        if minutes > 0 {
            write!(f, "{minutes}M")?;
        }
        if millis > 0 {
            let fraction = format!("{millis:03}");
            write!(f, "{seconds}.{}S", fraction.trim_end_matches('0'))
        } else if seconds > 0 || (hours, minutes) == (0, 0) {
            write!(f, "{seconds}S")
        } else {
            Ok(())
        }
    }
}

impl Serialize for Took {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

fn whole_millis(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}

/// Year, month and day of a day counted from 1970-01-01, after Howard Hinnant's `civil_from_days`:
/// years begin in March there, so that the leap day is the last of its year.
fn civil(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let day_of_era = days.rem_euclid(146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    (year, month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_iso_8601_with_milliseconds() {
        for (millis, written) in [
            (0, "1970-01-01T00:00:00.000Z"),
            (-1, "1969-12-31T23:59:59.999Z"),
            (951_782_400_000, "2000-02-29T00:00:00.000Z"),
            (1_767_600_000_316, "2026-01-05T08:00:00.316Z"),
            (4_107_542_399_999, "2100-02-28T23:59:59.999Z"),
            (4_107_542_400_000, "2100-03-01T00:00:00.000Z"),
        ] {
            assert_eq!(Moment(millis).to_string(), written);
        }
    }

    #[test]
    fn durations_are_written_as_java_does() {
        for (millis, written) in [
            (0, "PT0S"),
            (51_316, "PT51.316S"),
            (60_000, "PT1M"),
            (3_600_500, "PT1H0.5S"),
            (93_840_000, "PT26H4M"),
        ] {
            assert_eq!(Took(Duration::from_millis(millis)).to_string(), written);
        }
    }

    #[test]
    fn the_ends_of_time_do_not_overflow() {
        for end in [Moment(i64::MIN), Moment(i64::MAX)] {
            assert!(!end.to_string().is_empty());
            assert!(end.before(Duration::MAX) <= end && end <= end.after(Duration::MAX));
        }
        assert_eq!(Moment(5).until(Moment(3)), Duration::ZERO);
        assert_eq!(Moment(5).until(Moment(7)), Duration::from_millis(2));
    }
}
