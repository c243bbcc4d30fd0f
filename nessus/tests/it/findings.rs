//! Findings of documents: what is in them, what is wrong with them, and where.

use std::{
    io::{self, Read},
    sync::Arc,
};

use crate::{reference, support};
use jiff::Timestamp;
use proptest::prelude::*;
use scanops_nessus::{
    ComplianceResult, Error, ErrorKind, Finding, Findings, Limits, Protocol, Severity, Summary,
    Texts,
};

const REPORT: &str = r#"<?xml version="1.0" ?>
<NessusClientData_v2><Policy><policyName>Basic &amp; more</policyName>
<Preferences><policyName>not this</policyName></Preferences></Policy>
<Report name="a &lt; b" xmlns:cm="http://www.nessus.org/cm">
<ReportHost name="10.0.0.7"><HostProperties>
<tag name="HOST_START_TIMESTAMP">1536895991</tag>
<tag name="HOST_END_TIMESTAMP">1536896495</tag>
<tag name="host-ip">10.0.0.7</tag>
<tag name="cpe">one</tag><tag name="cpe">two</tag>
</HostProperties>
<ReportItem port="443" svc_name="www" protocol="tcp" severity="3" pluginID="57582"
 pluginName="A &quot;name&quot;" pluginFamily="General" extra="x">
<plugin_output>&lt;a&gt;<![CDATA[<b>&amp;]]>&#8;&#x1F600;
 c</plugin_output>
<cve>CVE-2017-11305</cve><cve>CVE-2018-5007</cve><bid>102139</bid><bid>none</bid>
<xref>CWE:79</xref><xref>nothing</xref>
<see_also>https://a
https://b</see_also>
<cvss_base_score>5.0</cvss_base_score><cvss_vector>AV:N</cvss_vector>
<cvss3_temporal_score>high</cvss3_temporal_score>
<cvss4_threat_score>8.7</cvss4_threat_score><epss_score>0.97432</epss_score>
<exploit_available>true</exploit_available><exploit_framework_core>true</exploit_framework_core>
<vuln_publication_date>2017/12/12</vuln_publication_date>
<patch_publication_date>soon</patch_publication_date>
<description>first</description><description>second</description>
<cm:compliance-result>FAILED</cm:compliance-result><cm:compliance-odd>1</cm:compliance-odd>
<attachment name="a.png" type="image/png">aGk=<note n="1">deep</note></attachment>
<fname/>
</ReportItem>
<ReportItem pluginID="0"/>
</ReportHost>
<ReportHost name="two"><ReportItem pluginID="19506" severity="9"/></ReportHost>
</Report></NessusClientData_v2>
"#;

fn read(report: impl AsRef<[u8]>) -> (Vec<Finding>, Option<Error>) {
    support::read(report.as_ref())
}

