//! Findings to Parquet.

use std::{
    io::Write,
    path::Path,
    thread::{self, JoinHandle},
};

use parquet::{
    arrow::ArrowWriter,
    basic::{Compression, ZstdLevel},
    errors::ParquetError,
    file::{
        metadata::KeyValue,
        properties::{EnabledStatistics, WriterProperties, WriterPropertiesBuilder},
    },
};
use scanops_nessus::Finding;

use crate::{BatchBuilder, Result, Table, atomic_file::AtomicFile, table::Pending};

/// How this crate writes Parquet, to change it or to use it with a writer of your own: compressed
/// with zstd (level 1), dictionaries of at most 4 MiB for all columns but `key` and `plugin_output`, no
/// statistics for `description`, `plugin_output`, `solution` and `synopsis`, and the
/// [table's name and version](Table) in the metadata.
///
/// ```
/// use scanops_arrow::{BatchBuilder, Table, parquet::arrow::ArrowWriter, writer_properties};
/// use scanops_nessus::Finding;
///
/// let table = Table::Findings;
/// let properties = writer_properties(table).set_created_by("example".to_owned()).build();
/// let mut writer = ArrowWriter::try_new(Vec::new(), table.schema(), Some(properties))?;
/// let mut builder = BatchBuilder::new(table);
/// builder.push(Finding::default())?;
/// if let Some(batch) = builder.finish()? {
///     writer.write(&batch)?;
/// }
/// assert!(writer.into_inner()?.starts_with(b"PAR1"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[must_use]
pub fn writer_properties(table: Table) -> WriterPropertiesBuilder {
    let metadata = table.metadata().into_iter().map(|(key, value)| KeyValue::new(key, value));
    let mut properties = WriterProperties::builder()
        .set_created_by(concat!("scanops-arrow version ", env!("CARGO_PKG_VERSION")).to_owned())
        .set_compression(Compression::ZSTD(ZstdLevel::default()))
        .set_dictionary_page_size_limit(DICTIONARY)
        .set_key_value_metadata(Some(metadata.collect()));
    // Range queries on these are rare, and the statistics of each page take time to compute.
    for name in ["description", "plugin_output", "solution", "synopsis"] {
        properties = properties.set_column_statistics_enabled(name.into(), EnabledStatistics::None);
    }
    properties
        .set_column_dictionary_enabled("key".into(), false)
        .set_column_dictionary_enabled("plugin_output".into(), false)
        .set_column_data_page_size_limit("plugin_output".into(), OUTPUT_PAGE)
}

/// The size limit of a column's dictionary. Beyond it, a column repeats its texts. Reports have some
/// thousand plugins, whose descriptions take 1 to 2 KB each.
const DICTIONARY: usize = 4 << 20;
/// The size of a page of plugin output. With the usual 1 MiB the system spends twice the time on
/// fresh memory.
const OUTPUT_PAGE: usize = 256 << 10;
/// The size of a row group, which is kept in memory until it is complete: compressed, except for one
/// page and the dictionary of each column.
const ROW_GROUP: usize = 12 << 20;

/// Writes findings to Parquet, in bounded memory whatever their number.
///
/// A separate thread encodes one batch at a time; [`write`](Self::write) waits for it if the caller is
/// faster. For files, use [`FileWriter`].
///
/// ```
/// use scanops_arrow::{Table, Writer};
/// use scanops_nessus::Finding;
///
/// let mut writer = Writer::new(Table::Findings, Vec::new())?;
/// writer.write(Finding::default())?;
/// let bytes = writer.finish()?;
/// assert!(bytes.starts_with(b"PAR1") && bytes.ends_with(b"PAR1"));
/// # Ok::<(), scanops_arrow::Error>(())
/// ```
#[derive(Debug)]
pub struct Writer<W: Write + Send + 'static> {
    builder: BatchBuilder,
    state: State<W>,
}

#[derive(Debug)]
enum State<W: Write + Send + 'static> {
    Idle(Encoder<W>),
    Encoding(JoinHandle<Result<Encoder<W>>>),
    Failed,
}

