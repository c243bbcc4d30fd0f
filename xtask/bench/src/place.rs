//! Where it all happens: the programs, the server, the files, and the peers that could be had.

use std::{
    env, fs,
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::TcpStream,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

use bench::Failure;

use crate::machine;

/// What the largest file needs, and some room beside it.
const ROOM: u64 = 6 << 30;

pub(crate) struct Place {
    pub(crate) quick: bool,
    pub(crate) root: PathBuf,
    /// Files that are saved and read: in memory where there is room, as disks vary so much.
    pub(crate) folder: PathBuf,
    pub(crate) in_memory: bool,
    /// Python with pyTenable, or why there is none.
    pub(crate) python: Result<PathBuf, String>,
    pub(crate) server: Server,
    /// A server that is 20 ms away.
    pub(crate) far: Server,
    /// How much of the cores something else had when this began, from 0 to 1.
    pub(crate) business: Option<f64>,
    /// How many times as much two threads do as one.
    pub(crate) two_threads: Option<f64>,
    programs: PathBuf,
}

impl Place {
    pub(crate) fn prepare(quick: bool) -> Result<Self, Failure> {
        let business = machine::business();
        let root = env::current_dir()?;
        let programs = env::current_exe()?.parent().map(Path::to_owned).unwrap_or_default();
        let memory = Path::new("/dev/shm");
        let in_memory = available(memory).is_some_and(|bytes| bytes > ROOM);
        let base = if in_memory { memory.to_owned() } else { root.join("target") };
        let folder = base.join(format!("scanops-bench-{}", std::process::id()));
        fs::create_dir_all(&folder)?;
        let server = programs.join("bench-server");
        let mut place = Self {
            quick,
            python: python(&root).map_err(|failure| failure.to_string()),
            server: Server::start(&server, &folder, 0)?,
            far: Server::start(&server, &folder, 20)?,
            root,
            folder,
            in_memory,
            business,
            two_threads: None,
            programs,
        };
        place.two_threads = machine::two_threads(&place);
        Ok(place)
    }

    /// One of two numbers.
    pub(crate) fn pick<T>(&self, full: T, quick: T) -> T {
        if self.quick { quick } else { full }
    }

    pub(crate) fn ours(&self) -> Command {
        Command::new(self.programs.join("bench-ours"))
    }

    pub(crate) fn raw(&self) -> Command {
        Command::new(self.programs.join("bench-raw"))
    }

    pub(crate) fn python(&self) -> Result<Command, String> {
        let mut command = Command::new(self.python.as_ref().map_err(Clone::clone)?);
        command.arg("-B").arg(self.root.join("xtask/bench/src/peers.py"));
        Ok(command)
    }

    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// An archive as a file. Returns how many findings it has and how large its document is.
    ///
    /// Another process makes it: what this one held would count as memory of its children.
    pub(crate) fn archive(
        &self,
        name: &str,
        block: &str,
        times: u64,
    ) -> Result<(u64, u64), Failure> {
        let mut make = Command::new(self.programs.join("bench-server"));
        make.arg("write").arg(self.file(name)).args([block, &times.to_string()]);
        Ok(serde_json::from_str(&succeed(&mut make)?)?)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.folder);
    }
}

fn available(folder: &Path) -> Option<u64> {
    let df = Command::new("df").args(["--output=avail", "-B1"]).arg(folder).output().ok()?;
    String::from_utf8_lossy(&df.stdout).lines().nth(1)?.trim().parse().ok()
}

/// `pyTenable` from the package index of Python, at the versions that the tests run with, in an environment of its own.
fn python(root: &Path) -> Result<PathBuf, Failure> {
    let environment = root.join("target/bench-peers");
    let python = environment.join("bin/python");
    let pinned = fs::read_to_string(root.join("tests/clients/requirements.txt"))?;
    let made_of = environment.join("made-of.txt");
    if fs::read_to_string(&made_of).is_ok_and(|made| made == pinned) {
        return Ok(python);
    }
    succeed(Command::new("python3").args(["-m", "venv", "--clear"]).arg(&environment))?;
    let constraints = root.join("tests/clients/requirements.txt");
    succeed(
        Command::new(&python)
            .args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "pyTenable"])
            .arg("--constraint")
            .arg(constraints),
    )?;
    fs::write(made_of, pinned)?;
    Ok(python)
}

/// Runs a command to its end, and returns what it printed.
pub(crate) fn succeed(command: &mut Command) -> Result<String, Failure> {
    let output = command.output().map_err(|error| format!("{command:?}: {error}"))?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        let last = said.lines().rev().take(3).collect::<Vec<_>>().join(" / ");
        return Err(format!("{command:?}: {}: {last}", output.status).into());
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// The other end, as long as this lives.
pub(crate) struct Server {
    process: Child,
    pub(crate) url: String,
}

impl Server {
    fn start(program: &Path, folder: &Path, delay: u64) -> Result<Self, Failure> {
        let mut process = Command::new(program)
            .arg(folder)
            .arg(delay.to_string())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|error| format!("{}: {error}", program.display()))?;
        let mut line = String::new();
        if let Some(said) = process.stdout.take() {
            BufReader::new(said).read_line(&mut line)?;
        }
        Ok(Self { process, url: line.trim().to_owned() })
    }

    /// Size and checksum of the last upload.
    pub(crate) fn uploaded(&self) -> Result<(u64, u32), Failure> {
        let at = self.url.trim_start_matches("http://");
        let mut socket = BufReader::new(TcpStream::connect(at)?);
        socket.get_mut().write_all(b"GET /uploaded HTTP/1.1\r\n\r\n")?;
        let (mut line, mut length) = (String::new(), 0);
        while socket.read_line(&mut line)? > 2 {
            if let Some(value) = line.strip_prefix("Content-Length: ") {
                length = value.trim().parse()?;
            }
            line.clear();
        }
        let mut body = vec![0; length];
        socket.read_exact(&mut body)?;
        Ok(serde_json::from_slice(&body)?)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
