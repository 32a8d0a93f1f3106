//! Browsing: the table, its pages, the detail pane, the filter, the sort order, a refresh.

use crate::harness::TestEnv;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn table_of_412_is_complete_and_can_be_paged() {
    let env = TestEnv::new().await;
    let mut console = env.open_console();
    let screen = console.wait_for("412 · complete 10:31:07").await;
    assert!(screen.contains("rows 1–32 of 412 · page 1/13"), "{screen}");
    assert!(screen.contains("▌ ● last.minute@"), "the most urgent one is selected:\n{screen}");
    console.press("j");
    console.wait_for("▌ ● elif.garcia").await;
    console.press("G");
    console.wait_for("page 13/13").await;
    console.press("g g pgdn");
    console.wait_for("rows 33–64 of 412 · page 2/13").await;
    console.press("ctrl-u");
    console.wait_for("rows 17–48").await;
    console.quit().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn enter_shows_the_full_invite_with_both_expiry_forms() {
    let env = TestEnv::new().await;
    let invite = env.control().create("zz.long@example.com", &"many words ".repeat(20)).expect("created");
    let mut console = env.open_console();
    console.wait_for("413 · complete").await;
    console.press("/").type_text("zz.long").press("enter");
    console.wait_for("1 of 413").await;
    console.resize(60, 24);
    console.wait_until_gone("many words many words many words many words many words").await;
    console.press("enter");
    let screen = console.wait_for("checked  on the server at 10:31:07").await;
    assert!(
        screen.contains("in 9 d 23 h · Thu 13 Jun 10:31 UTC")
            || screen.contains("in 10 d 0 h · Thu 13 Jun 10:31 UTC"),
        "{screen}"
    );
    assert_eq!(screen.matches("many words").count(), 20, "{screen}");
    assert!(screen.contains(&invite.uuid.to_string()), "{screen}");
    console.press("esc");
    console.wait_for("rows 1–1 of 1").await;
    console.quit().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn opening_a_gone_invite_reports_it() {
    let env = TestEnv::new().await;
    let mut console = env.open_console();
    console.wait_for("▌ ● last.minute@").await;
    console.wait_for("412 · complete").await;
    env.control().accept("last.minute@contoso-logistics.example").expect("the invite exists");
    console.press("enter");
    console.wait_for("This invite no longer exists: accepted, expired or deleted elsewhere.").await;
    console.wait_for("411 · complete").await;
    console.quit().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn filter_follows_typing_and_esc_restores_the_old_one() {
    let env = TestEnv::new().await;
    let mut console = env.open_console();
    console.wait_for("412 · complete").await;
    console.press("/").type_text("@OLDPARTNER.com");
    console.wait_for("23 of 412").await;
    console.press("enter");
    console.wait_for("rows 1–23 of 23").await;
    console.press("/").type_text("x");
    console.wait_for("Nothing matches").await;
    console.press("esc");
    console.wait_for("rows 1–23 of 23").await;
    console.press("esc");
    console.wait_for("of 412 · page").await;
    console.quit().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sort_key_sorts_and_pressed_again_reverses() {
    let env = TestEnv::new().await;
    let mut console = env.open_console();
    console.wait_for("412 · complete").await;
    console.press("o e");
    let screen = console.wait_for("Email ▲").await;
    assert!(screen.contains("aiko."), "{screen}");
    console.press("o e");
    console.wait_for("Email ▼").await;
    console.press("o m");
    console.wait_for("Message ▲").await;
    console.press("O");
    console.wait_for("Message ▼").await;
    console.press("o x");
    console.wait_for("Expires in ▲").await;
    console.quit().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_refresh_keeps_the_selected_invite_and_shows_what_is_new() {
    let env = TestEnv::new().await;
    let mut console = env.open_console();
    console.wait_for("412 · complete 10:31:07").await;
    console.press("o e j j j j j");
    console.wait_for("▌   aiko.moreau@").await;
    env.control().create("aaa@example.com", "first of all").expect("created");
    console.advance(60).press("ctrl-r");
    let after = console.wait_for("413 · complete 10:32:07").await;
    assert!(after.contains("▌   aiko.moreau@"), "the selection stays:\n{after}");
    console.press("g g");
    console.wait_for("▌   aaa@example.com").await;
    console.quit().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn small_windows_work_and_too_small_ones_are_reported() {
    let env = TestEnv::new().await;
    let mut console = env.open_console();
    console.wait_for("412 · complete").await;
    console.resize(80, 24);
    let screen = console.wait_for("rows 1–16 of 412").await;
    assert!(screen.contains("Message") && screen.contains("? help"), "{screen}");
    console.resize(40, 20);
    let screen = console.wait_for("rows 1–12 of 412").await;
    assert!(screen.contains("Expires in ▲") && screen.contains("412 · complete"), "{screen}");
    console.resize(30, 5);
    console.wait_for("30×5 is too small: guestlist").await;
    console.resize(120, 40);
    console.wait_for("rows 1–32 of 412").await;
    console.quit().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn help_shows_the_configured_keys() {
    let env = TestEnv::new().await;
    let mut console = env.open_console();
    console.wait_for("412 · complete").await;
    console.press("?");
    let screen = console.wait_for("Pending invites").await;
    assert!(screen.contains("marked invites (asks first)"), "{screen}");
    console.type_text("suspend");
    console.wait_until_gone("marked invites (asks first)").await;
    console.wait_for("Suspend (`fg` resumes)").await;
    console.press("esc esc");
    console.wait_until_gone("Help").await;
    console.quit().await;
}
