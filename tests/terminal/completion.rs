//! Completion in real shells: the registration script is loaded, a command line is typed, and Tab completes it.
//! `.ci/run` installs the shells; without one of them its test fails.

use std::path::Path;

use guestlist::sandbox::{Action, Rule, StatusReply};

use crate::pty::{Pty, TAB, until};
use crate::sandbox_server::SandboxServer;
use crate::test_env::{GUESTLIST, TestEnv};

/// What is typed, and the text that Tab adds to it.
const COMPLETIONS: &[(&str, &str)] = &[
    ("guestlist li", "st"),
    ("guestlist list -p acme-", "test"),
    ("guestlist list --profile acme-", "test"),
    ("guestlist show priya.dup", "ont@acme.com"),
    ("guestlist delete priya.dupont@", "acme.com"),
    ("guestlist show o\\'bri", "en@acme.com"),
    ("guestlist list --filter 'exp<4", "8h'"),
    ("guestlist list --filter exp:to", "day"),
    ("guestlist list --filter=exp:to", "day"),
    ("guestlist list --filter \"x @oldp", "artner.com\""),
    ("guestlist list --filter '#par", "tners'"),
    ("guestlist import --message-template wel", "come"),
    ("guestlist list --json email,mes", "sage"),
    ("guestlist doctor --json=che", "ck"),
    ("guestlist help exit", "-codes"),
    ("guestlist wait priya.dup", "ont@acme.com"),
    ("guestlist wait a@x.com --for go", "ne"),
    ("guestlist problems --json=seve", "rity"),
    ("guestlist config use acme-", "test"),
    ("guestlist config get undo_s", "econds"),
    ("guestlist import gue", "sts.csv"),
];

/// A home with two profiles, a cached list and a plan that can be resumed.
struct CompletionEnv {
    env: TestEnv,
    server: SandboxServer,
    /// Short id of the plan.
    plan: String,
}

impl CompletionEnv {
    fn new() -> CompletionEnv {
        let (env, server) = (TestEnv::new(), SandboxServer::start());
        server.control().create("o'brien@acme.com", "").expect("an invite");
        let (url, token_file) = (server.url(), server.token_file());
        env.write_file(
            ".config/guestlist/config.toml",
            &format!(
                "profile = \"acme\"\n[filters]\npartners = \"@oldpartner.com\"\n[templates]\nwelcome = \"Hi.\"\n\
                 [profiles.acme]\nurl = {url:?}\ntoken_file = {token_file:?}\n\
                 [profiles.acme-test]\nurl = \"http://127.0.0.1:1\"\ntoken_file = \"/nowhere\"\n"
            ),
        );
        env.write_file("guests.csv", "email\n");
        std::fs::create_dir(env.home_dir().join("bin")).expect("a folder");
        std::os::unix::fs::symlink(GUESTLIST, env.home_dir().join("bin/guestlist")).expect("a link");
        // Caches the list, and leaves a plan that the server refused after its first step.
        let refused = Rule { skip: 1, ..Rule::for_method("DELETE", Action::Status(StatusReply::new(403))) };
        server.control().set_faults(vec![refused]).expect("a valid rule");
        let script = "$0 changes; $0 delete $($0 list --filter expired -o name | head -2) --yes; \
                      $0 plan show -o name > plan; echo end of setup";
        Pty::start(env.shell_command(script)).wait_for_text("end of setup");
        server.control().clear_faults();
        let plan = env.read_file("plan").chars().take(8).collect();
        CompletionEnv { env, server, plan }
    }

    /// Starts a shell and loads the registration script.
    fn start(&self, shell: &str, args: &[&str], setup: &str) -> Pty {
        let program = ["/usr/bin", "/bin", "/usr/local/bin", "/opt/homebrew/bin"]
            .map(|dir| Path::new(dir).join(shell))
            .into_iter()
            .find(|path| path.exists())
            .unwrap_or_else(|| panic!("{shell} is not installed; .ci/run installs it with apt-get"));
        let mut command = self.env.command_for(program, args);
        command.env(
            "PATH",
            format!("{}:/usr/local/bin:/usr/bin:/bin", self.env.home_dir().join("bin").display()),
        );
        let mut pty = Pty::start(command);
        pty.type_keys(&format!("{setup}; printf '%s%s\\n' rea dy\r"));
        pty.wait_for_text("ready");
        pty
    }

    /// Completes each line in a new shell, without a request.
    fn assert_completions(&self, shell: &str, args: &[&str], setup: &str) {
        let requests = self.server.control().requests().len();
        let plan = (format!("guestlist plan resume {}", &self.plan[..4]), self.plan[4..].to_owned());
        let lines = COMPLETIONS.iter().map(|(typed, added)| ((*typed).to_owned(), (*added).to_owned()));
        for (typed, added) in lines.chain([plan]) {
            let mut pty = self.start(shell, args, setup);
            pty.type_keys(&typed);
            pty.wait_for_text(&typed);
            pty.type_keys(TAB);
            pty.wait_for_text(&format!("{typed}{added}"));
        }
        assert_eq!(self.server.control().requests().len(), requests, "completion makes no request");
    }
}

#[test]
fn bash_completes_commands_and_values() {
    let setup = "source <(guestlist completions bash)";
    CompletionEnv::new().assert_completions("bash", &["--norc", "--noprofile", "-i"], setup);
}

#[test]
fn zsh_completes_commands_and_values() {
    let setup = "autoload -U compinit; compinit -u -D; source <(guestlist completions zsh)";
    let env = CompletionEnv::new();
    env.assert_completions("zsh", &["-f", "-i"], setup);
    // A file in $fpath completes at its first use too.
    let setup = "mkdir f; guestlist completions zsh > f/_guestlist; fpath=(~/f $fpath); autoload -U compinit; \
                 compinit -u -D";
    let mut pty = env.start("zsh", &["-f", "-i"], setup);
    pty.type_keys("guestlist list -p acme-\t");
    pty.wait_for_text("acme-test");
}

#[test]
fn fish_completes_commands_and_values() {
    let setup = "guestlist completions fish | source";
    CompletionEnv::new().assert_completions("fish", &["--no-config", "-i"], setup);
}

#[test]
fn completion_without_a_home_prints_nothing() {
    let env = TestEnv::new();
    env.write_file(".config/guestlist/config.toml", "this is no configuration\n");
    for words in ["show j", "list -p a", "list --filter '@a'", "plan show 3", "import --message-template w"] {
        let script = format!(
            "GUESTLIST_COMPLETE=fish $0 -- guestlist {words} > out 2>&1; echo \"code $?\" >> out; echo done"
        );
        Pty::start(env.shell_command(&script)).wait_for_text("done");
        let output = std::fs::read_to_string(env.home_dir().join("out")).expect("text");
        assert_eq!(output, "code 0\n", "{words}");
    }
    until("no state was created", || !env.state_dir().exists());
}
