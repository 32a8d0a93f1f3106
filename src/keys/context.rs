//! The places in which keys are read, and which of them are read together. Which keys mean what in them is a table:
//! `keymap`.

use serde::Deserialize;

use crate::keys::Action;

/// A place in which keys are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum KeyContext {
    /// Everywhere, behind the others.
    #[serde(rename = "global")]
    Anywhere,
    /// The table and the detail pane.
    List,
    /// The forecast under the table, before the table's own keys.
    Forecast,
    /// The filter's field.
    Filter,
    /// The create form.
    Form,
    /// Any field in which text is typed.
    #[serde(rename = "text-input")]
    Field,
    /// A question with buttons.
    #[serde(rename = "prompt")]
    Dialog,
    /// A plan that asks to be confirmed.
    #[serde(rename = "confirm-plan")]
    Confirm,
    /// Every view, behind its own.
    Views,
    /// The plans: staged, running, not finished.
    #[serde(rename = "plans")]
    Plan,
    /// What changed since the last visit.
    Changes,
    /// What looks wrong.
    Problems,
    /// The journal.
    Journal,
    /// The requests.
    Requests,
    /// A text that can be scrolled: help, messages.
    #[serde(rename = "pager")]
    Text,
    /// The commands by their names.
    Palette,
    /// One invite after the other.
    Triage,
    /// The table's columns.
    Columns,
    /// A list of many, and what is known of each.
    #[serde(rename = "import")]
    Many,
}

impl KeyContext {
    /// All places, in the order of the help.
    pub const ALL: [KeyContext; 19] = [
        KeyContext::List,
        KeyContext::Forecast,
        KeyContext::Views,
        KeyContext::Filter,
        KeyContext::Columns,
        KeyContext::Palette,
        KeyContext::Form,
        KeyContext::Triage,
        KeyContext::Many,
        KeyContext::Confirm,
        KeyContext::Dialog,
        KeyContext::Plan,
        KeyContext::Changes,
        KeyContext::Problems,
        KeyContext::Journal,
        KeyContext::Requests,
        KeyContext::Text,
        KeyContext::Field,
        KeyContext::Anywhere,
    ];

    /// Its name in the key table.
    pub fn name(self) -> &'static str {
        match self {
            KeyContext::Anywhere => "global",
            KeyContext::List => "list",
            KeyContext::Forecast => "forecast",
            KeyContext::Filter => "filter",
            KeyContext::Form => "form",
            KeyContext::Field => "text-input",
            KeyContext::Dialog => "prompt",
            KeyContext::Confirm => "confirm-plan",
            KeyContext::Views => "views",
            KeyContext::Plan => "plans",
            KeyContext::Changes => "changes",
            KeyContext::Problems => "problems",
            KeyContext::Journal => "journal",
            KeyContext::Requests => "requests",
            KeyContext::Text => "pager",
            KeyContext::Palette => "palette",
            KeyContext::Triage => "triage",
            KeyContext::Columns => "columns",
            KeyContext::Many => "import",
        }
    }

    /// Its title in the help.
    pub fn title(self) -> &'static str {
        match self {
            KeyContext::Anywhere => "Everywhere",
            KeyContext::List => "In the list",
            KeyContext::Forecast => "In the forecast",
            KeyContext::Filter => "While filtering",
            KeyContext::Form => "In the form",
            KeyContext::Field => "While typing",
            KeyContext::Dialog => "In a question",
            KeyContext::Confirm => "Before a plan",
            KeyContext::Views => "In every view",
            KeyContext::Plan => "In the plans",
            KeyContext::Changes => "Among the changes",
            KeyContext::Problems => "Among the problems",
            KeyContext::Journal => "In the journal",
            KeyContext::Requests => "In the requests",
            KeyContext::Text => "In a text",
            KeyContext::Palette => "Among the commands",
            KeyContext::Triage => "In triage",
            KeyContext::Columns => "Among the columns",
            KeyContext::Many => "In a list of many",
        }
    }

    /// The places whose keys are read here, itself first; the first of them that knows a key decides.
    pub fn read_with(self) -> &'static [KeyContext] {
        match self {
            KeyContext::List => &[KeyContext::List, KeyContext::Views, KeyContext::Anywhere],
            KeyContext::Forecast => {
                &[KeyContext::Forecast, KeyContext::List, KeyContext::Views, KeyContext::Anywhere]
            }
            KeyContext::Plan => &[KeyContext::Plan, KeyContext::Views, KeyContext::Anywhere],
            KeyContext::Changes => &[KeyContext::Changes, KeyContext::Views, KeyContext::Anywhere],
            KeyContext::Problems => &[KeyContext::Problems, KeyContext::Views, KeyContext::Anywhere],
            KeyContext::Journal => &[KeyContext::Journal, KeyContext::Views, KeyContext::Anywhere],
            KeyContext::Requests => &[KeyContext::Requests, KeyContext::Views, KeyContext::Anywhere],
            KeyContext::Views => &[KeyContext::Views, KeyContext::Anywhere],
            KeyContext::Filter => &[KeyContext::Filter, KeyContext::Field, KeyContext::Anywhere],
            KeyContext::Palette => &[KeyContext::Palette, KeyContext::Field, KeyContext::Anywhere],
            KeyContext::Form => &[KeyContext::Form, KeyContext::Field, KeyContext::Anywhere],
            KeyContext::Triage => &[KeyContext::Triage, KeyContext::Field, KeyContext::Anywhere],
            KeyContext::Confirm => &[KeyContext::Confirm, KeyContext::Field, KeyContext::Anywhere],
            KeyContext::Dialog => &[KeyContext::Dialog, KeyContext::Anywhere],
            KeyContext::Text => &[KeyContext::Text, KeyContext::Anywhere],
            KeyContext::Columns => &[KeyContext::Columns, KeyContext::Anywhere],
            KeyContext::Many => &[KeyContext::Many, KeyContext::Anywhere],
            KeyContext::Field => &[KeyContext::Field, KeyContext::Anywhere],
            KeyContext::Anywhere => &[KeyContext::Anywhere],
        }
    }

    /// What an action does here, in one line: where it is not what it does elsewhere, in other words.
    pub fn words(self, action: Action) -> &'static str {
        match (self, action) {
            (KeyContext::Triage, Action::Delete) => "decide to revoke it",
            (KeyContext::Triage, Action::Resend) => "decide to send it again and revoke the old one",
            (KeyContext::Triage, Action::Edit) => "decide to send another invite in place of it",
            (KeyContext::Triage, Action::First) => "to the first invite",
            (KeyContext::Triage, Action::Last) => "to the last invite",
            (KeyContext::Triage, Action::Accept) => "to the invite whose number is typed, or to the next one",
            (KeyContext::Triage, Action::Back) => "stop; what was decided is staged",
            (KeyContext::Changes, Action::Restore) => "invite again who is gone: the row, or the marked rows",
            (KeyContext::Changes, Action::Open) => "the change in full",
            (KeyContext::Problems, Action::Edit) => "mend it: the form, with what is suggested",
            (KeyContext::Problems, Action::Open) => "to the invite in the list",
            _ => action.words(),
        }
    }

    /// Whether what is known here can be run from the palette.
    pub fn has_palette(self) -> bool {
        self == KeyContext::Anywhere || self.read_with().contains(&KeyContext::Views)
    }
}
