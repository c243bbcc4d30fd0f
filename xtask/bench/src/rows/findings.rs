//! Findings out of a report in its zip.

use std::fs;

use bench::Failure;

use super::{runner, same, transfer::mib_of, with};
use crate::{
    contest::{Clock, contest},
    paper::{Paper, at_least, at_most},
    place::Place,
};

pub(crate) fn findings(place: &Place, paper: &mut Paper) -> Result<(), Failure> {
    let times = place.pick(10, 2);
    let (count, plain) = place.archive("findings.zip", "real", times)?;
    let path = place.file("findings.zip").to_string_lossy().into_owned();
    let samples = place.pick(11, 3);
    let check = |told: &bench::Told| same(told.count, count);
    let mut runners = vec![
        runner(
            "scanops, on two cores",
            samples,
            Clock::Told,
            || with(place.ours(), ["findings", &path]),
            check,
        ),
        runner(
            "scanops, on one",
            samples,
            Clock::Told,
            || with(place.ours(), ["findings-alone", &path]),
            check,
        ),
        runner(
            "inflate, then quick-xml",
            samples,
            Clock::Told,
            || with(place.raw(), ["floor", &path]),
            check,
        ),
    ];
    if place.python().is_ok() {
        runners.push(runner(
            "pyTenable NessusReportv2",
            place.pick(2, 1),
            Clock::Told,
            || {
                let python = place.python().unwrap_or_else(|_| place.raw());
                with(python, ["findings", &path])
            },
            check,
        ));
    }
    let outcomes = contest(&runners)?;
    drop(runners);
    let large_path = place.file("large.zip").to_string_lossy().into_owned();
    let (large_count, _) = place.archive("large.zip", "real", times * 10)?;
    let large = contest(&[runner(
        "scanops, 10 x the size",
        1,
        Clock::Told,
        || with(place.ours(), ["findings", &large_path]),
        |told| same(told.count, large_count),
    )])?;
    fs::remove_file(&large_path)?;
    fs::remove_file(&path)?;

    let row = paper.row("findings", &format!(
        "All {count} findings of a report of {} MB in its zip, from a file. The floor: inflating it \
         with flate2, then reading its events with quick-xml and doing nothing with them. The report \
         has the shape of real ones: plugins repeat over hosts.",
        plain / 1_000_000,
    ));
    row.outcomes(&outcomes);
    row.outcomes(&large);
    row.speedup("speed, against pyTenable", &outcomes, "pyTenable NessusReportv2", at_least(50.0));
    row.ratio("time, against the floor", &outcomes, "inflate, then quick-xml", at_most(0.9));
    for outcome in [&outcomes[0], &large[0]] {
        row.mark(&format!("peak, {}, MiB", outcome.name), mib_of(outcome.peak()), at_most(32.0));
    }
    Ok(())
}
