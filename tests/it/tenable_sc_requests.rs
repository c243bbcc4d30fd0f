//! The exact request of each Tenable.sc call: method, path, query, headers, JSON.

use std::time::{Duration, UNIX_EPOCH};

use crate::support::{Reply, ScriptedServer, calls, error_envelope};
use scanops::{
    ErrorKind, RetryPolicy,
    jiff::Timestamp,
    reqwest::Method,
    tenable_sc::{
        Client, Filter, PartialResults,
        record::{DownloadFormat, Field},
    },
    transfer::Upload,
};

async fn server_and_client(response: &str) -> (ScriptedServer, Client) {
    let server = ScriptedServer::of(Reply::sc(response)).await;
    let client = server.sc();
    (server, client)
}

/// Request line and body of the last request.
fn sent(server: &ScriptedServer) -> (String, String) {
    let (head, body) = server.full_requests().pop().unwrap();
    let line = head.lines().next().unwrap().replace(" HTTP/1.1", "");
    assert!(head.contains("x-apikey: accesskey=access; secretkey=secret"), "{head}");
    assert!(!head.contains("x-securitycenter") && !head.contains("cookie"), "{head}");
    assert_eq!(head.contains("content-type: application/json"), !body.is_empty(), "{head}");
    (line, body)
}

