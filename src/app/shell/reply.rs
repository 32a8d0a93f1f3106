//! Handles replies of the service task and passes each to its owner.
//!
//! Stale replies are dropped and counted, so a late reply never overwrites a newer one.

use crate::app::model::in_flight::PendingRequest;
use crate::app::model::invites::{FetchResult, InviteList};
use crate::app::model::labels;
use crate::app::model::notifications::Topic;
use crate::app::model::request_log::RateLimitWait;
use crate::app::ops::{
    access, annotations, auto_refresh, drafts, invites, plan_events, query, staging, table, undo,
};
use crate::app::shell::{early_input, triage_session};
use crate::app::{App, Context, PromptKind, RequestPurpose, Screen, View};
use crate::domain::plan::PlanState;
use crate::domain::service_msg::{FetchEnd, PlanEvent, UnfinishedPlan, unreadable_warning};
use crate::domain::text::format_plural;
use crate::domain::{Connection, Error, Identity, PlanId, RequestId, ServiceReply, ServiceRequest};

pub(super) fn on_reply(app: &mut App, id: RequestId, mut reply: ServiceReply) {
    labels::localize_keys(&app.model, &mut reply);
    if is_stale(app, id, &reply) {
        app.model.stale_replies += 1;
        app.model.in_flight.finish(id);
        return;
    }
    let is_token_accepted = matches!(
        reply,
        ServiceReply::Page(_) | ServiceReply::Invite(_) | ServiceReply::ListFinished(FetchEnd::Complete)
    );
    if is_token_accepted {
        app.model.token_problem = None;
    }
    let mut cx = app.context();
    match reply {
        ServiceReply::Connection(connection) => on_connection(app, connection),
        ServiceReply::Page(page) => invites::on_page(&mut cx, &page),
        ServiceReply::ListRestarted { reason } => app.model.invites.restart_fetch(reason),
        ServiceReply::ListFinished(FetchEnd::Complete) => on_fetch_complete(app, id),
        ServiceReply::ListFinished(FetchEnd::Partial(failure)) => on_fetch_failed(app, id, failure),
        ServiceReply::Invite(invite) => invites::on_invite(&mut cx, invite),
        // Only commands make these requests.
        ServiceReply::InvitesByEmail(_) | ServiceReply::Body(_) => {}
        ServiceReply::Failed(failure) => return on_failed(app, id, failure),
        ServiceReply::Waiting { until, reason } => {
            // Keep the request in flight: this reply only reports a wait, the result comes later.
            app.model.latency.set_pending_wait(until.saturating_sub(app.model.now.mono));
            app.model.rate_limit_wait = Some(RateLimitWait { until, reason });
            return;
        }
        ServiceReply::WaitOver => {
            app.model.rate_limit_wait = None;
            return early_input::close_wait_prompt(app);
        }
        ServiceReply::LongWait { wait } => {
            early_input::close_wait_prompt(app);
            return early_input::prompt_when_idle(app, PromptKind::LongWait(wait));
        }
        ServiceReply::Plan(plan, event) => on_plan(app, plan, event),
        ServiceReply::Unfinished(unfinished) => app.model.plans.unfinished_counts = Some(unfinished),
        ServiceReply::UnfinishedPlans(unfinished) => {
            app.model.plans.unfinished_counts = None;
            on_unfinished_plans(app, unfinished);
        }
        ServiceReply::PastChanges(changes) => app.model.past_changes = changes,
        ServiceReply::Triage(session) => triage_session::on_session_found(app, *session),
        ServiceReply::TablePrefs(prefs) => table::on_prefs_loaded(&mut cx, prefs),
        ServiceReply::Members(members) => {
            if members.is_some() && members != app.model.members {
                app.model.members = members;
                let (views, mut cx) = app.views_and_context();
                views.problems.invalidate();
                views.changes.request_diff(&mut cx);
            }
            // The quota is requested after the members, not in parallel, because neither is urgent.
            app.context().request_for(RequestPurpose::Quota, ServiceRequest::FetchQuota);
        }
        ServiceReply::DiffReady(report) => {
            // A second reply follows when the possibly gone invites have been looked up.
            let is_last = !report.is_rechecking;
            let (views, cx) = app.views_and_context();
            views.changes.on_diff(report, &cx);
            if !is_last {
                return;
            }
        }
        ServiceReply::CachedList(snapshot) => invites::on_cached_list(&mut cx, snapshot),
        ServiceReply::CacheWarning(text) => cx.info(text),
        ServiceReply::Quota(quota) => app.model.quota = quota,
        ServiceReply::Annotations(annotations) => {
            let purpose = app.model.in_flight.finish(id);
            annotations::on_loaded(&mut app.context(), id, purpose, annotations);
            let (views, cx) = app.views_and_context();
            views.problems.rebuild_rows(&cx);
        }
        ServiceReply::Journal(entries) => match app.model.in_flight.finish(id) {
            Some(RequestPurpose::Undo) => undo::on_journal(&mut app.context(), &entries),
            Some(RequestPurpose::Import) => {
                app.with_import(|import, cx| import.on_journal(&entries, cx));
            }
            _ => app.views.journal.on_loaded(entries, &app.model),
        },
        ServiceReply::RequestMade(record) => {
            app.model.latency.record(record.duration);
            return app.model.request_log.add(record);
        }
        ServiceReply::JournalUnusable(failure) => {
            cx.error(failure.clone());
            app.model.journal_error = Some(failure);
        }
    }
    app.model.in_flight.finish(id);
}

