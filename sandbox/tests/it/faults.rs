//! Every fault happens as injected: observed over a bare socket, and by the clients of `scanops`.

use std::{io::ErrorKind as Broken, time::Duration};

use crate::support::{Always, FakeClock};
use crate::wire::{Seen, connect, read, send};
use crate::{center_client, console_client, session_client};
use futures_util::stream;
use scanops::{ErrorKind, RetryPolicy, transfer::Upload};
use scanops_sandbox::{Fault, InsightVm, TenableSc};
use tokio::{io::AsyncWriteExt, net::TcpStream, time::Instant};

const ENGINES: &str = "/api/3/scan_engines";
const DOWNLOAD: &str = "/rest/scanResult/{id}/download";

/// Requests the engines of a console, with the default password.
async fn engines(console: &InsightVm) -> Seen {
    let basic = "Authorization: Basic bnhhZG1pbjpzYW5kYm94"; // nxadmin:sandbox
    send(console.url(), &format!("GET {ENGINES}\r\n{basic}")).await
}

#[tokio::test]
async fn a_connection_ends_before_the_response() {
    let console = InsightVm::start().await.unwrap();
    for (fault, end) in [
        (Fault::refuse(), Some(Broken::ConnectionReset)),
        (Fault::refuse().on("GET", ENGINES), Some(Broken::ConnectionReset)),
        (Fault::reset(), Some(Broken::ConnectionReset)),
        (Fault::close(), None),
        (Fault::lost_response(), Some(Broken::ConnectionReset)),
    ] {
        let name = format!("{fault:?}");
        let injected = console.inject(fault.times(2));
        let seen = engines(&console).await;
        assert!(seen.bytes.is_empty(), "{name}: {seen:?}");
        assert_eq!(seen.end, end, "{name}");
        let error = console_client(&console).build().unwrap().get_scan_engines().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Disconnected, "{name}: {error}");
        assert_eq!(injected.used(), 2, "{name}");
        assert_eq!(engines(&console).await.status(), Some(200));
    }
}

#[tokio::test]
async fn a_kept_connection_is_refused_too() {
    let console = InsightVm::start().await.unwrap();
    let client = console_client(&console).build().unwrap();
    client.get_scan_engines().await.unwrap();
    let refused = console.inject(Fault::refuse().times(1));
    client.get_scan_engines().await.unwrap_err();
    assert_eq!(refused.used(), 1);
    client.get_scan_engines().await.unwrap();
}

#[tokio::test]
async fn a_refuse_counts_each_connection_once() {
    let console = InsightVm::start().await.unwrap();
    // At accept, and, behind another fault that is active, with the first request.
    for other in [None, Some(Fault::reset().on_path("/never"))] {
        let _ = other.map(|other| console.inject(other));
        let refused = console.inject(Fault::refuse().skip(1).times(1));
        let mut ends = Vec::new();
        for _ in 0..4 {
            ends.push(engines(&console).await.end);
        }
        assert_eq!(ends, [None, Some(Broken::ConnectionReset), None, None]);
        assert_eq!(refused.used(), 1);
    }

    console.clear_faults();
    let refused = console.inject(Fault::refuse().share(0.5));
    let mut ended = 0;
    for _ in 0..200 {
        ended += u64::from(engines(&console).await.end.is_some());
    }
    assert_eq!(ended, refused.used());
    assert!((70..130).contains(&ended), "{ended}");
}

#[tokio::test]
async fn a_connection_that_was_not_refused_stays_usable() {
    let console = InsightVm::start().await.unwrap();
    let client = console_client(&console).build().unwrap();
    let refused = console.inject(Fault::refuse().skip(1));
    for _ in 0..3 {
        client.get_scan_engines().await.unwrap();
    }
    assert_eq!(engines(&console).await.end, Some(Broken::ConnectionReset));
    assert_eq!(refused.used(), 1);

    console.clear_faults();
    let refused = console.inject(Fault::refuse().on("GET", ENGINES).skip(2));
    client.get_scan_engines().await.unwrap();
    client.get_scan_engines().await.unwrap();
    client.get_scan_engines().await.unwrap_err();
    assert_eq!(refused.used(), 1);
}

