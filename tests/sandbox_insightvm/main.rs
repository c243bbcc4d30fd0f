//! Walks the sandbox's InsightVM console: every operation, and every refusal, over real HTTP.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that can't go on may panic, in its helpers too"
)]

mod life;
mod operations;
mod paging;
mod refusals;
mod visit;
