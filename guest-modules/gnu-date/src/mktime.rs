//! mktime(3): from what a wall clock shows to the moment. Where clocks jump there are none or two; which one glibc then takes
//! hangs on where it begins to look, so that is kept from call to call as glibc keeps it.

use std::cell::Cell;

use crate::{
    civil::{Tm, linear},
    zone::Zone,
};

/// How far east the last answer was.
#[derive(Debug, Default)]
pub(crate) struct Guess(Cell<i64>);

/// Probes before giving up, as in glibc.
const PROBES: usize = 6;
/// The step by which another time of the year is looked for: a bit less than a week, in seconds.
const STRIDE: i64 = 601_200;
/// The longest time that a zone went without a change, halved.
const FAR: i64 = 536_454_000 / 2 + STRIDE;

/// Returns the moment and what clocks show then.
pub(crate) fn mktime(zone: &Zone, asked: &Tm, guess: &Guess) -> Option<(i64, Tm)> {
    let second = asked.second.clamp(0, 59);
    let wall = linear(asked, second);
    let start = wall.checked_sub(guess.0.get())?;
    let mut moment = find(zone, wall, start, asked.summer)?;
    guess.0.set(wall - moment);
    moment = moment.checked_add(asked.second - second)?;
    Some((moment, zone.broken_down(moment)?))
}

fn find(zone: &Zone, wall: i64, start: i64, asked: Option<bool>) -> Option<i64> {
    let (mut moment, mut before, mut last, mut last_summer) = (start, start, start, false);
    let mut probes = PROBES;
    let summer = loop {
        let shown = zone.broken_down(moment)?;
        let summer = shown.summer == Some(true);
        let next = wall - shown.east;
        if next == moment {
            break summer;
        }
        // It goes to and fro: clocks never show this.
        if moment == before && moment != last && asked.map_or(last_summer <= summer, |asked| asked != summer) {
            return Some(moment);
        }
        probes -= 1;
        if probes == 0 {
            return None;
        }
        (before, last, moment, last_summer) = (last, moment, next, summer);
    };
    match asked {
        Some(asked) if asked != summer => neighbour(zone, wall, moment, asked),
        _ => Some(moment),
    }
}

/// Looks for the nearest time with summer time as asked for, and takes its distance from Greenwich.
fn neighbour(zone: &Zone, wall: i64, moment: i64, asked: bool) -> Option<i64> {
    let mut delta = STRIDE;
    while delta < FAR {
        for near in [moment - delta, moment + delta] {
            let shown = zone.broken_down(near)?;
            if shown.summer == Some(asked) {
                return Some(wall - shown.east);
            }
        }
        delta += STRIDE;
    }
    None
}
