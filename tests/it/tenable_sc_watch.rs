//! Watching a scan, on a fake clock.

use std::error::Error as _;

use crate::support::{FakeClock, Reply, ScriptedServer, closed_port, ends, ms, sc_builder, secs};
use futures_util::StreamExt;
use scanops::{
    Error, ErrorKind,
    tenable_sc::{
        Client,
        record::{ScanResult, ScanStatus},
    },
};

fn is(status: &str, import: &str) -> Reply {
    progress(status, import, 0)
}

fn progress(status: &str, import: &str, done: u32) -> Reply {
    Reply::sc(format!(
        r#"{{"id":"5","status":"{status}","importStatus":"{import}","completedChecks":"{done}"}}"#
    ))
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
async fn a_re_import_is_not_over_before_it_has_begun() {
    let record = |import: &str, start: u32, finish: i32| {
        Reply::sc(format!(
            r#"{{"id":"5","status":"Completed","importStatus":"{import}",
                "importStart":"{start}","importFinish":"{finish}"}}"#
        ))
    };
    let before = || record("Error", 100, 110);
    let replies = [before(), before(), record("Importing", 200, -1), record("Error", 200, 205)];
    let (_server, clock, client) = watching(replies).await;
    let results = client.scan_results();
    let earlier = results.get(5).await.unwrap();
    let end = results.watch(5).import_after(&earlier).until_imported().await.unwrap();
    assert_eq!(end.import_start.unwrap().as_second(), 200);
    assert_eq!(clock.waits(), [secs(15); 2]);
}

#[tokio::test]
async fn until_imported_waits_for_the_scan_and_its_import() {
    for (states, waits) in [
        (
            &[
                ("Running", "No Results"),
                ("Completed", "No Results"),
                ("Completed", "Import Pending"),
                ("Completed", "Importing"),
                ("Completed", "Quantum Leap"),
                ("Completed", "Finished"),
            ][..],
            5,
        ),
        // A scan that continues after a first import.
        (&[("Running", "Finished"), ("Completed", "Finished")], 1),
        (&[("Partial", "Error")], 0),
        // A failed scan has no results. Those of a stopped scan are waited for until the
        // `no_results_timeout`.
        (&[("Error", "No Results")], 0),
        (&[("Stopped", "No Results")], 4),
    ] {
        let replies = states.iter().map(|(status, import)| is(status, import));
        let (_server, clock, client) = watching(replies).await;
        let watch = client.scan_results().watch(5).no_results_timeout(secs(60));
        let end = watch.until_imported().await.unwrap();
        let import = end.import_status.as_ref().map(ToString::to_string);
        assert_eq!(import.as_deref(), states.last().map(|(_, import)| *import));
        assert_eq!(clock.waits(), vec![secs(15); waits], "{states:?}");
    }
}

#[tokio::test]
async fn a_watch_waits_out_temporary_failures_with_doubling_waits_and_ends_on_others() {
    let replies =
        [is("Running", "No Results"), Reply::busy(), Reply::Close, is("Stopped", "Finished")];
    let (_server, clock, client) = watching(replies).await;
    client.scan_results().watch(5).until_imported().await.unwrap();
    assert_eq!(clock.waits(), [secs(15), secs(30), secs(60)]);

    let (_server, clock, client) = watching([Reply::busy()]).await;
    let error = client.scan_results().watch(5).max_failures(3).until_finished().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unavailable);
    assert_eq!(clock.waits(), [secs(30), secs(60), secs(120)]);
    let (_server, clock, client) = watching([Reply::busy()]).await;
    let watch = client.scan_results().watch(5).every(secs(100)).max_failures(4);
    watch.until_finished().await.unwrap_err();
    assert_eq!(clock.waits(), [secs(200), secs(300), secs(300), secs(300)], "at most 5 minutes");

    let gone = r#"{"error_code":147,"error_msg":"gone"}"#;
    let replies = [is("Running", "No Results"), Reply::http("403 Forbidden", &[], gone)];
    let (_server, _, client) = watching(replies).await;
    assert!(client.scan_results().watch(5).until_finished().await.unwrap_err().is_not_found());
}

