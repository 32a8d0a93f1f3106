//! Plans of many steps: progress, pause, stop, staging, kills, and prompts for plans that cannot continue
//! automatically.

use guestlist::clock::Clock;
use guestlist::console::ExitReason;
use guestlist::domain::plan::PlanState;
use guestlist::domain::profile_settings::TokenSourceConfig;
use guestlist::domain::{
    Expiry, Identity, Invite, Plan, PlanId, RequestId, ServiceReply, ServiceRequest, Step, TenancyKey,
};
use guestlist::sandbox::{Action, FaultTiming, OnDuplicate, Rule, StatusReply};
use guestlist::service::{self, OpenOptions};
use guestlist::store::Journal;
use tokio_util::sync::CancellationToken;

use crate::harness::{TestConsole, TestEnv};

/// Returns the tenancy key from a connection.
async fn fetch_tenancy_key(env: &TestEnv) -> TenancyKey {
    let source = TokenSourceConfig::File(env.sandbox.token_file().to_owned());
    let options = OpenOptions::new(env.sandbox.url(), source, env.home.path().join("elsewhere"));
    let cancel = CancellationToken::new();
    let clock: Clock = env.clock.clone();
    let (_, mut service) = service::open(options, clock, cancel.clone()).expect("a valid URL");
    service.requests.send((RequestId(1), ServiceRequest::FetchList)).await.expect("the service runs");
    loop {
        match service.replies.recv().await.expect("a reply") {
            (_, ServiceReply::Connection(connection)) if connection.claims.tenant.is_some() => {
                cancel.cancel();
                return connection.key;
            }
            _ => {}
        }
    }
}

/// Unexpired invites of the sandbox, the earliest expiry first.
fn invites_by_expiry(env: &TestEnv) -> Vec<Invite> {
    let mut rows: Vec<Invite> = env
        .control()
        .invites()
        .into_iter()
        .map(|invite| Invite {
            identity: Identity::from_uuid(invite.uuid),
            email: invite.email,
            message: invite.message,
            expiry: Expiry::parse(&invite.expiry_time),
        })
        .collect();
    let now = "2024-06-03T10:31:07Z".parse().expect("a time");
    rows.retain(|invite| invite.expiry.0.is_some_and(|expiry| expiry > now));
    rows.sort_by_key(|invite| invite.expiry.0);
    rows
}

fn delete_step(invite: &Invite) -> Step {
    Step::Delete { invite: invite.clone() }
}

fn resend_step(invite: &Invite) -> Step {
    Step::Resend { invite: invite.clone(), known_versions: None }
}

/// Stages plans in the journal and opens a console.
async fn open_with_staged(env: &TestEnv, plans: Vec<Vec<Step>>) -> TestConsole {
    let tenancy = fetch_tenancy_key(env).await;
    let journal = Journal::open(&env.state_dir()).expect("a journal");
    for (n, steps) in plans.into_iter().enumerate() {
        let plan = Plan {
            id: PlanId(uuid::Uuid::new_v4()),
            tenancy: tenancy.clone(),
            created_at: format!("2024-06-03T10:{n:02}:00Z").parse().expect("a time"),
            steps,
            filter: String::new(),
        };
        journal.insert(plan, PlanState::Staged).await.expect("written");
    }
    drop(journal);
    let mut console = env.open_console();
    console.wait_for("from a previous session").await;
    console
}

/// Applies all staged steps in the Plans view, and passes the undo window.
async fn apply_all_staged(console: &mut TestConsole) {
    console.press("2");
    console.wait_for("Staged:").await;
    console.press("enter");
    console.wait_for("Cancel").await;
    confirm_plan(console);
    console.wait_for("starts in 5 s").await;
    console.advance(5);
}

/// Confirms with y, or with Y if the plan is larger.
fn confirm_plan(console: &TestConsole) {
    let needs_uppercase = console.screen().contains(" Y apply");
    console.press(if needs_uppercase { "Y" } else { "y" });
}

