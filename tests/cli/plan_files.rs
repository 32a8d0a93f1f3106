//! Plan files, changes by filter, lists with placeholders, and the journal export.

use guestlist::sandbox::{Action, FaultTiming, Rule, TokenRequest};
use serde_json::Value;

use crate::harness::{RunningCommand, TestEnv, guest_email, wait_until};

#[test]
fn filter_changes_only_the_expected_number() {
    let env = TestEnv::new(12);
    env.run(&["delete", "--filter", "guest1", "--yes"]).assert_code(2).assert_stderr("--expect");
    env.run(&["delete", "--filter", "guest1", "--expect", "2", "--yes"])
        .assert_code(7)
        .assert_stderr("matches 3")
        .assert_stderr("--expect is 2");
    env.run(&["delete", &guest_email(1), "--filter", "guest1", "--expect", "3", "--yes"]).assert_code(2);
    assert_eq!(env.request_count("DELETE"), 0);
    let output = env.run(&["delete", "--filter", "guest1", "--expect", "3", "--yes"]).assert_code(0);
    assert_eq!(output.outcome_counts(), ["3 done delete"]);
    env.run(&["resend", "--filter", "guest2", "--expect", "1", "--yes"]).assert_code(0);
    assert_eq!(env.email_count(&guest_email(2)), 2);
    env.run(&["resend", "--filter", "nobody", "--expect", "0", "--yes"])
        .assert_code(0)
        .assert_stderr("Nothing to do");
}

#[test]
fn plan_file_is_private_and_applied_once() {
    use std::os::unix::fs::PermissionsExt as _;
    let env = TestEnv::new(2);
    let file = env.path("plan.json");
    let output = env.run(&["delete", &guest_email(0), "--plan-file", &file]).assert_code(0);
    output.assert_stderr("No changes were made.");
    assert_eq!(env.request_count("DELETE"), 0);
    assert_eq!(std::fs::metadata(&file).expect("the file exists").permissions().mode() & 0o777, 0o600);
    env.run(&["delete", &guest_email(1), "--plan-file", &file])
        .assert_code(7)
        .assert_stderr("already exists");
    env.run(&["plan", "apply", &file]).assert_code(7).assert_stderr("Use --yes");
    env.run(&["plan", "apply", &file, "--dry-run"]).assert_code(0);
    let output = env.run(&["plan", "apply", &file, "--yes"]).assert_code(0);
    assert_eq!(output.outcome_counts(), ["1 done delete"]);
    env.run(&["plan", "apply", &file, "--yes"])
        .assert_code(7)
        .assert_stderr("already applied on this machine");
    assert_eq!(env.pending_emails(), [guest_email(1)]);
}

#[test]
fn typed_paths_resolve_to_their_files() {
    let env = TestEnv::new(2);
    env.write_file("my list.txt", "ann@example.com\n");
    let url = format!("file://{}", env.path("my%20list.txt"));
    env.run(&["import", &url, "--dry-run"]).assert_code(0).assert_stderr("1 entry: 1 new");
    env.run(&["import", "~/my list.txt", "--dry-run"]).assert_code(0).assert_stderr("1 entry: 1 new");
    env.run(&["export", "--format", "csv", "--output=~/out.csv"]).assert_code(0);
    assert!(std::fs::read_to_string(env.path("out.csv")).expect("written").contains(&guest_email(0)));
}

#[test]
fn output_dash_and_devices_are_standard_output() {
    let env = TestEnv::new(2);
    for target in ["-", "/dev/stdout"] {
        let output = env.run(&["export", "--format", "csv", "--output", target]).assert_code(0);
        assert!(
            output.stdout.contains(&guest_email(0)) && output.stdout.contains(&guest_email(1)),
            "{target}: {}",
            output.stdout
        );
    }
    assert!(!std::path::Path::new(&env.path("-")).exists(), "no file with the name -");
    let plan = env.run(&["delete", &guest_email(0), "--plan-file", "-"]).assert_code(0).stdout;
    env.run_with_input(&["plan", "apply", "-", "--yes"], &plan).assert_code(0);
    assert_eq!(env.pending_emails(), [guest_email(1)]);
}

