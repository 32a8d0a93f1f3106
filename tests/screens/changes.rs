//! The Changes view with its groups and its empty states; and the cached list without a server.

use guestlist::domain::diff::{Change, ChangeKind, Diff, DiffReport, Snapshot};
use guestlist::domain::invite_store::InviteStore;
use guestlist::domain::{Error, ErrorKind, Expiry, Quota, ServiceReply};
use jiff::Timestamp;

use crate::assert_screens;
use crate::harness::{TestApp, new_invite, sample_invites};

fn timestamp(text: &str) -> Timestamp {
    text.parse().expect("a time")
}

fn new_change(n: u128, email: &str, kind: ChangeKind, is_certain: bool) -> Change {
    let invite = new_invite(n, email, "Hello \u{1b}[2J", Expiry(Some(timestamp("2024-06-01T12:00:00Z"))));
    let (not_before, not_after) = (timestamp("2024-05-31T17:00:00Z"), timestamp("2024-06-03T09:12:00Z"));
    let expiry = timestamp("2024-06-01T12:00:00Z");
    match kind {
        ChangeKind::Expired { .. } => {
            Change { invite, kind, not_before: expiry, not_after: expiry, is_certain }
        }
        kind => Change { invite, kind, not_before, not_after, is_certain },
    }
}

fn sample_changes(is_certain: bool) -> Diff {
    let changes = vec![
        new_change(100, "new.one@example.com", ChangeKind::New, true),
        new_change(101, "招待状@例え.jp", ChangeKind::New, true),
        new_change(102, "renewed@example.com", ChangeKind::Renewed { old_expiry: Expiry(None) }, true),
        new_change(103, "gone.away@a-rather-long-company-name.example.com", ChangeKind::Gone, is_certain),
        new_change(104, "member.now@example.com", ChangeKind::BecameMember, true),
        new_change(105, "evil\u{1b}[2J@example.com", ChangeKind::Gone, is_certain),
        new_change(106, "expired@example.com", ChangeKind::Expired { is_listed: false }, true),
        new_change(107, "sent.from.here@example.com", ChangeKind::Created, true),
        new_change(108, "deleted.from.here@example.com", ChangeKind::Deleted, true),
    ];
    let (from, to) = (timestamp("2024-05-31T17:00:00Z"), timestamp("2024-06-03T09:12:00Z"));
    Diff { from, to, members_known: true, changes }
}

fn diff_report(changes: Option<Diff>, is_rechecking: bool) -> DiffReport {
    DiffReport {
        taken_at: timestamp("2024-06-03T09:12:00Z"),
        diff: changes,
        has_cached_baseline: true,
        is_rechecking,
        local_changes_known: true,
    }
}

fn show_diff(report: DiffReport) -> TestApp {
    let mut app = TestApp::with_rows();
    app.deliver_diff(report);
    app.press("3");
    app
}

pub fn show_sample_changes() -> TestApp {
    show_diff(diff_report(Some(sample_changes(true)), false))
}

#[test]
fn changes() {
    assert_screens("changes", show_sample_changes());
}

#[test]
fn possibly_gone_with_one_opened() {
    let mut app = show_diff(diff_report(Some(sample_changes(false)), true));
    app.press("j j j j j j space enter");
    assert_screens("changes_possibly_gone", app);
}

#[test]
fn member_opened() {
    let mut app = show_diff(diff_report(Some(sample_changes(true)), false));
    app.press("j j j j enter");
    assert_screens("changes_member", app);
}

#[test]
fn marked_and_confirmed() {
    let mut app = show_diff(diff_report(Some(sample_changes(true)), false));
    app.press("j j j space R");
    assert_screens("changes_confirm_reinvite", app);
}

#[test]
fn changes_without_a_baseline() {
    assert_screens("changes_no_baseline", show_diff(diff_report(None, false)));
}

#[test]
fn changes_view_shows_why_it_is_empty() {
    let mut app = TestApp::new();
    app.press("3");
    assert!(app.screen_text(80, 24).contains("The list is still loading."));
    app.deliver_page(sample_invites(app.now.wall));
    app.fail_list(Error::new(ErrorKind::TimedOut, "List incomplete", "no answer", "Wait."));
    assert!(
        app.screen_text(80, 24).contains("The list is incomplete. Changes appear"),
        "{}",
        app.screen_text(80, 24)
    );
    let mut app = TestApp::with_rows();
    app.press("3");
    assert!(app.screen_text(80, 24).contains("Comparing with your last visit"));
    app.deliver_diff(DiffReport { has_cached_baseline: false, ..diff_report(None, true) });
    assert!(
        app.screen_text(80, 24).contains("No snapshots are stored on this machine"),
        "{}",
        app.screen_text(80, 24)
    );
    app.deliver_diff(diff_report(Some(Diff::default()), false));
    assert!(app.screen_text(80, 24).contains("Nothing changed since"));
}

#[test]
fn badge_counts_unseen_changes_until_the_view_is_left() {
    let mut app = show_diff(diff_report(Some(sample_changes(true)), false));
    app.press("1");
    let badge = |app: &mut TestApp| app.screen_text(80, 24).lines().nth(1).unwrap_or_default().to_owned();
    assert!(badge(&mut app).contains("3 Changes 7"), "a view that was not drawn counts as unseen");
    app.press("3");
    badge(&mut app);
    app.press("1");
    assert!(!badge(&mut app).contains("Changes 7"), "the badge after leaving the view: {}", badge(&mut app));
    let mut app = TestApp::with_rows();
    app.deliver_diff(diff_report(Some(sample_changes(true)), true));
    assert!(badge(&mut app).contains("3 Changes 7"), "local changes are not counted: {}", badge(&mut app));
    app.deliver_diff(diff_report(Some(sample_changes(false)), false));
    assert!(badge(&mut app).contains("3 Changes 5"), "{}", badge(&mut app));
}

