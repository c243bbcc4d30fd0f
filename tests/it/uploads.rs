//! Uploads: what counts as a stall, what is declared is what is sent, and nothing is held.

use std::{
    fs,
    io::{self, Write as _},
    path::Path,
    time::{Duration, Instant},
};

use crate::support::{Act, Script, left_over::until};
use bytes::Bytes;
use futures_util::stream;
use scanops::{
    ErrorKind, RetryPolicy,
    tenable_sc::{Client, ClientBuilder},
    transfer::Upload,
};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpListener,
};

const UPLOADED: &str =
    r#"{"response":{"filename":"fdSzCv"},"error_code":0,"error_msg":"","warnings":[]}"#;

fn builder(url: &str) -> ClientBuilder {
    Client::builder(url).api_key("access", "secret").retry(RetryPolicy::never())
}

/// A server that reads a piece of the request, pauses, and so on; after `length` bytes it responds.
async fn slow_server(piece: usize, pause: Duration, length: usize) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((mut socket, _)) = listener.accept().await {
            let (mut buffer, mut read) = (vec![0; piece], 0);
            while read < length {
                match socket.read(&mut buffer).await {
                    Ok(0) | Err(_) => break,
                    Ok(bytes) => read += bytes,
                }
                tokio::time::sleep(pause).await;
            }
            let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n", UPLOADED.len());
            let _ = socket.write_all(&[head.as_bytes(), UPLOADED.as_bytes()].concat()).await;
            let _ = socket.read_to_end(&mut Vec::new()).await;
        }
    });
    format!("http://{address}")
}

fn temporary_file(bytes: &[u8]) -> tempfile::NamedTempFile {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(bytes).unwrap();
    file
}

/// Whether this process has the file open.
fn is_open(path: &Path) -> bool {
    let open = fs::read_dir("/proc/self/fd").unwrap();
    open.filter_map(|entry| fs::read_link(entry.ok()?.path()).ok()).any(|target| target == path)
}

#[tokio::test]
async fn one_large_chunk_to_a_slow_server_is_not_a_stall() {
    const LENGTH: usize = 32 << 20;
    // All of it takes several stall timeouts, and each byte far less than one.
    let url = slow_server(256 << 10, Duration::from_millis(25), LENGTH).await;
    let client = builder(&url).stall_timeout(Duration::from_secs(1)).build().unwrap();
    let began = Instant::now();
    client.files().upload(Upload::bytes(vec![b'x'; LENGTH])).await.unwrap();
    assert!(began.elapsed() > Duration::from_secs(2), "the server was too fast to show anything");
}

#[tokio::test]
async fn a_server_that_reads_nothing_stalls_an_upload() {
    let url = slow_server(1, Duration::from_secs(600), usize::MAX).await;
    let client = builder(&url).stall_timeout(Duration::from_millis(300)).build().unwrap();
    let upload = client.files().upload(Upload::bytes(vec![b'x'; 64 << 20]));
    let error = upload.await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Timeout);
    assert!(error.to_string().contains("accepted no byte for 300ms"), "{error}");
    assert!(error.to_string().contains("the server may have carried out the call"), "{error}");
}

#[tokio::test]
async fn without_a_stall_timeout_a_server_may_pause_for_longer_than_the_kernel_waits() {
    // The HTTP client's default for TCP_USER_TIMEOUT is 30 seconds, which ended such an upload.
    let pause = Duration::from_secs(33);
    let client = |url: &str| builder(url).no_stall_timeout().build().unwrap();
    let length = 8 << 20;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let server = tokio::spawn(async move {
        let (mut socket, _) = listener.accept().await.unwrap();
        tokio::time::sleep(pause).await;
        let mut read = 0;
        let mut buffer = vec![0; 1 << 20];
        while read < length {
            read += socket.read(&mut buffer).await.unwrap();
        }
        let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n", UPLOADED.len());
        socket.write_all(&[head.as_bytes(), UPLOADED.as_bytes()].concat()).await.unwrap();
    });
    client(&url).files().upload(Upload::bytes(vec![b'x'; length])).await.unwrap();
    server.await.unwrap();
}

#[tokio::test]
async fn a_deadline_does_not_end_an_upload_that_makes_progress() {
    const LENGTH: usize = 16 << 20;
    let url = slow_server(256 << 10, Duration::from_millis(25), LENGTH).await;
    let client = builder(&url).deadline(Duration::from_millis(900)).build().unwrap();
    client.files().upload(Upload::bytes(vec![b'x'; LENGTH])).await.unwrap();
    let url = slow_server(1, Duration::from_secs(600), usize::MAX).await;
    let client = builder(&url).deadline(Duration::from_millis(300)).build().unwrap();
    let upload = client.files().upload(Upload::bytes(vec![b'x'; 64 << 20]));
    let error = upload.await.unwrap_err();
    assert!(error.is_timeout() && error.to_string().contains("deadline"), "{error}");
}

#[tokio::test]
async fn no_duration_and_no_length_panics() {
    let server = Script::start([Act::json(UPLOADED)]).await;
    let client = builder(&server.url())
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
async fn what_is_not_as_long_as_declared_is_an_error_that_says_so() {
    let chunks = || stream::iter([Ok::<_, io::Error>(Bytes::from(vec![b'x'; 100_000]))]);
    for (length, message) in
        [(50_000, "longer than 50000 bytes"), (150_000, "ended after 100000 of 150000 bytes")]
    {
        let server = Script::start([Act::json(UPLOADED)]).await;
        let client = builder(&server.url()).build().unwrap();
        let error =
            client.files().upload(Upload::stream(chunks()).length(length)).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Io, "{error}");
        assert!(error.to_string().contains(message), "{error}");
        assert_eq!(server.requests(), 0, "the server never got a complete request");
    }
}

