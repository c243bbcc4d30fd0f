//! The columns, table by table: name, type, and meaning.
//!
//! Names are those of a finding's JSON, where that has one. The types in these tables stand for:
//!
//! | type | Arrow | Parquet |
//! | --- | --- | --- |
//! | text | `LargeUtf8`; in the two tables of findings, for what findings share (report, host, plugin, compliance), `Dictionary(Int32, Utf8)` | `STRING` |
//! | int16, int32, int64, double, bool | `Int16`, …, signed, as some engines lack other numbers | `INT(16, true)`, … |
//! | date | `Date32` | `DATE` |
//! | timestamp | `Timestamp(Microsecond, "UTC")`: Parquet has none in seconds | `TIMESTAMP(MICROS, true)` |
//! | list, map, struct | `List`, `Map`, `Struct` | `LIST`, `MAP`, a group |
//!
//! Lists and maps are never null, but empty. Other columns can be null only if their type says so.

use arrow_array::ArrayRef;
use arrow_schema::Field;
use scanops_nessus::{Compliance, Exploit, Finding, Host, Plugin, Report, uuid::Uuid};
use serde::Serialize;

use crate::{
    Error, Result,
    value::{self, Rows, Size, Value},
};

// Each column is declared once, below: its name, its type, its meaning, and its field.

/// A record whose fields are columns.
pub(crate) trait Record: Default + 'static {
    const COLUMNS: &'static [&'static dyn Column<Self>];
    /// Their types in the documentation.
    #[cfg(test)]
    const DOCUMENTED: &'static [&'static str];
}

/// One column of a kind of record.
pub(crate) trait Column<R>: Sync {
    fn name(&self) -> &'static str;

    /// `shared`: rows share their records.
    fn field(&self, shared: bool) -> Field;

    fn size(&self, record: &R) -> Size;

    fn array(&self, rows: &Rows<'_, R>) -> ArrayRef;

    /// Sets the column's field. Does nothing if the column is computed from other fields.
    fn read(&self, array: &ArrayRef, row: usize, into: &mut R) -> Result<()>;
}

/// A column that is a field of its record.
struct Of<R, T> {
    name: &'static str,
    get: fn(&R) -> &T,
    get_mut: fn(&mut R) -> &mut T,
}

impl<R, T: Value> Column<R> for Of<R, T> {
    fn name(&self) -> &'static str {
        self.name
    }

    fn field(&self, shared: bool) -> Field {
        value::field::<T>(self.name, shared)
    }

    fn size(&self, record: &R) -> Size {
        (self.get)(record).size()
    }

    fn array(&self, rows: &Rows<'_, R>) -> ArrayRef {
        T::array(&rows.map(|record| Some((self.get)(record))))
    }

    fn read(&self, array: &ArrayRef, row: usize, into: &mut R) -> Result<()> {
        *(self.get_mut)(into) =
            value::read(array, row).map_err(|error| error.of_column(self.name))?;
        Ok(())
    }
}

/// A text that is computed from a record, and not read back.
struct Computed<R> {
    name: &'static str,
    text: fn(&R) -> String,
    /// The approximate length of the text in bytes.
    size: fn(&R) -> usize,
}

impl<R> Column<R> for Computed<R> {
    fn name(&self) -> &'static str {
        self.name
    }

    fn field(&self, shared: bool) -> Field {
        value::field::<String>(self.name, shared)
    }

    fn size(&self, record: &R) -> Size {
        Size { each: (self.size)(record), once: 0 }
    }

    fn array(&self, rows: &Rows<'_, R>) -> ArrayRef {
        rows.compute(self.text, String::array)
    }

    fn read(&self, _: &ArrayRef, _: usize, _: &mut R) -> Result<()> {
        Ok(())
    }
}

/// Reads records from their columns.
pub(crate) struct Reader<'a, R: 'static> {
    columns: Vec<(&'static dyn Column<R>, &'a ArrayRef)>,
}

impl<'a, R: Record> Reader<'a, R> {
    /// Fails if a column is missing.
    pub(crate) fn new(
        columns: &'static [&'static dyn Column<R>],
        array: impl Fn(&str) -> Option<&'a ArrayRef>,
    ) -> Result<Self> {
        let find = |column: &&'static dyn Column<R>| {
            let name = column.name();
            let array = array(name).ok_or_else(|| Error::schema("is missing").of_column(name))?;
            Ok((*column, array))
        };
        Ok(Self { columns: columns.iter().map(find).collect::<Result<_>>()? })
    }

    pub(crate) fn read(&self, row: usize) -> Result<R> {
        let mut record = R::default();
        for (column, array) in &self.columns {
            column.read(array, row, &mut record)?;
        }
        Ok(record)
    }
}

