//! The import dialog: its stages in each size, and its rules.

use guestlist::domain::journal::JournalEntry;
use guestlist::domain::plan::{PlanState, Progress};
use guestlist::domain::{Draft, Expiry, Outcome, Plan, PlanId, ServiceReply, Step, TenancyKey};
use guestlist::ui::Theme;
use jiff::SignedDuration;
use ratatui::style::Modifier;

use crate::assert_screens_at;
use crate::harness::{TestApp, new_invite, sample_error, sample_invites};

const LIST: &str = "Name;E-mail\nAnn;ann@acme.com\nJane Doe;jane.doe@example.com\n招待状;招待状@例え.jp\n\
                    Ann;ANN@acme.com\nEd;ed@gmial.com\nZoe;zoe@@acme.com\nKim;kim@other.org\n\
                    Lee;lee@acme.com\nMax;max@acme.com\n;bob@acme.com";

const SIZES: [(u16, u16); 4] = [(40, 10), (80, 24), (120, 40), (160, 50)];

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
pub fn checked_import() -> TestApp {
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
    assert_screens_at(&SIZES, "import_empty", app);
}

#[test]
fn import_pasted() {
    let mut app = TestApp::with_rows();
    let lines: String = (0..60).map(|n| format!("Person {n} <person.{n}@acme.com>\r\n")).collect();
    app.press("N").paste(&lines);
    assert_screens_at(&SIZES, "import_pasted", app);
}

#[test]
fn import_checking() {
    let mut app = TestApp::with_rows();
    app.press("N").paste(LIST).press("ctrl-s");
    assert_screens_at(&SIZES, "import_checking", app);
}

#[test]
fn import_entry_statuses() {
    let mut app = checked_import();
    app.screen_text(80, 24);
    app.press("n");
    assert_screens_at(&SIZES, "import_statuses", app);
}

#[test]
fn import_entry_edited() {
    let mut app = checked_import();
    app.press("n e");
    assert_screens_at(&SIZES, "import_editing", app);
}

const TWO_COLUMNS: &str = "Name;Arbeit;Chef\nAnn;ann@acme.com;hana@acme.com\nEd;ed@acme.com;hana@acme.com";

#[test]
fn import_unclear_email_column_waits_for_the_user() {
    let mut app = TestApp::with_rows();
    app.press("N").paste(TWO_COLUMNS).press("ctrl-s");
    app.deliver_journal_reply(ServiceReply::Journal(Vec::new()));
    let screen = app.press("enter i d S n").screen_text(120, 40);
    assert!(!screen.contains("hana@acme.com"), "{screen}");
    assert_screens_at(&SIZES, "import_unclear_column", app);
}

#[test]
fn import_email_column_changes_with_a_key() {
    let mut app = TestApp::with_rows();
    app.press("N").paste(TWO_COLUMNS).press("ctrl-s");
    app.deliver_journal_reply(ServiceReply::Journal(Vec::new()));
    let screen = app.press("c").screen_text(120, 40);
    assert!(
        screen.contains("new 2") && screen.contains("Emails from column 2 “Arbeit”. Press c for another."),
        "{screen}"
    );
    let screen = app.press("c").screen_text(120, 40);
    assert!(screen.contains("new 1 │ duplicate 1") && screen.contains("“Chef”"), "{screen}");
    let screen = app.press("c").screen_text(120, 40);
    assert!(screen.contains("new 2") && screen.contains("“Arbeit”"), "{screen}");
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
    assert!(screen.contains("ed@acme.comx") && screen.contains("excluded 1"), "{screen}");
    let screen = app.press("c").screen_text(120, 40);
    assert!(screen.contains("new 1 │ duplicate 1") && screen.contains("“Chef”"), "{screen}");
    let screen = app.press("c").screen_text(120, 40);
    assert!(screen.contains("ed@acme.comx") && screen.contains("excluded 1"), "{screen}");
}

