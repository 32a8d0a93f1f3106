//! Which keys mean which action in which place. The table itself is a file (`assets/keys.toml`, which a user's
//! file may override); reading files is `config`'s affair, refusing a table that contradicts itself is ours.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::keys::{Action, Key};

/// A table as it stands in a file: the keys of each action, in each place. A key may be several, after each other.
pub type KeyTable = BTreeMap<KeyContext, BTreeMap<Action, Vec<String>>>;

/// What a table was refused for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// A key that cannot be read.
    #[error("{action} in [{context}]: {reason}")]
    InvalidKey {
        /// Where.
        context: &'static str,
        /// For which action.
        action: &'static str,
        /// What is wrong with it.
        reason: String,
    },
    /// Two actions with the same keys, or with keys that begin another's, where both are read.
    #[error("{keys:?} is both {} in [{}] and {} in [{}]", first.0, first.1, second.0, second.1)]
    Conflict {
        /// The keys.
        keys: String,
        /// One side: the action, and where.
        first: (&'static str, &'static str),
        /// The other side.
        second: (&'static str, &'static str),
    },
}

/// What typed keys lead to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyMatch {
    /// This action.
    Action(Action),
    /// Nothing yet: more keys may follow.
    Prefix,
    /// Nothing.
    None,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Binding {
    context: KeyContext,
    keys: Vec<Key>,
    action: Action,
}

/// A table that was checked.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct KeyMap {
    bindings: Vec<Binding>,
    /// What can be done where, also what has no key.
    actions: Vec<(KeyContext, Action)>,
}

impl KeyMap {
    /// Checks a table and makes it usable.
    pub fn new(table: &KeyTable) -> Result<KeyMap, KeyError> {
        let (mut bindings, mut known): (Vec<Binding>, Vec<_>) = Default::default();
        for (&context, actions) in table {
            for (&action, keys) in actions {
                known.push((context, action));
                for text in keys {
                    let keys = parse_keys(text).map_err(|reason| KeyError::InvalidKey {
                        context: context.name(),
                        action: action.name(),
                        reason,
                    })?;
                    let binding = Binding { context, keys, action };
                    if let Some(other) = bindings.iter().find(|other| is_conflict(other, &binding)) {
                        return Err(KeyError::Conflict {
                            keys: text.clone(),
                            first: (other.action.name(), other.context.name()),
                            second: (action.name(), context.name()),
                        });
                    }
                    bindings.push(binding);
                }
            }
        }
        Ok(KeyMap { bindings, actions: known })
    }

    /// What the keys typed so far mean where one is; the first place that knows them decides.
    pub fn find(&self, contexts: &[KeyContext], typed: &[Key]) -> KeyMatch {
        for context in contexts {
            let mut of_context = self.bindings.iter().filter(|binding| binding.context == *context);
            if let Some(binding) = of_context.clone().find(|binding| binding.keys == typed) {
                return KeyMatch::Action(binding.action);
            }
            if of_context.any(|binding| binding.keys.starts_with(typed)) {
                return KeyMatch::Prefix;
            }
        }
        KeyMatch::None
    }

    /// The keys of an action as a person reads them, the first one first; empty where it has none.
    pub fn keys_for(&self, context: KeyContext, action: Action) -> Vec<String> {
        self.bindings
            .iter()
            .filter(|binding| binding.context == context && binding.action == action)
            .map(|binding| display_keys(&binding.keys))
            .collect()
    }

    /// The keys that lead to an action where one is, those of the place itself first: without what a nearer place
    /// takes for something else.
    pub fn keys_in(&self, place: KeyContext, action: Action) -> Vec<String> {
        let contexts = place.read_with();
        let leads = |keys: &[Key]| {
            let begins = |n| self.find(contexts, &keys[..n]) == KeyMatch::Prefix;
            self.find(contexts, keys) == KeyMatch::Action(action) && (1..keys.len()).all(begins)
        };
        let of_context = |context: &KeyContext| {
            let context = *context;
            self.bindings.iter().filter(move |it| it.context == context && it.action == action)
        };
        let there = contexts.iter().flat_map(of_context).filter(|binding| leads(&binding.keys));
        there.map(|binding| display_keys(&binding.keys)).collect()
    }

