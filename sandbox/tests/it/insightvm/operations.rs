//! Every operation, as it is meant to be used.

use std::time::Duration;

use reqwest::Method;
use scanops_sandbox::{InsightVm, ManualClock};
use serde_json::json;

use super::visit::{ENGINES, POOLS, SECRET, Visit, names, succeed};
use crate::assert_has;

#[tokio::test]
async fn the_default_engines_and_scans_are_plausible() {
    let visit = Visit::start().await;
    let engines = visit.get(ENGINES).await;
    let default = [
        "Rapid7 Hosted Scan Engine",
        "Default Engine Pool",
        "Local scan engine",
        "Frankfurt",
        "Dublin",
        "Singapore",
        "Branch office",
        "Europe",
    ];
    assert_eq!(names(&engines), default);
    let pool = &engines["resources"][1];
    assert_eq!((&pool["port"], &pool["address"]), (&json!(-1), &pool["name"]));
    assert_eq!(pool.get("productVersion"), None);
    let local = visit.get(&format!("{ENGINES}/3")).await;
    assert_eq!(local, engines["resources"][2]);
    let expected = json!({"enginePools": [2], "sites": [1, 3], "isAWSPreAuthEngine": false});
    assert_has(&local, &expected);
    let page = visit.get(&format!("{ENGINES}/3/scans")).await;
    let expected = json!({"number": 0, "size": 10, "totalPages": 3, "totalResources": 25});
    assert_eq!(page["page"], expected);
    let scan = &page["resources"][0];
    assert!(scan["startTime"].as_str().unwrap().ends_with('Z'));
    assert!(scan["duration"].as_str().unwrap().starts_with("PT"));
    assert_eq!(scan["engineName"], "Local scan engine");
}

#[tokio::test]
async fn an_engine_is_made_changed_and_deleted() {
    let visit = Visit::start().await;
    // Consoles ignore `sites` in a new engine.
    let body = json!({"name": "Lyon", "address": "lyon.example.com", "port": 40814, "sites": [1]});
    let created = visit.send(Method::POST, ENGINES, body, 201).await;
    assert_eq!(created["id"], 9);
    let engine = format!("{ENGINES}/9");
    let href = format!("{}{engine}", visit.console.url());
    assert_eq!(created["links"][1], json!({"id": 9, "href": href, "rel": "Scan Engine"}));
    let mut read = visit.get(&engine).await;
    assert_eq!(read["links"][0], json!({"href": href, "rel": "self"}));
    assert_has(&read, &json!({"status": "pending-authorization", "sites": []}));
    read["name"] = json!("Lyon 2");
    let links = visit.send(Method::PUT, &engine, read, 200).await;
    assert_eq!(links, json!({"links": [{"href": href, "rel": "self"}]}));
    assert_eq!(visit.get(&engine).await["name"], "Lyon 2");
    visit.delete(&engine).await;
    visit.rejected(visit.request(Method::GET, &engine), 404).await;
    visit.rejected(visit.request(Method::DELETE, &engine), 404).await;
}

#[tokio::test]
async fn an_update_assigns_sites_to_an_engine_or_a_pool() {
    let visit = Visit::start().await;
    let sites = async |path: &str| visit.get(path).await["sites"].clone();
    let (engine, pool) = (format!("{ENGINES}/4"), format!("{POOLS}/8"));
    let mut body = json!({"name": "Frankfurt", "address": "fra", "port": 40814, "sites": [1, 3]});
    visit.send(Method::PUT, &engine, body.clone(), 200).await;
    assert_eq!(sites(&engine).await, json!([1, 3]));
    assert_eq!(visit.get(&format!("{engine}/sites")).await["page"]["totalResources"], 2);
    assert_eq!(sites(&format!("{ENGINES}/3")).await, json!([]));

    visit.send(Method::PUT, &pool, json!({"name": "Europe", "sites": [3]}), 200).await;
    assert_eq!((sites(&engine).await, sites(&pool).await), (json!([1]), json!([3])));
    visit.send(Method::PUT, &pool, json!({"name": "Europe"}), 200).await;
    assert_eq!(sites(&pool).await, json!([3]), "left out, they stay");

    body["sites"] = json!([1, 99]);
    visit.rejected(visit.request(Method::PUT, &engine).json(&body), 400).await;
    assert_eq!(sites(&engine).await, json!([1]), "nothing has changed");
    body["sites"] = json!([]);
    visit.send(Method::PUT, &engine, body, 200).await;
    assert_eq!(sites(&engine).await, json!([]));
    let world = json!({"name": "World", "engines": [4], "sites": [1]});
    let world = visit.send(Method::POST, POOLS, world, 200).await["id"].clone();
    assert_eq!(sites(&format!("{POOLS}/{world}")).await, json!([1]));
}

