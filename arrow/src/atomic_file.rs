//! A file that appears when it is complete.

use std::{
    fs::{self, File},
    io::{self, Write},
    path::{Path, PathBuf},
};

use tempfile::TempPath;

use crate::{Error, Result};

/// A temporary file in the directory of its target, which is removed when this is dropped. The file is
/// closed first: not every system removes open ones.
#[derive(Debug)]
pub(crate) struct AtomicFile {
    file: File,
    temporary: TempPath,
    target: PathBuf,
}

impl AtomicFile {
    pub(crate) fn create(target: &Path) -> Result<Self> {
        let create = || {
            let name = target.file_name().ok_or(io::ErrorKind::InvalidInput)?;
            fs::create_dir_all(folder(target))?;
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
        Ok(Self { file, temporary, target: target.to_owned() })
    }

    /// Fsyncs the file and renames it to its target.
    pub(crate) fn persist(self) -> Result<()> {
        let Self { file, temporary, target } = self;
        file.sync_all().map_err(failed(&target))?;
        drop(file);
        temporary.persist(&target).map_err(|error| failed(&target)(error.error))?;
        // Fsyncs the directory, so that the rename survives a crash. The file exists by now, so an error
        // here is not reported as a failure to write it.
        if cfg!(unix) {
            let _ = File::open(folder(&target)).and_then(|folder| folder.sync_all());
        }
        Ok(())
    }
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
