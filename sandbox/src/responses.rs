//! Responses that both products need.

use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};

/// An invalid status becomes 500.
pub(super) fn status_code(status: u16) -> StatusCode {
    StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}

pub(super) fn typed(status: StatusCode, content_type: &'static str, body: String) -> Response {
    let content_type = HeaderValue::from_static(content_type);
    (status, [(CONTENT_TYPE, content_type)], body).into_response()
}

pub(super) fn html(status: StatusCode, page: String) -> Response {
    typed(status, "text/html; charset=UTF-8", page)
}

/// The page that a web server in front of a product shows for an error.
pub(super) fn page(status: StatusCode, title: &str) -> Response {
    let page = format!(
        "<!DOCTYPE HTML>\n<html><head>\n<title>{status}</title>\n</head><body>\n\
         <h1>{title}</h1>\n</body></html>\n"
    );
    html(status, page)
}
