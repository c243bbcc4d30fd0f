//! A document as elements, within limits.

use std::{
    borrow::Cow,
    io::{self, BufRead},
};

use quick_xml::{
    Reader, XmlVersion,
    encoding::EncodingError,
    escape::resolve_predefined_entity,
    events::{BytesDecl, Event, attributes::Attributes},
};

use super::{Limits, bounded::Bounded, place::Place};
use crate::{Error, ErrorKind, Result};

/// Texts by name, repeats kept in their order.
pub(super) type Texts = std::collections::BTreeMap<String, Vec<String>>;

/// Where texts go that have no place of their own.
pub(super) trait Others {
    fn other(&mut self, name: &str, text: &str);
}

impl Others for Texts {
    fn other(&mut self, name: &str, text: &str) {
        push(self, name, text);
    }
}

/// The name of a text that is in no element of its own. No element can have it.
const STRAY: &str = "#text";
/// What is larger than this is not kept for the next text.
const KEPT: usize = 1024 * 1024;
/// What a text takes beside its bytes: the places of its name and itself in a map.
const OVERHEAD: usize = 64;

/// Walks a document: into an element, through its text, out of it.
pub(super) struct Xml<R> {
    reader: Reader<Bounded<R>>,
    buffer: Vec<u8>,
    /// The text of the open elements, that of the innermost last.
    text: String,
    /// The attributes of the element opened last, as they stand there.
    attributes: String,
    place: Place,
    /// Where the last event began.
    at: u64,
    /// How many bytes were taken without the reader, and so are not in its positions.
    skipped: u64,
    rooted: bool,
    /// How much memory the part that is being read takes.
    kept: usize,
    limits: Limits,
}

#[derive(Clone, Copy)]
enum Step {
    Open,
    Close,
    Content,
    End,
}

impl<R: BufRead> Xml<R> {
    pub(super) fn new(document: R, limits: Limits) -> Self {
        let mut reader = Reader::from_reader(Bounded::new(document, limits.text.max(limits.tag)));
        reader.config_mut().expand_empty_elements = true;
        Self {
            reader,
            buffer: Vec::new(),
            text: String::new(),
            attributes: String::new(),
            place: Place::default(),
            at: 0,
            skipped: 0,
            rooted: false,
            kept: 0,
            limits,
        }
    }

    /// Refuses what is no UTF-8 by its first bytes.
    pub(super) fn detect_encoding(start: &[u8]) -> Result<()> {
        let encoding = match start {
            [0, 0, 0xfe, 0xff, ..]
            | [0xff, 0xfe, 0, 0, ..]
            | [0, 0, 0, b'<', ..]
            | [b'<', 0, 0, 0, ..] => "UTF-32",
            [0xff, 0xfe, ..] | [b'<', 0, ..] => "UTF-16LE",
            [0xfe, 0xff, ..] | [0, b'<', ..] => "UTF-16BE",
            [0x4c, 0x6f, 0xa7, 0x94, ..] => "EBCDIC",
            _ => return Ok(()),
        };
        Err(malformed(&Place::default(), 0, &foreign(encoding)))
    }

    pub(super) fn into_inner(self) -> R {
        self.reader.into_inner().into_inner()
    }

    pub(super) fn get_ref(&self) -> &R {
        self.reader.get_ref().get_ref()
    }

    /// How many elements are open.
    pub(super) fn depth(&self) -> usize {
        self.place.depth()
    }

    /// The name of the innermost open element.
    pub(super) fn name(&self) -> &str {
        self.place.name()
    }

    /// How many bytes of the document were read.
    pub(super) fn position(&self) -> u64 {
        self.reader.buffer_position() + self.skipped
    }

    /// An error in the element that was opened last.
    pub(super) fn error(&self, what: &str) -> Error {
        malformed(&self.place, self.at, what)
    }

    /// Goes into the next element in the current one, past the text before it. False where there
    /// is none: then it has left the current one, or, outside the root, reached the end.
    pub(super) fn open(&mut self) -> Result<bool> {
        self.text.clear();
        loop {
            // Between elements there is a line's end as a rule, not worth an event of its own.
            if self.text.is_empty() {
                match self.reader.get_mut().skip_blanks() {
                    Ok(skipped) => self.skipped += skipped,
                    Err(error) => return Err(unreadable(&self.place, self.position(), &error)),
                }
            }
            match self.step()? {
                Step::Open => return Ok(true),
                Step::Close | Step::End => return Ok(false),
                Step::Content => {}
            }
        }
    }

