//! Walking pages: in order, bounded, finite, whatever the console says of itself.

use std::{
    collections::BTreeSet,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use crate::support::once;
use futures_util::StreamExt;
use scanops::{
    ErrorKind,
    insightvm::{Client, Order, ScanProperty, SiteProperty},
};
use scanops_sandbox::InsightVm;
use tokio::{io::AsyncWriteExt, net::TcpListener};

/// A console that answers page N with what the function says, after a while. It takes one off
/// `open` for each answer.
async fn console(
    delay: Duration,
    answer: impl Fn(i64) -> String + Send + Sync + 'static,
    open: Arc<AtomicUsize>,
) -> (Client, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let client = once(format!("http://{}", listener.local_addr().unwrap())).build().unwrap();
    let (asked, counter) = (Arc::new(AtomicUsize::new(0)), Arc::new(answer));
    let count = Arc::clone(&asked);
    tokio::spawn(async move {
        while let Ok((mut socket, _)) = listener.accept().await {
            let (count, answer) = (Arc::clone(&count), Arc::clone(&counter));
            let open = Arc::clone(&open);
            tokio::spawn(async move {
                while let Some((head, _)) = crate::support::read_request(&mut socket).await {
                    count.fetch_add(1, Ordering::SeqCst);
                    let page = head.split("page=").nth(1).unwrap();
                    let page = page.split(['&', ' ']).next().unwrap().parse().unwrap();
                    let body = answer(page);
                    tokio::time::sleep(delay).await;
                    open.fetch_sub(1, Ordering::SeqCst);
                    let length = body.len();
                    let answer =
                        format!("HTTP/1.1 200 OK\r\nContent-Length: {length}\r\n\r\n{body}");
                    socket.write_all(answer.as_bytes()).await.unwrap();
                }
            });
        }
    });
    (client, asked)
}

fn page(number: i64, total: i64, ids: impl IntoIterator<Item = i64>) -> String {
    let items: Vec<_> = ids.into_iter().map(|id| format!(r#"{{"id":{id}}}"#)).collect();
    format!(
        r#"{{"page":{{"number":{number},"size":2,"totalPages":{total}}},"resources":[{}]}}"#,
        items.join(",")
    )
}

async fn ids(client: &Client, prefetch: usize) -> Result<Vec<i64>, scanops::Error> {
    let mut scans = client.scan_engine_scans(1).page_size(2).prefetch(prefetch).stream();
    let mut ids = Vec::new();
    while let Some(scan) = scans.next_item().await? {
        ids.push(scan.id);
    }
    Ok(ids)
}

#[tokio::test]
async fn all_scans_come_once_and_in_order() {
    let sandbox = InsightVm::builder().scans(1234).start().await.unwrap();
    let client = Client::builder(sandbox.url())
        .basic_auth(sandbox.user(), sandbox.password())
        .build()
        .unwrap();
    for (size, prefetch) in [(500, 1), (100, 4), (7, 16)] {
        let scans = client
            .scan_engine_scans(3)
            .page_size(size)
            .prefetch(prefetch)
            .sort(ScanProperty::Id, Order::Descending)
            .stream();
        let ids: Vec<_> = scans.map(|scan| scan.unwrap().id).collect().await;
        assert_eq!(ids.len(), 1234);
        assert!(ids.is_sorted_by(|a, b| a > b));
    }
    let mut pages = client.scan_engine_scans(3).page_size(500).start_page(2).pages();
    let last = pages.next_page().await.unwrap().unwrap();
    assert_eq!((last.number, last.items.len(), last.total_resources), (2, 234, Some(1234)));
    assert!(pages.next_page().await.unwrap().is_none());
    let sites = client.scan_engine_sites(3).sort(SiteProperty::Name, Order::Ascending).stream();
    let names: BTreeSet<_> = sites.map(|site| site.unwrap().name).collect().await;
    assert!(!names.is_empty());
}

#[tokio::test]
async fn a_hundred_thousand_scans_are_walked_with_four_pages_ahead() {
    let sandbox = InsightVm::builder().scans(100_000).start().await.unwrap();
    let client = Client::builder(sandbox.url())
        .basic_auth(sandbox.user(), sandbox.password())
        .build()
        .unwrap();
    let scans = client.scan_engine_scans(3).page_size(500).prefetch(4).stream();
    let ids: Vec<i64> = scans.map(|scan| scan.unwrap().id).collect().await;
    assert!(ids.into_iter().eq(1..=100_000));
}

#[tokio::test]
async fn prefetch_asks_for_several_pages_at_once_and_keeps_their_order() {
    let (now, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let (open, peak) = (Arc::clone(&now), Arc::clone(&most));
    let many = move |number| {
        peak.fetch_max(open.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
        page(number, 40, [number * 2, number * 2 + 1])
    };
    let expected: Vec<_> = (0..80).collect();
    let (client, _) = console(Duration::from_millis(20), many, Arc::clone(&now)).await;
    assert_eq!(ids(&client, 1).await.unwrap(), expected);
    assert_eq!(most.swap(0, Ordering::SeqCst), 1);
    assert_eq!(ids(&client, 8).await.unwrap(), expected);
    let most = most.load(Ordering::SeqCst);
    assert!((2..=8).contains(&most), "{most} at once");
}

#[tokio::test]
async fn no_more_pages_are_asked_for_than_prefetch_allows() {
    let (client, asked) = console(Duration::ZERO, |n| page(n, 1000, [n]), Arc::default()).await;
    let mut pages = client.scan_engine_scans(1).page_size(2).prefetch(4).pages();
    pages.next_page().await.unwrap();
    tokio::time::sleep(Duration::from_millis(100)).await;
    let asked = asked.load(Ordering::SeqCst);
    assert!(asked <= 5, "{asked} pages for one that was taken");
}

#[tokio::test]
async fn an_empty_list_ends_at_once() {
    for body in [
        page(0, 0, []),
        r#"{"page": {"totalResources": 0}}"#.into(),
        r#"{"resources": null, "page": null}"#.into(),
    ] {
        let (client, asked) = console(Duration::ZERO, move |_| body.clone(), Arc::default()).await;
        assert_eq!(ids(&client, 4).await.unwrap(), [0; 0]);
        assert_eq!(asked.load(Ordering::SeqCst), 1);
    }
}

#[tokio::test]
async fn a_console_that_ignores_the_page_is_an_error_and_no_endless_loop() {
    let (client, asked) = console(Duration::ZERO, |_| page(0, 1000, [1, 2]), Arc::default()).await;
    let error = ids(&client, 1).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Decode);
    assert!(error.to_string().contains("page 1 was requested and page 0 came"), "{error}");
    assert_eq!(asked.load(Ordering::SeqCst), 2);

    let bare = |_| r#"{"resources":[{"id":1},{"id":2}]}"#.to_owned();
    let (client, asked) = console(Duration::ZERO, bare, Arc::default()).await;
    let error = ids(&client, 1).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Decode);
    assert!(error.to_string().contains("page 1 begins as the page before does"), "{error}");
    assert_eq!(asked.load(Ordering::SeqCst), 2);
}

#[tokio::test]
async fn a_list_that_grows_is_walked_further_and_one_that_shrinks_not_beyond_its_end() {
    let grows = |number| page(number, if number < 2 { 3 } else { 5 }, [number]);
    let (client, _) = console(Duration::ZERO, grows, Arc::default()).await;
    assert_eq!(ids(&client, 2).await.unwrap(), [0, 1, 2, 3, 4]);
    let shrinks = |number| page(number, if number < 2 { 9 } else { 3 }, [number]);
    let (client, _) = console(Duration::ZERO, shrinks, Arc::default()).await;
    assert_eq!(ids(&client, 1).await.unwrap(), [0, 1, 2]);
}

#[tokio::test]
async fn an_empty_page_in_the_middle_is_passed_over_and_not_believed() {
    let gap = |number| {
        if number == 1 { page(1, 1_000_000, []) } else { page(number, 4, [number]) }
    };
    let (client, asked) = console(Duration::ZERO, gap, Arc::default()).await;
    assert_eq!(ids(&client, 1).await.unwrap(), [0, 2, 3]);
    assert_eq!(asked.load(Ordering::SeqCst), 4);
}

#[tokio::test]
async fn without_a_total_the_first_page_that_is_not_full_is_the_last() {
    let bare = |number| match number {
        0 | 1 => {
            format!(r#"{{"resources":[{{"id":{}}},{{"id":{}}}]}}"#, number * 2, number * 2 + 1)
        }
        _ => r#"{"resources":[{"id":4}]}"#.to_owned(),
    };
    let (client, asked) = console(Duration::ZERO, bare, Arc::default()).await;
    assert_eq!(ids(&client, 8).await.unwrap(), [0, 1, 2, 3, 4]);
    assert_eq!(asked.load(Ordering::SeqCst), 3);
}

#[tokio::test]
async fn a_walk_ends_after_an_error_which_comes_in_its_place() {
    let fails = |n| if n == 2 { "<html>busy".to_owned() } else { page(n, 100, [n]) };
    let (client, _) = console(Duration::ZERO, fails, Arc::default()).await;
    let scans = client.scan_engine_scans(1).page_size(2).prefetch(8).stream();
    let all: Vec<_> = scans.collect().await;
    assert_eq!(all.len(), 3);
    assert!(all[0].is_ok() && all[1].is_ok());
    assert_eq!(all[2].as_ref().unwrap_err().kind(), ErrorKind::Decode);
}

#[tokio::test]
async fn records_that_can_not_be_typed_are_with_their_page() {
    let odd = r#"{"page":{"number":0,"totalPages":1},"resources":[{"id":1},{"id":null}]}"#;
    let (client, _) = console(Duration::ZERO, |_| odd.to_owned(), Arc::default()).await;
    let page = client.scan_engine_scans(1).pages().next_page().await.unwrap().unwrap();
    assert_eq!((page.items.len(), page.invalid_records.len()), (1, 1));
}

#[tokio::test]
async fn an_empty_page_that_lowers_the_total_ends_the_walk() {
    let shrinks = |number| {
        if number == 0 { page(0, 500, [1, 2]) } else { page(number, 1, []) }
    };
    for prefetch in [1, 4] {
        let (client, asked) = console(Duration::ZERO, shrinks, Arc::default()).await;
        assert_eq!(ids(&client, prefetch).await.unwrap(), [1, 2]);
        assert!(asked.load(Ordering::SeqCst) <= 1 + prefetch, "{asked:?}");
    }
}

#[tokio::test]
async fn pages_that_deliver_nothing_are_not_requested_for_ever() {
    let endless = |number| page(number, 9_000_000_000_000_000_000, []);
    for prefetch in [1, 16] {
        let (client, asked) = console(Duration::ZERO, endless, Arc::default()).await;
        let error = ids(&client, prefetch).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Decode, "{error}");
        assert!(error.to_string().contains("pages in a row were empty"), "{error}");
        assert!(asked.load(Ordering::SeqCst) <= 9 + prefetch, "{asked:?}");
    }
}

#[tokio::test]
async fn the_last_page_that_has_a_number_is_requested_once() {
    let endless = |number| page(number, 9_000_000_000_000_000_000, [number]);
    let (client, asked) = console(Duration::ZERO, endless, Arc::default()).await;
    let scans = client.scan_engine_scans(1).start_page(i32::MAX).stream();
    assert_eq!(scans.take(5).count().await, 1);
    assert_eq!(asked.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn sizes_and_counts_out_of_bounds_are_errors_of_the_walk() {
    let (client, asked) = console(Duration::ZERO, |n| page(n, 1, [n]), Arc::default()).await;
    let scans = || client.scan_engine_scans(1);
    let sort = scans().sort(ScanProperty::Named(" ".to_owned()), Order::Ascending);
    for walk in [
        scans().page_size(0),
        scans().page_size(501),
        scans().start_page(-1),
        scans().prefetch(0),
        scans().prefetch(17),
        client.scan_engine_scans(0),
        sort,
    ] {
        let what = format!("{walk:?}");
        let all: Vec<_> = walk.stream().collect().await;
        assert_eq!(all.len(), 1, "{what}");
        let error = all[0].as_ref().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidRequest, "{what}: {error}");
        assert_eq!(error.operation(), Some("getScanEngineScans"));
    }
    assert_eq!(asked.load(Ordering::SeqCst), 0);
}
