//! Observing attempts: for metrics, and for trace headers.

use std::{
    fmt,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use reqwest::{Method, StatusCode, header::HeaderMap};

use crate::{Error, ErrorKind, error::Call};

/// Observes each attempt of each call: for metrics, and for headers such as `traceparent`.
///
/// Logins and retries are attempts of their own. An observer never sees a credential. Both methods
/// are called on an async task, so they must not block: on that of the call or, for a login, possibly
/// on one of the client's own.
///
/// ```
/// use std::sync::atomic::{AtomicU64, Ordering};
/// use scanops::{Attempt, AttemptOutcome, AttemptResult, Observer};
///
/// #[derive(Default)]
/// struct Failures(AtomicU64);
///
/// impl Observer for Failures {
///     fn on_end(&self, _: &Attempt<'_>, outcome: &AttemptOutcome) {
///         if matches!(outcome.result, AttemptResult::Failed(_)) {
///             self.0.fetch_add(1, Ordering::Relaxed);
///         }
///     }
/// }
///
/// let console = scanops::insightvm::Client::builder("https://console:3780")
///     .basic_auth("automation", "the password")
///     .observer(Failures::default())
///     .build()?;
/// # Ok::<(), scanops::Error>(())
/// ```
pub trait Observer: Send + Sync + 'static {
    /// An attempt is about to be sent. Headers added here are sent with it, except those that carry
    /// credentials (`Authorization`, `Cookie`, …), which are ignored. Default: adds nothing.
    fn on_start(&self, attempt: &Attempt<'_>, headers: &mut HeaderMap) {
        let _ = (attempt, headers);
    }

    /// An attempt has ended. For a download that is when its last byte was read, when it failed,
    /// or when it was dropped.
    fn on_end(&self, attempt: &Attempt<'_>, outcome: &AttemptOutcome);
}

/// One attempt of a call, as an [`Observer`] sees it.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Attempt<'a> {
    /// The vendor's name of the operation (`getScanEngine`).
    pub operation: &'a str,
    /// The HTTP method.
    pub method: &'a Method,
    /// The server's host name or address.
    pub server: &'a str,
    /// Its number within the operation, from 1.
    pub number: u32,
}

/// How an attempt ended, as an [`Observer`] sees it.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct AttemptOutcome {
    /// Success or failure.
    pub result: AttemptResult,
    /// From the start of the attempt to its end.
    pub duration: Duration,
    /// Bytes of the request's body that were handed to the network.
    pub bytes_sent: u64,
    /// Bytes of the response's body that arrived.
    pub bytes_received: u64,
}

/// Success or failure of an attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum AttemptResult {
    /// A response with this status came and was accepted.
    Succeeded(StatusCode),
    /// The attempt failed in this way.
    Failed(ErrorKind),
    /// The call was dropped.
    Cancelled,
}

/// Reports one attempt when its last clone is dropped. Without an observer it is empty.
#[derive(Clone, Default)]
pub(super) struct AttemptGuard(Option<Arc<Started>>);

struct Started {
    observer: Arc<dyn Observer>,
    call: Arc<Call>,
    number: u32,
    start: Instant,
    outcome: Mutex<(AttemptResult, u64, u64)>,
}

impl AttemptGuard {
    pub(super) fn start(
        observer: Option<&Arc<dyn Observer>>,
        call: &Arc<Call>,
        number: u32,
        headers: &mut HeaderMap,
    ) -> Self {
        let Some(observer) = observer else { return Self(None) };
        let mut added = HeaderMap::new();
        observer.on_start(&call.attempt(number), &mut added);
        for name in super::builder::CREDENTIAL_HEADERS {
            added.remove(name);
        }
        for (name, value) in &added {
            headers.append(name, value.clone());
        }
        Self(Some(Arc::new(Started {
            observer: Arc::clone(observer),
            call: Arc::clone(call),
            number,
            start: Instant::now(),
            outcome: Mutex::new((AttemptResult::Cancelled, 0, 0)),
        })))
    }

    fn update(&self, change: impl FnOnce(&mut (AttemptResult, u64, u64))) {
        if let Some(started) = &self.0 {
            change(&mut started.outcome.lock().unwrap_or_else(PoisonError::into_inner));
        }
    }

    pub(super) fn sent(&self, bytes: u64) {
        self.update(|outcome| outcome.1 = bytes);
    }

    pub(super) fn received(&self, bytes: usize) {
        self.update(|outcome| outcome.2 += bytes as u64);
    }

    pub(super) fn succeeded(&self, status: StatusCode) {
        self.update(|outcome| outcome.0 = AttemptResult::Succeeded(status));
    }

    pub(super) fn failed(&self, error: &Error) {
        self.update(|outcome| outcome.0 = AttemptResult::Failed(error.kind()));
    }
}

impl Drop for Started {
    fn drop(&mut self) {
        let outcome = self.outcome.get_mut().unwrap_or_else(PoisonError::into_inner);
        let (result, bytes_sent, bytes_received) = *outcome;
        let duration = self.start.elapsed();
        let outcome = AttemptOutcome { result, duration, bytes_sent, bytes_received };
        self.observer.on_end(&self.call.attempt(self.number), &outcome);
    }
}

impl Call {
    fn attempt(&self, number: u32) -> Attempt<'_> {
        Attempt { operation: self.operation, method: &self.method, server: self.server(), number }
    }
}

impl fmt::Debug for AttemptGuard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AttemptGuard").finish_non_exhaustive()
    }
}
