//! Precedence of settings, and which server gets which token.

use super::*;
use crate::domain::profile_settings::{SecretSourceConfig, TokenSourceConfig};
use crate::domain::server_url::VENDOR_URL;

fn home_environment() -> Environment {
    Environment { home: Some("/home/ann".into()), ..Environment::default() }
}

fn resolve_target(flags: Flags, environment: Environment, file: &str, default_file_exists: bool) -> Target {
    let file = super::super::config_file::parse(file).expect("a good file");
    let chosen = resolve_profile(&flags, &environment, &file);
    let profile_origin =
        chosen.as_ref().map(|profile| profile.origin).filter(|origin| !matches!(origin, Origin::File(_)));
    let config = chosen.map(|chosen| file.find_profile(&chosen.value).expect("a profile"));
    let layers = Layers { profile_origin, profile: config, defaults: &file.defaults };
    target::resolve(&flags, &environment, layers, |_| default_file_exists).expect("decided").target
}

fn server_token(target: Target) -> (String, TokenSourceConfig) {
    match target {
        Target::Server { url, source, .. } => (url, source),
        Target::Sandbox => panic!("the sandbox was opened"),
    }
}

/// Returns the URL, and the reason why no configured token may be sent to this server.
fn withheld_token(target: Target) -> (String, String) {
    match server_token(target) {
        (url, TokenSourceConfig::Withheld(reason)) => (url, reason),
        other => panic!("{other:?}"),
    }
}

fn token_file_source(path: &str) -> TokenSourceConfig {
    TokenSourceConfig::File(path.into())
}

fn profile_flags(profile: &str) -> Flags {
    Flags { profile: Some(profile.into()), ..Flags::default() }
}

#[test]
fn sandbox_is_used_only_without_configuration() {
    assert_eq!(resolve_target(Flags::default(), home_environment(), "", false), Target::Sandbox);
    assert_ne!(resolve_target(Flags::default(), home_environment(), "", true), Target::Sandbox);
    assert_ne!(
        resolve_target(Flags::default(), home_environment(), "url = \"https://x\"", false),
        Target::Sandbox
    );
    assert_ne!(
        resolve_target(Flags::default(), home_environment(), "token_file = \"/t\"", false),
        Target::Sandbox
    );
    assert_ne!(
        resolve_target(profile_flags("a"), home_environment(), "[profiles.a]", false),
        Target::Sandbox
    );
    let environment = Environment { token_file: Some("/t".into()), ..home_environment() };
    assert_ne!(resolve_target(Flags::default(), environment, "", false), Target::Sandbox);
    assert_eq!(
        resolve_target(Flags { sandbox: true, ..Flags::default() }, home_environment(), "", true),
        Target::Sandbox
    );
}

#[test]
fn flags_override_environment_and_environment_overrides_file() {
    let flags = Flags { url: Some("https://flag".into()), ..Flags::default() };
    let environment = Environment {
        url: Some("https://env".into()),
        token_file: Some("/env".into()),
        ..home_environment()
    };
    let file = "url = \"https://file\"\ntoken_file = \"~/mine\"";
    let (url, reason) = withheld_token(resolve_target(flags, environment.clone(), file, true));
    assert_eq!(url, "https://flag");
    assert!(reason.contains("BEARER_TOKEN_FILE is for https://env"), "{reason}");
    assert_eq!(
        server_token(resolve_target(Flags::default(), environment, file, true)),
        ("https://env".into(), token_file_source("/env"))
    );
    assert_eq!(
        server_token(resolve_target(Flags::default(), home_environment(), file, true)),
        ("https://file".into(), token_file_source("/home/ann/mine"))
    );
    assert_eq!(
        server_token(resolve_target(Flags::default(), home_environment(), "", true)),
        (VENDOR_URL.into(), token_file_source("/home/ann/.datatrails/bearer-token.txt"))
    );
}

