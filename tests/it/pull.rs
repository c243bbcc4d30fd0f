//! Every scan result comes once for each time that it was imported, whatever happens.

use std::{collections::BTreeSet, time::Duration};

use futures_util::{FutureExt as _, StreamExt as _};
use scanops::{
    Cursor, ErrorKind, RetryPolicy,
    tenable_sc::{Client, Pull, Pulled, PulledScan},
};
use scanops_sandbox::{Fault, InsightVm, ManualClock, TenableSc, tenable_sc::ScanResult};

use crate::support::{Always, Reply, ScriptedServer, files, poll_at_most};

const DOWNLOAD: &str = "/rest/scanResult/{id}/download";

struct World {
    center: TenableSc,
    client: Client,
    clock: ManualClock,
    cursor: Cursor,
}

/// What a run gave: the ids of what has a report, and of what has none.
type Run = (Vec<u64>, Vec<u64>);

impl World {
    /// The default world, or another one.
    async fn of(results: Option<Vec<ScanResult>>) -> Self {
        let clock = ManualClock::new();
        let mut builder = TenableSc::builder().clock(clock.clone()).report_size(20_000);
        if let Some(results) = results {
            builder = builder.scan_results(results);
        }
        let center = builder.start().await.unwrap();
        let client = Client::builder(center.url())
            .api_key(center.access_key(), center.secret_key())
            .retry(RetryPolicy::never())
            .build()
            .unwrap();
        Self { center, client, clock, cursor: Cursor::new() }
    }

    fn pull(&self) -> Pull {
        self.client.scan_results().pull(self.cursor.clone())
    }

    /// Pulls and acknowledges everything, and stores the cursor.
    async fn run(&mut self) -> Run {
        self.run_but(&[]).await
    }

    /// Acknowledges everything but these.
    async fn run_but(&mut self, but: &[u64]) -> Run {
        let mut stream = self.pull().stream();
        let mut run = Run::default();
        while let Some(pulled) = stream.next_result().await.unwrap() {
            match pulled {
                Pulled::Report(scan) => {
                    run.0.push(scan.record.id);
                    if !but.contains(&scan.record.id) {
                        scan.acknowledge();
                    }
                }
                Pulled::NoReport(scan) => run.1.push(scan.record.id),
            }
        }
        // As another process would read it.
        let stored = serde_json::to_string(&stream.handle().cursor()).unwrap();
        self.cursor = serde_json::from_str(&stored).unwrap();
        run
    }

    fn later(&self, hours: u32) {
        self.clock.advance(Duration::from_secs(3600) * hours);
    }

