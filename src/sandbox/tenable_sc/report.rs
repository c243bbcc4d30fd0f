//! The .nessus document of a scan result, made piece by piece at any size.

use std::fmt::Write as _;

use fastrand::Rng;

/// How many findings a host has.
const FINDINGS: u32 = 100;

const FOOT: &str = "</ReportHost>\n</Report>\n</NessusClientData_v2>\n";

/// A document on its way. The same id and size give the same document in every run.
pub(super) struct Report {
    random: Rng,
    head: Option<String>,
    /// How much of the document is still to come, its foot not counted.
    left: u64,
    host: u32,
    findings: u32,
    ended: bool,
}

impl Report {
    /// A document for a scan result of this id and name.
    pub(super) fn new(id: u64, name: &str, size: u64) -> Self {
        let mut head = String::from(
            "<?xml version=\"1.0\" ?>\n<NessusClientData_v2>\n<Policy><policyName>Basic Network \
             Scan</policyName></Policy>\n",
        );
        // Writing to a string can't fail; so it is wherever text is put together below.
        let _ = writeln!(head, "<Report name=\"{}\">", escaped(name));
        host(&mut head, 0);
        Self {
            random: Rng::with_seed(id),
            left: size.saturating_sub(length(&head) + length(FOOT)),
            head: Some(head),
            host: 0,
            findings: 0,
            ended: false,
        }
    }

    /// Writes the next piece. False where there is none.
    pub(super) fn next(&mut self, piece: &mut String) -> bool {
        piece.clear();
        if let Some(head) = self.head.take() {
            *piece = head;
            return true;
        }
        if self.ended {
            return false;
        }
        if self.findings == FINDINGS {
            piece.push_str("</ReportHost>\n");
            self.host += 1;
            self.findings = 0;
            host(piece, self.host);
        }
        self.findings += 1;
        finding(piece, &mut self.random);
        if let Some(left) = self.left.checked_sub(length(piece)) {
            self.left = left;
        } else {
            self.end(piece);
        }
        true
    }

    /// Fills what is left, which is less than a finding takes, with empty lines, so that the
    /// document has the size that was asked for.
    fn end(&mut self, piece: &mut String) {
        piece.clear();
        piece.extend((0..self.left).map(|_| '\n'));
        piece.push_str(FOOT);
        self.ended = true;
    }
}

fn host(text: &mut String, number: u32) {
    let [_, a, b, c] = (number + 1).to_be_bytes();
    let _ = write!(
        text,
        "<ReportHost name=\"10.{a}.{b}.{c}\"><HostProperties>\n\
         <tag name=\"HOST_END\">Mon Jan  5 08:41:07 2026</tag>\n\
         <tag name=\"operating-system\">Linux Kernel 6.1 on Debian 12</tag>\n\
         <tag name=\"host-fqdn\">host-{number}.example.com</tag>\n\
         <tag name=\"host-ip\">10.{a}.{b}.{c}</tag>\n\
         <tag name=\"HOST_START\">Mon Jan  5 08:02:44 2026</tag>\n\
         </HostProperties>\n"
    );
}

/// Plugins: the id, name, family, severity from 0 to 4, and what is wrong.
const PLUGINS: [(u32, &str, &str, u8, &str); 6] = [
    (
        11_219,
        "Nessus SYN scanner",
        "Port scanners",
        0,
        "It is possible to tell which ports are open.",
    ),
    (
        22_964,
        "Service Detection",
        "Service detection",
        0,
        "The remote service could be identified.",
    ),
    (57_582, "SSL Self-Signed Certificate", "General", 2, "The chain ends in a self-signed <CA>."),
    (
        42_873,
        "SSL Medium Strength Cipher Suites Supported (SWEET32)",
        "General",
        3,
        "64-bit blocks.",
    ),
    (
        156_032,
        "Apache Log4j Unsupported Version",
        "Misc.",
        4,
        "A version without support is in use.",
    ),
    (19_506, "Nessus Scan Information", "Settings", 0, "This plugin shows how the scan was made."),
];

const RISKS: [&str; 5] = ["None", "Low", "Medium", "High", "Critical"];

fn finding(text: &mut String, random: &mut Rng) {
    let (id, name, family, severity, description) =
        random.choice(PLUGINS).unwrap_or((0, "", "", 0, ""));
    let risk = RISKS.get(usize::from(severity)).unwrap_or(&"None");
    let port = random.u16(1..);
    let _ = write!(
        text,
        "<ReportItem port=\"{port}\" svc_name=\"www\" protocol=\"tcp\" severity=\"{severity}\" \
         pluginID=\"{id}\" pluginName=\"{name}\" pluginFamily=\"{family}\">\n\
         <description>{}</description>\n<synopsis>{name}</synopsis>\n\
         <solution>Contact the vendor, or put the service behind a firewall.</solution>\n\
         <see_also>https://www.example.com/plugins/{id}\nhttps://www.example.com/help</see_also>\n\
         <risk_factor>{risk}</risk_factor>\n",
        escaped(description)
    );
    if severity > 1 {
        let (year, number) = (random.u16(2014..2026), random.u16(1000..));
        let base = f32::from(severity) * 2.4;
        let _ = write!(
            text,
            "<cve>CVE-{year}-{number}</cve>\n<xref>CWE:{}</xref>\n\
             <cvss3_base_score>{base:.1}</cvss3_base_score>\n",
            random.u16(1..1000)
        );
    }
    text.push_str("<plugin_output>");
    if random.u8(..8) == 0 {
        let _ = write!(text, "<![CDATA[<host port={port}> & \"more\"]]>");
    }
    // Real reports shrink to an eighth: these lines are what can't be shortened in this one.
    for _ in 0..random.u8(1..4) {
        let _ = writeln!(text, "  SHA-256 fingerprint : {:032X}", random.u128(..));
    }
    text.push_str("</plugin_output>\n</ReportItem>\n");
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

fn length(text: &str) -> u64 {
    u64::try_from(text.len()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn document(id: u64, size: u64) -> String {
        let mut report = Report::new(id, "A & <B>", size);
        let (mut document, mut piece) = (String::new(), String::new());
        while report.next(&mut piece) {
            document.push_str(&piece);
        }
        document
    }

    #[test]
    fn it_has_the_size_that_was_asked_for() {
        for size in [1_500, 1_501, 20_000, 1_234_567] {
            assert_eq!(length(&document(1, size)), size);
        }
        assert!(document(1, 0).ends_with(FOOT));
    }

    #[test]
    fn it_is_the_same_in_every_run() {
        assert_eq!(document(1, 50_000), document(1, 50_000));
        assert_ne!(document(1, 50_000), document(2, 50_000));
    }
}
