//! Random faults, kills and resumes. At the end server and journal agree on every step, and no one got two emails.
//! `GUESTLIST_FUZZ_RUNS=1000` runs 1000 scripts instead of 32.

use futures_util::StreamExt as _;
use std::time::Duration;

use guestlist::domain::limits::MAX_EFFECT_DELAY;
use guestlist::domain::plan::{InviteVersion, PlanState, Progress};
use guestlist::domain::service_msg::{PlanEvent, ResumeScope};
use guestlist::domain::{Draft, Invite, Method, Outcome, Plan, ServiceReply, ServiceRequest, Step};
use guestlist::sandbox::{Action, FaultTiming, LoggedRequest, RawReply, Rule, StatusReply, TokenRequest};
use guestlist::store::Journal;

use crate::harness::{TestConsole, TestEnv, create_step, delete_first_step, delete_step, email_count};

/// A small random number generator. Its seed repeats a failing script.
struct Rng(u64);

impl Rng {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % limit
    }

    fn random_timing(&mut self) -> FaultTiming {
        if self.below(2) == 0 { FaultTiming::Before } else { FaultTiming::After }
    }

    fn random_fault(&mut self) -> Rule {
        let mut method = ["POST", "DELETE", "GET"][self.below(3) as usize];
        let status = |status, when| Action::Status(StatusReply { when, ..StatusReply::new(status) });
        let action = match self.below(10) {
            0 => Action::Drop(self.random_timing()),
            1 => status(500, self.random_timing()),
            2 => status(504, self.random_timing()),
            3 => Action::Status(StatusReply::new(429).with_header("archivist-rate-limit-reset", "3")),
            4 => status(402, FaultTiming::Before),
            5 => Action::Truncate(self.below(40)),
            6 => Action::Raw(RawReply {
                body: "<html>Sign in</html>".into(),
                when: self.random_timing(),
                ..RawReply::default()
            }),
            7 => Action::LateEffectMs(self.below(20_000)),
            // A client that accepts this response reports a delete without effect, or loses a created invite.
            8 => {
                method = ["POST", "DELETE"][self.below(2) as usize];
                Action::Raw(RawReply { when: self.random_timing(), ..RawReply::default() })
            }
            _ => Action::Raw(RawReply { status: 404, body: "gone fishing".into(), ..RawReply::default() }),
        };
        Rule { skip: self.below(6), times: 1 + self.below(3), ..Rule::for_method(method, action) }
    }
}

/// Shows new invites up to 20 s late until the faults are cleared.
fn random_lag(rng: &mut Rng) -> Rule {
    Rule::for_method("GET", Action::ListLagMs(rng.below(20_001))).always()
}

fn run_count() -> u64 {
    #[allow(clippy::disallowed_methods, reason = "tests have no configuration")]
    let value = std::env::var("GUESTLIST_FUZZ_RUNS").ok();
    value.and_then(|value| value.parse().ok()).unwrap_or(32)
}

#[tokio::test]
async fn server_and_journal_agree_under_any_faults() {
    // A script mostly waits, so many run concurrently.
    futures_util::stream::iter(0..run_count()).for_each_concurrent(32, run_script).await;
}

async fn run_script(seed: u64) {
    let mut rng = Rng(seed);
    let env = TestEnv::with_shared_clock(7).await;
    let mut console = env.open_console();
    let rows = console.fetch_complete_list().await;
    let plan = random_plan(&console, &rows, &mut rng);
    let lag = random_lag(&mut rng);
    env.set_faults((0..6).map(|_| rng.random_fault()).chain([lag]).collect::<Vec<_>>());
    console.apply_plan(&plan, 0).await;
    let mut console = disturb_plan(&env, console, &plan, &mut rng).await;
    env.control.clear_faults();
    let state = resume_to_end(&env, &mut console, &plan).await;
    let journal = Journal::open(env.state_dir.path()).expect("a journal");
    let entry = journal.entry(plan.id).await.expect("the journal is readable").expect("the plan is recorded");
    let unknown = entry.progress.iter().any(|progress| progress.outcome == Some(Outcome::Unknown));
    assert!(unknown || state == PlanState::Finished, "script {seed}: {:?}", entry.progress);
    for (step, progress) in plan.steps.iter().zip(&entry.progress) {
        assert_consistent(&env, &format!("script {seed}, {step:?}, {progress:?}"), step, progress);
    }
    journal.verify().await.expect("the journal is consistent");
}

