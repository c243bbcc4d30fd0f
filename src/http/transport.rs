//! Sends calls: makes the attempts of an operation and classifies each response.

use std::{
    fmt,
    future::Future,
    pin::{Pin, pin},
    sync::Arc,
    time::Duration,
};

use reqwest::{Request, StatusCode, header::HeaderMap};
use tracing::Instrument as _;

use super::{
    base_url::BaseUrl,
    clients::Clients,
    clock::Clock,
    credentials::SecretHeaders,
    excerpt,
    observe::{AttemptGuard, Observer},
    redirect,
    reqwest_error::from_reqwest,
    response::{BodyStream, Response, ServerMessage, StreamingResponse},
    retry::{Failed, Idempotency, RetryContext, RetrySettings, timed_out},
    retry_after::retry_after,
    stall::UploadMonitor,
};
use crate::{Error, ErrorKind, Result, error::Call};

/// How many redirects within the origin are followed.
const REDIRECTS: usize = 5;

/// A call as the transport sees it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Operation {
    /// The vendor's name for it: in errors and traces.
    pub(crate) name: &'static str,
    pub(crate) idempotency: Idempotency,
    /// It is sent without the session, as a login is.
    pub(crate) without_session: bool,
    /// Its request or response contains credentials: no part of them is put into errors.
    pub(crate) confidential: bool,
    /// How many bytes its response may have, where that is less than the client's limit.
    pub(crate) response_limit: usize,
}

impl Operation {
    pub(crate) const fn new(name: &'static str) -> Self {
        Self {
            name,
            idempotency: Idempotency::ByMethod,
            without_session: false,
            confidential: false,
            response_limit: usize::MAX,
        }
    }

    /// A login, or a logout.
    pub(crate) const fn of_session(mut self) -> Self {
        self.without_session = true;
        self.confidential = true;
        self
    }
}

/// Decides for a product whether a response is an error. A status other than 2xx is one in any
/// case.
pub(crate) type Classify = fn(&Operation, StatusCode, &[u8]) -> Result<(), ServerMessage>;

/// Whether a body begins as the expected format does.
pub(crate) type Recognise = fn(&[u8]) -> bool;

pub(crate) type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// The credentials of a client.
pub(crate) enum Credentials {
    /// The same headers with each request.
    Fixed(Arc<SecretHeaders>),
    /// Headers that a login gives.
    Session(Box<dyn Session>),
}

/// Credentials that come from a login, and expire.
pub(crate) trait Session: fmt::Debug + Send + Sync {
    /// The headers of the session, after a login where there is none.
    fn headers<'a>(
        &'a self,
        transport: &'a Transport,
        context: &'a mut RetryContext,
    ) -> BoxFuture<'a, Result<Arc<SecretHeaders>>>;

    /// Whether `error` says that the server no longer accepts the session with these headers. It
    /// is then forgotten, so that the next call of [`headers`](Self::headers) logs in.
    fn has_expired(&self, headers: &SecretHeaders, error: &Error) -> bool;

    /// Stores the cookies that came with a response.
    fn receive(&self, headers: &SecretHeaders, response: &HeaderMap);
}

/// The request of each attempt.
pub(crate) enum RequestSource<'a> {
    Buffered(&'a Request),
    Upload(&'a mut dyn UploadSource),
}

impl RequestSource<'_> {
    async fn next(
        &mut self,
        http: &reqwest::Client,
        operation: Operation,
    ) -> Result<(Option<Request>, Option<UploadMonitor>)> {
        match self {
            Self::Buffered(request) => Ok((request.try_clone(), None)),
            Self::Upload(source) => match source.request(http).await {
                Ok(next) => Ok(next.unzip()),
                Err(error) => Err(error.with_operation(operation.name)),
            },
        }
    }

    fn replay(&self) -> Option<&Request> {
        match self {
            Self::Buffered(request) => Some(request),
            Self::Upload(_) => None,
        }
    }
}

/// A request whose body streams.
pub(crate) trait UploadSource: Send {
    /// The request of the next attempt, or `None` where the source can't be read again.
    fn request<'a>(
        &'a mut self,
        http: &'a reqwest::Client,
    ) -> BoxFuture<'a, Result<Option<(Request, UploadMonitor)>>>;
}

/// What to do with the body of a response.
#[derive(Clone, Copy)]
enum Body {
    /// Read it, up to the limit.
    Collect,
    /// Read its beginning, and stream the rest if its format is recognised.
    Stream(Recognise),
}

/// What an attempt is made with, besides its request.
struct Attempt<'a> {
    http: &'a reqwest::Client,
    call: &'a Arc<Call>,
    operation: Operation,
    credentials: &'a SecretHeaders,
    /// Those that the user set, and those that the observer added.
    headers: &'a HeaderMap,
    guard: &'a AttemptGuard,
    number: u32,
    /// The request as it was before it was sent, if it can be sent again.
    replay: Option<&'a Request>,
    monitor: Option<&'a UploadMonitor>,
    body: Body,
}

