//! A zip archive read from front to back, without seeking.
//!
//! The `zip` crate has a reader for streams too. It refuses entries whose length follows their
//! content (a data descriptor), as every archive made on the fly has; hence this one.

mod directory;
mod record;

use std::{
    io::{self, BufRead as _, Read},
    mem,
};

use flate2::{Crc, Decompress, FlushDecompress, Status};

use self::{
    directory::Directory,
    record::{Content, LOCAL, Local},
};
use super::{
    Limits,
    ahead::{Ahead, Blocks, CAPACITY},
};

/// Reads the `.nessus` entries of an archive one after the other, verifying each: its checksum,
/// its sizes, and at the end the archive's directory.
#[derive(Debug)]
pub(super) struct Archive<B> {
    from: Ahead<B>,
    inflate: Decompress,
    /// For content that nobody asked for.
    unread: Vec<u8>,
    entry: Option<Entry>,
    directory: Directory,
    reports: u64,
    limits: Limits,
}

#[derive(Debug)]
struct Entry {
    name: String,
    offset: u64,
    header: Local,
    crc: Crc,
    packed: u64,
    unpacked: u64,
    ended: bool,
}

const STORED: u16 = 0;
const DEFLATED: u16 = 8;

impl<B: Blocks> Archive<B> {
    pub(super) fn new(from: Ahead<B>, limits: Limits) -> Self {
        Self {
            from,
            inflate: Decompress::new(false),
            unread: Vec::new(),
            entry: None,
            directory: Directory::default(),
            reports: 0,
            limits,
        }
    }

    /// The name of the entry that is being read.
    pub(super) fn entry(&self) -> Option<&str> {
        self.entry.as_ref().map(|entry| entry.name.as_str())
    }

    /// Goes on to the next `.nessus` entry. False where there is none: the archive was whole, and
    /// has been read to its end.
    pub(super) fn next_report(&mut self) -> io::Result<bool> {
        while let Some(name) = self.next_of_any_kind()? {
            if is_report(name) {
                self.reports += 1;
                return Ok(true);
            }
        }
        match self.reports {
            0 => Err(invalid("the archive has no entry whose name ends in .nessus")),
            _ => Ok(false),
        }
    }

    /// Reads all entries, whatever they are, to the archive's end.
    pub(super) fn verify(mut self) -> io::Result<()> {
        let mut entries = 0_u64;
        while self.next_of_any_kind()?.is_some() {
            entries += 1;
        }
        if entries == 0 { Err(invalid("the archive is empty")) } else { Ok(()) }
    }

    /// Goes on to the next entry, and returns its name.
    fn next_of_any_kind(&mut self) -> io::Result<Option<&str>> {
        let mut unread = mem::take(&mut self.unread);
        while self.next_block(&mut unread)? > 0 {}
        self.unread = unread;
        self.entry = None;
        if self.from.peek(4)? != LOCAL {
            self.directory.verify(&mut self.from)?;
            return Ok(None);
        }
        let entry = self.next_entry()?;
        Ok(Some(&self.entry.insert(entry).name))
    }

    fn next_entry(&mut self) -> io::Result<Entry> {
        let offset = self.from.position();
        let mut header = Local::of(&take::<{ Local::LENGTH }>(&mut self.from)?);
        let name = take_bytes(&mut self.from, header.name)?;
        let name = String::from_utf8_lossy(&name).into_owned();
        let extra = take_bytes(&mut self.from, header.extra)?;
        let Content { packed, unpacked, .. } = &mut header.content;
        record::widen([unpacked, packed], &extra);
        if header.encrypted {
            return Err(invalid(format!("the archive's entry {name:?} is encrypted")));
        }
        match header.method {
            STORED if header.described_after && header.content.packed == 0 => {
                // Nothing tells where its content ends.
                return Err(invalid(format!(
                    "the archive's entry {name:?} is stored, and its length not given before it"
                )));
            }
            STORED | DEFLATED => {}
            method => {
                return Err(invalid(format!(
                    "the archive's entry {name:?} is compressed by method {method}, not by deflate"
                )));
            }
        }
        self.inflate.reset(false);
        Ok(Entry { name, offset, header, crc: Crc::new(), packed: 0, unpacked: 0, ended: false })
    }
}

