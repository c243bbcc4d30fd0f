//! Sending a call: attempts, redirects, limits.

use std::{
    fmt,
    future::Future,
    pin::pin,
    sync::Arc,
    time::{Duration, Instant},
};

use bytes::Bytes;
use reqwest::{Method, Request, StatusCode};
use tracing::Instrument as _;

use super::{
    answer::{Answer, Explanation},
    base_url::BaseUrl,
    body,
    clock::{Clock, Random},
    failure, redirect,
    retry::{Budget, GiveUp, Restarts, RetryPolicy, Schedule},
    retry_after::retry_after,
    secret::SecretHeaders,
    stall::Motion,
};
use crate::{Error, ErrorKind, Result, error::Call};

/// How many redirects within the origin are followed before it counts as a circle.
const REDIRECTS: usize = 5;

/// What a product makes of an answer.
pub(crate) enum Verdict {
    /// It is what was asked for, as far as can be told without its type.
    Accept,
    /// It is a refusal, whatever its status.
    Refuse(Explanation),
}

/// Asks a product for its verdict. An answer that is not 2xx is refused in any case.
pub(crate) type Examine = fn(StatusCode, &[u8]) -> Verdict;

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
    /// How long a body that streams may stand still, where that is limited.
    pub(super) stall: Option<Duration>,
}

/// What is to be done with the body of an answer.
#[derive(Clone, Copy)]
enum Body {
    /// Read it, up to the limit.
    Whole,
    /// Read its beginning, and stream it if this recognises it.
    Stream(fn(&[u8]) -> bool),
}

/// How long an attempt may take.
#[derive(Clone)]
enum Patience {
    Limited,
    /// As long as the request's body moves, and the usual limit from its end on.
    WhileMoving(Motion),
}

/// What an attempt brought.
enum Reply {
    Whole(Answer),
    Opened(Opened),
}

/// A 2xx answer whose body still streams.
pub(crate) struct Opened {
    /// Status, headers and call; its body is the beginning of the whole.
    pub(crate) head: Answer,
    pub(crate) rest: reqwest::Response,
    pub(crate) stall: Option<Duration>,
}

/// A connection pool to one origin, with everything that a call needs. Cheap to clone; clones
/// share pool and retry budget.
#[derive(Clone)]
pub(crate) struct Transport(Arc<Inner>);

