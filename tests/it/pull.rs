//! A pull yields every scan result once for each time that it was imported.

use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex},
    time::Duration,
};

use futures_util::{FutureExt as _, StreamExt as _};
use scanops::{
    Cursor, ErrorKind,
    tenable_sc::{Client, Pull, Pulled, PulledScan},
};
use scanops_sandbox::{Fault, ManualClock, TenableSc, tenable_sc::ScanResult};

use crate::support::{
    Reply, ScriptedServer, assert_error, cursor_with_unacknowledged, files, poll_at_most,
    sc_sandbox,
};

struct Setup {
    center: TenableSc,
    client: Client,
    clock: ManualClock,
    cursor: Cursor,
}

/// The ids that a run has yielded: of results with a report, and without one.
type Run = (Vec<u64>, Vec<u64>);

impl Setup {
    /// A server with these results, or with the default ones.
    async fn of(results: Option<Vec<ScanResult>>) -> Self {
        let clock = ManualClock::new();
        let mut settings = TenableSc::builder().clock(clock.clone()).report_size(20_000);
        if let Some(results) = results {
            settings = settings.scan_results(results);
        }
        let (center, client) = sc_sandbox(settings).await;
        Self { center, client, clock, cursor: Cursor::new() }
    }

    fn pull(&self) -> Pull {
        self.client.scan_results().pull(self.cursor.clone())
    }

    /// Pulls and acknowledges everything, and stores the cursor.
    async fn run(&mut self) -> Run {
        self.run_except(&[]).await
    }

    /// The same, but does not acknowledge these.
    async fn run_except(&mut self, except: &[u64]) -> Run {
        run_except(&self.client, &mut self.cursor, except).await
    }

    fn later(&self, hours: u32) {
        self.clock.advance(Duration::from_secs(3600) * hours);
    }

    fn downloads(&self) -> usize {
        let requests = self.center.requests();
        requests.iter().filter(|request| request.path().ends_with("/download")).count()
    }
}

/// Pulls everything, acknowledges all but these, and stores the cursor.
async fn run_except(client: &Client, cursor: &mut Cursor, except: &[u64]) -> Run {
    let mut stream = client.scan_results().pull(cursor.clone()).stream();
    let mut run = Run::default();
    while let Some(pulled) = stream.next_result().await.unwrap() {
        let id = match &pulled {
            Pulled::Report(scan) => scan.record.id,
            Pulled::NoReport(scan) => scan.record.id,
        };
        if !except.contains(&id) {
            acknowledge(&pulled);
        }
        match pulled {
            Pulled::Report(_) => run.0.push(id),
            Pulled::NoReport(_) => run.1.push(id),
        }
    }
    // As another process would read it.
    let stored = serde_json::to_string(&stream.handle().cursor()).unwrap();
    *cursor = serde_json::from_str(&stored).unwrap();
    run
}

/// Acknowledges a result, and returns its id.
fn acknowledge(pulled: &Pulled) -> u64 {
    let record = match pulled {
        Pulled::Report(scan) => {
            scan.acknowledge();
            &scan.record
        }
        Pulled::NoReport(scan) => {
            scan.acknowledge();
            &scan.record
        }
    };
    record.id
}

async fn count(scan: &PulledScan) -> scanops::Result<u64> {
    let (mut findings, mut count) = (scan.findings().await?, 0);
    while findings.next_finding().await?.is_some() {
        count += 1;
    }
    Ok(count)
}

fn report(pulled: Option<scanops::Result<Pulled>>) -> PulledScan {
    let Pulled::Report(scan) = pulled.unwrap().unwrap() else { unreachable!() };
    scan
}

