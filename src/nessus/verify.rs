//! Whether a report is whole, whatever it holds.

use std::io::{self, BufRead};

use quick_xml::{Reader, events::Event};

use super::{
    Limits,
    ahead::{Ahead, Blocks},
    archive::Archive,
    bounded::Bounded,
};
use crate::{Error, ErrorKind, Result};

/// Reads a report to its end: a zip archive, whose entries, checksums and directory must be right,
/// or an XML document, which must be one. What is in it is not looked at, and nothing is kept.
pub(crate) fn verify(report: impl Blocks) -> Result<()> {
    let mut from = Ahead::new(report);
    // What is inflated is thrown away at once, so that a bomb costs time alone.
    let unlimited = Limits { ratio: u64::MAX, ..Limits::default() };
    let verdict = match from.peek(2) {
        Ok([]) => Err(invalid("it is empty")),
        Ok(b"PK") => Archive::new(from, unlimited).verify(),
        Ok(_) => document(from),
        Err(error) => Err(error),
    };
    verdict.map_err(|error| {
        Error::new(ErrorKind::Report, format!("what arrived is no whole report: {error}"))
    })
}

/// The largest single tag or text of a document.
const PART: usize = 256 * 1024 * 1024;

fn document(from: impl BufRead) -> io::Result<()> {
    let mut reader = Reader::from_reader(Bounded::new(from, PART));
    let mut buffer = Vec::new();
    let (mut depth, mut roots) = (0_u64, 0_u64);
    loop {
        let at = reader.buffer_position();
        let event = reader.read_event_into(&mut buffer).map_err(|error| match error {
            quick_xml::Error::Io(error) => io::Error::new(error.kind(), error.to_string()),
            error => invalid(format!("the document is malformed near byte {at}: {error}")),
        })?;
        match event {
            Event::Start(_) | Event::Empty(_) if depth == 0 && roots > 0 => {
                return Err(invalid(format!("the document goes on behind its end, at byte {at}")));
            }
            Event::Start(_) => {
                depth += 1;
                roots += u64::from(depth == 1);
            }
            Event::Empty(_) => roots += u64::from(depth == 0),
            Event::End(_) => depth = depth.saturating_sub(1),
            Event::Eof if depth > 0 || roots == 0 => {
                return Err(invalid("the document ends early"));
            }
            Event::Eof => return Ok(()),
            Event::Text(text) if depth == 0 && !text.trim().is_empty() => {
                return Err(invalid(format!("there is text outside the document, at byte {at}")));
            }
            Event::CData(_) | Event::GeneralRef(_) if depth == 0 => {
                return Err(invalid(format!("there is text outside the document, at byte {at}")));
            }
            _ => {}
        }
        buffer.clear();
        reader.get_mut().part_ended();
    }
}

fn invalid(what: impl Into<String>) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, what.into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::nessus::ahead::Reading;

    fn verify(document: &[u8]) -> Result<()> {
        super::verify(Reading(document))
    }

    #[test]
    fn a_document_is_whole_or_not() {
        let whole = "\u{feff}<?xml version='1.0'?>\n<a><!-- c --><b x='1'>t &amp; u</b><c/></a>\n";
        verify(whole.as_bytes()).unwrap();
        verify(b"<data-stream-collection/>").unwrap();
        for end in 0..whole.trim_end().len() {
            assert!(verify(&whole.as_bytes()[..end]).is_err(), "cut at {end}");
        }
        for (document, message) in [
            ("", "it is empty"),
            ("<a></b>", "malformed"),
            ("<a/><b/>", "behind its end"),
            ("<a/>tail", "outside"),
            ("<a/>\0\0", "outside"),
            ("<a/>&amp;", "outside"),
            ("no xml", "outside"),
        ] {
            let error = verify(document.as_bytes()).unwrap_err();
            assert!(error.to_string().contains(message), "{document}: {error}");
        }
    }
}