fn is_stale(app: &App, id: RequestId, reply: &ServiceReply) -> bool {
    let request = app.model.in_flight.get(id);
    match reply {
        ServiceReply::Page(_) | ServiceReply::ListRestarted { .. } | ServiceReply::ListFinished(_) => {
            app.model.invites.fetch.as_ref().is_none_or(|fetch| fetch.id != id)
        }
        ServiceReply::Invite(_)
        | ServiceReply::CachedList(_)
        | ServiceReply::DiffReady(_)
        | ServiceReply::Journal(_) => request.is_none_or(|request| request.is_void),
        ServiceReply::Members(_)
        | ServiceReply::Quota(_)
        | ServiceReply::Annotations(_)
        | ServiceReply::TablePrefs(_) => request.is_some_and(|request| request.is_void),
        ServiceReply::Failed(_) => request.is_some_and(PendingRequest::ignores_failure),
        _ => false,
    }
}

/// Handles a complete fetch, and makes the follow-up requests.
fn on_fetch_complete(app: &mut App, id: RequestId) {
    app.model.notifications.clear(Topic::Loading);
    // While rows arrive, only the header shows unreadable rows, so they were not reported yet.
    let invites = &app.model.invites;
    let reported = if invites.is_streaming() { 0 } else { invites.unreadable };
    let mut cx = app.context();
    auto_refresh::on_refreshed(&mut cx, id);
    let (views, mut cx) = app.views_and_context();
    views.changes.on_list_complete(&mut cx);
    let result = FetchResult::Complete(cx.now.wall);
    invites::finish_fetch(&mut cx, result);
    if cx.invites.unreadable != reported {
        unreadable_warning(cx.invites.unreadable).into_iter().for_each(|warning| cx.info(warning));
    }
    table::load_prefs(&mut cx, true);
    cx.request_for(RequestPurpose::Members, ServiceRequest::FetchMembers);
    if cx.ui.view == View::Plans {
        staging::count_new_matches(&mut cx);
    }
}

fn on_fetch_failed(app: &mut App, id: RequestId, mut failure: Error) {
    let mut cx = app.context();
    access::handle_auth_error(&mut cx, &mut failure);
    if !auto_refresh::record_failure(&mut cx, id) {
        app.model.notifications.error(failure.clone(), Some(Topic::Loading), app.model.now);
    }
    let mut cx = app.context();
    invites::finish_fetch(&mut cx, FetchResult::Partial(failure));
    invites::request_cached_list_if_empty(&mut cx);
}

fn on_plan(app: &mut App, plan: PlanId, event: PlanEvent) {
    let ended = matches!(event, PlanEvent::Ended { .. } | PlanEvent::Paused(_) | PlanEvent::Undone);
    let is_accepted = triage_session::is_accepted(&event);
    plan_events::on_event(&mut app.context(), plan, event);
    match is_accepted {
        Some(true) => triage_session::on_plan_accepted(app, plan),
        Some(false) => triage_session::on_plan_refused(app, plan),
        None => {}
    }
    if !ended {
        return;
    }
    let (views, mut cx) = app.views_and_context();
    views.changes.request_diff(&mut cx);
    if cx.quota.is_some() {
        cx.request_for(RequestPurpose::Quota, ServiceRequest::FetchQuota);
    }
    if cx.ui.view == View::Journal {
        views.journal.request_load(&mut cx);
    }
}

/// Handles new connection data. After a tenancy change, clears everything about the old tenancy.
fn on_connection(app: &mut App, connection: Connection) {
    let old = app.model.connection.as_ref();
    let has_rows = !app.model.invites.shown.is_empty() || app.model.invites.is_complete();
    let is_other =
        old.is_some_and(|old| old.key != connection.key && (old.claims.tenant.is_some() || has_rows));
    let has_new_token = old.is_some_and(|old| old.claims != connection.claims);
    let old_key = old.map(|old| old.key.clone());
    let old_warnings = old.map(|old| old.warnings.clone()).unwrap_or_default();
    let mut cx = app.context();
    for warning in connection.warnings.iter().filter(|warning| !old_warnings.contains(warning)) {
        cx.info(warning.clone());
    }
    if has_new_token {
        app.model.token_problem = None;
    }
    let is_tenancy_known = old_key.is_some_and(|key| key != connection.key);
    app.model.connection = Some(connection);
    if is_other {
        return change_tenancy(app);
    }
    let mut cx = app.context();
    table::load_prefs(&mut cx, false);
    if is_tenancy_known {
        invites::on_tenancy_known(&mut cx);
    }
}

