//! Sandbox and console in two processes, over a real socket.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use guestlist::sandbox::LoggedRequest;
use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;

use crate::pty::{CTRL_S, ENTER, ESC, MAX_WAIT, Pty, TAB, lock_pty_creation, until};
use crate::sandbox_server::console;
use crate::test_env::{GUESTLIST, TestEnv};

/// Sends a GET request on a connection of its own.
fn http_get(url: &str) -> (u16, String) {
    let rest = url.strip_prefix("http://").expect("http");
    let (host, path) = rest.split_once('/').expect("a path");
    let mut stream = TcpStream::connect(host).expect("a listening server");
    stream.set_read_timeout(Some(MAX_WAIT)).expect("a limit");
    write!(stream, "GET /{path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n").expect("sent");
    let mut response = String::new();
    stream.read_to_string(&mut response).expect("a response");
    let (head, body) = response.split_once("\r\n\r\n").expect("a body");
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).expect("a status");
    (status, body.to_owned())
}

#[test]
fn invite_is_created_and_deleted_over_a_real_socket() {
    let env = TestEnv::new();
    let lock = lock_pty_creation();
    let mut server = Command::new(GUESTLIST)
        .args(["sandbox", "--json"])
        .env_clear()
        .env("HOME", env.home_dir())
        .env("TMPDIR", env.temp_dir())
        .stdout(Stdio::piped())
        .spawn()
        .expect("a running sandbox");
    drop(lock);
    let mut line = String::new();
    BufReader::new(server.stdout.take().expect("its output")).read_line(&mut line).expect("a line");
    let startup: Value = serde_json::from_str(&line).expect("JSON");
    let text = |name: &str| startup[name].as_str().expect(name).to_owned();
    let requests = || -> Vec<LoggedRequest> {
        let (status, body) = http_get(&format!("{}/calls", text("control_url").trim_end_matches('/')));
        assert_eq!(status, 200, "{body}");
        let mut all: Value = serde_json::from_str(&body).expect("JSON");
        serde_json::from_value(all["calls"].take()).expect("requests")
    };
    let count = |method: &str| requests().iter().filter(|request| request.method == method).count();

    let token_file = PathBuf::from(text("token_file"));
    let mut pty = Pty::start(console(&env, &text("url"), &token_file));
    pty.wait_for_table("412");
    pty.wait_for_text_gone("SANDBOX");
    pty.type_keys("n");
    pty.wait_for_text("New invite");
    pty.type_keys("jane.roe@example.com");
    pty.type_keys(TAB);
    pty.type_keys("Please join, Jane.");
    pty.type_keys(CTRL_S);
    pty.wait_for_table("413");
    let emails = || std::fs::read_dir(text("outbox")).expect("the outbox").count();
    until("the email is there", || emails() == 1);

    pty.type_keys(&format!("/jane.roe{ENTER}"));
    pty.wait_for_text("1 of 413");
    pty.type_keys("d");
    pty.wait_for_text("Delete this invite?");
    pty.type_keys("y");
    pty.wait_for_text("deleting");
    pty.type_keys(ESC);
    pty.wait_for_table("412");
    assert_eq!((count("POST"), count("DELETE")), (1, 1));
    pty.quit_after_change();
    assert_eq!(pty.wait_for_clean_exit().code, 0);

    let id = server.id() as i32;
    kill_process(Pid::from_raw(id).expect("a process"), Signal::TERM).expect("sent");
    assert_eq!(server.wait().expect("it ends").code(), Some(0));
    assert!(!token_file.exists(), "the token does not outlive the server");
    env.assert_temp_dir_is_empty();
}
