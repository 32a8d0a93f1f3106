//! Commands that a script can repeat: `create --if-absent` and `delete --ignore-missing`.

use serde_json::json;

use crate::harness::{RunningCommand, TestEnv, guest_email};
use crate::odd_responses::serve_list;

#[test]
fn create_if_absent_prints_the_existing_invite() {
    let env = TestEnv::new(1);
    let args = ["create", &guest_email(0), "new@example.com", "--if-absent", "--yes", "--json"];
    let first = env.run(&args).assert_code(0).json();
    let [existing, created] = [&first["items"][0], &first["items"][1]];
    assert_eq!((&existing["outcome"], &existing["step"]), (&json!("already invited"), &json!(null)));
    assert_eq!(existing["identity"], format!("invites/{}", env.identities_for(&guest_email(0))[0]));
    assert_eq!((&created["outcome"], &created["email"]), (&json!("done"), &json!("new@example.com")));
    let second = env.run(&args).assert_code(0).json();
    assert_eq!((&second["plan"], &second["items"][1]["identity"]), (&json!(null), &created["identity"]));
    assert_eq!((env.request_count("POST"), env.email_count("new@example.com")), (1, 1));
    let rows = env.run(&args[..5]).assert_code(0);
    assert_eq!(rows.outcome_counts(), ["2 already invited create"]);
    env.run(&["create", "new@example.com", "--yes"]).assert_code(8);
    let file = env.run(&["create", "new@example.com", "b@example.com", "--if-absent", "--plan-file", "-"]);
    assert_eq!(file.assert_code(0).json()["plan"]["steps"].as_array().map(Vec::len), Some(1));
}

#[test]
fn missing_ids_exit_with_3_unless_they_are_ignored() {
    let env = TestEnv::new(1);
    let uuid = "f4e4b1b5-8186-4feb-9072-9999f89d4619";
    for args in [
        &["show", "none@example.com"][..],
        &["show", uuid],
        &["delete", "none@example.com", &guest_email(0), "--yes"],
        &["resend", uuid, "--yes"],
        &["edit", "none@example.com", "--message", "hello", "--yes"],
        &["note", "none@example.com", "a note"],
        &["snooze", "none@example.com", "--for", "1d"],
    ] {
        env.run(args).assert_code(3);
    }
    assert_eq!(env.pending_emails().len(), 1, "a missing email changes nothing");
    let args = ["delete", "none@example.com", &guest_email(0), "--ignore-missing", "--yes"];
    let output = env.run(&args).assert_code(0).assert_stderr("No invite none@example.com found.");
    assert_eq!(output.outcome_counts(), ["1 done delete"]);
    env.run(&args).assert_code(0).assert_stderr("Nothing to do.");
}

#[test]
fn unreadable_row_is_not_taken_for_a_missing_invite() {
    let env = TestEnv::new(1);
    serve_list(&env, r#"{"identity":7}"#, ("X-Total-Count", "2"));
    env.run(&["delete", "none@example.com", "--ignore-missing", "--yes"]).assert_code(3);
}

#[test]
fn documented_script_ends_the_same_when_run_twice() {
    let text = include_str!("../../docs/cli.md");
    let script =
        text.split("```sh\n").find(|block| block.starts_with("set -euo pipefail")).expect("the script");
    let script = script.split("```").next().expect("a block");
    let env = TestEnv::new(2);
    env.write_file("guests.csv", "email,name\nana.lima@northwind.example,Ana Lima\n");
    let bin = std::path::Path::new(crate::harness::GUESTLIST).parent().expect("a folder");
    let path = format!("{}:/usr/bin:/bin", bin.display());
    let run = || {
        let mut command = env.program_command("bash", &["-c", script]);
        command
            .env("PATH", &path)
            .env("DATATRAILS_URL", env.url())
            .env("BEARER_TOKEN_FILE", env.token_file());
        let output = RunningCommand::start(command).wait().assert_code(0);
        (env.pending_emails(), output.stdout.contains("Welcome to the audit trail."))
    };
    let first = run();
    assert_eq!(first.0, [guest_email(0), guest_email(1), "ana.lima@northwind.example".to_owned()]);
    assert_eq!(run(), first);
    assert_eq!(env.email_count("ana.lima@northwind.example"), 1, "the import sends one email");
}
