//! What changed, in its groups, and why there is nothing to tell; and the last list without a server.

use guestlist::domain::diff::{Change, ChangeKind, Diff, DiffReport, Snapshot};
use guestlist::domain::invite_store::InviteStore;
use guestlist::domain::{Error, ErrorKind, Expiry, Quota, ServiceReply};
use jiff::Timestamp;

use crate::look;
use crate::stage::{Stage, invite, some_invites};

fn at(text: &str) -> Timestamp {
    text.parse().expect("a time")
}

fn change(n: u128, email: &str, kind: ChangeKind, sure: bool) -> Change {
    let invite = invite(n, email, "Hello \u{1b}[2J", Expiry(Some(at("2024-06-01T12:00:00Z"))));
    let (after, before) = (at("2024-05-31T17:00:00Z"), at("2024-06-03T09:12:00Z"));
    let died = at("2024-06-01T12:00:00Z");
    match kind {
        ChangeKind::Expired { .. } => {
            Change { invite, kind, not_before: died, not_after: died, is_certain: sure }
        }
        kind => Change { invite, kind, not_before: after, not_after: before, is_certain: sure },
    }
}

fn some_changes(sure: bool) -> Diff {
    let list = vec![
        change(100, "new.one@example.com", ChangeKind::New, true),
        change(101, "招待状@例え.jp", ChangeKind::New, true),
        change(102, "renewed@example.com", ChangeKind::Renewed { old_expiry: Expiry(None) }, true),
        change(103, "gone.away@a-rather-long-company-name.example.com", ChangeKind::Gone, sure),
        change(104, "member.now@example.com", ChangeKind::BecameMember, true),
        change(105, "evil\u{1b}[2J@example.com", ChangeKind::Gone, sure),
        change(106, "expired@example.com", ChangeKind::Expired { is_listed: false }, true),
        change(107, "sent.from.here@example.com", ChangeKind::Created, true),
        change(108, "revoked.from.here@example.com", ChangeKind::Deleted, true),
    ];
    let (from, to) = (at("2024-05-31T17:00:00Z"), at("2024-06-03T09:12:00Z"));
    Diff { from, to, members_known: true, changes: list }
}

fn told(changes: Option<Diff>, looking: bool) -> DiffReport {
    DiffReport {
        taken_at: at("2024-06-03T09:12:00Z"),
        diff: changes,
        has_cached_baseline: true,
        is_rechecking: looking,
        local_known: true,
    }
}

fn with(compared: DiffReport) -> Stage {
    let mut stage = Stage::with_rows();
    stage.compared(compared);
    stage.press("3");
    stage
}

#[test]
fn changes() {
    look("changed", with(told(Some(some_changes(true)), false)));
}

#[test]
fn perhaps_gone_with_one_in_full() {
    let mut stage = with(told(Some(some_changes(false)), true));
    stage.press("j j j j j j space enter");
    look("changed_perhaps", stage);
}

#[test]
fn a_member_in_full() {
    let mut stage = with(told(Some(some_changes(true)), false));
    stage.press("j j j j enter");
    look("changed_member", stage);
}

#[test]
fn marked_and_asked_about() {
    let mut stage = with(told(Some(some_changes(true)), false));
    stage.press("j j j space R");
    look("changed_again", stage);
}

#[test]
fn nothing_was_seen_before() {
    look("changed_first", with(told(None, false)));
}

#[test]
fn why_nothing_is_told_is_said() {
    let mut stage = Stage::new();
    stage.press("3");
    assert!(stage.text(80, 24).contains("The list is not complete yet."));
    stage.page(some_invites(stage.now.wall));
    stage.fails(Error::new(ErrorKind::TimedOut, "List incomplete", "no answer", "Wait."));
    assert!(stage.text(80, 24).contains("what was not read would look gone"), "{}", stage.text(80, 24));
    let mut stage = Stage::with_rows();
    stage.press("3");
    assert!(stage.text(80, 24).contains("is being compared"));
    stage.compared(DiffReport { has_cached_baseline: false, ..told(None, true) });
    assert!(stage.text(80, 24).contains("No lists are kept on this machine"), "{}", stage.text(80, 24));
    stage.compared(told(Some(Diff::default()), false));
    assert!(stage.text(80, 24).contains("Nothing changed between"));
}

