//! Uploads and imports: stalls, declared lengths, resources, and files that are left on the server.

use std::{
    fs,
    io::{self, Write as _},
    path::Path,
    time::Duration,
};

use crate::support::{
    Reply, ScriptedServer, assert_error, closed_port, ms, one_connection, sc_builder, sc_sandbox,
    server_that_reads_nothing, wait_until,
};
use bytes::Bytes;
use futures_util::stream;
use scanops::{ErrorKind, RetryPolicy, reqwest, transfer::Upload};
use scanops_sandbox::TenableSc;
use tempfile::NamedTempFile;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

const FILE: &str = r#"{"filename":"fdSzCv"}"#;
const MIB: usize = 1 << 20;

async fn send(socket: &mut TcpStream, reply: Reply) {
    let Reply::Send(bytes) = reply else { unreachable!() };
    socket.write_all(&bytes).await.unwrap();
}

/// A server that reads this number of bytes of a request with a pause before each piece, and then
/// accepts the upload.
async fn slow_server(piece: usize, pause: Duration, length: usize) -> String {
    let handle = async move |mut socket: TcpStream| {
        let (mut buffer, mut read) = (vec![0; piece], 0);
        while read < length {
            tokio::time::sleep(pause).await;
            read += socket.read(&mut buffer).await.unwrap();
        }
        send(&mut socket, Reply::sc(FILE)).await;
        let _ = socket.read_to_end(&mut Vec::new()).await;
    };
    one_connection("http", handle).await
}

fn bytes(length: usize) -> Upload {
    Upload::bytes(vec![b'x'; length])
}

fn temporary_file(bytes: &[u8]) -> NamedTempFile {
    let mut file = NamedTempFile::new().unwrap();
    file.write_all(bytes).unwrap();
    file
}

/// Whether this process has the file open.
fn is_open(path: &Path) -> bool {
    let open = fs::read_dir("/proc/self/fd").unwrap();
    open.filter_map(|entry| fs::read_link(entry.ok()?.path()).ok()).any(|target| target == path)
}

// Only real sockets show what the kernel has accepted: these tests take real time.

#[tokio::test]
async fn one_large_chunk_to_a_slow_server_meets_neither_stall_timeout_nor_deadline() {
    // The 64 pauses are longer than either, but each is much shorter.
    let url = slow_server(256 << 10, ms(25), 16 * MIB).await;
    let client = sc_builder(&url).stall_timeout(ms(800)).deadline(ms(900)).build().unwrap();
    client.files().upload(bytes(16 * MIB)).await.unwrap();
}

#[tokio::test]
async fn an_upload_to_a_server_that_reads_nothing_ends_at_stall_timeout_or_deadline() {
    let (_server, url) = server_that_reads_nothing();
    let endless = stream::repeat_with(|| Ok::<_, io::Error>(vec![0; MIB]));
    let stalled = "accepted no byte for 300ms";
    for (builder, upload, message) in [
        (sc_builder(&url).stall_timeout(ms(300)), bytes(64 * MIB), stalled),
        (sc_builder(&url).stall_timeout(ms(300)), Upload::stream(endless), stalled),
        (sc_builder(&url).deadline(ms(300)), bytes(64 * MIB), "deadline"),
    ] {
        let error = builder.build().unwrap().files().upload(upload).await.expect_err(message);
        assert_error(&error, ErrorKind::Timeout, message);
        assert!(error.to_string().contains("the server may have carried out the call"), "{error}");
    }
}

#[cfg(feature = "rustls")]
#[tokio::test]
async fn an_upload_that_did_not_connect_says_so_whatever_passed() {
    let server = ScriptedServer::of(Reply::silence()).await;
    let url = format!("https://{}", server.address);
    for (builder, passed) in [
        (sc_builder(&url).deadline(ms(100)), "deadline"),
        (sc_builder(&url).attempt_timeout(ms(100)), "100ms"),
    ] {
        let client = builder.retry(RetryPolicy::never()).build().unwrap();
        let error = client.files().upload(bytes(1)).await.unwrap_err();
        assert_error(&error, ErrorKind::Timeout, passed);
        assert!(error.is_connect() && !error.may_have_taken_effect(), "{error}");
    }
}

