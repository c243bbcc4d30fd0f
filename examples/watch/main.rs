//! Watches a scan until it and its import have ended, and prints each change.
//!
//! ```text
//! cargo run --example watch -- ID
//! ```
//!
//! `TENABLE_SC_URL` and its like name the server; without, it is one in this process, whose scans
//! take seconds: result 2 is running.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a program for a terminal")]

#[path = "../support/mod.rs"]
mod support;

use std::{env, error::Error, process::ExitCode};

use support::Server;

#[tokio::main]
async fn main() -> ExitCode {
    support::exit(watch().await)
}

async fn watch() -> Result<(), Box<dyn Error>> {
    let id = support::id(env::args().nth(1), "watch ID")?;
    let server = Server::connect().await?;
    let mut changes = server.client.scan_results().watch(id).every(server.interval()).stream();
    while let Some(record) = changes.next_change().await? {
        let of = |count: Option<u64>| count.map_or_else(|| "?".to_owned(), |it| it.to_string());
        let text = |it: Option<String>| it.unwrap_or_else(|| "-".to_owned());
        println!(
            "{}: {}, import {}, {} of {} checks",
            record.name.as_deref().unwrap_or("without a name"),
            text(record.status.map(|status| status.to_string())),
            text(record.import_status.map(|status| status.to_string())),
            of(record.completed_checks),
            of(record.total_checks),
        );
    }
    server.leave().await
}