    fn downloads(&self) -> usize {
        let requests = self.center.requests();
        requests.iter().filter(|request| request.path().ends_with("/download")).count()
    }
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
async fn each_result_comes_once_and_what_is_not_ready_comes_when_it_is() {
    for ignores in [false, true] {
        let mut world = World::of(None).await;
        world.center.ignore_time_compare_field(ignores);
        // By the end of their imports; one is 45 days old, one is manageable alone, one is usable
        // alone. Two run, one waits, and one is being imported.
        assert_eq!(world.run().await, (vec![8, 9, 5, 1], vec![6]));
        world.center.forget_requests();
        assert_eq!(world.run().await, Run::default());
        let asked: BTreeSet<_> =
            world.center.requests().iter().map(|it| it.path().to_owned()).collect();
        assert_eq!(asked.into_iter().collect::<Vec<_>>(), ["/rest/scanResult", "/rest/system"]);

        // An import that ends late, by days.
        world.later(100);
        assert!(world.center.set_state(4, "Completed", "Finished"));
        assert_eq!(world.run().await, (vec![4], vec![]));
        // A scan that ends, and is imported a day later.
        assert!(world.center.set_state(2, "Completed", "Import Pending"));
        world.later(24);
        assert_eq!(world.run().await, Run::default());
        assert!(world.center.set_state(2, "Completed", "Finished"));
        assert_eq!(world.run().await, (vec![2], vec![]));
        assert_eq!(world.run().await, Run::default());
    }
}

#[tokio::test]
async fn a_result_that_is_imported_again_comes_again() {
    for ignores in [false, true] {
        let mut world = World::of(None).await;
        world.center.ignore_time_compare_field(ignores);
        world.run().await;
        for _ in 0..2 {
            world.later(1000);
            world.client.scan_results().reimport(8).await.unwrap();
            assert_eq!(world.run().await, (vec![8], vec![]));
            assert_eq!(world.run().await, Run::default());
        }
    }
}

#[tokio::test]
async fn a_result_that_was_not_acknowledged_comes_again_whatever_came_after_it() {
    let mut world = World::of(None).await;
    assert_eq!(world.run_but(&[9]).await.0, [8, 9, 5, 1]);
    for day in 0..4 {
        world.later(24);
        world.client.scan_results().reimport(1).await.unwrap();
        let but: &[u64] = if day < 3 { &[9] } else { &[] };
        assert_eq!(world.run_but(but).await.0, [9, 1]);
    }
    assert_eq!(world.run().await, Run::default());

    // It was not acknowledged, and then it was imported again: once is enough.
    world.later(24);
    world.client.scan_results().reimport(5).await.unwrap();
    assert_eq!(world.run_but(&[5]).await.0, [5]);
    world.later(24);
    world.client.scan_results().reimport(5).await.unwrap();
    assert_eq!(world.run().await.0, [5]);

    // It was not acknowledged, and then it was deleted.
    world.later(24);
    world.client.scan_results().reimport(5).await.unwrap();
    assert_eq!(world.run_but(&[5]).await.0, [5]);
    world.client.scan_results().delete(5).await.unwrap();
    assert_eq!(world.run().await, Run::default());
    assert_eq!(world.cursor.unacknowledged(), 0);
}

#[tokio::test]
async fn one_result_that_fails_is_an_error_that_names_it_and_stops_nothing_else() {
    let mut world = World::of(None).await;
    let _ = world.center.inject(Fault::status(503).on("GET", "/rest/scanResult/9"));
    let mut stream = world.pull().stream();
    let (mut ids, mut errors) = (Vec::new(), Vec::new());
    while let Some(pulled) = stream.next().await {
        match pulled {
            Ok(Pulled::Report(scan)) => {
                ids.push(scan.record.id);
                scan.acknowledge();
            }
            Ok(_) => {}
            Err(error) => errors.push(error),
        }
    }
    assert_eq!(ids, [8, 5, 1]);
    assert_eq!(errors.len(), 1, "{errors:?}");
    let error = &errors[0];
    assert_eq!(error.kind(), ErrorKind::Unavailable);
    assert!(error.to_string().contains("scan result 9"), "{error}");
    let progress = stream.handle().progress();
    assert_eq!((progress.new, progress.given, progress.failed), (5, 3, 1));
    world.cursor = stream.handle().cursor();
    world.center.clear_faults();
    assert_eq!(world.run().await, (vec![9], vec![]));
}

#[tokio::test]
async fn a_list_that_can_t_be_read_is_an_error_and_the_end() {
    let mut world = World::of(None).await;
    let _ = world.center.inject(Fault::status(503).on("GET", "/rest/scanResult"));
    let mut stream = world.pull().stream();
    assert_eq!(stream.next().await.unwrap().unwrap_err().kind(), ErrorKind::Unavailable);
    assert!(stream.next().await.is_none());
    world.cursor = stream.handle().cursor();
    world.center.clear_faults();
    assert_eq!(world.run().await, (vec![8, 9, 5, 1], vec![6]));
}

#[tokio::test]
async fn no_more_results_are_given_out_than_there_are_places() {
    let world = World::of(None).await;
    let mut stream = world.pull().concurrency(2).stream();
    let first = report(stream.next().await);
    let second = report(stream.next().await);
    let waits = tokio::time::timeout(Duration::from_millis(50), stream.next()).await;
    assert!(waits.is_err(), "a third was given out");

    // A result that is dropped leaves its place to its download.
    let findings = first.findings().await.unwrap();
    drop(first);
    assert!(stream.next().now_or_never().is_none());
    assert_eq!(world.downloads(), 1);
    drop(findings);
    // What has no report takes no place.
    assert!(matches!(stream.next().await, Some(Ok(Pulled::NoReport(_)))));
    let third = report(stream.next().await);

    // And it has one download at a time.
    let findings = second.findings().await.unwrap();
    let waits = tokio::time::timeout(Duration::from_millis(50), second.findings()).await;
    assert!(waits.is_err(), "a second download of one result");
    assert_eq!(world.downloads(), 2);
    drop(findings);
    assert!(count(&second).await.unwrap() > 0);
    drop((second, third));

    let mut none = world.pull().concurrency(0).stream();
    assert_eq!(none.next_result().await.unwrap_err().kind(), ErrorKind::InvalidRequest);
    assert!(none.next_result().await.unwrap().is_none());
}

#[tokio::test]
async fn a_cursor_of_another_server_is_an_error_before_anything_is_sent() {
    let mut world = World::of(None).await;
    world.run().await;
    let other = World::of(None).await;
    let mut stream = other.client.scan_results().pull(world.cursor.clone()).stream();
    let error = stream.next_result().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidRequest);
    assert!(error.to_string().contains(world.center.url()), "{error}");
    assert!(other.center.requests().is_empty());
    assert!(stream.next_result().await.unwrap().is_none());
}

