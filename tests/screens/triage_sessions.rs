//! Triage sessions between the screen, the journal and the plans made from them.

use guestlist::app::Overlay;
use guestlist::app::model::plans::PendingStage;
use guestlist::domain::annotation::{AnnotationChange, Annotations, Snooze};
use guestlist::domain::plan::PlanState;
use guestlist::domain::service_msg::PlanEvent;
use guestlist::domain::triage::{Decision, TriageSession};
use guestlist::domain::{
    Error, ErrorKind, Expiry, Invite, Plan, PlanId, RequestId, ServiceReply, ServiceRequest, Step,
};
use jiff::{SignedDuration, Timestamp};

use crate::harness::{TestApp, new_invite, sample_error};

/// A complete list of five invites. The first two are to the same email.
fn app_with_invites() -> TestApp {
    let mut app = TestApp::new();
    app.deliver_page(invites(&app));
    app.complete_list();
    app.deliver_reply(ServiceReply::Annotations(Annotations::default()));
    app.screen_text(120, 40);
    app
}

fn invites(app: &TestApp) -> Vec<Invite> {
    let after = |hours| Expiry(app.now.wall.checked_add(SignedDuration::from_hours(hours)).ok());
    let emails = ["ann@acme.com", "ann@acme.com", "bob@acme.com", "cat@other.org", "dan@other.org"];
    let invite = |(n, email): (usize, &&str)| new_invite(n as u128, email, "hello", after(40 + n as i64));
    emails.iter().enumerate().map(invite).collect()
}

fn screen(app: &mut TestApp, keys: &str) -> String {
    app.press(keys).screen_text(120, 40)
}

fn open_session(app: &TestApp) -> &TriageSession {
    match app.state.overlays.last() {
        Some(Overlay::Triage(triage)) => &triage.session,
        other => panic!("no triage: {other:?}"),
    }
}

/// The requests to stage a plan: request, plan, and the plans that it replaces.
fn stage_requests(app: &TestApp) -> Vec<(RequestId, Plan, Vec<PlanId>)> {
    let stage = |(id, request): &(RequestId, ServiceRequest)| match request {
        ServiceRequest::StagePlan { plan, replaces } => Some((*id, plan.clone(), replaces.clone())),
        _ => None,
    };
    app.requests.iter().filter_map(stage).collect()
}

/// Delivers that the newest staged plan is in the journal.
fn accept_stage(app: &mut TestApp) -> Plan {
    let (id, plan, _) = stage_requests(app).pop().expect("a staged plan");
    app.deliver_reply_to(id, ServiceReply::Plan(plan.id, PlanEvent::Staged));
    plan
}

fn saved_sessions(app: &TestApp) -> Vec<TriageSession> {
    let saved = |(_, request): &(RequestId, ServiceRequest)| match request {
        ServiceRequest::SaveTriage(session) => Some((**session).clone()),
        _ => None,
    };
    app.requests.iter().filter_map(saved).collect()
}

fn cleared_sessions(app: &TestApp) -> Vec<Timestamp> {
    let cleared = |(_, request): &(RequestId, ServiceRequest)| match request {
        ServiceRequest::ClearTriage(started_at) => Some(*started_at),
        _ => None,
    };
    app.requests.iter().filter_map(cleared).collect()
}

fn snooze_requests(app: &TestApp) -> Vec<(Vec<String>, Option<Snooze>)> {
    let snooze = |(_, request): &(RequestId, ServiceRequest)| match request {
        ServiceRequest::SaveAnnotation(AnnotationChange::Snooze { emails, until }) => {
            Some((emails.clone(), *until))
        }
        _ => None,
    };
    app.requests.iter().filter_map(snooze).collect()
}

/// A session of an earlier run that decided to delete the first invite.
fn earlier_session(app: &TestApp) -> TriageSession {
    let rows = invites(app).into_iter().map(|invite| invite.identity).collect();
    let mut session = TriageSession::new(rows, Timestamp::UNIX_EPOCH);
    session.decide(&[0], &Decision::Delete);
    session
}

