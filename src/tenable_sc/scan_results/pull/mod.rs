//! Delivers every scan result that is new to a cursor, once.

mod progress;
mod puller;

use std::{
    fmt,
    path::PathBuf,
    pin::Pin,
    sync::{Arc, atomic::Ordering},
    task::{Context, Poll},
    time::Duration,
};

use futures_core::Stream;
use futures_util::stream::{self, StreamExt as _};
use tokio::sync::{OwnedMutexGuard, OwnedSemaphorePermit};

pub use self::progress::{PullHandle, PullProgress};

use self::{progress::Shared, puller::Puller};
use super::ScanResults;
use crate::{
    Cursor, Result,
    cursor::Position,
    tenable_sc::record::ScanResult,
    transfer::{Download, Findings, Saved},
};

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
    ///         Err(error) => return Err(error.into()), // the pull has ended
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
/// after it, unless it was deleted. Such results come first. To give up one whose report the server
/// does not send, acknowledge it. To give up one whose record can't be read, so that it is an error
/// in every run, call [`PullHandle::give_up`].
///
/// The time of a result can move back: while it has no report to download, or no import time, a later
/// one is used (see [Limits](#limits)). A result that was not acknowledged with the later time is
/// delivered again with the earlier one, unless the cursor still has its acknowledgement with that. So
/// it may be delivered twice, and is not lost.
///
/// If the server's clock is set back by more than the overlap, results may be delivered twice: see
/// [`Cursor`].
///
/// # Errors
///
/// An error of the stream concerns one result, whose id is [`Error::scan_result`], and the stream
/// goes on with the next. Such a result counts as delivered and not acknowledged. The program should go
/// on too, and not end the run with `?`: the result comes first in the next run, and if it ended that
/// run too, the results behind it would never be delivered.
///
/// An error without an id ends the stream:
///
/// * the list can't be read;
/// * a result can't be read, and the reason is not the result: no connection could be made, the
///   credentials were not accepted, or the list can't be read either (a list of one second is
///   requested to find out);
/// * ten new results in a row can't be read although the list can, because of timeouts, lost
///   connections, or a server that is busy or fails;
/// * 10,000 results were delivered and not acknowledged;
/// * the cursor belongs to another server, or the concurrency is zero.
///
/// The result at which the stream ended does not count as delivered.
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
/// * A record of the list that has no id that can be read is left out, with a warning in the log.
/// * If the server's clock was ahead by more than the overlap during a run, what was imported between
///   that run and the next can be missed.
///
/// [`Error::scan_result`]: crate::Error::scan_result
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
        let shared = Arc::new(Shared::new(self.cursor.clone()));
        let handle = PullHandle(Arc::clone(&shared));
        let next = |mut puller: Puller| async move {
            let next = puller.next().await.transpose()?;
            Some((next, puller))
        };
        let stream = stream::unfold(Puller::new(self, shared), next).fuse();
        PullStream { stream: Box::pin(stream), handle }
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
        // The server does not have its earlier imports any more.
        for version in cursor.open_of(actual.id) {
            if version < actual {
                cursor.forget(version);
            }
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
        let id = self.record.id;
        let download = self.results.download(id).await;
        let download = download.map_err(|error| error.with_scan_result(id))?;
        Ok(download.pulled(id, Arc::clone(&self.given.shared.tally), place))
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
