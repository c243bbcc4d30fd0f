//! Tenable.sc: scan results.
//!
//! [`Client`] lists [all calls in a table](Client#calls).
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
//! The guide shows [pyTenable's calls beside these](crate::guide::from_pytenable).
//!
//! # Logging in
//!
//! * With [API keys](ClientBuilder::api_key) each request carries the keys. There is no session.
//! * With a [password](ClientBuilder::password) or a client certificate the first call opens a
//!   session. Calls that need one at the same time share a login, and a call whose session has
//!   expired logs in again and is repeated. [`Client::logout`] ends the session.
//! * A login that the server rejected is not tried again for five minutes, as servers lock an
//!   account after a few attempts. Calls return that error meanwhile; [`Client::login`] tries it
//!   again.
//!
//! A login counts towards the deadline and the retries of the call that needs it.
//!
//! # What servers send, and how it is read
//!
//! * An error can come with HTTP 200, and so can a mail that was not sent (with code 0 and a
//!   message): both are errors here. Nearly every error comes with HTTP 403; the product's own
//!   [`code`](crate::Error::code) distinguishes not found (147) and an expired session (12) from the
//!   others. 146 is both forbidden and rejected: the error is
//!   [`Forbidden`](crate::ErrorKind::Forbidden) if its text speaks of access or permission or is
//!   missing, and [`Rejected`](crate::ErrorKind::Rejected) otherwise ("is Running and can't be
//!   imported").
//! * API keys that the server does not know are `Forbidden` too: it sends 403 and no code.
//! * "database is locked" is [`Unavailable`](crate::ErrorKind::Unavailable), and retried if that is
//!   safe.
//! * The declared content type is ignored.
//! * Numbers and booleans come as strings, `"-1"` means "not yet", `progress` can be `[]`, and any
//!   field can be missing: see [`record`].
//! * A call that succeeded stays a success if the record that it returns can't be read. The value is
//!   then `None`, and a [warning](crate::Response::warnings) gives the reason.
//!
//! # Memory
//!
//! A response is read up to a limit: 64 MiB, unless
//! [`response_limit`](ClientBuilder::response_limit) sets another. With its decoded value it may
//! take 12 times its size, or 12 times 64 MiB if that is more. A response that would take more is an
//! error of kind [`TooLarge`](crate::ErrorKind::TooLarge) before it is decoded: a list of more than
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
        Changes, DownloadReport, Filter, Get, Import, List, NoReport, PartialResults, Pull,
        PullHandle, PullProgress, PullStream, Pulled, PulledScan, Reimport, ScanResults, Stop,
        Watch,
    },
    system::System,
};
