//! The control interface: faults and state over HTTP.

use futures_util::TryStreamExt as _;
use reqwest::{Client, Method};
use scanops_sandbox::{InsightVm, TenableSc};
use serde_json::{Value, json};

use crate::{center_client, console_client, session_client};

/// A client of the control interface.
struct Control {
    http: Client,
    url: String,
}

impl Control {
    fn of(url: &str) -> Self {
        Self { http: Client::new(), url: url.to_owned() }
    }

    async fn send(&self, method: Method, path: &str, body: Value) -> (u16, Value) {
        let request = self.http.request(method, format!("{}/__sandbox/{path}", self.url));
        let response = request.json(&body).send().await.unwrap();
        assert_eq!(response.headers()["content-type"], "application/json");
        (response.status().as_u16(), response.json().await.unwrap())
    }

    async fn succeed(&self, method: Method, path: &str, body: Value) -> Value {
        let (status, reply) = self.send(method, path, body).await;
        assert_eq!(status, 200, "{path}: {reply}");
        reply
    }

    async fn post(&self, path: &str, body: Value) -> Value {
        self.succeed(Method::POST, path, body).await
    }

    async fn rejected(&self, method: Method, path: &str, body: Value, status: u16) {
        let shown = body.to_string();
        let (found, reply) = self.send(method, path, body).await;
        assert_eq!(found, status, "{path} {shown}: {reply}");
        assert!(reply["error"].is_string(), "{reply}");
    }

    /// The status of a request to the product.
    async fn status(&self, path: &str) -> u16 {
        self.http.get(format!("{}{path}", self.url)).send().await.unwrap().status().as_u16()
    }
}

/// A server, and a client of its control interface.
async fn start() -> (TenableSc, Control) {
    let center = TenableSc::builder().control_over_http().start().await.unwrap();
    let control = Control::of(center.url());
    (center, control)
}

#[tokio::test]
async fn it_is_off_unless_the_builder_turns_it_on() {
    let (center, console) = (TenableSc::start().await.unwrap(), InsightVm::start().await.unwrap());
    assert_eq!(Control::of(center.url()).status("/__sandbox/faults").await, 404);
    assert_eq!(Control::of(console.url()).status("/__sandbox/faults").await, 401);
}

#[tokio::test]
async fn faults_are_injected_counted_and_removed() {
    let (center, control) = start().await;
    let system = "/rest/system";
    let busy = json!({"kind": "status", "status": 503, "path": "/rest/*", "times": 1, "skip": 1,
        "headers": {"retry-after": "2"}});
    control.post("faults", busy).await;
    control.post("faults", json!({"kind": "login_page", "method": "DELETE"})).await;
    assert_eq!(control.status(system).await, 200);
    assert_eq!(control.status(system).await, 503);
    assert_eq!(control.status(system).await, 200);
    let faults = control.succeed(Method::GET, "faults", json!(null)).await;
    assert_eq!(faults, json!({"used": [1, 0]}));
    // Neither recorded nor met by faults.
    assert_eq!(center.requests().len(), 3);
    let requests = control.succeed(Method::GET, "requests", json!(null)).await;
    assert_eq!(requests["requests"][0]["uri"], system);
    control.succeed(Method::DELETE, "requests", json!(null)).await;
    assert!(center.requests().is_empty());

    control.post("faults", json!({"kind": "status", "status": 500})).await;
    assert_eq!(control.status(system).await, 500);
    control.succeed(Method::DELETE, "faults", json!(null)).await;
    assert_eq!(control.status(system).await, 200);
}

#[tokio::test]
async fn every_kind_of_fault_can_be_written_as_json() {
    let (_center, control) = start().await;
    for fault in [
        json!({"kind": "status", "status": 503}),
        json!({"kind": "response", "status": 418, "content_type": "text/plain", "body": "tea"}),
        json!({"kind": "redirect", "status": 302, "location": "/elsewhere"}),
        json!({"kind": "login_page"}),
        json!({"kind": "error", "status": 403, "code": 146, "message": "Not today."}),
        json!({"kind": "session_end"}),
        json!({"kind": "refuse"}),
        json!({"kind": "close"}),
        json!({"kind": "reset"}),
        json!({"kind": "silence"}),
        json!({"kind": "lost_response"}),
        json!({"kind": "reset_after", "bytes": 10}),
        json!({"kind": "stall_after", "bytes": 10}),
        json!({"kind": "truncate_after", "bytes": 10}),
        json!({"kind": "flip_byte", "offset": 10}),
        json!({"kind": "slow", "bytes": 10, "pause_ms": 5}),
        json!({"kind": "content_type", "value": "image/png", "share": 0.5, "seed": 3}),
    ] {
        let mut fault = fault;
        fault["path"] = json!("/nowhere");
        control.post("faults", fault).await;
    }
    for wrong in [
        json!({"kind": "status", "status": 99}),
        json!({"kind": "error", "status": 99, "code": 146, "message": "Not today."}),
        json!({"kind": "status"}),
        json!({"kind": "explosion"}),
        json!({"kind": "redirect", "status": 302, "location": "two\nlines"}),
        json!({"kind": "reset", "headers": {"a b": "c"}}),
        json!({"kind": "login_page", "headers": {"Content-Length": "1"}}),
        json!({"kind": "login_page", "headers": {"transfer-encoding": "chunked"}}),
        json!([]),
    ] {
        control.rejected(Method::POST, "faults", wrong, 400).await;
    }
    control.rejected(Method::GET, "nowhere", json!(null), 404).await;
}

