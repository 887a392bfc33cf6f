//! Times as the tools write them, in UTC.

const DAYS: [&str; 7] = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// ctime(3) without its line end.
pub(crate) fn as_ctime(seconds: i64) -> String {
    let (days, rest) = (seconds.div_euclid(86_400), seconds.rem_euclid(86_400));
    let (year, month, day) = civil(days);
    let weekday = DAYS[(days + 4).rem_euclid(7) as usize];
    format!("{weekday} {} {day:>2} {:02}:{:02}:{:02} {year}", MONTHS[month as usize - 1], rest / 3600, rest / 60 % 60, rest % 60)
}

/// Year, month and day of a day since the epoch (the Gregorian calendar, by eras of 400 years).
fn civil(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let of_era = days.rem_euclid(146_097);
    let year = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let shifted = (5 * of_year + 2) / 153;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    (year + era * 400 + i64::from(month <= 2), month, of_year - (153 * shifted + 2) / 5 + 1)
}

#[cfg(test)]
mod tests {
    use super::as_ctime;

    #[test]
    fn ctime_is_that_of_the_c_library() {
        assert_eq!(as_ctime(0), "Thu Jan  1 00:00:00 1970");
        assert_eq!(as_ctime(1_709_164_799), "Wed Feb 28 23:59:59 2024");
        assert_eq!(as_ctime(1_709_164_800), "Thu Feb 29 00:00:00 2024");
        assert_eq!(as_ctime(4_102_444_800), "Fri Jan  1 00:00:00 2100");
    }
}
