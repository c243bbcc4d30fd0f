//! A report is saved completely or not at all, whatever goes wrong, and no temporary file stays.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::{Arc, Mutex},
    time::Duration,
};

use crate::support::{
    FakeClock, Reply, ScriptedServer, archive, download_error, files, findings_error,
    in_child_process, part_of, poll_at_most, wait_until,
};
use scanops::{Error, ErrorKind, RetryPolicy, tenable_sc::Client};
use tempfile::TempDir;
use tokio::io::AsyncReadExt;

const SIZE: u64 = 4000;

fn folder() -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let target = folder.path().join("report.zip");
    (folder, target)
}

/// Downloads a report and saves it.
async fn download(client: &Client, target: &Path) -> Result<u64, Error> {
    let report = client.scan_results().download(1).await?;
    Ok(report.save_to(target).await?.bytes)
}

/// Saves what a server replies to the request for a report.
async fn save(reply: Reply, target: &Path) -> Result<u64, Error> {
    download(&ScriptedServer::of(reply).await.sc(), target).await
}

#[tokio::test]
async fn a_complete_report_is_saved_as_it_came() {
    let (whole, (folder, target)) = (archive(SIZE).await, folder());
    assert_eq!(save(Reply::ok(&whole), &target).await.unwrap(), whole.len() as u64);
    assert_eq!(fs::read(&target).unwrap(), whole);
    assert_eq!(files(folder.path()), ["report.zip"]);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let plain = folder.path().join("plain");
        fs::write(&plain, "x").unwrap();
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode();
        assert_eq!(mode(&target), mode(&plain), "as any new file");
    }
    let document = b"<?xml version='1.0'?><NessusClientData_v2/>\n";
    let target = folder.path().join("report.nessus");
    save(Reply::ok(document), &target).await.unwrap();
    assert_eq!(fs::read(target).unwrap(), document);
}

#[tokio::test]
async fn a_saved_report_says_whether_it_is_an_archive() {
    let (whole, folder) = (archive(SIZE).await, tempfile::tempdir().unwrap());
    for (bytes, is_archive) in [(&whole[..], true), (b"<NessusClientData_v2/>", false)] {
        let client = ScriptedServer::of(Reply::ok(bytes)).await.sc();
        let report = client.scan_results().download(1).await.unwrap();
        let target = folder.path().join(format!("{}", bytes.len()));
        assert_eq!(report.save_to(target).await.unwrap().archive, is_archive);
    }
}

/// Verifies what a server sends as a report, and saves some of them: to create a file that is there
/// after a crash takes a while.
async fn verify(place: usize, reply: Reply, folder: &TempDir, target: &Path) -> Result<(), Error> {
    if place.is_multiple_of(10) {
        let result = save(reply, target).await.map(drop);
        if result.is_ok() {
            fs::remove_file(target).unwrap();
        }
        assert_eq!(files(folder.path()), [""; 0], "at {place}");
        return result;
    }
    let report = ScriptedServer::of(reply).await.sc().scan_results().download(1).await?;
    report.write_to(tokio::io::sink()).await.map(drop)
}

#[tokio::test]
async fn a_report_cut_at_any_place_leaves_nothing() {
    use ErrorKind::{Damaged, Decode, Disconnected};
    let (whole, (folder, target)) = (archive(SIZE).await, folder());
    // Too few bytes to tell what it is.
    let start = |place: usize| place < 4;
    for place in (0..100).map(|n| n * whole.len() / 100).chain([1, 3, whole.len() - 1]) {
        for (what, reply, kind) in [
            // The server says that this is all, closes early, or resets the connection.
            ("whole", Reply::ok(&whole[..place]), if start(place) { Decode } else { Damaged }),
            ("closed", Reply::cut(&whole, place), Disconnected),
            ("reset", Reply::SendAndReset(part_of(&whole, place)), Disconnected),
        ] {
            let error = verify(place, reply, &folder, &target).await.unwrap_err();
            assert_eq!(error.kind(), kind, "{what} at {place}: {error}");
        }
    }
}

