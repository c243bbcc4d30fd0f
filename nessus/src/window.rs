//! The part of a document that is in memory, as text.

use std::mem;

use crate::{Error, Result};

/// A rest of at most so many bytes is validated once more, together with what is read behind it. That
/// takes less than to copy what is read.
const IN_PLACE: usize = 64 << 10;
/// A larger buffer is given back once it is empty.
const KEPT: usize = 1 << 20;

/// Valid UTF-8 behind the position that was consumed, and where it is in the document.
///
/// What is not UTF-8 is replaced (in a lossy reading), or is an error once everything before it was
/// consumed.
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
#[derive(Debug, Default)]
pub(crate) struct Window {
    text: String,
    start: usize,
    /// The position of `text[0]` in the document.
    base: u64,
    /// The beginning of a character whose rest has not arrived: at most three bytes.
    partial: Vec<u8>,
    invalid: bool,
    at_end: bool,
    begun: bool,
    lossy: bool,
    replaced: u64,
}

impl Window {
    pub(crate) fn new(lossy: bool) -> Self {
        Self { lossy, ..Self::default() }
    }

    /// Begins another document.
    pub(crate) fn reset(&mut self) {
        *self = Self { lossy: self.lossy, replaced: self.replaced, ..Self::default() };
    }

    /// What was not consumed yet.
    pub(crate) fn rest(&self) -> &str {
        self.text.get(self.start..).unwrap_or_default()
    }

    pub(crate) fn consume(&mut self, count: usize) {
        self.start = (self.start + count).min(self.text.len());
    }

    /// The position in the document of what comes next.
    pub(crate) fn position(&self) -> u64 {
        self.base + self.start as u64
    }

    /// Whether nothing follows behind [`rest`](Self::rest).
    pub(crate) fn at_end(&self) -> bool {
        self.at_end
    }

    /// How many invalid sequences were replaced, in all documents.
    pub(crate) fn replaced(&self) -> u64 {
        self.replaced
    }

    /// Fails if more can't be added, because what follows is not UTF-8.
    pub(crate) fn check(&self) -> Result<()> {
        if self.invalid {
            let at = self.base + self.text.len() as u64;
            return Err(Error::malformed("the text is not valid UTF-8").at(at));
        }
        Ok(())
    }

    /// Adds bytes of the document; none at its end.
    pub(crate) fn feed(&mut self, bytes: &[u8]) -> Result<()> {
        self.fill(|buffer| buffer.extend_from_slice(bytes))
    }

    /// Adds what `read` appends to a buffer: bytes of the document, or none at its end.
    pub(crate) fn fill(&mut self, read: impl FnOnce(&mut Vec<u8>)) -> Result<()> {
        self.check()?;
        self.drop_consumed();
        let mut bytes = Vec::new();
        if self.text.len() <= IN_PLACE {
            bytes = mem::take(&mut self.text).into_bytes();
        }
        bytes.append(&mut self.partial);
        let before = bytes.len();
        read(&mut bytes);
        self.at_end = bytes.len() == before;
        self.add(bytes)
    }

    fn drop_consumed(&mut self) {
        self.base += self.start as u64;
        self.text.drain(..self.start);
        self.start = 0;
        if self.text.capacity() > KEPT && self.text.len() < KEPT / 4 {
            self.text.shrink_to(KEPT / 2);
        }
    }

    fn add(&mut self, bytes: Vec<u8>) -> Result<()> {
        if !self.begun {
            // What decides about the encoding must be there in one piece.
            if bytes.len() < 4 && !self.at_end {
                self.partial = bytes;
                return Ok(());
            }
            self.begun = true;
            detect_encoding(&bytes)?;
            if bytes.starts_with(BYTE_ORDER_MARK) {
                self.start = BYTE_ORDER_MARK.len();
            }
        }
        match String::from_utf8(bytes) {
            Ok(text) if self.text.is_empty() => self.text = text,
            Ok(text) => self.text.push_str(&text),
            Err(error) => self.add_invalid(error.as_bytes()),
        }
        Ok(())
    }