impl<B: Blocks> Blocks for Archive<B> {
    /// The content of the entry, up to its end, where it is verified.
    fn next_block(&mut self, block: &mut Vec<u8>) -> io::Result<usize> {
        let Some(entry) = self.entry.as_mut().filter(|entry| !entry.ended) else { return Ok(0) };
        let read = if entry.header.method == STORED {
            entry.stored(&mut self.from, block)?
        } else {
            block.resize(block.len().max(CAPACITY), 0);
            entry.inflated(&mut self.from, &mut self.inflate, block)?
        };
        entry.crc.update(block.get(..read).unwrap_or_default());
        entry.unpacked += read as u64;
        if entry.unpacked > self.limits.ratio_floor
            && entry.unpacked > entry.packed.saturating_mul(self.limits.ratio)
        {
            return Err(invalid(format!(
                "the archive's entry {:?} is more than {} times as large as it is compressed",
                entry.name, self.limits.ratio
            )));
        }
        if read == 0 {
            entry.ended = true;
            let content = entry.verify(&mut self.from)?;
            self.directory.add(entry.offset, &content);
        }
        Ok(read)
    }
}

impl Entry {
    fn stored<B: Blocks>(&mut self, from: &mut Ahead<B>, block: &mut Vec<u8>) -> io::Result<usize> {
        let left = self.header.content.packed.saturating_sub(self.packed);
        let read = if left == 0 {
            0
        } else if from.fill_buf()?.len() as u64 <= left {
            from.next_block(block)?
        } else {
            block.clear();
            from.take(left).read_to_end(block)?
        };
        if read == 0 && left > 0 {
            return Err(ends_early());
        }
        self.packed += read as u64;
        Ok(read)
    }

    #[expect(clippy::cast_possible_truncation, reason = "differences of positions in one buffer")]
    fn inflated<B: Blocks>(
        &mut self,
        from: &mut Ahead<B>,
        inflate: &mut Decompress,
        into: &mut [u8],
    ) -> io::Result<usize> {
        loop {
            let packed = from.fill_buf()?;
            let at_end = packed.is_empty();
            let (before_in, before_out) = (inflate.total_in(), inflate.total_out());
            let status = inflate
                .decompress(packed, into, FlushDecompress::None)
                .map_err(|error| invalid(format!("the archive is corrupt: {error}")))?;
            let taken = (inflate.total_in() - before_in) as usize;
            let given = (inflate.total_out() - before_out) as usize;
            from.consume(taken);
            self.packed += taken as u64;
            match status {
                _ if given > 0 => return Ok(given),
                Status::StreamEnd => return Ok(0),
                _ if at_end => return Err(ends_early()),
                _ if taken == 0 => return Err(invalid("the archive is corrupt: inflate is stuck")),
                _ => {}
            }
        }
    }

    /// Compares what was read with what the archive says of it.
    fn verify<B: Blocks>(&self, from: &mut Ahead<B>) -> io::Result<Content> {
        let found = Content { crc: self.crc.sum(), packed: self.packed, unpacked: self.unpacked };
        let crc = if self.header.described_after {
            let next = from.peek(24)?;
            if let Some(length) = record::descriptor(next, &found) {
                from.consume(length);
                return Ok(found);
            }
            if next.len() < 24 {
                return Err(ends_early());
            }
            record::Fields(next.strip_prefix(&record::DESCRIPTOR).unwrap_or(next)).u32()
        } else if self.header.content == found {
            return Ok(found);
        } else {
            self.header.content.crc
        };
        let name = &self.name;
        Err(invalid(if crc == found.crc {
            format!("the archive's entry {name:?} is corrupt: it has not the size that it should")
        } else {
            format!(
                "the archive's entry {name:?} is corrupt: its checksum is {:08x}, and should be \
                 {crc:08x}",
                found.crc
            )
        }))
    }
}

fn is_report(name: &str) -> bool {
    name.rsplit_once('.').is_some_and(|(_, suffix)| suffix.eq_ignore_ascii_case("nessus"))
}

/// What is wrong with the archive, as reading can say it.
fn invalid(what: impl Into<String>) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, what.into())
}

fn ends_early() -> io::Error {
    invalid("the archive ends early")
}

fn or_ends_early(error: io::Error) -> io::Error {
    match error.kind() {
        io::ErrorKind::UnexpectedEof => ends_early(),
        _ => error,
    }
}

fn take<const N: usize>(from: &mut impl Read) -> io::Result<[u8; N]> {
    let mut bytes = [0; N];
    from.read_exact(&mut bytes).map_err(or_ends_early)?;
    Ok(bytes)
}

fn take_bytes(from: &mut impl Read, count: u16) -> io::Result<Vec<u8>> {
    let mut bytes = vec![0; count.into()];
    from.read_exact(&mut bytes).map_err(or_ends_early)?;
    Ok(bytes)
}
