//! Uploads: reports on their way to a server.

use std::{
    fmt,
    fs::File,
    future::ready,
    io,
    path::{Path, PathBuf},
    pin::Pin,
    sync::Arc,
};

use bytes::Bytes;
use futures_core::Stream;
use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use reqwest::{
    Request, Url,
    multipart::{Form, Part},
};
use tokio::io::AsyncRead;
use tokio_util::io::ReaderStream;

use super::{
    blocking,
    progress::{Meter, Progress},
};
use crate::{
    Error, ErrorKind, Result,
    http::{BoxFuture, OnSent, UploadBody, UploadMonitor, UploadSource},
};

/// How much of a reader is read at a time.
const READER_CHUNK: usize = 64 * 1024;
/// How much of a file is read at a time.
const FILE_CHUNK: u32 = 256 * 1024;
/// How many chunks of a file are read ahead.
const READ_AHEAD: usize = 2;

type Chunks = Pin<Box<dyn Stream<Item = io::Result<Bytes>> + Send>>;

/// What is to be uploaded: a file, bytes, a reader or a stream. It is never held in memory as a
/// whole (except bytes, which already are).
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
    File(PathBuf, Arc<File>),
    Bytes(Bytes),
    Chunks(Chunks),
}

impl Upload {
    /// A regular file. It is opened now and read while it is sent; the server gets it under its own
    /// name. For a pipe or a device use [`reader`](Self::reader).
    ///
    /// # Errors
    /// [`ErrorKind::Io`] if it can't be opened or is not a regular file. The upload itself fails with
    /// [`ErrorKind::Io`] if the length of the file changes meanwhile.
    pub async fn path(path: impl AsRef<Path>) -> Result<Self> {
        let path = path.as_ref();
        let failed = |error: io::Error| {
            Error::new(ErrorKind::Io, format!("{} can't be read", path.display()))
                .with_source(error)
        };
        // Before it is opened: that would wait for the writer of a pipe.
        if !tokio::fs::metadata(path).await.map_err(failed)?.is_file() {
            let message = format!("{} is not a regular file", path.display());
            return Err(Error::new(ErrorKind::Io, message));
        }
        let file = tokio::fs::File::open(path).await.map_err(failed)?;
        let length = file.metadata().await.map_err(failed)?.len();
        Ok(Self {
            file_name: path.file_name().map(|name| name.to_string_lossy().into_owned()),
            length: Some(length),
            source: Source::File(path.to_owned(), Arc::new(file.into_std().await)),
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

    /// A reader, up to its end. Without a [`length`](Self::length) it is sent with chunked transfer
    /// encoding.
    pub fn reader(reader: impl AsyncRead + Send + 'static) -> Self {
        Self::stream(ReaderStream::with_capacity(reader, READER_CHUNK))
    }

    /// A stream of chunks, up to its end. Without a [`length`](Self::length) it is sent with chunked
    /// transfer encoding.
    pub fn stream<S, B, E>(stream: S) -> Self
    where
        S: Stream<Item = Result<B, E>> + Send + 'static,
        B: Into<Bytes> + 'static,
        E: Into<Box<dyn std::error::Error + Send + Sync>> + 'static,
    {
        let chunks = stream.map(|chunk| chunk.map(Into::into).map_err(io::Error::other));
        Self {
            source: Source::Chunks(Box::pin(chunks)),
            file_name: None,
            length: None,
            callback: None,
        }
    }

    /// The length of a reader or a stream in bytes, if it is known: it is then sent as `Content-Length`. The
    /// upload fails with [`ErrorKind::Io`] if the actual length is another. Ignored for files and
    /// bytes, whose length is known.
    #[must_use]
    pub fn length(mut self, bytes: u64) -> Self {
        if matches!(self.source, Source::Chunks(_)) {
            self.length = Some(bytes);
        }
        self
    }

    /// The name under which the server gets it. Default: the name of the file, or
    /// `upload.nessus`.
    ///
    /// With a control character in the name, such as a line break, the upload fails with
    /// [`ErrorKind::InvalidRequest`] before a byte is sent, also if it is the file's own name: another
    /// name can be set here.
    #[must_use]
    pub fn file_name(mut self, name: impl Into<String>) -> Self {
        self.file_name = Some(name.into());
        self
    }

    /// Calls `callback` for each chunk that was handed to the network: for a progress bar. It is not
    /// called in a second attempt, if a failed connection or an expired session makes one necessary.
    #[must_use]
    pub fn on_progress(mut self, callback: impl FnMut(Progress) + Send + 'static) -> Self {
        self.callback = Some(Box::new(callback));
        self
    }

    /// The content, and the same upload once more where that is possible.
    fn into_chunks(self) -> (Chunks, Option<Reopen>) {
        let (chunks, reopen): (Chunks, _) = match self.source {
            Source::File(path, file) => {
                let length = self.length.unwrap_or_default();
                // Reads are positional: a second attempt reads the same file from its start.
                let reopen = Reopen::File(path, Arc::clone(&file), self.length);
                (Box::pin(read_file(file, length)), Some(reopen))
            }
            Source::Bytes(bytes) => {
                let reopen = Reopen::Bytes(bytes.clone());
                (Box::pin(stream::once(ready(Ok(bytes)))), Some(reopen))
            }
            Source::Chunks(chunks) => (chunks, None),
        };
        match self.length {
            Some(length) => (Box::pin(exactly(length, chunks)), reopen),
            None => (chunks, reopen),
        }
    }
}

/// What a second attempt of an [`Upload`] reads.
enum Reopen {
    File(PathBuf, Arc<File>, Option<u64>),
    Bytes(Bytes),
}

/// The requests that send an [`Upload`] as a part of a multipart form.
pub(crate) struct MultipartUpload {
    url: Url,
    field: &'static str,
    next: Next,
    file_name: String,
}

enum Next {
    First(Upload),
    Reopen(Reopen),
    None,
}

impl MultipartUpload {
    /// # Errors
    /// [`ErrorKind::InvalidRequest`] for a length that no request can have, and for a file name with a
    /// control character, such as a line break: a part's header has no form for it that servers
    /// agree on.
    pub(crate) fn new(url: Url, field: &'static str, upload: Upload) -> Result<Self> {
        // The form makes the request longer.
        if upload.length.is_some_and(|length| length > i64::MAX as u64) {
            return Err(Error::invalid_request(
                "no request can be as long as the declared length of the upload",
            ));
        }
        let file_name = upload.file_name.clone().unwrap_or_else(|| "upload.nessus".to_owned());
        if file_name.contains(char::is_control) {
            return Err(Error::invalid_request(format!(
                "the file name {file_name:?} has a control character: set another one with \
                 `Upload::file_name`"
            )));
        }
        Ok(Self { url, field, next: Next::First(upload), file_name })
    }
}

impl UploadSource for MultipartUpload {
    fn request<'a>(
        &'a mut self,
        http: &'a reqwest::Client,
    ) -> BoxFuture<'a, Result<Option<(Request, UploadMonitor)>>> {
        Box::pin(async move {
            let mut upload = match std::mem::replace(&mut self.next, Next::None) {
                Next::First(upload) => upload,
                Next::Reopen(Reopen::File(path, file, length)) => Upload {
                    source: Source::File(path, file),
                    file_name: None,
                    length,
                    callback: None,
                },
                Next::Reopen(Reopen::Bytes(bytes)) => Upload::bytes(bytes),
                Next::None => return Ok(None),
            };
            let length = upload.length;
            let on_sent = upload.callback.take().map(|callback| {
                let mut meter = Meter::new(length, callback);
                Box::new(move |bytes| meter.reached(bytes)) as OnSent
            });
            let (chunks, reopen) = upload.into_chunks();
            self.next = reopen.map_or(Next::None, Next::Reopen);
            let (body, monitor) = UploadBody::new(chunks, on_sent);
            let body = reqwest::Body::wrap_stream(body);
            let part = match length {
                Some(length) => Part::stream_with_length(body, length),
                None => Part::stream(body),
            };
            let form = Form::new().part(self.field, part.file_name(self.file_name.clone()));
            let request = http.post(self.url.clone()).multipart(form).build()?;
            Ok(Some((request, monitor)))
        })
    }
}

/// Fails where the content is not as long as it was declared to be. The request then ends before
/// its last bytes, so that the server can't take it for complete.
fn exactly(length: u64, chunks: Chunks) -> impl Stream<Item = io::Result<Bytes>> + Send {
    let with_end = chunks.map_ok(Some).chain(stream::once(ready(Ok(None))));
    with_end.scan(length, move |left, chunk| {
        ready(match chunk {
            Ok(Some(chunk)) => Some(match left.checked_sub(chunk.len() as u64) {
                Some(rest) => {
                    *left = rest;
                    Ok(chunk)
                }
                None => Err(io::Error::other(format!("it is longer than {length} bytes"))),
            }),
            Ok(None) if *left > 0 => Some(Err(io::Error::other(format!(
                "it ended after {} of {length} bytes",
                length - *left
            )))),
            Ok(None) => None,
            Err(error) => Some(Err(error)),
        })
    })
}

/// Reads a file in chunks, ahead of the network. Each chunk is a blocking task of its own, so that
/// no thread is held while the network is waited for.
fn read_file(file: Arc<File>, length: u64) -> impl Stream<Item = io::Result<Bytes>> + Send {
    let chunk_size = u64::from(FILE_CHUNK);
    let end = Arc::clone(&file);
    stream::iter((0..length.div_ceil(chunk_size)).map(move |index| index * chunk_size))
        .map(move |offset| {
            let (file, size) = (Arc::clone(&file), chunk_size.min(length - offset));
            blocking(move || read_chunk(&file, offset, usize::try_from(size).unwrap_or_default()))
        })
        .buffered(READ_AHEAD)
        .chain(stream::once(blocking(move || {
            let now = end.metadata()?.len();
            if now > length {
                return Err(io::Error::other(format!("it grew from {length} to {now} bytes")));
            }
            Ok(Bytes::new())
        })))
}

/// A chunk of a file; shorter if the file has become shorter.
fn read_chunk(file: &File, offset: u64, size: usize) -> io::Result<Bytes> {
    let mut buffer = vec![0; size];
    let mut filled = 0;
    while filled < size {
        match read_at(file, &mut buffer[filled..], offset + filled as u64) {
            Ok(0) => break,
            Ok(read) => filled += read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    buffer.truncate(filled);
    Ok(buffer.into())
}

#[cfg(unix)]
fn read_at(file: &File, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
    std::os::unix::fs::FileExt::read_at(file, buffer, offset)
}

#[cfg(windows)]
fn read_at(file: &File, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
    std::os::windows::fs::FileExt::seek_read(file, buffer, offset)
}

impl fmt::Debug for Upload {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let source = match &self.source {
            Source::File(path, _) => format!("file {}", path.display()),
            Source::Bytes(_) => "bytes".to_owned(),
            Source::Chunks(_) => "stream".to_owned(),
        };
        f.debug_struct("Upload")
            .field("source", &source)
            .field("file_name", &self.file_name)
            .field("length", &self.length)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;

    fn file_of(length: usize) -> (tempfile::NamedTempFile, Vec<u8>) {
        let bytes: Vec<u8> = (0..length).map(|n| u8::try_from(n % 251).unwrap()).collect();
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(&bytes).unwrap();
        (file, bytes)
    }

    async fn read(upload: Upload) -> io::Result<Vec<u8>> {
        let chunks: Vec<Bytes> = upload.into_chunks().0.try_collect().await?;
        Ok(chunks.concat())
    }

    #[tokio::test]
    async fn a_file_is_read_to_its_end_and_in_order() {
        for length in [0, 7, FILE_CHUNK as usize, FILE_CHUNK as usize * 5 + 7] {
            let (file, bytes) = file_of(length);
            let upload = Upload::path(file.path()).await.unwrap();
            assert!(read(upload).await.unwrap() == bytes, "{length}");
        }
    }

    #[cfg(unix)]
    #[tokio::test]
    async fn only_a_regular_file_can_be_uploaded() {
        let folder = tempfile::tempdir().unwrap();
        let pipe = folder.path().join("pipe");
        assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
        for path in [&pipe, folder.path(), Path::new("/dev/zero")] {
            let error = Upload::path(path).await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Io);
            assert!(error.to_string().contains("is not a regular file"), "{error}");
        }
    }
}
