//! Verifying a report while its bytes pass.

use std::{
    future::poll_fn,
    io::{self, Write},
    thread,
};

use bytes::Bytes;
use tokio::sync::oneshot;

use crate::{
    Error, ErrorKind, Result,
    nessus::{self, Blocks, Loads, Parts},
};

/// How many loads may wait: the memory of a disk or a processor that is slow for a while.
const LOADS: usize = 2;

/// Verifies in a thread of its own, as inflating is work for a core, and writes what it verifies: a
/// second thread to write would cost more than it won.
#[derive(Debug)]
pub(super) struct Check {
    loads: Loads,
    verdict: oneshot::Receiver<Result<(), Fault>>,
}

/// What can be wrong.
#[derive(Debug)]
pub(super) enum Fault {
    /// What arrived is no whole report.
    Damaged(Error),
    /// It can't be written on.
    Unwritable(io::Error),
}

impl Check {
    /// Everything that it is fed goes to `to` as well.
    pub(super) fn start(to: impl Write + Send + 'static) -> Result<Self> {
        let (loads, parts) = nessus::parts(LOADS);
        let (tell, verdict) = oneshot::channel();
        let work = move || {
            let mut written = Written { parts, to, failed: None };
            let verified = nessus::verify(&mut written);
            let verdict = match written.failed {
                Some(failed) => Err(Fault::Unwritable(failed)),
                None => verified.map_err(|error| damaged(&error)),
            };
            // Nobody listens where the transfer was dropped.
            let _ = tell.send(verdict);
        };
        thread::Builder::new().name("scanops-check".into()).spawn(work).map_err(|error| {
            let message = "no thread could be started to verify the report";
            Error::new(ErrorKind::Io, message).with_source(error)
        })?;
        Ok(Self { loads, verdict })
    }

    /// Gives it what has arrived.
    ///
    /// # Errors
    /// Once it has found a fault: nothing more needs to arrive then, and it may be without end.
    pub(super) async fn feed(&mut self, mut part: Bytes) -> Result<(), Fault> {
        while !part.is_empty() {
            self.loads.take(&mut part);
            if self.loads.is_full() {
                self.send().await?;
            }
        }
        Ok(())
    }

    async fn send(&mut self) -> Result<(), Fault> {
        match poll_fn(|context| self.loads.poll_send(context)).await {
            Ok(()) => Ok(()),
            // It needs no more to know, which can only be a fault.
            Err(_) => Err(self.verdict().await.err().unwrap_or_else(unverified)),
        }
    }

    /// The verdict, after the last part.
    pub(super) async fn finish(mut self) -> Result<(), Fault> {
        self.send().await?;
        self.loads.close();
        self.verdict().await
    }

    async fn verdict(&mut self) -> Result<(), Fault> {
        (&mut self.verdict).await.unwrap_or_else(|_| Err(unverified()))
    }
}

/// Writes what passes.
struct Written<W> {
    parts: Parts,
    to: W,
    failed: Option<io::Error>,
}

impl<W: Write> Blocks for &mut Written<W> {
    fn next_block(&mut self, block: &mut Vec<u8>) -> io::Result<usize> {
        let length = self.parts.next_block(block)?;
        let written = self.to.write_all(block.get(..length).unwrap_or_default());
        written.map(|()| length).map_err(|error| {
            let kind = error.kind();
            self.failed = Some(error);
            kind.into()
        })
    }
}

fn damaged(error: &Error) -> Fault {
    Fault::Damaged(error.clone().with_kind(ErrorKind::Damaged))
}

fn unverified() -> Fault {
    damaged(&Error::new(ErrorKind::Damaged, "the report could not be verified"))
}
