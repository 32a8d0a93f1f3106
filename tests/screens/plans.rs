//! The view of plans in each of its situations, and the questions that plans ask.

use std::time::Duration;

use crate::look;
use crate::stage::{Stage, invite, some_invites};
use guestlist::domain::journal::JournalEntry;
use guestlist::domain::plan::{DUPLICATE_REFUSAL, PlanState, Progress};
use guestlist::domain::service_msg::{PlanEvent, UnfinishedPlan};
use guestlist::domain::{
    Draft, Error, ErrorKind, Expiry, HttpRecord, Invite, Method, Outcome, Plan, PlanId, ServiceReply, Step,
};
use guestlist::ui::Theme;

pub fn ended(outcome: Outcome) -> Progress {
    Progress { outcome: Some(outcome), old_deleted: outcome.is_success(), ..Progress::default() }
}

fn noted(outcome: Outcome, note: &str) -> Progress {
    Progress { note: Some(note.into()), ..ended(outcome) }
}

pub fn deletes(stage: &Stage, rows: usize) -> Vec<Step> {
    some_invites(stage.now.wall).into_iter().take(rows).map(|invite| Step::Delete { invite }).collect()
}

pub fn delete_first(invite: Invite) -> Step {
    let draft = Draft { email: invite.email.clone(), message: invite.message.clone() };
    Step::DeleteFirst { invite, draft, known_versions: None }
}

