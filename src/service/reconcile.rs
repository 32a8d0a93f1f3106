//! Reconciles a POST whose response was lost, by comparing two lists loaded `RECONCILE_INTERVAL` apart.
//! Pure.

use crate::domain::journal::CallResult;
use crate::domain::plan::{InviteVersion, Plan, Progress, Step};
use crate::domain::text::{format_plural, sanitize};
use crate::domain::{Draft, Invite, Outcome, email};

/// Note on an invite that may still appear.
pub(super) const NOT_LISTED_NOTE: &str = "not in the list yet";

/// What the two lists prove.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum ReconcileResult {
    /// Only this invite is new or renewed, and it has the requested message: the POST created it.
    Created(Invite),
    /// Neither list shows a new invite for the email. Proves nothing until the request is old.
    Absent,
    /// Undecided; the text describes what was found.
    Unknown(String),
}

/// Decides from two lists what the POST did.
/// `before`: invites of this email before the request. It is `None` if the list was incomplete. Then only two
/// lists without any invite are conclusive.
pub(super) fn decide(
    draft: &Draft,
    before: Option<&[InviteVersion]>,
    first: &[Invite],
    second: &[Invite],
) -> ReconcileResult {
    let known = before.unwrap_or_default();
    let (first, second) =
        (find_new_or_renewed(draft, known, first), find_new_or_renewed(draft, known, second));
    let has_vanished = first.iter().any(|old| !second.iter().any(|new| new.identity == old.identity));
    match second.as_slice() {
        [] if first.is_empty() => ReconcileResult::Absent,
        [] => ReconcileResult::Unknown(
            "an invite for this email appeared and was gone at the second check: accepted, or deleted elsewhere"
                .into(),
        ),
        [invite] if before.is_some() && !has_vanished && invite.message == draft.message => {
            ReconcileResult::Created((*invite).clone())
        }
        [invite] if before.is_none() || !has_vanished => {
            let reason = match before {
                None => "exists, but may be older: the list was incomplete when the plan was confirmed",
                Some(_) => "is new for this email, but has another message",
            };
            ReconcileResult::Unknown(format!("{} {reason}", sanitize(invite.identity.as_str())))
        }
        many => {
            let names: Vec<_> = many.iter().map(|invite| sanitize(invite.identity.as_str())).collect();
            let found = format_plural(many.len(), "new or renewed invite");
            ReconcileResult::Unknown(format!("{found} for this email: {}", names.join(", ")))
        }
    }
}

/// Returns the progress of a step and the result of its request after a decision.
/// If the new invite was found, a step that still has to delete the old invite has no outcome yet.
/// `is_disproved`: the request is so old that an absent invite was not created.
pub(super) fn apply(
    decision: ReconcileResult,
    is_disproved: bool,
    step: &Step,
    before: Progress,
) -> (Progress, CallResult) {
    let (outcome, created, note, result) = match decision {
        ReconcileResult::Created(invite) => {
            let note = "response lost; confirmed by the list";
            (
                (!step.deletes_after_create()).then_some(Outcome::Done),
                Some(invite),
                note.to_owned(),
                CallResult::Succeeded,
            )
        }
        ReconcileResult::Absent if !is_disproved => {
            (Some(Outcome::Unknown), None, NOT_LISTED_NOTE.to_owned(), CallResult::NoResponse)
        }
        ReconcileResult::Absent => {
            let note = "not created, and not requested again";
            (Some(Outcome::Skipped), None, note.to_owned(), CallResult::NoEffect)
        }
        ReconcileResult::Unknown(found) => (Some(Outcome::Unknown), None, found, CallResult::NoResponse),
    };
    (Progress { outcome, created, note: Some(note), ..before }, result)
}

/// Returns the known invites of a step's email: from the list when the plan was made, and from other
/// steps.
pub(super) fn known_invites(plan: &Plan, progress: &[Progress], step: usize) -> Option<Vec<InviteVersion>> {
    let email = email::normalize(plan.steps[step].email());
    let mut versions = plan.steps[step].known_versions()?.to_vec();
    let other_steps = progress.iter().enumerate().filter(|(index, _)| *index != step);
    let created = other_steps.filter_map(|(_, progress)| progress.created.as_ref());
    versions.extend(
        created.filter(|invite| email::normalize(&invite.email) == email).map(InviteVersion::from_invite),
    );
    Some(versions)
}

