//! ln(1) and link(1), as GNU coreutils 9.1 has them (ln.c).

use std::collections::HashSet;

use gnu_bash::text::{from_bytes, to_bytes};
use invitro_sdk::interpreter::invitro::remediation::types::{Error, FileType};

use super::{
    backup,
    call::{Answer, Call, Trouble, base, exit, join, line, not_modelled},
    copy::stripped,
    file_systems::Borders,
    options::{Known, Parsed},
    sameness::is_one_name,
};
use crate::filesystem::failure;

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
    let parsed = LN.read(call).map_err(|trouble| match trouble {
        // The folder is looked at before what comes behind it is read.
        Trouble::Exit(..) if call.args.iter().any(|it| it.starts_with("-t") || it.starts_with("--t")) => {
            not_modelled("ln that is misused, with a folder for what it makes, is not modelled")
        }
        other => other,
    })?;
    if parsed.has('i') {
        return Err(not_modelled("ln that asks is not modelled"));
    }
    let mut words = parsed.words.clone();
    if let Some(folder) = parsed.value('t') {
        let found = call.stat(&call.path(folder), true).map_err(|error| exit(format!("failed to access {}: {}", call.q(folder), failure(error))))?;
        if found.type_ != FileType::Directory {
            return Err(exit(format!("target {} is not a directory", call.q(folder))));
        }
    }
    if words.is_empty() {
        return Err(call.misused("missing file operand"));
    }
    if parsed.has('r') && !parsed.has('s') {
        return Err(exit("cannot do --relative without --symbolic"));
    }
    if parsed.has('T') {
        if parsed.has('t') {
            return Err(exit("cannot combine --target-directory and --no-target-directory"));
        }
        if words.len() != 2 {
            return Err(match words.get(2) {
                None => call.misused(format!("missing destination file operand after {}", call.q(&words[0]))),
                Some(third) => call.misused(format!("extra operand {}", call.q(third))),
            });
        }
    }
    backup::way(call, &parsed)?;
    let folder = match parsed.value('t') {
        Some(folder) => Some(folder.to_owned()),
        None if words.len() == 1 && !parsed.has('T') => Some(".".to_owned()),
        None => {
            let last = words.last().cloned().unwrap_or_default();
            let full = call.path(&last);
            let is_link = call.stat(&full, false).is_ok_and(|it| it.type_ == FileType::Symlink);
            let found = call.stat(&full, !(parsed.has('n') && is_link));
            // An empty target makes no link, whatever the other word is.
            let is_tried = words.len() == 2 && parsed.has('s') && !parsed.has('r') && words[0].is_empty();
            let inside = !parsed.has('T') && !is_tried && found.as_ref().is_ok_and(|it| it.type_ == FileType::Directory);
            if !inside && words.len() > 2 {
                return Err(exit(format!("target {}: {}", call.q(&last), failure(found.err().unwrap_or(Error::NotDirectory)))));
            }
            inside.then(|| words.pop().unwrap_or_default())
        }
    };
    let mut made = HashSet::new();
    let Some(folder) = folder else {
        let full = call.path(&words[1]);
        return link_one(call, &parsed, &words[0], (&words[1], full), None);
    };
    let several = words.len() > 1;
    // The folder is opened once: what happens to its name on the way does not matter.
    let real = from_bytes(&call.kernel.workspace().real_path(&to_bytes(&call.path(&folder))).unwrap_or_default());
    for word in words {
        let name = base(stripped(&word));
        link_one(call, &parsed, &word, (&join(&folder, name), join(&real, name)), several.then_some(&mut made))?;
    }
    Ok(())
}

