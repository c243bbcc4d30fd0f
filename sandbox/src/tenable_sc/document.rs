//! The report of a scan result: made up, or the caller's own.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;
use std::sync::Arc;

use axum::body::Bytes;

use super::records::Record;
use super::report::{Piece, Report};
use super::zip::Block;

/// How much of a file is read at a time.
const CHUNK: usize = 32 * 1024;

/// Where the report of a scan result comes from.
#[derive(Debug, Clone)]
pub(super) enum Document {
    /// It is made up at this size, or at the server's own.
    Made(Option<u64>),
    Bytes(Bytes),
    File(Arc<Path>),
    /// There is none.
    Missing,
}

impl Document {
    /// Begins to read it. The size is that of reports which have none of their own.
    pub(super) fn open(&self, record: &Record, size: u64) -> io::Result<Source> {
        Ok(match self {
            Self::Made(own) => {
                let size = own.unwrap_or(size);
                Source { size, zipped: false, from: From::made(record, size) }
            }
            Self::Bytes(bytes) => Source::of(bytes.clone()),
            Self::File(path) => Source::of_file(File::open(path)?)?,
            Self::Missing => Source::of(Bytes::new()),
        })
    }
}

/// A report that is being read.
pub(super) struct Source {
    /// About how large it is.
    pub(super) size: u64,
    /// Whether it is an archive already.
    pub(super) zipped: bool,
    from: From,
}

enum From {
    Made(Box<Report>, String),
    Bytes(Bytes),
    File(File),
}

/// A part of a report.
pub(super) enum Part {
    Bytes(Bytes),
    Block(&'static Block),
}

impl From {
    fn made(record: &Record, size: u64) -> Self {
        Self::Made(Box::new(Report::new(record.id, &record.name, size)), String::new())
    }
}

impl Source {
    /// A report that is there.
    pub(super) fn of(bytes: Bytes) -> Self {
        let size = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        Self { size, zipped: bytes.starts_with(b"PK"), from: From::Bytes(bytes) }
    }

    fn of_file(mut file: File) -> io::Result<Self> {
        use std::io::{Seek as _, SeekFrom};

        let size = file.metadata()?.len();
        let mut first = Vec::new();
        file.by_ref().take(2).read_to_end(&mut first)?;
        file.seek(SeekFrom::Start(0))?;
        Ok(Self { size, zipped: first == b"PK", from: From::File(file) })
    }

    /// The next part, or none at the end. A file is read at once, in small parts: it is mostly in
    /// memory already, and whoever asks waits for nothing else.
    pub(super) fn next(&mut self) -> io::Result<Option<Part>> {
        Ok(match &mut self.from {
            From::Made(report, text) => report.next(text).map(|piece| match piece {
                Piece::Text => Part::Bytes(std::mem::take(text).into()),
                Piece::Block(block) => Part::Block(block),
            }),
            From::Bytes(bytes) => {
                let next = bytes.split_to(bytes.len().min(CHUNK));
                (!next.is_empty()).then_some(Part::Bytes(next))
            }
            From::File(file) => {
                let mut next = vec![0; CHUNK];
                let count = file.read(&mut next)?;
                next.truncate(count);
                (count > 0).then(|| Part::Bytes(next.into()))
            }
        })
    }
}
