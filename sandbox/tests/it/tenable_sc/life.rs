//! How a server starts and ends, and how tests move what it holds.

use scanops_sandbox::{ManualClock, TenableSc};
use serde_json::json;

use super::visit::{STATES, Visit};
use crate::assert_has;

#[tokio::test]
async fn servers_are_isolated() {
    let (visit, other) = (Visit::start().await, Visit::start().await);
    assert_ne!(visit.center.secret_key(), other.center.secret_key());
    visit.post("scanResult/2/stop", json!({})).await;
    assert_eq!(other.get("scanResult/2").await["status"], "Running");
}

#[tokio::test]
async fn a_manual_clock_makes_every_run_the_same() {
    let record = async || {
        let visit = Visit::of(TenableSc::builder().clock(ManualClock::new())).await;
        visit.get("scanResult/4").await
    };
    let first = record().await;
    assert_eq!(first, record().await);
    assert_eq!(first["createdTime"], "1767513600");
}

#[tokio::test]
async fn a_scan_advances_to_its_end() {
    let visit = Visit::start().await;
    // It stays in its last state.
    for expected in STATES.iter().skip(1).chain(STATES.last()) {
        let (status, import_status) = visit.center.advance(7).unwrap();
        assert_eq!(format!("{status}/{import_status}"), *expected);
    }
    let record = visit.get("scanResult/7").await;
    for name in ["startTime", "finishTime", "importStart", "importFinish", "importDuration"] {
        assert_ne!(record[name], "-1", "{name}");
    }
    assert_eq!(visit.center.advance(31), None);
}

#[tokio::test]
async fn a_scan_takes_any_state() {
    let visit = Visit::start().await;
    assert!(visit.center.set_state(2, "Frobnicating", "Blocked"));
    assert!(!visit.center.set_state(31, "Running", "No Results"));
    let expected = json!({"status": "Frobnicating", "running": "true"});
    assert_has(&visit.get("scanResult/2").await, &expected);
    assert_eq!(visit.center.advance(2), Some(("Frobnicating".to_owned(), "Blocked".to_owned())));

    assert!(visit.center.set_state(2, "Error", "No Results"));
    assert_eq!(visit.get("scanResult/2").await["progress"], json!([]));
    assert!(visit.center.set_state(2, "Completed", "Finished"));
    let expected = json!({"completedIPs": "254", "downloadAvailable": "true"});
    assert_has(&visit.get("scanResult/2").await, &expected);
}

#[tokio::test]
async fn the_count_of_addresses_follows_the_state() {
    let visit = Visit::start().await;
    for (status, done) in [
        ("Queued", "0"),
        ("Completed", "254"),
        ("Initializing Scanners", "0"),
        ("Completed", "254"),
        ("Running", "0"),
    ] {
        visit.center.set_state(8, status, "No Results");
        let record = visit.get("scanResult/8").await;
        assert_eq!([&record["completedIPs"], &record["scannedIPs"]], [done, done], "{status}");
        assert_eq!(record["progress"]["completedIPs"], done, "{status}");
    }
    // While the same scan goes on, what is done stays done.
    for status in ["Pausing", "Paused", "Resuming", "Running", "Stopping", "Stopped"] {
        visit.center.set_state(2, status, "No Results");
        assert_eq!(visit.get("scanResult/2").await["completedIPs"], "120", "{status}");
    }
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
