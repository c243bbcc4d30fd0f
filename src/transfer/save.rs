//! Saving a report to a file: verified, whole or not at all.

use std::{
    fs,
    future::IntoFuture,
    io,
    path::{Path, PathBuf},
    pin::Pin,
};

use tempfile::NamedTempFile;
use tokio::task::spawn_blocking;

use super::{
    Download,
    check::{Check, Fault},
};
use crate::{Error, ErrorKind, Result};

impl Download {
    /// Saves the report to a file, which is there when it is whole, and not before.
    ///
    /// The bytes go to a temporary file beside the target. While they pass they are verified: that
    /// they are a whole zip archive (each entry's checksum and sizes, the directory, the end) or a
    /// whole XML document. Then the file is synchronised with the disk and renamed. On any error,
    /// and when this is dropped, there is neither a target nor a left-over.
    ///
    /// A connection that is lost half-way, or stalls, begins the download again from its start, as
    /// often as the retry policy allows: the server can't resume it.
    ///
    /// ```
    /// # async fn f(sc: scanops::tenable_sc::Client) -> scanops::Result<()> {
    /// let saved = sc.scan_results().download(121).await?.save_to("121.zip").await?;
    /// println!("{} bytes in {}", saved.bytes, saved.path.display());
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// [`ErrorKind::Damaged`] where what arrived is no whole report: its text says what is wrong
    /// and how many bytes had arrived. [`ErrorKind::Io`] where the file can't be written, or is
    /// there already and [`replace`](Save::replace) was not asked for.
    pub fn save_to(self, path: impl Into<PathBuf>) -> Save {
        Save { download: self, path: path.into(), replace: false }
    }

    /// Writes the report to any writer, verified as by [`save_to`](Self::save_to), and flushes it.
    /// Returns how many bytes there were.
    ///
    /// What was written before an error stays written: a writer can't be rewound, so the download
    /// is not begun again either.
    ///
    /// # Errors
    /// [`ErrorKind::Damaged`] where what arrived is no whole report: the writer gets nothing more once
    /// that is known. [`ErrorKind::Io`] where the writer fails.
    #[doc(alias = "fobj")]
    pub async fn write_to<W: tokio::io::AsyncWrite + Unpin>(mut self, mut to: W) -> Result<u64> {
        use tokio::io::AsyncWriteExt as _;
        let failed = |error: io::Error| {
            Error::new(ErrorKind::Io, "the report can't be written on").with_source(error)
        };
        let found = |report: &Self, fault| match fault {
            Fault::Damaged(error) => report.describe(error),
            Fault::Unwritable(error) => failed(error),
        };
        let mut check = Check::start(io::sink()).map_err(|error| self.describe(error))?;
        while let Some(part) = self.next_part().await? {
            check.feed(part.clone()).await.map_err(|fault| found(&self, fault))?;
            to.write_all(&part).await.map_err(failed)?;
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
    /// Whether a file that is there already is replaced, in one step: whoever reads it sees the
    /// old one or the new one. Default false: it is an error, and the file stays.
    pub fn replace(mut self, replace: bool) -> Self {
        self.replace = replace;
        self
    }

    async fn run(mut self) -> Result<Saved> {
        let mut restarts = self.download.restarts();
        loop {
            let error = match self.attempt().await {
                Ok(saved) => return Ok(saved),
                Err(error) => error,
            };
            let lost = matches!(error.kind(), ErrorKind::Disconnected | ErrorKind::Timeout);
            if !lost {
                return Err(error);
            }
            restarts.wait_after(error).await?;
            self.download.begin_again().await?;
        }
    }

    async fn attempt(&mut self) -> Result<Saved> {
        let (file, handle) = Beside::create(&self.path, self.replace).await?;
        let mut check = Check::start(handle).map_err(|error| self.download.describe(error))?;
        while let Some(part) = self.download.next_part().await? {
            check.feed(part).await.map_err(|fault| self.found(fault))?;
        }
        check.finish().await.map_err(|fault| self.found(fault))?;
        file.put(&self.path, self.replace).await?;
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

/// A temporary file beside the target. It is removed when this is dropped, at once: what is still
/// written to it then goes nowhere.
struct Beside(NamedTempFile);

impl Beside {
    /// Makes one, and a handle to write to it.
    async fn create(target: &Path, replace: bool) -> Result<(Self, fs::File)> {
        let path = target.to_owned();
        let made = blocking(move || {
            let file = temporary(&path, replace)?;
            let handle = file.as_file().try_clone()?;
            Ok((Self(file), handle))
        });
        made.await.map_err(|error| unwritable(target, error))
    }

    /// Puts the file in its place, for good.
    async fn put(self, target: &Path, replace: bool) -> Result<()> {
        let (Self(file), path) = (self, target.to_owned());
        let put = blocking(move || {
            file.as_file().sync_all()?;
            let put = if replace { file.persist(&path) } else { file.persist_noclobber(&path) };
            put.map_err(|refused| refused.error)?;
            sync_folder(&path)
        });
        put.await.map_err(|error| unwritable(target, error))
    }
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
    builder.tempfile_in(folder(target))
}

fn folder(path: &Path) -> &Path {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    }
}

/// Makes the new name last. Not every system can.
fn sync_folder(path: &Path) -> io::Result<()> {
    if cfg!(unix) { fs::File::open(folder(path))?.sync_all() } else { Ok(()) }
}

fn unwritable(path: &Path, error: io::Error) -> Error {
    let what = match error.kind() {
        io::ErrorKind::AlreadyExists => "is there already, and was not to be replaced",
        _ => "can't be written",
    };
    Error::new(ErrorKind::Io, format!("{} {what}", path.display())).with_source(error)
}
