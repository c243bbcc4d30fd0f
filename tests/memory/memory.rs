//! Reading, saving and sending take little memory, whatever the size: the peak of resident memory, as
//! the operating system counts it.
//!
//! The peak is that of a whole process, so each test starts this binary again for its measurement,
//! and once more for the server.
//!
//! Release builds, as in `.ci/run`, use the promised sizes, others smaller ones.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a test that can't go on may panic")]

#[path = "../support/memory.rs"]
mod memory;

use std::{
    fs,
    io::{self, BufRead, BufReader, BufWriter, Read, Write},
    net::{Shutdown, TcpListener, TcpStream},
    thread,
};

use memory::{OtherEnd, assert_peak, measure, peak, ready};
use scanops::{
    Cursor, Error, ErrorKind, insightvm,
    reqwest::Method,
    tenable_sc::{self, Pulled},
    transfer::Upload,
};
use scanops_sandbox::{TenableSc, TenableScBuilder};
use zip::{ZipWriter, write::SimpleFileOptions};

fn sc(server: &OtherEnd) -> tenable_sc::ClientBuilder {
    tenable_sc::Client::builder(&server.url).api_key("access", "secret")
}

const MIB: u64 = 1 << 20;
const GIB: u64 = 1 << 30;

/// A size in release builds, divided in others.
const fn scaled(size: u64, divisor: u64) -> u64 {
    if cfg!(debug_assertions) { size / divisor } else { size }
}

/// Responds to each request with a function of its first line and the length of its body, which must
/// read that body.
fn serve(reply: impl Fn(&str, u64, &mut BufReader<TcpStream>) -> io::Result<()> + Sync) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    ready(&format!("http://{}", listener.local_addr().unwrap()));
    let converse = |socket: TcpStream| -> io::Result<()> {
        let mut socket = BufReader::with_capacity(1 << 20, socket);
        loop {
            let (mut request, mut line, mut length) = (String::new(), String::new(), 0);
            if socket.read_line(&mut request)? == 0 {
                return Ok(());
            }
            while socket.read_line(&mut line)? > 2 {
                if let Some(value) = line.to_lowercase().strip_prefix("content-length:") {
                    length = value.trim().parse().unwrap();
                }
                line.clear();
            }
            reply(&request, length, &mut socket)?;
        }
    };
    thread::scope(|scope| {
        for socket in listener.incoming() {
            // A client may hang up at any time.
            scope.spawn(|| drop(converse(socket.unwrap())));
        }
    });
}

/// Runs a sandbox until the process ends.
fn serve_sandbox(settings: TenableScBuilder) {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let sandbox = settings.keys("access", "secret").start().await.unwrap();
        ready(sandbox.url());
        std::future::pending::<()>().await;
    });
}

/// The default limit on a response.
const RESPONSE_LIMIT: u64 = 64 * MIB;
/// Just below it.
const LIST: u64 = 63 * MIB;

/// Elements of lists: several that take much more memory than their text, and one that servers send.
const RECORDS: [&str; 7] = [
    "0",
    "[]",
    r#"{"id":1}"#,
    r#"{"id":1,"x":{"a":0}}"#,
    r#"{"a":0}"#,
    r#"{"id":1,"groups":[{},{},{},{},{},{},{},{}]}"#,
    r#"{"id":"12345","name":"Weekly scan","description":"","status":"Completed"}"#,
];

/// Replies with one element again and again, up to a size.
fn send_list(
    socket: &mut TcpStream,
    start: &str,
    element: &str,
    end: &str,
    size: u64,
) -> io::Result<()> {
    let count = (usize::try_from(size).unwrap() - start.len() - end.len()) / (element.len() + 1);
    let length = start.len() + count * (element.len() + 1) - 1 + end.len();
    write!(socket, "HTTP/1.1 200 OK\r\nContent-Length: {length}\r\n\r\n{start}")?;
    let thousand = format!("{element},").repeat(1000);
    for _ in 0..(count - 1) / 1000 {
        socket.write_all(thousand.as_bytes())?;
    }
    socket.write_all(format!("{element},").repeat((count - 1) % 1000).as_bytes())?;
    write!(socket, "{element}{end}")
}

