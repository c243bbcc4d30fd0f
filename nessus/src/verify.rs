//! Verifies that a report is complete while its bytes are received.

use crate::{
    Error, ErrorKind, Limits, Result,
    error::brief,
    input::{BLOCK, other_format},
    outline::{BLANKS, Found, Outline},
    reader::ROOT,
    window::Window,
    zip::{Archive, Step, has_suffix, is_report as is_report_entry},
};

/// What a verified report is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Format {
    /// A .nessus document, version 2.
    Nessus,
    /// A SCAP 1.2 document: a data stream collection or an asset report collection.
    Scap,
}

impl Format {
    fn of_root(name: &str) -> Option<Self> {
        match name {
            ROOT => Some(Self::Nessus),
            // These have a namespace, and often a prefix.
            _ => match name.rsplit(':').next() {
                Some("data-stream-collection" | "asset-report-collection") => Some(Self::Scap),
                _ => None,
            },
        }
    }
}

/// What was verified.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Verified {
    /// The format of the report. Of an archive with several, [`Nessus`](Format::Nessus) if one of them
    /// has it.
    pub format: Format,
    /// Whether it is an archive.
    pub archive: bool,
    /// The number of bytes.
    pub bytes: u64,
}

/// Verifies that a report is complete, while its bytes are written to it. It takes constant memory,
/// whatever the report holds.
///
/// * A document must be in UTF-8, its elements must be closed in their order up to its last byte,
///   and its root element must be that of a report. References in text must
///   be valid. Attributes are checked only where findings are read.
/// * Of an archive, all checksums, sizes and the directory must be right, it must hold a report,
///   and each entry whose name ends in `.nessus` must begin as one. An entry whose name ends in
///   `.xml` is a report, too, which [`Findings`](crate::Findings) does not read, or part of a SCAP
///   result, whatever its root element; a web page is an error, unless the archive holds a .nessus
///   report.
///
/// Its limits are fixed: elements nest at most 256 deep, four times the default of
/// [`Limits::depth`]; the names of the open elements have at most 1 MiB together, and an end tag, a
/// reference, and a tag outside items and the properties of hosts 1 MiB each. Findings has none of these
/// 1 MiB limits within items, and can be given larger [`Limits`], so it can read reports that
/// this rejects.
///
/// ```
/// use scanops_nessus::{Format, Verifier};
///
/// let mut verifier = Verifier::new();
/// verifier.write(b"<NessusClientData_v2><Report/>")?;
/// verifier.write(b"</NessusClientData_v2>")?;
/// assert_eq!(verifier.finish()?.format, Format::Nessus);
///
/// let mut page = Verifier::new();
/// assert!(page.write(b"<?xml version='1.0'?><html><body>Log in</body></html>").is_err());
/// # Ok::<(), scanops_nessus::Error>(())
/// ```
#[derive(Debug)]
pub struct Verifier {
    state: State,
    bytes: u64,
}

#[derive(Debug)]
enum State {
    /// The first bytes, which decide between document and archive.
    Begins(Vec<u8>),
    Document(Box<Document>),
    Archive(Box<Entries>),
    Failed(Error),
}

impl Default for Verifier {
    fn default() -> Self {
        Self::new()
    }
}

impl Verifier {
    /// A verifier that has received nothing.
    #[must_use]
    pub fn new() -> Self {
        Self { state: State::Begins(Vec::new()), bytes: 0 }
    }

    /// Verifies the next bytes.
    ///
    /// # Errors
    /// As soon as it is certain that this is not a complete report: see [`ErrorKind`]. All calls
    /// after that fail, too.
    pub fn write(&mut self, bytes: &[u8]) -> Result<()> {
        self.bytes += bytes.len() as u64;
        self.advance(bytes, false)
    }

    /// Completes the verification, after the last byte.
    ///
    /// # Errors
    /// If the report is not complete.
    pub fn finish(mut self) -> Result<Verified> {
        self.advance(&[], true)?;
        let (format, archive) = match self.state {
            State::Document(document) => (document.format, false),
            State::Archive(entries) => (entries.format, true),
            State::Begins(_) => (None, false),
            State::Failed(error) => return Err(error),
        };
        let format = format.ok_or_else(|| Error::malformed("there is no document").at(0))?;
        Ok(Verified { format, archive, bytes: self.bytes })
    }

