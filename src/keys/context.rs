//! The places in which keys are read, and which of them are read together. Which keys mean what in them is a table:
//! `keymap`.

use serde::Deserialize;

use crate::keys::Action;

macro_rules! contexts {
    ($($(#[$doc:meta])* $variant:ident $name:literal $title:literal [$($behind:ident),*],)*) => {
        /// A place in which keys are read, in the order of the help.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
        pub enum KeyContext {
            $($(#[$doc])* #[serde(rename = $name)] $variant,)*
        }

        impl KeyContext {
            /// All places.
            pub const ALL: [KeyContext; 19] = [$(KeyContext::$variant),*];

            /// Its name in the key table.
            pub fn name(self) -> &'static str {
                match self { $(KeyContext::$variant => $name,)* }
            }

            /// Its title in the help.
            pub fn title(self) -> &'static str {
                match self { $(KeyContext::$variant => $title,)* }
            }

            /// The places whose keys are read here, itself first; the first of them that knows a key decides.
            pub fn read_with(self) -> &'static [KeyContext] {
                match self {
                    $(KeyContext::$variant => &[KeyContext::$variant $(, KeyContext::$behind)*],)*
                }
            }
        }
    };
}

// The name in the key table, the title in the help, and the places whose keys are read behind its own.
contexts! {
    /// The table and the detail pane.
    List "list" "In the list" [Views, Anywhere],
    /// The forecast under the table, before the table's own keys.
    Forecast "forecast" "In the forecast" [List, Views, Anywhere],
    /// Every view, behind its own.
    Views "views" "In every view" [Anywhere],
    /// The filter's field.
    Filter "filter" "While filtering" [Field, Anywhere],
    /// The table's columns.
    Columns "columns" "Among the columns" [Anywhere],
    /// The commands by their names.
    Palette "palette" "Among the commands" [Field, Anywhere],
    /// The create form.
    Form "form" "In the form" [Field, Anywhere],
    /// One invite after the other.
    Triage "triage" "In triage" [Field, Anywhere],
    /// A list of many, and what is known of each.
    Many "import" "In a list of many" [Anywhere],
    /// A plan that asks to be confirmed.
    Confirm "confirm-plan" "Before a plan" [Field, Anywhere],
    /// A question with buttons.
    Dialog "prompt" "In a question" [Anywhere],
    /// The plans: staged, running, not finished.
    Plan "plans" "In the plans" [Views, Anywhere],
    /// What changed since the last visit.
    Changes "changes" "Among the changes" [Views, Anywhere],
    /// What looks wrong.
    Problems "problems" "Among the problems" [Views, Anywhere],
    /// The journal.
    Journal "journal" "In the journal" [Views, Anywhere],
    /// The requests.
    Requests "requests" "In the requests" [Views, Anywhere],
    /// A text that can be scrolled: help, messages.
    Text "pager" "In a text" [Anywhere],
    /// Any field in which text is typed.
    Field "text-input" "While typing" [Anywhere],
    /// Everywhere, behind the others.
    Anywhere "global" "Everywhere" [],
}

impl KeyContext {
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
