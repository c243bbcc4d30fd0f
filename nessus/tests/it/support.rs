//! Reports, archives of them, and ways to read them.

use std::{
    io::{self, Cursor, Read, Write},
    ops::Range,
};

use futures_util::{StreamExt as _, stream};
use scanops_nessus::{Error, Finding, FindingStream, Findings, Result};
use zip::{ZipWriter, write::SimpleFileOptions};

/// A report of one host, with an item for each of these ids.
pub(crate) fn report(ids: Range<u32>) -> String {
    let item =
        |id| format!("<ReportItem pluginID=\"{id}\"><synopsis>no {id}</synopsis></ReportItem>\n");
    format!(
        "<NessusClientData_v2><Report name=\"r\"><ReportHost name=\"h\">{}</ReportHost>\
         </Report></NessusClientData_v2>",
        ids.map(item).collect::<String>()
    )
}

/// An archive of these entries, with lengths before their content.
pub(crate) fn archive(entries: &[(&str, &str)], options: SimpleFileOptions) -> Vec<u8> {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in entries {
        archive.start_file(*name, options).unwrap();
        archive.write_all(content.as_bytes()).unwrap();
    }
    archive.finish().unwrap().into_inner()
}

/// The same, with lengths after the content, as a server sends it.
pub(crate) fn streamed(entries: &[(&str, &str)], options: SimpleFileOptions) -> Vec<u8> {
    let mut archive = ZipWriter::new_stream(Vec::new());
    for (name, content) in entries {
        archive.start_file(*name, options).unwrap();
        archive.write_all(content.as_bytes()).unwrap();
    }
    archive.finish().unwrap().into_inner()
}

/// The findings up to the first error, and that error.
pub(crate) fn read(report: impl Read) -> (Vec<Finding>, Option<Error>) {
    up_to_error(Findings::new(report))
}

/// The same, of a report that arrives in chunks of this size.
pub(crate) fn read_arriving(report: &[u8], size: usize) -> (Vec<Finding>, Option<Error>) {
    let chunks: Vec<_> = report.chunks(size).map(|chunk| io::Result::Ok(chunk.to_vec())).collect();
    let findings = FindingStream::new(stream::iter(chunks)).collect::<Vec<_>>();
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    up_to_error(runtime.block_on(findings).into_iter())
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

/// Gives chunks of these sizes, over and over.
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

/// Every text of a value, with numbers and booleans as text.
pub(crate) fn texts(value: &serde_json::Value) -> Vec<String> {
    match value {
        serde_json::Value::String(text) => vec![text.clone()],
        serde_json::Value::Array(values) => values.iter().flat_map(texts).collect(),
        serde_json::Value::Object(map) => map.values().flat_map(texts).collect(),
        other => vec![other.to_string()],
    }
}

/// Takes each of some texts out of those that were kept, or none: each counts once.
pub(crate) fn take_all(kept: &mut Vec<String>, wanted: &[String]) -> bool {
    let mut rest = kept.clone();
    for text in wanted {
        let Some(at) = rest.iter().position(|kept| kept == text) else { return false };
        rest.swap_remove(at);
    }
    *kept = rest;
    true
}
