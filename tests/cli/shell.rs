//! Completions, manual pages, version, and verbosity.

use crate::place::{Place, Running, guest};

#[test]
fn every_shell_gets_completions_of_every_command() {
    let place = Place::new(0);
    for shell in ["bash", "zsh", "fish", "powershell"] {
        let said = Running::start(place.bare(&["completions", shell])).ended().is(0);
        for word in ["list", "export", "apply", "plan-file", "journal"] {
            assert!(said.out.contains(word), "{shell}: {word}");
        }
        assert_eq!(said.err, "");
    }
    Running::start(place.bare(&["completions", "tcsh"])).ended().is(2);
    let script = place.write("script", Running::start(place.bare(&["completions", "bash"])).ended().out);
    let checked = std::process::Command::new("bash").args(["-n", &script]).status().expect("bash runs");
    assert!(checked.success());
}

#[test]
fn there_is_a_page_for_each_command() {
    let place = Place::new(0);
    let folder = place.home("man1");
    Running::start(place.bare(&["man", "--output", &folder])).ended().is(0);
    let mut pages: Vec<String> = std::fs::read_dir(&folder)
        .expect("a folder")
        .map(|entry| entry.expect("a page").file_name().to_string_lossy().into_owned())
        .collect();
    pages.sort();
    insta::assert_snapshot!("man_pages", pages.join("\n"));
    let page = std::fs::read_to_string(format!("{folder}/guestlist-plan-apply.1")).expect("text");
    assert!(page.contains(".TH") && page.contains("A plan applies once"), "{page}");
    let said = Running::start(place.bare(&["man"])).ended().is(0);
    assert!(said.out.contains(".SH NAME") && said.out.contains("Exit codes"), "{}", said.out);
}

#[test]
fn the_version_names_itself_and_quiet_and_verbose_are_kept_to() {
    let place = Place::new(2);
    let said = Running::start(place.bare(&["--version"])).ended().is(0);
    assert!(said.out.starts_with(concat!("guestlist ", env!("CARGO_PKG_VERSION"))), "{}", said.out);
    let said = place.run(&["delete", &guest(0), "--yes", "--quiet"]).is(0);
    assert_eq!((said.outcomes(), said.err.as_str()), (vec!["1 done delete".to_owned()], ""));
    let said = place.run(&["-v", "list"]).is(0).says("GET /");
    assert!(!said.err.contains("Bearer") && !said.out.contains("GET"), "{}", said.err);
    place.run(&["list", "--quiet", "--filter", "exp<x"]).is(2).says("exp<48h");
}

#[test]
fn bash_completes_the_names_of_the_profiles() {
    let place = Place::new(0);
    let url = "url = \"http://127.0.0.1:1\"\ntoken_file = \"/nowhere\"";
    let text = format!("[profiles.acme]\n{url}\n[profiles.acme-test]\n{url}\n[profiles.other]\n{url}\n");
    std::fs::create_dir_all(place.home("config/guestlist")).expect("made");
    place.write("config/guestlist/config.toml", text);
    let script =
        place.write("script", Running::start(place.bare(&["completions", "bash"])).ended().is(0).out);
    let folder = std::path::Path::new(crate::place::GUESTLIST).parent().expect("a folder").display();
    let line = format!(
        "PATH={folder}:/usr/bin:/bin; . {script}; COMP_WORDS=(guestlist list --profile ac); COMP_CWORD=3; \
         _guestlist guestlist ac --profile; printf '%s\\n' \"${{COMPREPLY[@]}}\""
    );
    if !std::path::Path::new("/bin/bash").exists() {
        return;
    }
    let said = Running::start(place.other("/bin/bash", &["-c", &line])).ended().is(0);
    assert_eq!(said.out, "acme\nacme-test\n", "{}", said.err);
}
