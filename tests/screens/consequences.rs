//! Every confirmation shows its consequences in windows of every size.

use crate::harness::{TestApp, new_invite, sample_invites};
use crate::plans::{
    app_with_stopped_plans, delete_first_step, delete_steps, quota_error, start_plan, step_progress,
    unfinished_plan,
};
use guestlist::app::screens::prompt::Prompt;
use guestlist::app::{Overlay, PromptKind};
use guestlist::domain::export::ExportResult;
use guestlist::domain::plan::PlanState;
use guestlist::domain::profile_settings::PlanLimits;
use guestlist::domain::service_msg::PlanEvent;
use guestlist::domain::{Expiry, Outcome, ServiceReply, Step};

const SIZES: [(u16, u16); 7] = [(40, 10), (40, 11), (41, 12), (40, 20), (60, 14), (80, 24), (120, 40)];

/// The text of the open dialog, without its border.
fn dialog_text(screen: &str) -> String {
    let longest_part = |line: &str| {
        line.split('│').max_by_key(|part| part.chars().count()).unwrap_or_default().trim().to_owned()
    };
    screen
        .lines()
        .map(longest_part)
        .collect::<Vec<_>>()
        .join(" ")
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
}

fn app_with_rows() -> TestApp {
    let mut app = TestApp::with_rows();
    app.screen_text(80, 24);
    app
}

fn app_with_marks(rows: usize, keys: &str) -> TestApp {
    let mut app = app_with_rows();
    (0..rows).for_each(|_| {
        app.press("space");
    });
    app.press(keys);
    app
}

/// A confirmation of a plan with all kinds of steps, after a y that does not suffice.
fn confirm_all_step_kinds() -> TestApp {
    let mut app = app_with_rows();
    let invites = sample_invites(app.now.wall);
    let mut steps: Vec<Step> = delete_steps(&app, 12);
    steps.extend(
        invites[12..24].iter().map(|invite| Step::Resend { invite: invite.clone(), known_versions: None }),
    );
    steps.extend(invites[24..30].iter().map(|invite| delete_first_step(invite.clone())));
    let staged = unfinished_plan(&app, 9, PlanState::Staged, steps, Vec::new());
    app.deliver_reply(ServiceReply::UnfinishedPlans(vec![staged]));
    app.press("2 enter y");
    app
}

fn quit_with_draft_and_import() -> TestApp {
    let mut app = app_with_undo_window();
    app.press("1 n").type_text("someone@example.com").press("esc");
    app.press("N").paste("a@example.com\nb@example.com");
    app.press("ctrl-c");
    app
}

fn app_with_undo_window() -> TestApp {
    let mut app = app_with_rows();
    app.press("d y");
    let until = app.now.mono + std::time::Duration::from_secs(5);
    app.deliver_plan_event(PlanEvent::UndoWindow { until });
    app
}

fn show_prompt(kind: impl Fn(&TestApp) -> PromptKind, mut app: TestApp) -> TestApp {
    let kind = kind(&app);
    app.deliver_reply(ServiceReply::CacheWarning("something".to_owned()));
    app.state.overlays.push(Overlay::Prompt(Prompt::new(kind)));
    app
}

fn app_with_quota_reached() -> TestApp {
    let mut app = app_with_rows();
    let invites = sample_invites(app.now.wall);
    let mut steps: Vec<Step> = invites[..4]
        .iter()
        .map(|invite| Step::Resend { invite: invite.clone(), known_versions: None })
        .collect();
    steps.extend(delete_steps(&app, 10).split_off(4));
    start_plan(&mut app, steps);
    app.deliver_plan_event(PlanEvent::StepStarted(0));
    app.deliver_plan_event(PlanEvent::Paused(quota_error()));
    app.pass_typing_pause();
    app
}

fn app_with_duplicate_refusals() -> TestApp {
    let mut app = app_with_rows();
    let steps = sample_invites(app.now.wall)[..3]
        .iter()
        .map(|invite| Step::Resend { invite: invite.clone(), known_versions: None })
        .collect();
    start_plan(&mut app, steps);
    let mut progress = step_progress(Outcome::Refused);
    progress.note = Some(guestlist::domain::plan::DUPLICATE_REFUSAL.into());
    app.deliver_plan_event(PlanEvent::Ended { state: PlanState::Finished, progress: vec![progress; 3] });
    app.pass_typing_pause();
    app
}

