//! Marked rows: marks that stay, marks hidden by a filter, and plans of many rows that are confirmed, applied and
//! checked.

use guestlist::console::ExitReason;

use crate::harness::{TestConsole, TestEnv};

async fn open_console(env: &TestEnv) -> TestConsole {
    let mut console = env.open_console();
    console.wait_for(" · complete").await;
    console
}

async fn open_filtered(env: &TestEnv, filter: &str, match_count: usize) -> TestConsole {
    let mut console = open_console(env).await;
    console.press("/").type_text(filter);
    console.wait_for(&format!("/{filter}   {match_count} of ")).await;
    console.press("enter");
    console.wait_until_gone("Enter apply").await;
    console
}

/// Number of invites at a domain on the server.
fn count_at_domain(env: &TestEnv, domain: &str) -> usize {
    env.control().invites().iter().filter(|row| row.email.ends_with(domain)).count()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn marked_domain_is_deleted_except_one_row() {
    let env = TestEnv::new().await;
    let mut console = open_filtered(&env, "@oldpartner.com", 23).await;
    console.press("*");
    console.wait_for("23 marked").await;
    console.press("d");
    let screen = console.wait_for("Delete 23 invites?").await;
    assert!(screen.contains("23 links stop working") && screen.contains("[ Cancel ]"), "{screen}");
    let step_line = screen.lines().find_map(|line| Some(line.split_once("▌delete  ")?.1.to_owned()));
    let kept_email = step_line.expect("the step under the cursor");
    let kept_email = kept_email.split_whitespace().next().expect("an email");
    console.press("u");
    console.wait_for("Delete 22 invites?").await;
    // A larger plan needs Y; y and Enter are not enough.
    console.press("y");
    console.wait_for("22 steps: press Y to apply.").await;
    assert_eq!(env.request_count("DELETE"), 0);
    console.press("Y");
    console.wait_for("deleting 5 s").await;
    assert_eq!(env.request_count("DELETE"), 0, "nothing is sent in the undo window");
    console.advance(5);
    let screen = console.wait_while_advancing("✓ 22 invites deleted.").await;
    assert!(screen.contains("1 marked") && screen.contains("1 of 390"), "{screen}");
    console.press("ctrl-r");
    let screen = console.wait_until("the refreshed list", |screen| {
        screen.contains("390 · complete") && !screen.contains("again")
    });
    let screen = screen.await;
    let row = screen.lines().find(|line| line.contains("▌+")).expect("the marked row");
    let prefix = kept_email.trim_end_matches('…');
    assert!(
        row.contains(prefix) && screen.contains("1 marked"),
        "{kept_email} is still there and marked:\n{screen}"
    );
    assert_eq!((count_at_domain(&env, "@oldpartner.com"), env.request_count("DELETE")), (1, 22));
    assert_eq!(env.control().invites().len(), 390);
    assert_eq!(console.quit().await, ExitReason::Quit);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn marks_survive_refresh_and_filter_and_hidden_ones_are_kept() {
    let env = TestEnv::new().await;
    let mut console = open_console(&env).await;
    console.press("space space space");
    console.wait_for("3 marked").await;
    console.advance(60).press("ctrl-r");
    console.wait_for("412 · complete 10:32:07 · 3 marked").await;
    console.press("/").type_text("@oldpartner.com").press("enter");
    console.wait_for("3 marked, 3 hidden").await;
    console.press("space");
    console.wait_for("4 marked, 3 hidden").await;
    console.press("d");
    let screen = console.wait_for("Delete this invite?").await;
    assert!(screen.contains("Skipped 3 marked invites hidden by the filter."), "{screen}");
    console.press("y");
    console.wait_for("deleting 5 s").await;
    console.advance(5);
    console.wait_for("411 · complete").await;
    console.wait_for("3 marked, 3 hidden").await;
    console.press("/ ctrl-u enter");
    let screen = console.wait_until_gone("hidden").await;
    assert!(screen.contains("3 marked"), "{screen}");
    assert_eq!((env.request_count("DELETE"), count_at_domain(&env, "@oldpartner.com")), (1, 22));
    console.press("U");
    console.wait_until_gone("marked").await;
    console.quit().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn range_mark_follows_the_cursor_in_both_directions() {
    let env = TestEnv::new().await;
    let mut console = open_filtered(&env, "@oldpartner.com", 23).await;
    console.press("j v j j k j");
    console.wait_for("marking as you move: 3 rows so far; press v or Esc to stop").await;
    console.press("v");
    let screen = console.wait_until_gone("marking as you move").await;
    assert!(screen.contains("3 marked"), "{screen}");
    console.press("~");
    console.wait_for("20 marked").await;
    console.press("d");
    console.wait_for("Delete 20 invites?").await;
    console.press("esc");
    let screen = console.wait_until_gone("Delete 20 invites?").await;
    assert!(screen.contains("20 marked"), "canceling keeps the marks:\n{screen}");
    assert_eq!(env.request_count("DELETE"), 0);
    console.quit().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn resend_of_duplicates_sends_one_email() {
    let env = TestEnv::new().await;
    for message in ["the first", "the second"] {
        env.control().create("twice@example.com", message).expect("created");
    }
    let mut console = open_filtered(&env, "twice@example.com", 2).await;
    console.press("* r");
    let screen = console.wait_for("Resend 2 invites?").await;
    assert!(screen.contains("1 email · 2 links stop working"), "{screen}");
    console.press("y");
    console.wait_for("resend 5 s").await;
    console.advance(5);
    console.wait_while_advancing("✓ 2 invites resent.").await;
    assert_eq!((env.request_count("POST"), env.request_count("DELETE")), (1, 2));
    assert_eq!((count_at_domain(&env, "twice@example.com"), env.control().invites().len()), (1, 413));
    console.quit().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn edit_replaces_the_old_invite() {
    let env = TestEnv::new().await;
    let is_old = |email: &str| email.starts_with("last.minute@");
    let mut console = open_filtered(&env, "last.minute@", 1).await;
    console.press("e");
    console.wait_for("Edit invite").await;
    console.press("ctrl-s");
    console.wait_for("No changes. To resend the same invite, press r in the list.").await;
    console.press("ctrl-u").type_text("in.time@example.com").press("ctrl-s");
    let screen = console.wait_for("Replace this invite?").await;
    assert!(screen.contains("+ in.time@example.com") && screen.contains("- last.minute@"), "{screen}");
    assert_eq!(env.request_count("POST") + env.request_count("DELETE"), 0);
    console.press("y").advance(5);
    console.wait_while_advancing("✓ A new invite was sent to in.time@example.com; the old link").await;
    let invites = env.control().invites();
    assert!(invites.iter().all(|row| !is_old(&row.email)));
    assert_eq!(invites.iter().filter(|row| row.email == "in.time@example.com").count(), 1);
    assert_eq!((env.request_count("POST"), env.request_count("DELETE"), invites.len()), (1, 1, 412));
    console.quit().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn read_only_blocks_each_change_with_a_reason() {
    let env = TestEnv::new().await;
    let mut console = open_console(&env).await;
    let reason = "Read-only: you turned it on. Press % to allow changes.";
    console.press("%");
    console.wait_for("READ-ONLY").await;
    for verb in ["d", "r", "e", "* d", "* r"] {
        console.press(verb);
        console.wait_for(reason).await;
        console.press("esc");
        console.wait_until_gone(reason).await;
    }
    console.press("n").type_text("ann@example.com").press("ctrl-s");
    console.wait_for("Read-only: you turned it on").await;
    console.press("esc esc");
    console.wait_until_gone(reason).await;
    console.press("z");
    console.wait_for(reason).await;
    console.press("esc");
    console.wait_until_gone(reason).await;
    // Triage works; its plan can be staged but not applied.
    console.press("U space t d enter");
    console.wait_for("Delete this invite?").await;
    console.press("y");
    let screen = console.wait_for("stage the plan instead.").await;
    assert!(screen.contains("Read-only"), "{screen}");
    console.press("s");
    console.wait_for("Staged. Nothing happens").await;
    assert_eq!(env.request_count("POST") + env.request_count("DELETE"), 0);
    console.wait_until_gone(reason).await;
    console.press("2 enter");
    console.wait_for(reason).await;
    console.kill().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn staged_marks_are_asked_about_on_quit_and_survive() {
    let env = TestEnv::new().await;
    let mut console = open_filtered(&env, "@oldpartner.com", 23).await;
    console.press("* d");
    console.wait_for("Delete 23 invites?").await;
    console.press("u s");
    let screen = console.wait_for("Staged. Nothing happens until you apply it in 2 Plans.").await;
    assert!(
        screen.contains("2 Plans +22") && screen.contains('»') && screen.contains("1 marked"),
        "{screen}"
    );
    console.press("q");
    console.wait_for("22 staged steps not applied. 2 Plans keeps them for the").await;
    console.press("y");
    assert_eq!(console.wait_for_exit().await, ExitReason::Quit);
    let mut console = env.open_console();
    console.wait_for("22 staged steps from a previous session. See 2 Plans.").await;
    // More rows match the plan's filter now; they are reported, not included.
    console.press("2");
    console.wait_for("1 more row matches “@oldpartner.com” and is not included.").await;
    assert_eq!(env.request_count("DELETE"), 0);
    console.kill().await;
}
