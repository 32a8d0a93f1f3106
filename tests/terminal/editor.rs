//! The user's editor: it owns the terminal, and the console takes it back afterwards.

use portable_pty::CommandBuilder;
use rustix::process::Signal;

use crate::place::Place;
use crate::pty::{CTRL_C, CTRL_O, CTRL_S, Pty, TAB, until};

fn with_editor(place: &Place, script: &str) -> CommandBuilder {
    let editor = place.script("my-editor", script);
    let mut command = place.console(&["--sandbox"]);
    command.env("EDITOR", format!("{} --wait", editor.display()));
    command.env("DATATRAILS_CLIENT_SECRET", "hush");
    command.env("BEARER_TOKEN_FILE", "/nowhere/hush");
    command.env("HTTPS_PROXY", "http://ann:hush@proxy:1");
    command
}

fn in_the_form(command: CommandBuilder) -> Pty {
    let mut pty = Pty::start(command);
    pty.shows_table("412");
    pty.send("n");
    pty.shows("New invite");
    pty.send(TAB);
    pty.send("draft");
    pty.shows("5/256");
    pty
}

fn leave(mut pty: Pty, place: &Place) {
    pty.send(CTRL_C);
    pty.shows("Quit?");
    pty.send("y");
    assert_eq!(pty.ended().code, 0);
    place.is_clean();
}

#[test]
fn the_editor_has_the_terminal_and_its_text_comes_into_the_form() {
    let place = Place::new();
    let script = "test \"$1\" = --wait || exit 3\nstty -a >modes; env >environment; cat \"$2\" >given\n\
                  ls -l \"$2\" >mode\necho EDITOR-READY; read answer; printf '%s\\nand more\\n' \"$answer\" >\"$2\"\n";
    let mut pty = in_the_form(with_editor(&place, script));
    pty.send(CTRL_O);
    pty.shows("EDITOR-READY");
    pty.is_given_back();
    pty.send("typed in the editor\n");
    pty.shows("typed in the editor and more");
    pty.shows("New invite");
    assert!(!pty.is_cooked(), "keys are read raw again");
    assert_eq!(place.read("given"), "draft");
    assert!(place.read("mode").starts_with("-rw-------"), "{}", place.read("mode"));
    let environment = place.read("environment");
    assert!(!environment.contains("hush") && environment.contains("HOME="), "{environment}");
    let modes = place.read("modes");
    assert!(modes.contains(" icanon") && modes.contains(" echo "), "{modes}");
    leave(pty, &place);
}

#[test]
fn an_editor_that_puts_a_new_file_in_the_place_of_the_old_one_is_fine() {
    let place = Place::new();
    let script = "echo 'a new file' >\"$2.new\" && mv \"$2.new\" \"$2\"\n";
    let mut pty = in_the_form(with_editor(&place, script));
    pty.send(CTRL_O);
    pty.shows("a new file");
    pty.shows("10/256");
    leave(pty, &place);
}

#[test]
fn an_editor_that_fails_changes_nothing_and_says_so() {
    let place = Place::new();
    let mut pty = in_the_form(with_editor(&place, "echo gone >\"$2\"; exit 1\n"));
    pty.send(CTRL_O);
    pty.shows("The editor exited with an error");
    pty.shows("draft");
    pty.shows("5/256");
    leave(pty, &place);
}

#[test]
fn an_editor_that_is_not_there_is_named() {
    let place = Place::new();
    let mut command = place.console(&[]);
    command.env("EDITOR", "no-such-editor");
    let mut pty = in_the_form(command);
    pty.send(CTRL_O);
    pty.shows("Could not start the editor \"no-such-editor\"");
    pty.shows("5/256");
    leave(pty, &place);
}

#[test]
fn an_editor_that_leaves_the_terminal_raw_does_not_change_what_is_given_back() {
    let place = Place::new();
    let script = "stty raw -echo; printf '\\033[?1049h\\033[?25l'; echo 'from a raw one' >\"$2\"\n";
    let mut pty = in_the_form(with_editor(&place, script));
    pty.send(CTRL_O);
    pty.shows("from a raw one");
    leave(pty, &place);
}

#[test]
fn a_signal_that_ends_programs_is_obeyed_while_the_editor_runs() {
    for (signal, code) in [(Signal::TERM, 143), (Signal::HUP, 129), (Signal::USR1, 138)] {
        let place = Place::new();
        let script = "stty raw; printf '\\033[?1049hEDITOR-READY'; exec sleep 600\n";
        let mut pty = in_the_form(with_editor(&place, script));
        pty.send(CTRL_O);
        pty.shows("EDITOR-READY");
        pty.signal(signal);
        assert_eq!(pty.ended().code, code);
        place.is_clean();
    }
}

#[test]
fn ctrl_c_belongs_to_an_editor_that_leaves_the_terminal_cooked() {
    for key in [CTRL_C, "\x1c"] {
        let place = Place::new();
        let mut command = place.console(&[]);
        command.env("EDITOR", "sh -c \"echo EDITOR-READY; read answer\"");
        let mut pty = in_the_form(command);
        pty.send(CTRL_O);
        pty.shows("EDITOR-READY");
        pty.send(key);
        pty.shows("New invite");
        pty.shows("5/256");
        leave(pty, &place);
    }
}

#[test]
fn a_pipe_in_the_place_of_the_message_is_not_waited_for() {
    let place = Place::new();
    let mut pty = in_the_form(with_editor(&place, "rm \"$2\" && mkfifo \"$2\"\n"));
    pty.send(CTRL_O);
    pty.shows("it left something that is not a file");
    pty.shows("5/256");
    leave(pty, &place);
}

#[test]
fn without_a_named_editor_vi_is_tried() {
    let place = Place::new();
    let vi = place.script("bin/vi", "echo 'from vi' >\"$1\"\n");
    let mut command = place.console(&[]);
    command.env("PATH", format!("{}:/usr/bin:/bin", vi.parent().expect("a folder").display()));
    let mut pty = in_the_form(command);
    pty.send(CTRL_O);
    pty.shows("from vi");
    leave(pty, &place);
}

#[test]
fn keys_for_an_editor_do_not_act_on_the_form() {
    let place = Place::new();
    let script = "stty raw -echo; echo EDITOR-READY; while ! test -e typed; do sleep 0.01; done; echo unseen >\"$2\"\n";
    let mut pty = Pty::start(with_editor(&place, script));
    pty.shows_table("412");
    pty.send("n");
    pty.shows("New invite");
    pty.send("new.one@acme.com");
    pty.send(TAB);
    pty.shows("16/128");
    pty.send(CTRL_O);
    pty.shows("EDITOR-READY");
    pty.send("more");
    pty.send(CTRL_S);
    until("the keys are there", || pty.waiting_bytes() == 5);
    place.write("typed", "");
    pty.shows("unseen");
    pty.shows("6/256");
    pty.shows("New invite");
    leave(pty, &place);
}
