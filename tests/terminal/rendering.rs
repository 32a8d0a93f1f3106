//! Output for the terminal: frames fit the window, and colors appear only if enabled.
//! Untrusted text cannot control the terminal.

use crate::pty::{CTRL_L, ENTER, ESC, Pty};
use crate::test_env::TestEnv;

#[test]
fn the_frame_follows_the_size_of_the_window() {
    let env = TestEnv::new();
    let mut pty = Pty::start(env.console_command(&[]));
    pty.wait_for_table("412");
    for (columns, rows) in [(40, 20), (120, 40), (20, 5), (80, 24), (39, 24), (40, 10)] {
        pty.clear_screen();
        pty.resize(columns, rows);
        if columns < 40 || rows < 10 {
            pty.wait_until("the message about the small window", |screen| {
                let text = screen.contents().split_whitespace().collect::<Vec<_>>().join(" ");
                text.contains(&format!("{columns}×{rows} is too small: guestlist needs 40×10."))
            });
            continue;
        }
        pty.wait_until(&format!("a frame of {columns}×{rows}"), |screen| {
            let contents = screen.contents();
            let frame: Vec<&str> = contents.lines().collect();
            // A low window has no filter tabs.
            let is_corner = |row| screen.cell(row, columns - 1).is_some_and(|cell| cell.contents() == "┐");
            let corner = is_corner(3) || is_corner(4);
            corner && frame.len() == rows as usize && frame[rows as usize - 1].contains("help")
        });
        pty.wait_for_text("412 · complete");
        assert_eq!(pty.screen(|screen| screen.contents().contains("expires in")), columns >= 100);
    }
    pty.type_keys("q");
    assert_eq!(pty.wait_for_clean_exit().code, 0);
    env.assert_temp_dir_is_empty();
}

#[test]
fn locale_without_utf8_draws_only_ascii() {
    for (setting, is_ascii) in [("", true), ("ascii = false", false)] {
        let env = TestEnv::new();
        env.write_file(".config/guestlist/config.toml", setting);
        let mut command = env.console_command(&[]);
        command.env("LC_ALL", "C");
        let mut pty = Pty::start(command);
        pty.wait_for_text("complete");
        assert_eq!(pty.screen(|screen| screen.contents().is_ascii()), is_ascii, "{setting:?}");
        pty.type_keys("q");
        assert_eq!(pty.wait_for_clean_exit().code, 0);
    }
}

#[test]
fn ctrl_l_redraws_everything() {
    let env = TestEnv::new();
    let mut pty = Pty::start(env.console_command(&[]));
    pty.wait_for_table("412");
    let rows = |screen: &vt100::Screen| screen.contents_between(2, 0, 12, 80);
    let before = pty.screen(rows);
    pty.clear_screen();
    pty.type_keys(CTRL_L);
    pty.wait_until("the same rows", |screen| rows(screen) == before);
    pty.type_keys("q");
    assert_eq!(pty.wait_for_clean_exit().code, 0);
}

/// Waits until the screen is the same after a full redraw.
fn assert_same_after_redraw(pty: &mut Pty, what: &str) {
    // The header may change in between.
    let cell = |screen: &vt100::Screen, row, column| {
        let contents = screen.cell(row, column).map(vt100::Cell::contents).unwrap_or_default();
        if contents.is_empty() { " ".to_owned() } else { contents.to_owned() }
    };
    let row =
        |screen: &vt100::Screen, row| (0..80).map(|column| cell(screen, row, column)).collect::<String>();
    let rows = |screen: &vt100::Screen| (4..24).map(|line| row(screen, line)).collect::<Vec<_>>().join("\n");
    let before = pty.screen(rows);
    pty.clear_screen();
    pty.type_keys(CTRL_L);
    pty.wait_until(&format!("{what}: the same as before\n{before}\n"), |screen| rows(screen) == before);
}

#[test]
fn characters_of_uncertain_width_leave_no_remains() {
    let env = TestEnv::new();
    let mut pty = Pty::start(env.console_command(&[]));
    pty.wait_for_table("412");
    pty.type_keys("n");
    pty.wait_for_text("New invite");
    pty.type_keys("\t");
    let texts = ["a👍🏽b❤\u{fe0f}c", "招待e\u{301}状", "🇩🇪🇫🇷x", "👩🏿n\u{303}☂\u{fe0f}", "กำ नि", "plain"];
    let mut char_count = 0;
    for text in texts {
        pty.paste(text);
        char_count += text.chars().count();
        pty.wait_for_text(&format!("{char_count}/256"));
        assert_same_after_redraw(&mut pty, text);
    }
    // Each delete moves the rest of the line to the left.
    pty.type_keys("\x01");
    while char_count > 0 {
        pty.type_keys("\x1b[3~");
        // A character goes together with the marks that combine with it.
        let remaining_count = |screen: &vt100::Screen| {
            (0..char_count).find(|count| screen.contents().contains(&format!(" {count}/256")))
        };
        pty.wait_until("fewer characters", |screen| remaining_count(screen).is_some());
        char_count = pty.screen(remaining_count).expect("a count");
        assert_same_after_redraw(&mut pty, &format!("{char_count} characters"));
    }
    pty.type_keys(ESC);
    pty.wait_for_text_gone("New invite");
    pty.type_keys("q");
    assert_eq!(pty.wait_for_clean_exit().code, 0);
}

