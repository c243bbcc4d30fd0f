//! Which field an element's text belongs to.

use std::str::FromStr;

use crate::{
    Compliance, Cvss, Exploit, Plugin,
    texts::{lines, push},
    time::day,
};

/// Stores the text of an element in its field. If there is no such field, or it has a value already,
/// or it can't hold the text, stores the text in `other`.
pub(crate) fn set_plugin(plugin: &mut Plugin, name: &str, text: &str) {
    if plugin.set(name, text).is_none() {
        push(&mut plugin.other, name, text.to_owned());
    }
}

/// The same for an element whose name is `cm:compliance-` and `field`.
pub(crate) fn set_compliance(compliance: &mut Compliance, field: &str, text: &str) {
    if compliance.set(field, text).is_none() {
        push(&mut compliance.other, field, text.to_owned());
    }
}

impl Plugin {
    fn set(&mut self, name: &str, text: &str) -> Option<()> {
        match name {
            "description" => once(&mut self.description, text),
            "synopsis" => once(&mut self.synopsis, text),
            "solution" => once(&mut self.solution, text),
            "risk_factor" => once(&mut self.risk_factor, text),
            "cve" => each(&mut self.cves, text),
            "xref" => each(&mut self.xrefs, text),
            "bid" => each(&mut self.bids, text),
            "see_also" => each_line(&mut self.see_also, text),
            "fname" => once(&mut self.fname, text),
            "plugin_type" => once(&mut self.plugin_type, text),
            "script_version" => once(&mut self.script_version, text),
            "plugin_modification_date" => date(&mut self.modification_date, text),
            "plugin_publication_date" => date(&mut self.publication_date, text),
            "vuln_publication_date" => date(&mut self.vuln_publication_date, text),
            "patch_publication_date" => date(&mut self.patch_publication_date, text),
            "epss_score" => score(&mut self.epss_score, text),
            "vpr_score" => score(&mut self.vpr_score, text),
            _ => {
                if let Some(field) = name.strip_prefix("cvss_") {
                    self.cvss2.set(field, text)
                } else if let Some(field) = name.strip_prefix("cvss3_") {
                    self.cvss3.set(field, text)
                } else if let Some(field) = name.strip_prefix("cvss4_") {
                    self.cvss4.set(field.strip_prefix("threat_").map_or(field, temporal), text)
                } else {
                    self.exploit.set(name, text)
                }
            }
        }
    }
}

/// Version 4 of CVSS has threat metrics where earlier versions have temporal ones.
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
    fn set(&mut self, field: &str, text: &str) -> Option<()> {
        match field {
            "result" => once(&mut self.result, text),
            "check-name" => once(&mut self.check_name, text),
            "check-id" => once(&mut self.check_id, text),
            "actual-value" => once(&mut self.actual_value, text),
            "policy-value" => once(&mut self.policy_value, text),
            "info" => once(&mut self.info, text),
            "solution" => once(&mut self.solution, text),
            "reference" => once(&mut self.reference, text),
            "see-also" => each_line(&mut self.see_also, text),
            "audit-file" => once(&mut self.audit_file, text),
            "error" => once(&mut self.error, text),
            _ => None,
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

fn each_line(field: &mut Vec<String>, text: &str) -> Option<()> {
    field.extend(lines(text)?.map(str::to_owned));
    Some(())
}

/// `None` also if the text has a time of day, so that the whole text is kept in `other`, too.
fn date(field: &mut Option<jiff::civil::Date>, text: &str) -> Option<()> {
    if field.is_some() {
        return None;
    }
    let day = day(text)?;
    *field = Some(day.date);
    day.whole.then_some(())
}

fn score(field: &mut Option<f64>, text: &str) -> Option<()> {
    // JSON has neither NaN nor infinity, which parsing accepts.
    let score = text.parse().ok().filter(|score: &f64| score.is_finite())?;
    if field.is_some() {
        return None;
    }
    *field = Some(score);
    Some(())
}
