//! Command palette: the names and keys of all commands of the screen under the palette.
//!
//! A disabled command shows the reason. Running a command is the same as pressing its key.

pub mod view;

use crate::app::{Context, Hint, Model, Nav, Screen, hints};
use crate::keys::{Action, KeyContext};
use crate::ui::TextField;

/// State of the palette.
#[derive(Debug, Clone, Default)]
pub struct Palette {
    field: TextField,
    /// Index of the selected match.
    selected: usize,
    /// Key context of the commands; `None` until the commands are set.
    context: Option<KeyContext>,
    commands: Vec<Command>,
    /// Recent commands, the newest first.
    recent: Vec<Action>,
}

/// Command with its current availability.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Command {
    /// Action that the command runs.
    pub action: Action,
    /// Why the command is disabled: a lower-case fragment without a trailing period.
    pub disabled_reason: Option<String>,
}

impl Palette {
    /// Stores the commands of the screen under the palette.
    pub(crate) fn set_commands(&mut self, context: KeyContext, commands: Vec<Command>, recent: &[Action]) {
        (self.context, self.commands, self.recent) = (Some(context), commands, recent.to_vec());
    }

    /// Returns the commands that match the typed text.
    ///
    /// Without a text, recent commands come first. With a text, commands whose name starts with the text
    /// come first. Then come commands whose name or description contains all words of the text.
    pub fn matches(&self) -> Vec<&Command> {
        let text = self.field.text().trim().to_lowercase();
        let rank = |command: &&Command| match self.recent.iter().position(|used| *used == command.action) {
            Some(index) if text.is_empty() => index,
            _ if !text.is_empty() && command.action.name().starts_with(&text) => 0,
            _ => usize::MAX,
        };
        let mut matches: Vec<&Command> =
            self.commands.iter().filter(|command| is_match(command.action, &text)).collect();
        matches.sort_by_key(rank);
        matches
    }

    /// Returns the selected index, limited to this number of commands.
    fn selected_index(&self, commands: usize) -> usize {
        self.selected.min(commands.saturating_sub(1))
    }
}

fn is_match(action: Action, text: &str) -> bool {
    let (name, description) = (action.name(), action.description().to_lowercase());
    text.split_whitespace().all(|word| name.contains(word) || description.contains(word))
}

fn run_command(command: Command, cx: &mut Context<'_>) {
    if let Some(reason) = command.disabled_reason {
        return cx.info(format!("{}: {reason}.", command.action.name()));
    }
    cx.close();
    cx.navigate(Nav::Dispatch(command.action));
}

impl Screen for Palette {
    fn key_context(&self) -> KeyContext {
        KeyContext::Palette
    }

    fn handle_action(&mut self, action: Action, cx: &mut Context<'_>) {
        let matches = self.matches();
        let last = matches.len().saturating_sub(1);
        let cursor = self.selected_index(matches.len());
        let command = matches.get(cursor).copied().cloned();
        match (action, command) {
            (Action::Down, _) => self.selected = (cursor + 1).min(last),
            (Action::Up, _) => self.selected = cursor.saturating_sub(1),
            (Action::Complete, Some(command)) => {
                (self.field, self.selected) = (TextField::new(command.action.name()), 0);
            }
            (Action::Confirm, Some(command)) => run_command(command, cx),
            (Action::Back, _) => cx.close(),
            _ => {}
        }
    }

    fn on_row_clicked(&mut self, row: usize, _cx: &mut Context<'_>) {
        self.selected = row;
    }

    fn hints(&self, _model: &Model) -> Vec<Hint> {
        hints([(Action::Confirm, "run"), (Action::Complete, "complete"), (Action::Back, "close")])
    }

    fn text_field(&mut self) -> Option<&mut TextField> {
        Some(&mut self.field)
    }

    fn on_text_changed(&mut self, _cx: &mut Context<'_>) {
        self.selected = 0;
    }
}
