//! Differences are those of a naive comparison, which has both reports in memory.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use proptest::{collection::vec, prelude::*, sample::select, test_runner::Config};
use scanops_nessus::{
    Change, Credentials, Difference, Error, Event, Finding, Findings, Host, HostTrust, TrustReader,
};

use crate::diff::{compare, document};

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
        || after.len() < before.len()
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
