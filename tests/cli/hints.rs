//! Errors name the true cause and a hint that helps.

use std::process::Command;

use crate::place::{Place, Running, Said, guest};

fn offline(place: &Place, args: &[&str]) -> Said {
    Running::start(place.bare(args)).ended()
}

#[test]
fn missing_config_file_is_said_to_be_missing() {
    let place = Place::new(0);
    let path = place.home("none.toml");
    let said = offline(&place, &["--config", &path, "config", "check"]).is(2);
    let said =
        said.says(&format!("Could not read {path}: there is no such file. Name another file with --config."));
    assert!(!said.err.contains("permissions"), "{}", said.err);
    let theme = place.write("theme.toml", "theme = \"none.toml\"\n");
    offline(&place, &["--config", &theme, "config", "check"]).is(2).says("with theme in config.toml");
}

#[test]
fn config_that_is_no_text_file_is_refused_at_once() {
    let place = Place::new(0);
    let fifo = place.home("fifo");
    assert!(Command::new("mkfifo").arg(&fifo).status().expect("mkfifo").success());
    let (folder, binary) = (place.home("tmp"), place.write("binary", [0xff, 0xfe, 0x00]));
    for (path, why) in [(&fifo, "a pipe"), (&folder, "a folder"), (&binary, "not UTF-8 text")] {
        offline(&place, &["--config", path, "config", "check"]).is(2).says(why);
    }
    let keys = place.state().parent().expect("a folder").with_file_name("config/guestlist/keys.toml");
    std::fs::create_dir_all(keys.parent().expect("a folder")).expect("a folder");
    assert!(Command::new("mkfifo").arg(&keys).status().expect("mkfifo").success());
    offline(&place, &["config", "check"]).is(2).says("keys.toml: it is a pipe");
    let theme = place.write("theme.toml", format!("theme = \"{fifo}\"\n"));
    offline(&place, &["--config", &theme, "config", "check"]).is(2).says("it is a pipe");
}

#[test]
fn config_from_the_shell_or_the_null_device_is_read() {
    let place = Place::new(0);
    offline(&place, &["--config", "/dev/null", "config", "path"]).is(0);
    offline(&place, &["--config", "/dev/null", "config", "show"]).is(0);
    let script = "exec \"$0\" --config <(echo undo_seconds = 7) config show";
    let bash = place.other("bash", &["-c", script, crate::place::GUESTLIST]);
    assert!(Running::start(bash).ended().is(0).out.contains("undo_seconds\t7\t"));
}

#[test]
fn files_that_cannot_be_written_say_why_and_offer_only_what_there_is() {
    let place = Place::new(1);
    let (taken, nowhere) = (place.write("taken", ""), place.home("none/plan.json"));
    let export = |path: &str| place.run(&["export", "--format", "csv", "--output", path]);
    export(&taken).is(7).says("add --force to replace it");
    let said = place.run(&["delete", &guest(0), "--plan-file", &taken]).is(7).says("Name another file.");
    assert!(!said.err.contains("--force"), "{}", said.err);
    for said in [export(&nowhere), place.run(&["delete", &guest(0), "--plan-file", &nowhere])] {
        let said = said.is(1).says("there is no folder");
        assert!(!said.err.contains("entity"), "{}", said.err);
    }
}

#[test]
fn sandbox_with_too_many_invites_is_refused() {
    let place = Place::new(0);
    for number in ["99999999999", "2000001", "18446744073709551616", "-1", "many"] {
        let said = offline(&place, &["sandbox", &format!("--invites={number}")]).is(2);
        said.says("from 0 to 2000000");
    }
}

