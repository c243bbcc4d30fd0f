//! Findings of a report of any size in the same few megabytes, as the operating system counts them.
//!
//! One test alone in its binary, since the peak is of the whole process.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a test that can't go on may panic")]

#[path = "support/memory.rs"]
mod memory;

use std::time::Duration;

use memory::OtherEnd;
use scanops::tenable_sc::Client;
use scanops_sandbox::TenableSc;

/// 1 GiB in a release build.
const SIZE: u64 = memory::scaled(1 << 30);
const LIMIT: u64 = 32 << 20;
const TEST: &str = "findings_take_the_same_memory_however_many_there_are";

/// Serves reports of the size that it was told, made while they are sent.
async fn serve() {
    let size = memory::told().parse().unwrap();
    let center = TenableSc::builder().keys("access", "secret").report_size(size);
    let center = center.start().await.unwrap();
    memory::ready(center.url());
    tokio::time::sleep(Duration::from_secs(3600)).await;
}

/// Counts the findings of a report of this size.
async fn count(size: u64) -> u64 {
    let other = OtherEnd::start_and_tell(TEST, &size.to_string());
    let client = Client::builder(other.url.as_str()).api_key("access", "secret").build().unwrap();
    let mut findings = client.scan_results().download(1).await.unwrap().findings();
    let mut count = 0;
    while findings.next_finding().await.unwrap().is_some() {
        count += 1;
    }
    count
}

#[test]
fn findings_take_the_same_memory_however_many_there_are() {
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    if memory::is_the_other_end() {
        return runtime.block_on(serve());
    }
    let few = runtime.block_on(count(SIZE));
    memory::assert_peak_under(LIMIT);
    let peak = memory::peak();
    let many = runtime.block_on(count(10 * SIZE));
    memory::assert_peak_under(LIMIT);
    println!("{few} findings of {SIZE} bytes, {many} of ten times as many");
    assert!(many > 9 * few, "{many} and {few} findings");
    // The cache of plugins may not have been full before.
    let cache = scanops::nessus::Limits::default().cache as u64;
    assert!(memory::peak() < peak + cache, "ten times the findings took more memory");
}