#[test]
fn everything_in_an_item_has_its_place() {
    let (findings, error) = read(REPORT);
    assert!(error.is_none(), "{error:?}");
    let [first, second, third] = &findings[..] else { panic!("{findings:?}") };
    assert_eq!(first.report.name, "a < b");
    assert_eq!(first.report.policy.as_deref(), Some("Basic & more"));
    assert!(Arc::ptr_eq(&first.host, &second.host) && Arc::ptr_eq(&first.report, &third.report));
    assert_eq!(first.host.start.map(Timestamp::as_second), Some(1_536_895_991));
    assert_eq!(first.host.end.map(Timestamp::as_second), Some(1_536_896_495));
    assert_eq!(first.host.properties["cpe"], ["one", "two"]);
    assert_eq!(first.host.properties.len(), 1);
    assert_eq!((first.plugin.id, first.port, &first.protocol), (57582, 443, &Protocol::Tcp));
    assert_eq!((first.severity, first.plugin.name.as_str()), (Severity::High, "A \"name\""));
    assert_eq!(first.plugin_output.as_deref(), Some("<a><b>&amp;\u{8}\u{1F600}\n c"));
    assert_eq!(first.plugin.cves, ["CVE-2017-11305", "CVE-2018-5007"]);
    assert_eq!(
        (first.plugin.bids.as_slice(), first.plugin.xrefs[0].to_string().as_str()),
        (&[102_139][..], "CWE:79")
    );
    assert_eq!(first.plugin.see_also, ["https://a", "https://b"]);
    assert_eq!(
        (first.plugin.cvss2.base_score, first.plugin.cvss4.temporal_score),
        (Some(5.0), Some(8.7))
    );
    assert_eq!(first.plugin.epss_score, Some(0.97432));
    assert_eq!(
        (first.plugin.exploit.available, first.plugin.exploit.frameworks["core"]),
        (Some(true), true)
    );
    assert_eq!(first.plugin.vuln_publication_date.unwrap().to_string(), "2017-12-12");
    assert_eq!(first.plugin.description.as_deref(), Some("first"));
    let compliance = first.compliance.as_ref().unwrap();
    assert_eq!(compliance.result, Some(ComplianceResult::Failed));
    assert_eq!(compliance.other["odd"], ["1"]);
    assert_eq!(first.plugin.fname.as_deref(), Some(""));
    let joined = |texts: &Texts| -> Vec<(String, String)> {
        texts.iter().map(|(name, texts)| (name.clone(), texts.join("|"))).collect()
    };
    let own = |texts: &[(&str, &str)]| -> Vec<(String, String)> {
        texts.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect()
    };
    assert_eq!(
        joined(&first.other),
        own(&[
            ("@extra", "x"),
            ("attachment", "aGk="),
            ("attachment/note", "deep"),
            ("attachment/note@n", "1"),
            ("attachment@name", "a.png"),
            ("attachment@type", "image/png"),
        ])
    );
    assert_eq!(
        joined(&first.plugin.other),
        own(&[
            ("bid", "none"),
            ("cvss3_temporal_score", "high"),
            ("description", "second"),
            ("patch_publication_date", "soon"),
            ("xref", "nothing"),
        ])
    );
    assert_eq!((third.severity, third.host.name.as_str()), (Severity::Other(9), "two"));
}

