//! Re-checks the targets before the first request of a plan, with the tenancy's lock held.
//! Gone invites need no request. People invited since the plan was made get no second email. One list serves
//! all remaining steps.

use std::collections::{HashMap, HashSet};

use jiff::{SignedDuration, Timestamp};

use super::plan_execution::{PlanExecution, StopReason};
use super::step_result::StepResult;
use super::{list_reader, lookup, reconcile};
use crate::domain::journal::JournalEntry;
use crate::domain::limits::MAX_EFFECT_DELAY;
use crate::domain::service_msg::PlanEvent;
use crate::domain::text::sanitize;
use crate::domain::{Error, ErrorKind, Identity, Invite, Outcome, PlanId, email, email_history};

/// Re-checks the targets, and records the steps that need no request.
pub(super) async fn recheck_targets(run: &mut PlanExecution) -> Result<(), StopReason> {
    let remaining: Vec<usize> =
        (0..run.plan.steps.len()).filter(|step| run.has_work(*step) && run.is_in_scope(*step)).collect();
    let targets: Vec<usize> = remaining.iter().copied().filter(|step| needs_target(run, *step)).collect();
    let creates: Vec<usize> = remaining.into_iter().filter(|step| will_create(run, *step)).collect();
    if targets.is_empty() && creates.is_empty() {
        return Ok(());
    }
    let (others, has_list) = (load_other_plans(run, &creates).await?, !creates.is_empty());
    run.claimed = email_history::created_invites(&others).into_keys().collect();
    let rows = match fetch_rows(run, &targets, &creates).await {
        Err(failure) if failure.kind == ErrorKind::Canceled => return Err(run.interrupt_reason()),
        rows => rows?,
    };
    run.check_lookup()?;
    end_gone_steps(run, &targets, &rows).await?;
    let known = KnownInvites::new(&rows, &others, run.shared.clock.now().wall);
    for step in creates {
        // A create of an earlier run is reconciled when its step runs. The result also counts for the other
        // steps of the email.
        if run.has_work(step)
            && run.unknown_create(step).is_none()
            && run.earlier_email_step(step).is_none_or(|other| run.unknown_create(other).is_none())
            && let Some(result) = result_if_skipped(run, step, &known)
        {
            run.record(step, result).await?;
        }
    }
    run.fresh_rows = has_list.then_some(rows);
    Ok(())
}

/// True if the step's old invite must still exist.
fn needs_target(run: &PlanExecution, step: usize) -> bool {
    let progress = &run.progress[step];
    // If the email is not re-invited, this plan itself has deleted the old invite.
    progress.outcome.is_none()
        && progress.created.is_none()
        && !progress.old_deleted
        && run.open_call(step).is_none()
        && !run.has_delete_without_response(step)
        && run.plan.steps[step].target().is_some()
}

/// True if the step creates an invite, or did so with an unknown outcome.
fn will_create(run: &PlanExecution, step: usize) -> bool {
    run.plan.steps[step].sends_email() && run.progress[step].created.is_none()
}

/// Returns the other plans of the tenancy that may concern this plan.
/// These are the unfinished plans and the plans of the last minutes. If a create has an unknown outcome,
/// returns all plans: an invite created by another plan is not the effect of this create.
async fn load_other_plans(run: &PlanExecution, creates: &[usize]) -> Result<Vec<JournalEntry>, StopReason> {
    let max_delay = SignedDuration::try_from(MAX_EFFECT_DELAY).unwrap_or(SignedDuration::MAX);
    let is_unknown = creates.iter().any(|step| run.unknown_create(*step).is_some());
    let since = run.shared.clock.now().wall.checked_sub(max_delay).ok().filter(|_| !is_unknown);
    let since = since.unwrap_or(Timestamp::UNIX_EPOCH);
    let mut entries = run.journal.recent_entries(&run.plan.tenancy, since).await?;
    entries.retain(|entry| entry.plan.id != run.plan.id);
    Ok(entries)
}

