//! Completes a command line when a registration script asks for it.
//! Reads configuration, journal and cache. Makes no request, runs no program, changes nothing and prints no error.

use std::ffi::{OsStr, OsString};
use std::io::{self, Write as _};
use std::sync::OnceLock;

use clap::{Arg, Command, FromArgMatches as _, ValueHint};
use clap_complete::engine::{ArgValueCompleter, CompletionCandidate};
use clap_complete::env::Shells;

use super::global_args::{GlobalArgs, ResolvedConfig};
use super::help::TOPICS;
use super::{kinds, output, plan_text, query};
use crate::clock::Clock;
use crate::config::environment::Environment;
use crate::config::{Target, config_file, paths::Paths};
use crate::domain::journal::JournalEntry;
use crate::domain::profile_settings::TokenSourceConfig;
use crate::domain::query::{COMPLETION_WORDS, NamedFilters};
use crate::domain::text::is_unsafe;
use crate::domain::{TenancyKey, query as filters};
use crate::service::maintenance::{self, CachedEmails};
use crate::service::tenancy_from_token;

/// Maximum number of emails to offer.
const MAX_EMAILS: usize = 200;
/// Maximum number of emails to read for the domains of a filter.
const MAX_EMAILS_FOR_DOMAINS: usize = 5_000;
/// Maximum number of plans to offer.
const MAX_PLANS: usize = 50;

/// The words on the command line, and the clock that checks tokens.
#[derive(Debug)]
struct Request {
    command_line: fn() -> Command,
    words: Vec<OsString>,
    clock: Clock,
}

/// The request of this process. The completers of the engine take no context.
static REQUEST: OnceLock<Request> = OnceLock::new();

/// Completes the command line if a registration script asks for it; returns false otherwise.
pub(super) fn complete(command_line: fn() -> Command, clock: Clock) -> bool {
    let Some(name) = Environment::completion_shell() else { return false };
    let words: Vec<OsString> = std::env::args_os().skip_while(|word| word != "--").skip(1).collect();
    if words.is_empty() {
        return false;
    }
    output::silence();
    let _ = REQUEST.set(Request { command_line, words: words.clone(), clock });
    let shells = Shells::builtins();
    let mut candidates = Vec::new();
    if let Some(shell) = shells.completer(&name) {
        let mut command = add_completers(command_line(), "");
        let dir = std::env::current_dir().ok();
        let _ = shell.write_complete(&mut command, words, dir.as_deref(), &mut candidates);
    }
    let _ = io::stdout().write_all(&candidates);
    true
}

/// Adds a completer to every argument whose values are known. `path` is the path of the command.
fn add_completers(command: Command, path: &str) -> Command {
    let owner = path.to_owned();
    let command = command.mut_args(|arg| add_completer(arg, &owner));
    command.mut_subcommands(|subcommand| {
        let path = format!("{path} {}", subcommand.get_name());
        add_completers(subcommand, path.trim())
    })
}

fn add_completer(arg: Arg, path: &str) -> Arg {
    let value_name = arg.get_value_names().and_then(|names| names.first()).map(|name| name.to_string());
    match (arg.get_id().as_str(), value_name.as_deref().unwrap_or_default()) {
        ("profile", _) | (_, "PROFILE") => arg.add(ArgValueCompleter::new(complete_profile)),
        ("words", _) if path == "help" => arg.add(ArgValueCompleter::new(complete_help)),
        ("filter", _) => arg.add(ArgValueCompleter::new(complete_filter)),
        ("message_template", _) => arg.add(ArgValueCompleter::new(complete_template)),
        ("json", "FIELDS") => {
            let path = path.to_owned();
            arg.add(ArgValueCompleter::new(move |typed: &OsStr| complete_fields(typed, &path)))
        }
        (_, "PLAN") => {
            let all = path == "plan show";
            arg.add(ArgValueCompleter::new(move |typed: &OsStr| complete_plan(typed, all)))
        }
        (_, "NAME") if ["login", "logout"].contains(&path) && arg.is_positional() => {
            arg.add(ArgValueCompleter::new(complete_profile))
        }
        (_, "KEY") if path.starts_with("config ") => arg.add(ArgValueCompleter::new(complete_setting)),
        (_, "ID") if arg.is_positional() => arg.add(ArgValueCompleter::new(complete_email)),
        (_, "EMAIL") if arg.is_positional() && path != "create" => {
            arg.add(ArgValueCompleter::new(complete_email))
        }
        (_, "FILE") => arg.value_hint(ValueHint::FilePath),
        (_, "DIR") => arg.value_hint(ValueHint::DirPath),
        _ => arg,
    }
}

