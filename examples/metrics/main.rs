//! Metrics of every attempt, with the names and labels of OpenTelemetry's HTTP client conventions.
//!
//! ```sh
//! cargo run --example metrics
//! ```
//!
//! It makes a few calls to a sandbox that is busy at first, and prints what a metrics exporter would
//! send. In a program of yours, `on_end` would record to the instruments of your metrics library:
//! a histogram `http.client.request.duration` and counters of bytes.
#![allow(clippy::print_stdout, reason = "an example shows its results")]

use std::{
    collections::BTreeMap,
    fmt,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use scanops::{
    Attempt, AttemptOutcome, AttemptResult, Observer,
    reqwest::header::{HeaderMap, HeaderValue},
    tenable_sc::Client,
};
use scanops_sandbox::{Fault, TenableSc};

/// The labels of one time series.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Labels {
    operation: String,
    method: String,
    server: String,
    /// `http.response.status_code`, or `error.type`.
    outcome: String,
}

#[derive(Debug, Default)]
struct Series {
    count: u64,
    duration: Duration,
    bytes_sent: u64,
    bytes_received: u64,
}

/// Clones share their series.
#[derive(Clone, Debug, Default)]
struct Metrics(Arc<Mutex<BTreeMap<Labels, Series>>>);

impl Observer for Metrics {
    fn on_start(&self, attempt: &Attempt<'_>, headers: &mut HeaderMap) {
        // The context of the current trace, from your tracing library.
        let parent = format!("00-0af7651916cd43dd8448eb211c80319c-{:016x}-01", attempt.number);
        if let Ok(parent) = HeaderValue::from_str(&parent) {
            headers.insert("traceparent", parent);
        }
    }

    fn on_end(&self, attempt: &Attempt<'_>, outcome: &AttemptOutcome) {
        let labels = Labels {
            operation: attempt.operation.to_owned(),
            method: attempt.method.to_string(),
            server: attempt.server.to_owned(),
            outcome: match outcome.result {
                AttemptResult::Succeeded(status) => status.as_str().to_owned(),
                AttemptResult::Failed(kind) => format!("{kind:?}"),
                _ => "cancelled".to_owned(),
            },
        };
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let series = all.entry(labels).or_default();
        series.count += 1;
        series.duration += outcome.duration;
        series.bytes_sent += outcome.bytes_sent;
        series.bytes_received += outcome.bytes_received;
    }
}

impl fmt::Display for Metrics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for (Labels { operation, method, server, outcome }, series) in &*all {
            writeln!(
                f,
                "http.client.request.duration{{operation={operation:?} method={method} \
                 server={server} outcome={outcome}}} count={} sum={:?} sent={} received={}",
                series.count, series.duration, series.bytes_sent, series.bytes_received
            )?;
        }
        Ok(())
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let center = TenableSc::start().await?;
    let metrics = Metrics::default();
    let sc = Client::builder(center.url())
        .password(center.user(), center.password())
        .observer(metrics.clone())
        .build()?;
    center.inject(Fault::status(503).times(1));
    let results = sc.scan_results();
    results.list().all_time().await?;
    let mut report = results.download(1).await?;
    while report.next_chunk().await?.is_some() {}
    sc.logout().await?;
    print!("{metrics}");
    Ok(())
}
