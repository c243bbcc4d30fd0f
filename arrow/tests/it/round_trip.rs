//! Findings survive the way to record batches or Parquet and back.

use std::{collections::HashMap, env, fs, path::PathBuf, sync::Arc};

use bytes::Bytes;
use proptest::{collection::vec, prelude::*};
use scanops_arrow::{
    BatchBuilder, Batches, SCHEMA_VERSION, Table, Writer,
    arrow_array::{DictionaryArray, Int32Array, RecordBatch, StringArray},
    findings_from, hosts_from, narrow_findings_from,
    parquet::arrow::arrow_reader::{ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder},
    plugins_from,
};
use scanops_nessus::{Finding, Findings, Host, Plugin, generate::Shape, jiff::civil::Date};

use crate::fields::any_finding;

fn batches(table: Table, findings: &[Finding]) -> Vec<RecordBatch> {
    let findings = findings.iter().cloned().map(Ok::<_, scanops_nessus::Error>);
    Batches::new(table, findings).map(Result::unwrap).collect()
}

fn parquet(table: Table, findings: &[Finding]) -> Vec<RecordBatch> {
    let mut writer = Writer::new(table, Vec::new()).unwrap();
    for finding in findings {
        writer.write(finding.clone()).unwrap();
    }
    let bytes = writer.finish().unwrap();
    // Read in smaller batches than were written.
    ParquetRecordBatchReader::try_new(Bytes::from(bytes), 100)
        .unwrap()
        .map(Result::unwrap)
        .collect()
}

type Tables = fn(Table, &[Finding]) -> Vec<RecordBatch>;

/// Checks each way there and back.
fn assert_same(findings: &[Finding]) {
    for batches in [batches as Tables, parquet] {
        let wide = batches(Table::Findings, findings);
        let back: Vec<_> = wide.iter().flat_map(|batch| findings_from(batch).unwrap()).collect();
        assert_eq(&back, findings);

        let (mut plugins, mut hosts) = (Vec::new(), Vec::new());
        for batch in batches(Table::Plugins, findings) {
            plugins.extend(plugins_from(&batch).unwrap());
        }
        for batch in batches(Table::Hosts, findings) {
            hosts.extend(hosts_from(&batch).unwrap());
        }
        let count = (plugins.len(), hosts.len());
        let (plugins, hosts): (HashMap<_, Arc<Plugin>>, HashMap<_, Arc<Host>>) =
            (plugins.into_iter().collect(), hosts.into_iter().collect());
        assert_eq!(count, (plugins.len(), hosts.len()), "each of them is there once");
        let narrow = batches(Table::NarrowFindings, findings);
        let joined = narrow.iter().map(|batch| narrow_findings_from(batch, &plugins, &hosts));
        let joined: Vec<_> = joined.flat_map(Result::unwrap).collect();
        assert_eq(&joined, findings);
    }
}

fn assert_eq(back: &[Finding], findings: &[Finding]) {
    assert_eq!(back.len(), findings.len());
    for (back, finding) in back.iter().zip(findings) {
        assert_eq!(back, finding);
    }
}

prop_compose! {
    /// Findings that share some of their records, and some records that are equal and not shared.
    fn findings()(
        known in vec(any_finding(), 1..5),
        rows in vec((any::<[prop::sample::Index; 5]>(), any::<[bool; 3]>(), any::<u16>()), 0..250),
    ) -> Vec<Finding> {
        let known: Vec<Finding> =
            known.into_iter().map(|json| serde_json::from_value(json).unwrap()).collect();
        rows.into_iter().map(|(at, [check, twin, defaults], port)| {
            if defaults {
                return Finding::default();
            }
            let [of_report, of_host, of_plugin, of_check, rest] = at.map(|at| at.get(&known).clone());
            let mut finding = rest;
            (finding.report, finding.host) = (of_report.report, of_host.host);
            finding.plugin = of_plugin.plugin;
            if twin {
                finding.plugin = Arc::new(Plugin::clone(&finding.plugin));
            }
            finding.compliance = of_check.compliance.filter(|_| check);
            finding.port = port;
            finding
        }).collect()
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_finding_comes_back_as_it_was(findings in findings()) {
        assert_same(&findings);
    }
}

#[test]
fn generated_reports_come_back_as_they_were() {
    for (shape, hosts) in [(Shape::Real, 12), (Shape::Unique, 4)] {
        let report = shape.document(hosts);
        let findings: Vec<_> = Findings::new(report.as_bytes()).map(Result::unwrap).collect();
        assert_eq!(findings.len(), hosts * shape.items());
        assert_same(&findings);
    }
}

/// The report in the repository, and those in the directory `SCANOPS_CORPUS`.
#[test]
fn real_reports_come_back_as_they_were() {
    let own = concat!(env!("CARGO_MANIFEST_DIR"), "/../nessus/tests/data/real").into();
    let folders = [Some(own), env::var_os("SCANOPS_CORPUS").map(PathBuf::from)];
    for folder in folders.into_iter().flatten() {
        let mut count = 0;
        for path in fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()) {
            if path.extension().is_some_and(|extension| extension == "nessus") {
                let findings: Vec<_> = Findings::open(path).unwrap().map(Result::unwrap).collect();
                count += findings.len();
                assert_same(&findings);
            }
        }
        assert!(count > 0, "{} holds no .nessus file", folder.display());
    }
}

