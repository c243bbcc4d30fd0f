//! The Rapid7 InsightVM console: scan engines, engine pools, and the shared secret.
//!
//! [`Client`] has a method for each of the vendor's 22 operations, generated from
//! `spec/insightvm.yaml`. A method starts a request [`builder`]; `send` sends it, and returns the
//! typed answer (in [`types`]) or an [`Error`](crate::Error):
//!
//! ```
//! # async fn f() -> scanops::Result<()> {
//! use scanops::insightvm::{Client, ScanEngineStatus, types::ScanEngineCreate};
//!
//! let console = Client::builder("https://console.example.com:3780")
//!     .basic_auth("automation", "the password")
//!     .pin_certificate_sha256(
//!         "9F:86:D0:81:88:4C:7D:65:9A:2F:EA:A0:C5:5A:D0:15:\
//!          A3:BF:4F:1B:2B:0B:82:2C:D1:5D:6C:15:B0:F0:0A:08",
//!     )
//!     .build()?;
//!
//! for engine in &console.get_scan_engines().send().await?.resources {
//!     if engine.status != Some(ScanEngineStatus::Active) {
//!         println!("{} ({}) is {:?}", engine.name, engine.id, engine.status);
//!     }
//! }
//!
//! let created = console
//!     .create_scan_engine()
//!     .body_map(|engine| engine.name("Berlin 1").address("engine-1.berlin.example.com").port(40814))
//!     .send()
//!     .await?;
//! console.delete_scan_engine().id(created.id).send().await?;
//! # Ok(()) }
//! ```
//!
//! # What real consoles send
//!
//! * Out of the box their certificate is **self-signed**: pin it, or add it as a root. There is
//!   no need to switch verification off.
//! * **Pools are listed among the engines**, with port -1, the pool's name as address and no
//!   versions. Engine and pool ids are of one range.
//! * Any property but id and name can be missing or null. A null counts as missing, a missing
//!   name reads as an empty one, and a record of a list that can't be read at all (for want of an
//!   id) does not cost the others: it is in [`ResponseValue::set_aside`].
//! * Enumerations are open: [`ScanStatus::Other`] and its like hold what is new. Properties that
//!   no document lists are in a record's `extra`.
//! * Any 2xx is success. An empty answer is one to PUT and DELETE.
//! * Errors come as JSON, HTML or bare text; their HTTP status and message are kept in each case.
//! * A console in maintenance mode can answer 401 to credentials that are right.
//!
//! # What is refused before it is sent
//!
//! An id below 1, a page below 0, a page size outside 1 to 500, an empty sort criterion, a new
//! pool without an engine, an engine's port outside 1 to 65535.

mod client;
#[cfg(not(feature = "codegen"))]
#[allow(clippy::all, clippy::pedantic, unused_qualifications, missing_docs)]
#[allow(unreachable_patterns)]
#[rustfmt::skip]
mod generated;
#[cfg(feature = "codegen")]
#[allow(clippy::all, clippy::pedantic, unused_qualifications, missing_docs)]
#[allow(unreachable_patterns)]
mod generated {
    include!(concat!(env!("OUT_DIR"), "/insightvm.rs"));
}
mod hook;
mod mend;
#[cfg(feature = "httpmock")]
#[cfg_attr(docsrs, doc(cfg(feature = "httpmock")))]
pub mod mock;
mod pages;
pub(crate) mod runtime;
mod secret;
mod values;

pub use self::{
    client::ClientBuilder,
    generated::{Client, builder, types},
    mend::SetAside,
    pages::{Items, Order, Page, PageStream, Paged, Pages, ScanProperty, SiteProperty},
    runtime::ResponseValue,
    secret::SharedSecret,
    values::{ScanEngineStatus, ScanStatus, ScanType, SiteConnectionType, SiteType},
};
