//! The calls against the sandbox: what a program does with them.

use std::time::Duration;

use scanops::{
    Error, ErrorKind,
    tenable_sc::{
        Client, PartialResults,
        record::{Field, ImportStatus, ScanResult, ScanStatus},
    },
    transfer::{Download, Upload},
};
use scanops_sandbox::TenableSc;

async fn center_and_client() -> (TenableSc, Client) {
    let center = TenableSc::start().await.unwrap();
    let client = Client::builder(center.url())
        .api_key(center.access_key(), center.secret_key())
        .build()
        .unwrap();
    (center, client)
}

async fn with_status(client: &Client, status: ScanStatus) -> ScanResult {
    let list = client.scan_results().list().all_time().await.unwrap().into_inner().into_merged();
    let found = list.into_iter().find(|l| l.record.status.as_ref() == Some(&status));
    found.unwrap().record
}

async fn read(mut report: Download) -> Result<Vec<u8>, Error> {
    let mut whole = Vec::new();
    while let Some(part) = report.next_chunk().await? {
        whole.extend_from_slice(&part);
    }
    Ok(whole)
}

#[tokio::test]
async fn a_running_scan_is_paused_resumed_and_stopped() {
    let (_center, client) = center_and_client().await;
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
        let (_center, client) = center_and_client().await;
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
    let (_center, client) = center_and_client().await;
    let unknown = PartialResults::Other("later".to_owned());
    let error = client.scan_results().stop(2).results(unknown).await.unwrap_err();
    assert!(error.server_message().unwrap().contains("'later'"), "{error}");
}

#[tokio::test]
async fn the_list_hides_what_is_older_than_30_days_unless_asked() {
    let (_center, client) = center_and_client().await;
    let results = client.scan_results();
    let recent = results.list().await.unwrap().into_inner().into_merged().len();
    let all = results.list().all_time().await.unwrap().into_inner().into_merged().len();
    assert!(recent < all, "{recent} of {all}");
    let named = results.list().fields([Field::Name]).await.unwrap();
    assert!(named.usable.iter().all(|r| r.name.is_some() && r.status.is_none()));
}

#[tokio::test]
async fn a_result_is_copied_mailed_and_deleted() {
    let (center, client) = center_and_client().await;
    let results = client.scan_results();
    let id = with_status(&client, ScanStatus::Completed).await.id;
    assert_eq!(*results.copy(id, [1]).await.unwrap(), None, "as servers answer");
    results.email(id, ["soc@example.com"]).await.unwrap();
    center.fail_mail("Scan Result email failed.\nConnection refused");
    let error = results.email(id, ["soc@example.com"]).await.unwrap_err();
    assert!(error.server_message().unwrap().contains("Connection refused"), "{error}");
    results.delete(id).await.unwrap();
    assert!(results.get(id).await.unwrap_err().is_not_found());
    assert!(results.delete(id).await.unwrap_err().is_not_found());
}

#[tokio::test]
async fn a_report_is_downloaded_and_is_a_whole_archive() {
    let (_center, client) = center_and_client().await;
    let id = with_status(&client, ScanStatus::Completed).await.id;
    let report = client.scan_results().download(id).await.unwrap();
    let whole = read(report).await.unwrap();
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
    let (center, client) = center_and_client().await;
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
    let (center, client) = center_and_client().await;
    center.reject_imports("Group #0 does not have access to the Repository");
    let import = client.scan_results().import(Upload::bytes("<x/>"), 1);
    let error = import.await.unwrap_err();
    assert!(error.server_message().unwrap().contains("does not have access"), "{error}");
    assert!(error.to_string().contains("the uploaded file was removed"), "{error}");
    assert_eq!(error.operation(), Some("scanResult::import::POST"));
    assert!(center.uploads().is_empty());
}

#[tokio::test]
async fn an_import_that_is_cancelled_while_it_may_have_begun_keeps_its_file() {
    use crate::support::{Act, Script};
    let uploaded = r#"{"response":{"filename":"fdSzCv"},"error_code":0,"error_msg":""}"#;
    let server = Script::start([Act::json(uploaded), Act::Silence, Act::json("{}")]).await;
    let client = crate::support::api_key_client(&server.url());
    let import = tokio::spawn(client.scan_results().import(Upload::bytes("<x/>"), 1));
    while server.requests() < 2 {
        tokio::task::yield_now().await;
    }
    import.abort();
    assert!(import.await.unwrap_err().is_cancelled());
    // The next request is this one, and not one that removes the file.
    client.scan_results().get(1).await.unwrap_err();
    let heads: Vec<_> = server.requests_in_full().into_iter().map(|(head, _)| head).collect();
    assert_eq!(heads.len(), 3);
    assert!(heads[2].starts_with("GET /rest/scanResult/1 "), "{}", heads[2]);
}

