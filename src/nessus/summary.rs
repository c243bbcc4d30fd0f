//! What is in a report, counted in one pass.

use std::io::BufRead;

use quick_xml::{
    Reader,
    events::{BytesStart, Event},
};

use super::bounded::Bounded;
use crate::{Error, ErrorKind, Result};

/// The largest single tag or text. Outputs of plugins reach megabytes.
const PART: usize = 64 * 1024 * 1024;
/// How deep elements may nest. A report needs six levels.
const DEPTH: usize = 64;

/// What is in a report.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Summary {
    /// The name of the report.
    pub report: Option<String>,
    /// How many hosts it has.
    pub hosts: u64,
    /// How many items (findings) the hosts have together.
    pub items: u64,
}

impl Summary {
    /// Reads a whole .nessus document, in the memory of its longest text.
    ///
    /// # Errors
    /// [`ErrorKind::Report`] where it is not one, is malformed, ends early, nests deeper than 64
    /// elements or has a text longer than 64 MiB: the message says at which byte.
    /// [`ErrorKind::Io`] where it can't be read.
    pub fn read(report: impl BufRead) -> Result<Self> {
        let mut reader = Reader::from_reader(Bounded::new(report, PART));
        let mut summary = Self::default();
        let mut path: Vec<Element> = Vec::new();
        let mut rooted = false;
        let mut buffer = Vec::new();
        loop {
            let at = reader.buffer_position();
            let event = match reader.read_event_into(&mut buffer) {
                Ok(event) => event,
                Err(quick_xml::Error::Io(error)) => return Err(unreadable(at, &error)),
                Err(error) => return Err(malformed(reader.error_position(), &error.to_string())),
            };
            match event {
                Event::Start(tag) => {
                    if path.len() == DEPTH {
                        return Err(malformed(at, "elements nest too deep"));
                    }
                    let element = summary.count(&tag, path.last().copied(), at)?;
                    rooted = true;
                    path.push(element);
                }
                Event::Empty(tag) => {
                    summary.count(&tag, path.last().copied(), at)?;
                    rooted = true;
                }
                Event::End(_) => {
                    path.pop();
                }
                Event::Eof if !path.is_empty() => {
                    return Err(malformed(at, "the document ends before its last element does"));
                }
                Event::Eof if !rooted => return Err(malformed(at, "there is no document")),
                Event::Eof => return Ok(summary),
                Event::Text(text) if path.is_empty() && !text.trim().is_empty() => {
                    return Err(malformed(at, "there is text outside the document's elements"));
                }
                _ => {}
            }
            buffer.clear();
            reader.get_mut().part_ended();
        }
    }

    fn count(&mut self, tag: &BytesStart<'_>, parent: Option<Element>, at: u64) -> Result<Element> {
        let element = match (parent, tag.name().as_ref()) {
            (None, "NessusClientData_v2") => Element::Root,
            (None, other) => {
                let name: String = other.chars().take(64).collect();
                return Err(malformed(
                    at,
                    &format!("it begins with <{name}>, not with <NessusClientData_v2>"),
                ));
            }
            (Some(Element::Root), "Report") => {
                self.report = tag
                    .try_get_attribute("name")
                    .map_err(|error| malformed(at, &error.to_string()))?
                    .map(|name| {
                        let unescaped = quick_xml::escape::unescape(&name.value);
                        unescaped.unwrap_or_else(|_| name.value.clone()).into_owned()
                    });
                Element::Report
            }
            (Some(Element::Report), "ReportHost") => {
                self.hosts += 1;
                Element::Host
            }
            (Some(Element::Host), "ReportItem") => {
                self.items += 1;
                Element::Other
            }
            _ => Element::Other,
        };
        Ok(element)
    }
}

/// The elements that matter for counting: an item counts in its place alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Element {
    Root,
    Report,
    Host,
    Other,
}

fn malformed(at: u64, what: &str) -> Error {
    Error::new(ErrorKind::Report, format!("not a whole .nessus report, at byte {at}: {what}"))
}

fn unreadable(at: u64, error: &std::io::Error) -> Error {
    match error.kind() {
        std::io::ErrorKind::InvalidData => malformed(at, &error.to_string()),
        kind => Error::new(ErrorKind::Io, format!("the report can't be read on from byte {at}"))
            .with_source(std::io::Error::new(kind, error.to_string())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const REPORT: &str = r#"<?xml version="1.0" ?>
        <NessusClientData_v2>
          <Policy><policyName>p</policyName><ReportItem/></Policy>
          <Report name="a &amp; b">
            <ReportHost name="one">
              <HostProperties><tag name="ReportItem">x</tag></HostProperties>
              <ReportItem pluginID="1"><plugin_output>&lt;ReportItem&gt;<![CDATA[<ReportItem>]]>
              </plugin_output></ReportItem>
              <ReportItem pluginID="2"/>
            </ReportHost>
            <ReportHost name="two"/>
          </Report>
        </NessusClientData_v2>"#;

    #[test]
    fn hosts_and_items_are_counted_in_their_place_alone() {
        let summary = Summary::read(REPORT.as_bytes()).unwrap();
        assert_eq!(summary, Summary { report: Some("a & b".into()), hosts: 2, items: 2 });
    }

    #[test]
    fn what_is_no_whole_report_is_an_error_with_its_place() {
        for (document, message) in [
            ("", "byte 0: there is no document"),
            ("   ", "there is no document"),
            ("PK\u{3}\u{4}", "text outside"),
            ("{\"error_code\": 147}", "text outside"),
            ("<html>", "begins with <html>"),
            ("<NessusClientData_v2>", "ends before"),
            ("<NessusClientData_v2></Report>", "byte"),
            ("<NessusClientData_v2/>tail", "text outside"),
        ] {
            let error = Summary::read(document.as_bytes()).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Report, "{document}");
            assert!(error.to_string().contains(message), "{document}: {error}");
        }
        let deep = "<NessusClientData_v2>".to_owned() + &"<a>".repeat(100_000);
        let error = Summary::read(deep.as_bytes()).unwrap_err();
        assert!(error.to_string().contains("too deep"), "{error}");
    }

    #[test]
    fn a_report_cut_anywhere_is_an_error() {
        for end in 0..REPORT.trim_end().len() {
            assert!(Summary::read(&REPORT.as_bytes()[..end]).is_err(), "cut at {end}");
        }
    }

    #[test]
    fn a_text_without_end_is_not_read_into_memory() {
        let endless = std::io::repeat(b'x').take(1 << 40);
        let report = std::io::BufReader::new(b"<NessusClientData_v2><a>".chain(endless));
        let error = Summary::read(report).unwrap_err();
        assert!(error.to_string().contains("longer than 67108864 bytes"), "{error}");
    }

    #[test]
    fn a_disk_that_fails_is_not_a_bad_report() {
        struct Broken;
        impl std::io::Read for Broken {
            fn read(&mut self, _: &mut [u8]) -> std::io::Result<usize> {
                Err(std::io::Error::other("disk on fire"))
            }
        }
        let error = Summary::read(std::io::BufReader::new(Broken)).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Io);
    }

    use std::io::Read as _;

    proptest! {
        #[test]
        fn no_bytes_make_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            let _ = Summary::read(&bytes[..]);
        }

        #[test]
        fn no_change_of_a_byte_makes_it_panic(at in 0..REPORT.len(), byte: u8) {
            let mut report = REPORT.as_bytes().to_vec();
            report[at] = byte;
            let _ = Summary::read(&report[..]);
        }
    }
}
