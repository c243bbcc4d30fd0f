//! Whether a failed attempt is followed by another, and after how long.

use std::{
    fmt,
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    time::{Duration, Instant},
};

use reqwest::Method;

use super::{
    clock::{Clock, Random},
    transport::Operation,
};
use crate::{Error, ErrorKind, Result};

/// When a call that failed is retried.
///
/// A call is retried if it is idempotent and the connection was lost, or the response was 408, 429,
/// 502, 503 or 504: GET, PUT, DELETE, and the few POSTs that are known to be idempotent. Any call is
/// retried if it was not sent, because connecting failed or timed out. A call that timed out later
/// is not retried: it has used up its time. A download that stalls is reopened.
///
/// Other POSTs (a copy, an email, an import, a new engine) are sent once, even if the response is that
/// the server is busy. If [`may_have_taken_effect`](Error::may_have_taken_effect) is false then, the
/// program may repeat the call.
///
/// Waits are exponential with full jitter: each is drawn uniformly from zero to an upper bound that
/// starts at [`base_delay`](Self::base_delay) and doubles up to [`max_delay`](Self::max_delay). The
/// wait that a server asks for by `Retry-After` is added to that.
///
/// ```
/// use std::time::Duration;
/// use scanops::RetryPolicy;
///
/// let patient = RetryPolicy::new().max_attempts(8).max_delay(Duration::from_secs(60));
/// let console = scanops::insightvm::Client::builder("https://console:3780")
///     .basic_auth("automation", "the password")
///     .retry(patient)
///     .build()?;
/// # Ok::<(), scanops::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct RetryPolicy {
    max_attempts: u32,
    base_delay: Duration,
    max_delay: Duration,
    pub(super) max_retry_after: Duration,
    budget: u32,
}

impl Default for RetryPolicy {
    fn default() -> Self {
        Self::new()
    }
}

impl RetryPolicy {
    /// The defaults: 4 attempts, waits of at most 500 ms that double up to 30 s, `Retry-After` up to
    /// 2 minutes, a budget of 20 retries. So a call gives up on a busy server after at most 3.5 s of
    /// waits, plus what the server asks for, and on an unreachable one after at most four times the
    /// connect timeout plus those 3.5 s.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            max_attempts: 4,
            base_delay: Duration::from_millis(500),
            max_delay: Duration::from_secs(30),
            max_retry_after: Duration::from_secs(120),
            budget: 20,
        }
    }

    /// A single attempt.
    #[must_use]
    pub const fn never() -> Self {
        Self { max_attempts: 1, ..Self::new() }
    }

    /// The largest number of attempts of one operation, the first included. Default 4; at least 1.
    /// The retries of a login that the operation needs, and each reopening of an interrupted
    /// download, count towards it. The login itself does not, nor does the second sending of a call
    /// whose session had expired.
    #[must_use]
    pub const fn max_attempts(mut self, attempts: u32) -> Self {
        self.max_attempts = attempts;
        self
    }

    /// The upper bound of the first wait. Default 500 ms; more than zero.
    #[must_use]
    pub const fn base_delay(mut self, delay: Duration) -> Self {
        self.base_delay = delay;
        self
    }

    /// The upper bound that waits grow to. Default 30 s; at least [`base_delay`](Self::base_delay).
    #[must_use]
    pub const fn max_delay(mut self, delay: Duration) -> Self {
        self.max_delay = delay;
        self
    }

    /// The longest `Retry-After` that is honored. Default 2 minutes. Where the server asks for
    /// more, the call fails at once, and [`Error::retry_after`] says how much was asked for.
    #[must_use]
    pub const fn max_retry_after(mut self, wait: Duration) -> Self {
        self.max_retry_after = wait;
        self
    }

    /// The retry budget of the client, shared by its clones. Default 20. Each retry takes one
    /// from it, each call that succeeds gives a tenth back; when it is empty, failures are
    /// returned at once. It keeps a hundred tasks from overloading a server that is down.
    #[must_use]
    pub const fn budget(mut self, retries: u32) -> Self {
        self.budget = retries;
        self
    }

    pub(super) fn check(&self) -> Result<()> {
        if self.max_attempts == 0 {
            return Err(Error::config(
                "the retry policy allows no attempt at all; 1 means no retry",
            ));
        }
        if self.base_delay.is_zero() {
            return Err(Error::config("the retry policy's base delay is zero"));
        }
        if self.max_delay < self.base_delay {
            return Err(Error::config(format!(
                "the retry policy's longest delay ({:?}) is shorter than its base delay ({:?})",
                self.max_delay, self.base_delay
            )));
        }
        Ok(())
    }

    /// The upper bound of the wait before a retry, counted from 0.
    fn upper_bound(&self, retry: u32) -> Duration {
        self.base_delay
            .saturating_mul(1_u32.checked_shl(retry).unwrap_or(u32::MAX))
            .min(self.max_delay)
    }
}

