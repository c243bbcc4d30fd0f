//! Watching a scan, on a clock that no test waits for.

use std::{error::Error as _, time::Duration};

use crate::support::{FakeClock, Reply, ScriptedServer, closed_port, ends, sc_builder};
use futures_util::StreamExt;
use scanops::{
    Error, ErrorKind,
    tenable_sc::{
        Client,
        record::{ImportStatus, ScanStatus},
    },
};

const fn secs(secs: u64) -> Duration {
    Duration::from_secs(secs)
}

fn is(status: &str, import: &str) -> Reply {
    progress(status, import, 0)
}

fn progress(status: &str, import: &str, done: u32) -> Reply {
    Reply::sc(format!(
        r#"{{"id":"5","status":"{status}","importStatus":"{import}","completedChecks":"{done}"}}"#
    ))
}

fn busy() -> Reply {
    Reply::http("503 Busy", &[], "busy")
}

async fn watching(replies: impl IntoIterator<Item = Reply>) -> (ScriptedServer, FakeClock, Client) {
    let (server, clock) = (ScriptedServer::start(replies).await, FakeClock::new());
    let client = server.sc_builder().clock(clock.clone()).build().unwrap();
    (server, clock, client)
}

#[tokio::test]
async fn until_finished_waits_for_the_scan_and_not_for_its_import() {
    let replies = [
        is("Queued", "No Results"),
        is("Running", "No Results"),
        is("Being Frozen", "No Results"),
        is("Completed", "No Results"),
    ];
    let (server, clock, client) = watching(replies).await;
    let end = client.scan_results().watch(5).until_finished().await.unwrap();
    assert_eq!(end.status, Some(ScanStatus::Completed));
    assert_eq!(clock.waits(), [secs(15); 3]);
    let head = &server.heads()[0];
    assert!(
        head.starts_with("get /rest/scanresult/5?fields=id%2cname%2cstatus%2cimportstatus"),
        "{head}"
    );
    assert!(head.contains("importstart%2cimportfinish"), "{head}");
    assert!(!head.contains("progress"), "its lists can be megabytes: {head}");
}

#[tokio::test]
async fn until_imported_waits_for_both() {
    let replies = [
        is("Running", "No Results"),
        is("Completed", "No Results"),
        is("Completed", "Import Pending"),
        is("Completed", "Importing"),
        is("Completed", "Quantum Leap"),
        is("Completed", "Finished"),
    ];
    let (_server, clock, client) = watching(replies).await;
    let end = client.scan_results().watch(5).every(secs(60)).until_imported().await.unwrap();
    assert_eq!(end.import_status, Some(ImportStatus::Finished));
    assert_eq!(clock.waits(), [secs(60); 5]);
}

#[tokio::test]
async fn an_import_that_failed_has_ended_too() {
    let (_server, clock, client) = watching([is("Partial", "Error")]).await;
    let end = client.scan_results().watch(5).until_imported().await.unwrap();
    assert_eq!(end.import_status, Some(ImportStatus::Error));
    assert!(clock.waits().is_empty());
}

#[tokio::test]
async fn an_import_that_finished_before_its_scan_is_not_the_end() {
    let replies = [is("Running", "Finished"), is("Completed", "Finished")];
    let (server, _, client) = watching(replies).await;
    client.scan_results().watch(5).until_imported().await.unwrap();
    assert_eq!(server.requests(), 2);
}

#[tokio::test]
async fn no_results_is_the_end_of_a_failed_scan_at_once_and_of_another_after_a_while() {
    let (server, _, client) = watching([is("Error", "No Results")]).await;
    client.scan_results().watch(5).until_imported().await.unwrap();
    assert_eq!(server.requests(), 1);
    let (_server, clock, client) = watching([is("Stopped", "No Results")]).await;
    client.scan_results().watch(5).no_results_timeout(secs(60)).until_imported().await.unwrap();
    assert_eq!(clock.waits(), [secs(15); 4]);
}

#[tokio::test]
async fn what_passes_is_waited_out_with_doubling_waits_and_what_does_not_ends_it() {
    let replies = [is("Running", "No Results"), busy(), Reply::Close, is("Stopped", "Finished")];
    let (_server, clock, client) = watching(replies).await;
    client.scan_results().watch(5).until_imported().await.unwrap();
    assert_eq!(clock.waits(), [secs(15), secs(30), secs(60)]);

    let (_server, clock, client) = watching([busy()]).await;
    let error = client.scan_results().watch(5).max_failures(3).until_finished().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unavailable);
    assert_eq!(clock.waits(), [secs(30), secs(60), secs(120)]);

    let gone = r#"{"error_code":147,"error_msg":"gone"}"#;
    let replies = [is("Running", "No Results"), Reply::http("403 Forbidden", &[], gone)];
    let (_server, _, client) = watching(replies).await;
    assert!(client.scan_results().watch(5).until_finished().await.unwrap_err().is_not_found());
}

#[tokio::test]
async fn the_waits_of_a_server_that_stays_down_have_a_ceiling() {
    let (_server, clock, client) = watching([busy()]).await;
    let watch = client.scan_results().watch(5).every(secs(100)).max_failures(4);
    watch.until_finished().await.unwrap_err();
    assert_eq!(clock.waits(), [secs(200), secs(300), secs(300), secs(300)]);
}

