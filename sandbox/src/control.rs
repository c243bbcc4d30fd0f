//! The control interface: faults and recorded requests over HTTP, for programs in any language.
//! Each product adds routes for its own state.

use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::fault::{Fault, Faults};
use super::requests::{RecordedRequest, RequestLog};
use super::responses;

/// Below this path the sandbox itself responds, and not the product.
pub(super) const PREFIX: &str = "/__sandbox/";

/// What a handler returns: JSON, or why it can't be done.
pub(super) type Reply = Result<Json, Rejection>;

pub(super) struct Json(pub(super) Value);

impl IntoResponse for Json {
    fn into_response(self) -> Response {
        responses::json(StatusCode::OK, &self.0)
    }
}

pub(super) struct Rejection(pub(super) StatusCode, pub(super) String);

impl IntoResponse for Rejection {
    fn into_response(self) -> Response {
        responses::json(self.0, &json!({"error": self.1}))
    }
}

impl Rejection {
    pub(super) fn invalid(message: impl Into<String>) -> Self {
        Self(StatusCode::BAD_REQUEST, message.into())
    }

    pub(super) fn not_found(message: impl Into<String>) -> Self {
        Self(StatusCode::NOT_FOUND, message.into())
    }
}

/// Reads the body of a request.
pub(super) fn parse<T: DeserializeOwned>(body: &Bytes) -> Result<T, Rejection> {
    serde_json::from_slice(body).map_err(|error| Rejection::invalid(error.to_string()))
}

/// The reply to a change that has nothing to say.
pub(super) fn done() -> Json {
    Json(json!({}))
}

/// The routes that both products have.
pub(super) fn router(faults: Arc<Faults>, requests: Arc<RequestLog>) -> Router {
    let fault_routes = get(list_faults).post(inject).delete(clear_faults).with_state(faults);
    let request_routes = get(list_requests).delete(forget_requests).with_state(requests);
    Router::new()
        .route("/__sandbox/faults", fault_routes)
        .route("/__sandbox/requests", request_routes)
        .fallback(async || Rejection::not_found("There is no such control route."))
}

async fn list_faults(State(faults): State<Arc<Faults>>) -> Json {
    Json(json!({"used": faults.used()}))
}

async fn inject(State(faults): State<Arc<Faults>>, body: Bytes) -> Reply {
    let fault: Fault = parse(&body)?;
    fault.headers().map_err(Rejection::invalid)?;
    faults.add(fault);
    Ok(done())
}

async fn clear_faults(State(faults): State<Arc<Faults>>) -> Json {
    faults.clear();
    done()
}

async fn list_requests(State(requests): State<Arc<RequestLog>>) -> Json {
    let requests: Vec<Value> = requests.all().iter().map(RecordedRequest::to_json).collect();
    Json(json!({"requests": requests}))
}

async fn forget_requests(State(requests): State<Arc<RequestLog>>) -> Json {
    requests.clear();
    done()
}
