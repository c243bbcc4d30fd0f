//! Scans are listed by finish time, whether or not the server supports `timeCompareField`.

use std::time::{Duration, SystemTime};

use scanops::{
    Clock as _, ErrorKind, RetryPolicy,
    jiff::Timestamp,
    tenable_sc::{
        Client, Filter,
        record::{Field, ScanResultList, ScanStatus},
    },
};
use scanops_sandbox::{ManualClock, TenableSc, tenable_sc::ScanResult};

use crate::support::{FakeClock, Reply, ScriptedServer, assert_error, ms, sc_sandbox, secs};

const MINUTE: Duration = secs(60);
const HOUR: Duration = secs(60 * 60);

fn ids(list: &ScanResultList) -> Vec<u64> {
    list.usable.iter().map(|record| record.id).collect()
}

struct Setup {
    center: TenableSc,
    client: Client,
    clock: ManualClock,
}

impl Setup {
    async fn of(results: impl IntoIterator<Item = ScanResult>, ignores: bool) -> Self {
        let clock = ManualClock::new();
        let settings = TenableSc::builder().clock(clock.clone()).scan_results(results);
        let (center, client) = sc_sandbox(settings).await;
        center.configure(|settings| settings.ignore_time_compare_field = ignores);
        Self { center, client, clock }
    }

    fn ago(&self, age: Duration) -> SystemTime {
        self.clock.time_of_day() - age
    }

    /// The ids of the scans that have finished since, and the number of requests.
    async fn finished_after(&self, time: SystemTime) -> (Vec<u64>, usize) {
        self.center.forget_requests();
        let list = self.client.scan_results().list().finished_after(time).await.unwrap();
        let mut ids = ids(&list);
        ids.sort_unstable();
        (ids, self.center.requests().len())
    }
}

/// A scan that took 77 minutes.
fn scan(age: Duration) -> ScanResult {
    ScanResult::new("a scan").age(age)
}

#[tokio::test]
async fn a_probe_finds_out_what_the_server_compares() {
    let inside = || scan(6 * HOUR);
    // Created before the time, and finished after it.
    let across = || scan(12 * HOUR + 30 * MINUTE);
    let running = || scan(HOUR).status("Running");
    for (ignores, results, expected, requests) in [
        // The list shows it: the one scan is listed by a server that compares finish times, the other
        // by one that does not.
        (false, vec![across(), inside(), scan(72 * HOUR), running()], vec![1, 2], 1),
        (true, vec![across(), inside(), scan(72 * HOUR), running()], vec![1, 2], 2),
        // The list and the probe.
        (false, vec![inside()], vec![1], 2),
        // The list, the probe, and the list of all time.
        (true, vec![inside(), across(), scan(90 * HOUR)], vec![1, 2], 3),
        // An empty list has no record for a probe.
        (false, vec![scan(90 * HOUR)], vec![], 2),
        (true, vec![across(), scan(90 * HOUR)], vec![1], 2),
        (true, vec![], vec![], 2),
    ] {
        let setup = Setup::of(results, ignores).await;
        let since = setup.ago(12 * HOUR);
        assert_eq!(setup.finished_after(since).await, (expected, requests), "{ignores}");
    }
}

