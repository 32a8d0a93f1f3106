//! `guestlist reinvite`: invites people again whose invites are expired or gone, with the same message.

use std::collections::HashSet;

use clap::Args;

use super::exit_code::{ALREADY_INVITED, CliError, REFUSED};
use super::flagged_args::FlaggedArgs;
use super::global_args::GlobalArgs;
use super::input_args::{self, MessageArgs};
use super::run_plan::{Needs, PlanArgs, PlanDraft, PlanInput, run_command};
use crate::clock::Clock;
use crate::domain::email::normalize;
use crate::domain::email_history;
use crate::domain::expiry::Urgency;
use crate::domain::past_invites::last_invite;
use crate::domain::planner::Planner;
use crate::domain::text::sanitize;
use crate::domain::{Invite, Step};

/// Arguments of `reinvite`.
#[derive(Debug, Args)]
pub(super) struct ReinviteArgs {
    /// Emails to re-invite; - reads them from standard input, one per line
    #[arg(required = true, value_name = "EMAIL")]
    emails: Vec<String>,
    #[command(flatten)]
    message: MessageArgs,
    #[command(flatten)]
    flagged: FlaggedArgs,
    #[command(flatten)]
    plan: PlanArgs,
}

/// Why a person is not re-invited.
enum Rejection {
    Pending(String),
    Unknown(String),
    Other(String),
}

/// Re-invites the people.
pub(super) async fn run(global: GlobalArgs, args: ReinviteArgs, clock: Clock) -> Result<u8, CliError> {
    let message = if args.message.is_given() { Some(args.message.read()?) } else { None };
    let emails = input_args::expand_stdin(args.emails)?;
    let confirm = args.plan.confirm.clone();
    let needs = Needs { members: true, cached_list: true, ..Needs::default() };
    run_command(global, PlanArgs { needs, ..args.plan }, clock, |input| {
        let mut plan_draft =
            PlanDraft { steps: build_steps(&emails, message.as_deref(), input)?, ..PlanDraft::default() };
        args.flagged.check(&mut plan_draft, input, &confirm)?;
        Ok(plan_draft)
    })
    .await
}

/// Returns a step for each email.
///
/// # Errors
/// A person cannot be re-invited: the error lists all of them.
fn build_steps(
    emails: &[String],
    message: Option<&str>,
    input: &PlanInput<'_>,
) -> Result<Vec<Step>, CliError> {
    let (mut steps, mut rejections, mut seen) = (Vec::new(), Vec::new(), HashSet::new());
    for email in emails.iter().filter(|email| seen.insert(normalize(email))) {
        match build_step(email.trim(), message, input) {
            Ok(step) => steps.push(step),
            Err(rejection) => rejections.push(rejection),
        }
    }
    if rejections.is_empty() {
        return Ok(steps);
    }
    let code = if rejections.iter().all(|rejection| matches!(rejection, Rejection::Pending(_)))
        && steps.is_empty()
    {
        ALREADY_INVITED
    } else if rejections.iter().all(|rejection| matches!(rejection, Rejection::Unknown(_))) {
        super::exit_code::NOT_FOUND
    } else {
        REFUSED
    };
    let texts = rejections.into_iter().map(|rejection| match rejection {
        Rejection::Pending(text) | Rejection::Unknown(text) | Rejection::Other(text) => text,
    });
    Err(CliError::new(code, format!("{}\nNo changes were made.", texts.collect::<Vec<_>>().join("\n"))))
}

fn build_step(email: &str, message: Option<&str>, input: &PlanInput<'_>) -> Result<Step, Rejection> {
    let shown = sanitize(email);
    let listed: Vec<Invite> = input.store.find_by_email(email).map(|row| row.to_invite()).collect();
    if listed.iter().any(|invite| invite.expiry.urgency(input.now) != Urgency::Expired) {
        let hint = "Run guestlist resend to send it again.";
        return Err(Rejection::Pending(format!("{shown} has a pending invite. {hint}")));
    }
    let is_listed = !listed.is_empty();
    let last = listed.into_iter().max_by_key(|invite| invite.expiry.to_micros());
    let Some(invite) = last.or_else(|| last_invite(email, input.plans, input.cached_list)) else {
        let hint = "Run guestlist create to invite this person.";
        return Err(Rejection::Unknown(format!(
            "No earlier invite of {shown} is known on this machine. {hint}"
        )));
    };
    let in_flight = email_history::unfinished_sends(input.plans).into_keys().collect();
    let planner = Planner::new(input.store, true);
    let step = planner
        .reinvite_step(&invite, is_listed, &in_flight)
        .map_err(|reason| Rejection::Other(format!("Could not re-invite {shown}: {reason}.")))?;
    Ok(match message {
        Some(message) => step.with_message(message),
        None => step,
    })
}
