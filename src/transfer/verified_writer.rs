//! Verifies a report while it arrives, and writes what it verifies.

use std::{
    io::{self, Write},
    mem,
};

use bytes::Bytes;
use tokio::task::{JoinHandle, spawn_blocking};

use crate::nessus::{self, Verifier};

/// How many bytes are verified and written at a time. While one batch is, the next arrives.
const BATCH: usize = 128 * 1024;

/// Verifying is work for a processor and writing may block, so both happen in blocking tasks: one
/// for each batch, and one at a time.
pub(super) struct VerifiedWriter<W> {
    batch: Vec<u8>,
    state: State<W>,
}

enum State<W> {
    Idle(Box<Work<W>>),
    Busy(JoinHandle<Result<Box<Work<W>>, Fault>>),
    /// After an error.
    Failed,
}

struct Work<W> {
    verifier: Verifier,
    to: W,
    /// The batch in work; its memory is that of the batch after the next.
    batch: Vec<u8>,
}

/// Why a report can't be verified and written.
#[derive(Debug)]
pub(super) enum Fault {
    /// It is not a complete report.
    Damaged(nessus::Error),
    /// It can't be written.
    Write(io::Error),
}

impl Fault {
    /// The task panicked, or was cancelled with its runtime.
    fn task(error: tokio::task::JoinError) -> Self {
        Self::Write(io::Error::other(error))
    }
}

impl<W: Write + Send + 'static> VerifiedWriter<W> {
    pub(super) fn new(to: W) -> Self {
        let work = Work { verifier: Verifier::new(), to, batch: Vec::new() };
        Self { batch: Vec::new(), state: State::Idle(Box::new(work)) }
    }

    /// Takes what has arrived.
    ///
    /// # Errors
    /// Once a fault is found. Nothing more needs to arrive then, which may be without end.
    pub(super) async fn write(&mut self, mut chunk: Bytes) -> Result<(), Fault> {
        while !chunk.is_empty() {
            let room = BATCH - self.batch.len();
            self.batch.extend_from_slice(&chunk.split_to(chunk.len().min(room)));
            if self.batch.len() == BATCH {
                self.process().await?;
            }
        }
        Ok(())
    }

    /// Verifies that this was the end of a complete report, and returns the writer.
    pub(super) async fn finish(mut self) -> Result<W, Fault> {
        self.process().await?;
        let work = self.idle().await?;
        let Work { verifier, mut to, .. } = *work;
        let finished = spawn_blocking(move || {
            verifier.finish().map_err(Fault::Damaged)?;
            to.flush().map_err(Fault::Write)?;
            Ok(to)
        });
        finished.await.map_err(Fault::task)?
    }

    /// Starts to process the batch, after the one before it.
    async fn process(&mut self) -> Result<(), Fault> {
        let mut work = self.idle().await?;
        mem::swap(&mut self.batch, &mut work.batch);
        self.batch.clear();
        self.state = State::Busy(spawn_blocking(move || {
            work.verifier.write(&work.batch).map_err(Fault::Damaged)?;
            work.to.write_all(&work.batch).map_err(Fault::Write)?;
            Ok(work)
        }));
        Ok(())
    }

    async fn idle(&mut self) -> Result<Box<Work<W>>, Fault> {
        match &mut self.state {
            State::Busy(task) => {
                let result = task.await;
                self.state = State::Failed;
                result.map_err(Fault::task)?
            }
            State::Idle(_) | State::Failed => match mem::replace(&mut self.state, State::Failed) {
                State::Idle(work) => Ok(work),
                State::Busy(_) | State::Failed => {
                    Err(Fault::Write(io::Error::other("it failed before")))
                }
            },
        }
    }
}
