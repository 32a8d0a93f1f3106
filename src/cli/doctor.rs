//! `guestlist doctor`: checks everything between this machine and the tenancy, and prints a status and a hint for
//! each
//! check. It loads the list once and makes no changes.

use clap::Args;
use jiff::SignedDuration;
use serde_json::json;

use super::exit_code::{self, CliError, FAILED, NOT_ALLOWED, OK, USAGE};
use super::global_args::{GlobalArgs, ResolvedConfig};
use super::output;
use super::service::ServiceClient;
use crate::clock::Clock;
use crate::config::Target;
use crate::domain::connection::OTHER_TENANCY_HINT;
use crate::domain::profile_settings::TokenSourceConfig;
use crate::domain::server_url::is_loopback;
use crate::domain::text::{format_plural, sanitize};
use crate::domain::{Connection, Error, ErrorKind, Expiry};

/// Name of the check whose error means that changes are refused.
const TENANCY_CHECK: &str = "tenancy";

/// Clock differences up to this are ignored: `Date` headers have whole seconds, and responses take time.
const MAX_CLOCK_SKEW: SignedDuration = SignedDuration::from_secs(60);

/// Arguments of `doctor`.
#[derive(Debug, Args)]
pub(super) struct DoctorArgs {
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// Status of a check.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum CheckStatus {
    Ok,
    Warning,
    Error,
}

impl CheckStatus {
    fn label(self) -> &'static str {
        match self {
            CheckStatus::Ok => "ok",
            CheckStatus::Warning => "warning",
            CheckStatus::Error => "error",
        }
    }
}

/// Result of a check.
#[derive(Debug)]
struct Check {
    name: &'static str,
    status: CheckStatus,
    message: String,
}

fn new_check(about: &'static str, health: CheckStatus, words: impl Into<String>) -> Check {
    Check { name: about, status: health, message: words.into() }
}

/// Runs all checks and prints the findings. The exit code is that of the worst finding.
pub(super) async fn run(global: GlobalArgs, args: DoctorArgs, clock: Clock) -> Result<u8, CliError> {
    let decided = match global.resolve() {
        Ok(decided) => decided,
        Err(sentence) => {
            print_checks(&[new_check("configuration", CheckStatus::Error, sentence)], args.json);
            return Ok(USAGE);
        }
    };
    let mut findings = vec![new_check("configuration", CheckStatus::Ok, config_summary(&decided))];
    findings.extend(decided.settings.notices.iter().map(|it| new_check("token", CheckStatus::Warning, it)));
    if let Target::Sandbox = decided.settings.target {
        let words = "no token is configured: the console opens the sandbox. Name a token with --token-file, or a \
                     profile in config.toml (guestlist config init writes a sample).";
        findings.push(new_check("token", CheckStatus::Error, words));
        print_checks(&findings, args.json);
        return Ok(NOT_ALLOWED);
    }
    let mut link = match ServiceClient::open(&decided, clock) {
        Ok(link) => link,
        Err(ended) => {
            findings.push(new_check("connection", CheckStatus::Error, ended.message));
            print_checks(&findings, args.json);
            return Ok(ended.code);
        }
    };
    // Warnings become findings here.
    link.prints_warnings = false;
    let code = check_server(&mut link, &decided, &mut findings).await;
    link.close().await;
    print_checks(&findings, args.json);
    code
}

/// Returns where the settings come from.
fn config_summary(decided: &ResolvedConfig) -> String {
    let profile = match decided.settings.guards.profile.as_str() {
        "" => "no profile".to_owned(),
        name => format!("profile {name}"),
    };
    let file = &decided.config_file;
    let there = if file.exists() { "" } else { " (missing)" };
    format!("{profile}; {}{there}; the journal is in {}", file.display(), decided.paths.state.display())
}

async fn check_server(
    link: &mut ServiceClient,
    decided: &ResolvedConfig,
    findings: &mut Vec<Check>,
) -> Result<u8, CliError> {
    let (roster, failure) = link.fetch_partial().await?;
    let members = if failure.is_none() { link.fetch_members().await? } else { None };
    let session = link.connection.clone();
    let now = link.server_now();
    findings.push(check_token(decided, &session, failure.as_ref(), now));
    let clock = session.clock_warning();
    let warnings = session.warnings.iter().filter(|warning| Some(*warning) != clock.as_ref());
    findings.extend(warnings.map(|warning| new_check("token", CheckStatus::Warning, warning)));
    if let Some(why) = &session.wrong_tenancy_reason {
        findings.push(new_check(
            TENANCY_CHECK,
            CheckStatus::Error,
            format!("{why}; no changes are made with it. {OTHER_TENANCY_HINT}"),
        ));
    } else if let Some(tenant) = &session.claims.tenant {
        findings.push(new_check(TENANCY_CHECK, CheckStatus::Ok, sanitize(tenant)));
    }
    findings.push(match &failure {
        None => {
            let invites = format_plural(roster.len(), "pending invite");
            let words = format!("{} responds at {}: {invites}", session.url, session.base_path);
            new_check("server", CheckStatus::Ok, words)
        }
        Some(failure) if failure.kind == ErrorKind::Token => {
            new_check("server", CheckStatus::Warning, "not checked: there is no usable token")
        }
        // The server works; the finding about the token has the error.
        Some(failure) if failure.status() == Some(401) => {
            new_check("server", CheckStatus::Ok, format!("{} responds, and rejects the token", session.url))
        }
        Some(failure) => new_check("server", CheckStatus::Error, server_error_text(failure, decided)),
    });
    findings.extend(check_clock(session.clock_offset));
    if failure.is_none() {
        findings.push(match members {
            Some(members) => match members.unreadable_warning() {
                Some(warning) => new_check("members", CheckStatus::Warning, warning),
                None => new_check("members", CheckStatus::Ok, format_plural(members.len(), "member")),
            },
            None => new_check(
                "members",
                CheckStatus::Warning,
                "not available on this server; everything else works",
            ),
        });
    }
    findings.push(match &link.journal_error {
        Some(failure) => new_check("journal", CheckStatus::Error, failure.to_string()),
        None => new_check("journal", CheckStatus::Ok, "writable"),
    });
    Ok(worst_exit_code(findings, failure.as_ref()))
}

