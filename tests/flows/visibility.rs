//! Nothing happens unseen: a prompt accepts only keys pressed after it was drawn, an automatic prompt waits for a typing
//! pause, and an undo window is shown in every view and restarts if it could not be seen.

use guestlist::sandbox::{Action, FaultTiming, Rule, StatusReply};

use std::time::Duration;

use crate::harness::{TestConsole, TestEnv};

async fn open_console(env: &TestEnv) -> TestConsole {
    let mut console = env.open_console();
    console.wait_for("complete").await;
    console
}

/// A console with a plan in its undo window.
async fn open_with_undo_window(env: &TestEnv) -> TestConsole {
    let mut console = open_console(env).await;
    console.press("d");
    console.wait_for("Delete this invite?").await;
    console.press("y");
    console.wait_for("starts in 5 s; press z to undo").await;
    console
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn keys_of_one_read_do_not_answer_the_prompt_they_open() {
    let env = TestEnv::with_invites(12).await;
    let mut console = open_console(&env).await;
    for keys in ["d y", "d tab enter", "r y"] {
        console.press_at_once(keys);
        console.wait_for("Cancel").await;
        console.press("esc");
        console.wait_until_gone("Cancel").await;
    }
    // A form accepts typed text at once, but not the key that sends it.
    console.press_at_once("n a @ b . d e ctrl-s");
    console.wait_for("a@b.de").await;
    console.press("ctrl-u esc");
    console.wait_until_gone("New invite").await;
    console.quit().await;
    assert_eq!((env.request_count("POST"), env.request_count("DELETE")), (0, 0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn unfinished_plan_is_announced_before_the_list_loads() {
    let env = TestEnv::new().await;
    let rule = Rule::for_method("POST", Action::Hang(FaultTiming::Before));
    env.control().set_faults(vec![rule]).expect("valid rules");
    let mut console = open_console(&env).await;
    console.press("n").type_text("late@example.com").press("ctrl-s");
    console.pass_undo_window().await;
    env.wait_for_request("POST").await;
    console.kill().await;
    env.control().release_hanging();
    let rule = Rule { method: Some("GET".into()), latency_ms: 60_000, ..Rule::default() };
    env.control().set_faults(vec![rule]).expect("valid rules");
    let mut console = env.open_console();
    let screen = console.wait_for("1 plan is unfinished (0/1 done)").await;
    assert!(screen.contains("loading…"), "{screen}");
    console.kill().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn undo_window_is_shown_in_every_view_with_its_key() {
    let env = TestEnv::with_invites(12).await;
    let mut console = open_with_undo_window(&env).await;
    for view in ["2", "3", "4", "5", "6", "1"] {
        console.press(view);
        console.wait_for(&format!(" {view} ")).await;
        console.wait_for("starts in 5 s; press z to undo").await;
    }
    console.press("n");
    console.wait_for("starts in 5 s; press Esc z to undo").await;
    console.press("esc z");
    console.wait_for("Undone: no changes were made.").await;
    assert_eq!(env.request_count("DELETE"), 0);
    console.quit().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn undo_window_restarts_after_a_suspend() {
    let env = TestEnv::with_invites(12).await;
    let mut console = open_with_undo_window(&env).await;
    console.advance(2);
    console.wait_for("starts in 3 s").await;
    console.set_away_seconds(10).press("ctrl-z");
    console.wait_for("starts in 5 s").await;
    console.advance(4);
    console.wait_for("starts in 1 s").await;
    assert_eq!(env.request_count("DELETE"), 0);
    console.press("z");
    console.wait_for("Undone: no changes were made.").await;
    assert_eq!(env.request_count("DELETE"), 0);
    console.quit().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn undo_window_restarts_after_an_editor() {
    let env = TestEnv::with_invites(12).await;
    let mut console = open_with_undo_window(&env).await;
    for seconds in [3, 30] {
        console.press("n").set_away_seconds(seconds).set_editor_text("edited").press("ctrl-o");
        console.wait_for("edited").await;
        console.press("esc");
        console.wait_for("starts in 5 s; press z to undo").await;
        assert_eq!(env.request_count("DELETE"), 0);
    }
    console.advance(5);
    console.wait_for("11 · complete").await;
    assert_eq!(env.request_count("DELETE"), 1);
    console.press("n ctrl-u esc");
    console.kill().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn undo_window_does_not_end_in_a_window_that_is_too_small() {
    let env = TestEnv::with_invites(12).await;
    let mut console = open_with_undo_window(&env).await;
    console.resize(30, 8);
    console.wait_for("too small").await;
    console.advance(5);
    console.press("z");
    console.resize(120, 40);
    console.wait_for("starts in 5 s; press z to undo").await;
    assert_eq!(env.request_count("DELETE"), 0);
    // A key typed right after a key in the small window is ignored too.
    console.press("z").advance(1);
    console.wait_for("starts in 4 s; press z to undo").await;
    console.press("z");
    console.wait_for("Undone: no changes were made.").await;
    console.quit().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn forecast_resends_and_deletes_the_highlighted_day() {
    let env = TestEnv::new().await;
    let mut console = open_console(&env).await;
    let on_saturday =
        env.control().invites().iter().filter(|invite| invite.expiry_time.starts_with("2024-06-08T")).count();
    console.press("f w");
    console.wait_for(&format!("Sat 8 Jun: {on_saturday} of 412")).await;
    for (key, title) in [("r", "Resend"), ("d", "Delete")] {
        console.press(key);
        let screen = console.wait_for(&format!("{title} {on_saturday} invites?")).await;
        assert!(screen.contains("All visible invites that expire on Sat 8 Jun."), "{screen}");
        console.press("esc");
        console.wait_until_gone("Cancel").await;
    }
    console.quit().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn header_shows_a_rejected_token_until_a_new_one_works() {
    let env = TestEnv::with_invites(12).await;
    let token = std::fs::read_to_string(env.sandbox.token_file()).expect("a token");
    let mut console = env.open_with_token(&token);
    console.wait_for("12 · complete").await;
    let rule = Rule::for_method("GET", Action::Status(StatusReply::new(401))).always();
    env.control().set_faults(vec![rule]).expect("valid rules");
    console.press("ctrl-r");
    let screen = console.wait_for("token rejected").await;
    assert!(!screen.contains("token 59 min") && !screen.contains("token 1 h"), "{screen}");
    assert!(screen.contains("press Ctrl-r."), "{screen}");
    env.control().clear_faults();
    console.press("ctrl-r");
    console.wait_until_gone("token rejected").await;
    console.quit().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn expired_notifications_can_be_read_again() {
    let env = TestEnv::with_invites(12).await;
    let mut console = open_with_undo_window(&env).await;
    console.press("z");
    console.wait_for("Undone: no changes were made.").await;
    console.advance(60);
    console.wait_until_gone("Undone:").await;
    console.press("!");
    let screen = console.wait_for("Undone: no changes were made.").await;
    assert!(screen.contains("Earlier"), "{screen}");
    console.press("q");
    console.quit().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn cached_list_is_shown_at_once_with_its_age() {
    let env = TestEnv::with_invites(12).await;
    let mut console = open_console(&env).await;
    // The list is cached once it was compared.
    console.press("3");
    console.wait_for("First visit").await;
    console.quit().await;
    let rule = Rule { method: Some("GET".into()), latency_ms: 60_000, ..Rule::default() };
    env.control().set_faults(vec![rule]).expect("valid rules");
    env.clock.advance(Duration::from_secs(190));
    // No time passes: the list is shown before the server responds.
    let mut console = env.open_console();
    let screen = console.wait_for("12 · cached (2 m ago) · loading…").await;
    assert!(screen.contains("Case.Sensitive@tallship.example"), "{screen}");
    let selected = |screen: &str| -> Option<String> {
        let row = screen.lines().find(|line| line.starts_with("│▌"))?;
        Some(row.chars().take(30).collect())
    };
    let first = selected(&screen);
    console.press("j");
    let screen = console.wait_until("the next row", |screen| selected(screen) != first).await;
    let second = selected(&screen);
    let screen = console.wait_while_advancing("12 · complete").await;
    assert_eq!(selected(&screen), second, "the selection stays");
    console.quit().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn cached_list_is_not_shown_after_a_rejected_token() {
    let env = TestEnv::with_invites(12).await;
    let mut console = open_console(&env).await;
    console.press("3");
    console.wait_for("First visit").await;
    console.quit().await;
    env.control()
        .set_faults(vec![Rule::for_method("GET", Action::Status(StatusReply::new(401))).always()])
        .expect("valid rules");
    let mut console = env.open_console();
    let screen = console.wait_for("✗ Could not load invites").await;
    assert!(screen.contains("Tokens come from") && !screen.contains("tallship.example"), "{screen}");
    assert!(screen.contains("token rejected") && !screen.contains("OFFLINE"), "{screen}");
    console.quit().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn triage_decides_only_on_drawn_invites() {
    let env = TestEnv::with_invites(12).await;
    let mut console = open_console(&env).await;
    console.press_at_once("t d d d");
    console.wait_for("Triage · 1 of 12").await;
    console.press_at_once("d d q");
    let screen = console.wait_for("Triage · 2 of 12").await;
    assert!(screen.contains("    1 delete  "), "{screen}");
    console.press_at_once("tab tab k");
    let screen = console.wait_for("Triage · 3 of 12").await;
    assert!(screen.contains("    1 delete  "), "{screen}");
    console.press_at_once("k r");
    let screen = console.wait_for("Triage · 2 of 12").await;
    assert!(screen.contains("    1 delete  "), "the resend was typed for another invite: {screen}");
    console.kill().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn import_accepts_keys_only_for_the_drawn_stage() {
    let env = TestEnv::with_invites(12).await;
    let mut console = open_console(&env).await;
    console.press("N").paste("new.one@acme.com\nnew.two@acme.com\n").press("ctrl-s");
    console.wait_for("new 2").await;
    console.press("backtab");
    console.wait_for("Import · 1/3").await;
    console.press_at_once("ctrl-s d d");
    console.wait_for("Import · 2/3").await;
    console.wait_for("All 2 │ new 2").await;
    console.kill().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn view_accepts_immediate_keys_only_once_drawn() {
    let env = TestEnv::new().await;
    let mut console = open_console(&env).await;
    let screen = console.wait_until("the problems", |screen| screen.contains("4 Problems 1")).await;
    let number = |screen: &str| screen.split("4 Problems ").nth(1).map(|rest| rest[..2].to_owned());
    console.press_at_once("4 x");
    let after = console.wait_for("Problems · in 412").await;
    assert_eq!(number(&after), number(&screen), "{after}");
    console.quit().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn editor_text_is_sent_only_once_drawn() {
    let env = TestEnv::with_invites(12).await;
    let mut console = open_console(&env).await;
    console.press("n").type_text("new.one@acme.com").press("tab").set_editor_text("edited");
    console.press_at_once("ctrl-o ctrl-s");
    let screen = console.wait_for("edited").await;
    assert!(screen.contains("New invite") && !screen.contains("will start in"), "{screen}");
    console.press("ctrl-s");
    console.wait_for("starts in 5 s; press z to undo").await;
    console.kill().await;
}
