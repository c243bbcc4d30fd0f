//! Delivers every scan result that is new to a cursor, once.

use std::{
    collections::BTreeSet,
    fmt,
    path::{Path, PathBuf},
    pin::Pin,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    task::{Context, Poll},
    time::Duration,
};

use futures_core::Stream;
use futures_util::stream::{self, StreamExt as _};
use jiff::Timestamp;
use tokio::sync::{OwnedMutexGuard, OwnedSemaphorePermit, Semaphore};

use super::{
    ScanResults,
    readiness::{Readiness, readiness},
    windows::Windows,
};
use crate::{
    Cursor, Error, ErrorKind, Response, Result,
    cursor::Position,
    tenable_sc::{
        envelope::NOT_FOUND,
        record::{Field, ScanResult},
    },
    transfer::{Download, Findings, Saved, Tally},
};

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

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

impl ScanResults {
    /// Pulls every scan result that is new to a cursor, the oldest first: each is delivered once for
    /// each time that it was imported.
    ///
    /// `GET /rest/system`, `GET /rest/scanResult`; for each result `GET /rest/scanResult/{id}`, and
    /// `POST /rest/scanResult/{id}/download` when its report is asked for
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let sandbox = scanops_sandbox::TenableSc::start().await?;
    /// # let sc = scanops::tenable_sc::Client::builder(sandbox.url())
    /// #     .api_key(sandbox.access_key(), sandbox.secret_key())
    /// #     .build()?;
    /// # let folder = tempfile::tempdir()?;
    /// # let file = folder.path().join("cursor.json");
    /// use scanops::{Cursor, tenable_sc::{Pulled, PulledScan}};
    ///
    /// async fn print(scan: &PulledScan) -> scanops::Result<()> {
    ///     let mut findings = scan.findings().await?;
    ///     while let Some(finding) = findings.next_finding().await? {
    ///         println!("{} {}", finding.host.name, finding.plugin.name);
    ///     }
    ///     Ok(())
    /// }
    ///
    /// let cursor = Cursor::load_or(&file, Cursor::new()).await?;
    /// let mut pull = sc.scan_results().pull(cursor).stream();
    /// while let Some(pulled) = pull.next_result().await.transpose() {
    ///     match pulled {
    ///         Ok(Pulled::Report(scan)) => match print(&scan).await {
    ///             Ok(()) => scan.acknowledge(), // its findings are where they should be
    ///             Err(error) => eprintln!("{error}"), // delivered again in the next run
    ///         },
    ///         Ok(Pulled::NoReport(scan)) => {
    ///             println!("{}: {}", scan.record.id, scan.reason);
    ///             scan.acknowledge();
    ///         }
    ///         // One result failed. The others follow.
    ///         Err(error) if error.scan_result().is_some() => eprintln!("{error}"),
    ///         Err(error) => return Err(error.into()), // the list could not be read
    ///     }
    ///     pull.handle().save_cursor(&file).await?;
    /// }
    /// # assert_eq!(pull.handle().progress().acknowledged, 4);
    /// # let mut again = sc.scan_results().pull(Cursor::load(&file).await?).stream();
    /// # assert!(again.next_result().await?.is_none());
    /// # Ok(()) }
    /// ```
    ///
    /// See [`Pull`] for what is promised.
    pub fn pull(&self, cursor: Cursor) -> Pull {
        Pull { results: self.clone(), cursor, concurrency: 1, overlap: DAY, look_back: None }
    }
}

