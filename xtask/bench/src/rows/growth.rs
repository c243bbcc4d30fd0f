//! How cost grows with the work: ten times as much, and ten times again.

use std::{fmt::Display, fs};

use bench::{Failure, Kind};

use crate::{
    environment::Environment,
    measure::{Measurement, compare},
    report::{
        Report,
        Target::{self, AtMost},
    },
};

type Arguments<'a> = &'a dyn Fn(u64) -> Result<Vec<String>, Failure>;

fn words(words: &[&dyn Display]) -> Vec<String> {
    words.iter().map(ToString::to_string).collect()
}

pub(super) fn growth(environment: &Environment, report: &mut Report) -> Result<(), Failure> {
    let (url, file) = (&environment.server.url, &environment.file("saved.zip"));
    let less = environment.pick(1, 10);
    let findings = |n| {
        let archive = environment.serve(Kind::Unique, n)?;
        Ok(words(&[&"scanops", &"findings-download", url, &archive.id]))
    };
    let pages = |n| Ok(words(&[&"scanops", &"walk", url, &n, &16]));
    let save = |who: &'static str| {
        move |n| {
            let archive = environment.serve(Kind::Stored, n)?;
            Ok(words(&[&who, &"save", url, &archive.id, file]))
        }
    };
    let one = environment.serve(Kind::Stored, 1)?.id;
    let downloads = |n| Ok(words(&[&"scanops", &"downloads", url, &one, &n]));
    let rows: [(&str, &str, [u64; 3], Arguments<'_>); 4] = [
        (
            "growth-findings",
            "a report of 24 MB, its findings as they download",
            [1, 10, 100 / less],
            &findings,
        ),
        // More than is fetched ahead.
        (
            "growth-pages",
            "10,000 scans in pages of 500, 16 ahead",
            [10_000, 100_000, 1_000_000],
            &pages,
        ),
        ("growth-save", "40 MiB to save", [40, 400, 4000 / less], &save("scanops")),
        ("growth-downloads", "10 downloads of 1 MiB at once", [10, 100, 1000], &downloads),
    ];
    for (key, what, sizes, arguments) in rows {
        let measured = measure(environment, sizes, arguments)?;
        let time = unit(&measured, sizes);
        let memory = measured[2].peak() / measured[1].peak();
        let reqwest = match key {
            "growth-save" => Some(measure(environment, sizes, &save("reqwest"))?),
            _ => None,
        };
        let row = report.row(key, format!("1 x is {what}."), measured);
        row.grows(sizes);
        row.figure("time of a unit, the largest against 10 x", time, AtMost(1.10));
        if let Some(reqwest) = reqwest {
            row.figure("the same, of reqwest to a file", unit(&reqwest, sizes), Target::None);
        }
        if key == "growth-downloads" {
            let what = "memory, the largest against 10 x (each has a connection of its own)";
            row.figure(what, memory, Target::None);
        } else {
            row.figure("memory, the largest against 10 x", memory, AtMost(1.10));
        }
    }
    Ok(fs::remove_file(file)?)
}

fn measure(
    environment: &Environment,
    sizes: [u64; 3],
    arguments: Arguments<'_>,
) -> Result<Vec<Measurement>, Failure> {
    let mut programs = Vec::new();
    for (size, name) in sizes.into_iter().zip(["1 x", "10 x", "100 x"]) {
        let arguments = arguments(size)?;
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        let program = environment.client(name, &arguments);
        programs.push(match name {
            "100 x" => program.runs(environment.pick(3, 1)),
            _ => program,
        });
    }
    compare(environment.pick(7, 3), programs, |_| Ok(()))
}

/// The time for each unit of the largest work, against that of the one before.
fn unit(measured: &[Measurement], sizes: [u64; 3]) -> f64 {
    let unit = |at: usize| measured[at].seconds() / sizes[at] as f64;
    unit(2) / unit(1)
}
