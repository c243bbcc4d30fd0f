//! The directory at the end of an archive, compared with what was read before it.

use std::hash::{DefaultHasher, Hash, Hasher};

use super::record::{CENTRAL, Central, Common, Content, END, END_64, Fields, LOCATOR_64};
use crate::{Error, Result};

/// The entries that were read, in constant memory: their number, and the sum of their hashes, which
/// does not depend on their order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Entries {
    count: u64,
    sum: u64,
}

impl Entries {
    pub(super) fn add(&mut self, common: &Common, offset: u64, content: &Content) {
        let mut hasher = DefaultHasher::new();
        (common, offset, content).hash(&mut hasher);
        self.count += 1;
        self.sum = self.sum.wrapping_add(hasher.finish());
    }
}

/// Reads the directory and the records after it.
#[derive(Debug)]
pub(super) struct Directory {
    /// Where it begins.
    start: u64,
    listed: Entries,
    /// Where it ended, and the contents of the records after it.
    end: Option<u64>,
    wide: Option<Wide>,
    located: bool,
}

/// The end of an archive of more or larger entries than fit 32 bits.
#[derive(Clone, Copy, Debug)]
struct Wide {
    at: u64,
    entries: u64,
    size: u64,
    start: u64,
}

/// What the bytes were.
pub(super) enum Read {
    /// A record of this length.
    Record(usize),
    /// The last record, of this length.
    Last(usize),
    More,
}

impl Directory {
    pub(super) fn new(start: u64) -> Self {
        Self { start, listed: Entries::default(), end: None, wide: None, located: false }
    }

    /// Reads the record at the beginning of `bytes`, which are at `at` in the archive.
    pub(super) fn read(&mut self, bytes: &[u8], at: u64, entries: &Entries) -> Result<Read> {
        let Some(signature) = bytes.first_chunk::<4>() else { return Ok(Read::More) };
        match *signature {
            CENTRAL if self.end.is_none() => {
                let Some((central, length)) = Central::read(bytes)? else { return Ok(Read::More) };
                self.listed.add(&central.common, central.offset, &central.content);
                Ok(Read::Record(length))
            }
            END_64 if self.wide.is_none() => self.wide_end(bytes, at),
            LOCATOR_64 if self.wide.is_some() && !self.located => self.locator(bytes),
            END => self.end(bytes, at, entries),
            _ => {
                let start = self.start;
                Err(Error::archive(format!(
                    "it has no valid record at byte {at} (directory at {start})"
                )))
            }
        }
    }

    fn wide_end(&mut self, bytes: &[u8], at: u64) -> Result<Read> {
        let Some(record) = bytes.first_chunk::<56>() else { return Ok(Read::More) };
        self.end.get_or_insert(at);
        let mut fields = Fields(record);
        let size = fields.skip(4).u64();
        // Behind the version: disks, entries on this disk, all entries.
        let (disk, of_start) = (fields.skip(4).u32(), fields.u32());
        let (here, entries) = (fields.u64(), fields.u64());
        // A longer record has extensible data, which is not in use.
        if size != 44 || disk != 0 || of_start != 0 || here != entries {
            return Err(mismatch());
        }
        self.wide = Some(Wide { at, entries, size: fields.u64(), start: fields.u64() });
        Ok(Read::Record(record.len()))
    }

    fn locator(&mut self, bytes: &[u8]) -> Result<Read> {
        let Some(record) = bytes.first_chunk::<20>() else { return Ok(Read::More) };
        let mut fields = Fields(record);
        let (disk, at, disks) = (fields.skip(4).u32(), fields.u64(), fields.u32());
        if disk != 0 || disks > 1 || self.wide.is_none_or(|wide| wide.at != at) {
            return Err(mismatch());
        }
        self.located = true;
        Ok(Read::Record(record.len()))
    }

    fn end(&mut self, bytes: &[u8], at: u64, entries: &Entries) -> Result<Read> {
        let Some(record) = bytes.first_chunk::<22>() else { return Ok(Read::More) };
        let mut fields = Fields(record);
        let (disk, of_start) = (fields.skip(4).u16(), fields.u16());
        let (here, count) = (fields.u16(), fields.u16());
        let (size, start) = (fields.u32(), fields.u32());
        let length = record.len() + usize::from(fields.u16());
        if bytes.len() < length {
            return Ok(Read::More);
        }
        let end = *self.end.get_or_insert(at);
        let real = Wide { at, entries: entries.count, size: end - self.start, start: self.start };
        // If there is a wide record, all ones mean that the number is there.
        let narrow = |found: u64, real: u64, ones: u64| {
            found == real || (self.wide.is_some() && found == ones)
        };
        let agrees = self.listed == *entries
            && disk == 0
            && of_start == 0
            && narrow(here.into(), real.entries, u16::MAX.into())
            && narrow(count.into(), real.entries, u16::MAX.into())
            && narrow(size.into(), real.size, u32::MAX.into())
            && narrow(start.into(), real.start, u32::MAX.into())
            && self.wide.is_none_or(|wide| {
                self.located
                    && (wide.entries, wide.size, wide.start)
                        == (real.entries, real.size, real.start)
            });
        if agrees { Ok(Read::Last(length)) } else { Err(mismatch()) }
    }
}

fn mismatch() -> Error {
    Error::archive("its directory does not match what it holds")
}
