//! `api`: GET requests to any path of the configured server. `--debug-http` shows them without the token.

use std::collections::BTreeMap;

use guestlist::sandbox::{Action, RawReply, Rule, StatusReply};

use crate::confirm_prompt::start_in_terminal;
use crate::harness::{TestEnv, guest_email};

#[test]
fn api_prints_the_body_of_a_path() {
    let env = TestEnv::new(3);
    let output = env.run(&["api", "?page_size=2", "--jq", ".invites[].email"]).assert_code(0);
    assert_eq!(output.stdout, format!("{}\n{}\n", guest_email(0), guest_email(1)));
    let uuid = &env.identities_for(&guest_email(2))[0];
    let invite = env.run(&["api", uuid]).assert_code(0).json();
    assert_eq!(invite["email"], guest_email(2));
    let caps = env.run(&["api", "/archivist/v1/caps?service=invites"]).assert_code(0).json();
    assert!(caps["caps"].is_array(), "{caps}");
    let missing = env.run(&["api", "00000000-0000-4000-a000-000000000001"]).assert_code(3);
    assert_eq!(missing.json()["code"], 5, "the body explains the status");
    env.run(&["api", "?page_size=2", "--jq", ".["]).assert_code(2);
}

#[test]
fn body_is_escaped_on_a_terminal_and_unchanged_in_a_pipe() {
    let env = TestEnv::new(0);
    for (body, shown) in [("{\"a\":\"\u{202e}x\"}", "\\u202ex"), ("<p>\u{1b}]0;title\u{7}</p>", "␛]0;title")]
    {
        let reply = RawReply { body: body.to_owned(), ..RawReply::default() };
        env.set_faults([Rule::for_method("GET", Action::Raw(reply)).always()]);
        assert_eq!(env.run(&["api", ""]).assert_code(0).stdout, body);
        let exit = start_in_terminal(&env.command(&["api", ""])).wait_for_clean_exit();
        assert_eq!(exit.code, 0, "{}", exit.screen);
        assert!(exit.screen.contains(shown), "{}", exit.screen);
    }
}

#[test]
fn api_makes_no_other_request() {
    let env = TestEnv::new(1);
    for method in ["POST", "delete", "PATCH"] {
        env.run(&["api", "-X", method, "x"]).assert_code(7).assert_stderr("every change is a plan");
    }
    for path in ["https://evil.example/", "//evil.example", "..", "/a/%2e%2e/b", "a b", "x#y", "\\\\evil"] {
        env.run(&["api", path]).assert_code(7).assert_stderr("Cannot use the path");
    }
    assert_eq!(env.control.requests().len(), 0);
}

#[test]
fn api_uses_the_base_path_and_the_rate_limit() {
    let env = TestEnv::new(1);
    let headers = BTreeMap::from([("Archivist-Rate-Limit-Reset".to_owned(), "0.1".to_owned())]);
    let reply = RawReply { status: 429, headers, ..RawReply::default() };
    env.set_faults([Rule { times: 2, ..Rule::for_method("GET", Action::Raw(reply)) }]);
    env.run(&["api", "?page_size=1"]).assert_code(0);
    assert_eq!(env.request_count("GET"), 3);
    let config = env.write_file(
        "c.toml",
        format!(
            "[profiles.p]\nurl = {:?}\ntoken_file = {:?}\nbase_path = \"/archivist/v1/invites\"\n",
            env.url(),
            env.token_file()
        ),
    );
    let command = env.bare_command(&["--config", &config, "-p", "p", "api", "?page_size=1"]);
    crate::harness::RunningCommand::start(command).wait().assert_code(0);
    let last = env.control.requests().pop().expect("a request");
    assert_eq!(last.path, "/archivist/v1/invites?page_size=1");
    env.set_faults([Rule::for_method("GET", Action::Status(StatusReply::new(403))).always()]);
    env.run(&["api", ""]).assert_code(4);
}

#[test]
fn debug_output_masks_the_token_in_requests_and_responses() {
    let env = TestEnv::new(1);
    let line = std::fs::read_to_string(env.token_file()).expect("a token");
    let token = line.trim().trim_start_matches("Authorization: Bearer ").to_owned();
    let headers = BTreeMap::from([
        ("x-echo".to_owned(), format!("Bearer {token}")),
        ("set-cookie".to_owned(), "session=4711".to_owned()),
    ]);
    let body = format!("{{\"invites\":[],\"note\":\"{token}\",\"next_page_token\":\"\"}}");
    let reply = RawReply { headers, body, ..RawReply::default() };
    env.set_faults([Rule::for_method("GET", Action::Raw(reply)).always()]);
    for args in [&["--debug-http", "api", "?page_size=1"][..], &["-vv", "list"], &["-vv", "api", ""]] {
        let output = env.run(args).assert_code(0);
        for part in ["> GET /", "> authorization: Bearer <token>", "< 200 after", "< x-echo: Bearer <token>"]
        {
            assert!(output.stderr.contains(part), "{part} in {}", output.stderr);
        }
        assert!(!(output.stderr.contains("4711") || output.stderr.contains(&token)), "{}", output.stderr);
        assert!(!output.stdout.contains(&token), "{}", output.stdout);
    }
    let quiet = env.run(&["-v", "list"]).assert_code(0);
    assert!(!quiet.stderr.contains("x-echo"), "only one line for each request");
}
