//! What tells about names: ls(1), stat(1), readlink(1), realpath(1).

use invitro_sdk::interpreter::invitro::remediation::types::{Error, FileType, Stat};

use super::{
    attribute::{LABEL, is_list},
    call::{Answer, Call, exit, join, not_modelled},
    mode::letters,
    options::{Known, Parsed},
};
use crate::filesystem::failure;

const LS: Known = Known {
    short: "1aAldnRrptSFihgoLHUBNv",
    long: &[
        ("all", 'a'),
        ("almost-all", 'A'),
        ("directory", 'd'),
        ("recursive", 'R'),
        ("reverse", 'r'),
        ("numeric-uid-gid", 'n'),
        ("color?", 'N'),
        ("human-readable", 'h'),
        ("inode", 'i'),
        ("dereference", 'L'),
        ("full-time", '#'),
    ],
};

/// ls(1), as it prints where no terminal is.
pub(crate) fn ls(call: &mut Call<'_>) -> Answer {
    let parsed = LS.read(call)?;
    for letter in ['h', 'i', '#', 'g', 'o', 'B'] {
        if parsed.has(letter) {
            return Err(not_modelled(format!("the option `{letter}` of ls is not modelled")));
        }
    }
    let words = if parsed.words.is_empty() { vec![".".to_owned()] } else { parsed.words.clone() };
    let (mut files, mut folders) = (Vec::new(), Vec::new());
    let long = parsed.has('l') || parsed.has('n');
    if long && !parsed.has('#') && call.kernel.keeps_output() {
        // Half a year divides two ways to show a time, and what now is nobody knows.
        return Err(not_modelled("times in a long listing hang on the machine's clock"));
    }
    for word in words {
        let full = call.path(&word);
        // A link that was named is followed to a folder, but not in a long listing.
        let follow = parsed.has('L') || parsed.has('H') || !long && !parsed.has('d') && !parsed.has('F');
        match call.stat(&full, follow).or_else(|_| call.stat(&full, false)) {
            Ok(stat) if stat.type_ == FileType::Directory && !parsed.has('d') => folders.push((word, stat)),
            Ok(stat) => files.push((word, stat)),
            Err(error) => {
                call.say(&format!("cannot access '{word}': {}", failure(error)));
                call.status = 2;
            }
        }
    }
    sort(&mut files, &parsed);
    sort(&mut folders, &parsed);
    let several = files.len() + folders.len() > 1 || parsed.has('R') || call.status != 0;
    rows(call, &parsed, "", &files)?;
    let mut first = files.is_empty();
    for (word, _) in folders {
        folder(call, &parsed, &word, several, &mut first)?;
    }
    Ok(())
}

fn sort(entries: &mut [(String, Stat)], parsed: &Parsed) {
    entries.sort_by(|a, b| a.0.cmp(&b.0));
    match parsed.last_of("tSUv") {
        Some('v') => entries.sort_by(|a, b| gnu_text::version::compare(&gnu_bash::text::to_bytes(&a.0), &gnu_bash::text::to_bytes(&b.0))),
        Some('t') => entries.sort_by_key(|it| std::cmp::Reverse((it.1.mtime_seconds, it.1.mtime_nanos))),
        Some('S') => entries.sort_by_key(|it| std::cmp::Reverse(it.1.size)),
        _ => {}
    }
    if parsed.has('r') {
        entries.reverse();
    }
}

fn folder(call: &mut Call<'_>, parsed: &Parsed, word: &str, headed: bool, first: &mut bool) -> Answer {
    let full = call.path(word);
    let names = match call.names(&full)? {
        Ok(names) => names,
        Err(error) => {
            call.say(&format!("cannot open directory '{word}': {}", failure(error)));
            call.status = 2;
            return Ok(());
        }
    };
    if headed {
        call.print(&format!("{}{word}:\n", if *first { "" } else { "\n" }));
    }
    *first = false;
    let mut entries = Vec::new();
    for name in names.into_iter().chain(parsed.has('a').then(|| [".".to_owned(), "..".to_owned()]).into_iter().flatten()) {
        let hidden = name.starts_with('.');
        if hidden && !parsed.has('a') && !parsed.has('A') {
            continue;
        }
        if let Ok(stat) = call.stat(&join(&full, &name), parsed.has('L')) {
            entries.push((name, stat));
        }
    }
    sort(&mut entries, parsed);
    if parsed.has('l') || parsed.has('n') {
        let blocks: u64 = entries.iter().map(|it| if it.1.type_ == FileType::Symlink { 0 } else { it.1.size.div_ceil(4096) * 4 }).sum();
        call.print(&format!("total {blocks}\n"));
    }
    rows(call, parsed, &full, &entries)?;
    if parsed.has('R') {
        for (name, stat) in entries {
            if stat.type_ == FileType::Directory && name != "." && name != ".." {
                folder(call, parsed, &join(word, &name), true, first)?;
            }
        }
    }
    Ok(())
}

