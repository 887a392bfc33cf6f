//! The words of the command line as argp and getopt_long(3) read them: an old bundle first, options anywhere, bundled, with values,
//! long ones by a beginning that is theirs alone.

use crate::talk::{Step, Talk, not_modelled, said};

/// Whether an option has a value.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Value {
    None,
    Must,
    May,
}

/// One word of the line, in its order: the name of an option with its value, or a plain word.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Word {
    Option(&'static str, Option<Vec<u8>>),
    Plain(Vec<u8>),
}

use Value::{May, Must, None as No};

/// Long names, what each means (aliases mean one thing), whether it has a value, and its letter (`tar --help` of GNU tar 1.34).
const KNOWN: &[(&str, &str, Value, u8)] = &[
    ("catenate", "catenate", No, b'A'),
    ("concatenate", "catenate", No, b'A'),
    ("create", "create", No, b'c'),
    ("delete", "delete", No, 0),
    ("diff", "diff", No, b'd'),
    ("compare", "diff", No, b'd'),
    ("append", "append", No, b'r'),
    ("test-label", "test-label", No, 0),
    ("list", "list", No, b't'),
    ("update", "update", No, b'u'),
    ("extract", "extract", No, b'x'),
    ("get", "extract", No, b'x'),
    ("check-device", "check-device", No, 0),
    ("listed-incremental", "listed-incremental", Must, b'g'),
    ("incremental", "incremental", No, b'G'),
    ("hole-detection", "hole-detection", Must, 0),
    ("ignore-failed-read", "ignore-failed-read", No, 0),
    ("level", "level", Must, 0),
    ("no-check-device", "no-check-device", No, 0),
    ("no-seek", "no-seek", No, 0),
    ("seek", "seek", No, b'n'),
    ("occurrence", "occurrence", May, 0),
    ("sparse-version", "sparse-version", Must, 0),
    ("sparse", "sparse", No, b'S'),
    ("add-file", "add-file", Must, 0),
    ("directory", "directory", Must, b'C'),
    ("exclude", "exclude", Must, 0),
    ("exclude-backups", "exclude-backups", No, 0),
    ("exclude-caches", "exclude-caches", No, 0),
    ("exclude-caches-all", "exclude-caches-all", No, 0),
    ("exclude-caches-under", "exclude-caches-under", No, 0),
    ("exclude-ignore", "exclude-ignore", Must, 0),
    ("exclude-ignore-recursive", "exclude-ignore-recursive", Must, 0),
    ("exclude-tag", "exclude-tag", Must, 0),
    ("exclude-tag-all", "exclude-tag-all", Must, 0),
    ("exclude-tag-under", "exclude-tag-under", Must, 0),
    ("exclude-vcs", "exclude-vcs", No, 0),
    ("exclude-vcs-ignores", "exclude-vcs-ignores", No, 0),
    ("no-null", "no-null", No, 0),
    ("no-recursion", "no-recursion", No, 0),
    ("no-unquote", "no-unquote", No, 0),
    ("no-verbatim-files-from", "no-verbatim-files-from", No, 0),
    ("null", "null", No, 0),
    ("recursion", "recursion", No, 0),
    ("files-from", "files-from", Must, b'T'),
    ("unquote", "unquote", No, 0),
    ("verbatim-files-from", "verbatim-files-from", No, 0),
    ("exclude-from", "exclude-from", Must, b'X'),
    ("anchored", "anchored", No, 0),
    ("ignore-case", "ignore-case", No, 0),
    ("no-anchored", "no-anchored", No, 0),
    ("no-ignore-case", "no-ignore-case", No, 0),
    ("no-wildcards", "no-wildcards", No, 0),
    ("no-wildcards-match-slash", "no-wildcards-match-slash", No, 0),
    ("wildcards", "wildcards", No, 0),
    ("wildcards-match-slash", "wildcards-match-slash", No, 0),
    ("keep-directory-symlink", "keep-directory-symlink", No, 0),
    ("keep-newer-files", "keep-newer-files", No, 0),
    ("keep-old-files", "keep-old-files", No, b'k'),
    ("no-overwrite-dir", "no-overwrite-dir", No, 0),
    ("one-top-level", "one-top-level", May, 0),
    ("overwrite", "overwrite", No, 0),
    ("overwrite-dir", "overwrite-dir", No, 0),
    ("recursive-unlink", "recursive-unlink", No, 0),
    ("remove-files", "remove-files", No, 0),
    ("skip-old-files", "skip-old-files", No, 0),
    ("unlink-first", "unlink-first", No, b'U'),
    ("verify", "verify", No, b'W'),
    ("ignore-command-error", "ignore-command-error", No, 0),
    ("no-ignore-command-error", "no-ignore-command-error", No, 0),
    ("to-stdout", "to-stdout", No, b'O'),
    ("to-command", "to-command", Must, 0),
    ("atime-preserve", "atime-preserve", May, 0),
    ("clamp-mtime", "clamp-mtime", No, 0),
    ("delay-directory-restore", "delay-directory-restore", No, 0),
    ("group", "group", Must, 0),
    ("group-map", "group-map", Must, 0),
    ("mode", "mode", Must, 0),
    ("mtime", "mtime", Must, 0),
    ("touch", "touch", No, b'm'),
    ("no-delay-directory-restore", "no-delay-directory-restore", No, 0),
    ("no-same-owner", "no-same-owner", No, 0),
    ("no-same-permissions", "no-same-permissions", No, 0),
    ("numeric-owner", "numeric-owner", No, 0),
    ("owner", "owner", Must, 0),
    ("owner-map", "owner-map", Must, 0),
    ("preserve-permissions", "same-permissions", No, b'p'),
    ("same-permissions", "same-permissions", No, b'p'),
    ("same-owner", "same-owner", No, 0),
    ("sort", "sort", Must, 0),
    ("preserve-order", "same-order", No, b's'),
    ("same-order", "same-order", No, b's'),
    ("acls", "acls", No, 0),
    ("no-acls", "no-acls", No, 0),
    ("no-selinux", "no-selinux", No, 0),
    ("no-xattrs", "no-xattrs", No, 0),
    ("selinux", "selinux", No, 0),
    ("xattrs", "xattrs", No, 0),
    ("xattrs-exclude", "xattrs-exclude", Must, 0),
    ("xattrs-include", "xattrs-include", Must, 0),
    ("force-local", "force-local", No, 0),
    ("file", "file", Must, b'f'),
    ("info-script", "info-script", Must, b'F'),
    ("new-volume-script", "info-script", Must, b'F'),
    ("tape-length", "tape-length", Must, b'L'),
    ("multi-volume", "multi-volume", No, b'M'),
    ("rmt-command", "rmt-command", Must, 0),
    ("rsh-command", "rsh-command", Must, 0),
    ("volno-file", "volno-file", Must, 0),
    ("blocking-factor", "blocking-factor", Must, b'b'),
    ("read-full-records", "read-full-records", No, b'B'),
    ("ignore-zeros", "ignore-zeros", No, b'i'),
    ("record-size", "record-size", Must, 0),
    ("format", "format", Must, b'H'),
    ("old-archive", "old-archive", No, 0),
    ("portability", "old-archive", No, 0),
    ("pax-option", "pax-option", Must, 0),
    ("posix", "posix", No, 0),
    ("label", "label", Must, b'V'),
    ("auto-compress", "auto-compress", No, b'a'),
    ("use-compress-program", "use-compress-program", Must, b'I'),
    ("bzip2", "bzip2", No, b'j'),
    ("xz", "xz", No, b'J'),
    ("lzip", "lzip", No, 0),
    ("lzma", "lzma", No, 0),
    ("lzop", "lzop", No, 0),
    ("no-auto-compress", "no-auto-compress", No, 0),
    ("zstd", "zstd", No, 0),
    ("gzip", "gzip", No, b'z'),
    ("gunzip", "gzip", No, b'z'),
    ("ungzip", "gzip", No, b'z'),
    ("compress", "compress", No, b'Z'),
    ("uncompress", "compress", No, b'Z'),
    ("backup", "backup", May, 0),
    ("hard-dereference", "hard-dereference", No, 0),
    ("dereference", "dereference", No, b'h'),
    ("starting-file", "starting-file", Must, b'K'),
    ("newer-mtime", "newer-mtime", Must, 0),
    ("newer", "newer", Must, b'N'),
    ("after-date", "newer", Must, b'N'),
    ("one-file-system", "one-file-system", No, 0),
    ("absolute-names", "absolute-names", No, b'P'),
    ("suffix", "suffix", Must, 0),
    ("strip-components", "strip-components", Must, 0),
    ("transform", "transform", Must, 0),
    ("xform", "transform", Must, 0),
    ("checkpoint", "checkpoint", May, 0),
    ("checkpoint-action", "checkpoint-action", Must, 0),
    ("full-time", "full-time", No, 0),
    ("index-file", "index-file", Must, 0),
    ("check-links", "check-links", No, b'l'),
    ("no-quote-chars", "no-quote-chars", Must, 0),
    ("quote-chars", "quote-chars", Must, 0),
    ("quoting-style", "quoting-style", Must, 0),
    ("block-number", "block-number", No, b'R'),
    ("show-defaults", "show-defaults", No, 0),
    ("show-omitted-dirs", "show-omitted-dirs", No, 0),
    ("show-snapshot-field-ranges", "show-snapshot-field-ranges", No, 0),
    ("show-transformed-names", "show-transformed-names", No, 0),
    ("show-stored-names", "show-transformed-names", No, 0),
    ("totals", "totals", May, 0),
    ("utc", "utc", No, 0),
    ("verbose", "verbose", No, b'v'),
    ("warning", "warning", Must, 0),
    ("interactive", "interactive", No, b'w'),
    ("confirmation", "interactive", No, b'w'),
    ("restrict", "restrict", No, 0),
    ("help", "help", No, b'?'),
    ("usage", "usage", No, 0),
    ("version", "version", No, 0),
    ("o", "o", No, b'o'),
];

