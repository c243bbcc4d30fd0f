//! Answers that no product gave, and what a session's end takes from a request.

use axum::body::Body;
use axum::http::header::{AUTHORIZATION, CONTENT_TYPE, COOKIE};
use axum::http::request::Parts;
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::response::Response;
use serde_json::Value;

const TEXT: HeaderValue = HeaderValue::from_static("text/plain; charset=UTF-8");
const JSON: HeaderValue = HeaderValue::from_static("application/json");
const HTML: HeaderValue = HeaderValue::from_static("text/html; charset=UTF-8");

const LOGIN_PAGE: &str = "<!DOCTYPE html>\n<html><head><title>Sign in</title></head><body>\n\
    <form method=\"post\" action=\"/login\">\n<input name=\"user\">\n\
    <input name=\"password\" type=\"password\">\n<button>Sign in</button>\n</form>\n</body></html>\n";

/// By what a request shows who sent it, at either product.
const CREDENTIALS: [HeaderName; 5] = [
    AUTHORIZATION,
    COOKIE,
    HeaderName::from_static("token"),
    HeaderName::from_static("x-apikey"),
    HeaderName::from_static("x-securitycenter"),
];

/// An answer that is always the same.
#[derive(Debug, Clone)]
pub(crate) struct Canned {
    status: StatusCode,
    content_type: HeaderValue,
    body: String,
}

impl Canned {
    pub(super) fn page(status: StatusCode) -> Self {
        let body = format!(
            "<!DOCTYPE html>\n<html><head><title>{status}</title></head><body>\n\
             <h1>{status}</h1>\n</body></html>\n"
        );
        Self { content_type: HTML, ..Self::text(status, body) }
    }

    pub(super) fn text(status: StatusCode, body: String) -> Self {
        Self { status, content_type: TEXT, body }
    }

    pub(crate) fn json(value: &Value) -> Self {
        Self { content_type: JSON, ..Self::text(StatusCode::OK, value.to_string()) }
    }

    pub(super) fn login_page() -> Self {
        Self { content_type: HTML, ..Self::text(StatusCode::OK, LOGIN_PAGE.to_owned()) }
    }

    pub(crate) fn response(self) -> Response {
        let mut response = Response::new(Body::from(self.body));
        *response.status_mut() = self.status;
        response.headers_mut().insert(CONTENT_TYPE, self.content_type);
        response
    }
}

/// Whether a request says who sent it.
pub(super) fn shows_credentials(request: &Parts) -> bool {
    CREDENTIALS.iter().any(|name| request.headers.contains_key(name))
}

/// Makes a request a stranger's.
pub(crate) fn forget_credentials(request: &mut Parts) {
    for name in CREDENTIALS {
        request.headers.remove(name);
    }
}
