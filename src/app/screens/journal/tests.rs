//! The journal driven by actions and replies: what is asked, what is shown, what is offered to be restored.

use std::time::Duration;

use super::*;
use crate::app::model::options::AppOptions;
use crate::app::model::render_metrics::RenderMetrics;
use crate::app::msg::Msg;
use crate::app::shell::stack::act as press;
use crate::app::shell::update::update;
use crate::domain::plan::{PlanState, Progress};
use crate::domain::request::PlanEvent;
use crate::domain::{
    Draft, Expiry, FailureKind, Identity, Invite, Outcome, Plan, Reply, Request, RequestId, Step, TenancyKey,
};
use crate::keys::action::Action;

const NOW: Now = Now { wall: Timestamp::UNIX_EPOCH, mono: Duration::ZERO };

fn key() -> TenancyKey {
    TenancyKey("t".into())
}

fn state() -> App {
    let mut state = App::new(AppOptions::of(key()));
    state.model.metrics = RenderMetrics { text_height: 3, ..RenderMetrics::default() };
    state
}

fn invite(email: &str) -> Invite {
    let identity = Identity::parse(email).expect("usable");
    Invite { identity, email: email.into(), message: format!("to {email}"), expiry: Expiry(None) }
}

fn delete(email: &str) -> Step {
    Step::Delete { invite: invite(email) }
}

fn ended(outcome: Outcome) -> Progress {
    let old_deleted = outcome.is_good();
    Progress { outcome: Some(outcome), old_deleted, ..Progress::default() }
}

fn entry(n: u128, steps: Vec<(Step, Progress)>) -> JournalEntry {
    let (steps, progress) = steps.into_iter().unzip();
    let id = PlanId(uuid::Uuid::from_u128(n));
    let plan = Plan { id, tenancy: key(), made: NOW.wall, steps, filter: String::new() };
    JournalEntry { plan, state: PlanState::Finished, progress, calls: Vec::new() }
}

fn revoked(n: u128, email: &str) -> JournalEntry {
    entry(n, vec![(delete(email), ended(Outcome::Done))])
}

/// The one question about the journal among what follows.
fn asked(effects: Vec<Effect>) -> RequestId {
    match effects.as_slice() {
        [Effect::Ask(id, Request::Journal { .. })] => *id,
        _ => panic!("not one question: {effects:?}"),
    }
}

fn reply(state: &mut App, id: RequestId, reply: Reply) -> Vec<Effect> {
    update(state, Msg::Reply(key(), id, reply), NOW)
}

fn showing(entries: Vec<JournalEntry>) -> App {
    let mut state = state();
    let id = asked(press(&mut state, Action::ViewJournal, NOW));
    reply(&mut state, id, Reply::Journal(entries));
    state
}

fn selected(state: &App) -> u128 {
    state.journal.entry().expect("one is selected").plan.id.0.as_u128()
}

fn confirmed(state: &App) -> (Vec<Draft>, String) {
    let Some(Overlay::Confirm(confirm)) = state.screens.last() else { panic!("nothing is asked") };
    let drafts = confirm.plan.steps.iter().filter_map(Step::draft).collect();
    (drafts, confirm.note.clone())
}

fn said(state: &App) -> String {
    state.model.notifications.newest().map(|message| message.text.clone()).unwrap_or_default()
}

#[test]
fn a_later_question_makes_the_earlier_one_void_and_its_failure_is_shown_nowhere() {
    let mut state = state();
    let first = asked(press(&mut state, Action::ViewJournal, NOW));
    let second = asked(press(&mut state, Action::Refresh, NOW));
    let failure = || Failure::new(FailureKind::Journal, "w", "y", "n");
    reply(&mut state, first, Reply::Failed(failure()));
    assert_eq!(
        (state.model.stale_replies, state.journal.failed.is_none(), state.model.notifications.errors()),
        (1, true, 0)
    );
    reply(&mut state, second, Reply::Failed(failure()));
    assert!(
        state.journal.failed.is_some()
            && state.model.notifications.errors() == 0
            && !state.journal.is_loading()
    );
    reply(&mut state, second, Reply::Journal(vec![revoked(1, "a@x")]));
    assert_eq!((state.model.stale_replies, state.journal.entries.len()), (2, 0), "nobody asked any more");
}

