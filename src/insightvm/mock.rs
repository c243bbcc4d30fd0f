//! Typed [`httpmock`] bindings: expect an operation, respond to it, assert that it came.
//!
//! [`MockServerExt`] adds a method for each operation to `httpmock`'s `MockServer`. Its `when` has
//! the operation's method and path already and takes its parameters; its `then` has a method for
//! each documented status, with the type that belongs to it. For other requests and responses,
//! `into_inner` returns httpmock's plain `When` and `Then`.
//!
//! It needs the feature `httpmock`, which can be enabled for tests only, and the same version of
//! httpmock:
//!
//! ```toml
//! [dev-dependencies]
//! httpmock = { version = "0.9", default-features = false }
//! scanops = { version = "0.1", features = ["httpmock"] }
//! ```
//!
//! ```
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! use scanops::insightvm::{Client, mock::MockServerExt, types::ScanEngine};
//!
//! let server = httpmock::MockServer::start_async().await;
//! let mock = server.get_scan_engine(|when, then| {
//!     when.id(7);
//!     then.ok(&ScanEngine::new(7, "Berlin 1"));
//! });
//!
//! let console = Client::builder(server.base_url()).basic_auth("user", "password").build()?;
//! assert_eq!(console.get_scan_engine(7).await?.name, "Berlin 1");
//! mock.assert();
//! # Ok(()) }
//! ```

#[cfg(not(feature = "codegen"))]
#[allow(clippy::all, clippy::pedantic, unused_qualifications, missing_docs)]
#[allow(clippy::unwrap_used, missing_debug_implementations)]
#[rustfmt::skip]
mod generated;
#[cfg(feature = "codegen")]
#[allow(clippy::all, clippy::pedantic, unused_qualifications, missing_docs)]
#[allow(clippy::unwrap_used, missing_debug_implementations)]
mod generated {
    include!(concat!(env!("OUT_DIR"), "/httpmock.rs"));
}

/// Expects a query parameter, or each value of one that is a list.
fn expect_query<T: serde::Serialize>(when: httpmock::When, name: &str, value: T) -> httpmock::When {
    let values = super::runtime::query_values(&value).unwrap_or_default();
    values.into_iter().fold(when, |when, value| when.query_param(name, value))
}

pub use self::generated::{MockServerExt, operations};
