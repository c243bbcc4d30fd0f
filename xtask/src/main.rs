//! What is done to the repository by hand or by CI: `cargo xtask gen [--check]` and
//! `cargo xtask api [--check]`.

// It is a program for a terminal.
#![expect(clippy::print_stdout, clippy::print_stderr)]

mod api;
mod generate;
mod lint;
mod surface;

use std::process::ExitCode;

const USAGE: &str = "\
cargo xtask gen           lint spec/insightvm.yaml, generate the client, write the reviewable copy,
                          and say what changed
cargo xtask gen --check   the same without writing; fails with a diff where the copy is stale
cargo xtask api           write public-api.txt, which lists what the crate offers
cargo xtask api --check   the same without writing; fails with a diff where the listing is stale";

fn main() -> ExitCode {
    if let Some(done) = api::as_rustdoc() {
        return done;
    }
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let result = match arguments[..] {
        ["gen"] => generate::write(),
        ["gen", "--check"] => generate::check(),
        ["api"] => api::write(),
        ["api", "--check"] => api::check(),
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
