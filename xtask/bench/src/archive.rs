//! Archives of any size from one block that is repeated: a start, the block some times, an end.
//!
//! A deflated block ends with a full flush, so that it means the same wherever it stands. Blocks
//! are far larger than the window of deflate: repeating them makes nothing easier.

use std::io::{self, Write};

use flate2::{Compress, Compression, Crc, FlushCompress};

use scanops_nessus::generate::{self, Shape};

use crate::Failure;

const NAME: &[u8] = b"report.nessus";
/// Hosts in a deflated block: about 24 MB.
fn hosts(shape: Shape) -> usize {
    match shape {
        Shape::Real => 60,
        Shape::Unique => 33,
    }
}

/// How large a stored block is.
pub const STORED: usize = 1 << 20;

/// A block, and what an archive needs to know of it.
#[derive(Debug)]
pub struct Block {
    method: u16,
    /// As it stands in the archive.
    pub bytes: Vec<u8>,
    plain: u64,
    crc: Crc,
    /// Its findings.
    pub findings: u64,
    start: Frame,
    end: Frame,
}

/// What stands before and after the blocks.
#[derive(Debug)]
struct Frame {
    bytes: Vec<u8>,
    plain: u64,
    crc: Crc,
}

/// An archive: what to send.
#[derive(Debug)]
pub struct Archive {
    /// Before the blocks.
    pub start: Vec<u8>,
    /// After them.
    pub end: Vec<u8>,
    /// How often the block is repeated.
    pub times: u64,
    /// The size of the whole.
    pub size: u64,
    /// The size of the document.
    pub plain: u64,
}

impl Block {
    /// 1 MiB, not compressed: the work of a transfer is nearly all there is.
    #[must_use]
    pub fn stored() -> Self {
        let mut text = Shape::Unique.hosts(2);
        let frame = |text: &str| Frame::of(text, text.as_bytes().to_vec());
        // Cut anywhere: nobody reads its findings.
        let bytes = std::mem::take(&mut text).into_bytes();
        let bytes = bytes[..STORED.min(bytes.len())].to_vec();
        let mut crc = Crc::new();
        crc.update(&bytes);
        Self {
            method: 0,
            plain: bytes.len() as u64,
            bytes,
            crc,
            findings: 0,
            start: frame(generate::START),
            end: frame(generate::END),
        }
    }

    /// About 24 MB of a report, deflated.
    ///
    /// # Errors
    /// None that are known: what deflates says so.
    pub fn deflated(shape: Shape) -> Result<Self, Failure> {
        let text = shape.hosts(hosts(shape));
        let block = deflate(&text, FlushCompress::Full)?;
        let start = deflate(generate::START, FlushCompress::Full)?;
        let end = deflate(generate::END, FlushCompress::Finish)?;
        let whole = Frame::of(&text, block);
        Ok(Self {
            method: 8,
            bytes: whole.bytes,
            plain: whole.plain,
            crc: whole.crc,
            findings: (hosts(shape) * shape.items()) as u64,
            start: Frame::of(generate::START, start),
            end: Frame::of(generate::END, end),
        })
    }

    /// The archive with this block so many times.
    #[must_use]
    pub fn times(&self, times: u64) -> Archive {
        let mut crc = Crc::new();
        crc.combine(&self.start.crc);
        for _ in 0..times {
            crc.combine(&self.crc);
        }
        crc.combine(&self.end.crc);
        let plain = self.start.plain + self.plain * times + self.end.plain;
        let packed = self.start.bytes.len() as u64
            + self.bytes.len() as u64 * times
            + self.end.bytes.len() as u64;
        let about = Entry { method: self.method, crc: crc.sum(), packed, plain };
        let start = [about.local(), self.start.bytes.clone()].concat();
        let directory_at = start.len() as u64 + packed - self.start.bytes.len() as u64;
        let end = [self.end.bytes.clone(), about.directory(directory_at)].concat();
        let size = start.len() as u64 + self.bytes.len() as u64 * times + end.len() as u64;
        Archive { start, end, times, size, plain }
    }

    /// The block of this name: stored, deflated (of the worst case) or real (deflated, of the real
    /// shape).
    ///
    /// # Errors
    /// Where there is no such block.
    pub fn named(name: &str) -> Result<Self, Failure> {
        match name {
            "stored" => Ok(Self::stored()),
            "deflated" => Self::deflated(Shape::Unique),
            "real" => Self::deflated(Shape::Real),
            other => Err(format!("no block is called {other}").into()),
        }
    }

    /// Writes such an archive.
    ///
    /// # Errors
    /// Where it can't be written.
    pub fn write(&self, times: u64, to: &mut impl Write) -> io::Result<Archive> {
        let archive = self.times(times);
        to.write_all(&archive.start)?;
        for _ in 0..times {
            to.write_all(&self.bytes)?;
        }
        to.write_all(&archive.end)?;
        Ok(archive)
    }
}

impl Frame {
    fn of(text: &str, bytes: Vec<u8>) -> Self {
        let mut crc = Crc::new();
        crc.update(text.as_bytes());
        Self { bytes, plain: text.len() as u64, crc }
    }
}

fn deflate(text: &str, flush: FlushCompress) -> Result<Vec<u8>, Failure> {
    let mut deflater = Compress::new(Compression::default(), false);
    let mut out = Vec::with_capacity(text.len() + 1024);
    deflater.compress_vec(text.as_bytes(), &mut out, flush)?;
    if deflater.total_in() != text.len() as u64 {
        return Err("the block did not fit its buffer".into());
    }
    Ok(out)
}

/// The entry of an archive of one, with the sizes of zip64: they hold any.
struct Entry {
    method: u16,
    crc: u32,
    packed: u64,
    plain: u64,
}

impl Entry {
    /// Version, flags, method, date, checksum, sizes, lengths of name and extra field.
    fn facts(&self) -> Vec<u8> {
        let mut out = Vec::new();
        out.extend(45_u16.to_le_bytes());
        out.extend([0; 2]);
        out.extend(self.method.to_le_bytes());
        out.extend([0; 4]);
        out.extend(self.crc.to_le_bytes());
        out.extend([0xff; 8]);
        out.extend([13, 0, 20, 0]);
        out
    }

    fn sizes(&self) -> Vec<u8> {
        let mut out = vec![1, 0, 16, 0];
        out.extend(self.plain.to_le_bytes());
        out.extend(self.packed.to_le_bytes());
        out
    }

    fn local(&self) -> Vec<u8> {
        [b"PK\x03\x04", &self.facts()[..], NAME, &self.sizes()].concat()
    }

    fn directory(&self, at: u64) -> Vec<u8> {
        let central =
            [b"PK\x01\x02\x2d\0", &self.facts()[..], &[0; 14], NAME, &self.sizes()].concat();
        let length = central.len() as u64;
        let mut out = central;
        out.extend(b"PK\x06\x06");
        out.extend(44_u64.to_le_bytes());
        out.extend([45, 0, 45, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
        for number in [1, 1, length, at] {
            out.extend(number.to_le_bytes());
        }
        out.extend(b"PK\x06\x07\0\0\0\0");
        out.extend((at + length).to_le_bytes());
        out.extend([1, 0, 0, 0]);
        out.extend(b"PK\x05\x06\0\0\0\0");
        out.extend([0xff; 12]);
        out.extend([0, 0]);
        out
    }
}
