//! Reasons why a command changes nothing: no prompt possible, read-only, no token, a usage error.

use crate::place::{Place, Running, guest};

const CHANGING: &[&[&str]] = &[
    &["create", "a@b"],
    &["delete", "guest0@example.com"],
    &["resend", "guest0@example.com"],
    &["import", "list"],
    &["plan", "resume"],
];

#[test]
fn without_a_terminal_and_without_yes_nothing_is_done() {
    let place = Place::new(1);
    place.write("list", "a@b\n");
    for args in CHANGING {
        place.run(args).is(7).says("Use --yes");
    }
    assert!(place.control.requests().is_empty(), "the server is not even asked");
}

#[test]
fn read_only_refuses_every_change_also_behind_the_command() {
    let place = Place::new(1);
    place.write("list", "a@b\n");
    for args in CHANGING {
        place.run(&[args, &["--yes", "--read-only"][..]].concat()).is(7).says("--read-only");
        place.run(&[&["--read-only"][..], args, &["--yes"]].concat()).is(7);
    }
    assert!(place.control.requests().is_empty());
}

#[test]
fn with_nothing_configured_no_sandbox_is_opened() {
    let place = Place::new(0);
    let run = |args: &[&str]| Running::start(place.bare(args)).ended();
    run(&["create", "a@b", "--yes"]).is(2).says("No token is configured").says("--token-file");
    run(&["create", "a@b", "--yes", "--sandbox"])
        .is(2)
        .says("Commands do not start the sandbox")
        .says("guestlist sandbox");
}

#[test]
fn the_configuration_counts_for_commands_as_for_the_console() {
    let place = Place::new(1);
    let config = format!("url = \"{}\"\ntoken_file = \"{}\"\n", place.url(), place.token_file());
    let config = place.write("mine.toml", config);
    let run = |args: &[&str]| Running::start(place.bare(args)).ended();
    run(&["delete", &guest(0), "--yes", "--config", &config]).is(0);
    let bad = place.write("bad.toml", "undo_secs = 1\n");
    run(&["delete", &guest(0), "--yes", "--config", &bad]).is(2).says("undo_secs");
    run(&["--url", "http://example.com", "delete", "x", "--yes"]).is(2).says("http://example.com");
}

#[test]
fn a_command_line_that_is_not_understood_is_usage() {
    let place = Place::new(0);
    for args in [
        &["create"][..],
        &["delete"],
        &["export"],
        &["show"],
        &["completions"],
        &["plan", "apply"],
        &["import"],
        &["fly"],
        &["journal", "prune"],
        &["plan"],
    ] {
        place.run(args).is(2);
    }
    place.run(&["sandbox"]).is(2).says("Connection options have no effect");
    place.run(&["journal", "prune", "--before", "yesterday", "--yes"]).is(2).says("yesterday");
    assert!(place.control.requests().is_empty());
}
