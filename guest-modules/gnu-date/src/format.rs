//! The formats of date(1): letters, flags, widths and modifiers, in the C locale.

use crate::{Moment, Trouble, civil, civil::Tm};

const DAYS: [&str; 7] = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
const MONTHS: [&str; 12] = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"];

/// Widest field that is written out; GNU goes up to two thousand million.
const WIDEST: i64 = 1 << 16;

/// Letters that take no `E`, and letters that take no `O`.
const NO_ERA: &[u8] = b"aAbBdDeFgGhHIjklmMNSUVwW";
const NO_OTHER: &[u8] = b"aAcDFxXY";

/// Writes a moment.
pub(crate) fn write(format: &[u8], tm: &Tm, moment: Moment) -> Result<Vec<u8>, Trouble> {
    let mut out = Vec::new();
    Writer { tm, moment, out: &mut out, upper: false, year_pad: None }.run(&at_resolution(format), None)?;
    Ok(out)
}

/// `%-N` stands for as many digits as the clock has: nine.
fn at_resolution(format: &[u8]) -> Vec<u8> {
    let (mut format, mut at) = (format.to_vec(), 0);
    while at < format.len() {
        if format[at..].starts_with(b"%-N") {
            format[at + 1] = b'9';
        } else if format[at..].starts_with(b"%%") {
            at += 1;
        }
        at += 1;
    }
    format
}

struct Writer<'a> {
    tm: &'a Tm,
    moment: Moment,
    out: &'a mut Vec<u8>,
    upper: bool,
    /// How years are filled up within a format that stands for several letters.
    year_pad: Option<u8>,
}

/// What stands between `%` and the letter.
#[derive(Clone, Copy, Default)]
struct Spec {
    pad: Option<u8>,
    upper: bool,
    lower: bool,
    swap: bool,
    width: Option<i64>,
    modifier: Option<u8>,
}

/// A number to be written.
struct Figure {
    value: u64,
    negative: bool,
    digits: i64,
    /// Whether a plus stands before what is not negative.
    signed: bool,
    /// Bits at places, from the right, that have a colon before them.
    colons: u32,
}

