//! Tests of replies: late ones, superseded ones, and lists that are swapped in.

use std::time::Duration;

use super::*;
use crate::app::ops::{plans, table};
use crate::app::{AppOptions, Effect, Msg, Overlay, begin, update};
use crate::domain::annotation::{AnnotationChange, Annotations};
use crate::domain::connection::Claims;
use crate::domain::lint::job;
use crate::domain::plan::Progress;
use crate::domain::query::{MAX_INLINE_ROWS, Sort};
use crate::domain::service_msg::Page;
use crate::domain::{Draft, ErrorKind, Expiry, Invite, Now, Outcome, Step, TenancyKey, query};
use crate::keys::Action;

const NOW: Now = Now { wall: jiff::Timestamp::UNIX_EPOCH, mono: Duration::ZERO };

fn invite(n: usize) -> Invite {
    let identity = Identity::from_uuid(uuid::Uuid::from_u128(1 + n as u128));
    Invite { identity, email: format!("p{n:06}@x"), message: String::new(), expiry: Expiry(None) }
}

fn started() -> (App, RequestId) {
    let mut state = App::new(AppOptions::for_tenancy(TenancyKey("t".into())));
    begin(&mut state, NOW);
    let id = state.model.invites.fetch.as_ref().expect("it reads").id;
    (state, id)
}

fn send_reply(state: &mut App, id: RequestId, reply: ServiceReply) -> Vec<Effect> {
    state.model.now = NOW;
    on_reply(state, id, reply);
    state.process_navigation();
    std::mem::take(&mut state.out.effects)
}

/// Handles a complete fetch and returns the background jobs.
fn fetch_rows(state: &mut App, id: RequestId, rows: impl Iterator<Item = usize>) -> Vec<Effect> {
    let page = Page { number: 1, rows: rows.map(invite).collect(), total: None, unreadable_rows: 0 };
    let mut effects = send_reply(state, id, ServiceReply::Page(page));
    effects.extend(send_reply(state, id, ServiceReply::ListFinished(FetchEnd::Complete)));
    effects
}

/// Runs the effects, including background sorts.
fn run_effects(state: &mut App, mut effects: Vec<Effect>) {
    while !effects.is_empty() {
        for effect in std::mem::take(&mut effects) {
            if let Effect::RunQuery { number, rows, query, now, marked } = effect {
                let order = query::run(&rows, &query, now, &marked);
                effects.extend(update(state, Msg::QueryFinished { number, order }, NOW));
            }
        }
    }
}

fn app_with_rows(n: usize) -> App {
    let (mut state, id) = started();
    let effects = fetch_rows(&mut state, id, 0..n);
    run_effects(&mut state, effects);
    assert_eq!((state.model.invites.shown.len(), state.model.table.order.len()), (n, n));
    state
}

fn refresh(state: &mut App) -> RequestId {
    state.run_operation(invites::refresh);
    state.model.invites.fetch.as_ref().expect("it reads").id
}

fn first(state: &App) -> String {
    state.model.selected_invite().expect("a row").email
}

#[test]
fn loaded_list_is_shown_if_sorting_changes_during_load() {
    for shown in [10, MAX_INLINE_ROWS + 10] {
        let mut state = app_with_rows(shown);
        let id = refresh(&mut state);
        let mut effects = fetch_rows(&mut state, id, 7..MAX_INLINE_ROWS + 100);
        state.model.table.query.sort = Sort::Email;
        effects.extend(state.run_operation(invites::requery));
        run_effects(&mut state, effects);
        assert_eq!(state.model.invites.shown.len(), MAX_INLINE_ROWS + 93, "of {shown}");
        assert_eq!(state.model.table.order.len(), MAX_INLINE_ROWS + 93);
        assert_eq!(first(&state), "p000007@x");
        assert!(!state.model.is_query_pending() && state.model.invites.incoming.is_none());
    }
}

#[test]
fn refresh_during_a_swap_never_empties_the_list() {
    let mut state = app_with_rows(10);
    let id = refresh(&mut state);
    let effects = fetch_rows(&mut state, id, 0..MAX_INLINE_ROWS + 100);
    refresh(&mut state);
    run_effects(&mut state, effects);
    assert_eq!((state.model.invites.shown.len(), state.model.table.order.len()), (10, 10));
    assert!(state.model.invites.fetch.is_some());
}

