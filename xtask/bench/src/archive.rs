//! Archives of any size: a document in which one block of text is repeated.
//!
//! A deflated block has 24 MB, far more than the window of deflate: repeating it makes nothing
//! easier.

use std::{
    fs::File,
    io::{Seek as _, Write as _},
};

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
    /// 24 MB of [`Shape::Real`], deflated.
    Real,
}

/// What is known of an archive.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Archive {
    /// Under which id it is served, if it is.
    pub id: u64,
    /// How many findings it has.
    pub findings: u64,
    /// The size of the document.
    pub document: u64,
    /// Size and checksum of the archive itself.
    pub checksum: (u64, u32),
    /// Where the first block begins.
    #[serde(skip)]
    pub blocks_at: u64,
    /// The block.
    #[serde(skip)]
    pub block: Vec<u8>,
}

/// Writes an archive with a block so many times.
///
/// # Errors
/// Where the file can't be written or read.
pub fn write_archive(kind: Kind, times: u64, file: &mut File) -> Result<Archive, Failure> {
    let (method, shape, hosts) = match kind {
        Kind::Stored => (CompressionMethod::Stored, Shape::Unique, 2),
        Kind::Unique => (CompressionMethod::Deflated, Shape::Unique, 33),
        Kind::Real => (CompressionMethod::Deflated, Shape::Real, 60),
    };
    let mut block = shape.hosts(hosts).into_bytes();
    if kind == Kind::Stored {
        // Cut anywhere: nobody reads its findings.
        block.truncate(1 << 20);
    }
    let options = SimpleFileOptions::default().compression_method(method).large_file(true);
    let mut writer = ZipWriter::new(&mut *file);
    writer.start_file("report.nessus", options)?;
    writer.write_all(START.as_bytes())?;
    for _ in 0..times {
        writer.write_all(&block)?;
    }
    writer.write_all(END.as_bytes())?;
    writer.finish()?;

    let mut reader = ZipArchive::new(&mut *file)?;
    let entry = reader.by_index_raw(0)?;
    let document = entry.size();
    let blocks_at = entry.data_start().unwrap_or(0) + START.len() as u64;
    drop(entry);
    file.rewind()?;
    Ok(Archive {
        id: 0,
        findings: (hosts * shape.items()) as u64 * times,
        document,
        checksum: checksum(file)?,
        blocks_at,
        block,
    })
}
