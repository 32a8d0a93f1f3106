//! `guestlist config set`, `get`, `use` and `edit`, and all mistakes of `config check`.

use std::fs;

use crate::confirm_prompt::start_in_terminal;
use crate::harness::{CommandOutput, RunningCommand, TestEnv};
use crate::pty::ENTER;

const TEXT: &str = "# mine\nundo_seconds = 3 # short\n\n# about acme\n[profiles.acme]\nurl = \"https://acme.example\"\n\n\
                    [profiles.other]\nproxy = \"http://ann:hush-hush@proxy:1\"\ntoken_command = [\"pass\", \"hush-hush\"]\n";

fn env_with_config(text: &str) -> (TestEnv, String) {
    let env = TestEnv::new(0);
    fs::create_dir_all(env.path("config/guestlist")).expect("created");
    let path = env.write_file("config/guestlist/config.toml", text);
    (env, path)
}

fn run(env: &TestEnv, args: &[&str]) -> CommandOutput {
    RunningCommand::start(env.bare_command(&[&["config"], args].concat())).wait()
}

fn read(path: &str) -> String {
    fs::read_to_string(path).expect("text")
}

#[test]
fn config_set_and_use_change_one_line() {
    let (env, path) = env_with_config(TEXT);
    run(&env, &["set", "undo_seconds", "10"]).assert_code(0);
    assert_eq!(read(&path), TEXT.replace("undo_seconds = 3", "undo_seconds = 10"));
    assert_eq!(run(&env, &["get", "undo_seconds"]).assert_code(0).stdout, "10\n");
    run(&env, &["set", "profiles.acme.badge", "007"]).assert_code(0);
    assert_eq!(run(&env, &["get", "profiles.acme.badge"]).assert_code(0).stdout, "007\n");
    run(&env, &["set", "allowed_domains", "[\"acme.com\"]"]).assert_code(0);
    run(&env, &["set", "filters.old", "-expired"]).assert_code(0);
    run(&env, &["use", "acme"]).assert_code(0);
    assert_eq!(run(&env, &["get", "profile"]).assert_code(0).stdout, "acme\n");
    assert_eq!(run(&env, &["get", "url"]).assert_code(0).stdout, "https://acme.example\n");
    let text = read(&path);
    for line in
        ["# mine", "undo_seconds = 10 # short", "profile = \"acme\"", "# about acme", "badge = \"007\""]
    {
        assert!(text.lines().any(|known| known == line), "{line} in\n{text}");
    }
    run(&env, &["check"]).assert_code(0);
}

#[test]
fn config_set_refuses_what_would_break_the_file() {
    let (env, path) = env_with_config(TEXT);
    for (args, error) in [
        (&["set", "undo_seconds", "99"][..], "undo_seconds must be 0 to 60, not 99"),
        (&["set", "undo_secs", "9"], "unknown setting undo_secs; did you mean undo_seconds?"),
        (&["set", "mouse", "yes"], "mouse must be true or false, not a text"),
        (&["set", "mouse", "true\nundo_seconds = 1"], "mouse must be true or false"),
        (&["set", "profiles.acme", "x"], "Write undo_seconds, or profiles.NAME.badge."),
        (&["set", "profiles", "x"], "Write undo_seconds"),
        (&["set", "profile", "acne"], "no profile acne; did you mean acme?"),
        (&["use", "acne"], "no profile acne; did you mean acme?"),
        (&["set", "url", "javascript:x"], "line 3: "),
        (&["set", "profiles.acme.url", "ftp://x"], "line 6: "),
        (&["set", "base_path", "../x"], "line 3: "),
        (&["set", "templates.x", "Hi {nam"], "the template x: "),
        (&["set", "theme", "nope"], "Unknown theme \"nope\". Use one of"),
        (&["set", "token_env", "ey.hush-hush.x"], "do not write the secret itself"),
    ] {
        let output = run(&env, args).assert_code(2).assert_stderr(error);
        assert!(!output.stderr.contains("hush"), "{}", output.stderr);
        assert_eq!(read(&path), TEXT, "{args:?}");
    }
    run(&env, &["get", "theme"]).assert_code(0);
    run(&env, &["get", "profiles.acme.badge"]).assert_code(1).assert_stderr("is not set");
    for key in ["profiles.other.proxy", "profiles.other.token_command"] {
        let output = run(&env, &["get", key]).assert_code(0);
        assert!(!output.stdout.contains("hush"), "{}", output.stdout);
    }
}

