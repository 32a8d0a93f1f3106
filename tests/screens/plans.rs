//! The Plans view in each state, and the prompts of plans.

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

pub fn delete_steps(app: &TestApp, rows: usize) -> Vec<Step> {
    sample_invites(app.now.wall).into_iter().take(rows).map(|invite| Step::Delete { invite }).collect()
}

pub fn delete_first_step(invite: Invite) -> Step {
    let draft = Draft { email: invite.email.clone(), message: invite.message.clone() };
    Step::DeleteFirst { invite, draft, known_versions: None }
}

/// An unfinished plan of a previous session.
pub fn unfinished_plan(
    app: &TestApp,
    n: u128,
    state: PlanState,
    steps: Vec<Step>,
    progress: Vec<Progress>,
) -> UnfinishedPlan {
    let created_at = "2024-06-03T09:02:00Z".parse().expect("a time");
    let tenancy = app.state.model.options.tenancy.clone();
    let id = PlanId(uuid::Uuid::from_u128(n));
    let plan = Plan { id, tenancy, created_at, steps, filter: String::new() };
    let mut all_progress = plan.initial_progress();
    all_progress.iter_mut().zip(progress).for_each(|(slot, value)| *slot = value);
    UnfinishedPlan {
        entry: JournalEntry { plan, state, progress: all_progress, calls: Vec::new() },
        findings: Vec::new(),
        reconciled_steps: Vec::new(),
    }
}

/// A console that shows these unfinished plans in the Plans view, without a prompt.
fn show_plans(plans: Vec<UnfinishedPlan>) -> TestApp {
    let mut app = TestApp::with_rows();
    app.deliver_reply(ServiceReply::UnfinishedPlans(plans));
    app.state.overlays.clear();
    app.press("2");
    app
}

/// Resumes a plan with these steps from the journal.
pub fn start_plan(app: &mut TestApp, steps: Vec<Step>) {
    let unfinished = unfinished_plan(app, 1, PlanState::Stopped, steps, Vec::new());
    app.plans.push(unfinished.entry.plan.id);
    app.deliver_reply(ServiceReply::UnfinishedPlans(vec![unfinished]));
    app.state.overlays.clear();
    app.press("2 r");
}

fn end_step(app: &mut TestApp, step: usize, progress: Progress) {
    app.deliver_plan_event(PlanEvent::StepStarted(step));
    app.now.mono += Duration::from_secs(2);
    app.deliver_plan_event(PlanEvent::StepEnded { step, progress, failure: None });
}

fn app_with_running_plan() -> TestApp {
    let mut app = TestApp::with_rows();
    let steps = delete_steps(&app, 40);
    start_plan(&mut app, steps);
    for step in 0..14 {
        end_step(&mut app, step, step_progress(Outcome::Done));
    }
    end_step(
        &mut app,
        14,
        step_progress_with_note(Outcome::Refused, "the server rejected the request (400)"),
    );
    app.deliver_plan_event(PlanEvent::StepStarted(15));
    app
}

#[test]
fn running_plan() {
    assert_screens("plan_running", app_with_running_plan());
}

#[test]
fn plan_waiting_for_the_server() {
    let mut app = app_with_running_plan();
    let until = app.now.mono + Duration::from_secs(12);
    app.deliver_reply(ServiceReply::Waiting { until, reason: "the server asked for 20 s".into() });
    app.press("space");
    assert_screens("plan_waiting", app);
}

#[test]
fn plans_in_undo_window_and_queued() {
    let mut app = TestApp::with_rows();
    app.press("d y");
    let until = app.now.mono + Duration::from_millis(4_200);
    app.deliver_plan_event(PlanEvent::UndoWindow { until });
    let steps = delete_steps(&app, 3).split_off(1);
    let queued = unfinished_plan(&app, 1, PlanState::Stopped, steps, Vec::new());
    app.plans.push(queued.entry.plan.id);
    app.deliver_reply(ServiceReply::UnfinishedPlans(vec![queued]));
    app.state.overlays.clear();
    app.press("2 G r");
    app.deliver_plan_event(PlanEvent::Queued { holder: "process 4711".into() });
    assert_screens("plan_undo_window", app);
}

