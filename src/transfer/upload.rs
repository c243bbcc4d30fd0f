//! A report on its way to a server.

use std::{
    fmt,
    fs::File,
    io::{self, Read as _},
    mem,
    path::{Path, PathBuf},
    pin::Pin,
    sync::mpsc::{Sender, channel},
    task::{Context, Poll},
};

use bytes::Bytes;
use futures_core::Stream;
use tokio::{io::AsyncRead, sync::mpsc, task::spawn_blocking};
use tokio_util::io::ReaderStream;

use super::progress::{Meter, Progress};
use crate::{
    Error, ErrorKind, Result,
    http::{LostSource, Motion},
};

/// How much of a reader is read at a time.
const PART: usize = 64 * 1024;
/// How much of a file is read at a time: large enough that handing it over costs next to nothing.
const FILE_PART: usize = 256 * 1024;
/// How many parts of a file are read ahead.
const FILE_PARTS: usize = 4;

type Parts = Pin<Box<dyn Stream<Item = io::Result<Bytes>> + Send>>;

/// What is to be uploaded: a file, bytes, a reader or a stream. It is never held as a whole
/// (but for bytes, which are already).
///
/// ```
/// # async fn f(sc: scanops::tenable_sc::Client) -> scanops::Result<()> {
/// use scanops::transfer::Upload;
///
/// sc.scan_results().import(Upload::path("agent.nessus").await?, 1).await?;
/// # Ok(()) }
/// ```
pub struct Upload {
    source: Source,
    file_name: Option<String>,
    length: Option<u64>,
    callback: Option<Callback>,
}

type Callback = Box<dyn FnMut(Progress) + Send>;

enum Source {
    Path(PathBuf, File),
    Bytes(Bytes),
    Parts(Parts),
}

impl Upload {
    /// A file. It is opened now, read while it is sent, and called on the server as it is here.
    ///
    /// # Errors
    /// [`ErrorKind::Io`] where it can't be opened, or is a folder.
    pub async fn path(path: impl AsRef<Path>) -> Result<Self> {
        let path = path.as_ref();
        let failed = |error: io::Error| {
            Error::new(ErrorKind::Io, format!("{} can't be read", path.display()))
                .with_source(error)
        };
        let file = tokio::fs::File::open(path).await.map_err(failed)?;
        let metadata = file.metadata().await.map_err(failed)?;
        if metadata.is_dir() {
            return Err(failed(io::ErrorKind::IsADirectory.into()));
        }
        Ok(Self {
            file_name: path.file_name().map(|name| name.to_string_lossy().into_owned()),
            // A pipe or a device says 0 and means nothing by it.
            length: metadata.is_file().then_some(metadata.len()),
            source: Source::Path(path.to_owned(), file.into_std().await),
            callback: None,
        })
    }

    /// Bytes in memory.
    pub fn bytes(bytes: impl Into<Bytes>) -> Self {
        let bytes = bytes.into();
        Self {
            file_name: None,
            length: Some(bytes.len() as u64),
            source: Source::Bytes(bytes),
            callback: None,
        }
    }

    /// A reader, up to its end. Without a [`length`](Self::length) it is sent in chunks.
    pub fn reader(reader: impl AsyncRead + Send + 'static) -> Self {
        Self::stream(ReaderStream::with_capacity(reader, PART))
    }

    /// A stream of parts, up to its end. Without a [`length`](Self::length) it is sent in chunks.
    pub fn stream<S, B, E>(stream: S) -> Self
    where
        S: Stream<Item = Result<B, E>> + Send + 'static,
        B: Into<Bytes> + 'static,
        E: Into<Box<dyn std::error::Error + Send + Sync>> + 'static,
    {
        Self {
            source: Source::Parts(Box::pin(Converted { inner: Box::pin(stream) })),
            file_name: None,
            length: None,
            callback: None,
        }
    }

    /// How many bytes a reader or a stream has, where that is known: the server is then told.
    /// If it turns out to be another number, the upload fails.
    #[must_use]
    pub fn length(mut self, bytes: u64) -> Self {
        if matches!(self.source, Source::Parts(_)) {
            self.length = Some(bytes);
        }
        self
    }

    /// The name under which the server gets it. Default: the name of the file, or
    /// `upload.nessus`.
    #[must_use]
    pub fn file_name(mut self, name: impl Into<String>) -> Self {
        self.file_name = Some(name.into());
        self
    }

    /// Calls back with each part that was given to the network: for a progress bar. Not for the
    /// second time, where an expired session makes one necessary.
    #[must_use]
    pub fn on_progress(mut self, callback: impl FnMut(Progress) + Send + 'static) -> Self {
        self.callback = Some(Box::new(callback));
        self
    }

    /// Where the same can be had once more: a file is opened again, bytes are shared.
    pub(crate) fn source_again(&self) -> Option<SourceAgain> {
        let file_name = self.file_name.clone();
        match &self.source {
            Source::Path(path, _) => Some(SourceAgain::Path(path.clone(), file_name)),
            Source::Bytes(bytes) => Some(SourceAgain::Bytes(bytes.clone(), file_name)),
            Source::Parts(_) => None,
        }
    }

    /// The body of one part of a multipart form, and its motion.
    pub(crate) fn into_part(self) -> (reqwest::multipart::Part, Motion) {
        let motion = Motion::new();
        let parts: Parts = match self.source {
            Source::Path(_, file) => Box::pin(ReadAhead::start(file)),
            Source::Bytes(bytes) => Box::pin(Once(Some(bytes))),
            Source::Parts(parts) => parts,
        };
        let body = reqwest::Body::wrap_stream(Watched {
            parts,
            motion: motion.clone(),
            meter: self.callback.map(|callback| Meter::new(self.length, callback)),
            sent: 0,
        });
        let part = match self.length {
            Some(length) => reqwest::multipart::Part::stream_with_length(body, length),
            None => reqwest::multipart::Part::stream(body),
        };
        let name = self.file_name.unwrap_or_else(|| "upload.nessus".to_owned());
        (part.file_name(name), motion)
    }
}

