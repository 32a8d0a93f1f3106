//! Problems: a typo fixed with a few keys, dismissals, and a plan beyond the quota.

use guestlist::domain::annotation::{AnnotationChange, Annotations};
use guestlist::domain::profile_settings::TokenSourceConfig;
use guestlist::domain::{RequestId, ServiceReply, ServiceRequest};
use guestlist::sandbox::{Action, Rule, StatusReply};
use guestlist::service::{self, OpenOptions};
use tokio_util::sync::CancellationToken;

use crate::harness::{TestConsole, TestEnv};

/// A tenancy in which one of 42 emails has another domain than the rest.
async fn set_up_typo() -> TestEnv {
    let env = TestEnv::with_invites(0).await;
    for n in 0..41 {
        env.control().create(&format!("person{n}@acme.com"), "hello").expect("created");
    }
    env.control().create("jane.doe@acme.co", "hello Jane").expect("created");
    env
}

/// Saves an annotation if one is given, and returns all saved annotations.
async fn save_and_load_annotations(env: &TestEnv, change: Option<AnnotationChange>) -> Annotations {
    let options = OpenOptions::new(
        env.sandbox.url(),
        TokenSourceConfig::File(env.sandbox.token_file().to_owned()),
        env.state_dir(),
    );
    let cancel = CancellationToken::new();
    let (_, mut service) = service::open(options, env.clock.clone(), cancel.clone()).expect("a valid URL");
    let request = change.map_or(ServiceRequest::LoadAnnotations, ServiceRequest::SaveAnnotation);
    service.requests.send((RequestId(1), request)).await.expect("the service runs");
    let annotations = loop {
        if let (_, ServiceReply::Annotations(annotations)) = service.replies.recv().await.expect("a reply") {
            break annotations;
        }
    };
    cancel.cancel();
    service.task.await.expect("no panic");
    annotations
}

