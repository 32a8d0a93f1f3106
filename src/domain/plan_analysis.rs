//! Analyzes a plan before it is confirmed.
//! Computes the order of its steps, its costs in requests, emails and links, and duplicate emails. Also finds
//! steps that the server would certainly reject. Pure.

use std::collections::{HashMap, HashSet};

use jiff::Timestamp;

use super::draft::DraftError;
use super::email::normalize;
use super::{Identity, Step};

/// Sorts the steps by expiry, the soonest first.
/// Next come steps whose invite has expired at `now`, then steps with an unknown expiry. Creates come last,
/// in their original order.
pub fn sort_steps(steps: &mut [Step], now: Timestamp) {
    steps.sort_by_key(|step| match step.target().map(|invite| invite.expiry.0) {
        Some(Some(expiry)) if expiry > now => (0, Some(expiry)),
        Some(Some(expiry)) => (1, Some(expiry)),
        Some(None) => (2, None),
        None => (3, None),
    });
}

/// Costs of a plan if no request is repeated.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct PlanImpact {
    /// Number of requests that delete.
    pub deletes: usize,
    /// Number of requests that read a new invite back before the old invite is deleted.
    pub reads: usize,
    /// Number of emails, and of requests that create. All resends to the same email count once.
    pub emails: usize,
    /// Number of links that stop working.
    pub links: usize,
}

impl PlanImpact {
    /// Counts the costs.
    pub fn from_steps(steps: &[Step]) -> PlanImpact {
        let (replacing, others): (Vec<&Step>, Vec<&Step>) =
            steps.iter().partition(|step| step.deletes_after_create());
        // Steps that replace an invite of the same email share one sent email.
        let shared_emails: HashSet<String> = replacing.iter().map(|step| normalize(step.email())).collect();
        let links: HashSet<&Identity> =
            steps.iter().filter_map(|step| Some(&step.target()?.identity)).collect();
        PlanImpact {
            deletes: steps.iter().filter(|step| step.deletes()).count(),
            reads: replacing.len(),
            emails: shared_emails.len() + others.iter().filter(|step| step.sends_email()).count(),
            links: links.len(),
        }
    }

    /// Number of all requests, including reads.
    pub fn request_count(&self) -> usize {
        self.emails + self.deletes + self.reads
    }
}

/// Returns the steps that cannot be sent, by position, each with the reason.
pub fn unsendable_steps(steps: &[Step]) -> Vec<(usize, DraftError)> {
    let errors = steps.iter().enumerate();
    errors.filter_map(|(index, step)| Some((index, step.draft()?.error()?))).collect()
}

/// Returns the email that a plan would invite twice, or with a wrong message.
/// Such a plan is refused. Several resends to one email are allowed: only the first resend sends an email,
/// and all old invites are deleted. Several replacements are also allowed if email and message are the same.
pub fn find_double_email(steps: &[Step]) -> Option<&str> {
    let mut first: HashMap<String, &Step> = HashMap::new();
    for step in steps.iter().filter(|step| step.sends_email()) {
        let earlier = *first.entry(normalize(step.email())).or_insert(step);
        if !std::ptr::eq(earlier, step) && !can_share_email(earlier, step) {
            return Some(step.email());
        }
    }
    None
}

/// Converts resends and replacements to delete-first steps.
/// Used for a server that allows one invite per email. If several steps have the same email, only the last
/// step sends an email; the others delete before it. All other steps stay unchanged.
pub fn to_delete_first(steps: Vec<Step>) -> Vec<Step> {
    let mut emails = HashSet::new();
    let mut converted: Vec<Step> = steps
        .into_iter()
        .rev()
        .map(|step| match (step.draft(), step) {
            (
                Some(draft),
                Step::Resend { invite, known_versions } | Step::Replace { invite, known_versions, .. },
            ) => match emails.insert(normalize(&draft.email)) {
                true => Step::DeleteFirst { invite, draft, known_versions },
                false => Step::Delete { invite },
            },
            (_, step) => step,
        })
        .collect();
    converted.reverse();
    converted
}

/// Returns the quota that a plan needs at the same time.
/// A replacement needs quota only until the old invite is gone. Deletes are not subtracted: the server may
/// not free their quota immediately.
pub fn quota_needed(steps: &[Step]) -> usize {
    let creates = steps.iter().filter(|step| matches!(step, Step::Create { .. })).count();
    creates + usize::from(steps.iter().any(Step::deletes_after_create))
}

