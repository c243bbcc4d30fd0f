//! Where documents come from: an archive, or the bytes themselves.

use std::io;

use super::{
    Limits,
    ahead::{Ahead, Blocks},
    archive::Archive,
};

/// Documents, one after the other: what is read is the one that it stands in.
pub(super) trait Documents: Blocks {
    /// Goes to the next document. False where there is none, and the source is whole.
    fn next_document(&mut self) -> io::Result<bool>;

    /// The name of the archive's entry that is being read.
    fn entry(&self) -> Option<&str>;
}

/// The documents of a source.
#[derive(Debug)]
pub(super) enum Input<B> {
    Bare(Ahead<B>),
    Archive(Box<Archive<B>>),
}

impl<B: Blocks> Input<B> {
    /// Tells an archive from a document by its first bytes, and goes to the first document.
    pub(super) fn new(source: B, limits: Limits) -> io::Result<Self> {
        let mut source = Ahead::new(source);
        if !source.peek(2)?.starts_with(b"PK") {
            return Ok(Self::Bare(source));
        }
        let mut archive = Archive::new(source, limits);
        archive.next_report()?;
        Ok(Self::Archive(Box::new(archive)))
    }
}

impl<B: Blocks> Documents for Input<B> {
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

impl<B: Blocks> Blocks for Input<B> {
    fn next_block(&mut self, block: &mut Vec<u8>) -> io::Result<usize> {
        match self {
            Self::Bare(bytes) => bytes.next_block(block),
            Self::Archive(archive) => archive.next_block(block),
        }
    }
}