#[tokio::test]
async fn two_services_on_one_journal_send_no_second_email() {
    futures_util::stream::iter(0..run_count()).for_each_concurrent(32, run_two_consoles).await;
}

#[tokio::test]
async fn changing_token_file_sends_nothing_to_another_tenancy() {
    futures_util::stream::iter(0..run_count()).for_each_concurrent(32, run_with_changing_token).await;
}

/// Replaces the token file during a plan by one of another tenancy, and later restores it.
async fn run_with_changing_token(seed: u64) {
    const OTHER_TENANT: &str = "tenant/elsewhere";
    let mut rng = Rng(seed.wrapping_add(1 << 33));
    let env = TestEnv::with_shared_clock(7).await;
    let file = env.state_dir.path().join("token");
    let write = |tenant: Option<&str>| {
        // The clock advances by hours, and these tokens must not expire.
        let tenant = tenant.map(str::to_owned);
        let token_request =
            TokenRequest { tenant, expires_in: Some(30 * 24 * 3_600), ..TokenRequest::default() };
        std::fs::write(&file, env.control.issue_token(token_request)).expect("written");
    };
    write(None);
    let mut console = env.open_console_with(env.client(&file), Journal::open(env.state_dir.path()));
    let rows = console.fetch_complete_list().await;
    let plan = random_plan(&console, &rows, &mut rng);
    env.set_faults((0..4).map(|_| rng.random_fault()).collect::<Vec<_>>());
    console.apply_plan(&plan, 0).await;
    let (swapped_after, mut reply_count) = (rng.below(60), 0);
    let is_over = console
        .wait_for("a pause, an end, or the moment of the change", |_, reply| {
            reply_count += 1;
            if is_end(reply) { Some(true) } else { (reply_count > swapped_after).then_some(false) }
        })
        .await;
    write(Some(OTHER_TENANT));
    if !is_over {
        wait_for_pause_or_end(&mut console).await;
    }
    console.fetch_list().await;
    console.submit(ServiceRequest::resume_plan(plan.id)).await;
    wait_for_pause_or_end(&mut console).await;
    let is_foreign =
        |call: &LoggedRequest| call.method != "GET" && call.tenant.as_deref() == Some(OTHER_TENANT);
    let foreign = env.control.requests().into_iter().find(is_foreign);
    assert_eq!(foreign, None, "script {seed}: a change with the token of another tenancy");
    write(None);
    env.control.clear_faults();
    console.fetch_complete_list().await;
    console.submit(ServiceRequest::resume_plan(plan.id)).await;
    resume_to_end(&env, &mut console, &plan).await;
    let journal = Journal::open(env.state_dir.path()).expect("a journal");
    let entry = journal.entry(plan.id).await.expect("the journal is readable").expect("the plan is recorded");
    for (step, progress) in plan.steps.iter().zip(&entry.progress) {
        assert_consistent(&env, &format!("script {seed}, {step:?}, {progress:?}"), step, progress);
    }
}

