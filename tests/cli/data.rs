//! `--json`: only data on standard output, one object per line, for each command with results.

use serde_json::Value;

use crate::place::{Place, Said, guest};

fn lines(said: &Said) -> Vec<Value> {
    said.out.lines().map(|line| serde_json::from_str(line).expect("an object of JSON")).collect()
}

#[test]
fn a_change_tells_each_step_as_data_before_and_after() {
    let place = Place::new(3);
    let dry = place.run(&["delete", &guest(0), &guest(1), "--dry-run", "--json"]).is(0);
    let steps = lines(&dry);
    assert_eq!(steps.len(), 2);
    assert_eq!((&steps[0]["verb"], &steps[0]["email"]), (&"delete".into(), &guest(0).into()));
    assert!(steps[0]["identity"].as_str().is_some_and(|it| it.starts_with("invites/")), "{}", dry.out);
    let done = place.run(&["delete", &guest(0), "--yes", "--json"]).is(0);
    assert_eq!(lines(&done)[0]["outcome"], "done");
    let hostile = place.run(&["create", "a\u{202e}b@example.com", "--dry-run", "--json"]).is(7);
    assert!(!hostile.out.contains('\u{202e}') && !hostile.err.contains('\u{202e}'), "{hostile:?}");
    let args = ["create", "ann@example.com", "--message", "a\u{202e}b", "--dry-run", "--json"];
    let hostile = place.run(&args).is(0);
    assert!(!hostile.out.contains('\u{202e}'), "{:?}", hostile.out);
}

#[test]
fn the_journal_plans_and_the_cache_are_told_as_data() {
    let place = Place::new(2);
    place.run(&["delete", &guest(0), "--yes"]).is(0);
    let plans = lines(&place.run(&["journal", "list", "--json"]).is(0));
    assert_eq!((plans.len(), &plans[0]["state"]), (1, &"finished".into()));
    let name = plans[0]["plan"].as_str().expect("a name").to_owned();
    let whole = lines(&place.run(&["plan", "show", &name, "--json"]).is(0));
    assert_eq!((whole.len(), &whole[1]["outcome"]), (2, &"done".into()));
    let sound = lines(&place.run(&["journal", "verify", "--json"]).is(0));
    assert_eq!((&sound[0]["plans"], &sound[0]["steps"]), (&1.into(), &1.into()));
    let gone = lines(&place.run(&["journal", "forget", &guest(0), "--yes", "--json"]).is(0));
    assert_eq!(gone[0]["plans"], 1);
    let cache = lines(&place.run(&["cache", "path", "--json"]).is(0));
    assert!(cache[0]["path"].as_str().is_some_and(|path| path.ends_with("cache.db")));
}

#[test]
fn json_has_every_text_in_full() {
    let place = Place::new(0);
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
    place.faults([guestlist::sandbox::Rule::for_method("GET", list).always()]);
    for args in
        [&["export", "--format", "json"][..], &["list", "--json"], &["list", "--json", "--sort", "email"]]
    {
        let said = place.run(args).is(0);
        let rows: serde_json::Value = serde_json::from_str(&said.out).expect("JSON");
        assert_eq!(rows[0]["message"].as_str().map(str::len), Some(message.len()), "{args:?}");
    }
}
