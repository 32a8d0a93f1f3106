//! `--json`: one document with items on standard output, for each command with results.

use crate::harness::{TestEnv, guest_email};

#[test]
fn json_lists_each_step_before_and_after_a_change() {
    let env = TestEnv::new(3);
    let dry_run =
        env.run(&["delete", &guest_email(0), &guest_email(1), "--dry-run", "--json"]).assert_code(0);
    let steps = dry_run.items();
    assert_eq!(steps.len(), 2);
    assert_eq!((&steps[0]["verb"], &steps[0]["email"]), (&"delete".into(), &guest_email(0).into()));
    assert!(
        steps[0]["identity"].as_str().is_some_and(|identity| identity.starts_with("invites/")),
        "{}",
        dry_run.stdout
    );
    let done = env.run(&["delete", &guest_email(0), "--yes", "--json"]).assert_code(0);
    assert_eq!(done.items()[0]["outcome"], "done");
    let keys = |output: &crate::harness::CommandOutput| {
        let (document, items) = (output.json(), output.items());
        let names =
            |value: &serde_json::Value| value.as_object().expect("an object").keys().cloned().collect();
        (names(&document), names(&items[0])) as (Vec<String>, Vec<String>)
    };
    assert_eq!(keys(&dry_run), keys(&done), "a dry run has the same fields");
    assert_eq!((&dry_run.json()["dry_run"], &done.json()["dry_run"]), (&true.into(), &false.into()));
    let hostile = env.run(&["create", "a\u{202e}b@example.com", "--dry-run", "--json"]).assert_code(7);
    assert!(!hostile.stdout.contains('\u{202e}') && !hostile.stderr.contains('\u{202e}'), "{hostile:?}");
    let args = ["create", "ann@example.com", "--message", "a\u{202e}b", "--dry-run", "--json"];
    let hostile = env.run(&args).assert_code(0);
    assert!(!hostile.stdout.contains('\u{202e}'), "{:?}", hostile.stdout);
}

#[test]
fn journal_plan_and_cache_print_json() {
    let env = TestEnv::new(2);
    env.run(&["delete", &guest_email(0), "--yes"]).assert_code(0);
    let plans = env.run(&["journal", "list", "--json"]).assert_code(0).items();
    assert_eq!((plans.len(), &plans[0]["state"]), (1, &"finished".into()));
    let name = plans[0]["plan"].as_str().expect("a name").to_owned();
    let plan = env.run(&["plan", "show", &name, "--json"]).assert_code(0);
    assert_eq!((plan.json()["plan"].as_str(), &plan.items()[0]["outcome"]), (Some(&*name), &"done".into()));
    let report = env.run(&["journal", "verify", "--json"]).assert_code(0).json();
    assert_eq!((&report["plans"], &report["steps"]), (&1.into(), &1.into()));
    let args = ["journal", "forget", &guest_email(0), "--json"];
    let planned = env.run(&[&args[..], &["--dry-run"]].concat()).assert_code(0).json();
    let forgotten = env.run(&[&args[..], &["--yes"]].concat()).assert_code(0).json();
    for report in [planned, forgotten] {
        assert_eq!((&report["steps"], &report["plans"]), (&1.into(), &1.into()));
    }
    let cache = env.run(&["cache", "path", "--json"]).assert_code(0).items();
    assert!(cache[0]["path"].as_str().is_some_and(|path| path.ends_with("cache.db")));
}

#[test]
fn json_never_truncates_text() {
    let env = TestEnv::new(0);
    let message = "long ".repeat(40_000);
    let body = serde_json::json!({ "invites": [{
        "identity": "invites/f4e4b1b5-8186-4feb-9072-9999f89d4619",
        "email": "jane@example.com",
        "message": message,
        "expiry_time": "2099-01-01T00:00:00Z",
    }] });
    let reply = guestlist::sandbox::StatusReply {
        body: Some(body.to_string()),
        ..guestlist::sandbox::StatusReply::new(200)
    };
    let list = guestlist::sandbox::Action::Status(reply);
    env.set_faults([guestlist::sandbox::Rule::for_method("GET", list).always()]);
    for args in
        [&["export", "--format", "json"][..], &["list", "--json"], &["list", "--json", "--sort", "email"]]
    {
        let output = env.run(args).assert_code(0);
        assert_eq!(output.items()[0]["message"].as_str().map(str::len), Some(message.len()), "{args:?}");
    }
}
