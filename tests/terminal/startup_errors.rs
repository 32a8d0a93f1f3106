//! Errors that prevent the start: text on standard error, exit code 2, an unchanged terminal.

use crate::pty::{Pty, PtyResult};
use crate::test_env::TestEnv;

fn run_refused(env: &TestEnv, args: &[&str]) -> PtyResult {
    let result = Pty::start(env.console_command(args)).wait_for_clean_exit();
    assert_eq!(result.code, 2, "{}", result.screen);
    assert!(!result.raw.contains(&0x1b), "the terminal is not touched: {}", result.screen);
    result
}

/// Returns the text of the screen without the line ends of the window.
fn screen_text(result: &PtyResult) -> String {
    result.screen.replace('\n', "")
}

#[test]
fn invalid_config_is_reported_with_its_line() {
    let env = TestEnv::new();
    let path = env.write_file("mine.toml", "undo_secs = 3\n");
    let result = run_refused(&env, &["--config", path.to_str().expect("a path")]);
    let text = screen_text(&result);
    for part in ["guestlist: ", "Could not read ", "mine.toml:", "line 1", "undo_secs"] {
        assert!(text.contains(part), "{part:?} in {text}");
    }
}

#[test]
fn missing_explicit_config_is_an_error() {
    let env = TestEnv::new();
    let result = run_refused(&env, &["--config", "nowhere.toml"]);
    assert!(
        screen_text(&result)
            .contains("guestlist: Could not read nowhere.toml: there is no such file. Choose another"),
        "{}",
        result.screen
    );
}

#[test]
fn invalid_key_table_is_reported() {
    let env = TestEnv::new();
    env.write_file(".config/guestlist/keys.toml", "[list]\nfly = [\"f\"]\n");
    let result = run_refused(&env, &[]);
    assert!(
        screen_text(&result).contains("keys.toml") && screen_text(&result).contains("fly"),
        "{}",
        result.screen
    );
    env.assert_temp_dir_is_empty();
}

#[test]
fn invalid_server_url_is_reported() {
    let env = TestEnv::new();
    for url in ["http://example.com", "gopher://127.0.0.1", "not an address"] {
        let result = run_refused(&env, &["--url", url]);
        assert!(
            screen_text(&result).starts_with("guestlist: ") && screen_text(&result).contains(url),
            "{}",
            result.screen
        );
    }
}

#[test]
fn unknown_log_level_is_reported() {
    let env = TestEnv::new();
    let mut command = env.console_command(&[]);
    command.env("GUESTLIST_LOG", "loud");
    let result = Pty::start(command).wait_for_clean_exit();
    assert_eq!(result.code, 2);
    assert!(
        screen_text(&result).contains("\"loud\"") && screen_text(&result).contains("GUESTLIST_LOG"),
        "{}",
        result.screen
    );
    env.assert_temp_dir_is_empty();
}

#[test]
fn non_terminal_output_is_an_error_and_stays_empty() {
    let env = TestEnv::new();
    let result =
        Pty::start(env.shell_command("{ \"$0\" 2>err; echo $? >code; } | cat >out")).wait_for_clean_exit();
    assert_eq!((env.read_file("out").as_str(), env.read_file("code").as_str()), ("", "2\n"));
    let error = env.read_file("err");
    assert!(
        error
            .starts_with("guestlist: The console must run in a terminal, but standard output is redirected."),
        "{error}"
    );
    assert_eq!(result.screen, "");
    env.assert_temp_dir_is_empty();
}

#[test]
fn non_terminal_input_is_an_error() {
    let env = TestEnv::new();
    let result = Pty::start(env.shell_command("\"$0\" </dev/null")).wait_for_clean_exit();
    assert_eq!(result.code, 2);
    assert!(screen_text(&result).contains("standard input is redirected"), "{}", result.screen);
    assert!(!result.raw.contains(&0x1b));
    env.assert_temp_dir_is_empty();
}
