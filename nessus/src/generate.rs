//! Generated reports for measurements and tests, identical in each run.
//!
//! [`Shape`] generates whole texts, in which a plugin's output differs from host to host. [`Report`]
//! generates a document of any size piece by piece, as fast as memory is copied: a plugin's output is
//! the same on all hosts.

use std::{borrow::Cow, fmt::Write as _, sync::LazyLock};

/// The text before the hosts.
pub const START: &str = "<?xml version=\"1.0\" ?>\n<NessusClientData_v2><Report name=\"r\" \
    xmlns:cm=\"http://www.nessus.org/cm\">\n";
/// The text after the hosts.
pub const END: &str = "</Report></NessusClientData_v2>\n";

/// The shape of a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// Like real reports: about 300 plugins, of which each host has some 90; constant texts of
    /// 1.4 KB for each item; plugin output with a heavy tail, which is about 70 % of the bytes.
    /// Deflate packs it about 7 : 1.
    Real,
    /// The worst case: no two items are the same, each 40th word is an entity, and deflate packs it
    /// 3.25 : 1.
    Unique,
}

impl Shape {
    /// The number of items of each host.
    #[must_use]
    pub fn items(self) -> usize {
        match self {
            Self::Real => REAL_ITEMS,
            Self::Unique => UNIQUE_ITEMS,
        }
    }

    /// The text of this many hosts.
    #[must_use]
    pub fn hosts(self, count: usize) -> String {
        match self {
            Self::Real => real_hosts(count),
            Self::Unique => unique_hosts(count),
        }
    }

    /// A document with this many hosts.
    #[must_use]
    pub fn document(self, hosts: usize) -> String {
        [START, &self.hosts(hosts), END].concat()
    }
}

const REAL_ITEMS: usize = 86;
const UNIQUE_ITEMS: usize = 200;
const PLUGINS: u64 = 300;

/// Adds a line; a `String` takes any.
macro_rules! line {
    ($text:expr, $($what:tt)*) => {{
        let _ = writeln!($text, $($what)*);
    }};
}

/// The text of a plugin: what is in its items before `plugin_output`.
fn plugin(id: u64) -> String {
    let (mut text, mut random) = (String::new(), Random(id));
    for (name, words) in [("description", 120), ("fname", 1), ("plugin_name", 4)] {
        line!(text, "<{name}>{}</{name}>", random.prose(words));
    }
    line!(text, "<plugin_modification_date>2018/08/13</plugin_modification_date>");
    line!(text, "<plugin_publication_date>2018/07/12</plugin_publication_date>");
    line!(text, "<plugin_type>local</plugin_type>");
    let risk = ["None", "Low", "Medium", "High", "Critical"];
    let risk = usize::try_from(id % 5).ok().and_then(|severity| risk.get(severity));
    line!(text, "<risk_factor>{}</risk_factor>", risk.unwrap_or(&"None"));
    line!(text, "<script_version>1.{}</script_version>", random.below(200));
    for (name, words) in [("solution", 20), ("synopsis", 10)] {
        line!(text, "<{name}>{}</{name}>", random.prose(words));
    }
    for _ in 0..random.below(6) {
        line!(text, "<cve>CVE-2018-{}</cve>", random.below(20_000));
        line!(text, "<xref>MSKB:{}</xref>", random.below(9_000_000));
    }
    line!(text, "<cvss_base_score>{}.{}</cvss_base_score>", random.below(10), random.below(10));
    line!(text, "<cvss_vector>AV:N/AC:M/Au:N/C:C/I:C/A:C</cvss_vector>");
    line!(text, "<cvss3_base_score>{}.{}</cvss3_base_score>", random.below(10), random.below(10));
    line!(text, "<exploit_available>{}</exploit_available>", random.below(3) == 0);
    line!(text, "<see_also>https://www.example.com/a\nhttps://www.example.com/b</see_also>");
    line!(text, "<vuln_publication_date>2018/07/10</vuln_publication_date>");
    if id % 8 == 2 {
        let result = if random.below(2) == 0 { "PASSED" } else { "FAILED" };
        line!(text, "<compliance>true</compliance>");
        line!(
            text,
            "<cm:compliance-check-name>{id}: {}</cm:compliance-check-name>",
            random.prose(6)
        );
        line!(text, "<cm:compliance-result>{result}</cm:compliance-result>");
    }
    text
}

