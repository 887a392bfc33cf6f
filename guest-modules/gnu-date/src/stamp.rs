//! Stamps of POSIX: `MMDDhhmm[[CC]YY][.ss]` of date(1) and `[[CC]YY]MMDDhhmm[.ss]` of touch(1).

use crate::{
    Moment, World, Zone,
    civil::{self, Tm},
    mktime::{Guess, mktime},
};

/// Reads the stamp of `touch -t`.
pub(crate) fn touch(text: &[u8], zone: &Zone, world: &mut dyn World) -> Option<Moment> {
    read(text, zone, true, world)
}

/// Answers whether `date` would take it as a time to set the clock to.
pub(crate) fn sets(text: &[u8], zone: &Zone, world: &mut dyn World) -> bool {
    read(text, zone, false, world).is_some()
}

fn read(text: &[u8], zone: &Zone, year_first: bool, world: &mut dyn World) -> Option<Moment> {
    let (digits, second) = match text.iter().position(|it| *it == b'.') {
        Some(at) => (&text[..at], Some(pair(&text[at + 1..]).filter(|_| text.len() == at + 3)?)),
        None => (text, None),
    };
    if !(8..=12).contains(&digits.len()) || digits.len() % 2 != 0 {
        return None;
    }
    let pairs: Vec<i64> = digits.chunks(2).map(pair).collect::<Option<_>>()?;
    let years = pairs.len() - 4;
    let (year, rest) = if year_first { (&pairs[..years], &pairs[years..]) } else { (&pairs[4..], &pairs[..4]) };
    let year = match year {
        [] => {
            world.clock_matters();
            let now = world.clock();
            zone.broken_down(now.seconds)?.year
        }
        // POSIX: 69 to 99 are of the last century.
        [short] => short + if *short < 69 { 2000 } else { 1900 },
        [century, short, ..] => century * 100 + short,
    };
    let asked = Tm { year, month: rest[0] - 1, day: rest[1], hour: rest[2], minute: rest[3], second: second.unwrap_or(0), ..Tm::default() };
    // A second 60 that no clock shows is the last one of its minute.
    let (asked, late) = if asked.second == 60 { (Tm { second: 59, ..asked }, 1) } else { (asked, 0) };
    let shown = |it: &Tm| (it.year, it.month, it.day, it.hour, it.minute, it.second);
    let wall = civil::take_apart(civil::linear(&asked, asked.second));
    if shown(&wall) != shown(&asked) {
        return None;
    }
    let (seconds, there) = mktime(zone, &asked, &Guess::default())?;
    (shown(&there) == shown(&asked)).then_some(Moment { seconds: seconds + late, nanos: 0 })
}

fn pair(text: &[u8]) -> Option<i64> {
    match text {
        [tens @ b'0'..=b'9', ones @ b'0'..=b'9', ..] => Some(i64::from(tens - b'0') * 10 + i64::from(ones - b'0')),
        _ => None,
    }
}