#[test]
fn profile_overrides_top_level_and_inherits_the_rest() {
    let file = "url = \"https://top\"\ntoken_file = \"/top\"\nprofile = \"b\"\n\
                [profiles.a]\nurl = \"https://a\"\ntoken_env = \"A\"\n[profiles.b]\nurl = \"https://b\"";
    assert_eq!(
        server_token(resolve_target(profile_flags("a"), home_environment(), file, true)),
        ("https://a".into(), TokenSourceConfig::EnvVar("A".into()))
    );
    let (url, reason) = withheld_token(resolve_target(Flags::default(), home_environment(), file, true));
    assert_eq!(url, "https://b");
    assert!(reason.contains("token_file (config.toml line 2) is for https://top"), "{reason}");
    let environment = Environment { profile: Some("a".into()), ..home_environment() };
    assert_eq!(
        server_token(resolve_target(Flags::default(), environment.clone(), file, true)).0,
        "https://a"
    );
    assert_eq!(
        server_token(resolve_target(profile_flags("b"), environment, file, true)).0,
        "https://b",
        "flags have precedence"
    );
}

#[test]
fn vendor_variables_are_the_last_token_source() {
    let environment =
        Environment { client_id: Some("c".into()), has_client_credentials: true, ..home_environment() };
    let secret = SecretSourceConfig::EnvVar("DATATRAILS_CLIENT_SECRET".into());
    let app = TokenSourceConfig::AppRegistration { client_id: "c".into(), secret };
    assert_eq!(server_token(resolve_target(Flags::default(), environment.clone(), "", true)).1, app);
    assert_eq!(
        server_token(resolve_target(Flags::default(), environment.clone(), "token_env = \"T\"", true)).1,
        TokenSourceConfig::EnvVar("T".into())
    );
    let here = "url = \"http://127.0.0.1:1\"";
    let (_, reason) = withheld_token(resolve_target(Flags::default(), environment, here, true));
    assert!(reason.contains("DATATRAILS_CLIENT_ID is for the vendor's servers"), "{reason}");
}

#[test]
fn loopback_server_gets_only_a_token_named_for_it() {
    let loopback = Flags { url: Some("http://127.0.0.1:8080".into()), ..Flags::default() };
    let environment = Environment { token_file: Some("/env".into()), ..home_environment() };
    let (url, reason) =
        withheld_token(resolve_target(loopback.clone(), environment.clone(), "token_file = \"/file\"", true));
    assert_eq!(url, "http://127.0.0.1:8080");
    for name in ["BEARER_TOKEN_FILE", "token_file (config.toml line 1)", "bearer-token.txt"] {
        assert!(reason.contains(name), "{reason}");
    }
    let short_loopback = Flags { url: Some("http://127.1:8080".into()), ..Flags::default() };
    withheld_token(resolve_target(short_loopback, home_environment(), "", true));
    let flag = Flags { token_file: Some("/flag".into()), ..loopback.clone() };
    assert_eq!(
        server_token(resolve_target(flag, home_environment(), "", true)).1,
        token_file_source("/flag")
    );
    let same_layer = Environment { url: Some("http://127.0.0.1:8080".into()), ..environment };
    assert_eq!(
        server_token(resolve_target(Flags::default(), same_layer, "", true)).1,
        token_file_source("/env"),
        "the server of its own layer"
    );
    let file = "url = \"http://localhost:1\"\ntoken_file = \"/file\"";
    assert_eq!(
        server_token(resolve_target(Flags::default(), home_environment(), file, true)).1,
        token_file_source("/file")
    );
    let lower_layer = "token_file = \"/file\"\n[profiles.a]\nurl = \"http://localhost:1\"";
    withheld_token(resolve_target(profile_flags("a"), home_environment(), lower_layer, true));
    let own = "[profiles.a]\nurl = \"http://localhost:1\"\ntoken_command = [\"t\"]";
    assert_eq!(
        server_token(resolve_target(profile_flags("a"), home_environment(), own, true)).1,
        TokenSourceConfig::Command(vec!["t".into()])
    );
}

