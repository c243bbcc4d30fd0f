//! The work that is measured: `bench-client WORK …`. Work of both scanops and reqwest is in
//! [`Client`]; work of only one of them is below it.

// It prints its results for the program that started it.
#![expect(clippy::print_stdout)]

use std::{
    env,
    fs::File,
    io::{BufReader, Read, Seek as _, SeekFrom, Write as _},
    iter,
    path::Path,
    thread,
    time::Instant,
};

use bench::{Failure, Output, checksum, read_all};
use bytes::Bytes;
use flate2::{
    Compression, Crc,
    read::{DeflateDecoder, ZlibDecoder, ZlibEncoder},
};
use futures_util::{Stream, TryStreamExt as _, stream};
use quick_xml::{Reader, events::Event};
use reqwest::{RequestBuilder, Response, multipart};
use scanops::{
    insightvm::{
        self,
        types::{Scan, ScanPage},
    },
    nessus::{Finding, FindingStream, Findings},
    tenable_sc::{self, record::ScanResult},
    transfer::Upload,
};
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::{runtime::Builder, task::JoinSet};
use zip::ZipArchive;

const USAGE: &str = "\
scanops|reqwest save URL ID FILE | import URL FILE | calls URL N | walk URL SCANS PREFETCH |
                downloads URL ID N [FOLDER]
findings FILE | findings-stream FILE | findings-one-thread FILE | findings-download URL ID |
inflate FILE | inflate-and-read-events FILE | two-threads";

/// A client of Tenable.sc.
#[derive(Clone)]
enum Client {
    Scanops(tenable_sc::Client),
    /// By hand.
    Reqwest(reqwest::Client, String),
}

#[derive(Deserialize)]
struct Envelope {
    response: ScanResult,
    error_code: i64,
}

async fn send(request: RequestBuilder) -> reqwest::Result<Response> {
    let request = request.header("x-apikey", "accesskey=access; secretkey=secret;");
    request.send().await?.error_for_status()
}

async fn download(http: &reqwest::Client, url: &str, id: u64) -> reqwest::Result<Response> {
    let request = http.post(format!("{url}/rest/scanResult/{id}/download"));
    send(request.json(&json!({ "downloadType": "v2" }))).await
}

impl Client {
    fn new(who: &str, url: &str) -> Result<Self, Failure> {
        Ok(match who {
            "scanops" => {
                Self::Scanops(tenable_sc::Client::builder(url).api_key("access", "secret").build()?)
            }
            _ => Self::Reqwest(reqwest::Client::new(), url.to_owned()),
        })
    }

    /// Downloads to a file, and returns its size.
    async fn save(&self, id: u64, path: &Path) -> Result<u64, Failure> {
        match self {
            Self::Scanops(sc) => {
                let report = sc.scan_results().download(id).await?;
                Ok(report.save_to(path).replace(true).await?.bytes)
            }
            Self::Reqwest(http, url) => {
                let mut response = download(http, url, id).await?;
                let (mut file, mut size) = (File::create(path)?, 0);
                while let Some(chunk) = response.chunk().await? {
                    // On the runtime's thread, which is fastest for a file in memory.
                    file.write_all(&chunk)?;
                    size += chunk.len() as u64;
                }
                Ok(size)
            }
        }
    }

    /// Downloads, and returns size and checksum of the body.
    async fn download(&self, id: u64) -> Result<(u64, u64), Failure> {
        let (mut crc, mut size) = (Crc::new(), 0);
        let mut add = |chunk: &[u8]| {
            crc.update(chunk);
            size += chunk.len() as u64;
        };
        match self {
            Self::Scanops(sc) => {
                let mut report = sc.scan_results().download(id).await?;
                while let Some(chunk) = report.next_chunk().await? {
                    add(&chunk);
                }
            }
            Self::Reqwest(http, url) => {
                let mut response = download(http, url, id).await?;
                while let Some(chunk) = response.chunk().await? {
                    add(&chunk);
                }
            }
        }
        Ok((size, u64::from(crc.sum())))
    }