/// Pulls every new scan result: see [`ScanResults::pull`].
///
/// # What is delivered, and when
///
/// A scan result is delivered when its scan has ended, its import has finished and it has a report. It
/// is new if the cursor is not done with this import of it. So a result that is imported late is
/// delivered late, and one that is imported again is delivered again. All times are by the server's
/// clock: that of this machine does not matter.
///
/// A result that will not have a report is delivered once, as [`Pulled::NoReport`]: its scan or its
/// import failed, or it ended an hour ago and has no results. If it is imported later, it is
/// delivered then. [Acknowledge](NoReport::acknowledge) it too.
///
/// The whole list of scan results is read first, from the latest to the first one ever, in requests
/// that each ask for a period of creation with some 1,000 results. So every result is found, whenever
/// it was created, finished or imported, and the server does not need to know `timeCompareField`.
/// Only ids and times are kept. A list of 20,000 results takes 8 MB and some 40 requests. To list
/// less, see [`look_back`](Self::look_back).
///
/// # Exactly once
///
/// A result that was [acknowledged](PulledScan::acknowledge) is not delivered again, once the cursor
/// is stored. If the program ends before it stores the cursor, the result is delivered again: write
/// your output in a way that can be repeated, such as a file for each result.
///
/// A result that was not acknowledged is delivered again in the next run, whatever was acknowledged
/// after it, unless it was deleted. To give up one whose report the server does not send,
/// acknowledge it.
///
/// If the server's clock is set back by more than the overlap, results may be delivered twice: see
/// [`Cursor`].
///
/// # Errors
///
/// An error of the stream concerns one result, whose id is [`Error::scan_result`], and the stream
/// goes on with the next. The program should go on too, and not end the run with `?`: a result that
/// fails comes first in the next run, and if it ended that run too, the results behind it would never
/// be delivered. There are two errors after which the stream has ended. They have no id:
///
/// * the list can't be read;
/// * 10,000 results were delivered and not acknowledged.
///
/// # Limits
///
/// * A result that becomes visible later than the [`overlap`](Self::overlap) after its own import
///   time is not found. The same goes for a result that the user was given access to later than
///   that after its import.
/// * Two imports of one result that end in the same second count as one.
/// * If a server sends no import time, a result counts as imported one hour after its scan ended. If
///   its import takes longer than that and the overlap, it is not found.
/// * If a server sends no finish time for a failed scan, its creation time is used. If the scan ran for
///   longer than the overlap, it is not reported.
/// * If a server says for an hour after an import that there is no report to download, the result is
///   delivered as [`Pulled::NoReport`]. If there is a report later, the result is delivered again,
///   unless that is later than the overlap after the import.
/// * If the server's clock was ahead by more than the overlap during a run, and the next run is later
///   than that wrong time, then what was imported between the two runs is not found.
#[derive(Clone, Debug)]
#[must_use = "a pull begins when its stream is polled"]
pub struct Pull {
    results: ScanResults,
    cursor: Cursor,
    concurrency: usize,
    overlap: Duration,
    look_back: Option<Duration>,
}

impl Pull {
    /// How many results may be worked on at once. Default 1; at least 1.
    ///
    /// A [`PulledScan`] occupies one of these places from its delivery until it and its download are
    /// dropped. While all places are occupied, the stream waits. A result has one download at a time.
    /// So there are never more downloads than this. A program that collects results instead of
    /// dropping them waits for ever.
    pub fn concurrency(mut self, results: usize) -> Self {
        self.concurrency = results;
        self
    }

    /// How long after its import time a result may become visible and is still found: the server's
    /// clock may be set back, and its database may lag. Default 24 hours. The cursor keeps the ids of
    /// what was acknowledged in this time; see [`Cursor`] for its size.
    pub fn overlap(mut self, time: Duration) -> Self {
        self.overlap = time;
        self
    }

    /// Lists only results that were created within this time before now, by the server's clock.
    /// Default: all results.
    ///
    /// It makes the list shorter on a server with a long history. Results that were created earlier are
    /// not found, even if they are imported again or their scan took longer than this. Those that were
    /// delivered and not acknowledged are delivered again in any case.
    pub fn look_back(mut self, time: Duration) -> Self {
        self.look_back = Some(time);
        self
    }

