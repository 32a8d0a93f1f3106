//! Starts and resumes triage sessions.

use std::collections::HashSet;

use crate::app::ops::plans::ProposalDetails;
use crate::app::ops::{drafts, plans, staging};
use crate::app::{Context, Model, View};
use crate::domain::text::format_plural;
use crate::domain::{Identity, Invite, Plan, PlanId, Step, TriageSession, plan_analysis};
use crate::keys::{Action, KeyContext};

/// Resumes the earlier triage, unless other rows are marked. Otherwise starts a new triage.
///
/// A new triage contains the visible marked rows, or all visible rows if no row is marked.
pub(super) fn open(cx: &mut Context<'_>) -> Option<TriageSession> {
    let Some(session) = drafts::take_triage(cx) else { return start(cx) };
    if !has_other_marked_rows(cx, &session) {
        return Some(resume(session, cx));
    }
    let missing = missing_decisions(cx, &session);
    if missing > 0 {
        let cause = missing_text(missing);
        cx.info(format!("Could not start another triage: {cause}. Try again when the list is complete."));
        drafts::keep_triage(cx, session);
        return None;
    }
    end_earlier_triage(cx, &session);
    start(cx)
}

fn start(cx: &mut Context<'_>) -> Option<TriageSession> {
    let (rows, staged) = rows_to_triage(cx);
    if rows.is_empty() {
        cx.info(match staged {
            0 => "No invites to triage.",
            _ => "All of these invites are already staged.",
        });
        return None;
    }
    if staged > 0 {
        cx.info(format!("Skipped {staged}: already staged or running."));
    }
    let mut session = TriageSession::new(rows, cx.now.wall);
    // Starts at the selected row if it is part of the triage.
    let selected = cx.selected_invite().map(|invite| invite.identity);
    session.position = session.rows.iter().position(|row| Some(row) == selected.as_ref()).unwrap_or(0);
    Some(session)
}

fn resume(mut session: TriageSession, cx: &mut Context<'_>) -> TriageSession {
    session.resume(staging::expected_plans(cx));
    let (decided, rows) = (session.decision_counts().total(), session.rows.len());
    cx.info(format!("Resumed triage: {decided} of {rows} decided."));
    session
}

/// Returns whether a visible marked row is not part of the triage. If so, a new triage starts.
fn has_other_marked_rows(model: &Model, session: &TriageSession) -> bool {
    let rows: HashSet<&Identity> = session.rows.iter().collect();
    let shown = model.invites.shown.rows();
    let is_other = |row| shown.get(row).is_some_and(|row| !rows.contains(&row.identity()));
    model.marked_rows().into_iter().any(is_other)
}

/// Ends an earlier triage that a new one replaces, and stages its decisions.
pub(super) fn end_earlier_triage(cx: &mut Context<'_>, session: &TriageSession) {
    let plans = cx.view_name(View::Plans);
    cx.info(format!("Previous triage ended; its decisions are in {plans}."));
    if !session.staged {
        stage(cx, &mut session.clone());
    }
    drafts::end_triage(cx, session.started_at);
}

/// Returns the rows to triage, and the number of rows skipped because they are staged or running.
fn rows_to_triage(model: &Model) -> (Vec<Identity>, usize) {
    let shown = model.table.order.iter().filter_map(|row| model.invites.shown.rows().get(*row));
    let shown: Vec<Identity> = shown.map(|row| row.identity()).collect();
    let marked: Vec<Identity> =
        shown.iter().filter(|identity| model.marks.contains(identity)).cloned().collect();
    let rows = if marked.is_empty() { shown } else { marked };
    let planned: HashSet<&Identity> = staging::expected_plans(model)
        .chain(model.plans.running.iter().map(|run| &run.plan))
        .flat_map(|plan| &plan.steps)
        .filter_map(Step::target)
        .map(|invite| &invite.identity)
        .collect();
    let (skipped, rows): (Vec<Identity>, Vec<Identity>) =
        rows.into_iter().partition(|identity| planned.contains(identity));
    (rows, skipped.len())
}

/// Returns how many decisions are about invites that are not loaded; 0 if the list is complete.
fn missing_decisions(model: &Model, session: &TriageSession) -> usize {
    let missing = || session.steps(&model.invites.shown, false).1;
    if model.invites.is_complete() { 0 } else { missing() }
}

fn missing_text(missing: usize) -> String {
    match missing {
        1 => "1 decision is about an invite that is not loaded".to_owned(),
        _ => format!("{} are about invites that are not loaded", format_plural(missing, "decision")),
    }
}

