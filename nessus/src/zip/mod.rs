//! A zip archive, read from front to back without seeking. It does no IO: bytes are passed to it.
//!
//! The `zip` crate has a reader for streams too. It rejects entries whose length follows their
//! content (a data descriptor), as every archive made on the fly has.

mod directory;
mod record;

use flate2::{Crc, Decompress, FlushDecompress, Status};

use self::{
    directory::{Directory, Entries, Read},
    record::{Content, LOCAL, Local, STORED},
};
use crate::{Error, Limits, Result, error::brief};

/// Verifies what it reads: each entry's checksum and sizes, and that the directory and the records
/// after it agree with them.
#[derive(Debug)]
pub(crate) struct Archive {
    inflate: Box<Decompress>,
    state: State,
    /// How many bytes were read.
    position: u64,
    entries: Entries,
    limits: Limits,
}

#[derive(Debug)]
enum State {
    /// Before an entry or the directory.
    Record,
    Content(Entry),
    /// After the content of an entry.
    Descriptor(Entry),
    Directory(Directory),
    Ended,
}

#[derive(Debug)]
struct Entry {
    name: String,
    offset: u64,
    header: Local,
    crc: Crc,
    packed: u64,
    unpacked: u64,
}

/// The result of a step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// An entry of this name begins.
    Entry(String),
    /// So many bytes of its content were written to the buffer.
    Content(usize),
    /// It ended, and its checksum and sizes are right.
    EntryEnd,
    /// More input is needed.
    More,
    /// The archive ended, and is complete.
    End,
}

impl Archive {
    pub(crate) fn new(limits: Limits) -> Self {
        Self {
            inflate: Box::new(Decompress::new(false)),
            state: State::Record,
            position: 0,
            entries: Entries::default(),
            limits,
        }
    }

    /// Reads on. Removes from `input` what it reads; with `at_end`, nothing follows `input`. `out` must
    /// not be empty.
    pub(crate) fn step(&mut self, input: &mut &[u8], at_end: bool, out: &mut [u8]) -> Result<Step> {
        let (before, given) = (self.position, input.len());
        let step = self.advance(input, at_end, out);
        self.position = before + (given - input.len()) as u64;
        match step {
            Ok(Step::More) if at_end => Err(ends_early()),
            step => step,
        }
    }

    fn advance(&mut self, input: &mut &[u8], at_end: bool, out: &mut [u8]) -> Result<Step> {
        let mut last = input.len();
        loop {
            self.position += (last - input.len()) as u64;
            last = input.len();
            let position = self.position;
            match &mut self.state {
                State::Record => {
                    let Some(signature) = input.first_chunk::<4>() else { return Ok(Step::More) };
                    if *signature != LOCAL {
                        self.state = State::Directory(Directory::new(position));
                        continue;
                    }
                    let Some((header, length)) = Local::read(input)? else { return Ok(Step::More) };
                    *input = input.get(length..).unwrap_or_default();
                    self.inflate.reset(false);
                    let name = header.common.name();
                    self.state = State::Content(Entry {
                        name: name.clone(),
                        offset: position,
                        header,
                        crc: Crc::new(),
                        packed: 0,
                        unpacked: 0,
                    });
                    return Ok(Step::Entry(name));
                }
                State::Content(entry) => {
                    let step = if entry.header.common.method == STORED {
                        entry.stored(input, out)
                    } else {
                        entry.inflated(input, &mut self.inflate, out)?
                    };
                    if let Step::Content(length) = step {
                        entry.crc.update(out.get(..length).unwrap_or_default());
                        entry.check_ratio(&self.limits)?;
                    }
                    if step != Step::EntryEnd {
                        return Ok(step);
                    }
                    let State::Content(entry) = std::mem::replace(&mut self.state, State::Record)
                    else {
                        continue;
                    };
                    self.state = State::Descriptor(entry);
                }
                State::Descriptor(entry) => {
                    let Some((content, length)) = entry.verify(input, at_end)? else {
                        return Ok(Step::More);
                    };
                    *input = input.get(length..).unwrap_or_default();
                    self.entries.add(&entry.header.common, entry.offset, &content);
                    self.state = State::Record;
                    return Ok(Step::EntryEnd);
                }
                State::Directory(directory) => {
                    let length = match directory.read(input, position, &self.entries)? {
                        Read::More => return Ok(Step::More),
                        Read::Record(length) => length,
                        Read::Last(length) => {
                            self.state = State::Ended;
                            length
                        }
                    };
                    *input = input.get(length..).unwrap_or_default();
                }
                State::Ended if !input.is_empty() => {
                    return Err(Error::archive("something follows its end"));
                }
                State::Ended => return Ok(if at_end { Step::End } else { Step::More }),
            }
        }
    }
}

