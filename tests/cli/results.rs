//! Results that cannot be written: every command reports it, and none exits with 0.

use std::fs::{File, OpenOptions};

use guestlist::sandbox::{Action, Rule, StatusReply};

use crate::place::{Place, Running, Said, guest};

/// Runs a command whose standard output is this file.
fn into(place: &Place, args: &[&str], output: File) -> Said {
    let mut command = place.command(args);
    command.stdout(output);
    Running::start_without_output(command).ended()
}

fn full() -> File {
    OpenOptions::new().write(true).open("/dev/full").expect("it opens")
}

/// Open, but not for writing.
fn unwritable() -> File {
    File::open("/dev/null").expect("it opens")
}

/// A tenancy with a finished plan and a plan that was paused after its first step.
fn place() -> Place {
    let place = Place::new(9);
    place.faults([Rule { skip: 1, ..Rule::for_method("DELETE", Action::Status(StatusReply::new(403))) }]);
    place.run(&["delete", &guest(0), &guest(1), "--yes"]).is(4);
    place.control.clear_faults();
    place.run(&["changes", "--mark-seen"]).is(0);
    place.run(&["delete", &guest(2), "--yes"]).is(0);
    place.write("list.txt", "many@example.com\n");
    place
}

#[test]
fn every_command_fails_if_its_results_cannot_be_written() {
    let place = place();
    let (list, plan, other) = (place.home("list.txt"), place.home("plan.json"), place.home("other.toml"));
    place.run_with_input(&["resend", &guest(8), "--plan-file", &plan], "").is(0);
    let (eight, three, four, five) = (guest(8), guest(3), guest(4), guest(5));
    let unchanging: &[&[&str]] = &[
        &["list"],
        &["list", "--json"],
        &["list", "--sort", "email"],
        &["show", &eight],
        &["show", &eight, "--json"],
        &["export", "--format", "csv"],
        &["changes"],
        &["changes", "--json"],
        &["create", "new@example.com", "--dry-run"],
        &["delete", &eight, "--dry-run", "--json"],
        &["resend", &eight, "--dry-run"],
        &["import", &list, "--dry-run"],
        &["plan", "show"],
        &["plan", "resume", "--dry-run"],
        &["plan", "apply", &plan, "--dry-run"],
        &["plan", "discard", "--dry-run"],
        &["journal", "list"],
        &["journal", "export"],
        &["journal", "export", "--format", "csv"],
        &["journal", "verify"],
        &["journal", "prune", "--before", "2124-01-01", "--dry-run"],
        &["journal", "forget", &eight, "--dry-run"],
        &["doctor"],
        &["doctor", "--json"],
        &["config", "path"],
        &["config", "check"],
        &["config", "show"],
        &["config", "show", "--json"],
        &["cache", "path"],
        &["completions", "bash"],
        &["man"],
        &["--help"],
        &["help", "create"],
        &["create", "--help"],
        &["--version"],
    ];
    for args in unchanging {
        for output in [full(), unwritable()] {
            let said = into(&place, args, output).is(1).says("Could not write the results: ");
            let said = said.says("then run the command again");
            assert_eq!(said.err.matches("Could not write").count(), 1, "{args:?}: {}", said.err);
        }
    }
    let changing: &[(&[&str], &str)] = &[
        (&["create", "new@example.com", "--yes"], "Changes were made"),
        (&["create", "new2@example.com", "--yes", "--json"], "Changes were made"),
        (&["delete", &three, "--yes"], "Changes were made"),
        (&["resend", &four, "--yes"], "Changes were made"),
        (&["import", &list, "--yes"], "Changes were made"),
        (&["plan", "apply", &plan, "--yes"], "Changes were made"),
        (&["plan", "discard", "--yes"], "The plan was discarded"),
        (&["journal", "forget", &five, "--yes"], "was removed from the journal"),
        (&["journal", "prune", "--before", "2124-01-01", "--yes"], "The plans were removed"),
        (&["cache", "clear"], "were deleted"),
        (&["--config", &other, "config", "init"], "was written"),
    ];
    for (args, change) in changing {
        let said = into(&place, args, full()).is(1).says("Could not write the results: No space left");
        said.says(change).says("Do not run the command again");
    }
    let sandbox = Running::start_without_output({
        let mut command = place.bare(&["sandbox"]);
        command.stdout(full());
        command
    });
    sandbox.ended().is(1).says("Could not write the results");
    let text = "[profiles.acme]\nurl = \"https://example.com\"\n";
    let profiles = ["--config", &place.write("profiles.toml", text), "config", "profiles"];
    into(&place, &profiles, full()).is(1).says("Could not write the results");
}

#[test]
fn resumed_plan_fails_if_its_results_cannot_be_written() {
    let place = place();
    into(&place, &["plan", "resume", "--yes"], full()).is(1).says("Changes were made");
    assert_eq!(place.run(&["journal", "list", "--limit", "9"]).rows().len(), 2);
    assert!(!place.pending().contains(&guest(1)));
}

#[test]
fn changes_that_could_not_be_written_are_not_seen() {
    let place = place();
    into(&place, &["changes", "--mark-seen"], full()).is(1);
    assert!(place.run(&["changes"]).is(0).out.contains(&guest(2)));
}

#[test]
fn failing_command_keeps_its_code_if_its_results_are_lost() {
    let place = Place::new(2);
    place.faults([Rule { skip: 1, ..Rule::for_method("DELETE", Action::Status(StatusReply::new(403))) }]);
    into(&place, &["delete", &guest(0), &guest(1), "--yes"], full())
        .is(4)
        .says("Could not write the results");
}

#[test]
fn closed_pipe_ends_quietly() {
    let place = place();
    for args in [&["list"][..], &["journal", "list"], &["completions", "bash"], &["--help"]] {
        let (reader, writer) = std::io::pipe().expect("a pipe");
        drop(reader);
        let mut command = place.command(args);
        command.stdout(writer);
        let said = Running::start_without_output(command).ended().is(0);
        assert_eq!(said.err, "", "{args:?}");
    }
}