/// The limits of a call.
#[derive(Clone, Copy, Debug)]
pub(super) struct Limits {
    pub(super) attempt: Duration,
    pub(super) stall: Option<Duration>,
    /// In bytes per second.
    pub(super) minimum_throughput: Option<u64>,
    pub(super) response: usize,
}

/// Everything that calls to one origin need. Cheap to clone; clones share connections, session and
/// retry budget.
#[derive(Clone)]
pub(crate) struct Transport(Arc<Inner>);

pub(super) struct Inner {
    pub(super) clients: Clients,
    pub(super) base: BaseUrl,
    /// Those that the user set. They are sent with each request.
    pub(super) headers: HeaderMap,
    pub(super) credentials: Credentials,
    pub(super) classify: Classify,
    pub(super) limits: Limits,
    pub(super) retry: Arc<RetrySettings>,
    pub(super) observer: Option<Arc<dyn Observer>>,
}

impl Transport {
    pub(super) fn new(inner: Inner) -> Self {
        Self(Arc::new(inner))
    }

    /// An error outside a tokio runtime.
    pub(crate) fn check_runtime(&self) -> Result<()> {
        self.0.clients.get().map(drop)
    }

    /// The source of time.
    pub(crate) fn clock(&self) -> &dyn Clock {
        &*self.0.retry.clock
    }

    /// The longest `Retry-After` that is honored.
    pub(crate) fn max_retry_after(&self) -> Duration {
        self.0.retry.policy.max_retry_after
    }

    /// The origin, without a slash at the end.
    pub(crate) fn base_url(&self) -> &str {
        self.0.base.as_str()
    }

    /// A client to build requests with, and not to send them.
    pub(crate) fn request_builder(&self) -> reqwest::Client {
        self.0.clients.request_builder()
    }

    /// The context of a new operation.
    pub(crate) fn context(&self) -> RetryContext {
        RetryContext::new(&self.0.retry)
    }

    /// Sends a request and returns the whole response, if its status is 2xx and the product does
    /// not call it an error.
    ///
    /// # Errors
    /// Everything else, with the call, the status and the number of attempts in it.
    pub(crate) async fn call(&self, request: Request, operation: Operation) -> Result<Response> {
        self.call_in(&mut self.context(), request, operation).await
    }

    /// The same as a part of an operation that has begun.
    pub(crate) async fn call_in(
        &self,
        context: &mut RetryContext,
        request: Request,
        operation: Operation,
    ) -> Result<Response> {
        let source = RequestSource::Buffered(&request);
        let response = self.send(context, source, operation, None, Body::Collect).await?;
        Ok(response.into_response())
    }

    /// Sends one request with these credentials instead of the client's.
    pub(crate) async fn call_with(
        &self,
        context: &mut RetryContext,
        headers: &Arc<SecretHeaders>,
        request: Request,
        operation: Operation,
    ) -> Result<Response> {
        let source = RequestSource::Buffered(&request);
        let response = self.send(context, source, operation, Some(headers), Body::Collect).await?;
        Ok(response.into_response())
    }

    /// Sends a request and returns the response with its body still streaming, if its status is 2xx
    /// and `recognise` accepts its beginning. The attempt timeout covers that beginning.
    pub(crate) async fn stream_in(
        &self,
        context: &mut RetryContext,
        request: Request,
        operation: Operation,
        recognise: Recognise,
    ) -> Result<(Response, BodyStream)> {
        let span = self.span(&operation, &request);
        let source = RequestSource::Buffered(&request);
        let response = self
            .send_in(context, source, operation, None, Body::Stream(recognise))
            .instrument(span.clone())
            .await?;
        // A stall counts towards the deadline.
        let stall = match (self.0.limits.stall, context.left()) {
            (Some(stall), Some(left)) => Some(stall.min(left)),
            (stall, left) => stall.or(left),
        };
        context.pause_deadline();
        Ok(response.into_stream(stall, self.0.limits.minimum_throughput, span))
    }

    /// Sends a request whose body streams. The stall timeout takes the place of the attempt timeout
    /// for as long as the body is sent.
    pub(crate) async fn upload(
        &self,
        context: &mut RetryContext,
        source: &mut dyn UploadSource,
        operation: Operation,
    ) -> Result<Response> {
        let source = RequestSource::Upload(source);
        let response = self.send(context, source, operation, None, Body::Collect).await?;
        Ok(response.into_response())
    }

    fn span(&self, operation: &Operation, request: &Request) -> tracing::Span {
        tracing::info_span!(
            "scanops",
            operation = operation.name,
            method = %request.method(),
            server = self.0.base.host(),
            path = request.url().path(),
        )
    }

