//! What changed between two reports: each kind of difference, and each reason not to call a finding
//! fixed.

use std::io::Cursor;

use scanops_nessus::{
    Change, ChangedField, Difference, ErrorKind, Events, Findings, NotObserved, Result, diff,
    diff_files,
};
use serde_json::{Value, json};

/// A report of these hosts with a policy.
pub(crate) fn document(hosts: &str) -> String {
    format!(
        "<NessusClientData_v2><Policy><policyName>P</policyName></Policy><Report name='r'>{hosts}\
         </Report></NessusClientData_v2>"
    )
}

/// Opens these reports, one after the other, and the last again and again.
fn open(reports: &[&str]) -> impl FnMut() -> Result<Events<Cursor<String>>> + use<> {
    let mut reports: Vec<_> = reports.iter().map(|report| (*report).to_owned()).collect();
    move || {
        let report = if reports.len() > 1 { reports.remove(0) } else { reports[0].clone() };
        Ok(Findings::new(Cursor::new(report)).events())
    }
}

pub(crate) fn compare(old: &str, new: &str) -> Vec<Result<Difference>> {
    diff(open(&[old]), open(&[new])).collect()
}

/// The differences as JSON, of their findings plugin and output alone.
fn changes(old: &str, new: &str) -> Vec<Value> {
    let short = |difference: Result<Difference>| {
        let mut difference = serde_json::to_value(difference.unwrap()).unwrap();
        let finding = difference["finding"].take();
        difference["finding"] = json!([finding["plugin_id"], finding["plugin_output"]]);
        difference
    };
    compare(old, new).into_iter().map(short).collect()
}

const INFORMATION: &str = "<ReportItem pluginID='19506'><plugin_output>Nessus version : 10\n\
     Plugin feed version : 202203221555\nScan type : Normal\nScan policy used : P\n\
     Port range : default\nThorough tests : no\nCredentialed checks : yes\n</plugin_output>\
     </ReportItem>";
const END: &str = "<HostProperties><tag name='HOST_END'>Tue Mar 22 14:57:03 2022</tag>\
     </HostProperties>";

/// A host whose scan ended, with plugin 19506.
fn host(name: &str, items: &str) -> String {
    format!("<ReportHost name='{name}'>{END}{INFORMATION}{items}</ReportHost>")
}

#[test]
fn each_finding_is_new_changed_unchanged_or_fixed() {
    let item = |id, severity, output: &str| {
        format!(
            "<ReportItem pluginID='{id}' port='443' severity='{severity}'>\
             <plugin_output>{output}</plugin_output></ReportItem>"
        )
    };
    let report = |items: [String; 3]| document(&host("h", &items.concat()));
    let old = report([item(1, 2, "a"), item(2, 2, "a"), item(3, 2, "old")]);
    let new = report([item(4, 2, "a"), item(2, 3, "b"), item(1, 2, "a")]);
    let expected = json!([
        {"change": "new", "finding": [4, "a"]},
        {
            "change": "changed", "fields": ["severity", "output"], "old_severity": "medium",
            "finding": [2, "b"],
        },
        {"change": "unchanged", "finding": [1, "a"]},
        {"change": "fixed", "finding": [3, "old"]},
    ]);
    let changes = changes(&old, &new);
    assert_eq!((&changes[0]["change"], json!(changes[1..])), (&json!("unchanged"), expected));
}

#[test]
fn each_field_that_differs_is_named() {
    use ChangedField::{Compliance, Other, Output, Plugin, Scores};
    let item = |attributes: &str, inner: &str| {
        document(&format!(
            "<ReportHost name='h'><ReportItem pluginID='7' {attributes}>{inner}</ReportItem>\
             </ReportHost>"
        ))
    };
    let result = |result: &str| {
        format!(
            "<cm:compliance-check-name>c</cm:compliance-check-name>\
             <cm:compliance-result>{result}</cm:compliance-result>"
        )
    };
    for (old, new, expected) in [
        (item("", ""), item("", "<plugin_output/>"), Output),
        (item("", ""), item("", "<cvss3_base_score>9.8</cvss3_base_score>"), Scores),
        (item("", "<vpr_score>1</vpr_score>"), item("", "<vpr_score>1.5</vpr_score>"), Scores),
        (item("", "<solution>a</solution>"), item("", "<solution>b</solution>"), Plugin),
        (item("", &result("FAILED")), item("", &result("PASSED")), Compliance),
        (item("", ""), item("svc_name='www'", ""), Other),
        (item("", ""), item("odd='1'", ""), Other),
    ] {
        let changes = changes(&old, &new);
        assert_eq!(changes.len(), 1);
        assert_eq!(changes[0]["fields"], json!([expected]));
    }
}

