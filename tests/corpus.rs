//! Real reports, which are not part of the repository: `SCANOPS_CORPUS` names their folder, and
//! `cargo test --test corpus -- --ignored` runs these.
#![allow(clippy::unwrap_used, reason = "a test that can't go on may panic")]

use std::{env, fs, fs::File, io::BufReader, path::PathBuf};

use scanops::nessus::Summary;

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
