//! Findings are those of an event-by-event reader, however the report is read: inline, in threads,
//! cut at any byte, with and without sharing.

use proptest::{collection::vec, prelude::*, sample::select};
use scanops_nessus::{Finding, Findings, Limits, Result};
use zip::write::SimpleFileOptions;

use crate::{
    fields::{FIELDS, Kind},
    findings::REPORT,
    reference,
    support::{self, Chunks, arriving},
};

fn collect(all: impl Iterator<Item = Result<Finding>>) -> reference::Read {
    let mut read = reference::Read::default();
    for finding in all {
        match finding {
            Ok(finding) => read.findings.push(finding),
            Err(error) if error.is_recoverable() => read.invalid += 1,
            Err(error) => read.failed = Some(error.to_string()),
        }
    }
    read
}

fn check(document: &str, sizes: &[usize]) -> std::result::Result<(), TestCaseError> {
    let expected = reference::read(document);
    let bytes = document.as_bytes();
    let archived = support::streamed(&[("a.nessus", document)], SimpleFileOptions::default());
    let chunks = |rest| Chunks::new(rest, sizes);
    let streamed = |report: &[u8]| arriving(report, sizes[0]).into_iter();
    let uncached = Limits::default().cache(0);
    let tiny = Limits::default().cache(16 * 1024);
    for (how, read) in [
        ("whole", collect(Findings::new(bytes))),
        ("in chunks", collect(Findings::new(chunks(bytes)))),
        ("uncached", collect(Findings::with_limits(chunks(bytes), uncached))),
        ("with a small cache", collect(Findings::with_limits(bytes, tiny))),
        ("streamed", collect(streamed(bytes))),
        ("from an archive", collect(Findings::new(chunks(&archived)))),
        ("from a streamed archive", collect(streamed(&archived))),
    ] {
        prop_assert_eq!(&read.findings, &expected.findings, "{}: {}", how, document);
        prop_assert_eq!(read.invalid, expected.invalid, "{}", how);
        prop_assert_eq!(
            read.failed.is_some(),
            expected.failed.is_some(),
            "{}: {:?}, {:?}: {}",
            how,
            read.failed,
            expected.failed,
            document
        );
    }
    // The verifier checks neither the attributes of items nor how deep elements nest.
    if expected.failed.is_none() {
        let verified = support::verify(bytes, sizes[0]);
        prop_assert!(verified.is_ok(), "{:?}: {}", verified, document);
    }
    Ok(())
}

/// Any text that XML can hold, escaped.
fn text() -> impl Strategy<Value = String> {
    "([\\x09\\x0a\\x20-\\x7e]|[<>&'\"]|\\PC|[0-9./:-]){0,40}".prop_map(|text| {
        quick_xml::escape::escape(text).replace('\n', "&#10;").replace('\t', "&#9;")
    })
}

/// What can be in an item, its parts from few enough that items repeat.
fn part() -> impl Strategy<Value = String> {
    let texts = select(vec![
        "a",
        "",
        "b &lt; c",
        "&#x1F600;é",
        "x\r\ny\r",
        " ",
        "1.5",
        "2017/12/12",
        "true",
        "]]>",
        ">",
        "CVE-1",
        "MSFT:1",
        "l1\nl2",
        "2017-03-31T00:00:00+00:00",
        "2017-03-31T10:00:00Z",
    ]);
    let texts = prop_oneof![3 => texts.prop_map(str::to_owned), 1 => text()];
    let known = FIELDS.iter().map(|(name, ..)| *name).filter(|name| !name.is_empty());
    let names = prop_oneof![
        select(known.collect::<Vec<_>>()),
        select(vec!["cm:compliance-result", "cm:compliance-x", "attachment", "new", "ReportItem"]),
        select(vec!["description", "cve", "plugin_output", "see_also", "bid", "epss_score"]),
    ];
    let odd = select(vec![
        "<![CDATA[</ReportItem>]]>",
        "<!-- <plugin_output> </ReportItem> -->",
        "<?pi </ReportItem> ?>",
        "<x y='>'/>",
        "<plugin_output><![CDATA[<a>]]></plugin_output>",
        "<plugin_output a='>'>b<!-- c --></plugin_output>",
        "<plugin_output><a>deep<b c='d'/></a></plugin_output >",
        "<plugin_output/>",
        "<a><ReportItem pluginID='1'/></a>",
        "stray",
        "\n",
    ]);
    prop_oneof![
        6 => (names, texts).prop_map(|(name, text)| format!("<{name}>{text}</{name}>\n")),
        1 => odd.prop_map(str::to_owned),
    ]
}

fn name() -> impl Strategy<Value = String> {
    prop_oneof![3 => Just("n".to_owned()), 1 => text()]
}

fn item() -> impl Strategy<Value = String> {
    let ids = select(vec!["1", "2", "0", "7", "x", "1' y='>"]);
    let ports = select(vec!["0", "443", "65536", "&#52;"]);
    (ids, ports, name(), vec(part(), 0..5)).prop_map(|(id, port, name, parts)| {
        format!(
            "<ReportItem port='{port}' pluginName=\"n{port}{name}\" protocol='{name}' \
             pluginID='{id}'>{}</ReportItem>\n",
            parts.concat()
        )
    })
}

