//! Operations on plans: confirm, apply, stage, pause, stop, resume and discard.

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use crate::app::model::plans::{PendingStage, StopRequest, owed};
use crate::app::nav::Proposal;
use crate::app::ops::access;
use crate::app::{Context, Model, PromptKind, RequestPurpose, Route};
use crate::domain::email::normalize;
use crate::domain::import::SentHistory;
use crate::domain::plan::{PlanState, Progress};
use crate::domain::query::Filter;
use crate::domain::service_msg::{ResumeScope, unreadable_warning};
use crate::domain::text::format_count;
use crate::domain::{Identity, Outcome, Plan, PlanId, ServiceRequest, Step, email, plan_analysis, recipient};
use crate::keys::{Action, KeyContext};

/// Discarding a plan with more open steps asks for confirmation.
const MAX_OPEN_STEPS_WITHOUT_PROMPT: usize = 5;

/// Further data of a plan to confirm.
#[derive(Debug, Default)]
pub(crate) struct ProposalDetails {
    /// The filter that selected its invites; empty if none.
    pub filter: String,
    /// The staged plans that it replaces.
    pub replaces: Vec<PlanId>,
    /// Further notes, as sentences.
    pub note: String,
}

/// Orders the steps and opens the confirmation of a new plan with them.
pub(crate) fn propose(cx: &mut Context<'_>, mut steps: Vec<Step>, details: ProposalDetails) -> PlanId {
    plan_analysis::sort_steps(&mut steps, cx.server_now(cx.now));
    propose_ordered(cx, steps, details)
}

/// Like [`propose`], but keeps the order of the steps.
pub(crate) fn propose_ordered(cx: &mut Context<'_>, steps: Vec<Step>, details: ProposalDetails) -> PlanId {
    let plan = Plan { filter: details.filter, ..new_plan(cx, steps) };
    let id = plan.id;
    cx.open(Route::Confirm(Proposal {
        plan,
        replaces: details.replaces,
        note: details.note,
        resume_scope: None,
    }));
    id
}

/// Creates a plan for this tenancy, without a filter.
pub(crate) fn new_plan(cx: &mut Context<'_>, steps: Vec<Step>) -> Plan {
    cx.model.new_plan(steps, cx.model.now)
}

/// Applies a confirmed plan. It takes over the staged plans that it replaces.
pub(crate) fn apply(cx: &mut Context<'_>, plan: Plan, replaces: Vec<PlanId>) {
    cx.model.plans.start(plan.clone(), &replaces);
    let undo_window = cx.options.undo_window;
    cx.request(ServiceRequest::ApplyPlan { plan, undo_window, replaces });
}

/// Stages a plan. It replaces the staged plans whose steps it has taken over.
pub(crate) fn stage(cx: &mut Context<'_>, plan: Plan, replaces: Vec<PlanId>) {
    let request = ServiceRequest::StagePlan { plan: plan.clone(), replaces: replaces.clone() };
    cx.request_for(RequestPurpose::Stage(plan.id), request);
    cx.model.plans.pending_stages.push(PendingStage { plan, replaces });
}

/// Pauses or stops a running plan after the current step.
pub(crate) fn stop(cx: &mut Context<'_>, id: PlanId, request: StopRequest) {
    cx.model.plans.request_stop(id, request);
    cx.request(match request {
        StopRequest::Pause => ServiceRequest::PausePlan(id),
        StopRequest::Stop => ServiceRequest::StopPlan(id),
    });
}

/// Resumes an unfinished plan, after a prompt or a confirmation if needed.
pub(crate) fn resume(cx: &mut Context<'_>, id: PlanId) {
    if cx.plans.unfinished_plan(id).is_some_and(|unfinished| unfinished.entry.state == PlanState::Finished) {
        let text = "This plan has finished. To retry failed steps, mark their invites again.";
        return cx.info(text);
    }
    if !access::check_writable(cx) {
        return;
    }
    if unknown_creates(cx, id).next().is_some() {
        return cx.open(Route::Prompt(PromptKind::RetryUnknownCreates(id)));
    }
    resume_or_confirm(cx, id, ResumeScope::All);
}

/// Returns the creates with unknown outcome of an unfinished plan.
pub fn unknown_creates(model: &Model, id: PlanId) -> impl Iterator<Item = &Step> {
    let entry = model.plans.unfinished_plan(id).map(|unfinished| &unfinished.entry);
    let steps = entry.into_iter().flat_map(|entry| entry.plan.steps.iter().zip(&entry.progress));
    steps.filter(|(step, progress)| step.is_create_unknown(progress)).map(|(step, _)| step)
}

