//! `create` and `import`: who gets an email, who does not, and the exit code.

use guestlist::sandbox::{Action, FaultTiming, Rule, StatusReply};

use crate::harness::TestEnv;

#[test]
fn create_invites_each_email_and_reports_it() {
    let env = TestEnv::new(0);
    let output =
        env.run(&["create", "jane@example.com", "bob@job", "--message", "Welcome.", "--yes"]).assert_code(0);
    assert_eq!(output.outcome_counts(), ["2 done create"]);
    for row in output.rows() {
        assert_eq!(env.identities_for(row[2]), [row[3].strip_prefix("invites/").expect("an identity")]);
    }
    assert!(env.control.invites().iter().all(|invite| invite.message == "Welcome."));
    assert_eq!((env.email_count("jane@example.com"), env.email_count("bob@job")), (1, 1));
    output.assert_stderr("Finished: 2 done.");
}

#[test]
fn message_from_a_file_is_one_line() {
    let env = TestEnv::new(0);
    let file = env.write_file("message.txt", "\u{feff}Welcome,\r\nJane.\n");
    env.run(&["create", "jane@example.com", "--message-file", &file, "--yes"]).assert_code(0);
    assert_eq!(env.control.invites()[0].message, "Welcome, Jane.");
    env.run(&["create", "x@example.com", "--message-file", "nowhere.txt", "--yes"])
        .assert_code(2)
        .assert_stderr("nowhere.txt");
    let args = ["create", "x@example.com", "--message", "a", "--message-file", &file, "--yes"];
    env.run(&args).assert_code(2);
}

#[test]
fn create_refuses_pending_emails_and_sends_duplicates_once() {
    let env = TestEnv::new(1);
    let output = env.run(&["create", "new@example.com", "Guest0@example.com", "--yes"]).assert_code(7);
    output
        .assert_stderr("has a pending invite")
        .assert_stderr("guestlist resend")
        .assert_stderr("--include-flagged");
    env.run(&["create", "Guest0@example.com", "--yes"]).assert_code(8).assert_stderr("has a pending invite");
    assert_eq!(env.request_count("POST"), 0);
    let output = env.run(&["create", "new@example.com", "NEW@example.com", "--yes"]).assert_code(0);
    output.assert_stderr("given twice");
    assert_eq!(env.email_count("new@example.com"), 1);
}

#[test]
fn create_never_posts_an_invalid_email() {
    let env = TestEnv::new(0);
    for email in ["nota", "x", "ann@", "a b@x.com", "a@x.com, b@x.com", "\u{ff41}nn@x.com", "jane@@x.com"] {
        for flags in [&["--yes"][..], &["--yes", "--include-flagged"], &["--dry-run"]] {
            let output = env.run(&[&["create", email], flags].concat()).assert_code(7);
            output.assert_stderr("is not an email address").assert_stderr("No changes were made.");
        }
    }
    assert_eq!(env.request_count("POST"), 0);
    env.run(&["create", "Gus Gray <gus.gray@acme.com>", "--yes"]).assert_code(0);
    assert_eq!(env.pending_emails(), ["gus.gray@acme.com"]);
}

#[test]
fn create_refuses_flagged_emails_until_they_are_included() {
    let env = TestEnv::new(0);
    for n in 0..12 {
        env.control.create(&format!("person{n}@acme-industries.com"), "").expect("an invite");
    }
    let typo = "kim@acme-industires.com";
    let output = env.run(&["create", typo, "--yes"]).assert_code(7);
    output.assert_stderr("may be a typo of kim@acme-industries.com").assert_stderr("--include-flagged");
    assert_eq!(env.request_count("POST"), 0);
    env.run(&["create", typo, "--yes", "--include-flagged"]).assert_code(0);
    env.run(&["create", "person0@acme-industries.com", "--yes", "--include-flagged"]).assert_code(0);
    assert_eq!((env.email_count(typo), env.request_count("POST")), (1, 2));
}

#[test]
fn plan_file_with_flagged_email_is_refused_until_included() {
    let env = TestEnv::new(0);
    for n in 0..12 {
        env.control.create(&format!("person{n}@acme-industries.com"), "").expect("an invite");
    }
    let file = env.path("plan.json");
    env.run(&["create", "kim@acme-industires.com", "--plan-file", &file])
        .assert_code(0)
        .assert_stderr("may be a typo");
    env.run(&["plan", "apply", &file, "--yes"]).assert_code(7).assert_stderr("--include-flagged");
    let plan = std::fs::read_to_string(&file).expect("a plan").replace("kim@acme-industires.com", "kim");
    let broken = env.write_file("broken.json", plan);
    env.run(&["plan", "apply", &broken, "--yes", "--include-flagged"])
        .assert_code(7)
        .assert_stderr("Not an email");
    assert_eq!(env.request_count("POST"), 0);
    env.run(&["plan", "apply", &file, "--yes", "--include-flagged"]).assert_code(0);
    assert_eq!(env.request_count("POST"), 1);
}

