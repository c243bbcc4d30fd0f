//! Parts that another thread sends, as a reader.

use std::{
    io::{self, Read},
    vec,
};

use bytes::{Buf as _, Bytes};
use tokio::sync::mpsc;

use crate::Result;

/// Parts on their way to another thread, some at a time: to wake it for each would cost more than
/// what it does with them.
#[derive(Debug, Default)]
pub(crate) struct Load {
    parts: Vec<Bytes>,
    bytes: usize,
}

impl Load {
    /// When it is to be sent, and not before unless nothing else is at hand.
    const FULL: usize = 128 * 1024;

    pub(crate) fn add(&mut self, part: Bytes) {
        self.bytes += part.len();
        self.parts.push(part);
    }

    pub(crate) fn is_full(&self) -> bool {
        self.bytes >= Self::FULL
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.parts.is_empty()
    }
}

/// Reads what is received, and waits for it. Not for a runtime's own threads.
#[derive(Debug)]
pub(crate) struct Parts {
    received: mpsc::Receiver<Result<Load>>,
    load: vec::IntoIter<Bytes>,
    part: Bytes,
}

impl Parts {
    pub(crate) fn new(received: mpsc::Receiver<Result<Load>>) -> Self {
        Self { received, load: Vec::new().into_iter(), part: Bytes::new() }
    }

    /// Whether a read would wait.
    pub(super) fn waits(&self) -> bool {
        self.part.is_empty() && self.load.len() == 0 && self.received.is_empty()
    }
}

impl Read for Parts {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        while self.part.is_empty() {
            if let Some(part) = self.load.next() {
                self.part = part;
                continue;
            }
            match self.received.blocking_recv() {
                Some(load) => self.load = load.map_err(io::Error::other)?.parts.into_iter(),
                None => return Ok(0),
            }
        }
        let count = self.part.len().min(into.len());
        self.part.copy_to_slice(into.get_mut(..count).unwrap_or_default());
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Error, ErrorKind};

    #[test]
    fn loads_are_read_as_one_and_an_error_where_it_is() {
        let (to, received) = mpsc::channel(4);
        let mut parts = Parts::new(received);
        assert!(parts.waits());
        let mut load = Load::default();
        assert!(load.is_empty());
        for part in ["ab", "", "cde"] {
            load.add(Bytes::from_static(part.as_bytes()));
        }
        assert!(!load.is_full() && !load.is_empty());
        to.try_send(Ok(load)).unwrap();
        to.try_send(Err(Error::new(ErrorKind::Disconnected, "cut"))).unwrap();
        let mut read = [0; 9];
        assert!(!parts.waits());
        assert_eq!(parts.read(&mut read).unwrap(), 2);
        assert_eq!(parts.read(&mut read).unwrap(), 3);
        assert_eq!(&read[..3], b"cde");
        assert!(parts.read(&mut read).unwrap_err().to_string().contains("cut"));
        drop(to);
        assert_eq!(parts.read(&mut read).unwrap(), 0);
    }
}
