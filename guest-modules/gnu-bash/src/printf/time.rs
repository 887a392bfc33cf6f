//! `%(…)T`: a time in UTC as strftime(3) of the C locale writes it.

const DAYS: [&str; 7] = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
const MONTHS: [&str; 12] = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"];

/// Seconds since the epoch, taken apart.
struct Parts {
    seconds: i64,
    year: i64,
    /// From 0.
    month: usize,
    day: i64,
    hour: i64,
    minute: i64,
    second: i64,
    /// From 0, Sunday.
    weekday: i64,
    /// From 0.
    yearday: i64,
}

fn leap(year: i64) -> bool {
    year % 4 == 0 && year % 100 != 0 || year % 400 == 0
}

impl Parts {
    fn of(seconds: i64) -> Parts {
        let (days, rest) = (seconds.div_euclid(86_400), seconds.rem_euclid(86_400));
        let mut year = 1970 + days.div_euclid(366);
        let before = |year: i64| {
            let y = year - 1;
            365 * (year - 1970) + y.div_euclid(4) - y.div_euclid(100) + y.div_euclid(400) - 477
        };
        while before(year + 1) <= days {
            year += 1;
        }
        while before(year) > days {
            year -= 1;
        }
        let yearday = days - before(year);
        let lengths = [31, if leap(year) { 29 } else { 28 }, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
        let (mut month, mut day) = (0, yearday);
        while day >= lengths[month] {
            day -= lengths[month];
            month += 1;
        }
        Parts { seconds, year, month, day: day + 1, hour: rest / 3600, minute: rest / 60 % 60, second: rest % 60, weekday: (days + 4).rem_euclid(7), yearday }
    }

    /// Year and week of ISO 8601.
    fn week(&self) -> (i64, i64) {
        let monday = (self.weekday + 6) % 7;
        let week = (self.yearday - monday + 10) / 7;
        let weeks = |year: i64| {
            let start = Parts::of_date(year);
            if start == 4 || start == 3 && leap(year) { 53 } else { 52 }
        };
        if week < 1 {
            return (self.year - 1, weeks(self.year - 1));
        }
        if week > weeks(self.year) {
            return (self.year + 1, 1);
        }
        (self.year, week)
    }

    /// The day of the week of a year's first day.
    fn of_date(year: i64) -> i64 {
        let y = year - 1;
        (1 + y + y.div_euclid(4) - y.div_euclid(100) + y.div_euclid(400)).rem_euclid(7)
    }
}

/// Writes a time; none where a part of the format is not known here.
pub(super) fn write(format: &str, seconds: i64) -> Option<String> {
    // Far years are written by other rules.
    if !(-62_000_000_000..253_402_300_800).contains(&seconds) {
        return None;
    }
    let it = Parts::of(seconds);
    let mut out = String::new();
    let mut letters = format.chars();
    while let Some(letter) = letters.next() {
        if letter != '%' {
            out.push(letter);
            continue;
        }
        let twelve = if it.hour % 12 == 0 { 12 } else { it.hour % 12 };
        let more = |format: &str| write(format, seconds);
        out.push_str(&match letters.next()? {
            'a' => DAYS[it.weekday as usize][..3].to_owned(),
            'A' => DAYS[it.weekday as usize].to_owned(),
            'b' | 'h' => MONTHS[it.month][..3].to_owned(),
            'B' => MONTHS[it.month].to_owned(),
            'c' => more("%a %b %e %H:%M:%S %Y")?,
            'C' => format!("{:02}", it.year.div_euclid(100)),
            'd' => format!("{:02}", it.day),
            'D' | 'x' => more("%m/%d/%y")?,
            'e' => format!("{:2}", it.day),
            'F' => more("%Y-%m-%d")?,
            'g' => format!("{:02}", it.week().0.rem_euclid(100)),
            'G' => it.week().0.to_string(),
            'H' => format!("{:02}", it.hour),
            'I' => format!("{twelve:02}"),
            'j' => format!("{:03}", it.yearday + 1),
            'k' => format!("{:2}", it.hour),
            'l' => format!("{twelve:2}"),
            'm' => format!("{:02}", it.month + 1),
            'M' => format!("{:02}", it.minute),
            'n' => "\n".to_owned(),
            'p' => if it.hour < 12 { "AM" } else { "PM" }.to_owned(),
            'P' => if it.hour < 12 { "am" } else { "pm" }.to_owned(),
            'r' => more("%I:%M:%S %p")?,
            'R' => more("%H:%M")?,
            's' => it.seconds.to_string(),
            'S' => format!("{:02}", it.second),
            't' => "\t".to_owned(),
            'T' | 'X' => more("%H:%M:%S")?,
            'u' => if it.weekday == 0 { 7 } else { it.weekday }.to_string(),
            'U' => format!("{:02}", (it.yearday + 7 - it.weekday) / 7),
            'V' => format!("{:02}", it.week().1),
            'w' => it.weekday.to_string(),
            'W' => format!("{:02}", (it.yearday + 7 - (it.weekday + 6) % 7) / 7),
            'y' => format!("{:02}", it.year.rem_euclid(100)),
            'Y' => it.year.to_string(),
            'z' => "+0000".to_owned(),
            'Z' => "UTC".to_owned(),
            '%' => "%".to_owned(),
            _ => return None,
        });
    }
    Some(out)
}
