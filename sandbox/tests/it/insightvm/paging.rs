//! Pages and their order.

use reqwest::Method;
use scanops_sandbox::InsightVm;
use serde_json::Value;

use super::visit::{ENGINES, Visit};

fn scan_ids(page: &Value) -> Vec<i64> {
    let resources = page["resources"].as_array().unwrap();
    resources.iter().map(|scan| scan["id"].as_i64().unwrap()).collect()
}

#[tokio::test]
async fn pages_follow_one_another() {
    let visit = Visit::start().await;
    let scans = format!("{ENGINES}/3/scans");
    assert_eq!(scan_ids(&visit.get(&scans).await), (1..=10).collect::<Vec<_>>());
    let mut path = format!("{scans}?size=7&sort=status&sort=id,DESC");
    let (mut seen, mut pages) = (Vec::new(), 0);
    loop {
        let page = visit.get(&path).await;
        pages += 1;
        let scans = page["resources"].as_array().unwrap();
        seen.extend(scans.iter().map(|scan| {
            let status = scan["status"].as_str().unwrap().to_owned();
            (status, -scan["id"].as_i64().unwrap())
        }));
        let links = page["links"].as_array().unwrap();
        let Some(next) = links.iter().find(|link| link["rel"] == "next") else {
            break;
        };
        let href = next["href"].as_str().unwrap();
        path = href.strip_prefix(visit.console.url()).unwrap().to_owned();
    }
    assert_eq!((pages, seen.len()), (4, 25));
    assert!(seen.is_sorted());
    assert!(scan_ids(&visit.get(&format!("{scans}?page=2147483647&size=500")).await).is_empty());
}

#[tokio::test]
async fn every_property_can_be_sorted_by() {
    let visit = Visit::start().await;
    for path in ["3/scans", "3/sites"] {
        let page = visit.get(&format!("{ENGINES}/{path}")).await;
        let shown = page["resources"].as_array().unwrap().iter();
        for property in shown.flat_map(|one| one.as_object().unwrap().keys()) {
            if !["links", "vulnerabilities", "engineIds"].contains(&property.as_str()) {
                visit.get(&format!("{ENGINES}/{path}?sort={property},DESC")).await;
            }
        }
    }
    // A scan that still runs has no end, and what is missing comes first.
    let page = visit.get(&format!("{ENGINES}/3/scans?sort=endTime")).await;
    assert_eq!(page["resources"][0]["status"], "running");
}

#[tokio::test]
async fn bad_pages_are_rejected() {
    let visit = Visit::start().await;
    let invalid = "page=-1 page=x page= page=4294967296 size=0 size=501 size=1.5 sort=nothing sort= \
        sort=id,UP sort=id,ASC,status sort=links sort=%FF";
    for query in invalid.split(' ') {
        let request = visit.request(Method::GET, &format!("{ENGINES}/3/scans?{query}"));
        visit.rejected(request, 400).await;
    }
}

#[tokio::test]
async fn a_hundred_thousand_scans_are_listed() {
    let visit = Visit::of(InsightVm::builder().scans(100_000)).await;
    let path = format!("{ENGINES}/3/scans?size=500");
    let mut seen = Vec::new();
    for number in 0..200 {
        let page = visit.get(&format!("{path}&page={number}")).await;
        assert_eq!(page["page"]["number"], number);
        assert_eq!(page["page"]["totalPages"], 200);
        seen.extend(scan_ids(&page));
    }
    assert!(seen.into_iter().eq(1..=100_000));
    assert!(scan_ids(&visit.get(&format!("{path}&page=200")).await).is_empty());
    let sorted = visit.get(&format!("{path}&page=199&sort=scanName")).await;
    assert_eq!(scan_ids(&sorted).len(), 500);
}
