//! Walks the sandbox's Tenable.sc: every call, both logins, and every quirk, over real HTTP.

mod commands;
mod download;
mod errors;
mod import;
mod life;
mod listing;
mod login;
mod moving;
mod operations;
mod visit;
mod world;
