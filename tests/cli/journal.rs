//! `journal`: what was done from this machine, without a server, a token or a configuration.

use crate::place::{Place, Running, Said, guest};

fn offline(place: &Place, args: &[&str]) -> Said {
    Running::start(place.bare(args)).ended()
}

#[test]
fn what_was_done_is_listed_newest_first_and_is_sound() {
    let place = Place::new(2);
    place.run(&["create", "new@example.com", "--yes"]).is(0);
    place.run(&["delete", &guest(0), &guest(1), "--yes"]).is(0);
    let said = offline(&place, &["journal", "list"]).is(0);
    let rows = said.rows();
    assert_eq!(rows.len(), 2);
    assert_eq!(rows[0][2..5], ["finished", "2 delete", "2 done"]);
    assert_eq!(rows[1][2..5], ["finished", "1 create", "1 done"]);
    assert!(rows[0][5].starts_with(&place.url()), "{}", rows[0][5]);
    assert_eq!(offline(&place, &["journal", "list", "--limit", "1"]).rows().len(), 1);
    let said = offline(&place, &["journal", "verify"]).is(0);
    assert_eq!(said.out, "The journal is sound: 2 plans, 3 steps, 3 calls.\n");
}

#[test]
fn where_there_is_no_journal_none_is_made() {
    let place = Place::new(0);
    for command in ["list", "verify"] {
        offline(&place, &["journal", command]).is(1).says("no journal");
    }
    assert!(!place.state().join("journal.db").exists());
}

#[test]
fn a_damaged_journal_is_told_and_nothing_is_changed() {
    let place = Place::new(1);
    std::fs::create_dir_all(place.state()).expect("a folder");
    std::fs::write(
        place.state().join("journal.db"),
        "this is no database, whatever its name says. ".repeat(99),
    )
    .expect("written");
    offline(&place, &["journal", "verify"]).is(1).says("journal");
    place.run(&["delete", &guest(0), "--yes"]).is(1).says("journal");
    assert_eq!(place.calls("DELETE"), 0);
}

#[test]
fn old_plans_are_pruned_and_only_when_it_was_said() {
    let place = Place::new(1);
    place.run(&["delete", &guest(0), "--yes"]).is(0);
    let prune = |args: &[&str]| offline(&place, &[&["journal", "prune", "--before"], args].concat());
    prune(&["2124-01-01"]).is(7).says("say --yes");
    let said = prune(&["2124-01-01", "--dry-run"]).is(0);
    assert_eq!(said.out, "1 plan made before 2124-01-01 would be removed.\n");
    assert_eq!(prune(&["2024-01-01", "--yes"]).is(0).out, "0 plans removed.\n");
    assert_eq!(prune(&["2124-01-01", "--yes"]).is(0).out, "1 plan removed.\n");
    assert_eq!(offline(&place, &["journal", "list"]).is(0).out, "");
}

#[test]
fn an_address_is_forgotten_whatever_its_case() {
    let place = Place::new(3);
    place.run(&["delete", &guest(0), &guest(1), "--yes"]).is(0);
    place.run(&["delete", &guest(2), "--yes"]).is(0);
    let forget = |args: &[&str]| offline(&place, &[&["journal", "forget"], args].concat());
    forget(&[&guest(0)]).is(7).says("say --yes");
    assert_eq!(
        forget(&[&guest(0), "--dry-run"]).is(0).out,
        "1 step about guest0@example.com would be removed.\n"
    );
    let said = forget(&["GUEST0@example.com", "--yes"]).is(0);
    assert_eq!(said.out, "1 step removed, and 0 plans that had no other.\n");
    let said = forget(&[&guest(2), "--yes"]).is(0);
    assert_eq!(said.out, "1 step removed, and 1 plan that had no other.\n");
    assert_eq!(offline(&place, &["journal", "list"]).rows()[0][3], "1 delete");
}
