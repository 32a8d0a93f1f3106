//! Rules of the modules: which module may use what, checked on every path of every file.
//! Only the executor may call the client's writes. Files are short and have a module doc. A breach is listed
//! with file and line; change a rule in the table below.

#![allow(clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

#[path = "architecture/graph.rs"]
mod graph;
#[path = "architecture/layers.rs"]
mod layers;
#[path = "architecture/source_paths.rs"]
mod source_paths;

use std::collections::{BTreeSet, HashSet};
use std::fs;
use std::path::Path;

use graph::Graph;
use source_paths::{Segments, SourcePaths, is_write};

/// A module, or a file at the top, and what it may use.
struct ModuleRules {
    name: &'static str,
    /// Other modules. `*`: all.
    modules: &'static [&'static str],
    /// Crates besides std. `*`: all.
    crates: &'static [&'static str],
    /// Forbidden paths, even if the lists above allow them.
    forbidden: &'static [&'static str],
}

const NO_PATHS: &[&str] = &[];

/// Paths to the machine; pure modules may not use them.
const MACHINE_PATHS: &[&str] = &[
    "std::env",
    "std::fs",
    "std::net",
    "std::os",
    "std::process",
    "std::thread",
    "std::time::Instant",
    "std::time::SystemTime",
    "ratatui::crossterm",
    "ratatui::backend",
    "ratatui::init",
    "ratatui::restore",
    "ratatui::Terminal",
];

#[rustfmt::skip]
const MODULE_RULES: &[ModuleRules] = &[
    ModuleRules { name: "domain", modules: &[], forbidden: MACHINE_PATHS, crates: &[
        "csv", "email_address", "encoding_rs", "hashbrown", "jiff", "mail_parser", "percent_encoding", "regex", "serde", "serde_json", "strsim", "strum",
        "thiserror", "unicode_script", "unicode_security", "unicode_segmentation", "unicode_truncate", "unicode_width", "url", "uuid"] },
    ModuleRules { name: "api", modules: &["domain", "clock", "files"], forbidden: NO_PATHS, crates: &[
        "base64", "futures_util", "httpdate", "jiff", "process_wrap", "reqwest", "rustls", "secrecy", "serde", "serde_json",
        "thiserror", "tokio", "tracing"] },
    ModuleRules { name: "store", modules: &["domain", "clock", "files"], forbidden: NO_PATHS, crates: &[
        "jiff", "rusqlite", "serde", "serde_json", "thiserror", "tokio", "tracing", "uuid"] },
    ModuleRules { name: "service", modules: &["domain", "api", "store", "clock"], forbidden: NO_PATHS, crates: &[
        "futures_util", "hashbrown", "jiff", "secrecy", "thiserror", "tokio", "tokio_util", "tracing", "uuid"] },
    ModuleRules { name: "keys", modules: &[], forbidden: MACHINE_PATHS, crates: &["serde", "strum", "thiserror"] },
    ModuleRules { name: "ui", modules: &["domain", "keys"], forbidden: MACHINE_PATHS, crates: &[
        "jiff", "ratatui", "regex", "serde", "toml", "tui_input", "unicode_segmentation", "unicode_truncate",
        "unicode_width"] },
    ModuleRules { name: "app", modules: &["domain", "keys", "ui"], forbidden: MACHINE_PATHS, crates: &[
        "hashbrown", "jiff", "ratatui", "strum", "unicode_segmentation", "unicode_width", "uuid"] },
    ModuleRules { name: "terminal", modules: &["keys"], forbidden: NO_PATHS, crates: &[
        "crossterm", "futures_util", "ratatui", "rustix", "secrecy", "thiserror", "tokio", "tracing", "unicode_width"] },
    ModuleRules { name: "config", modules: &["domain", "keys", "files"], forbidden: NO_PATHS, crates: &[
        "directories", "secrecy", "serde", "strsim", "thiserror", "toml", "url"] },
    ModuleRules { name: "console", modules: &["*"], forbidden: &["crossterm", "reqwest", "rusqlite", "axum"], crates: &["*"] },
    ModuleRules { name: "cli", // It assembles the console, so it uses the console's modules; never `api` or `store`.
        modules: &["domain", "service", "config", "console", "sandbox", "clock", "files", "log", "app", "keys", "terminal", "ui::theme", "ui::Theme"],
        forbidden: NO_PATHS, crates: &["clap", "clap_complete", "clap_mangen", "indicatif", "jaq_core", "jaq_json", "jaq_std", "jiff", "minijinja", "pulldown_cmark", "secrecy", "serde", "serde_json", "tempfile", "textwrap", "thiserror",
        "tokio", "tokio_util", "tracing", "uuid"] },
    ModuleRules { name: "sandbox", modules: &["domain::limits", "clock", "files"], forbidden: NO_PATHS, crates: &[
        "axum", "base64", "futures_util", "hashbrown", "httpdate", "jiff", "rusqlite", "serde", "serde_json", "tempfile",
        "textwrap", "thiserror", "tokio", "tokio_util", "tracing", "uuid"] },
    ModuleRules { name: "clock", modules: &["domain"], forbidden: NO_PATHS, crates: &["jiff", "tokio"] },
    ModuleRules { name: "files", modules: &[], forbidden: NO_PATHS, crates: &["tempfile"] },
    ModuleRules { name: "log", modules: &["files"], forbidden: NO_PATHS, crates: &[
        "thiserror", "tracing", "tracing_subscriber"] },
    ModuleRules { name: "lib", modules: &["*"], forbidden: NO_PATHS, crates: &["*"] },
    ModuleRules { name: "main", modules: &["*"], forbidden: &["crossterm", "reqwest", "rusqlite", "axum"], crates: &["*"] },
];

