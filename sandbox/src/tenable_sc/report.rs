//! The report of a scan result as it is sent: made up, or the caller's own; in a zip, or bare. All
//! of it is made piece by piece.

use std::borrow::Cow;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::iter;
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use scanops_nessus::generate;
use zip::write::{SimpleFileOptions, StreamWriter};
use zip::{CompressionMethod, ZipWriter};

use super::records::{Report, ScanResult};

/// How much is read of a file and sent at a time: enough to keep a fast client busy, little enough
/// not to keep the runtime from its other tasks.
const CHUNK: usize = 32 * 1024;
/// Larger entries get the fields of zip64. Leaves room for what deflate may add to content that it
/// can't compress.
const LARGE: u64 = 0xF000_0000;

pub(super) type Pieces = Box<dyn Iterator<Item = io::Result<Bytes>> + Send>;

/// A report that is being read.
pub(super) struct Source {
    /// About how large it is.
    size: u64,
    /// Whether it is a zip already.
    zipped: bool,
    pieces: Pieces,
}

impl Source {
    /// Opens the report of a result. `size` is that of made-up reports without a size of their own.
    pub(super) fn open(result: &ScanResult, size: u64) -> io::Result<Self> {
        match &result.report {
            Report::MadeUp(own) => {
                let size = own.unwrap_or(size);
                let pieces = generate::Report::new(result.id, &result.name, size).map(|piece| {
                    Ok(match piece {
                        Cow::Borrowed(text) => Bytes::from(text),
                        Cow::Owned(text) => Bytes::from(text),
                    })
                });
                Ok(Self { size, zipped: false, pieces: Box::new(pieces) })
            }
            Report::Bytes(bytes) => Self::of(io::Cursor::new(bytes.clone())),
            Report::File(path) => Self::of(File::open(&**path)?),
            Report::None => Self::of(io::empty()),
        }
    }

    /// A report that exists. A file is read in place, in small parts: it is mostly cached, and its
    /// reader waits for nothing else.
    pub(super) fn of(mut from: impl Read + Seek + Send + 'static) -> io::Result<Self> {
        let size = from.seek(SeekFrom::End(0))?;
        from.seek(SeekFrom::Start(0))?;
        let mut first = Vec::new();
        from.by_ref().take(2).read_to_end(&mut first)?;
        from.seek(SeekFrom::Start(0))?;
        let pieces = iter::from_fn(move || {
            let mut piece = vec![0; CHUNK];
            let count = match from.read(&mut piece) {
                Ok(0) => return None,
                Ok(count) => count,
                Err(error) => return Some(Err(error)),
            };
            piece.truncate(count);
            Some(Ok(Bytes::from(piece)))
        });
        Ok(Self { size, zipped: first == b"PK", pieces: Box::new(pieces) })
    }

    /// What is sent: the report itself if it is a zip already, and in a zip otherwise, unless it is
    /// to be bare.
    pub(super) fn send(self, name: &str, bare: bool) -> io::Result<Pieces> {
        if bare || self.zipped {
            return Ok(self.pieces);
        }
        let mut zipped = Zipped::new(name, self)?;
        Ok(Box::new(iter::from_fn(move || zipped.next().transpose())))
    }
}

/// A zip of one entry, made while it is sent.
struct Zipped {
    pieces: Pieces,
    /// `None` once it is finished.
    zip: Option<ZipWriter<StreamWriter<Output>>>,
    output: Output,
}

impl Zipped {
    fn new(name: &str, source: Source) -> io::Result<Self> {
        let output = Output::default();
        let mut zip = ZipWriter::new_stream(output.clone());
        let options = SimpleFileOptions::default()
            .compression_method(CompressionMethod::Deflated)
            .compression_level(Some(1))
            .large_file(source.size >= LARGE);
        zip.start_file(name, options)?;
        Ok(Self { pieces: source.pieces, zip: Some(zip), output })
    }

    fn next(&mut self) -> io::Result<Option<Bytes>> {
        while let Some(zip) = &mut self.zip
            && self.output.with(|output| output.len()) < CHUNK
        {
            match self.pieces.next() {
                Some(piece) => zip.write_all(&piece?)?,
                None => {
                    self.zip.take().map(ZipWriter::finish).transpose()?;
                }
            }
        }
        let ready = self.output.with(std::mem::take);
        Ok((!ready.is_empty()).then(|| ready.into()))
    }
}

/// What was written and not sent yet.
#[derive(Clone, Default)]
struct Output(Arc<Mutex<Vec<u8>>>);

impl Output {
    fn with<T>(&self, work: impl FnOnce(&mut Vec<u8>) -> T) -> T {
        work(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.with(|output| output.write(bytes))
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
