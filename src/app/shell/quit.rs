//! Quits the console, after a prompt if work is unfinished.

use crate::app::model::options::SessionStatus;
use crate::app::screen::UnsavedWork;
use crate::app::{App, Effect, Overlay, PromptKind, Route, Screen};

impl App {
    /// Quits, after a prompt if needed. A second request quits immediately.
    pub(crate) fn quit(&mut self) {
        let is_prompt_open =
            matches!(self.overlays.last(), Some(Overlay::Prompt(prompt)) if prompt.kind == PromptKind::Quit);
        if is_prompt_open || !self.has_unfinished_work() {
            return self.exit();
        }
        self.open_route(Route::Prompt(PromptKind::Quit));
        self.update_quit_prompt();
    }

    /// Quits without a prompt. Changes that the Changes view has shown count as seen.
    pub(super) fn exit(&mut self) {
        let (views, mut cx) = self.views_and_context();
        views.changes.on_leave(&mut cx);
        cx.push_effect(Effect::Quit);
    }

    /// Returns the kinds of work that quitting would lose.
    pub(super) fn unsaved_work(&self) -> Vec<UnsavedWork> {
        UnsavedWork::ALL.into_iter().filter(|kind| self.has_unsaved(*kind)).collect()
    }

    /// True if quitting would lose work of this kind.
    pub fn has_unsaved(&self, kind: UnsavedWork) -> bool {
        let has_work = match kind {
            UnsavedWork::Draft => {
                self.model.has_unsent_edit() || self.model.drafts.iter().any(|draft| !draft.is_blank())
            }
            UnsavedWork::Note => self.model.annotation_sync.unsaved_note.is_some(),
            UnsavedWork::Import => self.parked_import.is_some(),
        };
        has_work
            || self.overlays.iter().map(Overlay::screen).any(|screen| screen.unsaved_work() == Some(kind))
    }

    /// True if the user should know of unfinished work before quitting, in this or another session.
    fn has_unfinished_work(&self) -> bool {
        let plans = &self.model.plans;
        !self.unsaved_work().is_empty()
            || plans.open_step_count() + plans.staged_step_count() + plans.missing_invite_count() > 0
            || self.model.background_sessions.iter().any(SessionStatus::has_unfinished_work)
    }

    /// Updates the quit prompt with the work that would be lost.
    pub(super) fn update_quit_prompt(&mut self) {
        let unsaved = self.unsaved_work();
        if let Some(Overlay::Prompt(prompt)) = self.overlays.last_mut() {
            prompt.unsaved_work = unsaved;
        }
    }
}