#[test]
fn create_with_a_too_long_message_makes_no_request() {
    let env = TestEnv::new(0);
    let long_message = "x".repeat(257);
    env.run(&["create", "a@b", "--message", &long_message, "--yes"])
        .assert_code(7)
        .assert_stderr("257 characters");
    let list = env.write_file("list", "a@b\n");
    env.run(&["import", &list, "--message", &long_message, "--yes"])
        .assert_code(7)
        .assert_stderr("257 characters");
    assert_eq!(env.request_count("POST"), 0);
}

#[test]
fn import_counts_each_line_and_emails_only_new_people() {
    let env = TestEnv::new(1);
    let list = "# guests\n\nnew@example.com\nguest0@example.com\nNEW@example.com \nother@example.com\n";
    let output = env.run_with_input(&["import", "-", "--message", "Hello.", "--yes"], list).assert_code(0);
    let output = output.assert_stderr("4 entries: 2 new, 1 already pending, 1 duplicate");
    assert_eq!(output.outcome_counts(), ["2 done create"]);
    assert_eq!(env.pending_emails(), ["guest0@example.com", "new@example.com", "other@example.com"]);

    let file = env.write_file("list", "new@example.com\n");
    env.run(&["import", &file, "--yes"]).assert_code(0).assert_stderr("Nothing to do");
    assert_eq!(env.request_count("POST"), 2);
}

#[test]
fn import_reports_invalid_lines_and_creates_the_rest() {
    let env = TestEnv::new(0);
    let file = env.write_file("list", "\u{feff}new@example.com\nno \u{1b}[31maddress\n");
    let output = env.run(&["import", &file, "--yes"]).assert_code(5);
    let output = output.assert_stderr("line 2: no ␛[31maddress: invalid").assert_stderr("1 invalid");
    assert!(!output.stderr.contains('\u{1b}'));
    assert_eq!(env.pending_emails(), ["new@example.com"]);
    env.run(&["import", &file, "--yes"]).assert_code(5);
    let file = env.write_file("binary", [0xff, 0xfe, 0x00]);
    env.run(&["import", &file, "--yes"]).assert_code(5).assert_stderr("which is a guess");
}

#[test]
fn reached_quota_exits_as_partial_or_failed() {
    let env = TestEnv::new(0);
    env.set_faults([Rule {
        skip: 1,
        ..Rule::for_method("POST", Action::Status(StatusReply::new(402))).always()
    }]);
    let output = env.run(&["create", "a@b", "c@d", "e@f", "--yes"]).assert_code(5);
    assert_eq!(output.outcome_counts(), ["1 done create", "2 not sent create"]);
    output.assert_stderr("402").assert_stderr("guestlist plan resume");
    env.set_faults([Rule::for_method("POST", Action::Status(StatusReply::new(402))).always()]);
    env.run(&["create", "g@h", "--yes"]).assert_code(1).assert_stderr("402");
    assert_eq!(env.pending_emails(), ["a@b"]);
}

#[test]
fn lost_response_is_reconciled_without_a_second_email() {
    let env = TestEnv::new(0);
    env.set_faults([Rule::for_method("POST", Action::Drop(FaultTiming::After))]);
    let output = env.run(&["create", "jane@example.com", "--message", "Hello.", "--yes"]).assert_code(0);
    assert_eq!(output.outcome_counts(), ["1 done create"]);
    assert_eq!((env.request_count("POST"), env.email_count("jane@example.com")), (1, 1));
}

#[test]
fn very_long_wait_pauses_the_plan() {
    let env = TestEnv::new(0);
    let reply = StatusReply::new(429).with_header("Retry-After", "3600");
    env.set_faults([Rule::for_method("POST", Action::Status(reply))]);
    let output = env.run(&["create", "a@b", "--yes"]).assert_code(1).assert_stderr("a wait of 60 minutes");
    output.assert_stderr("guestlist plan resume");
    env.run(&["plan", "resume", "--yes"]).assert_code(0);
    assert_eq!(env.pending_emails(), ["a@b"]);
}

#[test]
fn create_beyond_the_quota_warns_before_it_starts() {
    let env = TestEnv::new(2);
    env.control.set_quota(Some(3));
    let two = ["create", "a@example.com", "b@example.com"];
    let dry_run = env.run(&[&two[..], &["--dry-run"]].concat()).assert_code(0);
    assert!(dry_run.stdout.contains("Warning: Quota: 1 more allowed (1 of 3 left)"), "{}", dry_run.stdout);
    assert!(dry_run.stdout.contains("needs 2"), "{}", dry_run.stdout);
    assert_eq!(env.request_count("POST"), 0);
    let one = env.run(&["create", "a@example.com", "--yes"]).assert_code(0);
    assert!(!one.stderr.contains("more allowed"), "the create is within the quota: {}", one.stderr);
    let output = env.run(&["create", "b@example.com", "--yes"]);
    output.assert_stderr("Warning: Quota: 0 more allowed (0 of 3 left)");
}

#[test]
fn missing_quota_blocks_nothing() {
    let env = TestEnv::new(0);
    let rule = Rule {
        path_contains: Some("/caps".into()),
        ..Rule::for_method("GET", Action::Status(StatusReply::new(404))).always()
    };
    env.control.set_faults(vec![rule]).expect("valid rules");
    let output = env.run(&["create", "a@example.com", "--yes"]).assert_code(0);
    assert!(!output.stderr.contains("more allowed"), "{}", output.stderr);
}
