//! Calls of date for tests: their surroundings, how ours and the real one are asked, and a grammar that makes them.

use std::process::Command;

use gnu_date::{Locale, Moment, Surroundings, Trouble, World, ZoneData};

/// A call: the zone and the words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Call {
    pub zone: Option<String>,
    pub words: Vec<String>,
}

/// What came of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    pub out: String,
    pub err: String,
    pub status: i32,
}

/// A clock that stands still; zones are the machine's or those that come with the library.
pub struct Machine {
    pub now: Moment,
    pub own_zones: bool,
    pub asked: bool,
}

impl World for Machine {
    fn clock(&mut self) -> Moment {
        self.now
    }

    fn clock_matters(&mut self) {
        self.asked = true;
    }

    fn zone_data(&mut self, path: &str) -> ZoneData {
        if !self.own_zones {
            return if path == "/etc/localtime" { ZoneData::Missing } else { ZoneData::NoDatabase };
        }
        std::fs::read(path).map_or(ZoneData::Missing, ZoneData::Found)
    }

    fn zone_was_bundled(&mut self, _: &str) {}

    fn modified(&mut self, _: &[u8]) -> Result<Moment, String> {
        Err("No such file or directory".to_owned())
    }

    fn read(&mut self, _: &[u8]) -> Result<Vec<u8>, String> {
        Err("No such file or directory".to_owned())
    }
}

pub fn ours(call: &Call, world: &mut Machine) -> Result<Outcome, String> {
    let words: Vec<Vec<u8>> = call.words.iter().map(|it| it.as_bytes().to_vec()).collect();
    let around = Surroundings { zone: call.zone.clone(), locale: Locale::Utf8, options_first: false };
    match gnu_date::run(&words, &around, world) {
        Ok(done) => Ok(Outcome { out: String::from_utf8_lossy(&done.out).into_owned(), err: done.err, status: done.status }),
        Err(Trouble::Unsure(reason)) => Err(reason),
        Err(Trouble::Exit(said, _)) => panic!("the end of a call is an outcome: {said}"),
    }
}

/// Asks the real date; `None` where the machine has no GNU date.
pub fn theirs(call: &Call) -> Option<Outcome> {
    let mut command = Command::new("date");
    command.env_clear().env("PATH", "/usr/bin:/bin").env("LANG", "C.UTF-8").args(&call.words);
    if let Some(zone) = &call.zone {
        command.env("TZ", zone);
    }
    let output = command.output().ok()?;
    let text = |it: &[u8]| String::from_utf8_lossy(it).into_owned();
    Some(Outcome { out: text(&output.stdout), err: text(&output.stderr), status: output.status.code()? })
}

/// Answers whether GNU date is here, in the version that this library follows.
pub fn has_gnu_date() -> bool {
    let version = Call { zone: None, words: vec!["--version".to_owned()] };
    theirs(&version).is_some_and(|it| it.out.starts_with("date (GNU coreutils) 9.1"))
}

/// Numbers that follow from a seed (xorshift64).
pub struct Dice(pub u64);

impl Dice {
    pub fn below(&mut self, most: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as usize % most.max(1)
    }

    pub fn one<'a>(&mut self, of: &[&'a str]) -> &'a str {
        of[self.below(of.len())]
    }

    fn number(&mut self, most: usize) -> String {
        let value = self.below(most);
        if self.below(3) == 0 { format!("{value:02}") } else { value.to_string() }
    }
}

const ZONES: &[&str] = &[
    "UTC",
    "UTC",
    "UTC",
    "Asia/Kolkata",
    "EST5EDT",
    "America/New_York",
    "Europe/Berlin",
    "XXX-3",
    "<+0330>-3:30",
    "Nope/Zone",
    "",
    "Australia/Lord_Howe",
    "Pacific/Apia",
    "CET-1CEST,M3.5.0,M10.5.0/3",
    "AEST-10AEDT,M10.1.0,M4.1.0/3",
    ":Europe/Paris",
    "UTC0",
    "abc",
    "A3",
    "EST5EDT4,J60/1,J300/-2",
    "X3:4:5",
    "America/Sao_Paulo",
    "Africa/Casablanca",
    "Europe/London",
    "XYZ25",
    "FOO-5:99BAR,59,300",
    "Asia/Tehran",
    "<-00>0",
];

pub fn zone(dice: &mut Dice) -> Option<String> {
    Some(dice.one(ZONES).to_owned())
}

/// A whole date, with its year.
fn whole(dice: &mut Dice) -> String {
    let year = match dice.below(12) {
        0 => format!("{:04}", dice.below(10_000)),
        1 => dice.number(100),
        2 => (dice.below(100_000)).to_string(),
        _ => (1965 + dice.below(80)).to_string(),
    };
    let (month, day) = (dice.number(14), dice.number(33));
    let name = dice.one(&["jan", "Feb", "MAR", "apr.", "May", "june", "Sept", "september", "oct", "Nov", "December", "dec"]);
    match dice.below(10) {
        0 => format!("{day} {name} {year}"),
        1 => format!("{name} {day}, {year}"),
        2 => format!("{month}/{day}/{year}"),
        3 => format!("{year}/{month}/{day}"),
        4 => format!("{day}-{name}-{year}"),
        5 => format!("{year}{:02}{:02}", 1 + dice.below(12), 1 + dice.below(28)),
        _ => format!("{year}-{month}-{day}"),
    }
}

