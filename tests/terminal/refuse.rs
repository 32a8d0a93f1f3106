//! Reasons why the console does not start: an error on standard error, exit code 2, and a terminal that was not
//! changed.

use crate::place::Place;
use crate::pty::{Ended, Pty};

fn refused(place: &Place, args: &[&str]) -> Ended {
    let ended = Pty::start(place.console(args)).ended();
    assert_eq!(ended.code, 2, "{}", ended.screen);
    assert!(!ended.raw.contains(&0x1b), "the terminal is not touched: {}", ended.screen);
    ended
}

/// The text on a screen without the line ends that the window made.
fn said(ended: &Ended) -> String {
    ended.screen.replace('\n', "")
}

#[test]
fn a_bad_configuration_is_told_with_its_line() {
    let place = Place::new();
    let path = place.write("mine.toml", "undo_secs = 3\n");
    let ended = refused(&place, &["--config", path.to_str().expect("a path")]);
    let said = said(&ended);
    for part in ["guestlist: ", "Could not read ", "mine.toml:", "line 1", "undo_secs"] {
        assert!(said.contains(part), "{part:?} in {said}");
    }
}

#[test]
fn a_configuration_that_was_named_has_to_be_there() {
    let place = Place::new();
    let ended = refused(&place, &["--config", "nowhere.toml"]);
    assert!(
        said(&ended).contains("guestlist: Could not read nowhere.toml: there is no such file. Name another"),
        "{}",
        ended.screen
    );
}

#[test]
fn a_bad_key_table_is_told() {
    let place = Place::new();
    place.write(".config/guestlist/keys.toml", "[list]\nfly = [\"f\"]\n");
    let ended = refused(&place, &[]);
    assert!(said(&ended).contains("keys.toml") && said(&ended).contains("fly"), "{}", ended.screen);
    place.is_clean();
}

#[test]
fn an_address_that_cannot_be_used_is_told() {
    let place = Place::new();
    for url in ["http://example.com", "gopher://127.0.0.1", "not an address"] {
        let ended = refused(&place, &["--url", url]);
        assert!(said(&ended).starts_with("guestlist: ") && said(&ended).contains(url), "{}", ended.screen);
    }
}

#[test]
fn an_unknown_log_level_is_told() {
    let place = Place::new();
    let mut command = place.console(&[]);
    command.env("GUESTLIST_LOG", "loud");
    let ended = Pty::start(command).ended();
    assert_eq!(ended.code, 2);
    assert!(said(&ended).contains("\"loud\"") && said(&ended).contains("GUESTLIST_LOG"), "{}", ended.screen);
    place.is_clean();
}

#[test]
fn an_output_that_is_no_terminal_is_told_and_gets_nothing() {
    let place = Place::new();
    let ended = Pty::start(place.shell("{ \"$0\" 2>err; echo $? >code; } | cat >out")).ended();
    assert_eq!((place.read("out").as_str(), place.read("code").as_str()), ("", "2\n"));
    let sentence = place.read("err");
    assert!(
        sentence
            .starts_with("guestlist: The console must run in a terminal, but standard output is redirected."),
        "{sentence}"
    );
    assert_eq!(ended.screen, "");
    place.is_clean();
}

#[test]
fn an_input_that_is_no_terminal_is_told() {
    let place = Place::new();
    let ended = Pty::start(place.shell("\"$0\" </dev/null")).ended();
    assert_eq!(ended.code, 2);
    assert!(said(&ended).contains("standard input is redirected"), "{}", ended.screen);
    assert!(!ended.raw.contains(&0x1b));
    place.is_clean();
}
