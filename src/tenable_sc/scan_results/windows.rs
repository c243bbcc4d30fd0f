//! The periods in which a list that is not paged is read.

use std::time::Duration;

use jiff::Timestamp;

use super::BEGINNING;

/// How many results a period should have.
const WANTED: i64 = 1000;
/// How many bytes the list of a period may have. A quiet period may come before a busy one, so that
/// far more than the wanted results are in it; then it is made shorter.
const LARGEST: usize = 2 * 1024 * 1024;
const HOUR: i64 = 60 * 60;
const YEAR: i64 = 365 * 24 * HOUR;

/// Periods from the latest to the first. The length of each depends on how many results the one before
/// it had.
#[derive(Debug)]
pub(super) struct Windows {
    /// The last second of the next period; before the beginning when there is none.
    end: i64,
    first: i64,
    /// How many seconds the next period has.
    seconds: i64,
}

/// A period as it is asked for, to the second: with a second on each side that belongs to its
/// neighbors, as it is not documented whether servers count the ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Window {
    pub(super) start: Timestamp,
    pub(super) end: Timestamp,
}

impl Windows {
    pub(super) fn new(now: Timestamp, look_back: Option<Duration>) -> Self {
        let end = now.as_second();
        let seconds = look_back.map(|time| i64::try_from(time.as_secs()).unwrap_or(i64::MAX));
        let first = seconds.map_or(BEGINNING, |seconds| end.saturating_sub(seconds).max(BEGINNING));
        Self { end, first, seconds: HOUR }
    }

    /// The next period. It stays the same until [`found`](Self::found) or
    /// [`too_many`](Self::too_many) is called.
    pub(super) fn next(&self) -> Option<Window> {
        if self.end < self.first {
            return None;
        }
        let start = self.end.saturating_sub(self.seconds).max(self.first);
        let end = self.end.saturating_add(1).min(Timestamp::MAX.as_second());
        let at = |second| Timestamp::from_second(second).ok();
        Some(Window { start: at(start)?, end: at(end)? })
    }

    /// How many bytes the list of the next period may have. A single second can't be divided, so its
    /// list may have as many as the client's limit allows.
    pub(super) fn response_limit(&self) -> usize {
        if self.seconds > 1 { LARGEST } else { usize::MAX }
    }

    /// The period has this many results: the next one follows.
    pub(super) fn found(&mut self, results: usize) {
        self.end = self.end.saturating_sub(self.seconds);
        let results = i64::try_from(results).unwrap_or(i64::MAX);
        let wanted = self.seconds.saturating_mul(WANTED).checked_div(results).unwrap_or(i64::MAX);
        // What is in a period says little about the one before it: scans come in the night, and there
        // may have been more of them. But a year without any is the time before the first.
        let most = if results == 0 && self.seconds >= YEAR {
            i64::MAX
        } else {
            self.seconds.saturating_mul(2)
        };
        self.seconds = wanted.clamp(1, most);
    }

    /// The period has more results than can be read at once. Returns whether it can be shorter.
    pub(super) fn too_many(&mut self) -> bool {
        let shorter = (self.seconds / 8).max(1);
        std::mem::replace(&mut self.seconds, shorter) > shorter
    }
}

#[cfg(test)]
mod tests {
    use proptest::{collection::vec, prelude::*};

    use super::*;

    fn now() -> Timestamp {
        Timestamp::from_second(1_767_600_000).unwrap()
    }

    #[test]
    fn an_empty_server_takes_a_few_requests() {
        let mut windows = Windows::new(now(), None);
        let mut requests = 0;
        while windows.next().is_some() {
            windows.found(0);
            requests += 1;
        }
        assert_eq!(requests, 16);
    }

    #[test]
    fn one_hundred_thousand_results_in_a_year_are_read_some_thousand_at_a_time() {
        let mut windows = Windows::new(now(), None);
        let (mut requests, mut most) = (0, 0);
        while let Some(window) = windows.next() {
            let begin = now().as_second() - 365 * 24 * 3600;
            let seconds = window.end.as_second() + 1 - window.start.as_second().max(begin);
            let results = usize::try_from(seconds.max(0) / 315).unwrap();
            most = most.max(results);
            windows.found(results);
            requests += 1;
        }
        assert!(most < 2000, "{most}");
        assert!(requests < 130, "{requests}");
    }

    #[test]
    fn a_period_that_is_too_large_becomes_shorter_until_it_is_one_second() {
        let mut windows = Windows::new(now(), None);
        while windows.too_many() {}
        let window = windows.next().unwrap();
        let second = Duration::from_secs(1);
        assert_eq!((window.start, window.end), (now() - second, now() + second));
        assert_eq!(windows.response_limit(), usize::MAX, "it can't be asked for in parts");
    }

    proptest! {
        /// Also on a server that takes both ends for outside.
        #[test]
        fn each_second_lies_between_the_ends_of_a_period(
            days in prop::option::of(0_u64..40_000),
            counts in vec(prop_oneof![Just(None), (0_usize..50_000).prop_map(Some)], 0..40),
        ) {
            let look_back = days.map(|days| Duration::from_secs(days * 24 * 3600));
            let mut windows = Windows::new(now(), look_back);
            let first = windows.first;
            // The latest second that was not in a period yet.
            let mut latest = now().as_second();
            let mut counts = counts.into_iter();
            while let Some(window) = windows.next() {
                prop_assert_eq!(window.end.as_second(), latest + 1);
                prop_assert!(window.start.as_second() <= latest);
                match counts.next() {
                    Some(None) => { windows.too_many(); }
                    found => {
                        windows.found(found.flatten().unwrap_or(0));
                        latest = window.start.as_second();
                    }
                }
            }
            prop_assert_eq!(latest, first);
        }
    }
}
