//! Reads what is in a report while it is being uploaded.

use std::io::Read;
use std::sync::Arc;

use bytes::Bytes;
use scanops_nessus::Findings;
use tokio::io::{AsyncWriteExt, DuplexStream, duplex};
use tokio::task::{JoinError, JoinHandle, spawn_blocking};
use tokio_util::io::SyncIoBridge;

use super::state::{Contents, UploadedFile};

/// How many bytes of a file may wait to be read.
const WAITING: usize = 128 * 1024;

/// An upload in progress. Its content is parsed in a thread of its own, and kept as long as it is
/// small.
pub(super) struct Intake {
    pipe: DuplexStream,
    reader: JoinHandle<Result<Contents, String>>,
    size: u64,
    keep: usize,
    kept: Option<Vec<u8>>,
}

impl Intake {
    /// Keeps the file if it has at most this many bytes.
    pub(super) fn keeping(keep: usize) -> Self {
        let (pipe, received) = duplex(WAITING);
        let reader = spawn_blocking(|| read(SyncIoBridge::new(received)));
        Self { pipe, reader, size: 0, keep, kept: Some(Vec::new()) }
    }

    pub(super) async fn add(&mut self, chunk: Bytes) {
        self.size += u64::try_from(chunk.len()).unwrap_or(u64::MAX);
        self.kept = self.kept.take().filter(|kept| kept.len() + chunk.len() <= self.keep);
        if let Some(kept) = &mut self.kept {
            kept.extend_from_slice(&chunk);
        }
        // The reader ends early if it finds an error: the rest is only counted.
        let _ = self.pipe.write_all(&chunk).await;
    }

    pub(super) async fn finish(self, original_name: String) -> Result<UploadedFile, JoinError> {
        let Self { pipe, reader, size, kept, .. } = self;
        drop(pipe);
        let contents = reader.await?;
        Ok(UploadedFile { original_name, size, content: kept.map(Bytes::from), contents })
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
        contents.started = contents.started.into_iter().chain(finding.host.start).min();
        contents.finished = contents.finished.into_iter().chain(finding.host.end).max();
        host = Some(finding.host);
    }
    contents.name.clone_from(&findings.report().name);
    Ok(contents)
}
