//! A token that expires while a list loads: the whole list is printed, and the token is renewed once.

use std::io::Read as _;
use std::process::Stdio;

use guestlist::sandbox::{Action, FaultTiming, Rule, StatusReply};

use crate::harness::{RunningCommand, TestEnv, wait_until};

#[test]
fn list_continues_if_an_app_token_expires_halfway() {
    let env = TestEnv::new(1_200);
    // Nine of the ten days of an invite are over, except for the late ones.
    env.control.advance(9 * 24 * 3600).expect("moved");
    for n in 0..30 {
        env.control.create(&format!("late{n}@example.com"), "hello").expect("an invite");
    }
    let text = format!(
        "[profiles.p]\nurl = \"{}\"\nclient_id = \"{}\"\nclient_secret_env = \"S\"\n",
        env.url(),
        env.client_id()
    );
    let config = env.write_file("app.toml", text);
    let rule = Rule {
        path_contains: Some("page_token".to_owned()),
        skip: 1,
        ..Rule::for_method("GET", Action::Hang(FaultTiming::Before))
    };
    env.set_faults([rule]);
    let args = ["list", "--filter", "exp<48h", "--json", "email,expiry_time"];
    let mut command = env.bare_command(&[&["--config", &config, "--profile", "p"][..], &args].concat());
    command.env("S", env.client_secret());
    let running = RunningCommand::start(command);
    wait_until("the third page hangs", || env.control.hanging_request_count() == 1);
    // More than an hour: the token has expired when it is checked.
    env.control.advance(3700).expect("moved");
    env.control.clear_faults();
    env.control.release_hanging();
    let output = running.wait().assert_code(0);
    // Only the warning about the server's clock is printed.
    assert!(output.stderr.lines().all(|line| line.contains("clock")), "{}", output.stderr);
    let rows = output.items();
    assert_eq!(rows.len(), 1_200, "only the invites that expire soon");
    assert!(rows.iter().all(|row| row.as_object().is_some_and(|row| row.len() == 2)));
    let token_requests = env.control.requests().iter().filter(|call| call.path.ends_with("/token")).count();
    assert_eq!(token_requests, 2, "one request at the start, one renewal");
    let rejected = env.control.requests().iter().filter(|call| call.status == Some(401)).count();
    assert_eq!(rejected, 1, "the token expired during the list");
}

#[test]
fn token_request_waits_as_long_as_the_server_asks() {
    let env = TestEnv::new(1);
    let (url, client_id) = (env.url(), env.client_id());
    let text = format!("url = \"{url}\"\nclient_id = \"{client_id}\"\nclient_secret_env = \"S\"\n");
    let config = env.write_file("app.toml", text);
    // More often than a failed request is repeated without a wait header.
    let reply = StatusReply::new(429).with_header("retry-after", "0.1");
    env.set_faults([Rule {
        path_contains: Some("appidp/token".to_owned()),
        times: 6,
        ..Rule::for_method("POST", Action::Status(reply))
    }]);
    let mut command = env.bare_command(&["--config", &config, "list"]);
    command.env("S", env.client_secret());
    RunningCommand::start(command).wait().assert_code(0);
    let token_requests = env.control.requests().iter().filter(|call| call.path.ends_with("/token")).count();
    assert_eq!(token_requests, 7);
}

#[test]
fn piped_list_is_readable_by_another_program() {
    let env = TestEnv::new(3);
    let mut command = env.command(&["list", "--filter", "exp>48h", "--json", "email,expiry_time"]);
    let mut list = command.spawn().expect("started");
    let out = list.stdout.take().expect("standard output");
    let mut command = env.program_command("/bin/sh", &["-c", "grep -c '\"email\"'"]);
    let mut grep = command.stdin(Stdio::from(out)).spawn().expect("started");
    let mut text = String::new();
    grep.stdout.take().expect("standard output").read_to_string(&mut text).expect("text");
    assert!(grep.wait().expect("an exit status").success() && list.wait().expect("an exit status").success());
    assert_eq!(text.trim(), "3");
}
