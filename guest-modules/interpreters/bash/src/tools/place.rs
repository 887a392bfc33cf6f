//! What makes names: mkdir(1), ln(1), touch(1), install(1), mkfifo(1).

use invitro_sdk::interpreter::invitro::remediation::types::{Error, FileType};

use super::{
    attribute::ACCESS_LIST,
    call::{Answer, Call, base, exit, join, line, not_modelled},
    copy::backup,
    date,
    file_systems::Borders,
    mode::Change,
    options::{Known, Parsed},
};
use crate::filesystem::failure;

const MKDIR: Known = Known { short: "pm:v", long: &[("parents", 'p'), ("mode=", 'm'), ("verbose", 'v')] };

fn mode_of(text: &str) -> Answer<Change> {
    Change::parse(text).ok_or_else(|| exit(format!("invalid mode '{text}'")))
}

/// mkdir(1).
pub(crate) fn mkdir(call: &mut Call<'_>) -> Answer {
    let parsed = MKDIR.read(call)?;
    if parsed.words.is_empty() {
        return Err(exit("missing operand\nTry 'mkdir --help' for more information."));
    }
    let change = parsed.value('m').map(mode_of).transpose()?;
    if change.as_ref().is_some_and(Change::counts) {
        return Err(not_modelled("mkdir with a number behind an operator in its mode is not modelled"));
    }
    for word in &parsed.words {
        if word.is_empty() {
            call.refused("cannot create directory ''", Error::NoEntry);
            continue;
        }
        let full = call.path(word.trim_end_matches('/'));
        let full = if word.chars().all(|it| it == '/') { "/".to_owned() } else { full };
        if parsed.has('p') && !make_parents(call, &full, word, parsed.has('v')) {
            continue;
        }
        match call.kernel.workspace().make_directory(full.as_bytes(), 0o777) {
            Ok(()) => {
                if parsed.has('v') {
                    call.print(&format!("mkdir: created directory '{word}'\n"));
                }
                if let (Some(change), Ok(stat)) = (&change, call.stat(&full, false)) {
                    // A symbolic mode is about 0777; set-id bits that the folder inherited stay as chmod(1) keeps them.
                    let mode = change.apply(0o777 | stat.mode & 0o6000, true, call.kernel.umask());
                    let _ = call.kernel.workspace().set_mode(full.as_bytes(), mode, true);
                }
            }
            Err(Error::Exists) if parsed.has('p') && call.is_directory(&full) => {}
            Err(error) => call.refused(&format!("cannot create directory '{word}'"), error),
        }
    }
    Ok(())
}

/// Makes the folders on the way, writable and searchable by their owner whatever the umask (POSIX, mkdir -p).
fn make_parents(call: &mut Call<'_>, full: &str, word: &str, verbose: bool) -> bool {
    for (at, _) in full.match_indices('/').skip(1) {
        let parent = &full[..at];
        // The mask is put aside rather than the mode set: below a default access list there is no mask.
        let mask = call.kernel.umask();
        call.kernel.workspace().set_umask(mask & !0o300);
        let made = call.kernel.workspace().make_directory(parent.as_bytes(), 0o777);
        call.kernel.workspace().set_umask(mask);
        match made {
            Ok(()) => {
                if verbose {
                    let shown = &word[..word.len().saturating_sub(full.len() - at).min(word.len())];
                    call.print(&format!("mkdir: created directory '{shown}'\n"));
                }
            }
            Err(Error::Exists) if call.is_directory(parent) => {}
            Err(error) => {
                let shown = if error == Error::Exists { failure(Error::NotDirectory) } else { failure(error) };
                call.complain(&format!("cannot create directory '{word}': {shown}"));
                return false;
            }
        }
    }
    true
}

/// mkfifo(1).
pub(crate) fn mkfifo(call: &mut Call<'_>) -> Answer {
    const KNOWN: Known = Known { short: "m:", long: &[("mode=", 'm')] };
    let parsed = KNOWN.read(call)?;
    let change = parsed.value('m').map(mode_of).transpose()?;
    for word in &parsed.words {
        let full = call.path(word);
        if let Err(error) = call.kernel.workspace().make_fifo(full.as_bytes(), 0o666) {
            call.refused(&format!("cannot create fifo '{word}'"), error);
        } else if let Some(change) = &change {
            let _ = call.kernel.workspace().set_mode(full.as_bytes(), change.apply(0o666, false, call.kernel.umask()), true);
        }
    }
    Ok(())
}

