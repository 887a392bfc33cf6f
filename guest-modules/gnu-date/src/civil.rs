//! Calendar arithmetic: days since 1970 and a moment taken apart.

/// A moment: seconds since 1970-01-01 00:00:00 UTC, and nanoseconds after them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Moment {
    /// Seconds since the epoch.
    pub seconds: i64,
    /// 0 to 999,999,999.
    pub nanos: u32,
}

/// A moment taken apart as `struct tm` is; fields asked for may lie beyond their ranges.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Tm {
    pub(crate) second: i64,
    pub(crate) minute: i64,
    pub(crate) hour: i64,
    pub(crate) day: i64,
    /// From 0.
    pub(crate) month: i64,
    /// The whole year, not since 1900.
    pub(crate) year: i64,
    /// From Sunday, 0.
    pub(crate) week_day: i64,
    /// From 0.
    pub(crate) year_day: i64,
    /// Summer time: yes, no, or let the zone say.
    pub(crate) summer: Option<bool>,
    /// Seconds east of Greenwich.
    pub(crate) east: i64,
    pub(crate) zone: String,
}

pub(crate) fn is_leap(year: i64) -> bool {
    year.rem_euclid(4) == 0 && (year.rem_euclid(100) != 0 || year.rem_euclid(400) == 0)
}

/// Days from 1970-01-01 to the first of a month, counted from 0, of any number.
pub(crate) fn days_to_month(year: i64, month: i64) -> i64 {
    const BEFORE: [i64; 12] = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334];
    let (year, month) = (year + month.div_euclid(12), month.rem_euclid(12));
    let past = year - 1;
    let leaps = past.div_euclid(4) - past.div_euclid(100) + past.div_euclid(400) - 477;
    (year - 1970) * 365 + leaps + BEFORE[month as usize] + i64::from(month > 1 && is_leap(year))
}

/// Seconds that a wall clock in Greenwich would show, whatever the fields' ranges.
pub(crate) fn linear(tm: &Tm, second: i64) -> i64 {
    (days_to_month(tm.year, tm.month) + tm.day - 1) * 86_400 + tm.hour * 3600 + tm.minute * 60 + second
}

/// The year of a day since 1970.
pub(crate) fn year_of(day: i64) -> i64 {
    // 146,097 days are 400 years; the guess is off by one at most, once to each side.
    let mut year = 1970 + (i128::from(day) * 400).div_euclid(146_097) as i64;
    while days_to_month(year, 0) > day {
        year -= 1;
    }
    while days_to_month(year + 1, 0) <= day {
        year += 1;
    }
    year
}

/// Takes apart what a wall clock shows, in seconds since 1970.
pub(crate) fn take_apart(wall: i64) -> Tm {
    let (day, rest) = (wall.div_euclid(86_400), wall.rem_euclid(86_400));
    let year = year_of(day);
    let month = (0..12).rev().find(|it| days_to_month(year, *it) <= day).unwrap_or(0);
    Tm {
        second: rest % 60,
        minute: rest / 60 % 60,
        hour: rest / 3600,
        day: day - days_to_month(year, month) + 1,
        month,
        year,
        week_day: (day + 4).rem_euclid(7),
        year_day: day - days_to_month(year, 0),
        ..Tm::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_and_dates_agree() {
        for wall in [-62_198_755_200, -1, 0, 951_782_400, 1_709_164_800, 67_767_976_233_532_799, -99_999_999_999_999] {
            let tm = take_apart(wall);
            assert_eq!(linear(&tm, tm.second), wall);
        }
        let tm = take_apart(1_709_622_489);
        assert_eq!((tm.year, tm.month, tm.day, tm.week_day, tm.year_day), (2024, 2, 5, 2, 64));
    }
}
