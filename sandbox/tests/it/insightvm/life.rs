//! How a console starts, what it starts with, and how it ends.

use std::time::Duration;

use reqwest::Method;
use scanops_sandbox::insightvm::Engine;
use scanops_sandbox::{InsightVm, ManualClock};
use serde_json::json;
use tokio::io::AsyncWriteExt;

use super::visit::{ENGINES, POOLS, Visit, names, succeed};
use crate::assert_has;
use crate::wire::{connect, read};

#[tokio::test]
async fn consoles_are_isolated_and_have_the_given_engines() {
    let lyon = Engine::new("Lyon", "lyon.example.com").port(40815).status("Sleeping");
    let visit = Visit::of(InsightVm::builder().engines([lyon]).scans(0)).await;
    let other = Visit::start().await;
    let read = visit.get(&format!("{ENGINES}/4")).await;
    assert_has(&read, &json!({"status": "Sleeping", "port": 40815}));
    assert_eq!(names(&visit.get(POOLS).await), ["Default Engine Pool"]);
    let page = visit.get(&format!("{ENGINES}/3/scans")).await;
    assert_eq!(page["page"]["totalPages"], 0);
    visit.delete(&format!("{ENGINES}/4")).await;
    assert_eq!(other.get(&format!("{ENGINES}/4")).await["name"], "Frankfurt");
}

#[tokio::test]
async fn a_manual_clock_makes_every_run_the_same() {
    let scans = async || {
        let visit = Visit::of(InsightVm::builder().clock(ManualClock::new())).await;
        let request = visit.request(Method::GET, &format!("{ENGINES}/3/scans?size=500"));
        succeed(request.header("host", "console"), 200).await
    };
    let first = scans().await;
    assert_eq!(first, scans().await);
    assert_eq!(first["resources"][24]["startTime"], "2026-01-05T07:45:00.000Z");
}

#[tokio::test]
async fn a_stopped_console_is_gone_and_its_port_is_free() {
    let visit = Visit::start().await;
    let url = visit.console.url().to_owned();
    let port: u16 = url.rsplit_once(':').unwrap().1.parse().unwrap();
    // An idle connection, and one in the middle of its request: neither holds up the stop for long.
    visit.get(ENGINES).await;
    let mut halfway = connect(&url).await;
    halfway.write_all(b"POST /api/3/scan_engines HTTP/1.1\r\ncontent-le").await.unwrap();
    tokio::time::timeout(Duration::from_secs(5), visit.console.stop()).await.unwrap();
    read(&mut halfway).await;
    assert!(reqwest::get(&url).await.is_err());
    let again = InsightVm::builder().port(port).start().await.unwrap();
    assert!(again.url().ends_with(&port.to_string()));
}

#[tokio::test]
async fn a_dropped_console_is_gone_too() {
    let console = InsightVm::start().await.unwrap();
    let url = console.url().to_owned();
    let mut client = connect(&url).await;
    drop(console);
    let closed = tokio::time::timeout(Duration::from_secs(5), read(&mut client)).await;
    assert!(closed.unwrap().bytes.is_empty());
    assert!(reqwest::get(url).await.is_err());
}
