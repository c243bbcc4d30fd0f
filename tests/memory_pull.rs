//! The memory of a pull from a long list: its peak, as the operating system counts it.
//!
//! One test alone in its binary, since the peak is of the whole process.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a test that can't go on may panic")]

#[path = "support/memory.rs"]
mod memory;

use std::time::Duration;

use memory::OtherEnd;
use scanops::{
    Cursor,
    tenable_sc::{Client, Pulled},
};
use scanops_sandbox::TenableSc;

/// Fewer in a debug build, which is so much slower.
const RESULTS: u32 = if cfg!(debug_assertions) { 10_000 } else { 100_000 };
/// What a pull may take beside its findings.
const LIMIT: u64 = 24 << 20;
/// What one stream of findings takes at most, whatever the size of its report.
const STREAM: u64 = 8 << 20;
const CONCURRENCY: usize = 4;
/// 64 MiB in a release build.
const SIZE: u64 = memory::scaled(64 << 20);
const TEST: &str = "a_long_list_is_pulled_in_24_mib_and_what_the_findings_take";

async fn serve() {
    let center = TenableSc::builder().keys("access", "secret").report_size(SIZE);
    let center = center.scan_results_count(RESULTS).start().await.unwrap();
    memory::ready(center.url());
    tokio::time::sleep(Duration::from_secs(3600)).await;
}

async fn pull(url: &str) {
    let client = Client::builder(url).api_key("access", "secret").build().unwrap();
    let pull = client.scan_results().pull(Cursor::new());
    let mut pull = pull.concurrency(CONCURRENCY).stream();
    let mut tasks = tokio::task::JoinSet::new();
    let mut given = 0;
    while let Some(pulled) = pull.next_result().await.unwrap() {
        let Pulled::Report(scan) = pulled else { continue };
        if given == 0 {
            assert_eq!(pull.handle().progress().new, u64::from(RESULTS));
            println!("the list was read");
            memory::assert_peak_under(LIMIT);
        }
        given += 1;
        tasks.spawn(async move {
            let mut findings = scan.findings().await.unwrap();
            while findings.next_finding().await.unwrap().is_some() {}
            scan.acknowledge();
        });
        if given == 40 {
            break;
        }
    }
    tasks.join_all().await;
    println!("{:?}", pull.handle().progress());
}

#[test]
fn a_long_list_is_pulled_in_24_mib_and_what_the_findings_take() {
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    if memory::is_the_other_end() {
        return runtime.block_on(serve());
    }
    let other = OtherEnd::start(TEST);
    runtime.block_on(pull(&other.url));
    memory::assert_peak_under(LIMIT + CONCURRENCY as u64 * STREAM);
}
