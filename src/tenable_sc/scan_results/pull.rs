//! Every scan result that is new to a cursor, once.

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
    tenable_sc::record::{Field, ScanResult},
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

/// What a result is given out with, beside that.
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
    /// Pulls every scan result that is new to a cursor, the oldest first: each comes once for each
    /// time that it was imported.
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
    /// use scanops::{Cursor, tenable_sc::Pulled};
    ///
    /// let cursor = Cursor::load_or(&file, Cursor::new()).await?;
    /// let mut pull = sc.scan_results().pull(cursor).stream();
    /// while let Some(pulled) = pull.next_result().await? {
    ///     match pulled {
    ///         Pulled::Report(scan) => {
    ///             let mut findings = scan.findings().await?;
    ///             while let Some(finding) = findings.next_finding().await? {
    ///                 println!("{} {}", finding.host.name, finding.plugin.name);
    ///             }
    ///             scan.acknowledge(); // its findings are where they should be
    ///         }
    ///         Pulled::NoReport(scan) => println!("{}: {}", scan.record.id, scan.reason),
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
/// # What comes, and when
///
/// A scan result comes when its scan has ended, its import has finished and it has a report; until
/// then it is left alone. It is new when its import ended after what the cursor has seen. So a
/// result that is imported late comes late, and one that is imported again comes again. All times
/// are the server's: the clock of this machine does not matter.
///
/// A result that will not have a report comes as [`Pulled::NoReport`], once: its scan or its import
/// failed, or it has ended an hour ago and has no results. If it is imported later, it comes then.
///
/// The whole list of scan results is read first, in periods of creation of some 1,000 results, from
/// the latest to the first one ever: whatever was created, finished or imported at what time is
/// found, on servers that know `timeCompareField` as on those that don't. Only ids and times are
/// kept. A list of 20,000 results takes 8 MB and some 40 requests. To list less, see
/// [`look_back`](Self::look_back).
///
/// # Exactly once
///
/// A result that was [acknowledged](PulledScan::acknowledge) does not come again for the cursor
/// that is stored after that. If the program ends before the cursor is stored, it does: write what
/// you make of a result in a way that can be repeated.
///
/// A result that was not acknowledged comes in the next run, whatever was acknowledged after it. To
/// give up one whose report the server does not send, acknowledge it. One that has no report is
/// acknowledged when its [`NoReport`] is dropped.
///
/// An error of the stream concerns one result, as its text says, and the stream goes on with the
/// next. But if the list can't be read, that is the last thing that it gives.
///
/// # Limits
///
/// * A result that becomes visible later than the [`overlap`](Self::overlap) after its own import
///   time is not found; nor is one that the user could not see before, if it was imported before
///   that.
/// * Two imports of one result that end in the same second are one.
/// * Where a server gives no import time, a result counts as imported one hour after its scan ended.
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
    /// A [`PulledScan`] takes one of these places from when it is given out, whether it is read or
    /// not, until it and its download are dropped. While all places are taken, the stream waits. A
    /// result has one download at a time. So there are never more downloads than this, and a program
    /// that collects results instead of working on them waits for ever.
    pub fn concurrency(mut self, results: usize) -> Self {
        self.concurrency = results;
        self
    }

    /// How long after its own time a result may become visible and is still found, as the server's
    /// clock may be set back, and its database may lag. Default 24 hours. The cursor keeps the ids
    /// of what was acknowledged in this time; see [`Cursor`] for its size.
    pub fn overlap(mut self, time: Duration) -> Self {
        self.overlap = time;
        self
    }

    /// Lists only what was created in this time before now, by the server's clock. Default: there is
    /// no limit.
    ///
    /// It makes the list shorter on a server with a long history. Results that were created before
    /// are not noticed: not when they are imported again, nor when their scan took longer. Those that
    /// were given out and not acknowledged come again in any case.
    pub fn look_back(mut self, time: Duration) -> Self {
        self.look_back = Some(time);
        self
    }

    /// The results, one after another. Nothing is requested before it is polled.
    pub fn stream(self) -> PullStream {
        let shared = Arc::new(Shared {
            cursor: Mutex::new(self.cursor.clone()),
            saving: tokio::sync::Mutex::default(),
            counts: Counts::default(),
            tally: Arc::default(),
        });
        let handle = PullHandle(Arc::clone(&shared));
        let places = Arc::new(Semaphore::new(self.concurrency));
        let puller = Puller { pull: self, shared, places, listed: None };
        let next = |mut puller: Puller| async move {
            let next = puller.next().await.transpose()?;
            Some((next, puller))
        };
        PullStream { stream: Box::pin(stream::unfold(puller, next).fuse()), handle }
    }
}

