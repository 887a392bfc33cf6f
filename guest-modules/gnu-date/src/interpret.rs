//! From what a text said to the moment it means.

use crate::{
    Moment, Trouble, World, Zone,
    civil::Tm,
    lex,
    mktime::{Guess, mktime},
    parse::{self, Said},
    words::LocalNames,
};

/// A quarter of a year, by which the other name of a zone is looked for.
const QUARTER: i64 = 90 * 86_400;

/// Reads a date. `Ok(None)`: it is none.
pub(crate) fn moment(text: &[u8], local: &Zone, guess: &Guess, world: &mut dyn World) -> Result<Option<Moment>, Trouble> {
    let mut rest = text;
    lex::skip_space(&mut rest);
    let own = match own_zone(&mut rest) {
        Some(name) => Some(Zone::load(Some(&name), world)?),
        None => None,
    };
    let zone = own.as_ref().unwrap_or(local);
    let now = world.clock();
    let Some(today) = zone.broken_down(now.seconds) else { return Ok(None) };
    let names = local_names(zone, now.seconds, &today);
    let Some(said) = parse::parse(&lex::tokens(rest, &names)) else { return Ok(None) };
    if let Some((seconds, nanos)) = said.moment {
        if !local.is_sure(seconds) {
            return Err(Trouble::Unsure("summer time so far from now is not modelled".to_owned()));
        }
        return Ok(Some(Moment { seconds, nanos }));
    }
    if said.seen.dates == 0 || said.year.is_none() || said.seen.local_zones > 0 {
        world.clock_matters();
    }
    let moment = resolve(&said, zone, guess, now, today);
    if moment.is_some_and(|it| !zone.is_sure(it.seconds) || !local.is_sure(it.seconds)) {
        return Err(Trouble::Unsure("summer time so far from now is not modelled".to_owned()));
    }
    Ok(moment)
}

/// `TZ="…"` before the date.
fn own_zone(rest: &mut &[u8]) -> Option<String> {
    let mut inside = rest.strip_prefix(b"TZ=\"")?.iter();
    let mut name = Vec::new();
    loop {
        match inside.next()? {
            b'"' => break,
            b'\\' => name.push(*inside.next().filter(|it| b"\\\"".contains(it))?),
            byte => name.push(*byte),
        }
    }
    *rest = inside.as_slice();
    String::from_utf8(name).ok()
}

/// The zone's names in winter and in summer, as far as the coming year shows them.
fn local_names(zone: &Zone, now: i64, today: &Tm) -> LocalNames {
    let mut names = vec![(today.zone.clone(), today.summer)];
    let other = (1..=3).filter_map(|it| now.checked_add(it * QUARTER)).map(|it| zone.at(it)).find(|it| Some(it.summer) != today.summer);
    if let Some(other) = other {
        if other.name == today.zone {
            names[0].1 = None;
        } else {
            names.push((other.name, Some(other.summer)));
        }
    }
    names
}

fn resolve(said: &Said, zone: &Zone, guess: &Guess, now: Moment, today: Tm) -> Option<Moment> {
    let seen = &said.seen;
    if [seen.times, seen.dates, seen.days, seen.summers, seen.local_zones + seen.zones].into_iter().any(|it| it > 1) {
        return None;
    }
    let (month, day) = said.date.map_or((today.month + 1, today.day), |it| it);
    let mut asked = Tm { year: year(said)?.unwrap_or(today.year), month: fits(month.checked_sub(1)?)?, day: fits(day)?, summer: today.summer, ..Tm::default() };
    let timed = seen.times > 0 || seen.relatives && seen.dates == 0 && seen.days == 0;
    let mut nanos = 0;
    if seen.times > 0 {
        (asked.hour, asked.minute, asked.second) = (hour(said)?, fits(said.minute)?, fits(said.second)?);
        nanos = said.nanos;
    } else if timed {
        (asked.hour, asked.minute, asked.second) = (today.hour, today.minute, today.second);
        nanos = now.nanos;
    }
    if seen.dates > 0 || seen.days > 0 || seen.times > 0 {
        asked.summer = None;
    }
    if seen.local_zones > 0 {
        asked.summer = said.summer;
    }
    let (mut moment, mut shown) = match mktime(zone, &asked, guess).filter(|it| agrees(&asked, &it.1)) {
        Some(it) => it,
        // Where no local clock shows it, one of the zone that was named may.
        None if seen.zones > 0 => mktime(&Zone::fixed(said.zone), &asked, guess).filter(|it| agrees(&asked, &it.1))?,
        None => return None,
    };
    if seen.days > 0 && seen.dates == 0 {
        let (ordinal, day) = said.day;
        let weeks = ordinal.checked_sub(i64::from(ordinal > 0 && shown.week_day != day))?;
        let days = weeks.checked_mul(7)?.checked_add((day - shown.week_day + 7) % 7)?;
        let there = Tm { day: fits(shown.day.checked_add(days)?)?, summer: None, ..shown };
        (moment, shown) = mktime(zone, &there, guess).filter(|it| it.0 != -1)?;
    }
    let relative = &said.relative;
    if relative.years != 0 || relative.months != 0 || relative.days != 0 {
        let there = Tm {
            year: fits(shown.year.checked_sub(1900)?.checked_add(relative.years)?)? + 1900,
            month: fits(shown.month.checked_add(relative.months)?)?,
            day: fits(shown.day.checked_add(relative.days)?)?,
            ..asked.clone()
        };
        (moment, shown) = mktime(zone, &there, guess).filter(|it| it.0 != -1)?;
    }
    if seen.zones > 0 {
        moment = moment.checked_sub(said.zone - shown.east)?;
    }
    let nanos = i64::from(nanos).checked_add(relative.nanos)?;
    let seconds = relative.hours.checked_mul(3600).and_then(|it| moment.checked_add(it))?;
    let seconds = relative.minutes.checked_mul(60).and_then(|it| seconds.checked_add(it))?;
    let seconds = seconds.checked_add(relative.seconds)?.checked_add(nanos.div_euclid(1_000_000_000))?;
    Some(Moment { seconds, nanos: nanos.rem_euclid(1_000_000_000) as u32 })
}

/// Whether clocks show what was asked: 23:59:60, 30 February and an hour that summer time leaves out are none.
fn agrees(asked: &Tm, shown: &Tm) -> bool {
    let fields = |it: &Tm| (it.second, it.minute, it.hour, it.day, it.month, it.year);
    fields(asked) == fields(shown)
}

/// A field of `struct tm` is an int.
fn fits(value: i64) -> Option<i64> {
    i32::try_from(value).ok().map(i64::from)
}

/// The year given: two digits stand for 1969 to 2068.
fn year(said: &Said) -> Option<Option<i64>> {
    let Some(year) = said.year else { return Some(None) };
    let value = match year.value {
        value @ 0.. if year.digits == 2 => value + if value < 69 { 2000 } else { 1900 },
        value => value.checked_abs()?,
    };
    fits(value.checked_sub(1900)?).map(|it| Some(it + 1900))
}

fn hour(said: &Said) -> Option<i64> {
    match (said.afternoon, said.hour) {
        (None, hour @ 0..=23) => Some(hour),
        (Some(afternoon), 12) => Some(if afternoon { 12 } else { 0 }),
        (Some(afternoon), hour @ 1..=11) => Some(if afternoon { hour + 12 } else { hour }),
        _ => None,
    }
}
