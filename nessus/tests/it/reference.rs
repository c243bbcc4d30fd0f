//! A reader of .nessus documents that goes from event to event: slow, simple, and independent of
//! how the crate cuts and shares. What it gives is what the crate must give.
#![allow(clippy::too_many_lines, reason = "one event after the other")]

use std::{borrow::Cow, str::FromStr, sync::Arc};

use jiff::{Timestamp, civil::Date};
use quick_xml::{
    Reader, XmlVersion,
    events::{BytesStart, Event},
};
use scanops_nessus::{Cvss, Exploit, Finding, Host, Plugin, Protocol, Report, Texts};

/// The findings up to the end or the first error, and how many items were invalid.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Read {
    pub(crate) findings: Vec<Finding>,
    pub(crate) invalid: usize,
    pub(crate) failed: Option<String>,
}

pub(crate) fn read(document: &str) -> Read {
    let mut read = Read::default();
    if let Err(error) = document_of(document, &mut read) {
        read.failed = Some(error);
    }
    read
}

/// An open element.
#[derive(Default)]
struct Open {
    name: String,
    attributes: Vec<(String, String)>,
    text: String,
}

type Result<T = ()> = std::result::Result<T, String>;

fn document_of(document: &str, read: &mut Read) -> Result {
    let document = document.strip_prefix('\u{feff}').unwrap_or(document);
    let mut reader = Reader::from_str(document);
    reader.config_mut().expand_empty_elements = true;
    let (mut open, mut rooted) = (Vec::<Open>::new(), false);
    let (mut report, mut host) = (Report::default(), Host::default());
    let mut item = None;
    loop {
        match reader.read_event().map_err(|error| error.to_string())? {
            Event::Start(tag) => {
                let name = tag.name().into_inner().to_owned();
                if name.is_empty() {
                    return Err("no name".into());
                }
                if open.len() >= 64 {
                    return Err("too deep".into());
                }
                let within =
                    |path: &[&str]| open.iter().map(|it| it.name.as_str()).eq(path.iter().copied());
                // Attributes elsewhere are not looked at.
                let read_attributes = within(&[ROOT]) && name == "Report"
                    || within(&[ROOT, "Report"]) && name == "ReportHost"
                    || in_host(&open, &["ReportItem", "HostProperties"])
                    || within(&[ROOT, "Report", "ReportHost"]) && name == "ReportItem";
                let attributes = if read_attributes { attributes(&tag)? } else { Vec::new() };
                match open.len() {
                    0 if rooted => return Err("second root".into()),
                    0 if name != ROOT => return Err("not a report".into()),
                    0 => rooted = true,
                    1 if name == "Report" => report.name = first(&attributes, "name"),
                    2 if within(&[ROOT, "Report"]) && name == "ReportHost" => {
                        host = Host::default();
                        host.name = first(&attributes, "name");
                    }
                    3 if within(&[ROOT, "Report", "ReportHost"]) && name == "ReportItem" => {
                        item = Some(Item::default());
                    }
                    _ => {}
                }
                stray(&mut open, &mut item, &mut host);
                open.push(Open { name, attributes, text: String::new() });
            }
            Event::End(_) => {
                stray(&mut open, &mut item, &mut host);
                let Some(ended) = open.pop() else { return Err("unmatched".into()) };
                let path: Vec<_> = open.iter().map(|it| it.name.clone()).collect();
                let path: Vec<_> = path.iter().map(String::as_str).collect();
                match &path[..] {
                    [ROOT, "Report", "ReportHost"] if ended.name == "ReportItem" => {
                        match item.take().unwrap_or_default().finish(&ended, &report, &host) {
                            Some(finding) => read.findings.push(finding),
                            None => read.invalid += 1,
                        }
                    }
                    [ROOT, "Report", "ReportHost"] if ended.name == "HostProperties" => {
                        settle(&mut host);
                    }
                    [ROOT, "Report", "ReportHost", "ReportItem", inner @ ..] => {
                        item.get_or_insert_default().element(inner, ended);
                    }
                    [ROOT, "Report", "ReportHost", "HostProperties", inner @ ..] => {
                        property(&mut host, inner, &ended);
                    }
                    [ROOT, "Policy"] if ended.name == "policyName" => {
                        report.policy = Some(ended.text.trim_matches(BLANKS).to_owned());
                    }
                    _ => {}
                }
            }
            Event::Text(text) => {
                let text = text.xml10_content();
                match open.last_mut() {
                    Some(open) => open.text.push_str(&text),
                    None if text.trim_matches(BLANKS).is_empty() => {}
                    None => return Err("text outside".into()),
                }
            }
            Event::CData(text) => {
                let Some(open) = open.last_mut() else { return Err("text outside".into()) };
                open.text.push_str(&text.xml10_content());
            }
            Event::GeneralRef(name) => {
                let Some(open) = open.last_mut() else { return Err("text outside".into()) };
                match quick_xml::escape::resolve_predefined_entity(&name) {
                    Some(text) => open.text.push_str(text),
                    None => open.text.push(
                        name.resolve_char_ref()
                            .map_err(|error| error.to_string())?
                            .ok_or("entity")?,
                    ),
                }
            }
            Event::DocType(_) => return Err("DOCTYPE".into()),
            Event::Eof if open.is_empty() && rooted => return Ok(()),
            Event::Eof => return Err("ends early".into()),
            Event::Decl(declaration) => {
                let encoding = declaration.encoding().and_then(std::result::Result::ok);
                let known = ["UTF-8", "UTF8", "US-ASCII", "ASCII"];
                if encoding
                    .is_some_and(|it| !known.iter().any(|known| known.eq_ignore_ascii_case(&it)))
                {
                    return Err("encoding".into());
                }
            }
            Event::Empty(_) | Event::Comment(_) | Event::PI(_) => {}
        }
    }
}

