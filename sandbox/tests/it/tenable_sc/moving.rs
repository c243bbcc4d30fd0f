//! Scans that move with the clock.

use std::time::Duration;

use reqwest::Method;
use scanops_sandbox::tenable_sc::ScanResult;
use scanops_sandbox::{ManualClock, TenableSc, TenableScBuilder};
use serde_json::{Value, json};

use super::visit::{STATES, Visit, succeed};
use crate::assert_has;

const MINUTE: Duration = Duration::from_secs(60);

async fn start(build: impl FnOnce(TenableScBuilder) -> TenableScBuilder) -> (Visit, ManualClock) {
    let clock = ManualClock::new();
    let builder = TenableSc::builder().clock(clock.clone()).step_every(MINUTE);
    (Visit::of(build(builder)).await, clock)
}

impl Visit {
    async fn state(&self, id: u64) -> String {
        let record = self.get(&format!("scanResult/{id}?fields=status,importStatus")).await;
        let text = |name: &str| record[name].as_str().unwrap().to_owned();
        format!("{}/{}", text("status"), text("importStatus"))
    }

    async fn command(&self, id: u64, call: &str) -> Value {
        let record = succeed(self.request(Method::POST, &format!("scanResult/{id}/{call}"))).await;
        record["status"].clone()
    }
}

#[tokio::test]
async fn a_scan_runs_through_its_states_and_then_its_import_does() {
    let queued = ScanResult::new("now").status("Queued").addresses(95).age(Duration::ZERO);
    let (visit, clock) = start(|builder| builder.scan_results([queued])).await;
    let mut seen = vec![visit.state(1).await];
    let mut done = vec![0];
    for _ in 0..20 {
        clock.advance(MINUTE);
        seen.push(visit.state(1).await);
        let record = visit.get("scanResult/1").await;
        done.push(record["completedIPs"].as_str().unwrap().parse().unwrap());
        assert_eq!(record["progress"]["completedIPs"], record["completedIPs"]);
    }
    done.dedup();
    assert_eq!(done, [0, 10, 20, 30, 40, 50, 60, 70, 80, 90, 95]);
    let minutes = seen.iter().filter(|state| *state == "Running/No Results").count();
    assert_eq!(minutes, 10);
    seen.dedup();
    assert_eq!(seen, STATES);
    let record = visit.get("scanResult/1").await;
    let seconds = |name: &str| -> i64 { record[name].as_str().unwrap().parse().unwrap() };
    assert_eq!(seconds("startTime") - seconds("createdTime"), 60);
    assert_eq!(seconds("scanDuration"), 14 * 60);
    assert_eq!(seconds("importStart") - seconds("finishTime"), 60);
    assert_eq!(seconds("importDuration"), 60);
}

#[tokio::test]
async fn dates_do_not_depend_on_when_they_are_read() {
    let mut records = Vec::new();
    for jumps in [1, 30] {
        let (visit, clock) = start(|builder| builder).await;
        for _ in 0..jumps {
            clock.advance(MINUTE * 30 / jumps);
            visit.get("scanResult").await;
        }
        records.push((visit.get("scanResult/7").await, visit.get("scanResult/2").await));
    }
    assert_eq!(records[0], records[1]);
    assert_eq!(records[0].0["importStatus"], "Finished");
}

#[tokio::test]
async fn commands_pass_through_states_of_their_own() {
    let (visit, clock) = start(|builder| builder).await;
    for (call, passing, reached) in [
        ("pause", "Pausing", "Paused"),
        ("resume", "Resuming", "Running"),
        ("stop", "Stopping", "Stopped"),
    ] {
        assert_eq!(visit.command(2, call).await, passing);
        visit.rejected(&format!("scanResult/2/{call}"), json!({}), 146).await;
        clock.advance(MINUTE / 2);
        assert_eq!(visit.state(2).await, format!("{passing}/No Results"));
        clock.advance(MINUTE / 2);
        assert_eq!(visit.state(2).await, format!("{reached}/No Results"));
    }
    // Neither what has ended nor what is paused moves.
    clock.advance(MINUTE * 1000);
    assert_eq!(visit.state(2).await, "Stopped/No Results");
    assert_eq!(visit.state(3).await, "Paused/No Results");
    assert_eq!(visit.state(6).await, "Error/No Results");
    assert_eq!(visit.state(7).await, "Completed/Finished");
}

