//! The filter's field under the table: the rows follow while one types. Enter keeps the filter, Esc puts the
//! one before back.

use super::super::action::Action;
use super::super::effect::Effect;
use super::super::field::Field;
use super::super::state::State;
use super::Screen;

/// The filter being typed.
#[derive(Debug, Clone)]
pub struct Filter {
    /// What is typed.
    pub field: Field,
    before: String,
}

impl Filter {
    pub(in crate::app) fn new(filter: &str) -> Filter {
        Filter { field: Field::new(filter), before: filter.to_owned() }
    }
}

pub(in crate::app) fn typed(state: &mut State) -> Vec<Effect> {
    let Some(Screen::Filter(filter)) = state.screens.last() else { return Vec::new() };
    state.table.query.filter = filter.field.text().to_owned();
    state.arrange()
}

pub(in crate::app) fn act(state: &mut State, action: Action) -> Vec<Effect> {
    match action {
        Action::Accept => {
            state.screens.pop();
            Vec::new()
        }
        Action::Back => {
            if let Some(Screen::Filter(filter)) = state.screens.pop() {
                state.table.query.filter = filter.before;
            }
            state.arrange()
        }
        _ => Vec::new(),
    }
}
