//! Errors, warnings and forms of downloads that a test asks the server for.

use reqwest::{Method, RequestBuilder};
use scanops_sandbox::TenableSc;
use scanops_sandbox::tenable_sc::ApiError;
use serde_json::{Value, json};

use super::visit::{Visit, granted, refused};

async fn answer(request: RequestBuilder) -> (u16, Value) {
    let response = request.send().await.unwrap();
    (response.status().as_u16(), serde_json::from_slice(&response.bytes().await.unwrap()).unwrap())
}

#[tokio::test]
async fn a_failure_can_come_as_a_success() {
    let visit = Visit::begin().await;
    visit.center.fail_next(2, ApiError::new(146, "Not today.").status(200));
    for (method, path) in [(Method::GET, "scanResult"), (Method::POST, "scanResult/1/download")] {
        let (status, answer) = answer(visit.request(method, path)).await;
        assert_eq!(status, 200);
        assert_eq!(
            (&answer["error_code"], &answer["error_msg"], &answer["response"]),
            (&json!(146), &json!("Not today."), &json!(""))
        );
    }
    granted(visit.request(Method::GET, "scanResult")).await;
}

#[tokio::test]
async fn errors_come_in_the_order_in_which_they_were_asked_for() {
    let visit = Visit::begin().await;
    visit.center.fail_next(0, ApiError::new(5, "never"));
    visit.center.fail_next(1, ApiError::database_is_locked());
    visit.center.fail_next(1, ApiError::new(-7, "Odd.").status(500));
    // Strangers are turned away before anything else.
    refused(visit.stranger(Method::GET, "scanResult"), 12).await;
    let message = refused(visit.request(Method::GET, "scanResult"), 1).await;
    assert!(message.contains("database is locked"), "{message}");
    let (status, answer) = answer(visit.request(Method::POST, "file/clear")).await;
    assert_eq!((status, &answer["error_code"]), (500, &json!(-7)));
    granted(visit.request(Method::GET, "scanResult")).await;
}

#[tokio::test]
async fn warnings_are_objects() {
    let visit = Visit::begin().await;
    visit.center.warn([(101, "The license expires soon."), (102, "A disk is nearly full.")]);
    for path in ["scanResult", "scanResult/1", "scanResult/31", "system"] {
        let (_, answer) = answer(visit.request(Method::GET, path)).await;
        assert_eq!(
            answer["warnings"],
            json!([
                {"code": 101, "warning": "The license expires soon."},
                {"code": 102, "warning": "A disk is nearly full."},
            ]),
            "{path}"
        );
    }
    visit.center.warn::<String>([]);
    let (_, answer) = answer(visit.request(Method::GET, "scanResult")).await;
    assert_eq!(answer["warnings"], json!([]));
}

#[tokio::test]
async fn a_download_can_be_bare() {
    let center = TenableSc::builder().report_size(300_000).start().await.unwrap();
    let visit = Visit::to(center);
    visit.center.bare_downloads(true);
    let response = visit.request(Method::POST, "scanResult/1/download").send().await.unwrap();
    assert_eq!(response.headers()["content-type"], "application/zip");
    let document = response.bytes().await.unwrap();
    assert_eq!(document.len(), 300_000);
    assert!(document.starts_with(b"<?xml"));
    assert!(document.ends_with(b"</NessusClientData_v2>\n"));
    visit.center.bare_downloads(false);
    let response = visit.request(Method::POST, "scanResult/1/download").send().await.unwrap();
    assert!(response.bytes().await.unwrap().starts_with(b"PK"));
}