/// A plan that an earlier run left over.
pub fn left(
    stage: &Stage,
    n: u128,
    state: PlanState,
    steps: Vec<Step>,
    progress: Vec<Progress>,
) -> UnfinishedPlan {
    let made = "2024-06-03T09:02:00Z".parse().expect("a time");
    let tenancy = stage.state.model.options.tenancy.clone();
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
fn seen(plans: Vec<UnfinishedPlan>) -> Stage {
    let mut stage = Stage::with_rows();
    stage.reply(ServiceReply::UnfinishedPlans(plans));
    stage.state.overlays.clear();
    stage.press("2");
    stage
}

/// A plan that runs: resumed from the journal, and asked about as such.
pub fn running(stage: &mut Stage, steps: Vec<Step>) {
    let left = left(stage, 1, PlanState::Stopped, steps, Vec::new());
    stage.plans.push(left.entry.plan.id);
    stage.reply(ServiceReply::UnfinishedPlans(vec![left]));
    stage.state.overlays.clear();
    stage.press("2 r");
}

fn step_ends(stage: &mut Stage, step: usize, progress: Progress) {
    stage.plan(PlanEvent::StepStarted(step));
    stage.now.mono += Duration::from_secs(2);
    stage.plan(PlanEvent::StepEnded { step, progress, failure: None });
}

fn in_the_middle() -> Stage {
    let mut stage = Stage::with_rows();
    let steps = deletes(&stage, 40);
    running(&mut stage, steps);
    for step in 0..14 {
        step_ends(&mut stage, step, ended(Outcome::Done));
    }
    step_ends(&mut stage, 14, noted(Outcome::Refused, "the server rejected the request (400)"));
    stage.plan(PlanEvent::StepStarted(15));
    stage
}

#[test]
fn a_plan_that_runs() {
    look("plan_running", in_the_middle());
}

#[test]
fn a_plan_that_waits_for_the_server() {
    let mut stage = in_the_middle();
    let until = stage.now.mono + Duration::from_secs(12);
    stage.reply(ServiceReply::Waiting { until, reason: "the server asked for 20 s".into() });
    stage.press("space");
    look("plan_waiting", stage);
}

#[test]
fn plans_that_are_held_and_queued() {
    let mut stage = Stage::with_rows();
    stage.press("d y");
    let until = stage.now.mono + Duration::from_millis(4_200);
    stage.plan(PlanEvent::UndoWindow { until });
    let steps = deletes(&stage, 3).split_off(1);
    let queued = left(&stage, 1, PlanState::Stopped, steps, Vec::new());
    stage.plans.push(queued.entry.plan.id);
    stage.reply(ServiceReply::UnfinishedPlans(vec![queued]));
    stage.state.overlays.clear();
    stage.press("2 G r");
    stage.plan(PlanEvent::Queued { holder: "process 4711".into() });
    look("plan_held", stage);
}

pub fn stopped() -> Stage {
    let stage = Stage::with_rows();
    let mut steps = deletes(&stage, 12);
    steps.push(delete_first(invite(90, "owed@example.com", "hello", Expiry(None))));
    let mut progress: Vec<Progress> = (0..5).map(|_| ended(Outcome::Done)).collect();
    progress
        .push(noted(Outcome::Unknown, "the answer got lost; looking for it failed as well: no connection"));
    progress.push(noted(Outcome::Failed, "the response was 404, but the list still shows it"));
    progress.resize(12, Progress::default());
    progress.push(Progress { old_deleted: true, ..Progress::default() });
    let mut first = left(&stage, 1, PlanState::Stopped, steps, progress);
    first.findings.push("It was stopped.".into());
    let only = deletes(&stage, 1);
    let second = left(&stage, 2, PlanState::Paused, only, Vec::new());
    seen(vec![second, first])
}

#[test]
fn plans_that_were_stopped_and_what_is_owed() {
    look("plan_stopped", stopped());
}

#[test]
fn all_the_steps_of_one_plan() {
    let mut stage = stopped();
    stage.press("enter j j");
    look("plan_opened", stage);
}

fn staged() -> Stage {
    let stage = Stage::with_rows();
    let mut first = left(&stage, 1, PlanState::Staged, deletes(&stage, 8), Vec::new());
    first.entry.plan.filter = "company 1".into();
    let resend = Step::Resend { invite: some_invites(stage.now.wall).remove(30), known_versions: None };
    let second = left(&stage, 2, PlanState::Staged, vec![resend], Vec::new());
    let mut stage = seen(vec![first, second]);
    stage.press("j j");
    stage
}

#[test]
fn what_is_staged() {
    look("plan_staged", staged());
}

#[test]
fn a_plan_that_has_ended_badly() {
    let mut stage = Stage::with_rows();
    let steps = deletes(&stage, 3);
    running(&mut stage, steps);
    let all = vec![
        ended(Outcome::Done),
        noted(Outcome::Refused, "the server did not accept it (400)"),
        ended(Outcome::Done),
    ];
    for (step, progress) in all.iter().enumerate() {
        step_ends(&mut stage, step, progress.clone());
    }
    stage.plan(PlanEvent::Ended { state: PlanState::Finished, progress: all });
    stage.press("j");
    look("plan_ended", stage);
}

pub fn quota() -> Error {
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
fn a_reached_quota() {
    let mut stage = Stage::with_rows();
    let rows = some_invites(stage.now.wall);
    let mut steps: Vec<Step> = rows[..4]
        .iter()
        .map(|invite| Step::Resend { invite: invite.clone(), known_versions: None })
        .collect();
    steps.extend(deletes(&stage, 10).split_off(4));
    running(&mut stage, steps);
    stage.plan(PlanEvent::StepStarted(0));
    stage.plan(PlanEvent::Paused(quota()));
    stage.pause();
    look("plan_quota", stage);
}

#[test]
fn question_that_opens_automatically_waits_for_a_pause() {
    let mut stage = Stage::with_rows();
    let rows = some_invites(stage.now.wall);
    let mut steps: Vec<Step> = rows[..2]
        .iter()
        .map(|invite| Step::Resend { invite: invite.clone(), known_versions: None })
        .collect();
    steps.extend(deletes(&stage, 5).split_off(2));
    running(&mut stage, steps);
    stage.plan(PlanEvent::StepStarted(0));
    stage.press("j");
    stage.plan(PlanEvent::Paused(quota()));
    let title = "Go on without e-mails?";
    for _ in 0..3 {
        stage.now.mono += Duration::from_millis(299);
        stage.deadline();
        assert!(!stage.text(80, 24).contains(title), "keys still come");
        stage.press("k");
    }
    assert!(stage.pause().text(80, 24).contains(title));
}

#[test]
fn a_server_that_takes_no_second_invite() {
    let mut stage = Stage::with_rows();
    let rows = some_invites(stage.now.wall);
    let steps = rows[..3]
        .iter()
        .map(|invite| Step::Resend { invite: invite.clone(), known_versions: None })
        .collect();
    running(&mut stage, steps);
    let all = vec![noted(Outcome::Refused, DUPLICATE_REFUSAL); 3];
    stage.plan(PlanEvent::Ended { state: PlanState::Finished, progress: all });
    stage.pause();
    look("plan_second", stage);
}

#[test]
fn giving_up_what_is_owed() {
    let mut stage = stopped();
    stage.press("D");
    look("plan_giving_up", stage);
}

#[test]
fn leaving_while_something_is_staged_and_owed() {
    let mut stage = stopped();
    let more = left(&stage, 7, PlanState::Staged, deletes(&stage, 4), Vec::new());
    stage.reply(ServiceReply::UnfinishedPlans(vec![more]));
    stage.state.overlays.clear();
    stage.press("q");
    look("plan_quitting", stage);
}

#[test]
fn of_thousands_of_steps_only_those_in_the_window_are_drawn_and_the_head_stays_in_sight() {
    let mut stage = Stage::with_rows();
    let steps = (0..5_000).map(|n| {
        let invite = invite(10_000 + n, &format!("p{n:04}@example.com"), "hello", Expiry(None));
        Step::Delete { invite }
    });
    running(&mut stage, steps.collect());
    for step in 0..3 {
        step_ends(&mut stage, step, ended(Outcome::Done));
    }
    stage.plan(PlanEvent::StepStarted(3));
    let screen = stage.text(40, 12);
    assert!(screen.contains("running") && screen.contains("▌→ p0003"), "{screen}");
    let screen = stage.press("G").text(40, 12);
    assert!(screen.contains("running") && screen.contains("▌· p4999"), "the head stays:\n{screen}");
    stage.press("pgup");
    let drawn = stage.state.model.metrics.visible_items;
    let screen = stage.text(120, 40);
    assert!(drawn < 40 && screen.contains("3/5,000"), "{drawn}:\n{screen}");
    let coloured = stage.draw(80, 24, &Theme::none());
    assert!(coloured.content().iter().all(|cell| cell.fg == ratatui::style::Color::Reset));
}

#[test]
fn a_question_that_comes_by_itself_takes_no_answer_at_once() {
    let mut stage = Stage::with_rows();
    let steps = deletes(&stage, 12);
    let plan = left(&stage, 1, PlanState::Running, steps, vec![ended(Outcome::Done)]);
    stage.reply(ServiceReply::UnfinishedPlans(vec![plan]));
    let screen = stage.press("r").text(80, 24);
    assert!(screen.contains("Plan of 09:02:00 stopped: 1 done, 11 not sent"), "{screen}");
    stage.now.mono += Duration::from_secs(1);
    let screen = stage.press("r").text(80, 24);
    assert!(!screen.contains("[ Review ]") && screen.contains("1/12"), "{screen}");
}
