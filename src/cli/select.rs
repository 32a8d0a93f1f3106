//! The invites that a change is about: named one by one, or found by a filter whose number is known beforehand.

use clap::Args;

use super::change::{MakeArgs, Seen};
use super::codes::{Ended, USAGE};
use super::ids;
use super::message;
use super::query;
use crate::domain::Invite;
use crate::domain::text::count;

/// Which invites.
#[derive(Debug, Clone, Args)]
pub(super) struct SelectArgs {
    /// A uuid, invites/uuid, or an email that has one invite; - reads them from standard input, one a line
    #[arg(value_name = "ID", required_unless_present = "filter", conflicts_with = "filter")]
    ids: Vec<String>,
    /// All that this filter finds in the complete list
    #[arg(long, value_name = "EXPR")]
    pub(super) filter: Option<String>,
    /// Refuse it unless the filter finds so many; needed with --yes
    #[arg(long, value_name = "N", requires = "filter")]
    expect: Option<usize>,
}

impl SelectArgs {
    /// Reads standard input where it was named. Fails where a filter would go unseen: nobody looks, and no number was
    /// said.
    pub(super) fn prepare(&mut self, make: &MakeArgs) -> Result<(), Ended> {
        self.ids = message::with_stdin(std::mem::take(&mut self.ids))?;
        if self.filter.is_some() && self.expect.is_none() && make.change.yes {
            return Err(Ended::new(
                USAGE,
                "With --filter and --yes nobody sees what is found: say with --expect how many that has to be. \
                 Nothing was done.",
            ));
        }
        Ok(())
    }

    /// Whether it was said how many invites the filter finds.
    pub(super) fn is_expected(&self) -> bool {
        self.expect.is_some()
    }

    /// The invites.
    pub(super) fn invites(&self, seen: &Seen<'_>) -> Result<Vec<Invite>, Ended> {
        let Some(text) = &self.filter else { return ids::resolve(&self.ids, seen.roster) };
        let filter = query::parse(text, seen.decided)?;
        let rows = seen.roster.rows();
        let found = query::matching(rows, &filter, seen.now);
        match self.expect {
            Some(expected) if expected != found.len() => Err(Ended::refused(format!(
                "The filter finds {}, and --expect says {}. Nothing was done.",
                count(found.len()),
                count(expected)
            ))),
            _ => Ok(found.iter().filter_map(|row| rows.get(*row)).map(|row| row.to_invite()).collect()),
        }
    }
}