#[test]
fn the_badge_counts_what_was_not_seen_and_leaving_sees_it() {
    let mut stage = with(told(Some(some_changes(true)), false));
    stage.press("1");
    let badge = |stage: &mut Stage| stage.text(80, 24).lines().nth(1).unwrap_or_default().to_owned();
    assert!(badge(&mut stage).contains("3 Changes 7"), "keys went through it before it was drawn");
    stage.press("3");
    badge(&mut stage);
    stage.press("1");
    assert!(!badge(&mut stage).contains("Changes 7"), "it was left: {}", badge(&mut stage));
    let mut stage = Stage::with_rows();
    stage.compared(told(Some(some_changes(true)), true));
    assert!(badge(&mut stage).contains("3 Changes 7"), "our own doings are no news: {}", badge(&mut stage));
    stage.compared(told(Some(some_changes(false)), false));
    assert!(badge(&mut stage).contains("3 Changes 5"), "{}", badge(&mut stage));
}

/// Without a server, with the list that was kept.
fn offline() -> Stage {
    let mut stage = Stage::new();
    stage.fails(Error::new(
        ErrorKind::Connect,
        "Could not load invites",
        "127.0.0.1:1 refused the connection",
        "Try again with Ctrl-r.",
    ));
    let mut roster = InviteStore::default();
    for invite in some_invites(stage.now.wall) {
        roster.insert(&invite);
    }
    stage.kept(ServiceReply::CachedList(Some(Box::new(Snapshot {
        taken_at: at("2024-06-01T10:00:00Z"),
        store: roster,
    }))));
    stage
}

#[test]
fn without_a_server_the_last_list_is_shown_with_its_age() {
    look("offline", offline());
}

#[test]
fn in_a_narrow_window_the_signs_and_the_age_of_the_list_stay_in_the_header() {
    let mut stage = offline();
    stage.press("% space space");
    let screen = stage.text(40, 20);
    let first = screen.lines().next().unwrap_or_default();
    for words in ["READ-ONLY", "OFFLINE, 2 d old", "+2"] {
        assert!(first.contains(words), "{words}: {first}");
    }
    let mut stage = Stage::new();
    stage.page(some_invites(stage.now.wall));
    stage.fails(Error::new(ErrorKind::TimedOut, "List incomplete: page 5 failed", "no answer", "Wait."));
    stage.press("%");
    let screen = stage.text(40, 20);
    let first = screen.lines().next().unwrap_or_default();
    assert!(first.contains("READ-ONLY") && first.contains("PARTIAL 59"), "{first}");
}

#[test]
fn what_is_left_of_the_cap_is_in_the_header_of_a_usual_window() {
    let mut stage = Stage::with_rows();
    let caps = Quota { remaining: 6, limit: Some(10) };
    stage.reply(ServiceReply::Quota(Some(caps)));
    let screen = stage.text(80, 24);
    assert!(screen.lines().next().is_some_and(|line| line.contains("6 of 10 left")), "{screen}");
}

#[test]
fn nothing_is_called_reading_or_gone_while_the_list_could_not_be_read_to_its_end() {
    let mut stage = Stage::new();
    stage.fails(Error::new(ErrorKind::Connect, "Could not load invites", "no answer", "Wait."));
    stage.press("4");
    let screen = stage.text(80, 24);
    assert!(screen.contains("Problems") && !screen.contains("reading…"), "{screen}");
    // What was compared belongs to a list before: it is not seen, and no more is called gone, by a part of the next.
    let mut stage = with(told(Some(some_changes(true)), false));
    stage.press("ctrl-r");
    stage.page(some_invites(stage.now.wall).into_iter().take(3).collect());
    stage.fails(Error::new(ErrorKind::TimedOut, "List incomplete", "no answer", "Wait."));
    stage.press("m");
    let screen = stage.text(120, 40);
    assert!(screen.contains("It is not marked as seen"), "{screen}");
    assert!(screen.contains("3 Changes 7"), "{screen}");
}

#[test]
fn a_list_that_nobody_asked_for_is_not_shown() {
    let mut stage = Stage::with_rows();
    let rows = stage.state.model.invites.shown.len();
    let snapshot = Snapshot { taken_at: at("2024-06-01T10:00:00Z"), store: InviteStore::default() };
    stage.kept(ServiceReply::CachedList(Some(Box::new(snapshot))));
    assert_eq!((stage.state.model.invites.shown.len(), stage.state.model.stale_replies), (rows, 1));
}
