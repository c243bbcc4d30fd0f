//! What several tests share: a client that does not wait, a clock that no test waits for, and
//! servers that answer exactly what they are told.
#![allow(dead_code, unreachable_pub, reason = "each test uses its own part")]

pub mod left_over;
pub mod log;

use std::{
    fmt::Write as _,
    net::SocketAddr,
    pin::Pin,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant, SystemTime},
};

use scanops::{
    Clock, Random, RetryPolicy,
    insightvm::{Client, ClientBuilder},
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};

pub const USER: &str = "nxadmin";
pub const PASSWORD: &str = "correct horse";

/// A builder with credentials, and no second attempts.
pub fn once(url: impl Into<String>) -> ClientBuilder {
    Client::builder(url).basic_auth(USER, PASSWORD).retry(RetryPolicy::never())
}

/// A clock that jumps ahead instead of waiting, and remembers the waits.
#[derive(Clone, Debug)]
pub struct FakeClock {
    start: Instant,
    date: SystemTime,
    waits: Arc<Mutex<Vec<Duration>>>,
}

impl FakeClock {
    /// A clock on which it is this date (of `Retry-After`'s form).
    pub fn at(date: &str) -> Self {
        Self {
            start: Instant::now(),
            date: httpdate::parse_http_date(date).unwrap(),
            waits: Arc::default(),
        }
    }

    pub fn new() -> Self {
        Self::at("Sun, 06 Nov 1994 08:49:37 GMT")
    }

    pub fn waits(&self) -> Vec<Duration> {
        self.waits.lock().unwrap().clone()
    }

    fn passed(&self) -> Duration {
        self.waits.lock().unwrap().iter().sum()
    }
}

impl Clock for FakeClock {
    fn now(&self) -> Instant {
        self.start + self.passed()
    }

    fn time_of_day(&self) -> SystemTime {
        self.date + self.passed()
    }

    fn sleep(&self, duration: Duration) -> Pin<Box<dyn Future<Output = ()> + Send + '_>> {
        self.waits.lock().unwrap().push(duration);
        Box::pin(std::future::ready(()))
    }
}

/// The same draw each time.
#[derive(Clone, Copy, Debug)]
pub struct Always(pub f64);

impl Random for Always {
    fn fraction(&self) -> f64 {
        self.0
    }
}

/// What a scripted server does with a request.
#[derive(Clone, Debug)]
pub enum Act {
    /// Sends these bytes and closes.
    Send(Vec<u8>),
    /// Sends these bytes and keeps the connection open.
    SendAndWait(Vec<u8>),
    /// Sends these bytes and resets the connection.
    SendAndReset(Vec<u8>),
    /// Sends these bytes a few at a time, with a pause after each, and closes.
    SendSlowly(Vec<u8>, usize, Duration),
    /// Closes without a byte.
    HangUp,
    /// Sends nothing and keeps the connection open.
    Silence,
    /// Sends the first, and then the second again and again, for as long as it is read.
    Endless(Vec<u8>, Vec<u8>),
    /// Sends the first at once, and of the second a byte now and then.
    Drip(Vec<u8>, Vec<u8>, Duration),
}

impl Act {
    /// A whole HTTP answer.
    pub fn answer(status: &str, headers: &[(&str, &str)], body: impl AsRef<[u8]>) -> Self {
        let body = body.as_ref();
        let mut bytes = format!("HTTP/1.1 {status}\r\nContent-Length: {}\r\n", body.len());
        for (name, value) in headers {
            let _ = write!(bytes, "{name}: {value}\r\n");
        }
        bytes.push_str("Connection: close\r\n\r\n");
        let mut bytes = bytes.into_bytes();
        bytes.extend_from_slice(body);
        Self::Send(bytes)
    }

    pub fn json(body: &str) -> Self {
        Self::answer("200 OK", &[("Content-Type", "application/json;charset=UTF-8")], body)
    }
}

/// A server on a loopback port that plays its acts in turn, the last one again and again, and
/// keeps the heads of the requests it got.
pub struct Script {
    pub address: SocketAddr,
    /// Head and body of each request.
    seen: Arc<Mutex<Vec<(String, String)>>>,
    connections: Arc<AtomicUsize>,
    sent: Arc<AtomicUsize>,
}

