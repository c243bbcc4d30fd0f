//! What it was measured on, and with which versions.

use std::{fs, process::Command, thread, time::Duration};

use bench::Told;

use crate::place::{Place, succeed};

/// How much of all cores other programs take, from 0 to 1: looked at for two seconds, before
/// anything of ours runs.
pub(crate) fn business() -> Option<f64> {
    let ticks = || -> Option<(f64, f64)> {
        let text = fs::read_to_string("/proc/stat").ok()?;
        let all = text.lines().next()?.split_whitespace().skip(1).take(8);
        let all: Vec<f64> = all.filter_map(|number| number.parse().ok()).collect();
        // The fourth and the fifth are idle, and waiting for a disk.
        Some((all.iter().sum(), all.get(3)? + all.get(4)?))
    };
    let before = ticks()?;
    thread::sleep(Duration::from_secs(2));
    let after = ticks()?;
    Some(1.0 - (after.1 - before.1) / (after.0 - before.0))
}

/// How many times as much two threads do as one: virtual cores may share one that is real, with
/// each other or with strangers, and nothing else tells.
pub(crate) fn two_threads(place: &Place) -> Option<f64> {
    let told = succeed(place.raw().arg("two-threads")).ok()?;
    serde_json::from_str::<Told>(&told).ok()?.parts.first().copied()
}

fn times(factor: Option<f64>) -> String {
    factor.map_or_else(|| "missing".to_owned(), |it| format!("{it:.2} times the work of one"))
}

pub(crate) fn describe(place: &Place) -> Vec<(String, String)> {
    let first = |program: &str, arguments: &[&str]| {
        let output = Command::new(program).args(arguments).output().ok()?;
        let text = [output.stdout, output.stderr].concat();
        Some(String::from_utf8_lossy(&text).lines().next()?.trim().to_owned())
    };
    let missing = || "missing".to_owned();
    let field = |file: &str, name: &str| {
        let text = fs::read_to_string(file).ok()?;
        let line = text.lines().find(|line| line.starts_with(name))?;
        Some(line.split_once(':')?.1.trim().to_owned())
    };
    let cores = thread::available_parallelism().map_or(0, usize::from);
    let processor = field("/proc/cpuinfo", "model name").unwrap_or_else(|| "unknown".to_owned());
    let pytenable = place.python.as_ref().map_err(Clone::clone).and_then(|python| {
        let script = "import importlib.metadata as m, sys; \
                      print(m.version('pyTenable'), 'on Python', sys.version.split()[0])";
        first(&python.to_string_lossy(), &["-c", script]).ok_or_else(missing)
    });
    let files = if place.in_memory { "/dev/shm, in memory" } else { "target, on the disk" };
    let locked = |name: &str| {
        let lock = fs::read_to_string(place.root.join("Cargo.lock")).ok()?;
        let at = lock.find(&format!("name = \"{name}\"\nversion = \""))?;
        Some(lock[at..].lines().nth(1)?.split('"').nth(1)?.to_owned())
    };
    let locks = ["reqwest", "hyper", "tokio", "quick-xml", "flate2", "zlib-rs"]
        .map(|name| format!("{name} {}", locked(name).unwrap_or_else(missing)));
    [
        ("processor", format!("{processor}, {cores} cores")),
        (
            "other programs",
            place.business.map_or_else(missing, |part| {
                format!("{:.0} % of the cores when it began", part * 100.0)
            }),
        ),
        (
            "two threads do",
            format!(
                "{} when it began, {} when it ended",
                times(place.two_threads),
                times(two_threads(place))
            ),
        ),
        (
            "memory",
            field("/proc/meminfo", "MemTotal").and_then(|kib| gib(&kib)).unwrap_or_else(missing),
        ),
        ("kernel", first("uname", &["-sr"]).unwrap_or_else(missing)),
        ("files", files.to_owned()),
        ("rustc", first("rustc", &["--version"]).unwrap_or_else(missing)),
        ("crates", locks.join(", ")),
        ("curl", first("curl", &["--version"]).map_or_else(missing, |line| words(&line))),
        ("pyTenable", pytenable.unwrap_or_else(|why| format!("missing: {why}"))),
        ("valgrind", first("valgrind", &["--version"]).unwrap_or_else(missing)),
        ("commit", first("git", &["rev-parse", "--short", "HEAD"]).unwrap_or_else(missing)),
    ]
    .map(|(name, value)| (name.to_owned(), value))
    .to_vec()
}

/// `24684092 kB` as people say it.
fn gib(text: &str) -> Option<String> {
    let kib: f64 = text.strip_suffix(" kB")?.parse().ok()?;
    Some(format!("{:.1} GiB", kib / f64::from(1 << 20)))
}

/// Name and version, of a line that goes on about libraries.
fn words(line: &str) -> String {
    line.split_whitespace().take(2).collect::<Vec<_>>().join(" ")
}