/// Whether a call may be sent again when it is unknown whether the server carried it out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Idempotency {
    /// As HTTP defines it for the method: GET, HEAD, PUT, DELETE and OPTIONS are idempotent.
    ByMethod,
    /// Known to be idempotent, though it is a POST.
    Idempotent,
}

impl Idempotency {
    fn allows_repeating(self, method: &Method) -> bool {
        self == Self::Idempotent || method.is_idempotent()
    }
}

/// What failed.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Failed<'a> {
    /// An attempt of a call.
    Attempt(&'a Method, Idempotency),
    /// A download whose first bytes the program has received. It can be reopened.
    Download,
}

/// Whether another attempt may follow this failure. Decided here alone.
fn is_retryable(error: &Error, failed: Failed<'_>) -> bool {
    match (error.kind(), failed) {
        (ErrorKind::Tls, _) => false,
        _ if error.attempt_did_not_connect() => true,
        (ErrorKind::Disconnected | ErrorKind::Timeout, Failed::Download) => true,
        (
            ErrorKind::Disconnected | ErrorKind::RateLimited | ErrorKind::Unavailable,
            Failed::Attempt(method, idempotency),
        ) => idempotency.allows_repeating(method),
        _ => false,
    }
}

/// What the operations of one client share.
#[derive(Clone, Debug)]
pub(super) struct RetrySettings {
    pub(super) policy: RetryPolicy,
    pub(super) budget: Arc<Budget>,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) random: Arc<dyn Random>,
    pub(super) deadline: Option<Duration>,
}

/// One operation that the user started: its attempts, its retries and its deadline. Login, session
/// renewal, the call itself and the reopening of an interrupted download share it.
pub(crate) struct RetryContext {
    settings: Arc<RetrySettings>,
    attempts: u32,
    retries: u32,
    /// Whether the server may have carried out an earlier attempt whose response was lost.
    may_have_taken_effect: bool,
    deadline: Option<Deadline>,
    /// The session that the operation began with; see the session's own module.
    pub(crate) session_epoch: Option<u64>,
    pub(super) renewed_session: bool,
}

/// A deadline that can be paused while a transfer makes progress.
#[derive(Clone, Copy, Debug)]
enum Deadline {
    Running { since: Instant, left: Duration },
    Paused { left: Duration },
}

impl RetryContext {
    pub(super) fn new(settings: &Arc<RetrySettings>) -> Self {
        let now = || settings.clock.now();
        let deadline = settings.deadline.map(|left| Deadline::Running { since: now(), left });
        Self {
            settings: Arc::clone(settings),
            attempts: 0,
            retries: 0,
            may_have_taken_effect: false,
            deadline,
            session_epoch: None,
            renewed_session: false,
        }
    }

    /// The context of a login on behalf of this operation, which several operations may wait for:
    /// it has the retries that are left to this one, and each that waits keeps its own deadline.
    pub(crate) fn for_login(&self) -> Self {
        Self {
            settings: Arc::clone(&self.settings),
            attempts: 0,
            retries: self.retries,
            may_have_taken_effect: false,
            deadline: None,
            session_epoch: None,
            renewed_session: false,
        }
    }

    /// Counts the retries of a login that this operation waited for.
    pub(crate) fn count_retries(&mut self, retries: u32) {
        self.retries = self.retries.saturating_add(retries);
    }

    /// Begins another attempt of a download that was interrupted.
    pub(crate) fn reopen(&mut self, stalled_for: Duration) {
        self.renewed_session = false;
        let left = self.left().map(|left| left.saturating_sub(stalled_for));
        let since = self.settings.clock.now();
        self.deadline = left.map(|left| Deadline::Running { since, left });
    }

    /// Extends the deadline by the time in which a transfer made progress.
    pub(super) fn extend_deadline(&mut self, by: Duration) {
        let since = self.settings.clock.now();
        let left = self.left().map(|left| left.saturating_add(by));
        self.deadline = left.map(|left| Deadline::Running { since, left });
    }