fn deliver_session(app: &mut TestApp, session: &TriageSession) {
    app.deliver_reply(ServiceReply::Triage(Box::new(session.clone())));
}

fn step_emails(plan: &Plan) -> Vec<&str> {
    plan.steps.iter().map(Step::email).collect()
}

#[test]
fn late_earlier_session_ends_and_is_staged() {
    let mut app = app_with_invites();
    app.press("t j d");
    let (started_at, session) = (open_session(&app).started_at, earlier_session(&app));
    deliver_session(&mut app, &session);
    let stages = stage_requests(&app);
    assert_eq!(stages.len(), 1);
    assert!(
        matches!(&stages[0].1.steps[..], [Step::Delete { invite }] if invite.identity == session.rows[0])
    );
    assert_eq!(cleared_sessions(&app), [session.started_at]);
    assert_eq!(saved_sessions(&app).last().map(|session| session.started_at), Some(started_at));
    assert!(app.state.model.triage.is_none());
}

#[test]
fn own_session_that_was_saved_early_is_not_offered() {
    let mut app = app_with_invites();
    app.press("t d");
    let session = open_session(&app).clone();
    deliver_session(&mut app, &session);
    let screen = app.screen_text(120, 40);
    assert!(!screen.contains("was interrupted") && app.state.model.triage.is_none(), "{screen}");
    assert_eq!((cleared_sessions(&app), stage_requests(&app).len()), (vec![], 0));
}

#[test]
fn leaving_clears_only_the_open_session() {
    let mut app = app_with_invites();
    app.press("t");
    let started_at = open_session(&app).started_at;
    app.press("q");
    assert_eq!(cleared_sessions(&app), [started_at]);
}

#[test]
fn decisions_being_staged_are_resumed_and_replaced() {
    let mut app = app_with_invites();
    let text = screen(&mut app, "t d q t");
    assert!(text.contains("Resumed triage: 1 of 5 decided."), "{text}");
    let text = screen(&mut app, "enter");
    assert!(text.contains("The journal is being written."), "{text}");
    app.press("d q");
    let stages = stage_requests(&app);
    assert_eq!(stages.len(), 2);
    assert_eq!((stages[1].1.steps.len(), &stages[1].2[..]), (2, &[stages[0].1.id][..]));
}

#[test]
fn triage_skips_invites_that_are_being_staged() {
    let mut app = app_with_invites();
    screen(&mut app, "d");
    screen(&mut app, "s");
    app.press("t");
    assert_eq!(open_session(&app).rows.len(), 4, "the staging has no reply yet");
}

#[test]
fn decisions_that_could_not_be_staged_stay() {
    let mut app = app_with_invites();
    app.press("t d q");
    let (id, ..) = stage_requests(&app)[0].clone();
    app.deliver_reply_to(id, ServiceReply::Failed(sample_error("Could not stage the plan")));
    let saved = saved_sessions(&app).pop().expect("it was saved");
    assert!(!saved.staged && app.state.model.triage.as_ref() == Some(&saved));
    let text = screen(&mut app, "t");
    assert!(text.contains("1 of 5 decided."), "{text}");
}

#[test]
fn session_is_deleted_only_when_its_plan_is_accepted() {
    let mut app = app_with_invites();
    screen(&mut app, "t d enter");
    let started_at = open_session_behind(&app).started_at;
    screen(&mut app, "y");
    assert!(app.state.overlays.is_empty() && cleared_sessions(&app).is_empty());
    app.deliver_plan_event(PlanEvent::UndoWindow { until: app.now.mono });
    assert_eq!(cleared_sessions(&app), [started_at]);
    assert!(app.state.model.triage.is_none());
}

fn open_session_behind(app: &TestApp) -> &TriageSession {
    match app.state.overlays.first() {
        Some(Overlay::Triage(triage)) => &triage.session,
        other => panic!("no triage: {other:?}"),
    }
}