#[tokio::test]
async fn a_byte_that_changed_on_the_way_is_found() {
    let (whole, (folder, target)) = (archive(SIZE).await, folder());
    let mut unseen = Vec::new();
    for place in (0..1000).map(|n| n * whole.len() / 1000) {
        let mut changed = whole.clone();
        changed[place] ^= 0x10;
        match verify(place, Reply::ok(changed), &folder, &target).await {
            Ok(()) => unseen.push(place),
            Err(error) => {
                let kind = if place < 4 { ErrorKind::Decode } else { ErrorKind::Damaged };
                assert_eq!(error.kind(), kind, "{place}: {error}");
            }
        }
    }
    // Versions, dates and attributes of an entry are covered by no checksum: no content is.
    let content = 30..whole.len() - 100;
    let in_content: Vec<_> = unseen.iter().filter(|place| content.contains(place)).collect();
    assert!(in_content.len() < 10, "{in_content:?}");
}

#[tokio::test]
async fn what_is_no_report_is_said_to_be_what_it_is() {
    let (folder, target) = folder();
    let padded = [archive(SIZE).await, b"\n".to_vec()].concat();
    for (body, message) in [
        (&padded[..], "something follows its end"),
        (b"PK\x05\x06", "ends early"),
        (b"PK\x03\x04 nonsense of some length, to be sure", "archive"),
        (b"<NessusClientData_v2><b></NessusClientData_v2>", "malformed"),
        (b"<NessusClientData_v2>", "ends before"),
        (b"<NessusClientData_v2/><html>", "second root"),
        (b"<?xml version='1.0'?><!-- XHTML -->", "no document"),
    ] {
        let error = save(Reply::ok(body), &target).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Damaged, "{error}");
        assert!(error.to_string().contains(message), "{message}: {error}");
        let arrived = format!("{} bytes had arrived", body.len());
        assert!(error.to_string().contains(&arrived), "{error}");
        assert_eq!(error.operation(), Some("scanResult::download::POST"));
        assert!(files(folder.path()).is_empty());
    }
}

#[tokio::test]
async fn the_same_damage_is_the_same_error_of_the_call_for_findings_and_for_a_save() {
    let (whole, (_folder, target)) = (archive(SIZE).await, folder());
    let mut changed = whole.clone();
    changed[whole.len() / 2] ^= 0x10;
    for body in [
        whole[..whole.len() / 2].to_vec(),
        changed,
        b"<NessusClientData_v2><Report></Policy></NessusClientData_v2>".to_vec(),
        // Its root element comes long after what is looked at before it streams.
        format!("<?xml version='1.0'?><!--{}--><html/>", "-x".repeat(1 << 20)).into(),
    ] {
        let client = ScriptedServer::of(Reply::ok(body)).await.sc();
        let saved = download(&client, &target).await.unwrap_err();
        let report = client.scan_results().download(1).await.unwrap();
        let (_, read) = findings_error(&mut report.findings()).await;
        for error in [&saved, &read] {
            assert_eq!(error.kind(), ErrorKind::Damaged, "{error}");
            assert_eq!(error.operation(), Some("scanResult::download::POST"));
            assert_eq!(error.url().unwrap().path(), "/rest/scanResult/1/download");
            assert_eq!((error.attempts(), error.status().unwrap().as_u16()), (1, 200));
        }
    }
}

#[tokio::test]
async fn a_file_that_is_there_is_replaced_only_when_asked() {
    let (whole, (folder, target)) = (archive(SIZE).await, folder());
    fs::write(&target, "mine").unwrap();
    let error = save(Reply::ok(&whole), &target).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Io);
    assert!(error.to_string().contains("exists already"), "{error}");
    assert_eq!(fs::read(&target).unwrap(), b"mine");
    let server = ScriptedServer::start([Reply::ok(&whole[..50]), Reply::ok(&whole)]).await;
    let client = server.sc();
    let report = async || client.scan_results().download(1).await.unwrap();
    report().await.save_to(&target).replace(true).await.unwrap_err();
    assert_eq!(fs::read(&target).unwrap(), b"mine", "a failure replaces nothing");
    report().await.save_to(&target).replace(true).await.unwrap();
    assert_eq!(fs::read(&target).unwrap(), whole);
    assert_eq!(files(folder.path()), ["report.zip"]);
}