fn prompt_replace_file() -> TestApp {
    let mut app = app_with_rows();
    app.press("E tab tab ctrl-u").type_text(&format!("{}.csv", "a-very-long-name".repeat(9))).press("enter");
    app.finish_export(ExportResult::Exists);
    app
}

fn confirm_long_email() -> TestApp {
    let mut app = TestApp::new();
    let expiry = Expiry(app.now.wall.checked_add(jiff::SignedDuration::from_hours(50)).ok());
    let email = format!("{}@{}.example.com", "long".repeat(15), "long".repeat(12));
    app.deliver_page(vec![new_invite(1, &email, &"message ".repeat(30), expiry)]);
    app.complete_list();
    app.press("r");
    app
}

fn app_with_guarded_profile() -> TestApp {
    let mut app = app_with_rows();
    app.state.model.options.guards =
        PlanLimits { profile: "acme".into(), guarded: true, ..PlanLimits::default() };
    app.state.model.read_only_reason = Some("the profile acme is guarded".into());
    app.press("%");
    app
}

#[test]
fn confirmation_shows_its_consequence_at_every_size() {
    const DELETED: &str = "Deleted links cannot be restored.";
    // Narrow windows show a shorter text.
    const RESENT: &str = "then deletes the old one.|Sends new, then deletes old invites.";
    const FIRST: &str = "the person has no invite.|Deletes old invites before sending.";
    type Case = (&'static str, fn() -> TestApp, &'static [&'static str]);
    let cases: &[Case] = &[
        ("delete one", || app_with_marks(0, "d"), &[DELETED, "Cancel"]),
        ("delete three", || app_with_marks(3, "d"), &[DELETED]),
        (
            "resend one",
            || app_with_marks(0, "r"),
            &["1 email · 1 link stops working", RESENT, DELETED, "Cancel"],
        ),
        ("resend a long one", confirm_long_email, &[RESENT, DELETED]),
        ("resend seven, refused", || app_with_marks(7, "r y"), &[RESENT, DELETED]),
        ("resend all, refused", || app_with_marks(0, "* r y"), &[RESENT, DELETED, "Type"]),
        ("edit", confirm_edit, &[RESENT, DELETED]),
        (
            "everything",
            confirm_all_step_kinds,
            &["18 emails", "30 links stop working", FIRST, RESENT, DELETED],
        ),
        (
            "resume",
            || {
                let mut app = app_with_stopped_plans();
                app.state.model.options.guards = PlanLimits { guarded: true, ..PlanLimits::default() };
                app.press("r");
                app
            },
            &[DELETED],
        ),
        (
            "discard",
            || {
                let mut app = app_with_stopped_plans();
                app.press("D");
                app
            },
            &["stays without an invite."],
        ),
        (
            "quit",
            quit_with_draft_and_import,
            &["They are lost when you quit.", "Remaining steps are kept", "Stay"],
        ),
        (
            "wait",
            || show_prompt(|_| PromptKind::LongWait(std::time::Duration::from_secs(7_200)), app_with_rows()),
            &["the current operation fails."],
        ),
        ("replace a file", prompt_replace_file, &["Its current content is lost."]),
        (
            "discard staged",
            || {
                let mut app = confirm_all_step_kinds();
                app.press("esc D");
                app
            },
            &["The invites stay unchanged."],
        ),
        ("quota", app_with_quota_reached, &["that only delete"]),
        (
            "duplicates refused",
            app_with_duplicate_refusals,
            &["Between deleting and creating, the person has no invite."],
        ),
        (
            "unfinished",
            || {
                let app = app_with_stopped_plans();
                show_prompt(|_| PromptKind::UnfinishedPlans(None), app)
            },
            &["Nothing happens until you confirm."],
        ),
        ("guarded", app_with_guarded_profile, &["reach real people", "Type acme"]),
        (
            "new invite",
            || {
                let mut app = app_with_rows();
                app.press("n");
                app
            },
            &["sends one email"],
        ),
        (
            "edit form",
            || {
                let mut app = app_with_rows();
                app.press("e");
                app
            },
            &["Sends a new invite, then deletes the old one."],
        ),
    ];
    for (name, open, consequences) in cases {
        for (width, height) in SIZES {
            let screen = open().screen_text(width, height);
            for consequence in *consequences {
                let shown = consequence.split('|').any(|text| dialog_text(&screen).contains(text));
                assert!(shown, "{name} at {width}×{height} hides {consequence:?}:\n{screen}");
            }
        }
    }
}

fn confirm_edit() -> TestApp {
    let mut app = app_with_rows();
    app.press("e").type_text(".uk").press("ctrl-s");
    app
}
