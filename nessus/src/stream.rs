//! A report that is still arriving, as a stream.

use std::{
    error::Error as StdError,
    fmt,
    future::poll_fn,
    io::{self, Read},
    mem,
    pin::Pin,
    task::{Context, Poll, ready},
    thread, vec,
};

use futures_core::{Stream, stream::FusedStream};

use crate::{
    Error, ErrorKind, Event, Finding, Limits, Result,
    input::{Documents, Inflated, Input},
    pipe::{Receiver, Sender, pipe},
    reader::{Options, Runner},
};

/// How much of the source is passed on at a time: waking a thread for each chunk would cost more
/// than what it does with it.
const LOAD: usize = 128 * 1024;
/// How many loads can wait for the thread that reads them, and one more.
const LOADS: usize = 1;
/// How many batches can wait for the consumer, and one more.
const BATCHES: usize = 1;
/// When a batch is full: in events, and in bytes of plugin output.
const BATCH: usize = 128;
const BATCH_BYTES: usize = 256 * 1024;

/// The findings of a report while it arrives: an async stream.
///
/// A thread of its own parses, and another one inflates an archive, as that is work for a
/// processor and would block a runtime. What waits between source, threads and consumer is
/// bounded: a slow consumer slows down the source. It needs no runtime, and spawns no task.
///
/// Its errors are those of [`Findings`](crate::Findings), and, of kind
/// [`Source`](ErrorKind::Source), those of the source. After an error that is not
/// [recoverable](Error::is_recoverable) it has ended. Dropping it drops the source at once, and
/// ends the threads.
///
/// ```
/// use scanops_nessus::FindingStream;
///
/// async fn titles(
///     download: impl futures_core::Stream<Item = std::io::Result<Vec<u8>>> + Send + 'static,
/// ) -> scanops_nessus::Result<Vec<String>> {
///     let (mut findings, mut titles) = (FindingStream::new(download), Vec::new());
///     while let Some(finding) = findings.next_finding().await? {
///         titles.push(finding.plugin.name.clone());
///     }
///     Ok(titles)
/// }
/// ```
pub struct FindingStream(EventStream);

/// A report that is still arriving, as a stream of hosts and findings: see
/// [`FindingStream::events`].
pub struct EventStream {
    state: State,
    options: Options,
    ready: vec::IntoIter<Result<Event>>,
    replaced: u64,
}

enum State {
    /// Not polled yet.
    Fresh(Box<dyn Source>),
    Running(Feed, Receiver<Batch>),
    Ended,
}

/// Events on their way to the consumer.
#[derive(Debug, Default)]
struct Batch {
    events: Vec<Result<Event>>,
    bytes: usize,
    replaced: u64,
    last: bool,
}

impl FindingStream {
    /// The findings of what `source` gives, a document or an archive, within the default limits.
    ///
    /// The source's error is the [`source`](StdError::source) of the stream's error.
    pub fn new<S, B, X>(source: S) -> Self
    where
        S: Stream<Item = Result<B, X>> + Send + 'static,
        B: AsRef<[u8]> + Send + 'static,
        X: Into<Box<dyn StdError + Send + Sync>> + 'static,
    {
        Self::with_limits(source, Limits::default())
    }

    /// The same, within other limits.
    pub fn with_limits<S, B, X>(source: S, limits: Limits) -> Self
    where
        S: Stream<Item = Result<B, X>> + Send + 'static,
        B: AsRef<[u8]> + Send + 'static,
        X: Into<Box<dyn StdError + Send + Sync>> + 'static,
    {
        let source = Chunks { stream: Box::pin(source), chunk: None, taken: 0 };
        Self(EventStream {
            state: State::Fresh(Box::new(source)),
            options: Options { limits, ..Options::default() },
            ready: Vec::new().into_iter(),
            replaced: 0,
        })
    }
}

impl FindingStream {
    /// Whether bytes that are not UTF-8 are replaced, as in
    /// [`Findings::lossy`](crate::Findings::lossy). Set it before the stream is polled.
    #[must_use]
    pub fn lossy(mut self, lossy: bool) -> Self {
        self.0.options.lossy = lossy;
        self
    }

    /// How many invalid sequences of bytes were replaced so far.
    #[must_use]
    pub fn replaced(&self) -> u64 {
        self.0.replaced()
    }

    /// The report as hosts and findings.
    #[must_use]
    pub fn events(self) -> EventStream {
        self.0
    }

    /// The next finding, or `None` at the end: the stream for programs that have no stream
    /// combinators in scope. The future can be dropped and created again without losing anything.
    ///
    /// # Errors
    /// Those of [`Findings`](crate::Findings), and those of the source.
    pub async fn next_finding(&mut self) -> Result<Option<Finding>> {
        poll_fn(|context| Pin::new(&mut *self).poll_next(context)).await.transpose()
    }
}

