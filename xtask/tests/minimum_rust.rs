//! The minimum Rust version of Cargo.toml: what the dependencies need, and no more.
#![allow(clippy::unwrap_used, reason = "a test that can't go on may panic")]

use std::{
    collections::{BTreeMap, BTreeSet},
    process::Command,
};

use serde_json::Value;

fn run(program: &str, arguments: &[&str]) -> String {
    let output = Command::new(program).args(arguments).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// `1.89` and `1.89.0` as the same.
fn version(text: &str) -> Vec<u64> {
    let numbers = text.split('.').map(|number| number.parse().unwrap());
    numbers.chain([0, 0]).take(3).collect()
}

/// The packages that scanops and scanops-arrow are built of, with the Rust that each asks for.
fn dependencies() -> BTreeMap<String, Option<Vec<u64>>> {
    let about = run("rustc", &["-vV"]);
    let host = about.lines().find_map(|line| line.strip_prefix("host: ")).unwrap();
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
    let metadata = ["metadata", "--locked", "--format-version=1", "--filter-platform", host];
    let metadata: Value = serde_json::from_str(&run(&cargo, &metadata)).unwrap();

    let packages: BTreeMap<&str, &Value> = metadata["packages"]
        .as_array()
        .unwrap()
        .iter()
        .map(|package| (package["id"].as_str().unwrap(), package))
        .collect();
    let nodes: BTreeMap<&str, &Value> = metadata["resolve"]["nodes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|node| (node["id"].as_str().unwrap(), node))
        .collect();
    let ours =
        |package: &&&Value| package["name"] == "scanops" || package["name"] == "scanops-arrow";

    let mut found = BTreeSet::new();
    let mut next: Vec<_> =
        packages.values().filter(ours).map(|package| package["id"].as_str().unwrap()).collect();
    assert_eq!(next.len(), 2);
    while let Some(id) = next.pop() {
        for dependency in nodes[id]["deps"].as_array().unwrap() {
            let kinds = dependency["dep_kinds"].as_array().unwrap();
            let id = dependency["pkg"].as_str().unwrap();
            if kinds.iter().any(|kind| kind["kind"] != "dev") && found.insert(id) {
                next.push(id);
            }
        }
    }
    let asked = |id: &str| (id.to_owned(), packages[id]["rust_version"].as_str().map(version));
    found.into_iter().map(asked).collect()
}

#[test]
fn the_minimum_rust_version_is_what_the_dependencies_need_and_no_more() {
    let ours = version(env!("CARGO_PKG_RUST_VERSION"));
    let dependencies = dependencies();
    assert!(dependencies.len() > 50, "{dependencies:?}");
    let needed = dependencies.iter().max_by_key(|(_, rust)| (*rust).clone()).unwrap();
    assert_eq!(needed.1.as_ref(), Some(&ours), "{} needs another", needed.0);
}
