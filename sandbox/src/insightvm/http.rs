//! The HTTP of a console: credentials, what is read of a request, links, and responses.

use std::sync::{Arc, Mutex, PoisonError};

use axum::Extension;
use axum::body::Bytes;
use axum::extract::{FromRequest, FromRequestParts, OriginalUri, Path, Request, State as Shared};
use axum::http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HOST, WWW_AUTHENTICATE};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse, Response};
use axum::routing::MethodRouter;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};

use super::state::{Error, State};
use crate::front::Product;
use crate::host::Login;
use crate::responses::{status_code, typed};
use crate::time::Clock;

/// One console: its state, and what requests must carry.
pub(super) struct Console {
    /// Scheme, host and port, for links in responses to requests that name no host.
    pub(super) origin: String,
    pub(super) login: Login,
    pub(super) token: Option<String>,
    pub(super) clock: Clock,
    pub(super) state: Mutex<State>,
}

impl Console {
    /// Locks the state for a closure. Not a guard: no handler can hold it across an await.
    pub(super) fn with<T>(&self, work: impl FnOnce(&mut State) -> T) -> T {
        // Changes check first and can't fail halfway: the state is whole even after a panic.
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.now = self.clock.now();
        work(&mut state)
    }

    fn admits(&self, headers: &HeaderMap) -> bool {
        let expected = STANDARD.encode(format!("{}:{}", self.login.user, self.login.password));
        let basic = headers.get(AUTHORIZATION).and_then(|it| it.to_str().ok()?.split_once(' '));
        let basic = basic.is_some_and(|(scheme, encoded)| {
            scheme.eq_ignore_ascii_case("basic") && encoded.trim() == expected
        });
        let token = self.token.as_ref().is_none_or(|token| {
            headers.get("token").is_some_and(|sent| sent.as_bytes() == token.as_bytes())
        });
        basic && token
    }
}

impl Product for Console {
    fn error(&self, request: &Parts, status: u16, code: i64, message: String) -> Response {
        let body = error_body(&Here::of(request, &self.origin), code, &message);
        json_response(status_code(status), &body)
    }

    /// There are none: each request carries the password.
    fn end_session(&self, _: &HeaderMap) {}
}

/// A request, as all handlers need it.
pub(super) struct Call {
    pub(super) console: Arc<Console>,
    pub(super) here: Here,
}

impl FromRequestParts<Arc<Console>> for Call {
    type Rejection = Rejection;

    async fn from_request_parts(parts: &mut Parts, console: &Arc<Console>) -> Result<Self> {
        Ok(Self { console: Arc::clone(console), here: Here::of(parts, &console.origin) })
    }
}

impl Call {
    /// Responds with JSON.
    pub(super) fn json(
        self,
        work: impl FnOnce(&mut State, &Here) -> std::result::Result<Value, Error>,
    ) -> Result<Response> {
        let body = self.console.with(|state| work(state, &self.here))?;
        Ok(json_response(StatusCode::OK, &body))
    }

    /// Responds to a change, with no more than a link.
    pub(super) fn change(
        self,
        work: impl FnOnce(&mut State) -> std::result::Result<(), Error>,
    ) -> Result<Response> {
        self.json(|state, here| {
            work(state)?;
            Ok(json!({"links": [here.itself()]}))
        })
    }
}

/// The URL of a request. Links repeat the host that the client used, since a console behind a proxy
/// or a forwarded port is known to its clients by another name than its own.
#[derive(Debug)]
pub(super) struct Here {
    origin: String,
    /// With the query.
    path: String,
}

