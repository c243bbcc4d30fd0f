//! The .nessus report (version 2), as scanners and Tenable.sc write it. Knows no HTTP.
//!
//! So far it says what is in a report; the findings themselves are not read yet.
//!
//! ```
//! let report = br#"<?xml version="1.0"?>
//!     <NessusClientData_v2><Report name="weekly">
//!         <ReportHost name="10.0.0.7"><ReportItem pluginID="19506"/></ReportHost>
//!     </Report></NessusClientData_v2>"#;
//! let summary = scanops::nessus::Summary::read(&report[..])?;
//! assert_eq!((summary.hosts, summary.items), (1, 1));
//! assert_eq!(summary.report.as_deref(), Some("weekly"));
//! # Ok::<(), scanops::Error>(())
//! ```

mod ahead;
mod archive;
mod bounded;
mod limits;
mod summary;
mod verify;

pub use self::{limits::Limits, summary::Summary};

pub(crate) use self::verify::verify;