/// True if the plan cannot be shown now; notifies the user why.
pub(super) fn reject_unready_plan(cx: &mut Context<'_>, session: &TriageSession) -> bool {
    let missing = missing_decisions(cx, session);
    let invites = session.staged_invites();
    let is_ours = |step: &Step| step.target().is_some_and(|invite| invites.contains(&invite.identity));
    let is_being_staged =
        cx.plans.pending_stages.iter().any(|staging| staging.plan.steps.iter().any(is_ours));
    if missing > 0 {
        let (cause, key) = (missing_text(missing), cx.key(KeyContext::Triage, Action::Later));
        cx.info(format!("Could not show the plan: {cause}. Press {key} to leave and keep the decisions."));
    } else if is_being_staged {
        cx.info(staging::JOURNAL_BUSY_TEXT);
    }
    missing > 0 || is_being_staged
}

/// Opens the confirmation of one plan of all decisions. Returns false if no decision changes an invite.
pub(super) fn propose_plan(cx: &mut Context<'_>, session: &TriageSession, undecided: usize) -> bool {
    let (steps, replaces) = plan_steps(cx, session);
    if steps.is_empty() {
        if !replaces.is_empty() {
            stage_decisions(cx, steps, replaces);
        }
        return false;
    }
    let note = match undecided {
        0 => String::new(),
        1 => "1 invite is undecided and stays as it is.".to_owned(),
        _ => format!("{} are undecided and stay as they are.", format_plural(undecided, "invite")),
    };
    let plan = plans::propose(cx, steps, ProposalDetails { replaces, note, ..ProposalDetails::default() });
    drafts::set_triage_plan(cx, plan);
    true
}

/// Stages the decisions. Staged steps of decisions that were undone are unstaged.
pub(super) fn stage(cx: &mut Context<'_>, session: &mut TriageSession) {
    let (steps, replaces) = plan_steps(cx, session);
    session.mark_staged(&steps);
    if !steps.is_empty() || !replaces.is_empty() {
        stage_decisions(cx, steps, replaces);
    }
}

/// Returns the steps of a triage, and the staged plans that they replace.
///
/// A staged step about an invite that is not loaded stays as it is.
fn plan_steps(cx: &mut Context<'_>, session: &TriageSession) -> (Vec<Step>, Vec<PlanId>) {
    unstage_from_mixed_plans(cx, session);
    let is_complete = cx.invites.is_complete();
    let (mut steps, missing) = session.steps(&cx.invites.shown, is_complete);
    let replaces = session.staged_plans(staging::expected_plans(cx));
    if missing > 0 && is_complete {
        let invites = format_plural(missing, "decided invite");
        cx.info(format!("Skipped {invites}: no longer in the list."));
    } else if missing > 0 {
        let replaced = staging::expected_plans(cx).filter(|plan| replaces.contains(&plan.id));
        let replaced: Vec<Step> = replaced.flat_map(|plan| plan.steps.clone()).collect();
        steps.extend(session.steps_of_missing(&replaced, &cx.invites.shown));
        cx.info(format!("Decisions are kept: {}.", missing_text(missing)));
    }
    (steps, replaces)
}

/// Removes the decided invites from staged plans that also contain steps of others.
fn unstage_from_mixed_plans(cx: &mut Context<'_>, session: &TriageSession) {
    let invites = session.staged_invites();
    let is_ours = |step: &Step| step.target().is_some_and(|invite| invites.contains(&invite.identity));
    let is_kept = |step: &Step| !is_ours(step) || step.target().is_some_and(|invite| is_missing(cx, invite));
    let mixed = |plan: &&Plan| !plan.steps.iter().all(is_ours) && !plan.steps.iter().all(is_kept);
    let kept_steps = |plan: &Plan| plan.steps.iter().filter(|step| is_kept(step)).cloned().collect();
    let mixed: Vec<(Plan, Vec<Step>)> =
        staging::expected_plans(cx).filter(mixed).map(|plan| (plan.clone(), kept_steps(plan))).collect();
    for (old, steps) in mixed {
        staging::restage(cx, old, steps);
    }
}

/// True if an invite may exist but is not loaded.
fn is_missing(model: &Model, invite: &Invite) -> bool {
    !model.invites.is_complete() && model.invites.shown.find(&invite.identity).is_none()
}

/// Stages decisions, soonest expiry first, without the filter of the table.
fn stage_decisions(cx: &mut Context<'_>, mut steps: Vec<Step>, replaces: Vec<PlanId>) {
    plan_analysis::sort_steps(&mut steps, cx.server_now(cx.now));
    let plan = Plan { filter: String::new(), ..plans::new_plan(cx, steps) };
    plans::stage(cx, plan, replaces);
}
