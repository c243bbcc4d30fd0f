//! Findings of documents, and errors with their positions.

use std::{
    io::{self, Read},
    sync::Arc,
};

use proptest::{prelude::*, sample::select};
use scanops_nessus::{Error, ErrorKind, Finding, Findings, Limits, Severity, Summary};
use serde_json::json;

use crate::{
    reference,
    support::{self, document, of_host},
};

pub(crate) const REPORT: &str = r#"<?xml version="1.0" ?>
<NessusClientData_v2><Policy><policyName>Basic &amp; more</policyName>
<Preferences><policyName>not this</policyName></Preferences></Policy>
<Report name="a &lt; b" xmlns:cm="http://www.nessus.org/cm">
<ReportHost name="10.0.0.7"><HostProperties>
 of the host
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
&lt; before <fname/>
after
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
fn every_part_of_an_item_is_in_its_finding() {
    let (findings, error) = read(REPORT);
    assert!(error.is_none(), "{error:?}");
    let [first, second, third] = &findings[..] else { panic!("{findings:?}") };
    assert!(Arc::ptr_eq(&first.host, &second.host) && Arc::ptr_eq(&first.report, &third.report));
    assert_eq!((third.severity, third.host.name.as_str()), (Severity::Other(9), "two"));
    let expected = json!({
        "report": {"name": "a < b", "policy": "Basic & more"},
        "host": {
            "name": "10.0.0.7", "ip": "10.0.0.7", "start": 1_536_895_991, "end": 1_536_896_495,
            "properties": {"cpe": ["one", "two"], "#text": ["of the host"]},
        },
        "plugin_id": 57582, "plugin_name": "A \"name\"", "plugin_family": "General",
        "port": 443, "protocol": "tcp", "service": "www", "severity": "high",
        "plugin_output": "<a><b>&amp;\u{8}\u{1F600}\n c",
        "description": "first", "fname": "",
        "cves": ["CVE-2017-11305", "CVE-2018-5007"], "bids": [102_139], "xrefs": ["CWE:79"],
        "see_also": ["https://a", "https://b"],
        "cvss2": {"base_score": 5.0, "base_vector": "AV:N"}, "cvss4": {"temporal_score": 8.7},
        "epss_score": 0.97432,
        "exploit": {"available": true, "frameworks": {"core": true}},
        "vuln_publication_date": "2017-12-12",
        "compliance": {"result": "FAILED", "other": {"odd": ["1"]}},
        "plugin_other": {
            "bid": ["none"], "cvss3_temporal_score": ["high"], "description": ["second"],
            "patch_publication_date": ["soon"], "xref": ["nothing"],
        },
        "other": {
            "@extra": ["x"], "attachment": ["aGk="], "attachment/note": ["deep"],
            "attachment/note@n": ["1"], "attachment@name": ["a.png"],
            "attachment@type": ["image/png"], "#text": ["< before", "after"],
        },
    });
    assert_eq!(serde_json::to_value(first).unwrap(), expected);
}

#[test]
fn line_ends_are_normalised_as_xml_requires() {
    let item = "<ReportItem pluginID='1' pluginName='a\nb'><synopsis>a\r\nb\rc&#13;</synopsis>\
                </ReportItem>";
    let (findings, _) = read(of_host(item));
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

/// A report with this content in the second item of its second host. One finding comes before it.
fn with(content: &str) -> String {
    document(&format!(
        "<ReportHost name='1'/><ReportHost name='2'><ReportItem pluginID='1'/>\
         <ReportItem pluginID='2'>{content}</ReportItem></ReportHost>"
    ))
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
        ("<a>\u{7f}</a>", 3, "the text is not valid UTF-8"),
    ] {
        // U+007F stands for a byte that is not UTF-8.
        let report = with(content).into_bytes().into_iter();
        let report = report.map(|byte| if byte == 0x7f { 0xff } else { byte });
        let (findings, error) = read(report.collect::<Vec<_>>());
        let error = error.unwrap_or_else(|| panic!("{content}")).to_string();
        assert_eq!(findings.len(), 1, "{content}");
        let at = format!("at byte {} in NessusClientData_v2/Report/ReportHost[2]", start + place);
        assert!(error.contains(&at), "{content}: {error} {start}");
        assert!(error.contains(message), "{content}: {error}");
    }
    let error = Summary::read(with("<a><b></a>").as_bytes()).unwrap_err().to_string();
    assert!(error.contains("/ReportHost[2]/ReportItem[2]/a/b: "), "{error}");
}

