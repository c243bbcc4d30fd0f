//! The program `scanops-sandbox`: what it prints works as printed.

use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::{fs, io};
use std::{io::BufRead, io::BufReader};

use serde_json::Value;

fn program(options: &[&str]) -> Command {
    let mut program = Command::new(env!("CARGO_BIN_EXE_scanops-sandbox"));
    program.args(options);
    program
}

/// The program while it runs, with what it printed.
struct Program {
    child: Child,
    json: Value,
    text: String,
}

impl Program {
    fn start(options: &[&str]) -> Self {
        let mut child = program(options).stdout(Stdio::piped()).spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let json = serde_json::from_str(&lines.next().unwrap().unwrap()).unwrap();
        let mut text = String::new();
        while !text.contains("Ctrl-C") {
            text += &lines.next().unwrap().unwrap();
            text.push('\n');
        }
        Self { child, json, text }
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
        if let Some(file) = self.json["tenable_sc"]["certificate_file"].as_str() {
            fs::remove_file(file).ok();
        }
    }
}

/// Runs each printed line with curl, and returns what it read. None where there is no curl.
fn run_printed(text: &str) -> Option<Vec<Value>> {
    match Command::new("curl").arg("--version").output() {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return None,
        version => assert!(version.unwrap().status.success()),
    }
    let lines = text.lines().filter_map(|line| line.trim().strip_prefix("curl:"));
    let run = |line: &str| {
        let command = format!("{} --silent --show-error --noproxy '*'", line.trim());
        let output = Command::new("sh").args(["-c", &command]).output().unwrap();
        let error = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{command}: {error}");
        serde_json::from_slice(&output.stdout).unwrap()
    };
    Some(lines.map(run).collect())
}

#[test]
fn the_printed_curl_lines_work_over_https_and_http() {
    for options in [&[][..], &["--plain-http"]] {
        let program = Program::start(options);
        let Some(read) = run_printed(&program.text) else { return };
        let [results, engines] = &read[..] else { panic!("{}", program.text) };
        assert_eq!(results["response"]["usable"].as_array().unwrap().len(), 7);
        assert_eq!(engines["resources"].as_array().unwrap().len(), 8);
    }
}

#[cfg(unix)]
#[test]
fn the_certificates_are_removed_at_the_end() {
    let mut program = Program::start(&["--scans", "1", "--report-size", "2KiB"]);
    let file = PathBuf::from(program.json["insightvm"]["certificate_file"].as_str().unwrap());
    let pem = fs::read_to_string(&file).unwrap();
    for product in ["tenable_sc", "insightvm"] {
        assert!(pem.contains(program.json[product]["certificate_pem"].as_str().unwrap()));
    }
    let pid = program.child.id().to_string();
    assert!(Command::new("kill").args(["-INT", &pid]).status().unwrap().success());
    assert!(program.child.wait().unwrap().success());
    assert!(!file.exists());
}

#[test]
fn options_that_make_no_sense_are_rejected() {
    for options in [
        &["--wrong"][..],
        &["--report-size", "5 bananas"],
        &["--report-size", "99999999999GiB"],
        &["--scans", "-1"],
        &["--tenable-sc-port", "65536"],
        &["stray"],
    ] {
        let output = program(options).output().unwrap();
        assert_eq!((output.status.code(), &output.stdout[..]), (Some(2), &b""[..]), "{options:?}");
        let error = String::from_utf8(output.stderr).unwrap();
        assert!(error.contains(options.last().unwrap()), "{error}");
    }
}

#[test]
fn help_and_version_are_printed() {
    for (option, text) in [("--help", "--report-size"), ("-V", env!("CARGO_PKG_VERSION"))] {
        let output = program(&[option]).output().unwrap();
        let printed = String::from_utf8(output.stdout).unwrap();
        assert!(output.status.success() && printed.contains(text), "{printed}");
    }
}