async fn open_console(env: &TestEnv, complete: &str) -> TestConsole {
    let mut console = env.open_console();
    console.wait_for(complete).await;
    console
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn typo_fix_replaces_the_invite_and_moves_the_note() {
    let env = set_up_typo().await;
    let note = AnnotationChange::Note { email: "jane.doe@acme.co".into(), note: "asked twice".into() };
    save_and_load_annotations(&env, Some(note)).await;
    let mut console = open_console(&env, "42 · complete").await;
    console.wait_for("4 Problems 1").await;
    console.press("4");
    let screen = console.wait_for("jane.doe@acme.co ").await;
    assert!(screen.contains("acme.co 1, acme.com 41"), "{screen}");
    console.press("e");
    let screen = console.wait_for("→ jane.doe@acme.com").await;
    assert!(screen.contains("press Tab to use it"), "{screen}");
    console.press("tab");
    console.wait_until_gone("→ jane.doe@acme.com").await;
    console.press("ctrl-s");
    console.wait_for("jane.doe@acme.com").await;
    assert_eq!(
        (env.request_count("POST"), env.request_count("DELETE")),
        (0, 0),
        "no request before the confirmation"
    );
    console.press("y");
    console.wait_while_advancing("✓ A new invite was sent to jane.doe@acme.com").await;
    console.wait_for("No problems.").await;
    let janes: Vec<_> =
        env.control().invites().into_iter().filter(|row| row.email.starts_with("jane")).collect();
    assert_eq!((janes.len(), &*janes[0].email, &*janes[0].message), (1, "jane.doe@acme.com", "hello Jane"));
    assert_eq!((env.request_count("POST"), env.request_count("DELETE")), (1, 1));
    console.quit().await;
    let annotations = save_and_load_annotations(&env, None).await;
    assert_eq!(annotations.note("jane.doe@acme.com"), Some("asked twice"));
    assert_eq!(annotations.note("jane.doe@acme.co"), None, "the note moved to the new email");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn dismissal_survives_a_restart_and_can_be_undone() {
    let env = set_up_typo().await;
    let mut console = open_console(&env, "42 · complete").await;
    console.wait_for("4 Problems 1").await;
    console.press("4");
    console.wait_for("jane.doe@acme.co ").await;
    console.press("x");
    console.wait_for("No problems. Press X to show dismissed ones.").await;
    console.quit().await;
    let mut console = open_console(&env, "42 · complete").await;
    console.press("4");
    console.wait_for("1 dismissed").await;
    let screen = console.wait_for("to show dismissed ones").await;
    assert!(!screen.contains("4 Problems 1"), "{screen}");
    console.press("X");
    console.wait_for("Dismissed. Press x to undo").await;
    console.press("x");
    console.wait_for("4 Problems 1").await;
    console.quit().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn plan_beyond_the_quota_warns_and_stops_there() {
    let env = TestEnv::with_invites(4).await;
    env.control().set_quota(Some(10));
    let mut console = open_console(&env, "4 · complete").await;
    console.wait_for("6 of 10 left").await;
    console.press("N");
    console.wait_for("Import · 1/3").await;
    let list: Vec<String> = (0..7).map(|n| format!("new{n}@one-company.example")).collect();
    console.paste(&list.join("\n"));
    console.wait_for(" lines").await;
    console.press("ctrl-s");
    console.wait_for("All 7 │ new 7").await;
    console.press("enter");
    console.wait_for("a plan of 7").await;
    console.type_text("Welcome.").press("ctrl-s");
    let screen = console.wait_for("Send 7 invites?").await;
    assert!(screen.contains("Quota: 6 more allowed (6 of 10 left)"), "{screen}");
    console.press("Y");
    console.wait_while_advancing("the quota of this tenancy is used up").await;
    console.wait_for("0 of 10 left").await;
    assert_eq!((env.request_count("POST"), env.control().invites().len()), (7, 10));
    console.quit().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn forbidden_quota_is_requested_once_and_not_shown() {
    let env = TestEnv::with_invites(4).await;
    let rule =
        Rule { path_contains: Some("/caps".into()), ..Rule::for_method("GET", status_action(403)).always() };
    env.control().set_quota(Some(10));
    env.control().set_faults(vec![rule]).expect("valid rules");
    let mut console = open_console(&env, "4 · complete").await;
    let quota_requests =
        || env.control().requests().iter().filter(|call| call.path.contains("/caps")).count();
    console.wait_until("the quota request", |_| quota_requests() == 1).await;
    console.press("ctrl-r");
    console.wait_for("loading").await;
    console.wait_until_gone("loading").await;
    // A repeated quota request would arrive before this request.
    console.press("enter");
    console.wait_for("on the server at").await;
    assert_eq!(quota_requests(), 1);
    let screen = console.screen();
    assert!(!screen.contains(" left") || !screen.contains("of 10"), "{screen}");
    assert!(!screen.contains("READ-ONLY"), "{screen}");
    console.quit().await;
}

fn status_action(status: u16) -> Action {
    Action::Status(StatusReply::new(status))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn typo_is_fixed_from_the_list_with_four_keys() {
    let env = set_up_typo().await;
    let mut console = open_console(&env, "42 · complete").await;
    console.wait_for("4 Problems 1").await;
    console.press("/").type_text("jane.doe@").press("enter");
    console.wait_for("1 of 42").await;
    // Counts the keys from the selected row.
    console.press("e");
    console.wait_for("press Tab to use it").await;
    console.press("tab");
    console.wait_until_gone("press Tab to use it").await;
    console.press("ctrl-s");
    let screen = console.wait_for("+ jane.doe@acme.com").await;
    assert!(screen.contains("- jane.doe@acme.co ") && env.request_count("POST") == 0, "{screen}");
    console.press("y");
    console.wait_while_advancing("✓ A new invite was sent to jane.doe@acme.com").await;
    assert_eq!((env.request_count("POST"), env.request_count("DELETE")), (1, 1));
    console.quit().await;
}