#[tokio::test]
async fn an_import_whose_answer_is_lost_leaves_the_file_and_names_it() {
    use crate::support::{Act, Script};
    let uploaded = r#"{"response":{"filename":"fdSzCv"},"error_code":0,"error_msg":""}"#;
    let server = Script::start([Act::json(uploaded), Act::HangUp]).await;
    let client = crate::support::api_key_client(&server.url());
    let error = client.scan_results().import(Upload::bytes("<x/>"), 1).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Disconnected);
    assert!(error.to_string().contains("\"fdSzCv\" was left"), "{error}");
    assert_eq!(server.requests(), 2);
}

#[tokio::test]
async fn an_import_that_may_have_begun_keeps_its_file_and_one_that_was_refused_does_not() {
    use crate::support::{Act, Script};
    let uploaded = r#"{"response":{"filename":"fdSzCv"},"error_code":0,"error_msg":""}"#;
    for (act, may_have_begun) in [
        (Act::answer("502 Bad Gateway", &[], "lost it"), true),
        (Act::answer("504 Gateway Timeout", &[], "lost it"), true),
        (Act::json("{ not what it was"), true),
        (Act::answer("503 Busy", &[], "later"), false),
        (Act::answer("500 Error", &[], "no"), false),
        (Act::answer("429 Slow", &[], "later"), false),
    ] {
        let cleared = Act::json(r#"{"response":"","error_code":0,"error_msg":""}"#);
        let server = Script::start([Act::json(uploaded), act.clone(), cleared]).await;
        let client = crate::support::api_key_client(&server.url());
        let error = client.scan_results().import(Upload::bytes("<x/>"), 1).await.unwrap_err();
        let said = error.to_string();
        assert_eq!(said.contains("\"fdSzCv\" was left"), may_have_begun, "{act:?}: {error}");
        assert_eq!(said.contains("was removed"), !may_have_begun, "{act:?}: {error}");
        assert_eq!(server.requests(), if may_have_begun { 2 } else { 3 }, "{act:?}");
    }
}

#[tokio::test]
async fn a_source_that_fails_is_not_taken_for_the_network() {
    let (center, client) = center_and_client().await;
    let parts = [Ok("<x"), Err(std::io::Error::other("disk on fire"))];
    let upload = Upload::stream(futures_util::stream::iter(parts));
    let error = client.files().upload(upload).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Io, "{error}");
    assert!(error.to_string().contains("disk on fire"), "{error}");
    assert!(center.uploads().is_empty());
}

#[tokio::test]
async fn an_upload_that_stands_still_is_a_timeout_and_a_slow_source_is_not() {
    // A server that reads nothing: the buffers of the sockets fill, and then nothing moves.
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        let mut open = Vec::new();
        while let Ok((socket, _)) = listener.accept().await {
            open.push(socket);
        }
    });
    let client = |url: String| {
        Client::builder(url)
            .api_key("a", "b")
            .stall_timeout(Duration::from_millis(400))
            .build()
            .unwrap()
    };
    let endless = futures_util::stream::repeat_with(|| Ok::<_, std::io::Error>(vec![0; 1 << 20]));
    let upload = client(format!("http://{address}")).files().upload(Upload::stream(endless));
    let error = upload.await.unwrap_err();
    assert!(error.is_timeout() && error.to_string().contains("stalled"), "{error}");

    let (center, _) = center_and_client().await;
    let client = Client::builder(center.url())
        .api_key(center.access_key(), center.secret_key())
        .stall_timeout(Duration::from_millis(400))
        .build()
        .unwrap();
    let slow = futures_util::stream::unfold(0, |n| async move {
        tokio::time::sleep(Duration::from_millis(600)).await;
        (n < 3).then(|| (Ok::<_, std::io::Error>("<x/>"), n + 1))
    });
    client.files().upload(Upload::stream(slow)).await.unwrap();
}