fn rows(call: &mut Call<'_>, parsed: &Parsed, folder: &str, entries: &[(String, Stat)]) -> Answer {
    if !parsed.has('l') && !parsed.has('n') {
        for (name, stat) in entries {
            let mark = mark(parsed, stat);
            call.print(&format!("{name}{mark}\n"));
        }
        return Ok(());
    }
    let mut table = Vec::new();
    let place = |call: &Call<'_>, name: &str| if folder.is_empty() { call.path(name) } else { join(folder, name) };
    let beyond: Vec<char> = entries.iter().map(|it| beyond_mode(call, &place(call, &it.0), parsed.has('L'))).collect();
    let plain = beyond.iter().all(|it| *it == ' ');
    for ((name, stat), beyond) in entries.iter().zip(beyond) {
        let (user, group) =
            if parsed.has('n') { (stat.uid.to_string(), stat.gid.to_string()) } else { (call.kernel.user_name(stat.uid), call.kernel.group_name(stat.gid)) };
        let target = if stat.type_ == FileType::Symlink {
            let path = place(call, name);
            format!(" -> {}", String::from_utf8_lossy(&call.kernel.workspace().read_link(path.as_bytes()).unwrap_or_default()))
        } else {
            mark(parsed, stat).to_owned()
        };
        table.push((
            format!("{}{}{}", kind_letter(stat), letters(stat.mode), if plain { String::new() } else { beyond.to_string() }),
            stat.links.to_string(),
            user,
            group,
            stat.size.to_string(),
            date(stat),
            format!("{name}{target}"),
        ));
    }
    let width = |of: &dyn Fn(&(String, String, String, String, String, String, String)) -> usize| table.iter().map(of).max().unwrap_or(0);
    let widths = (width(&|it| it.1.len()), width(&|it| it.2.len()), width(&|it| it.3.len()), width(&|it| it.4.len()));
    for it in &table {
        call.print(&format!(
            "{} {:>w1$} {:<w2$} {:<w3$} {:>w4$} {} {}\n",
            it.0,
            it.1,
            it.2,
            it.3,
            it.4,
            it.5,
            it.6,
            w1 = widths.0,
            w2 = widths.1,
            w3 = widths.2,
            w4 = widths.3
        ));
    }
    Ok(())
}

/// What follows the mode: `+` where an access list says more, `.` where there is a label alone (ls.c of GNU coreutils).
fn beyond_mode(call: &Call<'_>, path: &str, follow: bool) -> char {
    let names = call.kernel.workspace().list_attributes(path.as_bytes(), follow).unwrap_or_default();
    match (names.iter().any(|it| is_list(it)), names.iter().any(|it| it == LABEL)) {
        (true, _) => '+',
        (false, true) => '.',
        _ => ' ',
    }
}

fn mark(parsed: &Parsed, stat: &Stat) -> &'static str {
    match stat.type_ {
        FileType::Directory if parsed.has('F') || parsed.has('p') => "/",
        FileType::Symlink if parsed.has('F') => "@",
        FileType::Fifo if parsed.has('F') => "|",
        FileType::Regular if parsed.has('F') && stat.mode & 0o111 != 0 => "*",
        _ => "",
    }
}

fn kind_letter(stat: &Stat) -> char {
    match stat.type_ {
        FileType::Directory => 'd',
        FileType::Symlink => 'l',
        FileType::Fifo => 'p',
        FileType::Regular | FileType::Special => '-',
    }
}

/// Month, day and time; the year where the file is older than half a year.
fn date(stat: &Stat) -> String {
    const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let now = (invitro_sdk::interpreter::invitro::remediation::surroundings::now() / 1_000_000_000) as i64;
    let (year, month, day) = civil(stat.mtime_seconds.div_euclid(86_400));
    let second = stat.mtime_seconds.rem_euclid(86_400);
    let old = stat.mtime_seconds > now || now - stat.mtime_seconds > 31_556_952 / 2;
    let last = if old { format!("{year:>5}") } else { format!("{:02}:{:02}", second / 3600, second / 60 % 60) };
    format!("{} {day:>2} {last}", MONTHS[month as usize - 1])
}

/// Year, month and day of a number of days since 1970 (Howard Hinnant, "chrono-compatible low-level date algorithms").
pub(crate) fn civil(days: i64) -> (i64, u32, u32) {
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let of_era = shifted.rem_euclid(146_097);
    let year = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    (year + era * 400 + i64::from(month <= 2), month as u32, day as u32)
}

