//! ls(1), as GNU coreutils 9.1 prints where no terminal is (ls.c).

use gnu_bash::text::{from_bytes, to_bytes};
use gnu_text::Listed;
use invitro_sdk::interpreter::invitro::remediation::{
    surroundings,
    types::{Error, FileType, Stat},
};

use super::{
    attribute::{LABEL, is_list},
    call::{Answer, Call, join, not_modelled},
    mode::letters,
    options::Known,
    pattern::is_match,
};
use crate::filesystem::failure;

const LS: Known = Known {
    short: "1aAdlnogGRrtSXvUfFpLHqbQNhBI:k",
    long: &[
        ("all", 'a'),
        ("almost-all", 'A'),
        ("directory", 'd'),
        ("recursive", 'R'),
        ("reverse", 'r'),
        ("numeric-uid-gid", 'n'),
        ("no-group", 'G'),
        ("color?", 'C'),
        ("human-readable", 'h'),
        ("dereference", 'L'),
        ("dereference-command-line", 'H'),
        ("full-time", '#'),
        ("time-style=", '+'),
        ("escape", 'b'),
        ("quote-name", 'Q'),
        ("literal", 'N'),
        ("hide-control-chars", 'q'),
        ("show-control-chars", '.'),
        ("quoting-style=", '"'),
        ("classify?", 'F'),
        ("file-type", '@'),
        ("indicator-style=", '*'),
        ("sort=", 's'),
        ("format=", '?'),
        ("group-directories-first", '/'),
        ("ignore-backups", 'B'),
        ("ignore=", 'I'),
        ("hide=", '!'),
        ("kibibytes", 'k'),
    ],
};

#[derive(Clone, Copy, PartialEq)]
enum Order {
    Name,
    Time,
    Size,
    Extension,
    Version,
    None,
}

/// Which kinds are marked behind their names.
#[derive(Clone, Copy, PartialEq, PartialOrd)]
enum Marks {
    None,
    Slash,
    Kinds,
    All,
}

/// What a call asks for.
struct Wish {
    long: bool,
    numeric: bool,
    owner: bool,
    group: bool,
    human: bool,
    hidden: Hidden,
    itself: bool,
    recursive: bool,
    reverse: bool,
    order: Order,
    marks: Marks,
    folders_first: bool,
    names: Option<Listed>,
    masks_control: bool,
    follows: Follows,
    backups: bool,
    ignored: Vec<String>,
    hides: Vec<String>,
    times: Times,
}

#[derive(Clone, Copy, PartialEq)]
enum Hidden {
    Left,
    Shown,
    WithDots,
}

#[derive(Clone, Copy, PartialEq)]
enum Follows {
    Never,
    NamedFolders,
    Named,
    Always,
}

enum Times {
    /// Month and day, and either the time or the year.
    Usual,
    Format(String),
}

