//! Walks the sandbox's Tenable.sc: every call, both logins, and every quirk, over real HTTP.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that can't go on may panic, in its helpers too"
)]

mod download;
mod import;
mod life;
mod listing;
mod login;
mod moving;
mod operations;
mod orders;
mod refusals;
mod visit;
mod world;
