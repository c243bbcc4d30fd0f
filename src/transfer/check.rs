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
    pub(super) async fn feed(&mut self, part: Bytes) {
        self.load.add(part);
        if self.load.is_full() {
            self.send().await;
        }
    }

    /// Sends what there is. Once it has found a fault, it takes no more.
    async fn send(&mut self) {
        let load = mem::take(&mut self.load);
        if let Some(loads) = &self.loads
            && loads.send(Ok(load)).await.is_err()
        {
            self.loads = None;
        }
    }

    /// The verdict, after the last part.
    pub(super) async fn finish(mut self) -> Result<()> {
        self.send().await;
        self.loads = None;
        match self.verdict.await {
            Ok(verdict) => verdict.map_err(|error| error.with_kind(ErrorKind::Damaged)),
            Err(_) => Err(Error::new(ErrorKind::Damaged, "the report could not be verified")),
        }
    }
}