#[test]
fn dash_reads_emails_from_standard_input() {
    let env = TestEnv::new(3);
    let input = format!("# to delete\n{}\n\n{}\n", guest_email(0), guest_email(1));
    let output = env.run_with_input(&["delete", "-", "--yes"], &input).assert_code(0);
    assert_eq!(output.outcome_counts(), ["2 done delete"]);
    let output =
        env.run_with_input(&["create", "-", "kim@example.com", "--yes"], "ann@example.com\n").assert_code(0);
    assert_eq!(output.outcome_counts(), ["2 done create"]);
    env.run_with_input(&["resend", "-", "--yes"], "ann@example.com\n").assert_code(0);
    assert_eq!((env.email_count("ann@example.com"), env.email_count("kim@example.com")), (2, 1));
}

#[test]
fn plan_file_reports_and_skips_invites_changed_since() {
    let env = TestEnv::new(2);
    let (creates, deletes) = (env.path("creates.json"), env.path("deletes.json"));
    env.run(&["create", "ann@example.com", "kim@example.com", "--plan-file", &creates]).assert_code(0);
    env.run(&["delete", &guest_email(0), &guest_email(1), "--plan-file", &deletes]).assert_code(0);
    env.run(&["create", "ann@example.com", "--yes"]).assert_code(0);
    let output = env
        .run(&["plan", "apply", &creates, "--yes"])
        .assert_code(0)
        .assert_stderr("ann@example.com already has an invite");
    assert_eq!(output.outcome_counts(), ["1 done create"]);
    assert_eq!(env.email_count("ann@example.com"), 1);
    env.run(&["delete", &guest_email(0), "--yes"]).assert_code(0);
    let output =
        env.run(&["plan", "apply", &deletes, "--yes"]).assert_code(0).assert_stderr("no longer in the list");
    assert_eq!(output.outcome_counts(), ["1 done delete"]);
}

#[test]
fn foreign_or_invalid_plan_file_is_rejected_and_sanitized() {
    let env = TestEnv::new(1);
    let file = env.path("plan.json");
    env.run(&["create", "ann@example.com", "--plan-file", &file]).assert_code(0);
    let tenant = Some("tenant/00000000-0000-4000-a000-000000000001".into());
    let token =
        env.write_file("other", env.control.issue_token(TokenRequest { tenant, ..Default::default() }));
    let args = ["--url", &env.url(), "--token-file", &token, "plan", "apply", &file, "--yes"];
    RunningCommand::start(env.bare_command(&args)).wait().assert_code(7).assert_stderr("tenant/00000000");
    let text = std::fs::read_to_string(&file).expect("the file exists");
    let newer = env.write_file("newer", text.replace("\"guestlist_plan\": 1", "\"guestlist_plan\": 9"));
    env.run(&["plan", "apply", &newer, "--yes"]).assert_code(2).assert_stderr("version is 9");
    let no_plan = env.write_file("none", "{\"x\": \"\u{9b}31m\"}");
    env.run(&["plan", "apply", &no_plan, "--yes"]).assert_code(2);
    let hostile = env.write_file("hostile", text.replace("ann@", "a\\u001b[31mnn@"));
    for flag in ["--dry-run", "--yes"] {
        let output = env.run(&["plan", "apply", &hostile, flag]).assert_code(7);
        assert!(output.stderr.contains('␛') && !output.stderr.contains('\u{1b}'), "{}", output.stderr);
    }
    assert_eq!(env.request_count("POST"), 0);
}

#[test]
fn plan_step_with_the_email_of_another_invite_is_refused() {
    let env = TestEnv::new(2);
    let path = env.path("p.json");
    env.run(&["delete", &guest_email(0), "--plan-file", &path]).assert_code(0);
    let text = std::fs::read_to_string(&path).expect("written");
    let misleading = env.write_file("other.json", text.replace(&guest_email(0), "someone@else.example"));
    for flag in ["--dry-run", "--yes"] {
        env.run(&["plan", "apply", &misleading, flag])
            .assert_code(7)
            .assert_stderr("No changes were made.")
            .assert_stderr(&guest_email(0));
    }
    assert_eq!(env.request_count("DELETE"), 0);
    let upper = env.write_file("upper.json", text.replace(&guest_email(0), &guest_email(0).to_uppercase()));
    env.run(&["plan", "apply", &upper, "--yes"]).assert_code(0);
}

