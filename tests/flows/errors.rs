//! Errors of the token, the server and the connection: each shows a message with a hint, and the console stays
//! usable.

use std::collections::BTreeMap;
use std::path::PathBuf;

use guestlist::sandbox::{Action, RawReply, Role, Rule, StatusReply, TokenRequest};

use crate::harness::{TestConsole, TestEnv};

async fn assert_usable_and_quit(mut console: TestConsole) {
    console.press("?");
    console.wait_for("Pending invites").await;
    console.press("esc");
    console.wait_until_gone("Pending invites").await;
    console.quit().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_kind_of_invalid_token_has_its_error() {
    let env = TestEnv::new().await;
    for (content, expected) in [("", "empty"), ("Authorization: Bearer null", "null"), ("nonsense", "401")] {
        let mut console = env.open_with_token(content);
        let screen = console.wait_for("✗ Could not load invites").await;
        assert!(screen.contains(expected), "{content:?}:\n{screen}");
        assert!(!screen.contains("nonsense"), "a token is never shown:\n{screen}");
        assert_usable_and_quit(console).await;
    }
    let member_token =
        env.control().issue_token(TokenRequest { role: Role::User, ..TokenRequest::default() });
    let mut console = env.open_with_token(&member_token);
    let screen = console.wait_for("✗ Could not load invites").await;
    assert!(screen.contains("403"), "{screen}");
    assert_usable_and_quit(console).await;
    let mut console = env.open_with_url(env.sandbox.url(), Err(vec![PathBuf::from("/home/ann/token")]));
    let screen = console.wait_for("✗ Could not load invites").await;
    assert!(screen.contains("/home/ann/token"), "{screen}");
    assert_usable_and_quit(console).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn new_token_in_the_file_is_used_without_a_restart() {
    let env = TestEnv::new().await;
    let mut console = env.open_with_token("Bearer wrong.but.there");
    console.wait_for("✗ Could not load invites").await;
    let valid_token = std::fs::read_to_string(env.sandbox.token_file()).expect("read");
    std::fs::write(env.home.path().join("token.txt"), valid_token).expect("written");
    console.press("ctrl-r");
    let screen = console.wait_for("412 · complete").await;
    assert!(!screen.contains("Could not load"), "the error is gone:\n{screen}");
    console.quit().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn unreachable_server_is_named() {
    let env = TestEnv::new().await;
    let mut console = env.open_with_url("http://127.0.0.1:1", Ok(env.sandbox.token_file().to_owned()));
    let screen = console.wait_while_advancing("✗ Could not load invites").await;
    assert!(
        screen.contains("127.0.0.1:1 refused the connection") && screen.contains("not loaded"),
        "{screen}"
    );
    assert_usable_and_quit(console).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn plan_without_a_loaded_list_keeps_its_draft() {
    let env = TestEnv::new().await;
    let mut console = env.open_with_token("nonsense");
    console.wait_for("✗ Could not load invites").await;
    console.press("n").type_text("ann@example.com").press("ctrl-s");
    let screen = console.wait_for("The plan was not started").await;
    let words = screen.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(words.contains("No changes were made. Press n to edit the invite."), "{screen}");
    assert!(!words.contains("paused"), "there is no plan to resume:\n{screen}");
    console.press("n");
    console.wait_for("ann@example.com").await;
    assert_eq!(env.request_count("POST"), 0);
    console.kill().await;
}

fn html_response(status: u16) -> Action {
    let headers = BTreeMap::from([("content-type".to_owned(), "text/html".to_owned())]);
    let body = "<html><head><title>Sign in</title></head><body>Please log in</body></html>".to_owned();
    Action::Raw(RawReply { status, headers, body, ..RawReply::default() })
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_kind_of_invalid_response_has_its_error() {
    for (action, expected) in [
        (html_response(200), "login"),
        (html_response(403), "403"),
        (Action::Status(StatusReply::new(403)), "403"),
        (Action::Status(StatusReply::new(500)), "500"),
        (Action::Truncate(100), "Could not load invites"),
        (Action::Drop(guestlist::sandbox::FaultTiming::Before), "Could not load invites"),
    ] {
        let env = TestEnv::with_faults(vec![Rule::for_method("GET", action.clone()).always()]).await;
        let mut console = env.open_console();
        let screen = console.wait_while_advancing("✗ Could not load invites").await;
        assert!(screen.to_lowercase().contains(&expected.to_lowercase()), "{action:?}:\n{screen}");
        env.control().clear_faults();
        console.press("esc ctrl-r");
        console.wait_while_advancing("412 · complete").await;
        assert_usable_and_quit(console).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rate_limit_is_counted_down_and_awaited() {
    let reply = StatusReply::new(429).with_header("Archivist-Rate-Limit-Reset", "20.5");
    let env = TestEnv::with_faults(vec![Rule::for_method("GET", Action::Status(reply))]).await;
    let mut console = env.open_console();
    let screen = console.wait_for("retrying in 21 s").await;
    assert!(!screen.contains('✗'), "a rate limit is not an error:\n{screen}");
    console.advance(10);
    console.wait_for("retrying in 11 s").await;
    console.advance(11);
    let screen = console.wait_for("412 · complete").await;
    assert!(!screen.contains("retrying in"), "{screen}");
    console.quit().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn very_long_wait_asks_the_user() {
    let reply = StatusReply::new(429).with_header("Archivist-Rate-Limit-Reset", "7200");
    let env = TestEnv::with_faults(vec![Rule::for_method("GET", Action::Status(reply))]).await;
    let mut console = env.open_console();
    console.wait_for("The server asks for a pause of 2 h").await;
    console.press("enter");
    console.wait_for("✗ The request was stopped").await;
    console.wait_for("the server asks for a long wait").await;
    assert_usable_and_quit(console).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn interrupted_list_is_called_partial() {
    let rule = Rule { skip: 1, ..Rule::for_method("GET", Action::Status(StatusReply::new(500))).always() };
    let env = TestEnv::with_invites(2_000).await;
    env.control().set_faults(vec![rule]).expect("valid rules");
    let mut console = env.open_console();
    let screen = console.wait_while_advancing("PARTIAL").await;
    assert!(screen.contains("500") && screen.contains("page 2"), "{screen}");
    env.control().clear_faults();
    console.press("ctrl-r");
    console.wait_for("2,000 · complete").await;
    console.quit().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn repeated_page_token_ends_the_load() {
    let env = TestEnv::with_invites(2_000).await;
    env.control()
        .set_faults(vec![Rule::for_method("GET", Action::RepeatPageToken).always()])
        .expect("valid rules");
    let mut console = env.open_console();
    console.wait_while_advancing("PARTIAL").await;
    assert_usable_and_quit(console).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn hostile_text_is_shown_escaped() {
    let env = TestEnv::new().await;
    env.control().create("evil\u{1b}[2J@example.com", "\u{1b}]0;owned\u{7}\u{202e}abc").expect("created");
    let mut console = env.open_console();
    console.wait_for("413 · complete").await;
    console.press("/").type_text("owned");
    console.wait_for("owned   2 of 413").await;
    console.press("enter G");
    let screen = console.wait_for("▌   evil␛[2J@example.com").await;
    assert!(screen.contains("‹U+202E›abc"), "{screen}");
    assert!(!screen.contains(['\u{1b}', '\u{7}', '\u{202e}']));
    console.quit().await;
}
