//! The Rapid7 InsightVM console: scan engines, engine pools, and the shared secret.
//!
//! [`Client`] has a method for each of the vendor's 22 operations, generated from
//! `spec/insightvm.yaml`: here is the [table](Client#operations). A method takes what the operation
//! requires, sends when it is awaited, and returns the value (one of [`types`]) in a
//! [`Response`](crate::Response), or an [`Error`](crate::Error):
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
//!     // Consoles list pools among the engines, with port -1 and no status.
//!     if engine.port != Some(-1) && engine.status != Some(ScanEngineStatus::Active) {
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
//! [`Client::request`] makes a call that the crate has no method for. The two paged lists are also
//! streams: [`Client::scan_engine_scans`] and [`Client::scan_engine_sites`].
//!
//! # What real consoles send
//!
//! * By default their certificate is **self-signed**: pin it, or add it as a root. There is no need
//!   to switch verification off.
//! * **Pools are listed among the engines**, with port -1, the pool's name as address and no
//!   versions. Engines and pools share one range of ids.
//! * Any property but id and name can be missing or null. A null counts as missing, and a missing
//!   name is read as an empty one.
//! * A property of another type than documented is converted if its meaning is clear (`"40814"` is
//!   a port). Otherwise it is kept in the record's `extra`, as are properties that are not
//!   documented.
//! * A record of a list that can't be read at all, because it has no id, does not cost the other
//!   records: it is in [`Response::invalid_records`](crate::Response::invalid_records).
//! * Enumerations are open: new values are [`ScanStatus::Other`] and the like.
//! * Any 2xx status is a success. A change that succeeded and whose response can't be read is a
//!   success too, with a [`warning`](crate::Response::warnings). Three are errors: an HTML page, which
//!   is not from the console's API; a response above the [limit](ClientBuilder::response_limit);
//!   and an unreadable response to [`create_shared_secret`](Client::create_shared_secret) or to a
//!   [`request`](Client::request) of your own.
//! * Errors come as JSON, HTML or plain text. The [`Error`](crate::Error) has their HTTP status and
//!   message in each case. An error body with HTTP 200 is an error as well.
//! * A console in maintenance mode can respond with 401 to valid credentials.
//!
//! # Credentials
//!
//! There is no session: each request carries user and password
//! ([`basic_auth`](ClientBuilder::basic_auth)). A client without credentials has to be asked for
//! with [`anonymous`](ClientBuilder::anonymous).
//!
//! # What is checked before a request is sent
//!
//! Ids begin with 1, pages with 0. A page has 1 to 500 records. A sort criterion names a property. A
//! new pool has an engine. The port of an engine is from 1 to 65535.
//!
//! # Memory
//!
//! A response is read up to a limit: 64 MiB, unless
//! [`response_limit`](ClientBuilder::response_limit) sets another. Response and
//! decoded value together may take 768 MiB, or 12 times the size of the response if that is more. A
//! response that would take more, such as a list of two million nearly empty records, is an error of
//! kind [`TooLarge`](crate::ErrorKind::TooLarge) before it is decoded.

mod call;
mod check;
mod client;
mod decode;
mod ended;
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
    client::{Client, ClientBuilder, Login},
    ended::EndedScans,
    generated::{types, values::*},
    pages::{Items, Order, Page, PageStream, Paged, Pages, ScanProperty, SiteProperty},
    request::Request,
    secret::SharedSecret,
};
