//! What reading takes in memory: hostile reports under limits, documents that are verified, and
//! reports that are compared.

use std::{
    io::{Cursor, Read},
    iter::{once, repeat_n},
};

use scanops_nessus::{ErrorKind, Findings, Limits, Verifier};

use crate::peak::{self, assert_peak, peak};

const MIB: usize = 1 << 20;
const ITEM: usize = 8 * MIB;
/// Unoptimised builds work on less.
const SLOW: usize = if cfg!(debug_assertions) { 16 } else { 1 };

/// A report that is generated while it is read.
struct Made {
    blocks: Box<dyn Iterator<Item = Vec<u8>> + Send>,
    block: Cursor<Vec<u8>>,
}

impl Read for Made {
    fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
        loop {
            let read = self.block.read(into)?;
            if read > 0 {
                return Ok(read);
            }
            match self.blocks.next() {
                None => return Ok(0),
                Some(block) => self.block = Cursor::new(block),
            }
        }
    }
}

fn made(
    start: impl Into<Vec<u8>>,
    middle: impl Iterator<Item = Vec<u8>> + Send + 'static,
    end: &str,
) -> Made {
    let blocks = once(start.into()).chain(middle).chain(once(end.into()));
    Made { blocks: Box::new(blocks), block: Cursor::default() }
}

/// A part, repeated up to about this many bytes.
fn repeated(part: &'static str, bytes: usize) -> impl Iterator<Item = Vec<u8>> + Send {
    let block = part.repeat(64 * 1024 / part.len()).into_bytes();
    let count = bytes / block.len();
    repeat_n(block, count)
}

/// Distinct elements of these bytes each.
fn distinct(bytes: usize, of: fn(&str) -> String) -> impl Iterator<Item = Vec<u8>> + Send {
    let count = (6000 * MIB / bytes).min(4000);
    (0..count).map(move |n| of(&format!("{n}{}", "n".repeat(bytes))).into_bytes())
}

/// Elements with a name of this length and this many attributes.
fn attributes(
    name: usize,
    attributes: usize,
    elements: usize,
) -> impl Iterator<Item = Vec<u8>> + Send {
    let attributes: String = (0..attributes).map(|n| format!(" a{n}=''")).collect();
    repeat_n(format!("<{}{attributes}/>", "n".repeat(name)).into_bytes(), elements)
}

const HOST: &str = "<NessusClientData_v2><Report name='r'><ReportHost name='h'>";
const PROPERTIES: &str =
    "<NessusClientData_v2><Report name='r'><ReportHost name='h'><HostProperties>";
const START: &str =
    "<NessusClientData_v2><Report name='r'><ReportHost name='h'><ReportItem pluginID='1'>";
const OUTPUT: &str = "<NessusClientData_v2><Report name='r'><ReportHost name='h'>\
    <ReportItem pluginID='1'><plugin_output>";
const END: &str = "</plugin_output></ReportItem></ReportHost></Report></NessusClientData_v2>";

