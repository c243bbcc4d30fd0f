//! Where documents come from: the bytes themselves, or the entries of an archive.

use std::{io, io::Read, thread};

use crate::{
    Error, ErrorKind, Limits, Result,
    pipe::{Receiver, pipe},
    zip::{Archive, Step, is_report},
};

/// How much is read or inflated at a time: large enough for few calls, small enough for the
/// processor's cache.
pub(crate) const BLOCK: usize = 128 * 1024;

/// Documents, one after the other.
pub(crate) trait Documents {
    /// Goes to the next document: its name in the archive, empty if there is no archive. `None` if
    /// there are no more, and the source is whole.
    fn next_document(&mut self) -> Result<Option<String>>;

    /// Appends what comes next of the document. Nothing at its end.
    fn read(&mut self, into: &mut Vec<u8>) -> Result<()>;
}

/// The documents of a reader.
#[derive(Debug)]
pub(crate) struct Input<R> {
    reader: R,
    buffer: Vec<u8>,
    start: usize,
    end: usize,
    at_end: bool,
    archive: Option<Box<Archive>>,
    begun: bool,
    /// Whether the content of an entry is being read.
    in_entry: bool,
    reports: u64,
    limits: Limits,
}

impl<R: Read> Input<R> {
    pub(crate) fn new(reader: R, limits: Limits) -> Self {
        Self {
            reader,
            buffer: Vec::new(),
            start: 0,
            end: 0,
            at_end: false,
            archive: None,
            begun: false,
            in_entry: false,
            reports: 0,
            limits,
        }
    }

    /// Looks at the first bytes: whether this is an archive.
    pub(crate) fn is_archive(&mut self) -> Result<bool> {
        if !self.begun {
            while self.end < 4 && !self.at_end {
                self.fill()?;
            }
            self.begun = true;
            let first = self.buffer.get(..self.end).unwrap_or_default();
            if first.starts_with(b"PK") {
                self.archive = Some(Box::new(Archive::new(self.limits)));
            } else if let Some(format) = other_format(first) {
                return Err(Error::new(ErrorKind::NotAReport, format!("it is {format}")));
            }
        }
        Ok(self.archive.is_some())
    }

    /// Reads behind what is in the buffer.
    fn fill(&mut self) -> Result<()> {
        if self.start > 0 {
            self.buffer.copy_within(self.start..self.end, 0);
            (self.start, self.end) = (0, self.end - self.start);
        }
        if self.buffer.len() < self.end + BLOCK / 2 {
            self.buffer.resize(self.end + BLOCK, 0);
        }
        let room = self.buffer.get_mut(self.end..).unwrap_or_default();
        let read = loop {
            match self.reader.read(room) {
                Ok(read) => break read.min(room.len()),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(from_io(error)),
            }
        };
        self.at_end = read == 0;
        self.end += read;
        Ok(())
    }

    /// Goes on in the archive, until there is something else than a need for more input.
    fn step(&mut self, out: &mut [u8]) -> Result<Step> {
        loop {
            let Some(archive) = &mut self.archive else { return Ok(Step::End) };
            let mut input = self.buffer.get(self.start..self.end).unwrap_or_default();
            let step = archive.step(&mut input, self.at_end, out);
            self.start = self.end - input.len();
            match step? {
                Step::More => self.fill()?,
                step => return Ok(step),
            }
        }
    }
}

impl<R: Read> Documents for Input<R> {
    fn next_document(&mut self) -> Result<Option<String>> {
        if !self.is_archive()? {
            self.reports += 1;
            return Ok((self.reports == 1).then(String::new));
        }
        let mut skipped = vec![0; BLOCK];
        loop {
            match self.step(&mut skipped)? {
                Step::Entry(name) if is_report(&name) => {
                    self.reports += 1;
                    self.in_entry = true;
                    return Ok(Some(name));
                }
                Step::End if self.reports == 0 => {
                    let message = "the archive has no entry whose name ends in .nessus";
                    return Err(Error::new(ErrorKind::NotAReport, message));
                }
                Step::End => return Ok(None),
                _ => {}
            }
        }
    }

