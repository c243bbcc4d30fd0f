//! Items on their way from the thread that reads them to the consumer.

use std::{cell::RefCell, collections::VecDeque, mem, sync::Arc};

use super::super::{
    Finding, Host, Report,
    item::{Item, Numbers},
    xml::Others,
};
use crate::{Error, Result};

/// Buffers that grew larger than this, in bytes and in fields, are not used again.
const KEPT: usize = 1024 * 1024;
const FIELDS: usize = 16 * 1024;

/// Items as they were read, one behind the other, their texts in one buffer: an iterator that makes
/// findings of them. They are made where they are taken, as strings that one thread makes and
/// another drops have the two wait for each other in the allocator.
#[derive(Debug, Default)]
pub(super) struct Batch {
    heads: VecDeque<Head>,
    fields: Vec<Field>,
    /// Name and text of each field.
    texts: String,
    /// What the items take of the two: an item that is still being read lies behind.
    whole: Reach,
    taken: Reach,
    /// What ends the report behind these items.
    failed: Option<Error>,
}

/// What an item has beside its fields.
#[derive(Debug)]
struct Head {
    report: Arc<Report>,
    host: Arc<Host>,
    numbers: Numbers,
    /// Where its fields end.
    end: usize,
}

#[derive(Clone, Copy, Debug)]
struct Field {
    kind: Kind,
    /// How long its name and its text are.
    name: usize,
    text: usize,
}

#[derive(Clone, Copy, Debug)]
enum Kind {
    Attribute,
    Element,
    Other,
}

/// How far something goes in fields and texts.
#[derive(Clone, Copy, Debug, Default)]
struct Reach {
    fields: usize,
    texts: usize,
}

impl Batch {
    pub(super) fn of_error(error: Error) -> Self {
        Self { failed: Some(error), ..Self::default() }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.heads.is_empty() && self.failed.is_none()
    }

    pub(super) fn items(&self) -> usize {
        self.heads.len()
    }

    /// How many bytes their texts are.
    pub(super) fn bytes(&self) -> usize {
        self.whole.texts
    }

    /// Nothing follows but this error.
    pub(super) fn fail(&mut self, error: Error) {
        self.failed = Some(error);
    }

    fn add(&mut self, kind: Kind, name: &str, text: &str) {
        self.fields.push(Field { kind, name: name.len(), text: text.len() });
        self.texts.push_str(name);
        self.texts.push_str(text);
    }

    /// Takes what there is, but for an item that is still being read: that moves to `next`, which
    /// is empty.
    pub(super) fn split(&mut self, mut next: Self) -> Self {
        let Reach { fields, texts } = self.whole;
        next.fields.extend(self.fields.drain(fields..));
        next.texts.push_str(self.texts.get(texts..).unwrap_or_default());
        self.texts.truncate(texts);
        mem::replace(self, next)
    }

    /// Its buffers, to be used again.
    pub(super) fn emptied(mut self) -> Option<Self> {
        self.heads.clear();
        self.fields.clear();
        self.texts.clear();
        (self.whole, self.taken) = Default::default();
        let is_small = self.texts.capacity() <= KEPT && self.fields.capacity() <= FIELDS;
        (is_small && self.texts.capacity() > 0).then_some(self)
    }
}

impl Iterator for Batch {
    type Item = Result<Finding>;

    fn next(&mut self) -> Option<Result<Finding>> {
        let Some(head) = self.heads.pop_front() else { return self.failed.take().map(Err) };
        let mut finding = Finding::new(head.report, head.host);
        finding.numbers(head.numbers);
        let fields = self.fields.get(self.taken.fields..head.end).unwrap_or_default();
        for &Field { kind, name, text } in fields {
            let (name_end, end) = (self.taken.texts + name, self.taken.texts + name + text);
            let name = self.texts.get(self.taken.texts..name_end).unwrap_or_default();
            let text = self.texts.get(name_end..end).unwrap_or_default();
            match kind {
                Kind::Attribute => finding.attribute(name, text),
                Kind::Element => finding.element(name, text),
                Kind::Other => finding.other(name, text),
            }
            self.taken.texts = end;
        }
        self.taken.fields = head.end;
        Some(Ok(finding))
    }
}

/// An item that is read into a batch, which may be taken meanwhile.
pub(super) struct Adding<'a> {
    batch: &'a RefCell<Batch>,
    report: Arc<Report>,
    host: Arc<Host>,
    numbers: Numbers,
}

impl<'a> Adding<'a> {
    pub(super) fn new(batch: &'a RefCell<Batch>, report: Arc<Report>, host: Arc<Host>) -> Self {
        Self { batch, report, host, numbers: Numbers::default() }
    }

    /// It has been read. One that is not finished is none.
    pub(super) fn finish(self) {
        let Self { batch, report, host, numbers } = self;
        let mut batch = batch.borrow_mut();
        batch.whole = Reach { fields: batch.fields.len(), texts: batch.texts.len() };
        let end = batch.whole.fields;
        batch.heads.push_back(Head { report, host, numbers, end });
    }
}

impl Item for Adding<'_> {
    fn numbers(&mut self, numbers: Numbers) {
        self.numbers = numbers;
    }

    fn attribute(&mut self, name: &str, value: &str) {
        self.batch.borrow_mut().add(Kind::Attribute, name, value);
    }

    fn element(&mut self, name: &str, text: &str) {
        self.batch.borrow_mut().add(Kind::Element, name, text);
    }
}

impl Others for Adding<'_> {
    fn other(&mut self, name: &str, text: &str) {
        self.batch.borrow_mut().add(Kind::Other, name, text);
    }
}

/// The findings of a report by way of batches, as a stream makes them, in one thread: to be compared
/// with those of the iterator.
#[cfg(any(fuzzing, test))]
pub(crate) fn batched(report: &[u8], limits: super::super::Limits) -> Vec<Result<Finding>> {
    use super::super::{ahead::Reading, input::Input, place::Place, walk::Walk, xml::unreadable};

    let (batch, mut spare, mut found) = (RefCell::new(Batch::default()), None, Vec::new());
    let walk = Input::new(Reading(report), limits)
        .map_err(|error| unreadable(&Place::default(), 0, &error))
        .and_then(|documents| Walk::new(documents, limits));
    match walk {
        Err(error) => batch.borrow_mut().fail(error),
        Ok(mut walk) => {
            while let Some(item) = walk.next_item(|report, host| Adding::new(&batch, report, host))
            {
                match item {
                    Ok(item) => item.finish(),
                    Err(error) => batch.borrow_mut().fail(error),
                }
                if batch.borrow().items() == 3 {
                    let mut full = batch.borrow_mut().split(spare.take().unwrap_or_default());
                    found.extend(full.by_ref());
                    spare = full.emptied();
                }
            }
        }
    }
    found.extend(batch.into_inner());
    found
}
