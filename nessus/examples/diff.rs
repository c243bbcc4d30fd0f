//! What changed between two reports (.nessus documents or archives): a table, or with `--json` one
//! JSON object in a line for each difference that is not "unchanged".
//!
//! ```text
//! cargo run --release -p scanops-nessus --example diff -- [--json] OLD NEW
//! ```
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a program")]

use std::{
    collections::BTreeMap,
    env,
    error::Error,
    io::{self, BufWriter, Write as _},
    process::ExitCode,
};

use scanops_nessus::{Change, Difference, diff_files};
use serde_json::Value;

fn main() -> ExitCode {
    let mut arguments: Vec<String> = env::args().skip(1).collect();
    let json = arguments.iter().any(|argument| argument == "--json");
    arguments.retain(|argument| argument != "--json");
    let [old, new] = &arguments[..] else {
        eprintln!("diff [--json] OLD NEW");
        return ExitCode::from(2);
    };
    match run(old, new, json) {
        Ok(complete) if complete => ExitCode::SUCCESS,
        Ok(_) => ExitCode::FAILURE,
        Err(error) => {
            // A reader of the output, such as head, may leave early.
            let left = error.downcast_ref::<io::Error>().map(io::Error::kind);
            if left == Some(io::ErrorKind::BrokenPipe) {
                return ExitCode::SUCCESS;
            }
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

/// Whether each item could be read.
fn run(old: &str, new: &str, json: bool) -> Result<bool, Box<dyn Error>> {
    let mut out = BufWriter::new(io::stdout().lock());
    let (mut counts, mut complete) = (BTreeMap::<String, u64>::new(), true);
    for difference in diff_files(old, new) {
        let difference = match difference {
            Err(error) if error.is_recoverable() => {
                eprintln!("{error}");
                complete = false;
                continue;
            }
            other => other?,
        };
        let change = serde_json::to_value(&difference.change)?;
        *counts.entry(text(&change["change"])).or_default() += 1;
        if difference.change == Change::Unchanged {
            continue;
        }
        if json {
            writeln!(out, "{}", serde_json::to_string(&difference)?)?;
        } else {
            row(&mut out, &difference, &change)?;
        }
    }
    out.flush()?;
    let counts: Vec<_> = counts.iter().map(|(change, count)| format!("{count} {change}")).collect();
    eprintln!("{}", counts.join(", "));
    Ok(complete)
}

fn row(out: &mut impl io::Write, difference: &Difference, change: &Value) -> io::Result<()> {
    let Difference { finding, .. } = difference;
    let details = match change["fields"].as_array() {
        Some(fields) => fields.iter().map(text).collect::<Vec<_>>().join(", "),
        None => text(&change["reason"]),
    };
    let place = format!("{}:{}/{}", finding.host.name, finding.port, finding.protocol);
    writeln!(
        out,
        "{:12}  {:8}  {place:28}  {:>6}  {}{}",
        text(&change["change"]).replace('_', " "),
        finding.severity,
        finding.plugin.id,
        finding.plugin.name.replace(char::is_control, " "),
        if details.is_empty() { details } else { format!(" ({})", details.replace('_', " ")) },
    )
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}
