//! Tests of what steps and plans report about their progress.

use super::*;

#[test]
fn step_counts_list_only_nonzero_kinds() {
    let ended = |outcome| Progress { outcome: Some(outcome), ..Progress::default() };
    let steps =
        [ended(Outcome::Done), ended(Outcome::AlreadyGone), ended(Outcome::Unknown), Progress::default()];
    assert_eq!(StepCounts::from_progress(&steps).to_string(), "2 done, 1 not sent, 1 unknown");
    assert_eq!(StepCounts::from_progress(&[]).to_string(), "nothing to do");
}

fn invite() -> Invite {
    Invite {
        identity: Identity::parse("a").expect("an identity"),
        email: "bob@job".into(),
        message: String::new(),
        expiry: Expiry(None),
    }
}

/// Returns a create, a delete, a resend, a replacement and a delete-first step.
fn one_step_of_each_kind() -> [Step; 5] {
    let (invite, draft, known_versions) = (invite(), Draft::default(), None);
    [
        Step::Create { draft: draft.clone(), known_versions: None },
        Step::Delete { invite: invite.clone() },
        Step::Resend { invite: invite.clone(), known_versions: None },
        Step::Replace { invite: invite.clone(), draft: draft.clone(), known_versions: None },
        Step::DeleteFirst { invite, draft, known_versions },
    ]
}

#[test]
fn outcome_so_far_follows_the_changes_made() {
    use Outcome::{Done, OldStillActive, Refused, Skipped, Unknown};
    let [create, delete, resend, replace, first] = &one_step_of_each_kind();
    for (step, created, old_deleted, outcome, is_open, expected) in [
        (create, false, false, None, false, None),
        (create, false, false, None, true, Some(Unknown)),
        (create, true, false, None, false, Some(Done)),
        (create, false, false, Some(Refused), true, Some(Refused)),
        (create, false, false, Some(Skipped), false, Some(Skipped)),
        (create, false, false, Some(Skipped), true, Some(Unknown)),
        (create, true, false, Some(Skipped), false, Some(Done)),
        (delete, false, false, None, false, None),
        (delete, false, true, None, false, Some(Done)),
        (resend, true, false, None, false, Some(OldStillActive)),
        (resend, true, true, None, false, Some(Done)),
        (replace, false, false, None, false, None),
        (replace, true, false, None, false, Some(OldStillActive)),
        (first, false, true, None, false, None),
        (first, true, true, None, false, Some(Done)),
    ] {
        let created = created.then(invite);
        let progress = Progress { created, old_deleted, outcome, ..Progress::default() };
        assert_eq!(step.outcome_so_far(&progress, is_open), expected, "{step:?} {progress:?} {is_open}");
    }
}

#[test]
fn unknown_step_has_work_only_if_it_can_be_checked() {
    let [create, _, resend, ..] = &one_step_of_each_kind();
    let unknown = Progress { outcome: Some(Outcome::Unknown), ..Progress::default() };
    let created = Progress { created: Some(invite()), ..unknown.clone() };
    assert!(resend.has_work(&created, false), "its old invite may still work");
    assert!(!resend.has_work(&unknown, false));
    assert!(!create.has_work(&created, false));
}

#[test]
fn plan_of_creates_deletes_nothing() {
    let plan = |steps: &[Step]| Plan {
        id: PlanId(Uuid::nil()),
        tenancy: TenancyKey("acme".into()),
        created_at: Timestamp::UNIX_EPOCH,
        steps: steps.to_vec(),
        filter: String::new(),
    };
    let steps = one_step_of_each_kind();
    assert!(!plan(&steps[..1]).deletes());
    assert!(steps[1..].iter().all(|step| plan(std::slice::from_ref(step)).deletes()));
}
