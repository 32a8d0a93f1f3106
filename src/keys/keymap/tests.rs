//! Tests of the key map.

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
    .expect("no conflict");
    let contexts = [KeyContext::List, KeyContext::Global];
    assert_eq!(map.find(&contexts, &keys("g")), KeyMatch::Prefix);
    assert_eq!(map.find(&contexts, &keys("g g")), KeyMatch::Action(Action::First));
    assert_eq!(map.find(&contexts, &keys("ctrl-c")), KeyMatch::Action(Action::Quit));
    assert_eq!(map.find(&contexts, &keys("g j")), KeyMatch::None);
}

#[test]
fn conflict_error_names_both_bindings() {
    let prefix_table =
        table(&[(KeyContext::List, Action::Down, "g"), (KeyContext::List, Action::First, "g g")]);
    let error = KeyMap::new(&prefix_table).expect_err("a conflict").to_string();
    assert_eq!(error, r#""g g" is both down in [list] and first in [list]"#);
    let fallback_table =
        table(&[(KeyContext::List, Action::Down, "q"), (KeyContext::Views, Action::Quit, "q")]);
    let error = KeyMap::new(&fallback_table).expect_err("a conflict").to_string();
    assert_eq!(error, r#""q" is both down in [list] and quit in [views]"#);
    let separate_table =
        table(&[(KeyContext::List, Action::Down, "j"), (KeyContext::Pager, Action::Next, "j")]);
    assert!(KeyMap::new(&separate_table).is_ok());
}

#[test]
fn invalid_key_is_named_in_the_error() {
    let error = KeyMap::new(&table(&[(KeyContext::Form, Action::Send, "strg-s")])).expect_err("no key");
    assert_eq!(error.to_string(), r#"send in [form]: "strg-s" is not a key"#);
}

#[test]
fn keys_are_shown_in_their_usual_notation() {
    for (typed, shown) in [
        ("g g", "gg"),
        ("ctrl-s", "Ctrl-s"),
        ("backtab", "Shift-Tab"),
        ("down", "↓"),
        ("o e", "oe"),
        ("space", "Space"),
    ] {
        assert_eq!(KeyMap::default().display_keys(&keys(typed)), shown);
    }
    let ascii = KeyMap::default().with_ascii_names(true);
    assert_eq!(ascii.display_keys(&keys("ctrl-down")), "Ctrl-Down");
}
