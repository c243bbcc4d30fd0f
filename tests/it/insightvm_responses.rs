//! How responses of InsightVM consoles are read, with the oddities that real ones send.

use crate::support::{Reply, ScriptedServer, assert_error};
use scanops::{
    Error, ErrorKind, Response,
    insightvm::{
        Client, ScanEngineStatus,
        types::{
            EnginePoolCreate, EnginePoolUpdate, ScanEngine, ScanEngineCreate, ScanEngineUpdate,
            ScanEngines, ScanPage,
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

async fn engine(body: &str) -> Result<Response<ScanEngine>, Error> {
    client(Reply::json(body)).await.get_scan_engine(7).await
}

async fn get_error(reply: Reply) -> Error {
    client(reply).await.get_scan_engine(7).await.unwrap_err()
}

#[tokio::test]
async fn a_null_invalidates_neither_its_record_nor_its_list() {
    let response = engines(
        r#"{"links": null, "resources": [
            {"id": 1, "name": "whole", "port": 40814, "sites": [1, 2]},
            null,
            {"id": 2, "name": "nulls", "address": null, "port": null, "sites": null, "links": null,
             "status": null, "isAWSPreAuthEngine": null, "productVersion": null},
            {"id": 3, "name": "nulls inside", "sites": [1, null, 2], "links": [null, {"rel": null}]},
            {"id": 4, "name": null},
            {"id": 5}
        ]}"#,
    )
    .await;
    let read: Vec<_> =
        response.resources.iter().map(|engine| (engine.id, engine.name.as_str())).collect();
    assert_eq!(read, [(1, "whole"), (2, "nulls"), (3, "nulls inside"), (4, ""), (5, "")]);
    assert_eq!(response.resources[0].port, Some(40814));
    assert_eq!(response.resources[1].port, None);
    assert_eq!(response.resources[2].sites, [1, 2]);
}

#[tokio::test]
async fn an_invalid_record_is_kept_with_its_index_and_the_others_are_read() {
    let response = engines(
        r#"{"resources": [{"id": 1, "name": "one"}, {"id": null, "name": "no id"}, null,
                          {"name": "x", "status": null}, {"id": 4, "name": "four", "port": "many"}]}"#,
    )
    .await;
    assert_eq!(response.resources.iter().map(|engine| engine.id).collect::<Vec<_>>(), [1, 4]);
    let invalid: Vec<_> =
        response.invalid_records().iter().map(|it| (it.index, &it.value)).collect();
    let sent =
        [json!({"id": null, "name": "no id"}), json!(null), json!({"name": "x", "status": null})];
    assert_eq!(invalid, [(1, &sent[0]), (2, &sent[1]), (3, &sent[2])]);
    let reason = &response.invalid_records()[0].reason;
    assert!(reason.contains("id"), "{reason}");
    let odd = &response.resources[1];
    assert_eq!((odd.port, &odd.extra["port"]), (None, &"many".into()));
}

#[tokio::test]
async fn enumerations_ignore_case_and_keep_unknown_values() {
    let response = engines(
        r#"{"resources": [{"id": 1, "name": "a", "status": "Active"},
                          {"id": 2, "name": "b", "status": "NOT-RESPONDING"},
                          {"id": 3, "name": "c", "status": "Being-Upgraded"}]}"#,
    )
    .await;
    let status = |index: usize| response.resources[index].status.clone().unwrap();
    assert_eq!(status(0), ScanEngineStatus::Active);
    assert_eq!(status(1), ScanEngineStatus::NotResponding);
    assert_eq!(status(2), ScanEngineStatus::Other("Being-Upgraded".into()));
}

#[tokio::test]
async fn a_pool_among_the_engines_has_port_minus_1() {
    let response = engines(
        r#"{"resources": [{"id": 3, "name": "Default Engine Pool", "port": -1,
                           "address": "Default Engine Pool", "links": []}]}"#,
    )
    .await;
    let pool = &response.resources[0];
    assert_eq!((pool.port, pool.address.as_deref()), (Some(-1), Some(pool.name.as_str())));
    assert_eq!((&pool.product_version, &pool.content_version), (&None, &None));
}

#[tokio::test]
async fn links_can_carry_an_id() {
    let response = engines(
        r#"{"links": [{"href": "h", "rel": "self", "id": 5}, {"href": "h", "id": "five"}],
            "resources": []}"#,
    )
    .await;
    assert_eq!(response.links[0].id, Some(5.into()));
    assert_eq!(response.links[1].id, Some("five".into()));
}

