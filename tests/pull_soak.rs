//! A pull that is killed repeatedly, against a server that fails, imports late and imports again: in
//! the end every finding is stored, and what was stored has not come twice.
//!
//! The program is this binary, started again and ended with SIGKILL at random points, a few times by
//! default. `SCANOPS_PULL_KILLS=200 cargo test --release --test pull_soak -- --nocapture` takes
//! longer, and `SCANOPS_PULL_SEED` changes the order of events.
#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a test that can't go on may panic")]

use std::{
    collections::{BTreeMap, BTreeSet},
    env,
    fmt::Write as _,
    fs,
    io::Write as _,
    os::unix::process::ExitStatusExt as _,
    path::{Path, PathBuf},
    process::{Child, Command, ExitStatus, Stdio},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use fastrand::Rng;
use scanops::{
    Attempt, AttemptOutcome, Cursor, Observer, RetryPolicy,
    reqwest::header::HeaderMap,
    tenable_sc::{Client, Pulled, PulledScan},
};
use scanops_sandbox::{Fault, ManualClock, TenableSc, tenable_sc::ScanResult};
use serde_json::Value;

const TEST: &str = "a_killed_pull_loses_nothing_and_repeats_only_what_was_not_stored";
const PROGRAM: &str = "SCANOPS_PULL_SOAK_PROGRAM";
const RESULTS: u64 = 1000;
const CONCURRENCY: usize = 4;
const DOWNLOAD: &str = "/rest/scanResult/{id}/download";

fn number(variable: &str, otherwise: u64) -> u64 {
    env::var(variable).map_or(otherwise, |text| text.parse().unwrap())
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap()
}

#[test]
fn a_killed_pull_loses_nothing_and_repeats_only_what_was_not_stored() {
    match env::var(PROGRAM) {
        Ok(url) => runtime().block_on(program(&url)),
        Err(_) => runtime().block_on(soak()),
    }
}

// The program that is killed.

/// Counts the downloads in progress, and writes down how many there are whenever one begins.
#[derive(Clone, Default)]
struct Downloads(Arc<AtomicUsize>);

impl Observer for Downloads {
    fn on_start(&self, attempt: &Attempt<'_>, _: &mut HeaderMap) {
        if attempt.operation == "scanResult::download::POST" {
            let now = self.0.fetch_add(1, Ordering::SeqCst) + 1;
            append(Path::new("downloads"), &format!("{now}"));
        }
    }

    fn on_end(&self, attempt: &Attempt<'_>, _: &AttemptOutcome) {
        if attempt.operation == "scanResult::download::POST" {
            self.0.fetch_sub(1, Ordering::SeqCst);
        }
    }
}

/// Pulls into this directory: a file of findings for each result, a journal of what was written, and
/// the cursor. The exit code says whether anything failed.
async fn program(url: &str) {
    let folder = env::current_dir().unwrap();
    let retry = RetryPolicy::new()
        .max_attempts(5)
        .base_delay(Duration::from_millis(1))
        .max_delay(Duration::from_millis(2))
        .budget(10_000);
    let client = Client::builder(url)
        .password("secman", "sandbox")
        .retry(retry)
        .observer(Downloads::default())
        .build()
        .unwrap();
    let cursor = Cursor::load_or(folder.join("cursor.json"), Cursor::new()).await.unwrap();
    let mut pull = client.scan_results().pull(cursor).concurrency(CONCURRENCY).stream();
    let mut tasks = tokio::task::JoinSet::new();
    let failed = Arc::new(AtomicUsize::new(0));
    loop {
        match pull.next_result().await {
            Ok(None) => break,
            Ok(Some(Pulled::Report(scan))) => {
                let (folder, failed) = (folder.clone(), Arc::clone(&failed));
                let handle = pull.handle().clone();
                tasks.spawn(async move {
                    if let Err(error) = store(&folder, &scan).await {
                        println!("{error}");
                        failed.fetch_add(1, Ordering::SeqCst);
                        return;
                    }
                    scan.acknowledge();
                    handle.save_cursor(folder.join("cursor.json")).await.unwrap();
                    journal(&folder, "stored", scan.record.id, imported(&scan));
                });
            }
            Ok(Some(Pulled::NoReport(scan))) => {
                let time = scan.record.import_finish.or(scan.record.finish_time).unwrap();
                journal(&folder, "none", scan.record.id, time.as_second());
                scan.acknowledge();
            }
            Err(error) => {
                println!("{error}");
                failed.fetch_add(1, Ordering::SeqCst);
            }
        }
    }
    while let Some(task) = tasks.join_next().await {
        task.unwrap();
    }
    pull.handle().save_cursor(folder.join("cursor.json")).await.unwrap();
    client.logout().await.unwrap();
    fs::write("bytes", pull.handle().progress().bytes.to_string()).unwrap();
    std::process::exit(i32::from(failed.load(Ordering::SeqCst) > 0));
}

/// Writes the findings of a result, whole or not at all.
async fn store(folder: &Path, scan: &PulledScan) -> scanops::Result<()> {
    let mut lines = Vec::new();
    let mut findings = scan.findings().await?;
    while let Some(finding) = findings.next_finding().await? {
        serde_json::to_writer(&mut lines, &finding.brief()).unwrap();
        lines.push(b'\n');
    }
    let (id, imported) = (scan.record.id, imported(scan));
    let mut file = tempfile::NamedTempFile::new_in(folder.join("temporary")).unwrap();
    file.write_all(&lines).unwrap();
    file.persist(folder.join(format!("{id}-{imported}.ndjson"))).unwrap();
    journal(folder, "report", id, imported);
    Ok(())
}

fn imported(scan: &PulledScan) -> i64 {
    scan.record.import_finish.unwrap().as_second()
}

fn journal(folder: &Path, what: &str, id: u64, time: i64) {
    append(&folder.join("journal"), &format!("{what} {id} {time}"));
}

/// Appends a line in one write, so that a kill leaves no part of it.
fn append(file: &Path, line: &str) {
    let mut file = fs::File::options().append(true).open(file).unwrap();
    file.write_all(format!("{line}\n").as_bytes()).unwrap();
}

// The server, and the process that kills the program.

/// The report of a result, with random output so that it compresses badly.
fn report(id: u64) -> String {
    let mut random = Rng::with_seed(id);
    let mut report = format!(
        "<NessusClientData_v2><Report name=\"{id}\"><ReportHost name=\"host-{id}\">\
         <HostProperties><tag name=\"host-ip\">10.0.0.1</tag></HostProperties>"
    );
    for plugin in 1..=count(id) {
        let _ = write!(report, "<ReportItem pluginID=\"{plugin}\" port=\"0\" severity=\"1\">");
        report.push_str("<plugin_output>");
        report.extend((0..2000).map(|_| random.alphanumeric()));
        report.push_str("</plugin_output></ReportItem>");
    }
    report + "</ReportHost></Report></NessusClientData_v2>"
}

/// How many findings a result has.
fn count(id: u64) -> u64 {
    1 + id % 4
}

/// Of twenty results one has failed, one is being imported, and one is running.
fn results() -> impl Iterator<Item = ScanResult> {
    (1..=RESULTS).map(|id| {
        let result = ScanResult::new(format!("scan {id}"))
            .id(id)
            .age(Duration::from_secs((RESULTS - id) * 3600 + 3 * 3600))
            .report(report(id));
        match id % 20 {
            3 => result.status("Error").error("No scanner."),
            7 => result.import_status("Importing"),
            11 => result.status("Running"),
            _ => result,
        }
    })
}

struct Soak {
    center: TenableSc,
    clock: ManualClock,
    random: Rng,
    folder: tempfile::TempDir,
    /// Each result that has a report, and when its latest import ended, by the server's clock.
    latest: BTreeMap<u64, Option<i64>>,
    /// Results that are not imported yet.
    late: Vec<u64>,
    reimports: u64,
}

impl Soak {
    async fn start(seed: u64) -> Self {
        let clock = ManualClock::new();
        let center = TenableSc::builder()
            .clock(clock.clone())
            .scan_results(results())
            .keep_requests(100_000)
            .start()
            .await
            .unwrap();
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("temporary")).unwrap();
        for file in ["journal", "downloads"] {
            fs::write(folder.path().join(file), "").unwrap();
        }
        let late: Vec<u64> = (1..=RESULTS).filter(|id| [7, 11].contains(&(id % 20))).collect();
        let reports = (1..=RESULTS).filter(|id| id % 20 != 3);
        let latest = reports.map(|id| (id, None)).collect();
        let random = Rng::with_seed(seed);
        Self { center, clock, random, folder, latest, late, reimports: 0 }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Faults, each for a share of the requests.
    fn faults(&self, seed: u64) -> Vec<scanops_sandbox::InjectedFault> {
        [
            Fault::status(503).share(0.02),
            Fault::session_end().share(0.01),
            Fault::reset().share(0.01),
            Fault::truncate_after(700).on("POST", DOWNLOAD).share(0.05),
            Fault::truncate_after(2500).on("POST", DOWNLOAD).share(0.05),
            Fault::reset_after(1500).on("POST", DOWNLOAD).share(0.02),
        ]
        .into_iter()
        .zip(seed..)
        .map(|(fault, seed)| self.center.inject(fault.seed(seed)))
        .collect()
    }

    /// Ends a late import, or imports a result again.
    fn change(&mut self) {
        self.clock.advance(Duration::from_secs(self.random.u64(1..600)));
        let id = if !self.late.is_empty() && self.random.u8(..) < 20 {
            self.late.swap_remove(self.random.usize(..self.late.len()))
        } else {
            let id = self.random.u64(1..=RESULTS);
            if id % 20 == 3 || self.late.contains(&id) {
                return;
            }
            self.reimports += 1;
            self.center.set_state(id, "Completed", "Import Pending");
            id
        };
        self.center.set_state(id, "Completed", "Finished");
        let now = self.clock.time_of_day().duration_since(std::time::UNIX_EPOCH).unwrap();
        self.latest.insert(id, Some(i64::try_from(now.as_secs()).unwrap()));
    }

    fn program(&self) -> Child {
        Command::new(env::current_exe().unwrap())
            .args(["--exact", TEST, "--nocapture"])
            .env(PROGRAM, self.center.url())
            .current_dir(self.folder.path())
            .stdout(Stdio::null())
            .spawn()
            .unwrap()
    }

    fn journal(&self) -> Vec<(String, u64, i64)> {
        let text = fs::read_to_string(self.path("journal")).unwrap();
        let read = |line: &str| {
            let mut words = line.split(' ');
            let mut next = || words.next().unwrap();
            (next().to_owned(), next().parse().unwrap(), next().parse().unwrap())
        };
        text.lines().map(read).collect()
    }

    /// Whether the stored cursor has a result with this import time: not read with the crate's code.
    fn stored(&self) -> impl Fn(u64, i64) -> bool + use<> {
        let text = fs::read(self.path("cursor.json")).unwrap_or_else(|_| b"{}".to_vec());
        assert!(text.len() < 200_000, "a cursor of {} bytes", text.len());
        let cursor: Value = serde_json::from_slice(&text).unwrap();
        let pair = |it: &Value| (it[0].as_i64().unwrap(), it[1].as_u64().unwrap());
        let set = |name: &str| -> BTreeSet<_> {
            cursor[name].as_array().into_iter().flatten().map(pair).collect()
        };
        let (seen, open) = (set("seen"), set("open"));
        let before = cursor.get("done_before").map_or((i64::MIN, 0), pair);
        move |id, time| {
            let it = (time * 1000, id);
            seen.contains(&it) || (it < before && !open.contains(&it))
        }
    }

    /// Checks what a run has written against the cursor that it began with.
    fn check(&self, journal_before: usize, done: impl Fn(u64, i64) -> bool) -> usize {
        let journal = self.journal();
        for (what, id, time) in &journal[journal_before..] {
            let came = what != "stored";
            assert!(
                !came || !done(*id, *time),
                "{what} {id} of {time} came although it was stored"
            );
        }
        // By the program's own journal: an import may have another time in the cursor.
        let mut stored = BTreeSet::new();
        for (what, id, time) in &journal {
            match &**what {
                "stored" => _ = stored.insert((id, time)),
                _ => assert!(!stored.contains(&(id, time)), "{what} {id} of {time} came again"),
            }
        }
        journal.len()
    }
}

/// The program was killed, or ended with 0, or with 1 if a result failed. A panic would give 101.
fn check_end(status: ExitStatus) -> ExitStatus {
    let ended = matches!(status.code(), Some(0 | 1)) || status.signal() == Some(9);
    assert!(ended, "the program ended with {status}");
    status
}

async fn soak() {
    let (kills, seed) = (number("SCANOPS_PULL_KILLS", 6), number("SCANOPS_PULL_SEED", 1));
    println!("{kills} kills, seed {seed}");
    let mut soak = Soak::start(seed).await;
    let faults = soak.faults(seed);
    let (mut journal, mut killed, mut started) = (0, 0, 0);
    while killed < kills {
        started += 1;
        assert!(
            started < 3 * kills + 10,
            "{killed} of {started} were killed: the others had ended"
        );
        // Enough work that the program seldom ends by itself.
        for _ in 0..RESULTS / 50 {
            soak.change();
        }
        let done = soak.stored();
        let mut program = soak.program();
        // It is killed some time after it has written this number of lines.
        let lines = soak.random.usize(0..2 + usize::try_from(2 * RESULTS / kills).unwrap());
        let began = std::time::Instant::now();
        while soak.journal().len() < journal + lines && began.elapsed() < Duration::from_secs(5) {
            if soak.random.u8(..) < 20 {
                soak.change();
            }
            tokio::time::sleep(Duration::from_millis(2)).await;
            if program.try_wait().unwrap().is_some() {
                break;
            }
        }
        tokio::time::sleep(Duration::from_micros(soak.random.u64(0..20_000))).await;
        program.kill().unwrap();
        killed += u64::from(check_end(program.wait().unwrap()).signal().is_some());
        journal = soak.check(journal, done);
        soak.change();
    }
    while !soak.late.is_empty() {
        soak.change();
    }

    // Runs to the end with the same faults: what fails comes again in the next run.
    let mut runs = 0;
    loop {
        runs += 1;
        assert!(runs < 20, "the pull does not end");
        let done = soak.stored();
        let mut program = soak.program();
        let status = tokio::task::spawn_blocking(move || program.wait().unwrap()).await.unwrap();
        journal = soak.check(journal, done);
        if check_end(status).success() {
            break;
        }
    }
    let used: Vec<_> = faults.iter().map(scanops_sandbox::InjectedFault::used).collect();
    assert!(used.iter().all(|used| *used > 0), "{used:?}");

    // Every finding of the latest import of every result is stored.
    let written = soak.journal();
    let mut findings = 0;
    for (id, imported) in &soak.latest {
        let files = written.iter().filter(|(what, it, _)| what == "report" && it == id);
        let times: BTreeSet<i64> = files.map(|(_, _, time)| *time).collect();
        let latest = imported.or(times.last().copied()).unwrap();
        assert!(times.contains(&latest), "result {id} of {latest} is missing, of {times:?}");
        for time in times {
            let text = fs::read_to_string(soak.path(&format!("{id}-{time}.ndjson"))).unwrap();
            let lines: Vec<Value> =
                text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
            let plugins = lines.iter().map(|line| line["plugin_id"].as_u64().unwrap());
            assert!(plugins.eq(1..=count(*id)), "{id}");
            assert!(lines.iter().all(|line| line["host"]["name"] == format!("host-{id}")));
            findings += lines.len();
        }
    }
    let failed: BTreeSet<u64> =
        written.iter().filter(|(what, ..)| what == "none").map(|(_, id, _)| *id).collect();
    assert!(failed.into_iter().eq((1..=RESULTS).filter(|id| id % 20 == 3)));

    // A run over unchanged data downloads nothing.
    soak.center.clear_faults();
    soak.center.forget_requests();
    let mut program = soak.program();
    let status = tokio::task::spawn_blocking(move || program.wait().unwrap()).await.unwrap();
    assert!(status.success());
    let requests = soak.center.requests();
    assert!(requests.iter().all(|it| !it.path().ends_with("/download")));
    assert!(requests.iter().all(|it| it.query("timeCompareField").is_none()));
    assert_eq!(soak.journal().len(), journal);
    let bytes = fs::read_to_string(soak.path("bytes")).unwrap();
    assert_eq!(bytes, "0");

    // In all runs, also those that were killed.
    let downloads = fs::read_to_string(soak.path("downloads")).unwrap();
    let most = downloads.lines().map(|line| line.parse::<usize>().unwrap()).max().unwrap();
    assert!(most <= CONCURRENCY, "{most} downloads at once");

    let written: Vec<_> = written.iter().filter(|(what, ..)| what != "stored").collect();
    let versions: BTreeSet<_> = written.iter().map(|(_, id, time)| (*id, *time)).collect();
    println!(
        "{RESULTS} results, {} of them imported late or again; {killed} kills, {runs} more runs; \
         {used:?} faults; {} versions, {} of them again, {findings} findings; at most {most} of {} \
         downloads at once; {bytes} bytes of reports and {} requests in a run with nothing new; \
         cursor of {} bytes",
        soak.reimports + RESULTS / 10,
        versions.len(),
        written.len() - versions.len(),
        downloads.lines().count(),
        requests.len(),
        fs::metadata(soak.path("cursor.json")).unwrap().len(),
    );
}
