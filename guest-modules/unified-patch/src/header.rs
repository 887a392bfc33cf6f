//! Headers: `---` and `+++`, and git's own lines.

use crate::{
    Refusal, Rule,
    binary,
    model::{FilePatch, Name, Sure},
    name,
    parse::Lines,
    shown,
};

const NULL: &[u8] = b"/dev/null";

/// Answers whether a plain patch begins here.
pub(crate) fn is_plain(lines: &Lines<'_>) -> bool {
    let begins = |count, with: &[u8]| lines.ahead(count).is_some_and(|it| it.starts_with(with));
    begins(0, b"--- ") && begins(1, b"+++ ") && begins(2, b"@@ -")
}

/// Reads a plain header.
pub(crate) fn plain(lines: &mut Lines<'_>) -> Result<FilePatch, Refusal> {
    let mut patch = FilePatch { line: lines.number(), ..FilePatch::default() };
    names(lines, &mut patch)?;
    Ok(patch)
}

/// Reads the lines `--- ` and `+++ `.
fn names(lines: &mut Lines<'_>, patch: &mut FilePatch) -> Result<(), Refusal> {
    let number = lines.number();
    let (old, new) = (lines.next().unwrap_or_default(), lines.next().unwrap_or_default());
    patch.returns = old.ends_with(b"\r");
    let side = |line: &[u8], number| {
        let rest = line.get(4..).unwrap_or_default();
        let rest = rest.strip_suffix(b"\r").unwrap_or(rest);
        let raw = name::read(rest).ok_or_else(|| Refusal::new(Rule::Malformed, number, "the line names no file"))?;
        let absent = raw == NULL || name::is_epoch(name::time(rest));
        Ok((raw, absent))
    };
    let ((old, old_absent), (new, new_absent)) = (side(old, number)?, side(new, number + 1)?);
    if old == NULL && new == NULL {
        return Err(Refusal::new(Rule::Malformed, number, "both sides are /dev/null"));
    }
    if patch.git {
        return same(patch, &old, &new, number);
    }
    patch.born = if old_absent { Sure::Yes } else { Sure::No };
    patch.dies = if new_absent { Sure::Yes } else { Sure::No };
    let named = |raw: Vec<u8>| (raw != NULL).then_some(Name { raw, bare: false });
    (patch.old, patch.new) = (named(old), named(new));
    Ok(())
}

/// The names behind git's header must be those of the header.
fn same(patch: &mut FilePatch, old: &[u8], new: &[u8], line: usize) -> Result<(), Refusal> {
    let wrong = |what: &str| Err(Refusal::new(Rule::Malformed, line, format!("{what}: git's header and the lines `---` and `+++` do not agree")));
    if (old == NULL) != (patch.born == Sure::Yes) {
        return wrong("only one of them says that the file is new");
    }
    if (new == NULL) != (patch.dies == Sure::Yes) {
        return wrong("only one of them says that the file goes");
    }
    for (raw, side) in [(old, &mut patch.old), (new, &mut patch.new)] {
        if raw == NULL {
            continue;
        }
        let bare = side.as_ref().is_some_and(|it| it.bare);
        match side {
            Some(had) if !bare && had.raw != raw || bare && name::strip(raw, 1).as_deref() != Some(&had.raw) && had.raw != raw => {
                return wrong(&format!("`{}` is named elsewhere as `{}`", shown(&had.raw), shown(raw)));
            }
            _ => *side = Some(Name { raw: raw.to_vec(), bare: false }),
        }
    }
    Ok(())
}

