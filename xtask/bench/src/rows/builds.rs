//! Builds, and what the repository itself takes.

use std::{collections::BTreeMap, env, fs, path::Path, process::Command, time::Instant};

use bench::Failure;

use crate::{
    environment::{Environment, succeed},
    report::{
        Report,
        Target::{self, AtMost},
    },
};

/// What scanops asks of reqwest.
const REQWEST: &str = r#"reqwest = { version = "0.13.5", default-features = false, features = ["json", "multipart", "query", "rustls", "stream", "system-proxy"] }"#;
const TOKIO: &str = r#"tokio = { version = "1.50", features = ["macros", "rt-multi-thread"] }"#;
const CALL_REQWEST: &str = r#"
#[tokio::main]
async fn main() -> Result<(), reqwest::Error> {
    let response = reqwest::get("http://127.0.0.1:9/rest/system").await?;
    println!("{}", response.text().await?);
    Ok(())
}
"#;
const CALL_SCANOPS: &str = r#"
#[tokio::main]
async fn main() -> Result<(), scanops::Error> {
    let sc = scanops::tenable_sc::Client::builder("http://127.0.0.1:9").api_key("a", "b").build()?;
    println!("{:?}", sc.system().await?);
    Ok(())
}
"#;

/// A clean build of a program that depends on scanops, against one that depends on reqwest.
pub(super) fn build(environment: &Environment, report: &mut Report) -> Result<(), Failure> {
    let root = &environment.root;
    let scanops = |features: &str| {
        let path = root.display();
        format!(
            "scanops = {{ path = \"{path}\", default-features = false, features = [{features}] }}"
        )
    };
    let reqwest = build_program(root, "reqwest-alone", REQWEST, CALL_REQWEST)?;
    let without = build_program(root, "without", &scanops("\"rustls\""), CALL_SCANOPS)?;
    let with = build_program(root, "with", &scanops("\"codegen\", \"rustls\""), CALL_SCANOPS)?;
    let what = "A clean build (`cargo build`, offline) of a program that makes one call: by reqwest \
                with the features that scanops uses, and by scanops. One run each.";
    let row = report.row("build", what, Vec::new());
    row.figure("reqwest alone, s", reqwest, Target::None);
    row.figure("scanops without `codegen`, s", without, Target::None);
    row.figure("scanops with `codegen`, s", with, Target::None);
    row.figure("without `codegen`, against reqwest", without / reqwest, AtMost(1.3));
    row.figure("with `codegen`, against reqwest", with / reqwest, AtMost(1.65));
    Ok(())
}

/// Builds a program from nothing, with the versions of the lock file. Returns the seconds.
fn build_program(root: &Path, name: &str, dependency: &str, main: &str) -> Result<f64, Failure> {
    let folder = root.join("target/bench-build").join(name);
    let target = folder.join("target");
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    fs::create_dir_all(folder.join("src"))?;
    let manifest = format!(
        "[package]\nname = \"{name}\"\nversion = \"0.0.0\"\nedition = \"2024\"\n[workspace]\n\
         [dependencies]\n{dependency}\n{TOKIO}\n"
    );
    fs::write(folder.join("Cargo.toml"), manifest)?;
    fs::write(folder.join("src/main.rs"), main)?;
    fs::copy(root.join("Cargo.lock"), folder.join("Cargo.lock"))?;
    // What has to be downloaded does not count.
    succeed(cargo(&folder).arg("fetch"))?;
    let start = Instant::now();
    succeed(cargo(&folder).args(["build", "--offline"]).env("CARGO_TARGET_DIR", &target))?;
    let seconds = start.elapsed().as_secs_f64();
    fs::remove_dir_all(target)?;
    Ok(seconds)
}

fn cargo(folder: &Path) -> Command {
    let mut cargo = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.current_dir(folder);
    cargo
}

fn seconds(command: &mut Command) -> Result<f64, Failure> {
    let start = Instant::now();
    succeed(command)?;
    Ok(start.elapsed().as_secs_f64())
}

/// What the repository itself takes, and how many crates come with scanops.
pub(super) fn upkeep(environment: &Environment, report: &mut Report) -> Result<(), Failure> {
    let root = &environment.root;
    let check = || seconds(cargo(root).args(["xtask", "gen", "--check"]));
    check()?;
    let warm = check()?;
    let what = "What the repository itself takes, and what a program gets with the crate.";
    let row = report.row("upkeep", what, Vec::new());
    row.figure("`cargo xtask gen --check`, warm, s", warm, AtMost(5.0));
    for (what, features) in [
        ("dependencies, default features", &[][..]),
        ("dependencies, without `codegen`", &["--no-default-features", "--features", "rustls"]),
        ("dependencies, without `codegen` and TLS", &["--no-default-features"]),
    ] {
        let versions = dependencies(root, features)?;
        row.figure(what, versions.values().map(Vec::len).sum::<usize>() as f64, Target::None);
        let twice: Vec<String> = versions
            .iter()
            .filter(|(_, versions)| versions.len() > 1)
            .map(|(name, versions)| format!("{name} {}", versions.join(" and ")))
            .collect();
        if !twice.is_empty() {
            let what = format!("of these in two versions: {}", twice.join(", "));
            row.figure(&what, twice.len() as f64, Target::None);
        }
    }
    Ok(())
}

/// The versions of the crates that come with scanops, by name.
fn dependencies(root: &Path, features: &[&str]) -> Result<BTreeMap<String, Vec<String>>, Failure> {
    let mut tree = cargo(root);
    tree.args(["tree", "--package", "scanops", "--edges", "normal,build", "--prefix", "none"]);
    let mut found: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for line in succeed(tree.args(features))?.lines() {
        let mut words = line.split_whitespace().map(str::to_owned);
        if let (Some(name), Some(version)) = (words.next(), words.next())
            && name != "scanops"
        {
            let versions = found.entry(name).or_default();
            if !versions.contains(&version) {
                versions.push(version);
            }
        }
    }
    Ok(found)
}

/// A release build of an example, and the tests.
pub(super) fn suite(environment: &Environment, report: &mut Report) -> Result<(), Failure> {
    let root = &environment.root;
    let build =
        seconds(cargo(root).args(["build", "--quiet", "--release", "--example", "export"]))?;
    let size = fs::metadata(root.join("target/release/examples/export"))?.len() as f64;
    succeed(cargo(root).args(["test", "--quiet", "--no-run"]))?;
    let tests = seconds(cargo(root).args(["test", "--quiet"]))?;
    let what = "The example `export` as a release, and the test suite.";
    let row = report.row("suite", what, Vec::new());
    row.figure("a release build of the example `export`, s", build, Target::None);
    let mib = size / f64::from(1 << 20);
    row.figure("its size, MiB (the sandbox is in it)", mib, Target::None);
    row.figure("the test suite, built already, s", tests, Target::None);
    Ok(())
}