#[tokio::test]
async fn silence_lasts_until_the_client_goes_away_or_the_sandbox_stops() {
    let console = InsightVm::start().await.unwrap();
    let silence = console.inject(Fault::silence());
    let limited =
        console_client(&console).attempt_timeout(Duration::from_millis(50)).build().unwrap();
    let error = limited.get_scan_engines().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Timeout, "{error}");
    assert_eq!(silence.used(), 1);
    let mut leaving = connect(console.url()).await;
    leaving.write_all(b"GET / HTTP/1.1\r\nHost: h\r\n\r\n").await.unwrap();
    leaving.shutdown().await.unwrap();
    let seen = read(&mut leaving).await;
    assert!(seen.bytes.is_empty() && seen.end.is_none(), "{seen:?}");
    assert_eq!(silence.used(), 2);

    console.clear_faults();
    let stalled = console.inject(Fault::stall_after(10));
    let (url, address) = (console.url().to_owned(), console.url().to_owned());
    let silent = tokio::spawn(async move { send(&url, "GET /").await });
    let met = async {
        while stalled.used() == 0 {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(10), met).await.unwrap();
    console.stop().await;
    let seen = silent.await.unwrap();
    assert_eq!((seen.body().len(), seen.end), (10, None), "{seen:?}");
    TcpStream::connect(address.strip_prefix("http://").unwrap()).await.unwrap_err();
}

#[tokio::test]
async fn the_work_is_done_even_if_its_response_is_lost() {
    let center = TenableSc::start().await.unwrap();
    let client = center_client(&center).build().unwrap();
    center.inject(Fault::lost_response().on_method("DELETE").times(1));
    client.scan_results().delete(3).await.unwrap_err();
    let error = client.scan_results().get(3).await.unwrap_err();
    assert!(error.is_not_found(), "{error}");

    center.inject(Fault::reset().on_method("DELETE").times(1));
    client.scan_results().delete(9).await.unwrap_err();
    assert_eq!(client.scan_results().get(9).await.unwrap().id, 9);
}

#[tokio::test]
async fn a_status_comes_with_or_without_retry_after() {
    let console = InsightVm::start().await.unwrap();
    console.inject(Fault::status(503).retry_after(2).times(1));
    let seen = engines(&console).await;
    assert_eq!(seen.status(), Some(503), "{seen:?}");
    assert!(seen.head().contains("\r\nretry-after: 2"));
    console.inject(Fault::status(599).times(1));
    let seen = engines(&console).await;
    assert!(seen.status() == Some(599) && !seen.head().contains("retry-after"), "{seen:?}");
    console.inject(Fault::response(418, "text/plain", "short and stout").header("X-Pot", "tea"));
    let seen = engines(&console).await;
    assert!(seen.head().contains("content-type: text/plain") && seen.head().contains("x-pot: tea"));
    assert_eq!(seen.body(), b"short and stout");
}

#[tokio::test]
async fn a_client_that_retries_succeeds_after_the_ordered_waits() {
    let console = InsightVm::start().await.unwrap();
    let busy = console.inject(Fault::status(503).retry_after(7).times(1));
    let date = "Sun, 06 Nov 1994 08:49:57 GMT"; // in 20 s, of which 7 are over
    let limited = console.inject(Fault::status(429).header("Retry-After", date).times(1));
    let lost = console.inject(Fault::reset_after(20).times(1));
    let clock = FakeClock::new();
    let client = console_client(&console)
        .retry(RetryPolicy::new())
        .clock(clock.clone())
        .random(Always(0.0))
        .build()
        .unwrap();
    client.get_scan_engines().await.unwrap();
    assert_eq!((busy.used(), limited.used(), lost.used()), (1, 1, 1));
    assert_eq!(clock.waits(), [7, 13, 0].map(Duration::from_secs));
    assert_eq!(console.requests().len(), 4);
}

