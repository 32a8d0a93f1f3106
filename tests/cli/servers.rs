//! Which token goes to which server: two sandboxes, one of which must never receive the other's token.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command};

use guestlist::sandbox::{Action, FaultTiming, Rule, TokenRequest};

use crate::place::{GUESTLIST, Place, Running, Said, until};

/// A configuration whose profile `staging` is this sandbox.
fn staging(place: &Place, entries: &str) -> String {
    let (url, token_file) = (place.url(), place.token_file());
    place.write(
        "s.toml",
        format!("{entries}[profiles.staging]\nurl = \"{url}\"\ntoken_file = \"{token_file}\"\n"),
    )
}

fn ended(mut command: Command, variables: &[(&str, &str)]) -> Said {
    command.envs(variables.iter().copied());
    Running::start(command).ended()
}

#[test]
fn named_profile_ignores_server_and_token_of_the_environment() {
    let (own, other) = (Place::new(1), Place::new(5));
    let config = staging(&own, "");
    let (url, token_file) = (other.url(), other.token_file());
    let variables = [("DATATRAILS_URL", url.as_str()), ("BEARER_TOKEN_FILE", token_file.as_str())];
    let said = ended(own.bare(&["--config", &config, "-p", "staging", "list"]), &variables).is(0);
    assert_eq!(said.out.lines().count(), 1, "{}", said.out);
    let notices: Vec<&str> = said.err.lines().filter(|line| line.starts_with("Ignored:")).collect();
    assert_eq!(notices.len(), 1, "{}", said.err);
    for part in ["DATATRAILS_URL", "BEARER_TOKEN_FILE", "staging"] {
        assert!(notices[0].contains(part), "{}", notices[0]);
    }
    assert_eq!(other.control.requests().len(), 0);
}

#[test]
fn token_of_a_profile_goes_to_no_other_server() {
    let (own, other) = (Place::new(1), Place::new(5));
    let url = other.url();
    let config = staging(&own, "");
    let flags = ["--config", &config, "-p", "staging", "--url", &url];
    let said = ended(own.bare(&[&flags[..], &["list"]].concat()), &[]).is(2);
    assert!(said.err.contains(&own.url()) && said.err.contains("--token-file"), "{}", said.err);
    let token_file = other.token_file();
    let said = ended(own.bare(&[&flags[..], &["--token-file", &token_file, "list"]].concat()), &[]).is(0);
    assert_eq!(said.out.lines().count(), 5, "a credential was given by flag");
    let before = other.control.requests().len();

    // The default profile of the file does not override the environment, and keeps its token.
    let config = staging(&own, "profile = \"staging\"\n");
    let variables = [("DATATRAILS_URL", url.as_str())];
    let said = ended(own.bare(&["--config", &config, "list"]), &variables).is(4);
    assert!(said.err.contains("token_file (config.toml line 4) is for http://127.0.0.1"), "{}", said.err);
    let said = ended(own.bare(&["--config", &config, "doctor"]), &variables).is(4);
    assert!(said.out.contains(&format!("no token is configured for {url}")), "{}", said.out);
    let said = ended(own.bare(&["--config", &config, "config", "show"]), &variables).is(0);
    assert!(said.out.contains("token\tnone: no token is configured for"), "{}", said.out);
    // Neither does the secret of an app registration, nor a token file, of the environment without its URL.
    let (id, secret) = (other.client_id(), other.client_secret());
    let app = [("DATATRAILS_CLIENT_ID", id.as_str()), ("DATATRAILS_CLIENT_SECRET", secret.as_str())];
    let said = ended(own.bare(&["--url", &url, "list"]), &app).is(4);
    assert!(said.err.contains("DATATRAILS_CLIENT_ID is for the vendor's servers"), "{}", said.err);
    let file = [("BEARER_TOKEN_FILE", token_file.as_str())];
    let said = ended(own.bare(&["--url", &url, "list"]), &file).is(4);
    assert!(said.err.contains("BEARER_TOKEN_FILE is for the vendor's servers"), "{}", said.err);
    assert_eq!(other.control.requests().len(), before, "nothing was sent");
}

/// A sandbox in its own process; it ends with the test.
struct Process(Child);

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn sandbox_env_prints_lines_that_connect_a_shell() {
    let place = Place::new(0);
    let mut sandbox =
        Process(place.bare(&["sandbox", "--env", "--invites", "3"]).spawn().expect("it starts"));
    let mut lines = BufReader::new(sandbox.0.stdout.take().expect("its output")).lines();
    let lines = [lines.next().expect("a URL").expect("text"), lines.next().expect("a file").expect("text")];
    assert!(lines.iter().all(|line| line.starts_with("export ")), "{lines:?}");
    let script = format!("{}\n{}\n\"$0\" list", lines[0], lines[1]);
    let said = ended(place.other("/bin/sh", &["-c", &script, GUESTLIST]), &[]).is(0);
    assert_eq!(said.out.lines().count(), 3, "{}", said.err);
}

