//! The Tenable.sc server: every call, every login, and every quirk, over real HTTP.

mod download;
mod errors;
mod given;
mod import;
mod life;
mod listing;
mod login;
mod moving;
mod operations;
mod visit;
