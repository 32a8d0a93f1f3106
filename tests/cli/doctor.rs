//! `doctor`: each problem between this machine and the tenancy is reported with a hint and its exit code.

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener};
use std::os::unix::fs::PermissionsExt as _;
use std::process::Command;
use std::sync::{Arc, mpsc};
use std::thread;

use guestlist::sandbox::TokenRequest;
use tokio_rustls::rustls::crypto::ring::default_provider;
use tokio_rustls::rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use tokio_rustls::rustls::{ServerConfig, ServerConnection};

use crate::harness::{CommandOutput, RunningCommand, TestEnv};

/// A host that does not exist: requests reach it only through a proxy.
const UNREACHABLE_URL: &str = "https://guestlist.invalid";

/// Runs `doctor --json` for a profile with these settings.
fn doctor_command(env: &TestEnv, entries: &[String]) -> Command {
    let config = env.write_file("doctor.toml", format!("[profiles.p]\n{}\n", entries.join("\n")));
    env.bare_command(&["--config", &config, "--profile", "p", "doctor", "--json"])
}

fn run(command: Command) -> CommandOutput {
    RunningCommand::start(command).wait()
}

fn config_entry(name: &str, text: &str) -> String {
    format!("{name} = \"{text}\"")
}

/// Settings for the sandbox, with a private file that holds this token.
fn sandbox_entries(env: &TestEnv, url: &str, token: &str) -> Vec<String> {
    let path = env.write_file("token", token);
    fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).expect("set");
    vec![config_entry("url", url), config_entry("token_file", &path)]
}

fn create_valid_token(env: &TestEnv) -> String {
    env.control.issue_token(TokenRequest::default())
}

/// Returns the finding of one check; asserts that all other checks pass.
fn sole_finding(output: &CommandOutput, check: &str) -> String {
    let findings = output.items();
    let problems: Vec<_> = findings.iter().filter(|finding| finding["status"] != "ok").collect();
    assert!(
        problems.iter().all(|finding| finding["check"] == check) && problems.len() == 1,
        "{check}: {findings:?}"
    );
    assert_eq!(output.stderr, "", "all messages are in the findings");
    format!(
        "{}: {}",
        problems[0]["status"].as_str().unwrap_or(""),
        problems[0]["message"].as_str().unwrap_or("")
    )
}

/// Returns the finding of one check; another check may warn because of it.
fn sole_error(output: &CommandOutput) -> String {
    let findings = output.items();
    let errors: Vec<_> = findings.iter().filter(|finding| finding["status"] == "error").collect();
    assert_eq!(errors.len(), 1, "{findings:?}");
    format!("{}: {}", errors[0]["check"].as_str().unwrap_or(""), errors[0]["message"].as_str().unwrap_or(""))
}

#[track_caller]
fn assert_contains_all(text: &str, parts: &[&str]) {
    for part in parts {
        assert!(text.contains(part), "{part:?} in {text}");
    }
}

#[test]
fn every_check_passes_with_a_valid_setup() {
    let env = TestEnv::new(3);
    let output = env.run(&["doctor"]).assert_code(0);
    let checks: Vec<_> = output.rows().iter().map(|row| (row[0].to_owned(), row[1].to_owned())).collect();
    let expected = ["configuration", "token", "tenancy", "server", "members", "journal"];
    let expected: Vec<_> = expected.iter().map(|check| ("ok".to_owned(), (*check).to_owned())).collect();
    assert_eq!(checks, expected);
    assert_contains_all(&output.stdout, &["3 pending invites", "expires in 59 min", &env.url()]);
    assert_eq!(env.request_count("POST") + env.request_count("DELETE"), 0);
    let output = run(doctor_command(&env, &sandbox_entries(&env, &env.url(), &create_valid_token(&env))))
        .assert_code(0);
    assert_contains_all(&output.stdout, &["profile p; ", "doctor.toml"]);
}

