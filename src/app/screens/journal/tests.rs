//! Tests of the Journal view, driven by actions and replies.

use std::time::Duration;

use super::*;
use crate::app::ops::plans;
use crate::app::{App, AppOptions, Effect, Msg, Overlay, RenderMetrics, update};
use crate::domain::plan::{PlanState, Progress};
use crate::domain::service_msg::PlanEvent;
use crate::domain::{
    Draft, ErrorKind, Expiry, Identity, Invite, Now, Outcome, Plan, RequestId, ServiceReply, Step, TenancyKey,
};
use crate::keys::{Input, KeyCode};

const NOW: Now = Now { wall: Timestamp::UNIX_EPOCH, mono: Duration::ZERO };

fn key() -> TenancyKey {
    TenancyKey("t".into())
}

fn app() -> App {
    let mut app = App::new(AppOptions::for_tenancy(key()));
    app.model.metrics = RenderMetrics { text_height: 3, ..RenderMetrics::default() };
    app
}

fn invite(email: &str) -> Invite {
    let identity = Identity::parse(email).expect("valid");
    Invite { identity, email: email.into(), message: format!("to {email}"), expiry: Expiry(None) }
}

fn delete(email: &str) -> Step {
    Step::Delete { invite: invite(email) }
}

fn progress_with(outcome: Outcome) -> Progress {
    let old_deleted = outcome.is_success();
    Progress { outcome: Some(outcome), old_deleted, ..Progress::default() }
}

fn entry(n: u128, steps: Vec<(Step, Progress)>) -> JournalEntry {
    let (steps, progress) = steps.into_iter().unzip();
    let id = PlanId(uuid::Uuid::from_u128(n));
    let plan = Plan { id, tenancy: key(), created_at: NOW.wall, steps, filter: String::new() };
    JournalEntry { plan, state: PlanState::Finished, progress, calls: Vec::new() }
}

fn deleted_entry(n: u128, email: &str) -> JournalEntry {
    entry(n, vec![(delete(email), progress_with(Outcome::Done))])
}

fn press(app: &mut App, action: Action) -> Vec<Effect> {
    app.dispatch(action);
    std::mem::take(&mut app.out.effects)
}

fn filter(app: &mut App, text: &str) {
    app.views.journal.set_filter(text.to_owned(), app.model.metrics.text_height);
}

/// Applies a plan of these steps.
fn apply(app: &mut App, steps: Vec<Step>) -> PlanId {
    let plan = app.model.new_plan(steps, NOW);
    let id = plan.id;
    plans::apply(&mut app.context(), plan, Vec::new());
    app.out.effects.clear();
    id
}

/// Returns the id of the only journal request among the effects.
fn journal_request(effects: Vec<Effect>) -> RequestId {
    match effects.as_slice() {
        [Effect::Request(id, ServiceRequest::LoadJournal { .. })] => *id,
        _ => panic!("not one journal request: {effects:?}"),
    }
}

fn reply(app: &mut App, id: RequestId, reply: ServiceReply) -> Vec<Effect> {
    update(app, Msg::Reply(key(), id, reply), NOW)
}

fn app_with_journal(entries: Vec<JournalEntry>) -> App {
    let mut app = app();
    let id = journal_request(press(&mut app, Action::ViewJournal));
    reply(&mut app, id, ServiceReply::Journal(entries));
    app
}

fn selected(app: &App) -> u128 {
    app.views.journal.selected_entry().expect("a selected plan").plan.id.0.as_u128()
}

fn proposed_drafts(app: &App) -> (Vec<Draft>, String) {
    let Some(Overlay::Confirm(confirm)) = app.overlays.last() else { panic!("no confirmation dialog") };
    let drafts = confirm.plan.steps.iter().filter_map(Step::draft).collect();
    (drafts, confirm.note.clone())
}

fn last_notification(app: &App) -> String {
    app.model.notifications.newest_notification().map(|message| message.text.clone()).unwrap_or_default()
}

#[test]
fn superseded_journal_request_reports_no_failure() {
    let mut app = app();
    let first = journal_request(press(&mut app, Action::ViewJournal));
    let second = journal_request(press(&mut app, Action::Refresh));
    let error = || Error::new(ErrorKind::Journal, "w", "y", "n");
    reply(&mut app, first, ServiceReply::Failed(error()));
    assert_eq!(
        (
            app.model.stale_replies,
            app.views.journal.load_error.is_none(),
            app.model.notifications.error_count()
        ),
        (1, true, 0)
    );
    reply(&mut app, second, ServiceReply::Failed(error()));
    assert!(
        app.views.journal.load_error.is_some()
            && app.model.notifications.error_count() == 0
            && !app.model.in_flight.is_pending(&RequestPurpose::Journal)
    );
    reply(&mut app, second, ServiceReply::Journal(vec![deleted_entry(1, "a@x")]));
    assert_eq!((app.model.stale_replies, app.views.journal.entries.len()), (2, 0), "the request is outdated");
}