impl Script {
    pub async fn start(acts: impl IntoIterator<Item = Act>) -> Self {
        let acts: Vec<Act> = acts.into_iter().collect();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let seen = Arc::new(Mutex::new(Vec::new()));
        let connections = Arc::new(AtomicUsize::new(0));
        let sent = Arc::new(AtomicUsize::new(0));
        let (kept, counted, sends) =
            (Arc::clone(&seen), Arc::clone(&connections), Arc::clone(&sent));
        tokio::spawn(async move {
            let mut next = 0;
            while let Ok((socket, _)) = listener.accept().await {
                counted.fetch_add(1, Ordering::SeqCst);
                let act = acts[next.min(acts.len() - 1)].clone();
                next += 1;
                tokio::spawn(play(socket, act, Arc::clone(&kept), Arc::clone(&sends)));
            }
        });
        Self { address, seen, connections, sent }
    }

    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The requests' lines and headers, in lower case.
    pub fn heads(&self) -> Vec<String> {
        self.requests_in_full().into_iter().map(|(head, _)| head.to_lowercase()).collect()
    }

    /// Head and body of each request.
    pub fn requests_in_full(&self) -> Vec<(String, String)> {
        self.seen.lock().unwrap().clone()
    }

    pub fn requests(&self) -> usize {
        self.seen.lock().unwrap().len()
    }

    pub fn connections(&self) -> usize {
        self.connections.load(Ordering::SeqCst)
    }

    /// How many bytes of endless answers the network has taken.
    pub fn sent(&self) -> usize {
        self.sent.load(Ordering::SeqCst)
    }
}

async fn play(
    mut socket: TcpStream,
    act: Act,
    seen: Arc<Mutex<Vec<(String, String)>>>,
    sent: Arc<AtomicUsize>,
) {
    let Some(request) = read_request(&mut socket).await else { return };
    seen.lock().unwrap().push(request);
    match act {
        Act::Send(bytes) => {
            let _ = socket.write_all(&bytes).await;
            let _ = socket.shutdown().await;
            // Reading on until the client closes keeps unread data from becoming a reset.
            let _ = socket.read_to_end(&mut Vec::new()).await;
        }
        Act::SendAndWait(bytes) => {
            let _ = socket.write_all(&bytes).await;
            let _ = socket.read_to_end(&mut Vec::new()).await;
        }
        Act::SendAndReset(bytes) => {
            let _ = socket.write_all(&bytes).await;
            let _ = socket.flush().await;
            // What is sent already must not be overtaken.
            tokio::time::sleep(Duration::from_millis(2)).await;
            let _ = socket.set_zero_linger();
        }
        Act::SendSlowly(bytes, size, pause) => {
            for part in bytes.chunks(size) {
                if socket.write_all(part).await.is_err() {
                    return;
                }
                tokio::time::sleep(pause).await;
            }
        }
        Act::HangUp => {}
        Act::Silence => {
            let _ = socket.read_to_end(&mut Vec::new()).await;
        }
        Act::Endless(start, part) => {
            let _ = socket.write_all(&start).await;
            while socket.write_all(&part).await.is_ok() {
                sent.fetch_add(part.len(), Ordering::SeqCst);
            }
        }
        Act::Drip(start, rest, pause) => {
            let _ = socket.write_all(&start).await;
            for byte in rest {
                tokio::time::sleep(pause).await;
                if socket.write_all(&[byte]).await.is_err() {
                    return;
                }
            }
            let _ = socket.read_to_end(&mut Vec::new()).await;
        }
    }
}

/// Reads a request: its head, and its body as it came.
pub async fn read_request(socket: &mut (impl AsyncReadExt + Unpin)) -> Option<(String, String)> {
    let mut bytes = Vec::new();
    loop {
        if let Some(end) = bytes.windows(4).position(|window| window == b"\r\n\r\n") {
            let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
            let body = &bytes[end + 4..];
            let lower = head.to_lowercase();
            let length = lower
                .lines()
                .find_map(|line| line.strip_prefix("content-length: ")?.parse().ok())
                .unwrap_or(0);
            let chunked = lower.contains("transfer-encoding: chunked");
            if body.len() >= length && (!chunked || body.ends_with(b"0\r\n\r\n")) {
                return Some((head, String::from_utf8_lossy(body).into_owned()));
            }
        }
        if socket.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
    }
}

/// All that an error can be made to say.
pub fn all_of(error: &scanops::Error) -> String {
    let causes = std::iter::successors(std::error::Error::source(error), |cause| cause.source());
    let causes: Vec<_> = causes.map(|cause| format!("{cause} {cause:?}")).collect();
    format!("{error} {error:?} {error:#?} {}", causes.join(" "))
}

/// A Tenable.sc client with API keys, and no second attempts.
pub fn api_key_client(url: &str) -> scanops::tenable_sc::Client {
    scanops::tenable_sc::Client::builder(url)
        .api_key("access", "secret")
        .retry(RetryPolicy::never())
        .build()
        .unwrap()
}