    /// The results, one after another. Nothing is requested before the stream is polled.
    pub fn stream(self) -> PullStream {
        let shared = Arc::new(Shared {
            cursor: Mutex::new(self.cursor.clone()),
            saving: tokio::sync::Mutex::default(),
            counts: Counts::default(),
            tally: Arc::default(),
        });
        let handle = PullHandle(Arc::clone(&shared));
        let places = Arc::new(Semaphore::new(self.concurrency.min(Semaphore::MAX_PERMITS)));
        let puller = Puller { pull: self, shared, places, listed: None };
        let next = |mut puller: Puller| async move {
            let next = puller.next().await.transpose()?;
            Some((next, puller))
        };
        PullStream { stream: Box::pin(stream::unfold(puller, next).fuse()), handle }
    }
}

/// A new scan result. Acknowledge both kinds.
#[derive(Debug)]
pub enum Pulled {
    /// It has a report.
    Report(PulledScan),
    /// It has no report, and is not expected to have one.
    NoReport(NoReport),
}

/// A scan result that will not have a report.
pub struct NoReport {
    /// Its record.
    pub record: ScanResult,
    /// Why there is no report: the server's message, if there is one.
    pub reason: String,
    given: Given,
}

impl NoReport {
    /// Moves the cursor: the program is done with this result. This takes effect when the cursor is
    /// stored. A result that is not acknowledged is delivered again in the next run.
    pub fn acknowledge(&self) {
        self.given.acknowledge();
    }
}

impl fmt::Debug for NoReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NoReport")
            .field("record", &self.record)
            .field("reason", &self.reason)
            .finish_non_exhaustive()
    }
}

/// A delivered result, for its acknowledgement.
struct Given {
    /// The version that was listed, and the one that its record has: the result may have been
    /// imported again in between.
    versions: [Position; 2],
    shared: Arc<Shared>,
}

impl Given {
    /// Returns whether it was not acknowledged before.
    fn acknowledge(&self) -> bool {
        let mut cursor = self.shared.cursor();
        let [_, actual] = self.versions;
        let is_due = cursor.is_due(actual);
        for version in self.versions {
            cursor.acknowledge(version);
        }
        is_due
    }
}

/// A scan result with a report, which is not downloaded yet.
pub struct PulledScan {
    /// Its record, as it was just read: id, name, description, details, statuses, times, counts
    /// of addresses, formats, owner, scan and repository.
    pub record: ScanResult,
    results: ScanResults,
    given: Given,
    /// One of the places; locked while there is a download.
    place: Arc<tokio::sync::Mutex<OwnedSemaphorePermit>>,
}

impl PulledScan {
    /// Downloads the report: see [`ScanResults::download`]. If there is another download of this
    /// result, this waits until that one is dropped, or its findings were read to the end.
    pub async fn download(&self) -> Result<Download> {
        let place: OwnedMutexGuard<_> = Arc::clone(&self.place).lock_owned().await;
        let download = self.results.download(self.record.id).await;
        let download = download.map_err(|error| error.with_scan_result(self.record.id))?;
        Ok(download.counted(Arc::clone(&self.given.shared.tally), place))
    }

    /// The findings of the report while it downloads: see [`Download::findings`].
    pub async fn findings(&self) -> Result<Findings> {
        Ok(self.download().await?.findings())
    }

    /// Saves the report to a file: see [`Download::save_to`]. A file that exists is replaced, as the
    /// result may have been delivered before.
    pub async fn save_to(&self, path: impl Into<PathBuf>) -> Result<Saved> {
        let saved = self.download().await?.save_to(path).replace(true).await;
        // An error of the file names the path alone.
        let id = self.record.id;
        saved.map_err(|error| error.with_scan_result(id).with_note(format!("scan result {id}")))
    }

    /// Moves the cursor: the program is done with this result. This takes effect when the cursor is
    /// stored.
    pub fn acknowledge(&self) {
        if self.given.acknowledge() {
            self.given.shared.counts.acknowledged.fetch_add(1, Ordering::Relaxed);
        }
    }
}

