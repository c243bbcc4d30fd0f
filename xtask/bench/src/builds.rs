//! Measurements of builds, and of the repository itself.

use std::{env::current_dir, fs, path::Path, time::Instant};

use bench::Failure;

use crate::{
    environment::{Environment, shell, succeed},
    report::{
        Report,
        Target::{self, AtMost},
    },
};

/// The features of reqwest that scanops uses.
const REQWEST: &str = r#"reqwest = { version = "0.13.5", default-features = false, features = ["json", "multipart", "query", "rustls", "stream", "system-proxy"] }"#;
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
pub(crate) fn build(_: &Environment, report: &mut Report) -> Result<(), Failure> {
    let root = current_dir()?;
    let scanops = |features: &str| {
        let path = root.display();
        format!(
            "scanops = {{ path = \"{path}\", default-features = false, features = [{features}] }}"
        )
    };
    let reqwest = build_program(REQWEST, CALL_REQWEST)?;
    let without = build_program(&scanops("\"rustls\""), CALL_SCANOPS)?;
    let with = build_program(&scanops("\"codegen\", \"rustls\""), CALL_SCANOPS)?;
    let row = report.row("build", &[], Vec::new());
    row.figure("reqwest alone, s", reqwest, Target::None);
    row.figure("scanops without `codegen`, s", without, Target::None);
    row.figure("scanops with `codegen`, s", with, Target::None);
    row.figure("without `codegen`, against reqwest", without / reqwest, AtMost(1.3));
    row.figure("with `codegen`, against reqwest", with / reqwest, AtMost(1.65));
    Ok(())
}

/// Builds a program from nothing, with the versions of the lock file. Returns the seconds.
fn build_program(dependency: &str, main: &str) -> Result<f64, Failure> {
    let folder = Path::new("target/bench-build");
    fs::create_dir_all(folder.join("src"))?;
    let manifest = format!(
        "[package]\nname = \"program\"\nversion = \"0.0.0\"\nedition = \"2024\"\n[workspace]\n\
         [dependencies]\n{dependency}\n\
         tokio = {{ version = \"1.50\", features = [\"macros\", \"rt-multi-thread\"] }}\n"
    );
    fs::write(folder.join("Cargo.toml"), manifest)?;
    fs::write(folder.join("src/main.rs"), main)?;
    fs::copy("Cargo.lock", folder.join("Cargo.lock"))?;
    // Downloads are not measured.
    seconds("cd target/bench-build && rm -rf target && cargo fetch")?;
    let seconds =
        seconds("cd target/bench-build && CARGO_TARGET_DIR=target cargo build --offline")?;
    fs::remove_dir_all(folder)?;
    Ok(seconds)
}

fn seconds(script: &str) -> Result<f64, Failure> {
    let start = Instant::now();
    succeed(&mut shell(script))?;
    Ok(start.elapsed().as_secs_f64())
}

/// The size of the repository, and the number of crates that scanops depends on.
pub(crate) fn upkeep(_: &Environment, report: &mut Report) -> Result<(), Failure> {
    let row = report.row("upkeep", &[], Vec::new());
    seconds("cargo xtask gen --check")?;
    let warm = seconds("cargo xtask gen --check")?;
    row.figure("`cargo xtask gen --check`, warm, s", warm, AtMost(5.0));
    for (what, features) in [
        ("default features", ""),
        ("without `codegen`", "--no-default-features --features rustls"),
        ("without `codegen` and TLS", "--no-default-features"),
    ] {
        let tree = format!(
            "cargo tree --package scanops --edges normal,build --prefix none {features} |
             awk '$1 != \"scanops\" {{ print $1, $2 }}' | sort -u"
        );
        let tree = succeed(&mut shell(&tree))?;
        let crates: Vec<&str> = tree.lines().collect();
        row.figure(&format!("dependencies, {what}"), crates.len() as f64, Target::None);
        let name = |line: &str| line.split_once(' ').map(|(name, _)| name.to_owned());
        let same = |pair: &&[&str]| name(pair[0]) == name(pair[1]);
        let twice: Vec<String> =
            crates.windows(2).filter(same).map(|pair| pair.join(" and ")).collect();
        if !twice.is_empty() {
            let what = format!("of these in two versions: {}", twice.join(", "));
            row.figure(&what, twice.len() as f64, Target::None);
        }
    }
    Ok(())
}

/// A release build of an example, and the tests.
pub(crate) fn suite(_: &Environment, report: &mut Report) -> Result<(), Failure> {
    let row = report.row("suite", &[], Vec::new());
    let build = seconds("cargo build --quiet --release --example export")?;
    row.figure("a release build of the example `export`, s", build, Target::None);
    let size = fs::metadata("target/release/examples/export")?.len() as f64;
    let mib = size / f64::from(1 << 20);
    row.figure("its size, MiB (the sandbox is in it)", mib, Target::None);
    succeed(&mut shell("cargo test --quiet --no-run"))?;
    let tests = seconds("cargo test --quiet")?;
    row.figure("the test suite, built already, s", tests, Target::None);
    Ok(())
}
