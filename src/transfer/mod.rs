//! Bytes in and out that are never held as a whole: [`Download`] and [`Upload`].

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

pub(crate) use self::download::Again;
#[cfg(any(fuzzing, test))]
pub(crate) use self::file_name::suggested;
pub(crate) use crate::nessus::is_report;
