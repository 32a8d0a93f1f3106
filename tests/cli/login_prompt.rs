//! The questions of `guestlist login` on a terminal: what is typed as a secret is not shown, and Ctrl-c changes nothing.

use std::fs;
use std::path::Path;

use guestlist::sandbox::TokenRequest;

use crate::confirm_prompt::start_in_terminal;
use crate::harness::TestEnv;
use crate::pty::{CTRL_C, ENTER, Pty};

fn start(env: &TestEnv, args: &[&str]) -> Pty {
    start_in_terminal(&env.bare_command(args))
}

/// Answers the questions until the one about the client ID.
fn answer_server_and_name(pty: &mut Pty, env: &TestEnv) {
    pty.wait_for_text("Settings, Integrations");
    pty.wait_for_text("Server URL [https://app.datatrails.ai]:");
    pty.type_keys(&format!("{}\r", env.url()));
    pty.wait_for_text("Name of the profile [default]:");
    pty.type_keys(ENTER);
    pty.wait_for_text("Client ID (leave it empty to enter a token):");
}

#[test]
fn login_asks_for_client_id_and_hides_the_secret() {
    let env = TestEnv::new(2);
    let mut pty = start(&env, &["login"]);
    answer_server_and_name(&mut pty, &env);
    pty.type_keys(&format!("{}\r", env.client_id()));
    pty.wait_for_text("Client secret (hidden):");
    pty.type_keys(&format!("{}\r", env.client_secret()));
    let exit = pty.wait_for_clean_exit();
    assert_eq!(exit.code, 0, "{}", exit.screen);
    assert!(exit.screen.contains("Signed in: 2 pending invites."), "{}", exit.screen);
    assert!(!exit.screen.contains(&env.client_secret()), "{}", exit.screen);
}

#[test]
fn hidden_token_may_be_longer_than_a_line_of_the_terminal() {
    let env = TestEnv::new(1);
    let token = "x".repeat(6_000);
    env.control.issue_token(TokenRequest { token: Some(token.clone()), ..TokenRequest::default() });
    let mut pty = start(&env, &["login"]);
    answer_server_and_name(&mut pty, &env);
    pty.type_keys(ENTER);
    pty.wait_for_text("Token (hidden):");
    pty.type_keys(&format!("{token}\r"));
    let exit = pty.wait_for_clean_exit();
    assert_eq!(exit.code, 0, "{}", exit.screen);
    assert!(!exit.screen.contains("xxx"), "{}", exit.screen);
}

#[test]
fn existing_profile_is_replaced_after_a_question() {
    let env = TestEnv::new(1);
    fs::create_dir_all(env.path("config/guestlist")).expect("created");
    let before = format!("[profiles.acme]\nurl = \"{}\"\ntoken_env = \"T\"\n", env.url());
    let path = env.write_file("config/guestlist/config.toml", &before);
    let mut pty = start(&env, &["login", "acme"]);
    pty.wait_for_text(&format!("Server URL [{}]:", env.url()));
    pty.type_keys(ENTER);
    pty.wait_for_text("The profile acme exists. Type y to replace its token:");
    pty.type_keys(ENTER);
    assert_eq!(pty.wait_for_clean_exit().code, 7);
    assert_eq!(fs::read_to_string(path).expect("text"), before);
}

#[test]
fn interrupt_at_the_hidden_question_restores_the_terminal() {
    let env = TestEnv::new(1);
    let mut pty = start(&env, &["login", "acme", "--client-id", "c"]);
    pty.wait_for_text("Server URL");
    pty.type_keys(ENTER);
    pty.wait_for_text("Client secret (hidden):");
    pty.type_keys(CTRL_C);
    let exit = pty.wait_for_clean_exit();
    assert_eq!(exit.code, 130, "{}", exit.screen);
    assert!(exit.screen.contains("no changes were made"), "{}", exit.screen);
    assert!(!Path::new(&env.path("config")).exists());
}
