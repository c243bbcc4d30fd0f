//! The environment of the measurements: the machine, the servers, the files, and the installed peers.
//! The current directory is the checkout.

use std::{
    env, fs,
    io::{BufRead as _, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio, id},
};

use bench::{Archive, Failure, Kind, Order, Output};
use serde::de::DeserializeOwned;

use crate::measure::Program;

/// The space for the largest file, with a reserve.
const ROOM: u64 = 6 << 30;

/// The share of the cores that other programs use during two seconds, from 0 to 1. In each line of
/// /proc/stat, the fourth and fifth number are the times of idling and of waiting for a disk.
const CPU_LOAD: &str = r"(head -1 /proc/stat; sleep 2; head -1 /proc/stat) | awk '
    { idle = $5 + $6; busy = $2 + $3 + $4 + $7 + $8 + $9 }
    NR == 1 { idle0 = idle; busy0 = busy }
    NR == 2 { idle -= idle0; busy -= busy0; print busy / (busy + idle) }'";

/// pyTenable from the package index of Python, at the versions that the tests run with, in an
/// environment of its own.
const INSTALL_PYTENABLE: &str = r"
    environment=target/bench-peers pinned=tests/clients/requirements.txt
    cmp -s $pinned $environment/made-of.txt && exit
    python3 -m venv --clear $environment &&
    $environment/bin/python -m pip install -q --disable-pip-version-check pyTenable -c $pinned &&
    cp $pinned $environment/made-of.txt";

/// The facts about the machine, and the commands that print them.
const MACHINE: [(&str, &str); 9] = [
    (
        "processor",
        r#"echo "$(sed -n '0,/^model name/s/^model name.*: //p' /proc/cpuinfo), $(nproc) cores""#,
    ),
    ("memory", r#"awk '/MemTotal/ { printf "%.1f GiB", $2 / 1048576 }' /proc/meminfo"#),
    ("kernel", "uname -sr"),
    ("rustc", "rustc --version"),
    (
        "crates",
        r#"sed -nE '/^name = "(flate2|hyper|quick-xml|reqwest|tokio|zlib-rs)"$/{N;s/.*"(.*)"\n.*"(.*)"/\1 \2/p}' Cargo.lock | paste -sd, | sed 's/,/, /g'"#,
    ),
    ("curl", "curl --version | sed -n '1s/ (.*//p'"),
    ("valgrind", "valgrind --version"),
    (
        "pyTenable",
        r#"target/bench-peers/bin/python -c "import importlib.metadata as m, sys; print(m.version('pyTenable'), 'on Python', sys.version.split()[0])""#,
    ),
    ("commit", "git rev-parse --short HEAD"),
];

pub(crate) struct Environment {
    pub(crate) quick: bool,
    pub(crate) server: Server,
    /// A server that waits 20 ms before each page.
    pub(crate) far: Server,
    /// The share of the cores that other programs used at the start, from 0 to 1.
    pub(crate) cpu_load: Option<f64>,
    /// The directory of files that are saved and read: in memory if there is room, as disks vary so much.
    folder: PathBuf,
    has_pytenable: bool,
    /// Where `bench-client` and `bench-server` are.
    programs: PathBuf,
    two_threads: Option<f64>,
}

impl Environment {
    pub(crate) fn prepare(quick: bool) -> Result<Self, Failure> {
        let cpu_load = number(&mut shell(CPU_LOAD));
        let programs = env::current_exe()?.with_file_name("");
        let room = number(&mut shell("df --output=avail -B1 /dev/shm | tail -1"));
        let in_memory = room.is_some_and(|bytes| bytes > ROOM as f64);
        let folder = if in_memory { "/dev/shm" } else { "target" };
        let folder = Path::new(folder).join(format!("scanops-bench-{}", id()));
        fs::create_dir_all(&folder)?;
        let pytenable = succeed(&mut shell(INSTALL_PYTENABLE));
        if let Err(failure) = &pytenable {
            println!("pyTenable is missing: {failure}");
        }
        Ok(Self {
            quick,
            has_pytenable: pytenable.is_ok(),
            server: Server::start(&programs, 0)?,
            far: Server::start(&programs, 20)?,
            two_threads: two_threads(&programs),
            cpu_load,
            folder,
            programs,
        })
    }

    /// The first value, or the second in a quick run.
    pub(crate) fn pick<T>(&self, full: T, quick: T) -> T {
        if self.quick { quick } else { full }
    }

    /// `bench-client`, with arguments between spaces.
    pub(crate) fn client(&self, name: &'static str, arguments: &str) -> Program {
        Program::new(name, &self.programs.join("bench-client"), arguments.split(' '))
    }

    /// The same work by pyTenable, if it is installed: it runs once or twice.
    pub(crate) fn pytenable(&self, name: &'static str, arguments: &str) -> Option<Program> {
        let arguments = ["-B", "xtask/bench/src/peers.py"].into_iter().chain(arguments.split(' '));
        let program = Program::new(name, "target/bench-peers/bin/python".as_ref(), arguments);
        self.has_pytenable.then(|| program.runs(self.pick(2, 1)))
    }

    /// How many instructions `bench-client` takes, by callgrind.
    pub(crate) fn instructions(&self, arguments: &str) -> Result<f64, Failure> {
        let mut valgrind = Command::new("valgrind");
        valgrind.args(["--tool=callgrind", "--callgrind-out-file=/dev/null", "--log-fd=1"]);
        valgrind.arg(self.programs.join("bench-client"));
        let log = succeed(valgrind.args(arguments.split(' ')))?;
        let collected = log.lines().find_map(|line| line.split_once("Collected :"));
        Ok(collected.ok_or("callgrind printed no count")?.1.trim().parse()?)
    }

    /// The path of a file to save or read. It has no spaces.
    pub(crate) fn file(&self, name: &str) -> String {
        self.folder.join(name).display().to_string()
    }

    /// Has the server write an archive to a file: the memory of this process would be counted for the
    /// programs that it starts.
    pub(crate) fn write(&self, kind: Kind, times: u64, path: &str) -> Result<Archive, Failure> {
        self.order(&Order { kind, times, path: path.into(), serve: false })
    }

    /// Has the server serve an archive.
    pub(crate) fn serve(&self, kind: Kind, times: u64) -> Result<Archive, Failure> {
        let path = self.folder.join("served.zip");
        self.order(&Order { kind, times, path, serve: true })
    }

    fn order(&self, order: &Order) -> Result<Archive, Failure> {
        self.ask(
            "/archives",
            &["-H", "Content-Type: application/json", "-d", &serde_json::to_string(order)?],
        )
    }

    /// Size and checksum of the last upload.
    pub(crate) fn uploaded(&self) -> Result<(u64, u32), Failure> {
        self.ask("/uploaded", &[])
    }

    fn ask<T: DeserializeOwned>(&self, path: &str, arguments: &[&str]) -> Result<T, Failure> {
        let mut curl = Command::new("curl");
        curl.args(["-sS", "--fail-with-body"]).args(arguments);
        let body = succeed(curl.arg(format!("{}{path}", self.server.url)))?;
        Ok(serde_json::from_str(&body)?)
    }

    /// The machine, and the versions of the programs.
    pub(crate) fn describe(&self) -> Vec<(&'static str, String)> {
        let load = self.cpu_load.map(|load| format!("{:.0} % of the cores", load * 100.0));
        let two = self.two_threads.zip(two_threads(&self.programs)).map(|(before, after)| {
            format!(
                "{before:.2} x the work of one at the start of the run, {after:.2} x at its end"
            )
        });
        let folder = self.folder.parent().map(|folder| format!("in {}", folder.display()));
        let measured =
            [("CPU time of other programs", load), ("two threads", two), ("files", folder)];
        let shown = MACHINE.map(|(name, command)| (name, succeed(&mut shell(command)).ok()));
        let all = shown.into_iter().chain(measured);
        all.map(|(name, value)| (name, value.unwrap_or_else(|| "missing".to_owned()))).collect()
    }
}

impl Drop for Environment {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.folder);
    }
}