#[tokio::test]
async fn a_response_comes_from_something_else() {
    let console = InsightVm::start().await.unwrap();
    let center = TenableSc::start().await.unwrap();
    let client = center_client(&center).build().unwrap();
    for (fault, head, kind) in [
        (Fault::login_page(), "200 ok", ErrorKind::Decode),
        (Fault::status(500), "500 internal", ErrorKind::Server),
        (Fault::status(503), "503 service", ErrorKind::Unavailable),
        (Fault::status(429), "429 too", ErrorKind::RateLimited),
        (Fault::redirect(302, "https://elsewhere.example/"), "302 found", ErrorKind::Redirect),
        (Fault::response(200, "application/json", "{"), "200 ok", ErrorKind::Decode),
    ] {
        let used = [console.inject(fault.clone().times(2)), center.inject(fault.times(1))];
        let seen = engines(&console).await;
        assert!(seen.head().starts_with(&format!("http/1.1 {head}")), "{seen:?}");
        let error = console_client(&console).build().unwrap().get_scan_engines().await.unwrap_err();
        assert_eq!(error.kind(), kind, "{error}");
        let error = client.scan_results().get(1).await.unwrap_err();
        assert_eq!(error.kind(), kind, "{error}");
        assert_eq!(used.map(|injected| injected.used()), [2, 1]);
    }
    for status in [301, 302, 303, 307, 308] {
        console.inject(Fault::redirect(status, "/elsewhere?a=b").times(1));
        let seen = engines(&console).await;
        assert_eq!(seen.status(), Some(status), "{seen:?}");
        assert!(seen.head().contains("location: /elsewhere?a=b"));
    }
}

#[tokio::test]
async fn an_error_is_in_the_format_of_the_product() {
    let center = TenableSc::start().await.unwrap();
    for (fault, status, code) in [
        (Fault::error(200, 146, "Out of disk."), 200, 146),
        (Fault::error(403, -7, "Out of disk."), 403, -7),
    ] {
        center.inject(fault.times(2));
        let seen = send(center.url(), "GET /rest/system").await;
        assert_eq!(seen.status(), Some(status), "{seen:?}");
        assert!(seen.head().contains("content-type: text/html"), "{seen:?}");
        let envelope: serde_json::Value = serde_json::from_slice(seen.body()).unwrap();
        assert_eq!((&envelope["error_code"], &envelope["response"]), (&code.into(), &"".into()));
        let error = center_client(&center).build().unwrap().scan_results().get(1).await;
        let error = error.unwrap_err();
        assert!(error.to_string().contains("Out of disk."), "{error}");
    }

    let console = InsightVm::start().await.unwrap();
    for (fault, status) in [
        (Fault::error(200, 500, "Out of disk."), 200),
        (Fault::error(503, 500, "Out of disk."), 503),
    ] {
        console.inject(fault.times(2));
        let seen = engines(&console).await;
        assert_eq!(seen.status(), Some(status), "{seen:?}");
        let body: serde_json::Value = serde_json::from_slice(seen.body()).unwrap();
        assert_eq!((&body["status"], &body["message"]), (&500.into(), &"Out of disk.".into()));
        console_client(&console).build().unwrap().get_scan_engines().await.unwrap_err();
    }
}

#[tokio::test]
async fn a_body_is_cut_at_the_position_of_the_fault() {
    let console = InsightVm::start().await.unwrap();
    let center = TenableSc::start().await.unwrap();
    let whole = engines(&console).await;
    let system = send(center.url(), "GET /rest/system").await;
    let key = format!("accesskey={}; secretkey={}", center.access_key(), center.secret_key());
    for (cut, after, end) in [
        (Fault::truncate_after as fn(u64) -> Fault, 0, None),
        (Fault::truncate_after, 100, None),
        (Fault::reset_after, 0, Some(Broken::ConnectionReset)),
        (Fault::reset_after, 100, Some(Broken::ConnectionReset)),
    ] {
        let length = usize::try_from(after).unwrap();
        // With a Content-Length …
        console.inject(cut(after).times(2));
        let seen = engines(&console).await;
        assert_eq!(seen.head(), whole.head());
        assert_eq!((seen.body(), seen.end), (&whole.body()[..length], end));
        let error = console_client(&console).build().unwrap().get_scan_engines().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Disconnected, "{error}");

        center.inject(cut(after).times(1));
        let seen = send(center.url(), "GET /rest/system").await;
        assert_eq!((seen.head(), seen.body()), (system.head(), &system.body()[..length]));

        // … and in chunks, without the last one.
        center.inject(cut(after).times(2));
        let request = format!(
            "POST /rest/scanResult/1/download HTTP/1.1\r\nHost: h\r\nx-apikey: {key}\r\n\
             Content-Length: 2\r\n\r\n{{}}"
        );
        let mut socket = connect(center.url()).await;
        socket.write_all(request.as_bytes()).await.unwrap();
        let seen = read(&mut socket).await;
        assert!(seen.head().contains("transfer-encoding: chunked"), "{seen:?}");
        assert_eq!(seen.end, end);
        assert!(!seen.bytes.ends_with(b"0\r\n\r\n"));
        assert!(seen.body().len() >= length && seen.body().len() <= 2 * length, "{seen:?}");
        let error = save(&center).await.unwrap_err();
        let kinds = [ErrorKind::Disconnected, ErrorKind::Damaged];
        assert!(kinds.contains(&error.kind()), "{error}");
    }
    console.inject(Fault::truncate_after(1_000_000));
    assert_eq!(engines(&console).await.body(), whole.body());
    center.clear_faults();
    save(&center).await.unwrap();
}