/// Reads what is asked for, in order: a later option undoes an earlier one.
fn wish(call: &Call<'_>) -> Answer<(Wish, Vec<String>)> {
    let parsed = LS.read(call)?;
    let mut it = Wish {
        long: false,
        numeric: false,
        owner: true,
        group: true,
        human: false,
        hidden: Hidden::Left,
        itself: false,
        recursive: false,
        reverse: false,
        order: Order::Name,
        marks: Marks::None,
        folders_first: false,
        names: None,
        masks_control: false,
        follows: Follows::Never,
        backups: true,
        ignored: Vec::new(),
        hides: Vec::new(),
        times: Times::Usual,
    };
    let mut follows = None;
    let refused = |name: &str, value: &str| Err(not_modelled(format!("`{name}={value}` of ls is not modelled")));
    for (letter, value) in &parsed.options {
        match letter {
            '1' => {}
            'a' => it.hidden = Hidden::WithDots,
            'A' => it.hidden = Hidden::Shown,
            'd' => it.itself = true,
            'l' => it.long = true,
            'n' => (it.long, it.numeric) = (true, true),
            'o' => (it.long, it.group) = (true, false),
            'g' => (it.long, it.owner) = (true, false),
            'G' => it.group = false,
            'h' => it.human = true,
            'k' | '.' => it.masks_control &= *letter == 'k',
            'R' => it.recursive = true,
            'r' => it.reverse = true,
            't' => it.order = Order::Time,
            'S' => it.order = Order::Size,
            'X' => it.order = Order::Extension,
            'v' => it.order = Order::Version,
            'U' => it.order = Order::None,
            'f' => (it.order, it.hidden, it.long) = (Order::None, Hidden::WithDots, false),
            'F' => match value.as_str() {
                "" | "always" | "yes" | "force" => it.marks = Marks::All,
                "auto" | "tty" | "if-tty" | "never" | "no" | "none" => {}
                other => return refused("--classify", other),
            },
            'p' => it.marks = Marks::Slash,
            '@' => it.marks = Marks::Kinds,
            '*' => match value.as_str() {
                "none" => it.marks = Marks::None,
                "slash" => it.marks = Marks::Slash,
                "file-type" => it.marks = Marks::Kinds,
                "classify" => it.marks = Marks::All,
                other => return refused("--indicator-style", other),
            },
            'L' => follows = Some(Follows::Always),
            'H' => follows = Some(Follows::Named),
            'q' => it.masks_control = true,
            'b' => it.names = Some(Listed::Escape),
            'Q' => it.names = Some(Listed::C),
            'N' => it.names = None,
            '"' => match value.as_str() {
                "literal" => it.names = None,
                "c" => it.names = Some(Listed::C),
                "escape" => it.names = Some(Listed::Escape),
                "shell" => it.names = Some(Listed::Shell),
                "shell-escape" => it.names = Some(Listed::ShellEscape),
                "shell-escape-always" => it.names = Some(Listed::ShellEscapeAlways),
                other => return refused("--quoting-style", other),
            },
            'C' if matches!(value.as_str(), "never" | "no" | "none" | "auto" | "tty" | "if-tty") => {}
            'C' => return Err(not_modelled("colours of ls are not modelled")),
            's' => match value.as_str() {
                "none" => it.order = Order::None,
                "time" => it.order = Order::Time,
                "size" => it.order = Order::Size,
                "extension" => it.order = Order::Extension,
                "version" => it.order = Order::Version,
                other => return refused("--sort", other),
            },
            '?' => match value.as_str() {
                "single-column" => it.long = false,
                "long" | "verbose" => it.long = true,
                other => return refused("--format", other),
            },
            '/' => it.folders_first = true,
            'B' => it.backups = false,
            'I' => it.ignored.push(value.clone()),
            '!' => it.hides.push(value.clone()),
            '#' => (it.long, it.times) = (true, Times::Format("%Y-%m-%d %H:%M:%S.%N %z".to_owned())),
            '+' => {
                it.times = match value.strip_prefix("posix-").map_or(value.as_str(), |_| "locale") {
                    "full-iso" => Times::Format("%Y-%m-%d %H:%M:%S.%N %z".to_owned()),
                    "long-iso" => Times::Format("%Y-%m-%d %H:%M".to_owned()),
                    "locale" => Times::Usual,
                    other => match other.strip_prefix('+') {
                        Some(format) if !format.contains('\n') && !format.is_empty() => Times::Format(format.to_owned()),
                        _ => return refused("--time-style", other),
                    },
                };
            }
            other => return Err(not_modelled(format!("the option `-{other}` of ls is not modelled"))),
        }
    }
    it.follows = follows.unwrap_or(if it.itself || it.marks == Marks::All || it.long { Follows::Never } else { Follows::NamedFolders });
    // A directory that is shown itself has nothing below it.
    it.recursive &= !it.itself;
    if ["QUOTING_STYLE", "TIME_STYLE", "LS_BLOCK_SIZE", "BLOCK_SIZE", "BLOCKSIZE"].iter().any(|it| call.env.contains_key(*it)) {
        return Err(not_modelled("a variable that changes what ls prints is not modelled"));
    }
    if it.long && it.names.is_some_and(|it| matches!(it, Listed::Shell | Listed::ShellEscape)) {
        return Err(not_modelled("a long listing with names that are quoted as a shell needs it is not modelled"));
    }
    Ok((it, parsed.words))
}

