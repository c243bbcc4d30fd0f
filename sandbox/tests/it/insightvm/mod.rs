//! Walks the sandbox's InsightVM console: every operation, and every refusal, over real HTTP.

mod errors;
mod given;
mod life;
mod operations;
mod paging;
mod visit;
