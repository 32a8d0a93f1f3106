//! The Journal view: plans, steps and requests, and its empty, loading and error states.

use jiff::Timestamp;
use proptest::prelude::*;

use crate::assert_screens;
use crate::harness::{TestApp, new_invite, sample_invites};
use guestlist::domain::journal::{CallId, CallOutcome, CallResult, Intent, JournalCall, JournalEntry};
use guestlist::domain::plan::{PlanState, Progress};
use guestlist::domain::{
    Draft, Error, ErrorKind, Expiry, Identity, Invite, Method, Outcome, Plan, PlanId, ServiceReply, Step,
    TenancyKey,
};
use guestlist::ui::Theme;

fn timestamp(text: &str) -> Timestamp {
    text.parse().expect("a time")
}

fn step_progress(outcome: Outcome) -> Progress {
    Progress { outcome: Some(outcome), old_deleted: outcome == Outcome::Done, ..Progress::default() }
}

fn entry(n: u128, created_at: &str, state: PlanState, steps: Vec<(Step, Progress)>) -> JournalEntry {
    let (steps, progress) = steps.into_iter().unzip();
    let id = PlanId(uuid::Uuid::from_u128(n));
    let plan = Plan {
        id,
        tenancy: TenancyKey("t".into()),
        created_at: timestamp(created_at),
        steps,
        filter: String::new(),
    };
    JournalEntry { plan, state, progress, calls: Vec::new() }
}

fn invites() -> Vec<Invite> {
    sample_invites(timestamp("2024-06-03T10:31:07Z"))
}

fn journal_call(
    n: i64,
    step: usize,
    method: Method,
    identity: Option<Identity>,
    response: Option<CallOutcome>,
) -> JournalCall {
    let intent = Intent {
        plan: PlanId(uuid::Uuid::from_u128(9)),
        step,
        method,
        identity,
        requested_at: timestamp("2024-06-03T10:20:05Z"),
    };
    JournalCall { id: CallId(n), intent, response }
}

fn call_outcome(result: CallResult, status: Option<u16>, request_id: Option<&str>) -> Option<CallOutcome> {
    Some(CallOutcome {
        result,
        status,
        request_id: request_id.map(str::to_owned),
        responded_at: timestamp("2024-06-03T10:20:06Z"),
    })
}

/// A plan with all kinds of steps and outcomes.
fn mixed_entry() -> JournalEntry {
    let old = invites();
    let draft = |email: &str| Draft { email: email.into(), message: "Welcome to our audit trail.".into() };
    let new = new_invite(
        100,
        "jane.doe@example.com",
        "another personalised message",
        Expiry(Some(timestamp("2024-06-13T10:20:05Z"))),
    );
    let failed = Progress {
        note: Some("the response was 404, but the list still shows it".into()),
        ..step_progress(Outcome::Failed)
    };
    let half_done = Progress { old_deleted: true, ..step_progress(Outcome::Skipped) };
    let resent = Progress { created: Some(new), verified: true, ..step_progress(Outcome::Done) };
    let mut entry = entry(
        9,
        "2024-06-03T10:20:00Z",
        PlanState::Stopped,
        vec![
            (Step::Resend { invite: old[0].clone(), known_versions: None }, resent),
            (Step::Delete { invite: old[2].clone() }, failed),
            (Step::Delete { invite: old[1].clone() }, step_progress(Outcome::Done)),
            (
                Step::DeleteFirst {
                    invite: old[3].clone(),
                    draft: draft("gone@example.com"),
                    known_versions: None,
                },
                half_done,
            ),
            (
                Step::Create { draft: draft("nobody.knows@example.com"), known_versions: None },
                step_progress(Outcome::Unknown),
            ),
            (
                Step::Replace {
                    invite: old[5].clone(),
                    draft: draft("not.so.quiet@example.com"),
                    known_versions: None,
                },
                step_progress(Outcome::Skipped),
            ),
        ],
    );
    let identity = Some(old[0].identity.clone());
    entry.calls = vec![
        journal_call(1, 0, Method::Post, None, call_outcome(CallResult::NoEffect, Some(429), None)),
        journal_call(
            2,
            0,
            Method::Post,
            None,
            call_outcome(CallResult::Succeeded, Some(200), Some("req-\u{1b}[31m17")),
        ),
        journal_call(3, 0, Method::Delete, identity, None),
        journal_call(4, 4, Method::Post, None, call_outcome(CallResult::NoResponse, None, None)),
    ];
    entry
}

fn sample_entries() -> Vec<JournalEntry> {
    let old = invites();
    let deletes = |n: usize, last: Outcome| -> Vec<(Step, Progress)> {
        let all = old.iter().skip(6).take(n).cloned().enumerate();
        all.map(|(i, invite)| {
            (Step::Delete { invite }, step_progress(if i == 1 { last } else { Outcome::Done }))
        })
        .collect()
    };
    let evil = vec![(Step::Delete { invite: old[2].clone() }, step_progress(Outcome::Done))];
    let resends = old[7..24].iter().map(|invite| {
        (Step::Resend { invite: invite.clone(), known_versions: None }, step_progress(Outcome::Done))
    });
    vec![
        mixed_entry(),
        entry(8, "2024-06-03T09:02:00Z", PlanState::Finished, deletes(23, Outcome::Refused)),
        entry(7, "2024-06-02T18:40:00Z", PlanState::Finished, resends.collect()),
        entry(6, "2024-05-30T07:05:00Z", PlanState::Finished, evil),
        entry(
            5,
            "2024-05-30T07:01:00Z",
            PlanState::Discarded,
            vec![(Step::Delete { invite: old[0].clone() }, step_progress(Outcome::Skipped))],
        ),
        entry(4, "2023-12-24T17:00:00Z", PlanState::Finished, deletes(12, Outcome::Unknown)),
    ]
}

