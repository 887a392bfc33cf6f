//! chown(1) and chgrp(1).

use gnu_bash::text::to_bytes;
use invitro_sdk::interpreter::invitro::remediation::types::{FileType, Stat};

use super::{
    call::{Answer, Call, exit, join, not_modelled, walked},
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
        ("from=", '<'),
        ("preserve-root", ' '),
        ("no-preserve-root", ' '),
    ],
};

/// Numbers of an owner, and how each is shown.
#[derive(Clone, Debug, Default)]
struct Owner {
    uid: Option<u32>,
    gid: Option<u32>,
    user: Option<String>,
    group: Option<String>,
    /// Only where that is the owner now.
    from: (Option<u32>, Option<u32>),
}

/// A name of a database, else a number below the one that means no change (userspec.c of gnulib).
fn numbered(call: &Call<'_>, database: &str, word: &str) -> Option<(u32, String)> {
    if let Some(number) = call.kernel.column(database, word, 2) {
        return Some((number, word.to_owned()));
    }
    let digits = word.strip_prefix('+').unwrap_or(word);
    let number = Some(digits).filter(|it| it.bytes().all(|it| it.is_ascii_digit()))?.parse().ok().filter(|it| *it != u32::MAX)?;
    Some((number, number.to_string()))
}

/// Reads `user`, `user:group`, `user:` and `:group`; what is wrong with it otherwise.
fn spec(call: &Call<'_>, user: &str, group: Option<&str>) -> Result<Owner, &'static str> {
    let mut owner = Owner::default();
    if !user.is_empty() {
        // `user:` means the group of a user of that name; a number has none.
        if group == Some("") && call.kernel.column("/etc/passwd", user, 2).is_none() {
            return Err("spec");
        }
        let (uid, shown) = numbered(call, "/etc/passwd", user).ok_or("user")?;
        (owner.uid, owner.user) = (Some(uid), Some(shown));
    }
    match group {
        Some("") if !user.is_empty() => {
            let gid = call.kernel.group_of(user).ok_or("spec")?;
            (owner.gid, owner.group) = (Some(gid), Some(call.kernel.group_name(gid)));
        }
        None | Some("") => {}
        Some(group) => {
            let (gid, shown) = numbered(call, "/etc/group", group).ok_or("group")?;
            let is_named = |database: &str, word: &str| call.kernel.column(database, word, 2).is_some();
            if is_named("/etc/group", group) && !is_named("/etc/passwd", user) {
                // Beside a group that has a name a number is not shown (chown.c of coreutils 9.1).
                owner.user = Some(String::new());
            }
            (owner.gid, owner.group) = (Some(gid), Some(shown));
        }
    }
    Ok(owner)
}

/// Reads an owner in either form, and warns of the old one.
fn owner_of(call: &mut Call<'_>, text: &str) -> Answer<Owner> {
    let (user, group) = text.split_once(':').map_or((text, None), |it| (it.0, Some(it.1)));
    let mut read = spec(call, user, group);
    // The old form `user.group`, where what has a point in it is no user.
    if read.is_err() && group.is_none()
        && let Some((user, group)) = text.split_once('.')
        && let Ok(owner) = spec(call, user, Some(group))
    {
        call.say(&format!("warning: '.' should be ':': {}", call.quote(text)));
        read = Ok(owner);
    }
    read.map_err(|what| exit(format!("invalid {what}: {}", call.quote(text))))
}

/// chown(1).
pub(crate) fn chown(call: &mut Call<'_>) -> Answer {
    act(call, owner_of)
}

/// chgrp(1).
pub(crate) fn chgrp(call: &mut Call<'_>) -> Answer {
    act(call, |call, text| {
        if text.is_empty() {
            return Ok(Owner::default());
        }
        let (gid, _) = numbered(call, "/etc/group", text).ok_or_else(|| exit(format!("invalid group: {}", call.quote(text))))?;
        Ok(Owner { gid: Some(gid), group: Some(text.to_owned()), ..Owner::default() })
    })
}

fn act(call: &mut Call<'_>, read: impl Fn(&mut Call<'_>, &str) -> Answer<Owner>) -> Answer {
    let parsed = KNOWN.read(call)?;
    if call.name == "chgrp" && parsed.has('<') {
        // It came with a later release (NEWS of coreutils 9.5).
        return Err(not_modelled("chgrp --from is not modelled"));
    }
    let mut words = parsed.words.clone();
    let told = parsed.options.iter().rev().find(|it| matches!(it.0, 'h' | 'D')).map(|it| it.0);
    if parsed.has('R') && told == Some('D') && !matches!(parsed.last_of("HLP"), Some('H' | 'L')) {
        return Err(exit("-R --dereference requires either -H or -L"));
    }
    if words.len() < 2 - usize::from(parsed.has('=')) {
        return Err(match words.first() {
            None => call.misused("missing operand"),
            Some(_) => call.misused(format!("missing operand after {}", call.quote(call.args.last().map_or("", String::as_str)))),
        });
    }
    let from = match parsed.value('<').map(str::to_owned) {
        Some(text) => owner_of(call, &text).map(|it| (it.uid, it.gid))?,
        None => (None, None),
    };
    let mut owner = if let Some(reference) = parsed.value('=') {
        let stat =
            call.stat(&call.path(reference), true).map_err(|error| exit(format!("failed to get attributes of {}: {}", call.q(reference), failure(error))))?;
        let group = Owner { gid: Some(stat.gid), group: Some(call.kernel.group_name(stat.gid)), ..Owner::default() };
        if call.name == "chown" { Owner { uid: Some(stat.uid), user: Some(call.kernel.user_name(stat.uid)), ..group } } else { group }
    } else {
        let text = words.remove(0);
        read(call, &text)?
    };
    if parsed.has('R') && (told == Some('D') || told == Some('h') && matches!(parsed.last_of("HLP"), Some('H' | 'L'))) {
        return Err(not_modelled("-R with --dereference, or with -h and links that are followed, is not modelled"));
    }
    owner.from = from;
    for word in words {
        let word = walked(&word).to_owned();
        let full = call.path(&word);
        walk(call, &parsed, &full, &word, &owner, true)?;
    }
    Ok(())
}

