//! What the mouse does where it was asked for: the wheel moves as the keys do, a click selects a row. Everything
//! else has a key, and nothing can be reached by mouse alone.

use crate::app::ops::table;
use crate::app::shell::app::App;
use crate::app::shell::stack::Overlay;
use crate::keys::action::Action;

/// So many lines for each notch of the wheel.
const NOTCH: usize = 3;

pub(super) fn wheel(app: &mut App, down: bool) {
    // Where text is typed "down" means the next field, which nobody asks of a wheel.
    let is_form = matches!(app.stack.last(), Some(Overlay::InviteForm(_)));
    if is_form || app.front_mut().0.field().is_some() {
        return;
    }
    let action = if down { Action::Down } else { Action::Up };
    (0..NOTCH).for_each(|_| app.dispatch(action));
}

pub(super) fn click(app: &mut App, column: u16, row: u16) {
    let in_table = app.stack.is_empty() && app.views.pending.detail.is_none() && !app.place().occupied;
    let Some(rows) = app.model.metrics.rows.filter(|_| in_table) else { return };
    let beside = column < rows.x || column >= rows.x + rows.width;
    let line = app.model.table.top + usize::from(row.saturating_sub(rows.y));
    let below = usize::from(row.saturating_sub(rows.y)) >= app.model.metrics.table_height;
    if !(beside || row < rows.y || below || line >= app.model.table.order.len()) {
        table::go_to(&mut app.context(), line);
    }
}
