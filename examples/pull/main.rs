//! The nightly pull: the findings of every scan that is new, as NDJSON or Parquet, a file for each
//! scan.
//!
//! ```text
//! cargo run --example pull -- [FOLDER]
//! cargo run --example pull -- --parquet FOLDER
//! ```
//!
//! `FOLDER/ID.ndjson`, or `FOLDER/finished_date=DAY/scan=ID.parquet`, appears when it is complete.
//! `FOLDER/cursor.json` says what is done: the next run goes on from there, after a crash too. A
//! scan that fails is reported, and comes again in the next run.
//!
//! `TENABLE_SC_URL` and its like name the server, and the directory is `pulled` by default. Without, it
//! is a server in this process, and the directory is a new one.
#![allow(clippy::print_stderr, reason = "a program for a terminal")]

#[path = "../support/mod.rs"]
mod support;

use std::{
    env,
    error::Error,
    fs,
    io::{BufWriter, Write as _},
    path::{Path, PathBuf},
    process::ExitCode,
    time::Duration,
};

use indicatif::{HumanBytes, HumanCount, MultiProgress, ProgressBar, ProgressStyle};
use scanops::{
    Cursor,
    nessus::Finding,
    tenable_sc::{PullHandle, Pulled, PulledScan},
};
use scanops_arrow::{Table, partition_path, tokio::FileWriter};
use support::Server;
use tokio::task::JoinSet;

/// How many scans are downloaded at once.
const CONCURRENCY: usize = 4;

#[tokio::main]
async fn main() -> ExitCode {
    support::exit(pull().await)
}

async fn pull() -> Result<(), Box<dyn Error>> {
    let server = Server::connect().await?;
    let mut arguments: Vec<_> = env::args().skip(1).collect();
    let format = match arguments.iter().position(|argument| argument == "--parquet") {
        Some(at) => {
            arguments.remove(at);
            Format::Parquet
        }
        None => Format::Ndjson,
    };
    let folder = match arguments.first() {
        Some(folder) => PathBuf::from(folder),
        None if server.is_sandbox() => tempfile::tempdir()?.keep(),
        None => PathBuf::from("pulled"),
    };
    fs::create_dir_all(&folder)?;
    let cursor_file = folder.join("cursor.json");

    let cursor = Cursor::load_or(&cursor_file, Cursor::new()).await?;
    let pull = server.client.scan_results().pull(cursor).concurrency(CONCURRENCY);
    let mut pull = pull.stream();
    let bars = Bars::new(pull.handle().clone());
    let mut tasks = JoinSet::new();
    while let Some(pulled) = pull.next_result().await.transpose() {
        match pulled {
            Ok(Pulled::Report(scan)) => {
                let (folder, cursor_file) = (folder.clone(), cursor_file.clone());
                let (handle, bar) = (pull.handle().clone(), bars.scan(&scan));
                tasks.spawn(async move {
                    let stored = store(&scan, format, &folder, &bar).await;
                    bar.finish_and_clear();
                    stored.map_err(|error| format!("scan {}: {error}", scan.record.id))?;
                    scan.acknowledge();
                    handle.save_cursor(cursor_file).await.map_err(|error| error.to_string())
                });
            }
            Ok(Pulled::NoReport(scan)) => {
                bars.say(&format!("scan {} has no report: {}", scan.record.id, scan.reason));
                scan.acknowledge();
            }
            Err(error) => bars.fail(&error.to_string()),
        }
        // What has ended meanwhile.
        while let Some(ended) = tasks.try_join_next() {
            bars.ended(ended?);
        }
    }
    while let Some(ended) = tasks.join_next().await {
        bars.ended(ended?);
    }
    pull.handle().save_cursor(&cursor_file).await?;
    server.leave().await?;
    bars.finish(&folder)
}

