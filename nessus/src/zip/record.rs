//! The records of a zip archive, decoded from their bytes.

use crate::{Error, Result};

/// Little-endian numbers, one after the other. Past the end they are zero: records are complete
/// before they are decoded.
pub(super) struct Fields<'a>(pub(super) &'a [u8]);

impl<'a> Fields<'a> {
    pub(super) fn skip(&mut self, count: usize) -> &mut Self {
        self.bytes(count);
        self
    }

    pub(super) fn bytes(&mut self, count: usize) -> &'a [u8] {
        let (taken, rest) = self.0.split_at_checked(count).unwrap_or((self.0, &[]));
        self.0 = rest;
        taken
    }

    fn number(&mut self, width: usize) -> u64 {
        self.bytes(width).iter().rev().fold(0, |number, byte| number << 8 | u64::from(*byte))
    }

    #[expect(clippy::cast_possible_truncation, reason = "two bytes fit")]
    pub(super) fn u16(&mut self) -> u16 {
        self.number(2) as u16
    }

    #[expect(clippy::cast_possible_truncation, reason = "four bytes fit")]
    pub(super) fn u32(&mut self) -> u32 {
        self.number(4) as u32
    }

    pub(super) fn u64(&mut self) -> u64 {
        self.number(8)
    }
}

pub(super) const LOCAL: [u8; 4] = *b"PK\x03\x04";
pub(super) const DESCRIPTOR: [u8; 4] = *b"PK\x07\x08";
pub(super) const CENTRAL: [u8; 4] = *b"PK\x01\x02";
pub(super) const END: [u8; 4] = *b"PK\x05\x06";
pub(super) const END_64: [u8; 4] = *b"PK\x06\x06";
pub(super) const LOCATOR_64: [u8; 4] = *b"PK\x06\x07";

pub(super) const STORED: u16 = 0;
pub(super) const DEFLATED: u16 = 8;

const ENCRYPTED: u16 = 1;
const DESCRIBED_AFTER: u16 = 1 << 3;
/// Patched data, strong encryption, masked headers: what changes how the content is read.
const UNSUPPORTED: u16 = 1 << 5 | 1 << 6 | 1 << 13;
/// Version 6.3 of the format is the newest that others read.
const NEWEST: u16 = 63;

/// What an archive records about an entry's content.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct Content {
    pub(super) crc: u32,
    pub(super) packed: u64,
    pub(super) unpacked: u64,
}

/// The fields that must be equal in the record before an entry and in the directory.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Common {
    pub(super) flags: u16,
    pub(super) method: u16,
    time: u32,
    pub(super) name: Vec<u8>,
}

impl Common {
    /// Whether checksum and sizes are in a record after the content.
    pub(super) fn described_after(&self) -> bool {
        self.flags & DESCRIBED_AFTER != 0
    }

    pub(super) fn name(&self) -> String {
        String::from_utf8_lossy(&self.name).into_owned()
    }
}

/// The record before an entry's content.
#[derive(Debug)]
pub(super) struct Local {
    pub(super) common: Common,
    pub(super) content: Content,
}

impl Local {
    const LENGTH: usize = 30;

    /// The record at the beginning of `bytes`, and its length. `None` if it is not complete.
    pub(super) fn read(bytes: &[u8]) -> Result<Option<(Self, usize)>> {
        let Some((fixed, rest)) = bytes.split_at_checked(Self::LENGTH) else { return Ok(None) };
        let mut fields = Fields(fixed);
        let version = fields.skip(4).u16();
        let (flags, method, time) = (fields.u16(), fields.u16(), fields.u32());
        let mut content = Content {
            crc: fields.u32(),
            packed: fields.u32().into(),
            unpacked: fields.u32().into(),
        };
        let (name, extra) = (usize::from(fields.u16()), usize::from(fields.u16()));
        let Some((name, extra)) = rest.get(..name + extra).map(|rest| rest.split_at(name)) else {
            return Ok(None);
        };
        let length = Self::LENGTH + name.len() + extra.len();
        let common = Common { flags, method, time, name: name.to_vec() };
        check_supported(&common, version)?;
        widen([&mut content.unpacked, &mut content.packed], extra)?;
        Ok(Some((Self { common, content }, length)))
    }
}

