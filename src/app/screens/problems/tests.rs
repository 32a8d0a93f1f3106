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
use crate::keys::Input;

const NOW: &str = "2024-06-03T10:31:07Z";

fn now() -> Now {
    Now { wall: NOW.parse().expect("a time"), mono: Duration::from_secs(60) }
}

fn invite(n: u128, email: &str, expiry: &str) -> Invite {
    let identity = Identity::from_uuid(uuid::Uuid::from_u128(n));
    Invite { identity, email: email.into(), message: "hello".into(), expiry: Expiry::parse(expiry) }
}

/// Runs the effects and returns the requests among them.
fn run_effects(state: &mut App, effects: Vec<Effect>) -> Vec<ServiceRequest> {
    let mut requests = Vec::new();
    for effect in effects {
        match effect {
            Effect::FindProblems(job) => {
                let more = update(state, Msg::ProblemsFound(job::run(&job)), now());
                requests.extend(run_effects(state, more));
            }
            Effect::Request(_, request) => requests.push(request),
            _ => {}
        }
    }
    requests
}

fn send_msg(state: &mut App, msg: Msg) -> Vec<ServiceRequest> {
    let effects = update(state, msg, now());
    run_effects(state, effects)
}

fn send_reply(state: &mut App, reply: ServiceReply) -> Vec<ServiceRequest> {
    let id = state.model.invites.fetch.as_ref().map_or(RequestId(0), |reading| reading.id);
    let tenancy = state.model.options.tenancy.clone();
    send_msg(state, Msg::Reply(tenancy, id, reply))
}

