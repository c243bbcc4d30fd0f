//! How far a program is in a list that keeps growing: what it is done with, and what is new to it.

mod file;

use std::{collections::BTreeSet, time::Duration};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{Error, Result};

/// The version of the form in which a cursor is written.
const VERSION: u64 = 1;

/// How many acknowledged results are remembered one by one.
const MAX_SEEN: usize = 10_000;

/// How many results may be delivered and not acknowledged.
const MAX_OPEN: usize = 10_000;

/// How far a program is in the results of a server: which of them it is done with.
///
/// A [pull of scan results](crate::tenable_sc::ScanResults::pull) and the
/// [ended scans of an engine](crate::insightvm::Client::ended_scans) start from a cursor, deliver
/// what is new to it, and move it when a result is acknowledged. Store the cursor after the results
/// are stored, and start from it in the next run.
///
/// ```
/// # async fn f() -> scanops::Result<()> {
/// use scanops::{Cursor, jiff::{Timestamp, ToSpan}};
///
/// // The first run starts with yesterday, each later one where the run before ended.
/// let yesterday = Timestamp::now() - 24.hours();
/// let cursor = Cursor::load_or("cursor.json", Cursor::since(yesterday)).await?;
/// # Ok(()) }
/// ```
///
/// It belongs to one server, and is bound to it when it is first used: to the scheme, host and port
/// of the client's base URL, and in InsightVM to the engine too. Using it with another one
/// is an error. If a server has moved, change `server` in the stored cursor.
///
/// # What it holds
///
/// A cursor is one time and two lists. All its times are by the server's clock. (A console does not
/// send its time, so in InsightVM "now" is by the client's [`Clock`](crate::Clock), which is this
/// machine's unless another is set, and the overlap is always 24 hours.) Everything before the time
/// is done, except the results in the first list: those that were delivered and not acknowledged. The
/// second list has the results after the time that were acknowledged.
///
/// The time is that of the latest result, minus the overlap (24 hours by default): a result that
/// becomes visible up to that much later is still found. If the time is later than the server's clock,
/// the clock was ahead when the cursor was written. Then the time is set back to now minus the
/// overlap, and what was done after that may be delivered again.
///
/// Each list has at most 10,000 entries, of about 25 bytes each in JSON. If more results than that
/// are acknowledged within the overlap, the overlap becomes shorter. While that many are delivered
/// and not acknowledged, no more are delivered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Stored", into = "Stored")]
pub struct Cursor {
    /// `None` until it is first used.
    server: Option<String>,
    /// Everything before this is done, except what is in `open`.
    done_before: Position,
    /// What was acknowledged, from `done_before` on.
    seen: BTreeSet<Position>,
    /// What was delivered and not acknowledged, before `done_before` or after it.
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
    /// A cursor for which every result is new.
    #[must_use]
    pub fn new() -> Self {
        Self {
            server: None,
            done_before: Position { time: i64::MIN, id: 0 },
            seen: BTreeSet::new(),
            open: BTreeSet::new(),
        }
    }

    /// A cursor for which everything is new that became ready at this time or later, by the server's
    /// clock. A scan result becomes ready when its import ends, an InsightVM scan when it ends.
    ///
    /// A time in the future is replaced by now minus the [overlap](crate::tenable_sc::Pull::overlap).
    #[must_use]
    pub fn since(time: Timestamp) -> Self {
        let time = time.as_millisecond();
        Self { done_before: Position { time, id: 0 }, ..Self::new() }
    }

    /// How many results were delivered and not acknowledged. They are delivered again.
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

    /// What was delivered and not acknowledged, the oldest first.
    pub(crate) fn open(&self) -> impl Iterator<Item = Position> {
        self.open.iter().copied()
    }

    /// Whether a version was delivered and not acknowledged.
    pub(crate) fn is_open(&self, version: Position) -> bool {
        self.open.contains(&version)
    }

    /// Whether a version is known to be acknowledged. Of one before `done_before` that is not known any
    /// more.
    pub(crate) fn is_seen(&self, version: Position) -> bool {
        self.seen.contains(&version)
    }

    /// The versions of a result that were delivered and not acknowledged.
    pub(crate) fn open_of(&self, id: u64) -> Vec<Position> {
        self.open().filter(|version| version.id == id).collect()
    }

    /// If `done_before` is in the future, the server's clock was ahead and has been set back. What
    /// becomes ready now must not count as done, so `done_before` is set back, too. Some results may
    /// be delivered twice then.
    pub(crate) fn check_clock(&mut self, now: i64, overlap: Duration) {
        if self.done_before.time > now {
            tracing::warn!(
                "the cursor is ahead of the clock, which was set back: some results may be delivered again"
            );
            self.done_before = Position { time: earlier(now, overlap), id: 0 };
        }
    }

    /// Records that a version is delivered. Those that are open must be delivered first, so that they
    /// can be acknowledged when there are too many of them. The others must be delivered in ascending
    /// order: from now on everything counts as done that is more than `overlap` before this one, and
    /// before `now`, except what is not acknowledged.
    ///
    /// # Errors
    /// If too many are not acknowledged. Then this one must not be delivered.
    pub(crate) fn begin(&mut self, version: Position, now: i64, overlap: Duration) -> Result<()> {
        if self.open.contains(&version) {
            return Ok(());
        }
        if self.open.len() >= MAX_OPEN {
            return Err(Error::invalid_request(format!(
                "{MAX_OPEN} results were delivered and not acknowledged: acknowledge some of them first"
            )));
        }
        self.open.insert(version);
        // A time in the future must not hide what comes before it.
        self.advance(Position { time: earlier(version.time.min(now), overlap), id: 0 });
        Ok(())
    }

    /// Records that a version is done.
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

    /// A version that was listed has become another one since, with a later or an earlier time. That
    /// one is now the one that is delivered and not acknowledged. `done_before` stays: what lies
    /// between the two may still come.
    pub(crate) fn replace(&mut self, version: Position, by: Position) {
        self.open.remove(&version);
        self.open.insert(by);
    }

    /// Removes a version that does not exist any more.
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
