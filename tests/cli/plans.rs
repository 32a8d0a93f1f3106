//! `plan`: unfinished plans are shown, resumed and discarded.

use guestlist::sandbox::{Action, Rule, StatusReply};

use crate::place::{Place, Running, Said, guest};

/// A plan of three deletes that was paused after the first.
fn paused(place: &Place) -> String {
    paused_from(place, 0)
}

fn paused_from(place: &Place, first: usize) -> String {
    place.faults([Rule { skip: 1, ..Rule::for_method("DELETE", Action::Status(StatusReply::new(403))) }]);
    let (a, b, c) = (guest(first), guest(first + 1), guest(first + 2));
    let said = place.run(&["delete", &a, &b, &c, "--yes"]).is(4);
    let rest = said.err.rsplit("plan resume ").next().expect("how to go on");
    rest.split(' ').next().expect("a name").to_owned()
}

fn offline(place: &Place, args: &[&str]) -> Said {
    Running::start(place.bare(args)).ended()
}

#[test]
fn a_plan_that_was_paused_is_shown_without_a_server() {
    let place = Place::new(3);
    let name = paused(&place);
    let said = offline(&place, &["plan", "show"]).is(0);
    assert_eq!(said.rows().len(), 1);
    assert_eq!(said.rows()[0][2..5], ["paused", "3 delete", "1 done, 2 not sent"]);
    let said = offline(&place, &["plan", "show", &name[..4]]).is(0);
    let steps: Vec<_> = said.rows()[1..].iter().map(|row| (row[0], row[2].to_owned())).collect();
    assert_eq!(steps, [("done", guest(0)), ("not sent", guest(1)), ("not sent", guest(2))]);
    offline(&place, &["plan", "show", "zzzz"]).is(1).says("zzzz");
}

#[test]
fn it_goes_on_when_it_is_told_to_and_nothing_is_done_twice() {
    let place = Place::new(3);
    paused(&place);
    let said = place.run(&["plan", "resume", "--dry-run"]).is(0);
    assert_eq!(said.out.lines().next(), Some("Plan of 2 steps:"));
    let before = place.calls("DELETE");
    let said = place.run(&["plan", "resume", "--yes"]).is(0);
    assert_eq!(said.outcomes(), ["2 done delete"]);
    assert_eq!(place.calls("DELETE"), before + 2);
    place.run(&["plan", "resume", "--yes"]).is(0).says("no plan to resume");
}

#[test]
fn of_several_plans_one_has_to_be_named() {
    let place = Place::new(6);
    let (first, second) = (paused(&place), paused_from(&place, 3));
    for args in [&["plan", "resume", "--yes"][..], &["plan", "discard", "--yes"]] {
        place.run(args).is(2).says(&first).says(&second);
    }
    place.run(&["plan", "resume", "zzzz", "--yes"]).is(1).says("zzzz");
    place.run(&["plan", "resume", &second, "--yes"]).is(0);
    assert_eq!(place.pending(), [guest(1), guest(2)]);
}

#[test]
fn a_plan_that_is_dropped_does_not_go_on() {
    let place = Place::new(3);
    let name = paused(&place);
    place.run(&["plan", "discard"]).is(7).says("Use --yes");
    place.run(&["plan", "discard", "--dry-run"]).is(0);
    let said = offline(&place, &["plan", "discard", &name, "--yes"]).is(0);
    assert_eq!(said.out, format!("discarded {name}: 1 done, 2 not sent\n"));
    place.run(&["plan", "discard", "--yes"]).is(0).says("no plan to discard");
    place.run(&["plan", "resume", "--yes"]).is(0).says("no plan to resume");
    assert_eq!(place.pending(), [guest(1), guest(2)]);
}

#[test]
fn after_a_quota_a_plan_can_go_on_without_mail() {
    let place = Place::new(2);
    place.faults([Rule {
        skip: 1,
        ..Rule::for_method("POST", Action::Status(StatusReply::new(402))).always()
    }]);
    let said = place.run(&["resend", &guest(0), &guest(1), "--yes"]).is(5);
    assert_eq!(said.outcomes(), ["1 done resend", "1 not sent resend"]);
    place.run(&["plan", "resume", "--no-email", "--yes"]).is(5).says("Nothing is left to do");
    assert_eq!(place.calls("POST"), 2);
    place.control.clear_faults();
    place.run(&["plan", "resume", "--yes"]).is(0);
    assert_eq!((place.letters(&guest(0)), place.letters(&guest(1))), (2, 2));
}

#[test]
fn a_plan_of_another_tenancy_is_not_gone_on_with() {
    let place = Place::new(3);
    paused(&place);
    let other = guestlist::sandbox::TokenRequest {
        tenant: Some("tenant/00000000-0000-4000-a000-000000000001".into()),
        ..Default::default()
    };
    let token = place.write("other", place.control.issue_token(other));
    let before = place.calls("DELETE");
    let args = ["--url", &place.url(), "--token-file", &token, "plan", "resume", "--yes"];
    offline(&place, &args).is(0).says("no plan to resume");
    assert_eq!(place.calls("DELETE"), before);
}
