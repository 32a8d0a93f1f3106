//! Creates and deletes: confirmed, undone, applied, and reconciled after a kill.

use guestlist::console::ExitReason;
use guestlist::sandbox::{Action, FaultTiming, Rule, StatusReply};

use crate::harness::{TestConsole, TestEnv};

async fn open_console(env: &TestEnv) -> TestConsole {
    let mut console = env.open_console();
    console.wait_for("complete").await;
    console
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn created_invite_has_its_email_in_the_outbox() {
    let env = TestEnv::new().await;
    let mut console = open_console(&env).await;
    // The server responds late, so that the screen in between can be checked.
    let rule = Rule { method: Some("POST".into()), latency_ms: 2_000, ..Rule::default() };
    env.control().set_faults(vec![rule]).expect("valid rules");
    console.press("n").type_text("ann@example.com").press("tab").type_text("Hello Ann").press("ctrl-s");
    let screen = console.wait_for("sends in 5 s").await;
    assert!(screen.contains("→ ann@example.com"), "{screen}");
    assert_eq!(env.request_count("POST"), 0, "nothing is sent in the undo window");
    console.advance(5);
    let screen = console.wait_for("sending").await;
    assert!(
        screen.contains("→ ann@example.com") && screen.contains("412 · complete"),
        "nothing is shown as done:\n{screen}"
    );
    let screen = console.wait_while_advancing("✓ Invite sent to ann@example.com.").await;
    assert!(screen.contains("413 · complete"), "{screen}");
    assert!(screen.contains("▌   ann@example.com"), "the new row is selected:\n{screen}");
    console.press("enter");
    console.wait_for("sent less than 1 h ago").await;
    let emails: Vec<_> = std::fs::read_dir(env.sandbox.outbox()).expect("the outbox").collect();
    assert_eq!(emails.len(), 1);
    assert_eq!(env.request_count("POST"), 1);
    console.press("esc");
    console.quit().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn delete_is_confirmed_by_y_and_not_by_enter() {
    let env = TestEnv::new().await;
    let mut console = open_console(&env).await;
    console.press("d");
    console.wait_for("Delete this invite?").await;
    console.press("enter");
    console.wait_until_gone("Delete this invite?").await;
    console.press("d y");
    let screen = console.wait_for("deleting 5 s").await;
    assert!(screen.contains("▌ - last.minute@"), "{screen}");
    console.advance(2);
    console.wait_for("deleting 3 s").await;
    assert_eq!(env.request_count("DELETE"), 0, "nothing is sent in the undo window");
    console.advance(3);
    console.wait_for("411 · complete").await;
    console.wait_for("✓ Invite to last.minute@contoso-logistics.example deleted").await;
    let gone = env.control().invites().iter().all(|invite| !invite.email.starts_with("last.minute"));
    assert!(gone && env.request_count("DELETE") == 1);
    assert_eq!(console.quit().await, ExitReason::Quit);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn undo_of_a_delete_makes_no_request() {
    let env = TestEnv::new().await;
    let mut console = open_console(&env).await;
    console.press("d y");
    console.wait_for("deleting 5 s").await;
    console.press("z");
    console.wait_for("✓ Undone: no changes were made.").await;
    console.wait_until_gone("deleting").await;
    console.advance(60).press("ctrl-r");
    console.wait_for("412 · complete 10:32:07").await;
    assert_eq!(env.request_count("DELETE"), 0);
    console.quit().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn undo_of_a_create_makes_no_request_and_keeps_the_draft() {
    let env = TestEnv::new().await;
    let mut console = open_console(&env).await;
    console.press("n").type_text("ann@example.com").press("tab").type_text("Hello Ann").press("ctrl-s");
    console.wait_for("sends in 5 s").await;
    console.press("z");
    console.wait_for("✓ Undone: no changes were made. Press n to edit the invite.").await;
    console.wait_until_gone("→ ann@example.com").await;
    console.advance(60).press("n");
    let screen = console.wait_for("New invite").await;
    assert!(screen.contains("ann@example.com") && screen.contains("Hello Ann"), "{screen}");
    assert_eq!(env.request_count("POST"), 0);
    console.press("ctrl-s");
    console.pass_undo_window().await;
    console.wait_for("✓ Invite sent to ann@example.com.").await;
    assert_eq!(env.request_count("POST"), 1);
    console.quit().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn draft_survives_esc_and_a_refusal() {
    let env = TestEnv::new().await;
    let mut console = open_console(&env).await;
    console.press("n").paste("ann@example.com\n").press("tab").paste("two\r\nlines");
    console.wait_for("two lines").await;
    console.press("esc");
    console.wait_until_gone("New invite").await;
    console.press("n");
    console.wait_for("two lines").await;
    let action = Action::Status(guestlist::sandbox::StatusReply::new(400));
    env.control().set_faults(vec![Rule::for_method("POST", action)]).expect("valid rules");
    console.press("ctrl-s");
    console.pass_undo_window().await;
    console.wait_for("✗ Could not create the invite").await;
    console.press("esc n");
    let screen = console.wait_for("New invite").await;
    assert!(screen.contains("ann@example.com") && screen.contains("two lines"), "{screen}");
    console.press("ctrl-s");
    console.pass_undo_window().await;
    console.wait_for("✓ Invite sent to ann@example.com.").await;
    console.quit().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn form_blocks_errors_and_asks_about_warnings() {
    let env = TestEnv::new().await;
    let mut console = open_console(&env).await;
    console.press("n ctrl-s");
    console.wait_for("Enter an email.").await;
    console.type_text("bob@job").press("tab").paste(&"x".repeat(257));
    console.wait_for("257/256").await;
    console.wait_for("! already pending (9 d 23 h left); press r in the list to resend").await;
    console.press("ctrl-s");
    console.wait_for("Message too long: 257 characters (max. 256).").await;
    console.press("backspace ctrl-s");
    let screen = console.wait_for("Send this invite?").await;
    assert!(screen.contains("bob@job has a pending invite"), "{screen}");
    console.press("enter");
    console.wait_until_gone("Send this invite?").await;
    console.press("ctrl-s");
    console.wait_for("Send this invite?").await;
    assert_eq!(env.request_count("POST"), 0);
    console.press("y");
    console.pass_undo_window().await;
    console.wait_for("✓ Invite sent to bob@job.").await;
    assert_eq!(env.request_count("POST"), 1);
    console.quit().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn form_posts_only_a_valid_email() {
    let env = TestEnv::new().await;
    let mut console = open_console(&env).await;
    for email in ["x", "bad", "a b@x.com", "ann@"] {
        console.press("n").type_text(email).press("ctrl-s");
        console.wait_for("Not an email").await;
        console.press("ctrl-u esc");
        console.wait_until_gone("New invite").await;
    }
    console.press("n").paste("\"Gray, Gus\" <gus7@acme.com>").press("ctrl-s");
    console.wait_for("→ gus7@acme.com").await;
    console.pass_undo_window().await;
    console.wait_for("✓ Invite sent to gus7@acme.com.").await;
    assert_eq!(env.request_count("POST"), 1);
    console.quit().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_message_can_be_written_in_an_editor() {
    let env = TestEnv::new().await;
    let mut console = open_console(&env).await;
    console.press("n").set_editor_text("written\nelsewhere\n").press("ctrl-o");
    console.wait_for("written elsewhere").await;
    console.press("ctrl-o");
    console.wait_for("There is no editor.").await;
    console.press("esc");
    console.wait_until_gone("New invite").await;
    console.press("q");
    console.wait_for("A draft is unsent.").await;
    console.press("y");
    assert_eq!(console.wait_for_exit().await, ExitReason::Quit);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn delete_killed_in_its_undo_window_is_not_started() {
    let env = TestEnv::new().await;
    let mut console = open_console(&env).await;
    console.press("d y");
    console.wait_for("deleting 5 s").await;
    console.kill().await;
    let mut console = env.open_console();
    let screen = console.wait_for("1 staged step from a previous session").await;
    assert!(screen.contains("2 Plans +1"), "{screen}");
    assert_eq!(env.request_count("DELETE"), 0);
    console.press("2");
    console.wait_for("last.minute@").await;
    console.press("enter");
    console.wait_for("Delete this invite?").await;
    console.press("y");
    console.wait_for("starts in 5 s").await;
    console.advance(5);
    console.wait_for("411 · complete").await;
    assert_eq!(env.request_count("DELETE"), 1);
    console.quit().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_create_is_reconciled_at_the_next_start() {
    for (when, finding, post_count) in
        [(FaultTiming::After, "was sent", 1), (FaultTiming::Before, "may or may not have been", 2)]
    {
        let env = TestEnv::new().await;
        let mut console = open_console(&env).await;
        env.control().set_faults(vec![Rule::for_method("POST", Action::Hang(when))]).expect("valid rules");
        console.press("n").type_text("ann@example.com").press("ctrl-s");
        console.wait_for("→ ann@example.com").await;
        console.pass_undo_window().await;
        env.wait_for_request("POST").await;
        console.kill().await;

        let mut console = env.open_console();
        console.wait_for("complete").await;
        let screen = console.wait_while_advancing(finding).await;
        assert!(screen.contains("ann@example.com"), "{when:?}:\n{screen}");
        assert_eq!(env.request_count("POST"), 1, "{when:?}: no request before the confirmation");
        // A dialog that opens automatically ignores keys for a moment.
        console.advance(1).press("r");
        if post_count == 2 {
            // The default only checks again: the effect may still come.
            console.wait_for("Send again?").await;
            assert_eq!(env.request_count("POST"), 1, "no request before the confirmation");
            console.press("y");
            console.pass_undo_window().await;
            console.wait_for("✓ Invite sent to ann@example.com.").await;
        }
        assert_eq!(env.request_count("POST"), post_count, "{when:?}");
        let invite_count =
            env.control().invites().iter().filter(|invite| invite.email == "ann@example.com").count();
        assert_eq!(invite_count, 1, "{when:?}");
        console.kill().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn lost_response_is_reconciled_without_a_second_create() {
    let env = TestEnv::new().await;
    let mut console = open_console(&env).await;
    env.control()
        .set_faults(vec![Rule::for_method("POST", Action::Drop(FaultTiming::After))])
        .expect("valid rules");
    console.press("n").type_text("ann@example.com").press("tab").type_text("hi").press("ctrl-s");
    console.pass_undo_window().await;
    let screen = console.wait_while_advancing("✓ Invite sent to ann@example.com: response lost;").await;
    assert!(screen.contains("413 · complete"), "{screen}");
    assert_eq!(env.request_count("POST"), 1);
    console.quit().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn quit_in_an_undo_window_asks_first() {
    let env = TestEnv::new().await;
    let mut console = open_console(&env).await;
    console.press("d y");
    console.wait_for("deleting 5 s").await;
    console.press("q");
    console.wait_for("Quit?").await;
    console.press("enter");
    console.wait_until_gone("Quit?").await;
    console.press("q y");
    assert_eq!(console.wait_for_exit().await, ExitReason::Quit);
    assert_eq!(env.request_count("DELETE"), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn form_asks_about_an_email_that_another_plan_still_sends_to() {
    let env = TestEnv::new().await;
    let mut console = open_console(&env).await;
    let rule = Rule::for_method("POST", Action::Status(StatusReply::new(402)));
    env.control().set_faults(vec![rule]).expect("valid rules");
    console.press("n").type_text("ann@example.com").press("ctrl-s");
    console.pass_undo_window().await;
    console.wait_for("402").await;
    console.press("n").type_text("ann@example.com").press("ctrl-s");
    let screen = console.wait_for("Send this invite?").await;
    assert!(screen.contains("gets an email from another plan"), "{screen}");
    console.press("enter");
    console.wait_until_gone("Send this invite?").await;
    assert_eq!(env.request_count("POST"), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn unknown_create_is_named_and_found_by_the_next_check() {
    let env = TestEnv::new().await;
    let mut console = open_console(&env).await;
    env.control()
        .set_faults(vec![Rule::for_method("POST", Action::Drop(FaultTiming::Before))])
        .expect("valid rules");
    console.press("n").type_text("ann@example.com").press("ctrl-s");
    console.wait_while_advancing("The invite to ann@example.com may or may not have been sent").await;
    env.control().create("ann@example.com", "").expect("created late");
    console.press("2").press("r");
    console.wait_for("Send again?").await;
    console.press("enter");
    console.wait_while_advancing("✓ Invite sent to ann@example.com").await;
    assert_eq!(env.request_count("POST"), 1);
}
