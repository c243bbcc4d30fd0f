//! Saving a report: whole, or not at all, and nothing left over.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::{Arc, Mutex},
};

use crate::support::{Act, FakeClock, Script, api_key_client};
use scanops::{Error, ErrorKind, RetryPolicy, tenable_sc::Client};
use scanops_sandbox::TenableSc;
use tokio::io::AsyncReadExt;

/// A folder of its own, removed at the end.
struct Folder(tempfile::TempDir);

impl Folder {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn target(&self) -> PathBuf {
        self.0.path().join("report.zip")
    }

    fn files(&self) -> Vec<String> {
        let entries = fs::read_dir(self.0.path()).unwrap();
        entries.map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned()).collect()
    }
}

/// A small archive, as the sandbox makes it.
async fn archive() -> Vec<u8> {
    let center = TenableSc::builder().report_size(4000).start().await.unwrap();
    let client = Client::builder(center.url())
        .api_key(center.access_key(), center.secret_key())
        .build()
        .unwrap();
    let report = client.scan_results().download(1).await.unwrap();
    let mut whole = Vec::new();
    report.into_async_read().read_to_end(&mut whole).await.unwrap();
    whole
}

fn serves(body: &[u8]) -> Act {
    Act::answer("200 OK", &[("Content-Type", "application/zip")], body)
}

async fn save(body: &[u8], target: &Path) -> Result<u64, Error> {
    let server = Script::start([serves(body)]).await;
    let report = api_key_client(&server.url()).scan_results().download(1).await?;
    Ok(report.save_to(target).await?.bytes)
}

#[tokio::test]
async fn a_whole_report_is_saved_as_it_came() {
    let (whole, folder) = (archive().await, Folder::new());
    assert_eq!(save(&whole, &folder.target()).await.unwrap(), whole.len() as u64);
    assert_eq!(fs::read(folder.target()).unwrap(), whole);
    assert_eq!(folder.files(), ["report.zip"]);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let plain = folder.0.path().join("plain");
        fs::write(&plain, "x").unwrap();
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode();
        assert_eq!(mode(&folder.target()), mode(&plain), "as any new file");
    }
    let xml = b"<?xml version='1.0'?><NessusClientData_v2/>\n";
    let folder = Folder::new();
    save(xml, &folder.target()).await.unwrap();
    assert_eq!(fs::read(folder.target()).unwrap(), xml);
}

#[tokio::test]
async fn a_report_cut_at_any_place_leaves_nothing() {
    let (whole, folder) = (archive().await, Folder::new());
    let places = (0..100).map(|n| n * whole.len() / 100);
    for place in places.chain([whole.len() - 1]) {
        // Cut by a server that counts as if it were whole, and by one that closes early.
        let error = save(&whole[..place], &folder.target()).await.unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::Damaged | ErrorKind::Decode), "{place}: {error}");
        let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n", whole.len());
        let cut = [head.into_bytes(), whole[..place].to_vec()].concat();
        let server = Script::start([Act::Send(cut)]).await;
        let client = api_key_client(&server.url());
        let error = match client.scan_results().download(1).await {
            Ok(report) => report.save_to(folder.target()).await.map(drop).unwrap_err(),
            Err(error) => error,
        };
        assert!(matches!(error.kind(), ErrorKind::Disconnected | ErrorKind::Decode), "{error}");
        assert_eq!(folder.files(), [""; 0], "cut at {place}");
    }
}

#[tokio::test]
async fn a_byte_that_changed_on_the_way_is_found() {
    let (whole, folder) = (archive().await, Folder::new());
    let mut unseen = Vec::new();
    for place in (0..1000).map(|n| n * whole.len() / 1000) {
        let mut changed = whole.clone();
        changed[place] ^= 0x10;
        match save(&changed, &folder.target()).await {
            Ok(_) => {
                unseen.push(place);
                fs::remove_file(folder.target()).unwrap();
            }
            Err(error) => {
                let kind = error.kind();
                assert!(matches!(kind, ErrorKind::Damaged | ErrorKind::Decode), "{place}: {error}");
            }
        }
        assert_eq!(folder.files(), [""; 0], "changed at {place}");
    }
    // Versions, dates and attributes of an entry are covered by no checksum: no content is.
    let content = 30..whole.len() - 100;
    let in_content: Vec<_> = unseen.iter().filter(|place| content.contains(place)).collect();
    assert!(in_content.len() < 10, "{in_content:?}");
}

