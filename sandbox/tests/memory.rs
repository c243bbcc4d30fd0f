//! How much memory the sandbox's Tenable.sc takes: what the operating system counts for a process
//! in which there is nothing else.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a test that can't go on may panic")]

#[path = "../../tests/support/memory.rs"]
mod memory;

use flate2::{Crc, Decompress, FlushDecompress, Status};
use futures_util::stream;
use memory::OtherEnd;
use reqwest::multipart::{Form, Part};
use reqwest::{Body, Client, Method, RequestBuilder};
use scanops_sandbox::{TenableSc, TenableScBuilder};

const MIB: u64 = 1 << 20;
const GIB: u64 = 1 << 30;

/// Runs the other end, a sandbox, until it is killed.
fn serve(builder: TenableScBuilder) {
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(async {
        let center = builder.keys("access", "secret").start().await.unwrap();
        memory::ready(center.url());
        std::future::pending::<()>().await;
    });
}

fn request(other: &OtherEnd, method: Method, path: &str) -> RequestBuilder {
    let request = Client::new().request(method, format!("{}/rest/{path}", other.url));
    request.header("x-apikey", "accesskey=access; secretkey=secret")
}

fn run(visit: impl Future<Output = ()>) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(visit);
}

/// What is in the only entry of an archive that arrives: as much as it takes to compare it with
/// what the archive says of it.
struct Entry {
    inflate: Decompress,
    head: Vec<u8>,
    size: u64,
    checksum: Crc,
    beginning: Vec<u8>,
    tail: Vec<u8>,
    inflated: Vec<u8>,
}

impl Entry {
    /// What stands before an entry called `1.nessus`, with the wide fields of zip64.
    const HEAD: usize = 30 + 8 + 20;

    fn new() -> Self {
        Self {
            inflate: Decompress::new(false),
            head: Vec::new(),
            size: 0,
            checksum: Crc::new(),
            beginning: Vec::new(),
            tail: Vec::new(),
            inflated: vec![0; 256 * 1024],
        }
    }

    fn take(&mut self, mut part: &[u8]) {
        let missing = part.len().min(Self::HEAD - self.head.len());
        self.head.extend(&part[..missing]);
        part = &part[missing..];
        while !part.is_empty() && self.tail.is_empty() {
            let (read, written) = (self.inflate.total_in(), self.inflate.total_out());
            let status =
                self.inflate.decompress(part, &mut self.inflated, FlushDecompress::None).unwrap();
            part = &part[usize::try_from(self.inflate.total_in() - read).unwrap()..];
            let written = usize::try_from(self.inflate.total_out() - written).unwrap();
            let content = &self.inflated[..written];
            self.checksum.update(content);
            self.size += content.len() as u64;
            if self.beginning.len() < 64 * 1024 {
                self.beginning.extend(content);
            }
            if status == Status::StreamEnd {
                break;
            }
        }
        self.tail.extend(part);
    }

    fn check(&self, size: u64) {
        assert!(self.head.starts_with(b"PK\x03\x04") && self.tail.starts_with(b"PK\x07\x08"));
        let number =
            |from: usize| u64::from_le_bytes(self.tail[from..from + 8].try_into().unwrap());
        assert_eq!(self.tail[4..8], self.checksum.sum().to_le_bytes());
        assert_eq!(number(8), self.inflate.total_in());
        assert_eq!((number(16), self.size), (size, size));
        // The directory has it in a wide field, too.
        let wide = size.to_le_bytes();
        assert!(self.tail[24..].windows(8).any(|field| field == wide), "zip64");
        let beginning = String::from_utf8_lossy(&self.beginning);
        assert!(beginning.starts_with("<?xml version=\"1.0\" ?>\n<NessusClientData_v2>"));
        assert!(beginning.contains("<ReportItem "));
    }
}

