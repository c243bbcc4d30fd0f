//! Integration tests, one module for each subject.
#![allow(
    clippy::format_collect,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test that can't go on may panic"
)]

mod archives;
mod corpus;
mod diff;
mod diff_naive;
mod fields;
mod findings;
mod json;
mod key;
#[cfg(target_os = "linux")]
mod memory;
#[cfg(target_os = "linux")]
#[path = "../../../tests/support/peak.rs"]
mod peak;
mod reference;
mod reference_equality;
mod stream;
mod support;
mod trust;
