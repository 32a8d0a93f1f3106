//! What can be done with plans: ask about them, apply, stage, pause, stop, resume and discard them.

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

/// Discarding a plan with more open steps than these asks first.
const MAX_STEPS_DISCARDED_UNASKED: usize = 5;

/// What else belongs to a plan that is asked about.
#[derive(Debug, Default)]
pub(crate) struct ProposalDetails {
    /// The filter that chose its invites; empty where none did.
    pub filter: String,
    /// The staged plans that it is made of.
    pub replaces: Vec<PlanId>,
    /// What else is to be known of it, as sentences.
    pub note: String,
}

/// Orders the steps, names the plan and asks about it. The one way in which a plan comes to be asked about.
pub(crate) fn propose(cx: &mut Context<'_>, mut steps: Vec<Step>, details: ProposalDetails) -> PlanId {
    plan_analysis::sort_steps(&mut steps, cx.server_now(cx.now));
    propose_ordered(cx, steps, details)
}

/// As [`propose`], for steps whose order has a reason of its own.
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

/// A new plan for this tenancy, chosen by no filter.
pub(crate) fn new_plan(cx: &mut Context<'_>, steps: Vec<Step>) -> Plan {
    cx.model.new_plan(steps, cx.model.now)
}

/// Hands a confirmed plan to the service task. The staged plans that it is made of are a part of it now.
pub(crate) fn apply(cx: &mut Context<'_>, plan: Plan, replaces: Vec<PlanId>) {
    cx.model.plans.start(plan.clone(), &replaces);
    let hold = cx.options.undo_window;
    cx.request(ServiceRequest::ApplyPlan { plan, undo_window: hold, replaces });
}

/// Has a plan written to the journal as staged, in place of staged plans whose steps it has taken over.
pub(crate) fn stage(cx: &mut Context<'_>, plan: Plan, replaces: Vec<PlanId>) {
    let request = ServiceRequest::StagePlan { plan: plan.clone(), replaces: replaces.clone() };
    cx.request_for(RequestPurpose::Stage(plan.id), request);
    cx.model.plans.pending_stages.push(PendingStage { plan, replaces });
}

/// Pauses or stops a plan that runs, after the step in hand.
pub(crate) fn stop(cx: &mut Context<'_>, id: PlanId, how: StopRequest) {
    cx.model.plans.request_stop(id, how);
    cx.request(match how {
        StopRequest::Pause => ServiceRequest::PausePlan(id),
        StopRequest::Stop => ServiceRequest::StopPlan(id),
    });
}

