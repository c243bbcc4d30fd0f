//! A console's state over the control interface.

use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, State as Shared};
use axum::routing::{post, put};
use serde_json::{Value, json};

use super::http::Console;
use super::records::{EnginePool, Scan};
use super::state::Error;
use crate::control::{Json, Rejection, Reply, done, parse};

pub(super) fn router(console: Arc<Console>) -> Router {
    Router::new()
        .route("/__sandbox/engines", post(add_engine))
        .route("/__sandbox/engines/{id}/status", put(set_engine_status))
        .route("/__sandbox/pools", post(add_pool))
        .route("/__sandbox/sites", post(add_site))
        .route("/__sandbox/scans", post(add_scan))
        .route("/__sandbox/scans/{id}", put(replace_scan))
        .with_state(console)
}

impl From<Error> for Rejection {
    fn from(error: Error) -> Self {
        match error {
            Error::Invalid(message) => Self::invalid(message),
            Error::NotFound => Self::not_found("There is no such id."),
        }
    }
}

fn added(id: impl Into<Value>) -> Json {
    Json(json!({"id": id.into()}))
}

async fn add_engine(Shared(console): Shared<Arc<Console>>, body: Bytes) -> Reply {
    let (engine, now) = (parse(&body)?, console.now());
    Ok(added(console.with(|state| state.add_engine(engine, now))))
}

async fn set_engine_status(
    Shared(console): Shared<Arc<Console>>,
    Path(id): Path<i32>,
    body: Bytes,
) -> Reply {
    let status = parse(&body)?;
    console.with(|state| {
        state.engine(id)?.status = status;
        Ok(done())
    })
}

async fn add_pool(Shared(console): Shared<Arc<Console>>, body: Bytes) -> Reply {
    let pool: EnginePool = parse(&body)?;
    Ok(added(console.with(|state| state.add_pool(pool))?))
}

async fn add_site(Shared(console): Shared<Arc<Console>>, body: Bytes) -> Reply {
    let site = parse(&body)?;
    Ok(added(console.with(|state| state.add_site(site))))
}

async fn add_scan(Shared(console): Shared<Arc<Console>>, body: Bytes) -> Reply {
    let scan = parse(&body)?;
    Ok(added(console.with(|state| state.add_scan(scan))))
}

async fn replace_scan(
    Shared(console): Shared<Arc<Console>>,
    Path(id): Path<i64>,
    body: Bytes,
) -> Reply {
    let scan: Scan = parse(&body)?;
    console.with(|state| state.change_scan(id, |_| scan))?;
    Ok(done())
}
