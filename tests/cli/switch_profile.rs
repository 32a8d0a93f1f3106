//! Switches between three profiles in a terminal: one without limits, one guarded, and one whose token is for another
//! tenancy.

use crate::confirm_prompt::start_in_terminal;
use crate::harness::{TestEnv, guest_email};
use crate::pty::ENTER;

#[test]
fn guarded_profile_and_wrong_tenancy_block_changes() {
    let (plain, guarded) = (TestEnv::new(3), TestEnv::new(2));
    let profile = |name: &str, env: &TestEnv, entries: &str| {
        format!(
            "[profiles.{name}]\nurl = \"{}\"\ntoken_file = \"{}\"\n{entries}\n",
            env.url(),
            env.token_file()
        )
    };
    let text = [
        "undo_seconds = 0\n".to_owned(),
        profile("a-plain", &plain, ""),
        profile("b-guarded", &guarded, "guarded = true\nbadge = \"LIVE\""),
        profile("c-wrong", &guarded, "tenant = \"mine\""),
    ];
    let config = plain.write_file("three.toml", text.concat());
    let mut pty = start_in_terminal(&plain.bare_command(&["--config", &config, "--profile", "a-plain"]));
    pty.wait_for_text("3 · complete");

    pty.type_keys("c");
    pty.wait_for_text("Switch to which profile?");
    pty.type_keys("j");
    pty.type_keys(ENTER);
    pty.wait_for_text("2 · complete");
    pty.wait_for_text("LIVE");
    pty.wait_for_text("READ-ONLY");
    pty.type_keys("d");
    pty.wait_for_text("Read-only: the profile b-guarded is guarded");
    assert_eq!(guarded.request_count("DELETE"), 0, "read-only until changes are allowed");
    pty.type_keys("%");
    pty.wait_for_text("Type b-guarded to allow them:");
    pty.type_keys("b-guarded");
    pty.wait_for_text("b-guarded ");
    pty.type_keys("\r");
    pty.wait_for_text_gone("READ-ONLY");
    pty.type_keys("d");
    pty.wait_for_text("Type 1 to apply");
    pty.type_keys("y");
    pty.wait_for_text("type 1 to apply.");
    assert_eq!(guarded.request_count("DELETE"), 0, "y does not confirm");
    pty.type_keys("1");
    pty.type_keys(ENTER);
    pty.wait_for_text("1 · complete");
    assert_eq!(guarded.pending_emails(), [guest_email(1)]);
    // The plan ends after the last check of its deletes; quitting earlier would prompt.
    pty.type_keys("2");
    pty.wait_for_text("1 invite deleted ·");
    pty.type_keys("1");

    pty.type_keys("c");
    pty.wait_for_text("Switch to which profile?");
    pty.type_keys("j");
    pty.type_keys(ENTER);
    pty.wait_for_text("expects tenant mine");
    pty.type_keys("d");
    pty.wait_for_text("Changes are not allowed: the profile expects");
    assert_eq!(guarded.request_count("DELETE"), 1, "no request with the token of another tenancy");
    pty.type_keys("q");
    assert_eq!(pty.wait_for_clean_exit().code, 0);
    assert_eq!(plain.request_count("DELETE"), 0);
}
