//! Findings of a report in its zip.

use std::fs;

use bench::{Failure, Kind};

use crate::{
    environment::Environment,
    measure::{compare, same},
    report::{
        Report,
        Target::{AtLeast, AtMost},
    },
};

pub(super) fn findings(environment: &Environment, report: &mut Report) -> Result<(), Failure> {
    let (file, large_file) = (&*environment.file("findings.zip"), &*environment.file("large.zip"));
    let times = environment.pick(10, 2);
    let archive = environment.write(Kind::Real, times, file)?;
    let floor = ["reqwest", "inflate-and-read-events", file];
    let programs = [
        environment.client("scanops, on two cores", &["scanops", "findings", file]),
        environment.client("scanops, on one", &["scanops", "findings-one-thread", file]),
        environment.client("inflate, then quick-xml", &floor),
    ];
    let pytenable = environment.pytenable("pyTenable NessusReportv2", &["findings", file]);
    let programs = programs.into_iter().chain(pytenable);
    let check = |output: &bench::Output| same(&output.count, &archive.findings);
    let mut measured = compare(environment.pick(11, 3), programs, check)?;
    fs::remove_file(file)?;

    let large = environment.write(Kind::Real, times * 10, large_file)?;
    let program =
        environment.client("scanops, 10 x the size", &["scanops", "findings", large_file]);
    let check = |output: &bench::Output| same(&output.count, &large.findings);
    measured.extend(compare(1, [program], check)?);
    fs::remove_file(large_file)?;
    let peaks = [&measured[0], &measured[measured.len() - 1]].map(|it| (it.name, it.peak()));

    let row = report.row(
        "findings",
        format!(
            "All {} findings of a report of {} MB in its zip, from a file. The floor: inflating it \
             with flate2, then reading its events with quick-xml and doing nothing with them. The \
             report has the shape of real ones: plugins repeat over hosts.",
            archive.findings,
            archive.document / 1_000_000,
        ),
        measured,
    );
    row.time("speed, against pyTenable", "pyTenable NessusReportv2", AtLeast(50.0));
    row.time("time, against the floor", "inflate, then quick-xml", AtMost(0.9));
    for (name, peak) in peaks {
        row.figure(&format!("peak, {name}, MiB"), peak, AtMost(32.0));
    }
    Ok(())
}