    async fn import(&self, path: &str) -> Result<(), Failure> {
        match self {
            Self::Scanops(sc) => {
                sc.scan_results().import(Upload::path(path).await?, 1).await?;
            }
            Self::Reqwest(http, url) => {
                let form = multipart::Form::new().file("Filedata", path).await?;
                let upload = http.post(format!("{url}/rest/file/upload")).multipart(form);
                let uploaded: Value = send(upload).await?.json().await?;
                let name = &uploaded["response"]["filename"];
                let import = json!({ "filename": name, "repository": { "id": 1 } });
                let request = http.post(format!("{url}/rest/scanResult/import")).json(&import);
                send(request).await?.bytes().await?;
            }
        }
        Ok(())
    }

    async fn scan_result(&self, id: u64) -> Result<ScanResult, Failure> {
        match self {
            Self::Scanops(sc) => Ok(sc.scan_results().get(id).await?.into_inner()),
            Self::Reqwest(http, url) => {
                let request = http.get(format!("{url}/rest/scanResult/{id}"));
                let body = send(request).await?.bytes().await?;
                let envelope: Envelope = serde_json::from_slice(&body)?;
                if envelope.error_code == 0 {
                    Ok(envelope.response)
                } else {
                    Err("rejected".into())
                }
            }
        }
    }

    /// Walks through an engine's scans in pages of 500. The engine's id is how many it has.
    async fn walk(
        who: &str,
        url: &str,
        engine: i32,
        prefetch: usize,
        mut take: impl FnMut(&Scan) -> Result<(), Failure>,
    ) -> Result<(), Failure> {
        if who == "scanops" {
            let console = insightvm::Client::builder(url).basic_auth("user", "password").build()?;
            let scans = console.scan_engine_scans(engine).page_size(500).prefetch(prefetch);
            let mut scans = scans.stream();
            while let Some(scan) = scans.next_item().await? {
                take(&scan)?;
            }
            return Ok(());
        }
        let http = reqwest::Client::new();
        for page in 0..(engine + 499) / 500 {
            let page = format!("{url}/api/3/scan_engines/{engine}/scans?page={page}&size=500");
            let request = http.get(page).basic_auth("user", Some("password"));
            let body = request.send().await?.error_for_status()?.bytes().await?;
            let page: ScanPage = serde_json::from_slice(&body)?;
            page.resources.iter().try_for_each(&mut take)?;
        }
        Ok(())
    }
}

fn main() -> Result<(), Failure> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let runtime = match arguments[..] {
        [_, "calls" | "walk", ..] => Builder::new_current_thread().enable_all().build()?,
        _ => Builder::new_multi_thread().worker_threads(2).enable_all().build()?,
    };
    let start = Instant::now();
    let mut output = runtime.block_on(work(&arguments))?;
    if output.seconds == 0.0 {
        output.seconds = start.elapsed().as_secs_f64();
    }
    println!("{}", serde_json::to_string(&output)?);
    Ok(())
}

async fn work(arguments: &[&str]) -> Result<Output, Failure> {
    let mut output = Output::default();
    match *arguments {
        ["findings", file] => return count(stream::iter(Findings::open(file)?)).await,
        ["findings-stream", file] => return count(FindingStream::new(chunks(file)?)).await,
        ["findings-one-thread", file] => {
            return count(stream::iter(Findings::new(File::open(file)?))).await;
        }
        ["findings-download", url, id] => {
            let sc = tenable_sc::Client::builder(url).api_key("access", "secret").build()?;
            return count(sc.scan_results().download(id.parse()?).await?.findings()).await;
        }
        ["inflate", file] => {
            let (document, expected) = document(file)?;
            if checksum(document)?.1 != expected {
                return Err("the checksum is wrong".into());
            }
        }
        ["inflate-and-read-events", file] => return read_events(file),
        ["two-threads"] => output.seconds = two_threads(),
        [who, "save", url, id, file] => {
            output.bytes = Client::new(who, url)?.save(id.parse()?, Path::new(file)).await?;
        }
        [who, "import", url, file] => Client::new(who, url)?.import(file).await?,
        [who, "calls", url, count] => {
            let client = Client::new(who, url)?;
            // The connection is warm, and everything has been used once.
            client.scan_result(121).await?;
            let start = Instant::now();
            for _ in 0..count.parse()? {
                output.sum += client.scan_result(121).await?.id;
                output.count += 1;
            }
            output.seconds = start.elapsed().as_secs_f64();
        }
        [who, "walk", url, scans, prefetch] => {
            let take = |scan: &Scan| {
                if u64::try_from(scan.id)? != output.count {
                    return Err(format!("scan {} is number {}", scan.id, output.count).into());
                }
                output.count += 1;
                output.sum += u64::from(scan.assets.unwrap_or_default().unsigned_abs());
                Ok(())
            };
            Client::walk(who, url, scans.parse()?, prefetch.parse()?, take).await?;
        }
        [who, "downloads", url, id, count, ref folder @ ..] => {
            let (client, id) = (Client::new(who, url)?, id.parse()?);
            let mut downloads = JoinSet::new();
            for n in 0..count.parse::<u64>()? {
                let client = client.clone();
                let file = folder.first().map(|folder| Path::new(folder).join(format!("{n}.zip")));
                downloads.spawn(async move {
                    match file {
                        Some(file) => Ok((client.save(id, &file).await?, 0)),
                        None => client.download(id).await,
                    }
                });
            }
            while let Some(download) = downloads.join_next().await {
                let (bytes, sum): (u64, u64) = download?.map_err(|failure: Failure| failure)?;
                output.count += 1;
                output.bytes += bytes;
                output.sum += sum;
            }
        }
        _ => return Err(USAGE.into()),
    }
    Ok(output)
}

