//! `guestlist create`: creates invites for emails that have none.

use std::collections::HashSet;

use clap::Args;

use super::exit_code::CliError;
use super::flagged_args::FlaggedArgs;
use super::global_args::GlobalArgs;
use super::input_args::{self, MessageArgs};
use super::plan_text;
use super::run_plan::{Needs, PlanArgs, PlanDraft, run_command};
use crate::clock::Clock;
use crate::domain::email::normalize;
use crate::domain::invite_store::InviteStore;
use crate::domain::journal::JournalEntry;
use crate::domain::planner::Planner;
use crate::domain::text::sanitize;
use crate::domain::{Draft, Invite, Step, email_history, recipient};

/// Arguments of `create`.
#[derive(Debug, Args)]
pub(super) struct CreateArgs {
    /// Emails to invite; - reads them from standard input, one per line
    #[arg(required = true, value_name = "EMAIL")]
    emails: Vec<String>,
    #[command(flatten)]
    message: MessageArgs,
    /// Accept emails that already have an invite: print that invite and send nothing
    #[arg(long)]
    if_absent: bool,
    #[command(flatten)]
    flagged: FlaggedArgs,
    #[command(flatten)]
    plan: PlanArgs,
}

/// Creates the invites.
pub(super) async fn run(global: GlobalArgs, args: CreateArgs, clock: Clock) -> Result<u8, CliError> {
    let message = args.message.read()?;
    let emails = input_args::expand_stdin(args.emails)?;
    let confirm = args.plan.confirm.clone();
    let plan_args = PlanArgs { needs: Needs { members: true, ..Needs::default() }, ..args.plan };
    run_command(global, plan_args, clock, |input| {
        let mut plan_draft = build_draft(&emails, &message, input.store, input.plans)?;
        if args.if_absent {
            plan_draft.existing = take_existing(&mut plan_draft.steps, input.store);
        }
        args.flagged.check(&mut plan_draft, input, &confirm)?;
        Ok(plan_draft)
    })
    .await
}

fn build_draft(
    arguments: &[String],
    message: &str,
    store: &InviteStore,
    plans: &[JournalEntry],
) -> Result<PlanDraft, CliError> {
    let planner = Planner::new(store, true);
    let unfinished_sends = email_history::unfinished_sends(plans);
    let unknown = email_history::unknown_creates(plans);
    let (mut plan_draft, mut seen_emails, mut errors) = (PlanDraft::default(), HashSet::new(), Vec::new());
    for argument in arguments {
        let email = match recipient::parse(argument) {
            Ok(parsed) => {
                if let Some(repair) = &parsed.repair {
                    let (typed, email) = (sanitize(argument), &parsed.email);
                    plan_draft.notes.push(format!("{typed} is read as {email}: {repair}."));
                }
                parsed.email
            }
            Err(reason) => {
                errors.push(format!("{} is not an email address: {reason}", sanitize(argument)));
                continue;
            }
        };
        let normalized = normalize(&email);
        match unfinished_sends.get(&normalized).filter(|_| unknown.contains_key(&normalized)) {
            Some(plan) => errors.push(pending_send_reason(plan, &email)),
            None if seen_emails.insert(normalized) => {
                let draft = Draft { email, message: message.to_owned() };
                plan_draft.steps.push(planner.record_versions(Step::Create { draft, known_versions: None }));
            }
            None => plan_draft.notes.push(format!("{} is given twice; it gets one email.", sanitize(&email))),
        }
    }
    match errors.is_empty() {
        true => Ok(plan_draft),
        false => Err(CliError::refused(format!("{}\nNo changes were made.", errors.join("\n")))),
    }
}

/// Removes the steps for emails that have an invite, and returns these invites: the latest of each email.
fn take_existing(steps: &mut Vec<Step>, store: &InviteStore) -> Vec<Invite> {
    let mut existing = Vec::new();
    steps.retain(|step| {
        let latest = store.find_by_email(step.email()).max_by_key(|row| row.expiry.to_micros());
        existing.extend(latest.as_ref().map(|row| row.to_invite()));
        latest.is_none()
    });
    existing
}

/// Returns why an email is skipped: another plan will invite this email, or may have invited it already.
/// Also says how to resume or discard that plan.
pub(super) fn pending_send_reason(plan: &JournalEntry, email: &str) -> String {
    let id = plan_text::short_id(plan.plan.id);
    let is_unknown = email_history::unknown_creates([plan]).contains_key(&normalize(email));
    let reason = match is_unknown {
        true => format!("It is unknown whether plan {id} has invited {} already.", sanitize(email)),
        false => format!("Plan {id} is unfinished and will invite {} when resumed.", sanitize(email)),
    };
    format!(
        "{reason} Run guestlist plan resume {id} to resume it, or guestlist plan discard {id} to discard it."
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn draft_for(arguments: &[&str]) -> Result<PlanDraft, CliError> {
        let arguments: Vec<String> = arguments.iter().map(|text| (*text).to_owned()).collect();
        build_draft(&arguments, "", &InviteStore::default(), &[])
    }

    #[test]
    fn create_extracts_the_email_from_the_argument() {
        let plan_draft =
            draft_for(&["bob@job", "Gus Gray <gus.gray@acme.com>", "mailto:kim@acme.com", "BOB@job"])
                .expect("all are emails");
        let emails: Vec<&str> = plan_draft.steps.iter().map(Step::email).collect();
        assert_eq!(emails, ["bob@job", "gus.gray@acme.com", "kim@acme.com"]);
        assert_eq!(plan_draft.notes, ["BOB@job is given twice; it gets one email."]);
    }

    #[test]
    fn create_rejects_an_argument_without_an_email() {
        for argument in ["nota", "", "a b@x.com", "ann@", "@acme.com", "a@x.com b@x.com", "ann\u{200b}@x.com"]
        {
            let error = draft_for(&["bob@job", argument]).expect_err(argument);
            assert!(
                error.code == 7 && error.message.contains("is not an email address"),
                "{argument}: {error}"
            );
        }
    }
}
