//! The calls on one scan result that send no report.

use reqwest::Method;
use serde_json::{Value, json};

use super::visit::{Visit, envelope, ids, rejected, succeed};
use crate::assert_has;

#[tokio::test]
async fn a_record_is_whole_and_its_values_are_strings() {
    let visit = Visit::start().await;
    let record = visit.get("scanResult/4").await;
    for (name, value) in record.as_object().unwrap() {
        let fits = match name.as_str() {
            "ioSyncStatus" | "agentScanUUID" | "agentScanContainerUUID" => value.is_null(),
            "groups" => value.is_array(),
            "initiator" | "owner" | "ownerGroup" | "scan" | "repository" | "progress" => {
                value["id"].is_string() || name == "progress"
            }
            _ => value.is_string(),
        };
        assert!(fits, "{name}: {value}");
    }
    let expected = json!({
        "running": "false",
        "downloadAvailable": "true",
        "importStatus": "Importing",
        "importFinish": "-1",
        "scanDuration": "4620",
        "totalIPs": "254",
        "scan": {"id": "11"},
    });
    assert_has(&record, &expected);
    let imported = json!({"scan": {"id": -1}, "importDuration": "180"});
    assert_has(&visit.get("scanResult/1").await, &imported);
}

#[tokio::test]
async fn a_record_has_every_field_that_real_servers_send() {
    const RECORD: &str = "id name description details status importStatus importStart importFinish \
        importDuration diagnosticAvailable downloadAvailable downloadFormat dataFormat resultType \
        resultSource running errorDetails importErrorDetails totalIPs scannedIPs startTime \
        finishTime scanDuration createdTime completedIPs completedChecks totalChecks agentScanUUID \
        agentScanContainerUUID timeCompareField canUse canManage groups resultsSyncID jobID \
        ioSyncStatus initiator owner ownerGroup scan repository progress";
    const SHARE: &str = "scanningIPs scanningSize scannedIPs scannedSize awaitingDownloadIPs \
        awaitingDownloadSize distributedSize deadHostSize deadHostIPs";
    const PROGRESS: &str = "completedIPs completedChecks totalChecks checksPerHost totalIPs \
        runState status scanners";
    const SCANNER: &str = "id name description loadAvg chunkCompleted completedChecks chunks";

    let visit = Visit::start().await;
    let record = visit.get("scanResult/2").await;
    let has = |value: &Value, names: &[&str]| {
        for name in names.iter().flat_map(|names| names.split_whitespace()) {
            assert!(value.get(name).is_some(), "{name}: {value}");
        }
    };
    has(&record, &[RECORD]);
    has(&record["progress"], &[PROGRESS, SHARE]);
    for scanner in record["progress"]["scanners"].as_array().unwrap() {
        has(scanner, &[SCANNER, SHARE]);
    }
    for user in ["initiator", "owner"] {
        has(&record[user], &["id username firstname lastname uuid"]);
    }
    has(&record["repository"], &["id name description type dataFormat uuid"]);
    // Each of them can be requested alone.
    for name in RECORD.split_whitespace() {
        let picked = visit.get(&format!("scanResult/2?fields={name}")).await;
        assert_eq!(picked[name], record[name], "{name}");
    }
}

#[tokio::test]
async fn progress_fits_the_state() {
    let visit = Visit::start().await;
    let running = visit.get("scanResult/2?fields=progress").await;
    assert_eq!(running.as_object().unwrap().len(), 2);
    let progress = &running["progress"];
    let expected = json!({
        "completedIPs": "120",
        "totalIPs": "254",
        "scannedSize": 96,
        "deadHostSize": 24,
        "scanningIPs": "10.0.0.121-10.0.0.128",
    });
    assert_has(progress, &expected);
    assert_eq!(progress["scanners"].as_array().unwrap().len(), 2);
    for scanner in progress["scanners"].as_array().unwrap() {
        assert!(scanner["id"].is_string() && scanner["scannedSize"].is_u64(), "{scanner}");
        assert!(scanner["chunks"].is_array() && scanner["loadAvg"].is_string(), "{scanner}");
    }

    assert_eq!(visit.get("scanResult/6").await["progress"], json!([]));
    let queued = visit.get("scanResult/7").await;
    assert_eq!(queued["progress"]["totalChecks"], "-1");
    for name in ["startTime", "finishTime", "scanDuration", "importStart", "totalIPs"] {
        assert_eq!(queued[name], "-1", "{name}");
    }
}

#[tokio::test]
async fn fields_select_from_the_record() {
    let visit = Visit::start().await;
    let record = visit.get("scanResult/9?fields=name,status").await;
    assert_eq!(record, json!({"id": "9", "name": "Compliance audit", "status": "Completed"}));
}