/// Writes the findings of a scan while they arrive.
async fn store(
    scan: &PulledScan,
    format: Format,
    folder: &Path,
    bar: &ProgressBar,
) -> Result<(), StoreError> {
    let mut findings = scan.findings().await?;
    match format {
        Format::Ndjson => {
            let mut lines = Lines::new(folder.join(format!("{}.ndjson", scan.record.id)))?;
            while let Some(finding) = findings.next_finding().await? {
                lines.write(&finding)?;
                bar.inc(1);
            }
            lines.end()
        }
        Format::Parquet => {
            let day = scan.record.finish_time.map(|time| time.strftime("%F").to_string());
            let day = day.unwrap_or_default();
            let path =
                partition_path(folder, &[("finished_date", &day), ("scan", &scan.record.id)]);
            let mut file = FileWriter::create(Table::Findings, path).await?;
            while let Some(finding) = findings.next_finding().await? {
                file.write(finding).await?;
                bar.inc(1);
            }
            Ok(file.finish().await?)
        }
    }
}

type StoreError = Box<dyn Error + Send + Sync>;

#[derive(Clone, Copy)]
enum Format {
    Ndjson,
    Parquet,
}

/// Findings as lines of JSON in a file that appears when it is complete.
struct Lines {
    file: BufWriter<fs::File>,
    path: PathBuf,
}

impl Lines {
    fn new(path: PathBuf) -> Result<Self, StoreError> {
        let file = BufWriter::new(fs::File::create(path.with_extension("part"))?);
        Ok(Self { file, path })
    }

    fn write(&mut self, finding: &Finding) -> Result<(), StoreError> {
        serde_json::to_writer(&mut self.file, &finding.brief())?;
        Ok(self.file.write_all(b"\n")?)
    }

    fn end(self) -> Result<(), StoreError> {
        self.file.into_inner()?.sync_all()?;
        // What is left of a run that was killed is written over in the next.
        Ok(fs::rename(self.path.with_extension("part"), self.path)?)
    }
}

/// A bar for the whole, and a line for each scan that is being downloaded.
struct Bars {
    all: MultiProgress,
    whole: ProgressBar,
    handle: PullHandle,
    failed: std::cell::Cell<u64>,
}

impl Bars {
    fn new(handle: PullHandle) -> Self {
        let all = MultiProgress::new();
        let whole = all.add(ProgressBar::new(0));
        let style = ProgressStyle::with_template("{bar:30} {pos} of {len} scans, {msg}");
        whole.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
        whole.enable_steady_tick(Duration::from_millis(200));
        Self { all, whole, handle, failed: std::cell::Cell::default() }
    }

    fn scan(&self, scan: &PulledScan) -> ProgressBar {
        self.update();
        let bar = self.all.add(ProgressBar::new_spinner());
        let style = ProgressStyle::with_template("  {spinner} {msg}: {pos} findings");
        bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_spinner()));
        let name = scan.record.name.as_deref().unwrap_or("without a name");
        bar.set_message(format!("{} {name}", scan.record.id));
        bar
    }

    fn ended(&self, result: Result<(), String>) {
        if let Err(error) = result {
            self.fail(&error);
        }
        self.update();
    }

    fn update(&self) {
        let progress = self.handle.progress();
        self.whole.set_length(progress.new);
        self.whole.set_position(progress.acknowledged + progress.without_report);
        self.whole.set_message(format!(
            "{}, {} findings",
            HumanBytes(progress.bytes),
            HumanCount(progress.findings)
        ));
    }

    fn say(&self, text: &str) {
        self.all.suspend(|| eprintln!("{text}"));
        self.update();
    }

    fn fail(&self, text: &str) {
        self.failed.set(self.failed.get() + 1);
        self.say(text);
    }

    fn finish(self, folder: &Path) -> Result<(), Box<dyn Error>> {
        self.update();
        self.whole.finish_and_clear();
        let progress = self.handle.progress();
        eprintln!(
            "{} scans with {} findings ({}) in {}; {} without a report",
            progress.acknowledged,
            HumanCount(progress.findings),
            HumanBytes(progress.bytes),
            folder.display(),
            progress.without_report,
        );
        match self.failed.get() {
            0 => Ok(()),
            failed => Err(format!("{failed} failed, and come again in the next run").into()),
        }
    }
}
