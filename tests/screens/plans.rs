//! The view of plans in each of its situations, and the questions that plans ask.

use std::time::Duration;

use crate::assert_screens;
use crate::harness::{TestApp, new_invite, sample_invites};
use guestlist::domain::journal::JournalEntry;
use guestlist::domain::plan::{DUPLICATE_REFUSAL, PlanState, Progress};
use guestlist::domain::service_msg::{PlanEvent, UnfinishedPlan};
use guestlist::domain::{
    Draft, Error, ErrorKind, Expiry, HttpRecord, Invite, Method, Outcome, Plan, PlanId, ServiceReply, Step,
};
use guestlist::ui::Theme;

pub fn step_progress(outcome: Outcome) -> Progress {
    Progress { outcome: Some(outcome), old_deleted: outcome.is_success(), ..Progress::default() }
}

fn step_progress_with_note(outcome: Outcome, note: &str) -> Progress {
    Progress { note: Some(note.into()), ..step_progress(outcome) }
}

pub fn delete_steps(stage: &TestApp, rows: usize) -> Vec<Step> {
    sample_invites(stage.now.wall).into_iter().take(rows).map(|invite| Step::Delete { invite }).collect()
}

pub fn delete_first_step(invite: Invite) -> Step {
    let draft = Draft { email: invite.email.clone(), message: invite.message.clone() };
    Step::DeleteFirst { invite, draft, known_versions: None }
}

/// A plan that an earlier run left over.
pub fn unfinished_plan(
    stage: &TestApp,
    n: u128,
    state: PlanState,
    steps: Vec<Step>,
    progress: Vec<Progress>,
) -> UnfinishedPlan {
    let made = "2024-06-03T09:02:00Z".parse().expect("a time");
    let tenancy = stage.app.model.options.tenancy.clone();
    let id = PlanId(uuid::Uuid::from_u128(n));
    let plan = Plan { id, tenancy, created_at: made, steps, filter: String::new() };
    let mut all = plan.initial_progress();
    all.iter_mut().zip(progress).for_each(|(slot, known)| *slot = known);
    UnfinishedPlan {
        entry: JournalEntry { plan, state, progress: all, calls: Vec::new() },
        findings: Vec::new(),
        reconciled_steps: Vec::new(),
    }
}

/// A stage with these plans left over, seen in the view of plans, with no question in front.
fn show_plans(plans: Vec<UnfinishedPlan>) -> TestApp {
    let mut stage = TestApp::with_rows();
    stage.deliver_reply(ServiceReply::UnfinishedPlans(plans));
    stage.app.overlays.clear();
    stage.press("2");
    stage
}

/// A plan that runs: resumed from the journal, and asked about as such.
pub fn start_plan(stage: &mut TestApp, steps: Vec<Step>) {
    let left = unfinished_plan(stage, 1, PlanState::Stopped, steps, Vec::new());
    stage.plans.push(left.entry.plan.id);
    stage.deliver_reply(ServiceReply::UnfinishedPlans(vec![left]));
    stage.app.overlays.clear();
    stage.press("2 r");
}

fn end_step(stage: &mut TestApp, step: usize, progress: Progress) {
    stage.deliver_plan_event(PlanEvent::StepStarted(step));
    stage.now.mono += Duration::from_secs(2);
    stage.deliver_plan_event(PlanEvent::StepEnded { step, progress, failure: None });
}

fn app_with_running_plan() -> TestApp {
    let mut stage = TestApp::with_rows();
    let steps = delete_steps(&stage, 40);
    start_plan(&mut stage, steps);
    for step in 0..14 {
        end_step(&mut stage, step, step_progress(Outcome::Done));
    }
    end_step(
        &mut stage,
        14,
        step_progress_with_note(Outcome::Refused, "the server rejected the request (400)"),
    );
    stage.deliver_plan_event(PlanEvent::StepStarted(15));
    stage
}

#[test]
fn running_plan() {
    assert_screens("plan_running", app_with_running_plan());
}

#[test]
fn plan_waiting_for_the_server() {
    let mut stage = app_with_running_plan();
    let until = stage.now.mono + Duration::from_secs(12);
    stage.deliver_reply(ServiceReply::Waiting { until, reason: "the server asked for 20 s".into() });
    stage.press("space");
    assert_screens("plan_waiting", stage);
}

