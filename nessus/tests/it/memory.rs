//! What reading takes in memory, as the operating system counts it: hostile reports under limits,
//! and documents that are verified. Each case runs in a process of its own, this binary started
//! again, as the peak is of the whole process.
#![allow(clippy::print_stdout, reason = "what was measured is shown")]

use std::{env, fs, io::Read, process::Command};

use scanops_nessus::{ErrorKind, Findings, Limits, Verifier};

const MIB: usize = 1 << 20;
const ITEM: usize = 8 * MIB;
const CASE: &str = "SCANOPS_NESSUS_MEMORY_CASE";

/// Gives a start, something over and over up to a size, and an end.
fn repeated(start: &str, part: &'static str, bytes: usize, end: &str) -> Box<dyn Read> {
    let mut part = part.bytes().cycle().take(bytes - bytes % part.len());
    let parts = std::iter::from_fn(move || {
        let block: Vec<u8> = part.by_ref().take(64 * 1024).collect();
        (!block.is_empty()).then_some(block)
    });
    let middle = Blocks { blocks: Box::new(parts), block: std::io::Cursor::default() };
    let [start, end] = [start, end].map(|text| std::io::Cursor::new(text.as_bytes().to_vec()));
    Box::new(start.chain(middle).chain(end))
}

struct Blocks {
    blocks: Box<dyn Iterator<Item = Vec<u8>> + Send>,
    block: std::io::Cursor<Vec<u8>>,
}

impl Read for Blocks {
    fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
        let read = self.block.read(into)?;
        if read > 0 {
            return Ok(read);
        }
        match self.blocks.next() {
            None => Ok(0),
            Some(block) => {
                self.block = std::io::Cursor::new(block);
                self.block.read(into)
            }
        }
    }
}

/// Distinct elements of these bytes each.
fn distinct(bytes: usize, of: fn(&str) -> String) -> Box<dyn Read> {
    let count = 6000 * MIB / bytes.max(1);
    let parts =
        (0..count.min(4000)).map(move |n| of(&format!("{n}{}", "n".repeat(bytes))).into_bytes());
    Box::new(Blocks { blocks: Box::new(parts), block: std::io::Cursor::default() })
}

/// Elements with a name of this length and so many attributes.
fn attributes(start: &str, name: usize, attributes: usize, elements: usize) -> Box<dyn Read> {
    let (start, name) = (start.to_owned(), "n".repeat(name));
    let attributes: Vec<_> = (0..attributes).map(|n| format!(" a{n}=''")).collect();
    let attributes = attributes.concat();
    let elements = std::iter::repeat_n(format!("<{name}{attributes}/>").into_bytes(), elements);
    let parts = std::iter::once(start.into_bytes()).chain(elements);
    Box::new(Blocks { blocks: Box::new(parts), block: std::io::Cursor::default() })
}

const HOST: &str = "<NessusClientData_v2><Report name='r'><ReportHost name='h'>";
const ITEM_START: &str =
    "<NessusClientData_v2><Report name='r'><ReportHost name='h'><ReportItem pluginID='1'>";

/// Cases of findings: each was seen to take gigabytes.
fn report(case: &str) -> Box<dyn Read> {
    let after = |start: &'static str, rest: Box<dyn Read>| -> Box<dyn Read> {
        Box::new(start.as_bytes().chain(rest))
    };
    match case {
        "elements with distinct names" => {
            after(ITEM_START, distinct(MIB / 4, |name| format!("<a{name}/>")))
        }
        "tags with distinct names" => {
            let tags = distinct(MIB / 4, |name| {
                format!("<HostProperties><tag name='{name}'/></HostProperties>")
            });
            after(HOST, tags)
        }
        "nested names" => after(ITEM_START, distinct(MIB / 2, |name| format!("<a{name}>"))),
        "nested names outside items" => after(HOST, distinct(MIB / 2, |name| format!("<a{name}>"))),
        "lines of see_also" => {
            repeated(&format!("{ITEM_START}<see_also>"), "a\n", 64 * MIB, "</see_also>")
        }
        "short see_also" => repeated(ITEM_START, "<see_also>a\nb\nc\nd</see_also>", 64 * MIB, ""),
        "lines of mac-address" => repeated(
            &format!("{HOST}<HostProperties>"),
            "<tag name='mac-address'>a\nb\nc\nd\n</tag>",
            64 * MIB,
            "",
        ),
        "empty elements" => repeated(ITEM_START, "<a/>", 64 * MIB, ""),
        "one text" => repeated(&format!("{ITEM_START}<plugin_output>"), "text", 64 * MIB, ""),
        "a large item" => repeated(
            &format!("{ITEM_START}<plugin_output>"),
            "text",
            ITEM - 4096,
            "</plugin_output></ReportItem></ReportHost></Report></NessusClientData_v2>",
        ),
        "open elements" => repeated(ITEM_START, "<a>", 64 * MIB, ""),
        "a long name with attributes" => attributes(ITEM_START, 4 * MIB, 250, 1),
        "a long name with attributes, of a host" => {
            attributes(&format!("{HOST}<HostProperties>"), 4 * MIB, 250, 1)
        }
        "nested attributes" => {
            attributes(&format!("{ITEM_START}<{}>", "o".repeat(MIB / 8)), 1, 250, 250)
        }
        "a host with properties again and again" => {
            let host = format!(
                "{HOST}<HostProperties><tag name='a'>{}</tag></HostProperties>",
                "text".repeat(MIB)
            );
            repeated(&host, "<ReportItem pluginID='1'/><HostProperties/>", 4 * MIB, "")
        }
        other => panic!("{other}"),
    }
}