#[tokio::test]
async fn what_is_no_report_is_said_to_be_what_it_is() {
    let (whole, folder) = (archive().await, Folder::new());
    let padded = [whole.clone(), b"\n".to_vec()].concat();
    for (body, message) in [
        (padded, "something follows its end"),
        (b"PK\x05\x06".to_vec(), "ends early"),
        (b"PK\x03\x04 nonsense of some length, to be sure".to_vec(), "archive"),
        (b"<NessusClientData_v2><b></NessusClientData_v2>".to_vec(), "malformed"),
        (b"<NessusClientData_v2>".to_vec(), "ends before"),
        (b"<NessusClientData_v2/><html>".to_vec(), "second root"),
        (b"<?xml version='1.0'?><!-- XHTML -->".to_vec(), "no document"),
    ] {
        let error = save(&body, &folder.target()).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Damaged, "{error}");
        assert!(error.to_string().contains(message), "{message}: {error}");
        let arrived = format!("{} bytes had arrived", body.len());
        assert!(error.to_string().contains(&arrived), "{error}");
        assert_eq!(error.operation(), Some("scanResult::download::POST"));
        assert!(folder.files().is_empty());
    }
}

#[tokio::test]
async fn a_file_that_is_there_is_replaced_only_when_asked() {
    let (whole, folder) = (archive().await, Folder::new());
    fs::write(folder.target(), "mine").unwrap();
    let error = save(&whole, &folder.target()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Io);
    assert!(error.to_string().contains("exists already"), "{error}");
    assert_eq!(fs::read(folder.target()).unwrap(), b"mine");
    let server = Script::start([serves(&whole[..50]), serves(&whole)]).await;
    let client = api_key_client(&server.url());
    let report = || async { client.scan_results().download(1).await.unwrap() };
    report().await.save_to(folder.target()).replace(true).await.unwrap_err();
    assert_eq!(fs::read(folder.target()).unwrap(), b"mine", "a failure replaces nothing");
    report().await.save_to(folder.target()).replace(true).await.unwrap();
    assert_eq!(fs::read(folder.target()).unwrap(), whole);
    assert_eq!(folder.files(), ["report.zip"]);
}

#[tokio::test]
async fn a_lost_connection_begins_the_download_again() {
    let (whole, folder, clock) = (archive().await, Folder::new(), FakeClock::new());
    let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n", whole.len());
    let cut = [head.into_bytes(), whole[..whole.len() / 2].to_vec()].concat();
    let server = Script::start([Act::Send(cut.clone()), Act::Send(cut), serves(&whole)]).await;
    let client =
        Client::builder(server.url()).api_key("a", "b").clock(clock.clone()).build().unwrap();
    let seen = Arc::new(Mutex::new(Vec::new()));
    let progress = Arc::clone(&seen);
    let report = client
        .scan_results()
        .download(1)
        .await
        .unwrap()
        .on_progress(move |it| progress.lock().unwrap().push((it.bytes, it.total)));
    let saved = report.save_to(folder.target()).await.unwrap();
    assert_eq!((saved.bytes, server.requests()), (whole.len() as u64, 3));
    assert_eq!(fs::read(folder.target()).unwrap(), whole);
    assert_eq!(clock.waits().len(), 2);
    let seen = seen.lock().unwrap();
    assert!(seen.is_sorted(), "it never falls");
    assert_eq!(seen.last().unwrap(), &(whole.len() as u64, Some(whole.len() as u64)));
}

#[tokio::test]
async fn restarts_end_with_the_retry_policy() {
    let (folder, clock) = (Folder::new(), FakeClock::new());
    let cut = b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nPK\x03\x04 and forty more bytes of it, about";
    let server = Script::start([Act::Send(cut.to_vec())]).await;
    let client = Client::builder(server.url())
        .api_key("a", "b")
        .clock(clock)
        .retry(RetryPolicy::new().max_attempts(3))
        .build()
        .unwrap();
    let report = client.scan_results().download(1).await.unwrap();
    let error = report.save_to(folder.target()).await.unwrap_err();
    assert_eq!((error.kind(), server.requests()), (ErrorKind::Disconnected, 3));
    assert!(folder.files().is_empty());
}

