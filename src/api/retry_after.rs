//! Parses how long the server asks clients to wait.
//! `Archivist-Rate-Limit-Reset` (seconds, a float) takes precedence over `Retry-After` (seconds, or an HTTP
//! date by the server's clock). An implausible header counts as absent.

use std::time::Duration;

use reqwest::header::{DATE, HeaderMap, RETRY_AFTER};

use crate::domain::limits::MAX_PLAUSIBLE_WAIT;

/// Returns the wait that a response with status 429 or 503 asks for; `None` for other statuses.
pub(super) fn requested_wait(status: u16, headers: &HeaderMap) -> Option<Duration> {
    if !matches!(status, 429 | 503) {
        return None;
    }
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).map(str::trim);
    let retry_after = || {
        let retry_after = text(RETRY_AFTER.as_str())?;
        parse_seconds(retry_after).or_else(|| parse_date(retry_after, text(DATE.as_str())?))
    };
    text("archivist-rate-limit-reset").and_then(parse_seconds).or_else(retry_after)
}

fn parse_seconds(text: &str) -> Option<Duration> {
    let seconds: f64 = text.parse().ok()?;
    Duration::try_from_secs_f64(seconds).ok().filter(|wait| *wait <= MAX_PLAUSIBLE_WAIT)
}

fn parse_date(then: &str, now: &str) -> Option<Duration> {
    let (then, now) = (httpdate::parse_http_date(then).ok()?, httpdate::parse_http_date(now).ok()?);
    then.duration_since(now).ok().filter(|wait| *wait <= MAX_PLAUSIBLE_WAIT)
}

#[cfg(test)]
mod tests {
    use reqwest::header::HeaderValue;

    use super::*;

    const NOW: &str = "Sun, 06 Nov 1994 08:49:37 GMT";

    fn wait(reset: Option<&'static str>, retry_after: Option<&'static str>) -> Option<Duration> {
        let mut headers = HeaderMap::new();
        headers.insert(DATE, HeaderValue::from_static(NOW));
        if let Some(value) = reset {
            headers.insert("archivist-rate-limit-reset", HeaderValue::from_static(value));
        }
        if let Some(value) = retry_after {
            headers.insert(RETRY_AFTER, HeaderValue::from_static(value));
        }
        requested_wait(429, &headers)
    }

    #[test]
    fn vendor_header_is_preferred_to_retry_after() {
        let secs = |secs| Some(Duration::from_secs_f64(secs));
        assert_eq!(wait(Some("0.1"), Some("20")), secs(0.1));
        assert_eq!(wait(None, Some("20")), secs(20.0));
        assert_eq!(wait(Some("soon"), Some("20")), secs(20.0));
        assert_eq!(wait(None, Some("Sun, 06 Nov 1994 08:50:07 GMT")), secs(30.0));
        assert_eq!(wait(None, None), None);
    }

    #[test]
    fn implausible_wait_is_ignored() {
        for broken in ["-1", "NaN", "inf", "-inf", "1e300", "", "86401", "1 s", "0x10"] {
            assert_eq!(wait(Some(broken), None), None, "{broken}");
            assert_eq!(wait(None, Some(broken)), None, "{broken}");
        }
        assert_eq!(wait(None, Some("Sun, 06 Nov 1994 08:49:36 GMT")), None);
        assert_eq!(wait(None, Some("Sun, 06 Nov 2094 08:49:37 GMT")), None);
        assert_eq!(wait(Some("86400"), None), Some(MAX_PLAUSIBLE_WAIT));
    }

    #[test]
    fn wait_is_ignored_for_other_statuses() {
        let mut headers = HeaderMap::new();
        headers.insert(RETRY_AFTER, HeaderValue::from_static("5"));
        assert_eq!(requested_wait(500, &headers), None);
        assert_eq!(requested_wait(503, &headers), Some(Duration::from_secs(5)));
    }
}
