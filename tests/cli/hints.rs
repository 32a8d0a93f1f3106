//! Errors name the true cause and a hint that helps.

use std::process::Command;

use crate::harness::{CommandOutput, RunningCommand, TestEnv, guest_email};

fn run_offline(env: &TestEnv, args: &[&str]) -> CommandOutput {
    RunningCommand::start(env.bare_command(args)).wait()
}

#[test]
fn missing_config_file_is_reported() {
    let env = TestEnv::new(0);
    let path = env.path("none.toml");
    let output = run_offline(&env, &["--config", &path, "config", "check"]).assert_code(2);
    let output = output.assert_stderr(&format!(
        "Could not read {path}: there is no such file. Choose another file with --config."
    ));
    assert!(!output.stderr.contains("permissions"), "{}", output.stderr);
    let theme = env.write_file("theme.toml", "theme = \"none.toml\"\n");
    run_offline(&env, &["--config", &theme, "config", "check"])
        .assert_code(2)
        .assert_stderr("with theme in config.toml");
}

#[test]
fn binary_config_file_is_rejected_at_once() {
    let env = TestEnv::new(0);
    let fifo = env.path("fifo");
    assert!(Command::new("mkfifo").arg(&fifo).status().expect("mkfifo").success());
    let (dir, binary) = (env.path("tmp"), env.write_file("binary", [0xff, 0xfe, 0x00]));
    for (path, reason) in [(&fifo, "a pipe"), (&dir, "a folder"), (&binary, "not UTF-8 text")] {
        run_offline(&env, &["--config", path, "config", "check"]).assert_code(2).assert_stderr(reason);
    }
    let keys = env.state_dir().parent().expect("a folder").with_file_name("config/guestlist/keys.toml");
    std::fs::create_dir_all(keys.parent().expect("a folder")).expect("a folder");
    assert!(Command::new("mkfifo").arg(&keys).status().expect("mkfifo").success());
    run_offline(&env, &["config", "check"]).assert_code(2).assert_stderr("keys.toml: it is a pipe");
    let theme = env.write_file("theme.toml", format!("theme = \"{fifo}\"\n"));
    run_offline(&env, &["--config", &theme, "config", "check"]).assert_code(2).assert_stderr("it is a pipe");
}

#[test]
fn config_from_the_shell_or_the_null_device_is_read() {
    let env = TestEnv::new(0);
    run_offline(&env, &["--config", "/dev/null", "config", "path"]).assert_code(0);
    run_offline(&env, &["--config", "/dev/null", "config", "show"]).assert_code(0);
    let script = "exec \"$0\" --config <(echo undo_seconds = 7) config show";
    let bash = env.program_command("bash", &["-c", script, crate::harness::GUESTLIST]);
    assert!(RunningCommand::start(bash).wait().assert_code(0).stdout.contains("undo_seconds\t7\t"));
}

#[test]
fn unwritable_file_error_has_only_applicable_hints() {
    let env = TestEnv::new(1);
    let (existing, missing) = (env.write_file("taken", ""), env.path("none/plan.json"));
    let export = |path: &str| env.run(&["export", "--format", "csv", "--output", path]);
    export(&existing).assert_code(7).assert_stderr("add --force to overwrite the existing file");
    let output = env
        .run(&["delete", &guest_email(0), "--plan-file", &existing])
        .assert_code(7)
        .assert_stderr("Choose another file name.");
    assert!(!output.stderr.contains("--force"), "{}", output.stderr);
    for output in [export(&missing), env.run(&["delete", &guest_email(0), "--plan-file", &missing])] {
        let output = output.assert_code(1).assert_stderr("there is no folder");
        assert!(!output.stderr.contains("entity"), "{}", output.stderr);
    }
}

#[test]
fn sandbox_with_too_many_invites_is_rejected() {
    let env = TestEnv::new(0);
    for number in ["99999999999", "2000001", "18446744073709551616", "-1", "many"] {
        let output = run_offline(&env, &["sandbox", &format!("--invites={number}")]).assert_code(2);
        output.assert_stderr("from 0 to 2000000");
    }
}