#[tokio::test]
async fn without_a_stall_timeout_a_server_may_pause_longer_than_tcp_user_timeout() {
    // reqwest sets TCP_USER_TIMEOUT to 30 seconds by default.
    let kernel = || reqwest::Client::builder().tcp_user_timeout(ms(300));
    let handle = async |mut socket: TcpStream| {
        tokio::time::sleep(ms(2000)).await;
        let mut upload = (&mut socket).take(8 * MIB as u64);
        tokio::io::copy(&mut upload, &mut tokio::io::sink()).await.unwrap();
        send(&mut socket, Reply::sc(FILE)).await;
    };
    let url = one_connection("http", handle).await;
    let client = sc_builder(&url).no_stall_timeout().reqwest_builder(kernel).build().unwrap();
    client.files().upload(bytes(8 * MIB)).await.unwrap();
}

#[tokio::test]
async fn no_duration_and_no_length_panics() {
    let server = ScriptedServer::of(Reply::sc(FILE)).await;
    let client = server
        .sc_builder()
        .connect_timeout(Duration::MAX)
        .attempt_timeout(Duration::MAX)
        .stall_timeout(Duration::MAX)
        .deadline(Duration::MAX)
        .build()
        .unwrap();
    client.files().upload(Upload::bytes("<x/>")).await.unwrap();
    for length in [u64::MAX, u64::MAX - 1, 1 << 63] {
        let upload = Upload::reader(&b"<x/>"[..]).length(length);
        let error = client.files().upload(upload).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidRequest, "{error}");
        assert_eq!(error.operation(), Some("file::upload::POST"));
    }
    assert_eq!(server.requests(), 1);
}

#[tokio::test]
async fn an_upload_that_changes_its_length_or_fails_is_never_reported_as_sent() {
    let declared = |length| {
        let chunks = stream::iter([Ok::<_, io::Error>(Bytes::from(vec![b'x'; 100_000]))]);
        Upload::stream(chunks).length(length)
    };
    let file = async |length| {
        let file = temporary_file(&vec![b'x'; 100_000]);
        let upload = Upload::path(file.path()).await.unwrap();
        file.as_file().set_len(length).unwrap();
        upload
    };
    let failing = [Ok("<x"), Err(io::Error::other("disk on fire"))];
    for (upload, message) in [
        (declared(50_000), "longer than 50000 bytes"),
        (declared(150_000), "ended after 100000 of 150000 bytes"),
        (file(150_000).await, "it grew from 100000 to 150000"),
        (file(50_000).await, "ended after 50000 of 100000"),
        (Upload::stream(stream::iter(failing)), "disk on fire"),
    ] {
        let server = ScriptedServer::of(Reply::sc(FILE)).await;
        let error = server.sc().files().upload(upload).await.expect_err(message);
        assert_error(&error, ErrorKind::Io, message);
        assert!(!error.is_retryable(), "{error}");
        assert_eq!(server.requests(), 0, "the server never got a complete request");
    }
}

#[tokio::test]
async fn a_response_before_the_whole_upload_was_read_is_not_a_success() {
    let handle = async |mut socket: TcpStream| {
        let _ = socket.read(&mut [0; 1024]).await.unwrap();
        send(&mut socket, Reply::sc(FILE)).await;
        std::future::pending::<()>().await;
    };
    let url = one_connection("http", handle).await;
    let client = sc_builder(&url).build().unwrap();
    let error = client.scan_results().import(bytes(64 * MIB), 1).await.unwrap_err();
    assert_error(&error, ErrorKind::Decode, "before the whole upload was sent");
}

