//! `guestlist config`, and the exact error of each wrong configuration.

use crate::place::{Place, Running};

fn run(place: &Place, args: &[&str]) -> crate::place::Said {
    Running::start(place.bare(args)).ended()
}

#[test]
fn the_sample_is_written_once_privately_and_is_good() {
    let place = Place::new(0);
    let path = place.state().parent().expect("a folder").with_file_name("config/guestlist/config.toml");
    let said = run(&place, &["config", "init"]).is(0);
    assert_eq!(said.out.trim(), path.to_str().expect("a path"));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = |path: &std::path::Path| path.metadata().expect("there").permissions().mode() & 0o777;
        assert_eq!((mode(&path), mode(path.parent().expect("a folder"))), (0o600, 0o700));
    }
    std::fs::write(&path, "undo_seconds = 3\n").expect("written");
    run(&place, &["config", "init"]).is(1).says("config.toml already exists and was left unchanged.");
    assert_eq!(std::fs::read_to_string(&path).expect("text"), "undo_seconds = 3\n");
    assert_eq!(run(&place, &["config", "check"]).is(0).out, "ok\n");
    let said = run(&place, &["config", "path"]).is(0);
    assert!(said.out.contains("config\t") && said.out.contains("keys\t"), "{}", said.out);
    let said = run(&place, &["config", "path", "--json"]).is(0);
    let json: serde_json::Value = serde_json::from_str(&said.out).expect("JSON");
    assert_eq!((&json["config"]["exists"], &json["keys"]["exists"]), (&true.into(), &false.into()));
}

#[test]
fn what_holds_is_shown_with_where_it_came_from_and_without_secrets() {
    let place = Place::new(0);
    let config = place.write(
        "c.toml",
        "undo_seconds = 7\n[profiles.acme]\nurl = \"https://acme.example\"\nproxy = \"http://u:hush-hush@p:1\"\n\
         client_id = \"c\"\nclient_secret_env = \"ACME_SECRET\"\n",
    );
    let mut command = place.bare(&["--config", &config, "config", "show"]);
    command.env("GUESTLIST_PROFILE", "acme").env("ACME_SECRET", "hush-hush");
    let said = Running::start(command).ended().is(0);
    for row in [
        ["profile", "acme", "GUESTLIST_PROFILE"],
        ["url", "https://acme.example", "config.toml line 3"],
        ["token", "app registration c, its secret from variable ACME_SECRET", "config.toml line 5"],
        ["undo_seconds", "7", "config.toml line 1"],
        ["guarded", "false", "default"],
    ] {
        assert!(said.rows().iter().any(|shown| shown[..] == row), "{row:?} in\n{}", said.out);
    }
    assert!(!said.out.contains("hush"), "{}", said.out);
    let other = ["--config", &config, "-p", "acme", "--url", "https://x.example"];
    let said = run(&place, &[&other[..], &["config", "show"]].concat()).is(2);
    assert!(said.err.contains("--url names another server than profile acme"), "{}", said.err);
    let flags = [&other[..], &["--token-file", "/t", "config", "show", "--json"]].concat();
    let said = run(&place, &flags).is(0);
    let json: serde_json::Value = serde_json::from_str(&said.out).expect("JSON");
    let url = json.as_array().expect("a list").iter().find(|shown| shown["name"] == "url").expect("there");
    assert_eq!(
        (&url["value"], &url["from"], &url["at"]),
        (&"https://x.example".into(), &"flag".into(), &"--url".into())
    );
}

#[test]
fn each_bad_configuration_gives_its_exact_sentence_with_file_and_line() {
    let place = Place::new(0);
    for (text, sentence) in [
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
        let config = place.write("bad.toml", text);
        for command in [&["config", "check"][..], &["delete", "x@y", "--yes"], &["plan", "show"]] {
            let said = run(&place, &[&["--config", &config][..], command].concat()).is(2);
            assert_eq!(said.err, format!("guestlist: Could not read {config}:\n{sentence}\n"), "{command:?}");
        }
    }
    let config = place.write("good.toml", "[profiles.acme]\nurl = \"http://acme.example\"\n[profiles.best]");
    run(&place, &["--config", &config, "-p", "acmee", "config", "show"])
        .is(2)
        .says("guestlist: --profile: no profile acmee; did you mean acme?");
    run(&place, &["--config", &config, "config", "check"])
        .is(2)
        .says("good.toml line 2: ")
        .says("not encrypted");
    let config = place.write("theme.toml", "theme = \"drak\"");
    run(&place, &["--config", &config, "config", "check"]).is(2).says("Unknown theme \"drak\"");
}