/// Returns the rows of the targets and of the emails to invite.
/// A plan that only deletes a few invites fetches them one by one.
async fn fetch_rows(run: &PlanExecution, targets: &[usize], creates: &[usize]) -> Result<Vec<Invite>, Error> {
    let caller = run.caller(&run.handle.stop);
    let targets: HashSet<Identity> =
        targets.iter().filter_map(|step| Some(run.plan.steps[*step].target()?.identity.clone())).collect();
    let missing_in = |rows: &[Invite]| -> Vec<Identity> {
        let present: HashSet<&Identity> = rows.iter().map(|row| &row.identity).collect();
        targets.iter().filter(|target| !present.contains(target)).cloned().collect()
    };
    let mut rows = Vec::new();
    if !creates.is_empty() {
        let emails: HashSet<String> =
            creates.iter().map(|step| email::normalize(run.plan.steps[*step].email())).collect();
        let is_candidate =
            |row: &Invite| targets.contains(&row.identity) || emails.contains(&email::normalize(&row.email));
        // An unreadable row may be any invite. The user was warned, so such a row does not stop the plan.
        rows = list_reader::find(&run.shared, &caller, &is_candidate).await?.rows;
    }
    // One list may lag: missing invites are checked again before they count as gone.
    let present = lookup::get_many(&run.shared, &caller, &missing_in(&rows)).await?;
    rows.extend(present.into_values());
    Ok(rows)
}

async fn end_gone_steps(
    run: &mut PlanExecution,
    targets: &[usize],
    rows: &[Invite],
) -> Result<(), StopReason> {
    let (mut gone, mut renewed) = (Vec::new(), 0);
    for step in targets {
        let Some(target) = run.plan.steps[*step].target() else { continue };
        match rows.iter().find(|row| row.identity == target.identity) {
            None => gone.push(*step),
            Some(current) => renewed += usize::from(!current.expiry.is_unchanged_since(target.expiry)),
        }
    }
    if gone.len() + renewed > 0 {
        run.report_event(PlanEvent::Rechecked { gone: gone.len(), renewed }).await;
    }
    for step in gone {
        let note = run.plan.steps[step]
            .sends_email()
            .then(|| "maybe the old invite was accepted; no email was sent".into());
        run.record(step, run.step_result(step, Outcome::AlreadyGone, note)).await?;
    }
    Ok(())
}

/// Invites and creates of the emails to invite, by normalized email.
struct KnownInvites<'a> {
    rows: HashMap<String, Vec<Invite>>,
    unknown_creates: HashMap<String, PlanId>,
    late_creates: HashMap<String, Vec<&'a Invite>>,
}

impl<'a> KnownInvites<'a> {
    fn new(rows: &[Invite], others: &'a [JournalEntry], now: Timestamp) -> KnownInvites<'a> {
        let mut by_email: HashMap<String, Vec<Invite>> = HashMap::new();
        for row in rows {
            by_email.entry(email::normalize(&row.email)).or_default().push(row.clone());
        }
        KnownInvites {
            rows: by_email,
            unknown_creates: email_history::unknown_creates(others),
            late_creates: email_history::recent_creates(others, now),
        }
    }
}

/// Returns the result of a step that must not create its invite; `None` if it may create it.
fn result_if_skipped(run: &PlanExecution, step: usize, known: &KnownInvites<'_>) -> Option<StepResult> {
    let email = email::normalize(run.plan.steps[step].email());
    let skipped = |outcome, note| Some(run.step_result(step, outcome, Some(note)));
    if let Some(rows) = known.rows.get(&email)
        && let Some(invite) = reconcile::find_foreign_invite(&run.plan, &run.progress, step, rows)
    {
        let name = sanitize(&invite.identity.to_string()).into_owned();
        return skipped(
            Outcome::AlreadyInvited,
            format!("invited since the plan was made: {name}; no email was sent"),
        );
    }
    if let Some(plan) = known.unknown_creates.get(&email) {
        return skipped(Outcome::Refused, unknown_in_other_plan_note(*plan));
    }
    let invite =
        known.late_creates.get(&email)?.iter().find(|invite| !is_known_to_plan(run, step, invite))?;
    let name = sanitize(&invite.identity.to_string()).into_owned();
    let note =
        format!("not created: {name} already exists and will be listed soon; no second email was sent");
    skipped(Outcome::AlreadyInvited, note)
}

/// True if the list showed this invite when the plan was made.
fn is_known_to_plan(run: &PlanExecution, step: usize, invite: &Invite) -> bool {
    run.plan.steps[step].target().is_some_and(|target| target.identity == invite.identity)
        || run.is_known_invite(step, &invite.identity)
}

/// Returns the note for an email that is not sent because another plan may have sent it.
fn unknown_in_other_plan_note(plan: PlanId) -> String {
    let plan: String = plan.to_string().chars().take(8).collect();
    format!(
        "it is unknown whether plan {plan} has already invited this email; run guestlist plan resume {plan} to check \
         again, or guestlist plan discard {plan} to discard that plan"
    )
}
