//! The import dialog: its stages in each size, and its rules.

use guestlist::domain::journal::JournalEntry;
use guestlist::domain::plan::{PlanState, Progress};
use guestlist::domain::{Draft, Expiry, Outcome, Plan, PlanId, ServiceReply, Step, TenancyKey};
use jiff::SignedDuration;

use crate::assert_screens;
use crate::harness::{TestApp, new_invite, sample_error, sample_invites};

const LIST: &str = "Name;E-mail\nAnn;ann@acme.com\nJane Doe;jane.doe@example.com\n招待状;招待状@例え.jp\n\
                    Ann;ANN@acme.com\nEd;ed@gmial.com\nZoe;zoe@@acme.com\nKim;kim@other.org\n\
                    Lee;lee@acme.com\nMax;max@acme.com\n;bob@acme.com";

/// A journal with a sent invite that has expired and one that is pending.
fn earlier_entries(app: &TestApp) -> Vec<JournalEntry> {
    let hours_ago = |hours| app.now.wall.checked_sub(SignedDuration::from_hours(hours)).expect("a time");
    let step = |n, email: &str, expiry| {
        let created = Some(new_invite(n, email, "hello", Expiry(Some(expiry))));
        let progress = Progress { created, outcome: Some(Outcome::Done), ..Progress::default() };
        (Step::Create { draft: Draft::default(), known_versions: None }, progress)
    };
    let future = app.now.wall.checked_add(SignedDuration::from_hours(100)).expect("a time");
    let (steps, progress) =
        [step(71, "lee@acme.com", hours_ago(48)), step(72, "max@acme.com", future)].into_iter().unzip();
    let plan = Plan {
        id: PlanId(uuid::Uuid::from_u128(9)),
        tenancy: TenancyKey("acme".into()),
        created_at: hours_ago(9 * 24),
        steps,
        filter: String::new(),
    };
    vec![JournalEntry { plan, state: PlanState::Finished, progress, calls: Vec::new() }]
}

/// The import of [`LIST`] with its statuses.
fn checked_import() -> TestApp {
    let mut app = TestApp::with_rows();
    app.state.model.options.guards.allowed_domains = vec!["acme.com".into(), "gmail.com".into()];
    app.press("N").paste(LIST).press("ctrl-s");
    let entries = earlier_entries(&app);
    app.deliver_journal_reply(ServiceReply::Journal(entries));
    app
}

#[test]
fn import_empty() {
    let mut app = TestApp::with_rows();
    app.press("N ctrl-s");
    assert_screens("import_empty", app);
}

#[test]
fn import_pasted() {
    let mut app = TestApp::with_rows();
    let lines: String = (0..60).map(|n| format!("Person {n} <person.{n}@acme.com>\r\n")).collect();
    app.press("N").paste(&lines);
    assert_screens("import_pasted", app);
}

#[test]
fn import_checking() {
    let mut app = TestApp::with_rows();
    app.press("N").paste(LIST).press("ctrl-s");
    assert_screens("import_checking", app);
}

#[test]
fn import_entry_statuses() {
    let mut app = checked_import();
    app.screen_text(80, 24);
    app.press("n");
    assert_screens("import_statuses", app);
}

#[test]
fn import_entry_edited() {
    let mut app = checked_import();
    app.press("n e");
    assert_screens("import_editing", app);
}

const TWO_COLUMNS: &str = "Name;Arbeit;Chef\nAnn;ann@acme.com;hana@acme.com\nEd;ed@acme.com;hana@acme.com";

#[test]
fn import_unclear_email_column_waits_for_the_user() {
    let mut app = TestApp::with_rows();
    app.press("N").paste(TWO_COLUMNS).press("ctrl-s");
    app.deliver_journal_reply(ServiceReply::Journal(Vec::new()));
    let screen = app.press("enter i d S n").screen_text(120, 40);
    assert!(!screen.contains("hana@acme.com"), "{screen}");
    assert_screens("import_unclear_column", app);
}

#[test]
fn import_email_column_changes_with_a_key() {
    let mut app = TestApp::with_rows();
    app.press("N").paste(TWO_COLUMNS).press("ctrl-s");
    app.deliver_journal_reply(ServiceReply::Journal(Vec::new()));
    let screen = app.press("c").screen_text(120, 40);
    assert!(
        screen.contains("2 new") && screen.contains("Email column: “Arbeit”. Press c for another."),
        "{screen}"
    );
    let screen = app.press("c").screen_text(120, 40);
    assert!(screen.contains("1 new, 1 duplicate") && screen.contains("“Chef”"), "{screen}");
    let screen = app.press("c").screen_text(120, 40);
    assert!(screen.contains("2 new") && screen.contains("“Arbeit”"), "{screen}");
    let mut app = checked_import();
    let screen = app.press("c").screen_text(120, 40);
    assert!(screen.contains("No other column contains emails."), "{screen}");
}