#[tokio::test]
async fn a_pull_can_be_dropped_at_any_await_and_nothing_is_lost() {
    for polls in 0..40 {
        let mut world = World::of(Some(vec![
            ScanResult::new("one").id(1),
            ScanResult::new("two").id(2).status("Error"),
            ScanResult::new("three").id(3),
        ]))
        .await;
        let mut stream = world.pull().stream();
        let mut ids = BTreeSet::new();
        while let Some(next) = poll_at_most(polls, stream.next_result()).await {
            match next.unwrap() {
                Some(Pulled::Report(scan)) => {
                    scan.acknowledge();
                    ids.insert(scan.record.id);
                }
                Some(Pulled::NoReport(scan)) => assert!(ids.insert(scan.record.id)),
                _ => break,
            }
        }
        // The call that was dropped goes on where it was.
        while let Some(pulled) = stream.next_result().await.unwrap() {
            match pulled {
                Pulled::Report(scan) => {
                    scan.acknowledge();
                    assert!(ids.insert(scan.record.id));
                }
                Pulled::NoReport(scan) => assert!(ids.insert(scan.record.id)),
            }
        }
        assert_eq!(ids.into_iter().collect::<Vec<_>>(), [1, 2, 3], "{polls}");
        world.cursor = stream.handle().cursor();
        assert_eq!(world.run().await, Run::default());
    }
}

#[tokio::test]
async fn look_back_lists_less_and_gives_what_was_not_acknowledged() {
    let mut world = World::of(None).await;
    assert_eq!(world.run_but(&[8]).await.0, [8, 9, 5, 1]);
    // Result 8 is 45 days old.
    let month = Duration::from_secs(30 * 24 * 3600);
    world.center.forget_requests();
    let mut stream = world.pull().look_back(month).stream();
    let scan = report(stream.next().await);
    assert_eq!(scan.record.id, 8);
    assert!(stream.next().await.is_none());
    let from: Vec<_> =
        world.center.requests().iter().filter_map(|it| it.query("startTime")).collect();
    let first = world.clock.time_of_day() - month;
    let first = first.duration_since(std::time::UNIX_EPOCH).unwrap().as_secs();
    assert!(from.iter().all(|start| start.parse::<u64>().unwrap() >= first), "{from:?}");
}

#[tokio::test]
async fn progress_counts_results_bytes_and_findings() {
    let world = World::of(None).await;
    let mut stream = world.pull().stream();
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
    assert_eq!((progress.new, progress.given, progress.acknowledged), (5, 4, 4));
    assert_eq!((progress.without_report, progress.failed), (1, 0));
    assert_eq!(progress.findings, findings);
    assert!(progress.bytes > 10_000 && findings > 10, "{progress:?}");
    let mut left = files(folder.path());
    left.sort();
    assert_eq!(left, ["1.zip", "cursor.json"]);
    let stored = Cursor::load(folder.path().join("cursor.json")).await.unwrap();
    assert_eq!(stored, handle.cursor());
}

/// A client that waits for nothing between attempts.
fn patient(center: &TenableSc) -> Client {
    Client::builder(center.url())
        .api_key(center.access_key(), center.secret_key())
        .random(Always(0.0))
        .build()
        .unwrap()
}

async fn findings_of(client: &Client) -> scanops::Result<Vec<scanops::nessus::Finding>> {
    let mut findings = client.scan_results().download(1).await?.findings();
    let mut all = Vec::new();
    while let Some(finding) = findings.next_finding().await? {
        all.push(finding);
    }
    Ok(all)
}

