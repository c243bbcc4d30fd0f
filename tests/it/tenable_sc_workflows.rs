//! Sequences of Tenable.sc calls against the sandbox.

use scanops::{
    ErrorKind,
    tenable_sc::{
        Client, PartialResults,
        record::{ImportStatus, ScanResult, ScanStatus},
    },
    transfer::Upload,
};

use scanops_sandbox::TenableSc;

use crate::support::sc_sandbox;

async fn with_status(client: &Client, status: ScanStatus) -> ScanResult {
    let list = client.scan_results().list().all_time().await.unwrap().into_inner().into_merged();
    let found = list.into_iter().find(|l| l.record.status.as_ref() == Some(&status));
    found.unwrap().record
}

#[tokio::test]
async fn a_running_scan_is_paused_resumed_and_stopped() {
    let (_center, client) = sc_sandbox(TenableSc::builder()).await;
    let results = client.scan_results();
    let id = with_status(&client, ScanStatus::Running).await.id;
    assert!(results.get(id).await.unwrap().progress.is_some());
    let paused = results.pause(id).await.unwrap().into_inner().unwrap();
    assert_eq!(paused.status, Some(ScanStatus::Paused));
    results.resume(id).await.unwrap();
    results.stop(id).await.unwrap();
    assert!(results.get(id).await.unwrap().status.as_ref().unwrap().has_ended());
    let error = results.pause(id).await.unwrap_err();
    assert!(error.code().is_some() && error.server_message().is_some(), "{error}");
}

#[tokio::test]
async fn a_stop_chooses_what_happens_to_partial_results() {
    for (partial, import_status) in [
        (None, ImportStatus::NoResults),
        (Some(PartialResults::Discard), ImportStatus::NoResults),
        (Some(PartialResults::Import), ImportStatus::ImportPending),
        (Some(PartialResults::Rollover), ImportStatus::ImportPending),
    ] {
        let (_center, client) = sc_sandbox(TenableSc::builder()).await;
        let id = with_status(&client, ScanStatus::Running).await.id;
        let stop = client.scan_results().stop(id);
        let record = match partial.clone() {
            Some(partial) => stop.results(partial).await.unwrap(),
            None => stop.await.unwrap(),
        };
        let record = record.into_inner().unwrap();
        assert_eq!(record.status, Some(ScanStatus::Stopped), "{partial:?}");
        assert_eq!(record.import_status, Some(import_status), "{partial:?}");
    }
    // The error of a server that does not know the value.
    let (_center, client) = sc_sandbox(TenableSc::builder()).await;
    let unknown = PartialResults::Other("later".to_owned());
    let error = client.scan_results().stop(2).results(unknown).await.unwrap_err();
    assert!(error.server_message().unwrap().contains("'later'"), "{error}");
}

#[tokio::test]
async fn a_result_is_copied_mailed_and_deleted() {
    let (center, client) = sc_sandbox(TenableSc::builder()).await;
    let results = client.scan_results();
    let id = with_status(&client, ScanStatus::Completed).await.id;
    assert_eq!(*results.copy(id, [1]).await.unwrap(), None, "servers send no record");
    results.email(id, ["soc@example.com"]).await.unwrap();
    center.fail_mail("Connection refused");
    let error = results.email(id, ["soc@example.com"]).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Rejected);
    assert_eq!(error.server_message(), Some("Scan Result email failed.\nConnection refused"));
    results.delete(id).await.unwrap();
    assert!(results.get(id).await.unwrap_err().is_not_found());
    assert!(results.delete(id).await.unwrap_err().is_not_found());
}

#[tokio::test]
async fn a_report_is_imported_from_each_kind_of_source() {
    let (center, client) = sc_sandbox(TenableSc::builder()).await;
    let results = client.scan_results();
    let before = results.list().await.unwrap().into_inner().into_merged().len();
    let report =
        "<?xml version='1.0'?><NessusClientData_v2><Report name='x'/></NessusClientData_v2>";
    let path = std::env::temp_dir().join(format!("scanops-import-{}.nessus", std::process::id()));
    std::fs::write(&path, report).unwrap();
    let parts = report.as_bytes().chunks(7).map(Ok::<_, std::io::Error>);
    for upload in [
        Upload::bytes(report),
        Upload::path(&path).await.unwrap(),
        Upload::reader(report.as_bytes()).file_name("r.nessus"),
        Upload::reader(report.as_bytes()).length(report.len() as u64),
        Upload::stream(futures_util::stream::iter(parts)),
    ] {
        results.import(upload, 1).host_tracking(true).await.unwrap();
    }
    std::fs::remove_file(&path).unwrap();
    assert!(center.uploads().is_empty(), "each was taken");
    assert_eq!(results.list().await.unwrap().into_inner().into_merged().len(), before + 5);
}