#[tokio::test]
async fn a_lost_connection_begins_the_download_again() {
    let (whole, (_folder, target), clock) = (archive(SIZE).await, folder(), FakeClock::new());
    let cut = Reply::cut(&whole, whole.len() / 2);
    let server = ScriptedServer::start([cut.clone(), cut, Reply::ok(&whole)]).await;
    let builder = server.sc_builder().retry(RetryPolicy::new()).clock(clock.clone());
    let seen = Arc::new(Mutex::new(Vec::new()));
    let progress = Arc::clone(&seen);
    let report = builder.build().unwrap().scan_results().download(1).await.unwrap();
    let report = report.on_progress(move |it| progress.lock().unwrap().push((it.bytes, it.total)));
    let saved = report.save_to(&target).await.unwrap();
    assert_eq!((saved.bytes, server.requests()), (whole.len() as u64, 3));
    assert_eq!(fs::read(&target).unwrap(), whole);
    assert_eq!(clock.waits().len(), 2);
    let seen = seen.lock().unwrap();
    assert!(seen.is_sorted(), "it never falls");
    assert_eq!(seen.last().unwrap(), &(whole.len() as u64, Some(whole.len() as u64)));
}

#[tokio::test]
async fn restarts_end_with_the_retry_policy() {
    let (folder, target) = folder();
    let server =
        ScriptedServer::of(Reply::cut(&[b"PK\x03\x04", &[b'x'; 96][..]].concat(), 50)).await;
    let retry = RetryPolicy::new().max_attempts(3);
    let client = server.sc_builder().clock(FakeClock::new()).retry(retry).build().unwrap();
    let error = download(&client, &target).await.unwrap_err();
    assert_eq!((error.kind(), server.requests()), (ErrorKind::Disconnected, 3));
    assert!(files(folder.path()).is_empty());
}

#[tokio::test]
async fn a_server_that_stalls_is_not_waited_for_and_a_slow_one_is() {
    let (whole, (folder, target)) = (archive(SIZE).await, folder());
    // In 50 pieces, with a pause before each: longer than the stall timeout as a whole, but with
    // some bytes in each part of it. On real sockets, so in real time.
    let (pause, stall) = (Duration::from_millis(15), Duration::from_millis(300));
    let stalled = Reply::SendAndHold(part_of(&whole, whole.len() / 2));
    let slow = Reply::Slowly(part_of(&whole, 0), whole.clone(), whole.len().div_ceil(50), pause);
    let server = ScriptedServer::start([stalled, slow]).await;
    let client = server.sc_builder().stall_timeout(stall).build().unwrap();
    let error = download(&client, &target).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Timeout, "{error}");
    assert!(error.to_string().contains("stalled"), "{error}");
    assert!(files(folder.path()).is_empty());
    download(&client, &target).await.unwrap();
    assert_eq!(fs::read(&target).unwrap(), whole);
}

#[tokio::test]
async fn a_save_dropped_at_any_await_leaves_the_whole_file_or_nothing() {
    let whole = archive(200_000).await;
    let (size, pause) = (whole.len().div_ceil(24), Duration::from_millis(3));
    let slowly = Reply::Slowly(part_of(&whole, 0), whole.clone(), size, pause);
    let client = ScriptedServer::of(slowly).await.sc();
    let mut polls = 0;
    loop {
        let (folder, target) = folder();
        let report = client.scan_results().download(1).await.unwrap();
        let saved = poll_at_most(polls, report.save_to(&target).into_future()).await;
        // The runtime's threads end what they had begun when it was dropped.
        let temporary = || files(folder.path()).into_iter().any(|name| name != "report.zip");
        wait_until("a temporary file is left", || !temporary()).await;
        if target.exists() {
            assert_eq!(fs::read(&target).unwrap(), whole, "dropped after {polls} polls");
        }
        if let Some(saved) = saved {
            assert_eq!(saved.unwrap().bytes, whole.len() as u64);
            break;
        }
        polls += 1;
    }
    assert!(polls >= 8, "it was dropped at {polls} places");
}

