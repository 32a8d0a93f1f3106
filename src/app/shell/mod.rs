//! The application: shared model, views and the stack of overlays.
//!
//! Only this layer uses more than one screen. Event handling is in the submodules.

mod commands;
pub mod early_input;
pub mod frame;
mod navigation;
pub mod next_redraw;
mod quit;
mod reply;
mod triage_session;
mod unknown_key;
pub mod update;

use std::time::Duration;

use jiff::Timestamp;

use crate::app::model::options::SessionStatus;
use crate::app::model::plans::PlanRun;
use crate::app::ops::context::{Outbox, UiState};
use crate::app::screens::changes::ChangesView;
use crate::app::screens::columns::ColumnsDialog;
use crate::app::screens::confirm::ConfirmPlan;
use crate::app::screens::copy_menu::CopyMenu;
use crate::app::screens::domains::DomainsDialog;
use crate::app::screens::export::ExportForm;
use crate::app::screens::filter::FilterInput;
use crate::app::screens::help::HelpScreen;
use crate::app::screens::import::ImportDialog;
use crate::app::screens::invite_form::InviteForm;
use crate::app::screens::journal::JournalView;
use crate::app::screens::note::NoteForm;
use crate::app::screens::pager::Pager;
use crate::app::screens::palette::Palette;
use crate::app::screens::pending::PendingView;
use crate::app::screens::plans::PlansView;
use crate::app::screens::problems::ProblemsView;
use crate::app::screens::prompt::Prompt;
use crate::app::screens::requests::RequestsView;
use crate::app::screens::snooze::SnoozeMenu;
use crate::app::screens::switch_profile::ProfileSwitcher;
use crate::app::screens::theme_picker::ThemePicker;
use crate::app::screens::triage::TriageScreen;
use crate::app::screens::unlock::UnlockPrompt;
use crate::app::{AppOptions, Context, Effect, Model, PromptKind, Screen, View};
use crate::keys::{Action, Key};

/// State of the whole console.
#[derive(Debug, Clone, Default)]
pub struct App {
    /// State that all screens share.
    pub model: Model,
    /// The six views.
    pub views: Views,
    /// Overlays in front of the view; the last one gets the keys.
    pub overlays: Vec<Overlay>,
    /// Import dialog that was closed before its end; opened again by the next import.
    pub parked_import: Option<Box<ImportDialog>>,
    /// Actions that were run from the palette, the newest first.
    pub recent_actions: Vec<Action>,
    /// The typed keys of an incomplete key sequence.
    pub pending_keys: Vec<Key>,
    pub(crate) input_state: InputState,
    /// Token expiry that the last warning was about.
    pub(crate) expiry_warned_for: Option<Timestamp>,
    pub(crate) out: Outbox,
}

/// Time of the last typed key, and prompts that wait for a pause.
#[derive(Debug, Clone, Default)]
pub(crate) struct InputState {
    pub(super) last_input_at: Option<Duration>,
    /// True if the last input came while the window was too small.
    ///
    /// Further input without a pause is ignored, too, because the user has not seen a screen yet.
    pub(super) is_unseen: bool,
    /// True if a key without an action was answered, and no key with an action was pressed since.
    pub(super) is_unknown_key_answered: bool,
    /// Prompts that open at the next pause in typing.
    pub(super) waiting_prompts: Vec<PromptKind>,
}

/// The six views.
#[derive(Debug, Clone, Default)]
pub struct Views {
    /// The shown view.
    pub current: View,
    /// Pending invites.
    pub pending: PendingView,
    /// Plans.
    pub plans: PlansView,
    /// Changes since the last visit.
    pub changes: ChangesView,
    /// Problems.
    pub problems: ProblemsView,
    /// Journal.
    pub journal: JournalView,
    /// API requests.
    pub requests: RequestsView,
}

impl Views {
    /// Returns the shown view.
    pub fn current_screen(&self) -> &dyn Screen {
        match self.current {
            View::Pending => &self.pending,
            View::Plans => &self.plans,
            View::Changes => &self.changes,
            View::Problems => &self.problems,
            View::Journal => &self.journal,
            View::Requests => &self.requests,
        }
    }

    /// Returns the shown view.
    pub fn current_screen_mut(&mut self) -> &mut dyn Screen {
        self.screen_mut(self.current)
    }

    /// Returns a view, mutably.
    pub fn screen_mut(&mut self, view: View) -> &mut dyn Screen {
        match view {
            View::Pending => &mut self.pending,
            View::Plans => &mut self.plans,
            View::Changes => &mut self.changes,
            View::Problems => &mut self.problems,
            View::Journal => &mut self.journal,
            View::Requests => &mut self.requests,
        }
    }
}

impl App {
    /// Creates the initial state.
    pub fn new(options: AppOptions) -> App {
        App { model: Model::new(options), ..App::default() }
    }

    /// Returns the front screen, which gets the keys.
    pub fn top_screen(&self) -> &dyn Screen {
        self.overlays.last().map_or(self.views.current_screen(), Overlay::screen)
    }

    /// Returns the front screen with its context.
    pub(crate) fn top_screen_mut(&mut self) -> (&mut dyn Screen, Context<'_>) {
        let ui = self.ui_state();
        let App { model, views, overlays: stack, out, .. } = self;
        let screen = match stack.last_mut() {
            Some(overlay) => overlay.screen_mut(),
            None => views.current_screen_mut(),
        };
        (screen, Context::new(model, ui, out))
    }

