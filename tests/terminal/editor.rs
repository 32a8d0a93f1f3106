//! The user's editor: it owns the terminal, and the console takes it back afterwards.

use portable_pty::CommandBuilder;
use rustix::process::Signal;

use crate::pty::{CTRL_C, CTRL_O, CTRL_S, Pty, TAB, until};
use crate::test_env::TestEnv;

fn with_editor(env: &TestEnv, script: &str) -> CommandBuilder {
    let editor = env.write_script("my-editor", script);
    let mut command = env.console_command(&["--sandbox"]);
    command.env("EDITOR", format!("{} --wait", editor.display()));
    command.env("DATATRAILS_CLIENT_SECRET", "hush");
    command.env("BEARER_TOKEN_FILE", "/nowhere/hush");
    command.env("HTTPS_PROXY", "http://ann:hush@proxy:1");
    command
}

fn open_form(command: CommandBuilder) -> Pty {
    let mut pty = Pty::start(command);
    pty.wait_for_table("412");
    pty.type_keys("n");
    pty.wait_for_text("New invite");
    pty.type_keys(TAB);
    pty.type_keys("draft");
    pty.wait_for_text("5/256");
    pty
}

fn quit(mut pty: Pty, env: &TestEnv) {
    pty.type_keys(CTRL_C);
    pty.wait_for_text("Quit?");
    pty.type_keys("y");
    assert_eq!(pty.wait_for_clean_exit().code, 0);
    env.assert_temp_dir_is_empty();
}

#[test]
fn editor_owns_the_terminal_and_its_text_fills_the_form() {
    let env = TestEnv::new();
    let script = "test \"$1\" = --wait || exit 3\nstty -a >modes; env >environment; cat \"$2\" >given\n\
                  ls -l \"$2\" >mode\necho EDITOR-READY; read answer; printf '%s\\nand more\\n' \"$answer\" >\"$2\"\n";
    let mut pty = open_form(with_editor(&env, script));
    pty.type_keys(CTRL_O);
    pty.wait_for_text("EDITOR-READY");
    pty.wait_for_restored_terminal();
    pty.type_keys("typed in the editor\n");
    pty.wait_for_text("typed in the editor and more");
    pty.wait_for_text("New invite");
    assert!(!pty.is_cooked(), "keys are read raw again");
    assert_eq!(env.read_file("given"), "draft");
    assert!(env.read_file("mode").starts_with("-rw-------"), "{}", env.read_file("mode"));
    let environment = env.read_file("environment");
    assert!(!environment.contains("hush") && environment.contains("HOME="), "{environment}");
    let modes = env.read_file("modes");
    assert!(modes.contains(" icanon") && modes.contains(" echo "), "{modes}");
    quit(pty, &env);
}

#[test]
fn quotes_and_the_home_folder_of_an_editor_are_understood() {
    let env = TestEnv::new();
    env.write_script("my editors/ed", "test \"$1\" = 'two words' && echo 'from ed' >\"$2\"\n");
    for editor in [r#""$HOME/my editors/ed" "two words""#, "~/'my editors/ed' 'two words'"] {
        let mut command = env.console_command(&["--sandbox"]);
        command.env("EDITOR", editor);
        let mut pty = open_form(command);
        pty.type_keys(CTRL_O);
        pty.wait_for_text("from ed");
        quit(pty, &env);
    }
}

#[test]
fn editor_may_replace_the_file() {
    let env = TestEnv::new();
    let script = "echo 'a new file' >\"$2.new\" && mv \"$2.new\" \"$2\"\n";
    let mut pty = open_form(with_editor(&env, script));
    pty.type_keys(CTRL_O);
    pty.wait_for_text("a new file");
    pty.wait_for_text("10/256");
    quit(pty, &env);
}

#[test]
fn failed_editor_changes_nothing_and_is_reported() {
    let env = TestEnv::new();
    let mut pty = open_form(with_editor(&env, "echo gone >\"$2\"; exit 1\n"));
    pty.type_keys(CTRL_O);
    pty.wait_for_text("The editor exited with an error");
    pty.wait_for_text("draft");
    pty.wait_for_text("5/256");
    quit(pty, &env);
}

