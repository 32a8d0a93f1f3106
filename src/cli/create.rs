//! `guestlist create`: creates invites for emails that have none.

use std::collections::HashSet;

use clap::Args;

use super::exit_code::CliError;
use super::flagged_args::FlaggedArgs;
use super::global_args::GlobalArgs;
use super::input_args::{self, MessageArgs};
use super::plan_text;
use super::run_plan::{PlanArgs, PlanDraft, run_command};
use crate::clock::Clock;
use crate::domain::email::normalize;
use crate::domain::invite_store::InviteStore;
use crate::domain::journal::JournalEntry;
use crate::domain::planner::Planner;
use crate::domain::text::sanitize;
use crate::domain::{Draft, Step, email_history, recipient};

/// Arguments of `create`.
#[derive(Debug, Args)]
pub(super) struct CreateArgs {
    /// Emails to invite; - reads them from standard input, one per line
    #[arg(required = true, value_name = "EMAIL")]
    emails: Vec<String>,
    #[command(flatten)]
    message: MessageArgs,
    #[command(flatten)]
    flagged: FlaggedArgs,
    #[command(flatten)]
    plan: PlanArgs,
}

/// Creates the invites.
pub(super) async fn run(global: GlobalArgs, args: CreateArgs, clock: Clock) -> Result<u8, CliError> {
    let message = args.message.read()?;
    let emails = input_args::expand_stdin(args.emails)?;
    let asks = !args.plan.confirm.yes || args.plan.confirm.dry_run;
    let make = PlanArgs { needs_members: true, ..args.plan };
    run_command(global, make, clock, |seen| {
        let mut wish = build_draft(&emails, &message, seen.store, seen.plans)?;
        args.flagged.check(&mut wish, seen, asks)?;
        Ok(wish)
    })
    .await
}

fn build_draft(
    typed: &[String],
    message: &str,
    roster: &InviteStore,
    plans: &[JournalEntry],
) -> Result<PlanDraft, CliError> {
    let planner = Planner::new(roster, true);
    let still_sent = email_history::unfinished_sends(plans);
    let unknown = email_history::unknown_creates(plans);
    let (mut wish, mut seen, mut refused) = (PlanDraft::default(), HashSet::new(), Vec::new());
    for typed in typed {
        let email = match recipient::parse(typed) {
            Ok(found) => {
                if let Some(repair) = &found.repair {
                    wish.notes.push(format!("{} is read as {}: {repair}.", sanitize(typed), found.email));
                }
                found.email
            }
            Err(refusal) => {
                refused.push(format!("{} is not an email address: {refusal}", sanitize(typed)));
                continue;
            }
        };
        let folded = normalize(&email);
        match still_sent.get(&folded).filter(|_| unknown.contains_key(&folded)) {
            Some(plan) => refused.push(pending_send_reason(plan, &email)),
            None if seen.insert(folded) => {
                let draft = Draft { email, message: message.to_owned() };
                wish.steps.push(planner.record_versions(Step::Create { draft, known_versions: None }));
            }
            None => wish.notes.push(format!("{} is named twice; it gets one email.", sanitize(&email))),
        }
    }
    match refused.is_empty() {
        true => Ok(wish),
        false => Err(CliError::refused(format!("{}\nNo changes were made.", refused.join("\n")))),
    }
}

/// Returns the sentence why an email is skipped: another plan still sends an invite to it, or may have sent one.
pub(super) fn pending_send_reason(plan: &JournalEntry, address: &str) -> String {
    let name = plan_text::short_id(plan.plan.id);
    let is_unknown = email_history::unknown_creates([plan]).contains_key(&normalize(address));
    let what = match is_unknown {
        true => format!("It is unknown whether plan {name} has invited {} already.", sanitize(address)),
        false => format!("Plan {name} is unfinished and still invites {}.", sanitize(address)),
    };
    format!(
        "{what} Run guestlist plan resume {name} to resume it, or guestlist plan discard {name} to discard it."
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn draft_for(typed: &[&str]) -> Result<PlanDraft, CliError> {
        let typed: Vec<String> = typed.iter().map(|text| (*text).to_owned()).collect();
        build_draft(&typed, "", &InviteStore::default(), &[])
    }

    #[test]
    fn create_extracts_the_email_from_the_argument() {
        let wish = draft_for(&["bob@job", "Gus Gray <gus.gray@acme.com>", "mailto:kim@acme.com", "BOB@job"])
            .expect("all are emails");
        let emails: Vec<&str> = wish.steps.iter().map(Step::email).collect();
        assert_eq!(emails, ["bob@job", "gus.gray@acme.com", "kim@acme.com"]);
        assert_eq!(wish.notes, ["BOB@job is named twice; it gets one email."]);
    }

    #[test]
    fn create_rejects_an_argument_without_an_email() {
        for typed in ["nota", "", "a b@x.com", "ann@", "@acme.com", "a@x.com b@x.com", "ann\u{200b}@x.com"] {
            let ended = draft_for(&["bob@job", typed]).expect_err(typed);
            assert!(ended.code == 7 && ended.message.contains("is not an email address"), "{typed}: {ended}");
        }
    }
}