impl Here {
    fn of(parts: &Parts, own: &str) -> Self {
        let host = parts.headers.get(HOST);
        let host = host.and_then(|host| host.to_str().ok().filter(|host| !host.is_empty()));
        let host = host.or_else(|| Some(parts.uri.authority()?.as_str()));
        let scheme = own.split_once("://").map(|(scheme, _)| scheme);
        let origin = match (scheme, host) {
            (Some(scheme), Some(host)) => format!("{scheme}://{host}"),
            _ => own.to_owned(),
        };
        // As it was before the router has taken off the beginning that all operations share.
        let uri = parts.extensions.get::<OriginalUri>().map_or(&parts.uri, |original| &original.0);
        let query = uri.query().map(|query| format!("?{query}")).unwrap_or_default();
        Self { origin, path: format!("{}{query}", uri.path()) }
    }

    /// The URL as it was requested.
    pub(super) fn itself(&self) -> Value {
        self.link("self", &self.path)
    }

    /// The same path with another query.
    pub(super) fn with_query(&self, rel: &str, query: &str) -> Value {
        let path = self.path.split('?').next().unwrap_or_default();
        self.link(rel, format!("{path}?{query}"))
    }

    pub(super) fn link(&self, rel: &str, path: impl AsRef<str>) -> Value {
        json!({"href": format!("{}{}", self.origin, path.as_ref()), "rel": rel})
    }

    /// A resource of a collection. Consoles send the id too, although no document mentions it.
    pub(super) fn member(&self, rel: &str, collection: &str, id: impl Into<i64>) -> Value {
        let id = id.into();
        let mut link = self.link(rel, format!("{collection}/{id}"));
        link["id"] = id.into();
        link
    }
}

type Result<T> = std::result::Result<T, Rejection>;

/// A request that is rejected. [`write_errors`] writes its body, which contains the URL.
#[derive(Debug, Clone)]
pub(super) struct Rejection(StatusCode, String);

impl Rejection {
    pub(super) fn invalid(message: impl Into<String>) -> Self {
        Self(StatusCode::BAD_REQUEST, message.into())
    }
}

impl From<Error> for Rejection {
    fn from(error: Error) -> Self {
        match error {
            Error::Invalid(message) => Self::invalid(message),
            Error::NotFound => Self(
                StatusCode::NOT_FOUND,
                "The resource does not exist or access is prohibited.".to_owned(),
            ),
        }
    }
}

impl IntoResponse for Rejection {
    fn into_response(self) -> Response {
        (self.0, Extension(self)).into_response()
    }
}

/// How consoles label JSON.
const JSON: &str = "application/json;charset=UTF-8";

pub(super) fn json_response(status: StatusCode, body: &Value) -> Response {
    typed(status, JSON, body.to_string())
}

fn error_body(here: &Here, status: i64, message: &str) -> Value {
    // `status` is documented as a string; on the wire it is a number.
    json!({"links": [here.itself()], "message": message, "status": status})
}

/// Gives each rejection the console's error body, wherever it was made. Its headers stay.
pub(super) async fn write_errors(call: Call, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    if let Some(Rejection(status, message)) = response.extensions_mut().remove::<Rejection>() {
        response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(JSON));
        let body = error_body(&call.here, status.as_u16().into(), &message);
        *response.body_mut() = body.to_string().into();
    }
    response
}

/// Rejects requests without credentials before anything else: they don't learn which paths exist.
pub(super) async fn guard(
    Shared(console): Shared<Arc<Console>>,
    request: Request,
    next: Next,
) -> Response {
    if console.admits(request.headers()) {
        return next.run(request).await;
    }
    let message = "Full authentication is required to access this resource.";
    let mut response = Rejection(StatusCode::UNAUTHORIZED, message.to_owned()).into_response();
    let challenge = HeaderValue::from_static("Basic realm=\"Security Console\"");
    response.headers_mut().insert(WWW_AUTHENTICATE, challenge);
    response
}

pub(super) async fn unknown_path() -> Rejection {
    Error::NotFound.into()
}

pub(super) async fn wrong_method() -> Rejection {
    let message = "The method is not supported for this resource.";
    Rejection(StatusCode::METHOD_NOT_ALLOWED, message.to_owned())
}