/// Resumes a plan that was set aside, where it can be.
pub(crate) fn resume(cx: &mut Context<'_>, id: PlanId) {
    if cx.plans.unfinished_plan(id).is_some_and(|left| left.entry.state == PlanState::Finished) {
        let text = "This plan has ended: there is nothing to go on with. What failed can be marked again.";
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

/// The steps of a plan that was set aside of which it is unknown whether they invited somebody.
pub fn unknown_creates(model: &Model, id: PlanId) -> impl Iterator<Item = &Step> {
    let entry = model.plans.unfinished_plan(id).map(|left| &left.entry);
    let steps = entry.into_iter().flat_map(|entry| entry.plan.steps.iter().zip(&entry.progress));
    steps.filter(|(step, progress)| step.is_create_unknown(progress)).map(|(step, _)| step)
}

/// Resumes; asks for the number first where the profile is guarded, or what is left goes beyond a limit of its.
pub(crate) fn resume_or_confirm(cx: &mut Context<'_>, id: PlanId, what: ResumeScope) {
    let Some(left) = cx.plans.unfinished_plan(id) else { return };
    let (plan, steps) = (left.entry.plan.clone(), left.entry.remaining_steps(what));
    if steps.is_empty() || !cx.options.guards.require_step_count(&steps) {
        return resume_now(cx, id, what);
    }
    let plan = Plan { steps, ..plan };
    cx.open(Route::Confirm(Proposal {
        plan,
        replaces: Vec::new(),
        note: "This is what is left of a plan that was begun.".to_owned(),
        resume_scope: Some(what),
    }));
}

/// Resumes with those steps of a plan that was set aside.
pub(crate) fn resume_now(cx: &mut Context<'_>, id: PlanId, what: ResumeScope) {
    let hold = if has_side_effects(cx, id, what) { cx.options.undo_window } else { Duration::ZERO };
    let model = &mut *cx.model;
    model.plans.take_merged_staged(id);
    let Some(run) = model.plans.resume(id, what) else { return };
    for (step, progress) in run.plan.steps.iter().zip(&run.progress.steps) {
        // It is under way again, so its draft is not one that waits to be sent as well.
        let open = matches!(progress.outcome, None | Some(Outcome::Skipped | Outcome::Unknown));
        if let (Step::Create { draft, .. }, true) = (step, open) {
            model.drafts.retain(|other| other != draft);
        }
    }
    model.notifications.clear_plan_errors(id);
    cx.request(ServiceRequest::ResumePlan { plan: id, scope: what, undo_window: hold });
}

/// Whether a plan that was set aside sends or deletes anything when it goes on. To look again for an invite does neither.
fn has_side_effects(model: &Model, id: PlanId, what: ResumeScope) -> bool {
    let Some(entry) = model.plans.unfinished_plan(id).map(|left| &left.entry) else { return false };
    let mut steps = entry.plan.steps.iter().zip(&entry.progress);
    steps.any(|(step, progress)| {
        step.has_work(progress, true)
            && (what == ResumeScope::RepeatUnknown || !step.is_create_unknown(progress))
    })
}

/// Discards a plan, or asks first where that loses much.
pub(crate) fn discard(cx: &mut Context<'_>, id: PlanId) {
    let Some(left) = cx.plans.unfinished_plan(id) else { return };
    let entry = &left.entry;
    let open = entry.progress.iter().filter(|step| matches!(step.outcome, None | Some(Outcome::Skipped)));
    let loses_much = owed(&entry.plan, &entry.progress) > 0 || open.count() > MAX_STEPS_DISCARDED_UNASKED;
    if loses_much && entry.state != PlanState::Finished {
        return cx.open(Route::Prompt(PromptKind::DiscardPlan(id)));
    }
    discard_now(cx, id);
}

/// Discards a plan; nothing more of it is sent.
pub(crate) fn discard_now(cx: &mut Context<'_>, id: PlanId) {
    let Some(left) = cx.model.plans.remove_unfinished(id) else { return };
    cx.model.notifications.clear_plan_errors(id);
    if left.entry.state == PlanState::Finished {
        return;
    }
    cx.model.plans.take_merged_staged(id);
    cx.model.save_drafts(&left.entry);
    let creates = left.entry.plan.steps.iter().any(|step| matches!(step, Step::Create { .. }));
    let kept = if creates { " A draft in it is kept." } else { "" };
    cx.info(format!("Given up: nothing more of it will be sent.{kept}"));
    cx.request(ServiceRequest::DiscardPlan(id));
}

/// What has ended was seen, and need not be shown again.
pub(crate) fn remove_finished(cx: &mut Context<'_>) {
    for seen in cx.model.plans.remove_finished() {
        cx.model.notifications.clear_plan_errors(seen);
    }
}

/// How many addresses of a plan have an invite already and got no other by it.
pub fn count_refused_duplicates(plan: &Plan, progress: &[Progress]) -> usize {
    refused_emails(plan, progress).len()
}

/// Asks whether to revoke the old invites of a plan first, and then to send.
pub(crate) fn propose_delete_first(cx: &mut Context<'_>, id: PlanId) {
    let Some((plan, progress)) = cx.plans.find(id) else { return };
    let (mut steps, filter) = (refused_steps(plan, progress), plan.filter.clone());
    plan_analysis::sort_steps(&mut steps, cx.server_now(cx.now));
    let planner = cx.invites.planner();
    let made: Vec<Step> =
        plan_analysis::delete_first(steps).into_iter().map(|step| planner.record_versions(step)).collect();
    if !made.is_empty() {
        cx.model.notifications.clear_plan_errors(id);
        propose_ordered(cx, made, ProposalDetails { filter, ..ProposalDetails::default() });
    }
}

fn refused_emails(plan: &Plan, progress: &[Progress]) -> HashSet<String> {
    let steps = plan.steps.iter().zip(progress);
    let refused = steps.filter(|(step, progress)| step.deletes() && progress.is_duplicate_refusal());
    refused.map(|(step, _)| email::normalize(step.email())).collect()
}

/// The refused steps of those addresses: also those that were refused because another of their address was.
fn refused_steps(plan: &Plan, progress: &[Progress]) -> Vec<Step> {
    let addresses = refused_emails(plan, progress);
    let steps = plan.steps.iter().zip(progress);
    let refused = steps.filter(|(step, progress)| {
        progress.outcome == Some(Outcome::Refused) && addresses.contains(&email::normalize(step.email()))
    });
    refused.map(|(step, _)| step.clone()).collect()
}

/// So many doubtful emails of a plan are named.
const MAX_EMAIL_WARNINGS: usize = 3;

/// What is doubtful about a plan, in sentences; raw addresses may be in them.
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
    warnings.extend(model.quota.and_then(|caps| caps.warning(plan_analysis::quota_needed(steps))));
    if steps.iter().any(|step| step.sends_email() && step.known_versions().is_none()) {
        warnings.push(
            "The list is not complete: should an answer get lost, nobody could tell whether its e-mail went out."
                .to_owned(),
        );
    }
    warnings
}

/// Why to ask before the plan sends, a sentence for each email. `sending`: the folded emails to which other plans send.
pub(crate) fn email_warnings(steps: &[Step], model: &Model, sending: &HashSet<String>) -> Vec<String> {
    let now = model.server_now(model.now);
    let context = recipient::FlagInput {
        now,
        pending: &model.invites.shown,
        members: model.members.as_ref(),
        domains: &model.domain_stats,
        sending_emails: sending,
        sent_history: &SentHistory::new(),
    };
    let flagged = recipient::flagged_emails(steps, &context);
    let sentences = flagged.iter().map(|(email, flags)| {
        let reasons: Vec<String> = flags.iter().map(|flag| flag.text(now)).collect();
        format!("{email} {}.", reasons.join(" and "))
    });
    let others = flagged.len().saturating_sub(MAX_EMAIL_WARNINGS);
    let more = (others > 0).then(|| format!("{} more emails are doubtful.", format_count(others)));
    sentences.take(MAX_EMAIL_WARNINGS).chain(more).collect()
}

/// What is wrong with the clocks, if the plan's invites were chosen by the time that they have left.
pub(crate) fn clock_warning(plan: &Plan, model: &Model) -> Option<String> {
    let warning = model.connection.as_ref()?.clock_warning()?;
    let filter = Filter::parse(&plan.filter, &model.options.filters).ok();
    let is_by_time = filter.is_some_and(|filter| filter.uses_expiry())
        || plan.steps.iter().filter(|step| step.deletes()).count() > 1;
    is_by_time.then_some(warning)
}

/// Why it cannot be run as it is, as a sentence.
pub(crate) fn blocked_reason(plan: &Plan, model: &Model) -> Option<String> {
    let (steps, key) = (&plan.steps, model.key(KeyContext::ConfirmPlan, Action::RemoveStep));
    if let Some(email) = plan_analysis::double_email(steps) {
        return Some(format!("{email} would be mailed twice: {key} takes one of its steps out."));
    }
    let (place, error) = plan_analysis::unsendable_steps(steps).into_iter().next()?;
    Some(format!("{} cannot be sent: {error} {key} takes the step out.", steps[place].email()))
}

/// Addresses of which several invites are sent again: one e-mail goes to each.
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
            let links = if *n == 2 { "both links".to_owned() } else { format!("all {n} links") };
            format!(
                "{first} has {n} invites in this plan: one e-mail goes out, with the text of the first, and {links} \
                 stop working."
            )
        }
        _ => format!(
            "{} have several invites in this plan: one e-mail goes to each, with the text of the first.",
            summarize_emails(&emails)
        ),
    })
}

