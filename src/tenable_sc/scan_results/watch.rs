//! Watching a scan until it, or its import, has ended.

use std::{
    fmt,
    pin::Pin,
    task::{Context, Poll},
    time::{Duration, Instant},
};

use futures_core::Stream;
use futures_util::stream;
use jiff::Timestamp;

use super::ScanResults;
use crate::{
    Error, ErrorKind, Response, Result,
    tenable_sc::record::{Field, ImportStatus, ScanResult, ScanStatus},
};

/// The shortest interval between two requests.
const SHORTEST_INTERVAL: Duration = Duration::from_secs(1);

/// The longest wait after a failed request.
const LONGEST_WAIT: Duration = Duration::from_secs(300);

/// What is asked for: how far it is, and nothing large. The lists of addresses and scanners in
/// `progress` can be megabytes.
const FIELDS: [Field; 15] = [
    Field::Id,
    Field::Name,
    Field::Status,
    Field::ImportStatus,
    Field::ErrorDetails,
    Field::ImportErrorDetails,
    Field::ImportStart,
    Field::ImportFinish,
    Field::CreatedTime,
    Field::StartTime,
    Field::FinishTime,
    Field::CompletedIps,
    Field::TotalIps,
    Field::CompletedChecks,
    Field::TotalChecks,
];

impl ScanResults {
    /// Watches a scan result: reads its record again and again, until the scan or its import has
    /// ended.
    ///
    /// `GET /rest/scanResult/{id}`
    ///
    /// The records have the id, name, statuses, error details, the times of the scan and of its
    /// import, and the counts of addresses and checks; not [`progress`](ScanResult::progress), whose
    /// lists can be large.
    ///
    /// ```
    /// # use std::time::Duration;
    /// # async fn f(sc: scanops::tenable_sc::Client) -> scanops::Result<()> {
    /// let results = sc.scan_results();
    /// results.stop(121).await?;
    /// let end = results.watch(121).every(Duration::from_secs(15)).until_finished().await?;
    /// println!("it is {:?}", end.status);
    /// # Ok(()) }
    /// ```
    pub fn watch(&self, id: u64) -> Watch {
        Watch {
            results: self.clone(),
            id,
            interval: Duration::from_secs(15),
            deadline: None,
            no_results_timeout: Duration::from_secs(300),
            max_failures: 10,
            earlier_import: None,
        }
    }
}

/// Watches a scan result: see [`ScanResults::watch`]. Dropping the future or the stream ends the
/// watch.
///
/// # When a scan has ended, and when its import has
///
/// A scan can be [`Completed`](ScanStatus::Completed) before its import begins. The scan has ended
/// when its status is Completed, Partial, Stopped or Error. Its import has ended when the import
/// status is Finished or Error. "No Results" is the import status of scans that are still running
/// as well as of failed ones, so it alone is never the end: after a scan that failed (Error) no
/// import follows; after any other, the import is awaited for the
/// [`no_results_timeout`](Self::no_results_timeout).
///
/// # Errors
/// The first failure that can't pass, such as [`NotFound`](ErrorKind::NotFound), ends the watch; so
/// do more failures in a row than [`max_failures`](Self::max_failures), a `Retry-After` longer than
/// the [retry policy](crate::http::RetryPolicy::max_retry_after) allows, and the
/// [`deadline`](Self::deadline).
#[derive(Clone, Debug)]
#[must_use = "a watch begins when it is awaited"]
pub struct Watch {
    results: ScanResults,
    id: u64,
    interval: Duration,
    deadline: Option<Duration>,
    no_results_timeout: Duration,
    max_failures: u32,
    earlier_import: Option<ImportTimes>,
}

/// When an import began, and when it ended.
type ImportTimes = (Option<Timestamp>, Option<Timestamp>);

impl Watch {
    /// How long to wait between two requests. Default 15 s. Less than 1 s is an error of kind
    /// [`InvalidRequest`](ErrorKind::InvalidRequest): the vendor advises against many calls.
    pub fn every(mut self, interval: Duration) -> Self {
        self.interval = interval;
        self
    }

