//! `guestlist forecast`: counts the invites that expire on each of the coming days.

use clap::Args;
use serde_json::json;

use super::exit_code::{CliError, OK};
use super::format::FormatArgs;
use super::global_args::GlobalArgs;
use super::item::Item;
use super::kinds::FORECAST_DAY;
use super::service::{ServiceClient, with_client};
use super::{output, query};
use crate::clock::Clock;
use crate::domain::forecast::{Day, forecast_expiries};

/// Arguments of `forecast`.
#[derive(Debug, Args)]
pub(super) struct ForecastArgs {
    /// Count only the invites that match this filter
    #[arg(long, value_name = "EXPR", default_value = "", hide_default_value = true)]
    filter: String,
    #[command(flatten)]
    format: FormatArgs,
}

/// Prints the days.
pub(super) async fn run(global: GlobalArgs, args: ForecastArgs, clock: Clock) -> Result<u8, CliError> {
    let printer = args.format.printer(&FORECAST_DAY)?;
    let config = global.resolve()?;
    let filter = query::parse(&args.filter, &config)?;
    let fetch = async |client: &mut ServiceClient| {
        let (store, now) = (client.fetch_list().await?, client.server_now());
        Ok((store, now, client.load_annotations_for(&filter).await?))
    };
    let (store, now, annotations) = with_client(&config, clock, fetch).await?;
    let rows = store.rows();
    let matches = query::filter_rows(rows, &filter, now, &annotations);
    let expiries = matches.iter().filter_map(|row| rows.get(*row)).map(|row| row.expiry);
    let forecast = forecast_expiries(expiries, now, &output::time_zone());
    let (expired, later, unknown) = (forecast.expired, forecast.later, forecast.unknown);
    let summary = vec![("expired", json!(expired)), ("later", json!(later)), ("unknown", json!(unknown))];
    let code = printer.print_all(forecast.days.iter().map(day_item), summary, OK)?;
    output::print_info(&format!("{expired} expired, {later} later, {unknown} unknown."));
    Ok(code)
}

fn day_item(day: &Day) -> Item {
    Item::new([
        ("date", json!(day.date.to_string())),
        ("weekday", json!(day.date.strftime("%a").to_string())),
        ("invites", json!(day.count)),
    ])
}
