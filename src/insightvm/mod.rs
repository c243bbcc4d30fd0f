//! The Rapid7 InsightVM console: scan engines, engine pools, and the shared secret.
//!
//! [`Client`] has a method for each of the vendor's 22 operations, generated from
//! `spec/insightvm.yaml`. A method takes what the operation requires, is awaited, and returns the
//! value (one of [`types`]) in a [`Response`](crate::Response), or an [`Error`](crate::Error):
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
//! for engine in &console.get_scan_engines().await?.resources {
//!     if engine.status != Some(ScanEngineStatus::Active) {
//!         println!("{} ({}) is {:?}", engine.name, engine.id, engine.status);
//!     }
//! }
//!
//! let berlin = ScanEngineCreate::new("Berlin 1", "engine-1.berlin.example.com", 40814);
//! let created = console.create_scan_engine(&berlin).await?;
//! println!("created engine {:?}", created.id);
//! # Ok(()) }
//! ```
//!
//! # What real consoles send
//!
//! * Out of the box their certificate is **self-signed**: pin it, or add it as a root. There is
//!   no need to switch verification off.
//! * **Pools are listed among the engines**, with port -1, the pool's name as address and no
//!   versions. Engine and pool ids are of one range.
//! * Any property but id and name can be missing or null. A null counts as missing, and a missing
//!   name reads as an empty one.
//! * A property of another type than documented is converted if its value is plain (`"40814"` is a
//!   port), and stays in the record's `extra` otherwise, as do properties that no document lists.
//! * A record of a list that can't be read at all (it has no id) does not cost the other records:
//!   it is in [`Response::invalid_records`](crate::Response::invalid_records).
//! * Enumerations are open: [`ScanStatus::Other`] and its like hold what is new.
//! * Any 2xx is success. A change that succeeded and whose response can't be read is a success too,
//!   with a [`warning`](crate::Response::warnings).
//! * Errors come as JSON, HTML or bare text; their HTTP status and message are kept in each case.
//! * A console in maintenance mode can answer 401 to credentials that are right.
//!
//! # What is checked before it is sent
//!
//! Ids begin with 1, pages with 0. A page has 1 to 500 records, a sort criterion names a property, a
//! new pool has an engine, the port of an engine is from 1 to 65535.

mod call;
mod check;
mod client;
mod decode;
#[cfg(not(feature = "codegen"))]
#[allow(clippy::all, clippy::pedantic, unused_qualifications)]
#[rustfmt::skip]
mod generated;
#[cfg(feature = "codegen")]
#[allow(clippy::all, clippy::pedantic, unused_qualifications)]
mod generated {
    include!(concat!(env!("OUT_DIR"), "/insightvm.rs"));
}
#[cfg(feature = "httpmock")]
#[cfg_attr(docsrs, doc(cfg(feature = "httpmock")))]
pub mod mock;
mod pages;
mod request;
mod runtime;
mod secret;

pub use self::{
    client::{Client, ClientBuilder},
    generated::{types, values::*},
    pages::{Items, Order, Page, PageStream, Paged, Pages, ScanProperty, SiteProperty},
    request::Request,
    secret::SharedSecret,
};