    async fn send(
        &self,
        context: &mut RetryContext,
        source: RequestSource<'_>,
        operation: Operation,
        headers: Option<&Arc<SecretHeaders>>,
        body: Body,
    ) -> Result<StreamingResponse> {
        let span = match &source {
            RequestSource::Buffered(request) => self.span(&operation, request),
            RequestSource::Upload(_) => tracing::info_span!(
                "scanops",
                operation = operation.name,
                server = self.0.base.host(),
            ),
        };
        // Boxed: the futures of callers would otherwise be as large as all layers below.
        Box::pin(self.send_in(context, source, operation, headers, body)).instrument(span).await
    }

    /// The retry loop.
    async fn send_in(
        &self,
        context: &mut RetryContext,
        mut source: RequestSource<'_>,
        operation: Operation,
        headers: Option<&Arc<SecretHeaders>>,
        body: Body,
    ) -> Result<StreamingResponse> {
        let http = self.0.clients.get()?;
        let (mut next, mut monitor) = source.next(&http, operation).await?;
        loop {
            let Some(request) = next.take() else {
                return Err(Error::invalid_request("the request's body can't be read again")
                    .with_operation(operation.name));
            };
            let call = Arc::new(Call::new(operation.name, &request));
            let used = match (headers, &self.0.credentials) {
                (Some(headers), _) | (None, Credentials::Fixed(headers)) => Arc::clone(headers),
                (None, Credentials::Session(_)) if operation.without_session => Arc::default(),
                (None, Credentials::Session(session)) => {
                    let headers = session.headers(self, context).await;
                    headers.map_err(|error| {
                        let error = error.with_never_sent().with_operation(operation.name);
                        context.with_earlier_attempt(error)
                    })?
                }
            };
            // A timer of no length could let a fast server respond first.
            if context.left().is_some_and(|left| left.is_zero()) {
                let error =
                    Error::new(ErrorKind::Timeout, "the deadline passed before it was sent");
                let error = error.with_never_sent().with_operation(operation.name);
                return Err(context.with_earlier_attempt(error));
            }
            let number = context.begin_attempt();
            let mut own_headers = self.0.headers.clone();
            let observer = self.0.observer.as_ref();
            let guard = AttemptGuard::start(observer, &call, number, &mut own_headers);
            let result = {
                let attempt = Attempt {
                    http: &http,
                    call: &call,
                    operation,
                    credentials: &used,
                    headers: &own_headers,
                    guard: &guard,
                    number,
                    replay: source.replay(),
                    monitor: monitor.as_ref(),
                    body,
                };
                let attempt = pin!(self.attempt(request, attempt));
                self.within_limits(context, monitor.as_ref(), attempt).await
            };
            if let Some(monitor) = &monitor {
                guard.sent(monitor.bytes_sent());
            }
            let error = match result {
                Ok(response) => {
                    context.succeeded();
                    tracing::debug!(status = response.head.status.as_u16(), "succeeded");
                    return Ok(response);
                }
                Err(error) => context.describe(error.with_call(&call), &call.method, &operation),
            };
            guard.failed(&error);
            drop(guard);
            tracing::debug!(kind = ?error.kind(), "attempt failed");
            // Closes the body's source before the wait.
            drop(monitor.take());
            let expired = match &self.0.credentials {
                Credentials::Session(session)
                    if headers.is_none() && !operation.without_session =>
                {
                    session.has_expired(&used, &error)
                }
                _ => false,
            };
            let renew = expired && !std::mem::replace(&mut context.renewed_session, expired);
            // Made before the wait: if the source can't be read again, there is nothing to wait for.
            (next, monitor) = match source.next(&http, operation).await {
                Ok(next) => next,
                Err(failed) => return Err(error.with_note(format!("and then {failed}"))),
            };
            if next.is_none() {
                return Err(if renew || error.attempt_did_not_connect() {
                    error.with_note(
                        "the source of the upload has been read, and can't be read a second time",
                    )
                } else {
                    error
                });
            }
            if !renew {
                let failed = Failed::Attempt(&call.method, operation.idempotency);
                context.wait_to_retry(error, failed).await?;
            }
        }
    }

    /// One attempt: the request, the redirects within the origin, and the response.
    async fn attempt(&self, request: Request, it: Attempt<'_>) -> Result<StreamingResponse> {
        let response = self.follow(request, &it).await?;
        let (call, confidential) = (Arc::clone(it.call), it.operation.confidential);
        let mut response =
            StreamingResponse::new(response, call, it.number, confidential, it.guard.clone());
        self.classify(&mut response, &it).await?;
        Ok(response)
    }

