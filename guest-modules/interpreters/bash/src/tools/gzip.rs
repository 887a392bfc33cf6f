//! gzip(1) as far as it unpacks, gunzip(1) and zcat(1), over the workspace, as GNU gzip 1.12 does it. Packing is not modelled: its bytes
//! would have to be those of GNU gzip.

use gnu_gzip::Fault;
use invitro_sdk::interpreter::invitro::remediation::types::{Error, FileType, Stat};

use super::{
    call::{Answer, Call, not_modelled},
    options::{Known, Parsed},
};
use crate::filesystem::failure;

const KNOWN: Known = Known {
    short: "cdfknNqt",
    long: &[
        ("stdout", 'c'),
        ("to-stdout", 'c'),
        ("decompress", 'd'),
        ("uncompress", 'd'),
        ("force", 'f'),
        ("keep", 'k'),
        ("no-name", 'n'),
        ("name", 'N'),
        ("quiet", 'q'),
        ("silent", 'q'),
        ("test", 't'),
    ],
};

/// Suffixes of packed files (gzip.c, "known_suffixes"), all but those that stand for a tar archive.
const SUFFIXES: [&str; 6] = [".gz", ".z", "-gz", "-z", "_z", ".Z"];

/// What becomes of one file: done, or passed over with a status.
type Step<T = ()> = Result<T, i32>;

/// gzip(1).
pub(crate) fn gzip(call: &mut Call<'_>) -> Answer {
    let parsed = KNOWN.read(call)?;
    if !parsed.has('d') && !parsed.has('t') {
        return Err(not_modelled("packing with gzip is not modelled"));
    }
    all(call, &parsed, parsed.has('c'))
}

/// gunzip(1), which calls `gzip -d`.
pub(crate) fn gunzip(call: &mut Call<'_>) -> Answer {
    let parsed = KNOWN.read(call)?;
    all(call, &parsed, parsed.has('c'))
}

/// zcat(1), which calls `gzip -cd`.
pub(crate) fn zcat(call: &mut Call<'_>) -> Answer {
    let parsed = KNOWN.read(call)?;
    all(call, &parsed, true)
}

fn all(call: &mut Call<'_>, parsed: &Parsed, to_stdout: bool) -> Answer {
    call.name = "gzip";
    if call.env.get("GZIP").is_some_and(|it| !it.is_empty()) {
        return Err(not_modelled("the variable GZIP is not modelled"));
    }
    if parsed.has('N') {
        return Err(not_modelled("the option `-N` of gzip is not modelled"));
    }
    let words = if parsed.words.is_empty() { vec!["-".to_owned()] } else { parsed.words.clone() };
    for word in words {
        let went = if word == "-" {
            let bytes = call.stdin.to_vec();
            unpacked(call, parsed, &bytes, "stdin", true)?.map(|bytes| {
                if !parsed.has('t') {
                    call.out.extend(bytes)
                }
            })
        } else {
            one(call, parsed, &word, to_stdout)?
        };
        // A warning is status 2, which an error before or after it takes over.
        if let Err(status) = went {
            call.status = if status == 1 || call.status == 1 { 1 } else { 2 };
        }
    }
    Ok(())
}

/// Unpacks a file, beside itself or to standard output.
fn one(call: &mut Call<'_>, parsed: &Parsed, word: &str, to_stdout: bool) -> Answer<Step> {
    let only_reads = to_stdout || parsed.has('t');
    let (word, stat) = match found(call, word, parsed.has('f') || only_reads) {
        Ok(found) => found,
        Err((word, error)) => {
            call.say(&format!("{word}: {}", failure(error)));
            return Ok(Err(1));
        }
    };
    match stat.type_ {
        FileType::Regular => {}
        FileType::Directory => return Ok(warn(call, parsed, &format!("{word} is a directory -- ignored"))),
        FileType::Symlink => {
            call.say(&format!("{word}: Too many levels of symbolic links"));
            return Ok(Err(1));
        }
        _ => return Err(not_modelled("unpacking what is no regular file is not modelled")),
    }
    let full = call.path(&word);
    let bytes = match call.kernel.read(&full) {
        Ok(bytes) => bytes,
        Err(error) => {
            call.say(&format!("{word}: {}", failure(error)));
            return Ok(Err(1));
        }
    };
    if only_reads {
        let unpacked = unpacked(call, parsed, &bytes, &word, true)?;
        return Ok(unpacked.map(|bytes| {
            if !parsed.has('t') {
                call.out.extend(bytes)
            }
        }));
    }
    let Some(target) = target(&word) else { return Ok(warn(call, parsed, &format!("{word}: unknown suffix -- ignored"))) };
    if !parsed.has('f') && stat.mode & 0o7000 != 0 {
        return Err(not_modelled("unpacking a file with a set-id or sticky bit is not modelled"));
    }
    if !parsed.has('f') && stat.links > 1 {
        let (count, letter) = (stat.links - 1, if stat.links > 2 { "s" } else { "" });
        return Ok(warn(call, parsed, &format!("{word} has {count} other link{letter} -- file ignored")));
    }
    let bytes = match unpacked(call, parsed, &bytes, &word, false)? {
        Ok(bytes) => bytes,
        Err(status) => return Ok(Err(status)),
    };
    put(call, parsed, &word, &target, &stat, &bytes)
}

