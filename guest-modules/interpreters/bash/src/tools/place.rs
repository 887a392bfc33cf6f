//! What makes names: mkdir(1), touch(1), mkfifo(1).

use gnu_bash::text::to_bytes;
use invitro_sdk::interpreter::invitro::remediation::types::{Error, FileType};

use super::{
    call::{Answer, Call, exit, not_modelled},
    date,
    mode::Change,
    options::Known,
};
use crate::filesystem::failure;

const MKDIR: Known = Known { short: "pm:v", long: &[("parents", 'p'), ("mode=", 'm'), ("verbose", 'v')] };

fn mode_of(call: &Call<'_>, text: &str) -> Answer<Change> {
    Change::parse(text).ok_or_else(|| exit(format!("invalid mode {}", call.quote(text))))
}

/// mkdir(1).
pub(crate) fn mkdir(call: &mut Call<'_>) -> Answer {
    let parsed = MKDIR.read(call)?;
    if parsed.words.is_empty() {
        return Err(call.misused("missing operand"));
    }
    let change = parsed.value('m').map(|it| mode_of(call, it)).transpose()?;
    if change.as_ref().is_some_and(Change::counts) {
        return Err(not_modelled("mkdir with a number behind an operator in its mode is not modelled"));
    }
    let said = parsed.has('v').then_some("mkdir: created directory");
    for word in &parsed.words {
        if word.is_empty() {
            call.refused(&format!("cannot create directory {}", call.quote("")), Error::NoEntry);
            continue;
        }
        let full = call.path(word.trim_end_matches('/'));
        let full = if word.chars().all(|it| it == '/') { "/".to_owned() } else { full };
        // Folders on the way are writable and searchable by their owner whatever the umask (POSIX, mkdir -p).
        if parsed.has('p')
            && let Err((what, error)) = make_folders(call, word, said, Some(call.kernel.umask() & !0o300), None)
        {
            call.refused(&format!("cannot create directory {}", call.quote(&what)), error);
            continue;
        }
        match call.kernel.workspace().make_directory(&to_bytes(&full), 0o777) {
            Ok(()) => {
                if let Some(said) = said {
                    call.print(&format!("{said} {}\n", call.q(word)));
                }
                if let (Some(change), Ok(stat)) = (&change, call.stat(&full, false)) {
                    // A symbolic mode is about 0777; set-id bits that the folder inherited stay as chmod(1) keeps them.
                    let mode = change.apply(0o777 | stat.mode & 0o6000, true, call.kernel.umask());
                    if change.is_special() && mode & 0o7000 == 0 {
                        return Err(not_modelled("mkdir with special bits in its mode, of which none is left, is not modelled"));
                    }
                    let _ = call.kernel.workspace().set_mode(&to_bytes(&full), mode, true);
                }
            }
            Err(Error::Exists) if parsed.has('p') && call.is_directory(&full) => {}
            Err(error) => {
                let found = if parsed.has('p') && error == Error::Exists { call.stat(&full, true).err() } else { None };
                match found.filter(|it| *it != Error::NoEntry) {
                    Some(found) => call.refused(&format!("cannot stat {}", call.quote(word)), found),
                    None => call.refused(&format!("cannot create directory {}", call.quote(word)), error),
                }
            }
        }
    }
    Ok(())
}

/// Makes the folders on the way to a name, under a mask of their own, or with a mode that no mask changes. Says which name could not be made
/// (mkancesdirs.c of gnulib). `.` and `..` are gone through, not made.
pub(super) fn make_folders(call: &mut Call<'_>, word: &str, said: Option<&str>, mask: Option<u32>, mode: Option<u32>) -> Result<(), (String, Error)> {
    let bytes = word.as_bytes();
    for (at, _) in word.match_indices('/') {
        if at == 0 || bytes[at - 1] == b'/' || word[at..].bytes().all(|it| it == b'/') {
            continue;
        }
        let prefix = &word[..at];
        let full = call.path(prefix);
        let name = prefix.rsplit('/').next().unwrap_or_default();
        let mut made = Ok(());
        if !matches!(name, "." | "..") {
            // The mask is put aside rather than the mode set: below a default access list there is no mask.
            let before = call.kernel.workspace().set_umask(mask.unwrap_or(0));
            made = call.kernel.workspace().make_directory(&to_bytes(&full), mode.unwrap_or(0o777));
            call.kernel.workspace().set_umask(before);
            if made.is_ok()
                && let Some(said) = said
            {
                call.print(&format!("{said} {}\n", call.q(prefix)));
            }
        }
        let error = match (made, call.stat(&full, true)) {
            (_, Ok(it)) if it.type_ == FileType::Directory => continue,
            (_, Ok(_)) => Error::NotDirectory,
            // A link that leads nowhere is there.
            (Err(error), Err(Error::NoEntry)) => error,
            (_, Err(found)) => found,
        };
        return Err((prefix.to_owned(), error));
    }
    Ok(())
}

/// mkfifo(1).
pub(crate) fn mkfifo(call: &mut Call<'_>) -> Answer {
    const KNOWN: Known = Known { short: "m:", long: &[("mode=", 'm')] };
    let parsed = KNOWN.read(call)?;
    let change = parsed.value('m').map(|it| mode_of(call, it)).transpose()?;
    for word in &parsed.words {
        let full = call.path(word);
        if let Err(error) = call.kernel.workspace().make_fifo(&to_bytes(&full), 0o666) {
            call.refused(&format!("cannot create fifo {}", call.q(word)), error);
        } else if let Some(change) = &change {
            let _ = call.kernel.workspace().set_mode(&to_bytes(&full), change.apply(0o666, false, call.kernel.umask()), true);
        }
    }
    Ok(())
}