/// Runs two consoles with the same emails in different orders; one is killed at a random moment.
async fn run_two_consoles(seed: u64) {
    let mut rng = Rng(seed.wrapping_add(1 << 32));
    let env = TestEnv::with_shared_clock(0).await;
    let emails: Vec<String> = (0..6).map(|n| format!("same{n}@job")).collect();
    let mut consoles = [env.open_console(), env.open_console()];
    let mut plans = Vec::new();
    for console in &mut consoles {
        console.fetch_complete_list().await;
        let mut steps: Vec<Step> =
            emails.iter().map(|email| create_step(email, "welcome", Some(vec![]))).collect();
        let first = rng.below(6) as usize;
        steps.rotate_left(first);
        steps.truncate(2 + rng.below(5) as usize);
        plans.push(console.new_plan(steps));
    }
    let lag = random_lag(&mut rng);
    env.set_faults((0..4).map(|_| rng.random_fault()).chain([lag]).collect::<Vec<_>>());
    let [one, other] = consoles;
    let killed_after = rng.below(30);
    let (one, other) = tokio::join!(
        run_until_end_or_kill(&env, one, &plans[0], u64::MAX),
        run_until_end_or_kill(&env, other, &plans[1], killed_after)
    );
    env.control.clear_faults();
    for (mut console, plan) in [(one, &plans[0]), (other, &plans[1])] {
        console.fetch_complete_list().await;
        console.submit(ServiceRequest::resume_plan(plan.id)).await;
        resume_to_end(&env, &mut console, plan).await;
    }
    let journal = Journal::open(env.state_dir.path()).expect("a journal");
    let mut done = Vec::new();
    for plan in &plans {
        // The console may have been killed before it recorded the plan.
        let Some(entry) = journal.entry(plan.id).await.expect("the journal is readable") else { continue };
        let steps = plan.steps.iter().zip(entry.progress);
        done.extend(steps.map(|(step, progress)| (step.email().to_owned(), progress)));
    }
    for email in &emails {
        let emailed = email_count(env.sandbox.outbox(), email);
        let own_steps: Vec<_> =
            done.iter().filter(|(other, _)| other == email).map(|(_, step)| step).collect();
        let count = |outcome| own_steps.iter().filter(|step| step.outcome == Some(outcome)).count();
        let context = format!("script {seed}, {email}: {emailed} emails, {own_steps:?}");
        assert!(emailed <= 1, "emailed twice: {context}");
        assert!(count(Outcome::Done) <= 1 && count(Outcome::Done) <= emailed, "{context}");
        assert!(count(Outcome::AlreadyInvited) == 0 || emailed == 1, "{context}");
        let unknown = count(Outcome::Unknown) > 0;
        assert!(emailed == 0 || unknown || count(Outcome::Done) == 1, "an email is not recorded: {context}");
    }
}

/// Runs a plan to its end, a pause, or a kill after `killed_after` replies.
async fn run_until_end_or_kill(
    env: &TestEnv,
    mut console: TestConsole,
    plan: &Plan,
    killed_after: u64,
) -> TestConsole {
    console.apply_plan(plan, 0).await;
    let mut reply_count = 0;
    let is_over = console
        .wait_for("a pause, an end, or the moment of the kill", |_, reply| {
            reply_count += u64::from(!matches!(reply, ServiceReply::UnfinishedPlans(_)));
            if is_end(reply) { Some(true) } else { (reply_count > killed_after).then_some(false) }
        })
        .await;
    if is_over {
        return console;
    }
    console.kill().await;
    env.open_console()
}

fn random_plan(console: &TestConsole, rows: &[Invite], rng: &mut Rng) -> Plan {
    let before = |row: &Invite| Some(vec![InviteVersion::from_invite(row)]);
    let resend = |row: &Invite| Step::Resend { invite: row.clone(), known_versions: before(row) };
    let replace = |row: &Invite| {
        let draft = Draft { email: row.email.to_uppercase(), message: "another text".into() };
        Step::Replace { invite: row.clone(), draft, known_versions: before(row) }
    };
    let new = |n: u8| create_step(&format!("new{n}@job"), "welcome", Some(vec![]));
    let mut steps = vec![
        new(0),
        delete_step(&rows[0]),
        resend(&rows[1]),
        delete_first_step(&rows[4], "again"),
        new(1),
        replace(&rows[5]),
        delete_step(&rows[2]),
        delete_first_step(&rows[6], &rows[6].message),
        resend(&rows[3]),
        new(2),
    ];
    let first = rng.below(steps.len() as u64) as usize;
    steps.rotate_left(first);
    console.new_plan(steps)
}

/// Pauses the plan, resumes it without email and kills the console a few times under faults.
async fn disturb_plan(env: &TestEnv, mut console: TestConsole, plan: &Plan, rng: &mut Rng) -> TestConsole {
    for _ in 0..4 {
        let kill_after = rng.below(24);
        let mut reply_count = 0;
        let is_over = console
            .wait_for("a pause, an end, or the moment of the kill", |_, reply| {
                // These replies can be the first ones; they do not prove that the plan is in the journal.
                let is_first =
                    matches!(reply, ServiceReply::UnfinishedPlans(_) | ServiceReply::PastChanges(_));
                reply_count += u64::from(!is_first);
                if is_end(reply) { Some(true) } else { (reply_count > kill_after).then_some(false) }
            })
            .await;
        if !is_over && rng.below(3) == 0 {
            console.submit(ServiceRequest::PausePlan(plan.id)).await;
            wait_for_pause_or_end(&mut console).await;
        } else if !is_over {
            console.kill().await;
            console = env.open_console();
        }
        console.fetch_list().await;
        if rng.below(3) == 0 {
            let before = create_request_count(env, plan).await;
            console
                .submit(ServiceRequest::ResumePlan {
                    plan: plan.id,
                    scope: ResumeScope::WithoutEmail,
                    undo_window: Duration::ZERO,
                })
                .await;
            wait_for_pause_or_end(&mut console).await;
            assert_eq!(create_request_count(env, plan).await, before, "resumed without email");
        }
        console.submit(ServiceRequest::resume_plan(plan.id)).await;
    }
    console
}

