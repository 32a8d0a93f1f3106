//! Tells the program from which commit it is made: `GUESTLIST_COMMIT`, or what git says of this folder. Neither has
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
    let commit =
        std::env::var("GUESTLIST_COMMIT").ok().or_else(from_git).map(|commit| commit.trim().to_owned());
    let version = env!("CARGO_PKG_VERSION");
    let is_name = |commit: &String| !commit.is_empty() && commit.chars().all(|c| c.is_ascii_alphanumeric());
    match commit.filter(is_name) {
        Some(commit) => println!("cargo::rustc-env=GUESTLIST_VERSION={version} ({commit})"),
        None => println!("cargo::rustc-env=GUESTLIST_VERSION={version}"),
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