#[tokio::test]
async fn a_dropped_upload_closes_its_file_at_once() {
    // More than socket buffers hold, so that the upload can't end.
    let (_server, url) = server_that_reads_nothing();
    let client = sc_builder(&url).no_stall_timeout().build().unwrap();
    let file = temporary_file(&vec![b'x'; 16 * MIB]);
    let path = file.path().canonicalize().unwrap();
    let (handle, kept) = file.keep().unwrap();
    drop(handle);
    let upload = client.files().upload(Upload::path(&path).await.unwrap());
    let upload = tokio::spawn(upload.into_future());
    wait_until("the file is not opened", || is_open(&path)).await;
    assert!(!upload.is_finished());
    upload.abort();
    assert!(upload.await.unwrap_err().is_cancelled());
    // A thread may be reading a chunk.
    wait_until("the file stays open", || !is_open(&path)).await;
    fs::remove_file(kept).unwrap();
}

#[test]
fn an_upload_holds_no_blocking_thread_that_a_name_lookup_needs() {
    let mut runtime = tokio::runtime::Builder::new_current_thread();
    let runtime = runtime.enable_all().max_blocking_threads(1).build().unwrap();
    runtime.block_on(async {
        let server = ScriptedServer::of(Reply::sc(FILE)).await;
        // Host names are resolved on the only blocking thread.
        let url = format!("http://localhost:{}", server.address.port());
        let client = sc_builder(url).connect_timeout(Duration::from_secs(5)).build().unwrap();
        let file = temporary_file(&vec![b'x'; 4 * MIB]);
        client.files().upload(Upload::path(file.path()).await.unwrap()).await.unwrap();
    });
}

#[tokio::test]
async fn a_file_is_sent_again_after_a_failed_connection() {
    let policy = RetryPolicy::new().base_delay(ms(1)).max_attempts(3);
    let client = sc_builder(format!("http://{}", closed_port())).retry(policy).build().unwrap();
    let file = temporary_file(b"<x/>");
    let error = client.files().upload(Upload::path(file.path()).await.unwrap()).await.unwrap_err();
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::Connect, 3), "{error}");
    assert!(error.to_string().contains("connection refused"), "{error}");
    let reader = Upload::reader(&b"<x/>"[..]);
    let error = client.files().upload(reader).await.unwrap_err();
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::Connect, 1));
    assert!(error.to_string().contains("can't be read a second time"), "{error}");
}

#[tokio::test]
async fn a_file_is_sent_again_in_a_new_session_even_if_it_was_removed_and_a_reader_is_not() {
    let dead = Reply::sc_error(12, "invalid token");
    let replies = [Reply::login(), dead, Reply::login(), Reply::sc(FILE)];
    let server = ScriptedServer::start(replies.clone()).await;
    let file = temporary_file(b"<NessusClientData_v2/>");
    let upload = Upload::path(file.path()).await.unwrap();
    file.close().unwrap();
    let uploaded = server.session().files().upload(upload).await.unwrap();
    assert_eq!((uploaded.filename.as_str(), uploaded.attempts()), ("fdSzCv", 2));
    let (_, body) = server.full_requests().remove(3);
    assert!(body.contains("<NessusClientData_v2/>"), "{body}");
    let client = ScriptedServer::start(replies).await.session();
    let error = client.files().upload(Upload::reader(&b"<x/>"[..])).await.unwrap_err();
    assert_error(&error, ErrorKind::Unauthorized, "can't be read a second time");
}

#[tokio::test]
async fn a_report_is_imported_from_each_kind_of_source() {
    let (center, client) = sc_sandbox(TenableSc::builder()).await;
    let results = client.scan_results();
    let before = results.list().await.unwrap().into_inner().into_merged().len();
    let report = "<NessusClientData_v2><Report name='x'/></NessusClientData_v2>";
    let file = temporary_file(report.as_bytes());
    let parts = report.as_bytes().chunks(7).map(Ok::<_, io::Error>);
    for upload in [
        Upload::bytes(report),
        Upload::path(file.path()).await.unwrap(),
        Upload::reader(report.as_bytes()).file_name("r.nessus"),
        Upload::reader(report.as_bytes()).length(report.len() as u64),
        Upload::stream(stream::iter(parts)),
    ] {
        results.import(upload, 1).host_tracking(true).await.unwrap();
    }
    assert!(center.uploads().is_empty(), "each was taken");
    assert_eq!(results.list().await.unwrap().into_inner().into_merged().len(), before + 5);
}

