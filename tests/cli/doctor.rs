//! `doctor`: each problem between this machine and the tenancy is reported with a hint and its exit code.

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener};
use std::os::unix::fs::PermissionsExt as _;
use std::process::Command;
use std::sync::{Arc, mpsc};
use std::thread;

use guestlist::sandbox::TokenRequest;
use serde_json::Value;
use tokio_rustls::rustls::crypto::ring::default_provider;
use tokio_rustls::rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use tokio_rustls::rustls::{ServerConfig, ServerConnection};

use crate::place::{Place, Running, Said};

/// A host that does not exist: requests reach it only through a proxy.
const FAR: &str = "https://guestlist.invalid";

/// Runs `doctor --json` for a profile with these settings.
fn doctor(place: &Place, entries: &[String]) -> Command {
    let config = place.write("doctor.toml", format!("[profiles.p]\n{}\n", entries.join("\n")));
    place.bare(&["--config", &config, "--profile", "p", "doctor", "--json"])
}

fn ended(command: Command) -> Said {
    Running::start(command).ended()
}

fn entry(name: &str, text: &str) -> String {
    format!("{name} = \"{text}\"")
}

/// Settings for the sandbox, with a private file that holds this token.
fn with_token(place: &Place, url: &str, token: &str) -> Vec<String> {
    let path = place.write("token", token);
    fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).expect("set");
    vec![entry("url", url), entry("token_file", &path)]
}

fn good_token(place: &Place) -> String {
    place.control.issue_token(TokenRequest::default())
}

/// Returns the finding of one check; asserts that all other checks pass.
fn only_trouble(said: &Said, about: &str) -> String {
    let found: Value = serde_json::from_str(&said.out).expect("JSON and nothing else");
    let found = found.as_array().expect("an array");
    let troubles: Vec<_> = found.iter().filter(|it| it["status"] != "ok").collect();
    assert!(troubles.iter().all(|it| it["check"] == about) && troubles.len() == 1, "{about}: {found:?}");
    assert_eq!(said.err, "", "all of it is in the findings");
    format!(
        "{}: {}",
        troubles[0]["status"].as_str().unwrap_or(""),
        troubles[0]["message"].as_str().unwrap_or("")
    )
}

/// Returns the finding of one check; another check may warn because of it.
fn wrong(said: &Said) -> String {
    let found: Value = serde_json::from_str(&said.out).expect("JSON and nothing else");
    let wrong: Vec<_> =
        found.as_array().expect("an array").iter().filter(|it| it["status"] == "error").collect();
    assert_eq!(wrong.len(), 1, "{found:?}");
    format!("{}: {}", wrong[0]["check"].as_str().unwrap_or(""), wrong[0]["message"].as_str().unwrap_or(""))
}

#[track_caller]
fn says(words: &str, parts: &[&str]) {
    for part in parts {
        assert!(words.contains(part), "{part:?} in {words}");
    }
}

#[test]
fn where_all_is_well_each_line_says_so() {
    let place = Place::new(3);
    let said = place.run(&["doctor"]).is(0);
    let abouts: Vec<_> = said.rows().iter().map(|row| (row[0].to_owned(), row[1].to_owned())).collect();
    let expected = ["configuration", "token", "tenancy", "server", "members", "journal"];
    let expected: Vec<_> = expected.iter().map(|about| ("ok".to_owned(), (*about).to_owned())).collect();
    assert_eq!(abouts, expected);
    says(&said.out, &["3 pending invites", "expires in 59 min", &place.url()]);
    assert_eq!(place.calls("POST") + place.calls("DELETE"), 0);
    let said = ended(doctor(&place, &with_token(&place, &place.url(), &good_token(&place)))).is(0);
    says(&said.out, &["profile p; ", "doctor.toml"]);
}

#[test]
fn no_token_is_named_with_what_to_do() {
    let place = Place::new(1);
    let said = ended(place.bare(&["doctor", "--json"])).is(4);
    says(&wrong(&said), &["token: no token is configured", "--token-file"]);
    let said = ended(place.bare(&["--url", &place.url(), "doctor", "--json"])).is(4);
    says(&wrong(&said), &["token: no token found"]);
    let gone = [entry("url", &place.url()), entry("token_file", "/nowhere/token")];
    says(
        &wrong(&ended(doctor(&place, &gone)).is(4)),
        &["token: the token file /nowhere/token does not exist"],
    );
    let unset = [entry("url", &place.url()), entry("token_env", "NOT_SET")];
    says(&wrong(&ended(doctor(&place, &unset)).is(4)), &["token: ", "NOT_SET"]);
    assert!(place.control.requests().is_empty(), "nothing is sent without one");
}

