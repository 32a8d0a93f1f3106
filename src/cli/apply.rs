//! `guestlist plan apply`: applies a plan from a file. Reports what changed since the file was written; the plan is
//! then
//! shown, confirmed, journaled and run like any other, and only once.

use std::path::PathBuf;

use clap::Args;

use super::create::pending_send_reason;
use super::exit_code::CliError;
use super::flagged_args::FlaggedArgs;
use super::global_args::GlobalArgs;
use super::plan_file;
use super::plan_text;
use super::run_plan::{ConfirmArgs, PlanArgs, PlanDraft, PlanInput, run_command};
use crate::clock::Clock;
use crate::config::typed_path_arg;
use crate::domain::email::normalize;
use crate::domain::invite_store::InviteStore;
use crate::domain::plan::InviteVersion;
use crate::domain::planner::Planner;
use crate::domain::text::sanitize;
use crate::domain::{Draft, Invite, Plan, Step, email_history};

/// Arguments of `plan apply`.
#[derive(Debug, Args)]
pub(super) struct ApplyArgs {
    /// File that --plan-file wrote, or - for standard input
    #[arg(value_name = "FILE", value_parser = typed_path_arg)]
    file: PathBuf,
    #[command(flatten)]
    flagged: FlaggedArgs,
    #[command(flatten)]
    confirm: ConfirmArgs,
}

/// Applies the plan.
pub(super) async fn run(global: GlobalArgs, args: ApplyArgs, clock: Clock) -> Result<u8, CliError> {
    let plan = plan_file::read(&args.file)?;
    let asks = !args.confirm.yes || args.confirm.dry_run;
    let make = PlanArgs { confirm: args.confirm, plan_file: None, needs_members: true };
    run_command(global, make, clock, |seen| {
        let mut wish = build_draft(plan, seen)?;
        args.flagged.check(&mut wish, seen, asks)?;
        Ok(wish)
    })
    .await
}

fn build_draft(plan: Plan, seen: &PlanInput<'_>) -> Result<PlanDraft, CliError> {
    if plan.tenancy != *seen.tenancy {
        let (its, ours) = (sanitize(&plan.tenancy.0), sanitize(&seen.tenancy.0));
        return Err(CliError::refused(format!(
            "The plan is for {its}, but the token is for {ours}. No changes were made."
        )));
    }
    if let Some(known) = seen.plans.iter().find(|entry| entry.plan.id == plan.id) {
        let (name, state) = (plan_text::short_id(plan.id), known.state.label());
        return Err(CliError::refused(format!(
            "This plan was already applied on this machine: plan {name} is {state}, {}. Run guestlist plan show \
             {name} to see it. No changes were made.",
            plan_text::count_outcomes(known)
        )));
    }
    refuse_misleading(&plan, seen.store)?;
    let mut wish = PlanDraft { id: Some(plan.id), filter: plan.filter, ..PlanDraft::default() };
    let still_sent = email_history::unfinished_sends(seen.plans);
    for step in plan.steps {
        match still_sent.get(&normalize(step.email())).filter(|_| step.sends_email()) {
            None => add_if_applicable(&mut wish, step, seen.store),
            Some(plan) => {
                wish.notes.push(format!(
                    "{} skipped: {}",
                    step.verb(),
                    pending_send_reason(plan, step.email())
                ));
                wish.is_partial = true;
            }
        }
    }
    Ok(wish)
}

/// Refuses a plan that shows one email and would change the invite of another: its file was edited, or the server
/// gave the identity to another person.
fn refuse_misleading(plan: &Plan, roster: &InviteStore) -> Result<(), CliError> {
    let refused = |why: String| {
        Err(CliError::refused(format!("The plan was refused: {why}. Make a new plan. No changes were made.")))
    };
    for step in &plan.steps {
        let emails = step.target().map(|old| old.email.as_str()).into_iter().chain([step.email()]);
        if let Some(email) = emails.into_iter().find(|email| email.contains(char::is_control)) {
            return refused(format!("the email {} contains a control character", sanitize(email)));
        }
        let Some(old) = step.target() else { continue };
        let Some(now) = roster.invite(&old.identity) else { continue };
        if normalize(&now.email) != normalize(&old.email) {
            let (id, email) = (old.identity.to_string(), sanitize(&old.email));
            return refused(format!(
                "it names {} as the invite of {email}, but on the server that is the invite of {}",
                sanitize(&id),
                sanitize(&now.email)
            ));
        }
    }
    Ok(())
}

/// Adds a step if it still applies, and reports what has changed.
fn add_if_applicable(wish: &mut PlanDraft, step: Step, roster: &InviteStore) {
    let verb = step.verb();
    let named =
        |invite: &Invite| format!("{} ({})", sanitize(&invite.email), sanitize(&invite.identity.to_string()));
    let now = match step.target() {
        None => None,
        Some(old) => match roster.invite(&old.identity) {
            None => {
                wish.notes.push(format!("{verb} skipped: {} is no longer in the list.", named(old)));
                wish.is_partial |= step.sends_email();
                return;
            }
            Some(now) => {
                if let Some(what) = describe_change(old, &now) {
                    wish.notes.push(format!("{} has changed since the plan was made: {what}.", named(&now)));
                }
                Some(now)
            }
        },
    };
    let to_another =
        |draft: &Draft| now.as_ref().is_none_or(|old| normalize(&old.email) != normalize(&draft.email));
    if let Some(draft) = step.draft().filter(to_another)
        && let Some(other) = roster.by_email(&draft.email).next()
    {
        let (email, other) = (sanitize(&draft.email), other.identity().to_string());
        wish.notes.push(format!("{verb} skipped: {email} already has an invite ({}).", sanitize(&other)));
        return;
    }
    if let Some(other) = find_invite_since(&step, roster) {
        let (email, other) = (sanitize(step.email()), other.identity.to_string());
        let other = sanitize(&other);
        wish.notes.push(format!("{verb} skipped: {email} has another invite since then ({other})."));
        wish.is_partial = true;
        return;
    }
    let planner = Planner::new(roster, true);
    wish.steps.push(match now {
        Some(now) => planner.replace_invite(step, now),
        None => planner.record_versions(step),
    });
}

/// Returns an invite to the step's email that was created or renewed after the plan was made, other than the old
/// invite. `None` if the plan was made without a complete list.
fn find_invite_since(step: &Step, roster: &InviteStore) -> Option<InviteVersion> {
    let (before, old) = (step.known_versions()?, step.target()?);
    let is_known = |pin: &InviteVersion| {
        let has = |then: &InviteVersion| {
            then.identity == pin.identity && pin.expiry.is_unchanged_since(then.expiry)
        };
        pin.identity == old.identity || before.iter().any(has)
    };
    roster.versions(step.email()).into_iter().find(|pin| !is_known(pin))
}

fn describe_change(old: &Invite, now: &Invite) -> Option<String> {
    let mut what = Vec::new();
    if old.expiry != now.expiry {
        what.push(match now.expiry.0 {
            Some(at) => format!("it expires {at} now"),
            None => "it has no expiry now".to_owned(),
        });
    }
    if old.message != now.message {
        what.push(format!("its message is {:?} now", sanitize(&now.message)));
    }
    if old.email != now.email {
        what.push("its email is different".to_owned());
    }
    (!what.is_empty()).then(|| what.join(", "))
}
