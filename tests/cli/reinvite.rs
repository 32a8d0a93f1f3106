//! `edit` and `reinvite`: the plans that the console makes for a form and for people who are gone.

use crate::harness::{TestEnv, guest_email};

#[test]
fn edit_creates_the_new_invite_and_deletes_the_old() {
    let env = TestEnv::new(2);
    let email = guest_email(0);
    env.run(&["edit", &email]).assert_code(2).assert_stderr("Nothing to edit.");
    env.run(&["edit", &email, "--message", "message 0", "--yes"]).assert_code(7);
    env.run(&["edit", &email, "--email", "not an email", "--yes"]).assert_code(7);
    env.run(&["edit", &email, "--email", &guest_email(1), "--yes"]).assert_code(8);
    assert_eq!(env.request_count("POST"), 0);
    let output = env.run(&["edit", &email, "--message", "another", "--yes", "--json"]).assert_code(0);
    assert_eq!(
        (&output.items()[0]["verb"], &output.items()[0]["message"]),
        (&"replace".into(), &"another".into())
    );
    let output =
        env.run(&["edit", &email, "--email", "ann@example.com", "--delete-first", "--yes"]).assert_code(0);
    assert_eq!(output.outcome_counts(), ["1 done delete-first"]);
    let shown = env.run(&["show", "ann@example.com", "--json"]).assert_code(0).items();
    assert_eq!(shown[0]["message"], "another");
    assert_eq!(env.pending_emails(), [guest_email(1), "ann@example.com".to_owned()]);
}

#[test]
fn reinvite_uses_the_last_message_of_a_gone_invite() {
    let env = TestEnv::new(3);
    let (deleted, accepted, pending) = (guest_email(0), guest_email(1), guest_email(2));
    env.run(&["changes"]).assert_code(0);
    env.run(&["delete", &deleted, "--yes"]).assert_code(0);
    env.control.accept(&accepted).expect("accepted");
    env.run(&["reinvite", "none@example.com", "--yes"]).assert_code(3).assert_stderr("guestlist create");
    env.run(&["reinvite", &pending, "--yes"]).assert_code(8).assert_stderr("has a pending invite");
    env.run(&["reinvite", &pending, "none@example.com", &deleted, "--yes"]).assert_code(7);
    env.run(&["reinvite", &accepted, "--yes"]).assert_code(7).assert_stderr("is already a member");
    assert_eq!(env.request_count("POST"), 0);
    let output = env.run(&["reinvite", &deleted, "--yes", "--json"]).assert_code(0).items();
    assert_eq!((&output[0]["verb"], &output[0]["message"]), (&"create".into(), &"message 0".into()));
    env.run(&["reinvite", &accepted, "--message", "hello", "--include-flagged", "--yes"]).assert_code(0);
    let shown = env.run(&["show", &accepted, "--json"]).assert_code(0).items();
    assert_eq!(shown[0]["message"], "hello");
}

#[test]
fn reinvite_of_an_expired_invite_is_a_resend() {
    let env = TestEnv::new(1);
    env.control.advance(11 * 24 * 60 * 60).expect("moved");
    let output = env.run(&["reinvite", &guest_email(0), "--yes"]).assert_code(0);
    assert_eq!(output.outcome_counts(), ["1 done resend"]);
    assert_eq!(env.pending_emails(), [guest_email(0)]);
}
