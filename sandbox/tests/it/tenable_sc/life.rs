//! How a server starts and ends, and how tests move what it holds.

use scanops_sandbox::{ManualClock, TenableSc};
use serde_json::json;

use super::visit::Visit;

#[tokio::test]
async fn servers_are_isolated() {
    let (visit, other) = (Visit::begin().await, Visit::begin().await);
    assert_ne!(visit.center.secret_key(), other.center.secret_key());
    visit.post("scanResult/2/stop", json!({})).await;
    assert_eq!(other.get("scanResult/2").await["status"], "Running");
}

#[tokio::test]
async fn a_manual_clock_makes_every_run_the_same() {
    let mut worlds = Vec::new();
    for _ in 0..2 {
        let center = TenableSc::builder().clock(ManualClock::new()).start().await.unwrap();
        worlds.push(Visit::to(center).get("scanResult/4").await);
    }
    assert_eq!(worlds[0], worlds[1]);
    assert_eq!(worlds[0]["createdTime"], "1767513600");
}

#[tokio::test]
async fn a_scan_advances_to_its_end() {
    let visit = Visit::begin().await;
    let mut seen = Vec::new();
    for _ in 0..10 {
        let (status, import_status) = visit.center.advance(7).unwrap();
        seen.push(format!("{status}/{import_status}"));
    }
    assert_eq!(
        seen,
        [
            "Preparing/No Results",
            "Resolving Hostnames/No Results",
            "Verifying Targets/No Results",
            "Initializing Scanners/No Results",
            "Running/No Results",
            "Completed/Import Pending",
            "Completed/Importing",
            "Completed/Finished",
            "Completed/Finished",
            "Completed/Finished",
        ]
    );
    let record = visit.get("scanResult/7").await;
    for name in ["startTime", "finishTime", "importStart", "importFinish", "importDuration"] {
        assert_ne!(record[name], "-1", "{name}");
    }
    assert_eq!(visit.center.advance(31), None);
}

#[tokio::test]
async fn a_scan_takes_any_state() {
    let visit = Visit::begin().await;
    assert!(visit.center.set_state(2, "Frobnicating", "Blocked"));
    assert!(!visit.center.set_state(31, "Running", "No Results"));
    let record = visit.get("scanResult/2").await;
    assert_eq!((&record["status"], &record["running"]), (&json!("Frobnicating"), &json!("true")));
    assert_eq!(visit.center.advance(2), Some(("Frobnicating".to_owned(), "Blocked".to_owned())));

    assert!(visit.center.set_state(2, "Error", "No Results"));
    assert_eq!(visit.get("scanResult/2").await["progress"], json!([]));
    assert!(visit.center.set_state(2, "Completed", "Finished"));
    let record = visit.get("scanResult/2").await;
    assert_eq!(
        (&record["completedIPs"], &record["downloadAvailable"]),
        (&json!("254"), &json!("true"))
    );
}

#[tokio::test]
async fn secrets_are_not_shown() {
    let builder = TenableSc::builder().credentials("alice", "hunter2").keys("acc3ss", "s3cret");
    let shown = format!("{builder:?}");
    let center = builder.start().await.unwrap();
    let shown = format!("{shown} {center:?}");
    assert!(shown.contains("alice"));
    for secret in ["hunter2", "acc3ss", "s3cret"] {
        assert!(!shown.contains(secret), "{shown}");
    }
    let url = center.url().to_owned();
    center.stop().await;
    assert!(reqwest::get(url).await.is_err());
}
