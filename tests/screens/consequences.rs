//! No confirmation hides its consequence line, whatever the size of the window.

use crate::plans::{delete_first, deletes, ended, left, quota, running, stopped};
use crate::stage::{Stage, invite, some_invites};
use guestlist::app::screens::prompt::Prompt;
use guestlist::app::{Overlay, PromptKind};
use guestlist::domain::export::ExportResult;
use guestlist::domain::plan::PlanState;
use guestlist::domain::profile_settings::PlanLimits;
use guestlist::domain::service_msg::PlanEvent;
use guestlist::domain::{Expiry, Outcome, ServiceReply, Step};

const SIZES: [(u16, u16); 7] = [(40, 10), (40, 11), (41, 12), (40, 20), (60, 14), (80, 24), (120, 40)];

/// The words in the box that lies in front, without the lines around it.
fn inside(screen: &str) -> String {
    let longest = |line: &str| {
        line.split('│').max_by_key(|part| part.chars().count()).unwrap_or_default().trim().to_owned()
    };
    screen.lines().map(longest).collect::<Vec<_>>().join(" ").split_whitespace().collect::<Vec<_>>().join(" ")
}

fn rows() -> Stage {
    let mut stage = Stage::with_rows();
    stage.text(80, 24);
    stage
}

fn marked(rows_marked: usize, keys: &str) -> Stage {
    let mut stage = rows();
    (0..rows_marked).for_each(|_| {
        stage.press("space");
    });
    stage.press(keys);
    stage
}

/// A plan of everything that a plan can do, refused for want of its number.
fn everything() -> Stage {
    let mut stage = rows();
    let invites = some_invites(stage.now.wall);
    let mut steps: Vec<Step> = deletes(&stage, 12);
    steps.extend(invites[12..24].iter().map(|it| Step::Resend { invite: it.clone(), known_versions: None }));
    steps.extend(invites[24..30].iter().map(|it| delete_first(it.clone())));
    let staged = left(&stage, 9, PlanState::Staged, steps, Vec::new());
    stage.reply(ServiceReply::UnfinishedPlans(vec![staged]));
    stage.press("2 enter y");
    stage
}

fn draft_and_list() -> Stage {
    let mut stage = running_one();
    stage.press("1 n").type_text("someone@example.com").press("esc");
    stage.press("N").paste("a@example.com\nb@example.com");
    stage.press("ctrl-c");
    stage
}

fn running_one() -> Stage {
    let mut stage = rows();
    stage.press("d y");
    let until = stage.now.mono + std::time::Duration::from_secs(5);
    stage.plan(PlanEvent::UndoWindow { until });
    stage
}

fn asking(about: impl Fn(&Stage) -> PromptKind, mut stage: Stage) -> Stage {
    let about = about(&stage);
    stage.reply(ServiceReply::CacheWarning("something".to_owned()));
    stage.state.overlays.push(Overlay::Prompt(Prompt::new(about)));
    stage
}

fn quota_reached() -> Stage {
    let mut stage = rows();
    let invites = some_invites(stage.now.wall);
    let mut steps: Vec<Step> = invites[..4]
        .iter()
        .map(|invite| Step::Resend { invite: invite.clone(), known_versions: None })
        .collect();
    steps.extend(deletes(&stage, 10).split_off(4));
    running(&mut stage, steps);
    stage.plan(PlanEvent::StepStarted(0));
    stage.plan(PlanEvent::Paused(quota()));
    stage.pause();
    stage
}

fn no_second() -> Stage {
    let mut stage = rows();
    let steps = some_invites(stage.now.wall)[..3]
        .iter()
        .map(|invite| Step::Resend { invite: invite.clone(), known_versions: None })
        .collect();
    running(&mut stage, steps);
    let mut refused = ended(Outcome::Refused);
    refused.note = Some(guestlist::domain::plan::DUPLICATE_REFUSAL.into());
    stage.plan(PlanEvent::Ended { state: PlanState::Finished, progress: vec![refused; 3] });
    stage.pause();
    stage
}

