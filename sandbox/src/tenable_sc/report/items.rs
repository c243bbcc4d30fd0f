//! Findings as a scanner writes them.

use std::fmt::Write as _;

use fastrand::Rng;

use super::plugins::{AUDITS, PACKAGES, PLUGINS, Plugin};

/// How many numbers a block of items may use: more than it has.
pub(super) const PER_BLOCK: u32 = 128;
/// The numbers of items that stand in no block.
const FILLERS: u32 = 1_000_000;

const RISKS: [&str; 5] = ["None", "Low", "Medium", "High", "Critical"];
/// How bad each severity is: the scores of CVSS 2, 3 and their vectors.
const SCORES: [(&str, &str, &str, &str); 4] = [
    ("2.6", "AV:N/AC:H/Au:N/C:N/I:N/A:P", "3.7", "AV:N/AC:H/PR:N/UI:N/S:U/C:N/I:N/A:L"),
    ("5.0", "AV:N/AC:L/Au:N/C:N/I:P/A:N", "5.3", "AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:L/A:N"),
    ("7.2", "AV:L/AC:L/Au:N/C:C/I:C/A:C", "7.8", "AV:L/AC:L/PR:L/UI:N/S:U/C:H/I:H/A:H"),
    ("10.0", "AV:N/AC:L/Au:N/C:C/I:C/A:C", "9.8", "AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"),
];

/// What every item has.
pub(super) struct Item<'a> {
    pub(super) plugin: u32,
    pub(super) name: &'a str,
    pub(super) family: &'a str,
    /// From 0 to 4.
    pub(super) severity: u8,
    pub(super) port: u16,
    pub(super) protocol: &'a str,
    pub(super) service: &'a str,
    pub(super) synopsis: &'a str,
    pub(super) description: &'a str,
    pub(super) solution: &'a str,
    pub(super) see_also: &'a [&'a str],
}

/// Writes an item that several hosts may have. No two numbers give the same plugin on the same
/// port.
pub(super) fn shared(text: &mut String, random: &mut Rng, number: u32) {
    match number % 8 {
        0 | 1 => service(text, random, number),
        2 => compliance(text, random, number),
        _ => package(text, random, number),
    }
}

/// Writes a small item, whose number is none of a [`shared`] one.
pub(super) fn filler(text: &mut String, random: &mut Rng, number: u32) {
    package(text, random, FILLERS + number);
}

/// Writes an item up to where what is its own begins.
pub(super) fn begin_item(text: &mut String, item: &Item<'_>) {
    let _ = writeln!(
        text,
        "<ReportItem port=\"{}\" svc_name=\"{}\" protocol=\"{}\" severity=\"{}\" pluginID=\"{}\" \
         pluginName=\"{}\" pluginFamily=\"{}\">",
        item.port,
        item.service,
        item.protocol,
        item.severity,
        item.plugin,
        escaped(item.name),
        item.family
    );
    let kind = if item.port == 0 { "local" } else { "remote" };
    element(text, "plugin_type", kind);
    element(text, "description", item.description);
    element(text, "synopsis", item.synopsis);
    element(text, "solution", item.solution);
    if !item.see_also.is_empty() {
        element(text, "see_also", &item.see_also.join("\n"));
    }
    element(text, "risk_factor", RISKS.get(usize::from(item.severity)).unwrap_or(&"None"));
}

/// Ends an item.
pub(super) fn end_item(text: &mut String) {
    text.push_str("</ReportItem>\n");
}

/// Something that a service of the host tells about itself.
fn service(text: &mut String, random: &mut Rng, number: u32) {
    let Some(plugin) = random.choice(&PLUGINS) else { return };
    let Plugin { id, name, family, severity, service, synopsis, description, solution, .. } =
        *plugin;
    begin_item(
        text,
        &Item {
            plugin: id,
            name,
            family,
            severity,
            port: 1024 + u16::try_from(number % 60_000).unwrap_or(0),
            protocol: "tcp",
            service,
            synopsis,
            description,
            solution,
            see_also: plugin.see_also,
        },
    );
    if severity > 0 {
        weakness(text, random, severity);
        for xref in plugin.xrefs {
            element(text, "xref", xref);
        }
    }
    match random.u8(..4) {
        0 => {
            let _ = writeln!(
                text,
                "<plugin_output><![CDATA[GET /{:08x} HTTP/1.1\n\n<title>Welcome & hello</title> \
                 \u{2014} {}]]></plugin_output>",
                random.u32(..),
                plugin.output
            );
        }
        1 => {}
        _ => {
            let _ = writeln!(
                text,
                "<plugin_output>\n{}\n\n  SHA-256 fingerprint : {:032X}{:032X}\n</plugin_output>",
                escaped(plugin.output),
                random.u128(..),
                random.u128(..)
            );
        }
    }
    end_item(text);
}

