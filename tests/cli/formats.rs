//! Output options: every format, jq, templates, conflicts and colors.

use guestlist::sandbox::Settings;

use crate::confirm_prompt::start_in_terminal;
use crate::harness::{CommandOutput, RunningCommand, TestEnv, guest_email};

#[test]
fn each_format_prints_the_same_invites() {
    let env = TestEnv::new(2);
    let identity = format!("invites/{}", env.identities_for(&guest_email(0))[0]);
    let list =
        |args: &[&str]| env.run(&[&["list", "--filter", "guest0"], args].concat()).assert_code(0).stdout;
    assert_eq!(list(&["-o", "name"]), format!("{identity}\n"));
    assert_eq!(list(&["-o", "tsv"]), list(&[]), "the default without a terminal");
    assert!(list(&["-o", "tsv"]).ends_with(&format!("\tmessage 0\t{identity}\n")));
    let table = list(&["-o", "table"]);
    assert!(table.starts_with("EMAIL") && table.contains("Z  message 0\n"), "times are RFC 3339: {table}");
    assert!(!table.contains(&identity) && list(&["-o", "wide"]).contains(&identity));
    assert_eq!(list(&["-o", "csv"]).lines().next(), Some("email,message,expiry_time,identity"));
    assert_eq!(list(&["-o", "ndjson", "--limit", "1"]).lines().count(), 1);
    assert_eq!(list(&["-o", "json"]), list(&["--json"]));
    assert_eq!(list(&["--json=email"]), list(&["--json", "email"]));
    assert_eq!(list(&["--jq", ".items[].email"]), guest_email(0) + "\n");
    assert_eq!(list(&["--json", "email", "--jq", ".items[0]|keys[]"]), "email\n");
    assert_eq!(list(&["--template", "{{ email }}: {{ message }}"]), "guest0@example.com: message 0\n");
    let output = env.run(&["delete", &guest_email(0), "--yes", "--jq", ".counts.done, .items[0].outcome"]);
    assert_eq!(output.assert_code(0).stdout, "1\ndone\n");
    let output = env.run(&["delete", "--json", &guest_email(1), "--yes"]).assert_code(0);
    assert_eq!(output.items()[0]["email"], guest_email(1), "--json takes no ID");
}

#[test]
fn wrong_output_options_fail_before_any_request() {
    let env = TestEnv::new(1);
    for (args, sentence) in [
        (&["-o", "csv", "--json"][..], "--json cannot be used with another --format"),
        (&["-o", "csv", "--jq", "."], "--jq cannot be used with a --format other than json"),
        (&["--json", "--template", "x"], "--template cannot be used with --format or --json"),
        (&["--jq", ".", "--template", "x"], "cannot be used with"),
        (&["--template", "{{ role }}"], "role is not a field"),
        (&["--jq", "nosuch"], "Could not read --jq: the filter nosuch is unknown"),
        (&["--json=email,role"], "Use some of: step,outcome"),
        (&["-o", "yaml"], "possible values"),
    ] {
        let output = env.run(&[&["delete", &guest_email(0), "--yes"], args].concat()).assert_code(2);
        assert!(output.stderr.contains(sentence), "{args:?}: {}", output.stderr);
    }
    assert!(env.control.requests().is_empty());
}

#[test]
fn failing_jq_expression_reports_that_changes_were_made() {
    let env = TestEnv::new(1);
    let output = env.run(&["delete", &guest_email(0), "--yes", "--jq", ".items[].email|keys"]);
    output.assert_code(1).assert_stderr("--jq failed").assert_stderr("Changes were made");
    let output = env.run(&["list", "--jq", ".nosuch|error"]).assert_code(1);
    output.assert_stderr("Correct the expression, then run the command again.");
}

#[test]
fn template_prints_one_line_for_an_item_with_line_ends() {
    let env = TestEnv::new(0);
    env.control.create("ann@example.com", "first\nevil@example.com\tx").expect("an invite");
    let output = env.run(&["list", "--template", "{{ email }} {{ message }}"]).assert_code(0);
    assert_eq!(output.stdout.lines().count(), 1, "{}", output.stdout);
}

#[test]
fn color_follows_the_option_and_the_environment() {
    let env = TestEnv::with_settings(Settings { invites: 60, ..Settings::default() });
    let run = |args: &[&str], variables: &[(&str, &str)]| -> CommandOutput {
        let mut command = env.command(args);
        command.envs(variables.iter().copied());
        RunningCommand::start(command).wait()
    };
    let table = ["list", "-o", "table"];
    for (args, variables, is_colored) in [
        (&[][..], &[][..], false),
        (&["--color", "always"], &[("NO_COLOR", "1")], true),
        (&["--color=never"], &[("FORCE_COLOR", "1")], false),
        (&[], &[("CLICOLOR_FORCE", "1")], true),
        (&[], &[("FORCE_COLOR", "1"), ("CLICOLOR", "0")], true),
        (&[], &[("FORCE_COLOR", "0")], false),
        (&[], &[("FORCE_COLOR", "1"), ("NO_COLOR", "1")], false),
    ] {
        let output = run(&[&table[..], args].concat(), variables).assert_code(0);
        assert_eq!(output.stdout.contains("\u{1b}["), is_colored, "{args:?} {variables:?}");
        let help = run(&[&["list", "--help"], args].concat(), variables).assert_code(0);
        assert_eq!(help.stdout.contains("\u{1b}["), is_colored, "help: {args:?} {variables:?}");
        let error = run(&[&["list", "--nosuch"], args].concat(), variables).assert_code(2);
        assert_eq!(error.stderr.contains("\u{1b}["), is_colored, "usage error: {args:?} {variables:?}");
    }
    let plain = run(&["list"], &[]).stdout;
    assert_eq!(run(&["list", "--color", "always"], &[("FORCE_COLOR", "1")]).stdout, plain);
}

#[test]
fn terminal_gets_a_table_with_whole_emails_and_a_count() {
    let env = TestEnv::new(0);
    let email = format!("{}@example.com", "long.name".repeat(5));
    env.control.create(&email, &"message ".repeat(12)).expect("an invite");
    let exit = start_in_terminal(&env.command(&["list"])).wait_for_clean_exit();
    assert!(exit.screen.contains("EXPIRES IN") && exit.screen.contains(&email), "{}", exit.screen);
    assert!(exit.screen.contains('…') && exit.screen.contains("1 invite"), "{}", exit.screen);
    let exit = start_in_terminal(&env.command(&["list", "--filter", "nosuch"])).wait_for_clean_exit();
    assert_eq!(exit.screen.trim(), "No invites match.");
}