fn check_token(
    decided: &ResolvedConfig,
    session: &Connection,
    failure: Option<&Error>,
    now: jiff::Timestamp,
) -> Check {
    let from = match &decided.settings.target {
        Target::Server { source, .. } => source_text(source),
        Target::Sandbox => String::new(),
    };
    if let Some(failure) = failure.filter(|failure| failure.kind == ErrorKind::Token) {
        return new_check("token", CheckStatus::Error, format!("{}. {}", failure.cause, failure.hint));
    }
    let refused = failure.filter(|failure| failure.status() == Some(401));
    match (session.claims.expires_at, refused) {
        (Some(expires), _) if expires <= now => {
            let words = format!(
                "{from}: {} ago by the server's clock. Get a new token.",
                Expiry(Some(expires)).remaining_text(now)
            );
            new_check("token", CheckStatus::Error, words)
        }
        (_, Some(failure)) => {
            new_check("token", CheckStatus::Error, format!("{from}: {}. {}", failure.cause, failure.hint))
        }
        (Some(expires), None) => {
            let left = Expiry(Some(expires)).remaining_text(now);
            let renews = if session.is_token_renewed { ", renewed automatically" } else { "" };
            new_check("token", CheckStatus::Ok, format!("{from}: expires in {left}{renews}"))
        }
        (None, None) => new_check("token", CheckStatus::Ok, format!("{from}: no expiry in the token")),
    }
}

fn source_text(source: &TokenSourceConfig) -> String {
    match source {
        TokenSourceConfig::Missing(_) | TokenSourceConfig::Withheld(_) => "none".to_owned(),
        TokenSourceConfig::File(path) => format!("from {}", path.display()),
        TokenSourceConfig::Stdin => "from standard input".to_owned(),
        TokenSourceConfig::EnvVar(name) => format!("from the variable {name}"),
        TokenSourceConfig::Command(words) => {
            format!("from the program {}", words.first().map_or("", String::as_str))
        }
        TokenSourceConfig::AppRegistration { client_id, .. } => {
            format!("for the app registration {client_id}")
        }
    }
}

/// Returns why the list could not be loaded, and which settings to check.
fn server_error_text(failure: &Error, decided: &ResolvedConfig) -> String {
    let mut words = failure.to_string();
    let Target::Server { url, base_path, .. } = &decided.settings.target else { return words };
    let network = &decided.settings.network;
    if failure.kind == ErrorKind::Connect && network.proxy.is_some() && !is_loopback(url) {
        words.push_str(" A proxy is configured: run guestlist config show to see where.");
    }
    if let (Some(404 | 501), Some(path)) = (failure.status(), base_path) {
        words.push_str(&format!(" The base path {path} is configured. Remove it to try both default paths."));
    }
    words
}

fn check_clock(ahead: SignedDuration) -> Option<Check> {
    if ahead.abs() <= MAX_CLOCK_SKEW {
        return (!ahead.is_zero()).then(|| new_check("clock", CheckStatus::Ok, "matches the server's clock"));
    }
    // To the nearest minute: the measured difference is a little less than the real one.
    let minutes = (ahead.abs().as_secs() + 30) / 60;
    let way = if ahead.is_positive() { "behind" } else { "ahead of" };
    let words = format!(
        "the local clock is {} {way} the server's. guestlist uses server time, but set this clock as well.",
        format_plural(usize::try_from(minutes).unwrap_or(usize::MAX), "minute")
    );
    Some(new_check("clock", CheckStatus::Warning, words))
}

fn worst_exit_code(findings: &[Check], failure: Option<&Error>) -> u8 {
    match failure {
        Some(failure) => exit_code::for_error(failure),
        None if findings.iter().any(|it| it.status == CheckStatus::Error && it.name == TENANCY_CHECK) => {
            exit_code::REFUSED
        }
        None if findings.iter().any(|it| it.status == CheckStatus::Error) => FAILED,
        None => OK,
    }
}

fn print_checks(findings: &[Check], as_json: bool) {
    if as_json {
        let list: Vec<_> = findings
            .iter()
            .map(
                |it| json!({ "check": it.name, "status": it.status.label(), "message": sanitize(&it.message) }),
            )
            .collect();
        return output::result(&serde_json::Value::from(list).to_string());
    }
    for it in findings {
        output::columns(&[it.status.label(), it.name, &it.message]);
    }
}
