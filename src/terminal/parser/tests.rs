//! Tests the events of bytes that terminals write, in one piece and in several pieces.

use super::*;
use crate::keys::Input;
use crate::terminal::key;

/// Parses successive pieces, and returns the inputs in the notation of the key table.
fn inputs(pieces: &[&str]) -> Vec<String> {
    let (mut parser, mut events) = (EventParser::default(), Vec::new());
    for piece in pieces {
        parser.feed(piece.as_bytes(), &mut events);
    }
    parser.on_timeout(&mut events);
    let inputs = events.into_iter().filter_map(key::convert_event);
    inputs
        .map(|input| if let Input::Key(key) = input { key.to_string() } else { format!("{input:?}") })
        .collect()
}

#[test]
fn terminal_keys_are_recognized() {
    for (bytes, keys) in [
        ("j", vec!["j"]),
        ("G?", vec!["G", "?"]),
        ("\r\t\x7f\x08", vec!["enter", "tab", "backspace", "backspace"]),
        ("\n", vec!["ctrl-j"]),
        ("\x03\x13\0", vec!["ctrl-c", "ctrl-s", "ctrl-space"]),
        ("\x1b", vec!["esc"]),
        ("\x1b\x1b", vec!["esc", "esc"]),
        ("\x1bx\x1bé", vec!["alt-x", "alt-é"]),
        ("\x1b\r\x1b\x7f", vec!["alt-enter", "alt-backspace"]),
        ("\x1b[", vec!["alt-["]),
        ("\x1bO", vec!["alt-O"]),
        ("\x1b]", vec!["alt-]"]),
        ("\x1bP", vec!["alt-P"]),
        ("\x1b[A\x1bOB\x1b[1;5C", vec!["up", "down", "ctrl-right"]),
        ("\x1b[3~\x1b[5;5~\x1b[24~", vec!["del", "ctrl-pgup", "f12"]),
        ("\x1b[Z", vec!["backtab"]),
        ("\x1b[[A\x1bOP\x1b[11~", vec!["f1", "f1", "f1"]),
        ("\x1b[64;7u\x1b[97;5u\x1b[13u", vec!["ctrl-alt-@", "ctrl-a", "enter"]),
        ("\x1b[97;1:3u\x1b[97:65;2u\x1b[27;5;115~", vec!["A", "ctrl-s"]),
        ("\x1b[100;9u\x1b[27;9;100~\x1b[100;33:1u", vec![]),
        ("\x1b[100;65u\x1b[100;129u", vec!["d", "d"]),
        ("é招😀", vec!["é", "招", "😀"]),
    ] {
        assert_eq!(inputs(&[bytes]), keys, "{bytes:?}");
    }
}

#[test]
fn terminal_replies_are_ignored_however_they_are_split() {
    for reply in [
        "\x1b]11;rgb:1e1e/1e1e/1e1e\x1b\\",
        "\x1b]11;rgb:1e1e/1e1e/1e1e\x07",
        "\x1bP>|tmux 3.3a\x1b\\",
        "\x1bP1+r544e=787465726d\x1b\\",
        "\x1b_Gi=1;OK\x1b\\",
        "\x1b]52;c;aGVsbG8=\x07",
        "\x1b^a message\x1b\\",
        "\x1bXa string\x1b\\",
        "\x1b[>41;354;0c",
        "\x1b[?62;22c",
        "\x1b[=0;1c",
        "\x1b[?2026;2$y",
        "\x1b[?1u",
        "\x1b[12;34R",
        "\x1b[8;24;80t",
        "\x1b[0n",
        "\x1b[?997;1n",
        "\x1b[M !!",
        "\x1b]l titles é\x1b\\",
    ] {
        assert_eq!(inputs(&["a", reply, "b"]), ["a", "b"], "{reply:?}");
        for (at, _) in reply.char_indices().skip(1) {
            assert_eq!(inputs(&[&reply[..at], &reply[at..], "b"]), ["b"], "{reply:?} split at {at}");
        }
    }
}

#[test]
fn an_unfinished_reply_ends_with_the_next_control_key() {
    assert_eq!(inputs(&["\x1b]11;rgb", "\x03", "q"]), ["ctrl-c", "q"]);
    assert_eq!(inputs(&["\x1b]11;rgb", "\x1b[A"]), ["up"]);
    assert_eq!(inputs(&["\x1b[12;", "\x1b[A"]), ["up"]);
}

