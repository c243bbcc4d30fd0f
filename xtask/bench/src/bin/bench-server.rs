//! The other end: sends prepared bytes, drains uploads, answers calls. One thread a connection;
//! it gives the kernel whole files to send, so that it is no bottleneck.
//!
//! `bench-server FOLDER DELAY_MS` prints its address. Which report is downloaded is in the id:
//! 1,000,000 + n is n stored blocks, 2,000,000 + n is n deflated ones. An engine's id is how many
//! scans it has; pages of them wait for the delay.
//!
//! `bench-server write FILE BLOCK TIMES` writes such a report, and serves nothing.

// It tells its address to who started it.
#![expect(clippy::print_stdout)]

use std::{
    env,
    fmt::Write as _,
    fs::{self, File},
    io::{self, BufRead, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
    thread,
    time::Duration,
};

use bench::{Failure, archive::Block};
use flate2::Crc;
use scanops_nessus::generate::Shape;

/// What uploads are read into.
const PART: usize = 256 << 10;
const RECORD: &str = include_str!("../record.json");

struct Server {
    stored: (Block, PathBuf),
    deflated: (Block, PathBuf),
    delay: Duration,
    /// Size and checksum of the last upload.
    uploaded: Mutex<(u64, u32)>,
}

fn main() -> Result<(), Failure> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    if let [write, file, block, times] = &arguments[..]
        && write == "write"
    {
        return make(file, block, times.parse()?);
    }
    let [folder, delay] = &arguments[..] else { return Err("FOLDER DELAY_MS".into()) };
    let folder = Path::new(folder);
    let server = Arc::new(Server {
        stored: on_disk(Block::stored(), folder.join("stored.block"))?,
        deflated: on_disk(Block::deflated(Shape::Unique)?, folder.join("deflated.block"))?,
        delay: Duration::from_millis(delay.parse()?),
        uploaded: Mutex::default(),
    });
    let listener = listen()?;
    println!("http://{}", listener.local_addr()?);
    for socket in listener.incoming() {
        let (socket, server) = (socket?, Arc::clone(&server));
        let serve = move || {
            // A client that goes away is none of ours.
            let _ = server.converse(socket);
        };
        thread::Builder::new().stack_size(256 << 10).spawn(serve)?;
    }
    Ok(())
}

/// Writes an archive, and tells how many findings it has and how large its document is.
fn make(file: &str, block: &str, times: u64) -> Result<(), Failure> {
    let block = Block::named(block)?;
    let archive = block.write(times, &mut File::create(file)?)?;
    println!("[{},{}]", block.findings * times, archive.plain);
    Ok(())
}

/// With a queue for a thousand that come at once: of the usual 128 the rest would wait a second to
/// try again.
fn listen() -> io::Result<TcpListener> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_io().build()?;
    let listener = runtime.block_on(async {
        let socket = tokio::net::TcpSocket::new_v4()?;
        socket.bind(([127, 0, 0, 1], 0).into())?;
        socket.listen(4096)?.into_std()
    })?;
    listener.set_nonblocking(false)?;
    Ok(listener)
}

fn on_disk(block: Block, path: PathBuf) -> io::Result<(Block, PathBuf)> {
    fs::write(&path, &block.bytes)?;
    Ok((block, path))
}

struct Request {
    path: String,
    query: String,
    length: u64,
    expects: bool,
}

