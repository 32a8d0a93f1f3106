//! Real-world lists in `tests/data/import`, pasted and from files, compared with `expected.tsv`.
//! `tests/cli/import_files.rs` compares the command with the same table.

use std::fs;
use std::path::{Path, PathBuf};

use crate::harness::TestApp;
use guestlist::app::Overlay;
use guestlist::app::screens::import::ImportDialog;
use guestlist::domain::ServiceReply;
use guestlist::domain::import::EntryState;
use guestlist::domain::import::decode;

/// One line of the table.
struct Case {
    file: String,
    /// Emails, each with its name after a `=`; or the error of a rejected list.
    new: String,
    /// Suggested emails of the entries that wait for the user, or their texts.
    flagged: String,
    column: String,
}

fn fixture_dir() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/import")
}

fn read_cases() -> Vec<Case> {
    let table = fs::read_to_string(fixture_dir().join("expected.tsv")).expect("the table");
    let case = |line: &str| {
        let cells: Vec<&str> = line.split('\t').collect();
        let cell = |index: usize| cells[index].to_owned();
        Case { file: cell(0), new: cell(1), flagged: cell(2), column: cell(3) }
    };
    table.lines().skip(1).map(case).collect()
}

fn import_dialog(app: &TestApp) -> &ImportDialog {
    let found = app.state.overlays.iter().find_map(|overlay| match overlay {
        Overlay::Import(dialog) => Some(&**dialog),
        _ => None,
    });
    found.expect("the import is open")
}

/// The columns `new`, `flagged` and `column` of the table, as the console shows them.
fn import_result(app: &TestApp) -> (String, String, String) {
    let list = &import_dialog(app).list;
    if let Some(error) = &list.error {
        return (error.text().to_owned(), String::new(), String::new());
    }
    let (mut new, mut flagged) = (Vec::new(), Vec::new());
    for (entry, state) in list.entries.iter().zip(&import_dialog(app).entry_states) {
        match state {
            state if state.is_included() => {
                let name = list.resolve(entry, "name").map_or_else(String::new, |name| format!("={name}"));
                new.push(format!("{}{name}", entry.email));
            }
            EntryState::Checking | EntryState::Excluded | EntryState::InAnotherPlan => panic!("{state:?}"),
            state => flagged.push(state.suggestion().unwrap_or(&entry.email).to_owned()),
        }
    }
    let column = list.column.and_then(|column| list.header.get(column)).cloned().unwrap_or_default();
    (new.join(" | "), flagged.join(" | "), column)
}

fn open_import() -> TestApp {
    let mut app = TestApp::new();
    app.complete_list();
    app.press("N");
    app.deliver_journal_reply(ServiceReply::Journal(Vec::new()));
    app
}

#[test]
fn lists_pasted_and_from_files_read_as_expected() {
    let mut wrong = Vec::new();
    for Case { file, new, flagged, column } in read_cases() {
        let bytes = fs::read(fixture_dir().join(&file)).expect("the list");
        let expected = (new, flagged, column);

        let mut app = open_import();
        app.paste(&decode(&bytes).text).press("ctrl-s");
        let found = import_result(&app);
        if found != expected {
            wrong.push(format!("{file} pasted: {found:?}, expected {expected:?}"));
        }

        let mut app = open_import();
        app.press("tab").type_text("list").press("enter");
        app.deliver_import_file(decode(&bytes));
        let found = import_result(&app);
        if found != expected {
            wrong.push(format!("{file} as a file: {found:?}, expected {expected:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
