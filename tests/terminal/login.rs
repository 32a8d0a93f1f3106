//! Signing in from the console: it leaves the terminal, `guestlist login` asks, and the new profile opens.

use crate::pty::{ENTER, Pty};
use crate::sandbox_server::SandboxServer;
use crate::test_env::TestEnv;

#[test]
fn login_key_opens_the_new_profile() {
    let server = SandboxServer::start();
    let token = std::fs::read_to_string(server.token_file()).expect("a token");
    let env = TestEnv::new();
    let mut pty = Pty::start(env.console_command(&[]));
    pty.wait_for_text("Press L to connect your tenancy");
    pty.type_keys("L");
    pty.wait_for_text("Server URL [https://app.datatrails.ai]:");
    pty.type_keys(&format!("{}\r", server.url()));
    pty.wait_for_text("Name of the profile [default]:");
    pty.type_keys("acme\r");
    pty.wait_for_text("Client ID (leave it empty to enter a token):");
    pty.type_keys(ENTER);
    pty.wait_for_text("Token (hidden):");
    pty.type_keys(&format!("{}\r", token.trim()));
    pty.wait_for_text_gone("SANDBOX");
    pty.wait_for_table("412");
    pty.wait_for_text("acme");
    pty.type_keys("c");
    pty.wait_for_text("Switch to which profile?");
    pty.wait_for_text("▌acme");
    pty.type_keys("\u{1b}");
    pty.wait_for_text_gone("Switch to which profile?");
    pty.type_keys("q");
    assert_eq!(pty.wait_for_clean_exit().code, 0);
    // The new profile is the default.
    let mut pty = Pty::start(env.console_command(&[]));
    pty.wait_for_table("412");
    assert!(!pty.screen(|screen| screen.contents().contains("SANDBOX")));
    pty.type_keys("q");
    assert_eq!(pty.wait_for_clean_exit().code, 0);
}

#[test]
fn failed_login_returns_to_the_console() {
    let server = SandboxServer::start();
    let env = TestEnv::new();
    env.write_file("bad.token", "a.b.c");
    let args = ["--url", server.url(), "--token-file", "bad.token"];
    let mut pty = Pty::start(env.console_command(&args));
    pty.wait_for_text("token rejected (401");
    pty.wait_for_text("Press L to sign in");
    pty.type_keys("L");
    pty.wait_for_text("Name of the profile [default]:");
    pty.type_keys(ENTER);
    pty.wait_for_text("Client ID");
    pty.type_keys(ENTER);
    pty.wait_for_text("Token (hidden):");
    pty.type_keys("d.e.f\r");
    pty.wait_for_text("Could not sign in to");
    pty.wait_for_text("Press Enter to return to the console:");
    pty.type_keys(ENTER);
    pty.wait_for_text("Not signed in. No changes were made.");
    pty.type_keys("q");
    assert_eq!(pty.wait_for_clean_exit().code, 0);
    assert!(!env.home_dir().join(".config/guestlist").exists());
}
