//! How a console starts, what it starts with, and how it ends.

use std::time::Duration;

use reqwest::Method;
use scanops_sandbox::insightvm::Engine;
use scanops_sandbox::{InsightVm, ManualClock};
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::visit::{ENGINES, POOLS, Visit, names, succeed};

#[tokio::test]
async fn consoles_are_isolated_and_the_engines_can_be_the_callers() {
    let lyon = Engine::new("Lyon", "lyon.example.com").port(40815).status("Sleeping");
    let console = InsightVm::builder().engines([lyon]).scans(0).start().await.unwrap();
    let (visit, other) = (Visit::to(console), Visit::begin().await);
    let read = visit.get(&format!("{ENGINES}/4")).await;
    assert_eq!((&read["status"], &read["port"]), (&json!("Sleeping"), &json!(40815)));
    assert_eq!(names(&visit.get(POOLS).await), ["Default Engine Pool"]);
    let page = visit.get(&format!("{ENGINES}/3/scans")).await;
    assert_eq!(page["page"]["totalPages"], 0);
    visit.delete(&format!("{ENGINES}/4")).await;
    assert_eq!(other.get(&format!("{ENGINES}/4")).await["name"], "Frankfurt");
}

#[tokio::test]
async fn a_manual_clock_makes_every_run_the_same() {
    let mut worlds = Vec::new();
    for _ in 0..2 {
        let console = InsightVm::builder().clock(ManualClock::new()).start().await.unwrap();
        let visit = Visit::to(console);
        let request = visit.request(Method::GET, &format!("{ENGINES}/3/scans?size=500"));
        worlds.push(succeed(request.header("host", "console"), 200).await);
    }
    assert_eq!(worlds[0], worlds[1]);
    assert_eq!(worlds[0]["resources"][24]["startTime"], "2026-01-05T07:45:00.000Z");
}

#[tokio::test]
async fn a_stopped_console_is_gone_and_its_port_is_free() {
    let console = InsightVm::start().await.unwrap();
    let address = console.url().strip_prefix("http://").unwrap().to_owned();
    let port: u16 = address.rsplit_once(':').unwrap().1.parse().unwrap();
    // An idle connection, and one in the middle of its request: neither holds up the stop for long.
    let visit = Visit::to(console);
    visit.get(ENGINES).await;
    let mut halfway = TcpStream::connect(&address).await.unwrap();
    halfway.write_all(b"POST /api/3/scan_engines HTTP/1.1\r\ncontent-le").await.unwrap();
    tokio::time::timeout(Duration::from_secs(5), visit.console.stop()).await.unwrap();
    let mut rest = Vec::new();
    let _ = halfway.read_to_end(&mut rest).await;
    assert!(TcpStream::connect(&address).await.is_err());
    let again = InsightVm::builder().port(port).start().await.unwrap();
    assert!(again.url().ends_with(&port.to_string()));
}

#[tokio::test]
async fn a_dropped_console_is_gone_too() {
    let console = InsightVm::start().await.unwrap();
    let url = console.url().to_owned();
    let mut client = TcpStream::connect(url.strip_prefix("http://").unwrap()).await.unwrap();
    drop(console);
    let mut rest = Vec::new();
    let closed = tokio::time::timeout(Duration::from_secs(5), client.read_to_end(&mut rest)).await;
    assert!(closed.is_ok() && rest.is_empty());
    assert!(reqwest::get(url).await.is_err());
}
