//! Days, and the times that scanners write.

use std::{
    fmt,
    str::FromStr,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// A day, as plugins name it: when a vulnerability was published, for one.
///
/// It is read from `2017/12/12` and from `2017-12-12`, shown and written as `2017-12-12`. It is a
/// day of the calendar: there is no 30th of February.
///
/// ```
/// use scanops::nessus::Date;
///
/// let date: Date = "2017/12/12".parse()?;
/// assert_eq!((date.year(), date.month(), date.day()), (2017, 12, 12));
/// assert!(date > Date::new(2017, 11, 30).unwrap());
/// assert_eq!(serde_json::to_string(&date)?, r#""2017-12-12""#);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Date {
    year: u16,
    month: u8,
    day: u8,
}

impl Date {
    /// The day of these numbers, where the calendar has it and the year is 1 to 9999.
    #[must_use]
    pub fn new(year: u16, month: u8, day: u8) -> Option<Self> {
        let days = match month {
            2 if year.is_multiple_of(4)
                && (!year.is_multiple_of(100) || year.is_multiple_of(400)) =>
            {
                29
            }
            2 => 28,
            4 | 6 | 9 | 11 => 30,
            1..=12 => 31,
            _ => return None,
        };
        let known = (1..=9999).contains(&year) && (1..=days).contains(&day);
        known.then_some(Self { year, month, day })
    }

    /// The year, from 1 to 9999.
    #[must_use]
    pub fn year(self) -> u16 {
        self.year
    }

    /// The month, from 1 to 12.
    #[must_use]
    pub fn month(self) -> u8 {
        self.month
    }

    /// The day of the month, from 1.
    #[must_use]
    pub fn day(self) -> u8 {
        self.day
    }

    /// How many days after the first of January 1970 it is.
    fn since_1970(self) -> i64 {
        // Years begin in March here, so that the day that some years have more comes last.
        let (year, month) = (i64::from(self.year), i64::from(self.month));
        let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
        let day_of_year = (153 * month + 2) / 5 + i64::from(self.day) - 1;
        year * 365 + year / 4 - year / 100 + year / 400 + day_of_year - 719_468
    }
}

/// A text is no day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct NotADate;

impl fmt::Display for NotADate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not a day of the form 2017-12-12")
    }
}

impl std::error::Error for NotADate {}

impl FromStr for Date {
    type Err = NotADate;

    fn from_str(text: &str) -> Result<Self, NotADate> {
        let separator = if text.contains('/') { '/' } else { '-' };
        let mut parts = text.split(separator);
        let (Some(year), Some(month), Some(day), None) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err(NotADate);
        };
        if year.len() != 4 {
            return Err(NotADate);
        }
        number(year)
            .zip(number(month))
            .zip(number(day))
            .and_then(|((year, month), day)| Self::new(year, month, day))
            .ok_or(NotADate)
    }
}

/// Digits alone: parsing would take a sign too.
fn number<T: FromStr>(text: &str) -> Option<T> {
    text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok())?
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

impl Serialize for Date {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Date {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<str>::deserialize(from)?;
        text.parse().map_err(de::Error::custom)
    }
}

/// A time as seconds since 1970.
pub(super) fn from_epoch(text: &str) -> Option<SystemTime> {
    UNIX_EPOCH.checked_add(Duration::from_secs(number(text)?))
}

/// A time as C writes it (`Fri Sep 14 03:33:11 2018`), in UTC.
pub(super) fn from_ctime(text: &str) -> Option<SystemTime> {
    const MONTHS: [&str; 12] =
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let mut words = text.split_ascii_whitespace().skip(1);
    let month = words.next()?;
    let month = MONTHS.iter().zip(1..).find_map(|(name, n)| (*name == month).then_some(n))?;
    let day = number(words.next()?)?;
    let mut clock = words.next()?.split(':').map(number::<u64>);
    let (hour, minute, second) = (clock.next()??, clock.next()??, clock.next()??);
    let date = Date::new(number(words.next()?)?, month, day)?;
    let whole = words.next().is_none() && clock.next().is_none();
    if !whole || hour > 23 || minute > 59 || second > 60 {
        return None;
    }
    let days = u64::try_from(date.since_1970()).ok()?;
    UNIX_EPOCH.checked_add(Duration::from_secs(((days * 24 + hour) * 60 + minute) * 60 + second))
}

/// Times as whole seconds since 1970, in JSON.
pub(super) mod epoch {
    use super::{
        Deserialize, Deserializer, Duration, Serialize, Serializer, SystemTime, UNIX_EPOCH, de,
    };

    #[expect(clippy::ref_option, reason = "serde's signature")]
    pub(in super::super) fn serialize<S: Serializer>(
        time: &Option<SystemTime>,
        to: S,
    ) -> Result<S::Ok, S::Error> {
        time.and_then(|time| time.duration_since(UNIX_EPOCH).ok())
            .map(|since| since.as_secs())
            .serialize(to)
    }

    pub(in super::super) fn deserialize<'de, D: Deserializer<'de>>(
        from: D,
    ) -> Result<Option<SystemTime>, D::Error> {
        let Some(seconds) = Option::<u64>::deserialize(from)? else { return Ok(None) };
        let time = UNIX_EPOCH.checked_add(Duration::from_secs(seconds));
        time.map(Some).ok_or_else(|| de::Error::custom("a time beyond what can be held"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn days_are_those_of_the_calendar() {
        for text in ["2017/12/12", "2000-02-29", "0001-01-01", "9999/12/31", "2018/1/9"] {
            let date: Date = text.parse().unwrap();
            assert_eq!(date.to_string().parse(), Ok(date));
        }
        for text in [
            "",
            "n/a",
            "2017",
            "2017/13/01",
            "1900-02-29",
            "2018/04/31",
            "17/1/1",
            "2018/+1/1",
            "2018/1/1/1",
            "2018-1/1",
            "0000/1/1",
        ] {
            assert_eq!(text.parse::<Date>(), Err(NotADate), "{text}");
        }
    }

    #[test]
    fn times_are_read_as_scanners_write_them() {
        let time = from_ctime("Fri Sep 14 03:33:11 2018").unwrap();
        assert_eq!(Some(time), from_epoch("1536895991"));
        assert_eq!(from_ctime("Thu Jan  1 00:00:00 1970"), Some(UNIX_EPOCH));
        for text in [
            "",
            "Fri",
            "Fri Sep 14 03:33 2018",
            "Fri Sep 31 03:33:11 2018",
            "Fri Sep 14 24:33:11 2018",
            "Wed Dec 31 23:59:59 1969",
            "Fri Sep 14 03:33:11 2018 CEST",
        ] {
            assert_eq!(from_ctime(text), None, "{text}");
        }
        assert_eq!(from_epoch("-1").or(from_epoch("")).or(from_epoch(&"9".repeat(30))), None);
        let _ = from_epoch(&u64::MAX.to_string());
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(text in "\\PC*", day in "[0-9/-]{0,12}") {
            let _ = (text.parse::<Date>(), day.parse::<Date>(), from_ctime(&text));
        }
    }
}