    fn advance(&mut self, bytes: &[u8], at_end: bool) -> Result<()> {
        let result = match &mut self.state {
            State::Begins(first) => {
                first.extend_from_slice(bytes);
                if first.len() < 4 && !at_end {
                    return Ok(());
                }
                let first = std::mem::take(first);
                self.begin(&first).and_then(|()| match &mut self.state {
                    State::Document(document) => document.write(&first, at_end),
                    State::Archive(entries) => entries.write(&first, at_end),
                    State::Begins(_) | State::Failed(_) => Ok(()),
                })
            }
            State::Document(document) => document.write(bytes, at_end),
            State::Archive(entries) => entries.write(bytes, at_end),
            State::Failed(error) => Err(error.clone()),
        };
        if let Err(error) = &result {
            self.state = State::Failed(error.clone());
        }
        result
    }

    fn begin(&mut self, first: &[u8]) -> Result<()> {
        if let Some(format) = other_format(first) {
            return Err(Error::new(ErrorKind::NotAReport, format!("it is {format}")));
        }
        self.state = if first.starts_with(b"PK") {
            State::Archive(Box::new(Entries::new()))
        } else {
            State::Document(Box::new(Document::new(Format::of_root, false)))
        };
        Ok(())
    }
}

/// Bounds what is kept of a document: a tag, and the names of the open elements.
fn limits() -> Limits {
    // What is inflated is not kept, so that a bomb costs only time.
    Limits { depth: 256, ratio: u64::MAX, ..Limits::default() }
}

/// A document that is verified.
#[derive(Debug)]
struct Document {
    window: Window,
    outline: Outline,
    /// The format that a root element of this name has.
    accept: fn(&str) -> Option<Format>,
    format: Option<Format>,
    /// Stop after the root element's start tag.
    root_only: bool,
    /// The root element is not an accepted one.
    rejected: bool,
}

impl Document {
    fn new(accept: fn(&str) -> Option<Format>, root_only: bool) -> Self {
        Self {
            window: Window::new(false),
            outline: Outline::new(limits()),
            accept,
            format: None,
            root_only,
            rejected: false,
        }
    }

    fn write(&mut self, mut bytes: &[u8], at_end: bool) -> Result<()> {
        // No more at a time than the window can hold.
        while bytes.len() > BLOCK {
            let (first, rest) = bytes.split_at(BLOCK);
            self.feed(first)?;
            bytes = rest;
        }
        if !bytes.is_empty() {
            self.feed(bytes)?;
        }
        if at_end {
            self.feed(&[])?;
        }
        Ok(())
    }

    fn feed(&mut self, bytes: &[u8]) -> Result<()> {
        self.window.feed(bytes).and_then(|()| self.read()).map_err(|error| self.located(error))
    }

    fn read(&mut self) -> Result<()> {
        loop {
            let at = self.window.position();
            let depth = self.outline.depth();
            let (length, found) = self
                .outline
                .next(self.window.rest(), self.window.at_end())
                .map_err(|error| error.shifted(at))?;
            match found {
                Found::Start { name, .. } if depth == 0 => {
                    self.format = (self.accept)(name);
                    if self.format.is_none() {
                        self.rejected = true;
                        let message =
                            format!("it begins with <{}>, not with <{ROOT}>", brief(name));
                        return Err(Error::new(ErrorKind::NotAReport, message).at(at));
                    }
                    if self.root_only {
                        return Ok(());
                    }
                }
                Found::More if self.format.is_none() => {
                    return self.window.check().map_err(|_| {
                        let message = "it is neither XML in UTF-8 nor a zip archive";
                        Error::new(ErrorKind::NotAReport, message).at(self.window.position())
                    });
                }
                Found::More => return self.window.check(),
                Found::Finished => return Ok(()),
                Found::Start { .. } | Found::End | Found::Other => {}
            }
            self.window.consume(length);
        }
    }

    fn located(&self, error: Error) -> Error {
        let names: Vec<_> = self.outline.names().map(brief).collect();
        error.at(self.window.position()).within(&names.join("/"))
    }
}

/// An archive that is verified.
#[derive(Debug)]
struct Entries {
    archive: Archive,
    /// Part of a record whose rest has not arrived.
    held: Vec<u8>,
    block: Vec<u8>,
    /// The report that is being read, up to its root element.
    entry: Option<(String, Document)>,
    format: Option<Format>,
    /// The error of a web page that was found instead of a part of a SCAP result.
    page: Option<Error>,
    ended: bool,
}

