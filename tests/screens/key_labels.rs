//! Footer, help, palette and messages show the configured keys: each shown key leads to its action, and no text has a
//! hard-coded key.

use proc_macro2::{TokenStream, TokenTree};
use regex::Regex;

use crate::harness::{TestApp, sample_error};
use guestlist::app::screens::palette::Palette;
use guestlist::app::shell::frame;
use guestlist::app::{Effect, Msg, Overlay, View, update};
use guestlist::config::keys_file;
use guestlist::keys::keymap::KeyMatch;
use guestlist::keys::{Action, Input, Key, KeyContext, KeyMap};

/// A key table with other keys.
const CUSTOM_KEYS: &str = r#"
[global]
quit = ["ctrl-q"]
[list]
down = ["n", "down"]
new = ["b"]
delete = ["D D"]
domains = ["ctrl-x d"]
resend = ["W"]
edit = ["c c"]
page-down = ["pgdn"]
filter = ["ctrl-f"]
mark = ["m"]
mark-range = ["ctrl-x v", "V"]
mark-none = ["ctrl-x u"]
triage = ["T"]
refresh = ["f5"]
[views]
palette = ["space c"]
undo = ["ctrl-x z"]
switch-profile = ["f12"]
toggle-read-only = ["f9"]
view-pending = ["f11"]
view-plans = ["f2"]
notifications = ["f8"]
help = ["f1"]
quit = ["Q"]
[plans]
remove-step = ["-"]
pause = ["P"]
resume = ["g o"]
discard = ["ctrl-x d"]
[journal]
reinvite = ["ctrl-x r"]
[requests]
copy = ["ctrl-x c"]
[confirm-plan]
yes = ["ctrl-y"]
yes-uppercase = ["R"]
stage = ["ctrl-t"]
remove-step = ["-"]
[prompt]
yes = ["o k"]
[form]
send = ["f10"]
editor = ["ctrl-b"]
[triage]
keep = ["x"]
skip = ["space"]
delete-domain = ["ctrl-x d"]
later = ["Q"]
[pager]
back = ["f1", "esc"]
"#;

/// A key table without some keys.
const REMOVED_KEYS: &str = r#"
[global]
quit = []
[views]
quit = []
undo = []
toggle-read-only = []
view-plans = []
[list]
refresh = []
mark-range = []
[confirm-plan]
remove-step = []
"#;

const KEY_TABLES: [&str; 3] = ["", CUSTOM_KEYS, REMOVED_KEYS];

/// Default keys that open each view and dialog.
const SCREEN_KEYS: [&str; 31] = [
    "j",
    "enter",
    "/",
    "n",
    "d",
    "* d",
    "v G d",
    "e",
    "? ",
    "!",
    "2",
    "3",
    "4",
    "5",
    "6",
    "6 enter",
    ":",
    "Y",
    "6 Y",
    "E",
    "t",
    "v G r",
    "n x q",
    "/ f1",
    "C",
    "D",
    "+",
    "N",
    "N a @ b . c o ctrl-s",
    "a",
    "s",
];

fn open_screen(screen_keys: &str, table: &str) -> TestApp {
    let mut app = TestApp::with_rows();
    app.add_sample_requests();
    app.press(screen_keys.trim());
    app.state.model.options.keys = keys_file::parse(table).expect("a valid key table");
    app
}

/// Parses the label of a key sequence.
fn parse_shown_keys(shown: &str) -> Vec<Key> {
    let parse_key = |name: &str| -> Option<Key> {
        let name = match name {
            "↑" => "up",
            "↓" => "down",
            "←" => "left",
            "→" => "right",
            "Shift-Tab" => "backtab",
            "Ctrl-←" => "ctrl-left",
            "Ctrl-→" => "ctrl-right",
            parse_key if parse_key.chars().count() == 1 => return parse_key.parse().ok(),
            other => &other.to_lowercase(),
        };
        name.parse().ok()
    };
    let parts: Vec<Option<Key>> = shown.split(' ').map(parse_key).collect();
    let parts: Option<Vec<Key>> = parts.into_iter().collect();
    parts.unwrap_or_else(|| shown.chars().map(|c| parse_key(&c.to_string()).expect("a key")).collect())
}

/// Returns true if the shown keys lead to the action.
fn leads_to_action(keys: &KeyMap, context: KeyContext, shown: &str, action: Action) -> bool {
    let typed = parse_shown_keys(shown);
    let prefix = |n| keys.find(context.fallback_chain(), &typed[..n]) == KeyMatch::Prefix;
    keys.find(context.fallback_chain(), &typed) == KeyMatch::Action(action) && (1..typed.len()).all(prefix)
}

fn key_context(app: &TestApp) -> KeyContext {
    app.state.top_screen().key_context()
}

fn last_line(screen: &str) -> &str {
    screen.lines().last().unwrap_or_default()
}

