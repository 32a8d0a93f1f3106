//! `guestlist whoami`: prints the profile, the server, what the token says about its owner, and whether the server
//! accepts it. Loads one page of the list and makes no changes.

use serde_json::json;

use super::exit_code::{CliError, OK, for_error};
use super::fetch::FetchEvent;
use super::format::FormatArgs;
use super::global_args::{GlobalArgs, ResolvedConfig};
use super::item::Item;
use super::kinds::ACCOUNT;
use super::output;
use super::printer::Printer;
use super::progress::ProgressLine;
use super::service::{ServiceClient, with_client};
use crate::clock::Clock;
use crate::config::Origin;
use crate::domain::{Error, Expiry, ServiceRequest};

/// Runs `guestlist whoami`.
pub(super) async fn run(global: GlobalArgs, args: FormatArgs, clock: Clock) -> Result<u8, CliError> {
    let printer = args.printer(&ACCOUNT)?;
    let config = global.resolve()?;
    with_client(&config, clock, async |client| {
        let failure = test_token(client).await?;
        print(printer, &config, client, failure.as_ref())
    })
    .await
}

/// Loads the first page. Returns why the server did not accept the token.
async fn test_token(client: &mut ServiceClient) -> Result<Option<Error>, CliError> {
    let mut line = ProgressLine::new();
    let id = client.send_request(ServiceRequest::FetchList).await?;
    loop {
        match client.next_fetch_event(id, &mut line).await? {
            FetchEvent::Page(_) => return Ok(None),
            FetchEvent::Finished(failure) => return Ok(failure),
            FetchEvent::Restarted => {}
        }
    }
}

fn print(
    printer: Printer,
    config: &ResolvedConfig,
    client: &ServiceClient,
    failure: Option<&Error>,
) -> Result<u8, CliError> {
    let code = failure.map_or(OK, for_error);
    let connection = &client.connection;
    let claims = &connection.claims;
    let profile = Some(config.settings.guards.profile.as_str()).filter(|name| !name.is_empty());
    let (source, is_renewed) = (token_source(config), connection.is_token_renewed);
    let error = failure.map(|failure| format!("{}. {}", failure.cause, failure.hint));
    if !printer.is_default() {
        let item = Item::new([
            ("profile", json!(profile)),
            ("url", json!(connection.url)),
            ("tenant", json!(claims.tenant)),
            ("name", json!(claims.name)),
            ("subject", json!(claims.subject)),
            ("token_source", json!(source)),
            ("expires_at", json!(claims.expires_at.map(|at| at.to_string()))),
            ("renewed", json!(is_renewed)),
            ("accepted", json!(failure.is_none())),
            ("error", json!(error)),
        ]);
        return printer.print_all([item], Vec::new(), code);
    }
    let renewal = if is_renewed { ", renewed automatically" } else { "" };
    let now = client.server_now();
    let expiry = claims.expires_at.map(|at| match at > now {
        true => format!("{at} (in {}{renewal})", Expiry(Some(at)).remaining_text(now)),
        false => format!("{at} (expired)"),
    });
    let server = match &error {
        None => "accepts the token".to_owned(),
        Some(error) => error.clone(),
    };
    for (label, value) in [
        ("profile", Some(profile.unwrap_or("none").to_owned())),
        ("url", Some(connection.url.clone())),
        ("tenancy", claims.tenant.clone()),
        ("name", claims.name.clone()),
        ("subject", claims.subject.clone()),
        ("token", source),
        ("expires", expiry),
        ("server", Some(server)),
    ] {
        output::print_result(&format!("{label:<9}{}", value.as_deref().unwrap_or("unknown")));
    }
    Ok(code)
}

/// Returns the source of the token, and where it is configured.
fn token_source(config: &ResolvedConfig) -> Option<String> {
    let token = config.settings.effective_values.iter().find(|value| value.name == "token")?;
    Some(match token.origin {
        Origin::Default => token.value.clone(),
        origin => format!("{} ({origin})", token.value),
    })
}