/// Resumes a plan.
///
/// Asks for the step count first if the profile is guarded or the remaining steps exceed a limit.
pub(crate) fn resume_or_confirm(cx: &mut Context<'_>, id: PlanId, scope: ResumeScope) {
    let Some(unfinished) = cx.plans.unfinished_plan(id) else { return };
    let (plan, steps) = (unfinished.entry.plan.clone(), unfinished.entry.remaining_steps(scope));
    if steps.is_empty() || !cx.options.guards.require_step_count(&steps) {
        return resume_now(cx, id, scope);
    }
    let plan = Plan { steps, ..plan };
    cx.open(Route::Confirm(Proposal {
        plan,
        replaces: Vec::new(),
        note: "Remaining steps of a started plan.".to_owned(),
        resume_scope: Some(scope),
    }));
}

/// Resumes these steps of an unfinished plan.
pub(crate) fn resume_now(cx: &mut Context<'_>, id: PlanId, scope: ResumeScope) {
    let undo_window = if has_side_effects(cx, id, scope) { cx.options.undo_window } else { Duration::ZERO };
    let model = &mut *cx.model;
    model.plans.take_merged_staged(id);
    let Some(run) = model.plans.resume(id, scope) else { return };
    for (step, progress) in run.plan.steps.iter().zip(&run.progress.steps) {
        // The step runs again, so its draft must not be kept as an unsent draft.
        let open = matches!(progress.outcome, None | Some(Outcome::Skipped | Outcome::Unknown));
        if let (Step::Create { draft, .. }, true) = (step, open) {
            model.drafts.retain(|other| other != draft);
        }
    }
    model.notifications.clear_plan_errors(id);
    cx.request(ServiceRequest::ResumePlan { plan: id, scope, undo_window });
}

/// True if resuming an unfinished plan changes anything. Re-checking an unknown create changes nothing.
fn has_side_effects(model: &Model, id: PlanId, scope: ResumeScope) -> bool {
    let Some(entry) = model.plans.unfinished_plan(id).map(|unfinished| &unfinished.entry) else {
        return false;
    };
    let mut steps = entry.plan.steps.iter().zip(&entry.progress);
    steps.any(|(step, progress)| {
        step.has_work(progress, true)
            && (scope == ResumeScope::RepeatUnknown || !step.is_create_unknown(progress))
    })
}

/// Discards a plan, after a prompt if much would be lost.
pub(crate) fn discard(cx: &mut Context<'_>, id: PlanId) {
    let Some(unfinished) = cx.plans.unfinished_plan(id) else { return };
    let entry = &unfinished.entry;
    let open = entry.progress.iter().filter(|step| matches!(step.outcome, None | Some(Outcome::Skipped)));
    let loses_much = owed(&entry.plan, &entry.progress) > 0 || open.count() > MAX_OPEN_STEPS_WITHOUT_PROMPT;
    if loses_much && entry.state != PlanState::Finished {
        return cx.open(Route::Prompt(PromptKind::DiscardPlan(id)));
    }
    discard_now(cx, id);
}

/// Discards a plan without a prompt.
pub(crate) fn discard_now(cx: &mut Context<'_>, id: PlanId) {
    let Some(unfinished) = cx.model.plans.remove_unfinished(id) else { return };
    cx.model.notifications.clear_plan_errors(id);
    if unfinished.entry.state == PlanState::Finished {
        return;
    }
    cx.model.plans.take_merged_staged(id);
    cx.model.save_drafts(&unfinished.entry);
    let has_create = unfinished.entry.plan.steps.iter().any(|step| matches!(step, Step::Create { .. }));
    let suffix = if has_create { " Its draft was kept." } else { "" };
    cx.info(format!("Plan discarded.{suffix}"));
    cx.request(ServiceRequest::DiscardPlan(id));
}

/// Removes the ended plans, which the user has seen.
pub(crate) fn remove_finished(cx: &mut Context<'_>) {
    for id in cx.model.plans.remove_finished() {
        cx.model.notifications.clear_plan_errors(id);
    }
}

/// Returns the number of emails for which the server refused a second invite.
pub fn count_refused_duplicates(plan: &Plan, progress: &[Progress]) -> usize {
    refused_emails(plan, progress).len()
}

