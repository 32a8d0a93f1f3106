//! A long import with a limit of five creates per second: with and without a terminal, and killed halfway. No one gets
//! two emails.

use std::fs::File;

use guestlist::sandbox::{Action, FaultTiming, RateLimit, Rule, WaitHeader};

use crate::confirm_prompt::start_in_terminal;
use crate::harness::{GUESTLIST, RunningCommand, TestEnv, guest_email, wait_until};

const ROW_COUNT: usize = 60;

/// The server accepts five invites per second.
fn rate_limit_rule() -> Rule {
    let limit = RateLimit { per_second: 5, header: WaitHeader::Reset };
    Rule::for_method("POST", Action::RateLimit(limit)).always()
}

/// A tenancy with a rate limit, a list and a message.
fn set_up_import() -> (TestEnv, String, String) {
    let env = TestEnv::new(0);
    env.set_faults([rate_limit_rule()]);
    let rows: Vec<String> = (0..ROW_COUNT).map(|n| format!("Guest {n} <{}>", guest_email(n))).collect();
    let list = env.write_file("list.txt", rows.join("\n"));
    let message = env.write_file("m.txt", "Welcome, and see you soon.\n");
    (env, list, message)
}

/// Asserts that everyone has one invite and got one email; the server refused some requests.
fn assert_each_invited_once(env: &TestEnv) {
    let mut pending = env.pending_emails();
    pending.sort();
    let mut expected: Vec<String> = (0..ROW_COUNT).map(guest_email).collect();
    expected.sort();
    assert_eq!(pending, expected);
    assert!(expected.iter().all(|guest| env.email_count(guest) == 1), "one email each");
    assert!(env.request_count("POST") > ROW_COUNT, "the rate limit applied");
    assert!(env.control.invites().iter().all(|invite| invite.message == "Welcome, and see you soon."));
}

#[test]
fn import_of_sixty_rows_survives_a_rate_limit_with_progress() {
    let (env, list, message) = set_up_import();
    let (url, token_file) = (env.url(), env.token_file());
    let line = format!(
        "{GUESTLIST} --url {url} --token-file {token_file} import - --message-file {message} --yes < {list}"
    );
    let pty = start_in_terminal(&env.program_command("/bin/sh", &["-c", &line]));
    let exit = pty.wait_for_clean_exit();
    assert_eq!(exit.code, 0, "{}", exit.screen);
    // Checks all output, not the final screen: the bar is redrawn all the time.
    let written = String::from_utf8_lossy(&exit.raw);
    assert!(written.contains("/60"), "a progress bar was drawn");
    assert!(exit.screen.contains("60 done"), "{}", exit.screen);
    assert_each_invited_once(&env);
}

#[test]
fn killed_import_resumes_without_second_emails() {
    let (env, list, message) = set_up_import();
    // Killed after a request took effect: a request that never arrived would stay unknown for ten minutes.
    let hang =
        Rule { skip: ROW_COUNT as u64 / 3, ..Rule::for_method("POST", Action::Hang(FaultTiming::After)) };
    env.set_faults([hang, rate_limit_rule()]);
    let mut command = env.command(&["import", "-", "--message-file", &message, "--yes"]);
    command.stdin(File::open(&list).expect("opened"));
    let running = RunningCommand::start(command);
    wait_until("a request hangs after its effect", || env.control.hanging_request_count() == 1);
    running.kill();
    env.set_faults([rate_limit_rule()]);
    let before = env.pending_emails().len();
    assert!((1..ROW_COUNT).contains(&before), "{before} invites before the kill");
    let output = env.run(&["plan", "resume", "--yes"]).assert_code(0);
    assert!(
        !output.stderr.contains('\r') && !output.stderr.contains('\u{1b}'),
        "no progress bar without a terminal: {}",
        output.stderr
    );
    assert_each_invited_once(&env);
    env.run(&["journal", "verify"]).assert_code(0);
}
