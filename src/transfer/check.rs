//! Verifying a report while its bytes pass.

use std::{
    io::{self, Read},
    thread,
};

use bytes::{Buf, Bytes};
use tokio::sync::{mpsc, oneshot};

use crate::{Error, ErrorKind, Result, nessus};

/// How many parts may wait to be verified.
const PARTS: usize = 16;

/// Verifies in a thread of its own, as inflating is work for a core.
#[derive(Debug)]
pub(super) struct Check {
    parts: Option<mpsc::Sender<Bytes>>,
    verdict: oneshot::Receiver<Result<()>>,
}

impl Check {
    pub(super) fn start() -> Self {
        let (parts, waiting) = mpsc::channel(PARTS);
        let (tell, verdict) = oneshot::channel();
        let work = move || {
            let verdict = nessus::verify(Parts { waiting, part: Bytes::new() });
            // Nobody listens where the transfer was dropped.
            let _ = tell.send(verdict);
        };
        let name = "scanops-check".to_owned();
        if let Err(error) = thread::Builder::new().name(name).spawn(work) {
            tracing::warn!(%error, "no thread to verify a report in");
        }
        Self { parts: Some(parts), verdict }
    }

    /// Gives it what has arrived.
    ///
    /// # Errors
    /// Once it has found a fault: nothing more needs to arrive then, and it may be without end.
    pub(super) async fn feed(&mut self, part: Bytes) -> Result<()> {
        match &self.parts {
            Some(parts) if parts.send(part).await.is_ok() => Ok(()),
            _ => Err(self.verdict().await.err().unwrap_or_else(unverified)),
        }
    }

    /// The verdict, after the last part.
    pub(super) async fn finish(mut self) -> Result<()> {
        self.parts = None;
        self.verdict().await
    }

    async fn verdict(&mut self) -> Result<()> {
        match (&mut self.verdict).await {
            Ok(verdict) => verdict.map_err(|error| error.with_kind(ErrorKind::Damaged)),
            Err(_) => Err(unverified()),
        }
    }
}

fn unverified() -> Error {
    Error::new(ErrorKind::Damaged, "the report could not be verified")
}

/// The parts as a reader.
struct Parts {
    waiting: mpsc::Receiver<Bytes>,
    part: Bytes,
}

impl Read for Parts {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        while self.part.is_empty() {
            match self.waiting.blocking_recv() {
                Some(part) => self.part = part,
                None => return Ok(0),
            }
        }
        let length = self.part.len().min(into.len());
        self.part.split_to(length).copy_to_slice(into.get_mut(..length).unwrap_or_default());
        Ok(length)
    }
}
