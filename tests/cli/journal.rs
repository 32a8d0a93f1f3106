//! `journal`: works without a server, a token or a configuration.

use guestlist::sandbox::{Action, FaultTiming, Rule};

use crate::place::{Place, Running, Said, guest, until};

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
    assert_eq!(said.out, "The journal is intact: 2 plans, 3 steps, 3 requests.\n");
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
    prune(&["2124-01-01"]).is(7).says("Use --yes");
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
    forget(&[&guest(0)]).is(7).says("Use --yes");
    assert_eq!(
        forget(&[&guest(0), "--dry-run"]).is(0).out,
        "1 step about guest0@example.com would be removed.\n"
    );
    let said = forget(&["GUEST0@example.com", "--yes"]).is(0);
    assert_eq!(said.out, "1 step removed, and 0 plans that had no other step.\n");
    let said = forget(&[&guest(2), "--yes"]).is(0);
    assert_eq!(said.out, "1 step removed, and 1 plan that had no other step.\n");
    assert_eq!(offline(&place, &["journal", "list"]).rows()[0][3], "1 delete");
}

/// The files of a SQLite journal.
fn files(place: &Place, suffixes: &[&str]) -> Vec<std::path::PathBuf> {
    suffixes.iter().map(|suffix| place.state().join(format!("journal.db{suffix}"))).collect()
}

/// Deletes the existing ones.
fn lose(place: &Place, suffixes: &[&str]) {
    files(place, suffixes).iter().for_each(|file| drop(std::fs::remove_file(file)));
}

/// Asserts that no request is made, the journal is not reported as intact, and no new one is created.
fn is_lost(place: &Place) {
    let before = place.calls("POST");
    for command in ["list", "verify", "export"] {
        let said = offline(place, &["journal", command]).is(1).says("tenancy locks").says("backup");
        assert_eq!(said.out, "", "{command}");
    }
    place.run(&["create", "other@example.com", "--yes"]).is(1).says("tenancy locks");
    place.run(&["list"]).is(0);
    assert_eq!(place.calls("POST"), before);
}

#[test]
fn lost_journal_beside_tenancy_locks_is_reported() {
    let place = Place::new(0);
    place.run(&["create", "new@example.com", "--yes"]).is(0);
    lose(&place, &["", "-wal", "-shm"]);
    is_lost(&place);
    assert!(!place.state().join("journal.db").exists());
    std::fs::write(place.state().join("journal.db"), "").expect("emptied");
    is_lost(&place);
    forget_locks(&place);
    place.run(&["create", "other@example.com", "--yes"]).is(0);
}

#[test]
fn journal_without_its_wal_is_reported() {
    for runs_before in [false, true] {
        let place = Place::new(0);
        if runs_before {
            place.run(&["list"]).is(0);
        }
        place.faults([Rule::for_method("POST", Action::Hang(FaultTiming::After))]);
        let running = place.start(&["create", "new@example.com", "--yes"]);
        until("the request is under way", || place.calls("POST") == 1);
        running.kill();
        place.control.clear_faults();
        lose(&place, &["-wal", "-shm"]);
        is_lost(&place);
    }
}

#[test]
fn journal_with_older_plans_and_no_wal_is_reported() {
    let place = Place::new(0);
    place.run(&["create", "old@example.com", "--yes"]).is(0);
    place.faults([Rule::for_method("POST", Action::Hang(FaultTiming::After))]);
    let running = place.start(&["create", "new@example.com", "--yes"]);
    until("the request is under way", || place.calls("POST") == 2);
    running.kill();
    place.control.clear_faults();
    lose(&place, &["-wal", "-shm"]);
    for command in ["list", "verify", "export"] {
        offline(&place, &["journal", command]).is(1).says("lost its -wal file").says("backup");
    }
    place.run(&["create", "third@example.com", "--yes"]).is(1).says("number 1, but number 2 was made");
    place.run(&["list"]).is(0);
    assert_eq!(place.calls("POST"), 2);
    forget_locks(&place);
    offline(&place, &["journal", "verify"]).is(0);
    place.run(&["create", "other@example.com", "--yes"]).is(0);
    offline(&place, &["journal", "verify"]).is(0);
}

/// Removes the earlier journal.
fn forget_locks(place: &Place) {
    for entry in std::fs::read_dir(place.state()).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.extension().is_some_and(|extension| extension == "lock") {
            std::fs::remove_file(path).expect("removed");
        }
    }
}

#[test]
fn journal_that_was_emptied_on_purpose_is_used() {
    let place = Place::new(0);
    place.run(&["create", "new@example.com", "--yes"]).is(0);
    offline(&place, &["journal", "forget", "new@example.com", "--yes"]).is(0);
    offline(&place, &["journal", "verify"]).is(0);
    place.run(&["create", "other@example.com", "--yes"]).is(0);
    offline(&place, &["journal", "prune", "--before", "2124-01-01", "--yes"]).is(0);
    offline(&place, &["journal", "verify"]).is(0);
}

