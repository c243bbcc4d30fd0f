//! Peaks of resident memory, as the operating system counts them for a whole process: of processes that
//! run one test of this binary, started again for it.
#![allow(dead_code, unreachable_pub, clippy::print_stdout, reason = "each test uses its own part")]

use std::{env, fs, process::Command};

/// What a process was started for. The one that the test began in has none.
const ROLE: &str = "SCANOPS_MEMORY_ROLE";

pub fn role() -> Option<String> {
    env::var(ROLE).ok()
}

/// A process for one test.
pub fn this_test(test: &str, role: &str) -> Command {
    let mut command = Command::new(env::current_exe().unwrap());
    command.env(ROLE, role).args(["--exact", test, "--nocapture"]);
    command
}

/// Runs a test in a process of its own for each of these roles.
pub fn run_each<'a>(test: &str, roles: impl IntoIterator<Item = &'a str>) {
    for role in roles {
        let output = this_test(test, role).output().unwrap();
        let printed = String::from_utf8_lossy(&output.stdout);
        printed.lines().filter(|line| line.contains("peak")).for_each(|line| println!("{line}"));
        let errors = String::from_utf8_lossy(&output.stderr);
        let passed = output.status.success() && printed.contains("1 passed");
        assert!(passed, "{role}: {printed} {errors}");
    }
}

/// The peak of this process's resident memory so far, in bytes.
pub fn peak() -> u64 {
    peak_of("self")
}

pub fn peak_of(process: &str) -> u64 {
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
