//! A zip archive of one entry, written while its content is made.
//!
//! Neither the size nor the checksum of the entry is known when it begins: they follow its content
//! in a data descriptor, and are said again in the directory at the end. An entry that may pass
//! 4 GiB has the wider fields of zip64.

use std::io;
use std::mem;

use flate2::{Compress, Compression, Crc, FlushCompress, Status};

/// From this size on the fields of zip64 are used. It leaves room for what deflate may add to
/// content that it can't compress.
const LARGE: u64 = 0xF000_0000;

/// The version of the format that a reader must know: 4.5 has zip64, 2.0 has deflate.
const VERSION_LARGE: u16 = 45;
const VERSION: u16 = 20;
/// Sizes and checksum follow the content.
const DESCRIPTOR_FOLLOWS: u16 = 1 << 3;
const DEFLATE: u16 = 8;
/// 2026-01-05 08:00, in the format of MS-DOS.
const DATE: u16 = ((2026 - 1980) << 9) | (1 << 5) | 5;
const TIME: u16 = 8 << 11;
const ZIP64_EXTRA: u16 = 1;
/// Stands in a narrow field whose value is in a wider one elsewhere.
const SEE_ZIP64: u32 = u32::MAX;

/// A piece of content that is deflated once and then used in any number of archives: it neither
/// refers to what stands before it nor ends the entry.
pub(super) struct Block {
    content: Vec<u8>,
    deflated: Vec<u8>,
    checksum: Crc,
}

impl Block {
    /// Deflates it.
    pub(super) fn new(content: Vec<u8>) -> Self {
        let mut checksum = Crc::new();
        checksum.update(&content);
        let mut deflated = Vec::with_capacity(content.len());
        let mut deflate = Compress::new(Compression::default(), false);
        // Into memory, with valid settings, deflate has no way to fail; were it to, readers would
        // see a wrong checksum.
        let _ = run(&mut deflate, &content, &mut deflated, FlushCompress::Full);
        deflated.shrink_to_fit();
        Self { content, deflated, checksum }
    }

    /// What it holds.
    pub(super) fn content(&self) -> &[u8] {
        &self.content
    }

    /// How large its content is.
    pub(super) fn len(&self) -> u64 {
        length(&self.content)
    }
}

/// An archive that is being written.
pub(super) struct Zip {
    deflate: Compress,
    /// What is written and was not taken yet.
    output: Vec<u8>,
    checksum: Crc,
    size: u64,
    compressed: u64,
    /// Whether something was written behind the last block.
    open: bool,
    name: String,
    large: bool,
    /// The size of what stands before the content.
    head: u64,
}

impl Zip {
    /// An archive whose entry has this name and will have about this size.
    pub(super) fn new(name: String, expected_size: u64) -> Self {
        let large = expected_size >= LARGE;
        let output = local_header(&name, large);
        Self {
            deflate: Compress::new(Compression::fast(), false),
            head: length(&output),
            output,
            checksum: Crc::new(),
            size: 0,
            compressed: 0,
            open: false,
            name,
            large,
        }
    }

    /// Appends to the entry.
    pub(super) fn write(&mut self, content: &[u8]) -> io::Result<()> {
        self.checksum.update(content);
        self.size += length(content);
        self.open = true;
        self.run(content, FlushCompress::None)
    }

    /// Appends a block to the entry, as it was deflated.
    pub(super) fn append(&mut self, block: &Block) -> io::Result<()> {
        // What comes later must not refer to what stands before the block: its distance is not
        // what deflate takes it for.
        if mem::take(&mut self.open) {
            self.run(&[], FlushCompress::Full)?;
        }
        self.checksum.combine(&block.checksum);
        self.size += block.len();
        self.compressed += length(&block.deflated);
        self.output.extend_from_slice(&block.deflated);
        Ok(())
    }

    /// How many bytes of the archive wait to be taken.
    pub(super) fn ready(&self) -> usize {
        self.output.len()
    }

    /// Takes the bytes of the archive that are ready.
    pub(super) fn take(&mut self) -> Vec<u8> {
        mem::take(&mut self.output)
    }

