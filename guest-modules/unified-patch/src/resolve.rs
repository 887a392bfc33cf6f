//! The paths that a patch of one file is about.

use crate::{
    Dialect, Look, Refusal, Rule, Tree,
    model::{FilePatch, Name, Sure},
    name, shown,
    strip::stripped,
};

/// The file before and after; none where there is none.
pub(crate) struct Paths {
    pub(crate) old: Option<Vec<u8>>,
    pub(crate) new: Option<Vec<u8>>,
}

/// Finds the paths.
pub(crate) fn paths(patch: &FilePatch, strip: usize, dialect: Dialect, tree: &mut impl Tree) -> Result<Paths, Refusal> {
    let path = |it: &Name| {
        let bare = stripped(it, strip).ok_or_else(|| {
            Refusal::new(Rule::Path, patch.line, format!("the name `{}` has not the {strip} leading folders that are taken off: say how many with `--strip`", shown(&it.raw)))
        })?;
        name::safe(&bare, dialect == Dialect::Patch, patch.line)
    };
    let (old, new) = (patch.old.as_ref().map(&path).transpose()?, patch.new.as_ref().map(&path).transpose()?);
    if patch.git {
        return git(patch, old, new);
    }
    let chosen = match (old, new) {
        (Some(old), Some(new)) if old != new => choose(patch, old, new, dialect, tree),
        (Some(one), _) | (None, Some(one)) => one,
        (None, None) => return Err(Refusal::new(Rule::Path, patch.line, "no file is named")),
    };
    let absent = |sure| sure == Sure::Yes;
    Ok(Paths { old: (!absent(patch.born)).then(|| chosen.clone()), new: (!absent(patch.dies)).then_some(chosen) })
}

/// Git says what it means; only a copy or a rename has two names.
fn git(patch: &FilePatch, old: Option<Vec<u8>>, new: Option<Vec<u8>>) -> Result<Paths, Refusal> {
    let paths = Paths { old: old.filter(|_| patch.born != Sure::Yes), new: new.filter(|_| patch.dies != Sure::Yes) };
    if let (Some(old), Some(new)) = (&paths.old, &paths.new) {
        let moves = patch.rename || patch.copy;
        if moves == (old == new) {
            let text = format!("`{}` and `{}` are named, and {}", shown(old), shown(new), if moves { "a rename or copy needs two names" } else { "nothing says that one becomes the other" });
            return Err(Refusal::new(Rule::Malformed, patch.line, text));
        }
    }
    Ok(paths)
}

/// Which of two names is meant.
fn choose(patch: &FilePatch, old: Vec<u8>, new: Vec<u8>, dialect: Dialect, tree: &mut impl Tree) -> Vec<u8> {
    if patch.born == Sure::Yes {
        return new;
    }
    if patch.dies == Sure::Yes {
        return old;
    }
    if dialect == Dialect::Git {
        // git: apply.c, "find_name_common": the first name, where the second one only has something behind it.
        return if new.starts_with(&old) { old } else { new };
    }
    // GNU patch: the one that is there; of two the one with the fewest folders, the shortest last part, the fewest letters.
    let rank = |it: &[u8]| (it.iter().filter(|it| **it == b'/').count(), it.rsplit(|it| *it == b'/').next().map_or(0, <[u8]>::len), it.len());
    let there = |it: &[u8], tree: &mut dyn FnMut(&[u8]) -> Look| !matches!(tree(it), Look::Absent);
    let mut look = |it: &[u8]| tree.look(it);
    match (there(&old, &mut look), there(&new, &mut look)) {
        (true, false) => old,
        (false, true) => new,
        _ if rank(&new) < rank(&old) => new,
        _ => old,
    }
}