/// How much faster two threads are than one. Virtual cores may share a real one, with each other or
/// with other machines, and only a measurement shows it.
fn two_threads(programs: &Path) -> Option<f64> {
    let output = succeed(Command::new(programs.join("bench-client")).arg("two-threads")).ok()?;
    Some(serde_json::from_str::<Output>(&output).ok()?.seconds)
}

pub(crate) fn shell(script: &str) -> Command {
    let mut shell = Command::new("sh");
    shell.args(["-c", script]);
    shell
}

/// Runs a command to its end, and returns what it printed.
pub(crate) fn succeed(command: &mut Command) -> Result<String, Failure> {
    let output = command.output().map_err(|error| format!("{command:?}: {error}"))?;
    if !output.status.success() {
        let stderr = String::from_utf8_lossy(&output.stderr);
        let last = stderr.lines().rev().take(3).collect::<Vec<_>>().join(" / ");
        return Err(format!("{command:?}: {}: {last}", output.status).into());
    }
    Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

fn number(command: &mut Command) -> Option<f64> {
    succeed(command).ok()?.parse().ok()
}

/// A `bench-server`, which runs as long as this lives.
pub(crate) struct Server {
    pub(crate) url: String,
    process: Child,
}

impl Server {
    fn start(programs: &Path, delay_ms: u64) -> Result<Self, Failure> {
        let mut process = Command::new(programs.join("bench-server"))
            .arg(delay_ms.to_string())
            .stdout(Stdio::piped())
            .spawn()?;
        let mut url = String::new();
        BufReader::new(process.stdout.take().ok_or("no pipe")?).read_line(&mut url)?;
        Ok(Self { url: url.trim().to_owned(), process })
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
