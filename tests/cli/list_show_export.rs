//! `list`, `show` and `export`: every format, also with a closed output.

use std::io::Read as _;
use std::process::Stdio;

use guestlist::sandbox::{Action, FaultTiming, Rule, StatusReply};
use serde_json::Value;

use crate::harness::{TestEnv, guest_email, wait_until};

fn parse_json(text: &str) -> Value {
    serde_json::from_str(text).expect("only JSON")
}

#[test]
fn filtered_list_prints_only_json_to_a_pipe() {
    let env = TestEnv::new(3);
    let output =
        env.run(&["list", "--filter", "exp>48h guest1", "--json", "email,expiry_time"]).assert_code(0);
    let rows = output.items();
    assert_eq!((rows.len(), &output.json()["complete"]), (1, &true.into()));
    assert_eq!(rows[0]["email"], guest_email(1));
    assert!(rows[0]["expiry_time"].is_string() && rows[0].get("message").is_none());
    let output = env.run(&["list", "--filter", "exp<48h", "--json", "email,expiry_time"]).assert_code(0);
    assert_eq!(output.stdout, "{\"items\":[],\"complete\":true}\n");
    let all = env.run(&["list", "--json"]).assert_code(0).items();
    assert_eq!(all[2]["message"], "message 2");
    assert!(all[2]["identity"].as_str().is_some_and(|name| name.starts_with("invites/")));
}

#[test]
fn list_sorts_limits_and_prints_every_format() {
    let env = TestEnv::new(3);
    let output = env.run(&["list", "--sort", "email", "--reverse", "--limit", "2"]).assert_code(0);
    let emails: Vec<_> = output.rows().iter().map(|row| row[0].to_owned()).collect();
    assert_eq!(emails, [guest_email(2), guest_email(1)]);
    let output = env.run(&["list", "--limit", "1"]).assert_code(0);
    assert_eq!(output.rows()[0][2], "message 0");
    let output = env.run(&["list", "--format", "csv"]).assert_code(0);
    assert_eq!(output.stdout.lines().next(), Some("email,message,expiry_time,identity"));
    assert_eq!(output.stdout.lines().count(), 4);
    let output = env.run(&["list", "--format", "ndjson"]).assert_code(0);
    assert!(output.stdout.lines().all(|line| parse_json(line)["email"].is_string()));
    assert!(!output.stdout.contains('\u{1b}'));
    let plain = env.run(&["list"]).assert_code(0).stdout;
    assert_eq!(
        env.run(&["list", "--color", "always"]).assert_code(0).stdout,
        plain,
        "the format is the same"
    );
    let output = env.run(&["list", "-o", "table", "--color", "always"]).assert_code(0);
    assert!(output.stdout.starts_with("EMAIL"), "{}", output.stdout);
}

#[test]
fn invalid_filter_or_field_is_a_usage_error() {
    let env = TestEnv::new(1);
    env.run(&["list", "--filter", "exp<x"]).assert_code(2).assert_stderr("exp<48h");
    env.run(&["list", "--filter", "is:marked"]).assert_code(2).assert_stderr("works only in the console");
    env.run(&["list", "--json", "role"]).assert_code(2);
    env.run(&["list", "--json=role"]).assert_code(2).assert_stderr("expiry_time");
    env.run(&["list", "--reverse"]).assert_code(2);
    assert!(env.control.requests().is_empty());
}

fn second_page_rule(action: Action) -> Rule {
    Rule { path_contains: Some("page_token=".into()), ..Rule::for_method("GET", action) }
}

