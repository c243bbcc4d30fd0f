//! The structure of a document: its tags, comments and texts, found in a window without keeping
//! any of them.

use std::borrow::Cow;

use memchr::{memchr, memchr3, memmem, memrchr};
use quick_xml::{
    escape::resolve_predefined_entity,
    events::{BytesRef, attributes::Attributes},
};

use crate::{Error, ErrorKind, Limits, Result, error::brief, reader::ROOT, window::foreign};

/// Walks a document, and checks that it is well-formed. Whatever the document holds, this takes the
/// memory of the names of its open elements, which have at most [`Limits::tag`] bytes together, and of
/// one tag of that size. The attributes of longer tags, which only items have, are skipped.
#[derive(Debug)]
pub(crate) struct Outline {
    /// The names of the open elements, one behind the other.
    names: String,
    /// Where each begins.
    starts: Vec<usize>,
    mode: Mode,
    /// The element that is open was an empty tag, and is left next.
    empty: bool,
    rooted: bool,
    limits: Limits,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mode {
    Content,
    Comment,
    CData,
    Instruction,
    /// Within the attributes of a long tag, in a value with this quote if there is one.
    Tag(Option<u8>),
}

/// What was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Found<'a> {
    /// An element was entered: its name and its attributes. Those of a long tag are left out.
    Start { name: &'a str, attributes: &'a str },
    /// The innermost element was left.
    End,
    /// Text, a comment, or part of such.
    Other,
    /// More of the document is needed.
    More,
    /// The end of the document, which is whole.
    Finished,
}

impl Outline {
    pub(crate) fn new(limits: Limits) -> Self {
        Self {
            names: String::new(),
            starts: Vec::new(),
            mode: Mode::Content,
            empty: false,
            rooted: false,
            limits,
        }
    }

    /// How many elements are open.
    pub(crate) fn depth(&self) -> usize {
        self.starts.len()
    }

    /// Whether the root element was met.
    pub(crate) fn is_rooted(&self) -> bool {
        self.rooted
    }

    /// Whether a tag may begin here: not within a comment, and not before an element is left.
    pub(crate) fn is_between(&self) -> bool {
        self.mode == Mode::Content && !self.empty
    }

