//! Folders of one test: a home and a folder for temporary files.
//! Its commands see only these, and nothing of the test's own environment.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use portable_pty::CommandBuilder;
use tempfile::TempDir;

/// The program under test.
pub const GUESTLIST: &str = env!("CARGO_BIN_EXE_guestlist");

pub struct TestEnv(TempDir);

impl TestEnv {
    pub fn new() -> TestEnv {
        let env = TestEnv(tempfile::tempdir().expect("a folder"));
        for folder in [env.home_dir(), env.temp_dir()] {
            fs::create_dir(folder).expect("a folder");
        }
        env
    }

    pub fn home_dir(&self) -> PathBuf {
        self.0.path().join("home")
    }

    pub fn temp_dir(&self) -> PathBuf {
        self.0.path().join("tmp")
    }

    /// Folder of the journal, the log and crash reports.
    pub fn state_dir(&self) -> PathBuf {
        self.home_dir().join(".local/state/guestlist")
    }

    /// Returns a command in its own environment.
    pub fn command_for(&self, program: impl AsRef<Path>, args: &[&str]) -> CommandBuilder {
        let mut command = CommandBuilder::new(program.as_ref());
        command.args(args);
        command.env_clear();
        command.env("PATH", "/usr/local/bin:/usr/bin:/bin");
        command.env("TERM", "xterm-256color");
        command.env("LANG", "C.UTF-8");
        command.env("HOME", self.home_dir());
        command.env("TMPDIR", self.temp_dir());
        // Set, because on some systems these folders are elsewhere.
        command.env("XDG_CONFIG_HOME", self.home_dir().join(".config"));
        command.env("XDG_STATE_HOME", self.home_dir().join(".local/state"));
        command.env("XDG_CACHE_HOME", self.home_dir().join(".cache"));
        command.cwd(self.home_dir());
        command
    }

    /// Returns the console.
    pub fn console_command(&self, args: &[&str]) -> CommandBuilder {
        self.command_for(GUESTLIST, args)
    }

    /// Returns a script for `sh`, with the console in `$0`.
    pub fn shell_command(&self, script: &str) -> CommandBuilder {
        self.command_for("/bin/sh", &["-c", script, GUESTLIST])
    }

    /// Returns the names in the folder for temporary files.
    pub fn temp_files(&self) -> Vec<String> {
        let entries = fs::read_dir(self.temp_dir()).expect("the folder");
        entries.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned()).collect()
    }

    /// Asserts that a sandbox has removed its files.
    pub fn assert_temp_dir_is_empty(&self) {
        assert_eq!(self.temp_files(), Vec::<String>::new(), "the sandbox removes its folder");
    }

    /// Writes a file into the home.
    pub fn write_file(&self, name: &str, text: &str) -> PathBuf {
        let path = self.home_dir().join(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(&path, text).expect("written");
        path
    }

    /// Writes a script for `sh` into the home.
    pub fn write_script(&self, name: &str, text: &str) -> PathBuf {
        let path = self.write_file(name, &format!("#!/bin/sh\n{text}"));
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).expect("executable");
        path
    }

    /// Reads a file in the home.
    pub fn read_file(&self, name: &str) -> String {
        fs::read_to_string(self.home_dir().join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }
}
