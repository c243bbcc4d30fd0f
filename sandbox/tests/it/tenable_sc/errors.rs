//! What is rejected, and what comes with every response, whatever the call.

use reqwest::Method;
use scanops_sandbox::tenable_sc::Warning;
use serde_json::{Value, json};

use super::visit::{Visit, envelope, rejected};

#[tokio::test]
async fn unknown_results_are_not_found() {
    let visit = Visit::start().await;
    for (method, call) in [
        (Method::GET, ""),
        (Method::DELETE, ""),
        (Method::POST, "/copy"),
        (Method::POST, "/download"),
        (Method::POST, "/email"),
        (Method::POST, "/import"),
        (Method::POST, "/pause"),
        (Method::POST, "/resume"),
        (Method::POST, "/stop"),
    ] {
        let request = visit.request(method, &format!("scanResult/31{call}"));
        let message = rejected(request.json(&json!({"email": "a@example.com"})), 147).await;
        assert!(message.starts_with("Unable to find existing Scan #31"), "{call}: {message}");
    }
}

#[tokio::test]
async fn invalid_ids_are_rejected() {
    let visit = Visit::start().await;
    for id in ["nothing", "-1", "1.0", "99999999999999999999", "%20", "%FF"] {
        let request = visit.request(Method::GET, &format!("scanResult/{id}"));
        let response = request.send().await.unwrap();
        assert!([400, 403].contains(&response.status().as_u16()), "{id}");
        assert_eq!(envelope(response).await["error_code"], 146, "{id}");
    }
}

#[tokio::test]
async fn invalid_bodies_are_rejected() {
    let visit = Visit::start().await;
    for body in
        ["{", "[]", "null", "\u{feff}{}", "{\"downloadType\":7}", "{\"downloadType\":\"v3\"}"]
    {
        rejected(visit.request(Method::POST, "scanResult/1/download").body(body), 146).await;
    }
    let large = visit.request(Method::POST, "scanResult/1/copy").body(vec![b' '; 3 << 20]);
    let response = large.send().await.unwrap();
    assert_eq!(response.status(), 413);
    envelope(response).await;
}

#[tokio::test]
async fn an_unknown_path_or_method_is_a_page_of_the_web_server() {
    let visit = Visit::start().await;
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

#[tokio::test]
async fn warnings_are_objects() {
    let visit = Visit::start().await;
    let warning = || Warning { code: 101, warning: "The license expires soon.".to_owned() };
    visit.center.configure(|settings| settings.warnings = vec![warning(), warning()]);
    let warnings = async |path: &str| {
        let response = visit.request(Method::GET, path).send().await.unwrap();
        response.json::<Value>().await.unwrap()["warnings"].take()
    };
    let shown = json!({"code": 101, "warning": "The license expires soon."});
    for path in ["scanResult", "scanResult/1", "scanResult/31", "system"] {
        assert_eq!(warnings(path).await, json!([shown, shown]), "{path}");
    }
    visit.center.configure(|settings| settings.warnings.clear());
    assert_eq!(warnings("scanResult").await, json!([]));
}
