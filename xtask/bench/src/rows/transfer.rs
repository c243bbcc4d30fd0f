//! Reports that are saved and imported.

use std::{fs, path::Path, process::Command};

use bench::{Failure, Told, checksum};

use super::{any, runner, same, with};
use crate::{
    contest::{Clock, Outcome, Runner, contest},
    paper::{Paper, at_least, at_most},
    place::Place,
};

const KEYS: &str = "x-apikey: accesskey=access; secretkey=secret;";
const MIB: u64 = 1 << 20;

/// curl, as one would type it.
fn curl_save(url: &str, id: u64, to: &Path) -> Command {
    let mut command = Command::new("curl");
    command.args(["-sS", "-H", KEYS, "-H", "Content-Type: application/json"]);
    command.args(["-d", r#"{"downloadType":"v2"}"#, "-o"]).arg(to);
    command.arg(format!("{url}/rest/scanResult/{id}/download"));
    command
}

/// Save a report of `times` blocks of 1 MiB, each program to a file of its own name.
pub(crate) fn save(place: &Place, paper: &mut Paper) -> Result<(), Failure> {
    let mib = place.pick(1024, 256);
    let (id, url) = (1_000_000 + mib, place.server.url.clone());
    let (expected, _) = expected(place, "stored", mib)?;
    let (times, id_text) = (place.pick(9, 3), id.to_string());
    let target = place.file("saved.zip");
    let path = target.to_string_lossy().into_owned();
    let check = |_: &Told| {
        let found = checksum(&target)?;
        fs::remove_file(&target)?;
        same(found, expected)
    };
    let mut runners = vec![
        runner(
            "scanops",
            times,
            Clock::Process,
            || with(place.ours(), ["save", &url, &id_text, &path]),
            check,
        ),
        runner("curl -o", times, Clock::Process, || curl_save(&url, id, &target), check),
        runner(
            "reqwest, to a file",
            times,
            Clock::Process,
            || with(place.raw(), ["save", &url, &id_text, &path]),
            check,
        ),
    ];
    add_python(place, &mut runners, place.pick(2, 1), ["save", &url, &id_text, &path], &check);
    let outcomes = contest(&runners)?;
    drop(runners);

    let row = paper.row("save", &format!(
        "Save a report of {mib} MiB on the wire, stored in its zip: POST, write, and (scanops alone) \
         verify each checksum, synchronise with the disk and rename. Size and checksum of each file \
         are checked after each run."
    ));
    row.outcomes(&outcomes);
    row.ratio("time, against curl", &outcomes, "curl -o", at_most(1.10));
    row.ratio("time, against reqwest", &outcomes, "reqwest, to a file", at_most(1.05));
    row.speedup("speed, against pyTenable", &outcomes, "pyTenable export_scan", at_least(6.0));
    memory(place, paper, &outcomes)
}

/// The peak, and that of four times as much.
fn memory(place: &Place, paper: &mut Paper, outcomes: &[Outcome]) -> Result<(), Failure> {
    let mib = place.pick(4096, 1024);
    let (url, id) = (place.server.url.clone(), (1_000_000 + mib).to_string());
    let path = place.file("saved.zip").to_string_lossy().into_owned();
    let large = contest(&[runner(
        "scanops, 4 x the size",
        1,
        Clock::Process,
        || with(place.ours(), ["save", &url, &id, &path]),
        any,
    )])?;
    fs::remove_file(&path)?;
    let row = paper.row("save-memory", "The peak of resident memory while saving.");
    row.outcomes(&large);
    for outcome in outcomes.iter().chain(&large).filter(|it| it.name.starts_with("scanops")) {
        row.mark(&format!("peak, {}, MiB", outcome.name), mib_of(outcome.peak()), at_most(24.0));
    }
    Ok(())
}

#[expect(clippy::cast_precision_loss)]
pub(super) fn mib_of(bytes: u64) -> f64 {
    bytes as f64 / MIB as f64
}

/// Size and checksum of what the server sends, and the size of the document in it.
fn expected(place: &Place, block: &str, times: u64) -> Result<((u64, u32), u64), Failure> {
    let (_, plain) = place.archive("expected.zip", block, times)?;
    let path = place.file("expected.zip");
    let found = checksum(&path)?;
    fs::remove_file(path)?;
    Ok((found, plain))
}

/// `pyTenable`, where it could be had.
fn add_python<'a, const N: usize>(
    place: &'a Place,
    runners: &mut Vec<Runner<'a>>,
    times: usize,
    arguments: [&'a str; N],
    check: &'a dyn Fn(&Told) -> Result<(), Failure>,
) {
    let name =
        if arguments[0] == "save" { "pyTenable export_scan" } else { "pyTenable import_scan" };
    if let Ok(mut command) = place.python() {
        command.args(arguments);
        let made = move || {
            let mut again = Command::new(command.get_program());
            again.args(command.get_args());
            again
        };
        runners.push(runner(name, times, Clock::Told, made, check));
    }
}

/// The same for a report that is deflated, which has to be inflated to be verified.
pub(crate) fn save_deflated(place: &Place, paper: &mut Paper) -> Result<(), Failure> {
    let times = place.pick(44, 5);
    let (url, id) = (place.server.url.clone(), 2_000_000 + times);
    let id_text = id.to_string();
    let (expected, plain) = expected(place, "deflated", times)?;
    let path = place.file("saved.zip").to_string_lossy().into_owned();
    let check = |_: &Told| same(checksum(Path::new(&path))?, expected);
    let samples = place.pick(5, 3);
    let outcomes = contest(&[
        runner(
            "scanops",
            samples,
            Clock::Process,
            || with(place.ours(), ["save", &url, &id_text, &path]),
            check,
        ),
        runner("curl -o", samples, Clock::Process, || curl_save(&url, id, Path::new(&path)), check),
        runner(
            "inflate and checksum of the file",
            samples,
            Clock::Process,
            || with(place.raw(), ["verify", &path]),
            |told| same(told.bytes, plain),
        ),
    ])?;
    let row = paper.row("save-deflated", &format!(
        "Save a report of {} MiB deflated to {} MiB. To verify it is to inflate it: the same work by \
         hand is curl, then `unzip -t`; here by flate2, the quickest there is.",
        plain / MIB,
        expected.0 / MIB,
    ));
    row.outcomes(&outcomes);
    let [ours, curl, verify] = &outcomes[..] else { return Err("three were to run".into()) };
    let both = curl.seconds() + verify.seconds();
    row.mark("time, against curl and then inflate", ours.seconds() / both, at_most(1.0));
    row.figure("time, against curl alone, which verifies nothing", ours.seconds() / curl.seconds());
    fs::remove_file(&path)?;
    Ok(())
}

/// Import a file.
pub(crate) fn import(place: &Place, paper: &mut Paper) -> Result<(), Failure> {
    let mib = place.pick(1024, 256);
    place.archive("import.zip", "stored", mib)?;
    let source = place.file("import.zip");
    let expected = checksum(&source)?;
    let (url, path) = (place.server.url.clone(), source.to_string_lossy().into_owned());
    let check = |_: &Told| same(place.server.uploaded()?, expected);
    let times = place.pick(9, 3);
    let mut runners = vec![
        runner(
            "scanops",
            times,
            Clock::Process,
            || with(place.ours(), ["import", &url, &path]),
            check,
        ),
        runner(
            "curl -F",
            times,
            Clock::Process,
            || {
                let (form, to) = (format!("Filedata=@{path}"), format!("{url}/rest/file/upload"));
                with(Command::new("curl"), ["-sS", "-H", KEYS, "-F", &form, &to])
            },
            check,
        ),
        runner(
            "reqwest, a form with a file",
            place.pick(3, 1),
            Clock::Process,
            || with(place.raw(), ["import", &url, &path]),
            check,
        ),
    ];
    add_python(place, &mut runners, place.pick(2, 1), ["import", &url, &path], &check);
    let outcomes = contest(&runners)?;
    drop(runners);
    let row = paper.row("import", &format!(
        "Import a report of {mib} MiB: a form with the file, then (not curl) the import. The server \
         compares size and checksum of what came."
    ));
    row.outcomes(&outcomes);
    row.ratio("time, against curl", &outcomes, "curl -F", at_most(1.10));
    row.ratio("time, against reqwest", &outcomes, "reqwest, a form with a file", at_most(1.05));
    row.speedup("speed, against pyTenable", &outcomes, "pyTenable import_scan", at_least(1.0));
    let ours = outcomes.first().ok_or("nothing ran")?;
    row.figure("peak, MiB", mib_of(ours.peak()));
    fs::remove_file(source)?;
    Ok(())
}
