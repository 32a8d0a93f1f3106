//! `guestlist config`, and the exact error of each wrong configuration.

use crate::harness::{RunningCommand, TestEnv};

fn run_bare(env: &TestEnv, args: &[&str]) -> crate::harness::CommandOutput {
    RunningCommand::start(env.bare_command(args)).wait()
}

#[test]
fn config_init_writes_a_private_valid_sample_once() {
    let env = TestEnv::new(0);
    let path = env.state_dir().parent().expect("a folder").with_file_name("config/guestlist/config.toml");
    let output = run_bare(&env, &["config", "init"]).assert_code(0);
    assert_eq!(output.stdout.trim(), path.to_str().expect("a path"));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode =
            |path: &std::path::Path| path.metadata().expect("the file exists").permissions().mode() & 0o777;
        assert_eq!((mode(&path), mode(path.parent().expect("a folder"))), (0o600, 0o700));
    }
    std::fs::write(&path, "undo_seconds = 3\n").expect("written");
    run_bare(&env, &["config", "init"])
        .assert_code(1)
        .assert_stderr("config.toml already exists and was left unchanged.");
    assert_eq!(std::fs::read_to_string(&path).expect("text"), "undo_seconds = 3\n");
    assert_eq!(run_bare(&env, &["config", "check"]).assert_code(0).stdout, "ok\n");
    let output = run_bare(&env, &["config", "path"]).assert_code(0);
    assert!(output.stdout.contains("config\t") && output.stdout.contains("keys\t"), "{}", output.stdout);
    let output = run_bare(&env, &["config", "path", "--json"]).assert_code(0);
    let files = output.items();
    assert_eq!((&files[0]["name"], &files[0]["exists"]), (&"config".into(), &true.into()));
    assert_eq!((&files[1]["name"], &files[1]["exists"]), (&"tokens".into(), &false.into()));
}

#[test]
fn config_show_prints_values_with_origin_and_no_secrets() {
    let env = TestEnv::new(0);
    let config = env.write_file(
        "c.toml",
        "undo_seconds = 7\n[profiles.acme]\nurl = \"https://acme.example\"\nproxy = \"http://u:hush-hush@p:1\"\n\
         client_id = \"c\"\nclient_secret_env = \"ACME_SECRET\"\n",
    );
    let mut command = env.bare_command(&["--config", &config, "config", "show"]);
    command.env("GUESTLIST_PROFILE", "acme").env("ACME_SECRET", "hush-hush");
    let output = RunningCommand::start(command).wait().assert_code(0);
    for row in [
        ["profile", "acme", "GUESTLIST_PROFILE"],
        ["url", "https://acme.example", "config.toml line 3"],
        ["token", "app registration c, its secret from variable ACME_SECRET", "config.toml line 5"],
        ["undo_seconds", "7", "config.toml line 1"],
        ["guarded", "false", "default"],
    ] {
        assert!(output.rows().iter().any(|entry| entry[..] == row), "{row:?} in\n{}", output.stdout);
    }
    assert!(!output.stdout.contains("hush"), "{}", output.stdout);
    let other = ["--config", &config, "-p", "acme", "--url", "https://x.example"];
    let output = run_bare(&env, &[&other[..], &["config", "show"]].concat()).assert_code(2);
    assert!(output.stderr.contains("--url is not the server of profile acme"), "{}", output.stderr);
    let flags = [&other[..], &["--token-file", "/t", "config", "show", "--json"]].concat();
    let output = run_bare(&env, &flags).assert_code(0);
    let settings = output.items();
    let url = settings.iter().find(|entry| entry["name"] == "url").expect("the entry exists");
    assert_eq!(
        (&url["value"], &url["from"], &url["at"]),
        (&"https://x.example".into(), &"flag".into(), &"--url".into())
    );
}

#[test]
fn each_invalid_config_gives_its_error_with_file_and_line() {
    let env = TestEnv::new(0);
    for (text, message) in [
        ("undo_secs = 3", "line 1: unknown setting undo_secs; did you mean undo_seconds?"),
        (
            "[profiles.a]\ngarded = true",
            "line 2: unknown setting garded in [profiles.a]; did you mean guarded?",
        ),
        ("mouse = \"yes\"", "line 1: mouse must be true or false, not a text"),
        ("profile = \"acne\"\n[profiles.acme]", "line 1: no profile acne; did you mean acme?"),
        (
            "[profiles.a]\ntoken_file = \"/t\"\ntoken_env = \"T\"",
            "line 3: token_env conflicts with token_file (line 2): a token has one source, so remove one of them",
        ),
        (
            "[filters]\nx = \"exp<y\"",
            "line 2: the filter x: Invalid time exp<y. Use exp<48h or exp>7d, with the unit m, h, d or w.",
        ),
    ] {
        let config = env.write_file("bad.toml", text);
        for command in [&["config", "check"][..], &["delete", "x@y", "--yes"], &["plan", "show"]] {
            let output = run_bare(&env, &[&["--config", &config][..], command].concat()).assert_code(2);
            assert_eq!(
                output.stderr,
                format!("guestlist: Could not read {config}:\n{message}\n"),
                "{command:?}"
            );
        }
    }
    let config =
        env.write_file("good.toml", "[profiles.acme]\nurl = \"http://acme.example\"\n[profiles.best]");
    run_bare(&env, &["--config", &config, "-p", "acmee", "config", "show"])
        .assert_code(2)
        .assert_stderr("guestlist: --profile: no profile acmee; did you mean acme?");
    run_bare(&env, &["--config", &config, "config", "check"])
        .assert_code(2)
        .assert_stderr("good.toml line 2: ")
        .assert_stderr("not encrypted");
    let config = env.write_file("theme.toml", "theme = \"drak\"");
    run_bare(&env, &["--config", &config, "config", "check"])
        .assert_code(2)
        .assert_stderr("Unknown theme \"drak\"");
}
