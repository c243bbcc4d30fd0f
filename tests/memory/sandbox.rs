//! How much memory the sandbox's Tenable.sc takes: what the operating system counts for a process
//! in which there is nothing else.
//!
//! Release builds, as in `.ci/run`, use the promised sizes, others smaller ones.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a test that can't go on may panic")]

#[path = "../support/memory.rs"]
mod memory;

use futures_util::stream;
use memory::OtherEnd;
use reqwest::multipart::{Form, Part};
use reqwest::{Body, Client, Method, RequestBuilder};
use scanops_nessus::{Format, Verifier};
use scanops_sandbox::{TenableSc, TenableScBuilder};

const MIB: u64 = 1 << 20;
const GIB: u64 = 1 << 30;

/// The size of the report, which debug builds take half a minute to write and to verify.
const REPORT: u64 = if cfg!(debug_assertions) { GIB / 2 } else { 10 * GIB };

/// Runs the other end, a sandbox, until it is killed.
async fn serve(builder: TenableScBuilder) {
    let center = builder.keys("access", "secret").start().await.unwrap();
    memory::ready(center.url());
    std::future::pending::<()>().await;
}

fn request(other: &OtherEnd, method: Method, path: &str) -> RequestBuilder {
    let request = Client::new().request(method, format!("{}/rest/{path}", other.url));
    request.header("x-apikey", "accesskey=access; secretkey=secret")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_report_of_10_gib_is_served_in_24_mib() {
    if memory::is_the_other_end() {
        return serve(TenableSc::builder().report_size(REPORT)).await;
    }
    let other = OtherEnd::start("a_report_of_10_gib_is_served_in_24_mib");
    let path = "scanResult/1/download";
    let mut response = request(&other, Method::POST, path).send().await.unwrap();
    let (mut verifier, mut tail) = (Verifier::new(), Vec::<u8>::new());
    while let Some(chunk) = response.chunk().await.unwrap() {
        verifier.write(&chunk).unwrap();
        tail.extend(&chunk);
        tail.drain(..tail.len().saturating_sub(256));
    }
    let report = verifier.finish().unwrap();
    assert!(report.archive && report.format == Format::Nessus);
    // The directory has the size of the report, from 4 GiB on in a field of zip64.
    let size = if REPORT < 4 * GIB { &REPORT.to_le_bytes()[..4] } else { &REPORT.to_le_bytes() };
    assert!(tail.windows(size.len()).any(|field| field == size));
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

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn uploads_are_taken_in_24_mib() {
    if memory::is_the_other_end() {
        return serve(TenableSc::builder()).await;
    }
    let other = OtherEnd::start("uploads_are_taken_in_24_mib");
    let head = "<NessusClientData_v2><Report name='r'><ReportHost name='h'>";
    let item = "<ReportItem pluginID='1' severity='2'><synopsis>Large</synopsis></ReportItem>\n";
    let foot = "</ReportHost></Report></NessusClientData_v2>";
    for (size, foot, import) in [(16 * MIB, foot, "Finished"), (GIB / 2, "</Broken>", "Error")] {
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
    println!("peak: {} KiB", other.peak() >> 10);
    assert!(other.peak() < 24 * MIB, "{}", other.peak());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hundred_thousand_results_are_listed_in_8_mib_more() {
    if memory::is_the_other_end() {
        return serve(TenableSc::builder().scan_results_count(100_000)).await;
    }
    let other = OtherEnd::start("a_hundred_thousand_results_are_listed_in_8_mib_more");
    let before = other.peak();
    let fields = "id,name,status,importStatus,createdTime,owner,repository";
    let path = format!("scanResult?fields={fields}");
    let mut response = request(&other, Method::GET, &path).send().await.unwrap();
    let mut received = 0;
    while let Some(chunk) = response.chunk().await.unwrap() {
        received += chunk.len();
    }
    assert!(received > 50_000_000, "{received}");
    println!("peak: {} KiB, {} KiB before", other.peak() >> 10, before >> 10);
    assert!(before < 128 * MIB, "{before}");
    assert!(other.peak() - before < 8 * MIB, "{}", other.peak() - before);
}
