//! Completions, manual pages, version, and verbosity.

use crate::harness::{RunningCommand, TestEnv, guest_email};

#[test]
fn every_shell_gets_completions_of_every_command() {
    let place = TestEnv::new(0);
    for shell in ["bash", "zsh", "fish", "powershell"] {
        let said = RunningCommand::start(place.bare_command(&["completions", shell])).wait().assert_code(0);
        for word in ["list", "export", "apply", "plan-file", "journal"] {
            assert!(said.stdout.contains(word), "{shell}: {word}");
        }
        assert_eq!(said.stderr, "");
    }
    RunningCommand::start(place.bare_command(&["completions", "tcsh"])).wait().assert_code(2);
    let script = place.write_file(
        "script",
        RunningCommand::start(place.bare_command(&["completions", "bash"])).wait().stdout,
    );
    let checked = std::process::Command::new("bash").args(["-n", &script]).status().expect("bash runs");
    assert!(checked.success());
}

#[test]
fn each_command_has_a_man_page() {
    let place = TestEnv::new(0);
    let folder = place.path("man1");
    RunningCommand::start(place.bare_command(&["man", "--output", &folder])).wait().assert_code(0);
    let mut pages: Vec<String> = std::fs::read_dir(&folder)
        .expect("a folder")
        .map(|entry| entry.expect("a page").file_name().to_string_lossy().into_owned())
        .collect();
    pages.sort();
    insta::assert_snapshot!("man_pages", pages.join("\n"));
    let page = std::fs::read_to_string(format!("{folder}/guestlist-plan-apply.1")).expect("text");
    assert!(page.contains(".TH") && page.contains("A plan applies once"), "{page}");
    let said = RunningCommand::start(place.bare_command(&["man"])).wait().assert_code(0);
    assert!(said.stdout.contains(".SH NAME") && said.stdout.contains("Exit codes"), "{}", said.stdout);
}

#[test]
fn version_is_printed_and_quiet_and_verbose_work() {
    let place = TestEnv::new(2);
    let said = RunningCommand::start(place.bare_command(&["--version"])).wait().assert_code(0);
    assert!(said.stdout.starts_with(concat!("guestlist ", env!("CARGO_PKG_VERSION"))), "{}", said.stdout);
    let said = place.run(&["delete", &guest_email(0), "--yes", "--quiet"]).assert_code(0);
    assert_eq!((said.outcome_counts(), said.stderr.as_str()), (vec!["1 done delete".to_owned()], ""));
    let said = place.run(&["-v", "list"]).assert_code(0).assert_stderr("GET /");
    assert!(!said.stderr.contains("Bearer") && !said.stdout.contains("GET"), "{}", said.stderr);
    place.run(&["list", "--quiet", "--filter", "exp<x"]).assert_code(2).assert_stderr("exp<48h");
}

#[test]
fn bash_completes_the_names_of_the_profiles() {
    let place = TestEnv::new(0);
    let url = "url = \"http://127.0.0.1:1\"\ntoken_file = \"/nowhere\"";
    let text = format!("[profiles.acme]\n{url}\n[profiles.acme-test]\n{url}\n[profiles.other]\n{url}\n");
    std::fs::create_dir_all(place.path("config/guestlist")).expect("made");
    place.write_file("config/guestlist/config.toml", text);
    let script = place.write_file(
        "script",
        RunningCommand::start(place.bare_command(&["completions", "bash"])).wait().assert_code(0).stdout,
    );
    let folder = std::path::Path::new(crate::harness::GUESTLIST).parent().expect("a folder").display();
    let line = format!(
        "PATH={folder}:/usr/bin:/bin; . {script}; COMP_WORDS=(guestlist list --profile ac); COMP_CWORD=3; \
         _guestlist guestlist ac --profile; printf '%s\\n' \"${{COMPREPLY[@]}}\""
    );
    if !std::path::Path::new("/bin/bash").exists() {
        return;
    }
    let said =
        RunningCommand::start(place.program_command("/bin/bash", &["-c", &line])).wait().assert_code(0);
    assert_eq!(said.stdout, "acme\nacme-test\n", "{}", said.stderr);
}