#[test]
fn missing_editor_is_named() {
    let env = TestEnv::new();
    let mut command = env.console_command(&[]);
    command.env("EDITOR", "no-such-editor");
    let mut pty = open_form(command);
    pty.type_keys(CTRL_O);
    pty.wait_for_text("Could not start the editor \"no-such-editor\"");
    pty.wait_for_text("5/256");
    quit(pty, &env);
}

#[test]
fn editor_that_leaves_raw_mode_does_not_affect_the_restore() {
    let env = TestEnv::new();
    let script = "stty raw -echo; printf '\\033[?1049h\\033[?25l'; echo 'from a raw one' >\"$2\"\n";
    let mut pty = open_form(with_editor(&env, script));
    pty.type_keys(CTRL_O);
    pty.wait_for_text("from a raw one");
    quit(pty, &env);
}

#[test]
fn terminating_signal_works_while_the_editor_runs() {
    for (signal, code) in [(Signal::TERM, 143), (Signal::HUP, 129), (Signal::USR1, 138)] {
        let env = TestEnv::new();
        let script = "stty raw; printf '\\033[?1049hEDITOR-READY'; exec sleep 600\n";
        let mut pty = open_form(with_editor(&env, script));
        pty.type_keys(CTRL_O);
        pty.wait_for_text("EDITOR-READY");
        pty.signal(signal);
        assert_eq!(pty.wait_for_clean_exit().code, code);
        env.assert_temp_dir_is_empty();
    }
}

#[test]
fn ctrl_c_goes_to_an_editor_in_cooked_mode() {
    for key in [CTRL_C, "\x1c"] {
        let env = TestEnv::new();
        let mut command = env.console_command(&[]);
        command.env("EDITOR", "sh -c \"echo EDITOR-READY; read answer\"");
        let mut pty = open_form(command);
        pty.type_keys(CTRL_O);
        pty.wait_for_text("EDITOR-READY");
        pty.type_keys(key);
        pty.wait_for_text("New invite");
        pty.wait_for_text("5/256");
        quit(pty, &env);
    }
}

#[test]
fn pipe_instead_of_the_message_file_does_not_block() {
    let env = TestEnv::new();
    let mut pty = open_form(with_editor(&env, "rm \"$2\" && mkfifo \"$2\"\n"));
    pty.type_keys(CTRL_O);
    pty.wait_for_text("the edited text is no longer a file");
    pty.wait_for_text("5/256");
    quit(pty, &env);
}

#[test]
fn editor_defaults_to_vi() {
    let env = TestEnv::new();
    let vi = env.write_script("bin/vi", "echo 'from vi' >\"$1\"\n");
    let mut command = env.console_command(&[]);
    command.env("PATH", format!("{}:/usr/bin:/bin", vi.parent().expect("a folder").display()));
    let mut pty = open_form(command);
    pty.type_keys(CTRL_O);
    pty.wait_for_text("from vi");
    quit(pty, &env);
}

#[test]
fn keys_for_an_editor_do_not_act_on_the_form() {
    let env = TestEnv::new();
    let script = "stty raw -echo; echo EDITOR-READY; while ! test -e typed; do sleep 0.01; done; echo unseen >\"$2\"\n";
    let mut pty = Pty::start(with_editor(&env, script));
    pty.wait_for_table("412");
    pty.type_keys("n");
    pty.wait_for_text("New invite");
    pty.type_keys("new.one@acme.com");
    pty.type_keys(TAB);
    pty.wait_for_text("16/128");
    pty.type_keys(CTRL_O);
    pty.wait_for_text("EDITOR-READY");
    pty.type_keys("more");
    pty.type_keys(CTRL_S);
    until("the keys are there", || pty.unread_bytes() == 5);
    env.write_file("typed", "");
    pty.wait_for_text("unseen");
    pty.wait_for_text("6/256");
    pty.wait_for_text("New invite");
    quit(pty, &env);
}
