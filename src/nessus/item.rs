//! From an item of a report to a finding.

use std::{io::BufRead, str::FromStr};

use super::{
    Severity,
    finding::{Compliance, Cvss, Exploit, Finding},
    xml::{Others, Xml, brief, push},
};
use crate::Result;

/// A longer text is kept as it is: as lines it could take many times its size.
const LINES: usize = 64 * 1024;

/// Where goes what is read of an item: what else there is goes to its [`Others`].
pub(super) trait Item: Others {
    fn numbers(&mut self, numbers: Numbers);
    /// An attribute that is no number.
    fn attribute(&mut self, name: &str, value: &str);
    fn element(&mut self, name: &str, text: &str);
}

/// The attributes that are numbers.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Numbers {
    plugin_id: u32,
    port: u16,
    severity: Severity,
}

/// Reads the item that was just opened, and leaves it.
pub(super) fn read<R: BufRead>(xml: &mut Xml<R>, item: &mut impl Item) -> Result<()> {
    xml.begin_part();
    attributes(xml, item)?;
    loop {
        let opened = xml.open()?;
        xml.keep_stray_text(item)?;
        if !opened {
            return Ok(());
        }
        let (name, text) = xml.element(item)?;
        item.element(name, text);
    }
}

fn attributes<R: BufRead>(xml: &Xml<R>, item: &mut impl Item) -> Result<()> {
    let (mut numbers, mut plugin_id) = (Numbers::default(), None);
    for attribute in xml.attributes() {
        let (name, value) = attribute?;
        let number = |_| xml.error(&format!("its {name} is {:?}", brief(&value)));
        match name {
            "pluginID" => plugin_id = Some(value.parse().map_err(number)?),
            "severity" => numbers.severity = value.parse::<u8>().map_err(number)?.into(),
            "port" => numbers.port = value.parse().map_err(number)?,
            _ => item.attribute(name, &value),
        }
    }
    numbers.plugin_id = plugin_id.ok_or_else(|| xml.error("it has no pluginID"))?;
    item.numbers(numbers);
    Ok(())
}

impl Item for Finding {
    fn numbers(&mut self, numbers: Numbers) {
        Numbers { plugin_id: self.plugin_id, port: self.port, severity: self.severity } = numbers;
    }

    fn attribute(&mut self, name: &str, value: &str) {
        match name {
            "protocol" => self.protocol = value.into(),
            "pluginName" => self.plugin_name = value.into(),
            "pluginFamily" => self.plugin_family = value.into(),
            "svc_name" => self.service = value.into(),
            _ => push(&mut self.other, format!("@{name}"), value),
        }
    }

    fn element(&mut self, name: &str, text: &str) {
        if self.set(name, text).is_none() {
            push(&mut self.other, name, text);
        }
    }
}

impl Others for Finding {
    fn other(&mut self, name: &str, text: &str) {
        push(&mut self.other, name, text);
    }
}

/// Putting a text where it belongs: `None` where that can't be, as there is no such place, it is
/// taken, or the text is not what belongs there.
impl Finding {
    fn set(&mut self, name: &str, text: &str) -> Option<()> {
        match name {
            "plugin_output" => once(&mut self.plugin_output, text),
            "description" => once(&mut self.description, text),
            "synopsis" => once(&mut self.synopsis, text),
            "solution" => once(&mut self.solution, text),
            "risk_factor" => once(&mut self.risk_factor, text),
            "cve" => {
                self.cves.push(text.to_owned());
                Some(())
            }
            "xref" => each(&mut self.xrefs, text),
            "bid" => each(&mut self.bids, text),
            "see_also" => lines(&mut self.see_also, text),
            "fname" => once(&mut self.fname, text),
            "plugin_type" => once(&mut self.plugin_type, text),
            "script_version" => once(&mut self.script_version, text),
            "plugin_modification_date" => once(&mut self.plugin_modification_date, text),
            "plugin_publication_date" => once(&mut self.plugin_publication_date, text),
            "vuln_publication_date" => once(&mut self.vuln_publication_date, text),
            "patch_publication_date" => once(&mut self.patch_publication_date, text),
            "epss_score" => score(&mut self.epss_score, text),
            "vpr_score" => score(&mut self.vpr_score, text),
            _ => {
                if let Some(field) = name.strip_prefix("cvss_") {
                    self.cvss2.set(field, text)
                } else if let Some(field) = name.strip_prefix("cvss3_") {
                    self.cvss3.set(field, text)
                } else if let Some(field) = name.strip_prefix("cvss4_") {
                    self.cvss4.set(field.strip_prefix("threat_").map_or(field, temporal), text)
                } else if let Some(field) = name.strip_prefix("cm:compliance-") {
                    self.compliance.get_or_insert_default().set(field, text);
                    Some(())
                } else {
                    self.exploit.set(name, text)
                }
            }
        }
    }
}

