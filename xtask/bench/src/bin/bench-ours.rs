//! What is measured, by scanops: each piece of work as a user would write it.

use std::{env, fs::File, io::Read as _, path::Path};

use bench::{Failure, Told, timed};
use bytes::Bytes;
use flate2::Crc;
use futures_util::{Stream, StreamExt as _, TryStreamExt as _, stream};
use scanops::{
    insightvm,
    nessus::{FindingStream, Findings},
    tenable_sc,
    transfer::Upload,
};
use tokio::runtime::{Builder, Runtime};

const USAGE: &str = "save URL ID FILE | import URL FILE | findings FILE | findings-alone FILE | \
                     download-findings URL ID | calls URL N | walk URL SCANS PREFETCH | \
                     downloads URL N | downloads-saved URL N FOLDER";

fn main() -> Result<(), Failure> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let many = Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    let told = match arguments[..] {
        ["save", url, id, file] => many.block_on(timed(save(url, id.parse()?, file)))?,
        ["import", url, file] => many.block_on(timed(import(url, file)))?,
        ["findings", file] => many.block_on(timed(findings(file)))?,
        ["findings-alone", file] => many.block_on(timed(async { alone(file) }))?,
        ["download-findings", url, id] => {
            many.block_on(timed(download_findings(url, id.parse()?)))?
        }
        ["calls", url, count] => one_thread()?.block_on(calls(url, count.parse()?))?,
        ["walk", url, scans, prefetch] => {
            one_thread()?.block_on(timed(walk(url, scans.parse()?, prefetch.parse()?)))?
        }
        ["downloads", url, count] => many.block_on(timed(downloads(url, count.parse()?)))?,
        ["downloads-saved", url, count, folder] => {
            many.block_on(timed(downloads_saved(url, count.parse()?, folder)))?
        }
        _ => return Err(USAGE.into()),
    };
    told.print();
    Ok(())
}

fn one_thread() -> std::io::Result<Runtime> {
    Builder::new_current_thread().enable_all().build()
}

fn center(url: &str) -> scanops::Result<tenable_sc::Client> {
    tenable_sc::Client::builder(url).api_key("access", "secret").build()
}

async fn save(url: &str, id: u64, file: &str) -> Result<Told, Failure> {
    let report = center(url)?.scan_results().download(id).await?;
    let saved = report.save_to(file).replace(true).await?;
    Ok(Told { count: 1, bytes: saved.bytes, ..Told::default() })
}

async fn import(url: &str, file: &str) -> Result<Told, Failure> {
    let upload = Upload::path(file).await?;
    center(url)?.scan_results().import(upload, 1).await?;
    Ok(Told { count: 1, ..Told::default() })
}

/// The same of each finding as the peers take.
fn take(told: &mut Told, finding: &scanops::nessus::Finding) {
    told.count += 1;
    told.sum += u64::from(finding.port);
}

async fn findings(file: &str) -> Result<Told, Failure> {
    let mut file = File::open(file)?;
    let parts = std::iter::from_fn(move || {
        let mut part = vec![0; 64 << 10];
        // A report that can't be read on is one that was cut off, and told so.
        let read = file.read(&mut part).unwrap_or(0);
        part.truncate(read);
        (read > 0).then(|| Ok::<_, std::io::Error>(Bytes::from(part)))
    });
    of_stream(FindingStream::new(stream::iter(parts))).await
}

async fn of_stream<E>(
    mut findings: impl Stream<Item = Result<scanops::nessus::Finding, E>> + Unpin,
) -> Result<Told, Failure>
where
    Failure: From<E>,
{
    let mut told = Told::default();
    while let Some(finding) = findings.try_next().await? {
        take(&mut told, &finding);
    }
    Ok(told)
}

fn alone(file: &str) -> Result<Told, Failure> {
    let mut told = Told::default();
    for finding in Findings::new(File::open(file)?) {
        take(&mut told, &finding?);
    }
    Ok(told)
}

async fn download_findings(url: &str, id: u64) -> Result<Told, Failure> {
    of_stream(center(url)?.scan_results().download(id).await?.findings()).await
}

async fn calls(url: &str, count: u64) -> Result<Told, Failure> {
    let results = center(url)?.scan_results();
    // The connection is warm, and everything has been used once.
    results.get(121).await?;
    let calls = async {
        let mut told = Told::default();
        for _ in 0..count {
            let scan = results.get(121).await?;
            told.count += 1;
            told.sum += scan.id;
        }
        Ok(told)
    };
    timed(calls).await
}

async fn walk(url: &str, scans: i32, prefetch: usize) -> Result<Told, Failure> {
    let console = insightvm::Client::builder(url).basic_auth("user", "password").build()?;
    let mut scans = console.scan_engine_scans(scans).page_size(500).prefetch(prefetch).stream();
    let mut told = Told::default();
    while let Some(scan) = scans.next_item().await? {
        if u64::try_from(scan.id) != Ok(told.count) {
            return Err(format!("scan {} came as number {}", scan.id, told.count).into());
        }
        told.count += 1;
        told.sum += u64::from(scan.assets.unwrap_or_default().unsigned_abs());
    }
    Ok(told)
}

/// Stored archives of 1 MiB, all at once; their parts are summed up.
async fn downloads(url: &str, count: u64) -> Result<Told, Failure> {
    let results = center(url)?.scan_results();
    let tasks: Vec<_> = (0..count)
        .map(|_| {
            let results = results.clone();
            tokio::spawn(async move {
                let (mut crc, mut bytes) = (Crc::new(), 0);
                let mut report = results.download(1_000_001).await?;
                while let Some(part) = report.next_chunk().await? {
                    crc.update(&part);
                    bytes += part.len() as u64;
                }
                Ok::<_, Failure>((bytes, crc.sum()))
            })
        })
        .collect();
    let mut told = Told::default();
    for task in tasks {
        let (bytes, sum) = task.await??;
        told.count += 1;
        told.bytes += bytes;
        told.sum += u64::from(sum);
    }
    Ok(told)
}

async fn downloads_saved(url: &str, count: u64, folder: &str) -> Result<Told, Failure> {
    let results = center(url)?.scan_results();
    let saved: Vec<_> = stream::iter(0..count)
        .map(|n| {
            let (results, file) = (results.clone(), Path::new(folder).join(format!("{n}.zip")));
            let save = async move {
                let report = results.download(1_000_001).await?;
                report.save_to(file).replace(true).await
            };
            tokio::spawn(save)
        })
        .buffered(usize::try_from(count)?)
        .try_collect()
        .await?;
    let mut told = Told::default();
    for saved in saved {
        told.count += 1;
        told.bytes += saved?.bytes;
    }
    Ok(told)
}
