//! `cargo xtask bench [--quick] [ROW…] [-ROW…]`: everything measured side by side, and BENCHMARKS.md
//! written with its charts. With names of rows these alone are measured, with `-` before a name all but
//! that one: what is not the whole goes to `target/bench` instead, and is printed.

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

use std::{fs, process::ExitCode, time::Instant};

use bench::Failure;
use paper::Paper;
use place::Place;

type Row = fn(&Place, &mut Paper) -> Result<(), Failure>;

/// In the order in which they are measured and printed. The second tells if `--quick` has time for
/// it.
const ROWS: [(&str, bool, Row); 11] = [
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
    ("suite", false, rows::builds::suite),
];

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let quick = arguments.iter().any(|argument| argument == "--quick");
    let named = arguments.iter().filter(|argument| !argument.starts_with("--"));
    let (without, only): (Vec<&str>, Vec<&str>) =
        named.map(String::as_str).partition(|name| name.starts_with('-'));
    match run(quick, &only, &without) {
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

fn run(quick: bool, only: &[&str], without: &[&str]) -> Result<String, Failure> {
    let start = Instant::now();
    let place = Place::prepare(quick)?;
    let mut paper = Paper::new();
    for (name, in_quick, row) in ROWS {
        if !only.is_empty() && !only.contains(&name) {
            continue;
        }
        if quick && !in_quick {
            paper.left_out(name, "it has no place in a quick run");
            continue;
        }
        if without.iter().any(|unwanted| unwanted[1..] == *name) {
            paper.left_out(name, "it was asked to be left out");
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
    let whole = !quick && only.is_empty() && without.is_empty();
    let folder = if whole { place.root.clone() } else { place.root.join("target/bench") };
    fs::create_dir_all(&folder)?;
    let text = paper.print(&machine::describe(&place), seconds, place.business, &folder)?;
    if whole {
        return Ok(format!("BENCHMARKS.md is written, after {seconds:.0} s"));
    }
    Ok(text)
}
