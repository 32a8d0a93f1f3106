//! `journal`: works without a server, a token or a configuration.

use guestlist::sandbox::{Action, FaultTiming, Rule};

use crate::harness::{CommandOutput, RunningCommand, TestEnv, guest_email, wait_until};

fn run_offline(env: &TestEnv, args: &[&str]) -> CommandOutput {
    RunningCommand::start(env.bare_command(args)).wait()
}

#[test]
fn journal_lists_newest_first_and_verifies() {
    let env = TestEnv::new(2);
    env.run(&["create", "new@example.com", "--yes"]).assert_code(0);
    env.run(&["delete", &guest_email(0), &guest_email(1), "--yes"]).assert_code(0);
    let output = run_offline(&env, &["journal", "list"]).assert_code(0);
    let rows = output.rows();
    assert_eq!(rows.len(), 2);
    assert_eq!(rows[0][2..5], ["finished", "2 delete", "2 done"]);
    assert_eq!(rows[1][2..5], ["finished", "1 create", "1 done"]);
    assert!(rows[0][5].starts_with(&env.url()), "{}", rows[0][5]);
    assert_eq!(run_offline(&env, &["journal", "list", "--limit", "1"]).rows().len(), 1);
    let output = run_offline(&env, &["journal", "verify"]).assert_code(0);
    assert_eq!(output.stdout, "The journal is intact: 2 plans, 3 steps, 3 requests.\n");
}

#[test]
fn missing_journal_is_not_created() {
    let env = TestEnv::new(0);
    for command in ["list", "verify"] {
        run_offline(&env, &["journal", command]).assert_code(1).assert_stderr("no journal");
    }
    assert!(!env.state_dir().join("journal.db").exists());
}

#[test]
fn damaged_journal_is_reported_and_unchanged() {
    let env = TestEnv::new(1);
    std::fs::create_dir_all(env.state_dir()).expect("a folder");
    std::fs::write(
        env.state_dir().join("journal.db"),
        "this is no database, whatever its name says. ".repeat(99),
    )
    .expect("written");
    run_offline(&env, &["journal", "verify"]).assert_code(1).assert_stderr("journal");
    env.run(&["delete", &guest_email(0), "--yes"]).assert_code(1).assert_stderr("journal");
    assert_eq!(env.request_count("DELETE"), 0);
}

#[test]
fn old_plans_are_pruned_only_once_confirmed() {
    let env = TestEnv::new(1);
    env.run(&["delete", &guest_email(0), "--yes"]).assert_code(0);
    let prune = |args: &[&str]| run_offline(&env, &[&["journal", "prune", "--before"], args].concat());
    prune(&["2124-01-01"]).assert_code(7).assert_stderr("Use --yes");
    let output = prune(&["2124-01-01", "--dry-run"]).assert_code(0);
    assert_eq!(output.stdout, "1 plan made before 2124-01-01 would be removed.\n");
    assert_eq!(prune(&["2024-01-01", "--yes"]).assert_code(0).stdout, "0 plans removed.\n");
    assert_eq!(prune(&["2124-01-01", "--yes"]).assert_code(0).stdout, "1 plan removed.\n");
    assert_eq!(run_offline(&env, &["journal", "list"]).assert_code(0).stdout, "");
}

#[test]
fn email_is_forgotten_in_any_case() {
    let env = TestEnv::new(3);
    env.run(&["delete", &guest_email(0), &guest_email(1), "--yes"]).assert_code(0);
    env.run(&["delete", &guest_email(2), "--yes"]).assert_code(0);
    let forget = |args: &[&str]| run_offline(&env, &[&["journal", "forget"], args].concat());
    forget(&[&guest_email(0)]).assert_code(7).assert_stderr("Use --yes");
    assert_eq!(
        forget(&[&guest_email(0), "--dry-run"]).assert_code(0).stdout,
        "1 step about guest0@example.com would be removed.\n"
    );
    let output = forget(&["GUEST0@example.com", "--yes"]).assert_code(0);
    assert_eq!(output.stdout, "1 step removed, and 0 plans that had no other step.\n");
    let output = forget(&[&guest_email(2), "--yes"]).assert_code(0);
    assert_eq!(output.stdout, "1 step removed, and 1 plan that had no other step.\n");
    assert_eq!(run_offline(&env, &["journal", "list"]).rows()[0][3], "1 delete");
}

/// The files of a SQLite journal.
fn journal_files(env: &TestEnv, suffixes: &[&str]) -> Vec<std::path::PathBuf> {
    suffixes.iter().map(|suffix| env.state_dir().join(format!("journal.db{suffix}"))).collect()
}

