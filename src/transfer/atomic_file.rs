//! A file that appears when it is complete.

use std::{
    fs::{self, File},
    io::{self, Write as _},
    path::{Path, PathBuf},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use tempfile::TempPath;

use super::blocking;
use crate::{Error, ErrorKind};

/// A file that appears under its name when it is complete, and not before. Until then it is a
/// temporary file in the same directory, which is removed when this is dropped.
#[derive(Debug)]
pub(crate) struct AtomicFile {
    target: PathBuf,
    replace: bool,
    /// Taken by whichever comes first, the rename or the drop: nothing is renamed after the drop.
    temporary: Arc<Mutex<Option<TempPath>>>,
}

impl AtomicFile {
    /// Creates one, and a handle to write to it.
    pub(super) async fn create(target: &Path, replace: bool) -> io::Result<(Self, File)> {
        let target = target.to_owned();
        blocking(move || {
            let (file, path) = temporary(&target, replace)?;
            let temporary = Arc::new(Mutex::new(Some(path)));
            Ok((Self { target, replace, temporary }, file))
        })
        .await
    }

    /// Fsyncs the file and renames it to its target. Once it is renamed, nothing fails any more.
    pub(super) async fn persist(self, file: File) -> io::Result<()> {
        self.persist_and(file, sync_directory).await
    }

    /// Writes a small file as a whole, and replaces the one that is there.
    pub(crate) async fn write(target: &Path, content: Vec<u8>) -> io::Result<()> {
        let (file, mut handle) = Self::create(target, true).await?;
        let written = blocking(move || handle.write_all(&content).map(|()| handle)).await?;
        file.persist(written).await
    }

    async fn persist_and(
        self,
        file: File,
        sync_directory: fn(&Path) -> io::Result<()>,
    ) -> io::Result<()> {
        let (temporary, replace) = (Arc::clone(&self.temporary), self.replace);
        let target = self.target.clone();
        blocking(move || {
            file.sync_all()?;
            {
                let mut temporary = lock(&temporary);
                // Dropped meanwhile.
                let Some(path) = temporary.take() else { return Ok(()) };
                let renamed =
                    if replace { path.persist(&target) } else { path.persist_noclobber(&target) };
                renamed.map_err(|error| error.error)?;
            }
            // The file is in place, so an error here must not say that it is not.
            if let Err(error) = sync_directory(&target) {
                tracing::warn!(%error, "the directory of a saved file can't be synced");
            }
            Ok(())
        })
        .await
    }

    /// The error of a file that can't be created, written or renamed.
    pub(super) fn describe(target: &Path, error: io::Error) -> Error {
        let what = match error.kind() {
            io::ErrorKind::AlreadyExists => "exists already, and `replace` was not asked for",
            _ => "can't be written",
        };
        Error::new(ErrorKind::Io, format!("{} {what}", target.display())).with_source(error)
    }
}

impl Drop for AtomicFile {
    fn drop(&mut self) {
        // Removes the file, unless it was renamed.
        drop(lock(&self.temporary).take());
    }
}

fn lock(path: &Mutex<Option<TempPath>>) -> MutexGuard<'_, Option<TempPath>> {
    path.lock().unwrap_or_else(PoisonError::into_inner)
}

fn temporary(target: &Path, replace: bool) -> io::Result<(File, TempPath)> {
    let name = target.file_name().ok_or(io::ErrorKind::InvalidInput)?;
    if !replace && target.try_exists()? {
        return Err(io::ErrorKind::AlreadyExists.into());
    }
    let mut builder = tempfile::Builder::new();
    let prefix = format!(".{}.", name.to_string_lossy());
    // Long names are cut: with the random part the name must still be a valid one.
    let prefix: String = prefix.chars().take(60).collect();
    builder.prefix(&prefix).suffix(".part");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        // As any new file: less what the umask takes away.
        builder.permissions(fs::Permissions::from_mode(0o666));
    }
    Ok(builder.tempfile_in(directory(target))?.into_parts())
}

fn directory(path: &Path) -> &Path {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    }
}

/// Fsyncs the directory so the rename survives a crash (Unix only).
fn sync_directory(path: &Path) -> io::Result<()> {
    if cfg!(unix) { File::open(directory(path))?.sync_all() } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use std::{pin::pin, sync::mpsc, task};

    use tokio::task::spawn_blocking;

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
            let (file, handle) = AtomicFile::create(&target, false).await.unwrap();
            // The one thread is busy, so that the sync has not begun when the save is dropped.
            let (go_on, wait) = mpsc::channel::<()>();
            let busy = spawn_blocking(move || wait.recv());
            {
                let mut persist = pin!(file.persist(handle));
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
        let (file, handle) = AtomicFile::create(&target, false).await.unwrap();
        let no_permission = |_: &Path| Err(io::ErrorKind::PermissionDenied.into());
        file.persist_and(handle, no_permission).await.unwrap();
        assert_eq!(names(directory.path()), ["report.zip"]);
    }
}