impl fmt::Debug for PulledScan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PulledScan").field("record", &self.record).finish_non_exhaustive()
    }
}

/// The new scan results: see [`Pull::stream`].
#[must_use = "a pull begins when its stream is polled"]
pub struct PullStream {
    stream: Pin<Box<dyn Stream<Item = Result<Pulled>> + Send>>,
    handle: PullHandle,
}

impl PullStream {
    /// The next result, or `None` at the end. After an error of one result, the next one follows.
    /// Cancel safe.
    pub async fn next_result(&mut self) -> Result<Option<Pulled>> {
        std::future::poll_fn(|context| self.stream.as_mut().poll_next(context)).await.transpose()
    }

    /// The pull's cursor and progress. Clone it for other tasks.
    #[must_use]
    pub fn handle(&self) -> &PullHandle {
        &self.handle
    }
}

impl Stream for PullStream {
    type Item = Result<Pulled>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.stream.as_mut().poll_next(context)
    }
}

impl fmt::Debug for PullStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PullStream")
            .field("progress", &self.handle.progress())
            .finish_non_exhaustive()
    }
}

/// The cursor and the progress of a pull. Cheap to clone; clones are of the same pull.
#[derive(Clone)]
pub struct PullHandle(Arc<Shared>);

impl PullHandle {
    /// The cursor as it is now.
    #[must_use]
    pub fn cursor(&self) -> Cursor {
        self.0.cursor().clone()
    }

    /// Saves the cursor as it is now: see [`Cursor::save`]. Several tasks may save it at once; the file
    /// then has the latest one.
    pub async fn save_cursor(&self, path: impl AsRef<Path>) -> Result<()> {
        let _saving = self.0.saving.lock().await;
        self.cursor().save(path).await
    }

    /// How far the pull is.
    #[must_use]
    pub fn progress(&self) -> PullProgress {
        let Shared { counts, tally, .. } = &*self.0;
        let get = |count: &AtomicU64| count.load(Ordering::Relaxed);
        PullProgress {
            new: get(&counts.new),
            skipped: get(&counts.skipped),
            given: get(&counts.given),
            acknowledged: get(&counts.acknowledged),
            without_report: get(&counts.without_report),
            failed: get(&counts.failed),
            bytes: tally.bytes(),
            findings: tally.findings(),
        }
    }
}

impl fmt::Debug for PullHandle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("PullHandle").field(&self.progress()).finish()
    }
}

/// How far a [pull](ScanResults::pull) is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct PullProgress {
    /// How many results are to be delivered in this run, as far as the list was read.
    pub new: u64,
    /// How many of those are not delivered in this run, because the result was deleted or is being
    /// imported again, or because a newer import of it is delivered instead.
    pub skipped: u64,
    /// How many with a report were delivered.
    pub given: u64,
    /// How many of those were acknowledged.
    pub acknowledged: u64,
    /// How many without a report were delivered.
    pub without_report: u64,
    /// How many could not be delivered: each was an error of the stream, and is tried again in the next
    /// run. A report that was delivered and can't be downloaded or read does not count here, as only
    /// the program knows whether it tries again. It counts in [`given`](Self::given), and not in
    /// [`acknowledged`](Self::acknowledged).
    pub failed: u64,
    /// How many bytes of reports have arrived, with those of interrupted downloads.
    pub bytes: u64,
    /// How many findings were read.
    pub findings: u64,
}

/// What the stream, its results and its handles share.
struct Shared {
    cursor: Mutex<Cursor>,
    /// Held while the cursor is saved.
    saving: tokio::sync::Mutex<()>,
    counts: Counts,
    tally: Arc<Tally>,
}

#[derive(Default)]
struct Counts {
    new: AtomicU64,
    skipped: AtomicU64,
    given: AtomicU64,
    acknowledged: AtomicU64,
    without_report: AtomicU64,
    failed: AtomicU64,
}