#[tokio::test]
async fn the_status_in_an_error_is_a_number_or_a_string() {
    for status in ["404", "\"404\"", "null", "[]"] {
        let body = format!(r#"{{"status": {status}, "message": "No engine 7.", "links": []}}"#);
        let error = get_error(Reply::http("404 Not Found", &[], body)).await;
        assert!(error.is_not_found());
        assert_eq!(error.server_message(), Some("No engine 7."));
    }
}

#[tokio::test]
async fn html_and_bare_text_errors_keep_their_http_status() {
    for (status, body, kind, message) in [
        (
            "502 Bad Gateway",
            "<html><head><title>502 Bad Gateway</title>",
            ErrorKind::Unavailable,
            Some("502 Bad Gateway"),
        ),
        ("401 Unauthorized", "<!DOCTYPE html><body>Log in", ErrorKind::Unauthorized, None),
        (
            "500 Internal Server Error",
            "java.lang.Oops\n\tat x",
            ErrorKind::Server,
            Some("java.lang.Oops at x"),
        ),
        ("400 Bad Request", "", ErrorKind::Rejected, None),
        ("403 Forbidden", "[1]", ErrorKind::Forbidden, Some("[1]")),
        (
            "409 Conflict",
            r#"{"error": "in use"}"#,
            ErrorKind::Rejected,
            Some(r#"{"error": "in use"}"#),
        ),
        ("418 I'm a teapot", "\u{0}\u{1}", ErrorKind::Rejected, None),
    ] {
        let error = get_error(Reply::http(status, &[], body)).await;
        assert_eq!(error.kind(), kind, "{status}");
        assert_eq!(error.status().unwrap().as_str(), &status[..3]);
        assert_eq!(error.server_message(), message, "{status}");
        assert_eq!(error.operation(), Some("getScanEngine"));
        assert_eq!(error.url().unwrap().path(), "/api/3/scan_engines/7");
    }
}

#[tokio::test]
async fn errors_and_invalid_records_keep_a_bounded_part_of_what_was_sent() {
    let zeros = format!(r#"{{"resources": [{}0]}}"#, "0,".repeat(100_000));
    let client = client(Reply::json(&zeros)).await;
    let error = client.get_scan_engines().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Decode);
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
async fn an_empty_list_is_sent_and_an_omitted_one_is_not() {
    let server = ScriptedServer::of(Reply::json("{}")).await;
    let client = server.console();
    let mut pool = EnginePoolUpdate::new("p");
    client.update_scan_engine_pool(6, &pool).await.unwrap();
    (pool.engines, pool.sites) = (Some(vec![]), Some(vec![]));
    client.update_scan_engine_pool(6, &pool).await.unwrap();
    let bodies: Vec<_> = server.full_requests().into_iter().map(|(_, body)| body).collect();
    assert_eq!(bodies, [r#"{"name":"p"}"#, r#"{"engines":[],"name":"p","sites":[]}"#]);
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
    let (page, sort) = (Some(-1), ["id".to_owned(), " ".to_owned()]);
    let sort = Some(&sort[..]);
    for (error, message) in [
        (client.get_scan_engine(0).await.map(drop), "getScanEngine: `id` is 0"),
        (client.delete_scan_engine(-1).await.map(drop), "deleteScanEngine: `id` is -1"),
        (
            client.add_scan_engine_pool_scan_engine(1, -2).await.map(drop),
            "addScanEnginePoolScanEngine: `engineId` is -2",
        ),
        (client.get_scan_engine_scans(1, page, None, None).await.map(drop), "`page` is -1"),
        (client.get_scan_engine_scans(1, None, Some(0), None).await.map(drop), "`size` is 0"),
        (client.get_scan_engine_scans(1, None, Some(501), None).await.map(drop), "`size` is 501"),
        (client.get_scan_engine_sites(1, None, None, sort).await.map(drop), "`sort`"),
        (
            client.create_scan_engine_pool(&EnginePoolCreate::new("p", [])).await.map(drop),
            "`engines`",
        ),
        (client.create_scan_engine(&ScanEngineCreate::new("e", "a", 0)).await.map(drop), "`port`"),
        (
            client.update_scan_engine(6, &ScanEngineUpdate::new("e", "a", 70_000)).await.map(drop),
            "`port`",
        ),
        (client.request(Method::GET, "https://example.com/").await.map(drop), "path"),
        (client.request(Method::GET, "//example.com/").await.map(drop), "path"),
        (client.request(Method::GET, "/api/3/sites?size=1").await.map(drop), "path"),
        (client.request(Method::GET, "@example.com/").await.map(drop), "path"),
    ] {
        let error = error.unwrap_err();
        assert_eq!((error.kind(), error.attempts()), (ErrorKind::InvalidRequest, 0), "{error}");
        assert!(error.operation().is_some(), "{error}");
        assert!(error.to_string().contains(message), "{message}: {error}");
    }
    assert_eq!(server.connections(), 0);
}

#[tokio::test]
async fn an_optional_field_of_another_type_is_converted_or_kept_in_extra() {
    let response = engines(
        r#"{"links": [7], "resources": [
            {"id": 1, "name": "a", "port": "40814", "sites": ["3", 4.0], "links": "none",
             "lastUpdatedDate": "", "lastRefreshedDate": "2017-09-01T00:00:00.000Z",
             "isAWSPreAuthEngine": "true", "serialNumber": 5, "status": {"is": "odd"}, "new": null},
            {"id": "2", "name": 7, "links": [{"href": 1}, null, {"rel": "self"}]}
        ]}"#,
    )
    .await;
    assert!(response.invalid_records().is_empty(), "{:?}", response.invalid_records());
    assert_eq!((response.links.len(), &response.extra["links"]), (0, &json!([7])));
    let engine = &response.resources[0];
    assert_eq!((engine.port, &engine.sites[..]), (Some(40814), &[3, 4][..]));
    assert_eq!(engine.is_aws_pre_auth_engine, Some(true));
    assert_eq!(engine.serial_number.as_deref(), Some("5"));
    assert_eq!((engine.status.as_ref(), &engine.extra["status"]["is"]), (None, &"odd".into()));
    assert_eq!(engine.last_refreshed_date.unwrap().as_second(), 1_504_224_000);
    let kept: Vec<_> = engine.extra.keys().map(String::as_str).collect();
    assert_eq!(kept, ["lastUpdatedDate", "links", "new", "status"]);
    let other = &response.resources[1];
    assert_eq!((other.id, other.name.as_str(), other.links.len()), (2, "7", 2));
}

#[tokio::test]
async fn nulls_are_kept_or_dropped_whatever_the_other_fields_are() {
    for neighbour in ["", r#", "port": "many""#, r#", "name": null"#] {
        let body = format!(
            r#"{{"resources": [{{"id": 1, "name": "a", "unknown": null, "sites": null{neighbour}}}]}}"#
        );
        let response = engines(&body).await;
        assert!(response.resources[0].extra["unknown"].is_null(), "{body}");
        assert!(!response.resources[0].extra.contains_key("sites"), "{body}");
    }
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
async fn extra_properties_are_sent() {
    let server = ScriptedServer::of(Reply::json(r#"{"id": 1}"#)).await;
    let console = server.console();
    let mut engine = ScanEngineCreate::new("e", "a", 1);
    engine.extra.insert("isAWSPreAuthEngine".to_owned(), true.into());
    console.create_scan_engine(&engine).await.unwrap();
    let (_, body) = &server.full_requests()[0];
    let sent: serde_json::Value = serde_json::from_str(body).unwrap();
    let expected = json!(
        {"name": "e", "address": "a", "port": 1, "isAWSPreAuthEngine": true});
    assert_eq!(sent, expected);
    assert_eq!(serde_json::from_value::<ScanEngineCreate>(sent).unwrap(), engine);
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
    assert!(
        heads[0].starts_with("get /api/3/sites?size=100&sort=id%2casc&sort=name http/1.1"),
        "{}",
        heads[0]
    );
    assert!(heads[0].contains("authorization: basic"), "{}", heads[0]);
}

#[tokio::test]
async fn a_list_of_tiny_records_is_rejected_before_it_fills_the_memory() {
    let body = format!(r#"{{"resources": [{}{{"id":1}}]}}"#, r#"{"id":1},"#.repeat(3 << 20));
    let client = client(Reply::json(&body)).await;
    let error = client.get_scan_engines().await.map(drop).unwrap_err();
    assert_error(&error, ErrorKind::TooLarge, "MiB of memory");
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

#[tokio::test]
async fn a_number_in_place_of_a_string_is_kept_as_it_was_written() {
    for number in ["1.10", "123456789012345678901234", "-0", "1e5"] {
        let body = format!(r#"{{"id": 7, "name": {number}}}"#);
        assert_eq!(engine(&body).await.unwrap().name, number);
    }
}
