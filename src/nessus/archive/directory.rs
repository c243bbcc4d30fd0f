//! The directory at the end of an archive, compared with what was read before it.

use std::{
    hash::{DefaultHasher, Hash, Hasher},
    io::{self, Read},
};

use super::{
    ends_early, invalid,
    record::{CENTRAL, Central, Content, END, END_64, Fields, LOCATOR_64, widen},
    take, take_bytes,
};
use crate::nessus::ahead::{Ahead, Blocks};

/// The entries that were read, in the memory of one: their number, and a sum over what they were,
/// which is the same in any order.
#[derive(Debug, Default)]
pub(super) struct Directory {
    entries: u64,
    sum: u64,
}

impl Directory {
    pub(super) fn add(&mut self, offset: u64, content: &Content) {
        let mut hasher = DefaultHasher::new();
        (offset, content).hash(&mut hasher);
        self.entries += 1;
        self.sum = self.sum.wrapping_add(hasher.finish());
    }

    /// Reads the directory and the records after it, up to the archive's last byte.
    pub(super) fn verify<B: Blocks>(&self, from: &mut Ahead<B>) -> io::Result<()> {
        let start = from.position();
        let mut listed = Self::default();
        while from.peek(4)? == CENTRAL {
            let Central { mut content, mut offset, name, extra, comment } =
                Central::of(&take::<{ Central::LENGTH }>(from)?);
            take_bytes(from, name)?;
            let extra = take_bytes(from, extra)?;
            take_bytes(from, comment)?;
            widen([&mut content.unpacked, &mut content.packed, &mut offset], &extra);
            listed.add(offset, &content);
        }
        if from.peek(4)? == END_64 {
            let length = Fields(&take::<12>(from)?).skip(4).u64();
            skip(from, length)?;
        }
        if from.peek(4)? == LOCATOR_64 {
            take::<20>(from)?;
        }
        match from.peek(4)? {
            next if next == END => {}
            next if next.len() < 4 => return Err(ends_early()),
            _ => return Err(invalid(format!("the archive has no valid record at byte {start}"))),
        }
        let record = take::<22>(from)?;
        let mut fields = Fields(&record);
        let entries = fields.skip(10).u16();
        let comment = fields.skip(8).u16();
        take_bytes(from, comment)?;
        if (listed.entries, listed.sum) != (self.entries, self.sum)
            || (entries != u16::MAX && u64::from(entries) != self.entries)
        {
            return Err(invalid("the archive's directory does not list what the archive holds"));
        }
        if !from.peek(1)?.is_empty() {
            return Err(invalid("something follows the archive's end"));
        }
        Ok(())
    }
}

fn skip(from: &mut impl Read, count: u64) -> io::Result<()> {
    let skipped = io::copy(&mut from.take(count), &mut io::sink())?;
    if skipped < count { Err(ends_early()) } else { Ok(()) }
}
