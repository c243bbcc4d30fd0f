//! Errors, warnings and forms of downloads that a test orders from the server.

use reqwest::{Method, RequestBuilder};
use scanops_sandbox::TenableSc;
use scanops_sandbox::tenable_sc::{ApiError, Warning};
use serde_json::{Value, json};

use super::visit::{Visit, rejected, succeed};
use crate::assert_has;

async fn send(request: RequestBuilder) -> (u16, Value) {
    let response = request.send().await.unwrap();
    (response.status().as_u16(), response.json().await.unwrap())
}

#[tokio::test]
async fn a_failure_can_look_like_a_success() {
    let visit = Visit::start().await;
    visit.center.fail_next(2, ApiError::new(146, "Not today.").status(200));
    for (method, path) in [(Method::GET, "scanResult"), (Method::POST, "scanResult/1/download")] {
        let (status, envelope) = send(visit.request(method, path)).await;
        assert_eq!(status, 200);
        let expected = json!({"error_code": 146, "error_msg": "Not today.", "response": ""});
        assert_has(&envelope, &expected);
    }
    succeed(visit.request(Method::GET, "scanResult")).await;
}

#[tokio::test]
async fn errors_come_in_the_order_in_which_they_were_ordered() {
    let visit = Visit::start().await;
    visit.center.fail_next(0, ApiError::new(5, "never"));
    visit.center.fail_next(1, ApiError::database_is_locked());
    visit.center.fail_next(1, ApiError::new(-7, "Odd.").status(500));
    // Requests without credentials are rejected before anything else.
    rejected(visit.anonymous(Method::GET, "scanResult"), 12).await;
    let message = rejected(visit.request(Method::GET, "scanResult"), 1).await;
    assert!(message.contains("database is locked"), "{message}");
    let (status, envelope) = send(visit.request(Method::POST, "file/clear")).await;
    assert_eq!((status, &envelope["error_code"]), (500, &json!(-7)));
    succeed(visit.request(Method::GET, "scanResult")).await;
}

#[tokio::test]
async fn warnings_are_objects() {
    let visit = Visit::start().await;
    let warning = || Warning { code: 101, warning: "The license expires soon.".to_owned() };
    visit.center.configure(|settings| settings.warnings = vec![warning(), warning()]);
    let shown = json!({"code": 101, "warning": "The license expires soon."});
    for path in ["scanResult", "scanResult/1", "scanResult/31", "system"] {
        let (_, envelope) = send(visit.request(Method::GET, path)).await;
        assert_eq!(envelope["warnings"], json!([shown, shown]), "{path}");
    }
    visit.center.configure(|settings| settings.warnings.clear());
    let (_, envelope) = send(visit.request(Method::GET, "scanResult")).await;
    assert_eq!(envelope["warnings"], json!([]));
}

#[tokio::test]
async fn a_download_can_be_bare() {
    let visit = Visit::of(TenableSc::builder().report_size(300_000)).await;
    visit.center.configure(|settings| settings.bare_downloads = true);
    let response = visit.download(1).await;
    assert_eq!(response.headers()["content-type"], "application/zip");
    let document = response.bytes().await.unwrap();
    assert_eq!(document.len(), 300_000);
    assert!(document.starts_with(b"<?xml"));
    assert!(document.ends_with(b"</NessusClientData_v2>\n"));
    visit.center.configure(|settings| settings.bare_downloads = false);
    assert!(visit.zipped(1).await.starts_with(b"PK"));
}
