//! Each `guestlist` command of README.md, docs/ and the help texts runs against a sandbox, in the order of the text.
//! Commands that open the console or run a sandbox are only parsed, as are those within a sentence. A command
//! that asks is confirmed with `--yes`, and `--expect` takes the number that its filter finds.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use guestlist::sandbox::{Action, Rule, Settings, StatusReply};
use regex::Regex;

use crate::harness::{CommandOutput, RunningCommand, TestEnv};
use crate::{Document, read_document, read_documents, repo_root, shell};

static INLINE_CODE: LazyLock<Regex> = LazyLock::new(|| compile_regex(r"`([^`\n]+)`"));
static FLAG: LazyLock<Regex> = LazyLock::new(|| compile_regex(r"--[a-z][a-z-]+"));
static EMAIL: LazyLock<Regex> = LazyLock::new(|| compile_regex(r"^[a-z.]+@[a-z.-]+$"));
static UUID: LazyLock<Regex> = LazyLock::new(|| compile_regex(r"[0-9a-f]{8}-[0-9a-f-]{27}"));

/// Start of a plan's name in the documents.
const PLAN_PREFIX: &str = "3f2a";
/// Flags of cargo and curl that the documents name.
const OTHER_FLAGS: &[&str] = &["--lib", "--locked", "--path", "--release", "--test"];

