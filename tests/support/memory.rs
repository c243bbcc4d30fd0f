//! Peaks of memory, as the operating system counts them, and a server whose memory is not counted
//! as it is another process: the test's own binary, started again.
#![allow(dead_code, unreachable_pub, reason = "each test uses its own part")]

use std::{
    env,
    io::{BufRead, BufReader},
    net::TcpListener,
    process::{Child, Command, Stdio},
};

const OTHER: &str = "SCANOPS_TEST_IS_THE_OTHER_END";
const READY: &str = "the other end is at ";

/// The peak of this process's resident memory, in bytes.
pub fn peak() -> u64 {
    peak_of("self")
}

fn peak_of(process: &str) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap();
    let line = status.lines().find(|line| line.starts_with("VmHWM:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse::<u64>().unwrap() * 1024
}

/// Fails where the peak is over the limit.
pub fn assert_peak_under(limit: u64) {
    let peak = peak();
    println!("peak resident memory: {} KiB", peak >> 10);
    assert!(peak < limit, "peak resident memory: {peak} bytes");
}

/// Whether this process is the other end: then it is to serve, and nothing else.
pub fn is_the_other_end() -> bool {
    env::var_os(OTHER).is_some()
}

/// What the other end was told by who started it.
pub fn told() -> String {
    env::var(OTHER).unwrap()
}

/// Tells who started the other end where it is.
pub fn ready(url: &str) {
    println!("\n{READY}{url}");
}

/// A port for the other end, which is told to who started it.
pub fn listen() -> TcpListener {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    ready(&format!("http://{}", listener.local_addr().unwrap()));
    listener
}

/// A size that release builds work on; others work on a 64th of it, as they are so much slower.
pub const fn scaled(size: u64) -> u64 {
    if cfg!(debug_assertions) { size / 64 } else { size }
}

/// The other end, as long as this lives.
pub struct OtherEnd {
    process: Child,
    pub url: String,
}

impl OtherEnd {
    /// Starts the test of this name in another process.
    pub fn start(test: &str) -> Self {
        Self::start_and_tell(test, "to serve")
    }

    /// The same, with something to know.
    pub fn start_and_tell(test: &str, what: &str) -> Self {
        let mut process = Command::new(env::current_exe().unwrap())
            .env(OTHER, what)
            .args(["--exact", test, "--nocapture"])
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(process.stdout.take().unwrap()).lines();
        let url = loop {
            let line = lines.next().unwrap().unwrap();
            if let Some((_, url)) = line.split_once(READY) {
                break url.to_owned();
            }
        };
        // What the test runner says on must be taken, or it would end.
        std::thread::spawn(move || lines.map_while(Result::ok).for_each(drop));
        Self { process, url }
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
