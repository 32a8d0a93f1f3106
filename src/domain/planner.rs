//! Turns invites and drafts into the steps of a plan, pinned to the current list.
//! Used by the console and the commands. Order, costs and checks of a plan are in [`super::plan_analysis`].

use std::collections::HashSet;

use super::draft::DraftError;
use super::email::normalize;
use super::import::{EntryState, ImportList, Template};
use super::invite_store::InviteStore;
use super::{Draft, Invite, Step};

/// Makes steps.
/// Pins them only to a complete list, because only a complete list has all invites of an email.
#[derive(Debug, Clone, Copy)]
pub struct Planner<'a> {
    store: &'a InviteStore,
    is_complete: bool,
}

impl<'a> Planner<'a> {
    /// Creates a planner for the loaded pending invites.
    pub fn new(store: &'a InviteStore, is_complete: bool) -> Planner<'a> {
        Planner { store, is_complete }
    }

    /// Pins a step to the current invites of its email.
    /// If the list is incomplete, the step stays unchanged.
    pub fn record_versions(&self, mut step: Step) -> Step {
        if self.is_complete {
            let pins = self.store.versions(step.email());
            match &mut step {
                Step::Delete { .. } => {}
                Step::Create { known_versions: versions, .. }
                | Step::Resend { known_versions: versions, .. }
                | Step::Replace { known_versions: versions, .. }
                | Step::DeleteFirst { known_versions: versions, .. } => *versions = Some(pins),
            }
        }
        step
    }

    /// Replaces the invite of a step with its current version, and pins the step.
    pub fn replace_invite(&self, mut step: Step, current: Invite) -> Step {
        match &mut step {
            Step::Create { .. } => {}
            Step::Delete { invite }
            | Step::Resend { invite, .. }
            | Step::Replace { invite, .. }
            | Step::DeleteFirst { invite, .. } => *invite = current,
        }
        self.record_versions(step)
    }

    /// Returns the step that re-invites a person: a resend if the invite is still listed, otherwise a create.
    ///
    /// # Errors
    ///
    /// Returns why the person cannot be re-invited, a fragment that follows a number. `emails_in_flight`: the
    /// normalized emails that other plans may still invite.
    pub fn reinvite_step(
        &self,
        invite: &Invite,
        is_listed: bool,
        emails_in_flight: &HashSet<String>,
    ) -> Result<Step, &'static str> {
        let draft = Draft { email: invite.email.clone(), message: invite.message.clone() };
        if let Some(error) = draft.error() {
            return Err(match error {
                DraftError::NoEmail => "without an email",
                DraftError::NotAnEmail(_) => "with an invalid email",
                DraftError::EmailTooLong(_) => "with an email that is too long",
                DraftError::MessageTooLong(_) => "with a message that is too long",
            });
        }
        let is_same_invite = |identity| is_listed && identity == invite.identity;
        if self.store.find_by_email(&draft.email).any(|row| !is_same_invite(row.identity())) {
            return Err("already invited again");
        }
        if emails_in_flight.contains(&normalize(&draft.email)) {
            return Err("in another unfinished plan");
        }
        Ok(self.record_versions(match is_listed {
            true => Step::Resend { invite: invite.clone(), known_versions: None },
            false => Step::Create { draft, known_versions: None },
        }))
    }

