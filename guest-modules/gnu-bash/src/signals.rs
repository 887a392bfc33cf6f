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

/// The name that a word stands for; `ERR`, `DEBUG` and `RETURN` are bash's own.
pub fn name(word: &str) -> Option<&'static str> {
    let upper = word.to_ascii_uppercase();
    let plain = upper.strip_prefix("SIG").unwrap_or(&upper);
    match plain {
        "ERR" => return Some("ERR"),
        "DEBUG" => return Some("DEBUG"),
        "RETURN" => return Some("RETURN"),
        _ => {}
    }
    let number = word.parse::<i32>().ok();
    ALL.iter().find(|it| it.0 == plain || Some(it.1) == number).map(|it| it.0)
}

/// The number of a name.
pub fn number(name: &str) -> Option<i32> {
    ALL.iter().find(|it| it.0 == name).map(|it| it.1)
}
