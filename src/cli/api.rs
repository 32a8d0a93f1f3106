//! `guestlist api`: makes a GET request with the token and the rate limit of the profile, and prints the body.

use std::io::{BufWriter, Write as _};

use clap::Args;

use super::exit_code::{CliError, OK};
use super::global_args::GlobalArgs;
use super::results::{self, Results};
use super::service::{ServiceClient, with_client};
use super::{jq, output};
use crate::clock::Clock;
use crate::domain::json::escape_for_terminal;

/// Arguments of `api`.
#[derive(Debug, Args)]
pub(super) struct ApiArgs {
    /// Path below the base path, such as ?page_size=5, or with a leading slash below the server URL
    #[arg(value_name = "PATH", allow_hyphen_values = true)]
    path: String,
    /// HTTP method; only GET is allowed
    #[arg(long, short = 'X', value_name = "METHOD", default_value = "GET", hide_default_value = true)]
    method: String,
    /// Apply a jq expression to the body
    #[arg(long, value_name = "EXPR")]
    jq: Option<String>,
}

/// Prints the body.
pub(super) async fn run(global: GlobalArgs, args: ApiArgs, clock: Clock) -> Result<u8, CliError> {
    if !args.method.eq_ignore_ascii_case("GET") {
        return Err(CliError::refused(
            "guestlist api makes GET requests only, because every change is a plan. Run guestlist create, edit, resend \
             or delete. No request was made.",
        ));
    }
    if let Some(expression) = &args.jq {
        jq::compile(expression)
            .map_err(|reason| CliError::usage(format!("Could not read --jq: {reason}.")))?;
    }
    let fetch = async |client: &mut ServiceClient| client.fetch_path(args.path).await;
    match with_client(&global.resolve()?, clock, fetch).await? {
        Ok(body) => print_body(&body, args.jq.as_deref()),
        Err(failure) => {
            // The body explains the status. It is a document of its own, so the expression does not fit it.
            if let Some(record) = failure.record.as_ref().filter(|record| !record.response_body.is_empty()) {
                print_body(record.response_body.as_bytes(), None)?;
            }
            match failure.status() {
                Some(404) => Err(CliError::not_found(failure.to_string())),
                _ => Err(failure.into()),
            }
        }
    }
}

/// Prints a body: escaped on a terminal, otherwise unchanged.
fn print_body(body: &[u8], jq_expression: Option<&str>) -> Result<u8, CliError> {
    let text = String::from_utf8_lossy(body);
    if let Some(expression) = jq_expression {
        return results::finish(jq::run(expression, &text, &mut BufWriter::new(Results)), OK);
    }
    let bytes = match () {
        () if !output::is_terminal() => body.to_vec(),
        () if serde_json::from_str::<serde::de::IgnoredAny>(&text).is_ok() => {
            (escape_for_terminal(&text) + "\n").into_bytes()
        }
        () => (jq::escape_lines(&text) + "\n").into_bytes(),
    };
    results::finish(Results.write_all(&bytes), OK)
}
