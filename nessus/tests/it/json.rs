//! Any finding at all, written as JSON, is one line that reads back as itself.

use std::{collections::BTreeMap, sync::Arc};

use proptest::{collection::vec, option::of, prelude::*};
use scanops_nessus::{
    Compliance, Cvss, Exploit, Finding, Host, Plugin, Protocol, Report, Severity, Xref,
    jiff::{Timestamp, civil::Date},
};

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
    (1_i16..=9999, 1_i8..=12, 1_i8..=31)
        .prop_map(|(year, month, day)| Date::new(year, month, day).ok())
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

fn compliance() -> impl Strategy<Value = Option<Arc<Compliance>>> {
    of((of(text()), of(text()), vec(text(), 0..3), texts())).prop_map(|some| {
        some.map(|(result, info, see_also, other)| {
            let mut compliance = Compliance::default();
            compliance.result = result.map(|it| it.as_str().into());
            (compliance.info, compliance.see_also, compliance.other) = (info, see_also, other);
            Arc::new(compliance)
        })
    })
}

fn host() -> impl Strategy<Value = Host> {
    let time = || of((0_i64..1 << 37).prop_map(|s| Timestamp::from_second(s).unwrap()));
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
    fn texts_of_plugin()(
        id: u32,
        (name, family) in (text(), text()),
        (synopsis, risk) in (of(text()), of(text())),
        (cves, bids, see_also) in (vec(text(), 0..3), vec(any::<u32>(), 0..3), vec(text(), 0..3)),
        xrefs in vec(("[^:]{0,5}", text()), 0..3),
        other in texts(),
    ) -> Plugin {
        let mut plugin = Plugin::default();
        (plugin.id, plugin.name, plugin.family) = (id, name, family);
        (plugin.synopsis, plugin.risk_factor) = (synopsis, risk);
        (plugin.cves, plugin.bids, plugin.see_also, plugin.other) = (cves, bids, see_also, other);
        plugin.xrefs = xrefs
            .into_iter()
            .map(|(source, id)| format!("{source}:{id}").parse::<Xref>().unwrap())
            .collect();
        plugin
    }
}

prop_compose! {
    fn plugin()(
        mut plugin in texts_of_plugin(),
        (cvss2, cvss3, cvss4) in (cvss(), cvss(), cvss()),
        (epss, vpr) in (score(), score()),
        exploit in exploit(),
        (published, patched, appeared, modified) in (date(), date(), date(), date()),
    ) -> Plugin {
        (plugin.cvss2, plugin.cvss3, plugin.cvss4) = (cvss2, cvss3, cvss4);
        (plugin.epss_score, plugin.vpr_score, plugin.exploit) = (epss, vpr, exploit);
        (plugin.vuln_publication_date, plugin.patch_publication_date) = (published, patched);
        (plugin.publication_date, plugin.modification_date) = (appeared, modified);
        plugin
    }
}

prop_compose! {
    fn finding()(
        plugin in plugin(),
        (host, report, policy) in (host(), text(), of(text())),
        (port, severity) in any::<(u16, u8)>(),
        (service, protocol, output) in (text(), text(), of(text())),
        (compliance, other) in (compliance(), texts()),
    ) -> Finding {
        let mut about = Report::default();
        (about.name, about.policy) = (report, policy);
        let mut finding = Finding::default();
        (finding.report, finding.host, finding.plugin) =
            (Arc::new(about), Arc::new(host), Arc::new(plugin));
        (finding.port, finding.severity) = (port, Severity::from(severity));
        (finding.service, finding.protocol) = (service, Protocol::from(protocol));
        (finding.plugin_output, finding.compliance, finding.other) = (output, compliance, other);
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

    #[test]
    fn the_brief_form_lacks_only_the_properties_of_the_host(finding in finding()) {
        let line = serde_json::to_string(&finding.brief()).unwrap();
        let back: Finding = serde_json::from_str(&line).unwrap();
        let mut expected = finding;
        Arc::make_mut(&mut expected.host).properties.clear();
        prop_assert_eq!(back, expected);
    }
}

#[test]
fn it_is_flat() {
    let mut plugin = Plugin::default();
    (plugin.id, plugin.name) = (7, "n".into());
    plugin.other.insert("x".into(), vec!["y".into()]);
    let mut finding = Finding::default();
    finding.plugin = Arc::new(plugin);
    let json = serde_json::to_value(&finding).unwrap();
    assert_eq!((json["plugin_id"].as_u64(), json["plugin_name"].as_str()), (Some(7), Some("n")));
    assert_eq!(json["plugin_other"]["x"][0], "y");
    assert!(json.get("plugin").is_none());
}