/// The only modules that may call the client's writes: the executor, and the client itself.
const WRITE_MODULES: &[&str] = &["service/executor", "api/"];

const MAX_FILE_LINES: usize = 400;

fn is_below(path: &[String], rule: &str) -> bool {
    let rule: Vec<&str> = rule.split("::").collect();
    path.len() >= rule.len() && rule.iter().zip(path).all(|(rule, part)| rule == part)
}

/// Returns true if a path reaches the rule; a glob reaches everything below it.
fn reaches(path: &[String], rule: &str) -> bool {
    let prefix = path.strip_suffix(&["*".to_owned()]).map(|prefix| prefix.join("::") + "::");
    is_below(path, rule) || prefix.is_some_and(|prefix| rule.starts_with(&prefix))
}

/// Returns the crates of the manifest, as code writes them.
fn dependencies() -> HashSet<String> {
    let manifest =
        fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml")).expect("read");
    let manifest: toml::Table = manifest.parse().expect("TOML");
    let unix = manifest.get("target").and_then(|target| target.get("cfg(unix)")?.get("dependencies"));
    let tables = manifest.get("dependencies").into_iter().chain(unix).filter_map(toml::Value::as_table);
    tables.flat_map(|table| table.keys().map(|name| name.replace('-', "_"))).collect()
}

/// Returns the breaches of one file, as `file:line: sentence`.
fn check_file(file: &str, source_paths: &SourcePaths) -> BTreeSet<String> {
    let own = file.split('/').next().unwrap_or_default().trim_end_matches(".rs");
    let Some(rules) = MODULE_RULES.iter().find(|rules| rules.name == own) else {
        return BTreeSet::from([format!("{file}:1: `{own}` has no row in the table of modules")]);
    };
    let mut found = BTreeSet::new();
    for (path, line) in &source_paths.paths {
        let text = path.join("::");
        let allowed = match path[0].as_str() {
            "crate" | "guestlist" => {
                let inner = &path[1..];
                inner.is_empty()
                    || inner[0] == own
                    || rules.modules.iter().any(|rule| *rule == "*" || is_below(inner, rule))
            }
            name if source_paths.crates.contains(name) => {
                rules.crates.iter().any(|rule| *rule == "*" || *rule == name)
            }
            _ => true,
        };
        if !allowed || rules.forbidden.iter().any(|rule| reaches(path, rule)) {
            found.insert(format!("{file}:{line}: `{own}` may not use {text}"));
        }
        if path.len() > 1 && path[path.len() - 2] == "Client" && is_write(&path[path.len() - 1]) {
            found.extend(check_write(file, *line));
        }
    }
    for (receiver, line) in &source_paths.writes {
        if receiver == "client" || own == "service" {
            found.extend(check_write(file, *line));
        }
    }
    found
}

fn check_write(file: &str, line: usize) -> Option<String> {
    let allowed = WRITE_MODULES.iter().any(|writer| file.starts_with(writer));
    (!allowed)
        .then(|| format!("{file}:{line}: only service/executor may call the client's create and delete"))
}

/// Returns path and source of all `.rs` files below a folder of the package.
fn read_sources(dir: &str) -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join(dir);
    let (mut dirs, mut files) = (vec![root.clone()], Vec::new());
    while let Some(dir) = dirs.pop() {
        for entry in fs::read_dir(&dir).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                dirs.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let name = path.strip_prefix(&root).expect("below").to_string_lossy().replace('\\', "/");
                files.push((name, fs::read_to_string(&path).expect("text")));
            }
        }
    }
    files
}