    /// Ends the archive and takes the rest of it.
    pub(super) fn finish(mut self) -> io::Result<Vec<u8>> {
        self.run(&[], FlushCompress::Finish)?;
        let entry = Entry {
            name: &self.name,
            large: self.large,
            checksum: self.checksum.sum(),
            compressed: self.compressed,
            size: self.size,
        };
        let mut rest = mem::take(&mut self.output);
        let descriptor = entry.descriptor();
        let directory_start = self.head + entry.compressed + length(&descriptor);
        rest.extend(descriptor);
        let directory = entry.directory();
        let directory_size = length(&directory);
        rest.extend(directory);
        rest.extend(end(self.large, directory_start, directory_size));
        Ok(rest)
    }

    fn run(&mut self, content: &[u8], flush: FlushCompress) -> io::Result<()> {
        self.compressed += run(&mut self.deflate, content, &mut self.output, flush)?;
        Ok(())
    }
}

/// Deflates all of the content, and what is left over from before if `flush` says so. Returns how
/// many bytes came out of it.
fn run(
    deflate: &mut Compress,
    mut content: &[u8],
    output: &mut Vec<u8>,
    flush: FlushCompress,
) -> io::Result<u64> {
    /// More than the mark of a flush takes, or it would be written twice.
    const ROOM: usize = 4096;
    let before = output.len();
    loop {
        output.reserve(ROOM);
        let read = deflate.total_in();
        let status = deflate.compress_vec(content, output, flush)?;
        let read = usize::try_from(deflate.total_in() - read).unwrap_or(usize::MAX);
        content = content.get(read..).unwrap_or_default();
        let all_read = content.is_empty();
        let room_is_left = output.len() < output.capacity();
        let done = match flush {
            FlushCompress::Finish => status == Status::StreamEnd,
            FlushCompress::None => all_read,
            _ => all_read && room_is_left,
        };
        if done {
            return Ok(length(output.get(before..).unwrap_or_default()));
        }
    }
}

fn local_header(name: &str, large: bool) -> Vec<u8> {
    let mut header = Fields::signed(*b"PK\x03\x04");
    header.common(large).u32(0);
    let narrow = if large { SEE_ZIP64 } else { 0 };
    header.u32(narrow).u32(narrow);
    header.u16(short(name)).u16(if large { 20 } else { 0 }).bytes(name.as_bytes());
    if large {
        header.u16(ZIP64_EXTRA).u16(16).u64(0).u64(0);
    }
    header.0
}

/// The entry, once all is known about it.
struct Entry<'a> {
    name: &'a str,
    large: bool,
    checksum: u32,
    compressed: u64,
    size: u64,
}

impl Entry<'_> {
    fn descriptor(&self) -> Vec<u8> {
        let mut descriptor = Fields::signed(*b"PK\x07\x08");
        descriptor.u32(self.checksum);
        if self.large {
            descriptor.u64(self.compressed).u64(self.size);
        } else {
            descriptor.u32(narrow(self.compressed)).u32(narrow(self.size));
        }
        descriptor.0
    }

    fn directory(&self) -> Vec<u8> {
        let mut directory = Fields::signed(*b"PK\x01\x02");
        directory.u16(if self.large { VERSION_LARGE } else { VERSION });
        directory.common(self.large).u32(self.checksum);
        if self.large {
            directory.u32(SEE_ZIP64).u32(SEE_ZIP64);
        } else {
            directory.u32(narrow(self.compressed)).u32(narrow(self.size));
        }
        directory.u16(short(self.name)).u16(if self.large { 20 } else { 0 });
        // No comment, disk 0, no attributes, at the beginning of the archive.
        directory.u16(0).u16(0).u16(0).u32(0).u32(0);
        directory.bytes(self.name.as_bytes());
        if self.large {
            directory.u16(ZIP64_EXTRA).u16(16).u64(self.size).u64(self.compressed);
        }
        directory.0
    }
}

/// The end of the archive, which says where its directory is.
fn end(large: bool, directory_start: u64, directory_size: u64) -> Vec<u8> {
    let mut end = Fields(Vec::new());
    if large {
        end.bytes(b"PK\x06\x06").u64(44).u16(VERSION_LARGE).u16(VERSION_LARGE);
        end.u32(0).u32(0).u64(1).u64(1).u64(directory_size).u64(directory_start);
        end.bytes(b"PK\x06\x07").u32(0).u64(directory_start + directory_size).u32(1);
    }
    let start = if large { SEE_ZIP64 } else { narrow(directory_start) };
    end.bytes(b"PK\x05\x06").u16(0).u16(0).u16(1).u16(1);
    end.u32(narrow(directory_size)).u32(start).u16(0);
    end.0
}