impl<W: Write + Send + 'static> Writer<W> {
    /// Writes to `out`. The output is incomplete until [`finish`](Self::finish).
    ///
    /// # Errors
    /// [`Error::Parquet`](crate::Error::Parquet) if `out` can't be written.
    pub fn new(table: Table, out: W) -> Result<Self> {
        let encoder = Encoder::new(table, out)?;
        Ok(Self { builder: BatchBuilder::new(table), state: State::Idle(encoder) })
    }

    /// Writes a finding. For [`Table::Plugins`] and [`Table::Hosts`], writes its plugin or host, unless
    /// that was written before.
    ///
    /// # Errors
    /// [`Error::TooLarge`](crate::Error::TooLarge) for a finding of more than 1 GiB, which is skipped;
    /// the next one can be written. Any other error, which may concern an earlier finding, is final:
    /// nothing more can be written.
    pub fn write(&mut self, finding: Finding) -> Result<()> {
        if matches!(self.state, State::Failed) {
            return Err(failed());
        }
        if self.builder.add(finding)? {
            let encoder = self.wait()?;
            self.state = match self.builder.take() {
                Some(rows) => State::Encoding(thread::spawn(move || encoder.encode(rows))),
                None => State::Idle(encoder),
            };
        }
        Ok(())
    }

    /// Writes the remaining rows and the end of the file, and returns the destination.
    ///
    /// # Errors
    /// As [`write`](Self::write).
    pub fn finish(mut self) -> Result<W> {
        self.complete()
    }

    fn complete(&mut self) -> Result<W> {
        self.wait()?.finish(self.builder.take())
    }

    /// Waits for the batch that is being encoded.
    fn wait(&mut self) -> Result<Encoder<W>> {
        match std::mem::replace(&mut self.state, State::Failed) {
            State::Idle(encoder) => Ok(encoder),
            State::Encoding(thread) => thread.join().unwrap_or_else(|_| Err(panicked())),
            State::Failed => Err(failed()),
        }
    }
}

pub(crate) fn panicked() -> crate::Error {
    ParquetError::General("the encoder panicked".to_owned()).into()
}

pub(crate) fn failed() -> crate::Error {
    ParquetError::General("an earlier error has ended this writer".to_owned()).into()
}

/// Encodes batches.
#[derive(Debug)]
pub(crate) struct Encoder<W: Write + Send>(Box<ArrowWriter<W>>);

impl<W: Write + Send> Encoder<W> {
    pub(crate) fn new(table: Table, out: W) -> Result<Self> {
        let properties = writer_properties(table).build();
        Ok(Self(Box::new(ArrowWriter::try_new(out, table.schema(), Some(properties))?)))
    }

    pub(crate) fn encode(mut self, rows: Pending) -> Result<Self> {
        self.0.write(&rows.into_batch()?)?;
        if self.0.memory_size() > ROW_GROUP {
            self.0.flush()?;
        }
        Ok(self)
    }

    /// Encodes the last rows and the end of the file.
    pub(crate) fn finish(self, rows: Option<Pending>) -> Result<W> {
        let encoder = match rows {
            Some(rows) => self.encode(rows)?,
            None => self,
        };
        Ok(encoder.0.into_inner()?)
    }

    /// The destination.
    #[cfg(feature = "tokio")]
    pub(crate) fn out(&mut self) -> &mut W {
        self.0.inner_mut()
    }
}

/// Writes findings to a Parquet file, which appears when it is complete.
///
/// Until [`finish`](Self::finish) it is a temporary file in the same directory. Then it is fsynced and
/// renamed, and replaces a file of that name. Dropping it before that waits for the encoder and removes
/// the temporary file.
///
/// ```
/// use scanops_arrow::{FileWriter, Table};
/// use scanops_nessus::Findings;
///
/// # let report = &br#"<NessusClientData_v2><Report name="r"><ReportHost name="h">
/// #    <ReportItem pluginID="19506"/></ReportHost></Report></NessusClientData_v2>"#[..];
/// # let folder = tempfile::tempdir().unwrap();
/// # let path = folder.path().join("a/b.parquet");
/// let mut file = FileWriter::create(Table::Findings, &path)?;
/// for finding in Findings::new(report) {
///     file.write(finding?)?;
/// }
/// assert!(!path.exists());
/// file.finish()?;
/// assert!(path.exists());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct FileWriter(Writer<AtomicFile>);

impl FileWriter {
    /// Creates a temporary file, and its directory if there is none.
    ///
    /// # Errors
    /// [`Error::Io`](crate::Error::Io).
    pub fn create(table: Table, path: impl AsRef<Path>) -> Result<Self> {
        Ok(Self(Writer::new(table, AtomicFile::create(path.as_ref())?)?))
    }

    /// Writes a finding, as [`Writer::write`].
    ///
    /// # Errors
    /// As [`Writer::write`].
    pub fn write(&mut self, finding: Finding) -> Result<()> {
        self.0.write(finding)
    }

    /// Completes the file.
    ///
    /// # Errors
    /// As [`Writer::write`], and [`Error::Io`](crate::Error::Io). Then there is no file, or the previous
    /// one.
    pub fn finish(mut self) -> Result<()> {
        self.0.complete()?.persist()
    }
}

impl Drop for FileWriter {
    /// Waits for the encoder's thread, which has the temporary file: the program may end right after
    /// this, and the file must have been removed by then.
    fn drop(&mut self) {
        drop(self.0.wait());
    }
}
