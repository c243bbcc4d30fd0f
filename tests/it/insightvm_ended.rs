//! Each scan of an engine that has ended comes once.

use std::{
    collections::BTreeSet,
    pin::Pin,
    time::{Duration, Instant, SystemTime},
};

use scanops::{Clock, Cursor, ErrorKind, SystemClock};

use crate::support::{Reply, ScriptedServer, console_sandbox, cursor_with_unacknowledged};

#[tokio::test]
async fn each_ended_scan_of_an_engine_comes_once() {
    let (_console, client) = console_sandbox(1200).await;
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
    let none = client.ended_scans(3, again.cursor().clone()).await.unwrap();
    assert_eq!(none.remaining(), 0);

    // The cursor belongs to its engine.
    let error = client.ended_scans(1, cursor).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidRequest);
}

fn page(number: u32, pages: u32, total: usize, scans: &[(u64, &str)]) -> Reply {
    let resources: Vec<_> = scans
        .iter()
        .map(|(id, end)| serde_json::json!({ "id": id, "endTime": end, "status": "finished" }))
        .collect();
    let page = serde_json::json!({
        "number": number, "size": 500, "totalPages": pages, "totalResources": total,
    });
    let body = serde_json::json!({ "page": page, "resources": resources });
    Reply::http("200 OK", &[("Content-Type", "application/json")], body.to_string())
}

/// Returns and acknowledges the scans that have ended since the cursor.
async fn ended(server: &ScriptedServer, cursor: &mut Cursor) -> Vec<i64> {
    let mut ended = server.console().ended_scans(3, cursor.clone()).await.unwrap();
    let mut ids = Vec::new();
    while let Some(scan) = ended.next_scan().unwrap() {
        ended.acknowledge(&scan);
        ids.push(scan.id);
    }
    *cursor = ended.cursor().clone();
    ids
}

const SCANS: [(u64, &str); 4] = [
    (1, "2026-01-01T00:00:00Z"),
    (2, "2026-01-05T00:00:00Z"),
    (3, "2026-01-09T00:00:00Z"),
    // Ended while the console's clock was ahead.
    (4, "2999-01-01T00:00:00Z"),
];

#[tokio::test]
async fn the_order_in_which_a_console_lists_its_scans_does_not_matter() {
    for descending in [false, true] {
        let end = (jiff::Timestamp::now() - Duration::from_secs(3600)).to_string();
        let mut scans = SCANS.to_vec();
        let mut later = [&scans[..], &[(5, &*end)]].concat();
        if descending {
            scans.reverse();
            later.reverse();
        }
        let replies = [&scans, &scans, &later].map(|scans| page(0, 1, scans.len(), scans));
        let server = ScriptedServer::start(replies).await;
        let mut cursor = Cursor::new();
        assert_eq!(ended(&server, &mut cursor).await, [1, 2, 3, 4]);
        assert_eq!(ended(&server, &mut cursor).await, [0; 0]);
        // It comes, though it ended before scan 4.
        assert_eq!(ended(&server, &mut cursor).await, [5]);
    }
}

#[tokio::test]
async fn a_list_that_becomes_shorter_while_it_is_read_is_read_again() {
    let (all, scans) = (SCANS, [SCANS[0], SCANS[2]]);
    // Scan 2 is deleted after the first page was read, which moves scan 3 to that page.
    let replies = [page(0, 2, 3, &all[..2]), page(1, 1, 2, &[]), page(0, 1, 2, &scans)];
    let server = ScriptedServer::start(replies).await;
    let mut cursor = Cursor::new();
    assert_eq!(ended(&server, &mut cursor).await, [1, 2, 3]);
    assert_eq!(server.requests(), 3);
}

#[tokio::test]
async fn an_unacknowledged_scan_that_was_deleted_is_forgotten() {
    let replies = [page(0, 1, 3, &SCANS[..3]), page(0, 1, 2, &SCANS[1..3])];
    let server = ScriptedServer::start(replies).await;
    let mut first = server.console().ended_scans(3, Cursor::new()).await.unwrap();
    while first.next_scan().unwrap().is_some() {}
    assert_eq!(first.cursor().unacknowledged(), 3);
    let mut cursor = first.cursor().clone();
    assert_eq!(ended(&server, &mut cursor).await, [2, 3]);
    assert_eq!(cursor.unacknowledged(), 0);
}

