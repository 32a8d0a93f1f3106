//! The places in which keys are read, and which of them are read together. Which keys mean what in them is a table:
//! `keymap`.

use serde::Deserialize;

use crate::keys::action::Action;

/// A place in which keys are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Context {
    /// Everywhere, behind the others.
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
    Field,
    /// A question with buttons.
    Dialog,
    /// A plan that asks to be confirmed.
    Confirm,
    /// Every view, behind its own.
    Views,
    /// The plans: staged, running, not finished.
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
    Text,
    /// The commands by their names.
    Palette,
    /// One invite after the other.
    Triage,
    /// The table's columns.
    Columns,
    /// A list of many, and what is known of each.
    Many,
}

impl Context {
    /// All places, in the order of the help.
    pub const ALL: [Context; 19] = [
        Context::List,
        Context::Forecast,
        Context::Views,
        Context::Filter,
        Context::Columns,
        Context::Palette,
        Context::Form,
        Context::Triage,
        Context::Many,
        Context::Confirm,
        Context::Dialog,
        Context::Plan,
        Context::Changes,
        Context::Problems,
        Context::Journal,
        Context::Requests,
        Context::Text,
        Context::Field,
        Context::Anywhere,
    ];

    /// Its name in the key table.
    pub fn name(self) -> &'static str {
        match self {
            Context::Anywhere => "anywhere",
            Context::List => "list",
            Context::Forecast => "forecast",
            Context::Filter => "filter",
            Context::Form => "form",
            Context::Field => "field",
            Context::Dialog => "dialog",
            Context::Confirm => "confirm",
            Context::Views => "views",
            Context::Plan => "plan",
            Context::Changes => "changes",
            Context::Problems => "problems",
            Context::Journal => "journal",
            Context::Requests => "requests",
            Context::Text => "text",
            Context::Palette => "palette",
            Context::Triage => "triage",
            Context::Columns => "columns",
            Context::Many => "many",
        }
    }

    /// Its title in the help.
    pub fn title(self) -> &'static str {
        match self {
            Context::Anywhere => "Everywhere",
            Context::List => "In the list",
            Context::Forecast => "In the forecast",
            Context::Filter => "While filtering",
            Context::Form => "In the form",
            Context::Field => "While typing",
            Context::Dialog => "In a question",
            Context::Confirm => "Before a plan",
            Context::Views => "In every view",
            Context::Plan => "In the plans",
            Context::Changes => "Among the changes",
            Context::Problems => "Among the problems",
            Context::Journal => "In the journal",
            Context::Requests => "In the requests",
            Context::Text => "In a text",
            Context::Palette => "Among the commands",
            Context::Triage => "In triage",
            Context::Columns => "Among the columns",
            Context::Many => "In a list of many",
        }
    }

    /// The places whose keys are read here, itself first; the first of them that knows a key decides.
    pub fn read_with(self) -> &'static [Context] {
        match self {
            Context::List => &[Context::List, Context::Views, Context::Anywhere],
            Context::Forecast => &[Context::Forecast, Context::List, Context::Views, Context::Anywhere],
            Context::Plan => &[Context::Plan, Context::Views, Context::Anywhere],
            Context::Changes => &[Context::Changes, Context::Views, Context::Anywhere],
            Context::Problems => &[Context::Problems, Context::Views, Context::Anywhere],
            Context::Journal => &[Context::Journal, Context::Views, Context::Anywhere],
            Context::Requests => &[Context::Requests, Context::Views, Context::Anywhere],
            Context::Views => &[Context::Views, Context::Anywhere],
            Context::Filter => &[Context::Filter, Context::Field, Context::Anywhere],
            Context::Palette => &[Context::Palette, Context::Field, Context::Anywhere],
            Context::Form => &[Context::Form, Context::Field, Context::Anywhere],
            Context::Triage => &[Context::Triage, Context::Field, Context::Anywhere],
            Context::Confirm => &[Context::Confirm, Context::Field, Context::Anywhere],
            Context::Dialog => &[Context::Dialog, Context::Anywhere],
            Context::Text => &[Context::Text, Context::Anywhere],
            Context::Columns => &[Context::Columns, Context::Anywhere],
            Context::Many => &[Context::Many, Context::Anywhere],
            Context::Field => &[Context::Field, Context::Anywhere],
            Context::Anywhere => &[Context::Anywhere],
        }
    }

    /// What an action does here, in one line: where it is not what it does elsewhere, in other words.
    pub fn words(self, action: Action) -> &'static str {
        match (self, action) {
            (Context::Triage, Action::Delete) => "decide to revoke it",
            (Context::Triage, Action::Resend) => "decide to send it again and revoke the old one",
            (Context::Triage, Action::Edit) => "decide to send another invite in place of it",
            (Context::Triage, Action::First) => "to the first invite",
            (Context::Triage, Action::Last) => "to the last invite",
            (Context::Triage, Action::Accept) => "to the invite whose number is typed, or to the next one",
            (Context::Triage, Action::Back) => "stop; what was decided is staged",
            (Context::Changes, Action::Restore) => "invite again who is gone: the row, or the marked rows",
            (Context::Changes, Action::Open) => "the change in full",
            (Context::Problems, Action::Edit) => "mend it: the form, with what is suggested",
            (Context::Problems, Action::Open) => "to the invite in the list",
            _ => action.words(),
        }
    }

    /// Whether what is known here can be run from the palette.
    pub fn has_palette(self) -> bool {
        self == Context::Anywhere || self.read_with().contains(&Context::Views)
    }
}
