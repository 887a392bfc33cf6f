//! When a target may be asked again: `Retry-After` (RFC 9110, 10.2.3) and what vendors say in headers of their own.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use reqwest::header::HeaderMap;

/// No hint counts for longer: a broken clock must not silence a target for years.
const LONGEST: Duration = Duration::from_secs(24 * 3600);

/// Returns how long the target asks to be left alone; `now` is what its own clock says, where it says so.
pub(super) fn asked(headers: &HeaderMap, now: SystemTime) -> Option<Duration> {
    let text = |name: &str| headers.get(name).and_then(|it| it.to_str().ok()).map(str::trim);
    // A date of the target is measured by the target's clock, not by ours.
    let now = text("date").and_then(|it| httpdate::parse_http_date(it).ok()).unwrap_or(now);
    let wait = text("retry-after").and_then(|it| seconds(it).or_else(|| until(httpdate::parse_http_date(it).ok()?, now)));
    wait.map(|it| it.min(LONGEST))
}

/// Returns how long until a limit is lifted, by the vendors' headers: seconds since 1970 (GitHub, ServiceNow, Azure DevOps), a date of
/// ISO 8601 (Jira), or seconds from now (drafts of `RateLimit-Reset`), which are told apart by their size.
pub(super) fn reset(headers: &HeaderMap, now: SystemTime) -> Option<Duration> {
    let text = |name: &str| headers.get(name).and_then(|it| it.to_str().ok()).map(str::trim);
    let now = text("date").and_then(|it| httpdate::parse_http_date(it).ok()).unwrap_or(now);
    let value = ["x-ratelimit-reset", "ratelimit-reset"].into_iter().find_map(text)?;
    // Ten years of seconds: less is a span, more is a date.
    const SPAN: u64 = 315_360_000;
    let wait = match value.parse::<u64>() {
        Ok(span) if span < SPAN => Some(Duration::from_secs(span)),
        Ok(date) => until(UNIX_EPOCH.checked_add(Duration::from_secs(date))?, now),
        Err(_) => until(iso(value)?, now),
    };
    wait.map(|it| it.min(LONGEST))
}

fn seconds(text: &str) -> Option<Duration> {
    // Some send fractions, which RFC 9110 does not know.
    let seconds = text.parse::<f64>().ok().filter(|it| it.is_finite() && *it >= 0.0)?;
    Duration::try_from_secs_f64(seconds.ceil()).ok()
}

fn until(date: SystemTime, now: SystemTime) -> Option<Duration> {
    Some(date.duration_since(now).unwrap_or_default())
}

fn iso(text: &str) -> Option<SystemTime> {
    // Jira leaves out the seconds: `2026-01-01T10:00Z`.
    let whole = if text.len() == 17 { text.replacen('Z', ":00Z", 1) } else { text.to_owned() };
    let seconds = u64::try_from(whole.parse::<jiff::Timestamp>().ok()?.as_second()).ok()?;
    UNIX_EPOCH.checked_add(Duration::from_secs(seconds))
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, UNIX_EPOCH};

    use reqwest::header::{HeaderMap, HeaderName, HeaderValue};

    fn headers(of: &[(&'static str, &'static str)]) -> HeaderMap {
        of.iter().map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value))).collect()
    }

    /// 2026-11-25 19:00:00 UTC.
    const NOW: u64 = 1_795_633_200;

    fn check(of: &[(&'static str, &'static str)]) -> (Option<u64>, Option<u64>) {
        let (headers, now) = (headers(of), UNIX_EPOCH + Duration::from_secs(NOW));
        (super::asked(&headers, now).map(|it| it.as_secs()), super::reset(&headers, now).map(|it| it.as_secs()))
    }

    #[test]
    fn hints_in_all_their_forms() {
        assert_eq!(check(&[]), (None, None));
        assert_eq!(check(&[("retry-after", "7")]), (Some(7), None));
        assert_eq!(check(&[("retry-after", "0.2")]), (Some(1), None));
        assert_eq!(check(&[("retry-after", "-3")]), (None, None));
        assert_eq!(check(&[("retry-after", "Wed, 25 Nov 2026 19:01:30 GMT")]), (Some(90), None));
        assert_eq!(check(&[("retry-after", "Wed, 25 Nov 2026 18:00:00 GMT")]), (Some(0), None), "a date that has passed");
        assert_eq!(check(&[("retry-after", "99999999999")]), (Some(86_400), None));
        assert_eq!(check(&[("retry-after", "Wed, 25 Nov 2026 21:00:30 GMT"), ("date", "Wed, 25 Nov 2026 21:00:00 GMT")]), (Some(30), None), "its own clock");
        assert_eq!(check(&[("x-ratelimit-reset", "1795633260")]), (None, Some(60)));
        assert_eq!(check(&[("x-ratelimit-reset", "45")]), (None, Some(45)));
        assert_eq!(check(&[("x-ratelimit-reset", "2026-11-25T19:02Z")]), (None, Some(120)));
        assert_eq!(check(&[("x-ratelimit-reset", "2026-11-25T19:02:05Z")]), (None, Some(125)));
        assert_eq!(check(&[("x-ratelimit-reset", "soon")]), (None, None));
    }
}
