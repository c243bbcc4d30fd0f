//! The list of scan results: its two lists, its fields, its filters and its month.

use std::time::{Duration, UNIX_EPOCH};

use reqwest::Method;
use scanops_sandbox::{ManualClock, TenableSc};
use serde_json::json;

use super::visit::{Visit, ids, rejected};

#[tokio::test]
async fn it_shows_four_fields_of_the_last_month_in_two_lists() {
    let visit = Visit::start().await;
    let lists = visit.get("scanResult?optimizeCompletedScanResults=true").await;
    assert_eq!(ids(&lists["usable"]), ["1", "2", "3", "4", "6", "7", "9"]);
    assert_eq!(ids(&lists["manageable"]), ["1", "2", "3", "4", "5", "6", "7"]);
    let brief = json!({
        "id": "2",
        "name": "Daily internal scan",
        "description": "10.0.0.0/24, without printers",
        "status": "Running",
    });
    assert_eq!(lists["usable"][1], brief);
}

#[tokio::test]
async fn the_fields_are_those_requested_except_progress() {
    let visit = Visit::start().await;
    let lists = visit.get("scanResult?fields=status,progress,owner,nonsense,").await;
    let owner = json!({
        "id": "1",
        "username": "secman",
        "firstname": "Sam",
        "lastname": "Secman",
        "uuid": "5C0A5C2D-8E0F-4C57-B8B5-4B0D4C5E1A01",
    });
    assert_eq!(lists["manageable"][0], json!({"id": "1", "status": "Completed", "owner": owner}));
}

/// The ids in the list `usable` with this query.
async fn usable(visit: &Visit, query: &str) -> String {
    let lists = visit.get(&format!("scanResult?filter=usable&{query}")).await;
    ids(&lists["usable"]).join(" ")
}

#[tokio::test]
async fn times_compare_with_the_creation() {
    let clock = ManualClock::new();
    let visit = Visit::of(TenableSc::builder().clock(clock.clone())).await;
    let now = clock.time_of_day().duration_since(UNIX_EPOCH).unwrap().as_secs();
    let day = 24 * 60 * 60;
    for (query, listed) in [
        ("startTime=0".to_owned(), "1 2 3 4 6 7 8 9"),
        (format!("startTime=0&endTime={}", now - 40 * day), "8"),
        (format!("startTime={}", now - day), "2 3 4 7"),
        (format!("startTime={}", now - day + 1), "2 3 7"),
        (format!("startTime={now}&endTime=0"), ""),
        ("endTime=99".to_owned(), ""),
    ] {
        assert_eq!(usable(&visit, &query).await, listed, "{query}");
    }
    clock.advance(Duration::from_secs(29 * day));
    assert_eq!(usable(&visit, "").await, "2 3 4 7");
}

#[tokio::test]
async fn times_compare_with_the_end_if_requested() {
    let visit = Visit::of(TenableSc::builder().clock(ManualClock::new())).await;
    let record = visit.get("scanResult/8").await;
    let finished = record["finishTime"].as_str().unwrap();
    let at_its_end = format!("startTime={finished}&endTime={finished}&timeCompareField=");
    let (by_end, by_creation) =
        (format!("{at_its_end}finishTime"), format!("{at_its_end}createdTime"));
    assert_eq!(usable(&visit, &by_end).await, "8");
    assert_eq!(usable(&visit, &by_creation).await, "");
    let all = usable(&visit, "startTime=1&timeCompareField=finishTime").await;
    assert_eq!(all, "1 4 6 8 9", "a scan that runs has no finish time");
    visit.center.configure(|settings| settings.ignore_time_compare_field = true);
    assert_eq!(usable(&visit, &by_end).await, "");
    assert_eq!(usable(&visit, "startTime=1&timeCompareField=any").await, "1 2 3 4 6 7 8 9");
}

#[tokio::test]
async fn filters_choose_lists_and_states() {
    let visit = Visit::start().await;
    for (filter, usable, manageable) in [
        ("usable", Some("1 2 3 4 6 7 9"), None),
        ("manageable,running", None, Some("2 3 7")),
        ("usable,manageable,completed", Some("1 4 6 9"), Some("1 4 5 6")),
        ("running,completed,usable", Some("1 2 3 4 6 7 9"), None),
        ("optimizeCompletedScans", Some("1 2 3 4 6 7 9"), Some("1 2 3 4 5 6 7")),
    ] {
        let lists = visit.get(&format!("scanResult?filter={filter}")).await;
        let shown = |list: &str| lists.get(list).map(|list| ids(list).join(" "));
        assert_eq!(shown("usable").as_deref(), usable, "{filter}");
        assert_eq!(shown("manageable").as_deref(), manageable, "{filter}");
    }
}

#[tokio::test]
async fn invalid_parameters_are_rejected() {
    let visit = Visit::start().await;
    for query in
        ["startTime=yesterday", "endTime=", "startTime=1.5", "filter=mine", "timeCompareField=x"]
    {
        let path = format!("scanResult?{query}");
        let message = rejected(visit.request(Method::GET, &path), 146).await;
        let (name, _) = query.split_once('=').unwrap();
        assert!(message.starts_with(name), "{message}");
    }
}
