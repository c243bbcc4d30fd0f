//! Servers with scan results, repositories and reports of the test's own.

use std::io::ErrorKind;
use std::time::{Duration, UNIX_EPOCH};

use reqwest::Method;
use scanops_sandbox::tenable_sc::{Repository, ScanResult};
use scanops_sandbox::{ManualClock, TenableSc};
use serde_json::json;

use super::visit::{Visit, ids, unzipped};
use crate::assert_has;

async fn server(results: impl IntoIterator<Item = ScanResult>) -> Visit {
    let builder = TenableSc::builder().clock(ManualClock::new());
    Visit::of(builder.scan_results(results)).await
}

#[tokio::test]
async fn a_result_has_sensible_defaults() {
    let visit = server([ScanResult::new("weekly")]).await;
    let expected = json!({
        "name": "weekly",
        "status": "Completed",
        "importStatus": "Finished",
        "scanDuration": "4620",
        "importDuration": "180",
        "totalIPs": "254",
        "completedIPs": "254",
        "downloadAvailable": "true",
        "createdTime": "1767592800",
        "scan": {"id": "11"},
        "owner": {"id": "1"},
    });
    assert_has(&visit.get("scanResult/1").await, &expected);
}

#[tokio::test]
async fn no_address_is_done_before_the_scan_runs() {
    let states = [
        ("Queued", "0"),
        ("Preparing", "0"),
        ("Resolving Hostnames", "0"),
        ("Verifying Targets", "0"),
        ("Initializing Scanners", "0"),
        ("Running", "127"),
        ("Partial", "127"),
        ("Stopped", "127"),
        ("Completed", "254"),
    ];
    let visit = server(states.map(|(status, _)| ScanResult::new("a").status(status))).await;
    for (id, (status, done)) in (1..).zip(states) {
        assert_eq!(visit.get(&format!("scanResult/{id}")).await["completedIPs"], done, "{status}");
    }
}

#[tokio::test]
async fn a_result_is_as_it_was_made() {
    let created = UNIX_EPOCH + Duration::from_secs(1_700_000_000);
    let result = ScanResult::new("R & D")
        .id(40)
        .description("of the lab")
        .policy("Everything")
        .status("Running")
        .created(created)
        .scan(77)
        .owner(2)
        .addresses(64)
        .done(16)
        .usable(false);
    let visit = server([result, ScanResult::new("next").imported()]).await;
    let expected = json!({
        "name": "R & D",
        "description": "of the lab",
        "details": "Everything",
        "status": "Running",
        "importStatus": "No Results",
        "createdTime": "1700000000",
        "startTime": "1700000000",
        "finishTime": "-1",
        "totalIPs": "64",
        "completedIPs": "16",
        "canUse": "false",
        "canManage": "true",
        "scan": {"id": "77"},
        "owner": {"id": "2"},
        "initiator": {"id": "2"},
    });
    assert_has(&visit.get("scanResult/40").await, &expected);
    assert_eq!(visit.get("scanResult/41").await["scan"]["id"], -1);
    let lists = visit.get("scanResult?startTime=0").await;
    assert_eq!((ids(&lists["usable"]), ids(&lists["manageable"])), (vec!["41"], vec!["40", "41"]));
}

#[tokio::test]
async fn a_result_whose_start_is_given_was_created_then() {
    let started = UNIX_EPOCH + Duration::from_secs(1_700_000_000);
    let visit = server([ScanResult::new("weekly").started(started)]).await;
    let expected = json!({"createdTime": "1700000000", "startTime": "1700000000",
        "finishTime": "1700004620"});
    assert_has(&visit.get("scanResult/1?fields=createdTime,startTime,finishTime").await, &expected);
}

#[tokio::test]
async fn repositories_are_those_that_were_given() {
    let visit = Visit::of(
        TenableSc::builder()
            .repositories([
                Repository::new(7, "Branch office").description("far away"),
                Repository::new(9, "Agents").data_format("agent"),
            ])
            .scan_results([ScanResult::new("a"), ScanResult::new("b").repository(9)]),
    )
    .await;
    let first = json!({"repository": {"id": "7", "name": "Branch office"}});
    assert_has(&visit.get("scanResult/1").await, &first);
    let second = json!({"repository": {"id": "9"}, "dataFormat": "agent"});
    assert_has(&visit.get("scanResult/2").await, &second);
    let file = visit.upload("a.nessus", "<NessusClientData_v2/>").await;
    let import = |id: u64| json!({"repository": {"id": id}, "filename": file});
    visit.rejected("scanResult/import", import(1), 146).await;
    visit.post("scanResult/import", import(9)).await;
}

#[tokio::test]
async fn an_inconsistent_server_does_not_start() {
    for results in [
        vec![ScanResult::new("a").id(3), ScanResult::new("b").id(3)],
        vec![ScanResult::new("a").id(0)],
        vec![ScanResult::new("a").repository(3)],
        vec![ScanResult::new("a").owner(3)],
    ] {
        let error = TenableSc::builder().scan_results(results).start().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput);
        assert!(error.to_string().starts_with('\''), "{error}");
    }
    let visit = Visit::of(TenableSc::builder().repositories([]).scan_results([])).await;
    assert_eq!(visit.get("scanResult").await, json!({"manageable": [], "usable": []}));
}