/// Reads the words behind `tar`.
pub(crate) fn read(words: &[Vec<u8>], talk: &mut Talk) -> Step<Vec<Word>> {
    let mut read = Vec::new();
    let mut rest = words.iter();
    if let Some(bundle) = words.first().filter(|it| !it.starts_with(b"-")) {
        rest.next();
        old(bundle, &mut rest, &mut read, talk)?;
    }
    while let Some(word) = rest.next() {
        if word == b"--" {
            read.extend(rest.by_ref().map(|it| Word::Plain(it.clone())));
        } else if let Some(long) = word.strip_prefix(b"--") {
            read.push(by_name(long, &mut rest, talk)?);
        } else if word.len() > 1 && word[0] == b'-' {
            letters(&word[1..], &mut rest, &mut read, talk)?;
        } else {
            read.push(Word::Plain(word.clone()));
        }
    }
    Ok(read)
}

fn of_letter(letter: u8) -> Option<(&'static str, Value)> {
    KNOWN.iter().find(|it| it.3 == letter && letter != 0).map(|it| (it.1, it.2))
}

/// The bundle of old: letters without a dash, whose values are the words behind it, in order.
fn old<'a>(bundle: &[u8], rest: &mut impl Iterator<Item = &'a Vec<u8>>, into: &mut Vec<Word>, talk: &mut Talk) -> Step {
    let needs = |letter: &&u8| of_letter(**letter).is_some_and(|it| it.1 == Must);
    let values: Vec<&Vec<u8>> = rest.take(bundle.iter().filter(needs).count()).collect();
    let mut values = values.into_iter();
    for letter in bundle {
        let value = if needs(&letter) {
            let Some(value) = values.next() else {
                return talk.usage(format!("Old option '{}' requires an argument.", *letter as char), 2);
            };
            Some(value.clone())
        } else {
            None
        };
        let Some((name, _)) = of_letter(*letter) else { return invalid(*letter, talk) };
        into.push(Word::Option(name, value));
    }
    Ok(())
}

