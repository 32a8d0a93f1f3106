//! Notes and snoozes survive a resend and a restart, and auto-refresh.

use std::time::Duration;

use crate::harness::{TestConsole, TestEnv};

async fn open_console(env: &TestEnv) -> TestConsole {
    let mut console = env.open_console();
    console.wait_for("412 · complete").await;
    console
}

/// Filters to an email with exactly one invite, and returns the email.
async fn filter_to_single_invite(env: &TestEnv, console: &mut TestConsole) -> String {
    let invites = env.control().invites();
    let is_unique = |email: &str| invites.iter().filter(|invite| invite.email == email).count() == 1;
    let late_invites = invites.iter().filter(|invite| invite.expiry_time.as_str() > "2024-06-08");
    let is_plain = |email: &str| email.is_ascii() && email.contains("acme") && !email.contains('+');
    let email = late_invites
        .map(|invite| &invite.email)
        .find(|email| is_plain(email) && is_unique(email))
        .expect("a matching email");
    console.press("/").type_text(&format!("={email}")).press("enter");
    console.wait_for("rows 1–1 of 1").await;
    email.clone()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn note_survives_a_resend_and_a_restart() {
    let env = TestEnv::new().await;
    let mut console = open_console(&env).await;
    let email = filter_to_single_invite(&env, &mut console).await;
    let old =
        env.control().invites().into_iter().find(|invite| invite.email == email).expect("the invite exists");
    console.press("a");
    console.wait_for("0/500").await;
    console.type_text("back in July").press("enter");
    let screen = console.wait_for("note     back in July").await;
    assert!(screen.contains("¶") && screen.contains("Note saved."), "{screen}");
    console.press("r");
    console.wait_for("Cancel").await;
    console.press("y");
    console.wait_while_advancing("✓ A new invite was sent to").await;
    console
        .wait_until("the new invite with its note", |screen| {
            screen.contains("note     back in July") && !screen.contains(&old.uuid.to_string())
        })
        .await;
    console.quit().await;

    let mut console = open_console(&env).await;
    console.press("/").type_text("note:july").press("enter");
    let screen = console.wait_for("note     back in July").await;
    assert!(screen.contains("1 of 412"), "{screen}");
    console.press("a ctrl-u enter");
    console.wait_for("Nothing matches").await;
    console.quit().await;

    let mut console = open_console(&env).await;
    console.press("/").type_text("is:noted").press("enter");
    console.wait_for("0 of 412").await;
    console.quit().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn snoozed_row_is_hidden_and_returns_when_due() {
    let env = TestEnv::new().await;
    let mut console = open_console(&env).await;
    let email = filter_to_single_invite(&env, &mut console).await;
    console.press("s");
    console.wait_for("until tomorrow").await;
    console.press("enter");
    console.wait_for("Nothing matches").await;
    console.press("S");
    let screen = console.wait_for("1 snoozed, shown").await;
    assert!(screen.contains("snoozed  until Tue 4 Jun 2024 00:00") && screen.contains("z"), "{screen}");
    // A resend creates another invite; the person stays snoozed.
    console.press("r");
    console.wait_for("Cancel").await;
    console.press("y");
    console.wait_while_advancing("✓ A new invite was sent to").await;
    console.press("S");
    console.wait_for("Nothing matches").await;
    assert!(env.control().invites().iter().any(|invite| invite.email == email));
    console.quit().await;

    let mut console = open_console(&env).await;
    console.wait_for("of 411 · page 1/13 · 1 snoozed").await;
    // The snooze must not end early.
    let midnight = "2024-06-04T00:00:00Z".parse::<jiff::Timestamp>().expect("a time");
    let until_midnight = midnight.duration_since(console.clock.now().wall).unsigned_abs();
    console.clock.advance(until_midnight - Duration::from_secs(30));
    console.press("j");
    console.wait_for("1 snoozed").await;
    console.advance(40);
    let screen = console.wait_until_gone("1 snoozed").await;
    assert!(screen.contains("of 412 · page"), "{screen}");
    console.quit().await;
}

/// The rows of the table.
fn table_rows(screen: &str) -> Vec<String> {
    let lines = screen.lines().skip(3).map(|line| line.chars().take(38).collect::<String>());
    lines.filter(|line| line.contains('@')).collect()
}

/// Number of requests for the list.
fn list_request_count(env: &TestEnv) -> usize {
    env.control().requests().iter().filter(|request| request.path.contains("/invites?page_size")).count()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn auto_refresh_reloads_the_list_and_nothing_moves() {
    let env = TestEnv::new().await;
    let mut console = open_console(&env).await;
    console.press("w");
    console.wait_for("every 5 min").await;
    console.press("o m ctrl-f space space space space");
    let before = console.wait_for("4 marked").await;
    let (rows_before, page) =
        (table_rows(&before), before.lines().find(|line| line.contains("· page")).expect("the page line"));
    let request_count = list_request_count(&env);
    for _ in 0..2 {
        env.control().create("zoe@new.example.com", "zzz: late").expect("created");
    }
    // Auto-refresh waits while a form is open.
    console.press("n");
    console.wait_for("New invite").await;
    console.advance(11 * 60);
    console.type_text("nobody");
    console.wait_for("it has no @").await;
    assert_eq!(list_request_count(&env), request_count, "no request for the list");
    console.press("ctrl-u esc");
    let after = console.wait_for("Refreshed: 2 new.").await;
    assert!(after.contains("414 · complete"), "{after}");
    // The notification takes one line of the window.
    let after = table_rows(&after);
    assert_eq!(after[..], rows_before[..after.len()], "the same rows on the same lines");
    assert!(console.screen().contains("4 marked") && !page.is_empty());
    console.press("w");
    console.wait_until_gone("every 5 min").await;
    console.quit().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn note_and_snooze_are_undone_until_a_plan_is_newer() {
    let env = TestEnv::new().await;
    let mut console = open_console(&env).await;
    filter_to_single_invite(&env, &mut console).await;
    console.press("a").type_text("by mistake").press("enter");
    console.wait_for("Note saved. Press z to undo.").await;
    console.press("z");
    console.wait_for("Note removed.").await;
    console.wait_until_gone("by mistake").await;
    console.press("esc esc");
    console.wait_for("of 412 · page").await;
    console.press("space space s enter");
    let screen = console.wait_for("Press z to undo.").await;
    assert!(screen.contains("2 rows snoozed") && screen.contains("of 410 · page"), "{screen}");
    console.press("z");
    let screen = console.wait_for("Snooze undone.").await;
    assert!(screen.contains("of 412 · page"), "{screen}");
    console.press("U");
    filter_to_single_invite(&env, &mut console).await;
    console.press("a").type_text("keep").press("enter");
    console.wait_for("Note saved.").await;
    console.press("r");
    console.wait_for("Cancel").await;
    console.press("y");
    console.wait_while_advancing("✓ A new invite was sent to").await;
    console.press("z");
    let screen = console.wait_for("Nothing to undo").await;
    assert!(screen.contains("note     keep"), "the plan is newer than the note:\n{screen}");
    console.quit().await;
}