const REPORTS: [&str; 15] = [
    "a long name with attributes",
    "a long name with attributes, of a host",
    "nested attributes",
    "a host with properties again and again",
    "elements with distinct names",
    "tags with distinct names",
    "nested names",
    "nested names outside items",
    "lines of see_also",
    "short see_also",
    "lines of mac-address",
    "empty elements",
    "one text",
    "a large item",
    "open elements",
];

/// Documents to verify: the first was seen to take 3 GiB, the second as much as it has.
fn document(case: &str) -> Box<dyn Read> {
    let root = "<NessusClientData_v2>";
    match case {
        "verify open elements" => repeated(root, "<a>", 1000 * MIB / SLOW, ""),
        "verify a comment" => repeated(
            "<NessusClientData_v2><!--",
            " c ",
            250 * MIB / SLOW,
            "--></NessusClientData_v2>",
        ),
        "verify a text" => repeated(root, "text", 250 * MIB / SLOW, "</NessusClientData_v2>"),
        "verify CDATA" => repeated(
            "<NessusClientData_v2><![CDATA[",
            "text]",
            250 * MIB / SLOW,
            "]]></NessusClientData_v2>",
        ),
        other => panic!("{other}"),
    }
}

const DOCUMENTS: [&str; 4] =
    ["verify open elements", "verify a comment", "verify a text", "verify CDATA"];
/// Unoptimised builds work on less.
const SLOW: usize = if cfg!(debug_assertions) { 16 } else { 1 };

fn peak() -> usize {
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with("VmHWM:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse::<usize>().unwrap() * 1024
}

/// Compares reports of parts of 2.6 MB, whose hosts all differ. Of twenty parts, each lacks one.
#[cfg(feature = "generate")]
fn run_diff(case: &str, parts: usize) {
    use std::io::Cursor;

    use scanops_nessus::{
        diff,
        generate::{END, START, Shape},
    };

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
            let middle = Blocks { blocks: Box::new(parts), block: Cursor::default() };
            Ok(Findings::new(START.as_bytes().chain(middle).chain(END.as_bytes())).events())
        }
    };
    let base = peak();
    let differences = diff(open(0), open(1)).map(|difference| difference.unwrap().finding.port);
    println!("{} differences", differences.count());
    // 48 bytes for each finding, some for each host, and the parts that this test makes.
    assert_peak(case, (base + 20 * MIB + findings * 56).min(64 * MIB));
}

#[cfg(feature = "generate")]
#[test]
fn comparing_two_reports_takes_little_for_each_finding() {
    let test = "memory::comparing_two_reports_takes_little_for_each_finding";
    if let Ok(case) = env::var(CASE) {
        return run_diff(&case, case.trim_start_matches("diff ").parse().unwrap());
    }
    // 910 parts are 2.4 GB.
    let parts = env::var("SCANOPS_NESSUS_DIFF_PARTS").unwrap_or("20".to_owned());
    in_a_process_of_its_own(test, &format!("diff {parts}"));
}

fn run(case: &str) {
    if case.starts_with("verify") {
        // The program itself, with all tests in it, takes several MiB in unoptimised builds.
        let base = peak();
        let (mut document, mut verifier) = (document(case), Verifier::new());
        let mut block = vec![0; 64 * 1024];
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
        assert_eq!(error, case.contains("open").then_some(ErrorKind::Limit));
        return assert_peak(case, base + 4 * MIB);
    }
    let limits = Limits::default().item(ITEM);
    let mut last = None;
    for finding in Findings::with_limits(report(case), limits) {
        if let Some(Err(error)) = last.replace(finding) {
            panic!("{error}");
        }
    }
    match last {
        Some(Err(error)) => {
            assert!(error.to_string().len() < 8192);
            assert_eq!(error.kind(), ErrorKind::Limit, "{case}: {error}");
        }
        other => assert!(other.is_some() && case == "a large item"),
    }
    // Twice the limit for the text, once for what is made of it, 65,536 entries, the program.
    assert_peak(case, 3 * ITEM + 24 * MIB);
}

fn assert_peak(case: &str, limit: usize) {
    let peak = peak();
    println!("{case}: peak {} KiB of {} KiB", peak >> 10, limit >> 10);
    assert!(peak < limit, "{case} took {} KiB", peak >> 10);
}

#[test]
fn no_report_takes_more_than_a_small_multiple_of_its_limit() {
    if let Ok(case) = env::var(CASE) {
        return run(&case);
    }
    for case in REPORTS.into_iter().chain(DOCUMENTS) {
        in_a_process_of_its_own(
            "memory::no_report_takes_more_than_a_small_multiple_of_its_limit",
            case,
        );
    }
}

fn in_a_process_of_its_own(test: &str, case: &str) {
    let output = Command::new(env::current_exe().unwrap())
        .env(CASE, case)
        .args(["--exact", test, "--nocapture"])
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    println!("{}", said.lines().find(|line| line.contains("peak")).unwrap_or(case));
    assert!(
        output.status.success() && said.contains("1 passed"),
        "{case}: {said} {}",
        String::from_utf8_lossy(&output.stderr)
    );
}
