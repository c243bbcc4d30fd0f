//! Parts that another thread sends, as a reader.

use std::io::{self, Read};

use bytes::{Buf as _, Bytes};
use tokio::sync::mpsc;

use crate::Result;

/// Reads what is received, and waits for it. Not for a runtime's own threads.
#[derive(Debug)]
pub(crate) struct Parts {
    received: mpsc::Receiver<Result<Bytes>>,
    part: Bytes,
}

impl Parts {
    pub(crate) fn new(received: mpsc::Receiver<Result<Bytes>>) -> Self {
        Self { received, part: Bytes::new() }
    }

    /// Whether a read would wait.
    pub(super) fn waits(&self) -> bool {
        self.part.is_empty() && self.received.is_empty()
    }
}

impl Read for Parts {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        while self.part.is_empty() {
            match self.received.blocking_recv() {
                Some(part) => self.part = part.map_err(io::Error::other)?,
                None => return Ok(0),
            }
        }
        let count = self.part.len().min(into.len());
        self.part.copy_to_slice(into.get_mut(..count).unwrap_or_default());
        Ok(count)
    }
}