#[tokio::test]
async fn a_save_that_is_dropped_leaves_nothing() {
    let (whole, folder) = (archive().await, Folder::new());
    let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n", whole.len());
    let half = [head.into_bytes(), whole[..whole.len() / 2].to_vec()].concat();
    for millis in [0, 1, 5, 20, 50] {
        let server = Script::start([Act::SendAndWait(half.clone())]).await;
        let client = api_key_client(&server.url());
        let report = client.scan_results().download(1).await.unwrap();
        let save = report.save_to(folder.target()).into_future();
        let limit = std::time::Duration::from_millis(millis);
        assert!(tokio::time::timeout(limit, save).await.is_err());
    }
    assert!(folder.files().is_empty());
}

#[tokio::test]
async fn a_disk_that_is_full_is_said_to_be() {
    // A device that takes no byte, behind the name of a folder that takes files.
    let whole = archive().await;
    let error = save(&whole, Path::new("/proc/report.zip")).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Io, "{error}");
    assert!(error.to_string().contains("/proc/report.zip can't be written"), "{error}");
    for target in ["/no/such/folder/report.zip", "/", ".."] {
        let error = save(&whole, Path::new(target)).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Io, "{target}: {error}");
    }
}

#[tokio::test]
async fn a_writer_gets_it_verified_and_a_full_one_is_an_error() {
    let whole = archive().await;
    let server = Script::start([serves(&whole)]).await;
    let client = api_key_client(&server.url());
    let report = || async { client.scan_results().download(1).await.unwrap() };
    let mut written = Vec::new();
    assert_eq!(report().await.write_to(&mut written).await.unwrap(), whole.len() as u64);
    assert_eq!(written, whole);
    let mut small = [0_u8; 100];
    let error = report().await.write_to(std::io::Cursor::new(&mut small[..])).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Io);
    let server = Script::start([serves(&whole[..whole.len() - 1])]).await;
    let client = api_key_client(&server.url());
    let report = client.scan_results().download(1).await.unwrap();
    let error = report.write_to(&mut Vec::new()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Damaged);
}

#[tokio::test]
async fn the_suggested_name_is_one_component() {
    let disposition = [("Content-Disposition", "attachment; filename=../../etc/124-nessus.zip")];
    let server =
        Script::start([Act::answer("200 OK", &disposition, "<NessusClientData_v2/>")]).await;
    let report = api_key_client(&server.url()).scan_results().download(1).await.unwrap();
    assert_eq!(report.file_name().as_deref(), Some("124-nessus.zip"));
}

#[tokio::test]
async fn chunks_and_a_reader_together_give_every_byte() {
    let whole = archive().await;
    let server = Script::start([Act::SendSlowly(
        [
            format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n", whole.len()).into(),
            whole.clone(),
        ]
        .concat(),
        999,
        std::time::Duration::ZERO,
    )])
    .await;
    let mut report = api_key_client(&server.url()).scan_results().download(1).await.unwrap();
    let mut read = report.next_chunk().await.unwrap().unwrap().to_vec();
    let mut report = report.into_async_read();
    let mut four = [0; 4];
    report.read_exact(&mut four).await.unwrap();
    read.extend(four);
    report.read_to_end(&mut read).await.unwrap();
    assert!(read == whole);
}

#[tokio::test]
async fn the_same_damage_is_the_same_error_of_the_call_for_findings_and_for_a_save() {
    let (whole, folder) = (archive().await, Folder::new());
    let mut changed = whole.clone();
    changed[whole.len() / 2] ^= 0x10;
    for body in [
        whole[..whole.len() / 2].to_vec(),
        changed,
        b"<NessusClientData_v2><Report></Policy></NessusClientData_v2>".to_vec(),
        // Its root element comes long after what is looked at before it streams.
        format!("<?xml version='1.0'?><!--{}--><html/>", "-x".repeat(1 << 20)).into(),
    ] {
        let saved = save(&body, &folder.target()).await.unwrap_err();
        let server = Script::start([serves(&body)]).await;
        let report = api_key_client(&server.url()).scan_results().download(1).await.unwrap();
        let mut findings = report.findings();
        let read = loop {
            match findings.next_finding().await {
                Ok(finding) => assert!(finding.is_some(), "the damage was not seen"),
                Err(error) => break error,
            }
        };
        for error in [&saved, &read] {
            assert_eq!(error.kind(), ErrorKind::Damaged, "{error}");
            assert_eq!(error.operation(), Some("scanResult::download::POST"));
            assert_eq!(error.url().unwrap().path(), "/rest/scanResult/1/download");
            assert_eq!((error.attempts(), error.status().unwrap().as_u16()), (1, 200));
        }
    }
}
