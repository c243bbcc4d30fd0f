//! The HTTP of a server: credentials, and the envelope around every response.

use std::convert::Infallible;
use std::sync::{Arc, Mutex, PoisonError};

use axum::Extension;
use axum::body::Body;
use axum::extract::{Request, State as Shared};
use axum::http::header::{CONTENT_TYPE, COOKIE};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use futures_util::stream;
use serde_json::{Value, json};

use super::error::ApiError;
use super::list::Listing;
use super::state::{Session, State};
use crate::front::Product;
use crate::host::Login;
use crate::responses::status_code;
use crate::time::Clock;

/// The cookie of a session.
pub(super) const COOKIE_NAME: &str = "TNS_SESSIONID";

/// How a server is configured.
pub(super) struct Config {
    pub(super) access_key: String,
    pub(super) secret_key: String,
    /// The size of made-up reports.
    pub(super) report_size: u64,
    /// Up to which size an upload is kept.
    pub(super) keep_uploads: usize,
}

/// One Tenable.sc: its state, and its configuration.
pub(super) struct Center {
    pub(super) config: Config,
    pub(super) login: Login,
    /// Whether `GET system` logs clients in.
    pub(super) certificate_login: bool,
    pub(super) clock: Clock,
    pub(super) state: Mutex<State>,
}

impl Center {
    /// Locks the state for a closure, after everything has happened there that is due. Not a guard:
    /// no handler can hold it across an await.
    pub(super) fn with<T>(&self, work: impl FnOnce(&mut State) -> T) -> T {
        // Changes check first and can't fail halfway: the state is whole even after a panic.
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.catch_up(self.clock.now());
        work(&mut state)
    }

    /// Whether `x-apikey` holds the right key; `None` if there is no such header. The documents
    /// spell its parts `accesskey` and `secretkey`, clients also `accessKey` and `secretKey`.
    pub(super) fn admits_key(&self, headers: &HeaderMap) -> Option<bool> {
        let header = headers.get("x-apikey")?.to_str().unwrap_or_default();
        let parts = || header.split(';').filter_map(|part| part.trim().split_once('='));
        let has = |wanted: &str, key: &str| {
            parts().any(|(name, sent)| name.eq_ignore_ascii_case(wanted) && sent == key)
        };
        let Config { access_key, secret_key, .. } = &self.config;
        Some(has("accesskey", access_key) && has("secretkey", secret_key))
    }

    /// Writes the body of a response that is an [`Envelope`]. Its headers stay.
    fn wrap(&self, mut response: Response) -> Response {
        let Some(envelope) = response.extensions_mut().remove::<Envelope>() else {
            return response;
        };
        let Envelope { response: content, code, message } = envelope;
        // All errors of the product and some other responses are JSON that is labelled as HTML.
        let html = code != 0 || response.status() != StatusCode::OK || !message.is_empty();
        let content_type = if html { "text/html; charset=UTF-8" } else { "application/json" };
        response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
        let end = self.with(|state| {
            json!({
                "error_code": code,
                "error_msg": message,
                "warnings": state.settings.warnings,
                "timestamp": state.now.as_second(),
            })
        });
        // A list is not held as a whole, so what is before and after it are texts.
        let start = "{\"type\":\"regular\",\"response\":";
        let end = end.to_string().replacen('{', ",", 1);
        *response.body_mut() = match content {
            Content::Whole(value) => format!("{start}{value}{end}").into(),
            Content::Lists(lists) => {
                Body::from_stream(stream::iter(lists.write(start, &end).map(Ok::<_, Infallible>)))
            }
        };
        response
    }

    /// Checks the credentials in these headers. A session lasts for another hour then.
    fn admit(&self, headers: &HeaderMap) -> Result<(), ApiError> {
        match self.admits_key(headers) {
            Some(true) => return Ok(()),
            Some(false) => return Err(ApiError::silent()),
            None => {}
        }
        let session = session(headers).ok_or_else(ApiError::no_session)?;
        let open = self.with(|state| state.sessions.admit(&session, state.now));
        open.then_some(()).ok_or_else(ApiError::no_session)
    }
}

impl Product for Center {
    fn error(&self, _: &Parts, status: u16, code: i64, message: String) -> Response {
        self.wrap(ApiError { status, code, message }.into_response())
    }

    fn end_session(&self, request: &HeaderMap) {
        if let Some(session) = session(request) {
            self.with(|state| state.sessions.close(&session));
        }
    }
}

/// The session that a request claims.
pub(super) fn session(headers: &HeaderMap) -> Option<Session> {
    let token = headers.get("x-securitycenter")?.to_str().ok()?.trim().parse().ok()?;
    let cookie = headers
        .get_all(COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find_map(|(name, value)| (name == COOKIE_NAME).then(|| value.to_owned()))?;
    Some(Session { token, cookie })
}

/// Rejects requests without credentials before anything else.
pub(super) async fn guard(
    Shared(center): Shared<Arc<Center>>,
    request: Request,
    next: Next,
) -> Response {
    match center.admit(request.headers()) {
        Ok(()) => next.run(request).await,
        Err(error) => error.into_response(),
    }
}

/// What most request handlers return.
pub(super) type Reply = Result<Envelope, ApiError>;

/// What every JSON response consists of. [`wrap`] writes it.
#[derive(Clone)]
pub(super) struct Envelope {
    response: Content,
    code: i64,
    /// With the code 0 it is a failure that looks like a success.
    message: String,
}

#[derive(Clone)]
enum Content {
    Whole(Value),
    Lists(Listing),
}

impl Envelope {
    pub(super) fn new(response: impl Into<Value>) -> Self {
        Self { response: Content::Whole(response.into()), code: 0, message: String::new() }
    }

    pub(super) fn lists(lists: Listing) -> Self {
        Self { response: Content::Lists(lists), ..Self::nothing() }
    }

    /// The response to a change without a result: an empty text, and not an empty object.
    pub(super) fn nothing() -> Self {
        Self::new("")
    }

    pub(super) fn nothing_but(message: String) -> Self {
        Self { message, ..Self::nothing() }
    }
}

impl IntoResponse for Envelope {
    fn into_response(self) -> Response {
        Extension(self).into_response()
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let envelope = Envelope { code: self.code, ..Envelope::nothing_but(self.message) };
        (status_code(self.status), envelope).into_response()
    }
}

/// Writes the envelope of every JSON response, wherever it was made.
pub(super) async fn wrap(
    Shared(center): Shared<Arc<Center>>,
    request: Request,
    next: Next,
) -> Response {
    center.wrap(next.run(request).await)
}