/// What an [`Upload`] can be made from again.
pub(crate) enum SourceAgain {
    Path(PathBuf, Option<String>),
    Bytes(Bytes, Option<String>),
}

impl SourceAgain {
    pub(crate) async fn open(self) -> Result<Upload> {
        let (upload, file_name) = match self {
            Self::Path(path, file_name) => (Upload::path(path).await?, file_name),
            Self::Bytes(bytes, file_name) => (Upload::bytes(bytes), file_name),
        };
        Ok(Upload { file_name, ..upload })
    }
}

impl fmt::Debug for Upload {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let source = match &self.source {
            Source::Path(path, _) => format!("path {}", path.display()),
            Source::Bytes(_) => "bytes".to_owned(),
            Source::Parts(_) => "stream".to_owned(),
        };
        f.debug_struct("Upload")
            .field("source", &source)
            .field("file_name", &self.file_name)
            .field("length", &self.length)
            .finish_non_exhaustive()
    }
}

/// A caller's stream, as ours.
struct Converted<S> {
    inner: Pin<Box<S>>,
}

impl<S, B, E> Stream for Converted<S>
where
    S: Stream<Item = Result<B, E>>,
    B: Into<Bytes>,
    E: Into<Box<dyn std::error::Error + Send + Sync>>,
{
    type Item = io::Result<Bytes>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.inner.as_mut().poll_next(context).map(|next| {
            next.map(|part| part.map(Into::into).map_err(|error| io::Error::other(error.into())))
        })
    }
}

/// A file that one thread reads while another sends: going to and fro between them for each part
/// takes as long as the reading.
struct ReadAhead(mpsc::Receiver<io::Result<Bytes>>);

impl ReadAhead {
    fn start(mut file: File) -> Self {
        let (parts, waiting) = mpsc::channel(FILE_PARTS);
        spawn_blocking(move || {
            let (sent, empty) = channel();
            loop {
                let mut buffer = empty.try_recv().unwrap_or_else(|_| vec![0; FILE_PART]);
                let part = match file.read(&mut buffer) {
                    Ok(0) => return,
                    Ok(length) => {
                        Ok(Bytes::from_owner(FilePart { buffer, length, sent: sent.clone() }))
                    }
                    Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                    Err(error) => Err(error),
                };
                let is_last = part.is_err();
                // Nobody waits where the upload was dropped.
                if parts.blocking_send(part).is_err() || is_last {
                    return;
                }
            }
        });
        Self(waiting)
    }
}

/// A part of a file, whose buffer is used again when it has been sent: new ones would be memory
/// that is cold, and asked of the system each time.
struct FilePart {
    buffer: Vec<u8>,
    length: usize,
    sent: Sender<Vec<u8>>,
}

impl AsRef<[u8]> for FilePart {
    fn as_ref(&self) -> &[u8] {
        self.buffer.get(..self.length).unwrap_or_default()
    }
}

impl Drop for FilePart {
    fn drop(&mut self) {
        // Nobody needs it where the file has been read.
        let _ = self.sent.send(mem::take(&mut self.buffer));
    }
}

impl Stream for ReadAhead {
    type Item = io::Result<Bytes>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.0.poll_recv(context)
    }
}

struct Once(Option<Bytes>);

impl Stream for Once {
    type Item = io::Result<Bytes>;

    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        Poll::Ready(self.0.take().map(Ok))
    }
}

/// A stream that says how it moves, and marks its own errors, so that they are not taken for the
/// network's.
struct Watched {
    parts: Parts,
    motion: Motion,
    meter: Option<Meter>,
    sent: u64,
}

impl Stream for Watched {
    type Item = Result<Bytes, LostSource>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let next = self.parts.as_mut().poll_next(context);
        match &next {
            Poll::Ready(Some(part)) => {
                self.motion.moved();
                self.sent += part.as_ref().map_or(0, |part| part.len() as u64);
                let sent = self.sent;
                if let Some(meter) = &mut self.meter {
                    meter.reached(sent);
                }
            }
            Poll::Ready(None) => self.motion.ended(),
            Poll::Pending => self.motion.waits_for_source(),
        }
        next.map(|next| next.map(|part| part.map_err(|error| LostSource(error.to_string()))))
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Seek as _, Write as _};

    use futures_util::{StreamExt as _, TryStreamExt as _};

    use super::*;

    #[tokio::test]
    async fn a_file_is_read_ahead_to_its_end_and_in_order() {
        let length = FILE_PART * (FILE_PARTS + 2) + 7;
        let bytes: Vec<u8> = (0..length).map(|n| u8::try_from(n % 251).unwrap()).collect();
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(&bytes).unwrap();
        file.rewind().unwrap();
        let parts: Vec<Bytes> = ReadAhead::start(file).try_collect().await.unwrap();
        assert!(parts.concat() == bytes);
    }

    #[tokio::test]
    async fn a_file_that_can_t_be_read_is_an_error_and_then_the_end() {
        let path = tempfile::NamedTempFile::new().unwrap();
        let unreadable = File::options().append(true).open(path.path()).unwrap();
        let mut parts = ReadAhead::start(unreadable);
        assert!(parts.next().await.unwrap().is_err());
        assert!(parts.next().await.is_none());
    }
}