    /// How long to watch at most. After that, even while a request is in flight, the watch fails
    /// with an error of kind [`Timeout`](ErrorKind::Timeout); if the last request had failed, its
    /// error is the [`source`](std::error::Error::source). Default: no limit.
    pub fn deadline(mut self, limit: Duration) -> Self {
        self.deadline = Some(limit);
        self
    }

    /// For how long after the end of its scan an import may still begin. A scan that has no results
    /// ("No Results") after that is not waited for any longer. Default 5 minutes.
    pub fn no_results_timeout(mut self, limit: Duration) -> Self {
        self.no_results_timeout = limit;
        self
    }

    /// How many requests in a row may fail, each after its own retries, before the watch does.
    /// Default 10. Only failures that may pass count; any other ends the watch at once. The waits
    /// between them double, up to 5 minutes, and are at least as long as the server asks for with
    /// `Retry-After`.
    pub fn max_failures(mut self, requests: u32) -> Self {
        self.max_failures = requests;
        self
    }

    /// Does not take the import of this record for the end, but waits for one that began or ended at
    /// another time. For a [re-import](ScanResults::reimport): the server accepts it before it
    /// begins, and shows the result of the earlier import until then.
    ///
    /// The record must have [`ImportStart`](Field::ImportStart) and
    /// [`ImportFinish`](Field::ImportFinish). If no other import follows, the watch does not end:
    /// set a [`deadline`](Self::deadline).
    pub fn import_after(mut self, earlier: &ScanResult) -> Self {
        self.earlier_import = Some(import_times(earlier));
        self
    }

    /// Waits until the scan has ended, successfully or not, and returns its record. Its import may
    /// not have ended by then.
    pub async fn until_finished(self) -> Result<ScanResult> {
        Watcher::new(self).until(|record, _| ended(record)).await
    }

    /// Waits until the scan and its import have ended, successfully or not, and returns the record:
    /// [`import_status`](ScanResult::import_status) says how.
    pub async fn until_imported(self) -> Result<ScanResult> {
        let settled = self.settled();
        Watcher::new(self).until(settled).await
    }

    /// Yields the record as it is now, and again whenever its status, import status or counts have
    /// changed. It ends after the record with which scan and import have ended, or after an error.
    pub fn stream(self) -> Changes {
        let settled = self.settled();
        // The watcher is made when the stream is first polled: its deadline begins then.
        Changes(Box::pin(stream::unfold(Some(Err(self)), move |state| async move {
            let mut watcher = match state? {
                Ok(watcher) => watcher,
                Err(watch) => Watcher::new(watch),
            };
            Some(match watcher.next_change(settled).await {
                Ok((record, true)) => (Ok(record), None),
                Ok((record, false)) => (Ok(record), Some(Ok(watcher))),
                Err(error) => (Err(error), None),
            })
        })))
    }

    /// Whether scan and import have ended, for a record and how long the scan has been seen ended.
    fn settled(&self) -> impl Fn(&ScanResult, Duration) -> bool + Copy + Send + use<> {
        let (earlier, timeout) = (self.earlier_import, self.no_results_timeout);
        move |record, since_end| {
            let is_earlier = || earlier.is_some_and(|earlier| earlier == import_times(record));
            ended(record)
                && match &record.import_status {
                    Some(status) if status.has_ended() => !is_earlier(),
                    Some(ImportStatus::NoResults) | None => {
                        record.status == Some(ScanStatus::Error) || since_end >= timeout
                    }
                    // The import is pending or running, or has a status that is not known here.
                    Some(_) => false,
                }
        }
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
    record.status.as_ref().is_some_and(ScanStatus::has_ended)
}

fn import_times(record: &ScanResult) -> ImportTimes {
    (record.import_start, record.import_finish)
}

/// What counts as a change.
fn state_of(record: &ScanResult) -> impl PartialEq + use<'_> {
    (&record.status, &record.import_status, record.completed_ips, record.completed_checks)
}

struct Watcher {
    watch: Watch,
    began: Instant,
    /// When the scan was first seen to have ended.
    ended: Option<Instant>,
    last: Option<ScanResult>,
    /// Why the last request failed, if it did.
    last_error: Option<Error>,
}

impl Watcher {
    fn new(watch: Watch) -> Self {
        let began = watch.results.client.transport().clock().now();
        Self { watch, began, ended: None, last: None, last_error: None }
    }

