//! A reader that ends before one part of a document eats the memory.

use std::io::{self, BufRead, Read};

/// Gives at most `limit` bytes between two calls of [`part_ended`](Self::part_ended), and an error
/// after that.
#[derive(Debug)]
pub(super) struct Bounded<R> {
    inner: R,
    limit: usize,
    left: usize,
}

impl<R> Bounded<R> {
    pub(super) fn new(inner: R, limit: usize) -> Self {
        Self { inner, limit, left: limit }
    }

    pub(super) fn get_ref(&self) -> &R {
        &self.inner
    }

    pub(super) fn into_inner(self) -> R {
        self.inner
    }

    pub(super) fn part_ended(&mut self) {
        self.left = self.limit;
    }
}

impl<R: BufRead> Bounded<R> {
    /// Takes the blanks that come next, and returns how many they were.
    #[inline]
    pub(super) fn skip_blanks(&mut self) -> io::Result<u64> {
        let mut skipped = 0;
        loop {
            let available = match self.inner.fill_buf() {
                Ok(available) => available,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(error),
            };
            let solid = available.iter().position(|byte| !b" \t\r\n".contains(byte));
            let blanks = solid.unwrap_or(available.len());
            self.inner.consume(blanks);
            skipped += blanks as u64;
            if solid.is_some() || blanks == 0 {
                return Ok(skipped);
            }
        }
    }
}

impl<R: BufRead> BufRead for Bounded<R> {
    #[inline]
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        let available = self.inner.fill_buf()?;
        if self.left == 0 && !available.is_empty() {
            return Err(too_long(self.limit));
        }
        Ok(available.get(..self.left).unwrap_or(available))
    }

    #[inline]
    fn consume(&mut self, amount: usize) {
        self.left = self.left.saturating_sub(amount);
        self.inner.consume(amount);
    }
}

#[cold]
fn too_long(limit: usize) -> io::Error {
    let message = format!("one element or text is longer than {limit} bytes");
    io::Error::new(io::ErrorKind::InvalidData, message)
}

impl<R: BufRead> Read for Bounded<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let read = self.fill_buf()?.read(into)?;
        self.consume(read);
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_up_to_the_limit_pass_and_longer_ones_do_not() {
        let mut reader = Bounded::new(&b"aaabbbb"[..], 3);
        let mut part = [0; 8];
        assert_eq!(reader.read(&mut part).unwrap(), 3);
        reader.part_ended();
        assert_eq!(reader.read(&mut part).unwrap(), 3);
        assert_eq!(reader.read(&mut part).unwrap_err().kind(), io::ErrorKind::InvalidData);
        let mut blanks = Bounded::new(io::BufReader::with_capacity(2, &b" \t\r\n \na"[..]), 3);
        assert_eq!((blanks.skip_blanks().unwrap(), blanks.skip_blanks().unwrap()), (6, 0));
        assert_eq!(blanks.fill_buf().unwrap(), b"a");
        let mut whole = Bounded::new(&b"aaa"[..], 3);
        assert_eq!(whole.read_to_end(&mut Vec::new()).unwrap(), 3);
    }
}