/// ls(1), as it prints where no terminal is.
pub(crate) fn ls(call: &mut Call<'_>) -> Answer {
    let (wish, words) = wish(call)?;
    let given = words.len();
    let words = if words.is_empty() { vec![".".to_owned()] } else { words };
    let mut named = Vec::new();
    for word in words {
        let full = call.path(&word);
        // A link that was named is followed to a folder, but not in a long listing.
        let found = match wish.follows {
            Follows::Never => call.stat(&full, false),
            Follows::Named | Follows::Always => call.stat(&full, true),
            Follows::NamedFolders => match call.stat(&full, true) {
                Ok(it) if it.type_ == FileType::Directory => Ok(it),
                Ok(_) | Err(Error::NoEntry) => call.stat(&full, false),
                Err(error) => Err(error),
            },
        };
        match found {
            Ok(stat) => named.push((word, stat)),
            Err(error) => {
                call.say(&format!("cannot access {}: {}", call.q(&word), failure(error)));
                call.status = 2;
            }
        }
    }
    sort(call, &mut named, &wish, "")?;
    let (folders, files): (Vec<_>, Vec<_>) = named.into_iter().partition(|it| it.1.type_ == FileType::Directory && !wish.itself);
    rows(call, &wish, "", &files)?;
    let headed = wish.recursive || !files.is_empty() || given > 1 || folders.len() > 1;
    let mut first = files.is_empty();
    for (word, _) in folders {
        folder(call, &wish, &word, headed, &mut first, true)?;
    }
    Ok(())
}

fn sort(call: &Call<'_>, entries: &mut [(String, Stat)], wish: &Wish, folder: &str) -> Answer {
    let bytes = |it: &(String, Stat)| to_bytes(&it.0);
    match wish.order {
        Order::None => return Ok(()),
        Order::Size if entries.len() > 1 && entries.iter().any(|it| it.1.type_ == FileType::Directory) => {
            return Err(not_modelled("the size of a folder is its file system's business"));
        }
        _ => {}
    }
    entries.sort_by_key(bytes);
    match wish.order {
        Order::Version => entries.sort_by(|a, b| gnu_text::version::compare(&bytes(a), &bytes(b))),
        Order::Time => entries.sort_by_key(|it| std::cmp::Reverse((it.1.mtime_seconds, it.1.mtime_nanos))),
        Order::Size => entries.sort_by_key(|it| std::cmp::Reverse(it.1.size)),
        Order::Extension => {
            let extension = |it: &(String, Stat)| bytes(it).iter().rposition(|it| *it == b'.').map(|at| bytes(it)[at..].to_vec()).unwrap_or_default();
            entries.sort_by_key(extension);
        }
        Order::Name | Order::None => {}
    }
    if wish.reverse {
        entries.reverse();
    }
    if wish.folders_first {
        let place = |name: &str| if folder.is_empty() { call.path(name) } else { join(folder, name) };
        entries.sort_by_key(|it| !(it.1.type_ == FileType::Directory || it.1.type_ == FileType::Symlink && call.is_directory(&place(&it.0))));
    }
    Ok(())
}

/// Answers whether a name of a folder is listed.
fn is_listed(wish: &Wish, name: &str) -> bool {
    let hidden = name.starts_with('.');
    // A leading dot must be matched by one.
    let matches = |pattern: &String| !(hidden && !pattern.starts_with('.')) && is_match(pattern, name, false);
    (!hidden || wish.hidden != Hidden::Left)
        && (wish.backups || !name.ends_with('~'))
        && !wish.ignored.iter().any(matches)
        && !(wish.hidden == Hidden::Left && wish.hides.iter().any(matches))
}