/// touch(1). Times are no part of a tree's equality; what is compared with them is.
pub(crate) fn touch(call: &mut Call<'_>) -> Answer {
    const KNOWN: Known =
        Known { short: "camfr:d:t:h", long: &[("no-create", 'c'), ("reference=", 'r'), ("date=", 'd'), ("no-dereference", 'h'), ("time=", ' ')] };
    let parsed = KNOWN.read(call)?;
    if parsed.words.is_empty() {
        return Err(exit("missing file operand\nTry 'touch --help' for more information."));
    }
    if parsed.has('t') && (parsed.has('d') || parsed.has('r')) {
        return Err(exit("cannot specify times from more than one source\nTry 'touch --help' for more information."));
    }
    // Of the two times the workspace holds that of the last change.
    let access_alone = parsed.has('a') && !parsed.has('m')
        || parsed.value(' ').is_some_and(|it| !it.is_empty() && ["access", "atime", "use"].iter().any(|known| known.starts_with(it)));
    let time = match (parsed.value('r'), parsed.value('d'), parsed.value('t')) {
        (Some(_), Some(_), _) => return Err(not_modelled("touch with a date from a file's own is not modelled")),
        (Some(reference), ..) => {
            let stat =
                call.stat(&call.path(reference), true).map_err(|error| exit(format!("failed to get attributes of '{reference}': {}", failure(error))))?;
            (stat.mtime_seconds, stat.mtime_nanos)
        }
        (None, Some(text), _) => {
            let zone = call.env.get("TZ").map(String::as_str);
            date::moment(call.kernel, "touch", zone, text, call.line)?.ok_or_else(|| invalid_date(text))?
        }
        (None, None, Some(text)) => date::stamp(call, text)?.ok_or_else(|| invalid_date(text))?,
        _ => now(),
    };
    for word in &parsed.words {
        let full = call.path(word);
        let exists = call.stat(&full, !parsed.has('h')).is_ok();
        if parsed.has('h') && (!exists && !parsed.has('c') || word.ends_with('/')) {
            return Err(not_modelled("touch -h of what is not there, or of a name with a slash behind it, is not modelled"));
        }
        if !exists && parsed.has('c') {
            continue;
        }
        let made = if exists { Ok(()) } else { call.kernel.workspace().create(full.as_bytes(), 0o666, false) };
        let set = |()| if access_alone { Ok(()) } else { call.kernel.workspace().set_times(full.as_bytes(), time.0, time.1, !parsed.has('h')) };
        match made.and_then(set) {
            Ok(()) => {}
            Err(error) => call.refused(&format!("cannot touch '{word}'"), error),
        }
    }
    Ok(())
}

fn invalid_date(text: &str) -> super::call::Trouble {
    exit(format!("invalid date format \u{2018}{text}\u{2019}"))
}

fn now() -> (i64, u32) {
    let nanos = invitro_sdk::interpreter::invitro::remediation::surroundings::now();
    ((nanos / 1_000_000_000) as i64, (nanos % 1_000_000_000) as u32)
}

const LN: Known = Known {
    short: "sfnTt:vrbS:iLP",
    long: &[
        ("symbolic", 's'),
        ("force", 'f'),
        ("no-dereference", 'n'),
        ("no-target-directory", 'T'),
        ("target-directory=", 't'),
        ("verbose", 'v'),
        ("relative", 'r'),
        ("backup?", 'b'),
        ("suffix=", 'S'),
        ("logical", 'L'),
        ("physical", 'P'),
    ],
};

