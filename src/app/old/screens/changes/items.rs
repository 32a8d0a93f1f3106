//! The lines of the view: a heading for each group of changes, and its changes below it. Also their times in words: a
//! range wherever no instant is known.

use jiff::Timestamp;

use crate::domain::change::{Change, Changes, Group, Kind};

use crate::app::screens::journal::labels::when;
use crate::app::shell::app::App;

/// A line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Item {
    /// The heading of a group, with how many changes are below it.
    Head(Group, usize),
    /// The change at this place.
    Change(usize),
}

/// The lines of these changes. In a group they keep their order; members come first.
pub fn items(changes: &Changes) -> Vec<Item> {
    let mut items = Vec::new();
    for group in Group::ALL {
        let of_group = |at: &usize| changes.list[*at].group() == group;
        let mut places: Vec<usize> = (0..changes.list.len()).filter(of_group).collect();
        places.sort_by_key(|at| changes.list[*at].kind != Kind::MemberNow);
        if !places.is_empty() {
            items.push(Item::Head(group, places.len()));
            items.extend(places.into_iter().map(Item::Change));
        }
    }
    items
}

/// "between Fri 17:00 and Mon 09:12", or "Sat 12:00" where the moment is known.
pub fn time_words(state: &App, change: &Change) -> String {
    let (after, before) = (moment(state, change.after), moment(state, change.before));
    if change.after == change.before { before } else { format!("between {after} and {before}") }
}

/// "Fri 17:00" within six days, then with the day of the month, in another year with the year.
pub fn moment(state: &App, at: Timestamp) -> String {
    let now = state.model.server_now(state.model.now);
    let days = now.duration_since(at).abs().as_hours() / 24;
    let format = match days {
        ..6 => "%a %H:%M",
        _ if when(state, at, "%Y") == when(state, now, "%Y") => "%-d %b %H:%M",
        _ => "%-d %b %Y",
    };
    when(state, at, format)
}