#[test]
fn interrupted_list_is_partial_with_its_own_exit_code() {
    let env = TestEnv::new(530);
    env.set_faults([second_page_rule(Action::Status(StatusReply::new(400))).always()]);
    for order in [&[][..], &["--sort", "email"]] {
        let output = env
            .run(&[&["list", "--json", "email"][..], order].concat())
            .assert_code(5)
            .assert_stderr("PARTIAL: 500");
        assert_eq!((output.items().len(), &output.json()["complete"]), (500, &false.into()));
    }
    let file = env.path("out.csv");
    env.run(&["export", "--format", "csv", "--output", &file]).assert_code(1);
    assert!(!std::path::Path::new(&file).exists(), "a partial list is not exported");
    env.set_faults([Rule::for_method("GET", Action::Status(StatusReply::new(400))).always()]);
    env.run(&["list", "--json", "email"]).assert_code(1);
}

#[test]
fn rows_are_printed_before_the_next_page_arrives() {
    let env = TestEnv::new(530);
    env.set_faults([second_page_rule(Action::Hang(FaultTiming::Before)).always()]);
    assert_eq!(env.run(&["list", "--limit", "2"]).assert_code(0).rows().len(), 2, "no second page is needed");
    let file = env.path("out");
    let mut command = env.command(&["list"]);
    let mut child = command.stdout(std::fs::File::create(&file).expect("created")).spawn().expect("started");
    wait_until("the first page is printed, while the second hangs", || {
        std::fs::read_to_string(&file).is_ok_and(|text| text.lines().count() == 500)
    });
    env.control.clear_faults();
    env.control.release_hanging();
    assert_eq!(child.wait().expect("an exit status").code(), Some(0));
    assert_eq!(std::fs::read_to_string(&file).expect("the file exists").lines().count(), 530);
}

#[test]
fn closed_pipe_ends_the_list_quietly() {
    let env = TestEnv::new(300);
    let mut command = env.command(&["list"]);
    let mut child = command.stdout(Stdio::piped()).spawn().expect("started");
    drop(child.stdout.take());
    let mut output = String::new();
    child.stderr.take().expect("standard error").read_to_string(&mut output).expect("text");
    assert_eq!((child.wait().expect("an exit status").code(), output.as_str()), (Some(0), ""));
}

#[test]
fn show_prints_one_invite_by_identity_or_email() {
    let env = TestEnv::new(2);
    let output = env.run(&["show", &guest_email(1)]).assert_code(0);
    assert!(output.stdout.contains("message   message 1\n"), "{}", output.stdout);
    let name = &env.identities_for(&guest_email(0))[0];
    let output = env.run(&["show", &format!("invites/{name}"), "--json"]).assert_code(0);
    assert_eq!(output.items()[0]["email"], guest_email(0));
    env.run(&["show", "nobody@example.com"]).assert_code(3).assert_stderr("nobody@example.com");
    env.run(&["show", "00000000-0000-4000-a000-000000000001"]).assert_code(3);
}

#[test]
fn export_writes_a_private_file_and_never_overwrites() {
    use std::os::unix::fs::PermissionsExt as _;
    let env = TestEnv::new(1);
    env.control.create("bob@job", "=1+1").expect("an invite");
    let file = env.write_file("out.csv", "precious");
    env.run(&["export", "--format", "csv", "--output", &file]).assert_code(7).assert_stderr("out.csv");
    assert_eq!(std::fs::read_to_string(&file).expect("the file exists"), "precious");
    assert!(env.control.requests().is_empty(), "no request is made");
    let args = ["export", "--format", "csv", "--filter", "bob@job", "--output", &file, "--force"];
    env.run(&args).assert_code(0).assert_stderr("1 invite written");
    let text = std::fs::read_to_string(&file).expect("the file exists");
    assert!(text.contains("bob@job,'=1+1,"), "{text}");
    assert_eq!(std::fs::metadata(&file).expect("the file exists").permissions().mode() & 0o777, 0o600);
    let output = env.run(&["export", "--format", "markdown", "--sort", "email"]).assert_code(0);
    assert!(
        output.stdout.starts_with("| email |") && output.stdout.contains("| bob@job |"),
        "{}",
        output.stdout
    );
}
