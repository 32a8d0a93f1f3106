//! Lists as people have them, `tests/data/import`: what is read of each, pasted and from a file, is what `expected.tsv` says.
//! `tests/cli/lists.rs` holds the command against the same table.

use std::fs;
use std::path::{Path, PathBuf};

use crate::stage::Stage;
use guestlist::app::Overlay;
use guestlist::app::screens::import::ImportDialog;
use guestlist::domain::ServiceReply;
use guestlist::domain::import::check_job::EntryState;
use guestlist::domain::import::decode;

/// One line of the table.
struct Case {
    file: String,
    /// Emails, each with its name behind a `=`; or the sentence with which the list is refused.
    new: String,
    /// Suggested emails of the entries that wait for the user, or their texts.
    held: String,
    column: String,
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/import")
}

fn cases() -> Vec<Case> {
    let table = fs::read_to_string(folder().join("expected.tsv")).expect("the table");
    let case = |line: &str| {
        let cells: Vec<&str> = line.split('\t').collect();
        let cell = |at: usize| cells[at].to_owned();
        Case { file: cell(0), new: cell(1), held: cell(2), column: cell(3) }
    };
    table.lines().skip(1).map(case).collect()
}

fn many(stage: &Stage) -> &ImportDialog {
    let found = stage.state.overlays.iter().find_map(|screen| match screen {
        Overlay::Import(many) => Some(&**many),
        _ => None,
    });
    found.expect("the import is open")
}

/// What the console read: new, held, column, as in the table.
fn read(stage: &Stage) -> (String, String, String) {
    let sheet = &many(stage).list;
    if let Some(hold) = &sheet.error {
        return (hold.text().to_owned(), String::new(), String::new());
    }
    let (mut new, mut held) = (Vec::new(), Vec::new());
    for (entry, judged) in sheet.entries.iter().zip(&many(stage).entry_states) {
        match judged {
            judged if judged.is_included() => {
                let name = sheet.resolve(entry, "name").map_or_else(String::new, |name| format!("={name}"));
                new.push(format!("{}{name}", entry.email));
            }
            EntryState::Checked(verdict) => {
                held.push(verdict.suggestion().unwrap_or(&entry.email).to_owned())
            }
            other => panic!("{other:?}"),
        }
    }
    let column = sheet.column.and_then(|column| sheet.header.get(column)).cloned().unwrap_or_default();
    (new.join(" | "), held.join(" | "), column)
}

fn opened() -> Stage {
    let mut stage = Stage::new();
    stage.complete();
    stage.press("N");
    stage.of_journal(ServiceReply::Journal(Vec::new()));
    stage
}

#[test]
fn lists_pasted_and_from_files_read_as_expected() {
    let mut wrong = Vec::new();
    for Case { file, new, held, column } in cases() {
        let bytes = fs::read(folder().join(&file)).expect("the list");
        let expected = (new, held, column);

        let mut stage = opened();
        stage.paste(&decode(&bytes).text).press("ctrl-s");
        let found = read(&stage);
        if found != expected {
            wrong.push(format!("{file} pasted: {found:?}, expected {expected:?}"));
        }

        let mut stage = opened();
        stage.press("tab").type_text("list").press("enter");
        stage.list_read(decode(&bytes));
        let found = read(&stage);
        if found != expected {
            wrong.push(format!("{file} as a file: {found:?}, expected {expected:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
