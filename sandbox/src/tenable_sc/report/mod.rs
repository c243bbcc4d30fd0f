//! The .nessus document of a scan result, made piece by piece at any size.
//!
//! Each host has properties and findings of its own, which are made for it, and then some of the
//! [`blocks`]: findings that are made and deflated only once in a process. No two hosts have the
//! same, and 10 GiB take seconds.

mod blocks;
mod host;
mod items;
mod plugins;

use std::fmt::Write as _;

use fastrand::Rng;

use super::zip::Block;
use blocks::BLOCKS;
use items::escaped;

/// How many blocks a host has: some 100 to 250 findings.
const BLOCKS_OF_A_HOST: std::ops::RangeInclusive<usize> = 5..=13;

const HOST_END: &str = "</ReportHost>\n";
const FOOT: &str = "</ReportHost>\n</Report>\n</NessusClientData_v2>\n";

/// A document on its way. The same id and size give the same document in every run.
pub(super) struct Report {
    random: Rng,
    /// How much of the document is still to come, its foot not counted.
    left: u64,
    host: u32,
    /// How many findings were made to fill what no block fits into.
    fillers: u32,
    part: Part,
}

/// What comes next.
enum Part {
    Head(String),
    /// The findings that no other host has.
    Own,
    /// How many blocks, from which one on, and how far it is to the following one.
    Blocks {
        count: usize,
        next: usize,
        stride: usize,
    },
    Fillers,
    End,
}

/// The next piece of a document.
pub(super) enum Piece {
    /// It was written where the caller asked for.
    Text,
    Block(&'static Block),
}

impl Report {
    /// A document for a scan result of this id and name.
    pub(super) fn new(id: u64, name: &str, size: u64) -> Self {
        let mut head = String::from(
            "<?xml version=\"1.0\" ?>\n<NessusClientData_v2>\n<Policy><policyName>Basic Network \
             Scan</policyName></Policy>\n",
        );
        // Writing to a string can't fail; so it is wherever text is put together below.
        let _ = writeln!(
            head,
            "<Report name=\"{}\" xmlns:cm=\"http://www.nessus.org/cm\">",
            escaped(name)
        );
        let mut random = Rng::with_seed(id);
        host::begin(&mut head, &mut random, 0);
        Self {
            random,
            left: size.saturating_sub(length(&head) + length(FOOT)),
            host: 0,
            fillers: 0,
            part: Part::Head(head),
        }
    }

    /// Gives the next piece, a text of which it writes into `text`. None at the end.
    pub(super) fn next(&mut self, text: &mut String) -> Option<Piece> {
        text.clear();
        loop {
            match &mut self.part {
                Part::Head(head) => {
                    *text = std::mem::take(head);
                    self.part = Part::Own;
                    return Some(Piece::Text);
                }
                Part::Own => {
                    host::own_items(text, &mut self.random, self.host);
                    let next = self.blocks();
                    if self.fits(text, next) {
                        return Some(Piece::Text);
                    }
                }
                Part::Blocks { count: 0, .. } => {
                    text.push_str(HOST_END);
                    host::begin(text, &mut self.random, self.host + 1);
                    if self.fits(text, Part::Own) {
                        self.host += 1;
                        return Some(Piece::Text);
                    }
                }
                Part::Blocks { count, next, stride } => {
                    let block = BLOCKS.get(*next % BLOCKS.len())?;
                    (*count, *next) = (*count - 1, *next + *stride);
                    match self.left.checked_sub(block.len()) {
                        Some(left) => {
                            self.left = left;
                            return Some(Piece::Block(block));
                        }
                        None => self.part = Part::Fillers,
                    }
                }
                Part::Fillers => {
                    items::filler(text, &mut self.random, self.fillers);
                    self.fillers += 1;
                    if !self.fits(text, Part::Fillers) {
                        self.end(text);
                    }
                    return Some(Piece::Text);
                }
                Part::End => return None,
            }
        }
    }

    /// Which blocks a host has. The number of blocks is a prime, so that none comes twice.
    fn blocks(&mut self) -> Part {
        Part::Blocks {
            count: self.random.usize(BLOCKS_OF_A_HOST),
            next: self.random.usize(..BLOCKS.len()),
            stride: self.random.usize(1..BLOCKS.len()),
        }
    }

    /// Takes a text if there is room for it, and goes on with fillers, which are small, if there
    /// is none.
    fn fits(&mut self, text: &mut String, next: Part) -> bool {
        if let Some(left) = self.left.checked_sub(length(text)) {
            (self.left, self.part) = (left, next);
            true
        } else {
            text.clear();
            self.part = Part::Fillers;
            false
        }
    }

    /// Fills what is left, which is less than a finding takes, with empty lines, so that the
    /// document has the size that was asked for.
    fn end(&mut self, text: &mut String) {
        text.extend((0..self.left).map(|_| '\n'));
        text.push_str(FOOT);
        self.part = Part::End;
    }
}

fn length(text: &str) -> u64 {
    u64::try_from(text.len()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;
    use scanops_nessus::{Findings, Severity};

    fn document(id: u64, size: u64) -> String {
        let mut report = Report::new(id, "A & <B>", size);
        let (mut document, mut text) = (String::new(), String::new());
        while let Some(piece) = report.next(&mut text) {
            document.push_str(match piece {
                Piece::Text => &text,
                Piece::Block(block) => std::str::from_utf8(block.content()).unwrap(),
            });
        }
        document
    }

    #[test]
    fn it_has_the_size_that_was_asked_for() {
        for size in [2_000, 2_001, 20_000, 123_456, 1_234_567] {
            assert_eq!(length(&document(1, size)), size);
        }
        assert!(document(1, 0).ends_with(FOOT));
    }

    #[test]
    fn it_is_the_same_in_every_run() {
        assert_eq!(document(1, 50_000), document(1, 50_000));
        assert_ne!(document(1, 50_000), document(2, 50_000));
    }

    #[test]
    fn it_is_a_report_as_scanners_write_them() {
        let document = document(1, 4_000_000);
        let findings: Vec<_> = Findings::new(document.as_bytes()).map(Result::unwrap).collect();
        assert!(findings.iter().all(|finding| finding.report.name == "A & <B>"));
        for severity in
            [Severity::Info, Severity::Low, Severity::Medium, Severity::High, Severity::Critical]
        {
            assert!(findings.iter().any(|finding| finding.severity == severity), "{severity:?}");
        }
        let with = |has: fn(&scanops_nessus::Finding) -> bool| {
            findings.iter().filter(|finding| has(finding)).count()
        };
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
    }

    #[test]
    fn no_two_hosts_and_no_two_findings_of_a_host_are_the_same() {
        let document = document(3, 6_000_000);
        let (mut hosts, mut places) = (HashSet::new(), HashSet::new());
        for finding in Findings::new(document.as_bytes()) {
            let finding = finding.unwrap();
            hosts.insert((finding.host.name.clone(), finding.host.macs.clone()));
            if finding.compliance.is_none() {
                let place = (finding.plugin.id, finding.port, finding.host.name.clone());
                assert!(places.insert(place), "{finding:?}");
            }
        }
        assert!(hosts.len() > 10);
        let hosts: Vec<&str> = document.split(HOST_END).collect();
        assert_eq!(hosts.iter().collect::<HashSet<_>>().len(), hosts.len());
    }
}
