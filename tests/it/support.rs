//! What the tests here share: clients without retries, sandboxes, and a server with scripted replies.

#[path = "../support/mod.rs"]
mod shared;

use std::{
    fmt::{Display, Write as _},
    net::SocketAddr,
    process::Command,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use scanops::{Cursor, Error, ErrorKind, RetryPolicy, insightvm, reqwest, tenable_sc};
use scanops_sandbox::{InsightVm, TenableSc, TenableScBuilder};
pub(crate) use shared::*;
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    runtime::Runtime,
    sync::Semaphore,
};

pub(crate) const USER: &str = "nxadmin";
pub(crate) const PASSWORD: &str = "correct horse";
pub(crate) const ENGINE: &str = r#"{"id": 7, "name": "e"}"#;

/// An HTTP client without trusted roots: reading the system's takes longer than the rest of building
/// a client, and most servers here speak plain http.
pub(crate) fn without_roots() -> reqwest::ClientBuilder {
    #[cfg(feature = "rustls")]
    return reqwest::Client::builder().tls_certs_only([]);
    #[cfg(not(feature = "rustls"))]
    reqwest::Client::builder()
}

/// An InsightVM client with credentials, and without retries.
pub(crate) fn console_builder(url: impl Into<String>) -> insightvm::ClientBuilder {
    insightvm::Client::builder(url).basic_auth(USER, PASSWORD).retry(RetryPolicy::never())
}

/// A Tenable.sc client with API keys, and without retries.
pub(crate) fn sc_builder(url: impl Into<String>) -> tenable_sc::ClientBuilder {
    let builder = tenable_sc::Client::builder(url).reqwest_builder(without_roots);
    builder.api_key("access", "secret").retry(RetryPolicy::never())
}

/// A Tenable.sc sandbox with these settings, and a client of it with API keys and without retries.
pub(crate) async fn sc_sandbox(settings: TenableScBuilder) -> (TenableSc, tenable_sc::Client) {
    let sandbox = settings.keys("access", "secret").start().await.unwrap();
    let client = sc_builder(sandbox.url()).build().unwrap();
    (sandbox, client)
}

/// An InsightVM sandbox with this number of scans, and a client of it.
pub(crate) async fn console_sandbox(scans: usize) -> (InsightVm, insightvm::Client) {
    let settings = InsightVm::builder().scans(scans).credentials(USER, PASSWORD);
    let sandbox = settings.start().await.unwrap();
    let client = console_builder(sandbox.url()).reqwest_builder(without_roots).build().unwrap();
    (sandbox, client)
}

/// The archive of a report of this size, as the sandbox makes it.
pub(crate) async fn archive(size: u64) -> Vec<u8> {
    let (_sandbox, client) = sc_sandbox(TenableSc::builder().report_size(size)).await;
    let report = client.scan_results().download(1);
    let mut archive = Vec::new();
    report.await.unwrap().write_to(&mut archive).await.unwrap();
    archive
}

/// What a [`ScriptedServer`] does with a request.
#[derive(Clone, Debug)]
pub(crate) enum Reply {
    /// Sends these bytes and closes.
    Send(Vec<u8>),
    /// Sends these bytes and keeps the connection open.
    SendAndHold(Vec<u8>),
    /// Sends these bytes and resets the connection.
    SendAndReset(Vec<u8>),
    /// Sends the first bytes at once and the others in chunks of this size with a pause before each,
    /// and closes.
    Slowly(Vec<u8>, Vec<u8>, usize, Duration),
    /// Closes without sending a byte.
    Close,
    /// Sends the first bytes, and then repeats the second for as long as they are read.
    Endless(Vec<u8>, Vec<u8>),
    /// Waits for a permit, then sends these bytes and closes.
    After(Arc<Semaphore>, Vec<u8>),
}

impl Reply {
    /// A complete HTTP response.
    pub(crate) fn http(status: &str, headers: &[(&str, &str)], body: impl AsRef<[u8]>) -> Self {
        Self::Send(response(status, headers, body.as_ref()))
    }

    /// A response without headers or body of its own.
    pub(crate) fn status(status: &str) -> Self {
        Self::http(status, &[], "")
    }

    /// The response of a server that is too busy, which a call is retried after.
    pub(crate) fn busy() -> Self {
        Self::http("503 Service Unavailable", &[], "busy")
    }