#[test]
fn sort_order_is_not_applied_to_another_list() {
    let mut state = app_with_rows(MAX_INLINE_ROWS + 10);
    let old_order = state.run_operation(invites::requery);
    let id = refresh(&mut state);
    let effects = fetch_rows(&mut state, id, 100..200);
    assert_eq!(state.model.table.order.len(), 100, "few rows are arranged at once");
    run_effects(&mut state, old_order);
    run_effects(&mut state, effects);
    assert_eq!((state.model.table.order.len(), first(&state)), (100, "p000100@x".to_owned()));
}

#[test]
fn lookup_404_removes_the_requested_row_not_the_selected() {
    let mut state = app_with_rows(3);
    let id = look_up(&mut state, 0);
    state.model.table.select_line(1, &state.model.invites.shown, 10);
    let gone = Error::new(ErrorKind::Status(404), "w", "y", "n");
    send_reply(&mut state, id, ServiceReply::Failed(gone));
    assert_eq!(state.model.invites.shown.find(&invite(0).identity), None);
    assert_eq!(first(&state), "p000001@x");
}

/// Creates a paused plan with one unsent create.
fn paused_create(state: &mut App) -> (Draft, PlanEvent, PlanId) {
    let draft = Draft { email: "a@x".into(), message: "m".into() };
    let plan = state.model.new_plan(vec![Step::Create { draft: draft.clone(), known_versions: None }], NOW);
    let id = plan.id;
    state.run_operation(|cx| plans::apply(cx, plan, Vec::new()));
    let progress = Progress { outcome: Some(Outcome::Skipped), ..Progress::default() };
    send_reply(
        state,
        RequestId(0),
        ServiceReply::Plan(id, PlanEvent::StepEnded { step: 0, progress, failure: None }),
    );
    let paused = PlanEvent::Paused(Error::new(ErrorKind::Refused, "w", "y", "n"));
    send_reply(state, RequestId(0), ServiceReply::Plan(id, paused.clone()));
    state.views.current = View::Plans;
    (draft, paused, id)
}

#[test]
fn unsent_draft_is_kept_once_and_dropped_on_resume() {
    let mut state = app_with_rows(1);
    let (draft, paused, id) = paused_create(&mut state);
    assert_eq!(state.model.drafts, std::slice::from_ref(&draft));
    state.press(Action::Resume);
    assert_eq!((state.model.drafts.len(), state.model.plans.creates_in_flight().count()), (0, 1));
    send_reply(&mut state, RequestId(0), ServiceReply::Plan(id, paused));
    state.press(Action::Discard);
    assert_eq!(state.model.drafts, [draft]);
}

#[test]
fn draft_is_kept_once_when_its_paused_plan_is_discarded() {
    let mut state = app_with_rows(1);
    let (draft, ..) = paused_create(&mut state);
    state.press(Action::Discard);
    assert_eq!(state.model.drafts, [draft]);
}

#[test]
fn superseded_or_outdated_lookup_replies_change_nothing() {
    let mut state = app_with_rows(3);
    let (first, second) = (look_up(&mut state, 0), look_up(&mut state, 1));
    let cut = Error::new(ErrorKind::TimedOut, "w", "y", "n");
    send_reply(&mut state, first, ServiceReply::Failed(cut));
    assert_eq!((state.model.stale_replies, state.model.notifications.error_count()), (1, 0));
    assert!(state.model.in_flight.get(second).is_some());
    state.run_operation(|cx| invites::remove(cx, &invite(1).identity));
    send_reply(&mut state, second, ServiceReply::Invite(invite(1)));
    assert_eq!(state.model.invites.shown.len(), 2, "a deleted row does not come back");
    assert_eq!(state.model.in_flight.get(second), None);
}

#[test]
fn reply_after_a_wait_is_applied() {
    let mut state = app_with_rows(2);
    let id = look_up(&mut state, 0);
    let waiting = ServiceReply::Waiting { until: Duration::from_secs(5), reason: "busy".into() };
    send_reply(&mut state, id, waiting);
    send_reply(&mut state, id, ServiceReply::WaitOver);
    let renewed = Invite { message: "new".into(), ..invite(0) };
    send_reply(&mut state, id, ServiceReply::Invite(renewed.clone()));
    assert_eq!(state.model.invites.shown.invite(&renewed.identity), Some(renewed));
    assert_eq!(state.model.stale_replies, 0);
}

