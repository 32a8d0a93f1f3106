//! Key map: the keys of each action in each context.
//!
//! The key table is `assets/keys.toml`; a user's file can override parts of the table. Conflicting keys are
//! an error. File access is in `config`.

use std::collections::BTreeMap;

use serde::Deserialize;
use strum::{IntoStaticStr, VariantArray};

use crate::keys::{Action, Key};

/// Key table as parsed from a file: the keys of each action in each context.
///
/// A key can be a sequence of keys.
pub type KeyTable = BTreeMap<KeyContext, BTreeMap<Action, Vec<String>>>;

/// Error of a key table.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// Not a valid key.
    #[error("{action} in [{context}]: {reason}")]
    InvalidKey {
        /// Section of the table.
        context: &'static str,
        /// Action of the key.
        action: &'static str,
        /// The cause.
        reason: String,
    },
    /// Two actions with conflicting keys in contexts that are read together.
    ///
    /// Both actions have the same keys, or the keys of one action are the start of the other's keys.
    #[error("{keys:?} is both {} in [{}] and {} in [{}]", first.0, first.1, second.0, second.1)]
    Conflict {
        /// The keys.
        keys: String,
        /// One side: action and section.
        first: (&'static str, &'static str),
        /// The other side: action and section.
        second: (&'static str, &'static str),
    },
}

/// Result of looking up typed keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyMatch {
    /// The keys run this action.
    Action(Action),
    /// The keys are the start of a longer sequence.
    Prefix,
    /// No action has these keys.
    None,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Binding {
    context: KeyContext,
    keys: Vec<Key>,
    action: Action,
}

/// Checked key table.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct KeyMap {
    bindings: Vec<Binding>,
    /// Actions of each context, including those without a key.
    actions: Vec<(KeyContext, Action)>,
    /// True to name keys in ASCII.
    ascii: bool,
}

