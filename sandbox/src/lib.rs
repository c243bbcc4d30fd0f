//! Rapid7 InsightVM and Tenable.sc in your own process, for tests and examples.
//!
//! A sandbox serves real HTTP on a loopback port of its own, keeps its state in memory, and stops
//! when it is dropped. Two of them share nothing, so tests can run in parallel. Its responses follow
//! the vendor's documents and, where real servers were seen to differ, the real servers. It works
//! with clients in any language.
//!
//! # A test
//!
//! A test of a program of your own starts a sandbox and points the program at it:
//!
//! ```
//! use scanops::insightvm::{Client, ScanEngineStatus};
//! use scanops_sandbox::{Fault, InsightVm, insightvm::Engine};
//!
//! /// The program: which engines don't respond?
//! async fn silent_engines(console: &Client) -> scanops::Result<Vec<String>> {
//!     let mut engines = console.get_scan_engines().await?.into_inner().resources;
//!     engines.retain(|engine| engine.status == Some(ScanEngineStatus::NotResponding));
//!     Ok(engines.into_iter().map(|engine| engine.name).collect())
//! }
//!
//! #[tokio::main] // #[tokio::test] in a test of yours
//! async fn main() -> Result<(), Box<dyn std::error::Error>> {
//!     let lyon = Engine::new("Lyon", "lyon.example.com").status("not-responding");
//!     let sandbox = InsightVm::builder().engines([lyon]).start().await?;
//!     let console = Client::builder(sandbox.url())
//!         .basic_auth(sandbox.user(), sandbox.password())
//!         .build()?;
//!     let busy = sandbox.inject(Fault::status(503).retry_after(0).times(1));
//!     assert_eq!(silent_engines(&console).await?, ["Lyon"]);
//!     assert_eq!(busy.used(), 1); // the program tried again
//!
//!     // The console changes while it runs.
//!     sandbox.set_engine_status(4, "active");
//!     assert!(silent_engines(&console).await?.is_empty());
//!     assert_eq!(sandbox.requests().len(), 3);
//!     Ok(())
//! }
//! ```
//!
//! [`TenableSc`] is used in the same way, with its [API key](TenableSc::access_key) or its
//! [password](TenableSc::password). The modules [`insightvm`] and [`tenable_sc`] list what each
//! starts with and how it follows real servers. A start fails if the port can't be bound, so its
//! error is an [`io::Error`](std::io::Error).
//!
//! [`Fault`] lists what can go wrong, [`RecordedRequest`] what is remembered of a request. Both
//! products serve HTTPS with a certificate of their own with the builder's method
//! [`https`](InsightVmBuilder::https), which needs the feature `rustls`, on by default.
//!
//! A sandbox needs a tokio runtime with IO and time enabled, as `#[tokio::main]` and
//! `#[tokio::test]` provide.
//!
//! # Other languages
//!
//! The program `scanops-sandbox` (`cargo install scanops-sandbox`) serves both products and prints
//! their URLs and credentials: a JSON object on the first line, and text for people after it.
//!
//! # Control over HTTP
//!
//! With [`control_over_http`](TenableScBuilder::control_over_http), or the program's option
//! `--control`, programs in any language can inject faults and change the state of a running
//! sandbox. Bodies are JSON; a request with one needs `Content-Type: application/json`. An invalid
//! request (one with an unknown property, too) gets a 400, an unknown id a 404, each with
//! `{"error": "…"}`. A success without a result is `{}`. These requests are not recorded and meet no
//! faults, so a fault that would break each connection, which is a `refuse` with neither a `path` nor a
//! `method`, is rejected.
//!
//! A session, with a scan result of its own, a fault, and what was sent meanwhile:
//!
//! ```sh
//! scanops-sandbox --control --plain-http --tenable-sc-port 8443 &
//! control=http://127.0.0.1:8443/__sandbox
//! json='Content-Type: application/json'
//!
//! curl -H "$json" $control/scan_results -d '{"name": "weekly", "report": {"findings": [
//!     {"host": {"name": "10.0.0.7"}, "plugin_id": 19506, "plugin_output": "It works."}]}}'
//! # {"id":10}
//! curl -H "$json" $control/faults -d '{"kind": "status", "status": 503, "times": 1}'
//! # {}
//! curl http://127.0.0.1:8443/rest/system # or the program under test
//! # a page with the status 503
//! curl $control/faults
//! # {"used":[1]}
//! curl $control/requests
//! # {"requests":[{"body":"","body_length":0,"headers":[["host","127.0.0.1:8443"],…],
//! #     "is_whole":true,"method":"GET","uri":"/rest/system"}]}
//! curl -X DELETE $control/faults
//! curl -X DELETE $control/requests
//! kill %1
//! ```
//!
//! An entry of `requests` is a [`RecordedRequest`]: its `method`; its `uri`, a path and a query;
//! `headers`, a list of names and values; `body` as text, up to 64 KiB of it; `body_length`, how many
//! bytes of it were read; and `is_whole`, whether `body` is all of it.
//!
//! In Rust only: a [clock](ManualClock), scans that
//! [move by themselves](TenableScBuilder::step_every), other repositories, and a start with other
//! engines, pools and sites than the default ones, or none. The program's `--scans 0` is a start
//! without scan results.
//!
//! No credentials are asked for, and recorded requests have those of the program under test in full:
//! every program of this machine can use the interface. Web pages can't: a request with an `Origin`,
//! or with another `Host` than `localhost`, `127.0.0.1` or `[::1]`, gets a 403.
//!
//! | request | body | |
//! | --- | --- | --- |
//! | `POST /__sandbox/faults` | `{"kind": "status", "status": 503, "times": 1}` | injects a [`Fault`] |
//! | `GET /__sandbox/faults` | | how often each was met: `{"used": [1]}` |
//! | `DELETE /__sandbox/faults` | | removes all faults |
//! | `GET /__sandbox/requests` | | the latest requests, the oldest first |
//! | `DELETE /__sandbox/requests` | | forgets them |
//!
//! The `kind` of a fault is the name of the function that makes it, and its arguments are called as
//! they are there (`pause_ms` in `slow`): `status`, `response`, `redirect`, `login_page`, `error`,
//! `session_end`, `refuse`, `close`, `reset`, `silence`, `lost_response`, `reset_after`,
//! `stall_after`, `truncate_after`, `flip_byte`, `slow`, `content_type`. Optional are `method`,
//! `path`, `skip`, `times`, `share`, `seed` and `headers` (an object), as [`Fault`] describes them.
//!
//! A Tenable.sc has also:
//!
//! | request | body | |
//! | --- | --- | --- |
//! | `POST /__sandbox/scan_results` | a [`ScanResult`](tenable_sc::ScanResult) | [adds](TenableSc::add) it: `{"id": 10}` |
//! | `PATCH /__sandbox/scan_results/{id}` | some of its properties | [changes](TenableSc::change) them |
//! | `POST /__sandbox/scan_results/{id}/advance` | | moves it [one step on](TenableSc::advance) |
//! | `PUT /__sandbox/settings` | `{"bare_downloads": true}` | sets all settings, those not given to their defaults |
//! | `POST /__sandbox/expire_sessions` | | ends all sessions |
//!
//! The settings are those of [`Settings`](tenable_sc::Settings), with `warnings` as a list of
//! `{"code": 101, "warning": "…"}`.
//!
//! An InsightVM console has also, with the property names of its API:
//!
//! | request | body | |
//! | --- | --- | --- |
//! | `POST /__sandbox/engines` | `{"name": "Lyon", "address": "lyon.example.com"}` | adds an [`Engine`](insightvm::Engine) |
//! | `PUT /__sandbox/engines/{id}/status` | `"not-responding"` | sets its status |
//! | `POST /__sandbox/pools` | `{"name": "France", "engines": [4]}` | adds an [`EnginePool`](insightvm::EnginePool) |
//! | `POST /__sandbox/sites` | `{"name": "Branch office", "scanEngine": 4}` | adds a [`Site`](insightvm::Site) |
//! | `POST /__sandbox/scans` | `{"scanName": "Monthly", "startTime": "2026-01-01T02:00:00Z", "status": "error"}` | adds a [`Scan`](insightvm::Scan) |
//! | `PUT /__sandbox/scans/{id}` | the same | replaces a scan |

#![cfg_attr(docsrs, feature(doc_cfg))]

#[cfg(feature = "rustls")]
mod certificate;
#[cfg(not(feature = "rustls"))]
#[path = "no_certificate.rs"]
mod certificate;
mod connection;
mod control;
mod damage;
mod fault;
mod front;
mod host;
pub mod insightvm;
mod nessus_xml;
mod requests;
mod responses;
mod server;
pub mod tenable_sc;
mod time;

pub use fault::{Fault, InjectedFault};
pub use insightvm::{InsightVm, InsightVmBuilder};
pub use nessus_xml::nessus_report;
pub use requests::RecordedRequest;
pub use tenable_sc::{TenableSc, TenableScBuilder};
pub use time::ManualClock;