#[tokio::test]
async fn a_file_name_with_a_control_character_is_an_error_before_a_byte_is_sent() {
    let server = ScriptedServer::of(Reply::sc(FILE)).await;
    let client = server.sc();
    for name in ["a\nX-Evil: 1\r\nb", "a\r", "\0", "a\tb", "\u{7f}", "\u{85}"] {
        let upload = || Upload::bytes("<x/>").file_name(name);
        for error in [
            client.files().upload(upload()).await.unwrap_err(),
            client.scan_results().import(upload(), 1).await.unwrap_err(),
        ] {
            assert_error(&error, ErrorKind::InvalidRequest, &format!("{name:?}"));
            assert_eq!(error.operation(), Some("file::upload::POST"));
        }
    }
    assert_eq!(server.connections(), 0);
    // Any other name is sent.
    client.files().upload(Upload::bytes("<x/>").file_name("ä \"b\".nessus")).await.unwrap();
}

#[cfg(unix)]
#[tokio::test]
async fn a_file_whose_own_name_has_a_control_character_is_sent_under_another() {
    let server = ScriptedServer::of(Reply::sc(FILE)).await;
    let files = server.sc().files();
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("a\nb.nessus");
    fs::write(&path, "<x/>").unwrap();
    let error = files.upload(Upload::path(&path).await.unwrap()).await.unwrap_err();
    assert_error(&error, ErrorKind::InvalidRequest, r#""a\nb.nessus""#);
    assert_eq!(server.connections(), 0);
    let renamed = Upload::path(&path).await.unwrap().file_name("b.nessus");
    files.upload(renamed).await.unwrap();
    assert!(server.full_requests()[0].1.contains(r#"filename="b.nessus""#));
}

#[tokio::test]
async fn an_import_that_is_cancelled_while_it_may_have_begun_keeps_its_file() {
    let replies = [Reply::sc(FILE), Reply::silence(), Reply::json("{}")];
    let server = ScriptedServer::start(replies).await;
    let client = server.sc();
    let import = tokio::spawn(client.scan_results().import(Upload::bytes("<x/>"), 1));
    wait_until("the import is not sent", || server.requests() == 2).await;
    import.abort();
    assert!(import.await.unwrap_err().is_cancelled());
    // No request that removes the file comes before this one.
    client.scan_results().get(1).await.unwrap_err();
    let heads = server.heads();
    assert_eq!(heads.len(), 3);
    assert!(heads[2].starts_with("get /rest/scanresult/1 "), "{}", heads[2]);
}

#[tokio::test]
async fn an_import_that_may_have_begun_keeps_its_file_and_a_rejected_one_does_not() {
    use ErrorKind::{Decode, Disconnected, RateLimited, Rejected, Server, Unavailable};
    for (reply, kind, may_have_begun) in [
        (Reply::Close, Disconnected, true),
        (Reply::http("502 Bad Gateway", &[], "lost it"), Unavailable, true),
        (Reply::http("504 Gateway Timeout", &[], "lost it"), Unavailable, true),
        (Reply::json("{ not what it was"), Decode, true),
        (Reply::http("503 Busy", &[], "later"), Unavailable, false),
        (Reply::http("500 Error", &[], "no"), Server, false),
        (Reply::http("429 Slow", &[], "later"), RateLimited, false),
        (Reply::sc_error(99, "The Repository is not yours."), Rejected, false),
    ] {
        let replies = [Reply::sc(FILE), reply.clone(), Reply::sc("\"\"")];
        let server = ScriptedServer::start(replies).await;
        let import = server.sc().scan_results().import(Upload::bytes("<x/>"), 1);
        let error = import.await.unwrap_err();
        assert_eq!(error.kind(), kind, "{reply:?}: {error}");
        let text = error.to_string();
        assert_eq!(text.contains("\"fdSzCv\" was left"), may_have_begun, "{reply:?}: {error}");
        assert_eq!(text.contains("was removed"), !may_have_begun, "{reply:?}: {error}");
        assert_eq!(server.requests(), if may_have_begun { 2 } else { 3 }, "{reply:?}");
    }
}
