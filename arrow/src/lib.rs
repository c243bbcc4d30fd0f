//! Findings of .nessus reports as Arrow record batches and Parquet files.
//!
//! * [`Table`]: the tables that findings can be written as, and their schemas.
//! * [`FileWriter`] writes a Parquet file, which appears when it is complete. [`Writer`] writes to any
//!   other destination. [`tokio`] has the same for async programs.
//! * [`Batches`] converts an iterator or a stream of findings to record batches, for engines that run
//!   in the same process. [`BatchBuilder`] does so for findings that are added one by one.
//! * [`partition_path`] is the path of a file in a partitioned folder.
//! * [`findings_from`] converts record batches back to findings, without loss.
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
