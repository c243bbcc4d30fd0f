//! Real reports: the one in the repository, and those in the directory `SCANOPS_CORPUS`.

use std::{env, fs, path::PathBuf};

use roxmltree::{Document, Node};
use scanops_nessus::{Credentials, Finding, Findings, Summary, trust};
use serde_json::Value;

/// The numbers of hosts, items, and elements in items of known reports, counted with Python's
/// `ElementTree`.
const COUNTS: [(&str, u64, u64, usize); 3] = [
    ("was-one-vuln.nessus", 1, 1, 17),
    ("example.nessus", 1, 230, 5636),
    ("vulnerabilities.nessus", 3, 149, 1952),
];

fn reports() -> Vec<PathBuf> {
    let own = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/real").into();
    let folders = [Some(own), env::var_os("SCANOPS_CORPUS").map(PathBuf::from)];
    let reports = folders.into_iter().flatten().flat_map(|folder: PathBuf| {
        let entries = fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path());
        let reports: Vec<_> = entries
            .filter(|path| path.extension().is_some_and(|extension| extension == "nessus"))
            .collect();
        assert!(!reports.is_empty(), "{} holds no .nessus file", folder.display());
        reports
    });
    reports.collect()
}

#[test]
fn a_real_report_is_in_its_findings_whole() {
    for path in reports() {
        let text = fs::read_to_string(&path).unwrap();
        let document = Document::parse(&text).unwrap();
        let named = |tag| document.descendants().filter(move |node| node.has_tag_name(tag));
        let items: Vec<_> = named("ReportItem").collect();
        let summary = Summary::read(text.as_bytes()).unwrap();
        let counts = (summary.hosts, summary.items);
        assert_eq!(counts, (named("ReportHost").count() as u64, items.len() as u64));
        let name = path.file_name().unwrap().to_str().unwrap();
        let findings: Vec<_> = Findings::open(&path).unwrap().map(Result::unwrap).collect();
        assert_eq!(findings.len(), items.len(), "{name}");
        let elements = findings.iter().zip(items).map(|(finding, item)| check(finding, item)).sum();
        if let Some(known) = COUNTS.iter().find(|known| known.0 == name) {
            assert_eq!((counts.0, counts.1, elements), (known.1, known.2, known.3), "{name}");
        }
    }
}

/// Checks that a finding is one line of JSON, and that it has all of its item and host. Counts the
/// elements.
fn check(finding: &Finding, item: Node<'_, '_>) -> usize {
    let line = serde_json::to_string(finding).unwrap();
    assert_eq!(&serde_json::from_str::<Finding>(&line).unwrap(), finding, "{line}");
    assert_eq!(item.attribute("pluginID"), Some(&*finding.plugin.id.to_string()));
    let host = item.parent().unwrap();
    assert_eq!(host.attribute("name"), Some(&*finding.host.name));
    let mut kept = texts(&serde_json::to_value(finding).unwrap());
    let elements: Vec<_> = item.descendants().skip(1).filter(Node::is_element).collect();
    let contents = elements
        .iter()
        .map(|element| (element.tag_name().name(), element.text().unwrap_or_default()));
    for (name, text) in contents.chain(item.attributes().map(|it| (it.name(), it.value()))) {
        take(&mut kept, name, text);
    }
    elements.len()
}

/// Takes a text of the report out of those that were kept.
fn take(kept: &mut Vec<String>, name: &str, text: &str) {
    let wanted: Vec<String> = match name {
        "see_also" => text.lines().map(str::to_owned).collect(),
        "severity" => {
            let names = ["info", "low", "medium", "high", "critical"];
            vec![names[text.parse::<usize>().unwrap()].into()]
        }
        // Web-application reports write midnight after a date, and names in capitals.
        name if name.ends_with("_date") => {
            vec![text.trim_end_matches("T00:00:00+00:00").replace('/', "-")]
        }
        "protocol" => vec![text.to_lowercase()],
        name if name.ends_with("_score") => vec![format!("{:?}", text.parse::<f64>().unwrap())],
        _ => vec![text.to_owned()],
    };
    for text in wanted {
        let at = kept.iter().position(|kept| *kept == text);
        kept.swap_remove(at.unwrap_or_else(|| panic!("{name}: {text:?} is not in the finding")));
    }
}

/// Every text of a value, with numbers and booleans as text.
fn texts(value: &Value) -> Vec<String> {
    match value {
        Value::String(text) => vec![text.clone()],
        Value::Array(values) => values.iter().flat_map(texts).collect(),
        Value::Object(map) => map.values().flat_map(texts).collect(),
        other => vec![other.to_string()],
    }
}

#[test]
fn real_hosts_are_judged_as_a_person_would() {
    use Credentials::{Failed, Unknown, Working};

    let mut judged = Vec::new();
    for path in reports() {
        for host in trust(Findings::open(&path).unwrap().events()) {
            let host = host.unwrap();
            judged.push((host.host.name.clone(), host.credentials, host.plugin_set));
        }
    }
    judged.sort();
    let set = |text: &str| Some(text.to_owned());
    let known = [
        // A scanner that scanned itself.
        ("10.0.0.3", Working, set("202203221555")),
        // An SSH key that can't be read.
        ("10.0.0.2", Failed, set("202203221555")),
        ("10.0.0.1", Failed, set("202203221555")),
        // An agent.
        ("adam", Working, set("201809122350")),
        ("http://google.com/", Unknown, None),
    ];
    for (name, credentials, plugin_set) in &judged {
        let host = known.iter().find(|host| host.0 == name);
        if let Some((_, expected, set)) = host {
            assert_eq!((credentials, plugin_set), (expected, set), "{name}");
        }
    }
    // At least the report in the repository is known.
    assert!(judged.iter().any(|host| known.iter().any(|known| known.0 == host.0)), "{judged:?}");
}
