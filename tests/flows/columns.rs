//! Columns and sort order of the table survive a restart; marks by a pattern.

use crate::harness::{TestConsole, TestEnv};

async fn open_console(env: &TestEnv) -> TestConsole {
    let mut console = env.open_console();
    console.wait_for("412 · complete").await;
    // Wide enough for all columns beside the detail pane.
    console.resize(180, 40);
    console
}

/// The header line of the table.
fn header_line(screen: &str) -> &str {
    screen.lines().find(|line| line.contains("Expires in")).expect("the header")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sort_order_and_columns_survive_a_restart() {
    let env = TestEnv::new().await;
    let mut console = open_console(&env).await;
    console.press("o e O C");
    console.wait_for("[ ] Sent ~").await;
    console.press("j j j space K K");
    let column = console.wait_until("the column", |screen| {
        let header = header_line(screen);
        header.contains("Sent ~") && header.find("Sent ~") < header.find("Expires in")
    });
    column.await;
    // The last key before the quit is saved too.
    console.press("esc o m");
    assert_eq!(console.quit().await, guestlist::console::ExitReason::Quit);

    let mut console = open_console(&env).await;
    let is_restored = |screen: &str| screen.contains("Message ▲") && screen.contains("Sent ~");
    let screen = console.wait_until("the saved columns", is_restored).await;
    assert!(header_line(&screen).find("Sent ~") < header_line(&screen).find("Expires in"), "{screen}");
    assert!(screen.contains("d ago"), "{screen}");
    console.press("O C 0 esc");
    let screen = console.wait_until_gone("Sent ~").await;
    assert!(screen.contains("Message ▼"), "{screen}");
    console.quit().await;

    let mut console = open_console(&env).await;
    let screen = console.wait_for("Message ▼").await;
    assert!(!screen.contains("Sent ~"), "{screen}");
    console.quit().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn mark_matching_marks_filtered_out_rows_too() {
    let env = TestEnv::new().await;
    let mut console = open_console(&env).await;
    console.press("/").type_text("@oldpartner.com exp<3d").press("enter");
    let screen = console.wait_until("the filter", |screen| !screen.contains("412 of 412")).await;
    assert!(screen.contains("of 412"), "{screen}");
    console.press("+").type_text("@oldpartner.com exp<x");
    console.wait_for("✗ Invalid time exp<x").await;
    console.press("ctrl-u").type_text("@oldpartner.com");
    console.wait_for("+@oldpartner.com   23 of all 412").await;
    console.press("enter");
    let screen = console.wait_for("23 rows marked, ").await;
    assert!(screen.contains("hidden by the filter") && screen.contains("23 marked, "), "{screen}");
    assert!(screen.contains("/@oldpartner.com exp<3d"), "the shown filter stays: {screen}");
    console.quit().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn staged_steps_are_visible_in_every_view() {
    let env = TestEnv::new().await;
    let mut console = open_console(&env).await;
    console.press("/").type_text("@oldpartner.com").press("enter");
    console.wait_for("rows 1–23 of 23").await;
    console.press("space space d");
    console.wait_for("Cancel").await;
    console.press("s");
    let screen = console.wait_for("2 Plans +2").await;
    assert_eq!(screen.matches("│ »").count(), 2, "each staged row has a sign: {screen}");
    console.press("t");
    console.wait_for("Skipped 2: already staged or running.").await;
    console.press("q");
    console.wait_until_gone("Triage ·").await;
    for _ in 0..2 {
        env.control().create("late@oldpartner.com", "hello").expect("created");
    }
    console.press("ctrl-r");
    console.wait_for("414 · complete").await;
    console.press("2");
    let screen = console.wait_for("and are not included").await;
    assert!(screen.contains("23 more rows match “@oldpartner.com”"), "{screen}");
    assert!(screen.contains("Staged: 2 steps"), "{screen}");
    console.press("j u");
    console.wait_for("2 Plans +1").await;
    console.press("q");
    let screen = console.wait_for("Quit?").await;
    assert!(screen.contains("1 staged step not applied."), "{screen}");
    console.press("y");
    assert_eq!(console.wait_for_exit().await, guestlist::console::ExitReason::Quit);
    assert_eq!(env.request_count("DELETE"), 0);
}