#[tokio::test]
async fn a_report_is_the_callers_own() {
    let document = b"<NessusClientData_v2>\n<Report name=\"mine\"/></NessusClientData_v2>";
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("mine.nessus");
    let large = document.repeat(5000);
    std::fs::write(&file, &large).unwrap();
    let visit = server([
        ScanResult::new("made").report_size(70_000),
        ScanResult::new("bytes").report(&document[..]),
        ScanResult::new("file").report_file(&file),
        ScanResult::new("gone").report_file(folder.path().join("nothing")),
    ])
    .await;
    assert_eq!(visit.unzipped(1).await.len(), 70_000);
    assert_eq!(visit.unzipped(2).await, document);
    assert!(visit.unzipped(3).await == large);
    assert_eq!(visit.download(4).await.status(), 500);

    // An archive is sent as it is.
    let archive = visit.zipped(2).await;
    std::fs::write(&file, &archive).unwrap();
    assert_eq!(visit.zipped(3).await, archive);
    let visit = server([ScanResult::new("zipped").report(archive.clone())]).await;
    assert_eq!(visit.zipped(1).await, archive);
}

#[tokio::test]
async fn only_results_that_were_given_a_scap_report_have_one() {
    let visit = server([
        ScanResult::new("without"),
        ScanResult::new("with").scap_report(&b"<data-stream-collection/>"[..]),
    ])
    .await;
    let body = json!({"downloadType": "scap1_2"});
    let message = visit.rejected("scanResult/1/download", body.clone(), 146).await;
    assert!(message.contains("no SCAP results"), "{message}");
    let request = visit.request(Method::POST, "scanResult/2/download").json(&body);
    let response = request.send().await.unwrap();
    let name = &response.headers()["content-disposition"];
    assert_eq!(name, "attachment; filename=2-scap1_2.zip");
    let archive = response.bytes().await.unwrap().to_vec();
    assert_eq!(unzipped(archive), b"<data-stream-collection/>");
}

#[tokio::test]
async fn a_server_has_the_requested_number_of_results() {
    let visit = Visit::of(TenableSc::builder().scan_results_count(5_000)).await;
    let lists = visit.get("scanResult?fields=name,status,createdTime").await;
    for list in ["usable", "manageable"] {
        assert_eq!(lists[list].as_array().unwrap().len(), 5_000);
    }
    let last = &lists["usable"][4_999];
    assert_eq!((&last["id"], &last["name"]), (&json!("5000"), &json!("Scan 005000")));
    assert_eq!(visit.get("scanResult/5000").await["status"], "Completed");
}

fn at(hour: i64) -> jiff::Timestamp {
    jiff::Timestamp::from_second(1_767_000_000 + hour * 3600).unwrap()
}

#[tokio::test]
async fn times_are_those_that_were_given() {
    let seconds = |hour| at(hour).as_second().to_string();
    let late = ScanResult::new("late").finished(at(2)).import_finished(at(30));
    let all = ScanResult::new("all")
        .created(at(1))
        .started(at(2))
        .finished(at(3))
        .import_started(at(4))
        .import_finished(at(5));
    let visit = server([late, all]).await;
    let expected = json!({
        "finishTime": seconds(2),
        "importFinish": seconds(30),
        "scanDuration": "4620",
        "status": "Completed",
    });
    assert_has(&visit.get("scanResult/1").await, &expected);
    let expected = json!({
        "createdTime": seconds(1),
        "startTime": seconds(2),
        "finishTime": seconds(3),
        "importStart": seconds(4),
        "importFinish": seconds(5),
    });
    assert_has(&visit.get("scanResult/2").await, &expected);
}

#[tokio::test]
async fn results_are_added_and_changed_while_the_server_runs() {
    let visit = server([ScanResult::new("now").status("Running")]).await;
    let center = &visit.center;
    let id = center.add(ScanResult::new("failed").status("Error").error("No scanners.")).unwrap();
    assert_eq!(visit.get(&format!("scanResult/{id}")).await["errorDetails"], "No scanners.");
    // A scan that ended at a given time, and whose import comes late.
    let late = |it: ScanResult| it.status("Completed").import_status("Importing").finished(at(1));
    center.change(1, late).unwrap();
    let ended = at(1).as_second().to_string();
    let expected = json!({"finishTime": ended, "importFinish": "-1", "completedIPs": "254"});
    assert_has(&visit.get("scanResult/1").await, &expected);
    center.change(1, |it| it.import_status("Finished").import_finished(at(9))).unwrap();
    let record = visit.get("scanResult/1").await;
    assert_eq!(record["importFinish"], at(9).as_second().to_string());
    // Imported once more: the scan's own times stay.
    visit.post("scanResult/1/import", json!({})).await;
    let record = visit.get("scanResult/1").await;
    assert_eq!(record["finishTime"], ended);
    assert_ne!(record["importFinish"], at(9).as_second().to_string());

    for error in [
        center.add(ScanResult::new("a").id(1)).unwrap_err(),
        center.add(ScanResult::new("a").owner(9)).unwrap_err(),
        center.change(99, |it| it).unwrap_err(),
        center.change(1, |it| it.repository(9)).unwrap_err(),
    ] {
        assert_eq!(error.kind(), ErrorKind::InvalidInput);
    }
    assert_eq!(visit.get("scanResult/1").await["repository"]["id"], "1");
}

#[tokio::test]
async fn a_report_of_findings_reads_back_as_they_were() {
    let document = scanops_nessus::generate::Report::new(5, "weekly", 600_000).collect::<String>();
    let read = |document: &[u8]| -> Vec<_> {
        scanops_nessus::Findings::new(document).map(Result::unwrap).collect()
    };
    let mut findings = read(document.as_bytes());
    assert!(findings.len() > 50);
    let plugin = std::sync::Arc::make_mut(&mut findings[0].plugin);
    plugin.exploit.frameworks.insert("metasploit".to_owned(), true);
    plugin.cvss4.temporal_score = Some(7.5);
    plugin.other.insert("asset_id".to_owned(), vec!["1 < 2".to_owned(), "3".to_owned()]);
    let visit = server([ScanResult::new("mine").findings(&findings)]).await;
    assert_eq!(read(&visit.unzipped(1).await), findings);
}