fn item(dice: &mut Dice) -> String {
    let sign = dice.one(&["", "", "+", "-", "+ ", "- "]);
    match dice.below(22) {
        0..=2 => format!("{}:{:02}", dice.number(26), dice.below(62)),
        3 => format!("{}:{:02}:{:02}", dice.number(25), dice.below(60), dice.below(61)),
        4 => format!("{}:{:02}:{:02}.{}", dice.number(24), dice.below(60), dice.below(60), dice.below(1_000_000)),
        5 => format!("{} {}", dice.number(14), dice.one(&["am", "PM", "a.m.", "p.m."])),
        6 => format!("{}:{:02} {}", dice.number(14), dice.below(60), dice.one(&["am", "PM", "a.m."])),
        7..=10 => {
            let unit = dice.one(&[
                "day",
                "days",
                "week",
                "weeks",
                "month",
                "months",
                "year",
                "years",
                "hour",
                "hours",
                "min",
                "mins",
                "minutes",
                "sec",
                "seconds",
                "fortnight",
            ]);
            format!("{sign}{} {unit}{}", dice.below(40), dice.one(&["", "", " ago", " hence"]))
        }
        11 => format!(
            "{} {}",
            dice.one(&["next", "last", "this", "first", "third", "twelfth"]),
            dice.one(&["day", "week", "month", "year", "monday", "fri", "hour", "minute", "fortnight"])
        ),
        12 => dice.one(&["tomorrow", "yesterday", "today", "now"]).to_owned(),
        13 => dice.one(&["monday", "Tue", "wednes", "thurs", "fri,", "Sat", "sunday", "3 monday", "sun."]).to_owned(),
        14 => dice
            .one(&[
                "UTC",
                "EST",
                "EDT",
                "CET",
                "CEST",
                "GMT",
                "Z",
                "A",
                "T",
                "t",
                "BST",
                "IST",
                "PST DST",
                "UTC+5",
                "UTC+05:30",
                "EST -3 hours",
                "utc",
                "DST",
                "J",
                "M.S.T.",
            ])
            .to_owned(),
        15 => format!("{}{:02}{:02}", dice.one(&["+", "-"]), dice.below(26), dice.below(60)),
        16 => format!("{}{}:{:02}", dice.one(&["+", "-"]), dice.below(26), dice.below(60)),
        17 => dice.number(3000),
        18 => format!("{sign}{}.{} sec", dice.below(90), dice.below(1000)),
        19 => dice.one(&["(a comment)", "-", "+", ",", "T", "ago", "noon", "@5", "month ago", "year", "day"]).to_owned(),
        20 => format!("T{}:{:02}", dice.number(25), dice.below(60)),
        _ => format!("T{:02}:{:02}:{:02}{}", dice.below(24), dice.below(60), dice.below(60), dice.one(&["Z", "", "+02:00", "-0330", "+5"])),
    }
}

/// A date with a year, so that it does not hang on the clock.
pub fn dated(dice: &mut Dice) -> String {
    if dice.below(12) == 0 {
        let moment = dice.below(4_000_000_000) as i64 - 1_000_000_000;
        return format!("@{moment}{}", dice.one(&["", "", ".5", ".123456789", " 1 day"]));
    }
    let mut items = vec![whole(dice)];
    for _ in 0..dice.below(4) {
        let at = if dice.below(4) == 0 { 0 } else { items.len() };
        items.insert(at, item(dice));
    }
    let text = items.join(dice.one(&[" ", " ", " ", "  ", "\t", ""]));
    if dice.below(15) == 0 { format!("TZ=\"{}\" {text}", dice.one(ZONES)) } else { text }
}

/// A date that may hang on the clock.
#[allow(dead_code, reason = "the recorded calls never hang on the clock")]
pub fn undated(dice: &mut Dice) -> String {
    let items: Vec<String> = (0..dice.below(4)).map(|_| item(dice)).collect();
    items.join(" ")
}

/// An option or a format.
pub fn format(dice: &mut Dice) -> Vec<String> {
    const WHOLE: &[&str] = &["-I", "-Iseconds", "-Ins", "-R", "--rfc-3339=seconds", "--rfc-3339=ns", "-Ih", "-Im", "--iso-8601=date"];
    match dice.below(6) {
        0 => vec![dice.one(WHOLE).to_owned()],
        1 => Vec::new(),
        2 => vec!["+%F %T.%N %z %Z %s".to_owned()],
        _ => {
            let mut text = "+".to_owned();
            for _ in 0..1 + dice.below(6) {
                text.push('%');
                for _ in 0..dice.below(3) {
                    text.push_str(dice.one(&["", "_", "-", "0", "^", "#", "+"]));
                }
                if dice.below(4) == 0 {
                    text.push_str(&dice.below(14).to_string());
                }
                text.push_str(dice.one(&["", "", "", "", "", "", "", "E", "O", ":", "::", ":::"]));
                text.push_str(dice.one(&[
                    "a", "A", "b", "B", "c", "C", "d", "D", "e", "F", "g", "G", "h", "H", "I", "j", "k", "l", "m", "M", "n", "N", "p", "P", "q", "r", "R", "s",
                    "S", "t", "T", "u", "U", "V", "w", "W", "x", "X", "y", "Y", "z", "z", "Z", "%", "f", "i", "J", "L", "o", "Q", "v", "é",
                ]));
                text.push_str(dice.one(&["", " ", "|", "x"]));
            }
            vec![text]
        }
    }
}
