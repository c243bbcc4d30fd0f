//! The InsightVM console: every operation, and every rejection, over real HTTP.

mod errors;
mod given;
mod life;
mod operations;
mod paging;
mod visit;
