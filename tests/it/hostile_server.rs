//! Malicious and broken servers: each response ends, in bounded time and memory, in one error of one
//! readable line, and leaves no file.
//!
//! What is tested elsewhere is not repeated here:
//!
//! | response | tested in |
//! | --- | --- |
//! | silence, before a response or within a report | `fault_matrix.rs`; `saving.rs`: `a_stalled_download_times_out_and_a_slow_one_does_not` |
//! | fewer bytes than `Content-Length` says | `fault_matrix.rs`; `saving.rs`: `a_report_cut_anywhere_leaves_no_file` |
//! | redirect loops, invalid redirects, redirects to another origin | `credentials.rs` |
//! | JSON, a page, text or an empty body instead of a report | `tenable_sc_responses.rs`: `a_json_response_or_a_page_is_never_a_report` |
//! | archives that are cut, changed, or inflate without end | `nessus/tests/it/archives.rs`, `saving.rs`; while it downloads: here |
//! | documents beyond each limit, with entities, in other encodings | `nessus/tests/it/findings.rs`; while it downloads: here |
//! | a file name that leads elsewhere | `src/transfer/file_name.rs`; saved under it: here |
//! | certificates and handshakes | `tls.rs` |
//! | an invalid, huge or distant `Retry-After` | `src/http/retry_after.rs`, `fault_matrix.rs` |

use std::{
    io::{Cursor, Write},
    time::Duration,
};

use crate::support::{Reply, ScriptedServer, ends, files, findings_error};
use futures_util::future::join_all;
use scanops::{Error, ErrorKind, nessus::Limits, tenable_sc, transfer::Download};
use zip::{ZipWriter, write::SimpleFileOptions};

/// The limit on a response here.
const LIMIT: usize = 1 << 20;
/// How many bytes a server can send until the client closes: the limit and socket buffers.
const TAKEN: usize = LIMIT + (16 << 20);
/// The attempt and stall timeout. The servers send bytes in real time.
const TIMEOUT: Duration = Duration::from_millis(300);
/// The same where no timeout is expected.
const LONG: Duration = Duration::from_secs(20);

fn timeout(kind: ErrorKind) -> Duration {
    if kind == ErrorKind::Timeout { TIMEOUT } else { LONG }
}

fn head(headers: &str) -> Vec<u8> {
    format!("HTTP/1.1 200 OK\r\n{headers}\r\n").into_bytes()
}

fn raw(response: impl AsRef<[u8]>) -> Reply {
    Reply::Send(response.as_ref().to_vec())
}

fn endless(start: impl AsRef<[u8]>, part: impl AsRef<[u8]>) -> Reply {
    // In large chunks, so that the server is not the slow part.
    Reply::Endless(start.as_ref().to_vec(), part.as_ref().repeat(1 + 16_384 / part.as_ref().len()))
}

fn gzip(content: &[u8]) -> Vec<u8> {
    let mut to = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    to.write_all(content).unwrap();
    to.finish().unwrap()
}

fn sc(server: &ScriptedServer, timeout: Duration) -> tenable_sc::Client {
    let builder = server.sc_builder().response_limit(LIMIT);
    builder.attempt_timeout(timeout).stall_timeout(timeout).build().unwrap()
}

/// The errors of a call of each product, and of a download.
async fn errors(reply: &Reply, timeout: Duration) -> Vec<Error> {
    let errors = ["console", "sc", "download"].map(|call| async move {
        let server = ScriptedServer::of(reply.clone()).await;
        let sc = sc(&server, timeout).scan_results();
        let console = server.console_builder().response_limit(LIMIT).attempt_timeout(timeout);
        let result = match call {
            "console" => ends(console.build().unwrap().get_scan_engine(7)).await.map(drop),
            "sc" => ends(sc.get(7).into_future()).await.map(drop),
            _ => ends(sc.download(7).into_future()).await.map(drop),
        };
        let error = result.unwrap_err();
        // How many 1xx responses are skipped until the timeout is a matter of speed: see SECURITY.md.
        let limited = error.kind() != ErrorKind::Timeout;
        assert!(!limited || server.sent() < TAKEN, "{call}: {} bytes were taken", server.sent());
        assert_is_one_readable_line(&error);
        error
    });
    join_all(errors).await
}