#[test]
fn failed_reload_keeps_the_loaded_entries() {
    let mut app = app_with_journal(vec![deleted_entry(1, "a@x")]);
    let id = journal_request(press(&mut app, Action::Refresh));
    reply(&mut app, id, ServiceReply::Failed(Error::new(ErrorKind::Journal, "w", "y", "n")));
    assert_eq!((app.views.journal.shown.len(), app.views.journal.load_error.is_some()), (1, true));
    let id = journal_request(press(&mut app, Action::Refresh));
    reply(&mut app, id, ServiceReply::Journal(Vec::new()));
    assert_eq!((app.views.journal.shown.len(), app.views.journal.load_error.is_some()), (0, false));
}

#[test]
fn reload_keeps_the_selection() {
    let plans =
        |range: std::ops::RangeInclusive<u128>| range.rev().map(|n| deleted_entry(n, "a@x")).collect();
    let mut app = app_with_journal(plans(1..=9));
    press(&mut app, Action::Down);
    press(&mut app, Action::Open);
    assert_eq!((selected(&app), app.views.journal.level), (8, JournalLevel::Steps));
    let id = journal_request(press(&mut app, Action::Refresh));
    reply(&mut app, id, ServiceReply::Journal(plans(1..=11)));
    assert_eq!((selected(&app), app.views.journal.level), (8, JournalLevel::Steps));
    assert_eq!(app.views.journal.plans_state, ListState { selected: 3, offset: 1 });
    let id = journal_request(press(&mut app, Action::Refresh));
    reply(&mut app, id, ServiceReply::Journal(plans(1..=5)));
    assert_eq!(
        (selected(&app), app.views.journal.level),
        (2, JournalLevel::Plans),
        "the selected plan is gone"
    );
}

#[test]
fn plan_end_reloads_the_journal_only_while_open() {
    let mut app = app_with_journal(Vec::new());
    let id = apply(&mut app, vec![delete("a@x")]);
    let ended =
        || PlanEvent::Ended { state: PlanState::Finished, progress: vec![progress_with(Outcome::Done)] };
    assert!(reply(&mut app, RequestId(0), ServiceReply::Plan(id, PlanEvent::StepStarted(0))).is_empty());
    journal_request(reply(&mut app, RequestId(0), ServiceReply::Plan(id, ended())));
    app.views.current = View::Pending;
    assert!(reply(&mut app, RequestId(0), ServiceReply::Plan(id, ended())).is_empty());
}

#[test]
fn plan_matches_if_one_step_has_all_words() {
    let resend = Step::Resend { invite: invite("jane@x"), known_versions: None };
    let entries = vec![
        entry(
            3,
            vec![
                (delete("bob@x"), progress_with(Outcome::Done)),
                (resend, progress_with(Outcome::OldStillActive)),
            ],
        ),
        entry(2, vec![(delete("jane@x"), progress_with(Outcome::Refused))]),
        deleted_entry(1, "ann@x"),
    ];
    let mut app = app_with_journal(entries);
    for (text, matches) in [
        ("jane", vec![0, 1]),
        ("JANE delete", vec![1]),
        ("delete", vec![0, 1, 2]),
        ("failed", vec![0, 1]),
        ("bob failed", vec![]),
        ("resend still", vec![0]),
        ("finished ann", vec![2]),
        ("  ", vec![0, 1, 2]),
    ] {
        filter(&mut app, text);
        assert_eq!(app.views.journal.shown, matches, "{text}");
    }
    filter(&mut app, "resend");
    press(&mut app, Action::Open);
    assert_eq!(app.views.journal.steps_state.selected, 1, "opens at the matching step");
    for level in [JournalLevel::Plans, JournalLevel::Plans] {
        press(&mut app, Action::Back);
        assert_eq!((app.views.journal.level, app.views.current), (level, View::Journal));
    }
    assert_eq!(app.views.journal.shown.len(), 3, "Back clears the filter before it leaves the view");
    press(&mut app, Action::Back);
    assert_eq!(app.views.current, View::Pending);
}

#[test]
fn search_filters_while_typed_and_back_restores() {
    let mut app = app_with_journal(vec![deleted_entry(2, "bob@x"), deleted_entry(1, "ann@x")]);
    let search_state = |app: &App| {
        (app.top_screen().key_context(), app.views.journal.filter.clone(), app.views.journal.shown.len())
    };
    let type_text = |app: &mut App, text: &str| {
        for c in text.chars() {
            update(app, Msg::Input(Input::Key(KeyCode::Char(c).into())), NOW);
        }
    };
    press(&mut app, Action::Filter);
    type_text(&mut app, "ann");
    assert_eq!(search_state(&app), (KeyContext::Filter, "ann".into(), 1));
    press(&mut app, Action::Confirm);
    assert_eq!(search_state(&app), (KeyContext::Journal, "ann".into(), 1));
    press(&mut app, Action::Filter);
    type_text(&mut app, "?");
    assert_eq!(search_state(&app), (KeyContext::Filter, "ann?".into(), 0));
    press(&mut app, Action::Back);
    assert_eq!(search_state(&app), (KeyContext::Journal, "ann".into(), 1));
    press(&mut app, Action::Filter);
    press(&mut app, Action::ClearField);
    assert_eq!(search_state(&app), (KeyContext::Filter, String::new(), 2));
    press(&mut app, Action::HistoryPrevious);
    assert_eq!(search_state(&app), (KeyContext::Filter, "ann".into(), 1));
}

