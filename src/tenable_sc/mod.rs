//! Tenable.sc: scan results.
//!
//! ```
//! # async fn f() -> scanops::Result<()> {
//! use scanops::tenable_sc::{Client, record::Field};
//!
//! let sc = Client::builder("https://sc.example.com")
//!     .api_key("the access key", "the secret key")
//!     .build()?;
//! let results = sc.scan_results();
//!
//! let list = results.list().fields([Field::Name, Field::Status]).all_time().await?;
//! println!("{} scan results", list.usable().count());
//! let record = results.get(121).await?;
//! println!("{:?} is {:?}", record.name(), record.status());
//! results.email(121, ["soc@example.com"]).await?; // an error when the server could not send it
//! # Ok(()) }
//! ```
//!
//! A call is sent when it is awaited, which gives its value. `send` gives the value with the
//! [`warnings`](crate::Response::warnings) that came with it.
//!
//! Each call of pyTenable's `sc.scan_instances` is [beside its like here](crate::guide::from_pytenable).
//!
//! # What servers send, and what becomes of it
//!
//! * A refusal can come with HTTP 200, and a mail that failed with code 0 and a message: both are
//!   errors. 403 is what every refusal comes with: the product's own
//!   [`code`](crate::Error::code) tells not found (147) and no session (12) from forbidden (146).
//! * "database is locked" is [`Unavailable`](crate::ErrorKind::Unavailable), and retried where
//!   that is safe.
//! * The declared content type is not looked at.
//! * Numbers and booleans come as strings, `"-1"` means "not yet", `progress` can be `[]`, and any
//!   field can be missing: see [`record`].

mod call;
mod client;
mod envelope;
mod files;
pub mod record;
mod scan_results;
mod session;
mod system;

#[cfg(any(fuzzing, test))]
pub(crate) use self::envelope::{Envelope, classify};
pub use self::{
    call::Call,
    client::{Client, ClientBuilder, Login},
    files::{Files, UploadFile, UploadedFile},
    scan_results::{
        Changes, DownloadReport, Filter, Get, Import, List, Reimport, ScanResults, Stop, Watch,
    },
    system::System,
};