    /// The names of the open elements, from the root on.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        let ends = self.starts.iter().skip(1).copied().chain([self.names.len()]);
        self.starts
            .iter()
            .zip(ends)
            .map(|(start, end)| self.names.get(*start..end).unwrap_or_default())
    }

    /// Finds what comes next in `rest`, and how many of its bytes that takes. `at_end`: nothing
    /// follows `rest`. Positions of errors count from the beginning of `rest`.
    pub(crate) fn next<'a>(&mut self, rest: &'a str, at_end: bool) -> Result<(usize, Found<'a>)> {
        if self.empty {
            self.empty = false;
            self.pop();
            return Ok((0, Found::End));
        }
        match self.mode {
            Mode::Content => {}
            Mode::Comment => return self.skip_to(rest, at_end, "-->", "a comment"),
            Mode::CData => return self.skip_to(rest, at_end, "]]>", "a CDATA section"),
            Mode::Instruction => {
                return self.skip_to(rest, at_end, "?>", "a processing instruction");
            }
            Mode::Tag(quote) => return self.skip_tag(rest, at_end, quote),
        }
        match rest.as_bytes() {
            [] if at_end => self.finish(),
            [b'<'] if at_end => Err(ends_early()),
            [] | [b'<'] => Ok((0, Found::More)),
            [b'<', b'!', ..] => self.declaration(rest, at_end),
            [b'<', b'?', ..] => self.instruction(rest, at_end),
            [b'<', b'/', ..] => self.end_tag(rest, at_end),
            [b'<', _, ..] => self.start_tag(rest, at_end),
            _ => self.text(rest, at_end),
        }
    }

    fn finish<'a>(&self) -> Result<(usize, Found<'a>)> {
        if !self.starts.is_empty() {
            return Err(ends_early());
        }
        if !self.rooted {
            return Err(Error::malformed("there is no document"));
        }
        Ok((0, Found::Finished))
    }

    fn text<'a>(&self, rest: &'a str, at_end: bool) -> Result<(usize, Found<'a>)> {
        let (text, whole) = match memchr(b'<', rest.as_bytes()) {
            Some(end) => (rest.get(..end).unwrap_or(rest), true),
            None => (rest, at_end),
        };
        if self.starts.is_empty() {
            return match text.bytes().position(|byte| !is_blank(byte)) {
                None => Ok((text.len(), Found::Other)),
                Some(at) if self.rooted => {
                    Err(Error::malformed("there is text outside the root element").at(at as u64))
                }
                Some(at) => {
                    let message = "there is text outside the root element: it is not XML";
                    Err(Error::new(ErrorKind::NotAReport, message).at(at as u64))
                }
            };
        }
        // A reference may go on behind the window.
        let mut length = text.len();
        if !whole && let Some(last) = memrchr(b'&', text.as_bytes()) {
            let reference = text.get(last..).unwrap_or_default();
            if memchr(b';', reference.as_bytes()).is_none() {
                // What is before it is checked first.
                if last == 0 && reference.len() > self.limits.tag.saturating_add(1) {
                    return Err(Error::limit("a reference is too long"));
                }
                if last == 0 {
                    return Ok((0, Found::More));
                }
                length = last;
            }
        }
        parts(text.get(..length).unwrap_or_default(), self.limits.tag, |_| {})?;
        Ok((length, Found::Other))
    }

    /// `<!…`: a comment, a CDATA section or a document type.
    fn declaration<'a>(&mut self, rest: &'a str, at_end: bool) -> Result<(usize, Found<'a>)> {
        for (begin, mode) in [("<!--", Mode::Comment), ("<![CDATA[", Mode::CData)] {
            if rest.starts_with(begin) {
                if mode == Mode::CData && self.starts.is_empty() {
                    return Err(Error::malformed("there is text outside the root element"));
                }
                self.mode = mode;
                return Ok((begin.len(), Found::Other));
            }
            if begin.starts_with(rest) && !at_end {
                return Ok((0, Found::More));
            }
        }
        let doctype = "<!DOCTYPE";
        let begin = rest.as_bytes().get(..doctype.len()).unwrap_or(rest.as_bytes());
        if begin.eq_ignore_ascii_case(doctype.as_bytes()) {
            let kind = if self.rooted { ErrorKind::Malformed } else { ErrorKind::NotAReport };
            return Err(Error::new(kind, "it has a DOCTYPE, which no report has"));
        }
        if begin.len() < doctype.len() {
            return if at_end { Err(ends_early()) } else { Ok((0, Found::More)) };
        }
        Err(Error::malformed("`<!` begins neither a comment nor a CDATA section"))
    }

    fn instruction<'a>(&mut self, rest: &'a str, at_end: bool) -> Result<(usize, Found<'a>)> {
        // The XML declaration is looked at as a whole.
        let name = rest.get(2..).unwrap_or_default();
        if name.len() < 4 && !at_end {
            return Ok((0, Found::More));
        }
        nameless_instruction(name)?;
        let declares = name.strip_prefix("xml").is_some_and(|rest| {
            rest.starts_with("?>") || rest.bytes().next().is_some_and(is_blank)
        });
        // Only the document itself declares an encoding.
        if !declares || !self.starts.is_empty() {
            self.mode = Mode::Instruction;
            return Ok((2, Found::Other));
        }
        let Some(end) = memmem::find(rest.as_bytes(), b"?>") else {
            return self.incomplete(rest, at_end);
        };
        if end >= self.limits.tag {
            return Err(self.tag_too_long());
        }
        if let Some(encoding) = declared_encoding(rest.get("<?xml".len()..end).unwrap_or_default())
        {
            let known = ["UTF-8", "UTF8", "US-ASCII", "ASCII"];
            if !known.iter().any(|known| known.eq_ignore_ascii_case(&encoding)) {
                return Err(foreign(&encoding));
            }
        }
        Ok((end + 2, Found::Other))
    }

    fn end_tag<'a>(&mut self, rest: &'a str, at_end: bool) -> Result<(usize, Found<'a>)> {
        let Some(end) = memchr(b'>', rest.as_bytes()) else { return self.incomplete(rest, at_end) };
        if end > self.limits.tag {
            return Err(self.tag_too_long());
        }
        let name = rest.get(2..end).unwrap_or_default().trim_end_matches(BLANKS);
        let open = self.starts.last().map(|start| self.names.get(*start..).unwrap_or_default());
        if open != Some(name) {
            let name = brief(name);
            return Err(Error::malformed(match open {
                Some(open) => format!("expected `</{}>`, found `</{name}>`", brief(open)),
                None => format!("`</{name}>` does not end an element"),
            }));
        }
        self.pop();
        Ok((end + 1, Found::End))
    }

    fn start_tag<'a>(&mut self, rest: &'a str, at_end: bool) -> Result<(usize, Found<'a>)> {
        let end = tag_end(rest.as_bytes(), 1);
        if end.unwrap_or(rest.len()) > self.limits.tag {
            return self.long_start_tag(rest);
        }
        let Some(end) = end else { return self.incomplete(rest, at_end) };
        let tag = rest.get(1..end).unwrap_or_default();
        let (tag, empty) = tag.strip_suffix('/').map_or((tag, false), |tag| (tag, true));
        let (name, attributes) = split_name(tag);
        self.enter(name)?;
        self.empty = empty;
        Ok((end + 1, Found::Start { name, attributes }))
    }

    /// A start tag that is longer than the limit, which only those of items and within may be.
    fn long_start_tag<'a>(&mut self, rest: &'a str) -> Result<(usize, Found<'a>)> {
        let start = rest.as_bytes().get(..self.limits.tag).unwrap_or_default();
        let name = start.iter().position(|byte| is_blank(*byte)).and_then(|end| rest.get(1..end));
        let name = name.filter(|name| self.is_of_item(name)).ok_or_else(|| self.tag_too_long())?;
        self.enter(name)?;
        self.mode = Mode::Tag(None);
        Ok((1 + name.len(), Found::Start { name, attributes: "" }))
    }

    /// Whether the next element, of this name, is or belongs to an item or the properties of a host.
    fn is_of_item(&self, name: &str) -> bool {
        let mut names = self.names().chain([name]);
        names.by_ref().take(3).eq([ROOT, "Report", "ReportHost"])
            && names.next().is_some_and(|name| matches!(name, "ReportItem" | "HostProperties"))
    }

    fn enter(&mut self, name: &str) -> Result<()> {
        check_name(name)?;
        if self.starts.is_empty() && self.rooted {
            return Err(Error::malformed("there is a second root element"));
        }
        if self.starts.len() >= self.limits.depth {
            let message = format!("elements nest deeper than {}", self.limits.depth);
            return Err(Error::limit(message));
        }
        if self.names.len() + name.len() > self.limits.tag {
            let limit = self.limits.tag;
            return Err(Error::limit(format!("the names of open elements exceed {limit} bytes")));
        }
        self.rooted = true;
        self.starts.push(self.names.len());
        self.names.push_str(name);
        Ok(())
    }

    fn skip_tag<'a>(
        &mut self,
        rest: &'a str,
        at_end: bool,
        quote: Option<u8>,
    ) -> Result<(usize, Found<'a>)> {
        let mut search = Search { from: 0, quote };
        if let Some(end) = search.tag_end(rest.as_bytes()) {
            self.mode = Mode::Content;
            self.empty = rest.get(..end).is_some_and(|tag| tag.ends_with('/'));
            return Ok((end + 1, Found::Other));
        }
        if at_end {
            return Err(ends_early());
        }
        self.mode = Mode::Tag(search.quote);
        // A `/` may be the end of an empty tag.
        match rest.strip_suffix('/').unwrap_or(rest).len() {
            0 => Ok((0, Found::More)),
            skipped => Ok((skipped, Found::Other)),
        }
    }

    fn skip_to<'a>(
        &mut self,
        rest: &'a str,
        at_end: bool,
        end: &str,
        what: &str,
    ) -> Result<(usize, Found<'a>)> {
        if let Some(at) = memmem::find(rest.as_bytes(), end.as_bytes()) {
            self.mode = Mode::Content;
            return Ok((at + end.len(), Found::Other));
        }
        if at_end {
            return Err(Error::malformed(format!("the document ends within {what}")));
        }
        // The end may have begun: its bytes are of ASCII, so this is a boundary of characters.
        let begun =
            (1..end.len()).rev().find(|length| rest.ends_with(end.get(..*length).unwrap_or(end)));
        match rest.len() - begun.unwrap_or(0) {
            0 => Ok((0, Found::More)),
            skipped => Ok((skipped, Found::Other)),
        }
    }

    fn incomplete<'a>(&self, rest: &str, at_end: bool) -> Result<(usize, Found<'a>)> {
        if rest.len() > self.limits.tag {
            Err(self.tag_too_long())
        } else if at_end {
            Err(ends_early())
        } else {
            Ok((0, Found::More))
        }
    }

    fn tag_too_long(&self) -> Error {
        Error::limit(format!("a tag is longer than {} bytes", self.limits.tag))
    }

    fn pop(&mut self) {
        if let Some(start) = self.starts.pop() {
            self.names.truncate(start);
        }
    }
}