/// Deletes the existing files of a SQLite journal.
fn delete_journal_files(env: &TestEnv, suffixes: &[&str]) {
    journal_files(env, suffixes).iter().for_each(|file| drop(std::fs::remove_file(file)));
}

/// Asserts that no request is made, the journal is not reported as intact, and no new one is created.
fn assert_journal_lost(env: &TestEnv) {
    let before = env.request_count("POST");
    for command in ["list", "verify", "export"] {
        let output = run_offline(env, &["journal", command])
            .assert_code(1)
            .assert_stderr("tenancy locks")
            .assert_stderr("backup");
        assert_eq!(output.stdout, "", "{command}");
    }
    env.run(&["create", "other@example.com", "--yes"]).assert_code(1).assert_stderr("tenancy locks");
    env.run(&["list"]).assert_code(0);
    assert_eq!(env.request_count("POST"), before);
}

#[test]
fn lost_journal_beside_tenancy_locks_is_reported() {
    let env = TestEnv::new(0);
    env.run(&["create", "new@example.com", "--yes"]).assert_code(0);
    delete_journal_files(&env, &["", "-wal", "-shm"]);
    assert_journal_lost(&env);
    assert!(!env.state_dir().join("journal.db").exists());
    std::fs::write(env.state_dir().join("journal.db"), "").expect("emptied");
    assert_journal_lost(&env);
    delete_lock_files(&env);
    env.run(&["create", "other@example.com", "--yes"]).assert_code(0);
}

#[test]
fn journal_without_its_wal_is_reported() {
    for runs_before in [false, true] {
        let env = TestEnv::new(0);
        if runs_before {
            env.run(&["list"]).assert_code(0);
        }
        env.set_faults([Rule::for_method("POST", Action::Hang(FaultTiming::After))]);
        let running = env.start(&["create", "new@example.com", "--yes"]);
        wait_until("the request arrives", || env.request_count("POST") == 1);
        running.kill();
        env.control.clear_faults();
        delete_journal_files(&env, &["-wal", "-shm"]);
        assert_journal_lost(&env);
    }
}

#[test]
fn journal_with_older_plans_and_no_wal_is_reported() {
    let env = TestEnv::new(0);
    env.run(&["create", "old@example.com", "--yes"]).assert_code(0);
    env.set_faults([Rule::for_method("POST", Action::Hang(FaultTiming::After))]);
    let running = env.start(&["create", "new@example.com", "--yes"]);
    wait_until("the request arrives", || env.request_count("POST") == 2);
    running.kill();
    env.control.clear_faults();
    delete_journal_files(&env, &["-wal", "-shm"]);
    for command in ["list", "verify", "export"] {
        run_offline(&env, &["journal", command])
            .assert_code(1)
            .assert_stderr("lost its -wal file")
            .assert_stderr("backup");
    }
    env.run(&["create", "third@example.com", "--yes"])
        .assert_code(1)
        .assert_stderr("number 1, but number 2 was made");
    env.run(&["list"]).assert_code(0);
    assert_eq!(env.request_count("POST"), 2);
    delete_lock_files(&env);
    run_offline(&env, &["journal", "verify"]).assert_code(0);
    env.run(&["create", "other@example.com", "--yes"]).assert_code(0);
    run_offline(&env, &["journal", "verify"]).assert_code(0);
}

/// Deletes the tenancy locks.
fn delete_lock_files(env: &TestEnv) {
    for entry in std::fs::read_dir(env.state_dir()).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.extension().is_some_and(|extension| extension == "lock") {
            std::fs::remove_file(path).expect("removed");
        }
    }
}

#[test]
fn pruned_empty_journal_is_used() {
    let env = TestEnv::new(0);
    env.run(&["create", "new@example.com", "--yes"]).assert_code(0);
    run_offline(&env, &["journal", "forget", "new@example.com", "--yes"]).assert_code(0);
    run_offline(&env, &["journal", "verify"]).assert_code(0);
    env.run(&["create", "other@example.com", "--yes"]).assert_code(0);
    run_offline(&env, &["journal", "prune", "--before", "2124-01-01", "--yes"]).assert_code(0);
    run_offline(&env, &["journal", "verify"]).assert_code(0);
}

