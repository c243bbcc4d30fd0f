//! One span for each call, one event for each retry, and nothing secret in either.

use crate::support::{Always, FakeClock, PASSWORD, Reply, ScriptedServer, USER, log::Log};
use scanops::insightvm::Client;
use tracing_subscriber::fmt::format::FmtSpan;

#[tokio::test]
async fn a_call_is_a_span_and_a_retry_an_event_without_secrets() {
    let log = Log::default();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing_subscriber::filter::LevelFilter::TRACE)
        .with_span_events(FmtSpan::NEW)
        .with_ansi(false)
        .with_writer(log.clone())
        .finish();
    let guard = tracing::subscriber::set_default(subscriber);

    let busy =
        Reply::http("503 Busy", &[("Set-Cookie", "JSESSIONID=cookie-secret")], "body-secret");
    let page = Reply::json(r#"{"resources": [], "note": "answer-secret"}"#);
    let server = ScriptedServer::start([busy, page]).await;
    let console = Client::builder(server.url())
        .basic_auth(USER, PASSWORD)
        .two_factor_token("token-secret")
        .clock(FakeClock::new())
        .random(Always(0.5))
        .build()
        .unwrap();
    let sort = ["query-secret".to_owned()];
    console.get_scan_engine_scans(7, None, None, Some(&sort)).await.unwrap();
    drop(guard);

    let log = log.take();
    let ours: Vec<_> = log.lines().filter(|line| line.contains("scanops{")).collect();
    let spans = ours.iter().filter(|line| line.ends_with("new")).count();
    assert_eq!(spans, 1, "{log}");
    let span = r#"scanops{operation="getScanEngineScans" method=GET server="127.0.0.1" path="/api/3/scan_engines/7/scans"}"#;
    assert!(ours.iter().all(|line| line.contains(span)), "{log}");
    let retries: Vec<_> = ours.iter().filter(|line| line.contains("retrying")).collect();
    assert_eq!(retries.len(), 1, "{log}");
    assert!(retries[0].contains("WARN") && retries[0].contains("attempt=1"), "{}", retries[0]);
    assert!(retries[0].contains("status=503") && retries[0].contains("wait_ms=250"));
    // What hyper and reqwest trace of their own is theirs.
    for line in ours {
        for secret in [PASSWORD, "bnhhZG1", "-secret"] {
            assert!(!line.contains(secret), "{secret} in {line}");
        }
    }
}

#[tokio::test]
async fn the_span_of_a_download_lasts_to_its_end() {
    let log = Log::default();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::INFO)
        .with_span_events(FmtSpan::CLOSE)
        .with_ansi(false)
        .with_writer(log.clone())
        .finish();
    let guard = tracing::subscriber::set_default(subscriber);
    let body = [b"<NessusClientData_v2>".to_vec(), vec![b' '; 100_000]].concat();
    let server = ScriptedServer::of(Reply::ok(body)).await;
    let client = server.sc();
    let mut report = client.scan_results().download(5).await.unwrap();
    assert!(!log.take().contains("close"));
    while report.next_chunk().await.unwrap().is_some() {}
    let closed = log.take();
    assert!(closed.contains("operation=\"scanResult::download::POST\""), "{closed}");
    assert!(closed.contains("server=\"127.0.0.1\"") && closed.contains("close"), "{closed}");
    drop(guard);
}
