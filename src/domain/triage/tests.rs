//! Tests of triage sessions: decisions, undo, steps, and what was staged.

use super::*;
use crate::domain::{Expiry, Invite, TenancyKey};

fn invite(name: &str) -> Invite {
    let identity = Identity::parse(name).expect("usable");
    Invite { identity, email: format!("{name}@x"), message: name.into(), expiry: Expiry(None) }
}

fn invite_store(names: &[&str]) -> InviteStore {
    let mut store = InviteStore::default();
    for name in names {
        store.insert(&invite(name));
    }
    store
}

fn triage_session(names: &[&str]) -> TriageSession {
    TriageSession::new(names.iter().map(|name| invite(name).identity).collect(), Timestamp::UNIX_EPOCH)
}

fn plan(steps: Vec<Step>) -> Plan {
    let id = PlanId(uuid::Uuid::from_u128(steps.len() as u128));
    let tenancy = TenancyKey("t".into());
    Plan { id, tenancy, created_at: Timestamp::UNIX_EPOCH, steps, filter: String::new() }
}

/// Decides about the rows from the first on.
fn decide_all(session: &mut TriageSession, decisions: impl IntoIterator<Item = Decision>) {
    for (row, decision) in decisions.into_iter().enumerate() {
        session.decide(&[row], &decision);
    }
}

#[test]
fn undo_restores_the_earlier_decisions_and_moves_there() {
    let mut session = triage_session(&["a", "b", "c", "d"]);
    session.decide(&[0], &Decision::Delete);
    session.decide(&[0], &Decision::Resend);
    let changed = session.decide(&[1, 3], &Decision::Keep);
    assert_eq!(changed, [(1, None), (3, None)]);
    assert_eq!(session.decision_counts().to_string(), "1 resend · 2 keep");
    session.move_to(99);
    assert_eq!(session.position, 3);
    assert_eq!(session.undo(), [(1, Some(Decision::Keep)), (3, Some(Decision::Keep))]);
    assert_eq!((session.position, session.decision_counts().to_string().as_str()), (1, "1 resend"));
    session.undo();
    assert_eq!((session.position, session.decision(0)), (0, Some(&Decision::Delete)));
    session.undo();
    assert_eq!(session.decision_counts().total(), 0);
    assert_eq!(session.undo(), []);
}

#[test]
fn forgotten_email_is_also_removed_from_the_history() {
    let mut session = triage_session(&["a"]);
    let draft = Draft { email: "Ann@x".into(), message: String::new() };
    session.decide(&[0], &Decision::Edit(draft));
    session.decide(&[0], &Decision::Keep);
    assert!(session.remove_drafts_to("ann@X"));
    assert!(!serde_json::to_string(&session).expect("JSON").contains("Ann"));
    session.undo();
    assert_eq!(session.decisions, [None]);
}

#[test]
fn steps_include_only_changes_of_listed_invites() {
    let mut session = triage_session(&["a", "b", "c", "d", "e"]);
    let draft = Draft { email: "new@x".into(), message: "hello".into() };
    decide_all(&mut session, [Decision::Delete, Decision::Keep, Decision::Resend, Decision::Edit(draft)]);
    session.decide(&[4], &Decision::Snooze);
    let (steps, missing) = session.steps(&invite_store(&["b", "c", "d", "e"]), true);
    assert_eq!(missing, 1);
    assert_eq!(steps.iter().map(Step::verb).collect::<Vec<_>>(), ["resend", "replace"]);
    assert!(matches!(&steps[0], Step::Resend { known_versions: Some(pins), .. } if pins.len() == 1));
    let (steps, _) = session.steps(&invite_store(&["c"]), false);
    assert!(matches!(&steps[0], Step::Resend { known_versions: None, .. }));
}