/// Operations with a response of this media type. Recent consoles respond with 406 to an `Accept`
/// that excludes it.
pub(super) fn producing(
    media_type: &'static str,
    operations: MethodRouter<Arc<Console>>,
) -> MethodRouter<Arc<Console>> {
    operations.route_layer(from_fn(move |request: Request, next: Next| async move {
        if accepts(request.headers(), media_type) {
            return next.run(request).await;
        }
        let message = format!("This operation responds with {media_type} only.");
        Rejection(StatusCode::NOT_ACCEPTABLE, message).into_response()
    }))
}

/// Whether `Accept` allows a media type. The most specific range decides, in any order.
fn accepts(headers: &HeaderMap, media_type: &str) -> bool {
    let kind = media_type.split('/').next().unwrap_or_default();
    let any_of_kind = format!("{kind}/*");
    let specificity = |range: &str| {
        ["*/*", any_of_kind.as_str(), media_type].iter().position(|candidate| *candidate == range)
    };
    let values = headers.get_all(ACCEPT).iter().filter_map(|value| value.to_str().ok());
    values
        .flat_map(|value| value.split(','))
        .map(range)
        .filter(|(range, _)| !range.is_empty())
        .map(|(range, allowed)| (specificity(&range), allowed))
        .max_by_key(|(specificity, _)| *specificity)
        // Without any range, everything is allowed.
        .is_none_or(|(specificity, allowed)| specificity.is_some() && allowed)
}

/// A media range, and whether it is allowed: `q=0` excludes it.
fn range(written: &str) -> (String, bool) {
    let mut parts = written.split(';').map(str::trim);
    let range = parts.next().unwrap_or_default().to_ascii_lowercase();
    let excluded = parts
        .filter_map(|parameter| parameter.split_once('='))
        .any(|(name, value)| name.eq_ignore_ascii_case("q") && value.parse() == Ok(0.0));
    (range, !excluded)
}

/// The ids in a path: `i32`, or a tuple of them. Anything else is an unknown id: 404 is the only
/// documented error for a path.
pub(super) struct Ids<T>(pub(super) T);

impl<T: DeserializeOwned + Send> FromRequestParts<Arc<Console>> for Ids<T> {
    type Rejection = Rejection;

    async fn from_request_parts(parts: &mut Parts, state: &Arc<Console>) -> Result<Self> {
        let path = Path::from_request_parts(parts, state).await;
        path.map(|Path(ids)| Self(ids)).map_err(|_| Error::NotFound.into())
    }
}

/// A JSON body.
pub(super) struct Json<T>(pub(super) T);

impl<T: DeserializeOwned> FromRequest<Arc<Console>> for Json<T> {
    type Rejection = Rejection;

    async fn from_request(request: Request, state: &Arc<Console>) -> Result<Self> {
        let bytes = Bytes::from_request(request, state)
            .await
            .map_err(|rejection| Rejection(rejection.status(), rejection.body_text()))?;
        let body = serde_json::from_slice(&bytes);
        body.map(Self).map_err(|error| Rejection::invalid(format!("The body is invalid: {error}.")))
    }
}

/// A JSON body that is an object. Unknown properties are ignored, as the console does.
pub(super) type Object = Json<Map<String, Value>>;

impl Object {
    pub(super) fn read<T: DeserializeOwned>(self) -> std::result::Result<T, Error> {
        let value = Value::Object(self.0);
        serde_json::from_value(value).map_err(|error| Error::Invalid(format!("{error}.")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_most_specific_range_decides() {
        for (accept, fits) in [
            ("", true),
            ("*/*", true),
            ("application/*;q=0.5", true),
            ("text/html, Application/JSON; charset=utf-8", true),
            ("text/plain", false),
            ("*/*, application/json;q=0", false),
            ("application/json;q=0.000", false),
            ("nonsense", false),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(ACCEPT, accept.parse().unwrap());
            assert_eq!(accepts(&headers, "application/json"), fits, "{accept:?}");
        }
        assert!(accepts(&HeaderMap::new(), "application/json"));
    }
}
