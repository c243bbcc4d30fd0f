//! Answers as bytes on the wire: JSON, plain text, and refusals with the console's error body.

use axum::extract::Request;
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderValue, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use serde::Serialize;

use super::links::{Here, Link};

const JSON: HeaderValue = HeaderValue::from_static("application/json;charset=UTF-8");

/// What a request handler gives.
pub(super) type Answer = Result<Response, Refusal>;

/// A JSON answer.
pub(super) fn json(status: StatusCode, body: &impl Serialize) -> Answer {
    let body = serde_json::to_vec(body)
        .map_err(|error| Refusal::new(StatusCode::INTERNAL_SERVER_ERROR, error.to_string()))?;
    Ok((status, [(CONTENT_TYPE, JSON)], body).into_response())
}

/// A plain-text answer, with the content type that consoles send.
pub(super) fn text(status: StatusCode, body: String) -> Response {
    const TEXT: HeaderValue = HeaderValue::from_static("text/plain;charset=UTF-8");
    (status, [(CONTENT_TYPE, TEXT)], body).into_response()
}

/// The answer to a change that has nothing else to say.
pub(super) fn done(here: &Here) -> Answer {
    #[derive(Serialize)]
    struct Links {
        links: [Link; 1],
    }
    let links = [here.itself()];
    json(StatusCode::OK, &Links { links })
}

/// A list that is not paged.
#[derive(Serialize)]
pub(super) struct Resources<T> {
    pub(super) links: Vec<Link>,
    pub(super) resources: Vec<T>,
}

/// The answer to a create: the new id, and where the new thing is.
#[derive(Serialize)]
pub(super) struct Created {
    pub(super) id: i32,
    pub(super) links: [Link; 2],
}

/// A request that is not granted. [`explain`] writes its body, which names the address that was
/// asked for.
#[derive(Debug, Clone)]
pub(super) struct Refusal {
    status: StatusCode,
    message: String,
}

impl Refusal {
    pub(super) fn new(status: StatusCode, message: impl Into<String>) -> Self {
        let message = message.into();
        Self { status, message }
    }

    /// 400: the request itself is wrong.
    pub(super) fn bad_request(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, message)
    }

    /// 404, in the console's words.
    pub(super) fn not_found() -> Self {
        let message = "The resource does not exist or access is prohibited.";
        Self::new(StatusCode::NOT_FOUND, message)
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let mut response = self.status.into_response();
        response.extensions_mut().insert(self);
        response
    }
}

/// Gives every refusal the console's error body, wherever on the way it was made. Headers that it
/// carries stay.
pub(super) async fn explain(here: Here, request: Request, next: Next) -> Response {
    #[derive(Serialize)]
    struct Error {
        links: [Link; 1],
        message: String,
        // The documents say that it is a string; on the wire it is a number.
        status: u16,
    }

    let mut response = next.run(request).await;
    let Some(refusal) = response.extensions_mut().remove::<Refusal>() else {
        return response;
    };
    let error =
        Error { links: [here.itself()], message: refusal.message, status: refusal.status.as_u16() };
    match serde_json::to_vec(&error) {
        Ok(body) => {
            response.headers_mut().insert(CONTENT_TYPE, JSON);
            *response.body_mut() = body.into();
            response
        }
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}
