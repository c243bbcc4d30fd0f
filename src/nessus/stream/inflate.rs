//! The thread that inflates: from an archive that arrives to the documents in it.

use std::{io, mem, thread};

use tokio::sync::mpsc;

use super::super::{
    Limits,
    ahead::{Ahead, Blocks},
    archive::Archive,
    input::Documents,
};
use crate::{Error, ErrorKind};

/// How large a block is, at most: to wake the parser for less costs more than it is worth.
const BLOCK: usize = 256 * 1024;
/// How many blocks may wait for the parser: enough that neither waits for the other.
const BLOCKS: usize = 3;

/// What the thread sends.
enum Sent {
    /// Here a document begins: the entry of this name.
    Document(String),
    /// A part of it, as long as the second says. Its buffer goes back when it has been read: such
    /// large ones are expensive to get from the system.
    Block(Vec<u8>, usize),
    /// The archive was whole.
    End,
}

/// The documents of an archive, inflated by a thread of their own.
pub(super) struct Inflated {
    received: mpsc::Receiver<io::Result<Sent>>,
    read: std::sync::mpsc::Sender<Vec<u8>>,
    /// What follows the document that has been read to its end.
    next: Option<Sent>,
    entry: Option<String>,
}

impl Inflated {
    /// Goes to the archive's first document.
    pub(super) fn start(
        archive: Ahead<impl Blocks + Send + 'static>,
        limits: Limits,
    ) -> io::Result<Self> {
        let (to, received) = mpsc::channel(BLOCKS);
        let (read, buffers) = std::sync::mpsc::channel();
        let work = move || {
            let outcome = send_all(Archive::new(archive, limits), &to, &buffers);
            let _ = to.blocking_send(outcome.map(|()| Sent::End));
        };
        thread::Builder::new().name("scanops-inflate".into()).spawn(work)?;
        let mut documents = Self { received, read, next: None, entry: None };
        documents.next_document()?;
        Ok(documents)
    }

    /// Whether the next block has yet to come.
    pub(super) fn waits(&self) -> bool {
        self.next.is_none() && self.received.is_empty()
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
    mut archive: Archive<impl Blocks>,
    to: &mpsc::Sender<io::Result<Sent>>,
    buffers: &std::sync::mpsc::Receiver<Vec<u8>>,
) -> io::Result<()> {
    let send =
        |sent| to.blocking_send(Ok(sent)).map_err(|_| io::Error::from(io::ErrorKind::BrokenPipe));
    while archive.next_report()? {
        send(Sent::Document(archive.entry().unwrap_or_default().to_owned()))?;
        loop {
            let mut block = buffers.try_recv().unwrap_or_default();
            block.resize(BLOCK, 0);
            let length = archive.next_block(&mut block)?;
            if length == 0 {
                break;
            }
            send(Sent::Block(block, length))?;
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
                Sent::Block(..) => {}
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

impl Blocks for Inflated {
    fn next_block(&mut self, block: &mut Vec<u8>) -> io::Result<usize> {
        if self.next.is_some() {
            return Ok(0);
        }
        match self.receive()? {
            Sent::Block(next, length) => {
                // It may be needed no more.
                let _ = self.read.send(mem::replace(block, next));
                Ok(length)
            }
            next => {
                self.next = Some(next);
                Ok(0)
            }
        }
    }
}

#[cfg(test)]
#[allow(clippy::panic, reason = "that is what is tested")]
mod tests {
    use super::*;

    struct Panics;

    impl Blocks for Panics {
        fn next_block(&mut self, _: &mut Vec<u8>) -> io::Result<usize> {
            panic!("on purpose")
        }
    }

    #[test]
    fn a_panic_of_the_thread_is_an_error_and_not_the_end_of_the_archive() {
        let error = Inflated::start(Ahead::new(Panics), Limits::default()).map(drop).unwrap_err();
        assert!(error.to_string().contains("panicked"), "{error}");
    }
}
