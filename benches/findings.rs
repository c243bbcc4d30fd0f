//! Findings of a report, against what they can't be faster than: inflating it, and reading its
//! events. `cargo bench --bench findings`; `fastest` is the column to compare.
//!
//! One thread: `findings` should cost at most 1.4 times `inflate` and `events` together. Where a
//! second core is free, `findings_as_they_arrive` should cost no more than the two.
#![allow(clippy::unwrap_used, reason = "a benchmark may panic")]

mod report;

use std::{
    io::{BufReader, Read as _, Write as _},
    sync::LazyLock,
};

use bytes::Bytes;
use divan::{Bencher, counter::BytesCount};
use flate2::{Compression, Crc, read::DeflateDecoder, write::DeflateEncoder};
use quick_xml::{Reader, events::Event};
use scanops::nessus::{FindingStream, Findings};

fn main() {
    // Or the first sample of each would make its data.
    LazyLock::force(&ARCHIVE);
    divan::main();
}

/// About 40 MB, items of 2 to 8 KB as real ones are, no two the same.
static DOCUMENT: LazyLock<Vec<u8>> =
    LazyLock::new(|| [report::START, &report::hosts(40), report::END].concat().into_bytes());

static DEFLATED: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(&DOCUMENT).unwrap();
    encoder.finish().unwrap()
});

/// The document as an archive's entry: a local header, a directory of one, an end.
static ARCHIVE: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let (name, mut crc) = (b"r.nessus", Crc::new());
    crc.update(&DOCUMENT);
    let mut facts = vec![20, 0, 0, 0, 8, 0, 0, 0, 0, 0];
    for number in
        [crc.sum(), DEFLATED.len().try_into().unwrap(), DOCUMENT.len().try_into().unwrap()]
    {
        facts.extend(number.to_le_bytes());
    }
    facts.extend([8, 0, 0, 0]);
    let local = [b"PK\x03\x04", &facts[..], name, &DEFLATED].concat();
    let central = [b"PK\x01\x02\x14\0", &facts[..], &[0; 14], name].concat();
    let mut end = b"PK\x05\x06\0\0\0\0\x01\0\x01\0".to_vec();
    end.extend(u32::try_from(central.len()).unwrap().to_le_bytes());
    end.extend(u32::try_from(local.len()).unwrap().to_le_bytes());
    end.extend([0, 0]);
    [local, central, end].concat()
});

#[divan::bench]
fn inflate(bencher: Bencher<'_, '_>) {
    bencher.counter(BytesCount::new(DOCUMENT.len())).bench(|| {
        let mut decoder = DeflateDecoder::new(&DEFLATED[..]);
        let mut buffer = vec![0; 64 * 1024];
        let mut total = 0;
        loop {
            match decoder.read(&mut buffer).unwrap() {
                0 => return total,
                read => total += read,
            }
        }
    });
}

#[divan::bench]
fn events(bencher: Bencher<'_, '_>) {
    bencher.counter(BytesCount::new(DOCUMENT.len())).bench(|| {
        let document = BufReader::with_capacity(64 * 1024, &DOCUMENT[..]);
        let mut reader = Reader::from_reader(document);
        let (mut buffer, mut count) = (Vec::new(), 0_u64);
        while !matches!(reader.read_event_into(&mut buffer).unwrap(), Event::Eof) {
            buffer.clear();
            count += 1;
        }
        count
    });
}

#[divan::bench]
fn findings(bencher: Bencher<'_, '_>) {
    bencher
        .counter(BytesCount::new(DOCUMENT.len()))
        .bench(|| Findings::new(&ARCHIVE[..]).map(Result::unwrap).count());
}

#[divan::bench]
fn findings_as_they_arrive(bencher: Bencher<'_, '_>) {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let parts: Vec<_> = ARCHIVE.chunks(16 * 1024).map(Bytes::from_static).collect();
    bencher.counter(BytesCount::new(DOCUMENT.len())).bench(|| {
        let source =
            futures_util::stream::iter(parts.clone().into_iter().map(Ok::<_, std::io::Error>));
        let mut findings = FindingStream::new(source);
        runtime.block_on(async {
            let mut count = 0;
            while findings.next_finding().await.unwrap().is_some() {
                count += 1;
            }
            count
        })
    });
}

#[divan::bench]
fn findings_of_a_bare_document(bencher: Bencher<'_, '_>) {
    bencher
        .counter(BytesCount::new(DOCUMENT.len()))
        .bench(|| Findings::new(&DOCUMENT[..]).map(Result::unwrap).count());
}
