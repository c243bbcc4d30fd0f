//! Peak memory, as the operating system counts it for a whole process. Each case runs in a separate
//! process, which is the same test binary.
#![allow(clippy::print_stdout, reason = "shows the measurements")]

use std::{env, fs, process::Command};

const CASE: &str = "SCANOPS_MEMORY_CASE";

/// The case that this process was started for.
pub(crate) fn case() -> Option<String> {
    env::var(CASE).ok()
}

/// Runs a test for each of these cases.
pub(crate) fn run_each<'a>(test: &str, cases: impl IntoIterator<Item = &'a str>) {
    for case in cases {
        let output = Command::new(env::current_exe().unwrap())
            .env(CASE, case)
            .args(["--exact", test, "--nocapture"])
            .output()
            .unwrap();
        let printed = String::from_utf8_lossy(&output.stdout);
        println!("{}", printed.lines().find(|line| line.contains("peak")).unwrap_or(case));
        assert!(
            output.status.success() && printed.contains("1 passed"),
            "{case}: {printed} {}",
            String::from_utf8_lossy(&output.stderr)
        );
    }
}

/// The peak memory of this process so far, in bytes.
pub(crate) fn peak() -> usize {
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with("VmHWM:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse::<usize>().unwrap() * 1024
}

pub(crate) fn assert_peak(case: &str, limit: usize) {
    let peak = peak();
    println!("{case}: peak {} KiB of {} KiB", peak >> 10, limit >> 10);
    assert!(peak < limit, "{case} took {} KiB", peak >> 10);
}