/// Downloads a report, as far as it gets.
async fn save(center: &TenableSc) -> scanops::Result<()> {
    let folder = tempfile::tempdir().unwrap();
    let target = folder.path().join("1.zip");
    let client = center_client(center).stall_timeout(Duration::from_millis(200)).build()?;
    let saved = client.scan_results().download(1).await?.save_to(&target).await;
    assert_eq!(saved.is_ok(), target.exists());
    saved.map(drop)
}

#[tokio::test]
async fn a_download_stalls() {
    let center = TenableSc::start().await.unwrap();
    let stalled = center.inject(Fault::stall_after(1000).on("POST", DOWNLOAD));
    let error = save(&center).await.unwrap_err();
    assert!(error.is_timeout() && error.to_string().contains("stalled"), "{error}");
    assert_eq!(stalled.used(), 1);
}

#[tokio::test]
async fn one_byte_is_inverted() {
    let console = InsightVm::start().await.unwrap();
    let center = TenableSc::start().await.unwrap();
    let whole = engines(&console).await;
    console.inject(Fault::flip_byte(11));
    let seen = engines(&console).await;
    assert_eq!(seen.head(), whole.head());
    let mut restored = seen.body().to_vec();
    restored[11] = !restored[11];
    assert_eq!(restored, whole.body());

    center.inject(Fault::flip_byte(3000).on("POST", DOWNLOAD));
    let error = save(&center).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Damaged, "{error}");
}

// The clock runs ahead as soon as all tasks wait.
#[tokio::test(start_paused = true)]
async fn a_slow_body_arrives_whole() {
    let console = InsightVm::start().await.unwrap();
    let whole = engines(&console).await;
    console.inject(Fault::slow(100, Duration::from_secs(60)));
    let before = Instant::now();
    let seen = engines(&console).await;
    assert_eq!(seen.body(), whole.body());
    let pieces = u32::try_from(whole.body().len().div_ceil(100)).unwrap();
    assert!(pieces > 10);
    assert!(before.elapsed() >= Duration::from_secs(60) * (pieces - 1));
}

#[tokio::test(start_paused = true)]
async fn a_slow_body_is_sent_in_pieces_of_the_given_size() {
    let center = TenableSc::builder().report_size(1_000_000).start().await.unwrap();
    center.configure(|settings| settings.bare_downloads = true);
    center.inject(Fault::slow(400_000, Duration::from_secs(60)));
    let (access, secret) = (center.access_key(), center.secret_key());
    let key = format!("x-apikey: accesskey={access}; secretkey={secret}");
    let before = Instant::now();
    let seen = send(center.url(), &format!("POST /rest/scanResult/1/download\r\n{key}")).await;
    let mut rest = seen.body();
    let mut pieces = Vec::new();
    while let Some(end) = rest.windows(2).position(|window| window == b"\r\n") {
        let length = std::str::from_utf8(&rest[..end]).unwrap();
        let length = usize::from_str_radix(length, 16).unwrap();
        pieces.push(length);
        rest = &rest[end + 2 + length + 2..];
    }
    assert_eq!(pieces, [400_000, 400_000, 200_000, 0]);
    assert_eq!(before.elapsed().as_secs() / 60, 3);
}