/// Reads git's header, with what stands behind it up to the hunks.
pub(crate) fn git(lines: &mut Lines<'_>) -> Result<FilePatch, Refusal> {
    let mut patch = FilePatch { line: lines.number(), git: true, ..FilePatch::default() };
    let first = lines.next().unwrap_or_default();
    patch.returns = first.ends_with(b"\r");
    let both = both_names(&first[b"diff --git ".len()..]);
    let mut extended = Extended::default();
    while let Some(line) = lines.peek() {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        if !extended.line(line, &mut patch, lines.number())? {
            break;
        }
        lines.next();
    }
    if let Some((old, new)) = both {
        let named = |raw: Vec<u8>| Some(Name { raw, bare: false });
        patch.old = patch.old.or_else(|| named(old));
        patch.new = patch.new.or_else(|| named(new));
    }
    (patch.rename, patch.copy) = (extended.is_pair("rename", patch.line)?, extended.is_pair("copy", patch.line)?);
    let line = lines.peek().unwrap_or_default();
    if line.starts_with(b"--- ") && lines.ahead(1).is_some_and(|it| it.starts_with(b"+++ ")) {
        let returns = patch.returns;
        names(lines, &mut patch)?;
        patch.returns |= returns;
    } else if line.starts_with(b"--- ") || line.starts_with(b"+++ ") {
        return Err(Refusal::new(Rule::Malformed, lines.number(), "the lines `---` and `+++` belong together, and one is missing or stands twice"));
    } else if line.starts_with(b"GIT binary patch") {
        patch.binary = Some(binary::read(lines)?);
    } else if line.starts_with(b"Binary files ") {
        return Err(Refusal::new(Rule::Binary, lines.number(), "the patch does not carry the bytes of a binary file: make it with `git diff --binary`"));
    }
    Ok(patch)
}

/// Checks that header and hunks say the same.
pub(crate) fn agrees(patch: &mut FilePatch) -> Result<(), Refusal> {
    let refuse = |rule, text: &str| Err(Refusal::new(rule, patch.line, text));
    if patch.old_mode.is_some_and(is_module) || patch.new_mode.is_some_and(is_module) {
        return refuse(Rule::Unsupported, "a submodule's commit is no file: it can't be patched here");
    }
    let (has_old, has_new) = (patch.hunks.iter().any(|it| !it.old.is_empty()), patch.hunks.iter().any(|it| !it.new.is_empty()));
    if patch.born == Sure::Yes && (has_old || patch.hunks.len() > 1) {
        return refuse(Rule::Malformed, "a file that is new depends on old content");
    }
    if patch.born == Sure::No && patch.dies == Sure::No && patch.old_mode.is_some() != patch.new_mode.is_some() {
        return refuse(Rule::Malformed, "`old mode` and `new mode` belong together, and one is missing");
    }
    if patch.dies == Sure::Yes && (has_new || patch.hunks.len() > 1) {
        return refuse(Rule::Malformed, "a file that goes still has content");
    }
    if patch.old.is_none() && patch.born != Sure::Yes || patch.new.is_none() && patch.dies != Sure::Yes {
        return refuse(Rule::Malformed, "the header does not say which file it is about");
    }
    let says_more = patch.rename || patch.copy || patch.born == Sure::Yes || patch.dies == Sure::Yes || patch.old_mode != patch.new_mode || patch.binary.is_some();
    if patch.hunks.is_empty() && !says_more {
        return refuse(Rule::Malformed, "the header is followed by no hunk and says of no other change");
    }
    // A hunk that begins at line 0 is of a file without lines, or of none.
    let whole = |first: fn(&gnu_patch::Hunk) -> i64| patch.hunks.len() == 1 && patch.hunks.iter().all(|it| first(it) == 1);
    let (whole_old, whole_new) = (whole(|it| it.first), whole(|it| it.new_first));
    if !patch.git && patch.born == Sure::No && whole_old && !has_old {
        patch.born = Sure::Perhaps;
    }
    if !patch.git && patch.dies == Sure::No && whole_new && !has_new {
        patch.dies = Sure::Perhaps;
    }
    Ok(())
}

fn is_module(mode: u32) -> bool {
    mode & 0o170_000 == 0o160_000
}

/// Git's extended header lines.
#[derive(Default)]
struct Extended {
    /// Words `rename from`, `rename to`, `copy from`, `copy to` that were seen.
    seen: Vec<&'static str>,
}

