//! Nothing of a finding is lost on the way to record batches or Parquet, and back.

use std::{collections::HashMap, env, fs, path::PathBuf, sync::Arc};

use bytes::Bytes;
use proptest::{collection::vec, option, prelude::*};
use scanops_arrow::{
    BatchBuilder, Batches, SCHEMA_VERSION, Table, Writer,
    arrow_array::RecordBatch,
    findings_from, hosts_from, narrow_findings_from,
    parquet::arrow::arrow_reader::{ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder},
    plugins_from,
};
use scanops_nessus::{
    Compliance, Finding, Findings, Host, Plugin, Protocol, Report, Severity, Texts,
    generate::Shape,
    jiff::{Timestamp, civil::Date},
};

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
    // Smaller batches than were written: none of them may matter.
    ParquetRecordBatchReader::try_new(Bytes::from(bytes), 100)
        .unwrap()
        .map(Result::unwrap)
        .collect()
}

type Tables = fn(Table, &[Finding]) -> Vec<RecordBatch>;

/// What comes back by each way.
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

fn text() -> impl Strategy<Value = String> {
    prop_oneof![Just(String::new()), "[ -~]{0,12}", "\\PC{0,6}", Just("a\n\0\u{1f980}".to_owned())]
}

fn texts() -> impl Strategy<Value = Texts> {
    prop::collection::btree_map(text(), vec(text(), 0..3), 0..3)
}

fn number() -> impl Strategy<Value = Option<f64>> {
    option::of(any::<f64>().prop_filter("equal to itself", |number| !number.is_nan()))
}

fn date() -> impl Strategy<Value = Option<Date>> {
    option::of(
        (-9999_i16..=9999, 1_i8..=12, 1_i8..=28).prop_map(|(y, m, d)| Date::constant(y, m, d)),
    )
}

fn time() -> impl Strategy<Value = Option<Timestamp>> {
    let seconds = Timestamp::MIN.as_second()..=Timestamp::MAX.as_second();
    option::of(seconds.prop_map(|second| Timestamp::from_second(second).unwrap()))
}

prop_compose! {
    fn report()(name in text(), policy in option::of(text())) -> Arc<Report> {
        let mut report = Report::default();
        (report.name, report.policy) = (name, policy);
        Arc::new(report)
    }
}

prop_compose! {
    fn host()(
        name in text(), texts in vec(option::of(text()), 4), macs in vec(text(), 0..3),
        times in [time(), time()], properties in texts(),
    ) -> Arc<Host> {
        let mut host = Host::default();
        (host.name, host.macs, host.properties) = (name, macs, properties);
        [host.start, host.end] = times;
        [host.ip, host.fqdn, host.uuid, host.os] = texts.try_into().unwrap();
        Arc::new(host)
    }
}

