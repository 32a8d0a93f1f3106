//! `changes`: prints changes since the baseline; the baseline moves only with `--mark-seen`.

use crate::harness::{TestEnv, guest_email};

/// One person accepted, one invite was deleted elsewhere, one is new, and one was deleted from this machine.
fn make_sample_changes(env: &TestEnv) {
    env.control.accept(&guest_email(0)).expect("accepted");
    let uuid = env.identities_for(&guest_email(1))[0].parse().expect("a uuid");
    env.control.delete(uuid).expect("deleted");
    env.control.create("new@example.com", "hello").expect("an invite");
    env.run(&["delete", &guest_email(2), "--yes"]).assert_code(0);
}

#[test]
fn changes_are_reported_until_marked_as_seen() {
    let env = TestEnv::new(5);
    let first = env.run(&["changes", "--json"]).assert_code(0).assert_stderr("No baseline yet").json();
    assert!(
        first["items"] == serde_json::json!([]) && first["from"].is_null() && first["to"].is_string(),
        "{first}"
    );
    env.run(&["changes"]).assert_code(0).assert_stderr("no changes");
    make_sample_changes(&env);

    for _ in 0..2 {
        let output = env
            .run(&["changes"])
            .assert_code(0)
            .assert_stderr("1 new, 2 gone before expiry (1 is a member now), 1 from this machine.");
        let changes: Vec<_> = output.rows().iter().map(|row| format!("{} {}", row[0], row[1])).collect();
        let expected = [
            "new new@example.com".to_owned(),
            format!("became_member {}", guest_email(0)),
            format!("gone {}", guest_email(1)),
            format!("deleted {}", guest_email(2)),
        ];
        assert_eq!(changes, expected, "the baseline does not move");
        assert!(output.rows().iter().all(|row| row.len() == 6));
    }
    let gone = &env.run(&["changes", "--json"]).assert_code(0).items()[2];
    assert_eq!(
        (&gone["kind"], &gone["message"], &gone["local"]),
        (&"gone".into(), &"message 1".into(), &false.into())
    );
    assert!(
        gone["not_before"].as_str() < gone["not_after"].as_str() || gone["not_before"] == gone["not_after"],
        "{gone}"
    );

    env.run(&["changes", "--mark-seen"]).assert_code(0).assert_stderr("marked as seen");
    let output = env.run(&["changes"]).assert_code(0).assert_stderr("no changes");
    assert_eq!(output.stdout, "");
}

#[test]
fn changes_without_a_cache_are_an_error() {
    let env = TestEnv::new(2);
    let output = env
        .run(&["--no-cache", "changes", "--json"])
        .assert_code(0)
        .assert_stderr("No baseline: lists are not cached");
    assert_eq!(output.json()["items"], serde_json::json!([]));
    env.run(&["--no-cache", "changes", "--mark-seen"]).assert_code(1).assert_stderr("lists are not cached");
}

#[test]
fn partial_list_is_not_compared() {
    use guestlist::sandbox::{Action, Rule, StatusReply};
    let env = TestEnv::new(530);
    env.run(&["changes"]).assert_code(0);
    let page = Rule {
        path_contains: Some("page_token=".into()),
        ..Rule::for_method("GET", Action::Status(StatusReply::new(400)))
    };
    env.set_faults([page.always()]);
    let output = env.run(&["changes", "--json"]).assert_code(1);
    assert_eq!(output.stdout, "", "no invite is reported as gone");
}
