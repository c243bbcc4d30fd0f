//! Many downloads at once.

use std::fs;

use bench::{Failure, Told};

use super::{runner, same, transfer::mib_of, with};
use crate::{
    contest::{Clock, contest},
    paper::{Paper, at_most},
    place::Place,
};

pub(crate) fn downloads(place: &Place, paper: &mut Paper) -> Result<(), Failure> {
    let count: u64 = place.pick(1000, 200);
    let (url, text) = (place.server.url.clone(), count.to_string());
    let folder = place.file("many");
    fs::create_dir_all(&folder)?;
    let path = folder.to_string_lossy().into_owned();
    let times = place.pick(5, 3);
    let streamed = contest(&[
        runner(
            "scanops",
            times,
            Clock::Told,
            || with(place.ours(), ["downloads", &url, &text]),
            |told| same(told.count, count),
        ),
        runner(
            "reqwest",
            times,
            Clock::Told,
            || with(place.raw(), ["downloads", &url, &text]),
            |told| same(told.count, count),
        ),
    ])?;
    let sums: Vec<(u64, u64)> = streamed
        .iter()
        .flat_map(|outcome| &outcome.samples)
        .map(|sample| (sample.told.bytes, sample.told.sum))
        .collect();
    if sums.windows(2).any(|pair| pair[0] != pair[1]) {
        return Err("the two did not get the same bytes".into());
    }
    let saved = |told: &Told| {
        let found = fs::read_dir(&folder)?.count() as u64;
        fs::remove_dir_all(&folder)?;
        fs::create_dir_all(&folder)?;
        same((told.count, found), (count, count))
    };
    let saved = contest(&[
        runner(
            "scanops, saved and verified",
            times,
            Clock::Told,
            || with(place.ours(), ["downloads-saved", &url, &text, &path]),
            saved,
        ),
        runner(
            "reqwest, to files",
            times,
            Clock::Told,
            || with(place.raw(), ["downloads-saved", &url, &text, &path]),
            saved,
        ),
    ])?;
    fs::remove_dir_all(&folder)?;
    let row = paper.row("downloads", &format!(
        "{count} downloads of 1 MiB at once: their parts taken as they come, and their checksums \
         compared."
    ));
    row.outcomes(&streamed);
    row.ratio("time, against reqwest", &streamed, "reqwest", at_most(1.10));
    let peak = |at: usize| mib_of(streamed[at].peak());
    row.mark("memory, against reqwest", peak(0) / peak(1), at_most(1.10));

    let row = paper.row("downloads-saved", &format!(
        "The same {count}, saved to files: scanops verifies each, and renames it when it is whole."
    ));
    row.outcomes(&saved);
    row.ratio("time, against reqwest", &saved, "reqwest, to files", at_most(1.10));
    let peak = |at: usize| mib_of(saved[at].peak());
    row.mark("memory, against reqwest", peak(0) / peak(1), at_most(1.10));
    Ok(())
}