fn assert_no_breaches(breaches: impl IntoIterator<Item = String>) {
    let list: Vec<String> = breaches.into_iter().collect();
    assert!(list.is_empty(), "\n{}\n", list.join("\n"));
}

/// Returns the files of `src` without test modules, with their paths.
fn read_shipped_files() -> Vec<(String, SourcePaths)> {
    let crates = dependencies();
    let read =
        |(file, source): &(String, String)| (file.clone(), SourcePaths::from_source(file, source, &crates));
    let mut files: Vec<(String, SourcePaths)> = read_sources("src").iter().map(read).collect();
    let tests: Vec<Segments> =
        files.iter().flat_map(|(_, source_paths)| source_paths.test_modules.clone()).collect();
    files.retain(|(_, source_paths)| !tests.iter().any(|test| source_paths.module.starts_with(test)));
    files
}

#[test]
fn every_module_uses_only_allowed_paths() {
    assert_no_breaches(
        read_shipped_files().iter().flat_map(|(file, source_paths)| check_file(file, source_paths)),
    );
}

#[test]
fn files_have_no_import_cycle() {
    assert_no_breaches(
        Graph::from_files(&read_shipped_files())
            .cycles()
            .into_iter()
            .map(|files| format!("cycle: {}", files.join(" "))),
    );
}

#[test]
fn app_imports_go_down_and_only_views_draw() {
    let files = read_shipped_files();
    assert_no_breaches(layers::find_breaches(&Graph::from_files(&files)));
    assert_no_breaches(layers::find_drawing_outside_views(&files));
}

#[test]
fn planted_cycle_is_found_through_a_reexport() {
    let read = |(file, source): (&str, &str)| {
        (file.to_owned(), SourcePaths::from_source(file, source, &dependencies()))
    };
    let files = [
        ("domain/mod.rs", "pub use plan::Plan; pub mod plan; mod step; mod leaf;"),
        ("domain/plan.rs", "use super::step::Step; use super::leaf; pub struct Plan;"),
        ("domain/step.rs", "fn f(plan: &super::Plan) {}"),
        ("domain/leaf.rs", "#[cfg(test)] mod tests { use super::super::plan::Plan; }"),
    ];
    let graph = Graph::from_files(&files.map(read));
    assert_eq!(graph.cycles(), [["domain/plan.rs", "domain/step.rs"]]);
}

#[test]
fn every_file_has_a_module_doc_and_none_is_long() {
    let mut found = Vec::new();
    for (dir, needs_doc) in [("src", true), ("tests", false)] {
        for (file, source) in read_sources(dir) {
            let lines = source.lines().count();
            if lines > MAX_FILE_LINES {
                found.push(format!(
                    "{dir}/{file}:{MAX_FILE_LINES}: {lines} lines; at most {MAX_FILE_LINES} are allowed"
                ));
            }
            if needs_doc && !source.starts_with("//!") {
                found.push(format!("{dir}/{file}:1: has no module doc"));
            }
        }
    }
    assert_no_breaches(found);
}

#[test]
fn planted_breaches_of_the_layers_are_found() {
    let read = |(file, source): (&str, &str)| {
        (file.to_owned(), SourcePaths::from_source(file, source, &dependencies()))
    };
    let files = [
        ("app/mod.rs", "pub mod model; pub mod screens; pub mod shell;"),
        ("app/model/mod.rs", "use crate::app::shell::App; use ratatui::Frame;"),
        ("app/screens/mod.rs", "pub mod note; pub mod snooze;"),
        ("app/screens/note/mod.rs", "use crate::app::screens::snooze::Snooze; use crate::app::model::Model;"),
        ("app/screens/note/view.rs", "use ratatui::Frame; use crate::ui::Theme;"),
        ("app/screens/snooze/mod.rs", "use crate::ui::Theme; pub struct Snooze;"),
        ("app/shell/mod.rs", "use crate::app::screens::note::Note; pub struct App;"),
    ]
    .map(read);
    let imports = layers::find_breaches(&Graph::from_files(&files));
    assert_eq!(
        imports.into_iter().collect::<Vec<_>>(),
        [
            "app/model/mod.rs may not import app/shell/mod.rs",
            "app/screens/note/mod.rs may not import app/screens/snooze/mod.rs",
        ]
    );
    let drawing = layers::find_drawing_outside_views(&files);
    assert_eq!(
        drawing.into_iter().collect::<Vec<_>>(),
        ["app/model/mod.rs may not draw", "app/screens/snooze/mod.rs may not draw"]
    );
}

fn check_source(file: &str, source: &str) -> Vec<String> {
    check_file(file, &SourcePaths::from_source(file, source, &dependencies())).into_iter().collect()
}

