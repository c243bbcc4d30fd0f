//! A report that is still arriving, as a stream of findings.

mod batch;
mod inflate;
mod work;

use std::{
    fmt, mem,
    panic::{AssertUnwindSafe, catch_unwind},
    pin::{Pin, pin},
    sync::mpsc::{Receiver, Sender, channel},
    task::{Context, Poll, ready},
    thread,
};

use bytes::Bytes;
use futures_core::{Stream, stream::FusedStream};
use tokio::sync::mpsc;

use self::batch::Batch;
#[cfg(any(fuzzing, test))]
pub(crate) use self::batch::batched;
use super::{Finding, Limits, Loads, Parts, parts, parts::Ended};
use crate::{Error, ErrorKind, Result};

/// How many loads of parts may wait for the parser: enough that neither waits for the other.
const LOADS: usize = 2;
/// How many batches may wait for the consumer.
const BATCHES: usize = 4;

/// The findings of a report while it arrives: an async stream.
///
/// It parses in a thread of its own, and inflates an archive in another, as that is work for a
/// processor and would hold up a runtime. What waits between source, threads and consumer is
/// bounded: a consumer that takes its time slows the source down. It needs no runtime, and spawns
/// no task.
///
/// Its errors are those of [`Findings`](super::Findings), and those of the source as they are. After
/// an error it has ended. Dropping it drops the source at once, and ends the threads.
///
/// ```
/// # async fn f(sc: scanops::tenable_sc::Client) -> scanops::Result<()> {
/// use scanops::nessus::FindingStream;
///
/// let report = sc.scan_results().download(121).await?;
/// let mut findings = FindingStream::new(report);
/// while let Some(finding) = findings.next_finding().await? {
///     println!("{}: {}", finding.host.name, finding.plugin_name);
/// }
/// # Ok(()) }
/// ```
pub struct FindingStream {
    /// None once it has ended.
    source: Option<Pin<Box<dyn Stream<Item = Result<Bytes>> + Send>>>,
    /// What is left of the part that it gave last.
    part: Bytes,
    loads: Loads,
    /// None once the thread has ended.
    batches: Option<mpsc::Receiver<Batch>>,
    ready: Batch,
    /// Where batches go that have been read.
    read: Sender<Batch>,
}

/// The thread's ends of the ways of the batches: to the consumer, and back to be filled again.
struct Batches {
    to: mpsc::Sender<Batch>,
    empty: Receiver<Batch>,
}

impl FindingStream {
    /// The findings of what `source` gives, a document or an archive, within the default limits.
    pub fn new(source: impl Stream<Item = Result<Bytes>> + Send + 'static) -> Self {
        Self::with_limits(source, Limits::default())
    }

    /// The same, within other limits.
    pub fn with_limits(
        source: impl Stream<Item = Result<Bytes>> + Send + 'static,
        limits: Limits,
    ) -> Self {
        Self::working(source, move |received, batches| work::parse(received, batches, limits))
    }

    /// A stream whose thread does this work.
    fn working(
        source: impl Stream<Item = Result<Bytes>> + Send + 'static,
        work: impl FnOnce(Parts, Batches) + Send + 'static,
    ) -> Self {
        let (loads, received) = parts(LOADS);
        let (to, batches) = mpsc::channel(BATCHES);
        let (read, empty) = channel();
        let guarded = move || {
            // A panic must not go by as the report's end.
            let ends = Batches { to: to.clone(), empty };
            let outcome = catch_unwind(AssertUnwindSafe(|| work(received, ends)));
            if outcome.is_err() {
                let bug = Error::new(ErrorKind::Report, "reading the report panicked: a bug");
                let _ = to.blocking_send(Batch::of_error(bug));
            }
        };
        let spawned = thread::Builder::new().name("scanops-findings".into()).spawn(guarded);
        let unspawned = spawned.err().map(|error| {
            let message = "no thread could be started to read the report";
            Batch::of_error(Error::new(ErrorKind::Io, message).with_source(error))
        });
        Self {
            source: Some(Box::pin(source)),
            part: Bytes::new(),
            loads,
            batches: unspawned.is_none().then_some(batches),
            ready: unspawned.unwrap_or_default(),
            read,
        }
    }

    /// The next finding, or `None` at the end: the stream for those who don't have a stream's
    /// methods at hand. It can be dropped and called again without losing anything.
    ///
    /// # Errors
    /// Those of [`Findings`](super::Findings), and those of the source.
    pub async fn next_finding(&mut self) -> Result<Option<Finding>> {
        std::future::poll_fn(|context| pin!(&mut *self).poll_next(context)).await.transpose()
    }

    /// Moves parts from the source to the thread, as long as both are ready.
    fn feed(&mut self, context: &mut Context<'_>) {
        loop {
            self.fill(context);
            if self.loads.is_empty() {
                break;
            }
            match self.loads.poll_send(context) {
                Poll::Pending => return,
                Poll::Ready(Ok(())) => {}
                // It has said why.
                Poll::Ready(Err(Ended)) => {
                    self.end_source();
                    break;
                }
            }
        }
        if self.source.is_none() && self.part.is_empty() {
            self.loads.close();
        }
    }

    /// Takes what the source has ready, until that is a load.
    fn fill(&mut self, context: &mut Context<'_>) {
        loop {
            self.loads.take(&mut self.part);
            let Some(source) = &mut self.source else { return };
            if self.loads.is_full() {
                return;
            }
            match source.as_mut().poll_next(context) {
                Poll::Pending => return,
                Poll::Ready(Some(Ok(part))) => self.part = part,
                Poll::Ready(ended) => {
                    if let Some(Err(error)) = ended {
                        self.loads.fail(error);
                    }
                    self.source = None;
                }
            }
        }
    }

    fn end_source(&mut self) {
        self.source = None;
        self.part = Bytes::new();
    }

    fn end(&mut self) {
        self.end_source();
        self.loads.close();
        self.batches = None;
    }
}

impl Stream for FindingStream {
    type Item = Result<Finding>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = &mut *self;
        loop {
            if let Some(finding) = this.ready.next() {
                if finding.is_err() {
                    this.end();
                }
                return Poll::Ready(Some(finding));
            }
            if this.batches.is_none() {
                return Poll::Ready(None);
            }
            this.feed(context);
            let Some(batches) = &mut this.batches else { continue };
            match ready!(batches.poll_recv(context)) {
                Some(batch) => {
                    if let Some(read) = mem::replace(&mut this.ready, batch).emptied() {
                        // Nobody needs it where nothing follows.
                        let _ = this.read.send(read);
                    }
                }
                None => this.end(),
            }
        }
    }
}

impl FusedStream for FindingStream {
    fn is_terminated(&self) -> bool {
        self.batches.is_none() && self.ready.is_empty()
    }
}

impl fmt::Debug for FindingStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FindingStream")
            .field("ready", &self.ready.items())
            .field("ended", &self.is_terminated())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
#[allow(clippy::panic, reason = "that is what is tested")]
mod tests {
    use super::*;

    #[test]
    fn a_panic_of_the_thread_is_an_error_and_not_the_end_of_the_report() {
        let source = futures_util::stream::pending();
        let mut findings = FindingStream::working(source, |_, _| panic!("on purpose"));
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let error = runtime.block_on(findings.next_finding()).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Report);
        assert!(error.to_string().contains("panicked"), "{error}");
        assert!(runtime.block_on(findings.next_finding()).unwrap().is_none());
        assert!(findings.is_terminated());
    }
}
