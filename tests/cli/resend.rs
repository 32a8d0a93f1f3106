//! `resend`: one new invite and one email per person, and no old invite left.

use guestlist::sandbox::{Action, OnDuplicate, Rule};

use crate::harness::{TestEnv, guest_email};

#[test]
fn resend_sends_the_same_message_and_deletes_the_old_invite() {
    let env = TestEnv::new(2);
    let old = env.identities_for(&guest_email(0));
    let output = env.run(&["resend", &guest_email(0), "--yes"]).assert_code(0);
    let new = env.identities_for(&guest_email(0));
    assert_ne!(new, old);
    assert_eq!(output.rows(), [["done", "resend", "guest0@example.com", &format!("invites/{}", new[0]), ""]]);
    let invite = env
        .control
        .invites()
        .into_iter()
        .find(|invite| invite.email == guest_email(0))
        .expect("the invite exists");
    assert_eq!(invite.message, "message 0");
    assert_eq!(env.email_count(&guest_email(0)), 2, "the first email and the resend");
}

#[test]
fn resend_of_duplicates_sends_one_email() {
    for args in [&["--yes"][..], &["--delete-first", "--yes"]] {
        let env = TestEnv::new(1);
        env.control.create(&guest_email(0), "message 0").expect("a duplicate");
        let old = env.identities_for(&guest_email(0));
        let output = env.run(&[&["resend", &old[0], &old[1]], args].concat()).assert_code(0);
        assert_eq!(output.rows().len(), 2, "{}", output.stdout);
        assert_eq!((env.email_count(&guest_email(0)), env.identities_for(&guest_email(0)).len()), (3, 1));
        assert!(!old.contains(&env.identities_for(&guest_email(0))[0]));
    }
}

#[test]
fn delete_first_works_if_the_server_refuses_duplicates() {
    let env = TestEnv::new(1);
    env.set_faults([Rule::for_method("POST", Action::OnDuplicate(OnDuplicate::Refuse)).always()]);
    let old = env.identities_for(&guest_email(0));
    let output = env.run(&["resend", &guest_email(0), "--yes"]).assert_code(1);
    assert_eq!(output.outcome_counts(), ["1 refused resend"]);
    assert_eq!(env.identities_for(&guest_email(0)), old, "nothing is lost");
    env.run(&["resend", &guest_email(0), "--delete-first", "--yes"]).assert_code(0);
    let new = env.identities_for(&guest_email(0));
    assert!(new.len() == 1 && new != old);
}

#[test]
fn unsendable_resend_makes_no_request() {
    let env = TestEnv::new(1);
    env.control.create("long@example.com", &"x".repeat(257)).expect("created");
    let output = env.run(&["resend", &guest_email(0), "long@example.com", "--yes"]).assert_code(7);
    output.assert_stderr("long@example.com").assert_stderr("257 characters");
    assert_eq!((env.request_count("POST"), env.request_count("DELETE")), (0, 0));
}
