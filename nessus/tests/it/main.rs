//! The promises of the crate, a module for each.
#![allow(
    clippy::format_collect,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test that can't go on may panic"
)]

mod archives;
mod corpus;
mod diff;
mod findings;
mod json;
mod key;
#[cfg(target_os = "linux")]
mod memory;
mod reference;
mod reference_equality;
mod stream;
mod support;
mod trust;
