//! The key table: ours, which is built in, and the user's `keys.toml`, whose lines replace ours one by one.

use std::path::Path;

use super::file::{FileError, read_text};
use crate::keys::keymap::KeyTable;
use crate::keys::{Action, KeyContext, KeyMap};

/// Our own table.
const BUILT_IN: &str = include_str!("../../assets/keys.toml");

/// The table in force: ours, with what the file at `path` says in its place, if there is one.
pub fn read(path: &Path) -> Result<KeyMap, FileError> {
    let theirs = match read_text(path) {
        Ok(text) => text,
        Err(cause) if cause.kind() == std::io::ErrorKind::NotFound => String::new(),
        Err(cause) => return Err(FileError::Unreadable { path: path.to_owned(), cause, named_by: "" }),
    };
    parse(&theirs).map_err(|cause| FileError::NotUnderstood { path: path.to_owned(), cause })
}

/// Puts a table over ours.
pub fn parse(theirs: &str) -> Result<KeyMap, String> {
    let mut table: KeyTable = toml::from_str(BUILT_IN).map_err(|error| error.to_string())?;
    let theirs: KeyTable = toml::from_str(theirs).map_err(|error| error.to_string().trim_end().to_owned())?;
    for (context, actions) in theirs {
        for action in actions.keys() {
            let known = context.read_with().iter().any(|place| ours(&table, *place, *action));
            if !known {
                return Err(format!("{} in [{}] does nothing there", action.name(), context.name()));
            }
        }
        table.entry(context).or_default().extend(actions);
    }
    KeyMap::new(&table).map_err(|error| error.to_string())
}

fn ours(table: &KeyTable, place: KeyContext, action: Action) -> bool {
    table.get(&place).is_some_and(|actions| actions.contains_key(&action))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn our_own_table_is_good_and_a_line_of_theirs_replaces_ours() {
        let map = parse("[list]\nquit = [\"Q\"]\n").expect("good");
        assert_eq!(map.keys_of(KeyContext::List, Action::Quit), ["Q"]);
        assert_eq!(map.keys_of(KeyContext::List, Action::Down), ["j", "↓"]);
    }

    #[test]
    fn unknown_names_and_clashes_are_refused_with_both_sides() {
        let error = parse("[list]\nfly = [\"w\"]\n").expect_err("unknown");
        assert!(error.contains("fly") && error.contains("line 2"), "{error}");
        let error = parse("[list]\nrefresh = [\"j\"]\n").expect_err("a clash");
        assert_eq!(error, r#""j" is both down in [list] and refresh in [list]"#);
    }

    #[test]
    fn a_key_for_what_does_nothing_there_is_refused() {
        let error = parse("[plans]\nsort-email = [\"w\"]\n").expect_err("no sorting there");
        assert_eq!(error, "sort-email in [plans] does nothing there");
    }

    #[test]
    fn fields_take_every_letter() {
        let map = parse("").expect("good");
        for action in map.known_in(KeyContext::Field) {
            for key in map.keys_of(KeyContext::Field, action) {
                assert!(key.chars().count() > 1 || "←→".contains(&key), "{key} could not be typed");
            }
        }
    }
}
