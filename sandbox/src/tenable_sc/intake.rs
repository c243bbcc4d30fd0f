//! Reads what is in a report while it is being uploaded.

use std::io::Read;

use bytes::Bytes;
use scanops_nessus::{Event, Findings};
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
    let mut events = Findings::new(report).events();
    let mut contents = Contents::default();
    for event in events.by_ref() {
        let event = event.map_err(|error| format!("The file can't be imported: {error}."))?;
        if let Event::HostEnd { host, findings } = event {
            let findings = u32::try_from(findings).unwrap_or(u32::MAX);
            contents.items = contents.items.saturating_add(findings);
            contents.hosts = contents.hosts.saturating_add(1);
            contents.started = contents.started.into_iter().chain(host.start).min();
            contents.finished = contents.finished.into_iter().chain(host.end).max();
        }
    }
    contents.name.clone_from(&events.report().name);
    Ok(contents)
}
