//! Small calls, one after another, and a walk through pages.

use bench::Failure;

use crate::{
    environment::Environment,
    measure::{compare, same},
    report::{
        Report,
        Target::{self, AtLeast, AtMost},
    },
};

pub(super) fn call(environment: &Environment, report: &mut Report) -> Result<(), Failure> {
    let (url, count) = (&*environment.server.url, environment.pick(5000, 1000));
    let n = &*count.to_string();
    let programs = [
        environment.client("scanops", &["scanops", "calls", url, n]),
        environment.client("reqwest and serde_json", &["reqwest", "calls", url, n]),
    ];
    let pytenable = environment.pytenable("pyTenable details", &["calls", url, n]);
    let programs = programs.into_iter().chain(pytenable);
    let measured = compare(environment.pick(9, 3), programs, |output| {
        same(&(output.count, output.sum), &(count, count * 121))
    })?;
    // The difference of two runs, so that the start of the program is not counted.
    let instructions = |who: &str| -> Result<f64, Failure> {
        let count = |n: &str| environment.instructions(&[who, "calls", url, n]);
        Ok((count("600")? - count("100")?) / 500.0)
    };
    let counted = instructions("scanops").and_then(|ours| Ok((ours, instructions("reqwest")?)));
    let row = report.row(
        "call",
        format!(
            "Read one scan result {count} times on a warm connection: a record of 1.6 KB, the same in \
             each program, into the same type (pyTenable: a dict)."
        ),
        measured,
    );
    row.time("time, against reqwest", "reqwest and serde_json", AtMost(1.10));
    row.time("speed, against pyTenable", "pyTenable details", AtLeast(2.5));
    match counted {
        Ok((ours, reqwest)) => {
            row.figure("instructions of a call, scanops", ours, Target::None);
            row.figure("instructions of a call, reqwest", reqwest, Target::None);
            row.figure("instructions, against reqwest", ours / reqwest, AtMost(1.05));
        }
        Err(failure) => row.missing(&format!("instructions: {failure}")),
    }
    Ok(())
}

pub(super) fn walk(environment: &Environment, report: &mut Report) -> Result<(), Failure> {
    let (url, scans) = (&*environment.far.url, environment.pick(100_000_u64, 20_000));
    let (n, ten) = (&*scans.to_string(), &*(scans * 10).to_string());
    let sum: u64 = (0..scans).map(|id| id % 256).sum();
    let programs = [
        environment.client("scanops, 16 ahead", &["scanops", "walk", url, n, "16"]),
        environment.client("scanops, 8 ahead", &["scanops", "walk", url, n, "8"]),
        environment.client("scanops, none ahead", &["scanops", "walk", url, n, "1"]),
        environment.client("reqwest, page by page", &["reqwest", "walk", url, n, "1"]),
    ];
    let mut measured = compare(environment.pick(3, 2), programs, |output| {
        same(&(output.count, output.sum), &(scans, sum))
    })?;
    let more = environment.client("scanops, 10 x the scans", &["scanops", "walk", url, ten, "16"]);
    measured.extend(compare(1, [more], |output| same(&output.count, &(scans * 10)))?);
    let memory = measured[4].peak() / measured[0].peak();
    let row = report.row(
        "walk",
        format!(
            "Walk {scans} scans in pages of 500, from a server that waits 20 ms before each answer. \
             That they come in order is checked for each."
        ),
        measured,
    );
    row.time("speed, against pages by hand", "reqwest, page by page", AtLeast(4.0));
    row.figure("memory, with 10 x the scans", memory, AtMost(1.10));
    Ok(())
}
