//! A long import against a server with a limit of five creates per second: with and without a terminal, and killed in
//! the
//! middle. No one gets two emails.

use std::fs::File;

use guestlist::sandbox::{Action, FaultTiming, RateLimit, Rule, WaitHeader};

use crate::asking::shown;
use crate::place::{GUESTLIST, Place, Running, guest, until};

const ROWS: usize = 60;

/// The server accepts five invites per second.
fn slow() -> Rule {
    let limit = RateLimit { per_second: 5, header: WaitHeader::Reset };
    Rule::for_method("POST", Action::RateLimit(limit)).always()
}

/// A tenancy with a rate limit, a list and a message.
fn scene() -> (Place, String, String) {
    let place = Place::new(0);
    place.faults([slow()]);
    let rows: Vec<String> = (0..ROWS).map(|n| format!("Guest {n} <{}>", guest(n))).collect();
    let list = place.write("list.txt", rows.join("\n"));
    let message = place.write("m.txt", "Welcome, and see you soon.\n");
    (place, list, message)
}

/// Asserts that everyone has one invite and got one email; the server refused some requests.
fn each_was_invited_once(place: &Place) {
    let mut pending = place.pending();
    pending.sort();
    let mut expected: Vec<String> = (0..ROWS).map(guest).collect();
    expected.sort();
    assert_eq!(pending, expected);
    assert!(expected.iter().all(|guest| place.letters(guest) == 1), "one letter each");
    assert!(place.calls("POST") > ROWS, "the limit was felt");
    assert!(place.control.invites().iter().all(|invite| invite.message == "Welcome, and see you soon."));
}

#[test]
fn sixty_rows_go_out_under_a_rate_limit_with_a_bar_on_the_terminal() {
    let (place, list, message) = scene();
    let (url, token_file) = (place.url(), place.token_file());
    let line = format!(
        "{GUESTLIST} --url {url} --token-file {token_file} import - --message-file {message} --yes < {list}"
    );
    let pty = shown(&place.other("/bin/sh", &["-c", &line]));
    let ended = pty.ended();
    assert_eq!(ended.code, 0, "{}", ended.screen);
    // Checks all output, not the final screen: the bar is redrawn all the time.
    let written = String::from_utf8_lossy(&ended.raw);
    assert!(written.contains("/60"), "there was a bar");
    assert!(ended.screen.contains("60 done"), "{}", ended.screen);
    each_was_invited_once(&place);
}

#[test]
fn killed_in_the_middle_it_goes_on_and_nobody_is_mailed_twice() {
    let (place, list, message) = scene();
    // Killed after a request took effect: a request that never arrived would stay unknown for ten minutes.
    let hang = Rule { skip: ROWS as u64 / 3, ..Rule::for_method("POST", Action::Hang(FaultTiming::After)) };
    place.faults([hang, slow()]);
    let mut command = place.command(&["import", "-", "--message-file", &message, "--yes"]);
    command.stdin(File::open(&list).expect("it opens"));
    let running = Running::start(command);
    until("a request hangs behind its effect", || place.control.hanging_requests() == 1);
    running.kill();
    place.faults([slow()]);
    let before = place.pending().len();
    assert!((1..ROWS).contains(&before), "{before}: it was killed in the middle");
    let said = place.run(&["plan", "resume", "--yes"]).is(0);
    assert!(
        !said.err.contains('\r') && !said.err.contains('\u{1b}'),
        "no bar without a terminal: {}",
        said.err
    );
    each_was_invited_once(&place);
    place.run(&["journal", "verify"]).is(0);
}
