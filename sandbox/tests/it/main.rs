//! The sandbox over real HTTP, by bare sockets, reqwest and the clients of `scanops`.
#![allow(
    clippy::panic,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that can't go on may panic, in its helpers too"
)]

#[path = "../../../tests/support/mod.rs"]
mod support;

use scanops::{RetryPolicy, insightvm as vm, tenable_sc as sc};
use scanops_sandbox::{InsightVm, TenableSc};
use serde_json::Value;

mod contract;
mod control;
mod faults;
mod https;
mod insightvm;
mod program;
mod recording;
mod tenable_sc;
mod wire;

/// A client with the server's API key, which never retries.
fn center_client(center: &TenableSc) -> sc::ClientBuilder {
    sc::Client::builder(center.url())
        .api_key(center.access_key(), center.secret_key())
        .retry(RetryPolicy::never())
}

/// A client with the user's password.
fn session_client(center: &TenableSc) -> sc::Client {
    let client = sc::Client::builder(center.url()).password(center.user(), center.password());
    client.build().unwrap()
}

/// A client with the console's password, which never retries.
fn console_client(console: &InsightVm) -> vm::ClientBuilder {
    vm::Client::builder(console.url())
        .basic_auth(console.user(), console.password())
        .retry(RetryPolicy::never())
}

/// Expects an object to have these properties, among others; so do the objects in it.
#[track_caller]
fn assert_has(object: &Value, expected: &Value) {
    for (name, value) in expected.as_object().unwrap() {
        match value {
            Value::Object(_) => assert_has(&object[name], value),
            _ => assert_eq!(&object[name], value, "{name} of {object}"),
        }
    }
}
