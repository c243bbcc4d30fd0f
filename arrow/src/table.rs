//! The tables: which columns each has, and how findings become its rows.

use std::{
    collections::{HashMap, HashSet},
    fmt, mem,
    ops::Add,
    sync::Arc,
};

use arrow_array::{ArrayRef, RecordBatch};
use arrow_schema::{Schema, SchemaRef};
use scanops_nessus::{Finding, Host, Plugin, Report, uuid::Uuid};
use serde::Serialize;

use crate::{
    Error, Result,
    columns::{Column, HOST_DIGEST, PLUGIN_DIGEST, Record, digest},
    value::{Rows, Size},
};

/// One of the four tables that findings can be written as.
///
/// The version of the schemas and the name of the table are in the metadata of a
/// [schema](Self::schema) and of a Parquet file, as `scanops.version` and `scanops.table`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Table {
    /// A row for each finding, with all information of the report: the columns of
    /// [`FINDING`](crate::columns::FINDING), [`REPORT`](crate::columns::REPORT),
    /// [`HOST`](crate::columns::HOST) and [`PLUGIN`](crate::columns::PLUGIN).
    ///
    /// [`findings_from`](crate::findings_from) gives the same findings again. Information
    /// about a host or a plugin is repeated in each row: texts as dictionary keys, but lists and maps in
    /// full, of which `host_properties` can be large.
    Findings,
    /// The same without the columns of `Plugins` and `Hosts`: the columns of
    /// [`FINDING`](crate::columns::FINDING) and [`REPORT`](crate::columns::REPORT), and `host_digest`,
    /// `host_name`, `plugin_digest`, `plugin_id`.
    ///
    /// Join `Plugins` by `plugin_digest` to get exactly the text of the report. A join by
    /// `plugin_id` alone multiplies the findings of a plugin that has several texts.
    NarrowFindings,
    /// A row for each plugin: `plugin_digest`, and the columns of
    /// [`PLUGIN`](crate::columns::PLUGIN).
    ///
    /// A plugin id can have several rows: all compliance checks of a kind share one, and a plugin's
    /// text can differ from report to report. `plugin_digest` is the key: a UUID (version 5) of the
    /// whole row, so that equal rows in different files have the same key.
    Plugins,
    /// A row for each host: `host_digest`, and the columns of [`HOST`](crate::columns::HOST).
    ///
    /// The same host has a row for each scan, as its times differ. `host_digest` is the key, made
    /// as that of `Plugins`. Hosts without findings have no row.
    Hosts,
}

/// The version of the schemas. It is incremented when a column is removed or changes its type or
/// meaning, but not when a column is added.
pub const SCHEMA_VERSION: u32 = 1;

impl Table {
    /// The name: `findings`, `findings_narrow`, `plugins`, or `hosts`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Findings => "findings",
            Self::NarrowFindings => "findings_narrow",
            Self::Plugins => "plugins",
            Self::Hosts => "hosts",
        }
    }

    /// The schema of its batches.
    #[must_use]
    pub fn schema(self) -> SchemaRef {
        let Columns { finding, report, host, plugin } = self.columns();
        let shared = !finding.is_empty();
        let mut fields = Vec::new();
        fields.extend(finding.iter().map(|column| column.field(false)));
        fields.extend(report.iter().map(|column| column.field(shared)));
        fields.extend(host.iter().map(|column| column.field(shared)));
        fields.extend(plugin.iter().map(|column| column.field(shared)));
        Arc::new(Schema::new_with_metadata(fields, HashMap::from(self.metadata())))
    }

    /// The metadata of its schema and its files.
    pub(crate) fn metadata(self) -> [(String, String); 2] {
        [
            ("scanops.table".to_owned(), self.name().to_owned()),
            ("scanops.version".to_owned(), SCHEMA_VERSION.to_string()),
        ]
    }

    pub(crate) fn columns(self) -> Columns {
        let (host, plugin) = match self {
            Self::Findings => (Host::COLUMNS.to_vec(), Plugin::COLUMNS.to_vec()),
            Self::NarrowFindings => {
                (vec![HOST_DIGEST, Host::COLUMNS[0]], vec![PLUGIN_DIGEST, Plugin::COLUMNS[0]])
            }
            Self::Plugins => (Vec::new(), [&[PLUGIN_DIGEST], Plugin::COLUMNS].concat()),
            Self::Hosts => ([&[HOST_DIGEST], Host::COLUMNS].concat(), Vec::new()),
        };
        let (finding, report): (&[_], &[_]) = match self {
            Self::Findings | Self::NarrowFindings => (Finding::COLUMNS, Report::COLUMNS),
            Self::Plugins | Self::Hosts => (&[], &[]),
        };
        Columns { finding, report, host, plugin }
    }
}

