//! Switches between three profiles in a terminal: one without limits, one guarded, and one whose token is for another
//! tenancy.

use crate::asking::shown;
use crate::place::{Place, guest};
use crate::pty::ENTER;

#[test]
fn a_guarded_profile_and_a_wrong_tenancy_refuse_in_the_terminal_what_a_plain_one_does() {
    let (plain, guarded) = (Place::new(3), Place::new(2));
    let profile = |name: &str, place: &Place, entries: &str| {
        format!(
            "[profiles.{name}]\nurl = \"{}\"\ntoken_file = \"{}\"\n{entries}\n",
            place.url(),
            place.token_file()
        )
    };
    let text = [
        "undo_seconds = 0\n".to_owned(),
        profile("a-plain", &plain, ""),
        profile("b-guarded", &guarded, "guarded = true\nbadge = \"LIVE\""),
        profile("c-wrong", &guarded, "tenant = \"mine\""),
    ];
    let config = plain.write("three.toml", text.concat());
    let mut pty = shown(&plain.bare(&["--config", &config, "--profile", "a-plain"]));
    pty.shows("3 · complete");

    pty.send("c");
    pty.shows("Change to which tenancy?");
    pty.send("j");
    pty.send(ENTER);
    pty.shows("2 · complete");
    pty.shows("LIVE");
    pty.shows("READ-ONLY");
    pty.send("d");
    pty.shows("Read-only, because the profile b-guarded is guarded");
    assert_eq!(guarded.calls("DELETE"), 0, "read-only until somebody allows changes");
    pty.send("%");
    pty.shows("Type b-guarded to allow them:");
    pty.send("b-guarded");
    pty.shows("b-guarded ");
    pty.send("\r");
    pty.hides("READ-ONLY");
    pty.send("d");
    pty.shows("Type 1 to run it");
    pty.send("y");
    pty.shows("type 1 to run it.");
    assert_eq!(guarded.calls("DELETE"), 0, "y is not enough");
    pty.send("1");
    pty.send(ENTER);
    pty.shows("1 · complete");
    assert_eq!(guarded.pending(), [guest(1)]);
    // The plan ends after the last check of its deletes; quitting earlier would prompt.
    pty.send("2");
    pty.shows("No plan runs or waits for you");
    pty.send("1");

    pty.send("c");
    pty.shows("Change to which tenancy?");
    pty.send("j");
    pty.send(ENTER);
    pty.shows("expects tenant mine");
    pty.send("d");
    pty.shows("Nothing is changed: the profile expects");
    assert_eq!(guarded.calls("DELETE"), 1, "nothing is sent with a token of another tenancy");
    pty.send("q");
    assert_eq!(pty.ended().code, 0);
    assert_eq!(plain.calls("DELETE"), 0);
}