/// A scan result that is new: a program has to deal with both kinds.
#[derive(Debug)]
pub enum Pulled {
    /// It has a report.
    Report(PulledScan),
    /// It has no report, and is not expected to have one.
    NoReport(NoReport),
}

/// A scan result that will not have a report. It is acknowledged when it is dropped.
#[derive(Debug)]
pub struct NoReport {
    /// Its record.
    pub record: ScanResult,
    /// Why there is no report, in the server's words where it has any.
    pub reason: String,
    #[expect(dead_code, reason = "it is there to be dropped")]
    told: Told,
}

/// Acknowledges a version when it is dropped, and not before: until then somebody may store the
/// cursor, and nobody has taken note of the result.
struct Told {
    version: Position,
    shared: Arc<Shared>,
}

impl Drop for Told {
    fn drop(&mut self) {
        self.shared.acknowledge(self.version);
    }
}

impl fmt::Debug for Told {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Told").finish_non_exhaustive()
    }
}

/// A scan result with a report, which was not downloaded yet.
pub struct PulledScan {
    /// Its record, as it was read just now: id, name, description, details, statuses, times, counts
    /// of addresses, formats, owner, scan and repository.
    pub record: ScanResult,
    results: ScanResults,
    version: Position,
    shared: Arc<Shared>,
    /// One of the places; locked while there is a download.
    place: Arc<tokio::sync::Mutex<OwnedSemaphorePermit>>,
}

impl PulledScan {
    /// Downloads the report: see [`ScanResults::download`]. If another download of this result is
    /// still there, it waits until that is dropped.
    pub async fn download(&self) -> Result<Download> {
        let place: OwnedMutexGuard<_> = Arc::clone(&self.place).lock_owned().await;
        let download = self.results.download(self.record.id).await?;
        Ok(download.counted(Arc::clone(&self.shared.tally), place))
    }

    /// The findings of the report while it downloads: see [`Download::findings`].
    pub async fn findings(&self) -> Result<Findings> {
        Ok(self.download().await?.findings())
    }

    /// Saves the report to a file: see [`Download::save_to`]. A file that exists is replaced, as
    /// the result may have come before.
    pub async fn save_to(&self, path: impl Into<PathBuf>) -> Result<Saved> {
        self.download().await?.save_to(path).replace(true).await
    }

