//! Both products as servers on this machine, for clients in any language, until Ctrl-C.
//!
//! ```text
//! scanops-sandbox
//! scanops-sandbox --report-size 2GiB --scans 100000
//! scanops-sandbox --help
//! ```
//!
//! The first line on standard output is one JSON object for programs: where the servers are, and
//! how to log in. What follows is for people. SIGTERM ends it as Ctrl-C does, with status 0.
#![allow(clippy::print_stderr, reason = "a program for a terminal")]

mod announce;
mod options;

use std::{
    error::Error,
    io::{self, Write as _},
    process::ExitCode,
};

use options::Options;
use scanops_sandbox::{InsightVm, TenableSc};

#[tokio::main]
async fn main() -> ExitCode {
    match serve(&Options::read()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

async fn serve(options: &Options) -> Result<(), Box<dyn Error>> {
    // Listened for from here on: whoever reads the first line may send the signal at once.
    let interrupted = interruption()?;
    let mut center = TenableSc::builder()
        .report_size(options.report_size)
        .port(options.tenable_sc_port)
        .keep_requests(0);
    let mut console = InsightVm::builder().port(options.insightvm_port).keep_requests(0);
    if let Some(scans) = options.scans {
        center = center.scan_results_count(scans);
        console = console.scans(scans as usize);
    }
    if !options.plain_http {
        center = center.https();
        console = console.https();
    }
    let failed = |product: &str, error: io::Error| format!("{product} could not start: {error}");
    let center = center.start().await.map_err(|error| failed("Tenable.sc", error))?;
    let console = console.start().await.map_err(|error| failed("InsightVM", error))?;

    // A pipe keeps what is written until it is flushed, and its reader waits for the first line.
    let mut out = io::stdout();
    writeln!(out, "{}", announce::for_programs(&center, &console))?;
    out.flush()?;
    // A reader that has its line may close the pipe: the servers run on.
    let _ = out.write_all(announce::for_people(&center, &console).as_bytes());
    let _ = out.flush();

    interrupted.await;
    center.stop().await;
    console.stop().await;
    Ok(())
}

/// Ends when this process is asked to.
#[cfg(unix)]
fn interruption() -> io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};

    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    })
}

/// Ends when this process is asked to.
#[cfg(windows)]
fn interruption() -> io::Result<impl Future<Output = ()>> {
    let mut interrupt = tokio::signal::windows::ctrl_c()?;
    Ok(async move {
        interrupt.recv().await;
    })
}
