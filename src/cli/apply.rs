//! `guestlist plan apply`: applies a plan from a file, once.
//! Reports what changed since the file was written. Then the plan is shown, confirmed, recorded in the
//! journal and run like any other plan.

use std::path::PathBuf;

use clap::Args;

use super::create::pending_send_reason;
use super::exit_code::CliError;
use super::flagged_args::FlaggedArgs;
use super::global_args::GlobalArgs;
use super::run_plan::{ConfirmArgs, Needs, PlanArgs, PlanDraft, PlanInput, run_command};
use super::{plan_file, plan_text};
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
    let plan_args = PlanArgs {
        confirm: args.confirm.clone(),
        plan_file: None,
        needs: Needs { members: true, ..Needs::default() },
    };
    run_command(global, plan_args, clock, |input| {
        let mut plan_draft = build_draft(plan, input)?;
        args.flagged.check(&mut plan_draft, input, &args.confirm)?;
        Ok(plan_draft)
    })
    .await
}

fn build_draft(plan: Plan, input: &PlanInput<'_>) -> Result<PlanDraft, CliError> {
    if plan.tenancy != *input.tenancy {
        let (its, ours) = (sanitize(&plan.tenancy.0), sanitize(&input.tenancy.0));
        return Err(CliError::refused(format!(
            "The plan is for {its}, but the token is for {ours}. No changes were made."
        )));
    }
    if let Some(entry) = input.plans.iter().find(|entry| entry.plan.id == plan.id) {
        let (name, state) = (plan_text::short_id(plan.id), entry.state.label());
        return Err(CliError::refused(format!(
            "This plan was already applied on this machine: plan {name} is {state}, {}. Run guestlist plan show \
             {name} to see it. No changes were made.",
            plan_text::count_outcomes(entry)
        )));
    }
    check_step_emails(&plan, input.store)?;
    let mut plan_draft = PlanDraft { id: Some(plan.id), filter: plan.filter, ..PlanDraft::default() };
    let unfinished_sends = email_history::unfinished_sends(input.plans);
    for step in plan.steps {
        match unfinished_sends.get(&normalize(step.email())).filter(|_| step.sends_email()) {
            None => add_if_applicable(&mut plan_draft, step, input.store),
            Some(plan) => plan_draft.skip(&step, &pending_send_reason(plan, step.email()), true),
        }
    }
    Ok(plan_draft)
}

/// Refuses a plan that would change the invite of a different email than the plan shows.
/// Such a plan was edited, or the server has reused the identity for another person.
fn check_step_emails(plan: &Plan, store: &InviteStore) -> Result<(), CliError> {
    let refused = |reason: String| {
        Err(CliError::refused(format!(
            "The plan was refused: {reason}. Make a new plan. No changes were made."
        )))
    };
    for step in &plan.steps {
        let emails = step.target().map(|old| old.email.as_str()).into_iter().chain([step.email()]);
        if let Some(email) = emails.into_iter().find(|email| email.contains(char::is_control)) {
            return refused(format!("the email {} contains a control character", sanitize(email)));
        }
        let Some(old) = step.target() else { continue };
        let Some(current) = store.invite(&old.identity) else { continue };
        if normalize(&current.email) != normalize(&old.email) {
            let (id, email) = (old.identity.to_string(), sanitize(&old.email));
            return refused(format!(
                "in the plan, {} is the invite of {email}, but on the server it is the invite of {}",
                sanitize(&id),
                sanitize(&current.email)
            ));
        }
    }
    Ok(())
}

/// Adds a step if it still applies, and reports what has changed.
fn add_if_applicable(plan_draft: &mut PlanDraft, step: Step, store: &InviteStore) {
    let label =
        |invite: &Invite| format!("{} ({})", sanitize(&invite.email), sanitize(&invite.identity.to_string()));
    let current = step.target().and_then(|old| store.invite(&old.identity));
    match (step.target(), &current) {
        (Some(old), None) => {
            let reason = format!("{} is no longer in the list.", label(old));
            return plan_draft.skip(&step, &reason, step.sends_email());
        }
        (Some(old), Some(current)) => {
            let note =
                |changes| format!("{} has changed since the plan was made: {changes}.", label(current));
            plan_draft.notes.extend(describe_change(old, current).map(note));
        }
        (None, _) => {}
    }
    let to_another =
        |draft: &Draft| current.as_ref().is_none_or(|old| normalize(&old.email) != normalize(&draft.email));
    if let Some(draft) = step.draft().filter(to_another)
        && let Some(other) = store.find_by_email(&draft.email).next()
    {
        let (email, other) = (sanitize(&draft.email), other.identity().to_string());
        let reason = format!("{email} already has an invite ({}).", sanitize(&other));
        return plan_draft.skip(&step, &reason, false);
    }
    if let Some(other) = find_newer_invite(&step, store) {
        let (email, other) = (sanitize(step.email()), other.identity.to_string());
        let reason = format!("{email} has a newer invite ({}).", sanitize(&other));
        return plan_draft.skip(&step, &reason, true);
    }
    let planner = Planner::new(store, true);
    plan_draft.steps.push(match current {
        Some(current) => planner.replace_invite(step, current),
        None => planner.record_versions(step),
    });
}

/// Returns an invite of the step's email that was created or renewed after the plan was made.
/// `None` also if the plan was made without a complete list.
fn find_newer_invite(step: &Step, store: &InviteStore) -> Option<InviteVersion> {
    let (before, old) = (step.known_versions()?, step.target()?);
    let is_known = |version: &InviteVersion| {
        let has = |earlier: &InviteVersion| {
            earlier.identity == version.identity && version.expiry.is_unchanged_since(earlier.expiry)
        };
        version.identity == old.identity || before.iter().any(has)
    };
    store.versions(step.email()).into_iter().find(|version| !is_known(version))
}

fn describe_change(old: &Invite, current: &Invite) -> Option<String> {
    let mut changes = Vec::new();
    if old.expiry != current.expiry {
        changes.push(match current.expiry.0 {
            Some(at) => format!("it now expires at {at}"),
            None => "it now has no expiry".to_owned(),
        });
    }
    if old.message != current.message {
        changes.push(format!("its message is now {:?}", sanitize(&current.message)));
    }
    if old.email != current.email {
        changes.push("its email is different".to_owned());
    }
    (!changes.is_empty()).then(|| changes.join(", "))
}