/// Returns the typed text. zsh and fish pass it with its quote and backslashes.
fn unquote(typed: &OsStr) -> String {
    typed.to_string_lossy().trim_start_matches(['\'', '"']).replace('\\', "")
}

/// Returns candidates that start with the typed text. Skips texts that could control a terminal.
fn matching(
    typed: &OsStr,
    values: impl IntoIterator<Item = (String, Option<String>)>,
) -> Vec<CompletionCandidate> {
    let typed = unquote(typed);
    let is_safe = |text: &str| !text.chars().any(is_unsafe);
    let values = values.into_iter().filter(|(value, _)| value.starts_with(&typed) && is_safe(value));
    values
        .map(|(value, help)| {
            CompletionCandidate::new(value).help(help.filter(|help| is_safe(help)).map(Into::into))
        })
        .collect()
}

/// Returns the global options as far as they are typed.
fn global_args() -> Option<GlobalArgs> {
    let request = REQUEST.get()?;
    let command = (request.command_line)().ignore_errors(true);
    let matches = command.try_get_matches_from(&request.words).ok()?;
    GlobalArgs::from_arg_matches(&matches).ok()
}

fn config() -> Option<ResolvedConfig> {
    global_args()?.resolve().ok()
}

fn complete_profile(typed: &OsStr) -> Vec<CompletionCandidate> {
    let read = || {
        let (path, is_named) = global_args()?.config_file(&Paths::default_paths()?);
        config_file::read(&path, is_named).ok()
    };
    let file = read().unwrap_or_default();
    let names = file.profiles.iter().map(|(name, profile)| {
        let url = profile.value.url.as_ref().or(file.defaults.url.as_ref());
        (name.clone(), url.map(|url| url.value.clone()))
    });
    matching(typed, names)
}

fn complete_help(typed: &OsStr) -> Vec<CompletionCandidate> {
    let Some(request) = REQUEST.get() else { return Vec::new() };
    let command = (request.command_line)();
    let commands = command
        .get_subcommands()
        .map(|command| (command.get_name().to_owned(), command.get_about().map(ToString::to_string)));
    let topics = TOPICS.iter().map(|(name, about, ..)| ((*name).to_owned(), Some((*about).to_owned())));
    matching(typed, commands.chain(topics))
}

fn complete_template(typed: &OsStr) -> Vec<CompletionCandidate> {
    let templates = config().map(|config| config.settings.templates).unwrap_or_default();
    matching(typed, templates.into_iter().map(|(name, text)| (name, Some(text))))
}

fn complete_setting(typed: &OsStr) -> Vec<CompletionCandidate> {
    let values = config().map(|config| config.settings.effective_values).unwrap_or_default();
    matching(
        typed,
        values.into_iter().map(|setting| (setting.name.to_string(), Some(setting.value.to_string()))),
    )
}

fn complete_fields(typed: &OsStr, path: &str) -> Vec<CompletionCandidate> {
    let typed_text = unquote(typed);
    let kept = typed_text.rfind(',').map_or("", |comma| &typed_text[..=comma]);
    let is_new = |name: &&str| !kept.split(',').any(|used| used == *name);
    let fields = kinds::fields_of(path).into_iter().filter(is_new);
    matching(typed, fields.map(|name| (format!("{kept}{name}"), None)))
}

fn complete_plan(typed: &OsStr, all: bool) -> Vec<CompletionCandidate> {
    let entries = || {
        let state = Paths::default_paths()?.state;
        let runtime = tokio::runtime::Builder::new_current_thread().build().ok()?;
        runtime.block_on(maintenance::list(&state, usize::MAX)).ok()
    };
    let plans = entries().unwrap_or_default();
    let plans = plans.iter().filter(|entry| all || entry.is_resumable()).take(MAX_PLANS);
    let describe = |entry: &JournalEntry| {
        let steps = plan_text::verb_summary(&entry.plan);
        (plan_text::short_id(entry.plan.id), Some(format!("{}: {steps}", entry.state.label())))
    };
    matching(typed, plans.map(describe))
}

