//! The key map: built-in keys, and the user's `keys.toml`, whose entries replace the built-in ones.

use std::path::Path;

use super::config_file::{FileError, read_text};
use crate::keys::keymap::KeyTable;
use crate::keys::{Action, KeyContext, KeyMap};

/// The built-in keys.
const BUILT_IN_KEYS: &str = include_str!("../../assets/keys.toml");

/// Returns the key map: the built-in keys, overridden by the file at `path` if it exists.
pub fn read(path: &Path) -> Result<KeyMap, FileError> {
    let user_toml = match read_text(path) {
        Ok(text) => text,
        Err(cause) if cause.kind() == std::io::ErrorKind::NotFound => String::new(),
        Err(cause) => return Err(FileError::Io { path: path.to_owned(), cause, named_by: "" }),
    };
    parse(&user_toml).map_err(|cause| FileError::Invalid { path: path.to_owned(), cause })
}

/// Returns the error without the list of all actions, which would push the file's name off the screen.
fn shorten_error(error: &str) -> String {
    error.split_once(", expected one of").map_or(error, |(reason, _)| reason).trim_end().to_owned()
}

/// Parses the user's keys and overrides the built-in ones.
pub fn parse(user_toml: &str) -> Result<KeyMap, String> {
    let mut table: KeyTable = toml::from_str(BUILT_IN_KEYS).map_err(|error| error.to_string())?;
    let user_keys: KeyTable = toml::from_str(user_toml).map_err(|error| shorten_error(&error.to_string()))?;
    for (context, actions) in user_keys {
        for action in actions.keys() {
            let known = context.fallback_chain().iter().any(|context| is_built_in(&table, *context, *action));
            if !known {
                return Err(format!("{} has no effect in [{}]", action.name(), context.name()));
            }
        }
        table.entry(context).or_default().extend(actions);
    }
    KeyMap::new(&table).map_err(|error| error.to_string())
}

fn is_built_in(table: &KeyTable, context: KeyContext, action: Action) -> bool {
    table.get(&context).is_some_and(|actions| actions.contains_key(&action))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn user_keys_replace_the_default_keys() {
        let map = parse("[list]\nquit = [\"Q\"]\n").expect("good");
        assert_eq!(map.keys_for(KeyContext::List, Action::Quit), ["Q"]);
        assert_eq!(map.keys_for(KeyContext::List, Action::Down), ["j", "↓", "Ctrl-n"]);
    }

    #[test]
    fn unknown_and_conflicting_keys_are_errors() {
        let error = parse("[list]\nfly = [\"w\"]\n").expect_err("unknown");
        assert!(error.contains("fly") && error.contains("line 2"), "{error}");
        let error = parse("[list]\nrefresh = [\"j\"]\n").expect_err("a clash");
        assert_eq!(error, r#""j" is both down in [list] and refresh in [list]"#);
    }

    #[test]
    fn action_without_effect_in_its_section_is_an_error() {
        let error = parse("[plans]\nsort-email = [\"w\"]\n").expect_err("no sorting there");
        assert_eq!(error, "sort-email has no effect in [plans]");
    }

    #[test]
    fn text_fields_accept_every_letter() {
        let map = parse("").expect("good");
        for action in map.actions_in(KeyContext::TextInput) {
            for key in map.keys_for(KeyContext::TextInput, action) {
                assert!(key.chars().count() > 1 || "←→".contains(&key), "{key} could not be typed");
            }
        }
    }
}