#[test]
fn journal_that_another_program_prunes_is_not_lost() {
    let place = Place::new(0);
    place.run(&["create", "old@example.com", "--yes"]).is(0);
    place.faults([Rule::for_method("POST", Action::Hang(FaultTiming::After))]);
    let running = place.start(&["create", "a@example.com", "--yes"]);
    until("the request is under way", || place.calls("POST") == 2);
    offline(&place, &["journal", "prune", "--before", "2124-01-01", "--yes"]).is(0);
    until("it has ended", || {
        place.control.release_hanging();
        running.has_said("Finished")
    });
    running.ended().is(0);
    offline(&place, &["journal", "verify"]).is(0);
}

#[test]
fn plan_stops_if_its_journal_is_deleted_or_emptied() {
    for lost in ["", "-wal", "emptied", "truncated"] {
        let place = Place::new(0);
        place.faults([Rule::for_method("POST", Action::Hang(FaultTiming::After))]);
        let running = place.start(&["create", "a@example.com", "b@example.com", "--yes"]);
        until("the request is under way", || place.calls("POST") == 1);
        match lost {
            "truncated" => {
                // In place: it must stay the same file.
                std::fs::write(place.state().join("journal.db-wal"), "").expect("truncated");
            }
            "emptied" => std::fs::write(place.state().join("journal.db"), "").expect("emptied"),
            suffix => lose(&place, &[suffix]),
        }
        until("the failure is reported", || {
            place.control.release_hanging();
            running.has_said("while it was open")
        });
        let said = running.ended().is(5).says("1 done, 1 not sent").says("backup");
        assert_eq!((said.outcomes().len(), place.calls("POST")), (2, 1), "{lost}");
    }
}

#[test]
fn journal_in_a_read_only_folder_is_read() {
    use std::os::unix::fs::PermissionsExt as _;
    let place = Place::new(2);
    place.run(&["delete", &guest(0), "--yes"]).is(0);
    place.faults([Rule::for_method("DELETE", Action::Hang(FaultTiming::After))]);
    for killed in [false, true] {
        if killed {
            let running = place.start(&["delete", &guest(1), "--yes"]);
            until("the request is under way", || place.calls("DELETE") == 2);
            running.kill();
        }
        let mode = |mode: u32| {
            let permissions = std::fs::Permissions::from_mode(mode);
            std::fs::set_permissions(place.state(), permissions).expect("changed");
        };
        mode(0o500);
        let plans = 1 + usize::from(killed);
        assert_eq!(offline(&place, &["journal", "list"]).is(0).rows().len(), plans);
        offline(&place, &["journal", "verify"]).is(0);
        offline(&place, &["plan", "show"]).is(0);
        let said = offline(&place, &["journal", "export"]).is(0);
        let exported: serde_json::Value = serde_json::from_str(&said.out).expect("JSON");
        assert_eq!(exported.as_array().map(Vec::len), Some(plans));
        mode(0o700);
    }
}

#[test]
fn journal_with_a_wrong_format_number_gets_a_sentence() {
    let place = Place::new(0);
    place.run(&["create", "new@example.com", "--yes"]).is(0);
    for format in [-1, 0, 1, 3, 4, 99, i32::MAX] {
        let journal = rusqlite::Connection::open(place.state().join("journal.db")).expect("a journal");
        journal.pragma_update(None, "user_version", format).expect("changed");
        drop(journal);
        for args in [&["journal", "verify"][..], &["journal", "list"]] {
            let said = offline(&place, args).is(1).says(&format!("{format}"));
            for sql in ["already exists", "duplicate", "no such", "TABLE", "tables that"] {
                assert!(!said.err.contains(sql), "{}", said.err);
            }
        }
        place.run(&["create", "other@example.com", "--yes"]).is(1).says(&format!("{format}"));
    }
}

#[test]
fn damaged_journal_gets_the_advice_for_a_damaged_file() {
    let place = Place::new(0);
    for n in 0..40 {
        place.run(&["create", &format!("new{n}@example.com"), "--message", &"x".repeat(250), "--yes"]).is(0);
    }
    let path = place.state().join("journal.db");
    let mut bytes = std::fs::read(&path).expect("a journal");
    let end = bytes.len();
    bytes[8 * 4096..].iter_mut().take(end).for_each(|byte| *byte = 0x5a);
    std::fs::write(&path, bytes).expect("damaged");
    let said = offline(&place, &["journal", "verify"]).is(1).says("backup");
    assert!(!said.err.contains("disk has room"), "{}", said.err);
    assert_eq!(said.err.lines().count(), 1, "{}", said.err);
}