/// stat(1) with a format.
pub(crate) fn stat(call: &mut Call<'_>) -> Answer {
    const KNOWN: Known = Known { short: "Lc:", long: &[("dereference", 'L'), ("format=", 'c'), ("printf=", 'f')] };
    let parsed = KNOWN.read(call)?;
    let (format, end) = match (parsed.value('c'), parsed.value('f')) {
        (Some(format), _) => (format.to_owned(), "\n"),
        (None, Some(format)) => (unescape(format), ""),
        (None, None) => (String::new(), ""),
    };
    if parsed.words.is_empty() {
        return Err(exit("missing operand\nTry 'stat --help' for more information."));
    }
    for word in &parsed.words {
        let full = call.path(word);
        match call.stat(&full, parsed.has('L')) {
            // Its own layout has times and numbers of the machine in it.
            Ok(_) if format.is_empty() && end.is_empty() => return Err(not_modelled("stat without a format is not modelled")),
            Ok(stat) => {
                let text = fill(call, &format, word, &full, &stat)?;
                call.print(&format!("{text}{end}"));
            }
            Err(error) => call.refused(&format!("cannot statx '{word}'"), error),
        }
    }
    Ok(())
}

fn unescape(format: &str) -> String {
    format.replace("\\n", "\n").replace("\\t", "\t").replace("\\0", "\0").replace("\\\\", "\\")
}

fn fill(call: &Call<'_>, format: &str, word: &str, full: &str, stat: &Stat) -> Answer<String> {
    let mut out = String::new();
    let mut letters_of = format.chars().peekable();
    while let Some(letter) = letters_of.next() {
        if letter != '%' {
            out.push(letter);
            continue;
        }
        let mut flags = String::new();
        while let Some(flag) = letters_of.next_if(|it| it.is_ascii_digit() || "-#+ ".contains(*it)) {
            flags.push(flag);
        }
        let value = match letters_of.next() {
            Some('%') => "%".to_owned(),
            Some('n') => word.to_owned(),
            Some('N') if stat.type_ == FileType::Symlink => {
                format!("'{word}' -> '{}'", String::from_utf8_lossy(&call.kernel.workspace().read_link(full.as_bytes()).unwrap_or_default()))
            }
            Some('N') => format!("'{word}'"),
            Some('a') if flags == "0" || flags == "04" => format!("{:04o}", stat.mode),
            Some('a') if flags == "#" => format!("0{:o}", stat.mode),
            Some('a') => format!("{:o}", stat.mode),
            Some('A') => format!("{}{}", kind_letter(stat), letters(stat.mode)),
            Some('u') => stat.uid.to_string(),
            Some('g') => stat.gid.to_string(),
            Some('U') => call.kernel.user_name(stat.uid),
            Some('G') => call.kernel.group_name(stat.gid),
            Some('s') if stat.type_ == FileType::Directory => return Err(not_modelled("the size of a folder is its file system's business")),
            Some('s') => stat.size.to_string(),
            Some('h') => stat.links.to_string(),
            Some('y') => {
                let zone = call.env.get("TZ").map(String::as_str);
                super::date::written(call.kernel, "stat", zone, "%Y-%m-%d %H:%M:%S.%N %z", (stat.mtime_seconds, stat.mtime_nanos))?
            }
            Some('Y') => stat.mtime_seconds.to_string(),
            Some('f') => format!("{:x}", kind_bits(stat) | stat.mode),
            Some('F') => match stat.type_ {
                FileType::Regular if stat.size == 0 => "regular empty file".to_owned(),
                FileType::Regular => "regular file".to_owned(),
                FileType::Directory => "directory".to_owned(),
                FileType::Symlink => "symbolic link".to_owned(),
                FileType::Fifo => "fifo".to_owned(),
                FileType::Special => return Err(not_modelled(format!("{word} is a device or could not be read"))),
            },
            other => return Err(not_modelled(format!("stat's %{} is not modelled", other.unwrap_or(' ')))),
        };
        if !matches!(flags.as_str(), "" | "0" | "#" | "04") {
            return Err(not_modelled(format!("the flags `{flags}` in a format of stat are not modelled")));
        }
        out.push_str(&value);
    }
    Ok(out)
}

fn kind_bits(stat: &Stat) -> u32 {
    match stat.type_ {
        FileType::Regular | FileType::Special => 0o100_000,
        FileType::Directory => 0o040_000,
        FileType::Symlink => 0o120_000,
        FileType::Fifo => 0o010_000,
    }
}

