//! Runs every changing command: loads the list, makes and shows a plan, confirms it, runs it, reports
//! the result. Each command's own module makes the steps.

use std::path::PathBuf;

use clap::Args;
use jiff::Timestamp;
use uuid::Uuid;

use super::exit_code::{self, CliError, OK, PARTIAL, SIGINT};
use super::format::FormatArgs;
use super::global_args::{GlobalArgs, ResolvedConfig};
use super::plan_follower::{PlanFollower, RunEnd};
use super::service::{ServiceClient, with_client};
use super::step_results::{SkippedEntry, StepResults};
use super::{confirm, output, output_file, plan_file, plan_text, query, results};
use crate::clock::Clock;
use crate::config::typed_path_arg;
use crate::domain::annotation::{AnnotationChange, Annotations};
use crate::domain::connection::OTHER_TENANCY_HINT;
use crate::domain::diff::Snapshot;
use crate::domain::invite_store::InviteStore;
use crate::domain::journal::JournalEntry;
use crate::domain::members::Members;
use crate::domain::plan::{Progress, StepCounts};
use crate::domain::plan_analysis::find_double_email;
use crate::domain::text::sanitize;
use crate::domain::{Invite, Outcome, Plan, PlanId, ServiceRequest, Step, TenancyKey, recipient};

/// Options of all changing commands.
#[derive(Debug, Clone, Args)]
pub(super) struct ConfirmArgs {
    /// Show what would happen without doing it
    #[arg(long)]
    pub(super) dry_run: bool,
    /// Do not ask for confirmation; there is no undo window
    #[arg(long)]
    pub(super) yes: bool,
    /// With --yes: fail unless the plan has exactly N steps; required for guarded profiles
    #[arg(long, value_name = "N", requires = "yes")]
    pub(super) confirm_steps: Option<usize>,
    #[command(flatten)]
    pub(super) format: FormatArgs,
}

/// Options of commands that make a plan.
#[derive(Debug, Clone, Args)]
pub(super) struct PlanArgs {
    #[command(flatten)]
    pub(super) confirm: ConfirmArgs,
    /// Write the plan to a file, or - for standard output, for guestlist plan apply; make no changes
    #[arg(long, value_name = "FILE", value_parser = typed_path_arg, conflicts_with_all = ["yes", "dry_run"])]
    pub(super) plan_file: Option<PathBuf>,
    #[arg(skip)]
    pub(super) needs: Needs,
}

/// What a command needs besides the list and the journal.
#[derive(Debug, Clone, Default)]
pub(super) struct Needs {
    /// The only emails whose invites the command reads, if the rest of the list does not matter to it. A new email
    /// needs the whole list: for likely typos, and because only that list proves that the email has no invite.
    /// Before a plan sends email, the service reads the whole list again.
    pub(super) emails: Option<Vec<String>>,
    /// The members: one more request.
    pub(super) members: bool,
    /// Notes and snoozes.
    pub(super) annotations: bool,
    /// Invites that are gone: the cached list.
    pub(super) cached_list: bool,
}

/// Data that a plan is made from.
pub(super) struct PlanInput<'a> {
    /// The complete list, or all invites of the emails that the command needs.
    pub(super) store: &'a InviteStore,
    /// The server's date and time.
    pub(super) now: Timestamp,
    /// Newest plans of this tenancy; empty if the journal cannot be read.
    pub(super) plans: &'a [JournalEntry],
    /// The members, if they were loaded and the server has them.
    pub(super) members: Option<&'a Members>,
    /// Notes and snoozes of this tenancy, if the command needs them and the journal can be read.
    pub(super) annotations: Option<&'a Annotations>,
    /// The last cached list of this tenancy, if the command needs it.
    pub(super) cached_list: Option<&'a Snapshot>,
    /// Number of rows that could not be read. Each may be an invite for any email.
    pub(super) unreadable_rows: usize,
    pub(super) tenancy: &'a TenancyKey,
    pub(super) config: &'a ResolvedConfig,
}

