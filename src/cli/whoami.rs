//! `guestlist whoami`: prints the profile, the server, what the token says about its owner, and whether the server
//! accepts it. Loads one page of the list and makes no changes.

use serde_json::json;

use super::exit_code::{CliError, OK, for_error};
use super::fetch::FetchEvent;
use super::global_args::{GlobalArgs, ResolvedConfig};
use super::output::{self, JsonArgs};
use super::progress::ProgressLine;
use super::service::{ServiceClient, with_client};
use crate::clock::Clock;
use crate::config::Origin;
use crate::domain::text::sanitize;
use crate::domain::{Error, Expiry, ServiceRequest};

/// Runs `guestlist whoami`.
pub(super) async fn run(global: GlobalArgs, args: JsonArgs, clock: Clock) -> Result<u8, CliError> {
    let config = global.resolve()?;
    with_client(&config, clock, async |client| {
        let failure = test_token(client).await?;
        print(&config, client, failure.as_ref(), args.json);
        Ok(failure.as_ref().map_or(OK, for_error))
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

fn print(config: &ResolvedConfig, client: &ServiceClient, failure: Option<&Error>, as_json: bool) {
    let connection = &client.connection;
    let claims = &connection.claims;
    let profile = Some(config.settings.guards.profile.as_str()).filter(|name| !name.is_empty());
    let (source, is_renewed) = (token_source(config), connection.is_token_renewed);
    let error = failure.map(|failure| format!("{}. {}", failure.cause, failure.hint));
    let clean = |text: &Option<String>| text.as_deref().map(|text| sanitize(text).into_owned());
    let [tenant, name, subject] = [&claims.tenant, &claims.name, &claims.subject].map(clean);
    if as_json {
        let line = json!({
            "profile": profile, "url": connection.url, "tenant": tenant, "name": name, "subject": subject,
            "token_source": source, "expires_at": claims.expires_at.map(|at| at.to_string()),
            "renewed": is_renewed, "accepted": failure.is_none(), "error": error.map(|error| sanitize(&error).into_owned()),
        });
        return output::print_result(&line.to_string());
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
        ("tenancy", tenant),
        ("name", name),
        ("subject", subject),
        ("token", source),
        ("expires", expiry),
        ("server", Some(server)),
    ] {
        output::print_columns(&[label, value.as_deref().unwrap_or("unknown")]);
    }
}

/// Returns the source of the token, and where it is configured.
fn token_source(config: &ResolvedConfig) -> Option<String> {
    let token = config.settings.effective_values.iter().find(|value| value.name == "token")?;
    Some(match token.origin {
        Origin::Default => token.value.clone(),
        origin => format!("{} ({origin})", token.value),
    })
}
