//! The filter's field under the table or the journal: the rows follow while one types. Enter keeps the filter,
//! Esc puts the one before back.

use super::super::action::Action;
use super::super::effect::Effect;
use super::super::field::Field;
use super::super::state::State;
use super::super::view::View;
use super::{Screen, journal};

/// The filter being typed.
#[derive(Debug, Clone)]
pub struct Filter {
    /// What is typed.
    pub field: Field,
    /// The view whose rows it is over.
    pub view: View,
    before: String,
}

impl Filter {
    pub(in crate::app) fn new(filter: &str) -> Filter {
        Filter::over(View::Pending, filter)
    }

    pub(in crate::app) fn over(view: View, filter: &str) -> Filter {
        Filter { field: Field::new(filter), view, before: filter.to_owned() }
    }
}

pub(in crate::app) fn typed(state: &mut State) -> Vec<Effect> {
    let Some(Screen::Filter(filter)) = state.screens.last() else { return Vec::new() };
    let (view, words) = (filter.view, filter.field.text().to_owned());
    apply(state, view, words)
}

fn apply(state: &mut State, view: View, words: String) -> Vec<Effect> {
    if view == View::Journal {
        journal::filter(state, words);
        return Vec::new();
    }
    state.table.query.filter = words;
    state.arrange()
}

pub(in crate::app) fn act(state: &mut State, action: Action) -> Vec<Effect> {
    match action {
        Action::Accept => {
            state.screens.pop();
            Vec::new()
        }
        Action::Back => {
            let Some(Screen::Filter(filter)) = state.screens.pop() else { return Vec::new() };
            apply(state, filter.view, filter.before)
        }
        _ => Vec::new(),
    }
}
