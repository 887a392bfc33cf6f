//! Copies of what is in the way (GNU coreutils, "Backup options"), as cp(1), mv(1), ln(1) and install(1) make them.

use gnu_bash::text::to_bytes;

use super::{
    call::{Answer, Call, exit},
    options::Parsed,
};
use crate::filesystem::failure;

/// The ways to name a copy, by all their words.
const WAYS: [(&str, &str, char); 4] = [("none", "off", 'n'), ("simple", "never", 's'), ("existing", "nil", 'e'), ("numbered", "t", '#')];

/// Answers whether what is in the way is kept; a suffix alone asks for it too (GNU coreutils 9.1).
pub(super) fn is_asked(parsed: &Parsed) -> bool {
    parsed.has('b') || parsed.has('S')
}

/// The way that a call asks for; none where it asks for no copies.
pub(super) fn way(call: &Call<'_>, parsed: &Parsed) -> Answer<Option<char>> {
    if !is_asked(parsed) {
        return Ok(None);
    }
    let (word, about) = match parsed.options.iter().rev().find(|it| it.0 == 'b' && !it.1.is_empty()).map(|it| it.1.as_str()) {
        Some(word) => (word.to_owned(), "backup type"),
        None => (call.env.get("VERSION_CONTROL").filter(|it| !it.is_empty()).cloned().unwrap_or_else(|| "existing".to_owned()), "$VERSION_CONTROL"),
    };
    let whole = WAYS.iter().find(|it| it.0 == word || it.1 == word).map(|it| it.2);
    let mut begun: Vec<char> = WAYS.iter().filter(|it| it.0.starts_with(&word) || it.1.starts_with(&word)).map(|it| it.2).collect();
    begun.dedup();
    match (whole, &begun[..]) {
        // `none` makes no copies, as if nothing were asked for.
        (Some(way), _) => Ok(Some(way).filter(|it| *it != 'n')),
        (None, [way]) => Ok(Some(*way).filter(|it| *it != 'n')),
        (None, some) => {
            let what = if some.is_empty() { "invalid" } else { "ambiguous" };
            let mut text = format!("{what} argument {} for {}\nValid arguments are:", call.quote(&word), call.quote(about));
            for (one, other, _) in WAYS {
                text.push_str(&format!("\n  - {}, {}", call.quote(one), call.quote(other)));
            }
            Err(call.misused(text))
        }
    }
}

/// The suffix of a simple copy.
pub(super) fn suffix(call: &Call<'_>, parsed: &Parsed) -> String {
    let given = parsed.value('S').map(str::to_owned).or_else(|| call.env.get("SIMPLE_BACKUP_SUFFIX").cloned());
    // One that is no name is passed over (backupfile.c of gnulib).
    given.filter(|it| !it.is_empty() && !it.contains('/')).unwrap_or_else(|| "~".to_owned())
}

/// What is added to a name for its copy.
pub(super) fn ending(call: &Call<'_>, parsed: &Parsed, way: char, full: &str) -> String {
    let numbers = || numbered(call, full);
    match way {
        '#' => format!(".~{}~", numbers().unwrap_or(0) + 1),
        'e' => match numbers() {
            Some(last) => format!(".~{}~", last + 1),
            None => suffix(call, parsed),
        },
        _ => suffix(call, parsed),
    }
}

/// The highest number of a copy that is there.
fn numbered(call: &Call<'_>, full: &str) -> Option<u64> {
    let (folder, name) = full.rsplit_once('/')?;
    let names = call.kernel.names(if folder.is_empty() { "/" } else { folder }).ok()?;
    let head = [&to_bytes(name)[..], b".~"].concat();
    let number = |it: &Vec<u8>| std::str::from_utf8(it.strip_prefix(&head[..])?.strip_suffix(b"~")?).ok().filter(|it| !it.starts_with('0'))?.parse::<u64>().ok();
    names.iter().filter_map(number).max()
}

/// Renames what is in the way; returns what its name got, or nothing where no copy is asked for.
pub(super) fn make(call: &Call<'_>, parsed: &Parsed, full: &str, shown: &str) -> Answer<Option<String>> {
    let Some(way) = way(call, parsed)? else { return Ok(None) };
    let ending = ending(call, parsed, way, full);
    match call.kernel.workspace().rename(&to_bytes(full), &to_bytes(&format!("{full}{ending}"))) {
        Ok(()) => Ok(Some(ending)),
        Err(error) => Err(exit(format!("cannot backup {}: {}", call.q(shown), failure(error)))),
    }
}
