//! The server for scanops and its peers: it sends archives from memory, accepts uploads, and responds
//! to calls.
//!
//! `bench-server DELAY_MS` prints its address. A POST of an [`Order`] to `/archives` adds an archive;
//! `/uploaded` returns size and checksum of the last upload. An engine's id is how many
//! scans it has; a page of them waits for the delay.

// It prints its address for the program that started it.
#![expect(clippy::print_stdout)]

use std::{
    convert::Infallible,
    env,
    fmt::Write as _,
    fs::{self, File},
    io::{Read as _, Seek as _, SeekFrom},
    iter,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use axum::{
    Json, Router,
    body::{Body, Bytes},
    extract::{Path, Query, Request, State},
    http::{
        HeaderMap, StatusCode,
        header::{CONTENT_LENGTH, CONTENT_TYPE},
    },
    response::{IntoResponse, Response},
    routing::{get, post},
    serve::ListenerExt as _,
};
use bench::{Archive, Failure, Order};
use flate2::Crc;
use futures_util::{TryStreamExt as _, stream};
use serde::Deserialize;
use tokio::net::TcpSocket;

const SCAN_RESULT: &str = include_str!("../record.json");
const SYSTEM: &str = r#"{"type":"regular","response":{"version":"6.4.0"},"error_code":0,"error_msg":"","warnings":[],"timestamp":1550189100}"#;
const IMPORTED: &str = r#"{"response":"","error_code":0}"#;

type Shared = State<Arc<Server>>;

struct Server {
    delay: Duration,
    archives: Mutex<Vec<Served>>,
    /// Size and checksum of the last upload.
    uploaded: Mutex<(u64, u32)>,
}

/// An archive to send. A stored block is in memory once, however often it is sent.
#[derive(Clone)]
struct Served {
    size: u64,
    start: Bytes,
    block: Bytes,
    times: usize,
    end: Bytes,
}

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let delay = env::args().nth(1).ok_or("bench-server DELAY_MS")?;
    let server = Arc::new(Server {
        delay: Duration::from_millis(delay.parse()?),
        archives: Mutex::default(),
        uploaded: Mutex::default(),
    });
    let socket = TcpSocket::new_v4()?;
    socket.bind(([127, 0, 0, 1], 0).into())?;
    // A queue for a thousand connections at once: with the usual 128, the rest would wait a second
    // before they try again.
    let listener = socket.listen(4096)?;
    println!("http://{}", listener.local_addr()?);
    let routes = Router::new()
        .route("/rest/system", get(|| async { json(SYSTEM) }))
        .route("/rest/scanResult/{id}", get(|| async { json(SCAN_RESULT) }))
        .route("/rest/scanResult/{id}/download", post(download))
        .route("/rest/scanResult/import", post(|_: Bytes| async { json(IMPORTED) }))
        .route("/rest/file/upload", post(upload))
        .route("/api/3/scan_engines/{total}/scans", get(scans))
        .route("/archives", post(order))
        .route("/uploaded", get(async |State(it): Shared| Json(*lock(&it.uploaded))))
        .with_state(server);
    let listener = listener.tap_io(|socket| {
        // If this fails, the server is only slower.
        let _ = socket.set_nodelay(true);
    });
    Ok(axum::serve(listener, routes).await?)
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn json(body: impl Into<Body>) -> Response {
    ([(CONTENT_TYPE, "application/json")], body.into()).into_response()
}

async fn order(State(server): Shared, Json(order): Json<Order>) -> Response {
    // Written here, as the server has nothing else to do meanwhile.
    match serve(&server, &order) {
        Ok(archive) => Json(archive).into_response(),
        Err(failure) => (StatusCode::BAD_REQUEST, failure.to_string()).into_response(),
    }
}

fn serve(server: &Server, order: &Order) -> Result<Archive, Failure> {
    let mut archive = order.write()?;
    if order.serve {
        let mut file = File::open(&order.path)?;
        fs::remove_file(&order.path)?;
        let (block, begin) = archive.stored.take().unwrap_or((Vec::new(), u64::MAX));
        let (mut start, mut end) = (Vec::new(), Vec::new());
        (&mut file).take(begin).read_to_end(&mut start)?;
        file.seek(SeekFrom::Current(i64::try_from(block.len() as u64 * order.times)?))?;
        file.read_to_end(&mut end)?;
        let mut archives = lock(&server.archives);
        archives.push(Served {
            size: archive.checksum.0,
            start: start.into(),
            block: block.into(),
            times: usize::try_from(order.times)?,
            end: end.into(),
        });
        // Ids begin with 1.
        archive.id = archives.len() as u64;
    }
    Ok(archive)
}

async fn download(State(server): Shared, Path(id): Path<usize>, _: Bytes) -> Response {
    let Some(archive) = lock(&server.archives).get(id.saturating_sub(1)).cloned() else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let chunks = iter::once(archive.start)
        .chain(iter::repeat_n(archive.block, archive.times))
        .chain(iter::once(archive.end))
        .filter(|chunk| !chunk.is_empty());
    let body = Body::from_stream(stream::iter(chunks.map(Ok::<_, Infallible>)));
    let size = archive.size.to_string();
    ([(CONTENT_TYPE, "application/octet-stream"), (CONTENT_LENGTH, &size)], body).into_response()
}

/// Accepts a form with one file.
async fn upload(State(server): Shared, headers: HeaderMap, request: Request) -> Response {
    match form(&headers, request.into_body()).await {
        Ok(uploaded) => {
            *lock(&server.uploaded) = uploaded;
            json(format!(r#"{{"response":{{"filename":"{}"}},"error_code":0}}"#, uploaded.0))
        }
        Err(failure) => (StatusCode::BAD_REQUEST, failure.to_string()).into_response(),
    }
}

/// Size and checksum of the file in a form. axum's own reader of forms copies every chunk, and would
/// be slower than the clients that are measured.
async fn form(headers: &HeaderMap, body: Body) -> Result<(u64, u32), Failure> {
    let header =
        |name| headers.get(name).ok_or("a header is missing")?.to_str().map_err(Failure::from);
    let length: usize = header(CONTENT_LENGTH)?.parse()?;
    let (_, boundary) = header(CONTENT_TYPE)?.split_once("boundary=").ok_or("no boundary")?;
    // The last boundary, between line ends and with two dashes before and after it.
    let tail = boundary.trim_matches('"').len() + 8;
    let (mut body, mut crc) = (body.into_data_stream(), Crc::new());
    // What comes before the file ends with an empty line.
    let (mut head, mut size, mut left) = (Vec::new(), None, 0);
    while let Some(chunk) = body.try_next().await? {
        let mut chunk = &chunk[..];
        if size.is_none() {
            head.extend_from_slice(chunk);
            let Some(at) = head.windows(4).position(|end| end == b"\r\n\r\n") else { continue };
            left = length.checked_sub(at + 4 + tail).ok_or("no file")?;
            size = Some(left);
            chunk = &head[at + 4..];
        }
        let file = &chunk[..chunk.len().min(left)];
        crc.update(file);
        left -= file.len();
    }
    let size = size.filter(|_| left == 0).ok_or("the form was cut off")?;
    Ok((size as u64, crc.sum()))
}

#[derive(Deserialize)]
struct Page {
    page: u64,
    size: u64,
}

/// A page of an engine's scans, as a console sends them.
async fn scans(
    State(server): Shared,
    Path(total): Path<u64>,
    Query(Page { page, size }): Query<Page>,
) -> Response {
    tokio::time::sleep(server.delay).await;
    let mut body = String::from("{\"resources\":[");
    for id in page * size..((page + 1) * size).min(total) {
        if id > page * size {
            body.push(',');
        }
        let _ = write!(
            body,
            r#"{{"assets":{},"duration":"PT12M{}S","endTime":"2026-03-01T10:12:00.000Z","engineIds":[{{"id":6,"scope":"global"}}],"engineName":"engine of the north","id":{id},"links":[{{"href":"https://console.example.com:3780/api/3/scans/{id}","rel":"self"}}],"scanName":"Weekly scan {id}","scanType":"Scheduled","startTime":"2026-03-01T10:00:00.000Z","startedBy":"Ann Example","startedByUsername":"ann","status":"finished","vulnerabilities":{{"critical":{},"moderate":4,"severe":7,"total":{}}}}}"#,
            id % 256,
            id % 60,
            id % 9,
            id % 9 + 11,
        );
    }
    let pages = total.div_ceil(size.max(1));
    let _ = write!(
        body,
        r#"],"page":{{"number":{page},"size":{size},"totalPages":{pages},"totalResources":{total}}},"links":[]}}"#
    );
    json(body)
}