#[tokio::test]
async fn each_result_comes_once_as_soon_as_it_is_ready() {
    let mut setup = Setup::of(None).await;
    // In the order of their import times. Two others run, one is queued, and one is being imported.
    assert_eq!(setup.run().await, (vec![8, 9, 5, 1], vec![6]));
    // Not all servers support it.
    assert!(setup.center.requests().iter().all(|it| it.query("timeCompareField").is_none()));
    setup.center.forget_requests();
    assert_eq!(setup.run().await, Run::default());
    let paths: BTreeSet<_> =
        setup.center.requests().iter().map(|it| it.path().to_owned()).collect();
    assert_eq!(paths.into_iter().collect::<Vec<_>>(), ["/rest/scanResult", "/rest/system"]);

    // An import that ends days later.
    setup.later(100);
    assert!(setup.center.set_state(4, "Completed", "Finished"));
    assert_eq!(setup.run().await, (vec![4], vec![]));
    // A scan that ends, and is imported a day later.
    assert!(setup.center.set_state(2, "Completed", "Import Pending"));
    setup.later(24);
    assert_eq!(setup.run().await, Run::default());
    assert!(setup.center.set_state(2, "Completed", "Finished"));
    assert_eq!(setup.run().await, (vec![2], vec![]));
    assert_eq!(setup.run().await, Run::default());
}

/// A server with two results, and a new cursor.
async fn two_results() -> Setup {
    let result = |id: u64, hours: u64| {
        ScanResult::new("one of two").id(id).age(Duration::from_secs(3600 * hours))
    };
    Setup::of(Some(vec![result(1, 40), result(2, 4)])).await
}

#[tokio::test]
async fn a_result_imported_again_during_a_pull_comes_once() {
    for acknowledged in [true, false] {
        let mut setup = two_results().await;
        let mut stream = setup.pull().concurrency(2).stream();
        let first = report(stream.next().await);
        // The list has the earlier import time.
        setup.client.scan_results().reimport(2).await.unwrap();
        setup.later(1);
        let second = report(stream.next().await);
        first.acknowledge();
        if acknowledged {
            second.acknowledge();
            second.acknowledge();
        }
        assert_eq!((first.record.id, second.record.id), (1, 2));
        drop((first, second));
        assert!(stream.next().await.is_none());
        setup.cursor = stream.handle().cursor();
        assert_eq!(setup.cursor.unacknowledged(), usize::from(!acknowledged));
        let counted = stream.handle().progress().acknowledged;
        assert_eq!(counted, 1 + u64::from(acknowledged));
        let expected = if acknowledged { vec![] } else { vec![2] };
        assert_eq!(setup.run().await, (expected, vec![]));
        assert_eq!(setup.run().await, Run::default());
    }
}

#[tokio::test]
async fn a_result_yielded_with_a_later_import_time_hides_no_other() {
    let mut setup = two_results().await;
    let first = ScanResult::new("the first").id(3).age(Duration::from_secs(60 * 3600));
    setup.center.add(first).unwrap();
    let mut stream = setup.pull().overlap(Duration::from_secs(3600)).stream();
    report(stream.next().await).acknowledge();
    // It was listed before result 2, and is imported again long after that.
    setup.later(48);
    setup.client.scan_results().reimport(1).await.unwrap();
    assert_eq!(report(stream.next().await).record.id, 1);
    // The program ends here, and has acknowledged neither.
    setup.cursor = stream.handle().cursor();
    assert_eq!(setup.run().await, (vec![1, 2], vec![]));
}

#[tokio::test]
async fn a_failed_import_does_not_bring_back_what_was_stored() {
    let mut setup = two_results().await;
    assert_eq!(setup.run_except(&[1]).await.0, [1, 2]);
    setup.later(1);
    setup.client.scan_results().reimport(1).await.unwrap();
    // The earlier import fails; the later one comes and is acknowledged.
    let failed = setup.center.inject(Fault::status(503).on("GET", "/rest/scanResult/1").times(1));
    let mut stream = setup.pull().stream();
    assert!(stream.next_result().await.is_err());
    assert_eq!(failed.used(), 1);
    report(stream.next().await).acknowledge();
    assert!(stream.next().await.is_none());
    setup.cursor = stream.handle().cursor();
    // The server does not have the earlier import any more.
    assert_eq!(setup.cursor.unacknowledged(), 0);
    // Others move the cursor far beyond it.
    setup.later(100);
    setup.client.scan_results().reimport(2).await.unwrap();
    assert_eq!(setup.run().await.0, [2]);
    let mut stream = setup.pull().stream();
    assert!(stream.next().await.is_none());
    assert_eq!(stream.handle().progress().new, 0);
}

