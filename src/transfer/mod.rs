//! Transfers that are never held in memory as a whole: [`Download`] and [`Upload`].

mod check;
mod download;
mod file_name;
mod progress;
mod save;
mod upload;

pub use self::{
    download::Download,
    progress::Progress,
    save::{Save, Saved},
    upload::Upload,
};

#[cfg(any(fuzzing, test))]
pub(crate) use self::file_name::suggested;
pub(crate) use self::{
    download::{Open, is_report},
    upload::MultipartUpload,
};
