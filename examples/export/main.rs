//! Saves the report of a scan result, verified, with a progress bar on a terminal.
//!
//! ```text
//! cargo run --example export -- ID [PATH]
//! ```
//!
//! Without `PATH` it is saved under the name that the server suggests. `TENABLE_SC_URL` and its
//! like name the server; without, it is one in this process.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a program for a terminal")]

#[path = "../support/mod.rs"]
mod support;

use std::{env, error::Error, path::PathBuf, process::ExitCode};

use indicatif::{ProgressBar, ProgressStyle};
use scanops::transfer::Download;
use support::Server;

const USAGE: &str = "export ID [PATH]";

#[tokio::main]
async fn main() -> ExitCode {
    support::exit(export().await)
}

async fn export() -> Result<(), Box<dyn Error>> {
    let mut arguments = env::args().skip(1);
    let id = support::id(arguments.next(), USAGE)?;
    let server = Server::connect().await?;
    let report = server.client.scan_results().download(id).await?;
    let path = match arguments.next() {
        Some(path) => PathBuf::from(path),
        None => report.file_name().unwrap_or_else(|| format!("{id}.zip")).into(),
    };
    let bar = bar(&report)?;
    let shown = bar.clone();
    let saved = report
        .on_progress(move |progress| shown.set_position(progress.bytes))
        .save_to(path)
        .await?;
    bar.finish_and_clear();
    println!("{} bytes, whole and verified, in {}", saved.bytes, saved.path.display());
    server.leave().await
}

/// A bar where the length is known, else a spinner. Neither shows where there is no terminal.
fn bar(report: &Download) -> Result<ProgressBar, Box<dyn Error>> {
    Ok(match report.content_length() {
        Some(length) => ProgressBar::new(length).with_style(ProgressStyle::with_template(
            "{wide_bar} {bytes}/{total_bytes} {bytes_per_sec} {eta}",
        )?),
        None => ProgressBar::new_spinner()
            .with_style(ProgressStyle::with_template("{spinner} {bytes} {bytes_per_sec}")?),
    })
}
