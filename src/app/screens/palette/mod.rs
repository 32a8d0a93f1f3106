//! The command palette: everything that can be done in the view, by its name, with its key where it has one.
//! What cannot be done at this moment is shown with the reason; running a command is the same as pressing its key.

pub mod view;

use crate::domain::Now;

use crate::app::effect::Effect;
use crate::app::shell::app::App;
use crate::app::shell::commands::unavailable;
use crate::app::shell::stack::{Overlay, act as act_in_front};
use crate::keys::action::Action;
use crate::keys::context::KeyContext;
use crate::ui::text_field::TextField;

/// So many commands are remembered.
const REMEMBERED: usize = 50;

/// The palette.
#[derive(Debug, Clone, Default)]
pub struct Palette {
    /// What is typed.
    pub field: TextField,
    /// The selected line of those that match.
    pub cursor: usize,
}

/// A command as it is offered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Command {
    /// What it does.
    pub action: Action,
    /// Why it cannot be done now, as half a sentence.
    pub unavailable: Option<String>,
}

/// The commands that match what is typed: those used last first while nothing is typed, otherwise those whose name
/// begins with it, then those whose name or description has all of its words.
pub fn commands(state: &App, palette: &Palette) -> Vec<Command> {
    let typed = palette.field.text().trim().to_lowercase();
    let known =
        place(state).read_with().iter().flat_map(|context| state.model.options.keys.known_in(*context));
    let mut actions: Vec<Action> = Vec::new();
    for action in known {
        if !actions.contains(&action) {
            actions.push(action);
        }
    }
    actions.retain(|action| *action != Action::Commands && matches(*action, &typed));
    let rank = |action: &Action| match state.commands.iter().position(|used| used == action) {
        Some(place) if typed.is_empty() => place,
        _ if !typed.is_empty() && action.name().starts_with(&typed) => 0,
        _ => usize::MAX,
    };
    actions.sort_by_key(rank);
    actions.into_iter().map(|action| Command { action, unavailable: unavailable(state, action) }).collect()
}

/// The place that the palette was opened in: what can be done there is offered.
pub fn place(state: &App) -> KeyContext {
    let behind = state.screens.iter().rev().find(|screen| !matches!(screen, Overlay::Palette(_)));
    Overlay::place(behind, state.view)
}

fn matches(action: Action, typed: &str) -> bool {
    let (name, words) = (action.name(), action.words().to_lowercase());
    typed.split_whitespace().all(|word| name.contains(word) || words.contains(word))
}

pub(crate) fn typed(state: &mut App) -> Vec<Effect> {
    if let Some(Overlay::Palette(palette)) = state.screens.last_mut() {
        palette.cursor = 0;
    }
    Vec::new()
}

pub(crate) fn act(state: &mut App, action: Action, now: Now) -> Vec<Effect> {
    let Some(Overlay::Palette(palette)) = state.screens.last() else { return Vec::new() };
    let offered = commands(state, palette);
    let cursor = palette.cursor.min(offered.len().saturating_sub(1));
    let Some(Overlay::Palette(palette)) = state.screens.last_mut() else { return Vec::new() };
    match action {
        Action::Down => palette.cursor = (cursor + 1).min(offered.len().saturating_sub(1)),
        Action::Up => palette.cursor = cursor.saturating_sub(1),
        Action::Complete => {
            if let Some(command) = offered.get(cursor) {
                *palette = Palette { field: TextField::new(command.action.name()), cursor: 0 };
            }
        }
        Action::Accept => {
            if let Some(command) = offered.get(cursor) {
                return run(state, command.clone(), now);
            }
        }
        Action::Back => drop(state.screens.pop()),
        _ => {}
    }
    Vec::new()
}

fn run(state: &mut App, command: Command, now: Now) -> Vec<Effect> {
    if let Some(reason) = command.unavailable {
        state.model.notifications.note(format!("{}: {reason}.", command.action.name()), now);
        return Vec::new();
    }
    state.screens.pop();
    state.commands.retain(|used| *used != command.action);
    state.commands.insert(0, command.action);
    state.commands.truncate(REMEMBERED);
    act_in_front(state, command.action, now)
}
