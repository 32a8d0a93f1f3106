//! Footer, help, palette and sentences name the keys that are in force, also after a person has bound others: each key
//! that is shown is one that leads there, and no sentence knows a key by heart.

use proc_macro2::{TokenStream, TokenTree};
use regex::Regex;

use crate::harness::{TestApp, sample_error};
use guestlist::app::screens::palette::Palette;
use guestlist::app::shell::frame;
use guestlist::app::{Effect, Msg, Overlay, View, update};
use guestlist::config::keys;
use guestlist::keys::keymap::KeyMatch;
use guestlist::keys::{Action, Input, Key, KeyContext, KeyMap};

/// A table of somebody who has other habits.
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
keep = ["space"]
skip = ["tab"]
next-undecided = ["N"]
[pager]
back = ["f1", "esc"]
"#;

/// One that has taken keys away.
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

/// What is pressed, with our own keys, to come to each view and dialog.
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

fn open_screen(place: &str, table: &str) -> TestApp {
    let mut stage = TestApp::with_rows();
    stage.add_sample_requests();
    stage.press(place.trim());
    stage.app.model.options.keys = keys::parse(table).expect("a good table");
    stage
}

/// The keys that a shown text stands for.
fn parse_shown_keys(shown: &str) -> Vec<Key> {
    let one = |name: &str| -> Option<Key> {
        let name = match name {
            "↑" => "up",
            "↓" => "down",
            "←" => "left",
            "→" => "right",
            "Shift-Tab" => "backtab",
            "Ctrl-←" => "ctrl-left",
            "Ctrl-→" => "ctrl-right",
            one if one.chars().count() == 1 => return one.parse().ok(),
            other => &other.to_lowercase(),
        };
        name.parse().ok()
    };
    let parts: Vec<Option<Key>> = shown.split(' ').map(one).collect();
    let parts: Option<Vec<Key>> = parts.into_iter().collect();
    parts.unwrap_or_else(|| shown.chars().map(|c| one(&c.to_string()).expect("a key")).collect())
}

/// Whether somebody who types what is shown gets there.
fn leads_to_action(keys: &KeyMap, place: KeyContext, shown: &str, action: Action) -> bool {
    let typed = parse_shown_keys(shown);
    let begins = |n| keys.find(place.fallback_chain(), &typed[..n]) == KeyMatch::Prefix;
    keys.find(place.fallback_chain(), &typed) == KeyMatch::Action(action) && (1..typed.len()).all(begins)
}

fn key_context(stage: &TestApp) -> KeyContext {
    stage.app.top_screen().key_context()
}

fn last_line(screen: &str) -> &str {
    screen.lines().last().unwrap_or_default()
}

#[test]
fn footer_keys_lead_to_their_actions() {
    for (table, way) in KEY_TABLES.iter().flat_map(|table| SCREEN_KEYS.map(|way| (table, way))) {
        let mut stage = open_screen(way, table);
        let offered = frame::key_hints(&stage.app);
        assert!(!offered.is_empty(), "nothing is offered after {way:?}");
        let foot = last_line(&stage.screen_text(300, 30)).to_owned();
        for (n, (action, key, words)) in offered.iter().enumerate() {
            let keys = &stage.app.model.options.keys;
            assert!(
                leads_to_action(keys, key_context(&stage), key, *action),
                "{key} for {action:?} after {way:?}"
            );
            assert!(foot.contains(&format!("{key} {words}")), "{key} {words}: {foot}");
            assert!(offered[..n].iter().all(|(_, other, _)| other != key), "{key} twice after {way:?}");
        }
    }
}

/// The lines of the help below the title of a place.
fn help_section<'a>(help: &'a str, title: &str) -> Vec<&'a str> {
    let inside = |line: &'a str| line.split('│').max_by_key(|part| part.chars().count()).unwrap_or_default();
    let lines = help.lines().map(|line| inside(line).trim()).skip_while(|line| *line != title).skip(1);
    lines.take_while(|line| !line.is_empty()).collect()
}

