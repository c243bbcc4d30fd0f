//! A file that appears when it is complete.

use std::{
    fs::{self, File},
    io::{self, Write},
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
};

use tempfile::TempPath;

use crate::{Error, Result};

/// A temporary file in the directory of its target, which is removed when this is dropped. The file is
/// closed first: not every system removes open ones.
#[derive(Debug)]
pub(crate) struct AtomicFile {
    file: File,
    /// Taken by whichever comes first, the rename or the drop of a [`RemoveOnDrop`].
    temporary: Arc<Mutex<Option<TempPath>>>,
    target: PathBuf,
}

/// Removes the temporary file of an [`AtomicFile`] when it is dropped, and does nothing once that is
/// renamed or dropped. Nothing is renamed after the drop. A system that can't remove open files removes
/// it once it is closed.
#[cfg(feature = "tokio")]
#[derive(Debug)]
pub(crate) struct RemoveOnDrop(std::sync::Weak<Mutex<Option<TempPath>>>);

#[cfg(feature = "tokio")]
impl Drop for RemoveOnDrop {
    fn drop(&mut self) {
        if let Some(temporary) = self.0.upgrade() {
            drop(temporary.lock().unwrap_or_else(PoisonError::into_inner).take());
        }
    }
}

impl AtomicFile {
    pub(crate) fn create(target: &Path) -> Result<Self> {
        let create = || {
            let name = target.file_name().ok_or(io::ErrorKind::InvalidInput)?;
            create_folder(folder(target))?;
            // Long names are cut, so that the name with the random part is still valid.
            let prefix: String = format!(".{}.", name.to_string_lossy()).chars().take(60).collect();
            let mut builder = tempfile::Builder::new();
            builder.prefix(&prefix).suffix(".part");
            #[cfg(unix)]
            {
                use std::os::unix::fs::PermissionsExt as _;
                // The permissions of any new file, restricted by the umask.
                builder.permissions(fs::Permissions::from_mode(0o666));
            }
            Ok(builder.tempfile_in(folder(target))?.into_parts())
        };
        let (file, temporary) = create().map_err(failed(target))?;
        let temporary = Arc::new(Mutex::new(Some(temporary)));
        Ok(Self { file, temporary, target: target.to_owned() })
    }

    #[cfg(feature = "tokio")]
    pub(crate) fn remove_on_drop(&self) -> RemoveOnDrop {
        RemoveOnDrop(Arc::downgrade(&self.temporary))
    }

    /// Fsyncs the file and renames it to its target, unless its [`RemoveOnDrop`] was dropped.
    pub(crate) fn persist(self) -> Result<()> {
        let Self { file, temporary, target } = self;
        let synced = file.sync_all();
        drop(file);
        synced.map_err(failed(&target))?;
        {
            let mut temporary = temporary.lock().unwrap_or_else(PoisonError::into_inner);
            let Some(path) = temporary.take() else { return Ok(()) };
            path.persist(&target).map_err(|error| failed(&target)(error.error))?;
        }
        // The file exists by now, so an error here is not reported as a failure to write it.
        let _ = sync_folder(folder(&target));
        Ok(())
    }
}

/// Creates a directory and those that it is in. Those that are new survive a crash.
fn create_folder(path: &Path) -> io::Result<()> {
    let outer = path.ancestors().take_while(|folder| !folder.as_os_str().is_empty());
    let missing: Vec<_> = outer.take_while(|folder| !folder.exists()).collect();
    fs::create_dir_all(path)?;
    for created in missing {
        // They exist by now, and not every file system can do this.
        let _ = sync_folder(folder(created));
    }
    Ok(())
}

/// Fsyncs a directory, so that what was created or renamed in it survives a crash (Unix only).
fn sync_folder(path: &Path) -> io::Result<()> {
    if cfg!(unix) { File::open(path)?.sync_all() } else { Ok(()) }
}

fn failed(target: &Path) -> impl FnOnce(io::Error) -> Error {
    Error::io(format!("{} can't be written", target.display()))
}

fn folder(path: &Path) -> &Path {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    }
}

impl Write for AtomicFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}
