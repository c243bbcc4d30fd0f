//! The products in one process: servers that nobody can run on a laptop, for tests and examples.
//!
//! A sandbox answers real HTTP on a loopback port of its own, keeps its state in memory, and stops
//! when it is dropped. Two of them share nothing, so tests can run side by side. What it answers
//! follows the vendor's documents and, where real servers were seen to do otherwise, the real
//! servers.
//!
//! It knows none of this crate's clients: a client in any language can run against it.
//!
//! A test of a program of your own starts one and points the program at it:
//!
//! ```
//! use scanops::insightvm::{Client, ScanEngineStatus};
//! use scanops_sandbox::{InsightVm, insightvm::Engine};
//!
//! /// The program: which engines don't answer?
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
//!     assert_eq!(silent_engines(&console).await?, ["Lyon"]);
//!     Ok(())
//! }
//! ```
//!
//! [`TenableSc`] is used in the same way, with the [keys](TenableSc::access_key) or the
//! [password](TenableSc::password) that it made up; [`tenable_sc`] lists its nine scan results. What
//! fails at a start is the port, so the error is an [`io::Error`](std::io::Error). For programs in other languages, `cargo run --example
//! sandbox` in this crate's repository serves both, and says how to reach them.
//!
//! Both do what servers on bad days do, when they are told to: [`Fault`] says what can go wrong. Both
//! remember what they were asked: see [`Recorded`]. And both speak HTTPS with a certificate of their
//! own, if the builder is told [`https`](InsightVmBuilder::https).
//!
//! A sandbox needs a tokio runtime with IO and time enabled, which is what `#[tokio::main]` and
//! `#[tokio::test]` give.

mod certificate;
mod clock;
mod fault;
mod front;
mod host;
pub mod insightvm;
mod recorded;
mod recording;
mod server;
pub mod tenable_sc;
mod time;
mod wire;

pub use clock::ManualClock;
pub use fault::{Fault, Injected};
pub use insightvm::{InsightVm, InsightVmBuilder};
pub use recorded::Recorded;
pub use tenable_sc::{TenableSc, TenableScBuilder};
