//! A console's state over the control interface.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::routing::{post, put};
use axum::{Json, Router};
use serde_json::{Value, json};

use super::http::Console;
use super::records::{Engine, EnginePool, Scan, Site};
use super::state::Error;
use crate::control::{Rejection, Reply, done};

type Shared = State<Arc<Console>>;

pub(super) fn router(console: &Arc<Console>) -> Router {
    Router::new()
        .route("/__sandbox/engines", post(add_engine))
        .route("/__sandbox/engines/{id}/status", put(set_engine_status))
        .route("/__sandbox/pools", post(add_pool))
        .route("/__sandbox/sites", post(add_site))
        .route("/__sandbox/scans", post(add_scan))
        .route("/__sandbox/scans/{id}", put(replace_scan))
        .with_state(Arc::clone(console))
}

impl From<Error> for Rejection {
    fn from(error: Error) -> Self {
        match error {
            Error::Invalid(message) => Self::invalid(message),
            Error::NotFound => Self::not_found("There is no such id."),
        }
    }
}

fn added(id: impl Into<Value>) -> Json<Value> {
    Json(json!({"id": id.into()}))
}

async fn add_engine(State(console): Shared, Json(engine): Json<Engine>) -> Reply {
    Ok(added(console.with(|state| state.add_engine(engine))))
}

async fn set_engine_status(
    State(console): Shared,
    Path(id): Path<i32>,
    Json(status): Json<String>,
) -> Reply {
    console.with(|state| {
        state.engine(id)?.status = status;
        Ok(done())
    })
}

async fn add_pool(State(console): Shared, Json(pool): Json<EnginePool>) -> Reply {
    Ok(added(console.with(|state| state.add_pool(pool))?))
}

async fn add_site(State(console): Shared, Json(site): Json<Site>) -> Reply {
    Ok(added(console.with(|state| state.add_site(site))))
}

async fn add_scan(State(console): Shared, Json(scan): Json<Scan>) -> Reply {
    Ok(added(console.with(|state| state.add_scan(scan))))
}

async fn replace_scan(
    State(console): Shared,
    Path(id): Path<i64>,
    Json(scan): Json<Scan>,
) -> Reply {
    console.with(|state| state.change_scan(id, |_| scan))?;
    Ok(done())
}
