//! The thread that parses: from parts to batches of findings.

use std::{
    cell::RefCell,
    io::{self, Read},
    mem,
};

use tokio::sync::mpsc;

use super::{
    super::{
        Finding, Limits, Load, Parts, ahead::Ahead, input::Documents, place::Place, walk::Walk,
        xml::unreadable,
    },
    inflate::Inflated,
};
use crate::Result;

/// When a batch is full: a channel for each finding would cost more than the finding.
const BATCH: usize = 64;
/// The same, in bytes of the document.
const BATCH_BYTES: u64 = 256 * 1024;

pub(super) type Batch = Vec<Result<Finding>>;

/// Reads what arrives, and sends what it finds, until the report ends or nobody listens.
pub(super) fn parse(parts: mpsc::Receiver<Result<Load>>, to: &mpsc::Sender<Batch>, limits: Limits) {
    let outbox = Outbox { batch: RefCell::default(), to };
    match Arriving::begin(parts, &outbox, limits) {
        Err(error) => _ = outbox.put(Err(unreadable(&Place::default(), 0, &error))),
        Ok(arriving) => match Walk::new(arriving, limits) {
            Err(error) => _ = outbox.put(Err(error)),
            Ok(walk) => send_findings(walk, &outbox),
        },
    }
    let _ = outbox.send();
}

fn send_findings(mut walk: Walk<Arriving<'_>>, outbox: &Outbox<'_>) {
    let mut sent_at = 0;
    while let Some(finding) = walk.next_finding() {
        let full = outbox.put(finding);
        let position = walk.position();
        if full || position.abs_diff(sent_at) >= BATCH_BYTES {
            sent_at = position;
            if outbox.send().is_err() {
                return;
            }
        }
    }
}

/// Where the thread puts its findings until they are sent.
struct Outbox<'a> {
    batch: RefCell<Batch>,
    to: &'a mpsc::Sender<Batch>,
}

impl Outbox<'_> {
    /// Adds a finding. True where the batch is full by it.
    fn put(&self, finding: Result<Finding>) -> bool {
        let mut batch = self.batch.borrow_mut();
        batch.push(finding);
        batch.len() >= BATCH
    }

    /// Sends what is there, and waits for a place. An error where nobody listens any more.
    fn send(&self) -> io::Result<()> {
        let batch = mem::take(&mut *self.batch.borrow_mut());
        if batch.is_empty() {
            return Ok(());
        }
        self.to.blocking_send(batch).map_err(|_| io::ErrorKind::BrokenPipe.into())
    }
}

/// The documents that arrive. Before it waits it sends what was found: the source may be slow.
struct Arriving<'a> {
    source: Source,
    outbox: &'a Outbox<'a>,
}

enum Source {
    Bare(Ahead<Parts>),
    Archive(Inflated),
}

impl<'a> Arriving<'a> {
    /// Tells an archive from a document by its first bytes, and goes to the first document.
    fn begin(
        parts: mpsc::Receiver<Result<Load>>,
        outbox: &'a Outbox<'a>,
        limits: Limits,
    ) -> io::Result<Self> {
        let mut parts = Ahead::new(Parts::new(parts));
        let source = if parts.peek(2)?.starts_with(b"PK") {
            Source::Archive(Inflated::start(parts, limits)?)
        } else {
            Source::Bare(parts)
        };
        Ok(Self { source, outbox })
    }
}

impl Read for Arriving<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let waits = match &self.source {
            Source::Bare(parts) => parts.get_ref().waits(),
            Source::Archive(inflated) => inflated.waits(),
        };
        if waits {
            self.outbox.send()?;
        }
        match &mut self.source {
            Source::Bare(parts) => parts.read(into),
            Source::Archive(inflated) => inflated.read(into),
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
