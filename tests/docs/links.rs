//! Links and pictures of the documents: the file exists, and the heading too.

use std::sync::LazyLock;

use regex::Regex;

use crate::{Document, read_document, read_documents, repo_root};

static LINK_TARGET: LazyLock<Regex> = LazyLock::new(|| {
    let pattern = r#"\]\(([^)\s]+)\)|(?:src|srcset|href)="([^"]+)""#;
    Regex::new(pattern).expect("a regular expression")
});

static QUOTED_PATH: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"`([\w*.-]+/[\w*./-]*)`").expect("a regular expression"));

#[test]
fn links_and_images_exist() {
    let broken: Vec<String> = read_documents().iter().flat_map(find_broken_links).collect();
    assert!(broken.is_empty(), "broken links:\n{}", broken.join("\n"));
}

#[test]
fn files_in_sentences_exist() {
    let dirs = [repo_root().to_owned(), repo_root().join("src")];
    let mut missing = Vec::new();
    for document in read_documents() {
        for path in QUOTED_PATH.captures_iter(&document.text).map(|found| found[1].to_owned()) {
            let first = path.split('/').next().unwrap_or_default();
            let is_ours = dirs.iter().any(|dir| dir.join(first).is_dir());
            let is_pattern = path.contains("NAME") || path.contains('*') || path.starts_with("target/");
            if is_ours && !is_pattern && !dirs.iter().any(|dir| dir.join(&path).exists()) {
                missing.push(format!("{}: {path}", document.name));
            }
        }
    }
    assert!(missing.is_empty(), "no such files:\n{}", missing.join("\n"));
}

#[test]
fn readme_links_every_document() {
    let readme = read_document(&repo_root().join("README.md")).text;
    let missing: Vec<String> = read_documents()
        .into_iter()
        .map(|document| document.name)
        .filter(|name| name != "README.md" && !readme.contains(&format!("({name})")))
        .collect();
    assert!(missing.is_empty(), "README.md does not link {missing:?}");
}

fn find_broken_links(document: &Document) -> Vec<String> {
    let dir = repo_root().join(&document.name);
    let dir = dir.parent().expect("a folder");
    let mut broken = Vec::new();
    for found in LINK_TARGET.captures_iter(&document.text) {
        let target = found.get(1).or(found.get(2)).expect("a target").as_str();
        if target.contains("://") {
            continue;
        }
        let (path, heading) = target.split_once('#').unwrap_or((target, ""));
        let path = if path.is_empty() { repo_root().join(&document.name) } else { dir.join(path) };
        let is_there = path.exists() && (heading.is_empty() || has_heading(&path, heading));
        if !is_there {
            broken.push(format!("{}: {target}", document.name));
        }
    }
    broken
}

fn has_heading(path: &std::path::Path, heading: &str) -> bool {
    let text = std::fs::read_to_string(path).expect("text");
    text.lines().filter(|line| line.starts_with('#')).any(|line| anchor(line) == heading)
}

/// Returns the anchor that GitHub gives to a heading.
fn anchor(heading: &str) -> String {
    let title = heading.trim_start_matches('#').trim().to_lowercase();
    let allowed = title.chars().filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
    allowed.map(|c| if c == ' ' { '-' } else { c }).collect()
}
