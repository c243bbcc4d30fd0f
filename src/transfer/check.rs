//! Verifying a report while its bytes pass.

use std::{
    io::{self, Write},
    mem, thread,
};

use bytes::Bytes;
use tokio::sync::{mpsc, oneshot};

use crate::{Error, ErrorKind, Result, nessus::Verifier};

/// How many loads may wait: the memory of a disk or a processor that is slow for a while.
const LOADS: usize = 2;
/// How large a load is: waking the thread for each chunk would cost more than what it does with it.
const LOAD: usize = 128 * 1024;

/// Verifies in a thread of its own, as inflating is work for a core, and writes what it verifies: a
/// second thread to write would cost more than it won.
#[derive(Debug)]
pub(super) struct Check {
    loads: mpsc::Sender<Vec<u8>>,
    load: Vec<u8>,
    result: oneshot::Receiver<Result<(), Fault>>,
}

/// What can be wrong.
#[derive(Debug)]
pub(super) enum Fault {
    /// What arrived is not a complete report.
    Damaged(Error),
    /// It can't be written on.
    Unwritable(io::Error),
}

impl Check {
    /// Everything that it is fed goes to `to` as well.
    pub(super) fn start(to: impl Write + Send + 'static) -> Result<Self> {
        let (loads, received) = mpsc::channel(LOADS);
        let (done, result) = oneshot::channel();
        let work = move || {
            // Nobody listens where the transfer was dropped.
            let _ = done.send(verify(received, to));
        };
        thread::Builder::new().name("scanops-check".into()).spawn(work).map_err(|error| {
            let message = "no thread could be started to verify the report";
            Error::new(ErrorKind::Io, message).with_source(error)
        })?;
        Ok(Self { loads, load: Vec::new(), result })
    }

    /// Gives it what has arrived.
    ///
    /// # Errors
    /// Once it has found a fault: nothing more needs to arrive then, and it may be without end.
    pub(super) async fn feed(&mut self, chunk: Bytes) -> Result<(), Fault> {
        for chunk in chunk.chunks(LOAD) {
            self.load.extend_from_slice(chunk);
            if self.load.len() >= LOAD {
                self.send().await?;
            }
        }
        Ok(())
    }

    async fn send(&mut self) -> Result<(), Fault> {
        let load = mem::replace(&mut self.load, Vec::with_capacity(2 * LOAD));
        match self.loads.send(load).await {
            Ok(()) => Ok(()),
            // It needs no more to know, which can only be a fault.
            Err(_) => Err(self.result().await.err().unwrap_or_else(unverified)),
        }
    }

    /// The result, after the last chunk.
    pub(super) async fn finish(mut self) -> Result<(), Fault> {
        self.send().await?;
        let (closed, _) = mpsc::channel(1);
        self.loads = closed;
        self.result().await
    }

    async fn result(&mut self) -> Result<(), Fault> {
        (&mut self.result).await.unwrap_or_else(|_| Err(unverified()))
    }
}

fn verify(mut loads: mpsc::Receiver<Vec<u8>>, mut to: impl Write) -> Result<(), Fault> {
    let damaged = |error: crate::nessus::Error| Fault::Damaged(error.into());
    let mut verifier = Verifier::new();
    while let Some(load) = loads.blocking_recv() {
        to.write_all(&load).map_err(Fault::Unwritable)?;
        verifier.write(&load).map_err(damaged)?;
    }
    verifier.finish().map(drop).map_err(damaged)
}

fn unverified() -> Fault {
    Fault::Damaged(Error::new(ErrorKind::Damaged, "the report could not be verified"))
}
