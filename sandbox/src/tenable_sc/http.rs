//! The HTTP of a server: credentials, what is read of a request, and the envelope around every
//! response.

use std::collections::HashMap;
use std::convert::Infallible;
use std::sync::{Arc, Mutex, PoisonError};

use axum::body::{Body, Bytes};
use axum::extract::{FromRequest, FromRequestParts, Path, Query, Request, State as Shared};
use axum::http::header::{CONTENT_TYPE, COOKIE};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use futures_util::stream;
use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::error::ApiError;
use super::list::Listing;
use super::records::ScanResult;
use super::state::{Session, State, Warning};
use crate::front::Product;
use crate::responses::status_code;
use crate::time::Clock;

/// The cookie of a session.
pub(super) const COOKIE_NAME: &str = "TNS_SESSIONID";

/// How a server is configured.
#[derive(Clone)]
pub(super) struct Config {
    pub(super) user: String,
    pub(super) password: String,
    pub(super) access_key: String,
    pub(super) secret_key: String,
    /// Whether `GET system` logs clients in.
    pub(super) certificate_login: bool,
    /// The size of made-up reports.
    pub(super) report_size: u64,
    /// Up to which size an upload is kept.
    pub(super) keep_uploads: usize,
}

/// One Tenable.sc: its state, and its configuration.
pub(super) struct Center {
    pub(super) config: Config,
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