#[test]
fn a_finding_is_one_line_of_json_and_back() {
    for finding in read(REPORT).0 {
        let line = serde_json::to_string(&finding).unwrap();
        assert!(!line.contains('\n'));
        assert_eq!(serde_json::from_str::<Finding>(&line).unwrap(), finding, "{line}");
    }
    let short: Finding =
        serde_json::from_str(r#"{"plugin_id": 1, "from_the_future": [2]}"#).unwrap();
    assert_eq!(short.plugin.id, 1);
}

#[test]
fn a_text_in_no_element_is_kept_too() {
    let report = "<NessusClientData_v2><Report><ReportHost><HostProperties>\n of the host \n\
        <tag name='a'>b</tag></HostProperties><ReportItem pluginID='1'>\n &lt; before <fname/>\n\
        after\n</ReportItem></ReportHost></Report></NessusClientData_v2>";
    let (findings, error) = read(report);
    assert!(error.is_none(), "{error:?}");
    assert_eq!(findings[0].other["#text"], ["< before", "after"]);
    assert_eq!(findings[0].host.properties["#text"], ["of the host"]);
}

#[test]
fn line_ends_are_those_of_xml() {
    let report = "<NessusClientData_v2><Report><ReportHost><ReportItem pluginID='1' pluginName='a\nb'>\
        <synopsis>a\r\nb\rc&#13;</synopsis></ReportItem></ReportHost></Report></NessusClientData_v2>";
    let (findings, _) = read(report);
    assert_eq!(findings[0].plugin.synopsis.as_deref(), Some("a\nb\nc\r"));
    assert_eq!(findings[0].plugin.name, "a b");
}

#[test]
fn properties_and_policy_may_come_late() {
    let report = "<NessusClientData_v2><Report name='r'><ReportHost name='h'><ReportItem pluginID='1'/>\
        <HostProperties><tag name='host-ip'>::1</tag></HostProperties><ReportItem pluginID='2'/>\
        </ReportHost></Report><Policy><policyName>p</policyName></Policy></NessusClientData_v2>";
    let mut findings = Findings::new(report.as_bytes());
    let first = findings.next().unwrap().unwrap();
    let second = findings.next().unwrap().unwrap();
    assert_eq!((&first.host.ip, second.host.ip.as_deref()), (&None, Some("::1")));
    assert!(findings.next().is_none());
    assert_eq!(findings.report().policy.as_deref(), Some("p"));
}

/// A report whose second host's second item has this in it, one finding before it.
fn with(content: &str) -> String {
    format!(
        "<NessusClientData_v2><Report name='r'><ReportHost name='1'/><ReportHost name='2'>\
         <ReportItem pluginID='1'/><ReportItem pluginID='2'>{content}</ReportItem></ReportHost>\
         </Report></NessusClientData_v2>"
    )
}

#[test]
fn an_error_says_what_and_where_after_the_findings_before_it() {
    let start = with("").find("</ReportItem>").unwrap();
    for (content, place, message) in [
        ("<a>&nbsp;</a>", 3, "/ReportHost[2]/ReportItem[2]/a: the entity &nbsp; is not defined"),
        ("<a>&#0;</a>", 3, "/a: invalid character reference"),
        ("<a>&lt</a>", 3, "/a: "),
        ("<a b></a>", 0, "/a: "),
        ("<a b='&x;'/>", 0, "unrecognized entity `x`"),
        ("</a>", 0, "expected `</ReportItem>`"),
        ("<a><b></a>", 6, "expected `</b>`"),
        ("<!DOCTYPE x [<!ENTITY y 'z'>]>", 0, "DOCTYPE"),
        ("<![CDATA[", 0, "a CDATA section is not closed"),
    ] {
        let (findings, error) = read(with(content));
        let error = error.unwrap_or_else(|| panic!("{content}")).to_string();
        assert_eq!(findings.len(), 1, "{content}");
        let at = format!("at byte {} in NessusClientData_v2/Report/ReportHost[2]", start + place);
        assert!(error.contains(&at), "{content}: {error} {start}");
        assert!(error.contains(message), "{content}: {error}");
    }
}

#[test]
fn a_summary_of_what_is_not_well_formed_says_in_which_item() {
    let error = Summary::read(with("<a><b></a>").as_bytes()).unwrap_err().to_string();
    assert!(error.contains("/ReportHost[2]/ReportItem[2]/a/b: "), "{error}");
}

#[test]
fn bytes_that_are_no_utf_8_are_an_error_with_their_place() {
    let report = with("<a>ok \u{7f}</a>");
    let at = report.find('\u{7f}').unwrap();
    let mut report = report.into_bytes();
    report[at] = 0xff;
    let (findings, error) = read(report);
    let error = error.unwrap().to_string();
    assert!(findings.len() == 1 && error.contains(&format!("at byte {at} in")), "{error}");
}

#[test]
fn other_encodings_are_named() {
    let utf_16: Vec<u8> = "\u{feff}<?xml?>".encode_utf16().flat_map(u16::to_le_bytes).collect();
    for (report, name) in [
        (&utf_16[..], "UTF-16LE"),
        (&utf_16[2..], "UTF-16LE"),
        (b"<?xml version='1.0' encoding='ISO-8859-1'?><NessusClientData_v2/>", "ISO-8859-1"),
    ] {
        let error = read(report).1.unwrap();
        assert_eq!(error.kind(), ErrorKind::Malformed);
        assert!(error.to_string().contains(&format!("its encoding is {name}")), "{error}");
    }
    for report in [
        "\u{feff}<?xml version='1.0' encoding='utf-8'?><NessusClientData_v2/>",
        "<!-- c --><NessusClientData_v2><?pi?></NessusClientData_v2><!-- c -->\n",
    ] {
        let (findings, error) = read(report);
        assert!(findings.is_empty() && error.is_none(), "{error:?}");
    }
}

#[test]
fn what_is_not_a_report_is_an_error_that_says_so() {
    use ErrorKind::{Archive, Malformed, NotAReport};
    for (document, kind, message) in [
        ("", Malformed, "at byte 0: there is no document"),
        ("  ", Malformed, "there is no document"),
        ("{\"error_code\": 147}", NotAReport, "at byte 0: there is text outside"),
        ("Plugin ID,CVE\r\n1,2", NotAReport, "it is not XML"),
        ("<html>", NotAReport, "begins with <html>"),
        ("<?xml version='1.0'?><html/>", NotAReport, "begins with <html>"),
        ("<!DOCTYPE html>", NotAReport, "DOCTYPE"),
        (
            "<NessusClientData_v2/><NessusClientData_v2/>",
            Malformed,
            "byte 22: there is a second root",
        ),
        ("<NessusClientData_v2/>x", Malformed, "text outside"),
        ("<NessusClientData_v2></Report>", Malformed, "expected `</NessusClientData_v2>`"),
        ("<NessusClientData_v2>&x;", Malformed, "the entity &x; is not defined"),
        ("<NessusClientData_v2>a & b</NessusClientData_v2>", Malformed, "byte 23"),
        ("PK", Archive, "ends early"),
        ("PKxx", Archive, "no valid record"),
        ("\u{1f}\u{fffd}", NotAReport, "it is not XML"),
    ] {
        let error = read(document).1.unwrap();
        assert_eq!(error.kind(), kind, "{document}: {error}");
        assert!(error.to_string().contains(message), "{document}: {error}");
    }
    for (bytes, message) in [(&b"\x1f\x8b\x08\0"[..], "gzip"), (b"\xff\xff\xff\xff", "neither")] {
        let error = read(bytes).1.unwrap();
        assert_eq!(error.kind(), NotAReport);
        assert!(error.to_string().contains(message), "{error}");
    }
}

#[test]
fn an_error_names_the_file() {
    let folder = std::env::temp_dir();
    let error = Findings::open(&folder).unwrap_err();
    assert_eq!((error.kind(), error.file()), (ErrorKind::NotAReport, Some(folder.as_path())));
    let file = folder.join(format!("scanops-{}.csv", std::process::id()));
    std::fs::write(&file, "Plugin ID,CVE\n").unwrap();
    let error = Findings::open(&file).unwrap().next().unwrap().unwrap_err();
    std::fs::remove_file(&file).unwrap();
    assert_eq!((error.kind(), error.file()), (ErrorKind::NotAReport, Some(file.as_path())));
    let error = Findings::open(&file).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Io);
    assert!(error.to_string().contains(".csv"), "{error}");
}

