//! Watching a scan until it, or its import, has ended.

use std::{
    fmt,
    pin::Pin,
    task::{Context, Poll},
    time::{Duration, Instant},
};

use futures_core::Stream;
use futures_util::stream;

use super::ScanResults;
use crate::{
    Error, ErrorKind, Result,
    tenable_sc::record::{Field, ImportStatus, Progress, ScanResult, ScanStatus},
};

/// The longest wait between two looks at a server that fails.
const LONGEST_WAIT: Duration = Duration::from_secs(300);

impl ScanResults {
    /// Watches a scan result: looks at it again and again, until what is awaited has come.
    ///
    /// `GET /rest/scanResult/{id}`
    ///
    /// ```
    /// # use std::time::Duration;
    /// # async fn f(sc: scanops::tenable_sc::Client) -> scanops::Result<()> {
    /// let results = sc.scan_results();
    /// results.stop(121).await?;
    /// let end = results.watch(121).every(Duration::from_secs(15)).until_finished().await?;
    /// println!("it is {:?}", end.status());
    /// # Ok(()) }
    /// ```
    pub fn watch(&self, id: u64) -> Watch {
        Watch {
            results: self.clone(),
            id,
            interval: Duration::from_secs(15),
            deadline: None,
            patience: Duration::from_secs(300),
            failures: 10,
        }
    }
}

/// Watches a scan result: see [`ScanResults::watch`]. Dropping what comes of it ends the watch.
///
/// # When a scan has ended, and when its import has
///
/// These are two things: a scan can be [`Completed`](ScanStatus::Completed) before its import
/// begins. The scan has ended when its status is Completed, Partial, Stopped or Error. Its import
/// has ended when the import status is Finished or Error. "No Results" stands on scans that still
/// run as well as on failed ones, so that it is never the end alone: with a scan that failed
/// (Error) no import follows; with any other that has ended, the import is awaited for
/// [`patience`](Self::patience) more.
#[derive(Clone, Debug)]
#[must_use = "a watch begins when it is awaited"]
pub struct Watch {
    results: ScanResults,
    id: u64,
    interval: Duration,
    deadline: Option<Duration>,
    patience: Duration,
    failures: u32,
}

impl Watch {
    /// How long to wait between two looks. Default 15 s; at least 1 s, as the vendor asks not to
    /// be hurried.
    pub fn every(mut self, interval: Duration) -> Self {
        self.interval = interval.max(Duration::from_secs(1));
        self
    }

    /// How long to watch at most: after that, it is an error of kind
    /// [`Timeout`](ErrorKind::Timeout). Default: for ever.
    pub fn deadline(mut self, limit: Duration) -> Self {
        self.deadline = Some(limit);
        self
    }

    /// How long a scan that has ended may stay without results before that is taken for its end.
    /// Default 5 minutes.
    pub fn patience(mut self, limit: Duration) -> Self {
        self.patience = limit;
        self
    }

    /// How many looks may fail in a row, beyond the retries of each, before the watch does.
    /// Default 10. Only failures that may pass count; any other ends the watch at once. The waits
    /// between them double, up to 5 minutes.
    pub fn failures(mut self, looks: u32) -> Self {
        self.failures = looks;
        self
    }

    /// Waits until the scan has ended, well or badly, and returns its record. Its import may still
    /// be going on.
    pub async fn until_finished(self) -> Result<ScanResult> {
        Watcher::new(self).until(|record, _| ended(record)).await
    }

    /// Waits until the scan has ended and its import too, well or badly, and returns its record:
    /// [`import_status`](ScanResult::import_status) says how.
    pub async fn until_imported(self) -> Result<ScanResult> {
        let patience = self.patience;
        Watcher::new(self).until(|record, since_end| settled(record, since_end, patience)).await
    }

    /// Yields the record as it is now, and again whenever its status, import status or progress
    /// has changed. It ends after the record with which scan and import have ended, or after an
    /// error.
    pub fn stream(self) -> Changes {
        let patience = self.patience;
        let watcher = Watcher::new(self);
        Changes(Box::pin(stream::unfold(Some(watcher), move |watcher| async move {
            let mut watcher = watcher?;
            Some(match watcher.next_change(patience).await {
                Ok((record, true)) => (Ok(record), None),
                Ok((record, false)) => (Ok(record), Some(watcher)),
                Err(error) => (Err(error), None),
            })
        })))
    }
}

/// The changes of a scan result: see [`Watch::stream`].
#[must_use = "a watch begins when its stream is polled"]
pub struct Changes(Pin<Box<dyn Stream<Item = Result<ScanResult>> + Send>>);

impl Changes {
    /// The next change, or `None` at the end.
    pub async fn next_change(&mut self) -> Result<Option<ScanResult>> {
        std::future::poll_fn(|context| self.0.as_mut().poll_next(context)).await.transpose()
    }
}

