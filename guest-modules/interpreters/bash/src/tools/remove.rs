//! rm(1), rmdir(1), unlink(1).

use invitro_sdk::interpreter::invitro::remediation::types::{Error, FileType};

use super::{
    call::{Answer, Call, exit, join, not_modelled},
    options::{Known, Parsed},
};
use crate::filesystem::failure;

const RM: Known = Known {
    short: "rRfvdiI",
    long: &[("recursive", 'r'), ("force", 'f'), ("verbose", 'v'), ("dir", 'd'), ("no-preserve-root", '/'), ("preserve-root?", ' '), ("one-file-system", ' ')],
};

/// rm(1).
pub(crate) fn rm(call: &mut Call<'_>) -> Answer {
    let parsed = RM.read(call)?;
    if parsed.last_of("fiI").is_some_and(|it| it != 'f') {
        return Err(not_modelled("rm that asks is not modelled"));
    }
    if parsed.words.is_empty() && !parsed.has('f') {
        return Err(exit("missing operand\nTry 'rm --help' for more information."));
    }
    for word in &parsed.words {
        let full = call.path(word);
        let last = word.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
        let recursive = parsed.has('r') || parsed.has('R');
        if matches!(last, "." | "..") {
            call.complain(&format!("refusing to remove '.' or '..' directory: skipping '{word}'"));
        } else if recursive && !parsed.has('/') && call.kernel.workspace().real_path(full.as_bytes()).is_ok_and(|it| it == b"/") {
            call.complain("it is dangerous to operate recursively on '/'\nrm: use --no-preserve-root to override this failsafe");
        } else {
            remove(call, &parsed, &full, word, recursive)?;
        }
    }
    Ok(())
}

fn remove(call: &mut Call<'_>, parsed: &Parsed, full: &str, word: &str, recursive: bool) -> Answer {
    let stat = match call.stat(full, false) {
        Ok(stat) => stat,
        Err(Error::NoEntry | Error::NotDirectory) if parsed.has('f') => return Ok(()),
        Err(error) => {
            call.refused(&format!("cannot remove '{word}'"), error);
            return Ok(());
        }
    };
    if stat.type_ != FileType::Directory {
        match call.kernel.workspace().remove_file(full.as_bytes()) {
            Ok(()) if parsed.has('v') => call.print(&format!("removed '{word}'\n")),
            Ok(()) => {}
            Err(error) => call.refused(&format!("cannot remove '{word}'"), error),
        }
        return Ok(());
    }
    if !recursive && !parsed.has('d') {
        call.complain(&format!("cannot remove '{word}': Is a directory"));
        return Ok(());
    }
    if recursive {
        match call.names(full)? {
            Ok(names) => {
                for name in names {
                    remove(call, parsed, &join(full, &name), &join(word, &name), true)?;
                }
            }
            Err(error) => call.refused(&format!("cannot remove '{word}'"), error),
        }
    }
    match call.kernel.workspace().remove_directory(full.as_bytes()) {
        Ok(()) if parsed.has('v') => call.print(&format!("removed directory '{word}'\n")),
        Ok(()) => {}
        // A folder that was named through a link stays, silently, as does what could not be emptied and was told already.
        Err(Error::NotDirectory) if full.ends_with('/') => {}
        Err(Error::NotEmpty) if recursive && call.status != 0 => {}
        Err(error) => call.refused(&format!("cannot remove '{word}'"), error),
    }
    Ok(())
}

const RMDIR: Known = Known { short: "pv", long: &[("parents", 'p'), ("verbose", 'v'), ("ignore-fail-on-non-empty", 'i')] };

/// rmdir(1).
pub(crate) fn rmdir(call: &mut Call<'_>) -> Answer {
    let parsed = RMDIR.read(call)?;
    if parsed.words.is_empty() {
        return Err(exit("missing operand\nTry 'rmdir --help' for more information."));
    }
    for word in &parsed.words {
        let mut word = word.as_str();
        loop {
            // It is said before it is tried.
            if parsed.has('v') {
                call.print(&format!("rmdir: removing directory, '{word}'\n"));
            }
            match call.kernel.workspace().remove_directory(call.path(word).as_bytes()) {
                Ok(()) => {}
                Err(Error::NotEmpty) if parsed.has('i') => break,
                Err(error) => {
                    call.refused(&format!("failed to remove '{word}'"), error);
                    break;
                }
            }
            match word.trim_end_matches('/').rsplit_once('/') {
                Some((parent, _)) if parsed.has('p') && !parent.is_empty() => word = parent,
                _ => break,
            }
        }
    }
    Ok(())
}

/// unlink(1).
pub(crate) fn unlink(call: &mut Call<'_>) -> Answer {
    let [word] = call.args else { return Err(not_modelled("unlink takes one path")) };
    let full = call.path(word);
    call.kernel.workspace().remove_file(full.as_bytes()).map_err(|error| exit(format!("cannot unlink '{word}': {}", failure(error))))
}