/// Bytes that are put together field by field, the least significant byte of each first.
struct Fields(Vec<u8>);

impl Fields {
    fn signed(signature: [u8; 4]) -> Self {
        Self(signature.to_vec())
    }

    fn bytes(&mut self, bytes: &[u8]) -> &mut Self {
        self.0.extend_from_slice(bytes);
        self
    }

    fn u16(&mut self, value: u16) -> &mut Self {
        self.bytes(&value.to_le_bytes())
    }

    fn u32(&mut self, value: u32) -> &mut Self {
        self.bytes(&value.to_le_bytes())
    }

    fn u64(&mut self, value: u64) -> &mut Self {
        self.bytes(&value.to_le_bytes())
    }

    /// What the header before the entry and the directory have in common.
    fn common(&mut self, large: bool) -> &mut Self {
        self.u16(if large { VERSION_LARGE } else { VERSION });
        self.u16(DESCRIPTOR_FOLLOWS).u16(DEFLATE).u16(TIME).u16(DATE)
    }
}

fn narrow(value: u64) -> u32 {
    u32::try_from(value).unwrap_or(u32::MAX)
}

fn short(name: &str) -> u16 {
    u16::try_from(name.len()).unwrap_or(u16::MAX)
}

fn length(bytes: &[u8]) -> u64 {
    u64::try_from(bytes.len()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn archive(expected_size: u64) -> Vec<u8> {
        let mut zip = Zip::new("31.nessus".to_owned(), expected_size);
        let mut archive = Vec::new();
        for _ in 0..100 {
            zip.write(b"<ReportItem/>\n").unwrap();
            archive.extend(zip.take());
        }
        archive.extend(zip.finish().unwrap());
        archive
    }

    #[test]
    fn both_formats_can_be_read() {
        for expected_size in [0, LARGE - 1, LARGE, u64::MAX] {
            let archive = io::Cursor::new(archive(expected_size));
            let mut archive = ::zip::ZipArchive::new(archive).unwrap();
            assert_eq!(archive.len(), 1);
            let mut entry = archive.by_index(0).unwrap();
            assert_eq!((entry.name().unwrap().as_ref(), entry.size()), ("31.nessus", 1400));
            let mut content = String::new();
            io::Read::read_to_string(&mut entry, &mut content).unwrap();
            assert_eq!(content, "<ReportItem/>\n".repeat(100));
        }
    }

    #[test]
    fn blocks_and_other_content_can_be_mixed() {
        let blocks = [
            Block::new(b"<ReportItem/>".repeat(3000)),
            Block::new((0..100_000_u32).flat_map(u32::to_le_bytes).collect()),
            Block::new(Vec::new()),
        ];
        let mut zip = Zip::new("1.nessus".to_owned(), 0);
        let (mut archive, mut content) = (Vec::new(), Vec::<u8>::new());
        for part in [0, 1, 9, 1, 9, 9, 2, 9, 0, 0, 9] {
            if let Some(block) = blocks.get(part) {
                zip.append(block).unwrap();
                content.extend(block.content());
            } else {
                zip.write(b"<ReportItem/><ReportHost>").unwrap();
                content.extend(b"<ReportItem/><ReportHost>");
            }
            archive.extend(zip.take());
        }
        archive.extend(zip.finish().unwrap());
        let mut archive = ::zip::ZipArchive::new(io::Cursor::new(archive)).unwrap();
        let mut read = Vec::new();
        io::Read::read_to_end(&mut archive.by_index(0).unwrap(), &mut read).unwrap();
        assert!(read == content);
    }

    #[test]
    fn only_large_archives_have_the_fields_of_zip64() {
        let has_zip64_end = |archive: &[u8]| archive.windows(4).any(|four| four == b"PK\x06\x06");
        assert!(!has_zip64_end(&archive(LARGE - 1)));
        assert!(has_zip64_end(&archive(LARGE)));
    }
}
