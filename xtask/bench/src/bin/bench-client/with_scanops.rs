//! The work by scanops, as a user would write it.

use std::{fs::File, io::Read as _, path::Path};

use bench::{Failure, Output};
use bytes::Bytes;
use futures_util::{Stream, TryStreamExt as _, stream};
use scanops::{
    insightvm::{self, types::Scan},
    nessus::{Finding, FindingStream, Findings},
    tenable_sc::{self, record::ScanResult},
    transfer::Upload,
};

#[derive(Clone)]
pub(crate) struct Client(tenable_sc::Client);

impl super::Client for Client {
    fn new(url: &str) -> Result<Self, Failure> {
        Ok(Self(tenable_sc::Client::builder(url).api_key("access", "secret").build()?))
    }

    async fn save(&self, id: u64, file: &Path) -> Result<u64, Failure> {
        let report = self.0.scan_results().download(id).await?;
        Ok(report.save_to(file).replace(true).await?.bytes)
    }

    async fn download(
        &self,
        id: u64,
        mut chunk: impl FnMut(&[u8]) -> Result<(), Failure> + Send,
    ) -> Result<(), Failure> {
        let mut report = self.0.scan_results().download(id).await?;
        while let Some(bytes) = report.next_chunk().await? {
            chunk(&bytes)?;
        }
        Ok(())
    }

    async fn import(&self, file: &Path) -> Result<(), Failure> {
        self.0.scan_results().import(Upload::path(file).await?, 1).await?;
        Ok(())
    }

    async fn scan_result(&self, id: u64) -> Result<ScanResult, Failure> {
        Ok(self.0.scan_results().get(id).await?.into_inner())
    }

    async fn walk(
        url: &str,
        engine: i32,
        prefetch: usize,
        mut scan: impl FnMut(&Scan) -> Result<(), Failure>,
    ) -> Result<(), Failure> {
        let console = insightvm::Client::builder(url).basic_auth("user", "password").build()?;
        let mut scans =
            console.scan_engine_scans(engine).page_size(500).prefetch(prefetch).stream();
        while let Some(next) = scans.next_item().await? {
            scan(&next)?;
        }
        Ok(())
    }
}

/// The findings of a file, on two threads.
pub(crate) async fn findings(file: &str) -> Result<Output, Failure> {
    let mut file = File::open(file)?;
    let chunks = std::iter::from_fn(move || {
        let mut chunk = vec![0; 64 << 10];
        let read = file.read(&mut chunk);
        read.map(|read| {
            chunk.truncate(read);
            (read > 0).then(|| Bytes::from(chunk))
        })
        .transpose()
    });
    count(FindingStream::new(stream::iter(chunks))).await
}

/// The same while it downloads.
pub(crate) async fn findings_download(url: &str, id: u64) -> Result<Output, Failure> {
    let client = <Client as super::Client>::new(url)?;
    count(client.0.scan_results().download(id).await?.findings()).await
}

async fn count<E>(
    mut findings: impl Stream<Item = Result<Finding, E>> + Unpin,
) -> Result<Output, Failure>
where
    Failure: From<E>,
{
    let mut output = Output::default();
    while let Some(finding) = findings.try_next().await? {
        add(&mut output, &finding);
    }
    Ok(output)
}

/// The same on one thread.
pub(crate) fn findings_one_thread(file: &str) -> Result<Output, Failure> {
    let mut output = Output::default();
    for finding in Findings::new(File::open(file)?) {
        add(&mut output, &finding?);
    }
    Ok(output)
}

/// Uses each finding as pyTenable's program does.
fn add(output: &mut Output, finding: &Finding) {
    output.count += 1;
    output.sum += u64::from(finding.port);
}
