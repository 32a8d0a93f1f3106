//! `guestlist doctor`: checks everything between this machine and the tenancy.
//! Prints a status and a hint for each check. Loads the list once and makes no changes.

use jiff::SignedDuration;
use serde_json::json;

use super::exit_code::{self, CliError, FAILED, NOT_ALLOWED, OK};
use super::format::FormatArgs;
use super::global_args::{GlobalArgs, ResolvedConfig};
use super::item::Item;
use super::kinds::CHECK;
use super::service::ServiceClient;
use crate::clock::Clock;
use crate::config::Target;
use crate::domain::connection::OTHER_TENANCY_HINT;
use crate::domain::profile_settings::TokenSourceConfig;
use crate::domain::server_url::is_loopback;
use crate::domain::text::{format_plural, sanitize};
use crate::domain::{Connection, Error, ErrorKind, Expiry};

/// Name of the check that fails if the token is for another tenancy. Changes are then refused.
const TENANCY_CHECK: &str = "tenancy";

/// Clock differences up to this are ignored: `Date` headers have whole seconds, and responses take
/// time.
const MAX_CLOCK_SKEW: SignedDuration = SignedDuration::from_secs(60);

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

impl Check {
    fn ok(name: &'static str, message: impl Into<String>) -> Check {
        Check { name, status: CheckStatus::Ok, message: message.into() }
    }

    fn warning(name: &'static str, message: impl Into<String>) -> Check {
        Check { name, status: CheckStatus::Warning, message: message.into() }
    }

    fn error(name: &'static str, message: impl Into<String>) -> Check {
        Check { name, status: CheckStatus::Error, message: message.into() }
    }
}

/// Runs all checks and prints the findings. The exit code is that of the worst finding.
pub(super) async fn run(global: GlobalArgs, args: FormatArgs, clock: Clock) -> Result<u8, CliError> {
    let printer = args.printer(&CHECK)?;
    let mut findings = Vec::new();
    let code = check_all(global, clock, &mut findings).await;
    let items = findings.iter().map(|check| {
        let status = json!(check.status.label());
        Item::new([("check", json!(check.name)), ("status", status), ("message", json!(check.message))])
    });
    printer.print_all(items, Vec::new(), OK)?;
    code
}

async fn check_all(global: GlobalArgs, clock: Clock, findings: &mut Vec<Check>) -> Result<u8, CliError> {
    let config = match global.resolve() {
        Ok(config) => config,
        Err(error) => {
            findings.push(Check::error("configuration", error.message));
            return Ok(error.code);
        }
    };
    findings.push(Check::ok("configuration", config_summary(&config)));
    findings.extend(config.settings.notices.iter().map(|notice| Check::warning("token", notice)));
    if let Target::Sandbox = config.settings.target {
        let message = "no token is configured: the console opens the sandbox. Run guestlist login, or set a token with \
                     --token-file.";
        findings.push(Check::error("token", message));
        return Ok(NOT_ALLOWED);
    }
    let mut client = match ServiceClient::open(&config, clock) {
        Ok(client) => client,
        Err(error) => {
            findings.push(Check::error("connection", error.message));
            return Ok(error.code);
        }
    };
    // Warnings become findings here.
    client.prints_warnings = false;
    let code = check_server(&mut client, &config, findings).await;
    client.close().await;
    code
}

/// Returns the profile, the configuration file and the journal folder as one line.
fn config_summary(config: &ResolvedConfig) -> String {
    let profile = match config.settings.guards.profile.as_str() {
        "" => "no profile".to_owned(),
        name => format!("profile {name}"),
    };
    let file = &config.config_file;
    let note = if file.exists() { "" } else { " (missing)" };
    format!("{profile}; {}{note}; the journal is in {}", file.display(), config.paths.state.display())
}

async fn check_server(
    client: &mut ServiceClient,
    config: &ResolvedConfig,
    findings: &mut Vec<Check>,
) -> Result<u8, CliError> {
    let (store, failure) = client.fetch_partial().await?;
    let members = if failure.is_none() { client.fetch_members().await? } else { None };
    let connection = client.connection.clone();
    let now = client.server_now();
    findings.push(check_token(config, &connection, failure.as_ref(), now));
    let clock = connection.clock_warning();
    let warnings = connection.warnings.iter().filter(|warning| Some(*warning) != clock.as_ref());
    findings.extend(warnings.map(|warning| Check::warning("token", warning)));
    if let Some(reason) = &connection.wrong_tenancy_reason {
        findings.push(Check::error(
            TENANCY_CHECK,
            format!("{reason}; changes are refused. {OTHER_TENANCY_HINT}"),
        ));
    } else if let Some(tenant) = &connection.claims.tenant {
        findings.push(Check::ok(TENANCY_CHECK, sanitize(tenant)));
    }
    findings.push(match &failure {
        None => {
            let invites = format_plural(store.len(), "pending invite");
            let message = format!("{} responds at {}: {invites}", connection.url, connection.base_path);
            Check::ok("server", message)
        }
        Some(failure) if failure.kind == ErrorKind::Token => {
            Check::warning("server", "not checked: there is no usable token")
        }
        // The server works; the finding about the token has the error.
        Some(failure) if failure.status() == Some(401) => {
            Check::ok("server", format!("{} responds, and rejects the token", connection.url))
        }
        Some(failure) => Check::error("server", server_error_text(failure, config)),
    });
    findings.extend(check_clock(connection.clock_offset));
    if failure.is_none() {
        findings.push(match members {
            Some(members) => match members.unreadable_warning() {
                Some(warning) => Check::warning("members", warning),
                None => Check::ok("members", format_plural(members.len(), "member")),
            },
            None => Check::warning("members", "not available on this server; everything else works"),
        });
    }
    findings.push(match &client.journal_error {
        Some(failure) => Check::error("journal", failure.to_string()),
        None => Check::ok("journal", "writable"),
    });
    Ok(worst_exit_code(findings, failure.as_ref()))
}

