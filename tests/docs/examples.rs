//! Examples of files: `guestlist config check` accepts the TOML blocks, and the sandbox the faults.

use std::fs;

use guestlist::sandbox::{Action, Rule};

use crate::harness::{RunningCommand, TestEnv};
use crate::{Document, read_document, read_documents, repo_root};

/// Returns the blocks of a document in this language.
fn code_blocks<'a>(document: &'a Document, language: &str) -> Vec<&'a str> {
    let opening = format!("```{language}\n");
    let blocks = document.text.split(&opening).skip(1);
    blocks.map(|rest| rest.split("```").next().unwrap_or_default()).collect()
}

#[test]
fn toml_blocks_pass_config_check() {
    let mut failed = Vec::new();
    for document in read_documents() {
        for block in code_blocks(&document, "toml") {
            let env = TestEnv::new(0);
            let dir = env.path("config/guestlist");
            fs::create_dir_all(&dir).expect("a folder");
            let is_theme = block.contains("[selected]");
            let name = match document.name.as_str() {
                "docs/keys.md" => "keys.toml",
                _ if is_theme => "mine.toml",
                _ => "config.toml",
            };
            fs::write(format!("{dir}/{name}"), block).expect("written");
            if is_theme {
                fs::write(format!("{dir}/config.toml"), "theme = \"mine.toml\"\n").expect("written");
            }
            let output = RunningCommand::start(env.bare_command(&["config", "check"])).wait();
            if output.code != 0 {
                failed.push(format!("{}: {}\n{block}", document.name, output.stderr));
            }
        }
    }
    assert!(failed.is_empty(), "{}", failed.join("\n"));
}

#[test]
fn sandbox_accepts_the_documented_faults() {
    let document = read_document(&repo_root().join("docs/sandbox.md"));
    for block in code_blocks(&document, "json") {
        serde_json::from_str::<Vec<Rule>>(block).expect(block);
    }
    let cells = document.text.lines().filter_map(|line| line.strip_prefix("| `")?.split("` |").next());
    let actions: Vec<&str> = cells.filter(|cell| cell.starts_with(['{', '"'])).collect();
    assert!(actions.len() > 10, "{actions:?}");
    for action in actions {
        serde_json::from_str::<Action>(&action.replace('N', "1")).expect(action);
    }
}
