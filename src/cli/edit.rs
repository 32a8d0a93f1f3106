//! `guestlist edit`: replaces an invite by one with another email or message, as the form of the console does.

use clap::Args;

use super::create::pending_send_reason;
use super::exit_code::CliError;
use super::flagged_args::FlaggedArgs;
use super::global_args::GlobalArgs;
use super::input_args::MessageArgs;
use super::run_plan::{Needs, PlanArgs, PlanDraft, PlanInput, run_command};
use super::select;
use crate::clock::Clock;
use crate::domain::email::normalize;
use crate::domain::plan_analysis::to_delete_first;
use crate::domain::planner::Planner;
use crate::domain::text::sanitize;
use crate::domain::{Draft, Invite, Step, email_history, recipient};

/// Arguments of `edit`.
#[derive(Debug, Args)]
pub(super) struct EditArgs {
    /// A UUID, invites/UUID, or an email that has one invite
    #[arg(value_name = "ID")]
    id: String,
    /// New email
    #[arg(long, value_name = "EMAIL")]
    email: Option<String>,
    #[command(flatten)]
    message: MessageArgs,
    /// Delete the old invite first, for a server that allows one invite per email
    #[arg(long)]
    delete_first: bool,
    #[command(flatten)]
    flagged: FlaggedArgs,
    #[command(flatten)]
    plan: PlanArgs,
}

/// Replaces the invite.
pub(super) async fn run(global: GlobalArgs, args: EditArgs, clock: Clock) -> Result<u8, CliError> {
    if args.email.is_none() && !args.message.is_given() {
        return Err(CliError::usage(
            "Nothing to edit. Add --email, --message or --message-file, or run guestlist resend to send the same \
             invite again.",
        ));
    }
    let message = if args.message.is_given() { Some(args.message.read()?) } else { None };
    let confirm = args.plan.confirm.clone();
    // Only a new email is compared with members and with the other invites.
    let needs = match &args.email {
        Some(_) => Needs { members: true, ..Needs::default() },
        None => Needs { emails: args.id.contains('@').then(|| vec![args.id.clone()]), ..Needs::default() },
    };
    let plan_args = PlanArgs { needs, ..args.plan };
    run_command(global, plan_args, clock, |input| {
        let invite = select::resolve_one(&args.id, input.store)?;
        let draft = new_draft(&invite, args.email.as_deref(), message)?;
        let step = replace_step(invite, draft, input)?;
        let steps = if args.delete_first { to_delete_first(vec![step]) } else { vec![step] };
        let mut plan_draft = PlanDraft { steps, ..PlanDraft::default() };
        args.flagged.check(&mut plan_draft, input, &confirm)?;
        Ok(plan_draft)
    })
    .await
}

fn new_draft(invite: &Invite, email: Option<&str>, message: Option<String>) -> Result<Draft, CliError> {
    let email = match email {
        None => invite.email.clone(),
        Some(text) => recipient::parse(text).map(|parsed| parsed.email).map_err(|reason| {
            let text = sanitize(text);
            CliError::refused(format!("{text} is not an email address: {reason}. No changes were made."))
        })?,
    };
    let draft = Draft { email, message: message.unwrap_or_else(|| invite.message.clone()) };
    match draft.email == invite.email && draft.message == invite.message {
        false => Ok(draft),
        true => Err(CliError::refused(
            "The invite has this email and message already. Run guestlist resend to send it again. No changes \
             were made.",
        )),
    }
}

/// Returns the step, unless another plan may invite the email.
fn replace_step(invite: Invite, draft: Draft, input: &PlanInput<'_>) -> Result<Step, CliError> {
    let sends = email_history::unfinished_sends(input.plans);
    if let Some(plan) = sends.get(&normalize(&draft.email)) {
        let reason = pending_send_reason(plan, &draft.email);
        return Err(CliError::refused(format!("{reason} No changes were made.")));
    }
    let step = Step::Replace { invite, draft, known_versions: None };
    Ok(Planner::new(input.store, true).record_versions(step))
}