    fn now(&self) -> Instant {
        self.watch.results.client.transport().clock().now()
    }

    async fn until(mut self, done: impl Fn(&ScanResult, Duration) -> bool) -> Result<ScanResult> {
        loop {
            let (record, since_end) = self.next_record().await?;
            if done(&record, since_end) {
                return Ok(record);
            }
            self.last = Some(record);
        }
    }

    /// The next record that differs from the last, and whether it is the final one.
    async fn next_change(
        &mut self,
        settled: impl Fn(&ScanResult, Duration) -> bool,
    ) -> Result<(ScanResult, bool)> {
        loop {
            let (record, since_end) = self.next_record().await?;
            let is_final = settled(&record, since_end);
            let changed = self.last.as_ref().is_none_or(|last| state_of(last) != state_of(&record));
            self.last = Some(record.clone());
            if changed || is_final {
                return Ok((record, is_final));
            }
        }
    }

    /// The record after the next wait; the first time, at once.
    async fn next_record(&mut self) -> Result<(ScanResult, Duration)> {
        if self.watch.interval < SHORTEST_INTERVAL {
            return Err(Error::invalid_request(format!(
                "a scan result can't be watched every {:?}: the shortest interval is 1 s",
                self.watch.interval
            )));
        }
        let mut wait = self.last.is_some().then_some(self.watch.interval);
        let mut failures = 0;
        loop {
            if let Some(wait) = wait {
                self.wait(wait).await;
            }
            let Some(response) = self.request().await else { return Err(self.deadline_passed()) };
            let error = match response {
                Ok(record) => {
                    self.last_error = None;
                    let now = self.now();
                    if ended(&record) {
                        self.ended.get_or_insert(now);
                    } else {
                        self.ended = None;
                    }
                    let since = self.ended.map(|ended| now.saturating_duration_since(ended));
                    return Ok((record, since.unwrap_or_default()));
                }
                Err(error) => error,
            };
            if !error.is_retryable() || failures >= self.watch.max_failures {
                return Err(error);
            }
            let asked = error.retry_after().unwrap_or_default();
            if asked > self.watch.results.client.transport().max_retry_after() {
                return Err(error.with_note(format!(
                    "the watch has ended: the server asked for a wait of {} s, longer than the retry \
                     policy allows",
                    asked.as_secs(),
                )));
            }
            failures += 1;
            let doubled = self.watch.interval.saturating_mul(1 << failures.min(16));
            wait = Some(doubled.min(LONGEST_WAIT.max(self.watch.interval)).max(asked));
            self.last_error = Some(error);
        }
    }

    /// Reads the record; `None` at the deadline.
    async fn request(&self) -> Option<Result<ScanResult>> {
        let get = self.watch.results.get(self.watch.id).fields(FIELDS);
        let response = match self.left() {
            None => get.await,
            Some(Duration::ZERO) => return None,
            // The request is on a real socket, and so is this limit on the real clock.
            Some(left) => tokio::time::timeout(left, get).await.ok()?,
        };
        Some(response.map(Response::into_inner))
    }

    /// The time to the deadline.
    fn left(&self) -> Option<Duration> {
        let passed = self.now().saturating_duration_since(self.began);
        Some(self.watch.deadline?.saturating_sub(passed))
    }

    async fn wait(&self, wait: Duration) {
        let wait = match self.left() {
            Some(left) => wait.min(left),
            None => wait,
        };
        self.watch.results.client.transport().clock().sleep(wait).await;
    }

    fn deadline_passed(&self) -> Error {
        let last = self.last.as_ref();
        let status = last.and_then(|record| record.status.as_ref());
        let import = last.and_then(|record| record.import_status.as_ref());
        let error = Error::new(
            ErrorKind::Timeout,
            format!(
                "the watch of scan result {} has reached its deadline of {:?}; the last status is \
                 {}, that of its import {}",
                self.watch.id,
                self.watch.deadline.unwrap_or_default(),
                status.map_or("not known", ScanStatus::as_str),
                import.map_or("not known", ImportStatus::as_str),
            ),
        );
        match &self.last_error {
            Some(cause) => error.with_source(cause.clone()),
            None => error,
        }
    }
}
