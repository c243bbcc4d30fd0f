//! What is refused, whatever the call.

use reqwest::Method;
use serde_json::json;

use super::visit::{Visit, envelope, refused};

#[tokio::test]
async fn unknown_results_are_not_found() {
    let visit = Visit::begin().await;
    for (method, path) in [
        (Method::GET, "scanResult/31"),
        (Method::DELETE, "scanResult/31"),
        (Method::POST, "scanResult/31/copy"),
        (Method::POST, "scanResult/31/download"),
        (Method::POST, "scanResult/31/import"),
        (Method::POST, "scanResult/31/pause"),
        (Method::POST, "scanResult/31/resume"),
        (Method::POST, "scanResult/31/stop"),
    ] {
        let message = refused(visit.request(method, path), 147).await;
        assert!(message.starts_with("Unable to find existing Scan #31"), "{path}: {message}");
    }
    let body = json!({"email": "a@example.com"});
    visit.refused("scanResult/31/email", body, 147).await;
}

#[tokio::test]
async fn ids_that_are_none_are_refused() {
    let visit = Visit::begin().await;
    for id in ["nothing", "-1", "1.0", "99999999999999999999", "%20", "%FF"] {
        let request = visit.request(Method::GET, &format!("scanResult/{id}"));
        let response = request.send().await.unwrap();
        assert!([400, 403].contains(&response.status().as_u16()), "{id}");
        assert_eq!(envelope(response).await["error_code"], 146, "{id}");
    }
}

#[tokio::test]
async fn bodies_that_are_none_are_refused() {
    let visit = Visit::begin().await;
    for body in
        ["{", "[]", "null", "\u{feff}{}", "{\"downloadType\":7}", "{\"downloadType\":\"v3\"}"]
    {
        refused(visit.request(Method::POST, "scanResult/1/download").body(body), 146).await;
    }
    let response = visit.request(Method::POST, "scanResult/1/copy");
    let response = response.body(vec![b' '; 3 << 20]).send().await.unwrap();
    assert_eq!(response.status(), 413);
    envelope(response).await;
}

#[tokio::test]
async fn what_is_not_there_is_a_page_of_the_web_server() {
    let visit = Visit::begin().await;
    for (method, path, status) in [
        (Method::GET, "scanResults", 404),
        (Method::GET, "../index.html", 404),
        (Method::PATCH, "scanResult/1", 405),
    ] {
        let response = visit.request(method, path).send().await.unwrap();
        assert_eq!(response.status(), status, "{path}");
        assert!(response.text().await.unwrap().starts_with("<!DOCTYPE HTML>"), "{path}");
    }
}