#[test]
fn an_error_quotes_only_the_beginning_of_long_texts() {
    let long = "\u{1f}".repeat(100_000);
    for content in [
        format!("<a b='&{long};'/>"),
        format!("<a b='&#{long};'/>"),
        format!("<a>&{long};</a>"),
        format!("<a>&#{long};</a>"),
        format!("<{long}></a>"),
        format!("<a></{long}>"),
        format!("<a {long}/>"),
        format!("<a></a {long}>"),
    ] {
        let error = read(with(&content)).1.unwrap().to_string();
        assert!(error.len() < 1000, "{}", error.len());
        // It does not read the attributes of all elements.
        if let Err(error) = Summary::read(with(&content).as_bytes()) {
            assert!(error.to_string().len() < 1000, "{content}");
        }
    }
}

#[test]
fn what_is_not_a_report_is_an_error_that_says_so() {
    use ErrorKind::{Archive, Malformed, NotAReport};
    let utf_16: Vec<u8> = "\u{feff}<?xml?>".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let rows: [(&[u8], _, _); 21] = [
        (b"", Malformed, "at byte 0: there is no document"),
        (b"  ", Malformed, "there is no document"),
        (b"{\"error_code\": 147}", NotAReport, "at byte 0: there is text outside"),
        (b"Plugin ID,CVE\r\n1,2", NotAReport, "it is not XML"),
        (b"<html>", NotAReport, "begins with <html>"),
        (b"<?xml version='1.0'?><html/>", NotAReport, "begins with <html>"),
        (b"<!DOCTYPE html>", NotAReport, "DOCTYPE"),
        (b"<?>", Malformed, "a processing instruction has no name"),
        (b"<NessusClientData_v2/><NessusClientData_v2/>", Malformed, "byte 22: there is a second"),
        (b"<NessusClientData_v2/>x", Malformed, "text outside"),
        (b"<NessusClientData_v2></Report>", Malformed, "expected `</NessusClientData_v2>`"),
        (b"<NessusClientData_v2>&x;", Malformed, "the entity &x; is not defined"),
        (b"<NessusClientData_v2>a & b</NessusClientData_v2>", Malformed, "byte 23"),
        (b"PK", Archive, "ends early"),
        (b"PKxx", Archive, "no valid record"),
        ("\u{1f}\u{fffd}".as_bytes(), NotAReport, "it is not XML"),
        (b"\x1f\x8b\x08\0", NotAReport, "gzip"),
        (b"\xff\xff\xff\xff", NotAReport, "neither"),
        (&utf_16, Malformed, "its encoding is UTF-16LE"),
        (&utf_16[2..], Malformed, "its encoding is UTF-16LE"),
        (b"<?xml version='1.0' encoding='ISO-8859-1'?>", Malformed, "its encoding is ISO-8859-1"),
    ];
    for (document, kind, message) in rows {
        let error = read(document).1.unwrap();
        assert_eq!(error.kind(), kind, "{error}");
        assert!(error.to_string().contains(message), "{message}: {error}");
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
        let report = of_host(&format!(
            "<ReportItem pluginID='7'/><ReportItem {attribute}><a/></ReportItem>\
             <ReportItem pluginID='8'/>"
        ));
        let mut found = Findings::new(report.as_bytes());
        assert_eq!(found.next().unwrap().unwrap().plugin.id, 7);
        let error = found.next().unwrap().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidItem);
        assert!(error.is_recoverable());
        assert_eq!(error.position(), Some(85));
        assert!(error.to_string().contains(&format!("ReportItem[2]: {message}")), "{error}");
        assert_eq!(found.next().unwrap().unwrap().plugin.id, 8);
        assert!(found.next().is_none());
    }
}

#[test]
fn each_limit_holds() {
    let (limits, start) = (Limits::default(), "<ReportItem pluginID='1'/>");
    let item = |content: &str| format!("{start}<ReportItem pluginID='2'>{content}</ReportItem>");
    let many = "<a>b</a>".repeat(200);
    let lines = "x\n".repeat(100);
    let (name, letters) = ("n".repeat(2000), "abcdefghijklmnopqrstuvwxyz");
    let tags = |count| format!("<tag name='{}'>x</tag>", "n".repeat(100)).repeat(count);
    let properties = |count| format!("<HostProperties>{}</HostProperties>", tags(count));
    let named_host = format!("</ReportHost><ReportHost name='{name}'>");
    // Well-formed items are read without limits, too.
    for (limits, content, message) in [
        (limits.depth(10), item(&["<a>".repeat(9), "</a>".repeat(9)].concat()), "deeper than 10"),
        (limits.item(1000), item(&name), "longer than 1000 bytes"),
        (limits.attributes(2), item("<a b='' c='' d=''/>"), "more than 2 attributes"),
        (limits.elements(150), item(&many), "more than 150 elements"),
        (limits.elements(150), item(&format!("<a>{many}</a>")), "more than 150 elements"),
        (limits.elements(50), item(&format!("<see_also>{lines}</see_also>")), "50 elements"),
        (
            limits.item(2000),
            item(&[format!("<{letters}>").repeat(30), format!("</{letters}>").repeat(30)].concat()),
            "take more than 2000 bytes",
        ),
        (limits.elements(50), properties(60), "more than 50 elements"),
        (limits.elements(50), properties(10).repeat(6), "more than 50 elements"),
        (limits.item(2000), properties(60), "longer than 2000 bytes"),
        (limits.item(2000), properties(10).repeat(6), "take more than 2000 bytes"),
        (limits.tag(1000), format!("<{name}/>"), "tag is longer than 1000"),
        (limits.tag(3000), format!("<{name}><{name}>"), "names of open elements exceed 3000"),
        (limits.tag(1000), format!("<x a='{name}'/>"), "tag is longer than 1000"),
        (limits.tag(1000), named_host, "tag is longer than 1000"),
    ] {
        let report = with("").replace(start, &content);
        let mut findings = Findings::with_limits(report.as_bytes(), limits);
        if content.starts_with(start) {
            assert_eq!(Findings::new(report.as_bytes()).flatten().count(), 3);
            assert!(findings.next().unwrap().is_ok());
        }
        let error = findings.next().unwrap().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Limit);
        let error = error.to_string();
        assert!(error.contains(message) && error.len() < 1000, "{error}");
        assert!(findings.next().is_none(), "{error}");
    }
}

