//! Verifies a report while it arrives, and writes what it verifies.

use std::{
    collections::VecDeque,
    io::{self, Write},
    mem,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use bytes::Bytes;
use tokio::{sync::Notify, task::spawn_blocking};

use crate::nessus::{self, Verified, Verifier};

/// How many bytes are verified and written at a time.
const BATCH: usize = 64 * 1024;
/// How many batches can wait while one is verified and written.
const WAITING: usize = 2;

/// Verifying takes processor time and writing may block, so both happen in a blocking task. The task
/// ends when no batch is waiting: where the network is the slower part, a thousand downloads do not
/// need a thousand threads.
pub(super) struct VerifiedWriter<W> {
    batch: Vec<u8>,
    shared: Arc<Shared<W>>,
}

struct Shared<W> {
    state: Mutex<State<W>>,
    /// Notified when the state has changed.
    changed: Notify,
}

struct State<W> {
    waiting: VecDeque<Vec<u8>>,
    /// `None` while a task has it.
    work: Option<Work<W>>,
    fault: Option<Fault>,
    /// A fault was found. Its first report has the details.
    failed: bool,
}

struct Work<W> {
    verifier: Verifier,
    to: W,
}

/// Why a report can't be verified and written.
#[derive(Debug)]
pub(super) enum Fault {
    /// It is not a complete report.
    Damaged(nessus::Error),
    /// It can't be written.
    Write(io::Error),
}

impl<W: Write + Send + 'static> VerifiedWriter<W> {
    pub(super) fn new(to: W) -> Self {
        let work = Some(Work { verifier: Verifier::new(), to });
        let state =
            Mutex::new(State { waiting: VecDeque::new(), work, fault: None, failed: false });
        Self { batch: Vec::new(), shared: Arc::new(Shared { state, changed: Notify::new() }) }
    }

    /// Takes what has arrived.
    ///
    /// # Errors
    /// Once a fault is found. Then the caller can stop reading, even if the server never would stop
    /// sending.
    pub(super) async fn write(&mut self, mut chunk: Bytes) -> Result<(), Fault> {
        while !chunk.is_empty() {
            self.batch.reserve_exact(BATCH - self.batch.len());
            let room = BATCH - self.batch.len();
            self.batch.extend_from_slice(&chunk.split_to(chunk.len().min(room)));
            if self.batch.len() == BATCH {
                self.push().await?;
            }
        }
        Ok(())
    }

    /// Verifies that this was the end of a complete report, and returns what it is, and the writer.
    pub(super) async fn finish(mut self) -> Result<(Verified, W), Fault> {
        self.push().await?;
        let Work { verifier, mut to } = loop {
            if let Some(work) = self.shared.lock()?.work.take() {
                break work;
            }
            self.shared.changed.notified().await;
        };
        let finished = spawn_blocking(move || {
            let verified = verifier.finish().map_err(Fault::Damaged)?;
            to.flush().map_err(Fault::Write)?;
            Ok((verified, to))
        });
        finished.await.map_err(|error| Fault::Write(io::Error::other(error)))?
    }

    /// Queues the batch, and starts a task where none is running.
    async fn push(&mut self) -> Result<(), Fault> {
        loop {
            {
                let mut state = self.shared.lock()?;
                if state.waiting.len() < WAITING {
                    state.waiting.push_back(mem::take(&mut self.batch));
                    if let Some(work) = state.work.take() {
                        // Made outside the task: a runtime that shuts down may drop the task without running it.
                        let end = End { shared: Arc::clone(&self.shared), done: false };
                        spawn_blocking(move || end.run(work));
                    }
                    return Ok(());
                }
            }
            self.shared.changed.notified().await;
        }
    }
}

impl<W: Write> Shared<W> {
    /// The state, or the fault that was found.
    fn lock(&self) -> Result<MutexGuard<'_, State<W>>, Fault> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        match state.fault.take() {
            Some(fault) => Err(fault),
            None if state.failed => Err(Fault::Write(io::Error::other("an earlier write failed"))),
            None => Ok(state),
        }
    }

    fn fail(&self, fault: Fault) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        (state.fault, state.failed) = (Some(fault), true);
    }
}

/// A running task. Dropped, by a panic too, it wakes the writer: nothing waits for ever.
struct End<W: Write> {
    shared: Arc<Shared<W>>,
    done: bool,
}

impl<W: Write> End<W> {
    /// Verifies and writes what waits.
    fn run(mut self, mut work: Work<W>) {
        loop {
            let batch = {
                let mut state = self.shared.state.lock().unwrap_or_else(PoisonError::into_inner);
                let Some(batch) = state.waiting.pop_front() else {
                    state.work = Some(work);
                    break;
                };
                batch
            };
            self.shared.changed.notify_one();
            let verified = work.verifier.write(&batch).map_err(Fault::Damaged);
            let written = verified.and_then(|()| work.to.write_all(&batch).map_err(Fault::Write));
            if let Err(fault) = written {
                self.shared.fail(fault);
                break;
            }
        }
        self.done = true;
    }
}

impl<W: Write> Drop for End<W> {
    fn drop(&mut self) {
        if !self.done {
            let error = io::Error::other("the task that verifies it was cancelled, or panicked");
            self.shared.fail(Fault::Write(error));
        }
        self.shared.changed.notify_one();
    }
}
