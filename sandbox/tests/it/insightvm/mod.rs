//! Walks the sandbox's InsightVM console: every operation, and every refusal, over real HTTP.

mod given;
mod life;
mod operations;
mod paging;
mod refusals;
mod visit;
