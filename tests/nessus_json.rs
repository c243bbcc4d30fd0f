//! Any finding at all, written as JSON, is one line that reads back as itself.
#![allow(clippy::unwrap_used, reason = "a test that can't go on may panic")]

use std::{
    collections::BTreeMap,
    sync::Arc,
    time::{Duration, UNIX_EPOCH},
};

use proptest::{collection::vec, option::of, prelude::*};
use scanops::nessus::{
    Compliance, Cvss, Date, Exploit, Finding, Findings, Host, Protocol, Report, Severity, Xref,
};

/// A finding to fill, as the types can't be made elsewhere: they may gain fields.
fn blank() -> Finding {
    let report = b"<NessusClientData_v2><Report><ReportHost><ReportItem pluginID='1'>\
        <cm:compliance-x>x</cm:compliance-x><xref>a:b</xref></ReportItem></ReportHost></Report>\
        </NessusClientData_v2>";
    Findings::new(&report[..]).next().unwrap().unwrap()
}

fn text() -> impl Strategy<Value = String> {
    prop_oneof!["\\PC{0,12}", any::<String>()]
}

fn texts() -> impl Strategy<Value = BTreeMap<String, Vec<String>>> {
    proptest::collection::btree_map(text(), vec(text(), 0..3), 0..3)
}

fn score() -> impl Strategy<Value = Option<f64>> {
    of(proptest::num::f64::NORMAL | proptest::num::f64::ZERO | proptest::num::f64::SUBNORMAL)
}

fn date() -> impl Strategy<Value = Option<Date>> {
    (1_u16..=9999, 1_u8..=12, 1_u8..=31).prop_map(|(year, month, day)| Date::new(year, month, day))
}

fn cvss() -> impl Strategy<Value = Cvss> {
    (score(), of(text()), score(), of(text())).prop_map(|(base, vector, temporal, second)| {
        let mut cvss = Cvss::default();
        (cvss.base_score, cvss.base_vector) = (base, vector);
        (cvss.temporal_score, cvss.temporal_vector) = (temporal, second);
        cvss
    })
}

fn exploit() -> impl Strategy<Value = Exploit> {
    let frameworks = proptest::collection::btree_map(text(), any::<bool>(), 0..3);
    (of(any::<bool>()), of(text()), of(any::<bool>()), frameworks, of(text())).prop_map(
        |(available, ease, by_malware, frameworks, name)| {
            let mut exploit = Exploit::default();
            (exploit.available, exploit.ease, exploit.by_malware) = (available, ease, by_malware);
            (exploit.frameworks, exploit.metasploit_name) = (frameworks, name);
            exploit
        },
    )
}

fn compliance() -> impl Strategy<Value = Option<Box<Compliance>>> {
    of((of(text()), of(text()), vec(text(), 0..3), texts())).prop_map(|some| {
        some.map(|(result, info, see_also, other)| {
            let mut compliance = Compliance::default();
            compliance.result = result.map(|it| it.as_str().into());
            (compliance.info, compliance.see_also, compliance.other) = (info, see_also, other);
            Box::new(compliance)
        })
    })
}

fn host() -> impl Strategy<Value = Host> {
    let time = || of((0_u64..1 << 40).prop_map(|s| UNIX_EPOCH + Duration::from_secs(s)));
    (text(), of(text()), vec(text(), 0..3), time(), time(), texts()).prop_map(
        |(name, os, macs, start, end, properties)| {
            let mut host = Host::default();
            (host.name, host.os, host.macs) = (name, os, macs);
            (host.start, host.end, host.properties) = (start, end, properties);
            host
        },
    )
}

prop_compose! {
    fn plugin()(
        (id, port, severity) in any::<(u32, u16, u8)>(),
        (name, family, service, protocol) in (text(), text(), text(), text()),
        (synopsis, output, risk) in (of(text()), of(text()), of(text())),
        (cves, bids, see_also) in (vec(text(), 0..3), vec(any::<u32>(), 0..3), vec(text(), 0..3)),
        xrefs in vec(("[^:]{0,5}", text()), 0..3),
    ) -> Finding {
        let mut finding = blank();
        (finding.plugin_id, finding.port, finding.severity) = (id, port, Severity::from(severity));
        (finding.plugin_name, finding.plugin_family, finding.service) = (name, family, service);
        finding.protocol = Protocol::from(protocol);
        (finding.synopsis, finding.plugin_output, finding.risk_factor) = (synopsis, output, risk);
        (finding.cves, finding.bids, finding.see_also) = (cves, bids, see_also);
        finding.xrefs = xrefs
            .into_iter()
            .map(|(source, id)| format!("{source}:{id}").parse::<Xref>().unwrap())
            .collect();
        finding
    }
}

prop_compose! {
    fn finding()(
        mut finding in plugin(),
        host in host(),
        (report, policy) in (text(), of(text())),
        (cvss2, cvss3, cvss4) in (cvss(), cvss(), cvss()),
        (epss, vpr) in (score(), score()),
        (exploit, compliance) in (exploit(), compliance()),
        (published, patched) in (date(), date()),
        other in texts(),
    ) -> Finding {
        let mut about = Report::default();
        (about.name, about.policy) = (report, policy);
        (finding.report, finding.host) = (Arc::new(about), Arc::new(host));
        (finding.cvss2, finding.cvss3, finding.cvss4) = (cvss2, cvss3, cvss4);
        (finding.epss_score, finding.vpr_score) = (epss, vpr);
        (finding.exploit, finding.compliance) = (exploit, compliance);
        (finding.vuln_publication_date, finding.patch_publication_date) = (published, patched);
        finding.other = other;
        finding
    }
}

proptest! {
    #[test]
    fn any_finding_is_one_line_and_reads_back_as_itself(finding in finding()) {
        let line = serde_json::to_string(&finding).unwrap();
        prop_assert!(!line.contains(['\n', '\r']));
        let back: Finding = serde_json::from_str(&line).unwrap();
        prop_assert_eq!(&back, &finding);
        prop_assert_eq!(serde_json::to_string(&back).unwrap(), line);
    }
}