impl Shared {
    fn cursor(&self) -> MutexGuard<'_, Cursor> {
        self.cursor.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The work of a [`PullStream`].
struct Puller {
    pull: Pull,
    shared: Arc<Shared>,
    places: Arc<Semaphore>,
    listed: Option<Listed>,
}

/// What was new when the list was read, and was not delivered yet.
#[derive(Default)]
struct Listed {
    /// The server's clock before the list was read.
    now: Timestamp,
    due: BTreeSet<Position>,
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
}

impl Puller {
    /// The next result, or what went wrong with it.
    async fn next(&mut self) -> Result<Option<Pulled>> {
        if self.listed.is_none() {
            // If listing fails, the stream ends after that error.
            self.listed = Some(Listed::default());
            self.listed = Some(list(&self.pull, &self.shared).await?);
        }
        let Some(listed) = &mut self.listed else { return Ok(None) };
        while let Some(version) = listed.due.pop_first() {
            // The semaphore is never closed.
            let Ok(place) = Arc::clone(&self.places).acquire_owned().await else { break };
            let fields = LISTED.into_iter().chain(GIVEN);
            let record = self.pull.results.get(version.id).fields(fields).await;
            let fate = {
                let mut cursor = self.shared.cursor();
                let fate = listed.fate(version, &record, &cursor);
                if let Fate::Forget = fate {
                    cursor.forget(version);
                } else {
                    let now = listed.now.as_millisecond();
                    let begun = cursor.begin(version, now, self.pull.overlap);
                    begun.map_err(|error| {
                        listed.due.clear();
                        error.with_note(format!("scan result {} would be the next", version.id))
                    })?;
                }
                if let Fate::Give(actual) = fate {
                    cursor.replace(version, actual);
                }
                fate
            };
            let (id, why) = match fate {
                Fate::Give(actual) => {
                    return self.give([version, actual], record, place).map(Some);
                }
                Fate::Wait => (version.id, "it is being imported again"),
                Fate::Forget => {
                    (version.id, "it was deleted, or a newer import is delivered instead")
                }
            };
            tracing::info!(id, why, "a scan result is not delivered");
            self.shared.counts.skipped.fetch_add(1, Ordering::Relaxed);
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
        counts.given.fetch_add(1, Ordering::Relaxed);
        let place = Arc::new(tokio::sync::Mutex::new(place));
        let results = self.pull.results.clone();
        Ok(Pulled::Report(PulledScan { record, results, given, place }))
    }
}

impl Listed {
    fn fate(
        &self,
        version: Position,
        record: &Result<Response<ScanResult>>,
        cursor: &Cursor,
    ) -> Fate {
        let record = match record {
            Ok(record) => record,
            // Any proxy can send a 404. A result that was deleted is not in the list either.
            Err(error) if error.code() == Some(NOT_FOUND) && self.missing.contains(&version.id) => {
                return Fate::Forget;
            }
            Err(_) => return Fate::Give(version),
        };
        let Some(time) = readiness(record, self.now).time() else { return Fate::Wait };
        let actual = Position { time, ..version };
        // It was imported again. The new version may still be due, or may have been delivered already.
        let comes_by_itself =
            self.due.contains(&actual) || cursor.is_open(actual) || !cursor.is_due(actual);
        if actual != version && comes_by_itself { Fate::Forget } else { Fate::Give(actual) }
    }
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
    let mut due: BTreeSet<Position> = shared.cursor().open().collect();
    let mut missing: BTreeSet<u64> = due.iter().map(|version| version.id).collect();
    shared.counts.new.store(due.len() as u64, Ordering::Relaxed);
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
        due.extend(records.filter_map(|record| {
            missing.remove(&record.id);
            let version = Position { time: readiness(record, now).time()?, id: record.id };
            cursor.is_due(version).then_some(version)
        }));
        shared.counts.new.store(due.len() as u64, Ordering::Relaxed);
    }
    Ok(Listed { now, due, missing })
}