/// Delays the responses of a method after `skip` requests, long enough for pressed keys to reach the service task.
fn slow_rule(method: &str, skip: u64) -> Rule {
    Rule { method: Some(method.into()), skip, latency_ms: 20_000, ..Rule::default() }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn second_plan_waits_for_the_running_plan() {
    let env = TestEnv::new().await;
    let mut console = env.open_console();
    console.wait_for("complete").await;
    let hang = Rule::for_method("DELETE", Action::Hang(FaultTiming::Before));
    env.control().set_faults(vec![hang]).expect("valid rules");
    console.press("d y");
    console.pass_undo_window().await;
    env.wait_for_request("DELETE").await;
    console.wait_until_gone("z undo").await;
    console.press("j d y");
    console.pass_undo_window().await;
    console.press("2");
    console.wait_for("waiting for the running plan").await;
    console.kill().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn plan_of_twelve_shows_progress_and_one_final_result() {
    let env = TestEnv::new().await;
    let steps: Vec<Step> = invites_by_expiry(&env).iter().take(12).map(delete_step).collect();
    let mut console = open_with_staged(&env, vec![steps]).await;
    env.control().set_faults(vec![slow_rule("DELETE", 4)]).expect("valid rules");
    apply_all_staged(&mut console).await;
    let is_fifth_running = |screen: &str| screen.contains("4 done") && screen.contains("running");
    let screen = console.wait_until("the fifth step runs", is_fifth_running).await;
    assert!(screen.contains("8 left") && screen.contains("4/12"), "{screen}");
    console.press("1");
    let screen = console.wait_for("deleting").await;
    assert!(screen.contains("2 Plans 4/12") && screen.contains("408 · complete"), "{screen}");
    assert!(!screen.contains('✓'), "no message for each step:\n{screen}");
    console.press("j");
    console.wait_while_advancing("✓ 12 invites deleted.").await;
    assert_eq!(env.request_count("DELETE"), 12);
    assert_eq!(console.quit().await, ExitReason::Quit);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn plan_pauses_after_the_current_step_and_resumes() {
    let env = TestEnv::new().await;
    let steps: Vec<Step> = invites_by_expiry(&env).iter().take(6).map(delete_step).collect();
    let mut console = open_with_staged(&env, vec![steps]).await;
    env.control().set_faults(vec![slow_rule("DELETE", 2)]).expect("valid rules");
    apply_all_staged(&mut console).await;
    console.wait_for("2 done").await;
    console.press("space");
    console.wait_for("pauses after the current step").await;
    let screen = console.wait_while_advancing("paused: 3 done, 3 not sent").await;
    assert!(!screen.contains('✗'), "a pause is not an error:\n{screen}");
    assert_eq!(env.request_count("DELETE"), 3);
    console.press("space");
    console.pass_undo_window().await;
    console.wait_for("✓ 6 invites deleted.").await;
    assert_eq!(env.request_count("DELETE"), 6, "no request is repeated");
    console.quit().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn stopped_plan_reports_unsent_steps_and_resumes() {
    let env = TestEnv::new().await;
    let steps: Vec<Step> = invites_by_expiry(&env).iter().take(6).map(delete_step).collect();
    let mut console = open_with_staged(&env, vec![steps]).await;
    env.control().set_faults(vec![slow_rule("DELETE", 1)]).expect("valid rules");
    apply_all_staged(&mut console).await;
    console.wait_for("1 done").await;
    console.press("x");
    console.wait_for("stops after the current step").await;
    console.wait_while_advancing("stopped: 2 done, 4 not sent").await;
    console.press("r");
    console.wait_for("z undo").await;
    console.press("z");
    console.wait_for("Undone: no changes were made.").await;
    assert_eq!(env.request_count("DELETE"), 2);
    console.press("r");
    console.pass_undo_window().await;
    console.wait_for("✓ 6 invites deleted.").await;
    assert_eq!(env.request_count("DELETE"), 6);
    console.quit().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn staged_plans_run_as_one_without_removed_steps() {
    let env = TestEnv::new().await;
    let rows = invites_by_expiry(&env);
    let plans =
        vec![rows[..2].iter().map(delete_step).collect(), rows[2..4].iter().map(delete_step).collect()];
    let mut console = open_with_staged(&env, plans).await;
    assert!(console.screen().contains("2 Plans +4"), "{}", console.screen());
    console.press("2");
    console.wait_for("Staged: 4 steps").await;
    console.press("j u");
    let screen = console.wait_for("Staged: 3 steps").await;
    assert!(!screen.contains(&rows[0].email), "{screen}");
    console.press("q");
    let screen = console.wait_for("Quit?").await;
    assert!(screen.contains("3 staged steps not applied. 2 Plans keeps"), "{screen}");
    console.press("esc");
    console.wait_until_gone("Quit?").await;
    apply_all_staged(&mut console).await;
    console.wait_for("✓ 3 invites deleted.").await;
    let remaining = env.control().invites();
    assert!(remaining.iter().any(|row| row.email == rows[0].email), "the step was removed");
    assert_eq!((remaining.len(), env.request_count("DELETE")), (409, 3));
    assert!(!console.screen().contains("Staged:"), "{}", console.screen());
    console.quit().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn undo_of_a_staged_plan_stages_it_again() {
    let env = TestEnv::new().await;
    let steps: Vec<Step> = invites_by_expiry(&env).iter().take(3).map(delete_step).collect();
    let mut console = open_with_staged(&env, vec![steps]).await;
    console.press("2 enter");
    console.wait_for("Cancel").await;
    confirm_plan(&console);
    console.wait_for("starts in 5 s").await;
    console.press("z");
    console.wait_for("Staged: 3 steps").await;
    console.kill().await;
    let mut console = env.open_console();
    console.wait_for("3 staged steps from a previous session").await;
    assert_eq!(env.request_count("DELETE"), 0);
    console.press("2 D");
    console.wait_for("Discard all staged steps?").await;
    console.press("y");
    console.wait_for("No running, paused or staged plans").await;
    console.quit().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_plan_can_be_resumed_at_the_next_start() {
    let env = TestEnv::new().await;
    let steps: Vec<Step> = invites_by_expiry(&env).iter().take(12).map(delete_step).collect();
    let mut console = open_with_staged(&env, vec![steps]).await;
    let rule =
        Rule { skip: 4, ..Rule::for_method("DELETE", Action::Hang(guestlist::sandbox::FaultTiming::After)) };
    env.control().set_faults(vec![rule]).expect("valid rules");
    apply_all_staged(&mut console).await;
    console.wait_for("4 done").await;
    while env.request_count("DELETE") < 5 {
        tokio::task::yield_now().await;
    }
    console.kill().await;
    env.control().release_hanging();
    let mut console = env.open_console();
    let screen = console.wait_while_advancing("Plan of 10:3").await;
    assert!(screen.contains("Unfinished plans") && screen.contains("[ Review ]"), "{screen}");
    console.advance(1).press("r");
    console.pass_undo_window().await;
    console.wait_for("✓ 12 invites deleted.").await;
    assert_eq!(env.request_count("DELETE"), 12, "no request is repeated");
    console.quit().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn reached_quota_offers_to_resume_with_deletes_only() {
    let env = TestEnv::new().await;
    let rows = invites_by_expiry(&env);
    let steps = rows[..2].iter().map(resend_step).chain(rows[2..5].iter().map(delete_step)).collect();
    let mut console = open_with_staged(&env, vec![steps]).await;
    let rule = Rule::for_method("POST", Action::Status(StatusReply::new(402))).always();
    env.control().set_faults(vec![rule]).expect("valid rules");
    apply_all_staged(&mut console).await;
    let screen = console.wait_for("Quota reached (402)").await;
    assert!(screen.contains("2 steps that send email were"), "{screen}");
    console.advance(1).press("y");
    console.pass_undo_window().await;
    console.wait_for("3 done, 2 not sent").await;
    assert_eq!((env.request_count("POST"), env.request_count("DELETE")), (1, 3));
    assert!(!console.screen().contains("got lost"), "{}", console.screen());
    console.quit().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn duplicate_refusal_offers_delete_first() {
    let env = TestEnv::with_invites(30).await;
    let rows = invites_by_expiry(&env);
    let mut console = open_with_staged(&env, vec![rows[5..8].iter().map(resend_step).collect()]).await;
    env.control()
        .set_faults(vec![Rule::for_method("POST", Action::OnDuplicate(OnDuplicate::Refuse)).always()])
        .expect("valid rules");
    apply_all_staged(&mut console).await;
    let screen = console.wait_for("The server refused a second invite for 3 people.").await;
    assert!(screen.contains("[ Cancel ]"), "Cancel has the focus:\n{screen}");
    assert_eq!(env.request_count("DELETE"), 0, "no request before the confirmation");
    console.advance(1).press("y");
    console.wait_for("Cancel").await;
    confirm_plan(&console);
    console.wait_for("starts in 5 s").await;
    console.advance(5);
    console.wait_for("✓ 3 invites replaced.").await;
    assert_eq!((env.request_count("DELETE"), env.control().invites().len()), (3, 30));
    console.quit().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rate_limit_countdown_allows_browsing() {
    let env = TestEnv::new().await;
    let steps: Vec<Step> = invites_by_expiry(&env).iter().take(4).map(delete_step).collect();
    let mut console = open_with_staged(&env, vec![steps]).await;
    let reply = StatusReply::new(429).with_header("Archivist-Rate-Limit-Reset", "20");
    let rule = Rule { skip: 2, ..Rule::for_method("DELETE", Action::Status(reply)) };
    env.control().set_faults(vec![rule]).expect("valid rules");
    apply_all_staged(&mut console).await;
    let screen = console.wait_for("waiting 20 s: ").await;
    assert!(screen.contains("2 done") && !screen.contains('✗'), "a rate limit is not an error:\n{screen}");
    console.advance(7);
    console.wait_for("waiting 13 s: ").await;
    console.press("1 G");
    console.wait_for("page 13/13").await;
    console.press("2");
    console.wait_for("waiting 13 s: ").await;
    console.wait_while_advancing("✓ 4 invites deleted.").await;
    assert_eq!(env.request_count("DELETE"), 5);
    console.quit().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn failed_steps_show_reasons_until_dismissed() {
    let env = TestEnv::new().await;
    let steps: Vec<Step> = invites_by_expiry(&env).iter().take(3).map(delete_step).collect();
    let mut console = open_with_staged(&env, vec![steps]).await;
    let rule = Rule { skip: 1, ..Rule::for_method("DELETE", Action::Status(StatusReply::new(400))) };
    env.control().set_faults(vec![rule]).expect("valid rules");
    apply_all_staged(&mut console).await;
    let screen = console.wait_for("✗ Plan finished: 2 done, 1 failed. See 2 Plans.").await;
    assert!(screen.contains("2 invites deleted · 1 failed · ") && screen.contains("refused"), "{screen}");
    console.press("j");
    console.wait_for("(400: ").await;
    console.press("1");
    console.wait_for("410 · complete").await;
    console.press("2");
    console.wait_for("2 invites deleted · 1 failed · ").await;
    console.press("D");
    console.wait_for("No running, paused or staged plans").await;
    console.quit().await;
}