/// Opens the confirmation of a delete-first plan for the refused steps.
pub(crate) fn propose_delete_first(cx: &mut Context<'_>, id: PlanId) {
    let Some((plan, progress)) = cx.plans.find(id) else { return };
    let (mut steps, filter) = (refused_steps(plan, progress), plan.filter.clone());
    plan_analysis::sort_steps(&mut steps, cx.server_now(cx.now));
    let planner = cx.invites.planner();
    let delete_first_steps: Vec<Step> =
        plan_analysis::delete_first(steps).into_iter().map(|step| planner.record_versions(step)).collect();
    if !delete_first_steps.is_empty() {
        cx.model.notifications.clear_plan_errors(id);
        propose_ordered(cx, delete_first_steps, ProposalDetails { filter, ..ProposalDetails::default() });
    }
}

fn refused_emails(plan: &Plan, progress: &[Progress]) -> HashSet<String> {
    let steps = plan.steps.iter().zip(progress);
    let refused = steps.filter(|(step, progress)| step.deletes() && progress.is_duplicate_refusal());
    refused.map(|(step, _)| email::normalize(step.email())).collect()
}

/// Returns all refused steps of those emails, including steps refused because of another step.
fn refused_steps(plan: &Plan, progress: &[Progress]) -> Vec<Step> {
    let emails = refused_emails(plan, progress);
    let steps = plan.steps.iter().zip(progress);
    let refused = steps.filter(|(step, progress)| {
        progress.outcome == Some(Outcome::Refused) && emails.contains(&email::normalize(step.email()))
    });
    refused.map(|(step, _)| step.clone()).collect()
}

/// Maximum number of flagged emails named in the warnings.
const MAX_EMAIL_WARNINGS: usize = 3;

/// Returns the warnings about a plan, as sentences; they may contain emails that are not escaped.
pub(crate) fn warnings(plan: &Plan, model: &Model) -> Vec<String> {
    let steps = &plan.steps;
    let mut warnings: Vec<String> = blocked_reason(plan, model).into_iter().collect();
    warnings.extend(model.options.guards.violations(steps));
    warnings.extend(clock_warning(plan, model));
    if steps.iter().any(Step::sends_email) {
        warnings.extend(unreadable_warning(model.invites.unreadable));
    }
    warnings.extend(email_warnings(steps, model, &HashSet::new()));
    warnings.extend(double_email_warning(steps));
    warnings.extend(other_invites_warning(model, steps));
    warnings.extend(model.quota.and_then(|quota| quota.warning(plan_analysis::quota_needed(steps))));
    if steps.iter().any(|step| step.sends_email() && step.known_versions().is_none()) {
        warnings.push(
            "The list is incomplete. If a response is lost, guestlist cannot tell whether the email was sent."
                .to_owned(),
        );
    }
    warnings
}

/// Returns a warning for each flagged email. `sending`: the folded emails to which other plans send.
pub(crate) fn email_warnings(steps: &[Step], model: &Model, sending_emails: &HashSet<String>) -> Vec<String> {
    let now = model.server_now(model.now);
    let input = recipient::FlagInput {
        now,
        pending: &model.invites.shown,
        members: model.members.as_ref(),
        domains: &model.domain_stats,
        sending_emails,
        sent_history: &SentHistory::new(),
    };
    let flagged = recipient::flagged_emails(steps, &input);
    let sentences = flagged.iter().map(|(email, flags)| {
        let reasons: Vec<String> = flags.iter().map(|flag| flag.text(now)).collect();
        format!("{email} {}.", reasons.join(" and "))
    });
    let others = flagged.len().saturating_sub(MAX_EMAIL_WARNINGS);
    let more = (others > 0).then(|| format!("{} more emails need attention.", format_count(others)));
    sentences.take(MAX_EMAIL_WARNINGS).chain(more).collect()
}

/// Returns a warning about the clocks, if the invites of the plan were selected by expiry.
pub(crate) fn clock_warning(plan: &Plan, model: &Model) -> Option<String> {
    let warning = model.connection.as_ref()?.clock_warning()?;
    let filter = Filter::parse(&plan.filter, &model.options.filters).ok();
    let is_by_time = filter.is_some_and(|filter| filter.uses_expiry())
        || plan.steps.iter().filter(|step| step.deletes()).count() > 1;
    is_by_time.then_some(warning)
}

