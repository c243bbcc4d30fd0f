//! How responses of InsightVM consoles are read, with the oddities that real ones send.

use crate::support::{Reply, ScriptedServer, calls};
use scanops::{
    Error, ErrorKind, Response,
    insightvm::{
        Client,
        types::{
            EnginePoolCreate, EnginePoolUpdate, ScanEngineCreate, ScanEngineUpdate, ScanEngines,
            ScanPage,
        },
    },
    reqwest::Method,
};
use serde_json::json;

/// A client of a server that gives this reply to each request.
async fn client(reply: Reply) -> Client {
    ScriptedServer::of(reply).await.console()
}

async fn engines(body: &str) -> Response<ScanEngines> {
    client(Reply::json(body)).await.get_scan_engines().await.unwrap()
}

async fn scans(body: &str) -> Response<ScanPage> {
    let client = client(Reply::json(body)).await;
    client.get_scan_engine_scans(1, None, None, None).await.unwrap()
}

async fn get_error(reply: Reply) -> Error {
    client(reply).await.get_scan_engine(7).await.unwrap_err()
}

/// Fields as a console sends them, as the engine is written again, and what of them is in `extra`.
#[rustfmt::skip]
const FIELDS: [(&str, &str, &[&str]); 14] = [
    // Nulls are dropped, in lists too. A field that is not documented is kept even then.
    (r#""port": null, "sites": null, "links": null, "status": null"#, "", &[]),
    (r#""port": -1, "sites": [1, null, 2], "links": [null, {}]"#, r#""port": -1, "sites": [1, 2], "links": [{}]"#, &[]),
    (r#""new": null, "sites": null"#, r#""new": null"#, &["new"]),
    (r#""new": null, "sites": null, "port": "many""#, r#""new": null, "port": "many""#, &["new", "port"]),
    // Values of other types are converted where their meaning is clear, and kept otherwise.
    (r#""port": "40814", "sites": ["3", 4.0]"#, r#""port": 40814, "sites": [3, 4]"#, &[]),
    (r#""isAWSPreAuthEngine": "true", "serialNumber": 5"#, r#""isAWSPreAuthEngine": true, "serialNumber": "5""#, &[]),
    (r#""address": 1.10, "serialNumber": -0"#, r#""address": "1.10", "serialNumber": "-0""#, &[]),
    (r#""address": 123456789012345678901234"#, r#""address": "123456789012345678901234""#, &[]),
    (r#""links": [{"href": 1, "id": 5}, {"id": "five"}]"#, r#""links": [{"href": "1", "id": 5}, {"id": "five"}]"#, &[]),
    (r#""links": "none", "status": {"is": 1}"#, r#""links": "none", "status": {"is": 1}"#, &["links", "status"]),
    (r#""lastUpdatedDate": "2017-09-01T00:00:00.000Z""#, r#""lastUpdatedDate": "2017-09-01T00:00:00Z""#, &[]),
    (r#""lastUpdatedDate": """#, r#""lastUpdatedDate": """#, &["lastUpdatedDate"]),
    // Enumerations ignore case, and keep unknown values.
    (r#""status": "NOT-RESPONDING""#, r#""status": "not-responding""#, &[]),
    (r#""status": "Being-Upgraded""#, r#""status": "Being-Upgraded""#, &[]),
];

#[tokio::test]
async fn each_value_of_an_engine_is_typed_or_kept_as_it_was_sent() {
    for (sent, written, extra) in FIELDS {
        let comma = if written.is_empty() { "" } else { "," };
        let expected = format!(r#"{{"id": 7, "name": "1.10"{comma} {written}}}"#);
        let expected: serde_json::Value = serde_json::from_str(&expected).unwrap();
        // By itself, and in a list.
        let sent = format!(r#"{{"id": "7", "name": 1.10, {sent}}}"#);
        let engine = client(Reply::json(&sent)).await.get_scan_engine(7).await;
        let engine = engine.unwrap_or_else(|error| panic!("{sent}: {error}"));
        let list = engines(&format!(r#"{{"links": null, "resources": [{sent}]}}"#)).await;
        assert!(list.invalid_records().is_empty(), "{sent}: {:?}", list.invalid_records());
        for engine in [&*engine, &list.resources[0]] {
            assert_eq!(serde_json::to_value(engine).unwrap(), expected, "{sent}");
            assert!(engine.extra.keys().eq(extra), "{sent}: {:?}", engine.extra);
        }
    }
}

#[tokio::test]
async fn an_invalid_record_is_kept_with_its_index_and_the_others_are_read() {
    let response = engines(
        r#"{"links": [7], "resources": [{"id": 1, "name": null}, {"id": null, "name": "no id"}, null,
                                        {"name": "x", "status": null}, {"id": 4}]}"#,
    )
    .await;
    let read = response.resources.iter().map(|engine| (engine.id, engine.name.as_str()));
    assert!(read.eq([(1, ""), (4, "")]), "{:?}", response.resources);
    let invalid: Vec<_> =
        response.invalid_records().iter().map(|it| (it.index, &it.value)).collect();
    let sent =
        [json!({"id": null, "name": "no id"}), json!(null), json!({"name": "x", "status": null})];
    assert_eq!(invalid, [(1, &sent[0]), (2, &sent[1]), (3, &sent[2])]);
    let reason = &response.invalid_records()[0].reason;
    assert!(reason.contains("id"), "{reason}");
    assert_eq!((response.links.len(), &response.extra["links"]), (0, &json!([7])));
}

#[tokio::test]
async fn an_error_keeps_its_http_status_whatever_its_body() {
    use ErrorKind::{Forbidden, NotFound, Rejected, Server, Unauthorized, Unavailable};
    let in_use = r#"{"error": "in use"}"#;
    for (status, body, kind, message) in [
        ("404 No", r#"{"status": 404, "message": "No engine 7."}"#, NotFound, Some("No engine 7.")),
        ("404 No", r#"{"status": "404", "message": "None."}"#, NotFound, Some("None.")),
        ("404 No", r#"{"status": null, "message": "None."}"#, NotFound, Some("None.")),
        ("404 No", r#"{"status": [], "message": "None."}"#, NotFound, Some("None.")),
        ("502 No", "<html><head><title>502 Bad</title>", Unavailable, Some("502 Bad")),
        ("401 No", "<!DOCTYPE html><body>Log in", Unauthorized, None),
        ("500 No", "java.lang.Oops\n\tat x", Server, Some("java.lang.Oops at x")),
        ("400 No", "", Rejected, None),
        ("403 No", "[1]", Forbidden, Some("[1]")),
        ("409 No", in_use, Rejected, Some(in_use)),
        ("418 No", "\u{0}\u{1}", Rejected, None),
    ] {
        let error = get_error(Reply::http(status, &[], body)).await;
        assert_eq!(error.kind(), kind, "{status} {body}");
        assert_eq!(error.status().unwrap().as_str(), &status[..3]);
        assert_eq!(error.server_message(), message, "{status} {body}");
        assert_eq!(error.operation(), Some("getScanEngine"));
        assert_eq!(error.url().unwrap().path(), "/api/3/scan_engines/7");
    }
}

#[tokio::test]
async fn errors_and_invalid_records_keep_a_bounded_part_of_what_was_sent() {
    let zeros = format!(r#"{{"resources": [{}0]}}"#, "0,".repeat(100_000));
    let client = client(Reply::json(&zeros)).await;
    let list = client.get_scan_engines().await.unwrap();
    assert_eq!((list.resources.len(), list.invalid_records().len()), (0, 500));
    assert!(list.warnings()[0].message.starts_with("99501 more records"), "{:?}", list.warnings());
    let long = format!(r#"{{"id": "{}", "name": "e"}}"#, "x".repeat(1_000_000));
    let error = get_error(Reply::json(&long)).await;
    assert!(format!("{error} {error:?}").len() < 2000);
    let response = engines(&format!(r#"{{"resources": [{long}]}}"#)).await;
    assert!(response.invalid_records()[0].reason.len() <= 300);
    let message = format!(r#"{{"message": "{}"}}"#, "x".repeat(60_000));
    let error = get_error(Reply::http("400 Bad Request", &[], message)).await;
    assert!(error.to_string().len() < 3000);
    let error = get_error(Reply::http("500 Oops", &[], "long ".repeat(1_000_000))).await;
    assert!(error.excerpt().unwrap().len() <= 4096);
    assert!(error.to_string().len() < 600, "{}", error.to_string().len());
}

#[tokio::test]
async fn what_was_set_is_sent_empty_lists_and_extra_fields_too() {
    let server = ScriptedServer::of(Reply::json("{}")).await;
    let client = server.console();
    let mut pool = EnginePoolUpdate::new("p");
    client.update_scan_engine_pool(6, &pool).await.unwrap();
    (pool.engines, pool.sites) = (Some(vec![]), Some(vec![]));
    client.update_scan_engine_pool(6, &pool).await.unwrap();
    let mut engine = ScanEngineCreate::new("e", "a", 1);
    engine.extra.insert("isAWSPreAuthEngine".to_owned(), true.into());
    client.create_scan_engine(&engine).await.unwrap();
    let bodies = server.full_requests().into_iter().map(|(_, body)| body);
    let bodies: Vec<serde_json::Value> =
        bodies.map(|body| serde_json::from_str(&body).unwrap()).collect();
    let sent_engine = json!({"name": "e", "address": "a", "port": 1, "isAWSPreAuthEngine": true});
    assert_eq!(
        bodies,
        [json!({"name": "p"}), json!({"engines": [], "name": "p", "sites": []}), sent_engine]
    );
    assert_eq!(serde_json::from_value::<ScanEngineCreate>(bodies[2].clone()).unwrap(), engine);
}

#[tokio::test]
async fn a_page_or_text_instead_of_json_is_an_error_with_its_status() {
    for (body, message) in [
        ("<html><title>Security Console: Log in</title>", "an HTML page"),
        ("OK", "not JSON"),
        ("", "empty"),
        ("   ", "empty"),
        ("[]", "not what this call returns"),
        ("{\"id\": \"x\"}", "not what this call returns"),
        ("{\"id\": 1, \"name\": ", "not JSON"),
    ] {
        let error = get_error(Reply::json(body)).await;
        assert_eq!(error.kind(), ErrorKind::Decode, "{body}");
        assert!(error.to_string().contains(message), "{body}: {error}");
        assert_eq!(error.status().unwrap(), 200);
        assert_eq!(error.operation(), Some("getScanEngine"));
    }
}

#[tokio::test]
async fn an_html_page_is_not_a_shared_secret() {
    for body in ["<html>Log in</html>", r#"{"message": "x"}"#, "", "two words"] {
        let client = client(Reply::ok(body)).await;
        let error = client.get_current_shared_secret().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Decode, "{body}");
        assert_eq!(error.excerpt(), None);
    }
}

#[tokio::test]
async fn a_204_is_a_success_of_a_change_and_an_error_of_a_read() {
    for reply in [
        Reply::Send(b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n".to_vec()),
        Reply::ok(""),
    ] {
        let client = client(reply).await;
        assert!(client.delete_scan_engine(7).await.unwrap().links.is_empty());
        client.remove_scan_engine_pool_scan_engine(7, 8).await.unwrap();
        client.set_scan_engine_pool_scan_engines(7, &[8]).await.unwrap();
        let error = client.get_scan_engines().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Decode);
        // It was created: an error would make callers create another one.
        let pool = EnginePoolCreate::new("p", [1]);
        let created = client.create_scan_engine_pool(&pool).await.unwrap();
        assert_eq!((created.id, created.warnings().len()), (None, 1));
    }
}

#[tokio::test]
async fn invalid_arguments_are_errors_before_a_byte_is_sent() {
    let server = ScriptedServer::of(Reply::Close).await;
    let client = server.console();
    let sort = ["id".to_owned(), " ".to_owned()];
    let no_engines = EnginePoolCreate::new("p", []);
    let no_port = ScanEngineCreate::new("e", "a", 0);
    let no_such_port = ScanEngineUpdate::new("e", "a", 70_000);
    let rows = calls! {
        client.get_scan_engine(0) => "getScanEngine: `id` is 0";
        client.delete_scan_engine(-1) => "deleteScanEngine: `id` is -1";
        client.add_scan_engine_pool_scan_engine(1, -2)
            => "addScanEnginePoolScanEngine: `engineId` is -2";
        client.get_scan_engine_scans(1, Some(-1), None, None) => "`page` is -1";
        client.get_scan_engine_scans(1, None, Some(0), None) => "`size` is 0";
        client.get_scan_engine_scans(1, None, Some(501), None) => "`size` is 501";
        client.get_scan_engine_sites(1, None, None, Some(&sort)) => "`sort`";
        client.create_scan_engine_pool(&no_engines) => "`engines`";
        client.create_scan_engine(&no_port) => "`port`";
        client.update_scan_engine(6, &no_such_port) => "`port`";
        client.request(Method::GET, "https://example.com/") => "path";
        client.request(Method::GET, "//example.com/") => "path";
        client.request(Method::GET, "/api/3/sites?size=1") => "have no query";
        client.request(Method::GET, "@example.com/") => "path";
        client.request(Method::GET, "/api/3/sites/../../../login.jsp") => "path";
        client.request(Method::GET, "/api/3/sites/%2e%2E/x") => "path";
        client.request(Method::GET, "/api/3/sites/a%2f..%2F../x") => "path";
        client.request(Method::GET, "/api/3/sites/./x") => "path";
        client.request(Method::GET, "/api/3//sites") => "path";
        client.request(Method::GET, "/api/3/x\ny") => "path";
        client.request(Method::GET, "/api/3/x y") => "path";
        client.request(Method::GET, "/api/3/\u{e4}") => "path";
    };
    for (name, call, message) in rows {
        let error = call.await.expect_err(name);
        assert_eq!((error.kind(), error.attempts()), (ErrorKind::InvalidRequest, 0), "{error}");
        assert!(error.operation().is_some(), "{error}");
        assert!(error.to_string().contains(message), "{name}: {error}");
    }
    assert_eq!(server.connections(), 0);
}

#[tokio::test]
async fn durations_and_times_are_typed() {
    let response = scans(
        r#"{"resources": [{"id": 1, "duration": "PT8H6M12.345S", "endTime": "2017-09-01T00:00:51.316Z"},
                          {"id": 2, "duration": "soon", "startTime": "yesterday"}]}"#,
    )
    .await;
    let (scan, odd) = (&response.resources[0], &response.resources[1]);
    assert_eq!(scan.duration.unwrap().as_millis(), 29_172_345);
    assert_eq!(scan.end_time.unwrap().as_millisecond(), 1_504_224_051_316);
    assert_eq!((odd.duration, odd.start_time), (None, None));
    assert_eq!(
        (&odd.extra["duration"], &odd.extra["startTime"]),
        (&"soon".into(), &"yesterday".into())
    );
}

#[tokio::test]
async fn a_201_is_a_success_whatever_its_body() {
    for (body, links) in [
        (r#"{"links": [{"rel": "self", "href": "https://c/api/3/scan_engines/9"}]}"#, 1),
        (r#"{"id": {"is": 9}}"#, 0),
        ("{}", 0),
        ("[]", 0),
        ("created", 0),
        (r#"{"id": 9, "#, 0),
        ("", 0),
    ] {
        let server = ScriptedServer::of(Reply::http("201 Created", &[], body)).await;
        let console = server.console();
        let engine = ScanEngineCreate::new("e", "a", 1);
        let created = console.create_scan_engine(&engine).await.unwrap();
        assert_eq!((created.id, created.links.len()), (None, links), "{body}");
        assert_eq!(created.warnings().len(), 1, "{body}");
        assert!(created.warnings()[0].message.contains("don't repeat"), "{body}");
        assert_eq!(server.requests(), 1);
    }
    // A login page does not come from the API, so nothing was created.
    let console = client(Reply::json("<html>Log in</html>")).await;
    let engine = ScanEngineCreate::new("e", "a", 1);
    assert_eq!(console.create_scan_engine(&engine).await.unwrap_err().kind(), ErrorKind::Decode);
}

#[tokio::test]
async fn a_call_without_a_method_of_its_own_is_sent_like_any_other() {
    let server = ScriptedServer::start([
        Reply::json(r#"{"resources": [{"id": 42}]}"#),
        Reply::ok("bare text"),
        Reply::http("404 Not Found", &[], r#"{"message": "No site 7."}"#),
    ])
    .await;
    let console = server.console();
    let sites = console
        .request(Method::GET, "/api/3/sites")
        .query("size", 100)
        .query("sort", ["id,ASC", "name"])
        .query("page", None::<i32>)
        .await
        .unwrap();
    assert_eq!(sites["resources"][0]["id"], 42);
    let text = console.request(Method::POST, "/api/3/x").json(&[1]).await.unwrap();
    assert_eq!(*text, "bare text");
    let error = console.request(Method::GET, "/api/3/sites/7").await.unwrap_err();
    assert!(error.is_not_found());
    assert_eq!(error.server_message(), Some("No site 7."));
    let heads = server.heads();
    let sent = "get /api/3/sites?size=100&sort=id%2casc&sort=name http/1.1";
    assert!(heads[0].starts_with(sent) && heads[0].contains("authorization: basic"), "{heads:?}");
}

#[tokio::test]
async fn an_error_with_status_200_is_not_a_success() {
    let no = r#"{"status": "404", "message": "No engine 7.", "links": []}"#;
    let busy = r#"{"status": 503, "message": "busy"}"#;
    let server = ScriptedServer::start([Reply::json(no), Reply::json(busy)]).await;
    let console = server.console();
    // The documented response consists of links, which this has too.
    let error = console.delete_scan_engine(7).await.map(drop).unwrap_err();
    assert!(error.is_not_found(), "{error}");
    assert_eq!(error.server_message(), Some("No engine 7."));
    assert!(error.to_string().contains("rejected the call with HTTP status 200"), "{error}");
    let error = console.delete_scan_engine(7).await.map(drop).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unavailable, "{error}");
    // An engine's status is a word, and a scan has a status and a message: neither is an error.
    let engine = r#"{"id": 7, "name": "e", "status": "active", "message": "fine"}"#;
    let server = ScriptedServer::of(Reply::json(engine)).await;
    let console = server.console();
    assert_eq!(console.get_scan_engine(7).await.unwrap().id, 7);
}

#[tokio::test]
async fn what_is_not_a_list_is_not_an_empty_list_unless_the_page_is_empty() {
    use ErrorKind::{Decode, Unavailable};
    for (body, error) in [
        (r#"{"resources": null, "page": {"totalResources": 0, "totalPages": 0}}"#, None),
        (r#"{"resources": null, "page": {"totalResources": 500, "totalPages": 1}}"#, Some(Decode)),
        (r#"{"message": "busy", "resources": null}"#, Some(Decode)),
        (r#"{"error": "session expired"}"#, Some(Decode)),
        ("{}", Some(Decode)),
        (r#"{"resources": {}}"#, Some(Decode)),
        // An error of the console.
        (r#"{"message": "starting up", "status": 503, "links": []}"#, Some(Unavailable)),
    ] {
        let client = client(Reply::json(body)).await;
        let result = client.get_scan_engines().await;
        assert_eq!(result.err().map(|error| error.kind()), error, "{body}");
    }
}
