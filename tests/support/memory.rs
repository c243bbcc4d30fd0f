//! Peaks of resident memory where the other end runs in a process of its own.
#![allow(dead_code, unreachable_pub, unused_imports, reason = "each test uses its own part")]

use std::{
    io::{BufRead, BufReader},
    process::{Child, Stdio},
    thread,
};

#[path = "peak.rs"]
mod peaks;
pub use peaks::{assert_peak, peak};
use peaks::{peak_of, role, run_each, this_test};

/// `SERVE` followed by what to serve, or `MEASURE`.
const SERVE: &str = "serve ";
const MEASURE: &str = "measure";
const READY: &str = "the other end is at ";

/// Runs a measurement in a process of its own. It gets a function that starts another process, in
/// which `serve` serves what a text says.
pub fn measure(
    test: &str,
    serve: impl FnOnce(&str),
    measure: impl AsyncFnOnce(&dyn Fn(&str) -> OtherEnd),
) {
    let Some(role) = role() else { return run_each(test, [MEASURE]) };
    if let Some(what) = role.strip_prefix(SERVE) {
        return serve(what);
    }
    let mut runtime = tokio::runtime::Builder::new_multi_thread();
    let runtime = runtime.worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(measure(&|what| OtherEnd::start_with(test, what)));
}

/// Whether this process is the other end: then it only serves.
pub fn is_the_other_end() -> bool {
    role().is_some_and(|role| role.starts_with(SERVE))
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
        let mut command = this_test(test, &format!("{SERVE}{what}"));
        let mut process = command.stdout(Stdio::piped()).spawn().unwrap();
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