impl KeyMap {
    /// Creates a key map from a table.
    ///
    /// # Errors
    ///
    /// A key is invalid, or two actions have conflicting keys.
    pub fn new(table: &KeyTable) -> Result<KeyMap, KeyError> {
        let (mut bindings, mut in_table): (Vec<Binding>, Vec<_>) = Default::default();
        for (&context, actions) in table {
            for (&action, keys) in actions {
                in_table.push((context, action));
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
        Ok(KeyMap { bindings, actions: in_table, ascii: false })
    }

    /// Names all keys in ASCII: `Up` instead of an arrow.
    pub fn with_ascii_names(self, ascii: bool) -> KeyMap {
        KeyMap { ascii, ..self }
    }

    /// Looks up the typed keys. The first context with a match determines the result.
    pub fn find(&self, contexts: &[KeyContext], typed: &[Key]) -> KeyMatch {
        for context in contexts {
            let mut bindings = self.bindings.iter().filter(|binding| binding.context == *context);
            if let Some(binding) = bindings.clone().find(|binding| binding.keys == typed) {
                return KeyMatch::Action(binding.action);
            }
            if bindings.any(|binding| binding.keys.starts_with(typed)) {
                return KeyMatch::Prefix;
            }
        }
        KeyMatch::None
    }

    /// Returns the keys of an action in one context, formatted for display; empty if it has none.
    pub fn keys_for(&self, context: KeyContext, action: Action) -> Vec<String> {
        self.bindings_for(context, action).map(|binding| self.display_keys(&binding.keys)).collect()
    }

    fn bindings_for(&self, context: KeyContext, action: Action) -> impl Iterator<Item = &Binding> {
        self.bindings.iter().filter(move |binding| binding.context == context && binding.action == action)
    }

    /// Returns the keys that run an action while this context is active, its own keys first.
    ///
    /// Omits keys that a context earlier in the chain uses for another action.
    pub fn keys_in(&self, context: KeyContext, action: Action) -> Vec<String> {
        let contexts = context.fallback_chain();
        let bindings = contexts.iter().flat_map(|context| self.bindings_for(*context, action));
        let matching = bindings.filter(|binding| self.leads_to(contexts, &binding.keys, action));
        matching.map(|binding| self.display_keys(&binding.keys)).collect()
    }

    /// Returns the keys that complete a typed sequence, formatted for display, with their actions.
    pub fn continuations(&self, context: KeyContext, typed: &[Key]) -> Vec<(String, KeyContext, Action)> {
        let contexts = context.fallback_chain();
        let is_next = |binding: &&Binding| {
            binding.keys.len() > typed.len()
                && binding.keys.starts_with(typed)
                && self.leads_to(contexts, &binding.keys, binding.action)
        };
        let bindings = contexts
            .iter()
            .flat_map(|context| self.bindings.iter().filter(move |binding| binding.context == *context));
        bindings
            .filter(is_next)
            .map(|binding| (self.display_keys(&binding.keys[typed.len()..]), binding.context, binding.action))
            .collect()
    }

    /// True if typing these keys one by one runs the action.
    fn leads_to(&self, contexts: &[KeyContext], keys: &[Key], action: Action) -> bool {
        let is_prefix = |n| self.find(contexts, &keys[..n]) == KeyMatch::Prefix;
        self.find(contexts, keys) == KeyMatch::Action(action) && (1..keys.len()).all(is_prefix)
    }

    /// Returns the first key of an action in this context, for texts.
    ///
    /// If the action has no key, see [`unbound_label`].
    pub fn key_label(&self, context: KeyContext, action: Action) -> String {
        self.keys_in(context, action).into_iter().next().unwrap_or_else(|| unbound_label(context, action))
    }

    /// Formats keys for display: `gg`, `Ctrl-s`, `Enter`.
    pub fn display_keys(&self, keys: &[Key]) -> String {
        let names: Vec<String> = keys.iter().map(|key| display_key(key, self.ascii)).collect();
        let short = names.iter().all(|name| name.chars().count() == 1);
        names.join(if short { "" } else { " " })
    }

    /// Returns the actions of a context, with or without keys, in the order of the help.
    pub fn actions_in(&self, context: KeyContext) -> Vec<Action> {
        let actions_of_context = self.actions.iter().filter(|(other, _)| *other == context);
        actions_of_context.map(|(_, action)| *action).collect()
    }
}

/// Returns the palette command of an action without a key; its name if there is no palette.
pub fn unbound_label(context: KeyContext, action: Action) -> String {
    if context.has_palette() { format!(":{}", action.name()) } else { format!("{} (no key)", action.name()) }
}

fn parse_keys(text: &str) -> Result<Vec<Key>, String> {
    let keys = text.split(' ').map(str::parse).collect::<Result<Vec<Key>, String>>();
    keys.map_err(|reason| if text.is_empty() { "an empty key".to_owned() } else { reason })
}

fn is_conflict(a: &Binding, b: &Binding) -> bool {
    are_read_together(a.context, b.context) && (a.keys.starts_with(&b.keys) || b.keys.starts_with(&a.keys))
}

/// True if keys of both contexts are read at the same time.
///
/// A dialog or form may use a key that edits text in the `text-input` context. That is no conflict.
fn are_read_together(a: KeyContext, b: KeyContext) -> bool {
    let is_in_views = |context| {
        matches!(context, KeyContext::List | KeyContext::Plans | KeyContext::Journal | KeyContext::Requests)
    };
    a == b
        || a == KeyContext::Global
        || b == KeyContext::Global
        || (a == KeyContext::Views && is_in_views(b))
        || (b == KeyContext::Views && is_in_views(a))
}

fn display_key(key: &Key, ascii: bool) -> String {
    let (ctrl, alt) = (if key.ctrl { "Ctrl-" } else { "" }, if key.alt { "Alt-" } else { "" });
    let name = match Key::from(key.code).to_string().as_str() {
        arrow @ ("up" | "down" | "left" | "right") if ascii => capitalize(arrow),
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
    ($($(#[$doc:meta])* $variant:ident $title:literal [$($fallback:ident),*],)*) => {
        /// Scope in which keys are read, in the order of the help.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize, IntoStaticStr, VariantArray)]
        #[serde(rename_all = "kebab-case")]
        #[strum(serialize_all = "kebab-case")]
        pub enum KeyContext {
            $($(#[$doc])* $variant,)*
        }

        impl KeyContext {
            /// All contexts.
            pub const ALL: &'static [KeyContext] = KeyContext::VARIANTS;

            /// Returns the section name in the key table.
            pub fn name(self) -> &'static str {
                self.into()
            }

            /// Returns the title in the help.
            pub fn title(self) -> &'static str {
                match self { $(KeyContext::$variant => $title,)* }
            }

            /// Returns the contexts whose keys are read, this context first. The first match wins.
            pub fn fallback_chain(self) -> &'static [KeyContext] {
                match self {
                    $(KeyContext::$variant => &[KeyContext::$variant $(, KeyContext::$fallback)*],)*
                }
            }
        }
    };
}

// Title in the help, and the contexts whose keys are read after its own.
contexts! {
    /// Table and detail pane of the pending invites.
    List "Pending invites" [Views, Global],
    /// Forecast below the table; its keys have priority over the keys of the table.
    Forecast "Forecast" [List, Views, Global],
    /// All views, after each view's own keys.
    Views "All views" [Global],
    /// Filter field.
    Filter "Filter" [TextInput, Global],
    /// Column settings of the table.
    Columns "Columns" [Global],
    /// Command palette.
    Palette "Command palette" [TextInput, Global],
    /// Help, with a field that filters its lines.
    Help "Help" [TextInput, Global],
    /// Form of a new or edited invite.
    Form "Invite form" [TextInput, Global],
    /// Triage session.
    Triage "Triage" [Global],
    /// Table of an import.
    Import "Import" [Global],
    /// List and message of an import, and the email of one entry.
    ImportForm "Import: list and message" [TextInput, Global],
    /// Confirmation of a plan.
    ConfirmPlan "Confirm plan" [TextInput, Global],
    /// Prompt with buttons.
    Prompt "Prompt" [Global],
    /// Plans view.
    Plans "Plans" [Views, Global],
    /// Changes view.
    Changes "Changes" [Views, Global],
    /// Problems view.
    Problems "Problems" [Views, Global],
    /// Journal view.
    Journal "Journal" [Views, Global],
    /// Requests view.
    Requests "Requests" [Views, Global],
    /// Scrollable text: notifications.
    Pager "Pager" [Global],
    /// Text fields of any screen.
    TextInput "Text fields" [Global],
    /// Global keys; all other contexts have priority.
    Global "Everywhere" [],
}

impl KeyContext {
    /// Returns the one-line description of an action, which may differ in this context.
    pub fn describe(self, action: Action) -> &'static str {
        match (self, action) {
            (KeyContext::Triage, Action::Delete) => "Decide to delete the invite",
            (KeyContext::Triage, Action::Resend) => "Decide to resend the invite",
            (KeyContext::Triage, Action::Edit) => "Decide to edit the invite",
            (KeyContext::Triage, Action::Snooze) => "Snooze the invite until a day before it expires",
            (KeyContext::Triage, Action::Note) => "Edit the note for this email",
            (KeyContext::Triage, Action::Filter) => "Narrow the queue as you type",
            (KeyContext::Triage, Action::Confirm) => "Show the plan of all decisions",
            (KeyContext::Triage, Action::Back) => "Show the whole queue, or leave",
            (KeyContext::Triage, Action::PageDown) => "Scroll the invite down one page",
            (KeyContext::Triage, Action::PageUp) => "Scroll the invite up one page",
            (KeyContext::Import, Action::NextTab) => "Go to the next tab",
            (KeyContext::Import, Action::PreviousTab) => "Go to the previous tab",
            (KeyContext::Import, Action::Edit) => "Edit the email of this entry",
            (KeyContext::Import, Action::Confirm) => "Continue to the message, or accept all suggestions",
            (KeyContext::Import, Action::Previous) => "Go back to the list",
            (KeyContext::Import | KeyContext::ImportForm, Action::Send) => "Continue",
            (KeyContext::ImportForm, Action::Editor) => "Edit the list or the message in your $EDITOR",
            (KeyContext::Changes, Action::Reinvite) => "Re-invite the people of the selected or marked rows",
            (KeyContext::Changes, Action::Open) => "Show the change in full",
            (KeyContext::Plans, Action::Discard) => "Discard the plan, or dismiss its result",
            (KeyContext::Problems, Action::Edit) => "Fix: open the form with the suggested email",
            (KeyContext::Palette | KeyContext::Help, Action::Confirm) => "Run the selected command",
            (KeyContext::Help, Action::Back | Action::Help) => "Clear the text, or close the help",
            (KeyContext::Problems, Action::Open) => "Go to the invite in the list",
            _ => action.description(),
        }
    }

    /// True if the palette can run the actions of this context.
    pub fn has_palette(self) -> bool {
        self == KeyContext::Global || self.fallback_chain().contains(&KeyContext::Views)
    }
}

#[cfg(test)]
mod tests;
