//! Puts the console together: the shared data, the views, the overlays in front of them, and what the shell keeps for itself.
//! What follows from a key or a message is beside this file. The only part that knows several screens.

mod commands;
pub mod early_input;
pub mod frame;
mod navigation;
pub mod next_redraw;
mod reply;
pub mod update;

use std::time::Duration;

use jiff::Timestamp;

use crate::app::model::options::SessionStatus;
use crate::app::ops::context::{Outbox, UiState};
use crate::app::screen::UnsavedWork;
use crate::app::screens::changes::ChangesView;
use crate::app::screens::columns::ColumnsDialog;
use crate::app::screens::confirm::ConfirmPlan;
use crate::app::screens::copy_menu::CopyMenu;
use crate::app::screens::domains::DomainsDialog;
use crate::app::screens::export::ExportForm;
use crate::app::screens::filter::FilterInput;
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
use crate::app::screens::triage::TriageScreen;
use crate::app::screens::unlock::UnlockPrompt;
use crate::app::{AppOptions, Context, Effect, Model, PromptKind, Screen, View};
use crate::domain::plan::StepCounts;
use crate::keys::{Action, Key};

/// The console.
#[derive(Debug, Clone, Default)]
pub struct App {
    /// What all screens share.
    pub model: Model,
    /// The six views.
    pub views: Views,
    /// What lies in front of the view; the last one gets the keys.
    pub overlays: Vec<Overlay>,
    /// An import that was left in the middle.
    pub parked_import: Option<Box<ImportDialog>>,
    /// The actions that were run from the palette, the newest first.
    pub recent_actions: Vec<Action>,
    /// Keys typed so far of a longer one.
    pub pending_keys: Vec<Key>,
    pub(crate) input_state: InputState,
    /// The end of the token of which it was said that it comes soon.
    pub(crate) expiry_warned_for: Option<Timestamp>,
    pub(crate) out: Outbox,
}

/// When something was typed, and what waits for a pause.
#[derive(Debug, Clone, Default)]
pub(crate) struct InputState {
    pub(super) last_input_at: Option<Duration>,
    /// The last input came while nothing was drawn. What follows it without a pause is dropped too: it was typed in the
    /// same go, whatever size the window has by then.
    pub(super) is_unseen: bool,
    /// Prompts that open when nothing is typed.
    pub(super) waiting: Vec<PromptKind>,
}

/// The views, and which of them is shown.
#[derive(Debug, Clone, Default)]
pub struct Views {
    /// The one that fills the window.
    pub current: View,
    /// The table of pending invites.
    pub pending: PendingView,
    /// The plans.
    pub plans: PlansView,
    /// What changed.
    pub changes: ChangesView,
    /// What looks wrong.
    pub problems: ProblemsView,
    /// The journal.
    pub journal: JournalView,
    /// The requests that were made.
    pub requests: RequestsView,
}

impl Views {
    /// The view that is shown.
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

    /// The view that is shown.
    pub fn current_screen_mut(&mut self) -> &mut dyn Screen {
        match self.current {
            View::Pending => &mut self.pending,
            View::Plans => &mut self.plans,
            View::Changes => &mut self.changes,
            View::Problems => &mut self.problems,
            View::Journal => &mut self.journal,
            View::Requests => &mut self.requests,
        }
    }

    /// All of them.
    pub fn all_mut(&mut self) -> [&mut dyn Screen; 6] {
        [
            &mut self.pending,
            &mut self.plans,
            &mut self.changes,
            &mut self.problems,
            &mut self.journal,
            &mut self.requests,
        ]
    }
}

impl App {
    /// The console before anything has happened.
    pub fn new(options: AppOptions) -> App {
        App { model: Model::new(options), ..App::default() }
    }

    /// The screen that gets the keys.
    pub fn top_screen(&self) -> &dyn Screen {
        self.overlays.last().map_or(self.views.current_screen(), Overlay::screen)
    }

    /// The screen that gets the keys, and what it is given.
    pub(crate) fn top_screen_mut(&mut self) -> (&mut dyn Screen, Context<'_>) {
        let place = self.ui_state();
        let App { model, views, overlays: stack, out, .. } = self;
        let screen = match stack.last_mut() {
            Some(overlay) => overlay.screen_mut(),
            None => views.current_screen_mut(),
        };
        (screen, Context::new(model, place, out))
    }

    /// The views, and what they are given.
    pub(crate) fn views_mut(&mut self) -> (&mut Views, Context<'_>) {
        let place = self.ui_state();
        (&mut self.views, Context::new(&mut self.model, place, &mut self.out))
    }

    /// What operations are given.
    pub(crate) fn context(&mut self) -> Context<'_> {
        let place = self.ui_state();
        Context::new(&mut self.model, place, &mut self.out)
    }

    /// Where the person is.
    pub(crate) fn ui_state(&self) -> UiState {
        let (view, pending) = (self.views.current, &self.views.pending);
        let request = view == View::Requests && self.views.requests.detail_scroll.is_some();
        let search = view == View::Journal && self.views.journal.search.is_some();
        let beside = view == View::Pending && (pending.detail_scroll.is_some() || pending.forecast.is_some());
        UiState {
            view,
            has_overlay: !self.overlays.is_empty(),
            has_pane: beside || request || search,
            captures_keys: request || search,
            has_pending_keys: !self.pending_keys.is_empty(),
        }
    }

    /// Hands something to the import in front, or to the one that was left.
    pub(crate) fn with_import(&mut self, take: impl FnOnce(&mut ImportDialog, &mut Context<'_>)) {
        let place = self.ui_state();
        let in_front = self.overlays.iter_mut().find_map(|overlay| match overlay {
            Overlay::Import(import) => Some(&mut **import),
            _ => None,
        });
        if let Some(import) = in_front.or(self.parked_import.as_deref_mut()) {
            take(import, &mut Context::new(&mut self.model, place, &mut self.out));
        }
    }

    /// Has the console do something.
    pub(crate) fn push_effect(&mut self, effect: Effect) {
        self.out.effects.push(effect);
    }
}

