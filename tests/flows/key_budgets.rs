//! How many keys the common tasks need. Typed text does not count.

use crate::harness::{TestConsole, TestEnv};

/// Task, maximum number of keys, the keys with typed text between bars, and the text on the screen afterwards.
const TASKS: [(&str, usize, &str, &str); 7] = [
    ("create", 3, "n |ann@example.com| tab |Hello| ctrl-s", "Creating ann@example.com starts in 5 s"),
    ("undo of a create", 1, "z", "Undone: no changes were made. Press n to edit the invite."),
    ("delete", 2, "d y", "Deleting last.minute@contoso-logistics.example starts in 5 s"),
    ("undo of a delete", 1, "z", "✓ Undone: no changes were made."),
    ("delete 22 of 23", 5, "+ |@oldpartner.com| enter d u Y", "Deleting 22 invites starts in 5 s"),
    ("undo of 22 deletes", 1, "z", "✓ Undone: no changes were made."),
    ("export", 2, "E enter", "invites written to"),
];

/// Name of an export of the sandbox that the user does not rename.
const EXPORT_FILE: &str = "invites-Sandbox-Root-2024-06-03.csv";

/// Types a script and returns the number of keys that are not typed text.
fn run_script(console: &TestConsole, script: &str) -> usize {
    let mut keys = 0;
    for (index, part) in script.split('|').enumerate() {
        if index % 2 == 1 {
            console.type_text(part);
            continue;
        }
        for key in part.split_whitespace() {
            console.press(key);
            keys += 1;
        }
    }
    keys
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn key_budgets() {
    // The file may be there if an earlier run failed.
    let _ = std::fs::remove_file(EXPORT_FILE);
    let env = TestEnv::new().await;
    let mut console = env.open_console();
    console.wait_for("412 · complete").await;
    for (task, budget, script, result) in TASKS {
        let keys = run_script(&console, script);
        console.wait_for(result).await;
        assert!(keys <= budget, "{task}: {keys} keys, at most {budget}");
        console
            .wait_until(task, |screen| result.contains("starts in") || !screen.contains("starts in"))
            .await;
    }
    std::fs::remove_file(EXPORT_FILE).expect("the export was written");
    assert_eq!((env.request_count("POST"), env.request_count("DELETE")), (0, 0), "everything was undone");
    console.kill().await;
}
