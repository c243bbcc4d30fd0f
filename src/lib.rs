//! Async clients for programs that automate vulnerability scanning.
//!
//! * [`insightvm`]: the **Rapid7 InsightVM** console's scan engines and engine pools. All 22
//!   operations, generated from the vendor's documents, and page streams.
//! * [`tenable_sc`]: **Tenable.sc** scan results. The eleven calls, three ways to log in, and
//!   watching a scan.
//! * [`transfer`]: downloads and uploads of reports, streamed and verified. A file is saved
//!   completely or not at all.
//! * [`nessus`]: **.nessus reports** as typed findings.
//!
//! For your tests there is the crate `scanops-sandbox`: both products in your own process.
//!
//! The **[guide]** goes through the crate one task at a time: connecting, engines, scan results,
//! downloads, findings, imports, watching, errors, tests. For **pyTenable users** there is a page
//! with its calls [side by side](guide::from_pytenable).
//!
//! What both clients have in common is here: a call returns a [`Response`], or fails with an
//! [`Error`]. A [`ClientBuilder`] sets timeouts, trust and proxies, a [`RetryPolicy`] sets when calls
//! are retried, and an [`Observer`] sees each attempt. The crates whose types appear in this one's
//! ([`reqwest`], [`jiff`], [`secrecy`]) are re-exported.
//!
//! # A first program
//!
//! ```
//! use scanops::{insightvm, nessus::Severity, tenable_sc};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let vm = scanops_sandbox::InsightVm::start().await?;
//! # let (console_url, user, password) = (vm.url(), vm.user(), vm.password());
//! # let center = scanops_sandbox::TenableSc::start().await?;
//! # let (url, access_key, secret_key) = (center.url(), center.access_key(), center.secret_key());
//! # let id = 1;
//! // Which of my engines are down?
//! let console = insightvm::Client::builder(console_url).basic_auth(user, password).build()?;
//! for engine in &console.get_scan_engines().await?.resources {
//!     if engine.status == Some(insightvm::ScanEngineStatus::NotResponding) {
//!         println!("{} (id {})", engine.name, engine.id);
//!     }
//! }
//!
//! // What is critical in that scan?
//! let sc = tenable_sc::Client::builder(url).api_key(access_key, secret_key).build()?;
//! let mut findings = sc.scan_results().download(id).await?.findings();
//! while let Some(finding) = findings.next_finding().await? {
//!     if finding.severity == Severity::Critical {
//!         println!("{}: {}", finding.host.name, finding.plugin.name);
//!     }
//! }
//! # Ok(()) }
//! ```
//!
//! # Runtime
//!
//! Calls need a tokio runtime with IO and time enabled (`#[tokio::main]` has both). Clients are
//! cheap to clone and can be shared between tasks. Dropping its future cancels a call; the server
//! may still carry out what it had received by then. Reading a report from a file needs no runtime.
//!
//! # Traces
//!
//! Each request is one `tracing` span named `scanops` with the vendor's operation id and the server,
//! and, except for uploads, method and path. The span of a download lasts until its last byte. Each
//! retry is a warning in the span. Headers, bodies and queries are never traced.
//!
//! # Features
//!
//! | feature | default | what it adds | what it costs |
//! | --- | --- | --- | --- |
//! | `codegen` | yes | the InsightVM client is generated when the crate is built | progenitor in the build: a clean build takes about a quarter longer |
//! | `rustls` | yes | TLS, pinned certificates, added roots, client certificates | a C compiler, for aws-lc |
//! | `schemars` | no | JSON Schemas of both products' data types and of findings | schemars |
//! | `httpmock` | no | [`insightvm::mock`] | httpmock |
//!
//! Without `codegen` the committed copy of the same generated code is compiled.

#![cfg_attr(docsrs, feature(doc_cfg))]

mod cursor;
mod error;
#[cfg(any(fuzzing, test))]
#[doc(hidden)]
pub mod fuzzing;
#[cfg(any(doc, doctest))]
pub mod guide;
mod http;
pub mod insightvm;
mod response;
pub mod tenable_sc;
pub mod transfer;

pub use jiff;
pub use reqwest;
#[doc(inline)]
pub use scanops_nessus as nessus;
pub use secrecy;

#[cfg(feature = "rustls")]
pub use self::http::Fingerprint;
pub use self::{
    cursor::Cursor,
    error::{Error, ErrorKind, Result},
    http::{
        Attempt, AttemptOutcome, AttemptResult, ClientBuilder, Clock, FastRandom, Observer, Random,
        RetryPolicy, SystemClock,
    },
    response::{InvalidRecord, Response, Warning},
};

/// The README's examples compile.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
