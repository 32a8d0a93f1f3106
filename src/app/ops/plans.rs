//! Operations on plans: confirm, apply, stage, pause, stop, resume and discard.

use std::collections::HashSet;
use std::time::Duration;

use crate::app::model::notifications::Topic;
use crate::app::model::plans::{PendingStage, PlanRun, StopRequest, count_missing_invites};
use crate::app::nav::Proposal;
use crate::app::ops::{access, annotations};
use crate::app::{Context, Model, PromptKind, RequestPurpose, Route, View};
use crate::domain::journal::JournalEntry;
use crate::domain::plan::{PlanState, Progress};
use crate::domain::service_msg::ResumeScope;
use crate::domain::{Outcome, Plan, PlanId, ServiceRequest, Step, email, plan_analysis};

/// Maximum number of open steps in a plan that is discarded without a prompt.
const MAX_OPEN_STEPS_WITHOUT_PROMPT: usize = 5;

/// Maximum number of finished plans in the Plans view; the oldest are removed first.
const MAX_RESULTS: usize = 50;

/// Optional data of a plan to confirm.
#[derive(Debug, Default)]
pub(crate) struct ProposalDetails {
    /// The filter that selected the plan's invites; empty if none.
    pub filter: String,
    /// The staged plans that it replaces.
    pub replaces: Vec<PlanId>,
    /// Notes for the user, as sentences.
    pub note: String,
}

/// Creates a plan from the steps in their best order, and opens its confirmation.
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
    annotations::forget_undo(cx);
    let undo_window = cx.options.undo_window;
    cx.request(ServiceRequest::ApplyPlan { plan, undo_window, replaces });
}

/// Stages a plan. It replaces the staged plans whose steps it includes.
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
    if cx.plans.unfinished_state(id) == Some(PlanState::Finished) {
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
    let steps = model.plans.entry(id).into_iter().flat_map(JournalEntry::steps_with_progress);
    steps.filter(|(step, progress)| step.is_create_unknown(progress)).map(|(step, _)| step)
}