#[test]
fn what_was_read_stays_while_a_later_reading_fails() {
    let mut state = showing(vec![revoked(1, "a@x")]);
    let id = asked(press(&mut state, Action::Refresh, NOW));
    reply(&mut state, id, Reply::Failed(Failure::new(FailureKind::Journal, "w", "y", "n")));
    assert_eq!((state.journal.shown.len(), state.journal.failed.is_some()), (1, true));
    let id = asked(press(&mut state, Action::Refresh, NOW));
    reply(&mut state, id, Reply::Journal(Vec::new()));
    assert_eq!((state.journal.shown.len(), state.journal.failed.is_some()), (0, false));
}

#[test]
fn a_reading_does_not_move_the_selection() {
    let plans = |range: std::ops::RangeInclusive<u128>| range.rev().map(|n| revoked(n, "a@x")).collect();
    let mut state = showing(plans(1..=9));
    press(&mut state, Action::Down, NOW);
    press(&mut state, Action::Open, NOW);
    assert_eq!((selected(&state), state.journal.level), (8, Level::Steps));
    let id = asked(press(&mut state, Action::Refresh, NOW));
    reply(&mut state, id, Reply::Journal(plans(1..=11)));
    assert_eq!((selected(&state), state.journal.level), (8, Level::Steps));
    assert_eq!(state.journal.plans, ListState { cursor: 3, top: 1 });
    let id = asked(press(&mut state, Action::Refresh, NOW));
    reply(&mut state, id, Reply::Journal(plans(1..=5)));
    assert_eq!((selected(&state), state.journal.level), (2, Level::Plans), "it is no longer there");
}

#[test]
fn the_end_of_a_plan_reads_the_view_again_and_only_while_it_is_open() {
    let mut state = showing(Vec::new());
    let plan = state.model.plan(vec![delete("a@x")], NOW);
    let id = plan.id;
    state.run(plan, Vec::new());
    let end = || PlanEvent::Ended { state: PlanState::Finished, progress: vec![ended(Outcome::Done)] };
    assert!(reply(&mut state, RequestId(0), Reply::Plan(id, PlanEvent::StepStarted(0))).is_empty());
    asked(reply(&mut state, RequestId(0), Reply::Plan(id, end())));
    state.view = View::Pending;
    assert!(reply(&mut state, RequestId(0), Reply::Plan(id, end())).is_empty());
}

#[test]
fn a_plan_matches_when_one_of_its_steps_has_all_words() {
    let resend = Step::Resend { invite: invite("jane@x"), before: None };
    let entries = vec![
        entry(3, vec![(delete("bob@x"), ended(Outcome::Done)), (resend, ended(Outcome::OldStillLives))]),
        entry(2, vec![(delete("jane@x"), ended(Outcome::Refused))]),
        revoked(1, "ann@x"),
    ];
    let mut state = showing(entries);
    for (words, found) in [
        ("jane", vec![0, 1]),
        ("JANE revoke", vec![1]),
        ("delete", vec![0, 1, 2]),
        ("failed", vec![0, 1]),
        ("bob failed", vec![]),
        ("resend still", vec![0]),
        ("finished ann", vec![2]),
        ("  ", vec![0, 1, 2]),
    ] {
        filter(&mut state, words.to_owned());
        assert_eq!(state.journal.shown, found, "{words}");
    }
    filter(&mut state, "resend".into());
    press(&mut state, Action::Open, NOW);
    assert_eq!(state.journal.steps.cursor, 1, "it opens at the step that matches");
    for left in [Level::Plans, Level::Plans] {
        press(&mut state, Action::Back, NOW);
        assert_eq!((state.journal.level, state.view), (left, View::Journal));
    }
    assert_eq!(state.journal.shown.len(), 3, "the filter goes before the view does");
    press(&mut state, Action::Back, NOW);
    assert_eq!(state.view, View::Pending);
}