#[test]
fn an_invalid_item_is_an_error_of_its_own() {
    for (attribute, message) in [
        ("", "it has no pluginID"),
        ("pluginID='x'", "its pluginID is \"x\""),
        ("pluginID='1' severity='bad'", "its severity is \"bad\""),
        ("pluginID='1' port='65536'", "its port is \"65536\""),
    ] {
        let report = format!(
            "<NessusClientData_v2><Report><ReportHost><ReportItem pluginID='7'/><ReportItem \
             {attribute}><a/></ReportItem><ReportItem pluginID='8'/></ReportHost></Report>\
             </NessusClientData_v2>"
        );
        let mut found = Findings::new(report.as_bytes());
        assert_eq!(found.next().unwrap().unwrap().plugin.id, 7);
        let error = found.next().unwrap().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidItem);
        assert!(error.is_recoverable());
        assert_eq!(error.position(), Some(67));
        assert!(error.to_string().contains(&format!("ReportItem[2]: {message}")), "{error}");
        assert_eq!(found.next().unwrap().unwrap().plugin.id, 8);
        assert!(found.next().is_none());
    }
}

#[test]
fn each_limit_holds() {
    let limits = Limits::default();
    let many = |count: usize| "<a>b</a>".repeat(count);
    let lines = "x\n".repeat(100);
    let cases = [
        (limits.depth(10), "<a>".repeat(9) + &"</a>".repeat(9), "nest deeper than 10"),
        (limits.item(1000), format!("<a>{}</a>", "x".repeat(1001)), "longer than 1000 bytes"),
        (limits.attributes(2), "<a b='' c='' d=''/>".into(), "more than 2 attributes"),
        (limits.elements(150), many(200), "more than 150 elements"),
        (limits.elements(150), format!("<a>{}</a>", many(200)), "more than 150 elements"),
        (limits.elements(50), format!("<see_also>{lines}</see_also>"), "more than 50 elements"),
        (
            limits.item(2_000),
            "<abcdefghijklmnopqrstuvwxyz>".repeat(30) + &"</abcdefghijklmnopqrstuvwxyz>".repeat(30),
            "take more than 2000 bytes",
        ),
    ];
    for (limits, content, message) in cases {
        let report = with(&content);
        assert_eq!(Findings::new(report.as_bytes()).flatten().count(), 2);
        let mut findings = Findings::with_limits(report.as_bytes(), limits);
        assert!(findings.next().unwrap().is_ok());
        let error = findings.next().unwrap().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Limit);
        let error = error.to_string();
        assert!(error.contains(message) && findings.next().is_none(), "{error}");
    }
    let tags = |count| format!("<tag name='{}'>x</tag>", "n".repeat(100)).repeat(count);
    let properties = |count| format!("<HostProperties>{}</HostProperties>", tags(count));
    let name = "n".repeat(2000);
    for (limits, content, message) in [
        (limits.elements(50), properties(60), "more than 50 elements"),
        (limits.elements(50), properties(10).repeat(6), "more than 50 elements"),
        (limits.item(2_000), properties(60), "longer than 2000 bytes"),
        (limits.item(2_000), properties(10).repeat(6), "take more than 2000 bytes"),
        (limits.tag(1000), format!("<{name}/>"), "tag is longer than 1000"),
        (limits.tag(3000), format!("<{name}><{name}>"), "names of open elements exceed 3000"),
        (limits.tag(1000), format!("<x a='{name}'/>"), "tag is longer than 1000"),
        (
            limits.tag(1000),
            format!("</ReportHost><ReportHost name='{name}'>"),
            "tag is longer than 1000",
        ),
    ] {
        let report = with("").replace("<ReportItem pluginID='1'/>", &content);
        let error = Findings::with_limits(report.as_bytes(), limits).next().unwrap().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Limit);
        assert!(error.to_string().contains(message), "{error}");
        assert!(error.to_string().len() < 1000, "{error}");
    }
}