impl Writer<'_> {
    fn run(&mut self, format: &[u8], first_width: Option<i64>) -> Result<(), Trouble> {
        let mut rest = format;
        let mut inherited = first_width;
        while let Some((first, after)) = rest.split_first() {
            if *first != b'%' {
                self.out.push(*first);
                rest = after;
                inherited = None;
                continue;
            }
            let length = self.conversion(rest, inherited)?;
            rest = &rest[length..];
            inherited = None;
        }
        Ok(())
    }

    /// Writes what begins with `%`, and returns its length.
    fn conversion(&mut self, text: &[u8], width: Option<i64>) -> Result<usize, Trouble> {
        let mut spec = Spec { upper: self.upper, width, ..Spec::default() };
        let mut at = 1;
        while let Some(flag) = text.get(at).filter(|it| b"_-+0^#".contains(it)) {
            match flag {
                b'^' => spec.upper = true,
                b'#' => spec.swap = true,
                pad => spec.pad = Some(*pad),
            }
            at += 1;
        }
        if text.get(at).is_some_and(u8::is_ascii_digit) {
            let mut width = 0_i64;
            while let Some(digit) = text.get(at).filter(|it| it.is_ascii_digit()) {
                width = (width * 10 + i64::from(digit - b'0')).min(WIDEST + 1);
                at += 1;
            }
            if width > WIDEST {
                return Err(Trouble::Unsure("so wide a field of a date is not modelled".to_owned()));
            }
            spec.width = Some(width);
        }
        if let Some(modifier) = text.get(at).filter(|it| b"EO".contains(it)) {
            spec.modifier = Some(*modifier);
            at += 1;
        }
        let plain = at == 1;
        let letter = text.get(at).copied().unwrap_or(0);
        let mut colons = 0;
        while text.get(at + colons) == Some(&b':') {
            colons += 1;
        }
        if colons > 0 {
            let end = at + colons;
            if text.get(end) == Some(&b'z') {
                if colons <= 3 {
                    self.offset(spec, colons);
                } else {
                    self.text(&text[..=end], spec);
                }
                return Ok(end + 1);
            }
            self.text(&text[..=at], spec);
            return Ok(at + 1);
        }
        // A second `%` behind something begins anew.
        if letter == b'%' && !plain {
            self.text(&text[..at], spec);
            return Ok(at);
        }
        let barred = match spec.modifier {
            Some(b'E') => NO_ERA.contains(&letter),
            Some(_) => NO_OTHER.contains(&letter),
            None => false,
        };
        if barred || !self.letter(letter, spec)? {
            let end = (at + 1).min(text.len());
            let spec = Spec { upper: spec.upper || spec.swap && b"bh".contains(&letter), ..spec };
            self.text(&text[..end], spec);
            return Ok(end);
        }
        Ok(at + 1)
    }

    /// Writes the field of a letter; `false` where it stands for none.
    fn letter(&mut self, letter: u8, spec: Spec) -> Result<bool, Trouble> {
        let tm = self.tm;
        let raised = Spec { upper: spec.upper || spec.swap, ..spec };
        let lowered = Spec { lower: spec.swap, ..spec };
        let other = spec.modifier == Some(b'O');
        let twelve = if tm.hour % 12 == 0 { 12 } else { tm.hour % 12 };
        match letter {
            b'%' => self.text(b"%", spec),
            b'n' => self.text(b"\n", spec),
            b't' => self.text(b"\t", spec),
            b'a' => self.text(&DAYS[tm.week_day as usize % 7].as_bytes()[..3], raised),
            b'A' => self.text(DAYS[tm.week_day as usize % 7].as_bytes(), raised),
            b'b' | b'h' => self.text(&MONTHS[tm.month as usize % 12].as_bytes()[..3], raised),
            b'B' => self.text(MONTHS[tm.month as usize % 12].as_bytes(), raised),
            b'c' | b'x' | b'X' | b'r' => {
                let text = self.plainly(letter);
                self.text(text.as_bytes(), spec);
            }
            b'p' => self.text(half(tm).as_bytes(), lowered),
            b'P' => self.text(half(tm).as_bytes(), Spec { lower: true, ..spec }),
            b'Z' => self.text(tm.zone.as_bytes(), lowered),
            b'D' => self.several(b"%m/%d/%y", spec, None)?,
            b'R' => self.several(b"%H:%M", spec, None)?,
            b'T' => self.several(b"%H:%M:%S", spec, None)?,
            b'F' => {
                let (pad, width) = match (spec.pad, spec.width) {
                    (None, None) => (Some(b'+'), 4),
                    (pad, width) => (pad, (width.unwrap_or(-1) - 6).max(0)),
                };
                self.several(b"%Y-%m-%d", Spec { pad, ..spec }, Some(width))?;
            }
            b'C' | b'y' | b'Y' if spec.modifier == Some(b'E') => {
                let text = self.plainly(letter);
                self.text(text.as_bytes(), spec);
            }
            b'Y' => self.year(tm.year, 4, tm.year < 0, spec),
            b'G' => self.year(iso_week(tm).0, 4, iso_week(tm).0 < 0, spec),
            b'C' => {
                let negative = tm.year < 0;
                self.year(if negative { tm.year / 100 } else { tm.year.div_euclid(100) }, 2, negative, spec);
            }
            b'y' => self.year(short_year(tm.year), 2, false, spec),
            b'g' => self.year(short_year(iso_week(tm).0), 2, false, spec),
            b'd' => self.number(tm.day, 2, spec),
            b'e' => self.spaced(tm.day, spec),
            b'H' => self.number(tm.hour, 2, spec),
            b'I' => self.number(twelve, 2, spec),
            b'k' => self.spaced(tm.hour, spec),
            b'l' => self.spaced(twelve, spec),
            b'j' => self.number(tm.year_day + 1, 3, spec),
            b'm' => self.number(tm.month + 1, 2, spec),
            b'M' => self.number(tm.minute, 2, spec),
            b'S' => self.number(tm.second, 2, spec),
            // The system knows no quarters.
            b'q' if other => self.text(b"%Oq", spec),
            b'q' => self.number(tm.month / 3 + 1, 1, spec),
            b'u' => self.number((tm.week_day + 6) % 7 + 1, 1, spec),
            b'w' => self.number(tm.week_day, 1, spec),
            b'U' => self.number((tm.year_day + 7 - tm.week_day) / 7, 2, spec),
            b'W' => self.number((tm.year_day + 7 - (tm.week_day + 6) % 7) / 7, 2, spec),
            b'V' => self.number(iso_week(tm).1, 2, spec),
            b's' => {
                let seconds = self.moment.seconds;
                self.figure(
                    &Figure { value: seconds.unsigned_abs(), negative: seconds < 0, digits: 1, signed: false, colons: 0 },
                    Spec { modifier: None, ..spec },
                );
            }
            b'N' => self.nanos(spec),
            b'z' => self.offset(spec, 0),
            _ => return Ok(false),
        }
        Ok(true)
    }

    fn text(&mut self, text: &[u8], spec: Spec) {
        let length = text.len() as i64;
        let missing = if spec.pad == Some(b'-') { 0 } else { spec.width.unwrap_or(0) - length };
        let fill = if matches!(spec.pad, Some(b'0' | b'+')) { b'0' } else { b' ' };
        self.out.extend((0..missing).map(|_| fill));
        self.out.extend(text.iter().map(|it| match (spec.lower, spec.upper) {
            (true, _) => it.to_ascii_lowercase(),
            (false, true) => it.to_ascii_uppercase(),
            _ => *it,
        }));
    }

    /// Writes several letters as one field.
    fn several(&mut self, format: &[u8], spec: Spec, first_width: Option<i64>) -> Result<(), Trouble> {
        let mut out = Vec::new();
        Writer { tm: self.tm, moment: self.moment, out: &mut out, upper: spec.upper, year_pad: spec.pad }.run(format, first_width)?;
        self.text(&out, Spec { upper: false, ..spec });
        Ok(())
    }

    /// What the system's own strftime(3) writes in the C locale: years are not filled up.
    fn plainly(&self, letter: u8) -> String {
        let tm = self.tm;
        let clock = format!("{:02}:{:02}:{:02}", tm.hour, tm.minute, tm.second);
        match letter {
            b'c' => format!("{} {} {:2} {clock} {}", &DAYS[tm.week_day as usize % 7][..3], &MONTHS[tm.month as usize % 12][..3], tm.day, tm.year),
            b'x' => format!("{:02}/{:02}/{:02}", tm.month + 1, tm.day, tm.year.rem_euclid(100)),
            b'r' => format!("{:02}{} {}", if tm.hour % 12 == 0 { 12 } else { tm.hour % 12 }, &clock[2..], half(tm)),
            b'X' => clock,
            b'C' => tm.year.div_euclid(100).to_string(),
            b'y' => format!("{:02}", tm.year.rem_euclid(100)),
            b'G' => iso_week(tm).0.to_string(),
            b'g' => format!("{:02}", iso_week(tm).0.rem_euclid(100)),
            _ => tm.year.to_string(),
        }
    }

    fn year(&mut self, value: i64, digits: i64, negative: bool, spec: Spec) {
        if spec.modifier == Some(b'O') && !negative {
            let text = match digits {
                4 => self.plainly(b'G'),
                _ => {
                    if self.tm.year.div_euclid(100) == value && value != short_year(self.tm.year) {
                        self.plainly(b'C')
                    } else {
                        format!("{value:02}")
                    }
                }
            };
            return self.text(text.as_bytes(), spec);
        }
        let pad = spec.pad.or(self.year_pad);
        let most = if digits == 2 { 99 } else { 9999 };
        let signed = pad == Some(b'+') && (value.abs() > most || spec.width.is_some_and(|it| digits < it));
        self.figure(&Figure { value: value.unsigned_abs(), negative, digits, signed, colons: 0 }, Spec { pad, modifier: None, ..spec });
    }

    fn number(&mut self, value: i64, digits: i64, spec: Spec) {
        self.figure(&Figure { value: value.unsigned_abs(), negative: value < 0, digits, signed: false, colons: 0 }, spec);
    }

    fn spaced(&mut self, value: i64, spec: Spec) {
        let spec = Spec { pad: spec.pad.or(Some(b'_')), ..spec };
        if spec.modifier == Some(b'O') {
            return self.text(format!("{value:2}").as_bytes(), spec);
        }
        self.number(value, 2, spec);
    }

    fn figure(&mut self, figure: &Figure, spec: Spec) {
        let (mut digits, mut value, mut colons) = (Vec::new(), figure.value, figure.colons);
        loop {
            if colons & 1 == 1 {
                digits.push(b':');
            }
            colons >>= 1;
            digits.push(b'0' + (value % 10) as u8);
            value /= 10;
            if value == 0 && colons == 0 {
                break;
            }
        }
        digits.reverse();
        if spec.modifier == Some(b'O') && !figure.negative {
            // The system writes it, and what it wrote is filled up as a text.
            let text = format!("{:0>width$}", String::from_utf8_lossy(&digits), width = figure.digits as usize);
            return self.text(text.as_bytes(), spec);
        }
        let sign: &[u8] = if figure.negative {
            b"-"
        } else if figure.signed {
            b"+"
        } else {
            b""
        };
        let missing = spec.width.unwrap_or(figure.digits) - sign.len() as i64 - digits.len() as i64;
        let missing = if spec.pad == Some(b'-') { 0 } else { missing };
        let fill = if spec.pad == Some(b'_') { b' ' } else { b'0' };
        if fill == b'0' {
            self.out.extend_from_slice(sign);
        }
        self.out.extend((0..missing).map(|_| fill));
        if fill == b' ' {
            self.out.extend_from_slice(sign);
        }
        self.out.extend_from_slice(&digits);
    }

    /// A width below nine is a precision; beyond, it is filled up behind.
    fn nanos(&mut self, spec: Spec) {
        let width = spec.width.filter(|it| *it > 0).unwrap_or(9) as usize;
        let mut digits = format!("{:09}", self.moment.nanos);
        digits.truncate(width.min(9));
        if matches!(spec.pad, Some(b'_' | b'-')) {
            digits.truncate(digits.trim_end_matches('0').len().max(1));
        }
        let missing = if spec.pad == Some(b'-') { 0 } else { width - digits.len() };
        let fill = if spec.pad == Some(b'_') { b' ' } else { b'0' };
        self.out.extend_from_slice(digits.as_bytes());
        self.out.extend((0..missing).map(|_| fill));
    }

    fn offset(&mut self, spec: Spec, colons: usize) {
        let tm = self.tm;
        let total = tm.east.unsigned_abs();
        let (hours, minutes, seconds) = (total / 3600, total / 60 % 60, total % 60);
        let negative = tm.east < 0 || tm.east == 0 && tm.zone.starts_with('-');
        if spec.modifier == Some(b'O') && !negative {
            // The system writes it, which knows no colons.
            let text = if colons == 0 { format!("+{hours:02}{minutes:02}") } else { "%O:".to_owned() };
            return self.text(text.as_bytes(), spec);
        }
        let colons = match colons {
            3 if seconds > 0 => 2,
            3 if minutes > 0 => 1,
            it => it,
        };
        let (digits, bits, value) = match colons {
            0 => (5, 0, hours * 100 + minutes),
            1 => (6, 0o4, hours * 100 + minutes),
            2 => (9, 0o24, hours * 10_000 + minutes * 100 + seconds),
            _ => (3, 0, hours),
        };
        self.figure(&Figure { value, negative, digits, signed: true, colons: bits }, Spec { modifier: None, ..spec });
    }
}

fn half(tm: &Tm) -> &'static str {
    if tm.hour < 12 { "AM" } else { "PM" }
}

/// The last two digits, as GNU takes them of years before Christ.
fn short_year(year: i64) -> i64 {
    year.abs() % 100
}

/// Year and week of ISO 8601.
fn iso_week(tm: &Tm) -> (i64, i64) {
    let monday = tm.year_day - (tm.week_day + 6) % 7;
    let length = |year: i64| if civil::is_leap(year) { 366 } else { 365 };
    // The week belongs to the year that its Thursday is in.
    let thursday = monday + 3;
    if thursday < 0 {
        let year = tm.year - 1;
        (year, (thursday + length(year)) / 7 + 1)
    } else if thursday >= length(tm.year) {
        (tm.year + 1, (thursday - length(tm.year)) / 7 + 1)
    } else {
        (tm.year, thursday / 7 + 1)
    }
}
