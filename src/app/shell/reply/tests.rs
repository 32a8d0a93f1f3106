//! Tests of late replies, superseded replies, and lists that replace the shown list.

use std::time::Duration;

use super::*;
use crate::app::ops::query::requery;
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
    let mut app = App::new(AppOptions::for_tenancy(TenancyKey("t".into())));
    begin(&mut app, NOW);
    let id = app.model.invites.fetch.as_ref().expect("a running fetch").id;
    (app, id)
}

fn send_reply(app: &mut App, id: RequestId, reply: ServiceReply) -> Vec<Effect> {
    app.model.now = NOW;
    on_reply(app, id, reply);
    app.process_navigation();
    std::mem::take(&mut app.out.effects)
}

/// Handles a complete fetch and returns the background jobs.
fn fetch_rows(app: &mut App, id: RequestId, rows: impl Iterator<Item = usize>) -> Vec<Effect> {
    let page = Page { number: 1, rows: rows.map(invite).collect(), total: None, unreadable_rows: 0 };
    let mut effects = send_reply(app, id, ServiceReply::Page(page));
    effects.extend(send_reply(app, id, ServiceReply::ListFinished(FetchEnd::Complete)));
    effects
}

/// Runs the effects, including background sorts.
fn run_effects(app: &mut App, mut effects: Vec<Effect>) {
    while !effects.is_empty() {
        for effect in std::mem::take(&mut effects) {
            if let Effect::RunQuery { number, rows, query, now, marked } = effect {
                let order = query::run(&rows, &query, now, &marked);
                effects.extend(update(app, Msg::QueryFinished { number, order }, NOW));
            }
        }
    }
}

fn app_with_rows(n: usize) -> App {
    let (mut app, id) = started();
    let effects = fetch_rows(&mut app, id, 0..n);
    run_effects(&mut app, effects);
    assert_eq!((app.model.invites.shown.len(), app.model.table.order.len()), (n, n));
    app
}

fn refresh(app: &mut App) -> RequestId {
    app.run_operation(invites::refresh);
    app.model.invites.fetch.as_ref().expect("a running fetch").id
}

fn first(app: &App) -> String {
    app.model.selected_invite().expect("a row").email
}

#[test]
fn loaded_list_is_shown_if_sorting_changes_during_load() {
    for shown in [10, MAX_INLINE_ROWS + 10] {
        let mut app = app_with_rows(shown);
        let id = refresh(&mut app);
        let mut effects = fetch_rows(&mut app, id, 7..MAX_INLINE_ROWS + 100);
        app.model.table.query.sort = Sort::Email;
        effects.extend(app.run_operation(requery));
        run_effects(&mut app, effects);
        assert_eq!(app.model.invites.shown.len(), MAX_INLINE_ROWS + 93, "of {shown}");
        assert_eq!(app.model.table.order.len(), MAX_INLINE_ROWS + 93);
        assert_eq!(first(&app), "p000007@x");
        assert!(!app.model.is_query_pending() && app.model.invites.incoming.is_none());
    }
}

#[test]
fn refresh_during_a_swap_never_empties_the_list() {
    let mut app = app_with_rows(10);
    let id = refresh(&mut app);
    let effects = fetch_rows(&mut app, id, 0..MAX_INLINE_ROWS + 100);
    refresh(&mut app);
    run_effects(&mut app, effects);
    assert_eq!((app.model.invites.shown.len(), app.model.table.order.len()), (10, 10));
    assert!(app.model.invites.fetch.is_some());
}

#[test]
fn sort_order_is_not_applied_to_another_list() {
    let mut app = app_with_rows(MAX_INLINE_ROWS + 10);
    let old_order = app.run_operation(requery);
    let id = refresh(&mut app);
    let effects = fetch_rows(&mut app, id, 100..200);
    assert_eq!(app.model.table.order.len(), 100, "few rows are sorted immediately");
    run_effects(&mut app, old_order);
    run_effects(&mut app, effects);
    assert_eq!((app.model.table.order.len(), first(&app)), (100, "p000100@x".to_owned()));
}

