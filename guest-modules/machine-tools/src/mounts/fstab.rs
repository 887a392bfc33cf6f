//! fstab(5), as libmount reads it.

use crate::{Kind, World};

/// A line of the table.
pub(super) struct Line {
    pub(super) source: String,
    pub(super) target: String,
}

/// Reads the table; a line of another form than the manual page gives is an error, and no table is an empty one.
pub(super) fn read(world: &dyn World) -> Result<Vec<Line>, String> {
    let Some(bytes) = world.read("/etc/fstab") else { return Ok(Vec::new()) };
    let text = String::from_utf8(bytes).map_err(|_| "an /etc/fstab that is no text".to_owned())?;
    let mut lines = Vec::new();
    for line in text.lines().map(|it| it.trim_matches([' ', '\t'])).filter(|it| !it.is_empty() && !it.starts_with('#')) {
        let fields: Vec<&str> = line.split([' ', '\t']).filter(|it| !it.is_empty()).collect();
        let [source, target, _kind, _options, numbers @ ..] = &fields[..] else { return Err("a line of /etc/fstab without its four fields".to_owned()) };
        if numbers.len() > 2 || numbers.iter().any(|it| !it.bytes().all(|it| it.is_ascii_digit())) || source.contains('"') {
            return Err("a line of /etc/fstab of another form".to_owned());
        }
        lines.push(Line { source: unescaped(source), target: unescaped(target) });
    }
    Ok(lines)
}

/// Octal escapes of three digits (fstab(5)).
fn unescaped(field: &str) -> String {
    let (mut out, mut rest) = (String::new(), field);
    while let Some(at) = rest.find('\\') {
        out += &rest[..at];
        let code = rest.get(at + 1..at + 4).filter(|it| it.bytes().all(|it| matches!(it, b'0'..=b'7'))).and_then(|it| u8::from_str_radix(it, 8).ok()).filter(u8::is_ascii);
        match code {
            Some(code) => {
                out.push(char::from(code));
                rest = &rest[at + 4..];
            }
            None => {
                out.push('\\');
                rest = &rest[at + 1..];
            }
        }
    }
    out + rest
}

/// Answers whether a word names a file system by what is written in it.
pub(super) fn is_tag(word: &str) -> bool {
    ["LABEL=", "UUID=", "PARTUUID=", "PARTLABEL=", "ID="].iter().any(|it| word.starts_with(it))
}

/// A path without what means nothing; one that leads through a link, or back, is an error.
pub(super) fn plain(world: &dyn World, path: &str) -> Result<String, String> {
    let mut out = String::new();
    for piece in path.split('/').filter(|it| !it.is_empty() && *it != ".") {
        if piece == ".." {
            return Err("a path that leads back".to_owned());
        }
        out = format!("{out}/{piece}");
        if world.stat(&out, false).is_some_and(|it| it.kind == Kind::Link) {
            return Err("a path that leads through a link".to_owned());
        }
    }
    Ok(if out.is_empty() { "/".to_owned() } else { out })
}

/// Answers whether a path is the target of a line.
pub(super) fn has_target(world: &dyn World, table: &[Line], path: &str) -> Result<bool, String> {
    for line in table.iter().filter(|it| it.target.starts_with('/')) {
        if plain(world, &line.target)? == path {
            return Ok(true);
        }
    }
    // `none` and the like are words, not paths: they are found only as such.
    Ok(false)
}