#[test]
fn lists_of_the_size_of_the_limit_stay_below_12_times_that() {
    let serve_lists = |_: &str| {
        serve(|request, _, socket| {
            // Which record, and the size of the list.
            let (_, wanted) = request.split_once("wanted=").unwrap();
            let (number, size) = wanted.split(' ').next().unwrap().split_once('.').unwrap();
            let record = RECORDS[number.parse::<usize>().unwrap()];
            let (start, end) =
                (r#"{"response":{"usable":["#, r#"],"manageable":[]},"error_code":0}"#);
            send_list(socket.get_mut(), start, record, end, size.parse().unwrap())
        });
    };
    let test = "lists_of_the_size_of_the_limit_stay_below_12_times_that";
    measure(test, serve_lists, async |start| {
        let server = start("");
        let client = sc(&server).build().unwrap();
        let base = peak();
        let list = async |record: usize, size: u64| {
            client.scan_results().list().param("wanted", format!("{record}.{size}")).await
        };
        let too_large = |error: &Error| assert_eq!(error.kind(), ErrorKind::TooLarge, "{error}");
        for (number, record) in RECORDS.iter().enumerate() {
            // Debug builds take seconds for each, and check only one.
            if cfg!(debug_assertions) && !record.contains("groups") {
                continue;
            }
            too_large(&list(number, LIST).await.unwrap_err());
            // And a large list that is accepted.
            let mut size = LIST;
            let read = loop {
                size -= size / if cfg!(debug_assertions) { 2 } else { 8 };
                match list(number, size).await {
                    Ok(_) => break size,
                    Err(error) => too_large(&error),
                }
            };
            println!("{record} is read up to {} KiB: peak {} KiB", read >> 10, peak() >> 10);
        }
        // A list larger than that of any real server.
        let size = 8 * MIB;
        let read = list(6, size).await.unwrap().usable.len();
        assert_eq!(read as u64, (size - 64) / (RECORDS[6].len() as u64 + 1));
        assert_peak("lists", base + 12 * RESPONSE_LIMIT);
    });
}

#[test]
fn a_list_takes_a_small_multiple_of_its_text() {
    // With four links to each engine, a list near the limit would be estimated at more than is allowed.
    const READ: u64 = scaled(LIST / 2, 4);
    let links: Vec<_> = ["", "/sites", "/scans", "/scan_engine_pools"]
        .map(|what| format!(r#"{{"href":"https://console:3780/api/3/scan_engines/6{what}"}}"#))
        .into();
    let engine = format!(
        r#"{{"id":6,"name":"Berlin 1","port":40814,"sites":[1,2],"links":[{}]}}"#,
        links.join(",")
    );
    let serve_lists = |_: &str| {
        serve(|request, _, socket| {
            let (record, size) = match request {
                pools if pools.contains("scan_engine_pools") => (r#"{"id":1}"#, LIST),
                strings if strings.contains("strings") => (r#""a""#, LIST),
                _ => (&*engine, READ),
            };
            send_list(socket.get_mut(), r#"{"resources":["#, record, "]}", size)
        });
    };
    measure("a_list_takes_a_small_multiple_of_its_text", serve_lists, async |start| {
        let server = start("");
        let client = insightvm::Client::builder(&server.url).anonymous().build().unwrap();
        let base = peak();
        // Seven million records.
        let error = client.get_scan_engine_pools().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::TooLarge, "{error}");
        assert!(error.to_string().contains("MiB of memory"), "{error}");
        let error = client.request(Method::GET, "/strings").await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::TooLarge, "{error}");
        assert_peak("a list that is rejected", base + 3 * LIST);
        let engines = client.get_scan_engines().await.unwrap();
        let read = engines.resources.len() as u64;
        assert_eq!(read, (READ - 16) / (engine.len() as u64 + 1));
        assert_peak("a list that is read", base + (6 * READ).max(3 * LIST));
    });
}

const SAVED: u64 = scaled(2 * GIB, 16);

/// Writes a report of random comments of at least this size, which deflate compresses to three
/// quarters.
fn write_report(to: &mut impl Write, size: u64) -> io::Result<()> {
    let mut random = fastrand::Rng::with_seed(1);
    let text: String = (0..MIB).map(|_| random.alphanumeric()).collect();
    let comment = format!("<!--{text}-->");
    to.write_all(b"<NessusClientData_v2>")?;
    for _ in 0..=size / MIB {
        to.write_all(comment.as_bytes())?;
    }
    to.write_all(b"</NessusClientData_v2>")
}

/// Saves a report as a bare document or an archive.
fn save(test: &'static str, form: &str) {
    let serve_report = |form: &str| {
        serve(|_, _, socket| {
            let socket = socket.get_mut();
            socket.write_all(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n")?;
            if form == "archive" {
                let mut archive = ZipWriter::new_stream(BufWriter::new(&mut *socket));
                let options = SimpleFileOptions::default().compression_level(Some(1));
                archive.start_file("1.nessus", options.large_file(true))?;
                write_report(&mut archive, SAVED / 3 * 4)?;
                archive.finish()?.into_inner().flush()?;
            } else {
                let mut to = BufWriter::new(&mut *socket);
                write_report(&mut to, SAVED)?;
                to.flush()?;
            }
            socket.shutdown(Shutdown::Both)
        });
    };
    measure(test, serve_report, async |start| {
        let server = start(form);
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("report");
        let report = sc(&server).build().unwrap().scan_results().download(1).await.unwrap();
        let saved = report.save_to(&target).await.unwrap();
        assert!(saved.bytes > SAVED);
        assert_eq!(fs::metadata(&target).unwrap().len(), saved.bytes);
        assert_peak(form, 24 * MIB);
    });
}

#[test]
fn saving_an_archive_of_2_gib_peaks_under_24_mib() {
    save("saving_an_archive_of_2_gib_peaks_under_24_mib", "archive");
}

#[test]
fn saving_a_bare_document_of_2_gib_peaks_under_24_mib() {
    save("saving_a_bare_document_of_2_gib_peaks_under_24_mib", "document");
}

#[test]
fn findings_take_the_same_memory_however_many_there_are() {
    const SIZE: u64 = scaled(GIB, 200);
    let serve_report =
        |size: &str| serve_sandbox(TenableSc::builder().report_size(size.parse().unwrap()));
    let test = "findings_take_the_same_memory_however_many_there_are";
    measure(test, serve_report, async |start| {
        let count = async |size: u64| {
            let server = start(&size.to_string());
            let client = sc(&server).build().unwrap();
            let mut findings = client.scan_results().download(1).await.unwrap().findings();
            let mut count = 0;
            while findings.next_finding().await.unwrap().is_some() {
                count += 1;
            }
            assert_peak(&format!("{count} findings"), 32 * MIB);
            count
        };
        let few = count(SIZE).await;
        let before = peak();
        let many = count(10 * SIZE).await;
        assert!(many > 9 * few, "{many} and {few} findings");
        // The plugin cache may still have grown.
        let cache = scanops::nessus::Limits::default().cache as u64;
        assert!(peak() < before + cache, "ten times the findings took more memory");
    });
}

#[test]
fn an_import_of_5_gib_peaks_under_40_mib() {
    const SIZE: u64 = scaled(5 * GIB, 16);
    const CHUNK: usize = 256 << 10;
    // Takes an upload, names the file by its length, and accepts the import of that name.
    let serve_imports = |_: &str| {
        serve(|request, length, socket| {
            let mut body = socket.take(length);
            let name = if request.starts_with("POST /rest/file/upload ") {
                io::copy(&mut body, &mut io::sink())?.to_string()
            } else {
                let mut import = String::new();
                body.read_to_string(&mut import)?;
                // The form around the file is some hundred bytes.
                let names = |size: u64| import.contains(&format!(r#""filename":"{size}""#));
                assert!((SIZE..SIZE + 1000).any(names), "{import}");
                String::new()
            };
            let body = format!(r#"{{"response":{{"filename":"{name}"}},"error_code":0}}"#);
            let length = body.len();
            write!(socket.get_mut(), "HTTP/1.1 200 OK\r\nContent-Length: {length}\r\n\r\n{body}")
        });
    };
    measure("an_import_of_5_gib_peaks_under_40_mib", serve_imports, async |start| {
        let server = start("");
        // A new chunk each time, as from a generator.
        let chunk = |n| Ok::<_, io::Error>(vec![u8::try_from(n % 251).unwrap(); CHUNK]);
        let chunks = (0..SIZE / CHUNK as u64).map(chunk);
        let upload = Upload::stream(futures_util::stream::iter(chunks)).length(SIZE);
        let client = sc(&server).build().unwrap();
        client.scan_results().import(upload.file_name("large.nessus"), 1).await.unwrap();
        assert_peak("an import", 40 * MIB);
    });
}

#[test]
fn a_long_list_is_pulled_in_24_mib_plus_what_the_findings_take() {
    // Fewer in a debug build, which is so much slower.
    const RESULTS: u32 = if cfg!(debug_assertions) { 10_000 } else { 100_000 };
    const SIZE: u64 = scaled(64 * MIB, 16);
    const LIMIT: u64 = 24 * MIB;
    /// What one stream of findings takes at most, whatever the size of its report.
    const STREAM: u64 = 8 * MIB;
    const CONCURRENCY: usize = 4;
    let serve_results = |_: &str| {
        serve_sandbox(TenableSc::builder().report_size(SIZE).scan_results_count(RESULTS));
    };
    let test = "a_long_list_is_pulled_in_24_mib_plus_what_the_findings_take";
    measure(test, serve_results, async |start| {
        let server = start("");
        let pull = sc(&server).build().unwrap().scan_results().pull(Cursor::new());
        let mut pull = pull.concurrency(CONCURRENCY).stream();
        let mut tasks = tokio::task::JoinSet::new();
        let mut given = 0;
        while given < 40
            && let Some(pulled) = pull.next_result().await.unwrap()
        {
            let Pulled::Report(scan) = pulled else { continue };
            if given == 0 {
                assert_eq!(pull.handle().progress().new, u64::from(RESULTS));
                assert_peak("a list that was read", LIMIT);
            }
            given += 1;
            tasks.spawn(async move {
                let mut findings = scan.findings().await.unwrap();
                while findings.next_finding().await.unwrap().is_some() {}
                scan.acknowledge();
            });
        }
        assert_eq!(given, 40);
        tasks.join_all().await;
        assert_peak("a pull", LIMIT + CONCURRENCY as u64 * STREAM);
    });
}
