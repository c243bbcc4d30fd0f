//! Reading findings, compared with the lower bounds: inflating the report, and reading its XML events.
//! `cargo bench -p scanops-nessus --features generate`; `fastest` is the column to compare.
//!
//! `Real` has the shape of real reports, `Unique` is the worst case. `c_findings` works in one thread:
//! on the real shape it should take at most 0.75 times `b_inflate_and_events`. `d_findings_of_a_file`
//! uses a second core: at most 1.2 times `a_inflate`.
#![allow(
    clippy::unwrap_used,
    clippy::print_stderr,
    clippy::cast_precision_loss,
    reason = "a benchmark"
)]

use std::{
    io::{BufReader, Read as _, Write as _},
    sync::LazyLock,
};

use divan::{Bencher, counter::BytesCount};
use flate2::{Compression, read::DeflateDecoder, write::DeflateEncoder};
use quick_xml::{Reader, events::Event};
use scanops_nessus::{
    FindingStream, Findings, Summary, Verifier,
    generate::Shape::{self, Real, Unique},
};

const SHAPES: [Shape; 2] = [Real, Unique];

fn main() {
    // Created here, so that the first samples do not include it.
    for shape in SHAPES {
        let report = report(shape);
        let (document, packed) = (report.document.len(), report.deflated.len());
        eprintln!("{shape:?}: {document} bytes, packed 1 : {:.2}", document as f64 / packed as f64);
    }
    divan::main();
}

struct Report {
    document: String,
    deflated: Vec<u8>,
    archive: Vec<u8>,
    file: std::path::PathBuf,
}

fn report(shape: Shape) -> &'static Report {
    static REPORTS: LazyLock<[Report; 2]> = LazyLock::new(|| SHAPES.map(make));
    &REPORTS[usize::from(shape == Unique)]
}

/// About 240 MB.
fn make(shape: Shape) -> Report {
    let document = shape.document(if shape == Real { HOSTS } else { 330 });
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(document.as_bytes()).unwrap();
    let deflated = encoder.finish().unwrap();
    let mut archive = zip::ZipWriter::new_stream(Vec::new());
    archive.start_file("r.nessus", zip::write::SimpleFileOptions::default()).unwrap();
    archive.write_all(document.as_bytes()).unwrap();
    let archive = archive.finish().unwrap().into_inner();
    let file = std::env::temp_dir().join(format!("scanops-bench-{shape:?}.zip"));
    std::fs::write(&file, &archive).unwrap();
    Report { document, deflated, archive, file }
}

const HOSTS: usize = 900;

fn inflate(deflated: &[u8]) -> usize {
    let mut decoder = DeflateDecoder::new(deflated);
    let mut buffer = vec![0; 64 * 1024];
    let mut total = 0;
    loop {
        match decoder.read(&mut buffer).unwrap() {
            0 => return total,
            read => total += read,
        }
    }
}

fn events(document: impl std::io::BufRead) -> u64 {
    let mut reader = Reader::from_reader(document);
    let (mut buffer, mut count) = (Vec::new(), 0_u64);
    while !matches!(reader.read_event_into(&mut buffer).unwrap(), Event::Eof) {
        buffer.clear();
        count += 1;
    }
    count
}

macro_rules! benches {
    ($($name:ident($report:ident) $work:block)+) => { $(
        #[divan::bench(args = SHAPES)]
        fn $name(bencher: Bencher<'_, '_>, shape: Shape) {
            let $report = report(shape);
            bencher.counter(BytesCount::new($report.document.len())).bench(|| $work);
        }
    )+ };
}

benches! {
    a_inflate(report) { inflate(&report.deflated) }
    b_inflate_and_events(report) {
        events(BufReader::with_capacity(64 * 1024, DeflateDecoder::new(&report.deflated[..])))
    }
    c_findings(report) { Findings::new(&report.archive[..]).map(Result::unwrap).count() }
    d_findings_of_a_file(report) {
        Findings::open(&report.file).unwrap().map(Result::unwrap).count()
    }
    e_findings_of_a_stream(report) {
        let chunks = report.archive.chunks(16 * 1024).map(std::io::Result::Ok);
        let mut findings = FindingStream::new(futures_util::stream::iter(chunks));
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(async {
            let mut count = 0;
            while findings.next_finding().await.unwrap().is_some() {
                count += 1;
            }
            count
        })
    }
    f_findings_of_a_bare_document(report) {
        Findings::new(report.document.as_bytes()).map(Result::unwrap).count()
    }
    g_summary(report) { Summary::read(&report.archive[..]).unwrap().items }
    h_verify_the_archive(report) { verify(&report.archive) }
    i_verify_the_document(report) { verify(report.document.as_bytes()) }
}

fn verify(report: &[u8]) -> u64 {
    let mut verifier = Verifier::new();
    for chunk in report.chunks(64 * 1024) {
        verifier.write(chunk).unwrap();
    }
    verifier.finish().unwrap().bytes
}