pub fn app_with_stopped_plans() -> TestApp {
    let app = TestApp::with_rows();
    let mut steps = delete_steps(&app, 12);
    steps.push(delete_first_step(new_invite(90, "lost@example.com", "hello", Expiry(None))));
    let mut progress: Vec<Progress> = (0..5).map(|_| step_progress(Outcome::Done)).collect();
    progress.push(step_progress_with_note(
        Outcome::Unknown,
        "the answer got lost; looking for it failed as well: no connection",
    ));
    progress
        .push(step_progress_with_note(Outcome::Failed, "the response was 404, but the list still shows it"));
    progress.resize(12, Progress::default());
    progress.push(Progress { old_deleted: true, ..Progress::default() });
    let mut first = unfinished_plan(&app, 1, PlanState::Stopped, steps, progress);
    first.findings.push("It was stopped.".into());
    let only = delete_steps(&app, 1);
    let second = unfinished_plan(&app, 2, PlanState::Paused, only, Vec::new());
    show_plans(vec![second, first])
}

#[test]
fn stopped_plans_and_missing_reinvites() {
    assert_screens("plan_stopped", app_with_stopped_plans());
}

#[test]
fn steps_of_one_plan() {
    let mut app = app_with_stopped_plans();
    app.press("enter j j");
    assert_screens("plan_steps", app);
}

pub fn app_with_staged_plans() -> TestApp {
    let app = TestApp::with_rows();
    let mut first = unfinished_plan(&app, 1, PlanState::Staged, delete_steps(&app, 8), Vec::new());
    first.entry.plan.filter = "company 1".into();
    let resend = Step::Resend { invite: sample_invites(app.now.wall).remove(30), known_versions: None };
    let second = unfinished_plan(&app, 2, PlanState::Staged, vec![resend], Vec::new());
    let mut app = show_plans(vec![first, second]);
    app.press("j j");
    app
}

#[test]
fn staged_plans() {
    assert_screens("plan_staged", app_with_staged_plans());
}

#[test]
fn finished_plans() {
    let app = TestApp::with_rows();
    let steps = delete_steps(&app, 22);
    let progress = vec![step_progress(Outcome::Done); 22];
    let mut first = unfinished_plan(&app, 1, PlanState::Finished, steps, progress);
    let only = delete_steps(&app, 1);
    let mut second =
        unfinished_plan(&app, 2, PlanState::Finished, only, vec![step_progress(Outcome::AlreadyGone)]);
    first.entry.plan.created_at = "2024-06-03T09:22:00Z".parse().expect("a time");
    second.entry.plan.created_at = "2024-06-03T09:12:00Z".parse().expect("a time");
    let mut app = show_plans(vec![first, second]);
    app.state.model.plans.results.kept.insert(PlanId(uuid::Uuid::from_u128(1)), 1);
    assert_screens("plan_results", app);
}

#[test]
fn plan_ended_with_failures() {
    let mut app = TestApp::with_rows();
    let steps = delete_steps(&app, 3);
    start_plan(&mut app, steps);
    let progress = vec![
        step_progress(Outcome::Done),
        step_progress_with_note(Outcome::Refused, "the server did not accept it (400)"),
        step_progress(Outcome::Done),
    ];
    for (step, progress) in progress.iter().enumerate() {
        end_step(&mut app, step, progress.clone());
    }
    app.deliver_plan_event(PlanEvent::Ended { state: PlanState::Finished, progress });
    app.press("j");
    assert_screens("plan_ended", app);
}