/// Files that the documents name.
const SAMPLE_FILES: &[(&str, &str)] = &[
    ("guests.csv", "email,name\nana.lima@northwind.example,Ana Lima\nbo.berg@northwind.example,Bo Berg\n"),
    ("staff.csv", "Work Email,Manager Email\nana.lima@northwind.example,cy.dahl@northwind.example\n"),
    ("emails.txt", "ana.lima@northwind.example\nbo.berg@northwind.example\n"),
    ("welcome.txt", "Welcome to the audit trail.\n"),
    ("faults.json", r#"[{"method":"POST","action":{"drop":"after"}}]"#),
];

fn compile_regex(text: &str) -> Regex {
    Regex::new(text).expect("a regular expression")
}

fn user_documents() -> impl Iterator<Item = Document> {
    read_documents()
        .into_iter()
        .filter(|document| document.name == "README.md" || document.name.starts_with("docs/"))
}

/// Returns the shell lines of each block of a document.
fn shell_blocks(text: &str) -> Vec<Vec<String>> {
    let mut blocks: Vec<Vec<String>> = Vec::new();
    let mut fence = None;
    for line in text.lines() {
        let block = blocks.last_mut();
        match (fence, line.trim().strip_prefix("```")) {
            (None, Some(language)) => {
                fence = Some(language);
                blocks.push(Vec::new());
            }
            (Some(_), Some(_)) => fence = None,
            (Some("sh"), None) => block.expect("a block").push(line.to_owned()),
            (Some("console"), None) => {
                block.expect("a block").extend(line.strip_prefix("$ ").map(str::to_owned));
            }
            _ => {}
        }
    }
    blocks
}

#[test]
fn commands_in_code_blocks_run() {
    let mut failed = Vec::new();
    for document in user_documents() {
        for lines in shell_blocks(&document.text) {
            let commands = lines.iter().flat_map(|line| shell::parse_commands(line)).collect::<Vec<_>>();
            if commands.is_empty() {
                continue;
            }
            let session = DocSession::new(&lines.join("\n"));
            for words in commands {
                let result = session.run(words);
                failed.extend(result.err().map(|reason| format!("{}: {reason}", document.name)));
            }
        }
    }
    assert!(failed.is_empty(), "{}", failed.join("\n"));
}

/// Returns the examples of the help texts, and the lines with topics. Two or more blanks separate a command from
/// its description.
fn help_texts() -> Vec<(String, Vec<String>)> {
    let folder = repo_root().join("src/cli/help");
    let paths = folder.read_dir().expect("a folder").map(|entry| entry.expect("an entry").path());
    let mut texts: Vec<_> = paths
        .map(|path| {
            let document = read_document(&path);
            let lines = document.text.lines().filter_map(|line| line.strip_prefix("  "));
            let commands = lines.filter(|line| line.contains("guestlist "));
            let without_description = |line: &str| line.split("   ").next().unwrap_or_default().to_owned();
            (document.name.clone(), commands.map(without_description).collect())
        })
        .collect();
    texts.sort();
    texts
}

#[test]
fn commands_in_help_texts_run() {
    let mut failed = Vec::new();
    for (name, lines) in help_texts() {
        let commands = lines.iter().flat_map(|line| shell::parse_commands(line)).collect::<Vec<_>>();
        assert!(!commands.is_empty(), "{name} has no example");
        let session = DocSession::new(&lines.join("\n"));
        for words in commands {
            let result = session.run(words);
            failed.extend(result.err().map(|reason| format!("{name}: {reason}")));
        }
    }
    assert!(failed.is_empty(), "{}", failed.join("\n"));
}

#[test]
fn commands_in_sentences_parse() {
    let env = TestEnv::new(0);
    let mut failed = Vec::new();
    for document in user_documents() {
        for code in INLINE_CODE.captures_iter(&document.text).map(|found| found[1].to_owned()) {
            let is_pattern = code.contains(['|', '…']) || code.contains("COMMAND");
            for words in
                shell::parse_commands(&code).iter().filter(|_| !is_pattern && code.starts_with("guestlist"))
            {
                let help = DocSession::run_help(&env, words);
                if help.code != 0 {
                    failed.push(format!("{}: {code}: {}", document.name, help.stderr));
                }
            }
        }
    }
    assert!(failed.is_empty(), "{}", failed.join("\n"));
}

#[test]
fn flags_in_sentences_exist() {
    let env = TestEnv::new(0);
    let folder = env.path("man");
    RunningCommand::start(env.bare_command(&["man", "--output", &folder])).wait().assert_code(0);
    let folder = format!("{folder}/man1");
    let pages = std::fs::read_dir(folder).expect("the pages").map(|page| page.expect("a page").path());
    let manual_pages: String = pages.map(|page| std::fs::read_to_string(page).expect("text")).collect();
    let manual_pages = manual_pages.replace('\\', "");
    let mut unknown = BTreeSet::new();
    for document in user_documents()
        .filter(|document| document.name != "docs/style.md" && document.name != "docs/glossary.md")
    {
        for code in INLINE_CODE.captures_iter(&document.text) {
            for flag in FLAG.find_iter(&code[1]).map(|flag| flag.as_str()) {
                if !manual_pages.contains(flag) && !OTHER_FLAGS.contains(&flag) {
                    unknown.insert(format!("{}: {flag}", document.name));
                }
            }
        }
    }
    assert!(unknown.is_empty(), "no command has {unknown:?}");
}

/// One block, with its own tenancy and home.
pub struct DocSession(TestEnv);

impl DocSession {
    pub fn new(block: &str) -> DocSession {
        let env = TestEnv::with_settings(Settings::default());
        let token = std::fs::read_to_string(env.token_file()).expect("the token");
        for folder in [".datatrails", "config", "config/guestlist"] {
            std::fs::create_dir_all(env.path(folder)).expect("a folder");
        }
        env.write_file(".datatrails/bearer-token.txt", &token);
        if !block.contains("config init") {
            let (url, file) = (env.url(), env.token_file());
            let config = format!(
                "[templates]\nwelcome = \"Welcome, {{name}}.\"\n[profiles.acme]\nurl = {url:?}\ntoken_file = {file:?}\n"
            );
            env.write_file("config/guestlist/config.toml", config);
        }
        for (name, text) in SAMPLE_FILES {
            env.write_file(name, text);
        }
        DocSession(env)
    }

    fn run_help(env: &TestEnv, words: &[String]) -> CommandOutput {
        let args: Vec<&str> = words.iter().map(String::as_str).chain(["--help"]).collect();
        RunningCommand::start(env.bare_command(&args)).wait()
    }

    /// Runs a command of the documents, and returns how it failed.
    /// Prepares what the reader has and a new sandbox lacks.
    fn run(&self, mut words: Vec<String>) -> Result<(), String> {
        for word in words.iter_mut().filter(|word| *word == "$name") {
            *word = "acme".to_owned();
        }
        let help = DocSession::run_help(&self.0, &words);
        if help.code != 0 {
            return Err(format!("guestlist {words:?} does not parse: {}", help.stderr));
        }
        let usage = help.stdout.lines().find(|line| line.starts_with("Usage:")).expect("a usage line");
        if usage.contains("[COMMAND]") || usage.contains("guestlist sandbox") {
            return Ok(());
        }
        if words[0] == "login" && !words.iter().any(|word| word == "--with-token") {
            // Asks on the terminal.
            return Ok(());
        }
        self.prepare(&mut words);
        let is_decided =
            ["--yes", "--dry-run", "--plan-file"].iter().any(|flag| words.iter().any(|word| word == flag));
        if help.stdout.contains("--yes") && !is_decided {
            words.push("--yes".to_owned());
        }
        if words.iter().any(|word| ["--watch", "--follow"].contains(&word.as_str())) {
            return self.interrupt(words);
        }
        let output = self.run_guestlist(&words);
        match output.code {
            0 => Ok(()),
            9 if words[0] == "problems" => Ok(()),
            5 if words[0] == "import" => Ok(()),
            code => {
                Err(format!("guestlist {words:?} ended with {code}\n{}\n{}", output.stdout, output.stderr))
            }
        }
    }

    /// Runs a command that has no end, until its first request is done.
    fn interrupt(&self, mut words: Vec<String>) -> Result<(), String> {
        words.push("--verbose".to_owned());
        let command = RunningCommand::start(self.guestlist_command(&words));
        command.wait_for_stderr(": 200 after");
        command.signal(rustix::process::Signal::INT);
        match command.wait() {
            output if output.code == 130 => Ok(()),
            output => Err(format!("guestlist {words:?}: {output:?}")),
        }
    }

    fn prepare(&self, words: &mut Vec<String>) {
        let env = &self.0;
        if words[0] == "login" && !words.iter().any(|word| word == "--force") {
            words.push("--force".to_owned());
        }
        let is_invite = words.iter().any(|word| {
            ["show", "delete", "resend", "wait", "note", "snooze", "edit", "reinvite"]
                .contains(&word.as_str())
        });
        let is_plan = words[0] == "plan" && words[1] != "apply";
        if words[0] == "logout" || words.ends_with(&["use".to_owned(), "acme".to_owned()]) {
            let login = ["login", "acme", "--with-token", "--force"].map(str::to_owned);
            self.run_guestlist(&login).assert_code(0);
        }
        if is_plan || words[0] == "journal" {
            self.create_unfinished_plan();
        } else if is_invite {
            for email in words.iter().filter(|word| EMAIL.is_match(word)) {
                if !env.pending_emails().contains(email) {
                    env.control.create(email, "Welcome.").expect("an invite");
                }
                if words[0] == "reinvite" || words.contains(&"gone".to_owned()) {
                    self.run_guestlist(&["delete", email, "--yes"].map(str::to_owned)).assert_code(0);
                }
            }
        }
        let found =
            words.iter().position(|word| word == "--filter").map(|at| self.match_count(&words[at + 1]));
        let uuid = env.control.invites()[0].uuid.to_string();
        for at in 0..words.len() {
            if words[at] == PLAN_PREFIX && is_plan {
                words[at] = self.unfinished_plan().expect("a plan");
            } else if let (true, Some(found)) = (at > 0 && words[at - 1].starts_with("--expect"), found) {
                words[at] = found.to_string();
            } else if let (true, Some(found)) = (at > 0 && words[at - 1] == "--confirm-steps", found) {
                words[at] = found.to_string();
            } else {
                words[at] = UUID.replace(&words[at], &uuid).into_owned();
            }
        }
    }

    /// Returns the number of invites that a filter finds.
    fn match_count(&self, filter: &str) -> usize {
        let words = ["list", "--filter", filter, "--json", "email"].map(str::to_owned);
        let output = self.run_guestlist(&words).assert_code(0);
        output.items().len()
    }

    /// Returns the name of the plan that can be resumed.
    fn unfinished_plan(&self) -> Option<String> {
        // Fails while there is no journal.
        let output = self.run_guestlist(&["plan".to_owned(), "show".to_owned()]);
        output.rows().first().map(|row| row[0].to_owned())
    }

    /// Creates a plan of two deletes that the server has stopped after the first, unless there is a plan.
    pub fn create_unfinished_plan(&self) {
        if self.unfinished_plan().is_some() {
            return;
        }
        let env = &self.0;
        let uuids = env.control.invites().into_iter().take(2).map(|invite| invite.uuid.to_string());
        let words = ["delete".to_owned()].into_iter().chain(uuids).chain(["--yes".to_owned()]);
        env.set_faults([Rule {
            skip: 1,
            ..Rule::for_method("DELETE", Action::Status(StatusReply::new(403)))
        }]);
        self.run_guestlist(&words.collect::<Vec<_>>()).assert_code(4);
        env.control.clear_faults();
    }

    /// Writes two expired invites into a file, as the command before a pipe prints them.
    fn write_expired(&self, template: &str) -> String {
        let words = ["list", "--filter", "expired", "--template", template].map(str::to_owned);
        let output = self.run_guestlist(&words).assert_code(0);
        let lines: Vec<&str> = output.stdout.lines().take(2).collect();
        self.0.write_file("piped.txt", lines.join("\n"))
    }

    pub fn run_guestlist(&self, words: &[String]) -> CommandOutput {
        RunningCommand::start(self.guestlist_command(words)).wait()
    }

    fn guestlist_command(&self, words: &[String]) -> std::process::Command {
        let env = &self.0;
        let args: Vec<&str> = words.iter().map(String::as_str).collect();
        let mut command = env.bare_command(&args);
        command.env("DATATRAILS_URL", env.url()).env("BEARER_TOKEN_FILE", env.token_file());
        command.env("EDITOR", "true").env("PATH", "/usr/bin:/bin");
        if args.contains(&"--with-token") {
            command.stdin(std::fs::File::open(env.token_file()).expect("a file"));
        }
        if args.contains(&"-") {
            let input = match args[0] {
                "delete" => self.write_expired("{{ identity }}"),
                "reinvite" => self.write_expired("{{ email }}"),
                _ => env.path("emails.txt"),
            };
            command.stdin(std::fs::File::open(input).expect("a file"));
        }
        command
    }
}
