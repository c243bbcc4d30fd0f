//! Every way in which a request is rejected.

use reqwest::Method;
use scanops_sandbox::InsightVm;
use serde_json::{Value, json};
use tokio::io::AsyncWriteExt;

use super::visit::{ENGINES, POOLS, SECRET, Visit, succeed};
use crate::wire::{connect, read};

#[tokio::test]
async fn requests_without_credentials_are_rejected() {
    let console = InsightVm::builder().credentials("me", "it's: me").token("123456");
    let visit = Visit::of(console).await;
    let list = || visit.anonymous(Method::GET, ENGINES);
    let challenged = list().send().await.unwrap();
    assert!(challenged.headers()["www-authenticate"].to_str().unwrap().starts_with("Basic "));
    for request in [
        list(),
        visit.anonymous(Method::GET, "/nowhere"),
        list().basic_auth("me", Some("not me")),
        list().bearer_auth("123456"),
        list().header("authorization", "Basic ====").header("token", "123456"),
        visit.request(Method::GET, ENGINES),
        visit.request(Method::GET, ENGINES).header("token", "1234567"),
    ] {
        visit.rejected(request, 401).await;
    }
    succeed(visit.request(Method::GET, ENGINES).header("Token", "123456"), 200).await;
}

#[tokio::test]
async fn bad_bodies_are_rejected() {
    let visit = Visit::start().await;
    let engine = json!({"name": "Lyon", "address": "lyon.example.com", "port": 40814});
    let with = |property: &str, value: Value| {
        let mut engine = engine.clone();
        engine[property] = value;
        engine
    };
    let (own, foreign) = (format!("{ENGINES}/4"), format!("{POOLS}/8/engines"));
    let pool = format!("{POOLS}/8");
    for (method, path, body) in [
        (Method::POST, ENGINES, with("id", json!(6))),
        (Method::POST, ENGINES, with("name", json!(null))),
        (Method::POST, ENGINES, with("name", json!(" "))),
        (Method::POST, ENGINES, with("name", json!(7))),
        (Method::POST, ENGINES, with("port", json!("40814"))),
        (Method::POST, ENGINES, with("port", json!(-1))),
        (Method::POST, ENGINES, with("port", json!(1.5))),
        (Method::POST, ENGINES, with("sites", json!("all"))),
        (Method::POST, ENGINES, json!({"name": "Lyon", "port": 40814})),
        (Method::POST, ENGINES, json!(["Lyon", "lyon.example.com", 40814])),
        (Method::POST, ENGINES, json!(null)),
        (Method::PUT, &own, with("id", json!(5))),
        (Method::PUT, &own, json!({})),
        (Method::POST, POOLS, json!({"name": "No engines"})),
        (Method::POST, POOLS, json!({"name": "No engines", "engines": []})),
        (Method::POST, POOLS, json!({"name": "Unknown engine", "engines": [99]})),
        (Method::POST, POOLS, json!({"name": "A pool in a pool", "engines": [2]})),
        (Method::POST, POOLS, json!({"name": "An id", "id": 9, "engines": [4]})),
        (Method::POST, POOLS, json!({"engines": [4]})),
        (Method::PUT, &pool, json!({"name": "Europe", "engines": [99]})),
        (Method::PUT, &pool, json!({"name": "Europe", "id": 9})),
        (Method::PUT, &pool, json!({"engines": [4]})),
        (Method::PUT, &foreign, json!([99])),
        (Method::PUT, &foreign, json!(["4"])),
        (Method::PUT, &foreign, json!({"engines": [4]})),
    ] {
        visit.rejected(visit.request(method, path).json(&body), 400).await;
    }
    for body in ["", "{", "\u{fffd}", &"[".repeat(100_000)] {
        let request = visit.request(Method::POST, ENGINES).body(body.to_owned());
        visit.rejected(request, 400).await;
    }
    let huge = "x".repeat((2 << 20) + 1);
    let huge = visit.request(Method::POST, ENGINES).body(huge);
    visit.rejected(huge, 413).await;
    assert_eq!(visit.get(&pool).await["engines"], json!([4, 5]), "nothing has changed");
}

#[tokio::test]
async fn unknown_resources_are_not_found() {
    // Besides what `contract` requests of each operation.
    let visit = Visit::start().await;
    let (get, put, delete) = (Method::GET, Method::PUT, Method::DELETE);
    for (method, path) in [
        (&get, "/"),
        (&get, "/api/3/scan_engines/"),
        (&get, "/api/3/scans/1"),
        (&get, "/api/3/scan_engines/-4"),
        (&put, "/api/3/scan_engines/2"),
        (&delete, "/api/3/scan_engines/2"),
        (&get, "/api/3/scan_engine_pools/3"),
        (&put, "/api/3/scan_engine_pools/3"),
        (&delete, "/api/3/scan_engine_pools/3"),
        (&get, "/api/3/scan_engine_pools/3/engines"),
        (&get, "/api/3/scan_engine_pools/3/sites"),
        (&put, "/api/3/scan_engine_pools/3/engines/4"),
        (&put, "/api/3/scan_engine_pools/8/engines/99"),
        (&delete, "/api/3/scan_engine_pools/8/engines/99"),
        (&delete, "/api/3/scan_engine_pools/99/engines/4"),
    ] {
        visit.rejected(visit.request(method.clone(), path).json(&json!({})), 404).await;
    }
}

