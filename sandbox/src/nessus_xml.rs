//! Writes .nessus documents from findings.

use std::fmt::{Display, Write as _};
use std::sync::Arc;

use jiff::Timestamp;
use quick_xml::escape::escape;
use scanops_nessus::{Compliance, Cvss, Finding, Host, Plugin};

/// A .nessus document (version 2) of these findings: for uploads, and for scan results of your own.
///
/// It is named after the report of the first finding. Consecutive findings whose hosts are equal
/// are in one host element. [`scanops_nessus::Findings`] reads the same findings from it, except
///
/// * what is in [`other`](Finding::other) about attributes and nested elements, or under a name that
///   no XML element can have;
/// * a value of `see_also` or [`macs`](Host::macs) that is not one line of up to 64 KiB;
/// * the [`start`](Host::start) or [`end`](Host::end) of a host before 1970, and fractions of their
///   seconds.
///
/// ```
/// use scanops_nessus::{Finding, Findings, Host, Plugin};
/// use std::sync::Arc;
///
/// let mut finding = Finding::default();
/// Arc::make_mut(&mut finding.host).name = "10.0.0.7".to_owned();
/// Arc::make_mut(&mut finding.plugin).id = 19506;
/// finding.plugin_output = Some("Nessus version : <10>".to_owned());
/// let report = scanops_sandbox::nessus_report([&finding]);
/// let read = Findings::new(report.as_bytes()).next().unwrap()?;
/// assert_eq!(read, finding);
/// # Ok::<(), scanops_nessus::Error>(())
/// ```
#[must_use]
pub fn nessus_report<'a>(findings: impl IntoIterator<Item = &'a Finding>) -> String {
    let mut xml = Xml("<?xml version=\"1.0\" ?>\n<NessusClientData_v2>\n".to_owned());
    let mut findings = findings.into_iter().peekable();
    let report = findings.peek().map(|first| Arc::clone(&first.report)).unwrap_or_default();
    if let Some(policy) = &report.policy {
        let policy = escape(policy);
        let _ = writeln!(xml.0, "<Policy><policyName>{policy}</policyName></Policy>");
    }
    let _ = writeln!(
        xml.0,
        "<Report name=\"{}\" xmlns:cm=\"http://www.nessus.org/cm\">",
        attribute(&report.name)
    );
    let mut host: Option<&Host> = None;
    for finding in findings {
        if host != Some(&finding.host) {
            xml.0 += if host.is_some() { "</ReportHost>\n" } else { "" };
            xml.begin_host(&finding.host);
            host = Some(&finding.host);
        }
        xml.item(finding);
    }
    xml.0 += if host.is_some() { "</ReportHost>\n" } else { "" };
    xml.0 + "</Report>\n</NessusClientData_v2>\n"
}

struct Xml(String);

// Writing to a string can't fail.
impl Xml {
    fn begin_host(&mut self, host: &Host) {
        let _ = writeln!(self.0, "<ReportHost name=\"{}\"><HostProperties>", attribute(&host.name));
        self.tag("host-ip", host.ip.as_ref());
        self.tag("host-fqdn", host.fqdn.as_ref());
        self.tag("host-uuid", host.uuid.as_ref());
        self.tag("operating-system", host.os.as_ref());
        host.macs.iter().for_each(|mac| self.tag("mac-address", Some(mac)));
        self.tag("HOST_START_TIMESTAMP", host.start.map(Timestamp::as_second));
        self.tag("HOST_END_TIMESTAMP", host.end.map(Timestamp::as_second));
        for (name, texts) in &host.properties {
            for text in texts {
                self.tag(name, Some(text));
            }
        }
        self.0 += "</HostProperties>\n";
    }

    fn tag(&mut self, name: &str, value: Option<impl Display>) {
        if let Some(value) = value {
            let (name, value) = (attribute(name), value.to_string());
            let _ = writeln!(self.0, "<tag name=\"{name}\">{}</tag>", escape(&value));
        }
    }

    fn item(&mut self, finding: &Finding) {
        let plugin = &finding.plugin;
        let _ = writeln!(
            self.0,
            "<ReportItem port=\"{}\" svc_name=\"{}\" protocol=\"{}\" severity=\"{}\" \
             pluginID=\"{}\" pluginName=\"{}\" pluginFamily=\"{}\">",
            finding.port,
            attribute(&finding.service),
            attribute(finding.protocol.as_str()),
            finding.severity.number(),
            plugin.id,
            attribute(&plugin.name),
            attribute(&plugin.family),
        );
        self.plugin(plugin);
        if let Some(compliance) = &finding.compliance {
            self.compliance(compliance);
        }
        self.element("plugin_output", finding.plugin_output.as_ref());
        self.others("", &finding.other);
        self.0 += "</ReportItem>\n";
    }

