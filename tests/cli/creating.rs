//! `create` and `import`: who gets an email, who does not, and the exit code.

use guestlist::sandbox::{Action, FaultTiming, Rule, StatusReply};

use crate::place::Place;

#[test]
fn new_addresses_are_invited_with_the_message_and_each_is_told() {
    let place = Place::new(0);
    let said = place.run(&["create", "jane@example.com", "bob@job", "--message", "Welcome.", "--yes"]).is(0);
    assert_eq!(said.outcomes(), ["2 done create"]);
    for row in said.rows() {
        assert_eq!(place.identities(row[2]), [row[3].strip_prefix("invites/").expect("an identity")]);
    }
    assert!(place.control.invites().iter().all(|invite| invite.message == "Welcome."));
    assert_eq!((place.letters("jane@example.com"), place.letters("bob@job")), (1, 1));
    said.says("Finished: 2 done.");
}

#[test]
fn a_message_from_a_file_is_one_paragraph() {
    let place = Place::new(0);
    let file = place.write("message.txt", "\u{feff}Welcome,\r\nJane.\n");
    place.run(&["create", "jane@example.com", "--message-file", &file, "--yes"]).is(0);
    assert_eq!(place.control.invites()[0].message, "Welcome, Jane.");
    place
        .run(&["create", "x@example.com", "--message-file", "nowhere.txt", "--yes"])
        .is(2)
        .says("nowhere.txt");
    let both = ["create", "x@example.com", "--message", "a", "--message-file", &file, "--yes"];
    place.run(&both).is(2);
}

#[test]
fn an_address_that_is_pending_is_refused_and_one_that_is_named_twice_is_mailed_once() {
    let place = Place::new(1);
    let said = place.run(&["create", "new@example.com", "Guest0@example.com", "--yes"]).is(7);
    said.says("has a pending invite").says("guestlist resend").says("--include-flagged");
    place.run(&["create", "Guest0@example.com", "--yes"]).is(8).says("has a pending invite");
    assert_eq!(place.calls("POST"), 0);
    let said = place.run(&["create", "new@example.com", "NEW@example.com", "--yes"]).is(0);
    said.says("named twice");
    assert_eq!(place.letters("new@example.com"), 1);
}

#[test]
fn create_posts_nothing_that_is_not_an_email_whatever_the_flags() {
    let place = Place::new(0);
    for typed in ["nota", "x", "ann@", "a b@x.com", "a@x.com, b@x.com", "\u{ff41}nn@x.com", "jane@@x.com"] {
        for flags in [&["--yes"][..], &["--yes", "--include-flagged"], &["--dry-run"]] {
            let said = place.run(&[&["create", typed], flags].concat()).is(7);
            said.says("is not an email address").says("No changes were made.");
        }
    }
    assert_eq!(place.calls("POST"), 0);
    place.run(&["create", "Gus Gray <gus.gray@acme.com>", "--yes"]).is(0);
    assert_eq!(place.pending(), ["gus.gray@acme.com"]);
}

#[test]
fn create_refuses_flagged_emails_until_they_are_included() {
    let place = Place::new(0);
    for n in 0..12 {
        place.control.create(&format!("person{n}@acme-industries.com"), "").expect("an invite");
    }
    let typo = "kim@acme-industires.com";
    let said = place.run(&["create", typo, "--yes"]).is(7);
    said.says("may be a typo of kim@acme-industries.com").says("--include-flagged");
    assert_eq!(place.calls("POST"), 0);
    place.run(&["create", typo, "--yes", "--include-flagged"]).is(0);
    place.run(&["create", "person0@acme-industries.com", "--yes", "--include-flagged"]).is(0);
    assert_eq!((place.letters(typo), place.calls("POST")), (1, 2));
}

#[test]
fn plan_file_with_a_flagged_email_is_refused_until_it_is_included() {
    let place = Place::new(0);
    for n in 0..12 {
        place.control.create(&format!("person{n}@acme-industries.com"), "").expect("an invite");
    }
    let file = place.home("plan.json");
    place.run(&["create", "kim@acme-industires.com", "--plan-file", &file]).is(0).says("may be a typo");
    place.run(&["plan", "apply", &file, "--yes"]).is(7).says("--include-flagged");
    let plan = std::fs::read_to_string(&file).expect("a plan").replace("kim@acme-industires.com", "kim");
    let broken = place.write("broken.json", plan);
    place.run(&["plan", "apply", &broken, "--yes", "--include-flagged"]).is(7).says("Not an email");
    assert_eq!(place.calls("POST"), 0);
    place.run(&["plan", "apply", &file, "--yes", "--include-flagged"]).is(0);
    assert_eq!(place.calls("POST"), 1);
}

