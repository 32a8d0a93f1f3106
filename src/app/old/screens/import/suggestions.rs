//! All suggestions of the second step at once: they are shown first, and taken together after that.

use std::sync::Arc;

use crate::app::effect::Effect;
use crate::app::screens::import::{Import, Place, many_mut, recheck};
use crate::app::screens::pager::Pager;
use crate::app::shell::app::App;
use crate::app::shell::stack::Overlay;
use crate::keys::action::Action;
use crate::keys::context::KeyContext;
use crate::ui::list_state::moved_by;

/// The place of each entry that has a suggestion, and the suggested email.
pub fn all(many: &Import) -> Vec<(usize, &str)> {
    many.judged.iter().enumerate().filter_map(|(at, judged)| Some((at, judged.suggestion()?))).collect()
}

/// Shows them, if there are any.
pub(crate) fn open(many: &mut Import) {
    match all(many).is_empty() {
        true => many.said = Some("No entry has a suggestion.".to_owned()),
        false => (many.place, many.suggested) = (Place::Suggestions, Default::default()),
    }
}

pub(crate) fn act(state: &mut App, action: Action) -> Vec<Effect> {
    let height = state.model.metrics.text_height;
    let Some(many) = many_mut(state) else { return Vec::new() };
    match action {
        Action::Accept | Action::Send => return take(state),
        Action::Back | Action::Previous => many.place = Place::Verdicts,
        Action::Help => state.screens.push(Overlay::Pager(Pager::help(KeyContext::Many))),
        _ => {
            let Some(by) = moved_by(action, height) else { return Vec::new() };
            let lines = all(many).len();
            let to = many.suggested.cursor.saturating_add_signed(by).min(lines.saturating_sub(1));
            many.suggested.go_to(to, lines, height);
        }
    }
    Vec::new()
}

fn take(state: &mut App) -> Vec<Effect> {
    let Some(many) = many_mut(state) else { return Vec::new() };
    let taken: Vec<(usize, String)> =
        all(many).into_iter().map(|(at, email)| (at, email.to_owned())).collect();
    let sheet = Arc::make_mut(&mut many.sheet);
    for (at, email) in &taken {
        if let Some(entry) = sheet.entries.get_mut(*at) {
            entry.correct(email);
        }
    }
    taken.iter().for_each(|(at, _)| many.changed(*at));
    many.place = Place::Verdicts;
    recheck::again(state)
}