#[test]
fn import_edits_stay_with_their_column() {
    let mut app = TestApp::with_rows();
    app.press("N").paste(TWO_COLUMNS).press("ctrl-s");
    app.deliver_journal_reply(ServiceReply::Journal(Vec::new()));
    app.press("c").screen_text(120, 40);
    app.press("j e").type_text("x").press("enter k d");
    let screen = app.screen_text(120, 40);
    assert!(screen.contains("ed@acme.comx") && screen.contains("1 excluded"), "{screen}");
    let screen = app.press("c").screen_text(120, 40);
    assert!(screen.contains("1 new, 1 duplicate") && screen.contains("“Chef”"), "{screen}");
    let screen = app.press("c").screen_text(120, 40);
    assert!(screen.contains("ed@acme.comx") && screen.contains("1 excluded"), "{screen}");
}

#[test]
fn import_suggestions_are_shown_before_they_are_accepted() {
    let mut app = checked_import();
    let screen = app.screen_text(120, 40);
    assert!(screen.contains("2 new") && screen.contains("Press S to review"), "{screen}");
    app.press("S");
    let screen = app.screen_text(120, 40);
    assert!(screen.contains("zoe@@acme.com") && screen.contains("zoe@acme.com"), "{screen}");
    let screen = app.press("esc").screen_text(120, 40);
    assert!(screen.contains("2 new"), "{screen}");
    assert_screens("import_suggestions", {
        app.press("S");
        app
    });
    let mut app = checked_import();
    let screen = app.press("S enter").screen_text(120, 40);
    assert!(screen.contains("4 new"), "{screen}");
}

#[test]
fn import_rejects_a_list_that_is_too_long() {
    let mut app = TestApp::with_rows();
    app.press("N").paste("ann@acme.com\n").paste(&"x".repeat(8 * 1024 * 1024));
    let screen = app.screen_text(120, 40);
    assert!(
        screen.contains("exceed 8 MB, so nothing was added") && screen.contains("ann@acme.com"),
        "{screen}"
    );
}

#[test]
fn import_edit_accepts_a_name_and_an_email() {
    let mut app = checked_import();
    app.press("n n e ctrl-u").type_text("Zoe Zed <zoe.zed@acme.com>").press("enter");
    let screen = app.screen_text(120, 40);
    assert!(screen.contains("zoe.zed@acme.com") && screen.contains("3 new"), "{screen}");
}

#[test]
fn message_template_with_missing_values() {
    let mut app = checked_import();
    app.press("enter").type_text("Dear {name}, please join our tenancy.").press("ctrl-s");
    assert_screens("import_message", app);
}

#[test]
fn import_statuses_are_partial_until_the_list_is_complete() {
    let mut app = TestApp::new();
    app.deliver_page(sample_invites(app.now.wall));
    app.press("N").paste("ann@acme.com\nlate@example.com").press("ctrl-s");
    app.deliver_journal_reply(ServiceReply::Journal(Vec::new()));
    assert!(app.screen_text(80, 24).contains("2 new among the loaded invites"));
    app.deliver_page(vec![new_invite(50, "late@example.com", "hi", Expiry(None))]);
    app.complete_list();
    let screen = app.screen_text(80, 24);
    assert!(screen.contains("1 new, 1 already pending"), "{screen}");
}

#[test]
fn unreadable_journal_is_reported_and_entries_are_checked() {
    let mut app = TestApp::with_rows();
    app.press("N").paste("ann@acme.com").press("ctrl-s");
    app.deliver_journal_reply(ServiceReply::Failed(sample_error("Could not read the journal")));
    let screen = app.screen_text(120, 40);
    assert!(screen.contains("1 new") && screen.contains("Earlier invites are unknown"), "{screen}");
}

#[test]
fn parked_import_stays_when_the_journal_becomes_unusable() {
    let mut app = TestApp::with_rows();
    app.press("N").paste("ann@acme.com").press("esc");
    app.deliver_reply(ServiceReply::JournalUnusable(sample_error("The journal cannot be used")));
    app.press("N");
    let parked = app.state.parked_import.as_ref().map(|import| import.source.text.as_str());
    assert_eq!((parked, app.state.overlays.len()), (Some("ann@acme.com"), 0));
    app.state.model.journal_error = None;
    assert!(app.press("N").screen_text(80, 24).contains("ann@acme.com"));
}

#[test]
fn import_excludes_emails_of_a_staged_plan() {
    let mut app = checked_import();
    app.press("enter ctrl-u").type_text("Welcome.").press("ctrl-s");
    assert!(app.screen_text(80, 24).contains("Send 2 invites?"));
    app.press("s");
    assert!(app.state.parked_import.is_none() && app.state.overlays.is_empty(), "the import is closed");
    app.press("N").paste(LIST).press("ctrl-s");
    app.deliver_journal_reply(ServiceReply::Journal(Vec::new()));
    let screen = app.screen_text(120, 40);
    assert!(screen.contains("2 in another plan"), "{screen}");
    assert!(!screen.contains("ann@acme.com                                 new"), "{screen}");
}

#[test]
fn flagged_entry_is_included_and_excluded_again() {
    let mut app = checked_import();
    app.press("n n n n");
    for (key, counts) in
        [("i", "3 new"), ("i", "2 new"), ("d", "lee@acme.com: excluded"), ("d", "2 new"), ("I", "3 new")]
    {
        let screen = app.press(key).screen_text(120, 40);
        assert!(screen.contains(counts), "{key}: {screen}");
    }
    let screen = app.press("g g j i").screen_text(120, 40);
    assert!(screen.contains("This entry cannot be included: already pending"), "{screen}");
}
