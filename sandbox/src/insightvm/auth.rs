//! Who may ask: HTTP Basic, and the `Token` of two-factor authentication.

use axum::extract::{Request, State};
use axum::http::header::{AUTHORIZATION, WWW_AUTHENTICATE};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::answer::Refusal;
use super::console::Shared;

/// What a request must carry.
pub(super) struct Credentials {
    /// User and password, encoded as a client sends them.
    basic: String,
    token: Option<String>,
}

impl Credentials {
    pub(super) fn new(user: &str, password: &str, token: Option<String>) -> Self {
        let basic = STANDARD.encode(format!("{user}:{password}"));
        Self { basic, token }
    }

    fn admit(&self, headers: &HeaderMap) -> bool {
        self.admit_basic(headers) && self.admit_token(headers)
    }

    fn admit_basic(&self, headers: &HeaderMap) -> bool {
        headers
            .get(AUTHORIZATION)
            .and_then(|value| value.to_str().ok()?.split_once(' '))
            .is_some_and(|(scheme, encoded)| {
                scheme.eq_ignore_ascii_case("basic") && encoded.trim() == self.basic
            })
    }

    fn admit_token(&self, headers: &HeaderMap) -> bool {
        self.token.as_ref().is_none_or(|token| {
            headers.get("token").is_some_and(|sent| sent.as_bytes() == token.as_bytes())
        })
    }
}

/// Turns away who may not ask, before anything else is looked at: a stranger does not learn which
/// paths exist.
pub(super) async fn guard(State(console): State<Shared>, request: Request, next: Next) -> Response {
    if console.credentials.admit(request.headers()) {
        return next.run(request).await;
    }
    let message = "Full authentication is required to access this resource.";
    let mut response = Refusal::new(StatusCode::UNAUTHORIZED, message).into_response();
    let challenge = HeaderValue::from_static("Basic realm=\"Security Console\"");
    response.headers_mut().insert(WWW_AUTHENTICATE, challenge);
    response
}
