//! Through the documents of a source, from item to item.

use std::sync::Arc;

use super::{
    Host, Limits, Report,
    ahead::Ahead,
    input::Documents,
    item::{self, Item},
    place::Place,
    xml::{Texts, Xml, brief, push, unreadable},
};
use crate::{Error, ErrorKind, Result};

type Document<D> = Xml<Ahead<D>>;

/// Reads one document after the other. After an error, and after the last, it has ended.
pub(super) struct Walk<D> {
    /// None once it has ended.
    document: Option<Box<Document<D>>>,
    limits: Limits,
    report: Arc<Report>,
    host: Arc<Host>,
    hosts: u64,
}

impl<D: Documents> Walk<D> {
    /// Begins with the document that `documents` stands before.
    pub(super) fn new(documents: D, limits: Limits) -> Result<Self> {
        let mut walk =
            Self { document: None, limits, report: Arc::default(), host: Arc::default(), hosts: 0 };
        walk.begin(documents)?;
        Ok(walk)
    }

    pub(super) fn report(&self) -> &Arc<Report> {
        &self.report
    }

    pub(super) fn hosts(&self) -> u64 {
        self.hosts
    }

    /// How many bytes of the document were read. 0 at the end.
    pub(super) fn position(&self) -> u64 {
        self.document.as_ref().map_or(0, |document| document.position())
    }

    /// The next item, read into what `new` makes. None at the end.
    pub(super) fn next_item<I: Item>(
        &mut self,
        new: impl FnOnce(Arc<Report>, Arc<Host>) -> I,
    ) -> Option<Result<I>> {
        match self.open_item() {
            Ok(true) => {}
            Ok(false) => return None,
            Err(error) => return Some(Err(error)),
        }
        // A finding is large: it is filled where it lies.
        let mut item = new(Arc::clone(&self.report), Arc::clone(&self.host));
        Some(self.leave_item(|xml| item::read(xml, &mut item)).map(|()| item))
    }

    /// Goes past the next item. False where there was none.
    pub(super) fn skip_item(&mut self) -> Result<bool> {
        let opened = self.open_item()?;
        if opened {
            self.leave_item(Xml::skip)?;
        }
        Ok(opened)
    }

    /// Goes into the next item. False at the end of the last document.
    fn open_item(&mut self) -> Result<bool> {
        while let Some(mut document) = self.document.take() {
            match self.open_item_of(&mut document) {
                Ok(true) => {
                    self.document = Some(document);
                    return Ok(true);
                }
                Ok(false) => {}
                Err(error) => return Err(noted(error, document.get_ref().get_ref())),
            }
            let position = document.position();
            let mut documents = document.into_inner().into_inner();
            let more = documents
                .next_document()
                .map_err(|error| unreadable(&Place::default(), position, &error))?;
            if more {
                self.begin(documents)?;
            }
        }
        Ok(false)
    }

    /// Leaves the item that was gone into by `read`.
    fn leave_item(&mut self, read: impl FnOnce(&mut Document<D>) -> Result<()>) -> Result<()> {
        let Some(document) = &mut self.document else { return Ok(()) };
        let outcome = read(document).map_err(|error| noted(error, document.get_ref().get_ref()));
        if outcome.is_err() {
            self.document = None;
        }
        outcome
    }

    fn begin(&mut self, documents: D) -> Result<()> {
        (self.report, self.host) = Default::default();
        let mut ahead = Ahead::new(documents);
        let start = ahead.peek(4).map_err(|error| unreadable(&Place::default(), 0, &error))?;
        Document::<D>::detect_encoding(start)?;
        self.document = Some(Box::new(Xml::new(ahead, self.limits)));
        Ok(())
    }

    /// Goes into the next item of a document. False at its end.
    fn open_item_of(&mut self, xml: &mut Document<D>) -> Result<bool> {
        loop {
            let depth = xml.depth();
            if !xml.open()? {
                if depth == 0 {
                    return Ok(false);
                }
                continue;
            }
            match (depth, xml.name()) {
                (0, "NessusClientData_v2") => {}
                (0, other) => {
                    let name = brief(other);
                    return Err(xml.error(&format!(
                        "it begins with <{name}>, not with <NessusClientData_v2>"
                    )));
                }
                (1, "Policy") => self.read_policy(xml)?,
                (1, "Report") => Arc::make_mut(&mut self.report).name = name_of(xml)?,
                (2, "ReportHost") => {
                    self.hosts += 1;
                    self.host = Arc::new(Host { name: name_of(xml)?, ..Host::default() });
                }
                (3, "HostProperties") => self.read_properties(xml)?,
                (3, "ReportItem") => return Ok(true),
                _ => xml.skip()?,
            }
        }
    }

    fn read_policy(&mut self, xml: &mut Document<D>) -> Result<()> {
        while xml.open()? {
            if xml.name() == "policyName" {
                xml.begin_part();
                let name = xml.text(&mut Texts::new())?.to_owned();
                Arc::make_mut(&mut self.report).policy = Some(name);
            } else {
                xml.skip()?;
            }
        }
        Ok(())
    }

    fn read_properties(&mut self, xml: &mut Document<D>) -> Result<()> {
        let mut properties = Texts::new();
        xml.begin_part();
        loop {
            let opened = xml.open()?;
            xml.keep_stray_text(&mut properties)?;
            if !opened {
                break;
            }
            let name = if xml.name() == "tag" { name_of(xml)? } else { xml.name().to_owned() };
            let text = xml.text(&mut properties)?.to_owned();
            push(&mut properties, name, text);
        }
        Arc::make_mut(&mut self.host).add(properties);
        Ok(())
    }
}

/// The attribute `name` of the element that was just opened. Empty where it has none.
fn name_of<D: Documents>(xml: &Document<D>) -> Result<String> {
    for attribute in xml.attributes() {
        let (name, value) = attribute?;
        if name == "name" {
            return Ok(value.into_owned());
        }
    }
    Ok(String::new())
}

fn noted(error: Error, documents: &impl Documents) -> Error {
    match documents.entry() {
        Some(entry) if error.kind() == ErrorKind::Report => {
            error.with_note(format!("the document is the archive's entry {:?}", brief(entry)))
        }
        _ => error,
    }
}
