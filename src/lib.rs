//! Async clients for the people who automate vulnerability scanning.
//!
//! * [`insightvm`]: the **Rapid7 InsightVM** console, scan engines and engine pools. All 22
//!   operations, generated from the vendor's documents, plus what a generator can't give.
//! * [`tenable_sc`]: **Tenable.sc** scan results. The eleven calls, three ways to log in, watching
//!   a scan.
//! * [`transfer`]: reports in and out, never held as a whole; saved whole or not at all.
//! * [`nessus`]: the **.nessus report** as typed findings.
//! * [`http`]: the transport below: time limits, retries, TLS, credentials.
//! * `sandbox` (feature): both products in your own process, for your tests.
//!
//! # A first program
//!
//! Which of my engines are down?
//!
//! ```
//! use scanops::insightvm::{Client, ScanEngineStatus};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let sandbox = scanops::sandbox::InsightVm::start().await?;
//! # let (url, user, password) = (sandbox.url(), sandbox.user(), sandbox.password());
//! let console = Client::builder(url).basic_auth(user, password).build()?;
//!
//! for engine in &console.get_scan_engines().send().await?.resources {
//!     // Consoles list pools among the engines, with port -1 and no status.
//!     if engine.port != Some(-1) && engine.status != Some(ScanEngineStatus::Active) {
//!         println!("{} (id {}) is {:?}", engine.name, engine.id, engine.status);
//!     }
//! }
//! # Ok(()) }
//! ```
//!
//! # The console's certificate
//!
//! A console comes with a certificate that it signed itself. There is no need to switch
//! verification off: pin that certificate by its fingerprint
//! (`pin_certificate_sha256`), or add it as a root (`add_root_certificate_pem`). Connect without
//! either, and the error tells you the fingerprint that was seen: compare it with the one the
//! server itself shows, then pin it.
//!
//! # Errors
//!
//! Every call returns [`Error`]: what happened, on which call, what the server said of it,
//! how often it was tried, and what to do. [`ErrorKind`] sorts failures by what a program does
//! about them.
//!
//! # Runtime
//!
//! Calls need a tokio runtime with IO and time enabled (`#[tokio::main]` has both). Clients are
//! cheap to clone and can be shared between tasks. Calls are cancelled by dropping their future;
//! what the server had received by then, it may carry out.
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
//! | `sandbox` | no | `scanops::sandbox` | axum, zlib-rs |
//! | `schemars` | no | JSON Schemas of both products' data types and of findings | schemars |
//! | `httpmock` | no | `scanops::insightvm::mock` | httpmock |
//!
//! Without `codegen` the committed copy of the same code is compiled.

#![cfg_attr(docsrs, feature(doc_cfg))]

mod error;
#[cfg(any(fuzzing, test))]
#[doc(hidden)]
pub mod fuzzing;
pub mod http;
pub mod insightvm;
pub mod nessus;
mod open_enum;
#[cfg(feature = "sandbox")]
#[cfg_attr(docsrs, doc(cfg(feature = "sandbox")))]
pub mod sandbox;

pub mod tenable_sc;
pub mod transfer;

pub use reqwest;

pub use self::error::{Error, ErrorKind, Result};

/// The README's examples compile.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
