//! Completion scripts, manual pages, help topics, aliases, version, and verbosity.

use std::process::Command;

use guestlist::sandbox::Settings;

use crate::harness::{RunningCommand, TestEnv, guest_email};

#[test]
fn every_shell_gets_a_completion_script() {
    let env = TestEnv::new(0);
    for shell in ["bash", "zsh", "fish", "powershell"] {
        let output = RunningCommand::start(env.bare_command(&["completions", shell])).wait().assert_code(0);
        assert!(output.stdout.contains("GUESTLIST_COMPLETE"), "{shell}: {}", output.stdout);
        assert_eq!(output.stderr, "");
    }
    RunningCommand::start(env.bare_command(&["completions", "tcsh"])).wait().assert_code(2);
}

#[test]
fn powershell_gets_candidates_with_descriptions() {
    let env = TestEnv::new(0);
    let mut command = env.bare_command(&["--", "guestlist", "li"]);
    command.env("GUESTLIST_COMPLETE", "powershell");
    let output = RunningCommand::start(command).wait().assert_code(0);
    assert_eq!(output.stdout, "list\tList the pending invites\n");
}

/// Sections that every page of a command has.
const SECTIONS: &[&str] = &[
    ".SH NAME",
    ".SH SYNOPSIS",
    ".SH DESCRIPTION",
    ".SH EXAMPLES",
    ".SH \"EXIT STATUS\"",
    ".SH ENVIRONMENT",
    ".SH FILES",
    ".SH \"SEE ALSO\"",
];

#[test]
fn each_command_has_a_man_page() {
    let env = TestEnv::new(0);
    let dir = env.path("man");
    RunningCommand::start(env.bare_command(&["man", "--output", &dir])).wait().assert_code(0);
    let mut pages = Vec::new();
    for section in ["man1", "man5", "man7"] {
        let entries = std::fs::read_dir(format!("{dir}/{section}")).expect("a folder");
        pages.extend(entries.map(|entry| entry.expect("a page").path().display().to_string()));
    }
    pages.sort();
    for page in &pages {
        let text = std::fs::read_to_string(page).expect("text");
        let title = text.lines().find(|line| line.starts_with(".TH")).expect("a title").to_owned();
        let source = concat!("\"guestlist ", env!("CARGO_PKG_VERSION"), "\"");
        assert!(title.contains(source) && title.contains(" 20"), "{page} has a source and a date: {title}");
        if page.ends_with(".1") {
            for section in SECTIONS {
                assert!(text.contains(&format!("{section}\n")), "{page} has no {section}");
            }
            assert!(!text.contains(".nf\n.fi"), "{page} has an example");
        }
        let lint = Command::new("mandoc").args(["-T", "lint", "-W", "warning", page]).output();
        let lint = lint.expect("mandoc is installed; .ci/run installs it with apt-get");
        assert_eq!(String::from_utf8_lossy(&lint.stdout), "", "{page}");
    }
    let names: Vec<&str> = pages.iter().filter_map(|page| page.strip_prefix(&format!("{dir}/"))).collect();
    insta::assert_snapshot!("man_pages", names.join("\n"));
    let page = std::fs::read_to_string(format!("{dir}/man1/guestlist-plan-apply.1")).expect("text");
    assert!(page.contains("A plan can be applied once"), "{page}");
    let output = RunningCommand::start(env.bare_command(&["man"])).wait().assert_code(0);
    assert!(
        output.stdout.contains(".SH NAME") && output.stdout.contains(".SH \"EXIT STATUS\""),
        "{}",
        output.stdout
    );
}

#[test]
fn help_prints_topics_and_commands() {
    let env = TestEnv::new(0);
    let help = |words: &[&str]| RunningCommand::start(env.bare_command(&[&["help"], words].concat())).wait();
    for (topic, text) in [
        ("filters", "exp:today"),
        ("environment", "BEARER_TOKEN_FILE"),
        ("exit-codes", "already invited"),
        ("json", "expiry_time"),
        ("faults", "latency_ms"),
    ] {
        let output = help(&[topic]).assert_code(0);
        assert!(output.stdout.contains(text), "{topic}: {}", output.stdout);
        assert!(output.stdout.lines().all(|line| line.chars().count() <= 160), "{}", output.stdout);
    }
    let expected = RunningCommand::start(env.bare_command(&["plan", "apply", "--help"])).wait().stdout;
    assert_eq!(help(&["plan", "apply"]).assert_code(0).stdout, expected);
    assert!(help(&[]).assert_code(0).stdout.contains("Documentation: https://"));
    help(&["nothing"]).assert_code(2).assert_stderr("Topics: filters");
}