/// ln(1).
pub(crate) fn ln(call: &mut Call<'_>) -> Answer {
    let parsed = LN.read(call)?;
    if parsed.has('i') {
        return Err(not_modelled("ln that asks is not modelled"));
    }
    if parsed.has('r') && !parsed.has('s') {
        return Err(exit("cannot do --relative without --symbolic"));
    }
    let mut words = parsed.words.clone();
    let folder = match parsed.value('t') {
        Some(folder) => Some(folder.to_owned()),
        None if words.is_empty() => return Err(exit("missing file operand\nTry 'ln --help' for more information.")),
        None if words.len() == 1 => Some(".".to_owned()),
        None => {
            let last = words.last().cloned().unwrap_or_default();
            let full = call.path(&last);
            let is_link = call.stat(&full, false).is_ok_and(|it| it.type_ == FileType::Symlink);
            let inside = !parsed.has('T') && call.is_directory(&full) && !(parsed.has('n') && is_link && !last.ends_with('/'));
            if !inside && words.len() > 2 {
                let why = if call.is_there(&full) { "Not a directory" } else { "No such file or directory" };
                return Err(exit(format!("target '{last}': {why}")));
            }
            inside.then(|| words.pop().unwrap_or_default())
        }
    };
    if let Some(folder) = folder {
        for word in words {
            link_one(call, &parsed, &word, &join(&folder, base(&word)))?;
        }
        return Ok(());
    }
    link_one(call, &parsed, &words[0], &words[1])
}

fn link_one(call: &mut Call<'_>, parsed: &Parsed, target: &str, link: &str) -> Answer {
    let full = call.path(link);
    let symbolic = parsed.has('s');
    let kind = if symbolic { "symbolic" } else { "hard" };
    let mut existing = call.path(target);
    if !symbolic {
        match call.stat(&existing, parsed.has('L')) {
            Err(error) => {
                call.refused(&format!("failed to access '{target}'"), error);
                return Ok(());
            }
            Ok(stat) if stat.type_ == FileType::Directory => {
                call.complain(&format!("{target}: hard link not allowed for directory"));
                return Ok(());
            }
            Ok(stat) if call.stat(&full, false).is_ok_and(|it| it.inode == stat.inode) => {
                if parsed.has('f') {
                    return Ok(());
                }
                call.complain(&format!("failed to create hard link '{link}': File exists"));
                return Ok(());
            }
            Ok(_) => {}
        }
        if parsed.has('L') {
            existing = String::from_utf8_lossy(&call.kernel.workspace().real_path(existing.as_bytes()).unwrap_or_default()).into_owned();
        }
    }
    if !symbolic && Borders::of(call.kernel).part(call.kernel, &existing, &full, line(call.kernel, "ln", &[])) {
        call.complain(&format!("failed to create hard link '{link}' => '{target}': Invalid cross-device link"));
        return Ok(());
    }
    // The target is worked out before the link's place is made free: it may lie behind it.
    let relative = if parsed.has('r') { relative(call, target, &full) } else { target.to_owned() };
    if let Ok(there) = call.stat(&full, false) {
        let own = call.stat(&call.path(target), true).is_ok_and(|it| it.inode == there.inode);
        if symbolic && own && (parsed.has('f') || parsed.has('b') || parsed.has('S')) {
            call.complain(&format!("'{target}' and '{link}' are the same file"));
            return Ok(());
        }
        if parsed.has('b') || parsed.has('S') {
            backup(call, parsed, &full)?;
        } else if parsed.has('f') && there.type_ == FileType::Directory {
            call.complain(&format!("{link}: cannot overwrite directory"));
            return Ok(());
        } else if parsed.has('f') {
            let _ = call.kernel.workspace().remove_file(full.as_bytes());
        }
    }
    let made = if symbolic {
        call.kernel.workspace().make_link(relative.as_bytes(), full.as_bytes())
    } else {
        call.kernel.workspace().make_hard_link(existing.as_bytes(), full.as_bytes())
    };
    match made {
        Ok(()) if parsed.has('v') => call.print(&format!("'{link}' {} '{relative}'\n", if symbolic { "->" } else { "=>" })),
        Ok(()) => {}
        Err(error) => call.refused(&format!("failed to create {kind} link '{link}'"), error),
    }
    Ok(())
}

/// The target as seen from the link's folder.
fn relative(call: &Call<'_>, target: &str, link: &str) -> String {
    let real =
        |path: &str| String::from_utf8_lossy(&call.kernel.workspace().real_path(path.as_bytes()).unwrap_or_else(|_| path.as_bytes().to_vec())).into_owned();
    let folder = real(link.rsplit_once('/').map_or("/", |it| if it.0.is_empty() { "/" } else { it.0 }));
    super::show::relative_to(&real(&call.path(target)), &folder)
}