#[test]
fn prompt_opens_after_the_palette_closes() {
    let mut state = app_with_rows(2);
    state.press(Action::Palette);
    send_reply(&mut state, RequestId(0), ServiceReply::LongWait { wait: Duration::from_secs(60) });
    update(&mut state, Msg::Tick, NOW);
    assert!(matches!(state.overlays[..], [Overlay::Palette(_)]), "{:?}", state.overlays);
    state.press(Action::Back);
    update(&mut state, Msg::Tick, NOW);
    assert!(matches!(state.overlays[..], [Overlay::Prompt(_)]));
}

#[test]
fn switching_tenancy_closes_its_confirmation() {
    let mut state = app_with_rows(2);
    send_reply(&mut state, RequestId(0), connection_reply("4f"));
    state.press(Action::Delete);
    assert!(matches!(state.overlays[..], [Overlay::Confirm(_)]), "{:?}", state.overlays);
    send_reply(&mut state, RequestId(0), connection_reply("5a"));
    assert!(state.overlays.is_empty(), "{:?}", state.overlays);
}

#[test]
fn staged_plans_of_another_tenancy_are_not_applied() {
    let mut state = app_with_rows(1);
    send_reply(&mut state, RequestId(0), connection_reply("4f"));
    let draft = Draft { email: "a@x".into(), message: "m".into() };
    let plan = state.model.new_plan(vec![Step::Create { draft, known_versions: None }], NOW);
    let (id, tenancy) = (plan.id, plan.tenancy.clone());
    state.run_operation(|cx| plans::stage(cx, plan, Vec::new()));
    send_reply(&mut state, RequestId(0), ServiceReply::Plan(id, PlanEvent::Staged));
    assert_eq!(&tenancy, state.model.tenancy());
    send_reply(&mut state, RequestId(0), connection_reply("5a"));
    state.run_operation(crate::app::ops::staging::apply_all);
    assert!(state.overlays.is_empty(), "{:?}", state.overlays);
    assert_eq!(state.model.plans.staged_steps(), 1);
}

#[test]
fn replies_of_the_previous_tenancy_are_ignored() {
    let (mut state, id) = started();
    let effects = send_reply(&mut state, RequestId(0), connection_reply("4f"));
    let old = annotations_request(&effects);
    let effects = fetch_rows(&mut state, id, 0..2);
    let asked = effects.iter().find_map(|effect| match effect {
        Effect::Request(id, ServiceRequest::FetchMembers) => Some(*id),
        _ => None,
    });
    let asked = asked.expect("the members are asked for");
    run_effects(&mut state, effects);
    state.press(Action::Note);
    assert!(matches!(state.overlays.last(), Some(Overlay::Note(_))));
    let effects = send_reply(&mut state, RequestId(0), connection_reply("5a"));
    assert!(state.overlays.is_empty(), "a note is on a person of the other tenancy");
    let members = ["p000000@x"].into_iter().collect();
    send_reply(&mut state, asked, ServiceReply::Members(Some(members)));
    assert_eq!(state.model.members, None);
    let mut remarks = Annotations::default();
    remarks.notes.insert("p000000@x".into(), "of 4f".into());
    send_reply(&mut state, old, ServiceReply::Annotations(remarks.clone()));
    assert_eq!(state.model.annotations, Annotations::default());
    send_reply(&mut state, annotations_request(&effects), ServiceReply::Annotations(remarks.clone()));
    assert_eq!(state.model.annotations, remarks, "its own are taken");
}

#[test]
fn failed_writes_are_reported_after_a_tenancy_switch() {
    let (mut state, id) = started();
    send_reply(&mut state, RequestId(0), connection_reply("4f"));
    let effects = fetch_rows(&mut state, id, 0..2);
    run_effects(&mut state, effects);
    let full =
        |what: &str| ServiceReply::Failed(Error::new(ErrorKind::Refused, what, "no room", "Make room."));
    let write = |cx: &mut Context<'_>, purpose| {
        let remark = AnnotationChange::Note { email: "p000000@x".into(), note: "of 4f".into() };
        cx.request_for(purpose, ServiceRequest::SaveAnnotation(remark))
    };
    let mut writes = Vec::new();
    state.run_operation(|cx| {
        let (email, note) = ("p000000@x".to_owned(), "of 4f".to_owned());
        writes.push(write(cx, RequestPurpose::Note { email, note }));
        writes.push(write(cx, RequestPurpose::Snooze { text: "snoozed".into() }));
        writes.push(write(cx, RequestPurpose::Annotation));
        writes.push(write(cx, RequestPurpose::Annotations));
    });
    send_reply(&mut state, RequestId(0), connection_reply("5a"));
    for (n, id) in writes.into_iter().enumerate() {
        send_reply(&mut state, id, full(&format!("write {n}")));
    }
    let said: Vec<&str> = state.model.notifications.iter().map(|message| message.text.as_str()).collect();
    for n in 0..3 {
        assert!(said.iter().any(|text| text.contains(&format!("write {n}"))), "{said:?}");
    }
    assert!(!said.iter().any(|text| text.contains("write 3")), "that one only reads: {said:?}");
    assert_eq!(state.model.unsaved_note("p000000@x"), None, "it is about a person of the other tenancy");
}

