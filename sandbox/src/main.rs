//! Both products as servers on this machine, for clients in any language, until Ctrl-C.
//!
//! The first line on standard output is a JSON object for programs: where the servers are, and how
//! to log in. What follows is for people. SIGTERM ends it as Ctrl-C does, with status 0.
#![allow(clippy::print_stderr, reason = "a program for a terminal")]

use std::error::Error;
use std::io::{self, Write as _};
use std::path::Path;
use std::process::ExitCode;

use lexopt::{Arg, Parser, ValueExt as _};
use scanops_sandbox::{InsightVm, InsightVmBuilder, TenableSc, TenableScBuilder};
use serde_json::json;
use tempfile::NamedTempFile;

const HELP: &str = "\
A Tenable.sc and an InsightVM console on this machine, until interrupted

Usage: scanops-sandbox [OPTIONS]

Options:
      --plain-http          Serve HTTP instead of HTTPS
      --tenable-sc-port N   Port of the Tenable.sc [default: a free one]
      --insightvm-port N    Port of the InsightVM console [default: a free one]
      --report-size SIZE    Size of the reports in Tenable.sc's downloads, unzipped: bytes, or
                            with a unit, as 512KiB, 10MiB or 2GiB [default: 1MiB]
      --scans N             How many scan results Tenable.sc has, and how many scans engine 3 has
                            run [default: 9 and 25]
      --control             Serve the control interface below /__sandbox/
  -h, --help                Print help
  -V, --version             Print version
";

type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// The servers that the command line asks for; `None` if it asks for a text, which was printed.
fn servers() -> Result<Option<(TenableScBuilder, InsightVmBuilder)>> {
    let mut center = TenableSc::builder().keep_requests(0);
    let mut console = InsightVm::builder().keep_requests(0);
    let (mut plain_http, mut parser) = (false, Parser::from_env());
    while let Some(argument) = parser.next()? {
        let option = match &argument {
            Arg::Long(name) => format!("--{name}"),
            _ => String::new(),
        };
        let invalid = |error: lexopt::Error| format!("{option}: {error}");
        match argument {
            Arg::Long("plain-http") => plain_http = true,
            Arg::Long("control") => {
                // A client may want to see what it has sent.
                center = center.control_over_http().keep_requests(1000);
                console = console.control_over_http().keep_requests(1000);
            }
            Arg::Long("tenable-sc-port") => {
                center = center.port(parser.value()?.parse().map_err(invalid)?);
            }
            Arg::Long("insightvm-port") => {
                console = console.port(parser.value()?.parse().map_err(invalid)?);
            }
            Arg::Long("report-size") => {
                center = center.report_size(parser.value()?.parse_with(bytes).map_err(invalid)?);
            }
            Arg::Long("scans") => {
                let scans: u32 = parser.value()?.parse().map_err(invalid)?;
                center = center.scan_results_count(scans);
                console = console.scans(usize::try_from(scans)?);
            }
            Arg::Short('h') | Arg::Long("help") => {
                write!(io::stdout(), "{HELP}")?;
                return Ok(None);
            }
            Arg::Short('V') | Arg::Long("version") => {
                writeln!(io::stdout(), "scanops-sandbox {}", env!("CARGO_PKG_VERSION"))?;
                return Ok(None);
            }
            other => return Err(other.unexpected().into()),
        }
    }
    Ok(Some(if plain_http { (center, console) } else { (center.https(), console.https()) }))
}

/// A size: a number of bytes, or of KiB, MiB or GiB.
fn bytes(written: &str) -> std::result::Result<u64, &'static str> {
    let (digits, unit) =
        written.split_at(written.find(|it: char| !it.is_ascii_digit()).unwrap_or(written.len()));
    let unit: Option<u64> = match unit.trim() {
        "" | "B" => Some(1),
        "KiB" => Some(1 << 10),
        "MiB" => Some(1 << 20),
        "GiB" => Some(1 << 30),
        _ => None,
    };
    let size = unit.zip(digits.parse().ok()).and_then(|(unit, count)| unit.checked_mul(count));
    size.ok_or("a size is a number of bytes, or one such as 512KiB, 10MiB or 2GiB")
}