fn link_one(call: &mut Call<'_>, parsed: &Parsed, target: &str, (link, full): (&str, String), made_before: Option<&mut HashSet<(String, u64)>>) -> Answer {
    let symbolic = parsed.has('s');
    let existing = call.path(target);
    let mut source = None;
    if !symbolic {
        match call.stat(&existing, parsed.last_of("LP") == Some('L')) {
            Err(error) => {
                call.refused(&format!("failed to access {}", call.q(target)), error);
                return Ok(());
            }
            Ok(stat) if stat.type_ == FileType::Directory => {
                call.complain(&format!("{}: hard link not allowed for directory", call.name(target)));
                return Ok(());
            }
            Ok(stat) => source = Some(stat),
        }
    }
    if !symbolic && Borders::of(call.kernel).part(call.kernel, &existing, &full, line(call.kernel, "ln", &[])) {
        call.complain(&format!("failed to create hard link {} => {}: Invalid cross-device link", call.q(link), call.q(target)));
        return Ok(());
    }
    let relative = if parsed.has('r') { relative(call, target, &full) } else { target.to_owned() };
    let force = parsed.has('f') || backup::is_asked(parsed);
    let mut kept = None;
    if force {
        match call.stat(&full, false) {
            Err(Error::NoEntry) => {}
            Err(error) => {
                call.refused(&format!("failed to access {}", call.q(link)), error);
                return Ok(());
            }
            Ok(there) if there.type_ == FileType::Directory => {
                call.complain(&format!("{}: cannot overwrite directory", call.name(link)));
                return Ok(());
            }
            Ok(there) => {
                if made_before.as_ref().is_some_and(|it| it.contains(&(full.clone(), there.inode))) {
                    call.complain(&format!("will not overwrite just-created {} with {}", call.q(link), call.q(&relative)));
                    return Ok(());
                }
                let found = source.clone().or_else(|| call.stat(&call.path(&relative), true).ok());
                let replaces = symbolic && backup::is_asked(parsed);
                if !replaces && found.is_some_and(|it| it.inode == there.inode && (it.links == 1 || is_one_name(call, &call.path(&relative), &full))) {
                    call.complain(&format!("{} and {} are the same file", call.q(&relative), call.q(link)));
                    return Ok(());
                }
                kept = backup::make(call, parsed, &full, link)?;
                // Where both are names of one file already, nothing is to be done.
                if kept.is_none() && source.as_ref().is_none_or(|it| it.inode != there.inode) && (!symbolic || !relative.is_empty()) {
                    let _ = call.kernel.workspace().remove_file(&to_bytes(&full));
                }
            }
        }
    }
    let there = call.stat(&full, false).ok();
    let made = match &source {
        None => call.kernel.workspace().make_link(&to_bytes(&relative), &to_bytes(&full)),
        Some(stat) if force && there.is_some_and(|it| it.inode == stat.inode) => Ok(()),
        Some(_) => {
            let original = if parsed.last_of("LP") == Some('L') { call.kernel.workspace().real_path(&to_bytes(&existing)).unwrap_or_default() } else { to_bytes(&existing) };
            call.kernel.workspace().make_hard_link(&original, &to_bytes(&full))
        }
    };
    match made {
        Ok(()) => {
            if let (Some(made), Some(stat)) = (made_before, &source) {
                made.insert((full, stat.inode));
            }
            if parsed.has('v') {
                let kept = kept.map_or(String::new(), |it| format!("{} ~ ", call.q(&format!("{link}{it}"))));
                call.print(&format!("{kept}{} {} {}\n", call.q(link), if symbolic { "->" } else { "=>" }, call.q(&relative)));
            }
        }
        Err(error) => {
            let (link_shown, from) = (call.q(link), call.q(&relative));
            let what = match (symbolic, &error) {
                (true, Error::NameTooLong) => format!("failed to create symbolic link {link_shown} -> {from}"),
                (true, _) if relative.is_empty() => format!("failed to create symbolic link {link_shown} -> {from}"),
                (true, _) => format!("failed to create symbolic link {link_shown}"),
                (false, Error::Exists | Error::NoSpace) => format!("failed to create hard link {link_shown}"),
                _ => format!("failed to create hard link {link_shown} => {from}"),
            };
            call.refused(&what, error);
            if let Some(ending) = kept {
                let _ = call.kernel.workspace().rename(&to_bytes(&format!("{full}{ending}")), &to_bytes(&full));
            }
        }
    }
    Ok(())
}

/// The target as seen from the link's folder (relpath.c of coreutils, `convert_abs_rel`).
fn relative(call: &Call<'_>, target: &str, link: &str) -> String {
    let real = |path: &str| super::show::canonical(call, path, 'm').ok().map(|it| from_bytes(&it));
    let folder = link.trim_end_matches('/').rsplit_once('/').map_or("/", |it| if it.0.is_empty() { "/" } else { it.0 });
    if target.is_empty() {
        return String::new();
    }
    match (real(&call.path(target)), real(folder)) {
        (Some(target), Some(folder)) => super::show::relative_to(&target, &folder),
        _ => target.to_owned(),
    }
}

/// link(1).
pub(crate) fn link(call: &mut Call<'_>) -> Answer {
    let [existing, new] = call.args else { return Err(not_modelled("link takes two paths")) };
    let (from, to) = (call.path(existing), call.path(new));
    if Borders::of(call.kernel).part(call.kernel, &from, &to, line(call.kernel, "link", &[])) {
        return Err(exit(format!("cannot create link {} to {}: Invalid cross-device link", call.q(new), call.q(existing))));
    }
    call.kernel
        .workspace()
        .make_hard_link(&to_bytes(&from), &to_bytes(&to))
        .map_err(|error| exit(format!("cannot create link {} to {}: {}", call.q(new), call.q(existing), failure(error))))
}