#[tokio::test]
async fn a_deadline_ends_it() {
    let (server, clock, client) = watching([is("Running", "No Results")]).await;
    let watch = client.scan_results().watch(5).deadline(secs(40));
    let error = watch.until_finished().await.unwrap_err();
    assert!(error.is_timeout() && error.to_string().contains("status is Running"), "{error}");
    assert_eq!(clock.waits(), [secs(15), secs(15), secs(10)]);
    assert_eq!(server.requests(), 3);
    assert!(error.source().is_none(), "no request had failed");
}

#[tokio::test]
async fn a_deadline_ends_a_request_that_is_in_flight() {
    let replies = [is("Running", "No Results"), Reply::silence()];
    let client = ScriptedServer::start(replies).await.sc();
    // On the machine's own clock: a second until it looks again, which it has not done by then.
    let watch = client.scan_results().watch(5).every(secs(1)).deadline(Duration::from_millis(1200));
    let error = ends(watch.until_finished()).await.unwrap_err();
    assert!(error.is_timeout() && error.to_string().contains("deadline of 1.2s"), "{error}");
}

#[tokio::test]
async fn the_error_of_a_deadline_has_the_last_cause() {
    let (_server, _, client) = watching([is("Running", "No Results"), busy()]).await;
    let watch = client.scan_results().watch(5).deadline(secs(100));
    let error = watch.until_finished().await.unwrap_err();
    assert!(error.is_timeout(), "{error}");
    let cause = error.source().unwrap().downcast_ref::<Error>().unwrap();
    assert_eq!(cause.kind(), ErrorKind::Unavailable);

    let closed = sc_builder(format!("http://{}", closed_port())).clock(FakeClock::new());
    let closed = closed.build().unwrap();
    let watch = closed.scan_results().watch(5).deadline(secs(100));
    let error = watch.until_finished().await.unwrap_err();
    let cause = error.source().unwrap().downcast_ref::<Error>().unwrap();
    assert!(error.is_timeout() && cause.is_connect(), "{error}: {cause}");
}

#[tokio::test]
async fn a_wait_longer_than_the_retry_policy_allows_ends_the_watch() {
    let later = |seconds: &str| Reply::http("503 Busy", &[("Retry-After", seconds)], "busy");
    let replies = [is("Running", "No Results"), later("1000000000")];
    let (server, clock, client) = watching(replies).await;
    let error = client.scan_results().watch(5).until_finished().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unavailable);
    assert_eq!(error.retry_after(), Some(secs(1_000_000_000)));
    assert!(error.to_string().contains("longer wait than the retry policy"), "{error}");
    assert_eq!((clock.waits(), server.requests()), (vec![secs(15)], 2));
    // One within the policy is waited for.
    let (_server, clock, client) = watching([later("100"), is("Completed", "No Results")]).await;
    client.scan_results().watch(5).until_finished().await.unwrap();
    assert_eq!(clock.waits(), [secs(100)]);
}

#[tokio::test]
async fn an_interval_below_a_second_is_an_error_before_a_byte_is_sent() {
    let (server, _, client) = watching([is("Completed", "Finished")]).await;
    let watch = client.scan_results().watch(5).every(Duration::from_millis(999));
    let error = watch.clone().until_finished().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidRequest);
    assert_eq!(watch.clone().until_imported().await.unwrap_err().kind(), error.kind());
    assert_eq!(watch.stream().next_change().await.unwrap_err().kind(), error.kind());
    assert_eq!(server.connections(), 0);
}

#[tokio::test]
async fn the_stream_yields_changes_alone_and_ends() {
    let replies = [
        progress("Running", "No Results", 1),
        progress("Running", "No Results", 1),
        progress("Running", "No Results", 2),
        progress("Completed", "Importing", 2),
        progress("Completed", "Importing", 2),
        progress("Completed", "Finished", 2),
        progress("Completed", "Finished", 3),
    ];
    let (server, _, client) = watching(replies).await;
    let changes = client.scan_results().watch(5).stream();
    let seen: Vec<_> = changes
        .map(|record| {
            let record = record.unwrap();
            format!(
                "{} {} {}",
                record.status.unwrap(),
                record.import_status.unwrap(),
                record.completed_checks.unwrap()
            )
        })
        .collect()
        .await;
    assert_eq!(
        seen,
        [
            "Running No Results 1",
            "Running No Results 2",
            "Completed Importing 2",
            "Completed Finished 2"
        ]
    );
    assert_eq!(server.requests(), 6);
}

#[tokio::test]
async fn an_error_is_the_last_that_a_stream_yields() {
    let gone = Reply::status("404 Not Found");
    let (_server, _, client) = watching([is("Running", "No Results"), gone]).await;
    let mut changes = client.scan_results().watch(5).stream();
    assert!(changes.next_change().await.unwrap().is_some());
    assert!(changes.next_change().await.unwrap_err().is_not_found());
    assert!(changes.next_change().await.unwrap().is_none());
}
