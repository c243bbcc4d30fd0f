//! What real consoles were seen to send, each fact by name.
#![allow(clippy::unwrap_used, reason = "a test that can't go on may panic")]

mod support;

use scanops::{
    Error, ErrorKind,
    insightvm::{
        Client, ResponseValue, ScanEngineStatus, ScanStatus,
        types::{self, ScanEngines, ScanPage},
    },
};
use support::{Act, Script, once};

async fn answering(act: Act) -> (Script, Client) {
    let server = Script::start([act]).await;
    let client = once(server.url()).build().unwrap();
    (server, client)
}

async fn engines(body: &str) -> ResponseValue<ScanEngines> {
    let (_server, client) = answering(Act::json(body)).await;
    client.get_scan_engines().send().await.unwrap()
}

async fn scans(body: &str) -> ResponseValue<ScanPage> {
    let (_server, client) = answering(Act::json(body)).await;
    client.get_scan_engine_scans().id(1).send().await.unwrap()
}

async fn refusal(act: Act) -> Error {
    let (_server, client) = answering(act).await;
    client.get_scan_engine().id(7).send().await.unwrap_err()
}

#[tokio::test]
async fn a_null_costs_neither_its_record_nor_its_list() {
    let answer = engines(
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
        answer.resources.iter().map(|engine| (engine.id, engine.name.as_str())).collect();
    assert_eq!(read, [(1, "whole"), (2, "nulls"), (3, "nulls inside"), (4, ""), (5, "")]);
    assert_eq!(answer.resources[0].port, Some(40814));
    assert_eq!(answer.resources[1].port, None);
    assert_eq!(answer.resources[2].sites, [1, 2]);
    assert!(answer.set_aside().is_empty());
}

#[tokio::test]
async fn one_null_on_page_20_does_not_end_the_walk() {
    let answer = scans(
        r#"{"page": {"number": 20, "size": 2, "totalPages": 30, "totalResources": 60},
            "resources": [{"id": 1, "vulnerabilities": null, "engineIds": null, "assets": null},
                          {"id": 2, "status": "finished"}]}"#,
    )
    .await;
    assert_eq!(answer.resources.len(), 2);
    assert_eq!(answer.resources[1].status, Some(ScanStatus::Finished));
}

#[tokio::test]
async fn a_record_that_can_not_be_read_is_set_aside_and_the_others_stay() {
    let answer = engines(
        r#"{"resources": [{"id": 1, "name": "one"}, {"id": null, "name": "no id"},
                          {"id": 3, "name": "odd port", "port": "many"}, {"id": 4, "name": "four"}]}"#,
    )
    .await;
    assert_eq!(answer.resources.iter().map(|engine| engine.id).collect::<Vec<_>>(), [1, 4]);
    let aside = answer.set_aside();
    assert_eq!((aside[0].index, &aside[0].value["name"]), (1, &"no id".into()));
    assert_eq!((aside[1].index, &aside[1].value["port"]), (2, &"many".into()));
    assert!(aside[0].reason.contains("id"), "{}", aside[0].reason);
}

#[tokio::test]
async fn a_lone_record_with_nulls_is_read_too() {
    let (_server, client) =
        answering(Act::json(r#"{"id": 7, "name": null, "sites": null, "port": null}"#)).await;
    let engine = client.get_scan_engine().id(7).send().await.unwrap().into_inner();
    assert_eq!((engine.id, engine.name.as_str()), (7, ""));
}

#[tokio::test]
async fn unknown_values_of_enumerations_are_kept_and_known_ones_come_in_any_case() {
    let answer = engines(
        r#"{"resources": [{"id": 1, "name": "a", "status": "Active"},
                          {"id": 2, "name": "b", "status": "NOT-RESPONDING"},
                          {"id": 3, "name": "c", "status": "Being-Upgraded"}]}"#,
    )
    .await;
    let status = |index: usize| answer.resources[index].status.clone().unwrap();
    assert_eq!(status(0), ScanEngineStatus::Active);
    assert_eq!(status(1), ScanEngineStatus::NotResponding);
    assert_eq!(status(2), ScanEngineStatus::Other("Being-Upgraded".into()));
}