#[test]
fn credential_goes_only_to_server_of_its_layer() {
    let own = "profile = \"s\"\n[profiles.s]\nurl = \"https://staging\"\ntoken_file = \"/staging\"";
    let prod = Environment { url: Some("https://prod".into()), ..home_environment() };
    let (url, reason) = withheld_token(resolve_target(Flags::default(), prod.clone(), own, true));
    assert_eq!(url, "https://prod");
    assert!(reason.contains("is for https://staging") && reason.contains("the vendor's servers"), "{reason}");
    let app = Environment { client_id: Some("c".into()), has_client_credentials: true, ..home_environment() };
    let flag = |url: &str| Flags { url: Some(url.into()), ..Flags::default() };
    withheld_token(resolve_target(flag("https://other"), app.clone(), "", true));
    assert!(matches!(
        server_token(resolve_target(flag("https://app.rkvst.io"), app, "", true)).1,
        TokenSourceConfig::AppRegistration { .. }
    ));
    let default_source = token_file_source("/home/ann/.datatrails/bearer-token.txt");
    for vendor in [VENDOR_URL, "https://app.rkvst.io/"] {
        assert_eq!(
            server_token(resolve_target(flag(vendor), home_environment(), "", true)).1,
            default_source
        );
    }
    for other in ["https://other", "https://app.datatrails.ai:444", "https://app.datatrails.ai.evil.org"] {
        withheld_token(resolve_target(flag(other), home_environment(), "", true));
    }
    let tilde = Flags { token_file: Some("~/tok".into()), ..flag("https://other") };
    assert_eq!(
        server_token(resolve_target(tilde, home_environment(), "", true)).1,
        token_file_source("/home/ann/tok")
    );
}

#[test]
fn named_profile_overrides_the_environment_with_a_notice() {
    let text = "[profiles.s]\nurl = \"https://staging\"\ntoken_file = \"/staging\"\n[profiles.bare]";
    let file = super::super::config_file::parse(text).expect("good");
    let environment = Environment {
        url: Some("https://prod".into()),
        token_file: Some("/prod".into()),
        client_id: Some("c".into()),
        has_client_credentials: true,
        ..home_environment()
    };
    let by_variable = Environment { profile: Some("s".into()), ..environment.clone() };
    for (flags, environment, by) in [
        (profile_flags("s"), environment.clone(), "--profile"),
        (Flags::default(), by_variable, "GUESTLIST_PROFILE"),
    ] {
        let settings = Settings::new(&flags, &environment, &file).expect("decided");
        assert_eq!(server_token(settings.target), ("https://staging".into(), token_file_source("/staging")));
        let ignored =
            "Ignored: DATATRAILS_URL, BEARER_TOKEN_FILE, DATATRAILS_CLIENT_ID, DATATRAILS_CLIENT_SECRET.";
        let notice = format!("{ignored} {by} selects the profile s, which has its own server.");
        assert_eq!(settings.notices, [notice]);
        assert!(
            settings
                .effective_values
                .iter()
                .any(|entry| entry.name == "ignored" && entry.value.contains("DATATRAILS_URL"))
        );
    }
    let bare = Settings::new(&profile_flags("bare"), &environment, &file).expect("decided");
    assert_eq!(
        server_token(bare.target).0,
        VENDOR_URL,
        "its server is the default one, not the environment's"
    );
    let other_url = Flags { url: Some("https://prod".into()), ..profile_flags("s") };
    let error = Settings::new(&other_url, &environment, &file).expect_err("another server");
    assert!(error.contains("profile s") && error.contains("https://staging"), "{error}");
    let same = Flags { url: Some("https://staging/".into()), ..profile_flags("s") };
    assert_eq!(
        server_token(Settings::new(&same, &home_environment(), &file).expect("the same").target).1,
        token_file_source("/staging")
    );
    let flag = Flags { token_file: Some("/flag".into()), ..other_url };
    let settings = Settings::new(&flag, &home_environment(), &file).expect("a credential by flag");
    assert_eq!(server_token(settings.target), ("https://prod".into(), token_file_source("/flag")));
}

