//! `guestlist login`, `whoami` and `logout` with credentials from standard input.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use guestlist::sandbox::{Action, Role, Rule, StatusReply, TokenRequest};
use serde_json::Value;

use crate::harness::{CommandOutput, RunningCommand, TestEnv};
use crate::server_tokens::SandboxProcess;

/// Runs a command with standard input, without a configured server.
pub fn run_with_input(env: &TestEnv, args: &[&str], input: &str) -> CommandOutput {
    let mut command = env.bare_command(args);
    command.stdin(fs::File::open(env.write_file("input", input)).expect("opened"));
    RunningCommand::start(command).wait()
}

fn run(env: &TestEnv, args: &[&str]) -> CommandOutput {
    RunningCommand::start(env.bare_command(args)).wait()
}

fn log_in(env: &TestEnv, args: &[&str], input: &str) -> CommandOutput {
    let url = env.url();
    run_with_input(env, &[&["login", "--url", &url][..], args].concat(), input)
}

fn token(env: &TestEnv) -> String {
    fs::read_to_string(env.token_file()).expect("a token")
}

fn config(env: &TestEnv) -> String {
    fs::read_to_string(env.path("config/guestlist/config.toml")).unwrap_or_default()
}

fn mode(path: &str) -> u32 {
    fs::metadata(path).expect("the file exists").permissions().mode() & 0o777
}

fn write_config(env: &TestEnv, text: &str) {
    fs::create_dir_all(env.path("config/guestlist")).expect("created");
    env.write_file("config/guestlist/config.toml", text);
}

#[test]
fn first_login_needs_no_file_written_by_hand() {
    let env = TestEnv::new(3);
    let output = log_in(&env, &["--with-token"], &token(&env)).assert_code(0);
    let row = output.rows()[0].join(" ");
    assert!(row.starts_with(&format!("default {} tenant/", env.url())) && row.contains(" 3 /"), "{row}");
    let output = output.assert_stderr("Signed in: 3 pending invites.");
    output.assert_stderr("Run guestlist to open it.");
    assert_eq!(run(&env, &["list"]).assert_code(0).rows().len(), 3);
    let file = env.path("config/guestlist/tokens/default.token");
    let modes = [&file, &env.path("config/guestlist/tokens"), &env.path("config/guestlist/config.toml")]
        .map(|path| mode(path));
    assert_eq!(modes, [0o600, 0o700, 0o600]);
    run(&env, &["config", "check"]).assert_code(0);
}

#[test]
fn empty_home_to_the_first_list_takes_three_commands() {
    let env = TestEnv::new(0);
    let (_sandbox, printed) = SandboxProcess::start(&env, &["sandbox", "--json", "--invites", "7"]);
    let printed: Value = serde_json::from_str(&printed).expect("JSON");
    let [url, token_file] = ["url", "token_file"].map(|name| printed[name].as_str().expect("a text"));
    let mut command = env.bare_command(&["login", "--url", url, "--with-token"]);
    command.stdin(fs::File::open(token_file).expect("the token"));
    RunningCommand::start(command).wait().assert_code(0);
    assert_eq!(run(&env, &["list"]).assert_code(0).rows().len(), 7);
}

#[test]
fn client_secret_is_stored_and_its_tokens_are_renewed() {
    let env = TestEnv::new(1);
    let client_id = env.client_id();
    let args = ["ci", "--client-id", &client_id, "--with-secret", "-o", "ndjson"];
    let output = log_in(&env, &args, &format!("{}\n", env.client_secret())).assert_code(0);
    let json: Value = serde_json::from_str(&output.stdout).expect("JSON");
    assert_eq!((&json["profile"], &json["invites"]), (&"ci".into(), &1.into()));
    assert_eq!(mode(json["credential_file"].as_str().expect("a path")), 0o600);
    let output = run(&env, &["whoami", "-o", "ndjson"]).assert_code(0);
    let json: Value = serde_json::from_str(&output.stdout).expect("JSON");
    assert_eq!(
        (&json["renewed"], &json["accepted"], &json["profile"]),
        (&true.into(), &true.into(), &"ci".into())
    );
    assert!(json["expires_at"].is_string() && json["tenant"].is_string(), "{json}");
    // A token in its place leaves no secret behind, and the environment is reported.
    let url = env.url();
    let mut command = env.bare_command(&["login", "ci", "--with-token", "--force"]);
    command.stdin(fs::File::open(env.token_file()).expect("opened")).env("DATATRAILS_URL", &url);
    let output = RunningCommand::start(command).wait().assert_code(0);
    output.assert_stderr("Without -p, DATATRAILS_URL has precedence over the profile.");
    let file = |name: &str| Path::new(&env.path("config/guestlist/tokens")).join(name).exists();
    assert_eq!((file("ci.secret"), file("ci.token")), (false, true));
}