/// Steps and notes of a command, before they become a plan.
#[derive(Debug, Default)]
pub(super) struct PlanDraft {
    pub(super) steps: Vec<Step>,
    /// Sentences to print before the plan.
    pub(super) notes: Vec<String>,
    /// What the user requested but is not among the steps, for JSON.
    pub(super) skipped: Vec<SkippedEntry>,
    /// Invites that already exist instead of a step.
    pub(super) existing: Vec<Invite>,
    /// True if part of what the user requested is neither among the steps nor already done.
    pub(super) is_partial: bool,
    /// Id of the plan, if it comes from a file.
    pub(super) id: Option<PlanId>,
    /// Filter that selected the steps.
    pub(super) filter: String,
    /// True if `--expect` gave the number of invites.
    pub(super) is_count_given: bool,
}

impl PlanDraft {
    /// Notes why a step is not among the steps. `is_partial` is true if its effect is still missing.
    pub(super) fn skip(&mut self, step: &Step, reason: &str, is_partial: bool) {
        self.notes.push(format!("{} skipped: {reason}", step.verb()));
        let (email, reason) = (step.email().to_owned(), reason.to_owned());
        self.skipped.push(SkippedEntry { line: None, email, reason, suggestion: None });
        self.is_partial |= is_partial;
    }
}