#[test]
fn a_report_of_10_gib_is_served_in_24_mib() {
    if memory::is_the_other_end() {
        return serve(TenableSc::builder().report_size(10 * GIB));
    }
    let other = OtherEnd::start("a_report_of_10_gib_is_served_in_24_mib");
    run(async {
        let path = "scanResult/1/download";
        let mut response = request(&other, Method::POST, path).send().await.unwrap();
        let mut entry = Entry::new();
        while let Some(chunk) = response.chunk().await.unwrap() {
            entry.take(&chunk);
        }
        entry.check(10 * GIB);
    });
    println!("peak: {} KiB", other.peak() >> 10);
    assert!(other.peak() < 24 * MIB, "{}", other.peak());
}

/// Repeats a text between two others until it has this size or a little more.
fn upload(
    other: &OtherEnd,
    head: &'static str,
    middle: &str,
    foot: &'static str,
    size: u64,
) -> RequestBuilder {
    let chunk = middle.repeat(64 * 1024 / middle.len());
    let count = size / chunk.len() as u64 + 1;
    let parts = (0..count + 2).map(move |part| {
        Ok::<_, std::io::Error>(match part {
            0 => head.to_owned(),
            part if part > count => foot.to_owned(),
            _ => chunk.clone(),
        })
    });
    let part = Part::stream(Body::wrap_stream(stream::iter(parts))).file_name("big.nessus");
    request(other, Method::POST, "file/upload").multipart(Form::new().part("Filedata", part))
}

#[test]
fn uploads_are_taken_in_24_mib() {
    if memory::is_the_other_end() {
        return serve(TenableSc::builder());
    }
    let other = OtherEnd::start("uploads_are_taken_in_24_mib");
    run(async {
        let head = "<NessusClientData_v2><Report name='r'><ReportHost name='h'>";
        let item =
            "<ReportItem pluginID='1' severity='2'><synopsis>Large</synopsis></ReportItem>\n";
        let foot = "</ReportHost></Report></NessusClientData_v2>";
        for (size, foot, import) in [(16 * MIB, foot, "Finished"), (GIB / 2, "</Broken>", "Error")]
        {
            let middle = if import == "Error" { "</Broken>" } else { item };
            let response = upload(&other, head, middle, foot, size).send().await.unwrap();
            let response: serde_json::Value = response.json().await.unwrap();
            let body = serde_json::json!({
                "repository": {"id": 1},
                "filename": response["response"]["filename"],
            });
            let imported = request(&other, Method::POST, "scanResult/import").json(&body);
            assert_eq!(imported.send().await.unwrap().status(), 200);
            let id = if import == "Error" { 11 } else { 10 };
            let record = request(&other, Method::GET, &format!("scanResult/{id}"));
            let record: serde_json::Value = record.send().await.unwrap().json().await.unwrap();
            assert_eq!(record["response"]["importStatus"], import);
        }
    });
    println!("peak: {} KiB", other.peak() >> 10);
    assert!(other.peak() < 24 * MIB, "{}", other.peak());
}

#[test]
fn a_hundred_thousand_results_are_listed_in_8_mib_more() {
    if memory::is_the_other_end() {
        return serve(TenableSc::builder().scan_results_count(100_000));
    }
    let other = OtherEnd::start("a_hundred_thousand_results_are_listed_in_8_mib_more");
    let before = other.peak();
    run(async {
        let fields = "id,name,status,importStatus,createdTime,owner,repository";
        let path = format!("scanResult?fields={fields}");
        let mut response = request(&other, Method::GET, &path).send().await.unwrap();
        let mut received = 0;
        while let Some(chunk) = response.chunk().await.unwrap() {
            received += chunk.len();
        }
        assert!(received > 50_000_000, "{received}");
    });
    println!("peak: {} KiB, {} KiB before", other.peak() >> 10, before >> 10);
    assert!(before < 128 * MIB, "{before}");
    assert!(other.peak() - before < 8 * MIB, "{}", other.peak() - before);
}
