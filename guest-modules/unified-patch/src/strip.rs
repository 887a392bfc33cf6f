//! How many leading folders a patch's names have too many: as told, as git has it, or as the tree shows.

use crate::{
    Dialect, Look, Options, Refusal, Rule, Tree,
    model::{FilePatch, Name, Sure},
    name, shown,
};

/// Most folders that are tried.
const MOST: usize = 12;
/// Most files that are looked at to find it out.
const MOST_LOOKED: usize = 64;

/// A name without its first folders.
pub(crate) fn stripped(name: &Name, strip: usize) -> Option<Vec<u8>> {
    name::strip(&name.raw, if name.bare { strip.saturating_sub(1) } else { strip })
}

/// Finds out how many folders to strip.
pub(crate) fn find(patches: &[FilePatch], options: Options, tree: &mut impl Tree) -> Result<usize, Refusal> {
    if let Some(strip) = options.strip {
        return Ok(strip);
    }
    if let Some((line, name)) = patches.iter().flat_map(|it| [(it.line, &it.old), (it.line, &it.new)]).find_map(|(line, it)| Some((line, climbs(it.as_ref()?)?))) {
        return Err(Refusal::new(Rule::Path, line, format!("the path `{}` has `..` in it: a patch may not leave the target", shown(name))));
    }
    let usual = usual(patches);
    if options.dialect == Dialect::Git {
        // git-apply(1) strips one, and none where a plain patch names files without folders.
        let flat = patches.iter().all(|it| !it.git && [&it.old, &it.new].into_iter().flatten().all(|it| !it.raw.contains(&b'/')));
        return Ok(usize::from(!flat));
    }
    let counts: Vec<usize> = (0..=MOST).map(|strip| known(patches, strip, tree)).collect();
    let best = counts.iter().copied().max().unwrap_or(0);
    if counts[usual] == best {
        return Ok(usual);
    }
    let mut of_best = (0..=MOST).filter(|it| counts[*it] == best);
    match (of_best.next(), of_best.next()) {
        (Some(strip), None) => Ok(strip),
        (Some(one), Some(other)) => {
            let text = format!("the names fit the target with {one} and with {other} leading folders taken off: say which with `--strip`");
            Err(Refusal::new(Rule::Ambiguous, None, text))
        }
        _ => Ok(usual),
    }
}

/// The name, where a part of it leads upwards: no number of folders is found out that hides it.
fn climbs(name: &Name) -> Option<&[u8]> {
    name.raw.split(|it| *it == b'/').any(|it| it == b"..").then_some(name.raw.as_slice())
}

/// One where names have git's prefixes or begin with `/`, else none.
fn usual(patches: &[FilePatch]) -> usize {
    let prefixed = |it: &Name| it.bare || it.raw.starts_with(b"/") || matches!(it.raw.get(..2), Some(b"a/" | b"b/" | b"c/" | b"i/" | b"o/" | b"w/"));
    usize::from(patches.iter().flat_map(|it| [&it.old, &it.new]).flatten().all(prefixed))
}

/// Of how many files the tree has a name.
fn known(patches: &[FilePatch], strip: usize, tree: &mut impl Tree) -> usize {
    // The name of a file that is new says nothing: it is to be there afterwards only.
    let informs = |it: &&FilePatch| it.born != Sure::Yes;
    let mut there = |name: &Option<Name>| {
        let path = name.as_ref().and_then(|it| stripped(it, strip)).and_then(|it| name::safe(&it, true, 0).ok());
        path.is_some_and(|it| matches!(tree.look(&it), Look::File(..) | Look::Link(_)))
    };
    patches.iter().filter(informs).take(MOST_LOOKED).filter(|it| there(&it.old) || there(&it.new)).count()
}
