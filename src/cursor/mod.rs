//! Where a program is in a list that goes on: what it has dealt with, and what is new to it.

mod file;

use std::{collections::BTreeSet, time::Duration};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{Error, Result};

/// The version of the form in which a cursor is written.
const VERSION: u64 = 1;

/// How many acknowledged results are remembered one by one.
const MAX_SEEN: usize = 10_000;

/// How many results may be given out and not acknowledged.
const MAX_OPEN: usize = 10_000;

/// Where a program is in the results of a server: which it has dealt with.
///
/// A [pull of scan results](crate::tenable_sc::ScanResults::pull) and the
/// [ended scans of an engine](crate::insightvm::Client::ended_scans) begin with a cursor, give what
/// is new to it, and move it when a result is acknowledged. Store it when the results are stored,
/// and begin with it the next time.
///
/// ```
/// # async fn f() -> scanops::Result<()> {
/// use scanops::{Cursor, jiff::{Timestamp, ToSpan}};
///
/// // The first run begins with yesterday, all others where the last one was.
/// let yesterday = Timestamp::now() - 24.hours();
/// let cursor = Cursor::load_or("cursor.json", Cursor::since(yesterday)).await?;
/// # Ok(()) }
/// ```
///
/// It belongs to one server, and is bound to it when it is first used: to the scheme, host and port
/// of the client's base URL, and in InsightVM to the engine too. Used with another one, it is an
/// error. If a server has moved, change `server` in the stored cursor.
///
/// # What it holds
///
/// All its times are the server's own. It holds one time and two lists. Everything before the time is
/// done. The first list has the exceptions: results that were given out and not acknowledged. The
/// second list has the results after the time that were acknowledged.
///
/// The time is that of the latest result, minus the overlap (24 hours unless set otherwise): a result
/// that becomes visible up to that much later is still found. If the time is later than the clock,
/// the clock was ahead when it was written: then the time is set back to now minus the overlap, and
/// what was done after that may come again.
///
/// Each list has at most 10,000 entries, of about 25 bytes each in JSON. If more results than that
/// are acknowledged within the overlap, the overlap becomes shorter. If more were given out and not
/// acknowledged, no more are given out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Stored", into = "Stored")]
pub struct Cursor {
    /// None before it is first used.
    server: Option<String>,
    /// Everything before this is done, except what is in `open`.
    done_before: Position,
    /// What was acknowledged, from `done_before` on.
    seen: BTreeSet<Position>,
    /// What was given out and not acknowledged, wherever it is.
    open: BTreeSet<Position>,
}

/// One version of a result: when it became ready by the server's clock, in milliseconds since 1970,
/// and its id. A result that is imported again has another time, and so it is another version.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Position {
    pub(crate) time: i64,
    pub(crate) id: u64,
}

/// A cursor as it is written.
#[derive(Serialize, Deserialize)]
struct Stored {
    version: u64,
    server: Option<String>,
    done_before: (i64, u64),
    seen: Vec<(i64, u64)>,
    open: Vec<(i64, u64)>,
}

impl Cursor {
    /// A cursor that has not seen anything: every result is new.
    #[must_use]
    pub fn new() -> Self {
        Self {
            server: None,
            done_before: Position { time: i64::MIN, id: 0 },
            seen: BTreeSet::new(),
            open: BTreeSet::new(),
        }
    }

    /// A cursor for which everything is new that became ready then or later, by the server's clock:
    /// a scan result when its import ended, an InsightVM scan when it ended.
    ///
    /// A time that is yet to come counts as the [overlap](crate::tenable_sc::Pull::overlap) before
    /// now.
    #[must_use]
    pub fn since(time: Timestamp) -> Self {
        let time = time.as_millisecond();
        Self { done_before: Position { time, id: 0 }, ..Self::new() }
    }

    /// How many results were given out and not acknowledged. They come again.
    #[must_use]
    pub fn unacknowledged(&self) -> usize {
        self.open.len()
    }

    /// Binds it to a server, or checks that it is bound to this one.
    pub(crate) fn bind(&mut self, server: &str) -> Result<()> {
        match &self.server {
            Some(bound) if bound != server => Err(Error::invalid_request(format!(
                "the cursor belongs to {bound:?}, and can't be used with {server:?}"
            ))),
            _ => {
                self.server = Some(server.to_owned());
                Ok(())
            }
        }
    }

