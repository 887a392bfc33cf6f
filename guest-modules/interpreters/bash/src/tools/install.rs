//! install(1), as GNU coreutils 9.1 has it (install.c).

use std::collections::HashSet;

use gnu_bash::text::to_bytes;
use invitro_sdk::interpreter::invitro::remediation::types::{Error, FileType};

use super::{
    attribute::ACCESS_LIST,
    backup,
    call::{Answer, Call, base, exit, join, not_modelled},
    copy::{is_copy_of, stripped},
    mode::Change,
    options::{Known, Parsed},
    place::make_folders,
    sameness::{Rules, Sameness, compare},
};
use crate::filesystem::failure;

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

/// What files and folders get.
#[derive(Clone, Copy)]
struct State {
    mode: u32,
    uid: Option<u32>,
    gid: Option<u32>,
}

/// install(1). Modes are exact: the umask has no say.
pub(crate) fn install(call: &mut Call<'_>) -> Answer {
    let parsed = INSTALL.read(call)?;
    if parsed.has('d') && parsed.has('t') {
        return Err(exit("target directory not allowed when installing a directory"));
    }
    backup::way(call, &parsed)?;
    let mut words = parsed.words.clone();
    if words.is_empty() || words.len() == 1 && !parsed.has('d') && !parsed.has('t') {
        return Err(match words.first() {
            None => call.misused("missing file operand"),
            Some(first) => call.misused(format!("missing destination file operand after {}", call.q(first))),
        });
    }
    if parsed.has('T') {
        if parsed.has('t') {
            return Err(exit("cannot combine --target-directory (-t) and --no-target-directory (-T)"));
        }
        if words.len() > 2 && !parsed.has('d') {
            return Err(call.misused(format!("extra operand {}", call.q(&words[2]))));
        }
    }
    if let Some(folder) = parsed.value('t') {
        match call.stat(&call.path(folder), true) {
            Ok(it) if it.type_ == FileType::Directory => {}
            Ok(_) if !parsed.has('D') => return Err(exit(format!("failed to access {}: {}", call.q(folder), failure(Error::NotDirectory)))),
            Err(error) if !parsed.has('D') => return Err(exit(format!("failed to access {}: {}", call.q(folder), failure(error)))),
            _ => {}
        }
    }
    let mut place = None;
    if !parsed.has('d') {
        place = Some(match parsed.value('t') {
            Some(folder) => (true, folder.to_owned()),
            None => {
                let last = words.pop().unwrap_or_default();
                let found = call.stat(&call.path(&last), true);
                let is_folder = !parsed.has('T') && found.as_ref().is_ok_and(|it| it.type_ == FileType::Directory);
                if !is_folder && words.len() > 1 {
                    return Err(exit(format!("target {}: {}", call.q(&last), failure(found.err().unwrap_or(Error::NotDirectory)))));
                }
                (is_folder, last)
            }
        });
    }
    if parsed.has('p') && parsed.has('C') {
        return Err(call.misused("options --compare (-C) and --preserve-timestamps are mutually exclusive"));
    }
    let text = parsed.value('m').unwrap_or("00755");
    let change = Change::parse(text).ok_or_else(|| exit(format!("invalid mode {}", call.quote(text))))?;
    let named = |given: Option<&str>, find: &dyn Fn(&str) -> Option<u32>, what: &str| {
        given.map(|name| find(name).filter(|it| *it != u32::MAX).ok_or_else(|| exit(format!("invalid {what} {}", call.quote(name))))).transpose()
    };
    let uid = named(parsed.value('o'), &|it| call.kernel.user(it), "user")?;
    let gid = named(parsed.value('g'), &|it| call.kernel.group(it), "group")?;
    let state = State { mode: change.apply(0, parsed.has('d'), 0), uid, gid };
    if parsed.has('C') && state.mode & 0o7000 != 0 {
        call.say("the --compare (-C) option is ignored when you specify a mode with non-permission bits");
    }
    let Some((into, destination)) = place else {
        for word in words {
            folder(call, &word, &change, parsed.has('v'), state)?;
        }
        return Ok(());
    };
    if parsed.has('D') {
        let parent = if into { destination.as_str() } else { stripped(&destination).rsplit_once('/').map_or("", |it| it.0) };
        if !parent.is_empty() && !call.is_directory(&call.path(parent)) && !leading(call, parent, parsed.has('v')) {
            return Ok(());
        }
    }
    let mut made = (into && words.len() > 1).then(HashSet::new);
    for word in words {
        let to = if into { join(&destination, base(stripped(&word))) } else { destination.clone() };
        one(call, &parsed, &word, &to, state, made.as_mut())?;
    }
    Ok(())
}

