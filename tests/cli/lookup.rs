//! One email is looked up with two requests, and in the whole list only if the server's filter cannot be trusted.

use guestlist::sandbox::{Action, RawReply, Rule, StatusReply};

use crate::harness::{TestEnv, guest_email};

/// Number of invites; more than five pages.
const INVITES: usize = 3_000;

fn reads(env: &TestEnv, run: impl FnOnce()) -> Vec<String> {
    let before = env.control.requests().len();
    run();
    let requests = env.control.requests().into_iter().skip(before);
    requests.filter(|request| request.method == "GET").map(|request| request.path).collect()
}

fn is_whole_list(paths: &[String]) -> bool {
    paths.iter().any(|path| path.contains("page_token="))
}

/// Responds to filtered lists with these rows.
fn serve_filtered(env: &TestEnv, spelling: &str, rows: &[(&str, &str)]) {
    let invites: Vec<String> = rows
        .iter()
        .map(|(uuid, email)| format!(r#"{{"identity":"invites/{uuid}","email":"{email}","message":""}}"#))
        .collect();
    let body = format!(r#"{{"invites":[{}],"next_page_token":""}}"#, invites.join(","));
    let reply = RawReply { body, ..RawReply::default() };
    let rule = Rule {
        path_contains: Some(format!("email={}", spelling.replace('@', "%40"))),
        ..Rule::for_method("GET", Action::Raw(reply))
    };
    env.set_faults([rule.always()]);
}

#[test]
fn single_emails_need_few_requests_in_a_long_list() {
    let env = TestEnv::new(INVITES);
    let (email, other) = (guest_email(2_900), guest_email(2_901));
    for (args, count) in [
        (&["show", &email][..], 2),
        (&["note", &email, "a note"], 2),
        (&["snooze", &email, "--for", "1d"], 2),
        (&["wait", &email, "--for", "pending"], 2),
        (&["delete", &email, &other, "--dry-run"], 4),
    ] {
        let paths = reads(&env, || drop(env.run(args).assert_code(0)));
        assert_eq!(paths.len(), count, "{args:?}: {paths:?}");
    }
    let paths = reads(&env, || drop(env.run(&["delete", &email, &other, "--yes"]).assert_code(0)));
    assert!(!is_whole_list(&paths), "{paths:?}");
    assert_eq!(env.control.invites().len(), INVITES - 2);
    let paths = reads(&env, || drop(env.run(&["show", &email]).assert_code(3)));
    assert!(is_whole_list(&paths), "only the whole list proves that there is no invite");
}

#[test]
fn untrusted_filter_is_replaced_by_the_whole_list() {
    let env = TestEnv::new(600);
    let email = guest_email(599);
    let uuid = env.identities_for(&email)[0].clone();
    let second = env.control.create(&email.to_uppercase(), "second").expect("an invite").uuid.to_string();
    let exact = [(uuid.as_str(), email.as_str())];
    // A filter that compares exactly hides the second invite, one that is ignored returns another email.
    for rows in [&exact[..], &[(second.as_str(), "other@example.com")], &[]] {
        serve_filtered(&env, &email, rows);
        let paths = reads(&env, || {
            let output = env.run(&["delete", &email, "--yes"]).assert_code(2);
            output.assert_stderr("has 2 invites");
        });
        assert!(is_whole_list(&paths), "{paths:?}");
    }
    env.control.clear_faults();
    env.run(&["delete", &email, "--yes"]).assert_code(2);
    assert_eq!(env.control.invites().len(), 601);
}

#[test]
fn new_emails_and_unfinished_plans_need_the_whole_list() {
    let env = TestEnv::new(600);
    let email = guest_email(599);
    let loads_whole_list = |args: &[&str]| is_whole_list(&reads(&env, || drop(env.run(args).assert_code(0))));
    for args in [&["resend", &email, "--dry-run"][..], &["edit", &email, "--message", "x", "--dry-run"]] {
        assert!(!loads_whole_list(args), "{args:?}");
    }
    for args in [
        &["create", "new@example.com", "--dry-run"][..],
        &["edit", &email, "--email", "new@example.com", "--dry-run"],
        &["reinvite", &guest_email(0), "--dry-run"],
    ] {
        let paths = reads(&env, || drop(env.run(args)));
        assert!(is_whole_list(&paths), "{args:?}: {paths:?}");
    }
    // Before it sends the email, a plan compares the invites with the whole list.
    assert!(loads_whole_list(&["resend", &email, "--yes"]));
    env.set_faults([Rule::for_method("DELETE", Action::Status(StatusReply::new(403)))]);
    env.run(&["delete", &guest_email(1), "--yes"]).assert_code(4);
    env.control.clear_faults();
    assert!(loads_whole_list(&["delete", &email, "--dry-run"]), "an unfinished plan is reconciled first");
}