#[test]
#[allow(clippy::too_many_lines, reason = "a table")]
fn nothing_is_fixed_if_the_new_scan_may_not_have_seen_it() {
    use NotObserved::{
        CheckNotReported, Credentials, HostNotScanned, PluginUnknown, ScanIncomplete, Settings,
        SettingsUnknown, StillReported,
    };
    let gone = "<ReportItem pluginID='7' port='443'><plugin_type>local</plugin_type></ReportItem>";
    let remote = &*gone.replace("local", "remote");
    let check = "<ReportItem pluginID='7'><cm:compliance-check-name>c</cm:compliance-check-name>\
         </ReportItem>";
    let (untyped, general) = ("<ReportItem pluginID='7'/>", &*gone.replace("443", "0"));
    let invalid = "<ReportItem pluginID='x'/></ReportHost>";
    let limited = "<ReportItem pluginID='110385'/></ReportHost>";
    let no_login = ("checks : yes", "checks : no");
    // The finding that is gone, what of the scan is different in the new report, and the reason.
    let scans = [
        ("the same scan", gone, ("", ""), None::<NotObserved>),
        ("a newer plugin set", gone, ("2022", "2023"), None),
        ("another host", gone, ("'h'", "'i'"), Some(HostNotScanned)),
        ("no findings", gone, (INFORMATION, ""), Some(HostNotScanned)),
        ("no end", gone, (END, ""), Some(ScanIncomplete)),
        ("no information", gone, (INFORMATION, untyped), Some(ScanIncomplete)),
        ("an invalid item", gone, ("</ReportHost>", invalid), Some(ScanIncomplete)),
        ("a check", check, ("", ""), Some(CheckNotReported)),
        ("no credentials", gone, no_login, Some(Credentials)),
        ("no credentials, remote", remote, no_login, None),
        ("no credentials, no type of plugin", untyped, no_login, Some(Credentials)),
        ("limited credentials", gone, ("</ReportHost>", limited), Some(Credentials)),
        ("less thorough", gone, ("tests : no", "tests : yes"), Some(Settings)),
        ("other ports", gone, ("range : default", "range : 80"), Some(Settings)),
        ("other ports, no port", general, ("range : default", "range : 80"), None),
        ("another policy", gone, ("used : P", "used : Q"), Some(PluginUnknown)),
        ("an older plugin set", gone, ("2022", "2021"), Some(PluginUnknown)),
        ("no plugin set", gone, ("Plugin feed", "Feed"), Some(PluginUnknown)),
    ];
    let mut rows: Vec<_> = scans
        .into_iter()
        .map(|(what, item, (from, to), reason)| {
            let new = host("h", "");
            assert!(new.contains(from), "{from}");
            (what, host("h", item), new.replace(from, to), reason)
        })
        .collect();
    // Reports with several hosts, several items, or values that differ after the characters that are kept.
    let ended = format!("<ReportHost name='ended'>{END}{untyped}</ReportHost>");
    let unended = ended.replace(END, "");
    let unfinished = |items| host("h", items).replace(END, "");
    let uninformed =
        |items| host("h", items).replace(INFORMATION, "<ReportItem pluginID='8'/>") + &ended;
    let named = |name| {
        let fqdn = "<HostProperties><tag name='host-fqdn'>f</tag>";
        host(name, gone).replace("<HostProperties>", fqdn)
    };
    let long = "x".repeat(300);
    let ports = |items, more: &str| host("h", items).replace("default", &[&long, more].concat());
    let policy = |items, more: &str| {
        host("h", items).replace("used : P", &["used : ", &long, more].concat())
    };
    rows.extend([
        (
            "one host of two with that name",
            named("a") + &named("b"),
            named("a").replace(gone, ""),
            Some(HostNotScanned),
        ),
        (
            "one host of two with that name and address",
            host("h", gone) + &host("h", ""),
            host("h", ""),
            Some(HostNotScanned),
        ),
        (
            "two unfinished scans, in the new report another host was finished",
            unfinished(gone),
            unfinished("") + &ended,
            Some(ScanIncomplete),
        ),
        (
            "two unfinished scans, in the old report another host was finished",
            unfinished(gone) + &ended,
            unfinished("") + &unended,
            Some(ScanIncomplete),
        ),
        ("no information in either", uninformed(remote), uninformed(""), Some(SettingsUnknown)),
        (
            "one of two items",
            host("h", &[gone, remote].concat()),
            host("h", gone),
            Some(StillReported),
        ),
        ("the same many ports", ports(gone, ""), ports("", ""), None),
        ("another port behind many", ports(gone, ""), ports("", ",80"), Some(Settings)),
        ("a long policy that differs", policy(gone, ""), policy("", "Q"), Some(PluginUnknown)),
        (
            "another policy, but the plugin is in it",
            host("h", gone),
            host("h", "").replace("used : P", "used : Q")
                + &format!("<ReportHost name='other'>{END}{untyped}</ReportHost>"),
            None,
        ),
    ]);
    for (what, old, new, reason) in rows {
        let differences = compare(&document(&old), &document(&new));
        let gone: Vec<_> = differences
            .into_iter()
            .filter_map(|difference| match difference {
                Ok(Difference { change: Change::Fixed, .. }) => Some(None),
                Ok(Difference { change: Change::NotObserved { reason, .. }, finding, .. }) => {
                    (finding.plugin.id != 19506).then_some(Some(reason))
                }
                Ok(_) => None,
                Err(error) if error.is_recoverable() => None,
                Err(error) => panic!("{what}: {error}"),
            })
            .collect();
        assert!(!gone.is_empty() && gone.iter().all(|gone| *gone == reason), "{what}: {gone:?}");
    }
}