#[tokio::main]
async fn main() -> ExitCode {
    let served = match servers() {
        Ok(None) => Ok(()),
        Ok(Some((center, console))) => serve(center, console).await,
        Err(error) => {
            eprintln!("{error}\nTry --help.");
            return ExitCode::from(2);
        }
    };
    match served {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

async fn serve(center: TenableScBuilder, console: InsightVmBuilder) -> Result<()> {
    // Registered before the first line is printed: its reader may send the signal at once.
    let interrupted = interruption()?;
    let failed = |product: &str, error: io::Error| format!("{product} could not start: {error}");
    let center = center.start().await.map_err(|error| failed("Tenable.sc", error))?;
    let console = console.start().await.map_err(|error| failed("InsightVM", error))?;
    let file = certificate_file([center.certificate_pem(), console.certificate_pem()])?;
    let certificates = file.as_ref().map(NamedTempFile::path);

    // A pipe keeps what is written until it is flushed, and its reader waits for the first line.
    let mut out = io::stdout();
    writeln!(out, "{}", for_programs(&center, &console, certificates))?;
    out.flush()?;
    // A reader that has its line may close the pipe: the servers run on.
    let _ = out.write_all(for_people(&center, &console, certificates).as_bytes());
    let _ = out.flush();

    interrupted.await;
    center.stop().await;
    console.stop().await;
    Ok(())
}

/// A file with these certificates, if there are any. It is removed when it is dropped.
fn certificate_file(certificates: [Option<&str>; 2]) -> io::Result<Option<NamedTempFile>> {
    let pem: String = certificates.into_iter().flatten().collect();
    if pem.is_empty() {
        return Ok(None);
    }
    let mut file = tempfile::Builder::new().prefix("scanops-sandbox-").suffix(".pem").tempfile()?;
    file.write_all(pem.as_bytes())?;
    Ok(Some(file))
}

/// One JSON object, on one line. What belongs to HTTPS is null without it.
fn for_programs(center: &TenableSc, console: &InsightVm, certificates: Option<&Path>) -> String {
    let certificate_file = certificates.map(Path::to_string_lossy);
    let object = json!({
        "tenable_sc": {
            "url": center.url(),
            "access_key": center.access_key(),
            "secret_key": center.secret_key(),
            "user": center.user(),
            "password": center.password(),
            "fingerprint": center.fingerprint(),
            "certificate_pem": center.certificate_pem(),
            "certificate_file": certificate_file,
        },
        "insightvm": {
            "url": console.url(),
            "user": console.user(),
            "password": console.password(),
            "fingerprint": console.fingerprint(),
            "certificate_pem": console.certificate_pem(),
            "certificate_file": certificate_file,
        },
    });
    object.to_string()
}

/// How to point a client at the servers.
fn for_people(center: &TenableSc, console: &InsightVm, certificates: Option<&Path>) -> String {
    let (sc, access, secret) = (center.url(), center.access_key(), center.secret_key());
    let (vm, user, password) = (console.url(), console.user(), console.password());
    let (curl, python, note) = match certificates.map(Path::display) {
        Some(file) => (
            format!("curl --cacert '{file}'"),
            format!(", ssl_verify={:?}", file.to_string()),
            format!(
                "\nThe certificates of both, new in each run, are in {file} until they end.\n\
                 With --plain-http there are none.\n"
            ),
        ),
        None => ("curl".to_owned(), String::new(), String::new()),
    };
    let pin = |fingerprint: Option<&str>| {
        let pin = |it| format!("\n               .pin_certificate_sha256(\"{it}\")");
        fingerprint.map(pin).unwrap_or_default()
    };
    let (sc_pin, vm_pin) = (pin(center.fingerprint()), pin(console.fingerprint()));
    format!(
        r#"
Tenable.sc is at {sc}

  curl:    {curl} -H 'x-apikey: accesskey={access}; secretkey={secret}' {sc}/rest/scanResult
  Python:  TenableSC(url="{sc}", access_key="{access}", secret_key="{secret}"{python})
  Rust:    tenable_sc::Client::builder("{sc}")
               .api_key("{access}", "{secret}"){sc_pin}
               .build()?

InsightVM is at {vm}

  curl:    {curl} -u {user}:{password} {vm}/api/3/scan_engines
  Rust:    insightvm::Client::builder("{vm}")
               .basic_auth("{user}", "{password}"){vm_pin}
               .build()?
{note}
Ctrl-C ends both, and what they hold is gone then.
"#
    )
}

/// Ends when this process is asked to.
#[cfg(unix)]
fn interruption() -> io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};

    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    })
}

/// Ends when this process is asked to.
#[cfg(windows)]
fn interruption() -> io::Result<impl Future<Output = ()>> {
    let mut interrupt = tokio::signal::windows::ctrl_c()?;
    Ok(async move {
        interrupt.recv().await;
    })
}
