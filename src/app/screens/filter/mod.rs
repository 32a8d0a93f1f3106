//! The filter's field under the table or the journal: the rows follow while one types. Enter keeps the filter, Esc
//! puts the one before back. While the text has a mistake, the rows stay as they were for the last good one.
//! The journal takes plain words only, which are never a mistake. What is typed to mark rows changes none of this; see
//! `matching`.

pub mod view;

use crate::domain::Now;
use crate::domain::query::{self, Mistake};

use crate::app::effect::Effect;
use crate::app::model::filter_history::Place;
use crate::app::model::view::View;
use crate::app::ops::mark_matching;
use crate::app::screens::journal;
use crate::app::screens::pager::Pager;
use crate::app::shell::app::App;
use crate::app::shell::stack::Overlay;
use crate::keys::action::Action;
use crate::keys::context::KeyContext;
use crate::ui::text_field::TextField;

/// What becomes of what is typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// It decides which rows are shown.
    Show,
    /// All rows that match are marked in the end.
    Mark {
        /// How many match what is typed so far, where that was counted.
        found: Option<usize>,
    },
}

/// The filter being typed.
#[derive(Debug, Clone)]
pub struct Filter {
    /// What is typed.
    pub field: TextField,
    /// The view whose rows it is over.
    pub view: View,
    /// Why it is no filter, where it is none.
    pub mistake: Option<Mistake>,
    /// What becomes of it.
    pub purpose: Purpose,
    before: String,
    place: Place,
}

impl Filter {
    /// A filter over the rows of a view, beginning with the one in force.
    pub(crate) fn over(view: View, filter: &str) -> Filter {
        Filter {
            field: TextField::new(filter),
            view,
            mistake: None,
            purpose: Purpose::Show,
            before: filter.to_owned(),
            place: Place::default(),
        }
    }

    /// One that marks the rows that match.
    pub(crate) fn to_mark() -> Filter {
        Filter { purpose: Purpose::Mark { found: None }, ..Filter::over(View::Pending, "") }
    }

    /// Whether it is typed to mark rows.
    pub fn marks(&self) -> bool {
        self.purpose != Purpose::Show
    }
}

/// Takes over what is in the field, as far as it is a filter.
pub(crate) fn typed(state: &mut App) -> Vec<Effect> {
    let Some(Overlay::Filter(filter)) = state.screens.last() else { return Vec::new() };
    if filter.marks() {
        mark_matching::typed(state);
        return Vec::new();
    }
    let (view, text) = (filter.view, filter.field.text().to_owned());
    let (effects, mistake) = match apply(state, view, text, true) {
        Ok(effects) => (effects, None),
        Err(mistake) => (Vec::new(), Some(mistake)),
    };
    if let Some(Overlay::Filter(filter)) = state.screens.last_mut() {
        filter.mistake = mistake;
    }
    effects
}

fn apply(state: &mut App, view: View, text: String, typing: bool) -> Result<Vec<Effect>, Mistake> {
    if view == View::Journal {
        journal::filter(state, text);
        return Ok(Vec::new());
    }
    let parse = if typing { query::Filter::parse_typing } else { query::Filter::parse };
    let parsed = parse(&text, &state.model.options.filters)?;
    if state.model.table.query.filter == parsed {
        return Ok(Vec::new());
    }
    state.model.table.query.filter = parsed;
    Ok(state.arrange())
}

pub(crate) fn act(state: &mut App, action: Action, now: Now) -> Vec<Effect> {
    let marks = matches!(state.screens.last(), Some(Overlay::Filter(filter)) if filter.marks());
    match action {
        Action::Accept if marks => mark_matching::accept(state, now),
        Action::Accept => accept(state),
        Action::Back => back(state),
        Action::Older | Action::Newer => recall(state, action),
        Action::Help => {
            state.screens.push(Overlay::Pager(Pager::help(KeyContext::Filter)));
            Vec::new()
        }
        _ => Vec::new(),
    }
}

/// What is no filter cannot be kept; why is on the screen already.
fn accept(state: &mut App) -> Vec<Effect> {
    let kept =
        state.screens.pop_if(|screen| matches!(screen, Overlay::Filter(filter) if filter.mistake.is_none()));
    let Some(Overlay::Filter(filter)) = kept else { return Vec::new() };
    state.model.filter_history.add(filter.field.text());
    // It was a filter while it was typed, so it is one now.
    apply(state, filter.view, filter.field.text().to_owned(), false).unwrap_or_default()
}

fn back(state: &mut App) -> Vec<Effect> {
    let Some(Overlay::Filter(filter)) = state.screens.pop() else { return Vec::new() };
    if filter.marks() {
        return Vec::new();
    }
    // It was a filter before, so it is one now.
    apply(state, filter.view, filter.before, false).unwrap_or_default()
}

fn recall(state: &mut App, action: Action) -> Vec<Effect> {
    let Some(Overlay::Filter(filter)) = state.screens.last_mut() else { return Vec::new() };
    let recalled = match action {
        Action::Older => state.model.filter_history.older(&mut filter.place, filter.field.text()),
        _ => state.model.filter_history.newer(&mut filter.place),
    };
    match recalled {
        Some(text) => {
            filter.field = TextField::new(&text);
            typed(state)
        }
        None => Vec::new(),
    }
}
