//! Answers as bytes on the wire: the envelope that all JSON of the product comes in.

use std::pin::Pin;
use std::task::{Context, Poll};

use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderValue, StatusCode};
use axum::middleware::Next;
use axum::response::{Html, IntoResponse, Response};
use hyper::body::Frame;
use serde_json::{Map, Value, json};

use super::center::Shared;
use super::list::Listing;

/// What most request handlers give.
pub(super) type Answer = Result<Reply, Refusal>;

/// A request that is granted. [`wrap`] writes its body.
#[derive(Debug)]
pub(super) struct Reply(Envelope);

impl Reply {
    /// An answer that says something.
    pub(super) fn with(response: Map<String, Value>) -> Self {
        Self(Envelope::new(StatusCode::OK, Value::Object(response)))
    }

    /// Lists of scan results.
    pub(super) fn listing(lists: Listing) -> Self {
        let Self(envelope) = Self::nothing();
        Self(Envelope { response: Content::Lists(lists), ..envelope })
    }

    /// The answer to a change that has nothing to say: an empty text, and not an empty object.
    pub(super) fn nothing() -> Self {
        Self(Envelope::new(StatusCode::OK, Value::from("")))
    }

    /// A failure that is told as a success: `error_code` 0, but a message. Its label is as wrong.
    pub(super) fn nothing_but(message: String) -> Self {
        let Self(envelope) = Self::nothing();
        Self(Envelope { message, mislabelled: true, ..envelope })
    }
}

impl IntoResponse for Reply {
    fn into_response(self) -> Response {
        self.0.send()
    }
}

/// A request that is not granted. [`wrap`] writes its body.
#[derive(Debug)]
pub(super) struct Refusal {
    status: StatusCode,
    code: i64,
    message: String,
}

impl Refusal {
    fn new(code: i64, message: impl Into<String>) -> Self {
        let (status, message) = (StatusCode::FORBIDDEN, message.into());
        Self { status, code, message }
    }

    /// 147: there is no such thing.
    pub(super) fn not_found(message: impl Into<String>) -> Self {
        Self::new(147, message)
    }

    /// 146: a value that is not accepted, or a thing that can't be done.
    pub(super) fn invalid(message: impl Into<String>) -> Self {
        Self::new(146, message)
    }

    /// 143: no such user, or not this password.
    pub(super) fn bad_login() -> Self {
        Self::new(143, "Invalid login credentials.\n")
    }

    /// 12: no session, or not any more.
    pub(super) fn no_session() -> Self {
        Self::new(12, "This request contains an invalid token.\n")
    }

    /// A 403 that says nothing at all: what a wrong API key was seen to get.
    pub(super) fn silent() -> Self {
        Self::new(0, "")
    }

    /// Whatever a test has ordered.
    pub(super) fn ordered(status: StatusCode, code: i64, message: String) -> Self {
        Self { status, code, message }
    }

    /// A request that is not understood at all, with the status that says why.
    pub(super) fn malformed(status: StatusCode, message: impl Into<String>) -> Self {
        Self { status, ..Self::invalid(message) }
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let envelope = Envelope::new(self.status, Value::from(""));
        Envelope { code: self.code, message: self.message, mislabelled: true, ..envelope }.send()
    }
}

/// An answer on its way to [`wrap`], which knows what else belongs into it.
#[derive(Debug, Clone)]
struct Envelope {
    status: StatusCode,
    response: Content,
    code: i64,
    message: String,
    /// JSON that is sent as HTML, as all refusals of the product and some other answers are.
    mislabelled: bool,
}

/// What is in an envelope.
#[derive(Debug, Clone)]
enum Content {
    Whole(Value),
    Lists(Listing),
}

impl Envelope {
    fn new(status: StatusCode, response: Value) -> Self {
        let response = Content::Whole(response);
        Self { status, response, code: 0, message: String::new(), mislabelled: false }
    }

    fn send(self) -> Response {
        let mut response = self.status.into_response();
        response.extensions_mut().insert(self);
        response
    }

    /// Its JSON, at the present moment.
    fn body(self, warnings: Vec<Value>, now: i64) -> Body {
        let (code, message) = (json!(self.code), json!(self.message));
        let (warnings, now) = (Value::from(warnings), json!(now));
        let before = "{\"type\":\"regular\",\"response\":";
        let after = format!(
            ",\"error_code\":{code},\"error_msg\":{message},\"warnings\":{warnings},\
             \"timestamp\":{now}}}"
        );
        match self.response {
            Content::Whole(response) => format!("{before}{response}{after}").into(),
            Content::Lists(lists) => {
                Body::new(Writing { buffer: before.into(), lists: Some(lists), after })
            }
        }
    }
}

/// Writes the envelope of every JSON answer, wherever on the way it was made. Headers that the
/// answer carries stay.
pub(super) async fn wrap(State(center): State<Shared>, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let Some(envelope) = response.extensions_mut().remove::<Envelope>() else {
        return response;
    };
    let content_type = if envelope.mislabelled {
        HeaderValue::from_static("text/html; charset=UTF-8")
    } else {
        HeaderValue::from_static("application/json")
    };
    response.headers_mut().insert(CONTENT_TYPE, content_type);
    let warnings = center.with(|world| world.orders.warnings.clone());
    *response.body_mut() = envelope.body(warnings, center.now().seconds());
    response
}

/// An envelope around lists that are written while they are sent.
struct Writing {
    buffer: Vec<u8>,
    /// None once all is written.
    lists: Option<Listing>,
    after: String,
}

impl hyper::body::Body for Writing {
    type Data = Bytes;
    type Error = serde_json::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        let this = &mut *self;
        let Some(lists) = &mut this.lists else { return Poll::Ready(None) };
        match lists.write(&mut this.buffer) {
            Err(error) => return Poll::Ready(Some(Err(error))),
            Ok(true) => {}
            Ok(false) => {
                this.buffer.extend_from_slice(this.after.as_bytes());
                this.lists = None;
            }
        }
        Poll::Ready(Some(Ok(Frame::data(std::mem::take(&mut this.buffer).into()))))
    }
}

/// The page that the web server before the product shows for addresses that it does not know.
pub(super) fn page(status: StatusCode) -> Response {
    let reason = status.canonical_reason().unwrap_or_default();
    let page = format!(
        "<!DOCTYPE HTML>\n<html><head>\n<title>{status}</title>\n</head><body>\n\
         <h1>{reason}</h1>\n</body></html>\n"
    );
    (status, Html(page)).into_response()
}