#[test]
fn a_lossy_reading_replaces_what_is_not_utf_8_and_counts_it() {
    let report = with("<plugin_output>caf\u{7f} \u{7f}</plugin_output>").into_bytes();
    let report: Vec<u8> = report.into_iter().map(|b| if b == 0x7f { 0xe9 } else { b }).collect();
    assert_eq!(read(&report).1.unwrap().kind(), ErrorKind::Malformed);
    let mut findings = Findings::new(&report[..]).lossy(true);
    let all: Vec<_> = findings.by_ref().map(Result::unwrap).collect();
    assert_eq!(all[1].plugin_output.as_deref(), Some("caf\u{fffd} \u{fffd}"));
    assert_eq!(findings.replaced(), 2);
}

#[test]
fn repeated_plugins_are_shared_and_variants_are_kept_apart() {
    let item = |id: u32, about: &str, output: &str| {
        format!(
            "<ReportItem pluginID='{id}' pluginName='n' port='{}'><description>{about}\
             </description>{output}</ReportItem>\n",
            output.len()
        )
    };
    let host = |output: &str| {
        let items = [item(1, "a", output), item(1, "b", output), item(2, "a", output)];
        format!("<ReportHost name='h'>{}</ReportHost>", items.concat())
    };
    let outputs = [
        "",
        "<plugin_output>1</plugin_output>",
        "<plugin_output>&lt;2&#10;</plugin_output>",
        "<plugin_output><![CDATA[3]]></plugin_output>",
        "<plugin_output>4</plugin_output><plugin_output>5</plugin_output>",
    ];
    let hosts: String = outputs.into_iter().chain(outputs).map(host).collect();
    let report = format!("<NessusClientData_v2><Report>{hosts}</Report></NessusClientData_v2>");
    let (findings, error) = read(&report);
    assert!(error.is_none(), "{error:?}");
    assert_eq!(findings.len(), 30);
    for (at, finding) in findings.iter().enumerate() {
        let (host, item) = (at / 3 % 5, at % 3);
        assert_eq!(finding.plugin.id, if item == 2 { 2 } else { 1 });
        assert_eq!(finding.plugin.description.as_deref(), Some(if item == 1 { "b" } else { "a" }));
        let output = [None, Some("1"), Some("<2\n"), Some("3"), Some("4")][host];
        assert_eq!(finding.plugin_output.as_deref(), output);
        assert_eq!(finding.other.contains_key("plugin_output"), host == 4);
        assert_eq!(usize::from(finding.port), outputs[host].len());
    }
    assert!(Arc::ptr_eq(&findings[6].plugin, &findings[18].plugin));
    assert!(!Arc::ptr_eq(&findings[3].plugin, &findings[4].plugin));
    let none = Findings::with_limits(report.as_bytes(), Limits::default().cache(0));
    assert!(none.map(Result::unwrap).eq(findings));
}

