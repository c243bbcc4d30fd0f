//! Responses: buffered up to a limit, or streaming.

use std::{
    fmt,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
    time::Duration,
};

use bytes::{Bytes, BytesMut};
use futures_core::Stream;
use reqwest::{StatusCode, header::HeaderMap};
use tokio::time::{Instant, timeout_at};
use tracing::Span;

use super::{excerpt, observe::AttemptGuard, reqwest_error::from_reqwest, stall::StallTimer};
use crate::{Error, ErrorKind, Result, error::Call, response::Parts};

/// How much of an error response is read. The products' own messages are far shorter.
const ERROR_BODY: usize = 64 * 1024;
/// How long the rest of an error response is waited for.
const ERROR_BODY_TIMEOUT: Duration = Duration::from_secs(5);
/// How much of a body is read to recognise its format.
const SIGNATURE: usize = 32;
const BOM: &[u8] = b"\xef\xbb\xbf";

/// A response whose body was read to its end, with the call it belongs to.
#[derive(Debug)]
pub(crate) struct Response {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
    pub(crate) call: Arc<Call>,
    pub(crate) attempts: u32,
    /// The body may contain credentials: no part of it is put into an error.
    pub(crate) confidential: bool,
}

/// What a product's error response says. Where it says nothing, the HTTP status decides.
#[derive(Debug, Default)]
pub(crate) struct ServerMessage {
    pub(crate) kind: Option<ErrorKind>,
    pub(crate) code: Option<i64>,
    pub(crate) text: Option<String>,
}

impl Response {
    /// An error about this response, which is not as it should be.
    pub(crate) fn error(&self, kind: ErrorKind, message: impl Into<String>) -> Error {
        let error = Error::new(kind, message)
            .with_call(&self.call)
            .with_status(self.status)
            .with_attempts(self.attempts);
        if self.confidential { error } else { error.with_excerpt(excerpt::excerpt(&self.body)) }
    }

    /// The same, about a body that can't be decoded. The cause may quote the body.
    pub(crate) fn decode_error(
        &self,
        message: impl Into<String>,
        cause: impl std::error::Error + Send + Sync + 'static,
    ) -> Error {
        let error = self.error(ErrorKind::Decode, message);
        if self.confidential {
            return error;
        }
        error.with_server_message(excerpt::summary(&self.body)).with_source(cause)
    }

    /// The error that the product or the status declares.
    pub(crate) fn server_error(&self, message: ServerMessage) -> Error {
        let kind = message.kind.unwrap_or_else(|| ErrorKind::of_status(self.status));
        let what = if self.status.is_success() {
            format!("the server rejected the call with HTTP status {}", self.status)
        } else {
            format!("the server answered {}", self.status)
        };
        let error = self.error(kind, what).with_code(message.code);
        if self.confidential {
            return error;
        }
        error.with_server_message(match message.text {
            Some(text) => Some(excerpt::shortened(text)),
            None => excerpt::summary(&self.body),
        })
    }

    /// What a [`crate::Response`] carries besides its value.
    pub(crate) fn parts(&self) -> Parts {
        Parts {
            status: self.status,
            headers: self.headers.clone(),
            attempts: self.attempts,
            ..Parts::default()
        }
    }
}

/// How many bytes of memory parts of a JSON text take once it is decoded: estimates from above, for
/// the records of one product.
#[derive(Clone, Copy, Debug)]
pub(crate) struct DecodeCost {
    /// A `{`: a record, or a map's first node.
    pub(crate) object: usize,
    /// A `[`: what a vector reserves at first.
    pub(crate) array: usize,
    /// A `,`: a value, and what a vector has in reserve for it.
    pub(crate) comma: usize,
    /// A `:`: an entry of a map, and its name.
    pub(crate) colon: usize,
    /// Any other byte.
    pub(crate) byte: usize,
}

/// How many times its size a response may take in memory once it is decoded.
pub(crate) const GROWTH: usize = 11;
/// What a response may take in any case: that of the default limit on its size.
const ALWAYS_ALLOWED: usize = GROWTH * (64 << 20);
/// Below this size no text can exceed that: nothing takes more for a byte than `{}`.
const ALWAYS_SMALL: usize = 2 << 20;