pub fn open_journal(keys: &str) -> TestApp {
    let mut app = TestApp::with_rows();
    app.press("5");
    app.deliver_journal_reply(ServiceReply::Journal(sample_entries()));
    app.screen_text(80, 24);
    if !keys.is_empty() {
        app.press(keys);
    }
    app
}

fn journal_error() -> Error {
    Error::new(
        ErrorKind::Journal,
        "Could not open the journal",
        "/home/jane/.local/state/guestlist/journal.db is of a newer format (9) than this guestlist knows (1)",
        "Use the newer guestlist. Reading the invites still works.",
    )
}

#[test]
fn loading() {
    let mut app = TestApp::with_rows();
    app.press("5");
    assert_screens("journal_loading", app);
}

#[test]
fn empty() {
    let mut app = TestApp::with_rows();
    app.press("5");
    app.deliver_journal_reply(ServiceReply::Journal(Vec::new()));
    assert_screens("journal_empty", app);
}

#[test]
fn failed() {
    let mut app = TestApp::with_rows();
    app.press("5");
    app.deliver_journal_reply(ServiceReply::Failed(journal_error()));
    assert_screens("journal_failed", app);
}

#[test]
fn stale() {
    let mut app = open_journal("ctrl-r");
    app.deliver_journal_reply(ServiceReply::Failed(journal_error()));
    assert_screens("journal_stale", app);
}

#[test]
fn plans() {
    assert_screens("journal_plans", open_journal("j"));
}

#[test]
fn steps() {
    assert_screens("journal_steps", open_journal("enter j"));
}

#[test]
fn steps_of_one_verb() {
    assert_screens("journal_steps_delete", open_journal("j enter G"));
}

#[test]
fn step() {
    assert_screens("journal_step", open_journal("enter enter"));
}

#[test]
fn step_not_reinvited() {
    assert_screens("journal_step_not_reinvited", open_journal("enter j j j enter"));
}

#[test]
fn filter() {
    let mut app = open_journal("/");
    app.type_text("delete failed");
    assert_screens("journal_filter", app);
}

#[test]
fn filtered_steps() {
    let mut app = open_journal("/");
    app.type_text("person.08 refused").press("enter enter");
    assert_screens("journal_filtered_steps", app);
}

#[test]
fn reinvite_confirmation() {
    // The rows of the plan are in the list again, except for the first two.
    let mut app = TestApp::new();
    app.deliver_page(invites().split_off(8));
    app.complete_list();
    app.press("5");
    app.deliver_journal_reply(ServiceReply::Journal(sample_entries()));
    app.press("j R");
    assert_screens("journal_reinvite", app);
}

#[test]
fn long_step_scrolls_to_its_end_in_a_low_window() {
    let mut app = open_journal("enter enter");
    app.screen_text(40, 12);
    let screen = app.press("G").screen_text(40, 12);
    assert!(screen.contains("no response recorded"), "{screen}");
}

#[test]
fn count_shows_newest_500_if_there_may_be_more() {
    let mut app = TestApp::with_rows();
    app.press("5");
    let all = (0..500).map(|n| JournalEntry {
        plan: Plan { id: PlanId(uuid::Uuid::from_u128(n)), ..mixed_entry().plan },
        ..mixed_entry()
    });
    app.deliver_journal_reply(ServiceReply::Journal(all.collect()));
    let screen = app.press("/").type_text("jane").screen_text(80, 24);
    assert!(screen.contains("500 of the newest 500 plans"), "{screen}");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_size_and_text_draws_without_control_characters(
        (width, height) in (0u16..200, 0u16..100),
        text in any::<String>(),
    ) {
        let mut entry = mixed_entry();
        let evil = Invite { email: text.clone(), message: text.clone(), ..invites()[0].clone() };
        entry.plan.steps[0] = Step::Replace { invite: evil, draft: Draft { email: text.clone(), message: text.clone() }, known_versions: None };
        entry.progress[0].note = Some(text.clone());
        entry.calls[0].response = call_outcome(CallResult::Refused, None, Some(&text));
        for keys in ["j", "enter", "enter enter", "enter enter G", "R", "/"] {
            let mut app = TestApp::with_rows();
            app.press("5");
            app.deliver_journal_reply(ServiceReply::Journal(vec![entry.clone()]));
            app.draw(width, height, &Theme::none());
            app.press(keys).type_text(&text);
            let buffer = app.draw(width, height, &Theme::terminal());
            let hostile = buffer.content().iter().find(|cell| cell.symbol().chars().any(|c| c.is_control()));
            prop_assert!(hostile.is_none(), "{hostile:?}");
        }
    }
}
