//! Writing findings to Parquet, compared with reading the findings alone, which is the lower bound.
//! `cargo bench -p scanops-arrow`; `fastest` is the column to compare.
//!
//! The aim is that `b_parquet` takes at most 1.6 times `a_findings` on two cores. It is missed: both
//! keep two cores busy, and it takes 2.3 times the processor time (0.74 s of 0.32 s, narrow 0.66 s).
//! Half of the difference is zstd and handing the findings to another thread.
#![allow(clippy::unwrap_used, reason = "a benchmark")]

use std::{env, fs, io::Write as _, path::Path, sync::LazyLock};

use divan::{Bencher, counter::BytesCount};
use scanops_arrow::{FileWriter, Table};
use scanops_nessus::{Findings, generate::Shape};

fn main() {
    // Created here, so that the first sample does not include it.
    LazyLock::force(&REPORT);
    divan::main();
}

struct Report {
    bytes: usize,
    file: std::path::PathBuf,
}

/// The report of scanops-nessus's own benchmark: 265 MB in a zip.
static REPORT: LazyLock<Report> = LazyLock::new(|| {
    let document = Shape::Real.document(900);
    let mut archive = zip::ZipWriter::new_stream(Vec::new());
    archive.start_file("r.nessus", zip::write::SimpleFileOptions::default()).unwrap();
    archive.write_all(document.as_bytes()).unwrap();
    let file = env::temp_dir().join("scanops-bench-arrow.zip");
    fs::write(&file, archive.finish().unwrap().into_inner()).unwrap();
    Report { bytes: document.len(), file }
});

#[divan::bench]
fn a_findings(bencher: Bencher<'_, '_>) {
    bencher
        .counter(BytesCount::new(REPORT.bytes))
        .bench(|| Findings::open(&REPORT.file).unwrap().map(Result::unwrap).count());
}

#[divan::bench]
fn b_parquet(bencher: Bencher<'_, '_>) {
    bencher
        .counter(BytesCount::new(REPORT.bytes))
        .bench(|| write(Table::Findings, &REPORT.file.with_extension("parquet")));
}

#[divan::bench]
fn c_parquet_narrow(bencher: Bencher<'_, '_>) {
    bencher
        .counter(BytesCount::new(REPORT.bytes))
        .bench(|| write(Table::NarrowFindings, &REPORT.file.with_extension("parquet")));
}

fn write(table: Table, path: &Path) {
    let mut file = FileWriter::create(table, path).unwrap();
    for finding in Findings::open(&REPORT.file).unwrap() {
        file.write(finding.unwrap()).unwrap();
    }
    file.finish().unwrap();
}