#[tokio::test]
async fn an_unacknowledged_result_that_is_imported_again_comes_although_it_is_not_listed() {
    let mut setup = two_results().await;
    assert_eq!(setup.run_except(&[1]).await.0, [1, 2]);
    setup.later(2);
    setup.center.add(ScanResult::new("before it").id(3)).unwrap();
    setup.client.scan_results().reimport(1).await.unwrap();
    let mut stream = setup.pull().stream();
    assert_eq!(report(stream.next().await).record.id, 3);
    // The program ends here. Result 1 was created too long ago for the next run.
    setup.cursor = stream.handle().cursor();
    let mut stream = setup.pull().look_back(Duration::from_secs(60)).stream();
    let mut ids = BTreeSet::new();
    while let Some(pulled) = stream.next_result().await.unwrap() {
        ids.insert(acknowledge(&pulled));
    }
    assert_eq!(ids.into_iter().collect::<Vec<_>>(), [1, 3]);
}

#[tokio::test]
async fn an_unacknowledged_result_is_forgotten_only_when_the_server_says_it_is_gone() {
    let mut setup = two_results().await;
    assert_eq!(setup.run_except(&[1]).await.0, [1, 2]);
    setup.later(100);
    // Neither a proxy's 404 nor an error that contradicts the list counts.
    let page = Fault::response(404, "text/html", "<html>not found</html>");
    let hour = Duration::from_secs(3600);
    for (fault, pull) in [
        (page, setup.pull().look_back(hour)),
        (Fault::error(200, 147, "It does not exist."), setup.pull()),
    ] {
        let fault = setup.center.inject(fault.on("GET", "/rest/scanResult/1"));
        let mut stream = pull.stream();
        assert!(stream.next_result().await.unwrap_err().is_not_found());
        assert!(stream.next().await.is_none() && fault.used() == 1);
        assert_eq!(stream.handle().cursor().unacknowledged(), 1);
        setup.center.clear_faults();
    }
    // An import in progress does not count either.
    setup.center.set_state(1, "Completed", "Importing");
    let mut stream = setup.pull().stream();
    assert!(stream.next().await.is_none());
    assert_eq!(stream.handle().progress().skipped, 1);
    setup.cursor = stream.handle().cursor();
    assert_eq!(setup.cursor.unacknowledged(), 1);
    setup.center.set_state(1, "Completed", "Finished");
    assert_eq!(setup.run_except(&[1]).await.0, [1]);
    // It is deleted.
    setup.client.scan_results().delete(1).await.unwrap();
    assert_eq!(setup.run().await, Run::default());
    assert_eq!(setup.cursor.unacknowledged(), 0);
}

#[tokio::test]
async fn a_server_whose_clock_was_ahead_loses_nothing() {
    let setup = Setup::of(Some(vec![ScanResult::new("one").id(1)])).await;
    // The cursor of a run that saw the server's clock ten days ahead.
    let ahead = setup.clock.time_of_day() + Duration::from_secs(9 * 24 * 3600);
    let since = jiff::Timestamp::try_from(ahead).unwrap();
    let mut stream = setup.client.scan_results().pull(Cursor::since(since)).stream();
    assert_eq!(report(stream.next().await).record.id, 1);
    assert!(stream.next().await.is_none());
}

#[tokio::test]
async fn a_busy_period_is_listed_in_shorter_periods() {
    // All within an hour, two days ago.
    let results = (1..=8000)
        .map(|id| ScanResult::new("busy").id(id).age(Duration::from_secs(48 * 3600 + id % 3600)));
    let setup = Setup::of(Some(results.collect())).await;
    let mut stream = setup.pull().stream();
    report(stream.next().await);
    assert_eq!(stream.handle().progress().new, 8000);
    let requests = setup.center.requests();
    let ends: Vec<_> = requests.iter().filter_map(|it| it.query("endTime")).collect();
    let periods: BTreeSet<_> = ends.iter().collect();
    assert!(periods.len() < ends.len(), "no period was made shorter");
    assert!(ends.len() < 60, "{} requests", ends.len());
}