#[test]
fn missing_token_is_reported_with_a_hint() {
    let env = TestEnv::new(1);
    let output = run(env.bare_command(&["doctor", "--json"])).assert_code(4);
    assert_contains_all(&sole_error(&output), &["token: no token is configured", "--token-file"]);
    let output = run(env.bare_command(&["--url", &env.url(), "doctor", "--json"])).assert_code(4);
    assert_contains_all(&sole_error(&output), &["token: no token found"]);
    let missing_file = [config_entry("url", &env.url()), config_entry("token_file", "/nowhere/token")];
    assert_contains_all(
        &sole_error(&run(doctor_command(&env, &missing_file)).assert_code(4)),
        &["token: the token file /nowhere/token does not exist"],
    );
    let unset_variable = [config_entry("url", &env.url()), config_entry("token_env", "NOT_SET")];
    assert_contains_all(
        &sole_error(&run(doctor_command(&env, &unset_variable)).assert_code(4)),
        &["token: ", "NOT_SET"],
    );
    assert!(env.control.requests().is_empty(), "no request without a token");
}

#[test]
fn null_and_expired_tokens_are_reported() {
    let env = TestEnv::new(1);
    let null_token = sandbox_entries(&env, &env.url(), "Authorization: Bearer null\n");
    assert_contains_all(
        &sole_error(&run(doctor_command(&env, &null_token)).assert_code(4)),
        &["token: ", "contains “null”"],
    );
    assert!(env.control.requests().is_empty());
    let token_request = TokenRequest { expires_in: Some(-7200), ..TokenRequest::default() };
    let expired_token = env.control.issue_token(token_request);
    let output = run(doctor_command(&env, &sandbox_entries(&env, &env.url(), &expired_token))).assert_code(4);
    assert_contains_all(
        &sole_finding(&output, "token"),
        &["error: from ", ": expired 2 h ago by the server's clock. Get a new token."],
    );
    // A well-formed token that the server does not know.
    let unknown_token = sandbox_entries(&env, &env.url(), "strange-token");
    let output = run(doctor_command(&env, &unknown_token)).assert_code(4);
    assert_contains_all(
        &sole_finding(&output, "token"),
        &["token rejected (401", "Put a new token into the token file"],
    );
    assert!(!output.stdout.contains("strange-token"));
}

#[test]
fn public_token_file_is_reported_with_the_fixing_command() {
    let env = TestEnv::new(1);
    let entries = sandbox_entries(&env, &env.url(), &create_valid_token(&env));
    let path = env.path("token");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).expect("set");
    let output = run(doctor_command(&env, &entries)).assert_code(0);
    let text = sole_finding(&output, "token");
    let command = text.split("Run: ").nth(1).expect("a command");
    assert!(Command::new("sh").args(["-c", command]).status().expect("ran").success());
    assert_all_ok(&run(doctor_command(&env, &entries)).assert_code(0));
}

fn assert_all_ok(output: &CommandOutput) {
    assert!(!output.stdout.contains("error") && !output.stdout.contains("warning"), "{}", output.stdout);
}

#[test]
fn other_tenancy_and_other_base_path_are_reported() {
    let env = TestEnv::new(1);
    let entries = sandbox_entries(&env, &env.url(), &create_valid_token(&env));
    let other_tenant = [&entries[..], &[config_entry("tenant", "mine")]].concat();
    let output = run(doctor_command(&env, &other_tenant)).assert_code(7);
    assert_contains_all(
        &sole_finding(&output, "tenancy"),
        &["the profile expects tenant mine", "Use a token of that tenancy"],
    );
    let other_path = [&entries[..], &[config_entry("base_path", "/wrong/invites")]].concat();
    let output = run(doctor_command(&env, &other_path)).assert_code(1);
    let text = sole_finding(&output, "server");
    assert_contains_all(
        &text,
        &["(404", "The base path /wrong/invites is configured. Remove it to try both default paths."],
    );
}

