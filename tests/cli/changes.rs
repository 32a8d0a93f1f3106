//! `changes`: prints changes since the baseline; the baseline moves only with `--mark-seen`.

use serde_json::Value;

use crate::place::{Place, guest};

fn json(text: &str) -> Value {
    serde_json::from_str(text).expect("JSON and nothing else")
}

/// One person accepted, one invite was deleted elsewhere, one is new, and one was deleted from this machine.
fn much_happens(place: &Place) {
    place.control.accept(&guest(0)).expect("accepted");
    let uuid = place.identities(&guest(1))[0].parse().expect("a uuid");
    place.control.delete(uuid).expect("revoked elsewhere");
    place.control.create("new@example.com", "hello").expect("an invite");
    place.run(&["delete", &guest(2), "--yes"]).is(0);
}

#[test]
fn what_changed_is_told_until_it_is_said_to_be_seen() {
    let place = Place::new(5);
    let first = json(&place.run(&["changes", "--json"]).is(0).says("No baseline yet").out);
    assert!(
        first["changes"] == serde_json::json!([]) && first["from"].is_null() && first["to"].is_string(),
        "{first}"
    );
    place.run(&["changes"]).is(0).says("no changes");
    much_happens(&place);

    for _ in 0..2 {
        let said = place
            .run(&["changes"])
            .is(0)
            .says("1 new, 2 gone before expiry (1 is a member now), 1 from this machine.");
        let told: Vec<_> = said.rows().iter().map(|row| format!("{} {}", row[0], row[1])).collect();
        let expected = [
            "new new@example.com".to_owned(),
            format!("became_member {}", guest(0)),
            format!("gone {}", guest(1)),
            format!("deleted {}", guest(2)),
        ];
        assert_eq!(told, expected, "the second time as the first: a command moves nothing");
        assert!(said.rows().iter().all(|row| row.len() == 6));
    }
    let told = json(&place.run(&["changes", "--json"]).is(0).out);
    let gone = &told["changes"][2];
    assert_eq!(
        (&gone["kind"], &gone["message"], &gone["local"]),
        (&"gone".into(), &"message 1".into(), &false.into())
    );
    assert!(
        gone["not_before"].as_str() < gone["not_after"].as_str() || gone["not_before"] == gone["not_after"],
        "{gone}"
    );

    place.run(&["changes", "--mark-seen"]).is(0).says("marked as seen");
    let said = place.run(&["changes"]).is(0).says("no changes");
    assert_eq!(said.out, "");
}

#[test]
fn without_kept_lists_there_is_nothing_to_compare_with() {
    let place = Place::new(2);
    let said =
        place.run(&["--no-cache", "changes", "--json"]).is(0).says("No baseline: lists are not cached");
    assert_eq!(json(&said.out)["changes"], serde_json::json!([]));
    place.run(&["--no-cache", "changes", "--mark-seen"]).is(1).says("lists are not cached");
}

#[test]
fn a_list_that_is_not_whole_is_not_compared() {
    use guestlist::sandbox::{Action, Rule, StatusReply};
    let place = Place::new(530);
    place.run(&["changes"]).is(0);
    let page = Rule {
        path_contains: Some("page_token=".into()),
        ..Rule::for_method("GET", Action::Status(StatusReply::new(400)))
    };
    place.faults([page.always()]);
    let said = place.run(&["changes", "--json"]).is(1);
    assert_eq!(said.out, "", "nobody is called gone because a page did not come");
}
