//! Columns dialog: which columns the table shows, in which order, and how wide.
//!
//! The table under the dialog changes immediately. The choice is stored per tenancy.

pub mod view;

use crate::app::ops::table::change_columns;
use crate::app::{Context, Hint, Model, Route, Screen, hints};
use crate::domain::table_prefs::ColumnSet;
use crate::keys::{Action, KeyContext};

/// State of the Columns dialog.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ColumnsDialog {
    /// Index of the selected column.
    pub selected: usize,
}

impl Screen for ColumnsDialog {
    fn key_context(&self) -> KeyContext {
        KeyContext::Columns
    }

    fn handle_action(&mut self, action: Action, cx: &mut Context<'_>) {
        let (last, index) = (cx.table.columns.all().len().saturating_sub(1), self.selected);
        match action {
            Action::Down => self.selected = (index + 1).min(last),
            Action::Up => self.selected = index.saturating_sub(1),
            Action::ToggleColumn => {
                let mut changed = false;
                change_columns(cx, |columns| changed = columns.toggle(index));
                if !changed {
                    cx.info("Email and expiry are always shown.");
                }
            }
            Action::MoveUp | Action::MoveDown => {
                change_columns(cx, |columns| {
                    self.selected = columns.move_column(index, action == Action::MoveUp)
                });
            }
            Action::Widen | Action::Narrow => {
                change_columns(cx, |columns| columns.resize(index, action == Action::Narrow));
            }
            Action::ResetColumns => change_columns(cx, |columns| *columns = ColumnSet::default()),
            Action::Help => cx.open(Route::Help(self.key_context())),
            Action::Confirm | Action::Back => cx.close(),
            _ => {}
        }
    }

    fn on_row_clicked(&mut self, row: usize, _cx: &mut Context<'_>) {
        self.selected = row;
    }

    fn hints(&self, _model: &Model) -> Vec<Hint> {
        hints([
            (Action::Back, "close"),
            (Action::ToggleColumn, "show or hide"),
            (Action::MoveUp, "up"),
            (Action::MoveDown, "down"),
            (Action::Widen, "wider"),
            (Action::Narrow, "narrower"),
            (Action::ResetColumns, "reset"),
            (Action::Help, "help"),
        ])
    }
}