#[tokio::test]
async fn too_many_unacknowledged_results_come_again_and_end_the_pull_with_an_error() {
    let mut setup = two_results().await;
    setup.cursor = cursor_with_unacknowledged(10_000);
    let _ = setup.center.inject(Fault::status(503).on("GET", "/rest/scanResult/{id}"));
    let mut stream = setup.pull().stream();
    for id in 11..10_011 {
        assert_eq!(stream.next_result().await.unwrap_err().scan_result(), Some(id));
    }
    let error = stream.next_result().await.unwrap_err();
    assert_error(&error, ErrorKind::InvalidRequest, "scan result 1 ");
    assert_eq!(error.scan_result(), None);
    assert!(stream.next_result().await.unwrap().is_none());
}

#[tokio::test]
async fn what_was_not_acknowledged_comes_before_what_is_new() {
    let mut setup = two_results().await;
    assert_eq!(setup.run_except(&[2]).await.0, [1, 2]);
    // Imported before result 2, and visible later.
    let late = ScanResult::new("late").id(3).age(Duration::from_secs(10 * 3600));
    setup.center.add(late).unwrap();
    assert_eq!(setup.run().await.0, [2, 3]);
    assert_eq!(setup.run().await, Run::default());
}

#[tokio::test]
async fn a_result_without_a_report_comes_until_it_is_acknowledged() {
    let mut setup = Setup::of(Some(vec![ScanResult::new("failed").id(1).status("Error")])).await;
    for _ in 0..2 {
        let mut stream = setup.pull().stream();
        assert!(matches!(stream.next().await, Some(Ok(Pulled::NoReport(_)))));
        assert!(stream.next().await.is_none());
        setup.cursor = stream.handle().cursor();
        assert_eq!(setup.cursor.unacknowledged(), 1);
    }
    assert_eq!(setup.run().await, (vec![], vec![1]));
    assert_eq!(setup.run().await, Run::default());
}

#[tokio::test]
async fn finished_findings_make_room_for_another_download() {
    let setup = two_results().await;
    let mut stream = setup.pull().concurrency(usize::MAX).stream();
    let scan = report(stream.next().await);
    let mut findings = scan.findings().await.unwrap();
    while findings.next_finding().await.unwrap().is_some() {}
    // The variable holds the first stream until the second one is returned.
    let again = tokio::time::timeout(Duration::from_secs(10), scan.findings()).await;
    findings = again.unwrap().unwrap();
    assert!(findings.next_finding().await.unwrap().is_some());
}

#[tokio::test]
async fn a_file_that_can_not_be_written_is_an_error_that_names_the_result() {
    let setup = two_results().await;
    let folder = tempfile::tempdir().unwrap();
    let scan = report(setup.pull().stream().next().await);
    let error = scan.save_to(folder.path().join("none").join("1.zip")).await.unwrap_err();
    assert_error(&error, ErrorKind::Io, "scan result 1");
}

#[tokio::test]
async fn an_error_while_a_report_is_read_names_the_result() {
    let setup = two_results().await;
    let scan = report(setup.pull().stream().next().await);
    let cut = Fault::truncate_after(1000).on("POST", "/rest/scanResult/{id}/download");
    let _ = setup.center.inject(cut);
    let error = count(&scan).await.unwrap_err();
    assert_eq!((error.kind(), error.scan_result()), (ErrorKind::Disconnected, Some(1)));
}

#[tokio::test]
async fn an_unacknowledged_result_comes_again_whatever_came_after_it() {
    let mut setup = Setup::of(None).await;
    assert_eq!(setup.run_except(&[9]).await.0, [8, 9, 5, 1]);
    for day in 0..4 {
        setup.later(24);
        setup.client.scan_results().reimport(1).await.unwrap();
        let except: &[u64] = if day < 3 { &[9] } else { &[] };
        assert_eq!(setup.run_except(except).await.0, [9, 1]);
    }
    assert_eq!(setup.run().await, Run::default());

    // Not acknowledged and then imported again, it comes once.
    setup.later(24);
    setup.client.scan_results().reimport(5).await.unwrap();
    assert_eq!(setup.run_except(&[5]).await.0, [5]);
    setup.later(24);
    setup.client.scan_results().reimport(5).await.unwrap();
    assert_eq!(setup.run().await.0, [5]);
}

