//! `cache`: shows and deletes the cached lists without a server.

use std::fs;

use crate::harness::{RunningCommand, TestEnv};

#[test]
fn cache_path_is_printed_and_cache_is_cleared() {
    let env = TestEnv::new(0);
    let run = |args: &[&str]| RunningCommand::start(env.bare_command(args)).wait();
    let output = run(&["cache", "path"]).assert_code(0).assert_stderr("no lists are cached");
    let file = std::path::PathBuf::from(output.stdout.trim_end());
    assert!(output.stdout.trim_end().ends_with("/cache/guestlist/cache.db"), "{}", output.stdout);
    assert!(run(&["cache", "clear"]).assert_code(0).stdout.contains("Nothing to delete"));
    assert!(!file.exists(), "the command creates no file");
    fs::create_dir_all(file.parent().expect("a folder")).expect("created");
    fs::write(&file, "a list").expect("written");
    run(&["cache", "path"]).assert_code(0).assert_stderr("1 kB");
    assert!(run(&["cache", "clear"]).assert_code(0).stdout.contains("are deleted"));
    assert!(!file.exists());
}
