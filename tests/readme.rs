//! The tables in `docs/keys.md`, `docs/filters.md` and `docs/json.md` match the key map, the filter help and the schema.
//! `UPDATE_README=1 cargo test --test readme` writes them.

#![allow(clippy::expect_used, clippy::panic, reason = "a test reports by failing")]

use guestlist::config::keys_file;
use guestlist::domain::query::FILTER_HELP;
use guestlist::keys::{KeyContext, KeyMap};
use serde_json::Value;

fn keys_table(keys: &KeyMap) -> String {
    let mut table = "| context | keys | command |\n|---|---|---|\n".to_owned();
    for &context in KeyContext::ALL {
        for action in keys.actions_in(context) {
            let keys: Vec<String> =
                keys.keys_for(context, action).iter().map(|keys| format!("`{keys}`")).collect();
            if keys.is_empty() {
                continue;
            }
            table.push_str(&format!(
                "| {} | {} | {} |\n",
                context.title(),
                keys.join(" "),
                context.describe(action)
            ));
        }
    }
    table
}

fn filters_table() -> String {
    let rows = FILTER_HELP.iter().map(|(form, description)| format!("| `{form}` | {description} |\n"));
    "| term | finds |\n|---|---|\n".to_owned() + &rows.collect::<String>()
}

/// Returns the commands with their summaries, and the fields of their items.
fn json_tables() -> String {
    let schema: Value =
        serde_json::from_str(include_str!("../docs/json-schema.json")).expect("a JSON schema");
    let fields = |definition: &Value| -> Vec<String> {
        let names = definition["required"].as_array().expect("fields").iter();
        names.map(|name| format!("`{}`", name.as_str().expect("a name"))).collect()
    };
    let (mut documents, mut items) = (String::new(), String::new());
    for (name, definition) in schema["$defs"].as_object().expect("definitions") {
        let description = definition["description"].as_str().expect("a description");
        match definition["properties"]["items"]["items"]["$ref"].as_str() {
            Some(item) => {
                let item = item.trim_start_matches("#/$defs/");
                let others = fields(definition).split_off(1).join(", ");
                documents += &format!("| {description} | {item} | {others} |\n");
            }
            None if definition["properties"]["items"].is_object() => {
                let others = fields(definition).split_off(1).join(", ");
                documents += &format!("| {description} | none | {others} |\n");
            }
            None => items += &format!("| {name} | {description} | {} |\n", fields(definition).join(", ")),
        }
    }
    format!(
        "| command | items | summary |\n|---|---|---|\n{documents}\n| object | meaning | fields |\n|---|---|---|\n{items}"
    )
}

/// Compares the table between the markers in `docs/NAME.md` with the expected one.
fn assert_table(name: &str, expected: &str) {
    let path = format!("{}/docs/{name}.md", env!("CARGO_MANIFEST_DIR"));
    let document = std::fs::read_to_string(&path).expect("read");
    let start = document.find(&format!("<!-- {name}: ")).expect("the start marker");
    let start = start + document[start..].find('\n').expect("a line") + 1;
    let end = document.find(&format!("<!-- /{name} -->")).expect("the end marker");
    #[allow(clippy::disallowed_methods, reason = "only this test reads the variable")]
    if std::env::var_os("UPDATE_README").is_some() {
        std::fs::write(path, format!("{}{expected}{}", &document[..start], &document[end..]))
            .expect("written");
        return;
    }
    assert!(
        &document[start..end] == expected,
        "the table in docs/{name}.md is stale: run with UPDATE_README=1"
    );
}

#[test]
fn docs_list_the_default_keys() {
    assert_table("keys", &keys_table(&keys_file::parse("").expect("the default keys")));
}

#[test]
fn docs_list_the_filter_terms() {
    assert_table("filters", &filters_table());
}

#[test]
fn docs_list_the_json_fields() {
    assert_table("json", &json_tables());
}