    /// Moves the cursor: this result is done. It takes effect when the cursor is stored.
    pub fn acknowledge(&self) {
        if self.shared.acknowledge(self.version) {
            self.shared.counts.acknowledged.fetch_add(1, Ordering::Relaxed);
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
    /// The next result, or `None` at the end. After an error it goes on with the next one. Cancel
    /// safe.
    pub async fn next_result(&mut self) -> Result<Option<Pulled>> {
        std::future::poll_fn(|context| self.stream.as_mut().poll_next(context)).await.transpose()
    }

    /// The pull's cursor and progress, for as long as it takes: clone it for other tasks.
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

    /// Saves the cursor as it is now: see [`Cursor::save`]. Several tasks may save it at once: the
    /// latest one is in the file afterwards.
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
    /// How many results there are to be given out in this run, as far as the list was read.
    pub new: u64,
    /// How many with a report were given out.
    pub given: u64,
    /// How many of those were acknowledged.
    pub acknowledged: u64,
    /// How many were given out that have no report.
    pub without_report: u64,
    /// How many were an error. They come again in the next run.
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
    given: AtomicU64,
    acknowledged: AtomicU64,
    without_report: AtomicU64,
    failed: AtomicU64,
}

impl Shared {
    fn cursor(&self) -> MutexGuard<'_, Cursor> {
        self.cursor.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether it was not acknowledged before.
    fn acknowledge(&self, version: Position) -> bool {
        let mut cursor = self.cursor();
        let is_due = cursor.is_due(version);
        cursor.acknowledge(version);
        is_due
    }
}

/// The work of a [`PullStream`].
struct Puller {
    pull: Pull,
    shared: Arc<Shared>,
    places: Arc<Semaphore>,
    listed: Option<Listed>,
}

/// What was new when the list was read, and was not given out yet.
#[derive(Default)]
struct Listed {
    /// The server's clock before the list was read.
    now: Timestamp,
    due: BTreeSet<Position>,
}

impl Puller {
    /// The next result, or what went wrong with it.
    async fn next(&mut self) -> Result<Option<Pulled>> {
        if self.listed.is_none() {
            // Should it fail, there is nothing more.
            self.listed = Some(Listed::default());
            self.listed = Some(list(&self.pull, &self.shared).await?);
        }
        let Some(listed) = &mut self.listed else { return Ok(None) };
        while let Some(version) = listed.due.pop_first() {
            // The semaphore is never closed.
            let Ok(place) = Arc::clone(&self.places).acquire_owned().await else { break };
            let fields = LISTED.into_iter().chain(GIVEN);
            let record = self.pull.results.get(version.id).fields(fields).await;
            {
                let mut cursor = self.shared.cursor();
                let is_gone = match &record {
                    Err(error) => error.is_not_found(),
                    // It was or is imported again: that is another version.
                    Ok(record) => !listed.is_current(version, record),
                };
                if is_gone {
                    cursor.forget(version);
                    continue;
                }
                let begun = cursor.begin(version, listed.now.as_millisecond(), self.pull.overlap);
                if begun.is_err() {
                    listed.due.clear();
                }
                begun?;
            }
            return self.give(version, record, place).map(Some);
        }
        Ok(None)
    }

    /// Gives out a version whose record was read.
    fn give(
        &self,
        version: Position,
        record: Result<Response<ScanResult>>,
        place: OwnedSemaphorePermit,
    ) -> Result<Pulled> {
        let counts = &self.shared.counts;
        let record = record.map_err(|error| {
            counts.failed.fetch_add(1, Ordering::Relaxed);
            error.with_note(format!("scan result {} comes again in the next run", version.id))
        })?;
        let (record, shared) = (record.into_inner(), Arc::clone(&self.shared));
        let now = self.listed.as_ref().map_or(Timestamp::MIN, |listed| listed.now);
        if let Readiness::Never { reason, .. } = readiness(&record, now) {
            counts.without_report.fetch_add(1, Ordering::Relaxed);
            let told = Told { version, shared };
            return Ok(Pulled::NoReport(NoReport { record, reason, told }));
        }
        counts.given.fetch_add(1, Ordering::Relaxed);
        let place = Arc::new(tokio::sync::Mutex::new(place));
        let results = self.pull.results.clone();
        Ok(Pulled::Report(PulledScan { record, results, version, shared, place }))
    }
}

impl Listed {
    /// Whether a record is the version that is to be given out, and not one that comes later.
    fn is_current(&self, version: Position, record: &ScanResult) -> bool {
        let time = readiness(record, self.now).time();
        time.is_some_and(|time| !self.due.contains(&Position { time, ..version }))
    }
}

/// Reads the list, and keeps what is new to the cursor.
async fn list(pull: &Pull, shared: &Shared) -> Result<Listed> {
    if pull.concurrency == 0 {
        return Err(Error::invalid_request("a pull of no result at once would never end"));
    }
    let client = &pull.results.client;
    shared.cursor().bind(client.transport().base_url())?;
    let now =
        client.system().await?.timestamp().ok_or_else(|| {
            Error::new(ErrorKind::Decode, "the server does not say what time it is")
        })?;
    // What was given out in an earlier run comes again, wherever it is in the list.
    let mut due: BTreeSet<Position> = shared.cursor().open().collect();
    shared.counts.new.store(due.len() as u64, Ordering::Relaxed);
    let mut windows = Windows::new(now, pull.look_back);
    while let Some(window) = windows.next() {
        let list = pull.results.list().fields(LISTED);
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
            let version = Position { time: readiness(record, now).time()?, id: record.id };
            cursor.is_due(version).then_some(version)
        }));
        shared.counts.new.store(due.len() as u64, Ordering::Relaxed);
    }
    Ok(Listed { now, due })
}