#[tokio::test]
async fn properties_that_no_document_lists_are_kept() {
    let answer =
        engines(r#"{"resources": [{"id": 1, "name": "a", "fips": true}], "new": 1}"#).await;
    assert_eq!(answer.resources[0].extra["fips"], true);
    let json = serde_json::to_value(&answer.resources[0]).unwrap();
    assert_eq!(json, serde_json::json!({"id": 1, "name": "a", "fips": true}));
}

#[tokio::test]
async fn a_pool_among_the_engines_has_port_minus_1() {
    let answer = engines(
        r#"{"resources": [{"id": 3, "name": "Default Engine Pool", "port": -1,
                           "address": "Default Engine Pool", "links": []}]}"#,
    )
    .await;
    let pool = &answer.resources[0];
    assert_eq!((pool.port, pool.address.as_deref()), (Some(-1), Some(pool.name.as_str())));
    assert_eq!((&pool.product_version, &pool.content_version), (&None, &None));
}

#[tokio::test]
async fn links_can_carry_an_id() {
    let answer = engines(
        r#"{"links": [{"href": "h", "rel": "self", "id": 5}, {"href": "h", "id": "five"}],
            "resources": []}"#,
    )
    .await;
    assert_eq!(answer.links[0].id, Some(5.into()));
    assert_eq!(answer.links[1].id, Some("five".into()));
}

#[tokio::test]
async fn an_empty_set_has_no_pages() {
    let answer = scans(
        r#"{"page": {"number": 0, "size": 10, "totalPages": 0, "totalResources": 0},
            "resources": []}"#,
    )
    .await;
    assert_eq!(answer.page.as_ref().unwrap().total_pages, Some(0));
    let answer = scans(r#"{"page": {"totalPages": 0}}"#).await;
    assert!(answer.resources.is_empty());
}