fn folder(call: &mut Call<'_>, wish: &Wish, word: &str, headed: bool, first: &mut bool, named: bool) -> Answer {
    let full = call.path(word);
    let mut names = match call.names(&full)? {
        Ok(names) => names,
        Err(error) => {
            call.say(&format!("cannot open directory {}: {}", call.q(word), failure(error)));
            call.status = if named { 2 } else { call.status.max(1) };
            return Ok(());
        }
    };
    if headed {
        let name = shown(call, wish, word, b":")?;
        call.out.extend(if *first { &b""[..] } else { b"\n" });
        call.out.extend(name);
        call.print(":\n");
    }
    *first = false;
    if wish.hidden == Hidden::WithDots {
        if wish.order == Order::None {
            return Err(not_modelled("where a folder has its own names is its file system's business"));
        }
        names.extend([".".to_owned(), "..".to_owned()]);
    }
    let mut entries = Vec::new();
    for name in names.into_iter().filter(|it| is_listed(wish, it)) {
        let path = join(&full, &name);
        let found = if wish.follows == Follows::Always { call.stat(&path, true) } else { call.stat(&path, false) };
        let needs = wish.long || wish.marks != Marks::None || wish.recursive || wish.folders_first || !matches!(wish.order, Order::Name | Order::None | Order::Extension | Order::Version);
        match found.or_else(|error| if needs { Err(error) } else { call.stat(&path, false) }) {
            Ok(stat) => entries.push((name, stat)),
            Err(_) => return Err(not_modelled("ls of what a link that leads nowhere stands for is not modelled")),
        }
    }
    sort(call, &mut entries, wish, &full)?;
    if wish.long {
        if call.kernel.keeps_output() {
            return Err(not_modelled("the blocks that files have are their file system's business"));
        }
        let blocks: u64 = entries.iter().map(|it| if it.1.type_ == FileType::Symlink { 0 } else { it.1.size.div_ceil(4096) * 4 }).sum();
        call.print(&format!("total {blocks}\n"));
    }
    rows(call, wish, &full, &entries)?;
    if wish.recursive {
        for (name, stat) in entries {
            if stat.type_ == FileType::Directory && name != "." && name != ".." {
                if wish.follows == Follows::Always && call.stat(&join(&full, &name), false).is_ok_and(|it| it.type_ == FileType::Symlink) {
                    return Err(not_modelled("ls -RL that meets a link to a folder, which may lead in a circle, is not modelled"));
                }
                folder(call, wish, &join(word, &name), true, first, false)?;
            }
        }
    }
    Ok(())
}

/// A name as it is printed; `also` is quoted in the name of a folder above its entries.
fn shown(call: &Call<'_>, wish: &Wish, name: &str, also: &[u8]) -> Answer<Vec<u8>> {
    let bytes = to_bytes(name);
    let text = match wish.names {
        None => bytes,
        Some(style) => {
            let mut also = also.to_vec();
            also.extend(match wish.marks {
                Marks::All => &b"*=>@|"[..],
                Marks::Kinds => b"=>@|",
                _ => b"",
            });
            gnu_text::listed(&bytes, style, &also, call.is_plain()).ok_or_else(|| not_modelled("a name with letters of control, quoted this way, is not modelled"))?
        }
    };
    Ok(if wish.masks_control { gnu_text::masked(&text, call.is_plain()) } else { text })
}

/// One line of a long listing, before its columns are made even.
struct Row {
    mode: String,
    links: String,
    user: (String, bool),
    group: (String, bool),
    size: String,
    time: String,
    name: Vec<u8>,
}

fn rows(call: &mut Call<'_>, wish: &Wish, folder: &str, entries: &[(String, Stat)]) -> Answer {
    if !wish.long {
        for (name, stat) in entries {
            let text = shown(call, wish, name, b"")?;
            call.out.extend(text);
            call.print(mark(wish, stat));
            call.print("\n");
        }
        return Ok(());
    }
    let place = |call: &Call<'_>, name: &str| if folder.is_empty() { call.path(name) } else { join(folder, name) };
    let beyond: Vec<char> = entries.iter().map(|it| beyond_mode(call, &place(call, &it.0), wish.follows == Follows::Always)).collect();
    let plain = beyond.iter().all(|it| *it == ' ');
    let mut table = Vec::new();
    for ((name, stat), beyond) in entries.iter().zip(beyond) {
        if stat.type_ == FileType::Directory && call.kernel.keeps_output() {
            return Err(not_modelled("the size of a folder is its file system's business"));
        }
        table.push(row(call, wish, name, &place(call, name), stat, if plain { None } else { Some(beyond) })?);
    }
    let width = |of: &dyn Fn(&Row) -> usize| table.iter().map(of).max().unwrap_or(0);
    let (links, user, group, size) = (width(&|it| it.links.len()), width(&|it| it.user.0.len()), width(&|it| it.group.0.len()), width(&|it| it.size.len()));
    // Numbers stand at the right, names at the left.
    let owner = |(text, is_name): &(String, bool), width: usize| if *is_name { format!("{text:<width$} ") } else { format!("{text:>width$} ") };
    for it in &table {
        let user = if wish.owner { owner(&it.user, user) } else { String::new() };
        let group = if wish.group { owner(&it.group, group) } else { String::new() };
        call.print(&format!("{} {:>links$} {user}{group}{:>size$} {} ", it.mode, it.links, it.size, it.time));
        call.out.extend(&it.name);
        call.print("\n");
    }
    Ok(())
}

