//! chown(1) and chgrp(1).

use invitro_sdk::interpreter::invitro::remediation::types::{FileType, Stat};

use super::{
    call::{Answer, Call, exit, join, not_modelled},
    options::{Known, Parsed},
};
use crate::filesystem::failure;

const KNOWN: Known = Known {
    short: "RhHLPvcf",
    long: &[
        ("recursive", 'R'),
        ("no-dereference", 'h'),
        ("dereference", 'D'),
        ("verbose", 'v'),
        ("changes", 'c'),
        ("silent", 'f'),
        ("quiet", 'f'),
        ("reference=", '='),
        ("preserve-root", ' '),
        ("no-preserve-root", ' '),
    ],
};

type Owner = (Option<u32>, Option<u32>);

/// chown(1).
pub(crate) fn chown(call: &mut Call<'_>) -> Answer {
    act(call, |call, text| {
        let invalid = |what: &str| exit(format!("invalid {what}: '{text}'"));
        let (user, group) = match text.split_once(':') {
            Some((user, group)) => (user, Some(group)),
            // The old form `user.group`, where no user has that name.
            None if text.contains('.') && call.kernel.user(text).is_none() => return Err(not_modelled("an owner in the old form `user.group`, of which chown warns, is not modelled")),
            None => (text, None),
        };
        let uid = if user.is_empty() { None } else { Some(call.kernel.user(user).ok_or_else(|| invalid("user"))?) };
        let gid = match group {
            None => None,
            Some("") if user.is_empty() => None,
            // `user:` means the group of a user of that name; a number has none.
            Some("") if call.kernel.column("/etc/passwd", user, 2).is_none() => return Err(invalid("spec")),
            Some("") => Some(call.kernel.group_of(user).ok_or_else(|| invalid("spec"))?),
            Some(group) => Some(call.kernel.group(group).ok_or_else(|| invalid("group"))?),
        };
        Ok((uid, gid))
    })
}

/// chgrp(1).
pub(crate) fn chgrp(call: &mut Call<'_>) -> Answer {
    act(call, |call, text| if text.is_empty() { Ok((None, None)) } else { Ok((None, Some(call.kernel.group(text).ok_or_else(|| exit(format!("invalid group: '{text}'")))?))) })
}

fn act(call: &mut Call<'_>, read: impl Fn(&Call<'_>, &str) -> Answer<Owner>) -> Answer {
    let parsed = KNOWN.read(call)?;
    let mut words = parsed.words.clone();
    let owner = if let Some(reference) = parsed.value('=') {
        let stat = call.stat(&call.path(reference), true).map_err(|error| exit(format!("failed to get attributes of '{reference}': {}", failure(error))))?;
        (if call.name == "chown" { Some(stat.uid) } else { None }, Some(stat.gid))
    } else {
        if words.is_empty() {
            return Err(exit(format!("missing operand\nTry '{} --help' for more information.", call.name)));
        }
        let text = words.remove(0);
        if parsed.last_of("vc").is_some() && text.bytes().any(|it| it.is_ascii_digit()) {
            // They are shown as they were given.
            return Err(not_modelled("owners by number with -v or -c are not modelled"));
        }
        read(call, &text)?
    };
    if words.is_empty() {
        return Err(exit(format!("missing operand after the owner\nTry '{} --help' for more information.", call.name)));
    }
    let told = parsed.options.iter().rev().find(|it| matches!(it.0, 'h' | 'D')).map(|it| it.0);
    if parsed.has('R') && told == Some('D') && !matches!(parsed.last_of("HLP"), Some('H' | 'L')) {
        return Err(exit("-R --dereference requires either -H or -L"));
    }
    if owner.0 == Some(u32::MAX) || owner.1 == Some(u32::MAX) {
        return Err(not_modelled("the owner that means no change is not modelled"));
    }
    if parsed.has('R') && (told == Some('D') || told == Some('h') && matches!(parsed.last_of("HLP"), Some('H' | 'L'))) {
        return Err(not_modelled("-R with --dereference, or with -h and links that are followed, is not modelled"));
    }
    for word in words {
        let full = call.path(&word);
        walk(call, &parsed, &full, &word, owner, true)?;
    }
    Ok(())
}

fn walk(call: &mut Call<'_>, parsed: &Parsed, full: &str, word: &str, owner: Owner, top: bool) -> Answer {
    let recursive = parsed.has('R');
    // With -R a link on the way is changed itself; -H follows those that were named, -L all.
    let enters = match parsed.last_of("HLP").unwrap_or('P') {
        'L' => true,
        'H' => top,
        _ => false,
    };
    let follow = if recursive { enters } else { !parsed.has('h') };
    let stat = match call.stat(full, follow) {
        Ok(stat) => stat,
        Err(_) if parsed.last_of("vc") == Some('v') => return Err(not_modelled("-v where something is not there is not modelled")),
        Err(_) if parsed.has('f') => {
            call.status = 1;
            return Ok(());
        }
        Err(error) => {
            let what = if call.is_there(full) { "cannot dereference" } else { "cannot access" };
            call.refused(&format!("{what} '{word}'"), error);
            return Ok(());
        }
    };
    if recursive && follow && !top && stat.type_ == FileType::Directory && call.stat(full, false).is_ok_and(|it| it.type_ == FileType::Symlink) {
        return Err(not_modelled("-R -L that meets a link to a folder, which may lead in a circle, is not modelled"));
    }
    if recursive && stat.type_ == FileType::Directory {
        match call.names(full)? {
            Ok(names) => {
                for name in names {
                    walk(call, parsed, &join(full, &name), &join(word, &name), owner, false)?;
                }
            }
            Err(error) => call.refused(&format!("cannot read directory '{word}'"), error),
        }
    }
    if let Err(error) = call.kernel.workspace().set_owner(full.as_bytes(), owner.0, owner.1, follow) {
        let what = if call.name == "chown" { "ownership" } else { "group" };
        call.refused(&format!("changing {what} of '{word}'"), error);
    } else if parsed.last_of("vc") == Some('v') || owner.0.is_some_and(|it| it != stat.uid) | owner.1.is_some_and(|it| it != stat.gid) {
        told(call, parsed, word, owner, &stat);
    }
    Ok(())
}

/// What -v and -c say (chown-core.c of coreutils 9.1, describe_change).
fn told(call: &mut Call<'_>, parsed: &Parsed, word: &str, owner: Owner, stat: &Stat) {
    if parsed.last_of("vc").is_none() {
        return;
    }
    let spec = |uid: Option<u32>, gid: Option<u32>| match (uid, gid) {
        (Some(uid), Some(gid)) => format!("{}:{}", call.kernel.user_name(uid), call.kernel.group_name(gid)),
        (Some(uid), None) => call.kernel.user_name(uid),
        (None, Some(gid)) => call.kernel.group_name(gid),
        (None, None) => String::new(),
    };
    let what = if owner.0.is_some() { "ownership" } else { "group" };
    let (old, new) = (spec(owner.0.map(|_| stat.uid), owner.1.map(|_| stat.gid)), spec(owner.0, owner.1));
    let word = gnu_text::quoted_file(word);
    let text = match (owner, old == new) {
        ((None, None), _) => format!("ownership of {word} retained\n"),
        (_, true) => format!("{what} of {word} retained as {new}\n"),
        (_, false) => format!("changed {what} of {word} from {old} to {new}\n"),
    };
    call.print(&text);
}