#[test]
fn lookup_404_removes_the_requested_row_not_the_selected() {
    let mut app = app_with_rows(3);
    let id = look_up(&mut app, 0);
    app.model.table.select_line(1, &app.model.invites.shown, 10);
    let gone = Error::new(ErrorKind::Status(404), "w", "y", "n");
    send_reply(&mut app, id, ServiceReply::Failed(gone));
    assert_eq!(app.model.invites.shown.find(&invite(0).identity), None);
    assert_eq!(first(&app), "p000001@x");
}

/// Creates a paused plan with one unsent create.
fn paused_create(app: &mut App) -> (Draft, PlanEvent, PlanId) {
    let draft = Draft { email: "a@x".into(), message: "m".into() };
    let plan = app.model.new_plan(vec![Step::Create { draft: draft.clone(), known_versions: None }], NOW);
    let id = plan.id;
    app.run_operation(|cx| plans::apply(cx, plan, Vec::new()));
    let progress = Progress { outcome: Some(Outcome::Skipped), ..Progress::default() };
    send_reply(
        app,
        RequestId(0),
        ServiceReply::Plan(id, PlanEvent::StepEnded { step: 0, progress, failure: None }),
    );
    let paused = PlanEvent::Paused(Error::new(ErrorKind::Refused, "w", "y", "n"));
    send_reply(app, RequestId(0), ServiceReply::Plan(id, paused.clone()));
    app.views.current = View::Plans;
    (draft, paused, id)
}

#[test]
fn unsent_draft_is_kept_once_and_dropped_on_resume() {
    let mut app = app_with_rows(1);
    let (draft, paused, id) = paused_create(&mut app);
    assert_eq!(app.model.drafts, std::slice::from_ref(&draft));
    app.press(Action::Resume);
    assert_eq!((app.model.drafts.len(), app.model.plans.creates_in_flight().count()), (0, 1));
    send_reply(&mut app, RequestId(0), ServiceReply::Plan(id, paused));
    app.press(Action::Discard);
    assert_eq!(app.model.drafts, [draft]);
}

#[test]
fn draft_is_kept_once_when_its_paused_plan_is_discarded() {
    let mut app = app_with_rows(1);
    let (draft, ..) = paused_create(&mut app);
    app.press(Action::Discard);
    assert_eq!(app.model.drafts, [draft]);
}

#[test]
fn superseded_or_outdated_lookup_replies_change_nothing() {
    let mut app = app_with_rows(3);
    let (first, second) = (look_up(&mut app, 0), look_up(&mut app, 1));
    let error = Error::new(ErrorKind::TimedOut, "w", "y", "n");
    send_reply(&mut app, first, ServiceReply::Failed(error));
    assert_eq!((app.model.stale_replies, app.model.notifications.error_count()), (1, 0));
    assert!(app.model.in_flight.get(second).is_some());
    app.run_operation(|cx| invites::remove(cx, &invite(1).identity));
    send_reply(&mut app, second, ServiceReply::Invite(invite(1)));
    assert_eq!(app.model.invites.shown.len(), 2, "a deleted row does not come back");
    assert!(app.model.in_flight.get(second).is_none());
}

#[test]
fn reply_after_a_wait_is_applied() {
    let mut app = app_with_rows(2);
    let id = look_up(&mut app, 0);
    let waiting = ServiceReply::Waiting { until: Duration::from_secs(5), reason: "busy".into() };
    send_reply(&mut app, id, waiting);
    send_reply(&mut app, id, ServiceReply::WaitOver);
    let renewed = Invite { message: "new".into(), ..invite(0) };
    send_reply(&mut app, id, ServiceReply::Invite(renewed.clone()));
    assert_eq!(app.model.invites.shown.invite(&renewed.identity), Some(renewed));
    assert_eq!(app.model.stale_replies, 0);
}