pub(crate) const BLANKS: [char; 4] = [' ', '\t', '\r', '\n'];

pub(crate) fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\r' | b'\n')
}

pub(crate) fn ends_early() -> Error {
    Error::malformed("the document ends before its root element does")
}

/// Where the `>` of a tag is, which is in `bytes` from `from` on.
pub(crate) fn tag_end(bytes: &[u8], from: usize) -> Option<usize> {
    Search { from, quote: None }.tag_end(bytes)
}

/// A search for the end of a construct that begins a text. It continues where it was when more of
/// the text is there, so that a long construct that arrives in small chunks is searched once.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Search {
    from: usize,
    /// The quote of the attribute value that `from` is in.
    quote: Option<u8>,
}

impl Search {
    pub(crate) fn is_begun(&self) -> bool {
        self.from > 0
    }

    /// Where the `>` of a tag is.
    pub(crate) fn tag_end(&mut self, bytes: &[u8]) -> Option<usize> {
        loop {
            let rest = bytes.get(self.from..)?;
            let found = match self.quote {
                Some(quote) => memchr(quote, rest),
                None => memchr3(b'>', b'"', b'\'', rest),
            };
            let Some(at) = found else {
                self.from = bytes.len();
                return None;
            };
            let at = self.from + at;
            let byte = *bytes.get(at)?;
            if byte == b'>' && self.quote.is_none() {
                return Some(at);
            }
            self.quote = if self.quote.is_none() { Some(byte) } else { None };
            self.from = at + 1;
        }
    }