impl Extended {
    /// Takes a line; answers false for one that is none of them.
    fn line(&mut self, line: &[u8], patch: &mut FilePatch, number: usize) -> Result<bool, Refusal> {
        let rest = |word: &str| line.strip_prefix(word.as_bytes());
        if let Some(rest) = rest("old mode ") {
            patch.old_mode = Some(mode(rest, number)?);
        } else if let Some(rest) = rest("new mode ") {
            patch.new_mode = Some(mode(rest, number)?);
        } else if let Some(rest) = rest("deleted file mode ") {
            (patch.dies, patch.old_mode) = (Sure::Yes, Some(mode(rest, number)?));
        } else if let Some(rest) = rest("new file mode ") {
            (patch.born, patch.new_mode) = (Sure::Yes, Some(mode(rest, number)?));
        } else if let Some(rest) = rest("index ") {
            index(rest, patch, number)?;
        } else if line.starts_with(b"similarity index ") || line.starts_with(b"dissimilarity index ") {
        } else {
            for word in ["rename from ", "rename to ", "copy from ", "copy to "] {
                let Some(rest) = rest(word) else { continue };
                let raw = if rest.starts_with(b"\"") { name::unquote(rest).map(|it| it.0) } else { Some(rest.to_vec()) };
                let Some(raw) = raw.filter(|it| !it.is_empty()) else { return Err(Refusal::new(Rule::Malformed, number, "the line names no file")) };
                let side = if word.ends_with("from ") { &mut patch.old } else { &mut patch.new };
                *side = Some(Name { raw, bare: true });
                self.seen.push(word);
                return Ok(true);
            }
            return Ok(false);
        }
        Ok(true)
    }

    fn is_pair(&self, verb: &str, line: usize) -> Result<bool, Refusal> {
        let has = |end: &str| self.seen.iter().any(|it| it.strip_prefix(verb).is_some_and(|it| it.trim() == end));
        match (has("from"), has("to")) {
            (true, true) => Ok(true),
            (false, false) => Ok(false),
            _ => Err(Refusal::new(Rule::Malformed, line, format!("`{verb} from` and `{verb} to` belong together, and one is missing"))),
        }
    }
}

fn mode(text: &[u8], line: usize) -> Result<u32, Refusal> {
    let mode = std::str::from_utf8(text.trim_ascii_end()).ok().and_then(|it| u32::from_str_radix(it, 8).ok());
    match mode {
        Some(mode) if matches!(mode & 0o170_000, 0o100_000 | 0o120_000 | 0o160_000) && mode & 0o7000 == 0 => Ok(mode),
        Some(_) => Err(Refusal::new(Rule::Malformed, line, "the mode is none of git's: 100644, 100755 or 120000")),
        None => Err(Refusal::new(Rule::Malformed, line, "the mode is no octal number")),
    }
}

/// `index OLD..NEW`, with the mode where it does not change.
fn index(rest: &[u8], patch: &mut FilePatch, line: usize) -> Result<(), Refusal> {
    let text = String::from_utf8_lossy(rest).trim_end().to_owned();
    let (ids, given) = text.split_once(' ').map_or((text.as_str(), None), |(ids, mode)| (ids, Some(mode.to_owned())));
    let Some((old, new)) = ids.split_once("..") else { return Err(Refusal::new(Rule::Malformed, line, "the line is not `index OLD..NEW`")) };
    patch.ids = Some((old.to_owned(), new.to_owned()));
    if let Some(given) = given {
        let mode = mode(given.as_bytes(), line)?;
        patch.old_mode = patch.old_mode.or(Some(mode));
        patch.new_mode = patch.new_mode.or(Some(mode));
    }
    Ok(())
}

/// The two names of `diff --git`: quoted, or such that both are the same behind their first folder.
fn both_names(rest: &[u8]) -> Option<(Vec<u8>, Vec<u8>)> {
    let rest = rest.strip_suffix(b"\r").unwrap_or(rest);
    if rest.first() == Some(&b'"') {
        let (old, after) = name::unquote(rest)?;
        let after = after.strip_prefix(b" ")?;
        let new = if after.first() == Some(&b'"') { name::unquote(after)?.0 } else { after.to_vec() };
        return Some((old, new));
    }
    if let Some(at) = rest.windows(2).position(|it| it == b" \"") {
        return Some((rest[..at].to_vec(), name::unquote(&rest[at + 1..])?.0));
    }
    let agree = |old: &[u8], new: &[u8]| old == new || name::strip(old, 1).is_some_and(|it| name::strip(new, 1) == Some(it));
    let mut splits = (0..rest.len()).filter(|at| rest[*at] == b' ').map(|at| (&rest[..at], &rest[at + 1..])).filter(|it| agree(it.0, it.1));
    splits.next().map(|(old, new)| (old.to_vec(), new.to_vec()))
}
