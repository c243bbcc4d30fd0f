//! The thread that inflates: from an archive that arrives to the documents in it.

use std::{
    io::{self, Read},
    thread,
};

use tokio::sync::mpsc;

use super::super::{Limits, ahead::Ahead, archive::Archive, input::Documents};
use crate::{Error, ErrorKind};

/// How large a block is, at most: that of the parser's own buffer.
const BLOCK: usize = 64 * 1024;
/// How many blocks may wait for the parser: enough that neither waits for the other.
const BLOCKS: usize = 8;

/// What the thread sends.
enum Sent {
    /// Here a document begins: the entry of this name.
    Document(String),
    Block(Vec<u8>),
    /// The archive was whole.
    End,
}

/// The documents of an archive, inflated by a thread of their own.
pub(super) struct Inflated {
    received: mpsc::Receiver<io::Result<Sent>>,
    block: Vec<u8>,
    taken: usize,
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
        let work = move || {
            let outcome = send_all(Archive::new(archive, limits), &to);
            let _ = to.blocking_send(outcome.map(|()| Sent::End));
        };
        thread::Builder::new().name("scanops-inflate".into()).spawn(work)?;
        let mut documents = Self { received, block: Vec::new(), taken: 0, next: None, entry: None };
        documents.next_document()?;
        Ok(documents)
    }

    /// Whether a read would wait.
    pub(super) fn waits(&self) -> bool {
        self.rest().is_empty() && self.next.is_none() && self.received.is_empty()
    }

    fn rest(&self) -> &[u8] {
        self.block.get(self.taken..).unwrap_or_default()
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
) -> io::Result<()> {
    let send =
        |sent| to.blocking_send(Ok(sent)).map_err(|_| io::Error::from(io::ErrorKind::BrokenPipe));
    while archive.next_report()? {
        send(Sent::Document(archive.entry().unwrap_or_default().to_owned()))?;
        loop {
            let mut block = vec![0; BLOCK];
            let read = archive.read(&mut block)?;
            if read == 0 {
                break;
            }
            block.truncate(read);
            send(Sent::Block(block))?;
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
        while self.rest().is_empty() {
            if self.next.is_some() {
                return Ok(0);
            }
            match self.receive()? {
                Sent::Block(block) => (self.block, self.taken) = (block, 0),
                next => self.next = Some(next),
            }
        }
        let read = self.rest().read(into)?;
        self.taken += read;
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
