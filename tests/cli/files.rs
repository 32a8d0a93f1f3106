//! Plan files, changes by filter, lists with placeholders, and the journal export.

use guestlist::sandbox::{Action, FaultTiming, Rule, TokenRequest};
use serde_json::Value;

use crate::place::{Place, Running, guest, until};

#[test]
fn a_filter_changes_only_as_many_as_were_expected() {
    let place = Place::new(12);
    place.run(&["delete", "--filter", "guest1", "--yes"]).is(2).says("--expect");
    place
        .run(&["delete", "--filter", "guest1", "--expect", "2", "--yes"])
        .is(7)
        .says("matches 3")
        .says("--expect is 2");
    place.run(&["delete", &guest(1), "--filter", "guest1", "--expect", "3", "--yes"]).is(2);
    assert_eq!(place.calls("DELETE"), 0);
    let said = place.run(&["delete", "--filter", "guest1", "--expect", "3", "--yes"]).is(0);
    assert_eq!(said.outcomes(), ["3 done delete"]);
    place.run(&["resend", "--filter", "guest2", "--expect", "1", "--yes"]).is(0);
    assert_eq!(place.letters(&guest(2)), 2);
    place.run(&["resend", "--filter", "nobody", "--expect", "0", "--yes"]).is(0).says("Nothing to do");
}

#[test]
fn a_plan_in_a_file_is_private_applied_later_and_only_once() {
    use std::os::unix::fs::PermissionsExt as _;
    let place = Place::new(2);
    let file = place.home("plan.json");
    let said = place.run(&["delete", &guest(0), "--plan-file", &file]).is(0);
    said.says("No changes were made.");
    assert_eq!(place.calls("DELETE"), 0);
    assert_eq!(std::fs::metadata(&file).expect("there").permissions().mode() & 0o777, 0o600);
    place.run(&["delete", &guest(1), "--plan-file", &file]).is(7).says("already exists");
    place.run(&["plan", "apply", &file]).is(7).says("Use --yes");
    place.run(&["plan", "apply", &file, "--dry-run"]).is(0);
    let said = place.run(&["plan", "apply", &file, "--yes"]).is(0);
    assert_eq!(said.outcomes(), ["1 done delete"]);
    place.run(&["plan", "apply", &file, "--yes"]).is(7).says("already applied on this machine");
    assert_eq!(place.pending(), [guest(1)]);
}

#[test]
fn paths_as_people_type_them_name_the_file_that_is_meant() {
    let place = Place::new(2);
    place.write("my list.txt", "ann@example.com\n");
    let url = format!("file://{}", place.home("my%20list.txt"));
    place.run(&["import", &url, "--dry-run"]).is(0).says("1 entry: 1 new");
    place.run(&["import", "~/my list.txt", "--dry-run"]).is(0).says("1 entry: 1 new");
    place.run(&["export", "--format", "csv", "--output=~/out.csv"]).is(0);
    assert!(std::fs::read_to_string(place.home("out.csv")).expect("written").contains(&guest(0)));
}

#[test]
fn output_dash_and_devices_are_standard_output() {
    let place = Place::new(2);
    for target in ["-", "/dev/stdout"] {
        let said = place.run(&["export", "--format", "csv", "--output", target]).is(0);
        assert!(said.out.contains(&guest(0)) && said.out.contains(&guest(1)), "{target}: {}", said.out);
    }
    assert!(!std::path::Path::new(&place.home("-")).exists(), "no file is named -");
    let plan = place.run(&["delete", &guest(0), "--plan-file", "-"]).is(0).out;
    place.run_with_input(&["plan", "apply", "-", "--yes"], &plan).is(0);
    assert_eq!(place.pending(), [guest(1)]);
}

#[test]
fn dash_reads_emails_from_standard_input() {
    let place = Place::new(3);
    let input = format!("# to delete\n{}\n\n{}\n", guest(0), guest(1));
    let said = place.run_with_input(&["delete", "-", "--yes"], &input).is(0);
    assert_eq!(said.outcomes(), ["2 done delete"]);
    let said = place.run_with_input(&["create", "-", "kim@example.com", "--yes"], "ann@example.com\n").is(0);
    assert_eq!(said.outcomes(), ["2 done create"]);
    place.run_with_input(&["resend", "-", "--yes"], "ann@example.com\n").is(0);
    assert_eq!((place.letters("ann@example.com"), place.letters("kim@example.com")), (2, 1));
}

#[test]
fn what_has_changed_since_the_plan_was_made_is_said_and_left_out() {
    let place = Place::new(2);
    let (creates, deletes) = (place.home("creates.json"), place.home("deletes.json"));
    place.run(&["create", "ann@example.com", "kim@example.com", "--plan-file", &creates]).is(0);
    place.run(&["delete", &guest(0), &guest(1), "--plan-file", &deletes]).is(0);
    place.run(&["create", "ann@example.com", "--yes"]).is(0);
    let said =
        place.run(&["plan", "apply", &creates, "--yes"]).is(0).says("ann@example.com already has an invite");
    assert_eq!(said.outcomes(), ["1 done create"]);
    assert_eq!(place.letters("ann@example.com"), 1);
    place.run(&["delete", &guest(0), "--yes"]).is(0);
    let said = place.run(&["plan", "apply", &deletes, "--yes"]).is(0).says("no longer in the list");
    assert_eq!(said.outcomes(), ["1 done delete"]);
}

