//! Import at once: a list is pasted or read from a file, each entry is judged before any call and can be mended, and the
//! good ones become one plan with a message filled from the list's columns. Leaving keeps the list and all that was
//! done to it until the plan is confirmed. How entries are judged is in `domain::list`.

pub mod message;
pub mod message_view;
pub mod recheck;
pub mod review;
pub mod review_view;
pub mod source;
pub mod source_view;
pub mod suggestions;
pub mod suggestions_view;
pub mod view;

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use crate::domain::list::checking::Judged;
use crate::domain::list::{ColumnChoice, Earlier, Sheet, Verdict};
use crate::domain::{Expiry, Now, PlanId, RequestId};

use crate::app::effect::Effect;
use crate::app::screens::import::message::Message;
pub(crate) use crate::app::screens::import::recheck::{
    awaits, forget, found, journal_arrived, journal_failed, keep_up,
};
use crate::app::screens::import::source::Source;
pub(crate) use crate::app::screens::import::source::read;
use crate::app::shell::app::App;
use crate::app::shell::stack::Overlay;
use crate::keys::action::Action;
use crate::keys::context::KeyContext;
use crate::keys::input::Key;
use crate::ui::list_state::ListState;
use crate::ui::text_field::TextField;

/// Where in it one is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Place {
    /// Where the list comes from.
    #[default]
    Source,
    /// The verdicts.
    Verdicts,
    /// The address of one entry.
    Correcting,
    /// All suggestions.
    Suggestions,
    /// The message.
    Message,
}

/// A list and what was done to it.
#[derive(Debug, Clone, Default)]
pub struct Import {
    /// Where one is.
    pub place: Place,
    /// Where the list comes from.
    pub source: Source,
    /// The list as it was read, with what was corrected in it.
    pub sheet: Arc<Sheet>,
    /// What is known of each entry; empty before it was looked at.
    pub judged: Vec<Judged>,
    /// How many got which verdict, in words.
    pub tally: String,
    /// How many were sent before and have expired since, and could be sent again.
    pub expired: usize,
    /// The place among the entries.
    pub lines: ListState,
    /// The place among the suggestions.
    pub suggested: ListState,
    /// The address that is being corrected.
    pub correcting: Option<TextField>,
    /// The message for all.
    pub message: Message,
    /// What there is to say about the last key; raw text from outside may be in it.
    pub said: Option<String>,
    /// Why it is not known what was sent before, as a sentence.
    pub unknown: Option<String>,
    left_out: HashSet<usize>,
    /// The email column that the user has chosen.
    choice: Option<ColumnChoice>,
    /// The lists of the other email columns that were looked at, and what was left out of them: nothing that was corrected is
    /// lost with the column.
    by_column: HashMap<usize, (Arc<Sheet>, HashSet<usize>)>,
    /// The text was not read yet.
    unread: bool,
    reading: Option<u64>,
    looking: Option<u64>,
    seen: crate::app::screens::import::recheck::Seen,
    asked: Option<RequestId>,
    earlier: Option<Earlier>,
    /// The plan that was made of it last.
    planned: Option<PlanId>,
}

impl Import {
    /// Whether it is being looked at, or its file is being read.
    pub fn is_looking(&self) -> bool {
        self.looking.is_some() || self.reading.is_some()
    }

    /// Whether something of it would be lost with it.
    pub fn is_unsent(&self) -> bool {
        !self.source.text.trim().is_empty() || !self.message.text.text().trim().is_empty()
    }

    /// Whether keys are text here, and no commands.
    pub(crate) fn is_typed_into(&self) -> bool {
        self.context() == KeyContext::Form
    }

    /// Where its keys are.
    pub(crate) fn context(&self) -> KeyContext {
        match self.place {
            Place::Verdicts | Place::Suggestions => KeyContext::Many,
            Place::Source | Place::Correcting | Place::Message => KeyContext::Form,
        }
    }

    pub(crate) fn field(&mut self) -> Option<&mut TextField> {
        match self.place {
            Place::Source if self.source.focus == source::Focus::File => Some(&mut self.source.file),
            Place::Correcting => self.correcting.as_mut(),
            Place::Message if self.message.focus == message::Focus::Text => Some(&mut self.message.text),
            _ => None,
        }
    }