#[tokio::test]
async fn an_unacknowledged_scan_comes_again_although_its_end_has_moved_back() {
    let moved = [(1, "2025-12-31T23:00:00Z"), SCANS[1], SCANS[2]];
    let replies = [&SCANS[..3], &moved, &moved].map(|scans| page(0, 1, 3, scans));
    let server = ScriptedServer::start(replies).await;
    let mut first = server.console().ended_scans(3, Cursor::new()).await.unwrap();
    while let Some(scan) = first.next_scan().unwrap() {
        if scan.id != 1 {
            first.acknowledge(&scan);
        }
    }
    let mut cursor = first.cursor().clone();
    assert_eq!(ended(&server, &mut cursor).await, [1]);
    assert_eq!(cursor.unacknowledged(), 0);
    assert_eq!(ended(&server, &mut cursor).await, [0; 0]);
}

/// The system's clock, which shows another time of day.
#[derive(Debug)]
struct TimeOfDay(SystemTime);

impl Clock for TimeOfDay {
    fn now(&self) -> Instant {
        SystemClock.now()
    }

    fn time_of_day(&self) -> SystemTime {
        self.0
    }

    fn sleep(&self, duration: Duration) -> Pin<Box<dyn Future<Output = ()> + Send + '_>> {
        SystemClock.sleep(duration)
    }
}

#[tokio::test]
async fn an_end_later_than_the_clients_clock_hides_no_other() {
    let (scans, late) = (&SCANS[..3], (5, "2026-01-06T00:00:00Z"));
    let later = [scans, &[late]].concat();
    let replies = [page(0, 1, 3, scans), page(0, 1, 4, &later)];
    let server = ScriptedServer::start(replies).await;
    // Scan 3 ends three days later.
    let now: jiff::Timestamp = late.1.parse().unwrap();
    let console = server.console_builder().clock(TimeOfDay(now.into())).build().unwrap();
    let mut cursor = Cursor::new();
    for expected in [&[1, 2, 3][..], &[5]] {
        let mut ended = console.ended_scans(3, cursor).await.unwrap();
        let mut ids = Vec::new();
        while let Some(scan) = ended.next_scan().unwrap() {
            ended.acknowledge(&scan);
            ids.push(scan.id);
        }
        assert_eq!(ids, expected);
        cursor = ended.cursor().clone();
    }
}

#[tokio::test]
async fn a_scan_that_can_not_be_yielded_is_not_skipped() {
    // Without a total number, no scan is known to be deleted.
    let server = ScriptedServer::of(page(0, 1, 0, &SCANS[..3])).await;
    let cursor = cursor_with_unacknowledged(9_999);
    let mut ended = server.console().ended_scans(3, cursor).await.unwrap();
    let first = ended.next_scan().unwrap().unwrap();
    let error = ended.next_scan().unwrap_err();
    assert!(error.to_string().contains("not acknowledged"), "{error}");
    assert_eq!(ended.remaining(), 2);
    ended.acknowledge(&first);
    assert_eq!(ended.next_scan().unwrap().map(|scan| scan.id), Some(2));
    assert_eq!(ended.remaining(), 1);
}

#[tokio::test]
async fn unacknowledged_scans_come_first_so_that_they_make_room() {
    let mut cursor = serde_json::to_value(cursor_with_unacknowledged(9_999)).unwrap();
    let end: jiff::Timestamp = SCANS[2].1.parse().unwrap();
    let open = cursor["open"].as_array_mut().unwrap();
    open.push(serde_json::json!([end.as_millisecond(), SCANS[2].0]));
    let server = ScriptedServer::of(page(0, 1, 0, &SCANS[..3])).await;
    let cursor = serde_json::from_value(cursor).unwrap();
    let mut ended = server.console().ended_scans(3, cursor).await.unwrap();
    let unacknowledged = ended.next_scan().unwrap().unwrap();
    assert_eq!(unacknowledged.id, 3);
    assert!(ended.next_scan().is_err());
    ended.acknowledge(&unacknowledged);
    assert_eq!(ended.next_scan().unwrap().map(|scan| scan.id), Some(1));
}
