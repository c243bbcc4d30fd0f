//! Reads what is in a report while it is being uploaded.

use std::io::{self, Read};
use std::sync::Arc;
use std::time::SystemTime;

use axum::body::Bytes;
use tokio::sync::mpsc;
use tokio::task::{JoinError, JoinHandle, spawn_blocking};

use super::uploads::Contents;
use crate::time::Moment;
use scanops_nessus::Findings;

/// How many parts of a file may wait to be read.
const PARTS: usize = 8;

/// A file that is on its way in. Its content is read in a thread of its own, since that is work
/// for a processor, and kept as long as it is small.
pub(super) struct Intake {
    parts: mpsc::Sender<Bytes>,
    reader: JoinHandle<Result<Contents, String>>,
    size: u64,
    keep: usize,
    kept: Option<Vec<u8>>,
}

/// A file that is in.
pub(super) struct Taken {
    pub(super) size: u64,
    pub(super) content: Option<Bytes>,
    pub(super) contents: Result<Contents, String>,
}

impl Intake {
    /// Begins, and keeps the file if it has at most this many bytes.
    pub(super) fn keeping(keep: usize) -> Self {
        let (parts, received) = mpsc::channel(PARTS);
        let reader = spawn_blocking(|| read(Parts { received, part: Bytes::new() }));
        Self { parts, reader, size: 0, keep, kept: Some(Vec::new()) }
    }

    /// Takes a part.
    pub(super) async fn take(&mut self, part: Bytes) {
        self.size += u64::try_from(part.len()).unwrap_or(u64::MAX);
        self.kept = self.kept.take().filter(|kept| kept.len() + part.len() <= self.keep);
        if let Some(kept) = &mut self.kept {
            kept.extend_from_slice(&part);
        }
        // The reader goes away early where it finds something wrong: the rest is only counted.
        let _ = self.parts.send(part).await;
    }

    /// Ends.
    pub(super) async fn end(self) -> Result<Taken, JoinError> {
        let Self { parts, reader, size, kept, .. } = self;
        drop(parts);
        Ok(Taken { size, content: kept.map(Bytes::from), contents: reader.await? })
    }
}

fn read(report: impl Read) -> Result<Contents, String> {
    let mut findings = Findings::new(report);
    let mut contents = Contents::default();
    let mut host = None;
    for finding in findings.by_ref() {
        let finding = finding.map_err(|error| format!("The file can't be imported: {error}."))?;
        contents.items = contents.items.saturating_add(1);
        if host.as_ref().is_some_and(|host| Arc::ptr_eq(host, &finding.host)) {
            continue;
        }
        contents.hosts = contents.hosts.saturating_add(1);
        if let Some(start) = finding.host.start.map(|start| Moment::from(SystemTime::from(start))) {
            contents.started = Some(contents.started.map_or(start, |first| first.min(start)));
        }
        if let Some(end) = finding.host.end.map(|end| Moment::from(SystemTime::from(end))) {
            contents.finished = Some(contents.finished.map_or(end, |last| last.max(end)));
        }
        host = Some(finding.host);
    }
    contents.name.clone_from(&findings.report().name);
    Ok(contents)
}

/// The parts as a reader.
struct Parts {
    received: mpsc::Receiver<Bytes>,
    part: Bytes,
}

impl Read for Parts {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        while self.part.is_empty() {
            match self.received.blocking_recv() {
                Some(part) => self.part = part,
                None => return Ok(0),
            }
        }
        let count = self.part.len().min(into.len());
        let taken = self.part.split_to(count);
        into.get_mut(..count).unwrap_or_default().copy_from_slice(&taken);
        Ok(count)
    }
}