type Case = (&'static str, fn() -> Made);

/// Reports whose findings are read. Each was seen to take gigabytes.
const REPORTS: [Case; 15] = [
    ("a long name with attributes", || made(START, attributes(4 * MIB, 250, 1), "")),
    ("a long name with attributes, of a host", || {
        made(PROPERTIES, attributes(4 * MIB, 250, 1), "")
    }),
    ("nested attributes", || {
        made(format!("{START}<{}>", "o".repeat(MIB / 8)), attributes(1, 250, 250), "")
    }),
    ("a host with properties again and again", || {
        let text = "text".repeat(MIB);
        let start = format!("{PROPERTIES}<tag name='a'>{text}</tag></HostProperties>");
        made(start, repeated("<ReportItem pluginID='1'/><HostProperties/>", 4 * MIB), "")
    }),
    ("elements with distinct names", || {
        made(START, distinct(MIB / 4, |name| format!("<a{name}/>")), "")
    }),
    ("tags with distinct names", || {
        let tag = |name: &str| format!("<HostProperties><tag name='{name}'/></HostProperties>");
        made(HOST, distinct(MIB / 4, tag), "")
    }),
    ("nested names", || made(START, distinct(MIB / 2, |name| format!("<a{name}>")), "")),
    ("nested names outside items", || {
        made(HOST, distinct(MIB / 2, |name| format!("<a{name}>")), "")
    }),
    ("lines of see_also", || {
        made(format!("{START}<see_also>"), repeated("a\n", 64 * MIB), "</see_also>")
    }),
    ("short see_also", || made(START, repeated("<see_also>a\nb\nc\nd</see_also>", 64 * MIB), "")),
    ("lines of mac-address", || {
        made(PROPERTIES, repeated("<tag name='mac-address'>a\nb\nc\nd\n</tag>", 64 * MIB), "")
    }),
    ("empty elements", || made(START, repeated("<a/>", 64 * MIB), "")),
    ("one text", || made(OUTPUT, repeated("text", 64 * MIB), "")),
    (LARGE, || made(OUTPUT, repeated("text", ITEM - 4096), END)),
    ("open elements", || made(START, repeated("<a>", 64 * MIB), "")),
];

/// The only one that is within the limits.
const LARGE: &str = "a large item";

const ROOT: &str = "<NessusClientData_v2>";
const ROOT_END: &str = "</NessusClientData_v2>";

/// Documents that are verified. The first was seen to take 3 GiB, the second its own size.
const DOCUMENTS: [Case; 5] = [
    (OPEN, || made(ROOT, repeated("<a>", 1000 * MIB / SLOW), "")),
    ("verify a comment", || {
        made(
            "<NessusClientData_v2><!--",
            repeated(" c ", 250 * MIB / SLOW),
            "--></NessusClientData_v2>",
        )
    }),
    ("verify a text", || made(ROOT, repeated("text", 250 * MIB / SLOW), ROOT_END)),
    ("verify CDATA", || {
        let start = format!("{ROOT}<![CDATA[");
        made(start, repeated("text]", 250 * MIB / SLOW), "]]></NessusClientData_v2>")
    }),
    ("verify a tag of an item", || {
        let end = "'/></ReportHost></Report></NessusClientData_v2>";
        made(format!("{HOST}<ReportItem a='"), repeated("text", 250 * MIB / SLOW), end)
    }),
];

/// The only one that is not well-formed.
const OPEN: &str = "verify open elements";

fn read(case: &str, report: Made) {
    let limits = Limits::default().item(ITEM);
    let mut last = None;
    for finding in Findings::with_limits(report, limits) {
        if let Some(Err(error)) = last.replace(finding) {
            panic!("{error}");
        }
    }
    match last {
        Some(Err(error)) => {
            assert!(error.to_string().len() < 8192);
            assert_eq!(error.kind(), ErrorKind::Limit, "{case}: {error}");
        }
        other => assert!(other.is_some() && case == LARGE),
    }
    // Twice the limit for the buffer, once for the finding, 65,536 entries, and the program.
    assert_peak(case, (3 * ITEM + 24 * MIB) as u64);
}

fn verify(case: &str, mut document: Made) {
    // The program itself, with all tests in it, takes several MiB in unoptimised builds.
    let (base, mut verifier, mut block) = (peak(), Verifier::new(), vec![0; 64 * 1024]);
    let outcome = loop {
        match document.read(&mut block).unwrap() {
            0 => break verifier.finish().map(drop),
            read => {
                if let Err(error) = verifier.write(&block[..read]) {
                    break Err(error);
                }
            }
        }
    };
    let error = outcome.err().map(|error| error.kind());
    assert_eq!(error, (case == OPEN).then_some(ErrorKind::Limit));
    assert_peak(case, base + 4 * MIB as u64);
}

#[test]
fn no_report_takes_more_than_a_small_multiple_of_its_limit() {
    let of = |cases: &[Case], name: &str| cases.iter().find(|case| case.0 == name).copied();
    match peak::role() {
        Some(name) => match of(&REPORTS, &name) {
            Some((_, report)) => read(&name, report()),
            None => verify(&name, of(&DOCUMENTS, &name).unwrap().1()),
        },
        None => peak::run_each(
            "memory::no_report_takes_more_than_a_small_multiple_of_its_limit",
            REPORTS.iter().chain(&DOCUMENTS).map(|case| case.0),
        ),
    }
}

/// The reports consist of parts of 3.2 MB with distinct hosts. Each report lacks one part in twenty.
#[cfg(feature = "generate")]
#[test]
fn comparing_two_reports_takes_little_for_each_finding() {
    use scanops_nessus::{
        diff,
        generate::{END, START, Shape},
    };

    let test = "memory::comparing_two_reports_takes_little_for_each_finding";
    let Some(parts) = peak::role() else {
        // 800 parts are two reports of 2.4 GB.
        let parts = std::env::var("SCANOPS_NESSUS_DIFF_PARTS").unwrap_or("20".to_owned());
        return peak::run_each(test, [parts.as_str()]);
    };
    let parts: usize = parts.parse().unwrap();
    let hosts: std::sync::Arc<str> = Shape::Real.hosts(10).into();
    let findings = parts * 10 * Shape::Real.items();
    let open = |left_out: usize| {
        let hosts = hosts.clone();
        move || {
            let hosts = hosts.clone();
            let numbers = (0..parts).filter(move |part| part % 20 != left_out);
            let parts = numbers.map(move |part| {
                hosts.replace("10.0.0.", &format!("10.{}.{}.", part >> 8, part & 255)).into_bytes()
            });
            Ok(Findings::new(made(START, parts, END)).events())
        }
    };
    let base = peak();
    let differences = diff(open(0), open(1)).map(|difference| difference.unwrap().finding.port);
    assert!(differences.count() > findings / 2);
    // 48 bytes for each finding, some for each host, and the parts that this test generates.
    let limit = base + (20 * MIB + findings * 56) as u64;
    assert_peak("a comparison", limit.min(64 * MIB as u64));
}
