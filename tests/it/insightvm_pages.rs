//! Page streams are in order and finite, whatever the console sends.

use std::{collections::BTreeSet, sync::Arc};

use crate::support::{Reply, ScriptedServer, assert_error, console_sandbox, wait_until};
use futures_util::StreamExt;
use scanops::{
    Error, ErrorKind,
    insightvm::{Client, Order, ScanProperty, SiteProperty},
};
use tokio::sync::Semaphore;

/// A page number that no stream reaches.
const ENDLESS: i64 = 9_000_000_000_000_000_000;

/// The number of the requested page.
fn requested(head: &str) -> i64 {
    let page = head.split("page=").nth(1).unwrap();
    page.split(['&', ' ']).next().unwrap().parse().unwrap()
}

/// A console that responds to the request for a page with the result of a function of its number.
async fn console(page: impl Fn(i64) -> String + Send + Sync + 'static) -> (Client, ScriptedServer) {
    let reply = move |_: usize, head: &str| Reply::json(page(requested(head)));
    let server = ScriptedServer::responding(reply).await;
    (server.console(), server)
}

fn page(number: i64, total: i64, ids: impl IntoIterator<Item = i64>) -> String {
    let items: Vec<_> = ids.into_iter().map(|id| format!(r#"{{"id":{id}}}"#)).collect();
    format!(
        r#"{{"page":{{"number":{number},"size":2,"totalPages":{total}}},"resources":[{}]}}"#,
        items.join(",")
    )
}

async fn ids(client: &Client, prefetch: usize) -> Result<Vec<i64>, Error> {
    let mut scans = client.scan_engine_scans(1).page_size(2).prefetch(prefetch).stream();
    let mut ids = Vec::new();
    while let Some(scan) = scans.next_item().await? {
        ids.push(scan.id);
    }
    Ok(ids)
}

#[tokio::test]
async fn all_scans_come_once_and_in_order() {
    let (_sandbox, client) = console_sandbox(234).await;
    for (size, prefetch) in [(100, 1), (50, 4), (7, 16)] {
        let scans = client.scan_engine_scans(3).page_size(size).prefetch(prefetch);
        let scans = scans.sort(ScanProperty::Id, Order::Descending).stream();
        let ids: Vec<_> = scans.map(|scan| scan.unwrap().id).collect().await;
        assert_eq!(ids.len(), 234);
        assert!(ids.is_sorted_by(|a, b| a > b));
    }
    let mut pages = client.scan_engine_scans(3).page_size(100).start_page(2).pages();
    let last = pages.next_page().await.unwrap().unwrap();
    assert_eq!((last.number, last.items.len(), last.total_resources), (2, 34, Some(234)));
    assert!(pages.next_page().await.unwrap().is_none());
    let sites = client.scan_engine_sites(3).sort(SiteProperty::Name, Order::Ascending).stream();
    let names: BTreeSet<_> = sites.map(|site| site.unwrap().name).collect().await;
    assert!(!names.is_empty());
}

/// A console that sends nothing until the test permits it.
#[tokio::test]
async fn prefetch_requests_pages_concurrently_and_keeps_their_order() {
    for prefetch in [1, 8] {
        // A semaphore for each page.
        let permits: Vec<_> = (0..40).map(|_| Arc::new(Semaphore::new(0))).collect();
        let held = permits.clone();
        let server = ScriptedServer::responding(move |_, head| {
            let number = requested(head);
            let page = page(number, 40, [number * 2, number * 2 + 1]);
            Reply::json(page).after(&held[usize::try_from(number).unwrap()])
        })
        .await;
        let client = server.console();
        let walk = tokio::spawn(async move { ids(&client, prefetch).await });
        for (sent, permits) in permits.iter().enumerate().take(10) {
            // The number of pages is known after the first one.
            let most = if sent == 0 { 1 } else { sent + prefetch };
            wait_until("too few pages are requested", || server.requests() >= most).await;
            // Further requests would arrive now.
            for _ in 0..100 {
                tokio::task::yield_now().await;
            }
            assert_eq!(server.requests(), most, "for {sent} that were sent");
            permits.add_permits(1);
        }
        for permits in &permits[10..] {
            permits.add_permits(1);
        }
        assert!(walk.await.unwrap().unwrap().into_iter().eq(0..80));
        assert_eq!(server.requests(), 40);
    }
}

#[tokio::test]
async fn a_page_stream_yields_these_items_in_this_many_requests() {
    type Pages = fn(i64) -> String;
    let no_total = |n: i64| {
        let ids = if n < 2 { format!(r#"{{"id":{}}},"#, n * 2) } else { String::new() };
        format!(r#"{{"resources":[{ids}{{"id":{}}}]}}"#, (n * 2 + 1).min(4))
    };
    let empty_second = |n| if n == 1 { page(1, 1_000_000, []) } else { page(n, 4, [n]) };
    let empty_rest = |n| if n == 0 { page(0, 500, [1, 2]) } else { page(n, 1, []) };
    let rows: [(&str, Pages, usize, &[i64], usize); 8] = [
        ("an empty list", |_| page(0, 0, []), 4, &[], 1),
        ("no list", |_| r#"{"page": {"totalResources": 0}}"#.into(), 4, &[], 1),
        ("nulls", |_| r#"{"resources": null, "page": null}"#.into(), 4, &[], 1),
        ("a list that grows", |n| page(n, if n < 2 { 3 } else { 5 }, [n]), 2, &[0, 1, 2, 3, 4], 5),
        ("a list that shrinks", |n| page(n, if n < 2 { 9 } else { 3 }, [n]), 1, &[0, 1, 2], 3),
        ("an empty page in the middle, with another total", empty_second, 1, &[0, 2, 3], 4),
        ("no total, until a page is not full", no_total, 8, &[0, 1, 2, 3, 4], 3),
        ("an empty page with a lower total", empty_rest, 1, &[1, 2], 2),
    ];
    for (what, pages, prefetch, expected, requests) in rows {
        let (client, server) = console(pages).await;
        let read = ids(&client, prefetch).await;
        assert_eq!(read.unwrap_or_else(|error| panic!("{what}: {error}")), expected, "{what}");
        assert_eq!(server.requests(), requests, "{what}");
    }
}

#[tokio::test]
async fn a_console_that_ignores_the_page_number_is_an_error() {
    let bare = r#"{"resources":[{"id":1},{"id":2}]}"#.to_owned();
    for (page, message) in [
        (page(0, 1000, [1, 2]), "page 1 was requested and page 0 came"),
        (bare, "page 1 begins as the page before does"),
    ] {
        let (client, server) = console(move |_| page.clone()).await;
        let error = ids(&client, 1).await.unwrap_err();
        assert_error(&error, ErrorKind::Decode, message);
        assert_eq!(server.requests(), 2);
    }
}

#[tokio::test]
async fn empty_pages_are_not_requested_forever() {
    for prefetch in [1, 16] {
        let (client, server) = console(|number| page(number, ENDLESS, [])).await;
        let error = ids(&client, prefetch).await.unwrap_err();
        assert_error(&error, ErrorKind::Decode, "pages in a row were empty");
        assert!(server.requests() <= 9 + prefetch, "{}", server.requests());
    }
}

#[tokio::test]
async fn a_page_stream_ends_after_an_error() {
    let fails = |n| if n == 2 { "<html>busy".to_owned() } else { page(n, 100, [n]) };
    let (client, _server) = console(fails).await;
    let scans = client.scan_engine_scans(1).page_size(2).prefetch(8).stream();
    let all: Vec<_> = scans.collect().await;
    let [Ok(_), Ok(_), Err(error)] = &all[..] else { panic!("{all:?}") };
    assert_eq!(error.kind(), ErrorKind::Decode);
}

#[tokio::test]
async fn invalid_records_come_with_their_page() {
    let odd = r#"{"page":{"number":0,"totalPages":1},"resources":[{"id":1},{"id":null}]}"#;
    let (client, _server) = console(|_| odd.to_owned()).await;
    let page = client.scan_engine_scans(1).pages().next_page().await.unwrap().unwrap();
    assert_eq!((page.items.len(), page.invalid_records.len()), (1, 1));
}

#[tokio::test]
async fn the_last_page_that_has_a_number_is_requested_once() {
    let (client, server) = console(|number| page(number, ENDLESS, [number])).await;
    let scans = client.scan_engine_scans(1).start_page(i32::MAX).stream();
    assert_eq!(scans.take(5).count().await, 1);
    assert_eq!(server.requests(), 1);
}

#[tokio::test]
async fn sizes_and_counts_out_of_bounds_are_errors() {
    let (client, server) = console(|n| page(n, 1, [n])).await;
    let scans = || client.scan_engine_scans(1);
    for walk in [
        scans().page_size(0),
        scans().page_size(501),
        scans().start_page(-1),
        scans().prefetch(0),
        scans().prefetch(17),
        client.scan_engine_scans(0),
        scans().sort(ScanProperty::Named(" ".to_owned()), Order::Ascending),
    ] {
        let what = format!("{walk:?}");
        let all: Vec<_> = walk.stream().collect().await;
        let [Err(error)] = &all[..] else { panic!("{what}: {all:?}") };
        assert_eq!(error.kind(), ErrorKind::InvalidRequest, "{what}: {error}");
        assert_eq!(error.operation(), Some("getScanEngineScans"));
    }
    assert_eq!(server.requests(), 0);
}