#[test]
fn a_long_tag_of_an_item_is_read_verified_and_counted() {
    let long = "n".repeat(2 << 20);
    for item in [
        format!("<ReportItem pluginID='7' pluginName='{long}'/>"),
        format!("<ReportItem pluginID='7'><a b='{long}'></a><c><d e='{long}'/></c></ReportItem>"),
        format!("<HostProperties><tag name='{long}'/></HostProperties><ReportItem pluginID='7'/>"),
    ] {
        let report = of_host(&item);
        let (findings, error) = read(&report);
        assert!(error.is_none() && support::ids(&findings) == [7], "{error:?}");
        for size in [usize::MAX, 100_003] {
            support::verify(report.as_bytes(), size).unwrap();
        }
        assert_eq!(Summary::read(report.as_bytes()).unwrap().hosts, 1);
    }
    let outside = of_host(&format!("<odd a='{long}'/>"));
    for error in [
        read(&outside).1.unwrap(),
        support::verify(outside.as_bytes(), usize::MAX).unwrap_err(),
        Summary::read(outside.as_bytes()).unwrap_err(),
    ] {
        assert_eq!(error.kind(), ErrorKind::Limit, "{error}");
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
    let report = document(&hosts);
    let (findings, error) = read(&report);
    assert!(error.is_none(), "{error:?}");
    assert_eq!(findings.len(), 30);
    assert_eq!(findings, reference::read(&report).findings);
    assert!(Arc::ptr_eq(&findings[6].plugin, &findings[18].plugin));
    assert!(!Arc::ptr_eq(&findings[3].plugin, &findings[4].plugin));
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
    for cut in 0..REPORT.trim_end().len() {
        let (findings, error) = read(&REPORT[..cut]);
        let complete = ["</ReportItem>", "pluginID=\"0\"/>", "severity=\"9\"/>"];
        let complete: usize = complete.iter().map(|end| REPORT[..cut].matches(end).count()).sum();
        assert_eq!(findings, whole[..complete], "cut at {cut}");
        assert_eq!(error.unwrap().kind(), ErrorKind::Malformed, "cut at {cut}");
    }
}

proptest! {
    #[test]
    fn no_bytes_make_it_panic(
        start in select(vec![&b""[..], b"PK\x03\x04"]),
        bytes in proptest::collection::vec(any::<u8>(), 0..300),
    ) {
        let _ = read([start, &bytes].concat());
    }
}

#[test]
fn an_item_whose_tag_is_malformed_is_an_error_also_where_its_plugin_is_known() {
    let item = "<ReportItem pluginID='1'><description>d</description></ReportItem>";
    for malformed in [
        "<ReportItem/ pluginID='1'><description>d</description></ReportItem>",
        "<ReportItem/pluginID='1'><description>d</description></ReportItem/pluginID='1'>",
        "<ReportItem/pluginID='1'/>",
        "<ReportItem\"pluginID='1'/>",
    ] {
        let report = of_host(&[item, item, item, malformed].concat());
        for cache in [0, 1 << 20] {
            let limits = Limits::default().cache(cache);
            let mut findings = Findings::with_limits(report.as_bytes(), limits);
            assert_eq!(findings.by_ref().take(3).filter_map(Result::ok).count(), 3, "{cache}");
            let error = findings.next().unwrap().unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Malformed, "{malformed}: {error}");
        }
        assert!(support::verify(report.as_bytes(), 7).is_err(), "{malformed}");
    }
}
