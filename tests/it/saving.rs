//! A report is saved completely or not at all, and no temporary file is left.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::{Arc, Mutex},
    time::Duration,
};

use crate::support::{
    FakeClock, Reply, ScriptedServer, archive, assert_error, download_error, files, findings_error,
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
    let document = b"<?xml version='1.0'?><NessusClientData_v2/>\n";
    let (folder, target) = folder();
    for (whole, is_archive) in [(document.to_vec(), false), (archive(SIZE).await, true)] {
        let client = ScriptedServer::of(Reply::ok(&whole)).await.sc();
        let report = client.scan_results().download(1).await.unwrap();
        let saved = report.save_to(&target).replace(true).await.unwrap();
        assert_eq!((saved.archive, saved.bytes), (is_archive, whole.len() as u64));
        assert_eq!(fs::read(&target).unwrap(), whole);
        assert_eq!(files(folder.path()), ["report.zip"]);
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let plain = folder.path().join("plain");
        fs::write(&plain, "x").unwrap();
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode();
        assert_eq!(mode(&target), mode(&plain), "as any new file");
    }
}

#[tokio::test]
async fn a_report_cut_anywhere_leaves_no_file() {
    use ErrorKind::{Damaged, Decode, Disconnected};
    let (whole, (folder, target)) = (archive(SIZE).await, folder());
    for place in (0..20).map(|n| n * whole.len() / 20).chain([1, 3, 4, whole.len() - 1]) {
        // Too few bytes to tell what it is.
        let short = if place < 4 { Decode } else { Damaged };
        for (what, reply, kind) in [
            // The length says that the report is complete, or it is cut by a close or a reset.
            ("whole", Reply::ok(&whole[..place]), short),
            ("closed", Reply::cut(&whole, place), Disconnected),
            ("reset", Reply::SendAndReset(part_of(&whole, place)), Disconnected),
        ] {
            let error = save(reply, &target).await.unwrap_err();
            assert_eq!(error.kind(), kind, "{what} at {place}: {error}");
            assert_eq!(files(folder.path()), [""; 0], "{what} at {place}");
        }
    }
}

#[tokio::test]
async fn the_error_of_a_damaged_report_says_what_is_wrong() {
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
        assert_error(&error, ErrorKind::Damaged, message);
        let arrived = format!("{} bytes had arrived", body.len());
        assert!(error.to_string().contains(&arrived), "{error}");
        assert_eq!(error.operation(), Some("scanResult::download::POST"));
        assert!(files(folder.path()).is_empty());
    }
}

#[tokio::test]
async fn findings_and_a_save_report_damage_as_the_same_error() {
    let (whole, (folder, target)) = (archive(SIZE).await, folder());
    let mut changed = whole.clone();
    changed[whole.len() / 2] ^= 0x10;
    for body in [
        whole[..whole.len() / 2].to_vec(),
        changed,
        b"<NessusClientData_v2><Report></Policy></NessusClientData_v2>".to_vec(),
        // The root element comes long after the bytes that are checked before streaming begins.
        format!("<?xml version='1.0'?><!--{}--><html/>", "-x".repeat(1 << 20)).into(),
    ] {
        let client = ScriptedServer::of(Reply::ok(body)).await.sc();
        let saved = download(&client, &target).await.unwrap_err();
        let report = client.scan_results().download(1).await.unwrap();
        let (_, read) = findings_error(report.findings()).await;
        assert_eq!(files(folder.path()), [""; 0], "{saved}");
        for error in [&saved, &read] {
            assert_eq!(error.kind(), ErrorKind::Damaged, "{error}");
            assert_eq!(error.operation(), Some("scanResult::download::POST"));
            assert_eq!(error.url().unwrap().path(), "/rest/scanResult/1/download");
            assert_eq!((error.attempts(), error.status().unwrap().as_u16()), (1, 200));
        }
    }
}

#[tokio::test]
async fn an_existing_file_is_replaced_only_on_request() {
    let (whole, (folder, target)) = (archive(SIZE).await, folder());
    fs::write(&target, "mine").unwrap();
    let error = save(Reply::ok(&whole), &target).await.unwrap_err();
    assert_error(&error, ErrorKind::Io, "exists already");
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
async fn a_save_restarts_its_download_after_a_lost_connection() {
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
    assert!(seen.is_sorted(), "bytes never decrease");
    assert_eq!(seen.last().unwrap(), &(whole.len() as u64, Some(whole.len() as u64)));
}

#[tokio::test]
async fn a_stalled_download_times_out_and_a_slow_one_does_not() {
    let (whole, (folder, target)) = (archive(SIZE).await, folder());
    // 50 pauses are longer than the stall timeout, but each of them is shorter. Real sockets need
    // real time.
    let (pause, stall) = (Duration::from_millis(15), Duration::from_millis(300));
    let stalled = Reply::SendAndHold(part_of(&whole, whole.len() / 2));
    let slow = Reply::Slowly(part_of(&whole, 0), whole.clone(), whole.len().div_ceil(50), pause);
    let server = ScriptedServer::start([stalled, slow]).await;
    let client = server.sc_builder().stall_timeout(stall).build().unwrap();
    let error = download(&client, &target).await.unwrap_err();
    assert_error(&error, ErrorKind::Timeout, "stalled");
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
        // Blocking threads finish what they had begun when the future was dropped.
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
    assert!(polls >= 8, "dropped at {polls} awaits");
}

#[tokio::test]
async fn a_path_that_can_not_be_written_is_an_error_that_names_it() {
    let whole = archive(SIZE).await;
    for (target, message) in [
        // No file can be created in /proc.
        ("/proc/report.zip", "/proc/report.zip can't be written"),
        ("/no/such/folder/report.zip", "/no/such/folder"),
        ("/", "/"),
        ("..", ".."),
    ] {
        let error = save(Reply::ok(&whole), Path::new(target)).await.unwrap_err();
        assert_error(&error, ErrorKind::Io, message);
    }
}

/// A process whose files may not grow beyond some KiB simulates a full disk.
#[cfg(unix)]
#[test]
fn a_full_disk_is_an_error_and_leaves_no_file() {
    let test = concat!(module_path!(), "::a_full_disk_is_an_error_and_leaves_no_file");
    // The signal is ignored, as it would end the process.
    let limited = "trap '' XFSZ; ulimit -f 16; exec \"$0\" --exact \"$1\"";
    in_child_process(test, limited, &[], async || {
        let (whole, (folder, target)) = (archive(4 << 20).await, folder());
        assert!(whole.len() > 64 << 10, "more than the limit, in blocks of any size");
        let error = save(Reply::ok(&whole), &target).await.unwrap_err();
        assert_error(&error, ErrorKind::Io, "report.zip can't be written");
        assert_eq!(files(folder.path()), [""; 0]);
    });
}

#[tokio::test]
async fn a_report_is_verified_while_it_is_written_and_a_full_writer_is_an_error() {
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
async fn chunks_and_then_a_reader_yield_every_byte() {
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
async fn a_truncated_report_is_an_error_that_says_how_much_arrived() {
    let whole = [b"PK\x03\x04 cut here", &[b'x'; 1000][..]].concat();
    let client = ScriptedServer::of(Reply::cut(&whole, 113)).await.sc();
    let mut report = client.scan_results().download(31).await.unwrap();
    let error = download_error(&mut report).await;
    assert_error(&error, ErrorKind::Disconnected, "113 bytes had arrived");
}
