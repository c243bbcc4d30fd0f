//! The thread that inflates: from an archive that arrives to the documents in it.

use std::{
    io::{self, Read},
    mem, thread,
};

use tokio::sync::mpsc;

use super::super::{Limits, ahead::Ahead, archive::Archive, input::Documents};
use crate::{Error, ErrorKind};

/// How large a block is, at most: to wake the parser for less costs more than it is worth.
const BLOCK: usize = 256 * 1024;
/// How many blocks may wait for the parser: enough that neither waits for the other.
const BLOCKS: usize = 3;

/// What the thread sends.
enum Sent {
    /// Here a document begins: the entry of this name.
    Document(String),
    Block(Block),
    /// The archive was whole.
    End,
}

/// A part of a document. Its buffer goes back when it has been read: such large ones are expensive
/// to get from the system.
#[derive(Default)]
struct Block {
    buffer: Vec<u8>,
    taken: usize,
    end: usize,
}

impl Block {
    fn rest(&self) -> &[u8] {
        self.buffer.get(self.taken..self.end).unwrap_or_default()
    }
}

/// The documents of an archive, inflated by a thread of their own.
pub(super) struct Inflated {
    received: mpsc::Receiver<io::Result<Sent>>,
    block: Block,
    read: std::sync::mpsc::Sender<Vec<u8>>,
    /// What follows the document that has been read to its end.
    next: Option<Sent>,
    entry: Option<String>,
}

impl Inflated {
    /// Goes to the archive's first document.
    pub(super) fn start(
        archive: Ahead<impl Read + Send + 'static>,
        limits: Limits,
    ) -> io::Result<Self> {
        let (to, received) = mpsc::channel(BLOCKS);
        let (read, buffers) = std::sync::mpsc::channel();
        let work = move || {
            let outcome = send_all(Archive::new(archive, limits), &to, &buffers);
            let _ = to.blocking_send(outcome.map(|()| Sent::End));
        };
        thread::Builder::new().name("scanops-inflate".into()).spawn(work)?;
        let mut documents =
            Self { received, block: Block::default(), read, next: None, entry: None };
        documents.next_document()?;
        Ok(documents)
    }

    /// Whether a read would wait.
    pub(super) fn waits(&self) -> bool {
        self.block.rest().is_empty() && self.next.is_none() && self.received.is_empty()
    }

    fn receive(&mut self) -> io::Result<Sent> {
        self.received.blocking_recv().unwrap_or_else(|| {
            // It says how it ended, unless it panicked.
            let bug = Error::new(ErrorKind::Report, "inflating the report panicked: a bug");
            Err(io::Error::other(bug))
        })
    }
}

fn send_all(
    mut archive: Archive<impl Read>,
    to: &mpsc::Sender<io::Result<Sent>>,
    buffers: &std::sync::mpsc::Receiver<Vec<u8>>,
) -> io::Result<()> {
    let send =
        |sent| to.blocking_send(Ok(sent)).map_err(|_| io::Error::from(io::ErrorKind::BrokenPipe));
    while archive.next_report()? {
        send(Sent::Document(archive.entry().unwrap_or_default().to_owned()))?;
        loop {
            let mut buffer = buffers.try_recv().unwrap_or_default();
            buffer.resize(BLOCK, 0);
            let end = archive.read(&mut buffer)?;
            if end == 0 {
                break;
            }
            send(Sent::Block(Block { buffer, taken: 0, end }))?;
        }
    }
    Ok(())
}

impl Documents for Inflated {
    fn next_document(&mut self) -> io::Result<bool> {
        self.entry = None;
        loop {
            let next = match self.next.take() {
                Some(next) => next,
                None => self.receive()?,
            };
            match next {
                Sent::Block(_) => {}
                Sent::Document(name) => {
                    self.entry = Some(name);
                    return Ok(true);
                }
                Sent::End => {
                    self.next = Some(Sent::End);
                    return Ok(false);
                }
            }
        }
    }

    fn entry(&self) -> Option<&str> {
        self.entry.as_deref()
    }
}

impl Read for Inflated {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        while self.block.rest().is_empty() {
            if self.next.is_some() {
                return Ok(0);
            }
            match self.receive()? {
                Sent::Block(block) => {
                    let read = mem::replace(&mut self.block, block);
                    // It may be needed no more.
                    let _ = self.read.send(read.buffer);
                }
                next => self.next = Some(next),
            }
        }
        let read = self.block.rest().read(into)?;
        self.block.taken += read;
        Ok(read)
    }
}

#[cfg(test)]
#[allow(clippy::panic, reason = "that is what is tested")]
mod tests {
    use super::*;

    struct Panics;

    impl Read for Panics {
        fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
            panic!("on purpose")
        }
    }

    #[test]
    fn a_panic_of_the_thread_is_an_error_and_not_the_end_of_the_archive() {
        let error = Inflated::start(Ahead::new(Panics), Limits::default()).map(drop).unwrap_err();
        assert!(error.to_string().contains("panicked"), "{error}");
    }
}