    /// Appends what is valid, up to a character whose rest has not arrived.
    fn add_invalid(&mut self, bytes: &[u8]) {
        let mut chunks = bytes.utf8_chunks().peekable();
        while let Some(chunk) = chunks.next() {
            self.text.push_str(chunk.valid());
            let invalid = chunk.invalid();
            if invalid.is_empty() {
                return;
            }
            let ends_within = chunks.peek().is_none()
                && str::from_utf8(invalid).is_err_and(|error| error.error_len().is_none());
            if ends_within && !self.at_end {
                self.partial = invalid.to_vec();
                return;
            }
            self.found_invalid();
            if self.invalid {
                return;
            }
        }
    }

    fn found_invalid(&mut self) {
        if self.lossy {
            self.text.push(char::REPLACEMENT_CHARACTER);
            self.replaced += 1;
        } else {
            self.invalid = true;
            self.at_end = false;
        }
    }
}

const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// Rejects encodings other than UTF-8 by the first bytes of the document.
fn detect_encoding(start: &[u8]) -> Result<()> {
    let encoding = match start {
        [0, 0, 0xfe, 0xff, ..]
        | [0xff, 0xfe, 0, 0, ..]
        | [0, 0, 0, b'<', ..]
        | [b'<', 0, 0, 0, ..] => "UTF-32",
        [0xff, 0xfe, ..] | [b'<', 0, ..] => "UTF-16LE",
        [0xfe, 0xff, ..] | [0, b'<', ..] => "UTF-16BE",
        [0x4c, 0x6f, 0xa7, 0x94, ..] => "EBCDIC",
        _ => return Ok(()),
    };
    Err(foreign(encoding).at(0))
}

/// The error for a document in another encoding.
pub(crate) fn foreign(encoding: &str) -> Error {
    let encoding = crate::error::brief(encoding);
    Error::malformed(format!("its encoding is {encoding}, but only UTF-8 is supported"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(bytes: &[u8], size: usize, lossy: bool) -> (String, u64, bool) {
        let mut window = Window::new(lossy);
        let mut text = String::new();
        for part in bytes.chunks(size) {
            if window.feed(part).is_err() {
                break;
            }
            text.push_str(window.rest());
            window.consume(window.rest().len());
        }
        if window.check().is_ok() {
            let _ = window.feed(&[]);
            text.push_str(window.rest());
        }
        (text, window.replaced(), window.check().is_err())
    }

    #[test]
    fn invalid_bytes_are_an_error_behind_what_is_valid_or_replaced() {
        let bytes = "<aä>".as_bytes();
        for size in 1..9 {
            assert_eq!(read(bytes, size, false), ("<aä>".into(), 0, false));
            assert_eq!(read(b"<ab>\xff<c>", size, false), ("<ab>".into(), 0, true));
            assert_eq!(read(b"<ab>\xff<c>", size, true), ("<ab>\u{fffd}<c>".into(), 1, false));
            assert_eq!(read(&bytes[..3], size, false), ("<a".into(), 0, true));
            assert_eq!(read(&bytes[..3], size, true), ("<a\u{fffd}".into(), 1, false));
        }
    }

    proptest! {
        #[test]
        fn a_lossy_reading_is_that_of_the_standard_library(
            bytes in proptest::collection::vec(prop_oneof![Just(b'<'), any::<u8>()], 4..40),
            size in 1_usize..20,
        ) {
            prop_assume!(detect_encoding(&bytes).is_ok() && !bytes.starts_with(b"\xef\xbb\xbf"));
            let (text, replaced, _) = read(&bytes, size, true);
            prop_assert_eq!(&text, &String::from_utf8_lossy(&bytes));
            prop_assert!(replaced <= bytes.len() as u64);
        }
    }
}