fn chunks(file: &str) -> Result<impl Stream<Item = std::io::Result<Bytes>> + use<>, Failure> {
    let mut file = File::open(file)?;
    Ok(stream::iter(iter::from_fn(move || {
        let mut chunk = vec![0; 64 << 10];
        let read = file.read(&mut chunk);
        let read = read.inspect(|read| chunk.truncate(*read));
        read.map(|read| (read > 0).then(|| Bytes::from(chunk))).transpose()
    })))
}

/// Uses each finding as pyTenable's program does.
async fn count<E>(findings: impl Stream<Item = Result<Finding, E>>) -> Result<Output, Failure>
where
    Failure: From<E>,
{
    let mut findings = std::pin::pin!(findings);
    let mut output = Output::default();
    while let Some(finding) = findings.try_next().await? {
        output.count += 1;
        output.sum += u64::from(finding.port);
    }
    Ok(output)
}

/// The document of an archive with one entry, and its checksum.
fn document(file: &str) -> Result<(DeflateDecoder<impl Read>, u32), Failure> {
    let mut archive = ZipArchive::new(File::open(file)?)?;
    let entry = archive.by_index_raw(0)?;
    let (start, checksum) = (entry.data_start().ok_or("no entry")?, entry.crc32());
    drop(entry);
    let mut file = archive.into_inner();
    file.seek(SeekFrom::Start(start))?;
    Ok((DeflateDecoder::new(BufReader::with_capacity(64 << 10, file)), checksum))
}

/// Inflates, and reads events without using them: the lower bound of reading findings.
fn read_events(file: &str) -> Result<Output, Failure> {
    let mut whole = Vec::new();
    document(file)?.0.read_to_end(&mut whole)?;
    let (document, _) = document(file)?;
    let start = Instant::now();
    read_all(document)?;
    let mut reader = Reader::from_reader(BufReader::with_capacity(64 << 10, &whole[..]));
    let (mut buffer, mut count) = (Vec::new(), 0);
    loop {
        match reader.read_event_into(&mut buffer)? {
            Event::Start(tag) if tag.name().as_ref() == "ReportItem" => count += 1,
            Event::Eof => break,
            _ => {}
        }
        buffer.clear();
    }
    Ok(Output { seconds: start.elapsed().as_secs_f64(), count, ..Output::default() })
}

/// How much faster two threads are than one.
fn two_threads() -> f64 {
    let work = || {
        let text = include_str!("../../../../Cargo.lock").as_bytes();
        for _ in 0..40 {
            // A buffer does not fail.
            let _ = read_all(ZlibDecoder::new(ZlibEncoder::new(text, Compression::default())));
        }
    };
    let seconds = |threads: usize| {
        let start = Instant::now();
        thread::scope(|scope| (0..threads).for_each(|_| drop(scope.spawn(work))));
        start.elapsed().as_secs_f64()
    };
    let mut factors: Vec<f64> = (0..5).map(|_| 2.0 * seconds(1) / seconds(2)).collect();
    factors.sort_by(f64::total_cmp);
    factors[2]
}