/// Puts the unpacked file beside the packed one, which then goes.
fn put(call: &mut Call<'_>, parsed: &Parsed, word: &str, target: &str, stat: &Stat, bytes: &[u8]) -> Answer<Step> {
    let (from, to) = (call.path(word), call.path(target));
    let workspace = call.kernel.workspace();
    if call.is_there(&to) {
        if !parsed.has('f') {
            return Ok(warn(call, parsed, &format!("{target} already exists;\tnot overwritten")));
        }
        if call.is_directory(&to) || workspace.remove_file(to.as_bytes()).is_err() {
            return Err(not_modelled("unpacking over what can't be removed is not modelled"));
        }
    }
    let put = || -> Result<(), Error> {
        workspace.create(to.as_bytes(), 0o600, true)?;
        call.kernel.append(&to, 0, bytes)?;
        workspace.set_times(to.as_bytes(), stat.mtime_seconds, stat.mtime_nanos, false)?;
        workspace.set_owner(to.as_bytes(), Some(stat.uid), Some(stat.gid), false)?;
        workspace.set_mode(to.as_bytes(), stat.mode & 0o777, false)?;
        if parsed.has('k') { Ok(()) } else { workspace.remove_file(from.as_bytes()) }
    };
    put().map(Ok).map_err(|error| not_modelled(format!("the unpacked file {target} could not be written: {}", failure(error))))
}

/// The file that a word means: itself, or with a suffix.
fn found(call: &Call<'_>, word: &str, follow: bool) -> Result<(String, Stat), (String, Error)> {
    let missing = match call.stat(&call.path(word), follow) {
        Ok(stat) => return Ok((word.to_owned(), stat)),
        Err(Error::NoEntry) => Error::NoEntry,
        Err(error) => return Err((word.to_owned(), error)),
    };
    if target(word).is_some() {
        return Err((word.to_owned(), missing));
    }
    for suffix in [".gz", ".z", "-z", ".Z"] {
        let longer = format!("{word}{suffix}");
        if let Ok(stat) = call.stat(&call.path(&longer), follow) {
            return Ok((longer, stat));
        }
    }
    Err((format!("{word}.gz"), missing))
}

/// The name of the unpacked file.
fn target(word: &str) -> Option<String> {
    for suffix in [".tgz", ".taz"] {
        if let Some(base) = word.strip_suffix(suffix).filter(|it| !it.is_empty() && !it.ends_with('/')) {
            return Some(format!("{base}.tar"));
        }
    }
    let bare = SUFFIXES.iter().find_map(|it| word.strip_suffix(it))?;
    (!bare.is_empty() && !bare.ends_with('/')).then(|| bare.to_owned())
}

fn warn(call: &mut Call<'_>, parsed: &Parsed, message: &str) -> Step {
    if !parsed.has('q') {
        call.say(message);
    }
    Err(2)
}

/// Unpacks bytes. What was unpacked before a fault would be printed: only a fault that leaves nothing is modelled then.
fn unpacked(call: &mut Call<'_>, parsed: &Parsed, bytes: &[u8], name: &str, prints: bool) -> Answer<Step<Vec<u8>>> {
    let message = match gnu_gzip::unpack(bytes) {
        Ok(all) if all.garbage => return Err(not_modelled("a gzip file with something behind its end is not modelled")),
        Ok(all) => return Ok(Ok(all.bytes)),
        Err(Fault::NotGzip) if parsed.has('f') && prints && !parsed.has('t') => return Ok(Ok(bytes.to_vec())),
        Err(Fault::NotGzip) => "not in gzip format",
        Err(Fault::Truncated) if !prints || bytes.is_empty() => "unexpected end of file",
        Err(fault) => return Err(not_modelled(format!("a damaged or strange gzip file is not modelled ({fault:?})"))),
    };
    call.err.push_str(&format!("\ngzip: {name}: {message}\n"));
    Ok(Err(1))
}