/// True if one sent email is enough for both steps. Both steps must have the same email.
fn can_share_email(a: &Step, b: &Step) -> bool {
    match (a, b) {
        (Step::Resend { .. }, Step::Resend { .. }) => true,
        (Step::Replace { draft: a, .. }, Step::Replace { draft: b, .. }) => a.message == b.message,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Draft, Expiry, Invite};

    fn invite(name: &str, email: &str, expiry: &str) -> Invite {
        Invite {
            identity: Identity::parse(name).expect("an identity"),
            email: email.into(),
            message: format!("for {name}"),
            expiry: Expiry::parse(expiry),
        }
    }

    fn draft(email: &str, message: &str) -> Draft {
        Draft { email: email.into(), message: message.into() }
    }

    fn create(email: &str) -> Step {
        Step::Create { draft: draft(email, "hello"), known_versions: None }
    }

    fn delete(name: &str, expiry: &str) -> Step {
        Step::Delete { invite: invite(name, "bob@job", expiry) }
    }

    fn resend(name: &str, email: &str) -> Step {
        Step::Resend { invite: invite(name, email, ""), known_versions: None }
    }

    fn replace(name: &str, email: &str, message: &str) -> Step {
        Step::Replace {
            invite: invite(name, "old@job", ""),
            draft: draft(email, message),
            known_versions: None,
        }
    }

    fn delete_first(name: &str, email: &str) -> Step {
        Step::DeleteFirst {
            invite: invite(name, email, ""),
            draft: draft(email, "again"),
            known_versions: None,
        }
    }

    #[test]
    fn delete_first_emails_each_address_once_at_the_end() {
        let steps = vec![
            resend("a", "bob@job"),
            replace("b", "eve@job", "x"),
            resend("c", "Bob@job"),
            delete("d", ""),
        ];
        let converted = super::to_delete_first(steps);
        let verbs: Vec<_> = converted.iter().map(Step::verb).collect();
        assert_eq!(verbs, ["delete", "delete-first", "delete-first", "delete"]);
        assert_eq!(converted[2].draft().map(|draft| draft.message).as_deref(), Some("for c"));
        assert_eq!(find_double_email(&converted), None);
    }

    #[test]
    fn steps_run_soonest_expiry_first_and_creates_last() {
        let now = "2024-06-01T12:00:00Z".parse().expect("a time");
        let mut steps = vec![
            create("z@job"),
            delete("unknown", ""),
            delete("expired", "2024-06-01T11:00:00Z"),
            delete("now", "2024-06-01T12:00:00Z"),
            delete("later", "2024-06-09T12:00:00Z"),
            create("a@job"),
            delete("soon", "2024-06-01T13:00:00Z"),
        ];
        sort_steps(&mut steps, now);
        let names: Vec<_> = steps
            .iter()
            .map(|step| step.target().map_or(step.email(), |invite| invite.identity.as_str()).to_owned())
            .collect();
        assert_eq!(names, ["soon", "later", "expired", "now", "unknown", "z@job", "a@job"]);
    }

    #[test]
    fn impact_counts_one_email_per_address_and_each_link_once() {
        let steps = [
            create("new@job"),
            delete("a", ""),
            delete("a", ""),
            resend("b", "Bob@job"),
            resend("c", " bob@JOB"),
            replace("d", "eve@job", "other"),
            delete_first("e", "dan@job"),
        ];
        let impact = PlanImpact::from_steps(&steps);
        assert_eq!(impact, PlanImpact { deletes: 6, reads: 3, emails: 4, links: 5 });
        assert_eq!(impact.request_count(), 13);
        assert_eq!(PlanImpact::from_steps(&[]), PlanImpact::default());
    }

    #[test]
    fn quota_needed_counts_creates_and_one_resend() {
        let steps =
            [create("a@job"), create("b@job"), resend("a", "c@job"), resend("b", "d@job"), delete("c", "")];
        assert_eq!(quota_needed(&steps), 3);
        assert_eq!(quota_needed(&steps[3..4]), 1);
        assert_eq!(quota_needed(&[delete_first("e", "dan@job"), delete("c", "")]), 0);
    }

    #[test]
    fn unsendable_steps_are_listed_by_index_without_deletes() {
        let mut long = resend("a", "bob@job");
        if let Step::Resend { invite, .. } = &mut long {
            invite.message = "x".repeat(257);
        }
        let mut nameless = delete("b", "");
        if let Step::Delete { invite } = &mut nameless {
            invite.email = String::new();
        }
        let steps = [create("bob@job"), long, nameless, create(" ")];
        assert_eq!(
            unsendable_steps(&steps),
            [(1, DraftError::MessageTooLong(257)), (3, DraftError::NoEmail)]
        );
    }

    #[test]
    fn double_email_is_found_for_every_pair_of_steps() {
        let kinds = [
            create("bob@job"),
            replace("a", "BOB@job", "one"),
            replace("b", "bob@job", "two"),
            delete_first("c", "bob@job "),
            resend("d", "bob@Job"),
        ];
        for first in 0..kinds.len() {
            for second in 0..kinds.len() {
                let steps = [create("eve@job"), kinds[first].clone(), kinds[second].clone()];
                let shared =
                    first == second && matches!(kinds[first], Step::Replace { .. } | Step::Resend { .. });
                let expected = (!shared).then(|| kinds[second].email());
                assert_eq!(find_double_email(&steps), expected, "{first} and {second}");
            }
        }
        assert_eq!(find_double_email(&[delete("a", ""), create("bob@job")]), None, "a delete sends no email");
        assert_eq!(find_double_email(&[resend("a", "bob@job"), resend("b", "BOB@job")]), None);
    }
}
