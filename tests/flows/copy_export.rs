//! Copying through the terminal, and exporting to a file or the clipboard.

use std::path::Path;

use guestlist::sandbox::{Action, Rule, StatusReply};

use crate::harness::{TestConsole, TestEnv};

const FIRST_EMAIL: &str = "last.minute@contoso-logistics.example";

async fn open_console(env: &TestEnv) -> TestConsole {
    let mut console = env.open_console();
    console.wait_for("412 · complete").await;
    console
}

/// Opens the export form and enters this file name.
async fn enter_file_name(console: &mut TestConsole, path: &Path) {
    console.press("E");
    console.wait_for("To      [file]").await;
    console.press("tab tab ctrl-u").type_text(&path.display().to_string());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn copy_key_copies_the_email() {
    let env = TestEnv::new().await;
    let mut console = open_console(&env).await;
    console.press("y");
    let screen = console.wait_for("1 email passed to the terminal's clipboard.").await;
    assert_eq!(console.copied_text(), FIRST_EMAIL);
    assert!(!screen.contains("copied"), "{screen}");
    console.quit().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn copy_menu_copies_identity_row_or_requests() {
    let env = TestEnv::new().await;
    let mut console = open_console(&env).await;
    for (keys, prefix) in [
        ("Y enter", FIRST_EMAIL),
        ("Y j enter", "invites/"),
        ("Y j j enter", "{\"email\":\"last.minute@"),
        ("Y tab tab tab enter", "last.minute@contoso-logistics.example,"),
        ("Y k k enter", "curl --globoff -X GET -H @\"$BEARER_TOKEN_FILE\""),
        ("Y k enter", "curl --globoff -X DELETE -H @\"$BEARER_TOKEN_FILE\""),
    ] {
        console.press(keys);
        console.wait_for("clipboard").await;
        assert!(console.copied_text().starts_with(prefix), "{keys}: {}", console.copied_text());
        console.press("esc");
        console.wait_until_gone("clipboard").await;
    }
    assert!(console.copied_text().contains(env.sandbox.url()));
    assert!(!console.copied_text().contains("ey"), "no token:\n{}", console.copied_text());
    assert_eq!(env.request_count("DELETE"), 0);
    console.press("Y");
    console.wait_for("curl (delete)").await;
    console.press("esc");
    console.wait_until_gone("curl (delete)").await;
    console.quit().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn export_writes_the_filtered_and_sorted_rows() {
    let env = TestEnv::new().await;
    let mut console = open_console(&env).await;
    console.press("/").type_text("@oldpartner.com").press("enter o e");
    console.wait_for("rows 1–23 of 23").await;
    let path = env.home.path().join("out.json");
    enter_file_name(&mut console, &path).await;
    console.press("backtab backtab right enter");
    console.wait_for(&format!("23 invites written to {}", env.home.path().display())).await;
    console.wait_until_gone("To      [file]").await;
    let text = std::fs::read_to_string(&path).expect("written");
    let document: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    let rows = document["items"].as_array().expect("items");
    let emails: Vec<&str> = rows.iter().filter_map(|row| row["email"].as_str()).collect();
    assert_eq!(emails.len(), 23);
    assert!(
        emails.is_sorted() && emails.iter().all(|email| email.ends_with("@oldpartner.com")),
        "{emails:?}"
    );
    console.quit().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn export_over_an_existing_file_asks_with_safe_default() {
    let env = TestEnv::new().await;
    let mut console = open_console(&env).await;
    let path = env.home.path().join("there.csv");
    std::fs::write(&path, "precious").expect("written");
    enter_file_name(&mut console, &path).await;
    console.press("enter");
    console.wait_for("Overwrite the file?").await;
    console.press("enter");
    console.wait_until_gone("Overwrite the file?").await;
    assert_eq!(std::fs::read_to_string(&path).expect("the file exists"), "precious");
    assert!(console.screen().contains("there.csv"), "the form is still there:\n{}", console.screen());
    console.press("enter");
    console.wait_for("Overwrite the file?").await;
    console.press("y");
    console.wait_for("412 invites written to").await;
    assert_eq!(std::fs::read_to_string(&path).expect("the file exists").lines().count(), 413);
    console.quit().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn export_error_is_shown_in_the_form_and_input_is_kept() {
    let env = TestEnv::new().await;
    let mut console = open_console(&env).await;
    enter_file_name(&mut console, &env.home.path().join("no/where.csv")).await;
    console.press("enter");
    let screen = console.wait_for("there is no folder").await;
    assert!(screen.contains("where.csv"), "{screen}");
    console.press("ctrl-u enter");
    console.wait_for("Enter a file name.").await;
    console.press("esc");
    console.wait_until_gone("Enter a file name.").await;
    console.quit().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn clipboard_takes_few_rows_and_rejects_many() {
    let env = TestEnv::with_invites(2_000).await;
    let mut console = env.open_console();
    console.wait_for("2,000 · complete").await;
    console.press("E");
    console.wait_for("To      [file]").await;
    console.press("tab right enter");
    console.wait_for("Too large for the clipboard.").await;
    console.press("esc");
    console.wait_until_gone("to       file").await;
    console.press("/").type_text("last.minute").press("enter");
    console.wait_for("rows 1–1 of 1").await;
    console.press("E");
    console.wait_for("To      [file]").await;
    console.press("tab right enter");
    console.wait_for("1 invite as CSV passed to the terminal's clipboard.").await;
    assert!(console.copied_text().starts_with("email,message,expiry_time,identity\nlast.minute@"));
    console.quit().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn partial_export_states_how_much_it_contains() {
    let env = TestEnv::with_invites(1_200).await;
    let action = Action::Status(StatusReply::new(400));
    let rule = Rule { path_contains: Some("page_token".into()), ..Rule::for_method("GET", action).always() };
    env.control().set_faults(vec![rule]).expect("valid rules");
    let mut console = env.open_console();
    console.wait_for("PARTIAL 500").await;
    let path = env.home.path().join("part.md");
    enter_file_name(&mut console, &path).await;
    console.wait_for("List incomplete: 500 of an unknown number loaded.").await;
    console.press("enter");
    console.wait_for("500 invites written to").await;
    console.wait_for("List incomplete: 500 of an unknown number").await;
    assert_eq!(std::fs::read_to_string(&path).expect("written").lines().count(), 501);
    console.quit().await;
}
