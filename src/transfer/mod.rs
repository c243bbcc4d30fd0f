//! Transfers that are never held in memory as a whole: [`Download`] and [`Upload`].

mod atomic_file;
mod download;
mod file_name;
mod findings;
mod progress;
mod save;
mod upload;
mod verified_writer;

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