#[test]
fn a_null_token_and_one_that_ran_out_are_named() {
    let place = Place::new(1);
    let null = with_token(&place, &place.url(), "Authorization: Bearer null\n");
    says(&wrong(&ended(doctor(&place, &null)).is(4)), &["token: ", "contains “null”"]);
    assert!(place.control.requests().is_empty());
    let wish = TokenRequest { expires_in: Some(-7200), ..TokenRequest::default() };
    let old = place.control.issue_token(wish);
    let said = ended(doctor(&place, &with_token(&place, &place.url(), &old))).is(4);
    says(
        &only_trouble(&said, "token"),
        &["error: from ", ": expired 2 h ago by the server's clock. Get a new token."],
    );
    // A well-formed token that the server does not know.
    let strange = with_token(&place, &place.url(), "strange-token");
    let said = ended(doctor(&place, &strange)).is(4);
    says(&only_trouble(&said, "token"), &["token rejected (401", "Put a new token into the token file"]);
    assert!(!said.out.contains("strange-token"));
}

#[test]
fn a_token_file_that_others_can_read_is_named_with_the_command_that_mends_it() {
    let place = Place::new(1);
    let entries = with_token(&place, &place.url(), &good_token(&place));
    let path = place.home("token");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).expect("set");
    let said = ended(doctor(&place, &entries)).is(0);
    let words = only_trouble(&said, "token");
    let command = words.split("Run: ").nth(1).expect("a command");
    assert!(Command::new("sh").args(["-c", command]).status().expect("it runs").success());
    only_well(&ended(doctor(&place, &entries)).is(0));
}

fn only_well(said: &Said) {
    assert!(!said.out.contains("error") && !said.out.contains("warning"), "{}", said.out);
}

#[test]
fn a_token_of_another_tenancy_and_another_base_path_are_named() {
    let place = Place::new(1);
    let entries = with_token(&place, &place.url(), &good_token(&place));
    let pinned = [&entries[..], &[entry("tenant", "mine")]].concat();
    let said = ended(doctor(&place, &pinned)).is(7);
    says(
        &only_trouble(&said, "tenancy"),
        &["the profile expects tenant mine", "Use a token of that tenancy"],
    );
    let wrong_path = [&entries[..], &[entry("base_path", "/wrong/invites")]].concat();
    let said = ended(doctor(&place, &wrong_path)).is(1);
    let words = only_trouble(&said, "server");
    says(
        &words,
        &["(404", "The base path /wrong/invites is configured. Remove it to try both default paths."],
    );
}

#[test]
fn a_server_that_nobody_vouches_for_and_a_missing_ca_file_are_named() {
    let place = Place::new(0);
    let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).expect("a certificate");
    let other = rcgen::generate_simple_self_signed(["localhost".to_owned()]).expect("a certificate");
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(made.signing_key.serialize_der()));
    let config = ServerConfig::builder_with_provider(Arc::new(default_provider()))
        .with_safe_default_protocol_versions()
        .expect("versions")
        .with_no_client_auth()
        .with_single_cert(vec![made.cert.der().clone()], key)
        .expect("a usable certificate");
    let address = tls_server(config);
    let url = format!("https://localhost:{}", address.port());
    let entries = with_token(&place, &url, "some-token");
    let ca = |path: &str| [&entries[..], &[entry("ca_file", path)]].concat();
    let said = ended(doctor(&place, &ca(&place.write("other.pem", other.cert.pem())))).is(1);
    let words = only_trouble(&said, "server");
    says(&words, &["is not trusted", "set ca_file or SSL_CERT_FILE"]);
    let said = ended(doctor(&place, &ca("/nowhere/ca.pem"))).is(2);
    says(&only_trouble(&said, "connection"), &["ca_file /nowhere/ca.pem cannot be read", "PEM file"]);
    let mut without = doctor(&place, &entries);
    without.env("SSL_CERT_FILE", "/nowhere/ca.pem").env("SSL_CERT_DIR", "/nowhere");
    let said = ended(without).is(2);
    says(&only_trouble(&said, "connection"), &["no CA certificates", "ca-certificates"]);
}

/// Speaks only TLS.
fn tls_server(config: ServerConfig) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("bound");
    let config = Arc::new(config);
    thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.expect("a connection");
            let mut tls = ServerConnection::new(config.clone()).expect("a connection");
            // The client's alert ends it.
            let _ = tls.complete_io(&mut stream);
        }
    });
    address
}

