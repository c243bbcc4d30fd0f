//! Walks the sandbox's Tenable.sc: every call, both logins, and every quirk, over real HTTP.

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