/// Resumes a plan.
///
/// Asks for confirmation first if the profile is guarded or the remaining steps exceed a limit.
pub(crate) fn resume_or_confirm(cx: &mut Context<'_>, id: PlanId, scope: ResumeScope) {
    let Some(entry) = cx.plans.entry(id) else { return };
    let (plan, steps) = (entry.plan.clone(), entry.remaining_steps(scope));
    if steps.is_empty() || !cx.options.guards.needs_step_count(&steps) {
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
    model.plans.drop_merged_staged(id);
    let Some(run) = model.plans.resume(id, scope) else { return };
    for (step, progress) in run.plan.steps.iter().zip(&run.progress.steps) {
        // The step runs again, so its draft must not be kept as an unsent draft.
        let open = matches!(progress.outcome, None | Some(Outcome::Skipped | Outcome::Unknown));
        if let (Step::Create { draft, .. }, true) = (step, open) {
            model.drafts.retain(|other| other != draft);
        }
    }
    model.notifications.clear(Topic::Plan(id));
    annotations::forget_undo(cx);
    cx.request(ServiceRequest::ResumePlan { plan: id, scope, undo_window });
}

/// True if resuming an unfinished plan changes invites. Re-checking an unknown create changes none.
fn has_side_effects(model: &Model, id: PlanId, scope: ResumeScope) -> bool {
    let mut steps = model.plans.entry(id).into_iter().flat_map(JournalEntry::steps_with_progress);
    steps.any(|(step, progress)| {
        step.has_work(progress, true)
            && (scope == ResumeScope::RepeatUnknown || !step.is_create_unknown(progress))
    })
}

/// Discards a plan, after a prompt if people were not re-invited or many steps are open.
pub(crate) fn discard(cx: &mut Context<'_>, id: PlanId) {
    let Some(entry) = cx.plans.entry(id) else { return };
    let open = entry.progress.iter().filter(|step| matches!(step.outcome, None | Some(Outcome::Skipped)));
    let loses_much = count_missing_invites(&entry.plan, &entry.progress) > 0
        || open.count() > MAX_OPEN_STEPS_WITHOUT_PROMPT;
    if loses_much && entry.state != PlanState::Finished {
        return cx.open(Route::Prompt(PromptKind::DiscardPlan(id)));
    }
    discard_now(cx, id);
}

/// Discards a plan without a prompt.
pub(crate) fn discard_now(cx: &mut Context<'_>, id: PlanId) {
    let Some(unfinished) = cx.model.plans.remove_unfinished(id) else { return };
    cx.model.plans.results.kept.remove(&id);
    cx.model.notifications.clear(Topic::Plan(id));
    if unfinished.entry.state == PlanState::Finished {
        return;
    }
    cx.model.plans.drop_merged_staged(id);
    cx.model.save_drafts(&unfinished.entry);
    let has_create = unfinished.entry.plan.steps.iter().any(|step| matches!(step, Step::Create { .. }));
    let suffix = if has_create { " Its draft was kept." } else { "" };
    cx.info(format!("Plan discarded.{suffix}"));
    cx.request(ServiceRequest::DiscardPlan(id));
}

/// Keeps a finished plan in the Plans view until the user dismisses it.
pub(crate) fn keep_result(cx: &mut Context<'_>, run: PlanRun) {
    let is_seen = cx.ui.view == View::Plans;
    let plans = &mut cx.model.plans;
    plans.results.unseen += usize::from(!is_seen);
    plans.move_to_unfinished(run, PlanState::Finished, None);
    // A result that needs attention is never dropped.
    let is_settled = |entry: &&JournalEntry| {
        entry.state == PlanState::Finished
            && entry.progress.iter().all(|progress| progress.outcome != Some(Outcome::Unknown))
            && count_missing_invites(&entry.plan, &entry.progress) == 0
    };
    let entries = plans.unfinished.iter().rev().map(|unfinished| &unfinished.entry);
    if let Some(id) = entries.filter(is_settled).nth(MAX_RESULTS).map(|entry| entry.plan.id) {
        plans.results.unseen = plans.results.unseen.min(MAX_RESULTS);
        discard_now(cx, id);
    }
}

/// Records that the user has looked at the results. Notifications about them are then obsolete.
pub(crate) fn mark_results_seen(cx: &mut Context<'_>) {
    cx.model.plans.results.unseen = 0;
    let seen: Vec<PlanId> = cx.plans.finished_plans().map(|plan| plan.id).collect();
    seen.into_iter().for_each(|id| cx.model.notifications.clear(Topic::Plan(id)));
}

/// Records how many deletes the user removed from a plan before applying it.
pub(crate) fn record_kept(cx: &mut Context<'_>, id: PlanId, removed: &[Step]) {
    let kept = removed.iter().filter(|step| matches!(step, Step::Delete { .. })).count();
    if kept > 0 {
        cx.model.plans.results.kept.insert(id, kept);
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
        plan_analysis::to_delete_first(steps).into_iter().map(|step| planner.record_versions(step)).collect();
    if !delete_first_steps.is_empty() {
        cx.model.notifications.clear(Topic::Plan(id));
        propose_ordered(cx, delete_first_steps, ProposalDetails { filter, ..ProposalDetails::default() });
    }
}

fn refused_emails(plan: &Plan, progress: &[Progress]) -> HashSet<String> {
    let steps = plan.steps.iter().zip(progress);
    let refused = steps.filter(|(step, progress)| step.deletes() && progress.is_duplicate_refusal());
    refused.map(|(step, _)| email::normalize(step.email())).collect()
}

/// Returns all refused steps for the refused emails, including steps refused because of another step.
fn refused_steps(plan: &Plan, progress: &[Progress]) -> Vec<Step> {
    let emails = refused_emails(plan, progress);
    let steps = plan.steps.iter().zip(progress);
    let refused = steps.filter(|(step, progress)| {
        progress.outcome == Some(Outcome::Refused) && emails.contains(&email::normalize(step.email()))
    });
    refused.map(|(step, _)| step.clone()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::nav::Nav;
    use crate::app::{App, AppOptions};
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
        let steps = plan_analysis::to_delete_first(refused_steps(&plan, &progress));
        assert!(matches!(&steps[..], [Step::Delete { .. }, Step::DeleteFirst { .. }]), "{steps:?}");
    }

    fn app() -> App {
        App::new(AppOptions::for_tenancy(TenancyKey("t".into())))
    }

    fn plan(number: u128, filter: &str, steps: Vec<Step>) -> Plan {
        Plan {
            id: PlanId(uuid::Uuid::from_u128(number)),
            tenancy: TenancyKey("t".into()),
            created_at: jiff::Timestamp::UNIX_EPOCH,
            steps,
            filter: filter.into(),
        }
    }

    fn invite(email: &str) -> Invite {
        let identity = Identity::parse(email).expect("usable");
        Invite { identity, email: email.into(), message: String::new(), expiry: Default::default() }
    }

    fn delete(email: &str) -> Step {
        Step::Delete { invite: invite(email) }
    }

    fn create(email: &str) -> Step {
        let draft = crate::domain::Draft { email: email.into(), message: String::new() };
        Step::Create { draft, known_versions: None }
    }

    fn run(plan: Plan, progress: &Progress) -> PlanRun {
        let progress = vec![progress.clone(); plan.steps.len()];
        PlanRun::new(plan, progress, ResumeScope::All)
    }

    fn with_outcome(outcome: Option<Outcome>) -> Progress {
        Progress { outcome, ..Progress::default() }
    }

    #[test]
    fn result_that_needs_attention_stays_in_the_view() {
        let mut app = app();
        let draft = crate::domain::Draft::default();
        let reinvite = Step::DeleteFirst { invite: invite("eve@job"), draft, known_versions: None };
        let half_done = Progress { old_deleted: true, ..with_outcome(Some(Outcome::Refused)) };
        let unknown = with_outcome(Some(Outcome::Unknown));
        keep_result(&mut app.context(), run(plan(1, "", vec![create("bob@job")]), &unknown));
        keep_result(&mut app.context(), run(plan(2, "", vec![reinvite]), &half_done));
        let newest = 4 + MAX_RESULTS as u128;
        for number in 3..=newest {
            let done = with_outcome(Some(Outcome::Done));
            keep_result(&mut app.context(), run(plan(number, "", vec![delete("ann@job")]), &done));
        }
        let left: Vec<u128> = app.model.plans.finished_plans().map(|plan| plan.id.0.as_u128()).collect();
        let expected: Vec<u128> = (5..=newest).rev().chain([2, 1]).collect();
        assert_eq!(left, expected, "only the oldest settled plans are gone");
    }

    #[test]
    fn discard_of_many_open_steps_asks_first() {
        for (steps, asks) in
            [(MAX_OPEN_STEPS_WITHOUT_PROMPT, false), (MAX_OPEN_STEPS_WITHOUT_PROMPT + 1, true)]
        {
            let mut app = app();
            let steps = (0..steps).map(|n| delete(&format!("p{n}@job"))).collect();
            let stopped = run(plan(1, "", steps), &with_outcome(None));
            let id = stopped.plan.id;
            app.model.plans.move_to_unfinished(stopped, PlanState::Stopped, None);
            discard(&mut app.context(), id);
            assert_eq!(app.model.plans.entry(id).is_some(), asks);
            assert_eq!(app.out.nav.len(), usize::from(asks));
        }
    }

    #[test]
    fn only_removed_deletes_count_as_kept() {
        let mut app = app();
        let (some, none) = (PlanId(uuid::Uuid::from_u128(1)), PlanId(uuid::Uuid::from_u128(2)));
        record_kept(&mut app.context(), some, &[delete("a@job"), create("b@job"), delete("c@job")]);
        record_kept(&mut app.context(), none, &[create("b@job")]);
        assert_eq!(app.model.plans.results.kept.get(&some), Some(&2));
        assert_eq!(app.model.plans.results.kept.get(&none), None, "no count is shown");
    }

    #[test]
    fn delete_first_plan_keeps_the_filter_of_the_refused_plan() {
        let mut app = app();
        let resend = Step::Resend { invite: invite("bob@job"), known_versions: None };
        let note = Some(DUPLICATE_REFUSAL.into());
        let refused = Progress { note, ..with_outcome(Some(Outcome::Refused)) };
        keep_result(&mut app.context(), run(plan(1, "exp<48h", vec![resend]), &refused));
        propose_delete_first(&mut app.context(), PlanId(uuid::Uuid::from_u128(1)));
        let Some(Nav::Open(Route::Confirm(proposal))) = app.out.nav.pop_front() else { panic!("no prompt") };
        assert_eq!(proposal.plan.filter, "exp<48h");
        assert!(matches!(&proposal.plan.steps[..], [Step::DeleteFirst { .. }]));
    }
}
