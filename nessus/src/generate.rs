//! Made-up reports to measure and test with: the same in each run.

use std::fmt::Write as _;

/// What comes before the hosts.
pub const START: &str = "<?xml version=\"1.0\" ?>\n<NessusClientData_v2><Report name=\"r\">\n";
/// What comes after them.
pub const END: &str = "</Report></NessusClientData_v2>\n";

/// The shape of a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// As real reports are: about 300 plugins, of which each host has some 90; constant texts of
    /// 1.4 KB for each item; plugin output with a heavy tail, which is about 70 % of the bytes.
    /// Deflate packs it about 7 : 1.
    Real,
    /// The worst case: no two items are the same, each 40th word is an entity, and deflate packs it
    /// 3.25 : 1.
    Unique,
}

impl Shape {
    /// How many items each host has.
    #[must_use]
    pub fn items(self) -> usize {
        match self {
            Self::Real => REAL_ITEMS,
            Self::Unique => UNIQUE_ITEMS,
        }
    }

    /// So many hosts.
    #[must_use]
    pub fn hosts(self, count: usize) -> String {
        match self {
            Self::Real => real_hosts(count),
            Self::Unique => unique_hosts(count),
        }
    }

    /// A document with so many hosts.
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
    line!(text, "<risk_factor>High</risk_factor>");
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
    line!(text, "<see_also>https://www.example.com/a\nhttps://www.example.com/b</see_also>");
    line!(text, "<vuln_publication_date>2018/07/10</vuln_publication_date>");
    text
}

fn real_hosts(count: usize) -> String {
    let plugins: Vec<_> = (0..PLUGINS).map(plugin).collect();
    let (mut text, mut random) = (String::new(), Random(11));
    for host in 0..count {
        let address = format!("10.{}.{}.{}", host >> 16, host >> 8 & 255, host & 255);
        line!(text, "<ReportHost name=\"{address}\"><HostProperties>");
        line!(text, "<tag name=\"HOST_END\">Mon Jan  5 01:02:03 2026</tag>");
        line!(text, "<tag name=\"operating-system\">Linux Kernel 6.1 on Debian 12</tag>");
        line!(text, "<tag name=\"host-ip\">{address}</tag>\n</HostProperties>");
        // Many hosts have the same plugins, in the same order.
        let mut id = random.below(3);
        for _ in 0..REAL_ITEMS {
            id = (id + 1 + random.below(5)) % PLUGINS;
            let known = plugins.get(usize::try_from(id).unwrap_or(0)).map_or("", String::as_str);
            line!(
                text,
                "<ReportItem port=\"{}\" svc_name=\"general\" protocol=\"tcp\" severity=\"{}\" \
                 pluginID=\"{}\" pluginName=\"Plugin {id} of the &lt;many&gt;\" \
                 pluginFamily=\"General\">",
                [0, 0, 0, 22, 443, 445]
                    .get(usize::try_from(random.below(6)).unwrap_or(0))
                    .unwrap_or(&0),
                id % 5,
                10_000 + id,
            );
            text.push_str(known);
            text.push_str("<plugin_output>");
            output(&mut text, &mut random, id);
            text.push_str("</plugin_output>\n</ReportItem>\n");
        }
        text.push_str("</ReportHost>\n");
    }
    text
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
        let number = random.below(64);
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
                let words = random.prose(9);
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

/// The same numbers in each run.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % limit
    }

    /// Words of a small vocabulary, the frequent ones often.
    fn prose(&mut self, count: u64) -> String {
        const WORDS: [&str; 32] = [
            "the",
            "remote",
            "host",
            "is",
            "affected",
            "by",
            "a",
            "vulnerability",
            "in",
            "version",
            "of",
            "this",
            "could",
            "allow",
            "an",
            "attacker",
            "to",
            "execute",
            "arbitrary",
            "code",
            "installed",
            "service",
            "update",
            "security",
            "missing",
            "because",
            "its",
            "certificate",
            "registry",
            "memory",
            "handling",
            "objects",
        ];
        let mut text = String::new();
        for _ in 0..count {
            let most = 1 + self.below(32);
            let word = usize::try_from(self.below(most)).ok().and_then(|at| WORDS.get(at));
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