#[tokio::test]
async fn scan_results_are_added_and_changed() {
    let center = TenableSc::builder().control_over_http().scan_results([]).start().await.unwrap();
    let control = Control::of(center.url());
    let client = center_client(&center).build().unwrap();
    let finding = json!({"plugin_id": 19506, "plugin_name": "Nessus Scan Information",
        "plugin_family": "Settings", "host": {"name": "10.0.0.7"}, "plugin_output": "<b>"});
    let result = json!({"name": "weekly", "status": "Partial", "import_status": "Importing",
        "finished": "2026-01-05T08:00:00Z", "report": {"findings": [finding]}});
    assert_eq!(control.post("scan_results", result).await, json!({"id": 1}));
    let record = client.scan_results().get(1).await.unwrap();
    assert_eq!(record.finish_time.unwrap().to_string(), "2026-01-05T08:00:00Z");
    let findings = async || -> Vec<scanops::nessus::Finding> {
        client.scan_results().download(1).await.unwrap().findings().try_collect().await.unwrap()
    };
    let found = findings().await;
    assert_eq!((found.len(), found[0].plugin.id), (1, 19506));
    assert_eq!(found[0].plugin_output.as_deref(), Some("<b>"));

    let change = json!({"import_status": "Error", "import_error": "The disk is full.",
        "import_finished": "2026-01-06T08:00:00Z"});
    control.succeed(Method::PATCH, "scan_results/1", change).await;
    let record = client.scan_results().get(1).await.unwrap();
    assert_eq!(record.import_error_details.as_deref(), Some("The disk is full."));
    assert_eq!(record.import_finish.unwrap().to_string(), "2026-01-06T08:00:00Z");
    assert_eq!(record.finish_time.unwrap().to_string(), "2026-01-05T08:00:00Z");
    assert_eq!(findings().await, found, "the report stays");

    let queued = control.post("scan_results", json!({"name": "now", "status": "Queued"})).await;
    assert_eq!(queued, json!({"id": 2}));
    let moved = control.post("scan_results/2/advance", json!(null)).await;
    assert_eq!(moved, json!({"status": "Preparing", "import_status": "No Results"}));

    for wrong in [
        json!({"name": "a", "id": 1}),
        json!({"name": "a", "repository": 9}),
        json!({"name": "a", "colour": "red"}),
        json!({"name": "a", "created": "yesterday"}),
    ] {
        control.rejected(Method::POST, "scan_results", wrong, 400).await;
    }
    control.rejected(Method::PATCH, "scan_results/1", json!({"repository": 9}), 400).await;
    control.rejected(Method::PATCH, "scan_results/9", json!({}), 404).await;
    control.rejected(Method::POST, "scan_results/9/advance", json!(null), 404).await;
}

#[tokio::test]
async fn web_pages_can_not_use_it() {
    let center = TenableSc::builder().control_over_http().start().await.unwrap();
    let (http, port) = (Client::new(), center.url().rsplit(':').next().unwrap());
    let requests = format!("{}/__sandbox/requests", center.url());
    let status = async |request: reqwest::RequestBuilder| {
        let response = request.send().await.unwrap();
        assert_eq!(response.headers()["content-type"], "application/json");
        response.status().as_u16()
    };
    for (host, expected) in [
        (format!("127.0.0.1:{port}"), 200),
        (format!("LocalHost:{port}"), 200),
        (format!("[::1]:{port}"), 200),
        ("localhost".to_owned(), 200),
        (format!("rebound.example.com:{port}"), 403),
        (format!("127.0.0.1.example.com:{port}"), 403),
        (format!("localhost@example.com:{port}"), 403),
        (String::new(), 403),
    ] {
        assert_eq!(status(http.get(&requests).header("host", &host)).await, expected, "{host}");
    }
    assert_eq!(status(http.get(&requests).header("origin", "http://example.com")).await, 403);

    let fault = r#"{"kind": "status", "status": 503}"#;
    let inject = || http.post(format!("{}/__sandbox/faults", center.url())).body(fault);
    assert_eq!(status(inject()).await, 415);
    assert_eq!(status(inject().header("content-type", "text/plain")).await, 415);
    let json = "application/json; charset=utf-8";
    assert_eq!(status(inject().header("content-type", json)).await, 200);
}

