//! Uploads, and what becomes of them.

use std::slice;

use reqwest::Method;
use serde_json::json;

use crate::visit::{Visit, envelope, ids, refused};

#[tokio::test]
async fn an_import_makes_a_new_result() {
    let visit = Visit::begin().await;
    let file = visit.upload("example.nessus", "<NessusClientData_v2/>").await;
    assert_eq!(visit.center.uploads(), slice::from_ref(&file));
    assert_eq!(visit.center.upload_size(&file), Some(22));
    let body = json!({
        "repository": {"id": 1},
        "filename": file,
        "classifyMitigatedAge": "0",
        "dhcpTracking": "true",
        "scanningVirtualHosts": "true",
        "timeoutAction": "import",
        "rolloverType": "nextDay",
        "anything": {"else": 1},
    });
    assert_eq!(visit.post("scanResult/import", body.clone()).await, "");
    assert!(visit.center.uploads().is_empty());
    let result = visit.get("scanResult/10").await;
    assert_eq!(result["name"], "example");
    assert_eq!(
        (&result["status"], &result["importStatus"]),
        (&json!("Completed"), &json!("Finished"))
    );
    assert_eq!((&result["scan"]["id"], &result["repository"]["id"]), (&json!(-1), &json!("1")));
    assert_eq!(
        visit.refused("scanResult/import", body, 147).await,
        format!("Unable to find file '{file}'.\n")
    );
}

#[tokio::test]
async fn a_refused_import_leaves_the_file() {
    let visit = Visit::begin().await;
    let file = visit.upload("example.nessus", "x").await;
    let import = |repository: u64| json!({"repository": {"id": repository}, "filename": file});
    let message = visit.refused("scanResult/import", import(3), 146).await;
    assert_eq!(message, "Group #0 does not have access to the Repository #3.\n");
    visit.center.refuse_imports("The license has expired.");
    assert_eq!(
        visit.refused("scanResult/import", import(1), 146).await,
        "The license has expired."
    );
    visit.refused("scanResult/1/import", json!({}), 146).await;
    visit.center.accept_imports();
    for wrong in [
        json!({"filename": file}),
        json!({"repository": 1, "filename": file}),
        json!({"repository": {"id": 1}}),
        json!({"repository": {"id": 1}, "filename": file, "dhcpTracking": true}),
        json!({"repository": {"id": 1}, "filename": file, "classifyMitigatedAge": 0}),
    ] {
        visit.refused("scanResult/import", wrong, 146).await;
    }
    assert_eq!(visit.center.uploads(), slice::from_ref(&file));
    assert_eq!(ids(&visit.get("scanResult").await["usable"]).len(), 7);

    let cleared = visit.post("file/clear", json!({"filename": file})).await;
    assert!(cleared["filename"].as_str().unwrap().ends_with(&file));
    assert!(visit.center.uploads().is_empty());
    visit.refused("file/clear", json!({"filename": file}), 147).await;
}

#[tokio::test]
async fn a_result_is_imported_again() {
    let visit = Visit::begin().await;
    visit.post("scanResult/4/stop", json!({"type": "import"})).await;
    let body = json!({"dhcpTracking": "false"});
    assert_eq!(visit.post("scanResult/4/import", body).await, "");
    let result = visit.get("scanResult/4").await;
    assert_eq!(
        (&result["importStatus"], &result["importErrorDetails"]),
        (&json!("Finished"), &json!(""))
    );
    visit.refused("scanResult/3/import", json!({}), 146).await;
}

#[tokio::test]
async fn an_upload_may_be_larger_than_other_bodies() {
    let visit = Visit::begin().await;
    let file = visit.upload("big.nessus", vec![b'x'; 5 << 20]).await;
    assert_eq!(visit.center.upload_size(&file), Some(5 << 20));
}

#[tokio::test]
async fn an_upload_without_a_file_is_refused() {
    let visit = Visit::begin().await;
    let upload = || visit.request(Method::POST, "file/upload");
    let form = reqwest::multipart::Form::new().text("context", "none");
    refused(upload().multipart(form), 146).await;
    let response = upload().body("no form").send().await.unwrap();
    assert_eq!(response.status(), 400);
    envelope(response).await;
    let halfway = "--x\r\nContent-Disposition: form-data; name=\"Filedata\"\r\n\r\n<Ness";
    let kind = "multipart/form-data; boundary=x";
    let response = upload().header("content-type", kind).body(halfway).send().await.unwrap();
    assert_eq!(response.status(), 400);
    envelope(response).await;
    assert!(visit.center.uploads().is_empty());
}
