//! rm(1), rmdir(1), unlink(1).

use gnu_bash::text::to_bytes;
use invitro_sdk::interpreter::invitro::remediation::types::{Error, FileType};

use super::{
    call::{Answer, Call, Trouble, exit, join, not_modelled, walked},
    file_systems::{Borders, busy},
    options::{Known, Parsed},
};
use crate::filesystem::failure;

const RM: Known = Known {
    short: "rRfvdiI",
    long: &[("recursive", 'r'), ("force", 'f'), ("verbose", 'v'), ("dir", 'd'), ("no-preserve-root", '/'), ("preserve-root?", ' '), ("one-file-system", '1')],
};

/// rm(1).
pub(crate) fn rm(call: &mut Call<'_>) -> Answer {
    let parsed = RM.read(call).map_err(|trouble| match trouble {
        Trouble::Exit(message, status) => Trouble::Exit(hinted(call, &message), status),
        other => other,
    })?;
    if parsed.last_of("fiI").is_some_and(|it| it != 'f') {
        return Err(not_modelled("rm that asks is not modelled"));
    }
    if parsed.words.is_empty() && !parsed.has('f') {
        return Err(call.misused("missing operand"));
    }
    for word in &parsed.words {
        let word = walked(word);
        let full = call.path(word);
        let last = word.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
        let recursive = parsed.has('r') || parsed.has('R');
        if recursive && matches!(last, "." | "..") {
            call.complain(&format!("refusing to remove '.' or '..' directory: skipping {}", call.q(word)));
        } else if recursive && !parsed.has('/') && call.kernel.workspace().real_path(&to_bytes(&full)).is_ok_and(|it| it == b"/") {
            call.complain("it is dangerous to operate recursively on '/'\nrm: use --no-preserve-root to override this failsafe");
        } else {
            remove(call, &parsed, &full, word, recursive)?;
        }
    }
    Ok(())
}

/// A file that was taken for options is told of (rm.c, diagnose_leading_hyphen).
fn hinted(call: &Call<'_>, message: &str) -> String {
    let file = call.args.iter().find(|it| it.len() > 1 && it.starts_with('-') && call.is_there(&call.path(it)));
    match (file, message.split_once('\n')) {
        (Some(file), Some((first, rest))) => format!("{first}\nTry 'rm ./{}' to remove the file {}.\n{rest}", call.name(file), call.q(file)),
        _ => message.to_owned(),
    }
}

/// Answers whether a folder is the one that the shell is in: what `..` then leads to is the kernel's business.
fn is_here(call: &Call<'_>, full: &str) -> bool {
    let inode = |path: &str| call.stat(path, true).ok().map(|it| it.inode);
    inode(full).is_some_and(|it| Some(it) == inode(&call.cwd))
}

fn remove(call: &mut Call<'_>, parsed: &Parsed, full: &str, word: &str, recursive: bool) -> Answer {
    let stat = match call.stat(full, false) {
        Ok(stat) => stat,
        Err(error) => {
            // A link with a slash behind it that leads nowhere is no folder.
            let leads_nowhere = word.ends_with('/') && call.stat(full.trim_end_matches('/'), false).is_ok_and(|it| it.type_ == FileType::Symlink);
            let error = if leads_nowhere { Error::NotDirectory } else { error };
            if !parsed.has('f') || !matches!(error, Error::NoEntry | Error::NotDirectory) {
                call.refused(&format!("cannot remove {}", call.q(word)), error);
            }
            return Ok(());
        }
    };
    if stat.type_ != FileType::Directory {
        match call.kernel.workspace().remove_file(&to_bytes(&full)) {
            Ok(()) if parsed.has('v') => call.print(&format!("removed {}\n", call.q(word))),
            Ok(()) => {}
            Err(error) => call.refused(&format!("cannot remove {}", call.q(word)), error),
        }
        return Ok(());
    }
    if !recursive && !parsed.has('d') {
        call.complain(&format!("cannot remove {}: Is a directory", call.q(word)));
        return Ok(());
    }
    if recursive {
        if parsed.has('1') && Borders::of(call.kernel).is_at(call.kernel, full, call.line) {
            return Err(not_modelled("rm --one-file-system that comes to another file system is not modelled"));
        }
        match call.names(full)? {
            Ok(names) => {
                for name in names {
                    remove(call, parsed, &join(full, &name), &join(word, &name), true)?;
                }
            }
            Err(error) => call.refused(&format!("cannot remove {}", call.q(word)), error),
        }
    }
    if is_here(call, full) {
        return Err(not_modelled("rm of the folder that the shell is in is not modelled"));
    }
    match removed(call, full) {
        Ok(()) if parsed.has('v') => call.print(&format!("removed directory {}\n", call.q(word))),
        Ok(()) => {}
        // Through a link in it the folder may have lost that link meanwhile.
        Err(Error::NotDirectory | Error::NoEntry) if parsed.has('f') => {}
        // What could not be emptied was told already.
        Err(Error::NotEmpty) if recursive && call.status != 0 => {}
        Err(error) => call.refused(&format!("cannot remove {}", call.q(word)), error),
    }
    Ok(())
}