impl Entry {
    fn stored(&mut self, input: &mut &[u8], out: &mut [u8]) -> Step {
        let left = self.header.content.packed.saturating_sub(self.packed);
        if left == 0 {
            return Step::EntryEnd;
        }
        let length = input.len().min(out.len()).min(usize::try_from(left).unwrap_or(usize::MAX));
        if length == 0 {
            return Step::More;
        }
        let (taken, rest) = input.split_at(length);
        out[..length].copy_from_slice(taken);
        *input = rest;
        self.packed += length as u64;
        self.unpacked += length as u64;
        Step::Content(length)
    }

    #[expect(clippy::cast_possible_truncation, reason = "differences of positions in one buffer")]
    fn inflated(
        &mut self,
        input: &mut &[u8],
        inflate: &mut Decompress,
        out: &mut [u8],
    ) -> Result<Step> {
        loop {
            let (before_in, before_out) = (inflate.total_in(), inflate.total_out());
            let status =
                inflate.decompress(input, out, FlushDecompress::None).map_err(|error| {
                    Error::archive(format!("the entry {:?} is corrupt: {error}", brief(&self.name)))
                })?;
            let taken = (inflate.total_in() - before_in) as usize;
            let given = (inflate.total_out() - before_out) as usize;
            *input = input.get(taken..).unwrap_or_default();
            self.packed += taken as u64;
            self.unpacked += given as u64;
            match status {
                _ if given > 0 => return Ok(Step::Content(given)),
                Status::StreamEnd => return Ok(Step::EntryEnd),
                _ if input.is_empty() => return Ok(Step::More),
                _ if taken == 0 => return Err(Error::archive("inflating makes no progress")),
                _ => {}
            }
        }
    }

    fn check_ratio(&self, limits: &Limits) -> Result<()> {
        if self.unpacked <= limits.ratio_floor
            || self.unpacked <= self.packed.saturating_mul(limits.ratio)
        {
            return Ok(());
        }
        Err(Error::limit(format!(
            "the archive's entry {:?} is more than {} times as large as it is compressed",
            brief(&self.name),
            limits.ratio
        )))
    }

    /// Compares the content that was read with the record before or after it. Returns checksum and
    /// sizes, and the length of the record after it; `None` if that is incomplete.
    fn verify(&self, input: &[u8], at_end: bool) -> Result<Option<(Content, usize)>> {
        const LONGEST: usize = 24;
        let found = Content { crc: self.crc.sum(), packed: self.packed, unpacked: self.unpacked };
        let common = &self.header.common;
        let recorded = if common.described_after() {
            if input.len() < LONGEST && !at_end {
                return Ok(None);
            }
            if let Some(length) = record::descriptor(input, &found) {
                return Ok(Some((found, length)));
            }
            if input.len() < LONGEST {
                return Err(ends_early());
            }
            if common.method == STORED && self.header.content == Content::default() {
                // Its end can't be found.
                return Err(Error::archive(format!(
                    "the entry {:?} is stored, and its length is not given before it",
                    brief(&self.name)
                )));
            }
            record::Fields(input.strip_prefix(&record::DESCRIPTOR).unwrap_or(input)).u32()
        } else if self.header.content == found {
            return Ok(Some((found, 0)));
        } else {
            self.header.content.crc
        };
        let name = brief(&self.name);
        Err(Error::archive(if recorded == found.crc {
            format!(
                "the entry {name:?} is corrupt: its size is not the one in the archive's records"
            )
        } else {
            format!(
                "the entry {name:?} is corrupt: its checksum is {:08x}, and should be {recorded:08x}",
                found.crc
            )
        }))
    }
}

/// Whether an entry is a report by its name. Archives made by macOS have a binary companion for
/// each file, `__MACOSX/._scan.nessus`.
pub(crate) fn is_report(name: &str) -> bool {
    has_suffix(name, "nessus")
}

/// Whether a file is of this kind, and not a companion that macOS added.
pub(crate) fn has_suffix(path: &str, suffix: &str) -> bool {
    let file = path.rsplit(['/', '\\']).next().unwrap_or(path);
    let has = file.rsplit_once('.').is_some_and(|(_, it)| it.eq_ignore_ascii_case(suffix));
    has && !file.starts_with("._") && !path.starts_with("__MACOSX/")
}

fn ends_early() -> Error {
    Error::archive("it ends early")
}
