//! Integration tests, one module for each subject.
#![allow(
    clippy::panic,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a test that can't go on may panic"
)]

/// Arbitrary findings, shared with the tests of the parser.
#[allow(dead_code, reason = "the parser's tests use the rest")]
#[path = "../../../nessus/tests/it/fields.rs"]
mod fields;
#[cfg(target_os = "linux")]
#[path = "../../../tests/support/peak.rs"]
mod peak;
mod round_trip;
mod writers;