#[test]
fn token_file_may_be_a_pipe_or_begin_with_a_tilde() {
    let place = Place::new(2);
    let script = "exec \"$0\" --url \"$1\" --token-file <(cat \"$2\") delete guest0@example.com --yes";
    let said =
        ended(place.other("/bin/bash", &["-c", script, GUESTLIST, &place.url(), &place.token_file()]), &[]);
    said.is(0);
    assert_eq!((place.calls("DELETE"), place.pending().len()), (1, 1), "it is read once and kept");
    place.write("tok", std::fs::read(place.token_file()).expect("a token"));
    let url = place.url();
    ended(place.bare(&["--url", &url, "--token-file=~/tok", "list"]), &[]).is(0);
    let variables = [("DATATRAILS_URL", url.as_str()), ("BEARER_TOKEN_FILE", "~/tok")];
    ended(place.bare(&["list"]), &variables).is(0);
}

#[test]
fn token_of_standard_input_is_read_once_and_kept() {
    let place = Place::new(2);
    let piped = |line: &str, args: &[&str]| {
        let script = format!("cat \"$2\" | \"$0\" --url \"$1\" --token-file - {line}");
        let (url, token_file) = (place.url(), place.token_file());
        let own = ["-c", &script, GUESTLIST, &url, &token_file];
        ended(place.other("/bin/sh", &[&own[..], args].concat()), &[])
    };
    piped("delete guest0@example.com --yes", &[]).is(0);
    assert_eq!((place.calls("DELETE"), place.pending().len()), (1, 1));
    piped("doctor", &[]).is(0);
    for needs_it_too in ["create - --yes", "import - --yes", "create a@example.com --message-file - --yes"] {
        let said = piped(needs_it_too, &[]).is(2);
        assert!(said.err.contains("already holds the token"), "{}", said.err);
    }
    let said = piped("create a@example.com", &[]).is(7);
    assert!(said.err.contains("--yes"), "nobody can be asked: {}", said.err);
    let said = piped("", &[]).is(2);
    assert!(said.err.contains("needs standard input for keys"), "{}", said.err);
    assert_eq!(place.calls("POST"), 0);
    let url = place.url();
    let empty = ended(place.bare(&["--url", &url, "--token-file", "-", "list"]), &[]).is(4);
    assert!(empty.err.contains("standard input is empty"), "{}", empty.err);
}

#[test]
fn refused_token_names_what_can_be_done_about_its_source() {
    let place = Place::new(1);
    place.write("bad", "a.b.c");
    let (url, bad) = (place.url(), place.home("bad"));
    let said = ended(place.bare(&["--url", &url, "--token-file", &bad, "list"]), &[]).is(4);
    assert!(said.err.contains(&format!("Put a new token into the token file {bad}")), "{}", said.err);
    let script = "exec \"$0\" --url \"$1\" --token-file <(cat \"$2\") list";
    let said = ended(place.other("/bin/bash", &["-c", script, GUESTLIST, &url, &bad]), &[]).is(4);
    assert!(said.err.contains("read only once. Restart"), "{}", said.err);
    let text = format!("[profiles.p]\nurl = \"{url}\"\ntoken_env = \"T\"\n");
    let config = place.write("t.toml", text);
    let said = ended(place.bare(&["--config", &config, "-p", "p", "list"]), &[("T", "a.b.c")]).is(4);
    assert!(said.err.contains("Set T to a new token"), "{}", said.err);
}

#[test]
fn plan_is_for_the_tenancy_whose_list_was_read() {
    let place = Place::new(1);
    let token_file = place.write("own-token", place.control.issue_token(TokenRequest::default()));
    place.faults([Rule::for_method("GET", Action::Hang(FaultTiming::Before))]);
    let (url, args) = (place.url(), ["create", "new@example.com", "--yes"]);
    let command = place.bare(&[&["--url", &url, "--token-file", &token_file], &args[..]].concat());
    let running = Running::start(command);
    until("the list hangs", || place.control.hanging_requests() == 1);
    let wish = TokenRequest { tenant: Some("tenant/elsewhere".into()), ..TokenRequest::default() };
    place.write("own-token", place.control.issue_token(wish));
    place.control.clear_faults();
    place.control.release_hanging();
    let said = running.ended();
    assert_ne!(said.code, 0);
    for part in ["tenant/elsewhere", "own-token"] {
        assert!(said.err.contains(part), "{}", said.err);
    }
    assert_eq!(place.calls("POST"), 0);
}
