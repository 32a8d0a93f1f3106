//! Plans of marked rows: edited in their dialog, confirmed according to their size, undone, and applied.

use guestlist::sandbox::{Action, Rule, StatusReply};

use crate::harness::{TestConsole, TestEnv};

async fn open_console(env: &TestEnv) -> TestConsole {
    let mut console = env.open_console();
    console.wait_for("complete").await;
    console
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn marked_rows_are_one_plan_that_can_be_edited_and_undone() {
    let env = TestEnv::new().await;
    let mut console = open_console(&env).await;
    console.press("space space space");
    console.wait_for("3 marked").await;
    console.press("d");
    let screen = console.wait_for("Delete 3 invites?").await;
    assert!(screen.contains("3 links stop working"), "{screen}");
    console.press("j u");
    let screen = console.wait_for("Delete 2 invites?").await;
    assert!(screen.contains("▌delete") && screen.contains("2 links stop working"), "{screen}");
    console.press("y");
    let screen = console.wait_for("deleting 5 s").await;
    assert_eq!(screen.matches("deleting 5 s").count(), 2, "{screen}");
    console.press("z");
    console.wait_for("✓ Undone: no changes were made.").await;
    let screen = console.wait_until_gone("deleting").await;
    assert!(screen.contains("3 marked"), "undone rows stay marked:\n{screen}");
    assert_eq!(env.request_count("DELETE"), 0);
    console.press("d y");
    console.wait_for("deleting 5 s").await;
    let screen = console.wait_while_advancing("409 · complete").await;
    assert!(!screen.contains("marked"), "{screen}");
    assert_eq!(env.request_count("DELETE"), 3);
    console.quit().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn larger_plans_need_a_stronger_confirmation() {
    let env = TestEnv::with_invites(40).await;
    let mut console = open_console(&env).await;
    console.press("v j j j j j v d y");
    console.wait_for("6 steps: press Y to apply.").await;
    console.press("Y");
    console.wait_for("deleting 5 s").await;
    console.press("z U");
    console.wait_for("Undone").await;
    console.press("*");
    console.wait_for("40 marked").await;
    console.press("d y");
    console.wait_for("type 40 to apply").await;
    console.type_text("41").press("enter");
    console.wait_until_gone("Delete 40 invites?").await;
    assert_eq!(env.request_count("DELETE"), 0, "Enter on Cancel, because the number is wrong");
    console.press("d").type_text("40").press("enter");
    console.wait_for("deleting 5 s").await;
    console.wait_while_advancing("40 invites deleted.").await;
    assert_eq!(env.request_count("DELETE"), 40);
    console.quit().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn forbidden_change_makes_the_console_read_only() {
    let env = TestEnv::new().await;
    let mut console = open_console(&env).await;
    let action = Action::Status(StatusReply::new(403));
    env.control().set_faults(vec![Rule::for_method("DELETE", action)]).expect("valid rules");
    console.press("d y");
    console.wait_for("deleting 5 s").await;
    let screen = console.wait_while_advancing("READ-ONLY").await;
    assert!(screen.contains("412 · complete"), "{screen}");
    console.press("j d");
    console.wait_for("the token cannot manage invites (403)").await;
    assert_eq!(env.request_count("DELETE"), 1);
    console.press("%");
    console.wait_until_gone("READ-ONLY").await;
    console.quit().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn failed_rows_stay_marked_and_staged_rows_do_not() {
    let env = TestEnv::with_invites(12).await;
    let mut console = open_console(&env).await;
    console.press("space space d s");
    let screen = console.wait_for("✓ Staged").await;
    assert!(!screen.contains("marked"), "{screen}");
    assert_eq!(screen.lines().filter(|line| line.contains('»')).count(), 2, "{screen}");
    console.press("k d");
    console.wait_for("is already staged to be deleted").await;
    console.press("j space space d");
    console.wait_for("Delete 2 invites?").await;
    let action = Action::Status(StatusReply::new(400));
    env.control()
        .set_faults(vec![Rule { times: 1, ..Rule::for_method("DELETE", action) }])
        .expect("valid rules");
    console.press("y");
    console.wait_for("deleting 5 s").await;
    let screen = console.wait_while_advancing("11 · complete").await;
    assert!(screen.contains("1 marked"), "{screen}");
    console.kill().await;
}