#[test]
fn config_check_finds_templates_that_cannot_be_filled() {
    let env = TestEnv::new(0);
    let check = |template: &str| {
        let text = format!("[templates]\nwelcome = \"{template}\"\n");
        run_offline(&env, &["--config", &env.write_file("t.toml", text), "config", "check"])
    };
    for template in ["Dear {name, hello", "Dear {{name}}", "Dear {}", "a { b {name}", "{first {name}"] {
        check(template).assert_code(2).assert_stderr("t.toml line 2: the template welcome: ");
    }
    for template in ["Dear {name}", "Dear {first name}, see [1] :-}", "no placeholder"] {
        check(template).assert_code(0);
    }
    let text = "[profiles.acme.templates]\nbye = \"Dear {name\"\n";
    let path = env.write_file("p.toml", text);
    run_offline(&env, &["--config", &path, "config", "check"])
        .assert_code(2)
        .assert_stderr("line 2: the template bye: a { is not closed");
}

#[test]
fn plan_discard_does_not_count_plans_of_other_tenancies() {
    let env = TestEnv::new(4);
    let other = guestlist::sandbox::TokenRequest {
        tenant: Some("tenant/00000000-0000-4000-a000-000000000001".into()),
        ..Default::default()
    };
    let token = env.write_file("other", env.control.issue_token(other));
    let url = env.url();
    let as_other = ["--url", &url, "--token-file", &token];
    let pause = |args: &[&str]| {
        use guestlist::sandbox::{Action, Rule, StatusReply};
        env.set_faults([Rule::for_method("DELETE", Action::Status(StatusReply::new(403)))]);
        RunningCommand::start(env.bare_command(args)).wait().assert_code(4);
        env.control.clear_faults();
    };
    pause(&[&as_other[..], &["delete", &guest_email(0), "--yes"]].concat());
    env.run(&["plan", "discard", "--yes"]).assert_code(0).assert_stderr("no plan to discard");
    let own_token_file = env.token_file();
    pause(&["--url", &url, "--token-file", &own_token_file, "delete", &guest_email(1), "--yes"]);
    let output = env.run(&["plan", "discard", "--yes"]).assert_code(0);
    assert!(output.stdout.starts_with("discarded "), "{}", output.stdout);
    assert_eq!(env.run(&["plan", "show"]).assert_code(0).rows().len(), 1);
    run_offline(&env, &[&as_other[..], &["plan", "discard", "--yes"]].concat()).assert_code(0);
    assert_eq!(env.run(&["plan", "show"]).assert_code(0).stdout, "");
}

#[test]
fn email_warnings_are_printed_once() {
    let env = TestEnv::new(1);
    let warning = "has a pending invite";
    for (flags, code) in [
        (&["--dry-run"][..], 0),
        (&["--dry-run", "--json"], 0),
        (&["--yes"], 8),
        (&["--yes", "--include-flagged"], 0),
    ] {
        let output = env.run(&[&["create", &guest_email(0)], flags].concat()).assert_code(code);
        assert_eq!(
            (output.stdout.clone() + &output.stderr).matches(warning).count(),
            1,
            "{flags:?}: {output:?}"
        );
    }
}

#[test]
fn relative_home_is_not_used() {
    let env = TestEnv::new(0);
    for args in
        [&["list"][..], &["config", "init"], &["config", "path"], &["cache", "path"], &["journal", "list"]]
    {
        let mut command = env.command(args);
        command.env("HOME", "relhome");
        for name in ["XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME"] {
            command.env_remove(name);
        }
        RunningCommand::start(command).wait().assert_code(2).assert_stderr("Set HOME to an absolute path");
        assert!(!std::path::Path::new(&env.path("relhome")).exists(), "{args:?}");
    }
}

#[test]
fn arguments_are_printed_escaped() {
    let env = TestEnv::new(0);
    for hostile in ["\u{202e}gnp", "\u{1b}[31mred", "\u{9b}31m", "a\u{200b}b"] {
        for args in [
            &["list", "--limit", hostile][..],
            &[hostile],
            &["list", "--sort", hostile],
            &[&format!("--{hostile}")],
            &["list", hostile],
            &["sandbox", "--listen", hostile],
        ] {
            let output = run_offline(&env, args).assert_code(2);
            let is_unsafe = |c: char| guestlist::domain::text::is_unsafe(c) && c != '\n';
            assert!(!output.stderr.contains(is_unsafe), "{args:?}: {:?}", output.stderr);
        }
    }
    let output = run_offline(&env, &["lst"]).assert_code(2).assert_stderr("list");
    assert!(output.stderr.lines().count() > 1, "{}", output.stderr);
}
