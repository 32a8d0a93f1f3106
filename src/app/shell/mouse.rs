//! What the mouse does where it was asked for: the wheel moves as the keys do, a click selects a row. Everything
//! else has a key, and nothing can be reached by mouse alone.

use crate::domain::Now;

use crate::app::effect::Effect;
use crate::app::shell::app::App;
use crate::app::shell::stack;
use crate::app::shell::stack::Overlay;
use crate::keys::action::Action;

/// So many lines for each notch of the wheel.
const NOTCH: usize = 3;

pub(crate) fn wheel(state: &mut App, down: bool, now: Now) -> Vec<Effect> {
    // Where text is typed "down" means the next field, which nobody asks of a wheel.
    if stack::field(state).is_some() || matches!(state.screens.last(), Some(Overlay::InviteForm(_))) {
        return Vec::new();
    }
    let action = if down { Action::Down } else { Action::Up };
    (0..NOTCH).flat_map(|_| stack::act(state, action, now)).collect()
}

pub(crate) fn click(state: &mut App, column: u16, row: u16) -> Vec<Effect> {
    let in_table = state.screens.iter().all(|screen| matches!(screen, Overlay::Forecast(_)));
    let Some(rows) = state.model.metrics.rows.filter(|_| in_table) else { return Vec::new() };
    let beside = column < rows.x || column >= rows.x + rows.width;
    let line = state.model.table.top + usize::from(row.saturating_sub(rows.y));
    let below = usize::from(row.saturating_sub(rows.y)) >= state.model.metrics.table_height;
    if beside || row < rows.y || below || line >= state.model.table.order.len() {
        return Vec::new();
    }
    state.model.table.go_to(line, &state.model.invites.shown, state.model.metrics.table_height);
    Vec::new()
}