#[test]
fn unstaged_decision_is_undecided_again() {
    let mut session = triage_session(&["a", "b", "c"]);
    decide_all(&mut session, [Decision::Delete, Decision::Delete, Decision::Keep]);
    let own_plan = plan(vec![Step::Delete { invite: invite("b") }]);
    let mixed = plan(vec![Step::Delete { invite: invite("b") }, Step::Delete { invite: invite("z") }]);
    session.resume([&own_plan].into_iter());
    assert_eq!(session.decision_counts().total(), 3, "a killed program had staged nothing");
    session.mark_staged(&["a", "b"].map(|name| Step::Delete { invite: invite(name) }));
    session.resume([&own_plan].into_iter());
    assert_eq!(session.decisions, [None, Some(Decision::Delete), Some(Decision::Keep)]);
    assert_eq!(session.staged_plans([&own_plan, &mixed].into_iter()), [own_plan.id]);
}

#[test]
fn session_of_an_earlier_version_forgets_what_was_unstaged() {
    let stored = r#"{"begun":"2026-11-29T21:53:49Z","rows":["a","b"],"decisions":["delete","delete"],"at":1,"version":2,"staged":true}"#;
    let mut session: TriageSession = serde_json::from_str(stored).expect("a session without rows");
    session.resume([&plan(vec![Step::Delete { invite: invite("b") }])].into_iter());
    assert_eq!(session.decisions, [None, Some(Decision::Delete)]);
}

#[test]
fn triage_session_round_trips_as_json() {
    let mut session = triage_session(&["a", "b"]);
    session.decide(&[0], &Decision::Edit(Draft { email: "x@y".into(), message: "z".into() }));
    session.decide(&[1], &Decision::Snooze);
    let text = serde_json::to_string(&session).expect("JSON");
    assert_eq!(serde_json::from_str::<TriageSession>(&text).expect("the same"), session);
}

#[test]
fn session_stored_at_its_end_resumes_at_the_last_invite() {
    let stored = r#"{"begun":"2026-11-29T21:53:49Z","rows":["a"],"decisions":["keep"],"at":1,"version":2}"#;
    let mut session: TriageSession = serde_json::from_str(stored).expect("a session without history");
    session.resume(std::iter::empty());
    assert_eq!((session.position, session.history.len()), (0, 0));
}

#[test]
fn undo_skips_decisions_that_were_unstaged() {
    let mut session = triage_session(&["a", "b", "c"]);
    session.decide(&[2], &Decision::Keep);
    session.decide(&[0, 1], &Decision::Delete);
    session.decide(&[1], &Decision::Resend);
    let staged = plan(vec![Step::Delete { invite: invite("a") }]);
    session.mark_staged(&[Step::Delete { invite: invite("a") }, Step::Delete { invite: invite("b") }]);
    session.resume([&staged].into_iter());
    assert_eq!(session.decisions, [Some(Decision::Delete), None, Some(Decision::Keep)]);
    assert_eq!(session.undo(), [(0, Some(Decision::Delete))]);
    assert_eq!(session.decisions, [None, None, Some(Decision::Keep)]);
}

#[test]
fn decision_that_was_never_staged_is_resumed() {
    let mut session = triage_session(&["a", "b"]);
    decide_all(&mut session, [Decision::Delete, Decision::Delete]);
    // "b" was not loaded, so it has no step.
    session.mark_staged(&[Step::Delete { invite: invite("a") }]);
    session.resume(std::iter::empty());
    assert_eq!(session.decisions, [None, Some(Decision::Delete)]);
}

#[test]
fn staged_step_of_an_undone_decision_is_ours() {
    let mut session = triage_session(&["a", "b", "c"]);
    session.decide(&[0], &Decision::Delete);
    let own_plan = plan(vec![Step::Delete { invite: invite("a") }]);
    let other_plan = plan(vec![Step::Delete { invite: invite("b") }, Step::Delete { invite: invite("c") }]);
    session.mark_staged(&own_plan.steps);
    session.undo();
    let plans = [&own_plan, &other_plan];
    assert_eq!(
        session.staged_plans(plans.into_iter()),
        [own_plan.id],
        "the other one was staged by the user"
    );
}

#[test]
fn missing_invite_keeps_only_the_step_of_its_decision() {
    let mut session = triage_session(&["a", "b", "c"]);
    decide_all(&mut session, [Decision::Delete, Decision::Resend, Decision::Delete]);
    let steps = ["a", "b", "c"].map(|name| Step::Delete { invite: invite(name) });
    assert_eq!(session.steps_of_missing(&steps, &invite_store(&["c"])), steps[..1]);
}
