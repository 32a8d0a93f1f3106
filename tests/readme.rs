//! The tables of `docs/keys.md` and `docs/filters.md` are those of the key map and of the filter's reference.
//! `UPDATE_README=1 cargo test --test readme` writes them.

#![allow(clippy::expect_used, clippy::panic, reason = "a test reports by failing")]

use guestlist::config::keys;
use guestlist::domain::query::FILTER_HELP;
use guestlist::keys::{KeyContext, KeyMap};

fn keys_table(keys: &KeyMap) -> String {
    let mut table = "| context | keys | command |\n|---|---|---|\n".to_owned();
    for &place in KeyContext::ALL {
        for action in keys.actions_in(place) {
            let keys: Vec<String> =
                keys.keys_for(place, action).iter().map(|keys| format!("`{keys}`")).collect();
            if keys.is_empty() {
                continue;
            }
            table.push_str(&format!(
                "| {} | {} | {} |\n",
                place.title(),
                keys.join(" "),
                place.describe(action)
            ));
        }
    }
    table
}

fn filters_table() -> String {
    let rows = FILTER_HELP.iter().map(|(form, words)| format!("| `{form}` | {words} |\n"));
    "| term | finds |\n|---|---|\n".to_owned() + &rows.collect::<String>()
}

/// Compares the table between the marks of this name in `docs/NAME.md` with the one that is wanted.
fn assert_table(name: &str, wanted: &str) {
    let path = format!("{}/docs/{name}.md", env!("CARGO_MANIFEST_DIR"));
    let document = std::fs::read_to_string(&path).expect("read");
    let begins = document.find(&format!("<!-- {name}: ")).expect("the mark where the table begins");
    let begins = begins + document[begins..].find('\n').expect("a line") + 1;
    let ends = document.find(&format!("<!-- /{name} -->")).expect("the mark where it ends");
    #[allow(clippy::disallowed_methods, reason = "a switch of this test alone")]
    if std::env::var_os("UPDATE_README").is_some() {
        std::fs::write(path, format!("{}{wanted}{}", &document[..begins], &document[ends..]))
            .expect("written");
        return;
    }
    assert!(
        &document[begins..ends] == wanted,
        "the table in docs/{name}.md is old: see the head of tests/readme.rs"
    );
}

#[test]
fn docs_list_the_default_keys() {
    assert_table("keys", &keys_table(&keys::parse("").expect("our own keys")));
}

#[test]
fn docs_list_the_filter_terms() {
    assert_table("filters", &filters_table());
}