#[test]
fn footer_keys_lead_to_their_actions() {
    for (table, screen_keys) in
        KEY_TABLES.iter().flat_map(|table| SCREEN_KEYS.map(|screen_keys| (table, screen_keys)))
    {
        let mut app = open_screen(screen_keys, table);
        let hints = frame::key_hints(&app.state);
        assert!(!hints.is_empty(), "no key hints after {screen_keys:?}");
        let footer = last_line(&app.screen_text(300, 30)).to_owned();
        for (n, (action, key, label)) in hints.iter().enumerate() {
            let keys = &app.state.model.options.keys;
            assert!(
                leads_to_action(keys, key_context(&app), key, *action),
                "{key} for {action:?} after {screen_keys:?}"
            );
            assert!(footer.contains(&format!("{key} {label}")), "{key} {label}: {footer}");
            assert!(hints[..n].iter().all(|(_, other, _)| other != key), "{key} twice after {screen_keys:?}");
        }
    }
}

/// The lines of a section of the help.
fn help_section<'a>(help: &'a str, title: &str) -> Vec<&'a str> {
    let inner_text =
        |line: &'a str| line.split('│').max_by_key(|part| part.chars().count()).unwrap_or_default();
    let entry_text = |line| inner_text(line).trim().trim_start_matches('▌').trim();
    let lines = help.lines().map(entry_text).skip_while(|line| *line != title).skip(1);
    lines.take_while(|line| !line.is_empty()).collect()
}

#[test]
fn help_lists_every_action_with_working_keys() {
    for (table, screen_keys) in KEY_TABLES
        .iter()
        .flat_map(|table| ["j", "2", "5", "6", "t", "/"].map(|screen_keys| (table, screen_keys)))
    {
        let mut app = open_screen(screen_keys, table);
        let current = key_context(&app);
        let help =
            app.state.model.options.keys.keys_in(current, Action::Help).first().cloned().expect("a key");
        for key in parse_shown_keys(&help) {
            update(&mut app.state, Msg::Input(Input::Key(key)), app.now);
        }
        let help = app.screen_text(110, 400);
        let keys = &app.state.model.options.keys;
        for &context in KeyContext::ALL {
            let lines = help_section(&help, context.title());
            let actions = keys.actions_in(context);
            assert_eq!(lines.len(), actions.len(), "{}: {lines:#?}", context.title());
            let effective = if current.fallback_chain().contains(&context) { current } else { context };
            let mut seen = Vec::new();
            for (line, action) in lines.iter().zip(actions) {
                let shown = line
                    .strip_suffix(context.describe(action))
                    .unwrap_or_else(|| panic!("{line:?} {action:?}"))
                    .trim();
                if shown == format!(":{}", action.name()) || shown.ends_with("(no key)") {
                    assert!(
                        keys.keys_for(context, action)
                            .iter()
                            .all(|key| !leads_to_action(keys, effective, key, action)),
                        "{line}"
                    );
                    continue;
                }
                let separator = if shown.contains(", ") { ", " } else { " " };
                let is_single = keys.keys_for(context, action).len() == 1;
                let all = if is_single { vec![shown] } else { shown.split(separator).collect() };
                for key in all {
                    assert!(leads_to_action(keys, effective, key, action), "{key} in {line:?}");
                    assert!(!seen.contains(&key), "{key} twice in {}", context.title());
                    seen.push(key);
                }
            }
        }
    }
}

#[test]
fn palette_lists_every_action_with_working_keys() {
    for (table, view) in KEY_TABLES.iter().flat_map(|table| View::ALL.iter().map(move |&view| (table, view)))
    {
        let mut app = open_screen("j", table);
        app.state.views.current = view;
        let context = app.state.top_screen().key_context();
        app.state.overlays.push(Overlay::Palette(Palette::default()));
        app.pass_deadline();
        let Some(Overlay::Palette(palette)) = app.state.overlays.last() else { panic!("no palette") };
        let hints = palette.matches();
        let keys = app.state.model.options.keys.clone();
        for action in context.fallback_chain().iter().flat_map(|context| keys.actions_in(*context)) {
            let is_listed = hints.iter().any(|command| command.action == action);
            assert!(is_listed || action == Action::Palette, "{action:?} is not in the palette of {view:?}");
        }
        for command in hints {
            let screen = app.screen_text(120, 40);
            let prefix = format!("▌{} ", command.action.name());
            let line = screen.lines().find(|line| line.contains(&prefix)).expect("the selected command");
            let shown = line.split('│').find(|part| part.contains(&prefix)).unwrap_or_default().trim();
            match keys.keys_in(context, command.action).first() {
                Some(key) => {
                    assert!(shown.ends_with(&format!(" {key}")), "{shown}");
                    assert!(
                        leads_to_action(&keys, context, key, command.action),
                        "{key} for {:?}",
                        command.action
                    );
                }
                None => assert!(!shown.ends_with(" q") && !shown.ends_with("Ctrl-c"), "{shown}"),
            }
            app.press("down");
        }
    }
}

