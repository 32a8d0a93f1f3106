//! The view of what changed since the last visit: its lines and moving in them, the marks, inviting again who is gone,
//! and marking it seen. Asking for it and hearing of it is in `telling`. What a change is, is told in `domain::change`.

pub mod full_view;
pub mod items;
pub mod reinvite;
pub mod sync;
pub mod view;

use std::collections::HashSet;

use crate::domain::change::{Change, ChangeKey, Compared, Listed};
use crate::domain::{Identity, Now, RequestId};

use crate::app::effect::Effect;
use crate::app::model::view::View;
use crate::app::screens::changes::items::Item;
pub use crate::app::screens::changes::reinvite::is_pending_again;
pub(crate) use crate::app::screens::changes::sync::{
    awaits, compare, forget, heard, leave, listed, members_told,
};
use crate::app::shell::app::App;
use crate::app::shell::dispatch;
use crate::keys::action::Action;
use crate::keys::context::KeyContext;
use crate::ui::list_state::{ListState, moved_by};

/// What is known of the changes, and the place in them.
#[derive(Debug, Clone, Default)]
pub struct Changes {
    /// What the last comparison told.
    pub compared: Option<Compared>,
    /// Its lines: headings, and the changes below them.
    pub items: Vec<Item>,
    /// The place in the lines.
    pub lines: ListState,
    /// The selected change fills the view, scrolled by so many lines.
    pub opened: Option<usize>,
    /// Whose invites are to be sent again.
    pub marked: HashSet<Identity>,
    /// What was seen in this run; it stays in the view until guestlist is left.
    seen: HashSet<ChangeKey>,
    unseen: usize,
    /// The list that is compared.
    listed: Option<Listed>,
    asked: Option<RequestId>,
}

impl Changes {
    /// The change of an item.
    pub fn change(&self, item: Item) -> Option<&Change> {
        match item {
            Item::Head(..) => None,
            Item::Change(at) => self.compared.as_ref()?.changes.as_ref()?.list.get(at),
        }
    }

    /// The selected item.
    pub fn selected(&self) -> Option<Item> {
        self.items.get(self.lines.cursor).copied()
    }

    /// Whether a change is news that nobody has seen yet.
    pub fn is_unseen(&self, change: &Change) -> bool {
        change.is_news() && !self.seen.contains(&change.key())
    }

    /// How many news nobody has seen yet.
    pub fn unseen(&self) -> usize {
        self.unseen
    }

    /// Counts them; once for many draws.
    fn count(&mut self) {
        let changes = self.compared.iter().filter_map(|compared| compared.changes.as_ref());
        self.unseen =
            changes.flat_map(|changes| &changes.list).filter(|change| self.is_unseen(change)).count();
    }

    /// The changes that the selected line stands for: itself, or all below its heading.
    pub fn under_cursor(&self) -> Vec<&Change> {
        match self.selected() {
            Some(Item::Head(group, _)) => {
                let changes = self.items.iter().filter_map(|item| self.change(*item));
                changes.filter(|change| change.group() == group).collect()
            }
            Some(item) => self.change(item).into_iter().collect(),
            None => Vec::new(),
        }
    }
}

pub(crate) fn act(state: &mut App, action: Action, now: Now) -> Vec<Effect> {
    if let Some(lines) = moved_by(action, state.model.metrics.text_height) {
        move_by(state, lines);
        return Vec::new();
    }
    match action {
        Action::Open => open(state),
        Action::Back => return back(state),
        Action::Mark => mark(state, now),
        Action::Restore => crate::app::screens::changes::reinvite::again(state, now),
        Action::MarkSeen => return crate::app::screens::changes::sync::mark_seen(state, now),
        Action::Refresh => return state.read(now),
        _ => {}
    }
    Vec::new()
}

fn move_by(state: &mut App, lines: isize) {
    let (drawn, view) = (state.model.metrics, &mut state.changes);
    match &mut view.opened {
        Some(scroll) => *scroll = scroll.saturating_add_signed(lines).min(drawn.scroll_limit),
        None => {
            let to = view.lines.cursor.saturating_add_signed(lines);
            view.lines.go_to(to, view.items.len(), drawn.text_height);
        }
    }
}

/// The change in full; of a heading, what it means.
fn open(state: &mut App) {
    let view = &mut state.changes;
    if view.selected().is_some() {
        view.opened = Some(0);
    }
}

/// One step back: from the change in full, then away with a message, then to the list.
fn back(state: &mut App) -> Vec<Effect> {
    if state.changes.opened.take().is_some() || state.model.notifications.dismiss_newest() {
        return Vec::new();
    }
    dispatch::go(state, View::Pending)
}

/// Marks the row, or takes its mark away; on a heading all below it.
fn mark(state: &mut App, now: Now) {
    let view = &state.changes;
    let names: Vec<Identity> = view
        .under_cursor()
        .into_iter()
        .filter(|change| change.can_be_sent_again())
        .map(|change| change.invite.identity.clone())
        .collect();
    if names.is_empty() {
        let key = state.model.key(KeyContext::Changes, Action::Restore);
        let words = format!("There is nobody here whom {key} could invite again.");
        return state.model.notifications.note(words, now);
    }
    let is_head = matches!(view.selected(), Some(Item::Head(..)));
    let view = &mut state.changes;
    if names.iter().all(|name| view.marked.contains(name)) {
        view.marked.retain(|name| !names.contains(name));
    } else {
        view.marked.extend(names);
    }
    if !is_head && view.opened.is_none() {
        move_by(state, 1);
    }
}