fn row(call: &Call<'_>, wish: &Wish, name: &str, path: &str, stat: &Stat, beyond: Option<char>) -> Answer<Row> {
    let owner = |database: &str, number: u32, name: String| {
        let named = !wish.numeric && (number == 0 || call.kernel.has_id(database, number));
        (if named { name } else { number.to_string() }, named)
    };
    let mut text = shown(call, wish, name, b"")?;
    if stat.type_ == FileType::Symlink {
        let target = call.kernel.workspace().read_link(&to_bytes(path)).unwrap_or_default();
        text.extend(b" -> ");
        text.extend(shown(call, wish, &from_bytes(&target), b"")?);
        if wish.marks >= Marks::Kinds {
            let leads = call.stat(path, true).map_or("", |it| mark(wish, &it));
            text.extend(leads.bytes());
        }
    } else {
        text.extend(mark(wish, stat).bytes());
    }
    if stat.type_ == FileType::Special {
        return Err(not_modelled("a device in a long listing is not modelled"));
    }
    Ok(Row {
        mode: format!("{}{}{}", kind_letter(stat), letters(stat.mode), beyond.map_or(String::new(), |it| it.to_string())),
        links: stat.links.to_string(),
        user: owner("/etc/passwd", stat.uid, call.kernel.user_name(stat.uid)),
        group: owner("/etc/group", stat.gid, call.kernel.group_name(stat.gid)),
        size: if wish.human { human(stat.size) } else { stat.size.to_string() },
        time: time(call, wish, stat)?,
        name: text,
    })
}

/// A size in units of 1024, rounded up, with one digit behind the point where only one is before it (human.c of gnulib).
fn human(size: u64) -> String {
    if size < 1024 {
        return size.to_string();
    }
    let (mut unit, mut at) = (1024_u128, 0);
    let size = u128::from(size);
    while at < 5 && (size * 10).div_ceil(unit) > 99 && size.div_ceil(unit) >= 1024 {
        unit *= 1024;
        at += 1;
    }
    let letter = ["K", "M", "G", "T", "P", "E"][at];
    let tenths = (size * 10).div_ceil(unit);
    if tenths < 100 { format!("{}.{}{letter}", tenths / 10, tenths % 10) } else { format!("{}{letter}", size.div_ceil(unit)) }
}

/// What follows the mode: `+` where an access list says more, `.` where there is a label alone (ls.c of GNU coreutils).
fn beyond_mode(call: &Call<'_>, path: &str, follow: bool) -> char {
    let names = call.kernel.workspace().list_attributes(&to_bytes(path), follow).unwrap_or_default();
    match (names.iter().any(|it| is_list(it)), names.iter().any(|it| it == LABEL)) {
        (true, _) => '+',
        (false, true) => '.',
        _ => ' ',
    }
}

fn mark(wish: &Wish, stat: &Stat) -> &'static str {
    match stat.type_ {
        FileType::Directory if wish.marks >= Marks::Slash => "/",
        FileType::Symlink if wish.marks >= Marks::Kinds => "@",
        FileType::Fifo if wish.marks >= Marks::Kinds => "|",
        FileType::Regular if wish.marks == Marks::All && stat.mode & 0o111 != 0 => "*",
        _ => "",
    }
}

pub(super) fn kind_letter(stat: &Stat) -> char {
    match stat.type_ {
        FileType::Directory => 'd',
        FileType::Symlink => 'l',
        FileType::Fifo => 'p',
        FileType::Regular | FileType::Special => '-',
    }
}

/// The time of the last change; of the usual form the year where the file is older than half a year, which hangs on the clock.
fn time(call: &Call<'_>, wish: &Wish, stat: &Stat) -> Answer<String> {
    let zone = call.env.get("TZ").map(String::as_str);
    let moment = (stat.mtime_seconds, stat.mtime_nanos);
    let format = match &wish.times {
        Times::Format(format) => format.as_str(),
        Times::Usual => {
            if call.kernel.keeps_output() {
                return Err(not_modelled("times in a long listing hang on the machine's clock"));
            }
            let now = (surroundings::now() / 1_000_000_000) as i64;
            // Half of a mean year of the Gregorian calendar.
            let old = stat.mtime_seconds > now || now - stat.mtime_seconds >= 31_556_952 / 2;
            if old { "%b %e  %Y" } else { "%b %e %H:%M" }
        }
    };
    super::date::written(call.kernel, "ls", zone, format, moment)
}
