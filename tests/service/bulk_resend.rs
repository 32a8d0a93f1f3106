//! Resends 17 invites at once: with a rate limit, with duplicates, and to servers that renew or refuse.

use std::time::Duration;

use guestlist::domain::plan::{InviteVersion, PlanState};
use guestlist::domain::{Invite, Outcome, Plan, ServiceReply, Step};
use guestlist::sandbox::{Action, OnDuplicate, Rule, StatusReply};

use crate::harness::{TestConsole, TestEnv, create_step, email_count};

const MESSAGES: [&str; 6] = [
    "",
    "welcome",
    "  two  spaces and a tab\t",
    "line\nend \u{1b}[31mred\u{202e}",
    "Grüße 👩‍👩‍👧 \u{200b}",
    "\"quoted\" \\ <b>",
];

/// Returns 17 invites with unusual messages, and a plan that resends all of them.
async fn set_up_bulk_resend() -> (TestEnv, TestConsole, Vec<Invite>, Plan) {
    let env = TestEnv::new(0).await;
    for n in 0..17 {
        let message = match n {
            6 => "ü".repeat(256),
            n => MESSAGES[n % MESSAGES.len()].to_owned(),
        };
        env.control.create(&format!("guest{n}@example.com"), &message).expect("an invite");
    }
    let mut console = env.open_console();
    let rows = console.fetch_complete_list().await;
    let plan = console.new_plan(rows.iter().map(|row| resend_step(row, &rows)));
    (env, console, rows, plan)
}

fn resend_step(invite: &Invite, rows: &[Invite]) -> Step {
    let same = |row: &&Invite| row.email.eq_ignore_ascii_case(&invite.email);
    Step::Resend {
        invite: invite.clone(),
        known_versions: Some(rows.iter().filter(same).map(InviteVersion::from_invite).collect()),
    }
}

fn emails_and_messages(rows: &[Invite]) -> Vec<(&str, &[u8])> {
    let mut pairs: Vec<_> = rows.iter().map(|row| (row.email.as_str(), row.message.as_bytes())).collect();
    pairs.sort();
    pairs
}

#[tokio::test]
async fn rate_limit_at_the_ninth_resend_is_awaited() {
    let (env, mut console, rows, plan) = set_up_bulk_resend().await;
    let wait = StatusReply::new(429).with_header("archivist-rate-limit-reset", "20");
    env.set_faults([Rule { skip: 8, ..Rule::for_method("POST", Action::Status(wait)) }]);
    console.apply_plan(&plan, 5).await;
    let until = console
        .wait_for("the countdown", |_, reply| match reply {
            ServiceReply::Waiting { until, reason } if reason == "the server asked for 20 s" => Some(*until),
            _ => None,
        })
        .await;
    assert!(until <= env.clock.now().mono + Duration::from_secs(20));
    assert_eq!(env.request_count("POST"), 9, "no email is sent during the wait");
    assert_eq!(console.wait_for_outcomes().await, [Outcome::Done; 17]);
    assert!(!console.has_queued_reply(|reply| matches!(reply, ServiceReply::Failed(_))));
    let now = env.invites();
    assert_eq!(emails_and_messages(&now), emails_and_messages(&rows), "the messages are equal byte for byte");
    assert!(now.iter().all(|new| rows.iter().all(|old| old.identity != new.identity)));
    assert_eq!((env.request_count("POST"), env.request_count("DELETE")), (18, 17));
    for row in &rows {
        assert_eq!(email_count(env.sandbox.outbox(), &row.email), 2, "{}", row.email);
    }
}

#[tokio::test]
async fn renewing_server_deletes_and_loses_nothing() {
    let (env, mut console, rows, plan) = set_up_bulk_resend().await;
    env.set_faults([Rule::for_method("POST", Action::OnDuplicate(OnDuplicate::Renew)).always()]);
    env.control.advance(60).expect("the clock moved");
    console.apply_plan(&plan, 0).await;
    assert_eq!(console.wait_for_outcomes().await, [Outcome::Done; 17]);
    let now = env.invites();
    assert_eq!(emails_and_messages(&now), emails_and_messages(&rows));
    for row in &rows {
        assert!(now.iter().any(|new| new.identity == row.identity && new.expiry != row.expiry));
    }
    assert_eq!((env.request_count("POST"), env.request_count("DELETE")), (17, 0));
}

#[tokio::test]
async fn create_notes_that_the_server_renewed_an_invite() {
    for (is_renewed, note) in [(true, Some("the server renewed the existing invite")), (false, None)] {
        let env = TestEnv::new(1).await;
        let mut console = env.open_console();
        let rows = console.fetch_complete_list().await;
        if is_renewed {
            env.set_faults([Rule::for_method("POST", Action::OnDuplicate(OnDuplicate::Renew)).always()]);
        }
        let known = rows.iter().map(InviteVersion::from_invite).collect();
        let plan = console.new_plan([create_step("guest0@example.com", "again", Some(known))]);
        console.apply_plan(&plan, 0).await;
        let step = console.wait_for_step_end().await;
        assert_eq!((step.outcome, step.note.as_deref()), (Some(Outcome::Done), note));
    }
}

#[tokio::test]
async fn refused_duplicates_delete_nothing_and_give_hints() {
    let (env, mut console, rows, plan) = set_up_bulk_resend().await;
    env.set_faults([Rule::for_method("POST", Action::OnDuplicate(OnDuplicate::Refuse)).always()]);
    console.apply_plan(&plan, 0).await;
    let (state, progress) = console.wait_for_plan_end().await;
    assert_eq!(state, PlanState::Finished);
    for step in progress {
        assert_eq!(step.outcome, Some(Outcome::Refused));
        assert!(step.note.is_some_and(|note| note.contains("delete the old one first")));
    }
    assert_eq!((env.invites(), env.request_count("DELETE")), (rows, 0));
}

#[tokio::test]
async fn resend_of_duplicates_sends_one_email_and_deletes_both() {
    let (env, mut console, _, _) = set_up_bulk_resend().await;
    let last_uuid = env.invites()[16].identity.uuid().expect("a uuid");
    env.control.delete(last_uuid).expect("the invite exists");
    env.control.create("Guest3@Example.com", "another text").expect("a duplicate");
    let rows = console.fetch_complete_list().await;
    let plan = console.new_plan(rows.iter().map(|row| resend_step(row, &rows)));
    console.apply_plan(&plan, 0).await;
    assert_eq!(console.wait_for_outcomes().await, [Outcome::Done; 17]);
    let now = env.invites();
    assert_eq!(
        emails_and_messages(&now),
        emails_and_messages(&rows[..16]),
        "the message of the first duplicate is used"
    );
    assert!(now.iter().all(|new| rows.iter().all(|old| old.identity != new.identity)));
    assert_eq!((env.request_count("POST"), env.request_count("DELETE")), (16, 17));
    assert_eq!(
        email_count(env.sandbox.outbox(), "guest3@example.com"),
        3,
        "two old emails and one new email"
    );
}
