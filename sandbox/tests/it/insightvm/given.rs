//! Consoles with engines, pools, sites and scans of the test's own.

use std::io::ErrorKind;

use jiff::{SignedDuration, Timestamp};
use scanops_sandbox::InsightVm;
use scanops_sandbox::insightvm::{Engine, EnginePool, Scan, Site, Vulnerabilities};
use serde_json::json;

use super::visit::{ENGINES, POOLS, Visit, names};
use crate::assert_has;

fn start() -> Timestamp {
    "2026-01-01T02:00:00Z".parse().unwrap()
}

#[tokio::test]
async fn everything_is_as_it_was_given() {
    let monthly = || Scan::new("Monthly", start()).engine(4);
    let console = InsightVm::builder()
        .engines([Engine::new("Lyon", "lyon.example.com").port(40815)])
        .pools([EnginePool::new("France", [4])])
        .sites([Site::new("Branch office").engine(5).assets(12).risk_score(7.5)])
        .engine_scans([
            monthly().duration(SignedDuration::from_secs(61)).started_by("Alex", "aauditor"),
            monthly().status("error").message("Out of memory."),
        ]);
    let visit = Visit::of(console).await;
    assert_eq!(names(&visit.get(POOLS).await), ["Default Engine Pool", "France"]);
    let sites = visit.get(&format!("{ENGINES}/5/sites")).await;
    assert_eq!(names(&sites), ["Branch office"]);
    assert_has(&sites["resources"][0], &json!({"assets": 12, "riskScore": 7.5}));
    let scans = visit.get(&format!("{ENGINES}/4/scans?sort=duration,DESC")).await;
    let [done, failed] = &scans["resources"].as_array().unwrap()[..] else { panic!("{scans}") };
    let expected = json!({
        "scanName": "Monthly",
        "status": "finished",
        "startTime": "2026-01-01T02:00:00.000Z",
        "endTime": "2026-01-01T02:01:01.000Z",
        "duration": "PT1M1S",
        "startedByUsername": "aauditor",
        "engineName": "Lyon",
    });
    assert_has(done, &expected);
    assert_has(failed, &json!({"status": "error", "message": "Out of memory."}));
    assert_eq!(failed.get("endTime"), None);
}

#[tokio::test]
async fn a_console_changes_while_it_runs() {
    let visit = Visit::start().await;
    let console = &visit.console;
    let engine = console.add_engine(Engine::new("Lyon", "lyon.example.com"));
    assert!(console.set_engine_status(engine, "not-responding"));
    assert!(!console.set_engine_status(99, "active"));
    assert_eq!(visit.get(&format!("{ENGINES}/{engine}")).await["status"], "not-responding");
    let pool = console.add_pool(EnginePool::new("France", [engine])).unwrap();
    assert_eq!(console.add_pool(EnginePool::new("Nowhere", [99])), None);
    assert_eq!(visit.get(&format!("{POOLS}/{pool}")).await["engines"], json!([engine]));
    assert_eq!(console.add_site(Site::new("Lab").engine(pool)), 4);
    let scan = console.add_scan(Scan::new("Now", start()).engine(engine).status("running"));
    assert!(console.change_scan(scan, |scan| scan.status("aborted").assets(3)));
    assert!(!console.change_scan(99, |scan| scan));
    let scans = visit.get(&format!("{ENGINES}/{engine}/scans")).await;
    let expected = json!({"id": scan, "status": "aborted", "assets": 3});
    assert_has(&scans["resources"][0], &expected);
}

#[tokio::test]
async fn a_pool_of_unknown_engines_does_not_start() {
    let pools = InsightVm::builder().pools([EnginePool::new("Nowhere", [99])]);
    assert_eq!(pools.start().await.unwrap_err().kind(), ErrorKind::InvalidInput);
    let counts = serde_json::to_value(Vulnerabilities::new(1, 2, 3)).unwrap();
    assert_eq!(counts, json!({"critical": 1, "severe": 2, "moderate": 3, "total": 6}));
}
