//! The .nessus report (version 2), as scanners and Tenable.sc write it. Knows no HTTP.
//!
//! * [`Findings`]: the findings of a file or a reader, as an iterator. No runtime is needed.
//! * [`FindingStream`]: the same for bytes that are still arriving, as an async stream.
//! * [`Summary`]: what is in a report, counted.
//!
//! A report of any size is read in the memory of one [`Finding`], from a document or from a zip
//! archive of documents.
//!
//! ```
//! use scanops::nessus::{Findings, Severity};
//!
//! let report = br#"<?xml version="1.0"?>
//!     <NessusClientData_v2><Report name="weekly">
//!         <ReportHost name="10.0.0.7"><ReportItem pluginID="57582" severity="2"/></ReportHost>
//!     </Report></NessusClientData_v2>"#;
//! for finding in Findings::new(&report[..]) {
//!     assert_eq!(finding?.severity, Severity::Medium);
//! }
//! # Ok::<(), scanops::Error>(())
//! ```

mod ahead;
mod archive;
mod bounded;
mod date;
mod finding;
mod findings;
mod host;
mod input;
mod item;
mod limits;
mod parts;
mod place;
#[cfg(feature = "schemars")]
mod schema;
mod severity;
mod stream;
mod summary;
mod verify;
mod walk;
mod xml;

pub use self::{
    date::{Date, NotADate},
    finding::{Compliance, ComplianceResult, Cvss, Exploit, Finding, NotAnXref, Protocol, Xref},
    findings::Findings,
    host::{Host, Report},
    limits::Limits,
    severity::{NotASeverity, Severity},
    stream::FindingStream,
    summary::Summary,
};

pub(crate) use self::{
    ahead::Blocks,
    parts::{Loads, Parts, parts},
    verify::verify,
};
#[cfg(any(fuzzing, test))]
pub(crate) use self::{ahead::Reading, stream::batched};