/// The record of the directory for an entry.
#[derive(Debug)]
pub(super) struct Central {
    pub(super) common: Common,
    pub(super) content: Content,
    pub(super) offset: u64,
}

impl Central {
    const LENGTH: usize = 46;

    /// The record at the beginning of `bytes`, and its length. `None` if it is not complete.
    pub(super) fn read(bytes: &[u8]) -> Result<Option<(Self, usize)>> {
        let Some((fixed, rest)) = bytes.split_at_checked(Self::LENGTH) else { return Ok(None) };
        let mut fields = Fields(fixed);
        let version = fields.skip(6).u16();
        let (flags, method, time) = (fields.u16(), fields.u16(), fields.u32());
        let mut content = Content {
            crc: fields.u32(),
            packed: fields.u32().into(),
            unpacked: fields.u32().into(),
        };
        let (name, extra, comment) =
            (usize::from(fields.u16()), usize::from(fields.u16()), usize::from(fields.u16()));
        let disk = fields.u16();
        let mut offset = u64::from(fields.skip(6).u32());
        let Some(rest) = rest.get(..name + extra + comment) else { return Ok(None) };
        let mut rest = Fields(rest);
        let (name, extra) = (rest.bytes(name), rest.bytes(extra));
        let common = Common { flags, method, time, name: name.to_vec() };
        check_supported(&common, version)?;
        if disk != 0 && disk != u16::MAX {
            return Err(Error::archive("it is part of an archive of several files"));
        }
        widen([&mut content.unpacked, &mut content.packed, &mut offset], extra)?;
        let length = Self::LENGTH + name.len() + extra.len() + comment;
        Ok(Some((Self { common, content, offset }, length)))
    }
}

fn check_supported(common: &Common, version: u16) -> Result<()> {
    let wrong = |what: &str| {
        let name = crate::error::brief(&common.name());
        Err(Error::archive(format!("the entry {name:?} {what}")))
    };
    if common.flags & ENCRYPTED != 0 {
        return wrong("is encrypted");
    }
    if common.flags & UNSUPPORTED != 0 || version & 0xff > NEWEST {
        return wrong("uses features of the format that are not supported");
    }
    match common.method {
        STORED | DEFLATED => Ok(()),
        method => wrong(&format!("is compressed by method {method}, not by deflate")),
    }
}

/// Replaces numbers that are all ones by the 64-bit numbers of an extra field.
fn widen<'n>(numbers: impl IntoIterator<Item = &'n mut u64>, extra: &[u8]) -> Result<()> {
    const ZIP_64: u16 = 1;
    let corrupt = || Error::archive("an extra field is corrupt");
    let mut numbers: Vec<_> = numbers.into_iter().collect();
    let mut fields = Fields(extra);
    while fields.0.len() >= 4 {
        let (id, length) = (fields.u16(), usize::from(fields.u16()));
        if fields.0.len() < length {
            return Err(corrupt());
        }
        let mut field = Fields(fields.bytes(length));
        if id == ZIP_64 {
            for number in &mut numbers {
                if **number == u64::from(u32::MAX) {
                    if field.0.len() < 8 {
                        return Err(corrupt());
                    }
                    **number = field.u64();
                }
            }
        }
    }
    Ok(())
}

/// The length of the descriptor at the beginning of `bytes`, if it is one of this content.
///
/// It can have a signature or not, and sizes of 32 or 64 bits, and nothing in the archive tells which.
/// As the content is known, the right one of the four forms is the one that matches.
pub(super) fn descriptor(bytes: &[u8], content: &Content) -> Option<usize> {
    let forms = [(true, true), (true, false), (false, true), (false, false)];
    forms.into_iter().find_map(|(signed, wide)| {
        let mut fields = Fields(bytes);
        let begins = !signed || fields.bytes(4) == DESCRIPTOR;
        let length = if signed { 4 } else { 0 } + if wide { 20 } else { 12 };
        let size = |of: &mut Fields<'_>| if wide { of.u64() } else { of.u32().into() };
        let found =
            Content { crc: fields.u32(), packed: size(&mut fields), unpacked: size(&mut fields) };
        (begins && bytes.len() >= length && found == *content).then_some(length)
    })
}
