//! `config.toml`: valid files, and the exact error of invalid ones.

use super::*;
use crate::domain::profile_settings::TokenSourceConfig;

fn parse_error(text: &str) -> String {
    parse(text).expect_err("refused")
}

#[test]
fn sample_config_sets_nothing() {
    let sample = include_str!("../../../assets/config.toml");
    assert_eq!(parse(sample).expect("the sample is good"), ConfigFile::default());
}

/// All entries of the sample, uncommented, except settings for a second token source.
#[test]
fn every_entry_of_the_sample_is_valid() {
    let sample = include_str!("../../../assets/config.toml");
    let entries: String = sample
        .lines()
        .filter_map(|line| line.strip_prefix("# "))
        .filter(|line| line.contains(" = ") || line.starts_with('['))
        .map(|line| format!("{line}\n"))
        .collect();
    let all = parse(&entries).unwrap_or_else(|error| panic!("{error}\n{entries}"));
    assert!(all.defaults.url.is_some() && all.defaults.base_path.is_some() && all.defaults.source.is_some());
    assert!(all.undo_seconds.is_some() && all.theme.is_some() && all.defaults.allowed_domains.is_some());
    assert!(all.defaults.filters.contains_key("partners") && all.defaults.templates.contains_key("welcome"));
    let acme = &all.profiles["acme"].value;
    assert!(acme.badge.is_some() && acme.color.is_some() && acme.guarded.is_some() && acme.tenant.is_some());
    assert!(acme.ca_file.is_some() && acme.proxy.is_some() && acme.max_plan_steps.is_some());
    let sources = all.profiles.values().filter_map(|found| Some(found.value.source.as_ref()?.0));
    assert_eq!(sources.collect::<Vec<_>>(), ["client_id", "token_command", "token_env"]);
}

#[test]
fn misspelled_key_error_names_line_and_suggestion() {
    for (text, sentence) in [
        (
            "url = \"https://x\"\nundo_secs = 3\n",
            "line 2: unknown setting undo_secs; did you mean undo_seconds?",
        ),
        (
            "[profiles.a]\ntoken_fil = \"/x\"",
            "line 2: unknown setting token_fil in [profiles.a]; did you mean token_file?",
        ),
        ("colour = \"red\"", "line 1: unknown setting colour; did you mean color?"),
        ("zebra = 1", "line 1: unknown setting zebra"),
        (
            "[profiles.a]\nundo_seconds = 3",
            "line 2: undo_seconds is for all profiles: write it above the first [ ]",
        ),
        ("profile = \"acne\"\n[profiles.acme]", "line 1: no profile acne; did you mean acme?"),
        ("profile = \"x\"", "line 1: no profile x; config.toml has no profiles"),
        (
            "profile = \"xyz\"\n[profiles.acme]\n[profiles.best]",
            "line 1: no profile xyz; the profiles are acme, best",
        ),
    ] {
        assert_eq!(parse_error(text), sentence);
    }
}

#[test]
fn wrong_type_error_names_line_and_expected_type() {
    for (text, sentence) in [
        ("url = 7", "line 1: url must be a text in quotes, not a number"),
        ("url = \"\"", "line 1: url is empty; remove the line"),
        (
            "[profiles.a]\n\nguarded = \"yes\"",
            "line 3: guarded in [profiles.a] must be true or false, not a text",
        ),
        ("undo_seconds = 90", "line 1: undo_seconds must be 0 to 60, not 90"),
        ("undo_seconds = -1", "line 1: undo_seconds must be 0 to 60, not -1"),
        ("undo_seconds = 1.5", "line 1: undo_seconds must be a whole number, not a number"),
        ("max_plan_steps = 0", "line 1: max_plan_steps must be 1 to 1000000, not 0"),
        (
            "allowed_domains = \"x\"",
            "line 1: allowed_domains must be a list of texts, such as [\"one\", \"two\"], not a text",
        ),
        ("filters = 7", "line 1: filters must be a table: write its name in [ ], not a number"),
        ("[filters]\nold = 7", "line 2: old in [filters] must be a text in quotes, not a number"),
        ("[profiles]\nacme = 7", "line 2: acme in [profiles] must be a table, not a number"),
        ("[[profiles.acme]]\nurl = \"x\"", "line 1: acme in [profiles] must be a table, not a list"),
        ("[[profiles.acme]]", "line 1: acme in [profiles] must be a table, not a list"),
        ("[profiles]\nacme = []", "line 2: acme in [profiles] must be a table, not a list"),
        ("undo_seconds = 99999999999999999999", "line 1: undo_seconds must be a whole number, not a number"),
        // Too many digits for any integer of TOML.
        (&format!("undo_seconds = {}", "9".repeat(45)), "line 1: undo_seconds has an invalid value"),
        ("url = 2020-01-01", "line 1: url must be a text in quotes, not a date"),
        (
            "color = \"pink\"",
            "line 1: color must be one of red, yellow, green, cyan, blue, magenta, white, not \"pink\"",
        ),
        (
            "badge = \"a text that is too long for it\"",
            "line 1: badge must have at most 16 characters, all on one line",
        ),
        (
            "proxy = \"proxy:3128\"",
            "line 1: proxy must start with http://, https://, socks5:// or socks5h://",
        ),
        (
            "token_command = \"pass show x\"",
            "line 1: token_command must be a program and its arguments, such as [\"pass\", \"show\", \"acme\"], not a text",
        ),
        ("token_command = []", "line 1: token_command must contain a program"),
        ("[profiles.\"a b\"]", "line 1: a profile name can have letters, digits, -, _ and ., not \"a b\""),
    ] {
        assert_eq!(parse_error(text), sentence);
    }
    assert!(parse_error("url = \n").contains("line 1"), "invalid TOML");
}