impl DecodeCost {
    /// The estimate for a whole text.
    pub(crate) fn of(self, json: &[u8]) -> usize {
        json.iter().fold(0, |size, byte| {
            size + match byte {
                b'{' => self.object,
                b'[' => self.array,
                b',' => self.comma,
                b':' => self.colon,
                _ => self.byte,
            }
        })
    }
}

impl Response {
    /// Rejects a response whose values would take much more memory than its text: `{"a":0},` is 8
    /// bytes, and several hundred once it is decoded.
    pub(crate) fn check_decoded_size(&self, cost: DecodeCost) -> Result<()> {
        let limit = self.body.len().saturating_mul(GROWTH).max(ALWAYS_ALLOWED);
        if self.body.len() < ALWAYS_SMALL || cost.of(&self.body) <= limit {
            return Ok(());
        }
        let message = format!(
            "the response of {} bytes would take more than {} MiB of memory once it is decoded: \
             ask for fewer records or fields",
            self.body.len(),
            limit >> 20
        );
        Err(self.error(ErrorKind::TooLarge, message))
    }
}

/// A response whose body is still arriving.
pub(crate) struct StreamingResponse {
    /// Its body is what was read so far.
    pub(super) head: Response,
    /// `None` when it was read to its end.
    body: Option<reqwest::Response>,
    guard: AttemptGuard,
}

impl StreamingResponse {
    pub(super) fn new(
        mut response: reqwest::Response,
        call: Arc<Call>,
        attempts: u32,
        confidential: bool,
        guard: AttemptGuard,
    ) -> Self {
        let head = Response {
            status: response.status(),
            headers: std::mem::take(response.headers_mut()),
            body: Bytes::new(),
            call,
            attempts,
            confidential,
        };
        Self { head, body: Some(response), guard }
    }

    async fn next_chunk(&mut self) -> Result<Option<Bytes>> {
        let Some(body) = &mut self.body else { return Ok(None) };
        let chunk = body.chunk().await.map_err(|error| {
            from_reqwest(error).with_call(&self.head.call).with_status(self.head.status)
        })?;
        match &chunk {
            Some(chunk) => self.guard.received(chunk.len()),
            None => self.body = None,
        }
        Ok(chunk)
    }

    /// Reads the body to its end, or fails where it is longer than `limit`.
    pub(super) async fn collect(&mut self, limit: usize) -> Result<()> {
        let too_large = |head: &Response| {
            let message = format!("the response is larger than the limit of {limit} bytes");
            head.error(ErrorKind::TooLarge, message).with_excerpt(None)
        };
        let stated = self.body.as_ref().and_then(reqwest::Response::content_length);
        if stated.is_some_and(|length| length > limit as u64) {
            return Err(too_large(&self.head));
        }
        // Most responses are one chunk, which is then used without copying it.
        let mut whole = Bytes::new();
        let mut chunks = BytesMut::new();
        while let Some(chunk) = self.next_chunk().await? {
            if whole.len() + chunks.len() + chunk.len() > limit {
                return Err(too_large(&self.head));
            }
            if whole.is_empty() && chunks.is_empty() {
                whole = chunk;
            } else {
                chunks.extend_from_slice(&std::mem::take(&mut whole));
                chunks.extend_from_slice(&chunk);
            }
        }
        let mut body = if chunks.is_empty() { whole } else { chunks.freeze() };
        if body.starts_with(BOM) {
            drop(body.split_to(BOM.len()));
        }
        self.head.body = body;
        Ok(())
    }

    /// Reads enough of the body to recognise its format, or all of it.
    pub(super) async fn read_signature(&mut self) -> Result<()> {
        let mut start = BytesMut::new();
        let mut blank = 0;
        while start.len() - blank < SIGNATURE && start.len() < ERROR_BODY {
            let Some(chunk) = self.next_chunk().await? else { break };
            start.extend_from_slice(&chunk);
            // Each byte is looked at once: a body may come in chunks of one byte.
            while start.get(blank).is_some_and(u8::is_ascii_whitespace) {
                blank += 1;
            }
        }
        self.head.body = start.freeze();
        Ok(())
    }

