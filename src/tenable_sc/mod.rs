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
//! [`warnings`](Answered::warnings) that came with it.
//!
//! # For those who know the reference client
//!
//! What `sc.scan_instances` does in Python, call by call and parameter by parameter:
//!
//! | the reference | here |
//! | --- | --- |
//! | `copy(id, *users)` | [`copy(id, users)`](ScanResults::copy) |
//! | `delete(id)` | [`delete(id)`](ScanResults::delete) |
//! | `details(id, fields=)` | [`get(id)`](ScanResults::get)[`.fields(…)`](Get::fields) |
//! | `email(id, *emails)` | [`email(id, addresses)`](ScanResults::email), which fails when the mail was not sent |
//! | `export_scan(id, export_format=)` | [`download(id)`](ScanResults::download)[`.format(…)`](DownloadReport::format), which fails where a JSON error comes in place of a report |
//! | `export_scan(…, fobj=)` | [`save_to`, `write_to`](crate::transfer::Download::save_to), or its parts where you like |
//! | `import_scan(fobj, repo)` | [`import(upload, repository)`](ScanResults::import), which cleans up after a refusal |
//! | `import_scan(…, auto_mitigation=)` | [`.auto_mitigation(days)`](Import::auto_mitigation) |
//! | `import_scan(…, host_tracking=)` | [`.host_tracking(true)`](Import::host_tracking) |
//! | `import_scan(…, vhosts=)` | [`.vhosts(true)`](Import::vhosts) |
//! | `import_scan(…, **kw)` | [`.property(name, value)`](Import::property) |
//! | `reimport_scan(id)` | [`reimport(id)`](ScanResults::reimport) |
//! | `reimport_scan(…, auto_mitigation=)` | [`.auto_mitigation(days)`](Reimport::auto_mitigation) |
//! | `reimport_scan(…, host_tracking=)` | [`.host_tracking(true)`](Reimport::host_tracking) |
//! | `reimport_scan(…, vhosts=)` | [`.vhosts(true)`](Reimport::vhosts) |
//! | `reimport_scan(…, **kw)` | [`.property(name, value)`](Reimport::property) |
//! | `list(fields=)` | [`list()`](ScanResults::list)[`.fields(…)`](List::fields) |
//! | `list(start_time=)` | [`.created_after(time)`](List::created_after); 0 is [`.all_time()`](List::all_time) |
//! | `list(end_time=)` | [`.created_before(time)`](List::created_before) |
//! | `list(optimize=)` | [`.optimize(false)`](List::optimize), on by default too |
//! | `pause(id)` | [`pause(id)`](ScanResults::pause) |
//! | `resume(id)` | [`resume(id)`](ScanResults::resume) |
//! | `stop(id)` | [`stop(id)`](ScanResults::stop), and [`.import()`](Stop::import) to stop an import |
//! | `sc.files.upload(fobj)`, `sc.files.clear(name)` | [`files().upload(…)`](Files::upload), [`files().clear(…)`](Files::clear) |
//! | `sc.login(…)`, `sc.logout()` | on the [builder](ClientBuilder); [`logout()`](Client::logout) |
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
pub(crate) use self::envelope::{Envelope, examine};
pub use self::{
    call::{Answered, Call},
    client::{Client, ClientBuilder},
    envelope::Warning,
    files::{Files, UploadFile, UploadedFile},
    scan_results::{
        Changes, DownloadReport, Filter, Get, Import, List, Reimport, ScanResults, Stop, Watch,
    },
    system::System,
};
