//! One span for each call, one event for each retry, and nothing secret in either.

use crate::support::{
    Always, FakeClock, PASSWORD, Reply, ScriptedServer, in_child_process, log::Log,
};
use scanops::RetryPolicy;
use tracing_subscriber::{filter::LevelFilter, fmt::format::FmtSpan};

/// Runs a test in a process of its own, as a global subscriber would record other tests too.
fn traced<F: Future<Output = ()>>(
    test: &str,
    level: LevelFilter,
    spans: FmtSpan,
    body: impl FnOnce(Log) -> F,
) {
    in_child_process(test, "exec \"$0\" --exact \"$1\"", &[], || {
        let log = Log::default();
        let subscriber = tracing_subscriber::fmt().with_max_level(level).with_span_events(spans);
        let subscriber = subscriber.with_ansi(false).with_writer(log.clone()).finish();
        tracing::subscriber::set_global_default(subscriber).unwrap();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(body(log));
    });
}

#[test]
fn a_call_is_a_span_and_a_retry_an_event_without_secrets() {
    let test = concat!(module_path!(), "::a_call_is_a_span_and_a_retry_an_event_without_secrets");
    traced(test, LevelFilter::TRACE, FmtSpan::NEW, |log| async move {
        let cookie = [("Set-Cookie", "JSESSIONID=cookie-secret")];
        let busy = Reply::http("503 Busy", &cookie, "body-secret");
        let page = Reply::json(r#"{"resources": [], "note": "response-secret"}"#);
        let server = ScriptedServer::start([busy, page]).await;
        let builder = server.console_builder().two_factor_token("token-secret");
        let builder = builder.retry(RetryPolicy::new()).clock(FakeClock::new());
        let console = builder.random(Always(0.5)).build().unwrap();
        let sort = ["query-secret".to_owned()];
        console.get_scan_engine_scans(7, None, None, Some(&sort)).await.unwrap();

        let log = log.take();
        // Without the events of hyper and reqwest.
        let ours: Vec<_> = log.lines().filter(|line| line.contains("scanops{")).collect();
        assert_eq!(ours.iter().filter(|line| line.ends_with("new")).count(), 1, "{log}");
        let span = r#"scanops{operation="getScanEngineScans" method=GET server="127.0.0.1" path="/api/3/scan_engines/7/scans"}"#;
        assert!(ours.iter().all(|line| line.contains(span)), "{log}");
        let retries: Vec<_> = ours.iter().filter(|line| line.contains("retrying")).collect();
        let [retry] = retries[..] else { panic!("{log}") };
        for part in ["WARN", "attempt=1", "status=503", "wait_ms=250"] {
            assert!(retry.contains(part), "{retry}");
        }
        for secret in [PASSWORD, "bnhhZG1", "-secret"] {
            assert!(!ours.iter().any(|line| line.contains(secret)), "{secret} in {log}");
        }
    });
}

#[test]
fn the_span_of_a_download_lasts_to_its_end() {
    let test = concat!(module_path!(), "::the_span_of_a_download_lasts_to_its_end");
    traced(test, LevelFilter::INFO, FmtSpan::CLOSE, |log| async move {
        let body = format!("<NessusClientData_v2>{}", " ".repeat(100_000));
        let client = ScriptedServer::of(Reply::ok(body)).await.sc();
        let mut report = client.scan_results().download(5).await.unwrap();
        assert!(!log.take().contains("close"));
        while report.next_chunk().await.unwrap().is_some() {}
        let closed = log.take();
        assert!(closed.contains("operation=\"scanResult::download::POST\""), "{closed}");
        assert!(closed.contains("server=\"127.0.0.1\"") && closed.contains("close"), "{closed}");
    });
}