    /// Reads the beginning of an error response. What does not arrive in time is left out.
    pub(super) async fn read_error_body(&mut self) {
        let mut start = BytesMut::from(std::mem::take(&mut self.head.body));
        let deadline = Instant::now() + ERROR_BODY_TIMEOUT;
        while start.len() < ERROR_BODY {
            let Ok(Ok(Some(chunk))) = timeout_at(deadline, self.next_chunk()).await else { break };
            let room = ERROR_BODY - start.len();
            start.extend_from_slice(&chunk[..chunk.len().min(room)]);
        }
        let mut body = start.freeze();
        if body.starts_with(BOM) {
            drop(body.split_to(BOM.len()));
        }
        self.head.body = body;
    }

    /// The response, if its body was read to its end.
    pub(super) fn into_response(self) -> Response {
        self.guard.succeeded(self.head.status);
        self.head
    }

    /// The head, and the body as a stream.
    pub(super) fn into_stream(
        mut self,
        stall: Option<Duration>,
        minimum_throughput: Option<u64>,
        span: Span,
    ) -> (Response, BodyStream) {
        let start = std::mem::take(&mut self.head.body);
        let body = BodyStream {
            start: Some(start).filter(|start| !start.is_empty()),
            rest: self.body.map(|body| Box::pin(body.bytes_stream()) as _),
            stall_timeout: stall,
            stall: StallTimer::new(stall, minimum_throughput),
            status: self.head.status,
            guard: self.guard,
            span,
        };
        (self.head, body)
    }
}

/// The body of a streaming response. After an error it has ended.
pub(crate) struct BodyStream {
    start: Option<Bytes>,
    rest: Option<Pin<Box<dyn Stream<Item = reqwest::Result<Bytes>> + Send>>>,
    stall_timeout: Option<Duration>,
    stall: StallTimer,
    status: StatusCode,
    guard: AttemptGuard,
    /// The call's span. It lasts until the end of the body.
    span: Span,
}

impl BodyStream {
    /// After how long without a byte it fails.
    pub(crate) fn stall_timeout(&self) -> Option<Duration> {
        self.stall_timeout
    }

    fn end(&mut self, result: Result<(), &Error>) {
        self.rest = None;
        match result {
            Ok(()) => self.guard.succeeded(self.status),
            Err(error) => self.guard.failed(error),
        }
        // Reports the attempt and closes the span now, not when a consumer drops the stream.
        self.guard = AttemptGuard::default();
        self.span = Span::none();
    }
}

impl Stream for BodyStream {
    type Item = Result<Bytes>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = &mut *self;
        if let Some(start) = this.start.take() {
            return Poll::Ready(Some(Ok(start)));
        }
        let Some(rest) = &mut this.rest else {
            this.end(Ok(()));
            return Poll::Ready(None);
        };
        let span = this.span.clone();
        let _entered = span.enter();
        let error = match rest.as_mut().poll_next(context) {
            Poll::Ready(Some(Ok(chunk))) => {
                this.guard.received(chunk.len());
                match this.stall.received(chunk.len()) {
                    Ok(()) => return Poll::Ready(Some(Ok(chunk))),
                    Err(error) => error,
                }
            }
            Poll::Ready(None) => {
                this.end(Ok(()));
                return Poll::Ready(None);
            }
            Poll::Ready(Some(Err(error))) => from_reqwest(error),
            Poll::Pending => match this.stall.poll(context) {
                Poll::Ready(error) => error,
                Poll::Pending => return Poll::Pending,
            },
        };
        tracing::debug!(kind = ?error.kind(), "transfer failed");
        this.end(Err(&error));
        Poll::Ready(Some(Err(error)))
    }
}

impl fmt::Debug for BodyStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BodyStream").field("ended", &self.rest.is_none()).finish_non_exhaustive()
    }
}