struct Inner {
    http: reqwest::Client,
    base: BaseUrl,
    secrets: SecretHeaders,
    examine: Examine,
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
        examine: Examine,
        limits: Limits,
        retry: RetryPolicy,
        clock: Arc<dyn Clock>,
        random: Arc<dyn Random>,
    ) -> Self {
        let budget = Budget::new(&retry);
        Self(Arc::new(Inner { http, base, secrets, examine, limits, retry, budget, clock, random }))
    }

    /// The client that requests are built with.
    pub(crate) fn http(&self) -> &reqwest::Client {
        &self.0.http
    }

    /// For transfers that begin again when they break off.
    pub(crate) fn restarts(&self) -> Restarts {
        Restarts { transport: self.clone(), schedule: Schedule::boxed(&self.0.retry) }
    }

    /// Waits before another attempt as the policy says, or returns the error where it allows none.
    pub(super) async fn wait_after(
        &self,
        schedule: &mut Schedule<impl Iterator<Item = Duration>>,
        error: Error,
        deadline: Option<Instant>,
    ) -> Result<()> {
        let inner = &*self.0;
        let (fraction, left) = (inner.random.fraction(), self.left(deadline));
        let wait = match schedule.next_wait(&error, fraction, left, &inner.budget) {
            Ok(wait) => wait,
            Err(GiveUp::Exhausted) => return Err(error),
            Err(why) => return Err(error.with_note(why.note())),
        };
        tracing::warn!(
            attempt = error.attempts(),
            kind = ?error.kind(),
            status = error.status().map(|status| status.as_u16()),
            wait_ms = u64::try_from(wait.as_millis()).unwrap_or(u64::MAX),
            "trying again",
        );
        inner.clock.sleep(wait).await;
        if self.left(deadline).is_some_and(|left| left.is_zero()) {
            return Err(error.with_note(GiveUp::Deadline.note()));
        }
        Ok(())
    }

    fn left(&self, deadline: Option<Instant>) -> Option<Duration> {
        deadline.map(|at| at.saturating_duration_since(self.0.clock.now()))
    }

    /// The longest `Retry-After` that is waited for.
    pub(crate) fn max_retry_after(&self) -> Duration {
        self.0.retry.max_retry_after
    }

    /// What time it is, and how to wait.
    pub(crate) fn clock(&self) -> &dyn Clock {
        &*self.0.clock
    }

    /// The origin, without a slash at the end.
    pub(crate) fn base_url(&self) -> &str {
        self.0.base.as_str()
    }

    /// Sends a request and returns the whole answer, if its status is 2xx and the product accepts
    /// it.
    ///
    /// # Errors
    /// Everything else, with the call, the status and the number of attempts in it.
    pub(crate) async fn call(&self, request: Request, operation: Operation) -> Result<Answer> {
        match self.send(request, operation, Body::Whole, Patience::Limited).await? {
            Reply::Whole(answer) => Ok(answer),
            Reply::Opened(_) => Err(unexpected_reply()),
        }
    }

    /// Sends a request and returns the answer with its body still streaming, if it is 2xx and its
    /// beginning is recognised. The limit on an attempt ends with that beginning.
    pub(crate) async fn open(
        &self,
        request: Request,
        operation: Operation,
        recognise: fn(&[u8]) -> bool,
    ) -> Result<Opened> {
        match self.send(request, operation, Body::Stream(recognise), Patience::Limited).await? {
            Reply::Opened(opened) => Ok(opened),
            Reply::Whole(_) => Err(unexpected_reply()),
        }
    }

    /// Sends a request whose body streams: its motion is watched, in place of the limit on an
    /// attempt. It is never repeated, as its body can't be rewound.
    pub(crate) async fn upload(
        &self,
        request: Request,
        operation: Operation,
        motion: Motion,
    ) -> Result<Answer> {
        match self.send(request, operation, Body::Whole, Patience::WhileMoving(motion)).await? {
            Reply::Whole(answer) => Ok(answer),
            Reply::Opened(_) => Err(unexpected_reply()),
        }
    }

    async fn send(
        &self,
        request: Request,
        operation: Operation,
        body: Body,
        patience: Patience,
    ) -> Result<Reply> {
        let call = Arc::new(Call::new(operation.name, &request));
        let span = tracing::info_span!(
            "scanops",
            operation = operation.name,
            method = %call.method,
            path = call.url.path(),
        );
        // On the heap: what waits for a call would else be as large as all the layers below it, and
        // moved as often as there are layers above.
        let attempts = Box::pin(self.attempts(request, operation, &call, body, &patience));
        async {
            let result = attempts.await;
            match &result {
                Ok(Reply::Whole(head) | Reply::Opened(Opened { head, .. })) => {
                    tracing::debug!(status = head.status.as_u16(), "answered");
                }
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
        body: Body,
        patience: &Patience,
    ) -> Result<Reply> {
        let inner = &*self.0;
        let deadline = inner.limits.deadline.and_then(|limit| inner.clock.now().checked_add(limit));
        let mut schedule = Schedule::new(&inner.retry);
        let mut request = request;
        let mut attempts = 0;
        // Whether an attempt may have been carried out unseen.
        let mut lost = false;
        loop {
            // None where the body can't be rewound.
            let again = request.try_clone();
            attempts += 1;
            let outcome = {
                // Pinned here, as each layer that takes it would have room for a copy of it.
                let attempt = pin!(self.attempt(request, again.as_ref(), call, body));
                self.within(patience, self.left(deadline), attempt).await
            };
            let error = match outcome {
                Ok(mut reply) => {
                    inner.budget.refill();
                    let (Reply::Whole(head) | Reply::Opened(Opened { head, .. })) = &mut reply;
                    head.attempts = attempts;
                    return Ok(reply);
                }
                Err(error) => error.with_call(call).with_attempts(attempts),
            };
            let error = match error.kind() {
                ErrorKind::NotFound if lost && call.method == Method::DELETE => error
                    .with_note("an earlier attempt, whose answer was lost, may have deleted it"),
                // What is harmless twice may be refused the second time: a paused scan is not
                // paused again.
                ErrorKind::NotFound | ErrorKind::Forbidden | ErrorKind::Rejected
                    if lost && call.method != Method::GET =>
                {
                    error.with_note(
                        "an earlier attempt, whose answer was lost, may have been carried out",
                    )
                }
                _ => error,
            };
            let again = again.filter(|_| may_repeat(&error, &call.method, operation.repeat));
            let Some(again) = again else { return Err(error) };
            lost |= error.kind() == ErrorKind::Disconnected;
            self.wait_after(&mut schedule, error, deadline).await?;
            request = again;
        }
    }

    /// One attempt: the request, the redirects it meets, and the last answer.
    async fn attempt(
        &self,
        mut request: Request,
        again: Option<&Request>,
        call: &Arc<Call>,
        body: Body,
    ) -> Result<Reply> {
        let inner = &*self.0;
        for _ in 0..=REDIRECTS {
            if !inner.base.same_origin(request.url()) {
                return Err(Error::invalid_request(
                    "the request is not for the origin of the base URL",
                ));
            }
            inner.secrets.apply(request.headers_mut());
            let response = inner.http.execute(request).await.map_err(failure::of_reqwest)?;
            if let Some(target) = redirect::target(&response) {
                let again = again.and_then(Request::try_clone);
                request = redirect::follow(&inner.base, response.status(), &target, again)?;
                continue;
            }
            return self.reply(response, call, body).await;
        }
        Err(Error::new(ErrorKind::Redirect, format!("more than {REDIRECTS} redirects in a row")))
    }

    /// Reads of an answer what is to be read now, and lets the product judge it.
    async fn reply(
        &self,
        mut response: reqwest::Response,
        call: &Arc<Call>,
        body: Body,
    ) -> Result<Reply> {
        let status = response.status();
        let headers = std::mem::take(response.headers_mut());
        let answer = |body| Answer { status, headers, body, call: Arc::clone(call), attempts: 1 };
        if !status.is_success() {
            return Err(self.refusal(answer(body::read_beginning(response, Bytes::new()).await)));
        }
        let answer = match body {
            Body::Whole => {
                let whole = body::read(response, self.0.limits.answer).await;
                answer(whole.map_err(|error| error.with_status(status))?)
            }
            Body::Stream(recognise) => {
                let start = body::read_start(&mut response).await;
                let start = start.map_err(|error| error.with_status(status))?;
                if recognise(&start) {
                    let stall = self.0.limits.stall;
                    return Ok(Reply::Opened(Opened {
                        head: answer(start),
                        rest: response,
                        stall,
                    }));
                }
                answer(body::read_beginning(response, start).await)
            }
        };
        if let Some(method) = body::compression(&answer.headers, &answer.body) {
            let what = format!("the answer is compressed ({method}), which was not asked for");
            return Err(answer.refuse(ErrorKind::Decode, what).with_excerpt(None));
        }
        match (self.0.examine)(status, &answer.body) {
            Verdict::Refuse(explanation) => Err(self.explained(answer, explanation)),
            Verdict::Accept if matches!(body, Body::Whole) => Ok(Reply::Whole(answer)),
            Verdict::Accept => {
                let said = body::summary(&answer.body);
                let what = body::describe(&answer.body);
                Err(answer
                    .refuse(ErrorKind::Decode, format!("the answer is {what}, not a report"))
                    .with_answer(None, said))
            }
        }
    }

    fn refusal(&self, answer: Answer) -> Error {
        let explanation = match (self.0.examine)(answer.status, &answer.body) {
            Verdict::Refuse(explanation) => explanation,
            Verdict::Accept => Explanation::default(),
        };
        self.explained(answer, explanation)
    }

    fn explained(&self, answer: Answer, explanation: Explanation) -> Error {
        let wait = retry_after(&answer.headers, self.0.clock.time_of_day());
        answer.into_error(explanation).with_retry_after(wait)
    }

    /// Bounds an attempt by its limit and by what is left to the deadline.
    async fn within(
        &self,
        patience: &Patience,
        left: Option<Duration>,
        attempt: impl Future<Output = Result<Reply>>,
    ) -> Result<Reply> {
        let limits = &self.0.limits;
        match patience {
            Patience::Limited => match left.filter(|left| *left < limits.attempt) {
                Some(left) => bounded(left, DEADLINE, attempt).await,
                None => bounded(limits.attempt, "the limit for one attempt", attempt).await,
            },
            Patience::WhileMoving(motion) => {
                let watched = motion.watch(limits.stall, limits.attempt, attempt);
                match left {
                    Some(left) => bounded(left, DEADLINE, watched).await,
                    None => watched.await,
                }
            }
        }
    }
}

/// `send` returns what it was asked for.
fn unexpected_reply() -> Error {
    Error::new(ErrorKind::Decode, "internal: an answer came in a form that was not asked for")
}

const DEADLINE: &str = "which was left to the deadline";

async fn bounded<T>(
    limit: Duration,
    whose: &str,
    attempt: impl Future<Output = Result<T>>,
) -> Result<T> {
    match tokio::time::timeout(limit, attempt).await {
        Ok(result) => result,
        Err(_) => Err(Error::new(
            ErrorKind::Timeout,
            format!("no complete answer within {limit:?}, {whose}"),
        )),
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
