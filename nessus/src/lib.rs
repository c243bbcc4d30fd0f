//! Reads .nessus reports (version 2), as scanners and Tenable.sc write them.
//!
//! * [`Findings`]: the findings of a file or a reader, as an iterator; [`Events`] yields its hosts
//!   as well.
//! * [`FindingStream`]: the same for bytes that are still arriving, as an async stream.
//! * [`Summary`]: what is in a report, counted.
//! * [`Verifier`]: whether a report is complete.
//! * [`Finding::key`]: identifies a finding across scans.
//! * [`diff`]: what changed between two reports.
//! * [`trust`]: whether hosts were scanned with working credentials.
//!
//! A report of any size is read in a few MiB of memory, which [`Limits`] bounds, from a document or
//! from a zip archive of documents. What the report says about a plugin is read once and shared by the
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
//! # Over time
//! A [key](FindingKey) names a finding in each scan that reports it: as the primary key of a table,
//! or as the id of a document. Any language can compute it.
//!
//! ```
//! use scanops_nessus::Findings;
//!
//! # let report = br#"<NessusClientData_v2><Report name="weekly"><ReportHost name="10.0.0.7">
//! #     <HostProperties><tag name="host-ip">10.0.0.7</tag></HostProperties>
//! #     <ReportItem pluginID="57582" port="443" protocol="tcp"/></ReportHost></Report>
//! #     </NessusClientData_v2>"#;
//! for finding in Findings::new(&report[..]) {
//!     let key = finding?.key().in_scope("repository:3");
//!     assert_eq!(key.as_str(), "1|repository:3|ip:10.0.0.7|57582|443|tcp|");
//!     assert_eq!(key.uuid().to_string(), "53e945db-058c-5094-a207-95fa3df6de98");
//! }
//! # Ok::<(), scanops_nessus::Error>(())
//! ```
//!
//! [`diff_files`] compares two reports in little memory. It distinguishes what was fixed from what the
//! new scan might not have seen: a host that did not respond, a password that no longer works.
//!
//! ```
//! use scanops_nessus::{Change, diff_files};
//!
//! # fn f() -> scanops_nessus::Result<()> {
//! for difference in diff_files("120.zip", "121.zip") {
//!     let difference = difference?;
//!     let finding = &difference.finding;
//!     match difference.change {
//!         Change::New => println!("new: {} {}", finding.host.name, finding.plugin.name),
//!         Change::Fixed => println!("fixed: {} {}", finding.host.name, finding.plugin.name),
//!         _ => {}
//!     }
//! }
//! # Ok(()) }
//! ```
//!
//! [`trust`] reports for each host whether the scanner could log in, on what evidence, and with which
//! policy and plugins it was scanned. [`Credentials`] has the decision table.
//!
//! ```
//! use scanops_nessus::{Credentials, Findings, trust};
//!
//! # fn f() -> scanops_nessus::Result<()> {
//! for host in trust(Findings::open("121.zip")?.events()) {
//!     let host = host?;
//!     if host.credentials != Credentials::Working {
//!         println!("{}: {:?}, {:?}", host.host.name, host.credentials, host.evidence);
//!     }
//! }
//! # Ok(()) }
//! ```
//!
//! # Features
//!
//! `schemars`: JSON Schemas of findings and what they consist of.

mod budget;
mod cache;
mod cut;
mod diff;
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
mod trust;
mod verify;
mod walk;
mod window;
mod zip;

pub use self::{
    diff::{Change, ChangedField, Diff, Difference, NotObserved, diff, diff_files},
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
    trust::{Credentials, Evidence, HostTrust, TrustReader, trust},
    verify::{Format, Verified, Verifier, is_report},
};

pub use jiff;
pub use uuid;