/// A server whose records a test sets one by one, and its clock, in hours since 1970.
#[derive(Clone, Default)]
struct Records(Arc<Mutex<(i64, Vec<serde_json::Value>)>>);

impl Records {
    async fn serve(&self) -> ScriptedServer {
        let Self(state) = self.clone();
        ScriptedServer::responding(move |_, head| {
            let (now, records) = &*state.lock().unwrap();
            let path = head.split(' ').nth(1).unwrap();
            let response = if path.starts_with("/rest/system") {
                serde_json::json!({ "version": "6.0.0" })
            } else if path.starts_with("/rest/scanResult?") {
                serde_json::json!({ "usable": records, "manageable": [] })
            } else {
                let id = path["/rest/scanResult/".len()..].split('?').next().unwrap();
                records.iter().find(|record| record["id"] == id).unwrap().clone()
            };
            Reply::json(
                serde_json::json!({
                    "type": "regular", "response": response, "error_code": 0, "error_msg": "",
                    "warnings": [], "timestamp": now * 3600,
                })
                .to_string(),
            )
        })
        .await
    }

    /// Sets the clock, and adds or replaces a completed result that was created at 999 hours.
    fn set(&self, now: i64, id: u64, finished: i64, imported: Option<i64>, has_report: bool) {
        let mut state = self.0.lock().unwrap();
        let id = id.to_string();
        state.0 = now;
        state.1.retain(|record| record["id"] != *id);
        state.1.push(serde_json::json!({
            "id": id, "status": "Completed", "importStatus": "Finished",
            "createdTime": (999 * 3600).to_string(), "finishTime": (finished * 3600).to_string(),
            "importFinish": imported.map_or(-1, |hour| hour * 3600).to_string(),
            "downloadAvailable": has_report.to_string(),
        }));
    }
}

#[tokio::test]
async fn an_unacknowledged_result_comes_again_although_its_time_has_moved_back() {
    // It had no report at first, or no import time: either puts it an hour later.
    for (imported, has_report) in [(Some(1000), false), (None, true)] {
        let records = Records::default();
        let server = records.serve().await;
        let (sc, mut cursor) = (server.sc(), Cursor::new());
        records.set(1002, 7, 1000, imported, has_report);
        let first = run_except(&sc, &mut cursor, &[7]).await;
        assert_eq!(first, if has_report { (vec![7], vec![]) } else { (vec![], vec![7]) });
        // The others move the cursor far beyond it.
        records.set(1300, 8, 1299, Some(1299), true);
        run_except(&sc, &mut cursor, &[7]).await;

        records.set(1301, 7, 1000, Some(1000), true);
        for _ in 0..2 {
            assert_eq!(run_except(&sc, &mut cursor, &[7]).await, (vec![7], vec![]));
            assert_eq!(cursor.unacknowledged(), 1);
        }
        assert_eq!(run_except(&sc, &mut cursor, &[]).await, (vec![7], vec![]));
        assert_eq!(cursor.unacknowledged(), 0);
        assert_eq!(run_except(&sc, &mut cursor, &[]).await, Run::default());
    }
}

#[tokio::test]
async fn an_acknowledged_result_does_not_come_again_when_its_time_moves_back_to_what_it_was() {
    let records = Records::default();
    let server = records.serve().await;
    let (sc, mut cursor) = (server.sc(), Cursor::new());
    records.set(1000, 7, 1000, Some(1000), true);
    assert_eq!(run_except(&sc, &mut cursor, &[]).await, (vec![7], vec![]));
    records.set(1002, 7, 1000, Some(1000), false);
    assert_eq!(run_except(&sc, &mut cursor, &[7]).await, (vec![], vec![7]));
    records.set(1003, 7, 1000, Some(1000), true);
    assert_eq!(run_except(&sc, &mut cursor, &[]).await, Run::default());
    assert_eq!(cursor.unacknowledged(), 0);
}

