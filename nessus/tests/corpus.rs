//! Real reports, which are not part of the repository: `SCANOPS_CORPUS` names their folder, and
//! `cargo test -p scanops-nessus --test corpus -- --ignored` runs these.
#![allow(clippy::panic, clippy::unwrap_used, reason = "a test that can't go on may panic")]

use std::{env, fs, fs::File, io::BufReader, path::PathBuf};

use scanops_nessus::{Credentials, Finding, Findings, Summary, trust};

fn reports() -> Vec<PathBuf> {
    let folder = env::var("SCANOPS_CORPUS").unwrap();
    let reports: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "nessus"))
        .collect();
    assert!(!reports.is_empty(), "the folder holds no .nessus file");
    reports
}

#[test]
#[ignore = "needs SCANOPS_CORPUS"]
fn a_real_report_has_as_many_hosts_and_items_as_it_has_tags() {
    for path in reports() {
        let text = String::from_utf8_lossy(&fs::read(&path).unwrap()).into_owned();
        let tags = |tag: &str| text.matches(tag).count() as u64;
        let summary = Summary::read(BufReader::new(File::open(&path).unwrap())).unwrap();
        assert_eq!(summary.items, tags("<ReportItem "), "{}", path.display());
        assert_eq!(summary.hosts, tags("<ReportHost "), "{}", path.display());
        assert!(summary.items > 0);
    }
}

#[test]
#[ignore = "needs SCANOPS_CORPUS"]
fn a_real_report_is_in_its_findings_whole() {
    for path in reports() {
        let text = fs::read_to_string(&path).unwrap();
        let document = roxmltree::Document::parse(&text).unwrap();
        let items: Vec<_> =
            document.descendants().filter(|node| node.has_tag_name("ReportItem")).collect();
        assert_eq!(items.len(), text.matches("<ReportItem ").count());
        let findings: Vec<_> = Findings::open(&path).unwrap().map(Result::unwrap).collect();
        assert_eq!(findings.len(), items.len(), "{}", path.display());
        for (finding, item) in findings.iter().zip(items) {
            let line = serde_json::to_string(finding).unwrap();
            let back: Finding = serde_json::from_str(&line).unwrap();
            assert_eq!(&back, finding, "{line}");
            assert_eq!(serde_json::to_string(&back).unwrap(), line);
            assert_eq!(item.attribute("pluginID"), Some(&*finding.plugin.id.to_string()));
            let mut kept = Vec::new();
            collect(&serde_json::to_value(finding).unwrap(), &mut kept);
            let texts = item.children().filter(roxmltree::Node::is_element).map(|element| {
                (element.tag_name().name().to_owned(), element.text().unwrap_or_default())
            });
            let attributes = item.attributes().map(|a| (a.name().to_owned(), a.value()));
            for (name, text) in texts.chain(attributes) {
                take(&mut kept, &name, text);
            }
        }
    }
}

#[test]
#[ignore = "needs SCANOPS_CORPUS"]
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
    for (name, credentials, plugin_set) in [
        // A scanner that scans itself.
        ("10.0.0.3", Working, set("202203221555")),
        // An SSH key that can't be read.
        ("10.0.0.2", Failed, set("202203221555")),
        ("10.0.0.1", Failed, set("202203221555")),
        // An agent.
        ("adam", Working, set("201809122350")),
        ("http://google.com/", Unknown, None),
    ] {
        assert!(judged.contains(&(name.to_owned(), credentials, plugin_set)), "{name}: {judged:?}");
    }
}

/// Every text of a value, numbers and truths as text too.
fn collect(value: &serde_json::Value, into: &mut Vec<String>) {
    match value {
        serde_json::Value::String(text) => into.push(text.clone()),
        serde_json::Value::Array(values) => values.iter().for_each(|value| collect(value, into)),
        serde_json::Value::Object(map) => map.values().for_each(|value| collect(value, into)),
        other => into.push(other.to_string()),
    }
}

/// Takes one text out of those that were kept: each counts once.
fn take(kept: &mut Vec<String>, name: &str, text: &str) {
    let texts: Vec<String> = match name {
        "see_also" => text.lines().map(str::to_owned).collect(),
        "severity" => {
            let names = ["info", "low", "medium", "high", "critical"];
            vec![names[text.parse::<usize>().unwrap()].into()]
        }
        // Web-application reports write the time of midnight, and names in capitals.
        name if name.ends_with("_date") => {
            vec![text.trim_end_matches("T00:00:00+00:00").replace('/', "-")]
        }
        "protocol" => vec![text.to_lowercase()],
        name if name.ends_with("_score") => vec![format!("{:?}", text.parse::<f64>().unwrap())],
        _ => vec![text.to_owned()],
    };
    for text in texts {
        let at = kept.iter().position(|kept| *kept == text);
        let at = at.unwrap_or_else(|| panic!("{name}: {text:?} is not in the finding"));
        kept.swap_remove(at);
    }
}
