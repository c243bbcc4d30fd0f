//! The operations on the shared secret, by which new engines are paired.

use axum::extract::State;
use axum::http::StatusCode;

use super::answer::{Answer, done, json, text};
use super::console::Shared;
use super::links::Here;

/// `GET shared_secret`
pub(super) async fn current(State(console): State<Shared>) -> Answer {
    let now = console.now();
    let value = console.with(|world| Ok(world.secret(now)?.value().to_owned()))?;
    Ok(text(StatusCode::OK, value))
}

/// `POST shared_secret`: 201 also where an earlier one is still valid.
pub(super) async fn create(State(console): State<Shared>) -> Answer {
    let now = console.now();
    let value = console.with(|world| world.secret_or_new(now).value().to_owned());
    Ok(text(StatusCode::CREATED, value))
}

/// `DELETE shared_secret`
pub(super) async fn revoke(State(console): State<Shared>, here: Here) -> Answer {
    let now = console.now();
    console.with(|world| world.revoke_secret(now))?;
    done(&here)
}

/// `GET shared_secret/time_to_live`
pub(super) async fn time_to_live(State(console): State<Shared>) -> Answer {
    let now = console.now();
    let left = console.with(|world| Ok(world.secret(now)?.time_left(now)))?;
    json(StatusCode::OK, &left.as_secs())
}