fn invalid<T>(letter: u8, talk: &mut Talk) -> Step<T> {
    talk.usage(said(&[b"invalid option -- '", &[letter], b"'"]), 64)
}

fn letters<'a>(letters: &[u8], rest: &mut impl Iterator<Item = &'a Vec<u8>>, into: &mut Vec<Word>, talk: &mut Talk) -> Step {
    for (at, letter) in letters.iter().enumerate() {
        let Some((name, value)) = of_letter(*letter) else { return invalid(*letter, talk) };
        if value != Must {
            into.push(Word::Option(name, None));
            continue;
        }
        let behind = &letters[at + 1..];
        let value = if behind.is_empty() { rest.next().cloned() } else { Some(behind.to_vec()) };
        let Some(value) = value else {
            return talk.usage(format!("option requires an argument -- '{}'", *letter as char), 64);
        };
        into.push(Word::Option(name, Some(value)));
        break;
    }
    Ok(())
}

fn by_name<'a>(word: &[u8], rest: &mut impl Iterator<Item = &'a Vec<u8>>, talk: &mut Talk) -> Step<Word> {
    let (name, given) = match word.iter().position(|it| *it == b'=') {
        Some(at) => (&word[..at], Some(word[at + 1..].to_vec())),
        None => (word, None),
    };
    let long = |it: &&&(&'static str, &'static str, Value, u8)| it.0.len() > 1;
    let exact = KNOWN.iter().filter(|it| it.0.as_bytes() == name);
    let mut found: Vec<_> = exact.collect::<Vec<_>>().into_iter().filter(|it| long(&it)).collect();
    if found.is_empty() {
        found = KNOWN.iter().filter(|it| it.0.as_bytes().starts_with(name)).collect::<Vec<_>>().into_iter().filter(|it| long(&it)).collect();
        found.dedup_by_key(|it| it.1);
    }
    let (full, meaning, value) = match found[..] {
        [one] => (one.0, one.1, one.2),
        [] => return talk.usage(said(&[b"unrecognized option '--", name, b"'"]), 64),
        _ => return not_modelled(format!("the option `--{}` of tar is ambiguous", String::from_utf8_lossy(name))),
    };
    match (value, given) {
        (No, Some(_)) => talk.usage(format!("option '--{full}' doesn't allow an argument"), 64),
        (Must, None) => match rest.next() {
            Some(value) => Ok(Word::Option(meaning, Some(value.clone()))),
            None => talk.usage(format!("option '--{full}' requires an argument"), 64),
        },
        (_, given) => Ok(Word::Option(meaning, given)),
    }
}

