//! Converts record batches back to findings.

use std::{collections::HashMap, hash::BuildHasher, sync::Arc};

use arrow_array::{ArrayRef, RecordBatch};
use scanops_nessus::{Finding, Host, Plugin, Report};

use crate::{
    Error, Result,
    columns::{HOST_DIGEST, PLUGIN_DIGEST, Reader, Record},
    value,
};

/// The findings of a batch of [`Table::Findings`](crate::Table::Findings), equal to those that were written.
///
/// The batch can be read from Parquet, and may have further columns. Equal reports, hosts and
/// plugins that follow one another share their record.
///
/// # Errors
/// [`Error::Schema`], which names a column that is missing, of another type, or out of range.
///
/// ```
/// use scanops_arrow::{
///     Table, Writer, findings_from, parquet::arrow::arrow_reader::ParquetRecordBatchReader,
/// };
/// use scanops_nessus::Finding;
///
/// let mut writer = Writer::new(Table::Findings, Vec::new())?;
/// writer.write(Finding::default())?;
/// let bytes = bytes::Bytes::from(writer.finish()?);
/// for batch in ParquetRecordBatchReader::try_new(bytes, 1024)? {
///     assert_eq!(findings_from(&batch?)?, [Finding::default()]);
/// }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn findings_from(batch: &RecordBatch) -> Result<Vec<Finding>> {
    let (hosts, plugins) = (reader::<Host>(batch)?, reader::<Plugin>(batch)?);
    let (mut last_host, mut last_plugins) = (Arc::default(), HashMap::<u32, _>::new());
    read(
        batch,
        |row| Ok(share(&mut last_host, hosts.read(row)?)),
        |row| {
            let plugin = plugins.read(row)?;
            Ok(share(last_plugins.entry(plugin.id).or_default(), plugin))
        },
    )
}

/// The findings of a batch of [`Table::NarrowFindings`](crate::Table::NarrowFindings), with the
/// plugins and hosts of the other tables by their digests.
///
/// # Errors
/// [`Error::Schema`], as [`findings_from`], and for a digest that is in no table.
pub fn narrow_findings_from<S: BuildHasher, T: BuildHasher>(
    batch: &RecordBatch,
    plugins: &HashMap<String, Arc<Plugin>, S>,
    hosts: &HashMap<String, Arc<Host>, T>,
) -> Result<Vec<Finding>> {
    let hosts = join(batch, HOST_DIGEST.name(), hosts)?;
    let plugins = join(batch, PLUGIN_DIGEST.name(), plugins)?;
    read(batch, hosts, plugins)
}

/// The plugins of a batch of [`Table::Plugins`](crate::Table::Plugins), by their digests.
///
/// # Errors
/// [`Error::Schema`], as [`findings_from`].
pub fn plugins_from(batch: &RecordBatch) -> Result<HashMap<String, Arc<Plugin>>> {
    by_digest(batch, PLUGIN_DIGEST.name())
}

/// The hosts of a batch of [`Table::Hosts`](crate::Table::Hosts), by their digests.
///
/// # Errors
/// [`Error::Schema`], as [`findings_from`].
pub fn hosts_from(batch: &RecordBatch) -> Result<HashMap<String, Arc<Host>>> {
    by_digest(batch, HOST_DIGEST.name())
}

/// Findings whose hosts and plugins are in other tables.
fn read(
    batch: &RecordBatch,
    mut host: impl FnMut(usize) -> Result<Arc<Host>>,
    mut plugin: impl FnMut(usize) -> Result<Arc<Plugin>>,
) -> Result<Vec<Finding>> {
    let (findings, reports) = (reader::<Finding>(batch)?, reader::<Report>(batch)?);
    let mut last_report = Arc::default();
    let finding = |row| {
        let mut finding = findings.read(row)?;
        finding.report = share(&mut last_report, reports.read(row)?);
        (finding.host, finding.plugin) = (host(row)?, plugin(row)?);
        Ok(finding)
    };
    (0..batch.num_rows()).map(finding).collect()
}

fn reader<R: Record>(batch: &RecordBatch) -> Result<Reader<'_, R>> {
    Reader::new(R::COLUMNS, |name| batch.column_by_name(name))
}

/// Returns the last record if the new one equals it.
fn share<T: PartialEq>(last: &mut Arc<T>, new: T) -> Arc<T> {
    if **last != new {
        *last = Arc::new(new);
    }
    Arc::clone(last)
}

fn digests<'b>(batch: &'b RecordBatch, name: &str) -> Result<&'b ArrayRef> {
    batch.column_by_name(name).ok_or_else(|| Error::schema("is missing").of_column(name))
}

fn by_digest<R: Record>(batch: &RecordBatch, name: &str) -> Result<HashMap<String, Arc<R>>> {
    let (records, digests) = (reader::<R>(batch)?, digests(batch, name)?);
    let record = |row| {
        let digest = value::read(digests, row).map_err(|error| error.of_column(name))?;
        Ok((digest, Arc::new(records.read(row)?)))
    };
    (0..batch.num_rows()).map(record).collect()
}

/// The record that each row's digest names.
fn join<'b, R, S: BuildHasher>(
    batch: &'b RecordBatch,
    name: &'b str,
    records: &'b HashMap<String, Arc<R>, S>,
) -> Result<impl FnMut(usize) -> Result<Arc<R>> + use<'b, R, S>> {
    let digests = digests(batch, name)?;
    Ok(move |row| {
        let digest: String = value::read(digests, row).map_err(|error| error.of_column(name))?;
        let record = records.get(&digest).map(Arc::clone);
        record.ok_or_else(|| {
            Error::schema(format!("has {digest}, which is in no table")).of_column(name)
        })
    })
}