    /// How a sentence names an action: by its first key there; without one, by what is typed into the palette, or
    /// where there is no palette by its name alone.
    pub fn key_label(&self, place: KeyContext, action: Action) -> String {
        self.keys_in(place, action).into_iter().next().unwrap_or_else(|| unbound_label(place, action))
    }

    /// The actions that mean something in a place, with or without keys, in the help's order.
    pub fn actions_in(&self, context: KeyContext) -> Vec<Action> {
        let known = self.actions.iter().filter(|(place, _)| *place == context);
        let mut actions: Vec<Action> = known.map(|(_, action)| *action).collect();
        actions.sort_unstable();
        actions
    }
}

/// How an action that has no key is named.
pub fn unbound_label(place: KeyContext, action: Action) -> String {
    if place.has_palette() { format!(":{}", action.name()) } else { format!("{} (no key)", action.name()) }
}

fn parse_keys(text: &str) -> Result<Vec<Key>, String> {
    let keys = text.split(' ').map(str::parse).collect::<Result<Vec<Key>, String>>();
    keys.map_err(|reason| if text.is_empty() { "an empty key".to_owned() } else { reason })
}

fn is_conflict(a: &Binding, b: &Binding) -> bool {
    overlap(a.context, b.context) && (a.keys.starts_with(&b.keys) || b.keys.starts_with(&a.keys))
}

/// Whether keys of both places are read at the same time. In a dialog and in forms the nearer place may use a key
/// that means something in a field.
fn overlap(a: KeyContext, b: KeyContext) -> bool {
    let in_a_view = |context| {
        matches!(context, KeyContext::List | KeyContext::Plans | KeyContext::Journal | KeyContext::Requests)
    };
    a == b
        || a == KeyContext::Global
        || b == KeyContext::Global
        || (a == KeyContext::Views && in_a_view(b))
        || (b == KeyContext::Views && in_a_view(a))
}

/// Keys as a person reads them: `gg`, `Ctrl-s`, `Enter`.
pub fn display_keys(keys: &[Key]) -> String {
    let names: Vec<String> = keys.iter().map(display_key).collect();
    let short = names.iter().all(|name| name.chars().count() == 1);
    names.join(if short { "" } else { " " })
}

fn display_key(key: &Key) -> String {
    let (ctrl, alt) = (if key.ctrl { "Ctrl-" } else { "" }, if key.alt { "Alt-" } else { "" });
    let name = match Key::from(key.code).to_string().as_str() {
        "up" => "↑".into(),
        "down" => "↓".into(),
        "left" => "←".into(),
        "right" => "→".into(),
        "backtab" => "Shift-Tab".into(),
        "pgdn" => "PgDn".into(),
        "pgup" => "PgUp".into(),
        name if name.chars().count() > 1 => capitalize(name),
        name => name.to_owned(),
    };
    format!("{ctrl}{alt}{name}")
}

fn capitalize(name: &str) -> String {
    let mut chars = name.chars();
    chars.next().map(|first| first.to_uppercase().chain(chars).collect()).unwrap_or_default()
}

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
    List "list" "In the list" [Views, Global],
    /// The forecast under the table, before the table's own keys.
    Forecast "forecast" "In the forecast" [List, Views, Global],
    /// Every view, behind its own.
    Views "views" "In every view" [Global],
    /// The filter's field.
    Filter "filter" "While filtering" [TextInput, Global],
    /// The table's columns.
    Columns "columns" "Among the columns" [Global],
    /// The commands by their names.
    Palette "palette" "Among the commands" [TextInput, Global],
    /// The create form.
    Form "form" "In the form" [TextInput, Global],
    /// One invite after the other.
    Triage "triage" "In triage" [TextInput, Global],
    /// A list of many, and what is known of each.
    Import "import" "In a list of many" [Global],
    /// A plan that asks to be confirmed.
    ConfirmPlan "confirm-plan" "Before a plan" [TextInput, Global],
    /// A question with buttons.
    Prompt "prompt" "In a question" [Global],
    /// The plans: staged, running, not finished.
    Plans "plans" "In the plans" [Views, Global],
    /// What changed since the last visit.
    Changes "changes" "Among the changes" [Views, Global],
    /// What looks wrong.
    Problems "problems" "Among the problems" [Views, Global],
    /// The journal.
    Journal "journal" "In the journal" [Views, Global],
    /// The requests.
    Requests "requests" "In the requests" [Views, Global],
    /// A text that can be scrolled: help, messages.
    Pager "pager" "In a text" [Global],
    /// Any field in which text is typed.
    TextInput "text-input" "While typing" [Global],
    /// Everywhere, behind the others.
    Global "global" "Everywhere" [],
}

