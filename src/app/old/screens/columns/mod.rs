//! The list of the table's columns: which are shown, in which order, and how wide. The table behind follows at once,
//! and what was chosen is kept for the tenancy.

pub mod view;

use crate::domain::Now;
use crate::domain::view::ColumnSet;

use crate::app::effect::Effect;
use crate::app::ops::table_prefs;
use crate::app::screens::pager::Pager;
use crate::app::shell::app::App;
use crate::app::shell::stack::Overlay;
use crate::keys::action::Action;
use crate::keys::context::KeyContext;

/// The place in the list.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Columns {
    /// The selected column.
    pub cursor: usize,
}

pub(crate) fn act(state: &mut App, action: Action, now: Now) -> Vec<Effect> {
    let Some(Overlay::Columns(screen)) = state.screens.last_mut() else { return Vec::new() };
    let (columns, at) = (&mut state.model.table.columns, screen.cursor);
    let before = columns.clone();
    match action {
        Action::Down => screen.cursor = (at + 1).min(columns.all().len().saturating_sub(1)),
        Action::Up => screen.cursor = at.saturating_sub(1),
        Action::ShowHide if !columns.show_or_hide(at) => {
            state.model.notifications.note("The address and the expiry are always shown.", now);
        }
        Action::MoveUp | Action::MoveDown => {
            screen.cursor = columns.move_by_one(at, action == Action::MoveUp);
        }
        Action::Widen | Action::Narrow => columns.widen(at, action == Action::Narrow),
        Action::ResetColumns => *columns = ColumnSet::default(),
        Action::Help => state.screens.push(Overlay::Pager(Pager::help(KeyContext::Columns))),
        Action::Accept | Action::Back => drop(state.screens.pop()),
        _ => {}
    }
    if state.model.table.columns == before { Vec::new() } else { table_prefs::changed(state) }
}
