//! Saving a report while something goes wrong: a clear error, and nothing left over.

use std::{
    fs,
    time::{Duration, Instant},
};

use crate::support::{
    Act, Script, api_key_client,
    left_over::{after_polls, files, until},
};
use scanops::{ErrorKind, RetryPolicy, tenable_sc::Client};
use scanops_sandbox::TenableSc;
use tokio::io::AsyncReadExt;

/// An archive as the sandbox makes it, of a document of this size.
async fn archive(size: u64) -> Vec<u8> {
    let center = TenableSc::builder().report_size(size).start().await.unwrap();
    let client = Client::builder(center.url())
        .api_key(center.access_key(), center.secret_key())
        .build()
        .unwrap();
    let mut whole = Vec::new();
    let report = client.scan_results().download(1).await.unwrap();
    report.into_async_read().read_to_end(&mut whole).await.unwrap();
    whole
}

fn head(body: &[u8]) -> Vec<u8> {
    format!("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: {}\r\n\r\n", body.len())
        .into_bytes()
}

#[tokio::test]
async fn a_reset_at_any_place_is_a_lost_connection() {
    let (whole, folder) = (archive(4000).await, tempfile::tempdir().unwrap());
    for place in (0..20).map(|n| n * whole.len() / 20) {
        let part = [head(&whole), whole[..place].to_vec()].concat();
        let server = Script::start([Act::SendAndReset(part)]).await;
        let client = api_key_client(&server.url());
        let saved = async {
            let report = client.scan_results().download(1).await?;
            report.save_to(folder.path().join("1.zip")).await
        };
        let error = saved.await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Disconnected, "reset at {place}: {error}");
        assert_eq!(files(folder.path()), [""; 0], "reset at {place}");
    }
}

#[tokio::test]
async fn a_server_that_stalls_is_not_waited_for_and_a_slow_one_is() {
    let (whole, folder) = (archive(4000).await, tempfile::tempdir().unwrap());
    let stalled = [head(&whole), whole[..whole.len() / 2].to_vec()].concat();
    let slow = [head(&whole), whole.clone()].concat();
    let pause = Duration::from_millis(20);
    let size = slow.len().div_ceil(50);
    let server =
        Script::start([Act::SendAndWait(stalled), Act::SendSlowly(slow, size, pause)]).await;
    let client = Client::builder(server.url())
        .api_key("access", "secret")
        .stall_timeout(Duration::from_millis(300))
        .retry(RetryPolicy::never())
        .build()
        .unwrap();
    let target = folder.path().join("1.zip");
    let report = client.scan_results().download(1).await.unwrap();
    let error = report.save_to(&target).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Timeout, "{error}");
    assert!(error.to_string().contains("stalled"), "{error}");
    assert!(files(folder.path()).is_empty());
    // Longer than the stall timeout as a whole, but never without a byte for so long.
    let began = Instant::now();
    let report = client.scan_results().download(1).await.unwrap();
    report.save_to(&target).await.unwrap();
    assert!(began.elapsed() > Duration::from_millis(600));
    assert_eq!(fs::read(&target).unwrap(), whole);
}

/// The variable that makes this test's own binary the one whose files may not grow.
#[cfg(unix)]
const QUOTA: &str = "SCANOPS_TEST_HAS_A_QUOTA";

/// A process whose files end at 16 KiB stands for a disk that fills up while a report is saved.
#[cfg(unix)]
#[test]
fn a_disk_that_fills_up_is_an_error_that_leaves_nothing() {
    if std::env::var_os(QUOTA).is_some() {
        return save_on_a_full_disk();
    }
    let status = std::process::Command::new("sh")
        // Without the signal ignored, the process would be ended instead of its write refused.
        .args(["-c", "trap '' XFSZ; ulimit -f 16; exec \"$0\" --exact \"$1\" --nocapture"])
        .arg(std::env::current_exe().unwrap())
        .arg("a_disk_that_fills_up_is_an_error_that_leaves_nothing")
        .env(QUOTA, "1")
        // A file that it prints to would be limited too.
        .stdout(std::process::Stdio::null())
        .status()
        .unwrap();
    assert!(status.success());
}

#[cfg(unix)]
fn save_on_a_full_disk() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let (whole, folder) = (archive(4 << 20).await, tempfile::tempdir().unwrap());
        assert!(whole.len() > 64 << 10, "more than the quota, in blocks of any size");
        let server = Script::start([Act::answer("200 OK", &[], &whole)]).await;
        let client = api_key_client(&server.url());
        let report = client.scan_results().download(1).await.unwrap();
        let error = report.save_to(folder.path().join("1.zip")).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Io, "{error}");
        assert!(error.to_string().contains("1.zip can't be written"), "{error}");
        assert_eq!(files(folder.path()), [""; 0]);
    });
}

#[tokio::test]
async fn a_save_dropped_at_any_await_leaves_the_whole_file_or_nothing() {
    let whole = archive(200_000).await;
    let answer = [head(&whole), whole.clone()].concat();
    let size = answer.len().div_ceil(24);
    let server = Script::start([Act::SendSlowly(answer, size, Duration::from_millis(3))]).await;
    let client = api_key_client(&server.url());
    let mut dropped = 0;
    loop {
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("1.zip");
        let report = client.scan_results().download(1).await.unwrap();
        let save = report.save_to(&target).into_future();
        let saved = after_polls(dropped, save).await;
        // What the runtime's threads were at when it was dropped, they end.
        let left = || files(folder.path()).into_iter().any(|name| name != "1.zip");
        until("a temporary file is left", || !left()).await;
        if target.exists() {
            assert_eq!(fs::read(&target).unwrap(), whole, "dropped after {dropped} polls");
        }
        if let Some(saved) = saved {
            assert_eq!(saved.unwrap().bytes, whole.len() as u64);
            break;
        }
        dropped += 1;
    }
    assert!(dropped >= 8, "it was dropped at {dropped} places");
}
