//! Sending a call: attempts, redirects, limits.

use std::{fmt, future::Future, sync::Arc, time::Duration};

use reqwest::{
    Method, Request, StatusCode, Url,
    header::{HeaderMap, LOCATION},
};
use tracing::Instrument as _;

use super::{
    answer::{Answer, Explanation},
    base_url::BaseUrl,
    body,
    clock::{Clock, Random},
    failure,
    retry::{Budget, GiveUp, RetryPolicy, Schedule},
    retry_after::retry_after,
    secret::SecretHeaders,
};
use crate::{
    Error, ErrorKind, Result,
    error::{Call, strip_user_info},
};

/// How many redirects within the origin are followed before it counts as a circle.
const REDIRECTS: usize = 5;

/// What a product reads out of an error answer.
pub(crate) type Explain = fn(StatusCode, &HeaderMap, &[u8]) -> Explanation;

/// A call as the transport sees it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Operation {
    /// The vendor's name for it: in errors and traces.
    pub(crate) name: &'static str,
    pub(crate) repeat: Repeat,
}

/// Whether a call may be sent again when it is unknown if the first one was carried out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Repeat {
    /// As HTTP says of the method: GET, HEAD, PUT, DELETE and OPTIONS may, the others not.
    ByMethod,
    /// Known to be harmless, though it is a POST.
    Harmless,
}

/// The limits of a call.
#[derive(Clone, Copy, Debug)]
pub(super) struct Limits {
    pub(super) attempt: Duration,
    pub(super) deadline: Option<Duration>,
    pub(super) answer: usize,
}

/// A connection pool to one origin, with everything that a call needs. Cheap to clone; clones
/// share pool and retry budget.
#[derive(Clone)]
pub(crate) struct Transport(Arc<Inner>);

struct Inner {
    http: reqwest::Client,
    base: BaseUrl,
    secrets: SecretHeaders,
    explain: Explain,
    limits: Limits,
    retry: RetryPolicy,
    budget: Budget,
    clock: Arc<dyn Clock>,
    random: Arc<dyn Random>,
}

impl Transport {
    #[expect(clippy::too_many_arguments, reason = "called once, by the builder that collects them")]
    pub(super) fn new(
        http: reqwest::Client,
        base: BaseUrl,
        secrets: SecretHeaders,
        explain: Explain,
        limits: Limits,
        retry: RetryPolicy,
        clock: Arc<dyn Clock>,
        random: Arc<dyn Random>,
    ) -> Self {
        let budget = Budget::new(&retry);
        Self(Arc::new(Inner { http, base, secrets, explain, limits, retry, budget, clock, random }))
    }

    /// The client that requests are built with.
    pub(crate) fn http(&self) -> &reqwest::Client {
        &self.0.http
    }

    /// The origin, without a slash at the end.
    pub(crate) fn base_url(&self) -> &str {
        self.0.base.as_str()
    }

    /// Sends a request and returns the whole answer, if its status is 2xx.
    ///
    /// # Errors
    /// Everything else, with the call, the status and the number of attempts in it.
    pub(crate) async fn call(&self, request: Request, operation: Operation) -> Result<Answer> {
        let call = Arc::new(Call::new(operation.name, &request));
        let span = tracing::info_span!(
            "scanops",
            operation = operation.name,
            method = %call.method,
            path = call.url.path(),
        );
        async {
            let result = self.attempts(request, operation, &call).await;
            match &result {
                Ok(answer) => tracing::debug!(status = answer.status.as_u16(), "answered"),
                Err(error) => tracing::debug!(kind = ?error.kind(), "failed"),
            }
            result
        }
        .instrument(span)
        .await
    }

    async fn attempts(
        &self,
        request: Request,
        operation: Operation,
        call: &Arc<Call>,
    ) -> Result<Answer> {
        let inner = &*self.0;
        let deadline = inner.limits.deadline.and_then(|limit| inner.clock.now().checked_add(limit));
        let left = || deadline.map(|at| at.saturating_duration_since(inner.clock.now()));
        let mut schedule = Schedule::new(&inner.retry);
        let mut next = Some(request);
        let mut attempts = 0;
        loop {
            // The last one that could be copied: none is left of a body that can't be rewound.
            let Some(request) = next.take() else {
                return Err(Error::invalid_request("internal: a request was sent twice"));
            };
            next = request.try_clone();
            attempts += 1;
            let limit = left().map_or(inner.limits.attempt, |left| left.min(inner.limits.attempt));
            let error = match within(limit, self.attempt(request, call)).await {
                Ok(answer) if answer.status.is_success() => {
                    inner.budget.refill();
                    return Ok(Answer { attempts, ..answer });
                }
                Ok(answer) => self.explain(answer),
                Err(error) => error,
            };
            let error = error.with_call(call).with_attempts(attempts);
            let wait = if next.is_some() && may_repeat(&error, &call.method, operation.repeat) {
                schedule.next_wait(&error, inner.random.fraction(), left(), &inner.budget)
            } else {
                Err(GiveUp::NotRepeatable)
            };
            match wait {
                Ok(wait) => {
                    tracing::warn!(
                        attempt = attempts,
                        kind = ?error.kind(),
                        status = error.status().map(|status| status.as_u16()),
                        wait_ms = u64::try_from(wait.as_millis()).unwrap_or(u64::MAX),
                        "trying again",
                    );
                    inner.clock.sleep(wait).await;
                }
                Err(why) => {
                    return Err(match why.note() {
                        Some(note) => error.with_note(note),
                        None => error,
                    });
                }
            }
        }
    }