#[tokio::test]
async fn a_cut_at_the_end_of_a_body_leaves_it_whole_if_it_has_a_length() {
    let console = InsightVm::start().await.unwrap();
    let whole = engines(&console).await;
    let length = u64::try_from(whole.body().len()).unwrap();
    for fault in [Fault::reset_after(length), Fault::truncate_after(length)] {
        let injected = console.inject(fault.times(1));
        let seen = engines(&console).await;
        assert_eq!((seen.body(), seen.end), (whole.body(), None));
        assert_eq!(injected.used(), 1);
    }
}

#[tokio::test]
async fn a_call_that_needs_no_credentials_outlives_its_session() {
    let center = TenableSc::start().await.unwrap();
    let ended = center.inject(Fault::session_end());
    let key = format!("accesskey={}; secretkey={}", center.access_key(), center.secret_key());
    let seen = send(center.url(), &format!("GET /rest/system\r\nx-apikey: {key}")).await;
    assert_eq!((seen.status(), ended.used()), (Some(200), 1));
}

#[tokio::test]
async fn a_response_has_a_wrong_content_type() {
    let center = TenableSc::start().await.unwrap();
    let plain = send(center.url(), "GET /rest/system").await;
    center.inject(Fault::content_type("image/png"));
    let seen = send(center.url(), "GET /rest/system").await;
    assert!(seen.head().contains("content-type: image/png"), "{seen:?}");
    assert!(!seen.head().contains("application/json"));
    assert_eq!(seen.body().len(), plain.body().len());
    let client = center_client(&center).build().unwrap();
    // The client goes by what is in it.
    assert_eq!(client.scan_results().get(1).await.unwrap().id, 1);
}

#[tokio::test]
async fn a_session_ends_between_two_calls() {
    let center = TenableSc::start().await.unwrap();
    let client = session_client(&center);
    client.scan_results().get(1).await.unwrap();
    let ended = center.inject(Fault::session_end().times(1));
    client.scan_results().get(1).await.unwrap();
    assert_eq!((ended.used(), center.logins()), (1, 2));
    let paths: Vec<String> = center.requests().iter().map(|seen| seen.path().to_owned()).collect();
    let (login, call) = ("/rest/token", "/rest/scanResult/1");
    assert_eq!(paths, [login, call, call, login, call]);
    // The session is not only rejected, but gone.
    let requests = center.requests();
    let header = |name: &str| requests[2].header(name).unwrap();
    let old = reqwest::Client::new()
        .get(format!("{}{call}", center.url()))
        .header("X-SecurityCenter", header("x-securitycenter"))
        .header("Cookie", header("cookie"));
    let old = old.send().await.unwrap();
    assert_eq!(old.status(), 403);
    assert_eq!(old.json::<serde_json::Value>().await.unwrap()["error_code"], 12);

    let console = InsightVm::start().await.unwrap();
    console.inject(Fault::session_end().times(1));
    let error = console_client(&console).build().unwrap().get_scan_engines().await.unwrap_err();
    assert!(error.is_unauthorized());
}

#[tokio::test]
async fn an_upload_breaks_at_its_beginning() {
    let center = TenableSc::start().await.unwrap();
    let broken = center.inject(Fault::refuse().on("POST", "/rest/file/upload"));
    let endless = stream::repeat_with(|| Ok::<_, std::io::Error>(vec![b'x'; 1 << 16]));
    let client = center_client(&center).build().unwrap();
    let upload = Upload::stream(endless);
    let error = client.files().upload(upload).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Disconnected, "{error}");
    assert_eq!((broken.used(), center.uploads().len()), (1, 0));
}

#[tokio::test]
async fn an_upload_is_read_before_an_error_response() {
    let center = TenableSc::start().await.unwrap();
    center.inject(Fault::status(503).on("POST", "/rest/file/upload").times(1));
    let client = center_client(&center).build().unwrap();
    let upload = || Upload::bytes(vec![b'x'; 20 << 20]).file_name("large.nessus");
    let error = client.files().upload(upload()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unavailable, "{error}");
    assert!(center.requests()[0].body_length() > 20 << 20);
    assert!(center.uploads().is_empty());
    client.files().upload(upload()).await.unwrap();
    assert_eq!(center.uploads().len(), 1);
}

