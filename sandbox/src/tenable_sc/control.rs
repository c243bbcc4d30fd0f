//! A server's state over the control interface.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::routing::{patch, post, put};
use axum::{Json, Router};
use serde_json::{Map, Value, json};

use super::http::Center;
use super::records::ScanResult;
use super::state::Settings;
use crate::control::{Rejection, Reply, done};

type Shared = State<Arc<Center>>;

pub(super) fn router(center: &Arc<Center>) -> Router {
    Router::new()
        .route("/__sandbox/scan_results", post(add))
        .route("/__sandbox/scan_results/{id}", patch(change))
        .route("/__sandbox/scan_results/{id}/advance", post(advance))
        .route("/__sandbox/settings", put(set))
        .route("/__sandbox/expire_sessions", post(expire_sessions))
        .with_state(Arc::clone(center))
}

async fn add(State(center): Shared, Json(result): Json<ScanResult>) -> Reply {
    let id = center.with(|state| state.add_given(result)).map_err(Rejection::invalid)?;
    Ok(Json(json!({"id": id})))
}

/// Sets the properties in the body, and leaves the others as they are.
async fn change(
    State(center): Shared,
    Path(id): Path<u64>,
    Json(given): Json<Map<String, Value>>,
) -> Reply {
    center.with(|state| {
        let old = state.result(id).map_err(|error| Rejection::not_found(error.message))?;
        let mut changed = json!(**old);
        let has_report = given.contains_key("report");
        for (name, value) in given {
            changed[name] = value;
        }
        let new: ScanResult = serde_json::from_value(changed)
            .map_err(|error| Rejection::invalid(error.to_string()))?;
        let merge = |old: ScanResult| new.with_hidden_fields_of(old, has_report);
        state.change(id, merge).map_err(Rejection::invalid)?;
        Ok(done())
    })
}

async fn advance(State(center): Shared, Path(id): Path<u64>) -> Reply {
    match center.with(|state| state.advance(id)) {
        Some((status, import_status)) => {
            Ok(Json(json!({"status": status, "import_status": import_status})))
        }
        None => Err(Rejection::not_found("There is no such id.")),
    }
}

async fn set(State(center): Shared, Json(settings): Json<Settings>) -> Reply {
    center.with(|state| state.settings = settings);
    Ok(done())
}

async fn expire_sessions(State(center): Shared) -> Json<Value> {
    center.with(|state| state.sessions.close_all());
    done()
}
