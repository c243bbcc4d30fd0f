//! Which path and method is which operation.

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::StatusCode;
use axum::middleware::from_fn_with_state;
use axum::response::Response;
use axum::routing::{delete, get, post};

use super::answer::{page, wrap};
use super::auth::guard;
use super::center::Shared;
use super::orders::obey;
use super::{control, download, files, import, launch, list, login, results};

/// Everything that the server answers.
pub(super) fn router(center: Shared) -> Router {
    let guarded = Router::new()
        .merge(result_routes())
        .route("/file/upload", post(files::upload).layer(DefaultBodyLimit::disable()))
        .route("/file/clear", post(files::clear))
        .route("/token", delete(login::log_out))
        .route_layer(from_fn_with_state(center.clone(), obey))
        .route_layer(from_fn_with_state(center.clone(), guard));
    let open =
        Router::new().route("/token", post(login::log_in)).route("/system", get(login::system));
    Router::new()
        .nest("/rest", guarded.merge(open))
        .fallback(unknown_path)
        .method_not_allowed_fallback(wrong_method)
        .layer(from_fn_with_state(center.clone(), wrap))
        .with_state(center)
}

fn result_routes() -> Router<Shared> {
    Router::new()
        .route("/scanResult", get(list::list))
        .route("/scan/{id}/launch", post(launch::launch))
        .route("/scanResult/import", post(import::import))
        .route("/scanResult/{id}", get(results::get).delete(results::delete))
        .route("/scanResult/{id}/copy", post(results::copy))
        .route("/scanResult/{id}/email", post(results::email))
        .route("/scanResult/{id}/download", post(download::download))
        .route("/scanResult/{id}/import", post(import::import_again))
        .route("/scanResult/{id}/pause", post(control::pause))
        .route("/scanResult/{id}/resume", post(control::resume))
        .route("/scanResult/{id}/stop", post(control::stop))
}

async fn unknown_path() -> Response {
    page(StatusCode::NOT_FOUND)
}

async fn wrong_method() -> Response {
    page(StatusCode::METHOD_NOT_ALLOWED)
}