impl Stream for Changes {
    type Item = Result<ScanResult>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.0.as_mut().poll_next(context)
    }
}

impl fmt::Debug for Changes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Changes").finish_non_exhaustive()
    }
}

fn ended(record: &ScanResult) -> bool {
    record.status().is_some_and(|status| status.has_ended())
}

/// Whether scan and import have ended. `since_end` is how long the scan has been seen ended.
fn settled(record: &ScanResult, since_end: Duration, patience: Duration) -> bool {
    if !ended(record) {
        return false;
    }
    match record.import_status() {
        Some(status) if status.has_ended() => true,
        Some(ImportStatus::NoResults) | None => {
            record.status() == Some(ScanStatus::Error) || since_end >= patience
        }
        // It waits, it runs, or it is something new.
        Some(_) => false,
    }
}

/// What counts as a change.
fn look_of(record: &ScanResult) -> impl PartialEq + use<> {
    let progress = record.progress();
    (
        record.status(),
        record.import_status(),
        progress.and_then(Progress::completed_ips).or_else(|| record.completed_ips()),
        progress.and_then(Progress::completed_checks).or_else(|| record.completed_checks()),
    )
}

struct Watcher {
    watch: Watch,
    began: Instant,
    /// When the scan was first seen to have ended.
    ended: Option<Instant>,
    last: Option<ScanResult>,
}

impl Watcher {
    fn new(watch: Watch) -> Self {
        let began = watch.results.client.transport().clock().now();
        Self { watch, began, ended: None, last: None }
    }

    fn now(&self) -> Instant {
        self.watch.results.client.transport().clock().now()
    }

    async fn until(mut self, done: impl Fn(&ScanResult, Duration) -> bool) -> Result<ScanResult> {
        loop {
            let (record, since_end) = self.look().await?;
            if done(&record, since_end) {
                return Ok(record);
            }
            self.last = Some(record);
        }
    }

    /// The next record that differs from the last, and whether it is the final one.
    async fn next_change(&mut self, patience: Duration) -> Result<(ScanResult, bool)> {
        loop {
            let (record, since_end) = self.look().await?;
            let is_final = settled(&record, since_end, patience);
            let changed = self.last.as_ref().is_none_or(|last| look_of(last) != look_of(&record));
            self.last = Some(record.clone());
            if changed || is_final {
                return Ok((record, is_final));
            }
        }
    }

    /// The record after the next wait; the first time, at once.
    async fn look(&mut self) -> Result<(ScanResult, Duration)> {
        let mut wait = self.last.is_some().then_some(self.watch.interval);
        let mut failures = 0;
        loop {
            if let Some(wait) = wait {
                self.wait(wait).await?;
            }
            // A record of all that says how far it is, and of nothing large.
            let fields = [
                Field::Id,
                Field::Name,
                Field::Status,
                Field::ImportStatus,
                Field::ErrorDetails,
                Field::ImportErrorDetails,
                Field::CreatedTime,
                Field::StartTime,
                Field::FinishTime,
                Field::CompletedIps,
                Field::TotalIps,
                Field::CompletedChecks,
                Field::TotalChecks,
                Field::Progress,
            ];
            match self.watch.results.get(self.watch.id).fields(fields).await {
                Ok(record) => {
                    let now = self.now();
                    if ended(&record) {
                        self.ended.get_or_insert(now);
                    } else {
                        self.ended = None;
                    }
                    let since = self.ended.map_or(Duration::ZERO, |ended| now - ended);
                    return Ok((record, since));
                }
                Err(error) if error.is_retryable() && failures < self.watch.failures => {
                    failures += 1;
                    let doubled = self.watch.interval.saturating_mul(1 << failures.min(16));
                    let asked = error.retry_after().unwrap_or_default();
                    wait = Some(doubled.min(LONGEST_WAIT).max(asked));
                }
                Err(error) => return Err(error),
            }
        }
    }

    async fn wait(&self, wait: Duration) -> Result<()> {
        let Some(deadline) = self.watch.deadline else {
            self.watch.results.client.transport().clock().sleep(wait).await;
            return Ok(());
        };
        let left = deadline.saturating_sub(self.now() - self.began);
        if left.is_zero() {
            let status = self.last.as_ref().and_then(ScanResult::status);
            return Err(Error::new(
                ErrorKind::Timeout,
                format!(
                    "scan result {} was watched for {deadline:?}, and is {}",
                    self.watch.id,
                    status.map_or_else(|| "of unknown status".to_owned(), |it| it.to_string())
                ),
            ));
        }
        // One last look when the time is up.
        self.watch.results.client.transport().clock().sleep(wait.min(left)).await;
        Ok(())
    }
}