/// Addresses with an invite that the plan leaves as it is.
fn other_invites_warning(model: &Model, steps: &[Step]) -> Option<String> {
    let targets: HashSet<&Identity> =
        steps.iter().filter_map(|step| Some(&step.target()?.identity)).collect();
    let has_twin = |step: &&Step| {
        // A new recipient with an invite is flagged.
        !recipient::is_new_recipient(step)
            && model.invites.shown.by_email(step.email()).any(|row| !targets.contains(&row.identity()))
    };
    let emails = dedup_emails(steps.iter().filter(has_twin).map(Step::email));
    match emails.as_slice() {
        [] => None,
        [only] => Some(format!("{only} has another invite that is not in the plan.")),
        _ => Some(format!("{} have other invites that are not in the plan.", summarize_emails(&emails))),
    }
}

/// Each address once, whatever its case.
fn dedup_emails<'a>(emails: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    let mut seen = HashSet::new();
    emails.filter(|email| seen.insert(normalize(email))).collect()
}

/// "bob@job and 2 more addresses".
fn summarize_emails(emails: &[&str]) -> String {
    let others = emails.len().saturating_sub(1);
    let words = if others == 1 {
        "1 more address".to_owned()
    } else {
        format!("{} more addresses", format_count(others))
    };
    format!("{} and {words}", emails.first().unwrap_or(&""))
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
        let made = plan_analysis::delete_first(refused_steps(&plan, &progress));
        assert!(matches!(&made[..], [Step::Delete { .. }, Step::DeleteFirst { .. }]), "{made:?}");
    }
}
