//! `api`: the public items of each crate, a line each, for reviewers of changes.
//!
//! The listings are made from rustdoc's JSON, whose form changes with the compiler. So a listing
//! names the compiler that it was made with, and another compiler does not check it.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::{Command, ExitCode},
};

use public_api::{Builder, PublicApi};

use crate::generate::{cargo, diff, root};

/// Each crate by rustdoc's name for it, and its listing.
const CRATES: [(&str, &str); 4] = [
    ("scanops", "public-api.txt"),
    ("scanops_nessus", "nessus/public-api.txt"),
    ("scanops_sandbox", "sandbox/public-api.txt"),
    ("scanops_arrow", "arrow/public-api.txt"),
];
const HEAD: &str = "# cargo xtask api, with rustc ";
/// The variable with the path of the real rustdoc, when this program runs in its place.
const RUSTDOC: &str = "XTASK_RUSTDOC";

/// Writes the listings.
pub(crate) fn write() -> Result<String, String> {
    let (mut written, described) = (Vec::new(), rustdoc()?);
    for (name, file) in CRATES {
        let new = listing(&described, name, &rustc()?)?;
        fs::write(root().join(file), &new).map_err(|error| format!("{file}: {error}"))?;
        written.push(format!("wrote {file}: {} public items", new.lines().count() - 1));
    }
    Ok(written.join("\n"))
}

/// Fails with a diff if a listing differs from its crate's public API.
pub(crate) fn check() -> Result<String, String> {
    let (mut checked, mut described) = (Vec::new(), None);
    for (name, file) in CRATES {
        let old =
            fs::read_to_string(root().join(file)).map_err(|error| format!("{file}: {error}"))?;
        let (with, here) = (made_with(&old).unwrap_or_default(), rustc()?);
        if with != here {
            checked.push(format!(
                "The public API is not checked: {file} was made with rustc {with}, and here is {here}."
            ));
            continue;
        }
        let folder = match &described {
            Some(folder) => folder,
            None => described.insert(rustdoc()?),
        };
        let new = listing(folder, name, &here)?;
        if old != new {
            let diff = diff(&old, &new, file, "what the crate offers");
            return Err(format!(
                "{diff}Run `cargo xtask api` and commit what it writes, if that is what you want."
            ));
        }
        checked.push(format!("The public API is that of {file}."));
    }
    Ok(checked.join("\n"))
}

/// The compiler that a listing was made with.
fn made_with(listing: &str) -> Option<&str> {
    listing.lines().next()?.strip_prefix(HEAD)
}

/// The compiler's version, as `1.95.0`.
fn rustc() -> Result<String, String> {
    let output = Command::new("rustc").arg("--version").output();
    let output = output.map_err(|error| format!("rustc: {error}"))?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let version = text.split_whitespace().nth(1);
    version.map(str::to_owned).ok_or_else(|| format!("rustc has no version: {text:?}"))
}

fn listing(described: &Path, name: &str, rustc: &str) -> Result<String, String> {
    let api = public_api(&described.join(format!("{name}.json")))?;
    Ok(format!("{HEAD}{rustc}\n{api}"))
}

fn public_api(json: &Path) -> Result<PublicApi, String> {
    Builder::from_rustdoc_json(json)
        .omit_auto_derived_impls(true)
        .omit_auto_trait_impls(true)
        .omit_blanket_impls(true)
        .build()
        .map_err(|error| format!("rustdoc's JSON can't be read: {error}"))
}

/// Runs rustdoc for the crates, and returns the directory of the JSON.
fn rustdoc() -> Result<PathBuf, String> {
    // On stable Rust the JSON needs RUSTC_BOOTSTRAP. Setting it for cargo would rebuild half of the
    // dependencies, so cargo runs this program as rustdoc, and it sets the variable for rustdoc alone.
    let here = env::current_exe().map_err(|error| format!("this program: {error}"))?;
    let done = cargo()
        // All at once, as `cargo doc` in CI: the dependencies are checked once for both.
        .args(["doc", "--quiet", "--workspace", "--no-deps", "--lib", "--all-features"])
        .env("RUSTDOCFLAGS", "-Z unstable-options --output-format json")
        .env(RUSTDOC, env::var_os("RUSTDOC").unwrap_or_else(|| "rustdoc".into()))
        .env("RUSTDOC", &here)
        .status()
        .map_err(|error| format!("cargo rustdoc: {error}"))?;
    if !done.success() {
        return Err("rustdoc did not describe the crates".to_owned());
    }
    // This program is in the folder `debug` of the target folder.
    let target = here.ancestors().nth(2).ok_or("this program is in no target folder")?;
    Ok(target.join("doc"))
}

/// Runs the real rustdoc, if this program was started in its place, and returns its exit status.
pub(crate) fn as_rustdoc() -> Option<ExitCode> {
    let rustdoc = env::var_os(RUSTDOC)?;
    let mut rustdoc = Command::new(rustdoc);
    let done = rustdoc.args(env::args_os().skip(1)).env("RUSTC_BOOTSTRAP", "1").status();
    let done = done.is_ok_and(|status| status.success());
    Some(if done { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

#[cfg(test)]
mod tests {
    use super::made_with;

    #[test]
    fn a_listing_names_its_compiler() {
        let listing = "# cargo xtask api, with rustc 1.95.0\npub mod scanops\n";
        assert_eq!(made_with(listing), Some("1.95.0"));
        assert_eq!(made_with("pub mod scanops\n"), None);
        assert_eq!(made_with(""), None);
    }
}