impl KeyContext {
    /// What an action does here, in one line: where it is not what it does elsewhere, in other words.
    pub fn describe(self, action: Action) -> &'static str {
        match (self, action) {
            (KeyContext::Triage, Action::Delete) => "decide to revoke it",
            (KeyContext::Triage, Action::Resend) => "decide to send it again and revoke the old one",
            (KeyContext::Triage, Action::Edit) => "decide to send another invite in place of it",
            (KeyContext::Triage, Action::First) => "to the first invite",
            (KeyContext::Triage, Action::Last) => "to the last invite",
            (KeyContext::Triage, Action::Confirm) => {
                "to the invite whose number is typed, or to the next one"
            }
            (KeyContext::Triage, Action::Back) => "stop; what was decided is staged",
            (KeyContext::Changes, Action::Reinvite) => {
                "invite again who is gone: the row, or the marked rows"
            }
            (KeyContext::Changes, Action::Open) => "the change in full",
            (KeyContext::Problems, Action::Edit) => "mend it: the form, with what is suggested",
            (KeyContext::Problems, Action::Open) => "to the invite in the list",
            _ => action.words(),
        }
    }

    /// Whether what is known here can be run from the palette.
    pub fn has_palette(self) -> bool {
        self == KeyContext::Global || self.read_with().contains(&KeyContext::Views)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(entries: &[(KeyContext, Action, &str)]) -> KeyTable {
        let mut table = KeyTable::new();
        for (context, action, keys) in entries {
            table.entry(*context).or_default().entry(*action).or_default().push((*keys).into());
        }
        table
    }

    fn keys(text: &str) -> Vec<Key> {
        parse_keys(text).expect(text)
    }

    #[test]
    fn action_may_have_several_keys() {
        let map = KeyMap::new(&table(&[
            (KeyContext::List, Action::First, "g g"),
            (KeyContext::List, Action::Down, "j"),
            (KeyContext::Global, Action::Quit, "ctrl-c"),
        ]))
        .expect("no clash");
        let contexts = [KeyContext::List, KeyContext::Global];
        assert_eq!(map.find(&contexts, &keys("g")), KeyMatch::Prefix);
        assert_eq!(map.find(&contexts, &keys("g g")), KeyMatch::Action(Action::First));
        assert_eq!(map.find(&contexts, &keys("ctrl-c")), KeyMatch::Action(Action::Quit));
        assert_eq!(map.find(&contexts, &keys("g j")), KeyMatch::None);
    }

    #[test]
    fn conflict_error_names_both_bindings() {
        let clash = table(&[(KeyContext::List, Action::Down, "g"), (KeyContext::List, Action::First, "g g")]);
        let error = KeyMap::new(&clash).expect_err("a clash").to_string();
        assert_eq!(error, r#""g g" is both down in [list] and first in [list]"#);
        let behind = table(&[(KeyContext::List, Action::Down, "q"), (KeyContext::Views, Action::Quit, "q")]);
        let error = KeyMap::new(&behind).expect_err("a clash").to_string();
        assert_eq!(error, r#""q" is both down in [list] and quit in [views]"#);
        let elsewhere =
            table(&[(KeyContext::List, Action::Down, "j"), (KeyContext::Pager, Action::Next, "j")]);
        assert!(KeyMap::new(&elsewhere).is_ok());
    }

    #[test]
    fn invalid_key_is_named_in_the_error() {
        let error = KeyMap::new(&table(&[(KeyContext::Form, Action::Send, "strg-s")])).expect_err("no key");
        assert_eq!(error.to_string(), r#"send in [form]: "strg-s" is not a key"#);
    }

    #[test]
    fn keys_are_shown_in_their_usual_notation() {
        for (written, read) in [
            ("g g", "gg"),
            ("ctrl-s", "Ctrl-s"),
            ("backtab", "Shift-Tab"),
            ("down", "↓"),
            ("o e", "oe"),
            ("space", "Space"),
        ] {
            assert_eq!(display_keys(&keys(written)), read);
        }
    }
}