impl Entries {
    fn new() -> Self {
        Self {
            archive: Archive::new(limits()),
            held: Vec::new(),
            block: vec![0; BLOCK],
            entry: None,
            format: None,
            page: None,
            ended: false,
        }
    }

    fn write(&mut self, bytes: &[u8], at_end: bool) -> Result<()> {
        if self.held.is_empty() {
            let rest = self.read(bytes, at_end)?.to_vec();
            self.held = rest;
        } else {
            let mut held = std::mem::take(&mut self.held);
            held.extend_from_slice(bytes);
            self.held = self.read(&held, at_end)?.to_vec();
        }
        Ok(())
    }

    /// Reads as far as possible, and returns the rest.
    fn read<'i>(&mut self, mut input: &'i [u8], at_end: bool) -> Result<&'i [u8]> {
        while !self.ended {
            match self.archive.step(&mut input, at_end, &mut self.block)? {
                Step::Entry(name) => {
                    let accept: fn(&str) -> Option<Format> = if is_report_entry(&name) {
                        |name| Format::of_root(name).filter(|format| *format == Format::Nessus)
                    } else if has_suffix(&name, "xml") {
                        // The parts of a SCAP result have many roots. None is a page.
                        |name| {
                            let is_page = name.eq_ignore_ascii_case("html");
                            Format::of_root(name).or((!is_page).then_some(Format::Scap))
                        }
                    } else {
                        continue;
                    };
                    self.entry = Some((name, Document::new(accept, true)));
                }
                Step::Content(length) => {
                    let content = self.block.get(..length).unwrap_or_default();
                    if let Some((_, document)) = &mut self.entry {
                        let written = document.write(content, false);
                        self.found(written)?;
                    }
                }
                Step::EntryEnd => {
                    if let Some((_, document)) = &mut self.entry {
                        let written = document.write(&[], true);
                        self.found(written)?;
                    }
                    self.entry = None;
                }
                Step::End => match (self.format, self.page.take()) {
                    (None | Some(Format::Scap), Some(page)) => return Err(page),
                    (None, None) => {
                        let message = "the archive has no entry whose name ends in .nessus";
                        return Err(Error::new(ErrorKind::NotAReport, message));
                    }
                    (Some(_), _) => self.ended = true,
                },
                Step::More => return Ok(input),
            }
        }
        Ok(input)
    }

    /// Leaves a document once its root element is known, or an error: its bytes are verified by their
    /// checksum.
    fn found(&mut self, written: Result<()>) -> Result<()> {
        let Some((name, document)) = &self.entry else { return Ok(()) };
        match (written, document.format) {
            (Err(error), _) if is_report_entry(name) => return Err(error.in_entry(name)),
            (Err(error), _) if document.rejected => {
                self.page.get_or_insert_with(|| error.in_entry(name));
            }
            // Probably not a part of a SCAP result.
            (Err(_), _) => {}
            (Ok(()), None) => return Ok(()),
            (Ok(()), Some(Format::Nessus)) => self.format = Some(Format::Nessus),
            (Ok(()), Some(Format::Scap)) => _ = self.format.get_or_insert(Format::Scap),
        }
        self.entry = None;
        Ok(())
    }
}