fn change_tenancy(app: &mut App) {
    let mut cx = app.context();
    cx.info("The token now belongs to another tenancy. Loading its invites.");
    query::cancel_mark_search(&mut cx);
    annotations::clear(&mut cx);
    let model = &mut app.model;
    model.invites = InviteList::default();
    model.marks.clear();
    model.table_prefs_sync = Default::default();
    model.in_flight.void_all();
    (model.members, model.quota, model.unsent_edit) = (None, None, None);
    (model.triage, model.submitted_triage) = (None, None);
    (model.last_lookup, model.domain_stats) = (None, Default::default());
    (model.past_changes, model.overview) = Default::default();
    model.table.saved_filters.clear();
    let mut cx = app.context();
    invites::refresh(&mut cx);
    table::load_prefs(&mut cx, false);
    query::requery(&mut cx);
    let ui = app.ui_state();
    let mut cx = Context::new(&mut app.model, ui, &mut app.out);
    for view in View::ALL {
        app.views.screen_mut(*view).on_tenancy_changed(&mut cx);
    }
    app.overlays.retain_mut(|overlay| overlay.screen_mut().on_tenancy_changed(&mut cx));
    if let Some(import) = &mut app.parked_import {
        import.on_tenancy_changed(&mut cx);
    }
}

fn on_failed(app: &mut App, id: RequestId, mut failure: Error) {
    match app.model.in_flight.finish(id) {
        Some(RequestPurpose::Import) => {
            return app.with_import(|import, cx| import.on_journal_failed(&failure, cx));
        }
        Some(RequestPurpose::Journal) => return app.views.journal.on_load_failed(failure),
        Some(purpose @ (RequestPurpose::Undo | RequestPurpose::Snooze { .. })) => {
            let mut cx = app.context();
            if purpose != RequestPurpose::Undo {
                annotations::forget_undo(&mut cx);
            }
            return cx.error(failure);
        }
        Some(RequestPurpose::Note { email, note }) => {
            return annotations::on_note_failed(&mut app.context(), &email, note, failure);
        }
        // The plans that it would have replaced stay.
        Some(RequestPurpose::Stage(plan)) => {
            if let Some(staging) = app.model.plans.take_pending_stage(plan) {
                drafts::on_triage_not_staged(&mut app.context(), &staging.plan);
            }
            triage_session::on_plan_refused(app, plan);
        }
        Some(RequestPurpose::Lookup(identity)) if failure.status() == Some(404) => {
            return on_invite_gone(app, &identity);
        }
        _ => {}
    }
    let mut cx = app.context();
    access::handle_auth_error(&mut cx, &mut failure);
    cx.error(failure);
}

/// Removes an invite whose lookup returned 404. It need not be the selected invite any more.
fn on_invite_gone(app: &mut App, identity: &Identity) {
    if app.model.table.selected_identity.as_ref() == Some(identity) {
        app.views.pending.detail_scroll = None;
    }
    let mut cx = app.context();
    cx.info("This invite no longer exists: accepted, expired or deleted elsewhere.");
    invites::remove(&mut cx, identity);
}

/// Handles unfinished plans of an earlier session.
///
/// Opens a prompt for plans that can resume, shows ended plans, and notifies about staged plans.
fn on_unfinished_plans(app: &mut App, unfinished: Vec<UnfinishedPlan>) {
    if unfinished.is_empty() {
        return;
    }
    let ended = unfinished.iter().any(|unfinished| unfinished.entry.state == PlanState::Finished);
    for unfinished in unfinished {
        let steps = unfinished.entry.steps_with_progress();
        for (step, _) in steps.filter(|(_, progress)| progress.created.is_some()) {
            // The invite was created, so its draft is no longer unsent.
            app.model.drafts.retain(|draft| Some(draft) != step.draft().as_ref());
        }
        // The plan may be known already; the re-checked state is newer.
        app.model.plans.add_unfinished(unfinished);
    }
    let plans = &app.model.plans;
    let stopped: Vec<PlanId> = plans.stopped_plans().map(|unfinished| unfinished.entry.plan.id).collect();
    let (staged, view) = (plans.staged_step_count(), app.model.view_name(View::Plans));
    let shows_plans = app.ui_state().is_unobstructed() && early_input::is_idle(app);
    let mut cx = app.context();
    match stopped.as_slice() {
        [] if ended && shows_plans => cx.show_view(View::Plans),
        [] if ended => {
            cx.info(format!("A previous session left unfinished work. See {view}."));
        }
        [] if staged > 0 => {
            let steps = format_plural(staged, "staged step");
            cx.info(format!("{steps} from a previous session. See {view}."));
        }
        [] => {}
        [id] => cx.prompt_when_idle(PromptKind::UnfinishedPlans(Some(*id))),
        _ => cx.prompt_when_idle(PromptKind::UnfinishedPlans(None)),
    }
}

#[cfg(test)]
mod tests;