#[tokio::test]
async fn findings_go_on_after_a_lost_connection_and_none_is_given_twice() {
    let center = TenableSc::builder().report_size(3_000_000).start().await.unwrap();
    let client = patient(&center);
    let whole = findings_of(&client).await.unwrap();
    assert!(whole.len() > 500);
    for first in [0, 1000, 100_000, 250_000] {
        let cut = Fault::truncate_after(first).on("POST", DOWNLOAD).times(1);
        let reset = Fault::reset_after(first / 2).on("POST", DOWNLOAD).times(1);
        let later = Fault::truncate_after(280_000).on("POST", DOWNLOAD).times(1);
        let injected = [cut, reset, later].map(|fault| center.inject(fault));
        let resumed = findings_of(&client).await.unwrap();
        assert!(resumed == whole, "{} of {} after {first} bytes", resumed.len(), whole.len());
        assert!(injected.iter().all(|fault| fault.used() == 1));
    }
    // As often as the retry policy allows, and no more.
    let broken = center.inject(Fault::truncate_after(200_000).on("POST", DOWNLOAD));
    let error = findings_of(&client).await.unwrap_err();
    assert_eq!((error.kind(), broken.used()), (ErrorKind::Disconnected, 4), "{error}");
}

/// A report with hosts of one finding each, whose output is given.
fn document(outputs: &[&str]) -> String {
    let hosts: String = outputs
        .iter()
        .map(|output| {
            format!(
                "<ReportHost name=\"h\"><ReportItem pluginID=\"1\" port=\"0\" severity=\"0\">\
                 <plugin_output>{output}</plugin_output></ReportItem></ReportHost>"
            )
        })
        .collect();
    format!("<NessusClientData_v2><Report name=\"r\">{hosts}</Report></NessusClientData_v2>")
}

#[tokio::test]
async fn a_report_that_differs_when_it_is_opened_again_is_an_error_and_not_a_mixture() {
    let sent = |body: &str, length: usize| {
        let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {length}\r\n\r\n");
        Reply::Send([head.as_bytes(), body.as_bytes()].concat())
    };
    let first = document(&["a", "b", "c", "d"]);
    // Cut in its fourth host.
    let cut = &first[..first.len() - 80];
    for (again, expected) in [
        (document(&["a", "b", "c", "e"]), Ok(4)),
        (document(&["a", "x", "c", "d"]), Err(ErrorKind::Damaged)),
        (document(&["b", "a", "c", "d"]), Err(ErrorKind::Damaged)),
        (document(&["a", "b"]), Err(ErrorKind::Damaged)),
    ] {
        let server =
            ScriptedServer::start([sent(cut, first.len()), sent(&again, again.len())]).await;
        let client = Client::builder(server.url())
            .api_key("access", "secret")
            .random(Always(0.0))
            .build()
            .unwrap();
        let result = findings_of(&client).await;
        if let Err(error) = &result {
            assert!(error.to_string().contains("differs"), "{error}");
            assert_eq!(error.operation(), Some("scanResult::download::POST"));
        }
        assert_eq!(result.map(|all| all.len()).map_err(|error| error.kind()), expected);
        assert_eq!(server.requests(), 2);
    }
    // Without retries, the loss itself is the error.
    let server = ScriptedServer::start([sent(cut, first.len())]).await;
    let error = findings_of(&server.sc()).await.unwrap_err();
    assert_eq!((error.kind(), server.requests()), (ErrorKind::Disconnected, 1));
}

#[tokio::test]
async fn the_scans_of_an_engine_that_ended_come_once_each() {
    let console = InsightVm::builder().scans(1200).start().await.unwrap();
    let client = scanops::insightvm::Client::builder(console.url())
        .basic_auth(console.user(), console.password())
        .build()
        .unwrap();
    let mut ended = client.ended_scans(3, Cursor::new()).await.unwrap();
    let count = ended.remaining();
    assert!(count > 1000);
    let (mut ids, mut last, mut left) = (BTreeSet::new(), None, None);
    while let Some(scan) = ended.next_scan().unwrap() {
        assert!(last <= scan.end_time && scan.end_time.is_some());
        last = scan.end_time;
        assert!(ids.insert(scan.id), "{} came twice", scan.id);
        if ids.len() == 100 {
            left = Some(scan.id);
        } else {
            ended.acknowledge(&scan);
        }
    }
    assert_eq!(ids.len(), count);

    let stored = serde_json::to_string(ended.cursor()).unwrap();
    let cursor: Cursor = serde_json::from_str(&stored).unwrap();
    let mut again = client.ended_scans(3, cursor.clone()).await.unwrap();
    assert_eq!(again.remaining(), 1);
    let scan = again.next_scan().unwrap().unwrap();
    assert_eq!(Some(scan.id), left);
    again.acknowledge(&scan);
    console.forget_requests();
    let none = client.ended_scans(3, again.cursor().clone()).await.unwrap();
    assert_eq!((none.remaining(), console.requests().len()), (0, 1), "one page is enough");

    // It belongs to the engine.
    let error = client.ended_scans(1, cursor).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidRequest);
}
