//! Transfers that are never held in memory as a whole: [`Download`] and [`Upload`].

mod atomic_file;
mod download;
mod file_name;
mod findings;
mod progress;
mod save;
mod upload;
mod verified_writer;

use std::io;

use tokio::task::spawn_blocking;

pub use self::{
    download::Download,
    findings::{Events, Findings},
    progress::Progress,
    save::{Save, Saved},
    upload::Upload,
};

#[cfg(any(fuzzing, test))]
pub(crate) use self::file_name::suggested;
pub(crate) use self::{
    atomic_file::AtomicFile, download::Open, progress::Tally, upload::MultipartUpload,
};

/// Runs work on the file system where it blocks no other task.
async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> io::Result<T> + Send + 'static,
) -> io::Result<T> {
    spawn_blocking(work).await.map_err(io::Error::other)?
}
