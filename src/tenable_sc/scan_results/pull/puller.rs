//! The work of a pull: which results are new, and what becomes of each.

use std::{
    collections::BTreeSet,
    sync::{Arc, atomic::Ordering},
};

use jiff::Timestamp;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::{Given, NoReport, Pull, Pulled, PulledScan, progress::Shared};
use crate::{
    Cursor, Error, ErrorKind, Response, Result,
    cursor::Position,
    tenable_sc::{
        envelope::NOT_FOUND,
        record::{Field, ScanResult},
        scan_results::{
            readiness::{Readiness, readiness},
            windows::Windows,
        },
    },
};

/// How many new results in a row may fail because of the server.
const MAX_FAILED: u32 = 10;

/// What the readiness of a result depends on.
const LISTED: [Field; 9] = [
    Field::Id,
    Field::Status,
    Field::ErrorDetails,
    Field::ImportStatus,
    Field::ImportFinish,
    Field::ImportErrorDetails,
    Field::CreatedTime,
    Field::FinishTime,
    Field::DownloadAvailable,
];

const SETTLED: &str = "it was given up, or acknowledged as another import";

/// What the record of a delivered result has in addition.
const GIVEN: [Field; 13] = [
    Field::Name,
    Field::Description,
    Field::Details,
    Field::ImportStart,
    Field::StartTime,
    Field::ScanDuration,
    Field::TotalIps,
    Field::ScannedIps,
    Field::DownloadFormat,
    Field::DataFormat,
    Field::Owner,
    Field::Scan,
    Field::Repository,
];

/// The work of a [`PullStream`](super::PullStream).
pub(super) struct Puller {
    pull: Pull,
    shared: Arc<Shared>,
    places: Arc<Semaphore>,
    listed: Option<Listed>,
    /// How many new results in a row have failed because of the server.
    failed_in_a_row: u32,
}

/// What was new when the list was read, and was not delivered yet.
#[derive(Default)]
struct Listed {
    /// The server's clock before the list was read.
    now: Timestamp,
    /// What was not acknowledged in an earlier run. It comes first.
    open: BTreeSet<Position>,
    /// What no run has delivered.
    new: BTreeSet<Position>,
    /// The ids of what was not acknowledged in an earlier run, and is not in the list.
    missing: BTreeSet<u64>,
}

/// What to do with a version once its record was read.
enum Fate {
    /// Deliver it, as the version that it is now, or the error of reading it.
    Give(Position),
    /// Its record is not ready any more: it is being imported again.
    Wait,
    /// It does not exist any more, or is delivered as another version.
    Forget,
    /// It comes later in this run, as this version.
    Later(Position),
}

impl Puller {
    pub(super) fn new(pull: Pull, shared: Arc<Shared>) -> Self {
        let places = Arc::new(Semaphore::new(pull.concurrency.min(Semaphore::MAX_PERMITS)));
        Self { pull, shared, places, listed: None, failed_in_a_row: 0 }
    }

    /// The next result, or what went wrong with it.
    pub(super) async fn next(&mut self) -> Result<Option<Pulled>> {
        if self.listed.is_none() {
            // If listing fails, the stream ends after that error.
            self.listed = Some(Listed::default());
            self.listed = Some(list(&self.pull, &self.shared).await?);
        }
        let Some(listed) = &mut self.listed else { return Ok(None) };
        while let Some((version, was_open)) = listed.pop() {
            // The semaphore is never closed.
            let Ok(place) = Arc::clone(&self.places).acquire_owned().await else { break };
            // It may have been given up, or acknowledged as another version, at any time.
            let is_settled =
                |cursor: &Cursor| !cursor.is_open(version) && (was_open || cursor.is_seen(version));
            if is_settled(&self.shared.cursor()) {
                self.shared.counts.skip(version.id, SETTLED);
                continue;
            }
            let fields = LISTED.into_iter().chain(GIVEN);
            let record = self.pull.results.get(version.id).fields(fields).await;
            match &record {
                Err(error) if !listed.is_deleted(version.id, error) => {
                    let by_server = error.is_retryable() || error.kind() == ErrorKind::Server;
                    let counts = by_server && !was_open;
                    self.failed_in_a_row = if counts { self.failed_in_a_row + 1 } else { 0 };
                    let checked =
                        check_server(&self.pull, listed.now, error, self.failed_in_a_row).await;
                    checked.map_err(|error| {
                        *listed = Listed::default();
                        error.with_note(format!("scan result {} would be the next", version.id))
                    })?;
                }
                _ => self.failed_in_a_row = 0,
            }
            let fate = {
                let mut cursor = self.shared.cursor();
                if is_settled(&cursor) {
                    drop(cursor);
                    self.shared.counts.skip(version.id, SETTLED);
                    continue;
                }
                let fate = listed.fate(version, &record, &cursor);
                if let Fate::Forget = fate {
                    cursor.forget(version);
                } else {
                    let now = listed.now.as_millisecond();
                    let begun = cursor.begin(version, now, self.pull.overlap);
                    begun.map_err(|error| {
                        listed.new.clear();
                        error.with_note(format!("scan result {} would be the next", version.id))
                    })?;
                }
                if let Fate::Give(actual) | Fate::Later(actual) = fate {
                    cursor.replace(version, actual);
                }
                fate
            };
            let why = match fate {
                Fate::Give(actual) => {
                    return self.give([version, actual], record, place).map(Some);
                }
                Fate::Wait => "it is being imported again",
                Fate::Forget => "it was deleted, or another import is delivered instead",
                Fate::Later(_) => "a newer import is delivered instead",
            };
            self.shared.counts.skip(version.id, why);
        }
        Ok(None)
    }

