//! Sets the commit and its date: `GUESTLIST_COMMIT` and `GUESTLIST_DATE`, or what git says of this folder. Neither has
//! to be there, as in an archive from crates.io: then the version stands alone.

#![allow(
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "this is how a build script hears and talks"
)]

use std::path::Path;
use std::process::Command;

fn main() {
    println!("cargo::rerun-if-env-changed=GUESTLIST_COMMIT");
    println!("cargo::rerun-if-changed=build.rs");
    set_date();
    let commit =
        std::env::var("GUESTLIST_COMMIT").ok().or_else(from_git).map(|commit| commit.trim().to_owned());
    let version = env!("CARGO_PKG_VERSION");
    let is_name = |commit: &String| !commit.is_empty() && commit.chars().all(|c| c.is_ascii_alphanumeric());
    match commit.filter(is_name) {
        Some(commit) => println!("cargo::rustc-env=GUESTLIST_VERSION={version} ({commit})"),
        None => println!("cargo::rustc-env=GUESTLIST_VERSION={version}"),
    }
}

/// The date of the commit, for the manual pages: `GUESTLIST_DATE`, or what git says.
fn set_date() {
    println!("cargo::rerun-if-env-changed=GUESTLIST_DATE");
    let from_git = || Path::new(".git").exists().then(|| git(&["log", "-1", "--format=%cs"]))?;
    let is_date = |date: &String| date.len() == 10 && date.chars().all(|c| c.is_ascii_digit() || c == '-');
    let date = std::env::var("GUESTLIST_DATE").ok().or_else(from_git).map(|date| date.trim().to_owned());
    if let Some(date) = date.filter(is_date) {
        println!("cargo::rustc-env=GUESTLIST_DATE={date}");
    }
}

/// The commit, where this folder itself is the top of a checkout and not merely unpacked somewhere inside one.
fn from_git() -> Option<String> {
    if !Path::new(".git").exists() {
        return None;
    }
    // Committing and changing branches appends to the log of HEAD.
    if let Some(log) =
        git(&["rev-parse", "--git-path", "logs/HEAD"]).filter(|log| Path::new(log.trim()).exists())
    {
        println!("cargo::rerun-if-changed={}", log.trim());
    }
    git(&["rev-parse", "--short=12", "HEAD"])
}

fn git(args: &[&str]) -> Option<String> {
    let said = Command::new("git").args(args).output().ok()?;
    said.status.success().then(|| String::from_utf8(said.stdout).ok())?
}