#[tokio::test]
async fn a_file_that_changes_its_length_is_never_reported_as_sent() {
    for (length, message) in
        [(150_000, "it grew from 100000 to 150000"), (50_000, "ended after 50000 of 100000")]
    {
        let server = Script::start([Act::json(UPLOADED)]).await;
        let client = builder(&server.url()).build().unwrap();
        let file = temporary_file(&vec![b'x'; 100_000]);
        let upload = Upload::path(file.path()).await.unwrap();
        file.as_file().set_len(length).unwrap();
        let error = client.files().upload(upload).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Io, "{error}");
        assert!(error.to_string().contains(message), "{error}");
        assert!(!error.is_retryable() && server.requests() == 0);
    }
}

#[tokio::test]
async fn a_response_before_the_whole_upload_was_read_is_not_a_success() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        let (mut socket, _) = listener.accept().await.unwrap();
        let mut head = [0; 1024];
        let _ = socket.read(&mut head).await.unwrap();
        let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n", UPLOADED.len());
        socket.write_all(&[head.as_bytes(), UPLOADED.as_bytes()].concat()).await.unwrap();
        std::future::pending::<()>().await;
    });
    let client = builder(&url).build().unwrap();
    let upload = Upload::bytes(vec![b'x'; 64 << 20]);
    let error = client.scan_results().import(upload, 1).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Decode, "{error}");
    assert!(error.to_string().contains("before the whole upload was sent"), "{error}");
}

#[tokio::test]
async fn a_dropped_upload_closes_its_file_at_once() {
    let url = slow_server(1, Duration::from_secs(600), usize::MAX).await;
    let client = builder(&url).no_stall_timeout().build().unwrap();
    let file = temporary_file(&vec![b'x'; 16 << 20]);
    let path = file.path().canonicalize().unwrap();
    let (handle, kept) = file.keep().unwrap();
    drop(handle);
    let upload = client.files().upload(Upload::path(&path).await.unwrap());
    let upload = tokio::spawn(upload.into_future());
    until("the file is open", || is_open(&path)).await;
    // It is stuck in the network, as the server reads nothing.
    tokio::time::sleep(Duration::from_millis(200)).await;
    assert!(!upload.is_finished() && is_open(&path));
    upload.abort();
    assert!(upload.await.unwrap_err().is_cancelled());
    // A chunk may be read just now.
    until("the file is closed", || !is_open(&path)).await;
    fs::remove_file(kept).unwrap();
}

#[test]
fn an_upload_holds_no_blocking_thread_that_a_name_lookup_needs() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .max_blocking_threads(1)
        .build()
        .unwrap();
    runtime.block_on(async {
        let server = Script::start([Act::json(UPLOADED)]).await;
        // Host names are resolved on that one thread.
        let url = format!("http://localhost:{}", server.address.port());
        let client = builder(&url).connect_timeout(Duration::from_secs(5)).build().unwrap();
        let file = temporary_file(&vec![b'x'; 4 << 20]);
        client.files().upload(Upload::path(file.path()).await.unwrap()).await.unwrap();
    });
}

#[tokio::test]
async fn a_file_is_sent_again_where_it_was_not_sent_at_all() {
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let policy = RetryPolicy::new().base_delay(Duration::from_millis(1)).max_attempts(3);
    let client = builder(&format!("http://{free}")).retry(policy).build().unwrap();
    let file = temporary_file(b"<x/>");
    let error = client.files().upload(Upload::path(file.path()).await.unwrap()).await.unwrap_err();
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::Connect, 3), "{error}");
    assert!(error.to_string().contains("connection refused"), "{error}");
    let reader = Upload::reader(&b"<x/>"[..]);
    let error = client.files().upload(reader).await.unwrap_err();
    assert_eq!(error.attempts(), 1);
    assert!(error.to_string().contains("can't be read again"), "{error}");
}

#[tokio::test]
async fn a_file_that_is_removed_meanwhile_does_not_hide_the_error_and_is_sent_again() {
    // The first connection is refused for the session, and the file is gone by then.
    let dead = Act::json(r#"{"response":"","error_code":12,"error_msg":"invalid token"}"#);
    let login = Act::json(r#"{"response":{"token":4711},"error_code":0,"error_msg":""}"#);
    let server = Script::start([login.clone(), dead, login, Act::json(UPLOADED)]).await;
    let client = Client::builder(server.url()).password("user", "password").build().unwrap();
    let file = temporary_file(b"<NessusClientData_v2/>");
    let upload = Upload::path(file.path()).await.unwrap();
    file.close().unwrap();
    let uploaded = client.files().upload(upload).await.unwrap();
    assert_eq!((uploaded.filename.as_str(), uploaded.attempts()), ("fdSzCv", 2));
    let bodies: Vec<_> = server.requests_in_full().into_iter().map(|(_, body)| body).collect();
    assert!(bodies[3].contains("<NessusClientData_v2/>"), "{}", bodies[3]);
}