    fn read(&mut self, into: &mut Vec<u8>) -> Result<()> {
        if self.archive.is_none() {
            if self.start == self.end && !self.at_end {
                self.fill()?;
            }
            into.extend_from_slice(self.buffer.get(self.start..self.end).unwrap_or_default());
            self.start = self.end;
            return Ok(());
        }
        if !self.in_entry {
            return Ok(());
        }
        let before = into.len();
        into.resize(before + BLOCK, 0);
        let step = self.step(into.get_mut(before..).unwrap_or_default());
        let length = if let Ok(Step::Content(length)) = step { length } else { 0 };
        into.truncate(before + length);
        self.in_entry = length > 0;
        step?;
        Ok(())
    }
}

/// The error of a reader: the one of this crate that it carries, if it does.
pub(crate) fn from_io(error: io::Error) -> Error {
    match error.get_ref().and_then(|inner| inner.downcast_ref::<Error>()) {
        Some(inner) => inner.clone(),
        None if error.kind() == io::ErrorKind::IsADirectory => {
            Error::new(ErrorKind::NotAReport, "it is a directory")
        }
        None => Error::io(error),
    }
}

/// What a file is by its first bytes, if that is certain and no report.
pub(crate) fn other_format(first: &[u8]) -> Option<&'static str> {
    [
        (&b"\x1f\x8b"[..], "a gzip file: decompress it first"),
        (b"7z\xbc\xaf", "a 7z archive"),
        (b"Rar!", "a RAR archive"),
        (b"BZh", "a bzip2 file: decompress it first"),
        (b"\xfd7zX", "an xz file: decompress it first"),
        (b"%PDF", "a PDF document"),
    ]
    .into_iter()
    .find_map(|(magic, format)| first.starts_with(magic).then_some(format))
}

/// The documents of an archive, inflated by a thread of its own.
#[derive(Debug)]
pub(crate) struct Inflated {
    blocks: Receiver<Result<Message>>,
    /// What ended the document before.
    next: Option<Message>,
}

#[derive(Debug)]
enum Message {
    Document(String),
    Block(Vec<u8>),
    End,
}

/// How many blocks can wait to be parsed. With three, the two threads wait for each other four times
/// as often, and a report takes a third longer.
const BLOCKS: usize = 8;

impl Inflated {
    pub(crate) fn start<R: Read + Send + 'static>(mut input: Input<R>) -> Result<Self> {
        let (mut to, blocks) = pipe(BLOCKS);
        let work = move || {
            loop {
                let mut block = Vec::new();
                let message = if input.in_entry {
                    input.read(&mut block).map(|()| Message::Block(block))
                } else {
                    input.next_document().map(|name| name.map_or(Message::End, Message::Document))
                };
                // The end of a document goes without saying: another one begins.
                if matches!(&message, Ok(Message::Block(block)) if block.is_empty()) {
                    continue;
                }
                let ended = !matches!(message, Ok(Message::Document(_) | Message::Block(_)));
                if to.send(message).is_err() || ended {
                    return;
                }
            }
        };
        thread::Builder::new().name("scanops-inflate".into()).spawn(work).map_err(|error| {
            Error::io(error).because("no thread could be started to inflate it")
        })?;
        Ok(Self { blocks, next: None })
    }

    fn receive(&mut self) -> Result<Message> {
        if let Some(next) = self.next.take() {
            return Ok(next);
        }
        let ended = || Err(Error::new(ErrorKind::Io, "the thread that inflates it has panicked"));
        self.blocks.recv().unwrap_or_else(ended)
    }
}

impl Documents for Inflated {
    fn next_document(&mut self) -> Result<Option<String>> {
        loop {
            match self.receive()? {
                Message::Document(name) => return Ok(Some(name)),
                Message::Block(_) => {}
                Message::End => {
                    self.next = Some(Message::End);
                    return Ok(None);
                }
            }
        }
    }

    fn read(&mut self, into: &mut Vec<u8>) -> Result<()> {
        match self.receive()? {
            Message::Block(block) if into.is_empty() => *into = block,
            Message::Block(block) => into.extend_from_slice(&block),
            next => self.next = Some(next),
        }
        Ok(())
    }
}

#[cfg(test)]
#[allow(clippy::panic, reason = "that is what is tested")]
mod tests {
    use super::*;

    struct Panics;

    impl Read for Panics {
        fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
            panic!("on purpose")
        }
    }

    #[test]
    fn a_panic_of_the_thread_is_an_error_and_not_the_end_of_the_archive() {
        let input = Input::new(Panics, Limits::default());
        let error = Inflated::start(input).and_then(|mut it| it.next_document()).unwrap_err();
        assert!(error.to_string().contains("panicked"), "{error}");
    }
}
