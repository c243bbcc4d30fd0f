//! Answers as bytes on the wire: the envelope that all JSON of the product comes in.

use axum::extract::{Request, State};
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderValue, StatusCode};
use axum::middleware::Next;
use axum::response::{Html, IntoResponse, Response};
use serde::Serialize;
use serde_json::{Map, Value};

use super::center::Shared;

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
    code: u16,
    message: String,
}

impl Refusal {
    fn new(code: u16, message: impl Into<String>) -> Self {
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

/// An answer on its way to [`wrap`], which knows the time that belongs into it.
#[derive(Debug, Clone)]
struct Envelope {
    status: StatusCode,
    response: Value,
    code: u16,
    message: String,
    /// JSON that is sent as HTML, as all refusals of the product and some other answers are.
    mislabelled: bool,
}

impl Envelope {
    fn new(status: StatusCode, response: Value) -> Self {
        Self { status, response, code: 0, message: String::new(), mislabelled: false }
    }

    fn send(self) -> Response {
        let mut response = self.status.into_response();
        response.extensions_mut().insert(self);
        response
    }
}

/// Writes the envelope of every JSON answer, wherever on the way it was made. Headers that the
/// answer carries stay.
pub(super) async fn wrap(State(center): State<Shared>, request: Request, next: Next) -> Response {
    #[derive(Serialize)]
    struct Written {
        #[serde(rename = "type")]
        kind: &'static str,
        response: Value,
        error_code: u16,
        error_msg: String,
        warnings: [Value; 0],
        timestamp: i64,
    }

    let mut response = next.run(request).await;
    let Some(envelope) = response.extensions_mut().remove::<Envelope>() else {
        return response;
    };
    let content_type = if envelope.mislabelled {
        HeaderValue::from_static("text/html; charset=UTF-8")
    } else {
        HeaderValue::from_static("application/json")
    };
    let written = serde_json::to_vec(&Written {
        kind: "regular",
        response: envelope.response,
        error_code: envelope.code,
        error_msg: envelope.message,
        warnings: [],
        timestamp: center.now().seconds(),
    });
    match written {
        Ok(body) => {
            response.headers_mut().insert(CONTENT_TYPE, content_type);
            *response.body_mut() = body.into();
            response
        }
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
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