    /// An engine of the console, with id 7.
    pub(crate) fn engine() -> Self {
        Self::json(ENGINE)
    }

    /// A scan result of Tenable.sc, with id 5.
    pub(crate) fn record() -> Self {
        Self::sc(r#"{"id":"5"}"#)
    }

    /// A response of status 200 without headers of its own.
    pub(crate) fn ok(body: impl AsRef<[u8]>) -> Self {
        Self::http("200 OK", &[], body)
    }

    pub(crate) fn json(body: impl AsRef<[u8]>) -> Self {
        Self::http("200 OK", &[("Content-Type", "application/json;charset=UTF-8")], body)
    }

    /// A response of Tenable.sc, with this JSON in its envelope.
    pub(crate) fn sc(response: impl Display) -> Self {
        Self::json(envelope(response))
    }

    /// An error of Tenable.sc, under status 200.
    pub(crate) fn sc_error(code: i64, message: &str) -> Self {
        Self::json(error_envelope(code, message))
    }

    /// A login that Tenable.sc accepts.
    pub(crate) fn login() -> Self {
        Self::sc(r#"{"token":4711}"#)
    }

    /// The same response, sent when a permit is available.
    pub(crate) fn after(self, permits: &Arc<Semaphore>) -> Self {
        let Self::Send(bytes) = self else { unreachable!() };
        Self::After(Arc::clone(permits), bytes)
    }

    /// Sends nothing and keeps the connection open.
    pub(crate) fn silence() -> Self {
        Self::SendAndHold(Vec::new())
    }

    /// The first bytes of a body, under a head with the length of all of it.
    pub(crate) fn cut(body: &[u8], at: usize) -> Self {
        Self::Send(part_of(body, at))
    }
}

/// The JSON of a response of Tenable.sc.
pub(crate) fn envelope(response: impl Display) -> String {
    format!(
        r#"{{"type":"regular","response":{response},"error_code":0,"error_msg":"","warnings":[],"timestamp":1550189100}}"#
    )
}

/// The JSON of an error of Tenable.sc.
pub(crate) fn error_envelope(code: i64, message: &str) -> String {
    format!(
        r#"{{"type":"regular","response":"","error_code":{code},"error_msg":{message:?},"warnings":[],"timestamp":1550189100}}"#
    )
}

fn response(status: &str, headers: &[(&str, &str)], body: &[u8]) -> Vec<u8> {
    let mut head = format!("HTTP/1.1 {status}\r\nContent-Length: {}\r\n", body.len());
    for (name, value) in headers {
        let _ = write!(head, "{name}: {value}\r\n");
    }
    [head.as_bytes(), b"Connection: close\r\n\r\n", body].concat()
}

/// The first bytes of a body, after a head with the length of all of it.
pub(crate) fn part_of(body: &[u8], end: usize) -> Vec<u8> {
    let mut response = response("200 OK", &[], body);
    response.truncate(response.len() - body.len() + end);
    response
}

/// A server on a loopback port that sends its replies in turn, repeats the last one, and records the
/// requests.
pub(crate) struct ScriptedServer {
    pub(crate) address: SocketAddr,
    pub(crate) seen: Arc<Seen>,
    scheme: &'static str,
}

/// What a server has recorded.
#[derive(Default)]
pub(crate) struct Seen {
    /// Head and body of each request.
    requests: Mutex<Vec<(String, String)>>,
    pub(crate) connections: AtomicUsize,
    /// How many bytes of endless replies the network took.
    sent: AtomicUsize,
}

impl ScriptedServer {
    pub(crate) async fn start(replies: impl IntoIterator<Item = Reply>) -> Self {
        Self::responding(in_turn(replies)).await
    }

    /// Sends the same reply to each request.
    pub(crate) async fn of(reply: Reply) -> Self {
        Self::start([reply]).await
    }

    /// Sends the result of a function of the connection's number, from 0, and the request's head.
    pub(crate) async fn responding(
        reply: impl Fn(usize, &str) -> Reply + Send + Sync + 'static,
    ) -> Self {
        let (listener, server) = Self::bind("http").await;
        let (seen, reply) = (Arc::clone(&server.seen), Arc::new(reply));
        tokio::spawn(async move {
            while let Ok((mut socket, _)) = listener.accept().await {
                let number = seen.connections.fetch_add(1, Ordering::SeqCst);
                let (seen, reply) = (Arc::clone(&seen), Arc::clone(&reply));
                tokio::spawn(async move {
                    if let Some(Reply::SendAndReset(_)) =
                        play(&mut socket, number, &*reply, &seen).await
                    {
                        let _ = socket.set_zero_linger();
                    }
                });
            }
        });
        server
    }

    pub(crate) async fn bind(scheme: &'static str) -> (TcpListener, Self) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        (listener, Self { address, seen: Arc::default(), scheme })
    }

    pub(crate) fn url(&self) -> String {
        format!("{}://{}", self.scheme, self.address)
    }

    pub(crate) fn console_builder(&self) -> insightvm::ClientBuilder {
        console_builder(self.url()).reqwest_builder(without_roots)
    }

    /// An InsightVM client without retries.
    pub(crate) fn console(&self) -> insightvm::Client {
        self.console_builder().build().unwrap()
    }

    pub(crate) fn sc_builder(&self) -> tenable_sc::ClientBuilder {
        sc_builder(self.url())
    }

    /// A Tenable.sc client with API keys, and without retries.
    pub(crate) fn sc(&self) -> tenable_sc::Client {
        self.sc_builder().build().unwrap()
    }

    /// A builder of a Tenable.sc client that logs in with a password, and retries as by default.
    pub(crate) fn session_builder(&self) -> tenable_sc::ClientBuilder {
        let builder = tenable_sc::Client::builder(self.url()).password("user", "password");
        builder.reqwest_builder(without_roots)
    }

    pub(crate) fn session(&self) -> tenable_sc::Client {
        self.session_builder().build().unwrap()
    }

    /// The requests' lines and headers, in lower case.
    pub(crate) fn heads(&self) -> Vec<String> {
        self.full_requests().into_iter().map(|(head, _)| head.to_lowercase()).collect()
    }

    /// Head and body of each request.
    pub(crate) fn full_requests(&self) -> Vec<(String, String)> {
        self.seen.requests.lock().unwrap().clone()
    }

    pub(crate) fn requests(&self) -> usize {
        self.seen.requests.lock().unwrap().len()
    }

    pub(crate) fn connections(&self) -> usize {
        self.seen.connections.load(Ordering::SeqCst)
    }

    /// How many bytes of endless replies the network took.
    pub(crate) fn sent(&self) -> usize {
        self.seen.sent.load(Ordering::SeqCst)
    }
}

pub(crate) fn in_turn(
    replies: impl IntoIterator<Item = Reply>,
) -> impl Fn(usize, &str) -> Reply + Send + Sync + 'static {
    let replies: Vec<Reply> = replies.into_iter().collect();
    move |number, _| replies[number.min(replies.len() - 1)].clone()
}

/// Reads a request and replies to it. Returns the reply if the caller has to reset the connection.
pub(crate) async fn play(
    socket: &mut (impl AsyncRead + AsyncWrite + Unpin),
    number: usize,
    reply: &(impl Fn(usize, &str) -> Reply + ?Sized),
    seen: &Seen,
) -> Option<Reply> {
    let request = read_request(socket).await?;
    let reply = reply(number, &request.0);
    seen.requests.lock().unwrap().push(request);
    match &reply {
        Reply::Send(bytes) => {
            let _ = socket.write_all(bytes).await;
            let _ = socket.shutdown().await;
        }
        Reply::SendAndHold(bytes) => drop(socket.write_all(bytes).await),
        Reply::SendAndReset(bytes) => {
            let _ = socket.write_all(bytes).await;
            // The reset would discard bytes that are still under way, and no event says when they arrived.
            tokio::time::sleep(Duration::from_millis(2)).await;
            return Some(reply);
        }
        Reply::Slowly(start, rest, size, pause) => {
            let _ = socket.write_all(start).await;
            for chunk in rest.chunks(*size) {
                tokio::time::sleep(*pause).await;
                if socket.write_all(chunk).await.is_err() {
                    return None;
                }
            }
        }
        Reply::Close => return None,
        Reply::Endless(start, part) => {
            let _ = socket.write_all(start).await;
            while socket.write_all(part).await.is_ok() {
                seen.sent.fetch_add(part.len(), Ordering::SeqCst);
            }
        }
        Reply::After(permits, bytes) => {
            permits.acquire().await.unwrap().forget();
            let _ = socket.write_all(bytes).await;
            let _ = socket.shutdown().await;
        }
    }
    // Closing a socket with unread data would reset the connection.
    let _ = socket.read_to_end(&mut Vec::new()).await;
    None
}

/// The URL of a server that handles one connection with a function.
pub(crate) async fn one_connection<F: Future<Output = ()> + Send>(
    scheme: &str,
    handle: impl FnOnce(TcpStream) -> F + Send + 'static,
) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("{scheme}://{}", listener.local_addr().unwrap());
    tokio::spawn(async move { handle(listener.accept().await.unwrap().0).await });
    url
}