/// Such a scan is not used as a probe: its creation time is within the period around its end.
#[tokio::test]
async fn a_scan_of_two_seconds_does_not_show_what_the_server_compares() {
    let record = |id: u64, finished: u64| {
        format!(r#"{{"id":{id},"createdTime":"{}","finishTime":"{finished}"}}"#, finished - 1)
    };
    let list = format!(r#"{{"usable":[{}]}}"#, record(1, 1010));
    let all = format!(r#"{{"usable":[{},{}]}}"#, record(1, 1010), record(2, 1000));
    let server = ScriptedServer::start([Reply::sc(&list), Reply::sc(&all)]).await;
    let since = Timestamp::from_second(1000).unwrap();
    let listed = server.sc().scan_results().list().finished_after(since).await.unwrap();
    assert_eq!((ids(&listed), server.requests()), (vec![1, 2], 2));
}

#[tokio::test]
async fn created_before_alone_lists_from_the_first_scan_result_on() {
    const DAY: Duration = secs(24 * 60 * 60);
    let setup = Setup::of([scan(90 * DAY), scan(40 * DAY), scan(HOUR)], false).await;
    let before = |age| setup.client.scan_results().list().created_before(setup.ago(age));
    assert_eq!(ids(&before(60 * DAY).await.unwrap()), [1]);
    assert_eq!(ids(&before(2 * HOUR).await.unwrap()), [1, 2]);
    let between = before(2 * HOUR).created_after(setup.ago(60 * DAY));
    assert_eq!(ids(&between.await.unwrap()), [2]);
}

#[tokio::test]
async fn finished_before_takes_one_request() {
    for ignores in [false, true] {
        let setup =
            Setup::of([scan(60 * 24 * HOUR), scan(3 * HOUR), scan(2 * HOUR), scan(HOUR)], ignores)
                .await;
        let results = setup.client.scan_results();
        let list = results.list().finished_before(setup.ago(80 * MINUTE)).await.unwrap();
        // The third was created before the time, and finished after it.
        assert_eq!((ids(&list), setup.center.requests().len()), (vec![1, 2], 1), "{ignores}");

        let period = results.list().finished_before(setup.ago(80 * MINUTE));
        let period = period.finished_after(setup.ago(2 * HOUR)).await.unwrap();
        assert_eq!(ids(&period), [2]);
        assert_eq!(period.manageable.len(), 1);
    }
}

/// A list with one record, which does not show what the server compares: a probe follows.
const IN_DOUBT: &str =
    r#"{"usable":[{"id":"1","finishTime":"1550180000","createdTime":"1550170000"}]}"#;

#[tokio::test]
async fn the_requests_of_finished_after_share_one_deadline() {
    // By the clock each request takes 6 seconds: the third would begin after the deadline.
    let clock = FakeClock::new();
    let time = clock.clone();
    let slow = move |number, _: &str| {
        drop(time.sleep(secs(6)));
        Reply::sc(if number == 1 { r#"{"usable":[]}"# } else { IN_DOUBT })
    };
    let server = ScriptedServer::responding(slow).await;
    let client = server.sc_builder().clock(clock).deadline(secs(10)).build().unwrap();
    let since = Timestamp::from_second(1_550_160_000).unwrap();
    let error = client.scan_results().list().finished_after(since).await.unwrap_err();
    assert_error(&error, ErrorKind::Timeout, "deadline");
    assert_eq!(server.requests(), 2);
}

#[tokio::test]
async fn the_requests_of_finished_after_share_one_limit_on_retries() {
    // The list takes the only retry: the probe has none.
    let replies = [Reply::busy(), Reply::sc(IN_DOUBT), Reply::busy(), Reply::sc(IN_DOUBT)];
    let server = ScriptedServer::start(replies).await;
    let policy = RetryPolicy::new().max_attempts(2);
    let client = server.sc_builder().clock(FakeClock::new()).retry(policy).build().unwrap();
    let since = Timestamp::from_second(1_550_160_000).unwrap();
    let error = client.scan_results().list().finished_after(since).await.unwrap_err();
    assert_eq!((error.kind(), server.requests()), (ErrorKind::Unavailable, 3), "{error}");
}

#[tokio::test]
async fn the_callers_fields_and_filters_are_requested_as_well() {
    let setup = Setup::of([scan(6 * HOUR), scan(HOUR).status("Running")], true).await;
    let all = || setup.client.scan_results().list().finished_after(setup.ago(12 * HOUR));
    let usable = all().fields([Field::DownloadAvailable]).filter([Filter::Usable]);
    let list = usable.await.unwrap();
    assert_eq!((list.usable.len(), list.manageable.len()), (1, 0));
    let record = &list.usable[0];
    assert_eq!((record.download_available, &record.status), (Some(true), &None));
    assert!(record.finish_time.is_some() && record.created_time.is_some());
    for request in setup.center.requests() {
        assert_eq!(request.query("timeCompareField").as_deref(), Some("finishTime"));
        assert_eq!(request.query("filter").as_deref(), Some("usable"));
    }

    // The default fields.
    let list = all().await.unwrap();
    assert_eq!(list.usable[0].name.as_deref(), Some("a scan"));
    assert_eq!(list.usable[0].status, Some(ScanStatus::Completed));
}

#[tokio::test]
async fn random_scans_are_listed_by_finish_time_on_both_kinds_of_servers() {
    for seed in 0..24 {
        let mut random = fastrand::Rng::with_seed(seed);
        let count = random.u64(0..6);
        let ages: Vec<_> = (0..count).map(|_| MINUTE * random.u32(0..600)).collect();
        let durations: Vec<_> = (0..count).map(|_| MINUTE * random.u32(1..900)).collect();
        let after = MINUTE * random.u32(0..900);
        for ignores in [false, true] {
            let running = ages.iter().map(|age| scan(*age).status("Running"));
            let setup = Setup::of(running, ignores).await;
            let start = setup.clock.time_of_day();
            // Scans whose end comes before the list finish.
            let now = start + MINUTE * 450;
            let mut ends: Vec<_> = (1..)
                .zip(ages.iter().zip(&durations))
                .map(|(id, (age, duration))| ((start - *age + *duration).max(start), id))
                .filter(|(end, _)| *end <= now)
                .collect();
            ends.sort_unstable();
            for (end, id) in &ends {
                setup.clock.advance(end.duration_since(setup.clock.time_of_day()).unwrap());
                setup.center.set_state(*id, "Completed", "Finished");
            }
            setup.clock.advance(now.duration_since(setup.clock.time_of_day()).unwrap());

            let since = now - after;
            let mut expected: Vec<u64> =
                ends.iter().filter(|(end, _)| *end >= since).map(|(_, id)| *id).collect();
            expected.sort_unstable();
            let (listed, _) = setup.finished_after(since).await;
            assert_eq!(listed, expected, "seed {seed}, ignores {ignores}");
        }
    }
}

#[tokio::test]
async fn a_record_without_a_readable_finish_time_is_left_out_with_a_warning() {
    let body = r#"{"error_code":0,"response":{"usable":[
        {"id":1,"createdTime":"100","finishTime":"2000000000"},
        {"id":2,"finishTime":"-1"}, {"id":3,"finishTime":null}, {"id":4,"finishTime":-1},
        {"id":5}, {"id":6,"finishTime":"yesterday"}, {"id":7,"finishTime":{"a":1}},
        {"id":8,"finishTime":true}, {"id":9,"finishTime":""}
    ]}}"#;
    let server = ScriptedServer::of(Reply::json(body)).await;
    let results = server.sc().scan_results();
    let since = Timestamp::from_second(1000).unwrap();
    let list = results.list().finished_after(since).await.unwrap();
    assert_eq!((ids(&list), list.warnings().len()), (vec![1], 1));
    let warning = &list.warnings()[0].message;
    assert!(warning.starts_with("4 records are left out"), "{warning}");
}

#[tokio::test]
async fn a_finish_time_of_zero_is_no_time() {
    let body = r#"{"usable":[
        {"id":1,"createdTime":"100","finishTime":0,"status":"Running"},
        {"id":2,"createdTime":"100","finishTime":"0","status":"Running"},
        {"id":3,"createdTime":"100","finishTime":"200","status":"Completed"}
    ]}"#;
    let server = ScriptedServer::of(Reply::sc(body)).await;
    let results = server.sc().scan_results();
    let list = results.list().finished_before(SystemTime::now()).await.unwrap();
    assert_eq!((ids(&list), list.warnings()), (vec![3], [].as_slice()));

    let list = results.list().all_time().await.unwrap();
    let times: Vec<_> = list.usable.iter().map(|it| it.finish_time).collect();
    assert_eq!(times, [None, None, Some(Timestamp::from_second(200).unwrap())]);
    // What the server sent is not lost.
    assert_eq!(list.usable[0].extra["finishTime"], 0);
    assert_eq!(list.usable[1].extra["finishTime"], "0");
}

#[tokio::test]
async fn times_of_both_types_are_compared_by_the_second() {
    let setup = Setup::of([scan(6 * HOUR)], false).await;
    let record = setup.client.scan_results().get(1).await.unwrap();
    let end: Timestamp = record.finish_time.unwrap();
    let list = || setup.client.scan_results().list();
    let later = |by| SystemTime::from(end) + by;
    for (list, listed) in [
        (list().finished_after(end), 1),
        (list().finished_after(later(ms(900))), 1),
        (list().finished_before(end), 1),
        (list().finished_after(later(secs(1))), 0),
    ] {
        assert_eq!(list.await.unwrap().usable.len(), listed);
    }
}