/// A console without a server that shows the cached list.
fn offline_app() -> TestApp {
    let mut app = TestApp::new();
    app.fail_list(Error::new(
        ErrorKind::Connect,
        "Could not load invites",
        "127.0.0.1:1 refused the connection",
        "Try again with Ctrl-r.",
    ));
    let mut store = InviteStore::default();
    for invite in sample_invites(app.now.wall) {
        store.insert(&invite);
    }
    app.deliver_cached_list(ServiceReply::CachedList(Some(Box::new(Snapshot {
        taken_at: timestamp("2024-06-01T10:00:00Z"),
        store,
    }))));
    app
}

#[test]
fn offline_list_is_shown_with_its_age() {
    assert_screens("offline", offline_app());
}

#[test]
fn narrow_header_keeps_the_signs_and_the_list_age() {
    let mut app = offline_app();
    app.press("% space space");
    let screen = app.screen_text(40, 20);
    let first = screen.lines().next().unwrap_or_default();
    for text in ["READ-ONLY", "OFFLINE (2 d ago)", "+2"] {
        assert!(first.contains(text), "{text}: {first}");
    }
    let mut app = TestApp::new();
    app.deliver_page(sample_invites(app.now.wall));
    app.fail_list(Error::new(ErrorKind::TimedOut, "List incomplete: page 5 failed", "no answer", "Wait."));
    app.press("%");
    let screen = app.screen_text(40, 20);
    let first = screen.lines().next().unwrap_or_default();
    assert!(first.contains("READ-ONLY") && first.contains("PARTIAL 59"), "{first}");
}

#[test]
fn header_shows_the_remaining_quota_at_80_columns() {
    let mut app = TestApp::with_rows();
    let quota = Quota { remaining: 6, limit: Some(10) };
    app.deliver_reply(ServiceReply::Quota(Some(quota)));
    let screen = app.screen_text(80, 24);
    assert!(screen.lines().next().is_some_and(|line| line.contains("6 of 10 left")), "{screen}");
}

#[test]
fn partial_list_is_not_called_loading_and_nothing_gone() {
    let mut app = TestApp::new();
    app.fail_list(Error::new(ErrorKind::Connect, "Could not load invites", "no answer", "Wait."));
    app.press("4");
    let screen = app.screen_text(80, 24);
    assert!(screen.contains("Problems") && !screen.contains("loading…"), "{screen}");
    // The diff belongs to the previous list: a partial new list neither marks it as seen nor adds gone invites.
    let mut app = show_diff(diff_report(Some(sample_changes(true)), false));
    app.press("ctrl-r");
    app.deliver_page(sample_invites(app.now.wall).into_iter().take(3).collect());
    app.fail_list(Error::new(ErrorKind::TimedOut, "List incomplete", "no answer", "Wait."));
    app.press("m");
    let screen = app.screen_text(120, 40);
    assert!(screen.contains("Could not mark changes as seen"), "{screen}");
    assert!(screen.contains("3 Changes 7"), "{screen}");
}

#[test]
fn unrequested_cached_list_is_not_shown() {
    let mut app = TestApp::with_rows();
    let rows = app.state.model.invites.shown.len();
    let snapshot = Snapshot { taken_at: timestamp("2024-06-01T10:00:00Z"), store: InviteStore::default() };
    let reply = ServiceReply::CachedList(Some(Box::new(snapshot)));
    // The reply to the request at the start comes after the list, and another reply was not requested.
    app.deliver_cached_list(reply.clone());
    assert_eq!((app.state.model.invites.shown.len(), app.state.model.stale_replies), (rows, 0));
    app.deliver_cached_list(reply);
    assert_eq!((app.state.model.invites.shown.len(), app.state.model.stale_replies), (rows, 1));
}

#[test]
fn resend_from_elsewhere_is_one_row_with_both_identities() {
    let old = new_invite(200, "resent@example.com", "", Expiry(None)).identity;
    let mut changes = sample_changes(true);
    let kind = ChangeKind::Resent { replaced: old };
    changes.changes.push(new_change(201, "resent@example.com", kind, true));
    let mut at_once = new_change(202, "at.once@example.com", ChangeKind::New, true);
    let now = timestamp("2024-06-03T10:30:05Z");
    (at_once.not_before, at_once.not_after) = (now, now + std::time::Duration::from_secs(20));
    changes.changes.push(at_once);
    let mut app = show_diff(diff_report(Some(changes), false));
    app.press("j j j j j");
    let screen = app.screen_text(160, 40);
    assert!(screen.contains("Resent elsewhere · 1") && screen.contains("↻ resent   resent@"), "{screen}");
    let identities = [200, 201].map(|n| new_invite(n, "x", "", Expiry(None)).identity.as_str().to_owned());
    for text in [
        "The API does not say who made a change",
        "at 10:30",
        &format!("- {} gone", identities[0]),
        &format!("+ {} new", identities[1]),
    ] {
        assert!(screen.contains(text), "{text}:\n{screen}");
    }
    assert!(screen.contains("+ new      new.one@") && screen.contains("- gone     evil"), "{screen}");
    assert!(screen.contains("~ changed  renewed@"), "{screen}");
}