#[tokio::test]
async fn a_result_that_can_not_be_read_can_be_given_up() {
    let mut setup = Setup::of(None).await;
    let forbidden = Fault::error(403, 146, "You do not have access to this scan result.");
    let _ = setup.center.inject(forbidden.on("GET", "/rest/scanResult/9"));
    let mut stream = setup.pull().stream();
    let handle = stream.handle().clone();
    let mut ids = Vec::new();
    while let Some(pulled) = stream.next().await {
        match pulled {
            Ok(pulled) => ids.push(acknowledge(&pulled)),
            Err(error) => {
                assert!(error.is_forbidden() && error.scan_result() == Some(9), "{error}");
                assert!(!handle.give_up(1), "it is yet to come");
                assert!(handle.give_up(9) && !handle.give_up(9));
            }
        }
    }
    assert_eq!(ids, [8, 6, 5, 1]);
    setup.cursor = handle.cursor();
    assert_eq!(setup.cursor.unacknowledged(), 0);
    assert_eq!(setup.run().await, Run::default());
    // Its next import is another matter.
    setup.later(1);
    setup.client.scan_results().reimport(9).await.unwrap();
    setup.center.clear_faults();
    assert_eq!(setup.run().await, (vec![9], vec![]));
}

#[tokio::test]
async fn a_result_that_was_given_up_does_not_come_later_in_the_same_run() {
    let mut setup = Setup::of(None).await;
    assert_eq!(setup.run_except(&[8, 9, 5]).await.0, [8, 9, 5, 1]);
    setup.center.forget_requests();
    let mut stream = setup.pull().stream();
    assert!(stream.handle().give_up(8));
    report(stream.next().await).acknowledge();
    assert!(stream.handle().give_up(5));
    assert!(stream.next().await.is_none());
    let requests = setup.center.requests();
    assert!(requests.iter().all(|it| !it.path().ends_with("/5") && !it.path().ends_with("/8")));
    setup.cursor = stream.handle().cursor();
    assert_eq!(setup.cursor.unacknowledged(), 0);
    assert_eq!(setup.run().await, Run::default());
}

#[tokio::test]
async fn a_server_that_goes_down_ends_the_pull_and_marks_nothing_as_delivered() {
    for (fault, kind) in [
        (Fault::status(503), ErrorKind::Unavailable),
        (Fault::status(500), ErrorKind::Server),
        (Fault::reset(), ErrorKind::Disconnected),
        (Fault::login_page(), ErrorKind::Decode),
        (Fault::status(401), ErrorKind::Unauthorized),
        (Fault::error(403, 146, "You do not have access to this."), ErrorKind::Forbidden),
    ] {
        let mut setup = Setup::of(None).await;
        assert_eq!(setup.run_except(&[8, 9, 5, 1]).await.0, [8, 9, 5, 1]);
        setup.center.add(ScanResult::new("new").id(20)).unwrap();
        for delivered in [1, 4] {
            let mut stream = setup.pull().stream();
            for _ in 0..delivered {
                report(stream.next().await);
            }
            let _ = setup.center.inject(fault.clone());
            let error = stream.next_result().await.unwrap_err();
            assert_eq!((error.kind(), error.scan_result()), (kind, None), "{error}");
            assert!(stream.next_result().await.unwrap().is_none());
            assert_eq!(stream.handle().progress().failed, 0);
            assert_eq!(stream.handle().cursor().unacknowledged(), 4, "{error}");
            setup.cursor = stream.handle().cursor();
            setup.center.clear_faults();
        }
        let (mut ids, none) = setup.run().await;
        ids.sort_unstable();
        assert_eq!((ids, none), (vec![1, 5, 8, 9, 20], vec![]));
    }

    let setup = Setup::of(None).await;
    let mut stream = setup.pull().stream();
    report(stream.next().await);
    drop(setup.center);
    let error = stream.next_result().await.unwrap_err();
    assert_eq!((error.is_connect(), error.scan_result()), (true, None), "{error}");
    assert!(stream.next_result().await.unwrap().is_none());
    assert_eq!(stream.handle().cursor().unacknowledged(), 1);
}