fn is_end(reply: &ServiceReply) -> bool {
    matches!(reply, ServiceReply::Plan(_, PlanEvent::Paused(_) | PlanEvent::Ended { .. }))
}

async fn wait_for_pause_or_end(console: &mut TestConsole) {
    console.wait_for("a pause or an end", |_, reply| is_end(reply).then_some(())).await;
}

/// Number of create requests of a plan in the journal.
async fn create_request_count(env: &TestEnv, plan: &Plan) -> usize {
    let journal = Journal::open(env.state_dir.path()).expect("a journal");
    let entry = journal.entry(plan.id).await.expect("the journal is readable").expect("the plan is recorded");
    entry.calls.iter().filter(|call| call.intent.method == Method::Post).count()
}

/// Resumes the plan until all steps are done or unknown. Each round advances the clock so far that every effect has
/// happened and an absence is a proof.
async fn resume_to_end(env: &TestEnv, console: &mut TestConsole, plan: &Plan) -> PlanState {
    for _ in 0..6 {
        let end = console.wait_for_plan_event("a pause or an end", |event| match event {
            PlanEvent::Paused(_) => Some(None),
            PlanEvent::Ended { state, .. } => Some(Some(*state)),
            _ => None,
        });
        if let Some(state @ (PlanState::Finished | PlanState::Discarded)) = end.await {
            return state;
        }
        env.clock.advance(MAX_EFFECT_DELAY);
        env.control.advance(0).expect("a new token");
        console.fetch_complete_list().await;
        console.submit(ServiceRequest::resume_plan(plan.id)).await;
    }
    wait_for_pause_or_end(console).await;
    PlanState::Paused
}

fn assert_consistent(env: &TestEnv, context: &str, step: &Step, progress: &Progress) {
    let is_own = |row: &Invite| row.email.eq_ignore_ascii_case(step.email());
    let pending: Vec<_> = env.invites().into_iter().filter(is_own).collect();
    let old_exists = step.target().is_some_and(|old| pending.iter().any(|row| row.identity == old.identity));
    let new_count = pending.len() - usize::from(old_exists);
    let outcome = progress.outcome.expect(context);
    let earlier_count = usize::from(step.target().is_some());
    let sent_count = email_count(env.sandbox.outbox(), step.email()) - earlier_count;
    assert!(sent_count <= usize::from(step.sends_email()), "emailed twice: {context}");
    assert_eq!(sent_count, new_count, "{context}");
    assert!(!step.is_half_done(progress) || outcome == Outcome::Unknown, "not re-invited: {context}");
    if outcome == Outcome::Done && step.sends_email() {
        let new = pending.iter().find(|row| Some(*row) == progress.created.as_ref()).expect(context);
        assert_eq!(Some(&new.message), step.draft().map(|draft| draft.message).as_ref(), "{context}");
    }
    match (step.deletes(), step.sends_email(), outcome) {
        (false, _, Outcome::Done) => assert_eq!(new_count, 1, "{context}"),
        (true, true, Outcome::Done) => assert!(new_count == 1 && !old_exists, "{context}"),
        (true, false, Outcome::Done | Outcome::AlreadyGone) => assert!(!old_exists, "{context}"),
        (_, true, Outcome::Refused | Outcome::Skipped | Outcome::AlreadyInvited) => {
            assert_eq!(new_count, 0, "{context}");
        }
        (_, _, Outcome::Unknown) => {}
        (_, _, Outcome::OldStillActive) => assert!(old_exists && new_count == 1, "{context}"),
        (true, _, Outcome::Failed | Outcome::Refused) => assert!(old_exists, "{context}"),
        other => panic!("{other:?}: {context}"),
    }
}
