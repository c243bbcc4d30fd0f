//! Findings of a report, against what they can't be faster than: inflating it, and reading its
//! events. `cargo bench --bench findings`; `fastest` is the column to compare.
//!
//! One thread: `findings` should cost at most 1.4 times `inflate` and `events` together. Where a
//! second core is free, `findings_as_they_arrive` should cost no more than the two.
#![allow(clippy::unwrap_used, reason = "a benchmark may panic")]

use std::{
    fmt::Write as _,
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
static DOCUMENT: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let mut random = Random(7);
    let mut text =
        String::from("<?xml version=\"1.0\" ?>\n<NessusClientData_v2><Report name=\"r\">\n");
    for host in 0..40 {
        writeln!(text, "<ReportHost name=\"10.0.0.{host}\"><HostProperties>").unwrap();
        writeln!(text, "<tag name=\"host-ip\">10.0.0.{host}</tag>\n</HostProperties>").unwrap();
        for _ in 0..200 {
            item(&mut text, &mut random);
        }
        text.push_str("</ReportHost>\n");
    }
    text.push_str("</Report></NessusClientData_v2>\n");
    text.into_bytes()
});

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

fn item(text: &mut String, random: &mut Random) {
    let id = random.below(100_000);
    writeln!(
        text,
        "<ReportItem port=\"{}\" svc_name=\"www\" protocol=\"tcp\" severity=\"{}\" pluginID=\"{id}\" \
         pluginName=\"Plugin {id} of the &lt;many&gt;\" pluginFamily=\"General\">",
        random.below(65_536),
        random.below(5),
    )
    .unwrap();
    for (name, words) in [("description", 120), ("synopsis", 10), ("solution", 25)] {
        writeln!(text, "<{name}>{}</{name}>", random.words(words)).unwrap();
    }
    text.push_str("<risk_factor>High</risk_factor>\n<plugin_type>local</plugin_type>\n");
    writeln!(text, "<fname>plugin_{id}.nasl</fname>").unwrap();
    writeln!(text, "<script_version>1.{}</script_version>", random.below(200)).unwrap();
    for _ in 0..random.below(8) {
        writeln!(text, "<cve>CVE-2018-{}</cve>", random.below(20_000)).unwrap();
        writeln!(text, "<xref>MSKB:{}</xref>", random.below(9_000_000)).unwrap();
    }
    let score = random.below(100);
    writeln!(text, "<cvss_base_score>{}.{}</cvss_base_score>", score / 10, score % 10).unwrap();
    text.push_str("<cvss_vector>AV:N/AC:M/Au:N/C:C/I:C/A:C</cvss_vector>\n");
    text.push_str("<vuln_publication_date>2018/07/10</vuln_publication_date>\n");
    text.push_str("<plugin_publication_date>2018/07/12</plugin_publication_date>\n");
    text.push_str("<plugin_modification_date>2018/08/13</plugin_modification_date>\n");
    text.push_str("<see_also>https://www.example.com/a\nhttps://www.example.com/b</see_also>\n");
    let output = 40 + random.below(600);
    writeln!(text, "<plugin_output>{}</plugin_output>\n</ReportItem>", random.words(output))
        .unwrap();
}

/// The same numbers in each run.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % limit
    }

    fn words(&mut self, count: u64) -> String {
        let mut text = String::new();
        for word in 0..count {
            let number = self.below(3000);
            match number % 40 {
                0 => text.push_str("&lt;"),
                1 => text.push('\n'),
                _ => write!(text, "w{number}").unwrap(),
            }
            text.push(if word % 12 == 11 { '\n' } else { ' ' });
        }
        text
    }
}

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
        let source = futures_util::stream::iter(parts.clone().into_iter().map(Ok));
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