/// One plugin id with several texts, like that of compliance checks.
#[test]
fn each_variant_of_a_plugin_is_a_row_and_finds_its_findings() {
    let finding = |text: &str| {
        let mut plugin = Plugin::default();
        (plugin.id, plugin.description) = (21156, Some(text.to_owned()));
        let mut finding = Finding::default();
        finding.plugin = Arc::new(plugin);
        finding
    };
    let findings = ["a", "b", "a"].map(finding);
    let [plugins] = &batches(Table::Plugins, &findings)[..] else { panic!("one batch") };
    assert_eq!(plugins.num_rows(), 2);
    assert_same(&findings);
}

#[test]
fn a_digest_is_the_same_in_all_versions() {
    let mut builder = BatchBuilder::new(Table::Plugins);
    let mut plugin = Plugin::default();
    (plugin.id, plugin.name) = (57582, "SSL Self-Signed Certificate".into());
    (plugin.cves, plugin.bids) = (vec!["CVE-2004-2761".into()], vec![33065]);
    (plugin.cvss3.base_score, plugin.exploit.available) = (Some(6.5), Some(false));
    plugin.publication_date = Some(Date::constant(2012, 1, 17));
    plugin.other.insert("stig_severity".into(), vec!["II".into()]);
    let mut finding = Finding::default();
    finding.plugin = Arc::new(plugin);
    builder.push(finding).unwrap();
    let batch = builder.finish().unwrap().unwrap();
    let plugins = plugins_from(&batch).unwrap();
    // Otherwise the same plugin has two rows in a directory with files of both versions.
    assert_eq!(plugins.keys().collect::<Vec<_>>(), ["add68f4c-b78a-5425-85b2-ff172ffc8df5"]);
}

#[test]
fn files_say_which_table_and_version_they_are() {
    for table in [Table::Findings, Table::NarrowFindings, Table::Plugins, Table::Hosts] {
        let bytes = Writer::new(table, Vec::new()).unwrap().finish().unwrap();
        let reader = ParquetRecordBatchReaderBuilder::try_new(Bytes::from(bytes)).unwrap();
        let metadata = reader.metadata().file_metadata().key_value_metadata().unwrap();
        let value = |key: &str| metadata.iter().find(|entry| entry.key == key)?.value.clone();
        assert_eq!(value("scanops.table").as_deref(), Some(table.name()));
        assert_eq!(value("scanops.version"), Some(SCHEMA_VERSION.to_string()));
        assert_eq!(reader.schema().fields(), table.schema().fields());
        assert_eq!(reader.build().unwrap().count(), 0, "a table without rows is a table");
    }
}

#[test]
fn a_batch_that_is_not_a_table_of_findings_is_an_error_that_names_the_column() {
    let [batch] = &batches(Table::Hosts, &[Finding::default()])[..] else { panic!("one batch") };
    let error = findings_from(batch).unwrap_err();
    assert_eq!(error.to_string(), "not a table of findings: the column plugin_id is missing");
    let error = narrow_findings_from(
        &batches(Table::NarrowFindings, &[Finding::default()])[0],
        &HashMap::new(),
        &HashMap::new(),
    );
    let error = error.unwrap_err().to_string();
    assert!(
        error.contains("the column host_digest has ") && error.ends_with("in no table"),
        "{error}"
    );
    let [plugins] = &batches(Table::Plugins, &[Finding::default()])[..] else {
        panic!("one batch")
    };
    let (schema, ids) = (plugins.schema(), plugins.column_by_name("plugin_id").unwrap());
    let columns = schema.fields().iter().zip(plugins.columns()).map(|(field, column)| {
        let name = field.name();
        (name, Arc::clone(if name == "plugin_digest" { ids } else { column }))
    });
    let error = plugins_from(&RecordBatch::try_from_iter(columns).unwrap()).unwrap_err();
    assert!(error.to_string().contains("the column plugin_digest is "), "{error}");
}

#[test]
fn a_null_among_the_values_of_a_dictionary_is_null() {
    let [batch] = &batches(Table::Findings, &[Finding::default()])[..] else { panic!("one batch") };
    let with_null = |name: &str| {
        let values = Arc::new(StringArray::new_null(1));
        let mut columns = batch.columns().to_vec();
        columns[batch.schema().index_of(name).unwrap()] =
            Arc::new(DictionaryArray::new(Int32Array::from(vec![0]), values));
        findings_from(&RecordBatch::try_new(batch.schema(), columns).unwrap())
    };
    assert_eq!(with_null("report_policy").unwrap()[0].report.policy, None);
    let error = with_null("report_name").unwrap_err().to_string();
    assert!(error.contains("the column report_name is null"), "{error}");
}