/// What version 4 calls threat, the versions before it called temporal.
fn temporal(threat: &str) -> &str {
    match threat {
        "score" => "temporal_score",
        "vector" => "temporal_vector",
        _ => "",
    }
}

impl Cvss {
    fn set(&mut self, field: &str, text: &str) -> Option<()> {
        match field {
            "base_score" => score(&mut self.base_score, text),
            "vector" => once(&mut self.base_vector, text),
            "temporal_score" => score(&mut self.temporal_score, text),
            "temporal_vector" => once(&mut self.temporal_vector, text),
            _ => None,
        }
    }
}

impl Exploit {
    fn set(&mut self, name: &str, text: &str) -> Option<()> {
        match name {
            "exploit_available" => once(&mut self.available, text),
            "exploitability_ease" => once(&mut self.ease, text),
            "exploited_by_malware" => once(&mut self.by_malware, text),
            "exploited_by_nessus" => once(&mut self.by_nessus, text),
            "in_the_news" => once(&mut self.in_the_news, text),
            "metasploit_name" => once(&mut self.metasploit_name, text),
            "canvas_package" => once(&mut self.canvas_package, text),
            "d2_elliot_name" => once(&mut self.d2_elliot_name, text),
            _ => {
                let framework = name.strip_prefix("exploit_framework_")?;
                let has = text.parse().ok()?;
                if self.frameworks.contains_key(framework) {
                    return None;
                }
                self.frameworks.insert(framework.to_owned(), has);
                Some(())
            }
        }
    }
}

impl Compliance {
    fn set(&mut self, field: &str, text: &str) {
        let known = match field {
            "result" => once(&mut self.result, text),
            "check-name" => once(&mut self.check_name, text),
            "check-id" => once(&mut self.check_id, text),
            "actual-value" => once(&mut self.actual_value, text),
            "policy-value" => once(&mut self.policy_value, text),
            "info" => once(&mut self.info, text),
            "solution" => once(&mut self.solution, text),
            "reference" => once(&mut self.reference, text),
            "see-also" => lines(&mut self.see_also, text),
            "audit-file" => once(&mut self.audit_file, text),
            "error" => once(&mut self.error, text),
            _ => None,
        };
        if known.is_none() {
            push(&mut self.other, field, text);
        }
    }
}

fn once<T: FromStr>(field: &mut Option<T>, text: &str) -> Option<()> {
    if field.is_some() {
        return None;
    }
    *field = Some(text.parse().ok()?);
    Some(())
}

fn each<T: FromStr>(field: &mut Vec<T>, text: &str) -> Option<()> {
    field.push(text.parse().ok()?);
    Some(())
}

fn score(field: &mut Option<f64>, text: &str) -> Option<()> {
    // JSON has neither NaN nor infinity, which parsing takes.
    let score = text.parse().ok().filter(|score: &f64| score.is_finite())?;
    if field.is_some() {
        return None;
    }
    *field = Some(score);
    Some(())
}

/// The lines of a text, which are at least one: no line would be nothing kept.
pub(super) fn lines(field: &mut Vec<String>, text: &str) -> Option<()> {
    if text.len() > LINES || text.trim().is_empty() {
        return None;
    }
    field.extend(text.lines().filter(|line| !line.is_empty()).map(str::to_owned));
    Some(())
}