    /// Returns the steps for the included entries of a list.
    ///
    /// # Errors
    ///
    /// If any entry cannot be sent, returns no steps, but the position of each such entry and the reason.
    pub fn import_steps(
        &self,
        list: &ImportList,
        states: &[EntryState],
        template: &Template,
    ) -> Result<Vec<Step>, Vec<(usize, String)>> {
        let (mut steps, mut refused) = (Vec::new(), Vec::new());
        let entries = list.entries.iter().zip(states).enumerate();
        for (index, (entry, state)) in entries.filter(|(_, (_, state))| state.is_included()) {
            let draft = template.draft(list, entry).map_err(|template_error| format!("{template_error}."));
            let error = draft.as_ref().ok().and_then(Draft::error).map(|error| error.to_string());
            match error.map_or(draft, Err) {
                Err(reason) => refused.push((index, reason)),
                Ok(draft) if *state == EntryState::ReplaceExpired => {
                    let old = self.store.find_by_email(&draft.email).map(|row| row.to_invite());
                    let replace =
                        |invite| Step::Replace { invite, draft: draft.clone(), known_versions: None };
                    steps.extend(old.map(|invite| self.record_versions(replace(invite))));
                }
                Ok(draft) => steps.push(self.record_versions(Step::Create { draft, known_versions: None })),
            }
        }
        if refused.is_empty() { Ok(steps) } else { Err(refused) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::import::parse;
    use crate::domain::plan::InviteVersion;
    use crate::domain::{Expiry, Identity};

    fn invite(name: &str, email: &str) -> Invite {
        let identity = Identity::parse(name).expect("an identity");
        Invite { identity, email: email.into(), message: "m".into(), expiry: Expiry(None) }
    }

    fn invite_store() -> InviteStore {
        let mut store = InviteStore::default();
        for (name, email) in [("a", "bob@job.com"), ("b", "BOB@job.com"), ("c", "eve@job.com")] {
            store.insert(&invite(name, email));
        }
        store
    }

    #[test]
    fn steps_are_pinned_only_by_a_complete_list() {
        let store = invite_store();
        let resend = Step::Resend { invite: invite("a", "bob@job.com"), known_versions: None };
        let step = |is_complete| Planner::new(&store, is_complete).record_versions(resend.clone());
        assert_eq!(step(true).known_versions().map(<[InviteVersion]>::len), Some(2));
        assert_eq!(step(false).known_versions(), None);
        let pinned = step(true);
        assert_eq!(Planner::new(&store, false).record_versions(pinned.clone()), pinned, "older pins stay");
        let delete = Step::Delete { invite: invite("a", "bob@job.com") };
        assert_eq!(Planner::new(&store, true).record_versions(delete.clone()), delete);
    }

    #[test]
    fn refreshed_step_has_current_invite_and_pins() {
        let (store, now) = (invite_store(), invite("c", "eve@job.com"));
        let old = Invite { message: "old".into(), ..now.clone() };
        let step = Planner::new(&store, true)
            .replace_invite(Step::Resend { invite: old, known_versions: None }, now.clone());
        assert_eq!(
            step,
            Step::Resend { known_versions: Some(vec![InviteVersion::from_invite(&now)]), invite: now }
        );
    }

    #[test]
    fn import_steps_create_new_and_replace_expired() {
        let (store, list) = (invite_store(), parse("ann@job.com\nbob@job.com\nzoe@job.com", None));
        let states = [EntryState::New, EntryState::ReplaceExpired, EntryState::Excluded];
        let steps = Planner::new(&store, true).import_steps(&list, &states, &Template::new("hello"));
        let steps: Vec<_> = steps.expect("they can be sent");
        let steps: Vec<_> = steps.iter().map(|step| (step.verb(), step.email())).collect();
        let replace = ("replace", "bob@job.com");
        assert_eq!(steps, [("create", "ann@job.com"), replace, replace]);
    }

    #[test]
    fn import_rejects_all_entries_if_one_cannot_be_filled() {
        let list = parse("email,name\nann@job.com,Ann\nbob@job.com,\nzoe@job.com,", None);
        let states = [EntryState::New, EntryState::New, EntryState::Excluded];
        let template = Template::new("Dear {name},");
        let refused = Planner::new(&InviteStore::default(), true).import_steps(&list, &states, &template);
        let indexes: Vec<_> =
            refused.expect_err("bob has no name").into_iter().map(|(index, _)| index).collect();
        assert_eq!(indexes, [1]);
    }
}
