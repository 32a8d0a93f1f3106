//! The journal view: plans, steps and requests, and re-inviting after a delete.

use guestlist::sandbox::Rule;

use crate::harness::{TestConsole, TestEnv};

const FIRST_EMAIL: &str = "last.minute@contoso-logistics.example";

/// Opens a console and deletes the first invite of the list.
async fn open_after_delete(env: &TestEnv) -> TestConsole {
    let mut console = env.open_console();
    console.wait_for("complete").await;
    console.press("d y");
    console.wait_for("deleting 5 s").await;
    console.advance(5);
    console.wait_for("✓ Invite to").await;
    console.wait_for("411 · complete").await;
    console
}

fn messages_for(env: &TestEnv, email: &str) -> Vec<String> {
    let invites = env.control().invites();
    invites.iter().filter(|invite| invite.email == email).map(|invite| invite.message.clone()).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn deleted_invite_is_reinvited_from_the_journal() {
    let env = TestEnv::new().await;
    let before = messages_for(&env, FIRST_EMAIL);
    let mut console = open_after_delete(&env).await;
    console.press("5");
    // The journal is loaded again when the plan has ended.
    let parts = [&format!("delete {FIRST_EMAIL}"), "finished", "1 done"];
    console.wait_until("the plan, finished", |screen| parts.iter().all(|part| screen.contains(part))).await;
    console.press("enter");
    console.wait_for("steps 1–1 of 1").await;
    console.press("enter");
    let screen = console.wait_for("step 1 of 1").await;
    assert!(screen.contains("DELETE invites/"), "{screen}");
    assert!(screen.contains("succeeded · status 200 · "), "{screen}");
    assert!(screen.contains("the old invite is deleted"), "{screen}");
    console.press("R");
    let screen = console.wait_for("link stays invalid").await;
    assert!(screen.contains(FIRST_EMAIL) && screen.contains("a new invite"), "{screen}");
    assert_eq!(env.request_count("POST"), 0, "no request before the confirmation");
    console.press("y");
    console.pass_undo_window().await;
    console.wait_for(&format!("✓ Invite sent to {FIRST_EMAIL}.")).await;
    assert_eq!((env.request_count("POST"), messages_for(&env, FIRST_EMAIL)), (1, before));
    console.press("esc esc");
    // The open view is refreshed automatically.
    console.wait_for(&format!("create {FIRST_EMAIL}")).await;
    console.press("j R");
    console.wait_for("1 already invited again.").await;
    console.quit().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn undo_after_the_window_offers_reinvite_even_after_restart() {
    for restarted in [false, true] {
        let env = TestEnv::new().await;
        let before = messages_for(&env, FIRST_EMAIL);
        let mut console = open_after_delete(&env).await;
        if restarted {
            console.quit().await;
            console = env.open_console();
            console.wait_for("411 · complete").await;
        }
        // The plan ends shortly after its step; until then no re-invite is offered.
        let is_offered = |screen: &str| screen.contains("link stays invalid");
        loop {
            console.press("z");
            let is_answered = |screen: &str| is_offered(screen) || screen.contains("The plan is running");
            if is_offered(&console.wait_until("a reply", is_answered).await) {
                break;
            }
            console.press("esc");
            console.wait_until_gone("The plan is running").await;
        }
        console.press("y");
        console.pass_undo_window().await;
        console.wait_for(&format!("✓ Invite sent to {FIRST_EMAIL}.")).await;
        assert_eq!((env.request_count("POST"), messages_for(&env, FIRST_EMAIL)), (1, before.clone()));
        console.quit().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn undo_with_nothing_to_undo_is_reported() {
    let env = TestEnv::new().await;
    let mut console = env.open_console();
    console.wait_for("complete").await;
    console.press("z");
    console.wait_for("Nothing to undo: no changes have been made from this machine.").await;
    console.quit().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn journal_filter_finds_plans_by_outcome() {
    let env = TestEnv::new().await;
    let mut console = open_after_delete(&env).await;
    let action = guestlist::sandbox::Action::Status(guestlist::sandbox::StatusReply::new(400));
    env.control().set_faults(vec![Rule::for_method("POST", action)]).expect("valid rules");
    console.press("n").type_text("ann@example.com").press("ctrl-s");
    console.pass_undo_window().await;
    console.wait_for("✗ Could not create the invite").await;
    console.press("5");
    console.wait_for("create ann@example.com").await;
    console.press("/").type_text("failed");
    let screen = console.wait_for("1 of 2 plans").await;
    assert!(screen.contains("create ann@") && !screen.contains("delete last"), "{screen}");
    console.press("ctrl-u").type_text("last delete");
    console.wait_for("delete last.minute@").await;
    console.press("esc");
    console.wait_for("plans 1–2 of 2").await;
    // The draft is kept, so q would ask.
    console.kill().await;
}