const ROOT: &str = "NessusClientData_v2";
const BLANKS: [char; 4] = [' ', '\t', '\r', '\n'];

fn in_host(open: &[Open], within: &[&str]) -> bool {
    let mut names = open.iter().map(|it| it.name.as_str());
    names.by_ref().take(3).eq([ROOT, "Report", "ReportHost"])
        && names.next().is_some_and(|name| within.contains(&name))
}

fn attributes(tag: &BytesStart<'_>) -> Result<Vec<(String, String)>> {
    tag.attributes()
        .map(|attribute| {
            let attribute = attribute.map_err(|error| error.to_string())?;
            let value: Cow<'_, str> = attribute
                .normalized_value(XmlVersion::Explicit1_0)
                .map_err(|error| error.to_string())?;
            Ok((attribute.key.into_inner().to_owned(), value.into_owned()))
        })
        .collect()
}

fn first(attributes: &[(String, String)], name: &str) -> String {
    attributes.iter().find(|(it, _)| it == name).map(|(_, value)| value.clone()).unwrap_or_default()
}

/// Text directly in an item or in the properties of a host.
fn stray(open: &mut [Open], item: &mut Option<Item>, host: &mut Host) {
    if !in_host(open, &["ReportItem", "HostProperties"]) || open.len() != 4 {
        return;
    }
    let Some(element) = open.last_mut() else { return };
    let text = std::mem::take(&mut element.text);
    let text = text.trim_matches(BLANKS);
    if text.is_empty() {
        return;
    }
    let texts = if element.name == "ReportItem" {
        &mut item.get_or_insert_default().other
    } else {
        &mut host.properties
    };
    push(texts, "#text", text);
}

fn push(texts: &mut Texts, name: &str, text: &str) {
    texts.entry(name.to_owned()).or_default().push(text.to_owned());
}

#[derive(Default)]
struct Item {
    plugin: Plugin,
    compliance: Option<scanops_nessus::Compliance>,
    output: Option<String>,
    other: Texts,
}

impl Item {
    fn element(&mut self, inner: &[&str], ended: Open) {
        let path = [inner, &[ended.name.as_str()]].concat().join("/");
        let of_host = is_of_host(&path);
        let texts = if of_host { &mut self.other } else { &mut self.plugin.other };
        for (name, value) in &ended.attributes {
            push(texts, &format!("{path}@{name}"), value);
        }
        if !inner.is_empty() {
            return push(texts, &path, &ended.text);
        }
        if path == "plugin_output" && self.output.is_none() {
            self.output = Some(ended.text);
        } else if let Some(field) = path.strip_prefix("cm:compliance-") {
            compliance(self.compliance.get_or_insert_default(), field, &ended.text);
        } else if of_host {
            push(&mut self.other, &path, &ended.text);
        } else if !plugin(&mut self.plugin, &path, &ended.text) {
            push(&mut self.plugin.other, &path, &ended.text);
        }
    }

