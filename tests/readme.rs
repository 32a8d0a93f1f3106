//! The README's table of keys says what the key table says. `UPDATE_README=1 cargo test --test readme` writes it anew.

#![allow(clippy::expect_used, clippy::panic, reason = "a test tells by failing")]

use guestlist::app::keymap::{Context, KeyMap};
use guestlist::config::keys;

const BEGIN: &str = "<!-- keys: tests/readme.rs holds this table and assets/keys.toml together -->\n";
const END: &str = "<!-- /keys -->";

fn table(keys: &KeyMap) -> String {
    let mut table = "| where | keys | what |\n|---|---|---|\n".to_owned();
    for place in Context::ALL {
        for action in keys.actions_of(place) {
            let keys: Vec<String> =
                keys.keys_of(place, action).iter().map(|keys| format!("`{keys}`")).collect();
            table.push_str(&format!("| {} | {} | {} |\n", place.title(), keys.join(" "), action.words()));
        }
    }
    table
}

#[test]
fn the_readme_shows_the_keys_of_the_table() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/README.md");
    let readme = std::fs::read_to_string(path).expect("read");
    let (before, rest) = readme.split_once(BEGIN).expect("the mark where the table begins");
    let (shown, after) = rest.split_once(END).expect("the mark where it ends");
    let wanted = table(&keys::parse("").expect("our own keys"));
    #[allow(clippy::disallowed_methods, reason = "a switch of this test alone")]
    if std::env::var_os("UPDATE_README").is_some() {
        std::fs::write(path, format!("{before}{BEGIN}{wanted}{END}{after}")).expect("written");
        return;
    }
    assert!(
        shown == wanted,
        "the README's keys are not those of assets/keys.toml: see the head of tests/readme.rs"
    );
}
