//! Reasons why the console does not start: an error on standard error, exit code 2, and a terminal that was not
//! changed.

use crate::pty::{Pty, PtyResult};
use crate::test_env::TestEnv;

fn run_refused(place: &TestEnv, args: &[&str]) -> PtyResult {
    let ended = Pty::start(place.console_command(args)).wait_for_clean_exit();
    assert_eq!(ended.code, 2, "{}", ended.screen);
    assert!(!ended.raw.contains(&0x1b), "the terminal is not touched: {}", ended.screen);
    ended
}

/// The text on a screen without the line ends that the window made.
fn screen_text(ended: &PtyResult) -> String {
    ended.screen.replace('\n', "")
}

#[test]
fn invalid_config_is_reported_with_its_line() {
    let place = TestEnv::new();
    let path = place.write_file("mine.toml", "undo_secs = 3\n");
    let ended = run_refused(&place, &["--config", path.to_str().expect("a path")]);
    let said = screen_text(&ended);
    for part in ["guestlist: ", "Could not read ", "mine.toml:", "line 1", "undo_secs"] {
        assert!(said.contains(part), "{part:?} in {said}");
    }
}

#[test]
fn missing_explicit_config_is_an_error() {
    let place = TestEnv::new();
    let ended = run_refused(&place, &["--config", "nowhere.toml"]);
    assert!(
        screen_text(&ended)
            .contains("guestlist: Could not read nowhere.toml: there is no such file. Name another"),
        "{}",
        ended.screen
    );
}

#[test]
fn invalid_key_table_is_reported() {
    let place = TestEnv::new();
    place.write_file(".config/guestlist/keys.toml", "[list]\nfly = [\"f\"]\n");
    let ended = run_refused(&place, &[]);
    assert!(
        screen_text(&ended).contains("keys.toml") && screen_text(&ended).contains("fly"),
        "{}",
        ended.screen
    );
    place.assert_temp_dir_is_empty();
}

#[test]
fn invalid_server_url_is_reported() {
    let place = TestEnv::new();
    for url in ["http://example.com", "gopher://127.0.0.1", "not an address"] {
        let ended = run_refused(&place, &["--url", url]);
        assert!(
            screen_text(&ended).starts_with("guestlist: ") && screen_text(&ended).contains(url),
            "{}",
            ended.screen
        );
    }
}

#[test]
fn unknown_log_level_is_reported() {
    let place = TestEnv::new();
    let mut command = place.console_command(&[]);
    command.env("GUESTLIST_LOG", "loud");
    let ended = Pty::start(command).wait_for_clean_exit();
    assert_eq!(ended.code, 2);
    assert!(
        screen_text(&ended).contains("\"loud\"") && screen_text(&ended).contains("GUESTLIST_LOG"),
        "{}",
        ended.screen
    );
    place.assert_temp_dir_is_empty();
}

#[test]
fn non_terminal_output_is_an_error_and_stays_empty() {
    let place = TestEnv::new();
    let ended =
        Pty::start(place.shell_command("{ \"$0\" 2>err; echo $? >code; } | cat >out")).wait_for_clean_exit();
    assert_eq!((place.read_file("out").as_str(), place.read_file("code").as_str()), ("", "2\n"));
    let sentence = place.read_file("err");
    assert!(
        sentence
            .starts_with("guestlist: The console must run in a terminal, but standard output is redirected."),
        "{sentence}"
    );
    assert_eq!(ended.screen, "");
    place.assert_temp_dir_is_empty();
}

#[test]
fn non_terminal_input_is_an_error() {
    let place = TestEnv::new();
    let ended = Pty::start(place.shell_command("\"$0\" </dev/null")).wait_for_clean_exit();
    assert_eq!(ended.code, 2);
    assert!(screen_text(&ended).contains("standard input is redirected"), "{}", ended.screen);
    assert!(!ended.raw.contains(&0x1b));
    place.assert_temp_dir_is_empty();
}
