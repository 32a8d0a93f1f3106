//! How a session stands: what the others show of it, and what would be lost by leaving.

use crate::app::model::options::SessionStatus;
use crate::app::screen::{Screen, Unsaved};
use crate::app::shell::app::App;
use crate::app::shell::stack::Overlay;
use crate::domain::plan::Tally;

impl App {
    /// How this session stands.
    pub fn session_status(&self) -> SessionStatus {
        let plans = &self.model.plans;
        SessionStatus {
            name: self.model.options.name.clone(),
            running: plans.under_way.first().map(|run| {
                let steps = run.progress.steps.len();
                (steps - Tally::of(&run.progress.steps).not_sent, steps)
            }),
            staged: plans.staged_steps(),
            stopped: plans.stopped().count(),
            owed: plans.owed(),
            unsent: self.has_unsaved(Unsaved::Draft) || self.has_unsaved(Unsaved::Import),
        }
    }

    /// Whether something of this kind would be lost by leaving.
    pub fn has_unsaved(&self, what: Unsaved) -> bool {
        let kept = match what {
            Unsaved::Draft => self.model.drafts.iter().any(|draft| !draft.is_blank()),
            Unsaved::Import => self.parked_import.is_some(),
        };
        kept || self.stack.iter().map(Overlay::screen).any(|screen| screen.unsaved() == Some(what))
    }

    /// Whether somebody who leaves should know of something, here or in another session.
    pub(super) fn has_open_work(&self) -> bool {
        let plans = &self.model.plans;
        self.has_unsaved(Unsaved::Draft)
            || self.has_unsaved(Unsaved::Import)
            || plans.open_steps() + plans.staged_steps() + plans.owed() > 0
            || self.model.background.iter().any(SessionStatus::is_open)
    }

    /// Tells the prompt before quitting what would be lost.
    pub(super) fn tell_prompt(&mut self) {
        let kinds = [Unsaved::Draft, Unsaved::Import];
        let unsaved: Vec<Unsaved> = kinds.into_iter().filter(|what| self.has_unsaved(*what)).collect();
        if let Some(Overlay::Prompt(prompt)) = self.stack.last_mut() {
            prompt.unsaved = unsaved;
        }
    }
}
