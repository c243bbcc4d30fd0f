//! Reads .nessus reports (version 2), as scanners and Tenable.sc write them.
//!
//! * [`Findings`]: the findings of a file or a reader, as an iterator; [`Events`] are its hosts as
//!   well.
//! * [`FindingStream`]: the same for bytes that are still arriving, as an async stream.
//! * [`Summary`]: what is in a report, counted.
//! * [`Verifier`]: whether a report is complete.
//!
//! A report of any size is read in the memory of one [`Finding`], from a document or from a zip
//! archive of documents. What the report says about a plugin is read once and shared by the
//! plugin's findings. No async runtime is needed.
//!
//! ```
//! use scanops_nessus::{Findings, Severity};
//!
//! let report = br#"<?xml version="1.0"?>
//!     <NessusClientData_v2><Report name="weekly">
//!         <ReportHost name="10.0.0.7"><ReportItem pluginID="57582" severity="2"/></ReportHost>
//!     </Report></NessusClientData_v2>"#;
//! for finding in Findings::new(&report[..]) {
//!     assert_eq!(finding?.severity, Severity::Medium);
//! }
//! # Ok::<(), scanops_nessus::Error>(())
//! ```
//!
//! # Features
//!
//! `schemars`: JSON Schemas of findings and what they consist of.

mod cache;
mod cut;
mod error;
mod fields;
mod finding;
mod findings;
#[cfg(any(fuzzing, test))]
#[doc(hidden)]
pub mod fuzzing;
#[cfg(feature = "generate")]
#[doc(hidden)]
pub mod generate;
mod host;
mod input;
mod item;
mod key;
mod limits;
mod open_enum;
mod outline;
mod pipe;
mod plugin;
mod properties;
mod reader;
#[cfg(feature = "schemars")]
mod schema;
mod severity;
mod stream;
mod summary;
mod texts;
mod time;
mod verify;
mod window;
mod zip;

pub use self::{
    error::{Error, ErrorKind, Result},
    finding::{Finding, Protocol},
    findings::{Event, Events, Findings},
    host::{Host, Report},
    key::{FindingKey, NotAKey},
    limits::Limits,
    plugin::{Compliance, ComplianceResult, Cvss, Exploit, NotAnXref, Plugin, Xref},
    severity::{NotASeverity, Severity},
    stream::{EventStream, FindingStream},
    summary::Summary,
    texts::Texts,
    verify::{Format, Verified, Verifier, is_report},
};

pub use jiff;
pub use uuid;
