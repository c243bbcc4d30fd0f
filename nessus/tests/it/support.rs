//! Reports, archives of them, and ways to read them.

use std::{
    io::{self, Cursor, Read, Seek, Write},
    ops::Range,
    pin::pin,
    sync::Arc,
    task::{Context, Poll, Wake, Waker},
    thread::{self, Thread},
};

use futures_util::{StreamExt as _, stream};
use scanops_nessus::{Error, Finding, FindingStream, Findings, Result, Verifier};
use zip::{ZipWriter, write::SimpleFileOptions};

/// A report of one host, with an item for each of these ids.
pub(crate) fn report(ids: Range<u32>) -> String {
    let item =
        |id| format!("<ReportItem pluginID=\"{id}\"><synopsis>no {id}</synopsis></ReportItem>\n");
    of_host(&ids.map(item).collect::<String>())
}

/// A report of one host with this content.
pub(crate) fn of_host(content: &str) -> String {
    document(&format!("<ReportHost name='h'>{content}</ReportHost>"))
}

/// A report of these hosts.
pub(crate) fn document(hosts: &str) -> String {
    format!("<NessusClientData_v2><Report name='r'>{hosts}</Report></NessusClientData_v2>")
}

/// An archive of these entries, with lengths before their content.
pub(crate) fn archive(entries: &[(&str, &str)], options: SimpleFileOptions) -> Vec<u8> {
    write(ZipWriter::new(Cursor::new(Vec::new())), entries, options).into_inner()
}

/// The same, with lengths after the content, as a server sends it.
pub(crate) fn streamed(entries: &[(&str, &str)], options: SimpleFileOptions) -> Vec<u8> {
    write(ZipWriter::new_stream(Vec::new()), entries, options).into_inner()
}

fn write<W: Write + Seek>(
    mut archive: ZipWriter<W>,
    entries: &[(&str, &str)],
    options: SimpleFileOptions,
) -> W {
    for (name, content) in entries {
        archive.start_file(*name, options).unwrap();
        archive.write_all(content.as_bytes()).unwrap();
    }
    archive.finish().unwrap()
}

/// The findings up to the first error, and that error.
pub(crate) fn read(report: impl Read) -> (Vec<Finding>, Option<Error>) {
    up_to_error(Findings::new(report))
}

/// The same, of a report that arrives in chunks of this size.
pub(crate) fn read_arriving(report: &[u8], size: usize) -> (Vec<Finding>, Option<Error>) {
    up_to_error(arriving(report, size).into_iter())
}

/// The items of a stream for a report that arrives in chunks of this size, without a runtime.
pub(crate) fn arriving(report: &[u8], size: usize) -> Vec<Result<Finding>> {
    struct Unpark(Thread);

    impl Wake for Unpark {
        fn wake(self: Arc<Self>) {
            self.0.unpark();
        }
    }

    let chunks: Vec<_> = report.chunks(size).map(|chunk| io::Result::Ok(chunk.to_vec())).collect();
    let mut findings = pin!(FindingStream::new(stream::iter(chunks)).collect());
    let waker = Waker::from(Arc::new(Unpark(thread::current())));
    loop {
        match findings.as_mut().poll(&mut Context::from_waker(&waker)) {
            Poll::Ready(findings) => return findings,
            Poll::Pending => thread::park(),
        }
    }
}

/// Whether a report is complete, written in chunks of this size.
pub(crate) fn verify(report: &[u8], size: usize) -> Result<()> {
    let mut verifier = Verifier::new();
    report.chunks(size).try_for_each(|chunk| verifier.write(chunk))?;
    verifier.finish().map(drop)
}

fn up_to_error(
    mut findings: impl Iterator<Item = Result<Finding>>,
) -> (Vec<Finding>, Option<Error>) {
    let mut read = Vec::new();
    for finding in findings.by_ref() {
        match finding {
            Ok(finding) => read.push(finding),
            Err(error) => {
                assert!(error.is_recoverable() || findings.next().is_none(), "{error}");
                return (read, Some(error));
            }
        }
    }
    (read, None)
}

/// The ids of findings.
pub(crate) fn ids(findings: &[Finding]) -> Vec<u32> {
    findings.iter().map(|finding| finding.plugin.id).collect()
}

/// Reads chunks of these sizes, over and over.
pub(crate) struct Chunks<'a> {
    rest: &'a [u8],
    sizes: std::iter::Cycle<std::slice::Iter<'a, usize>>,
}

impl<'a> Chunks<'a> {
    pub(crate) fn new(rest: &'a [u8], sizes: &'a [usize]) -> Self {
        Self { rest, sizes: sizes.iter().cycle() }
    }
}

impl Read for Chunks<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let most = into.len().min(*self.sizes.next().unwrap());
        self.rest.read(&mut into[..most])
    }
}