#[test]
fn prompt_opens_after_the_palette_closes() {
    let mut app = app_with_rows(2);
    app.press(Action::Palette);
    send_reply(&mut app, RequestId(0), ServiceReply::LongWait { wait: Duration::from_secs(60) });
    update(&mut app, Msg::Tick, NOW);
    assert!(matches!(app.overlays[..], [Overlay::Palette(_)]), "{:?}", app.overlays);
    app.press(Action::Back);
    update(&mut app, Msg::Tick, NOW);
    assert!(matches!(app.overlays[..], [Overlay::Prompt(_)]));
}

#[test]
fn switching_tenancy_closes_its_confirmation() {
    let mut app = app_with_rows(2);
    send_reply(&mut app, RequestId(0), connection_reply("4f"));
    app.press(Action::Delete);
    assert!(matches!(app.overlays[..], [Overlay::Confirm(_)]), "{:?}", app.overlays);
    send_reply(&mut app, RequestId(0), connection_reply("5a"));
    assert!(app.overlays.is_empty(), "{:?}", app.overlays);
}

#[test]
fn staged_plans_of_another_tenancy_are_not_applied() {
    let mut app = app_with_rows(1);
    send_reply(&mut app, RequestId(0), connection_reply("4f"));
    let draft = Draft { email: "a@x".into(), message: "m".into() };
    let plan = app.model.new_plan(vec![Step::Create { draft, known_versions: None }], NOW);
    let (id, tenancy) = (plan.id, plan.tenancy.clone());
    app.run_operation(|cx| plans::stage(cx, plan, Vec::new()));
    send_reply(&mut app, RequestId(0), ServiceReply::Plan(id, PlanEvent::Staged));
    assert_eq!(&tenancy, app.model.tenancy());
    send_reply(&mut app, RequestId(0), connection_reply("5a"));
    app.run_operation(crate::app::ops::staging::apply_all);
    assert!(app.overlays.is_empty(), "{:?}", app.overlays);
    assert_eq!(app.model.plans.staged_step_count(), 1);
}

#[test]
fn replies_of_the_previous_tenancy_are_ignored() {
    let (mut app, id) = started();
    let effects = send_reply(&mut app, RequestId(0), connection_reply("4f"));
    let old_request = annotations_request(&effects);
    let effects = fetch_rows(&mut app, id, 0..2);
    let members_request = effects.iter().find_map(|effect| match effect {
        Effect::Request(id, ServiceRequest::FetchMembers) => Some(*id),
        _ => None,
    });
    let members_request = members_request.expect("the members are requested");
    run_effects(&mut app, effects);
    app.press(Action::Note);
    assert!(matches!(app.overlays.last(), Some(Overlay::Note(_))));
    let effects = send_reply(&mut app, RequestId(0), connection_reply("5a"));
    assert!(app.overlays.is_empty(), "the note is about a person of the other tenancy");
    let members = ["p000000@x"].into_iter().collect();
    send_reply(&mut app, members_request, ServiceReply::Members(Some(members)));
    assert_eq!(app.model.members, None);
    let mut annotations = Annotations::default();
    annotations.notes.insert("p000000@x".into(), "of 4f".into());
    send_reply(&mut app, old_request, ServiceReply::Annotations(annotations.clone()));
    assert_eq!(app.model.annotations, Annotations::default());
    send_reply(&mut app, annotations_request(&effects), ServiceReply::Annotations(annotations.clone()));
    assert_eq!(app.model.annotations, annotations, "the annotations of this tenancy are shown");
}