#[test]
fn import_suggestions_are_shown_before_they_are_accepted() {
    let mut app = checked_import();
    let screen = app.screen_text(120, 40);
    assert!(screen.contains("new 2") && screen.contains("Press S to review"), "{screen}");
    app.press("S");
    let screen = app.screen_text(120, 40);
    assert!(screen.contains("zoe@@acme.com") && screen.contains("zoe@acme.com"), "{screen}");
    let screen = app.press("esc").screen_text(120, 40);
    assert!(screen.contains("new 2"), "{screen}");
    assert_screens_at(&SIZES, "import_suggestions", {
        app.press("S");
        app
    });
    let mut app = checked_import();
    let screen = app.press("S enter").screen_text(120, 40);
    assert!(screen.contains("new 4"), "{screen}");
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
    assert!(screen.contains("zoe.zed@acme.com") && screen.contains("new 3"), "{screen}");
}

#[test]
fn message_template_with_missing_values() {
    let mut app = checked_import();
    app.press("enter").type_text("Dear {name}, please join our tenancy.").press("ctrl-s");
    assert_screens_at(&SIZES, "import_message", app);
}

#[test]
fn import_statuses_are_partial_until_the_list_is_complete() {
    let mut app = TestApp::new();
    app.deliver_page(sample_invites(app.now.wall));
    app.press("N").paste("ann@acme.com\nlate@example.com").press("ctrl-s");
    app.deliver_journal_reply(ServiceReply::Journal(Vec::new()));
    assert!(app.screen_text(80, 24).contains("Not all invites are loaded"));
    app.deliver_page(vec![new_invite(50, "late@example.com", "hi", Expiry(None))]);
    app.complete_list();
    let screen = app.screen_text(80, 24);
    assert!(screen.contains("new 1 │ pending 1"), "{screen}");
}

#[test]
fn unreadable_journal_is_reported_and_entries_are_checked() {
    let mut app = TestApp::with_rows();
    app.press("N").paste("ann@acme.com").press("ctrl-s");
    app.deliver_journal_reply(ServiceReply::Failed(sample_error("Could not read the journal")));
    let screen = app.screen_text(120, 40);
    assert!(screen.contains("new 1") && screen.contains("Earlier invites are unknown"), "{screen}");
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
    assert!(screen.contains("planned 2"), "{screen}");
    assert!(screen.contains("another plan already sends to this email"), "{screen}");
}

#[test]
fn flagged_entry_is_included_and_excluded_again() {
    let mut app = checked_import();
    app.press("n n n n");
    for (key, counts) in
        [("i", "new 3"), ("i", "new 2"), ("d", "skipped: excluded by you"), ("d", "new 2"), ("I", "new 3")]
    {
        let screen = app.press(key).screen_text(120, 40);
        assert!(screen.contains(counts), "{key}: {screen}");
    }
    let screen = app.press("g g j i").screen_text(120, 40);
    assert!(screen.contains("This entry cannot be included: already pending"), "{screen}");
}

#[test]
fn tab_shows_only_its_rows_and_an_emptied_tab_shows_all() {
    let mut app = checked_import();
    let screen = app.press("]").screen_text(120, 40);
    assert!(screen.contains("rows 1–2 of 2") && !screen.contains("ed@gmial.com"), "{screen}");
    let screen = app.press("[ [").screen_text(120, 40);
    assert!(screen.contains("rows 1–1 of 1") && screen.contains("max@acme.com"), "{screen}");
    // All, new, pending, duplicate, typo.
    let screen = app.press("] ] ] ] ]").screen_text(120, 40);
    assert!(screen.contains("rows 1–1 of 1") && screen.contains("ed@gmial.com"), "{screen}");
    let screen = app.press("e tab enter").screen_text(120, 40);
    assert!(screen.contains("rows 1–10 of 10") && screen.contains("new 3"), "{screen}");
}

#[test]
fn next_flagged_entry_is_found_from_a_tab_without_one() {
    let mut app = checked_import();
    let screen = app.press("] n").screen_text(120, 40);
    assert!(screen.contains("rows 1–10 of 10") && screen.contains("Line 6: ed@gmial.com"), "{screen}");
}

#[test]
fn one_suggestion_is_accepted_alone() {
    let mut app = checked_import();
    let screen = app.press("S j i").screen_text(120, 40);
    assert!(screen.contains("Use 1 suggestion?") && screen.contains("ed@gmial.com"), "{screen}");
    let screen = app.press("esc").screen_text(120, 40);
    assert!(screen.contains("new 3") && screen.contains("ed@gmial.com"), "{screen}");
    let screen = app.press("S i").screen_text(120, 40);
    assert!(screen.contains("Import · 2/3 Review") && screen.contains("new 4"), "{screen}");
}