fn walk(call: &mut Call<'_>, parsed: &Parsed, full: &str, word: &str, owner: &Owner, top: bool) -> Answer {
    let recursive = parsed.has('R');
    // With -R a link on the way is changed itself; -H follows those that were named, -L all.
    let enters = match parsed.last_of("HLP").unwrap_or('P') {
        'L' => true,
        'H' => top,
        _ => false,
    };
    // Whose owner is changed is the link's aim wherever links are followed at all.
    let follow = if recursive { parsed.last_of("HLP").is_some_and(|it| it != 'P') } else { !parsed.has('h') || parsed.last_of("hD") == Some('D') };
    let stat = match call.stat(full, follow) {
        Ok(stat) => stat,
        Err(error) => {
            let is_link = call.is_there(full);
            if parsed.last_of("vc").is_some() && is_link {
                // What it says of the link's owner is what its memory held.
                return Err(not_modelled("-v or -c where a link leads nowhere is not modelled"));
            }
            if parsed.has('f') {
                call.status = 1;
            } else {
                let what = if is_link { "cannot dereference" } else { "cannot access" };
                call.refused(&format!("{what} {}", call.q(word)), error);
            }
            if parsed.last_of("vc") == Some('v') {
                let what = if owner.user.is_some() || owner.group.is_none() { "ownership" } else { "group" };
                let to = shown(owner.user.as_deref(), owner.group.as_deref()).map_or(String::new(), |it| format!(" to {it}"));
                call.print(&format!("failed to change {what} of {}{to}\n", call.q(word)));
            }
            return Ok(());
        }
    };
    if recursive && enters && !top && stat.type_ == FileType::Directory && call.stat(full, false).is_ok_and(|it| it.type_ == FileType::Symlink) {
        return Err(not_modelled("-R -L that meets a link to a folder, which may lead in a circle, is not modelled"));
    }
    let is_link = || call.stat(full, false).is_ok_and(|it| it.type_ == FileType::Symlink);
    if recursive && stat.type_ == FileType::Directory && (enters || !is_link()) {
        match call.names(full)? {
            Ok(names) => {
                for name in names {
                    walk(call, parsed, &join(full, &name), &join(word, &name), owner, false)?;
                }
            }
            Err(error) => call.refused(&format!("cannot read directory {}", call.q(word)), error),
        }
    }
    let is_other = owner.from.0.is_some_and(|it| it != stat.uid) || owner.from.1.is_some_and(|it| it != stat.gid);
    if is_other {
        if parsed.last_of("vc") == Some('v') {
            told(call, parsed, word, &Owner { uid: None, gid: None, ..owner.clone() }, &stat);
        }
    } else if let Err(error) = call.kernel.workspace().set_owner(&to_bytes(full), owner.uid, owner.gid, follow) {
        if parsed.last_of("vc").is_some() {
            return Err(not_modelled("-v or -c where an owner could not be set is not modelled"));
        }
        let what = if owner.uid.is_some() { "ownership" } else { "group" };
        if parsed.has('f') {
            call.status = 1;
        } else {
            call.refused(&format!("changing {what} of {}", call.q(word)), error);
        }
    } else if parsed.last_of("vc") == Some('v') || owner.uid.is_some_and(|it| it != stat.uid) | owner.gid.is_some_and(|it| it != stat.gid) {
        told(call, parsed, word, owner, &stat);
    }
    Ok(())
}

/// `user:group`, or what is given of it.
fn shown(user: Option<&str>, group: Option<&str>) -> Option<String> {
    match (user, group) {
        (Some(user), Some(group)) => Some(format!("{user}:{group}")),
        (user, group) => user.or(group).map(str::to_owned),
    }
}

/// What -v and -c say (chown-core.c of coreutils 9.1, describe_change): the old owner by its names, the new one as it was given.
fn told(call: &mut Call<'_>, parsed: &Parsed, word: &str, owner: &Owner, stat: &Stat) {
    if parsed.last_of("vc").is_none() {
        return;
    }
    let changed = owner.uid.is_some_and(|it| it != stat.uid) || owner.gid.is_some_and(|it| it != stat.gid);
    let what = if owner.user.is_some() { "ownership" } else { "group" };
    let old = shown(owner.user.as_ref().map(|_| call.kernel.user_name(stat.uid)).as_deref(), owner.group.as_ref().map(|_| call.kernel.group_name(stat.gid)).as_deref());
    let new = shown(owner.user.as_deref(), owner.group.as_deref());
    let word = call.q(word);
    let text = match (old, new, changed) {
        (Some(old), Some(new), true) => format!("changed {what} of {word} from {old} to {new}\n"),
        (Some(old), ..) => format!("{what} of {word} retained as {old}\n"),
        _ => format!("ownership of {word} retained\n"),
    };
    call.print(&text);
}
