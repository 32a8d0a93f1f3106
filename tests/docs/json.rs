//! The commands print the keys that `docs/cli.md` names for `--json`.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use regex::Regex;
use serde_json::Value;

use crate::commands::DocSession;
use crate::{read_document, repo_root};

static QUOTED_WORD: LazyLock<Regex> =
    LazyLock::new(|| Regex::new("`([^`]+)`").expect("a regular expression"));
static PARENTHESES: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"\([^)]*\)").expect("a regular expression"));

fn quoted_words(cell: &str) -> Vec<String> {
    QUOTED_WORD.captures_iter(&PARENTHESES.replace_all(cell, "")).map(|found| found[1].to_owned()).collect()
}

fn collect_keys(value: &Value, keys: &mut BTreeSet<String>) {
    match value {
        Value::Object(map) => map.iter().for_each(|(key, value)| {
            keys.insert(key.clone());
            collect_keys(value, keys);
        }),
        Value::Array(list) => list.iter().for_each(|value| collect_keys(value, keys)),
        _ => {}
    }
}

#[test]
fn documented_json_keys_are_printed() {
    let session = DocSession::new("");
    session.create_unfinished_plan();
    // The first run creates a baseline.
    session.run_guestlist(&["changes".to_owned()]).assert_code(0);
    let control = &session.test_env().control;
    let invite = control.create("ann.lee@northwind.example", "Welcome.").expect("an invite");
    let text = read_document(&repo_root().join("docs/cli.md")).text;
    let rows = text.split("| command with `--json` |").nth(1).expect("the table").lines().skip(2);
    let mut missing = BTreeSet::new();
    for row in rows.take_while(|row| row.starts_with('|')) {
        let cells: Vec<&str> = row.split('|').collect();
        for command in quoted_words(cells[1]) {
            let id = (command == "show").then(|| invite.uuid.to_string());
            let args = command.split(' ').map(str::to_owned).chain(id).chain(["--json".to_owned()]);
            let output = session.run_guestlist(&args.collect::<Vec<_>>()).assert_code(0);
            let mut keys = BTreeSet::new();
            collect_keys(&serde_json::from_str(&output.stdout).expect("JSON"), &mut keys);
            missing.extend(
                quoted_words(cells[2])
                    .into_iter()
                    .filter(|key| !keys.contains(key))
                    .map(|key| (command.clone(), key)),
            );
        }
    }
    assert!(missing.is_empty(), "not printed: {missing:?}");
}
