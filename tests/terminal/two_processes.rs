//! Sandbox and console in two processes, over a real socket.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use guestlist::sandbox::LoggedRequest;
use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;

use crate::outside::console;
use crate::place::{GUESTLIST, Place};
use crate::pty::{CTRL_S, ENTER, ESC, LIMIT, Pty, TAB, starting, until};

/// Sends a request to a server that closes the connection after its response.
fn get(url: &str) -> (u16, String) {
    let rest = url.strip_prefix("http://").expect("http");
    let (host, path) = rest.split_once('/').expect("a path");
    let mut stream = TcpStream::connect(host).expect("it listens");
    stream.set_read_timeout(Some(LIMIT)).expect("a limit");
    write!(stream, "GET /{path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n").expect("asked");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("an answer");
    let (head, body) = answer.split_once("\r\n\r\n").expect("a body");
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).expect("a status");
    (status, body.to_owned())
}

#[test]
fn an_invite_is_sent_and_revoked_over_a_real_socket() {
    let place = Place::new();
    let started = starting();
    let mut server = Command::new(GUESTLIST)
        .args(["sandbox", "--json"])
        .env_clear()
        .env("HOME", place.home())
        .env("TMPDIR", place.temporary())
        .stdout(Stdio::piped())
        .spawn()
        .expect("it starts");
    drop(started);
    let mut line = String::new();
    BufReader::new(server.stdout.take().expect("its output")).read_line(&mut line).expect("a line");
    let told: Value = serde_json::from_str(&line).expect("JSON");
    let text = |name: &str| told[name].as_str().expect(name).to_owned();
    let calls = || -> Vec<LoggedRequest> {
        let (status, body) = get(&format!("{}/calls", text("control_url").trim_end_matches('/')));
        assert_eq!(status, 200, "{body}");
        let mut all: Value = serde_json::from_str(&body).expect("JSON");
        serde_json::from_value(all["calls"].take()).expect("calls")
    };
    let count = |method: &str| calls().iter().filter(|call| call.method == method).count();

    let token_file = PathBuf::from(text("token_file"));
    let mut pty = Pty::start(console(&place, &text("url"), &token_file));
    pty.shows_table("412");
    pty.hides("SANDBOX");
    pty.send("n");
    pty.shows("New invite");
    pty.send("jane.roe@example.com");
    pty.send(TAB);
    pty.send("Please join, Jane.");
    pty.send(CTRL_S);
    pty.shows_table("413");
    let letters = || std::fs::read_dir(text("outbox")).expect("the outbox").count();
    until("the letter is there", || letters() == 1);

    pty.send(&format!("/jane.roe{ENTER}"));
    pty.shows("1 of 413");
    pty.send("d");
    pty.shows("Revoke this invite?");
    pty.send("y");
    pty.shows("revoking");
    pty.send(ESC);
    pty.shows_table("412");
    assert_eq!((count("POST"), count("DELETE")), (1, 1));
    pty.leave_after_change();
    assert_eq!(pty.ended().code, 0);

    let id = server.id() as i32;
    kill_process(Pid::from_raw(id).expect("a process"), Signal::TERM).expect("sent");
    assert_eq!(server.wait().expect("it ends").code(), Some(0));
    assert!(!token_file.exists(), "the token does not outlive the server");
    place.is_clean();
}