#[test]
fn reply_after_a_lone_escape_is_ignored() {
    for rest in
        ["]11;rgb:1e1e/1e1e/1e1e\x1b\\", "P>|tmux 3.3a\x1b\\", "_Gi=1;OK\x1b\\", "[?2026;2$y", "[12;34R"]
    {
        let (mut parser, mut events) = (EventParser::default(), Vec::new());
        parser.feed(b"\x1b", &mut events);
        parser.on_timeout(&mut events);
        let (late, early) = rest.split_at(rest.len() / 2);
        for piece in [late, early, "q"] {
            parser.feed(piece.as_bytes(), &mut events);
        }
        let keys: Vec<_> = events.into_iter().filter_map(key::convert_event).collect();
        let typed = ["esc", "q"].map(|name| Input::Key(name.parse().expect("a key")));
        assert_eq!(keys, typed, "{rest:?}");
    }
}

#[test]
fn keys_after_escape_are_keys() {
    for (rest, keys) in [("]", vec!["]"]), ("[", vec!["["]), ("Pa", vec!["P", "a"]), ("]d", vec!["]", "d"])] {
        let (mut parser, mut events) = (EventParser::default(), Vec::new());
        parser.feed(b"\x1b", &mut events);
        parser.on_timeout(&mut events);
        events.clear();
        parser.feed(rest.as_bytes(), &mut events);
        let typed: Vec<_> = events.into_iter().filter_map(key::convert_event).collect();
        let keys: Vec<_> = keys.into_iter().map(|name| Input::Key(name.parse().expect("a key"))).collect();
        assert_eq!(typed, keys, "{rest:?}");
    }
}

#[test]
fn control_key_ends_a_sequence() {
    for start in
        ["\x1b", "\x1bO", "\x1b[", "\x1b[[", "\x1b[M", "\x1b[M !", "\x1b[1;", "\x1b]", "\x1bP1", "\u{1b}é"]
    {
        let ctrl_c = inputs(&[start, "\x03", "q"]);
        assert!(ctrl_c.ends_with(&["q".into()]), "{start:?}: {ctrl_c:?}");
        assert!(
            ctrl_c.iter().any(|key| key.ends_with("ctrl-c") || key == "ctrl-alt-c"),
            "{start:?}: {ctrl_c:?}"
        );
        assert!(inputs(&[start, "\x1b[A"]).ends_with(&["up".into()]), "{start:?}");
    }
}

#[test]
fn endless_sequence_is_ignored() {
    for end in ["u", "~", "A", "y"] {
        let endless = format!("\x1b[1{}{end}", ";1".repeat(MAX_CSI_BYTES));
        assert_eq!(inputs(&[&endless, "q"]), ["q"], "{end}");
    }
}

#[test]
fn endless_paste_leaves_control_keys_usable() {
    let (mut parser, mut events) = (EventParser::default(), Vec::new());
    parser.feed(b"\x1b[200~half\r\n", &mut events);
    assert!(parser.timeout().is_some());
    parser.on_timeout(&mut events);
    assert_eq!((parser.timeout(), events.len()), (None, 0), "one wake-up, and no event");
    // The rest of a slow paste is text, even if each line end arrives alone.
    parser.feed(b"\r", &mut events);
    parser.feed(b"a", &mut events);
    parser.on_timeout(&mut events);
    parser.feed(b"\x03", &mut events);
    let inputs: Vec<Input> = events.into_iter().filter_map(key::convert_event).collect();
    let ctrl_c = Input::Key("ctrl-c".parse().expect("a key"));
    assert_eq!(inputs, [Input::Paste("half\r\n\ra".into()), ctrl_c]);
}

#[test]
fn paste_is_whole_and_raw_however_it_is_split() {
    let paste = "\x1b[200~a\r\n\x1b]0;x\x07é\x1b[31m\x1b[201~";
    let whole = [format!("{:?}", Input::Paste("a\r\n\x1b]0;x\x07é\x1b[31m".into())), "q".to_owned()];
    for (at, _) in paste.char_indices().skip(1) {
        assert_eq!(inputs(&[&paste[..at], &paste[at..], "q"]), whole, "split at {at}");
    }
}

#[test]
fn mouse_report_has_its_position() {
    let click = format!("{:?}", Input::Click { column: 9, row: 8 });
    let wheel = format!("{:?}", Input::Scroll { down: true });
    assert_eq!(inputs(&["\x1b[<0;10;9M\x1b[<0;10;9m\x1b[<65;10;9M"]), [click, wheel]);
}

#[test]
fn any_bytes_leave_the_parser_usable() {
    let mut parser = EventParser::default();
    for seed in 0..2_000u32 {
        let bytes: Vec<u8> =
            (0..40u32).map(|n| (seed.wrapping_mul(2_654_435_761) >> (n % 24)) as u8 ^ n as u8).collect();
        parser.feed(&bytes, &mut Vec::new());
    }
    parser.feed(b"\x1b[201~\x18", &mut Vec::new());
    parser.on_timeout(&mut Vec::new());
    let mut events = Vec::new();
    parser.feed(b"q", &mut events);
    assert_eq!(events.len(), 1);
}
