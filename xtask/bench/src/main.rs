//! `cargo xtask bench [--quick] [ROW…] [-ROW…]`: measures everything side by side, and writes
//! BENCHMARKS.md and its charts. Names of rows select them; a name with `-` before it excludes that
//! row. An incomplete run is written to `target/bench` instead, and printed.

// It is a program for a terminal.
#![expect(clippy::print_stdout, clippy::print_stderr)]
// Sizes and counts become figures to look at.
#![allow(clippy::cast_precision_loss, clippy::cast_possible_truncation)]

mod builds;
mod chart;
mod environment;
mod measure;
mod report;
mod rows;

use std::{path::Path, process::ExitCode, time::Instant};

use bench::Failure;
use environment::Environment;
use report::Report;
use rows::ROWS;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (options, names): (Vec<&str>, Vec<&str>) =
        arguments.iter().map(String::as_str).partition(|argument| argument.starts_with("--"));
    match run(options.contains(&"--quick"), &names) {
        Ok(report) => {
            println!("{report}");
            ExitCode::SUCCESS
        }
        Err(failure) => {
            eprintln!("{failure}");
            ExitCode::FAILURE
        }
    }
}

fn run(quick: bool, names: &[&str]) -> Result<String, Failure> {
    let start = Instant::now();
    let (without, only): (Vec<&str>, Vec<&str>) =
        names.iter().partition(|name| name.starts_with('-'));
    let known = |name: &&str| ROWS.iter().any(|(row, ..)| *row == name.trim_start_matches('-'));
    if let Some(unknown) = names.iter().find(|name| !known(name)) {
        return Err(format!("no row is called {unknown}: {:?}", ROWS.map(|row| row.0)).into());
    }
    let environment = Environment::prepare(quick)?;
    let mut report = Report::default();
    for (name, in_quick, measure) in ROWS {
        if !only.is_empty() && !only.contains(&name) {
            continue;
        }
        let measured = if without.iter().any(|unwanted| unwanted[1..] == *name) {
            Err("it was excluded by name".into())
        } else if quick && !in_quick {
            Err("it takes too long for a quick run".into())
        } else {
            println!("[{:>5.0} s] {name}", start.elapsed().as_secs_f64());
            measure(&environment, &mut report)
        };
        // The other rows are measured even if one fails.
        if let Err(failure) = measured {
            println!("          {name}: {failure}");
            report.row(name, &[], Vec::new()).missing(&failure.to_string());
        }
    }
    let seconds = start.elapsed().as_secs_f64();
    let whole = !quick && names.is_empty();
    let folder = Path::new(if whole { "." } else { "target/bench" });
    let text = report.write(&environment, seconds, folder)?;
    Ok(if whole { format!("BENCHMARKS.md is written, after {seconds:.0} s") } else { text })
}