/// The folders on the way of `-D`, which are 0755 whatever the umask; false where they could not be made.
fn leading(call: &mut Call<'_>, parent: &str, verbose: bool) -> bool {
    let parent = stripped(parent);
    let shown = |call: &Call<'_>, what: &str, error: Error| format!("cannot create directory {}: {}", call.q(what), failure(error));
    if let Err((what, error)) = make_folders(call, parent, verbose.then_some("install: creating directory"), None, Some(0o755)) {
        let text = shown(call, &what, error);
        call.complain(&text);
        return false;
    }
    let mask = call.kernel.workspace().set_umask(0);
    let answer = call.kernel.workspace().make_directory(&to_bytes(&call.path(parent)), 0o755);
    call.kernel.workspace().set_umask(mask);
    match answer {
        Ok(()) if verbose => call.print(&format!("install: creating directory {}\n", call.q(parent))),
        Ok(()) => {}
        Err(Error::Exists) if call.is_directory(&call.path(parent)) => {}
        Err(error) => {
            let text = shown(call, parent, if error == Error::Exists { Error::NotDirectory } else { error });
            call.complain(&text);
            return false;
        }
    }
    true
}

/// Makes a folder and those on the way, which are 0755 whatever the umask.
fn folder(call: &mut Call<'_>, word: &str, change: &Change, verbose: bool, state: State) -> Answer {
    let said = "install: creating directory";
    if let Err((what, error)) = make_folders(call, word, verbose.then_some(said), None, Some(0o755)) {
        call.refused(&format!("cannot create directory {}", call.quote(&what)), error);
        return Ok(());
    }
    let full = call.path(word);
    if call.stat(full.trim_end_matches('/'), false).is_ok_and(|it| it.type_ == FileType::Symlink) {
        return Err(not_modelled("install -d of a link is not modelled"));
    }
    let made = call.kernel.workspace().make_directory(&to_bytes(&full), 0o755);
    let mut old = None;
    match made {
        Ok(()) if verbose => call.print(&format!("{said} {}\n", call.q(word))),
        Ok(()) => {}
        Err(Error::Exists) if call.is_directory(&full) => old = call.stat(&full, true).ok().map(|it| it.mode),
        Err(Error::Exists) if call.stat(&full, false).is_ok_and(|it| it.type_ == FileType::Symlink) => {
            return Err(not_modelled("install -d of a link that leads to no folder is not modelled"));
        }
        Err(error) => {
            let (what, error) = match call.stat(&full, true) {
                Err(found) if error == Error::Exists && !matches!(found, Error::NoEntry | Error::NotDirectory) => ("stat", found),
                _ => ("create directory", error),
            };
            call.refused(&format!("cannot {what} {}", call.quote(word)), error);
            return Ok(());
        }
    }
    // What the mode says nothing of stays: of a folder that was there all of that, of a new one the set-id bits that it inherited.
    let open = change.apply(0, true, 0) ^ change.apply(0o7777, true, 0);
    if old.is_some() && change.copies() {
        return Err(not_modelled("install -d of a folder that is there, with a mode out of its own, is not modelled"));
    }
    let kept = old.unwrap_or_else(|| call.stat(&full, true).map_or(0, |it| it.mode & 0o6000));
    give(call, &full, word, State { mode: state.mode | kept & open, ..state });
    Ok(())
}

fn give(call: &mut Call<'_>, full: &str, word: &str, State { mode, uid, gid }: State) {
    if uid.is_some() || gid.is_some() {
        if let Err(error) = call.kernel.workspace().set_owner(&to_bytes(full), uid, gid, true) {
            return call.refused(&format!("cannot change ownership of {}", call.q(word)), error);
        }
    }
    if let Err(error) = call.kernel.workspace().set_mode(&to_bytes(full), mode, true) {
        call.refused(&format!("setting permissions for {}", call.q(word)), error);
    }
}