fn assert_is_one_readable_line(error: &Error) {
    let text = error.to_string();
    assert!(!text.contains(char::is_control) && text.len() < 1000, "{text}");
    assert!(!text.contains("secret") && !text.contains(crate::support::PASSWORD), "{text}");
    assert!(format!("{error:?}").len() < 10_000);
}

#[tokio::test]
async fn a_response_may_be_as_long_as_the_limit_and_not_a_byte_longer() {
    let body = crate::support::envelope(r#"{"id":"7"}"#);
    for (limit, expected) in [(body.len(), Ok(7)), (body.len() - 1, Err(ErrorKind::TooLarge))] {
        let server = ScriptedServer::of(Reply::json(&body)).await;
        let sc = server.sc_builder().response_limit(limit).build().unwrap();
        let read = sc.scan_results().get(7).await.map(|record| record.id);
        assert_eq!(read.map_err(|error| error.kind()), expected);
    }
}

type Row = (&'static str, Reply, ErrorKind, &'static str);

/// The response, the kind of its error, and a part of its message.
#[rustfmt::skip]
fn invalid_responses() -> Vec<Row> {
    use ErrorKind::{Decode, Disconnected, Timeout};
    const INVALID: &str = "not valid HTTP";
    const SLOW: &str = "within 300ms";
    let http2 = b"\0\0\x12\x04\0\0\0\0\0\0\x03\0\0\0\x80\0\x04\0\x01\0\0\0\x05\0\xff\xff\xff";
    let packed = gzip(br#"{"response":{"id":"7"},"id":7,"name":"e"}"#);
    let length = |length: &str| raw(head(&format!("Content-Length: {length}\r\n")));
    let chunked = |body: &[u8]| [&head("Transfer-Encoding: chunked\r\n"), body].concat();
    let coded = |coding: &str, body: &[u8]| Reply::http("200 OK", &[("Content-Encoding", coding)], body);
    vec![
        // The head.
        ("no HTTP",              raw("ICY 200 OK\r\n\r\n"), Decode, INVALID),
        ("another protocol",     raw("220 mail.example.com ESMTP\r\n"), Decode, INVALID),
        ("a TLS alert",          raw(b"\x15\x03\x03\0\x02\x02\x28"), Decode, INVALID),
        ("HTTP/2",               raw(http2), Decode, INVALID),
        ("bytes",                raw(vec![0; 5000]), Decode, INVALID),
        ("half a status",        raw("HTTP/1.1 2"), Disconnected, "lost before"),
        ("status 42",            raw("HTTP/1.1 42 What\r\n\r\n"), Decode, INVALID),
        ("status 999",           raw("HTTP/1.1 999 What\r\n\r\n"), Decode, "answered 999"),
        ("another upgrade",      raw("HTTP/1.1 101 Now\r\nUpgrade: x\r\n\r\n"), Decode, "answered 101"),
        ("a header, no name",    raw(head(": x\r\n")), Decode, INVALID),
        ("endless headers",      endless(b"HTTP/1.1 200 OK\r\n", "X-A: b\r\n"), Decode, "too large"),
        ("an endless header",    endless(b"HTTP/1.1 200 OK\r\nX-A: ", "b"), Decode, "too large"),
        ("an endless status",    endless(b"HTTP/1.1 200 ", "O"), Decode, "too large"),
        ("endless 100s",         endless("", "HTTP/1.1 100 Continue\r\n\r\n"), Timeout, SLOW),
        ("endless 103s",         endless("", "HTTP/1.1 103 Hints\r\n\r\n"), Timeout, SLOW),
        ("a slow head",          Reply::Slowly(vec![], head("").repeat(99), 1, TIMEOUT / 9), Timeout, SLOW),
        // Lengths and chunks.
        ("a negative length",    length("-1"), Decode, INVALID),
        ("no number",            length("1e3"), Decode, INVALID),
        ("two lengths",          length("2\r\nContent-Length: 3"), Decode, INVALID),
        ("a huge length",        length("99999999999999999999"), Decode, INVALID),
        ("less than its length", Reply::cut(&[b'{'; 9], 1), Disconnected, "lost"),
        ("a chunk of no size",   raw(chunked(b"zz\r\n{}")), Decode, INVALID),
        ("an infinite chunk",    raw(chunked(b"fffffffffffffffff\r\n")), Decode, INVALID),
        ("an endless extension", endless(chunked(b"1;"), "x"), Decode, INVALID),
        // Bodies.
        ("gzip",                 coded("gzip", &packed), Decode, "is compressed (gzip), which was not asked for"),
        ("gzip, not declared",   Reply::ok(&packed), Decode, "is compressed (gzip)"),
        ("brotli",               coded("br", b"\x0b\x02\x80{}\x03"), Decode, "is compressed (br)"),
        ("deflate",              coded("Deflate", b"\x78\x9c\xab\xae\x05\0"), Decode, "is compressed (deflate)"),
        ("zstd",                 coded("zstd", b"\x28\xb5\x2f\xfd\x04\0"), Decode, "is compressed (zstd)"),
        ("no UTF-8",             Reply::ok(b"{\"name\": \"\xff\xfe\"}"), Decode, " not "),
        ("deep nesting",         Reply::json("[".repeat(100_000)), Decode, " not "),
        ("a slow body",          Reply::Slowly(head(""), b" ".repeat(99), 1, TIMEOUT / 9), Timeout, SLOW),
    ]
}

#[tokio::test]
async fn an_invalid_response_is_one_error_within_the_limits() {
    for (what, reply, kind, message) in invalid_responses() {
        for error in errors(&reply, timeout(kind)).await {
            assert_eq!(error.kind(), kind, "{what}: {error} {error:?}");
            assert!(error.to_string().contains(message), "{what}: {error}");
        }
    }
}

#[tokio::test]
async fn a_response_beyond_the_limit_is_not_read_to_its_end() {
    let chunked = head("Transfer-Encoding: chunked\r\n");
    let endless_chunks = |first: &str| {
        let chunk = format!("1000\r\n{}\r\n", " ".repeat(0x1000));
        endless([&chunked, first.as_bytes()].concat(), chunk)
    };
    for reply in [
        endless_chunks("1\r\n{\r\n"),
        endless_chunks("2\r\n[1\r\n"),
        endless([&head(""), &b"{\"a\": \""[..]].concat(), "x"),
        Reply::ok(["{", &" ".repeat(2 * LIMIT)].concat()),
    ] {
        let errors = errors(&reply, LONG).await;
        for error in &errors[..2] {
            assert_eq!(error.kind(), ErrorKind::TooLarge, "{error}");
        }
        // A download is recognised as JSON by its first bytes.
        assert_eq!(errors[2].kind(), ErrorKind::Decode, "{}", errors[2]);
    }
    // Endless white space is not recognised as anything, and reading it ends.
    let error =
        errors(&endless(&chunked, format!("10\r\n{}\r\n", " ".repeat(16))), LONG).await.remove(2);
    assert_eq!(error.kind(), ErrorKind::Decode, "{error}");
}

#[tokio::test]
async fn an_unreadable_error_keeps_its_status_and_is_not_quoted() {
    let body = gzip(b"<html><title>no</title>");
    let coding = [("Content-Encoding", "gzip")];
    for error in errors(&Reply::http("403 Forbidden", &coding, body), LONG).await {
        assert!(error.is_forbidden(), "{error}");
        assert_eq!(error.server_message(), None);
    }
    for error in errors(&endless("HTTP/1.1 500 No\r\n\r\n", "all is lost "), LONG).await {
        assert_eq!(error.kind(), ErrorKind::Server, "{error}");
        assert!(error.server_message().unwrap().starts_with("all is lost all"), "{error}");
    }
}

#[tokio::test]
async fn an_http_1_0_response_is_read() {
    let record = r#"{"id": 7, "name": "e", "response": {"id": "7"}}"#;
    let length = format!("Content-Length: {}\r\n", record.len());
    for headers in ["", "Connection: close\r\n", &length] {
        let reply = raw(format!("HTTP/1.0 200 OK\r\n{headers}\r\n{record}"));
        let server = ScriptedServer::of(reply).await;
        let console = server.console();
        assert_eq!(console.get_scan_engine(7).await.unwrap().id, 7);
        assert_eq!(sc(&server, LONG).scan_results().get(7).await.unwrap().id, 7);
    }
}

#[tokio::test]
async fn bytes_after_a_response_are_not_part_of_the_next() {
    // Two responses to one request: the second must not be taken for the response to the next call.
    let forged = r#"{"response":{"id":"666"}}"#;
    let both = |id: u32| {
        let body = format!(r#"{{"response":{{"id":"{id}"}}}}"#);
        let one =
            |body: &str| format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{body}", body.len());
        Reply::SendAndHold((one(&body) + &one(forged)).into_bytes())
    };
    let server = ScriptedServer::start([both(1), both(2)]).await;
    let client = sc(&server, LONG);
    for id in [1, 2] {
        assert_eq!(client.scan_results().get(id).await.unwrap().id, id);
    }
    assert_eq!(server.connections(), 2);
}

/// A report with this content in its second item, which is not closed.
fn document(content: impl AsRef<[u8]>) -> Vec<u8> {
    let start = "<NessusClientData_v2><Report name='r'><ReportHost name='h'><ReportItem pluginID='1'/>\
         <ReportItem pluginID='2'>";
    [start.as_bytes(), content.as_ref()].concat()
}

async fn download(reply: Reply, timeout: Duration) -> (ScriptedServer, Download) {
    let server = ScriptedServer::of(reply).await;
    let report = sc(&server, timeout).scan_results().download(7).await.unwrap();
    (server, report)
}

type MaliciousReport = (&'static str, Reply, ErrorKind, usize, &'static str);

/// The response, the kind of its error, the number of findings before it, and a part of its message.
#[rustfmt::skip]
fn malicious_reports() -> Vec<MaliciousReport> {
    use ErrorKind::{Damaged, Report};
    let laughs = "<NessusClientData_v2><!DOCTYPE x [<!ENTITY a 'ha'><!ENTITY b '&a;&a;&a;&a;'>]>";
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    archive.start_file("a.nessus", SimpleFileOptions::default()).unwrap();
    archive.write_all(&document(" ".repeat(4 << 20))).unwrap();
    let archive = archive.finish().unwrap().into_inner();
    let million = "a".to_owned() + &" b=''".repeat(1_000_000);
    let hundreds: String = (0..300).map(|n| format!(" b{n}=''")).collect();
    let item = |content: &[u8]| Reply::ok(document(content));
    let streamed = |start: &str, part: &str| endless([head(""), document(start)].concat(), part);
    vec![
        ("entities",               Reply::ok(laughs), Damaged, 0, "DOCTYPE"),
        ("an unknown entity",      item(b"<a>&b;</a>"), Damaged, 1, "&b; is not defined"),
        ("no UTF-8",               item(b"<a>\xff\xfe</a>"), Damaged, 1, "not valid UTF-8"),
        ("a million attributes",   item(format!("<{million}/>").as_bytes()), Report, 1, "longer than"),
        ("hundreds of attributes", item(format!("<a{hundreds}/>").as_bytes()), Report, 1, "more than 256"),
        ("endless attributes",     streamed("<a", " b=''"), Report, 1, "longer than"),
        ("endless nesting",        streamed("", "<a>"), Report, 1, "nest deeper than 64"),
        ("an endless text",        streamed("<a>", "b"), Report, 1, "longer than"),
        ("an endless comment",     streamed("<!--", " "), Report, 1, "longer than"),
        ("endless CDATA",          streamed("<![CDATA[", "]"), Report, 1, "longer than"),
        ("endless elements",       streamed("", "<a>bc</a>"), Report, 1, "longer than"),
        ("an archive bomb",        Reply::ok(archive), Report, 1, "more than 100 times"),
    ]
}

#[tokio::test]
async fn a_malicious_report_yields_its_findings_and_then_one_error() {
    // Small limits keep the test short; `nessus/tests/it/findings.rs` tests the defaults.
    let limits = Limits::default().item(LIMIT).ratio(100).ratio_floor(LIMIT as u64);
    for (what, reply, kind, findings, message) in malicious_reports() {
        let (server, report) = download(reply, LONG).await;
        let (count, error) = ends(findings_error(report.findings_with_limits(limits))).await;
        assert_eq!((error.kind(), count), (kind, findings), "{what}: {error}");
        assert!(error.to_string().contains(message), "{what}: {error}");
        assert_is_one_readable_line(&error);
        assert!(server.sent() < TAKEN, "{what}");
    }
}

#[tokio::test]
async fn nothing_hostile_is_saved() {
    let folder = tempfile::tempdir().unwrap();
    let broken =
        b"40\r\n<NessusClientData_v2>This is enough to pass for a report\n<a></a>\r\nnone\r\n";
    let chunks = [&head("Transfer-Encoding: chunked\r\n"), &broken[..]].concat();
    let slow = [head("Content-Length: 4000\r\n"), document("")].concat();
    let slow = Reply::Slowly(slow, b"abc".to_vec(), 1, TIMEOUT * 2);
    let more = endless([&head(""), &b"<NessusClientData_v2/>"[..]].concat(), "<b/>");
    for (what, reply, kind, message) in [
        ("a broken chunk", Reply::Send(chunks), ErrorKind::Decode, "not valid HTTP"),
        ("a byte now and then", slow, ErrorKind::Timeout, "stalled"),
        ("more after the end", more, ErrorKind::Damaged, "second root element"),
    ] {
        let (_server, report) = download(reply, timeout(kind)).await;
        let save = report.save_to(folder.path().join("report")).into_future();
        let error = ends(save).await.unwrap_err();
        assert_eq!(error.kind(), kind, "{what}: {error}");
        assert!(error.to_string().contains(message), "{what}: {error}");
        assert_is_one_readable_line(&error);
        assert_eq!(files(folder.path()), [""; 0], "{what}");
    }
}

#[tokio::test]
async fn a_suggested_file_name_stays_in_its_folder() {
    let folder = tempfile::tempdir().unwrap();
    let inner = folder.path().join("reports");
    std::fs::create_dir(&inner).unwrap();
    for (name, saved) in [
        ("../../etc/passwd", "passwd"),
        ("\"..\\\\..\\\\passwd\"", "passwd"),
        ("/etc/cron.d/job", "job"),
        ("\"../.ssh\"", "ssh"),
    ] {
        let headers = [("Content-Disposition", &*format!("attachment; filename={name}"))];
        let (_server, report) =
            download(Reply::http("200 OK", &headers, "<NessusClientData_v2/>"), LONG).await;
        let target = inner.join(report.file_name().unwrap());
        report.save_to(&target).replace(true).await.unwrap();
        assert_eq!(target, inner.join(saved));
        assert_eq!(std::fs::read(&target).unwrap(), b"<NessusClientData_v2/>");
    }
    // A directory is not replaced by a file.
    for replace in [false, true] {
        let (_server, report) = download(Reply::ok("<NessusClientData_v2/>"), LONG).await;
        let error = report.save_to(&inner).replace(replace).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Io, "{error}");
        assert!(inner.join("passwd").is_file());
    }
    assert_eq!(files(folder.path()), ["reports"]);
}