/// A report whose hosts have some of a few items each.
fn report() -> impl Strategy<Value = String> {
    let properties = select(vec![
        "",
        "<HostProperties/>",
        "<HostProperties><tag name='host-ip'>1</tag><tag name='mac-address'>a\nb</tag>\
         <tag name='x' y='z'>t<u>v</u></tag>s<tag name=' a&amp;&quot;&#10;b'/></HostProperties>",
        "<!-- c --><Other><ReportItem/></Other>",
        "<HostProperties><![CDATA[</HostProperties>]]></HostProperties>",
        "text",
    ]);
    let between = select(vec![
        "",
        "<ReportItem pluginID='3'/>",
        "<!-- <ReportItem> -->",
        "<?pi?>",
        "<a>&amp;</a>",
    ]);
    let hosts = vec((name(), properties, between, vec(any::<prop::sample::Index>(), 0..8)), 0..5);
    let start = select(vec![
        "",
        "\u{feff}<?xml version=\"1.0\" encoding='utf-8' ?>\n",
        "<!-- c --><?pi?>",
        "<?xml version='1.0'?>",
    ]);
    let policy = select(vec![
        "",
        "<Policy><policyName>p &amp; q</policyName><ReportItem/></Policy>",
        "<Policy><x><policyName>n</policyName></x><policyName/></Policy>",
    ]);
    let end = select(vec!["", "<!-- c --><?pi?>\n"]);
    (start, policy, vec(item(), 1..6), hosts, end).prop_map(|(start, policy, items, hosts, end)| {
        let hosts: Vec<_> = hosts
            .into_iter()
            .map(|(name, properties, between, picked)| {
                let items: Vec<_> = picked.iter().map(|index| index.get(&items).as_str()).collect();
                format!(
                    "<ReportHost name='{name}'>{properties}\n{}{between}{}</ReportHost>\n",
                    items.concat(),
                    items.first().unwrap_or(&"")
                )
            })
            .collect();
        format!(
            "{start}<NessusClientData_v2>{policy}<Report name='r'>{}</Report></NessusClientData_v2>\n{end}",
            hosts.concat()
        )
    })
}

/// What is done to a report.
#[derive(Clone, Debug)]
enum Damage {
    None,
    Cut,
    Changed(String),
}

fn damage() -> impl Strategy<Value = Damage> {
    let markup =
        select(vec!["<", ">", "&", "'", "/", "!", "]]>", "-->", "x", "<a>", "</a>", "<![CDATA["]);
    let ascii = (0..=127_u8).prop_map(|byte| char::from(byte).to_string());
    prop_oneof![
        3 => Just(Damage::None),
        1 => Just(Damage::Cut),
        3 => markup.prop_map(|text| Damage::Changed(text.to_owned())),
        3 => ascii.prop_map(Damage::Changed),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: if cfg!(debug_assertions) { 300 } else { 6000 }, ..Default::default() })]

    #[test]
    fn any_report_whole_or_damaged_in_any_chunks(
        report in prop_oneof![3 => report(), 1 => Just(untimed(REPORT))],
        sizes in vec(1_usize..200, 1..4),
        at in any::<prop::sample::Index>(),
        damage in damage(),
    ) {
        let mut at = at.index(report.len());
        while !report.is_char_boundary(at) {
            at -= 1;
        }
        let (start, rest) = report.split_at(at);
        let mut behind = rest.chars();
        behind.next();
        let report = match damage {
            Damage::None => report,
            Damage::Cut => start.to_owned(),
            Damage::Changed(text) => [start, &text, behind.as_str()].concat(),
        };
        check(&report, &sizes)?;
    }
}

/// The reference does not read times.
fn untimed(report: &str) -> String {
    report.replace("HOST_", "")
}

#[test]
fn each_element_is_in_its_field() {
    let text = |kind| match kind {
        Kind::Flag => "true",
        Kind::Score => "7.5",
        Kind::Date => "2017/12/12",
        Kind::Numbers => "7",
        Kind::Xrefs => "CWE:79",
        _ => "text",
    };
    let elements = FIELDS.iter().filter(|(name, ..)| !name.is_empty());
    let content: String = elements
        .clone()
        .map(|(name, _, kind)| format!("<{name}>{}</{name}>", text(*kind)))
        .collect();
    let report = support::of_host(&format!("<ReportItem pluginID='1'>{content}</ReportItem>"));
    let finding = Findings::new(report.as_bytes()).next().unwrap().unwrap();
    let finding = serde_json::to_value(finding).unwrap();
    for (name, path, kind) in elements {
        let expected = kind.read(text(*kind));
        assert_eq!(finding.pointer(&format!("/{path}")), expected.as_ref(), "{name}");
    }
    assert_eq!((finding.get("other"), finding.get("plugin_other")), (None, None));
}
