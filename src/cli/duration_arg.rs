//! Durations on the command line: `30`, `90s`, `15m`, `1h`, `3d`, `1w`.

use std::time::Duration;

use jiff::{SignedDuration, Span, SpanRelativeTo};

use super::exit_code::CliError;
use super::service::ServiceClient;

/// Minimum pause between two requests of a command that polls.
pub(super) const MIN_INTERVAL: Duration = Duration::from_secs(2);

/// Parses a duration. A number without a unit is seconds.
///
/// # Errors
/// The text is not a duration, or the duration is not positive.
pub(super) fn parse(text: &str) -> Result<SignedDuration, String> {
    let seconds = text.parse().ok().map(SignedDuration::from_secs);
    let span = || text.parse::<Span>().ok()?.to_duration(SpanRelativeTo::days_are_24_hours()).ok();
    seconds
        .or_else(span)
        .filter(|duration| duration.is_positive())
        .ok_or_else(|| "it is not a duration such as 30s, 15m, 1h or 3d".to_owned())
}

/// Parses the pause between two requests of a command that polls.
///
/// # Errors
/// The text is not a duration, or the pause is too short for the server.
pub(super) fn parse_interval(text: &str) -> Result<Duration, String> {
    let interval = parse(text).map(SignedDuration::unsigned_abs)?;
    match interval >= MIN_INTERVAL {
        true => Ok(interval),
        false => Err(format!("the minimum is {} seconds", MIN_INTERVAL.as_secs())),
    }
}

/// Waits for the next request of a command that polls.
///
/// # Errors
/// A signal ended the command.
pub(super) async fn pause(client: &mut ServiceClient, interval: Duration) -> Result<(), CliError> {
    let until = client.now().mono.saturating_add(interval);
    client.sleep_until(until).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_have_units_and_are_positive() {
        for (text, seconds) in
            [("30", 30), ("90s", 90), ("15m", 900), ("1h", 3600), ("3d", 259_200), ("1w", 604_800)]
        {
            assert_eq!(parse(text), Ok(SignedDuration::from_secs(seconds)), "{text}");
        }
        for text in ["", "0", "-5", "0s", "soon", "1 month"] {
            assert!(parse(text).is_err(), "{text}");
        }
        assert!(parse_interval("1s").is_err() && parse_interval("2s").is_ok());
    }
}
