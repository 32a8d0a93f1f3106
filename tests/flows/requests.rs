//! The Requests view: requests, responses, and curl commands.

use crate::harness::{TestConsole, TestEnv};

/// Waits for all requests of a start. The newest is shown first, so the list request is then on the last line.
async fn wait_for_startup_requests(console: &mut TestConsole) -> String {
    console
        .wait_until("the requests after the list", |screen| {
            screen.contains("MEMBER_STATE_ACTIVE") && screen.contains("service=invites")
        })
        .await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_request_is_listed_and_can_be_opened() {
    let env = TestEnv::new().await;
    let mut console = env.open_console();
    console.wait_for("412 · complete").await;
    console.press("6");
    let screen = wait_for_startup_requests(&mut console).await;
    assert!(screen.contains("GET") && screen.contains("200"), "{screen}");
    console.press("G enter");
    let screen = console.wait_for("As a curl command").await;
    assert!(screen.contains("Response") && screen.contains("/archivist/iam/v1/invites"), "{screen}");
    console.press("y");
    console.wait_for("Curl command passed to the terminal's clipboard.").await;
    let line = console.copied_text();
    assert!(line.starts_with("curl --globoff -X GET -H @\"$BEARER_TOKEN_FILE\" "), "{line}");
    assert!(line.contains(env.sandbox.url()) && line.contains("x-request-total-count: true"), "{line}");
    console.press("esc");
    console.wait_until_gone("As a curl command").await;
    console.quit().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn requests_of_a_row_are_the_ones_that_name_it() {
    let env = TestEnv::new().await;
    let mut console = env.open_console();
    console.wait_for("412 · complete").await;
    console.press("enter");
    console.wait_for("checked").await;
    console.press("esc @");
    let screen = console.wait_for("Requests of last.minute@").await;
    assert!(screen.contains("requests 1–1 of 1 · ") && screen.contains(" in all "), "{screen}");
    assert!(!screen.contains("page_size"), "{screen}");
    console.press("esc");
    console.wait_for("page_size=500").await;
    console.press("esc");
    console.wait_for("rows 1–32 of 412").await;
    console.quit().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn requests_of_a_row_include_its_create() {
    let env = TestEnv::new().await;
    let mut console = env.open_console();
    console.wait_for("412 · complete").await;
    console.press("n").type_text("o'hara@example.com").press("tab").type_text("hi $(id)").press("ctrl-s");
    console.pass_undo_window().await;
    console.wait_for("Invite sent to o'hara@example.com").await;
    console.wait_for("▌   o'hara@example.com").await;
    console.press("@");
    let screen = console.wait_for("Requests of o'hara@example.com").await;
    assert!(screen.contains("POST   200"), "{screen}");
    console.press("enter");
    console.wait_for("Request").await;
    console.press("y");
    console.wait_for("Curl command passed to the terminal's clipboard.").await;
    assert!(console.copied_text().contains(r"--data-raw '{"), "{}", console.copied_text());
    assert!(console.copied_text().contains(r"o'\''hara@example.com"), "{}", console.copied_text());
    console.quit().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn copied_curl_line_repeats_the_request() {
    let env = TestEnv::new().await;
    let mut console = env.open_console();
    console.wait_for("412 · complete").await;
    console.press("6");
    wait_for_startup_requests(&mut console).await;
    let request_total = env.control().requests().len();
    console.press("G");
    console.press("y");
    console.wait_for("clipboard").await;
    let run = tokio::process::Command::new("sh")
        .arg("-c")
        .arg(format!("command -v curl >/dev/null || exit 42; {} --silent", console.copied_text()))
        .env("BEARER_TOKEN_FILE", env.sandbox.token_file())
        .output();
    let output = run.await.expect("a shell");
    if output.status.code() != Some(42) {
        let response: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
        assert_eq!(response["invites"].as_array().map(Vec::len), Some(412));
        assert_eq!(env.control().requests().len(), request_total + 1);
    }
    console.quit().await;
}
