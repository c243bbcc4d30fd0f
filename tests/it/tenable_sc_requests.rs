//! The exact request of each Tenable.sc call: method, path, query, headers, JSON.

use std::time::{Duration, UNIX_EPOCH};

use scanops::{jiff::Timestamp, reqwest::Method};

use crate::support::{Reply, ScriptedServer, api_key_client};
use scanops::{
    Error, ErrorKind,
    tenable_sc::{
        Client, Filter, PartialResults, ScanResults,
        record::{DownloadFormat, Field},
    },
    transfer::Upload,
};

const NOTHING: &str = r#"{"type":"regular","response":"","error_code":0,"error_msg":"","warnings":[],"timestamp":1550189100}"#;

async fn center(answer: &str) -> (ScriptedServer, Client) {
    let server = ScriptedServer::of(Reply::json(answer)).await;
    let client = server.sc();
    (server, client)
}

/// The request line, and the JSON body.
fn sent(server: &ScriptedServer) -> (String, String) {
    let requests = server.full_requests();
    assert_eq!(requests.len(), 1);
    let (head, body) = requests[0].clone();
    (head.lines().next().unwrap().replace(" HTTP/1.1", ""), body)
}

macro_rules! sends {
    ($name:ident: $call:expr => $line:literal, $body:literal) => {
        #[tokio::test]
        async fn $name() {
            let answers = [
                NOTHING.to_owned(),
                NOTHING.replacen("\"\"", r#"{"id": "121", "usable": [], "manageable": []}"#, 1),
            ];
            // Whichever of the two is an answer to this call.
            let mut worked = false;
            for answer in answers {
                let (server, client) = center(&answer).await;
                let results: ScanResults = client.scan_results();
                let call = $call;
                worked |= call(results).await.is_ok();
                let (line, body) = sent(&server);
                assert_eq!(line, $line);
                assert_eq!(body, $body);
                let head = &server.full_requests()[0].0;
                assert!(head.contains("x-apikey: accesskey=access; secretkey=secret"), "{head}");
                assert_eq!(head.contains("content-type: application/json"), !body.is_empty());
                assert!(!head.contains("x-securitycenter") && !head.contains("cookie"));
            }
            assert!(worked, "one of the answers was the right one");
        }
    };
}

sends!(list: async |r: ScanResults| r.list().await.map(drop)
    => "GET /rest/scanResult?optimizeCompletedScanResults=true", "");
sends!(list_with_everything: async |r: ScanResults| r
        .list()
        .fields([Field::Name, Field::Status, Field::from("ioSyncStatus")])
        .created_after(UNIX_EPOCH + Duration::from_millis(1_550_000_000_900))
        .created_before(Timestamp::from_second(1_560_000_000).unwrap())
        .optimize(false)
        .filter([Filter::Usable, Filter::Completed])
        .await
        .map(drop)
    => "GET /rest/scanResult?optimizeCompletedScanResults=false\
        &fields=name%2Cstatus%2CioSyncStatus&startTime=1550000000&endTime=1560000000\
        &filter=usable%2Ccompleted", "");
sends!(list_of_all_time: async |r: ScanResults| r.list().all_time().await.map(drop)
    => "GET /rest/scanResult?optimizeCompletedScanResults=true&startTime=1", "");
sends!(list_from_the_epoch: async |r: ScanResults| r.list().created_after(UNIX_EPOCH).await.map(drop)
    => "GET /rest/scanResult?optimizeCompletedScanResults=true&startTime=1", "");
sends!(list_finished_before: async |r: ScanResults| r
        .list()
        .finished_before(Timestamp::from_second(1_560_000_000).unwrap())
        .await
        .map(drop)
    => "GET /rest/scanResult?optimizeCompletedScanResults=true\
        &fields=id%2Cname%2Cdescription%2Cstatus%2CfinishTime%2CcreatedTime\
        &startTime=1&endTime=1560000000&timeCompareField=finishTime", "");
sends!(list_with_a_parameter: async |r: ScanResults| r
        .list()
        .param("sortField", "name")
        .param("x", "a b&c")
        .await
        .map(drop)
    => "GET /rest/scanResult?optimizeCompletedScanResults=true&sortField=name&x=a+b%26c", "");
sends!(get: async |r: ScanResults| r.get(121).await.map(drop) => "GET /rest/scanResult/121", "");
sends!(get_fields: async |r: ScanResults| r.get(121).fields(["name", "scannedIPs"]).await.map(drop)
    => "GET /rest/scanResult/121?fields=name%2CscannedIPs", "");
sends!(copy: async |r: ScanResults| r.copy(121, [1, 2]).await.map(drop)
    => "POST /rest/scanResult/121/copy", r#"{"users":[{"id":1},{"id":2}]}"#);
sends!(copy_to_nobody: async |r: ScanResults| r.copy(121, []).await.map(drop)
    => "POST /rest/scanResult/121/copy", "{}");
sends!(delete: async |r: ScanResults| r.delete(121).await.map(drop) => "DELETE /rest/scanResult/121", "");
sends!(email: async |r: ScanResults| r.email(121, ["a@b.c", "d@e.f"]).await.map(drop)
    => "POST /rest/scanResult/121/email", r#"{"email":"a@b.c,d@e.f"}"#);
sends!(pause: async |r: ScanResults| r.pause(121).await.map(drop) => "POST /rest/scanResult/121/pause", "");
sends!(resume: async |r: ScanResults| r.resume(121).await.map(drop) => "POST /rest/scanResult/121/resume", "");
sends!(stop: async |r: ScanResults| r.stop(121).await.map(drop) => "POST /rest/scanResult/121/stop", "");
sends!(stop_and_import: async |r: ScanResults| r.stop(121).results(PartialResults::Import).await.map(drop)
    => "POST /rest/scanResult/121/stop", r#"{"type":"import"}"#);
sends!(stop_and_discard: async |r: ScanResults| r.stop(121).results(PartialResults::Discard).await.map(drop)
    => "POST /rest/scanResult/121/stop", r#"{"type":"discard"}"#);
sends!(stop_and_roll_over: async |r: ScanResults| r.stop(121).results(PartialResults::Rollover).await.map(drop)
    => "POST /rest/scanResult/121/stop", r#"{"type":"rollover"}"#);
sends!(stop_and_anything: async |r: ScanResults| r.stop(121).results("later".into()).await.map(drop)
    => "POST /rest/scanResult/121/stop", r#"{"type":"later"}"#);
sends!(reimport: async |r: ScanResults| r.reimport(121).await.map(drop) => "POST /rest/scanResult/121/import", "{}");
sends!(reimport_with_everything: async |r: ScanResults| r
        .reimport(121)
        .auto_mitigation(7)
        .host_tracking(true)
        .vhosts(false)
        .property("timeoutAction", "rollover")
        .await
        .map(drop)
    => "POST /rest/scanResult/121/import",
    r#"{"classifyMitigatedAge":"7","dhcpTracking":"true","scanningVirtualHosts":"false","timeoutAction":"rollover"}"#);

#[tokio::test]
async fn download() {
    for (format, body) in [
        (DownloadFormat::V2, r#"{"downloadType":"v2"}"#),
        (DownloadFormat::Scap1_2, r#"{"downloadType":"scap1_2"}"#),
    ] {
        let server = ScriptedServer::of(Reply::ok("<?xml version='1.0'?>")).await;
        let client = server.sc();
        let mut report = client.scan_results().download(124).format(format).await.unwrap();
        assert_eq!(report.content_length(), Some(21));
        assert_eq!(report.next_chunk().await.unwrap().unwrap(), "<?xml version='1.0'?>");
        assert_eq!(report.next_chunk().await.unwrap(), None);
        assert_eq!(sent(&server), ("POST /rest/scanResult/124/download".into(), body.into()));
    }
    let server = ScriptedServer::of(Reply::ok("<NessusClientData_v2/>")).await;
    let client = server.sc();
    client.scan_results().download(124).await.unwrap();
    assert_eq!(sent(&server).1, r#"{"downloadType":"v2"}"#);
}

#[tokio::test]
async fn import() {
    let file = r#"{"filename":"fdSzCv","originalFilename":"a.nessus","content":"","context":""}"#;
    let uploaded = NOTHING.replacen("\"\"", file, 1);
    let server = ScriptedServer::start([Reply::json(&uploaded), Reply::json(NOTHING)]).await;
    let client = server.sc();
    client
        .scan_results()
        .import(Upload::bytes("<x/>").file_name("a.nessus"), 1)
        .auto_mitigation(0)
        .host_tracking(true)
        .vhosts(true)
        .property("rolloverType", "nextDay")
        .await
        .unwrap();
    let requests = server.full_requests();
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
    assert_eq!(requests.len(), 2);
}

#[tokio::test]
async fn files_and_system() {
    let (server, client) = center(NOTHING).await;
    client.files().clear("fdSzCv").await.unwrap();
    assert_eq!(sent(&server), ("POST /rest/file/clear".into(), r#"{"filename":"fdSzCv"}"#.into()));
    let (server, client) =
        center(&NOTHING.replacen("\"\"", r#"{"version":"6.4.0","token":4711}"#, 1)).await;
    let system = client.system().await.unwrap();
    assert_eq!(system.version.as_deref(), Some("6.4.0"));
    assert!(system.extra.is_empty() && !format!("{system:?}").contains("4711"));
    assert_eq!(sent(&server).0, "GET /rest/system");
}

#[tokio::test]
async fn a_call_that_the_crate_does_not_know() {
    let (server, client) = center(&NOTHING.replacen("\"\"", r#"{"usable":[7]}"#, 1)).await;
    let scans = client.request(Method::GET, "scan").query("fields", "id,name").await.unwrap();
    assert_eq!(scans["usable"][0], 7);
    assert_eq!((scans.status().as_u16(), scans.timestamp().is_some()), (200, true));
    assert_eq!(sent(&server).0, "GET /rest/scan?fields=id%2Cname");

    let (server, client) = center(NOTHING).await;
    let call = client.request(Method::POST, "scanResult/7/x").json([("a", 1)]);
    assert_eq!(tokio::spawn(call).await.unwrap().unwrap().as_str(), Some(""));
    assert_eq!(sent(&server), ("POST /rest/scanResult/7/x".into(), r#"[["a",1]]"#.into()));
    let head = &server.full_requests()[0].0;
    assert!(head.contains("x-apikey: accesskey=access; secretkey=secret"), "{head}");

    // An error is one as in any other call.
    let gone = r#"{"error_code":147,"error_msg":"gone"}"#;
    let (_server, client) = center(gone).await;
    let error = client.request(Method::DELETE, "scan/7").await.unwrap_err();
    assert!(error.is_not_found() && error.operation() == Some("request"), "{error}");
}

/// A body that can't be written as JSON.
struct Unwritable;

impl serde::Serialize for Unwritable {
    fn serialize<S: serde::Serializer>(&self, _: S) -> Result<S::Ok, S::Error> {
        Err(serde::ser::Error::custom("no"))
    }
}

#[tokio::test]
async fn bad_input_is_refused_before_a_byte_is_sent() {
    let (server, client) = center(NOTHING).await;
    let r = client.scan_results();
    let early = UNIX_EPOCH - Duration::from_secs(1);
    let none: [&str; 0] = [];
    let refusals: Vec<Error> = vec![
        r.get(0).await.map(drop).unwrap_err(),
        r.delete(0).await.map(drop).unwrap_err(),
        r.download(0).await.map(drop).unwrap_err(),
        r.email(1, none).await.map(drop).unwrap_err(),
        r.email(1, [""]).await.map(drop).unwrap_err(),
        r.email(1, ["a@b.c,d@e.f"]).await.map(drop).unwrap_err(),
        r.email(1, ["a@b.c d@e.f"]).await.map(drop).unwrap_err(),
        r.email(1, ["a@b.c\r\nBcc: x@y.z"]).await.map(drop).unwrap_err(),
        r.stop(1).results("".into()).await.map(drop).unwrap_err(),
        r.list().param("", "x").await.map(drop).unwrap_err(),
        r.list().param("startTime", "1").all_time().await.map(drop).unwrap_err(),
        r.list().param("x", "1").param("x", "2").await.map(drop).unwrap_err(),
        r.list().all_time().finished_after(UNIX_EPOCH).await.map(drop).unwrap_err(),
        r.list().created_after(UNIX_EPOCH).finished_before(UNIX_EPOCH).await.map(drop).unwrap_err(),
        r.list().finished_after(early).await.map(drop).unwrap_err(),
        r.list()
            .finished_after(Timestamp::from_second(2).unwrap())
            .finished_before(Timestamp::from_second(1).unwrap())
            .await
            .map(drop)
            .unwrap_err(),
        client.request(Method::GET, "../token").await.map(drop).unwrap_err(),
        client.request(Method::GET, "scan?fields=id").await.map(drop).unwrap_err(),
        client.request(Method::POST, "scan").json(Unwritable).await.map(drop).unwrap_err(),
        r.list().fields(["a,b"]).await.map(drop).unwrap_err(),
        r.get(1).fields([""]).await.map(drop).unwrap_err(),
        r.list().created_after(early).await.map(drop).unwrap_err(),
        r.list()
            .created_after(UNIX_EPOCH + Duration::from_secs(2))
            .created_before(UNIX_EPOCH + Duration::from_secs(1))
            .await
            .map(drop)
            .unwrap_err(),
        r.import(Upload::bytes("x"), 0).await.map(drop).unwrap_err(),
        r.import(Upload::bytes("x"), 1).property("filename", "y").await.map(drop).unwrap_err(),
        client.files().clear("").await.map(drop).unwrap_err(),
    ];
    for refusal in refusals {
        assert_eq!(refusal.kind(), ErrorKind::InvalidRequest, "{refusal}");
    }
    assert_eq!(server.connections(), 0);
    let missing = Upload::path("/no/such/file").await.unwrap_err();
    assert_eq!(missing.kind(), ErrorKind::Io);
    assert_eq!(Upload::path("/").await.unwrap_err().kind(), ErrorKind::Io);
}

#[tokio::test]
async fn what_is_refused_before_a_request_names_its_operation() {
    let client = api_key_client("http://127.0.0.1:1");
    let results = client.scan_results();
    let upload = || Upload::bytes("<x/>");
    for (error, operation) in [
        (results.get(0).await.map(drop), "scanResult::id::GET"),
        (results.get(1).fields(["a,b"]).await.map(drop), "scanResult::id::GET"),
        (results.list().fields([""]).await.map(drop), "scanResult::GET"),
        (results.copy(0, []).await.map(drop), "scanResult::copy::POST"),
        (results.list().all_time().finished_after(UNIX_EPOCH).await.map(drop), "scanResult::GET"),
        (client.request(Method::GET, "").await.map(drop), "request"),
        (results.delete(0).await.map(drop), "scanResult::id::DELETE"),
        (results.email(0, ["a@b"]).await.map(drop), "scanResult::email::POST"),
        (results.email(1, ["a b"]).await.map(drop), "scanResult::email::POST"),
        (results.pause(0).await.map(drop), "scanResult::pause::POST"),
        (results.resume(0).await.map(drop), "scanResult::resume::POST"),
        (results.stop(0).await.map(drop), "scanResult::stop::POST"),
        (results.download(0).await.map(drop), "scanResult::download::POST"),
        (results.reimport(0).await.map(drop), "scanResult::id::import::POST"),
        (results.import(upload(), 0).await.map(drop), "scanResult::import::POST"),
        (
            results.import(upload(), 1).property("filename", "x").await.map(drop),
            "scanResult::import::POST",
        ),
        (client.files().clear("").await.map(drop), "file::clear::POST"),
    ] {
        let error = error.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidRequest, "{operation}");
        assert_eq!(error.operation(), Some(operation), "{error}");
    }
}