#[test]
fn import_fills_the_message_from_columns_or_rejects_the_list() {
    let env = TestEnv::new(0);
    let config = "[templates]\nwelcome = \"Hello {name}, welcome.\"\n";
    let config = env.write_file("mine.toml", config);
    let list = env.write_file("list.csv", "name;email\nAnn;ann@example.com\nKim;kim@example.com\n");
    let args = ["import", &list, "--message-template", "welcome", "--config", &config, "--yes"];
    env.run(&args).assert_code(0);
    let mut messages: Vec<_> = env.control.invites().into_iter().map(|invite| invite.message).collect();
    messages.sort();
    assert_eq!(messages, ["Hello Ann, welcome.", "Hello Kim, welcome."]);
    let unknown = ["import", &list, "--message-template", "farewell", "--config", &config, "--yes"];
    env.run(&unknown).assert_code(2).assert_stderr("Use one of: welcome");
    let list = env.write_file("list.csv", "name;email\nBob;bob@example.com\n;eve@example.com\n");
    let output = env.run(&["import", &list, "--message", "Dear {name}.", "--yes"]).assert_code(7);
    output.assert_stderr("line 3: eve@example.com: no value for {name}");
    assert_eq!(env.pending_emails().len(), 2);
}

#[test]
fn killed_import_resumes_without_second_emails() {
    let env = TestEnv::new(0);
    let guests: Vec<String> = (0..8).map(guest_email).collect();
    let list = env.write_file("list", guests.join("\n"));
    let text = env.write_file("m.txt", "Welcome,\nall of you.\n");
    env.set_faults([Rule { skip: 4, ..Rule::for_method("POST", Action::Hang(FaultTiming::After)) }]);
    let running = env.start(&["import", &list, "--message-file", &text, "--yes"]);
    wait_until("the fifth create hangs", || env.control.hanging_request_count() == 1);
    running.kill();
    env.control.clear_faults();
    env.run(&["plan", "resume", "--yes"]).assert_code(0);
    assert_eq!(env.pending_emails(), guests);
    assert!(guests.iter().all(|guest| env.email_count(guest) == 1));
    env.run(&["import", &list, "--message-file", &text, "--yes"])
        .assert_code(0)
        .assert_stderr("Nothing to do");
}

#[test]
fn journal_export_has_steps_and_requests() {
    let env = TestEnv::new(1);
    env.run(&["delete", &guest_email(0), "--yes"]).assert_code(0);
    env.run(&["create", "=cmd@example.com", "--yes"]).assert_code(0);
    let output = RunningCommand::start(env.bare_command(&["journal", "export"])).wait().assert_code(0);
    let plans = output.items();
    assert_eq!(plans[1]["steps"][0]["email"], guest_email(0));
    assert_eq!(plans[1]["calls"][0]["method"], "DELETE");
    assert_eq!(plans[1]["calls"][0]["result"], "succeeded");
    let output = RunningCommand::start(env.bare_command(&["journal", "export", "--format", "csv"]))
        .wait()
        .assert_code(0);
    assert_eq!(output.stdout.lines().count(), 3);
    assert!(output.stdout.contains(",'=cmd@example.com,"), "{}", output.stdout);
    let output = RunningCommand::start(env.bare_command(&["journal", "export", "--format", "ndjson"]))
        .wait()
        .assert_code(0);
    assert_eq!(output.stdout.lines().filter(|line| serde_json::from_str::<Value>(line).is_ok()).count(), 2);
}

#[test]
fn plan_file_does_not_resend_to_people_invited_since() {
    let env = TestEnv::new(2);
    let file = env.path("plan.json");
    env.run(&["resend", &guest_email(0), &guest_email(1), "--plan-file", &file]).assert_code(0);
    env.control.create(&guest_email(0), "from a colleague").expect("an invite");
    let output = env.run(&["plan", "apply", &file, "--yes"]).assert_code(5);
    assert_eq!(output.outcome_counts(), ["1 done resend"]);
    output.assert_stderr(&format!("resend skipped: {} has a newer invite", guest_email(0)));
    assert_eq!(env.request_count("POST"), 1);
}