/// Makes a plan from the complete list and runs it; returns the exit code.
pub(super) async fn run_command(
    global: GlobalArgs,
    args: PlanArgs,
    clock: Clock,
    build_draft: impl FnOnce(&PlanInput<'_>) -> Result<PlanDraft, CliError>,
) -> Result<u8, CliError> {
    let mut results = StepResults::new(&args.confirm.format)?;
    let config = match &args.plan_file {
        None => check_writable(global, &args.confirm)?,
        Some(path) => {
            output_file::ensure_absent(path, output_file::NO_FORCE_HINT)?;
            global.resolve()?
        }
    };
    with_client(&config, clock, async |client| {
        run_with_client(client, &config, &args, &mut results, build_draft).await
    })
    .await
}

/// Resolves the options.
///
/// # Errors
/// The options are wrong, changes are disabled, or there is no terminal to ask on.
pub(super) fn check_writable(global: GlobalArgs, args: &ConfirmArgs) -> Result<ResolvedConfig, CliError> {
    let config = global.resolve()?;
    if args.dry_run {
        return Ok(config);
    }
    if config.read_only {
        return Err(CliError::refused("Changes are disabled by --read-only. No changes were made."));
    }
    confirm::require_terminal_or_yes(args.yes)?;
    Ok(config)
}

async fn run_with_client(
    client: &mut ServiceClient,
    config: &ResolvedConfig,
    PlanArgs { confirm: args, plan_file, needs }: &PlanArgs,
    results: &mut StepResults,
    build_draft: impl FnOnce(&PlanInput<'_>) -> Result<PlanDraft, CliError>,
) -> Result<u8, CliError> {
    let (store, plans) = client.fetch_list_and_plans(needs.emails.as_deref()).await?;
    // The plan is for the tenancy of the loaded list, even if the token changes to another tenancy later.
    let tenancy = client.connection.key.clone();
    let members = if needs.members { client.fetch_members().await? } else { None };
    if let Some(warning) = members.as_ref().and_then(Members::unreadable_warning) {
        output::print_always(&format!("Warning: {warning}"));
    }
    let members = members.as_ref();
    // An unusable journal matters only to a filter that uses annotations.
    let annotations = if needs.annotations { client.load_annotations().await.ok() } else { None };
    let cached_list = if needs.cached_list { client.load_cached_list().await? } else { None };
    // Read before the invites are chosen, because later responses can change the clock offset.
    let (now, clock_warning) = (client.server_now(), client.connection.clock_warning());
    let mut plan_draft = build_draft(&PlanInput {
        store: &store,
        now,
        plans: &plans,
        members,
        annotations: annotations.as_ref(),
        cached_list: cached_list.as_deref(),
        unreadable_rows: client.unreadable_rows,
        tenancy: &tenancy,
        config,
    })?;
    results.skipped = std::mem::take(&mut plan_draft.skipped);
    // Standard output may be the plan file.
    if plan_file.is_none() {
        results.print_existing(&plan_draft.existing, now);
    }
    plan_draft.notes.iter().for_each(|sentence| output::print_info(sentence));
    check_steps(&plan_draft.steps)?;
    let now = client.now().wall;
    print_unfinished(&plans, now);
    if plan_draft.steps.is_empty() {
        output::print_info("Nothing to do.");
        let code = if plan_draft.is_partial { exit_code::FAILED } else { OK };
        return results.finish(None, StepCounts::default(), args.dry_run, code);
    }
    // A plan file gets no quota warning: the quota is checked when the plan is applied.
    let quota_warning =
        if plan_file.is_some() { None } else { client.quota_warning(&plan_draft.steps).await? };
    if args.dry_run {
        return results.print_dry_run(&plan_draft.steps, quota_warning, now, OK);
    }
    let id = plan_draft.id.unwrap_or_else(|| PlanId(Uuid::new_v4()));
    let clock_warning = clock_warning_for(clock_warning, &plan_draft.filter, config);
    // With --yes, --expect is not enough: the user may have counted the invites with the same wrong clock.
    let is_confirmed = if args.yes {
        args.confirm_steps.is_some()
    } else {
        plan_draft.is_count_given || plan_draft.id.is_some()
    };
    let plan = Plan { id, tenancy, created_at: now, steps: plan_draft.steps, filter: plan_draft.filter };
    if let Some(clock_warning) = clock_warning.as_ref().filter(|_| !is_confirmed) {
        return Err(clock_mismatch_error(clock_warning, plan.steps.len(), plan_draft.id.is_some()));
    }
    if let Some(path) = plan_file {
        plan_text::plan_lines(&plan.steps, Some(now)).iter().for_each(|line| output::print_info(line));
        let steps = plan.steps.clone();
        plan_file::write(path, plan)?;
        if !results.is_default() && !output_file::is_stdout(path) {
            results.print_planned(&steps);
            let counts = StepCounts { not_sent: steps.len(), ..StepCounts::default() };
            results.finish(Some(id), counts, true, OK)?;
        }
        let file = path.display();
        output::print_info(&format!(
            "No changes were made. Run guestlist plan apply {file} to apply the plan."
        ));
        return Ok(if plan_draft.is_partial { PARTIAL } else { OK });
    }
    if let Some(failure) = client.journal_error.clone() {
        return Err(failure.into());
    }
    check_tenancy(client)?;
    let guards = &config.settings.guards;
    let mut undo_window = std::time::Duration::ZERO;
    if !args.yes {
        plan_text::plan_lines(&plan.steps, Some(now))
            .iter()
            .chain(&quota_warning)
            .for_each(|line| output::print_always(line));
        let question = "Apply this plan?";
        if !confirm::ask_to_confirm(client, question, &plan.steps, guards, clock_warning).await? {
            return Err(confirm::unconfirmed_error());
        }
        undo_window = config.settings.undo_window;
    } else {
        confirm::check_step_count(guards, &plan.steps, args.confirm_steps)?;
        quota_warning.iter().for_each(|line| output::print_info(line));
    }
    let progress = plan.initial_progress();
    let code =
        run_plan(client, &plan, progress, ServiceRequest::apply_plan(plan.clone(), undo_window), results)
            .await?;
    Ok(if code == OK && plan_draft.is_partial { PARTIAL } else { code })
}

/// Returns the clock warning if the filter depends on the clock.
pub(super) fn clock_warning_for(
    clock_warning: Option<String>,
    filter: &str,
    config: &ResolvedConfig,
) -> Option<String> {
    clock_warning.filter(|_| query::depends_on_clock(filter, config))
}

/// Returns the error for a plan that depends on the clock while the clocks differ.
pub(super) fn clock_mismatch_error(clock_warning: &str, steps: usize, has_file: bool) -> CliError {
    let instruction = match has_file {
        true => format!("confirm the plan without --yes, or with --yes --confirm-steps {steps}"),
        false => format!(
            "check the invites with --dry-run. Then run the command with --expect {steps}, and with --yes \
             --confirm-steps {steps} if there is no prompt"
        ),
    };
    CliError::refused(format!(
        "The plan was refused: its filter depends on the clock. {clock_warning} To run it anyway, {instruction}. \
         No changes were made."
    ))
}

/// Refuses all changes if the token's tenancy differs from the profile's tenancy.
pub(super) fn check_tenancy(client: &ServiceClient) -> Result<(), CliError> {
    let Some(reason) = &client.connection.wrong_tenancy_reason else { return Ok(()) };
    Err(CliError::refused(format!("No changes were made: {reason}. {OTHER_TENANCY_HINT}")))
}

/// Refuses steps that the server would reject, and steps that email a person twice.
fn check_steps(steps: &[Step]) -> Result<(), CliError> {
    let errors = plan_text::step_errors(steps);
    if !errors.is_empty() {
        return Err(CliError::refused(format!("{}\nNo changes were made.", errors.join("\n"))));
    }
    let Some(email) = find_double_email(steps).map(sanitize) else { return Ok(()) };
    Err(CliError::refused(format!("{email} would get two emails. No changes were made.")))
}

/// Runs a plan, reports its result, and returns the exit code.
pub(super) async fn run_plan(
    client: &mut ServiceClient,
    plan: &Plan,
    before: Vec<Progress>,
    request: ServiceRequest,
    steps: &mut StepResults,
) -> Result<u8, CliError> {
    let is_resumed = matches!(request, ServiceRequest::ResumePlan { .. });
    let mut follower = PlanFollower::new(client, plan, before, steps);
    let end = follower.run(request).await;
    let progress = std::mem::take(&mut follower.progress.steps);
    let counts = StepCounts::from_progress(&progress);
    if counts.done + counts.unknown > 0
        || progress.iter().any(|step| step.created.is_some() || step.old_deleted)
    {
        results::record_change(
            "Changes were made: guestlist journal list shows the plan, and guestlist journal export its steps.",
        );
    }
    let resume = format!("Run guestlist plan resume {} to resume.", plan_text::short_id(plan.id));
    move_notes(client, plan, &progress).await;
    let code = match end {
        Ok(RunEnd::Refused(failure)) => return Err(failure.into()),
        Err(error) => {
            steps.finish(Some(plan.id), counts, false, error.code)?;
            return Err(error);
        }
        Ok(RunEnd::Finished) => {
            output::print_info(&format!("Finished: {counts}."));
            exit_code::for_steps(&progress, None)
        }
        Ok(RunEnd::Stopped) => {
            output::print_info(&format!("Stopped: {counts}. {resume}"));
            if counts.unknown > 0 { exit_code::UNKNOWN } else { SIGINT }
        }
        Ok(RunEnd::Paused(failure)) => {
            let code = exit_code::for_paused(&progress, &failure);
            output::print_error(code, &failure.to_string());
            output::print_info(&format!("Paused: {counts}. {resume}"));
            code
        }
        Ok(RunEnd::Undone) => {
            let resume = if is_resumed { format!(" {resume}") } else { String::new() };
            output::print_info(&format!("Undone: no changes were made.{resume}"));
            SIGINT
        }
        Ok(RunEnd::Detached(signal)) => {
            let unknown = match counts.unknown {
                0 => "",
                _ => " The next guestlist command checks the unknown outcomes.",
            };
            output::print_info(&format!("Interrupted: {counts}.{unknown} {resume}"));
            if counts.unknown > 0 { exit_code::UNKNOWN } else { exit_code::for_signal(signal) }
        }
    };
    steps.finish(Some(plan.id), counts, false, code)
}

/// Copies notes to the new emails of edited invites, as the console does. A note is no reason to fail.
async fn move_notes(client: &mut ServiceClient, plan: &Plan, progress: &[Progress]) {
    let done =
        plan.steps.iter().zip(progress).filter(|(_, progress)| progress.outcome == Some(Outcome::Done));
    let edited: Vec<&Step> =
        done.map(|(step, _)| step).filter(|step| recipient::is_new_recipient(step)).collect();
    let edited: Vec<&Step> = edited.into_iter().filter(|step| step.target().is_some()).collect();
    if edited.is_empty() {
        return;
    }
    let Ok(mut annotations) = client.load_annotations().await else { return };
    for step in edited {
        // The old email may have another invite, so it keeps its note.
        if let Some(change) = AnnotationChange::move_note(step, &annotations, true)
            && let Ok(changed) = client.save_annotation(change).await
        {
            annotations = changed;
        }
    }
}

/// Prints one line for each unfinished plan.
fn print_unfinished(plans: &[JournalEntry], now: Timestamp) {
    for entry in plans.iter().filter(|entry| entry.is_resumable()) {
        output::print_info(&plan_text::unfinished_text(entry, now));
    }
}
