//! Bytes in and out that are never held as a whole: [`Download`] and [`Upload`].

mod download;
mod upload;

pub use self::{download::Download, upload::Upload};

pub(crate) use self::download::is_report;
