//! Later runs of a plan: the re-check, the recovery and the checks of old requests judge each step by its own
//! requests.

use std::time::Duration;

use guestlist::domain::limits::MAX_EFFECT_DELAY;
use guestlist::domain::plan::InviteVersion;
use guestlist::domain::service_msg::{PlanEvent, ResumeScope};
use guestlist::domain::{Invite, Outcome, Plan, ServiceReply, ServiceRequest, Step};
use guestlist::sandbox::{Action, FaultTiming, Rule, TokenRequest};
use guestlist::store::{Journal, TenancyLock};
use rusqlite::Connection;

use crate::harness::{TestEnv, create_step, delete_step, status_rule};

fn resend_step(row: &Invite) -> Step {
    Step::Resend { invite: row.clone(), known_versions: Some(vec![InviteVersion::from_invite(row)]) }
}

fn lost(method: &str) -> Rule {
    Rule::for_method(method, Action::Drop(FaultTiming::Before)).always()
}

async fn journaled_outcomes(env: &TestEnv, plan: &Plan) -> Vec<Option<Outcome>> {
    let journal = Journal::open(env.state_dir.path()).expect("the journal");
    let entry = journal.entry(plan.id).await.expect("it reads").expect("the plan");
    entry.progress.iter().map(|progress| progress.outcome).collect()
}

#[tokio::test]
async fn resume_without_emails_leaves_creates_to_be_done() {
    let env = TestEnv::new(1).await;
    let mut console = env.open_console();
    let rows = console.fetch_complete_list().await;
    env.set_faults([status_rule("POST", 402)]);
    let plan = console.new_plan([create_step("bob@job", "", Some(vec![])), delete_step(&rows[0])]);
    console.apply_plan(&plan, 0).await;
    console.wait_for_pause().await;
    env.control.create("bob@job", "by another program").expect("an invite");
    let (scope, undo_window) = (ResumeScope::WithoutEmail, Duration::ZERO);
    console.submit(ServiceRequest::ResumePlan { plan: plan.id, scope, undo_window }).await;
    console.wait_for_pause().await;
    assert_eq!(journaled_outcomes(&env, &plan).await, [None, Some(Outcome::Done)]);
}

#[tokio::test]
async fn accepted_invite_does_not_hide_an_open_create() {
    let env = TestEnv::new(1).await;
    let old = env.control.invites()[0].uuid;
    let mut console = env.open_console();
    let rows = console.fetch_complete_list().await;
    let journal = Connection::open(env.state_dir.path().join("journal.db")).expect("the journal");
    let trigger = "CREATE TRIGGER full BEFORE UPDATE ON call BEGIN SELECT RAISE(ABORT, 'disk is full'); END;";
    journal.execute_batch(trigger).expect("a trigger");
    let plan = console.new_plan([resend_step(&rows[0])]);
    console.apply_plan(&plan, 0).await;
    console.wait_for_pause().await;
    journal.execute_batch("DROP TRIGGER full").expect("the trigger is dropped");
    env.control.accept(&old.to_string()).expect("the old invite");
    console.submit(ServiceRequest::resume_plan(plan.id)).await;
    assert_eq!(console.wait_for_outcomes().await, [Outcome::Done], "the new invite was found");
    assert_eq!((env.request_count("POST"), env.invites().len()), (1, 1));
}

#[tokio::test]
async fn invisible_invite_is_late_by_its_own_create() {
    let env = TestEnv::with_shared_clock(2).await;
    env.clock.advance(Duration::from_secs(1_500));
    let mut console = env.open_console();
    let rows = console.fetch_complete_list().await;
    env.set_faults([
        Rule::for_method("GET", Action::ListLagMs(1_200_000)).always(),
        Rule { skip: 1, ..status_rule("POST", 402) },
    ]);
    let plan = console.new_plan(rows.iter().map(resend_step));
    console.apply_plan(&plan, 0).await;
    console.wait_for_pause().await;
    env.clock.advance(MAX_EFFECT_DELAY / 2);
    console.submit(ServiceRequest::resume_plan(plan.id)).await;
    console.wait_for_pause().await;
    assert_eq!(env.request_count("POST"), 3);
    env.clock.advance(MAX_EFFECT_DELAY / 2);
    console.submit(ServiceRequest::resume_plan(plan.id)).await;
    console.wait_for_pause().await;
    let outcomes = journaled_outcomes(&env, &plan).await;
    assert_eq!(outcomes, [Some(Outcome::OldStillActive), Some(Outcome::Unknown)]);
    assert_eq!((env.request_count("POST"), env.request_count("DELETE")), (3, 0));
}

