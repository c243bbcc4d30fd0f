//! Saving a report to a file: verified, complete or not at all.

use std::{
    fs,
    future::IntoFuture,
    io,
    path::{Path, PathBuf},
    pin::Pin,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use tempfile::NamedTempFile;
use tokio::task::spawn_blocking;

use super::{
    Download,
    check::{Check, Fault},
};
use crate::{Error, ErrorKind, Result};

impl Download {
    /// Saves the report to a file, which appears when it is complete, and not before.
    ///
    /// The bytes are written to a temporary file in the same directory. Meanwhile they are verified
    /// to be a complete .nessus document, or a complete zip archive (each entry's checksum and
    /// sizes, the directory, the end) that holds one. Then the file is synced and renamed. On any
    /// error, and when this is dropped, there is neither a target nor a temporary file; a rename
    /// that has begun can't be cancelled.
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
        Save { download: self, path: path.into(), replace: false }
    }

    /// Writes the report to any writer, verified as by [`save_to`](Self::save_to), and flushes it.
    /// Returns how many bytes there were.
    ///
    /// What was written before an error stays written: a writer can't be rewound, so the download
    /// does not start over either.
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
        let found = |report: &Self, fault| match fault {
            Fault::Damaged(error) => report.describe(error),
            Fault::Unwritable(error) => failed(error),
        };
        let mut check = Check::start(io::sink()).map_err(|error| self.describe(error))?;
        while let Some(chunk) = self.next_chunk().await? {
            check.feed(chunk.clone()).await.map_err(|fault| found(&self, fault))?;
            to.write_all(&chunk).await.map_err(failed)?;
        }
        check.finish().await.map_err(|fault| found(&self, fault))?;
        to.flush().await.map_err(failed)?;
        Ok(self.bytes_read())
    }
}

/// Saves a report to a file: see [`Download::save_to`].
#[derive(Debug)]
#[must_use = "nothing is saved before this is awaited"]
pub struct Save {
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
}

impl Save {
    /// Whether an existing file is replaced, atomically: a reader sees the old one or the new one.
    /// Default false: an existing file is an error, and stays.
    pub fn replace(mut self, replace: bool) -> Self {
        self.replace = replace;
        self
    }

    async fn run(mut self) -> Result<Saved> {
        loop {
            match self.attempt().await {
                Ok(saved) => return Ok(saved),
                Err(error) => self.download.reopen(error).await?,
            }
        }
    }

    async fn attempt(&mut self) -> Result<Saved> {
        let (file, handle) = AtomicFile::create(&self.path, self.replace).await?;
        let mut check = Check::start(handle).map_err(|error| self.download.describe(error))?;
        while let Some(chunk) = self.download.next_chunk().await? {
            check.feed(chunk).await.map_err(|fault| self.found(fault))?;
        }
        check.finish().await.map_err(|fault| self.found(fault))?;
        file.persist().await?;
        Ok(Saved { path: self.path.clone(), bytes: self.download.bytes_read() })
    }

    fn found(&self, fault: Fault) -> Error {
        match fault {
            Fault::Damaged(error) => self.download.describe(error),
            Fault::Unwritable(error) => unwritable(&self.path, error),
        }
    }
}

impl IntoFuture for Save {
    type Output = Result<Saved>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.run())
    }
}

/// A file that appears under its name when it is complete, and not before. Until then it is a
/// temporary file in the same directory, which is removed when this is dropped.
struct AtomicFile {
    target: PathBuf,
    replace: bool,
    /// Taken by whichever comes first, the rename or the drop: after the drop nothing is renamed.
    file: Arc<Mutex<Option<NamedTempFile>>>,
}

impl AtomicFile {
    /// Creates one, and a handle to write to it.
    async fn create(target: &Path, replace: bool) -> Result<(Self, fs::File)> {
        let path = target.to_owned();
        let created = blocking(move || {
            let file = temporary(&path, replace)?;
            let handle = file.as_file().try_clone()?;
            let file = Arc::new(Mutex::new(Some(file)));
            Ok((Self { target: path, replace, file }, handle))
        });
        created.await.map_err(|error| unwritable(target, error))
    }

    /// Fsyncs the file and renames it to its target. Once it is renamed, nothing fails any more.
    async fn persist(self) -> Result<()> {
        self.persist_and(sync_directory).await
    }