#[test]
fn equal_items_are_paired_before_others_of_their_key() {
    let items = |outputs: &[&str]| {
        let items: String = outputs
            .iter()
            .map(|output| {
                format!(
                    "<ReportItem pluginID='7'><plugin_output>{output}</plugin_output></ReportItem>"
                )
            })
            .collect();
        document(&host("h", &items))
    };
    let outputs: Vec<_> =
        compare(&items(&["a", "b", "b", "c"]), &items(&["x", "b", "a", "y", "z"]))
            .into_iter()
            .map(Result::unwrap)
            .filter(|difference| difference.finding.plugin.id == 7)
            .map(|difference| {
                let change = match difference.change {
                    Change::New => "new",
                    Change::Changed { .. } => "changed",
                    Change::Unchanged => "unchanged",
                    _ => "gone",
                };
                (difference.finding.plugin_output.clone().unwrap(), change)
            })
            .collect();
    let expected =
        [("x", "changed"), ("b", "unchanged"), ("a", "unchanged"), ("y", "changed"), ("z", "new")];
    assert_eq!(outputs, expected.map(|(output, change)| (output.to_owned(), change)));
}

#[test]
fn an_error_is_reported_once_and_nothing_is_fixed_after_a_cut() {
    let broken = "<ReportItem pluginID='x'/>";
    let whole = document(&host("h", "<ReportItem pluginID='7'/>"));
    let with = |item: &str| document(&host("h", item));
    let invalid = |differences: &[Result<Difference>]| {
        let errors = differences.iter().filter_map(|difference| difference.as_ref().err());
        errors.filter(|error| error.kind() == ErrorKind::InvalidItem).count()
    };
    assert_eq!(invalid(&compare(&with(broken), &with(broken))), 2);
    let cut = &whole[..whole.len() - 40];
    for (old, new) in [(&*whole, cut), (cut, &*whole), ("", &*whole), (&*whole, "no report")] {
        let mut differences = compare(old, new);
        assert!(!differences.pop().unwrap().unwrap_err().is_recoverable());
        assert!(differences.is_empty(), "{differences:?}");
    }
    let missing = diff_files("/nowhere/old.nessus", "/nowhere/new.nessus").next().unwrap();
    assert!(missing.unwrap_err().to_string().contains("old.nessus"));
}

#[test]
fn a_report_that_changes_while_it_is_compared_is_an_error() {
    let one = document(&host("h", "<ReportItem pluginID='7'/>"));
    let other = document(&host("h", "<ReportItem pluginID='8'/>"));
    let both = one.replace(
        "<ReportItem pluginID='7'/>",
        "<ReportItem pluginID='7'/><ReportItem pluginID='8'/>",
    );
    for differences in [
        diff(open(&[&one, &other]), open(&[&one])).collect::<Vec<_>>(),
        diff(open(&[&one]), open(&[&one, &other])).collect::<Vec<_>>(),
        diff(open(&[&one, &both]), open(&[&one])).collect(),
        diff(open(&[&both, &one]), open(&[&one])).collect(),
        diff(open(&[&one]), open(&[&one, &both])).collect(),
        diff(open(&[&one]), open(&[&both, &one])).collect(),
        diff(open(&[&both]), open(&[&other.replace("'8'", "'9'"), &other])).collect(),
    ] {
        let Some(Err(error)) = differences.last() else { panic!("{differences:?}") };
        assert_eq!(error.kind(), ErrorKind::Source, "{error}");
    }
}