    fn finish(mut self, ended: &Open, report: &Report, host: &Host) -> Option<Finding> {
        let mut finding = Finding::default();
        let mut id = None;
        let mut other = Texts::new();
        for (name, value) in &ended.attributes {
            match name.as_str() {
                "pluginID" => id = Some(value.parse().ok()?),
                "port" => finding.port = value.parse().ok()?,
                "severity" => finding.severity = value.parse::<u8>().ok()?.into(),
                "protocol" => finding.protocol = Protocol::from(value.as_str()),
                "pluginName" => self.plugin.name.clone_from(value),
                "pluginFamily" => self.plugin.family.clone_from(value),
                "svc_name" => finding.service.clone_from(value),
                _ => push(&mut other, &format!("@{name}"), value),
            }
        }
        self.plugin.id = id?;
        for (name, texts) in self.other {
            other.entry(name).or_default().extend(texts);
        }
        finding.report = Arc::new(report.clone());
        finding.host = Arc::new(host.clone());
        finding.plugin = Arc::new(self.plugin);
        (finding.plugin_output, finding.other) = (self.output, other);
        finding.compliance = self.compliance.map(Arc::new);
        Some(finding)
    }
}

fn is_of_host(path: &str) -> bool {
    let outer = path.split('/').next().unwrap_or(path);
    ["attachment", "plugin_output"].contains(&outer) || outer.starts_with("cm:compliance-")
}

fn set<T: FromStr>(field: &mut Option<T>, text: &str) -> bool {
    match text.parse() {
        Ok(value) if field.is_none() => {
            *field = Some(value);
            true
        }
        _ => false,
    }
}

fn add<T: FromStr>(field: &mut Vec<T>, text: &str) -> bool {
    text.parse().map(|value| field.push(value)).is_ok()
}

fn add_lines(field: &mut Vec<String>, text: &str) -> bool {
    let splits = text.len() <= 65_536 && !text.trim().is_empty();
    if splits {
        field.extend(text.lines().filter(|line| !line.is_empty()).map(str::to_owned));
    }
    splits
}

fn score(field: &mut Option<f64>, text: &str) -> bool {
    text.parse::<f64>().is_ok_and(f64::is_finite) && set(field, text)
}

fn date(field: &mut Option<Date>, text: &str) -> bool {
    let day = text.split('T').next().unwrap_or(text).replace('/', "-");
    let parts: Vec<_> = day.split('-').collect();
    let digits = |text: &&str| text.bytes().all(|byte| byte.is_ascii_digit());
    let mixed = text.contains('/') && text.contains('-');
    if parts.len() != 3
        || parts[0].len() != 4
        || !parts.iter().all(digits)
        || mixed
        || field.is_some()
    {
        return false;
    }
    let date = (|| {
        let year = parts[0].parse::<i16>().ok().filter(|year| *year > 0)?;
        Date::new(year, parts[1].parse().ok()?, parts[2].parse().ok()?).ok()
    })();
    let timestamp = text.contains('T');
    if timestamp && text.parse::<Timestamp>().is_err() {
        return false;
    }
    *field = date;
    date.is_some()
        && (!timestamp || text.ends_with("T00:00:00+00:00") || text.ends_with("T00:00:00Z"))
}

fn cvss(cvss: &mut Cvss, field: &str, text: &str) -> bool {
    match field {
        "base_score" => score(&mut cvss.base_score, text),
        "vector" => set(&mut cvss.base_vector, text),
        "temporal_score" => score(&mut cvss.temporal_score, text),
        "temporal_vector" => set(&mut cvss.temporal_vector, text),
        _ => false,
    }
}

fn exploit(exploit: &mut Exploit, name: &str, text: &str) -> bool {
    match name {
        "exploit_available" => set(&mut exploit.available, text),
        "exploitability_ease" => set(&mut exploit.ease, text),
        "exploited_by_malware" => set(&mut exploit.by_malware, text),
        "exploited_by_nessus" => set(&mut exploit.by_nessus, text),
        "in_the_news" => set(&mut exploit.in_the_news, text),
        "metasploit_name" => set(&mut exploit.metasploit_name, text),
        "canvas_package" => set(&mut exploit.canvas_package, text),
        "d2_elliot_name" => set(&mut exploit.d2_elliot_name, text),
        _ => match (name.strip_prefix("exploit_framework_"), text.parse()) {
            (Some(framework), Ok(has)) if !exploit.frameworks.contains_key(framework) => {
                exploit.frameworks.insert(framework.to_owned(), has);
                true
            }
            _ => false,
        },
    }
}

