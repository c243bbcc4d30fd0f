//! How much memory the sandbox's Tenable.sc takes for large transfers. It is measured from the
//! operating system, which is why this test has a process of its own; both ends are in it.

#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "a test that can't go on may panic, in its helpers too")]

use std::fs;

use futures_util::stream;
use reqwest::multipart::{Form, Part};
use reqwest::{Body, Client, RequestBuilder};
use scanops::sandbox::TenableSc;

const SIZE: u64 = 200_000_000;
const ALLOWED: u64 = 12 << 20;

#[tokio::test]
async fn large_transfers_cost_little_memory() {
    let center = TenableSc::builder().report_size(SIZE).start().await.unwrap();
    let http = Client::new();
    let request = |path: &str| {
        let key = format!("accesskey={}; secretkey={}", center.access_key(), center.secret_key());
        http.post(format!("{}/rest/{path}", center.url())).header("x-apikey", key)
    };
    // Once before, so that what is allocated only once is not counted.
    upload(request("file/upload"), 1 << 20).await;
    let before = peak();

    upload(request("file/upload"), SIZE).await;
    let uploads = center.uploads();
    assert!(uploads.iter().any(|name| center.upload_size(name) == Some(SIZE)));
    assert!(peak() - before < ALLOWED, "upload: {} KiB", (peak() - before) >> 10);

    let received = download(request("scanResult/1/download")).await;
    assert!(received > 15_000_000, "{received}");
    assert!(peak() - before < ALLOWED, "download: {} KiB", (peak() - before) >> 10);
}

async fn download(request: RequestBuilder) -> usize {
    let mut response = request.send().await.unwrap();
    let mut received = 0;
    while let Some(chunk) = response.chunk().await.unwrap() {
        received += chunk.len();
    }
    received
}

async fn upload(request: RequestBuilder, size: u64) {
    let content = stream::unfold(size, async |left| {
        let length = left.min(64 * 1024);
        let chunk = vec![b'x'; usize::try_from(length).unwrap()];
        (length > 0).then(|| (Ok::<_, std::io::Error>(chunk), left - length))
    });
    let part = Part::stream(Body::wrap_stream(content)).file_name("big.nessus");
    let response = request.multipart(Form::new().part("Filedata", part)).send().await.unwrap();
    assert_eq!(response.status(), 200);
}

/// The most memory that this process has held so far, in bytes.
fn peak() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    line.trim().trim_end_matches(" kB").parse::<u64>().unwrap() << 10
}