/// Removes a folder; the root of a file system is busy (rmdir(2)).
fn removed(call: &Call<'_>, full: &str) -> Result<(), Error> {
    if call.stat(full, false).is_ok_and(|it| it.type_ == FileType::Directory) && Borders::of(call.kernel).is_at(call.kernel, full, call.line) {
        return Err(busy());
    }
    call.kernel.workspace().remove_directory(&to_bytes(full))
}

const RMDIR: Known = Known { short: "pv", long: &[("parents", 'p'), ("verbose", 'v'), ("ignore-fail-on-non-empty", 'i')] };

/// rmdir(1).
pub(crate) fn rmdir(call: &mut Call<'_>) -> Answer {
    let parsed = RMDIR.read(call)?;
    if parsed.words.is_empty() {
        return Err(call.misused("missing operand"));
    }
    for word in &parsed.words {
        // It is said before it is tried.
        if parsed.has('v') {
            call.print(&format!("rmdir: removing directory, {}\n", call.q(word)));
        }
        match removed(call, &call.path(word)) {
            Ok(()) if parsed.has('p') => parents(call, &parsed, word),
            Ok(()) => {}
            Err(Error::NotEmpty) if parsed.has('i') => {}
            Err(Error::NotDirectory) if is_link_with_slash(call, word) => {
                call.complain(&format!("failed to remove {}: Symbolic link not followed", call.q(word)));
            }
            Err(error) => call.refused(&format!("failed to remove {}", call.q(word)), error),
        }
    }
    Ok(())
}

/// Answers whether a name with a slash behind it is a link that may lead to a folder (rmdir.c of GNU coreutils).
fn is_link_with_slash(call: &Call<'_>, word: &str) -> bool {
    let may_lead = |found: Result<FileType, Error>| match found {
        Ok(kind) => kind == FileType::Directory,
        Err(error) => error != Error::NotDirectory,
    };
    let trimmed = word.trim_end_matches('/');
    word.ends_with('/')
        && may_lead(call.stat(&call.path(word), true).map(|it| it.type_))
        && call.stat(&call.path(trimmed), false).is_ok_and(|it| it.type_ == FileType::Symlink)
}

/// The folders above one that is gone.
fn parents(call: &mut Call<'_>, parsed: &Parsed, word: &str) {
    let mut word = word.trim_end_matches('/');
    while let Some(at) = word.rfind('/') {
        let before = word[..at].trim_end_matches('/');
        word = if before.is_empty() { &word[..1] } else { before };
        if parsed.has('v') {
            call.print(&format!("rmdir: removing directory, {}\n", call.q(word)));
        }
        match removed(call, &call.path(word)) {
            Ok(()) => {}
            Err(Error::NotEmpty) if parsed.has('i') => return,
            Err(error) => {
                let what = if error == Error::NotDirectory { "" } else { "directory " };
                return call.refused(&format!("failed to remove {what}{}", call.q(word)), error);
            }
        }
        if word == "/" {
            return;
        }
    }
}

/// unlink(1).
pub(crate) fn unlink(call: &mut Call<'_>) -> Answer {
    let [word] = call.args else { return Err(not_modelled("unlink takes one path")) };
    let full = call.path(word);
    call.kernel.workspace().remove_file(&to_bytes(&full)).map_err(|error| exit(format!("cannot unlink {}: {}", call.q(word), failure(error))))
}
