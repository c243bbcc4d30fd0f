//! Days and times as scanners write them.

use jiff::{Timestamp, civil};

/// A day, from `2017/12/12`, `2017-12-12` or a timestamp (`2017-03-31T00:00:00+00:00`).
pub(crate) fn day(text: &str) -> Option<Day> {
    let (date, time) = text.split_once('T').map_or((text, None), |(date, time)| (date, Some(time)));
    let separator = if date.contains('/') { '/' } else { '-' };
    let mut parts = date.split(separator);
    let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
    if year.len() != 4 || parts.next().is_some() || year == "0000" {
        return None;
    }
    let date = civil::Date::new(number(year)?, number(month)?, number(day)?).ok()?;
    let Some(time) = time else { return Some(Day { date, whole: true }) };
    text.parse::<Timestamp>().ok()?;
    Some(Day { date, whole: time == "00:00:00+00:00" || time == "00:00:00Z" })
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Day {
    pub(crate) date: civil::Date,
    /// Whether the text has no time of day.
    pub(crate) whole: bool,
}

/// An absolute time in whole seconds: seconds since 1970, or ISO 8601 with an offset.
pub(crate) fn absolute(text: &str) -> Option<Timestamp> {
    if text.contains('T') {
        let time: Timestamp = text.parse().ok()?;
        return Timestamp::from_second(time.as_second()).ok();
    }
    Timestamp::from_second(number(text)?).ok()
}

/// A time without a zone, taken as UTC: as C writes it (`Fri Sep 14 03:33:11 2018`), or ISO 8601.
pub(crate) fn local(text: &str) -> Option<Timestamp> {
    const MONTHS: [&str; 12] =
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    if text.contains('T') && !text.starts_with('T') {
        return utc(text.parse().ok()?);
    }
    let mut words = text.split_ascii_whitespace().skip(1);
    let month = words.next()?;
    let month = MONTHS.iter().zip(1..).find_map(|(name, n)| (*name == month).then_some(n))?;
    let day = number(words.next()?)?;
    let mut clock = words.next()?.split(':');
    let (hour, minute) = (number(clock.next()?)?, number(clock.next()?)?);
    // A leap second is the last of its minute.
    let second = number::<i8>(clock.next()?).filter(|second| *second <= 60)?.min(59);
    let year = number(words.next()?)?;
    if words.next().is_some() || clock.next().is_some() {
        return None;
    }
    let time = civil::Time::new(hour, minute, second, 0).ok()?;
    utc(civil::Date::new(year, month, day).ok()?.to_datetime(time))
}

fn utc(time: civil::DateTime) -> Option<Timestamp> {
    let time = jiff::tz::Offset::UTC.to_timestamp(time).ok()?;
    Timestamp::from_second(time.as_second()).ok()
}

/// Digits alone: parsing would accept a sign too.
fn number<T: std::str::FromStr>(text: &str) -> Option<T> {
    text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok())?
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn days_have_three_forms() {
        for (text, date) in [
            ("2017/12/12", "2017-12-12"),
            ("2018/1/9", "2018-01-09"),
            ("2000-02-29", "2000-02-29"),
            ("2017-03-31T00:00:00+00:00", "2017-03-31"),
            ("2017-03-31T00:00:00Z", "2017-03-31"),
        ] {
            let day = day(text).unwrap();
            assert_eq!((day.date.to_string().as_str(), day.whole), (date, true), "{text}");
        }
        let day_with_time = day("2017-03-31T13:00:00+00:00").unwrap();
        assert!(!day_with_time.whole && day_with_time.date.day() == 31);
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
            "2017-03-31T",
            "2017-03-31Tx",
            "2017/03/31T00:00:00Z",
        ] {
            assert_eq!(day(text), None, "{text}");
        }
    }

    #[test]
    fn times_are_read_as_scanners_write_them() {
        let time = local("Fri Sep 14 03:33:11 2018").unwrap();
        assert_eq!(Some(time), absolute("1536895991"));
        assert_eq!(absolute("2018-09-14T05:33:11+02:00"), Some(time));
        assert_eq!(local("2018-09-14T03:33:11"), Some(time));
        assert_eq!(local("Thu Jan  1 00:00:00 1970"), Some(Timestamp::UNIX_EPOCH));
        for text in [
            "",
            "Fri",
            "Fri Sep 14 03:33 2018",
            "Fri Sep 31 03:33:11 2018",
            "Fri Sep 14 24:33:11 2018",
            "Fri Sep 14 03:33:11 2018 CEST",
        ] {
            assert_eq!(local(text), None, "{text}");
        }
        assert_eq!(absolute("-1").or(absolute("")).or(absolute(&"9".repeat(30))), None);
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(text in "\\PC*", near in "[0-9/T:Z+-]{0,25}") {
            let _ = (day(&text), day(&near), local(&text), local(&near), absolute(&near));
        }
    }
}
