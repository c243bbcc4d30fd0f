//! A cursor in a file.

use std::{io, path::Path};

use super::Cursor;
use crate::{Error, ErrorKind, Result, transfer::AtomicFile};

impl Cursor {
    /// Reads a cursor from a file that [`save`](Self::save) wrote.
    ///
    /// # Errors
    /// [`ErrorKind::Io`] if the file is missing, can't be read, or is not a cursor of a version that
    /// this crate knows.
    pub async fn load(path: impl AsRef<Path>) -> Result<Self> {
        let path = path.as_ref();
        match Self::read(path).await? {
            Some(cursor) => Ok(cursor),
            None => Err(failed(path, "does not exist", io::Error::from(io::ErrorKind::NotFound))),
        }
    }

    /// The same, or `other` if there is no such file: for the first run. A file that can't be read
    /// is an error. If it is lost, begin with [`Cursor::since`] the last run, so that not everything
    /// is delivered again.
    pub async fn load_or(path: impl AsRef<Path>, other: Self) -> Result<Self> {
        Ok(Self::read(path.as_ref()).await?.unwrap_or(other))
    }

    async fn read(path: &Path) -> Result<Option<Self>> {
        let text = match tokio::fs::read(path).await {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(failed(path, "can't be read", error)),
        };
        let cursor = serde_json::from_slice(&text);
        cursor.map(Some).map_err(|error: serde_json::Error| {
            failed(path, &format!("is not a cursor: {error}"), error.into())
        })
    }

    /// Writes it to a file, which is replaced atomically: after a crash there is the old cursor or
    /// the new one.
    ///
    /// # Errors
    /// [`ErrorKind::Io`] if the file can't be written.
    pub async fn save(&self, path: impl AsRef<Path>) -> Result<()> {
        let path = path.as_ref();
        let text = serde_json::to_vec(self).map_err(|error| failed(path, "", error.into()))?;
        let written = AtomicFile::write(path, text).await;
        written.map_err(|error| failed(path, "can't be written", error))
    }
}

fn failed(path: &Path, what: &str, error: io::Error) -> Error {
    let message = format!("the cursor {} {what}", path.display());
    Error::new(ErrorKind::Io, message).with_source(error)
}