/// An address on this machine with no listener.
pub(crate) fn closed_port() -> SocketAddr {
    std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap()
}

/// A server that accepts connections and never reads, for as long as the listener lives.
pub(crate) fn server_that_reads_nothing() -> (std::net::TcpListener, String) {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    (listener, url)
}

/// Reads a download up to its error, which ends it.
pub(crate) async fn download_error(report: &mut scanops::transfer::Download) -> Error {
    let error = loop {
        match report.next_chunk().await {
            Ok(chunk) => assert!(chunk.is_some(), "the download ended without an error"),
            Err(error) => break error,
        }
    };
    assert!(report.next_chunk().await.unwrap().is_none(), "the download goes on after {error}");
    error
}

/// Reads findings up to their error, which ends them, and counts them.
pub(crate) async fn findings_error(mut findings: scanops::transfer::Findings) -> (usize, Error) {
    let mut count = 0;
    let error = loop {
        match findings.next_finding().await {
            Ok(finding) => assert!(finding.is_some(), "the findings ended without an error"),
            Err(error) => break error,
        }
        count += 1;
    };
    assert!(findings.next_finding().await.unwrap().is_none(), "findings follow {error}");
    (count, error)
}

/// Checks the kind of an error and a part of its message.
#[track_caller]
pub(crate) fn assert_error(error: &Error, kind: ErrorKind, message: &str) {
    assert_eq!(error.kind(), kind, "{error} {error:?}");
    assert!(error.to_string().contains(message), "{message:?} is not in: {error} {error:?}");
}