#[tokio::test]
async fn the_status_in_an_error_is_a_number_or_a_string() {
    for status in ["404", "\"404\"", "null", "[]"] {
        let body = format!(r#"{{"status": {status}, "message": "No engine 7.", "links": []}}"#);
        let error = refusal(Act::answer("404 Not Found", &[], body)).await;
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
        let error = refusal(Act::answer(status, &[], body)).await;
        assert_eq!(error.kind(), kind, "{status}");
        assert_eq!(error.status().unwrap().as_str(), &status[..3]);
        assert_eq!(error.server_message(), message, "{status}");
        assert_eq!(error.operation(), Some("getScanEngine"));
        assert_eq!(error.url().unwrap().path(), "/api/3/scan_engines/7");
    }
}

#[tokio::test]
async fn an_error_keeps_a_few_kib_of_a_large_body_and_shows_a_line() {
    let error = refusal(Act::answer("500 Oops", &[], "long ".repeat(1_000_000))).await;
    assert!(error.excerpt().unwrap().len() <= 4096);
    assert!(error.to_string().len() < 600, "{}", error.to_string().len());
}

#[tokio::test]
async fn an_object_that_is_no_list_is_no_empty_list() {
    for body in [
        r#"{"message": "The console is starting up", "status": 503, "links": []}"#,
        r#"{"error": "session expired"}"#,
        "{}",
        r#"{"resources": {}}"#,
    ] {
        let (_server, client) = answering(Act::json(body)).await;
        let error = client.get_scan_engines().send().await.unwrap_err();
        // An error in the console's own words is that error.
        let is_error = body.contains("starting up");
        let kind = if is_error { ErrorKind::Unavailable } else { ErrorKind::Decode };
        assert_eq!(error.kind(), kind, "{body}");
        let said = error.server_message().is_some_and(|it| it.contains("starting up"));
        assert_eq!(said, is_error);
    }
}

#[tokio::test]
async fn what_can_not_be_read_costs_no_more_memory_than_it_is_worth() {
    let zeros = format!(r#"{{"resources": [{}0]}}"#, "0,".repeat(100_000));
    let (_server, client) = answering(Act::json(&zeros)).await;
    let error = client.get_scan_engines().send().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Decode);
    let long = format!(r#"{{"id": "{}", "name": "e"}}"#, "x".repeat(1_000_000));
    let (_server, client) = answering(Act::json(&long)).await;
    let error = client.get_scan_engine().id(7).send().await.unwrap_err();
    assert!(format!("{error} {error:?}").len() < 2000);
    let answer = engines(&format!(r#"{{"resources": [{long}]}}"#)).await;
    assert!(answer.set_aside()[0].reason.len() <= 300);
    let said = format!(r#"{{"message": "{}"}}"#, "x".repeat(60_000));
    let error = refusal(Act::answer("400 Bad Request", &[], said)).await;
    assert!(error.to_string().len() < 3000);
}

#[tokio::test]
async fn an_empty_list_is_sent_and_one_left_out_is_not() {
    let server = Script::start([Act::json("{}")]).await;
    let client = once(server.url()).build().unwrap();
    let pool = |b: types::builder::EnginePoolUpdate| b.name("p").engines(vec![]).sites(vec![]);
    client.update_scan_engine_pool().id(6).body_map(pool).send().await.unwrap();
    client.update_scan_engine_pool().id(6).body_map(|b| b.name("p")).send().await.unwrap();
    let bodies: Vec<_> = server.requests_in_full().into_iter().map(|(_, body)| body).collect();
    assert_eq!(bodies, [r#"{"engines":[],"name":"p","sites":[]}"#, r#"{"name":"p"}"#]);
}

#[tokio::test]
async fn what_is_set_aside_is_as_sent_and_at_its_place() {
    let answer =
        engines(r#"{"resources": [null, {"name": "x", "status": null}, {"id": 1}]}"#).await;
    let aside = &answer.set_aside()[0];
    assert_eq!((aside.index, &aside.value), (1, &serde_json::json!({"name": "x", "status": null})));
}

#[tokio::test]
async fn a_bad_link_does_not_cost_the_list() {
    let answer = engines(r#"{"links": [7], "resources": [{"id": 1, "name": "one"}]}"#).await;
    assert_eq!((answer.resources.len(), answer.links.len()), (1, 0));
}

#[tokio::test]
async fn a_page_or_text_in_place_of_json_is_an_error_with_its_status() {
    for (body, message) in [
        ("<html><title>Security Console: Log in</title>", "an HTML page"),
        ("OK", "not JSON"),
        ("", "empty"),
        ("   ", "empty"),
        ("[]", "not what this call returns"),
        ("{\"id\": \"x\"}", "not what this call returns"),
        ("{\"id\": 1, \"name\": ", "not JSON"),
    ] {
        let (_server, client) = answering(Act::json(body)).await;
        let error = client.get_scan_engine().id(7).send().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Decode, "{body}");
        assert!(error.to_string().contains(message), "{body}: {error}");
        assert_eq!(error.status().unwrap(), 200);
        assert_eq!(error.operation(), Some("getScanEngine"));
    }
}

#[tokio::test]
async fn an_html_page_is_not_a_shared_secret() {
    for body in ["<html>Log in</html>", r#"{"message": "x"}"#, "", "two words"] {
        let (_server, client) = answering(Act::answer("200 OK", &[], body)).await;
        let error = client.shared_secret().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Decode, "{body}");
        assert_eq!(error.excerpt(), None);
    }
}

#[tokio::test]
async fn a_204_without_a_body_is_success_to_a_change_and_none_to_a_question() {
    for act in [
        Act::Send(b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n".to_vec()),
        Act::answer("200 OK", &[], ""),
    ] {
        let (_server, client) = answering(act).await;
        assert!(client.delete_scan_engine().id(7).send().await.unwrap().links.is_empty());
        client.remove_scan_engine_pool_scan_engine().id(7).engine_id(8).send().await.unwrap();
        client.set_scan_engine_pool_scan_engines().id(7).body(vec![8]).send().await.unwrap();
        let error = client.get_scan_engines().send().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Decode);
        let body = |b: types::builder::EnginePoolCreate| b.name("p").engines([1]);
        let error = client.create_scan_engine_pool().body_map(body).send().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Decode, "an id was due");
    }
}

#[tokio::test]
async fn the_declared_content_type_does_not_matter() {
    for kind in ["text/html", "application/octet-stream", "nonsense"] {
        let act = Act::answer("200 OK", &[("Content-Type", kind)], r#"{"id": 7, "name": "e"}"#);
        let (_server, client) = answering(act).await;
        assert_eq!(client.get_scan_engine().id(7).send().await.unwrap().id, 7);
    }
}

#[tokio::test]
async fn what_every_console_would_refuse_is_refused_before_a_byte_is_sent() {
    let (server, client) = answering(Act::HangUp).await;
    let pool = |b: types::builder::EnginePoolCreate| b.name("p").engines([]);
    let refusals = [
        client.get_scan_engine().id(0).send().await.map(drop).unwrap_err(),
        client.delete_scan_engine().id(-1).send().await.map(drop).unwrap_err(),
        client.get_scan_engine().send().await.map(drop).unwrap_err(),
        client
            .add_scan_engine_pool_scan_engine()
            .id(1)
            .engine_id(-2)
            .send()
            .await
            .map(drop)
            .unwrap_err(),
        client.get_scan_engine_scans().id(1).page(-1).send().await.map(drop).unwrap_err(),
        client.get_scan_engine_scans().id(1).size(0).send().await.map(drop).unwrap_err(),
        client.get_scan_engine_scans().id(1).size(501).send().await.map(drop).unwrap_err(),
        client
            .get_scan_engine_sites()
            .id(1)
            .sort(vec![String::new()])
            .send()
            .await
            .map(drop)
            .unwrap_err(),
        client.create_scan_engine_pool().body_map(pool).send().await.map(drop).unwrap_err(),
        client
            .create_scan_engine()
            .body_map(|b| b.name("e").address("a").port(0))
            .send()
            .await
            .map(drop)
            .unwrap_err(),
        client.create_scan_engine().body_map(|b| b.name("e")).send().await.map(drop).unwrap_err(),
        client
            .update_scan_engine()
            .id(6)
            .body_map(|b| b.name("e").address("a").port(70_000))
            .send()
            .await
            .map(drop)
            .unwrap_err(),
    ];
    for refusal in refusals {
        assert_eq!(refusal.kind(), ErrorKind::InvalidRequest, "{refusal}");
        assert_eq!(refusal.attempts(), 0);
    }
    assert_eq!(server.connections(), 0);
}

#[tokio::test]
async fn an_error_under_a_200_is_no_success() {
    let no = r#"{"status": "404", "message": "No engine 7.", "links": []}"#;
    let busy = r#"{"status": 503, "message": "busy"}"#;
    let server = Script::start([Act::json(no), Act::json(busy)]).await;
    let console = once(server.url()).build().unwrap();
    // Its answer is links alone, which this has too.
    let error = console.delete_scan_engine().id(7).send().await.map(drop).unwrap_err();
    assert!(error.is_not_found(), "{error}");
    assert_eq!(error.server_message(), Some("No engine 7."));
    assert!(error.to_string().contains("rejected the call with HTTP status 200"), "{error}");
    let error = console.delete_scan_engine().id(7).send().await.map(drop).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unavailable, "{error}");
    // What looks a little like one is none: an engine's status is a word, and a scan has both.
    let engine = r#"{"id": 7, "name": "e", "status": "active", "message": "fine"}"#;
    let server = Script::start([Act::json(engine)]).await;
    let console = once(server.url()).build().unwrap();
    assert_eq!(console.get_scan_engine().id(7).send().await.unwrap().id, 7);
}
