//! The list of scan results: its two lists, its fields, its filters and its month.

use std::time::{Duration, UNIX_EPOCH};

use reqwest::Method;
use scanops_sandbox::{ManualClock, TenableSc};
use serde_json::json;

use super::visit::{Visit, ids, refused};

#[tokio::test]
async fn it_shows_four_fields_of_the_last_month_in_two_lists() {
    let visit = Visit::begin().await;
    let lists = visit.get("scanResult?optimizeCompletedScanResults=true").await;
    assert_eq!(ids(&lists["usable"]), ["1", "2", "3", "4", "6", "7", "9"]);
    assert_eq!(ids(&lists["manageable"]), ["1", "2", "3", "4", "5", "6", "7"]);
    assert_eq!(
        lists["usable"][1],
        json!({
            "id": "2",
            "name": "Daily internal scan",
            "description": "10.0.0.0/24, without printers",
            "status": "Running",
        })
    );
}

#[tokio::test]
async fn fields_are_honoured_but_for_progress() {
    let visit = Visit::begin().await;
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

#[tokio::test]
async fn times_compare_with_the_creation() {
    let clock = ManualClock::new();
    let center = TenableSc::builder().clock(clock.clone()).start().await.unwrap();
    let visit = Visit::to(center);
    let now = clock.time_of_day().duration_since(UNIX_EPOCH).unwrap().as_secs();
    let day = 24 * 60 * 60;
    let listed = async |query: String| {
        let lists = visit.get(&format!("scanResult?filter=usable&{query}")).await;
        ids(&lists["usable"]).join(" ")
    };
    assert_eq!(listed("startTime=0".to_owned()).await, "1 2 3 4 6 7 8 9");
    assert_eq!(listed(format!("startTime=0&endTime={}", now - 40 * day)).await, "8");
    assert_eq!(listed(format!("startTime={}", now - day)).await, "2 3 4 7");
    assert_eq!(listed(format!("startTime={}", now - day + 1)).await, "2 3 7");
    assert_eq!(listed(format!("startTime={now}&endTime=0")).await, "");
    assert_eq!(listed("endTime=99".to_owned()).await, "");

    clock.advance(Duration::from_secs(29 * day));
    assert_eq!(listed(String::new()).await, "2 3 4 7");
}

#[tokio::test]
async fn times_compare_with_the_end_where_that_is_asked_for() {
    let clock = ManualClock::new();
    let center = TenableSc::builder().clock(clock.clone()).start().await.unwrap();
    let visit = Visit::to(center);
    let record = visit.get("scanResult/8").await;
    let finished: i64 = record["finishTime"].as_str().unwrap().parse().unwrap();
    let listed = async |query: String| {
        let lists = visit.get(&format!("scanResult?filter=usable&{query}")).await;
        ids(&lists["usable"]).join(" ")
    };
    let at_its_end = format!("startTime={finished}&endTime={finished}&timeCompareField=");
    assert_eq!(listed(format!("{at_its_end}finishTime")).await, "8");
    assert_eq!(listed(format!("{at_its_end}createdTime")).await, "");
    let all = listed("startTime=1&timeCompareField=finishTime".to_owned()).await;
    assert_eq!(all, "1 4 6 8 9", "a scan that runs has no finish time");
    visit.center.ignore_time_compare_field(true);
    assert_eq!(listed(format!("{at_its_end}finishTime")).await, "");
    assert_eq!(listed("startTime=1&timeCompareField=any".to_owned()).await, "1 2 3 4 6 7 8 9");
}

#[tokio::test]
async fn filters_choose_lists_and_states() {
    let visit = Visit::begin().await;
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
async fn what_makes_no_sense_is_refused() {
    let visit = Visit::begin().await;
    for query in
        ["startTime=yesterday", "endTime=", "startTime=1.5", "filter=mine", "timeCompareField=x"]
    {
        let path = format!("scanResult?{query}");
        let message = refused(visit.request(Method::GET, &path), 146).await;
        let (name, _) = query.split_once('=').unwrap();
        assert!(message.starts_with(name), "{message}");
    }
}
