//! Starts and resumes triage sessions.

use std::collections::HashSet;

use crate::app::ops::plans::ProposalDetails;
use crate::app::ops::{drafts, plans};
use crate::app::{Context, Model, View};
use crate::domain::text::format_plural;
use crate::domain::{Identity, Plan, PlanId, Step, TriageSession, plan_analysis};

/// Resumes the earlier triage, unless other rows are marked. Otherwise starts a new triage.
///
/// A new triage contains the visible marked rows, or all visible rows if no row is marked.
pub(super) fn open(cx: &mut Context<'_>) -> Option<TriageSession> {
    match drafts::take_triage(cx) {
        Some(session) if !has_other_marked_rows(cx, &session) => return Some(resume(session, cx)),
        Some(session) => end_earlier_triage(cx, &session),
        None => {}
    }
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
    session.resume(cx.plans.staged_plans());
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
fn end_earlier_triage(cx: &mut Context<'_>, session: &TriageSession) {
    let plans = cx.view_name(View::Plans);
    cx.info(format!("Previous triage ended; its decisions are in {plans}."));
    let (steps, replaces) = plan_steps(cx, session);
    if !session.staged && !steps.is_empty() {
        stage_decisions(cx, steps, replaces);
    }
}

/// Returns the rows to triage, and the number of rows skipped because they are staged or running.
fn rows_to_triage(model: &Model) -> (Vec<Identity>, usize) {
    let shown = model.table.order.iter().filter_map(|row| model.invites.shown.rows().get(*row));
    let shown: Vec<Identity> = shown.map(|row| row.identity()).collect();
    let marked: Vec<Identity> =
        shown.iter().filter(|identity| model.marks.contains(identity)).cloned().collect();
    let rows = if marked.is_empty() { shown } else { marked };
    let planned: HashSet<&Identity> = model
        .plans
        .staged_plans()
        .chain(model.plans.running.iter().map(|run| &run.plan))
        .flat_map(|plan| &plan.steps)
        .filter_map(Step::target)
        .map(|invite| &invite.identity)
        .collect();
    let (skipped, rows): (Vec<Identity>, Vec<Identity>) =
        rows.into_iter().partition(|identity| planned.contains(identity));
    (rows, skipped.len())
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
pub(super) fn stage(cx: &mut Context<'_>, session: &TriageSession) {
    let (steps, replaces) = plan_steps(cx, session);
    if !steps.is_empty() || !replaces.is_empty() {
        stage_decisions(cx, steps, replaces);
    }
}

/// Returns the steps of a triage, and the staged plans that they replace.
fn plan_steps(cx: &mut Context<'_>, session: &TriageSession) -> (Vec<Step>, Vec<PlanId>) {
    let (steps, gone) = session.steps(&cx.invites.shown, cx.invites.is_complete());
    if gone > 0 {
        cx.info(format!("{gone} decided invites no longer exist and were skipped."));
    }
    (steps, session.staged_plans(cx.plans.staged_plans()))
}

/// Stages decisions, soonest expiry first, without the filter of the table.
fn stage_decisions(cx: &mut Context<'_>, mut steps: Vec<Step>, replaces: Vec<PlanId>) {
    plan_analysis::sort_steps(&mut steps, cx.server_now(cx.now));
    let plan = Plan { filter: String::new(), ..plans::new_plan(cx, steps) };
    plans::stage(cx, plan, replaces);
}
