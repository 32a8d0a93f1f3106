//! Selects the invites to change: by id, or by a filter with an expected number.

use clap::Args;

use super::exit_code::{CliError, USAGE};
use super::input_args;
use super::query;
use super::resolve;
use super::run_plan::{PlanArgs, PlanDraft, PlanInput};
use crate::domain::text::format_count;
use crate::domain::{Invite, Step};

/// Options that select invites.
#[derive(Debug, Clone, Args)]
pub(super) struct SelectArgs {
    /// A UUID, invites/UUID, or an email that has one invite; - reads ids from standard input, one per line
    #[arg(value_name = "ID", required_unless_present = "filter", conflicts_with = "filter")]
    ids: Vec<String>,
    /// Select invites by filter
    #[arg(long, value_name = "EXPR")]
    pub(super) filter: Option<String>,
    /// Fail unless the filter matches exactly N invites (required with --yes)
    #[arg(long, value_name = "N", requires = "filter")]
    expect: Option<usize>,
}

impl SelectArgs {
    /// Reads standard input if `-` is among the ids.
    ///
    /// # Errors
    /// A filter with `--yes` has no `--expect`.
    pub(super) fn expand_stdin_ids(&mut self, plan_args: &PlanArgs) -> Result<(), CliError> {
        self.ids = input_args::expand_stdin(std::mem::take(&mut self.ids))?;
        if self.filter.is_some() && self.expect.is_none() && plan_args.confirm.yes {
            return Err(CliError::new(
                USAGE,
                "--filter with --yes requires --expect N: the number of invites that the filter must match. \
                 No changes were made.",
            ));
        }
        Ok(())
    }

    /// Returns a plan draft with these steps and the filter that selected them.
    pub(super) fn into_draft(self, steps: Vec<Step>) -> PlanDraft {
        let filter = self.filter.unwrap_or_default();
        PlanDraft { steps, filter, is_count_given: self.expect.is_some(), ..PlanDraft::default() }
    }

    /// Returns the selected invites.
    pub(super) fn resolve_invites(&self, input: &PlanInput<'_>) -> Result<Vec<Invite>, CliError> {
        let Some(text) = &self.filter else { return resolve::resolve(&self.ids, input.store) };
        let filter = query::parse(text, input.config)?;
        let rows = input.store.rows();
        let matches = query::filter_rows(rows, &filter, input.now);
        match self.expect {
            Some(expected) if expected != matches.len() => Err(CliError::refused(format!(
                "The filter matches {}, but --expect is {}. No changes were made.",
                format_count(matches.len()),
                format_count(expected)
            ))),
            _ => Ok(matches.iter().filter_map(|row| rows.get(*row)).map(|row| row.to_invite()).collect()),
        }
    }
}
