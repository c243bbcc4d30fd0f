//! Verifying a report while its bytes pass.

use std::{mem, thread};

use bytes::Bytes;
use tokio::sync::{mpsc, oneshot};

use crate::{
    Error, ErrorKind, Result,
    nessus::{self, Load, Parts},
};

/// How many loads of parts may wait to be verified.
const LOADS: usize = 3;

/// Verifies in a thread of its own, as inflating is work for a core.
#[derive(Debug)]
pub(super) struct Check {
    loads: Option<mpsc::Sender<Result<Load>>>,
    /// What is to be sent next.
    load: Load,
    verdict: oneshot::Receiver<Result<()>>,
}

impl Check {
    pub(super) fn start() -> Self {
        let (loads, waiting) = mpsc::channel(LOADS);
        let (tell, verdict) = oneshot::channel();
        let work = move || {
            let verdict = nessus::verify(Parts::new(waiting));
            // Nobody listens where the transfer was dropped.
            let _ = tell.send(verdict);
        };
        let name = "scanops-check".to_owned();
        if let Err(error) = thread::Builder::new().name(name).spawn(work) {
            tracing::warn!(%error, "no thread to verify a report in");
        }
        Self { loads: Some(loads), load: Load::default(), verdict }
    }

    /// Gives it what has arrived.
    ///
    /// # Errors
    /// Once it has found a fault: nothing more needs to arrive then, and it may be without end.
    pub(super) async fn feed(&mut self, part: Bytes) -> Result<()> {
        self.load.add(part);
        if self.load.is_full() { self.send().await } else { Ok(()) }
    }

    /// Sends what there is.
    async fn send(&mut self) -> Result<()> {
        let load = mem::take(&mut self.load);
        match &self.loads {
            Some(loads) if loads.send(Ok(load)).await.is_ok() => Ok(()),
            _ => Err(self.verdict().await.err().unwrap_or_else(unverified)),
        }
    }

    /// The verdict, after the last part.
    pub(super) async fn finish(mut self) -> Result<()> {
        self.send().await?;
        self.loads = None;
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
