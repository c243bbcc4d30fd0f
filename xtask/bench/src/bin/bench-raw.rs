//! The same work by hand: reqwest, `serde_json`, flate2 and quick-xml alone.

use std::{
    env,
    fs::File,
    io::{self, BufReader, Read, Write as _},
    path::Path,
    thread,
    time::Instant,
};

use bench::{Failure, Told, timed};
use flate2::{
    Compression, Crc,
    read::{DeflateDecoder, ZlibDecoder, ZlibEncoder},
};
use quick_xml::{Reader, events::Event};
use reqwest::{Client, RequestBuilder, multipart};
use scanops::{insightvm::types::ScanPage, tenable_sc::record::ScanResult};
use serde::Deserialize;
use serde_json::json;
use tokio::runtime::{Builder, Runtime};

const USAGE: &str = "save URL ID FILE | import URL FILE | verify FILE | floor FILE | \
                     calls URL N | walk URL SCANS | downloads URL N | downloads-saved URL N FOLDER | \
                     two-threads";

fn main() -> Result<(), Failure> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let many = Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    let told = match arguments[..] {
        ["save", url, id, file] => many.block_on(timed(save(Client::new(), url, id, file)))?,
        ["import", url, file] => many.block_on(timed(import(url, file)))?,
        ["verify", file] => many.block_on(timed(async { verify(file) }))?,
        ["floor", file] => floor(file)?,
        ["two-threads"] => two_threads(),
        ["calls", url, count] => one_thread()?.block_on(calls(url, count.parse()?))?,
        ["walk", url, scans] => one_thread()?.block_on(timed(walk(url, scans.parse()?)))?,
        ["downloads", url, count] => many.block_on(timed(downloads(url, count.parse()?)))?,
        ["downloads-saved", url, count, folder] => {
            many.block_on(timed(downloads_saved(url, count.parse()?, folder)))?
        }
        _ => return Err(USAGE.into()),
    };
    told.print();
    Ok(())
}

fn one_thread() -> io::Result<Runtime> {
    Builder::new_current_thread().enable_all().build()
}

fn keys(request: RequestBuilder) -> RequestBuilder {
    request.header("x-apikey", "accesskey=access; secretkey=secret;")
}

fn download(http: &Client, url: &str, id: &str) -> RequestBuilder {
    keys(http.post(format!("{url}/rest/scanResult/{id}/download")))
        .json(&json!({ "downloadType": "v2" }))
}

async fn save(http: Client, url: &str, id: &str, file: &str) -> Result<Told, Failure> {
    let mut answer = download(&http, url, id).send().await?.error_for_status()?;
    let (mut file, mut bytes) = (File::create(file)?, 0);
    while let Some(part) = answer.chunk().await? {
        // Straight on the runtime's thread: nothing is quicker where the disk is.
        file.write_all(&part)?;
        bytes += part.len() as u64;
    }
    Ok(Told { count: 1, bytes, ..Told::default() })
}

async fn import(url: &str, file: &str) -> Result<Told, Failure> {
    let form = multipart::Form::new().file("Filedata", file).await?;
    let http = Client::new();
    let upload = keys(http.post(format!("{url}/rest/file/upload"))).multipart(form);
    let answer: serde_json::Value = upload.send().await?.error_for_status()?.json().await?;
    let import = keys(http.post(format!("{url}/rest/scanResult/import")))
        .json(&json!({ "filename": answer["response"]["filename"], "repository": { "id": 1 } }));
    import.send().await?.error_for_status()?.bytes().await?;
    Ok(Told { count: 1, ..Told::default() })
}

/// The document of an archive with one entry, as it was made: after a header of known length.
fn document(file: &str) -> Result<DeflateDecoder<impl Read>, Failure> {
    let mut file = BufReader::with_capacity(64 << 10, File::open(file)?);
    let mut head = [0; 30];
    file.read_exact(&mut head)?;
    let skip = u16::from_le_bytes([head[26], head[27]]) + u16::from_le_bytes([head[28], head[29]]);
    file.read_exact(&mut vec![0; usize::from(skip)])?;
    Ok(DeflateDecoder::new(file))
}

/// What `unzip -t` does.
fn verify(file: &str) -> Result<Told, Failure> {
    let (mut document, mut crc) = (document(file)?, Crc::new());
    let (mut part, mut told) = (vec![0; 64 << 10], Told::default());
    loop {
        match document.read(&mut part)? {
            0 => break,
            read => {
                crc.update(&part[..read]);
                told.bytes += read as u64;
            }
        }
    }
    told.sum = u64::from(crc.sum());
    Ok(told)
}