#[test]
fn planted_breaches_are_found() {
    for (file, source, line, what) in [
        ("domain/plan.rs", "use crate::api::Client;", 1, "crate::api::Client"),
        ("domain/plan.rs", "//! x\nfn f() { crate::store::open() }", 2, "crate::store::open"),
        ("domain/mod.rs", "fn f() -> super::api::Client { g() }", 1, "crate::api::Client"),
        ("keys/keymap.rs", "use guestlist::ui::Theme;", 1, "guestlist::ui::Theme"),
        ("app/shell/update.rs", "use std::{fmt, time::{Duration, Instant}};", 1, "std::time::Instant"),
        (
            "app/shell/update.rs",
            "fn f() { time::Instant::now(); }\nuse std::time;",
            1,
            "std::time::Instant::now",
        ),
        (
            "app/shell/update.rs",
            "use std::time as t;\nfn f() { t::SystemTime::now(); }",
            2,
            "std::time::SystemTime::now",
        ),
        ("app/shell/update.rs", "use std::time::*;", 1, "std::time::*"),
        (
            "app/shell/update.rs",
            "mod deep { use super::super::super::super::console::run; }",
            1,
            "crate::console::run",
        ),
        ("ui/mod.rs", "fn f() { vec![ratatui::crossterm::style::Color::Red]; }", 1, "ratatui::crossterm"),
        ("ui/mod.rs", "fn f() { let x = tokio::spawn(async {}); }", 1, "tokio::spawn"),
        ("ui/mod.rs", "fn f() { assert!(match 1 { _ => { std::env::var(\"X\") } }) }", 1, "std::env::var"),
        ("ui/mod.rs", "impl From<reqwest::Error> for X {}", 1, "reqwest::Error"),
        ("terminal/key.rs", "use guestlist::{keys::input::Key, app::App};", 1, "guestlist::app::App"),
        ("sandbox/rows.rs", "use crate::domain::Invite;", 1, "crate::domain::Invite"),
        ("cli/list.rs", "use crate::{api, store};", 1, "crate::api"),
        ("store/mod.rs", "#[derive(reqwest::X)] struct A;", 1, "reqwest::X"),
        ("service/reader.rs", "fn f(c: C) { c.create(&draft); }", 1, "service/executor"),
        ("console/mod.rs", "fn f() { self.client.clone()\n.delete(&id); }", 2, "service/executor"),
        (
            "console/mod.rs",
            "fn f() { tokio::select! { _ = client().create(d) => {} } }",
            1,
            "service/executor",
        ),
        ("service/mod.rs", "fn f() { let call = crate::api::Client::create; }", 1, "service/executor"),
        ("unknown/mod.rs", "", 1, "no row"),
    ] {
        let found = check_source(file, source);
        let expected = format!("{file}:{line}: ");
        let hit = found.iter().any(|breach| breach.starts_with(&expected) && breach.contains(what));
        assert!(hit, "{source}\n{found:?}");
    }
}

#[test]
fn allowed_imports_are_no_breaches() {
    for (file, source) in [
        ("domain/plan.rs", "use super::{Draft, Invite}; use std::time::Duration; pub(crate) fn f() {}"),
        ("domain/plan.rs", "#[cfg(test)] mod tests { use std::time::Instant; use crate::api::Client; }"),
        ("domain/plan.rs", "#[cfg(all(test, unix))] fn f() { std::fs::read(p); }"),
        ("terminal/key.rs", "use guestlist::keys::input::{Key, KeyCode}; use super::guard;"),
        ("app/shell/frame/mod.rs", "use guestlist::ui::Theme; use ratatui::{Frame, layout::Rect};"),
        ("service/executor/wire.rs", "fn f() { self.client.create(&draft); client.delete(&id); }"),
        ("store/schema.rs", "fn f() { options.create(true); builder.create(folder); }"),
        ("main.rs", "fn main() { guestlist::console::run() }"),
    ] {
        assert_eq!(check_source(file, source), Vec::<String>::new(), "{source}");
    }
    assert_eq!(check_source("domain/plan.rs", "#[cfg(not(test))] use std::fs;").len(), 1);
}

#[test]
fn test_only_files_are_recognized() {
    for (file, source, module) in [
        ("api/mod.rs", "#[cfg(test)] mod tests;", "api::tests"),
        ("api/wire.rs", "#[cfg(test)] mod tests;", "api::wire::tests"),
        ("api/wire.rs", "#[cfg(test)] #[path = \"wire_tests.rs\"] mod tests;", "api::wire_tests"),
    ] {
        let source_paths = SourcePaths::from_source(file, source, &dependencies());
        assert_eq!(source_paths.test_modules[0].join("::"), module);
    }
}
