//! How cost grows with the work: ten times, and ten times again.

use std::{fs, process::Command};

use bench::Failure;

use super::{any, runner, transfer::mib_of, with};
use crate::{
    contest::{Clock, Outcome, contest},
    paper::{Paper, Series, at_most},
    place::Place,
};

const NAMES: [&str; 3] = ["1 x", "10 x", "100 x"];

/// What grows, and the command for one size.
type Growth<'a> = (&'static str, &'static str, [u64; 3], Box<dyn Fn(&str) -> Command + 'a>);

/// The kinds of reports that the server has.
const STORED: u64 = 1;
const DEFLATED: u64 = 2;

fn id(kind: u64, times: &str) -> String {
    (kind * 1_000_000 + times.parse().unwrap_or(0)).to_string()
}

/// How the time of a MiB grows where nothing of ours is in the way.
fn by_reqwest(place: &Place, sizes: &[u64; 3]) -> Result<f64, Failure> {
    let saved = place.file("saved.zip").to_string_lossy().into_owned();
    let url = &*place.server.url;
    let unit = |size: u64| -> Result<f64, Failure> {
        let id = id(STORED, &size.to_string());
        let command = || with(place.raw(), ["save", url, &id, &saved]);
        let outcomes = contest(&[runner("reqwest", place.pick(3, 1), Clock::Told, command, any)])?;
        Ok(outcomes[0].seconds() / size as f64)
    };
    Ok(unit(sizes[2])? / unit(sizes[1])?)
}

pub(crate) fn growth(place: &Place, paper: &mut Paper) -> Result<(), Failure> {
    let url = &*place.server.url;
    let small = place.pick(1, 10);
    let saved = place.file("saved.zip").to_string_lossy().into_owned();
    let save = |n: &str| with(place.ours(), ["save", url, &id(STORED, n), &saved]);
    let kinds: [Growth<'_>; 4] = [
        (
            "findings",
            "a report of 24 MB, its findings as they download",
            [1, 10, 100 / small],
            Box::new(|n| with(place.ours(), ["download-findings", url, &id(DEFLATED, n)])),
        ),
        (
            "pages",
            // More than is fetched ahead.
            "10,000 scans in pages of 500, 16 ahead",
            [10_000, 100_000, 1_000_000],
            Box::new(|n| with(place.ours(), ["walk", url, n, "16"])),
        ),
        ("save", "40 MiB to save", [40, 400, 4000 / small], Box::new(save)),
        (
            "downloads",
            "10 downloads of 1 MiB at once",
            [10, 100, 1000],
            Box::new(|n| with(place.ours(), ["downloads", url, n])),
        ),
    ];
    for (key, what, sizes, command) in &kinds {
        let sizes_text = sizes.map(|size| size.to_string());
        let runners = sizes_text.iter().zip(NAMES).enumerate().map(|(at, (size, name))| {
            let times = if at == 2 { place.pick(3, 1) } else { place.pick(7, 3) };
            runner(name, times, Clock::Told, || command(size), any)
        });
        let outcomes = contest(&runners.collect::<Vec<_>>())?;
        let peer = if *key == "save" { Some(by_reqwest(place, sizes)?) } else { None };
        let _ = fs::remove_file(&saved);
        let row = paper.row(&format!("growth-{key}"), &format!("1 x is {what}."));
        row.series(Series {
            sizes: sizes.map(|size| size as f64 / sizes[0] as f64).to_vec(),
            seconds: outcomes.iter().map(Outcome::seconds).collect(),
        });
        row.outcomes(&outcomes);
        let unit = |at: usize| outcomes[at].seconds() / sizes[at] as f64;
        row.mark("time of a unit, the largest against 10 x", unit(2) / unit(1), at_most(1.10));
        if let Some(peer) = peer {
            row.figure("the same, of reqwest to a file", peer);
        }
        let memory = mib_of(outcomes[2].peak()) / mib_of(outcomes[1].peak());
        if *key == "downloads" {
            row.figure(
                "memory, the largest against 10 x (each has a connection of its own)",
                memory,
            );
        } else {
            row.mark("memory, the largest against 10 x", memory, at_most(1.10));
        }
    }
    Ok(())
}