    /// Delivers a version whose record was read.
    fn give(
        &self,
        versions: [Position; 2],
        record: Result<Response<ScanResult>>,
        place: OwnedSemaphorePermit,
    ) -> Result<Pulled> {
        let counts = &self.shared.counts;
        let record = record.map_err(|error| {
            counts.failed.fetch_add(1, Ordering::Relaxed);
            let [Position { id, .. }, _] = versions;
            let note = format!("scan result {id} is tried again in the next run");
            error.with_scan_result(id).with_note(note)
        })?;
        let record = record.into_inner();
        let given = Given { versions, shared: Arc::clone(&self.shared) };
        let now = self.listed.as_ref().map_or(Timestamp::MIN, |listed| listed.now);
        if let Readiness::Never { reason, .. } = readiness(&record, now) {
            counts.without_report.fetch_add(1, Ordering::Relaxed);
            return Ok(Pulled::NoReport(NoReport { record, reason, given }));
        }
        counts.delivered.fetch_add(1, Ordering::Relaxed);
        let place = Arc::new(tokio::sync::Mutex::new(place));
        let results = self.pull.results.clone();
        Ok(Pulled::Report(PulledScan { record, results, given, place }))
    }
}

impl Listed {
    /// The next version, and whether it was not acknowledged in an earlier run.
    fn pop(&mut self) -> Option<(Position, bool)> {
        let open = self.open.pop_first().map(|version| (version, true));
        open.or_else(|| Some((self.new.pop_first()?, false)))
    }

    /// Any proxy can send a 404. A result that was deleted is not in the list either.
    fn is_deleted(&self, id: u64, error: &Error) -> bool {
        error.code() == Some(NOT_FOUND) && self.missing.contains(&id)
    }

    fn fate(
        &self,
        version: Position,
        record: &Result<Response<ScanResult>>,
        cursor: &Cursor,
    ) -> Fate {
        let record = match record {
            Ok(record) => record,
            Err(error) if self.is_deleted(version.id, error) => return Fate::Forget,
            Err(_) => return Fate::Give(version),
        };
        let Some(time) = readiness(record, self.now).time() else { return Fate::Wait };
        let actual = Position { time, ..version };
        if actual == version {
            return Fate::Give(actual);
        }
        // It was imported again, or its time has moved back. A time before `done_before` does not say
        // that this version was acknowledged: it may never have been delivered.
        if self.new.contains(&actual) {
            Fate::Later(actual)
        } else if cursor.is_open(actual) || cursor.is_seen(actual) {
            Fate::Forget
        } else {
            Fate::Give(actual)
        }
    }
}

/// Finds out whether the error of reading a result concerns the server as a whole.
///
/// # Errors
/// If it does.
async fn check_server(
    pull: &Pull,
    now: Timestamp,
    error: &Error,
    failed_in_a_row: u32,
) -> Result<()> {
    if error.is_connect() || error.is_unauthorized() {
        return Err(error.clone());
    }
    let list = pull.results.list().fields([Field::Id]).created_after(now).created_before(now);
    list.await?;
    if failed_in_a_row >= MAX_FAILED {
        let note = format!("{failed_in_a_row} new scan results in a row could not be read");
        return Err(error.clone().with_note(note));
    }
    Ok(())
}

/// Reads the list, and keeps what is new to the cursor.
async fn list(pull: &Pull, shared: &Shared) -> Result<Listed> {
    if pull.concurrency == 0 {
        return Err(Error::invalid_request("with a concurrency of zero a pull would never end"));
    }
    let client = &pull.results.client;
    shared.cursor().bind(client.transport().base_url())?;
    let now = client.system().await?.timestamp().ok_or_else(|| {
        Error::new(ErrorKind::Decode, "the server sends no time, which a pull needs")
    })?;
    shared.cursor().check_clock(now.as_millisecond(), pull.overlap);
    // What was delivered in an earlier run and not acknowledged is delivered again, wherever it is in
    // the list.
    let open: BTreeSet<Position> = shared.cursor().open().collect();
    let mut missing: BTreeSet<u64> = open.iter().map(|version| version.id).collect();
    let mut new = BTreeSet::new();
    let count = |new: &BTreeSet<_>| {
        shared.counts.new.store((open.len() + new.len()) as u64, Ordering::Relaxed);
    };
    count(&new);
    let mut windows = Windows::new(now, pull.look_back);
    while let Some(window) = windows.next() {
        let list = pull.results.list().fields(LISTED).response_limit(windows.response_limit());
        let list = list.created_after(window.start).created_before(window.end).await;
        let list = match list {
            Err(error) if error.kind() == ErrorKind::TooLarge && windows.too_many() => continue,
            other => other?,
        };
        let records = list.usable.iter().chain(&list.manageable);
        windows.found(list.usable.len().max(list.manageable.len()));
        for invalid in list.invalid_records() {
            tracing::warn!(reason = invalid.reason, "a record of the list can't be pulled");
        }
        let cursor = shared.cursor();
        new.extend(records.filter_map(|record| {
            missing.remove(&record.id);
            let version = Position { time: readiness(record, now).time()?, id: record.id };
            (cursor.is_due(version) && !open.contains(&version)).then_some(version)
        }));
        count(&new);
    }
    Ok(Listed { now, open, new, missing })
}
