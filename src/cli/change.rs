//! Shared course of every changing command: load the list, make a plan, show it, confirm it, run it, report the
//! result.
//! Each command's own module makes the steps.

use std::path::PathBuf;

use clap::Args;
use jiff::Timestamp;
use uuid::Uuid;

use super::codes::{self, Ended, OK, PARTIAL, SIGINT};
use super::confirm;
use super::drive::{Drive, End};
use super::file;
use super::global::{Decided, GlobalArgs};
use super::link::Link;
use super::plan_file;
use super::query;
use super::results;
use super::say;
use super::show;
use super::signals;
use crate::clock::Clock;
use crate::config::typed_path_arg;
use crate::domain::journal::JournalEntry;
use crate::domain::members::Members;
use crate::domain::plan::{Progress, StepCounts};
use crate::domain::planning::double_email;
use crate::domain::roster::InviteStore;
use crate::domain::session::OTHER_PROFILE;
use crate::domain::text::sanitize;
use crate::domain::{Plan, PlanId, ServiceRequest, Step, TenancyKey};

/// Options of all changing commands.
#[derive(Debug, Clone, Copy, Args)]
pub(super) struct ChangeArgs {
    /// Show what would happen without doing it
    #[arg(long)]
    pub(super) dry_run: bool,
    /// Do not ask for confirmation; there is no undo window
    #[arg(long)]
    pub(super) yes: bool,
    /// Print results as JSON, one object per line
    #[arg(long)]
    pub(super) json: bool,
    /// With --yes: fail unless the plan has exactly N steps; required for guarded profiles
    #[arg(long, value_name = "N", requires = "yes")]
    pub(super) confirm_steps: Option<usize>,
}

/// Options of commands that make a plan.
#[derive(Debug, Clone, Args)]
pub(super) struct MakeArgs {
    #[command(flatten)]
    pub(super) change: ChangeArgs,
    /// Write the plan to a file, or - for standard output, for guestlist plan apply; make no changes
    #[arg(long, value_name = "FILE", value_parser = typed_path_arg, conflicts_with_all = ["yes", "dry_run"])]
    pub(super) plan_file: Option<PathBuf>,
    /// True if the command also loads the members: one more request.
    #[arg(skip)]
    pub(super) asks_members: bool,
}

/// Facts that a plan is made from.
pub(super) struct Seen<'a> {
    /// The complete list.
    pub(super) roster: &'a InviteStore,
    /// The server's date and time.
    pub(super) now: Timestamp,
    /// Newest plans of this tenancy; empty if the journal cannot be read.
    pub(super) plans: &'a [JournalEntry],
    /// The members, if they were loaded and the server has them.
    pub(super) members: Option<&'a Members>,
    pub(super) tenancy: &'a TenancyKey,
    pub(super) decided: &'a Decided,
}

/// The steps that a command wants, before they become a plan.
#[derive(Debug, Default)]
pub(super) struct Wish {
    pub(super) steps: Vec<Step>,
    /// Sentences to print before the plan.
    pub(super) said: Vec<String>,
    /// True if part of the request is not among the steps and is not done already.
    pub(super) is_short: bool,
    /// Id of the plan, if it comes from a file.
    pub(super) id: Option<PlanId>,
    /// Filter that selected the steps.
    pub(super) filter: String,
    /// True if `--expect` gave the number of invites.
    pub(super) is_expected: bool,
}