pub fn quota_error() -> Error {
    let record = HttpRecord {
        method: Method::Post,
        path: "/archivist/iam/v1/invites".into(),
        sent_at: "2024-06-03T10:31:06Z".parse().expect("a time"),
        duration: Duration::from_millis(31),
        status: Some(402),
        request_id: None,
        headers: guestlist::domain::HttpHeaders::default(),
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
    Error { record: Some(Box::new(record)), ..failure }
}

#[test]
fn reached_quota() {
    let mut app = TestApp::with_rows();
    let rows = sample_invites(app.now.wall);
    let mut steps: Vec<Step> = rows[..4]
        .iter()
        .map(|invite| Step::Resend { invite: invite.clone(), known_versions: None })
        .collect();
    steps.extend(delete_steps(&app, 10).split_off(4));
    start_plan(&mut app, steps);
    app.deliver_plan_event(PlanEvent::StepStarted(0));
    app.deliver_plan_event(PlanEvent::Paused(quota_error()));
    app.pass_typing_pause();
    assert_screens("plan_quota", app);
}

#[test]
fn automatic_prompt_waits_for_a_typing_pause() {
    let mut app = TestApp::with_rows();
    let rows = sample_invites(app.now.wall);
    let mut steps: Vec<Step> = rows[..2]
        .iter()
        .map(|invite| Step::Resend { invite: invite.clone(), known_versions: None })
        .collect();
    steps.extend(delete_steps(&app, 5).split_off(2));
    start_plan(&mut app, steps);
    app.deliver_plan_event(PlanEvent::StepStarted(0));
    app.press("j");
    app.deliver_plan_event(PlanEvent::Paused(quota_error()));
    let title = "Resume without emails?";
    for _ in 0..3 {
        app.now.mono += Duration::from_millis(299);
        app.pass_deadline();
        assert!(!app.screen_text(80, 24).contains(title), "the typing pause is not over");
        app.press("k");
    }
    assert!(app.pass_typing_pause().screen_text(80, 24).contains(title));
}

#[test]
fn server_refusing_duplicates() {
    let mut app = TestApp::with_rows();
    let rows = sample_invites(app.now.wall);
    let steps = rows[..3]
        .iter()
        .map(|invite| Step::Resend { invite: invite.clone(), known_versions: None })
        .collect();
    start_plan(&mut app, steps);
    let progress = vec![step_progress_with_note(Outcome::Refused, DUPLICATE_REFUSAL); 3];
    app.deliver_plan_event(PlanEvent::Ended { state: PlanState::Finished, progress });
    app.pass_typing_pause();
    assert_screens("plan_duplicates_refused", app);
}

#[test]
fn discard_with_missing_reinvites() {
    let mut app = app_with_stopped_plans();
    app.press("D");
    assert_screens("plan_discard", app);
}

#[test]
fn quit_with_staged_steps_and_missing_reinvites() {
    let mut app = app_with_stopped_plans();
    let more = unfinished_plan(&app, 7, PlanState::Staged, delete_steps(&app, 4), Vec::new());
    app.deliver_reply(ServiceReply::UnfinishedPlans(vec![more]));
    app.state.overlays.clear();
    app.press("q");
    assert_screens("plan_quit", app);
}

#[test]
fn only_visible_steps_are_drawn_and_the_header_stays() {
    let mut app = TestApp::with_rows();
    let steps = (0..5_000).map(|n| {
        let invite = new_invite(10_000 + n, &format!("p{n:04}@example.com"), "hello", Expiry(None));
        Step::Delete { invite }
    });
    start_plan(&mut app, steps.collect());
    for step in 0..3 {
        end_step(&mut app, step, step_progress(Outcome::Done));
    }
    app.deliver_plan_event(PlanEvent::StepStarted(3));
    let screen = app.screen_text(40, 12);
    assert!(screen.contains("running") && screen.contains("▌→ p0003"), "{screen}");
    let screen = app.press("G").screen_text(40, 12);
    assert!(screen.contains("running") && screen.contains("▌· p4999"), "the header stays:\n{screen}");
    app.press("pgup");
    let visible_items = app.state.model.metrics.visible_items;
    let screen = app.screen_text(120, 40);
    assert!(visible_items < 40 && screen.contains("3/5,000"), "{visible_items}:\n{screen}");
    let buffer = app.draw(80, 24, &Theme::none());
    assert!(buffer.content().iter().all(|cell| cell.fg == ratatui::style::Color::Reset));
}

#[test]
fn automatic_prompt_ignores_immediate_keys() {
    let mut app = TestApp::with_rows();
    let steps = delete_steps(&app, 12);
    let plan = unfinished_plan(&app, 1, PlanState::Running, steps, vec![step_progress(Outcome::Done)]);
    app.deliver_reply(ServiceReply::UnfinishedPlans(vec![plan]));
    let screen = app.press("r").screen_text(80, 24);
    assert!(screen.contains("Plan of 09:02:00 stopped: 1 done, 11 not sent"), "{screen}");
    app.now.mono += Duration::from_secs(1);
    let screen = app.press("r").screen_text(80, 24);
    assert!(!screen.contains("[ Review ]") && screen.contains("1/12"), "{screen}");
}
