//! Findings go on after a lost connection, each once, if the report is still the same.

use scanops::{ErrorKind, RetryPolicy, nessus::Finding, tenable_sc::Client};
use scanops_sandbox::{Fault, TenableSc};

use crate::support::{Always, Reply, ScriptedServer, sc_builder, sc_sandbox};

const DOWNLOAD: &str = "/rest/scanResult/{id}/download";

/// A client that retries without waiting.
fn retrying(url: &str) -> Client {
    sc_builder(url).retry(RetryPolicy::new()).random(Always(0.0)).build().unwrap()
}

async fn findings_of(client: &Client) -> scanops::Result<Vec<Finding>> {
    let mut findings = client.scan_results().download(1).await?.findings();
    let mut all = Vec::new();
    while let Some(finding) = findings.next_finding().await? {
        all.push(finding);
    }
    Ok(all)
}

#[tokio::test]
async fn findings_continue_after_a_lost_connection_without_repeating_any() {
    let (center, _) = sc_sandbox(TenableSc::builder().report_size(3_000_000)).await;
    let client = retrying(center.url());
    let whole = findings_of(&client).await.unwrap();
    assert!(whole.len() > 500);
    for first in [0, 1000, 100_000, 250_000] {
        let cut = Fault::truncate_after(first).on("POST", DOWNLOAD).times(1);
        let reset = Fault::reset_after(first / 2).on("POST", DOWNLOAD).times(1);
        let later = Fault::truncate_after(280_000).on("POST", DOWNLOAD).times(1);
        let injected = [cut, reset, later].map(|fault| center.inject(fault));
        let resumed = findings_of(&client).await.unwrap();
        assert!(resumed == whole, "{} of {} after {first} bytes", resumed.len(), whole.len());
        assert!(injected.iter().all(|fault| fault.used() == 1));
    }
    // As often as the retry policy allows, and no more.
    let broken = center.inject(Fault::truncate_after(200_000).on("POST", DOWNLOAD));
    let error = findings_of(&client).await.unwrap_err();
    assert_eq!((error.kind(), broken.used()), (ErrorKind::Disconnected, 4), "{error}");
}

/// A report with hosts of one finding each, whose output is given.
fn document(outputs: &[&str]) -> String {
    let hosts: String = outputs
        .iter()
        .map(|output| {
            format!(
                "<ReportHost name=\"h\"><ReportItem pluginID=\"1\" port=\"0\" severity=\"0\">\
                 <plugin_output>{output}</plugin_output></ReportItem></ReportHost>"
            )
        })
        .collect();
    format!("<NessusClientData_v2><Report name=\"r\">{hosts}</Report></NessusClientData_v2>")
}

#[tokio::test]
async fn a_report_that_differs_when_reopened_is_an_error() {
    let sent = |body: &str, length: usize| {
        let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {length}\r\n\r\n");
        Reply::Send([head.as_bytes(), body.as_bytes()].concat())
    };
    let first = document(&["a", "b", "c", "d"]);
    // Cut in its fourth host.
    let cut = &first[..first.len() - 80];
    for (again, expected) in [
        (document(&["a", "b", "c", "e"]), Ok(4)),
        (document(&["a", "x", "c", "d"]), Err(ErrorKind::Damaged)),
        (document(&["b", "a", "c", "d"]), Err(ErrorKind::Damaged)),
        (document(&["a", "b"]), Err(ErrorKind::Damaged)),
    ] {
        let server =
            ScriptedServer::start([sent(cut, first.len()), sent(&again, again.len())]).await;
        let result = findings_of(&retrying(&server.url())).await;
        if let Err(error) = &result {
            assert!(error.to_string().contains("differs"), "{error}");
            assert_eq!(error.operation(), Some("scanResult::download::POST"));
        }
        assert_eq!(result.map(|all| all.len()).map_err(|error| error.kind()), expected);
        assert_eq!(server.requests(), 2);
    }
    // Without retries the lost connection is the error.
    let server = ScriptedServer::start([sent(cut, first.len())]).await;
    let error = findings_of(&server.sc()).await.unwrap_err();
    assert_eq!((error.kind(), server.requests()), (ErrorKind::Disconnected, 1));
}