#[tokio::test]
async fn a_disk_that_takes_no_file_is_an_error_that_names_it() {
    let whole = archive(SIZE).await;
    for (target, message) in [
        // A folder of the kernel's that takes no files.
        ("/proc/report.zip", "/proc/report.zip can't be written"),
        ("/no/such/folder/report.zip", "/no/such/folder"),
        ("/", "/"),
        ("..", ".."),
    ] {
        let error = save(Reply::ok(&whole), Path::new(target)).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Io, "{target}: {error}");
        assert!(error.to_string().contains(message), "{error}");
    }
}

/// A process whose files may not grow beyond some KiB stands for a disk that fills up while a report
/// is saved.
#[cfg(unix)]
#[test]
fn a_disk_that_fills_up_is_an_error_that_leaves_nothing() {
    let test = concat!(module_path!(), "::a_disk_that_fills_up_is_an_error_that_leaves_nothing");
    // Without the signal ignored, the process would be ended when a write fails.
    let limited = "trap '' XFSZ; ulimit -f 16; exec \"$0\" --exact \"$1\"";
    in_child_process(test, limited, &[], || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let (whole, (folder, target)) = (archive(4 << 20).await, folder());
            assert!(whole.len() > 64 << 10, "more than the limit, in blocks of any size");
            let error = save(Reply::ok(&whole), &target).await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Io, "{error}");
            assert!(error.to_string().contains("report.zip can't be written"), "{error}");
            assert_eq!(files(folder.path()), [""; 0]);
        });
    });
}

#[tokio::test]
async fn a_writer_gets_it_verified_and_a_full_one_is_an_error() {
    let whole = archive(SIZE).await;
    let cut = Reply::ok(&whole[..whole.len() - 1]);
    let server = ScriptedServer::start([Reply::ok(&whole), Reply::ok(&whole), cut]).await;
    let client = server.sc();
    let report = async || client.scan_results().download(1).await.unwrap();
    let mut written = Vec::new();
    assert_eq!(report().await.write_to(&mut written).await.unwrap(), whole.len() as u64);
    assert_eq!(written, whole);
    let mut small = [0_u8; 100];
    let error = report().await.write_to(std::io::Cursor::new(&mut small[..])).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Io);
    let error = report().await.write_to(&mut Vec::new()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Damaged);
}

#[tokio::test]
async fn chunks_and_a_reader_together_give_every_byte() {
    let whole = archive(SIZE).await;
    let slowly = Reply::Slowly(part_of(&whole, 0), whole.clone(), 999, Duration::ZERO);
    let mut report =
        ScriptedServer::of(slowly).await.sc().scan_results().download(1).await.unwrap();
    let mut read = report.next_chunk().await.unwrap().unwrap().to_vec();
    let mut report = report.into_async_read();
    let mut four = [0; 4];
    report.read_exact(&mut four).await.unwrap();
    read.extend(four);
    report.read_to_end(&mut read).await.unwrap();
    assert!(read == whole);
}

#[tokio::test]
async fn a_report_that_breaks_off_is_an_error_that_says_how_much_came() {
    let whole = [b"PK\x03\x04 cut here", &[b'x'; 1000][..]].concat();
    let client = ScriptedServer::of(Reply::cut(&whole, 113)).await.sc();
    let mut report = client.scan_results().download(31).await.unwrap();
    let error = download_error(&mut report).await;
    assert_eq!(error.kind(), ErrorKind::Disconnected);
    assert!(error.to_string().contains("113 bytes had arrived"), "{error}");
    assert!(report.next_chunk().await.unwrap().is_none(), "it has ended");
}