/// link(1).
pub(crate) fn link(call: &mut Call<'_>) -> Answer {
    let [existing, new] = call.args else { return Err(not_modelled("link takes two paths")) };
    let (from, to) = (call.path(existing), call.path(new));
    if Borders::of(call.kernel).part(call.kernel, &from, &to, line(call.kernel, "link", &[])) {
        return Err(exit(format!("cannot create link '{new}' to '{existing}': Invalid cross-device link")));
    }
    call.kernel
        .workspace()
        .make_hard_link(from.as_bytes(), to.as_bytes())
        .map_err(|error| exit(format!("cannot create link '{new}' to '{existing}': {}", failure(error))))
}

const INSTALL: Known = Known {
    short: "m:o:g:dDvt:TpCcbS:",
    long: &[
        ("mode=", 'm'),
        ("owner=", 'o'),
        ("group=", 'g'),
        ("directory", 'd'),
        ("verbose", 'v'),
        ("target-directory=", 't'),
        ("no-target-directory", 'T'),
        ("preserve-timestamps", 'p'),
        ("compare", 'C'),
        ("backup?", 'b'),
        ("suffix=", 'S'),
    ],
};

/// install(1). Modes are exact: the umask has no say.
pub(crate) fn install(call: &mut Call<'_>) -> Answer {
    let parsed = INSTALL.read(call)?;
    let mode = mode_of(parsed.value('m').unwrap_or("755"))?.apply(0, parsed.has('d'), 0);
    let uid = parsed.value('o').map(|name| call.kernel.user(name).ok_or_else(|| exit(format!("invalid user '{name}'")))).transpose()?;
    let gid = parsed.value('g').map(|name| call.kernel.group(name).ok_or_else(|| exit(format!("invalid group '{name}'")))).transpose()?;
    let mut words = parsed.words.clone();
    if words.is_empty() {
        return Err(exit("missing file operand\nTry 'install --help' for more information."));
    }
    if parsed.has('d') {
        for word in words {
            folder(call, &word, parsed.has('v'), Some((mode, uid, gid)));
        }
        return Ok(());
    }
    let (into, destination) = match parsed.value('t') {
        Some(folder) => (true, folder.to_owned()),
        None => {
            let Some(last) = words.pop().filter(|_| parsed.words.len() > 1) else {
                return Err(exit(format!("missing destination file operand after '{}'", parsed.words[0])));
            };
            if parsed.has('T') && words.len() > 1 {
                return Err(exit(format!("extra operand '{last}'\nTry 'install --help' for more information.")));
            }
            let is_folder = call.is_directory(&call.path(&last));
            if !is_folder && words.len() > 1 {
                let why = if call.is_there(&call.path(&last)) { "Not a directory" } else { "No such file or directory" };
                return Err(exit(format!("target '{last}': {why}")));
            }
            (!parsed.has('T') && is_folder, last)
        }
    };
    if parsed.has('D') {
        let parent = if into { destination.as_str() } else { destination.rsplit_once('/').map_or("", |it| it.0) };
        if !parent.is_empty() && !call.is_directory(&call.path(parent)) {
            folder(call, parent, parsed.has('v'), None);
        }
    }
    if into && (1..words.len()).any(|at| words[..at].iter().any(|it| base(it) == base(&words[at]))) {
        return Err(not_modelled("several sources with one name are not modelled"));
    }
    for word in words {
        let to = if into { join(&destination, base(&word)) } else { destination.clone() };
        one(call, &parsed, &word, &to, mode, uid, gid)?;
    }
    Ok(())
}