    /// Moves a scan result one step on, and returns its status and import status.
    pub(super) fn advance(&self, id: u64) -> Option<(String, String)> {
        let advance = |result: &mut ScanResult, now| {
            result.advance(now);
            Ok((result.status.clone().into_owned(), result.shown_import_status().to_owned()))
        };
        self.with(|state| state.change(id, |_, _| {}, advance)).ok()
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
    fn error(&self, _: &Parts, code: u16, message: &str) -> Value {
        let (start, end) = envelope(code.into(), message, &[], self.clock.now());
        serde_json::from_str(&format!("{start}\"\"{end}")).unwrap_or_default()
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

/// Rejects requests without credentials before anything else, and then those for which a test has
/// asked for an error.
pub(super) async fn guard(
    Shared(center): Shared<Arc<Center>>,
    request: Request,
    next: Next,
) -> Response {
    let error = match center.admit(request.headers()) {
        Ok(()) => center.with(State::next_error),
        Err(error) => Some(error),
    };
    match error {
        None => next.run(request).await,
        Some(error) => error.into_response(),
    }
}

/// What most request handlers return.
pub(super) type Reply = Result<Success, ApiError>;

/// A response on its way to [`wrap`], which writes its body.
#[derive(Clone)]
pub(super) struct Success {
    response: Content,
    /// A failure that looks like a success: `error_code` 0, but a message.
    message: String,
}

#[derive(Clone)]
enum Content {
    Whole(Value),
    Lists(Listing),
}

impl Success {
    pub(super) fn new(response: impl Into<Value>) -> Self {
        Self { response: Content::Whole(response.into()), message: String::new() }
    }

    pub(super) fn lists(lists: Listing) -> Self {
        Self { response: Content::Lists(lists), message: String::new() }
    }

    /// The response to a change without a result: an empty text, and not an empty object.
    pub(super) fn nothing() -> Self {
        Self::new("")
    }

    pub(super) fn nothing_but(message: String) -> Self {
        Self { message, ..Self::nothing() }
    }
}

impl IntoResponse for Success {
    fn into_response(self) -> Response {
        let mut response = StatusCode::OK.into_response();
        response.extensions_mut().insert((self, 0_i64));
        response
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let mut response = status_code(self.status).into_response();
        let content = Success { message: self.message, ..Success::nothing() };
        response.extensions_mut().insert((content, self.code));
        response
    }
}

/// Writes the envelope of every JSON response, wherever it was made. Its headers stay.
pub(super) async fn wrap(
    Shared(center): Shared<Arc<Center>>,
    request: Request,
    next: Next,
) -> Response {
    let mut response = next.run(request).await;
    let Some((success, code)) = response.extensions_mut().remove::<(Success, i64)>() else {
        return response;
    };
    // All errors of the product and some other responses are JSON that is labelled as HTML.
    let html = code != 0 || response.status() != StatusCode::OK || !success.message.is_empty();
    let content_type = if html { "text/html; charset=UTF-8" } else { "application/json" };
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    let (warnings, now) = center.with(|state| (state.settings.warnings.clone(), state.now));
    let (start, end) = envelope(code, &success.message, &warnings, now);
    *response.body_mut() = match success.response {
        Content::Whole(value) => format!("{start}{value}{end}").into(),
        Content::Lists(lists) => {
            Body::from_stream(stream::iter(lists.write(&start, &end).map(Ok::<_, Infallible>)))
        }
    };
    response
}

/// What is before and after the `response` in an envelope.
fn envelope(code: i64, message: &str, warnings: &[Warning], now: Timestamp) -> (String, String) {
    let end = json!({
        "error_code": code,
        "error_msg": message,
        "warnings": warnings,
        "timestamp": now.as_second(),
    });
    let end = end.to_string().replacen('{', ",", 1);
    ("{\"type\":\"regular\",\"response\":".to_owned(), end)
}

/// The error of a malformed request, with its HTTP status.
pub(super) fn malformed(status: StatusCode, message: impl Into<String>) -> ApiError {
    ApiError::invalid(message).status(status.as_u16())
}

/// The id in a path.
pub(super) struct Id(pub(super) u64);

impl<S: Send + Sync> FromRequestParts<S> for Id {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let Path(id) = Path::<String>::from_request_parts(parts, state)
            .await
            .map_err(|rejection| malformed(rejection.status(), rejection.body_text()))?;
        id.parse().map(Self).map_err(|_| ApiError::invalid(format!("'{id}' is not a valid ID.\n")))
    }
}

/// The query of a request. Unknown parameters are ignored, as the product does.
pub(super) struct Parameters(HashMap<String, String>);

impl Parameters {
    pub(super) fn text(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    /// The parts of a parameter that is a list.
    pub(super) fn list(&self, name: &str) -> Option<Vec<&str>> {
        let list = self.text(name)?.split(',').map(str::trim);
        Some(list.filter(|part| !part.is_empty()).collect())
    }

    /// A time in seconds since 1970.
    pub(super) fn epoch(&self, name: &str) -> Result<Option<i64>, ApiError> {
        let parse = |text: &str| {
            let message = || format!("{name}: '{text}' is not a valid time.\n");
            text.parse().map_err(|_| ApiError::invalid(message()))
        };
        self.text(name).map(parse).transpose()
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Parameters {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let query = Query::from_request_parts(parts, state).await;
        query
            .map(|Query(parameters)| Self(parameters))
            .map_err(|rejection| malformed(rejection.status(), rejection.body_text()))
    }
}

/// A body that is an object, or no body at all. Unknown properties are ignored.
pub(super) struct Properties(Map<String, Value>);

impl<S: Send + Sync> FromRequest<S> for Properties {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> Result<Self, ApiError> {
        let bytes = Bytes::from_request(request, state)
            .await
            .map_err(|rejection| malformed(rejection.status(), rejection.body_text()))?;
        if bytes.is_empty() {
            return Ok(Self(Map::new()));
        }
        match serde_json::from_slice(&bytes) {
            Ok(Value::Object(properties)) => Ok(Self(properties)),
            Ok(_) => Err(ApiError::invalid("A JSON object is expected.\n")),
            Err(error) => Err(ApiError::invalid(format!("The body is not JSON: {error}.\n"))),
        }
    }
}

impl Properties {
    /// A property, as `read` understands it. Missing and null are the same.
    fn read<T>(
        &self,
        name: &str,
        expected: &str,
        read: impl FnOnce(&Value) -> Option<T>,
    ) -> Result<Option<T>, ApiError> {
        let Some(value) = self.0.get(name).filter(|value| !value.is_null()) else {
            return Ok(None);
        };
        let message = || format!("{name}: {expected} is expected.\n");
        read(value).map(Some).ok_or_else(|| ApiError::invalid(message()))
    }

    pub(super) fn text(&self, name: &str) -> Result<Option<String>, ApiError> {
        self.read(name, "a string", |value| value.as_str().map(str::to_owned))
    }

    /// A text that must be there and not be blank.
    pub(super) fn required_text(&self, name: &str) -> Result<String, ApiError> {
        let text = self.text(name)?.filter(|text| !text.trim().is_empty());
        text.ok_or_else(|| ApiError::invalid(format!("{name}: must be given.\n")))
    }

    /// A boolean, or its name, as the product writes booleans. False if it is missing.
    pub(super) fn flag(&self, name: &str) -> Result<bool, ApiError> {
        let flag = self.read(name, "true or false", |value| match value {
            Value::String(flag) => flag.parse().ok(),
            value => value.as_bool(),
        })?;
        Ok(flag.unwrap_or(false))
    }

    /// A reference to something, as `{"id":1}` or `{"id":"1"}`, which must be there.
    pub(super) fn required_reference(&self, name: &str) -> Result<u64, ApiError> {
        let id = self.read(name, "an object with an ID", referred)?;
        id.ok_or_else(|| ApiError::invalid(format!("{name}: must be given.\n")))
    }

    /// References to several things, none if the property is missing.
    pub(super) fn references(&self, name: &str) -> Result<Vec<u64>, ApiError> {
        let ids = |value: &Value| value.as_array()?.iter().map(referred).collect();
        Ok(self.read(name, "a list of IDs", ids)?.unwrap_or_default())
    }
}

fn referred(value: &Value) -> Option<u64> {
    match value.get("id")? {
        Value::String(id) => id.parse().ok(),
        id => id.as_u64(),
    }
}
