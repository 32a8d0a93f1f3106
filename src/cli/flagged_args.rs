//! Handles flagged emails of a command.
//! The prompt shows flagged emails. `--yes` refuses flagged emails unless `--include-flagged` is given.

use std::collections::HashSet;

use clap::Args;

use super::exit_code::{ALREADY_INVITED, CliError, REFUSED};
use super::run_plan::{ConfirmArgs, PlanDraft, PlanInput};
use crate::domain::import::sent_history;
use crate::domain::lint::DomainStats;
use crate::domain::recipient::{self, Flag};
use crate::domain::text::sanitize;
use crate::domain::{Step, email_history};

/// Option of commands that create invites for emails.
#[derive(Debug, Clone, Args)]
pub(super) struct FlaggedArgs {
    /// Include emails that are likely typos, pending, members, in another plan, or recently emailed
    #[arg(long)]
    include_flagged: bool,
}

impl FlaggedArgs {
    /// Adds a note to the plan draft for each flagged email.
    ///
    /// # Errors
    ///
    /// An email is flagged, and there is no prompt that shows it. Exit code 8 if all emails already have an invite.
    pub(super) fn check(
        &self,
        plan_draft: &mut PlanDraft,
        input: &PlanInput<'_>,
        confirm: &ConfirmArgs,
    ) -> Result<(), CliError> {
        let flagged = flagged_emails(&plan_draft.steps, input);
        let lines: Vec<String> = flagged
            .iter()
            .map(|(email, flags)| {
                let reasons: Vec<String> = flags.iter().map(|flag| flag.text(input.now)).collect();
                format!("{} {}.", sanitize(email), reasons.join(" and "))
            })
            .collect();
        let is_shown = confirm.dry_run || !confirm.yes;
        if lines.is_empty() || is_shown || self.include_flagged {
            plan_draft.notes.extend(lines);
            return Ok(());
        }
        let is_pending = |flags: &Vec<Flag>| matches!(flags.as_slice(), [Flag::Pending(_)]);
        let all_pending = flagged.iter().all(|(_, flags)| is_pending(flags));
        let hint = match all_pending {
            true => {
                "Run guestlist resend to resend them, or add --include-flagged to create a second invite."
            }
            false => "Correct the emails, or add --include-flagged to invite them anyway.",
        };
        let code =
            if all_pending && flagged.len() == plan_draft.steps.len() { ALREADY_INVITED } else { REFUSED };
        Err(CliError::new(code, format!("{}\n{hint} No changes were made.", lines.join("\n"))))
    }
}

fn flagged_emails<'a>(steps: &'a [Step], input: &PlanInput<'_>) -> Vec<(&'a str, Vec<Flag>)> {
    let rows = input.store.rows();
    let pending = rows.iter().filter_map(|row| rows.get(row)).map(|row| row.email);
    let domains = DomainStats::from_emails(pending.chain(steps.iter().map(Step::email)));
    let sending: HashSet<String> = email_history::unfinished_sends(input.plans).into_keys().collect();
    let context = recipient::FlagInput {
        now: input.now,
        pending: input.store,
        members: input.members,
        domains: &domains,
        sending_emails: &sending,
        sent_history: &sent_history(input.plans),
    };
    recipient::flagged_emails(steps, &context)
}