/// For tests: what the shell does, one thing at a time.
#[cfg(test)]
impl App {
    /// Does an action, and returns what it asks of the console.
    pub(crate) fn press(&mut self, action: Action) -> Vec<Effect> {
        self.dispatch(action);
        std::mem::take(&mut self.out.effects)
    }

    /// Does an operation, and returns what it asks of the console.
    pub(crate) fn run_operation<T>(&mut self, operation: impl FnOnce(&mut Context<'_>) -> T) -> Vec<Effect> {
        operation(&mut self.context());
        self.process_navigation();
        std::mem::take(&mut self.out.effects)
    }
}

impl App {
    /// How this session stands.
    pub fn session_status(&self) -> SessionStatus {
        let plans = &self.model.plans;
        SessionStatus {
            name: self.model.options.name.clone(),
            running: plans.running.first().map(|run| {
                let steps = run.progress.steps.len();
                (steps - StepCounts::from_progress(&run.progress.steps).not_sent, steps)
            }),
            staged: plans.staged_steps(),
            stopped: plans.stopped_plans().count(),
            missing_invites: plans.missing_invites(),
            has_unsaved: UnsavedWork::ALL.into_iter().any(|what| self.has_unsaved(what)),
        }
    }

    /// Whether something of this kind would be lost by leaving.
    pub fn has_unsaved(&self, what: UnsavedWork) -> bool {
        let kept = match what {
            UnsavedWork::Draft => {
                self.model.has_unsent_edit() || self.model.drafts.iter().any(|draft| !draft.is_blank())
            }
            UnsavedWork::Note => self.model.annotation_sync.unsaved.is_some(),
            UnsavedWork::Import => self.parked_import.is_some(),
        };
        kept || self.overlays.iter().map(Overlay::screen).any(|screen| screen.unsaved_work() == Some(what))
    }

    /// Whether somebody who leaves should know of something, here or in another session.
    pub(super) fn has_unfinished_work(&self) -> bool {
        let plans = &self.model.plans;
        UnsavedWork::ALL.into_iter().any(|what| self.has_unsaved(what))
            || plans.open_steps() + plans.staged_steps() + plans.missing_invites() > 0
            || self.model.background_sessions.iter().any(SessionStatus::has_unfinished_work)
    }

    /// Tells the prompt before quitting what would be lost.
    pub(super) fn update_quit_prompt(&mut self) {
        let unsaved: Vec<UnsavedWork> =
            UnsavedWork::ALL.into_iter().filter(|what| self.has_unsaved(*what)).collect();
        if let Some(Overlay::Prompt(prompt)) = self.overlays.last_mut() {
            prompt.unsaved_work = unsaved;
        }
    }
}

/// Something in front of the view.
#[derive(Debug, Clone)]
pub enum Overlay {
    /// The table's columns.
    Columns(ColumnsDialog),
    /// A plan to confirm.
    Confirm(ConfirmPlan),
    /// A choice of what is copied.
    CopyMenu(CopyMenu),
    /// The domains of the tenancy.
    Domains(DomainsDialog),
    /// The form of an export.
    Export(ExportForm),
    /// The filter's field.
    Filter(FilterInput),
    /// An import.
    Import(Box<ImportDialog>),
    /// The form of an invite.
    InviteForm(InviteForm),
    /// A note on a person.
    Note(NoteForm),
    /// A text to read.
    Pager(Pager),
    /// The commands by their names.
    Palette(Palette),
    /// A prompt.
    Prompt(Prompt),
    /// Until when rows are snoozed.
    Snooze(SnoozeMenu),
    /// The profiles.
    SwitchProfile(ProfileSwitcher),
    /// One invite after the other.
    Triage(TriageScreen),
    /// The guard of the profile, which its name lifts.
    Unlock(UnlockPrompt),
}

/// The screen in an overlay; the last argument is how it is borrowed.
macro_rules! screen_in {
    ($overlay:expr, $($borrow:tt)+) => {
        match $overlay {
            Overlay::Columns(it) => it,
            Overlay::Confirm(it) => it,
            Overlay::CopyMenu(it) => it,
            Overlay::Domains(it) => it,
            Overlay::Export(it) => it,
            Overlay::Filter(it) => it,
            Overlay::Import(it) => $($borrow)+ **it,
            Overlay::InviteForm(it) => it,
            Overlay::Note(it) => it,
            Overlay::Pager(it) => it,
            Overlay::Palette(it) => it,
            Overlay::Prompt(it) => it,
            Overlay::Snooze(it) => it,
            Overlay::SwitchProfile(it) => it,
            Overlay::Triage(it) => it,
            Overlay::Unlock(it) => it,
        }
    };
}

impl Overlay {
    /// What the shell knows of it.
    pub fn screen(&self) -> &dyn Screen {
        screen_in!(self, &)
    }

    /// The same, to be changed.
    pub fn screen_mut(&mut self) -> &mut dyn Screen {
        screen_in!(self, &mut)
    }
}