fn real_hosts(count: usize) -> String {
    let plugins: Vec<_> = (0..PLUGINS).map(plugin).collect();
    let (mut text, mut random) = (String::new(), Random(11));
    for host in 0..count {
        begin_host(&mut text, host);
        // Many hosts have the same plugins, in the same order.
        let mut id = random.below(3);
        for _ in 0..REAL_ITEMS {
            id = (id + 1 + random.below(5)) % PLUGINS;
            let known = plugins.get(usize::try_from(id).unwrap_or(0)).map_or("", String::as_str);
            real_item(&mut text, &mut random, id, known);
        }
        text.push_str(HOST_END);
    }
    text
}

fn begin_host(text: &mut String, host: usize) {
    let address = format!("10.{}.{}.{}", host >> 16 & 255, host >> 8 & 255, host & 255);
    line!(text, "<ReportHost name=\"{address}\"><HostProperties>");
    line!(text, "<tag name=\"HOST_END\">Mon Jan  5 01:02:03 2026</tag>");
    line!(text, "<tag name=\"operating-system\">Linux Kernel 6.1 on Debian 12</tag>");
    line!(
        text,
        "<tag name=\"mac-address\">00:50:56:{:02X}:{:02X}:{:02X}</tag>",
        host >> 16 & 255,
        host >> 8 & 255,
        host & 255
    );
    line!(text, "<tag name=\"host-fqdn\">host-{host}.example.com</tag>");
    line!(text, "<tag name=\"host-ip\">{address}</tag>");
    line!(text, "<tag name=\"HOST_START\">Mon Jan  5 00:02:03 2026</tag>\n</HostProperties>");
}

const HOST_END: &str = "</ReportHost>\n";

fn real_item(text: &mut String, random: &mut Random, id: u64, plugin: &str) {
    let port = usize::try_from(random.below(6)).ok();
    line!(
        text,
        "<ReportItem port=\"{}\" svc_name=\"general\" protocol=\"tcp\" severity=\"{}\" \
         pluginID=\"{}\" pluginName=\"Plugin {id} of the &lt;many&gt;\" pluginFamily=\"General\">",
        port.and_then(|port| [0, 0, 0, 22, 443, 445].get(port)).unwrap_or(&0),
        id % 5,
        10_000 + id,
    );
    text.push_str(plugin);
    text.push_str("<plugin_output>");
    output(text, random, id);
    text.push_str("</plugin_output>\n</ReportItem>\n");
}

/// An item of each plugin.
static ITEMS: LazyLock<Vec<String>> = LazyLock::new(|| {
    let mut random = Random(11);
    let item = |id| {
        let mut text = String::new();
        real_item(&mut text, &mut random, id, &plugin(id));
        text
    };
    (0..PLUGINS).map(item).collect()
});

/// A document of the real shape and of any size, piece by piece.
///
/// It has exactly the size that was asked for, unless that is too small for a report with one host,
/// about 1 KB. The same seed, name and size give the same document.
///
/// ```
/// use scanops_nessus::{Findings, generate::Report};
///
/// let document: String = Report::new(1, "weekly", 1 << 20).collect();
/// assert_eq!(document.len(), 1 << 20);
/// let finding = Findings::new(document.as_bytes()).next().unwrap()?;
/// assert_eq!(finding.report.name, "weekly");
/// # Ok::<(), scanops_nessus::Error>(())
/// ```
#[derive(Debug)]
pub struct Report {
    random: Random,
    /// The number of bytes still to generate, without the end of the document.
    left: usize,
    host: usize,
    next: Next,
}

#[derive(Debug)]
enum Next {
    Text(String),
    /// The item of the plugin with this index.
    Item(usize),
    End,
    Nothing,
}

impl Report {
    /// A report of this name, with `size` bytes.
    #[must_use]
    pub fn new(seed: u64, name: &str, size: u64) -> Self {
        let mut text = format!(
            "<?xml version=\"1.0\" ?>\n<NessusClientData_v2>\n<Policy><policyName>Basic Network \
             Scan</policyName></Policy>\n<Report name=\"{}\" \
             xmlns:cm=\"http://www.nessus.org/cm\">\n",
            quick_xml::escape::escape(name)
        );
        begin_host(&mut text, 0);
        let size = usize::try_from(size).unwrap_or(usize::MAX);
        let left = size.saturating_sub(text.len() + HOST_END.len() + END.len());
        Self { random: Random(seed), left, host: 0, next: Next::Text(text) }
    }

    /// The item after this one: hosts have about every third.
    fn after(&mut self, item: usize) -> Next {
        Next::Item(item + 1 + usize::try_from(self.random.below(5)).unwrap_or(0))
    }

