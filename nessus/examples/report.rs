//! Works on reports, for measurements and comparisons with other programs.
//!
//! ```text
//! cargo run --release -p scanops-nessus --features generate --example report -- \
//!     generate real 600 > report.nessus      a generated report of this shape (real, unique)
//!     count FILE                             its findings, read as Findings::open does
//!     count-alone FILE                       the same in one thread
//!     json FILE                              its findings as JSON, one in a line
//!     verify FILE...                         whether each is complete
//! ```
#![allow(clippy::print_stdout, reason = "a program")]

use std::{
    env,
    error::Error,
    fs::{self, File},
    io::{self, Write as _},
    time::Instant,
};

use scanops_nessus::{
    Findings, Verifier,
    generate::{self, Shape},
};

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments[..] {
        ["generate", shape, hosts] => {
            let shape = if shape == "unique" { Shape::Unique } else { Shape::Real };
            let mut out = io::stdout().lock();
            out.write_all(generate::START.as_bytes())?;
            let hosts: usize = hosts.parse()?;
            // In parts, to bound the memory. All parts are equal.
            for part in (0..hosts).step_by(60) {
                out.write_all(shape.hosts(60.min(hosts - part)).as_bytes())?;
            }
            out.write_all(generate::END.as_bytes())?;
        }
        ["count", file] => count(Findings::open(file)?)?,
        ["count-alone", file] => count(Findings::new(File::open(file)?))?,
        ["json", file] => {
            for finding in Findings::open(file)? {
                println!("{}", serde_json::to_string(&finding?)?);
            }
        }
        ["verify", ref files @ ..] => {
            for file in files {
                let mut verifier = Verifier::new();
                let result = verifier.write(&fs::read(file)?).and_then(|()| verifier.finish());
                match result {
                    Ok(_) => println!("complete {file}"),
                    Err(error) => println!("damaged {file}: {error}"),
                }
            }
        }
        _ => {
            return Err(
                "generate SHAPE HOSTS | count FILE | count-alone FILE | json FILE | verify FILE..."
                    .into(),
            );
        }
    }
    Ok(())
}

fn count(findings: Findings<File>) -> scanops_nessus::Result<()> {
    let start = Instant::now();
    let (mut count, mut ports) = (0_u64, 0_u64);
    for finding in findings {
        count += 1;
        ports += u64::from(finding?.port);
    }
    let seconds = start.elapsed().as_secs_f64();
    println!("{count} findings, ports {ports}, {seconds:.3} s, peak {} KiB", peak());
    Ok(())
}

/// The peak of resident memory in KiB, on Linux.
fn peak() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap_or_default();
    line.split_whitespace().next().and_then(|number| number.parse().ok()).unwrap_or(0)
}