#[test]
fn config_check_finds_templates_that_cannot_be_filled() {
    let place = Place::new(0);
    let check = |template: &str| {
        let text = format!("[templates]\nwelcome = \"{template}\"\n");
        offline(&place, &["--config", &place.write("t.toml", text), "config", "check"])
    };
    for template in ["Dear {name, hello", "Dear {{name}}", "Dear {}", "a { b {name}", "{first {name}"] {
        check(template).is(2).says("t.toml line 2: the template welcome: ");
    }
    for template in ["Dear {name}", "Dear {first name}, see [1] :-}", "no placeholder"] {
        check(template).is(0);
    }
    let text = "[profiles.acme.templates]\nbye = \"Dear {name\"\n";
    let path = place.write("p.toml", text);
    offline(&place, &["--config", &path, "config", "check"])
        .is(2)
        .says("line 2: the template bye: a { is not closed");
}

#[test]
fn plan_discard_does_not_count_plans_of_other_tenancies() {
    let place = Place::new(4);
    let other = guestlist::sandbox::TokenRequest {
        tenant: Some("tenant/00000000-0000-4000-a000-000000000001".into()),
        ..Default::default()
    };
    let token = place.write("other", place.control.issue_token(other));
    let url = place.url();
    let as_other = ["--url", &url, "--token-file", &token];
    let paused = |args: &[&str]| {
        use guestlist::sandbox::{Action, Rule, StatusReply};
        place.faults([Rule::for_method("DELETE", Action::Status(StatusReply::new(403)))]);
        Running::start(place.bare(args)).ended().is(4);
        place.control.clear_faults();
    };
    paused(&[&as_other[..], &["delete", &guest(0), "--yes"]].concat());
    place.run(&["plan", "discard", "--yes"]).is(0).says("no plan to discard");
    let own = place.token_file();
    paused(&["--url", &url, "--token-file", &own, "delete", &guest(1), "--yes"]);
    let said = place.run(&["plan", "discard", "--yes"]).is(0);
    assert!(said.out.starts_with("discarded "), "{}", said.out);
    assert_eq!(place.run(&["plan", "show"]).is(0).rows().len(), 1);
    offline(&place, &[&as_other[..], &["plan", "discard", "--yes"]].concat()).is(0);
    assert_eq!(place.run(&["plan", "show"]).is(0).out, "");
}

#[test]
fn doubts_about_an_email_are_printed_once() {
    let place = Place::new(1);
    let doubt = "has a pending invite";
    for (flags, code) in [
        (&["--dry-run"][..], 0),
        (&["--dry-run", "--json"], 0),
        (&["--yes"], 8),
        (&["--yes", "--include-flagged"], 0),
    ] {
        let said = place.run(&[&["create", &guest(0)], flags].concat()).is(code);
        assert_eq!((said.out.clone() + &said.err).matches(doubt).count(), 1, "{flags:?}: {said:?}");
    }
}

#[test]
fn relative_home_is_not_used() {
    let place = Place::new(0);
    for args in
        [&["list"][..], &["config", "init"], &["config", "path"], &["cache", "path"], &["journal", "list"]]
    {
        let mut command = place.command(args);
        command.env("HOME", "relhome");
        for name in ["XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME"] {
            command.env_remove(name);
        }
        Running::start(command).ended().is(2).says("Set HOME to an absolute path");
        assert!(!std::path::Path::new(&place.home("relhome")).exists(), "{args:?}");
    }
}

#[test]
fn what_was_typed_is_printed_harmlessly() {
    let place = Place::new(0);
    for hostile in ["\u{202e}gnp", "\u{1b}[31mred", "\u{9b}31m", "a\u{200b}b"] {
        for args in [
            &["list", "--limit", hostile][..],
            &[hostile],
            &["list", "--sort", hostile],
            &[&format!("--{hostile}")],
            &["list", hostile],
            &["sandbox", "--listen", hostile],
        ] {
            let said = offline(&place, args).is(2);
            let acts = |c: char| guestlist::domain::text::is_unsafe(c) && c != '\n';
            assert!(!said.err.contains(acts), "{args:?}: {:?}", said.err);
        }
    }
    let said = offline(&place, &["lst"]).is(2).says("list");
    assert!(said.err.lines().count() > 1, "{}", said.err);
}