/// An update that is not installed.
fn package(text: &mut String, random: &mut Rng, number: u32) {
    let package = random.choice(PACKAGES).unwrap_or("linux");
    let severity = random.choice([1, 2, 2, 3, 3, 4]).unwrap_or(2);
    let advisory = 4000 + number;
    let (old, fixed) = (random.u16(100..400), random.u16(400..999));
    begin_item(
        text,
        &Item {
            plugin: 170_000 + number,
            name: &format!("Debian DSA-{advisory}-1 : {package} - security update"),
            family: "Debian Local Security Checks",
            severity,
            port: 0,
            protocol: "tcp",
            service: "general",
            synopsis: "The remote Debian host is missing a security-related update.",
            description: &format!(
                "The remote Debian 12 host has packages installed that are affected by multiple\n\
                 vulnerabilities as referenced in the dsa-{advisory} advisory.\n\nNote that Nessus \
                 has not tested for these issues but has instead relied only on the\n\
                 application's self-reported version number."
            ),
            solution: &format!("Upgrade the {package} packages."),
            see_also: &[
                &format!("https://security-tracker.debian.org/tracker/source-package/{package}"),
                &format!("https://packages.debian.org/source/bookworm/{package}"),
            ],
        },
    );
    weakness(text, random, severity);
    let _ = writeln!(
        text,
        "<plugin_output>\nRemote package installed : {package}_{}.{old}-{}\nShould be                \
         : {package}_{}.{fixed}-1\n</plugin_output>",
        random.u8(1..12),
        random.u8(1..9),
        random.u8(12..20),
    );
    end_item(text);
}

/// A point of a policy that the host keeps or breaks.
fn compliance(text: &mut String, random: &mut Rng, number: u32) {
    let Some((check, value)) = random.choice(AUDITS) else { return };
    let (result, severity) = random
        .choice([("PASSED", 0), ("PASSED", 0), ("WARNING", 2), ("FAILED", 3)])
        .unwrap_or_default();
    let check = format!("{}.{}.{} {check}", number % 6 + 1, number % 40, number % 7 + 1);
    begin_item(
        text,
        &Item {
            plugin: 21_157,
            name: "Unix Compliance Checks",
            family: "Policy Compliance",
            severity,
            port: 0,
            protocol: "tcp",
            service: "general",
            synopsis: "Compliance checks for Unix systems",
            description: &format!("\"{check}\" : [{result}]"),
            solution: "Set it as the policy says.",
            see_also: &["https://workbench.cisecurity.org/benchmarks/12345"],
        },
    );
    element(text, "compliance", "true");
    let actual = if result == "PASSED" { value } else { "not set" };
    for (name, content) in [
        ("cm:compliance-check-name", check.as_str()),
        ("cm:compliance-check-id", &format!("{:032x}", random.u128(..))),
        ("cm:compliance-audit-file", "CIS_Debian_Linux_12_v1.1.0_L1_Server.audit"),
        ("cm:compliance-result", result),
        ("cm:compliance-policy-value", value),
        ("cm:compliance-actual-value", actual),
        ("cm:compliance-info", "Settings that are left open help who wants to get in."),
        ("cm:compliance-solution", "Set it as the policy says."),
        ("cm:compliance-reference", "800-53|AC-6,CSCv8|4.8,LEVEL|1A"),
        ("cm:compliance-see-also", "https://workbench.cisecurity.org/benchmarks/12345"),
    ] {
        element(text, name, content);
    }
    end_item(text);
}

/// What an item says of a weakness: how bad it is, and where it is told about.
fn weakness(text: &mut String, random: &mut Rng, severity: u8) {
    let index = usize::from(severity).checked_sub(1);
    let Some((score, vector, newer_score, newer_vector)) = index.and_then(|at| SCORES.get(at))
    else {
        return;
    };
    let year = random.u16(2015..2026);
    for _ in 0..random.u8(1..4) {
        element(text, "cve", &format!("CVE-{year}-{}", random.u16(1000..)));
    }
    if random.bool() {
        element(text, "bid", &random.u32(90_000..110_000).to_string());
    }
    element(text, "xref", &format!("CWE:{}", random.u16(1..1000)));
    element(text, "cvss_base_score", score);
    element(text, "cvss_vector", &format!("CVSS2#{vector}"));
    element(text, "cvss3_base_score", newer_score);
    element(text, "cvss3_vector", &format!("CVSS:3.0/{newer_vector}"));
    let exploitable = random.u8(..3) == 0;
    element(text, "exploit_available", if exploitable { "true" } else { "false" });
    let ease =
        if exploitable { "Exploits are available" } else { "No known exploits are available" };
    element(text, "exploitability_ease", ease);
    let (month, day) = (random.u8(1..13), random.u8(1..29));
    element(text, "vuln_publication_date", &format!("{year}/{month:02}/{day:02}"));
    element(text, "plugin_publication_date", &format!("{year}/{month:02}/{:02}", day + 1));
}

fn element(text: &mut String, name: &str, content: &str) {
    let _ = writeln!(text, "<{name}>{}</{name}>", escaped(content));
}

/// A text that may stand between tags and in attributes.
pub(super) fn escaped(text: &str) -> std::borrow::Cow<'_, str> {
    quick_xml::escape::escape(text)
}
