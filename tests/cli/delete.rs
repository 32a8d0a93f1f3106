//! `delete`: ways to name an invite, invites that stay, and exit codes.

use guestlist::sandbox::{Action, FaultTiming, Role, Rule, StatusReply, TokenRequest};

use crate::harness::{TestEnv, guest_email};

#[test]
fn invite_is_selected_by_uuid_identity_or_email() {
    let env = TestEnv::new(4);
    let [first] = &env.identities_for(&guest_email(0))[..] else { panic!("one invite") };
    let [second] = &env.identities_for(&guest_email(1))[..] else { panic!("one invite") };
    let ids = [first.to_uppercase(), format!("invites/{second}"), "Guest2@example.com".to_owned()];
    let output = env.run(&["delete", &ids[0], &ids[1], &ids[2], first, "--yes"]).assert_code(0);
    assert_eq!(output.outcome_counts(), ["3 done delete"]);
    assert_eq!(env.pending_emails(), [guest_email(3)]);
    assert_eq!(env.request_count("DELETE"), 3);
}

#[test]
fn email_with_two_invites_is_an_error_that_lists_them() {
    let env = TestEnv::new(2);
    env.control.create(&guest_email(1), "again").expect("a duplicate");
    let output = env
        .run(&["delete", &guest_email(0), &guest_email(1), "--yes"])
        .assert_code(2)
        .assert_stderr("has 2 invites");
    for identity in env.identities_for(&guest_email(1)) {
        assert!(output.stderr.contains(&format!("invites/{identity}")), "{}", output.stderr);
    }
    env.run(&["delete", &guest_email(0), "nobody@example.com", "--yes"])
        .assert_code(3)
        .assert_stderr("No invite nobody@example.com");
    assert_eq!(env.request_count("DELETE"), 0, "not even the found invite is deleted");
}

#[test]
fn dry_run_prints_the_plan_and_changes_nothing() {
    let env = TestEnv::new(3);
    let output =
        env.run(&["delete", &guest_email(0), &guest_email(1), "--dry-run", "--read-only"]).assert_code(0);
    let lines: Vec<_> = output.stdout.lines().collect();
    assert_eq!(lines[0], "Plan of 2 steps:");
    assert!(lines[1].contains("1  delete  guest0@example.com  invites/"), "{}", lines[1]);
    assert_eq!(lines[3], "2 requests · no emails · 2 links deleted");
    output.assert_stderr("Dry run: no changes were made.");
    for args in [
        &["create", "a@b", "--dry-run"][..],
        &["resend", "guest0@example.com", "--dry-run"],
        &["resend", "guest0@example.com", "--delete-first", "--dry-run"],
    ] {
        let output = env.run(args).assert_code(0);
        assert!(output.stdout.contains("1 email"), "{}", output.stdout);
    }
    let list = env.write_file("list", "a@b\n");
    env.run(&["import", &list, "--dry-run"]).assert_code(0);
    assert_eq!((env.request_count("DELETE"), env.request_count("POST")), (0, 0));
    env.run(&["journal", "list"]).assert_code(0);
    assert_eq!(env.run(&["journal", "list"]).stdout, "", "no plan was recorded");
}

#[test]
fn forbidden_delete_stops_the_plan() {
    let env = TestEnv::new(3);
    env.set_faults([Rule {
        skip: 1,
        ..Rule::for_method("DELETE", Action::Status(StatusReply::new(403))).always()
    }]);
    let output = env
        .run(&["delete", &guest_email(0), &guest_email(1), &guest_email(2), "--yes"])
        .assert_code(4)
        .assert_stderr("403");
    assert_eq!(output.outcome_counts(), ["1 done delete", "2 not sent delete"]);
    assert_eq!(env.request_count("DELETE"), 2);
}

#[test]
fn invalid_or_missing_token_makes_no_change() {
    let env = TestEnv::new(1);
    let token = |token_request| env.control.issue_token(token_request);
    let stale_file =
        env.write_file("stale", token(TokenRequest { expires_in: Some(-1), ..TokenRequest::default() }));
    let member_file =
        env.write_file("member", token(TokenRequest { role: Role::User, ..TokenRequest::default() }));
    for file in [stale_file.as_str(), member_file.as_str(), "/nowhere/token"] {
        let args = ["--url", &env.url(), "--token-file", file, "delete", &guest_email(0), "--yes"];
        crate::harness::RunningCommand::start(env.bare_command(&args)).wait().assert_code(4);
    }
    assert_eq!(env.request_count("DELETE"), 0);
}

#[test]
fn unknown_outcome_has_its_own_exit_code() {
    let env = TestEnv::new(2);
    env.set_faults([
        Rule::for_method("DELETE", Action::Drop(FaultTiming::After)).always(),
        Rule {
            skip: 2,
            path_contains: Some("/invites/".into()),
            ..Rule::for_method("GET", Action::Status(StatusReply::new(400))).always()
        },
    ]);
    let output = env.run(&["delete", &guest_email(0), &guest_email(1), "--yes"]).assert_code(6);
    assert_eq!(output.outcome_counts(), ["1 unknown delete", "1 not sent delete"]);
}

#[test]
fn invite_gone_since_is_reported_as_already_gone() {
    let env = TestEnv::new(1);
    let rule = Rule {
        path_contains: Some("/invites/".into()),
        ..Rule::for_method("GET", Action::Status(StatusReply::new(404)))
    };
    env.set_faults([rule]);
    let output = env.run(&["delete", &guest_email(0), "--yes"]);
    // The body is that of the API, so the response counts.
    assert_eq!(output.assert_code(0).outcome_counts(), ["1 already gone delete"]);
}

#[test]
fn unreadable_list_prevents_a_delete() {
    let env = TestEnv::new(1);
    env.set_faults([Rule::for_method("GET", Action::Status(StatusReply::new(501))).always()]);
    let output =
        env.run(&["delete", &guest_email(0), "--yes"]).assert_code(1).assert_stderr("Could not load invites");
    assert!(!output.stderr.contains("Ctrl-"), "{}", output.stderr);
    assert_eq!(env.request_count("DELETE"), 0);
}

#[test]
fn closed_output_does_not_stop_the_plan() {
    let env = TestEnv::new(3);
    let mut command = env.command(&["delete", &guest_email(0), &guest_email(1), &guest_email(2), "--yes"]);
    let (reader, writer) = std::io::pipe().expect("a pipe");
    command.stdout(writer).stderr(std::process::Stdio::null());
    drop(reader);
    let status = command.status().expect("ended");
    assert_eq!(status.code(), Some(0));
    assert_eq!(env.pending_emails(), Vec::<String>::new());
}
