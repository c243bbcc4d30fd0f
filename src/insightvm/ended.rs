//! The scans of an engine that ended since a cursor.

use std::{
    collections::{BTreeMap, btree_map},
    time::Duration,
};

use super::{Client, Order, ScanProperty, types::Scan};
use crate::{Cursor, Result, cursor::Position};

/// How long after its end a scan may become visible and is still found: the results of a distant
/// engine have a way to go.
const OVERLAP: Duration = Duration::from_secs(24 * 60 * 60);

impl Client {
    /// The scans of an engine that ended and are new to a cursor, however they ended, the oldest
    /// first: each comes once.
    ///
    /// `GET /api/3/scan_engines/{id}/scans`, sorted by end time, as far back as the cursor needs
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
    /// It works as the [pull](crate::tenable_sc::Pull) of Tenable.sc does: a scan that was not
    /// acknowledged comes again the next time, and the cursor belongs to this console and engine. A
    /// scan that is listed later than 24 hours after it ended is not found. All new scans are held
    /// in memory, so begin with [`Cursor::since`] where an engine has run very many.
    pub async fn ended_scans(&self, engine: i32, mut cursor: Cursor) -> Result<EndedScans> {
        cursor.bind(&format!("{} engine {engine}", self.transport.base_url()))?;
        let mut scans =
            self.scan_engine_scans(engine).sort(ScanProperty::EndTime, Order::Descending).stream();
        let mut new = BTreeMap::new();
        let mut last = i64::MAX;
        // A console that does not sort is read to the end.
        let mut is_sorted = true;
        while let Some(scan) = scans.next_item().await? {
            // Those that have not ended have no end, and may be anywhere.
            let Some(version) = version(&scan) else { continue };
            is_sorted &= version.time <= last;
            last = version.time;
            if is_sorted && version < cursor.first() {
                break;
            }
            if cursor.is_due(version) {
                new.insert(version, scan);
            }
        }
        Ok(EndedScans { new: new.into_iter(), cursor })
    }
}

fn version(scan: &Scan) -> Option<Position> {
    Some(Position { time: scan.end_time?.as_millisecond(), id: u64::try_from(scan.id).ok()? })
}

/// The scans of an engine that ended: see [`Client::ended_scans`].
#[derive(Debug)]
pub struct EndedScans {
    new: btree_map::IntoIter<Position, Scan>,
    cursor: Cursor,
}

impl EndedScans {
    /// The next scan, or `None` at the end.
    ///
    /// # Errors
    /// If 10,000 scans were given out and not acknowledged.
    pub fn next_scan(&mut self) -> Result<Option<Scan>> {
        let Some((version, scan)) = self.new.next() else { return Ok(None) };
        self.cursor.begin(version, i64::MAX, OVERLAP)?;
        Ok(Some(scan))
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
        let new = BTreeMap::from([(version(&scan).unwrap(), scan)]).into_iter();
        let mut scans = EndedScans { new, cursor: Cursor::new() };
        let scan = scans.next_scan().unwrap().unwrap();
        scans.acknowledge(&scan);
        assert!(scans.cursor.is_due(Position { time: 9 * DAY, id: 2 }));
        assert!(!scans.cursor.is_due(Position { time: 9 * DAY - 1, id: 2 }));
    }
}
