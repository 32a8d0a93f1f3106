//! `delete`: ways to name an invite, invites that stay, and exit codes.

use guestlist::sandbox::{Action, FaultTiming, Role, Rule, StatusReply, TokenRequest};

use crate::place::{Place, guest};

#[test]
fn an_invite_is_named_by_uuid_by_identity_or_by_address() {
    let place = Place::new(4);
    let [first] = &place.identities(&guest(0))[..] else { panic!("one invite") };
    let [second] = &place.identities(&guest(1))[..] else { panic!("one invite") };
    let ids = [first.to_uppercase(), format!("invites/{second}"), "Guest2@example.com".to_owned()];
    let said = place.run(&["delete", &ids[0], &ids[1], &ids[2], first, "--yes"]).is(0);
    assert_eq!(said.outcomes(), ["3 done delete"]);
    assert_eq!(place.pending(), [guest(3)]);
    assert_eq!(place.calls("DELETE"), 3);
}

#[test]
fn an_address_with_two_invites_is_named_and_not_guessed_at() {
    let place = Place::new(2);
    place.control.create(&guest(1), "again").expect("a second one");
    let said = place.run(&["delete", &guest(0), &guest(1), "--yes"]).is(2).says("has 2 invites");
    for identity in place.identities(&guest(1)) {
        assert!(said.err.contains(&format!("invites/{identity}")), "{}", said.err);
    }
    place
        .run(&["delete", &guest(0), "nobody@example.com", "--yes"])
        .is(1)
        .says("No invite nobody@example.com");
    assert_eq!(place.calls("DELETE"), 0, "not even the one that is known");
}

#[test]
fn a_dry_run_prints_the_plan_and_changes_nothing() {
    let place = Place::new(3);
    let said = place.run(&["delete", &guest(0), &guest(1), "--dry-run", "--read-only"]).is(0);
    let lines: Vec<_> = said.out.lines().collect();
    assert_eq!(lines[0], "Plan of 2 steps:");
    assert!(lines[1].contains("1  delete  guest0@example.com  invites/"), "{}", lines[1]);
    assert_eq!(lines[3], "2 requests · no emails · 2 links deleted");
    said.says("Dry run: no changes were made.");
    for args in [
        &["create", "a@b", "--dry-run"][..],
        &["resend", "guest0@example.com", "--dry-run"],
        &["resend", "guest0@example.com", "--delete-first", "--dry-run"],
    ] {
        let said = place.run(args).is(0);
        assert!(said.out.contains("1 email"), "{}", said.out);
    }
    let list = place.write("list", "a@b\n");
    place.run(&["import", &list, "--dry-run"]).is(0);
    assert_eq!((place.calls("DELETE"), place.calls("POST")), (0, 0));
    place.run(&["journal", "list"]).is(0);
    assert_eq!(place.run(&["journal", "list"]).out, "", "nothing was written either");
}

#[test]
fn who_may_not_delete_is_told_so_and_the_rest_is_not_tried() {
    let place = Place::new(3);
    place.faults([Rule {
        skip: 1,
        ..Rule::for_method("DELETE", Action::Status(StatusReply::new(403))).always()
    }]);
    let said = place.run(&["delete", &guest(0), &guest(1), &guest(2), "--yes"]).is(4).says("403");
    assert_eq!(said.outcomes(), ["1 done delete", "2 not sent delete"]);
    assert_eq!(place.calls("DELETE"), 2);
}

#[test]
fn a_token_that_does_not_count_or_is_missing_ends_it_before_anything() {
    let place = Place::new(1);
    let token = |wish| place.control.issue_token(wish);
    let stale = place.write("stale", token(TokenRequest { expires_in: Some(-1), ..TokenRequest::default() }));
    let member = place.write("member", token(TokenRequest { role: Role::User, ..TokenRequest::default() }));
    for file in [stale.as_str(), member.as_str(), "/nowhere/token"] {
        let args = ["--url", &place.url(), "--token-file", file, "delete", &guest(0), "--yes"];
        crate::place::Running::start(place.bare(&args)).ended().is(4);
    }
    assert_eq!(place.calls("DELETE"), 0);
}

#[test]
fn what_may_or_may_not_have_happened_has_a_code_of_its_own() {
    let place = Place::new(2);
    place.faults([
        Rule::for_method("DELETE", Action::Drop(FaultTiming::After)).always(),
        Rule {
            skip: 2,
            path_contains: Some("/invites/".into()),
            ..Rule::for_method("GET", Action::Status(StatusReply::new(400))).always()
        },
    ]);
    let said = place.run(&["delete", &guest(0), &guest(1), "--yes"]).is(6);
    assert_eq!(said.outcomes(), ["1 unknown delete", "1 not sent delete"]);
}

#[test]
fn an_invite_that_is_gone_by_then_is_so_already() {
    let place = Place::new(1);
    let row = Rule {
        path_contains: Some("/invites/".into()),
        ..Rule::for_method("GET", Action::Status(StatusReply::new(404)))
    };
    place.faults([row]);
    let said = place.run(&["delete", &guest(0), "--yes"]);
    // The body is that of the API, so the response counts.
    assert_eq!(said.is(0).outcomes(), ["1 already gone delete"]);
}

#[test]
fn a_list_that_cannot_be_read_is_no_ground_to_change_anything_on() {
    let place = Place::new(1);
    place.faults([Rule::for_method("GET", Action::Status(StatusReply::new(501))).always()]);
    let said = place.run(&["delete", &guest(0), "--yes"]).is(1).says("Could not load invites");
    assert!(!said.err.contains("Ctrl-"), "{}", said.err);
    assert_eq!(place.calls("DELETE"), 0);
}

#[test]
fn whoever_stops_reading_the_results_does_not_stop_the_plan() {
    let place = Place::new(3);
    let mut command = place.command(&["delete", &guest(0), &guest(1), &guest(2), "--yes"]);
    let (reader, writer) = std::io::pipe().expect("a pipe");
    command.stdout(writer).stderr(std::process::Stdio::null());
    drop(reader);
    let status = command.status().expect("it ends");
    assert_eq!(status.code(), Some(0));
    assert_eq!(place.pending(), Vec::<String>::new());
}