#[test]
fn rejected_credential_writes_nothing() {
    let env = TestEnv::new(1);
    let user = env.control.issue_token(TokenRequest { role: Role::User, ..TokenRequest::default() });
    let client_id = env.client_id();
    for (args, input, code, error) in [
        (&["--with-token"][..], "a.b.c", 4, "Check that the token is for this server"),
        (&["--with-token"], "", 4, "Could not use the token: it is empty."),
        (&["--with-token"], "Bearer null", 4, "the command that fetched the token failed"),
        (&["--with-token"], &user, 4, "cannot manage invites (403"),
        (&["--client-id", &client_id, "--with-secret"], "wrong", 4, "Check the client ID and the secret"),
        (&["a b", "--with-token"], "a.b.c", 2, "a profile name can have letters"),
        (&["--client-id", &client_id], "", 2, "standard input is not a terminal"),
    ] {
        let output = log_in(&env, args, input).assert_code(code).assert_stderr(error);
        assert!(output.stdout.is_empty() && !Path::new(&env.path("config")).exists(), "{args:?}");
    }
    env.set_faults([Rule::for_method("GET", Action::Status(StatusReply::new(400)))]);
    log_in(&env, &["--with-token"], &token(&env)).assert_code(1).assert_stderr("No changes were made.");
    run_with_input(&env, &["login", "--url", "http://a.example", "--with-token"], "x").assert_code(2);
    assert!(!Path::new(&env.path("config")).exists());
}

#[test]
fn existing_profile_is_replaced_only_with_force() {
    let env = TestEnv::new(1);
    let before = "# mine\nmouse = true # yes\n\n[profiles.acme]\n# about acme\ntoken_env = \"T\"\nbadge = \"ACME\" # red\n";
    write_config(&env, before);
    log_in(&env, &["acme", "--with-token"], &token(&env))
        .assert_code(7)
        .assert_stderr("Add --force to replace");
    assert_eq!(config(&env), before);
    log_in(&env, &["acme", "--with-token", "--force"], &token(&env)).assert_code(0);
    let file = env.path("config/guestlist/tokens/acme.token");
    let expected = format!(
        "# mine\nmouse = true # yes\nprofile = \"acme\"\n\n[profiles.acme]\n# about acme\nbadge = \"ACME\" # red\n\
         url = \"{}\"\ntoken_file = \"{file}\"\n",
        env.url()
    );
    assert_eq!(config(&env), expected);
    // A second profile does not become the default.
    log_in(&env, &["other", "--with-token"], &token(&env))
        .assert_code(0)
        .assert_stderr("guestlist config use other");
    assert!(config(&env).contains("profile = \"acme\"\n"));
    // A rejected token leaves the stored one.
    log_in(&env, &["acme", "--with-token", "--force"], "a.b.c").assert_code(4);
    run(&env, &["list"]).assert_code(0);
}

#[test]
fn tenancy_of_a_profile_is_kept() {
    let env = TestEnv::new(1);
    write_config(&env, "[profiles.acme]\ntenant = \"tenant/other\"\n");
    log_in(&env, &["acme", "--with-token", "--force"], &token(&env))
        .assert_code(7)
        .assert_stderr("the profile expects tenant other");
    assert!(!Path::new(&env.path("config/guestlist/tokens")).exists());
}

#[test]
fn broken_configuration_is_left_as_it_is() {
    let env = TestEnv::new(1);
    for text in ["undo_secs = 3\n", "profiles = { a = { badge = \"A\" } }\n"] {
        write_config(&env, text);
        log_in(&env, &["a", "--with-token", "--force"], &token(&env)).assert_code(2);
        assert_eq!(config(&env), text);
        assert!(!Path::new(&env.path("config/guestlist/tokens/a.token")).exists());
    }
}

#[test]
fn logout_removes_only_what_login_wrote() {
    let env = TestEnv::new(2);
    let own = env.write_file("own.token", token(&env));
    let before = format!("# mine\n[profiles.own]\nurl = \"{}\"\ntoken_file = \"{own}\"\n", env.url());
    write_config(&env, &before);
    run(&env, &["logout", "own", "--yes"])
        .assert_code(7)
        .assert_stderr("did not write the token of profile own");
    assert_eq!((config(&env), Path::new(&own).exists()), (before.clone(), true));

    log_in(&env, &["acme", "--with-token"], &token(&env)).assert_code(0);
    run(&env, &["-p", "acme", "delete", "guest0@example.com", "--yes"]).assert_code(0);
    let file = env.path("config/guestlist/tokens/acme.token");
    run(&env, &["logout", "acme"]).assert_code(7).assert_stderr("--yes");
    assert!(Path::new(&file).exists());
    run(&env, &["logout", "acme", "--yes"]).assert_code(0).assert_stderr("the profile acme was removed");
    assert_eq!((config(&env), Path::new(&file).exists()), (before, false));
    assert!(env.state_dir().join("journal.db").exists(), "the journal stays");

    log_in(&env, &["own", "--with-token", "--force"], &token(&env)).assert_code(0);
    run(&env, &["config", "set", "profiles.own.badge", "OWN"]).assert_code(0);
    run(&env, &["logout", "own", "--yes"]).assert_code(0).assert_stderr("its other settings stay");
    assert!(
        config(&env).contains("badge = \"OWN\"") && !config(&env).contains("token_file"),
        "{}",
        config(&env)
    );
    run(&env, &["logout", "nobody", "--yes"]).assert_code(2).assert_stderr("no profile nobody");
}