    pub(crate) fn retries(&self) -> u32 {
        self.retries
    }

    /// Begins another request of the same operation: retries and deadline go on, attempts are
    /// counted anew.
    pub(crate) fn next_request(&mut self) {
        self.attempts = 0;
        self.may_have_taken_effect = false;
        self.renewed_session = false;
    }

    /// The number of the attempt that begins now, from 1.
    pub(super) fn begin_attempt(&mut self) -> u32 {
        self.attempts += 1;
        self.attempts
    }

    /// The time left to the deadline.
    pub(crate) fn left(&self) -> Option<Duration> {
        Some(match self.deadline? {
            Deadline::Paused { left } => left,
            Deadline::Running { since, left } => {
                left.saturating_sub(self.settings.clock.now().saturating_duration_since(since))
            }
        })
    }

    /// Stops the deadline while a download makes progress.
    pub(crate) fn pause_deadline(&mut self) {
        self.deadline = self.left().map(|left| Deadline::Paused { left });
    }

    /// Bounds `work` by what is left to the deadline.
    pub(crate) async fn within<T>(&self, work: impl Future<Output = Result<T>>) -> Result<T> {
        match self.left() {
            None => work.await,
            Some(left) => match tokio::time::timeout(left, work).await {
                Ok(result) => result,
                Err(_) => Err(timed_out(left, "the time that was left to the deadline")),
            },
        }
    }

    /// Adds to an error what this operation knows of it.
    pub(super) fn describe(&self, error: Error, method: &Method, operation: &Operation) -> Error {
        let error = error.with_attempts(self.attempts);
        if error.may_have_taken_effect() && !operation.idempotency.allows_repeating(method) {
            error.with_note("the server may have carried out the call")
        } else {
            self.with_earlier_attempt(error)
        }
    }

    /// Adds to an error that an earlier attempt may have been carried out, if that is so: it may have
    /// deleted what this attempt did not find.
    pub(super) fn with_earlier_attempt(&self, error: Error) -> Error {
        if self.may_have_taken_effect { error.with_earlier_attempt() } else { error }
    }

    /// Waits before the next attempt, or returns the error where none may follow.
    pub(crate) async fn wait_to_retry(&mut self, error: Error, failed: Failed<'_>) -> Result<()> {
        if !is_retryable(&error, failed) {
            return Err(error);
        }
        // A download only reads.
        if matches!(failed, Failed::Attempt(..)) {
            self.may_have_taken_effect |= error.may_have_taken_effect();
        }
        self.wait(error).await
    }

    async fn wait(&mut self, error: Error) -> Result<()> {
        let settings = Arc::clone(&self.settings);
        let policy = &settings.policy;
        if self.retries.saturating_add(1) >= policy.max_attempts {
            return Err(error);
        }
        let asked = error.retry_after().unwrap_or_default();
        if asked > policy.max_retry_after {
            let (asked, most) = (asked.as_secs(), policy.max_retry_after.as_secs());
            return Err(error.with_note(format!(
                "the server asked for a wait of {asked} s, longer than the {most} s that the policy \
                 allows"
            )));
        }
        let jitter = share(policy.upper_bound(self.retries), settings.random.fraction());
        let wait = asked.saturating_add(jitter);
        if self.left().is_some_and(|left| wait >= left) {
            return Err(
                error.with_note("not retried: the next attempt would start after the deadline")
            );
        }
        if !settings.budget.take() {
            return Err(error.with_note("not retried: the client's retry budget is used up"));
        }
        self.retries += 1;
        tracing::warn!(
            attempt = error.attempts(),
            kind = ?error.kind(),
            status = error.status().map(|status| status.as_u16()),
            wait_ms = u64::try_from(wait.as_millis()).unwrap_or(u64::MAX),
            "retrying",
        );
        settings.clock.sleep(wait).await;
        if self.left().is_some_and(|left| left.is_zero()) {
            return Err(error.with_note("not retried: the deadline passed during the wait"));
        }
        Ok(())
    }

    /// A call succeeded.
    pub(super) fn succeeded(&self) {
        self.settings.budget.refill();
    }
}

impl fmt::Debug for RetryContext {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RetryContext")
            .field("attempts", &self.attempts)
            .field("retries", &self.retries)
            .finish_non_exhaustive()
    }
}