#[tokio::test]
async fn invalid_ids_are_not_found() {
    let visit = Visit::start().await;
    for path in ["/six", "/4294967296", "/%FF", "/1.5"] {
        let request = visit.request(Method::GET, &format!("{ENGINES}{path}"));
        visit.rejected(request, 404).await;
    }
    let member = format!("{POOLS}/8/engines/1.5");
    visit.rejected(visit.request(Method::PUT, &member), 404).await;
}

#[tokio::test]
async fn wrong_methods_and_unwanted_formats_are_rejected() {
    let visit = Visit::start().await;
    for (method, path, allowed) in [
        (Method::DELETE, ENGINES, "GET,HEAD,POST"),
        (Method::PATCH, "/api/3/scan_engines/4", "GET,HEAD,PUT,DELETE"),
        (Method::PUT, SECRET, "GET,HEAD,POST,DELETE"),
        (Method::GET, "/api/3/scan_engine_pools/8/engines/4", "PUT,DELETE"),
    ] {
        let response = visit.request(method.clone(), path).send().await.unwrap();
        assert_eq!(response.headers()["allow"], allowed);
        visit.rejected(visit.request(method, path), 405).await;
    }
    for (method, path, accept) in [
        (Method::GET, ENGINES, "text/plain"),
        (Method::POST, SECRET, "application/json"),
        (Method::GET, SECRET, "application/json"),
        (Method::DELETE, SECRET, "text/plain"),
        (Method::GET, "/api/3/scan_engines/shared_secret/time_to_live", "text/plain"),
    ] {
        visit.rejected(visit.request(method, path).header("accept", accept), 406).await;
    }
    // The rejected POST has made none.
    visit.rejected(visit.request(Method::GET, SECRET), 404).await;
}

/// Sends bytes as they are, and reads the status of the response if there is one.
async fn raw(visit: &Visit, bytes: &[u8]) -> Option<u16> {
    let mut socket = connect(visit.console.url()).await;
    socket.write_all(bytes).await.unwrap();
    socket.shutdown().await.unwrap();
    read(&mut socket).await.status()
}

#[tokio::test]
async fn a_rejected_request_whose_body_arrives_late_leaves_its_connection_usable() {
    let visit = Visit::start().await;
    let mut socket = connect(visit.console.url()).await;
    let rejected = "PUT /api/3/nowhere HTTP/1.1\r\nHost: console\r\nContent-Length: 2\r\n\r\n";
    socket.write_all(rejected.as_bytes()).await.unwrap();
    // The sandbox has the head by the time that it has served another client.
    visit.rejected(visit.request(Method::GET, "/api/3/nowhere"), 404).await;
    socket.write_all(b"{}").await.unwrap();
    let last = "GET /api/3/nowhere HTTP/1.1\r\nHost: console\r\nConnection: close\r\n\r\n";
    socket.write_all(last.as_bytes()).await.unwrap();
    let responses = String::from_utf8(read(&mut socket).await.bytes).unwrap();
    assert_eq!(responses.matches("HTTP/1.1 401").count(), 2, "{responses}");
}

#[tokio::test]
async fn odd_requests_do_no_harm() {
    let visit = Visit::start().await;
    // nxadmin:sandbox
    let known = "Authorization: Basic bnhhZG1pbjpzYW5kYm94\r\n\r\n";
    for (head, status) in [
        ("GET /api/3/scan_engines HTTP/1.0\r\n", 200),
        ("GET http://console/api/3/scan_engines HTTP/1.1\r\n", 200),
        ("GET /api/3/scan_engines HTTP/1.1\r\nHost: \"<>\r\n", 200),
        ("GET /api/3/scan_engines HTTP/1.1\r\nHost: \u{e9}\r\n", 200),
        ("OPTIONS * HTTP/1.1\r\n", 404),
        ("CONNECT console:3780 HTTP/1.1\r\n", 404),
        ("GET //api/3/scan_engines HTTP/1.1\r\n", 404),
    ] {
        let request = format!("{head}{known}");
        assert_eq!(raw(&visit, request.as_bytes()).await, Some(status), "{head}");
    }
    for noise in [&b"\x16\x03\x01\x02\x00\x01\x00"[..], b"GET\r\n\r\n", b"\0\0\r\n\r\n"] {
        assert!(raw(&visit, noise).await.is_none_or(|status| status == 400));
    }
    visit.get(ENGINES).await;
}