    /// Where `end` is, which is not before `start`.
    pub(crate) fn end(&mut self, bytes: &[u8], start: usize, end: &[u8]) -> Option<usize> {
        let from = self.from.max(start);
        let found = memmem::find(bytes.get(from..)?, end);
        if found.is_none() {
            // The last bytes may be the beginning of the end.
            self.from = bytes.len().saturating_sub(end.len() - 1);
        }
        Some(from + found?)
    }
}

/// The name at the beginning of a tag, and what follows it.
pub(crate) fn split_name(tag: &str) -> (&str, &str) {
    let end = tag.bytes().position(is_blank).unwrap_or(tag.len());
    tag.split_at_checked(end).unwrap_or((tag, ""))
}

/// Rejects what is not the name of an element: `<ReportItem/port="443">` would otherwise be skipped
/// as an unknown element.
pub(crate) fn check_name(name: &str) -> Result<()> {
    if name.is_empty() {
        return Err(Error::malformed("a tag has no name"));
    }
    if name.bytes().any(|byte| matches!(byte, b'/' | b'=' | b'"' | b'\'' | b'<' | b'&')) {
        return Err(Error::malformed(format!("`{}` is not the name of an element", brief(name))));
    }
    Ok(())
}

/// Part of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part<'a> {
    Plain(&'a str),
    Character(char),
}

/// What a reference stands for; `name` is what is between `&` and `;`.
fn resolve<'a>(name: &str) -> Result<Part<'a>> {
    if let Some(text) = resolve_predefined_entity(name) {
        return Ok(Part::Plain(text));
    }
    match BytesRef::new(name).resolve_char_ref() {
        Ok(Some(character)) => Ok(Part::Character(character)),
        Ok(None) => Err(Error::malformed(format!("the entity &{}; is not defined", brief(name)))),
        Err(error) => Err(Error::of_quick_xml(error)),
    }
}

/// Decodes a text: references are resolved, line ends are `\n`.
pub(crate) fn decode(text: &str) -> Result<String> {
    let mut decoded = String::with_capacity(text.len());
    decode_into(text, &mut decoded)?;
    Ok(decoded)
}

/// Appends a decoded text.
pub(crate) fn decode_into(text: &str, decoded: &mut String) -> Result<()> {
    parts(text, usize::MAX, |part| match part {
        Part::Plain(text) => push_lines(text, decoded),
        Part::Character(character) => decoded.push(character),
    })
}

/// Adds a text, its line ends as `\n`.
pub(crate) fn push_lines(text: &str, to: &mut String) {
    let mut rest = text;
    while let Some(at) = memchr(b'\r', rest.as_bytes()) {
        to.push_str(rest.get(..at).unwrap_or_default());
        to.push('\n');
        rest = rest.get(at + 1..).unwrap_or_default();
        rest = rest.strip_prefix('\n').unwrap_or(rest);
    }
    to.push_str(rest);
}