#[tokio::test]
async fn a_server_that_sends_no_record_ends_the_pull_although_it_sends_the_list() {
    let results = (1..=40).map(|id| ScanResult::new("one of forty").id(id));
    let mut setup = Setup::of(Some(results.collect())).await;
    let _ = setup.center.inject(Fault::status(503).on("GET", "/rest/scanResult/{id}"));
    // Each run tries what failed before and as many again, so that some that fail hide no others.
    for expected in [9, 18] {
        let mut stream = setup.pull().stream();
        for _ in 0..expected {
            assert!(stream.next_result().await.unwrap_err().scan_result().is_some());
        }
        let error = stream.next_result().await.unwrap_err();
        assert_error(&error, ErrorKind::Unavailable, "10 new scan results in a row");
        assert_eq!(error.scan_result(), None);
        assert!(stream.next_result().await.unwrap().is_none());
        setup.cursor = stream.handle().cursor();
        assert_eq!(setup.cursor.unacknowledged(), expected);
    }
    setup.center.clear_faults();
    assert_eq!(setup.run().await.0.len(), 40);
}

#[tokio::test]
async fn a_result_that_fails_is_one_error_that_names_it() {
    let mut setup = Setup::of(None).await;
    let _ = setup.center.inject(Fault::status(503).on("GET", "/rest/scanResult/9"));
    let mut stream = setup.pull().stream();
    let (mut ids, mut errors) = (Vec::new(), Vec::new());
    while let Some(pulled) = stream.next().await {
        match pulled {
            Ok(pulled) => ids.push(acknowledge(&pulled)),
            Err(error) => errors.push(error),
        }
    }
    assert_eq!(ids, [8, 6, 5, 1]);
    assert_eq!(errors.len(), 1, "{errors:?}");
    let error = &errors[0];
    assert_error(error, ErrorKind::Unavailable, "scan result 9");
    assert_eq!(error.scan_result(), Some(9));
    let progress = stream.handle().progress();
    assert_eq!((progress.new, progress.delivered, progress.failed), (5, 3, 1));
    setup.cursor = stream.handle().cursor();
    setup.center.clear_faults();
    assert_eq!(setup.run().await, (vec![9], vec![]));
}

#[tokio::test]
async fn a_list_that_can_not_be_read_ends_the_pull_with_an_error() {
    let mut setup = Setup::of(None).await;
    let _ = setup.center.inject(Fault::status(503).on("GET", "/rest/scanResult"));
    let mut stream = setup.pull().stream();
    let error = stream.next().await.unwrap().unwrap_err();
    assert_eq!((error.kind(), error.scan_result()), (ErrorKind::Unavailable, None));
    assert!(stream.next().await.is_none());
    setup.cursor = stream.handle().cursor();
    setup.center.clear_faults();
    assert_eq!(setup.run().await, (vec![8, 9, 5, 1], vec![6]));
}

#[tokio::test]
async fn no_more_results_are_yielded_at_once_than_asked_for() {
    let setup = Setup::of(None).await;
    let mut stream = setup.pull().concurrency(2).stream();
    let first = report(stream.next().await);
    let second = report(stream.next().await);
    let waits = tokio::time::timeout(Duration::from_millis(50), stream.next()).await;
    assert!(waits.is_err(), "a third was given out");

    // The download of a dropped result still counts.
    let findings = first.findings().await.unwrap();
    drop(first);
    assert!(stream.next().now_or_never().is_none());
    assert_eq!(setup.downloads(), 1);
    drop(findings);
    // A result without a report does not count.
    assert!(matches!(stream.next().await, Some(Ok(Pulled::NoReport(_)))));
    let third = report(stream.next().await);

    // A result has one download at a time.
    let findings = second.findings().await.unwrap();
    let waits = tokio::time::timeout(Duration::from_millis(50), second.findings()).await;
    assert!(waits.is_err(), "a second download of one result");
    assert_eq!(setup.downloads(), 2);
    drop(findings);
    assert!(count(&second).await.unwrap() > 0);
    drop((second, third));

    let mut none = setup.pull().concurrency(0).stream();
    assert_eq!(none.next_result().await.unwrap_err().kind(), ErrorKind::InvalidRequest);
    assert!(none.next_result().await.unwrap().is_none());
}