    /// What was known of an entry is not known any more.
    fn changed(&mut self, at: usize) {
        if let Some(judged) = self.judged.get_mut(at) {
            *judged = Judged::Looking;
        }
    }
}

/// The list in front, or the one that was left.
fn many(state: &App) -> Option<&Import> {
    let in_front = state.screens.iter().find_map(|screen| match screen {
        Overlay::Import(many) => Some(&**many),
        _ => None,
    });
    in_front.or(state.many.as_deref())
}

fn many_mut(state: &mut App) -> Option<&mut Import> {
    let in_front = state.screens.iter_mut().find_map(|screen| match screen {
        Overlay::Import(many) => Some(&mut **many),
        _ => None,
    });
    in_front.or(state.many.as_deref_mut())
}

/// Opens it, with the list that was left, if one was.
pub(crate) fn open(state: &mut App, now: Now) -> Vec<Effect> {
    if let Some(failure) = state.model.no_journal.clone() {
        state.model.notifications.error(failure, now);
        return Vec::new();
    }
    let many = state.many.take().unwrap_or_default();
    state.screens.push(Overlay::Import(many));
    let mut effects = crate::app::screens::import::recheck::ask_journal(state);
    effects.extend(crate::app::screens::import::recheck::again(state));
    effects
}

/// Leaves it; nothing of it is lost.
fn leave(state: &mut App) {
    if let Some(Overlay::Import(many)) = state.screens.pop_if(|screen| matches!(screen, Overlay::Import(_)))
        && many.is_unsent()
    {
        state.many = Some(many);
    }
}

/// A plan was confirmed or staged. The list that it was made of is done with.
pub(crate) fn planned(state: &mut App, plan: PlanId) {
    state.screens.retain(|screen| !matches!(screen, Overlay::Import(many) if many.planned == Some(plan)));
}

/// Takes a paste, where this is in front and no field has the focus. True where it was taken.
pub(crate) fn paste(state: &mut App, text: &str) -> bool {
    match state.screens.last_mut() {
        Some(Overlay::Import(many)) if many.place == Place::Source => source::paste(many, text),
        _ => return false,
    }
    true
}

/// Takes a key that types, where this is in front and no field has the focus.
pub(crate) fn type_key(state: &mut App, key: Key) -> bool {
    match state.screens.last_mut() {
        Some(Overlay::Import(many)) if many.place == Place::Source => source::type_key(many, key),
        _ => false,
    }
}

/// Takes what was written in the editor. True where this was in front.
pub(crate) fn edited(state: &mut App, text: &Result<String, String>) -> bool {
    let Some(Overlay::Import(many)) = state.screens.last_mut() else { return false };
    match (text, many.place) {
        (Ok(text), Place::Source) => source::edited(many, text),
        (Ok(text), Place::Message) => many.message.text = TextField::new(text),
        (Ok(_), _) => {}
        (Err(reason), _) => many.said = Some(reason.clone()),
    }
    true
}

pub(crate) fn typed(state: &mut App) -> Vec<Effect> {
    if let Some(Overlay::Import(many)) = state.screens.last_mut() {
        many.said = None;
    }
    Vec::new()
}

pub(crate) fn act(state: &mut App, action: Action, now: Now) -> Vec<Effect> {
    match many(state).map(|many| many.place) {
        Some(Place::Source) => source::act(state, action),
        Some(Place::Verdicts) => crate::app::screens::import::review::act(state, action),
        Some(Place::Correcting) => crate::app::screens::import::review::correct(state, action),
        Some(Place::Suggestions) => suggestions::act(state, action),
        Some(Place::Message) => message::act(state, action, now),
        None => Vec::new(),
    }
}

/// The expiries in the window, for knowing when its words change.
pub(crate) fn expiries(state: &App) -> Vec<Expiry> {
    let Some(Overlay::Import(many)) = state.screens.last() else { return Vec::new() };
    let window = many.judged.iter().skip(many.lines.top).take(state.model.metrics.text_height);
    let expiry = |judged: &Judged| match judged {
        Judged::Is(Verdict::PendingAlready(expiry)) => Some(*expiry),
        Judged::Is(Verdict::SentAndExpired { expired, .. }) => Some(Expiry(Some(*expired))),
        Judged::Is(Verdict::SentAndGone { sent }) => Some(Expiry(Some(*sent))),
        _ => None,
    };
    window.filter_map(expiry).collect()
}