fn one(call: &mut Call<'_>, parsed: &Parsed, word: &str, to: &str, state: State, made: Option<&mut HashSet<(String, u64)>>) -> Answer {
    let (from, full) = (call.path(word), call.path(to));
    let stat = match call.stat(&from, true) {
        Ok(stat) => stat,
        Err(error) => {
            call.refused(&format!("cannot stat {}", call.q(word)), error);
            return Ok(());
        }
    };
    if stat.type_ == FileType::Directory {
        call.complain(&format!("omitting directory {}", call.q(word)));
        return Ok(());
    }
    let read = device(call, &from, stat.type_);
    let mut kept = String::new();
    let mut removed = false;
    match call.stat(&full, false) {
        Ok(there) => {
            let same = there.type_ == FileType::Regular
                && there.mode == state.mode
                && state.uid.unwrap_or(0) == there.uid
                && state.gid.unwrap_or(0) == there.gid
                && stat.type_ == FileType::Regular
                && state.mode & 0o7000 == 0;
            if parsed.has('C') && same && read.as_ref().is_ok_and(|read| call.kernel.read(&full).is_ok_and(|it| it == *read)) {
                return Ok(());
            }
            if there.type_ == FileType::Symlink && call.stat(&full, true).is_ok_and(|it| it.inode == stat.inode) {
                return Err(not_modelled("install onto a link to its source is not modelled"));
            }
            let rules = Rules { unlinks_first: true, backs_up: backup::way(call, parsed)?.is_some(), ..Rules::default() };
            if compare(call, &from, &stat, &full, &there, rules) == Sameness::Same {
                call.complain(&format!("{} and {} are the same file", call.q(word), call.q(to)));
                return Ok(());
            }
            if made.as_ref().is_some_and(|it| it.contains(&(full.clone(), there.inode))) && backup::way(call, parsed)? != Some('#') {
                call.complain(&format!("will not overwrite just-created {} with {}", call.q(to), call.q(word)));
                return Ok(());
            }
            if there.type_ == FileType::Directory {
                call.complain(&format!("cannot overwrite directory {} with non-directory", call.q(to)));
                return Ok(());
            }
            if backup::way(call, parsed)?.is_some_and(|it| it != '#') && is_copy_of(call, parsed, word, &stat, &full) {
                call.complain(&format!("backing up {} might destroy source;  {} not copied", call.q(to), call.q(word)));
                return Ok(());
            }
            match backup::make(call, parsed, &full, to)? {
                Some(ending) => kept = format!(" (backup: {})", call.q(&format!("{to}{ending}"))),
                None => match call.kernel.workspace().remove_file(&to_bytes(&full)) {
                    Ok(()) => removed = true,
                    Err(error) => {
                        call.refused(&format!("cannot remove {}", call.q(to)), error);
                        return Ok(());
                    }
                },
            }
        }
        Err(Error::NoEntry) => {}
        Err(error) => {
            call.refused(&format!("cannot stat {}", call.q(to)), error);
            return Ok(());
        }
    }
    let bytes = match read {
        Ok(bytes) => bytes,
        Err(error) => {
            call.refused(&format!("cannot open {} for reading", call.q(word)), error);
            return Ok(());
        }
    };
    if removed && parsed.has('v') {
        call.print(&format!("removed {}\n", call.q(to)));
    }
    if parsed.has('v') {
        call.print(&format!("{} -> {}{kept}\n", call.q(word), call.q(to)));
    }
    let answer = if to.ends_with('/') { Err(Error::NotDirectory) } else { call.kernel.overwrite(&full, 0o600, &bytes) };
    if let Err(error) = answer {
        call.refused(&format!("cannot create regular file {}", call.q(to)), error);
        return Ok(());
    }
    // The file gets its mode and nothing else: an access list that it inherited goes (copy.c of GNU coreutils, set_acl).
    if call.kernel.workspace().list_attributes(&to_bytes(&full), true).is_ok_and(|it| it.iter().any(|it| it == ACCESS_LIST)) {
        let _ = call.kernel.workspace().remove_attribute(&to_bytes(&full), ACCESS_LIST, true);
    }
    give(call, &full, to, state);
    if parsed.has('p') {
        let _ = call.kernel.workspace().set_times(&to_bytes(&full), stat.mtime_seconds, stat.mtime_nanos, true);
    }
    if let (Some(made), Ok(it)) = (made, call.stat(&full, false)) {
        made.insert((full, it.inode));
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