#[tokio::test]
async fn a_stop_that_imports_passes_through_stopping_and_the_import() {
    let (visit, clock) = start(|builder| builder).await;
    let record = visit.post("scanResult/2/stop", json!({"type": "import"})).await;
    assert_has(&record, &json!({"status": "Stopping", "importStatus": "No Results"}));
    visit.center.change(2, |result| result.description("Stopped early")).unwrap();
    for expected in ["Import Pending", "Importing", "Finished"] {
        clock.advance(MINUTE);
        assert_eq!(visit.state(2).await, format!("Stopped/{expected}"));
    }
    // The next stop is a plain one.
    visit.center.set_state(2, "Running", "No Results");
    visit.command(2, "stop").await;
    clock.advance(MINUTE);
    assert_eq!(visit.state(2).await, "Stopped/No Results");
}

#[tokio::test]
async fn commands_work_beside_the_clock() {
    let (visit, clock) = start(|builder| builder).await;
    clock.advance(MINUTE / 2);
    visit.center.advance(7);
    // The time of the state it was in before does not count.
    clock.advance(MINUTE / 2);
    assert_eq!(visit.state(7).await, "Preparing/No Results");
    clock.advance(MINUTE / 2);
    assert_eq!(visit.state(7).await, "Resolving Hostnames/No Results");
    visit.center.set_state(7, "Waiting for rain", "No Results");
    clock.advance(MINUTE * 100);
    assert_eq!(visit.state(7).await, "Waiting for rain/No Results");
}

#[tokio::test]
async fn scans_and_imports_end_as_configured() {
    let running = || ScanResult::new("now").status("Running");
    let results = [
        running().ends("Partial"),
        running().ends("Error").error("The scanner is gone."),
        running().import_ends("Error").import_error("The disk is full."),
    ];
    let (visit, clock) = start(|builder| builder.scan_results(results)).await;
    clock.advance(MINUTE * 5);
    assert_eq!(visit.state(3).await, "Completed/Import Pending");
    let record = visit.get("scanResult/3").await;
    assert_eq!(record["importErrorDetails"], "");
    clock.advance(MINUTE * 2);
    assert_eq!(visit.state(1).await, "Partial/Finished");
    assert_eq!(visit.state(2).await, "Error/No Results");
    assert_eq!(visit.state(3).await, "Completed/Error");
    let record = visit.get("scanResult/3").await;
    assert_eq!(record["importErrorDetails"], "The disk is full.");
}

#[tokio::test]
async fn imports_take_their_time() {
    let (visit, clock) = start(|builder| builder).await;
    let report = "<NessusClientData_v2><Report name='r'/></NessusClientData_v2>";
    for (content, outcome) in [(report, "Finished"), ("<NessusClientData_v2>", "Error")] {
        let id = if outcome == "Finished" { 10 } else { 11 };
        visit.import("r.nessus", content, id).await;
        for expected in ["Import Pending", "Importing", outcome] {
            assert_eq!(visit.state(id).await, format!("Completed/{expected}"));
            let record = visit.get(&format!("scanResult/{id}")).await;
            assert_eq!(record["importErrorDetails"] == "", expected != "Error");
            clock.advance(MINUTE);
        }
    }
    visit.post("scanResult/10/import", json!({})).await;
    assert_eq!(visit.state(10).await, "Completed/Import Pending");
    clock.advance(MINUTE * 2);
    assert_eq!(visit.state(10).await, "Completed/Finished");
}

#[tokio::test]
async fn a_launched_scan_has_a_flat_record_and_moves() {
    let (visit, clock) = start(|builder| builder).await;
    let launched = succeed(visit.request(Method::POST, "scan/12/launch")).await;
    assert_eq!(launched["scanID"], "12");
    let record = &launched["scanResult"];
    let expected = json!({
        "id": "10",
        "status": "Queued",
        "initiatorID": "1",
        "ownerID": "1",
        "scanID": "12",
        "repositoryID": "1",
        "jobID": "1010",
    });
    assert_has(record, &expected);
    assert!(record.get("owner").is_none() && record.get("repository").is_none());
    clock.advance(MINUTE * 17);
    assert_eq!(visit.state(10).await, "Completed/Finished");
    visit.rejected("scan/99/launch", json!({}), 147).await;
}