    async fn persist_and(self, sync_directory: fn(&Path) -> io::Result<()>) -> Result<()> {
        let (file, target, replace) = (Arc::clone(&self.file), self.target.clone(), self.replace);
        let persisted = blocking(move || {
            let handle = match lock(&file).as_ref() {
                Some(file) => file.as_file().try_clone()?,
                None => return Ok(()),
            };
            handle.sync_all()?;
            {
                let mut file = lock(&file);
                // Dropped meanwhile.
                let Some(file) = file.take() else { return Ok(()) };
                let renamed =
                    if replace { file.persist(&target) } else { file.persist_noclobber(&target) };
                renamed.map_err(|error| error.error)?;
            }
            // The file is in place, so an error here must not say that it is not.
            if let Err(error) = sync_directory(&target) {
                tracing::warn!(%error, "the directory of a saved report can't be synced");
            }
            Ok(())
        });
        persisted.await.map_err(|error| unwritable(&self.target, error))
    }
}

impl Drop for AtomicFile {
    fn drop(&mut self) {
        // Removes the file, unless it was renamed.
        drop(lock(&self.file).take());
    }
}

fn lock(file: &Mutex<Option<NamedTempFile>>) -> MutexGuard<'_, Option<NamedTempFile>> {
    file.lock().unwrap_or_else(PoisonError::into_inner)
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> io::Result<T> + Send + 'static,
) -> io::Result<T> {
    spawn_blocking(work).await.map_err(io::Error::other)?
}

fn temporary(target: &Path, replace: bool) -> io::Result<NamedTempFile> {
    let name = target.file_name().ok_or(io::ErrorKind::InvalidInput)?;
    if !replace && target.try_exists()? {
        return Err(io::ErrorKind::AlreadyExists.into());
    }
    let mut builder = tempfile::Builder::new();
    let prefix = format!(".{}.", name.to_string_lossy());
    // Long names are cut: the whole one must fit as well.
    let prefix: String = prefix.chars().take(60).collect();
    builder.prefix(&prefix).suffix(".part");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        // As any new file: less what the umask takes away.
        builder.permissions(fs::Permissions::from_mode(0o666));
    }
    builder.tempfile_in(directory(target))
}

fn directory(path: &Path) -> &Path {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    }
}

/// Fsyncs the directory so the rename survives a crash (Unix only).
fn sync_directory(path: &Path) -> io::Result<()> {
    if cfg!(unix) { fs::File::open(directory(path))?.sync_all() } else { Ok(()) }
}

fn unwritable(path: &Path, error: io::Error) -> Error {
    let what = match error.kind() {
        io::ErrorKind::AlreadyExists => "exists already, and `replace` was not asked for",
        _ => "can't be written",
    };
    Error::new(ErrorKind::Io, format!("{} {what}", path.display())).with_source(error)
}

#[cfg(test)]
mod tests {
    use std::{pin::pin, sync::mpsc, task};

    use super::*;

    fn names(directory: &Path) -> Vec<String> {
        let entries = fs::read_dir(directory).unwrap();
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
    }

    #[test]
    fn a_save_that_is_dropped_while_it_syncs_never_creates_its_file() {
        let directory = tempfile::tempdir().unwrap();
        let target = directory.path().join("report.zip");
        let runtime =
            tokio::runtime::Builder::new_current_thread().max_blocking_threads(1).build().unwrap();
        runtime.block_on(async {
            let (file, _) = AtomicFile::create(&target, false).await.unwrap();
            // The one thread is busy, so that the sync has not begun when the save is dropped.
            let (go_on, wait) = mpsc::channel::<()>();
            let busy = spawn_blocking(move || wait.recv());
            {
                let mut persist = pin!(file.persist());
                let mut context = task::Context::from_waker(task::Waker::noop());
                assert!(persist.as_mut().poll(&mut context).is_pending());
            }
            assert_eq!(names(directory.path()), [""; 0], "the temporary file is removed at once");
            go_on.send(()).unwrap();
            busy.await.unwrap().unwrap();
            // Behind the sync in the queue.
            spawn_blocking(|| ()).await.unwrap();
            assert_eq!(names(directory.path()), [""; 0]);
        });
    }

    #[tokio::test]
    async fn a_save_whose_file_is_in_place_is_not_an_error() {
        let directory = tempfile::tempdir().unwrap();
        let target = directory.path().join("report.zip");
        let (file, _) = AtomicFile::create(&target, false).await.unwrap();
        let no_permission = |_: &Path| Err(io::ErrorKind::PermissionDenied.into());
        file.persist_and(no_permission).await.unwrap();
        assert_eq!(names(directory.path()), ["report.zip"]);
    }
}