prop_compose! {
    fn plugin()(
        id in prop_oneof![Just(7), any::<u32>()], name in text(), family in text(),
        texts in vec(option::of(text()), 14), lists in [vec(text(), 0..3), vec(text(), 0..3)],
        bids in vec(any::<u32>(), 0..3), xrefs in vec("[A-Z:]{0,3}:[A-Z:]{0,3}", 0..3),
        numbers in vec(number(), 8), dates in [date(), date(), date(), date()],
        truths in [any::<Option<bool>>(), any::<Option<bool>>(), any::<Option<bool>>()],
        frameworks in prop::collection::btree_map(text(), any::<bool>(), 0..3), other in texts(),
    ) -> Arc<Plugin> {
        let mut plugin = Plugin::default();
        (plugin.id, plugin.name, plugin.family) = (id, name, family);
        let [
            risk, synopsis, description, solution, kind, fname, version,
            vector2, temporal2, vector3, vector4, ease, metasploit, elliot,
        ] = texts.try_into().unwrap();
        (plugin.risk_factor, plugin.synopsis, plugin.description) = (risk, synopsis, description);
        (plugin.solution, plugin.plugin_type, plugin.fname) = (solution, kind, fname);
        (plugin.script_version, plugin.other, plugin.bids) = (version, other, bids);
        [plugin.cves, plugin.see_also] = lists;
        plugin.xrefs = xrefs.iter().map(|xref| xref.parse().unwrap()).collect();
        [
            plugin.vuln_publication_date, plugin.patch_publication_date,
            plugin.publication_date, plugin.modification_date,
        ] = dates;
        [
            plugin.cvss2.base_score, plugin.cvss2.temporal_score, plugin.cvss3.base_score,
            plugin.cvss3.temporal_score, plugin.cvss4.base_score, plugin.cvss4.temporal_score,
            plugin.epss_score, plugin.vpr_score,
        ] = numbers.try_into().unwrap();
        (plugin.cvss2.base_vector, plugin.cvss2.temporal_vector) = (vector2, temporal2);
        plugin.cvss3.base_vector = vector3;
        (plugin.cvss3.temporal_vector, plugin.cvss4.base_vector) = (plugin.fname.clone(), vector4);
        plugin.cvss4.temporal_vector.clone_from(&plugin.synopsis);
        let exploit = &mut plugin.exploit;
        [exploit.available, exploit.by_malware, exploit.by_nessus] = truths;
        exploit.in_the_news = truths[0].map(|truth| !truth);
        (exploit.ease, exploit.metasploit_name, exploit.d2_elliot_name) = (ease, metasploit, elliot);
        (exploit.canvas_package, exploit.frameworks) = (plugin.solution.clone(), frameworks);
        Arc::new(plugin)
    }
}

prop_compose! {
    fn compliance()(
        result in option::of(prop_oneof![Just("passed".to_owned()), text()]),
        texts in vec(option::of(text()), 9), see_also in vec(text(), 0..3), other in texts(),
    ) -> Arc<Compliance> {
        let mut compliance = Compliance::default();
        compliance.result = result.map(Into::into);
        (compliance.see_also, compliance.other) = (see_also, other);
        [
            compliance.check_name, compliance.check_id, compliance.actual_value,
            compliance.policy_value, compliance.info, compliance.solution, compliance.reference,
            compliance.audit_file, compliance.error,
        ] = texts.try_into().unwrap();
        Arc::new(compliance)
    }
}

prop_compose! {
    /// Findings that share some of their records, and some records that are equal and not shared.
    fn findings()(
        reports in vec(report(), 1..3), hosts in vec(host(), 1..4), plugins in vec(plugin(), 1..5),
        checks in vec(compliance(), 1..3),
        rows in vec((
            any::<[prop::sample::Index; 4]>(), any::<[bool; 3]>(), any::<u16>(), any::<u8>(),
            (text(), text(), option::of(text()), texts()),
        ), 0..250),
    ) -> Vec<Finding> {
        rows.into_iter().map(|(at, [check, twin, defaults], port, severity, texts)| {
            let mut finding = Finding::default();
            if defaults {
                return finding;
            }
            finding.report = Arc::clone(at[0].get(&reports));
            finding.host = Arc::clone(at[1].get(&hosts));
            finding.plugin = Arc::clone(at[2].get(&plugins));
            if twin {
                finding.plugin = Arc::new(Plugin::clone(&finding.plugin));
            }
            finding.compliance = check.then(|| Arc::clone(at[3].get(&checks)));
            (finding.port, finding.severity) = (port, Severity::from(severity % 7));
            finding.protocol = Protocol::from(texts.0);
            (finding.service, finding.plugin_output, finding.other) = (texts.1, texts.2, texts.3);
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

/// The report of the repository, and those of the folder that `SCANOPS_CORPUS` names.
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

/// One plugin id with several texts, as compliance checks have.
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
    // Else the same plugin is two rows, once files of both versions are in a folder.
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
fn a_batch_that_is_no_table_of_findings_is_an_error_that_names_the_column() {
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
}