/// Returns the rows of the email that are new or whose expiry differs from the known one.
fn find_new_or_renewed<'a>(draft: &Draft, known: &[InviteVersion], rows: &'a [Invite]) -> Vec<&'a Invite> {
    let email = email::normalize(&draft.email);
    let is_known = |row: &Invite| {
        known
            .iter()
            .any(|version| version.identity == row.identity && row.expiry.is_unchanged_since(version.expiry))
    };
    rows.iter().filter(|row| email::normalize(&row.email) == email && !is_known(row)).collect()
}

/// Returns an invite of the step's email that another program created or renewed since the plan was
/// made.
pub(super) fn find_foreign_invite<'a>(
    plan: &Plan,
    progress: &[Progress],
    step: usize,
    rows: &'a [Invite],
) -> Option<&'a Invite> {
    let draft = plan.steps[step].draft()?;
    let known = known_invites(plan, progress, step).unwrap_or_default();
    let is_ours = |row: &Invite| {
        let is_row = |invite: &Invite| invite.identity == row.identity;
        plan.steps.iter().filter_map(Step::target).any(is_row)
            || progress.iter().filter_map(|progress| progress.created.as_ref()).any(is_row)
    };
    find_new_or_renewed(&draft, &known, rows).into_iter().find(|row| !is_ours(row))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Expiry, Identity};

    fn row(name: &str, message: &str, day: u8) -> Invite {
        Invite {
            identity: Identity::parse(name).expect("an identity"),
            email: "Bob@Job".into(),
            message: message.into(),
            expiry: Expiry::parse(&format!("2024-06-{day:02}T12:00:00Z")),
        }
    }

    fn draft() -> Draft {
        Draft { email: " bob@job ".into(), message: "hello".into() }
    }

    fn plan(steps: Vec<Step>) -> Plan {
        Plan {
            id: crate::domain::PlanId(uuid::Uuid::from_u128(1)),
            tenancy: crate::domain::TenancyKey("acme".into()),
            created_at: "2024-06-01T12:00:00Z".parse().expect("a time"),
            steps,
            filter: String::new(),
        }
    }

    fn created_identity(decision: ReconcileResult) -> Option<String> {
        match decision {
            ReconcileResult::Created(invite) => Some(invite.identity.as_str().to_owned()),
            _ => None,
        }
    }

    #[test]
    fn single_new_or_renewed_matching_row_is_adopted() {
        let old = row("old", "hello", 1);
        let before = [InviteVersion::from_invite(&old)];
        let new = row("new", "hello", 11);
        let both = [old.clone(), new.clone()];
        let decide = |first: &[Invite], second: &[Invite]| decide(&draft(), Some(&before), first, second);
        assert_eq!(created_identity(decide(&both, &both)).as_deref(), Some("new"));
        assert_eq!(
            created_identity(decide(std::slice::from_ref(&old), &both)).as_deref(),
            Some("new"),
            "it is only in the second list"
        );
        let renewed = [row("old", "hello", 11)];
        assert_eq!(created_identity(decide(&renewed, &renewed)).as_deref(), Some("old"));
    }

    #[test]
    fn no_new_row_in_both_lists_means_not_created() {
        let same = [row("old", "hello", 1)];
        let before = [InviteVersion::from_invite(&same[0])];
        assert_eq!(decide(&draft(), Some(&before), &same, &same), ReconcileResult::Absent);
        assert_eq!(decide(&draft(), Some(&before), &[], &[]), ReconcileResult::Absent);
        assert_eq!(decide(&draft(), None, &[], &[]), ReconcileResult::Absent);
        let mut other = row("new", "hello", 11);
        other.email = "jane@example.com".into();
        assert_eq!(decide(&draft(), Some(&[]), &[other.clone()], &[other]), ReconcileResult::Absent);
        let without_expiry = [Invite { expiry: Expiry(None), ..same[0].clone() }];
        assert_eq!(
            decide(&draft(), Some(&before), &without_expiry, &without_expiry),
            ReconcileResult::Absent
        );
    }

    #[test]
    fn expiry_with_nanoseconds_is_not_a_renewal() {
        let mut old = row("old", "hello", 1);
        old.expiry = Expiry::parse("2024-06-01T12:00:00.123456789Z");
        let expiry = Expiry::from_micros(old.expiry.to_micros());
        let before = [InviteVersion { expiry, ..InviteVersion::from_invite(&old) }];
        let rows = [old];
        assert_eq!(decide(&draft(), Some(&before), &rows, &rows), ReconcileResult::Absent);
    }

    #[test]
    fn row_created_by_another_step_is_not_adopted() {
        let step = Step::Create { draft: draft(), known_versions: Some(vec![]) };
        let plan = plan(vec![step.clone(), step]);
        let same = row("twin", "hello", 11);
        let created = Progress { created: Some(same.clone()), ..Progress::default() };
        let known = known_invites(&plan, &[created, Progress::default()], 1).expect("there was a list");
        let rows = [same];
        assert_eq!(decide(&draft(), Some(&known), &rows, &rows), ReconcileResult::Absent);
    }

    #[test]
    fn decision_replaces_outcome_invite_and_note() {
        let create = Step::Create { draft: draft(), known_versions: None };
        let resend = Step::Resend { invite: row("old", "hello", 1), known_versions: None };
        let new = row("new", "hello", 11);
        let confirmed = "response lost; confirmed by the list";
        let created = || ReconcileResult::Created(new.clone());
        let unknown = || ReconcileResult::Unknown("found".into());
        let (absent, skipped) = (Some(Outcome::Unknown), Some(Outcome::Skipped));
        for (decision, is_disproved, step, outcome, is_created, note, result) in [
            (created(), false, &create, Some(Outcome::Done), true, confirmed, CallResult::Succeeded),
            (created(), true, &resend, None, true, confirmed, CallResult::Succeeded),
            (ReconcileResult::Absent, false, &create, absent, false, NOT_LISTED_NOTE, CallResult::NoResponse),
            (
                ReconcileResult::Absent,
                true,
                &create,
                skipped,
                false,
                "not created, and not requested again",
                CallResult::NoEffect,
            ),
            (unknown(), true, &resend, absent, false, "found", CallResult::NoResponse),
        ] {
            let before = Progress {
                outcome: Some(Outcome::Failed),
                created: Some(row("before", "", 1)),
                note: Some("before".into()),
                verified: true,
                ..Progress::default()
            };
            let created = is_created.then(|| new.clone());
            let expected = Progress { outcome, created, note: Some(note.into()), ..before.clone() };
            assert_eq!(apply(decision, is_disproved, step, before), (expected, result));
        }
    }

    #[test]
    fn only_an_invite_of_another_program_is_foreign() {
        let old = row("old", "hello", 1);
        let resend = Step::Resend {
            known_versions: Some(vec![InviteVersion::from_invite(&old)]),
            invite: old.clone(),
        };
        let other = Step::Create { draft: Draft { email: "x@job".into(), ..draft() }, known_versions: None };
        let plan = plan(vec![resend, other, Step::Delete { invite: old.clone() }]);
        let created = Progress { created: Some(row("ours", "hello", 2)), ..Progress::default() };
        let progress = [Progress::default(), created, Progress::default()];
        let foreign = |rows: &[Invite]| {
            find_foreign_invite(&plan, &progress, 0, rows).map(|row| row.identity.as_str().to_owned())
        };
        let (renewed, ours, new) = (row("old", "hello", 5), row("ours", "hello", 5), row("new", "", 3));
        assert_eq!(foreign(std::slice::from_ref(&old)), None);
        assert_eq!(foreign(std::slice::from_ref(&renewed)), None, "the plan replaces it");
        assert_eq!(foreign(std::slice::from_ref(&ours)), None, "another step created it");
        assert_eq!(foreign(&[old, renewed, ours, new.clone()]).as_deref(), Some("new"));
        assert_eq!(find_foreign_invite(&plan, &progress, 2, &[new]), None, "a delete creates no invite");
    }

    #[test]
    fn ambiguous_rows_give_unknown_with_the_findings() {
        let new = row("new", "hello", 11);
        type Case<'a> = (&'a str, Option<&'a [InviteVersion]>, Vec<Invite>, Vec<Invite>, &'a str);
        let cases: [Case<'_>; 5] = [
            (
                "another text",
                Some(&[]),
                vec![row("x", "other", 11)],
                vec![row("x", "other", 11)],
                "another message",
            ),
            ("two", Some(&[]), vec![], vec![new.clone(), row("y", "hello", 11)], "2 new or renewed invites"),
            ("vanished", Some(&[]), vec![new.clone()], vec![], "gone at the second check"),
            (
                "swapped",
                Some(&[]),
                vec![row("y", "hello", 11)],
                vec![new.clone()],
                "1 new or renewed invite for",
            ),
            ("no list before", None, vec![new.clone()], vec![new], "may be older"),
        ];
        for (name, before, first, second, expected) in cases {
            match decide(&draft(), before, &first, &second) {
                ReconcileResult::Unknown(sentence) => {
                    assert!(sentence.contains(expected), "{name}: {sentence}")
                }
                other => panic!("{name}: {other:?}"),
            }
        }
    }
}
