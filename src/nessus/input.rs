//! Where documents come from: an archive, or the bytes themselves.

use std::io::{self, Read};

use super::{Limits, ahead::Ahead, archive::Archive};

/// Documents, one after the other: what is read is the one that it stands in.
pub(super) trait Documents: Read {
    /// Goes to the next document. False where there is none, and the source is whole.
    fn next_document(&mut self) -> io::Result<bool>;

    /// The name of the archive's entry that is being read.
    fn entry(&self) -> Option<&str>;
}

/// The documents of a source.
#[derive(Debug)]
pub(super) enum Input<R> {
    Bare(Ahead<R>),
    Archive(Box<Archive<R>>),
}

impl<R: Read> Input<R> {
    /// Tells an archive from a document by its first bytes, and goes to the first document.
    pub(super) fn new(source: R, limits: Limits) -> io::Result<Self> {
        let mut source = Ahead::new(source);
        if !source.peek(2)?.starts_with(b"PK") {
            return Ok(Self::Bare(source));
        }
        let mut archive = Archive::new(source, limits);
        archive.next_report()?;
        Ok(Self::Archive(Box::new(archive)))
    }
}

impl<R: Read> Documents for Input<R> {
    fn next_document(&mut self) -> io::Result<bool> {
        match self {
            Self::Bare(_) => Ok(false),
            Self::Archive(archive) => archive.next_report(),
        }
    }

    fn entry(&self) -> Option<&str> {
        match self {
            Self::Bare(_) => None,
            Self::Archive(archive) => archive.entry(),
        }
    }
}

impl<R: Read> Read for Input<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Bare(bytes) => bytes.read(into),
            Self::Archive(archive) => archive.read(into),
        }
    }
}