    /// One attempt: the request, the redirects it meets, and the body of the last answer.
    async fn attempt(&self, mut request: Request, call: &Arc<Call>) -> Result<Answer> {
        let inner = &*self.0;
        for _ in 0..=REDIRECTS {
            if !inner.base.same_origin(request.url()) {
                return Err(Error::invalid_request(
                    "the request is not for the origin of the base URL",
                ));
            }
            inner.secrets.apply(request.headers_mut());
            let again = request.try_clone();
            let mut response = inner.http.execute(request).await.map_err(failure::of_reqwest)?;
            let status = response.status();
            if let Some(target) = redirect_target(&response) {
                request = inner.base.follow(status, &target, again)?;
                continue;
            }
            let headers = std::mem::take(response.headers_mut());
            let body = if status.is_success() {
                body::read(response, inner.limits.answer)
                    .await
                    .map_err(|e| e.with_status(status))?
            } else {
                body::read_beginning(response).await
            };
            return Ok(Answer { status, headers, body, call: Arc::clone(call), attempts: 1 });
        }
        Err(Error::new(ErrorKind::Redirect, format!("more than {REDIRECTS} redirects in a row")))
    }

    fn explain(&self, answer: Answer) -> Error {
        let wait = retry_after(&answer.headers, self.0.clock.time_of_day());
        let explanation = (self.0.explain)(answer.status, &answer.headers, &answer.body);
        answer.into_error(explanation).with_retry_after(wait)
    }
}

impl fmt::Debug for Transport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Transport")
            .field("base_url", &self.base_url())
            .field("secrets", &self.0.secrets)
            .field("limits", &self.0.limits)
            .field("retry", &self.0.retry)
            .finish_non_exhaustive()
    }
}

async fn within<T>(limit: Duration, attempt: impl Future<Output = Result<T>>) -> Result<T> {
    match tokio::time::timeout(limit, attempt).await {
        Ok(result) => result,
        Err(_) => Err(Error::new(
            ErrorKind::Timeout,
            format!("no complete answer within {limit:?}, the limit for one attempt"),
        )),
    }
}

/// Whether another attempt may follow this failure: the request never left, or the failure may
/// pass and the call may be carried out twice.
fn may_repeat(error: &Error, method: &Method, repeat: Repeat) -> bool {
    match error.kind() {
        ErrorKind::Connect => true,
        ErrorKind::Disconnected | ErrorKind::RateLimited | ErrorKind::Unavailable => {
            method.is_idempotent() || repeat == Repeat::Harmless
        }
        _ => false,
    }
}

/// Where the answer points, if it is a redirect. An address that can't be read is kept as text.
fn redirect_target(response: &reqwest::Response) -> Option<Result<Url, String>> {
    if !matches!(response.status().as_u16(), 301 | 302 | 303 | 307 | 308) {
        return None;
    }
    let location = String::from_utf8_lossy(response.headers().get(LOCATION)?.as_bytes());
    Some(response.url().join(&location).map_err(|_| location.chars().take(200).collect()))
}

impl BaseUrl {
    /// The request that follows a redirect, where one may follow.
    fn follow(
        &self,
        status: StatusCode,
        target: &Result<Url, String>,
        request: Option<Request>,
    ) -> Result<Request> {
        let refuse = |why: String| Error::new(ErrorKind::Redirect, why).with_status(status);
        let target = match target {
            Ok(target) => target,
            Err(text) => {
                return Err(refuse(format!(
                    "the server answered {status}, and points to no address: {text:?}"
                )));
            }
        };
        // What a redirect carries in its query may be a secret; its origin and path are enough.
        let mut shown = target.clone();
        strip_user_info(&mut shown);
        shown.set_query(None);
        shown.set_fragment(None);
        if !self.same_origin(target) {
            return Err(refuse(format!(
                "the server answered {status} and points to {shown}, another origin, where \
                 credentials must not go"
            )));
        }
        let mut request = request
            .filter(|request| {
                // 301, 302 and 303 turn other methods into a GET: that would be another call.
                matches!(*request.method(), Method::GET | Method::HEAD)
                    || matches!(status.as_u16(), 307 | 308)
            })
            .ok_or_else(|| {
                refuse(format!(
                    "the server answered {status} and points to {shown}; the call was not \
                     repeated there"
                ))
            })?;
        *request.url_mut() = target.clone();
        Ok(request)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_call_is_repeated_only_where_that_is_safe() {
        use ErrorKind::{
            Connect, Decode, Disconnected, NotFound, RateLimited, Server, Timeout, Tls, Unavailable,
        };
        for (kind, idempotent, harmless_post, post) in [
            (Connect, true, true, true),
            (Disconnected, true, true, false),
            (RateLimited, true, true, false),
            (Unavailable, true, true, false),
            (Timeout, false, false, false),
            (Tls, false, false, false),
            (Server, false, false, false),
            (NotFound, false, false, false),
            (Decode, false, false, false),
        ] {
            let error = Error::new(kind, "");
            for method in [Method::GET, Method::PUT, Method::DELETE] {
                assert_eq!(may_repeat(&error, &method, Repeat::ByMethod), idempotent, "{kind:?}");
            }
            let post_with = |repeat| may_repeat(&error, &Method::POST, repeat);
            assert_eq!(post_with(Repeat::Harmless), harmless_post, "{kind:?}");
            assert_eq!(post_with(Repeat::ByMethod), post, "{kind:?}");
        }
    }

    #[test]
    fn a_transport_is_shared_between_tasks() {
        fn check<T: Clone + Send + Sync + 'static>() {}
        check::<Transport>();
    }
}