fn replacing() -> Stage {
    let mut stage = rows();
    stage
        .press("E tab tab ctrl-u")
        .type_text(&format!("{}.csv", "a-very-long-name".repeat(9)))
        .press("enter");
    stage.exported(ExportResult::Exists);
    stage
}

fn long_address() -> Stage {
    let mut stage = Stage::new();
    let later = Expiry(stage.now.wall.checked_add(jiff::SignedDuration::from_hours(50)).ok());
    let address = format!("{}@{}.example.com", "long".repeat(15), "long".repeat(12));
    stage.page(vec![invite(1, &address, &"message ".repeat(30), later)]);
    stage.complete();
    stage.press("r");
    stage
}

fn guarded() -> Stage {
    let mut stage = rows();
    stage.state.model.options.guards =
        PlanLimits { profile: "acme".into(), guarded: true, ..PlanLimits::default() };
    stage.state.model.read_only_reason = Some("the profile acme is guarded".into());
    stage.press("%");
    stage
}

#[test]
fn confirmation_shows_its_consequence_in_every_size() {
    const DELETED: &str = "A deleted link cannot be restored.";
    // In a narrow window the same is said in fewer words.
    const RESENT: &str = "then deletes the old one.|Sends new, then deletes old invites.";
    const FIRST: &str = "there is none until the new email is sent.|Deletes old invites before sending.";
    type Case = (&'static str, fn() -> Stage, &'static [&'static str]);
    let cases: &[Case] = &[
        ("delete one", || marked(0, "d"), &[DELETED, "Cancel"]),
        ("delete three", || marked(3, "d"), &[DELETED]),
        (
            "resend one",
            || marked(0, "r"),
            &["1 e-mail goes out · 1 link stops working", RESENT, DELETED, "Cancel"],
        ),
        ("resend a long one", long_address, &[RESENT, DELETED]),
        ("resend seven, refused", || marked(7, "r y"), &[RESENT, DELETED]),
        ("resend all, refused", || marked(0, "* r y"), &[RESENT, DELETED, "Type"]),
        ("correct", correction, &[RESENT, DELETED]),
        ("everything", everything, &["18 e-mails go out", "30 links stop working", FIRST, RESENT, DELETED]),
        (
            "go on",
            || {
                let mut stage = stopped();
                stage.state.model.options.guards = PlanLimits { guarded: true, ..PlanLimits::default() };
                stage.press("r");
                stage
            },
            &[DELETED],
        ),
        (
            "give up",
            || {
                let mut stage = stopped();
                stage.press("D");
                stage
            },
            &["not invited again."],
        ),
        ("quit", draft_and_list, &["They are lost when you quit.", "stays unsent", "Stay"]),
        (
            "wait",
            || asking(|_| PromptKind::LongWait(std::time::Duration::from_secs(7_200)), rows()),
            &["what was asked for fails now."],
        ),
        ("replace a file", replacing, &["What is in it now is lost."]),
        (
            "drop staged",
            || {
                let mut stage = everything();
                stage.press("esc D");
                stage
            },
            &["They are discarded."],
        ),
        ("quota", quota_reached, &["that only revoke"]),
        ("second", no_second, &["Between deleting the old invite and sending the new one they have none."]),
        (
            "left over",
            || {
                let stage = stopped();
                asking(|_| PromptKind::UnfinishedPlans(None), stage)
            },
            &["Nothing happens until you confirm."],
        ),
        ("guarded", guarded, &["reach real people", "Type acme"]),
        (
            "new invite",
            || {
                let mut stage = rows();
                stage.press("n");
                stage
            },
            &["one e-mail goes out"],
        ),
        (
            "form of a correction",
            || {
                let mut stage = rows();
                stage.press("e");
                stage
            },
            &["A new invite is mailed; then the old link stops working."],
        ),
    ];
    for (name, make, consequences) in cases {
        for (width, height) in SIZES {
            let screen = make().text(width, height);
            for consequence in *consequences {
                let shown = consequence.split('|').any(|words| inside(&screen).contains(words));
                assert!(shown, "{name} at {width}×{height} hides {consequence:?}:\n{screen}");
            }
        }
    }
}

fn correction() -> Stage {
    let mut stage = rows();
    stage.press("e").type_text(".uk").press("ctrl-s");
    stage
}
