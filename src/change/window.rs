//! Windows of time that come again: freezes and maintenance.

use jiff::{SignedDuration, Timestamp};

/// A window of time that comes again.
#[derive(Clone, Debug)]
pub struct Window {
    /// Its name.
    pub name: String,
    /// How long it is open.
    lasts: SignedDuration,
    begins: cronexpr::Crontab,
}

impl Window {
    /// Makes a window. `begins` is a line of a crontab's times and a time zone, as in `0 18 * * FRI Europe/Berlin`; `lasts` a duration as in `62h` or `2d`
    /// (a day is 24 hours). Errors say what would be right.
    pub fn parse(name: &str, begins: &str, lasts: &str) -> Result<Window, String> {
        let crontab = cronexpr::parse_crontab(begins).map_err(|error| {
            let why = error.to_string().split_whitespace().collect::<Vec<_>>().join(" ");
            format!("`{begins}` is no time such as `0 18 * * FRI Europe/Berlin` (minute, hour, day, month, day of the week, zone): {why}")
        })?;
        let lasts = duration(lasts)?;
        Ok(Window { name: name.to_owned(), lasts, begins: crontab })
    }

    /// Returns when the window ends that is open at a moment; none where it is not open.
    pub fn until(&self, now: Timestamp) -> Option<Timestamp> {
        // It is open where it began after `now - lasts` and not after now.
        let begun = self.after(now.checked_sub(self.lasts).ok()?).filter(|it| *it <= now)?;
        begun.checked_add(self.lasts).ok()
    }

    /// Returns when the window opens next.
    pub fn after(&self, moment: Timestamp) -> Option<Timestamp> {
        let next = self.begins.find_next(cronexpr::MakeTimestamp::from_second(moment.as_second()).ok()?).ok()?;
        Timestamp::from_second(next.timestamp().as_second()).ok()
    }
}

/// Reads a duration such as `36h` or `7d`; a day is 24 hours.
pub(super) fn duration(text: &str) -> Result<SignedDuration, String> {
    let wrong = || format!("`{text}` is no duration such as `30m`, `36h` or `7d`");
    let span: jiff::Span = text.parse().map_err(|_| wrong())?;
    let duration = span.to_duration(jiff::SpanRelativeTo::days_are_24_hours()).map_err(|_| wrong())?;
    if duration > SignedDuration::ZERO { Ok(duration) } else { Err(wrong()) }
}

#[cfg(test)]
mod tests {
    use super::Window;

    fn until(window: &Window, now: &str) -> String {
        window.until(now.parse().expect("a time")).map(|it| it.to_string()).unwrap_or_default()
    }

    #[test]
    fn a_window_is_open_from_its_beginning_until_just_before_its_end() {
        let weekend = Window::parse("weekend", "0 18 * * FRI Europe/Berlin", "62h").expect("a window");
        // Friday, 2026-11-27, 18:00 in Berlin is 17:00 UTC; 62 hours later it is Monday, 8:00 there.
        assert_eq!(until(&weekend, "2026-11-27T16:59:59Z"), "");
        assert_eq!(until(&weekend, "2026-11-27T17:00:00Z"), "2026-11-30T07:00:00Z");
        assert_eq!(until(&weekend, "2026-11-30T06:59:59Z"), "2026-11-30T07:00:00Z");
        assert_eq!(until(&weekend, "2026-11-30T07:00:00Z"), "");
        // In summer it begins an hour earlier by UTC.
        assert_eq!(until(&weekend, "2026-07-03T16:00:00Z"), "2026-07-06T06:00:00Z");
        assert_eq!(weekend.after("2026-11-25T00:00:00Z".parse().expect("a time")).expect("a time").to_string(), "2026-11-27T17:00:00Z");
    }

    #[test]
    fn a_wrong_window_says_what_would_be_right() {
        let error = Window::parse("x", "0 18 * * FRI", "2h").expect_err("no zone");
        assert!(error.starts_with("`0 18 * * FRI` is no time such as `0 18 * * FRI Europe/Berlin`"), "{error}");
        assert_eq!(Window::parse("x", "0 18 * * FRI UTC", "soon").expect_err("no duration"), "`soon` is no duration such as `30m`, `36h` or `7d`");
        assert_eq!(Window::parse("x", "0 18 * * FRI UTC", "-2h").expect_err("no duration"), "`-2h` is no duration such as `30m`, `36h` or `7d`");
    }
}
