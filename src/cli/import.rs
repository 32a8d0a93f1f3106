//! `guestlist import`: creates invites for a list, with the checks of the console's import.
//! People with a pending invite are skipped; every other skipped line is reported with its reason.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Args;

use super::exit_code::{CliError, FAILED, OK, PARTIAL};
use super::global_args::GlobalArgs;
use super::input_args::{self, ListMessageArgs};
use super::rejected_file::{self, RejectedEntry};
use super::run_plan::{Needs, PlanArgs, PlanDraft, PlanInput, run_command};
use super::step_results::SkippedEntry;
use super::{output, output_file};
use crate::clock::Clock;
use crate::config::typed_path_arg;
use crate::domain::import::check_job::{CheckInput, CheckJob, run_check};
use crate::domain::import::{
    ColumnChoice, EntryState, ImportEntry, ImportError, ImportList, Template, decode, parse, sent_history,
};
use crate::domain::planner::Planner;
use crate::domain::text::{format_count, sanitize};
use crate::domain::{email_history, plan_analysis};

/// Arguments of `import`.
#[derive(Debug, Args)]
pub(super) struct ImportArgs {
    /// List to import, or - for standard input: one email per line, `Name <a@b>`, a table, JSON or vCard,
    /// up to 8 MB; lines that start with # are skipped
    #[arg(value_name = "FILE", value_parser = typed_path_arg)]
    file: PathBuf,
    #[command(flatten)]
    message: ListMessageArgs,
    /// Take the emails from this column, by name or number [default: the only column with emails]
    #[arg(long, value_name = "NAME|N")]
    email_column: Option<String>,
    /// Write the skipped entries to a CSV file, with the reason, to fix and import again
    #[arg(long, value_name = "FILE", value_parser = typed_path_arg)]
    rejected: Option<PathBuf>,
    /// Include likely typos, and people whose earlier invite is expired or gone
    #[arg(long)]
    include_flagged: bool,
    #[command(flatten)]
    plan: PlanArgs,
}

/// Imports the list.
pub(super) async fn run(global: GlobalArgs, args: ImportArgs, clock: Clock) -> Result<u8, CliError> {
    if args.rejected.as_deref().is_some_and(output_file::is_stdout)
        && args.plan.plan_file.as_deref().is_none_or(output_file::is_stdout)
    {
        let sentence = "Could not write the skipped entries to standard output: the results go there. \
                        Choose a file for --rejected, or write the plan to a file with --plan-file.";
        return Err(CliError::usage(sentence.to_owned()));
    }
    let decoded = decode(&input_args::read_bytes(&args.file)?);
    let mut list = parse(&decoded.text, args.email_column.clone().map(ColumnChoice::Typed).as_ref());
    match &list.error {
        Some(ImportError::ChooseColumn(reason)) => {
            return Err(CliError::refused(format!(
                "{reason} Choose a column with --email-column NAME or N. No changes were made."
            )));
        }
        Some(ImportError::Unreadable(reason)) => {
            return Err(CliError::usage(format!("{}: {reason}", args.file.display())));
        }
        None => {}
    }
    if let Some(path) = &args.rejected {
        output_file::ensure_absent(path, output_file::NO_FORCE_HINT)?;
    }
    if decoded.is_uncertain {
        let guess = format!("The list was read as {}, which is a guess.", decoded.encoding);
        output::print_info(&format!("{guess} Check that names look right."));
    }
    list.entries.iter_mut().for_each(|entry| entry.include_anyway = args.include_flagged);
    let plan_args = PlanArgs { needs: Needs { members: true, ..Needs::default() }, ..args.plan };
    let (mut is_partial, mut is_empty) = (false, false);
    let code = run_command(global, plan_args, clock, |input| {
        let template = Template::new(args.message.read(&input.config.settings.templates)?);
        let plan_draft = build_draft(list, &template, args.rejected.as_deref(), input)?;
        (is_partial, is_empty) = (plan_draft.is_partial, plan_draft.steps.is_empty());
        Ok(plan_draft)
    })
    .await?;
    // A dry run, or a list without a valid entry, also exits with PARTIAL if entries were skipped.
    Ok(match code {
        OK if is_partial => PARTIAL,
        FAILED if is_partial && is_empty => PARTIAL,
        code => code,
    })
}

fn build_draft(
    list: ImportList,
    template: &Template,
    rejected_file: Option<&Path>,
    input: &PlanInput<'_>,
) -> Result<PlanDraft, CliError> {
    let check = run_check(&CheckJob {
        number: 0,
        input: CheckInput::List(Arc::new(list)),
        excluded: HashSet::new(),
        pending: input.store.clone(),
        is_complete: true,
        sending_emails: email_history::unfinished_sends(input.plans).into_keys().collect(),
        members: input.members.cloned(),
        allowed_domains: input.config.settings.guards.allowed_domains.clone(),
        sent_history: sent_history(input.plans),
        now: input.now,
    });
    let (list, states) = (&check.list, &check.states);
    let (mut plan_draft, mut rejected) = (PlanDraft::default(), Vec::new());
    plan_draft.notes.extend(check.list.column_text());
    for (entry, state) in list.entries.iter().zip(states).filter(|(_, state)| !state.is_included()) {
        let is_done = matches!(state, EntryState::AlreadyPending(_) | EntryState::Duplicate(_));
        let reason = state.description(input.now);
        plan_draft.notes.push(entry_line(entry, &reason));
        let suggestion = state.suggestion().map(str::to_owned);
        plan_draft.skipped.push(SkippedEntry {
            line: Some(entry.line),
            email: entry.email.clone(),
            reason: reason.clone(),
            suggestion: suggestion.clone(),
        });
        if !is_done {
            rejected.push(RejectedEntry { entry, reason, suggestion });
        }
    }
    plan_draft.steps =
        Planner::new(input.store, true).import_steps(list, states, template).map_err(|errors| {
            let lines = errors
                .iter()
                .filter_map(|(index, reason)| Some(entry_line(list.entries.get(*index)?, reason)));
            CliError::refused(format!("{}\nNo changes were made.", lines.collect::<Vec<_>>().join("\n")))
        })?;
    plan_draft.is_partial = !rejected.is_empty();
    if let Some(path) = rejected_file.filter(|_| plan_draft.is_partial) {
        output_file::write(path, rejected_file::to_csv(&check.list, &rejected)?.as_bytes(), false)?;
        let target =
            if output_file::is_stdout(path) { "standard output".into() } else { path.to_string_lossy() };
        plan_draft.notes.push(format!("{} skipped, written to {target}.", format_entries(rejected.len())));
    }
    plan_analysis::sort_steps(&mut plan_draft.steps, input.now);
    plan_draft.notes.push(format!("{}: {}", format_entries(check.list.entries.len()), check.summary));
    Ok(plan_draft)
}

fn format_entries(n: usize) -> String {
    format!("{} {}", format_count(n), if n == 1 { "entry" } else { "entries" })
}

fn entry_line(entry: &ImportEntry, text: &str) -> String {
    let cells = [&entry.email].into_iter().chain(&entry.cells);
    match cells.into_iter().find(|cell| !cell.is_empty()) {
        None => format!("line {}: {text}", entry.line),
        Some(cell) => format!("line {}: {}: {text}", entry.line, sanitize(cell)),
    }
}
