//! Builds, and what the repository's own upkeep takes.

use std::{collections::BTreeMap, fs, path::Path, process::Command, time::Instant};

use bench::Failure;

use crate::{
    paper::{Paper, at_most},
    place::{Place, succeed},
};

/// What scanops asks of reqwest.
const REQWEST: &str = r#"reqwest = { version = "0.13.5", default-features = false, features = ["json", "multipart", "query", "rustls", "stream", "system-proxy"] }"#;
const TOKIO: &str = r#"tokio = { version = "1.50", features = ["macros", "rt-multi-thread"] }"#;
const RAW: &str = r#"
#[tokio::main]
async fn main() -> Result<(), reqwest::Error> {
    let answer = reqwest::get("http://127.0.0.1:9/rest/system").await?;
    println!("{}", answer.text().await?);
    Ok(())
}
"#;
const OURS: &str = r#"
#[tokio::main]
async fn main() -> Result<(), scanops::Error> {
    let sc = scanops::tenable_sc::Client::builder("http://127.0.0.1:9").api_key("a", "b").build()?;
    println!("{:?}", sc.system().await?);
    Ok(())
}
"#;

pub(crate) fn builds(place: &Place, paper: &mut Paper) -> Result<(), Failure> {
    let scanops = |features: &str| {
        format!(
            "scanops = {{ path = \"{}\", default-features = false, features = [{features}] }}",
            place.root.display()
        )
    };
    let alone = build(place, "alone", REQWEST, RAW)?;
    let without = build(place, "without", &scanops("\"rustls\""), OURS)?;
    let with = build(place, "with", &scanops("\"codegen\", \"rustls\""), OURS)?;
    let row = paper.row(
        "build",
        "A clean build (`cargo build`, offline) of a program that makes one \
         call: by reqwest with the features that scanops uses, and by scanops. One run each.",
    );
    row.figure("reqwest alone, s", alone);
    row.figure("scanops without `codegen`, s", without);
    row.figure("scanops with `codegen`, s", with);
    row.mark("without `codegen`, against reqwest", without / alone, at_most(1.2));
    row.mark("with `codegen`, against reqwest", with / alone, at_most(1.5));
    Ok(())
}

/// Builds a program from nothing, with the versions of the lock file.
fn build(place: &Place, name: &str, dependency: &str, main: &str) -> Result<f64, Failure> {
    let folder = place.root.join("target/bench-build").join(name);
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
    fs::copy(place.root.join("Cargo.lock"), folder.join("Cargo.lock"))?;
    let target = folder.join("target");
    // What has to be downloaded is none of the time.
    succeed(cargo(&folder).arg("fetch"))?;
    let start = Instant::now();
    succeed(cargo(&folder).args(["build", "--offline"]).env("CARGO_TARGET_DIR", &target))?;
    let seconds = start.elapsed().as_secs_f64();
    fs::remove_dir_all(target)?;
    Ok(seconds)
}

fn cargo(folder: &Path) -> Command {
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.current_dir(folder);
    // What cargo told this program is about this program.
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("CARGO_PKG_") || name == "CARGO_MANIFEST_DIR" {
            cargo.env_remove(name);
        }
    }
    cargo
}

pub(crate) fn upkeep(place: &Place, paper: &mut Paper) -> Result<(), Failure> {
    let root = &place.root;
    let check = || succeed(cargo(root).args(["xtask", "gen", "--check"]));
    check()?;
    let start = Instant::now();
    check()?;
    let warm = start.elapsed().as_secs_f64();

    let row = paper
        .row("upkeep", "What the repository itself takes, and what a program gets with the crate.");
    row.mark("`cargo xtask gen --check`, warm, s", warm, at_most(5.0));
    for (what, features) in [
        ("dependencies, default features", ""),
        ("dependencies, without `codegen`", "rustls"),
        ("dependencies, without `codegen` and TLS", "none"),
    ] {
        let count = dependencies(root, features)?;
        row.figure(what, count.values().map(Vec::len).sum::<usize>() as f64);
        let twice: Vec<String> = count
            .iter()
            .filter(|(_, versions)| versions.len() > 1)
            .map(|(name, versions)| format!("{name} {}", versions.join(" and ")))
            .collect();
        if !twice.is_empty() {
            row.figure(
                &format!("of these in two versions: {}", twice.join(", ")),
                twice.len() as f64,
            );
        }
    }
    Ok(())
}

/// What takes a build of everything.
pub(crate) fn suite(place: &Place, paper: &mut Paper) -> Result<(), Failure> {
    let root = &place.root;
    let row = paper.row("suite", "The example `export` as a release, and the test suite.");
    let start = Instant::now();
    succeed(cargo(root).args(["build", "--quiet", "--release", "--example", "export"]))?;
    row.figure("a release build of the example `export`, s", start.elapsed().as_secs_f64());
    let size = fs::metadata(root.join("target/release/examples/export"))?.len();
    row.figure("its size, MiB (the sandbox is in it)", size as f64 / f64::from(1 << 20));
    succeed(cargo(root).args(["test", "--quiet", "--no-run"]))?;
    let start = Instant::now();
    succeed(cargo(root).args(["test", "--quiet"]))?;
    row.figure("the test suite, built already, s", start.elapsed().as_secs_f64());
    Ok(())
}

/// The crates that come with ours, by name.
fn dependencies(root: &Path, features: &str) -> Result<BTreeMap<String, Vec<String>>, Failure> {
    let mut tree = cargo(root);
    tree.args(["tree", "--package", "scanops", "--edges", "normal,build", "--prefix", "none"]);
    match features {
        "" => &mut tree,
        "none" => tree.arg("--no-default-features"),
        features => tree.args(["--no-default-features", "--features", features]),
    };
    let mut found: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for line in succeed(&mut tree)?.lines() {
        let mut words = line.split_whitespace();
        if let (Some(name), Some(version)) = (words.next(), words.next())
            && name != "scanops"
        {
            let versions = found.entry(name.to_owned()).or_default();
            if !versions.iter().any(|known| known == version) {
                versions.push(version.to_owned());
            }
        }
    }
    Ok(found)
}
