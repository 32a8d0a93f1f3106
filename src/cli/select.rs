//! `guestlist delete` and `resend`: change the selected invites.
//! Invites are selected by id (a UUID, `invites/uuid`, or an email that has one invite), or by a filter
//! with an expected number. A resend creates the same invites again, which sends new emails, and deletes the
//! old ones.

use std::collections::HashSet;

use clap::Args;

use super::exit_code::CliError;
use super::global_args::GlobalArgs;
use super::run_plan::{Needs, PlanArgs, PlanDraft, PlanInput, run_command};
use super::{input_args, query};
use crate::clock::Clock;
use crate::domain::annotation::Annotations;
use crate::domain::invite_store::InviteStore;
use crate::domain::plan_analysis::{sort_steps, to_delete_first};
use crate::domain::planner::Planner;
use crate::domain::text::{format_count, sanitize};
use crate::domain::{Identity, Invite, Step};

/// Maximum number of emails that are looked up one by one instead of in the whole list.
const MAX_LOOKUPS: usize = 5;

/// Arguments of `delete`.
#[derive(Debug, Args)]
pub(super) struct DeleteArgs {
    #[command(flatten)]
    select: SelectArgs,
    /// Accept IDs and emails without an invite
    #[arg(long)]
    ignore_missing: bool,
    #[command(flatten)]
    plan: PlanArgs,
}

/// Arguments of `resend`.
#[derive(Debug, Args)]
pub(super) struct ResendArgs {
    #[command(flatten)]
    select: SelectArgs,
    /// Delete the old invite first, for a server that allows one invite per email
    #[arg(long)]
    delete_first: bool,
    #[command(flatten)]
    plan: PlanArgs,
}

/// Options that select invites.
#[derive(Debug, Clone, Args)]
struct SelectArgs {
    /// A UUID, invites/UUID, or an email that has one invite; - reads ids from standard input, one per line
    #[arg(value_name = "ID", required_unless_present = "filter", conflicts_with = "filter")]
    ids: Vec<String>,
    /// Select invites by filter
    #[arg(long, value_name = "EXPR")]
    filter: Option<String>,
    /// Fail unless the filter matches exactly N invites (required with --yes)
    #[arg(long, value_name = "N", requires = "filter")]
    expect: Option<usize>,
    /// True to skip IDs and emails that have no invite.
    #[arg(skip)]
    ignores_missing: bool,
}

/// Deletes the invites.
pub(super) async fn delete(global: GlobalArgs, args: DeleteArgs, clock: Clock) -> Result<u8, CliError> {
    let make_step = |invite| Step::Delete { invite };
    let select = SelectArgs { ignores_missing: args.ignore_missing, ..args.select };
    select.run_plan(global, args.plan, clock, make_step, |steps| steps).await
}

/// Resends the invites.
pub(super) async fn resend(global: GlobalArgs, args: ResendArgs, clock: Clock) -> Result<u8, CliError> {
    let make_step = |invite| Step::Resend { invite, known_versions: None };
    let finish = |steps| if args.delete_first { to_delete_first(steps) } else { steps };
    args.select.run_plan(global, args.plan, clock, make_step, finish).await
}

impl SelectArgs {
    /// Makes a step of each selected invite, and runs the steps as a plan, the soonest expiry first.
    /// `finish` changes the sorted steps.
    ///
    /// # Errors
    /// A filter with `--yes` has no `--expect`, or the selection or the plan has failed.
    async fn run_plan(
        mut self,
        global: GlobalArgs,
        plan_args: PlanArgs,
        clock: Clock,
        make_step: impl Fn(Invite) -> Step,
        finish: impl FnOnce(Vec<Step>) -> Vec<Step>,
    ) -> Result<u8, CliError> {
        self.ids = input_args::expand_stdin(self.ids)?;
        if self.filter.is_some() && self.expect.is_none() && plan_args.confirm.yes {
            return Err(CliError::usage(
                "--filter with --yes requires --expect N: the number of invites that the filter must match. \
                 No changes were made.",
            ));
        }
        let are_emails = self.filter.is_none() && self.ids.iter().all(|id| id.contains('@'));
        let is_short = are_emails && self.ids.len() <= MAX_LOOKUPS;
        let emails = is_short.then(|| self.ids.clone());
        let needs = Needs { emails, annotations: self.filter.is_some(), ..Needs::default() };
        run_command(global, PlanArgs { needs, ..plan_args }, clock, |input| {
            let planner = Planner::new(input.store, true);
            let (invites, notes) = self.resolve_invites(input)?;
            let steps = invites.into_iter().map(make_step);
            let mut steps: Vec<Step> = steps.map(|step| planner.record_versions(step)).collect();
            sort_steps(&mut steps, input.now);
            let (steps, filter) = (finish(steps), self.filter.unwrap_or_default());
            let is_count_given = self.expect.is_some();
            Ok(PlanDraft { steps, filter, is_count_given, notes, ..PlanDraft::default() })
        })
        .await
    }