/// Rejects a processing instruction without a name. `rest` is what follows `<?`.
pub(crate) fn nameless_instruction(rest: &str) -> Result<()> {
    match rest.bytes().next() {
        Some(first) if matches!(first, b'?' | b'>') || is_blank(first) => {
            Err(Error::malformed("a processing instruction has no name"))
        }
        _ => Ok(()),
    }
}

/// The parts of a text, whose references have at most `limit` bytes.
fn parts<'a>(text: &'a str, limit: usize, mut each: impl FnMut(Part<'a>)) -> Result<()> {
    let mut rest = text;
    while let Some(at) = memchr(b'&', rest.as_bytes()) {
        let wrong = |error: Error| error.at((text.len() - rest.len() + at) as u64);
        let behind = rest.get(at + 1..).unwrap_or_default();
        let end = memchr3(b';', b'&', b'<', behind.as_bytes()).unwrap_or(behind.len());
        if end >= limit {
            return Err(wrong(Error::limit("a reference is too long")));
        }
        if behind.as_bytes().get(end) != Some(&b';') {
            return Err(wrong(Error::malformed("a reference begins with `&` and has no `;`")));
        }
        let name = behind.get(..end).unwrap_or_default();
        let part = resolve(name).map_err(wrong)?;
        each(Part::Plain(rest.get(..at).unwrap_or_default()));
        each(part);
        rest = behind.get(name.len() + 1..).unwrap_or_default();
    }
    each(Part::Plain(rest));
    Ok(())
}

/// The encoding that an XML declaration names; `declaration` is what is between `<?xml` and `?>`.
fn declared_encoding(declaration: &str) -> Option<Cow<'_, str>> {
    let mut attributes = Attributes::new(declaration, 0).flatten();
    attributes.find(|attribute| attribute.key.into_inner() == "encoding").map(|it| it.value)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The elements of a document that arrives in pieces of this size, with their depths.
    fn elements(document: &str, size: usize) -> Result<Vec<(usize, String)>> {
        let mut outline = Outline::new(Limits::default().tag(64));
        let (mut elements, mut start, mut end) = (Vec::new(), 0, 0);
        loop {
            let at_end = end == document.len();
            let (length, found) = outline.next(&document[start..end], at_end)?;
            match found {
                Found::Start { name, .. } => elements.push((outline.depth(), name.to_owned())),
                Found::Finished => return Ok(elements),
                Found::More => {
                    assert!(!at_end);
                    end = document.len().min(end + size);
                }
                Found::End | Found::Other => {}
            }
            start += length;
        }
    }

    #[test]
    fn tags_of_items_may_be_longer_than_the_limit_wherever_the_text_is_cut() {
        let long = "x/>".repeat(30);
        let document = |root: &str, host: &str| {
            format!(
                "<{ROOT}{root}><Report><ReportHost{host}><HostProperties a='{long}'/>\
                 <ReportItem a=\"'{long}\" b='{long}'><c d='{long}' /></ReportItem>\
                 </ReportHost></Report></{ROOT}>"
            )
        };
        let expected = [
            (1, ROOT),
            (2, "Report"),
            (3, "ReportHost"),
            (4, "HostProperties"),
            (4, "ReportItem"),
            (5, "c"),
        ]
        .map(|(depth, name)| (depth, name.to_owned()));
        let whole = document("", "");
        let attribute = format!(" a='{long}'");
        for size in 1..200 {
            assert_eq!(elements(&whole, size).unwrap(), expected, "{size}");
            for outside in [document(&attribute, ""), document("", &attribute)] {
                let error = elements(&outside, size).unwrap_err();
                assert_eq!(error.kind(), ErrorKind::Limit, "{size}");
            }
            for cut in [whole.len() - 160, whole.len() - 200] {
                let error = elements(&whole[..cut], size).unwrap_err();
                assert_eq!(error.kind(), ErrorKind::Malformed, "{size}");
            }
        }
    }

    #[test]
    fn the_encoding_is_that_of_its_own_attribute() {
        for (declaration, encoding) in [
            (" version='1.0' encoding=\"UTF-8\"", Some("UTF-8")),
            (" version='1.0' encoding = 'latin1' ", Some("latin1")),
            (" version=1 encoding='latin1'", Some("latin1")),
            (" a=' encoding=\"latin1\"'", None),
            (" a='encoding' encoding='UTF-8'", Some("UTF-8")),
            (" my-encoding='latin1' encoding='UTF-8'", Some("UTF-8")),
            (" version='1.0'", None),
            ("", None),
        ] {
            assert_eq!(declared_encoding(declaration).as_deref(), encoding, "{declaration}");
        }
    }
}
