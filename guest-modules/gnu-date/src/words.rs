//! The words of dates (coreutils manual, "Date input formats"), in capitals.

use crate::lex::{Token, Unit};

const MONTHS: [&str; 12] = ["JANUARY", "FEBRUARY", "MARCH", "APRIL", "MAY", "JUNE", "JULY", "AUGUST", "SEPTEMBER", "OCTOBER", "NOVEMBER", "DECEMBER"];
const DAYS: [&str; 7] = ["SUNDAY", "MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY"];
/// Other spellings of days, which stand whole.
const OTHER_DAYS: [(&str, i64); 4] = [("TUES", 2), ("WEDNES", 3), ("THUR", 4), ("THURS", 4)];

const UNITS: [(&str, Unit, i64); 9] = [
    ("YEAR", Unit::Year, 1),
    ("MONTH", Unit::Month, 1),
    ("FORTNIGHT", Unit::Day, 14),
    ("WEEK", Unit::Day, 7),
    ("DAY", Unit::Day, 1),
    ("HOUR", Unit::Hour, 1),
    ("MINUTE", Unit::Minute, 1),
    ("MIN", Unit::Minute, 1),
    ("SECOND", Unit::Second, 1),
];

/// Ordinals: `second` is only the unit.
const ORDINALS: [(&str, i64); 14] = [
    ("LAST", -1),
    ("THIS", 0),
    ("NEXT", 1),
    ("FIRST", 1),
    ("THIRD", 3),
    ("FOURTH", 4),
    ("FIFTH", 5),
    ("SIXTH", 6),
    ("SEVENTH", 7),
    ("EIGHTH", 8),
    ("NINTH", 9),
    ("TENTH", 10),
    ("ELEVENTH", 11),
    ("TWELFTH", 12),
];

/// Zones and their minutes east in winter; GNU knows no more of them.
const ZONES: [(&str, i64); 29] = [
    ("WET", 0),
    ("ART", -180),
    ("BRT", -180),
    ("NST", -210),
    ("AST", -240),
    ("CLT", -240),
    ("EST", -300),
    ("CST", -360),
    ("MST", -420),
    ("PST", -480),
    ("AKST", -540),
    ("HST", -600),
    ("HAST", -600),
    ("SST", -720),
    ("WAT", 60),
    ("CET", 60),
    ("MET", 60),
    ("MEZ", 60),
    ("EET", 120),
    ("CAT", 120),
    ("SAST", 120),
    ("EAT", 180),
    ("MSK", 180),
    ("IST", 330),
    ("SGT", 480),
    ("KST", 540),
    ("JST", 540),
    ("GST", 600),
    ("NZST", 720),
];

/// Zones of summer time and their minutes east in winter.
const SUMMER_ZONES: [(&str, i64); 18] = [
    ("WEST", 0),
    ("BST", 0),
    ("BRST", -180),
    ("NDT", -210),
    ("ADT", -240),
    ("CLST", -240),
    ("EDT", -300),
    ("CDT", -360),
    ("MDT", -420),
    ("PDT", -480),
    ("AKDT", -540),
    ("HADT", -600),
    ("CEST", 60),
    ("MEST", 60),
    ("MESZ", 60),
    ("EEST", 120),
    ("MSD", 180),
    ("NZDT", 720),
];

/// The local names of zones, each with what it says of summer time.
pub(crate) type LocalNames = Vec<(String, Option<bool>)>;

/// What a word says.
pub(crate) fn look_up(word: &str, local: &LocalNames) -> Option<Token> {
    match word {
        "AM" | "A.M." => return Some(Token::Afternoon(false)),
        "PM" | "P.M." => return Some(Token::Afternoon(true)),
        _ => {}
    }
    let short = word.len() == 3 || word.len() == 4 && word.ends_with('.');
    let is = |name: &str| if short { name.starts_with(&word[..3]) } else { name == word };
    if let Some(month) = MONTHS.iter().position(|it| is(it)).or_else(|| (word == "SEPT").then_some(8)) {
        return Some(Token::Month(month as i64 + 1));
    }
    if let Some(day) = DAYS.iter().position(|it| is(it)) {
        return Some(Token::Day(day as i64));
    }
    if let Some((_, day)) = OTHER_DAYS.iter().find(|it| it.0 == word) {
        return Some(Token::Day(*day));
    }
    zone(word, local).or_else(|| (word == "DST").then_some(Token::Dst)).or_else(|| unit(word)).or_else(|| relative(word)).or_else(|| military(word)).or_else(
        || {
            let bare = word.replace('.', "");
            (bare != word).then(|| zone(&bare, local)).flatten()
        },
    )
}

fn zone(word: &str, local: &LocalNames) -> Option<Token> {
    // Universal time stands first in GNU's search, before local names.
    if matches!(word, "GMT" | "UT" | "UTC") {
        return Some(Token::Zone(0));
    }
    if let Some((_, summer)) = local.iter().find(|it| it.0 == word) {
        return Some(Token::LocalZone(*summer));
    }
    let winter = ZONES.iter().find(|it| it.0 == word).map(|it| Token::Zone(it.1 * 60));
    winter.or_else(|| SUMMER_ZONES.iter().find(|it| it.0 == word).map(|it| Token::SummerZone(it.1 * 60)))
}

fn unit(word: &str) -> Option<Token> {
    let named = |word: &str| match word {
        "SEC" => Some(Token::Unit(Unit::Second, 1)),
        _ => UNITS.iter().find(|it| it.0 == word).map(|it| Token::Unit(it.1, it.2)),
    };
    named(word).or_else(|| named(word.strip_suffix('S')?))
}

fn relative(word: &str) -> Option<Token> {
    match word {
        "TOMORROW" => Some(Token::DayShift(1)),
        "YESTERDAY" => Some(Token::DayShift(-1)),
        "TODAY" | "NOW" => Some(Token::DayShift(0)),
        "AGO" => Some(Token::Ago(-1)),
        "HENCE" => Some(Token::Ago(1)),
        _ => ORDINALS.iter().find(|it| it.0 == word).map(|it| Token::Ordinal(it.1)),
    }
}

/// Letters of RFC 822 with today's signs; T may also stand between a date and a time, and J is none.
fn military(word: &str) -> Option<Token> {
    let [letter] = word.as_bytes() else { return None };
    let hours = match letter {
        b'A'..=b'I' => i64::from(letter - b'A') + 1,
        b'K'..=b'M' => i64::from(letter - b'K') + 10,
        b'T' => return Some(Token::Sign('T')),
        b'N'..=b'Y' => -(i64::from(letter - b'N') + 1),
        b'Z' => 0,
        _ => return None,
    };
    Some(Token::Zone(hours * 3600))
}