#[test]
fn edited_email_stays_that_of_its_entry_after_a_check() {
    let mut app = TestApp::new();
    app.deliver_page(sample_invites(app.now.wall));
    app.press("N").paste("ann@acme.com\nbob@acme.com").press("ctrl-s");
    app.deliver_journal_reply(ServiceReply::Journal(Vec::new()));
    app.press("] e");
    // Now pending, so the entry leaves the tab.
    app.deliver_page(vec![new_invite(50, "ann@acme.com", "hi", Expiry(None))]);
    app.complete_list();
    let screen = app.type_text("x").press("enter").screen_text(120, 40);
    assert!(screen.contains("ann@acme.comx") && screen.contains("bob@acme.com "), "{screen}");
}

#[test]
fn tab_key_is_offered_only_for_an_entry_with_a_suggestion() {
    let mut app = checked_import();
    let screen = app.press("e").screen_text(80, 24);
    assert!(!screen.contains("Tab"), "{screen}");
    let screen = app.press("esc n e").screen_text(80, 24);
    assert!(screen.contains("Tab use suggestion"), "{screen}");
}

#[test]
fn footer_of_each_step_keeps_the_important_keys() {
    let mut app = checked_import();
    for (keys, hints) in [
        ("n", ["Enter message", "Esc close", "? help", "n next flagged"]),
        ("S", ["Enter use all", "Esc back", "? help", "i use this one"]),
        ("esc e", ["Enter apply", "Esc cancel", "F1 help", "Tab use suggestion"]),
        ("esc enter", ["Ctrl-s review plan", "Esc back", "F1 help", "Ctrl-n next person"]),
        ("esc backtab", ["Ctrl-s continue", "Esc close", "F1 help", "Tab next field"]),
    ] {
        let screen = app.press(keys).screen_text(80, 24);
        let footer = screen.lines().last().expect("a footer");
        assert!(hints.iter().all(|hint| footer.contains(hint)), "{keys}: {footer}");
    }
}

#[test]
fn selected_row_is_highlighted_from_border_to_border() {
    let mut app = checked_import();
    let buffer = app.press("n").draw(120, 40, &Theme::terminal());
    let row = (0..40).find(|y| buffer[(1, *y)].symbol() == "▌").expect("a selected row");
    assert!((1..119).all(|x| buffer[(x, row)].modifier.contains(Modifier::REVERSED)));
}

#[test]
fn email_column_is_named_only_for_a_table_with_several() {
    let mut app = TestApp::with_rows();
    app.press("N").paste("E-mail\nann@acme.com\nbob@acme.com").press("ctrl-s");
    app.deliver_journal_reply(ServiceReply::Journal(Vec::new()));
    let screen = app.screen_text(120, 40);
    assert!(screen.contains("new 2") && !screen.contains("from column"), "{screen}");
    let screen = checked_import().screen_text(120, 40);
    assert!(screen.contains("Emails from column 2 “E-mail”."), "{screen}");
}

#[test]
fn preview_steps_through_the_entries_of_the_plan() {
    let mut app = checked_import();
    app.press("enter").type_text("Dear {name|friend}, welcome.");
    let screen = app.screen_text(120, 40);
    assert!(screen.contains("1 of 2: ann@acme.com") && screen.contains("Dear Ann, welcome."), "{screen}");
    let screen = app.press("ctrl-n ctrl-n").screen_text(40, 12);
    assert!(screen.contains("2 of 2: bob@acme.com") && screen.contains("Dear friend, welcome."), "{screen}");
    let screen = app.press("ctrl-p").screen_text(80, 24);
    assert!(screen.contains("1 of 2: ann@acme.com"), "{screen}");
}

#[test]
fn import_stays_behind_its_dialogs() {
    for key in ["?", "!"] {
        let mut app = checked_import();
        let screen = app.press(key).screen_text(160, 50);
        assert!(screen.contains("Import · 2/3") && !screen.contains("Expires in"), "{key}: {screen}");
    }
}
