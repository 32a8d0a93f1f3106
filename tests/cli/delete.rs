//! `delete`: ways to name an invite, invites that stay, and exit codes.

use guestlist::sandbox::{Action, FaultTiming, Role, Rule, StatusReply, TokenRequest};

use crate::harness::{TestEnv, guest_email};

#[test]
fn invite_is_selected_by_uuid_identity_or_email() {
    let place = TestEnv::new(4);
    let [first] = &place.identities_for(&guest_email(0))[..] else { panic!("one invite") };
    let [second] = &place.identities_for(&guest_email(1))[..] else { panic!("one invite") };
    let ids = [first.to_uppercase(), format!("invites/{second}"), "Guest2@example.com".to_owned()];
    let said = place.run(&["delete", &ids[0], &ids[1], &ids[2], first, "--yes"]).assert_code(0);
    assert_eq!(said.outcome_counts(), ["3 done delete"]);
    assert_eq!(place.pending_emails(), [guest_email(3)]);
    assert_eq!(place.request_count("DELETE"), 3);
}

#[test]
fn email_with_two_invites_is_an_error_that_lists_them() {
    let place = TestEnv::new(2);
    place.control.create(&guest_email(1), "again").expect("a second one");
    let said = place
        .run(&["delete", &guest_email(0), &guest_email(1), "--yes"])
        .assert_code(2)
        .assert_stderr("has 2 invites");
    for identity in place.identities_for(&guest_email(1)) {
        assert!(said.stderr.contains(&format!("invites/{identity}")), "{}", said.stderr);
    }
    place
        .run(&["delete", &guest_email(0), "nobody@example.com", "--yes"])
        .assert_code(1)
        .assert_stderr("No invite nobody@example.com");
    assert_eq!(place.request_count("DELETE"), 0, "not even the one that is known");
}

#[test]
fn dry_run_prints_the_plan_and_changes_nothing() {
    let place = TestEnv::new(3);
    let said =
        place.run(&["delete", &guest_email(0), &guest_email(1), "--dry-run", "--read-only"]).assert_code(0);
    let lines: Vec<_> = said.stdout.lines().collect();
    assert_eq!(lines[0], "Plan of 2 steps:");
    assert!(lines[1].contains("1  delete  guest0@example.com  invites/"), "{}", lines[1]);
    assert_eq!(lines[3], "2 requests · no emails · 2 links deleted");
    said.assert_stderr("Dry run: no changes were made.");
    for args in [
        &["create", "a@b", "--dry-run"][..],
        &["resend", "guest0@example.com", "--dry-run"],
        &["resend", "guest0@example.com", "--delete-first", "--dry-run"],
    ] {
        let said = place.run(args).assert_code(0);
        assert!(said.stdout.contains("1 email"), "{}", said.stdout);
    }
    let list = place.write_file("list", "a@b\n");
    place.run(&["import", &list, "--dry-run"]).assert_code(0);
    assert_eq!((place.request_count("DELETE"), place.request_count("POST")), (0, 0));
    place.run(&["journal", "list"]).assert_code(0);
    assert_eq!(place.run(&["journal", "list"]).stdout, "", "nothing was written either");
}

#[test]
fn forbidden_delete_stops_the_plan() {
    let place = TestEnv::new(3);
    place.set_faults([Rule {
        skip: 1,
        ..Rule::for_method("DELETE", Action::Status(StatusReply::new(403))).always()
    }]);
    let said = place
        .run(&["delete", &guest_email(0), &guest_email(1), &guest_email(2), "--yes"])
        .assert_code(4)
        .assert_stderr("403");
    assert_eq!(said.outcome_counts(), ["1 done delete", "2 not sent delete"]);
    assert_eq!(place.request_count("DELETE"), 2);
}

#[test]
fn invalid_or_missing_token_makes_no_change() {
    let place = TestEnv::new(1);
    let token = |wish| place.control.issue_token(wish);
    let stale =
        place.write_file("stale", token(TokenRequest { expires_in: Some(-1), ..TokenRequest::default() }));
    let member =
        place.write_file("member", token(TokenRequest { role: Role::User, ..TokenRequest::default() }));
    for file in [stale.as_str(), member.as_str(), "/nowhere/token"] {
        let args = ["--url", &place.url(), "--token-file", file, "delete", &guest_email(0), "--yes"];
        crate::harness::RunningCommand::start(place.bare_command(&args)).wait().assert_code(4);
    }
    assert_eq!(place.request_count("DELETE"), 0);
}

#[test]
fn unknown_outcome_has_its_own_exit_code() {
    let place = TestEnv::new(2);
    place.set_faults([
        Rule::for_method("DELETE", Action::Drop(FaultTiming::After)).always(),
        Rule {
            skip: 2,
            path_contains: Some("/invites/".into()),
            ..Rule::for_method("GET", Action::Status(StatusReply::new(400))).always()
        },
    ]);
    let said = place.run(&["delete", &guest_email(0), &guest_email(1), "--yes"]).assert_code(6);
    assert_eq!(said.outcome_counts(), ["1 unknown delete", "1 not sent delete"]);
}

#[test]
fn invite_gone_since_is_reported_as_already_gone() {
    let place = TestEnv::new(1);
    let row = Rule {
        path_contains: Some("/invites/".into()),
        ..Rule::for_method("GET", Action::Status(StatusReply::new(404)))
    };
    place.set_faults([row]);
    let said = place.run(&["delete", &guest_email(0), "--yes"]);
    // The body is that of the API, so the response counts.
    assert_eq!(said.assert_code(0).outcome_counts(), ["1 already gone delete"]);
}

#[test]
fn unreadable_list_prevents_a_delete() {
    let place = TestEnv::new(1);
    place.set_faults([Rule::for_method("GET", Action::Status(StatusReply::new(501))).always()]);
    let said = place
        .run(&["delete", &guest_email(0), "--yes"])
        .assert_code(1)
        .assert_stderr("Could not load invites");
    assert!(!said.stderr.contains("Ctrl-"), "{}", said.stderr);
    assert_eq!(place.request_count("DELETE"), 0);
}

#[test]
fn closed_output_does_not_stop_the_plan() {
    let place = TestEnv::new(3);
    let mut command = place.command(&["delete", &guest_email(0), &guest_email(1), &guest_email(2), "--yes"]);
    let (reader, writer) = std::io::pipe().expect("a pipe");
    command.stdout(writer).stderr(std::process::Stdio::null());
    drop(reader);
    let status = command.status().expect("it ends");
    assert_eq!(status.code(), Some(0));
    assert_eq!(place.pending_emails(), Vec::<String>::new());
}