#[test]
fn a_plan_of_another_tenancy_or_of_another_form_is_refused_and_nothing_in_it_acts_on_the_terminal() {
    let place = Place::new(1);
    let file = place.home("plan.json");
    place.run(&["create", "ann@example.com", "--plan-file", &file]).is(0);
    let tenant = Some("tenant/00000000-0000-4000-a000-000000000001".into());
    let token =
        place.write("other", place.control.issue_token(TokenRequest { tenant, ..Default::default() }));
    let args = ["--url", &place.url(), "--token-file", &token, "plan", "apply", &file, "--yes"];
    Running::start(place.bare(&args)).ended().is(7).says("tenant/00000000");
    let text = std::fs::read_to_string(&file).expect("there");
    let newer = place.write("newer", text.replace("\"guestlist_plan\": 1", "\"guestlist_plan\": 9"));
    place.run(&["plan", "apply", &newer, "--yes"]).is(2).says("version is 9");
    let none = place.write("none", "{\"x\": \"\u{9b}31m\"}");
    place.run(&["plan", "apply", &none, "--yes"]).is(2);
    let hostile = place.write("hostile", text.replace("ann@", "a\\u001b[31mnn@"));
    for how in ["--dry-run", "--yes"] {
        let said = place.run(&["plan", "apply", &hostile, how]).is(7);
        assert!(said.err.contains('␛') && !said.err.contains('\u{1b}'), "{}", said.err);
    }
    assert_eq!(place.calls("POST"), 0);
}

#[test]
fn plan_step_with_the_email_of_another_invite_is_refused() {
    let place = Place::new(2);
    let path = place.home("p.json");
    place.run(&["delete", &guest(0), "--plan-file", &path]).is(0);
    let text = std::fs::read_to_string(&path).expect("written");
    let misleading = place.write("other.json", text.replace(&guest(0), "someone@else.example"));
    for how in ["--dry-run", "--yes"] {
        place.run(&["plan", "apply", &misleading, how]).is(7).says("No changes were made.").says(&guest(0));
    }
    assert_eq!(place.calls("DELETE"), 0);
    let upper = place.write("upper.json", text.replace(&guest(0), &guest(0).to_uppercase()));
    place.run(&["plan", "apply", &upper, "--yes"]).is(0);
}

#[test]
fn a_list_fills_the_message_from_its_columns_or_is_refused_as_a_whole() {
    let place = Place::new(0);
    let config = "[templates]\nwelcome = \"Hello {name}, welcome.\"\n";
    let config = place.write("mine.toml", config);
    let list = place.write("list.csv", "name;email\nAnn;ann@example.com\nKim;kim@example.com\n");
    let args = ["import", &list, "--template", "welcome", "--config", &config, "--yes"];
    place.run(&args).is(0);
    let mut messages: Vec<_> = place.control.invites().into_iter().map(|invite| invite.message).collect();
    messages.sort();
    assert_eq!(messages, ["Hello Ann, welcome.", "Hello Kim, welcome."]);
    let unknown = ["import", &list, "--template", "farewell", "--config", &config, "--yes"];
    place.run(&unknown).is(2).says("Use one of: welcome");
    let list = place.write("list.csv", "name;email\nBob;bob@example.com\n;eve@example.com\n");
    let said = place.run(&["import", &list, "--message", "Dear {name}.", "--yes"]).is(7);
    said.says("line 3: eve@example.com: no value for {name}");
    assert_eq!(place.pending().len(), 2);
}

#[test]
fn an_import_that_was_killed_goes_on_and_nobody_is_mailed_twice() {
    let place = Place::new(0);
    let guests: Vec<String> = (0..8).map(guest).collect();
    let list = place.write("list", guests.join("\n"));
    let text = place.write("m.txt", "Welcome,\nall of you.\n");
    place.faults([Rule { skip: 4, ..Rule::for_method("POST", Action::Hang(FaultTiming::After)) }]);
    let running = place.start(&["import", &list, "--message-file", &text, "--yes"]);
    until("the fifth hangs", || place.control.hanging_requests() == 1);
    running.kill();
    place.control.clear_faults();
    place.run(&["plan", "resume", "--yes"]).is(0);
    assert_eq!(place.pending(), guests);
    assert!(guests.iter().all(|guest| place.letters(guest) == 1));
    place.run(&["import", &list, "--message-file", &text, "--yes"]).is(0).says("Nothing to do");
}

#[test]
fn the_journal_is_exported_with_steps_and_calls() {
    let place = Place::new(1);
    place.run(&["delete", &guest(0), "--yes"]).is(0);
    place.run(&["create", "=cmd@example.com", "--yes"]).is(0);
    let said = Running::start(place.bare(&["journal", "export"])).ended().is(0);
    let plans: Value = serde_json::from_str(&said.out).expect("JSON");
    assert_eq!(plans[1]["steps"][0]["email"], guest(0));
    assert_eq!(plans[1]["calls"][0]["method"], "DELETE");
    assert_eq!(plans[1]["calls"][0]["result"], "succeeded");
    let said = Running::start(place.bare(&["journal", "export", "--format", "csv"])).ended().is(0);
    assert_eq!(said.out.lines().count(), 3);
    assert!(said.out.contains(",'=cmd@example.com,"), "{}", said.out);
    let said = Running::start(place.bare(&["journal", "export", "--format", "ndjson"])).ended().is(0);
    assert_eq!(said.out.lines().filter(|line| serde_json::from_str::<Value>(line).is_ok()).count(), 2);
}

#[test]
fn plan_file_resends_to_nobody_who_was_invited_since() {
    let place = Place::new(2);
    let file = place.home("plan.json");
    place.run(&["resend", &guest(0), &guest(1), "--plan-file", &file]).is(0);
    place.control.create(&guest(0), "from a colleague").expect("an invite");
    let said = place.run(&["plan", "apply", &file, "--yes"]).is(5);
    assert_eq!(said.outcomes(), ["1 done resend"]);
    said.says(&format!("resend skipped: {} has another invite since", guest(0)));
    assert_eq!(place.calls("POST"), 1);
}