#[test]
fn untrusted_server_and_missing_ca_file_are_reported() {
    let env = TestEnv::new(0);
    let own_cert = rcgen::generate_simple_self_signed(["localhost".to_owned()]).expect("a certificate");
    let other_cert = rcgen::generate_simple_self_signed(["localhost".to_owned()]).expect("a certificate");
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(own_cert.signing_key.serialize_der()));
    let config = ServerConfig::builder_with_provider(Arc::new(default_provider()))
        .with_safe_default_protocol_versions()
        .expect("versions")
        .with_no_client_auth()
        .with_single_cert(vec![own_cert.cert.der().clone()], key)
        .expect("a usable certificate");
    let address = start_tls_server(config);
    let url = format!("https://localhost:{}", address.port());
    let entries = sandbox_entries(&env, &url, "some-token");
    let ca = |path: &str| [&entries[..], &[config_entry("ca_file", path)]].concat();
    let output =
        run(doctor_command(&env, &ca(&env.write_file("other.pem", other_cert.cert.pem())))).assert_code(1);
    let text = sole_finding(&output, "server");
    assert_contains_all(&text, &["is not trusted", "set ca_file or SSL_CERT_FILE"]);
    let output = run(doctor_command(&env, &ca("/nowhere/ca.pem"))).assert_code(2);
    assert_contains_all(
        &sole_finding(&output, "connection"),
        &["ca_file /nowhere/ca.pem cannot be read", "PEM file"],
    );
    let mut command = doctor_command(&env, &entries);
    command.env("SSL_CERT_FILE", "/nowhere/ca.pem").env("SSL_CERT_DIR", "/nowhere");
    let output = run(command).assert_code(2);
    assert_contains_all(&sole_finding(&output, "connection"), &["no CA certificates", "ca-certificates"]);
}

/// Speaks only TLS.
fn start_tls_server(config: ServerConfig) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("an address");
    let config = Arc::new(config);
    thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.expect("a connection");
            let mut tls = ServerConnection::new(config.clone()).expect("a connection");
            // Ends with the client's alert.
            let _ = tls.complete_io(&mut stream);
        }
    });
    address
}

#[test]
fn refusing_proxy_is_reported_and_loopback_bypasses_it() {
    let env = TestEnv::new(1);
    let ca = rcgen::generate_simple_self_signed(["localhost".to_owned()]).expect("a certificate");
    let ca = config_entry("ca_file", &env.write_file("ca.pem", ca.cert.pem()));
    let remote = [sandbox_entries(&env, UNREACHABLE_URL, "some-token"), vec![ca]].concat();
    let (proxy, requests) = start_refusing_proxy();
    let with_proxy = |proxy: &str| [&remote[..], &[config_entry("proxy", proxy)]].concat();
    let output = run(doctor_command(&env, &with_proxy(&format!("http://{proxy}")))).assert_code(1);
    let text = sole_finding(&output, "server");
    assert_contains_all(
        &text,
        &[
            "the proxy could not connect to guestlist.invalid",
            "A proxy is configured: run guestlist config show",
        ],
    );
    let request = requests.recv().expect("a request");
    assert!(request.starts_with("CONNECT guestlist.invalid:443"), "{request}");
    assert!(!request.contains("some-token"), "the proxy gets no token");

    // The port is closed now.
    let closed_port = TcpListener::bind("127.0.0.1:0").expect("a port").local_addr().expect("an address");
    let output = run(doctor_command(&env, &with_proxy(&format!("http://{closed_port}")))).assert_code(1);
    assert_contains_all(&sole_finding(&output, "server"), &["the proxy could not connect", "refused"]);
    // The system's proxy is used as well.
    let mut command = doctor_command(&env, &remote);
    command.env("HTTPS_PROXY", format!("http://{proxy}"));
    assert_contains_all(
        &sole_finding(&run(command).assert_code(1), "server"),
        &["Check the proxy (HTTPS_PROXY, NO_PROXY"],
    );

    let local = sandbox_entries(&env, &env.url(), &create_valid_token(&env));
    let local = [&local[..], &[config_entry("proxy", &format!("http://{closed_port}"))]].concat();
    assert_all_ok(&run(doctor_command(&env, &local)).assert_code(0));
    let mut command = doctor_command(&env, &with_proxy("http://user:shh@[broken"));
    command.env("GUESTLIST_LOG", "trace");
    let output = run(command);
    assert!(
        output.code != 0 && !output.stdout.contains("shh") && !output.stderr.contains("shh"),
        "{output:?}"
    );
}

