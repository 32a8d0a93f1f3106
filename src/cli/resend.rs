//! `guestlist resend`: the same invites again, with a new link and a new e-mail; the old ones stop working.

use std::collections::HashSet;

use clap::Args;

use super::change::{ChangeArgs, Wish, change};
use super::codes::Ended;
use super::global::GlobalArgs;
use super::ids;
use crate::clock::Clock;
use crate::domain::email::folded;
use crate::domain::planning::order;
use crate::domain::roster::Roster;
use crate::domain::{Draft, Invite, Step};

/// What is typed after `resend`.
#[derive(Debug, Args)]
pub(super) struct ResendArgs {
    /// A uuid, invites/uuid, or an address that has one invite
    #[arg(required = true, value_name = "ID")]
    ids: Vec<String>,
    /// Delete the old one before the new one is sent, for a server that takes no second invite for an address
    #[arg(long)]
    delete_first: bool,
    #[command(flatten)]
    change: ChangeArgs,
}

/// Sends them again.
pub(super) async fn run(global: GlobalArgs, args: ResendArgs, clock: Clock) -> Result<u8, Ended> {
    change(global, args.change, clock, |roster, now| {
        let invites = ids::resolve(&args.ids, roster)?;
        let mut steps: Vec<Step> = invites.into_iter().map(|invite| again(invite, roster)).collect();
        order(&mut steps, now.wall);
        let steps = if args.delete_first { delete_first(steps) } else { steps };
        Ok(Wish { steps, ..Wish::default() })
    })
    .await
}

fn again(invite: Invite, roster: &Roster) -> Step {
    let before = Some(roster.pins(&invite.email));
    Step::Resend { invite, before }
}

/// Of several invites for an address the last is the one that is sent again: the others have to be gone by then.
fn delete_first(steps: Vec<Step>) -> Vec<Step> {
    let mut later = HashSet::new();
    let mut turned: Vec<Step> = steps
        .into_iter()
        .rev()
        .map(|step| match step {
            Step::Resend { invite, before } if later.insert(folded(&invite.email)) => {
                let draft = Draft { email: invite.email.clone(), message: invite.message.clone() };
                Step::DeleteFirst { invite, draft, before }
            }
            Step::Resend { invite, .. } => Step::Delete { invite },
            other => other,
        })
        .collect();
    turned.reverse();
    turned
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Expiry, Identity};

    #[test]
    fn with_delete_first_an_address_is_mailed_once_and_last() {
        let invite = |name: &str, email: &str| Invite {
            identity: Identity::parse(name).expect("an identity"),
            email: email.into(),
            message: format!("for {name}"),
            expiry: Expiry(None),
        };
        let resend = |name, email| Step::Resend { invite: invite(name, email), before: None };
        let steps =
            delete_first(vec![resend("a", "bob@job"), resend("b", "eve@job"), resend("c", "Bob@job")]);
        let verbs: Vec<_> = steps.iter().map(Step::verb).collect();
        assert_eq!(verbs, ["delete", "delete-first", "delete-first"]);
        assert_eq!(steps[2].draft().map(|draft| draft.message).as_deref(), Some("for c"));
    }
}