impl Server {
    fn converse(&self, socket: TcpStream) -> io::Result<()> {
        socket.set_nodelay(true)?;
        let mut socket = BufReader::with_capacity(16 << 10, socket);
        while let Some(request) = head(&mut socket)? {
            if request.expects {
                socket.get_mut().write_all(b"HTTP/1.1 100 Continue\r\n\r\n")?;
            }
            if request.path == "/rest/file/upload" {
                let took = drain(&mut socket, request.length)?;
                *self.uploaded.lock().unwrap_or_else(PoisonError::into_inner) = took;
                let body = format!(r#"{{"response":{{"filename":"{}"}},"error_code":0}}"#, took.0);
                answer(socket.get_mut(), &body)?;
                continue;
            }
            io::copy(&mut (&mut socket).take(request.length), &mut io::sink())?;
            match segments(&request.path)[..] {
                ["rest", "scanResult", id, "download"] => self.send(id, socket.get_mut())?,
                ["rest", "scanResult", "import"] => {
                    answer(socket.get_mut(), r#"{"response":"","error_code":0}"#)?;
                }
                ["rest", "scanResult", _] => answer(socket.get_mut(), RECORD)?,
                ["rest", "system"] => answer(
                    socket.get_mut(),
                    r#"{"type":"regular","response":{"version":"6.4.0"},"error_code":0,"error_msg":"","warnings":[],"timestamp":1550189100}"#,
                )?,
                ["api", "3", "scan_engines", total, "scans"] => {
                    let body = page(total.parse().unwrap_or(0), &request.query);
                    thread::sleep(self.delay);
                    answer(socket.get_mut(), &body)?;
                }
                ["uploaded"] => {
                    let (size, sum) = *self.uploaded.lock().unwrap_or_else(PoisonError::into_inner);
                    answer(socket.get_mut(), &format!("[{size},{sum}]"))?;
                }
                _ => answer(socket.get_mut(), r#"{"error_code":147,"error_msg":"no such path"}"#)?,
            }
        }
        Ok(())
    }

    fn send(&self, id: &str, mut socket: &mut TcpStream) -> io::Result<()> {
        let id: u64 = id.parse().unwrap_or(0);
        let (block, path) = if id >= 2_000_000 { &self.deflated } else { &self.stored };
        let archive = block.times(id % 1_000_000);
        let mut head = format!(
            "HTTP/1.1 200 OK\r\nContent-Type: application/octet-stream\r\nContent-Length: {}\r\n\r\n",
            archive.size
        )
        .into_bytes();
        head.extend(&archive.start);
        socket.write_all(&head)?;
        for _ in 0..archive.times {
            // The kernel copies from file to socket by itself.
            io::copy(&mut File::open(path)?, &mut socket)?;
        }
        socket.write_all(&archive.end)
    }
}

fn segments(path: &str) -> Vec<&str> {
    path.split('/').filter(|segment| !segment.is_empty()).collect()
}

fn head(socket: &mut BufReader<TcpStream>) -> io::Result<Option<Request>> {
    let mut line = String::new();
    if socket.read_line(&mut line)? == 0 {
        return Ok(None);
    }
    let target = line.split(' ').nth(1).unwrap_or_default();
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let (path, query) = (path.to_owned(), query.to_owned());
    let mut request = Request { path, query, length: 0, expects: false };
    loop {
        line.clear();
        socket.read_line(&mut line)?;
        let header = line.trim().to_ascii_lowercase();
        if header.is_empty() {
            return Ok(Some(request));
        }
        if let Some(value) = header.strip_prefix("content-length:") {
            request.length = value.trim().parse().unwrap_or(0);
        }
        request.expects |= header == "expect: 100-continue";
    }
}

/// Takes a form with one file. Returns the file's size and checksum.
fn drain(socket: &mut BufReader<TcpStream>, length: u64) -> io::Result<(u64, u32)> {
    let mut form = socket.take(length);
    let (mut around, mut boundary, mut line) = (0, 0, Vec::new());
    loop {
        line.clear();
        let read = form.read_until(b'\n', &mut line)?;
        around += read as u64;
        if boundary == 0 {
            boundary = line.trim_ascii_end().len() as u64;
        }
        if line.trim_ascii().is_empty() {
            break;
        }
    }
    // The last boundary, between line ends and with two dashes.
    let file = length.saturating_sub(around + boundary + 6);
    let mut left = file;
    let (mut part, mut crc) = (vec![0; PART], Crc::new());
    while left > 0 {
        let most = part.len().min(usize::try_from(left).unwrap_or(usize::MAX));
        let read = form.read(&mut part[..most])?;
        if read == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        crc.update(&part[..read]);
        left -= read as u64;
    }
    io::copy(&mut form, &mut io::sink())?;
    Ok((file, crc.sum()))
}

fn answer(socket: &mut TcpStream, body: &str) -> io::Result<()> {
    let mut whole = String::with_capacity(body.len() + 100);
    let _ = write!(
        whole,
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    socket.write_all(whole.as_bytes())
}

/// A page of an engine's scans, as a console gives them.
fn page(total: u64, query: &str) -> String {
    let number = |name: &str, default| {
        let pair = query.split('&').find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='));
        pair.and_then(|value| value.parse().ok()).unwrap_or(default)
    };
    let (page, size) = (number("page", 0), number("size", 10_u64).max(1));
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
    let pages = total.div_ceil(size);
    let _ = write!(
        body,
        r#"],"page":{{"number":{page},"size":{size},"totalPages":{pages},"totalResources":{total}}},"links":[]}}"#
    );
    body
}
