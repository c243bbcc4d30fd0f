//! Async clients for the people who automate vulnerability scanning.
//!
//! * [`insightvm`]: the **Rapid7 InsightVM** console, scan engines and engine pools. All 22
//!   operations, generated from the vendor's documents, plus what a generator can't give.
//! * [`tenable_sc`]: **Tenable.sc** scan results. The eleven calls, three ways to log in, watching
//!   a scan.
//! * [`transfer`]: reports in and out, never held as a whole; saved whole or not at all.
//! * [`nessus`]: the **.nessus report** as typed findings.
//! * [`sandbox`]: both products in your own process, for your tests.
//!
//! **The [guide]** has one job after the other: connect, engines, scan results, downloads,
//! findings, imports and watching, errors, tests. **From pyTenable?** Its calls are
//! [side by side](guide::from_pytenable) with these.
//!
//! # A first program
//!
//! ```
//! use scanops::{insightvm, nessus::Severity, tenable_sc};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let vm = scanops::sandbox::InsightVm::start().await?;
//! # let (console_url, user, password) = (vm.url(), vm.user(), vm.password());
//! # let center = scanops::sandbox::TenableSc::start().await?;
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
//! cheap to clone and can be shared between tasks. Calls are cancelled by dropping their future;
//! what the server had received by then, it may carry out. Reading a report from a file needs no
//! runtime.
//!
//! # Traces
//!
//! Each call is a `tracing` span named `scanops` with the vendor's operation id, method and path;
//! each further attempt is a warning in it. No header, body or query is ever traced.
//!
//! # Features
//!
//! | feature | default | what it gives | what it costs |
//! | --- | --- | --- | --- |
//! | `codegen` | yes | the InsightVM client is generated when the crate is built | progenitor in the build: about a third more time for a clean build |
//! | `rustls` | yes | TLS, pinned certificates, added roots | a C compiler, for aws-lc |
//! | `sandbox` | no | [`sandbox`] | axum, hyper, rcgen and tokio-rustls with aws-lc: a C compiler, too |
//! | `schemars` | no | JSON Schemas of both products' data types and of findings | schemars |
//! | `httpmock` | no | [`insightvm::mock`] | httpmock |
//!
//! Without `codegen` the committed copy of the same code is compiled.

#![cfg_attr(docsrs, feature(doc_cfg))]

mod error;
#[cfg(any(fuzzing, test))]
#[doc(hidden)]
pub mod fuzzing;
#[cfg(any(doc, doctest))]
pub mod guide;
mod http;
pub mod insightvm;
mod open_enum;
mod response;
#[cfg(feature = "sandbox")]
#[cfg_attr(docsrs, doc(cfg(feature = "sandbox")))]
pub mod sandbox;
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
