//! Completions, manual pages, version, and verbosity.

use crate::harness::{RunningCommand, TestEnv, guest_email};

#[test]
fn every_shell_gets_completions_of_every_command() {
    let env = TestEnv::new(0);
    for shell in ["bash", "zsh", "fish", "powershell"] {
        let output = RunningCommand::start(env.bare_command(&["completions", shell])).wait().assert_code(0);
        for word in ["list", "export", "apply", "plan-file", "journal"] {
            assert!(output.stdout.contains(word), "{shell}: {word}");
        }
        assert_eq!(output.stderr, "");
    }
    RunningCommand::start(env.bare_command(&["completions", "tcsh"])).wait().assert_code(2);
    let script = env.write_file(
        "script",
        RunningCommand::start(env.bare_command(&["completions", "bash"])).wait().stdout,
    );
    let status = std::process::Command::new("bash").args(["-n", &script]).status().expect("bash runs");
    assert!(status.success());
}

#[test]
fn each_command_has_a_man_page() {
    let env = TestEnv::new(0);
    let dir = env.path("man1");
    RunningCommand::start(env.bare_command(&["man", "--output", &dir])).wait().assert_code(0);
    let mut pages: Vec<String> = std::fs::read_dir(&dir)
        .expect("a folder")
        .map(|entry| entry.expect("a page").file_name().to_string_lossy().into_owned())
        .collect();
    pages.sort();
    insta::assert_snapshot!("man_pages", pages.join("\n"));
    let page = std::fs::read_to_string(format!("{dir}/guestlist-plan-apply.1")).expect("text");
    assert!(page.contains(".TH") && page.contains("A plan can be applied once"), "{page}");
    let output = RunningCommand::start(env.bare_command(&["man"])).wait().assert_code(0);
    assert!(output.stdout.contains(".SH NAME") && output.stdout.contains("Exit codes"), "{}", output.stdout);
}

#[test]
fn version_is_printed_and_quiet_and_verbose_work() {
    let env = TestEnv::new(2);
    let output = RunningCommand::start(env.bare_command(&["--version"])).wait().assert_code(0);
    assert!(output.stdout.starts_with(concat!("guestlist ", env!("CARGO_PKG_VERSION"))), "{}", output.stdout);
    let output = env.run(&["delete", &guest_email(0), "--yes", "--quiet"]).assert_code(0);
    assert_eq!((output.outcome_counts(), output.stderr.as_str()), (vec!["1 done delete".to_owned()], ""));
    let output = env.run(&["-v", "list"]).assert_code(0).assert_stderr("GET /");
    assert!(!output.stderr.contains("Bearer") && !output.stdout.contains("GET"), "{}", output.stderr);
    env.run(&["list", "--quiet", "--filter", "exp<x"]).assert_code(2).assert_stderr("exp<48h");
}

#[test]
fn bash_completes_the_names_of_the_profiles() {
    let env = TestEnv::new(0);
    let url = "url = \"http://127.0.0.1:1\"\ntoken_file = \"/nowhere\"";
    let text = format!("[profiles.acme]\n{url}\n[profiles.acme-test]\n{url}\n[profiles.other]\n{url}\n");
    std::fs::create_dir_all(env.path("config/guestlist")).expect("created");
    env.write_file("config/guestlist/config.toml", text);
    let script = env.write_file(
        "script",
        RunningCommand::start(env.bare_command(&["completions", "bash"])).wait().assert_code(0).stdout,
    );
    let dir = std::path::Path::new(crate::harness::GUESTLIST).parent().expect("a folder").display();
    let line = format!(
        "PATH={dir}:/usr/bin:/bin; . {script}; COMP_WORDS=(guestlist list --profile ac); COMP_CWORD=3; \
         _guestlist guestlist ac --profile; printf '%s\\n' \"${{COMPREPLY[@]}}\""
    );
    if !std::path::Path::new("/bin/bash").exists() {
        return;
    }
    let output =
        RunningCommand::start(env.program_command("/bin/bash", &["-c", &line])).wait().assert_code(0);
    assert_eq!(output.stdout, "acme\nacme-test\n", "{}", output.stderr);
}