fn complete_email(typed: &OsStr) -> Vec<CompletionCandidate> {
    let find = || Some(TenancyEmails::open(&config()?)?.find(&unquote(typed), false, MAX_EMAILS));
    let emails = find().unwrap_or_default();
    emails.into_iter().filter(|email| is_harmless(email)).map(CompletionCandidate::new).collect()
}

/// Returns true if an email or domain, which other people chose, contains nothing that a shell could run.
fn is_harmless(email: &str) -> bool {
    email.chars().all(|c| c.is_alphanumeric() || "@.+-_'=%~#".contains(c))
}

/// Completes the last word of a filter.
fn complete_filter(typed: &OsStr) -> Vec<CompletionCandidate> {
    let config = config();
    let names = config.as_ref().map_or_else(NamedFilters::default, |config| config.settings.filters.clone());
    let text = unquote(typed);
    if text.is_empty() || text.ends_with(' ') {
        let named = names.iter().map(|(name, filter)| (format!("{text}#{name}"), Some(filter.to_owned())));
        let words = COMPLETION_WORDS.iter().map(|word| (format!("{text}{word}"), None));
        return matching(typed, named.chain(words));
    }
    let emails = config.as_ref().and_then(TenancyEmails::open);
    let find_domains = |start: &str| emails.as_ref().map_or_else(Vec::new, |emails| emails.domains(start));
    let found = filters::complete(&text, &names, &find_domains);
    let is_accepted = |text: &String| config.as_ref().is_none_or(|config| query::is_accepted(text, config));
    matching(typed, found.into_iter().filter(is_accepted).map(|text| (text, None)))
}

/// The cached emails of the tenancy that the command line selects.
struct TenancyEmails {
    cache: CachedEmails,
    key: TenancyKey,
}

impl TenancyEmails {
    /// Opens the cache. `None` if nothing is cached, or if it is unclear which of several tenancies is meant:
    /// only a token file names its tenancy, and no other source is read.
    fn open(config: &ResolvedConfig) -> Option<TenancyEmails> {
        let cache = CachedEmails::open(config.cache.as_ref()?)?;
        let Target::Server { url, source, .. } = &config.settings.target else { return None };
        if let (TokenSourceConfig::File(_), Some(options)) =
            (source, config.open_options(config.paths.state.clone()))
            && let Some(key) = tenancy_from_token(options, REQUEST.get()?.clock.clone())
        {
            return Some(TenancyEmails { cache, key });
        }
        let start = TenancyKey::new(url, Some(""), "").0;
        let mut keys = cache.tenancies().into_iter().filter(|key| key.0.starts_with(&start));
        let key = keys.next().filter(|_| keys.next().is_none())?;
        Some(TenancyEmails { cache, key })
    }

    fn find(&self, start: &str, is_domain: bool, limit: usize) -> Vec<String> {
        self.cache.find(&self.key, start, is_domain, limit)
    }

    /// Returns the domains that start with a text, in lower case and sorted.
    fn domains(&self, start: &str) -> Vec<String> {
        let emails = self.find(start, true, MAX_EMAILS_FOR_DOMAINS);
        let domains = emails.iter().filter_map(|email| Some(email.rsplit_once('@')?.1.to_lowercase()));
        let domains = domains.filter(|domain| domain.starts_with(start) && is_harmless(domain));
        let mut domains: Vec<String> = domains.collect();
        domains.sort();
        domains.dedup();
        domains
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn emails_that_a_shell_could_run_are_not_offered() {
        for email in ["ann.lee+x@acme.com", "o'brien@acme.com", "jörg_1@x-y.example"] {
            assert!(is_harmless(email), "{email}");
        }
        for email in
            ["$(id)@x.com", "`id`@x.com", "a;id@x.com", "a b@x.com", "a|b@x.com", "a\\b@x.com", "\"a\"@x.com"]
        {
            assert!(!is_harmless(email), "{email}");
        }
    }
}