/// The statuses of `count` requests.
async fn statuses(url: &str, request: &str, count: usize) -> Vec<u16> {
    let mut statuses = Vec::new();
    for _ in 0..count {
        statuses.push(send(url, request).await.status().unwrap());
    }
    statuses
}

#[tokio::test]
async fn only_matching_requests_meet_a_fault() {
    let center = TenableSc::start().await.unwrap();
    let url = center.url();
    let fault = center.inject(Fault::status(500).on("get", "/rest/{thing}").skip(1).times(2));
    assert_eq!(statuses(url, "DELETE /rest/system", 1).await, [405]);
    assert_eq!(statuses(url, "GET /rest/system/more", 1).await, [404]);
    assert_eq!(statuses(url, "GET /rest/system?a=b", 5).await, [200, 500, 500, 200, 200]);
    assert_eq!(fault.used(), 2);

    center.inject(Fault::status(501).on_path("/rest/*"));
    assert_eq!(statuses(url, "GET /rest/a/b/c", 2).await, [501, 501]);
    assert_eq!(statuses(url, "GET /other", 1).await, [404]);
    center.clear_faults();
    assert_eq!(statuses(url, "GET /rest/system", 1).await, [200]);

    let never = center.inject(Fault::status(500).times(0));
    assert_eq!(statuses(url, "GET /rest/system", 1).await, [200]);
    assert_eq!(never.used(), 0);
}

#[tokio::test]
async fn faults_are_met_in_the_order_of_their_injection() {
    let console = InsightVm::start().await.unwrap();
    let first = console.inject(Fault::status(500).times(1));
    let second = console.inject(Fault::status(502).times(2));
    let third = console.inject(Fault::refuse().times(1));
    assert_eq!(statuses(console.url(), "GET /", 3).await, [500, 502, 502]);
    assert_eq!(send(console.url(), "GET /").await.end, Some(Broken::ConnectionReset));
    assert_eq!(statuses(console.url(), "GET /", 1).await, [401]);
    assert_eq!([first.used(), second.used(), third.used()], [1, 2, 1]);
}

#[tokio::test]
async fn a_share_is_the_same_in_every_run() {
    let mut runs = Vec::new();
    for (seed, share) in [(0, 0.3), (0, 0.3), (1, 0.3), (0, 0.0), (0, 1.0)] {
        let center = TenableSc::start().await.unwrap();
        let fault = center.inject(Fault::status(500).share(share).seed(seed));
        let run = statuses(center.url(), "GET /rest/system", 100).await;
        let failed = run.iter().filter(|status| **status == 500).count();
        assert_eq!(u64::try_from(failed).unwrap(), fault.used());
        runs.push((run, failed));
    }
    assert_eq!(runs[0], runs[1]);
    assert_ne!(runs[0].0, runs[2].0);
    assert!((15..45).contains(&runs[0].1), "{}", runs[0].1);
    assert_eq!((runs[3].1, runs[4].1), (0, 100));
}

#[test]
fn an_invalid_fault_panics_at_once() {
    for (fault, message) in [
        (|| Fault::status(99), "99 is not the status of a final response"),
        (
            || Fault::login_page().header("Content-Length", "1"),
            "content-length is that of the body",
        ),
        (|| Fault::redirect(302, "two\r\nlines"), "is not a valid header value"),
        (|| Fault::reset().on_path("rest/system"), "must begin with a slash"),
        (|| Fault::reset().on("GET", "/rest/scanResult?fields=id"), "leave out the query"),
        (|| Fault::reset().on_path("/rest/scanResult/{id}*"), "braces stand for a whole segment"),
        (|| Fault::reset().on_path("/rest/{id/download"), "braces stand for a whole segment"),
    ] as [(fn() -> Fault, &str); 7]
    {
        let panic = std::panic::catch_unwind(fault).unwrap_err();
        let panic = panic.downcast::<String>().unwrap();
        assert!(panic.contains(message), "{panic}");
    }
}