#[test]
fn a_message_that_is_too_long_is_refused_before_anything_is_sent() {
    let place = Place::new(0);
    let long = "x".repeat(257);
    place.run(&["create", "a@b", "--message", &long, "--yes"]).is(7).says("257 characters");
    let list = place.write("list", "a@b\n");
    place.run(&["import", &list, "--message", &long, "--yes"]).is(7).says("257 characters");
    assert_eq!(place.calls("POST"), 0);
}

#[test]
fn an_import_counts_each_line_and_mails_only_who_is_new() {
    let place = Place::new(1);
    let list = "# guests\n\nnew@example.com\nguest0@example.com\nNEW@example.com \nother@example.com\n";
    let said = place.run_with_input(&["import", "-", "--message", "Hello.", "--yes"], list).is(0);
    let said = said.says("4 entries: 2 new, 1 already pending, 1 duplicate");
    assert_eq!(said.outcomes(), ["2 done create"]);
    assert_eq!(place.pending(), ["guest0@example.com", "new@example.com", "other@example.com"]);

    let file = place.write("list", "new@example.com\n");
    place.run(&["import", &file, "--yes"]).is(0).says("Nothing to do");
    assert_eq!(place.calls("POST"), 2);
}

#[test]
fn a_line_that_is_no_address_is_named_and_the_rest_is_done() {
    let place = Place::new(0);
    let file = place.write("list", "\u{feff}new@example.com\nno \u{1b}[31maddress\n");
    let said = place.run(&["import", &file, "--yes"]).is(5);
    let said = said.says("line 2: no ␛[31maddress: invalid").says("1 invalid");
    assert!(!said.err.contains('\u{1b}'));
    assert_eq!(place.pending(), ["new@example.com"]);
    place.run(&["import", &file, "--yes"]).is(5);
    let file = place.write("binary", [0xff, 0xfe, 0x00]);
    place.run(&["import", &file, "--yes"]).is(5).says("which is a guess");
}

#[test]
fn a_quota_ends_it_partly_done_or_failed() {
    let place = Place::new(0);
    place.faults([Rule {
        skip: 1,
        ..Rule::for_method("POST", Action::Status(StatusReply::new(402))).always()
    }]);
    let said = place.run(&["create", "a@b", "c@d", "e@f", "--yes"]).is(5);
    assert_eq!(said.outcomes(), ["1 done create", "2 not sent create"]);
    said.says("402").says("guestlist plan resume");
    place.faults([Rule::for_method("POST", Action::Status(StatusReply::new(402))).always()]);
    place.run(&["create", "g@h", "--yes"]).is(1).says("402");
    assert_eq!(place.pending(), ["a@b"]);
}

#[test]
fn an_answer_that_got_lost_is_settled_and_nobody_is_mailed_twice() {
    let place = Place::new(0);
    place.faults([Rule::for_method("POST", Action::Drop(FaultTiming::After))]);
    let said = place.run(&["create", "jane@example.com", "--message", "Hello.", "--yes"]).is(0);
    assert_eq!(said.outcomes(), ["1 done create"]);
    assert_eq!((place.calls("POST"), place.letters("jane@example.com")), (1, 1));
}

#[test]
fn a_very_long_wait_is_not_waited_out() {
    let place = Place::new(0);
    let later = StatusReply::new(429).header("Retry-After", "3600");
    place.faults([Rule::for_method("POST", Action::Status(later))]);
    let said = place.run(&["create", "a@b", "--yes"]).is(1).says("a wait of 60 minutes");
    said.says("guestlist plan resume");
    place.run(&["plan", "resume", "--yes"]).is(0);
    assert_eq!(place.pending(), ["a@b"]);
}

#[test]
fn more_than_the_cap_leaves_is_said_before_anything_is_sent() {
    let place = Place::new(2);
    place.control.set_quota(Some(3));
    let two = ["create", "a@example.com", "b@example.com"];
    let dry = place.run(&[&two[..], &["--dry-run"]].concat()).is(0);
    assert!(dry.out.contains("Warning: Quota: 1 more allowed (1 of 3 left)"), "{}", dry.out);
    assert!(dry.out.contains("needs 2"), "{}", dry.out);
    assert_eq!(place.calls("POST"), 0);
    let one = place.run(&["create", "a@example.com", "--yes"]).is(0);
    assert!(!one.err.contains("more allowed"), "it fits: {}", one.err);
    let said = place.run(&["create", "b@example.com", "--yes"]);
    said.says("Warning: Quota: 0 more allowed (0 of 3 left)");
}

#[test]
fn a_server_that_tells_no_cap_hinders_nothing() {
    let place = Place::new(0);
    let away = Rule {
        path_contains: Some("/caps".into()),
        ..Rule::for_method("GET", Action::Status(StatusReply::new(404))).always()
    };
    place.control.set_faults(vec![away]).expect("good rules");
    let said = place.run(&["create", "a@example.com", "--yes"]).is(0);
    assert!(!said.err.contains("more allowed"), "{}", said.err);
}