fn plugin(plugin: &mut Plugin, name: &str, text: &str) -> bool {
    match name {
        "description" => set(&mut plugin.description, text),
        "synopsis" => set(&mut plugin.synopsis, text),
        "solution" => set(&mut plugin.solution, text),
        "risk_factor" => set(&mut plugin.risk_factor, text),
        "cve" => add(&mut plugin.cves, text),
        "xref" => add(&mut plugin.xrefs, text),
        "bid" => add(&mut plugin.bids, text),
        "see_also" => add_lines(&mut plugin.see_also, text),
        "fname" => set(&mut plugin.fname, text),
        "plugin_type" => set(&mut plugin.plugin_type, text),
        "script_version" => set(&mut plugin.script_version, text),
        "plugin_modification_date" => date(&mut plugin.modification_date, text),
        "plugin_publication_date" => date(&mut plugin.publication_date, text),
        "vuln_publication_date" => date(&mut plugin.vuln_publication_date, text),
        "patch_publication_date" => date(&mut plugin.patch_publication_date, text),
        "epss_score" => score(&mut plugin.epss_score, text),
        "vpr_score" => score(&mut plugin.vpr_score, text),
        "cvss4_threat_score" => score(&mut plugin.cvss4.temporal_score, text),
        "cvss4_threat_vector" => set(&mut plugin.cvss4.temporal_vector, text),
        _ => {
            let cvss_of = [("cvss_", 2), ("cvss3_", 3), ("cvss4_", 4)]
                .into_iter()
                .find_map(|(prefix, version)| Some((version, name.strip_prefix(prefix)?)));
            match cvss_of {
                Some((2, field)) => cvss(&mut plugin.cvss2, field, text),
                Some((3, field)) => cvss(&mut plugin.cvss3, field, text),
                Some((_, field)) => cvss(&mut plugin.cvss4, field, text),
                None => exploit(&mut plugin.exploit, name, text),
            }
        }
    }
}

fn compliance(compliance: &mut scanops_nessus::Compliance, field: &str, text: &str) {
    let known = match field {
        "result" => set(&mut compliance.result, text),
        "check-name" => set(&mut compliance.check_name, text),
        "check-id" => set(&mut compliance.check_id, text),
        "actual-value" => set(&mut compliance.actual_value, text),
        "policy-value" => set(&mut compliance.policy_value, text),
        "info" => set(&mut compliance.info, text),
        "solution" => set(&mut compliance.solution, text),
        "reference" => set(&mut compliance.reference, text),
        "see-also" => add_lines(&mut compliance.see_also, text),
        "audit-file" => set(&mut compliance.audit_file, text),
        "error" => set(&mut compliance.error, text),
        _ => false,
    };
    if !known {
        push(&mut compliance.other, field, text);
    }
}

fn property(host: &mut Host, inner: &[&str], ended: &Open) {
    let path = [inner, &[ended.name.as_str()]].concat().join("/");
    let mut key = path.clone();
    for (name, value) in &ended.attributes {
        if path == "tag" && name == "name" {
            key.clone_from(value);
        } else {
            push(&mut host.properties, &format!("{path}@{name}"), value);
        }
    }
    push(&mut host.properties, &key, &ended.text);
}

/// Moves the plain properties to their fields. (Times are tested where they are read.)
fn settle(host: &mut Host) {
    for (field, name) in [
        (&mut host.ip, "host-ip"),
        (&mut host.fqdn, "host-fqdn"),
        (&mut host.uuid, "host-uuid"),
        (&mut host.os, "operating-system"),
    ] {
        let Some(texts) = host.properties.get_mut(name).filter(|_| field.is_none()) else {
            continue;
        };
        *field = Some(texts.remove(0));
        if texts.is_empty() {
            host.properties.remove(name);
        }
    }
    for text in host.properties.remove("mac-address").unwrap_or_default() {
        if !add_lines(&mut host.macs, &text) {
            push(&mut host.properties, "mac-address", &text);
        }
    }
}
