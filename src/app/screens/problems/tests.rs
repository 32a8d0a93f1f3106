//! Tests of the Problems view, with immediate scans.

use std::sync::Arc;
use std::time::Duration;

use super::*;
use crate::app::ops::{invites, query};
use crate::app::{App, AppOptions, Msg, Overlay, begin, update};
use crate::domain::annotation::{AnnotationChange, Annotations};
use crate::domain::lint::job;
use crate::domain::plan::Progress;
use crate::domain::query::{Filter, NamedFilters};
use crate::domain::service_msg::{FetchEnd, Page, PlanEvent};
use crate::domain::{Expiry, Now, Outcome, RequestId, ServiceReply, ServiceRequest, TenancyKey};
use crate::keys::Action::*;

const NOW: &str = "2024-06-03T10:31:07Z";

fn now() -> Now {
    Now { wall: NOW.parse().expect("a time"), mono: Duration::from_secs(60) }
}

fn invite(n: u128, email: &str, expiry: &str) -> Invite {
    let identity = Identity::from_uuid(uuid::Uuid::from_u128(n));
    Invite { identity, email: email.into(), message: "hello".into(), expiry: Expiry::parse(expiry) }
}

/// Runs the effects and returns the requests among them.
fn run_effects(app: &mut App, effects: Vec<Effect>) -> Vec<ServiceRequest> {
    let mut requests = Vec::new();
    for effect in effects {
        match effect {
            Effect::FindProblems(job) => {
                let more = update(app, Msg::ProblemsFound(job::run(&job)), now());
                requests.extend(run_effects(app, more));
            }
            Effect::Request(_, request) => requests.push(request),
            _ => {}
        }
    }
    requests
}

fn send_msg(app: &mut App, msg: Msg) -> Vec<ServiceRequest> {
    let effects = update(app, msg, now());
    run_effects(app, effects)
}

fn send_reply(app: &mut App, reply: ServiceReply) -> Vec<ServiceRequest> {
    let id = app.model.invites.fetch.as_ref().map_or(RequestId(0), |fetch| fetch.id);
    let tenancy = app.model.options.tenancy.clone();
    send_msg(app, Msg::Reply(tenancy, id, reply))
}

/// Performs these actions in the current context.
fn press(app: &mut App, actions: &[Action]) -> Vec<ServiceRequest> {
    let act = |action: &Action| {
        app.dispatch(*action);
        let effects = std::mem::take(&mut app.out.effects);
        run_effects(app, effects)
    };
    actions.iter().flat_map(act).collect()
}

fn sample_invites() -> Vec<Invite> {
    let mut rows: Vec<Invite> =
        (1..=41).map(|n| invite(n, &format!("p{n}@acme.com"), "2024-06-20T00:00:00Z")).collect();
    rows.push(invite(50, "jane@acme.co", "2024-06-20T00:00:00Z"));
    rows.extend((60..66).map(|n| invite(n, &format!("soon{n}@acme.com"), "2024-06-03T20:00:00Z")));
    rows.push(invite(70, "bob@acme.com", "2024-06-12T00:00:00Z"));
    rows.push(invite(71, "Bob@acme.com", "2024-06-13T00:00:00Z"));
    rows
}

fn app_with_rows(rows: Vec<Invite>) -> App {
    let mut app = App::new(AppOptions::for_tenancy(TenancyKey("t".into())));
    app.model.metrics.text_height = 10;
    begin(&mut app, now());
    send_reply(&mut app, ServiceReply::Page(Page { number: 1, rows, total: None, unreadable_rows: 0 }));
    send_reply(&mut app, ServiceReply::ListFinished(FetchEnd::Complete));
    press(&mut app, &[ViewProblems]);
    app
}

fn emails(app: &App) -> Vec<&str> {
    let problems = &app.views.problems;
    let email = |line: &ProblemRow| match line {
        ProblemRow::Problem(at) => &*problems.problems[*at].email,
        ProblemRow::Group { .. } => "all",
    };
    problems.rows.iter().map(email).collect()
}

#[test]
fn expiring_invites_are_one_collapsed_line_below_typos() {
    let mut app = app_with_rows(sample_invites());
    assert_eq!(emails(&app), ["jane@acme.co", "Bob@acme.com", "bob@acme.com", "all"]);
    assert_eq!(app.views.problems.count, 3, "time-based problems are not counted");
    press(&mut app, &[Last, Open]);
    assert_eq!((emails(&app).len(), app.views.problems.list_state.selected), (10, 3));
    press(&mut app, &[Open]);
    assert_eq!(emails(&app).len(), 4);
}

#[test]
fn form_suggests_an_email_and_tab_accepts_it() {
    let mut app = app_with_rows(sample_invites());
    press(&mut app, &[Edit]);
    let form = |app: &App| match app.overlays.last() {
        Some(Overlay::InviteForm(form)) => (form.email.text().to_owned(), form.focus),
        _ => panic!("no form on top"),
    };
    assert_eq!(form(&app), ("jane@acme.co".into(), FormField::Email));
    press(&mut app, &[Next]);
    assert_eq!(form(&app), ("jane@acme.com".into(), FormField::Email));
    press(&mut app, &[Next]);
    assert_eq!(form(&app).1, FormField::Message);
    press(&mut app, &[Back]);
    app.model.unsent_edit = None;
    press(&mut app, &[Edit]);
    press(&mut app, &[Confirm]);
    assert_eq!(form(&app), ("jane@acme.co".into(), FormField::Message), "Enter does not use the suggestion");
}

