//! The products in one process: servers that nobody can run on a laptop, for tests and examples.
//!
//! A sandbox answers real HTTP on a loopback port of its own, keeps its state in memory, and stops
//! when it is dropped. Two of them share nothing, so tests can run side by side. What it answers
//! follows the vendor's documents and, where real servers were seen to do otherwise, the real
//! servers.
//!
//! It knows none of this crate's clients: a client in any language can run against it.
//!
//! ```
//! use scanops::sandbox::{InsightVm, TenableSc};
//!
//! # async fn example() -> std::io::Result<()> {
//! let console = InsightVm::start().await?;
//! println!("{} as {} / {}", console.url(), console.user(), console.password());
//!
//! let center = TenableSc::start().await?;
//! println!("{} as {} / {}", center.url(), center.user(), center.password());
//! # console.stop().await;
//! # center.stop().await;
//! # Ok(())
//! # }
//! ```
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

pub use clock::{Clock, ManualClock, SystemClock};
pub use fault::{Fault, Injected};
pub use insightvm::{InsightVm, InsightVmBuilder};
pub use recorded::Recorded;
pub use tenable_sc::{TenableSc, TenableScBuilder};