impl EventStream {
    /// How many invalid sequences of bytes were replaced so far.
    #[must_use]
    pub fn replaced(&self) -> u64 {
        self.replaced
    }

    /// The next event, or `None` at the end. The future can be dropped and created again without
    /// losing anything.
    ///
    /// # Errors
    /// Those of [`Findings`](crate::Findings), and those of the source.
    pub async fn next_event(&mut self) -> Result<Option<Event>> {
        poll_fn(|context| Pin::new(&mut *self).poll_next(context)).await.transpose()
    }

    fn poll_event(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<Event>>> {
        loop {
            if let Some(event) = self.ready.next() {
                if event.as_ref().is_err_and(|error| !error.is_recoverable()) {
                    self.end();
                }
                return Poll::Ready(Some(event));
            }
            let (feed, batches) = match &mut self.state {
                State::Ended => return Poll::Ready(None),
                State::Running(feed, batches) => (feed, batches),
                State::Fresh(_) => {
                    if let Err(error) = self.start() {
                        return Poll::Ready(Some(Err(error)));
                    }
                    continue;
                }
            };
            feed.advance(context);
            let Some(batch) = ready!(batches.poll_recv(context)) else {
                self.end();
                let message = "the thread that parses it has panicked";
                return Poll::Ready(Some(Err(Error::new(ErrorKind::Io, message))));
            };
            if batch.last {
                self.state = State::Ended;
            }
            self.replaced = batch.replaced;
            self.ready = batch.events.into_iter();
        }
    }

    fn start(&mut self) -> Result<()> {
        let State::Fresh(source) = mem::replace(&mut self.state, State::Ended) else {
            return Ok(());
        };
        let options = self.options;
        let (to, loads) = pipe(LOADS);
        let (batches, from) = pipe(BATCHES);
        thread::Builder::new()
            .name("scanops-findings".into())
            .spawn(move || parse(loads, batches, options))
            .map_err(|error| Error::io(error).because("no thread could be started to read it"))?;
        let feed = Feed { source: Some(source), load: Vec::new(), failed: None, to: Some(to) };
        self.state = State::Running(feed, from);
        Ok(())
    }

    fn end(&mut self) {
        self.state = State::Ended;
        self.ready = Vec::new().into_iter();
    }
}

impl Stream for EventStream {
    type Item = Result<Event>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.poll_event(context)
    }
}

impl Stream for FindingStream {
    type Item = Result<Finding>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        loop {
            return Poll::Ready(match ready!(self.0.poll_event(context)) {
                Some(Ok(Event::Finding(finding))) => Some(Ok(finding)),
                Some(Ok(_)) => continue,
                Some(Err(error)) => Some(Err(error)),
                None => None,
            });
        }
    }
}

impl FusedStream for EventStream {
    fn is_terminated(&self) -> bool {
        matches!(self.state, State::Ended) && self.ready.len() == 0
    }
}

impl FusedStream for FindingStream {
    fn is_terminated(&self) -> bool {
        self.0.is_terminated()
    }
}

impl fmt::Debug for EventStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EventStream")
            .field("ready", &self.ready.len())
            .field("ended", &matches!(self.state, State::Ended))
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for FindingStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("FindingStream").field(&self.0).finish()
    }
}

type BoxError = Box<dyn StdError + Send + Sync>;

/// A stream of chunks, whatever their type is.
trait Source: Send {
    /// Appends to `load` what comes next, up to [`LOAD`] bytes in all.
    fn poll_load(
        &mut self,
        context: &mut Context<'_>,
        load: &mut Vec<u8>,
    ) -> Poll<Option<Result<(), BoxError>>>;
}

struct Chunks<S, B> {
    stream: Pin<Box<S>>,
    chunk: Option<B>,
    /// How much of the chunk was passed on.
    taken: usize,
}

impl<S, B, X> Source for Chunks<S, B>
where
    S: Stream<Item = Result<B, X>> + Send,
    B: AsRef<[u8]> + Send,
    X: Into<BoxError>,
{
    fn poll_load(
        &mut self,
        context: &mut Context<'_>,
        load: &mut Vec<u8>,
    ) -> Poll<Option<Result<(), BoxError>>> {
        if self.chunk.is_none() {
            match ready!(self.stream.as_mut().poll_next(context)) {
                Some(Ok(chunk)) => (self.chunk, self.taken) = (Some(chunk), 0),
                Some(Err(error)) => return Poll::Ready(Some(Err(error.into()))),
                None => return Poll::Ready(None),
            }
        }
        let rest = self.chunk.as_ref().and_then(|chunk| chunk.as_ref().get(self.taken..));
        let rest = rest.unwrap_or_default();
        let length = rest.len().min(LOAD.saturating_sub(load.len()));
        load.extend_from_slice(rest.get(..length).unwrap_or_default());
        self.taken += length;
        if length == rest.len() {
            self.chunk = None;
        }
        Poll::Ready(Some(Ok(())))
    }
}