#[test]
fn dismissed_problems_are_hidden_and_can_be_restored() {
    let mut app = app_with_rows(sample_invites());
    let requests = press(&mut app, &[ToggleDismiss]);
    let Some(ServiceRequest::SaveAnnotation(AnnotationChange::Dismiss(problem, true))) = requests.first()
    else {
        panic!("{requests:?}")
    };
    let mut annotations = Annotations::default();
    annotations.dismissed.insert(problem.clone());
    send_reply(&mut app, ServiceReply::Annotations(annotations));
    assert_eq!(
        (emails(&app)[0], app.views.problems.count, app.views.problems.dismissed_count),
        ("Bob@acme.com", 2, 1)
    );
    press(&mut app, &[ShowDismissed, First]);
    assert_eq!(emails(&app)[0], "jane@acme.co");
    let requests = press(&mut app, &[ToggleDismiss]);
    assert!(
        matches!(requests.first(), Some(ServiceRequest::SaveAnnotation(AnnotationChange::Dismiss(_, false)))),
        "{requests:?}"
    );
}

#[test]
fn problems_follow_list_members_and_time_and_keep_selection() {
    let mut app = app_with_rows(sample_invites());
    press(&mut app, &[Down, Down]);
    invites::remove(&mut app.context(), &invite(50, "", "").identity);
    send_msg(&mut app, Msg::Tick);
    assert_eq!(app.views.problems.selected_problem().expect("a problem").email, "bob@acme.com");
    send_reply(&mut app, ServiceReply::Members(Some(["p7@acme.com"].into_iter().collect())));
    assert_eq!(emails(&app)[0], "p7@acme.com");
    let later =
        Now { wall: "2024-06-12T00:00:00Z".parse().expect("a time"), mono: Duration::from_secs(900_000) };
    let effects = update(&mut app, Msg::Tick, later);
    run_effects(&mut app, effects);
    assert!(app.views.problems.problems.iter().any(|problem| problem.kind == ProblemKind::Expired));
}

#[test]
fn outdated_scan_result_changes_nothing() {
    let mut app = app_with_rows(sample_invites());
    let result = job::LintResult {
        number: 9_999,
        problems: Vec::new(),
        domains: Arc::default(),
        overview: Default::default(),
        valid_until: None,
    };
    send_msg(&mut app, Msg::ProblemsFound(result));
    assert_eq!((app.model.stale_replies, emails(&app).len()), (1, 4));
}

#[test]
fn enter_opens_the_invite_even_if_filtered_out() {
    let mut app = app_with_rows(sample_invites());
    app.model.table.query.filter = Filter::parse("soon", &NamedFilters::default()).expect("valid");
    query::requery(&mut app.context());
    press(&mut app, &[Open]);
    assert_eq!(app.views.current, View::Pending);
    assert_eq!(app.model.selected_invite().expect("a row").email, "jane@acme.co");
}

#[test]
fn fixes_delete_duplicates_and_resend_expiring_once_confirmed() {
    let mut app = app_with_rows(sample_invites());
    press(&mut app, &[Down, Down, Delete]);
    let plan = |app: &App| match app.overlays.last() {
        Some(Overlay::Confirm(confirm)) => {
            (confirm.plan.steps[0].verb(), confirm.plan.steps[0].email().to_owned())
        }
        _ => panic!("no confirmation dialog"),
    };
    assert_eq!(plan(&app), ("delete", "bob@acme.com".into()));
    press(&mut app, &[Back, Edit]);
    assert_eq!(plan(&app), ("delete", "bob@acme.com".into()), "the fix is a delete");
    press(&mut app, &[Back, Last, Edit]);
    assert!(app.overlays.is_empty(), "a group cannot be fixed");
    press(&mut app, &[Open, Down, Edit]);
    assert_eq!(plan(&app), ("resend", "soon60@acme.com".into()));
}

#[test]
fn note_moves_to_the_edited_email() {
    for has_note in [false, true] {
        let mut app = app_with_rows(sample_invites());
        let mut annotations = Annotations::default();
        annotations.notes.insert("jane@acme.co".into(), "asked twice".into());
        if has_note {
            annotations.notes.insert("jane@acme.com".into(), "another".into());
        }
        send_reply(&mut app, ServiceReply::Annotations(annotations));
        press(&mut app, &[Edit, Next, Send, Yes]);
        let plan = app.model.plans.running.first().expect("a running plan").plan.id;
        let created = invite(90, "jane@acme.com", "2024-06-20T00:00:00Z");
        let progress = Progress {
            outcome: Some(Outcome::Done),
            created: Some(created),
            old_deleted: true,
            ..Progress::default()
        };
        let ended = PlanEvent::StepEnded { step: 0, progress, failure: None };
        let requests = send_reply(&mut app, ServiceReply::Plan(plan, ended));
        let move_note = |keeps_old| {
            let (from, to) = ("jane@acme.co".into(), "jane@acme.com".into());
            ServiceRequest::SaveAnnotation(AnnotationChange::MoveNote { from, to, keeps_old })
        };
        assert_eq!(requests.contains(&move_note(false)), !has_note, "{requests:?}");
        assert!(!requests.contains(&move_note(true)), "no other invite has the old email");
    }
}
