//! Archives of any size: a document in which one block of text is repeated.
//!
//! A deflated block has 18 or 24 MB, far more than deflate's window, so the repetition does not help
//! compression.

use std::{fs::File, io::Write as _, path::PathBuf};

use scanops_nessus::generate::{END, START, Shape};
use serde::{Deserialize, Serialize};
use zip::{CompressionMethod, ZipArchive, ZipWriter, write::SimpleFileOptions};

use crate::{Failure, checksum};

/// What is repeated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Kind {
    /// 1 MiB, not compressed: nearly all of the work is the transfer.
    Stored,
    /// 24 MB of [`Shape::Unique`], deflated.
    Unique,
    /// 18 MB of [`Shape::Real`], deflated.
    Real,
}

/// An archive to write: a block that is repeated, and the file.
#[derive(Debug, Serialize, Deserialize)]
pub struct Order {
    /// The block.
    pub kind: Kind,
    /// The number of repetitions.
    pub times: u64,
    /// The file.
    pub path: PathBuf,
    /// Serve it, and remove the file.
    pub serve: bool,
}

/// The properties of an archive.
#[derive(Debug, Serialize, Deserialize)]
pub struct Archive {
    /// Under which id it is served, if it is.
    pub id: u64,
    /// How many findings it has, if it is deflated.
    pub findings: u64,
    /// The size of the document.
    pub document: u64,
    /// Size and checksum of the archive itself.
    pub checksum: (u64, u32),
    /// A block that is not compressed, and where the first one begins.
    #[serde(skip)]
    pub stored: Option<(Vec<u8>, u64)>,
}

impl Order {
    /// Writes the archive.
    ///
    /// # Errors
    /// Where the file can't be written or read.
    pub fn write(&self) -> Result<Archive, Failure> {
        let (method, shape, hosts) = match self.kind {
            Kind::Stored => (CompressionMethod::Stored, Shape::Unique, 2),
            Kind::Unique => (CompressionMethod::Deflated, Shape::Unique, 33),
            Kind::Real => (CompressionMethod::Deflated, Shape::Real, 60),
        };
        let mut block = shape.hosts(hosts).into_bytes();
        if self.kind == Kind::Stored {
            // Cut anywhere, as its findings are never read.
            block.truncate(1 << 20);
        }
        let options = SimpleFileOptions::default().compression_method(method).large_file(true);
        let mut writer = ZipWriter::new(File::create(&self.path)?);
        writer.start_file("report.nessus", options)?;
        writer.write_all(START.as_bytes())?;
        for _ in 0..self.times {
            writer.write_all(&block)?;
        }
        writer.write_all(END.as_bytes())?;
        writer.finish()?;

        let mut reader = ZipArchive::new(File::open(&self.path)?)?;
        let entry = reader.by_index_raw(0)?;
        let begin = entry.data_start().unwrap_or(0) + START.len() as u64;
        Ok(Archive {
            id: 0,
            findings: (hosts * shape.items()) as u64 * self.times,
            document: entry.size(),
            checksum: checksum(File::open(&self.path)?)?,
            stored: (self.kind == Kind::Stored).then_some((block, begin)),
        })
    }
}