    /// The text of this item, or of the first after it that fits.
    fn piece(&mut self, item: usize) -> Option<Cow<'static, str>> {
        let fits = |text: &&String| text.len() <= self.left;
        let (at, text) = (item..).zip(ITEMS.get(item..)?).find(|(_, text)| fits(text))?;
        self.left -= text.len();
        self.next = self.after(at);
        Some(Cow::Borrowed(text))
    }
}

impl Iterator for Report {
    type Item = Cow<'static, str>;

    fn next(&mut self) -> Option<Cow<'static, str>> {
        loop {
            match std::mem::replace(&mut self.next, Next::End) {
                Next::Text(text) => {
                    let first = usize::try_from(self.random.below(3)).unwrap_or(0);
                    self.next = Next::Item(first);
                    return Some(text.into());
                }
                Next::Item(item) => {
                    if let Some(text) = self.piece(item) {
                        return Some(text);
                    }
                    let mut text = HOST_END.to_owned();
                    begin_host(&mut text, self.host + 1);
                    if let Some(left) = self.left.checked_sub(text.len()) {
                        (self.left, self.host) = (left, self.host + 1);
                        self.next = Next::Text(text);
                    }
                }
                // Blank lines fill what no item fits into.
                Next::End if self.left > 0 => {
                    let lines = self.left.min(64 * 1024);
                    self.left -= lines;
                    return Some("\n".repeat(lines).into());
                }
                Next::End => {
                    self.next = Next::Nothing;
                    return Some([HOST_END, END].concat().into());
                }
                Next::Nothing => {
                    self.next = Next::Nothing;
                    return None;
                }
            }
        }
    }
}

/// Plugin output: lines of the same form, a few of them for most items, thousands for some.
fn output(text: &mut String, random: &mut Random, id: u64) {
    let lines = match random.below(1000) {
        0..=6 => 700 + random.below(4000),
        7..=50 => 60 + random.below(300),
        _ => 1 + random.below(12),
    };
    let kind = random.below(15);
    for line in 0..lines {
        let number = random.below(16);
        match kind {
            0..=2 => line!(text, "  Path              : /usr/lib/x86_64/module-{line}/{id}.so"),
            3..=5 => line!(text, "  Installed version : {}.{number}-{id}", line % 30),
            6..=13 => line!(
                text,
                "  - package-{} {}.{number} &lt; {id}.4+deb12u{}",
                line % 200,
                line % 9,
                number % 4
            ),
            _ => {
                let words = random.prose(8);
                line!(text, "{line:5} : {words}");
            }
        }
    }
}

/// Hosts of about 1 MB each, whose items don't repeat.
fn unique_hosts(count: usize) -> String {
    let (mut text, mut random) = (String::new(), Random(7));
    for host in 0..count {
        line!(text, "<ReportHost name=\"10.0.0.{host}\"><HostProperties>");
        line!(text, "<tag name=\"host-ip\">10.0.0.{host}</tag>\n</HostProperties>");
        for _ in 0..UNIQUE_ITEMS {
            unique_item(&mut text, &mut random);
        }
        text.push_str("</ReportHost>\n");
    }
    text
}

fn unique_item(text: &mut String, random: &mut Random) {
    let id = random.below(100_000);
    line!(
        text,
        "<ReportItem port=\"{}\" svc_name=\"www\" protocol=\"tcp\" severity=\"{}\" pluginID=\"{id}\" \
         pluginName=\"Plugin {id} of the &lt;many&gt;\" pluginFamily=\"General\">",
        random.below(65_536),
        random.below(5),
    );
    for (name, words) in [("description", 120), ("synopsis", 10), ("solution", 25)] {
        line!(text, "<{name}>{}</{name}>", random.words(words));
    }
    text.push_str("<risk_factor>High</risk_factor>\n<plugin_type>local</plugin_type>\n");
    line!(text, "<fname>plugin_{id}.nasl</fname>");
    line!(text, "<script_version>1.{}</script_version>", random.below(200));
    for _ in 0..random.below(8) {
        line!(text, "<cve>CVE-2018-{}</cve>", random.below(20_000));
        line!(text, "<xref>MSKB:{}</xref>", random.below(9_000_000));
    }
    let score = random.below(100);
    line!(text, "<cvss_base_score>{}.{}</cvss_base_score>", score / 10, score % 10);
    text.push_str("<cvss_vector>AV:N/AC:M/Au:N/C:C/I:C/A:C</cvss_vector>\n");
    text.push_str("<vuln_publication_date>2018/07/10</vuln_publication_date>\n");
    text.push_str("<plugin_publication_date>2018/07/12</plugin_publication_date>\n");
    text.push_str("<plugin_modification_date>2018/08/13</plugin_modification_date>\n");
    text.push_str("<see_also>https://www.example.com/a\nhttps://www.example.com/b</see_also>\n");
    let output = 40 + random.below(600);
    line!(text, "<plugin_output>{}</plugin_output>\n</ReportItem>", random.words(output));
}

