//! Shared code of the three programs of the benchmark.
//!
//! - `bench` runs programs, times them and writes BENCHMARKS.md: this is what `cargo xtask bench`
//!   starts. Its module `rows` explains how to add a row.
//! - `bench-client` does the work that is measured, with scanops or with reqwest.
//! - `bench-server` is the server for both.

mod archive;

use std::{
    error::Error,
    io::{self, BufReader, Read},
};

use flate2::CrcReader;
use serde::{Deserialize, Serialize};

pub use archive::{Archive, Kind, Order};

/// Anything that ends a run.
pub type Failure = Box<dyn Error + Send + Sync>;

/// The output of a measured program, as a line of JSON. Results are compared before times.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Output {
    /// The time of the work, without the start of the program.
    pub seconds: f64,
    /// The number of findings, calls, scans or downloads.
    pub count: u64,
    /// How many bytes.
    pub bytes: u64,
    /// A checksum of them, or another number that the same work must give.
    pub sum: u64,
}

/// Reads to the end, and returns the size and the checksum.
///
/// # Errors
/// Those of the reader.
pub fn checksum(reader: impl Read) -> io::Result<(u64, u32)> {
    let mut reader = CrcReader::new(reader);
    let size = read_all(&mut reader)?;
    Ok((size, reader.crc().sum()))
}

/// Reads to the end with a buffer of 64 KiB, and returns the size.
///
/// # Errors
/// Those of the reader.
pub fn read_all(reader: impl Read) -> io::Result<u64> {
    io::copy(&mut BufReader::with_capacity(64 << 10, reader), &mut io::sink())
}