/// Rows of a call, as text and as a future, and what is expected of it.
macro_rules! calls {
    ($($call:expr => $expected:expr;)*) => {
        [$((
            stringify!($call),
            futures_util::FutureExt::boxed_local(async { $call.await.map(drop) }),
            $expected,
        )),*]
    };
}
pub(crate) use calls;

/// The output of a future that must end. No passing test takes this long.
pub(crate) async fn ends<F: Future>(future: F) -> F::Output {
    let output = tokio::time::timeout(Duration::from_secs(30), future).await;
    output.unwrap_or_else(|_| panic!("the future does not end"))
}

pub(crate) fn new_runtime() -> Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap()
}

const IN_CHILD: &str = "SCANOPS_TEST_IN_CHILD";

/// Whether this is a process that [`in_child_process`] started.
pub(crate) fn is_child_process() -> bool {
    std::env::var_os(IN_CHILD).is_some()
}

/// Runs the body of a test in a process of its own: a shell command starts this binary again for
/// this test alone (`exec "$0" --exact "$1"`), with these variables. `test` is the path of the
/// calling function.
pub(crate) fn in_child_process(
    test: &str,
    command: &str,
    variables: &[(&str, String)],
    body: impl AsyncFnOnce(),
) {
    if is_child_process() {
        return new_runtime().block_on(body());
    }
    // The test runner's names do not include the crate.
    let (_, test) = test.split_once("::").unwrap();
    let output = Command::new("sh")
        .args(["-c", command])
        .arg(std::env::current_exe().unwrap())
        .arg(test)
        .env(IN_CHILD, "1")
        .envs(variables.iter().map(|(name, value)| (name, value)))
        .output()
        .unwrap();
    let output_text = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success() && output_text.contains("1 passed"), "{output_text}");
}

/// A cursor with this number of results or scans that were not acknowledged, later than all others.
pub(crate) fn cursor_with_unacknowledged(count: u64) -> Cursor {
    let open: Vec<_> = (11..11 + count).map(|id| (i64::MAX, id)).collect();
    serde_json::from_value(serde_json::json!({
        "version": 1, "server": null, "done_before": [0, 0], "seen": [], "open": open,
    }))
    .unwrap()
}