#[test]
fn a_source_that_fails_is_not_a_bad_report() {
    struct Broken;
    impl Read for Broken {
        fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
            Err(io::Error::other("disk on fire"))
        }
    }
    let start = REPORT.split_at(REPORT.find("<ReportItem pluginID=\"0\"").unwrap()).0;
    let mut findings = Findings::new(start.as_bytes().chain(Broken));
    assert!(findings.next().unwrap().is_ok());
    let error = findings.next().unwrap().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Io);
    assert!(findings.next().is_none());
}

#[test]
fn a_report_cut_anywhere_gives_its_whole_items_and_then_an_error() {
    let whole = read(REPORT).0;
    let ends: Vec<_> = REPORT
        .match_indices("</ReportItem>")
        .map(|(at, end)| at + end.len())
        .chain(
            ["pluginID=\"0\"/>", "severity=\"9\"/>"]
                .map(|end| REPORT.find(end).unwrap() + end.len()),
        )
        .collect();
    for cut in 0..REPORT.trim_end().len() {
        let (findings, error) = read(&REPORT[..cut]);
        let complete = ends.iter().filter(|end| **end <= cut).count();
        assert_eq!(findings, whole[..complete], "cut at {cut}");
        assert_eq!(error.unwrap().kind(), ErrorKind::Malformed, "cut at {cut}");
    }
}

/// Text with all that XML has a say in.
fn text() -> impl Strategy<Value = String> {
    "([\\x09\\x0a\\x20-\\x7e]|[<>&'\"]|\\PC|[0-9./:-]){0,40}"
}

