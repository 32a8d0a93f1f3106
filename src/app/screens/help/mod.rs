//! Help: the keys of all contexts, the current one first, and a field that filters the lines.
//!
//! Running a line is the same as pressing its key on the screen behind the help.

pub mod view;

use crate::app::model::command_search::CommandSearch;
use crate::app::{Context, Hint, Model, Nav, Screen, View, hints};
use crate::domain::query::FILTER_HELP;
use crate::domain::table_prefs::Column;
use crate::keys::keymap::unbound_label;
use crate::keys::{Action, KeyContext, KeyMap};
use crate::ui::TextField;
use crate::ui::list::scroll_delta;

/// Title of the section with the signs in front of rows.
pub(super) const SIGNS: &str = "Signs";

/// State of the help.
#[derive(Debug, Clone)]
pub struct HelpScreen {
    /// Context of the screen behind the help.
    context: KeyContext,
    field: TextField,
    /// Index of the selected line; `None` for the first line that can be run.
    selected: Option<usize>,
}

/// A line of the help.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HelpEntry {
    /// Title of the section; empty for the introduction.
    pub section: &'static str,
    /// Keys of an action, or the sign or name that the text describes.
    pub label: String,
    /// The description.
    pub text: String,
    /// Action that the line runs, and its context.
    pub action: Option<(KeyContext, Action)>,
}

impl HelpEntry {
    fn new(section: &'static str, label: &str, text: impl Into<String>) -> HelpEntry {
        HelpEntry { section, label: label.to_owned(), text: text.into(), action: None }
    }

    fn is_match(&self, search: &CommandSearch) -> bool {
        let name = self.action.map_or("", |(_, action)| action.name());
        search.is_contained_in(&[&self.label, name, &self.text])
    }
}

impl HelpScreen {
    /// Creates the help for a screen with this context.
    pub(crate) fn new(context: KeyContext) -> HelpScreen {
        HelpScreen { context, field: TextField::default(), selected: None }
    }

    /// Returns the lines that match the typed text.
    pub fn entries(&self, model: &Model) -> Vec<HelpEntry> {
        let search = CommandSearch::new(self.field.text());
        let mut entries = all_entries(self.context, model);
        entries.retain(|entry| entry.is_match(&search));
        entries
    }

    /// Returns the index of the selected line.
    fn selected_index(&self, entries: &[HelpEntry]) -> usize {
        let first = || entries.iter().position(|entry| entry.action.is_some()).unwrap_or(0);
        self.selected.unwrap_or_else(first).min(entries.len().saturating_sub(1))
    }

    fn run(&self, entry: &HelpEntry, cx: &mut Context<'_>) {
        let Some((context, action)) = entry.action else { return };
        if !self.context.fallback_chain().contains(&context) {
            return cx.info(format!("{}: only in {}.", action.name(), context.title()));
        }
        cx.close();
        cx.navigate(Nav::Dispatch(action));
    }

    fn on_back(&mut self, cx: &mut Context<'_>) {
        if self.field.text().is_empty() {
            return cx.close();
        }
        (self.field, self.selected) = (TextField::default(), None);
    }
}

impl Screen for HelpScreen {
    fn key_context(&self) -> KeyContext {
        KeyContext::Help
    }

    fn handle_action(&mut self, action: Action, cx: &mut Context<'_>) {
        let entries = self.entries(cx);
        let selected = self.selected_index(&entries);
        match (action, entries.get(selected)) {
            (Action::Back | Action::Help, _) => self.on_back(cx),
            (Action::Confirm, Some(entry)) => self.run(entry, cx),
            _ => {
                let delta = scroll_delta(action, cx.metrics.text_height).unwrap_or(0);
                self.selected =
                    Some(selected.saturating_add_signed(delta).min(entries.len().saturating_sub(1)));
            }
        }
    }