#[test]
fn config_set_follows_the_example_of_the_sample() {
    let env = TestEnv::new(0);
    let path = run(&env, &["init"]).assert_code(0).stdout.trim().to_owned();
    let sample = read(&path);
    run(&env, &["set", "refresh_minutes", "5"]).assert_code(0);
    assert_eq!(
        read(&path),
        sample.replace("# refresh_minutes = 5\n", "# refresh_minutes = 5\nrefresh_minutes = 5\n")
    );
}

#[test]
fn config_change_follows_a_link() {
    let (env, path) = env_with_config("");
    let target = env.write_file("dotfiles.toml", "mouse = true\n");
    fs::remove_file(&path).expect("removed");
    std::os::unix::fs::symlink(&target, &path).expect("linked");
    run(&env, &["set", "mouse", "false"]).assert_code(0);
    assert_eq!(read(&target), "mouse = false\n");
    assert!(fs::symlink_metadata(&path).expect("a link").is_symlink());
}

/// Runs `config edit` with an editor that replaces the text.
fn edit(env: &TestEnv, text: &str) -> CommandOutput {
    let new = env.write_file("new.toml", text);
    let mut command = env.bare_command(&["config", "edit"]);
    command.env("EDITOR", format!("cp {new}")).env("PATH", "/usr/bin:/bin");
    RunningCommand::start(command).wait()
}

#[test]
fn config_edit_writes_only_a_text_without_mistakes() {
    let (env, path) = env_with_config(TEXT);
    let output = edit(&env, "undo_secs = 3\nmouse = 1\n").assert_code(2);
    for error in
        ["line 1: unknown setting undo_secs", "line 2: mouse must be true or false", "No changes were made."]
    {
        assert!(output.stderr.contains(error), "{error} in {}", output.stderr);
    }
    assert_eq!(read(&path), TEXT);
    edit(&env, "mouse = true\n").assert_code(0);
    assert_eq!(read(&path), "mouse = true\n");
    fs::remove_file(&path).expect("removed");
    edit(&env, "mouse = false\n").assert_code(0);
    assert_eq!(read(&path), "mouse = false\n", "a missing file starts with the sample");
}

#[test]
fn config_edit_asks_after_a_mistake() {
    let (env, path) = env_with_config(TEXT);
    // The second run of the editor corrects the text.
    let script =
        "if test -e ran; then echo 'mouse = true' >\"$1\"; else touch ran; echo 'mouse = 1' >\"$1\"; fi";
    let script = env.write_file("editor.sh", script);
    let mut command = env.bare_command(&["config", "edit"]);
    command.env("EDITOR", format!("sh {script}")).env("PATH", "/usr/bin:/bin");
    let mut pty = start_in_terminal(&command);
    pty.wait_for_text("line 1: mouse must be true or false, not a number");
    pty.wait_for_text("Press Enter to edit it again");
    pty.type_keys(ENTER);
    let exit = pty.wait_for_clean_exit();
    assert_eq!((exit.code, read(&path).as_str()), (0, "mouse = true\n"), "{}", exit.screen);
}

#[test]
fn config_check_lists_all_mistakes_with_their_lines() {
    let (env, path) = env_with_config(
        "undo_secs = 3\nmouse = 1\ncolor = \"pink\"\nprofile = \"acne\"\n[filters]\nx = \"exp<y\"\nz = \" \"\n\
         [profiles.acme]\nbadge = 7\ntoken_file = \"/a\"\ntoken_env = \"B\"\nurl = \"\"\n",
    );
    let output = run(&env, &["check"]).assert_code(2);
    let lines: Vec<&str> =
        output.stderr.lines().skip(1).map(|line| line.split(':').next().unwrap_or_default()).collect();
    let expected = ["1", "2", "3", "4", "6", "7", "9", "11", "12"].map(|line| format!("line {line}"));
    assert_eq!(lines, expected, "{}", output.stderr);
    assert!(output.stderr.starts_with(&format!("guestlist: Could not read {path}:\n")), "{}", output.stderr);
}

#[test]
fn config_path_lists_all_files() {
    let (env, _) = env_with_config("");
    let output = run(&env, &["path"]).assert_code(0);
    let names: Vec<&str> = output.rows().iter().map(|row| row[0]).collect();
    assert_eq!(names, ["config", "tokens", "keys", "state", "journal", "log", "cache"]);
    let missing = output.rows().iter().filter(|row| row.get(2) == Some(&"false")).count();
    assert_eq!(missing, 6);
}
