//! The scans of an engine that ended since a cursor.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use jiff::Timestamp;

use super::{Client, Order, ScanProperty, types::Scan};
use crate::{Cursor, Result, cursor::Position};

/// How long after its end a scan may become visible and is still found: the results of a distant
/// engine take a while to arrive.
const OVERLAP: Duration = Duration::from_secs(24 * 60 * 60);

/// How many times a list is read if it becomes shorter while it is read.
const WALKS: u32 = 3;

impl Client {
    /// The scans of an engine that have ended, successfully or not, and are new to a cursor: each
    /// once, the oldest first.
    ///
    /// `GET /api/3/scan_engines/{id}/scans`, all pages, sorted by id
    ///
    /// ```
    /// # async fn f(console: scanops::insightvm::Client) -> scanops::Result<()> {
    /// use scanops::Cursor;
    ///
    /// let cursor = Cursor::load_or("engine-6.json", Cursor::new()).await?;
    /// let mut ended = console.ended_scans(6, cursor).await?;
    /// while let Some(scan) = ended.next_scan()? {
    ///     println!("{} {:?} {:?}", scan.id, scan.scan_name, scan.status);
    ///     ended.acknowledge(&scan);
    /// }
    /// ended.cursor().save("engine-6.json").await?;
    /// # Ok(()) }
    /// ```
    ///
    /// It works as the [pull](crate::tenable_sc::Pull) of Tenable.sc does: scans that were not
    /// acknowledged are returned again the next time, before the new ones, unless they were deleted
    /// meanwhile. The cursor belongs to this console and this engine.
    ///
    /// All scans of the engine are listed each time, with a request for each 500: this does not rely
    /// on the order in which a console sends them. Only the new ones are held in memory. If an engine
    /// has run very many, begin with [`Cursor::since`].
    ///
    /// # Limits
    ///
    /// * A scan that is listed later than 24 hours after it ended is not found. Nor is one without an
    ///   end, whatever its status, or one whose record can't be read: the log has a warning then.
    /// * If a scan is deleted while the list is read, another one can be missed, as the console
    ///   counts its scans anew for each page. So a list that became shorter is read again, with up
    ///   to three reads in all. If as many scans were added as deleted, that is not noticed.
    /// * An end that is later than the time of day of the client's [`Clock`](crate::Clock), which is
    ///   this machine's unless another is set, counts as now.
    /// * If the end of a scan that was not acknowledged moves back by more than 24 hours, the scan is
    ///   returned again. It may have been acknowledged with that end.
    ///
    /// # Errors
    /// [`InvalidRequest`](crate::ErrorKind::InvalidRequest) if the cursor belongs to another console
    /// or engine; else what every call can fail with.
    pub async fn ended_scans(&self, engine: i32, mut cursor: Cursor) -> Result<EndedScans> {
        cursor.bind(&format!("{} engine {engine}", self.transport.base_url()))?;
        let now = Timestamp::try_from(self.transport.clock().time_of_day());
        let now = now.unwrap_or_else(|_| Timestamp::now()).as_millisecond();
        cursor.check_clock(now, OVERLAP);
        let mut new = BTreeMap::new();
        // Those that were not acknowledged, and are not in the list.
        let mut missing: BTreeSet<Position> = cursor.open().collect();
        let open: BTreeMap<u64, Position> = cursor.open().map(|it| (it.id, it)).collect();
        let mut is_whole = false;
        for _ in 0..WALKS {
            // What is added comes last, so that it moves nothing to another page.
            let scans = self.scan_engine_scans(engine).sort(ScanProperty::Id, Order::Ascending);
            let mut pages = scans.pages();
            let (mut read, mut total, mut invalid) = (0, 0, 0);
            while let Some(page) = pages.next_page().await? {
                read += page.items.len();
                invalid += page.invalid_records.len();
                total = total.max(page.total_resources.unwrap_or(0));
                for scan in page.items {
                    // One that has not ended has no end.
                    let Some(version) = version(&scan) else { continue };
                    missing.remove(&version);
                    // If its end has moved back, it may be before what counts as done.
                    if let Some(earlier) = open.get(&version.id).copied()
                        && cursor.is_open(earlier)
                        && !cursor.is_due(version)
                        && !cursor.is_seen(version)
                    {
                        cursor.replace(earlier, version);
                        missing.remove(&earlier);
                        new.remove(&(false, earlier));
                    }
                    if cursor.is_due(version) {
                        new.insert((!cursor.is_open(version), version), scan);
                    }
                }
            }
            let is_short = i64::try_from(read + invalid).is_ok_and(|read| read < total);
            is_whole = total > 0 && !is_short && invalid == 0;
            if !is_short {
                break;
            }
        }
        if is_whole {
            for version in missing {
                tracing::info!(scan = version.id, "a scan that was not acknowledged was deleted");
                cursor.forget(version);
            }
        }
        Ok(EndedScans { new, cursor, now })
    }
}

fn version(scan: &Scan) -> Option<Position> {
    Some(Position { time: scan.end_time?.as_millisecond(), id: u64::try_from(scan.id).ok()? })
}

/// The scans of an engine that ended: see [`Client::ended_scans`].
#[derive(Debug)]
pub struct EndedScans {
    /// By whether no run has returned it, and by its end: what was not acknowledged comes first.
    new: BTreeMap<(bool, Position), Scan>,
    cursor: Cursor,
    /// The client's clock when the list was read.
    now: i64,
}

impl EndedScans {
    /// The next scan, or `None` at the end.
    ///
    /// # Errors
    /// If 10,000 scans were returned and not acknowledged. Once some are acknowledged, it goes on
    /// with the next.
    pub fn next_scan(&mut self) -> Result<Option<Scan>> {
        let Some(next) = self.new.first_entry() else { return Ok(None) };
        let (_, version) = *next.key();
        self.cursor.begin(version, self.now, OVERLAP)?;
        Ok(Some(next.remove()))
    }

    /// How many are still to come.
    #[must_use]
    pub fn remaining(&self) -> usize {
        self.new.len()
    }

    /// Moves the cursor: this scan is done. It takes effect when the cursor is stored.
    pub fn acknowledge(&mut self, scan: &Scan) {
        if let Some(version) = version(scan) {
            self.cursor.acknowledge(version);
        }
    }

    /// The cursor as it is now.
    #[must_use]
    pub fn cursor(&self) -> &Cursor {
        &self.cursor
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;

    #[test]
    fn a_scan_is_found_that_is_listed_up_to_24_hours_after_it_ended() {
        const DAY: i64 = 24 * 60 * 60 * 1000;
        let ended = |time| Timestamp::from_millisecond(time).unwrap();
        let scan = Scan { id: 1, end_time: Some(ended(10 * DAY)), ..Scan::default() };
        let new = BTreeMap::from([((true, version(&scan).unwrap()), scan)]);
        let mut scans = EndedScans { new, cursor: Cursor::new(), now: 100 * DAY };
        let scan = scans.next_scan().unwrap().unwrap();
        scans.acknowledge(&scan);
        assert!(scans.cursor.is_due(Position { time: 9 * DAY, id: 2 }));
        assert!(!scans.cursor.is_due(Position { time: 9 * DAY - 1, id: 2 }));
    }
}
