//! The documents: commands run, links work, and words follow `docs/style.md` and `docs/glossary.md`.
//! The generated tables are in `tests/readme.rs`.
#![cfg(unix)]
#![allow(
    clippy::expect_used,
    clippy::panic,
    reason = "this whole crate is tests; clippy only sees the `#[test]` functions"
)]

mod banned_words;
mod commands;
mod examples;
#[allow(dead_code, reason = "the tests of the command line use the rest")]
#[path = "../cli/harness.rs"]
mod harness;
mod links;
mod shell;

use std::path::{Path, PathBuf};

/// A document of the repository.
struct Document {
    /// Path below the root of the repository.
    name: String,
    text: String,
}

fn repo_root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Returns README.md, the other documents beside it, and those of `docs/`.
fn read_documents() -> Vec<Document> {
    let mut paths: Vec<PathBuf> = [repo_root().to_owned(), repo_root().join("docs")]
        .iter()
        .flat_map(|dir| dir.read_dir().expect("a folder"))
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "md"))
        .collect();
    paths.sort();
    paths.into_iter().map(|path| read_document(&path)).collect()
}

/// Returns the source files without files of unit tests, their texts, and the configuration files of `assets/`.
fn read_source_files() -> Vec<Document> {
    let is_text = |ending: &std::ffi::OsStr| ["rs", "toml", "txt", "sql"].iter().any(|text| ending == *text);
    let mut pending = vec![repo_root().join("src"), repo_root().join("assets")];
    let mut files = Vec::new();
    while let Some(path) = pending.pop() {
        if path.is_dir() {
            pending.extend(path.read_dir().expect("a folder").map(|entry| entry.expect("an entry").path()));
        } else if path.extension().is_some_and(is_text) {
            files.push(read_document(&path));
        }
    }
    files.retain(|file| !file.name.ends_with("tests.rs") && !file.name.contains("/tests/"));
    files
}

fn read_document(path: &Path) -> Document {
    let name = path.strip_prefix(repo_root()).expect("below the root").display().to_string();
    Document { name, text: std::fs::read_to_string(path).expect("text") }
}

#[test]
fn readme_has_at_most_170_lines() {
    let readme = read_document(&repo_root().join("README.md"));
    assert!(readme.text.lines().count() <= 170, "move details to docs/");
}