#[test]
fn reinvite_takes_only_confirmed_deletes_and_counts_others() {
    let long = Invite { message: "x".repeat(257), ..invite("long@x") };
    let done = || progress_with(Outcome::Done);
    let resent = Progress { created: Some(invite("new@x")), ..done() };
    let mut app = app_with_journal(vec![entry(
        1,
        vec![
            (delete("a@x"), done()),
            (delete("A@X"), done()),
            (delete("gone@x"), progress_with(Outcome::AlreadyGone)),
            (delete("unknown@x"), progress_with(Outcome::Unknown)),
            (delete("again@x"), done()),
            (Step::Delete { invite: long }, done()),
            (Step::Resend { invite: invite("r@x"), known_versions: None }, resent),
            (delete("sent@x"), done()),
        ],
    )]);
    app.model.invites.insert(&Invite { email: "Again@x".into(), ..invite("other") });
    let draft = Draft { email: "sent@x".into(), message: String::new() };
    apply(&mut app, vec![Step::Create { draft, known_versions: None }]);
    press(&mut app, Action::Reinvite);
    let (drafts, note) = proposed_drafts(&app);
    assert_eq!(drafts, [Draft { email: "a@x".into(), message: "to a@x".into() }]);
    for text in [
        "Sends a new invite with a new expiry. The old link stays invalid.",
        "1 to an email that is already in this plan",
        "1 already gone (accepted or deleted elsewhere)",
        "1 with unknown outcome",
        "1 already invited again",
        "1 with a message that is too long",
        "1 replaced by a new invite",
        "1 in another unfinished plan",
        "Sent emails cannot be undone; delete the new invite instead.",
        "The list is incomplete",
    ] {
        assert!(note.contains(text), "{text:?} in {note}");
    }
}

#[test]
fn single_step_is_reinvited_unless_changes_are_blocked() {
    let steps =
        vec![(delete("a@x"), progress_with(Outcome::Done)), (delete("b@x"), progress_with(Outcome::Done))];
    let mut app = app_with_journal(vec![entry(1, steps)]);
    press(&mut app, Action::Open);
    press(&mut app, Action::Down);
    app.model.read_only_reason = Some("you turned it on".into());
    press(&mut app, Action::Reinvite);
    assert!(
        app.overlays.is_empty() && last_notification(&app).contains("read-only"),
        "{}",
        last_notification(&app)
    );
    assert!(press(&mut app, Action::Undo).is_empty());
    app.model.read_only_reason = None;
    app.model.journal_error = Some(Error::new(ErrorKind::Journal, "w", "y", "n"));
    press(&mut app, Action::Reinvite);
    assert!(app.overlays.is_empty() && app.model.notifications.error_count() == 1);
    app.model.journal_error = None;
    press(&mut app, Action::Reinvite);
    assert_eq!(proposed_drafts(&app).0[0].email, "b@x");
}

#[test]
fn undo_offers_the_deletes_of_the_newest_deleting_plan() {
    let create =
        Step::Create { draft: Draft { email: "c@x".into(), message: String::new() }, known_versions: None };
    let sent = Progress { created: Some(invite("c@x")), ..progress_with(Outcome::Done) };
    let created = || entry(3, vec![(create.clone(), sent.clone())]);
    let mut app = app();
    let id = journal_request(press(&mut app, Action::Undo));
    reply(
        &mut app,
        id,
        ServiceReply::Journal(vec![created(), deleted_entry(2, "b@x"), deleted_entry(1, "a@x")]),
    );
    assert_eq!(proposed_drafts(&app).0[0].email, "b@x");
    assert!(app.views.journal.entries.is_empty(), "undo does not load the view");
    press(&mut app, Action::Back);
    let id = journal_request(press(&mut app, Action::Undo));
    reply(&mut app, id, ServiceReply::Journal(vec![created()]));
    let text = last_notification(&app);
    assert!(text.contains("Nothing to undo") && text.contains("cannot be undone"), "{text}");
}

#[test]
fn undo_waits_for_the_last_delete_response() {
    let mut app = app();
    let id = apply(&mut app, vec![delete("a@x")]);
    assert!(press(&mut app, Action::Undo).is_empty());
    assert!(last_notification(&app).contains("The plan is running"), "{}", last_notification(&app));
    let ended = PlanEvent::StepEnded { step: 0, progress: progress_with(Outcome::Done), failure: None };
    reply(&mut app, RequestId(0), ServiceReply::Plan(id, ended));
    journal_request(press(&mut app, Action::Undo));
}

#[test]
fn reinvite_offer_never_covers_a_form() {
    let mut app = app();
    let id = journal_request(press(&mut app, Action::Undo));
    press(&mut app, Action::New);
    reply(&mut app, id, ServiceReply::Journal(vec![deleted_entry(1, "a@x")]));
    assert!(matches!(app.overlays.last(), Some(Overlay::InviteForm(_))));
}