#[test]
fn unchanged_members_do_not_rerun_the_problem_scan() {
    let mut state = app_with_rows(2);
    let look = |state: &mut App, members: &[&str]| {
        let reply = ServiceReply::Members(Some(members.iter().collect()));
        let msg = Msg::Reply(TenancyKey("t".into()), RequestId(9_000), reply);
        let effects = update(state, msg, NOW);
        let job = effects.into_iter().find_map(|effect| match effect {
            Effect::FindProblems(job) => Some(job),
            _ => None,
        });
        if let Some(job) = &job {
            update(state, Msg::ProblemsFound(job::run(job)), NOW);
        }
        job.is_some()
    };
    assert!(look(&mut state, &["p000001@x"]));
    assert!(!look(&mut state, &["p000001@x"]));
    assert!(look(&mut state, &["p000000@x"]));
}

#[test]
fn partial_list_does_not_remove_a_note() {
    for complete in [true, false] {
        let (mut state, id) = started();
        let page = Page { number: 1, rows: vec![invite(0)], total: None, unreadable_rows: 0 };
        send_reply(&mut state, id, ServiceReply::Page(page));
        if complete {
            let effects = send_reply(&mut state, id, ServiceReply::ListFinished(FetchEnd::Complete));
            run_effects(&mut state, effects);
        }
        state.model.annotations.notes.insert("p000000@x".into(), "on leave".into());
        let draft = Draft { email: "better@x".into(), message: String::new() };
        let step = Step::Replace { invite: invite(0), draft, known_versions: None };
        let plan = state.model.new_plan(vec![step], NOW);
        let name = plan.id;
        state.run_operation(|cx| plans::apply(cx, plan, Vec::new()));
        let progress = Progress {
            created: Some(Invite { email: "better@x".into(), ..invite(7) }),
            outcome: Some(Outcome::Done),
            old_deleted: true,
            ..Progress::default()
        };
        let event = PlanEvent::StepEnded { step: 0, progress, failure: None };
        let effects = send_reply(&mut state, RequestId(0), ServiceReply::Plan(name, event));
        let (from, to) = ("p000000@x".to_owned(), "better@x".to_owned());
        let carry =
            ServiceRequest::SaveAnnotation(AnnotationChange::MoveNote { from, to, keeps_old: !complete });
        let asked = |effect: &Effect| matches!(effect, Effect::Request(_, request) if *request == carry);
        assert!(effects.iter().any(asked), "complete: {complete}");
    }
}

fn annotations_request(effects: &[Effect]) -> RequestId {
    let asked = effects.iter().find_map(|effect| match effect {
        Effect::Request(id, ServiceRequest::LoadAnnotations) => Some(*id),
        _ => None,
    });
    asked.expect("the annotations are asked for")
}

/// Looks an invite up, with the cursor on its row.
fn look_up(state: &mut App, n: usize) -> RequestId {
    state.run_operation(|cx| table::reveal(cx, &invite(n).identity));
    let effects = state.run_operation(table::fetch_selected);
    match effects[..] {
        [Effect::Request(id, ServiceRequest::Get(_))] => id,
        ref other => panic!("{other:?}"),
    }
}

fn connection_reply(tenant: &str) -> ServiceReply {
    ServiceReply::Connection(Connection {
        key: TenancyKey(format!("t {tenant}")),
        url: String::new(),
        base_path: String::new(),
        claims: Claims { tenant: Some(tenant.to_owned()), ..Claims::default() },
        clock_offset: jiff::SignedDuration::ZERO,
        warnings: Vec::new(),
        is_token_renewed: false,
        wrong_tenancy_reason: None,
    })
}