#[test]
fn session_of_a_refused_plan_is_offered_again() {
    let mut app = app_with_invites();
    screen(&mut app, "t d enter");
    screen(&mut app, "y");
    let refusal = Error::new(ErrorKind::Refused, "The plan was not applied", "the journal is full", "");
    app.deliver_plan_event(PlanEvent::Paused(refusal));
    app.deliver_plan_event(PlanEvent::Ended { state: PlanState::Discarded, progress: Vec::new() });
    assert!(cleared_sessions(&app).is_empty());
    let text = screen(&mut app, "t");
    assert!(text.contains("Resumed triage: 1 of 5 decided."), "{text}");
}

#[test]
fn staged_session_is_deleted_when_it_is_in_the_journal() {
    let mut app = app_with_invites();
    screen(&mut app, "t d enter");
    screen(&mut app, "s");
    assert!(app.state.overlays.is_empty() && cleared_sessions(&app).is_empty());
    let (id, ..) = stage_requests(&app)[0].clone();
    app.deliver_reply_to(id, ServiceReply::Failed(sample_error("Could not stage the plan")));
    assert!(app.state.model.triage.is_some(), "it is kept");
    screen(&mut app, "t enter");
    screen(&mut app, "s");
    accept_stage(&mut app);
    assert!(app.state.model.triage.is_none() && cleared_sessions(&app).len() == 1);
}

#[test]
fn ended_session_unstages_decisions_that_were_undone() {
    let mut app = app_with_invites();
    app.press("space t d q");
    let staged = accept_stage(&mut app);
    let mut session = app.state.model.triage.take().expect("a paused session");
    // The earlier run was killed after an undo.
    session.staged = false;
    session.undo();
    session.decide(&[0], &Decision::Keep);
    deliver_session(&mut app, &session);
    app.press("j space t");
    let (_, plan, replaces) = stage_requests(&app).pop().expect("a plan");
    assert_eq!((plan.steps.len(), replaces), (0, vec![staged.id]));
    assert_eq!(open_session(&app).rows.len(), 1);
    assert_eq!(cleared_sessions(&app), [session.started_at]);
}

#[test]
fn undone_decision_leaves_a_plan_with_other_steps() {
    let mut app = app_with_invites();
    app.press("t d d q");
    let first = accept_stage(&mut app);
    // Undoing one plan of all staged steps stages them as one plan.
    let mut mixed = Plan { id: PlanId(uuid::Uuid::from_u128(1)), ..first.clone() };
    mixed.steps.push(Step::Delete { invite: invites(&app).remove(4) });
    let pending = PendingStage { plan: mixed.clone(), replaces: vec![first.id] };
    app.state.model.plans.add_staged(pending);
    app.press("t u u q");
    let (_, rest, replaces) = stage_requests(&app).pop().expect("a plan");
    assert_eq!((step_emails(&rest), replaces), (vec!["dan@other.org"], vec![mixed.id]));
}

#[test]
fn plan_of_the_user_is_not_taken_over() {
    let mut app = app_with_invites();
    app.press("t d q");
    accept_stage(&mut app);
    screen(&mut app, "g g j j space d");
    screen(&mut app, "s");
    let own = accept_stage(&mut app);
    app.press("t d q");
    let (_, _, replaces) = stage_requests(&app).pop().expect("a plan");
    assert!(!replaces.contains(&own.id), "{replaces:?}");
}

/// A triage over a cached list whose invites are no longer shown after a refused request.
fn app_that_lost_its_list() -> TestApp {
    let mut app = TestApp::new();
    let invites = invites(&app);
    app.deliver_cached_invites(invites);
    app.screen_text(120, 40);
    app.press("t d d");
    let failure = Error { kind: ErrorKind::Status(403), ..sample_error("Could not load invites") };
    app.fail_list(failure);
    app
}

#[test]
fn decisions_about_invites_that_are_not_loaded_stay() {
    let mut app = app_that_lost_its_list();
    let text = screen(&mut app, "enter");
    assert!(text.contains("2 decisions are about invites that are not loaded."), "{text}");
    assert!(cleared_sessions(&app).is_empty());
    app.press("q");
    assert!(cleared_sessions(&app).is_empty() && stage_requests(&app).is_empty());
    let text = app.screen_text(160, 50);
    assert!(
        text.contains("Decisions are kept: 2 decisions are about invites that are not loaded."),
        "{text}"
    );
    app.press("t");
    assert_eq!(open_session(&app).decision_counts().delete, 2);
}

