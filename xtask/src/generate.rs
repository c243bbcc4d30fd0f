//! `gen`: the copy of what build.rs generates.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use serde_json::Value;
use similar::TextDiff;

use crate::{lint, surface};

/// What build.rs writes, and where its copy is.
const COPIES: [(&str, &str); 2] = [
    ("insightvm.rs", "src/insightvm/generated.rs"),
    ("httpmock.rs", "src/insightvm/mock/generated.rs"),
];

/// The most lines of a diff that are printed.
const DIFF_LINES: usize = 200;

struct Copy {
    path: &'static str,
    old: String,
    new: String,
}

/// Writes the copies and reports the changes.
pub(crate) fn write() -> Result<String, String> {
    let copies = generate()?;
    let stale: Vec<_> = copies.iter().filter(|copy| copy.old != copy.new).collect();
    if stale.is_empty() {
        return Ok("The generated code is up to date.".to_owned());
    }
    let mut report = String::new();
    for copy in stale {
        let path = root().join(copy.path);
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder).map_err(|error| format!("{}: {error}", copy.path))?;
        }
        fs::write(&path, &copy.new).map_err(|error| format!("{}: {error}", copy.path))?;
        report.extend(["wrote ", copy.path, "\n"]);
    }
    Ok(report + &surface::changes(&copies[0].old, &copies[0].new)?)
}

/// Fails with a diff where a copy is not what build.rs makes.
pub(crate) fn check() -> Result<String, String> {
    let copies = generate()?;
    let mut complaint = String::new();
    for copy in copies.iter().filter(|copy| copy.old != copy.new) {
        complaint.push_str(&diff(&copy.old, &copy.new, copy.path, "what build.rs makes"));
    }
    if complaint.is_empty() {
        return Ok("The spec is in order, and the generated code is up to date.".to_owned());
    }
    complaint.push_str(&surface::changes(&copies[0].old, &copies[0].new)?);
    complaint.push_str("\nThe copy is stale: run `cargo xtask gen` and commit what it writes.");
    Err(complaint)
}

/// The beginning of a diff.
pub(crate) fn diff(old: &str, new: &str, old_name: &str, new_name: &str) -> String {
    let diff = TextDiff::from_lines(old, new).unified_diff().header(old_name, new_name).to_string();
    let lines = diff.lines().count();
    let mut shown: String = diff.split_inclusive('\n').take(DIFF_LINES).collect();
    if lines > DIFF_LINES {
        shown.extend(["… ", &(lines - DIFF_LINES).to_string(), " more lines\n"]);
    }
    shown
}

fn generate() -> Result<Vec<Copy>, String> {
    let root = root();
    lint::run(&root)?;
    let out = out_dir()?;
    COPIES
        .map(|(name, path)| {
            let new = fs::read_to_string(out.join(name))
                .map_err(|error| format!("{}: {error}", out.join(name).display()))?;
            // A copy that is not there yet is an empty one.
            let old = fs::read_to_string(root.join(path)).unwrap_or_default();
            Ok(Copy { path, old, new })
        })
        .into_iter()
        .collect()
}

/// The output directory of build.rs, from cargo's messages.
fn out_dir() -> Result<PathBuf, String> {
    // The library itself need not compile: hand-written code may not match a changed spec yet.
    let output = cargo()
        .args(["check", "--quiet", "--package", "scanops", "--lib"])
        .args(["--no-default-features", "--features", "codegen"])
        .arg("--message-format=json-render-diagnostics")
        .stderr(Stdio::inherit())
        .output()
        .map_err(|error| format!("cargo check: {error}"))?;
    String::from_utf8_lossy(&output.stdout)
        .lines()
        .filter_map(|line| serde_json::from_str::<Value>(line).ok())
        .filter(|message| message["reason"] == "build-script-executed")
        .filter(|message| is_scanops(&message["package_id"]))
        .filter_map(|message| message["out_dir"].as_str().map(PathBuf::from))
        .next_back()
        .ok_or_else(|| "build.rs of scanops did not run to its end".to_owned())
}

/// A package id is a URL that ends with `/FOLDER#VERSION` or `/FOLDER#NAME@VERSION`; the directory of
/// ours is the checkout, whatever its name.
fn is_scanops(id: &Value) -> bool {
    let id = id.as_str().unwrap_or_default();
    let folder = format!("path+file://{}#", root().display());
    id.starts_with(&folder) || id.contains("#scanops@")
}

/// cargo, in the checkout.
pub(crate) fn cargo() -> Command {
    let mut cargo = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.current_dir(root());
    cargo
}

/// The checkout, asked of cargo at run time: checkouts that share a target directory share this program,
/// too.
pub(crate) fn root() -> PathBuf {
    let here = env::var_os("CARGO_MANIFEST_DIR").map_or_else(PathBuf::new, PathBuf::from);
    here.parent().map_or(here.clone(), Path::to_owned)
}
