//! Several profiles and none named: the console asks which one to open, and offers the last used one.

use crate::outside::Server;
use crate::place::Place;
use crate::pty::{ENTER, ESC, Pty};

/// A configuration with two profiles for the same server.
fn place_with_profiles(server: &Server) -> Place {
    let place = Place::new();
    let (url, token) = (server.url(), server.token_file());
    let profile = |name: &str| format!("[profiles.{name}]\nurl = {url:?}\ntoken_file = {token:?}\n");
    place.write(".config/guestlist/config.toml", &(profile("acme") + &profile("other")));
    place
}

#[test]
fn without_a_named_profile_the_console_asks_and_remembers() {
    let server = Server::start();
    let place = place_with_profiles(&server);
    let mut pty = Pty::start(place.console(&[]));
    pty.shows("Open which profile?");
    pty.shows("▌acme");
    pty.hides("SANDBOX");
    pty.send("j");
    pty.shows("▌other");
    pty.send(ENTER);
    pty.shows_table("412");
    pty.send("q");
    assert_eq!(pty.ended().code, 0);

    let mut pty = Pty::start(place.console(&[]));
    pty.shows("Open which profile?");
    pty.shows("▌other");
    pty.shows("used last");
    pty.send(ESC);
    assert_eq!(pty.ended().code, 0);
}

#[test]
fn an_open_sandbox_says_in_the_picker_where_it_is() {
    let server = Server::start();
    let place = place_with_profiles(&server);
    let mut pty = Pty::start(place.console(&["--sandbox"]));
    pty.shows_table("412");
    pty.send("c");
    pty.shows("Change to which tenancy?");
    pty.shows("here · http://127.0.0.1:");
    pty.send("j");
    pty.send(ENTER);
    pty.hides("SANDBOX");
    pty.shows_table("412");
    pty.send("c");
    pty.shows("Change to which tenancy?");
    pty.shows("open · http://127.0.0.1:");
    assert!(!pty.screen(|screen| screen.contents().contains("starting")));
    pty.shows("Enter open");
    pty.send(ESC);
    pty.hides("Change to which tenancy?");
    pty.send("q");
    assert_eq!(pty.ended().code, 0);
}
