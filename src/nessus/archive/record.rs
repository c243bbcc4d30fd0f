//! The records of a zip archive, taken from their bytes.

/// Little-endian numbers, one after the other. Past the end they are zero: records are read whole
/// before they are taken apart.
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

const ENCRYPTED: u16 = 1;
const DESCRIBED_AFTER: u16 = 1 << 3;

/// What is said of an entry's content.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Content {
    pub(super) crc: u32,
    pub(super) packed: u64,
    pub(super) unpacked: u64,
}

/// What stands before an entry's content.
#[derive(Debug)]
pub(super) struct Local {
    pub(super) method: u16,
    pub(super) encrypted: bool,
    /// A record after the content says what it is.
    pub(super) described_after: bool,
    pub(super) content: Content,
    pub(super) name: u16,
    pub(super) extra: u16,
}

impl Local {
    pub(super) const LENGTH: usize = 30;

    pub(super) fn of(record: &[u8]) -> Self {
        let mut fields = Fields(record);
        let flags = fields.skip(6).u16();
        Self {
            method: fields.u16(),
            encrypted: flags & ENCRYPTED != 0,
            described_after: flags & DESCRIBED_AFTER != 0,
            content: Content {
                crc: fields.skip(4).u32(),
                packed: fields.u32().into(),
                unpacked: fields.u32().into(),
            },
            name: fields.u16(),
            extra: fields.u16(),
        }
    }
}

/// What the directory at the end says of an entry.
#[derive(Debug)]
pub(super) struct Central {
    pub(super) content: Content,
    pub(super) offset: u64,
    pub(super) name: u16,
    pub(super) extra: u16,
    pub(super) comment: u16,
}

impl Central {
    pub(super) const LENGTH: usize = 46;

    pub(super) fn of(record: &[u8]) -> Self {
        let mut fields = Fields(record);
        Self {
            content: Content {
                crc: fields.skip(16).u32(),
                packed: fields.u32().into(),
                unpacked: fields.u32().into(),
            },
            name: fields.u16(),
            extra: fields.u16(),
            comment: fields.u16(),
            offset: fields.skip(8).u32().into(),
        }
    }
}

/// Puts the 64-bit numbers of an extra field in the place of those that are all ones.
pub(super) fn widen<'n>(numbers: impl IntoIterator<Item = &'n mut u64>, extra: &[u8]) {
    const ZIP_64: u16 = 1;
    let mut fields = Fields(extra);
    while !fields.0.is_empty() {
        let (id, length) = (fields.u16(), fields.u16());
        let mut field = Fields(fields.bytes(length.into()));
        if id == ZIP_64 {
            for number in numbers {
                if *number == u64::from(u32::MAX) && field.0.len() >= 8 {
                    *number = field.u64();
                }
            }
            return;
        }
    }
}

/// The length of the descriptor that `bytes` begin with, where it is one of this content.
///
/// The format has four forms, and nothing that tells which: with or without a signature, with
/// sizes of 32 or 64 bits. As what was read is known, the right form is the one that matches.
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
