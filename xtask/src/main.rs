//! Tasks of the repository, for people and for CI: `cargo xtask lint`, `cargo xtask gen [--check]`,
//! `cargo xtask api [--check]` and `cargo xtask bench [--quick]`.

// It is a program for a terminal.
#![expect(clippy::print_stdout, clippy::print_stderr)]

mod api;
mod generate;
mod lint;
mod surface;

use std::process::ExitCode;

const USAGE: &str = "\
cargo xtask lint          validate spec/insightvm.yaml, and report each problem
cargo xtask gen           the same, then generate the client, write the committed copy, and report what
                          changed
cargo xtask gen --check   the same without writing; fails with a diff where the copy is stale
cargo xtask api           write public-api.txt, the list of each crate's public items
cargo xtask api --check   the same without writing; fails with a diff where the listing is stale
cargo xtask bench         measure everything against its peers, and write BENCHMARKS.md (20 minutes)
cargo xtask bench --quick the same with less of it, to the terminal (2 minutes)";

fn main() -> ExitCode {
    if let Some(done) = api::as_rustdoc() {
        return done;
    }
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let result = match arguments[..] {
        ["lint"] => lint::run(&generate::root()),
        ["gen"] => generate::write(),
        ["gen", "--check"] => generate::check(),
        ["api"] => api::write(),
        ["api", "--check"] => api::check(),
        ["bench", ref options @ ..] => bench(options),
        _ => Err(USAGE.to_owned()),
    };
    match result {
        Ok(report) => {
            println!("{report}");
            ExitCode::SUCCESS
        }
        Err(complaint) => {
            eprintln!("{complaint}");
            ExitCode::FAILURE
        }
    }
}

/// Builds the programs that are measured, and runs what measures them. They are a package of their
/// own, so that this one stays quick to build.
fn bench(options: &[&str]) -> Result<String, String> {
    let build = ["build", "--release", "--package", "bench", "--bins"];
    let run = [&["run", "--quiet", "--release", "--package", "bench", "--"], options].concat();
    for arguments in [&build[..], &run] {
        let status = generate::cargo().args(arguments).status();
        let status = status.map_err(|error| format!("cargo: {error}"))?;
        if !status.success() {
            return Err(format!("cargo {}: {status}", arguments.join(" ")));
        }
    }
    Ok(String::new())
}
