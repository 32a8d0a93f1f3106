//! `--json`: only data on standard output, one object per line, for each command with results.

use serde_json::Value;

use crate::harness::{CommandOutput, TestEnv, guest_email};

fn parse_json_lines(output: &CommandOutput) -> Vec<Value> {
    output.stdout.lines().map(|line| serde_json::from_str(line).expect("a JSON object")).collect()
}

#[test]
fn json_lists_each_step_before_and_after_a_change() {
    let env = TestEnv::new(3);
    let dry_run =
        env.run(&["delete", &guest_email(0), &guest_email(1), "--dry-run", "--json"]).assert_code(0);
    let steps = parse_json_lines(&dry_run);
    assert_eq!(steps.len(), 2);
    assert_eq!((&steps[0]["verb"], &steps[0]["email"]), (&"delete".into(), &guest_email(0).into()));
    assert!(
        steps[0]["identity"].as_str().is_some_and(|identity| identity.starts_with("invites/")),
        "{}",
        dry_run.stdout
    );
    let done = env.run(&["delete", &guest_email(0), "--yes", "--json"]).assert_code(0);
    assert_eq!(parse_json_lines(&done)[0]["outcome"], "done");
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
    let plans = parse_json_lines(&env.run(&["journal", "list", "--json"]).assert_code(0));
    assert_eq!((plans.len(), &plans[0]["state"]), (1, &"finished".into()));
    let name = plans[0]["plan"].as_str().expect("a name").to_owned();
    let lines = parse_json_lines(&env.run(&["plan", "show", &name, "--json"]).assert_code(0));
    assert_eq!((lines.len(), &lines[1]["outcome"]), (2, &"done".into()));
    let report = parse_json_lines(&env.run(&["journal", "verify", "--json"]).assert_code(0));
    assert_eq!((&report[0]["plans"], &report[0]["steps"]), (&1.into(), &1.into()));
    let forgotten =
        parse_json_lines(&env.run(&["journal", "forget", &guest_email(0), "--yes", "--json"]).assert_code(0));
    assert_eq!(forgotten[0]["plans"], 1);
    let cache = parse_json_lines(&env.run(&["cache", "path", "--json"]).assert_code(0));
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
        let rows: serde_json::Value = serde_json::from_str(&output.stdout).expect("JSON");
        assert_eq!(rows[0]["message"].as_str().map(str::len), Some(message.len()), "{args:?}");
    }
}