/// Returns why the plan cannot be applied, as a sentence.
pub(crate) fn blocked_reason(plan: &Plan, model: &Model) -> Option<String> {
    let (steps, key) = (&plan.steps, model.key(KeyContext::ConfirmPlan, Action::RemoveStep));
    if let Some(email) = plan_analysis::double_email(steps) {
        return Some(format!("{email} would get two emails. Press {key} to remove one of its steps."));
    }
    let (index, error) = plan_analysis::unsendable_steps(steps).into_iter().next()?;
    Some(format!("Cannot invite {}: {error} Press {key} to remove the step.", steps[index].email()))
}

/// Returns a warning about emails with several invites in the plan: each gets one email.
fn double_email_warning(steps: &[Step]) -> Option<String> {
    let mut counts: HashMap<String, usize> = HashMap::new();
    for step in steps.iter().filter(|step| step.sends_email()) {
        *counts.entry(normalize(step.email())).or_default() += 1;
    }
    let several =
        steps.iter().filter(|step| step.sends_email() && counts.get(&normalize(step.email())) > Some(&1));
    let emails = dedup_emails(several.map(Step::email));
    let first = emails.first()?;
    Some(match (emails.len(), counts.get(&normalize(first))) {
        (1, Some(n)) => {
            let links = if *n == 2 { "both old links".to_owned() } else { format!("all {n} old links") };
            format!(
                "{first} has {n} invites in this plan: one email is sent, with the first message, and {links} stop \
                 working."
            )
        }
        _ => format!(
            "{} have several invites in this plan: each gets one email, with the first message.",
            summarize_emails(&emails)
        ),
    })
}

/// Returns a warning about emails with an invite that is not in the plan.
fn other_invites_warning(model: &Model, steps: &[Step]) -> Option<String> {
    let targets: HashSet<&Identity> =
        steps.iter().filter_map(|step| Some(&step.target()?.identity)).collect();
    let has_other_invite = |step: &&Step| {
        // A new recipient with an invite is flagged.
        !recipient::is_new_recipient(step)
            && model.invites.shown.by_email(step.email()).any(|row| !targets.contains(&row.identity()))
    };
    let emails = dedup_emails(steps.iter().filter(has_other_invite).map(Step::email));
    match emails.as_slice() {
        [] => None,
        [only] => Some(format!("{only} has another invite that is not in the plan.")),
        _ => Some(format!("{} have other invites that are not in the plan.", summarize_emails(&emails))),
    }
}

/// Returns each email once, ignoring case.
fn dedup_emails<'a>(emails: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    let mut seen = HashSet::new();
    emails.filter(|email| seen.insert(normalize(email))).collect()
}

/// Formats "bob@job and 2 more emails".
fn summarize_emails(emails: &[&str]) -> String {
    let others = emails.len().saturating_sub(1);
    let others_text =
        if others == 1 { "1 more email".to_owned() } else { format!("{} more emails", format_count(others)) };
    format!("{} and {others_text}", emails.first().unwrap_or(&""))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::plan::DUPLICATE_REFUSAL;
    use crate::domain::{Identity, Invite, TenancyKey};

    #[test]
    fn delete_first_emails_a_duplicate_once_at_its_last_delete() {
        let resend = |name: &str, email: &str| Step::Resend {
            invite: Invite {
                identity: Identity::parse(name).expect("usable"),
                email: email.into(),
                message: "m".into(),
                expiry: Default::default(),
            },
            known_versions: None,
        };
        let plan = Plan {
            id: PlanId(uuid::Uuid::from_u128(1)),
            tenancy: TenancyKey("t".into()),
            created_at: jiff::Timestamp::UNIX_EPOCH,
            steps: vec![resend("a", "bob@job"), resend("b", "Bob@job"), resend("c", "eve@job")],
            filter: String::new(),
        };
        let refused_with = |note: &str| Progress {
            outcome: Some(Outcome::Refused),
            note: Some(note.into()),
            ..Progress::default()
        };
        let progress = [
            refused_with(DUPLICATE_REFUSAL),
            refused_with("as the other invite of this address"),
            refused_with("no"),
        ];
        assert_eq!(count_refused_duplicates(&plan, &progress), 1);
        let steps = plan_analysis::delete_first(refused_steps(&plan, &progress));
        assert!(matches!(&steps[..], [Step::Delete { .. }, Step::DeleteFirst { .. }]), "{steps:?}");
    }
}
