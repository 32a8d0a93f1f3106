//! The filter's field under the table: the rows follow while one types. Enter keeps the filter, Esc puts the
//! one before back. While the text has a mistake, the rows stay as they were for the last good one.

use crate::domain::query::{self, Mistake};

use super::super::action::Action;
use super::super::effect::Effect;
use super::super::field::Field;
use super::super::history::Place;
use super::super::keymap::Context;
use super::super::state::State;
use super::{Screen, Text};

/// The filter being typed.
#[derive(Debug, Clone)]
pub struct Filter {
    /// What is typed.
    pub field: Field,
    /// Why it is no filter, where it is none.
    pub mistake: Option<Mistake>,
    before: query::Filter,
    place: Place,
}

impl Filter {
    pub(in crate::app) fn new(filter: &query::Filter) -> Filter {
        Filter {
            field: Field::new(filter.text()),
            mistake: None,
            before: filter.clone(),
            place: Place::default(),
        }
    }
}

/// Takes over what is in the field, as far as it is a filter.
pub(in crate::app) fn typed(state: &mut State) -> Vec<Effect> {
    let Some(Screen::Filter(filter)) = state.screens.last_mut() else { return Vec::new() };
    match query::Filter::parse(filter.field.text(), &state.start.filters) {
        Ok(parsed) => {
            filter.mistake = None;
            if state.table.query.filter == parsed {
                return Vec::new();
            }
            state.table.query.filter = parsed;
            state.arrange()
        }
        Err(mistake) => {
            filter.mistake = Some(mistake);
            Vec::new()
        }
    }
}

pub(in crate::app) fn act(state: &mut State, action: Action) -> Vec<Effect> {
    match action {
        Action::Accept => accept(state),
        Action::Back => back(state),
        Action::Older | Action::Newer => recall(state, action),
        Action::Help => {
            state.screens.push(Screen::Text(Text::help(Context::Filter)));
            Vec::new()
        }
        _ => Vec::new(),
    }
}

/// What is no filter cannot be kept; why is on the screen already.
fn accept(state: &mut State) -> Vec<Effect> {
    if matches!(state.screens.last(), Some(Screen::Filter(filter)) if filter.mistake.is_none()) {
        state.screens.pop();
        state.past_filters.add(state.table.query.filter.text());
    }
    Vec::new()
}

fn back(state: &mut State) -> Vec<Effect> {
    let Some(Screen::Filter(filter)) = state.screens.pop() else { return Vec::new() };
    if state.table.query.filter == filter.before {
        return Vec::new();
    }
    state.table.query.filter = filter.before;
    state.arrange()
}

fn recall(state: &mut State, action: Action) -> Vec<Effect> {
    let Some(Screen::Filter(filter)) = state.screens.last_mut() else { return Vec::new() };
    let recalled = match action {
        Action::Older => state.past_filters.older(&mut filter.place, filter.field.text()),
        _ => state.past_filters.newer(&mut filter.place),
    };
    match recalled {
        Some(text) => {
            filter.field = Field::new(&text);
            typed(state)
        }
        None => Vec::new(),
    }
}