/// Makes a folder and those on the way, which are 0755 whatever the umask.
fn folder(call: &mut Call<'_>, word: &str, verbose: bool, state: Option<(u32, Option<u32>, Option<u32>)>) {
    if word.is_empty() {
        return call.refused("cannot create directory ''", Error::NoEntry);
    }
    let full = call.path(word.trim_end_matches('/'));
    let ends: Vec<usize> = full.match_indices('/').skip(1).map(|it| it.0).chain([full.len()]).collect();
    for end in ends {
        let path = &full[..end];
        let mask = call.kernel.workspace().set_umask(0);
        let made = call.kernel.workspace().make_directory(path.as_bytes(), 0o755);
        call.kernel.workspace().set_umask(mask);
        match made {
            Ok(()) => {
                if verbose {
                    let trimmed = word.trim_end_matches('/');
                    let shown = &trimmed[..trimmed.len().saturating_sub(full.len() - end)];
                    call.print(&format!("install: creating directory '{shown}'\n"));
                }
            }
            Err(Error::Exists) if call.is_directory(path) => {}
            Err(error) => return call.refused(&format!("cannot create directory '{word}'"), error),
        }
    }
    if let Some((mode, uid, gid)) = state {
        give(call, &full, word, mode, uid, gid);
    }
}

fn give(call: &mut Call<'_>, full: &str, word: &str, mode: u32, uid: Option<u32>, gid: Option<u32>) {
    if uid.is_some() || gid.is_some() {
        if let Err(error) = call.kernel.workspace().set_owner(full.as_bytes(), uid, gid, true) {
            return call.refused(&format!("cannot change ownership of '{word}'"), error);
        }
    }
    if let Err(error) = call.kernel.workspace().set_mode(full.as_bytes(), mode, true) {
        call.refused(&format!("setting permissions for '{word}'"), error);
    }
}

fn one(call: &mut Call<'_>, parsed: &Parsed, word: &str, to: &str, mode: u32, uid: Option<u32>, gid: Option<u32>) -> Answer {
    let (from, full) = (call.path(word), call.path(to));
    let stat = match call.stat(&from, true) {
        Ok(stat) => stat,
        Err(error) => {
            call.refused(&format!("cannot stat '{word}'"), error);
            return Ok(());
        }
    };
    if stat.type_ == FileType::Directory {
        call.complain(&format!("omitting directory '{word}'"));
        return Ok(());
    }
    let bytes = match device(call, &from, stat.type_) {
        Ok(bytes) => bytes,
        Err(error) => {
            call.refused(&format!("cannot open '{word}' for reading"), error);
            return Ok(());
        }
    };
    if let Ok(there) = call.stat(&full, false) {
        if call.stat(&full, true).is_ok_and(|it| it.inode == stat.inode) {
            call.complain(&format!("'{word}' and '{to}' are the same file"));
            return Ok(());
        }
        let same = there.type_ == FileType::Regular && there.mode == mode && uid.is_none_or(|it| it == there.uid) && gid.is_none_or(|it| it == there.gid);
        if parsed.has('C') && same && call.kernel.read(&full).is_ok_and(|it| it == bytes) {
            return Ok(());
        }
        if parsed.has('b') || parsed.has('S') {
            backup(call, parsed, &full)?;
        } else if let Err(error) = call.kernel.workspace().remove_file(full.as_bytes()) {
            call.refused(&format!("cannot remove '{to}'"), error);
            return Ok(());
        }
    }
    if let Err(error) = call.kernel.overwrite(&full, 0o600, &bytes) {
        call.refused(&format!("cannot create regular file '{to}'"), error);
        return Ok(());
    }
    if parsed.has('v') {
        call.print(&format!("'{word}' -> '{to}'\n"));
    }
    // The file gets its mode and nothing else: an access list that it inherited goes (copy.c of GNU coreutils, set_acl).
    if call.kernel.workspace().list_attributes(full.as_bytes(), true).is_ok_and(|it| it.iter().any(|it| it == ACCESS_LIST)) {
        let _ = call.kernel.workspace().remove_attribute(full.as_bytes(), ACCESS_LIST, true);
    }
    give(call, &full, to, mode, uid, gid);
    if parsed.has('p') {
        let _ = call.kernel.workspace().set_times(full.as_bytes(), stat.mtime_seconds, stat.mtime_nanos, true);
    }
    Ok(())
}

/// What is read of a source that need not be a regular file.
fn device(call: &Call<'_>, from: &str, kind: FileType) -> Result<Vec<u8>, Error> {
    match from {
        "/dev/null" => Ok(Vec::new()),
        "/dev/stdin" => Ok(call.stdin.to_vec()),
        _ if kind == FileType::Regular => call.kernel.read(from),
        _ => Err(Error::Unreadable),
    }
}
