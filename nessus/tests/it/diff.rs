//! What changed between two reports: each kind of difference, each reason not to call a finding
//! fixed, and the same results as a naive comparison.

use std::{
    collections::{BTreeMap, BTreeSet},
    io::Cursor,
    sync::Arc,
};

use proptest::{collection::vec, prelude::*, sample::select, test_runner::Config};
use scanops_nessus::{
    Change, ChangedField, Credentials, Difference, Error, ErrorKind, Event, Events, Finding,
    Findings, Host, HostTrust, NotObserved, Result, Severity, TrustReader, diff, diff_files,
};

fn document(hosts: &str) -> String {
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

fn compare(old: &str, new: &str) -> Vec<Result<Difference>> {
    diff(open(&[old]), open(&[new])).collect()
}

/// The plugin of each difference, and the change.
fn changes(old: &str, new: &str) -> Vec<(u32, Change)> {
    let differences = compare(old, new).into_iter().map(Result::unwrap);
    differences.map(|difference| (difference.finding.plugin.id, difference.change)).collect()
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
    let item = |id, rest: &str| format!("<ReportItem pluginID='{id}' port='443' {rest}");
    let old = document(&host(
        "h",
        &[
            item(1, "severity='2'/>"),
            item(2, "severity='2'><plugin_output>a</plugin_output></ReportItem>"),
            item(3, "/>"),
        ]
        .concat(),
    ));
    let new = document(&host(
        "h",
        &[
            item(4, "/>"),
            item(2, "severity='3'><plugin_output>b</plugin_output></ReportItem>"),
            item(1, "severity='2'/>"),
        ]
        .concat(),
    ));
    let differences = compare(&old, &new);
    let [information, first, second, third, fourth] = &differences[..] else {
        panic!("{differences:?}")
    };
    let change = |difference: &Result<Difference>| difference.as_ref().unwrap().change.clone();
    assert_eq!(change(information), Change::Unchanged);
    assert_eq!(change(first), Change::New);
    let Change::Changed { fields, old_severity, .. } = change(second) else { panic!() };
    assert_eq!(fields, [ChangedField::Severity, ChangedField::Output]);
    assert_eq!(old_severity, Severity::Medium);
    assert_eq!(second.as_ref().unwrap().finding.plugin_output.as_deref(), Some("b"));
    assert_eq!(change(third), Change::Unchanged);
    assert_eq!(change(fourth), Change::Fixed);
    assert_eq!(fourth.as_ref().unwrap().finding.plugin.id, 3);
    let json = serde_json::to_value(second.as_ref().unwrap()).unwrap();
    assert_eq!(json["change"], "changed");
    assert_eq!(json["fields"], serde_json::json!(["severity", "output"]));
    assert_eq!(json["finding"]["plugin_id"], 2);
    let json = serde_json::to_value(Difference::clone(fourth.as_ref().unwrap())).unwrap();
    assert_eq!(json["change"], "fixed");
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
        let [(7, Change::Changed { fields, .. })] = &changes[..] else { panic!("{changes:?}") };
        assert_eq!(fields, &[expected]);
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
    for differences in [
        diff(open(&[&one, &other]), open(&[&one])).collect::<Vec<_>>(),
        diff(open(&[&one]), open(&[&one, &other])).collect::<Vec<_>>(),
    ] {
        let error = differences.last().unwrap().as_ref().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Source, "{error}");
    }
}