proptest! {
    #[test]
    fn no_bytes_make_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        let _ = read(bytes);
    }

    #[test]
    fn a_changed_byte_is_read_as_the_reference_reads_it(at in 0..REPORT.len(), byte: u8) {
        let mut report = REPORT.as_bytes().to_vec();
        report[at] = byte;
        let (findings, error) = read(&report);
        let Ok(text) = std::str::from_utf8(&report) else { return Ok(()) };
        let expected = reference::read(text);
        let of = |finding: &Finding| {
            (finding.plugin.clone(), finding.plugin_output.clone(), finding.other.clone())
        };
        prop_assert!(findings.len() <= expected.findings.len());
        prop_assert!(findings.iter().map(of).eq(expected.findings.iter().map(of).take(findings.len())));
        let is_bad = expected.failed.is_some() || expected.invalid > 0;
        prop_assert_eq!(error.is_some(), is_bad, "{:?} {:?}", error, expected.failed);
    }

    #[test]
    fn any_text_in_any_element_survives_xml_and_json(
        texts in proptest::collection::vec((0..ELEMENTS.len(), text()), 0..12),
        name in text(),
    ) {
        let escape = |text: &str| quick_xml::escape::escape(text).replace('\n', "&#10;").replace('\t', "&#9;");
        let content: String = texts
            .iter()
            .map(|(element, text)| format!("<{0}>{1}</{0}>", ELEMENTS[*element], escape(text)))
            .collect();
        let report = format!(
            "<NessusClientData_v2><Report name=\"{0}\"><ReportHost name=\"{0}\"><HostProperties>\
             <tag name=\"{0}\">{0}</tag></HostProperties><ReportItem pluginID=\"7\" \
             pluginName=\"{0}\" protocol=\"{0}\">{content}</ReportItem></ReportHost></Report>\
             </NessusClientData_v2>",
            escape(&name)
        );
        let (findings, error) = read(&report);
        prop_assert!(error.is_none(), "{:?}", error);
        let finding = &findings[0];
        prop_assert_eq!(&finding.plugin.name, &name);
        let line = serde_json::to_string(finding).unwrap();
        prop_assert_eq!(&serde_json::from_str::<Finding>(&line).unwrap(), finding);
        let mut kept = support::texts(&serde_json::to_value(finding).unwrap());
        for (element, text) in &texts {
            // As it is, as what it was parsed to, or line by line.
            let lines = text.lines().filter(|line| !line.is_empty()).map(str::to_owned).collect();
            let forms = [
                vec![text.clone()],
                text.parse::<u32>().map(|it| vec![it.to_string()]).unwrap_or_default(),
                text.parse::<f64>().map(|it| vec![format!("{it:?}")]).unwrap_or_default(),
                vec![text.replace('/', "-")],
                lines,
            ];
            let mut forms = forms.iter().filter(|form| !form.is_empty());
            let is_kept = forms.any(|form| support::take_all(&mut kept, form));
            prop_assert!(is_kept, "{} {:?} is not in {}", ELEMENTS[*element], text, line);
        }
    }
}

const ELEMENTS: [&str; 14] = [
    "plugin_output",
    "description",
    "cve",
    "bid",
    "xref",
    "see_also",
    "cvss_base_score",
    "cvss3_vector",
    "exploit_available",
    "exploit_framework_x",
    "vuln_publication_date",
    "cm:compliance-result",
    "cm:compliance-x",
    "anything",
];

#[test]
fn an_item_whose_tag_is_malformed_is_an_error_also_where_its_plugin_is_known() {
    let item = "<ReportItem pluginID='1'><description>d</description></ReportItem>";
    let report = format!(
        "<NessusClientData_v2><Report name='r'><ReportHost name='h'>{item}{item}{item}\
         <ReportItem/ pluginID='1'><description>d</description></ReportItem></ReportHost></Report>\
         </NessusClientData_v2>"
    );
    for cache in [0, 1 << 20] {
        let limits = Limits::default().cache(cache);
        let mut findings = Findings::with_limits(report.as_bytes(), limits);
        assert_eq!(findings.by_ref().take(3).filter_map(Result::ok).count(), 3, "{cache}");
        assert_eq!(findings.next().unwrap().unwrap_err().kind(), ErrorKind::Malformed, "{cache}");
    }
}
