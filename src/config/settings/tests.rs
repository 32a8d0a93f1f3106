//! The order of weight, and which token goes where.

use super::*;
use crate::domain::access::{SecretFrom, Source};
use crate::domain::address::VENDOR;

fn home() -> Environment {
    Environment { home: Some("/home/ann".into()), ..Environment::default() }
}

fn with(flags: Flags, environment: Environment, file: &str, usual_exists: bool) -> Target {
    let file = super::super::file::parse(file).expect("a good file");
    let chosen = profile(&flags, &environment, &file);
    let entries = chosen.map(|chosen| file.named(&chosen.value).expect("a profile"));
    let levels = Levels { profile: entries, common: &file.common };
    target::decide(&flags, &environment, levels, |_| usual_exists).target
}

fn token(target: Target) -> (String, Source) {
    match target {
        Target::Server { url, source, .. } => (url, source),
        Target::TryOut => panic!("a try-out was opened"),
    }
}

fn file_of(path: &str) -> Source {
    Source::File(path.into())
}

fn named(profile: &str) -> Flags {
    Flags { profile: Some(profile.into()), ..Flags::default() }
}

#[test]
fn with_nothing_configured_it_is_a_try_out_and_otherwise_never() {
    assert_eq!(with(Flags::default(), home(), "", false), Target::TryOut);
    assert_ne!(with(Flags::default(), home(), "", true), Target::TryOut);
    assert_ne!(with(Flags::default(), home(), "url = \"https://x\"", false), Target::TryOut);
    assert_ne!(with(Flags::default(), home(), "token_file = \"/t\"", false), Target::TryOut);
    assert_ne!(with(named("a"), home(), "[profiles.a]", false), Target::TryOut);
    let environment = Environment { token_file: Some("/t".into()), ..home() };
    assert_ne!(with(Flags::default(), environment, "", false), Target::TryOut);
    assert_eq!(with(Flags { sandbox: true, ..Flags::default() }, home(), "", true), Target::TryOut);
}

#[test]
fn flags_weigh_more_than_the_environment_and_that_more_than_the_file() {
    let flags = Flags { url: Some("https://flag".into()), ..Flags::default() };
    let environment =
        Environment { url: Some("https://env".into()), token_file: Some("/env".into()), ..home() };
    let file = "url = \"https://file\"\ntoken_file = \"~/mine\"";
    assert_eq!(token(with(flags, environment, file, true)), ("https://flag".into(), file_of("/env")));
    assert_eq!(
        token(with(Flags::default(), home(), file, true)),
        ("https://file".into(), file_of("/home/ann/mine"))
    );
    assert_eq!(
        token(with(Flags::default(), home(), "", true)),
        (VENDOR.into(), file_of("/home/ann/.datatrails/bearer-token.txt"))
    );
}

#[test]
fn a_profile_weighs_more_than_what_lies_beneath_it_and_takes_the_rest_from_there() {
    let file = "url = \"https://top\"\ntoken_file = \"/top\"\nprofile = \"b\"\n\
                [profiles.a]\nurl = \"https://a\"\ntoken_env = \"A\"\n[profiles.b]\nurl = \"https://b\"";
    assert_eq!(
        token(with(named("a"), home(), file, true)),
        ("https://a".into(), Source::Variable("A".into()))
    );
    assert_eq!(token(with(Flags::default(), home(), file, true)), ("https://b".into(), file_of("/top")));
    let environment = Environment { profile: Some("a".into()), ..home() };
    assert_eq!(token(with(Flags::default(), environment.clone(), file, true)).0, "https://a");
    assert_eq!(token(with(named("b"), environment, file, true)).0, "https://b", "flags weigh more");
}

#[test]
fn the_vendors_names_are_a_source_where_nothing_nearer_is_named() {
    let environment = Environment { client_id: Some("c".into()), has_client: true, ..home() };
    let secret = SecretFrom::Variable("DATATRAILS_CLIENT_SECRET".into());
    let app = Source::App { client_id: "c".into(), secret };
    assert_eq!(token(with(Flags::default(), environment.clone(), "", true)).1, app);
    assert_eq!(
        token(with(Flags::default(), environment.clone(), "token_env = \"T\"", true)).1,
        Source::Variable("T".into())
    );
    let here = "url = \"http://127.0.0.1:1\"";
    assert_eq!(token(with(Flags::default(), environment, here, true)).1, Source::Missing(vec![]));
}

#[test]
fn a_program_on_this_machine_gets_only_a_token_that_was_named_for_it() {
    let none = Source::Missing(vec![]);
    let loopback = Flags { url: Some("http://127.0.0.1:8080".into()), ..Flags::default() };
    let environment = Environment { token_file: Some("/env".into()), ..home() };
    assert_eq!(token(with(loopback.clone(), environment, "token_file = \"/file\"", true)).1, none);
    let odd = Flags { url: Some("http://127.1:8080".into()), ..Flags::default() };
    assert_eq!(token(with(odd, home(), "", true)).1, none, "however it is written");
    let flag = Flags { token_file: Some("/flag".into()), ..loopback.clone() };
    assert_eq!(token(with(flag, home(), "", true)).1, file_of("/flag"));
    let file = "url = \"http://localhost:1\"\ntoken_file = \"/file\"";
    assert_eq!(token(with(Flags::default(), home(), file, true)).1, file_of("/file"));
    let beneath = "token_file = \"/file\"\n[profiles.a]\nurl = \"http://localhost:1\"";
    assert_eq!(token(with(named("a"), home(), beneath, true)).1, none, "it was named for another server");
    let own = "[profiles.a]\nurl = \"http://localhost:1\"\ntoken_command = [\"t\"]";
    assert_eq!(token(with(named("a"), home(), own, true)).1, Source::Command(vec!["t".into()]));
    let elsewhere = Flags { profile: Some("a".into()), ..loopback };
    assert_eq!(token(with(elsewhere, home(), own, true)).1, none, "the address came from elsewhere");
}

#[test]
fn each_value_is_shown_with_where_it_came_from() {
    let file = "hold_seconds = 9\n[filters]\nold = \"expired\"\n[profiles.a]\nurl = \"https://x\"\nguarded = true\n\
                proxy = \"http://ann:hidden@p:1\"\ntoken_command = [\"t\", \"hidden\"]\n[profiles.a.filters]\nold = \"#soon\"";
    let file = super::super::file::parse(file).expect("good");
    let environment = Environment { profile: Some("a".into()), no_color: true, ..home() };
    let settings = Settings::new(&Flags::default(), &environment, &file).expect("decided");
    let shown: Vec<String> =
        settings.shown.iter().map(|it| format!("{} = {} ({})", it.name, it.value, it.origin)).collect();
    for line in [
        "profile = a (GUESTLIST_PROFILE)",
        "url = https://x (config.toml line 5)",
        "token = command t (1 argument) (config.toml line 8)",
        "guarded = true (config.toml line 6)",
        "proxy = http://…@p:1 (config.toml line 7)",
        "hold_seconds = 9 (config.toml line 1)",
        "theme = none (NO_COLOR)",
        "mouse = false (default)",
        "badge = a (default)",
        "filters.old = #soon (config.toml line 10)",
    ] {
        assert!(shown.iter().any(|shown| shown == line), "{line} in {shown:#?}");
    }
    assert!(!shown.iter().any(|line| line.contains("hidden")));
    let error = Settings::new(&named("b"), &home(), &file).expect_err("unknown");
    assert_eq!(error, "--profile: there is no profile b: there are a");
}
