//! Times: those that `--mtime` is given, and as listings print them, in UTC.

/// Days from the epoch to a day of the Gregorian calendar.
fn days(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let of_era = year.rem_euclid(400);
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

/// Year, month and day of a day since the epoch.
fn civil(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let (era, of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let (day, month) = (of_year - (153 * month + 2) / 5 + 1, if month < 10 { month + 3 } else { month - 9 });
    (year + era * 400 + i64::from(month <= 2), month, day)
}

/// Prints a time as a listing does: to the minute, or with `full` to the second and further where there is more.
pub(crate) fn print(time: (i64, u32), full: bool) -> Vec<u8> {
    let (year, month, day) = civil(time.0.div_euclid(86_400));
    let second = time.0.rem_euclid(86_400);
    let (hour, minute, second) = (second / 3600, second / 60 % 60, second % 60);
    let mut text = format!("{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}");
    if full {
        text += &format!(":{second:02}");
        if time.1 != 0 {
            text += format!(".{:09}", time.1).trim_end_matches('0');
        }
    }
    text.into_bytes()
}

/// Reads `@SECONDS`, or a date with perhaps a time, in UTC; none for the other forms that GNU reads.
pub(crate) fn read(text: &[u8]) -> Option<(i64, u32)> {
    let text = std::str::from_utf8(text).ok()?.trim();
    if let Some(seconds) = text.strip_prefix('@') {
        return seconds.parse().ok().map(|it| (it, 0));
    }
    let text = ["UTC", "GMT", "Z", "+0000", "+00:00"].iter().find_map(|it| text.strip_suffix(it)).unwrap_or(text).trim_end();
    let (date, time) = text.split_once([' ', 'T']).unwrap_or((text, "00:00:00"));
    let numbers = |text: &str, mark: char, lengths: &[usize]| -> Option<Vec<i64>> {
        let parts: Vec<&str> = text.split(mark).collect();
        let fits =
            parts.len() <= lengths.len() && parts.iter().zip(lengths).all(|(part, length)| part.len() == *length && part.bytes().all(|it| it.is_ascii_digit()));
        if fits { parts.iter().map(|it| it.parse().ok()).collect() } else { None }
    };
    let date = numbers(date, '-', &[4, 2, 2]).filter(|it| it.len() == 3)?;
    let time = numbers(time.trim_start(), ':', &[2, 2, 2]).filter(|it| it.len() >= 2)?;
    let (hour, minute, second) = (time[0], time[1], time.get(2).copied().unwrap_or(0));
    let day = days(date[0], date[1], date[2]);
    let is_real = civil(day) == (date[0], date[1], date[2]) && hour < 24 && minute < 60 && second < 60;
    is_real.then(|| (day * 86_400 + hour * 3600 + minute * 60 + second, 0))
}

#[cfg(test)]
mod tests {
    use super::{print, read};

    #[test]
    fn times_are_read_and_printed() {
        for (text, seconds, full) in [
            ("@0", 0, "1970-01-01 00:00:00"),
            ("@-1", -1, "1969-12-31 23:59:59"),
            ("2020-01-02", 1_577_923_200, "2020-01-02 00:00:00"),
            ("2020-02-29 03:04:05Z", 1_582_945_445, "2020-02-29 03:04:05"),
            ("2020-02-29T03:04 UTC", 1_582_945_440, "2020-02-29 03:04:00"),
        ] {
            assert_eq!(read(text.as_bytes()), Some((seconds, 0)), "{text}");
            assert_eq!(String::from_utf8_lossy(&print((seconds, 0), true)), full);
        }
        for text in ["2020-02-30", "yesterday", "2020-01-02 25:00", "0"] {
            assert_eq!(read(text.as_bytes()), None, "{text}");
        }
    }
}