#[tokio::test]
async fn a_deadline_ends_it_with_the_last_failure_as_the_cause() {
    let watch = |client: &Client| client.scan_results().watch(5).deadline(secs(40));
    let (server, clock, client) = watching([is("Running", "No Results")]).await;
    let error = watch(&client).until_finished().await.unwrap_err();
    assert!(error.is_timeout(), "{error}");
    let status = "status is Running, that of its import No Results";
    assert!(error.to_string().contains(status), "{error}");
    assert_eq!(clock.waits(), [secs(15), secs(15), secs(10)]);
    assert_eq!(server.requests(), 3);
    assert!(error.source().is_none(), "no request had failed");

    let (_server, _, busy) = watching([is("Running", "No Results"), Reply::busy()]).await;
    let closed = sc_builder(format!("http://{}", closed_port())).clock(FakeClock::new());
    for (client, kind) in
        [(busy, ErrorKind::Unavailable), (closed.build().unwrap(), ErrorKind::Connect)]
    {
        let error = watch(&client).until_finished().await.unwrap_err();
        assert!(error.is_timeout(), "{error}");
        let cause = error.source().unwrap().downcast_ref::<Error>().unwrap();
        assert_eq!(cause.kind(), kind, "{error}: {cause}");
    }
}

#[tokio::test]
async fn a_deadline_ends_a_request_that_is_in_flight() {
    let replies = [is("Running", "No Results"), Reply::silence()];
    let client = ScriptedServer::start(replies).await.sc();
    // On the system clock: the second request is sent after a second, and is in flight at the deadline.
    let watch = client.scan_results().watch(5).every(secs(1)).deadline(ms(1200));
    let error = ends(watch.until_finished()).await.unwrap_err();
    assert!(error.is_timeout() && error.to_string().contains("deadline of 1.2s"), "{error}");
}

#[tokio::test]
async fn a_retry_after_beyond_the_policy_ends_the_watch() {
    let later = |seconds: &str| Reply::http("503 Busy", &[("Retry-After", seconds)], "busy");
    let replies = [is("Running", "No Results"), later("1000000000")];
    let (server, clock, client) = watching(replies).await;
    let error = client.scan_results().watch(5).until_finished().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unavailable);
    assert_eq!(error.retry_after(), Some(secs(1_000_000_000)));
    assert!(error.to_string().contains("longer than the retry policy"), "{error}");
    assert_eq!((clock.waits(), server.requests()), (vec![secs(15)], 2));
    // One within the policy is waited for.
    let (_server, clock, client) = watching([later("100"), is("Completed", "No Results")]).await;
    client.scan_results().watch(5).until_finished().await.unwrap();
    assert_eq!(clock.waits(), [secs(100)]);
}

#[tokio::test]
async fn an_interval_below_a_second_is_an_error_before_a_byte_is_sent() {
    let (server, _, client) = watching([is("Completed", "Finished")]).await;
    let watch = client.scan_results().watch(5).every(ms(999));
    let error = watch.clone().until_finished().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidRequest);
    assert_eq!(watch.clone().until_imported().await.unwrap_err().kind(), error.kind());
    assert_eq!(watch.stream().next_change().await.unwrap_err().kind(), error.kind());
    assert_eq!(server.connections(), 0);
}

#[tokio::test]
async fn a_watch_stream_yields_only_changes_and_ends() {
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
    let changes = client.scan_results().watch(5).stream().map(|record| {
        let ScanResult { status, import_status, completed_checks, .. } = record.unwrap();
        format!("{} {} {}", status.unwrap(), import_status.unwrap(), completed_checks.unwrap())
    });
    let expected = [
        "Running No Results 1",
        "Running No Results 2",
        "Completed Importing 2",
        "Completed Finished 2",
    ];
    assert_eq!(changes.collect::<Vec<_>>().await, expected);
    assert_eq!(server.requests(), 6);

    let gone = Reply::status("404 Not Found");
    let (_server, _, client) = watching([is("Running", "No Results"), gone]).await;
    let mut changes = client.scan_results().watch(5).stream();
    assert!(changes.next_change().await.unwrap().is_some());
    assert!(changes.next_change().await.unwrap_err().is_not_found());
    assert!(changes.next_change().await.unwrap().is_none(), "it ends after an error");
}