    /// Returns the views with their context.
    pub(crate) fn views_and_context(&mut self) -> (&mut Views, Context<'_>) {
        let ui = self.ui_state();
        (&mut self.views, Context::new(&mut self.model, ui, &mut self.out))
    }

    /// Returns the context for operations.
    pub(crate) fn context(&mut self) -> Context<'_> {
        self.views_and_context().1
    }

    /// Returns where the user is.
    pub(crate) fn ui_state(&self) -> UiState {
        let (view, pending) = (self.views.current, &self.views.pending);
        let has_request = view == View::Requests && self.views.requests.detail_scroll.is_some();
        let has_search = view == View::Journal && self.views.journal.search.is_some();
        let has_detail =
            view == View::Pending && (pending.detail_scroll.is_some() || pending.forecast.is_some());
        UiState {
            view,
            has_overlay: !self.overlays.is_empty(),
            has_pane: has_detail || has_request || has_search,
            captures_keys: has_request || has_search,
            has_pending_keys: !self.pending_keys.is_empty(),
        }
    }

    /// Calls a function with the open import dialog, or with the interrupted import.
    pub(crate) fn with_import(&mut self, operation: impl FnOnce(&mut ImportDialog, &mut Context<'_>)) {
        let ui = self.ui_state();
        let open = self.overlays.iter_mut().find_map(|overlay| match overlay {
            Overlay::Import(import) => Some(&mut **import),
            _ => None,
        });
        if let Some(import) = open.or(self.parked_import.as_deref_mut()) {
            operation(import, &mut Context::new(&mut self.model, ui, &mut self.out));
        }
    }

    /// Adds a command for the console.
    pub(crate) fn push_effect(&mut self, effect: Effect) {
        self.out.effects.push(effect);
    }
}

/// Test helpers.
#[cfg(test)]
impl App {
    /// Runs an action and returns the resulting effects.
    pub(crate) fn press(&mut self, action: Action) -> Vec<Effect> {
        self.dispatch(action);
        std::mem::take(&mut self.out.effects)
    }

    /// Runs an operation and returns the resulting effects.
    pub(crate) fn run_operation<T>(&mut self, operation: impl FnOnce(&mut Context<'_>) -> T) -> Vec<Effect> {
        operation(&mut self.context());
        self.process_navigation();
        std::mem::take(&mut self.out.effects)
    }
}

impl App {
    /// Returns the status of this session.
    pub fn session_status(&self) -> SessionStatus {
        let plans = &self.model.plans;
        SessionStatus {
            name: self.model.options.name.clone(),
            running: plans.running.first().map(PlanRun::ended_steps),
            staged: plans.staged_step_count(),
            stopped: plans.stopped_plans().count(),
            missing_invites: plans.missing_invite_count(),
            has_unsaved: !self.unsaved_work().is_empty(),
        }
    }
}

/// Dialog in front of the view.
#[derive(Debug, Clone)]
pub enum Overlay {
    /// Column settings of the table.
    Columns(ColumnsDialog),
    /// Confirmation of a plan.
    Confirm(ConfirmPlan),
    /// Copy menu.
    CopyMenu(CopyMenu),
    /// Email domains of the tenancy.
    Domains(DomainsDialog),
    /// Export form.
    Export(ExportForm),
    /// Filter field.
    Filter(FilterInput),
    /// Help.
    Help(HelpScreen),
    /// Import dialog.
    Import(Box<ImportDialog>),
    /// Form of an invite.
    InviteForm(InviteForm),
    /// Editor of a note.
    Note(NoteForm),
    /// Scrollable text.
    Pager(Pager),
    /// Command palette.
    Palette(Palette),
    /// Prompt with buttons.
    Prompt(Prompt),
    /// Snooze menu.
    Snooze(SnoozeMenu),
    /// Menu of profiles.
    SwitchProfile(ProfileSwitcher),
    /// Theme picker.
    Theme(ThemePicker),
    /// Triage session.
    Triage(Box<TriageScreen>),
    /// Asks for the profile's name to allow changes.
    Unlock(UnlockPrompt),
}

/// Matches the screen of an overlay; the last argument is the kind of borrow.
macro_rules! screen_in {
    ($overlay:expr, $($borrow:tt)+) => {
        match $overlay {
            Overlay::Columns(it) => it,
            Overlay::Confirm(it) => it,
            Overlay::CopyMenu(it) => it,
            Overlay::Domains(it) => it,
            Overlay::Export(it) => it,
            Overlay::Filter(it) => it,
            Overlay::Help(it) => it,
            Overlay::Import(it) => $($borrow)+ **it,
            Overlay::InviteForm(it) => it,
            Overlay::Note(it) => it,
            Overlay::Pager(it) => it,
            Overlay::Palette(it) => it,
            Overlay::Prompt(it) => it,
            Overlay::Snooze(it) => it,
            Overlay::SwitchProfile(it) => it,
            Overlay::Theme(it) => it,
            Overlay::Triage(it) => $($borrow)+ **it,
            Overlay::Unlock(it) => it,
        }
    };
}

impl Overlay {
    /// Returns the screen.
    pub fn screen(&self) -> &dyn Screen {
        screen_in!(self, &)
    }

    /// Returns the screen, mutably.
    pub fn screen_mut(&mut self) -> &mut dyn Screen {
        screen_in!(self, &mut)
    }
}