    /// Whether a version is not done yet.
    pub(crate) fn is_due(&self, version: Position) -> bool {
        self.open.contains(&version)
            || (version >= self.done_before && !self.seen.contains(&version))
    }

    /// What was given out and not acknowledged, the oldest first.
    pub(crate) fn open(&self) -> impl Iterator<Item = Position> {
        self.open.iter().copied()
    }

    /// Whether a version was given out and not acknowledged.
    pub(crate) fn is_open(&self, version: Position) -> bool {
        self.open.contains(&version)
    }

    /// If everything is done before a time that is yet to come, the clock was ahead and was set
    /// back: what comes now must not count as done. Something may come twice then.
    pub(crate) fn check_clock(&mut self, now: i64, overlap: Duration) {
        if self.done_before.time > now {
            tracing::warn!(
                "the cursor is ahead of the clock, which was set back: some results may come again"
            );
            self.done_before = Position { time: earlier(now, overlap), id: 0 };
        }
    }

    /// A version is given out. Versions must be given out in ascending order, and all that are
    /// listed: everything more than `overlap` before this one, and before `now`, counts as done from
    /// then on, except what is not acknowledged.
    ///
    /// # Errors
    /// If too many are not acknowledged. Then it is not given out.
    pub(crate) fn begin(&mut self, version: Position, now: i64, overlap: Duration) -> Result<()> {
        if self.open.len() >= MAX_OPEN && !self.open.contains(&version) {
            return Err(Error::invalid_request(format!(
                "{MAX_OPEN} results were given out and not acknowledged: no more are given out"
            )));
        }
        self.open.insert(version);
        // A time that is yet to come must not hide what comes before it.
        self.advance(Position { time: earlier(version.time.min(now), overlap), id: 0 });
        Ok(())
    }

    /// A version is done.
    pub(crate) fn acknowledge(&mut self, version: Position) {
        self.open.remove(&version);
        if version >= self.done_before {
            self.seen.insert(version);
        }
        while self.seen.len() > MAX_SEEN
            && let Some(oldest) = self.seen.pop_first()
        {
            self.advance(Position { id: oldest.id.saturating_add(1), ..oldest });
        }
    }

    /// A version that was given out turned out to be another one by now. That one is not
    /// acknowledged, then; everything before it is not done for that.
    pub(crate) fn replace(&mut self, version: Position, by: Position) {
        self.open.remove(&version);
        self.open.insert(by);
    }

    /// A version does not exist any more.
    pub(crate) fn forget(&mut self, version: Position) {
        self.open.remove(&version);
    }

    fn advance(&mut self, to: Position) {
        if to > self.done_before {
            self.done_before = to;
            self.seen = self.seen.split_off(&to);
        }
    }
}

fn earlier(time: i64, by: Duration) -> i64 {
    time.saturating_sub(i64::try_from(by.as_millis()).unwrap_or(i64::MAX))
}

/// As [`Cursor::new`].
impl Default for Cursor {
    fn default() -> Self {
        Self::new()
    }
}

impl From<Position> for (i64, u64) {
    fn from(it: Position) -> Self {
        (it.time, it.id)
    }
}

impl From<(i64, u64)> for Position {
    fn from((time, id): (i64, u64)) -> Self {
        Self { time, id }
    }
}

impl From<Cursor> for Stored {
    fn from(cursor: Cursor) -> Self {
        Self {
            version: VERSION,
            server: cursor.server,
            done_before: cursor.done_before.into(),
            seen: cursor.seen.into_iter().map(Into::into).collect(),
            open: cursor.open.into_iter().map(Into::into).collect(),
        }
    }
}

impl TryFrom<Stored> for Cursor {
    type Error = String;

    fn try_from(stored: Stored) -> Result<Self, String> {
        let Stored { version, server, done_before, seen, open } = stored;
        if version != VERSION {
            return Err(format!("a cursor of version {version}: only {VERSION} can be read here"));
        }
        Ok(Self {
            server,
            done_before: done_before.into(),
            seen: seen.into_iter().map(Into::into).collect(),
            open: open.into_iter().map(Into::into).collect(),
        })
    }
}

#[cfg(test)]
mod tests;