#[tokio::test]
async fn a_deleted_result_is_not_found() {
    let visit = Visit::start().await;
    assert_eq!(succeed(visit.request(Method::DELETE, "scanResult/3")).await, "");
    rejected(visit.request(Method::GET, "scanResult/3"), 147).await;
    rejected(visit.request(Method::DELETE, "scanResult/3"), 147).await;
}

#[tokio::test]
async fn copies_are_new_results() {
    let visit = Visit::start().await;
    assert_eq!(visit.post("scanResult/1/copy", json!({})).await, "");
    let users = json!({"users": [{"id": 1}, {"id": "2"}]});
    assert_eq!(visit.post("scanResult/8/copy", users).await, "");
    let lists = visit.get("scanResult?filter=usable&fields=name,owner").await;
    let copies = &lists["usable"].as_array().unwrap()[7..];
    let copies: Vec<_> = copies.iter().map(|it| (&it["name"], &it["owner"]["id"])).collect();
    let (agent, daily) =
        (json!("Daily agent scan [Agent Scan Import]"), json!("Daily internal scan"));
    let (one, two) = (json!("1"), json!("2"));
    assert_eq!(copies, [(&agent, &one), (&daily, &one), (&daily, &two)]);
    visit.rejected("scanResult/1/copy", json!({"users": [{"id": 3}]}), 147).await;
    visit.rejected("scanResult/1/copy", json!({"users": 1}), 146).await;
    visit.rejected("scanResult/2/copy", json!({}), 146).await;
    assert_eq!(ids(&visit.get("scanResult").await["usable"]).len(), 10);
}

#[tokio::test]
async fn a_failed_mail_looks_like_a_success() {
    let visit = Visit::start().await;
    let mail = async |id: u64, addresses: &str| {
        let request = visit.request(Method::POST, &format!("scanResult/{id}/email"));
        let response = request.json(&json!({"email": addresses})).send().await.unwrap();
        assert_eq!(response.status(), 200);
        let html = response.headers()["content-type"] == "text/html; charset=UTF-8";
        let envelope = envelope(response).await;
        assert_has(&envelope, &json!({"error_code": 0, "response": ""}));
        let message = envelope["error_msg"].as_str().unwrap().to_owned();
        assert_eq!(html, !message.is_empty());
        message
    };
    assert_eq!(mail(1, "a@example.com,b@example.com").await, "");
    for addresses in ["name", "a@example.com,", "a@example.com, b@example.com", "@", "a@b\r\n.c"] {
        let message = mail(1, addresses).await;
        assert!(message.starts_with("Scan Result email failed.\n"), "{message}");
    }
    assert_ne!(mail(2, "a@example.com").await, "");
    visit.center.configure(|settings| settings.fail_mail = Some("No SMTP server.".to_owned()));
    let message = mail(1, "a@example.com").await;
    assert_eq!(message, "Scan Result email failed.\nNo SMTP server.\n");
    visit.center.configure(|settings| settings.fail_mail = None);
    assert_eq!(mail(1, "a@example.com").await, "");
    visit.rejected("scanResult/1/email", json!({}), 146).await;
    visit.rejected("scanResult/1/email", json!({"email": ["a@example.com"]}), 146).await;
}

#[tokio::test]
async fn scans_are_paused_resumed_and_stopped() {
    let visit = Visit::start().await;
    for (call, status) in [("pause", "Paused"), ("resume", "Running"), ("stop", "Stopped")] {
        let record = succeed(visit.request(Method::POST, &format!("scanResult/2/{call}"))).await;
        assert_eq!((&record["id"], &record["status"]), (&json!("2"), &json!(status)));
        let again = visit.rejected(&format!("scanResult/2/{call}"), json!({}), 146).await;
        assert!(again.starts_with(&format!("Scan Result #2 is {status}")), "{again}");
    }
    let stopped = visit.get("scanResult/2").await;
    assert_ne!(stopped["finishTime"], "-1");
    assert_has(&stopped, &json!({"running": "false", "importStatus": "No Results"}));

    // An import goes on: there is no scan to stop any more.
    let import = json!({"type": "import"});
    visit.rejected("scanResult/4/stop", import.clone(), 146).await;
    visit.rejected("scanResult/3/stop", json!({"type": "everything"}), 146).await;
    let record = visit.post("scanResult/7/stop", json!({"type": "discard"})).await;
    assert_has(&record, &json!({"status": "Stopped", "importStatus": "No Results"}));
}

#[tokio::test]
async fn a_stop_that_imports_has_imported_at_once() {
    let visit = Visit::start().await;
    for (id, what) in [(2, "import"), (3, "rollover")] {
        let record = visit.post(&format!("scanResult/{id}/stop"), json!({"type": what})).await;
        assert_has(&record, &json!({"status": "Stopped", "importStatus": "Finished"}));
        for name in ["finishTime", "importStart", "importFinish"] {
            assert_ne!(record[name], "-1", "{name}");
        }
    }
}
