//! Asking for the journal, and what comes back. A later question makes the earlier one of its kind void, and each
//! answer finds its question by its id, so that a failure is shown where somebody waits for it.

use crate::domain::journal::JournalEntry;
use crate::domain::{Failure, Now, Request, RequestId};

use crate::app::effect::Effect;
use crate::app::model::view::View;
use crate::app::screens::journal::{Journal, LIMIT, undo};
use crate::app::shell::app::App;

/// What an answer is wanted for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum What {
    /// The view.
    View,
    /// What the newest plan that revoked anything can have restored.
    Undo,
}

/// A question that was not answered yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Asked {
    id: RequestId,
    what: What,
    void: bool,
}

impl Journal {
    /// Whether it is being read for the view.
    pub fn is_loading(&self) -> bool {
        self.asked.iter().any(|asked| asked.what == What::View && !asked.void)
    }

    /// Whether the answer to this question is still wanted.
    pub(crate) fn awaits(&self, id: RequestId) -> bool {
        self.asked.iter().any(|asked| asked.id == id && !asked.void)
    }

    /// Whether it was asked here, and nobody wants the answer any more.
    pub(crate) fn is_void(&self, id: RequestId) -> bool {
        self.asked.iter().any(|asked| asked.id == id && asked.void)
    }

    /// Forgets a question whose answer came and was not wanted.
    pub(crate) fn forget_void(&mut self, id: RequestId) {
        self.asked.retain(|asked| asked.id != id || !asked.void);
    }

    fn take(&mut self, id: RequestId) -> Option<What> {
        let at = self.asked.iter().position(|asked| asked.id == id)?;
        Some(self.asked.remove(at).what)
    }
}

/// Reads the journal for the view.
pub(crate) fn read(state: &mut App) -> Vec<Effect> {
    ask(state, What::View, LIMIT)
}

pub(crate) fn ask(state: &mut App, what: What, limit: usize) -> Vec<Effect> {
    let (id, effect) = state.ask(Request::Journal { limit });
    let asked = &mut state.journal.asked;
    asked.iter_mut().filter(|other| other.what == what).for_each(|other| other.void = true);
    asked.push(Asked { id, what, void: false });
    vec![effect]
}

/// The answer is there.
pub(crate) fn arrived(state: &mut App, id: RequestId, entries: Vec<JournalEntry>, now: Now) {
    match state.journal.take(id) {
        Some(What::View) => {
            let view = &mut state.journal;
            (view.entries, view.read_at, view.failed) = (entries, Some(now.wall), None);
            view.arrange(state.model.metrics.text_height);
        }
        Some(What::Undo) => undo::newest(state, &entries, now),
        None => {}
    }
}

/// Takes a failure that answers a question about the journal; gives back any other.
pub(crate) fn failed(state: &mut App, id: RequestId, failure: Failure, now: Now) -> Option<Failure> {
    match state.journal.take(id) {
        Some(What::View) => state.journal.failed = Some(failure),
        Some(What::Undo) => state.model.notifications.error(failure, now),
        None => return Some(failure),
    }
    None
}

/// The tenancy is another one: nothing of the one before is shown, and no answer about it is wanted.
pub(crate) fn forget(state: &mut App) -> Vec<Effect> {
    let mut asked = std::mem::take(&mut state.journal.asked);
    asked.iter_mut().for_each(|asked| asked.void = true);
    state.journal = Journal { asked, ..Journal::default() };
    if state.view == View::Journal { read(state) } else { Vec::new() }
}