/// Any host, of few enough values that hosts and items repeat.
fn some_host() -> impl Strategy<Value = String> {
    let checks = ["c", "d"]
        .map(|name| format!("<cm:compliance-check-name>{name}</cm:compliance-check-name>"));
    let check = prop_oneof![2 => select(checks.to_vec()), 7 => Just(String::new())];
    let [ids, kinds] = [vec!["1", "2", "3", "4", "x"], vec!["local", "remote", ""]].map(select);
    let item = (ids, select(vec![0, 443]), 0..3, 0..3, kinds, check).prop_map(
        |(id, port, severity, output, kind, check)| {
            format!(
                "<ReportItem pluginID='{id}' port='{port}' severity='{severity}'>\
                 <plugin_type>{kind}</plugin_type><plugin_output>{output}</plugin_output>{check}\
                 </ReportItem>"
            )
        },
    );
    let information = (
        select(vec!["yes", "yes", "yes", "no", "odd"]),
        select(vec!["P", "P", "P", "Q"]),
        select(vec!["5", "6", "6"]),
        select(vec!["no", "no", "no", "yes"]),
        select(vec!["default", "default", "80"]),
    )
        .prop_map(|(checks, policy, set, thorough, range)| {
            format!(
                "<ReportItem pluginID='19506'><plugin_output>Credentialed checks : {checks}\n\
                 Scan policy used : {policy}\nPlugin feed version : {set}\n\
                 Thorough tests : {thorough}\nPort range : {range}</plugin_output></ReportItem>"
            )
        });
    let information = prop_oneof![4 => information, 1 => Just(String::new())];
    (
        select(vec!["a", "b", "c", "d"]),
        any::<bool>(),
        any::<bool>(),
        information,
        vec(item, 0..6),
        prop::option::weighted(0.2, select(vec!["110385", "104410", "117886"])),
    )
        .prop_map(|(name, shared, ended, information, items, credentials)| {
            // The FQDN makes several names one host.
            let fqdn = if shared && name != "c" { "<tag name='host-fqdn'>f</tag>" } else { "" };
            let end = if ended { "<tag name='HOST_END_TIMESTAMP'>1536895991</tag>" } else { "" };
            let credentials = credentials.map(|id| format!("<ReportItem pluginID='{id}'/>"));
            format!(
                "<ReportHost name='{name}'><HostProperties>{fqdn}{end}</HostProperties>\
                 {information}{}{}</ReportHost>",
                items.concat(),
                credentials.unwrap_or_default()
            )
        })
}

/// A pair of reports: the new one is the old one with some hosts replaced.
fn reports() -> impl Strategy<Value = (String, String)> {
    (vec((some_host(), prop::option::weighted(0.6, some_host())), 0..5), vec(some_host(), 0..2))
        .prop_map(|(hosts, more)| {
            let old: String = hosts.iter().map(|(host, _)| host.as_str()).collect();
            let new: String =
                hosts.iter().map(|(host, other)| other.as_ref().unwrap_or(host).as_str()).collect();
            (document(&old), document(&[new, more.concat()].concat()))
        })
}

/// A whole report in memory, for the naive comparison.
#[derive(Default)]
struct Model {
    findings: Vec<Finding>,
    hosts: Vec<Scan>,
    invalid: usize,
}

/// A host, and whether it has findings and invalid items.
struct Scan {
    trust: HostTrust,
    found: bool,
    broken: bool,
}

impl Model {
    fn new(report: &str) -> Self {
        let mut model = Self::default();
        let (mut reader, mut found, mut broken) = (TrustReader::new(), false, false);
        for event in Findings::new(report.as_bytes()).events() {
            let Ok(event) = event else {
                model.invalid += 1;
                broken = true;
                continue;
            };
            let trust = reader.read(&event);
            model.hosts.extend(trust.map(|trust| Scan { trust, found, broken }));
            found = matches!(event, Event::Finding(_));
            if let Event::Finding(finding) = event {
                model.findings.push(finding);
            } else {
                broken = false;
            }
        }
        model
    }

    /// The hosts with the key of a finding's host.
    fn hosts(&self, finding: &Finding) -> Vec<&Scan> {
        let key = |host: &Arc<Host>| {
            let mut finding = Finding::default();
            finding.host = Arc::clone(host);
            finding.key()
        };
        let of_finding = key(&finding.host);
        self.hosts.iter().filter(|scan| key(&scan.trust.host) == of_finding).collect()
    }
}

/// A value of each host. One, if all are equal.
fn of_each<T: PartialEq>(hosts: &[&Scan], of: impl Fn(&HostTrust) -> T) -> Vec<T> {
    hosts.iter().map(|scan| of(&scan.trust)).fold(Vec::new(), |mut all, next| {
        if all.len() != 1 || all[0] != next {
            all.push(next);
        }
        all
    })
}

