//! Handles navigation requests: opens and closes overlays, and switches views.
//!
//! Also passes results from one screen to another. Only this module maps routes to screens.

use std::time::Duration;

use crate::app::ops::{export, plans, staging, theme};
use crate::app::screens::columns::ColumnsDialog;
use crate::app::screens::confirm::ConfirmPlan;
use crate::app::screens::copy_menu::CopyMenu;
use crate::app::screens::domains::DomainsDialog;
use crate::app::screens::export::ExportForm;
use crate::app::screens::filter::FilterInput;
use crate::app::screens::help::HelpScreen;
use crate::app::screens::import::ImportDialog;
use crate::app::screens::invite_form::InviteForm;
use crate::app::screens::note::NoteForm;
use crate::app::screens::pager::Pager;
use crate::app::screens::palette::Palette;
use crate::app::screens::prompt::Prompt;
use crate::app::screens::snooze::SnoozeMenu;
use crate::app::screens::switch_profile::ProfileSwitcher;
use crate::app::screens::theme_picker::ThemePicker;
use crate::app::screens::triage::TriageScreen;
use crate::app::screens::unlock::UnlockPrompt;
use crate::app::shell::{early_input, triage_session};
use crate::app::{App, Effect, Nav, Overlay, PromptKind, Route, Screen, View};
use crate::domain::service_msg::ResumeScope;
use crate::domain::{PlanId, ServiceRequest};
use crate::keys::Action;

/// Maximum number of remembered palette actions.
const MAX_RECENT_ACTIONS: usize = 50;
/// Time during which a prompt that opened automatically accepts only Cancel.
///
/// Keys typed within this time were meant for another screen.
const PROMPT_KEY_DELAY: Duration = Duration::from_millis(500);

impl App {
    /// Handles all navigation requests, in order.
    pub(crate) fn process_navigation(&mut self) {
        while let Some(nav) = self.out.nav.pop_front() {
            self.navigate(nav);
        }
    }

    fn navigate(&mut self, nav: Nav) {
        match nav {
            Nav::Open(route) => self.open_route(route),
            Nav::PromptWhenIdle(prompt) => early_input::prompt_when_idle(self, prompt),
            Nav::Close => drop(self.overlays.pop()),
            Nav::ParkImport => {
                if let Some(Overlay::Import(import)) = self.overlays.pop() {
                    self.parked_import = Some(import);
                }
            }
            Nav::ShowView(view) => self.show_view(view),
            Nav::Dispatch(action) => self.run_from_palette(action),
            Nav::DispatchWith(action, argument) => self.run_with_argument(action, &argument),
            Nav::PromptAnswered(prompt, button) => self.on_prompt_answered(prompt, button),
            Nav::TriageEdited(invite, draft) => triage_session::on_edited(self, invite, draft),
            Nav::PlanSubmitted(plan) => self.on_plan_submitted(plan),
            Nav::ShowRequests(filter) => {
                self.views.requests.show_only(filter);
                self.show_view(View::Requests);
            }
            Nav::SwitchProfile(profile) => {
                // Switching the profile leaves the shown view, although it is shown again after switching
                // back.
                let (views, mut cx) = self.views_and_context();
                views.changes.on_leave(&mut cx);
                cx.push_effect(Effect::SwitchSession(profile));
            }
            Nav::Quit => self.quit(),
        }
    }

    pub(super) fn open_route(&mut self, route: Route) {
        let parked = match route {
            Route::Import => self.parked_import.take(),
            _ => None,
        };
        let cx = &mut self.context();
        let overlay = match route {
            Route::Columns => Some(Overlay::Columns(ColumnsDialog::default())),
            Route::Confirm(proposal) => Some(Overlay::Confirm(ConfirmPlan::open(proposal, cx))),
            Route::CopyMenu { title, choices } => Some(Overlay::CopyMenu(CopyMenu::new(title, choices))),
            Route::Domains => Some(Overlay::Domains(DomainsDialog::open(cx))),
            Route::Export => Some(Overlay::Export(ExportForm::open(cx))),
            Route::Filter => Some(Overlay::Filter(FilterInput::open(cx))),
            Route::MarkMatching => Some(Overlay::Filter(FilterInput::for_marking())),
            Route::Help(context) => Some(Overlay::Help(HelpScreen::new(context))),
            Route::Import => Some(Overlay::Import(ImportDialog::open(parked, cx))),
            Route::InviteForm(purpose) => Some(Overlay::InviteForm(InviteForm::open(purpose))),
            Route::Note(email) => NoteForm::open(email, cx).map(Overlay::Note),
            Route::Notifications => Some(Overlay::Pager(Pager::default())),
            Route::Palette => Some(Overlay::Palette(Palette::default())),
            Route::Prompt(kind) => Some(Overlay::Prompt(Prompt::new(kind))),
            Route::Snooze => SnoozeMenu::open(cx).map(Overlay::Snooze),
            Route::SwitchProfile => ProfileSwitcher::open(cx).map(Overlay::SwitchProfile),
            Route::Theme => Some(Overlay::Theme(ThemePicker::open(cx))),
            Route::Triage => TriageScreen::open(cx).map(Overlay::Triage),
            Route::Unlock => Some(Overlay::Unlock(UnlockPrompt::default())),
        };
        self.overlays.extend(overlay);
        self.update_palette();
    }

