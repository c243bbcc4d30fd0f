//! The promises of the crate, a module for each.
#![allow(
    clippy::panic,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a test that can't go on may panic"
)]

mod round_trip;
mod writers;