fn is_fixed(old: &Model, new: &Model, finding: &Finding) -> bool {
    use Credentials::{Absent, Failed, Limited, Unclear, Unknown, Working};
    let (before, after) = (&old.hosts(finding)[..], &new.hosts(finding)[..]);
    let names = |hosts: &[&Scan]| {
        hosts.iter().map(|scan| scan.trust.host.name.clone()).collect::<BTreeSet<_>>().len()
    };
    let ended = |scan: &Scan| scan.trust.host.end.is_some();
    let any_ended = old.hosts.iter().chain(&new.hosts).any(ended);
    let complete = |scan: &&Scan| scan.found && !scan.broken && (ended(scan) || !any_ended);
    if after.is_empty()
        || names(after) < names(before)
        || !after.iter().all(complete)
        || before.iter().chain(after).any(|scan| scan.trust.settings.is_empty())
        || new.findings.iter().any(|other| other.key() == finding.key())
        || finding.compliance.is_some()
    {
        return false;
    }
    let credentials = |hosts| match of_each(hosts, |trust| trust.credentials)[..] {
        [credentials] => credentials,
        _ => Unclear,
    };
    let evidence = |hosts| {
        of_each(hosts, |trust| {
            let mut plugins: Vec<_> = trust.evidence.iter().map(|it| it.plugin).collect();
            plugins.sort();
            plugins
        })
    };
    let as_good = match (credentials(after), credentials(before)) {
        (Working, _) | (Unknown, Unknown) => true,
        (Limited, Limited) => evidence(before) == evidence(after),
        (Limited | Absent | Failed, before) => matches!(before, Absent | Failed),
        (Unknown | Unclear, _) => false,
        (other, _) => panic!("{other:?}"),
    };
    let setting = |hosts, name| of_each(hosts, |trust| trust.settings.get(name).cloned());
    let differs = |name| setting(before, name) != setting(after, name);
    let is_remote = finding.plugin.plugin_type.as_deref() == Some("remote");
    if !is_remote && !as_good
        || differs("Thorough tests")
        || finding.port != 0 && differs("Port range")
    {
        return false;
    }
    let one = |hosts, of: fn(&HostTrust) -> Option<String>| match &of_each(hosts, of)[..] {
        [value] => value.clone(),
        _ => None,
    };
    let policy = |hosts| one(hosts, |trust| trust.policy.clone());
    let set = |hosts| one(hosts, |trust| trust.plugin_set.clone());
    let same_plugins = policy(before).is_some()
        && policy(before) == policy(after)
        && set(before).zip(set(after)).is_some_and(|(before, after)| before <= after);
    same_plugins || new.findings.iter().any(|other| other.plugin.id == finding.plugin.id)
}

/// By key, the number of findings that are unchanged, changed, new, fixed, and not observed.
type Counts = BTreeMap<String, [usize; 5]>;

fn naive(old: &Model, new: &Model) -> Counts {
    let mut counts = Counts::new();
    let (mut left, mut added) = (old.findings.clone(), Vec::new());
    let equal = |one: &Finding, other: &Finding| {
        let text = |finding: &Finding| {
            let mut finding = finding.clone();
            finding.host = Arc::default();
            format!("{finding:?}")
        };
        one.key() == other.key() && text(one) == text(other)
    };
    let mut count = |finding: &Finding, what: usize| {
        counts.entry(finding.key().to_string()).or_default()[what] += 1;
    };
    for finding in &new.findings {
        match left.iter().position(|other| equal(other, finding)) {
            Some(at) => {
                left.remove(at);
                count(finding, 0);
            }
            None => added.push(finding),
        }
    }
    for finding in added {
        match left.iter().position(|other| other.key() == finding.key()) {
            Some(at) => {
                left.remove(at);
                count(finding, 1);
            }
            None => count(finding, 2),
        }
    }
    for finding in left {
        count(&finding, if is_fixed(old, new, &finding) { 3 } else { 4 });
    }
    counts
}

proptest! {
    #![proptest_config(Config::with_cases(if cfg!(debug_assertions) { 500 } else { 20_000 }))]

    #[test]
    fn differences_are_those_of_a_naive_comparison((old, new) in reports()) {
        let mut counts = Counts::new();
        let mut errors: Vec<Error> = Vec::new();
        for difference in compare(&old, &new) {
            let Difference { change, finding, .. } = match difference {
                Ok(difference) => difference,
                Err(error) => {
                    errors.push(error);
                    continue;
                }
            };
            let what = match change {
                Change::Unchanged => 0,
                Change::Changed { .. } => 1,
                Change::New => 2,
                Change::Fixed => 3,
                _ => 4,
            };
            counts.entry(finding.key().to_string()).or_default()[what] += 1;
        }
        let (old_model, new_model) = (Model::new(&old), Model::new(&new));
        prop_assert_eq!(counts, naive(&old_model, &new_model), "{}\n{}", old, new);
        prop_assert_eq!(errors.len(), old_model.invalid + new_model.invalid);
    }

    #[test]
    fn a_report_is_unchanged_against_itself((old, _) in reports()) {
        for difference in compare(&old, &old).into_iter().filter_map(Result::ok) {
            prop_assert_eq!(difference.change, Change::Unchanged);
        }
    }
}
