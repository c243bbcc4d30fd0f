//! Peaks of resident memory, as the operating system counts them: of processes that run one test of
//! this binary, started again for it.
#![allow(dead_code, unreachable_pub, reason = "each test uses its own part")]

use std::{
    env, fs,
    io::{BufRead, BufReader},
    process::{Child, Command, Stdio},
    thread,
};

/// `SERVE` followed by what to serve, or `MEASURE`. The process that the test began in has none.
const ROLE: &str = "SCANOPS_MEMORY_ROLE";
const SERVE: &str = "serve ";
const MEASURE: &str = "measure";
const READY: &str = "the other end is at ";

fn this_test(test: &str, role: &str) -> Command {
    let mut command = Command::new(env::current_exe().unwrap());
    command.env(ROLE, role).args(["--exact", test, "--nocapture"]).stdout(Stdio::piped());
    command
}

/// Runs a measurement in a process of its own. It gets a function that starts another process, in
/// which `serve` serves what a text says.
pub fn measure(
    test: &str,
    serve: impl FnOnce(&str),
    measure: impl AsyncFnOnce(&dyn Fn(&str) -> OtherEnd),
) {
    let Ok(role) = env::var(ROLE) else {
        let output = this_test(test, MEASURE).stderr(Stdio::inherit()).output().unwrap();
        let stdout = String::from_utf8_lossy(&output.stdout);
        println!("{stdout}");
        assert!(output.status.success() && stdout.contains("1 passed"));
        return;
    };
    if let Some(what) = role.strip_prefix(SERVE) {
        return serve(what);
    }
    let mut runtime = tokio::runtime::Builder::new_multi_thread();
    let runtime = runtime.worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(measure(&|what| OtherEnd::start_with(test, what)));
}

/// The peak of this process's resident memory, in bytes.
pub fn peak() -> u64 {
    peak_of("self")
}

fn peak_of(process: &str) -> u64 {
    let status = fs::read_to_string(format!("/proc/{process}/status")).unwrap();
    let line = status.lines().find(|line| line.starts_with("VmHWM:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse::<u64>().unwrap() * 1024
}

/// Fails if the peak of this process is over the limit.
pub fn assert_peak(what: &str, limit: u64) {
    let peak = peak();
    println!("{what}: peak {} KiB of {} KiB", peak >> 10, limit >> 10);
    assert!(peak < limit, "{what}: the peak is {} KiB", peak >> 10);
}

/// Whether this process is the other end: then it only serves.
pub fn is_the_other_end() -> bool {
    env::var(ROLE).is_ok_and(|role| role.starts_with(SERVE))
}

/// Says where the other end is, to the process that started it.
pub fn ready(url: &str) {
    println!("\n{READY}{url}");
}

/// Another process, for as long as this lives.
pub struct OtherEnd {
    process: Child,
    pub url: String,
}

impl OtherEnd {
    /// Starts the test of this name in another process.
    pub fn start(test: &str) -> Self {
        Self::start_with(test, "")
    }

    fn start_with(test: &str, what: &str) -> Self {
        let mut process = this_test(test, &format!("{SERVE}{what}")).spawn().unwrap();
        let mut lines = BufReader::new(process.stdout.take().unwrap()).lines();
        let url = lines.find_map(|line| Some(line.unwrap().split_once(READY)?.1.to_owned()));
        // Its output must be read, or it would block.
        thread::spawn(move || lines.map_while(Result::ok).for_each(drop));
        Self { process, url: url.unwrap() }
    }

    /// The peak of its resident memory so far, in bytes.
    pub fn peak(&self) -> u64 {
        peak_of(&self.process.id().to_string())
    }
}

impl Drop for OtherEnd {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