#[test]
fn edit_is_recorded_although_the_filter_hides_the_invite() {
    let mut app = app_with_invites();
    app.press("ctrl-r t /").type_text("bob").press("enter e tab ctrl-u").type_text("new text");
    // Renewed elsewhere with another email, so the filter does not match any more.
    let renewed = Invite { email: "rob@acme.com".into(), ..invites(&app).remove(2) };
    app.deliver_page(vec![renewed]);
    app.complete_list();
    app.press("ctrl-s");
    let text = app.screen_text(120, 40);
    assert!(text.contains("The filter hides this invite."), "{text}");
    assert!(
        matches!(open_session(&app).decision(2), Some(Decision::Edit(draft)) if draft.message == "new text")
    );
}

#[test]
fn edit_of_a_gone_invite_becomes_a_draft() {
    let mut app = app_with_invites();
    app.press("ctrl-r t j j e tab ctrl-u").type_text("new text");
    let mut others = invites(&app);
    others.remove(2);
    app.deliver_page(others);
    app.complete_list();
    app.press("ctrl-s");
    let text = app.screen_text(120, 40);
    assert!(text.contains("Your edit was kept as a draft."), "{text}");
    assert_eq!(open_session(&app).decision_counts().total(), 0);
    let drafts = &app.state.model.drafts;
    assert!(matches!(&drafts[..], [draft] if draft.message == "new text" && draft.email == "bob@acme.com"));
}

#[test]
fn snooze_of_an_email_ends_with_its_last_decision() {
    let mut app = app_with_invites();
    let ann = || vec!["ann@acme.com".to_owned()];
    let apply = |app: &mut TestApp| {
        let mut annotations = Annotations::default();
        if let Some((emails, Some(until))) = snooze_requests(app).pop() {
            annotations.snoozes.extend(emails.into_iter().map(|email| (email, until)));
        }
        app.deliver_reply(ServiceReply::Annotations(annotations));
    };
    app.press("t s");
    apply(&mut app);
    app.press("s");
    apply(&mut app);
    assert_eq!(open_session(&app).decision_counts().snooze, 2, "both invites of the email");
    assert_eq!(snooze_requests(&app), [(ann(), Some(Snooze::DAY_BEFORE_EXPIRY))]);
    app.press("k space");
    assert_eq!(snooze_requests(&app).len(), 1, "the first invite is still snoozed");
    app.press("g g d");
    assert_eq!(snooze_requests(&app).pop(), Some((ann(), None)));
    app.press("u");
    assert_eq!(snooze_requests(&app).pop(), Some((ann(), Some(Snooze::DAY_BEFORE_EXPIRY))));
}

#[test]
fn moves_are_not_saved() {
    let mut app = app_with_invites();
    app.press("t j j k G g g tab");
    assert!(saved_sessions(&app).is_empty());
    app.press("d");
    assert_eq!(saved_sessions(&app).len(), 1);
}

#[test]
fn counts_follow_decisions_and_undo_in_a_narrowed_queue() {
    let mut app = app_with_invites();
    let text = screen(&mut app, "t");
    assert!(text.contains("2 more of acme.com in this queue") && text.contains("D delete all 3"), "{text}");
    let text = screen(&mut app, "d");
    assert!(text.contains("1 more of acme.com in this queue") && text.contains("plan (1 step)"), "{text}");
    app.press("/").type_text("bob");
    let text = screen(&mut app, "enter");
    assert!(!text.contains("of acme.com in this queue") && text.contains("1 of 5 in the queue"), "{text}");
    let text = screen(&mut app, "d");
    assert!(text.contains("2 delete") && text.contains("Press Esc for the other 3."), "{text}");
    let text = screen(&mut app, "u u");
    assert!(text.contains("no decisions") && text.contains("D delete all 3"), "{text}");
}