/// Inflating alone, then events alone: what reading findings can't do without.
fn floor(file: &str) -> Result<Told, Failure> {
    let mut whole = Vec::new();
    document(file)?.read_to_end(&mut whole)?;
    let (mut document, mut part) = (document(file)?, vec![0; 64 << 10]);
    let start = Instant::now();
    while document.read(&mut part)? > 0 {}
    let inflated = start.elapsed().as_secs_f64();

    let start = Instant::now();
    let mut reader = Reader::from_reader(BufReader::with_capacity(64 << 10, &whole[..]));
    let (mut buffer, mut told) = (Vec::new(), Told::default());
    loop {
        match reader.read_event_into(&mut buffer)? {
            Event::Start(tag) if tag.name().as_ref() == "ReportItem" => told.count += 1,
            Event::Eof => break,
            _ => {}
        }
        buffer.clear();
    }
    let events = start.elapsed().as_secs_f64();
    told.bytes = whole.len() as u64;
    told.seconds = inflated + events;
    told.parts = vec![inflated, events];
    Ok(told)
}

/// How many times as much two threads do as one.
fn two_threads() -> Told {
    let work = || {
        let text = include_str!("../../../../Cargo.lock").as_bytes();
        for _ in 0..40 {
            // A buffer does not fail.
            let packed = ZlibEncoder::new(text, Compression::default());
            let _ = io::copy(&mut ZlibDecoder::new(packed), &mut io::sink());
        }
    };
    let seconds = |threads: usize| {
        let start = Instant::now();
        thread::scope(|scope| (0..threads).for_each(|_| drop(scope.spawn(work))));
        start.elapsed().as_secs_f64()
    };
    let mut factors: Vec<f64> = (0..5).map(|_| 2.0 * seconds(1) / seconds(2)).collect();
    factors.sort_by(f64::total_cmp);
    Told { parts: vec![factors[2]], ..Told::default() }
}

#[derive(Deserialize)]
struct Envelope {
    response: ScanResult,
    error_code: i64,
}

async fn calls(url: &str, count: u64) -> Result<Told, Failure> {
    let http = Client::new();
    let call = async || -> Result<ScanResult, Failure> {
        let call = keys(http.get(format!("{url}/rest/scanResult/121")));
        let body = call.send().await?.error_for_status()?.bytes().await?;
        let envelope: Envelope = serde_json::from_slice(&body)?;
        if envelope.error_code == 0 { Ok(envelope.response) } else { Err("refused".into()) }
    };
    call().await?;
    let calls = async {
        let mut told = Told::default();
        for _ in 0..count {
            told.sum += call().await?.id;
            told.count += 1;
        }
        Ok(told)
    };
    timed(calls).await
}

async fn walk(url: &str, scans: u64) -> Result<Told, Failure> {
    let (http, mut told) = (Client::new(), Told::default());
    for page in 0..scans.div_ceil(500) {
        let call = http
            .get(format!("{url}/api/3/scan_engines/{scans}/scans?page={page}&size=500"))
            .basic_auth("user", Some("password"));
        let body = call.send().await?.error_for_status()?.bytes().await?;
        let page: ScanPage = serde_json::from_slice(&body)?;
        for scan in page.resources {
            told.count += 1;
            told.sum += u64::from(scan.assets.unwrap_or_default().unsigned_abs());
        }
    }
    Ok(told)
}

async fn downloads(url: &str, count: u64) -> Result<Told, Failure> {
    let http = Client::new();
    let tasks: Vec<_> = (0..count)
        .map(|_| {
            let call = download(&http, url, "1000001");
            tokio::spawn(async move {
                let (mut crc, mut bytes) = (Crc::new(), 0);
                let mut answer = call.send().await?.error_for_status()?;
                while let Some(part) = answer.chunk().await? {
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
    let http = Client::new();
    let tasks: Vec<_> = (0..count)
        .map(|n| {
            let file = Path::new(folder).join(format!("{n}.zip"));
            let (http, url) = (http.clone(), url.to_owned());
            tokio::spawn(async move { save(http, &url, "1000001", &file.to_string_lossy()).await })
        })
        .collect();
    let mut told = Told::default();
    for task in tasks {
        told.count += 1;
        told.bytes += task.await??.bytes;
    }
    Ok(told)
}