fn check_token(
    config: &ResolvedConfig,
    connection: &Connection,
    failure: Option<&Error>,
    now: jiff::Timestamp,
) -> Check {
    let source = match &config.settings.target {
        Target::Server { source, .. } => source_text(source),
        Target::Sandbox => String::new(),
    };
    if let Some(failure) = failure.filter(|failure| failure.kind == ErrorKind::Token) {
        return Check::error("token", format!("{}. {}", failure.cause, failure.hint));
    }
    let rejection = failure.filter(|failure| failure.status() == Some(401));
    match (connection.claims.expires_at, rejection) {
        (Some(expires_at), _) if expires_at <= now => {
            let expired = Expiry(Some(expires_at)).remaining_text(now);
            Check::error("token", format!("{source}: {expired} ago by the server's clock. Get a new token."))
        }
        (_, Some(failure)) => Check::error("token", format!("{source}: {}. {}", failure.cause, failure.hint)),
        (Some(expires_at), None) => {
            let left = Expiry(Some(expires_at)).remaining_text(now);
            let renewal = if connection.is_token_renewed { ", renewed automatically" } else { "" };
            Check::ok("token", format!("{source}: expires in {left}{renewal}"))
        }
        (None, None) => Check::ok("token", format!("{source}: no expiry in the token")),
    }
}

fn source_text(source: &TokenSourceConfig) -> String {
    match source {
        TokenSourceConfig::Missing(_) | TokenSourceConfig::Withheld(_) => "none".to_owned(),
        TokenSourceConfig::File(path) => format!("from {}", path.display()),
        TokenSourceConfig::Stdin => "from standard input".to_owned(),
        TokenSourceConfig::EnvVar(name) => format!("from the variable {name}"),
        TokenSourceConfig::Command(command) => {
            format!("from the program {}", command.first().map_or("", String::as_str))
        }
        TokenSourceConfig::AppRegistration { client_id, .. } => {
            format!("for the app registration {client_id}")
        }
    }
}

/// Returns why the list could not be loaded, and which settings to check.
fn server_error_text(failure: &Error, config: &ResolvedConfig) -> String {
    let mut message = failure.to_string();
    let Target::Server { url, base_path, .. } = &config.settings.target else { return message };
    let network = &config.settings.network;
    if failure.kind == ErrorKind::Connect && network.proxy.is_some() && !is_loopback(url) {
        message.push_str(" A proxy is configured: run guestlist config show to see where.");
    }
    if let (Some(404 | 501), Some(path)) = (failure.status(), base_path) {
        message
            .push_str(&format!(" The base path {path} is configured. Remove it to try both default paths."));
    }
    message
}

fn check_clock(offset: SignedDuration) -> Option<Check> {
    if offset.abs() <= MAX_CLOCK_SKEW {
        return (!offset.is_zero()).then(|| Check::ok("clock", "matches the server's clock"));
    }
    // To the nearest minute: the measured difference is a little less than the real one.
    let minutes = (offset.abs().as_secs() + 30) / 60;
    let direction = if offset.is_positive() { "behind" } else { "ahead of" };
    let message = format!(
        "the local clock is {} {direction} the server's. guestlist uses the server's time. Correct the local clock.",
        format_plural(usize::try_from(minutes).unwrap_or(usize::MAX), "minute")
    );
    Some(Check::warning("clock", message))
}

fn worst_exit_code(findings: &[Check], failure: Option<&Error>) -> u8 {
    let mut errors = findings.iter().filter(|check| check.status == CheckStatus::Error).peekable();
    let has_error = errors.peek().is_some();
    match failure {
        Some(failure) => exit_code::for_error(failure),
        None if errors.any(|check| check.name == TENANCY_CHECK) => exit_code::REFUSED,
        None if has_error => FAILED,
        None => OK,
    }
}
