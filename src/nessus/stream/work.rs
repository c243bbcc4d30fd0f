//! The thread that parses: from parts to batches of findings.

use std::{cell::RefCell, io};

use super::{
    super::{
        Limits, Parts,
        ahead::{Ahead, Blocks},
        input::Documents,
        place::Place,
        walk::Walk,
        xml::unreadable,
    },
    Batches,
    batch::{Adding, Batch},
    inflate::Inflated,
};
use crate::Result;

/// When a batch is full: a channel for each finding would cost more than the finding.
const BATCH: usize = 64;
/// The same, in bytes of its texts.
const BATCH_BYTES: usize = 128 * 1024;

/// Reads what arrives, and sends what it finds, until the report ends or nobody listens.
pub(super) fn parse(parts: Parts, batches: Batches, limits: Limits) {
    let outbox = Outbox { batch: RefCell::default(), batches };
    let ended = match Arriving::begin(parts, &outbox, limits) {
        Err(error) => Err(unreadable(&Place::default(), 0, &error)),
        Ok(arriving) => Walk::new(arriving, limits).and_then(|walk| outbox.fill(walk)),
    };
    if let Err(error) = ended {
        outbox.batch.borrow_mut().fail(error);
    }
    // The last ones, where somebody listens.
    let _ = outbox.send();
}

/// Where the thread puts its items until they are sent.
struct Outbox {
    batch: RefCell<Batch>,
    batches: Batches,
}

impl Outbox {
    /// Puts all items in, and sends them, until the report ends or nobody listens.
    fn fill(&self, mut walk: Walk<Arriving<'_>>) -> Result<()> {
        while let Some(item) = walk.next_item(|report, host| Adding::new(&self.batch, report, host))
        {
            item?.finish();
            if self.is_full() && self.send().is_err() {
                break;
            }
        }
        Ok(())
    }

    fn is_full(&self) -> bool {
        let batch = self.batch.borrow();
        batch.items() >= BATCH || batch.bytes() >= BATCH_BYTES
    }

    /// Sends what is there, and waits for a place. An error where nobody listens any more.
    fn send(&self) -> io::Result<()> {
        if self.batch.borrow().is_empty() {
            return Ok(());
        }
        let next = self.batches.empty.try_recv().unwrap_or_default();
        let batch = self.batch.borrow_mut().split(next);
        self.batches.to.blocking_send(batch).map_err(|_| io::ErrorKind::BrokenPipe.into())
    }
}

/// The documents that arrive. Before it waits it sends what was found: the source may be slow.
struct Arriving<'a> {
    source: Source,
    outbox: &'a Outbox,
}

enum Source {
    Bare(Ahead<Parts>),
    Archive(Inflated),
}

impl<'a> Arriving<'a> {
    /// Tells an archive from a document by its first bytes, and goes to the first document.
    fn begin(parts: Parts, outbox: &'a Outbox, limits: Limits) -> io::Result<Self> {
        let mut parts = Ahead::new(parts);
        let source = if parts.peek(2)?.starts_with(b"PK") {
            Source::Archive(Inflated::start(parts, limits)?)
        } else {
            Source::Bare(parts)
        };
        Ok(Self { source, outbox })
    }
}

impl Blocks for Arriving<'_> {
    fn next_block(&mut self, block: &mut Vec<u8>) -> io::Result<usize> {
        let waits = match &self.source {
            Source::Bare(parts) => parts.get_ref().waits(),
            Source::Archive(inflated) => inflated.waits(),
        };
        if waits {
            self.outbox.send()?;
        }
        match &mut self.source {
            Source::Bare(parts) => parts.next_block(block),
            Source::Archive(inflated) => inflated.next_block(block),
        }
    }
}

impl Documents for Arriving<'_> {
    fn next_document(&mut self) -> io::Result<bool> {
        match &mut self.source {
            Source::Bare(_) => Ok(false),
            Source::Archive(inflated) => inflated.next_document(),
        }
    }

    fn entry(&self) -> Option<&str> {
        match &self.source {
            Source::Bare(_) => None,
            Source::Archive(inflated) => inflated.entry(),
        }
    }
}
