//! How responses of Tenable.sc servers are read, with the oddities that real ones send.

use crate::support::{Reply, ScriptedServer, envelope, error_envelope};
use scanops::{
    Error, ErrorKind,
    tenable_sc::{
        Client,
        record::{ImportStatus, ScanResult, ScanStatus},
    },
};
use serde_json::json;

/// A client of a server that gives this reply to each request.
async fn client(reply: Reply) -> Client {
    ScriptedServer::of(reply).await.sc()
}

async fn get_error(reply: Reply) -> Error {
    client(reply).await.scan_results().get(31).await.unwrap_err()
}

#[tokio::test]
async fn an_empty_response_is_a_success_of_a_call_that_returns_nothing() {
    let client = client(Reply::sc("\"\"")).await;
    let results = client.scan_results();
    assert_eq!(*results.copy(121, [1]).await.unwrap(), None);
    results.delete(121).await.unwrap();
    results.email(121, ["a@b.c"]).await.unwrap();
    results.reimport(121).await.unwrap();
    assert_eq!(*results.pause(121).await.unwrap(), None);
    let error = results.get(121).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Decode, "a record was expected");
}

#[tokio::test]
async fn a_record_is_read_whatever_the_types_of_its_values() {
    let record = r#"{
        "id": "121", "name": "weekly", "status": "Being Frozen", "importStatus": "No Results",
        "startTime": "1550189100", "finishTime": "-1", "importStart": -1, "totalIPs": "-1",
        "running": "true", "scannedIPs": 7, "progress": [], "ioSyncStatus": null,
        "scan": {"id": -1, "name": ""}, "owner": {"id": "1", "username": "head"}, "uuid": "x-1"
    }"#;
    let client = client(Reply::sc(record)).await;
    let results = client.scan_results();
    let read = results.get(121).await.unwrap();
    assert_eq!((read.id, read.running, read.scanned_ips), (121, Some(true), Some(7)));
    assert_eq!(read.status, Some(ScanStatus::Other("Being Frozen".into())));
    assert_eq!(read.import_status, Some(ImportStatus::NoResults));
    assert_eq!((read.finish_time, read.import_start, read.total_ips), (None, None, None));
    assert!(read.start_time.is_some() && read.progress.is_none() && read.scan_id().is_none());
    assert_eq!(read.owner.as_ref().unwrap().username.as_deref(), Some("head"));
    // Untypable values are kept as they were sent, and a written record reads back as the same.
    for (name, value) in
        [("uuid", json!("x-1")), ("finishTime", json!("-1")), ("progress", json!([]))]
    {
        assert_eq!(read.extra[name], value);
    }
    let written = serde_json::to_string(&*read).unwrap();
    assert_eq!(serde_json::from_str::<ScanResult>(&written).unwrap(), *read);
    for controlled in [
        results.pause(121).await.unwrap(),
        results.resume(121).await.unwrap(),
        results.stop(121).await.unwrap(),
        results.copy(121, []).await.unwrap(),
    ] {
        assert_eq!(controlled.as_ref().unwrap().id, 121);
        assert!(controlled.warnings().is_empty());
    }
}

#[tokio::test]
async fn a_response_without_either_list_is_an_error_and_not_an_empty_list() {
    for response in ["{}", r#"{"message":"try later"}"#, r#"{"total":"7"}"#] {
        let error = client(Reply::sc(response)).await.scan_results().list().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Decode, "{response}: {error}");
    }
    // One of the lists is enough.
    for response in [r#"{"usable":[]}"#, r#"{"manageable":[]}"#, r#"{"usable":null}"#] {
        let list = client(Reply::sc(response)).await.scan_results().list().await.unwrap();
        assert!(list.usable.is_empty() && list.manageable.is_empty(), "{response}");
    }
}

