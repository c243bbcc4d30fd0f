//! Saving a report to a file: verified, complete or not at all.

use std::{
    fmt, io,
    path::PathBuf,
    pin::Pin,
    task::{Context, Poll},
};

use super::{
    Download,
    atomic_file::AtomicFile,
    verified_writer::{Fault, VerifiedWriter},
};
use crate::{Error, ErrorKind, Result, http::BoxFuture};

impl Download {
    /// Saves the report to a file, which appears when it is complete, and not before.
    ///
    /// The bytes are written to a temporary file in the same directory. Meanwhile they are verified
    /// to be a complete .nessus or SCAP document, or a complete zip archive (each entry's checksum
    /// and sizes, the directory, the end) that holds one. Of a document in an archive only the
    /// beginning is read: if the server packed one that was cut short, the archive is complete and
    /// is saved, and reading its findings ends with an error. Then the file is synced and renamed.
    /// On any error, and when this is dropped, there is neither a target nor a temporary file; a
    /// rename that has begun can't be cancelled. A program that is killed leaves the temporary
    /// file, `.NAME.XXXXXX.part`.
    ///
    /// If the connection is lost or stalls, the download starts over, as often as the retry policy
    /// allows: the server can't resume it.
    ///
    /// ```
    /// # async fn f(sc: scanops::tenable_sc::Client) -> scanops::Result<()> {
    /// let saved = sc.scan_results().download(121).await?.save_to("121.zip").await?;
    /// println!("{} bytes in {}", saved.bytes, saved.path.display());
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// [`ErrorKind::Damaged`] if what arrived is not a complete report: the message says what is
    /// wrong and how many bytes had arrived. [`ErrorKind::Io`] if the file can't be written, or
    /// exists already and [`replace`](Save::replace) was not asked for.
    pub fn save_to(self, path: impl Into<PathBuf>) -> Save {
        let options = SaveOptions { download: self, path: path.into(), replace: false };
        Save { options: Some(options), running: None }
    }

    /// Writes the report to any writer, verified as by [`save_to`](Self::save_to), and flushes it.
    /// Returns how many bytes there were.
    ///
    /// A writer can't be rewound. So what was written before an error stays written, and the download
    /// does not start over.
    ///
    /// # Errors
    /// [`ErrorKind::Damaged`] if what arrived is not a complete report: the writer gets nothing more
    /// once that is known. [`ErrorKind::Io`] if the writer fails.
    #[doc(alias = "fobj")]
    pub async fn write_to<W: tokio::io::AsyncWrite + Unpin>(mut self, mut to: W) -> Result<u64> {
        use tokio::io::AsyncWriteExt as _;
        let failed = |error: io::Error| {
            Error::new(ErrorKind::Io, "the report can't be written to the writer")
                .with_source(error)
        };
        let mut verified = VerifiedWriter::new(io::sink());
        while let Some(chunk) = self.next_chunk().await? {
            let written = verified.write(chunk.clone()).await;
            written.map_err(|fault| self.describe_fault(fault, failed))?;
            to.write_all(&chunk).await.map_err(failed)?;
        }
        verified.finish().await.map_err(|fault| self.describe_fault(fault, failed))?;
        to.flush().await.map_err(failed)?;
        Ok(self.bytes_read())
    }

    fn describe_fault(&self, fault: Fault, failed: impl FnOnce(io::Error) -> Error) -> Error {
        match fault {
            Fault::Damaged(error) => self.describe(error.into()),
            Fault::Write(error) => failed(error),
        }
    }
}

/// Saves a report to a file: see [`Download::save_to`].
#[must_use = "nothing is saved before this is awaited"]
pub struct Save {
    options: Option<SaveOptions>,
    running: Option<BoxFuture<'static, Result<Saved>>>,
}

struct SaveOptions {
    download: Download,
    path: PathBuf,
    replace: bool,
}

/// A report that was saved.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Saved {
    /// Where it is.
    pub path: PathBuf,
    /// How many bytes it has.
    pub bytes: u64,
    /// Whether it is a zip archive; otherwise it is a bare document.
    pub archive: bool,
}

impl Save {
    /// Whether an existing file is replaced, atomically: a reader sees the old one or the new one.
    /// Default false: an existing file is an error, and stays.
    pub fn replace(mut self, replace: bool) -> Self {
        if let Some(options) = &mut self.options {
            options.replace = replace;
        }
        self
    }
}

impl SaveOptions {
    async fn run(mut self) -> Result<Saved> {
        loop {
            match self.attempt().await {
                Ok(saved) => return Ok(saved),
                Err(error) => self.download.reopen(error).await?,
            }
        }
    }

    async fn attempt(&mut self) -> Result<Saved> {
        let failed = |error| AtomicFile::describe(&self.path, error);
        let (file, handle) = AtomicFile::create(&self.path, self.replace).await.map_err(failed)?;
        let mut verified = VerifiedWriter::new(handle);
        while let Some(chunk) = self.download.next_chunk().await? {
            let written = verified.write(chunk).await;
            written.map_err(|fault| self.download.describe_fault(fault, failed))?;
        }
        let finished = verified.finish().await;
        let (verified, handle) =
            finished.map_err(|fault| self.download.describe_fault(fault, failed))?;
        file.persist(handle).await.map_err(failed)?;
        Ok(Saved { path: self.path.clone(), bytes: verified.bytes, archive: verified.archive })
    }
}

impl Future for Save {
    type Output = Result<Saved>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        if let Some(options) = self.options.take() {
            self.running = Some(Box::pin(options.run()));
        }
        match &mut self.running {
            Some(running) => running.as_mut().poll(context),
            None => Poll::Pending,
        }
    }
}

impl fmt::Debug for Save {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut out = f.debug_struct("Save");
        if let Some(options) = &self.options {
            out.field("download", &options.download)
                .field("path", &options.path)
                .field("replace", &options.replace);
        }
        out.finish_non_exhaustive()
    }
}
