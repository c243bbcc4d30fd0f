//! Bytes in blocks, and a reader that can look at them before they are taken.

use std::io::{self, BufRead, ErrorKind, Read};

/// Large enough for few calls, small enough for the cache.
pub(super) const CAPACITY: usize = 64 * 1024;

/// Where bytes come from, a block at a time.
pub(crate) trait Blocks {
    /// Puts what comes next at the start of `block`, and returns how many bytes that is: 0 at the
    /// end. It may put another buffer in its place, and use the one that it takes.
    fn next_block(&mut self, block: &mut Vec<u8>) -> io::Result<usize>;
}

/// A reader's bytes.
#[derive(Debug)]
pub(crate) struct Reading<R>(pub(crate) R);

impl<R: Read> Blocks for Reading<R> {
    fn next_block(&mut self, block: &mut Vec<u8>) -> io::Result<usize> {
        block.resize(CAPACITY, 0);
        loop {
            match self.0.read(block) {
                Ok(read) => return Ok(read.min(block.len())),
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
    }
}

/// Reads the blocks of `inner`, shows what comes next, and counts what was taken.
#[derive(Debug)]
pub(super) struct Ahead<B> {
    inner: B,
    block: Vec<u8>,
    start: usize,
    end: usize,
    position: u64,
}

impl<B> Ahead<B> {
    pub(super) fn new(inner: B) -> Self {
        Self { inner, block: Vec::new(), start: 0, end: 0, position: 0 }
    }

    /// How many bytes were taken.
    pub(super) fn position(&self) -> u64 {
        self.position
    }

    pub(super) fn get_ref(&self) -> &B {
        &self.inner
    }

    pub(super) fn into_inner(self) -> B {
        self.inner
    }

    fn buffered(&self) -> &[u8] {
        self.block.get(self.start..self.end).unwrap_or_default()
    }
}

impl<B: Blocks> Ahead<B> {
    /// The next `count` bytes, or all that are left where those are fewer. They are not taken.
    pub(super) fn peek(&mut self, count: usize) -> io::Result<&[u8]> {
        while self.end - self.start < count {
            let rest = self.buffered().to_vec();
            let more = self.refill()?;
            self.block.splice(..0, rest.iter().copied());
            self.end += rest.len();
            if more == 0 {
                break;
            }
        }
        let buffered = self.buffered();
        Ok(buffered.get(..count).unwrap_or(buffered))
    }

    /// Takes the next block in place of the one that was read.
    #[cold]
    fn refill(&mut self) -> io::Result<usize> {
        (self.start, self.end) = (0, 0);
        self.end = self.inner.next_block(&mut self.block)?;
        Ok(self.end)
    }
}

impl<B: Blocks> BufRead for Ahead<B> {
    #[inline]
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.start == self.end {
            self.refill()?;
        }
        Ok(self.buffered())
    }

    #[inline]
    fn consume(&mut self, amount: usize) {
        let amount = amount.min(self.end - self.start);
        self.start += amount;
        self.position += amount as u64;
    }
}

impl<B: Blocks> Read for Ahead<B> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let read = self.fill_buf()?.read(into)?;
        self.consume(read);
        Ok(read)
    }
}

/// What was looked at comes first.
impl<B: Blocks> Blocks for Ahead<B> {
    fn next_block(&mut self, block: &mut Vec<u8>) -> io::Result<usize> {
        let read = if self.start == self.end {
            self.inner.next_block(block)?
        } else {
            if self.start > 0 {
                self.block.copy_within(self.start..self.end, 0);
            }
            std::mem::swap(&mut self.block, block);
            let read = self.end - self.start;
            (self.start, self.end) = (0, 0);
            read
        };
        self.position += read as u64;
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Gives one byte at a time.
    struct Slow<'a>(&'a [u8]);

    impl Read for Slow<'_> {
        fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
            let most = into.len().min(1);
            self.0.read(&mut into[..most])
        }
    }

    #[test]
    fn what_was_peeked_is_still_there() {
        let mut reader = Ahead::new(Reading(Slow(b"abcdef")));
        assert_eq!(reader.peek(4).unwrap(), b"abcd");
        assert_eq!(reader.fill_buf().unwrap(), b"abcd");
        reader.consume(3);
        assert_eq!((reader.position(), reader.peek(9).unwrap()), (3, &b"def"[..]));
        let mut rest = String::new();
        reader.read_to_string(&mut rest).unwrap();
        assert_eq!((rest.as_str(), reader.position()), ("def", 6));
        assert!(reader.peek(1).unwrap().is_empty());
    }

    #[test]
    fn blocks_pass_without_a_stop() {
        let data: Vec<u8> = (0..=255).cycle().take(3 * CAPACITY + 17).collect();
        let mut reader = Ahead::new(Reading(&data[..]));
        let mut whole = vec![0; data.len()];
        reader.read_exact(&mut whole[..5]).unwrap();
        reader.read_exact(&mut whole[5..]).unwrap();
        assert!(whole == data && reader.position() == data.len() as u64);
    }
}
