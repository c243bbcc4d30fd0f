//! The measurements, each compared with peers.
//!
//! To add a row:
//!
//! 1. Write the work in `bench-client`: if both scanops and reqwest do it, as a method of its trait
//!    `Client`, otherwise as a function next to it. pyTenable's part is in `peers.py`. What the
//!    server has to send goes into `bench-server`.
//! 2. Write a function here that runs the programs with [`compare`], which checks what each of them
//!    did, and makes a row of it with [`Report::row`]. Give the figures that matter a [`Target`]. A
//!    row of two or more programs gets a chart.
//! 3. Put the function into [`ROWS`].
//! 4. Describe in `notes.md`, under the name of the row, what is measured, and why a target is missed.
//! 5. Run `cargo xtask bench --quick NAME`.

use std::{
    fs::{self, File},
    path::Path,
};

use bench::{Failure, Kind, Output, checksum};

use crate::{
    builds,
    environment::Environment,
    measure::{Measurement, Program, compare, same},
    report::{
        Report, Row,
        Target::{self, AtLeast, AtMost},
    },
};

type Measure = fn(&Environment, &mut Report) -> Result<(), Failure>;

/// Name, whether `--quick` has time for it, and what measures it: in the order in which they are
/// measured and printed.
pub(crate) const ROWS: [(&str, bool, Measure); 11] = [
    ("save", true, save),
    ("save-deflated", true, save_deflated),
    ("import", true, import),
    ("findings", true, findings),
    ("call", true, call),
    ("walk", true, walk),
    ("downloads", true, downloads),
    ("growth", true, growth),
    ("build", false, builds::build),
    ("upkeep", false, builds::upkeep),
    ("suite", false, builds::suite),
];

const MIB: u64 = 1 << 20;

/// curl, with the usual arguments.
fn curl<'a>(name: &'static str, arguments: impl IntoIterator<Item = &'a str>) -> Program {
    let keys = ["-sS", "-H", "x-apikey: accesskey=access; secretkey=secret;"];
    Program::new(name, Path::new("curl"), keys.into_iter().chain(arguments)).whole_process()
}