#[test]
#[cfg(target_os = "linux")]
fn largest_window_uses_little_memory() {
    let env = TestEnv::new();
    let mut pty = Pty::start(env.console_command(&[]));
    pty.wait_for_table("412");
    pty.resize_without_screen(65_535, 65_535);
    pty.type_keys("?");
    pty.clear_screen();
    pty.resize(80, 24);
    pty.wait_for_text("Help");
    let status = std::fs::read_to_string(format!("/proc/{}/status", pty.pid())).expect("the process status");
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).expect("the peak memory");
    let kilobytes: u64 = peak.trim().trim_end_matches(" kB").parse().expect("a number");
    assert!(kilobytes < 500_000, "{kilobytes} kB");
    pty.type_keys("?");
    pty.wait_for_text_gone("Help");
    pty.type_keys("q");
    assert_eq!(pty.wait_for_clean_exit().code, 0);
}

#[test]
fn no_color_still_shows_the_selection() {
    let env = TestEnv::new();
    let mut command = env.console_command(&[]);
    command.env("NO_COLOR", "1");
    let mut pty = Pty::start(command);
    pty.wait_for_table("412");
    for line in [6, 7] {
        pty.wait_until("the selected row is reversed, and no other", |screen| {
            let reversed = |row| screen.cell(row, 10).is_some_and(vt100::Cell::inverse);
            (5..22).all(|row| reversed(row) == (row == line))
        });
        pty.type_keys("j");
    }
    pty.type_keys("?");
    pty.wait_for_text("Help");
    pty.type_keys(ESC);
    pty.wait_for_text_gone("Help");
    pty.type_keys("q");
    let result = pty.wait_for_clean_exit();
    let resets = escape_sequences(&result.raw).filter(|sequence| ["[m", "[;m"].contains(sequence)).count();
    assert_eq!(resets, 0, "a color reset would also clear bold and reverse");
    for number in
        escape_sequences(&result.raw).filter_map(|sequence| sequence.strip_suffix('m')).flat_map(sgr_numbers)
    {
        let is_color = matches!(number, 30..=38 | 40..=48 | 58 | 90..=107);
        assert!(!is_color, "a color: {number}");
    }
}

#[test]
fn most_urgent_row_is_colored() {
    let env = TestEnv::new();
    let mut pty = Pty::start(env.console_command(&[]));
    pty.wait_for_table("412");
    pty.type_keys("q");
    let result = pty.wait_for_clean_exit();
    let numbers: Vec<u16> =
        escape_sequences(&result.raw).filter_map(|s| s.strip_suffix('m')).flat_map(sgr_numbers).collect();
    assert!(numbers.contains(&38), "a color, as the test above searches: {numbers:?}");
}

#[test]
fn external_text_sends_no_control_sequences() {
    let env = TestEnv::new();
    let mut pty = Pty::start(env.console_command(&[]));
    pty.wait_for_table("412");
    pty.type_keys(ESC);
    pty.wait_for_text_gone("Sandbox with sample data");
    for (email, shown) in [
        ("escape@hostile", "␛[2J␛[31mall your rows␛[0m␇ are gone"),
        ("osc@hostile", "␛]0;owned␇␛]52;c;cm0gLXJmIC8=␇look at your title bar"),
        ("c1@hostile", "one byte is enough: ‹U+009B›2J ‹U+0085› ‹U+0090›"),
        ("bidi@hostile", "‹U+202E›"),
    ] {
        pty.type_keys(&format!("/{email}{ENTER}"));
        pty.wait_for_text("   1 of 412");
        pty.type_keys(ENTER);
        pty.wait_until(&format!("{shown} in the detail"), |screen| {
            let text: String = screen.contents().chars().filter(|c| !"│\n ".contains(*c)).collect();
            screen.contents().contains("expires in") && text.contains(&shown.replace(' ', ""))
        });
        pty.type_keys(ESC);
        pty.wait_for_text_gone("expires in");
        pty.type_keys(ESC);
        pty.wait_for_text("of 412 · page");
    }
    pty.type_keys("q");
    let result = pty.wait_for_clean_exit();
    let text = String::from_utf8(result.raw.clone()).expect("a frame is text");
    let controls: Vec<char> = text.chars().filter(|c| c.is_control() && *c != '\u{1b}').collect();
    assert_eq!(controls, Vec::<char>::new(), "only escape sequences; the checks are below");
    assert!(!text.contains('\u{202e}'));
    for sequence in escape_sequences(&result.raw) {
        let is_known = match sequence.chars().last() {
            Some('H') => true,
            Some('m') => sequence != "[31m" && sequence.starts_with('['),
            Some('h' | 'l') => ["[?1049", "[?2004", "[?25", "[?7"].contains(&&sequence[..sequence.len() - 1]),
            Some('J') => sequence == "[2J",
            Some('K') => sequence == "[2K",
            _ => false,
        };
        assert!(is_known, "unexpected sequence: {sequence:?}");
    }
    let clears = escape_sequences(&result.raw).filter(|sequence| *sequence == "[2J").count();
    assert_eq!(clears, 1, "the screen is cleared only when the console enters it");
    env.assert_temp_dir_is_empty();
}

/// Returns all escape sequences of the output, without the escape character.
fn escape_sequences(raw: &[u8]) -> impl Iterator<Item = &str> {
    let text = std::str::from_utf8(raw).expect("a frame is text");
    text.split('\u{1b}').skip(1).map(|rest| {
        let end = rest.char_indices().skip(1).find(|(_, c)| ('@'..='~').contains(c));
        end.map_or(rest, |(at, _)| &rest[..=at])
    })
}

fn sgr_numbers(parameters: &str) -> Vec<u16> {
    let first = |part: &str| -> Option<u16> { part.split(':').next().and_then(|number| number.parse().ok()) };
    let mut parts = parameters.trim_start_matches('[').split(';');
    let mut numbers = Vec::new();
    while let Some(part) = parts.next() {
        numbers.extend(first(part));
        // The parts of one color follow.
        if matches!(part, "38" | "48" | "58") {
            parts.by_ref().take(2).for_each(drop);
        }
    }
    numbers
}