#[cfg(test)]
mod tests {
    use super::{Word, read};
    use crate::talk::Talk;

    fn spelled(words: &[&str]) -> String {
        let words: Vec<Vec<u8>> = words.iter().map(|it| it.as_bytes().to_vec()).collect();
        let mut talk = Talk::new("tar", true);
        let Ok(read) = read(&words, &mut talk) else { return String::from_utf8_lossy(&talk.err).lines().next().unwrap_or_default().to_owned() };
        let text = |it: &[u8]| String::from_utf8_lossy(it).into_owned();
        let spell = |it: &Word| match it {
            Word::Option(name, Some(value)) => format!("{name}={}", text(value)),
            Word::Option(name, None) => (*name).to_owned(),
            Word::Plain(word) => format!("<{}>", text(word)),
        };
        read.iter().map(spell).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn words_are_read_as_getopt_reads_them() {
        for (words, expected) in [
            (&["xbf", "20", "a.tar", "d"][..], "extract blocking-factor=20 file=a.tar <d>"),
            (&["-xvfa.tar", "d", "-C", "e"], "extract verbose file=a.tar <d> directory=e"),
            (&["--extr", "--dir=x", "--", "-v"], "extract directory=x <-v>"),
            (&["--ungz"], "gzip"),
            (&["--foo"], "tar: unrecognized option '--foo'"),
            (&["cf"], "tar: Old option 'f' requires an argument."),
            (&["-Q"], "tar: invalid option -- 'Q'"),
        ] {
            assert_eq!(spelled(words), expected, "{words:?}");
        }
    }
}