/// The way from the source to the thread.
struct Feed {
    source: Option<Box<dyn Source>>,
    load: Vec<u8>,
    failed: Option<BoxError>,
    to: Option<Sender<Result<Vec<u8>>>>,
}

impl Feed {
    /// Moves bytes as long as both ends are ready.
    fn advance(&mut self, context: &mut Context<'_>) {
        while let Some(to) = &mut self.to {
            let mut waits = false;
            while self.load.len() < LOAD
                && let Some(source) = &mut self.source
            {
                match source.poll_load(context, &mut self.load) {
                    Poll::Pending => {
                        waits = true;
                        break;
                    }
                    Poll::Ready(Some(Ok(()))) => {}
                    Poll::Ready(ended) => {
                        self.failed = ended.and_then(Result::err);
                        self.source = None;
                    }
                }
            }
            let sent = if !self.load.is_empty() {
                to.poll_send(context, || Ok(mem::take(&mut self.load)))
            } else if self.failed.is_some() {
                let failed = &mut self.failed;
                to.poll_send(context, || {
                    Err(Error::source_failed(failed.take().unwrap_or_else(|| "".into())))
                })
            } else if self.source.is_none() {
                self.to = None;
                return;
            } else {
                return;
            };
            match sent {
                Poll::Ready(Ok(())) if waits => return,
                Poll::Ready(Ok(())) => {}
                Poll::Pending => return,
                // The thread has ended, and has said why.
                Poll::Ready(Err(_)) => {
                    self.source = None;
                    self.to = None;
                }
            }
        }
    }
}

/// The other end of that way, as a reader.
struct Loads {
    from: Receiver<Result<Vec<u8>>>,
    load: io::Cursor<Vec<u8>>,
}

impl Read for Loads {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        loop {
            let read = self.load.read(into)?;
            if read > 0 || into.is_empty() {
                return Ok(read);
            }
            match self.from.recv() {
                Some(load) => self.load = io::Cursor::new(load.map_err(io::Error::other)?),
                None => return Ok(0),
            }
        }
    }
}

/// The thread: reads what arrives, and sends what it finds, until the report ends or its consumer
/// is gone.
fn parse(from: Receiver<Result<Vec<u8>>>, to: Sender<Batch>, options: Options) {
    let mut sender = BatchSender { to, batch: Batch::default(), closed: false };
    let mut input = Input::new(Loads { from, load: io::Cursor::default() }, options.limits);
    match input.is_archive() {
        Ok(false) => sender.send_all(Runner::new(input, options)),
        Ok(true) => match Inflated::start(input) {
            Ok(inflated) => sender.send_all(Runner::new(inflated, options)),
            Err(error) => sender.batch.events.push(Err(error)),
        },
        Err(error) => sender.batch.events.push(Err(error)),
    }
    sender.batch.last = true;
    sender.flush();
}

struct BatchSender {
    to: Sender<Batch>,
    batch: Batch,
    /// The consumer is gone.
    closed: bool,
}

impl BatchSender {
    fn send_all<D: Documents>(&mut self, mut runner: Runner<D>) {
        while !self.closed {
            // What was found is not held back while the source is waited for.
            let Some(event) = runner.next(|| {
                if !self.batch.events.is_empty() {
                    self.flush();
                }
            }) else {
                return;
            };
            self.batch.bytes += bytes(&event);
            self.batch.events.push(event);
            self.batch.replaced = runner.reader.replaced();
            if self.batch.events.len() >= BATCH || self.batch.bytes >= BATCH_BYTES {
                self.flush();
            }
        }
    }

    fn flush(&mut self) {
        let replaced = self.batch.replaced;
        let batch = mem::replace(&mut self.batch, Batch { replaced, ..Batch::default() });
        self.closed = self.closed || self.to.send(batch).is_err();
    }
}

/// About what an event takes in memory, beside what it shares.
fn bytes(event: &Result<Event>) -> usize {
    let finding = match event {
        Ok(Event::Finding(finding)) => finding,
        // Its findings keep it alive.
        Ok(Event::HostStart(host)) => {
            return host.properties.values().flatten().map(String::len).sum::<usize>()
                + host.name.len();
        }
        _ => return 0,
    };
    let other = finding.other.values().flatten().map(String::len).sum::<usize>();
    finding.plugin_output.as_ref().map_or(0, String::len) + finding.service.len() + other
}