    /// Opens a prompt behind an open text field, so that typed keys cannot press its buttons.
    ///
    /// Does nothing if the same prompt is open.
    pub(crate) fn open_prompt_behind(&mut self, kind: PromptKind) {
        let is_same = |overlay: &Overlay| matches!(overlay, Overlay::Prompt(prompt) if prompt.kind == kind);
        if !self.overlays.iter().any(is_same) {
            let prompt = Prompt::ignoring_keys_until(kind, self.model.now.mono + PROMPT_KEY_DELAY);
            self.overlays.insert(0, Overlay::Prompt(prompt));
        }
    }

    /// Goes to a view and closes panes that the previous view has open over its rows.
    fn show_view(&mut self, view: View) {
        let previous = self.views.current;
        let (views, mut cx) = self.views_and_context();
        views.pending.close_panes();
        views.requests.detail_scroll = None;
        if previous != view {
            views.current_screen_mut().on_leave(&mut cx);
        }
        self.views.current = view;
        let (views, mut cx) = self.views_and_context();
        views.current_screen_mut().on_enter(&mut cx);
    }

    fn run_from_palette(&mut self, action: Action) {
        self.remember_action(action);
        self.dispatch(action);
    }

    fn remember_action(&mut self, action: Action) {
        self.recent_actions.retain(|other| *other != action);
        self.recent_actions.insert(0, action);
        self.recent_actions.truncate(MAX_RECENT_ACTIONS);
    }

    fn run_with_argument(&mut self, action: Action, argument: &str) {
        self.remember_action(action);
        match action {
            Action::Theme => theme::keep(&mut self.context(), argument),
            Action::SwitchProfile => self.context().navigate(Nav::SwitchProfile(argument.to_owned())),
            _ => self.run_and_type(action, argument),
        }
    }

    /// Opens a text field, types the argument and confirms. An invalid argument stays in the field.
    fn run_and_type(&mut self, action: Action, argument: &str) {
        self.dispatch(action);
        if self.top_screen_mut().0.text_field().is_some() {
            self.dispatch(Action::ClearField);
            self.on_paste(argument);
            self.dispatch(Action::Confirm);
        }
    }

    /// Handles the chosen button of a prompt; button 0 changes nothing.
    fn on_prompt_answered(&mut self, kind: PromptKind, button: usize) {
        let cx = &mut self.context();
        match (kind, button) {
            (PromptKind::RetryUnknownCreates(id), 0) => plans::resume_or_confirm(cx, id, ResumeScope::All),
            (PromptKind::UnfinishedPlans(_), 0) => cx.show_view(View::Plans),
            (PromptKind::LongWait(_), 0) => drop(cx.request(ServiceRequest::DeclineWait)),
            (PromptKind::OverwriteFile, 0) => export::set_waiting(cx, None),
            (_, 0) => {}
            (PromptKind::OverwriteFile, _) => export::overwrite_file(cx),
            (PromptKind::Quit, _) => self.exit(),
            (PromptKind::LongWait(_), _) => drop(cx.request(ServiceRequest::AcceptWait)),
            (PromptKind::UnfinishedPlans(None), _) => {}
            (PromptKind::UnfinishedPlans(Some(id)), 1) => {
                cx.show_view(View::Plans);
                plans::resume(cx, id);
            }
            (PromptKind::UnfinishedPlans(Some(id)), _) => plans::discard(cx, id),
            (PromptKind::DiscardPlan(id), _) => plans::discard_now(cx, id),
            (PromptKind::DiscardStaged, _) => staging::discard_all(cx),
            (PromptKind::ResumeWithoutEmail(id), _) => {
                plans::resume_or_confirm(cx, id, ResumeScope::WithoutEmail)
            }
            (PromptKind::RetryUnknownCreates(id), _) => {
                plans::resume_or_confirm(cx, id, ResumeScope::RepeatUnknown)
            }
            (PromptKind::DeleteFirst(id), _) => plans::propose_delete_first(cx, id),
        }
    }

    /// Closes the import dialog, form or triage that created a plan, after the plan was applied or staged.
    fn on_plan_submitted(&mut self, plan: PlanId) {
        self.overlays
            .retain(|overlay| !matches!(overlay, Overlay::Import(import) if import.is_source_of(plan)));
        self.overlays.pop_if(|overlay| matches!(overlay, Overlay::InviteForm(_)));
        triage_session::on_plan_submitted(self, plan);
    }
}
