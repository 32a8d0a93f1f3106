//! Each command, killed at each of its requests.

use guestlist::sandbox::FaultTiming;

use crate::harness::{TestEnv, guest_email};
use crate::kill_point::{KillPoint, kill_points, resume_and_check, run_and_kill, run_for_each};

const INVITE_COUNT: usize = 12;

fn guest_emails(rows: usize) -> Vec<String> {
    (0..rows).map(guest_email).collect()
}

fn command_args<'a>(verb: &'a str, guests: &'a [String]) -> Vec<&'a str> {
    let guests = guests.iter().map(String::as_str);
    std::iter::once(verb).chain(guests).chain(["--yes"]).collect()
}

fn check_killed_deletes(rows: usize, kills: Vec<KillPoint>) {
    run_for_each(kills, |at| {
        let env = TestEnv::new(rows);
        run_and_kill(&env, &command_args("delete", &guest_emails(rows)), at);
        resume_and_check(&env, rows, at);
        assert_eq!(env.pending_emails(), Vec::<String>::new(), "{at:?}");
    });
}

#[test]
fn twelve_deletes_survive_a_kill_at_every_request() {
    check_killed_deletes(INVITE_COUNT, kill_points("DELETE", INVITE_COUNT));
}

#[test]
fn eighty_deletes_survive_a_kill_at_some_requests() {
    let random = uuid::Uuid::new_v4().into_bytes();
    let at = |n: usize| usize::from(random[n]) % 80;
    check_killed_deletes(
        80,
        vec![
            KillPoint { method: "DELETE", nth: at(0), timing: FaultTiming::Before },
            KillPoint { method: "DELETE", nth: at(1), timing: FaultTiming::After },
            KillPoint { method: "DELETE", nth: at(2), timing: FaultTiming::After },
        ],
    );
}

#[test]
fn twelve_creates_survive_a_kill_at_every_request() {
    run_for_each(kill_points("POST", INVITE_COUNT), |at| {
        let env = TestEnv::new(0);
        let list = env.write_file("list", guest_emails(INVITE_COUNT).join("\n"));
        run_and_kill(&env, &["import", &list, "--message", "Welcome.", "--yes"], at);
        resume_and_check(&env, INVITE_COUNT, at);
        assert_eq!(env.pending_emails(), guest_emails(INVITE_COUNT), "{at:?}");
        for guest in guest_emails(INVITE_COUNT) {
            assert_eq!(env.email_count(&guest), 1, "{at:?}: {guest}");
        }
    });
}

#[test]
fn twelve_resends_survive_a_kill_at_every_request() {
    let kills = [kill_points("POST", INVITE_COUNT), kill_points("DELETE", INVITE_COUNT)].concat();
    run_for_each(kills, |at| {
        let env = TestEnv::new(INVITE_COUNT);
        let old: Vec<String> =
            guest_emails(INVITE_COUNT).iter().flat_map(|guest| env.identities_for(guest)).collect();
        run_and_kill(&env, &command_args("resend", &guest_emails(INVITE_COUNT)), at);
        resume_and_check(&env, INVITE_COUNT, at);
        for guest in guest_emails(INVITE_COUNT) {
            let now = env.identities_for(&guest);
            assert!(now.len() == 1 && !old.contains(&now[0]), "{at:?}: {guest} has {now:?}");
            assert_eq!(env.email_count(&guest), 2, "{at:?}: {guest} got one more email");
        }
        let mut messages: Vec<_> = env.control.invites().into_iter().map(|invite| invite.message).collect();
        messages.sort();
        let mut expected: Vec<_> = (0..INVITE_COUNT).map(|n| format!("message {n}")).collect();
        expected.sort();
        assert_eq!(messages, expected, "{at:?}");
    });
}

#[test]
fn completed_create_is_requested_once() {
    let env = TestEnv::new(0);
    let at = KillPoint { method: "POST", nth: 0, timing: FaultTiming::After };
    run_and_kill(&env, &["create", "jane@example.com", "--message", "Welcome.", "--yes"], at);
    env.run(&["plan", "resume", "--yes"]).assert_code(0).assert_stderr("was sent; confirmed by the list");
    assert_eq!(
        (env.request_count("POST"), env.email_count("jane@example.com"), env.pending_emails().len()),
        (1, 1, 1)
    );
}