/// Whether bytes look like the beginning of a report: the signature of a zip archive, or an XML
/// document whose root element is that of a report, or comes later. For an early decision, from the
/// first bytes; a [`Verifier`] checks the whole report.
///
/// ```
/// use scanops_nessus::is_report;
///
/// assert!(is_report(b"PK\x03\x04...") && is_report(b"<?xml version=\"1.0\" ?>"));
/// assert!(!is_report(b"<?xml version='1.0'?><html>") && !is_report(b"{\"error_code\": 147}"));
/// ```
#[must_use]
pub fn is_report(start: &[u8]) -> bool {
    if start.starts_with(b"PK\x03\x04") || start.starts_with(b"PK\x05\x06") {
        return true;
    }
    let start = start.strip_prefix(b"\xef\xbb\xbf").unwrap_or(start);
    // The last character may be incomplete.
    let text = match std::str::from_utf8(start) {
        Ok(text) => text,
        Err(error) => {
            let valid = start.get(..error.valid_up_to()).unwrap_or_default();
            std::str::from_utf8(valid).unwrap_or_default()
        }
    };
    let mut rest = text.trim_start_matches(BLANKS);
    loop {
        let end = if rest.starts_with("<?") {
            "?>"
        } else if rest.starts_with("<!--") {
            "-->"
        } else {
            break;
        };
        let Some((_, behind)) = rest.split_once(end) else { return true };
        rest = behind.trim_start_matches(BLANKS);
        if rest.is_empty() {
            return true;
        }
    }
    let Some(tag) = rest.strip_prefix('<') else { return false };
    let end = tag.find(|c: char| BLANKS.contains(&c) || matches!(c, '>' | '/'));
    if let Some(end) = end {
        return Format::of_root(tag.get(..end).unwrap_or(tag)).is_some();
    }
    // The name of the root element is incomplete.
    let local = tag.rsplit(':').next().unwrap_or(tag);
    let scap = ["data-stream-collection", "asset-report-collection"];
    ROOT.starts_with(tag)
        || scap.iter().any(|root| root.starts_with(local))
        || "!--".starts_with(tag)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verify(report: &[u8]) -> Result<Verified> {
        let mut verifier = Verifier::new();
        verifier.write(report)?;
        verifier.finish()
    }

    #[test]
    fn a_document_is_complete_or_not() {
        let whole = "\u{feff}<?xml version='1.0'?>\n<NessusClientData_v2><!-- c --><b x='1'>t &amp; u</b>\
            <![CDATA[x]]><c/></NessusClientData_v2>\n";
        let verified = verify(whole.as_bytes()).unwrap();
        assert_eq!((verified.format, verified.bytes), (Format::Nessus, whole.len() as u64));
        assert_eq!(verify(b"<ds:data-stream-collection/>").unwrap().format, Format::Scap);
        for end in 0..whole.trim_end().len() {
            assert!(verify(&whole.as_bytes()[..end]).is_err(), "cut at {end}");
        }
        for (document, kind, message) in [
            ("", ErrorKind::Malformed, "no document"),
            ("<NessusClientData_v2></b>", ErrorKind::Malformed, "expected"),
            ("<NessusClientData_v2/><b/>", ErrorKind::Malformed, "second root"),
            ("<NessusClientData_v2/>tail", ErrorKind::Malformed, "outside"),
            ("<NessusClientData_v2/>\0\0", ErrorKind::Malformed, "outside"),
            ("<NessusClientData_v2/>&amp;", ErrorKind::Malformed, "outside"),
            ("<NessusClientData_v2>\u{1}&x;", ErrorKind::Malformed, "not defined"),
            ("no xml", ErrorKind::NotAReport, "outside"),
            ("<?xml version='1.0'?><html/>", ErrorKind::NotAReport, "begins with <html>"),
            ("<!DOCTYPE html><html/>", ErrorKind::NotAReport, "DOCTYPE"),
            ("\u{1f}\u{8b}", ErrorKind::NotAReport, "outside"),
        ] {
            let error = verify(document.as_bytes()).unwrap_err();
            assert!(error.to_string().contains(message), "{document}: {error}");
            assert_eq!(error.kind(), kind, "{document}");
        }
        assert!(verify(b"\x1f\x8b\x08\x00").unwrap_err().to_string().contains("gzip"));
    }

    #[test]
    fn a_report_is_recognised_by_its_first_bytes() {
        for report in [
            &b"PK\x03\x04rest"[..],
            b"PK\x05\x06",
            b"<?xml version=\"1.0\" ?>",
            b"<?xml version=\"1.0\" ?>\n<Nessus",
            b"<?xml version=\"1.0\" ?>\n<NessusClientData_v2>",
            b"\xef\xbb\xbf<?xml",
            b"\n <NessusClientData_v2>",
            b"<!-- c --><NessusClientData_v2 x='",
            b"<data-stream-collection xmlns=",
            b"<arf:asset-report-collection>",
        ] {
            assert!(is_report(report), "{}", String::from_utf8_lossy(report));
        }
        for other in [
            &b""[..],
            b" ",
            b"PK",
            b"{\"error_code\": 147}",
            b"[]",
            b"<!DOCTYPE html>",
            b"<html>",
            b"<?xml version=\"1.0\"?><html xmlns=",
            b"<html",
            b"UEsDBBQ=",
            b"Service busy",
        ] {
            assert!(!is_report(other), "{}", String::from_utf8_lossy(other));
        }
    }
}
