//! Triage: all kinds of decisions, undo, an interruption, a resume after a restart, and one plan at the end.

use guestlist::console::ExitReason;

use crate::harness::{TestConsole, TestEnv};

/// Number of matches on the filter line.
fn match_count(screen: &str) -> usize {
    let line = screen.lines().find(|line| line.starts_with(" /exp<")).expect("the filter's line");
    line.split_whitespace().nth(1).and_then(|number| number.parse().ok()).expect("a number")
}

async fn open_filtered_to_two_days(env: &TestEnv) -> (TestConsole, usize) {
    open_filtered(env, "exp<2d").await
}

async fn open_filtered(env: &TestEnv, filter: &str) -> (TestConsole, usize) {
    let total = env.control().invites().len();
    let mut console = env.open_console();
    console.wait_for(&format!("{total} · complete")).await;
    console.press("/").type_text(filter).press("enter");
    let screen = console.wait_until("the filter", |screen| {
        let prefix = format!(" /{filter} ");
        screen.lines().any(|line| line.starts_with(&prefix) && line.contains(&format!("of {total}")))
    });
    let rows = match_count(&screen.await);
    (console, rows)
}

/// Decides keep, delete and resend in turn, from the current invite on.
fn decide_in_turn(console: &TestConsole, from: usize, to: usize) {
    for nth in from..to {
        console.press(["space", "d", "r"][nth % 3]);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn triage_resumes_after_a_restart_and_ends_in_one_plan() {
    let env = TestEnv::new().await;
    let before = env.control().invites();
    let (mut console, rows) = open_filtered_to_two_days(&env).await;
    let middle = rows / 2;
    console.press("t");
    console.wait_for(&format!("Triage · 1 of {rows}")).await;
    decide_in_turn(&console, 0, 3);
    console.wait_for(&format!("Triage · 4 of {rows}")).await;
    console.press("u");
    let screen = console.wait_for(&format!("Triage · 3 of {rows}")).await;
    assert!(screen.contains("    1 delete · 1 keep  "), "{screen}");
    console.press("e");
    console.wait_for("Edit invite").await;
    console.press("tab ctrl-u").type_text("Please use this one.").press("ctrl-s");
    console.wait_for(&format!("Triage · 4 of {rows}")).await;
    decide_in_turn(&console, 3, middle);
    console.wait_for(&format!("Triage · {} of {rows}", middle + 1)).await;
    console.press("q");
    console.wait_for("Staged. Nothing happens").await;
    assert_eq!(
        env.request_count("POST") + env.request_count("DELETE"),
        0,
        "nothing is sent before a plan is confirmed"
    );
    console.press("q");
    console.wait_for("Quit?").await;
    console.press("y");
    assert_eq!(console.wait_for_exit().await, ExitReason::Quit);

    let (mut console, second_rows) = open_filtered_to_two_days(&env).await;
    assert_eq!(second_rows, rows);
    console.wait_for("A triage session was interrupted at").await;
    console.press("t");
    let screen = console.wait_for(&format!("Triage · {} of {rows}", middle + 1)).await;
    assert!(screen.contains(&format!("Resumed triage: {middle} of {rows} decided.")), "{screen}");
    decide_in_turn(&console, middle, rows);
    let keep_count = rows.div_ceil(3);
    let steps = rows - keep_count;
    let finished = format!("All {rows} decided. Press Enter to see the plan of {steps} steps.");
    let screen = console.wait_for(&finished).await;
    assert!(!screen.contains("Cancel") && screen.contains("100 %"), "the plan opens only by a key: {screen}");
    console.press("enter");
    let screen = console.wait_for("Apply").await;
    assert!(screen.contains("Cancel"), "{screen}");
    console.type_text(&steps.to_string()).press("enter");
    console.wait_for("deleting 5 s").await;
    console.advance(5);
    console.wait_while_advancing("invites deleted").await;
    let deleted = (0..rows).filter(|nth| nth % 3 == 1).count();
    let after = env.control().invites();
    assert_eq!(after.len(), before.len() - deleted);
    assert_eq!(after.iter().filter(|invite| invite.message == "Please use this one.").count(), 1);
    assert_eq!(env.request_count("POST"), steps - deleted, "each resend sends one email");
    console.quit().await;
}

/// Decides delete, resend, edit and keep in turn for the invites `from..to`.
async fn decide_mixed(console: &mut TestConsole, from: usize, to: usize) {
    for nth in from..to {
        if nth % 4 != 2 {
            console.press(["d", "r", "", "space"][nth % 4]);
            continue;
        }
        console.press("e");
        console.wait_for("Edit invite").await;
        console.press("tab ctrl-u").type_text(&format!("Corrected, number {nth}.")).press("ctrl-s");
        console.wait_until_gone("Edit invite").await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn triage_of_eighty_in_two_sittings_gives_one_plan() {
    let env = TestEnv::with_invites(133).await;
    let before = env.control().invites();
    let (mut console, rows) = open_filtered(&env, "exp<7d").await;
    assert_eq!(rows, 80);
    console.press("t");
    console.wait_for("Triage · 1 of 80").await;
    decide_mixed(&mut console, 0, 20).await;
    console.wait_for("Triage · 21 of 80").await;
    console.press("u");
    let screen = console.wait_for("Triage · 20 of 80").await;
    assert!(screen.contains("5 delete · 5 resend · 5 edit · 4 keep"), "{screen}");
    console.press("d");
    console.wait_for("6 delete · 5 resend · 5 edit · 4 keep").await;
    decide_mixed(&mut console, 20, 49).await;
    console.wait_for("Triage · 50 of 80").await;
    console.press("q");
    console.wait_for("Staged. Nothing happens").await;
    console.press("q");
    console.wait_for("Quit?").await;
    console.press("y");
    assert_eq!(console.wait_for_exit().await, ExitReason::Quit);
    assert_eq!(
        env.request_count("POST") + env.request_count("DELETE"),
        0,
        "nothing is sent before a plan is confirmed"
    );

    let (mut console, _) = open_filtered(&env, "exp<7d").await;
    console.wait_for("A triage session was interrupted at 50 of 80").await;
    console.press("t");
    console.wait_for("14 delete · 12 resend · 12 edit · 11 keep").await;
    decide_mixed(&mut console, 49, 80).await;
    console.wait_for("All 80 decided.").await;
    console.press("enter");
    console.wait_for("Apply 61 steps").await;
    console.type_text("61").press("enter");
    console.wait_for("deleting 5 s").await;
    console.advance(5);
    console.wait_while_advancing("invites ").await;
    let after = env.control().invites();
    let edited = after.iter().filter(|invite| invite.message.starts_with("Corrected, number ")).count();
    assert_eq!((edited, after.len()), (20, before.len() - 21));
    assert_eq!(
        (env.request_count("POST"), env.request_count("DELETE")),
        (40, 61),
        "each resend sends one email"
    );
    console.quit().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn triage_of_marked_rows_returns_to_what_is_undecided() {
    let env = TestEnv::new().await;
    let (mut console, _) = open_filtered_to_two_days(&env).await;
    console.press("space space space space t");
    console.wait_for("Triage · 1 of 4").await;
    console.press("j j");
    console.wait_for("Triage · 3 of 4").await;
    console.press("d");
    console.wait_for("Triage · 4 of 4").await;
    console.press("space");
    console.wait_for("Triage · 1 of 4").await;
    console.press("space space");
    console.wait_for("All 4 decided. Press Enter to see the plan of 1 step.").await;
    console.press("enter");
    // Only the third is deleted: the plan has one step.
    let screen = console.wait_for("Delete this invite?").await;
    assert!(screen.contains("1 link stops working"), "{screen}");
    console.press("esc");
    let screen = console.wait_until_gone("Delete this invite?").await;
    assert!(screen.contains("Triage · 2 of 4") && screen.contains("1 delete · 3 keep"), "{screen}");
    console.press("enter y");
    console.wait_for("deleting 5 s").await;
    console.kill().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn triage_reports_invites_gone_since() {
    let env = TestEnv::new().await;
    let (mut console, _) = open_filtered_to_two_days(&env).await;
    console.press("space space t");
    console.wait_for("Triage · 1 of 2").await;
    console.press("j space");
    console.wait_for("Triage · 1 of 2    1 keep").await;
    let first = env.control().invites().into_iter().find(|row| row.email.starts_with("last.minute@"));
    let first = first.expect("the invite exists").uuid;
    console.press("q ctrl-r");
    env.control().accept(&first.to_string()).expect("accepted");
    console.press("ctrl-r");
    console.wait_for("411 · complete").await;
    console.press("t");
    let screen = console.wait_for("This invite no longer exists (accepted").await;
    assert!(screen.contains("Triage · 1 of 2") && screen.contains("× gone"), "{screen}");
    console.press("d");
    console.wait_for("This invite no longer exists. Press").await;
    console.wait_for("1 decided, 1 no longer exists. Press Enter to finish").await;
    console.press("enter");
    console.wait_for("There is nothing to apply.").await;
    console.quit().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn triage_decisions_survive_a_kill() {
    let env = TestEnv::new().await;
    let (mut console, rows) = open_filtered_to_two_days(&env).await;
    console.press("t");
    console.wait_for(&format!("Triage · 1 of {rows}")).await;
    console.press("d r");
    console.wait_for(&format!("Triage · 3 of {rows}")).await;
    console.kill().await;

    let (mut console, _) = open_filtered_to_two_days(&env).await;
    console.wait_for("A triage session was interrupted at 3").await;
    console.press("t");
    let screen = console.wait_for(&format!("Triage · 3 of {rows}")).await;
    assert!(screen.contains("    1 delete · 1 resend  "), "{screen}");
    console.press("u");
    console.wait_for("    1 delete  ").await;
    console.press("r q");
    console.wait_for("2 Plans +2").await;
    console.kill().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn triage_of_other_marks_starts_over_and_keeps_staged_steps() {
    let env = TestEnv::new().await;
    let (mut console, _) = open_filtered_to_two_days(&env).await;
    console.press("space space t");
    console.wait_for("Triage · 1 of 2").await;
    console.press("d q");
    console.wait_for("2 Plans +1").await;
    console.press("t");
    console.wait_for("Triage · 2 of 2").await;
    console.press("q");
    console.wait_until_gone("Triage ·").await;
    console.press("U G space t");
    let screen = console.wait_for("Triage · 1 of 1").await;
    assert!(screen.contains("2 Plans +1"), "{screen}");
    console.kill().await;
}