    fn hints(&self, _model: &Model) -> Vec<Hint> {
        let back = if self.field.text().is_empty() { "close" } else { "clear the text" };
        hints([
            (Action::Confirm, "run"),
            (Action::Back, back),
            (Action::Down, "next"),
            (Action::Up, "previous"),
        ])
    }

    fn text_field(&mut self) -> Option<&mut TextField> {
        Some(&mut self.field)
    }

    fn on_text_changed(&mut self, _cx: &mut Context<'_>) {
        self.selected = None;
    }
}

/// Returns all lines: the keys that work now, the signs, and the keys of the other contexts.
fn all_entries(current: KeyContext, model: &Model) -> Vec<HelpEntry> {
    let chain = current.fallback_chain();
    let mut entries = introduction(model);
    for context in chain {
        entries.extend(context_entries(*context, current, model));
    }
    entries.extend(sign_entries(model));
    for context in KeyContext::ALL.iter().filter(|context| !chain.contains(context)) {
        entries.extend(context_entries(*context, current, model));
    }
    entries
}

fn introduction(model: &Model) -> Vec<HelpEntry> {
    let sandbox = model.options.sandbox.as_ref().map(|sandbox| {
        format!(
            "This is a sandbox with sample data. Emails are written to {}. To connect your tenancy, press {}, or \
             run: guestlist login",
            sandbox.outbox,
            model.key(KeyContext::Views, Action::Login)
        )
    });
    let mouse = model.options.mouse.then(|| "The mouse is on. Hold Shift to select text.".to_owned());
    sandbox.into_iter().chain(mouse).map(|text| HelpEntry::new("", "", text)).collect()
}

fn sign_entries(model: &Model) -> Vec<HelpEntry> {
    let [delete, resend] = [Action::Delete, Action::Resend].map(|action| model.key(KeyContext::List, action));
    let marked = format!("marked: {delete} and {resend} apply to all visible marked rows");
    let staged = format!("staged: nothing happens until you apply it in {}", model.view_name(View::Plans));
    let signs = [
        ("●", "expires within a day"),
        ("○", "expires within three days"),
        ("×", "expired: the link no longer works"),
        ("?", "expiry unknown"),
        ("+", marked.as_str()),
        ("»", staged.as_str()),
        ("-", "a plan changes this invite now or in a moment"),
    ];
    signs.into_iter().map(|(sign, text)| HelpEntry::new(SIGNS, sign, text)).collect()
}

/// Returns the keys of a context, and the table that belongs to it.
fn context_entries(context: KeyContext, current: KeyContext, model: &Model) -> Vec<HelpEntry> {
    let keys = &model.options.keys;
    let key_entry = |action| HelpEntry {
        action: Some((context, action)),
        ..HelpEntry::new(context.title(), &key_text(keys, context, current, action), context.describe(action))
    };
    let mut entries: Vec<HelpEntry> = keys.actions_in(context).into_iter().map(key_entry).collect();
    match context {
        KeyContext::Filter => {
            let terms = FILTER_HELP.iter();
            entries.extend(terms.map(|(term, text)| HelpEntry::new("Filter syntax", term, *text)));
        }
        KeyContext::Columns => {
            let columns = Column::ALL.iter();
            entries.extend(columns.map(|column| {
                HelpEntry::new("Columns of the table", column.heading(), column.description())
            }));
        }
        _ => {}
    }
    entries
}

/// Returns the keys of an action.
///
/// Omits keys that mean something else in the current context. An action without a key shows its palette name.
fn key_text(keys: &KeyMap, context: KeyContext, current: KeyContext, action: Action) -> String {
    let nearest = if current.fallback_chain().contains(&context) { current } else { context };
    let effective = keys.keys_in(nearest, action);
    let mut shown = keys.keys_for(context, action);
    shown.retain(|key| effective.contains(key));
    match shown.iter().any(|key| key.contains(' ')) {
        _ if shown.is_empty() => unbound_label(context, action),
        true => shown.join(", "),
        false => shown.join(" "),
    }
}
