//! The README's tables say what the key table and the filter's reference say.
//! `UPDATE_README=1 cargo test --test readme` writes them anew.

#![allow(clippy::expect_used, clippy::panic, reason = "a test tells by failing")]

use std::sync::{Mutex, PoisonError};

use guestlist::config::keys;
use guestlist::domain::query::REFERENCE;
use guestlist::keys::context::KeyContext;
use guestlist::keys::keymap::KeyMap;

/// Both tables lie in one file.
static WRITING: Mutex<()> = Mutex::new(());

fn keys_table(keys: &KeyMap) -> String {
    let mut table = "| where | keys | what |\n|---|---|---|\n".to_owned();
    for place in KeyContext::ALL {
        for action in keys.actions_of(place) {
            let keys: Vec<String> =
                keys.keys_of(place, action).iter().map(|keys| format!("`{keys}`")).collect();
            table.push_str(&format!(
                "| {} | {} | {} |\n",
                place.title(),
                keys.join(" "),
                place.words(action)
            ));
        }
    }
    table
}

fn filters_table() -> String {
    let rows = REFERENCE.iter().map(|(form, words)| format!("| `{form}` | {words} |\n"));
    "| term | finds |\n|---|---|\n".to_owned() + &rows.collect::<String>()
}

/// Holds the table between the marks of this name against what it should be.
fn hold(name: &str, wanted: &str) {
    let _one = WRITING.lock().unwrap_or_else(PoisonError::into_inner);
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/README.md");
    let readme = std::fs::read_to_string(path).expect("read");
    let begins = readme.find(&format!("<!-- {name}: ")).expect("the mark where the table begins");
    let begins = begins + readme[begins..].find('\n').expect("a line") + 1;
    let ends = readme.find(&format!("<!-- /{name} -->")).expect("the mark where it ends");
    #[allow(clippy::disallowed_methods, reason = "a switch of this test alone")]
    if std::env::var_os("UPDATE_README").is_some() {
        std::fs::write(path, format!("{}{wanted}{}", &readme[..begins], &readme[ends..])).expect("written");
        return;
    }
    assert!(
        &readme[begins..ends] == wanted,
        "the README's table of {name} is old: see the head of tests/readme.rs"
    );
}

#[test]
fn the_readme_shows_the_keys_of_the_table() {
    hold("keys", &keys_table(&keys::parse("").expect("our own keys")));
}

#[test]
fn the_readme_shows_the_language_of_filters() {
    hold("filters", &filters_table());
}
