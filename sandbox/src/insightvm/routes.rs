//! Which path and method is which operation.

use axum::Router;
use axum::http::StatusCode;
use axum::middleware::from_fn_with_state;
use axum::routing::{delete, get, put};

use super::accept::{json, text};
use super::answer::{Answer, Refusal, explain};
use super::auth::guard;
use super::console::Shared;
use super::{engines, pools, scans, secret, sites};

/// The collection of scan engines.
pub(super) const ENGINES: &str = "/api/3/scan_engines";
/// The collection of engine pools.
pub(super) const POOLS: &str = "/api/3/scan_engine_pools";

/// Everything that the console answers.
pub(super) fn router(console: Shared) -> Router {
    Router::new()
        .merge(engine_routes())
        .merge(pool_routes())
        .fallback(unknown_path)
        .method_not_allowed_fallback(wrong_method)
        .layer(from_fn_with_state(console.clone(), guard))
        .layer(from_fn_with_state(console.clone(), explain))
        .with_state(console)
}

// The routes are not nested under their collection: nesting would hide the full path from the
// handlers, who need it for their links.
fn engine_routes() -> Router<Shared> {
    let below = |path: &str| format!("{ENGINES}{path}");
    let engine = get(engines::get).put(engines::update).delete(engines::delete);
    let secret = text(get(secret::current).post(secret::create));
    Router::new()
        .route(ENGINES, json(get(engines::list).post(engines::create)))
        .route(&below("/{id}"), json(engine))
        .route(&below("/{id}/scan_engine_pools"), json(get(pools::of_engine)))
        .route(&below("/{id}/scans"), json(get(scans::of_engine)))
        .route(&below("/{id}/sites"), json(get(sites::of_engine)))
        .route(&below("/shared_secret"), secret.merge(json(delete(secret::revoke))))
        .route(&below("/shared_secret/time_to_live"), json(get(secret::time_to_live)))
}

fn pool_routes() -> Router<Shared> {
    let below = |path: &str| format!("{POOLS}{path}");
    let pool = get(pools::get).put(pools::update).delete(pools::delete);
    let members = get(pools::engines).put(pools::set_engines);
    let member = put(pools::add_engine).delete(pools::remove_engine);
    Router::new()
        .route(POOLS, json(get(pools::list).post(pools::create)))
        .route(&below("/{id}"), json(pool))
        .route(&below("/{id}/engines"), json(members))
        .route(&below("/{id}/engines/{engine}"), json(member))
        .route(&below("/{id}/sites"), json(get(sites::of_pool)))
}

async fn unknown_path() -> Answer {
    Err(Refusal::not_found())
}

async fn wrong_method() -> Answer {
    let message = "The method is not supported for this resource.";
    Err(Refusal::new(StatusCode::METHOD_NOT_ALLOWED, message))
}