    /// Returns the selected invites, and sentences about missing ones.
    fn resolve_invites(&self, input: &PlanInput<'_>) -> Result<(Vec<Invite>, Vec<String>), CliError> {
        let Some(text) = &self.filter else {
            let selection = find(&self.ids, input.store)?;
            // A row that could not be read may be the missing invite.
            return match self.ignores_missing && input.unreadable_rows == 0 {
                true => Ok((selection.invites, selection.missing)),
                false => Ok((selection.require_all()?, Vec::new())),
            };
        };
        let filter = query::parse(text, input.config)?;
        let rows = input.store.rows();
        let annotations = match input.annotations {
            Some(annotations) => annotations.clone(),
            None if filter.uses_annotations() => {
                return Err(CliError::failed(
                    "Could not filter by notes and snoozes: the journal is unusable. Run guestlist doctor.",
                ));
            }
            None => Annotations::default(),
        };
        let matches = query::filter_rows(rows, &filter, input.now, &annotations);
        if let Some(expected) = self.expect.filter(|expected| *expected != matches.len()) {
            let (found, expected) = (format_count(matches.len()), format_count(expected));
            let reason = format!("The filter matches {found}, but --expect is {expected}.");
            return Err(CliError::refused(format!("{reason} No changes were made.")));
        }
        let invites = matches.iter().filter_map(|row| rows.get(*row)).map(|row| row.to_invite());
        Ok((invites.collect(), Vec::new()))
    }
}

/// Invites that IDs and emails name.
struct Selection {
    /// The invites in the given order, each once.
    invites: Vec<Invite>,
    /// A sentence for each ID or email without an invite.
    missing: Vec<String>,
}

impl Selection {
    fn require_all(self) -> Result<Vec<Invite>, CliError> {
        match self.missing.is_empty() {
            true => Ok(self.invites),
            false => Err(CliError::not_found(format!("{}\nNo changes were made.", self.missing.join("\n")))),
        }
    }
}

/// Returns the invites in the given order, each once.
///
/// # Errors
/// An id is unknown, or an email has several invites: the error lists them.
pub(super) fn resolve(ids: &[String], store: &InviteStore) -> Result<Vec<Invite>, CliError> {
    find(ids, store)?.require_all()
}

/// Returns the invite that an ID or an email names.
///
/// # Errors
/// As [`resolve`].
pub(super) fn resolve_one(id: &str, store: &InviteStore) -> Result<Invite, CliError> {
    let invite = resolve(&[id.to_owned()], store)?.pop();
    invite.ok_or_else(|| CliError::not_found("There is no such invite."))
}

fn find(ids: &[String], store: &InviteStore) -> Result<Selection, CliError> {
    let (mut invites, mut seen) = (Vec::new(), HashSet::new());
    let (mut missing, mut ambiguous) = (Vec::new(), Vec::new());
    for id in ids {
        match find_matches(id, store).as_slice() {
            [] => missing.push(format!("No invite {} found.", sanitize(id))),
            [invite] if seen.insert(invite.identity.clone()) => invites.push(invite.clone()),
            [_] => {}
            several => ambiguous.push(ambiguous_id_error(id, several)),
        }
    }
    if !ambiguous.is_empty() {
        ambiguous.extend(missing);
        return Err(CliError::usage(format!("{}\nNo changes were made.", ambiguous.join("\n"))));
    }
    Ok(Selection { invites, missing })
}

fn find_matches(id: &str, store: &InviteStore) -> Vec<Invite> {
    let id = id.trim();
    if !id.contains('@')
        && let Some(invite) = Identity::parse(id).and_then(|identity| store.invite(&identity))
    {
        return vec![invite];
    }
    store.find_by_email(id).map(|row| row.to_invite()).collect()
}

fn ambiguous_id_error(id: &str, invites: &[Invite]) -> String {
    let mut names: Vec<String> =
        invites.iter().map(|invite| format!("  {}", sanitize(&invite.identity.to_string()))).collect();
    names.sort();
    format!("{} has {} invites. Choose one of them:\n{}", sanitize(id), invites.len(), names.join("\n"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::exit_code::{NOT_FOUND, USAGE};
    use crate::domain::Expiry;

    fn store() -> InviteStore {
        let mut store = InviteStore::default();
        for (name, email) in [("a1", "bob@job"), ("b1", "Ann@x"), ("b2", "ann@X")] {
            store.insert(&Invite {
                identity: Identity::parse(name).expect("an identity"),
                email: email.into(),
                message: String::new(),
                expiry: Expiry(None),
            });
        }
        store
    }

    fn to_strings(ids: &[&str]) -> Vec<String> {
        ids.iter().map(|id| (*id).to_owned()).collect()
    }

    #[test]
    fn invite_named_in_several_ways_is_selected_once() {
        let found =
            resolve(&to_strings(&["BOB@job", "invites/a1", "b2", "a1"]), &store()).expect("all are known");
        let names: Vec<_> = found.iter().map(|invite| invite.identity.as_str()).collect();
        assert_eq!(names, ["a1", "b2"]);
    }

    #[test]
    fn email_with_two_invites_is_ambiguous() {
        let error = resolve(&to_strings(&["a1", "ann@x", "c"]), &store()).expect_err("two of them");
        assert_eq!(error.code, USAGE);
        for part in
            ["ann@x has 2 invites", "invites/b1", "invites/b2", "No invite c", "No changes were made."]
        {
            assert!(error.message.contains(part), "{part:?} in {error}");
        }
        assert_eq!(resolve(&to_strings(&["c"]), &store()).expect_err("unknown").code, NOT_FOUND);
    }
}