/// The columns of a table, in their order, grouped by record.
pub(crate) struct Columns {
    pub(crate) finding: &'static [&'static dyn Column<Finding>],
    pub(crate) report: &'static [&'static dyn Column<Report>],
    pub(crate) host: Vec<&'static dyn Column<Host>>,
    pub(crate) plugin: Vec<&'static dyn Column<Plugin>>,
}

impl fmt::Debug for Columns {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Columns").finish_non_exhaustive()
    }
}

/// Adds the columns' arrays.
fn append<R: Record>(
    columns: &[&'static dyn Column<R>],
    rows: &Rows<'_, R>,
    arrays: &mut Vec<ArrayRef>,
) {
    arrays.extend(columns.iter().map(|column| column.array(rows)));
}

fn size<R: Record>(columns: &[&'static dyn Column<R>], record: &R) -> Size {
    columns.iter().map(|column| column.size(record)).fold(Size::default(), Add::add)
}

/// Rows that are not a batch yet.
#[derive(Debug)]
pub(crate) struct Pending {
    table: Table,
    findings: Vec<Finding>,
    hosts: Vec<Arc<Host>>,
    plugins: Vec<Arc<Plugin>>,
}

impl Pending {
    fn new(table: Table) -> Self {
        Self { table, findings: Vec::new(), hosts: Vec::new(), plugins: Vec::new() }
    }

    fn rows(&self) -> usize {
        self.findings.len() + self.hosts.len() + self.plugins.len()
    }

    pub(crate) fn into_batch(self) -> Result<RecordBatch> {
        let Columns { finding, report, host, plugin } = self.table.columns();
        let mut arrays = Vec::new();
        if finding.is_empty() {
            append(&host, &Rows::each(self.hosts.iter().map(|host| &**host)), &mut arrays);
            append(&plugin, &Rows::each(self.plugins.iter().map(|plugin| &**plugin)), &mut arrays);
        } else {
            let rows = Rows::each(&self.findings);
            append(finding, &rows, &mut arrays);
            append(report, &rows.shared(|finding| Some(&finding.report)), &mut arrays);
            append(&host, &rows.shared(|finding| Some(&finding.host)), &mut arrays);
            append(&plugin, &rows.shared(|finding| Some(&finding.plugin)), &mut arrays);
        }
        Ok(RecordBatch::try_new(self.table.schema(), arrays)?)
    }
}

/// A batch is full when it has this many rows,
const ROWS: usize = 8192;
/// or about this many bytes.
const BYTES: usize = 4 << 20;
/// Larger findings are an error. Together with a nearly full batch, a finding of this size stays below
/// 2 GiB, the limit of offsets within arrays.
const LARGEST: usize = 1 << 30;

/// Builds record batches from findings that are added one by one.
///
/// A batch is full at 8,192 rows, or when it takes about 4 MiB: a plugin's output can be
/// hundreds of megabytes.
///
/// ```
/// use scanops_arrow::{BatchBuilder, Table};
/// use scanops_nessus::Finding;
///
/// let mut builder = BatchBuilder::new(Table::Findings);
/// assert!(builder.push(Finding::default())?.is_none());
/// let batch = builder.finish()?.unwrap();
/// assert_eq!((batch.num_rows(), batch.schema()), (1, Table::Findings.schema()));
/// # Ok::<(), scanops_arrow::Error>(())
/// ```
#[derive(Debug)]
pub struct BatchBuilder {
    table: Table,
    columns: Columns,
    pending: Pending,
    bytes: usize,
    /// By the address of each record in the batch, which keeps it alive: the bytes that a further row
    /// with it takes.
    known: HashMap<usize, usize>,
    hosts: Distinct<Host>,
    plugins: Distinct<Plugin>,
}

impl BatchBuilder {
    /// A builder without rows.
    #[must_use]
    pub fn new(table: Table) -> Self {
        Self {
            table,
            columns: table.columns(),
            pending: Pending::new(table),
            bytes: 0,
            known: HashMap::new(),
            hosts: Distinct::default(),
            plugins: Distinct::default(),
        }
    }

    /// The table of its batches.
    #[must_use]
    pub fn table(&self) -> Table {
        self.table
    }

    /// Adds a finding, and returns the batch if that is full now. For `Plugins` and `Hosts`, adds its
    /// plugin or host, unless that was added before.
    ///
    /// It takes the finding by value; a clone shares everything but the texts of the finding itself.
    ///
    /// # Errors
    /// [`Error::TooLarge`] for a finding of more than 1 GiB, which is skipped; the next one can be
    /// added.
    pub fn push(&mut self, finding: Finding) -> Result<Option<RecordBatch>> {
        if self.add(finding)? { self.finish() } else { Ok(None) }
    }

    /// The last batch, if there are rows left.
    ///
    /// # Errors
    /// [`Error::Arrow`], which no finding is known to cause.
    pub fn finish(&mut self) -> Result<Option<RecordBatch>> {
        self.take().map(Pending::into_batch).transpose()
    }

    /// Adds a finding, and returns whether the batch is full.
    pub(crate) fn add(&mut self, finding: Finding) -> Result<bool> {
        let Self { columns, pending, .. } = self;
        self.bytes += match self.table {
            Table::Findings | Table::NarrowFindings => self.add_finding(finding)?,
            Table::Hosts => self.hosts.add(&finding.host, &columns.host, &mut pending.hosts)?,
            Table::Plugins => {
                self.plugins.add(&finding.plugin, &columns.plugin, &mut pending.plugins)?
            }
        };
        Ok(self.pending.rows() >= ROWS || self.bytes >= BYTES)
    }

    /// The rows that were added, if there are any.
    pub(crate) fn take(&mut self) -> Option<Pending> {
        self.bytes = 0;
        self.known.clear();
        let pending = mem::replace(&mut self.pending, Pending::new(self.table));
        (pending.rows() > 0).then_some(pending)
    }

    fn add_finding(&mut self, finding: Finding) -> Result<usize> {
        let mut new = Vec::new();
        let own = size(self.columns.finding, &finding);
        let bytes = own.each
            + own.once
            + self.shared(&finding.report, |columns| columns.report, &mut new)
            + self.shared(&finding.host, |columns| &columns.host, &mut new)
            + self.shared(&finding.plugin, |columns| &columns.plugin, &mut new);
        if bytes > LARGEST {
            return Err(Error::TooLarge);
        }
        self.known.extend(new);
        self.pending.findings.push(finding);
        Ok(bytes)
    }

    /// The bytes that a record of a finding takes: its columns, and, if the table has few of them, the
    /// whole record, which the batch keeps alive. A record that is not in the batch is added to `new`.
    fn shared<R: Record>(
        &self,
        record: &Arc<R>,
        columns: impl FnOnce(&Columns) -> &[&'static dyn Column<R>],
        new: &mut Vec<(usize, usize)>,
    ) -> usize {
        let address = Arc::as_ptr(record).addr();
        self.known.get(&address).copied().unwrap_or_else(|| {
            let columns = columns(&self.columns);
            let row = size(columns, &**record);
            new.push((address, row.each));
            let kept = if columns.len() < R::COLUMNS.len() {
                let whole = size(R::COLUMNS, &**record);
                whole.each + whole.once
            } else {
                row.once
            };
            row.each + kept
        })
    }
}

/// The records that were added, by their digests.
#[derive(Debug)]
struct Distinct<R> {
    met: HashSet<Uuid>,
    /// Some of them, by their address: most findings have a record that was added recently.
    recent: HashMap<usize, Arc<R>>,
    recent_bytes: usize,
}

impl<R> Default for Distinct<R> {
    fn default() -> Self {
        Self { met: HashSet::new(), recent: HashMap::new(), recent_bytes: 0 }
    }
}

impl<R: Record + Serialize> Distinct<R> {
    /// Adds a record to `rows` if it was not added before, and returns its size.
    fn add(
        &mut self,
        record: &Arc<R>,
        columns: &[&'static dyn Column<R>],
        rows: &mut Vec<Arc<R>>,
    ) -> Result<usize> {
        let address = Arc::as_ptr(record).addr();
        if self.recent.contains_key(&address) {
            return Ok(0);
        }
        let size = size(columns, &**record);
        let bytes = size.each + size.once;
        if bytes > LARGEST {
            return Err(Error::TooLarge);
        }
        if self.recent_bytes + bytes > BYTES {
            self.recent.clear();
            self.recent_bytes = 0;
        }
        self.recent_bytes += bytes;
        self.recent.insert(address, Arc::clone(record));
        if !self.met.insert(digest(&**record)) {
            return Ok(0);
        }
        rows.push(Arc::clone(record));
        Ok(bytes)
    }
}