#[tokio::test]
async fn each_call_sends_exactly_this() {
    let server = ScriptedServer::responding(|_, head| {
        let is = |start| head.starts_with(start);
        match () {
            () if is("GET /rest/scanResult?") => Reply::sc(r#"{"usable": [], "manageable": []}"#),
            () if is("GET /rest/scanResult/") => Reply::sc(r#"{"id": "121"}"#),
            () if is("GET /rest/system") => Reply::sc(r#"{"version":"6.4.0","token":4711}"#),
            () if head.contains("/download ") => Reply::ok("<?xml version='1.0'?>"),
            () => Reply::sc("\"\""),
        }
    })
    .await;
    let (client, r) = (server.sc(), server.sc().scan_results());
    let before = Timestamp::from_second(1_560_000_000).unwrap();
    let rows = calls! {
        r.list() => ("GET /rest/scanResult?optimizeCompletedScanResults=true", "");
        r.list()
            .fields([Field::Name, Field::Status, Field::from("ioSyncStatus")])
            .created_after(UNIX_EPOCH + Duration::from_millis(1_550_000_000_900))
            .created_before(before)
            .optimize(false)
            .filter([Filter::Usable, Filter::Completed])
            => ("GET /rest/scanResult?optimizeCompletedScanResults=false\
                 &fields=name%2Cstatus%2CioSyncStatus&startTime=1550000000&endTime=1560000000\
                 &filter=usable%2Ccompleted", "");
        r.list().all_time()
            => ("GET /rest/scanResult?optimizeCompletedScanResults=true&startTime=1", "");
        r.list().created_before(before)
            => ("GET /rest/scanResult?optimizeCompletedScanResults=true\
                 &startTime=1&endTime=1560000000", "");
        r.list().created_after(UNIX_EPOCH)
            => ("GET /rest/scanResult?optimizeCompletedScanResults=true&startTime=1", "");
        r.list().finished_before(before)
            => ("GET /rest/scanResult?optimizeCompletedScanResults=true\
                 &fields=id%2Cname%2Cdescription%2Cstatus%2CfinishTime%2CcreatedTime\
                 &startTime=1&endTime=1560000000&timeCompareField=finishTime", "");
        r.list().param("sortField", "name").param("x", "a b&c")
            => ("GET /rest/scanResult?optimizeCompletedScanResults=true&sortField=name&x=a+b%26c", "");
        r.get(121) => ("GET /rest/scanResult/121", "");
        r.get(121).fields(["name", "scannedIPs"])
            => ("GET /rest/scanResult/121?fields=name%2CscannedIPs", "");
        r.copy(121, [1, 2])
            => ("POST /rest/scanResult/121/copy", r#"{"users":[{"id":1},{"id":2}]}"#);
        r.copy(121, []) => ("POST /rest/scanResult/121/copy", "{}");
        r.delete(121) => ("DELETE /rest/scanResult/121", "");
        r.email(121, ["a@b.c", "d@e.f"])
            => ("POST /rest/scanResult/121/email", r#"{"email":"a@b.c,d@e.f"}"#);
        r.pause(121) => ("POST /rest/scanResult/121/pause", "");
        r.resume(121) => ("POST /rest/scanResult/121/resume", "");
        r.stop(121) => ("POST /rest/scanResult/121/stop", "");
        r.stop(121).results(PartialResults::Import)
            => ("POST /rest/scanResult/121/stop", r#"{"type":"import"}"#);
        r.stop(121).results(PartialResults::Discard)
            => ("POST /rest/scanResult/121/stop", r#"{"type":"discard"}"#);
        r.stop(121).results(PartialResults::Rollover)
            => ("POST /rest/scanResult/121/stop", r#"{"type":"rollover"}"#);
        r.stop(121).results("later".into())
            => ("POST /rest/scanResult/121/stop", r#"{"type":"later"}"#);
        r.reimport(121) => ("POST /rest/scanResult/121/import", "{}");
        r.reimport(121)
            .auto_mitigation(7)
            .host_tracking(true)
            .vhosts(false)
            .property("timeoutAction", "rollover")
            => ("POST /rest/scanResult/121/import",
                "{\"classifyMitigatedAge\":\"7\",\"dhcpTracking\":\"true\",\
                 \"scanningVirtualHosts\":\"false\",\"timeoutAction\":\"rollover\"}");
        r.download(124) => ("POST /rest/scanResult/124/download", r#"{"downloadType":"v2"}"#);
        r.download(124).format(DownloadFormat::Scap1_2)
            => ("POST /rest/scanResult/124/download", r#"{"downloadType":"scap1_2"}"#);
        client.files().clear("fdSzCv") => ("POST /rest/file/clear", r#"{"filename":"fdSzCv"}"#);
        client.system() => ("GET /rest/system", "");
        client.request(Method::GET, "scan").query("fields", "id,name")
            => ("GET /rest/scan?fields=id%2Cname", "");
        client.request(Method::POST, "scanResult/7/x").json([("a", 1)])
            => ("POST /rest/scanResult/7/x", r#"[["a",1]]"#);
    };
    for (count, (name, call, (line, body))) in (1..).zip(rows) {
        call.await.unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(sent(&server), (line.to_owned(), body.to_owned()), "{name}");
        assert_eq!(server.requests(), count, "{name}");
    }
}

#[tokio::test]
async fn import() {
    let file = r#"{"filename":"fdSzCv","originalFilename":"a.nessus","content":"","context":""}"#;
    let server = ScriptedServer::start([Reply::sc(file), Reply::sc("\"\"")]).await;
    let import = server.sc().scan_results().import(Upload::bytes("<x/>").file_name("a.nessus"), 1);
    import
        .auto_mitigation(0)
        .host_tracking(true)
        .vhosts(true)
        .property("rolloverType", "nextDay")
        .await
        .unwrap();
    let requests = server.full_requests();
    assert_eq!(requests.len(), 2);
    let (head, body) = &requests[0];
    assert!(head.starts_with("POST /rest/file/upload "), "{head}");
    assert!(head.contains("content-type: multipart/form-data; boundary="), "{head}");
    assert!(head.contains("content-length: "), "the length is known: {head}");
    assert!(body.contains(r#"form-data; name="Filedata"; filename="a.nessus""#), "{body}");
    assert!(body.contains("\r\n\r\n<x/>\r\n--"), "{body}");
    let (head, body) = &requests[1];
    assert!(head.starts_with("POST /rest/scanResult/import "), "{head}");
    assert_eq!(
        serde_json::from_str::<serde_json::Value>(body).unwrap(),
        serde_json::json!({
            "repository": {"id": 1}, "filename": "fdSzCv", "classifyMitigatedAge": "0",
            "dhcpTracking": "true", "scanningVirtualHosts": "true", "rolloverType": "nextDay",
        })
    );
}

#[tokio::test]
async fn a_stop_is_repeated_only_if_it_has_the_same_effect_twice() {
    use PartialResults::{Discard, Import, Rollover};
    for (results, repeated) in [
        (None, true),
        (Some(Discard), true),
        (Some(Import), true),
        // A second one could make a second rollover scan.
        (Some(Rollover), false),
        (Some("later".into()), false),
    ] {
        let server = ScriptedServer::start([Reply::Close, Reply::sc("\"\"")]).await;
        let policy = RetryPolicy::new().base_delay(Duration::from_millis(1));
        let client = server.sc_builder().retry(policy).build().unwrap();
        let stop = client.scan_results().stop(121);
        let stop = match results.clone() {
            Some(results) => stop.results(results),
            None => stop,
        };
        match stop.await {
            Ok(_) => assert!(repeated, "{results:?}"),
            Err(error) => assert!(!repeated && error.may_have_taken_effect(), "{error}"),
        }
        assert_eq!(server.requests(), if repeated { 2 } else { 1 }, "{results:?}");
    }
}

#[tokio::test]
async fn the_system_shows_no_token() {
    let (_server, client) = server_and_client(r#"{"version":"6.4.0","token":4711}"#).await;
    let system = client.system().await.unwrap();
    assert_eq!(system.version.as_deref(), Some("6.4.0"));
    assert!(system.extra.is_empty() && !format!("{system:?}").contains("4711"));
}

#[tokio::test]
async fn a_call_without_a_method_of_its_own_can_be_made() {
    let (_server, client) = server_and_client(r#"{"usable":[7]}"#).await;
    let scans = client.request(Method::GET, "scan").await.unwrap();
    assert_eq!(scans["usable"][0], 7);
    assert_eq!((scans.status().as_u16(), scans.timestamp().is_some()), (200, true));
    let (_server, client) = server_and_client("\"\"").await;
    let call = client.request(Method::POST, "scanResult/7/x").json([("a", 1)]);
    assert_eq!(tokio::spawn(call).await.unwrap().unwrap().as_str(), Some(""));
    // Its errors are those of any other call.
    let client = ScriptedServer::of(Reply::json(error_envelope(147, "gone"))).await.sc();
    let error = client.request(Method::DELETE, "scan/7").await.unwrap_err();
    assert!(error.is_not_found() && error.operation() == Some("request"), "{error}");
}

#[tokio::test]
async fn no_error_shows_the_token_however_the_path_is_spelled() {
    let client = ScriptedServer::of(Reply::sc_error(143, "secret-1 is wrong")).await.sc();
    for (path, shown) in [
        ("scan", true),
        ("token/x", true),
        ("token", false),
        ("system", false),
        ("tok%65n", false),
        ("TOKEN", false),
        ("s%79stem", false),
        ("system%2f", false),
    ] {
        let error = client.request(Method::GET, path).await.unwrap_err();
        assert_eq!(error.code(), Some(143), "{path}: {error}");
        assert_eq!(format!("{error} {error:?}").contains("secret-1"), shown, "{path}: {error:?}");
    }
}

/// A body that can't be written as JSON.
struct Unwritable;

impl serde::Serialize for Unwritable {
    fn serialize<S: serde::Serializer>(&self, _: S) -> Result<S::Ok, S::Error> {
        Err(serde::ser::Error::custom("no"))
    }
}

#[tokio::test]
async fn bad_input_is_an_error_of_its_operation_before_a_byte_is_sent() {
    let (server, client) = server_and_client("\"\"").await;
    let (r, files) = (client.scan_results(), client.files());
    let early = UNIX_EPOCH - Duration::from_secs(1);
    let second = |second| Timestamp::from_second(second).unwrap();
    let upload = || Upload::bytes("<x/>");
    let rows = calls! {
        r.get(0) => "scanResult::id::GET";
        r.get(1).fields([""]) => "scanResult::id::GET";
        r.get(1).fields(["a,b"]) => "scanResult::id::GET";
        r.copy(0, []) => "scanResult::copy::POST";
        r.delete(0) => "scanResult::id::DELETE";
        r.download(0) => "scanResult::download::POST";
        r.email(0, ["a@b"]) => "scanResult::email::POST";
        r.email(1, [""; 0]) => "scanResult::email::POST";
        r.email(1, [""]) => "scanResult::email::POST";
        r.email(1, ["a@b.c,d@e.f"]) => "scanResult::email::POST";
        r.email(1, ["a@b.c d@e.f"]) => "scanResult::email::POST";
        r.email(1, ["a@b.c\r\nBcc: x@y.z"]) => "scanResult::email::POST";
        r.pause(0) => "scanResult::pause::POST";
        r.resume(0) => "scanResult::resume::POST";
        r.stop(0) => "scanResult::stop::POST";
        r.stop(1).results("".into()) => "scanResult::stop::POST";
        r.reimport(0) => "scanResult::id::import::POST";
        r.import(upload(), 0) => "scanResult::import::POST";
        r.import(upload(), 1).property("filename", "y") => "scanResult::import::POST";
        r.list().fields([""]) => "scanResult::GET";
        r.list().fields(["a,b"]) => "scanResult::GET";
        r.list().param("", "x") => "scanResult::GET";
        r.list().param("startTime", "1").all_time() => "scanResult::GET";
        r.list().param("x", "1").param("x", "2") => "scanResult::GET";
        r.list().created_after(early) => "scanResult::GET";
        r.list().created_after(second(2)).created_before(second(1)) => "scanResult::GET";
        r.list().finished_after(early) => "scanResult::GET";
        r.list().finished_after(second(2)).finished_before(second(1)) => "scanResult::GET";
        r.list().all_time().finished_after(UNIX_EPOCH) => "scanResult::GET";
        r.list().created_after(UNIX_EPOCH).finished_before(UNIX_EPOCH) => "scanResult::GET";
        files.clear("") => "file::clear::POST";
        client.request(Method::GET, "") => "request";
        client.request(Method::GET, "../token") => "request";
        client.request(Method::GET, "scan%2f..%2ftoken") => "request";
        client.request(Method::GET, "scan?fields=id") => "request";
        client.request(Method::POST, "scan").json(Unwritable) => "request";
    };
    for (name, call, operation) in rows {
        let error = call.await.expect_err(name);
        assert_eq!(error.kind(), ErrorKind::InvalidRequest, "{name}: {error}");
        assert_eq!(error.operation(), Some(operation), "{name}: {error}");
    }
    assert_eq!(server.connections(), 0);
    for path in ["/no/such/file", "/"] {
        assert_eq!(Upload::path(path).await.unwrap_err().kind(), ErrorKind::Io, "{path}");
    }
}