#[test]
fn action_without_a_key_is_reachable_by_name() {
    let mut app = open_screen("j", REMOVED_KEYS);
    assert!(!last_line(&app.screen_text(300, 30)).contains("quit"));
    app.press("?");
    assert!(app.screen_text(110, 400).contains(":quit"));
    app.press("esc :").type_text("quit");
    let enter = Msg::Input(Input::Key("enter".parse().expect("a key")));
    let effects = update(&mut app.state, enter, app.now);
    assert!(matches!(effects[..], [Effect::Quit]), "{effects:?}");
    for key in ["q", "ctrl-c"] {
        let typed = Msg::Input(Input::Key(key.parse().expect("a key")));
        assert!(update(&mut app.state, typed, app.now).is_empty(), "{key}");
    }
}

#[test]
fn texts_name_the_configured_keys() {
    let mut app = open_screen("j", CUSTOM_KEYS);
    assert!(app.press("V").screen_text(120, 30).contains("press Ctrl-x v or Esc to stop"));
    app.press("V G").screen_text(120, 30);
    let screen = app.press("* D D").screen_text(120, 40);
    assert!(screen.contains("Press Ctrl-x z to undo."), "{screen}");
    app.press("esc ctrl-x u g g V n n n n n n V D D");
    let screen = app.screen_text(120, 40);
    assert!(screen.contains("Press R to apply."), "{screen}");
    assert!(app.press("ctrl-y").screen_text(120, 40).contains("7 steps: press R to apply."));
    app.press("esc c c");
    assert!(
        app.screen_text(120, 40).contains("press Ctrl-x u to clear the 7 marks"),
        "{}",
        app.screen_text(120, 40)
    );
    app.press("f9 D D");
    assert!(app.screen_text(120, 40).contains("Press F9 to allow changes."));
    app.press("f9 f5");
    app.fail_list(sample_error("Could not load invites"));
    let screen = app.screen_text(120, 40);
    let label: String = screen.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(label.contains("then press F5."), "{screen}");
    assert!(label.contains(" F2 Plans ") && !label.contains(" 2 Plans "), "{screen}");

    let mut app = open_screen("j", REMOVED_KEYS);
    app.press(":").type_text("toggle-read-only").press("enter d");
    assert!(
        app.screen_text(120, 40).contains("Press :toggle-read-only to allow changes."),
        "{}",
        app.screen_text(120, 40)
    );
    assert!(!app.screen_text(120, 40).contains("2 Plans"));
}

/// Collects the literals of a source, except those in attributes.
fn collect_texts(tokens: TokenStream, texts: &mut Vec<String>) {
    let mut is_after_hash = false;
    for token in tokens {
        match token {
            TokenTree::Group(group) if !is_after_hash => collect_texts(group.stream(), texts),
            TokenTree::Literal(literal) => texts.push(literal.to_string()),
            TokenTree::Punct(sign) if sign.as_char() == '#' => {
                is_after_hash = true;
                continue;
            }
            _ => {}
        }
        is_after_hash = false;
    }
}

#[test]
fn no_text_has_a_hard_coded_key() {
    let hard_coded_key = Regex::new(
        r#"Ctrl-|\b[1256] (Plans|Pending|Journal|Requests)\b|(^"|[ (:;])([A-Za-z%!@*?:/~]|Esc|Enter|Tab|Space|F\d+) (in|goes|opens|corrects|allows|takes|runs|stages|shows|sends|asks|ends|or|and|leaves|gives|looks|brings|reads|drops)\b"#,
    );
    let hard_coded_key = hard_coded_key.expect("a valid expression");
    assert!(
        hard_coded_key.is_match("\"Stopped; r goes on\"") && hard_coded_key.is_match("\"2 Plans shows it\"")
    );
    for (dir, min_files) in [("src/app", 60), ("src/ui", 5)] {
        let files = files_below(&format!("{}/{dir}", env!("CARGO_MANIFEST_DIR")));
        assert!(files.len() > min_files, "only {} files in {dir}", files.len());
        for file in files.iter().filter(|file| !file.ends_with("keymap.rs") && !file.ends_with("tests.rs")) {
            let source = std::fs::read_to_string(file).expect("read");
            let (source, _) = source.split_once("#[cfg(test)]\nmod tests {").unwrap_or((&source, ""));
            let mut texts = Vec::new();
            collect_texts(source.parse().expect("Rust tokens"), &mut texts);
            let matches: Vec<_> = texts.iter().filter(|text| hard_coded_key.is_match(text)).collect();
            assert!(matches.is_empty(), "{file}: {matches:?}");
        }
    }
}

/// All files below a folder.
fn files_below(dir: &str) -> Vec<String> {
    let entries = std::fs::read_dir(dir).expect("a folder").map(|entry| entry.expect("an entry").path());
    let list = |path: std::path::PathBuf| match path.is_dir() {
        true => files_below(&path.to_string_lossy()),
        false => vec![path.to_string_lossy().into_owned()],
    };
    entries.flat_map(list).collect()
}
