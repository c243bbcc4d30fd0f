//! Verifying a report while its bytes pass.

use std::thread;

use bytes::Bytes;
use tokio::sync::{mpsc, oneshot};

use crate::{
    Error, ErrorKind, Result,
    nessus::{self, Parts},
};

/// How many parts may wait to be verified.
const PARTS: usize = 16;

/// Verifies in a thread of its own, as inflating is work for a core.
#[derive(Debug)]
pub(super) struct Check {
    parts: Option<mpsc::Sender<Result<Bytes>>>,
    verdict: oneshot::Receiver<Result<()>>,
}

impl Check {
    pub(super) fn start() -> Self {
        let (parts, waiting) = mpsc::channel(PARTS);
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
        Self { parts: Some(parts), verdict }
    }

    /// Gives it what has arrived. Once it has found a fault, it takes no more.
    pub(super) async fn feed(&mut self, part: Bytes) {
        if let Some(parts) = &self.parts
            && parts.send(Ok(part)).await.is_err()
        {
            self.parts = None;
        }
    }

    /// The verdict, after the last part.
    pub(super) async fn finish(mut self) -> Result<()> {
        self.parts = None;
        match self.verdict.await {
            Ok(verdict) => verdict.map_err(|error| error.with_kind(ErrorKind::Damaged)),
            Err(_) => Err(Error::new(ErrorKind::Damaged, "the report could not be verified")),
        }
    }
}