#[tokio::test]
async fn of_many_invalid_records_500_are_kept_and_the_rest_are_counted() {
    let zeros = vec!["0"; 1000].join(",");
    let lists = format!(r#"{{"usable":[{{"id":1}},{zeros}],"manageable":[{zeros},{{"id":2}}]}}"#);
    let client = client(Reply::sc(&lists)).await;
    let list = client.scan_results().list().await.unwrap();
    assert_eq!((list.usable[0].id, list.manageable[0].id), (1, 2));
    let invalid = list.invalid_records();
    assert_eq!(
        (invalid.len(), invalid[0].list.as_deref(), invalid[0].index),
        (500, Some("usable"), 1)
    );
    assert!(list.warnings()[0].message.starts_with("1500 more records"), "{:?}", list.warnings());
}

#[tokio::test]
async fn a_success_whose_record_can_not_be_read_is_a_success() {
    for sent in [r#"[{"id": "9"}]"#, r#"{"name": "without an id"}"#, "7", r#""done""#, "true"] {
        let server = ScriptedServer::of(Reply::sc(sent)).await;
        let results = server.sc().scan_results();
        for response in [
            results.copy(121, [1]).await.unwrap(),
            results.stop(121).await.unwrap(),
            results.pause(121).await.unwrap(),
            results.resume(121).await.unwrap(),
        ] {
            assert_eq!(*response, None);
            let warning = &response.warnings()[0].message;
            assert!(warning.contains("was carried out"), "{sent}: {warning}");
            let compact = sent.replace(": ", ":");
            assert!(warning.ends_with(&compact), "{sent}: {warning}");
        }
        assert_eq!(server.requests(), 4, "and nothing was repeated");
    }
}

#[tokio::test]
async fn a_code_is_an_error_with_any_status() {
    for status in ["200 OK", "403 Forbidden", "500 Error"] {
        let body = error_envelope(147, "Unable to find existing Scan #31 for Organization #1.");
        let error = get_error(Reply::http(status, &[], body)).await;
        assert!(error.is_not_found(), "{status}: {error}");
        assert_eq!(error.code(), Some(147));
        assert!(error.server_message().unwrap().contains("Scan #31"));
        assert_eq!(error.operation(), Some("scanResult::id::GET"));
    }
}

#[tokio::test]
async fn warnings_are_kept() {
    let body = envelope(r#"{"id": 5}"#)
        .replace(r#""warnings":[]"#, r#""warnings":[{"code": 7, "warning": "soon gone"}]"#);
    let client = client(Reply::json(&body)).await;
    let response = client.scan_results().get(5).await.unwrap();
    assert_eq!(response.warnings()[0].message, "soon gone");
    assert_eq!(response.timestamp().unwrap().as_second(), 1_550_189_100);
    assert_eq!((response.id, response.status().as_u16(), response.attempts()), (5, 200, 1));
    assert!(response.headers().contains_key("content-type"));
}

#[tokio::test]
async fn a_response_that_is_not_an_envelope_is_an_error_that_says_so() {
    for (body, message) in [
        ("<!DOCTYPE html><title>Tenable.sc - Login</title>", "an HTML page"),
        ("", "the response is empty"),
        ("OK", "not one of Tenable.sc"),
        (r#"{"type":"regular","response":["#, "not one of Tenable.sc"),
        (r#"{"type":"regular","response":7}"#, "not what this call returns"),
        (r#"[{"id":"31"}]"#, "not one of Tenable.sc"),
        (r#"{"error_code":147,"response":{"id":"31"},"error_code":0}"#, "not one of Tenable.sc"),
    ] {
        let error = get_error(Reply::json(body)).await;
        assert_eq!(error.kind(), ErrorKind::Decode, "{body}");
        assert!(error.to_string().contains(message), "{body}: {error}");
    }
}

#[tokio::test]
async fn a_json_response_or_a_page_is_never_a_report() {
    for (reply, kind) in [
        (Reply::sc_error(147, "gone"), ErrorKind::NotFound),
        (Reply::http("403 Forbidden", &[], error_envelope(147, "gone")), ErrorKind::NotFound),
        (Reply::sc("\"\""), ErrorKind::Decode),
        (Reply::http("200 OK", &[("Content-Type", "application/zip")], "{}"), ErrorKind::Decode),
        (Reply::json("<html><title>Log in</title>"), ErrorKind::Decode),
        (Reply::json("  \n"), ErrorKind::Decode),
        (Reply::json(""), ErrorKind::Decode),
        (Reply::json("Service is restarting"), ErrorKind::Decode),
        (Reply::json(" ".repeat(1000) + &error_envelope(147, "gone")), ErrorKind::NotFound),
    ] {
        let client = client(reply).await;
        let error = client.scan_results().download(31).await.unwrap_err();
        assert_eq!(error.kind(), kind, "{error}");
        assert_eq!(error.operation(), Some("scanResult::download::POST"));
    }
}

#[tokio::test]
async fn a_report_is_recognised_in_one_byte_chunks() {
    let mut response = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n".to_vec();
    for byte in b"PK\x03\x04 and the rest" {
        response.extend_from_slice(&[b'1', b'\r', b'\n', *byte, b'\r', b'\n']);
    }
    response.extend_from_slice(b"0\r\n\r\n");
    let client = client(Reply::Send(response)).await;
    let mut report = client.scan_results().download(31).await.unwrap();
    assert_eq!(report.content_length(), None);
    let mut whole = Vec::new();
    while let Some(part) = report.next_chunk().await.unwrap() {
        whole.extend_from_slice(&part);
    }
    assert_eq!(whole, b"PK\x03\x04 and the rest");
    assert_eq!(report.bytes_read(), whole.len() as u64);
}