    fn plugin(&mut self, plugin: &Plugin) {
        self.element("description", plugin.description.as_ref());
        self.element("synopsis", plugin.synopsis.as_ref());
        self.element("solution", plugin.solution.as_ref());
        self.element("risk_factor", plugin.risk_factor.as_ref());
        self.element("fname", plugin.fname.as_ref());
        self.element("plugin_type", plugin.plugin_type.as_ref());
        self.element("script_version", plugin.script_version.as_ref());
        self.element("epss_score", plugin.epss_score);
        self.element("vpr_score", plugin.vpr_score);
        plugin.cves.iter().for_each(|cve| self.element("cve", Some(cve)));
        plugin.bids.iter().for_each(|bid| self.element("bid", Some(bid)));
        plugin.xrefs.iter().for_each(|xref| self.element("xref", Some(xref)));
        plugin.see_also.iter().for_each(|link| self.element("see_also", Some(link)));
        for (name, date) in [
            ("vuln_publication_date", plugin.vuln_publication_date),
            ("patch_publication_date", plugin.patch_publication_date),
            ("plugin_publication_date", plugin.publication_date),
            ("plugin_modification_date", plugin.modification_date),
        ] {
            self.element(name, date.map(|date| date.strftime("%Y/%m/%d")));
        }
        self.cvss(&plugin.cvss2, "cvss_", "temporal_");
        self.cvss(&plugin.cvss3, "cvss3_", "temporal_");
        self.cvss(&plugin.cvss4, "cvss4_", "threat_");
        let exploit = &plugin.exploit;
        self.element("exploit_available", exploit.available);
        self.element("exploitability_ease", exploit.ease.as_ref());
        self.element("exploited_by_malware", exploit.by_malware);
        self.element("exploited_by_nessus", exploit.by_nessus);
        self.element("in_the_news", exploit.in_the_news);
        self.element("metasploit_name", exploit.metasploit_name.as_ref());
        self.element("canvas_package", exploit.canvas_package.as_ref());
        self.element("d2_elliot_name", exploit.d2_elliot_name.as_ref());
        for (framework, has) in &exploit.frameworks {
            self.element(&format!("exploit_framework_{framework}"), Some(has));
        }
        self.others("", &plugin.other);
    }

    fn cvss(&mut self, cvss: &Cvss, prefix: &str, temporal: &str) {
        self.element(&format!("{prefix}base_score"), cvss.base_score);
        self.element(&format!("{prefix}vector"), cvss.base_vector.as_ref());
        self.element(&format!("{prefix}{temporal}score"), cvss.temporal_score);
        self.element(&format!("{prefix}{temporal}vector"), cvss.temporal_vector.as_ref());
    }

    fn compliance(&mut self, compliance: &Compliance) {
        let result = compliance.result.as_ref().map(|result| result.as_str().to_owned());
        for (name, value) in [
            ("result", &result),
            ("check-name", &compliance.check_name),
            ("check-id", &compliance.check_id),
            ("actual-value", &compliance.actual_value),
            ("policy-value", &compliance.policy_value),
            ("info", &compliance.info),
            ("solution", &compliance.solution),
            ("reference", &compliance.reference),
            ("audit-file", &compliance.audit_file),
            ("error", &compliance.error),
        ] {
            self.element(&format!("cm:compliance-{name}"), value.as_ref());
        }
        for link in &compliance.see_also {
            self.element("cm:compliance-see-also", Some(link));
        }
        self.others("cm:compliance-", &compliance.other);
    }

    /// Elements without a field of their own.
    fn others(&mut self, prefix: &str, others: &scanops_nessus::Texts) {
        for (name, texts) in others {
            for text in texts {
                self.element(&format!("{prefix}{name}"), Some(text));
            }
        }
    }

    /// An element, unless its name is not that of one.
    fn element(&mut self, name: &str, value: Option<impl Display>) {
        if let Some(value) = value.filter(|_| is_xml_name(name)) {
            let _ = writeln!(self.0, "<{name}>{}</{name}>", escape(value.to_string()));
        }
    }
}

/// The value of an attribute. Readers of XML take line breaks and tabs in it for spaces.
fn attribute(text: &str) -> String {
    escape(text).replace('\n', "&#10;").replace('\t', "&#9;")
}