/// Declares the columns of a record, and documents them as a table.
macro_rules! columns {
    ($(
        $(#[doc = $about:literal])*
        $list:ident: $record:ty {
            $(
                $(#[doc = $doc:literal])+
                $name:ident: $type:literal $how:tt $($field:ident).+ $(($size:ident))? ;
            )+
        }
    )+) => { $(
        $(#[doc = $about])*
        ///
        /// | column | type | |
        /// | --- | --- | --- |
        $(#[doc = concat!("| `", stringify!($name), "` | ", $type, " |", $($doc),+, " |")])+
        pub const $list: &[&str] = &[$( stringify!($name), )+];

        impl Record for $record {
            const COLUMNS: &'static [&'static dyn Column<Self>] =
                &[$( columns!(@ $record, $name, $how $($field).+ $(($size))?) ),+];
            #[cfg(test)]
            const DOCUMENTED: &'static [&'static str] = &[$( $type, )+];
        }
    )+ };
    (@ $record:ty, $name:ident, = $($field:ident).+) => {
        &Of {
            name: stringify!($name),
            get: |record: &$record| &record.$($field).+,
            get_mut: |record: &mut $record| &mut record.$($field).+,
        }
    };
    (@ $record:ty, $name:ident, <- $compute:ident ($size:ident)) => {
        &Computed::<$record> { name: stringify!($name), text: $compute, size: $size }
    };
}

columns! {
    /// The columns of a finding itself.
    FINDING: Finding {
        /// Identifies the finding across scans: the text of [`Finding::key`], without a scope: if
        /// repositories share addresses, compare keys within one repository.
        key: "text" <- key(key_size);
        /// The port, from 0 to 65535. 0 if the finding is about the host as a whole.
        port: "int32" = port;
        /// The protocol of that port: `tcp`, `udp`, `icmp`, …
        protocol: "text" = protocol;
        /// The service on that port: `svc_name`.
        service: "text" = service;
        /// The severity: 0 is info, 4 is critical.
        severity: "int16" = severity;
        /// The severity in a word: `info`, `low`, `medium`, `high`, `critical`, or a number beyond 4.
        severity_name: "text" <- severity_name(short);
        /// What the plugin printed for this host.
        plugin_output: "text or null" = plugin_output;
        /// The item's other information about the host, by name.
        other: "map of text to list of text" = other;
        /// The result of a compliance check: a struct of [`COMPLIANCE`].
        compliance: "struct or null" = compliance;
    }

    /// The columns of a finding's report.
    REPORT: Report {
        /// The name of the report. Empty if it has none.
        report_name: "text" = name;
        /// The name of the scan policy.
        report_policy: "text or null" = policy;
    }

    /// The columns of a host.
    HOST: Host {
        /// The name that it was scanned by: an address or a name.
        host_name: "text" = name;
        /// Its address: `host-ip`.
        host_ip: "text or null" = ip;
        /// Its fully qualified name: `host-fqdn`.
        host_fqdn: "text or null" = fqdn;
        /// Its UUID, if it has an agent: `host-uuid`.
        host_uuid: "text or null" = uuid;
        /// Its operating system: `operating-system`.
        host_os: "text or null" = os;
        /// Its hardware addresses: `mac-address`.
        host_macs: "list of text" = macs;
        /// When its scan began: see [`Host::start`]. In whole seconds, as reports have them.
        host_start: "timestamp or null" = start;
        /// When its scan ended.
        host_end: "timestamp or null" = end;
        /// All other properties, by name.
        host_properties: "map of text to list of text" = properties;
    }

    /// The columns of a plugin.
    PLUGIN: Plugin {
        /// The plugin's number. Several variants of a plugin can have the same.
        plugin_id: "int64" = id;
        /// The plugin's name, which is the finding's title.
        plugin_name: "text" = name;
        /// The plugin's family.
        plugin_family: "text" = family;
        /// The risk in a word: `None` to `Critical`.
        risk_factor: "text or null" = risk_factor;
        /// The finding in one line.
        synopsis: "text or null" = synopsis;
        /// The finding at length.
        description: "text or null" = description;
        /// How to fix it.
        solution: "text or null" = solution;
        /// CVE identifiers: `cve`.
        cves: "list of text" = cves;
        /// Bugtraq identifiers: `bid`.
        bids: "list of int64" = bids;
        /// Identifiers in other catalogues, such as `CWE:79`: `xref`.
        xrefs: "list of text" = xrefs;
        /// Further reading: the lines of `see_also`.
        see_also: "list of text" = see_also;
        /// CVSS version 2, from 0 to 10: `cvss_base_score`.
        cvss2_base_score: "double or null" = cvss2.base_score;
        /// `cvss_vector`.
        cvss2_base_vector: "text or null" = cvss2.base_vector;
        /// `cvss_temporal_score`.
        cvss2_temporal_score: "double or null" = cvss2.temporal_score;
        /// `cvss_temporal_vector`.
        cvss2_temporal_vector: "text or null" = cvss2.temporal_vector;
        /// CVSS version 3, from 0 to 10: `cvss3_base_score`.
        cvss3_base_score: "double or null" = cvss3.base_score;
        /// `cvss3_vector`.
        cvss3_base_vector: "text or null" = cvss3.base_vector;
        /// `cvss3_temporal_score`.
        cvss3_temporal_score: "double or null" = cvss3.temporal_score;
        /// `cvss3_temporal_vector`.
        cvss3_temporal_vector: "text or null" = cvss3.temporal_vector;
        /// CVSS version 4, from 0 to 10: `cvss4_base_score`.
        cvss4_base_score: "double or null" = cvss4.base_score;
        /// `cvss4_vector`.
        cvss4_base_vector: "text or null" = cvss4.base_vector;
        /// `cvss4_threat_score`.
        cvss4_temporal_score: "double or null" = cvss4.temporal_score;
        /// `cvss4_threat_vector`.
        cvss4_temporal_vector: "text or null" = cvss4.temporal_vector;
        /// The probability of exploitation within 30 days, from 0 to 1.
        epss_score: "double or null" = epss_score;
        /// Tenable's vulnerability priority rating, from 0 to 10.
        vpr_score: "double or null" = vpr_score;
        /// Whether and how it is exploited: a struct of [`EXPLOIT`].
        exploit: "struct" = exploit;
        /// When the vulnerability was published.
        vuln_publication_date: "date or null" = vuln_publication_date;
        /// When a patch was published.
        patch_publication_date: "date or null" = patch_publication_date;
        /// When the plugin was published.
        plugin_publication_date: "date or null" = publication_date;
        /// When the plugin was last changed.
        plugin_modification_date: "date or null" = modification_date;
        /// How the plugin works: `local`, `remote`, `combined`, …
        plugin_type: "text or null" = plugin_type;
        /// The plugin's file.
        fname: "text or null" = fname;
        /// The plugin's version.
        script_version: "text or null" = script_version;
        /// All other elements of the item, by name.
        plugin_other: "map of text to list of text" = other;
    }

    /// The fields of `exploit`. Null if the plugin has no information.
    EXPLOIT: Exploit {
        /// Whether there is an exploit: `exploit_available`.
        available: "bool or null" = available;
        /// How easy it is, in words: `exploitability_ease`.
        ease: "text or null" = ease;
        /// Whether malware uses it: `exploited_by_malware`.
        by_malware: "bool or null" = by_malware;
        /// Whether the scanner itself exploited it: `exploited_by_nessus`.
        by_nessus: "bool or null" = by_nessus;
        /// Whether it was in the news.
        in_the_news: "bool or null" = in_the_news;
        /// Whether frameworks have it: `exploit_framework_metasploit` is `metasploit` here.
        frameworks: "map of text to bool" = frameworks;
        /// The name of Metasploit's module.
        metasploit_name: "text or null" = metasploit_name;
        /// Canvas's package.
        canvas_package: "text or null" = canvas_package;
        /// The name in D2 Elliot.
        d2_elliot_name: "text or null" = d2_elliot_name;
    }

    /// The fields of `compliance`: the `cm:compliance-…` elements of an item.
    COMPLIANCE: Compliance {
        /// Whether the host complies: `PASSED`, `FAILED`, `WARNING`, `ERROR`, …
        result: "text or null" = result;
        /// What was checked.
        check_name: "text or null" = check_name;
        /// Which check it was.
        check_id: "text or null" = check_id;
        /// What the host has.
        actual_value: "text or null" = actual_value;
        /// What it should have.
        policy_value: "text or null" = policy_value;
        /// Why.
        info: "text or null" = info;
        /// How to fix it.
        solution: "text or null" = solution;
        /// Which rules require it, as written.
        reference: "text or null" = reference;
        /// Further reading.
        see_also: "list of text" = see_also;
        /// The file that the check is from.
        audit_file: "text or null" = audit_file;
        /// Why it could not be checked.
        error: "text or null" = error;
        /// All others by their name without `cm:compliance-`.
        other: "map of text to list of text" = other;
    }
}

fn key(finding: &Finding) -> String {
    finding.key().to_string()
}

/// An estimate: the lengths of its names, and a constant for its other parts.
fn key_size(finding: &Finding) -> usize {
    let Host { name, ip, fqdn, uuid, .. } = &*finding.host;
    let longest = |texts: &[Option<&str>]| {
        let escaped = |text: &str| -> usize {
            let bytes = text.bytes();
            bytes
                .map(|byte| if byte.is_ascii_control() || b"%|".contains(&byte) { 3 } else { 1 })
                .sum()
        };
        texts.iter().flatten().map(|text| escaped(text)).max().unwrap_or_default()
    };
    let host = [Some(name.as_str()), ip.as_deref(), fqdn.as_deref(), uuid.as_deref()];
    let check = finding.compliance.as_ref();
    let check = check.map(|check| [check.check_name.as_deref(), check.check_id.as_deref()]);
    64 + longest(&host)
        + longest(&[Some(finding.protocol.as_str())])
        + longest(&check.unwrap_or_default())
}

fn severity_name(finding: &Finding) -> String {
    finding.severity.to_string()
}

/// `plugin_digest`, by which a narrow finding finds its plugin.
pub(crate) const PLUGIN_DIGEST: &dyn Column<Plugin> =
    &Computed { name: "plugin_digest", text: |plugin| digest(plugin).to_string(), size: short };
/// `host_digest`, by which a narrow finding finds its host.
pub(crate) const HOST_DIGEST: &dyn Column<Host> =
    &Computed { name: "host_digest", text: |host| digest(host).to_string(), size: short };

/// The size of a string that is never long.
fn short<R>(_: &R) -> usize {
    64
}

/// The UUID (version 5) of a record's JSON: equal records have the same, in all files.
pub(crate) fn digest(record: &impl Serialize) -> Uuid {
    const NAMESPACE: Uuid = Uuid::from_u128(0x0d7a_5e5b_8a0c_4b0e_9d6f_3c1f_52a4_7e90);
    // Writing JSON fails only for maps whose keys are not texts.
    let json = serde_json::to_vec(record).unwrap_or_default();
    Uuid::new_v5(&NAMESPACE, &json)
}

#[cfg(test)]
mod tests {
    use arrow_schema::DataType;

    use super::*;

    fn describe(data_type: &DataType) -> String {
        match data_type {
            DataType::LargeUtf8 => "text".to_owned(),
            DataType::Float64 => "double".to_owned(),
            DataType::Boolean => "bool".to_owned(),
            DataType::Int16 | DataType::Int32 | DataType::Int64 => {
                data_type.to_string().to_lowercase()
            }
            DataType::Date32 => "date".to_owned(),
            DataType::Timestamp(_, Some(_)) => "timestamp".to_owned(),
            DataType::Struct(_) => "struct".to_owned(),
            DataType::List(item) => format!("list of {}", describe(item.data_type())),
            DataType::Map(entries, _) => match entries.data_type() {
                DataType::Struct(entries) => {
                    let [key, value] = [0, 1].map(|entry| describe(entries[entry].data_type()));
                    format!("map of {key} to {value}")
                }
                other => panic!("{other}"),
            },
            other => panic!("{other}"),
        }
    }

    fn check<R: Record>() {
        for (column, documented) in R::COLUMNS.iter().zip(R::DOCUMENTED) {
            let field = column.field(false);
            let null = if field.is_nullable() { " or null" } else { "" };
            let described = format!("{}{null}", describe(field.data_type()));
            assert_eq!(&described, documented, "{}", column.name());
            // If rows share their records, texts are dictionaries.
            assert_eq!(column.field(true).is_nullable(), field.is_nullable());
        }
    }

    #[test]
    fn the_documented_types_are_those_of_the_schemas() {
        check::<Finding>();
        check::<Report>();
        check::<Host>();
        check::<Plugin>();
        check::<Exploit>();
        check::<Compliance>();
    }
}