#[test]
fn plans_in_undo_window_and_queued() {
    let mut stage = TestApp::with_rows();
    stage.press("d y");
    let until = stage.now.mono + Duration::from_millis(4_200);
    stage.deliver_plan_event(PlanEvent::UndoWindow { until });
    let steps = delete_steps(&stage, 3).split_off(1);
    let queued = unfinished_plan(&stage, 1, PlanState::Stopped, steps, Vec::new());
    stage.plans.push(queued.entry.plan.id);
    stage.deliver_reply(ServiceReply::UnfinishedPlans(vec![queued]));
    stage.app.overlays.clear();
    stage.press("2 G r");
    stage.deliver_plan_event(PlanEvent::Queued { holder: "process 4711".into() });
    assert_screens("plan_undo_window", stage);
}

pub fn app_with_stopped_plans() -> TestApp {
    let stage = TestApp::with_rows();
    let mut steps = delete_steps(&stage, 12);
    steps.push(delete_first_step(new_invite(90, "owed@example.com", "hello", Expiry(None))));
    let mut progress: Vec<Progress> = (0..5).map(|_| step_progress(Outcome::Done)).collect();
    progress.push(step_progress_with_note(
        Outcome::Unknown,
        "the answer got lost; looking for it failed as well: no connection",
    ));
    progress
        .push(step_progress_with_note(Outcome::Failed, "the response was 404, but the list still shows it"));
    progress.resize(12, Progress::default());
    progress.push(Progress { old_deleted: true, ..Progress::default() });
    let mut first = unfinished_plan(&stage, 1, PlanState::Stopped, steps, progress);
    first.findings.push("It was stopped.".into());
    let only = delete_steps(&stage, 1);
    let second = unfinished_plan(&stage, 2, PlanState::Paused, only, Vec::new());
    show_plans(vec![second, first])
}

#[test]
fn stopped_plans_and_missing_reinvites() {
    assert_screens("plan_stopped", app_with_stopped_plans());
}

#[test]
fn steps_of_one_plan() {
    let mut stage = app_with_stopped_plans();
    stage.press("enter j j");
    assert_screens("plan_steps", stage);
}

fn app_with_staged_plans() -> TestApp {
    let stage = TestApp::with_rows();
    let mut first = unfinished_plan(&stage, 1, PlanState::Staged, delete_steps(&stage, 8), Vec::new());
    first.entry.plan.filter = "company 1".into();
    let resend = Step::Resend { invite: sample_invites(stage.now.wall).remove(30), known_versions: None };
    let second = unfinished_plan(&stage, 2, PlanState::Staged, vec![resend], Vec::new());
    let mut stage = show_plans(vec![first, second]);
    stage.press("j j");
    stage
}

#[test]
fn staged_plans() {
    assert_screens("plan_staged", app_with_staged_plans());
}

#[test]
fn plan_ended_with_failures() {
    let mut stage = TestApp::with_rows();
    let steps = delete_steps(&stage, 3);
    start_plan(&mut stage, steps);
    let all = vec![
        step_progress(Outcome::Done),
        step_progress_with_note(Outcome::Refused, "the server did not accept it (400)"),
        step_progress(Outcome::Done),
    ];
    for (step, progress) in all.iter().enumerate() {
        end_step(&mut stage, step, progress.clone());
    }
    stage.deliver_plan_event(PlanEvent::Ended { state: PlanState::Finished, progress: all });
    stage.press("j");
    assert_screens("plan_ended", stage);
}

pub fn quota_error() -> Error {
    let call = HttpRecord {
        method: Method::Post,
        path: "/archivist/iam/v1/invites".into(),
        sent_at: "2024-06-03T10:31:06Z".parse().expect("a time"),
        duration: Duration::from_millis(31),
        status: Some(402),
        request_id: None,
        request_body: None,
        response_body: String::new(),
        note: None,
    };
    let failure = Error::new(
        ErrorKind::Status(402),
        "Could not create the invite",
        "the quota of this tenancy is used up (402)",
        "Have it raised.",
    );
    Error { record: Some(Box::new(call)), ..failure }
}

#[test]
fn reached_quota() {
    let mut stage = TestApp::with_rows();
    let rows = sample_invites(stage.now.wall);
    let mut steps: Vec<Step> = rows[..4]
        .iter()
        .map(|invite| Step::Resend { invite: invite.clone(), known_versions: None })
        .collect();
    steps.extend(delete_steps(&stage, 10).split_off(4));
    start_plan(&mut stage, steps);
    stage.deliver_plan_event(PlanEvent::StepStarted(0));
    stage.deliver_plan_event(PlanEvent::Paused(quota_error()));
    stage.pass_typing_pause();
    assert_screens("plan_quota", stage);
}