fn curl_save(url: &str, id: u64, file: &str) -> Program {
    let (header, body) = ("Content-Type: application/json", r#"{"downloadType":"v2"}"#);
    let url = format!("{url}/rest/scanResult/{id}/download");
    curl("curl -o", ["-H", header, "-d", body, "-o", file, &url])
}

fn save(environment: &Environment, report: &mut Report) -> Result<(), Failure> {
    let mib = environment.pick(1024, 256);
    let (url, file) = (&*environment.server.url, &*environment.file("saved.zip"));
    let archive = environment.serve(Kind::Stored, mib)?;
    let arguments = format!("save {url} {} {file}", archive.id);
    let client =
        |name, who| environment.client(name, &format!("{who} {arguments}")).whole_process();
    let programs = [
        client("scanops", "scanops"),
        curl_save(url, archive.id, file),
        client("reqwest, to a file", "reqwest"),
    ];
    let pytenable = environment.pytenable("pyTenable export_scan", &arguments);
    let programs = programs.into_iter().chain(pytenable);
    let measured = compare(environment.pick(9, 3), programs, |_| {
        let found = checksum(File::open(file)?)?;
        fs::remove_file(file)?;
        same(&found, &archive.checksum)
    })?;
    let peak = measured[0].peak();
    let row = report.row("save", &[("mib", mib)], measured);
    row.time("time, against curl", "curl -o", AtMost(1.10));
    row.time("time, against reqwest", "reqwest, to a file", AtMost(1.05));
    row.time("speed, against pyTenable", "pyTenable export_scan", AtLeast(6.0));

    let large = environment.serve(Kind::Stored, mib * 4)?;
    let arguments = format!("scanops save {url} {} {file}", large.id);
    let program = environment.client("scanops, 4 x the size", &arguments).whole_process();
    let measured = compare(1, [program], |output| same(&output.bytes, &large.checksum.0))?;
    fs::remove_file(file)?;
    let large_peak = measured[0].peak();
    let row = report.row("save-memory", &[], measured);
    row.figure("peak, scanops, MiB", peak, AtMost(24.0));
    row.figure("peak, scanops, 4 x the size, MiB", large_peak, AtMost(24.0));
    Ok(())
}

fn save_deflated(environment: &Environment, report: &mut Report) -> Result<(), Failure> {
    let (url, file) = (&*environment.server.url, &*environment.file("saved.zip"));
    let archive = environment.serve(Kind::Unique, environment.pick(44, 5))?;
    let save = format!("scanops save {url} {} {file}", archive.id);
    let inflate = format!("inflate {file}");
    let programs = [
        environment.client("scanops", &save).whole_process(),
        curl_save(url, archive.id, file),
        environment.client("inflate and checksum of the file", &inflate).whole_process(),
    ];
    let check = |_: &Output| same(&checksum(File::open(file)?)?, &archive.checksum);
    let measured = compare(environment.pick(5, 3), programs, check)?;
    fs::remove_file(file)?;
    let by_hand = measured[1].seconds() + measured[2].seconds();
    let ratio = measured[0].seconds() / by_hand;
    let sizes = [("document", archive.document / MIB), ("archive", archive.checksum.0 / MIB)];
    let row = report.row("save-deflated", &sizes, measured);
    row.figure("time, against curl and then inflate", ratio, AtMost(1.0));
    row.time("time, against curl alone, which verifies nothing", "curl -o", Target::None);
    Ok(())
}

fn import(environment: &Environment, report: &mut Report) -> Result<(), Failure> {
    let mib = environment.pick(1024, 256);
    let (url, file) = (&*environment.server.url, &*environment.file("import.zip"));
    let archive = environment.write(Kind::Stored, mib, file)?;
    let arguments = format!("import {url} {file}");
    let client =
        |name, who| environment.client(name, &format!("{who} {arguments}")).whole_process();
    let form = ["-F", &format!("Filedata=@{file}"), &format!("{url}/rest/file/upload")];
    let programs = [
        client("scanops", "scanops"),
        curl("curl -F", form),
        client("reqwest, a form with a file", "reqwest").runs(environment.pick(3, 1)),
    ];
    let pytenable = environment.pytenable("pyTenable import_scan", &arguments);
    let programs = programs.into_iter().chain(pytenable);
    let measured = compare(environment.pick(9, 3), programs, |_| {
        same(&environment.uploaded()?, &archive.checksum)
    })?;
    fs::remove_file(file)?;
    let peak = measured[0].peak();
    let row = report.row("import", &[("mib", mib)], measured);
    row.time("time, against curl", "curl -F", AtMost(1.10));
    row.time("time, against reqwest", "reqwest, a form with a file", AtMost(1.05));
    row.time("speed, against pyTenable", "pyTenable import_scan", AtLeast(1.0));
    row.figure("peak, MiB", peak, Target::None);
    Ok(())
}

fn findings(environment: &Environment, report: &mut Report) -> Result<(), Failure> {
    let (file, large_file) = (&*environment.file("findings.zip"), &*environment.file("large.zip"));
    let archive = environment.write(Kind::Real, environment.pick(10, 2), file)?;
    let large = environment.write(Kind::Real, environment.pick(100, 20), large_file)?;
    let floor = format!("inflate-and-read-events {file}");
    let programs = [
        environment.client("scanops, on two cores", &format!("findings {file}")),
        environment.client("scanops, as a stream", &format!("findings-stream {file}")),
        environment.client("scanops, on one", &format!("findings-one-thread {file}")),
        environment.client("inflate, then quick-xml", &floor),
    ];
    let pytenable = environment.pytenable("pyTenable NessusReportv2", &format!("findings {file}"));
    let programs = programs.into_iter().chain(pytenable);
    let check = |output: &Output| same(&output.count, &archive.findings);
    let mut measured = compare(environment.pick(11, 3), programs, check)?;
    let more = environment.client("scanops, 10 x the size", &format!("findings {large_file}"));
    measured.extend(compare(1, [more], |output| same(&output.count, &large.findings))?);
    fs::remove_file(file)?;
    fs::remove_file(large_file)?;
    let peaks = [&measured[0], &measured[measured.len() - 1]].map(|it| (it.name, it.peak()));
    let sizes = [("findings", archive.findings), ("mb", archive.document / 1_000_000)];
    let row = report.row("findings", &sizes, measured);
    row.time("speed, against pyTenable", "pyTenable NessusReportv2", AtLeast(50.0));
    row.time("time, against inflate, then quick-xml", "inflate, then quick-xml", AtMost(0.9));
    for (name, peak) in peaks {
        row.figure(&format!("peak, {name}, MiB"), peak, AtMost(32.0));
    }
    Ok(())
}

fn call(environment: &Environment, report: &mut Report) -> Result<(), Failure> {
    let (url, count) = (&*environment.server.url, environment.pick(5000, 1000));
    let arguments = format!("calls {url} {count}");
    let programs = [
        environment.client("scanops", &format!("scanops {arguments}")),
        environment.client("reqwest and serde_json", &format!("reqwest {arguments}")),
    ];
    let pytenable = environment.pytenable("pyTenable details", &arguments);
    let programs = programs.into_iter().chain(pytenable);
    let measured = compare(environment.pick(9, 3), programs, |output| {
        same(&(output.count, output.sum), &(count, count * 121))
    })?;
    // The difference of two runs, so that the start of the program is not counted.
    let instructions = |who: &str| -> Result<f64, Failure> {
        let count = |n: u64| environment.instructions(&format!("{who} calls {url} {n}"));
        Ok((count(600)? - count(100)?) / 500.0)
    };
    let counted = instructions("scanops").and_then(|ours| Ok((ours, instructions("reqwest")?)));
    let row = report.row("call", &[("count", count)], measured);
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

fn walk(environment: &Environment, report: &mut Report) -> Result<(), Failure> {
    let (url, scans) = (&*environment.far.url, environment.pick(100_000, 20_000));
    let client = |name, who, scans, prefetch| {
        environment.client(name, &format!("{who} walk {url} {scans} {prefetch}"))
    };
    let programs = [
        client("scanops, prefetch 16", "scanops", scans, 16),
        client("scanops, prefetch 8", "scanops", scans, 8),
        client("scanops, prefetch 1", "scanops", scans, 1),
        client("reqwest, page by page", "reqwest", scans, 1),
    ];
    let sum: u64 = (0..scans).map(|id| id % 256).sum();
    let check = |output: &Output| same(&(output.count, output.sum), &(scans, sum));
    let mut measured = compare(environment.pick(3, 2), programs, check)?;
    let more = client("scanops, 10 x the scans", "scanops", scans * 10, 16);
    measured.extend(compare(1, [more], |output| same(&output.count, &(scans * 10)))?);
    let memory = measured[4].peak() / measured[0].peak();
    let row = report.row("walk", &[("scans", scans)], measured);
    row.time("speed, against reqwest, page by page", "reqwest, page by page", AtLeast(4.0));
    row.figure("memory, with 10 x the scans", memory, AtMost(1.10));
    Ok(())
}

/// Many downloads at once, streamed and saved.
fn downloads(environment: &Environment, report: &mut Report) -> Result<(), Failure> {
    let (count, runs) = (environment.pick(1000, 200), environment.pick(5, 3));
    let (url, folder) = (&*environment.server.url, &*environment.file("many"));
    let archive = environment.serve(Kind::Stored, 1)?;
    let work = format!("{url} {} {count}", archive.id);
    let programs = [("scanops", "scanops"), ("reqwest", "reqwest")]
        .map(|(name, who)| environment.client(name, &format!("{who} downloads {work}")));
    let expected = (count, count * archive.checksum.0, count * u64::from(archive.checksum.1));
    let measured = compare(runs, programs, |output| {
        same(&(output.count, output.bytes, output.sum), &expected)
    })?;
    let row = report.row("downloads", &[("count", count)], measured);
    row.time("time, against reqwest", "reqwest", AtMost(1.10));
    row.memory("memory, against reqwest", AtMost(1.10));

    fs::create_dir_all(folder)?;
    let programs = [("scanops, saved and verified", "scanops"), ("reqwest, to files", "reqwest")]
        .map(|(name, who)| environment.client(name, &format!("{who} downloads {work} {folder}")));
    let measured = compare(runs, programs, |output| {
        let found = fs::read_dir(folder)?.count() as u64;
        fs::remove_dir_all(folder)?;
        fs::create_dir_all(folder)?;
        same(&(output.count, found), &(count, count))
    })?;
    fs::remove_dir_all(folder)?;
    let row = report.row("downloads-saved", &[("count", count)], measured);
    row.time("time, against reqwest", "reqwest, to files", AtMost(1.10));
    row.memory("memory, against reqwest", AtMost(1.10));
    Ok(())
}

/// How time and memory grow with the work: ten times as much, and ten times again.
fn growth(environment: &Environment, report: &mut Report) -> Result<(), Failure> {
    let (url, file) = (&environment.server.url, &environment.file("saved.zip"));
    let less = environment.pick(1, 10);
    let served = |kind, n| environment.serve(kind, n).map(|archive| archive.id);

    let sizes = [1, 10, 100 / less];
    let measured = grow(environment, sizes, |n| {
        Ok(format!("findings-download {url} {}", served(Kind::Unique, n)?))
    })?;
    grown(report, "growth-findings", sizes, measured, AtMost(1.10));

    let sizes = [10_000, 100_000, 1_000_000];
    let measured = grow(environment, sizes, |n| Ok(format!("scanops walk {url} {n} 16")))?;
    grown(report, "growth-pages", sizes, measured, AtMost(1.10));

    let sizes = [40, 400, 4000 / less];
    let save = |who| move |n| Ok(format!("{who} save {url} {} {file}", served(Kind::Stored, n)?));
    let measured = grow(environment, sizes, save("scanops"))?;
    let reqwest = unit(&grow(environment, sizes, save("reqwest"))?, sizes);
    fs::remove_file(file)?;
    let row = grown(report, "growth-save", sizes, measured, AtMost(1.10));
    row.figure("the same time, of reqwest to a file", reqwest, Target::None);

    let (sizes, id) = ([10, 100, 1000], served(Kind::Stored, 1)?);
    let measured = grow(environment, sizes, |n| Ok(format!("scanops downloads {url} {id} {n}")))?;
    // Each download has its own connection.
    grown(report, "growth-downloads", sizes, measured, Target::None);
    Ok(())
}

/// Measures work of three sizes.
fn grow(
    environment: &Environment,
    sizes: [u64; 3],
    arguments: impl Fn(u64) -> Result<String, Failure>,
) -> Result<Vec<Measurement>, Failure> {
    let mut programs = Vec::new();
    for (size, name) in sizes.into_iter().zip(["1 x", "10 x", "100 x"]) {
        programs.push(environment.client(name, &arguments(size)?));
    }
    let largest = programs.pop().map(|program| program.runs(environment.pick(3, 1)));
    compare(environment.pick(7, 3), programs.into_iter().chain(largest), |_| Ok(()))
}

fn grown<'a>(
    report: &'a mut Report,
    key: &str,
    sizes: [u64; 3],
    measured: Vec<Measurement>,
    memory_target: Target,
) -> &'a mut Row {
    let (time, memory) = (unit(&measured, sizes), measured[2].peak() / measured[1].peak());
    let row = report.row(key, &[], measured);
    row.grows(sizes);
    row.figure("time of a unit, the largest against 10 x", time, AtMost(1.10));
    row.figure("memory, the largest against 10 x", memory, memory_target);
    row
}

/// The time for each unit of the largest work, against that of the one before.
fn unit(measured: &[Measurement], sizes: [u64; 3]) -> f64 {
    let unit = |at: usize| measured[at].seconds() / sizes[at] as f64;
    unit(2) / unit(1)
}
