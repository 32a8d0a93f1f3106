//! Each verb, killed at each of its requests.

use guestlist::sandbox::FaultTiming;

use crate::place::{Place, guest};
use crate::scene::{Kill, every, kill, play, resume};

const ROWS: usize = 12;

fn guests(rows: usize) -> Vec<String> {
    (0..rows).map(guest).collect()
}

fn command<'a>(verb: &'a str, guests: &'a [String]) -> Vec<&'a str> {
    let guests = guests.iter().map(String::as_str);
    std::iter::once(verb).chain(guests).chain(["--yes"]).collect()
}

fn deletes_killed(rows: usize, kills: Vec<Kill>) {
    play(kills, |at| {
        let place = Place::new(rows);
        kill(&place, &command("delete", &guests(rows)), at);
        resume(&place, rows, at);
        assert_eq!(place.pending(), Vec::<String>::new(), "{at:?}");
    });
}

#[test]
fn twelve_deletes_at_every_call() {
    deletes_killed(ROWS, every("DELETE", ROWS));
}

#[test]
fn eighty_deletes_at_some_call() {
    let dice = uuid::Uuid::new_v4().into_bytes();
    let at = |n: usize| usize::from(dice[n]) % 80;
    deletes_killed(
        80,
        vec![
            Kill { method: "DELETE", nth: at(0), when: FaultTiming::Before },
            Kill { method: "DELETE", nth: at(1), when: FaultTiming::After },
            Kill { method: "DELETE", nth: at(2), when: FaultTiming::After },
        ],
    );
}

#[test]
fn twelve_creates_at_every_call() {
    play(every("POST", ROWS), |at| {
        let place = Place::new(0);
        let list = place.write("list", guests(ROWS).join("\n"));
        kill(&place, &["import", &list, "--message", "Welcome.", "--yes"], at);
        resume(&place, ROWS, at);
        assert_eq!(place.pending(), guests(ROWS), "{at:?}");
        for guest in guests(ROWS) {
            assert_eq!(place.letters(&guest), 1, "{at:?}: {guest}");
        }
    });
}

#[test]
fn twelve_resends_at_every_call() {
    let kills = [every("POST", ROWS), every("DELETE", ROWS)].concat();
    play(kills, |at| {
        let place = Place::new(ROWS);
        let old: Vec<String> = guests(ROWS).iter().flat_map(|guest| place.identities(guest)).collect();
        kill(&place, &command("resend", &guests(ROWS)), at);
        resume(&place, ROWS, at);
        for guest in guests(ROWS) {
            let now = place.identities(&guest);
            assert!(now.len() == 1 && !old.contains(&now[0]), "{at:?}: {guest} has {now:?}");
            assert_eq!(place.letters(&guest), 2, "{at:?}: {guest} got one more");
        }
        let mut messages: Vec<_> = place.control.invites().into_iter().map(|invite| invite.message).collect();
        messages.sort();
        let mut expected: Vec<_> = (0..ROWS).map(|n| format!("message {n}")).collect();
        expected.sort();
        assert_eq!(messages, expected, "{at:?}");
    });
}

#[test]
fn a_create_that_had_its_effect_is_on_the_wire_once() {
    let place = Place::new(0);
    let at = Kill { method: "POST", nth: 0, when: FaultTiming::After };
    kill(&place, &["create", "jane@example.com", "--message", "Welcome.", "--yes"], at);
    place.run(&["plan", "resume", "--yes"]).is(0).says("was sent; confirmed by the list");
    assert_eq!((place.calls("POST"), place.letters("jane@example.com"), place.pending().len()), (1, 1, 1));
}
