//! Small calls, one after another, and a walk through pages.

use std::process::Command;

use bench::Failure;

use super::{any, runner, same, transfer::mib_of, with};
use crate::{
    contest::{Clock, contest},
    paper::{Paper, at_least, at_most},
    place::{Place, succeed},
};

pub(crate) fn calls(place: &Place, paper: &mut Paper) -> Result<(), Failure> {
    let count = place.pick(5000, 1000);
    let (url, count_text) = (place.server.url.clone(), count.to_string());
    let check = |told: &bench::Told| same((told.count, told.sum), (count, count * 121));
    let arguments = ["calls", &url, &count_text];
    let times = place.pick(9, 3);
    let mut runners = vec![
        runner("scanops", times, Clock::Told, || with(place.ours(), arguments), check),
        runner(
            "reqwest and serde_json",
            times,
            Clock::Told,
            || with(place.raw(), arguments),
            check,
        ),
    ];
    if place.python().is_ok() {
        runners.push(runner(
            "pyTenable details",
            place.pick(2, 1),
            Clock::Told,
            || with(place.python().unwrap_or_else(|_| place.raw()), arguments),
            check,
        ));
    }
    let outcomes = contest(&runners)?;
    drop(runners);
    let row = paper.row("call", &format!(
        "Read one scan result {count} times on a warm connection: a record of 1.6 KB, the same in each \
         program, into the same type (pyTenable: a dict)."
    ));
    row.outcomes(&outcomes);
    row.ratio("time, against reqwest", &outcomes, "reqwest and serde_json", at_most(1.10));
    row.speedup("speed, against pyTenable", &outcomes, "pyTenable details", at_least(2.5));
    let counted = instructions(&place.ours(), &url)
        .and_then(|ours| Ok((ours, instructions(&place.raw(), &url)?)));
    match counted {
        Ok((ours, raw)) => {
            row.figure("instructions of a call, scanops", ours);
            row.figure("instructions of a call, reqwest", raw);
            row.mark("instructions, against reqwest", ours / raw, at_most(1.05));
        }
        Err(failure) => row.missing(&format!("instructions: {failure}")),
    }
    Ok(())
}

/// Instructions of one call, by callgrind: the difference of two runs, so that the start of the
/// program is not counted.
fn instructions(program: &Command, url: &str) -> Result<f64, Failure> {
    let count = |calls: &str| -> Result<f64, Failure> {
        let mut valgrind = Command::new("valgrind");
        valgrind.args(["--tool=callgrind", "--callgrind-out-file=/dev/null", "--log-fd=1"]);
        valgrind.arg(program.get_program()).args(["calls", url, calls]);
        let said = succeed(&mut valgrind)?;
        let collected = said.lines().find_map(|line| line.split_once("Collected :"));
        Ok(collected.ok_or("callgrind told no count")?.1.trim().parse()?)
    };
    Ok((count("600")? - count("100")?) / 500.0)
}

pub(crate) fn walk(place: &Place, paper: &mut Paper) -> Result<(), Failure> {
    let scans: u64 = place.pick(100_000, 20_000);
    let (url, text) = (place.far.url.clone(), scans.to_string());
    let sum: u64 = (0..scans).map(|id| id % 256).sum();
    let check = |told: &bench::Told| same((told.count, told.sum), (scans, sum));
    let times = place.pick(3, 2);
    let ours = |prefetch: &'static str| {
        let (url, text) = (url.clone(), text.clone());
        move || with(place.ours(), ["walk", &url, &text, prefetch])
    };
    let outcomes = contest(&[
        runner("scanops, 16 ahead", times, Clock::Told, ours("16"), check),
        runner("scanops, 8 ahead", times, Clock::Told, ours("8"), check),
        runner("scanops, none ahead", times, Clock::Told, ours("1"), check),
        runner(
            "reqwest, page by page",
            times,
            Clock::Told,
            || with(place.raw(), ["walk", &url, &text]),
            check,
        ),
    ])?;
    let many = contest(&[runner(
        "scanops, 10 x the scans",
        1,
        Clock::Told,
        || with(place.ours(), ["walk", &url, &(scans * 10).to_string(), "16"]),
        any,
    )])?;
    let row = paper.row("walk", &format!(
        "Walk {scans} scans in pages of 500, from a server that waits 20 ms before each answer. That \
         they come in order is checked for each."
    ));
    row.outcomes(&outcomes);
    row.outcomes(&many);
    row.speedup("speed, against pages by hand", &outcomes, "reqwest, page by page", at_least(4.0));
    row.mark(
        "memory, with 10 x the scans",
        mib_of(many[0].peak()) / mib_of(outcomes[0].peak()),
        at_most(1.10),
    );
    Ok(())
}