    /// Keeps the text that [`open`](Self::open) went past, where there was any but blanks.
    pub(super) fn keep_stray_text(&mut self, others: &mut impl Others) -> Result<()> {
        let text = self.text.trim_ascii_end();
        if text.is_empty() {
            return Ok(());
        }
        others.other(STRAY, text);
        self.keep(STRAY.len() + text.len())
    }

    /// Leaves the current element, whatever is in it.
    pub(super) fn skip(&mut self) -> Result<()> {
        let outside = self.depth().saturating_sub(1);
        while self.depth() > outside {
            self.open()?;
        }
        Ok(())
    }

    /// Begins a part whose size is limited: an item, or the properties of a host.
    pub(super) fn begin_part(&mut self) {
        self.kept = 0;
        self.text.clear();
        self.text.shrink_to(KEPT);
        self.buffer.clear();
        self.buffer.shrink_to(KEPT);
    }

    /// The name and the text of the current element, which is left. Its attributes go to `others`,
    /// as do elements in it, by their path from it.
    pub(super) fn element(&mut self, others: &mut impl Others) -> Result<(&str, &str)> {
        if !self.attributes.is_empty() {
            let name = self.place.name().to_owned();
            self.keep_attributes(&name, others)?;
        }
        self.read_text(others)?;
        Ok((self.place.left(), &self.text))
    }

    /// The text of the current element, which is left. Elements in it go to `others`, as do their
    /// attributes, by their path from it.
    pub(super) fn text(&mut self, others: &mut impl Others) -> Result<&str> {
        self.read_text(others)?;
        Ok(&self.text)
    }

    fn read_text(&mut self, others: &mut impl Others) -> Result<()> {
        self.text.clear();
        let outside = self.depth().saturating_sub(1);
        let mut inner: Vec<(usize, String)> = Vec::new();
        loop {
            match self.step()? {
                Step::Content => {}
                Step::Open => {
                    let name = self.place.below(outside);
                    self.keep_attributes(&name, others)?;
                    inner.push((self.text.len(), name));
                }
                Step::Close | Step::End => {
                    let (start, name) = inner.pop().unwrap_or_default();
                    self.keep(name.len() + self.text.len() - start)?;
                    if name.is_empty() {
                        return Ok(());
                    }
                    others.other(&name, self.text.get(start..).unwrap_or_default());
                    self.text.truncate(start);
                }
            }
        }
    }

    fn keep_attributes(&mut self, name: &str, others: &mut impl Others) -> Result<()> {
        let mut kept = 0;
        for attribute in self.attributes() {
            let (key, value) = attribute?;
            let key = format!("{name}@{key}");
            kept += key.len() + value.len() + OVERHEAD;
            others.other(&key, &value);
        }
        self.keep(kept)
    }

    /// Counts what the part takes in memory.
    fn keep(&mut self, bytes: usize) -> Result<()> {
        self.kept = self.kept.saturating_add(bytes + OVERHEAD);
        if self.kept > self.limits.item {
            let limit = self.limits.item;
            return Err(self.error(&format!("it takes more than {limit} bytes")));
        }
        Ok(())
    }

    /// The attributes of the element opened last.
    pub(super) fn attributes(&self) -> impl Iterator<Item = Result<(&str, Cow<'_, str>)>> {
        Attributes::new(&self.attributes, 0).enumerate().map(|(count, attribute)| {
            if count >= self.limits.attributes {
                let limit = self.limits.attributes;
                return Err(self.error(&format!("a tag has more than {limit} attributes")));
            }
            let attribute = attribute.map_err(|error| self.error(&error.to_string()))?;
            let value = attribute
                .normalized_value(XmlVersion::Explicit1_0)
                .map_err(|error| self.error(&error.to_string()))?;
            Ok((attribute.key.into_inner(), value))
        })
    }