/// readlink(1).
pub(crate) fn readlink(call: &mut Call<'_>) -> Answer {
    const KNOWN: Known = Known {
        short: "femnqsvz",
        long: &[
            ("canonicalize", 'f'),
            ("canonicalize-existing", 'e'),
            ("canonicalize-missing", 'm'),
            ("no-newline", 'n'),
            ("quiet", 'q'),
            ("silent", 's'),
            ("verbose", 'v'),
            ("zero", 'z'),
        ],
    };
    let parsed = KNOWN.read(call)?;
    if parsed.words.is_empty() {
        return Err(exit("missing operand\nTry 'readlink --help' for more information."));
    }
    let end = match (parsed.has('z'), parsed.has('n') && parsed.words.len() == 1) {
        (true, _) => "\0",
        (_, true) => "",
        _ => "\n",
    };
    for word in &parsed.words {
        let full = call.path(word);
        let answer = match parsed.last_of("fem") {
            None => call.kernel.workspace().read_link(full.as_bytes()),
            Some(kind) => canonical(call, &full, kind),
        };
        match answer {
            Ok(target) => {
                call.out.extend(target);
                call.print(end);
            }
            Err(error) if parsed.has('v') => call.refused(word, error),
            Err(_) => call.status = 1,
        }
    }
    Ok(())
}

/// The path without links: `f` wants all but the last name to be there, `e` all, `m` none.
fn canonical(call: &Call<'_>, full: &str, kind: char) -> Result<Vec<u8>, Error> {
    let real = call.kernel.workspace().real_path(full.as_bytes());
    match (real, kind) {
        (Ok(path), 'e') => call.kernel.workspace().stat(&path, true).map(|_| path),
        (Ok(path), _) => Ok(path),
        (Err(_), 'm') => {
            let (folder, name) = full.trim_end_matches('/').rsplit_once('/').unwrap_or(("", full));
            let mut path = if folder.is_empty() { b"/".to_vec() } else { canonical(call, folder, 'm')? };
            match name {
                "." | "" => {}
                ".." => path.truncate(path.iter().rposition(|it| *it == b'/').unwrap_or(0).max(1)),
                name => {
                    if path != b"/" {
                        path.push(b'/');
                    }
                    path.extend(name.as_bytes());
                }
            }
            Ok(path)
        }
        (Err(error), _) => Err(error),
    }
}

/// realpath(1).
pub(crate) fn realpath(call: &mut Call<'_>) -> Answer {
    const KNOWN: Known = Known {
        short: "emqzs",
        long: &[
            ("canonicalize-existing", 'e'),
            ("canonicalize-missing", 'm'),
            ("quiet", 'q'),
            ("zero", 'z'),
            ("relative-to=", 't'),
            ("relative-base=", 'b'),
            ("strip", 's'),
            ("no-symlinks", 's'),
        ],
    };
    let parsed = KNOWN.read(call)?;
    for word in &parsed.words {
        let full = call.path(word);
        let found = if parsed.has('s') { Ok(plain(&full).into_bytes()) } else { canonical(call, &full, parsed.last_of("em").unwrap_or('f')) };
        match found {
            Ok(path) => {
                let mut path = String::from_utf8_lossy(&path).into_owned();
                let folder =
                    |letter| parsed.value(letter).map(|it| String::from_utf8_lossy(&canonical(call, &call.path(it), 'm').unwrap_or_default()).into_owned());
                let (base, to) = (folder('b'), folder('t'));
                // Only what lies below the base is shown as relative; alone, the base is what it is relative to.
                let below = |it: &str| base.as_deref().is_none_or(|base| it == base || it.starts_with(&format!("{}/", base.trim_end_matches('/'))));
                if let Some(folder) = to.as_deref().or(base.as_deref()).filter(|it| below(it) && below(&path)) {
                    path = relative_to(&path, folder);
                }
                call.print(&format!("{path}{}", if parsed.has('z') { "\0" } else { "\n" }));
            }
            Err(_) if parsed.has('q') => call.status = 1,
            Err(error) => call.refused(word, error),
        }
    }
    Ok(())
}

/// A path with `.` and `..` taken out by their words alone.
fn plain(path: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()),
            part => parts.push(part),
        }
    }
    format!("/{}", parts.join("/"))
}

/// A path as seen from a folder; both without links.
pub(crate) fn relative_to(path: &str, folder: &str) -> String {
    let parts = |it: &str| it.split('/').filter(|it| !it.is_empty()).map(str::to_owned).collect::<Vec<_>>();
    let (path, folder) = (parts(path), parts(folder));
    let common = path.iter().zip(&folder).take_while(|(a, b)| a == b).count();
    let up = std::iter::repeat_n("..".to_owned(), folder.len() - common);
    let words: Vec<String> = up.chain(path[common..].iter().cloned()).collect();
    if words.is_empty() { ".".to_owned() } else { words.join("/") }
}