/// touch(1). Times are no part of a tree's equality; what is compared with them is.
pub(crate) fn touch(call: &mut Call<'_>) -> Answer {
    const KNOWN: Known =
        Known { short: "camfr:d:t:h", long: &[("no-create", 'c'), ("reference=", 'r'), ("date=", 'd'), ("no-dereference", 'h'), ("time=", ' ')] };
    const TIMES: [(&str, bool); 5] = [("atime", true), ("access", true), ("use", true), ("mtime", false), ("modify", false)];
    let parsed = KNOWN.read(call)?;
    let stamp = match parsed.value('t') {
        // Of eight digits the year is that of the clock.
        Some(text) if text.split('.').next().is_some_and(|it| it.len() == 8 && it.bytes().all(|it| it.is_ascii_digit())) => {
            return Err(not_modelled("a time without its year, which hangs on the clock, is not modelled"));
        }
        Some(text) => Some(date::stamp(call, text)?.ok_or_else(|| invalid_date(call, text))?),
        None => None,
    };
    let (mut access, mut change) = (parsed.has('a'), parsed.has('m'));
    for (_, word) in parsed.options.iter().filter(|it| it.0 == ' ') {
        let mut meant: Vec<bool> = TIMES.iter().filter(|it| it.0.starts_with(word.as_str())).map(|it| it.1).collect();
        meant.dedup();
        match meant[..] {
            [true] => access = true,
            [false] => change = true,
            _ => {
                let what = if meant.is_empty() { "invalid" } else { "ambiguous" };
                let list = ["atime", "access", "use", "mtime", "modify"].map(|it| call.quote(it));
                let [atime, access, used, mtime, modify] = list;
                return Err(call.misused(format!(
                    "{what} argument {} for {}\nValid arguments are:\n  - {atime}, {access}, {used}\n  - {mtime}, {modify}",
                    call.quote(word),
                    call.quote("--time")
                )));
            }
        }
    }
    if parsed.has('t') && (parsed.has('d') || parsed.has('r')) {
        return Err(call.misused("cannot specify times from more than one source"));
    }
    // Of the two times the workspace holds that of the last change.
    let access_alone = access && !change;
    let time = match (parsed.value('r'), parsed.value('d'), stamp) {
        (Some(_), Some(_), _) => return Err(not_modelled("touch with a date from a file's own is not modelled")),
        (Some(reference), ..) => {
            let stat = call
                .stat(&call.path(reference), !parsed.has('h'))
                .map_err(|error| exit(format!("failed to get attributes of {}: {}", call.q(reference), failure(error))))?;
            (stat.mtime_seconds, stat.mtime_nanos)
        }
        (None, Some(text), _) => {
            let zone = call.env.get("TZ").map(String::as_str);
            date::moment(call.kernel, "touch", zone, text, call.line)?.ok_or_else(|| invalid_date(call, text))?
        }
        (None, None, Some(time)) => time,
        _ => now(),
    };
    if parsed.words.is_empty() {
        return Err(call.misused("missing file operand"));
    }
    for word in &parsed.words {
        if word == "-" {
            return Err(not_modelled("touch of its standard output is not modelled"));
        }
        let full = call.path(word);
        let follow = !parsed.has('h');
        let found = call.stat(&full, follow);
        // Nothing is made by -c and -h, nor can a file be by a name with a slash behind it.
        let makes = !parsed.has('c') && !parsed.has('h') && !word.ends_with('/');
        let made = match &found {
            // Without a folder for it the file is not even tried to be made.
            Err(_) if !parsed.has('c') && !parsed.has('h') && word.ends_with('/') => {
                let plain = full.trim_end_matches('/');
                let folder = plain.rsplit_once('/').map_or("/", |it| if it.0.is_empty() { "/" } else { it.0 });
                match call.stat(folder, true) {
                    Ok(it) if it.type_ == FileType::Directory => Ok(()),
                    Ok(_) => Err(Error::NotDirectory),
                    Err(error) => Err(error),
                }
            }
            Err(_) if makes => call.kernel.workspace().create(&to_bytes(&full), 0o666, false),
            _ => Ok(()),
        };
        if let Err(error) = made {
            call.refused(&format!("cannot touch {}", call.q(word)), error);
            continue;
        }
        let set = match found {
            Err(error) if !makes => Err(error),
            _ if access_alone => Ok(()),
            _ => call.kernel.workspace().set_times(&to_bytes(&full), time.0, time.1, follow),
        };
        match set {
            Err(Error::NoEntry) if parsed.has('c') => {}
            Err(error) => call.refused(&format!("setting times of {}", call.q(word)), error),
            Ok(()) => {}
        }
    }
    Ok(())
}

fn invalid_date(call: &Call<'_>, text: &str) -> super::call::Trouble {
    exit(format!("invalid date format {}", call.quote(text)))
}

fn now() -> (i64, u32) {
    let nanos = invitro_sdk::interpreter::invitro::remediation::surroundings::now();
    ((nanos / 1_000_000_000) as i64, (nanos % 1_000_000_000) as u32)
}
