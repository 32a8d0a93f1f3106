//! `guestlist create`: new invites for addresses that have none.

use std::collections::HashSet;

use clap::Args;

use super::change::{MakeArgs, Wish, change};
use super::codes::Ended;
use super::global::GlobalArgs;
use super::message::{self, MessageArgs};
use super::show;
use crate::clock::Clock;
use crate::domain::email::folded;
use crate::domain::journal::JournalEntry;
use crate::domain::roster::Roster;
use crate::domain::text::visible;
use crate::domain::{Draft, Step, email_history};

/// What is typed after `create`.
#[derive(Debug, Args)]
pub(super) struct CreateArgs {
    /// Whom to invite; - reads emails from standard input, one a line
    #[arg(required = true, value_name = "ADDRESS")]
    addresses: Vec<String>,
    #[command(flatten)]
    message: MessageArgs,
    #[command(flatten)]
    make: MakeArgs,
}

/// Sends them.
pub(super) async fn run(global: GlobalArgs, args: CreateArgs, clock: Clock) -> Result<u8, Ended> {
    let message = args.message.read()?;
    let addresses = message::with_stdin(args.addresses)?;
    change(global, args.make, clock, |seen| wish(&addresses, &message, seen.roster, seen.plans)).await
}

fn wish(addresses: &[String], message: &str, roster: &Roster, plans: &[JournalEntry]) -> Result<Wish, Ended> {
    let still_sent = email_history::still_sent(plans);
    let (mut wish, mut seen, mut pending) = (Wish::default(), HashSet::new(), Vec::new());
    for address in addresses.iter().map(|address| address.trim()) {
        if roster.to_address(address).next().is_some() {
            pending.push(visible(address));
        } else if let Some(plan) = still_sent.get(&folded(address)) {
            return Err(Ended::refused(format!("{} Nothing was done.", still_sends(plan, address))));
        } else if seen.insert(folded(address)) {
            // A doubt is no refusal: it is a warning beside the plan.
            wish.steps.push(step(address, message, roster));
        } else {
            wish.said.push(format!("{} is named twice; it is mailed once.", visible(address)));
        }
    }
    if pending.is_empty() {
        return Ok(wish);
    }
    let (verb, names) = (if pending.len() == 1 { "is" } else { "are" }, pending.join(", "));
    Err(Ended::refused(format!(
        "{names} {verb} invited already and pending: guestlist resend sends again. Nothing was done."
    )))
}

/// Why an address gets no email from a new plan: another one may still send to it, or may have done so.
pub(super) fn still_sends(plan: &JournalEntry, address: &str) -> String {
    let name = show::short(plan.plan.id);
    let is_unknown = email_history::unknown_creates([plan]).contains_key(&folded(address));
    let what = match is_unknown {
        true => format!("It is unknown whether plan {name} has invited {} already.", visible(address)),
        false => format!("Plan {name} is not over and still sends to {}.", visible(address)),
    };
    format!("{what} guestlist plan resume {name} goes on with it; guestlist plan drop {name} ends it.")
}

/// The step that invites an address. What it has now is pinned, so that a lost answer can be settled.
pub(super) fn step(address: &str, message: &str, roster: &Roster) -> Step {
    let draft = Draft { email: address.to_owned(), message: message.to_owned() };
    Step::Create { draft, before: Some(roster.pins(address)) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::show;

    #[test]
    fn a_doubtful_address_is_said_and_sent_all_the_same() {
        let addresses = ["jane.doe".to_owned(), "bob@job".to_owned()];
        let wish = wish(&addresses, "", &Roster::default(), &[]).expect("nobody is invited yet");
        assert_eq!(wish.steps.len(), 2);
        assert_eq!(show::doubts(&wish.steps), ["Warning: jane.doe: there is no @ in it"]);
    }
}