/// Whether an element can have this name, by production 5 of XML 1.0.
fn is_xml_name(name: &str) -> bool {
    let starts = |c: char| {
        matches!(c, ':' | 'A'..='Z' | '_' | 'a'..='z' | '\u{C0}'..='\u{D6}' | '\u{D8}'..='\u{F6}'
            | '\u{F8}'..='\u{2FF}' | '\u{370}'..='\u{37D}' | '\u{37F}'..='\u{1FFF}'
            | '\u{200C}'..='\u{200D}' | '\u{2070}'..='\u{218F}' | '\u{2C00}'..='\u{2FEF}'
            | '\u{3001}'..='\u{D7FF}' | '\u{F900}'..='\u{FDCF}' | '\u{FDF0}'..='\u{FFFD}'
            | '\u{10000}'..='\u{EFFFF}')
    };
    let goes_on = |c: char| {
        matches!(c, '-' | '.' | '0'..='9' | '\u{B7}' | '\u{300}'..='\u{36F}'
            | '\u{203F}'..='\u{2040}')
    };
    name.starts_with(starts) && name.chars().all(|c| starts(c) || goes_on(c))
}

#[cfg(test)]
mod tests {
    use scanops_nessus::Findings;

    use super::*;

    fn read_again(finding: &Finding) -> Finding {
        let report = nessus_report([finding]);
        let mut read: Vec<_> = Findings::new(report.as_bytes()).map(Result::unwrap).collect();
        assert_eq!(read.len(), 1, "{report}");
        read.remove(0)
    }

    #[test]
    fn all_fields_of_a_host_are_read_again() {
        let mut finding = Finding::default();
        Arc::make_mut(&mut finding.plugin).id = 19506;
        let host = Arc::make_mut(&mut finding.host);
        host.name = "www <1>".to_owned();
        host.ip = Some("10.0.0.7".to_owned());
        host.fqdn = Some("www.example.com".to_owned());
        host.uuid = Some("0d7a5e5b-8a0c-4b0e-9d6f-3c1f52a47e90".to_owned());
        host.os = Some("Debian & 12".to_owned());
        host.macs = vec!["00:50:56:A6:60:BC".to_owned(), "00:50:56:A6:60:BD".to_owned()];
        host.start = Timestamp::from_second(1_536_888_791).ok();
        host.end = Timestamp::from_second(1_536_888_891).ok();
        host.properties.insert("a \"b\"".to_owned(), vec!["1".to_owned(), "2".to_owned()]);
        assert_eq!(read_again(&finding), finding);
    }

    #[test]
    fn long_lists_are_read_again() {
        let values = || vec!["a".repeat(40_000), "b".repeat(40_000)];
        let mut finding = Finding::default();
        Arc::make_mut(&mut finding.host).macs = values();
        let plugin = Arc::make_mut(&mut finding.plugin);
        plugin.id = 19506;
        plugin.see_also = values();
        let mut compliance = Compliance::default();
        compliance.see_also = values();
        finding.compliance = Some(Arc::new(compliance));
        assert!(read_again(&finding) == finding);
    }

    #[test]
    fn what_is_no_name_of_an_element_is_left_out() {
        let mut finding = Finding::default();
        Arc::make_mut(&mut finding.plugin).id = 19506;
        let mut expected = finding.clone();
        let text = || vec!["1".to_owned()];
        let names = ["two words", "<a>", "", "1", "-a", "a&b", "@a", "a/b", "a\n"];
        for name in names {
            finding.other.insert(name.to_owned(), text());
            let plugin = Arc::make_mut(&mut finding.plugin);
            plugin.other.insert(name.to_owned(), text());
        }
        Arc::make_mut(&mut finding.plugin).exploit.frameworks.insert("two words".to_owned(), true);
        let mut compliance = Compliance::default();
        compliance.check_name = Some("c".to_owned());
        compliance.other.insert("two words".to_owned(), text());
        finding.compliance = Some(Arc::new(compliance));
        let mut compliance = Compliance::default();
        compliance.check_name = Some("c".to_owned());
        expected.compliance = Some(Arc::new(compliance));
        assert_eq!(read_again(&finding), expected);

        let (is, is_not) = (["a", "cm:b-c", "_1.2", "\u{e9}t\u{e9}"], names);
        assert!(is.into_iter().all(is_xml_name) && !is_not.into_iter().any(is_xml_name));
    }

    #[test]
    fn line_breaks_and_tabs_in_attributes_are_references() {
        let mut finding = Finding::default();
        Arc::make_mut(&mut finding.plugin).id = 19506;
        finding.service = "a\tb\nc\rd".to_owned();
        let report = nessus_report([&finding]);
        assert!(report.contains("svc_name=\"a&#9;b&#10;c&#13;d\""), "{report}");
        assert_eq!(read_again(&finding).service, finding.service);
    }
}
