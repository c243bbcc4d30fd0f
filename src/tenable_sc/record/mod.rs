//! What Tenable.sc says about scan results, typed and complete.
//!
//! A record keeps the JSON that the server sent, and each accessor reads one field of it:
//!
//! ```
//! # use scanops::tenable_sc::record::{ScanResult, ScanStatus, User};
//! let record: ScanResult = serde_json::from_str(
//!     r#"{"id": "121", "status": "Running", "finishTime": "-1", "owner": {"username": "ann"}}"#,
//! )?;
//! assert_eq!(record.id(), 121);
//! assert_eq!(record.status(), Some(ScanStatus::Running));
//! assert_eq!(record.finish_time(), None);
//! assert_eq!(record.owner().and_then(User::username), Some("ann"));
//! # Ok::<(), serde_json::Error>(())
//! ```
//!
//! Public struct fields would read a little shorter and match in patterns. But `"-1"`, `""`,
//! `null` and a field that was not sent are all `None`, a number may be a string, and any field
//! may one day hold something else: such fields could not be written back as they came, and one
//! surprise would cost the record. Kept as JSON, nothing is lost by construction, and what a
//! server sent and nobody foresaw is one [`raw`](ScanResult::raw) away. The price is some memory
//! (a few KiB for a record with every field) and that a test makes a record from JSON.
//!
//! # How fields are read
//!
//! | type | on the wire |
//! | --- | --- |
//! | `&str` | a string that is not empty |
//! | `u64` (ids, counts, sizes) | digits in a string, or a number; a negative one is `None` |
//! | `bool` | `"true"`, `"false"`, `"1"`, `"0"`, or the same without quotes |
//! | `f64` | a number, in a string or not |
//! | `SystemTime` | seconds since 1970, as for `u64` |
//! | `Duration` | seconds, as for `u64` |
//! | an enumeration | a string that is not empty; an unlisted one is `Other` |
//!
//! Anything else is `None`, and is still there for `raw`. What is written is equal to what was
//! read, as JSON: the order of fields, and which of two fields of one name, may differ.

mod define;
mod field;
mod list;
mod progress;
mod reference;
#[cfg(test)]
mod samples;
mod scan_result;
#[cfg(feature = "schemars")]
mod schema;
mod values;
mod wire;

pub use field::Field;
pub use list::{BrokenRecord, Listed, ScanResultList};
pub use progress::{Progress, ScannerProgress};
pub use reference::{Group, RepositoryReference, ScanReference, User};
pub use scan_result::{MissingId, ScanResult};
pub use values::{DataFormat, DownloadFormat, ImportStatus, ResultSource, ResultType, ScanStatus};