#[tokio::test]
async fn a_cursor_of_another_server_is_an_error_before_anything_is_sent() {
    let mut setup = Setup::of(None).await;
    setup.run().await;
    let other = Setup::of(None).await;
    let mut stream = other.client.scan_results().pull(setup.cursor.clone()).stream();
    let error = stream.next_result().await.unwrap_err();
    assert_error(&error, ErrorKind::InvalidRequest, setup.center.url());
    assert!(other.center.requests().is_empty());
    assert!(stream.next_result().await.unwrap().is_none());
}

#[tokio::test]
async fn a_pull_dropped_at_any_await_loses_nothing() {
    for (polls, keeps_stream) in (0..40).flat_map(|polls| [(polls, true), (polls, false)]) {
        let mut setup = Setup::of(Some(vec![
            ScanResult::new("one").id(1),
            ScanResult::new("two").id(2).status("Error"),
            ScanResult::new("three").id(3),
        ]))
        .await;
        let mut stream = setup.pull().stream();
        let mut ids = BTreeSet::new();
        let mut take = |pulled: Pulled| {
            let id = acknowledge(&pulled);
            assert!(ids.insert(id), "{id} came twice");
        };
        while let Some(next) = poll_at_most(polls, stream.next_result()).await {
            let Some(pulled) = next.unwrap() else { break };
            take(pulled);
        }
        // Both the dropped stream and a new one continue where it was.
        if !keeps_stream {
            setup.cursor = stream.handle().cursor();
            stream = setup.pull().stream();
        }
        while let Some(pulled) = stream.next_result().await.unwrap() {
            take(pulled);
        }
        assert_eq!(ids.into_iter().collect::<Vec<_>>(), [1, 2, 3], "{polls}");
        setup.cursor = stream.handle().cursor();
        assert_eq!(setup.run().await, Run::default());
    }
}

#[tokio::test]
async fn look_back_lists_less_and_yields_what_was_not_acknowledged() {
    let mut setup = Setup::of(None).await;
    assert_eq!(setup.run_except(&[8]).await.0, [8, 9, 5, 1]);
    // Result 8 is 45 days old.
    let month = Duration::from_secs(30 * 24 * 3600);
    setup.center.forget_requests();
    let mut stream = setup.pull().look_back(month).stream();
    let scan = report(stream.next().await);
    assert_eq!(scan.record.id, 8);
    assert!(stream.next().await.is_none());
    let from: Vec<_> =
        setup.center.requests().iter().filter_map(|it| it.query("startTime")).collect();
    let first = setup.clock.time_of_day() - month;
    let first = first.duration_since(std::time::UNIX_EPOCH).unwrap().as_secs();
    assert!(from.iter().all(|start| start.parse::<u64>().unwrap() >= first), "{from:?}");
}

#[tokio::test]
async fn progress_counts_results_bytes_and_findings() {
    let setup = Setup::of(None).await;
    let mut stream = setup.pull().stream();
    let handle = stream.handle().clone();
    let folder = tempfile::tempdir().unwrap();
    let mut findings = 0;
    while let Some(pulled) = stream.next_result().await.unwrap() {
        let Pulled::Report(scan) = pulled else { continue };
        assert!(scan.record.repository_id().is_some());
        if scan.record.id == 1 {
            scan.save_to(folder.path().join("1.zip")).await.unwrap();
            scan.save_to(folder.path().join("1.zip")).await.unwrap();
        } else {
            findings += count(&scan).await.unwrap();
        }
        scan.acknowledge();
        scan.acknowledge();
        handle.save_cursor(folder.path().join("cursor.json")).await.unwrap();
    }
    let progress = handle.progress();
    assert_eq!((progress.new, progress.delivered, progress.acknowledged), (5, 4, 4));
    assert_eq!((progress.without_report, progress.failed), (1, 0));
    assert_eq!(progress.findings, findings);
    assert!(progress.bytes > 10_000 && findings > 10, "{progress:?}");
    let mut left = files(folder.path());
    left.sort();
    assert_eq!(left, ["1.zip", "cursor.json"]);
    let stored = Cursor::load(folder.path().join("cursor.json")).await.unwrap();
    assert_eq!(stored, handle.cursor());
}
