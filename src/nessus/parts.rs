//! Bytes on their way from a task to a thread.

use std::{
    io, mem,
    sync::mpsc::{Receiver, Sender, channel},
    task::{Context, Poll, ready},
};

use bytes::{Buf as _, Bytes};
use tokio::sync::mpsc;
use tokio_util::sync::PollSender;

use super::ahead::Blocks;
use crate::{Error, Result};

/// How large a load is: to wake the thread for each part would cost more than what it does with it.
const LOAD: usize = 128 * 1024;

/// The ends of a way on which `waiting` loads may wait.
pub(crate) fn parts(waiting: usize) -> (Loads, Parts) {
    let (to, received) = mpsc::channel(waiting);
    let (read, empty) = channel();
    let loads = Loads { to: PollSender::new(to), load: Vec::new(), failed: None, empty };
    (loads, Parts { received, read })
}

/// The end that parts are put in. They are copied into loads, whose buffers come back to be used
/// again: what gave the parts can do the same with its own at once, and nobody asks the system for
/// memory that is cold.
#[derive(Debug)]
pub(crate) struct Loads {
    to: PollSender<Result<Vec<u8>>>,
    /// What is to be sent next.
    load: Vec<u8>,
    failed: Option<Error>,
    empty: Receiver<Vec<u8>>,
}

/// The thread has ended.
#[derive(Debug)]
pub(crate) struct Ended;

impl Loads {
    /// Takes of `part` what there is a place for.
    pub(crate) fn take(&mut self, part: &mut Bytes) {
        if part.is_empty() {
            return;
        }
        if self.load.capacity() == 0 {
            self.load = self.empty.try_recv().unwrap_or_else(|_| Vec::with_capacity(LOAD));
            self.load.clear();
        }
        let count = part.len().min(LOAD.saturating_sub(self.load.len()));
        self.load.extend_from_slice(part.get(..count).unwrap_or_default());
        part.advance(count);
    }

    /// When it is to be sent, and not before unless nothing else is at hand.
    pub(crate) fn is_full(&self) -> bool {
        self.load.len() >= LOAD
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.load.is_empty() && self.failed.is_none()
    }

    /// Nothing follows but this error, behind what was taken before.
    pub(crate) fn fail(&mut self, error: Error) {
        self.failed = Some(error);
    }

    /// Sends what there is, as soon as there is a place for it.
    pub(crate) fn poll_send(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Ended>> {
        while !self.is_empty() {
            ready!(self.to.poll_reserve(context)).map_err(|_| Ended)?;
            let failed = self.failed.take_if(|_| self.load.is_empty());
            let next = failed.map_or_else(|| Ok(mem::take(&mut self.load)), Err);
            self.to.send_item(next).map_err(|_| Ended)?;
        }
        Poll::Ready(Ok(()))
    }

    /// Lets the thread know that nothing follows.
    pub(crate) fn close(&mut self) {
        // A place that is still reserved would keep it waiting.
        self.to.abort_send();
        self.to.close();
    }
}

/// The end that they are taken from, which waits for them. Not for a runtime's own threads.
#[derive(Debug)]
pub(crate) struct Parts {
    received: mpsc::Receiver<Result<Vec<u8>>>,
    read: Sender<Vec<u8>>,
}

impl Parts {
    /// Whether the next block has yet to come.
    pub(super) fn waits(&self) -> bool {
        self.received.is_empty()
    }
}

impl Blocks for Parts {
    fn next_block(&mut self, block: &mut Vec<u8>) -> io::Result<usize> {
        let Some(load) = self.received.blocking_recv() else { return Ok(0) };
        let read = mem::replace(block, load.map_err(io::Error::other)?);
        if read.capacity() > 0 {
            // Nobody needs it where nothing follows.
            let _ = self.read.send(read);
        }
        Ok(block.len())
    }
}

#[cfg(test)]
mod tests {
    use std::task::Waker;

    use super::*;
    use crate::ErrorKind;

    #[test]
    fn parts_come_as_loads_and_an_error_behind_them() {
        let context = &mut Context::from_waker(Waker::noop());
        let (mut loads, mut parts) = parts(2);
        assert!(parts.waits() && loads.is_empty());
        for part in ["ab", "", "cde"] {
            loads.take(&mut Bytes::from_static(part.as_bytes()));
        }
        let mut large = Bytes::from(vec![b'f'; 2 * LOAD]);
        loads.take(&mut large);
        assert!(loads.is_full() && large.len() == LOAD + 5);
        loads.fail(Error::new(ErrorKind::Disconnected, "cut"));
        assert!(matches!(loads.poll_send(context), Poll::Ready(Ok(()))));
        assert!(loads.is_empty() && !parts.waits());
        loads.take(&mut large);
        assert!(loads.poll_send(context).is_pending());

        let mut block = Vec::with_capacity(7);
        assert_eq!(parts.next_block(&mut block).unwrap(), LOAD);
        assert!(block.starts_with(b"abcdef"));
        let error = parts.next_block(&mut block).unwrap_err();
        assert!(error.to_string().contains("cut"));
        assert!(matches!(loads.poll_send(context), Poll::Ready(Ok(()))));
        loads.take(&mut large);
        assert_eq!(loads.load.len(), 5, "it goes into a buffer that came back");
        loads.close();
        assert!(matches!(loads.poll_send(context), Poll::Ready(Err(Ended))));
        assert_eq!(parts.next_block(&mut block).unwrap(), LOAD);
        assert_eq!(parts.next_block(&mut block).unwrap(), 0);
    }
}
