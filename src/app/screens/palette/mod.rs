//! Command palette: the names and keys of all commands of the screen under the palette.
//!
//! A disabled command shows the reason. Running a command is the same as pressing its key. Some commands take
//! an argument: `filter acme`, `theme dark`.

pub mod view;

use crate::app::model::command_search::CommandSearch;
use crate::app::{Context, Hint, Model, Nav, Screen, hints};
use crate::keys::{Action, KeyContext};
use crate::ui::TextField;

/// The most useful commands, in the order in which an empty palette lists them.
const USEFUL_ACTIONS: &[Action] = &[
    Action::New,
    Action::Filter,
    Action::Resume,
    Action::Pause,
    Action::Reinvite,
    Action::Edit,
    Action::Delete,
    Action::Resend,
    Action::Triage,
    Action::Undo,
    Action::Import,
    Action::Export,
    Action::MarkAll,
    Action::MarkMatching,
    Action::Copy,
    Action::Note,
    Action::Snooze,
    Action::Forecast,
    Action::MarkSeen,
    Action::ToggleDismiss,
    Action::Refresh,
    Action::SaveFilter,
    Action::Columns,
    Action::Domains,
    Action::ViewPlans,
    Action::ViewProblems,
    Action::SwitchProfile,
    Action::Theme,
    Action::Help,
    Action::Quit,
];

/// Commands that take an argument, by the word before the argument.
const ARGUMENT_COMMANDS: [(&str, Action); 4] = [
    ("filter", Action::Filter),
    ("theme", Action::Theme),
    ("profile", Action::SwitchProfile),
    ("switch-profile", Action::SwitchProfile),
];

/// State of the palette.
#[derive(Debug, Clone, Default)]
pub struct Palette {
    field: TextField,
    /// Index of the selected match.
    selected: usize,
    /// Key context of the commands; `None` until the commands are set.
    context: Option<KeyContext>,
    commands: Vec<Command>,
    /// Commands with the arguments to choose from.
    choices: Vec<Command>,
    /// Recent commands, the newest first.
    recent: Vec<Action>,
}

/// Command with its current availability.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Command {
    /// Action that the command runs.
    pub action: Action,
    /// Argument of the action.
    pub argument: Option<String>,
    /// One-line description.
    pub description: String,
    /// Why the command is disabled: a lower-case fragment without a trailing period.
    pub disabled_reason: Option<String>,
}

impl Command {
    /// Creates a command without an argument.
    pub(crate) fn new(action: Action, disabled_reason: Option<String>) -> Command {
        Command { action, argument: None, description: action.description().to_owned(), disabled_reason }
    }

    /// Creates an enabled command with an argument.
    pub(crate) fn with_argument(action: Action, argument: String, description: String) -> Command {
        Command { action, argument: Some(argument), description, disabled_reason: None }
    }

    /// Returns the text that runs the command.
    pub fn label(&self) -> String {
        match &self.argument {
            Some(argument) => format!("{} {argument}", self.action.name()),
            None => self.action.name().to_owned(),
        }
    }

    /// Returns the text of the field after completion.
    fn completed_text(&self) -> String {
        let takes_argument = ARGUMENT_COMMANDS.iter().any(|(_, action)| *action == self.action);
        let separator = if takes_argument && self.argument.is_none() { " " } else { "" };
        self.label() + separator
    }

    fn run(&self, cx: &mut Context<'_>) {
        if let Some(reason) = &self.disabled_reason {
            return cx.info(format!("{}: {reason}.", self.action.name()));
        }
        cx.close();
        cx.navigate(match &self.argument {
            Some(argument) => Nav::DispatchWith(self.action, argument.clone()),
            None => Nav::Dispatch(self.action),
        });
    }
}

impl Palette {
    /// Stores the commands of the screen under the palette.
    pub(crate) fn set_commands(
        &mut self,
        context: KeyContext,
        commands: Vec<Command>,
        choices: Vec<Command>,
        recent: &[Action],
    ) {
        (self.context, self.commands, self.choices) = (Some(context), commands, choices);
        self.recent = recent.to_vec();
    }

    /// Returns the search for the typed text.
    fn search(&self) -> CommandSearch {
        CommandSearch::new(self.field.text())
    }

    /// Returns the commands that match the typed text, the best first.
    ///
    /// Without a text, recent commands come first, then the most useful ones; disabled commands come last.
    pub fn matches(&self) -> Vec<Command> {
        let search = self.search();
        let rank = |command: &Command| {
            let is_disabled = command.disabled_reason.is_some();
            let match_rank = search.rank(command.action, &command.description)?;
            Some((match_rank, is_disabled, self.recency(command.action), usefulness(command.action)))
        };
        let mut ranked: Vec<_> =
            self.commands.iter().filter_map(|command| Some((rank(command)?, command))).collect();
        ranked.sort_by_key(|(rank, _)| *rank);
        let commands = ranked.into_iter().map(|(_, command)| command.clone());
        self.with_arguments().into_iter().chain(commands).collect()
    }

    fn recency(&self, action: Action) -> usize {
        self.recent.iter().position(|used| *used == action).unwrap_or(usize::MAX)
    }

    /// Returns the commands with the typed argument; empty if the text has no argument.
    fn with_arguments(&self) -> Vec<Command> {
        let Some((verb, argument)) = self.field.text().trim_start().split_once(' ') else {
            return Vec::new();
        };
        let (verb, argument) = (verb.to_lowercase(), argument.trim());
        let action = ARGUMENT_COMMANDS.iter().find(|(name, _)| *name == verb).map(|(_, action)| *action);
        let command = self.commands.iter().find(|command| Some(command.action) == action);
        let Some(Command { action, disabled_reason, .. }) = command else { return Vec::new() };
        let mut matches: Vec<Command> = if *action != Action::Filter {
            let is_match = |command: &&Command| {
                let name = command.argument.as_deref().unwrap_or_default();
                command.action == *action && name.to_lowercase().contains(&argument.to_lowercase())
            };
            self.choices.iter().filter(is_match).cloned().collect()
        } else if argument.is_empty() {
            Vec::new()
        } else {
            vec![Command::with_argument(*action, argument.to_owned(), "Show only matching rows".to_owned())]
        };
        for command in &mut matches {
            command.disabled_reason.clone_from(disabled_reason);
        }
        matches
    }

    /// Returns the selected index, limited to this number of commands.
    fn selected_index(&self, commands: usize) -> usize {
        self.selected.min(commands.saturating_sub(1))
    }
}

/// Returns the place among the useful commands.
fn usefulness(action: Action) -> usize {
    USEFUL_ACTIONS.iter().position(|useful| *useful == action).unwrap_or(usize::MAX)
}

impl Screen for Palette {
    fn key_context(&self) -> KeyContext {
        KeyContext::Palette
    }

    fn handle_action(&mut self, action: Action, cx: &mut Context<'_>) {
        let matches = self.matches();
        let last = matches.len().saturating_sub(1);
        let cursor = self.selected_index(matches.len());
        match (action, matches.get(cursor)) {
            (Action::Down, _) => self.selected = (cursor + 1).min(last),
            (Action::Up, _) => self.selected = cursor.saturating_sub(1),
            (Action::Complete, Some(command)) => {
                (self.field, self.selected) = (TextField::new(&command.completed_text()), 0);
            }
            (Action::Confirm, Some(command)) => command.run(cx),
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