/// Makes a plan from the complete list and runs it; returns the exit code.
pub(super) async fn change(
    global: GlobalArgs,
    args: MakeArgs,
    clock: Clock,
    wish: impl FnOnce(&Seen<'_>) -> Result<Wish, Ended>,
) -> Result<u8, Ended> {
    say::as_json(args.change.json);
    let decided = match &args.plan_file {
        None => allowed(global, args.change)?,
        Some(path) => {
            file::free(path, file::NO_FORCE)?;
            query::decide(global)?
        }
    };
    let mut link = Link::open(&decided, clock)?;
    let result = with_link(&mut link, &decided, &args, wish).await;
    link.close().await;
    result
}

/// Resolves the options.
///
/// # Errors
/// The options are wrong, changes are disabled, or the user cannot be asked.
pub(super) fn allowed(global: GlobalArgs, args: ChangeArgs) -> Result<Decided, Ended> {
    say::as_json(args.json);
    let decided = global.decide().map_err(|sentence| Ended::new(codes::USAGE, sentence))?;
    if args.dry_run {
        return Ok(decided);
    }
    if decided.read_only {
        return Err(Ended::refused("Changes are disabled by --read-only. No changes were made."));
    }
    confirm::needs_somebody(args.yes)?;
    Ok(decided)
}

async fn with_link(
    link: &mut Link,
    decided: &Decided,
    MakeArgs { change: args, plan_file, asks_members }: &MakeArgs,
    wish: impl FnOnce(&Seen<'_>) -> Result<Wish, Ended>,
) -> Result<u8, Ended> {
    let roster = link.read().await?;
    // The plan is for the tenancy of the loaded list, even if the token changes to another tenancy later.
    let tenancy = link.tenancy.clone();
    // An unusable journal is reported when a plan needs it.
    let plans = link.plans().await.unwrap_or_default();
    let members = if *asks_members { link.members().await? } else { None };
    if let Some(warning) = members.as_ref().and_then(Members::unreadable_warning) {
        say::shown(&format!("Warning: {warning}"));
    }
    let members = members.as_ref();
    // Keeps the clock by which the invites are chosen: later responses can have another date.
    let (now, clock_warning) = (link.server_now(), link.session.clock_warning());
    let wish = wish(&Seen { roster: &roster, now, plans: &plans, members, tenancy: &tenancy, decided })?;
    wish.said.iter().for_each(|sentence| say::told(sentence));
    check(&wish.steps)?;
    let now = link.now().wall;
    tell_left_over(&plans, now);
    if wish.steps.is_empty() {
        say::told("Nothing to do.");
        return Ok(if wish.is_short { codes::FAILED } else { OK });
    }
    // A plan file gets no quota warning: the quota is checked when the plan is applied.
    let lacks = if plan_file.is_some() { None } else { link.lacks_room(&wish.steps).await? };
    let lacks = lacks.map(|words| format!("Warning: {words}"));
    if args.dry_run {
        show::dry(&wish.steps, lacks, now);
        say::told("Dry run: no changes were made.");
        return Ok(OK);
    }
    let id = wish.id.unwrap_or_else(|| PlanId(Uuid::new_v4()));
    let doubt = clock_doubt(clock_warning, &wish.filter, decided);
    // The number is confirmed at the prompt, or with --yes; --expect alone can come from the same wrong clock.
    let is_confirmed =
        if args.yes { args.confirm_steps.is_some() } else { wish.is_expected || wish.id.is_some() };
    let plan = Plan { id, tenancy, made: now, steps: wish.steps, filter: wish.filter };
    if let Some(doubt) = doubt.as_ref().filter(|_| !is_confirmed) {
        return Err(not_expected(doubt, plan.steps.len(), wish.id.is_some()));
    }
    if let Some(path) = plan_file {
        show::whole(&plan.steps, now).iter().for_each(|line| say::told(line));
        plan_file::write(path, plan)?;
        say::told(&format!(
            "No changes were made. Run guestlist plan apply {} to apply the plan.",
            path.display()
        ));
        return Ok(if wish.is_short { PARTIAL } else { OK });
    }
    if let Some(failure) = link.no_journal.clone() {
        return Err(failure.into());
    }
    not_pinned(link)?;
    let guards = &decided.settings.guards;
    let mut hold = std::time::Duration::ZERO;
    if !args.yes {
        show::whole(&plan.steps, now).iter().chain(&lacks).for_each(|line| say::shown(line));
        confirm::ask(link, "Apply this plan?", &plan.steps, guards, doubt).await?;
        hold = decided.settings.hold;
    } else {
        confirm::is_sure(guards, &plan.steps, args.confirm_steps)?;
        lacks.iter().for_each(|line| say::told(line));
    }
    let untouched = plan.untouched();
    let code = run(link, &plan, untouched, ServiceRequest::run(plan.clone(), hold)).await?;
    Ok(if code == OK && wish.is_short { PARTIAL } else { code })
}

/// Returns the clock warning if the filter depends on the clock.
pub(super) fn clock_doubt(clock_warning: Option<String>, filter: &str, decided: &Decided) -> Option<String> {
    clock_warning.filter(|_| query::asks_expiry(filter, decided))
}

/// Returns the error for a plan that depends on the clock while the clocks differ.
pub(super) fn not_expected(doubt: &str, steps: usize, has_file: bool) -> Ended {
    let how = match has_file {
        true => format!("confirm the plan without --yes, or with --yes --confirm-steps {steps}"),
        false => format!(
            "check the invites with --dry-run, and confirm their number with --expect {steps} at the prompt, or \
             with --expect {steps} --yes --confirm-steps {steps}"
        ),
    };
    Ended::refused(format!(
        "The plan was refused: its filter depends on the clock. {doubt} To run it nevertheless, {how}. \
         No changes were made."
    ))
}

/// Refuses every change with a token of another tenancy than the profile's.
pub(super) fn not_pinned(link: &Link) -> Result<(), Ended> {
    match &link.session.wrong_tenancy {
        Some(why) => Err(Ended::refused(format!("No changes were made: {why}. {OTHER_PROFILE}"))),
        None => Ok(()),
    }
}

/// Refuses steps that the server would reject, and steps that email a person twice.
fn check(steps: &[Step]) -> Result<(), Ended> {
    let refusals = show::refusals(steps);
    if !refusals.is_empty() {
        return Err(Ended::refused(format!("{}\nNo changes were made.", refusals.join("\n"))));
    }
    match double_email(steps) {
        Some(email) => {
            Err(Ended::refused(format!("{} would get two emails. No changes were made.", sanitize(email))))
        }
        None => Ok(()),
    }
}

/// Runs a plan, reports its result, and returns the exit code.
pub(super) async fn run(
    link: &mut Link,
    plan: &Plan,
    before: Vec<Progress>,
    request: ServiceRequest,
) -> Result<u8, Ended> {
    let is_resumed = matches!(request, ServiceRequest::ResumePlan { .. });
    let mut drive = Drive::new(link, plan, before);
    let end = drive.run(request).await?;
    let progress = std::mem::take(&mut drive.progress.steps);
    let tally = StepCounts::of(&progress);
    if tally.done + tally.unknown > 0
        || progress.iter().any(|step| step.created.is_some() || step.old_deleted)
    {
        results::changed(
            "Changes were made: guestlist journal list shows the plan, and guestlist journal export its steps.",
        );
    }
    let resume = format!("Run guestlist plan resume {} to resume.", show::short(plan.id));
    Ok(match end {
        End::Finished => {
            say::told(&format!("Finished: {tally}."));
            codes::of_steps(&progress, None)
        }
        End::Stopped => {
            say::told(&format!("Stopped: {tally}. {resume}"));
            if tally.unknown > 0 { codes::UNKNOWN } else { SIGINT }
        }
        End::Paused(failure) => {
            say::failed(&failure.to_string());
            say::told(&format!("Paused: {tally}. {resume}"));
            codes::of_paused(&progress, &failure)
        }
        End::Refused(failure) => return Err(failure.into()),
        End::TakenBack => {
            let resume = if is_resumed { format!(" {resume}") } else { String::new() };
            say::told(&format!("Undone: no changes were made.{resume}"));
            SIGINT
        }
        End::Left(signal) => {
            let unknown = match tally.unknown {
                0 => "",
                _ => " The next command checks requests without a response.",
            };
            say::told(&format!("Interrupted: {tally}.{unknown} {resume}"));
            if tally.unknown > 0 { codes::UNKNOWN } else { signals::code(signal) }
        }
    })
}

/// Prints one line for each unfinished plan.
fn tell_left_over(plans: &[JournalEntry], now: Timestamp) {
    for entry in plans.iter().filter(|entry| show::can_go_on(entry)) {
        say::told(&show::left_over(entry, now));
    }
}