#[tokio::test]
async fn a_pool_is_made_filled_emptied_and_deleted() {
    let visit = Visit::start().await;
    let body = json!({"name": "World", "engines": [4]});
    assert_eq!(visit.send(Method::POST, POOLS, body, 200).await["id"], 9);
    let (pool, members) = (format!("{POOLS}/9"), format!("{POOLS}/9/engines"));
    assert_eq!(names(&visit.get(POOLS).await), ["Default Engine Pool", "Europe", "World"]);
    let pools = visit.get(&format!("{ENGINES}/4/scan_engine_pools")).await;
    assert_eq!(names(&pools), ["Europe", "World"]);
    assert_eq!(visit.get(&format!("{ENGINES}/9")).await["port"], -1);

    visit.send(Method::PUT, &format!("{members}/5"), json!(null), 200).await;
    let listed = visit.get(&members).await;
    assert_eq!(listed["resources"], json!([4, 5]));
    assert_has(&listed["links"][2], &json!({"id": 5, "rel": "Engine"}));
    visit.delete(&format!("{members}/4")).await;
    visit.rejected(visit.request(Method::DELETE, &format!("{members}/4")), 404).await;
    visit.send(Method::PUT, &members, json!([6, 7, 6]), 200).await;
    visit.send(Method::PUT, &pool, json!({"name": "Far", "id": 9}), 200).await;
    let read = visit.get(&pool).await;
    assert_has(&read, &json!({"name": "Far", "engines": [6, 7]}));
    visit.send(Method::PUT, &pool, json!({"name": "Far", "engines": [7]}), 200).await;

    visit.delete(&format!("{ENGINES}/7")).await;
    assert_eq!(visit.get(&members).await["resources"], json!([]));
    visit.delete(&pool).await;
    visit.rejected(visit.request(Method::GET, &pool), 404).await;
}

#[tokio::test]
async fn sites_belong_to_engines_and_to_pools() {
    let visit = Visit::start().await;
    let of_pool = visit.get(&format!("{POOLS}/2/sites")).await;
    assert_eq!(of_pool["resources"], json!([2]));
    assert_eq!(of_pool["links"][1]["rel"], "Site");
    assert_eq!(names(&visit.get(&format!("{ENGINES}/2/sites")).await), ["Data centre"]);
    for sort in ["riskScore", "connectionType,desc"] {
        let sorted = visit.get(&format!("{ENGINES}/3/sites?sort={sort}&size=1")).await;
        assert_eq!(names(&sorted), ["Cloud workloads"], "{sort}");
    }

    visit.delete(&format!("{POOLS}/2")).await;
    visit.rejected(visit.request(Method::GET, &format!("{POOLS}/2/sites")), 404).await;
    let none = visit.get(&format!("{ENGINES}/4/sites")).await;
    let expected = json!({"number": 0, "size": 10, "totalPages": 0, "totalResources": 0});
    assert_eq!(none["page"], expected);
    assert_eq!(none["links"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn a_secret_is_valid_for_an_hour() {
    let clock = ManualClock::new();
    let visit = Visit::of(InsightVm::builder().clock(clock.clone())).await;
    let time_to_live = format!("{SECRET}/time_to_live");
    let text = async |method: Method, status: u16| {
        let request = visit.request(method, SECRET).header("accept", "text/plain");
        let response = request.send().await.unwrap();
        assert_eq!(response.status(), status);
        assert_eq!(response.headers()["content-type"], "text/plain;charset=UTF-8");
        response.text().await.unwrap()
    };
    for request in [
        visit.request(Method::GET, SECRET),
        visit.request(Method::GET, &time_to_live),
        visit.request(Method::DELETE, SECRET),
    ] {
        visit.rejected(request, 404).await;
    }

    let first = text(Method::POST, 201).await;
    let groups: Vec<&str> = first.split('-').collect();
    assert!(groups.len() == 8 && groups.iter().all(|group| u16::from_str_radix(group, 16).is_ok()));
    assert_eq!(text(Method::GET, 200).await, first);
    clock.advance(Duration::from_secs(600));
    assert_eq!(text(Method::POST, 201).await, first);
    assert_eq!(visit.get(&time_to_live).await, json!(3000));
    clock.advance(Duration::from_secs(3000));
    visit.rejected(visit.request(Method::GET, SECRET), 404).await;

    assert_ne!(text(Method::POST, 201).await, first);
    assert_eq!(visit.get(&time_to_live).await, json!(3600));
    visit.delete(SECRET).await;
    visit.rejected(visit.request(Method::GET, SECRET), 404).await;
}

#[tokio::test]
async fn links_repeat_the_name_that_the_client_used() {
    let visit = Visit::start().await;
    let request = visit.request(Method::GET, "/api/3/scan_engines/4");
    let engine = succeed(request.header("host", "console.example.com:3780"), 200).await;
    assert_eq!(engine["links"][0]["href"], "http://console.example.com:3780/api/3/scan_engines/4");
}