#[test]
fn only_what_we_revoked_for_certain_is_restored_and_the_rest_is_counted() {
    let long = Invite { message: "x".repeat(257), ..invite("long@x") };
    let done = || ended(Outcome::Done);
    let resent = Progress { created: Some(invite("new@x")), ..done() };
    let mut state = showing(vec![entry(
        1,
        vec![
            (delete("a@x"), done()),
            (delete("A@X"), done()),
            (delete("gone@x"), ended(Outcome::AlreadyGone)),
            (delete("unknown@x"), ended(Outcome::Unknown)),
            (delete("again@x"), done()),
            (Step::Delete { invite: long }, done()),
            (Step::Resend { invite: invite("r@x"), before: None }, resent),
            (delete("sent@x"), done()),
        ],
    )]);
    state.model.invites.insert(&Invite { email: "Again@x".into(), ..invite("other") });
    let draft = Draft { email: "sent@x".into(), message: String::new() };
    let plan = state.model.plan(vec![Step::Create { draft, before: None }], NOW);
    state.run(plan, Vec::new());
    press(&mut state, Action::Restore, NOW);
    let (drafts, note) = confirmed(&state);
    assert_eq!(drafts, [Draft { email: "a@x".into(), message: "to a@x".into() }]);
    for words in [
        "This is a new invite, with a new e-mail and a new expiry; the old link stays dead.",
        "1 to an address that is there already",
        "1 gone before, accepted or revoked elsewhere",
        "1 not revoked for certain",
        "1 pending again",
        "1 with a message that is too long to be sent again",
        "1 replaced by a new invite",
        "1 in another plan that is not over",
        "An e-mail that went out cannot be taken back; revoke the new invite instead.",
        "The list is not complete",
    ] {
        assert!(note.contains(words), "{words:?} in {note}");
    }
}

#[test]
fn one_step_is_restored_alone_and_nothing_where_nothing_may_be_changed() {
    let steps = vec![(delete("a@x"), ended(Outcome::Done)), (delete("b@x"), ended(Outcome::Done))];
    let mut state = showing(vec![entry(1, steps)]);
    press(&mut state, Action::Open, NOW);
    press(&mut state, Action::Down, NOW);
    state.model.read_only = Some("you asked for it".into());
    press(&mut state, Action::Restore, NOW);
    assert!(state.screens.is_empty() && said(&state).contains("read-only"), "{}", said(&state));
    assert!(press(&mut state, Action::Undo, NOW).is_empty());
    state.model.read_only = None;
    state.model.no_journal = Some(Failure::new(FailureKind::Journal, "w", "y", "n"));
    press(&mut state, Action::Restore, NOW);
    assert!(state.screens.is_empty() && state.model.notifications.errors() == 1);
    state.model.no_journal = None;
    press(&mut state, Action::Restore, NOW);
    assert_eq!(confirmed(&state).0[0].email, "b@x");
}

#[test]
fn undo_offers_what_the_newest_plan_that_revoked_anything_has_revoked() {
    let create = Step::Create { draft: Draft { email: "c@x".into(), message: String::new() }, before: None };
    let sent = Progress { created: Some(invite("c@x")), ..ended(Outcome::Done) };
    let created = || entry(3, vec![(create.clone(), sent.clone())]);
    let mut state = state();
    let id = asked(press(&mut state, Action::Undo, NOW));
    reply(&mut state, id, Reply::Journal(vec![created(), revoked(2, "b@x"), revoked(1, "a@x")]));
    assert_eq!(confirmed(&state).0[0].email, "b@x");
    assert!(state.journal.entries.is_empty(), "the view was not asked for");
    press(&mut state, Action::Back, NOW);
    let id = asked(press(&mut state, Action::Undo, NOW));
    reply(&mut state, id, Reply::Journal(vec![created()]));
    let words = said(&state);
    assert!(words.contains("nothing to take back") && words.contains("cannot be taken back"), "{words}");
}

#[test]
fn undo_waits_for_the_last_answer_of_a_plan_that_revokes_and_not_for_its_end() {
    let mut state = state();
    let plan = state.model.plan(vec![delete("a@x")], NOW);
    let id = plan.id;
    state.run(plan, Vec::new());
    assert!(press(&mut state, Action::Undo, NOW).is_empty());
    assert!(said(&state).contains("calls are being made"), "{}", said(&state));
    let answered = PlanEvent::StepEnded { step: 0, progress: ended(Outcome::Done), failure: None };
    reply(&mut state, RequestId(0), Reply::Plan(id, answered));
    asked(press(&mut state, Action::Undo, NOW));
}

#[test]
fn an_offer_never_comes_in_front_of_what_is_being_typed() {
    let mut state = state();
    let id = asked(press(&mut state, Action::Undo, NOW));
    press(&mut state, Action::New, NOW);
    reply(&mut state, id, Reply::Journal(vec![revoked(1, "a@x")]));
    assert!(matches!(state.screens.last(), Some(Overlay::InviteForm(_))));
}