#[test]
fn ambiguous_or_incomplete_token_source_is_an_error() {
    for (text, sentence) in [
        (
            "token_file = \"/a\"\ntoken_env = \"B\"",
            "line 2: token_env conflicts with token_file (line 1): a token has one source, so remove one of them",
        ),
        (
            "[profiles.a]\ntoken_command = [\"x\"]\nclient_id = \"c\"\nclient_secret_env = \"S\"",
            "line 3: client_id conflicts with token_command (line 2): a token has one source, so remove one of them",
        ),
        (
            "client_id = \"c\"\nclient_secret_env = \"S\"\nclient_secret_file = \"/s\"",
            "line 3: client_secret_file conflicts with client_secret_env (line 2): a secret has one source, so remove one of them",
        ),
        (
            "client_id = \"c\"",
            "line 1: client_id needs a secret: add client_secret_env, client_secret_file or client_secret_command",
        ),
        ("client_secret_env = \"S\"", "line 1: client_secret_env needs client_id: add it"),
        (
            "token_env = \"eyJhbGciOi.x.y\"",
            "line 1: this is not a variable name; do not write the secret itself into this file",
        ),
        (
            "client_id = \"c\"\nclient_secret_env = \"s3cr-et\"",
            "line 2: this is not a variable name; do not write the secret itself into this file",
        ),
    ] {
        assert_eq!(parse_error(text), sentence);
    }
    let two = parse("token_file = \"/a\"\n[profiles.a]\ntoken_env = \"B\"").expect("on two levels");
    assert!(
        matches!(&two.profiles["a"].value.source, Some((_, found)) if found.value == TokenSourceConfig::EnvVar("B".into()))
    );
    assert_eq!(two.secret_vars(), ["B"]);
}

#[test]
fn invalid_named_filter_error_names_line_and_suggestion() {
    for (entry, sentence) in [
        (
            "old = \"exp<x\"",
            "line 3: the filter old: Invalid time exp<x. Use exp<48h or exp>7d, with the unit m, h, d or w.",
        ),
        ("\"a b\" = \"x\"", "line 3: the filter a b: a name may contain only letters, digits, - and _"),
        ("all = \" \"", "line 3: the filter all: it is empty and would match every row"),
    ] {
        assert_eq!(parse_error(&format!("[filters]\ngood = \"#soon\"\n{entry}\n")), sentence);
    }
}

#[test]
fn impossible_domain_is_an_error() {
    assert!(parse("allowed_domains = [\"Acme.com\", \".acme.com\"]").is_ok());
    for domain in ["@acme.com", "*.acme.com", "", ".", "acme com"] {
        let error = parse_error(&format!("allowed_domains = [{domain:?}]"));
        assert!(error.starts_with("line 1: ") && error.contains("write acme.com"), "{error}");
    }
}

#[test]
fn explicit_config_file_must_exist() {
    let nowhere = Path::new("/nonexistent/guestlist.toml");
    assert!(read(nowhere, false).is_ok());
    assert!(matches!(read(nowhere, true), Err(FileError::Io { .. })));
}

#[test]
fn oversized_config_file_is_an_error() {
    let dir = tempfile::tempdir().expect("a folder");
    let path = dir.path().join("config.toml");
    std::fs::write(&path, "#".repeat(1024 * 1024)).expect("written");
    assert!(read(&path, true).is_ok());
    std::fs::write(&path, "#".repeat(1024 * 1024 + 1)).expect("written");
    let error = read(&path, true).expect_err("too large").to_string();
    assert!(error.ends_with(": it is larger than 1 MB. Choose another file with --config."), "{error}");
}