    /// Sends the request, and follows redirects within the origin.
    async fn follow(&self, mut request: Request, it: &Attempt<'_>) -> Result<reqwest::Response> {
        let base = &self.0.base;
        for _ in 0..=REDIRECTS {
            if !base.same_origin(request.url()) {
                return Err(Error::invalid_request("the request is not for the base URL's origin"));
            }
            for (name, value) in it.headers {
                request.headers_mut().append(name, value.clone());
            }
            it.credentials.apply(request.headers_mut());
            let length = request.body().and_then(reqwest::Body::as_bytes).map_or(0, <[u8]>::len);
            let response = it.http.execute(request).await.map_err(from_reqwest)?;
            it.guard.sent(length as u64);
            if let Credentials::Session(session) = &self.0.credentials {
                session.receive(it.credentials, response.headers());
            }
            let Some(target) = redirect::target(&response) else { return Ok(response) };
            let replay = it.replay.and_then(Request::try_clone);
            request =
                redirect::follow(base, response.status(), &target, replay).map_err(|error| {
                    if it.operation.confidential { redirect::redacted(&error) } else { error }
                })?;
        }
        let message = format!("more than {REDIRECTS} redirects in a row");
        Err(Error::new(ErrorKind::Redirect, message))
    }

    /// Reads the body, or only its beginning if it will be streamed, and decides whether the
    /// response is an error.
    async fn classify(&self, response: &mut StreamingResponse, it: &Attempt<'_>) -> Result<()> {
        let inner = &*self.0;
        let status = response.head.status;
        if !status.is_success() {
            response.read_error_body().await;
            let message = (inner.classify)(&it.operation, status, &response.head.body);
            let wait = retry_after(&response.head.headers, self.clock().time_of_day());
            let error = response.head.server_error(message.err().unwrap_or_default());
            return Err(error.with_retry_after(wait));
        }
        if it.monitor.is_some_and(|monitor| !monitor.is_sent()) {
            // If the server sent an error, its message says more.
            response.read_error_body().await;
            let head = &response.head;
            return Err(match (inner.classify)(&it.operation, status, &head.body) {
                Err(message) => head.server_error(message),
                Ok(()) => head.error(
                    ErrorKind::Decode,
                    "the server responded before the whole upload was sent",
                ),
            });
        }
        match it.body {
            Body::Collect => {
                let limit = inner.limits.response.min(it.operation.response_limit);
                response.collect(limit).await?;
            }
            Body::Stream(recognise) => {
                response.read_signature().await?;
                if recognise(&response.head.body) {
                    return Ok(());
                }
                response.read_error_body().await;
            }
        }
        let head = &response.head;
        if let Some(method) = excerpt::compression(&head.headers, &head.body) {
            let what = format!("the response is compressed ({method}), which was not asked for");
            return Err(head.error(ErrorKind::Decode, what).with_excerpt(None));
        }
        if let Err(message) = (inner.classify)(&it.operation, status, &head.body) {
            let wait = retry_after(&head.headers, self.clock().time_of_day());
            return Err(head.server_error(message).with_retry_after(wait));
        }
        match it.body {
            Body::Collect => Ok(()),
            Body::Stream(_) => {
                let what = excerpt::describe(&head.body);
                let error =
                    head.error(ErrorKind::Decode, format!("the response is {what}, not a report"));
                Err(error.with_server_message(excerpt::summary(&head.body)))
            }
        }
    }

    /// Bounds an attempt: by its timeout, or for an upload by its progress, and by what is left to
    /// the deadline.
    async fn within_limits(
        &self,
        context: &mut RetryContext,
        monitor: Option<&UploadMonitor>,
        attempt: impl Future<Output = Result<StreamingResponse>>,
    ) -> Result<StreamingResponse> {
        let limits = &self.0.limits;
        let left = context.left();
        if let Some(monitor) = monitor {
            let result = monitor.watch(limits.stall, limits.attempt, left, attempt).await;
            context.extend_deadline(monitor.progress());
            return result;
        }
        let (limit, which) = match left {
            Some(left) if left < limits.attempt => (left, "the time that was left to the deadline"),
            _ => (limits.attempt, "the attempt timeout"),
        };
        match tokio::time::timeout(limit, attempt).await {
            Ok(result) => result,
            Err(_) => Err(timed_out(limit, which)),
        }
    }
}

impl fmt::Debug for Transport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Transport")
            .field("base_url", &self.base_url())
            .field("credentials", &self.0.credentials)
            .field("limits", &self.0.limits)
            .field("deadline", &self.0.retry.deadline)
            .field("retry", &self.0.retry.policy)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Fixed(headers) => headers.fmt(f),
            Self::Session(session) => session.fmt(f),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_transport_is_shared_between_tasks() {
        fn check<T: Clone + Send + Sync + 'static>() {}
        check::<Transport>();
    }
}
