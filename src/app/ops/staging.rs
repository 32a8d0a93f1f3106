//! Staged plans: remove single steps, discard all, or apply all as one plan with the current invites.
//!
//! A removed step stays visible until it is removed from the journal.

use std::collections::HashSet;

use crate::app::ops::plans;
use crate::app::ops::plans::ProposalDetails;
use crate::app::{Context, Model};
use crate::domain::query::Filter;
use crate::domain::text::{format_plural, sanitize};
use crate::domain::{Identity, Plan, PlanId, Step, email, plan_analysis, query};

/// Maximum length of a list in which new matching rows are counted; a longer list takes too long.
const MAX_ROWS_COUNTED: usize = 100_000;

pub(crate) const JOURNAL_BUSY_TEXT: &str = "The journal is being written. Try again in a moment.";

/// Removes a step from its staged plan.
pub(crate) fn unstage_step(cx: &mut Context<'_>, id: PlanId, step: usize) {
    if cx.model.plans.is_replaced(id) {
        return cx.info(JOURNAL_BUSY_TEXT);
    }
    let Some(old) = cx.plans.entry(id).map(|entry| entry.plan.clone()) else { return };
    let mut steps = old.steps.clone();
    if step >= steps.len() {
        return;
    }
    steps.remove(step);
    restage(cx, old, steps);
}

/// Stages a plan again with other steps. It keeps its position, so that no lines move on the screen.
pub(crate) fn restage(cx: &mut Context<'_>, old: Plan, steps: Vec<Step>) {
    let plan = Plan { filter: old.filter, created_at: old.created_at, ..plans::new_plan(cx, steps) };
    plans::stage(cx, plan, vec![old.id]);
}

/// Returns the plans that are staged once all pending writes are done.
pub(crate) fn expected_plans(model: &Model) -> impl Iterator<Item = &Plan> {
    let pending = model.plans.pending_stages.iter().map(|staging| &staging.plan);
    let plans = model.plans.staged_plans().chain(pending);
    plans.filter(|plan| !plan.steps.is_empty() && !model.plans.is_replaced(plan.id))
}

/// Discards all staged plans.
pub(crate) fn discard_all(cx: &mut Context<'_>) {
    let staged: Vec<PlanId> = cx.model.plans.staged_plans().map(|plan| plan.id).collect();
    if staged.is_empty() {
        return;
    }
    let empty_plan = plans::new_plan(cx, Vec::new());
    plans::stage(cx, empty_plan, staged);
}

/// Opens the confirmation of one plan with all staged steps.
pub(crate) fn apply_all(cx: &mut Context<'_>) {
    // Staged plans of a previous tenancy stay as they are.
    let tenancy = cx.tenancy();
    let staged: Vec<&Plan> = cx.plans.staged_plans().filter(|plan| plan.tenancy == *tenancy).collect();
    if staged.is_empty() {
        return cx.info("The staged plans are for another tenancy. Switch to its profile to apply them.");
    }
    let replaces: Vec<PlanId> = staged.iter().map(|plan| plan.id).collect();
    if replaces.iter().any(|id| cx.model.plans.is_replaced(*id)) {
        return cx.info(JOURNAL_BUSY_TEXT);
    }
    let mut filters: Vec<String> = staged.iter().map(|plan| plan.filter.clone()).collect();
    filters.dedup();
    let steps: Vec<Step> = staged.iter().flat_map(|plan| plan.steps.clone()).collect();
    let merged = merge(cx, steps);
    let changes_text = merged.changes_text().unwrap_or_default();
    if merged.steps.is_empty() {
        return cx.info("Nothing to apply: the staged invites no longer exist.");
    }
    let filter = if filters.len() == 1 { filters.remove(0) } else { String::new() };
    plans::propose_ordered(cx, merged.steps, ProposalDetails { filter, replaces, note: changes_text });
}

/// Result of merging staged steps.
#[derive(Default)]
struct MergedSteps {
    steps: Vec<Step>,
    gone: Vec<String>,
    updated: usize,
    duplicates: usize,
}

impl MergedSteps {
    /// Returns a sentence about the steps that changed since they were staged, if any.
    fn changes_text(&self) -> Option<String> {
        let mut parts = Vec::new();
        if let [first, others @ ..] = self.gone.as_slice() {
            let others =
                if others.is_empty() { String::new() } else { format!(" and {} more", others.len()) };
            parts.push(format!("{}{others} gone (skipped)", sanitize(first)));
        }
        if self.updated > 0 {
            parts.push(format!("{} changed", format_plural(self.updated, "invite")));
        }
        if self.duplicates > 0 {
            parts.push(format!("{} staged twice (newest used)", format_plural(self.duplicates, "invite")));
        }
        (!parts.is_empty()).then(|| format!("Since staging: {}.", parts.join("; ")))
    }
}

/// Merges staged steps: keeps the newest step of each invite, and updates the invite from the list.
fn merge(model: &Model, steps: Vec<Step>) -> MergedSteps {
    let (mut merged, planner) = (MergedSteps::default(), model.invites.planner());
    let mut seen: HashSet<Identity> = HashSet::new();
    let mut created = HashSet::new();
    for step in steps.into_iter().rev() {
        let is_new = match (&step, step.target()) {
            (_, Some(target)) => seen.insert(target.identity.clone()),
            (Step::Create { draft, .. }, None) => {
                created.insert((email::normalize(&draft.email), draft.message.clone()))
            }
            _ => true,
        };
        if !is_new {
            merged.duplicates += 1;
            continue;
        }
        let listed = step.target().map(|target| model.invites.shown.invite(&target.identity));
        match (listed, step.target()) {
            (Some(None), Some(target)) if model.invites.is_complete() => {
                merged.gone.push(target.email.clone())
            }
            (Some(Some(invite)), Some(target)) => {
                merged.updated += usize::from(invite != *target);
                merged.steps.push(planner.replace_invite(step, invite));
            }
            _ => merged.steps.push(planner.record_versions(step)),
        }
    }
    merged.steps.reverse();
    merged.gone.reverse();
    plan_analysis::sort_steps(&mut merged.steps, model.server_now(model.now));
    merged
}

/// Counts the rows that match the filters of staged plans but are not staged.
///
/// Such rows arrived later or were removed from a plan. Does nothing if the list is incomplete.
pub(crate) fn count_new_matches(cx: &mut Context<'_>) {
    let mut filters: Vec<Filter> = Vec::new();
    if cx.invites.is_complete() && cx.invites.shown.len() <= MAX_ROWS_COUNTED {
        for plan in cx.plans.staged_plans() {
            // The marks at the time of staging are unknown, and named filters may have changed.
            let filter = Filter::parse(&plan.filter, &cx.options.filters);
            let filter = filter.ok().filter(|filter| !filter.is_empty() && !filter.uses_marks());
            filters.extend(filter.filter(|filter| !filters.contains(filter)));
        }
    }
    let rows = cx.invites.shown.rows();
    let is_new = |row: &u32| {
        let identity = rows.get(*row).map(|row| row.identity());
        identity.is_some_and(|identity| {
            cx.plans.staged_step_for(&identity).is_none() && cx.plans.running_step_for(&identity).is_none()
        })
    };
    let counts = filters.into_iter().map(|filter| {
        let query = cx.table.query.with_filter(filter);
        let matching = query::run(rows, &query, cx.server_now(cx.now), &HashSet::new());
        (query.filter.text().to_owned(), matching.iter().filter(|row| is_new(row)).count())
    });
    let new_matches = counts.filter(|(_, count)| *count > 0).collect();
    cx.model.plans.new_matches = new_matches;
}
