//! A sandbox records its requests, and their `Debug` shows no secrets.

use reqwest::{Client, Method};
use scanops::transfer::Upload;
use scanops_sandbox::{InsightVm, RecordedRequest, TenableSc};
use serde_json::{Value, json};

use crate::{center_client, session_client};

fn only(requests: Vec<RecordedRequest>) -> RecordedRequest {
    let [request] = <[RecordedRequest; 1]>::try_from(requests).unwrap();
    request
}

#[tokio::test]
async fn a_request_is_recorded_in_full() {
    let console = InsightVm::start().await.unwrap();
    let body = json!({"name": "Lyon", "address": "lyon.example.com", "port": 40814});
    let sent = Client::new()
        .post(format!("{}/api/3/scan_engines?a=1%202&b=x+y&a=3&empty", console.url()))
        .basic_auth(console.user(), Some(console.password()))
        .header("X-Twice", "one")
        .header("X-Twice", "two")
        .json(&body);
    assert_eq!(sent.send().await.unwrap().status(), 201);

    let request = only(console.requests());
    assert_eq!((request.method(), request.path()), ("POST", "/api/3/scan_engines"));
    assert_eq!(request.query("a").unwrap(), "1 2");
    assert_eq!(request.query("b").unwrap(), "x y");
    assert_eq!(request.query("empty").unwrap(), "");
    assert_eq!(request.query("c"), None);
    assert_eq!(request.parameters().len(), 4);
    assert_eq!(request.header("Content-Type"), Some("application/json"));
    assert!(request.header("authorization").unwrap().starts_with("Basic "));
    assert_eq!(request.header("missing"), None);
    let twice: Vec<_> = request.headers().filter(|(name, _)| *name == "x-twice").collect();
    assert_eq!(twice, [("x-twice", &b"one"[..]), ("x-twice", b"two")]);
    assert_eq!(request.json::<Value>().unwrap(), body);
    assert_eq!(request.text(), body.to_string());
    assert_eq!(request.body().len(), usize::try_from(request.body_length()).unwrap());
    assert!(request.is_whole());
}

#[tokio::test]
async fn the_latest_are_kept_and_all_can_be_forgotten() {
    let center = TenableSc::builder().keep_requests(3).start().await.unwrap();
    let paths = || center.requests().iter().map(|seen| seen.path().to_owned()).collect::<Vec<_>>();
    assert!(paths().is_empty());
    let http = Client::new();
    for number in 0..5 {
        http.get(format!("{}/{number}", center.url())).send().await.unwrap();
    }
    assert_eq!(paths(), ["/2", "/3", "/4"]);
    center.forget_requests();
    assert!(paths().is_empty());
    http.get(format!("{}/5", center.url())).send().await.unwrap();
    assert_eq!(paths(), ["/5"]);

    let forgetful = TenableSc::builder().keep_requests(0).start().await.unwrap();
    http.get(forgetful.url()).send().await.unwrap();
    assert!(forgetful.requests().is_empty());
}

#[tokio::test]
async fn of_a_large_body_its_beginning_and_its_length_are_kept() {
    const SIZE: usize = 5 << 20;
    let center = TenableSc::start().await.unwrap();
    let client = center_client(&center).build().unwrap();
    client.files().upload(Upload::bytes(vec![b'x'; SIZE]).file_name("large.nessus")).await.unwrap();
    assert_eq!(center.upload_size(&center.uploads()[0]), Some(u64::try_from(SIZE).unwrap()));
    let request = only(center.requests());
    assert_eq!(request.body().len(), 64 * 1024);
    assert!(request.text().contains("name=\"Filedata\"; filename=\"large.nessus\""));
    let sent: u64 = request.header("content-length").unwrap().parse().unwrap();
    assert_eq!(request.body_length(), sent);
    assert!(!request.is_whole());
    assert!(request.json::<Value>().is_err());
}

#[tokio::test]
async fn a_rejected_request_is_recorded() {
    let console = InsightVm::start().await.unwrap();
    let request = Client::new().request(Method::PUT, format!("{}/nowhere", console.url()));
    assert_eq!(request.send().await.unwrap().status(), 401);
    let request = only(console.requests());
    assert_eq!((request.method(), request.path()), ("PUT", "/nowhere"));
    assert!(request.body().is_empty() && request.is_whole());
}

#[tokio::test]
async fn debug_shows_no_secrets() {
    let center = TenableSc::builder().credentials("secman", "correct horse").start().await.unwrap();
    session_client(&center).scan_results().email(1, ["soc@example.com"]).await.unwrap();
    let keys = center_client(&center).build().unwrap();
    keys.scan_results().get(1).await.unwrap();

    let requests = center.requests();
    assert_eq!(requests[0].json::<Value>().unwrap()["password"], "correct horse");
    let token = requests[1].header("x-securitycenter").unwrap();
    let cookie = requests[1].header("cookie").unwrap().split('=').nth(1).unwrap();
    let shown = format!("{requests:#?}");
    for secret in ["correct horse", token, cookie, center.access_key(), center.secret_key()] {
        assert!(!shown.contains(secret), "{secret}: {shown}");
    }
    assert!(shown.contains("/rest/scanResult/1/email") && shown.contains("soc@example.com"));
    assert!(shown.contains("x-apikey"));

    let console = InsightVm::builder().token("123456").start().await.unwrap();
    let request = Client::new()
        .get(console.url())
        .basic_auth("nxadmin", Some("sandbox"))
        .header("Token", "123456")
        .body("{\"password\":\"elsewhere\"}");
    request.send().await.unwrap();
    let request = only(console.requests());
    let basic = request.header("authorization").unwrap().split(' ').nth(1).unwrap();
    let shown = format!("{request:?}");
    for secret in [basic, "123456", "elsewhere"] {
        assert!(!shown.contains(secret), "{secret}: {shown}");
    }
}
