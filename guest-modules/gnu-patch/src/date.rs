//! Times in headers. What matters of one is whether it is the epoch, in some time zone: it says that the file does not exist.

use crate::model::Stamp;

/// Seconds that local time may be off UTC, as POSIX allows (XCU patch, "Filename Determination"; XBD 8.3, TZ).
const EARLIEST: i64 = -25 * 3600;
const LATEST: i64 = 26 * 3600;

/// Reads what stands behind a name. None where it may be the epoch in a form that is not known here.
pub(crate) fn read(text: &[u8]) -> Option<Stamp> {
    let text = String::from_utf8_lossy(text);
    let text = text.trim();
    if text.is_empty() {
        return Some(Stamp::Unknown);
    }
    match seconds(text) {
        Some(time) if EARLIEST < time && time < LATEST => Some(Stamp::Epoch),
        Some(_) => Some(Stamp::Other),
        // A form that is not known can't be the epoch unless it names a year near it, or counts seconds.
        None if ["1969", "1970", "@", "69-", "70-", "/69", "/70"].iter().any(|it| text.contains(it)) => None,
        None => Some(Stamp::Unknown),
    }
}

/// Seconds since the epoch of `YYYY-MM-DD HH:MM:SS[.frac] [±ZZZZ]` or of ctime(3)'s form with or without a zone.
fn seconds(text: &str) -> Option<i64> {
    let mut words = text.split_whitespace();
    let first = words.next()?;
    let (date, time, zone) = if first.as_bytes().first()?.is_ascii_digit() {
        let mut date = first.split('-').map(|it| it.parse::<i64>().ok());
        let date = (date.next()??, date.next()??, date.next()??);
        (date, words.next(), words.next())
    } else {
        const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
        if !["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"].contains(&first.trim_end_matches(',')) {
            return None;
        }
        let mut second = words.next()?;
        let mut third = words.next()?;
        if second.as_bytes()[0].is_ascii_digit() {
            // RFC 822: the day stands before the month, and the year before the time.
            std::mem::swap(&mut second, &mut third);
        }
        let month = MONTHS.iter().position(|it| *it == second)? as i64 + 1;
        let (fourth, fifth) = (words.next()?, words.next());
        let (time, year) = if fourth.contains(':') { (Some(fourth), fifth?) } else { (fifth, fourth) };
        ((year.parse().ok()?, month, third.parse().ok()?), time, words.next())
    };
    if words.next().is_some() {
        return None;
    }
    Some(days(date)? * 86_400 + clock(time.unwrap_or("0:00"))? - zone.map_or(Some(0), offset)?)
}

/// Days since the epoch of a day of the Gregorian calendar.
fn days((year, month, day): (i64, i64, i64)) -> Option<i64> {
    if !(0..=9999).contains(&year) || !(1..=12).contains(&month) || !(1..=31).contains(&day) {
        return None;
    }
    let year = year - i64::from(month <= 2);
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    Some(year * 365 + year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400) + of_year - 719_468)
}

fn clock(text: &str) -> Option<i64> {
    let text = text.split(['.', ',']).next()?;
    let mut parts = text.split(':').map(|it| it.parse::<i64>().ok());
    let (hour, minute, second) = (parts.next()??, parts.next()??, parts.next().unwrap_or(Some(0))?);
    ((0..24).contains(&hour) && (0..60).contains(&minute) && (0..=60).contains(&second)).then_some(hour * 3600 + minute * 60 + second)
}

fn offset(text: &str) -> Option<i64> {
    if matches!(text, "UTC" | "GMT" | "Z") {
        return Some(0);
    }
    let sign = match text.as_bytes().first()? {
        b'+' => 1,
        b'-' => -1,
        _ => return None,
    };
    let digits = text[1..].replace(':', "");
    if digits.len() != 4 {
        return None;
    }
    let number: i64 = digits.parse().ok()?;
    Some(sign * (number / 100 * 3600 + number % 100 * 60))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_epoch_is_known_in_every_zone() {
        for text in
            ["1970-01-01 00:00:00.000000000 +0000", "1969-12-31 16:00:00 -0800", "Thu Jan  1 00:00:00 1970", "Thu, 01 Jan 1970 00:00:00 +0000", "1970-01-01"]
        {
            assert_eq!(read(text.as_bytes()), Some(Stamp::Epoch), "{text}");
        }
        for text in ["2024-02-29 12:00:00.5 +0100", "Fri Mar  1 10:11:12 2024", "1970-01-03 00:00:00 +0000"] {
            assert_eq!(read(text.as_bytes()), Some(Stamp::Other), "{text}");
        }
        assert_eq!(read(b"(revision 7)"), Some(Stamp::Unknown));
        assert_eq!(read(b"midnight of 1970"), None);
    }
}