#[test]
fn environment_proxy_is_parsed_like_curl() {
    let env = TestEnv::new(1);
    let ca = rcgen::generate_simple_self_signed(["localhost".to_owned()]).expect("a certificate");
    let ca = config_entry("ca_file", &env.write_file("ca.pem", ca.cert.pem()));
    let remote = [sandbox_entries(&env, UNREACHABLE_URL, "some-token"), vec![ca]].concat();
    let (proxy, requests) = start_refusing_proxy();
    let with_proxy = |no_proxy: &str| {
        let mut command = doctor_command(&env, &remote);
        command.env("HTTPS_PROXY", format!("http://{proxy}")).env("NO_PROXY", no_proxy);
        sole_finding(&run(command).assert_code(1), "server")
    };
    for bypass in ["other guestlist.invalid", "*.invalid", "guestlist.invalid:443"] {
        assert_contains_all(&with_proxy(bypass), &["cannot resolve guestlist.invalid"]);
    }
    assert!(requests.try_recv().is_err(), "the proxy is bypassed");
    assert_contains_all(&with_proxy("guestlist.invalid:8443"), &["the proxy could not connect"]);

    let mut command = doctor_command(&env, &remote);
    command.env("HTTPS_PROXY", "http://ann:shh@[bad");
    let output = run(command).assert_code(2);
    assert_contains_all(&sole_finding(&output, "configuration"), &["HTTPS_PROXY is not a proxy URL"]);
    assert!(!output.stdout.contains("shh") && !output.stderr.contains("shh"), "{output:?}");
}

/// A proxy that refuses every connection, and the requests it received.
fn start_refusing_proxy() -> (SocketAddr, mpsc::Receiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("an address");
    let (requests, receiver) = mpsc::channel();
    thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.expect("a connection");
            let mut bytes = [0; 4096];
            let read = stream.read(&mut bytes).unwrap_or(0);
            let _ = requests.send(String::from_utf8_lossy(&bytes[..read]).into_owned());
            let _ = stream.write_all(b"HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\n\r\n");
        }
    });
    (address, receiver)
}

#[test]
fn clock_offset_of_an_hour_is_a_warning_only() {
    let env = TestEnv::new(1);
    for (seconds, direction) in
        [(3600, "60 minutes behind the server's"), (-7200, "60 minutes ahead of the server's")]
    {
        env.control.advance(seconds).expect("moved");
        let output = env.run(&["doctor", "--json"]).assert_code(0);
        assert_contains_all(&sole_finding(&output, "clock"), &["warning: the local clock is ", direction]);
        assert_contains_all(&output.stdout, &["expires in 59 min"]);
    }
}

#[test]
fn invalid_config_and_unwritable_journal_are_reported() {
    let env = TestEnv::new(1);
    let config = env.write_file("bad.toml", "color = 3\n");
    let output = run(env.bare_command(&["--config", &config, "doctor", "--json"])).assert_code(2);
    assert_contains_all(&sole_error(&output), &["configuration: ", "bad.toml"]);
    fs::create_dir_all(env.state_dir().parent().expect("a folder")).expect("created");
    fs::write(env.state_dir(), "a file where the folder should be").expect("written");
    let output = env.run(&["doctor", "--json"]).assert_code(1);
    assert_contains_all(&sole_error(&output), &["journal: "]);
}
