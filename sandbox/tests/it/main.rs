//! The sandbox over real HTTP, by bare sockets, reqwest and the clients of `scanops`.
#![allow(
    clippy::panic,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that can't go on may panic, in its helpers too"
)]

#[path = "../../../tests/support/mod.rs"]
mod support;

mod contract;
mod control;
mod faults;
mod https;
mod insightvm;
mod program;
mod recording;
mod tenable_sc;
