//! Where it is measured: the machine, the servers, the files, and the peers that are installed.

use std::{
    cell::RefCell,
    env, fs,
    io::{BufRead as _, BufReader, Write as _},
    path::{Path, PathBuf},
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
    thread,
    time::Duration,
};

use bench::{Archive, Failure, Kind, Output};
use serde::de::DeserializeOwned;

use crate::measure::Program;

/// How much memory the largest file needs, and some more.
const ROOM: u64 = 6 << 30;

pub(crate) struct Environment {
    pub(crate) quick: bool,
    /// The checkout.
    pub(crate) root: PathBuf,
    pub(crate) server: Server,
    /// A server that waits 20 ms before each page.
    pub(crate) far: Server,
    /// How much of the cores other programs had when this began, from 0 to 1.
    pub(crate) cpu_load: Option<f64>,
    /// Files that are saved and read: in memory where there is room, as disks vary so much.
    folder: PathBuf,
    in_memory: bool,
    /// Python with pyTenable, or why there is none.
    python: Result<PathBuf, String>,
    client: PathBuf,
    two_threads: Option<f64>,
}

impl Environment {
    pub(crate) fn prepare(quick: bool) -> Result<Self, Failure> {
        let cpu_load = cpu_load();
        let root = env::current_dir()?;
        let programs = env::current_exe()?.parent().map(Path::to_owned).unwrap_or_default();
        let in_memory = available("/dev/shm").is_some_and(|bytes| bytes > ROOM);
        let base = if in_memory { "/dev/shm".into() } else { root.join("target") };
        let folder = base.join(format!("scanops-bench-{}", std::process::id()));
        fs::create_dir_all(&folder)?;
        let (server, client) = (programs.join("bench-server"), programs.join("bench-client"));
        Ok(Self {
            quick,
            python: python(&root).map_err(|failure| failure.to_string()),
            server: Server::start(&server, 0)?,
            far: Server::start(&server, 20)?,
            two_threads: two_threads(&client),
            root,
            cpu_load,
            folder,
            in_memory,
            client,
        })
    }

    /// One of two numbers.
    pub(crate) fn pick<T>(&self, full: T, quick: T) -> T {
        if self.quick { quick } else { full }
    }

    /// `bench-client`, with its arguments.
    pub(crate) fn client(&self, name: &'static str, arguments: &[&str]) -> Program {
        Program::new(name, &self.client, arguments)
    }

    /// The same work by pyTenable, if it is installed: it runs once or twice.
    pub(crate) fn pytenable(&self, name: &'static str, arguments: &[&str]) -> Option<Program> {
        let script = self.root.join("xtask/bench/src/peers.py");
        let script = ["-B", &*script.to_string_lossy()];
        let python = self.python.as_ref().ok()?;
        Some(Program::new(name, python, &[&script, arguments].concat()).runs(self.pick(2, 1)))
    }

    /// How many instructions `bench-client` takes, by callgrind.
    pub(crate) fn instructions(&self, arguments: &[&str]) -> Result<f64, Failure> {
        let mut valgrind = Command::new("valgrind");
        valgrind.args(["--tool=callgrind", "--callgrind-out-file=/dev/null", "--log-fd=1"]);
        let log = succeed(valgrind.arg(&self.client).args(arguments))?;
        let collected = log.lines().find_map(|line| line.split_once("Collected :"));
        Ok(collected.ok_or("callgrind printed no count")?.1.trim().parse()?)
    }

    /// The path of a file to save or read.
    pub(crate) fn file(&self, name: &str) -> String {
        self.folder.join(name).to_string_lossy().into_owned()
    }

    /// Writes an archive to a file. The server does: what this process held would count as memory of
    /// the programs that it starts.
    pub(crate) fn write(&self, kind: Kind, times: u64, file: &str) -> Result<Archive, Failure> {
        self.server.command(&bench::Command::Write(kind, times, file.into()))
    }

    /// Has the server serve an archive.
    pub(crate) fn serve(&self, kind: Kind, times: u64) -> Result<Archive, Failure> {
        let file = self.folder.join("served.zip");
        self.server.command(&bench::Command::Serve(kind, times, file))
    }