/// A small vocabulary of 32 words, the frequent ones first.
static WORDS: LazyLock<Vec<&str>> = LazyLock::new(|| {
    let words = "the remote host is affected by a vulnerability in version of this could allow an \
                 attacker to execute arbitrary code installed service update security missing \
                 because its certificate registry memory handling objects";
    words.split(' ').collect()
});

/// The same numbers in each run.
#[derive(Debug)]
struct Random(u64);

impl Random {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % limit
    }

    /// Words of the vocabulary, with a number after some of them.
    fn prose(&mut self, count: u64) -> String {
        let words = &*WORDS;
        let mut text = String::new();
        for _ in 0..count {
            let most = 1 + self.below(32);
            let word = usize::try_from(self.below(most)).ok().and_then(|at| words.get(at));
            text.push_str(word.unwrap_or(&"x"));
            if self.below(12) == 0 {
                let number = self.below(100_000);
                let _ = write!(text, "-{number}");
            }
            text.push(' ');
        }
        text
    }

    fn words(&mut self, count: u64) -> String {
        let mut text = String::new();
        for word in 0..count {
            let number = self.below(3000);
            match number % 40 {
                0 => text.push_str("&lt;"),
                1 => text.push('\n'),
                _ => text.extend(["w", &number.to_string()]),
            }
            text.push(if word % 12 == 11 { '\n' } else { ' ' });
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;
    use crate::{Finding, Findings, Severity};

    fn document(seed: u64, size: u64) -> String {
        Report::new(seed, "A & <B>", size).collect()
    }

    #[test]
    fn a_report_has_the_size_that_was_asked_for_and_is_the_same_in_every_run() {
        for size in [2_000, 2_001, 20_000, 123_456, 1_234_567] {
            assert_eq!(document(1, size).len() as u64, size);
        }
        assert!(document(1, 0).ends_with(END));
        assert_eq!(document(1, 500_000), document(1, 500_000));
        assert_ne!(document(1, 500_000), document(2, 500_000));
    }

    #[test]
    fn a_report_declares_the_namespaces_that_it_uses() {
        let real = Shape::Real.document(30);
        assert!(real.contains("<cm:"));
        for report in [real, Shape::Unique.document(3), document(1, 500_000)] {
            roxmltree::Document::parse(&report).unwrap();
        }
    }

    #[test]
    fn a_report_has_what_scanners_write_and_no_finding_twice() {
        let document = document(3, 6_000_000);
        let findings: Vec<_> = Findings::new(document.as_bytes()).map(Result::unwrap).collect();
        assert!(findings.iter().all(|finding| finding.report.name == "A & <B>"));
        for severity in
            [Severity::Info, Severity::Low, Severity::Medium, Severity::High, Severity::Critical]
        {
            assert!(findings.iter().any(|finding| finding.severity == severity), "{severity:?}");
        }
        let with = |has: fn(&Finding) -> bool| findings.iter().filter(|it| has(it)).count();
        for (name, count) in [
            ("cves", with(|finding| !finding.plugin.cves.is_empty())),
            ("xrefs", with(|finding| !finding.plugin.xrefs.is_empty())),
            ("see also", with(|finding| finding.plugin.see_also.len() > 1)),
            ("output", with(|finding| finding.plugin_output.is_some())),
            ("cvss", with(|finding| finding.plugin.cvss2.base_score.is_some())),
            ("cvss3", with(|finding| finding.plugin.cvss3.base_score.is_some())),
            ("compliance", with(|finding| finding.compliance.is_some())),
            ("exploit", with(|finding| finding.plugin.exploit.available == Some(true))),
        ] {
            assert!(count > 20, "{name}: {count}");
        }
        let seen: HashSet<_> =
            findings.iter().map(|it| (it.host.name.clone(), it.plugin.id, it.port)).collect();
        assert_eq!(seen.len(), findings.len());
        let hosts: HashSet<_> =
            findings.iter().map(|it| (it.host.name.clone(), it.host.macs.clone())).collect();
        assert!(hosts.len() > 10);
    }
}
