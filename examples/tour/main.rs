//! A walk through what the crate does, each step printed.
//!
//! ```text
//! cargo run --example tour                     against servers in this process
//! cargo run --example tour -- weekly.nessus    the same, and what is in that report
//!
//! INSIGHTVM_URL=https://console.example.com:3780 INSIGHTVM_USER=… INSIGHTVM_PASSWORD=… \
//!     cargo run --example tour                 the read-only part, against a real console
//! ```
//!
//! A real console's certificate is verified; `INSIGHTVM_FINGERPRINT` pins a self-signed one.

#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a program for a terminal")]

mod center;
mod console;
mod report;

use std::{env, error::Error, process::ExitCode};

use scanops::{insightvm, tenable_sc};
use scanops_sandbox as sandbox;

#[tokio::main]
async fn main() -> ExitCode {
    match tour().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("The tour ended early: {error}");
            let mut cause = error.source();
            while let Some(inner) = cause {
                eprintln!("  because: {inner}");
                cause = inner.source();
            }
            ExitCode::FAILURE
        }
    }
}

async fn tour() -> Result<(), Box<dyn Error>> {
    if let Ok(url) = env::var("INSIGHTVM_URL") {
        title(&format!("The console at {url}, read only"));
        console::look(&real(url)?).await?;
    } else {
        let sandbox = sandbox::InsightVm::start().await?;
        title(&format!("A console in this process, at {}", sandbox.url()));
        let console = insightvm::Client::builder(sandbox.url())
            .basic_auth(sandbox.user(), sandbox.password())
            .build()?;
        console::look(&console).await?;
        console::change(&console).await?;
        sandbox.stop().await;

        let sandbox = sandbox::TenableSc::start().await?;
        title(&format!("A Tenable.sc in this process, at {}", sandbox.url()));
        let sc = tenable_sc::Client::builder(sandbox.url())
            .password(sandbox.user(), sandbox.password())
            .build()?;
        center::walk(&sc, &sandbox).await?;
        sandbox.stop().await;
    }
    title("A report");
    report::open(env::args_os().nth(1))?;
    Ok(())
}

/// A client for the console that the environment names.
fn real(url: String) -> Result<insightvm::Client, Box<dyn Error>> {
    let get = |name: &str| env::var(name).map_err(|_| format!("{name} is not set"));
    let mut builder = insightvm::Client::builder(url)
        .basic_auth(get("INSIGHTVM_USER")?, get("INSIGHTVM_PASSWORD")?)
        .user_agent_suffix("tour");
    if let Ok(fingerprint) = env::var("INSIGHTVM_FINGERPRINT") {
        builder = builder.pin_certificate_sha256(fingerprint);
    }
    Ok(builder.build()?)
}

fn title(text: &str) {
    println!("\n== {text}");
}