/// The error of a timeout that passed after the request was (or may have been) sent.
pub(super) fn timed_out(limit: Duration, which: &str) -> Error {
    let message = format!("no complete response within {limit:?}, {which}");
    Error::new(ErrorKind::Timeout, message)
}

/// A fraction of a wait. A custom [`Random`] may return anything: for a number that is not a
/// fraction it is the whole wait.
fn share(wait: Duration, fraction: f64) -> Duration {
    if (0.0..1.0).contains(&fraction) { wait.mul_f64(fraction) } else { wait }
}

/// The retry budget that all calls of a client share, in tenths of a retry.
#[derive(Debug)]
pub(super) struct Budget {
    tenths: AtomicU32,
    full: u32,
}

impl Budget {
    pub(super) fn new(policy: &RetryPolicy) -> Self {
        let full = policy.budget.saturating_mul(10);
        Self { tenths: AtomicU32::new(full), full }
    }

    fn take(&self) -> bool {
        self.tenths
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(10))
            .is_ok()
    }

    /// A call succeeded.
    fn refill(&self) {
        // Almost always full: a load, so that threads do not compete for the cache line.
        if self.tenths.load(Ordering::Relaxed) < self.full {
            let _ = self.tenths.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| {
                (left < self.full).then_some(left + 1)
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use std::{pin::Pin, sync::Mutex, time::SystemTime};

    use proptest::prelude::*;
    use reqwest::StatusCode;

    use super::*;

    const GET: Failed<'_> = Failed::Attempt(&Method::GET, Idempotency::ByMethod);

    /// A clock that advances instead of waiting, and records the waits.
    #[derive(Debug)]
    struct TestClock(Instant, Mutex<Vec<Duration>>);

    impl Clock for TestClock {
        fn now(&self) -> Instant {
            self.0 + self.1.lock().unwrap().iter().sum::<Duration>()
        }

        fn time_of_day(&self) -> SystemTime {
            SystemTime::now()
        }

        fn sleep(&self, duration: Duration) -> Pin<Box<dyn Future<Output = ()> + Send + '_>> {
            self.1.lock().unwrap().push(duration);
            Box::pin(std::future::ready(()))
        }
    }

    #[derive(Debug)]
    struct Always(f64);

    impl Random for Always {
        fn fraction(&self) -> f64 {
            self.0
        }
    }

    struct Operations(Arc<RetrySettings>, Arc<TestClock>);

    impl Operations {
        fn new(policy: RetryPolicy, fraction: f64, deadline: Option<Duration>) -> Self {
            let clock = Arc::new(TestClock(Instant::now(), Mutex::default()));
            let settings = RetrySettings {
                budget: Arc::new(Budget::new(&policy)),
                policy,
                clock: Arc::clone(&clock) as _,
                random: Arc::new(Always(fraction)),
                deadline,
            };
            Self(Arc::new(settings), clock)
        }

        fn context(&self) -> RetryContext {
            RetryContext::new(&self.0)
        }

        /// Retries until no attempt may follow: the waits, and the last error.
        fn exhaust(&self, error: &Error) -> (Vec<Duration>, Error) {
            let (mut context, before) = (self.context(), self.1.1.lock().unwrap().len());
            loop {
                let wait = context.wait_to_retry(error.clone(), GET);
                if let Err(error) = futures_util::FutureExt::now_or_never(wait).unwrap() {
                    return (self.1.1.lock().unwrap()[before..].to_vec(), error);
                }
            }
        }
    }

    fn lost() -> Error {
        Error::new(ErrorKind::Disconnected, "lost")
    }

    fn waits(policy: &RetryPolicy, fraction: f64) -> Vec<Duration> {
        Operations::new(policy.clone(), fraction, None).exhaust(&lost()).0
    }

    #[test]
    fn upper_bounds_double_up_to_the_longest() {
        let policy = RetryPolicy::new()
            .max_attempts(6)
            .base_delay(Duration::from_secs(1))
            .max_delay(Duration::from_secs(5));
        let expected = [1, 2, 4, 5, 5].map(Duration::from_secs);
        assert_eq!(waits(&policy, 1.0), expected);
        assert_eq!(waits(&policy, 0.5), expected.map(|wait| wait / 2));
        assert_eq!(waits(&policy, 0.0), [Duration::ZERO; 5]);
        assert!(waits(&RetryPolicy::never(), 1.0).is_empty());
        let many = policy.max_attempts(100).budget(100);
        assert_eq!(waits(&many, 1.0).last(), Some(&Duration::from_secs(5)));
    }

    #[test]
    fn retry_after_is_waited_in_full_on_top_of_the_backoff_or_not_at_all() {
        let policy = RetryPolicy::new().max_attempts(3);
        let asked = |seconds| lost().with_retry_after(Some(Duration::from_secs(seconds)));
        let waits = |seconds| Operations::new(policy.clone(), 0.5, None).exhaust(&asked(seconds));
        assert_eq!(waits(60).0, [60_250, 60_500].map(Duration::from_millis));
        assert_eq!(waits(0).0, [250, 500].map(Duration::from_millis), "still backs off");
        let (waits, error) = waits(121);
        assert!(
            waits.is_empty()
                && error.to_string().contains("a wait of 121 s, longer than the 120 s"),
            "{error}"
        );
    }

    #[test]
    fn no_attempt_starts_after_the_deadline() {
        let policy = RetryPolicy::new().base_delay(Duration::from_secs(1)).max_attempts(2);
        for (left, waited) in [(1.1, 1), (1.0, 0), (0.1, 0)] {
            let deadline = Some(Duration::from_secs_f64(left));
            let (waits, error) = Operations::new(policy.clone(), 1.0, deadline).exhaust(&lost());
            assert_eq!(waits.len(), waited);
            assert_eq!(error.to_string().contains("deadline"), waited == 0, "{error}");
        }
    }

    #[test]
    fn a_paused_deadline_does_not_run() {
        let operations = Operations::new(RetryPolicy::new(), 0.5, Some(Duration::from_secs(10)));
        let mut context = operations.context();
        let advance = |seconds| drop(operations.1.sleep(Duration::from_secs(seconds)));
        advance(4);
        context.pause_deadline();
        advance(1000);
        assert_eq!(context.left(), Some(Duration::from_secs(6)));
        context.reopen(Duration::from_secs(3));
        assert_eq!(context.left(), Some(Duration::from_secs(3)), "less the time it was stalled");
        advance(2);
        context.extend_deadline(Duration::from_secs(4));
        assert_eq!(context.left(), Some(Duration::from_secs(5)));
    }

    #[test]
    fn a_login_and_the_call_that_waits_for_it_share_their_retries() {
        let operations = Operations::new(RetryPolicy::new().max_attempts(3), 0.0, None);
        let mut call = operations.context();
        let retry = |context: &mut RetryContext| {
            futures_util::FutureExt::now_or_never(context.wait_to_retry(lost(), GET)).unwrap()
        };
        let mut login = call.for_login();
        retry(&mut login).unwrap();
        call.count_retries(login.retries());
        retry(&mut call).unwrap();
        retry(&mut call).unwrap_err();
    }

    #[test]
    fn the_budget_is_shared_and_refilled_by_success() {
        let policy = RetryPolicy::new().budget(2).max_attempts(2);
        let operations = Operations::new(policy, 0.0, None);
        let retried = || operations.exhaust(&lost()).0.len() == 1;
        assert!(retried() && retried() && !retried());
        for _ in 0..9 {
            operations.context().succeeded();
        }
        assert!(!retried());
        operations.context().succeeded();
        assert!(retried());
        for _ in 0..1000 {
            operations.context().succeeded();
        }
        assert!(retried() && retried() && !retried(), "never more than it began with");
    }

    #[test]
    fn a_policy_that_can_not_work_is_rejected() {
        let zero = Duration::ZERO;
        assert!(RetryPolicy::new().check().is_ok());
        assert!(RetryPolicy::never().check().is_ok());
        assert!(RetryPolicy::new().max_attempts(0).check().is_err());
        assert!(RetryPolicy::new().base_delay(zero).check().is_err());
        assert!(RetryPolicy::new().max_delay(Duration::from_millis(1)).check().is_err());
    }

    #[test]
    fn a_call_is_retried_only_where_that_is_safe() {
        use ErrorKind::{
            Connect, Decode, Disconnected, NotFound, RateLimited, Server, Timeout, Tls, Unavailable,
        };
        let connecting = Error::new(Timeout, "").with_never_sent();
        assert!(connecting.is_timeout() && connecting.is_connect());
        assert!(is_retryable(&connecting, Failed::Attempt(&Method::POST, Idempotency::ByMethod)));
        for (kind, idempotent, post, download) in [
            (Connect, true, true, true),
            (Disconnected, true, false, true),
            (RateLimited, true, false, false),
            (Unavailable, true, false, false),
            (Timeout, false, false, true),
            (Tls, false, false, false),
            (Server, false, false, false),
            (NotFound, false, false, false),
            (Decode, false, false, false),
        ] {
            let error = Error::new(kind, "");
            for method in [Method::GET, Method::PUT, Method::DELETE] {
                let failed = Failed::Attempt(&method, Idempotency::ByMethod);
                assert_eq!(is_retryable(&error, failed), idempotent, "{kind:?}");
            }
            let post_as = |it| is_retryable(&error, Failed::Attempt(&Method::POST, it));
            assert_eq!(post_as(Idempotency::Idempotent), idempotent, "{kind:?}");
            assert_eq!(post_as(Idempotency::ByMethod), post, "{kind:?}");
            assert_eq!(is_retryable(&error, Failed::Download), download, "{kind:?}");
        }
    }

    #[test]
    fn after_an_ambiguous_attempt_a_later_rejection_says_so() {
        let gateway = |status| Error::new(ErrorKind::Unavailable, "").with_status(status);
        for (first, ambiguous) in [
            (lost(), true),
            (gateway(StatusCode::BAD_GATEWAY), true),
            (gateway(StatusCode::GATEWAY_TIMEOUT), true),
            (gateway(StatusCode::SERVICE_UNAVAILABLE), false),
            (Error::new(ErrorKind::Connect, ""), false),
        ] {
            let mut context = Operations::new(RetryPolicy::new(), 0.0, None).context();
            let failed = Failed::Attempt(&Method::DELETE, Idempotency::ByMethod);
            let wait = context.wait_to_retry(first, failed);
            futures_util::FutureExt::now_or_never(wait).unwrap().unwrap();
            let delete = Operation::new("deleteScanEngine");
            for kind in [
                ErrorKind::NotFound,
                ErrorKind::Forbidden,
                ErrorKind::Connect,
                ErrorKind::Server,
                ErrorKind::RateLimited,
                ErrorKind::Unauthorized,
            ] {
                let error = context.describe(Error::new(kind, ""), &Method::DELETE, &delete);
                assert_eq!(error.to_string().contains("may have been carried out"), ambiguous);
                assert_eq!(error.may_have_taken_effect(), ambiguous);
                assert_eq!(error.is_connect(), kind == ErrorKind::Connect && !ambiguous);
                let again = is_retryable(&error, failed);
                let expected = matches!(kind, ErrorKind::Connect | ErrorKind::RateLimited);
                assert_eq!(again, expected, "{kind:?}");
            }
        }
    }

    #[test]
    fn the_next_request_counts_its_own_attempts_and_none_of_them_is_ambiguous() {
        let operations = Operations::new(RetryPolicy::new(), 0.0, None);
        let (mut context, delete) = (operations.context(), Operation::new("deleteFile"));
        assert_eq!(context.begin_attempt(), 1);
        let failed = Failed::Attempt(&Method::DELETE, Idempotency::ByMethod);
        let wait = context.wait_to_retry(lost(), failed);
        futures_util::FutureExt::now_or_never(wait).unwrap().unwrap();
        assert_eq!(context.begin_attempt(), 2);
        context.next_request();
        assert_eq!((context.begin_attempt(), context.retries()), (1, 1));
        let missing = Error::new(ErrorKind::NotFound, "");
        let error = context.describe(missing, &Method::DELETE, &delete);
        assert!(!error.to_string().contains("may have been carried out"), "{error}");
    }

    proptest! {
        #[test]
        fn jitter_stays_below_its_upper_bound(
            attempts in 1u32..40, base in 1u64..10_000, over in 0u64..100_000, fraction in 0.0..1.0f64,
        ) {
            let policy = RetryPolicy::new()
                .max_attempts(attempts)
                .budget(1000)
                .base_delay(Duration::from_millis(base))
                .max_delay(Duration::from_millis(base + over));
            let waits = waits(&policy, fraction);
            prop_assert_eq!(waits.len(), attempts as usize - 1);
            for (index, wait) in waits.iter().enumerate() {
                let doubled = base.saturating_mul(1 << index.min(40)).min(base + over);
                prop_assert_eq!(*wait, Duration::from_millis(doubled).mul_f64(fraction));
            }
        }
    }
}
