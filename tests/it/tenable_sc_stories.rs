//! The calls against the sandbox: what a program does with them.

use scanops::{
    tenable_sc::{
        Client, PartialResults,
        record::{Field, ImportStatus, ScanResult, ScanStatus},
    },
    transfer::Upload,
};

use crate::support::sc_sandbox;

async fn with_status(client: &Client, status: ScanStatus) -> ScanResult {
    let list = client.scan_results().list().all_time().await.unwrap().into_inner().into_merged();
    let found = list.into_iter().find(|l| l.record.status.as_ref() == Some(&status));
    found.unwrap().record
}

#[tokio::test]
async fn a_running_scan_is_paused_resumed_and_stopped() {
    let (_center, client) = sc_sandbox().await;
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
async fn what_becomes_of_the_results_of_a_stopped_scan_can_be_asked_for() {
    for (partial, import_status) in [
        (None, ImportStatus::NoResults),
        (Some(PartialResults::Discard), ImportStatus::NoResults),
        (Some(PartialResults::Import), ImportStatus::ImportPending),
        (Some(PartialResults::Rollover), ImportStatus::ImportPending),
    ] {
        let (_center, client) = sc_sandbox().await;
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
    // A server may reject what it does not know.
    let (_center, client) = sc_sandbox().await;
    let unknown = PartialResults::Other("later".to_owned());
    let error = client.scan_results().stop(2).results(unknown).await.unwrap_err();
    assert!(error.server_message().unwrap().contains("'later'"), "{error}");
}

#[tokio::test]
async fn the_list_hides_what_is_older_than_30_days_unless_asked() {
    let (_center, client) = sc_sandbox().await;
    let results = client.scan_results();
    let recent = results.list().await.unwrap().into_inner().into_merged().len();
    let all = results.list().all_time().await.unwrap().into_inner().into_merged().len();
    assert!(recent < all, "{recent} of {all}");
    let named = results.list().fields([Field::Name]).await.unwrap();
    assert!(named.usable.iter().all(|r| r.name.is_some() && r.status.is_none()));
}

#[tokio::test]
async fn a_result_is_copied_mailed_and_deleted() {
    let (center, client) = sc_sandbox().await;
    let results = client.scan_results();
    let id = with_status(&client, ScanStatus::Completed).await.id;
    assert_eq!(*results.copy(id, [1]).await.unwrap(), None, "as servers answer");
    results.email(id, ["soc@example.com"]).await.unwrap();
    let reason = "Scan Result email failed.\nConnection refused";
    center.configure(|settings| settings.fail_mail = Some(reason.to_owned()));
    let error = results.email(id, ["soc@example.com"]).await.unwrap_err();
    assert!(error.server_message().unwrap().contains("Connection refused"), "{error}");
    results.delete(id).await.unwrap();
    assert!(results.get(id).await.unwrap_err().is_not_found());
    assert!(results.delete(id).await.unwrap_err().is_not_found());
}

#[tokio::test]
async fn a_report_is_downloaded_and_is_a_whole_archive() {
    let (_center, client) = sc_sandbox().await;
    let id = with_status(&client, ScanStatus::Completed).await.id;
    let mut whole = Vec::new();
    let report = client.scan_results().download(id).await.unwrap();
    report.write_to(&mut whole).await.unwrap();
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(whole)).unwrap();
    let mut document = Vec::new();
    std::io::copy(&mut archive.by_index(0).unwrap(), &mut document).unwrap();
    let summary = scanops::nessus::Summary::read(&document[..]).unwrap();
    assert!(summary.hosts > 0 && summary.items > 0);
    let running = with_status(&client, ScanStatus::Running).await.id;
    let error = client.scan_results().download(running).await.unwrap_err();
    assert!(error.server_message().is_some(), "{error}");
}

#[tokio::test]
async fn a_report_is_imported_from_each_kind_of_source() {
    let (center, client) = sc_sandbox().await;
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

#[tokio::test]
async fn a_refused_import_leaves_no_file_and_says_so() {
    let (center, client) = sc_sandbox().await;
    let reason = "Group #0 does not have access to the Repository";
    center.configure(|settings| settings.reject_imports = Some(reason.to_owned()));
    let import = client.scan_results().import(Upload::bytes("<x/>"), 1);
    let error = import.await.unwrap_err();
    assert!(error.server_message().unwrap().contains("does not have access"), "{error}");
    assert!(error.to_string().contains("the uploaded file was removed"), "{error}");
    assert_eq!(error.operation(), Some("scanResult::import::POST"));
    assert!(center.uploads().is_empty());
}
