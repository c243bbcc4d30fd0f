//! The control interface: faults and recorded requests over HTTP, for programs in any language.
//! Each product adds routes for its own state.

use std::sync::Arc;

use axum::body::to_bytes;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::http::header::{HOST, ORIGIN};
use axum::http::uri::Authority;
use axum::http::{HeaderMap, StatusCode};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use serde_json::{Value, json};

use super::fault::{Fault, Faults};
use super::requests::{RecordedRequest, RequestLog};

/// Below this path the sandbox itself responds, and not the product.
pub(super) const PREFIX: &str = "/__sandbox/";

/// What a handler returns: JSON, or why it can't be done.
pub(super) type Reply = Result<Json<Value>, Rejection>;

/// A status and a message, for which [`write_errors`] writes JSON.
pub(super) struct Rejection(StatusCode, String);

impl IntoResponse for Rejection {
    fn into_response(self) -> Response {
        (self.0, self.1).into_response()
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

/// Gives all rejections their JSON body, those of axum's extractors too.
async fn write_errors(response: Response) -> Response {
    let status = match response.status() {
        StatusCode::OK => return response,
        // How axum rejects JSON of another form than expected.
        StatusCode::UNPROCESSABLE_ENTITY => StatusCode::BAD_REQUEST,
        other => other,
    };
    let message = to_bytes(response.into_body(), usize::MAX).await.unwrap_or_default();
    (status, Json(json!({"error": String::from_utf8_lossy(&message)}))).into_response()
}

/// Rejects what a web page in a browser of this machine may have sent: its requests have an origin,
/// or, if the page's own name was made to resolve to this machine, that name as their host. Nor can a
/// page declare a body as JSON for a server that is not its own, as [`Json`] requires.
async fn local_programs_only(request: Request, next: Next) -> Response {
    let headers = request.headers();
    if headers.contains_key(ORIGIN) || !is_loopback(headers) {
        let message = "Only programs of this machine may use the control interface: \
            without Origin, and with localhost, 127.0.0.1 or [::1] as Host.";
        return Rejection(StatusCode::FORBIDDEN, message.to_owned()).into_response();
    }
    next.run(request).await
}

fn is_loopback(headers: &HeaderMap) -> bool {
    let host = headers.get(HOST).and_then(|host| Authority::try_from(host.as_bytes()).ok());
    host.is_some_and(|host| {
        let name = host.host();
        name.eq_ignore_ascii_case("localhost") || ["127.0.0.1", "[::1]"].contains(&name)
    })
}

/// The reply to a change: an empty object.
pub(super) fn done() -> Json<Value> {
    Json(json!({}))
}

/// The routes that both products have, and `own`, those of one.
pub(super) fn router(faults: Arc<Faults>, requests: Arc<RequestLog>, own: Router) -> Router {
    let fault_routes = get(list_faults).post(inject).delete(clear_faults).with_state(faults);
    let request_routes = get(list_requests).delete(forget_requests).with_state(requests);
    Router::new()
        .route("/__sandbox/faults", fault_routes)
        .route("/__sandbox/requests", request_routes)
        .merge(own)
        .fallback(async || Rejection::not_found("There is no such control route."))
        // A report in a body has any size.
        .layer(DefaultBodyLimit::disable())
        .layer(middleware::from_fn(local_programs_only))
        .layer(middleware::map_response(write_errors))
}

async fn list_faults(State(faults): State<Arc<Faults>>) -> Json<Value> {
    Json(json!({"used": faults.used()}))
}

async fn inject(State(faults): State<Arc<Faults>>, Json(fault): Json<Fault>) -> Reply {
    fault.headers().map_err(Rejection::invalid)?;
    faults.add(fault);
    Ok(done())
}

async fn clear_faults(State(faults): State<Arc<Faults>>) -> Json<Value> {
    faults.clear();
    done()
}

async fn list_requests(State(requests): State<Arc<RequestLog>>) -> Json<Value> {
    let requests: Vec<Value> = requests.all().iter().map(RecordedRequest::to_json).collect();
    Json(json!({"requests": requests}))
}

async fn forget_requests(State(requests): State<Arc<RequestLog>>) -> Json<Value> {
    requests.clear();
    done()
}