    /// What it is measured on, and with which versions.
    pub(crate) fn describe(&self) -> [(&'static str, String); 12] {
        let first = |program: &str, arguments: &[&str]| {
            let output = succeed(Command::new(program).args(arguments)).ok()?;
            Some(output.lines().next()?.to_owned())
        };
        let field = |file: &str, name: &str| {
            let text = fs::read_to_string(file).ok()?;
            let line = text.lines().find(|line| line.starts_with(name))?;
            Some(line.split_once(':')?.1.trim().to_owned())
        };
        let pytenable = "import importlib.metadata as m, sys; \
                         print(m.version('pyTenable'), 'on Python', sys.version.split()[0])";
        let pytenable = match &self.python {
            Ok(python) => first(&python.to_string_lossy(), &["-c", pytenable]),
            Err(why) => Some(format!("missing: {why}")),
        };
        let lock = fs::read_to_string(self.root.join("Cargo.lock")).unwrap_or_default();
        let locked = |name: &&str| {
            let (_, rest) = lock.split_once(&format!("name = \"{name}\"\nversion = \""))?;
            Some(format!("{name} {}", rest.split_once('"')?.0))
        };
        let crates = ["reqwest", "hyper", "tokio", "quick-xml", "flate2", "zlib-rs"];
        let cores = thread::available_parallelism().map_or(0, usize::from);
        let files = if self.in_memory { "/dev/shm, in memory" } else { "target, on the disk" };
        [
            (
                "processor",
                field("/proc/cpuinfo", "model name").map(|name| format!("{name}, {cores} cores")),
            ),
            (
                "other programs",
                self.cpu_load
                    .map(|load| format!("{:.0} % of the cores when it began", load * 100.0)),
            ),
            (
                "two threads do",
                self.two_threads.zip(two_threads(&self.client)).map(|(before, after)| {
                    format!(
                        "{before:.2} times the work of one when it began, {after:.2} when it ended"
                    )
                }),
            ),
            (
                "memory",
                field("/proc/meminfo", "MemTotal").and_then(|text| {
                    let kib: f64 = text.strip_suffix(" kB")?.parse().ok()?;
                    Some(format!("{:.1} GiB", kib / f64::from(1 << 20)))
                }),
            ),
            ("kernel", first("uname", &["-sr"])),
            ("files", Some(files.to_owned())),
            ("rustc", first("rustc", &["--version"])),
            ("crates", Some(crates.iter().filter_map(locked).collect::<Vec<_>>().join(", "))),
            // Name and version: the line goes on about libraries.
            (
                "curl",
                first("curl", &["--version"])
                    .map(|line| line.split(' ').take(2).collect::<Vec<_>>().join(" ")),
            ),
            ("pyTenable", pytenable),
            ("valgrind", first("valgrind", &["--version"])),
            ("commit", first("git", &["rev-parse", "--short", "HEAD"])),
        ]
        .map(|(name, value)| (name, value.unwrap_or_else(|| "missing".to_owned())))
    }
}

impl Drop for Environment {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.folder);
    }
}

fn available(folder: &str) -> Option<u64> {
    let df = succeed(Command::new("df").args(["--output=avail", "-B1", folder])).ok()?;
    df.lines().nth(1)?.trim().parse().ok()
}

/// How much of all cores other programs take, from 0 to 1, during two seconds before anything of
/// ours runs.
fn cpu_load() -> Option<f64> {
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

/// How many times as much two threads do as one: virtual cores may share a real one, with each other
/// or with strangers, and nothing else shows it.
fn two_threads(client: &Path) -> Option<f64> {
    let output = succeed(Command::new(client).arg("two-threads")).ok()?;
    Some(serde_json::from_str::<Output>(&output).ok()?.seconds)
}

/// pyTenable from the package index of Python, at the versions that the tests run with, in an
/// environment of its own.
fn python(root: &Path) -> Result<PathBuf, Failure> {
    let environment = root.join("target/bench-peers");
    let (python, made_of) = (environment.join("bin/python"), environment.join("made-of.txt"));
    let requirements = root.join("tests/clients/requirements.txt");
    let pinned = fs::read_to_string(&requirements)?;
    if fs::read_to_string(&made_of).is_ok_and(|made| made == pinned) {
        return Ok(python);
    }
    succeed(Command::new("python3").args(["-m", "venv", "--clear"]).arg(&environment))?;
    let mut pip = Command::new(&python);
    pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "pyTenable"]);
    succeed(pip.arg("--constraint").arg(requirements))?;
    fs::write(made_of, pinned)?;
    Ok(python)
}

/// Runs a command to its end, and returns what it printed.
pub(crate) fn succeed(command: &mut Command) -> Result<String, Failure> {
    let output = command.output().map_err(|error| format!("{command:?}: {error}"))?;
    if !output.status.success() {
        let stderr = String::from_utf8_lossy(&output.stderr);
        let last = stderr.lines().rev().take(3).collect::<Vec<_>>().join(" / ");
        return Err(format!("{command:?}: {}: {last}", output.status).into());
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// A `bench-server`, which runs as long as this lives.
pub(crate) struct Server {
    pub(crate) url: String,
    process: Child,
    pipes: RefCell<(ChildStdin, BufReader<ChildStdout>)>,
}

impl Server {
    fn start(program: &Path, delay_ms: u64) -> Result<Self, Failure> {
        let mut process = Command::new(program)
            .arg(delay_ms.to_string())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|error| format!("{}: {error}", program.display()))?;
        let stdin = process.stdin.take().ok_or("no pipe")?;
        let mut stdout = BufReader::new(process.stdout.take().ok_or("no pipe")?);
        let mut url = String::new();
        stdout.read_line(&mut url)?;
        Ok(Self { url: url.trim().to_owned(), process, pipes: RefCell::new((stdin, stdout)) })
    }

    fn command<T: DeserializeOwned>(&self, command: &bench::Command) -> Result<T, Failure> {
        let (stdin, stdout) = &mut *self.pipes.borrow_mut();
        writeln!(stdin, "{}", serde_json::to_string(command)?)?;
        let mut answer = String::new();
        stdout.read_line(&mut answer)?;
        Ok(serde_json::from_str(&answer)?)
    }

    /// Size and checksum of the last upload.
    pub(crate) fn last_upload(&self) -> Result<(u64, u32), Failure> {
        self.command(&bench::Command::LastUpload)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
