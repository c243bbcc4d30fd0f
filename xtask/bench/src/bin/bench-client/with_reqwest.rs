//! The same work by hand: reqwest, `serde_json`, flate2 and quick-xml alone.

use std::{
    fs::File,
    io::{BufReader, Read, Seek as _, SeekFrom, Write as _},
    path::Path,
    time::Instant,
};

use bench::{Failure, Output, checksum, read_all};
use flate2::read::DeflateDecoder;
use quick_xml::{Reader, events::Event};
use reqwest::{RequestBuilder, Response, multipart};
use scanops::{
    insightvm::types::{Scan, ScanPage},
    tenable_sc::record::ScanResult,
};
use serde::Deserialize;
use serde_json::{Value, json};
use zip::ZipArchive;

#[derive(Clone)]
pub(crate) struct Client {
    http: reqwest::Client,
    url: String,
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

impl Client {
    fn post(&self, path: &str) -> RequestBuilder {
        self.http.post(format!("{}/rest/{path}", self.url))
    }
}

impl super::Client for Client {
    fn new(url: &str) -> Result<Self, Failure> {
        Ok(Self { http: reqwest::Client::new(), url: url.to_owned() })
    }

    async fn save(&self, id: u64, file: &Path) -> Result<u64, Failure> {
        let (mut file, mut size) = (File::create(file)?, 0);
        let write = |chunk: &[u8]| {
            // On the runtime's own thread: nothing is quicker where the file is in memory.
            file.write_all(chunk)?;
            size += chunk.len() as u64;
            Ok(())
        };
        self.download(id, write).await?;
        Ok(size)
    }

    async fn download(
        &self,
        id: u64,
        mut chunk: impl FnMut(&[u8]) -> Result<(), Failure> + Send,
    ) -> Result<(), Failure> {
        let request = self.post(&format!("scanResult/{id}/download"));
        let mut response = send(request.json(&json!({ "downloadType": "v2" }))).await?;
        while let Some(bytes) = response.chunk().await? {
            chunk(&bytes)?;
        }
        Ok(())
    }

    async fn import(&self, file: &Path) -> Result<(), Failure> {
        let form = multipart::Form::new().file("Filedata", file).await?;
        let uploaded: Value = send(self.post("file/upload").multipart(form)).await?.json().await?;
        let import =
            json!({ "filename": uploaded["response"]["filename"], "repository": { "id": 1 } });
        send(self.post("scanResult/import").json(&import)).await?.bytes().await?;
        Ok(())
    }

    async fn scan_result(&self, id: u64) -> Result<ScanResult, Failure> {
        let request = self.http.get(format!("{}/rest/scanResult/{id}", self.url));
        let body = send(request).await?.bytes().await?;
        let envelope: Envelope = serde_json::from_slice(&body)?;
        if envelope.error_code == 0 { Ok(envelope.response) } else { Err("rejected".into()) }
    }

    /// Page by page. The engine's id is how many scans it has.
    async fn walk(
        url: &str,
        engine: i32,
        _: usize,
        mut scan: impl FnMut(&Scan) -> Result<(), Failure>,
    ) -> Result<(), Failure> {
        let http = reqwest::Client::new();
        for page in 0..(engine + 499) / 500 {
            let page = format!("{url}/api/3/scan_engines/{engine}/scans?page={page}&size=500");
            let request = http.get(page).basic_auth("user", Some("password"));
            let body = request.send().await?.error_for_status()?.bytes().await?;
            let page: ScanPage = serde_json::from_slice(&body)?;
            for next in &page.resources {
                scan(next)?;
            }
        }
        Ok(())
    }
}

/// The document of an archive with one entry.
fn document(file: &str) -> Result<DeflateDecoder<impl Read>, Failure> {
    let mut archive = ZipArchive::new(File::open(file)?)?;
    let start = archive.by_index_raw(0)?.data_start().ok_or("no entry")?;
    let mut file = archive.into_inner();
    file.seek(SeekFrom::Start(start))?;
    Ok(DeflateDecoder::new(BufReader::with_capacity(64 << 10, file)))
}

/// What `unzip -t` does.
pub(crate) fn inflate(file: &str) -> Result<Output, Failure> {
    let (bytes, sum) = checksum(document(file)?)?;
    Ok(Output { bytes, sum: u64::from(sum), ..Output::default() })
}

/// Inflates, then reads events and does nothing with them: reading findings can't do without either.
pub(crate) fn read_events(file: &str) -> Result<Output, Failure> {
    let mut whole = Vec::new();
    document(file)?.read_to_end(&mut whole)?;
    let compressed = document(file)?;
    let start = Instant::now();
    read_all(compressed)?;
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
