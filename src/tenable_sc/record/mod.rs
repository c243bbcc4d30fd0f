//! What Tenable.sc sends about scan results, as structs of public fields.
//!
//! ```
//! # use scanops::tenable_sc::record::{ScanResult, ScanStatus};
//! let record: ScanResult = serde_json::from_str(
//!     r#"{"id": "121", "status": "Running", "finishTime": "-1", "owner": {"username": "ann"}}"#,
//! )?;
//! assert_eq!(record.id, 121);
//! assert_eq!(record.status, Some(ScanStatus::Running));
//! assert_eq!(record.finish_time, None);
//! assert_eq!(record.owner.unwrap().username.as_deref(), Some("ann"));
//! # Ok::<(), serde_json::Error>(())
//! ```
//!
//! A server sends the fields that were asked for, and may leave out more, so all but a scan
//! result's id are an `Option`.
//!
//! # How fields are read
//!
//! | type | in the server's JSON |
//! | --- | --- |
//! | `String` | a string that is not empty |
//! | `u64` (ids, counts, sizes) | digits in a string, or a number that is not negative |
//! | `bool` | `"true"`, `"false"`, `"1"`, `"0"`, or the same without quotes |
//! | `f64` | a number, in a string or not |
//! | [`Timestamp`](jiff::Timestamp) | seconds since 1970, as for `u64`, and not 0 |
//! | [`Duration`](std::time::Duration) | seconds, as for `u64` |
//! | an enumeration | a string that is not empty; one that is not listed is `Other` |
//! | a record, a list of records | an object, a list of nothing but objects |
//!
//! Any other value leaves its field `None`, and is kept in the record's `extra` under the server's
//! name: a `"-1"`, `""` or `null`, or a 0 for a time, which says that there is no value, and anything
//! in a form that no document lists. The record and its other fields are read all the same. Fields
//! that are not known here are in `extra`, too.
//!
//! Written with serde, a record has the server's names, numbers and booleans as such, and times and
//! durations in seconds. Read again, it is equal. (A time that a program set itself loses its
//! fraction of a second.) A field that is set takes precedence over its value in `extra`. The JSON
//! Schemas of the feature `schemars` describe the typed values.

mod field;
mod list;
mod progress;
mod reference;
#[cfg(test)]
mod samples;
mod scan_result;
mod values;
mod wire;

pub(crate) use list::ReceivedList;
pub(crate) use wire::is_no_time;

pub use field::Field;
pub use list::{Listed, ScanResultList};
pub use progress::{Progress, ScannerProgress};
pub use reference::{Group, RepositoryReference, ScanReference, User};
pub use scan_result::{MissingId, ScanResult};
pub use values::{DataFormat, DownloadFormat, ImportStatus, ResultSource, ResultType, ScanStatus};