/// Performs these actions in the current context.
fn press(state: &mut App, actions: &[Action]) -> Vec<ServiceRequest> {
    let act = |action: &Action| {
        state.dispatch(*action);
        let effects = std::mem::take(&mut state.out.effects);
        run_effects(state, effects)
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
    let mut state = App::new(AppOptions::for_tenancy(TenancyKey("t".into())));
    state.model.metrics.text_height = 10;
    begin(&mut state, now());
    send_reply(&mut state, ServiceReply::Page(Page { number: 1, rows, total: None, unreadable_rows: 0 }));
    send_reply(&mut state, ServiceReply::ListFinished(FetchEnd::Complete));
    press(&mut state, &[ViewProblems]);
    state
}

fn emails(state: &App) -> Vec<&str> {
    let problems = &state.views.problems;
    let email = |line: &ProblemRow| match line {
        ProblemRow::Problem(at) => &*problems.problems[*at].email,
        ProblemRow::Group { .. } => "all",
    };
    problems.rows.iter().map(email).collect()
}

#[test]
fn expiring_invites_are_one_collapsed_line_below_typos() {
    let mut state = app_with_rows(sample_invites());
    assert_eq!(emails(&state), ["jane@acme.co", "Bob@acme.com", "bob@acme.com", "all"]);
    assert_eq!(state.views.problems.count, 3, "what comes with time is not counted");
    press(&mut state, &[Last, Open]);
    assert_eq!((emails(&state).len(), state.views.problems.list_state.selected), (10, 3));
    press(&mut state, &[Open]);
    assert_eq!(emails(&state).len(), 4);
}

#[test]
fn form_suggests_an_email_and_tab_accepts_it() {
    let mut state = app_with_rows(sample_invites());
    press(&mut state, &[Edit]);
    let form = |state: &App| match state.overlays.last() {
        Some(Overlay::InviteForm(form)) => (form.email.text().to_owned(), form.focus),
        _ => panic!("the form is in front"),
    };
    assert_eq!(form(&state), ("jane@acme.co".into(), FormField::Email));
    press(&mut state, &[Next]);
    assert_eq!(form(&state), ("jane@acme.com".into(), FormField::Email));
    press(&mut state, &[Next]);
    assert_eq!(form(&state).1, FormField::Message);
    press(&mut state, &[Back]);
    state.model.unsent_edit = None;
    press(&mut state, &[Edit]);
    press(&mut state, &[Confirm]);
    assert_eq!(form(&state), ("jane@acme.co".into(), FormField::Message), "Enter leaves it as it is");
}

#[test]
fn dismissed_problems_are_hidden_and_can_be_restored() {
    let mut state = app_with_rows(sample_invites());
    let asked = press(&mut state, &[ToggleDismiss]);
    let Some(ServiceRequest::SaveAnnotation(AnnotationChange::Dismiss(what, true))) = asked.first() else {
        panic!("{asked:?}")
    };
    let mut remarks = Annotations::default();
    remarks.dismissed.insert(what.clone());
    send_reply(&mut state, ServiceReply::Annotations(remarks));
    assert_eq!(
        (emails(&state)[0], state.views.problems.count, state.views.problems.dismissed_count),
        ("Bob@acme.com", 2, 1)
    );
    press(&mut state, &[ShowDismissed, First]);
    assert_eq!(emails(&state)[0], "jane@acme.co");
    let asked = press(&mut state, &[ToggleDismiss]);
    assert!(
        matches!(asked.first(), Some(ServiceRequest::SaveAnnotation(AnnotationChange::Dismiss(_, false)))),
        "{asked:?}"
    );
}

#[test]
fn problems_follow_list_members_and_time_and_keep_selection() {
    let mut state = app_with_rows(sample_invites());
    press(&mut state, &[Down, Down]);
    invites::remove(&mut state.context(), &invite(50, "", "").identity);
    send_msg(&mut state, Msg::Input(Input::Focus(true)));
    assert_eq!(state.views.problems.selected_problem().expect("one").email, "bob@acme.com");
    send_reply(&mut state, ServiceReply::Members(Some(["p7@acme.com"].into_iter().collect())));
    assert_eq!(emails(&state)[0], "p7@acme.com");
    let later =
        Now { wall: "2024-06-12T00:00:00Z".parse().expect("a time"), mono: Duration::from_secs(900_000) };
    let effects = update(&mut state, Msg::Tick, later);
    run_effects(&mut state, effects);
    assert!(state.views.problems.problems.iter().any(|problem| problem.kind == ProblemKind::Expired));
}

#[test]
fn outdated_scan_result_changes_nothing() {
    let mut state = app_with_rows(sample_invites());
    let found =
        job::LintResult { number: 9_999, problems: Vec::new(), domains: Arc::default(), valid_until: None };
    send_msg(&mut state, Msg::ProblemsFound(found));
    assert_eq!((state.model.stale_replies, emails(&state).len()), (1, 4));
}

#[test]
fn enter_opens_the_invite_even_if_filtered_out() {
    let mut state = app_with_rows(sample_invites());
    state.model.table.query.filter = Filter::parse("soon", &NamedFilters::default()).expect("good");
    query::requery(&mut state.context());
    press(&mut state, &[Open]);
    assert_eq!(state.views.current, View::Pending);
    assert_eq!(state.model.selected_invite().expect("a row").email, "jane@acme.co");
}

#[test]
fn fixes_delete_duplicates_and_resend_expiring_once_confirmed() {
    let mut state = app_with_rows(sample_invites());
    press(&mut state, &[Down, Down, Delete]);
    let plan = |state: &App| match state.overlays.last() {
        Some(Overlay::Confirm(confirm)) => {
            (confirm.plan.steps[0].verb(), confirm.plan.steps[0].email().to_owned())
        }
        _ => panic!("it asks"),
    };
    assert_eq!(plan(&state), ("delete", "bob@acme.com".into()));
    press(&mut state, &[Back, Edit]);
    assert_eq!(plan(&state), ("delete", "bob@acme.com".into()), "the fix is a delete");
    press(&mut state, &[Back, Last, Edit]);
    assert!(state.overlays.is_empty(), "a line that stands for several is about none of them");
    press(&mut state, &[Open, Down, Edit]);
    assert_eq!(plan(&state), ("resend", "soon60@acme.com".into()));
}

#[test]
fn note_moves_to_the_edited_email() {
    for noted_there in [false, true] {
        let mut state = app_with_rows(sample_invites());
        let mut remarks = Annotations::default();
        remarks.notes.insert("jane@acme.co".into(), "asked twice".into());
        if noted_there {
            remarks.notes.insert("jane@acme.com".into(), "another".into());
        }
        send_reply(&mut state, ServiceReply::Annotations(remarks));
        press(&mut state, &[Edit, Next, Send, LowercaseY]);
        let plan = state.model.plans.running.first().expect("it runs").plan.id;
        let created = invite(90, "jane@acme.com", "2024-06-20T00:00:00Z");
        let progress = Progress {
            outcome: Some(Outcome::Done),
            created: Some(created),
            old_deleted: true,
            ..Progress::default()
        };
        let ended = PlanEvent::StepEnded { step: 0, progress, failure: None };
        let requests = send_reply(&mut state, ServiceReply::Plan(plan, ended));
        let carry = |keeps| {
            let (from, to) = ("jane@acme.co".into(), "jane@acme.com".into());
            ServiceRequest::SaveAnnotation(AnnotationChange::MoveNote { from, to, keeps_old: keeps })
        };
        assert_eq!(requests.contains(&carry(false)), !noted_there, "{requests:?}");
        assert!(!requests.contains(&carry(true)), "no other invite goes to the old address");
    }
}
