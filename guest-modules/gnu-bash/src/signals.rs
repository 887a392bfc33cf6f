//! Names of signals, as `trap` and `kill` take them (signal(7)).

/// Name and number on Linux; 0 is EXIT.
const ALL: &[(&str, i32)] = &[
    ("EXIT", 0),
    ("HUP", 1),
    ("INT", 2),
    ("QUIT", 3),
    ("ILL", 4),
    ("TRAP", 5),
    ("ABRT", 6),
    ("BUS", 7),
    ("FPE", 8),
    ("KILL", 9),
    ("USR1", 10),
    ("SEGV", 11),
    ("USR2", 12),
    ("PIPE", 13),
    ("ALRM", 14),
    ("TERM", 15),
    ("STKFLT", 16),
    ("CHLD", 17),
    ("CONT", 18),
    ("STOP", 19),
    ("TSTP", 20),
    ("TTIN", 21),
    ("TTOU", 22),
    ("URG", 23),
    ("XCPU", 24),
    ("XFSZ", 25),
    ("VTALRM", 26),
    ("PROF", 27),
    ("WINCH", 28),
    ("IO", 29),
    ("PWR", 30),
    ("SYS", 31),
];

/// The last signal, and the first of those of real time (signal(7)).
const LAST: i32 = 64;
const REAL_TIME: i32 = 34;

/// The name of a number, as bash gives it.
pub fn named(number: i32) -> Option<String> {
    if let Some(found) = ALL.iter().find(|it| it.1 == number) {
        return Some(found.0.to_owned());
    }
    match number {
        REAL_TIME => Some("RTMIN".to_owned()),
        LAST => Some("RTMAX".to_owned()),
        35..=49 => Some(format!("RTMIN+{}", number - REAL_TIME)),
        50..=63 => Some(format!("RTMAX-{}", LAST - number)),
        _ => None,
    }
}

/// The name that a word stands for; `ERR`, `DEBUG` and `RETURN` are bash's own.
pub fn name(word: &str) -> Option<String> {
    let upper = word.to_ascii_uppercase();
    let plain = upper.strip_prefix("SIG").unwrap_or(&upper);
    if matches!(plain, "ERR" | "DEBUG" | "RETURN") {
        return Some(plain.to_owned());
    }
    if let Ok(number) = word.parse::<i32>() {
        return named(number);
    }
    (0..=LAST).filter_map(named).find(|it| it == plain)
}

/// The number of a name.
pub fn number(name: &str) -> Option<i32> {
    (0..=LAST).find(|it| named(*it).as_deref() == Some(name))
}

/// Where a trap stands in the list of `trap`: EXIT, signals by number, then bash's own.
pub fn place(name: &str) -> i32 {
    number(name).unwrap_or(match name {
        "DEBUG" => LAST + 1,
        "ERR" => LAST + 2,
        _ => LAST + 3,
    })
}

/// The table of `trap -l` and `kill -l`.
pub fn table() -> String {
    let mut out = String::new();
    let mut column = 0;
    for number in 1..=LAST {
        let Some(name) = named(number) else { continue };
        out.push_str(&format!("{number:2}) SIG{name}"));
        column += 1;
        out.push(if column < 5 { '\t' } else { '\n' });
        column %= 5;
    }
    if column > 0 {
        out.push('\n');
    }
    out
}
