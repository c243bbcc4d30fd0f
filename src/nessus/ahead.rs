//! A buffered reader that can look at bytes before they are taken.

use std::io::{self, BufRead, ErrorKind, Read};

/// Large enough for few calls, small enough for the cache.
const CAPACITY: usize = 64 * 1024;

/// Reads `inner` in blocks, shows what comes next, and counts what was taken.
#[derive(Debug)]
pub(super) struct Ahead<R> {
    inner: R,
    buffer: Box<[u8]>,
    start: usize,
    end: usize,
    position: u64,
}

impl<R> Ahead<R> {
    pub(super) fn new(inner: R) -> Self {
        let buffer = vec![0; CAPACITY].into_boxed_slice();
        Self { inner, buffer, start: 0, end: 0, position: 0 }
    }

    /// How many bytes were taken.
    pub(super) fn position(&self) -> u64 {
        self.position
    }

    pub(super) fn get_ref(&self) -> &R {
        &self.inner
    }

    pub(super) fn into_inner(self) -> R {
        self.inner
    }

    fn buffered(&self) -> &[u8] {
        self.buffer.get(self.start..self.end).unwrap_or_default()
    }
}

impl<R: Read> Ahead<R> {
    /// The next `count` bytes, or all that are left where those are fewer. They are not taken.
    pub(super) fn peek(&mut self, count: usize) -> io::Result<&[u8]> {
        if self.start > 0 && self.end - self.start < count {
            self.buffer.copy_within(self.start..self.end, 0);
            self.end -= self.start;
            self.start = 0;
        }
        while self.end - self.start < count && self.read_more()? > 0 {}
        let buffered = self.buffered();
        Ok(buffered.get(..count).unwrap_or(buffered))
    }

    fn read_more(&mut self) -> io::Result<usize> {
        loop {
            let free = self.buffer.get_mut(self.end..).unwrap_or_default();
            match self.inner.read(free) {
                Ok(read) => {
                    let read = read.min(free.len());
                    self.end += read;
                    return Ok(read);
                }
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
    }
}

impl<R: Read> BufRead for Ahead<R> {
    #[inline]
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.start == self.end {
            (self.start, self.end) = (0, 0);
            self.read_more()?;
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

impl<R: Read> Read for Ahead<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        // A block as large as the buffer needs no stop in it.
        if self.start == self.end && into.len() >= self.buffer.len() {
            let read = self.inner.read(into)?;
            self.position += read as u64;
            return Ok(read);
        }
        let read = self.fill_buf()?.read(into)?;
        self.consume(read);
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
        let mut reader = Ahead::new(Slow(b"abcdef"));
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
        let mut reader = Ahead::new(&data[..]);
        let mut whole = vec![0; data.len()];
        reader.read_exact(&mut whole[..5]).unwrap();
        reader.read_exact(&mut whole[5..]).unwrap();
        assert!(whole == data && reader.position() == data.len() as u64);
    }
}
