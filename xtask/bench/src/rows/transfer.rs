//! Reports that are saved and imported.

use std::{fs, fs::File, path::Path};

use bench::{Failure, Kind, Output, checksum};

use crate::{
    environment::Environment,
    measure::{Program, compare, same},
    report::{
        Report,
        Target::{self, AtLeast, AtMost},
    },
};

const KEYS: &str = "x-apikey: accesskey=access; secretkey=secret;";
const MIB: u64 = 1 << 20;

/// curl, as one would type it.
fn curl(name: &'static str, arguments: &[&str]) -> Program {
    Program::new(name, Path::new("curl"), &[&["-sS", "-H", KEYS], arguments].concat())
        .whole_process()
}

fn curl_save(url: &str, id: &str, file: &str) -> Program {
    let (header, body) = ("Content-Type: application/json", r#"{"downloadType":"v2"}"#);
    let url = format!("{url}/rest/scanResult/{id}/download");
    curl("curl -o", &["-H", header, "-d", body, "-o", file, &url])
}

/// Save a report that is nothing but a transfer.
pub(super) fn save(environment: &Environment, report: &mut Report) -> Result<(), Failure> {
    let mib = environment.pick(1024, 256);
    let (url, file) = (&*environment.server.url, &*environment.file("saved.zip"));
    let archive = environment.serve(Kind::Stored, mib)?;
    let id = &*archive.id.to_string();
    let check = |_: &Output| {
        let found = checksum(File::open(file)?)?;
        fs::remove_file(file)?;
        same(&found, &archive.checksum)
    };
    let programs = [
        environment.client("scanops", &["scanops", "save", url, id, file]).whole_process(),
        curl_save(url, id, file),
        environment
            .client("reqwest, to a file", &["reqwest", "save", url, id, file])
            .whole_process(),
    ];
    let pytenable = environment.pytenable("pyTenable export_scan", &["save", url, id, file]);
    let measured = compare(environment.pick(9, 3), programs.into_iter().chain(pytenable), check)?;
    let peak = measured[0].peak();

    let row = report.row(
        "save",
        format!(
            "Save a report of {mib} MiB on the wire, stored in its zip: POST, write, and (scanops \
             alone) verify each checksum, synchronise with the disk and rename. Size and checksum of \
             each file are checked after each run."
        ),
        measured,
    );
    row.time("time, against curl", "curl -o", AtMost(1.10));
    row.time("time, against reqwest", "reqwest, to a file", AtMost(1.05));
    row.time("speed, against pyTenable", "pyTenable export_scan", AtLeast(6.0));

    let large = environment.serve(Kind::Stored, mib * 4)?;
    let id = &*large.id.to_string();
    let program = environment.client("scanops, 4 x the size", &["scanops", "save", url, id, file]);
    let measured = compare(1, [program.whole_process()], |output| {
        fs::remove_file(file)?;
        same(&output.bytes, &large.checksum.0)
    })?;
    let large_peak = measured[0].peak();
    let row = report.row("save-memory", "The peak of resident memory while saving.", measured);
    row.figure("peak, scanops, MiB", peak, AtMost(24.0));
    row.figure("peak, scanops, 4 x the size, MiB", large_peak, AtMost(24.0));
    Ok(())
}

/// Save a report that is deflated, which has to be inflated to be verified.
pub(super) fn save_deflated(environment: &Environment, report: &mut Report) -> Result<(), Failure> {
    let (url, file) = (&*environment.server.url, &*environment.file("saved.zip"));
    let archive = environment.serve(Kind::Unique, environment.pick(44, 5))?;
    let id = &*archive.id.to_string();
    let inflate = ["reqwest", "inflate", file];
    let programs = [
        environment.client("scanops", &["scanops", "save", url, id, file]).whole_process(),
        curl_save(url, id, file),
        environment.client("inflate and checksum of the file", &inflate).whole_process(),
    ];
    let check = |_: &Output| same(&checksum(File::open(file)?)?, &archive.checksum);
    let measured = compare(environment.pick(5, 3), programs, check)?;
    fs::remove_file(file)?;
    for output in measured[2].outputs() {
        same(&output.bytes, &archive.document)?;
    }
    let [ours, curl, inflate] = [0, 1, 2].map(|at: usize| measured[at].seconds());
    let row = report.row(
        "save-deflated",
        format!(
            "Save a report of {} MiB deflated to {} MiB. To verify it is to inflate it: the same work \
             by hand is curl, then `unzip -t`; here by flate2, the quickest there is.",
            archive.document / MIB,
            archive.checksum.0 / MIB,
        ),
        measured,
    );
    row.figure("time, against curl and then inflate", ours / (curl + inflate), AtMost(1.0));
    row.time("time, against curl alone, which verifies nothing", "curl -o", Target::None);
    Ok(())
}

/// Import a file.
pub(super) fn import(environment: &Environment, report: &mut Report) -> Result<(), Failure> {
    let mib = environment.pick(1024, 256);
    let (url, file) = (&*environment.server.url, &*environment.file("import.zip"));
    let archive = environment.write(Kind::Stored, mib, file)?;
    let check = |_: &Output| same(&environment.server.last_upload()?, &archive.checksum);
    let form = ["-F", &format!("Filedata=@{file}"), &format!("{url}/rest/file/upload")];
    let programs = [
        environment.client("scanops", &["scanops", "import", url, file]).whole_process(),
        curl("curl -F", &form),
        environment
            .client("reqwest, a form with a file", &["reqwest", "import", url, file])
            .whole_process()
            .runs(environment.pick(3, 1)),
    ];
    let pytenable = environment.pytenable("pyTenable import_scan", &["import", url, file]);
    let measured = compare(environment.pick(9, 3), programs.into_iter().chain(pytenable), check)?;
    fs::remove_file(file)?;
    let peak = measured[0].peak();
    let row = report.row(
        "import",
        format!(
            "Import a report of {mib} MiB: a form with the file, then (not curl) the import. The \
             server compares size and checksum of what came."
        ),
        measured,
    );
    row.time("time, against curl", "curl -F", AtMost(1.10));
    row.time("time, against reqwest", "reqwest, a form with a file", AtMost(1.05));
    row.time("speed, against pyTenable", "pyTenable import_scan", AtLeast(1.0));
    row.figure("peak, MiB", peak, Target::None);
    Ok(())
}

/// Many downloads at once, streamed and saved.
pub(super) fn downloads(environment: &Environment, report: &mut Report) -> Result<(), Failure> {
    let (count, runs) = (environment.pick(1000_u64, 200), environment.pick(5, 3));
    let (url, folder) = (&*environment.server.url, &*environment.file("many"));
    let id = &*environment.serve(Kind::Stored, 1)?.id.to_string();
    let n = &*count.to_string();
    let programs = [
        environment.client("scanops", &["scanops", "downloads", url, id, n]),
        environment.client("reqwest", &["reqwest", "downloads", url, id, n]),
    ];
    let measured = compare(runs, programs, |output| same(&output.count, &count))?;
    let mut sums = measured.iter().flat_map(|it| it.outputs().map(|it| (it.bytes, it.sum)));
    let expected = sums.next();
    if sums.any(|sum| Some(sum) != expected) {
        return Err("the two did not get the same bytes".into());
    }
    drop(sums);
    let row = report.row(
        "downloads",
        format!(
            "{count} downloads of 1 MiB at once: their chunks taken as they come, and their checksums \
             compared."
        ),
        measured,
    );
    row.time("time, against reqwest", "reqwest", AtMost(1.10));
    row.memory("memory, against reqwest", AtMost(1.10));

    fs::create_dir_all(folder)?;
    let programs = [("scanops, saved and verified", "scanops"), ("reqwest, to files", "reqwest")]
        .map(|(name, who)| environment.client(name, &[who, "downloads-saved", url, id, n, folder]));
    let measured = compare(runs, programs, |output| {
        let found = fs::read_dir(folder)?.count() as u64;
        fs::remove_dir_all(folder)?;
        fs::create_dir_all(folder)?;
        same(&(output.count, found), &(count, count))
    })?;
    fs::remove_dir_all(folder)?;
    let row = report.row(
        "downloads-saved",
        format!("The same {count}, saved to files: scanops verifies and renames each when it is complete."),
        measured,
    );
    row.time("time, against reqwest", "reqwest, to files", AtMost(1.10));
    row.memory("memory, against reqwest", AtMost(1.10));
    Ok(())
}