#[test]
fn help_lists_every_action_with_working_keys() {
    for (table, way) in
        KEY_TABLES.iter().flat_map(|table| ["j", "2", "5", "6", "t", "/"].map(|way| (table, way)))
    {
        let mut stage = open_screen(way, table);
        let here = key_context(&stage);
        let help = stage.app.model.options.keys.keys_in(here, Action::Help).first().cloned().expect("a key");
        for key in parse_shown_keys(&help) {
            update(&mut stage.app, Msg::Input(Input::Key(key)), stage.now);
        }
        let help = stage.screen_text(110, 300);
        let keys = &stage.app.model.options.keys;
        for &context in KeyContext::ALL {
            let lines = help_section(&help, context.title());
            let known = keys.actions_in(context);
            assert_eq!(lines.len(), known.len(), "{}: {lines:#?}", context.title());
            let nearest = if here.fallback_chain().contains(&context) { here } else { context };
            let mut seen = Vec::new();
            for (line, action) in lines.iter().zip(known) {
                let shown = line.strip_suffix(context.describe(action)).expect("its words").trim();
                if shown == format!(":{}", action.name()) || shown.ends_with("(no key)") {
                    assert!(
                        keys.keys_for(context, action)
                            .iter()
                            .all(|key| !leads_to_action(keys, nearest, key, action)),
                        "{line}"
                    );
                    continue;
                }
                let separator = if shown.contains(", ") { ", " } else { " " };
                let alone = keys.keys_for(context, action).len() == 1;
                let all = if alone { vec![shown] } else { shown.split(separator).collect() };
                for key in all {
                    assert!(leads_to_action(keys, nearest, key, action), "{key} in {line:?}");
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
        let mut stage = open_screen("j", table);
        stage.app.views.current = view;
        let place = stage.app.top_screen().key_context();
        stage.app.overlays.push(Overlay::Palette(Palette::default()));
        stage.pass_deadline();
        let Some(Overlay::Palette(palette)) = stage.app.overlays.last() else { panic!("no palette") };
        let offered: Vec<_> = palette.matches().into_iter().cloned().collect();
        let keys = stage.app.model.options.keys.clone();
        for action in place.fallback_chain().iter().flat_map(|place| keys.actions_in(*place)) {
            let there = offered.iter().any(|command| command.action == action);
            assert!(there || action == Action::Palette, "{action:?} is not in the palette of {view:?}");
        }
        for command in offered {
            let screen = stage.screen_text(120, 40);
            let begins = format!("▌{} ", command.action.name());
            let line = screen.lines().find(|line| line.contains(&begins)).expect("the selected command");
            let shown = line.split('│').find(|part| part.contains(&begins)).unwrap_or_default().trim();
            match keys.keys_in(place, command.action).first() {
                Some(key) => {
                    assert!(shown.ends_with(&format!(" {key}")), "{shown}");
                    assert!(
                        leads_to_action(&keys, place, key, command.action),
                        "{key} for {:?}",
                        command.action
                    );
                }
                None => assert!(!shown.ends_with(" q") && !shown.ends_with("Ctrl-c"), "{shown}"),
            }
            stage.press("down");
        }
    }
}

#[test]
fn action_without_a_key_is_reachable_by_name() {
    let mut stage = open_screen("j", REMOVED_KEYS);
    assert!(!last_line(&stage.screen_text(300, 30)).contains("quit"));
    stage.press("?");
    assert!(stage.screen_text(110, 300).contains(":quit"));
    stage.press("esc :").type_text("quit");
    let enter = Msg::Input(Input::Key("enter".parse().expect("a key")));
    let effects = update(&mut stage.app, enter, stage.now);
    assert!(matches!(effects[..], [Effect::Quit]), "{effects:?}");
    for key in ["q", "ctrl-c"] {
        let typed = Msg::Input(Input::Key(key.parse().expect("a key")));
        assert!(update(&mut stage.app, typed, stage.now).is_empty(), "{key}");
    }
}

#[test]
fn texts_name_the_configured_keys() {
    let mut stage = open_screen("j", CUSTOM_KEYS);
    assert!(stage.press("V").screen_text(120, 30).contains("press Ctrl-x v or Esc to stop"));
    stage.press("V G").screen_text(120, 30);
    let screen = stage.press("* D D").screen_text(120, 40);
    assert!(screen.contains("press Ctrl-x z to undo"), "{screen}");
    stage.press("esc ctrl-x u g g V n n n n n n V D D");
    let screen = stage.screen_text(120, 40);
    assert!(screen.contains("Press R to apply."), "{screen}");
    assert!(stage.press("ctrl-y").screen_text(120, 40).contains("7 steps: press R to apply."));
    stage.press("esc c c");
    assert!(
        stage.screen_text(120, 40).contains("press Ctrl-x u to clear the 7 marks"),
        "{}",
        stage.screen_text(120, 40)
    );
    stage.press("f9 D D");
    assert!(stage.screen_text(120, 40).contains("Press F9 to allow changes."));
    stage.press("f9 f5");
    stage.fail_list(sample_error("Could not load invites"));
    let screen = stage.screen_text(120, 40);
    let words: String = screen.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(words.contains("then press F5."), "{screen}");
    assert!(words.contains(" F2 Plans ") && !words.contains(" 2 Plans "), "{screen}");

    let mut stage = open_screen("j", REMOVED_KEYS);
    stage.press(":").type_text("toggle-read-only").press("enter d");
    assert!(
        stage.screen_text(120, 40).contains("Press :toggle-read-only to allow changes."),
        "{}",
        stage.screen_text(120, 40)
    );
    assert!(!stage.screen_text(120, 40).contains("2 Plans"));
}

/// The texts in a source, but for what documents or tests it.
fn collect_texts(tokens: TokenStream, found: &mut Vec<String>) {
    let mut after_sign = false;
    for token in tokens {
        match token {
            TokenTree::Group(group) if !after_sign => collect_texts(group.stream(), found),
            TokenTree::Literal(literal) => found.push(literal.to_string()),
            TokenTree::Punct(sign) if sign.as_char() == '#' => {
                after_sign = true;
                continue;
            }
            _ => {}
        }
        after_sign = false;
    }
}

#[test]
fn no_text_has_a_hard_coded_key() {
    let by_heart = Regex::new(
        r#"Ctrl-|\b[1256] (Plans|Pending|Journal|Requests)\b|(^"|[ (:;])([A-Za-z%!@*?:/~]|Esc|Enter|Tab|Space|F\d+) (in|goes|opens|corrects|allows|takes|runs|stages|shows|sends|asks|ends|or|and|leaves|gives|looks|brings|reads|drops)\b"#,
    );
    let by_heart = by_heart.expect("a good expression");
    assert!(by_heart.is_match("\"Stopped; r goes on\"") && by_heart.is_match("\"2 Plans shows it\""));
    for (room, least) in [("src/app", 60), ("src/ui", 5)] {
        let files = files_below(&format!("{}/{room}", env!("CARGO_MANIFEST_DIR")));
        assert!(files.len() > least, "{room} is looked through");
        for file in files.iter().filter(|file| !file.ends_with("keymap.rs") && !file.ends_with("tests.rs")) {
            let source = std::fs::read_to_string(file).expect("read");
            let (source, _) = source.split_once("#[cfg(test)]\nmod tests {").unwrap_or((&source, ""));
            let mut found = Vec::new();
            collect_texts(source.parse().expect("Rust"), &mut found);
            let bad: Vec<_> = found.iter().filter(|text| by_heart.is_match(text)).collect();
            assert!(bad.is_empty(), "{file}: {bad:?}");
        }
    }
}

/// All files below a folder.
fn files_below(folder: &str) -> Vec<String> {
    let entries = std::fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path());
    let of = |path: std::path::PathBuf| match path.is_dir() {
        true => files_below(&path.to_string_lossy()),
        false => vec![path.to_string_lossy().into_owned()],
    };
    entries.flat_map(of).collect()
}
