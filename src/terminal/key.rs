//! Converts crossterm's events to [`Input`]. Terminals report the same key in several ways.

use crossterm::event;
use crossterm::event::{
    Event, KeyEvent, KeyEventKind, KeyModifiers, MouseButton, MouseEvent, MouseEventKind,
};

use crate::keys::{Input, Key, KeyCode};

/// Returns the input of an event; `None` for unused events, such as a key release.
pub fn convert_event(event: Event) -> Option<Input> {
    match event {
        Event::Key(event) => convert_key(event).map(Input::Key),
        Event::Paste(text) => Some(Input::Paste(text)),
        Event::Resize(width, height) => Some(Input::Resize { width, height }),
        Event::Mouse(event) => convert_mouse(event),
        Event::FocusGained | Event::FocusLost => None,
    }
}

fn convert_mouse(event: MouseEvent) -> Option<Input> {
    let (column, row) = (event.column, event.row);
    match event.kind {
        MouseEventKind::ScrollDown => Some(Input::Scroll { down: true }),
        MouseEventKind::ScrollUp => Some(Input::Scroll { down: false }),
        MouseEventKind::Down(MouseButton::Left) => Some(Input::Click { column, row }),
        _ => None,
    }
}

fn convert_key(event: KeyEvent) -> Option<Key> {
    if event.kind == KeyEventKind::Release {
        return None;
    }
    let has = |modifier| event.modifiers.contains(modifier);
    let (ctrl, alt, shift) = (has(KeyModifiers::CONTROL), has(KeyModifiers::ALT), has(KeyModifiers::SHIFT));
    let plain = |code| Some(Key { code, ctrl, alt });
    match event.code {
        event::KeyCode::Char(c) => convert_char(c, ctrl, alt, shift),
        event::KeyCode::Enter => plain(KeyCode::Enter),
        event::KeyCode::Esc => plain(KeyCode::Esc),
        event::KeyCode::Tab if shift => plain(KeyCode::BackTab),
        event::KeyCode::Tab => plain(KeyCode::Tab),
        event::KeyCode::BackTab => plain(KeyCode::BackTab),
        event::KeyCode::Backspace => plain(KeyCode::Backspace),
        event::KeyCode::Delete => plain(KeyCode::Delete),
        event::KeyCode::Up => plain(KeyCode::Up),
        event::KeyCode::Down => plain(KeyCode::Down),
        event::KeyCode::Left => plain(KeyCode::Left),
        event::KeyCode::Right => plain(KeyCode::Right),
        event::KeyCode::Home => plain(KeyCode::Home),
        event::KeyCode::End => plain(KeyCode::End),
        event::KeyCode::PageUp => plain(KeyCode::PageUp),
        event::KeyCode::PageDown => plain(KeyCode::PageDown),
        event::KeyCode::F(n) if (1..=12).contains(&n) => plain(KeyCode::F(n)),
        _ => None,
    }
}

fn convert_char(c: char, ctrl: bool, alt: bool, shift: bool) -> Option<Key> {
    if c.is_control() {
        return None;
    }
    // Some terminals report AltGr as Ctrl and Alt: use the character itself.
    if !ctrl || alt {
        return Some(Key { code: KeyCode::Char(if shift { to_upper(c) } else { c }), ctrl, alt });
    }
    // Tab, Enter and Esc are the bytes of Ctrl-i, Ctrl-m and Ctrl-[. Some terminals send Ctrl-h for
    // Backspace. Ctrl-j is not Enter: a line end in text pasted without brackets must not submit anything.
    let (code, ctrl) = match c.to_ascii_lowercase() {
        'h' => (KeyCode::Backspace, false),
        'i' => (KeyCode::Tab, false),
        'm' => (KeyCode::Enter, false),
        '[' => (KeyCode::Esc, false),
        c => (KeyCode::Char(c), true),
    };
    Some(Key { code, ctrl, alt })
}

/// Returns the upper case of a letter, if it is a single character.
fn to_upper(c: char) -> char {
    let mut capitals = c.to_uppercase();
    match (capitals.next(), capitals.next()) {
        (Some(capital), None) => capital,
        _ => c,
    }
}

#[cfg(test)]
mod tests {
    use crossterm::event::KeyCode as Raw;

    use super::*;

    const NONE: KeyModifiers = KeyModifiers::NONE;
    const SHIFT: KeyModifiers = KeyModifiers::SHIFT;
    const CTRL: KeyModifiers = KeyModifiers::CONTROL;
    const ALT: KeyModifiers = KeyModifiers::ALT;

    fn key_name(code: Raw, modifiers: KeyModifiers, kind: KeyEventKind) -> Option<String> {
        let event = KeyEvent::new_with_kind(code, modifiers, kind);
        match convert_event(Event::Key(event)) {
            Some(Input::Key(key)) => Some(key.to_string()),
            Some(other) => panic!("{other:?} is no key"),
            None => None,
        }
    }

    #[test]
    fn keys_get_the_names_of_the_key_table() {
        for (code, modifiers, name) in [
            (Raw::Char('g'), NONE, "g"),
            (Raw::Char('G'), SHIFT, "G"),
            (Raw::Char('g'), SHIFT, "G"),
            (Raw::Char('?'), SHIFT, "?"),
            (Raw::Char('ß'), SHIFT, "ß"),
            (Raw::Char(' '), NONE, "space"),
            (Raw::Char('s'), CTRL, "ctrl-s"),
            (Raw::Char('S'), CTRL | SHIFT, "ctrl-s"),
            (Raw::Char('x'), ALT, "alt-x"),
            (Raw::Char('['), CTRL | ALT, "ctrl-alt-["),
            (Raw::Char('@'), CTRL | ALT, "ctrl-alt-@"),
            (Raw::Char('h'), CTRL, "backspace"),
            (Raw::Backspace, NONE, "backspace"),
            (Raw::Char('m'), CTRL, "enter"),
            (Raw::Char('j'), CTRL, "ctrl-j"),
            (Raw::Enter, ALT, "alt-enter"),
            (Raw::Tab, SHIFT, "backtab"),
            (Raw::BackTab, SHIFT, "backtab"),
            (Raw::F(12), NONE, "f12"),
            (Raw::PageDown, CTRL, "ctrl-pgdn"),
        ] {
            assert_eq!(key_name(code, modifiers, KeyEventKind::Press).as_deref(), Some(name), "{code:?}");
        }
    }

    #[test]
    fn held_key_repeats_and_release_is_ignored() {
        assert_eq!(key_name(Raw::Char('j'), NONE, KeyEventKind::Repeat).as_deref(), Some("j"));
        assert_eq!(key_name(Raw::Char('j'), NONE, KeyEventKind::Release), None);
    }

    #[test]
    fn keys_without_a_name_are_ignored() {
        for code in [Raw::Char('\u{9b}'), Raw::F(13), Raw::Insert, Raw::CapsLock, Raw::Null] {
            assert_eq!(key_name(code, NONE, KeyEventKind::Press), None, "{code:?}");
        }
    }

    #[test]
    fn paste_is_raw_and_whole() {
        let text = "a\r\n\u{1b}[31mb".to_owned();
        assert_eq!(convert_event(Event::Paste(text.clone())), Some(Input::Paste(text)));
    }
}
