//! What tells where names lead: readlink(1), realpath(1).

use gnu_bash::text::{from_bytes, to_bytes};
use invitro_sdk::interpreter::invitro::remediation::types::Error;

use super::{
    call::{Answer, Call, not_modelled},
    options::Known,
};

/// Most links that are followed (MAXSYMLINKS of Linux).
const MOST_LINKS: usize = 40;

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
        return Err(call.misused("missing operand"));
    }
    let end = match (parsed.has('z'), parsed.has('n') && parsed.words.len() == 1) {
        (true, _) => "\0",
        (_, true) => "",
        _ => "\n",
    };
    if parsed.has('n') && parsed.words.len() > 1 {
        call.say("ignoring --no-newline with multiple arguments");
    }
    for word in &parsed.words {
        let full = call.path(word);
        let answer = match parsed.last_of("fem") {
            None => call.kernel.workspace().read_link(&to_bytes(&full)),
            Some(kind) => canonical(call, &full, kind),
        };
        match answer {
            Ok(target) => {
                call.out.extend(target);
                call.print(end);
            }
            Err(error) if parsed.last_of("qsv") == Some('v') => call.refused(&call.name(word), error),
            Err(_) => call.status = 1,
        }
    }
    Ok(())
}

/// The path without links: `f` wants all but the last name to be there, `e` all, `m` none.
pub(super) fn canonical(call: &Call<'_>, full: &str, kind: char) -> Result<Vec<u8>, Error> {
    let real = call.kernel.workspace().real_path(&to_bytes(&full));
    match (real, kind) {
        (Ok(path), 'e') => call.kernel.workspace().stat(&path, true).map(|_| path),
        (Ok(path), _) => Ok(path),
        (Err(_), 'm') => missing(call, full),
        (Err(error), _) => Err(error),
    }
}

/// Goes through a path name by name: what is not there stays as it is named.
fn missing(call: &Call<'_>, full: &str) -> Result<Vec<u8>, Error> {
    let mut rest: Vec<Vec<u8>> = parts(&to_bytes(full));
    let (mut path, mut links, mut seen) = (Vec::new(), 0, Vec::new());
    while let Some(name) = rest.pop() {
        match &name[..] {
            b"." => continue,
            b".." => {
                path.truncate(path.iter().rposition(|it| *it == b'/').unwrap_or(0));
                continue;
            }
            _ => {}
        }
        let next = [&path[..], b"/", &name].concat();
        match call.kernel.workspace().read_link(&next) {
            Ok(target) => {
                links += 1;
                // A link that leads in a circle stands for itself.
                if links > MOST_LINKS || seen.contains(&next) {
                    path = next;
                    continue;
                }
                seen.push(next);
                if target.starts_with(b"/") {
                    path.clear();
                }
                rest.extend(parts(&target));
            }
            Err(_) => path = next,
        }
    }
    Ok(if path.is_empty() { b"/".to_vec() } else { path })
}

/// The names of a path, the last first.
fn parts(path: &[u8]) -> Vec<Vec<u8>> {
    path.split(|it| *it == b'/').filter(|it| !it.is_empty()).rev().map(<[u8]>::to_vec).collect()
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
    if parsed.words.is_empty() {
        return Err(call.misused("missing operand"));
    }
    for word in &parsed.words {
        let full = call.path(word);
        // A link that leads nowhere is asked all the same.
        if parsed.has('s') && call.stat(&full, true).is_err() && (call.is_there(&full) || parsed.last_of("em") != Some('m')) {
            return Err(not_modelled("realpath -s of what is not there is not modelled"));
        }
        let found = if parsed.has('s') { Ok(to_bytes(&plain(&full))) } else { canonical(call, &full, parsed.last_of("em").unwrap_or('f')) };
        match found {
            Ok(path) => {
                let mut path = from_bytes(&path);
                let folder =
                    |letter| parsed.value(letter).map(|it| from_bytes(&canonical(call, &call.path(it), 'm').unwrap_or_default()));
                let (base, to) = (folder('b'), folder('t'));
                // Only what lies below the base is shown as relative; alone, the base is what it is relative to.
                let below = |it: &str| base.as_deref().is_none_or(|base| it == base || it.starts_with(&format!("{}/", base.trim_end_matches('/'))));
                if let Some(folder) = to.as_deref().or(base.as_deref()).filter(|it| below(it) && below(&path)) {
                    path = relative_to(&path, folder);
                }
                call.print(&format!("{path}{}", if parsed.has('z') { "\0" } else { "\n" }));
            }
            Err(_) if parsed.has('q') => call.status = 1,
            Err(error) => call.refused(&call.name(word), error),
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
