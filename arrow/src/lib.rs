//! Findings of .nessus reports as Arrow record batches and Parquet files.
//!
//! * [`Table`]: what can be made of findings, and the schema of each.
//! * [`FileWriter`]: to a Parquet file, which appears when it is complete. [`Writer`]: to anything
//!   else. [`tokio`]: the same for async programs.
//! * [`Batches`]: record batches of an iterator or a stream of findings, for engines that run in the
//!   same process. [`BatchBuilder`]: of findings that come one by one.
//! * [`partition_path`]: where a file belongs in a partitioned folder.
//! * [`findings_from`]: the way back. Nothing of a finding is lost.
//!
//! ```
//! use scanops_arrow::{FileWriter, Table, partition_path};
//! use scanops_nessus::Findings;
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let folder = tempfile::tempdir()?;
//! # let (lake, report) = (folder.path(), folder.path().join("121.nessus"));
//! # std::fs::write(&report, scanops_nessus::generate::Shape::Real.document(1))?;
//! let path = partition_path(lake, &[("finished_date", &"2026-11-20"), ("scan", &121)]);
//! let mut file = FileWriter::create(Table::Findings, path)?;
//! for finding in Findings::open(report)? {
//!     file.write(finding?)?;
//! }
//! file.finish()?;
//! # Ok(()) }
//! ```
//!
//! Then `duckdb -c "select host_name, plugin_name from 'lake/**/*.parquet' where severity = 4"`.

#![cfg_attr(docsrs, feature(doc_cfg))]

mod atomic_file;
mod batches;
pub mod columns;
mod error;
mod partition;
mod read;
mod table;
mod value;
mod writer;

#[cfg(feature = "tokio")]
#[cfg_attr(docsrs, doc(cfg(feature = "tokio")))]
pub mod tokio;

pub use self::{
    batches::Batches,
    error::{Error, Result},
    partition::partition_path,
    read::{findings_from, hosts_from, narrow_findings_from, plugins_from},
    table::{BatchBuilder, SCHEMA_VERSION, Table},
    writer::{FileWriter, Writer, writer_properties},
};

pub use arrow_array;
pub use arrow_schema;
pub use parquet;
