//! Findings are those of an event-by-event reader, however the report is read: inline, in threads,
//! cut at any byte, with and without sharing.

use std::io;

use futures_util::{StreamExt as _, stream};
use proptest::{collection::vec, prelude::*, sample::select};
use scanops_nessus::{Error, Finding, FindingStream, Findings, Limits, Result, Verifier};
use zip::write::SimpleFileOptions;

use crate::{
    reference,
    support::{self, Chunks},
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

fn block_on<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(future)
}

fn check(document: &str, sizes: &[usize]) -> std::result::Result<(), TestCaseError> {
    let expected = reference::read(document);
    let bytes = document.as_bytes();
    let archived = support::streamed(&[("a.nessus", document)], SimpleFileOptions::default());
    let chunks = |rest| Chunks::new(rest, sizes);
    let streamed = |report: &[u8]| {
        let chunks: Vec<_> =
            report.chunks(sizes[0]).map(|chunk| io::Result::Ok(chunk.to_vec())).collect();
        block_on(FindingStream::new(stream::iter(chunks)).collect::<Vec<_>>()).into_iter()
    };
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
    let verify = || -> std::result::Result<(), Error> {
        let mut verifier = Verifier::new();
        for chunk in bytes.chunks(sizes[0]) {
            verifier.write(chunk)?;
        }
        verifier.finish().map(drop)
    };
    // Attributes of items are not the verifier's business, nor how deep elements nest.
    if expected.failed.is_none() {
        prop_assert!(verify().is_ok(), "{:?}: {}", verify(), document);
    }
    Ok(())
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
    let names = select(vec![
        "description",
        "cve",
        "plugin_output",
        "see_also",
        "xref",
        "bid",
        "cvss_base_score",
        "cvss3_vector",
        "exploit_available",
        "exploit_framework_x",
        "vuln_publication_date",
        "cm:compliance-result",
        "cm:compliance-x",
        "attachment",
        "new",
        "ReportItem",
        "fname",
        "plugin_publication_date",
    ]);
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

fn item() -> impl Strategy<Value = String> {
    let ids = select(vec!["1", "2", "0", "7", "x", "1' y='>"]);
    let ports = select(vec!["0", "443", "65536", "&#52;"]);
    (ids, ports, vec(part(), 0..5)).prop_map(|(id, port, parts)| {
        format!(
            "<ReportItem port='{port}' pluginName=\"n{port}\" pluginID='{id}'>{}</ReportItem>\n",
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
         <tag name='x' y='z'>t<u>v</u></tag>s</HostProperties>",
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
    let hosts = vec((properties, between, vec(any::<prop::sample::Index>(), 0..8)), 0..5);
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
    (start, policy, vec(item(), 1..6), hosts).prop_map(|(start, policy, items, hosts)| {
        let hosts: Vec<_> = hosts
            .into_iter()
            .map(|(properties, between, picked)| {
                let items: Vec<_> = picked.iter().map(|index| index.get(&items).as_str()).collect();
                format!(
                    "<ReportHost name='h'>{properties}\n{}{between}{}</ReportHost>\n",
                    items.concat(),
                    items.first().unwrap_or(&"")
                )
            })
            .collect();
        format!(
            "{start}<NessusClientData_v2>{policy}<Report name='r'>{}</Report></NessusClientData_v2>\n",
            hosts.concat()
        )
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: if cfg!(debug_assertions) { 150 } else { 3000 }, ..Default::default() })]

    #[test]
    fn any_report_in_any_chunks(report in report(), sizes in vec(1_usize..200, 1..4)) {
        check(&report, &sizes)?;
    }

    #[test]
    fn any_report_cut_or_changed_at_any_byte(
        report in report(),
        sizes in vec(1_usize..200, 1..4),
        at in any::<prop::sample::Index>(),
        change in prop_oneof![Just(None), select(vec!["<", ">", "&", "'", "/", "!", "]]>", "-->", "x", "<a>", "</a>", "<![CDATA["]).prop_map(Some)],
    ) {
        let mut at = at.index(report.len());
        while !report.is_char_boundary(at) {
            at -= 1;
        }
        let (start, rest) = report.split_at(at);
        let changed = match change {
            None => start.to_owned(),
            Some(change) => {
                let mut rest = rest.chars();
                rest.next();
                format!("{start}{change}{}", rest.as_str())
            }
        };
        check(&changed, &sizes)?;
    }
}