    /// Reads one event, and does what it asks for.
    fn step(&mut self) -> Result<Step> {
        self.buffer.clear();
        self.reader.get_mut().part_ended();
        self.at = self.position();
        let at = self.at;
        let outside = self.place.depth() == 0;
        let wrong = |what: &str| Err(malformed(&self.place, at, what));
        // Matched where it lies: moving an event costs as much as some of them take to read.
        match &self.reader.read_event_into(&mut self.buffer) {
            Err(error) => return Err(self.unreadable(error)),
            Ok(Event::Start(tag)) => {
                if self.place.depth() >= self.limits.depth {
                    return wrong(&format!("elements nest deeper than {}", self.limits.depth));
                }
                if tag.len() > self.limits.tag {
                    return wrong(&format!("a tag is longer than {} bytes", self.limits.tag));
                }
                if outside && self.rooted {
                    return wrong("there is a second document after the first");
                }
                self.rooted = true;
                self.attributes.clear();
                self.attributes.push_str(tag.attributes_raw());
                self.place.push(tag.name().into_inner());
                return Ok(Step::Open);
            }
            Ok(Event::End(_)) => {
                self.place.pop();
                return Ok(Step::Close);
            }
            Ok(Event::Text(text)) if outside => {
                if !text.trim_ascii().is_empty() {
                    return wrong("there is text outside the document's elements");
                }
            }
            Ok(Event::CData(_) | Event::GeneralRef(_)) if outside => {
                return wrong("there is text outside the document's elements");
            }
            Ok(Event::Text(text)) => self.text.push_str(&text.xml10_content()),
            Ok(Event::CData(text)) => self.text.push_str(&text.xml10_content()),
            Ok(Event::GeneralRef(name)) => match resolve_predefined_entity(name) {
                Some(character) => self.text.push_str(character),
                None => match name.resolve_char_ref() {
                    Ok(Some(character)) => self.text.push(character),
                    Ok(None) => {
                        return wrong(&format!("the entity &{}; is not defined", brief(name)));
                    }
                    Err(error) => return wrong(&error.to_string()),
                },
            },
            Ok(Event::Decl(declaration)) => {
                if let Some(encoding) = foreign_encoding(declaration) {
                    return wrong(&foreign(&encoding));
                }
            }
            Ok(Event::DocType(_)) => return wrong("it has a DOCTYPE, which no report has"),
            Ok(Event::Eof) if !outside => {
                return wrong("the document ends before its last element does");
            }
            Ok(Event::Eof) if !self.rooted => return wrong("there is no document"),
            Ok(Event::Eof) => return Ok(Step::End),
            // Tags without content come as Start and End.
            Ok(Event::Empty(_) | Event::Comment(_) | Event::PI(_)) => {}
        }
        if self.text.len() > self.limits.text {
            return Err(self.error(&format!("a text is longer than {} bytes", self.limits.text)));
        }
        Ok(Step::Content)
    }

    fn unreadable(&self, error: &quick_xml::Error) -> Error {
        let at = match error {
            quick_xml::Error::Io(cause) => return unreadable(&self.place, self.position(), cause),
            quick_xml::Error::Encoding(EncodingError::Utf8(cause)) => {
                self.at + cause.valid_up_to() as u64
            }
            _ => self.reader.error_position() + self.skipped,
        };
        malformed(&self.place, at, &error.to_string())
    }
}

/// The error for what could not be read: the source's own where it is one of this crate.
pub(super) fn unreadable(place: &Place, at: u64, cause: &io::Error) -> Error {
    if let Some(error) = cause.get_ref().and_then(|inner| inner.downcast_ref::<Error>()) {
        return error.clone();
    }
    match cause.kind() {
        io::ErrorKind::InvalidData => malformed(place, at, &cause.to_string()),
        kind => Error::new(ErrorKind::Io, format!("the report can't be read on from byte {at}"))
            .with_source(io::Error::new(kind, cause.to_string())),
    }
}

pub(super) fn malformed(place: &Place, at: u64, what: &str) -> Error {
    let place = if place.depth() == 0 { String::new() } else { format!(" in {place}") };
    Error::new(
        ErrorKind::Report,
        format!("not a whole .nessus report, at byte {at}{place}: {what}"),
    )
}

/// Adds a text to those of its name.
pub(super) fn push(texts: &mut Texts, name: impl Into<String>, text: impl Into<String>) {
    texts.entry(name.into()).or_default().push(text.into());
}

fn foreign(encoding: &str) -> String {
    format!("its encoding is {}, and only UTF-8 is read", brief(encoding))
}

fn foreign_encoding(declaration: &BytesDecl<'_>) -> Option<String> {
    let encoding = declaration.encoding()?.ok()?;
    let known = ["UTF-8", "UTF8", "US-ASCII", "ASCII"];
    let foreign = !known.iter().any(|known| known.eq_ignore_ascii_case(&encoding));
    foreign.then(|| encoding.into_owned())
}

/// The beginning of a name from the document, for a message.
pub(super) fn brief(name: &str) -> String {
    name.chars().take(64).collect()
}
