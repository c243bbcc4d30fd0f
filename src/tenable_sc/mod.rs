//! Tenable.sc: scan results.
//!
//! ```
//! # async fn f() -> scanops::Result<()> {
//! use scanops::{jiff::{Timestamp, ToSpan}, tenable_sc::{Client, record::Field}};
//!
//! let sc = Client::builder("https://sc.example.com")
//!     .api_key("the access key", "the secret key")
//!     .build()?;
//! let results = sc.scan_results();
//!
//! let last_night = Timestamp::now() - 12.hours();
//! let list = results.list().fields([Field::Name, Field::Status]).finished_after(last_night).await?;
//! println!("{} scans have finished", list.usable.len());
//! let record = results.get(121).await?;
//! println!("{:?} is {:?}", record.name, record.status);
//! results.email(121, ["soc@example.com"]).await?; // an error when the server could not send it
//! # Ok(()) }
//! ```
//!
//! A call takes its required arguments, is sent when it is awaited, and returns a
//! [`Response`](crate::Response): it dereferences to the value, and has the HTTP status, the
//! server's warnings and the records that could not be read. Each call is a
//! [`Future`], so it can be joined with others or spawned.
//!
//! Each call of pyTenable's `sc.scan_instances` is [shown with its counterpart](crate::guide::from_pytenable).
//!
//! # What servers send, and how it is read
//!
//! * An error can come with HTTP 200, and a mail that failed with code 0 and a message: both are
//!   errors. Nearly every error comes with HTTP 403: the product's own
//!   [`code`](crate::Error::code) distinguishes not found (147) and an expired session (12) from
//!   forbidden (146).
//! * "database is locked" is [`Unavailable`](crate::ErrorKind::Unavailable), and retried where
//!   that is safe.
//! * The declared content type is ignored.
//! * Numbers and booleans come as strings, `"-1"` means "not yet", `progress` can be `[]`, and any
//!   field can be missing: see [`record`].
//! * A success stays a success when its record can't be read: the value is `None`, and a
//!   [warning](crate::Response::warnings) says why.
//!
//! # Memory
//!
//! A response is read up to a limit (64 MiB unless the builder sets another), and may take 12 times
//! its size in all once it is read, or 12 times 64 MiB if that is more. One that would take more is
//! an error of kind [`TooLarge`](crate::ErrorKind::TooLarge) before it is read: a list of more than
//! 400 000 scan results with the default fields, for example.

mod call;
mod client;
mod envelope;
mod files;
mod names;
pub mod record;
mod request;
mod scan_results;
mod session;
mod system;

#[cfg(any(fuzzing, test))]
pub(crate) use self::envelope::{Envelope, classify};
pub use self::{
    call::Call,
    client::{Client, ClientBuilder, Login},
    files::{Files, UploadFile, UploadedFile},
    request::RawCall,
    scan_results::{
        Changes, DownloadReport, Filter, Get, Import, List, PartialResults, Reimport, ScanResults,
        Stop, Watch,
    },
    system::System,
};
