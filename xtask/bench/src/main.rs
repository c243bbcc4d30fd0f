//! `cargo xtask bench [--quick]`: everything measured side by side, and BENCHMARKS.md written.

// It is a program for a terminal.
#![expect(clippy::print_stdout, clippy::print_stderr)]
// Sizes and counts become figures to look at.
#![allow(clippy::cast_precision_loss)]

mod chart;
mod contest;
mod machine;
mod paper;
mod place;
mod rows;

use std::{process::ExitCode, time::Instant};

use bench::Failure;
use paper::Paper;
use place::Place;

type Row = fn(&Place, &mut Paper) -> Result<(), Failure>;

/// In the order in which they are measured and printed. The second tells if `--quick` has time for
/// it.
const ROWS: [(&str, bool, Row); 10] = [
    ("save", true, rows::transfer::save),
    ("save-deflated", true, rows::transfer::save_deflated),
    ("import", true, rows::transfer::import),
    ("findings", true, rows::findings::findings),
    ("call", true, rows::calls::calls),
    ("walk", true, rows::calls::walk),
    ("downloads", true, rows::downloads::downloads),
    ("growth", true, rows::growth::growth),
    ("build", false, rows::builds::builds),
    ("upkeep", false, rows::builds::upkeep),
];

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let quick = arguments.iter().any(|argument| argument == "--quick");
    let only: Vec<&String> = arguments.iter().filter(|it| !it.starts_with("--")).collect();
    match run(quick, &only) {
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

fn run(quick: bool, only: &[&String]) -> Result<String, Failure> {
    let start = Instant::now();
    let place = Place::prepare(quick)?;
    let mut paper = Paper::new(quick);
    for (name, in_quick, row) in ROWS {
        if !only.is_empty() && !only.iter().any(|wanted| *wanted == name) {
            continue;
        }
        if quick && !in_quick {
            paper.left_out(name, "it has no place in a quick run");
            continue;
        }
        println!("[{:>5.0} s] {name}", start.elapsed().as_secs_f64());
        // One that fails takes no other with it.
        if let Err(failure) = row(&place, &mut paper) {
            println!("          {name}: {failure}");
            paper.left_out(name, &failure.to_string());
        }
    }
    let seconds = start.elapsed().as_secs_f64();
    let text = paper.print(&machine::describe(&place), seconds, &place)?;
    if only.is_empty() && !quick {
        return Ok(format!("BENCHMARKS.md is written, after {seconds:.0} s"));
    }
    Ok(text)
}