#[test]
fn automatic_prompt_waits_for_a_typing_pause() {
    let mut stage = TestApp::with_rows();
    let rows = sample_invites(stage.now.wall);
    let mut steps: Vec<Step> = rows[..2]
        .iter()
        .map(|invite| Step::Resend { invite: invite.clone(), known_versions: None })
        .collect();
    steps.extend(delete_steps(&stage, 5).split_off(2));
    start_plan(&mut stage, steps);
    stage.deliver_plan_event(PlanEvent::StepStarted(0));
    stage.press("j");
    stage.deliver_plan_event(PlanEvent::Paused(quota_error()));
    let title = "Resume without emails?";
    for _ in 0..3 {
        stage.now.mono += Duration::from_millis(299);
        stage.pass_deadline();
        assert!(!stage.screen_text(80, 24).contains(title), "keys still come");
        stage.press("k");
    }
    assert!(stage.pass_typing_pause().screen_text(80, 24).contains(title));
}

#[test]
fn server_refusing_duplicates() {
    let mut stage = TestApp::with_rows();
    let rows = sample_invites(stage.now.wall);
    let steps = rows[..3]
        .iter()
        .map(|invite| Step::Resend { invite: invite.clone(), known_versions: None })
        .collect();
    start_plan(&mut stage, steps);
    let all = vec![step_progress_with_note(Outcome::Refused, DUPLICATE_REFUSAL); 3];
    stage.deliver_plan_event(PlanEvent::Ended { state: PlanState::Finished, progress: all });
    stage.pass_typing_pause();
    assert_screens("plan_duplicates_refused", stage);
}

#[test]
fn discard_with_missing_reinvites() {
    let mut stage = app_with_stopped_plans();
    stage.press("D");
    assert_screens("plan_discard", stage);
}

#[test]
fn quit_with_staged_steps_and_missing_reinvites() {
    let mut stage = app_with_stopped_plans();
    let more = unfinished_plan(&stage, 7, PlanState::Staged, delete_steps(&stage, 4), Vec::new());
    stage.deliver_reply(ServiceReply::UnfinishedPlans(vec![more]));
    stage.app.overlays.clear();
    stage.press("q");
    assert_screens("plan_quit", stage);
}

#[test]
fn only_visible_steps_are_drawn_and_the_header_stays() {
    let mut stage = TestApp::with_rows();
    let steps = (0..5_000).map(|n| {
        let invite = new_invite(10_000 + n, &format!("p{n:04}@example.com"), "hello", Expiry(None));
        Step::Delete { invite }
    });
    start_plan(&mut stage, steps.collect());
    for step in 0..3 {
        end_step(&mut stage, step, step_progress(Outcome::Done));
    }
    stage.deliver_plan_event(PlanEvent::StepStarted(3));
    let screen = stage.screen_text(40, 12);
    assert!(screen.contains("running") && screen.contains("▌→ p0003"), "{screen}");
    let screen = stage.press("G").screen_text(40, 12);
    assert!(screen.contains("running") && screen.contains("▌· p4999"), "the head stays:\n{screen}");
    stage.press("pgup");
    let drawn = stage.app.model.metrics.visible_items;
    let screen = stage.screen_text(120, 40);
    assert!(drawn < 40 && screen.contains("3/5,000"), "{drawn}:\n{screen}");
    let coloured = stage.draw(80, 24, &Theme::none());
    assert!(coloured.content().iter().all(|cell| cell.fg == ratatui::style::Color::Reset));
}

#[test]
fn automatic_prompt_ignores_immediate_keys() {
    let mut stage = TestApp::with_rows();
    let steps = delete_steps(&stage, 12);
    let plan = unfinished_plan(&stage, 1, PlanState::Running, steps, vec![step_progress(Outcome::Done)]);
    stage.deliver_reply(ServiceReply::UnfinishedPlans(vec![plan]));
    let screen = stage.press("r").screen_text(80, 24);
    assert!(screen.contains("Plan of 09:02:00 stopped: 1 done, 11 not sent"), "{screen}");
    stage.now.mono += Duration::from_secs(1);
    let screen = stage.press("r").screen_text(80, 24);
    assert!(!screen.contains("[ Review ]") && screen.contains("1/12"), "{screen}");
}