#[tokio::test]
async fn old_lost_create_is_disproved_and_a_recent_one_is_not() {
    let env = TestEnv::new(0).await;
    let mut console = env.open_console();
    console.fetch_complete_list().await;
    assert_eq!(console.wait_for_unfinished_plans().await, []);
    env.set_faults([lost("POST")]);
    let old = console.new_plan([create_step("ann@job", "", Some(vec![]))]);
    console.apply_plan(&old, 0).await;
    console.wait_for_pause().await;
    env.clock.advance(MAX_EFFECT_DELAY);
    let recent = console.new_plan([create_step("bob@job", "", Some(vec![]))]);
    console.apply_plan(&recent, 0).await;
    console.wait_for_pause().await;
    console.fetch_complete_list().await;
    let report = console.wait_for_unfinished_plans().await;
    let plans: Vec<_> = report.iter().map(|plan| plan.entry.plan.id).collect();
    assert_eq!(plans, [old.id], "only news are reported");
    assert_eq!(journaled_outcomes(&env, &old).await, [Some(Outcome::Skipped)]);
    assert_eq!(journaled_outcomes(&env, &recent).await, [Some(Outcome::Unknown)]);
    for _ in 0..3 {
        let lists = env.request_count("GET") + 2;
        console.fetch_complete_list().await;
        let is_checked = |env: &TestEnv| env.request_count("GET") >= lists;
        env.wait_while_advancing(&mut console, "the list of the check", is_checked).await;
        // The journal has finished the check when it is read.
        let request = console.submit(ServiceRequest::LoadJournal { limit: 9 }).await;
        console.wait_for("the journal", |id, _| (id == request).then_some(())).await;
    }
    assert!(!console.has_queued_reply(|reply| matches!(reply, ServiceReply::UnfinishedPlans(_))));
}

#[tokio::test]
async fn invite_of_an_older_plan_is_not_adopted_by_a_resend() {
    let env = TestEnv::new(0).await;
    let mut console = env.open_console();
    console.fetch_complete_list().await;
    let first = console.new_plan([create_step("bob@job", "hello", Some(vec![]))]);
    console.apply_plan(&first, 0).await;
    assert_eq!(console.wait_for_outcomes().await, [Outcome::Done]);
    env.clock.advance(2 * MAX_EFFECT_DELAY);
    let rows = console.fetch_complete_list().await;
    env.set_faults([lost("POST")]);
    let plan = console.new_plan([Step::Resend { invite: rows[0].clone(), known_versions: None }]);
    console.apply_plan(&plan, 0).await;
    console.wait_for_step_end().await;
    console.wait_for_pause().await;
    console.submit(ServiceRequest::resume_plan(plan.id)).await;
    let step = console.wait_for_step_end().await;
    let found = (step.outcome, step.note.as_deref());
    assert_eq!(
        found,
        (Some(Outcome::Unknown), Some("not in the list yet")),
        "the invite is of the first plan"
    );
}

#[tokio::test]
async fn lookup_with_another_tenancy_records_nothing() {
    let env = TestEnv::new(1).await;
    let file = env.state_dir.path().join("token");
    std::fs::write(&file, env.control.issue_token(TokenRequest::default())).expect("written");
    let open_console = || env.open_console_with(env.client(&file), Journal::open(env.state_dir.path()));
    let mut console = open_console();
    let rows = console.fetch_complete_list().await;
    env.set_faults([Rule::for_method("DELETE", Action::Hang(FaultTiming::Before))]);
    let plan = console.new_plan([delete_step(&rows[0])]);
    console.apply_plan(&plan, 0).await;
    env.wait_until("the delete hangs", |env| env.request_count("DELETE") == 1).await;
    console.kill().await;
    let name = env.control.invites()[0].uuid.to_string();
    let lookup = Rule::for_method("GET", Action::Hang(FaultTiming::Before)).always();
    env.set_faults([Rule { path_contains: Some(name.clone()), ..lookup }]);
    let mut console = open_console();
    console.fetch_complete_list().await;
    env.wait_until("the lookup hangs", |env| {
        env.control.requests().iter().any(|call| call.method == "GET" && call.path.contains(&name))
    })
    .await;
    let elsewhere = TokenRequest { tenant: Some("tenant/elsewhere".into()), ..TokenRequest::default() };
    std::fs::write(&file, env.control.issue_token(elsewhere)).expect("written");
    console.wait_for_unfinished_plans().await;
    assert_eq!(journaled_outcomes(&env, &plan).await, [None]);
}

#[tokio::test]
async fn waiting_plan_reports_the_other_program_once() {
    let env = TestEnv::new(1).await;
    let mut console = env.open_console();
    let rows = console.fetch_complete_list().await;
    let plan = console.new_plan([delete_step(&rows[0])]);
    let lock = TenancyLock::try_lock(env.state_dir.path(), &plan.tenancy).expect("locked");
    console.apply_plan(&plan, 0).await;
    let is_queued = |event: &PlanEvent| matches!(event, PlanEvent::Queued { .. });
    console.wait_for_plan_event("the queue", |event| is_queued(event).then_some(())).await;
    let until = env.clock.now().mono + Duration::from_secs(20);
    env.wait_while_advancing(&mut console, "several attempts", |env| env.clock.now().mono >= until).await;
    drop(lock);
    assert_eq!(console.wait_for_outcomes().await, [Outcome::Done]);
    assert!(
        !console.has_queued_reply(|reply| matches!(reply, ServiceReply::Plan(_, event) if is_queued(event)))
    );
}
