//! Triage with few keys: decisions about a domain, a problem's fix, snoozes, notes, and a narrowed queue.

use crate::harness::{TestConsole, TestEnv};

/// A sandbox with these invites only.
async fn env_with(emails: impl IntoIterator<Item = String>) -> TestEnv {
    let env = TestEnv::with_invites(0).await;
    for email in emails {
        env.control().create(&email, &format!("Hello {email}")).expect("created");
    }
    env
}

async fn open_triage(env: &TestEnv) -> TestConsole {
    let rows = env.control().invites().len();
    let mut console = env.open_console();
    console.wait_for(&format!("{rows} · complete")).await;
    console.press("t");
    console.wait_for(&format!("Triage · 1 of {rows}")).await;
    console
}

/// Presses keys and adds their number to `count`.
fn press_counted(console: &TestConsole, keys: &str, count: &mut usize) {
    *count += keys.split(' ').count();
    console.press(keys);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn eighty_invites_with_two_domains_take_at_most_sixty_keys() {
    let emails = (0..80).map(|n| match n % 4 {
        0 => format!("person.{n}@oldpartner.example"),
        2 => format!("person.{n}@renewed.example"),
        _ => format!("person.{n}@firm{n}.example"),
    });
    let env = env_with(emails).await;
    let mut console = open_triage(&env).await;
    let mut keys = 1;
    let screen = console.wait_for("19 more of oldpartner.example in this queue").await;
    assert!(screen.contains("D delete all 20"), "{screen}");
    press_counted(&console, "D", &mut keys);
    console.wait_for("Triage · 2 of 80    20 delete").await;
    press_counted(&console, "space", &mut keys);
    console.wait_for("19 more of renewed.example in this queue").await;
    press_counted(&console, "R", &mut keys);
    console.wait_for("20 delete · 20 resend · 1 keep").await;
    for n in 0..39 {
        press_counted(&console, ["d", "space", "r"][n % 3], &mut keys);
    }
    console.wait_for("All 80 decided. Press Enter to see the plan of 66 steps.").await;
    press_counted(&console, "enter", &mut keys);
    console.wait_for("Apply 66 steps").await;
    press_counted(&console, "6 6 enter", &mut keys);
    console.wait_for("deleting 5 s").await;
    assert!(keys <= 60, "{keys} keys");
    console.kill().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_undo_takes_back_a_whole_domain_also_after_a_restart() {
    let emails = (0..9).map(|n| format!("p{n}@{}.example", if n % 3 == 0 { "old" } else { "new" }));
    let env = env_with(emails).await;
    let mut console = open_triage(&env).await;
    console.press("space");
    console.wait_for("Triage · 2 of 9").await;
    console.press("D");
    let screen = console.wait_for("Triage · 4 of 9    6 delete · 1 keep").await;
    assert_eq!(screen.matches("✗ delete").count(), 6, "{screen}");
    console.kill().await;
    let mut console = env.open_console();
    console.wait_for("9 · complete").await;
    console.wait_for("A triage session was interrupted at 4 of 9").await;
    console.press("t");
    console.wait_for("Triage · 4 of 9    6 delete · 1 keep").await;
    console.press("u");
    let screen = console.wait_for("Triage · 2 of 9    1 keep").await;
    assert!(screen.contains("5 more of new.example"), "{screen}");
    console.press("u");
    console.wait_for("Triage · 1 of 9    no decisions").await;
    console.press("u");
    console.wait_for("Nothing to undo in this triage.").await;
    assert_eq!(env.request_count("DELETE"), 0);
    console.kill().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn fix_key_edits_to_the_suggested_email() {
    let mut emails: Vec<String> = (0..8).map(|n| format!("p{n}@acme.com")).collect();
    emails.insert(0, "jane@acme.co".to_owned());
    let env = env_with(emails).await;
    let mut console = open_triage(&env).await;
    let screen = console.wait_for("f fix: jane@acme.com").await;
    assert!(screen.contains("typo? acme.co 1, acme.com 8"), "{screen}");
    console.press("f");
    console.wait_for("Triage · 2 of 9    1 edit").await;
    console.press("f");
    console.wait_for("There is no suggestion for this invite. Press e to edit it.").await;
    console.press("K enter");
    console.wait_for("Replace this invite?").await;
    console.press("y");
    console.wait_for("replace 5 s").await;
    console.advance(5);
    console.wait_while_advancing("   jane@acme.com ").await;
    assert!(env.control().invites().iter().any(|invite| invite.email == "jane@acme.com"));
    console.kill().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn snooze_takes_effect_at_once_and_undo_ends_it() {
    let env = env_with((0..4).map(|n| format!("p{n}@acme.example"))).await;
    let mut console = open_triage(&env).await;
    console.wait_for("snooze   until").await;
    console.press("S");
    console.wait_for("All 4 decided. Press Enter to finish: there is nothing to apply.").await;
    console.press("q");
    console.wait_for("All rows are snoozed.").await;
    console.press("t");
    console.wait_for("4 snooze").await;
    console.press("u");
    console.wait_for("    no decisions").await;
    console.wait_for("snooze   until").await;
    console.press("s");
    console.wait_for("Triage · 2 of 4    1 snooze").await;
    console.press("q");
    let screen = console.wait_for("rows 1–3 of 3").await;
    assert!(screen.contains("1 snoozed"), "{screen}");
    assert_eq!(env.request_count("POST") + env.request_count("DELETE"), 0);
    console.kill().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn note_is_about_the_current_invite_of_the_queue() {
    let env = env_with((0..3).map(|n| format!("p{n}@acme.example"))).await;
    let mut console = open_triage(&env).await;
    console.press("s");
    console.wait_for("Triage · 2 of 3").await;
    console.press("k a");
    console.wait_for("Note").await;
    console.type_text("call on Monday").press("enter");
    console.wait_for("Note saved.").await;
    let screen = console.wait_for("call on Monday").await;
    assert!(screen.contains("Triage · 1 of 3"), "the list hides the snoozed invite: {screen}");
    console.press("j");
    console.wait_until_gone("call on Monday").await;
    console.kill().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn domain_decision_in_a_narrowed_queue_leaves_the_rest() {
    let emails = (0..6).map(|n| format!("{}{n}@acme.example", if n < 2 { "ann" } else { "bob" }));
    let env = env_with(emails).await;
    let mut console = open_triage(&env).await;
    console.press("/").type_text("bob");
    console.wait_for("4 of 6 in the queue").await;
    console.press("enter");
    let screen = console.wait_for("3 more of acme.example in this queue").await;
    assert!(screen.contains("Triage · 3 of 6") && !screen.contains("ann0@"), "{screen}");
    console.press("D");
    console.wait_for("All shown invites are decided. Press Esc for the other 2.").await;
    console.press("esc");
    let screen = console.wait_until_gone("in the queue").await;
    assert!(screen.contains("4 delete") && screen.contains("ann1@"), "{screen}");
    console.press("tab");
    console.wait_for("Triage · 1 of 6").await;
    console.press("enter");
    let screen = console.wait_for("Delete 4 invites?").await;
    assert!(screen.contains("2 invites are undecided and stay as they are."), "{screen}");
    console.press("esc q");
    console.wait_for("2 Plans +4").await;
    console.kill().await;
}
