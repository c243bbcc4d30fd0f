//! A report to measure with: items of 2 to 8 KB as real ones are, no two of a part the same.

#![allow(unreachable_pub, reason = "a library and a benchmark have it as a part")]

use std::fmt::Write as _;

/// How many items each host has.
pub const ITEMS: usize = 200;

/// What comes before the hosts.
pub const START: &str = "<?xml version=\"1.0\" ?>\n<NessusClientData_v2><Report name=\"r\">\n";
/// What comes after them.
pub const END: &str = "</Report></NessusClientData_v2>\n";

/// Adds a line; a `String` takes any.
macro_rules! line {
    ($text:expr, $($what:tt)*) => {{
        let _ = writeln!($text, $($what)*);
    }};
}

/// Some hosts, of about 1 MB each: the same in each run.
#[must_use]
pub fn hosts(count: usize) -> String {
    let (mut text, mut random) = (String::new(), Random(7));
    for host in 0..count {
        line!(text, "<ReportHost name=\"10.0.0.{host}\"><HostProperties>");
        line!(text, "<tag name=\"host-ip\">10.0.0.{host}</tag>\n</HostProperties>");
        for _ in 0..ITEMS {
            item(&mut text, &mut random);
        }
        text.push_str("</ReportHost>\n");
    }
    text
}

fn item(text: &mut String, random: &mut Random) {
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