#[test]
fn aliases_do_the_same_as_their_commands() {
    let env = TestEnv::new(2);
    let email = guest_email(0);
    assert_eq!(env.run(&["ls"]).assert_code(0).stdout, env.run(&["list"]).stdout);
    assert_eq!(env.run(&["get", &email]).assert_code(0).stdout, env.run(&["show", &email]).stdout);
    assert_eq!(env.run(&["rm", &email, "--yes"]).assert_code(0).outcome_counts(), ["1 done delete"]);
}

#[test]
fn connection_options_are_hidden_but_accepted() {
    let env = TestEnv::new(0);
    let help = |words: &[&str]| env.run(&[words, &["--help"]].concat()).assert_code(0).stdout;
    for words in [&["completions"][..], &["man"], &["version"], &["sandbox"]] {
        assert!(!help(words).contains("--url") && !help(words).contains("--profile"), "{words:?}");
    }
    let local = help(&["config", "path"]);
    assert!(!local.contains("--token-file") && local.contains("--config"), "{local}");
    assert!(help(&["list"]).contains("--token-file") && !help(&["list"]).contains("--sandbox"));
    env.run(&["version", "--url", "http://127.0.0.1:1"]).assert_code(0);
}

#[test]
fn limit_is_the_size_of_the_page() {
    let env = TestEnv::with_settings(Settings::default());
    let output = env.run(&["list", "--limit", "1"]).assert_code(0);
    assert_eq!(output.rows().len(), 1);
    let requests = env.control.requests();
    let lists: Vec<&str> =
        requests.iter().filter_map(|call| call.path.split_once("page_size=")).map(|call| call.1).collect();
    assert_eq!(lists, ["1"]);
    let output = env.run(&["list", "--limit", "1", "--filter", "@acme.com"]).assert_code(0);
    assert!(
        output.rows().len() == 1
            && env.control.requests().last().expect("a request").path.contains("page_size=500")
    );
}

#[test]
fn values_that_start_with_a_hyphen_get_a_tip() {
    let env = TestEnv::new(1);
    env.run(&["list", "--filter", "-x"]).assert_code(2).assert_stderr("use '--filter=-x'");
    env.run(&["create", "a@x.com", "--message", "-x"]).assert_code(2).assert_stderr("use '--message=-x'");
    env.run(&["list", "--limit", "-1"]).assert_code(2).assert_stderr("use a number that is not negative");
    assert_eq!(env.run(&["list", "--filter=-x"]).assert_code(0).stdout, "");
    assert!(!env.run(&["list", "-x"]).assert_code(2).stderr.contains("as a value"));
}

#[test]
fn times_of_tables_are_local_or_utc() {
    let env = TestEnv::new(1);
    env.run(&["delete", &guest_email(0), "--yes"]).assert_code(0);
    let table = |flags: &[&str]| {
        let mut command = env.command(&[&["journal", "list", "-o", "table"], flags].concat());
        command.env("TZ", "Etc/GMT-14");
        RunningCommand::start(command).wait().assert_code(0).stdout
    };
    let utc = RunningCommand::start(env.command(&["journal", "list", "-o", "table"])).wait().stdout;
    assert_eq!(table(&["--utc"]), utc);
}

#[test]
fn version_is_printed_and_quiet_and_verbose_work() {
    let env = TestEnv::new(2);
    let output = RunningCommand::start(env.bare_command(&["--version"])).wait().assert_code(0);
    assert!(output.stdout.starts_with(concat!("guestlist ", env!("CARGO_PKG_VERSION"))), "{}", output.stdout);
    let output_of_version = output.stdout;
    let output = env.run(&["delete", &guest_email(0), "--yes", "--quiet"]).assert_code(0);
    assert_eq!((output.outcome_counts(), output.stderr.as_str()), (vec!["1 done delete".to_owned()], ""));
    let version = RunningCommand::start(env.bare_command(&["version"])).wait().assert_code(0);
    assert_eq!(version.stdout, output_of_version);
    let output = env.run(&["-v", "list"]).assert_code(0).assert_stderr("GET /");
    assert!(!output.stderr.contains("Bearer") && !output.stdout.contains("GET"), "{}", output.stderr);
    let output = env.run(&["-qv", "list"]).assert_code(0);
    assert!(output.stderr.lines().all(|line| line.starts_with("GET /")) && !output.stderr.is_empty());
    env.run(&["list", "--quiet", "--filter", "exp<x"]).assert_code(2).assert_stderr("exp<48h");
}