#[test]
fn each_value_is_shown_with_its_origin() {
    let file = "undo_seconds = 9\n[filters]\nold = \"expired\"\n[profiles.a]\nurl = \"https://x\"\nguarded = true\n\
                proxy = \"http://ann:hidden@p:1\"\ntoken_command = [\"t\", \"hidden\"]\n[profiles.a.filters]\nold = \"#soon\"";
    let file = super::super::config_file::parse(file).expect("good");
    let environment = Environment { profile: Some("a".into()), no_color: true, ..home_environment() };
    let settings = Settings::new(&Flags::default(), &environment, &file).expect("decided");
    let shown: Vec<String> = settings
        .effective_values
        .iter()
        .map(|entry| format!("{} = {} ({})", entry.name, entry.value, entry.origin))
        .collect();
    for line in [
        "profile = a (GUESTLIST_PROFILE)",
        "url = https://x (config.toml line 5)",
        "token = command t (1 argument) (config.toml line 8)",
        "guarded = true (config.toml line 6)",
        "proxy = http://…@p:1 (config.toml line 7)",
        "undo_seconds = 9 (config.toml line 1)",
        "theme = none (NO_COLOR)",
        "mouse = false (default)",
        "badge = a (default)",
        "filters.old = #soon (config.toml line 10)",
    ] {
        assert!(shown.iter().any(|shown| shown == line), "{line} in {shown:#?}");
    }
    assert!(!shown.iter().any(|line| line.contains("hidden")));
    let error = Settings::new(&profile_flags("b"), &home_environment(), &file).expect_err("unknown");
    assert_eq!(error, "--profile: no profile b; the profiles are a");
}

#[test]
fn ascii_setting_overrides_the_locale() {
    let utf8 = home_environment();
    let ascii = Environment { ascii_locale: Some("LC_ALL"), ..home_environment() };
    for (environment, file, expected) in [
        (&utf8, "", "false (default)"),
        (&ascii, "", "true (LC_ALL)"),
        (&ascii, "ascii = false", "false (config.toml line 1)"),
        (&utf8, "ascii = true", "true (config.toml line 1)"),
    ] {
        let file = super::super::config_file::parse(file).expect("good");
        let settings = Settings::new(&Flags::default(), environment, &file).expect("decided");
        let shown = settings.effective_values.iter().find(|entry| entry.name == "ascii").expect("shown");
        assert_eq!(format!("{} ({})", shown.value, shown.origin), expected);
        assert_eq!(settings.ascii.to_string(), shown.value);
    }
}

#[test]
fn profile_of_another_server_is_not_used_unless_named_by_flag() {
    let text = "profile = \"s\"\nallowed_domains = [\"top\"]\n[profiles.s]\nurl = \"https://staging\"\nbadge = \"STAGING\"\n\
                guarded = true\ntenant = \"tenant/1\"\nbase_path = \"/own\"\nallowed_domains = [\"s\"]\nproxy = \"http://p:1\"\n[profiles.bare]\nguarded = true";
    let file = super::super::config_file::parse(text).expect("good");
    let prod = Environment { url: Some("https://prod".into()), ..home_environment() };
    let by_flag = Flags { url: Some("https://prod".into()), ..Flags::default() };
    let by_variable = Environment { profile: Some("s".into()), ..home_environment() };
    for (flags, environment, by, url) in [
        (Flags::default(), prod, "config.toml line 1", "DATATRAILS_URL"),
        (by_flag, by_variable, "GUESTLIST_PROFILE", "--url"),
    ] {
        let settings = Settings::new(&flags, &environment, &file).expect("decided");
        let notice = format!(
            "Not used: profile s ({by}). Its server is https://staging, but {url} sets another server."
        );
        assert_eq!(settings.notices, [notice]);
        assert_eq!((settings.badge, settings.tenant, settings.network.proxy), (None, None, None));
        assert_eq!((settings.guards.profile.as_str(), settings.guards.guarded), ("", false));
        assert_eq!(settings.guards.allowed_domains, ["top"], "settings outside the profile apply");
        assert!(matches!(settings.target, Target::Server { base_path: None, .. }));
        assert!(
            settings.effective_values.iter().any(|entry| entry.name == "profile" && entry.value == "none")
        );
    }
    let same = Environment { url: Some("https://STAGING/".into()), ..home_environment() };
    let settings = Settings::new(&Flags::default(), &same, &file).expect("decided");
    assert!(settings.guards.guarded && settings.notices.is_empty(), "the same server in another spelling");
    let text = "profile = \"bare\"\n[profiles.bare]\nguarded = true";
    let file = super::super::config_file::parse(text).expect("good");
    let settings = Settings::new(&Flags::default(), &same, &file).expect("decided");
    assert!(settings.guards.guarded, "a profile without a server is for every server");
}
