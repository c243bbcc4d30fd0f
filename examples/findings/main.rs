//! The findings of a scan result, or of a report on disk, as NDJSON.
//!
//! ```text
//! cargo run --example findings -- ID            of a scan result, while it downloads
//! cargo run --example findings -- FILE          of a .nessus file, or a zip archive of them
//! ```
//!
//! One finding is one line on standard output, and nothing else is there. Counts by severity are
//! on standard error. `TENABLE_SC_URL` and its like name the server; without, it is one in this
//! process.
#![allow(clippy::print_stderr, reason = "a program for a terminal")]

#[path = "../support/mod.rs"]
mod support;

use std::{
    collections::BTreeMap,
    env,
    error::Error,
    fs::File,
    io::{BufWriter, StdoutLock, Write, stdout},
    path::Path,
    process::ExitCode,
};

use scanops::nessus::{Finding, Findings};
use support::Server;

#[tokio::main]
async fn main() -> ExitCode {
    support::exit(findings().await)
}

async fn findings() -> Result<(), Box<dyn Error>> {
    let mut out = Lines::new();
    let argument = env::args().nth(1);
    if let Some(path) = argument.as_deref().map(Path::new).filter(|path| path.exists()) {
        for finding in Findings::new(File::open(path)?) {
            out.write(&finding?)?;
        }
    } else {
        let id = support::id(argument, "findings ID|FILE")?;
        let server = Server::connect().await?;
        let mut findings = server.client.scan_results().download(id).await?.findings();
        while let Some(finding) = findings.next_finding().await? {
            out.write(&finding)?;
        }
        server.leave().await?;
    }
    out.end()
}

struct Lines {
    out: BufWriter<StdoutLock<'static>>,
    by_severity: BTreeMap<String, u64>,
}

impl Lines {
    fn new() -> Self {
        Self { out: BufWriter::new(stdout().lock()), by_severity: BTreeMap::new() }
    }

    fn write(&mut self, finding: &Finding) -> Result<(), Box<dyn Error>> {
        serde_json::to_writer(&mut self.out, finding)?;
        self.out.write_all(b"\n")?;
        *self.by_severity.entry(format!("{:?}", finding.severity)).or_default() += 1;
        Ok(())
    }

    fn end(mut self) -> Result<(), Box<dyn Error>> {
        self.out.flush()?;
        for (severity, count) in self.by_severity {
            eprintln!("{count:>8}  {severity}");
        }
        Ok(())
    }
}