#[test]
fn journal_pruned_by_another_process_is_not_lost() {
    let env = TestEnv::new(0);
    env.run(&["create", "old@example.com", "--yes"]).assert_code(0);
    env.set_faults([Rule::for_method("POST", Action::Hang(FaultTiming::After))]);
    let running = env.start(&["create", "a@example.com", "--yes"]);
    wait_until("the request arrives", || env.request_count("POST") == 2);
    run_offline(&env, &["journal", "prune", "--before", "2124-01-01", "--yes"]).assert_code(0);
    wait_until("the command finishes", || {
        env.control.release_hanging();
        running.stderr_contains("Finished")
    });
    running.wait().assert_code(0);
    run_offline(&env, &["journal", "verify"]).assert_code(0);
}

#[test]
fn plan_stops_if_its_journal_is_deleted_or_emptied() {
    for damage in ["", "-wal", "emptied", "truncated"] {
        let env = TestEnv::new(0);
        env.set_faults([Rule::for_method("POST", Action::Hang(FaultTiming::After))]);
        let running = env.start(&["create", "a@example.com", "b@example.com", "--yes"]);
        wait_until("the request arrives", || env.request_count("POST") == 1);
        match damage {
            "truncated" => {
                // Truncates in place: the file must stay the same.
                std::fs::write(env.state_dir().join("journal.db-wal"), "").expect("truncated");
            }
            "emptied" => std::fs::write(env.state_dir().join("journal.db"), "").expect("emptied"),
            suffix => delete_journal_files(&env, &[suffix]),
        }
        wait_until("the reported error", || {
            env.control.release_hanging();
            running.stderr_contains("while it was open")
        });
        let output =
            running.wait().assert_code(5).assert_stderr("1 done, 1 not sent").assert_stderr("backup");
        assert_eq!((output.outcome_counts().len(), env.request_count("POST")), (2, 1), "{damage}");
    }
}

#[test]
fn journal_in_a_read_only_folder_is_read() {
    use std::os::unix::fs::PermissionsExt as _;
    let env = TestEnv::new(2);
    env.run(&["delete", &guest_email(0), "--yes"]).assert_code(0);
    env.set_faults([Rule::for_method("DELETE", Action::Hang(FaultTiming::After))]);
    for killed in [false, true] {
        if killed {
            let running = env.start(&["delete", &guest_email(1), "--yes"]);
            wait_until("the request arrives", || env.request_count("DELETE") == 2);
            running.kill();
        }
        let set_mode = |set_mode: u32| {
            let permissions = std::fs::Permissions::from_mode(set_mode);
            std::fs::set_permissions(env.state_dir(), permissions).expect("changed");
        };
        set_mode(0o500);
        let plans = 1 + usize::from(killed);
        assert_eq!(run_offline(&env, &["journal", "list"]).assert_code(0).rows().len(), plans);
        run_offline(&env, &["journal", "verify"]).assert_code(0);
        run_offline(&env, &["plan", "show"]).assert_code(0);
        let output = run_offline(&env, &["journal", "export"]).assert_code(0);
        assert_eq!(output.items().len(), plans);
        set_mode(0o700);
    }
}

#[test]
fn journal_with_a_wrong_format_number_is_reported() {
    let env = TestEnv::new(0);
    env.run(&["create", "new@example.com", "--yes"]).assert_code(0);
    for format in [-1, 0, 1, 3, 4, 99, i32::MAX] {
        let journal = rusqlite::Connection::open(env.state_dir().join("journal.db")).expect("a journal");
        journal.pragma_update(None, "user_version", format).expect("changed");
        drop(journal);
        for args in [&["journal", "verify"][..], &["journal", "list"]] {
            let output = run_offline(&env, args).assert_code(1).assert_stderr(&format!("{format}"));
            for sql in ["already exists", "duplicate", "no such", "TABLE", "tables that"] {
                assert!(!output.stderr.contains(sql), "{}", output.stderr);
            }
        }
        env.run(&["create", "other@example.com", "--yes"]).assert_code(1).assert_stderr(&format!("{format}"));
    }
}

#[test]
fn damaged_journal_gets_the_hint_for_damaged_files() {
    let env = TestEnv::new(0);
    for n in 0..40 {
        env.run(&["create", &format!("new{n}@example.com"), "--message", &"x".repeat(250), "--yes"])
            .assert_code(0);
    }
    let path = env.state_dir().join("journal.db");
    let mut bytes = std::fs::read(&path).expect("a journal");
    let end = bytes.len();
    bytes[8 * 4096..].iter_mut().take(end).for_each(|byte| *byte = 0x5a);
    std::fs::write(&path, bytes).expect("damaged");
    let output = run_offline(&env, &["journal", "verify"]).assert_code(1).assert_stderr("backup");
    assert!(!output.stderr.contains("disk has room"), "{}", output.stderr);
    assert_eq!(output.stderr.lines().count(), 1, "{}", output.stderr);
}