#[test]
fn failed_writes_are_reported_after_a_tenancy_switch() {
    let (mut app, id) = started();
    send_reply(&mut app, RequestId(0), connection_reply("4f"));
    let effects = fetch_rows(&mut app, id, 0..2);
    run_effects(&mut app, effects);
    let full = |what: &str| {
        ServiceReply::Failed(Error::new(ErrorKind::Refused, what, "disk full", "Free some space."))
    };
    let write = |cx: &mut Context<'_>, purpose| {
        let change = AnnotationChange::Note { email: "p000000@x".into(), note: "of 4f".into() };
        cx.request_for(purpose, ServiceRequest::SaveAnnotation(change))
    };
    let mut writes = Vec::new();
    app.run_operation(|cx| {
        let (email, note) = ("p000000@x".to_owned(), "of 4f".to_owned());
        writes.push(write(cx, RequestPurpose::Note { email, note }));
        writes.push(write(cx, RequestPurpose::Snooze { text: "snoozed".into() }));
        writes.push(write(cx, RequestPurpose::Annotation));
        writes.push(write(cx, RequestPurpose::Annotations));
    });
    send_reply(&mut app, RequestId(0), connection_reply("5a"));
    for (n, id) in writes.into_iter().enumerate() {
        send_reply(&mut app, id, full(&format!("write {n}")));
    }
    let texts: Vec<&str> = app.model.notifications.iter().map(|message| message.text.as_str()).collect();
    for n in 0..3 {
        assert!(texts.iter().any(|text| text.contains(&format!("write {n}"))), "{texts:?}");
    }
    assert!(!texts.iter().any(|text| text.contains("write 3")), "the last request only reads: {texts:?}");
    assert_eq!(app.model.unsaved_note("p000000@x"), None, "it is about a person of the other tenancy");
}

#[test]
fn unchanged_members_do_not_rerun_the_problem_scan() {
    let mut app = app_with_rows(2);
    let on_members = |app: &mut App, members: &[&str]| {
        let reply = ServiceReply::Members(Some(members.iter().collect()));
        let msg = Msg::Reply(TenancyKey("t".into()), RequestId(9_000), reply);
        let effects = update(app, msg, NOW);
        let job = effects.into_iter().find_map(|effect| match effect {
            Effect::FindProblems(job) => Some(job),
            _ => None,
        });
        if let Some(job) = &job {
            update(app, Msg::ProblemsFound(job::run(job)), NOW);
        }
        job.is_some()
    };
    assert!(on_members(&mut app, &["p000001@x"]));
    assert!(!on_members(&mut app, &["p000001@x"]));
    assert!(on_members(&mut app, &["p000000@x"]));
}

#[test]
fn partial_list_does_not_remove_a_note() {
    for complete in [true, false] {
        let (mut app, id) = started();
        let page = Page { number: 1, rows: vec![invite(0)], total: None, unreadable_rows: 0 };
        send_reply(&mut app, id, ServiceReply::Page(page));
        if complete {
            let effects = send_reply(&mut app, id, ServiceReply::ListFinished(FetchEnd::Complete));
            run_effects(&mut app, effects);
        }
        app.model.annotations.notes.insert("p000000@x".into(), "on leave".into());
        let draft = Draft { email: "better@x".into(), message: String::new() };
        let step = Step::Replace { invite: invite(0), draft, known_versions: None };
        let plan = app.model.new_plan(vec![step], NOW);
        let plan_id = plan.id;
        app.run_operation(|cx| plans::apply(cx, plan, Vec::new()));
        let progress = Progress {
            created: Some(Invite { email: "better@x".into(), ..invite(7) }),
            outcome: Some(Outcome::Done),
            old_deleted: true,
            ..Progress::default()
        };
        let event = PlanEvent::StepEnded { step: 0, progress, failure: None };
        let effects = send_reply(&mut app, RequestId(0), ServiceReply::Plan(plan_id, event));
        let (from, to) = ("p000000@x".to_owned(), "better@x".to_owned());
        let expected =
            ServiceRequest::SaveAnnotation(AnnotationChange::MoveNote { from, to, keeps_old: !complete });
        let is_expected =
            |effect: &Effect| matches!(effect, Effect::Request(_, request) if *request == expected);
        assert!(effects.iter().any(is_expected), "complete: {complete}");
    }
}

fn annotations_request(effects: &[Effect]) -> RequestId {
    let request = effects.iter().find_map(|effect| match effect {
        Effect::Request(id, ServiceRequest::LoadAnnotations) => Some(*id),
        _ => None,
    });
    request.expect("the annotations are requested")
}

/// Looks an invite up, with the cursor on its row.
fn look_up(app: &mut App, n: usize) -> RequestId {
    app.run_operation(|cx| table::reveal(cx, &invite(n).identity));
    let effects = app.run_operation(table::fetch_selected);
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
