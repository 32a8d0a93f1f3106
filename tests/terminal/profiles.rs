//! Several profiles and none named: the console asks for one, and offers the last used one.

use crate::pty::{ENTER, ESC, Pty};
use crate::sandbox_server::SandboxServer;
use crate::test_env::TestEnv;

/// Creates a configuration with two profiles for the same server.
fn env_with_profiles(server: &SandboxServer) -> TestEnv {
    let env = TestEnv::new();
    let (url, token) = (server.url(), server.token_file());
    let profile = |name: &str| format!("[profiles.{name}]\nurl = {url:?}\ntoken_file = {token:?}\n");
    env.write_file(".config/guestlist/config.toml", &(profile("acme") + &profile("other")));
    env
}

#[test]
fn console_without_profile_asks_and_remembers() {
    let server = SandboxServer::start();
    let env = env_with_profiles(&server);
    let mut pty = Pty::start(env.console_command(&[]));
    pty.wait_for_text("Open which profile?");
    pty.wait_for_text("▌acme");
    pty.wait_for_text_gone("SANDBOX");
    pty.type_keys("j");
    pty.wait_for_text("▌other");
    pty.type_keys(ENTER);
    pty.wait_for_table("412");
    pty.type_keys("q");
    assert_eq!(pty.wait_for_clean_exit().code, 0);

    let mut pty = Pty::start(env.console_command(&[]));
    pty.wait_for_text("Open which profile?");
    pty.wait_for_text("▌other");
    pty.wait_for_text("last used");
    pty.type_keys(ESC);
    assert_eq!(pty.wait_for_clean_exit().code, 0);
}

#[test]
fn picker_shows_the_url_of_an_open_sandbox() {
    let server = SandboxServer::start();
    let env = env_with_profiles(&server);
    let mut pty = Pty::start(env.console_command(&["--sandbox"]));
    pty.wait_for_table("412");
    pty.type_keys("c");
    pty.wait_for_text("Switch to which profile?");
    pty.wait_for_text("current · http://127.0.0.1:");
    pty.type_keys("j");
    pty.type_keys(ENTER);
    pty.wait_for_text_gone("SANDBOX");
    pty.wait_for_table("412");
    pty.type_keys("c");
    pty.wait_for_text("Switch to which profile?");
    pty.wait_for_text("open · http://127.0.0.1:");
    assert!(!pty.screen(|screen| screen.contents().contains("starting")));
    pty.wait_for_text("Enter open");
    pty.type_keys(ESC);
    pty.wait_for_text_gone("Switch to which profile?");
    pty.type_keys("q");
    assert_eq!(pty.wait_for_clean_exit().code, 0);
}