#[test]
fn a_proxy_that_refuses_is_named_and_this_machine_is_reached_without_it() {
    let place = Place::new(1);
    let ca = rcgen::generate_simple_self_signed(["localhost".to_owned()]).expect("a certificate");
    let ca = entry("ca_file", &place.write("ca.pem", ca.cert.pem()));
    let far = [with_token(&place, FAR, "some-token"), vec![ca]].concat();
    let (proxy, asked) = refusing_proxy();
    let through = |proxy: &str| [&far[..], &[entry("proxy", proxy)]].concat();
    let said = ended(doctor(&place, &through(&format!("http://{proxy}")))).is(1);
    let words = only_trouble(&said, "server");
    says(
        &words,
        &[
            "the proxy could not connect to guestlist.invalid",
            "A proxy is configured: run guestlist config show",
        ],
    );
    let request = asked.recv().expect("it was asked");
    assert!(request.starts_with("CONNECT guestlist.invalid:443"), "{request}");
    assert!(!request.contains("some-token"), "a proxy sees no token");

    // The port is closed now.
    let closed = TcpListener::bind("127.0.0.1:0").expect("a port").local_addr().expect("bound");
    let said = ended(doctor(&place, &through(&format!("http://{closed}")))).is(1);
    says(&only_trouble(&said, "server"), &["the proxy could not connect", "refused"]);
    // The system's proxy is used as well.
    let mut command = doctor(&place, &far);
    command.env("HTTPS_PROXY", format!("http://{proxy}"));
    says(&only_trouble(&ended(command).is(1), "server"), &["Check the proxy (HTTPS_PROXY, NO_PROXY"]);

    let near = with_token(&place, &place.url(), &good_token(&place));
    let near = [&near[..], &[entry("proxy", &format!("http://{closed}"))]].concat();
    only_well(&ended(doctor(&place, &near)).is(0));
    let mut nonsense = doctor(&place, &through("http://user:shh@[broken"));
    nonsense.env("GUESTLIST_LOG", "trace");
    let said = ended(nonsense);
    assert!(said.code != 0 && !said.out.contains("shh") && !said.err.contains("shh"), "{said:?}");
}

#[test]
fn environment_proxy_is_read_as_curl_reads_it() {
    let place = Place::new(1);
    let ca = rcgen::generate_simple_self_signed(["localhost".to_owned()]).expect("a certificate");
    let ca = entry("ca_file", &place.write("ca.pem", ca.cert.pem()));
    let far = [with_token(&place, FAR, "some-token"), vec![ca]].concat();
    let (proxy, asked) = refusing_proxy();
    let through = |no_proxy: &str| {
        let mut command = doctor(&place, &far);
        command.env("HTTPS_PROXY", format!("http://{proxy}")).env("NO_PROXY", no_proxy);
        only_trouble(&ended(command).is(1), "server")
    };
    for direct in ["other guestlist.invalid", "*.invalid", "guestlist.invalid:443"] {
        says(&through(direct), &["cannot resolve guestlist.invalid"]);
    }
    assert!(asked.try_recv().is_err(), "the proxy was not asked");
    says(&through("guestlist.invalid:8443"), &["the proxy could not connect"]);

    let mut command = doctor(&place, &far);
    command.env("HTTPS_PROXY", "http://ann:shh@[bad");
    let said = ended(command).is(2);
    says(&only_trouble(&said, "configuration"), &["HTTPS_PROXY is not a proxy URL"]);
    assert!(!said.out.contains("shh") && !said.err.contains("shh"), "{said:?}");
}

/// A proxy that refuses every connection, and the requests it received.
fn refusing_proxy() -> (SocketAddr, mpsc::Receiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("bound");
    let (asked, receiver) = mpsc::channel();
    thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.expect("a connection");
            let mut bytes = [0; 4096];
            let read = stream.read(&mut bytes).unwrap_or(0);
            let _ = asked.send(String::from_utf8_lossy(&bytes[..read]).into_owned());
            let _ = stream.write_all(b"HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\n\r\n");
        }
    });
    (address, receiver)
}

#[test]
fn a_clock_that_is_off_by_an_hour_is_named_and_hurts_nothing() {
    let place = Place::new(1);
    for (moved, way) in
        [(3600, "60 minutes behind the server's"), (-7200, "60 minutes ahead of the server's")]
    {
        place.control.advance(moved).expect("moved");
        let said = place.run(&["doctor", "--json"]).is(0);
        says(&only_trouble(&said, "clock"), &["warning: the local clock is ", way]);
        says(&said.out, &["expires in 59 min"]);
    }
}

#[test]
fn a_configuration_that_cannot_be_read_and_a_journal_that_cannot_be_written_are_named() {
    let place = Place::new(1);
    let config = place.write("bad.toml", "color = 3\n");
    let said = ended(place.bare(&["--config", &config, "doctor", "--json"])).is(2);
    says(&wrong(&said), &["configuration: ", "bad.toml"]);
    fs::create_dir_all(place.state().parent().expect("a folder")).expect("made");
    fs::write(place.state(), "a file where the folder should be").expect("written");
    let said = place.run(&["doctor", "--json"]).is(1);
    says(&wrong(&said), &["journal: "]);
}