#[test]
fn whoami_shows_the_token_and_whether_it_is_accepted() {
    let env = TestEnv::new(600);
    let output = env.run(&["whoami"]).assert_code(0);
    let labels: Vec<&str> = output.stdout.lines().filter_map(|line| line.split_whitespace().next()).collect();
    assert_eq!(labels, ["profile", "url", "tenancy", "name", "subject", "token", "expires", "server"]);
    assert!(
        output.stdout.contains("(--token-file)") && output.stdout.contains("accepts the token"),
        "{}",
        output.stdout
    );
    let (url, bad) = (env.url(), env.write_file("bad", "a.b.c"));
    let output = run(&env, &["--url", &url, "--token-file", &bad, "whoami", "-o", "ndjson"]).assert_code(4);
    let json: Value = serde_json::from_str(&output.stdout).expect("JSON");
    assert_eq!((&json["accepted"], &json["tenant"]), (&false.into(), &Value::Null));
    assert!(json["error"].as_str().is_some_and(|error| error.contains("401")), "{json}");
    run(&env, &["whoami"]).assert_code(2).assert_stderr("Run guestlist login");
}

#[test]
fn token_of_the_environment_goes_only_to_its_server() {
    let (env, other) = (TestEnv::new(2), TestEnv::new(1));
    let run = |args: &[&str], variables: &[(&str, &str)]| {
        let mut command = env.bare_command(args);
        command.env("DATATRAILS_TOKEN", token(&env).trim()).envs(variables.iter().copied());
        RunningCommand::start(command).wait()
    };
    let (url, other_url, other_token) = (env.url(), other.url(), other.token_file());
    assert_eq!(run(&["list"], &[("DATATRAILS_URL", &url)]).assert_code(0).rows().len(), 2);
    // It is used before BEARER_TOKEN_FILE.
    let both = [("DATATRAILS_URL", url.as_str()), ("BEARER_TOKEN_FILE", other_token.as_str())];
    let output = run(&["config", "show"], &both).assert_code(0);
    assert!(
        output.stdout.contains("token\tvariable DATATRAILS_TOKEN\tDATATRAILS_TOKEN"),
        "{}",
        output.stdout
    );
    run(&["doctor"], &both).assert_code(0);
    run(&["--url", &other_url, "list"], &[])
        .assert_code(4)
        .assert_stderr("DATATRAILS_TOKEN is for the vendor's servers");
    let output = run(&["--url", &other_url, "--token-file", &other_token, "list"], &[]).assert_code(0);
    assert_eq!(output.rows().len(), 1, "a flag has precedence");
    assert!(other.control.requests().iter().all(|request| request.status != Some(401)));
}

#[test]
fn token_program_may_print_json_with_the_lifetime() {
    let env = TestEnv::new(1);
    let bare = token(&env).trim().trim_start_matches("Authorization: Bearer ").to_owned();
    let run = |printed: &str, args: &[&str]| {
        let json = env.write_file("token.json", printed);
        let text = format!("[profiles.p]\nurl = \"{}\"\ntoken_command = [\"cat\", \"{json}\"]\n", env.url());
        let config = env.write_file("p.toml", text);
        let mut command = env.bare_command(&[&["--config", &config, "-p", "p"], args].concat());
        command.env("PATH", "/usr/bin:/bin");
        RunningCommand::start(command).wait()
    };
    let printed = format!("{{\"access_token\":\"{bare}\",\"expires_in\":3600}}\n");
    let output = run(&printed, &["whoami", "-o", "ndjson"]).assert_code(0);
    let value: Value = serde_json::from_str(&output.stdout).expect("JSON");
    assert_eq!((&value["renewed"], &value["accepted"]), (&true.into(), &true.into()), "{value}");
    run("{\"error\":\"no\"}", &["list"]).assert_code(4).assert_stderr("contains no access_token");
    run("{\"access", &["list"]).assert_code(4).assert_stderr("is not JSON");
}