#[tokio::test]
async fn it_reads_no_files() {
    let center = TenableSc::builder().control_over_http().start().await.unwrap();
    let (control, file) = (Control::of(center.url()), tempfile::NamedTempFile::new().unwrap());
    let result = json!({"name": "a", "report": {"file": file.path()}});
    control.rejected(Method::POST, "scan_results", result, 400).await;
}

#[tokio::test]
async fn bodies_have_any_size_and_invalid_ids_are_rejected_in_json() {
    let (_center, control) = start().await;
    let result = json!({"name": "large", "report": {"text": "x".repeat(3 << 20)}});
    control.post("scan_results", result).await;
    control.rejected(Method::PATCH, "scan_results/first", json!({}), 400).await;
    control.rejected(Method::POST, "scan_results/first/advance", json!(null), 400).await;
}

#[tokio::test]
async fn ids_do_not_run_out() {
    let center = TenableSc::builder().control_over_http().scan_results([]).start().await.unwrap();
    let control = Control::of(center.url());
    for id in [0, 1 << 63, u64::MAX] {
        let wrong = json!({"name": "a", "id": id});
        control.rejected(Method::POST, "scan_results", wrong, 400).await;
    }
    let last = (1_u64 << 63) - 1;
    let added = control.post("scan_results", json!({"name": "a", "id": last})).await;
    assert_eq!(added, json!({"id": last}));
    let next = control.post("scan_results", json!({"name": "b"})).await;
    assert_eq!(next, json!({"id": last + 1}));
}

#[tokio::test]
async fn the_settings_of_a_server_are_changed() {
    let (center, control) = start().await;
    let client = session_client(&center);
    let settings = json!({"fail_mail": "No SMTP server.", "bare_downloads": true,
        "warnings": [{"code": 101, "warning": "The license expires soon."}]});
    control.succeed(Method::PUT, "settings", settings).await;
    let error = client.scan_results().email(1, ["a@example.com"]).await.unwrap_err();
    assert!(error.to_string().contains("No SMTP server."), "{error}");
    control.succeed(Method::PUT, "settings", json!({})).await;
    client.scan_results().email(1, ["a@example.com"]).await.unwrap();
    control.rejected(Method::PUT, "settings", json!({"fail_male": "x"}), 400).await;

    control.post("expire_sessions", json!(null)).await;
    client.scan_results().get(1).await.unwrap();
    assert_eq!(center.logins(), 2);
}

#[tokio::test]
async fn a_console_is_changed() {
    let console = InsightVm::builder().control_over_http().start().await.unwrap();
    let control = Control::of(console.url());
    let client = console_client(&console).build().unwrap();
    let lyon = json!({"name": "Lyon", "address": "lyon.example.com"});
    assert_eq!(control.post("engines", lyon).await, json!({"id": 9}));
    control.succeed(Method::PUT, "engines/9/status", json!("not-responding")).await;
    let engine = client.get_scan_engine(9).await.unwrap().into_inner();
    assert_eq!((engine.name.as_str(), engine.port), ("Lyon", Some(40814)));
    assert_eq!(engine.status.unwrap().to_string(), "not-responding");
    let pool = json!({"name": "France", "engines": [9]});
    assert_eq!(control.post("pools", pool).await, json!({"id": 10}));
    let site = json!({"name": "Branch office", "scanEngine": 10, "assets": 12,
        "vulnerabilities": {"critical": 1, "severe": 2, "moderate": 4}});
    assert_eq!(control.post("sites", site).await, json!({"id": 4}));
    let sites = client.get_scan_engine_sites(10, None, None, None).await;
    let site = sites.unwrap().into_inner().resources.remove(0);
    assert_eq!(site.name, "Branch office");
    assert_eq!(site.vulnerabilities.unwrap().total, Some(7));
    let scan = json!({"scanName": "Monthly", "startTime": "2026-01-01T02:00:00Z", "engineId": 9,
        "status": "error", "message": "Out of memory.", "duration": "PT51.3S"});
    assert_eq!(control.post("scans", scan).await, json!({"id": 26}));
    let again = json!({"scanName": "Monthly", "startTime": "2026-01-01T02:00:00Z", "engineId": 9});
    control.succeed(Method::PUT, "scans/26", again).await;

    control.rejected(Method::POST, "pools", json!({"name": "a", "engines": [99]}), 400).await;
    control.rejected(Method::POST, "engines", json!({"name": "a"}), 400).await;
    control.rejected(Method::PUT, "engines/99/status", json!("active"), 404).await;
    let scan = json!({"scanName": "a", "startTime": "2026-01-01T02:00:00Z"});
    control.rejected(Method::PUT, "scans/99", scan, 404).await;
}
